"""Which rows of an answer are suppressed, given everything else that can be read of the same force.

The rows of a round's ``figures.csv`` are turned into counts for :mod:`helpers.intake.suppression`. Beside them stand
the counts that this project cannot take back: what pages printed of earlier rounds, what this and other rounds hold or
have held, and the official counts by offence and year of codes that cover only children. What is suppressed is kept
in ``data/rounds/NAME/suppressed.csv`` and stays so; neither that file nor the mark on a row says whether a count is
small or stands in for one.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

from helpers.intake import joining
from helpers.intake.joining import COUNTED, Row, aspect_of, is_suppressed
from helpers.intake.model import csv_text, read_csv, with_bar
from helpers.intake.suppression import OLDEST, UNKNOWN_AGE, Count, Group, suppress
from helpers.tables.files import project_root
from helpers.tables.forces import forces_of
from helpers.tables.measures import MEASURES
from helpers.tables.periods import parse_period
from helpers.tables.vocabularies import threshold

JOINED = 5.0  # how much more a count that the pipeline reads is worth than a detail
NO_TIME = date.min, date.min + timedelta(days=1)  # what says no time is of one day, before any other
PRINTED = {"total": "offences", "age": "offences", "sex": "offences", "online": "cyber_flagged"}
# "district: North"
_LABELLED = re.compile(r"(?i)(?:(?:(?!note|source)[^:;.]{1,60}: [^:;.]{1,60})(?:; |$))+")
REGISTER = ("force", "unit", "start", "end", "offence", "sex", "low", "high", "aspect")


def groups_of(rows: list[Row]) -> list[Group]:
    """What each row counts: of which district, say. Any other note tells rows apart only where nothing else in their table does."""
    plain = [(row["file"], row["sheet"], _plain(row)) for row in rows]
    notes = Counter(one for one, _ in set(zip(plain, map(aspect_of, rows), strict=True)))
    groups = []
    for row, one in zip(rows, plain, strict=True):
        aspect = aspect_of(row)
        if not _LABELLED.fullmatch(aspect):
            aspect = f"{row['sheet'] or row['file']}: {aspect}" if aspect and notes[one] > 1 else ""
        groups.append(replace(one[2], aspect=aspect))
    return groups


def _plain(row: Row) -> Group:
    unit = "offences" if row["measure"] in COUNTED else row["measure"]
    low, high = joining.ages_of(row) or (0, UNKNOWN_AGE)
    if "age unknown" in row["qualifier"]:
        low = high = UNKNOWN_AGE
    days = _year(row["financial_year"]) if row["financial_year"] else NO_TIME
    if row["period_start"] and row["period_end"]:
        days = _days(*(date.fromisoformat(row[name]) for name in ("period_start", "period_end")))
    offence = row["offence_code"] or row["offence"].casefold()
    ages = low, OLDEST if high is None else high
    return Group(*days, offence, row["sex"], *ages, force=row["force"], unit=unit)


def _days(first: date, last: date) -> tuple[date, date]:
    return first, last + timedelta(days=1)


def _year(text: str) -> tuple[date, date]:
    return date(int(text[:4]), 4, 1), date(int(text[:4]) + 1, 4, 1)


def register_text(groups: Iterable[Group]) -> str:
    """What is suppressed, as the text of a round's ``suppressed.csv``."""
    rows = ([str(getattr(group, name)) for name in REGISTER] for group in groups)
    return csv_text([REGISTER, *sorted(rows)])


def registered(path: Path) -> Iterator[Group]:
    """What is suppressed by one round's ``suppressed.csv``."""
    for row in read_csv(path) if path.exists() else ():
        days = {name: date.fromisoformat(row[name]) for name in ("start", "end")}
        yield Group(**row | days | {name: int(row[name]) for name in ("low", "high")})


def limits(row: Row) -> tuple[float, float | None]:
    """The least and the most that a row can be."""
    return float(row["value_low"] or 0), float(row["value_high"]) if row["value_high"] else None


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
    counts = [
        Count(group, *limits(row), bool(row["address"]), JOINED if row["joins"] else 1.0)
        for group, row in zip(groups_of(rows), rows, strict=True)
    ]
    told = {count.group: (count.low, count.high) for count in counts}
    counts += [
        Count(group, *limits(row), must_stay=True)
        for group, row in zip(groups_of(readable), readable, strict=True)
        if not is_suppressed(row) and told.get(group, limits(row)) == limits(row)
    ]
    known = {count.group for count in counts}
    units = {(group.force, group.unit) for group in known}
    others = (one for one in (*_printed(), *_official(known)) if one.group not in known)
    counts += [one for one in others if (one.group.force, one.group.unit) in units]
    least = threshold("small_count")
    stay = {*already, *_differences(counts, least)}
    return suppress(counts, least, stay, lambda some: with_bar(some, len(some), "suppressing small counts"))


def _differences(counts: list[Count], least: float) -> set[Group]:
    """Small groups that no row counts, and that a subtraction gives: ages 11 from 0 to 11 and 0 to 10, boys from all and girls."""
    exact = {one.group: one.low for one in counts if one.low == one.high}
    alike: dict[Group, list[Group]] = defaultdict(list)
    for group in exact:
        alike[replace(group, sex="", low=0, high=0)].append(group)
    pairs = (pair for some in alike.values() for pair in permutations(some, 2))
    small = {_rest(whole, part) for whole, part in pairs if 0 <= exact[whole] - exact[part] < least}
    return {group for group in small - exact.keys() if group and group.personal}


def _rest(whole: Group, part: Group) -> Group | None:
    """The group that is left when a part of it is taken away, where one group is left."""
    other = {"female": "male", "male": "female"}.get(part.sex)
    if other and whole == replace(part, sex=""):
        return replace(part, sex=other)
    if whole.sex == part.sex and whole.low == part.low and whole.high > part.high:
        return replace(whole, low=part.high + 1)
    if whole.sex == part.sex and whole.high == part.high and whole.low < part.low:
        return replace(whole, high=part.low - 1)
    return None


def _printed() -> Iterator[Count]:
    """What pages printed of single forces."""
    for row in read_csv(project_root() / "data" / "raw" / "foi_printed.csv"):
        measure, value = MEASURES.get(row["measure"]), row["value_text"].replace(",", "")
        forces = forces_of(row["area"])
        if measure is None or measure.kind not in PRINTED or not value.isdecimal() or len(forces) != 1:
            continue
        with contextlib.suppress(ValueError):  # words that are no period
            period = parse_period(row["period"])
            if period.start and period.end:
                days, sex = _days(period.start, period.end), measure.sex.replace("any", "")
                of = {"force": forces[0], "unit": PRINTED[measure.kind]}
                group = Group(*days, "", sex, measure.age_low, measure.age_high, **of)
                yield Count(group, float(value), float(value), must_stay=True)


def _official(groups: set[Group]) -> Iterator[Count]:
    """The official counts of child-only codes for the years in which a force's answer tells these codes apart."""
    for one in groups:
        for year, codes in joining.official().get(one.force, {}).items() if one.unit == "offences" else ():
            start, end = _year(year)
            if one.offence in codes and start < one.end and one.start < end:
                group = Group(start, end, one.offence, "", 0, 17, force=one.force)
                yield Count(group, codes[one.offence], codes[one.offence], must_stay=True)
