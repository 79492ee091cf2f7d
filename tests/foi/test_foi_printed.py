"""Printed text to typed values: every published style, and an error for every other."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.foi.printed import QUALIFIER_CLASSES, UnreadableError, parse_value, type_rows
from helpers.tables.package import table
from tests.frames import examples, frame

EXAMPLES = examples(__file__, "printed_values.csv")


@pytest.mark.parametrize("text, qualifier, kind, number, low, high, precision, classed", EXAMPLES)
def test_values_are_read_with_their_bounds_and_with_the_gravest_thing_that_a_qualifier_says(
    text, qualifier, kind, number, low, high, precision, classed
):
    """Percentages are never counts, and an empty bound is open."""
    printed = parse_value(text, qualifier or None)
    assert (printed.kind, printed.precision, printed.qualifier_class) == (kind, precision, classed)
    ends = [float(end) if end else None for end in (number, low, high)]
    assert [printed.value, printed.low, printed.high] == ends


@pytest.mark.parametrize(
    "text", "/a third/31,2xx/12.5/-3/1,23/12,3456/3 or 4/nan/1e5/more than 60000+/५/--5".split("/")
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(UnreadableError, match="the value"):
        parse_value(text)


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
