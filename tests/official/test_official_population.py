"""Children between the years with ages are interpolated and say so; nothing is carried forward."""

import pandas as pd

from helpers.official import population

CHILD = pd.DataFrame(
    {"force": "Kent", "year": [2015, 2017], "aged_0_17": [200, 240], "all_ages": [1000, 1000]}
)
EVERYONE = pd.DataFrame({"force": "Kent", "year": [2013, 2014, 2015, 2016, 2017, 2018], "population": [900, 950, 1010, 1000, 1000, 1000]})  # fmt: skip


def test_between_two_years_the_share_lies_on_a_straight_line():
    found = population.under_18s(CHILD, EVERYONE, range(2016, 2017))
    assert found.values.tolist() == [["Kent", 2016, 220, True, "between held years"]]


def test_a_rate_needs_a_whole_year_and_residents():
    floor = pd.DataFrame(
        {
            "force": ["Kent", "Kent", "British Transport Police"],
            "financial_year": ["2015/16", "2016/17", "2015/16"],
            "child_only": [10, 11, 5],
            "quarters": [4, 3, 4],
        }
    )
    children = population.under_18s(CHILD, EVERYONE, range(2015, 2017))
    found = population.rates(floor, children)
    assert found[["force", "financial_year", "rate"]].values.tolist() == [["Kent", "2015/16", 50.0]]
