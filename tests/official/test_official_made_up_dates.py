"""Made-up panels and series with real dates: noise like the noise given, and effects that are what they are called."""

import numpy as np
import pandas as pd
import pytest

from helpers.official.dated_events import DatedEvent, dated_events
from helpers.official.made_up_dates import courses, event_on_trial, inspections_on_trial
from helpers.stats.courses import autoregressive
from helpers.stats.staggered import NEVER, Staggered
from helpers.tables import read_table

DATES = np.array([8, 9, 10, 11, 12, 13] * 3 + [NEVER] * 6)


def logs(seed=0, size=24):
    """Counts of two dozen forces of unequal size, with noise that hangs together."""
    rng = np.random.default_rng(seed)
    level = np.linspace(4, 7, DATES.size)[:, None] + 0.02 * np.arange(size)
    return np.log(
        rng.poisson(np.exp(level + autoregressive(rng, 1, size, np.full(DATES.size, 0.15), 0.6)[0]))
    )


def test_every_course_has_the_effect_that_it_says():
    plan = Staggered(DATES, 24, leads=4, lags=7)
    tried = {course.name: course for course in courses(plan, DATES, np.full(DATES.size, 0.3))}
    for name, course in tried.items():
        found = plan.value(np.broadcast_to(course.shift, plan.overall.shape)[None])[0, -1]
        assert (abs(found - course.truth) < 1e-9) == (not course.breaks), name
    assert tried["each force closes its gap"].truth == pytest.approx(0.3)
    assert tried["improved everywhere at once"].truth == 0.2


def test_the_trial_is_the_same_twice_and_finds_what_was_planted():
    panel = pd.DataFrame(logs()).stack().rename("outcome").rename_axis(["unit", "time"]).reset_index()
    panel["adopted"] = panel["unit"].map(dict(enumerate(np.where(DATES < NEVER, DATES, np.nan))))
    dose = pd.Series(0.3, index=range(DATES.size))
    options = {"panels": 400, "seed": 3, "leads": 2, "lags": 5}
    table = inspections_on_trial(panel, dose, **options)
    pd.testing.assert_frame_equal(table, inspections_on_trial(panel, dose, **options))
    kept = table[table["breaks"].isna()]
    assert kept["coverage"].min() > 0.92
    assert kept["mean"].to_numpy() == pytest.approx(kept["truth"].to_numpy(), abs=0.02)


def test_events_on_trial_hold_the_truth_also_where_the_model_s_own_error_does_not():
    rng = np.random.default_rng(4)
    noise = autoregressive(rng, 1, 28, [0.1, 0.1], 0.7)[0]
    series, control = np.exp([[7.0], [8.0]] + 0.03 * np.arange(28) + noise)
    event = DatedEvent("event", series, control, ("",) * 28, 16, "quarters", {"period": 4, "margin": 4})
    table = event_on_trial(event, panels=400, seed=5, reference="t")
    kept = table[table["breaks"].isna()]
    assert kept["coverage"].min() > 0.93
    assert kept["model_coverage"].max() < 0.9
    assert kept["claims_05"].is_monotonic_increasing


def test_the_events_have_their_series_and_the_step_is_after_the_event():
    events = dated_events(read_table("recorded_crime"), read_table("recorded_crime_national"))
    assert {test: (event.when[event.step], event.series.size) for test, event in events.items()} == {
        "step_october_2012": ("2013/14", 10),
        "step_july_2014": ("Jul 2014", 20),
        "step_november_2016": ("Jan 2017", 28),
    }
    assert all(len(event.control) == len(event.series) == len(event.when) for event in events.values())
