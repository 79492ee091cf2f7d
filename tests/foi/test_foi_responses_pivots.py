"""Labels that stand inside each other, as pivot tables print them: one idea a test, with made-up numbers."""

from helpers.foi.responses.checks import check_all


def test_districts_hold_the_ages_below_them_where_they_add_them_up(figures):
    rows = [
        ["Division", "2017/18"],
        ["North", 5],
        ["0-12", 2],
        ["13-17", 3],
        ["South", 9],
        ["0-12", 4],
        ["13-17", 5],
    ]
    found = figures(rows)
    assert found["B3"] == (("2017/18", "0-12"), 2)
    assert found["B5"] == (("2017/18", "total"), 9)


def test_a_district_holds_its_ages_where_some_are_hidden(figures):
    rows = [["Division", "2017/18"], ["North", 25], ["0-12", 22], ["13-17", "<5"], ["South", 9], ["0-12", 9]]
    found = figures(rows, rules=["<5 means 1 to 4"])
    assert found["B4"] == (("2017/18", "13-17", "suppressed"), (1, 4))


def test_a_district_is_noted_beside_all_that_it_holds(made, read):
    rows = [["Row Labels", "2017/18"], ["North", 5], ["Female", 5], ["South", 9], ["Female", 9]]
    found = read(made.csv("a.csv", rows)).reading.figures
    assert [figure.note for figure in found] == ["North", "North", "South", "South"]


def test_rows_that_read_the_same_with_other_numbers_are_told(made, read):
    rows = [["Row Labels", "2017/18"], ["Female", 5], ["Male", 6], ["Female", 7]]
    (told,) = [
        p for _, p in check_all([read(made.csv("a.csv", rows)).reading]) if "read as the same" in p.message
    ]
    assert told.where == "B4" and "2 figures" in told.message
    rows[3][1] = 5
    assert not any(
        "read as the same" in p.message for _, p in check_all([read(made.csv("a.csv", rows)).reading])
    )


def test_a_district_that_adds_up_nothing_holds_no_ages(figures):
    rows = [["Row Labels", "2017/18"], ["North", 50], ["South", 90], ["0-12", 40], ["13-17", 99]]
    assert figures(rows)["B2"] == (("2017/18",), 50)


def test_districts_inside_a_year_are_of_that_year(figures):
    rows = [
        ["Row Labels", "Offences"],
        ["2016/17", 7],
        ["North", 3],
        ["South", 4],
        ["2017/18", 5],
        ["North", 2],
        ["South", 3],
    ]
    found = figures(rows)
    assert found["B4"] == (("2016/17",), 4)
    assert found["B5"] == (("2017/18", "total"), 5)


def test_months_and_quarters_stand_inside_their_year(figures):
    rows = [
        ["Row Labels", "Offences"],
        [2016, 6],
        ["Qtr1", 5],
        ["Jan", 2],
        ["Mar", 3],
        ["Qtr2", 1],
        ["Apr", 1],
    ]
    found = figures(rows)
    assert found["B2"] == (("2016-01-01..2016-12-31", "total"), 6)
    assert found["B3"] == (("2016-01-01..2016-03-31", "total"), 5)
    assert found["B5"] == (("2016-03-01..2016-03-31",), 3)


def test_a_part_of_a_year_after_whole_years_is_no_part_of_them(figures):
    rows = [["Period", "Offences"], ["2015/16", 6], ["2016/17", 5], ["Apr-Jun 2017", 2]]
    assert all("total" not in words for words, _ in figures(rows).values())


def test_an_outline_has_a_column_for_each_kind_and_blanks_beside_what_adds_up(figures):
    rows = [
        ["Year", "Sex", "Age group", "Offences"],
        ["2016/17", None, None, 10],
        [None, "Female", None, 7],
        [None, None, "0-12", 3],
        [None, None, "13-17", 4],
        [None, "Male", None, 3],
        [None, None, "0-12", 1],
        [None, None, "13-17", 2],
    ]
    found = figures(rows)
    assert found["D2"] == (("2016/17", "total"), 10)
    assert found["D3"] == (("2016/17", "female", "total"), 7)
    assert found["D8"] == (("2016/17", "male", "13-17"), 2)


def test_what_a_label_of_the_same_column_names_is_totalled(figures):
    rows = [
        ["HO code", "Year", "Offences"],
        ["71", "2012/13", 5],
        ["71", "2013/14", 6],
        ["71 Total", None, 11],
    ]
    found = figures([*rows, ["73", "2012/13", 1], ["73", "2013/14", 2], ["73 Total", None, 3]])
    assert found["C4"] == (("2012-04-01..2014-03-31", "71", "total"), 11)
    assert found["C7"] == (("2012-04-01..2014-03-31", "73", "total"), 3)


def test_headings_right_below_a_table_begin_another(figures):
    rows = [["Year", "Offences"], ["2019/20", 8], ["Year", "Female", "Male"], ["2019/20", 5, 3]]
    assert figures(rows)["C4"] == (("2019/20", "male"), 3)


def test_numbers_that_rise_below_each_year_of_a_pivot_table_are_ages(figures):
    rows = [["Row Labels", "Count of URN"], ["2014/15", 7], [9, 3], [12, 4], ["2015/16", 5], [9, 2], [10, 3]]
    found = figures(rows)
    assert found["B4"] == (("2014/15", "12-12"), 4)
    assert found["B5"] == (("2015/16", "total"), 5)


def test_numbers_below_each_offence_are_ages_whatever_stands_over_them(figures):
    rows = [["", "2014/15"], ["19E Rape of a female child under 13", 7], [9, 3], [12, 4]]
    found = figures([*rows, ["88A Sexual grooming", 5], [9, 1], [12, 4]])
    assert found["B3"] == (("2014/15", "19E", "9-9"), 3)
    assert found["B7"] == (("2014/15", "88A", "12-12"), 4)


def test_numbers_that_do_not_rise_below_each_year_are_no_ages(figures):
    rows = [
        ["Row Labels", "Count of URN"],
        ["2014/15", 7],
        [71, 3],
        [21, 4],
        ["2015/16", 5],
        [71, 2],
        [21, 3],
    ]
    assert figures(rows)["B4"] == (("2014/15", "21"), 4)
    assert figures([rows[0], rows[1], [40, 3], [12, 4]])["B3"] == (("2014/15",), 3)


def test_the_sum_of_a_measure_is_no_total(figures):
    rows = [["Row Labels", "Total"], ["2015/16", None], ["Sum of Offences", 4], ["Sum of Victims", 3]]
    assert all("total" not in words for words, _ in figures(rows).values())


def test_what_a_part_is_named_of_is_no_total_of_its_parts(figures):
    rows = [["Offence", "2014/15"], ["Rape", 30], ["of which victim under 13", 4]]
    found = figures([*rows, ["Sexual assault", 12], ["of which victim under 13", 2]])
    assert found["B2"] == (("2014/15", "Rape"), 30) and found["B3"] == (("2014/15", "Rape", "0-12"), 4)


def test_outcomes_stand_inside_the_offence_that_adds_them_up(made, read):
    rows = [
        ["Row Labels", "2019/20"],
        ["Sexual grooming", 9],
        ["Charge/Summons", 4],
        ["No suspect identified", 5],
    ]
    found = read(
        made.csv("a.csv", [*rows, ["Incest", 3], ["Charge/Summons", 1], ["No suspect identified", 2]])
    )
    told = [(f.offence_code, f.measure, f.is_total) for f in found.reading.figures]
    assert told[0] == ("88A", "offences", True) and told[1] == ("88A", "charges", False)
    assert told[5] == ("23", "outcomes", False)


def test_a_district_with_one_year_is_of_that_year(figures):
    rows = [
        ["Row Labels", "Offences"],
        ["North", 7],
        ["2014/15", 3],
        ["2015/16", 4],
        ["South", 2],
        ["2014/15", 2],
    ]
    found = figures(rows)
    assert found["B2"] == (("2014-04-01..2016-03-31", "total"), 7)
    assert found["B5"] == (("2014/15", "total"), 2)
