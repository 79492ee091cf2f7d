"""Comparisons between sets of codes: small panels whose answers can be read off."""

import pandas as pd
import pytest

from helpers.official.comparisons import (
    ADULT_RAPE,
    BOYS,
    CHILD_RAPE,
    CONTACT,
    GIRLS,
    NO_MEETING,
    by_force,
    changes_around,
    growth,
    national_quarters,
    when,
)
from helpers.tables.offences import CHILD_ONLY

COLUMNS = ["financial_year", "force", "offence_code", "q1", "q2", "q3", "q4"]


def panel(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def crime():
    rows = []
    for force, size in (("Essex", 10), ("Kent", 20), ("Surrey", 40)):
        for year, more in (("2013/14", 1), ("2014/15", 2), ("2015/16", 3)):
            rows.append((year, force, "71", *[size * more] * 4))
            rows.append((year, force, "17B", *[size] * 4))
    return panel(rows)


def test_the_code_sets_do_not_overlap_and_are_child_only_where_they_say():
    assert not set(NO_MEETING) & set(CONTACT)
    assert set(NO_MEETING) | set(CONTACT) | {"73"} == set(CHILD_ONLY)
    assert set(CHILD_RAPE) < set(CONTACT) and not set(ADULT_RAPE) & set(CHILD_ONLY)
    assert set(BOYS) | set(GIRLS) == set(CONTACT)


def test_by_force_counts_a_force_without_rows_as_zero():
    crime = panel([("2014/15", "Kent", "71", 1, 2, 3, 4), ("2014/15", "Essex", "73", 5, 0, 0, 0)])
    assert by_force(crime, ["71"], "2014/15").to_dict() == {"Essex": 0, "Kent": 10}


def test_by_force_refuses_a_code_not_held_and_a_year_not_whole(crime):
    with pytest.raises(ValueError, match="'88A'"):
        by_force(crime, ["71", "88A"], "2014/15")
    with pytest.raises(ValueError, match="2025/26 is not whole"):
        by_force(panel([("2025/26", "Kent", "71", 1, 2, 3, None)]), ["71"], "2025/26")


def test_growth_alone_and_against_a_control(crime):
    alone = growth(crime, ["71"], first_year="2014/15", last_year="2015/16")
    assert alone.estimate.value == pytest.approx(1.5)
    against = growth(crime, ["71"], control=["17B"], first_year="2013/14", last_year="2015/16")
    assert against.estimate.value == pytest.approx(3)
    assert against.units == 3


def test_national_quarters_are_named_by_their_first_month(crime):
    table = national_quarters(crime, ["71"], first_year="2014/15", last_year="2015/16", without=["Surrey"])
    assert table["offences"].tolist() == [60] * 4 + [90] * 4
    assert table["when"].tolist()[:5] == ["Apr 2014", "Jul 2014", "Oct 2014", "Jan 2015", "Apr 2015"]
    assert when("2015/16", 3) == "Oct 2015"


def test_changes_around_leave_the_quarter_of_the_event_out(crime):
    crime.loc[crime["financial_year"] == "2014/15", ["q2"]] = 9999
    change = changes_around(crime, ["71"], "2014/15", 2, span=4)
    before, after = 3 * 1 + 2, 2 + 2 + 3 + 3
    assert change.to_numpy() == pytest.approx([after / before] * 3)
    with pytest.raises(ValueError, match="has not 4 quarters"):
        changes_around(crime, ["71"], "2013/14", 3)
