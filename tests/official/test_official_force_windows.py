"""Windows around inspections on made-up forces, where what recording did is known."""

import numpy as np
import pandas as pd
import pytest

from helpers.official import audits
from helpers.official.force_windows import ROLES, force_windows
from helpers.tables import read_table

FORCES = [f"Force {number:02}" for number in range(24)]


@pytest.fixture(scope="module")
def first():
    """Audits a year apart at most, of records that begin from October 2014 on; reports come a year after the records."""
    rng = np.random.default_rng(7)
    start = pd.Timestamp("2014-10-01") + pd.to_timedelta(rng.integers(0, 8, len(FORCES)) * 91, unit="D")
    table = pd.DataFrame({"force": FORCES, "accuracy": rng.uniform(0.65, 0.98, len(FORCES)), "se_log": 0.005})
    for name, days in {"audit_start": 0, "audit_end": 180, "report_date": 540}.items():
        table[name] = [str((day + pd.Timedelta(days=days)).date()) for day in start]
    return audits.with_dose(table.assign(grade="good"))


def counted(first, mended, *, controls_too=False, seed=3):
    """Quarterly counts with chance, in which each force records all of what it is told from `mended` (a date) on."""
    rng = np.random.default_rng(seed)
    counts = {}
    for name, role in ROLES.items():
        mean = np.full((len(FORCES), 32), 900.0)
        if role != "negative control" or controls_too:
            for row, audit in enumerate(first.itertuples()):
                mean[row, : audits.quarter_from(getattr(audit, mended))] *= audit.accuracy
        counts[name] = pd.DataFrame(rng.poisson(mean), index=FORCES)
    return counts


def found(first, counts, window, offences="children", years=("2012/13", "2013/14")):
    register = read_table("windows")
    table = force_windows(
        register[register["window"] == window].assign(doses="all_crime"), {"all_crime": first}, counts,
        first_year=years[0], last_year=years[1], draws=99,
    )  # fmt: skip
    return table.set_index("offences").loc[offences]


def test_forces_that_mend_at_the_report_show_slope_one_across_it_and_the_controls_stay(first):
    row = found(first, counted(first, "report_date"), "to_after_report")
    assert row["low"] < 1 < row["high"] and row["low"] > 0.7
    assert (row["p_value"], row["control"], row["n"]) == (pytest.approx(1 / 991), "stayed", 24)


def test_a_window_in_which_a_control_follows_the_dose_has_failed(first):
    row = found(first, counted(first, "report_date", controls_too=True), "to_after_report")
    assert row["control"] == "failed: theft of vehicles, burglary, robbery moved"


def test_the_two_years_compared_hold_only_forces_whose_audited_records_begin_later(first):
    counts = counted(first, "report_date")
    assert found(first, counts, "years_compared")["n"] == 24
    later = found(first, counts, "years_compared", years=("2014/15", "2015/16"))
    assert later["n"] == (first["audit_start"] > "2016-03-31").sum()
    none = found(first, counts, "years_compared", years=("2018/19", "2019/20"))
    assert pd.isna(none["value"])
    assert none["reason"] == "not available: no forces with such an audit reach this window"


def test_a_step_at_the_report_is_found_where_it_was_planted(first):
    counts = counted(first, "report_date")
    row = found(first, counts, "step_at_report")
    mean = float(first["dose"].mean())
    assert row["low"] < mean < row["high"] and row["low"] > 0.5 * mean
    assert found(first, counts, "step_at_report", "burglary")["p_value"] > 0.05
