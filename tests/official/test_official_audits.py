"""Windows around audits: which quarters, which forces, what is taken off."""

import numpy as np
import pandas as pd
import pytest

from helpers.official import audits
from helpers.official.audits import dose_windows
from helpers.official.series_notes import drop_unreliable, misdated_forces
from tests.frames import table

AUDITS = audits.with_dose(table(__file__, "audits.csv"))
NOTES = table(__file__, "series_notes.csv")


@pytest.fixture
def counts():
    """Ten a quarter in every force until mid-2014; Kent then has twenty and the others eleven."""
    table = pd.DataFrame(10.0, index=AUDITS["force"], columns=range(32))
    table.loc[:, 9:] = 11.0
    table.loc["Kent", 9:] = 20.0
    return table


def test_growth_is_over_that_of_the_other_forces(counts):
    table = dose_windows(counts, AUDITS).set_index("force")
    kent = table.loc["Kent"]
    assert (kent["before"], kent["after"]) == (40, 80)
    assert kent["growth"] == pytest.approx(np.log(2 / 1.1))
    assert kent["dose"] == pytest.approx(-np.log(0.8))


def test_forces_that_cannot_be_used_are_named_with_the_reason(counts):
    left = dose_windows(counts, AUDITS, left_out=misdated_forces(NOTES)).attrs["left_out"]
    assert list(left) == ["Surrey", "North Wales", "Dorset", "Gwent"]
    assert "not printed" in left["Surrey"] and left["North Wales"] == "the year's count is too high"
    assert "quarters held" in left["Dorset"] and "no counts" in left["Gwent"]


def test_a_quarter_that_is_known_to_be_wrong_takes_the_force_out_of_the_window_and_of_the_course(counts):
    counts.loc["Greater Manchester"] = 1000.0
    late = AUDITS.assign(audit_start="2018-04-01", audit_end="2018-06-30")
    manchester = late.iloc[:1].assign(force="Greater Manchester")
    window = "4 quarters from 2 after audit_end"
    kent = dose_windows(drop_unreliable(counts, NOTES), late, late=window).iloc[0]
    assert np.exp(kent["growth"]) == pytest.approx(kent["after"] / kent["before"])
    left = dose_windows(drop_unreliable(counts, NOTES), manchester, late=window).attrs["left_out"]
    assert "not reliable" in left["Greater Manchester"]


def test_doses_are_what_was_left_unrecorded_a_grade_or_a_rise_in_accuracy():
    again = AUDITS.assign(inspection="reinspection", accuracy=0.95)
    both = pd.concat([AUDITS.assign(inspection="initial"), again])
    found = audits.doses(lambda kind: both.drop(columns=["dose", "dose_se"]), AUDITS)
    assert found["all_crime"]["dose"].iloc[0] == pytest.approx(-np.log(0.8))
    assert found["second"]["dose"].iloc[0] == pytest.approx(np.log(0.95 / 0.8))
    assert found["grade"]["force"].tolist() == ["Dorset"], "the others were graded by the older scale"
    assert set(found["sample_2014"]["report_date"]) == {"2014-11-18"}


def test_adoption_is_the_first_whole_quarter_from_the_date(counts):
    panel = audits.adoption_panel(counts, AUDITS, left_out=misdated_forces(NOTES))
    adopted = panel.groupby("unit")["adopted"].first()
    assert (adopted["Kent"], adopted["Essex"]) == (8, 9)
    # Surrey has no date, North Wales is misdated_forces
    assert set(adopted.index) == {"Kent", "Essex", "Dorset", "Gwent"}
    assert len(panel) == 4 * 32
