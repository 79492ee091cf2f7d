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
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import permutations

from helpers.intake.joining import (
    COUNTED,
    Row,
    ages_of,
    aspect_of,
    files_of_children,
    is_suppressed,
    official,
)
from helpers.intake.model import read_csv
from helpers.intake.suppression import UNKNOWN_AGE, Count, Group, suppress
from helpers.tables.files import project_root
from helpers.tables.forces import forces_of
from helpers.tables.measures import MEASURES
from helpers.tables.periods import parse_period
from helpers.tables.vocabularies import threshold

JOINED = 5.0  # how much more a count that the pipeline reads is worth than a detail


@dataclass(frozen=True)
class Key:
    """What a row counts: of which force, in which unit, and of which group."""

    force: str
    unit: str
    group: Group


class Describer:
    """Says what rows count. A note tells rows apart only where nothing else in their table does."""

    def __init__(self, rows: Iterable[Row]):
        self.children = files_of_children(rows)
        notes: dict[tuple, set[str]] = defaultdict(set)
        for row in rows:
            notes[row["file"], row["sheet"], self._plain(row)].add(aspect_of(row))
        self.apart = {place for place, said in notes.items() if len(said) > 1}

    def key(self, row: Row) -> Key:
        """What a row counts."""
        key = self._plain(row)
        if (row["file"], row["sheet"], key) in self.apart and (aspect := aspect_of(row)):
            return replace(key, group=replace(key.group, aspect=f"{row['sheet']}: {aspect}"))
        return key

    def _plain(self, row: Row) -> Key:
        unit = "offences" if row["measure"] in COUNTED else row["measure"]
        low, high = UNKNOWN_AGE, UNKNOWN_AGE
        if "age unknown" not in row["qualifier"]:
            low, high = ages_of(row, self.children) or (None, None)
        return Key(row["force"], unit, Group(*_days(row), _offence(row), row["sex"], low, high))


def _offence(row: Row) -> str:
    return row["offence_code"] or row["offence"].casefold()


def _days(row: Row) -> tuple[int, int]:
    if row["period_start"] and row["period_end"]:
        first, last = (date.fromisoformat(row[name]).toordinal() for name in ("period_start", "period_end"))
        return first, last + 1
    return _year(row["financial_year"]) if row["financial_year"] else (1, 2)


@cache
def _year(text: str) -> tuple[int, int]:
    first = int(text[:4])
    return date(first, 4, 1).toordinal(), date(first + 1, 4, 1).toordinal()


def limits(row: Row) -> tuple[float, float | None]:
    """The least and the most that a row can be."""
    return float(row["value_low"] or 0), float(row["value_high"]) if row["value_high"] else None


def protect(rows: list[Row], readable: list[Row], already: Iterable[Key]) -> set[Key]:
    """What must be suppressed of new rows, with what is suppressed of their forces already.

    Parameters
    ----------
    rows : list of dict
        The new rows of an answer, as a round's ``figures.csv`` has them; those with an address are published.
    readable : list of dict
        Rows that this project holds or has held, in this round and others; suppressed ones have no value.
    already : iterable of Key
        What is suppressed, in this round and others.

    Returns
    -------
    set of Key
        Every group that is suppressed, the readable ones left out.
    """
    counts: dict[tuple[str, str], list[Count]] = defaultdict(list)

    def add(key: Key, row: Row, must_stay: bool) -> None:
        weight = JOINED if row["joins"] else 1.0
        counts[key.force, key.unit].append(Count(key.group, *limits(row), must_stay, weight))

    new, old = Describer(rows), Describer(readable)
    told = {}
    for row in rows:
        add(key := new.key(row), row, must_stay=bool(row["address"]))
        told[key] = limits(row)
    for row in readable:
        key = old.key(row)
        if not is_suppressed(row) and told.get(key, limits(row)) == limits(row):
            add(key, row, must_stay=True)
    least, printed = threshold("small_count"), _printed()
    earlier: dict[tuple[str, str], set[Group]] = defaultdict(set)
    for key in already:
        earlier[key.force, key.unit].add(key.group)
    hidden: set[Key] = set()
    for (force, unit), mine in counts.items():
        others = [*printed[force, unit], *(_official(force, mine) if unit == "offences" else ())]
        groups = {count.group for count in mine}
        mine += [count for count in others if count.group not in groups]
        unsaid = _differences(mine, least) - groups
        hidden |= {Key(force, unit, group) for group in suppress(mine, least, earlier[force, unit] | unsaid)}
    return hidden


def _differences(counts: list[Count], least: float) -> set[Group]:
    """Small groups that no row counts, and that a subtraction gives: ages 11 from 0 to 11 and 0 to 10, boys from all and girls."""
    exact = {one.group: one.low for one in counts if one.low == one.high and one.group.low != UNKNOWN_AGE}
    alike: dict[tuple, list[Group]] = defaultdict(list)
    for group in exact:
        alike[group.start, group.end, group.offence, group.aspect].append(group)
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


def _printed() -> dict[tuple[str, str], list[Count]]:
    """What pages printed of single forces, by force and unit."""
    units = {"total": "offences", "age": "offences", "sex": "offences", "online": "cyber_flagged"}
    found: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for row in read_csv(project_root() / "data" / "raw" / "foi_printed.csv"):
        measure, value = MEASURES.get(row["measure"]), row["value_text"].replace(",", "")
        forces = forces_of(row["area"])
        if measure is None or measure.kind not in units or not value.isdecimal() or len(forces) != 1:
            continue
        with contextlib.suppress(ValueError):  # words that are no period
            period = parse_period(row["period"])
            if period.start and period.end:
                days = period.start.toordinal(), period.end.toordinal() + 1
                sex = "" if measure.sex == "any" else measure.sex
                group = Group(*days, "", sex, measure.age_low, measure.age_high)
                found[forces[0], units[measure.kind]].append(
                    Count(group, float(value), float(value), must_stay=True)
                )
    return found


def _official(force: str, counts: list[Count]) -> list[Count]:
    """The official counts of child-only codes for the years in which a force's answer tells these codes apart."""
    told = {(count.group.offence, count.group.start, count.group.end) for count in counts}
    found = []
    for year, codes in official().get(force, {}).items():
        start, end = _year(year)
        for code, value in codes.items():
            if any(offence == code and start < last and first < end for offence, first, last in told):
                found.append(Count(Group(start, end, code, "", 0, 17), value, value, must_stay=True))
    return found
