"""Days of recording in lists: read in every style, each distinct one once, as the financial year they fall in.

Dates are day/month/year unless no other order fits. A list that does not begin in April or end in March is said to,
since its first or last year may not be whole.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from helpers.intake.meaning import Meaning
from helpers.intake.spans import find_spans, make_span
from helpers.intake.values import text_of
from helpers.tables.periods import FinancialYear

EMPTY_CELL = Meaning(rest="empty")
CUT = "a part of its year"
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)(?!\d)|(\d{4})[\-/.](\d\d)[\-/.](\d\d)")
_TIME = re.compile(r"[ T,]+\d{1,2}:\d\d.*$")


def without_times(cells: list) -> list:
    """Dates without their time of day, so that few distinct values are left."""
    first = next((cell for cell in cells if cell not in (None, "")), None)
    if isinstance(first, datetime):
        return [cell.date() if isinstance(cell, datetime) else cell for cell in cells]
    if isinstance(first, str) and _TIME.search(first):
        return [_TIME.sub("", cell) if isinstance(cell, str) else cell for cell in cells]
    return cells


def read_days(distinct: list, heading: str, out) -> dict:
    """What each distinct date means: the financial year that it falls in."""
    american = _is_american(distinct)
    days = {value: _day(value, american) for value in distinct}
    known = [day for day in days.values() if day]
    years = {year: _year_of(year, known) for year in {*map(FinancialYear.holding, known)}}
    meanings = {value: years[FinancialYear.holding(day)] for value, day in days.items() if day}
    others = [value for value, day in days.items() if not day and value not in (None, "")]
    for value in others:  # a month or a year among days
        spans = find_spans(text_of(value), heading).spans
        meanings[value] = Meaning(span=spans[0]) if len(spans) == 1 else Meaning(rest="no date")
    failed = sum(bool(meanings[value].rest) for value in others)
    if american:
        told = f'the dates under "{heading}" are read as month/day/year, since no day fits otherwise. Ask: which order are they in?'
        out.tell("", "warning", told)
    if failed:
        told = f'{failed} different entries under "{heading}" are no dates; their rows have no period'
        out.tell("", "warning", told)
    if known and (min(known).month, max(known).month) != (4, 3):
        told = f'the dates under "{heading}" run from {min(known)} to {max(known)}: the first or last financial year may not be whole'
        out.tell("", "note", told)
    return dict.fromkeys(distinct, EMPTY_CELL) | meanings


def _year_of(year: FinancialYear, days: list[date]) -> Meaning:
    """A financial year, marked where dates begin or stop within it and by their number cannot have come so by chance."""
    low, high = min(days), max(days)
    gap = max((low - year.start).days, (year.end - high).days)
    is_cut = gap * len(days) >= 5 * ((high - low).days or 1)
    return Meaning(span=make_span(year.start, year.end), qualifiers=(CUT,) * is_cut)


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
