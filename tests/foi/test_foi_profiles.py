"""Figures that contradict one another, and shares of the very young that stand out."""

import pandas as pd
import pytest

from helpers.foi.completeness import MEASURE
from helpers.foi.profiles import ENOUGH, age_profiles, contradictions
from tests.foi.conftest import figures
from tests.frames import examples


def found(*rows):
    return contradictions(figures("measure value", *rows))["finding"].tolist()


@pytest.mark.parametrize(("total", "exceeded"), [(300, True), (404, True), (417, False)])
def test_girls_and_boys_cannot_exceed_the_total(total, exceeded):
    said = f"girls and boys add up to 417, the total is {total}"
    assert (said in found((MEASURE, total), ("female", 307), ("male", 110))) == exceeded


@pytest.mark.parametrize("part, count, whole, total, why", examples(__file__, "parts_and_wholes.csv"))
def test_a_part_cannot_exceed_its_whole(part, count, whole, total, why):
    """It contradicts what is printed, unless there is a reason why it need not be smaller."""
    assert bool(found((part, count), (whole, total))) is not bool(why)


def test_a_judgement_answers_a_contradiction():
    both = figures("measure value", ("age_0_3", 270), ("age_0_4", 68))
    assert contradictions(both)["answered"].tolist() == [False]
    both.loc[0, ["used", "correction"]] = [False, "cleveland-270"]
    table = contradictions(both)
    assert table[["answered", "corrections"]].values.tolist() == [[True, "cleveland-270"]]


SHARE = (MEASURE, 1000), ("age_0_4", 50)


AREAS = ["Kent", "Essex", "Sussex", "Surrey", "Dorset"]


def test_an_unusual_share_of_the_very_young_stands_out():
    usual = [figures("measure value", *SHARE, area=area) for area in AREAS]
    rows = pd.concat([*usual, figures("measure value", SHARE[0], ("age_0_4", 270))], ignore_index=True)
    table = age_profiles(rows.assign(row=range(len(rows)))).set_index("area")
    assert table["outlier"].to_dict()["Cleveland"]
    assert table.loc["Cleveland", "share"] == 0.27
    assert table["pooled_share"].tolist() == pytest.approx([520 / 6000] * 6)


@pytest.mark.parametrize(("printed", "compared"), [(ENOUGH - 1, 0), (ENOUGH, ENOUGH)])
def test_few_force_years_are_not_compared(printed, compared):
    rows = pd.concat(figures("measure value", *SHARE, area=area) for area in AREAS[:printed])
    assert len(age_profiles(rows)) == compared
