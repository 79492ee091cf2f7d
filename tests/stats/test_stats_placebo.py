"""Placebo dates and placebo units: exact ranks, error rates, and refusals."""

import numpy as np
import pytest

from helpers.stats.autoregression import autoregressive
from helpers.stats.placebo import named_units, placebo_many, placebo_steps


def test_many_series_at_once_are_each_what_they_are_alone():
    rng = np.random.default_rng(2)
    counts, control = rng.poisson(80, (3, 20)), rng.poisson(300, (3, 20))
    found = placebo_many(counts, step=9, control=control)
    for i in range(3):
        alone = placebo_steps(counts[i], step=9, control=control[i])
        assert found.z[:, i] == pytest.approx(alone["z"].to_numpy())
        said = alone.attrs["p_value"], alone.attrs["inflation"]
        assert (found.rank[i], found.inflation[i]) == pytest.approx(said)


def test_the_interval_holds_the_ratios_that_other_dates_do_not_rule_out():
    """At its ends, divided out of the series, the step that is left has a p-value of one minus the level."""
    rng = np.random.default_rng(2)
    counts = rng.poisson(400 * np.where(np.arange(24) >= 11, 1.4, 1))
    step = placebo_steps(counts, step=11, level=0.9).attrs["step"]
    assert 1 < step.low < step.value < step.high
    for end in (step.low, step.high):
        rest = counts / np.where(np.arange(24) >= 11, end, 1)
        assert placebo_many(rest[None], step=11).p_value[0] == pytest.approx(0.1, abs=0.005)


@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_other_dates_widen_an_interval_that_memory_has_made_too_narrow(ratio):
    """Errors with autocorrelation 0.7: by the model's own error the interval covers about 0.6."""
    rng = np.random.default_rng(3)
    courses = 500 * np.exp(autoregressive(rng, 2000, 28, [0.15, 0.15], 0.7))
    counts, control = rng.poisson(courses[:, 0] * np.where(np.arange(28) >= 16, ratio, 1)), courses[:, 1]
    low, high = np.exp(placebo_many(counts, step=16, control=control).own.interval(0.95))
    assert np.mean((low <= ratio) & (ratio <= high)) < 0.75
    rest = counts / np.where(np.arange(28) >= 16, ratio, 1)
    assert np.mean(placebo_many(rest, step=16, control=control).p_value >= 0.05) > 0.95


def test_an_interval_takes_enough_draws_for_its_level():
    """39 draws are the fewest of which one in forty lies beyond each end of an interval at 95%."""
    found = named_units([[1.0, 2.0, 6.0], [0.0, 3.0, 0.0]], [2, 1], draws=38)
    assert "38, where 39 are needed" in found.difference.reason and 0 < found.p_value <= 1


def test_named_units_is_wrong_as_often_as_it_says_and_covers():
    rng = np.random.default_rng(4)
    p_values, inside = [], []
    for seed in range(400):
        changes = rng.normal(0, 0.2, (4, 43)) + rng.normal(0, 0.1, 43)  # forces drift of their own
        changes[[0, 1, 2, 3], [5, 9, 20, 33]] += 0.3
        found = named_units(changes, [5, 9, 20, 33], draws=399, seed=seed)
        inside.append(0.3 in found.difference)
        p_values.append(named_units(changes, [1, 2, 3, 4], draws=399, seed=seed).p_value)
    assert np.mean(np.array(p_values) <= 0.05) < 0.08
    assert 0.91 < np.mean(inside) < 0.98
