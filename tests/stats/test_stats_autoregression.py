"""Noise like that of the figures, for the trials of methods about dates."""

import numpy as np
import pytest

from helpers.stats.autoregression import autoregressive, match_noise


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
