"""Made-up pages and lists: rows between rules, headings over groups of columns, and bands of ages that head lists."""

from helpers.foi.responses.aligned import grid_of
from helpers.foi.responses.textlines import Piece, TextLine
from helpers.foi.responses.wrapped import PlacedLine, join_wrapped


def _line(bottom: float, *pieces: tuple) -> PlacedLine:
    return PlacedLine(TextLine(tuple(Piece(*piece) for piece in pieces), f"l{bottom}"), bottom, 10.0)


def _texts(lines: list[PlacedLine]) -> list[list[str]]:
    return [[piece.text for piece in one.line.pieces] for one in lines]


LETTER = _line(100, ("Made up for a test", 10, 110))
HEADINGS = [
    _line(150, ("Apr 2014 - Mar", 100, 160), ("Apr 2015 - Mar", 180, 240)),
    _line(162, ("Age", 10, 30), ("2015", 100, 120), ("2016", 180, 200)),
]
ROWS = [_line(180, ("0-4", 10, 30), ("267", 100, 120), ("27", 180, 195))]


def test_headings_over_the_first_rule_of_a_table_are_one_row():
    joined = join_wrapped([LETTER, *HEADINGS, *ROWS], [165.0, 183.0, 201.0, 219.0])
    assert _texts(joined) == [
        ["Made up for a test"],
        ["Age", "Apr 2014 - Mar 2015", "Apr 2015 - Mar 2016"],
        ["0-4", "267", "27"],
    ]


def test_a_page_with_few_rules_keeps_its_lines():
    assert len(join_wrapped([LETTER, *HEADINGS, *ROWS], [90.0, 300.0])) == 4


def test_a_label_between_two_rules_may_end_in_an_age():
    label = [
        _line(180, ("20B - Sexual assault on a female child under", 60, 200)),
        _line(192, ("2016/17", 10, 50), ("13", 60, 70), ("385", 220, 240)),
    ]
    joined = join_wrapped(label, [165.0, 195.0, 213.0, 231.0])
    assert _texts(joined) == [["2016/17", "20B - Sexual assault on a female child under 13", "385"]]


def test_a_heading_of_the_labels_beside_headings_over_groups_of_columns():
    lines = [
        _line(10, ("Age", 0, 20), ("2017-18", 60, 95), ("2018-19", 200, 235)),
        _line(
            20, *((text, left, left + 30) for text, left in zip("FMUFMU", range(60, 360, 50), strict=True))
        ),
        _line(30, ("0-9", 0, 20), *((str(left), left, left + 30) for left in range(60, 360, 50))),
    ]
    grid = grid_of([one.line for one in lines])
    assert grid.rows[0] == ["Age", "2017-18", None, None, "2018-19", None, None]
    assert grid.spans == {(0, 2): (0, 1), (0, 3): (0, 1), (0, 5): (0, 4), (0, 6): (0, 4)}


def test_bands_of_ages_that_head_lists(made, read):
    text = (
        "Sexual offences recorded\n\n0 - 11:\n- 2016/17 – 151\n- 2017/18 – 33\n12 - 17\n- 2016/17 – *\n18+\n- 2016/17 – 24\n\n"
        "* = less than five\n"
    )
    found = read(made.text("bands.txt", text)).reading.figures
    assert [(f.age_low, f.age_high, f.financial_year, f.low) for f in found] == [
        (0, 11, "2016/17", 151),
        (0, 11, "2017/18", 33),
        (12, 17, "2016/17", 1),
        (18, None, "2016/17", 24),
    ]


def test_a_band_below_ten_with_a_count_below_five_explains_no_mark(made, read):
    text = "Sexual offences recorded in 2019:\n\n<10: <5\n10-15: 24\n16 & 17 - *\n\n* fewer than 5\n"
    found = read(made.text("below.txt", text)).reading.figures
    assert [(f.age_low, f.age_high, f.low, f.high) for f in found] == [
        (0, 9, 1, 4),
        (10, 15, 24, 24),
        (16, 17, 1, 4),
    ]


def test_a_marked_heading_below_another_stands_within_it(made, read):
    page = "<h3>Sexual grooming</h3><h4>Female victims</h4><p>2016: 4</p><h4>Male victims</h4><p>2016: 3</p>"
    found = read(made.text("within.html", f"<html><body>{page}</body></html>")).reading.figures
    assert [(f.offence_code, f.sex, f.low) for f in found] == [("88A", "female", 4), ("88A", "male", 3)]


def test_periods_of_sentences_in_many_styles(made, read):
    styles = {
        "Apr 2009 - Mar 2010": "2009/10",
        "01/04/2010 - 31/03/2011": "2010/11",
        "FY11/12": "2011/12",
        "1st April 2012 to 31st March 2013": "2012/13",
    }
    lines = [
        f"In {printed} there were {20 + place} Rape of a male child under 13 (19H) offences recorded."
        for place, printed in enumerate(styles)
    ]
    found = read(made.text("styles.txt", "\n\n".join(lines))).reading.figures
    assert [(f.financial_year, f.offence_code, f.low) for f in found] == [
        (year, "19H", 20 + place) for place, year in enumerate(styles.values())
    ]


def test_a_period_in_the_corner_beside_ages_or_sexes(figures):
    rows = [
        ["2017/18", "0 - 11", "12 - 17", "18+", "Age not recorded", "Total"],
        ["17B", 14, 73, 150, 68, 305],
    ]
    found = figures(rows)
    assert found["B2"] == (("2017/18", "17B", "0-11"), 14) and found["D2"] == (("2017/18", "17B", "18-"), 150)
    assert figures([["2015", "F", "M", "U"], ["88A", 4, 3, 1]])["C2"] == (
        ("2015-01-01..2015-12-31", "88A", "male"),
        3,
    )


def test_years_at_the_left_beside_hidden_counts_are_rows(figures):
    rows = [["Year", "Girls", "Boys"], ["2016/17", "1-4", "5-9"], ["2017/18", "12", "14"]]
    assert figures(rows)["B2"] == (("2016/17", "female", "suppressed"), (1, 4))


def test_a_line_close_above_a_ruled_table_stands_above_it(made, read):
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    path = made.folder / "close.pdf"
    story = [Paragraph("Made up for a test", getSampleStyleSheet()["Normal"])]
    for year, count in (("2013", "7"), ("2014", "9")):
        story.append(Paragraph(year, getSampleStyleSheet()["Normal"]))
        story.append(
            Table(
                [["Offence", "Girls"], ["Sexual grooming", count]],
                style=[("GRID", (0, 0), (-1, -1), 1, colors.black)],
            )
        )
    SimpleDocTemplate(str(path)).build(story)
    assert [(f"{f.start:%Y}", f.low) for f in read(path).reading.figures] == [("2013", 7), ("2014", 9)]


def test_headings_of_several_lines_stand_right_above_their_rows():
    heads = [
        _line(140, ("Rape of a", 100, 160), ("Sexual", 180, 240)),
        _line(152, ("girl", 100, 120), ("grooming", 180, 230)),
    ]
    joined = join_wrapped([*heads, *ROWS], [165.0, 183.0, 201.0, 219.0])
    assert (joined[0].bottom, _texts(joined)[0]) == (152, ["Rape of a girl", "Sexual grooming"])


def test_an_age_below_a_title_is_no_hidden_count(made, read):
    text = "Number of sexual offences recorded\n<10\n- 2018 = 4\n10-13:\n- 2018 = 31\n16 & 17\n- 2018 = 5\n"
    found = read(made.text("heads.txt", text)).reading.figures
    assert [(f.age_low, f.age_high, f.low) for f in found] == [(0, 9, 4), (10, 13, 31), (16, 17, 5)]
