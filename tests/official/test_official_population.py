"""Children between the years with ages are interpolated and say so; nothing is carried forward."""

from helpers.official import population
from tests.frames import frame

CHILD = frame("year aged_0_17 all_ages", (2015, 200, 1000), (2017, 240, 1000), force="Kent")
EVERYONE = frame("year population", (2014, 950), (2015, 1010), (2016, 1000), (2017, 1000), force="Kent")


def test_a_rate_needs_a_whole_year_and_residents():
    floor = frame(
        "force financial_year child_only quarters",
        ("Kent", "2015/16", 10, 4), ("Kent", "2016/17", 11, 3), ("British Transport Police", "2015/16", 5, 4),
    )  # fmt: skip
    children = population.under_18s(CHILD, EVERYONE, range(2015, 2017))
    found = population.rates(floor, children)
    assert found[["force", "financial_year", "rate"]].values.tolist() == [["Kent", "2015/16", 50.0]]
