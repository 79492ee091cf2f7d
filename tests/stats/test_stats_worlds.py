"""Made-up worlds: what was put in is what comes out. How methods fare in them is said by the notebook on known truth."""

import numpy as np
import pytest

from helpers.stats.clusters import log_mean
from helpers.stats.worlds import Answer, Shape, World, simulate, study

# Three counted cells (adults, children, children online) and one of which only a change is published (old offences).
EXPLAINED = [False, True, True]
ALIKE, ONLINE = np.ones(4), np.array([0, 0, 1.0, 0])
SIZES = np.geomspace(1, 14, 43)[:, None] / np.geomspace(1, 14, 43).sum()
SHAPE = Shape(SIZES * [18_000, 16_000, 3_000], EXPLAINED, published_se=[0.02])
QUIET = Shape(np.full((40, 3), 25_000.0), EXPLAINED, published_se=[0.0], dispersion=1, own_growth=0)
CAUSES = ("recording", "confidence", "online", "other", "artefact")


PARTS = {"online": {"online": 0.5 * ONLINE}, "both": {"recording": 0.1 * ALIKE, "online": 0.3 * ONLINE}}
PARTS |= {"artefact": {"artefact": 0.2 * ALIKE}, "nothing": {}}
WORLDS = {name: World(name, parts, explanations=CAUSES) for name, parts in PARTS.items()}


@pytest.mark.parametrize("name", ["online", "both", "artefact"])
def test_the_national_change_is_the_sum_of_the_parts(name):
    """Of counted and published cells; a part that differs between forces moves the whole by the mean of its factors."""
    drawn = simulate(WORLDS[name], QUIET, 20, seed=2)
    mean = drawn.changes[0].mean(axis=0)
    parts = sum(WORLDS[name].parts.values())
    if name == "artefact":  # it strikes a fifth of the forces, five times as hard
        parts = np.log(0.8 + 0.2 * np.exp(5 * parts))
    assert mean == pytest.approx(parts, abs=0.01)
    assert mean[0] == pytest.approx(mean[3], abs=0.002) or name == "online"


def test_growth_of_a_force_s_own_adds_nothing_on_average_and_has_the_covariance_asked_for():
    own = np.array([[0.010, 0.004, 0], [0.004, 0.010, 0], [0, 0, 0.0004]])
    shape = Shape(np.full((30, 3), 1e7), EXPLAINED, dispersion=1, own_growth=own)
    drawn = simulate(WORLDS["nothing"], shape, 300, seed=3)
    growth = np.log(drawn.after / drawn.before).reshape(-1, 3)
    assert np.cov(growth.T) == pytest.approx(own, abs=0.0004)
    assert np.exp(growth).mean(axis=0) == pytest.approx(np.ones(3), abs=0.004)


def test_the_standard_error_is_that_of_repeated_panels():
    drawn = simulate(WORLDS["both"], SHAPE, 1500, seed=9)
    changes, covariance, _ = drawn.changes
    claimed = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2).mean(axis=0))
    assert claimed[:3] == pytest.approx(changes.std(axis=0)[:3], rel=0.1)


def test_weights_are_what_a_log_point_is_worth_in_the_explained_cells():
    drawn = simulate(WORLDS["both"], SHAPE, 3, seed=1)
    changes, *_ = drawn.changes
    rise = (drawn.after - drawn.before)[..., 1:].sum(axis=(1, 2))
    assert (drawn.weights * changes).sum(axis=1) == pytest.approx(rise)
    assert log_mean(7, 7) == 7


def test_the_tally_of_a_study_by_hand():
    """Three intervals around a truth of 0.6 with threshold 0.5: one right claim, one wrong, one refuted."""

    def method(panels):
        return {"q": Answer(np.array([0.55, 0.1, np.nan]), np.array([0.7, 0.4, np.nan]), 0.6, 0.5)}

    table = study([WORLDS["nothing"]], {"m": method}, 3, 1, shape=SHAPE)
    row = table[["panels", "coverage", "refuted", "claims", "wrong", "wrong_above", "power"]].iloc[0]
    assert row.tolist() == pytest.approx([3, 0.5, 1 / 3, 2 / 3, 1 / 3, 0, 1 / 3])
