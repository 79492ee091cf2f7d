"""Corrections: each does what it says, and fails loudly when what it was about has changed."""

import pandas as pd
import pytest

from helpers.foi.corrections import apply
from tests.frames import cases, frame

SAME = {"area": "Cleveland", "period": "2015/16", "value_text": "270"}
ROWS = frame("row measure", (196, "age_0_3"), (197, "age_0_10"), **SAME)
HELD = SAME | {"measure": "age_0_3"}


def entry(action="set_aside", **changes):
    one = {"correction": "cleveland-270", "table": "foi_printed", "row": 196, "source": "paper"}
    return one | {"expect": HELD, "action": action, "why": "Another paper says otherwise."} | changes


def register(*entries):
    return pd.DataFrame(list(entries))


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
