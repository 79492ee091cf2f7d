"""Years that a file says it covers in part: "NB: 2016 is January to October only". Their figures get the part's dates."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.intake.lexicon import phrase
from helpers.intake.model import Figure, Problem
from helpers.intake.spans import find_spans
from helpers.intake.values import tidy

_PART = phrase("part of a year")
_ONLY = phrase("only")


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
    >>> from datetime import date
    >>> figures = [Figure(start=date(2016, 1, 1), end=date(2016, 12, 31))]
    >>> shorten_years(figures, ["NB: 2016 is January to October only."])[0].message
    '1 figure taken for 2016-01-01 to 2016-10-31, since the file says: NB: 2016 is January to October only.'
    >>> figures[0].end
    datetime.date(2016, 10, 31)
    """
    told = []
    for text in map(tidy, texts):
        for found in _PART.finditer(text[:500]):
            year = found["year"].casefold()
            whole, part = (
                find_spans(year).spans,
                find_spans(f"{year} ({found['first']} to {found['last']})").spans,
            )
            if not _ONLY.search(found["said"] + found["after"]) or len(whole) != 1 or len(part) != 1:
                continue
            start, last = part[0].start, part[0].end
            meant = [one for one in figures if (one.start, one.end) == (whole[0].start, whole[0].end)]
            for figure in meant:
                figure.start, figure.end, figure.financial_year = start, last, ""
            if meant:
                counted = f"{len(meant)} figure{'s' * (len(meant) > 1)}"
                said = f"{counted} taken for {start} to {last}, since the file says: {text[:200]}"
                told.append(Problem(meant[0].where, "note", said))
    return told
