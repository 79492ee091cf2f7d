"""Days of recording in lists: read in every style, each distinct one once, as the financial year they fall in.

Dates are day/month/year unless no other order fits. A list that does not begin in April or end in March is said to,
since its first or last year may not be whole.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from helpers.intake.meaning import Meaning
from helpers.intake.spans import Span, find_spans, make_span
from helpers.intake.values import text_of

EMPTY_CELL = Meaning(rest="empty")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)(?!\d)|(\d{4})[\-/.](\d\d)[\-/.](\d\d)")

_TIME = re.compile(r"[ T,]+\d{1,2}:\d\d.*$")


def without_times(cells: list) -> list:
    """Dates without their time of day, so that few distinct values are left."""
    first = next((cell for cell in cells if cell not in (None, "")), None)
    if isinstance(first, datetime):
        return [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
    if not isinstance(first, str) or not _TIME.search(first):
        return cells
    if _DAY.match(first):
        return [cell[:10] if isinstance(cell, str) else cell for cell in cells]
    return [_TIME.sub("", cell) if isinstance(cell, str) else cell for cell in cells]


def read_days(distinct: list, heading: str, out) -> dict:
    """What each distinct date means: the financial year that it falls in."""
    american = _is_american(distinct)
    meanings: dict = {}
    years: dict[int, Meaning] = {}
    days: list[date] = []
    failed = 0
    for value in distinct:
        if value in (None, ""):
            meanings[value] = EMPTY_CELL
        elif day := _day(value, american):
            days.append(day)
            first = day.year - (day.month < 4)
            year = years.get(first) or Meaning(span=make_span(date(first, 4, 1), date(first + 1, 3, 31)))
            meanings[value] = years[first] = year
        else:
            span = find_spans(text_of(value), heading).spans
            meanings[value] = Meaning(span=span[0]) if len(span) == 1 else Meaning(rest="no date")
            failed += not span
    if american:
        told = f'the dates under "{heading}" are read as month/day/year, since no day fits otherwise. Ask: which order are they in?'
        out.tell("", "warning", told)
    if failed:
        told = f'{failed} different entries under "{heading}" are no dates; their rows have no period'
        out.tell("", "warning", told)
    if days and not _is_whole(min(days), max(days)):
        told = f'the dates under "{heading}" run from {min(days)} to {max(days)}: the first or last financial year may not be whole'
        out.tell("", "note", told)
    cut = {span for span in (one.span for one in years.values()) if _is_cut(days, span)}
    return {
        value: replace(one, qualifiers=(CUT,)) if one.span in cut else one for value, one in meanings.items()
    }


CUT = "a part of its year"


def _is_cut(days: list[date], year: Span) -> bool:
    """Whether dates begin or stop within a year, and by their number cannot have come so by chance."""
    low, high = min(days), max(days)
    gap = max((low - year.start).days, (year.end - high).days)
    return gap * len(days) >= 5 * ((high - low).days or 1)


def _is_whole(low: date, high: date) -> bool:
    """Whether days run from the beginning of a financial year to the end of one, as far as a list can show."""
    late = high.replace(day=1) + timedelta(days=31)
    return low.month == 4 and low.day <= 10 and (late.month == 4 or high.month == 3)


def _is_american(distinct: list) -> bool:
    days = [found for value in distinct[:5000] if isinstance(value, str) and (found := _DAY.match(value))]
    firsts, seconds = ([int(one[n]) for one in days if one[1]] for n in (1, 2))
    return bool(firsts) and max(firsts) <= 12 < max(seconds)


def _day(value: object, american: bool = False) -> date | None:
    text = text_of(value)
    if re.fullmatch(r"[2-5]\d{4}(?:\.\d+)?", text):  # how a spreadsheet counts days
        return date(1899, 12, 30) + timedelta(days=int(text[:5]))
    if not (found := _DAY.match(text)):
        spans = find_spans(text).spans
        return spans[0].start if len(spans) == 1 and spans[0].kind == "day" else None
    first, second, third = map(int, filter(None, found.groups()))
    month, day = (first, second) if american else (second, first)
    year, month, day = (first, second, third) if found[4] else (third + 2000 * (third < 100), month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None
