"""FOI counts against the floor: what can be told, what cannot, and what the floor's own weakness changes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.foi import completeness
from helpers.foi.completeness import against_floor, robust_to_revision, year_on_year
from tests.foi.conftest import figures
from tests.frames import cases, frame

COLUMNS = "force financial_year child_only"
FLOOR = frame(COLUMNS, ("Cleveland", "2014/15", 348), ("Cleveland", "2015/16", 636))


def counts(*rows):
    """Counts: (force, year, value[, low, high, round])."""
    filled = [(*row, *(row[2], row[2], "2017-03")[len(row) - 3 :]) for row in rows]
    made = figures("area financial_year value value_low value_high round", *filled)
    made = made.astype({"value_low": float, "value_high": float})
    return made.assign(precision=np.where(made["value_low"] == made["value_high"], "exact", "about"))


def judged(*rows, vintage="latest", floor=FLOOR):
    return against_floor(counts(*rows), floor, vintage)


def test_a_year_of_which_the_official_series_holds_three_quarters_is_not_compared_as_a_whole_one():
    held = ("2013/14", 300, 4), ("2014/15", 348, 4), ("2015/16", 400, 3)
    part = frame("financial_year child_only quarters", *held, force="Cleveland")
    rows = [("Cleveland", year, 500) for year, _, _ in held]
    assert judged(*rows, floor=part)["financial_year"].tolist() == ["2013/14", "2014/15"]
    assert year_on_year(counts(*rows), part)["last_year"].tolist() == ["2014/15"]


@pytest.mark.parametrize(("low", "high", "verdict"), cases(__file__)["bound_against_a_floor_of_348"])
def test_a_bound_is_judged_only_where_it_settles_the_matter(low, high, verdict):
    assert judged(("Cleveland", "2014/15", 300, low or None, high or None))["verdict"].tolist() == [verdict]


def test_the_vintage_decides_which_count_is_judged():
    rows = ("Cleveland", "2014/15", 247), ("Cleveland", "2014/15", 500, 500, 500, "2018-02")
    assert judged(*rows, vintage="first")["below"].tolist() == [True]
    assert judged(*rows, vintage="latest")["below"].tolist() == [False]
    assert judged(*rows, vintage="as_of:2017-12")["foi"].tolist() == [247]


def test_areas_and_years_without_a_floor_are_not_judged():
    assert judged(("UK", "2014/15", 5), ("Scotland", "2014/15", 5), ("Cleveland", "2010/11", 5)).empty
    assert judged(("Cleveland", "2014/15", 5), floor=FLOOR.assign(child_only=0)).empty


def test_the_share_is_of_figures_that_could_be_told():
    table = judged(("Cleveland", "2014/15", 247), ("Cleveland", "2015/16", 300, 301, None))
    assert table["verdict"].tolist() == ["below", "cannot tell"]
    summed = completeness.summarise(table, ["latest"]).iloc[0]
    assert summed[["force_years", "below", "share", "forces_below"]].tolist() == [1, 1, 1.0, 1]


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_below_means_below(count, floor):
    one = judged(("Cleveland", "2014/15", count), floor=FLOOR.assign(child_only=floor)).iloc[0]
    assert one["below"] == (count < floor)
    assert (one["shortfall"], one["ratio"]) == (max(0, floor - count), pytest.approx(count / floor))
    assert one["verdict"] in completeness.VERDICTS


def test_the_floor_is_lowered_by_what_is_known_of_its_own_revisions():
    years = ["2014/15", "2015/16", "2018/19"]
    floor = pd.DataFrame({"force": "Kent", "financial_year": years, "child_only": [100, 100, 100]})
    table = against_floor(counts(*(("Kent", year, 95) for year in years)), floor, "latest")
    revised = frame("financial_year earlier", (years[0], 102), (years[1], 90), force="Kent", later=100)
    out = robust_to_revision(table, revised).set_index("financial_year")
    # a total that was revised down lowers nothing; a year without two vintages borrows the largest rise
    assert out["lowered_floor"].tolist() == [100, 90, 90]
    assert out["basis"].tolist() == ["both vintages held", "both vintages held", "largest revision held"]
    assert out["still_below"].tolist() == [True, False, False]


def test_changes_are_compared_within_a_release_and_never_across():
    forces = [f"Force {letter}" for letter in "ABCDE"]
    official = ("2014/15", 100), ("2015/16", 120)
    floor = frame(COLUMNS, *((force, *count) for force in forces for count in official))
    rows = [(force, "2014/15", 150) for force in forces] + [(force, "2015/16", 180) for force in forces[:4]]
    rows += [("Force E", "2015/16", 600), ("Force A", "2016/17", 900, 900, 900, "2018-02")]
    table = year_on_year(counts(*rows), floor)
    assert (table["force"].iloc[0], len(table)) == ("Force E", 5)
    assert table["gap"].iloc[0] == pytest.approx(4 / 1.2)
    assert table["floor_ratio"].tolist() == [1.2] * 5


def test_none_in_both_years_is_no_change_to_compare():
    years = "2014/15", "2015/16"
    floor = frame(COLUMNS, *((force, year, 5) for force in ("Kent", "Essex") for year in years))
    rows = [("Kent", "2014/15", 0), ("Kent", "2015/16", 0), ("Essex", "2014/15", 6), ("Essex", "2015/16", 9)]
    assert year_on_year(counts(*rows), floor)["force"].tolist() == ["Essex"]
