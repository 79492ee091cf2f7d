"""Comparisons between sets of codes: small panels whose answers can be read off."""

import pytest

from helpers.official.comparisons import ADULT_RAPE, CHILD_RAPE, CONTACT, NO_MEETING, by_force, changes_around
from helpers.tables.offences import CHILD_ONLY
from tests.frames import frame

COLUMNS = "financial_year force offence_code q1 q2 q3 q4"


@pytest.fixture
def crime():
    rows = []
    for force, size in (("Essex", 10), ("Kent", 20), ("Surrey", 40)):
        for year, more in (("2013/14", 1), ("2014/15", 2), ("2015/16", 3)):
            rows += [(year, force, "71", *[size * more] * 4), (year, force, "17B", *[size] * 4)]
    return frame(COLUMNS, *rows)


def test_the_code_sets_do_not_overlap_and_are_child_only_where_they_say():
    assert not set(NO_MEETING) & set(CONTACT)
    assert set(NO_MEETING) | set(CONTACT) | {"73"} == set(CHILD_ONLY)
    assert set(CHILD_RAPE) < set(CONTACT) and not set(ADULT_RAPE) & set(CHILD_ONLY)


def test_by_force_refuses_a_code_not_held_and_a_year_not_whole(crime):
    with pytest.raises(ValueError, match="'88A'"):
        by_force(crime, ["71", "88A"], "2014/15")
    with pytest.raises(ValueError, match="2025/26 is not whole"):
        by_force(frame(COLUMNS, ("2025/26", "Kent", "71", 1, 2, 3, None)), ["71"], "2025/26")


def test_changes_around_leave_the_quarter_of_the_event_out(crime):
    crime.loc[crime["financial_year"] == "2014/15", ["q2"]] = 9999
    change = changes_around(crime, ["71"], "2014/15", 2, span=4)
    before, after = 3 * 1 + 2, 2 + 2 + 3 + 3
    assert change.to_numpy() == pytest.approx([after / before] * 3)
    with pytest.raises(ValueError, match="has not 4 quarters"):
        changes_around(crime, ["71"], "2013/14", 3)
