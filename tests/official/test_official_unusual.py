"""Spikes, dips and negative counts are found and listed; ordinary growth is not."""

import numpy as np
import pandas as pd
import pytest

from helpers.official import unusual
from helpers.official.recorded_crime import COLUMNS, floor


def panel(forces=12, years=5):
    rows = []
    for force in range(forces):
        level = 50 + 10 * force
        for year in range(years):
            quarters = np.round(level * 1.2**year * np.array([0.9, 1.0, 1.0, 1.1]))
            rows.append(
                {"force": f"F{force}", "financial_year": f"{2012 + year}/{13 + year}"}
                | dict(zip(("q1", "q2", "q3", "q4"), quarters, strict=True))
            )
    return pd.DataFrame(rows)


def test_growth_and_season_that_all_forces_share_are_not_unusual():
    assert unusual.unusual_quarters(panel(), dispersion=1.0).empty


def test_a_spike_is_found_with_its_size_and_a_dip_with_its_sign():
    table = panel()
    table.loc[2, "q3"] *= 3  # F0, 2014/15
    table.loc[7, "q1"] = 0  # F1, 2014/15
    found = unusual.unusual_quarters(table, dispersion=1.0)
    assert found[["force", "financial_year", "quarter"]].values.tolist() == [
        ["F0", "2014/15", 3],
        ["F1", "2014/15", 1],
    ]
    assert (found["z"] > 0).tolist() == [True, False]
    assert found.loc[0, "expected"] == pytest.approx(72, rel=0.1)


def test_the_leading_code_of_a_spike():
    crime = pd.DataFrame(
        [
            ["2016/17", "North Wales", "22B", 80, 90, 85, 90],
            ["2016/17", "North Wales", "17B", 10, 10, 10, 10],
            ["2017/18", "North Wales", "22B", 80, 90, 85, 569],
            ["2017/18", "North Wales", "17B", 10, 10, 10, 8],
        ],
        columns=COLUMNS,
    )
    assert unusual.leading_code(crime, "North Wales", "2017/18", 4) == "22B"
    with pytest.raises(ValueError, match="not held"):
        unusual.leading_code(crime, "North Wales", "2019/20", 1)


def test_known_faults_mark_the_years_they_touch():
    floor = pd.DataFrame(
        [
            (force, year)
            for force in ("Kent", "Essex")
            for year in ("2017/18", "2018/19", "2019/20", "2020/21")
        ],
        columns=["force", "financial_year"],
    )
    blank = {"codes": "all", "to": None}
    notes = pd.DataFrame(
        [
            {"note": "open", "force": "Kent", "from": "2019-07-01", **blank},
            {"note": "one-day", "force": "Kent", "from": "2019-03-31", **blank, "to": "2019-03-31"},
            {"note": "other-codes", "force": "Essex", "from": "2017-04-01", **blank, "codes": "19C 48"},
            {"note": "everyone", "force": None, "from": "2017-04-01", **blank},
        ]
    )
    assert unusual.known_faults(floor, notes).tolist() == ["", "one-day", "open", "open", "", "", "", ""]


def test_flags_hold_spikes_and_negative_counts_in_one_table():
    crime = pd.DataFrame(
        [
            [row.financial_year, row.force, "22B", row.q1, row.q2, row.q3, row.q4]
            for row in panel().itertuples()
        ],
        columns=COLUMNS,
    )
    crime.loc[2, "q3"] *= 3
    crime.loc[9, "q4"] = -4
    found = unusual.flags(crime, floor(crime), dispersion=1.0)
    assert found[["force", "kind", "offence_code"]].values.tolist() == [
        ["F0", "spike", "22B"],
        ["F1", "dip", "22B"],
        ["F1", "negative", "22B"],
    ]
