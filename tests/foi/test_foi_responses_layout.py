"""Tables in made-up grids: each layout that forces use, small, with every figure known."""

import datetime as dt

import pytest

from helpers.foi.responses.checks import check_all
from helpers.foi.responses.emit import read_table
from helpers.foi.responses.layout import find_tables
from helpers.foi.responses.model import Grid
from helpers.foi.responses.tablework import Scope

from_years = "2013-04-01..2015-03-31"


def test_a_long_table(figures):
    assert figures(
        [["Year", "Sex", "Age", "Count"], ["2013/14", "F", "0-9", 5], ["2014/15", "M", "10-17", "1,234"]]
    ) == {
        "D2": (("2013/14", "female", "0-9"), 5),
        "D3": (("2014/15", "male", "10-17"), 1234),
    }


def test_years_across_with_a_letterhead_above_and_notes_below(figures):
    rows = [
        ["Made-up Police"],
        ["Our ref:", "FOI 432/17"],
        ["Tel", "01234 567890"],
        [],
        ["Offence", "2013/14", "2014/15"],
        ["Rape of a female child under 13 (19E)", 3, 4],
        ["Total", 3, 4],
        [],
        ["1. Extracted on 3 March 2017. Call 101."],
    ]
    assert figures(rows) == {
        "B6": (("2013/14", "19E"), 3),
        "C6": (("2014/15", "19E"), 4),
        "B7": (("2013/14", "total"), 3),
        "C7": (("2014/15", "total"), 4),
    }


def test_an_age_by_sex_grid_with_totals_under_a_title(figures):
    rows = [
        ["Victims by age and sex, 2014/15"],
        ["Age", "Female", "Male", "Total"],
        ["Under 1", 1, 0, 1],
        ["1-17", 5, 2, 7],
        ["Not known", 1, 1, 2],
        ["Total", 7, 3, 10],
    ]
    found = figures(rows)
    assert found["B3"] == (("2014/15", "female", "0-0"), 1)
    assert found["C5"] == (("2014/15", "male", "age unknown"), 1)
    assert found["D4"] == (("2014/15", "1-17", "total"), 7)
    assert found["D6"] == (("2014/15", "total"), 10)
    assert len(found) == 12


def test_two_heading_rows_merged(figures):
    rows = [
        ["Code", "2013/14", "", "2014/15", ""],
        ["", "Male", "Female", "Male", "Female"],
        ["17A", 1, 0, 2, 0],
        [71, 3, 4, 5, 6],
    ]
    spans = {(0, 2): (0, 1), (0, 4): (0, 3), (1, 0): (0, 0)}
    found = figures(rows, spans=spans)
    assert found["B3"] == (("2013/14", "17A", "male"), 1)
    assert found["E4"] == (("2014/15", "71", "female"), 6)
    assert len(found) == 8


def test_two_heading_rows_that_are_not_merged_and_a_total_outside_them(figures):
    rows = [
        ["", "2013/14", "", "2014/15", "", ""],
        ["Age", "F", "M", "F", "M", "Total"],
        ["0-9", 1, 2, 3, 4, 10],
    ]
    assert figures(rows)["F3"] == ((from_years, "0-9", "total"), 10)
    assert figures(rows)["E3"] == (("2014/15", "male", "0-9"), 4)


def test_years_and_ages_as_numbers_head_columns(figures):
    assert figures([["Age", 2013, 2014], ["0-9", 1, 2]])["C2"] == (("2014-01-01..2014-12-31", "0-9"), 2)
    ages = figures([["Victim age", *range(18)], ["2013/14", *range(20, 38)]])
    assert ages["S2"] == (("2013/14", "17-17"), 37) and len(ages) == 18


def test_age_bands_that_look_like_hidden_counts_head_columns(figures):
    rows = [["Year", "0-4", "Under 10", "10-17"], ["2013/14", "<5", "1-4", 6]]
    assert figures(rows) == {
        "B2": (("2013/14", "0-4", "suppressed"), (1, 4)),
        "C2": (("2013/14", "0-9", "suppressed"), (1, 4)),
        "D2": (("2013/14", "10-17"), 6),
    }


def test_offence_codes_as_numbers_head_columns_and_rows(figures):
    assert figures([["Year", 21, "19E", 71], ["2013/14", 5, 6, 7]])["B2"] == (("2013/14", "21"), 5)
    assert figures([["HO Code", "2013/14"], [21, 5], ["88A", 6]]) == {
        "B2": (("2013/14", "21"), 5),
        "B3": (("2013/14", "88A"), 6),
    }


def test_class_and_sub_class_make_one_code(figures):
    rows = [
        ["Class", "Sub class", "Title", "2013/14"],
        ["019", "16", "Rape of a female under 13", 5],
        ["", "", "Total", 5],
    ]
    assert figures(rows) == {"D2": (("2013/14", "19E"), 5), "D3": (("2013/14", "total"), 5)}


def test_sections_hold_until_the_next_of_their_kind(figures):
    rows = [["", "0-9", "10-17"], ["2013/14"], ["Male", 1, 2], ["Female", 3, 4], ["2014/15"], ["Male", 5, 6]]
    found = figures(rows)
    assert found["B3"] == (("2013/14", "male", "0-9"), 1) and found["C6"] == (("2014/15", "male", "10-17"), 6)


def test_labels_that_are_not_repeated_hold_for_the_rows_below(figures):
    rows = [
        ["Year", "Sex", "Offences"],
        ["2013/14", "Female", 4],
        ["", "Male", 1],
        ["", "Total", 5],
        ["2014/15", "Female", 6],
        ["Grand Total", "", 11],
    ]
    assert figures(rows) == {
        "C2": (("2013/14", "female"), 4),
        "C3": (("2013/14", "male"), 1),
        "C4": (("2013/14", "total"), 5),
        "C5": (("2014/15", "female"), 6),
        "C6": ((from_years, "total"), 11),
    }


def test_a_pivot_table_with_years_and_offences_in_one_column(figures):
    rows = [
        ["Row Labels", "Count"],
        ["2013/14", 10],
        ["19D", 4],
        ["88A", 6],
        ["2014/15", 3],
        ["19D", 1],
        ["88A", 2],
        ["Grand Total", 13],
    ]
    found = figures(rows)
    assert found["B2"] == (("2013/14", "total"), 10) and found["B6"] == (("2014/15", "19D"), 1)
    assert found["B8"] == ((from_years, "total"), 13)


def test_breakdowns_under_each_other_are_not_inside_each_other(figures):
    rows = [
        ["Breakdown", "2013/14"],
        ["Total offences", 9],
        ["Female", 7],
        ["Male", 2],
        ["0-9", 4],
        ["10-17", 5],
    ]
    assert figures(rows)["B5"] == (("2013/14", "0-9"), 4)


def test_several_tables_on_a_sheet(figures):
    rows = [
        ["Girls"],
        ["Year", "Offences"],
        ["2013/14", 3],
        [],
        ["Boys"],
        ["Year", "Offences"],
        ["2013/14", 1],
    ]
    assert figures(rows) == {"B3": (("2013/14", "female"), 3), "B7": (("2013/14", "male"), 1)}


def test_tables_side_by_side(figures):
    rows = [
        ["Girls", "", "", "Boys", ""],
        ["Age", "2013/14", "", "Age", "2013/14"],
        ["0-9", 3, "", "0-9", 1],
        ["10-17", 4, "", "10-17", 2],
    ]
    assert figures(rows)["E4"] == (("2013/14", "male", "10-17"), 2)
    repeated = [["Year", "Offences", "Year", "Arrests"], ["2013/14", 5, "2014/15", 2]]
    assert figures(repeated) == {"B2": (("2013/14",), 5), "D2": (("2014/15",), 2)}


def test_shares_rates_and_changes_are_not_figures(figures):
    rows = [
        ["Sex", "2013/14", "%", "Rate per 1,000", "% change"],
        ["Female", 30, 0.75, 3.1, -0.1],
        ["Male", 10, "25%", 1.2, 0.3],
    ]
    assert figures(rows) == {"B2": (("2013/14", "female"), 30), "B3": (("2013/14", "male"), 10)}
    formatted = [["Sex", "2013/14", "Share"], ["Female", 30, 1.0], ["Male", 0, 0.0]]
    assert set(figures(formatted, percents={(1, 2), (2, 2)})) == {"B2", "B3"}


def test_months_quarters_and_parts_join_their_year(figures):
    assert figures([["", "Q1", "Q2"], ["2013/14", 1, 2]])["C2"] == (("2013-07-01..2013-09-30",), 2)
    months = [["Offences by month 2013/14"], ["Month", "Offences"], ["April", 1], ["May", 2], ["January", 3]]
    assert figures(months)["B5"] == (("2014-01-01..2014-01-31",), 3)
    assert figures([["", dt.datetime(2014, 4, 1), dt.datetime(2014, 5, 1)], ["Female", 1, 2]])["C2"] == (
        ("2014-05-01..2014-05-31", "female"),
        2,
    )


def test_a_footnote_can_shorten_a_year(figures):
    rows = [["Year", "Offences"], ["2024/25", 8], ["2025/26*", 3], ["* April to September 2025, provisional"]]
    assert figures(rows)["B3"] == (("2025-04-01..2025-09-30", "provisional"), 3)


def test_age_bands_that_a_spreadsheet_made_into_dates_are_bands_again(figures):
    rows = [
        ["Age group", "2013/14"],
        ["0-4", 1],
        [dt.datetime(2016, 9, 5), 2],
        [dt.datetime(2014, 10, 1), 3],
        ["15-17", 4],
    ]
    assert [value[0][1] for value in figures(rows).values()] == ["0-4", "5-9", "10-14", "15-17"]


def test_a_last_row_without_a_label_that_adds_up_is_a_total(figures):
    assert figures([["Sex", "2013/14"], ["Female", 3], ["Male", 4], ["", 7]])["B4"] == (
        ("2013/14", "total"),
        7,
    )
    assert "B4" not in figures([["Sex", "2013/14"], ["Female", 3], ["Male", 4], ["", 8]])


def test_a_row_of_words_is_no_new_heading(figures):
    rows = [["Force", "2013/14"], ["Cleveland", 5], ["Durham", "Refused"], ["Total", 5]]
    assert figures(rows)["B4"] == (("2013/14", "total"), 5)


def test_numbers_that_nothing_explains_are_not_figures(figures):
    assert figures([["Room", "Chairs"], ["A", 4], ["B", 5]]) == {}
    assert figures([["Page", 1], ["Version", 2]]) == {}


def test_an_unknown_axis_is_kept_as_a_note():
    table = find_tables(Grid([["District", "2013/14"], ["North", 3], ["South", 4]])).tables[0]
    assert [figure.note for figure in read_table(table, Scope()).figures] == [
        "District: North",
        "District: South",
    ]


def test_blanks_are_left_out_and_noted_or_zero_by_the_files_note(figures):
    rows = [["Sex", "2013/14", "2014/15"], ["Female", 3, 4], ["Male", "", 5]]
    table = find_tables(Grid(rows)).tables[0]
    assert "1 empty cell left out" in read_table(table, Scope()).problems[0].message
    assert figures(rows, rules=["Blank cells mean zero"])["B3"] == (("2013/14", "male"), 0)
    assert "B3" not in figures(rows)


def test_a_row_of_blanks_by_an_offence_of_known_code_is_a_row_wherever_it_stands(figures):
    rows = [
        ["Offence", "2013/14"], ["Rape of a female child under 16", 3],
        ["Sexual assault on a female child under 13", ""], ["Sexual activity involving a child under 13", 5],
        ["Sexual grooming", ""],
    ]  # fmt: skip
    found = figures(rows, rules=["Blank cells mean zero"])
    assert [found[cell][1] for cell in ("B3", "B5")] == [0, 0]
    another = [*rows, ["Age", "2013/14"], ["0-9", 1], ["10-17", 2]]  # whose title the last label is
    assert "B5" not in figures(another, rules=["Blank cells mean zero"])


def test_a_grand_total_under_sections_by_year_covers_all_the_years(figures):
    rows = [
        ["Offence", "Number of crimes"], ["2019/20"], ["Sexual grooming", 55], ["Exposure", 12], ["Sub-total", 67],
        ["2020/21"], ["Sexual grooming", 61], ["Exposure", 9], ["Sub-total", 70], ["Grand Total", 137],
    ]  # fmt: skip
    found = figures(rows)
    assert found["B5"] == (("2019/20", "total"), 67)
    assert found["B10"] == (("2019-04-01..2021-03-31", "total"), 137)


def test_an_empty_row_under_the_headings_does_not_part_them_from_the_data(figures):
    rows = [["Age of victim", "Female", "Male", "Not stated"], [], ["0-5", 21, 15, 0], ["6-10", 44, 20, 1]]
    assert figures(rows)["B3"] == (("female", "0-5"), 21)
    assert figures(rows)["D4"] == (("unknown", "6-10"), 1)


def test_a_section_of_all_adds_up_the_sections_it_follows(made, read):
    rows = [["Year", "0-12", "13-17"]]
    for text, first in (("Female victims", 5), ("Male victims", 3), ("All victims", 8)):
        rows += [[text], ["2013/14", first, 2], ["2014/15", first, 2]]
    found = read(made.xlsx("sections.xlsx", rows))
    assert [f.sex for f in found.reading.figures if f.cell in ("B3", "B6", "B9")] == ["female", "male", ""]
    assert [f.cell for f in found.reading.figures if f.is_total] == ["B9", "B10", "C9", "C10"]
    wrong = [
        problem
        for _, problem in check_all([found.reading])
        if "printed total 2 is 2 below" in problem.message
    ]
    assert [problem.where for problem in wrong] == ["Answer C9", "Answer C10"]


def test_f_and_m_are_headings_when_a_gap_parts_them_from_their_figures(figures):
    rows = [["", "2013/14", "", "2014/15"], ["Age", "F", "M", "F", "M"], [], ["0-9", 4, 3, 2, 1]]
    assert figures(rows)["E4"] == (("2014/15", "male", "0-9"), 1)


@pytest.mark.parametrize(
    ("note", "year"),
    [
        ("Years are financial years, so 2018 is April 2018 to March 2019.", "2018/19"),
        ("The force changed its system in financial year 2018.", "2018-01-01..2018-12-31"),
    ],
)
def test_a_note_below_may_say_that_years_are_financial(figures, note, year):
    found = figures([["Offence", 2018, 2019], ["Rape of a female child under 13", 4, 5], [], [note]])
    assert found["B2"] == ((year, "19E"), 4)


def test_headings_over_a_gap_go_with_the_tables_below_it_side_by_side_too(figures):
    heads = [["Girls", "", "", "Boys"], ["Year", "Rape", "", "Year", "Rape"]]
    found = figures([*heads, [], ["2013/14", 4, "", "2013/14", 3], ["2014/15", 6, "", "2014/15", 5]])
    assert found["B4"] == (("2013/14", "Rape", "female"), 4) and found["E5"] == (
        ("2014/15", "Rape", "male"),
        5,
    )
    found = figures([["Age of victim", *range(4)], [], ["Female", 9, 8, 7, 6], ["Unknown", 5, 4, 3, 2]])
    assert found["C3"] == (("female", "1-1"), 8) and found["E4"] == (("unknown", "3-3"), 2)


def test_age_bands_that_a_spreadsheet_took_for_dates_may_head_columns(figures):
    found = figures([["Year", "0-4", dt.date(2023, 9, 5), dt.date(2014, 10, 1)], ["2013/14", 3, 4, 5]])
    assert [words[1] for words, _ in found.values()] == ["0-4", "5-9", "10-14"]


@pytest.mark.parametrize("heads", [[0, 1, 2, 3], ["19E", "21", "71", "88A"], ["F", "M", "U", "Total"]])
def test_headings_under_an_empty_corner_begin_a_further_table(figures, heads):
    first = [["Rape"], ["Year", "Female", "Male"], ["2013/14", 11, 12]]
    found = figures([*first, [], ["Incest"], ["", *heads], ["2014/15", 21, 22, 23, 24]])
    assert [value for _, value in found.values()] == [11, 12, 21, 22, 23, 24]
    assert found["B7"][0][0] == "2014/15" and len({words for words, _ in found.values()}) == 6


def test_a_lone_code_heads_a_table_with_an_empty_corner(made, read):
    block = [["", "2013/14", "2014/15"], ["Female", 7, 6], []]
    found = read(made.csv("codes.csv", [["19E"], *block, ["21"], *block])).reading.figures
    assert [figure.offence_code for figure in found] == ["19E", "19E", "21", "21"]


def test_a_row_that_looks_like_headings_is_data_where_its_numbers_are_counts(figures):
    """A lone hidden count under a heading that counts, a band at the left of a table that stands aside, a row after a gap."""
    long = [
        ["Sex", "Year", "Age", "Number"],
        ["Female", "2013/14", "Aged 12", 7],
        ["Male", "2013/14", "Aged 12", "<5"],
    ]
    assert figures(long)["D3"] == (("2013/14", "male", "12-12", "suppressed"), (1, 4))
    aside = [
        ["Offences"],
        ["", "", "2013/14", "", "2014/15"],
        ["", "Age", *["F", "M"] * 2],
        ["", "0 to 4", 7, 4, 8, "<5"],
    ]
    assert figures(aside)["C4"] == (("2013/14", "female", "0-4"), 7)
    ages = [["Sex", 0, 1, 2, 3, 4], ["F", 7, 8, 6, "<5", 9], ["M", 1, 0, 7, 6, 8]]
    assert figures(ages)["E2"] == (("female", "3-3", "suppressed"), (1, 4)) and len(figures(ages)) == 10
    gaps = [["Sex", "Age", "2013/14", "2014/15"], [], ["Female", "16 to 17", 7, 8], [], ["", "18+", 27, 20]]
    assert figures(gaps)["D5"] == (("2014/15", "female", "18-"), 20)


def test_flagged_offences_below_each_offence_make_it_no_total(figures):
    flagged = ["of which online flagged", 1, 2]
    rows = [["Offence", "2013/14", "2014/15"], ["Incest", 7, 8], flagged, ["Grooming", 9, 6], flagged]
    found = figures(rows)
    assert found["B2"] == (("2013/14", "23"), 7) and found["C4"] == (("2014/15", "88A"), 6)


def test_a_rule_in_the_brackets_of_a_title_leaves_the_title(made, read):
    rows = [
        ["Offences by sex, 2022/23 (empty cells mean no offences were recorded)"],
        ["Sex", "Offences", "Victims"],
    ]
    found = read(made.xlsx("rule.xlsx", [*rows, ["Female", 7, None], ["Male", 8, 6]])).reading.figures
    assert [(f.cell, f.financial_year, f.low) for f in found if f.sex == "female"] == [
        ("B3", "2022/23", 7),
        ("C3", "2022/23", 0),
    ]
    assert len(found) == 4


def test_ages_repeated_over_sexes_head_columns(figures):
    rows = [["", 0, 0, 1, 1, 2, 2, 3, 3], ["Year", *["F", "M"] * 4], ["2013/14", *range(11, 19)]]
    assert figures(rows)["D3"] == (("2013/14", "female", "1-1"), 13)


def test_codes_in_every_style_head_columns(figures):
    codes = ["019/16", "17 B", "HO 20B", "088A", "71", "073", "21/3"]
    found = figures([["HO code", *codes], ["2013/14", *range(1, 8)]])
    assert [words[1] for words, _ in found.values()] == ["19E", "17B", "20B", "88A", "71", "73", "21"]
