"""Shrunken ratios: a published model fitted to published data, coverage by simulation, and exact properties."""

import math

import numpy as np
import pytest

from helpers.stats import shrinkage
from helpers.stats.shrinkage import shrink_ratios
from tests.frames import cases
from tests.stats.test_stats_ratios import draw

# Niel-Weise et al. (2008): catheter-related infections and catheter days, standard and anti-infective.
STANDARD = [11, 8, 14, 10, 1, 8, 15, 7, 3]
STANDARD_DAYS = [1988, 1461, 10962, 1503, 483, 913, 6840, 1015, 440]
TREATED = [7, 8, 3, 6, 1, 1, 17, 3, 2]
TREATED_DAYS = [1344, 1600, 12012, 1536, 370, 729, 6760, 1107, 320]


def test_catheter_infections():
    """Stijnen et al. (2010), table VIII, exact conditional model: log ratio -0.476, tau 0.35."""
    table = shrink_ratios(STANDARD, TREATED, exposure_before=STANDARD_DAYS, exposure_after=TREATED_DAYS)
    assert round(table.attrs["mu"], 3) == -0.476
    assert round(table.attrs["tau"], 2) == 0.35
    assert table["shrunk"].between(0.3, 0.95).all()  # the raw ratios run from 0.16 to 1.31


def test_against_a_plain_sum_over_a_fine_grid():
    """Three forces, one of them small: the same posterior by brute force."""
    before, after = np.array([20.0, 44, 3]), np.array([22.0, 80, 9])
    theta = np.linspace(-8, 8, 4001)
    log_like = after[:, None] * theta - (before + after)[:, None] * np.logaddexp(0, theta)
    like = np.exp(log_like - log_like.max(axis=1, keepdims=True))
    pooled = math.log((after.sum() + 0.5) / (before.sum() + 0.5))
    mus, log_taus = np.linspace(pooled - 6, pooled + 6, 241), np.linspace(math.log(0.02), math.log(40), 90)
    density, total = np.zeros_like(like), 0.0
    for tau in np.exp(log_taus):
        kernel = np.exp(-(((theta - mus[:, None]) / tau) ** 2) / 2)
        kernel /= kernel.sum(axis=1, keepdims=True) if tau < 0.5 else tau * math.sqrt(2 * math.pi) * 250
        marginal = like @ kernel.T
        prior = tau * tau / (1 + tau**2) ** 1.5 * np.exp(-(((mus - pooled) / 5) ** 2) / 2)
        weight = prior * marginal.prod(axis=0)
        density += like * ((weight / marginal) @ kernel)
        total += weight.sum()
    density /= density.sum(axis=1, keepdims=True)
    table = shrink_ratios(before, after)
    assert np.log(table["shrunk"]).to_numpy() == pytest.approx(density @ theta, abs=0.01)
    steps = np.cumsum(density, axis=1)
    for column, share in (("shrunk_low", 0.025), ("shrunk_high", 0.975)):
        exact = [np.interp(share, row, theta) for row in steps]
        assert np.log(table[column]).to_numpy() == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize(
    "tau, smallest, largest, dispersion", cases(__file__)["coverage_of_a_shrunken_ratio"]
)
def test_intervals_cover_what_they_say(tau, smallest, largest, dispersion):
    """Forty-three forces, fifteen times: modest counts, tiny ones, tau above every standard error, overdispersion."""
    rng, inside, spread = np.random.default_rng(2017), [], []
    for _ in range(15):
        mean = np.exp(rng.uniform(math.log(smallest), math.log(largest), 43))
        truth = np.exp(rng.normal(0.3, tau, 43))
        before, after = draw(rng, mean, dispersion), draw(rng, mean * truth, dispersion)
        table = shrink_ratios(before, after, dispersion=dispersion)
        inside.append(((table["shrunk_low"] <= truth) & (truth <= table["shrunk_high"])).mean())
        spread.append(table.attrs["tau"])
    assert 0.925 < np.mean(inside) < 0.98
    assert np.median(spread) == pytest.approx(tau, rel=0.2)


def test_between_sd_difference_is_the_difference_of_the_two_estimates_and_flips():
    rng = np.random.default_rng(14)
    growth = (240 * np.exp(rng.normal(0, tau, 20)) for tau in (0.4, 0.1))
    uneven, even = ((rng.poisson(200, 20), rng.poisson(after)) for after in growth)
    found, back = shrinkage.between_sd_difference(uneven, even), shrinkage.between_sd_difference(even, uneven)
    taus = [shrink_ratios(*pair).attrs["tau"] for pair in (uneven, even)]
    assert found.value == pytest.approx(taus[0] - taus[1], abs=2e-3)
    assert (back.value, back.low) == pytest.approx((-found.value, -found.high))
    assert found.low > 0
