"""Every number in a line of text, and what it is when it is no count: a date, an age, a law, a share, a reference.

The kinds are tried in order, the surest first, and each takes its characters away from those that follow. What nothing
takes is a number that may be a count; :mod:`.prose` proposes it, or tells why not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from helpers.intake.lexicon import patterns, phrase
from helpers.intake.values import NUMERAL, number_of

KINDS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in patterns("kinds of numbers"))
_COUNT = phrase("count in text")
_LIKE_A_YEAR = phrase("count like a year")
_GLUED = re.compile(r"(?<=[A-Za-z)])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6})(?=\s|$|[.,;)])")
# "seven offences", "no offences were recorded", "there were three."
_WORDED = re.compile(
    rf"(?i)\b(?:(?P<words>{NUMERAL})|no(?!\s+(?:crim|(?:recorded|known|stated)\s+(?:age|date))))\b(?={phrase('counted behind a word').pattern})"
    rf"|(?:(?<=there were )|(?<=recorded ))(?P<lone>{NUMERAL})(?=\s*(?:[.,;]|$|and\b|the (?:previous|following)\b))"
)
_RECORDED = re.compile(r"(?i)\b(?:recorded|reported|there (?:were|was))\b")


@dataclass(frozen=True)
class Found:
    """A number in a text: where it stands, what it is, and its bounds where it may be a count."""

    start: int
    end: int
    text: str
    reason: str = ""
    low: int = 0
    high: int = 0
    hidden: bool = False


@lru_cache(maxsize=5_000)
def find_numbers(text: str) -> tuple[Found, ...]:
    """All numbers of a text in order; those without a reason may be counts.

    Examples
    --------
    >>> [(one.text, one.reason) for one in find_numbers("In 2014/15 we recorded 1,234 offences against under-18s.")]
    [('2014/15', 'a period'), ('1,234', ''), ('under-18s', 'an age')]
    """
    free, found = text[:20_000], []
    counts = [one.span(one.lastgroup or 0) for one in _LIKE_A_YEAR.finditer(text)]
    for start, end in counts:  # no kind takes them
        free = _without(free, start, end)
    for reason, pattern in KINDS:
        for one in filter(lambda one: one[0], [*pattern.finditer(free)]):
            found.append(Found(*one.span(), text[slice(*one.span())].strip(), reason))
            free = _without(free, *one.span())
    for start, end in counts:
        free = free[:start] + text[start:end] + free[end:]
    for one in [*_COUNT.finditer(free)]:
        found.append(_count(one, text))
        free = _without(free, *one.span())
    for one in _GLUED.finditer(free):
        number = int(one["number"].replace(",", ""))
        found.append(Found(one.start("number"), one.end(), one["number"], "", number, number))
    for one in _WORDED.finditer(free):
        number = number_of(one[0].casefold())
        if one[0].casefold() != "no" or _RECORDED.search(text):
            found.append(Found(*one.span(), one[0], "", number, number))
    return tuple(sorted(found, key=lambda one: one.start))


def _without(text: str, start: int, end: int) -> str:
    """A text of which some characters are taken, and stand for nothing else."""
    return text[:start] + "\0" * (end - start) + text[end:]


def _count(one: re.Match, text: str) -> Found:
    if one["hidden"]:
        limit = number_of(re.split(r"[\s<]+", one["hidden"])[-1].casefold())
        return Found(one.start(), one.end(), text[one.start() : one.end()], "", 0, max(limit - 1, 0), True)
    number = int(one["number"].replace(",", ""))
    return Found(one.start(), one.end(), one["number"], "", number, number)
