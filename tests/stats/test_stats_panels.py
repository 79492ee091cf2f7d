"""Pairs say whether one release printed both values, and panels say which units they hold."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import panels
from tests.frames import table

# A page of 2017 prints both years; a page of 2018 raises the later one
PRINTED = table(__file__, "printed.csv").assign(released=lambda rows: rows["release"])


def test_standing_values_and_whether_one_release_printed_both():
    table = panels.standing_pairs(PRINTED, "2014/15", "2015/16")
    assert table.index.tolist() == ["Cumbria", "Derbyshire", "Durham"]
    assert table["one_release"].tolist() == [True, False, False]
    assert table.loc["Derbyshire", ["before", "after"]].tolist() == [727, 983]
    assert np.isnan(table.loc["Durham", "after"])


def test_of_two_releases_with_both_years_the_latest_or_the_earliest_stands():
    changed = {"release": "2019-10", "released": "2019-10", "value": [500.0, 600.0]}
    both = pd.concat([PRINTED, PRINTED[PRINTED["unit"] == "Cumbria"].assign(**changed)])
    assert panels.release_pairs(both, "2014/15", "2015/16").loc["Cumbria", "after"] == 600
    assert panels.release_pairs(both, "2014/15", "2015/16", latest=False).loc["Cumbria", "after"] == 538


PAIRS = pd.DataFrame({"before": [100.0, 300, None], "after": [150.0, None, 90]}, index=["A", "B", "C"])


def test_bounds_cover_every_unit_that_has_limits():
    least = pd.DataFrame({"before": [50.0, 100, 40], "after": [60.0, 120, 45]}, index=["A", "B", "C"])
    row = panels.bounded("bounds", "foi", "Bounds", PAIRS, least, 4 * least)
    assert row["low"] == pytest.approx((150 + 120 + 90) / (100 + 300 + 160))
    assert row["high"] == pytest.approx((150 + 480 + 90) / (100 + 300 + 40))
    assert np.isnan(row["ratio"])
