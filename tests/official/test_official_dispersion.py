"""Dispersion from quarters: Poisson counts give 1, clumped counts give the size of the clump."""

import itertools

import numpy as np
import pytest

from helpers.official import dispersion
from tests.frames import frame


def panel(counts, years=("2012/13",)):
    """Counts shaped force × (4 quarters a year), as a panel."""
    places = itertools.product(range(len(counts)), enumerate(years))
    rows = ((f"F{force}", year, *counts[force][4 * at : 4 * at + 4]) for force, (at, year) in places)
    return frame("force financial_year q1 q2 q3 q4", *rows)


def world(clump, *, forces=40, years=8, seed=5):
    """Forces of many sizes with a common trend and season, whose offences come in clumps of one size."""
    draw = np.random.default_rng(seed)
    size = draw.uniform(20, 400, forces)
    course = np.exp(0.04 * np.arange(4 * years)) * np.tile([0.95, 0.98, 1.0, 1.07], years)
    counts = clump * draw.poisson(np.outer(size, course) / clump)
    return panel(counts, [f"{y}/{y + 1 - 2000}" for y in range(2012, 2012 + years)])


def test_worked_example():
    # one year; each force has 80; the national course is 50:50:50:90 of 240
    # A: 20 20 20 20, B: 10 10 10 50, C: 20 20 20 20; expected 16.67 16.67 16.67 30
    table = panel([[20, 20, 20, 20], [10, 10, 10, 50], [20, 20, 20, 20]])
    even = 3 * (20 - 50 / 3) ** 2 / (50 / 3) + (20 - 30) ** 2 / 30
    spiked = 3 * (10 - 50 / 3) ** 2 / (50 / 3) + (50 - 30) ** 2 / 30
    assert dispersion.annual_dispersion(table).value == pytest.approx((2 * even + spiked) / 6)


@pytest.mark.parametrize("clump", [1, 3, 6])
def test_offences_in_clumps_of_n_have_dispersion_n(clump):
    found = dispersion.annual_dispersion(world(clump))
    assert found.value == pytest.approx(clump, rel=0.12)
    assert found.low <= clump <= found.high or found.value == pytest.approx(clump, rel=0.1)


def test_the_interval_covers_as_often_as_it_says():
    hits = [4 in dispersion.annual_dispersion(world(4, forces=25, years=4, seed=s)) for s in range(40)]
    assert np.mean(hits) >= 0.85


def test_quarters_that_move_together_scatter_more_over_a_year():
    draw = np.random.default_rng(3)
    shock = np.repeat(np.exp(draw.normal(0, 0.25, (30, 8))), 4, axis=1)  # one shock a force and year
    counts = draw.poisson(200 * shock)
    years = [f"{y}/{y - 1999}" for y in range(2012, 2020)]
    together = panel(counts, years)
    assert dispersion.trend_dispersion(together, degree=1) > 2 * dispersion.annual_dispersion(together).value
    without, less = together[together["force"] != "F0"], together.drop(index=2)  # a year of F0
    assert dispersion.trend_dispersion(less) == dispersion.trend_dispersion(without)


def test_between_years_is_one_for_chance_and_grows_with_what_forces_do_by_themselves():
    rng = np.random.default_rng(5)
    mean = np.full(400, 500.0)
    before, alike = rng.poisson(mean), rng.poisson(1.3 * mean)
    assert dispersion.between_years(before, alike) == pytest.approx(1, abs=0.15)
    own = rng.poisson(1.3 * mean * rng.lognormal(0, 0.1, 400))
    expected = 1 + 0.1**2 * 1 / (1 / 500 + 1 / 650)  # variance of the log ratio over that of chance
    assert dispersion.between_years(before, own) == pytest.approx(expected, rel=0.15)
    with pytest.raises(ValueError, match="after has 1 values"):
        dispersion.between_years([1, 2], [3])
