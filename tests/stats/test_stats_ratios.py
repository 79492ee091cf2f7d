"""Ratios and funnels: worked examples from print, exact properties, and input that must be refused."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from helpers.stats.clusters import clustered_power, clustered_ratio
from helpers.stats.ratios import change_funnel, funnel, funnel_limits, rate_ratio
from tests.frames import cases

counts = st.integers(0, 5000)
positive = st.integers(1, 5000)
exposures = st.floats(0.1, 1e6)


def test_rate_ratio_breast_cancer_after_fluoroscopy():
    """Rothman, Modern Epidemiology: 41 cases in 28,010 person-years against 15 in 19,017; 1.86 (1.03, 3.35)."""
    found = rate_ratio(15, 41, exposure_before=19_017, exposure_after=28_010)
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (1.86, 1.03, 3.35)


@given(positive, positive, exposures, exposures, st.floats(0.2, 50))
def test_swapping_the_years_flips_the_log_ratio(before, after, first, second, dispersion):
    forward = rate_ratio(before, after, exposure_before=first, exposure_after=second, dispersion=dispersion)
    back = rate_ratio(after, before, exposure_before=second, exposure_after=first, dispersion=dispersion)
    assert back.value * forward.value == pytest.approx(1)
    assert back.low * forward.high == pytest.approx(1)


def draw(rng, mean, dispersion, size=None):
    """Counts of this mean whose variance is `dispersion` times as large."""
    if dispersion == 1:
        return rng.poisson(mean, size)
    return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size)


@pytest.mark.parametrize(("mean", "dispersion", "most"), cases(__file__)["coverage_of_a_ratio"])
def test_rate_ratio_interval_covers_what_it_says(mean, dispersion, most):
    """Never too little; with counts of a few, or below ten under overdispersion, more than it says."""
    rng = np.random.default_rng(11)
    before, after = draw(rng, mean, dispersion, 2000), draw(rng, 1.5 * mean, dispersion, 2000)
    inside = [1.5 in rate_ratio(b, a, dispersion=dispersion) for b, a in zip(before, after, strict=True)]
    assert 0.935 < np.mean(inside) < most


def test_funnel_limits_as_the_health_service_draws_them():
    """FunnelPlotR's own test of its Poisson limits at 15, 20 and 30 expected; its "99" is 99.8%."""
    low, high = funnel_limits([15, 20, 30])
    assert low.round(7).tolist() == [0.5596924, 0.6108260, 0.6746958]
    assert high.round(6).tolist() == [1.649348, 1.544419, 1.427562]
    low, high = funnel_limits([15, 20, 30], 0.998)
    assert low.round(7).tolist() == [0.3862650, 0.4479107, 0.5289724]
    assert high.round(6).tolist() == [2.082907, 1.902094, 1.702771]


OBSERVED = [100, 150, 180, 80, 120, 225]
EXPECTED = [108, 112, 165, 95, 100, 220]


def test_funnel_phi_as_in_print():
    """FunnelPlotR's own test of the dispersion of these six units, SHMI method: 2.948033."""
    assert round(funnel(OBSERVED, EXPECTED).attrs["phi"], 6) == 2.948033


def test_funnel_by_the_formulas_of_spiegelhalter_2005():
    table = funnel(OBSERVED, EXPECTED, trim=0)
    o, e = np.array(OBSERVED), np.array(EXPECTED)
    z = np.sqrt(e) * np.log(o / e)
    tau2 = (np.sum(z**2) - 5) / (e.sum() - np.sum(e**2) / e.sum())
    assert table["ratio"].to_numpy() == pytest.approx(o / e)
    assert table["z"].to_numpy() == pytest.approx(z)
    assert table.attrs["tau2"] == pytest.approx(tau2)
    assert table["outlier"].tolist() == [False, True, False, False, False, False]
    beyond = np.abs(np.log(o / e)) > 1.959964 * np.sqrt(1 / e + tau2)
    assert table["outlier_adjusted"].tolist() == beyond.tolist()


@given(st.integers(0, 300), st.integers(1, 300))
def test_change_funnel_tails_are_the_binomial_ones(before, after):
    """Two equal and opposite units: the pooled ratio is 1, so the second count is a fair coin's."""
    assume(before + after > 0)
    table = change_funnel([before, after], [after, before], trim=0)
    total = before + after
    tail = sum(math.comb(total, k) for k in range(min(before, after) + 1)) / 2**total
    assume(abs(tail - 0.025) > 1e-9)
    assert table["outlier"].tolist() == [tail < 0.025] * 2


def test_change_funnel_counts_over_exposures():
    """All are exposed three times as long, so of each unit's offences three in four are expected afterwards."""
    table = change_funnel([40, 40], [165, 75], exposure_after=[3, 3], trim=0)
    assert table["ratio"].tolist() == pytest.approx([165 / 120, 75 / 120])
    tails = [binom.sf(164, 205, 0.75), binom.cdf(75, 115, 0.75)]
    assert table["outlier"].tolist() == [tail < 0.025 for tail in tails] == [False, True]


def test_clustered_ratio_is_the_jackknife_spelt_out():
    """Efron and Tibshirani (1993), equation 11.5, for the log of a ratio of sums."""
    before, after = np.array([100.0, 90, 80, 40]), np.array([150.0, 126, 124, 30])
    found = clustered_ratio(before, after)
    logs = [math.log(np.delete(after, i).sum() / np.delete(before, i).sum()) for i in range(4)]
    error = math.sqrt(3 / 4 * sum((x - np.mean(logs)) ** 2 for x in logs))
    assert found.estimate.value == pytest.approx(430 / 310)
    assert math.log(found.estimate.high / found.estimate.value) == pytest.approx(3.182446 * error)
    assert found.units == 4


def test_power_is_the_error_rate_without_a_difference_and_grows_with_forces():
    facts = {"count": 120, "control": 400, "dispersion": 3, "spread": 0.1, "draws": 300}
    assert clustered_power(20, ratio=1.0, **facts) < 0.09
    few, many = (clustered_power(n, ratio=1.2, **facts) for n in (6, 40))
    assert few < 0.6 < 0.9 < many
