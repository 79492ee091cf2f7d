"""Answers of yes or no, and labels that say nothing which is understood: none takes what it denies. All made up."""

import pytest

from helpers.foi.responses.labels import read_label


@pytest.mark.parametrize("text", ["Victim under 18 - No", "Under 18: N", "Under 18 (No)", "Not under 18"])
def test_an_age_that_is_denied_is_none(text):
    label = read_label(text)
    assert label.age is None and label.notes == (text,)


@pytest.mark.parametrize("text", ["Victim under 18 - Yes", "Under 18 (n)", "Under 18 - No."])
def test_an_age_that_is_said_or_numbered_is_one(text):
    assert read_label(text).age.high == 17


def test_no_under_the_heading_of_an_age_is_of_all_others(figures):
    found = figures([["Victim under 18", "2014/15"], ["Yes", 4], ["No", 5], ["Total", 9]])
    assert found["B2"] == (("2014/15", "0-17"), 4)
    assert found["B3"] == (("2014/15",), 5)
    assert found["B4"] == (("2014/15", "total"), 9)


def test_yes_and_no_beside_each_year_stand_inside_nothing(figures):
    rows = [["Year", "Victim under 18", "Offences"], ["2014/15", "Y", 4], ["2014/15", "N", 5]]
    found = figures([*rows, ["2015/16", "Y", 6], ["2015/16", "N", 7]])
    assert found["C4"] == (("2015/16", "0-17"), 6) and found["C5"] == (("2015/16",), 7)


def test_labels_that_say_nothing_that_is_read_are_noted(made, read):
    found = read(made.csv("a.csv", [["Victim", "2014/15"], ["Adult", 4], ["Child", 5]])).reading.figures
    assert [figure.note for figure in found] == ["Adult", "Child"]
    found = read(
        made.csv("b.csv", [["Year", "DA flagged", "Not DA flagged"], ["2014/15", 4, 5]])
    ).reading.figures
    assert [figure.note for figure in found] == ["DA flagged", "Not DA flagged"]


def test_letters_of_sexes_before_years_leave_them_years(figures):
    rows = [["Age", "F 14/15", "M 14/15", "F 15/16", "M 15/16"], ["0-9", 4, 3, 2, 1], ["10-17", 5, 6, 7, 8]]
    assert figures(rows)["E3"] == (("2015/16", "male", "10-17"), 8)


def test_the_numbers_of_rows_before_codes_are_no_ages(figures):
    rows = [["", "HO code", "Offence", "Total"], [1, 21, "Familial offences", 5], [2, 71, "Other", 6]]
    assert set(figures(rows)) == {"D2", "D3"}
    assert set(figures([*rows, [3, 73, "Abuse of trust", 7]])) == {"D2", "D3", "D4"}


def test_the_codes_of_outcomes_are_no_counts(figures):
    assert set(figures([["Outcome code", "2018/19"], [1, 5], [2, 7], [14, 9]])) == {"B2", "B3", "B4"}
