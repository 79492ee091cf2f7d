"""Methods about dates on trial: noise is matched, and a trial reports what the methods themselves would."""

import numpy as np
import pytest

from helpers.stats.courses import autoregressive, match_noise
from helpers.stats.dated import Course, try_event_study
from helpers.stats.staggered import Staggered


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.8])
def test_noise_is_matched_whatever_the_fit_took_from_it(rho):
    """A line and seasons leave little of the memory of thirty observations; many series show it all the same."""
    rng = np.random.default_rng(1)
    noise = autoregressive(rng, 600, 30, [0.3], rho)[:, 0]
    time = np.arange(30)
    fitted = np.column_stack([np.ones(30), time, *(time % 4 == s for s in (1, 2, 3))]).astype(float)
    left = noise - noise @ fitted @ np.linalg.pinv(fitted)
    sd, found, _ = match_noise(left, fitted)
    assert found == pytest.approx(rho, abs=0.051)
    assert np.sqrt(np.mean(sd**2)) == pytest.approx(0.3, rel=0.05)
    assert np.mean(left[:, 1:] * left[:, :-1]) < (rho - 0.02) * np.mean(left**2) or rho == 0


def test_counting_error_is_told_from_noise_that_remembers():
    rng = np.random.default_rng(2)
    noise = autoregressive(rng, 500, 40, [0.2], 0.7)[:, 0] + rng.normal(0, 0.2, (500, 40))
    left = noise - noise.mean(axis=1, keepdims=True)
    sd, found, times = match_noise(left, np.ones((40, 1)), 0.01)
    assert (np.sqrt(np.mean(sd**2)), found) == pytest.approx((0.2, 0.7), abs=0.051)
    assert times == pytest.approx(4, rel=0.2)


DATES = np.array([5, 6, 7, 8, 9, 9, 99, 99, 99])
PLAN = Staggered(DATES, 12, leads=2, lags=3)
NOISE = np.random.default_rng(4).normal(0, 0.1, (500, 9, 12))


def test_a_course_is_added_to_the_noise_and_no_more():
    """What the trial counts is what the event study finds on noise and course together."""
    after = 1.0 * (np.arange(12) >= DATES[:, None])
    row = try_event_study(PLAN, NOISE, [Course("step", 0.15 * after, 0.15)]).iloc[0]
    fits = PLAN.fit(NOISE + 0.15 * after)
    low, high = fits.low[:, -1], fits.high[:, -1]
    assert row["mean"] == pytest.approx(fits.estimate[:, -1].mean())
    assert row["coverage"] == np.mean((low <= 0.15) & (high >= 0.15))
    assert row["claims_05"] == np.mean((low > 0) | (high < 0))
    assert row["claims_01"] < row["claims_05"]
    assert row["sign"] == np.mean(fits.pre_trend_p < 0.05)
