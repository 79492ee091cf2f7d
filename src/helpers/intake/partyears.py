"""Years that a file says it covers in part: "NB: 2016 is January to October only". Their figures get the part's dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from helpers.intake.model import Figure, Problem
from helpers.intake.spans import MONTH, MONTHS, WHOLE, find_spans
from helpers.intake.values import tidy

_PART = re.compile(
    rf"(?i)\b(?P<year>{WHOLE})\b(?P<said>[^.;0-9]{{0,60}}?)\b(?P<first>{MONTH})\s?(?:to|-|–|until)\s?"
    rf"(?P<last>{MONTH})\b(?!\s*'?\d)(?P<after>[^.;0-9]{{0,15}})"
)
_ONLY = re.compile(r"(?i)\b(?:only|part|incomplete|just)\b")


def shorten_years(figures: list[Figure], texts: Iterable[str]) -> list[Problem]:
    """Give figures of a year that is said to be covered in part the dates of that part.

    Parameters
    ----------
    figures : list of Figure
        Changed in place, where their period is the whole of such a year.
    texts : iterable of str
        What the file says around its tables.

    Returns
    -------
    list of Problem
        A note for each year that was shortened.

    Examples
    --------
    >>> figures = [Figure(start=date(2016, 1, 1), end=date(2016, 12, 31))]
    >>> shorten_years(figures, ["NB: 2016 is January to October only."])[0].message
    '1 figure taken for 2016-01-01 to 2016-10-31, since the file says: NB: 2016 is January to October only.'
    >>> figures[0].end
    datetime.date(2016, 10, 31)
    """
    told = []
    for text in map(tidy, texts):
        for found in _PART.finditer(text[:500]):
            whole = find_spans(found["year"].casefold()).spans
            if not _ONLY.search(found["said"] + found["after"]) or len(whole) != 1 or not whole[0].end:
                continue
            start, end = (_month(found[name], whole[0].start) for name in ("first", "last"))
            last = date(end.year, end.month, monthrange(end.year, end.month)[1])
            meant = [one for one in figures if (one.start, one.end) == (whole[0].start, whole[0].end)]
            for figure in meant:
                figure.start, figure.end, figure.financial_year = start, last, ""
            if meant:
                counted = f"{len(meant)} figure{'s' * (len(meant) > 1)}"
                said = f"{counted} taken for {start} to {last}, since the file says: {text[:200]}"
                told.append(Problem(f"{meant[0].sheet} {meant[0].cell}".strip(), "note", said))
    return told


def _month(name: str, begins: date) -> date:
    """The first day of a month in the year that begins on a day."""
    number = MONTHS.index(name[:3].casefold()) + 1
    return date(begins.year + (number < begins.month), number, 1)
