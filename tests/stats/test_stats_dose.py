"""Errors in variables: published examples, exact properties, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit
from scipy.stats import linregress

from helpers.stats.dose import errors_in_variables, slope_p_value, slope_power
from helpers.stats.line import Line
from tests.frames import columns

# Colditz et al. (1994), thirteen BCG trials: tuberculosis and not, vaccinated and not.
BCG = columns(__file__, "bcg_trials.csv")
VACCINATED, NOT = np.array(BCG[:2]).T, np.array(BCG[2:]).T


def scattered(seed=3, n=30, x_error=0.6, y_error=0.0):
    rng = np.random.default_rng(seed)
    true = rng.normal(size=n)
    x = true + rng.normal(size=n) * x_error
    y = 2 + 1.5 * true + rng.normal(size=n) * 0.7 + rng.normal(size=n) * y_error
    return x, y


def test_bcg_vaccine_risk_on_baseline_risk():
    """van Houwelingen et al. (2002), section 5: between-trial slope 0.73 on the control group's log odds.

    They use maximum likelihood (0.7300); the restricted likelihood here differs in the third decimal.
    """
    control, treated = np.log(NOT[:, 0] / NOT[:, 1]), np.log(VACCINATED[:, 0] / VACCINATED[:, 1])
    x_se, y_se = (np.sqrt((1 / counts).sum(1)) for counts in (NOT, VACCINATED))
    slope = errors_in_variables(control, treated, x_se=x_se, y_se=y_se)
    assert slope.value == pytest.approx(0.7300, abs=0.005)
    assert 1 not in slope


@given(st.integers(0, 1000), st.integers(3, 30), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
@settings(max_examples=40, deadline=None)
def test_zero_error_is_ordinary_least_squares(seed, n, level):
    x, y = scattered(seed, n)
    least_squares = linregress(x, y)
    half = stdtrit(n - 2, 0.5 + level / 2) * least_squares.stderr
    slope = errors_in_variables(x, y, x_se=0, level=level)
    assert slope.value == pytest.approx(least_squares.slope, rel=1e-9)
    ends = least_squares.slope - half, least_squares.slope + half
    assert (slope.low, slope.high) == pytest.approx(ends, rel=1e-7, abs=1e-9)


scale, shift = st.floats(0.01, 100), st.floats(-50, 50)


@given(st.integers(0, 200), scale, shift, scale, shift, st.booleans())
@settings(max_examples=15, deadline=None)
def test_a_change_of_units_changes_the_slope_as_it_should(seed, kx, ox, ky, oy, unequal):
    x, y = scattered(seed, 15)
    errors = np.linspace(0.3, 0.7, 15) if unequal else 0.5
    plain = errors_in_variables(x, y, x_se=errors)
    moved = errors_in_variables(ox + kx * x, oy + ky * y, x_se=kx * np.asarray(errors))
    assert moved.value * kx / ky == pytest.approx(plain.value, rel=1e-4, abs=1e-6)
    if np.isfinite(plain.low):
        assert moved.low * kx / ky == pytest.approx(plain.low, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_holds_the_slopes_that_the_test_keeps(level):
    x, y = scattered()
    errors = np.linspace(0.3, 0.7, x.size)
    slope = errors_in_variables(x, y, x_se=errors, y_se=0.2, level=level)
    for end in (slope.low, slope.high):
        assert slope_p_value(x, y, end, x_se=errors, y_se=0.2) == pytest.approx(1 - level, abs=1e-5)
    assert slope_p_value(x, y, slope.value, x_se=errors, y_se=0.2) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("n", [10, 40])
@pytest.mark.parametrize("share", [0.4, 0.6, 0.8, 1.0])
def test_coverage_and_centre_by_simulation(share, n):
    """True slope 1 and reliability `share`: cover at 95% or a little more, and half the estimates on either side.

    With ten points of reliability 0.4 to 0.6 the intervals cover 0.98 to 0.99: most have an end at infinity.
    """
    rng, panels = np.random.default_rng(20), 600
    error = np.sqrt(1 / share - 1)
    covered, slopes = 0, []
    for _ in range(panels):
        true = rng.normal(size=n)
        line = Line(true + error * rng.normal(size=n), true + 0.8 * rng.normal(size=n), error, None)
        covered += line.t_squared(1 / line.unit) <= stdtrit(n - 2, 0.975) ** 2
        slopes.append(line.slope * line.unit)
    assert 0.93 < covered / panels < (0.985 if n == 40 else 0.998)
    assert abs(np.median(slopes) - 1) < (0.05 if n == 40 else 0.1)


def test_power_is_the_level_without_a_slope_and_grows_with_it():
    x = np.linspace(0, 1, 30)
    rates = [slope_power(x, x_se=0.1, scatter=0.3, slope=slope, draws=150) for slope in (0, 0.5, 1.5)]
    assert rates[0] < 0.12 and rates[0] < rates[1] < rates[2] and rates[2] > 0.95
    with pytest.raises(ValueError, match=r"^scatter"):
        slope_power(x, x_se=0.1, scatter=-1, slope=1)


def test_doses_that_may_be_nothing_but_error_leave_a_slope_without_limits():
    for x_se in (2.0, [2.0] * 5 + [2.1]):
        slope = errors_in_variables([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 4], x_se=x_se)
        assert (slope.low, slope.high) == (-np.inf, np.inf)
