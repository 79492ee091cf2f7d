"""Headline counts that a letter calls a total: totals only where the file gives a part of them too.

"The total number of offences recorded in 2022/23 was 912", and no figure beside it, is a plain count. Left out as a
total, it would be lost to whoever adds up what is not one.
"""

from __future__ import annotations

import re

from helpers.foi.responses.model import Figure

_OF_A_LINE = re.compile(r"(?:^|\s)l\d+$")


def settle_headlines(figures: list[Figure]) -> None:
    """Take the qualifier `total` from figures of lines, and not of tables, that no other figure is a part of.

    Parameters
    ----------
    figures : list of Figure
        All figures of a file, changed in place.

    Examples
    --------
    >>> figures = [Figure(cell="l5", low=912, high=912, qualifiers=("total",))]
    >>> settle_headlines(figures)
    >>> figures[0].qualifiers
    ()
    """
    for figure in figures:
        if "total" in figure.qualifiers and _OF_A_LINE.search(figure.cell):
            if not any(_is_part(other, figure) for other in figures if other is not figure):
                figure.qualifiers = tuple(one for one in figure.qualifiers if one != "total")


def _is_part(part: Figure, whole: Figure) -> bool:
    """Whether a figure states all that a whole states, or lies within it, and states more."""
    kinds = (
        (
            (whole.start, whole.end),
            (part.start, part.end),
            _within(part.start, part.end, whole.start, whole.end),
        ),
        ((whole.age_low, whole.age_high), (part.age_low, part.age_high), _is_younger(part, whole)),
        (whole.sex, part.sex, not whole.sex),
        (whole.offence_code or whole.offence, part.offence_code or part.offence, not whole.offence_code),
        (whole.note, part.note, not whole.note),  # "North, 401" of "Total, 825"
        (whole.measure, part.measure, whole.measure in ("offences", "victims")),
    )
    alike = [mine == its for mine, its, _ in kinds]
    return not all(alike) and all(same or inside for same, (_, _, inside) in zip(alike, kinds, strict=True))


def _within(start, end, first, last) -> bool:
    """Whether a period lies in another, which may be open."""
    if start is None or end is None:
        return (first, last) == (None, None)
    return (first is None or first <= start) and (last is None or end <= last)


def _is_younger(part: Figure, whole: Figure) -> bool:
    """Whether an age band, or an age not known, lies in another."""
    if whole.age_low is None and whole.age_high is None:
        return True
    low = 0 if part.age_low is None else part.age_low
    high = 999 if part.age_high is None else part.age_high
    return (whole.age_low or 0) <= low and (whole.age_high is None or high <= whole.age_high)
