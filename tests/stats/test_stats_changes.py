"""Changes between two years: both counts are random, and missing forces bound the answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats import changes as ch
from helpers.stats.ratios import rate_ratio

BEFORE = pd.Series({"A": 100.0, "B": 400.0, "C": 60.0, "D": 250.0})
AFTER = pd.Series({"A": 130.0, "B": 500.0, "C": 150.0, "D": 300.0})


def test_each_row_is_the_forces_own_ratio_and_interval():
    table = ch.changes(BEFORE, AFTER, dispersion=3, level=0.9)
    for force in BEFORE.index:
        own = rate_ratio(BEFORE[force], AFTER[force], dispersion=3, level=0.9)
        assert table.loc[force, ["ratio", "low", "high"]].tolist() == pytest.approx(
            [own.value, own.low, own.high]
        )


def test_a_force_with_one_count_is_left_out():
    table = ch.changes(BEFORE, AFTER.drop("B"))
    assert table.index.tolist() == ["A", "C", "D"]
    assert table.attrs["centre"] == pytest.approx(580 / 410)


def test_leaving_one_out_and_putting_it_back():
    table = ch.leave_one_out(BEFORE, AFTER, dispersion=3)
    assert table.loc["C", "ratio"] == pytest.approx(930 / 750)
    assert table.loc["C", "shift"] == pytest.approx(930 / 750 - 1080 / 810)
    with pytest.raises(ValueError, match="two forces"):
        ch.leave_one_out(BEFORE[:1], AFTER)


def test_a_funnel_that_takes_the_earlier_year_as_known_calls_too_many_outliers():
    draw = np.random.default_rng(11)
    rates = draw.uniform(50, 500, 400)
    before, after = pd.Series(draw.poisson(rates)), pd.Series(draw.poisson(1.25 * rates))
    called = ch.outlier_counts(before, after)
    assert called["both_random"] / 400 == pytest.approx(0.05, abs=0.025)
    assert called["earlier_known"] / 400 > 0.12


def test_the_funnel_curve_holds_its_share_of_counts():
    draw = np.random.default_rng(2)
    before, after = draw.poisson(300, 4000), draw.poisson(360, 4000)
    low, high = ch.funnel_curve(before + after, 1.2, level=0.9)
    inside = (after / before > low) & (after / before < high)
    assert inside.mean() == pytest.approx(0.9, abs=0.015)


def test_bounds_fill_the_gaps_the_worst_way_round():
    before = pd.Series({"A": 100.0, "B": None})
    after = pd.Series({"A": None, "B": 50.0})
    least, most = pd.Series({"A": 10.0, "B": 20.0}), pd.Series({"A": 200.0, "B": 80.0})
    assert ch.missing_bounds(before, after, least, most, least, most) == (
        (10 + 50) / (100 + 80),
        (200 + 50) / (100 + 20),
    )


def test_bounds_refuse_a_gap_without_limits_and_limits_that_cross():
    before, after = pd.Series({"A": 1.0, "B": None}), pd.Series({"A": 1.0, "B": 1.0})
    none, ten, one = pd.Series(dtype=float), pd.Series({"B": 10.0}), pd.Series({"B": 1.0})
    with pytest.raises(ValueError, match="no limits"):
        ch.missing_bounds(before, after, none, none, none, none)
    with pytest.raises(ValueError, match="least_before exceeds"):
        ch.missing_bounds(before, after, ten, one, none, none)
    with pytest.raises(ValueError, match="same forces"):
        ch.missing_bounds(before, after[::-1], none, none, none, none)


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(1, 500), st.booleans(), st.booleans()),
        min_size=2,
        max_size=9,
    )
)
def test_bounds_always_hold_the_truth(rows):
    """Whatever is hidden, the ratio of what was there lies inside the bounds."""
    true_before = pd.Series([row[0] for row in rows], dtype=float)
    true_after = pd.Series([row[1] for row in rows], dtype=float)
    seen_before = true_before.mask(pd.Series([row[2] for row in rows]))
    seen_after = true_after.mask(pd.Series([row[3] for row in rows]))
    least, most = pd.Series(1.0, true_before.index), pd.Series(500.0, true_before.index)
    low, high = ch.missing_bounds(seen_before, seen_after, least, most, least, most)
    assert low - 1e-12 <= true_after.sum() / true_before.sum() <= high + 1e-12


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError, match="no force with both"):
        ch.pooled(pd.Series({"A": 1.0}), pd.Series({"B": 1.0}))
    with pytest.raises(ValueError, match="before"):
        ch.pooled(pd.Series({"A": -1.0, "B": 5.0}), pd.Series({"A": 1.0, "B": 1.0}))
    with pytest.raises(ValueError, match="zero for every force"):
        ch.pooled(pd.Series({"A": 0.0}), pd.Series({"A": 1.0}))
