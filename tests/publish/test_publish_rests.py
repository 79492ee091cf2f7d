"""Small groups that no table prints, and that the printed ones leave."""

import pandas as pd
import pytest

from helpers.publish.disclosure import MARK, protect


def values(columns, *rows):
    """The last column of a protected table."""
    made = protect({"t": pd.DataFrame(rows, columns=columns.split())}, ["paper"])
    return made.frames["t"].iloc[:, -1].tolist()


def test_all_less_girls_less_unknown_are_the_boys():
    rows = [
        ("Kent", "2014/15", "all", 100),
        ("Kent", "2014/15", "female", 80),
        ("Kent", "2014/15", "unknown", 17),
    ]
    assert values("area year sex offences", *rows) == [100, 80, MARK]
    rows[2] = ("Kent", "2014/15", "unknown", 15)
    assert values("area year sex offences", *rows) == [100, 80, 15]


def test_ages_that_leave_one_out():
    rows = [("Kent", "2014/15", "all", 53), ("Kent", "2014/15", "0-10", 20), ("Kent", "2014/15", "11-16", 30)]
    assert values("area year age offences", *rows) == [53, 20, MARK]


def test_ages_that_overlap_by_a_few():
    rows = [("Kent", "2014/15", "all", 67), ("Kent", "2014/15", "0-10", 30), ("Kent", "2014/15", "8-17", 40)]
    assert values("area year age offences", *rows).count(MARK) == 1
    rows[0] = ("Kent", "2014/15", "all", 60)
    assert values("area year age offences", *rows) == [60, 30, 40]


def test_a_force_by_its_nation():
    rows = [("Gwent", 30), ("North Wales", 40), ("South Wales", 50), ("Wales", 123)]
    assert (
        values("area year sex offences", *((area, "2014/15", "male", n) for area, n in rows)).count(MARK) == 1
    )


def test_a_year_by_its_span():
    rows = [("Kent", "2014/15", "male", 20), ("Kent", "2014/15-2015/16", "male", 23)]
    assert values("area year sex offences", *rows).count(MARK) == 1


def test_parts_that_do_not_add_up_leave_those_of_whom_nothing_is_known():
    rows = [("Kent", "White", 30), ("Kent", "Asian", 12), ("Kent", "all", 45)]
    assert values("area ethnicity offences", *rows).count(MARK) == 1
    rows[2] = ("Kent", "all", 42)
    assert values("area ethnicity offences", *rows) == [30, 12, 42]


@pytest.mark.parametrize(("unknown", "hidden"), [(3, 2), (7, 0)])
def test_victims_of_unknown_age(unknown, hidden):
    rows = [
        ("Kent", "0-10", 50),
        ("Kent", "11-17", 40),
        ("Kent", "not recorded", unknown),
        ("Kent", "all", 90 + unknown),
    ]
    assert values("area age offences", *rows).count(MARK) == hidden


def test_a_rest_of_published_figures_is_no_secret_of_ours():
    rows = [("Kent", "all", "paper", 100), ("Kent", "female", "paper", 97)]
    assert values("area sex source offences", *rows) == [100, 97]


def test_a_force_is_the_same_whatever_it_is_called():
    whole = pd.DataFrame({"area": "Kent", "year": "2014/15", "sex": ["all", "female"], "offences": [40, 30]})
    parts = pd.DataFrame(
        {"Force": "Kent Police", "year": "2014/15", "sex": ["male", "unknown"], "offences": [7, 3]}
    )
    made = protect({"whole": whole, "parts": parts}, [])
    assert made.frames["parts"]["offences"].tolist() == [MARK, MARK]


@pytest.mark.parametrize(
    "column",
    [
        "Age of victim",
        "victim_offender_relationship",
        "Ethnic appearance",
        "suspect age",
        "Disability",
        "Religion or belief",
    ],
)
def test_columns_are_known_by_their_words(column):
    told = pd.DataFrame({"force": ["Kent", "Essex"], "year": "2014/15", column: "some", "offences": [3, 30]})
    assert protect({"t": told}, []).frames["t"]["offences"].tolist() == [MARK, 30]


@pytest.mark.parametrize(
    "columns",
    [
        ("0-4", "5-17"),
        ("asian", "white"),
        ("stranger", "family_member"),
        ("ethnicity_asian", "ethnicity_white"),
    ],
)
def test_columns_that_are_groups_themselves(columns):
    told = pd.DataFrame([["Kent", 33, 3, 30]], columns=["force", "offences", *columns])
    assert protect({"t": told}, []).frames["t"].iloc[0].tolist() == ["Kent", 33, MARK, MARK]


@pytest.mark.parametrize(
    ("values_", "small"),
    [
        (["0-4", "5-17"], True),
        (["Asian", "White"], True),
        (["Stranger", "Parent"], True),
        (["north", "south"], False),
    ],
)
def test_groups_under_a_heading_that_says_nothing(values_, small):
    told = pd.DataFrame({"force": "Kent", "group": values_, "offences": [3, 30]})
    assert (protect({"t": told}, []).frames["t"]["offences"].tolist() == [MARK, 30]) is small


def test_years_of_delay_are_no_ages():
    told = pd.DataFrame({"force": "Kent", "delay_in_years": ["0-4", "5-17"], "offences": [3, 30]})
    assert protect({"t": told}, []).frames["t"]["offences"].tolist() == [3, 30]
