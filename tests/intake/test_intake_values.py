"""Cells as numbers: counts, hidden counts, gaps, and what looks like a count and is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.intake.model import column_index, column_letters, defuse
from helpers.intake.values import parse_value, text_of, tidy


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (12, 12), (12.0, 12), ("12", 12), (" 1,234 ", 1234), ("1 234", 1234), ("12\u00a0", 12), ("'12", 12), ("12.0", 12),
        ("12*", 12), ("12†", 12), ("12¹", 12), ("12 [1]", 12), ("12 (a)", 12), ("1,234 (r)", 1234), ("12 r", 12), ("12p", 12), ("12 (34%)", 12),
        ("12 offences", 12), ("nil", 0), ("None", 0), ("１２", 12), ("~300", 300), ("approx. 300", 300),
    ],
)  # fmt: skip
def test_a_count_is_read_through_its_decoration(cell, count):
    value = parse_value(cell)
    assert (value.kind, value.low, value.high) == ("count", count, count)


@pytest.mark.parametrize(
    ("cell", "bounds"),
    [
        ("<5", (1, 4)),
        ("< 5", (1, 4)),
        ("<=5", (1, 5)),
        ("fewer than 5", (1, 4)),
        ("less than ten", (1, 9)),
        ("5 or fewer", (1, 5)),
        ("1-4", (1, 4)),
        ("0-4", (0, 4)),
    ],
)
def test_a_hidden_count_says_its_own_bounds(cell, bounds):
    value = parse_value(cell)
    assert (value.kind, (value.low, value.high)) == ("suppressed", bounds)


@pytest.mark.parametrize("cell", ["*", "**", "[c]", "suppressed", "~"])
def test_a_mark_leaves_its_bounds_to_the_file(cell):
    assert (parse_value(cell).kind, parse_value(cell).high) == ("suppressed", None)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (-3, "negative"), ("-3", "negative"), ("(3)", "negative"), (2.5, "fraction"), ("2.5", "fraction"),
        (float("inf"), "finite"), ("inf", "finite"), (float("nan"), "finite"), (1e300, "larger"), ("1e400", "larger"),
        ("99999999999", "larger"), ("1,23", "commas"), ("+5", "signed"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_count_is_bad_and_says_why(cell, reason):
    value = parse_value(cell)
    assert value.kind == "bad" and reason in value.reason


@pytest.mark.parametrize("cell", ["34%", "12.5 %", "5 per cent", "34.2%"])
def test_a_percentage_is_none(cell):
    assert parse_value(cell).kind == "percent"


@pytest.mark.parametrize(
    "cell",
    [
        "0191 375 2000",
        "007",
        "01642",
        "FOI 12",
        "17A",
        "19E",
        "=SUM(A1:A2)",
        "2014/15",
        "£450",
        "under 18",
        True,
    ],
)
def test_numbers_that_count_nothing_are_text(cell):
    assert parse_value(cell).kind == "text"


def test_an_estimate_and_a_revision_keep_their_qualifier():
    assert parse_value("c. 300").qualifiers == ("approximate",)
    assert parse_value("300 (r)").qualifiers == ("revised",)
    assert (parse_value("300+").low, parse_value("300+").high, parse_value("300+").qualifiers) == (
        300,
        None,
        ("at least",),
    )


@given(st.integers(0, 9_999_999))
def test_every_count_is_read_back_from_every_spelling(count):
    for cell in (
        count,
        float(count),
        str(count),
        f"{count:,}",
        f" {count} ",
        f"{count}*",
        f"{count:,}".replace(",", " "),
    ):
        assert (parse_value(cell).low, parse_value(cell).high) == (count, count), cell


@given(st.one_of(st.text(max_size=90), st.floats(allow_nan=True), st.integers(), st.none(), st.booleans()))
def test_no_cell_breaks_the_reader(cell):
    value = parse_value(cell)
    assert value.kind in ("count", "suppressed", "at least", "empty", "dash", "gap", "percent", "bad", "text")
    assert isinstance(text_of(cell), str)


@given(st.text(max_size=60))
def test_nothing_written_can_start_a_formula(text):
    written = defuse(text)
    if written[:1] in ("=", "+", "-", "@"):
        float(written)
    assert defuse(written) == written
    assert not set("\r\n\t") & set(written)


@given(st.integers(0, 20_000))
def test_column_letters_count_as_spreadsheets_do(index):
    assert column_index(column_letters(index)) == index


def test_text_is_tidied_without_losing_anything():
    assert tidy("2014\u201315\u00a0 (r)\u200b") == "2014-15 (r)"
