"""Printed text to typed values: every published style, and an error for every other."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.foi.printed import QUALIFIER_CLASSES, UnreadableError, parse_value, type_rows
from helpers.tables.package import table
from tests.frames import cases, examples, frame

EXAMPLES = examples(__file__, "printed_values.csv")


@pytest.mark.parametrize("text, qualifier, kind, number, low, high, precision, classed", EXAMPLES)
def test_values_are_read_with_their_bounds(text, qualifier, kind, number, low, high, precision, classed):
    """And with the gravest thing that a qualifier says. Percentages are never counts, and an empty bound is open."""
    printed = parse_value(text, qualifier or None)
    assert (printed.kind, printed.precision, printed.qualifier_class) == (kind, precision, classed)
    ends = [float(end) if end else None for end in (number, low, high)]
    assert [printed.value, printed.low, printed.high] == ends


@pytest.mark.parametrize(("text", "qualifier", "said"), cases(__file__)["value_that_cannot_be_read"])
def test_any_other_value_and_a_qualifier_without_a_rule_or_against_it_are_refused(text, qualifier, said):
    with pytest.raises(UnreadableError, match=said):
        parse_value(text, qualifier or None)


def test_a_table_reports_all_its_faults_with_their_rows():
    rows = frame("row value_text qualifier", (7, "12", None), (8, "many", None), (9, "5", "odd"))
    with pytest.raises(ValueError, match=r"(?s)row 8: the value \"many\".*row 9: the qualifier \"odd\""):
        type_rows(rows)


COUNTS = st.integers(min_value=1, max_value=10**7)
STYLES = "{0}/{0:,}/{0}+/~{0}/about {0:,}/nearly {0}/more than {0:,}/at least {0}/<{0}".split("/")


@given(COUNTS, st.sampled_from(STYLES))
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
