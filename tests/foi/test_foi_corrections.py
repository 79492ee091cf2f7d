"""Corrections: each does what it says, and fails loudly when what it was about has changed."""

import pandas as pd
import pytest

from helpers.foi.corrections import CHANGES, apply
from helpers.tables.package import table
from tests.frames import cases, frame

SAME = {"area": "Cleveland", "period": "2015/16", "value_text": "270"}
ROWS = frame("row measure", (196, "age_0_3"), (197, "age_0_10"), **SAME)
HELD = SAME | {"measure": "age_0_3"}


def entry(action="set_aside", **changes):
    one = {"correction": "cleveland-270", "table": "foi_printed", "row": 196, "source": "paper", "to": None}
    return one | {"expect": HELD, "action": action, "why": "Another paper says otherwise."} | changes


def register(*entries):
    return pd.DataFrame(list(entries))


def test_a_row_set_aside_is_kept_and_marked():
    out = apply(ROWS, register(entry()))
    assert out["row"].tolist() == [196, 197]
    assert out["set_aside"].tolist() == [True, False]
    assert out.loc[0, ["correction", "remark"]].tolist() == ["cleveland-270", "Another paper says otherwise."]


@pytest.mark.parametrize(
    ("action", "to", "column"),
    [
        ("use_value", "68", "value_text"),
        ("relabel_period", "2014/15", "period"),
        ("relabel_measure", "age_0_10", "measure"),
        ("relabel_area", "Kent", "area"),
    ],
)
def test_a_label_or_value_is_replaced_and_nothing_else(action, to, column):
    before = ROWS.copy()
    out = apply(ROWS, register(entry(action, to=to), entry(table="other", row=999)))
    pd.testing.assert_frame_equal(ROWS, before)
    assert out.loc[0, column] == to
    others = [name for name in ROWS.columns if name != column]
    pd.testing.assert_frame_equal(out[others], ROWS[others])


def test_a_doubt_goes_with_the_row_and_changes_nothing():
    out = apply(ROWS, register(entry("doubt")))
    assert out["doubt"].tolist()[0] == "Another paper says otherwise."
    assert not out["set_aside"].any()
    pd.testing.assert_frame_equal(out[ROWS.columns.tolist()], ROWS)


@pytest.mark.parametrize(("changes", "message"), cases(__file__)["correction_that_no_longer_fits"])
def test_a_correction_that_no_longer_fits_fails_loudly(changes, message):
    with pytest.raises(ValueError, match="cleveland-270: ") as error:
        apply(ROWS, register(entry(**changes)))
    assert message in str(error.value)


def test_all_faults_are_reported_at_once():
    with pytest.raises(ValueError, match=r"(?s)one: no row 1 .*two: no row 2 "):
        apply(ROWS, register(entry(correction="one", row=1), entry(correction="two", row=2)))


def test_two_corrections_may_not_change_one_cell():
    first, second = entry("use_value", to="68"), entry("use_value", to="69", correction="other")
    with pytest.raises(ValueError, match="other: cleveland-270 changes the same cell"):
        apply(ROWS, register(first, second))


def test_the_schema_knows_every_action_that_changes_a_cell():
    assert set(CHANGES) < set(table("corrections").column("action").vocabulary)
