"""What spreadsheets of forces look like, one habit a test: pivot tables, columns of numbers, notes. All made up."""

import csv
import io

import pytest

from helpers.foi.responses.cells import split_rows


def test_a_blank_of_a_pivot_table_is_of_the_kind_whose_inner_labels_begin_anew(figures):
    rows = [
        ["Row Labels", "2015/16"],
        ["Female", 5],
        ["0-9", 2],
        ["(blank)", 3],
        ["(blank)", 4],
        ["0-9", 1],
        ["10-17", 3],
        ["Grand Total", 9],
    ]
    found = figures(rows)
    assert found["B4"] == (("2015/16", "female", "age unknown"), 3)
    assert found["B5"] == (("2015/16", "unknown", "total"), 4)
    assert found["B6"] == (("2015/16", "unknown", "0-9"), 1)


def test_a_contents_page_with_blank_rows_counts_nothing(figures):
    rows = [["Contents"], [], ["Table 1", "Offences by year", 2], [], ["Table 2", "Victims by sex", 3]]
    assert figures(rows) == {}
    assert figures([["Victims"], [], ["Year", "Number"], ["2014/15", 2], [], ["2015/16", 3]]) != {}


def test_a_question_on_one_sheet_is_what_the_sheet_of_its_number_answers(made, read):
    asks = "How many offences had a victim under {}?"
    data = [["Year", "Number"], ["2014/15", 7]]
    sheets = {"Questions": [["Q1", asks.format(13)], ["Q2", asks.format(16)]], "Q1": data, "Q2": data}
    found = read(made.xlsx("a.xlsx", sheets)).reading.figures
    assert [(figure.sheet, figure.age_high) for figure in found] == [("Q1", 12), ("Q2", 15)]


def test_shares_under_a_heading_that_names_their_year_leave_its_counts(figures):
    rows = [["Sex", "FY 2014-15 Count", "FY 2014-15 %"], ["Female", 6, "60%"], ["Male", 4, "40%"]]
    assert figures(rows) == {"B2": (("2014/15", "female"), 6), "B3": (("2014/15", "male"), 4)}


def test_a_row_of_comments_counts_nothing(figures):
    assert set(
        figures([["Year", "2014/15", "2015/16"], ["Offences", 4, 5], ["Comments", "None", "None"]])
    ) == {
        "B2",
        "C2",
    }


def test_all_outcomes_are_their_total(figures):
    rows = [["Outcome", "2017/18"], ["Charged", 5], ["Cautioned", 2], ["All outcomes", 7]]
    assert figures(rows)["B4"] == (("2017/18", "total"), 7)


def test_the_sections_of_an_act_are_no_counts(figures):
    rows = [
        ["HO code", "Offence", "Section"],
        ["19E", "Rape of a female child under 13", 5],
        ["23", "Incest", 64],
    ]
    assert figures(rows) == {}
    assert set(figures([[*rows[0], "2014/15"], [*rows[1], 7], [*rows[2], 8]])) == {"D2", "D3"}


def test_the_numbers_of_outcomes_are_no_counts(figures):
    rows = [["Outcome", "Description", "2018/19"], [1, "Charged", 12], [16, "Victim does not support", 40]]
    assert set(figures(rows)) == {"C2", "C3"}


def test_years_under_a_corner_that_names_the_codes_across_are_years(figures):
    rows = [["HO Class", "19E", "88A"], ["12/13", 5, 6], ["13/14", 7, 8]]
    assert figures(rows)["C3"] == (("2013/14", "88A"), 8)


def test_a_month_under_the_heading_year_ending_ends_a_year(figures):
    rows = [["Year ending March", "Offences"], ["Mar-14", 5], ["Mar-15", 6]]
    assert figures(rows)["B3"] == (("2014/15",), 6)


def test_a_footnote_that_dates_a_new_system_does_not_shorten_the_year(figures):
    rows = [["Sex", "2016/17 (3)"], ["Female", 5], [], ["(3) New system in October 2016."]]
    assert figures(rows)["B2"] == (("2016/17", "female"), 5)
    rows[3] = ["(3) Covers October 2016 only."]
    assert figures(rows)["B2"] == (("2016-10-01..2016-10-31", "female"), 5)


def test_a_corner_says_of_the_whole_table_what_no_row_or_column_does(figures):
    rows = [["Female victims", "2014/15"], ["Under 10", 5], ["10-17", 6]]
    assert figures(rows) == {
        "B2": (("2014/15", "female", "0-9"), 5),
        "B3": (("2014/15", "female", "10-17"), 6),
    }


def test_filters_over_a_pivot_table_hold_for_all_of_it(figures):
    rows = [
        ["Sex", "Female"],
        ["Outcome", "(Multiple Items)"],
        [],
        ["Row Labels", "2018/19", "2019/20", "Grand Total"],
        ["19E", 1, 2, 3],
        ["Grand Total", 1, 2, 3],
    ]
    found = figures(rows)
    assert found["B5"] == (("2018/19", "19E", "female"), 1)
    assert found["D6"][0][1:] == ("female", "total")


def test_a_list_of_sheets_holds_no_counts(figures):
    assert figures([["Sheet", "Description"], [1, "Offences by year"], [2, "Offences by age"]]) == {}


def test_a_row_label_that_asks_a_question_names_an_offence(figures):
    rows = [["Question", "Response"], ["How many rapes of a child under 13 were recorded in 2022/23?", 5]]
    assert figures(rows)["B2"][1] == 5
    rows = [["Question", "Response"]]
    rows += [
        [f"How many offences of sexual communication with a child were recorded in {y}?", 5]
        for y in ("2021/22", "2022/23")
    ]
    assert figures(rows)["B3"] == (("2022/23", "88A"), 5)


def test_a_sheet_of_notes_adds_no_figures(made, read):
    sheets = {
        "1": [["Year", "Offences"], ["2019/20", 7]],
        "Notes": [["In 2019 there were 31 records without an age."]],
    }
    assert [figure.cell for figure in read(made.xlsx("notes.xlsx", sheets)).reading.figures] == ["B2"]


def test_a_month_and_its_year_at_the_end_of_a_title_are_no_count(made, read):
    path = made.xlsx(
        "title.xlsx", [["Sex", "Victims"], ["Female", 4], [], ["Victims, January - December 2016"]]
    )
    assert [figure.cell for figure in read(path).reading.figures] == ["B2"]


def test_a_hidden_count_in_the_first_row_of_data_makes_it_no_heading(figures):
    rows = [["District", "Under 13", "13-15", "16-17"], ["North", 9, 0, "1-4"], ["South", 5, "1-4", 3]]
    found = figures(rows)
    assert found["D2"] == (("16-17", "suppressed"), (1, 4)) and len(found) == 6
    rows = [["District", "2014/15", "2015/16"], ["North", 9, "1-4"]]
    assert figures(rows)["C2"] == (("2015/16", "suppressed"), (1, 4))


def test_no_before_with_is_a_number_and_denies_nothing():
    from helpers.foi.responses.labels import read_label

    assert read_label("No. with online element").measure == "cyber_flagged"
    assert read_label("No online element").measure == ""


def test_each_sheet_of_a_return_of_several_forces_is_of_its_own(made, read):
    rows = [["Year", "Offences"], ["2019/20", 7]]
    sheets = {"A": [["Durham Constabulary"], *rows], "B": [["Cleveland Police"], *rows], "Kent": rows}
    found = read(made.xlsx("returns.xlsx", sheets)).reading.figures
    assert [figure.force for figure in found] == ["Durham", "Cleveland", "Kent"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cells", ["a,b{}c,d{}", "a,b{}{}c,", '"a,b",c{}d'])
def test_rows_are_split_as_a_csv_reader_splits_them_quoted_or_not(cells, end):
    text = cells.replace("{}", end)
    assert split_rows(text, ",") == list(csv.reader(io.StringIO(text, newline="")))


def test_a_title_over_figures_speaks_for_its_sheet_and_a_front_sheet_for_all(made, read):
    rows = [["Month", "Offences"], ["Apr 2019", 7], ["May 2019", 8]]
    sheets = {"A": [["Sexual offences, victims under 16"], *rows], "B": [["Sexual offences by month"], *rows]}
    found = read(made.xlsx("two.xlsx", sheets)).reading.figures
    assert [(figure.sheet, figure.age_high) for figure in found[::2]] == [("A", 15), ("B", None)]
    front = [["Version", 1.2], ["Criteria", "Sexual offences with a victim aged 0-15"]]
    found = read(made.xlsx("front.xlsx", {"Front": front, "Data": rows})).reading.figures
    assert [(figure.sheet, figure.age_high) for figure in found] == [("Data", 15), ("Data", 15)]


@pytest.mark.parametrize(("number", "ages"), [("Table {}: ", [15, None]), ("", [15, 15])])
def test_a_title_with_a_number_speaks_for_its_own_table(made, read, number, ages):
    """A code over one table is never that of another; who the victims are may be said once, over the first."""
    first = [
        [number.format(1) + "Victims under 16, HO code 19E"],
        ["Year", "Offences"],
        ["2019/20", 7],
    ]
    second = [[number.format(2) + "Offences by sex"], ["Sex", "Offences"], ["Female", 4]]
    found = read(made.csv("a.csv", [*first, [], *second])).reading.figures
    assert [(figure.offence_code, figure.age_high) for figure in found] == [("19E", ages[0]), ("", ages[1])]


def test_a_key_of_codes_is_said_to_be_none_of_the_figures(made, read):
    key = [["HO Code", "Offence"], ["17B", "Sexual assault on a male child under 13"], ["88A", "Grooming"]]
    found = read(made.xlsx("key.xlsx", {"Data": [["HO Code", "2014/15"], ["17B", 7]], "Key": key}))
    assert [figure.cell for figure in found.reading.figures] == ["B2"]
    assert [p.where for p in found.reading.problems if "taken for a key" in p.message] == ["Key A1:B3"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["a,b", "a", "a,b,c", "", ",", "a,b,c|a"])
def test_the_rows_of_a_long_list_are_the_same_kept_flat_or_not(last, end):
    text = end.join(["Year,Sex", *["2014/15,F"] * 2_500, last.replace("|", end)])
    assert list(split_rows(text, ",")) == list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_names_the_separator_is_no_month(made, read, first):
    path = made.text("a.csv", f"{first}\r\nYear;Offences\r\n2014/15;7\r\n2015/16;8\r\n")
    found = read(path).reading.figures
    assert [(figure.cell, figure.financial_year) for figure in found] == [
        ("B3", "2014/15"),
        ("B4", "2015/16"),
    ]


def test_figures_without_a_period_are_told(made, read):
    found = read(made.csv("a.csv", [["Sex", "Offences", "2014/15"], ["Female", 7, 4], ["Male", 8, 3]]))
    (told,) = [problem for problem in found.reading.problems if "no period" in problem.message]
    assert (told.where, told.severity, told.message[:27]) == ("B2", "warning", "2 of 4 figures have no peri")
    dated = read(made.csv("b.csv", [["Sex", "2014/15"], ["Female", 7]]))
    assert not any("no period" in problem.message for problem in dated.reading.problems)


def test_first_days_of_different_months_are_the_months(made, read):
    rows = [["Month", "Offences"], ["2014-04-01 00:00:00", 7], ["2014-05-01 00:00:00", 8], ["Total", 15]]
    found = read(made.csv("months.csv", rows)).reading.figures
    assert [(str(figure.start), str(figure.end)) for figure in found][:2] == [
        ("2014-04-01", "2014-04-30"),
        ("2014-05-01", "2014-05-31"),
    ]


def test_a_quote_that_is_never_closed_costs_no_cell():
    text = 'Year,Sex,Count\n"2014/15,"F, all",5"\n2015/16,M,6'
    assert list(split_rows(text.replace('5"', "5"), ","))[1] == ["2014/15", "F, all", "5"]


def test_figures_of_one_day_are_told(made, read):
    told = read(made.csv("a.csv", [["Offence", "01/04/2014", "01/04/2015"], ["Rape", 4, 5]])).messages
    assert any("as of one day, the first of 2014-04-01" in message for message in told)
