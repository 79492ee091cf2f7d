"""Made-up lists and tables of letters: brackets, colons, tabs, years in every place, and columns of which."""

import pytest


def said(found) -> list[tuple]:
    return [
        (figure.financial_year, figure.measure, figure.sex, figure.low) for figure in found.reading.figures
    ]


def test_the_age_of_who_did_it_is_not_that_of_the_victim(made, read):
    text = "How many offences against children were committed by someone aged under 18 in 2017/18?\n\n301\n"
    assert read(made.text("by.txt", text)).reading.figures[0].age_high is None


def test_counts_in_brackets_behind_what_they_count(made, read):
    text = "The offences recorded in 2018/19 were:\n\n• Rape of a female child under 16 (58)\n• Sexual exploitation (71)\n"
    found = read(made.text("brackets.txt", text)).reading.figures
    assert [(f.offence_code, f.financial_year, f.low) for f in found] == [("19D", "2018/19", 58)]


def test_ages_across_under_a_corner_that_names_them(figures):
    rows = [["Gender \\ Age", "14", "15", "16", "17"], ["Female", "3", "9", "4", "7"]]
    assert figures(rows)["B2"] == (("female", "14-14"), 3)


def test_lists_in_the_cells_of_a_ruled_page(made, read):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph

    style = getSampleStyleSheet()["Normal"]
    rows = [
        ["Question", "Response"],
        ["Number of sexual offences against boys", Paragraph("2018 - 31<br/>2019 - 37", style)],
    ]
    found = read(made.pdf("cells.pdf", ["Made up", rows])).reading.figures
    assert [(f.sex, f"{f.start:%Y}", f.low, f.cell) for f in found] == [
        ("male", "2018", 31, "p1 t1 r2 c2"),
        ("male", "2019", 37, "p1 t1 r2 c2"),
    ]


def test_a_table_that_tabs_make_in_a_letter(made, read):
    lines = ["Made up", "Year\tFemale\tMale", "2018\t310\t66", "2019\t333\t70"]
    found = read(made.docx("tabs.docx", lines)).reading.figures
    assert {(f"{f.start:%Y}", f.sex, f.low, f.cell) for f in found} == {
        ("2018", "female", 310, "l3"),
        ("2018", "male", 66, "l3"),
        ("2019", "female", 333, "l4"),
        ("2019", "male", 70, "l4"),
    }


def test_a_list_of_counts_and_the_offences_behind_them(made, read):
    text = (
        "For 2020/21 we recorded:\n- 88 offences of sexual grooming\n- 41 familial sexual offences\n\n"
        "1. In 2019/20 there were 44 recorded rapes of a male child under 13.\n"
    )
    found = read(made.text("list.txt", text)).reading.figures
    assert [(f.financial_year, f.offence_code, f.low) for f in found] == [
        ("2020/21", "88A", 88),
        ("2020/21", "23", 41),
        ("2019/20", "19H", 44),
    ]


def test_years_and_counts_with_a_blank_between(made, read):
    text = "Recorded rapes of a male child under 13:\n\n2017 31\n2018 28\n"
    found = read(made.text("blank.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.offence_code, f.low) for f in found] == [
        ("2017", "19H", 31),
        ("2018", "19H", 28),
    ]


def test_victims_of_an_offence_are_victims(made, read):
    rows = [
        ["Description", "2019"],
        ["Child victims of rape", "201"],
        ["Child victims of sexual grooming", "70"],
    ]
    found = read(made.docx("victims.docx", ["Made up", rows])).reading.figures
    assert [(f.measure, f.offence_code, f.low) for f in found] == [
        ("victims", "", 201),
        ("victims", "88A", 70),
    ]


def test_years_with_colons_in_a_sentence_count_what_was_understood_as_asked(made, read):
    text = (
        "We have interpreted your request as relating to offences recorded where the victim was aged 0 to 17. The "
        "results, by financial year, are 2016/17: 1,402; 2017/18: 1,633; and 2018/19: 1,790.\n"
    )
    found = read(made.text("colons.txt", text)).reading.figures
    assert [(f.financial_year, f.age_high, f.low) for f in found] == [
        ("2016/17", 17, 1402),
        ("2017/18", 17, 1633),
        ("2018/19", 17, 1790),
    ]


def test_a_sentence_goes_on_from_the_whole_and_not_from_its_part(made, read):
    text = (
        "The force recorded 1,301 offences in 2020, of which 402 had a cyber marker; and 1,377 in 2021, of which 455 "
        "had a cyber marker.\n"
    )
    found = read(made.text("goes.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.measure, f.low) for f in found] == [
        ("2020", "offences", 1301),
        ("2020", "cyber_flagged", 402),
        ("2021", "offences", 1377),
        ("2021", "cyber_flagged", 455),
    ]


def test_columns_of_which_and_ages_with_the_letter_of_a_sex(figures):
    rows = [["Area", "Victims under 18", "Of which: online"], ["North", "300", "41"]]
    assert figures(rows)["C2"] == (("0-17",), 41)
    rows = [["Year", "Under 13 - F", "Under 13 - M"], ["2015", "37", "11"]]
    assert figures(rows)["B2"] == (("2015-01-01..2015-12-31", "female", "0-12"), 37)


def test_answers_in_the_order_of_the_years_asked_for(made, read):
    text = "How many offences were recorded in 2017, 2018 and 2019?\n\n1,301, 1,422 and 1,511 respectively.\n"
    found = read(made.text("order.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2017", 1301), ("2018", 1422), ("2019", 1511)]


def test_years_in_brackets_behind_their_counts(made, read):
    text = "Sexual grooming: 88 (2019), 95 (2020)\n"
    found = read(made.text("behind.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.offence_code, f.low) for f in found] == [
        ("2019", "88A", 88),
        ("2020", "88A", 95),
    ]


def test_a_colon_before_the_sexes_of_a_count(made, read):
    text = "How many victims were there in 2019/20?\n\nThere were 402 victims: 330 female, 68 male and 4 unknown.\n"
    assert said(read(made.text("colon.txt", text))) == [
        ("2019/20", "victims", "", 402),
        ("2019/20", "victims", "female", 330),
        ("2019/20", "victims", "male", 68),
        ("2019/20", "victims", "unknown", 4),
    ]


def test_a_title_of_all_sexual_offences_names_none(made, read):
    lines = ["Sexual offences committed against under 18s (2015/16)", "Boys: 290", "Girls: 1,201"]
    found = read(made.docx("title.docx", lines)).reading.figures
    assert [(f.offence, f.age_high, f.sex, f.low) for f in found] == [
        ("", 17, "male", 290),
        ("", 17, "female", 1201),
    ]


def test_counts_in_brackets_behind_their_years_and_answers_with_a_dash(made, read):
    text = (
        "Offences with child victims, by year: 2016 (288), 2017 (301).\n\n"
        "How many offences were recorded in 2019?\n- 402\n"
    )
    found = read(made.text("dash.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2016", 288), ("2017", 301), ("2019", 402)]


def test_a_question_that_names_nothing_of_its_own_goes_on_from_the_one_before(made, read):
    text = (
        "How many offences were recorded in 2019?\n- 402\n\nHow many had an offender aged under 18?\n- 90\n\n"
        "How many led to a charge?\n- 38\n"
    )
    found = read(made.text("goes_on.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.age_high, f.low) for f in found] == [
        ("2019", None, 402),
        ("2019", None, 90),
        ("2019", None, 38),
    ]


def test_a_bare_answer_and_a_suspect_who_is_no_measure(made, read):
    text = (
        "How many offences were recorded in 2019?\n\nThere were 58.\n\n"
        "How many of these offences had a suspect who was known to the victim?\n\nThere were 31.\n"
    )
    assert said(read(made.text("bare.txt", text))) == [("", "offences", "", 58), ("", "offences", "", 31)]


def test_a_total_of_all_offences_against_an_age_names_no_offence(made, read):
    text = "Total sexual offences against under 18s recorded in 2021/22: 701\n"
    figure = read(made.text("total.txt", text)).reading.figures[0]
    assert (figure.offence, figure.age_high, figure.financial_year, figure.low) == ("", 17, "2021/22", 701)


def test_a_footnote_speaks_of_a_figure_that_stands_elsewhere_and_its_numbers_are_told(made, read):
    text = "2017/18 - 31\n2018/19 - 40\n² New system in November 2017: 3 records were lost\n"
    found = read(made.text("note.txt", text)).reading
    assert [figure.low for figure in found.figures] == [31, 40]
    assert any(problem.message.startswith("not taken for figures: 3") for problem in found.problems)


def test_the_numbers_of_a_footnote_that_is_kept_with_its_figures_are_not_told_again(made, read):
    rows = [
        ["Age", "2017/18²"],
        ["0-9", 31],
        ["10-17", 40],
        ["² New system in November 2017: 3 records were lost"],
    ]
    found = read(made.xlsx("kept.xlsx", rows))
    assert {figure.note for figure in found.reading.figures} == {
        "New system in November 2017: 3 records were lost"
    }
    assert not any("not taken for figures" in message for message in found.messages)


@pytest.mark.parametrize("bar", ["|", "\t", ";"])
def test_a_table_in_a_letter_may_have_several_columns_of_labels(made, read, bar):
    rows = [
        ["Code", "Offence", "2014/15"],
        ["23", "Incest", "12"],
        ["21", "Child under 13", "<5"],
        ["88A", "Grooming", "9"],
    ]
    lines = "\n".join(bar.join(row) for row in rows)
    found = read(
        made.text(
            "letter.txt", f"Dear Sir,\nI write in reply to you.\nYou asked for counts.\n\n{lines}\n\nYours.\n"
        )
    )
    assert [(f.offence_code, f.low, f.high) for f in found.reading.figures] == [
        ("23", 12, 12),
        ("21", 1, 4),
        ("88A", 9, 9),
    ]


def test_a_part_in_brackets_behind_a_labelled_count_is_read_too(made, read):
    text = "Sexual grooming:\n2016-2017: 410 crimes (of which 37 were committed online)\n2017-2018: 455 crimes (of which 52 were committed online)\n"
    assert said(read(made.text("parts.txt", text))) == [
        ("2016/17", "offences", "", 410), ("2016/17", "cyber_flagged", "", 37),
        ("2017/18", "offences", "", 455), ("2017/18", "cyber_flagged", "", 52),
    ]  # fmt: skip


def test_questions_over_columns_are_no_quarters(made, read):
    text = "Q1: Offences of sexual grooming\nQ2: Offences of incest\n\n            Q1      Q2\n2017/18     12      87\n2018/19     15      40\n"
    found = read(made.text("columns.txt", text)).reading.figures
    assert {(f.offence_code, f.financial_year, f.low) for f in found} == {
        ("88A", "2017/18", 12), ("88A", "2018/19", 15), ("23", "2017/18", 87), ("23", "2018/19", 40),
    }  # fmt: skip


def test_what_a_search_shows_is_no_work_of_answering(made, read):
    text = "A search of the crime system shows that 312 rapes were recorded in 2017/18.\nThe search took 40 hours in 2018.\n"
    assert [f.low for f in read(made.text("search.txt", text)).reading.figures] == [312]


def test_offences_in_a_list_head_nothing_below_it(made, read):
    text = "Offences included:\n- Rape of a female child under 13\n- Sexual grooming\n\n2014/15: 12\n"
    assert read(made.text("list.txt", text)).figures == {("2014/15", "", "", "", 12, "")}


def test_a_list_of_offences_and_no_counts_is_told_as_such(made, read):
    text = "Offences included:\n17B Sexual assault on a male child under 13\n88A Sexual grooming\n"
    told = read(made.text("list.txt", text)).messages
    assert any("no figures found: it names 2 offences (17B Sexual assault" in message for message in told)


def test_a_code_without_a_letter_among_codes_is_no_age(made, read):
    text = "Offences recorded in 2019/20:\n20B - 88\n21 - 53\n22B - 311\n"
    assert read(made.text("codes.txt", text)).figures == {
        ("2019/20", "20B", "", "", 88, ""),
        ("2019/20", "21", "", "", 53, ""),
        ("2019/20", "22B", "", "", 311, ""),
    }


def test_a_year_may_have_nil(made, read):
    found = read(made.text("nil.txt", "Sexual grooming offences\n2016 Nil\n2017 2\n")).figures
    assert {(period[:4], low) for period, _, _, _, low, _ in found} == {("2016", 0), ("2017", 2)}
