"""Pairs say whether one release printed both values, and panels say which units they hold."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import panels

# A page of 2017 prints both years; a page of 2018 raises the later one
PRINTED = pd.DataFrame(
    [
        ("Derbyshire", "2014/15", "2017-03", "2017-03", 727.0, True),
        ("Derbyshire", "2015/16", "2018-02", "2018-02", 983.0, True),
        ("Derbyshire", "2015/16", "2017-03", "2017-03", 166.0, False),
        ("Cumbria", "2014/15", "2017-03", "2017-03", 429.0, True),
        ("Cumbria", "2015/16", "2017-03", "2017-03", 538.0, True),
        ("Durham", "2014/15", "2019-10", "2019-10", 896.0, True),
        ("Kent", "2016/17", "2018-02", "2018-02", 1.0, True),
    ],
    columns=["unit", "financial_year", "release", "released", "value", "chosen"],
)


def test_standing_values_and_whether_one_release_printed_both():
    table = panels.standing_pairs(PRINTED, "2014/15", "2015/16")
    assert table.index.tolist() == ["Cumbria", "Derbyshire", "Durham"]
    assert table["one_release"].tolist() == [True, False, False]
    assert table.loc["Derbyshire", ["before", "after"]].tolist() == [727, 983]
    assert np.isnan(table.loc["Durham", "after"])


def test_of_two_releases_with_both_years_the_latest_or_the_earliest_stands():
    later = PRINTED[PRINTED["unit"] == "Cumbria"].assign(
        release="2019-10", released="2019-10", value=[500.0, 600.0]
    )
    both = pd.concat([PRINTED, later])
    assert panels.release_pairs(both, "2014/15", "2015/16").loc["Cumbria", "after"] == 600
    assert panels.release_pairs(both, "2014/15", "2015/16", latest=False).loc["Cumbria", "after"] == 538


PAIRS = pd.DataFrame({"before": [100.0, 300, None], "after": [150.0, None, 90]}, index=["A", "B", "C"])


def test_a_panel_holds_only_units_with_both_counts():
    row = panels.panel("same", "foi", "Same", PAIRS, dispersion=2, level=0.95)
    assert (row["forces_before"], row["forces_after"], row["before"], row["ratio"]) == (1, 1, 100, 1.5)
    assert row["low"] < 1.5 < row["high"]


def test_bounds_cover_every_unit_that_has_limits():
    least = pd.DataFrame({"before": [50.0, 100, 40], "after": [60.0, 120, 45]}, index=["A", "B", "C"])
    row = panels.bounded("bounds", "foi", "Bounds", PAIRS, least, 4 * least)
    assert row["low"] == pytest.approx((150 + 120 + 90) / (100 + 300 + 160))
    assert row["high"] == pytest.approx((150 + 480 + 90) / (100 + 300 + 40))
    assert np.isnan(row["ratio"])


def test_side_by_side_keeps_every_unit_of_either_origin():
    foi = pd.DataFrame({"before": [100.0, 200.0], "after": [150.0, None]}, index=["A", "Scotland"])
    official = pd.DataFrame({"before": [90.0, 50.0], "after": [99.0, 60.0]}, index=["A", "B"])
    table = panels.side_by_side({"foi": foi, "official": official}, dispersion=2, level=0.95)
    assert table.index.tolist() == ["A", "B", "Scotland"]
    assert table.loc["A", ["foi_ratio", "official_ratio"]].tolist() == pytest.approx([1.5, 1.1])
    assert table.loc["Scotland", "foi_before"] == 200
    assert np.isnan(table.loc["Scotland", "foi_ratio"])
    assert pd.isna(table.loc["Scotland", "official_outlier"])


def test_disagreement_is_signed_shrinks_with_dispersion_and_is_empty_without_both():
    foi = pd.DataFrame({"before": [100.0, 100.0], "after": [300.0, None]}, index=["A", "B"])
    official = pd.DataFrame({"before": [100.0, 100.0], "after": [150.0, 150.0]}, index=["A", "B"])
    table = panels.side_by_side({"foi": foi, "official": official}, dispersion=4, level=0.95)
    one = panels.disagreement(table, "foi", "official", dispersion=1)
    assert one["A"] == pytest.approx(np.log(2) / np.sqrt(2 / 100 + 1 / 300 + 1 / 150))
    assert panels.disagreement(table, "official", "foi", dispersion=4)["A"] == pytest.approx(-one["A"] / 2)
    assert np.isnan(one["B"])
