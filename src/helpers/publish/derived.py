"""Counts that a reader can work out of one row: from a share and its base, a rate and its people, a change and its end.

Each is put beside the counts that are printed, so that what gives a small one away goes as it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from helpers.publish.counted import (
    CHANGE,
    SHARE,
    Row,
    area_of,
    number,
    per,
    periods_of,
    plain_name,
    role,
    whole_number,
)  # fmt: skip
from helpers.publish.inference import THRESHOLD, Count
from helpers.publish.whom import Who

SMALL = THRESHOLD - 0.5
BASE = re.compile(
    r"(.*_)?(total|base|offences|count|value|population|people|persons|residents|aged_0_17|child_only)(_.*)?"
)
BETWEEN_SEXES = re.compile(r".*(sex|gender|male|female|girl|boy).*")
OTHER_SEX = {"female": "male", "male": "female"}


def worked_out(
    rows: list[Row], frames: dict[str, pd.DataFrame], others: Callable[[], dict[str, pd.DataFrame]]
) -> list[Count]:
    """The counts behind shares, rates, changes, running totals and ratios of unpublished rows.

    Parameters
    ----------
    rows : rows that bear on persons, as read from `frames`
    frames : the tables they are of
    others : gives further tables, in which a share's base may stand; asked for only when there is such a share
    """
    counts = [count for row in rows for count in row.counts]
    found = _of_shares(rows, counts, frames, others)
    records = {name: frame.to_dict("records") for name, frame in frames.items()}
    for row in rows:
        row.others = list(_of_row(row, records[row.table][row.place]))
        found += row.others
    return found + _of_running_totals(rows, records)


def _of_shares(rows: list[Row], counts: list[Count], frames, others) -> list[Count]:
    """The counts behind shares and rates that stand without them, by every base that there is for them."""
    alone = [(row, share) for row in rows for share in row.shares]
    if not alone:
        return []
    bases: dict[tuple, list[tuple[Who, float]]] = {}
    for count in counts:
        bases.setdefault((count.area, count.period), []).append((count.who, count.value))
    if any(not share.published for _, share in alone):
        for area, period, value in _bases(frames | others(), {row.table for row in rows}):
            bases.setdefault((area, period), []).append((Who(), value))
    found = []
    for row, share in alone:
        known = [
            value for who, value in bases.get((share.area, share.period), ()) if _is_base(who, share.who)
        ]
        known = [row.total] if row.total is not None else sorted(set(known))
        scale = per(share.column) if not SHARE.fullmatch(plain_name(share.column)) else None
        if scale is None:
            scale = 100 if re.search("percent|pct", plain_name(share.column)) or share.value > 1 else 1
        for base in known:
            found.append(replace(share, value=float(round(base * share.value / scale))))
    return found


def _is_base(wide: Who, narrow: Who) -> bool:
    """Whether a share of one group could be of the other: it holds it."""
    ages = wide.low <= narrow.low and min(narrow.high, 17) <= min(wide.high, 17)
    return (
        wide != narrow and ages and wide.sex in ("any", narrow.sex) and set(wide.other) <= set(narrow.other)
    )


def _bases(frames: Mapping[str, pd.DataFrame], personal: set[str]) -> Iterable[tuple[str, str, float]]:
    """Totals of areas and periods in tables that tell no persons apart, where there is one row for each."""
    for frame in (frame for name, frame in frames.items() if name not in personal):
        area = next((column for column in frame.columns if role(column) == "area"), None)
        period = next((column for column in frame.columns if role(column) == "period"), None)
        if area is None or period is None or frame.duplicated([area, period]).any():
            continue
        for column in frame.columns:
            if BASE.fullmatch(plain_name(column)) and column not in (area, period):
                for record in frame[[area, period, column]].to_dict("records"):
                    value = whole_number(record[column])
                    if value:
                        yield area_of(str(record[area])), periods_of(record)[0], value


def _of_row(row: Row, record: Mapping) -> Iterable[Count]:
    """The year before by the change since, and the other sex by the ratio of the two."""
    mine = [count for count in row.counts if count.who.personal and not count.published]
    for printed in mine:
        count = replace(printed, vintage=f"{printed.vintage}|worked out")
        for column, cell in record.items():
            name, value = plain_name(column), number(cell)
            if value is None or column == count.column:
                continue
            between = BETWEEN_SEXES.fullmatch(name) and count.who.sex in OTHER_SEX
            if between and re.search(r"ratio|_to_|_per_", name) and value > 0:
                other = replace(count.who, sex=OTHER_SEX[count.who.sex])
                for guess in (count.value * value, count.value / value):
                    if guess < SMALL:
                        yield replace(count, column=column, who=other, value=float(round(guess)))
            elif (before := _before(name, value, count.value)) is not None and len(row.periods) == 1:
                yield replace(count, column=column, period=_year_before(count.period), value=before)


def _before(name: str, value: float, now: float) -> float | None:
    """What a count was before a change that a column states; None for a column that states none."""
    if not re.fullmatch(rf"(.*_)?({CHANGE}|ratio)(_.*)?", name):
        return None
    if "ratio" in name:
        before = now / value if value > 0 else -1.0
    elif re.search("percent|pct", name):
        before = now / (1 + value / 100) if value > -100 else -1.0
    else:
        before = now + value if re.search("decrease|fall", name) else now - value
    return float(round(before)) if before > -0.5 else None


def _year_before(period: str) -> str:
    from helpers.tables.periods import parse_financial_year

    try:
        return parse_financial_year(period).previous().label
    except ValueError:
        return f"before {period}"


def _of_running_totals(rows: list[Row], records: Mapping) -> list[Count]:
    """What a running total gained from one row to the next of the same group."""
    found, last = [], {}
    for row in sorted(rows, key=lambda row: (row.table, row.area, row.periods[0])):
        for column, cell in records[row.table][row.place].items():
            value = number(cell)
            if (
                value is None
                or not row.who.personal
                or not re.search("cumul|running|to_date", plain_name(column))
            ):
                continue
            key = (row.table, row.area, row.who, column)
            count = Count(row.table, row.place, str(column), row.area, row.periods[0], row.who, value, False)
            found.append(replace(count, value=value - last.get(key, 0.0)))
            last[key] = value
    return [count for count in found if count.value >= 0]
