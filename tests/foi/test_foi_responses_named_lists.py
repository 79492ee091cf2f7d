"""Made-up letters: lists of names and numbers, answers that begin with a number, and what a sentence says of others."""


def said(found) -> list[tuple]:
    return [(f.financial_year, f.measure, f.offence_code, f.age_high, f.low) for f in found.reading.figures]


def test_names_and_numbers_below_a_line_that_counts_are_a_table(made, read):
    text = (
        "Sexual offences recorded in 2015/16 by area:\n\nNorth, 401\nSouth, 322\nCentral, 102\nTotal, 825\n"
    )
    found = read(made.text("areas.txt", text)).reading.figures
    assert [(f.cell, f.note, f.low, f.qualifiers) for f in found] == [
        ("l3", "North", 401, ()),
        ("l4", "South", 322, ()),
        ("l5", "Central", 102, ()),
        ("l6", "", 825, ("total",)),
    ]


def test_ages_and_numbers_parted_by_commas(made, read):
    text = "Sexual offences recorded in 2015/16, by age of victim:\n\nUnder 5, 40\n5 to 9, 131\nNot recorded, 12\n"
    assert [(f.age_low, f.age_high, f.low) for f in read(made.text("ages.txt", text)).reading.figures] == [
        (0, 4, 40),
        (5, 9, 131),
        (None, None, 12),
    ]


def test_names_and_numbers_under_nothing_that_counts_are_told_and_not_read(made, read):
    text = "Made up. Who to ask:\n\nFirst desk: 12\nSecond desk: 14\nThird desk: 15\n"
    reading = read(made.text("desks.txt", text)).reading
    assert not reading.figures
    assert [p.where for p in reading.problems if "not taken for figures" in p.message] == ["l3", "l4", "l5"]


def test_a_line_with_its_own_count_heads_no_table(made, read):
    text = (
        "1. The number of rapes recorded\n2014/15 - 45\n2015/16 - 50\n2. The number of victims\n2014/15 - 40\n2015/16 - 41\n"
        "3. The number of arrests made\n31\n"
    )
    assert [
        (year, measure, low) for year, measure, _, _, low in said(read(made.text("parts.txt", text)))
    ] == [
        ("2014/15", "offences", 45),
        ("2015/16", "offences", 50),
        ("2014/15", "victims", 40),
        ("2015/16", "victims", 41),
        ("", "arrests", 31),
    ]


def test_an_answer_that_begins_with_its_number_and_divides_it(made, read):
    text = "Q1. How many sexual offences were recorded in 2013/14?\nA1. 318, of which 41 had victims aged 4 and under.\n"
    assert said(read(made.text("begins.txt", text))) == [
        ("2013/14", "offences", "", None, 318),
        ("2013/14", "victims", "", 4, 41),
    ]


def test_a_count_of_all_sexual_offences_is_not_of_the_one_counted_before(made, read):
    text = (
        "In 2014/15 we recorded 123 offences of rape of a female child under 16.\n\n"
        "In 2015/16 there were 1,204 recorded sexual offences against victims under 18.\n"
    )
    assert said(read(made.text("all.txt", text))) == [
        ("2014/15", "offences", "19D", None, 123),
        ("2015/16", "offences", "", 17, 1204),
    ]


def test_what_the_letter_says_was_asked_is_no_answer(made, read):
    text = "You asked how many of the 14 suspects arrested in 2021/22 were charged. In 2021/22 we recorded 9 charges.\n"
    assert [f.low for f in read(made.text("asked.txt", text)).reading.figures] == [9]


def test_a_heading_from_one_year_to_another_holds_no_count(made, read):
    page = "<h1>Child sexual offences recorded 2020 to 2022</h1><p>Sexual offences in 2020: 31</p>"
    assert [
        f.low for f in read(made.text("page.html", f"<html><body>{page}</body></html>")).reading.figures
    ] == [31]


def test_two_narrow_columns_of_sentences(made, read):
    from reportlab.pdfgen import canvas

    path = made.folder / "narrow.pdf"
    page = canvas.Canvas(str(path))
    for left, who, counts in ((60, "female", (310, 355)), (320, "male", (41, 58))):
        lines = ["Made up for a test"]
        for year, count in zip(("2019/20", "2020/21"), counts, strict=True):
            lines += [
                f"In {year} there were {count}",
                "recorded offences of sexual",
                f"grooming with a {who} victim.",
            ]
        for row, line in enumerate(lines):
            page.drawString(left, 760 - 14 * row, line)
    page.save()
    assert [(f.sex, f.financial_year, f.low) for f in read(path).reading.figures] == [
        ("female", "2019/20", 310),
        ("female", "2020/21", 355),
        ("male", "2019/20", 41),
        ("male", "2020/21", 58),
    ]
