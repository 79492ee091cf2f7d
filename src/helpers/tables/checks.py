"""What a column or a row must pass that no type, limit or vocabulary can say: named functions that schemas refer to."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from itertools import pairwise
from operator import or_


def _reads(read: Callable, text: str) -> bool:
    """Whether a text can be read."""
    try:
        read(text)
    except (ValueError, re.error):
        return False
    return True


def _date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and _reads(date.fromisoformat, text)


def _partial_date(text: str) -> bool:
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    return match is not None and _date(f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}")


def _period(text: str) -> bool:
    from helpers.tables.periods import parse_period

    return text == "unknown" or _reads(parse_period, text)


# Name → (test of one value, what it asks for)
COLUMN_CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "date": (_date, "a date such as 2017-03-22"),
    "partial_date": (_partial_date, "a date, a month or a year: 2017-03-22, 2017-03 or 2017"),
    "period": (_period, "a year such as 2014/15, another period that can be read, or unknown"),
    "regular_expression": (partial(_reads, re.compile), "a regular expression"),
}


def _ascending(frame, columns):
    """Each column is at most as large as the next."""
    return ~reduce(or_, (frame[before] > frame[after] for before, after in pairwise(columns)))


def _some_filled(frame, columns):
    """At least one of the columns has something in it."""
    return frame[list(columns)].notna().any(axis=1)


def _adds_up_to_one(frame, columns):
    """The columns are the shares of one whole."""
    return (frame[list(columns)].sum(axis=1, skipna=False) - 1).abs() < 1e-9


# Name → test of a whole frame, one truth value a row; where a cell that it needs is missing, the row passes
ROW_CHECKS: dict[str, Callable] = {
    "ascending": _ascending,
    "some_filled": _some_filled,
    "adds_up_to_one": _adds_up_to_one,
}
