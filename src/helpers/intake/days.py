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

EMPTY_CELL = Meaning(rest="empty")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)(?!\d)|(\d{4})[\-/.](\d\d)[\-/.](\d\d)")

_TIME = re.compile(r"[ T,]+\d{1,2}:\d\d.*$")


def without_times(cells: list) -> list:
    """Dates without their time of day, so that few distinct values are left."""
    first = next((cell for cell in cells if cell not in (None, "")), None)
    if isinstance(first, date) and not isinstance(first, datetime):
        return cells
    if isinstance(first, str):
        if not _TIME.search(first):
            return cells
        if _DAY.match(first):
            return [cell[:10] if isinstance(cell, str) else cell for cell in cells]
        return [_TIME.sub("", cell) if isinstance(cell, str) else cell for cell in cells]
    return [cell.date() if isinstance(cell, datetime) else cell for cell in cells]


def read_days(distinct: list, heading: str, out) -> dict:
    american = _is_american(distinct)
    meanings: dict = {}
    years: dict[int, Meaning] = {}
    days: list[date] = []
    failed = 0
    for value in distinct:
        if value in (None, ""):
            meanings[value] = EMPTY_CELL
            continue
        day = _day(value, american)
        if day is None:
            span = find_spans(text_of(value), heading).spans
            meanings[value] = Meaning(span=span[0]) if len(span) == 1 else Meaning(rest="no date")
            failed += not span
            continue
        days.append(day)
        first = day.year - (day.month < 4)
        if first not in years:
            years[first] = Meaning(span=make_span(date(first, 4, 1), date(first + 1, 3, 31)))
        meanings[value] = years[first]
    if american:
        out.tell(
            "",
            "warning",
            f'the dates under "{heading}" are read as month/day/year, since no day fits otherwise. Ask: which order are they in?',
        )
    if failed:
        out.tell(
            "",
            "warning",
            f'{failed} different entries under "{heading}" are no dates; their rows have no period',
        )
    _tell_edges(days, heading, out)
    return meanings


def _tell_edges(days: list[date], heading: str, out) -> None:
    if not days:
        return
    low, high = min(days), max(days)
    late = high.replace(day=1) + timedelta(days=31)
    if low.month != 4 or low.day > 10 or not (late.month == 4 or high.month == 3):
        out.tell(
            "",
            "note",
            f'the dates under "{heading}" run from {low} to {high}: the first or last financial year may not be whole',
        )


def _is_american(distinct: list) -> bool:
    firsts, seconds = [], []
    for value in distinct[:5000]:
        found = _DAY.match(value) if isinstance(value, str) else None
        if found and found[1]:
            firsts.append(int(found[1]))
            seconds.append(int(found[2]))
    return bool(firsts) and max(firsts) <= 12 < max(seconds)


def _day(value: object, american: bool = False) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return date(1899, 12, 30) + timedelta(days=int(value)) if 20_000 < value < 60_000 else None
    if not isinstance(value, str):
        return None
    found = _DAY.match(value.strip())
    try:
        if found and found[4]:
            return date(int(found[4]), int(found[5]), int(found[6]))
        if found:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            month, day = (int(found[1]), int(found[2])) if american else (int(found[2]), int(found[1]))
            return date(year, month, day)
    except ValueError:
        return None
    if re.fullmatch(r"[2-5]\d{4}", value.strip()):
        return date(1899, 12, 30) + timedelta(days=int(value))
    spans = find_spans(value).spans
    return spans[0].start if len(spans) == 1 and spans[0].kind == "day" else None
