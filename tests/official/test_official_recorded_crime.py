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
    rows = crime(
        ["2012/13", "Kent", "1/4.1/4.10/4.2", 1, 1, 1, 1],
        ["2013/14", "Kent", "1", 1, 1, 1, 0],
        ["2013/14", "Kent", "4.1", 0, 0, 0, 2],
    )
    yearly = rc.national(rc.family_quarters(rows))
    assert yearly["offences"].tolist() == [4, 5]


counts = st.integers(-3, 500)
tables = st.lists(
    st.tuples(
        st.sampled_from(["2013/14", "2014/15"]),
        st.sampled_from(["Essex", "Kent", "Surrey"]),
        st.sampled_from(["71", "73", "19C", "48"]),
        counts, counts, counts, counts,
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[:3],
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(tables)
def test_every_offence_is_counted_once_whatever_the_order(rows):
    frame = crime(*rows)
    total = frame[list(rc.QUARTERS)].to_numpy().sum()
    assert rc.annual(frame)["offences"].sum() == total
    assert rc.annual(frame).equals(rc.annual(frame[::-1]))
    yearly = rc.national(rc.family_quarters(frame)).query(
        "family in ['child_exploitation', 'theft_of_vehicle']"
    )
    kept = frame[frame["offence_code"].isin(["71", "73", "48"])]
    assert yearly["offences"].sum() == kept[list(rc.QUARTERS)].to_numpy().sum()
