"""The set of dates at which a line could have broken."""

import numpy as np

from helpers.stats.breaks import break_set
from helpers.stats.series import line_break


def broken(at, size=28, jump=1.0, noise=0.1, seed=0):
    time = np.arange(size)
    return np.random.default_rng(seed).normal(0, noise, size) + 0.02 * time + np.where(time >= at, jump, 0)


def test_the_set_holds_the_best_date():
    values = broken(12, jump=0.2)
    assert line_break(values, draws=1).position in break_set(values)


def test_coverage():
    """A break of three standard deviations in a series as long as ours: the set holds it at 95%."""
    hits = sum(13 in break_set(broken(13, jump=0.3, seed=seed)) for seed in range(300))
    assert hits / 300 >= 0.93
