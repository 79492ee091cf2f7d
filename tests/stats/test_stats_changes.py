"""Changes between two years: both counts are random, and missing forces bound the answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats import changes as ch

BEFORE = pd.Series({"A": 100.0, "B": 400.0, "C": 60.0, "D": 250.0})
AFTER = pd.Series({"A": 130.0, "B": 500.0, "C": 150.0, "D": 300.0})


def test_a_force_with_one_count_is_left_out():
    table = ch.changes(BEFORE, AFTER.drop("B"))
    assert table.index.tolist() == ["A", "C", "D"]
    assert table.attrs["centre"] == pytest.approx(580 / 410)


def test_the_funnel_curve_holds_its_share_of_counts():
    draw = np.random.default_rng(2)
    before, after = draw.poisson(300, 4000), draw.poisson(360, 4000)
    curve = ch.funnel_curves(before + after, 1.2, dispersion=1, level=0.9)
    inside = (after / before > curve["low"]) & (after / before < curve["high"])
    assert inside.mean() == pytest.approx(0.9, abs=0.015)


def test_bounds_refuse_a_gap_without_limits_and_limits_that_cross():
    counts = pd.DataFrame({"before": {"A": 1.0, "B": None}, "after": {"A": 1.0, "B": 1.0}})
    ten, one = pd.DataFrame({"before": {"B": 10.0}}), pd.DataFrame({"before": {"B": 1.0}})
    with pytest.raises(ValueError, match="no limits"):
        ch.missing_bounds(counts, one.iloc[:0], ten)
    with pytest.raises(ValueError, match="exceeds"):
        ch.missing_bounds(counts, ten, one)


ROW = st.tuples(st.integers(1, 500), st.integers(1, 500), st.booleans(), st.booleans())


@given(st.lists(ROW, min_size=2, max_size=9))
def test_bounds_always_hold_the_truth(rows):
    """Whatever is hidden, the ratio of what was there lies inside the bounds."""
    table = pd.DataFrame(rows, columns=["before", "after", "no_before", "no_after"])
    true = table[["before", "after"]].astype(float)
    held = true.mask(table[["no_before", "no_after"]].to_numpy())
    low, high = ch.missing_bounds(held, 0 * true + 1, 0 * true + 500)
    assert low - 1e-12 <= true["after"].sum() / true["before"].sum() <= high + 1e-12
