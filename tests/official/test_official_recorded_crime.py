"""Adding codes and quarters together: nothing is lost, nothing is mended, no row means zero."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.official import recorded_crime as rc


def crime(*rows):
    return pd.DataFrame(rows, columns=rc.COLUMNS)


def test_a_quarter_that_is_not_held_stays_empty_and_the_year_says_so():
    rows = crime(["2025/26", "Kent", "71", 1, 2, 3, None], ["2025/26", "Essex", "73", 5, 5, 5, None])
    table = rc.floor(rows).set_index("force")
    assert table.loc["Kent", ["child_only", "quarters"]].tolist() == [6, 3]
    assert pd.isna(table.loc["Kent", "q4"])
    assert len(rc.family_quarters(rows).query("family == 'child_only'")) == 6


def test_homicide_is_one_code_in_one_year_and_four_in_the_next():
    parts = ["2013/14", "Kent", "1", 1, 1, 1, 0], ["2013/14", "Kent", "4.1", 0, 0, 0, 2]
    rows = crime(["2012/13", "Kent", "1/4.1/4.10/4.2", 1, 1, 1, 1], *parts)
    yearly = rc.national(rc.family_quarters(rows))
    assert yearly["offences"].tolist() == [4, 5]


YEARS, FORCES, CODES = ["2013/14", "2014/15"], ["Essex", "Kent", "Surrey"], ["71", "73", "19C", "48"]
ROW = st.tuples(*map(st.sampled_from, (YEARS, FORCES, CODES)), *[st.integers(-3, 500)] * 4)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=20, unique_by=lambda row: row[:3]))
def test_every_offence_is_counted_once_whatever_the_order(rows):
    frame = crime(*rows)
    total = frame[list(rc.QUARTERS)].to_numpy().sum()
    assert rc.annual(frame)["offences"].sum() == total
    assert rc.annual(frame).equals(rc.annual(frame[::-1]))
    both = "family in ['child_exploitation', 'theft_of_vehicle']"
    yearly = rc.national(rc.family_quarters(frame)).query(both)
    kept = frame[frame["offence_code"].isin(["71", "73", "48"])]
    assert yearly["offences"].sum() == kept[list(rc.QUARTERS)].to_numpy().sum()
