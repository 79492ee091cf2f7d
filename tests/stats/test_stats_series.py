"""Interrupted series and breaks: published examples, agreement with statsmodels, coverage, refusals."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from helpers.stats.series import break_set, change_point, interrupted_many, interrupted_series, line_break
from tests.frames import cases, columns

# Acute coronary events in Sicily by month, 2002 to November 2006, and the standardised population at risk.
# Smoking was banned in public places from January 2005. Data published with Lopez Bernal et al. (2017).
SICILY, POPULATION = columns(__file__, "coronary_events.csv")
BAN = 36

# Annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres (Cobb 1978).
(NILE,) = columns(__file__, "nile.csv")


def test_sicily_with_seasons():
    """Lopez Bernal et al. (2017): quasi-Poisson with harmonics, 0.885 (0.839 to 0.933)."""
    step = interrupted_series(SICILY, step=BAN, exposure=POPULATION, period=12, harmonics=2).step
    assert (round(step.value, 3), round(step.low, 3), round(step.high, 3)) == (0.885, 0.839, 0.933)


def as_statsmodels(y, design, offset):
    model = sm.GLM(y, np.column_stack(design), family=sm.families.Poisson(), offset=offset)
    return model.fit(scale="X2", tol=1e-12)


def test_free_seasons_as_statsmodels_fits_them():
    fit = interrupted_series(SICILY, step=BAN, exposure=POPULATION, period=12)
    time = np.arange(59.0)
    design = [np.ones(59), time, *(time % 12 == m for m in range(1, 12)), time >= BAN]
    other = as_statsmodels(SICILY, design, np.log(POPULATION))
    expected = np.exp([other.params[-1], *other.conf_int()[-1]])
    assert (fit.step.value, fit.step.low, fit.step.high) == pytest.approx(expected, rel=1e-8)
    assert fit.dispersion == pytest.approx(other.scale, rel=1e-8)
    many = interrupted_many([SICILY], step=BAN, exposure=POPULATION, period=12)
    assert many.se == pytest.approx(other.bse[-1], rel=1e-8)
    assert many.dof == other.df_resid


def test_a_control_as_statsmodels_fits_it():
    rng = np.random.default_rng(3)
    time, y, control = np.arange(40.0), rng.poisson(200, 40), rng.poisson(90, 40)
    fit = interrupted_series(y, step=17, control=control)
    treated, clock = np.repeat([1.0, 0.0], 40), np.tile(time, 2)
    design = [np.ones(80), treated, clock, clock >= 17, treated * (clock >= 17)]
    other = as_statsmodels(np.concatenate([y, control]), design, None)
    assert math.log(fit.step.value) == pytest.approx(other.params[4], abs=1e-8)
    assert math.log(fit.step.high) == pytest.approx(other.conf_int()[4, 1], abs=1e-8)


def simulate(rng, steps, n=60, step=30, dispersion=3.0):
    """Overdispersed counts with a trend and seasons, and the given rate ratio at the step."""
    time = np.arange(n)
    mean = 200 * np.exp(0.004 * time + 0.15 * np.sin(np.pi * time / 2)) * np.where(time >= step, steps, 1)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)


def test_intervals_cover_what_they_say():
    """The normal one of a single series in sixty observations, and the t interval of many in twelve."""
    rng = np.random.default_rng(8)
    options = {"period": 4, "harmonics": 1}
    inside = [1.2 in interrupted_series(simulate(rng, 1.2), step=30, **options).step for _ in range(1500)]
    assert 0.925 < np.mean(inside) < 0.965
    short = interrupted_many([simulate(rng, 1.2, 12, 6) for _ in range(1500)], step=6, **options)
    low, high = short.interval(0.95)
    assert 0.935 < np.mean((low < np.log(1.2)) & (np.log(1.2) < high)) < 0.975


@pytest.mark.parametrize(("name", "arguments"), cases(__file__)["interrupted_series"])
def test_interrupted_series_refuses(name, arguments):
    with pytest.raises(ValueError, match=name):
        interrupted_series(**{"counts": [3, 5, 4, 6, 8, 7], "step": 3, **arguments})


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40), st.integers(-99, 99), st.integers(1, 9))
def test_change_point_is_the_best_split_and_ignores_units(values, shift, scale):
    found = change_point(values)

    def squares(k):
        return np.var(values[:k]) * k + np.var(values[k:]) * (len(values) - k)

    best = min(squares(k) for k in range(1, len(values)))
    assert squares(found) == pytest.approx(best, abs=1e-6)
    assert change_point(np.array(values) * scale + shift) == found


def test_line_break_of_the_nile():
    """Zeileis et al. (2003), strucchange: sup F of a break in the mean is 75.93, in 1898."""
    broken = line_break(NILE, trend=False)
    assert round(broken.statistic, 2) == 75.93
    assert 1871 + broken.position == 1899
    assert broken.p_value == 0.001


def test_line_break_is_wrong_as_often_as_it_says():
    rng = np.random.default_rng(6)

    def wrong(series, **options):
        found = (line_break(y, draws=99, seed=seed, **options) for seed, y in enumerate(series))
        return np.mean([one.p_value <= 0.05 for one in found])

    assert wrong(rng.normal(size=(300, 32))) < 0.085
    remembering = lfilter([1], [1, -0.4], rng.normal(size=(200, 48)))
    assert wrong(remembering) > 0.2 > 0.12 > wrong(remembering, autocorrelated=True)


def with_break(at, size=28, jump=1.0, noise=0.1, seed=0):
    time = np.arange(size)
    return np.random.default_rng(seed).normal(0, noise, size) + 0.02 * time + np.where(time >= at, jump, 0)


def test_the_set_of_possible_dates_holds_the_best():
    values = with_break(12, jump=0.2)
    assert line_break(values, draws=1).position in break_set(values)


def test_the_set_of_possible_dates_holds_the_true_one():
    """A break of three standard deviations in a series as long as ours: the set holds it at 95%."""
    hits = sum(13 in break_set(with_break(13, jump=0.3, seed=seed)) for seed in range(300))
    assert hits / 300 >= 0.93
