"""Printed totals against their parts: four ways it can come out, and what explains a difference."""

import pandas as pd
import pytest

from helpers.foi.totals import check_totals, explain_revisions
from tests.foi.conftest import figures
from tests.frames import cases, frame, table

NONE_ABSENT = frame("round force status")


def totals(*rows):
    """Figures of one year: (area, value[, round, source, precision, qualifier])."""
    filled = [(*row, *("2017-03", "paper", "exact", None)[len(row) - 2 :]) for row in rows]
    return figures("area value round source precision qualifier", *filled)


@pytest.mark.parametrize(
    "rows, absent, status, difference, explanation", cases(__file__)["total_against_its_parts"]
)
def test_a_total_against_its_parts(rows, absent, status, difference, explanation):
    gone = pd.DataFrame({"round": ["2017-03"], "force": [absent], "status": ["no_response"]})
    one = check_totals(totals(*rows), gone if absent else NONE_ABSENT).iloc[0]
    found = one[["status", "difference", "explanation", "absent"]].tolist()
    assert found == [status, difference, explanation, absent]


def test_nations_may_come_from_an_earlier_release_and_say_so():
    earlier = [("England and Wales", 41457, "2016-03"), ("Northern Ireland", 1516, "2016-03")]
    checked = check_totals(totals(("UK", 47055), ("Scotland", 4082), *earlier), NONE_ABSENT)
    uk = checked[checked["area"] == "UK"].iloc[0]
    parts = "England and Wales 41,457 (2016-03); Scotland 4,082; Northern Ireland 1,516 (2016-03)"
    assert (uk["status"], uk["parts"]) == ("equal", parts)


def test_a_nation_from_a_release_of_the_same_day_counts_and_one_from_a_later_release_does_not():
    rows = [("UK", 47055), ("Scotland", 4082), ("Northern Ireland", 1516)]
    for release, status in (("2017-03-31", "equal"), ("2017-04", "parts missing")):
        checked = check_totals(totals(*rows, ("England and Wales", 41457, release)), NONE_ABSENT)
        assert checked.set_index("area").loc["UK", "status"] == status


def test_a_revision_of_a_total_is_explained_by_the_force_that_moved_as_much():
    changes = table(__file__, "revised_totals.csv")
    explained = explain_revisions(changes)["explained_by"]
    assert explained[0] == "Derbyshire, revised from 166 to 983"
    assert explained[1:].isna().all()
    moved = changes.assign(change=[818.0, 817, 4])
    assert explain_revisions(moved)["explained_by"].isna().all()
