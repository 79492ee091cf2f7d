"""Columns and headings of made-up spreadsheets that say what they hold by what stands beside them."""


def test_whole_numbers_that_a_program_printed_with_a_point_are_ages(figures):
    rows = [["Year", "Age (years)", "Number"], ["2016/17", "9.0", 5], ["2016/17", "10.0", 6]]
    assert figures(rows)["C3"] == (("2016/17", "10-10"), 6)


def test_ages_across_that_end_in_words_are_ages(figures):
    rows = [["Sex", 0, 1, 2, 3, "4+", "Unknown"], ["Female", 5, 6, 7, 8, 9, 4]]
    found = figures(rows)
    assert found["C2"] == (("female", "1-1"), 6)
    assert found["F2"] == (("female", "4-"), 9) and found["G2"] == (("female", "age unknown"), 4)


def test_a_lowest_and_a_highest_age_make_a_band(figures):
    rows = [["Year", "Age from", "Age to", "Offences"], ["2016/17", 0, 9, 5], ["2016/17", 10, "", 6]]
    assert figures(rows) == {"D2": (("2016/17", "0-9"), 5), "D3": (("2016/17", "10-"), 6)}


def test_a_title_says_whether_years_on_their_own_are_financial(figures):
    rows = [["Financial year ending"], ["Sex", 2016, 2017], ["Female", 5, 6]]
    assert figures(rows)["B3"] == (("2015/16", "female"), 5)
    rows[0] = ["Offences by financial year"]
    assert figures(rows)["B3"] == (("2016/17", "female"), 5)


def test_other_alone_is_no_sex(figures):
    rows = [["District", "Rape", "Other", "Total"], ["North", 1, 2, 3]]
    assert figures(rows)["C2"] == (("Other",), 2)


def test_a_corner_that_names_the_delays_across_leaves_the_years_below_it_years(figures):
    rows = [
        ["Delay between offence and report", "Under 1 year", "1 to 5 years"],
        ["2020/21", 5, 6],
        ["2021/22", 7, 8],
    ]
    assert figures(rows)["B3"] == (("2021/22",), 7)


def test_beside_the_sex_of_a_victim_that_of_a_suspect_is_a_note(figures):
    rows = [["Victim sex", "Suspect sex", "2018"], ["Female", "Male", 5], ["Female", "Female", 6]]
    assert [words[1] for words, _ in figures(rows).values()] == ["female", "female"]


def test_a_cell_beside_a_table_states_the_period_of_a_sheet(made, read):
    rows = [
        ["Sex", "Offences", "", "Extracted: 12/05/2021"],
        ["Female", 5, "", "Period: 01/04/2020 - 31/03/2021"],
    ]
    assert {f.financial_year for f in read(made.xlsx("side.xlsx", rows)).reading.figures} == {"2020/21"}


def test_a_total_of_three_years_is_no_age(figures):
    rows = [["Sex", "2016/17", "2017/18", "2018/19", "3 year total"], ["Female", 1, 2, 3, 6]]
    assert figures(rows)["E2"] == (("2016-04-01..2019-03-31", "female", "total"), 6)


def test_answers_in_the_cells_of_a_sheet_keep_its_name(made, read):
    rows = [["Question", "Response"], ["How many rapes of a female under 13 were recorded in 2022/23?", 48]]
    found = read(made.xlsx("asked.xlsx", {"FOI 221": rows})).reading.figures
    assert [(figure.sheet, figure.cell, figure.offence_code) for figure in found] == [
        ("FOI 221", "B2", "19E")
    ]


def test_a_row_of_units_does_not_hide_what_its_columns_hold(figures):
    rows = [["Age of victim", "2018/19"], ["(years)", "(number)"], [11, 5], [12, 6]]
    assert figures(rows) == {"B3": (("2018/19", "11-11"), 5), "B4": (("2018/19", "12-12"), 6)}


def test_count_of_ref_heads_counts(figures):
    rows = [
        ["FY", "Sex", "Count of ref"],
        ["2016/17", "Female", 5],
        ["", "Male", 6],
        ["2016/17 Total", "", 11],
    ]
    assert figures(rows)["C4"] == (("2016/17", "total"), 11)


def test_headings_of_a_data_base_are_read_in_words(figures):
    rows = [["Year_Ending", "Sexual_Offences", "Under18_Population"], ["31/03/2019", 5, 90210]]
    assert figures(rows) == {"B2": (("2018/19",), 5)}


def test_a_key_of_codes_is_no_list_of_crimes(made, read):
    key = [
        ["HO code", "Description"],
        ["19E", "Rape of a female child under 13"],
        ["88A", "Sexual grooming"],
        ["21", "x"],
    ]
    assert read(made.xlsx("key.xlsx", key)).reading.figures == []
    found = read(made.xlsx("crimes.xlsx", [*key, key[1]])).reading.figures
    assert sorted(figure.low for figure in found) == [1, 1, 2]


def test_when_and_by_whom_a_report_was_run_is_no_heading_and_no_count(figures):
    rows = [["Report run:", "04/05/2017"], ["User ID", 8831], [], ["Year", "Offences"], [2014, 7], [2015, 8]]
    assert set(figures(rows)) == {"B5", "B6"}


def test_the_page_shows_what_a_title_says_and_shares_as_the_sheet_does(made, read):
    rows = [["Rapes of a female child under 13"], ["Year", "Offences", "Share charged"], ["2019/20", 8, 0.25]]
    path = made.xlsx("shown.xlsx", rows, formats=[("C3", "0%")])
    shown = read(path).reading.shown[0]
    assert shown.marks[(0, 0)] == ("label", "offence 19E")
    assert shown.rows[2][2] == "25.0%" and shown.marks[(2, 2)][0] == "left"


def test_headings_of_a_further_table_are_no_rows_of_the_list_above(figures):
    rows = [["Sex", "Age", "Count"], ["Female", "0-9", 5], ["Male", "0-9", 6], []]
    rows += [["Age", "Females", "Males"], ["10-15", 7, 8]]
    found = figures(rows)
    assert (
        found["B6"] == (("female", "10-15"), 7) and found["C6"] == (("male", "10-15"), 8) and len(found) == 4
    )


def test_numbers_that_count_up_beside_the_name_of_an_axis_are_ages(figures):
    rows = [["HO Code", "Sex", 9, 10, 11, 12], ["19E", "Female", 5, 6, 7, 8]]
    assert figures(rows)["D2"] == (("19E", "female", "10-10"), 6)


def test_the_word_victim_before_a_sex_that_is_not_stated_and_ages_that_end_before_another(figures):
    rows = [["Victim gender", "2014/15"], ["Victim - Female", 5], ["Victim - Not stated", 6]]
    assert figures(rows)["B3"] == (("2014/15", "unknown"), 6)
    rows = [["Age", "2014/15"], ["13 but under 16", 5], ["16 and over but under 18", 6]]
    assert [words for words, _ in figures(rows).values()] == [("2014/15", "13-15"), ("2014/15", "16-17")]


def test_more_than_one_row_is_no_age(made, read):
    rows = [["Sex", "2016/17"], ["Female", 5], [], ["1. Victims may be counted in more than one row."]]
    assert [figure.age_low for figure in read(made.xlsx("rows.xlsx", rows)).reading.figures] == [None]


def test_a_corner_that_names_delays_leaves_the_sexes_across_sexes(figures):
    rows = [["", "2018/19", ""], ["Time from offence to report", "Female", "Male"], ["Within 24 hours", 5, 6]]
    assert [words[1] for words, _ in figures(rows).values()] == ["female", "male"]


def test_a_time_of_recording_is_a_date_by_its_data_base_s_name_too(made, read):
    rows = [["CRIME_ID", "RECORDED_DTTM", "VICTIM_AGE", "VICTIM_SEX"]]
    rows += [[f"42/{n}", "02/05/2020 10:30", 9, "F"] for n in range(4)]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.financial_year, figure.low) == ("2020/21", 4)


def test_a_year_in_the_corner_of_ages_holds_for_the_table(figures):
    rows = [
        ["2014", "Under 16", "16-17"],
        ["Male", 5, 6],
        ["Female", 7, 8],
        [],
        ["2015", "Under 16", "16-17"],
        ["Male", 9, 4],
    ]
    found = figures(rows)
    assert found["B2"] == (("2014-01-01..2014-12-31", "male", "0-15"), 5)
    assert found["C6"] == (("2015-01-01..2015-12-31", "male", "16-17"), 4) and len(found) == 6


def test_hidden_counts_under_a_sex_are_no_age_bands(figures):
    rows = [["Age", "Female", "Male"], [8, "5 or less", 7], [9, "1 - 4", 9], [10, "fewer than 5", 6]]
    found = figures(rows)
    assert found["B2"] == (("female", "8-8", "suppressed"), (1, 5)) and found["C4"] == (("male", "10-10"), 6)


def test_a_footnote_mark_takes_no_meaning_from_a_heading_or_a_code(figures):
    found = figures([["Victim Age²", "2013/14"], [0, 9], [1, 8], [2, 7]])
    assert found == {
        "B2": (("2013/14", "0-0"), 9),
        "B3": (("2013/14", "1-1"), 8),
        "B4": (("2013/14", "2-2"), 7),
    }
    found = figures([["HO code¹", "2013/14"], ["19E (a)", 9], ["20B", 8]])
    assert found["B2"] == (("2013/14", "19E"), 9)


def test_a_column_of_comments_leaves_codes_headings(figures):
    found = figures(
        [["Year", "19E", "21", "71", "Comments"], ["2013/14", 5, 6, 7, ""], ["2014/15", 4, 3, 2, "Late"]]
    )
    assert found["C2"] == (("2013/14", "21"), 6) and len(found) == 6


def test_a_filter_of_a_pivot_table_that_leaves_nothing_out_heads_no_column(figures):
    rows = [
        ["Victim Age Band", "(All)"],
        [],
        ["Count of Ref", "Column Labels"],
        ["Row Labels", "2013/14", "2014/15", "Grand Total"],
    ]
    found = figures([*rows, ["Female", "..", 4, 9], ["Male", 2, 3, 5], ["Grand Total", 7, 7, 14]])
    assert found["D5"] == (("2013-04-01..2015-03-31", "female", "total"), 9)


def test_the_ages_of_suspects_beside_those_of_victims_are_notes(made, read):
    rows = [["Suspect age", "Victim under 13", "Victim 13-15"], ["10-17", 4, 5], ["18+", 6, 7]]
    found = read(made.csv("a.csv", rows)).reading.figures
    assert [(f.age_low, f.note) for f in found[:2]] == [(0, "Suspect age: 10-17"), (0, "Suspect age: 18+")]


def test_the_ages_of_suspects_alone_are_of_suspects(made, read):
    found = read(made.csv("a.csv", [["Suspect age", "2014/15"], ["10-17", 4], ["18+", 6]])).reading.figures
    assert [(f.measure, f.age_low) for f in found] == [("suspects", 10), ("suspects", 18)]


def test_how_many_victims_an_offence_had_is_no_count_of_them(figures):
    rows = [["Number of victims", "2014/15", "2015/16"], ["1", 40, 41], ["2", 5, 6], ["3+", 1, 2]]
    found = figures(rows)
    assert set(found) == {"B2", "B3", "B4", "C2", "C3", "C4"} and found["B4"] == (("2014/15",), 1)
