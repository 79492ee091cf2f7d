"""Made-up worlds: what was put in is what comes out, and every method keeps its promise or is shown not to."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats.clusters import effective_dof, national_changes
from helpers.stats.rungs import alike, anywhere
from helpers.stats.trials import LADDER, keeps, standard_methods
from helpers.stats.worlds import (
    ADULT,
    CELLS,
    CHILD,
    ONLINE,
    RECENT,
    Answer,
    Shape,
    World,
    simulate,
    standard_worlds,
    study,
)

SHAPE = Shape(sizes=np.geomspace(1, 14, 43), counts=[14_000, 3_500, 900, 9_500, 4_500, 2_200, 3_000])
QUIET = Shape(sizes=np.ones(40), counts=[1e6] * 7, dispersion=1, force_sd=0)
WORLDS = {world.name: world for world in standard_worlds()}


class TestSimulate:
    def test_counts_have_the_mean_and_the_spread_asked_for(self):
        shape = Shape(sizes=np.ones(20), counts=[4000] * 7, dispersion=3, force_sd=0)
        drawn = simulate(WORLDS["nothing"], shape, 300, seed=1)
        assert drawn.before.mean() == pytest.approx(200, rel=0.01)
        assert drawn.before.var() / drawn.before.mean() == pytest.approx(3, rel=0.05)

    @pytest.mark.parametrize("name", ["online only", "confidence only", "artefact"])
    def test_the_national_change_is_the_sum_of_the_parts(self, name):
        changes, _ = simulate(WORLDS[name], QUIET, 20, seed=2).national()
        parts = sum(WORLDS[name].parts.values())
        if name == "artefact":  # it strikes a fifth of the forces, five times as hard
            parts = np.log(0.8 + 0.2 * np.exp(5 * parts))
        assert changes.mean(axis=0) == pytest.approx(parts, abs=0.002)

    def test_growth_of_a_force_s_own_adds_nothing_on_average(self):
        drawn = simulate(WORLDS["nothing"], SHAPE, 800, seed=3)
        assert drawn.national()[0].mean() == pytest.approx(0, abs=0.004)

    def test_recording_rises_in_proportion_to_minus_log_accuracy(self):
        drawn = simulate(WORLDS["recording only"], QUIET, 5, seed=4)
        change = np.log(drawn.after[..., CHILD].sum(2) / drawn.before[..., CHILD].sum(2))
        slope = np.polyfit(drawn.audited.ravel(), change.ravel(), 1)[0]
        attenuation = 0.10**2 / (0.10**2 + 0.03**2)
        assert slope == pytest.approx(drawn.slope * attenuation, rel=0.1)

    def test_true_shares_add_up_to_one(self):
        for name in ("all three", "recording and online", "real change only", "online spills over"):
            shares = simulate(WORLDS[name], SHAPE, 10, seed=5).shares
            assert sum(shares.values()) == pytest.approx(np.ones(10))
        assert np.isnan(simulate(WORLDS["nothing"], SHAPE, 3, seed=5).shares["online"]).all()

    def test_the_same_seed_gives_the_same_panels(self):
        first, again = (simulate(WORLDS["all three"], SHAPE, 3, seed=6) for _ in range(2))
        other = simulate(WORLDS["all three"], SHAPE, 3, seed=7)
        assert (first.after == again.after).all() and (first.audited == again.audited).all()
        assert (first.after != other.after).any()

    def test_the_global_random_state_is_left_alone(self):
        np.random.seed(1)
        expected = np.random.RandomState(1).random()
        simulate(WORLDS["nothing"], SHAPE, 2, seed=8)
        assert np.random.random() == expected


class TestWorlds:
    def test_there_are_pure_mixed_null_artefact_and_breaking_ones(self):
        worlds = standard_worlds()
        assert len(worlds) >= 9 and len({world.name for world in worlds}) == len(worlds)
        assert sum(bool(world.breaks) for world in worlds) >= 3
        assert sum(not world.parts for world in worlds) == 1

    def test_a_world_that_breaks_nothing_keeps_the_signatures_of_its_explanations(self):
        for world in standard_worlds():
            relevant = {k: v for k, v in world.parts.items() if k not in ("other", "artefact")}
            assert keeps(relevant, LADDER[5]) == (not world.breaks), world.name

    def test_keeping_by_hand(self):
        both = {"recording": np.ones(len(CELLS)), "online": ONLINE * 1.0}
        assert keeps(both, LADDER[3])
        assert not keeps({"online": RECENT * 1.0}, LADDER[3])
        assert not keeps({"artefact": np.ones(len(CELLS))}, LADDER[1])


class TestNationalChanges:
    def test_by_hand(self):
        """Two cells; the covariance is that of the forces' departures, so a common rise has none."""
        changes, covariance = national_changes([[100, 10], [300, 30]], [[200, 10], [600, 30]])
        assert changes == pytest.approx([np.log(2), 0])
        assert covariance == pytest.approx(np.zeros((2, 2)))

    def test_equal_forces_count_fully_and_one_large_one_hardly(self):
        assert effective_dof(np.ones((30, 2))) == pytest.approx(29)
        assert effective_dof([[100.0], [1.0], [1.0]]) < 0.1

    def test_the_standard_error_is_that_of_repeated_panels(self):
        drawn = simulate(WORLDS["all three"], SHAPE, 1500, seed=9)
        changes, covariance = drawn.national()
        claimed = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2).mean(axis=0))
        assert claimed == pytest.approx(changes.std(axis=0), rel=0.1)

    @pytest.mark.parametrize(
        ("name", "before", "after"),
        [
            ("after", [[1], [2]], [[1], [2], [3]]),
            ("before", [[0], [0]], [[1], [2]]),
            ("before", [[1], [-1]], [[1], [2]]),
            ("after", [[1], [2]], [[1], [np.nan]]),
            ("before", [[1]], [[1]]),
        ],
    )
    def test_bad_input_is_refused_by_name(self, name, before, after):
        with pytest.raises(ValueError, match=rf"^{name}\b"):
            national_changes(before, after)


@pytest.fixture(scope="module")
def results():
    table = study(standard_worlds(), standard_methods(slow_panels=8), 150, 3, shape=SHAPE)
    return table.set_index(["world", "method", "quantity"])


class TestStudy:
    def test_the_tally_by_hand(self):
        """Three intervals around a truth of 0.6 with threshold 0.5: one right claim, one wrong, one refuted."""

        def method(panels):
            return {"q": Answer(np.array([0.55, 0.1, np.nan]), np.array([0.7, 0.4, np.nan]), 0.6, 0.5)}

        table = study([WORLDS["nothing"]], {"m": method}, 3, 1, shape=SHAPE)
        row = table.iloc[0]
        assert (row["panels"], row["coverage"]) == (3, 0.5)
        assert (row["refuted"], row["claims"], row["wrong"], row["wrong_above"]) == pytest.approx(
            (1 / 3, 2 / 3, 1 / 3, 0)
        )
        assert row["power"] == pytest.approx(1 / 3)

    def test_threads_change_nothing(self):
        methods = {"old": standard_methods()["old against recent"]}
        worlds = [WORLDS["nothing"], WORLDS["confidence only"]]
        one, two = (study(worlds, methods, 700, 2, shape=SHAPE, jobs=jobs) for jobs in (1, 2))
        pd.testing.assert_frame_equal(one, two)

    def test_bounds_cover_where_their_assumptions_hold(self, results):
        bounds = results[results.index.get_level_values("method").str.startswith("bounds") & results["holds"]]
        assert len(bounds) > 100
        assert bounds["coverage"].min() > 0.95 - 3.5 * np.sqrt(0.95 * 0.05 / 150)
        assert bounds["coverage"].mean() > 0.97

    def test_more_than_half_is_seldom_wrong_where_the_assumptions_hold(self, results):
        bounds = results[results.index.get_level_values("method").str.startswith("bounds") & results["holds"]]
        assert bounds["wrong_above"].max() <= 0.05

    def test_totals_alone_never_claim_anything(self, results):
        totals = results.xs("totals only", level="method")
        assert (totals["claims"] == 0).all()
        assert (totals["coverage"] == 1).all()

    def test_the_full_ladder_sees_a_pure_world(self, results):
        top = f"bounds: {LADDER[-1].name}"
        assert results.loc[("online only", top, "online"), "power"] > 0.8

    def test_uneven_recording_misleads_the_simple_contrast_without_a_sign(self, results):
        row = results.loc[("recording uneven", "children against adults", "online")]
        assert not row["holds"] and row["wrong_above"] > 0.9

    def test_spill_over_is_noticed_by_the_top_of_the_ladder(self, results):
        assert results.loc[("online spills over", "bounds: nothing else", "online"), "refuted"] > 0.8


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("sizes", lambda: Shape(sizes=[1, -1], counts=[1] * 7)),
        ("counts", lambda: Shape(sizes=[1, 1], counts=[1] * 6)),
        ("dispersion", lambda: Shape(sizes=[1, 1], counts=[1] * 7, dispersion=0.5)),
        ("parts", lambda: World("w", {"nobody": np.ones(7)})),
        ("parts of online", lambda: World("w", {"online": -np.ones(7)})),
        ("rise", lambda: standard_worlds(rise=0)),
        ("panels", lambda: simulate(WORLDS["nothing"], SHAPE, 0, 1)),
        ("worlds", lambda: study([], {"m": None}, 1, 1, shape=SHAPE)),
        ("methods", lambda: study([WORLDS["nothing"]], {}, 1, 1, shape=SHAPE)),
        ("jobs", lambda: study([WORLDS["nothing"]], {"m": None}, 1, 1, shape=SHAPE, jobs=0)),
    ],
)
def test_bad_input_is_refused_by_name(name, call):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        call()


def test_patterns_of_cells_match():
    assert anywhere(ADULT).shape == (3, 7)
    assert alike(CHILD).sum() == 4
