"""Printed text to typed values: every published style, and an error for every other."""

import contextlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.foi.printed import QUALIFIER_CLASSES, UnreadableError, parse_value, type_rows
from helpers.tables.package import table
from tests.frames import frame

OPEN = None


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "precision"),
    [
        ("247", 247, 247, 247, "exact"),
        ("1,234", 1234, 1234, 1234, "exact"),
        ("0", 0, 0, 0, "exact"),
        ("60000+", 60000, 60000, OPEN, "at_least"),
        ("more than 320", 320, 321, OPEN, "more_than"),
        ("over 8,000", 8000, 8001, OPEN, "more_than"),
        ("at least 185", 185, 185, OPEN, "at_least"),
        ("nearly 400", 400, OPEN, 399, "nearly"),
        ("just under 11000", 11000, OPEN, 10999, "nearly"),
        ("<5", 5, 0, 4, "under"),
        ("fewer than 10", 10, OPEN, 9, "under"),
        ("~61800", 61800, 61750, 61850, "about"),
        ("about 60,000", 60000, 55000, 65000, "about"),
        ("31,2xx", 31250, 31200, 31299, "blurred"),
    ],
)
def test_counts_are_read_with_their_bounds(text, value, low, high, precision):
    printed = parse_value(text)
    assert (printed.kind, printed.value, printed.low, printed.high) == ("count", value, low, high)
    assert printed.precision == precision


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [("12%", "percent", 12), ("+23%", "change", 23), ("−4.5 per cent", "change", -4.5)],
)
def test_percentages_are_never_counts(text, kind, value):
    printed = parse_value(text)
    assert (printed.kind, printed.value) == (kind, value)


@pytest.mark.parametrize(
    "text", "/a third/12.5/-3/1,23/12,3456/3 or 4/nan/1e5/more than 60000+/५/--5".split("/")
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(UnreadableError, match="the value"):
        parse_value(text)


@pytest.mark.parametrize(
    ("text", "qualifier", "low", "high", "kind", "classed"),
    [
        ("400", "approx (nearly 400)", OPEN, 399, "count", "approximate"),
        ("60000", "approx, four-year total", 55000, 65000, "count", "multi_year"),
        ("4373", "at least", 4373, OPEN, "count", "approximate"),
        ("9", "per cent change only (+9% on 2015/16)", 9, 9, "change", "change_only"),
        ("328", "probable misprint for 398", 328, 328, "count", "misprint"),
        ("241", "derived: 262 minus printed rise of 21", 241, 241, "count", "derived"),
        ("126", "six months Apr-Sep 2017", 126, 126, "count", "part_period"),
        ("983", "revised", 983, 983, "count", "revised"),
    ],
)
def test_a_qualifier_changes_what_a_number_says(text, qualifier, low, high, kind, classed):
    printed = parse_value(text, qualifier)
    assert (printed.low, printed.high, printed.kind, printed.qualifier_class) == (low, high, kind, classed)


@pytest.mark.parametrize(
    ("qualifier", "gravest"),
    [
        ("year ambiguous (page says last calendar year)", "year_in_doubt"),
        ("page labels the year 2013", "year_in_doubt"),
        ('page says under four, "over the combined period"', "year_in_doubt"),
        ("page says under ten", "age_in_doubt"),
        ("misreport: another paper gives 270 as aged ten and under", "misreport"),
        ("approx, five-year total", "multi_year"),
        ("multi-year total (page says five-year period)", "multi_year"),
    ],
)
def test_the_gravest_thing_that_a_qualifier_says_names_its_class(qualifier, gravest):
    assert parse_value("270", qualifier).qualifier_class == gravest


@pytest.mark.parametrize("qualifier", ["provisional", "approx, provisional", "revised downwards"])
def test_a_qualifier_without_a_rule_is_an_error_even_in_part(qualifier):
    with pytest.raises(UnreadableError, match="matches no rule"):
        parse_value("100", qualifier)


def test_a_qualifier_that_contradicts_its_value_is_an_error():
    with pytest.raises(UnreadableError, match="contradicts"):
        parse_value("500", "approx (nearly 400)")


def test_a_derived_value_must_follow_from_its_derivation():
    with pytest.raises(UnreadableError, match="gives 241, not the 240"):
        parse_value("240", "derived: 262 minus printed rise of 21")


def test_a_table_reports_all_its_faults_with_their_rows():
    rows = frame("row value_text qualifier", (7, "12", None), (8, "many", None), (9, "5", "odd"))
    with pytest.raises(ValueError, match=r"(?s)row 8: the value \"many\".*row 9: the qualifier \"odd\""):
        type_rows(rows)


def test_typing_keeps_the_rows_and_does_not_touch_its_input():
    rows = frame("row value_text qualifier", (3, "60000+", None), (1, "247", None))
    before = rows.copy()
    typed = type_rows(rows)[["row", "value", "value_low"]]
    assert typed.values.tolist() == [[3, 60000, 60000], [1, 247, 247]]
    pd.testing.assert_frame_equal(rows, before)


COUNTS = st.integers(min_value=1, max_value=10**7)
STYLES = st.sampled_from(
    ["{0}", "{0:,}", "{0}+", "~{0}", "about {0:,}", "nearly {0}", "more than {0:,}", "at least {0}", "<{0}"]
)


@given(COUNTS, STYLES)
def test_bounds_hold_their_value_but_for_strict_words(number, style):
    printed = parse_value(style.format(number))
    assert printed.value == number
    assert printed.precision in table("foi_figures").column("precision").vocabulary
    assert printed.qualifier_class in QUALIFIER_CLASSES
    slack = 1 if printed.precision in ("nearly", "under", "more_than") else 0
    assert printed.low is None or printed.low <= number + slack
    assert printed.high is None or printed.high >= number - slack
    assert printed.low is None or printed.high is None or printed.low <= printed.high


@given(st.text(max_size=30))
def test_no_text_crashes_the_reader(text):
    with contextlib.suppress(UnreadableError):
        assert parse_value(text).value is not None


@given(st.integers(0, 9999), st.integers(1, 3))
def test_a_blurred_number_covers_every_number_it_could_be(number, digits):
    printed = parse_value(str(number) + "x" * digits)
    assert printed.low == number * 10**digits
    assert printed.high - printed.low + 1 == 10**digits
