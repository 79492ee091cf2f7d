"""Every figure says in its title, its alt text and its labels what it draws, from small frames made by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.charts import confidence_online, explanations, floor, foi, official, weighing
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from tests.frames import frame

MADE_UP = {"source": "Made up."}


def words(chart):
    return " ".join(t.get_text() for axes in chart.figure.axes for t in axes.texts)


def marks(chart, marker, axes=0):
    """(x, y) of every point that has this marker."""
    lines = [line for line in chart.figure.axes[axes].lines if line.get_marker() == marker]
    return [(float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)]


PRINTINGS = frame(
    "financial_year round released value",
    ("2014/15", "2016-report", "2016", 47008.0),
    ("2014/15", "2017-03", "2017-03", 47055.0),
    ("2014/15", "2016-03", "2016-03", 45456.0),
    ("2015/16", "2017-03", "2017-03", 55507.0),
)
COMPLETENESS = frame(
    "force financial_year foi floor ratio below firm verdict",
    ("Cleveland", "2014/15", 247.0, 348.0, 247 / 348, True, True, "below"),
    ("Cleveland", "2015/16", 820.0, 636.0, 820 / 636, False, False, "at or above"),
    ("Kent", "2015/16", 500.0, 400.0, 1.25, False, False, "cannot tell"),
)
REVISIONS = frame(
    "area financial_year first_value later_value ratio",
    ("Suffolk", "2015/16", 604.0, 608.0, 608 / 604),
    ("Derbyshire", "2015/16", 166.0, 983.0, 983 / 166),
    ("Wiltshire", "2014/15", 698.0, 372.0, 372 / 698),
    first_round="2017-03", later_round="2018-02",
)  # fmt: skip
CHANGES = frame(
    "force foi_ratio floor_ratio gap base_below",
    ("Cleveland", 3.3, 1.8, 1.83, True), ("Gwent", 2.1, 1.4, 1.5, True), ("Kent", 1.2, 1.2, 1.0, False),
    first_year="2014/15", last_year="2015/16", round="2017-03", later_below=False,
)  # fmt: skip
PROFILES = frame(
    "area count share", ("Kent", 270.0, 0.27), ("Essex", 280.0, 0.28), ("Dorset", 100.0, 0.1),
    ages="0 to 10", financial_year="2016/17", total=1000.0, pooled_share=0.2167, outlier=False,
    outlier_adjusted=[False, False, True],
)  # fmt: skip
FAMILIES = frame(
    "family role financial_year offences",
    ("child", "child", "2012/13", 100), ("quiet", "negative_control", "2012/13", 200), ("loud", "positive_control", "2012/13", 100),
    ("child", "child", "2013/14", 300), ("quiet", "negative_control", "2013/14", 180), ("loud", "positive_control", "2013/14", 200),
    label="Offences",
)  # fmt: skip
PARTS = frame(
    "financial_year label offences",
    ("2014/15", "Rape", 10), ("2014/15", "Assault", 20), ("2015/16", "Rape", 15), ("2015/16", "Assault", 30),
)  # fmt: skip
VINTAGES = frame(
    "force financial_year sexual_offences_2019 sexual_offences_2026 ratio",
    ("A", "2014/15", 100, 100, 1), ("B", "2014/15", 50, 50, 1), ("A", "2015/16", 100, 124, 1.24), ("B", "2015/16", 50, 49, 0.98),
)  # fmt: skip
DELAYS = frame(
    "area late late_low late_high official", ("Kent", 2.0, 1.5, 2.6, 1.8), ("Essex", 1.1, 0.9, 1.3, 1.9)
)
STEPS = frame(
    "when ratio low high event", ("a", 1.0, 0.9, 1.1, False), ("b", 1.4, 1.2, 1.6, False), ("c", 1.2, 1.0, 1.4, True)
)  # fmt: skip
NAMED = frame(
    "force change named",
    ("a", 1.0, False),
    ("b", 1.5, True),
    ("c", 1.2, False),
    ("d", 2.0, False),
    event="Event",
)
FLAG = frame("sensitivity low high", (0.3, 0.2, 0.25), (0.5, 0.12, 0.15), (1.0, 0.06, 0.075))
UPTAKE = frame(
    "area first first_low first_high last last_low last_high", ("Kent", 5, 4, 6, 20, 19, 21), ("Essex", 8, 7, 9, 2, 1, 3)
)  # fmt: skip
QUARTERS = frame("quarter Screen Contact", ("Apr 2012", 1.0, 1.0), ("Jul 2012", 1.5, 1.2))
SHARES = frame(
    "year share low high definition", ("2014/15", 0.259, 0.25, 0.27, "E&W"), ("2015/16", 0.244, 0.24, 0.25, "UK")
)  # fmt: skip
DOSES = frame(
    "force dose growth", ("A", 0.1, 0.1), ("B", 0.2, 0.1), ("C", 0.3, 0.3), dose_se=0.01, growth_se=0.05
)
WINDOWS = frame(
    "window expected n value low high naive",
    ("Before", "below 0", 10, -0.5, -1, 0.1, -0.4), ("After", "above 0", 12, 0.5, 0.1, 0.9, 0.4),
)  # fmt: skip
PATH = frame("event_time estimate", (-1, -0.1), (0, 0.2), (1, 0.3), low=-0.3, high=0.5, n=5)
CONTROLS = frame(
    "label ratio low high meaning",
    ("Theft", 1.0, 0.9, 1.1, "neutral"), ("Mail", 1.3, 1.2, 1.4, "neutral"),
    ("Child-only", 1.2, 1.1, 1.3, "official"), ("Assault", 1.3, 1.2, 1.4, "recording"),
)  # fmt: skip
SERIES = frame("when offences adjusted", *zip("abcdef", range(1, 7), range(1, 7), strict=True))
ROOM = frame(
    "force ratio low high most most_low most_high", ("A", 2.0, 1.8, 2.2, 1.3, 1.2, 1.4), ("B", 1.1, 1.0, 1.2, 1.2, 1.1, 1.3)
)  # fmt: skip
KINDS = {"Rape": (Estimate(1.2, 1.1, 1.3), "official"), "Grooming": (Estimate(1.5, 1.2, 1.9), "online")}
EFFECTS = frame("effect low high group", (0.3, 0.1, 0.5, "a"), (-0.1, -0.3, 0.1, "b"))
PREDICTED = frame(
    "prediction explanation verdict role",
    ("online.age", "online", "as predicted", "primary"), ("recording.age", "recording", "contradicted", "primary"),
    dimension="age", expected="above 1", value=1.2, low=1.1, high=1.3, same_test=None,
)  # fmt: skip
RUNGS = frame(
    "step rung low high feasible p_value explanation",
    *((1, "any", 0.0, 1.0, True, 1.0, who) for who in ("recording", "online")),
    *((2, "none", np.nan, np.nan, False, 0.01, who) for who in ("recording", "online")),
    area="E",
).assign(im_low=lambda rows: rows["low"], im_high=lambda rows: rows["high"])  # fmt: skip
FACTORS = frame("factor contribution", ("More", 120.0), ("Fewer", -20.0))
FAULTS = frame(
    "world step refuted silent last_refuted", ("uneven", 5, 0.0, 0.9, 0.8), ("real change", 9, 0.4, 0.6, 0.4)
)


CASES = [  # what draws a figure, its title, and what its alt text or its labels say besides
    (lambda: foi.uk_by_release(PRINTINGS),
     "The UK total for 2014/15 was published as 45,456, 47,008 and 47,055", "2015/16: 55,507"),
    (lambda: foi.revised_figures(REVISIONS),
     "Later releases changed 3 published totals", "2 went up and 1 went down. The largest change is Derbyshire in 2015/16, from 166 to 983", "166 → 983"),
    (lambda: foi.young_shares(PROFILES, ages=["0 to 10"]),
     "Of 3 shares of young victims, 1 stands out", "Dorset 2016/17 (10%). Over all of them it is 22% aged 0 to 10", "Dorset"),
    (lambda: foi.young_shares(PROFILES.assign(outlier_adjusted=False), ages=["0 to 10"]),
     "Of 3 shares of young victims, none stands out", "Over all of them it is 22% aged 0 to 10"),
    (lambda: floor.against_the_floor(COMPLETENESS, marked=[("Cleveland", "2014/15"), ("Cleveland", "2015/16")], marked_as="the report"),
     "Of 2 published counts, 1 are below their official floor", "in 1 forces; 1 are below whatever revision may have raised it since. The lowest against its floor is Cleveland in 2014/15, with 247 printed against 348", "71", "?"),
    (lambda: floor.against_the_floor(COMPLETENESS.assign(below=False, firm=False, verdict="at or above")),
     "Of 3 published counts, 0 are below their official floor", "None is below."),
    (lambda: floor.counts_below_the_floor(COMPLETENESS.assign(foi=[247.0, 100.0, 300.0], below=True, ratio=[0.71, 0.16, 0.75])),
     "Half of the 3 published counts below their floor reach no more than 71% of it", "Cleveland in 2015/16, with 100 printed against 636"),
    (lambda: floor.claims_beside_the_floor(COMPLETENESS.iloc[:2]),
     "Of 2 headline counts, 1 are below what a complete count must reach", "Cleveland +232% against +83%", "247", "348"),
    (lambda: floor.changes_beside_the_floor(CHANGES),
     "All 2 FOI counts that doubled in a year started below their floor", "Half of the changes from a count below its floor are at least +67% over the official one; elsewhere 0%. FOI changes go from +20% in Kent to +230% in Cleveland", "Cleveland 2014/15–15/16"),
    (lambda: floor.changes_beside_the_floor(CHANGES.assign(base_below=[False, True, True])),
     "FOI changes beside official changes", "Half of the changes from a count below its floor are at least +25% over the official one; elsewhere +83%. FOI changes go from +20% in Kent to +230% in Cleveland"),
    (lambda: official.child_only_by_year(PARTS),
     "Recorded offences rose from 30 in 2014/15 to 45 in 2015/16", "and were 45 in 2015/16. The largest part then is assault, 30", "Assault"),
    (lambda: official.against_other_offences(FAMILIES, "2012/13"),
     "By 2013/14 child-only offences had risen by 200% since 2012/13; violence that leaves discretion rose too", "Kinds of offence that leave officers little discretion end at −10% to −10%, those that leave much at 100% to 100%"),
    (lambda: official.revisions(VINTAGES),
     "Counts up to 2014/15 are frozen; later ones were revised, A's for 2015/16 by 24%", "2014/15 0, 2015/16 2", "2 unchanged"),
    (lambda: confidence_online.growth_by_offence(KINDS, **MADE_UP),
     "All 2 kinds of offence clearly grew: 20% to 50%", "Growth goes from +20% in Rape to +50% in Grooming", "+50%"),
    (lambda: confidence_online.delay_by_force(DELAYS, **MADE_UP),
     "Offences reported over a year afterwards grew faster than all offences in 1 of 2 forces", "Those reported late grew from +10% in Essex to +100% in Kent"),
    (lambda: confidence_online.placebo_dates({"One": STEPS, "Two": STEPS}, **MADE_UP),
     "By size among all dates, the step at the named date is number 2 of 3 and 2 of 3", "At the named date: One: +20% (0% to 40%); Two: +20% (0% to 40%)"),
    (lambda: confidence_online.named_forces(NAMED, **MADE_UP),
     "Other forces that grew more than the named one: 1 of 3", "The named forces: Event, +50%", "+50%"),
    (lambda: confidence_online.flag_bound(FLAG, **MADE_UP),
     "If the flag caught half, 12% to 15% of offences were online", "if it caught all, 6% to 8%"),
    (lambda: confidence_online.flag_uptake(UPTAKE, years=("2015/16", "2016/17"), **MADE_UP),
     "Use of the online flag rose in 1 of 2 forces from 2015/16 to 2016/17", "In 2016/17 flagged offences for every 100 go from 2.0 in Essex to 20.0 in Kent", "2015/16"),
    (lambda: confidence_online.quarters_indexed(QUARTERS, **MADE_UP),
     "Change by Jul 2012 since the first year: Screen +50%; Contact +20%", "Lines by quarter from Apr 2012, seasons taken out, each against its own first year. Change by Jul 2012 since the first year: Screen +50%; Contact +20%.", "Screen", "Contact"),
    (lambda: confidence_online.shares_by_year(SHARES, what="Shares", **MADE_UP),
     "Shares: 25.9% in 2014/15, 24.4% in 2015/16", "Shares, by year, with intervals: 2014/15 25.9% (E&W); 2015/16 24.4% (UK).", "25.9%\nE&W"),
    (lambda: explanations.slopes(WINDOWS, **MADE_UP),
     "Of 2 windows, 1 has a slope that differs clearly from 0", "Before, −0.50; After, 0.50", "−0.50"),
    (lambda: explanations.event_paths({"Rape": PATH}, meanings=["official"], **MADE_UP),
     "Quarters after the date in which the effect is clear of 0: rape 0 of 2", "Effects on counts by quarters since the inspection, with intervals, a panel an outcome. Quarters after the date in which the effect is clear of 0: rape 0 of 2."),
    (lambda: explanations.against_controls(CONTROLS, low=0.95, high=1.12, **MADE_UP),
     "Child-only offences rose by 20%, more than 1 of 2 kinds that leave officers little to decide", "where −5% to 12% is ordinary. Child-only +20%; Assault +30%"),
    (lambda: explanations.break_dates(SERIES, possible=[2, 3], expected=(1, 2), **MADE_UP),
     "The growth of records could have changed in any of 2 quarters, c to d", "Line of quarterly counts, from 1 in a to 6 in f. The growth of records could have changed in any of 2 quarters, c to d."),
    (lambda: explanations.room_to_grow(ROOM, **MADE_UP),
     "In 1 of 2 forces records grew by more than recording everything could have added", "in 1 by no more than that. Growth goes from +10% in B to +100% in A", "growth"),
    (lambda: weighing.matrix(PREDICTED, **MADE_UP),
     "Of 2 predictions 1 came out as predicted, 1 was contradicted and 0 are undecided", "Grid of 2 predictions by explanation and dimension, each marked with what became of it. recording: 1 contradicted; confidence: none; online: 1 as predicted; artefact: none. 0 share their test with another", "predicts\nnothing"),
    (lambda: weighing.ladder(RUNGS, **MADE_UP),
     "E, on the last rung that stands: recording 0% to 100%, online 0% to 100%", "Refuted: none.", "refuted"),
    (lambda: weighing.curve({"Rise": EFFECTS}, **MADE_UP),
     "The rise is clear against a, not against b", "Rise: 2 specifications, interval above zero in 50%"),
    (lambda: weighing.parts(FACTORS, **MADE_UP),
     "Of a change of +100 offences, +120 come from more", "More +120; Fewer −20", "−20"),
    (lambda: weighing.faults(FAULTS, **MADE_UP),
     "Of 2 false assumptions, 2 mislead without a sign from their own rung; for 1 the last rung is refuted", "Panels that mislead without a sign: uneven 90%; real change 60%"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1])
def test_a_figure_says_what_it_draws(case):
    draw, title, *said = case
    chart = draw()
    assert chart.title == title
    assert [one for one in said if one not in f"{chart.alt} {words(chart)}"] == []


def test_printings_are_ordered_by_the_day_they_came_out_and_a_bare_year_ends_it():
    rounds = foi.uk_by_release(PRINTINGS).data["round"].tolist()
    assert rounds == ["2016-03", "2016-report", "2017-03", "2017-03"]


def test_the_grid_fills_only_cells_that_no_revision_explains():
    chart = floor.against_the_floor(COMPLETENESS.assign(below=True, firm=[True, False, False]))
    assert chart.figure.axes[0].collections[0].get_array().tolist() == [[2, 1], [None, 1]]


def test_the_grid_refuses_nothing_with_a_reason():
    with pytest.raises(ValueError, match="no count that has a floor"):
        floor.against_the_floor(COMPLETENESS.iloc[:0])


def test_a_chart_with_a_row_for_each_figure_draws_the_first_of_hundreds_and_says_so():
    hundreds = pd.concat([COMPLETENESS.assign(below=True)] * 100, ignore_index=True)
    chart = floor.counts_below_the_floor(hundreds)
    assert chart.title.startswith("Half of the 300 ") and chart.title.endswith("; the 60 furthest below")
    assert len(chart.figure.axes[0].get_yticks()) == 60
    assert len(chart.data) == 300


def test_growth_names_what_is_not_available_and_draws_nothing_where_nothing_is():
    missing = NotAvailable("the counts end in 2019/20")
    chart = confidence_online.growth_by_offence(KINDS | {"Assault": (missing, "recording")}, **MADE_UP)
    assert chart.source == "Made up. Assault is not available: the counts end in 2019/20."
    assert confidence_online.growth_by_offence({"Assault": (missing, "recording")}, **MADE_UP) is missing


@pytest.mark.parametrize(
    ("low", "high", "grew"),
    [(-0.1, 2.5, "did not visibly grow more"), (0.1, 2, "grew more"), (-2, -0.1, "grew less")],
)
def test_the_dose_claims_a_slope_only_where_there_is_one(low, high, grew):
    slope = Estimate((low + high) / 2, low, high)
    chart = explanations.dose_response(DOSES, slope=slope, **MADE_UP)
    assert chart.title == f"Forces whose audit found more unrecorded {grew}"
    assert f"slope {slope.value:.2f}".replace("-", "−") in words(chart)
    assert [tick.get_text() for tick in chart.figure.axes[0].get_xticklabels()][:2] == ["0%", "10%"]


def test_the_matrix_draws_a_check_written_afterwards_and_counts_it_with_no_prediction():
    check = PREDICTED.assign(role=["primary", "afterwards"])
    chart = weighing.matrix(check, **MADE_UP)
    assert chart.title == "Of 1 predictions 1 came out as predicted, 0 were contradicted and 0 are undecided"
    assert "A check of recording by age, written when its result was known: contradicted." in chart.alt
    assert len(chart.data) == 2


def test_the_ladder_draws_a_share_without_a_range_as_a_dot_and_says_what_bars_mean():
    point = RUNGS.iloc[:1].assign(low=0.4, high=0.4, im_low=0.2, im_high=0.6)
    chart = weighing.ladder(point, **MADE_UP)
    assert marks(chart, "o") == [(0.4, 0)]
    assert "Thick: what the assumptions allow. Thin: its interval." in chart.source


def test_a_curve_gives_each_choice_a_row_in_order_of_size():
    chart = weighing.curve({"Rise": EFFECTS}, **MADE_UP)
    assert [text.get_text() for text in chart.figure.axes[1].get_yticklabels()] == ["a", "b"]
    assert marks(chart, "|", axes=1) == [(0, 1), (1, 0)]
    assert chart.data["effect"].tolist() == [-0.0952, 0.3499]


CLEAR = [
    ([0.1, 0.1], "The rise is clear with every choice"),
    ([-0.1, -0.3], "The rise is clear of zero with no choice"),
]


@pytest.mark.parametrize(("low", "title"), CLEAR)
def test_the_title_of_a_curve_says_which_choice_it_hangs_on(low, title):
    effects = EFFECTS.assign(effect=[0.3, 0.2], low=low, high=[0.5, 0.4])
    assert weighing.curve({"Rise": effects}, **MADE_UP).title == title


def test_ratios_of_other_offences_are_to_their_first_year():
    chart = official.against_other_offences(FAMILIES, "2012/13")
    last = chart.data[chart.data["financial_year"] == "2013/14"].set_index("family")["ratio"]
    assert last.round(3).to_dict() == {"child": 3.0, "quiet": 0.9, "loud": 2.0}
