"""Habits of those who fill in spreadsheets: crime trees, flags, outcomes, letterheads. Every number is made up."""

from helpers.foi.responses.emit import read_table
from helpers.foi.responses.layout import find_tables
from helpers.foi.responses.model import Grid
from helpers.foi.responses.reader import read_file
from helpers.foi.responses.tablework import Scope


def read(rows):
    return [
        figure for table in find_tables(Grid(rows)).tables for figure in read_table(table, Scope()).figures
    ]


def test_a_row_of_a_crime_tree_that_adds_up_the_rows_below_it_is_a_total(figures):
    rows = [
        ["Offence", "2015/16", "2016/17"],
        ["Sexual offences", 100, 120],
        ["   Rape", 40, 50],
        ["      Rape of a female aged 16 and over", 22, 30],
        ["      Rape of a female child under 16", 18, 20],
        ["   Other sexual offences", 60, 70],
        ["      Sexual assault on a female aged 13 and over", 35, 40],
        ["      Sexual activity involving child under 16", 25, 30],
    ]
    found = figures(rows)
    assert [cell for cell, (words, _) in found.items() if "total" in words] == [
        "B2", "B3", "B6", "C2", "C3", "C6"
    ]  # fmt: skip


def test_a_row_of_one_number_that_adds_up_by_chance_is_no_total(figures):
    rows = [["Offence", "2015/16"], ["Exposure", 7], ["Voyeurism", 3], ["Sexual grooming", 4]]
    assert "total" not in figures(rows)["B2"][0]
    rows[1][0] = "Other sexual offences"
    assert "total" in figures(rows)["B2"][0]


def test_a_band_that_others_fill_is_a_total_and_one_that_they_leave_a_gap_in_is_not(figures):
    rows = [["Age", "2015/16"], ["0-9", 4], ["10-15", 6], ["Under 16", 10], ["16-17", 3]]
    assert figures(rows)["B4"] == (("2015/16", "0-15", "total"), 10)
    rows[2][0] = "11-15"
    assert figures(rows)["B4"] == (("2015/16", "0-15"), 10)
    rows[2][0], rows[3][1] = "10-15", 9  # the numbers do not allow it
    assert figures(rows)["B4"] == (("2015/16", "0-15"), 9)


def test_a_band_is_a_total_though_one_of_its_parts_cannot_be_read(figures):
    rows = [["Age", "2015/16"], ["0-9", 4], ["10-15", "2O1"], ["Under 16", 205]]  # the letter O
    assert figures(rows)["B4"] == (("2015/16", "0-15", "total"), 205)
    rows[3][1] = 3  # less than the part that can be read
    assert figures(rows)["B4"] == (("2015/16", "0-15"), 3)


def test_a_year_that_its_quarters_fill_is_a_total(figures):
    rows = [
        ["", "Q1 2015/16", "Q2 2015/16", "Q3 2015/16", "Q4 2015/16", "2015/16"],
        ["Female", 1, 2, 3, 4, 10],
    ]
    assert figures(rows)["F2"] == (("2015/16", "female", "total"), 10)


def test_what_stands_beside_a_flag_is_not_flagged():
    rows = [
        ["Sexual offences by online flag"],
        ["Year", "Online flag - Yes", "Online flag - No", "Total"],
        ["2015/16", 9, 70, 79],
    ]
    assert [figure.measure for figure in read(rows)] == ["cyber_flagged", "offences", "offences"]
    rows[1:2] = [["", "Online flag", "", ""], ["Year", "Yes", "No", "Total"]]
    assert [figure.measure for figure in read(rows)] == ["cyber_flagged", "offences", "offences"]


def test_outcomes_are_counted_apart_from_offences():
    rows = [["Year", "Offences", "Charged", "No further action"], ["2015/16", 90, 12, 60]]
    assert [(figure.measure, figure.note) for figure in read(rows)] == [
        ("offences", ""),
        ("charges", ""),
        ("outcomes", "No further action"),
    ]
    down = [["Outcome", "2015/16"], ["Charged", 12], ["Undetected", 60]]
    assert [figure.measure for figure in read(down)] == ["charges", "outcomes"]


def test_the_relationship_of_a_suspect_to_a_victim_does_not_count_suspects():
    rows = [["Relationship of suspect to victim, victims under 18"], ["", "2015/16"], ["Stranger", 4]]
    (figure,) = read(rows)
    assert (figure.measure, figure.age_high) == ("victims", 17)


def test_a_running_total_is_no_figure(figures):
    rows = [["Month", "2015/16", "Running total"], ["April", 3, 3], ["May", 4, 7]]
    assert set(figures(rows)) == {"B2", "B3"}


def test_a_letterhead_of_two_cells_heads_no_column(figures):
    rows = [
        ["Made-up Police", "Sexual offences by age of victim"],
        ["Year", "0", "1", "2", "3"],
        ["2015/16", 8, 6, 7, 9],
    ]
    assert figures(rows)["E3"] == (("2015/16", "3-3"), 9)


def test_a_footnote_on_a_number_qualifies_it_also_in_the_table_beside(figures):
    rows = [
        ["Age", "2015/16", "", "Age", "2015/16"],
        ["0-9", 4, "", "0-9", "3²"],
        ["10-17", 5, "", "10-17", 6],
        [],
        ["² revised since the last answer"],
    ]
    assert figures(rows)["E2"] == (("2015/16", "0-9", "revised"), 3)


def test_a_last_row_that_states_nothing_and_adds_up_the_others_is_a_total(figures):
    rows = [["District", "2015/16", "2016/17"], ["North", 4, 5], ["South", 6, 6], ["Made-up county", 10, 11]]
    assert figures(rows)["B4"] == (("2015/16", "total"), 10)
    rows[3][2] = 12
    assert figures(rows)["B4"] == (("2015/16",), 10)


def test_a_first_column_of_offences_that_adds_up_the_sexes_is_a_total(figures):
    rows = [["Year", "Offences", "Female", "Male"], ["2015/16", 9, 7, 2], ["2016/17", 8, 5, 3]]
    assert figures(rows)["B2"] == (("2015/16", "total"), 9)
    rows[0] = ["Year", "Offences", "Charged", "Cautioned"]  # other things, whatever they add up to
    assert figures(rows)["B2"] == (("2015/16",), 9)


def test_an_overall_total_under_sections_by_sex_has_no_sex_of_its_own(figures):
    rows = [
        ["Age", "2015/16"],
        ["Female"],
        ["0-9", 5],
        ["10-17", 6],
        ["Male"],
        ["0-9", 1],
        ["10-17", 2],
        ["Overall total", 14],
    ]
    assert figures(rows)["B8"] == (("2015/16", "total"), 14)


def test_of_which_is_part_of_the_row_above():
    rows = [
        ["Sexual offences recorded in 2016/17:", 9],
        ["Of which, female victims:", 7],
        ["Of which, male victims:", 2],
    ]
    assert [(f.financial_year, f.sex) for f in read(rows)] == [
        ("2016/17", ""),
        ("2016/17", "female"),
        ("2016/17", "male"),
    ]


def test_a_title_that_says_provisional_gives_way_to_headings_that_say_which(figures):
    rows = [
        ["Offences, 2015/16 to 2016/17 (provisional)"],
        ["Sex", "2015/16", "2016/17(p)"],
        ["Female", 4, 5],
    ]
    assert figures(rows)["B3"] == (("2015/16", "female"), 4)
    assert figures(rows)["C3"] == (("2016/17", "female", "provisional"), 5)


def test_a_sheet_that_answers_a_question_is_no_quarter(made):
    rows = [["Q1: Recorded sexual offences, 2022-23"], ["Sex", "Offences"], ["Female", 4]]
    path = made.xlsx("made_up.xlsx", {"Q1 2022-23": rows})
    assert [figure.financial_year for figure in read_file(path, "made_up.xlsx")[0].figures] == ["2022/23"]


def test_text_with_bare_bars_between_cells_is_a_table(made):
    path = made.text("made_up.txt", "HO code|2014-15|2015-16\n19E|1\u00a0204|88\n19D|5|*\n")
    assert [figure.cell for figure in read_file(path, "made_up.txt")[0].figures] == ["B2", "B3", "C2", "C3"]


def test_numbers_of_questions_lead_to_what_the_questions_ask():
    rows = [
        ["1. How many sexual offences against children under 18 were recorded?"],
        ["2. How many of these had an online element?"],
        ["Question", "2015/16", "2016/17"],
        [1, 61, 70],
        [2, 5, 8],
    ]
    assert [(f.cell, f.measure, f.age_high, f.financial_year) for f in read(rows)] == [
        ("B4", "offences", 17, "2015/16"),
        ("B5", "cyber_flagged", 17, "2015/16"),
        ("C4", "offences", 17, "2016/17"),
        ("C5", "cyber_flagged", 17, "2016/17"),
    ]


def test_a_name_stands_before_the_code_that_follows_it():
    rows = [
        ["Major text", "Minor text", "CCJS", "2018/19"],
        ["Rape", "Rape of female under 13", "019/16", 12],
    ]
    assert [(f.offence, f.offence_code) for f in read(rows)] == [("Rape of female under 13", "19E")]


def test_what_only_the_totals_count_the_whole_table_counts():
    rows = [["Sex", "2015/16"], ["Female", 7], ["Male", 2], ["All victims", 9]]
    assert {f.measure for f in read(rows)} == {"victims"}


def test_offences_and_victims_under_each_year_are_one_table(figures):
    rows = [
        ["Category", "2016/17", "", "2017/18", ""],
        ["", "Offences", "Victims", "Offences", "Victims"],
        ["Sexual grooming", 4, 3, 6, 5],
    ]
    assert figures(rows)["E3"] == (("2017/18", "88A"), 5)


def test_a_numbered_note_is_found_from_a_heading(figures):
    rows = [["Sex", "Year ending March 2021 [note 2]"], ["Female", 4], ["Male", 5], ["[note 2] Provisional"]]
    assert figures(rows)["B2"] == (("2020/21", "female", "provisional"), 4)


def test_the_first_section_says_nothing_of_the_grand_total(figures):
    rows = [
        ["Offence", "2015/16"],
        ["Victim under 10"],
        ["Rape", 5],
        ["Exposure", 6],
        ["Victim 10 to 17"],
        ["Rape", 1],
        ["Exposure", 2],
        ["Grand total", 14],
    ]
    found = figures(rows)
    assert found["B3"] == (("2015/16", "Rape", "0-9"), 5)
    assert found["B8"] == (("2015/16", "total"), 14)


def test_fy_means_the_year_that_ends_over_a_column_as_before_each_year(figures):
    assert figures([["FY", "Offences"], ["2015", 7], ["2016", 9]])["B2"] == (("2014/15",), 7)
    assert figures([["Year", "Offences"], ["FY2015", 7], ["FY2016", 9]])["B2"] == (("2014/15",), 7)


def test_a_quarter_that_its_months_add_up_to_is_a_total(figures):
    rows = [["Month", "2018", "2019"], ["January", 4, 9], ["February", 6, 7], ["March", 5, 8], ["Quarter 1", 15, 24]]  # fmt: skip
    assert figures(rows)["B5"] == (("2018-01-01..2018-03-31", "total"), 15)
    rows[4][2] = 25
    assert figures(rows)["B5"] == (("2018-01-01..2018-03-31",), 15)


def test_dots_hide_what_the_file_says_and_are_a_gap_where_it_says_nothing(figures):
    rows = [["Year", "Charged"], ["2014/15", ".."], ["2015/16", 9]]
    assert "B2" not in figures(rows)
    rule = ["'..' means fewer than 3, including none."]
    assert figures(rows, rules=rule)["B2"] == (("2014/15", "suppressed"), (0, 2))


def test_a_column_called_sub_divides_the_class_beside_it(figures):
    rows = [["HO Class", "Sub", "Offence", "2015/16"], [19, 16, "Rape", 4], [71, 17, "Communication", 6]]
    assert figures(rows) == {"D2": (("2015/16", "19E"), 4), "D3": (("2015/16", "88A"), 6)}


def test_delays_told_in_words_are_headings_over_counts(figures):
    rows = [
        ["Year", "Reported within a year", "Reported over a year later", "All"],
        ["2013/14", 301, 188, 489],
    ]
    read = figures(rows)
    assert [read[cell][1] for cell in ("B2", "C2", "D2")] == [301, 188, 489]
    assert "total" in read["D2"][0]


def test_a_column_of_numbers_that_are_no_counts_is_told():
    rows = [["Year", "Time elapsed", "Offences"], ["2013/14", 31, 489], ["2014/15", 28, 657]]
    told = [
        problem for table in find_tables(Grid(rows)).tables for problem in read_table(table, Scope()).problems
    ]
    assert [(one.where, one.severity) for one in told] == [("B2:B3", "warning")]
    assert "Time elapsed" in told[0].message


def test_the_parts_of_the_request_that_tell_the_explanations_apart_are_read(made, read):
    delays = [
        ["Year", "Delay between offence and report", "Offences"],
        ["2023/24", "Under 1 year", 61],
        ["2023/24", "20 years and more", 38],
    ]
    flags = [["Year", "Online flag", "Victims"], ["2023/24", "Yes", 26], ["2023/24", "No", 75]]
    gone = [["Year", "Cancelled (no crime)", "Rape N100"], ["2023/24", 8, 3]]
    sheets = {"B3 delay": delays, "B4 online flag": flags, "D cancelled": gone}
    figures = read(made.xlsx("made_up.xlsx", sheets)).reading.figures
    assert [(f.low, f.measure, f.note, f.qualifiers) for f in figures] == [
        (61, "offences", "Delay between offence and report: Under 1 year", ()),
        (38, "offences", "Delay between offence and report: 20 years and more", ()),
        (26, "cyber_flagged", "", ()),
        (75, "victims", "not flagged as online", ()),
        (8, "cancelled", "", ()),
        (3, "not_recorded", "", ()),
    ]
