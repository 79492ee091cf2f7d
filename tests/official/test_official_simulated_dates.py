"""Simulated effects at real dates: each path has the effect that it is called by."""

import numpy as np
import pytest

from helpers.official.comparisons import dated_events
from helpers.official.simulated_dates import effect_paths
from helpers.stats.staggered import NEVER, Staggered
from helpers.tables import read_table

DATES = np.array([8, 9, 10, 11, 12, 13] * 3 + [NEVER] * 6)


def test_every_path_has_the_effect_that_it_says():
    plan = Staggered(DATES, 24, leads=4, lags=7)
    tried = {path.name: path for path in effect_paths(plan, DATES, np.full(DATES.size, 0.3))}
    for name, path in tried.items():
        found = plan.value(np.broadcast_to(path.shift, plan.overall.shape)[None])[0, -1]
        assert (abs(found - path.truth) < 1e-9) == (not path.breaks), name
    assert tried["each force closes its gap"].truth == pytest.approx(0.3)
    assert tried["improved everywhere at once"].truth == 0.2


def test_the_events_have_their_series_and_the_step_is_after_the_event():
    events = dated_events(read_table("recorded_crime"), read_table("recorded_crime_national"))
    assert {test: (event.when[event.step], event.series.size) for test, event in events.items()} == {
        "step_october_2012": ("2013/14", 10),
        "step_july_2014": ("Jul 2014", 20),
        "step_november_2016": ("Jan 2017", 28),
    }
    assert all(len(event.control) == len(event.series) == len(event.when) for event in events.values())
