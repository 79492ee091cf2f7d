"""Shrunken ratios: a published model fitted to published data, coverage by simulation, and exact properties."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from helpers.stats import shrinkage
from helpers.stats.ratios import rate_ratio
from helpers.stats.shrinkage import shrink_ratios

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


def test_bcg_vaccine():
    """Colditz et al. (1994), thirteen trials. By the normal approximation metafor's article (Viechtbauer 2010) has
    a log risk ratio of -0.71 and tau 0.53 to 0.56; the exact likelihood of the counts, as here, is close to it.
    """
    cases = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]
    people = [139, 303, 220, 12_867, 5_808, 1_451, 629, 88_391, 7_277, 1_665, 27_338, 2_341, 17_854]
    vaccinated = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]
    vaccinated_people = [
        123,
        306,
        231,
        13_598,
        5_069,
        1_541,
        2_545,
        88_391,
        7_499,
        1_716,
        50_634,
        2_498,
        16_913,
    ]
    table = shrink_ratios(cases, vaccinated, exposure_before=people, exposure_after=vaccinated_people)
    assert table.attrs["mu"] == pytest.approx(-0.71, abs=0.02)
    assert 0.52 < table.attrs["tau"] < 0.56
    assert table["ratio"].round(4).tolist()[:3] == [0.4109, 0.2049, 0.2597]
    moved = np.abs(np.log(table["shrunk"] / table["ratio"]))
    assert moved.idxmax() == 11 and moved[[5, 7]].max() < 0.02  # 8 cases in all; 552 and 1,004


def test_the_likelihood_has_one_top_and_that_is_what_is_reported():
    treated, standard = np.array(TREATED, float), np.array(STANDARD, float)
    pairs = shrinkage._Pairs(treated, treated + standard, np.log(np.divide(TREATED_DAYS, STANDARD_DAYS)))

    def minus_log_likelihood(x):
        return -shrinkage._quadrature(pairs, np.array([x[0]]), np.array([math.exp(x[1])]))[0].sum()

    best = minimize(minus_log_likelihood, [0.0, -1.0], method="Nelder-Mead", options={"xatol": 1e-5})
    found = shrink_ratios(STANDARD, TREATED, exposure_before=STANDARD_DAYS, exposure_after=TREATED_DAYS).attrs
    assert (found["mu"], found["tau"]) == pytest.approx((best.x[0], math.exp(best.x[1])), abs=2e-4)


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
    ("tau", "smallest", "largest", "dispersion"),
    [(0.1, 50, 800, 1), (0.3, 5, 60, 1), (1.5, 200, 900, 1), (0.2, 100, 900, 4)],
)
def test_intervals_cover_what_they_say(tau, smallest, largest, dispersion):
    """Forty-three forces, sixty times: modest counts, tiny ones, tau above every standard error, overdispersion."""
    rng = np.random.default_rng(2017)

    def draw(mean):
        if dispersion == 1:
            return rng.poisson(mean)
        return rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion)

    inside, spread = [], []
    for _ in range(60):
        mean = np.exp(rng.uniform(math.log(smallest), math.log(largest), 43))
        truth = np.exp(rng.normal(0.3, tau, 43))
        table = shrink_ratios(draw(mean), draw(mean * truth), dispersion=dispersion)
        inside.append(((table["shrunk_low"] <= truth) & (truth <= table["shrunk_high"])).mean())
        spread.append(table.attrs["tau"])
    assert 0.935 < np.mean(inside) < 0.975
    assert np.median(spread) == pytest.approx(tau, rel=0.2)


def test_own_ratios_are_those_of_rate_ratio():
    table = shrink_ratios([100, 0], [150, 7], exposure_before=[1, 2], dispersion=3)
    assert tuple(table.loc[0, ["ratio", "low", "high"]]) == pytest.approx(
        (lambda e: (e.value, e.low, e.high))(rate_ratio(100, 150, dispersion=3))
    )
    assert table.loc[1, "ratio"] == pytest.approx(rate_ratio(0, 7, exposure_before=2).value)


def test_a_large_force_keeps_its_ratio_and_a_small_one_gives_way():
    table = shrink_ratios([1000, 1100, 900, 950, 1050, 4], [1500, 1600, 1380, 1410, 1590, 16])
    moved = np.abs(np.log(table["shrunk"] / table["ratio"]))
    assert moved[:5].max() < 0.05 < 0.5 < moved[5]
    assert table["shrunk_high"][5] < table["high"][5]


def test_where_tau_is_far_above_the_standard_errors_nothing_is_shrunk():
    before = np.full(8, 50_000)
    after = before * np.array([0.2, 0.5, 1, 2, 4, 8, 16, 30])
    table = shrink_ratios(before, after)
    assert table["shrunk"].to_numpy() == pytest.approx(table["ratio"].to_numpy(), rel=1e-3)
    assert table["shrunk_low"].to_numpy() == pytest.approx(table["low"].to_numpy(), rel=2e-3)


def test_equal_ratios_are_shrunk_to_the_common_one():
    table = shrink_ratios([100] * 12, [130] * 12)
    assert table["shrunk"].to_numpy() == pytest.approx(1.3, rel=1e-2)
    assert (table["shrunk_high"] / table["shrunk_low"] < table["high"] / table["low"]).all()
    assert table.attrs["tau"] == 0
    assert table.attrs["mu"] == pytest.approx(math.log(1.3), abs=1e-3)


pairs = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(pairs, st.floats(0.05, 20))
def test_swapping_years_and_scaling_exposures(rows, factor):
    before, after = map(list, zip(*rows, strict=True))
    table, back = shrink_ratios(before, after), shrink_ratios(after, before)
    scaled = shrink_ratios(before, after, exposure_after=[factor] * len(rows))
    assert np.isfinite(table.to_numpy()).all()
    assert (table["shrunk_low"] < table["shrunk"]).all() and (table["shrunk"] < table["shrunk_high"]).all()
    assert (back["shrunk"] * table["shrunk"]).to_numpy() == pytest.approx(1, rel=1e-5)
    assert (back["shrunk_low"] * table["shrunk_high"]).to_numpy() == pytest.approx(1, rel=1e-3)
    assert (scaled["shrunk"] * factor).to_numpy() == pytest.approx(table["shrunk"].to_numpy(), rel=1e-5)
    assert back.attrs["mu"] == pytest.approx(-table.attrs["mu"], abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(pairs, st.randoms())
def test_relabelling_forces_changes_nothing(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    table = shrink_ratios(*zip(*rows, strict=True))
    shuffled = shrink_ratios(*zip(*(rows[i] for i in order), strict=True))
    assert shuffled.to_numpy() == pytest.approx(table.to_numpy()[order], rel=1e-6)


def test_series_are_taken_by_position_and_left_alone():
    before = pd.Series([100.0, 50.0], index=["x", "y"])
    after = pd.Series([120.0, 90.0], index=["y", "x"])
    table = shrink_ratios(before, after)
    assert list(table.index) == [0, 1]
    assert table["ratio"].tolist() == [1.2, 1.8]
    assert before.tolist() == [100, 50]


def test_dispersion_widens_both_intervals():
    plain, wide = (shrink_ratios([90, 80, 70], [120, 99, 65], dispersion=d) for d in (1, 4))
    for low, high in (("low", "high"), ("shrunk_low", "shrunk_high")):
        assert (wide[high] / wide[low] > plain[high] / plain[low]).all()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("before", {"before": [1, -1]}),
        ("before", {"before": []}),
        ("before", {"before": [1, math.nan]}),
        ("after", {"after": [1, 2, 3]}),
        ("after", {"after": [1, math.inf]}),
        ("exposure_before", {"exposure_before": [1, 0]}),
        ("exposure_after", {"exposure_after": [1]}),
        ("dispersion", {"dispersion": 0}),
        ("dispersion", {"dispersion": -1}),
        ("level", {"level": 1}),
    ],
)
def test_bad_input_is_refused(name, arguments):
    with pytest.raises(ValueError, match=name):
        shrink_ratios(**{"before": [1, 2], "after": [3, 4], **arguments})


def test_spread_difference_is_the_difference_of_the_two_estimates_and_flips():
    rng = np.random.default_rng(14)
    uneven, even = (
        (rng.poisson(200, 20), rng.poisson(240 * np.exp(rng.normal(0, tau, 20)))) for tau in (0.4, 0.1)
    )
    found, back = shrinkage.spread_difference(uneven, even), shrinkage.spread_difference(even, uneven)
    taus = [shrink_ratios(*pair).attrs["tau"] for pair in (uneven, even)]
    assert found.value == pytest.approx(taus[0] - taus[1], abs=2e-3)
    assert (back.value, back.low) == pytest.approx((-found.value, -found.high))
    assert found.low > 0


def test_spread_difference_covers():
    rng = np.random.default_rng(15)

    def pair(tau):
        return rng.poisson(300, 10), rng.poisson(360 * np.exp(rng.normal(0, tau, 10)))

    inside = [0.1 in shrinkage.spread_difference(pair(0.3), pair(0.2)) for _ in range(12)]
    assert sum(inside) >= 9  # at 0.95, fewer would come twice in a thousand times


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("first", [1, 2, 3], ([1] * 4, [1] * 4)),
        ("first", ([1] * 3, [1] * 3), ([1] * 3, [1] * 3)),
        ("second", ([1] * 4, [1] * 4), ([1] * 5, [1] * 5)),
        ("second", ([1] * 4, [1] * 4), ([1] * 4, [-1] * 4)),
    ],
)
def test_spread_difference_refuses(name, first, second):
    with pytest.raises(ValueError, match=name):
        shrinkage.spread_difference(first, second)
