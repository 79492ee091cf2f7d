"""Staggered adoption: published examples, effects that differ by cohort, coverage, and refusals.

``medicaid_expansion.csv`` holds the share of low-income childless adults with health insurance by US state and
year, and the year in which the state expanded Medicaid, as published with the Mixtape Sessions course on
difference in differences (American Community Survey figures, 46 states, 2008 to 2019). ``teen_employment.csv`` holds
the log of teen employment by US county and year, and the year in which the county's state raised its minimum wage, as
published with the R package did (its data set mpdta: 500 counties, 2003 to 2007).
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.stats.series import event_study
from helpers.stats.staggered import Staggered


def published(name, unit, adopted):
    """One row a unit and year, of a file with one column a year."""
    wide = pd.read_csv(Path(__file__).with_name(name)).rename(columns={unit: "unit", adopted: "adopted"})
    return wide.melt(["unit", "adopted"], var_name="time", value_name="outcome").astype({"time": int})


def test_imputation_is_two_way_fixed_effects_on_the_untreated():
    """The estimator of Borusyak, Jaravel and Spiess spelt out with dummies."""
    medicaid = published("medicaid_expansion.csv", "state", "expanded")
    panel = medicaid.assign(start=medicaid["adopted"].fillna(9999))
    treated = panel["time"] >= panel["start"]
    dummies = pd.get_dummies(panel[["unit", "time"]].astype(str), drop_first=True, dtype=float)
    design = sm.add_constant(dummies)
    fit = sm.OLS(panel.loc[~treated, "outcome"], design[~treated]).fit()
    effect = (panel["outcome"] - design @ fit.params)[treated]
    since = (panel["time"] - panel["start"])[treated]

    effects = event_study(medicaid, leads=5, lags=11)
    at = effects.set_index("event_time")["estimate"]
    assert effects.attrs["overall"].value == pytest.approx(effect.mean())
    assert at[3] == pytest.approx(effect[since == 3].mean())

    leads = pd.DataFrame({k: (panel["time"] - panel["start"] == -k).astype(float) for k in range(1, 6)})
    before = sm.OLS(panel.loc[~treated, "outcome"], design.join(leads)[~treated]).fit()
    assert at[-2] == pytest.approx(before.params[2])


def test_teen_employment_by_imputation():
    """The same data: R's etwfe 0.6.2 prints -0.0477099182784519, did2s 1.2.1 a standard error of 0.0134784.

    Deleting a county at a time gives a standard error a little larger.
    """
    employment = published("teen_employment.csv", "county", "reached")
    overall = event_study(employment, leads=4, lags=3).attrs["overall"]
    assert overall.value == pytest.approx(-0.0477099182784519, abs=1e-6)
    assert (overall.high - overall.low) / 2 / 1.966 == pytest.approx(0.0134784, rel=0.03)


STARTS = [5, 5, 5, 8, 8, 8, 11, 11, 11, math.nan, math.nan, math.nan]


def world(rng=None, *, growth=0.1, early=0.0, starts=STARTS, periods=14, noise=0.1):
    """Units whose effect grows with time since adoption, faster for the earlier cohorts."""
    rows = []
    for unit, start in enumerate(starts):
        for t in range(periods):
            since = t - start if start == start else -1
            effect = growth * (since + 1) * (15 - start) / 5 if since >= 0 else 0.0
            effect += early if -2 <= since < 0 and start == start else 0.0
            error = rng.normal(0, noise) if rng else 0.0
            rows.append((unit, t, unit % 4 + 0.3 * t + effect + error, start))
    return pd.DataFrame(rows, columns=["unit", "time", "outcome", "adopted"])


def truth(event_time, starts=STARTS, periods=14):
    ones = [0.1 * (event_time + 1) * (15 - s) / 5 for s in starts if s == s and s + event_time < periods]
    return np.mean(ones)


def test_effects_that_differ_by_cohort_are_found():
    panel = world()
    effects = event_study(panel, leads=3, lags=8)
    after = effects[effects["event_time"] >= 0]
    assert after["estimate"].to_numpy() == pytest.approx([truth(e) for e in after["event_time"]])
    assert effects.loc[effects["event_time"] < 0, "estimate"].to_numpy() == pytest.approx(0, abs=1e-9)


def ready(starts, periods, **options):
    """The dates of `world` made ready, and noise for many panels of it."""
    dates = np.array([999 if math.isnan(start) else start for start in starts])
    return Staggered(dates, periods, **options), (len(dates), periods)


def test_intervals_cover_even_when_cohorts_are_single_units():
    """Sixteen units, fourteen adopting at dates of their own: analytic formulas see no variance there."""
    starts = [*range(4, 18), math.nan, math.nan]
    plan, shape = ready(starts, 20, leads=2, lags=6)
    fits = plan.fit(np.random.default_rng(9).normal(size=(4000, *shape)))
    assert 0.94 < np.mean((fits.low[:, -1] <= 0) & (fits.high[:, -1] >= 0)) < 0.98


@pytest.mark.parametrize(("reached", "least"), [([*range(5, 17)] * 2, 0.04), ([12, 13, 14, 15] * 2, 0.02)])
def test_the_test_of_leads_is_wrong_no_more_often_than_it_says(reached, least):
    """Also with eight units reached of thirty-eight, where F on 34 degrees of freedom is wrong in 22% of panels."""
    plan, shape = ready(reached + [math.nan] * (38 - len(reached)), 20)
    fits = plan.fit(np.random.default_rng(10).normal(size=(4000, *shape)))
    assert least < np.mean(fits.pre_trend_p < 0.05) < 0.056


def test_a_difference_between_groups_is_found_whole_and_its_interval_covers():
    """Two studies that share the units reached last would each average in the effects of these."""
    group = np.array([0, 1] * 8)
    starts = np.array([*range(4, 18), 17, 17])
    plan, shape = ready(starts, 20, leads=1, lags=6, against=group == 0)
    noise = np.random.default_rng(11)
    sizes = 0.5 + group + noise.normal(size=(4000, len(group)))
    effects = sizes[:, :, None] * (np.arange(20) >= starts[:, None])
    fits = plan.fit(effects + noise.normal(size=(4000, *shape)), numbers=[-1])
    assert np.mean(fits.effect[:, -1]) == pytest.approx(1, abs=0.02)
    assert 0.94 < np.mean((fits.low[:, -1] <= 1) & (fits.high[:, -1] >= 1)) < 0.97


NO_DATES = math.nan, 0, "soon", pd.Timestamp("2016-04-01"), range(168), 5
UNUSABLE = [{"outcome": math.nan}, {"time": 0.5}, {"unit": None}, *({"adopted": one} for one in NO_DATES)]


@pytest.mark.parametrize("unusable", UNUSABLE, ids=str)
def test_a_column_that_cannot_be_used_is_refused_by_name(unusable):
    with pytest.raises(ValueError, match=next(iter(unusable))):
        event_study(world().assign(**unusable))


def test_a_panel_with_a_gap_or_a_row_twice_and_options_that_leave_nothing_are_refused():
    for panel in (world().drop(columns="time"), world().iloc[1:], pd.concat([world(), world().iloc[:1]])):
        with pytest.raises(ValueError, match="panel"):
            event_study(panel)
    for name, options in (("leads", {"leads": 0}), ("adopted", {"anticipation": 5})):
        with pytest.raises(ValueError, match=name):
            event_study(world(), **options)
    with pytest.raises(ValueError, match="against"):
        Staggered([2, 3, 9], 5, against=[True])
