"""Figures on confidence and online offending: each says in words what it draws."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers.charts import confidence_online as charts
from helpers.charts import style
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def words(chart):
    return " ".join(t.get_text() for axes in chart.figure.axes for t in axes.texts)


def test_growth_by_offence_names_the_largest_and_the_smallest():
    kinds = {"Rape": (Estimate(1.2, 1.1, 1.3), "official"), "Grooming": (Estimate(1.5, 1.2, 1.9), "online")}
    chart = charts.growth_by_offence(kinds, source="Made up")
    assert "Largest: Grooming, +50% (20% to 90%)" in chart.alt and "Smallest: Rape, +20%" in chart.alt
    assert chart.title == "All 2 kinds of offence clearly grew: 20% to 50%"
    assert "+50%" in words(chart)


def test_growth_by_offence_names_what_is_not_available_and_draws_nothing_where_nothing_is():
    missing = NotAvailable("the counts end in 2019/20")
    chart = charts.growth_by_offence(
        {"Rape": (Estimate(1.2, 1.1, 1.3), "official"), "Assault": (missing, "recording")}, source="Made up."
    )
    assert chart.source == "Made up. Assault is not available: the counts end in 2019/20."
    assert charts.growth_by_offence({"Assault": (missing, "recording")}, source="Made up.") is missing


def test_delay_by_force_counts_where_late_reports_grew_faster():
    frame = pd.DataFrame(
        {
            "area": ["Kent", "Essex"],
            "late": [2.0, 1.1],
            "late_low": [1.5, 0.9],
            "late_high": [2.6, 1.3],
            "official": [1.8, 1.9],
        }
    )
    chart = charts.delay_by_force(frame, source="Made up")
    assert "grew faster in 1 of them" in chart.alt
    assert chart.title.endswith("grew faster than all offences in 1 of 2 forces")
    assert [t.get_text() for t in chart.figure.axes[0].get_yticklabels()] == ["Essex", "Kent"]


def test_placebo_dates_rank_the_named_date():
    table = pd.DataFrame(
        {
            "when": ["a", "b", "c"],
            "ratio": [1.0, 1.4, 1.2],
            "low": [0.9, 1.2, 1.0],
            "high": [1.1, 1.6, 1.4],
            "event": [False, False, True],
        }
    )
    chart = charts.placebo_dates({"One": table, "Two": table}, source="Made up")
    assert chart.alt.count("rank 2 of 3 dates") == 2
    assert chart.title == "By size among all dates, the step at the named date is number 2 of 3 and 2 of 3"
    assert len(chart.data) == 6 and set(chart.data["panel"]) == {"One", "Two"}


def test_named_forces_say_how_many_lie_above():
    frame = pd.DataFrame(
        {
            "event": ["Event"] * 4,
            "force": list("abcd"),
            "change": [1.0, 1.5, 1.2, 2.0],
            "named": [False, True, False, False],
        }
    )
    chart = charts.named_forces(frame, source="Made up")
    assert "Event: +50%, with 1 of 3 other forces above it" in chart.alt
    assert chart.title == "Other forces that grew more than the named one: 1 of 3"
    assert "b, +50%" in words(chart)


def test_flag_bound_tells_the_ends_and_the_middle():
    frame = pd.DataFrame(
        {"sensitivity": [0.3, 0.5, 1.0], "low": [0.2, 0.12, 0.06], "high": [0.25, 0.15, 0.075]}
    )
    chart = charts.flag_bound(frame, source="Made up")
    assert chart.title == "If the flag caught half, 12.0% to 15.0% of offences were online"
    assert "If it catches all, 6.0% to 7.5%; if half, 12.0% to 15.0%" in chart.alt


def test_flag_uptake_counts_what_fell():
    frame = pd.DataFrame({"area": ["Kent", "Essex"], "first": [5.0, 8.0], "last": [20.0, 2.0]})
    for year in ("first", "last"):
        frame[f"{year}_low"], frame[f"{year}_high"] = frame[year] - 1, frame[year] + 1
    chart = charts.flag_uptake(frame, years=("2015/16", "2016/17"), source="Made up")
    assert "from 2.0 in Essex to 20.0 in Kent; 1 fell" in chart.alt
    assert chart.title == "Use of the online flag rose in 1 of 2 forces from 2015/16 to 2016/17"
    assert {"2015/16", "2016/17"} <= set(words(chart).split())


def test_quarters_are_labelled_at_their_ends():
    frame = pd.DataFrame({"quarter": ["Apr 2012", "Jul 2012"], "Screen": [1.0, 1.5], "Contact": [1.0, 1.2]})
    chart = charts.quarters_indexed(frame, source="Made up")
    assert "At the end: Screen +50%; Contact +20%" in chart.alt
    assert chart.title == "Change by Jul 2012 since the first year: Screen +50%; Contact +20%"
    assert {"Screen", "Contact"} <= set(words(chart).split())
    assert chart.figure.axes[0].lines[0].get_color() == style.ONLINE


def test_shares_by_year_carry_their_definition():
    frame = pd.DataFrame(
        {
            "year": ["2014/15", "2015/16"],
            "share": [0.259, 0.244],
            "low": [0.25, 0.24],
            "high": [0.27, 0.25],
            "definition": ["E&W", "UK"],
        }
    )
    chart = charts.shares_by_year(frame, what="Shares", source="Made up")
    assert chart.title == "Shares: 25.9% in 2014/15, 24.4% in 2015/16"
    assert chart.alt == "Shares, by year, with intervals: 2014/15 25.9% (E&W); 2015/16 24.4% (UK)."
