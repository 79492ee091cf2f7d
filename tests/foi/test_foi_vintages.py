"""One value among several printings: the order of the rules, one idea a test."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.foi import vintages
from helpers.foi.vintages import KEY, choose, parse_vintage, reconcile, revisions
from helpers.tables.package import table as described
from tests.foi.conftest import figures
from tests.frames import cases, examples


def printings(*rows):
    """Printings of one figure: (row, value, round, page[, precision])."""
    filled = [(*row, "exact")[:5] for row in rows]
    return figures("row value round published precision", *filled, source=[f"page-{row[0]}" for row in rows])


TWO_RELEASES = printings((1, 166, "2017-03", "2017-03-23"), (2, 983, "2018-02", "2018-02"))


def test_nothing_stands_before_anything_was_printed():
    table = choose(TWO_RELEASES, "as_of:2016-01")
    assert not table["chosen"].any()
    assert set(table["rule"]) == {"not yet published"}
    assert reconcile(table, "as_of:2016-01").empty


OLD, NEW = (1, 5, "2017-03", "2017-03-01"), (2, 7, "2018-02", "2018-02-01")
DAY_AND_YEAR = [(1, 389, "2016-03", "2016-03-09"), (2, 706, "2016-03", "2016")]


@pytest.mark.parametrize(("vintage", "value", "rule", "rows"), cases(__file__)["printings_of_one_figure"])
def test_the_vintage_decides_then_exactness_then_the_page_then_the_row(vintage, value, rule, rows):
    chosen = choose(printings(*rows), vintage).query("chosen").iloc[0]
    assert (chosen["value"], chosen["rule"]) == (value, rule)


def test_every_printing_is_kept_and_its_values_are_listed_in_the_order_they_came_out():
    table = choose(TWO_RELEASES, "first")
    assert table["row"].tolist() == [1, 2]
    assert table["values_printed"].tolist() == ["166, 983"] * 2
    assert table["printings"].tolist() == [2, 2]


def test_the_reconciled_figure_names_every_page_that_prints_its_value():
    one = reconcile(choose(printings(OLD, NEW, (3, 7, "2018-02", "2018-02-09")), "latest"), "latest").iloc[0]
    assert (one["value"], one["same_value_rows"], one["same_value_sources"]) == (7, "2 3", "page-2 page-3")


@pytest.mark.parametrize("text", ["newest", "as_of:2017", "as_of:2017-13", "as_of:17-03", "", "Latest"])
def test_another_vintage_is_refused_with_what_is_allowed(text):
    with pytest.raises(ValueError, match="first, latest or as_of:YYYY-MM"):
        parse_vintage(text)


def test_revisions_are_found_between_releases_and_within_one():
    table = revisions(choose(printings(*DAY_AND_YEAR, (3, 710, "2017-03", "2017-03-01")), "latest"))
    found = table[["rows", "first_value", "later_value", "within_release"]].values.tolist()
    assert found == [["1 2", 389, 706, True], ["2 3", 706, 710, False]]
    assert revisions(choose(printings(OLD, (2, 5, *NEW[2:])), "latest")).empty


TOLD = "2016-03 2017-03 2018-02", "2016-03-09 2016 2017-03-22 2018-02-20", "exact derived about"
ROW = st.tuples(st.integers(0, 5), *(st.sampled_from(text.split()) for text in TOLD))


VINTAGES = st.sampled_from(["first", "latest", "as_of:2017-03"])


@given(st.lists(ROW, min_size=1, max_size=8), VINTAGES, st.randoms())
def test_at_most_one_stands_and_the_order_of_rows_never_matters(rows, vintage, random):
    given = printings(*[(number, *row) for number, row in enumerate(rows, 1)])
    table = choose(given, vintage)
    assert sorted(table["row"]) == sorted(given["row"])
    assert table["chosen"].sum() <= 1
    assert set(table["rule"]) <= set(described("foi_choices").column("rule").vocabulary)
    shuffled = choose(given.sample(frac=1, random_state=random.randrange(1000)), vintage)
    pd.testing.assert_frame_equal(shuffled[[*KEY, "row", "chosen"]], table[[*KEY, "row", "chosen"]])


# One release prints both years; a later one raises Derbyshire's later year, and prints both of Cumbria's again
IN_TWO_YEARS = figures("area financial_year round value", *examples(__file__, "two_years.csv"))


def test_what_stands_in_two_years_and_whether_one_release_printed_both():
    pairs = vintages.standing_pairs(choose(IN_TWO_YEARS, "latest"), "2014/15", "2015/16")
    assert pairs.index.tolist() == ["Cumbria", "Derbyshire", "Durham"]
    assert pairs["one_release"].tolist() == [True, False, False]
    assert pairs.loc["Derbyshire", ["before", "after"]].tolist() == [727, 983]
    assert pd.isna(pairs.loc["Durham", "after"])
    by_2017 = vintages.standing_pairs(choose(IN_TWO_YEARS, "as_of:2017-03"), "2014/15", "2015/16")
    assert by_2017.loc["Derbyshire", "after"] == 166 and "Durham" not in by_2017.index


def test_of_two_releases_with_both_years_the_latest_or_the_earliest_that_was_out_stands():
    """By the day on which it came out, not by its name."""
    later = IN_TWO_YEARS.query("area == 'Cumbria'").assign(round="1st again", value=600.0)
    later[["released", "published"]] = "2019-10"
    expected = ("latest", True, 600), ("latest", False, 538), ("as_of:2017-03", True, 538)
    for vintage, latest, value in expected:
        printed = choose(pd.concat([IN_TWO_YEARS, later]).assign(row=range(9)), vintage)
        pairs = vintages.release_pairs(printed, "2014/15", "2015/16", latest=latest)
        assert pairs.loc["Cumbria", "after"] == value
