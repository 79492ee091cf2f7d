"""Made-up texts that say nothing on their own, and what stands around them says: titles, questions, rows, lines."""

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


def test_a_question_and_its_answer_on_a_line_of_its_own(made, read):
    text = (
        "Q1. How many offences against under 18s were recorded in 2016/17?\n\nA1. 412\n\n"
        "Q2. How many of those had a male victim?\n\nAnswer\n\n71\n"
    )
    assert read(made.text("asked.txt", text)).figures == {
        ("2016/17", "", "", "0-17", 412, ""),
        ("2016/17", "", "male", "0-17", 71, ""),
    }


def test_a_label_broken_over_two_lines(made, read):
    text = (
        "Offence                                  2017/18  2018/19\n"
        "Causing or inciting a child under 13\n"
        "to engage in sexual activity                  21       24\n"
        "Sexual grooming                                9       14\n"
    )
    assert read(made.text("wrapped.txt", text)).figures == {
        ("2017/18", "21", "", "", 21, ""),
        ("2018/19", "21", "", "", 24, ""),
        ("2017/18", "88A", "", "", 9, ""),
        ("2018/19", "88A", "", "", 14, ""),
    }


def test_rows_of_sexes_under_offences_that_add_them_up(made, read):
    rows = [
        ["Row Labels", "2014/15"],
        ["19E Rape of a female child under 13", 9],
        ["F", 8],
        ["U", 1],
        ["19H Rape of a male child under 13", 3],
        ["M", 3],
    ]
    assert read(made.xlsx("pivot.xlsx", rows)).by_cell == {
        "B2": ("2014/15", "19E", "", "", 9, "total"),
        "B3": ("2014/15", "19E", "female", "", 8, ""),
        "B4": ("2014/15", "19E", "unknown", "", 1, ""),
        "B5": ("2014/15", "19H", "", "", 3, "total"),
        "B6": ("2014/15", "19H", "male", "", 3, ""),
    }


def test_times_between_offence_and_report_are_no_ages(made, read):
    rows = [["Offences by delay in reporting"], ["Year", "Within 1 year", "1-5 years"], ["2014/15", 300, 80]]
    assert read(made.xlsx("delay.xlsx", rows)).by_cell == {
        "B3": ("2014/15", "", "", "", 300, ""),
        "C3": ("2014/15", "", "", "", 80, ""),
    }


def test_a_rule_for_marks_is_no_age(made, read):
    rows = [["* = less than 5"], ["Sex", "2014/15"], ["Female", 12], ["Total", "*"]]
    assert read(made.xlsx("rule.xlsx", rows)).by_cell == {
        "B3": ("2014/15", "", "female", "", 12, ""),
        "B4": ("2014/15", "", "", "", (1, 4), "suppressed; total"),
    }


def test_over_18_begins_at_18_where_another_text_ends_at_17():
    assert settle_texts(["Aged 0-15", "16-17", "Over 18"])[2] == "Age 18 and over"
    assert settle_texts(["Aged 0-15", "Over 18"])[1] == "Over 18"


def test_two_ages_among_ages_are_a_band_and_two_numbers_alone_are_not():
    assert settle_texts(["Under 16", "16 & 17"])[1] == "Age 16 & 17"
    assert settle_texts(["1 & 2", "3"]) == ["1 & 2", "3"]


def test_titles_that_are_all_the_same_share_all_they_say(made, read):
    rows = [["Offences by sex, April 2021 - March 2022"], ["Sex", "Offences"], ["Female", 7]]
    found = read(made.xlsx("same.xlsx", {"A": rows, "B": rows})).reading.figures
    assert [figure.financial_year for figure in found] == ["2021/22", "2021/22"]
