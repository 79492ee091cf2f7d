"""Staggered adoption: a published example, worlds where two-way fixed effects go wrong, and refusals.

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


@pytest.fixture(scope="module")
def medicaid():
    wide = pd.read_csv(Path(__file__).with_name("medicaid_expansion.csv"))
    panel = wide.melt(["state", "expanded"], var_name="year", value_name="insured")
    return panel.astype({"year": int})


def on_medicaid(panel, **options):
    columns = {"unit": "state", "time": "year", "outcome": "insured", "adopted": "expanded"}
    return event_study(panel, **columns, leads=5, lags=11, **options)


def test_medicaid_expansion_by_cohort(medicaid):
    """Mixtape Sessions, Advanced DID, exercise 1: Callaway-Sant'Anna with not-yet-treated controls.

    The overall effect is 0.068 with standard error 0.008. In print the effects of the 2014 cohort are 0.0467,
    0.0692, 0.0785 at 2014 to 2016, of 2015 0.0491, 0.0526, 0.0682, of 2016 0.0317, 0.0368, 0.0645, of 2017
    0.0471, 0.0681, 0.0650 and of 2019 0.0365; the cohorts are 22, 3, 2, 1 and 2 states.
    """
    effects = on_medicaid(medicaid, estimator="cohort")
    overall = effects.attrs["overall"]
    assert round(overall.value, 3) == 0.068
    assert (overall.high - overall.low) / 2 / 2.014 == pytest.approx(0.008, abs=0.0005)
    at = effects.set_index("event_time")["estimate"]
    sizes = np.array([22, 3, 2, 1, 2])
    assert at[0] == pytest.approx(sizes @ [0.0467, 0.0491, 0.0317, 0.0471, 0.0365] / 30, abs=1e-4)
    assert at[2] == pytest.approx(sizes[:4] @ [0.0785, 0.0682, 0.0645, 0.0650] / 28, abs=1e-4)
    assert effects["n"].tolist() == [30, 30, 30, 30, 30, 28, 28, 27, 25, 22]


def test_medicaid_expansion_without_the_states_that_never_expanded(medicaid):
    """The same exercise, part 7: 0.0728 from the not yet treated alone."""
    effects = on_medicaid(medicaid.dropna(subset="expanded"), estimator="cohort")
    assert round(effects.attrs["overall"].value, 4) == 0.0728


def test_imputation_is_two_way_fixed_effects_on_the_untreated(medicaid):
    """The estimator of Borusyak, Jaravel and Spiess spelt out with dummies."""
    panel = medicaid.assign(start=medicaid["expanded"].fillna(9999))
    treated = panel["year"] >= panel["start"]
    dummies = pd.get_dummies(panel[["state", "year"]].astype(str), drop_first=True, dtype=float)
    design = sm.add_constant(dummies)
    fit = sm.OLS(panel.loc[~treated, "insured"], design[~treated]).fit()
    effect = (panel["insured"] - design @ fit.params)[treated]
    since = (panel["year"] - panel["start"])[treated]

    effects = on_medicaid(medicaid)
    at = effects.set_index("event_time")["estimate"]
    assert effects.attrs["overall"].value == pytest.approx(effect.mean())
    assert at[3] == pytest.approx(effect[since == 3].mean())

    leads = pd.DataFrame({k: (panel["year"] - panel["start"] == -k).astype(float) for k in range(1, 6)})
    before = sm.OLS(panel.loc[~treated, "insured"], design.join(leads)[~treated]).fit()
    assert at[-2] == pytest.approx(before.params[2])


@pytest.fixture(scope="module")
def employment():
    wide = pd.read_csv(Path(__file__).with_name("teen_employment.csv"))
    panel = wide.melt(["county", "reached"], var_name="year", value_name="employed")
    return panel.astype({"year": int})


COUNTIES = {
    "unit": "county",
    "time": "year",
    "outcome": "employed",
    "adopted": "reached",
    "leads": 4,
    "lags": 3,
}


@pytest.mark.parametrize(
    ("cohort", "times", "printed"),
    [
        (2004, [0, 1, 2, 3], [-0.0105, -0.0704, -0.1373, -0.1008]),
        (2006, [-3, -2, 0, 1], [-0.0038, 0.0028, -0.0046, -0.0412]),
        (2007, [-4, -3, -2, 0], [0.0033, 0.0338, 0.0311, -0.0261]),
    ],
)
def test_teen_employment_of_each_cohort_against_the_counties_never_reached(
    employment, cohort, times, printed
):
    """The group-time effects that did::att_gt prints for mpdta (never treated, universal base period)."""
    effects = event_study(
        employment[employment["reached"].isna() | (employment["reached"] == cohort)],
        **COUNTIES,
        estimator="cohort",
    ).set_index("event_time")
    assert effects["estimate"].round(4).to_dict() == dict(zip(times, printed, strict=True))


def test_teen_employment_by_imputation(employment):
    """The same data: R's etwfe 0.6.2 prints -0.0477099182784519, did2s 1.2.1 a standard error of 0.0134784.

    Deleting a county at a time gives a standard error a little larger.
    """
    overall = event_study(employment, **COUNTIES).attrs["overall"]
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


@pytest.mark.parametrize("estimator", ["imputation", "cohort"])
def test_effects_that_differ_by_cohort_are_found_where_two_way_fixed_effects_are_not(estimator):
    panel = world()
    effects = event_study(panel, leads=3, lags=8, estimator=estimator)
    after = effects[effects["event_time"] >= 0]
    assert after["estimate"].to_numpy() == pytest.approx([truth(e) for e in after["event_time"]])
    assert effects.loc[effects["event_time"] < 0, "estimate"].to_numpy() == pytest.approx(0, abs=1e-9)

    treated = (panel["time"] >= panel["adopted"]).astype(float)
    dummies = pd.get_dummies(panel[["unit", "time"]].astype(str), drop_first=True, dtype=float)
    naive = sm.OLS(panel["outcome"], sm.add_constant(dummies.assign(treated=treated))).fit()
    true_mean = effects.attrs["overall"].value
    assert naive.params["treated"] < 0.8 * true_mean


def ready(starts, periods, **options):
    """The dates of `world` made ready, and noise for many panels of it."""
    dates = np.array([999 if math.isnan(start) else start for start in starts])
    return Staggered(dates, periods, **options), (len(dates), periods)


def covered(fits, number=-1):
    return np.mean((fits.low[:, number] <= 0) & (fits.high[:, number] >= 0))


@pytest.mark.parametrize("estimator", ["imputation", "cohort"])
def test_many_panels_at_once_are_each_what_they_are_alone(estimator):
    panels = [world(np.random.default_rng(seed)) for seed in range(3)]
    plan, shape = ready(STARTS, 14, leads=3, lags=5, anticipation=1, estimator=estimator)
    outcomes = np.array([panel["outcome"].to_numpy().reshape(shape) for panel in panels])
    fits, few = plan.fit(outcomes, level=0.9), plan.fit(outcomes, numbers=[-1])
    for i, panel in enumerate(panels):
        alone = event_study(panel, leads=3, lags=5, anticipation=1, estimator=estimator, level=0.9)
        overall = alone.attrs["overall"]
        assert fits.low[i, -1] == pytest.approx(overall.low)
        assert fits.high[i, -1] == pytest.approx(overall.high)
        assert fits.pre_trend_p[i] == pytest.approx(alone.attrs["pre_trend_p"], nan_ok=True)
        assert fits.estimate[i, :-1][plan.counts > 0] == pytest.approx(alone["estimate"].to_numpy())
        assert few.estimate[i, -1] == pytest.approx(overall.value)
        assert plan.value(outcomes)[i, -1] == pytest.approx(overall.value)


@pytest.mark.parametrize("estimator", ["imputation", "cohort"])
def test_intervals_cover_even_when_cohorts_are_single_units(estimator):
    """Sixteen units, fourteen adopting at dates of their own: analytic formulas see no variance there."""
    starts = [*range(4, 18), math.nan, math.nan]
    plan, shape = ready(starts, 20, leads=2, lags=6, estimator=estimator)
    fits = plan.fit(np.random.default_rng(9).normal(size=(4000, *shape)))
    assert 0.94 < covered(fits) < 0.98


@pytest.mark.parametrize(("estimator", "reached"), [("imputation", 3), ("cohort", 4)])
def test_intervals_cover_when_few_units_are_reached(estimator, reached):
    """Of thirty units few are ever reached: with t on 29 degrees of freedom the intervals would cover 0.85 to 0.9."""
    starts = [3, 4, 4, 5][:reached] + [math.nan] * (30 - reached)
    plan, shape = ready(starts, 7, leads=1, lags=2, estimator=estimator)
    fits = plan.fit(np.random.default_rng(11).normal(size=(4000, *shape)))
    assert 0.94 < covered(fits) < 0.98
    assert 0.94 < covered(fits, 1) < 0.98  # in the period of adoption


def test_an_effect_of_many_units_uses_as_many_degrees_of_freedom():
    """Half of forty units reached at once: all weigh the same, so the interval is t on 39, as from two samples."""
    panel = world(
        np.random.default_rng(1), growth=0.0, starts=[5] * 20 + [math.nan] * 20, periods=10, noise=0.3
    )
    effects = event_study(panel, leads=1, lags=4)
    wide = panel.pivot(index="unit", columns="time", values="outcome")
    change = wide.loc[:, 5:].mean(axis=1) - wide.loc[:, :4].mean(axis=1)
    error = math.sqrt(sum(part.var(ddof=1) / 19 for part in (change[:20], change[20:])) * 39 / 40)
    overall = effects.attrs["overall"]
    assert overall.value == pytest.approx(change[:20].mean() - change[20:].mean())
    assert (overall.high - overall.low) / 2 == pytest.approx(2.022691 * error)
    assert effects.attrs["dof"] == pytest.approx(39)


@pytest.mark.parametrize(("reached", "least"), [([*range(5, 17)] * 2, 0.04), ([12, 13, 14, 15] * 2, 0.02)])
def test_the_test_of_leads_is_wrong_no_more_often_than_it_says(reached, least):
    """Also with eight units reached of thirty-eight, where F on 34 degrees of freedom is wrong in 22% of panels."""
    plan, shape = ready(reached + [math.nan] * (38 - len(reached)), 20)
    fits = plan.fit(np.random.default_rng(10).normal(size=(4000, *shape)))
    assert least < np.mean(fits.pre_trend_p < 0.05) < 0.056


def test_the_test_of_leads_says_nothing_where_the_units_are_fewer_than_the_leads():
    panel = world(np.random.default_rng(1), starts=[8, 9, 9] + [math.nan] * 9)
    assert math.isnan(event_study(panel, leads=4).attrs["pre_trend_p"])
    assert event_study(panel, leads=1).attrs["pre_trend_p"] > 0


def test_the_test_of_leads_sees_anticipation():
    starts = [*range(5, 17)] * 2 + [math.nan] * 4
    early = event_study(world(np.random.default_rng(10), growth=0, early=0.3, starts=starts, periods=20))
    assert early.attrs["pre_trend_p"] < 0.01


def test_anticipation_moves_the_base_back():
    panel = world(early=0.5)
    effects = event_study(panel, leads=2, lags=0, anticipation=2).set_index("event_time")["estimate"]
    assert effects[[-2, -1]].to_numpy() == pytest.approx(0.5)
    assert effects[[-4, -3]].to_numpy() == pytest.approx(0, abs=1e-9)
    assert effects[0] == pytest.approx(truth(0))


def test_relabelling_units_and_reordering_rows_changes_nothing():
    panel = world(np.random.default_rng(0))
    effects = event_study(panel)
    other = panel.assign(unit=panel["unit"].map(lambda u: f"force {99 - u}")).sample(frac=1, random_state=3)
    shuffled = event_study(other)
    assert shuffled.to_numpy() == pytest.approx(effects.to_numpy(), nan_ok=True)
    assert shuffled.attrs["overall"].value == pytest.approx(effects.attrs["overall"].value)


def test_unit_levels_and_common_shocks_change_nothing():
    panel = world(np.random.default_rng(0))
    moved = panel.assign(outcome=panel["outcome"] + panel["unit"] ** 2 + np.sin(panel["time"]))
    assert event_study(moved).to_numpy() == pytest.approx(event_study(panel).to_numpy(), abs=1e-8)


def test_leads_and_lags_beyond_the_panel_are_left_out():
    panel = world(np.random.default_rng(0))
    pd.testing.assert_frame_equal(
        event_study(panel, leads=10**9, lags=10**9), event_study(panel, leads=14, lags=14)
    )


def test_the_panel_is_not_changed():
    panel = world()
    copy = panel.copy(deep=True)
    event_study(panel)
    pd.testing.assert_frame_equal(panel, copy)


def bad(**columns):
    return world().assign(**columns)


@pytest.mark.parametrize(
    ("name", "panel", "options"),
    [
        ("panel", pd.DataFrame(), {}),
        ("panel", "panel", {}),
        ("panel", world().drop(columns="time"), {}),
        ("panel", world().iloc[1:], {}),
        ("panel", pd.concat([world(), world().iloc[:1]]), {}),
        ("outcome", bad(outcome=math.nan), {}),
        ("outcome", bad(outcome=math.inf), {}),
        ("time", bad(time=0.5), {}),
        ("unit", bad(unit=None), {}),
        ("adopted", bad(adopted=math.nan), {}),
        ("adopted", bad(adopted=0), {}),
        ("adopted", bad(adopted=5.5), {}),
        ("adopted", bad(adopted="soon"), {}),
        ("adopted", bad(adopted=pd.Timestamp("2016-04-01")), {}),
        ("time", bad(time=pd.Timestamp("2016-04-01")), {}),
        ("adopted", bad(adopted=range(168)), {}),
        ("adopted", bad(adopted=5), {}),
        ("leads", world(), {"leads": 0}),
        ("lags", world(), {"lags": -1}),
        ("lags", world(), {"lags": 1.5}),
        ("anticipation", world(), {"anticipation": -1}),
        ("adopted", world(), {"anticipation": 5}),
        ("estimator", world(), {"estimator": "twfe"}),
        ("level", world(), {"level": 0}),
    ],
)
def test_bad_input_is_refused(name, panel, options):
    with pytest.raises(ValueError, match=name):
        event_study(panel, **options)


@pytest.mark.parametrize(
    ("name", "start", "outcomes"),
    [
        ("start", [2, math.nan, 9], np.zeros((1, 3, 5))),
        ("start", [2, 2.5, 9], np.zeros((1, 3, 5))),
        ("start", [0, 9, 9], np.zeros((1, 3, 5))),
        ("start", [9, 9, 9], np.zeros((1, 3, 5))),
        ("outcomes", [2, 9, 9], np.zeros((3, 5))),
        ("outcomes", [2, 9, 9], np.zeros((1, 5, 3))),
        ("outcomes", [2, 9, 9], np.full((1, 3, 5), math.nan)),
    ],
)
def test_bad_panels_of_many_are_refused(name, start, outcomes):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        Staggered(start, 5, leads=1, lags=1).fit(outcomes)
