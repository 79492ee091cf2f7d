"""Years that are told from another: "the same period the year before", "380 the previous year".

They are put into figures once, before anything else reads the lines, so that no count falls into the year that was
named last. What cannot be told stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from helpers.foi.responses.model import Line
from helpers.foi.responses.spans import Span, find_spans

_YEAR = r"(?:financial |calendar )?year"
_RELATIVE = re.compile(
    rf"(?i)(?:\b(?:in|for|during|over) )?\bthe (?:same (?:period|months) )?(?:(?:in|of|for|during) )?(?:the )?"
    rf"(?:(?P<before>(?:previous|preceding|prior) {_YEAR}|year before)|(?P<after>(?:following|next) {_YEAR}|year after))\b"
)
_COUNT = re.compile(r"(?<!by )(?<!of )(?<!up )(?<!down )(?<!than )(?<![\d,])\d[\d,]* $")

# "an increase of 12% on the previous year (930)"
_BEHIND = re.compile(r"\s?\((?P<count>[\d,]+)\)")
_GREW = re.compile(
    r"(?i),?\s+(?:an? )?(?:increase|decrease|rise|fall|reduction) of [\d.,]+\s?(?:%|per ?cent)?\s+(?:on|from|over|in)\s*$"
)


def settle_years(lines: list[Line]) -> list[Line]:
    """Write out the years that lines tell from the one before.

    Parameters
    ----------
    lines : list of Line
        In the order of the file.

    Returns
    -------
    list of Line
        The same, relative years as "between 1 April 2014 and 31 March 2015": in lines that hold no other number or begin
        with the year and name no other, and right behind a count or before one in brackets.

    Examples
    --------
    >>> letter = [Line("In 2015/16 there were 412", "l1"), Line("For the year before:", "l2")]
    >>> settle_years(letter)[1].text
    'between 1 April 2014 and 31 March 2015:'
    """
    settled, last = [], None
    for line in lines:
        found = _RELATIVE.search(line.text) if len(line.text) < 1_500 else None
        if found:
            head = line.text[: found.start()]
            told = _last_span(head) or last
            heads = not re.search(r"\d", line.text)
            behind = _BEHIND.match(line.text, found.end())
            begins = not head.strip() and not _last_span(line.text[found.end() :])
            if told and (heads or begins or _COUNT.search(head) or behind):
                last = _moved(told, -1 if found["before"] else 1)
                line = _written(line, found, last, behind)
                settled.append(line)
                continue
        last = _last_span(line.text) or last
        settled.append(line)
    return settled


def _last_span(text: str) -> Span | None:
    spans = [
        span for span in find_spans(text).spans if span.kind in ("year", "range") and span.start and span.end
    ]
    return spans[-1] if spans else None


def _moved(span: Span, years: int) -> Span:
    start, end = (_same_day(day, years) for day in (span.start, span.end))
    return replace(span, start=start, end=end, year="")


def _same_day(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + years, 2, 28)
    return day.replace(year=day.year + years)


def _written(line: Line, found: re.Match, span: Span, behind: re.Match | None) -> Line:
    """The line with its relative year in figures; a count in brackets behind that goes before it."""
    first, last = (f"{day.day} {day:%B %Y}" for day in (span.start, span.end))
    start, end, words = found.start(), found.end(), f"between {first} and {last}"
    if behind:
        grew = _GREW.search(line.text[:start])
        start, end = grew.start() if grew else start, behind.end()
        words = f"{', ' if grew else ''}and {behind['count']} {words}"
    longer = len(words) - (end - start)
    later = tuple((at + longer * (at > start), address) for at, address in line.later)
    return replace(line, text=line.text[:start] + words + line.text[end:], later=later)
