"""Simulated worlds on the real strata: each breaks just what it says."""

from helpers.official import simulated_worlds, strata
from helpers.stats.methods import kept_by

LADDER = strata.ladder(simulated_worlds.NATIONAL)
WORLDS = {world.name: world for world in simulated_worlds.worlds(simulated_worlds.NATIONAL)}


def test_worlds_without_a_fault_keep_every_rung():
    kept = [world for world in WORLDS.values() if not world.breaks]
    assert len(kept) == 8
    for world in kept:
        assert all(kept_by(world, rung, published=1) for rung in LADDER), world.name


def test_each_rung_has_a_world_that_breaks_just_what_it_adds():
    def first(world):
        return next(step for step, rung in enumerate(LADDER, 1) if not kept_by(world, rung, published=1))

    first_broken = {name: first(world) for name, world in WORLDS.items() if world.breaks}
    assert set(first_broken.values()) == set(range(1, len(LADDER) + 1))
    assert first_broken["recording favours children"] == 5
    assert first_broken["old less certain"] == 7
