"""A known effect planted in a copy of the real counts is found, at its size; none planted, none more is found."""

import numpy as np
import pandas as pd
import pytest

from helpers.official import audits, cells, inspections
from helpers.official.families import FAMILIES
from helpers.official.recorded_crime import QUARTERS
from helpers.stats.dose import errors_in_variables
from helpers.stats.series import event_study
from helpers.tables import read_table

CHILD = FAMILIES["child_only_without_88a"].codes


@pytest.fixture(scope="module")
def crime():
    return read_table("recorded_crime")


@pytest.fixture(scope="module")
def counts(crime):
    return audits.quarters(crime, CHILD)


UNSOUND = audits.unsound(read_table("series_notes"))


@pytest.fixture(scope="module")
def first():
    return audits.first_inspections(inspections.accuracy(read_table("inspections")))


def slope(counts, first):
    table = audits.dose_windows(counts, first, relative=False, left_out=UNSOUND).table
    return errors_in_variables(table["dose"], table["growth"], x_se=table["dose_se"])


def planted_after_audit(counts, first):
    """Every gap closed: from the end of its audit each force records what it had left out."""
    planted = counts.copy()
    for audit in first.dropna(subset=["audit_start", "audit_end"]).itertuples():
        if audit.force in planted.index:
            after = audits.quarter_holding(audit.audit_end)
            planted.loc[audit.force, after:] /= audit.accuracy
    return planted


def test_closing_every_gap_adds_a_slope_of_one(counts, first):
    before, after = slope(counts, first), slope(planted_after_audit(counts, first), first)
    assert after.value - before.value == pytest.approx(1, abs=0.05)


def test_a_step_planted_at_each_audit_comes_back_at_its_size(counts, first):
    panel = audits.adoption_panel(counts, first, left_out=UNSOUND)
    planted = panel.assign(outcome=panel["outcome"] + 0.2 * (panel["time"] >= panel["adopted"]))
    plain, stepped = (event_study(p, leads=1, lags=8).attrs["overall"] for p in (panel, planted))
    assert stepped.value - plain.value == pytest.approx(0.2)
    assert stepped.low > 0


def test_online_growth_planted_in_the_codes_that_need_no_meeting_is_given_to_online(crime):
    """All other cells grow by a fifth, the no-meeting codes by three quarters: the top of the ladder must see it."""
    made = crime[crime["financial_year"] == "2014/15"]
    growth = np.where(made["offence_code"].isin([*cells.CODES["no meeting needed"], "88A"]), 1.75, 1.2)
    after = made.assign(financial_year="2015/16")
    after[list(QUARTERS)] = (made[list(QUARTERS)].to_numpy(dtype=float) * growth[:, None]).round()
    both = pd.concat([made, after], ignore_index=True)
    national = cells.national_cells(both, "2014/15", "2015/16", old_change=np.log(1.25))
    table = cells.weigh(national, "planted").set_index(["rung", "explanation"])
    online = table.loc[("nothing else", "online")]
    assert online["feasible"] and online["im_low"] > 0.25
    assert table.loc[("each adds or does nothing", "online"), "im_low"] == 0


def test_records_that_follow_accuracy_to_the_second_inspection_show_its_rise(counts, first):
    second = audits.second_inspections(inspections.accuracy(read_table("inspections")))
    panel = audits.adoption_panel(counts, second, date="report_date", keep_unreached=True, left_out=UNSOUND)
    assert panel.groupby("unit")["adopted"].first().notna().sum() == len(second) == 8
    assert set(counts.index) - set(panel["unit"]) == {"North Wales"}
    was = first.set_index("force")["accuracy"]
    rise = np.log(second.set_index("force")["accuracy"] / was).dropna()
    mended = panel["unit"].map(rise).fillna(0.0) * (panel["time"] >= panel["adopted"] - 4)
    options = {"leads": 4, "lags": 4, "anticipation": 4}
    plain, planted = (
        event_study(p, **options).attrs["overall"].value
        for p in (panel, panel.assign(outcome=panel["outcome"] + mended))
    )
    assert planted - plain == pytest.approx(rise.mean(), abs=0.01)
