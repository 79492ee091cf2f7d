"""Which rows of an answer are suppressed, given everything else that can be read of the same force.

The rows of a round's ``figures.csv`` are turned into counts for :mod:`helpers.intake.suppression`. Beside them stand
the counts that this project cannot take back: what pages printed of earlier rounds, what this and other rounds hold or
have held, and the official counts by offence and year of codes that cover only children. What is suppressed is kept
in ``data/rounds/NAME/suppressed.csv`` and stays so; neither that file nor the mark on a row says whether a count is
small or stands in for one.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

from helpers.intake.joining import (
    COUNTED,
    Row,
    ages_of,
    aspect_of,
    files_of_children,
    is_suppressed,
    official,
)
from helpers.intake.model import csv_text, read_csv, with_bar
from helpers.intake.suppression import UNKNOWN_AGE, Count, Group, suppress
from helpers.tables.files import project_root
from helpers.tables.forces import forces_of
from helpers.tables.measures import MEASURES
from helpers.tables.periods import parse_period
from helpers.tables.vocabularies import threshold

JOINED = 5.0  # how much more a count that the pipeline reads is worth than a detail
ONE_DAY = timedelta(days=1)
REGISTER = ("force", "unit", "start", "end", "offence", "sex", "low", "high", "aspect")


def groups_of(rows: list[Row]) -> list[Group]:
    """What each row counts. A note tells rows apart only where nothing else in their table does."""
    children = files_of_children(rows)
    plain = [_plain(row, children) for row in rows]
    notes: dict[tuple, set[str]] = defaultdict(set)
    for row, group in zip(rows, plain, strict=True):
        notes[row["file"], row["sheet"], group].add(aspect_of(row))
    return [
        replace(group, aspect=f"{row['sheet'] or row['file']}: {aspect}")
        if (aspect := aspect_of(row)) and len(notes[row["file"], row["sheet"], group]) > 1
        else group
        for row, group in zip(rows, plain, strict=True)
    ]


def _plain(row: Row, children: set) -> Group:
    unit = "offences" if row["measure"] in COUNTED else row["measure"]
    low, high = ages_of(row, children) or (None, None)
    if "age unknown" in row["qualifier"]:
        low = high = UNKNOWN_AGE
    if row["period_start"] and row["period_end"]:
        start, end = (date.fromisoformat(row[name]) for name in ("period_start", "period_end"))
        days = start, end + ONE_DAY
    else:  # what is of no time is of one day, before any other
        days = _year(row["financial_year"]) if row["financial_year"] else (date.min, date.min + ONE_DAY)
    offence = row["offence_code"] or row["offence"].casefold()
    return Group(*days, offence, row["sex"], low, high, force=row["force"], unit=unit)


def _year(text: str) -> tuple[date, date]:
    return date(int(text[:4]), 4, 1), date(int(text[:4]) + 1, 4, 1)


def register_text(groups: Iterable[Group]) -> str:
    """What is suppressed, as the text of a round's ``suppressed.csv``."""
    rows = ([getattr(group, name) for name in REGISTER] for group in groups)
    return csv_text([REGISTER, *sorted(["" if one is None else str(one) for one in row] for row in rows)])


def registered(path: Path) -> Iterator[Group]:
    """What is suppressed by one round's ``suppressed.csv``."""
    for row in read_csv(path) if path.exists() else ():
        days = {name: date.fromisoformat(row[name]) for name in ("start", "end")}
        ages = {name: int(row[name]) if row[name] else None for name in ("low", "high")}
        yield Group(**row | days | ages)


def limits(row: Row) -> tuple[float, float | None]:
    """The least and the most that a row can be."""
    return float(row["value_low"] or 0), float(row["value_high"]) if row["value_high"] else None


def _counts(group: Group, row: Row, must_stay: bool) -> Count:
    return Count(group, *limits(row), must_stay, JOINED if row["joins"] else 1.0)


def protect(rows: list[Row], readable: list[Row], already: Iterable[Group]) -> set[Group]:
    """What must be suppressed of new rows, with what is suppressed of their forces already.

    Parameters
    ----------
    rows : list of dict
        The new rows of an answer, as a round's ``figures.csv`` has them; those with an address are published.
    readable : list of dict
        Rows that this project holds or has held, in this round and others; suppressed ones have no value.
    already : iterable of Group
        What is suppressed, in this round and others.

    Returns
    -------
    set of Group
        Every group that is suppressed, the readable ones left out.
    """
    new = list(zip(groups_of(rows), rows, strict=True))
    told = {group: limits(row) for group, row in new}
    counts = [_counts(group, row, bool(row["address"])) for group, row in new]
    counts += [
        _counts(group, row, must_stay=True)
        for group, row in zip(groups_of(readable), readable, strict=True)
        if not is_suppressed(row) and told.get(group, limits(row)) == limits(row)
    ]
    groups = {count.group for count in counts}
    units = {(group.force, group.unit) for group in groups}
    others = [one for one in (*_printed(), *_official(groups)) if (one.group.force, one.group.unit) in units]
    counts += [one for one in others if one.group not in groups]
    least = threshold("small_count")
    unsaid = _differences(counts, least) - groups
    return suppress(
        counts,
        least,
        {*already, *unsaid},
        lambda parts: with_bar(parts, len(parts), "suppressing small counts"),
    )


def _differences(counts: list[Count], least: float) -> set[Group]:
    """Small groups that no row counts, and that a subtraction gives: ages 11 from 0 to 11 and 0 to 10, boys from all and girls."""
    exact = {one.group: one.low for one in counts if one.low == one.high and one.group.low != UNKNOWN_AGE}
    alike: dict[Group, list[Group]] = defaultdict(list)
    for group in exact:
        alike[replace(group, sex="", low=None, high=None)].append(group)
    pairs = (
        (whole, part, _rest(whole, part)) for some in alike.values() for whole, part in permutations(some, 2)
    )
    return {
        rest
        for whole, part, rest in pairs
        if rest and rest.personal and 0 <= exact[whole] - exact[part] < least
    }


def _rest(whole: Group, part: Group) -> Group | None:
    """The group that is left when a part of it is taken away, where one group is left."""
    if (whole.low, whole.high) == (part.low, part.high):
        other = {"female": "male", "male": "female"}.get(part.sex)
        return replace(part, sex=other) if other and not whole.sex else None
    if whole.sex != part.sex or None in (whole.low, whole.high, part.low, part.high):
        return None
    if whole.low == part.low and whole.high > part.high:
        return replace(part, low=part.high + 1, high=whole.high)
    if whole.high == part.high and whole.low < part.low:
        return replace(part, low=whole.low, high=part.low - 1)
    return None


def _printed() -> Iterator[Count]:
    """What pages printed of single forces."""
    units = {"total": "offences", "age": "offences", "sex": "offences", "online": "cyber_flagged"}
    for row in read_csv(project_root() / "data" / "raw" / "foi_printed.csv"):
        measure, value = MEASURES.get(row["measure"]), row["value_text"].replace(",", "")
        forces = forces_of(row["area"])
        if measure is None or measure.kind not in units or not value.isdecimal() or len(forces) != 1:
            continue
        with contextlib.suppress(ValueError):  # words that are no period
            period = parse_period(row["period"])
            if period.start and period.end:
                sex = measure.sex.replace("any", "")
                group = Group(
                    period.start, period.end + ONE_DAY, "", sex, measure.age_low, measure.age_high,
                    force=forces[0], unit=units[measure.kind],
                )  # fmt: skip
                yield Count(group, float(value), float(value), must_stay=True)


def _official(groups: set[Group]) -> Iterator[Count]:
    """The official counts of child-only codes for the years in which a force's answer tells these codes apart."""
    mine = [group for group in groups if group.unit == "offences"]
    told = {(group.force, group.offence, group.start, group.end) for group in mine}
    for force in {group.force for group in mine}:
        for year, codes in official().get(force, {}).items():
            start, end = _year(year)
            for code, value in codes.items():
                if any((force, code) == one[:2] and start < one[3] and one[2] < end for one in told):
                    group = Group(start, end, code, "", 0, 17, force=force)
                    yield Count(group, value, value, must_stay=True)
