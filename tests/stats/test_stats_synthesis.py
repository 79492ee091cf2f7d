"""Shares from several routes: the prior comes back without routes, known answers are found, and stated odds hold."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, multivariate_normal

from helpers.stats.synthesis import Route, calibration, synthesise
from tests.frames import cases

EVEN = {"recording": 1.0, "confidence": 1.0, "online": 1.0, "other": 1.0}
TWO = {"recording": 1.0, "other": 1.0}


def test_without_routes_the_prior_comes_back():
    found = synthesise([], EVEN, 0.22).summary()
    assert found["share"].to_numpy() == pytest.approx(0.25, abs=0.002)
    assert found["largest"].to_numpy() == pytest.approx(found["prior_largest"].to_numpy())
    # one share of a Dirichlet distribution with four ones follows Beta(1, 3)
    assert found.loc["online", "high"] == pytest.approx(beta(1, 3).ppf(0.975), abs=0.005)


def test_two_explanations_and_one_normal_route_agree_with_the_integral():
    route = Route("place", 0.12, 0.02, 0.0, {"recording": 1.0})
    found = synthesise([route], TWO, 0.2, draws=2**15)
    grid = np.linspace(0, 1, 200_001)
    weight = np.exp(-0.5 * ((0.12 - 0.2 * grid) / 0.02) ** 2)
    assert found.summary().loc["recording", "share"] == pytest.approx(weight @ grid / weight.sum(), abs=1e-4)


def test_shares_are_covered_as_often_as_the_level_says():
    rng = np.random.default_rng(11)
    covered = []
    for share in rng.dirichlet(np.ones(4), size=400):
        seen = rng.normal(0.25 * share[[0, 2]], 0.02)
        first = Route("a", seen[0], 0.02, 0.0, {"recording": 1.0})
        second = Route("b", seen[1], 0.0, 0.02, {"online": 1.0})
        found = synthesise([first, second], EVEN, 0.25, draws=2**10).summary(0.8)
        covered += [*((found["low"] <= share) & (share <= found["high"]))]
    assert np.mean(covered) == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("route", "prior", "rise", "words"), cases(__file__)["shares_that_cannot_be"])
def test_what_cannot_be_is_refused_by_name(route, prior, rise, words):
    with pytest.raises(ValueError, match=words):
        synthesise([Route("x", *route)] if route else [], prior, rise)


def test_caps_cut_the_prior_off():
    """Of two explanations under an even prior, a share that is anywhere below a half has a mean of a quarter."""
    found = synthesise([], TWO, 0.2, caps={"recording": 0.1}).summary()
    assert found.loc["recording", ["share", "largest"]].tolist() == pytest.approx([0.25, 0.0], abs=1e-3)
    with pytest.raises(ValueError, match="the caps leave no division"):
        synthesise([], TWO, 0.2, caps={"recording": 0.0, "other": 0.0})


def test_a_rise_that_is_not_known_leaves_the_share_that_its_mean_gives():
    """A route that saw all of what recording added, exactly: its share is the growth over the rise, which varies."""
    route = Route("place", 0.1, 0.0, 0.0005, {"recording": 1.0})
    found = synthesise([route], TWO, 0.2, rise_se=0.01, draws=2**16).summary()
    share, low, high = found.loc["recording", ["share", "low", "high"]]
    assert share == pytest.approx(0.5, abs=0.01)
    assert (high - low) / 2 == pytest.approx(1.96 * 0.5 * 0.01 / 0.2, rel=0.1)


def test_routes_with_one_cause_agree_with_the_normal_distribution_of_both():
    routes = [Route(name, value, 0.03, 0.04, {"recording": 1.0}) for name, value in (("a", 0.1), ("b", 0.18))]
    together = {"a": 1, "b": 1}
    found = synthesise(routes, TWO, 0.2, correlated_biases=together, draws=2**15)
    grid = np.linspace(0, 1, 20_001)
    # 0.03² + 0.04² in the diagonal, half of 0.04² beside it
    covariance = [[0.0025, 0.0008], [0.0008, 0.0025]]
    weight = multivariate_normal([0.1, 0.18], covariance).pdf(0.2 * np.column_stack([grid, grid]))
    mean = weight @ grid / weight.sum()
    assert found.summary().loc["recording", "share"] == pytest.approx(mean, abs=1e-4)


def test_which_way_a_route_favours_an_explanation_hangs_on_how_loadings_differ():
    """Shares add up to one, so what is added to every loading of a route moves what it sees and says nothing of shares."""

    def tried(more):
        loads = {"courts": (0.1, 0.3, 0.5), "rape": (0.4, 0.4, 0.0), "violence": (0.6, 0.0, 0.0)}
        routes = [
            Route(name, 0.0, 0.02, 0.1, {part: load + more for part, load in zip("abc", each, strict=True)})
            for name, each in loads.items()
        ]
        return calibration(routes, dict.fromkeys("abc", 1.0), 0.5, worlds=200, towards="a")

    pd.testing.assert_frame_equal(tried(0.0), tried(0.5))
