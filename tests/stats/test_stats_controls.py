"""The empirical null: published example, exact cases, properties, calibration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from helpers.stats.controls import EmpiricalNull, calibrated_tails
from helpers.stats.estimate import Estimate
from tests.frames import columns

# The data `sccs` of the R package EmpiricalCalibration: 45 drugs not believed to cause gastrointestinal bleeding
# (log relative risk, standard error), and sertraline. Source: Schuemie et al. (2014) and the package's article
# on p-values, which prints mean 0.7920, SD 0.2835 and p = 0.8394 for sertraline.
SERTRALINE = (0.732623537, 0.07371708489747715)
LOG_RATIO, SE = columns(__file__, "bleeding_drugs.csv")


def test_forty_five_drugs():
    """The package's optimiser stops within 2e-4 of the maximum; this is at the maximum."""
    null = EmpiricalNull.fit(LOG_RATIO, SE)
    assert null.mean == pytest.approx(0.7920, abs=2e-4)
    assert null.sd == pytest.approx(0.2835, abs=2e-4)
    assert null.p_value(*SERTRALINE) == pytest.approx(0.8394, abs=5e-4)


@given(st.floats(0.01, 0.5), st.integers(0, 500))
@settings(max_examples=30, deadline=None)
def test_with_equal_errors_a_null_has_a_closed_form(error, seed):
    values = np.random.default_rng(seed).normal(0.2, 0.4, size=12)
    null = EmpiricalNull.fit(values, np.full(12, error))
    assert null.mean == pytest.approx(values.mean())
    assert null.sd**2 == pytest.approx(max(0, values.var() - error**2), abs=1e-9)


@pytest.mark.parametrize(("controls", "error"), [(10, 0.02), (10, 0.2), (50, 0.4)])
def test_a_fitted_null_carries_the_doubt_about_itself(controls, error):
    """Systematic errors with standard deviation 0.2, and an estimate that is nearly exact: at 5% the plug-in
    p-value is wrong 10 to 15 times in a hundred, the calibrated one never more than it says.
    """
    rng = np.random.default_rng(6)
    plugged, calibrated, covered, runs = 0, 0, 0, 1000
    for _ in range(runs):
        errors = error * rng.uniform(0.6, 1.6, controls)
        values = rng.normal(0.1, 0.2, controls) + errors * rng.normal(size=controls)
        null = EmpiricalNull.fit(values, errors)
        value = rng.normal(0.1, 0.2) + 0.02 * rng.normal()
        plugged += null.p_value(value, 0.02) < 0.05
        calibrated += null.calibrated_p_value(value, 0.02) < 0.05
        covered += 0.1 in null.mean_interval()
    assert plugged / runs > 0.085 > 0.065 > calibrated / runs
    assert covered / runs > 0.935


def test_controls_known_exactly_give_the_prediction_interval_of_a_normal_sample():
    """mean +- t(n - 1) s root(1 + 1/n), the textbook interval for one more value."""
    values = np.array([1.0, 2, 4, 7])
    half = t.ppf(0.975, 3) * values.std(ddof=1) * np.sqrt(1 + 1 / 4)
    null = EmpiricalNull.fit(values, np.zeros(4))
    ordinary = null.ordinary()
    assert (ordinary.low, ordinary.high) == pytest.approx((3.5 - half, 3.5 + half))
    assert null.calibrated_p_value(3.5 + half, 0) == pytest.approx(0.05)
    assert EmpiricalNull.fit([2, 2], [0, 0]).calibrate(2, 0) == Estimate(0, 0, 0)


@given(st.floats(1e-9, 1e9), st.floats(0, 1e9), st.integers(2, 40), st.just(0.0) | st.floats(1e-9, 5))
@settings(max_examples=60)
def test_whatever_the_scale_the_interval_holds_the_estimate_and_agrees_with_the_test(scale, se, n, error):
    rng = np.random.default_rng(n)
    null = EmpiricalNull.fit(scale * rng.normal(size=n), np.full(n, scale * error))
    found = null.calibrate(scale, se)
    assert found.low <= found.value <= found.high
    for end in (found.low, found.high):  # an estimate as far as that from the null is just at 5%
        assert null.calibrated_p_value(scale - end, se) == pytest.approx(0.05, abs=1e-4)


def test_many_panels_at_once_are_each_what_they_are_alone():
    """Controls with errors, without, without any spread, and all known exactly and alike."""
    rng = np.random.default_rng(4)
    controls = rng.normal(0.1, 0.2, (4, 6))
    errors = np.array([np.full(6, 0.1), [0.1, 0, 0.2, 0, 0.1, 0.3], np.full(6, 2.0), np.zeros(6)])
    controls[3] = 0.25
    value, error = np.array([0.5, -0.3, 0.1, 0.4]), np.array([0.1, 0.2, 0.0, 0.05])
    lower, upper = calibrated_tails(value, error, controls, errors)
    for i in range(4):
        alone = EmpiricalNull.fit(controls[i], errors[i]).calibrated_p_value(value[i], error[i])
        assert 2 * min(lower[i], upper[i]) == pytest.approx(alone, rel=1e-9)
    assert lower + upper == pytest.approx(np.ones(4))


def test_one_estimate_is_held_against_many_errors_one_by_one():
    null = EmpiricalNull(0.1, 0.2)
    assert null.p_value(0.5, [0.1, 0.3]).tolist() == [null.p_value(0.5, se) for se in (0.1, 0.3)]
    assert isinstance(null.p_value(0.5, 0.1), float)
