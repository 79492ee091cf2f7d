"""Share bounds: by hand, by properties, against brute force, and the batched form against the programs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, nnls
from scipy.stats import norm, t

from helpers.stats.bounds import breakdown, critical_value, share_bounds, share_bounds_many
from helpers.stats.corners import Corners
from helpers.stats.rungs import Rung, alike, anywhere, nowhere, rising
from tests.frames import cases

# Four cells: adults recent, adults old, children recent, children old.
ALL = [1, 1, 1, 1]
RECENT, OLD = [1, 0, 1, 0], [0, 1, 0, 1]
WEIGHTS = [0, 0, 2, 1]
TOTALS = Rung("totals", dict.fromkeys(("recording", "confidence", "online", "other"), anywhere(ALL)))
LADDER = [
    TOTALS,
    (children := TOTALS.then("online: children, recent", online=anywhere([0, 0, 1, 0]))),
    (flat := children.then("recording alike", recording=alike(ALL))),
    (growing := flat.then("confidence grows with delay", confidence=rising(RECENT, OLD))),
    growing.then("nothing else", other=nowhere(ALL)),
]


def shares(changes, rung, explanation, error=1e-4):
    table = share_bounds(changes, np.full(len(changes), error), WEIGHTS, [rung])
    return table.set_index("explanation").loc[explanation]


@given(st.floats(0, 5), st.floats(0.01, 2), st.floats(0.6, 0.99), st.sampled_from([None, 40]))
def test_the_critical_value_solves_the_equation_of_imbens_and_manski(width, se, level, dof):
    (critical,) = critical_value(np.array([width]), np.array([se]), level, dof)
    below = norm.cdf if dof is None else t(dof).cdf
    assert below(critical + width / se) - below(-critical) == pytest.approx(level, abs=1e-9)


def test_recording_alike_is_capped_by_the_cell_that_rose_least():
    """0.1 in each of the children's cells, weighted 2 and 1, of 0.8 in all."""
    row = shares([0.2, 0.1, 0.3, 0.2], LADDER[2], "recording")
    assert (row["low"], row["high"]) == pytest.approx((0, 0.3 / 0.8))


def test_with_nothing_else_unequal_adults_are_impossible():
    """Adults' recent reports rose more than their old ones; confidence and recording cannot do that."""
    table = share_bounds([0.3, 0.1, 0.4, 0.1], np.full(4, 0.01), WEIGHTS, LADDER)
    last = table[table["rung"] == "nothing else"]
    assert not last["feasible"].any()
    assert last[["low", "high", "im_low", "im_high"]].isna().all().all()
    assert (last["p_value"] < 0.005).all()
    assert table[table["rung"] != "nothing else"]["feasible"].all()


def test_a_fully_determined_share_has_a_two_sided_interval():
    """One cell, one explanation for each: the share is known, and its interval is the delta method's."""
    rung = Rung("known", {"online": anywhere([1, 0]), "recording": alike([1, 1])})
    row = share_bounds([0.3, 0.1], [0.01, 0.02], [1, 0], [rung]).set_index("explanation").loc["recording"]
    error = np.hypot(0.02 / 0.3, 0.01 * 0.1 / 0.09)
    assert row["low"] == pytest.approx(1 / 3) == row["high"]
    assert row["im_high"] - 1 / 3 == pytest.approx(1.96 * error, rel=0.03)


POSITIVE = st.lists(st.floats(0.01, 0.6), min_size=4, max_size=4)


@given(POSITIVE)
@settings(max_examples=8, deadline=None)
def test_every_assumption_narrows_the_range(changes):
    table = share_bounds(changes, np.full(4, 0.3), WEIGHTS, LADDER)
    kept = table[(table["p_value"] == 1)]
    for _, rows in kept.groupby("explanation"):
        assert rows["low"].is_monotonic_increasing or np.diff(rows["low"]).min() > -1e-7
        assert rows["high"].is_monotonic_decreasing or np.diff(rows["high"]).max() < 1e-7


@given(st.integers(0, 300))
@settings(max_examples=8, deadline=None)
def test_the_truth_lies_between_the_bounds_when_the_assumptions_hold(seed):
    rng = np.random.default_rng(seed)
    parts = {name: rng.exponential(0.1, len(rows)) @ rows for name, rows in LADDER[3].patterns.items()}
    changes = sum(parts.values())
    table = share_bounds(changes, np.full(4, 1e-6), WEIGHTS, [LADDER[3]]).set_index("explanation")
    for name, part in parts.items():
        share = np.dot(WEIGHTS, part) / np.dot(WEIGHTS, changes)
        assert table.loc[name, "low"] - 1e-6 <= share <= table.loc[name, "high"] + 1e-6


@pytest.mark.parametrize("number", range(len(LADDER)))
def test_bounds_of_many_are_those_of_the_linear_programs(number):
    """Changes that the rung can make, so that the programs have a solution."""
    rng, rung = np.random.default_rng(number), LADDER[number]
    directions = np.concatenate(list(rung.patterns.values()))
    owner = np.repeat(np.arange(len(rung.patterns)), [len(rows) for rows in rung.patterns.values()])
    changes = rng.exponential(0.1, size=(8, len(directions))) @ directions
    found = share_bounds_many(Corners(rung), changes, [np.eye(4) * 1e-8] * 8, WEIGHTS)
    for i in range(8):
        for explanation in range(len(rung.patterns)):
            cost = directions @ WEIGHTS * (owner == explanation)
            equal = {"A_eq": directions.T, "b_eq": changes[i]}
            ends = [sign * linprog(sign * cost, **equal).fun for sign in (1, -1)]
            seen = found["low"][i, explanation], found["high"][i, explanation]
            assert seen == pytest.approx(np.array(ends) / (changes[i] @ WEIGHTS), abs=1e-6)


@pytest.mark.parametrize("rung", LADDER[1:], ids=lambda rung: rung.name)
def test_the_nearest_changes_are_those_of_least_squares_without_negative_amounts(rung):
    """Independent directions are found together; with too many directions, one by one."""
    rng = np.random.default_rng(3)
    changes = rng.normal(0.1, 0.15, (200, 4))
    root = np.linalg.cholesky(np.linalg.inv(np.cov(rng.normal(size=(9, 4)).T) / 50)).T
    _, distance, held = rung.closest(changes, np.broadcast_to(root, (200, 4, 4)))
    each = [nnls(root @ rung.matrix, root @ change)[1] ** 2 for change in changes]
    assert distance == pytest.approx(np.array(each), abs=1e-9)
    assert (distance > 0).any() and ((held > 0) == (distance > 0)).all()


def test_a_true_rung_is_refuted_no_more_often_than_it_should_be():
    """At the tip of the cone, covariance estimated from twenty forces: 5% of panels, not the 10% of chi-square."""
    draws = np.random.default_rng(2).standard_normal((400, 21, 4)) * 0.1
    changes = draws.mean(axis=1)
    centred = draws - changes[:, None]
    covariance = np.einsum("nfi,nfj->nij", centred, centred) / 20 / 21
    fit = share_bounds_many(Corners(LADDER[-1]), changes, covariance, WEIGHTS, dof=20)
    assert 1 - fit["feasible"].mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


RUNG = Rung("alike", {"recording": alike([1, 1]), "other": anywhere([1, 1])})
RELAX = {"recording": anywhere([1, 0])}


def test_a_claim_may_be_of_several_and_what_is_relaxed_is_on_the_rung():
    both = (("recording", "other"), 1.0)  # all of the rise, which needs no departure
    assert breakdown([0.3, 0.1], [1, 0], RUNG, RELAX, both) == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="relax names 'weather', which is not on the rung"):
        breakdown([0.3, 0.1], [1, 0], RUNG, {"weather": anywhere([1, 0])})


def test_a_refuted_set_needs_a_departure_to_be_possible():
    """Recording alone, alike, cannot give 0.3 and 0.1; a departure of 0.2 in the first cell can."""
    alone = Rung("alone", {"recording": alike([1, 1])})
    assert breakdown([0.3, 0.1], [1, 0], alone, RELAX) == pytest.approx(0.2)
    assert breakdown([0.2, 0.2], [1, 0], alone, RELAX) == pytest.approx(0.0, abs=1e-9)
    assert breakdown([0.1, 0.3], [1, 0], alone, RELAX) == np.inf


def test_an_explanation_without_a_direction_has_nothing_and_a_rung_without_any_is_refused():
    none = shares([0.1] * 4, TOTALS.then("no recording", recording=nowhere(ALL)), "recording")
    assert none[["low", "im_high"]].tolist() == [0, 0]
    with pytest.raises(ValueError, match="rung 'none' lets no explanation move a cell"):
        shares([0.1] * 4, Rung("none", {"recording": nowhere(ALL), "other": nowhere(ALL)}), "other")


TOO_SHORT = "ladder", {"ladder": [Rung("two", {"a": anywhere([1, 1])})]}


@pytest.mark.parametrize(("name", "change"), [*cases(__file__)["share_bounds"], TOO_SHORT])
def test_bad_input_is_refused_by_name(name, change):
    good = {"changes": [0.1] * 4, "covariance": [0.01] * 4, "weights": WEIGHTS, "ladder": [TOTALS]}
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        share_bounds(**(good | change))
