"""Made-up worlds on the real cells: they have the real ones' size and noise, and each breaks just what it says."""

import numpy as np
import pytest

from helpers.official import cells, made_up
from helpers.official.dispersion import annual_dispersion
from helpers.official.recorded_crime import floor
from helpers.stats.bounds import share_bounds
from helpers.stats.clusters import effective_dof
from helpers.stats.trials import kept_by
from helpers.stats.worlds import simulate, study
from helpers.tables import read_table

YEARS = ("2014/15", "2015/16")
LADDER = cells.ladder(made_up.NATIONAL)
WORLDS = {world.name: world for world in made_up.worlds(made_up.NATIONAL)}


@pytest.fixture(scope="module")
def crime():
    return read_table("recorded_crime")


@pytest.fixture(scope="module")
def dispersion(crime):
    return annual_dispersion(floor(crime)).value


@pytest.fixture(scope="module")
def shape(crime):
    return made_up.national_shape(crime, *YEARS, accuracy_mean=0.25, accuracy_sd=0.13, audit_se=0.05)


class TestShape:
    def test_a_panel_is_weighed_as_the_notebook_weighs_the_figures(self, shape):
        """One panel through the function of the notebook, beside the batch."""
        drawn = simulate(WORLDS["all three"], shape, 3, 2)
        changes, covariance, dof = drawn.changes
        by_name = cells._cells(
            tuple(cells.CODES), drawn.before[1].sum(axis=0), drawn.after[1].sum(axis=0), changes[1, :-1],
            covariance[1, :-1, :-1], drawn.told[1, 0], cells.OLD_SE, effective_dof(drawn.before[1]),
        )  # fmt: skip
        assert by_name.weights == pytest.approx(drawn.weights[1])
        assert by_name.covariance == pytest.approx(covariance[1])
        assert by_name.dof == pytest.approx(dof, rel=0.05)
        table = share_bounds(
            by_name.changes, by_name.covariance, by_name.weights, LADDER, together=[cells.TOGETHER], dof=dof
        )
        for step in (5, 9):
            slow = table[table["rung"] == LADDER[step - 1].name]
            fast = made_up.methods(made_up.NATIONAL)[f"rung {step}"](drawn)
            for name, row in slow.set_index("explanation").iterrows():
                assert fast[name].low[1] == pytest.approx(row["im_low"], abs=1e-6, nan_ok=True)
                assert fast[name].high[1] == pytest.approx(row["im_high"], abs=1e-6, nan_ok=True)


class TestWorlds:
    def test_worlds_without_a_fault_keep_every_rung(self):
        kept = [world for world in WORLDS.values() if not world.breaks]
        assert len(kept) == 8
        for world in kept:
            assert all(kept_by(world, rung, told=1) for rung in LADDER), world.name

    def test_each_rung_has_a_world_that_breaks_just_what_it_adds(self):
        first_broken = {
            name: next(step for step, rung in enumerate(LADDER, start=1) if not kept_by(world, rung, told=1))
            for name, world in WORLDS.items()
            if world.breaks
        }
        assert set(first_broken.values()) == set(range(1, len(LADDER) + 1))
        assert first_broken["recording favours children"] == 5
        assert first_broken["old less certain"] == 7


@pytest.fixture(scope="module")
def table(shape):
    tried = [WORLDS[name] for name in ("all three", "recording favours children", "real change")]
    return study(tried, made_up.methods(made_up.NATIONAL, slow_panels=4), 200, 5, shape=shape)


class TestSummaries:
    tried = [WORLDS[name] for name in ("all three", "recording favours children", "real change")]  # noqa: RUF012

    def test_what_holds_and_what_is_broken_are_told_apart(self, table):
        found = made_up.by_rung(table, made_up.NATIONAL, self.tried).set_index("step")
        assert found["worlds"].tolist() == [3, 3, 3, 3, 2, 2, 2, 2, 1]
        assert found["power"].notna().tolist() == [step in (5, 9) for step in range(1, 10)]

    def test_where_assumptions_hold_promises_are_kept(self, table):
        kept = table[table["method"].str.startswith("rung ") & table["holds"]]
        assert kept["coverage"].min() > 0.95 - 3.5 * np.sqrt(0.05 * 0.95 / 200)
        assert kept["refuted"].max() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
        assert kept["wrong_above"].max() <= 0.05
