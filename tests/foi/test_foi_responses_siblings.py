"""Texts that stand alone over made-up figures, and what their siblings settle: sections, titles, lines, sheets."""

from helpers.foi.responses.siblings import settle_texts


def test_a_number_is_a_code_among_codes_and_an_age_among_ages():
    assert settle_texts(["19D", "21"]) == ["HO code 19D", "HO code 21"]
    assert settle_texts(["0", "Age 1 - 4"]) == ["Age 0", "Age 1 - 4"]
    assert settle_texts(["7", "Age 1 - 4"], titles=False) == ["7", "Age 1 - 4"]  # a line may be a count


def test_not_recorded_is_of_the_kind_of_what_stands_before_it():
    assert settle_texts(["Girls", "Boys", "Not recorded"])[2] == "Sex unknown"
    assert settle_texts(["Under 13", "13 to 17", "Not recorded"])[2] == "Age unknown"


def test_one_table_a_sex_under_a_shared_title(made, read):
    rows = [
        ["Offences recorded: F"],
        ["Year", "Count"],
        ["2014/15", 7],
        ["2015/16", 9],
        [],
        ["Offences recorded: M"],
        ["Year", "Count"],
        ["2014/15", 2],
        ["2015/16", 3],
    ]
    assert read(made.xlsx("sexes.xlsx", rows)).by_cell == {
        "B3": ("2014/15", "", "female", "", 7, ""),
        "B4": ("2015/16", "", "female", "", 9, ""),
        "B8": ("2014/15", "", "male", "", 2, ""),
        "B9": ("2015/16", "", "male", "", 3, ""),
    }


def test_every_age_on_a_line_of_its_own(made, read):
    text = "Age of victim, 2015/16\n0: 12\n1: 3\n2: 4\n3: 5\n"
    assert read(made.text("ages.txt", text)).figures == {
        ("2015/16", "", "", f"{age}-{age}", count, "") for age, count in enumerate((12, 3, 4, 5))
    }


def test_headings_of_two_kinds_hold_together_in_lines(made, read):
    text = "2014/15\nFemale:\nUnder 13: 4\nMale:\nUnder 13: 2\n2015/16\nFemale:\nUnder 13: 6\n"
    assert read(made.text("nested.txt", text)).figures == {
        ("2014/15", "", "female", "0-12", 4, ""),
        ("2014/15", "", "male", "0-12", 2, ""),
        ("2015/16", "", "female", "0-12", 6, ""),
    }


def test_a_row_that_a_page_break_parts_from_its_table(made, read):
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    path = made.folder / "widow.pdf"
    page = Canvas(str(path), pagesize=A4)
    pages = [
        ["Made-up offences", ("Year", "Female", "Male"), ("2013/14", "5", "1"), ("2014/15", "6", "2")],
        [("2015/16", "8", "3")],
    ]
    for rows in pages:
        for number, row in enumerate(rows):
            for place, text in enumerate((row,) if isinstance(row, str) else row):
                page.drawString(72 + 120 * place, 760 - 20 * number, text)
        page.showPage()
    page.save()
    assert {("2015/16", "", "female", "", 8, ""), ("2015/16", "", "male", "", 3, "")} <= read(path).figures
