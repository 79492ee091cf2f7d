"""What looks wrong before anyone publishes it, each as a line to act on with the question to send to the force.

The checks are those that would have caught the known errors: totals that are not the sum of their parts, ages that
look like a default, counts below what the force itself recorded under child-only codes, changes beyond what forces
of that size show, a total that equals another force's, the same file under two names. A check that cannot be made,
because the year or the force is not held, says nothing. Nothing here changes a figure.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from operator import attrgetter
from statistics import median

from helpers.intake.joining import COUNTED, WHOLE, Row, age_totals, measured, official_of
from helpers.intake.labels import named_otherwise
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import Meaning
from helpers.intake.model import PROPOSED, Figure, FileReading, Problem, as_texts, narrowings, read_csv
from helpers.tables import rounding
from helpers.tables.files import project_root, round_additions
from helpers.tables.forces import FORCES
from helpers.tables.offences import offences
from helpers.tables.vocabularies import threshold


def whole_counts(reading: FileReading) -> list[Row]:
    """The counts of all sexual offences against under-18s that a file gives or that its parts add up to, as rows of figures."""
    figures = list(map(copy, reading.figures))
    age_totals(figures)
    counted = (one for one in figures if one.financial_year and one.measure in COUNTED)
    rows = (as_texts(one, reading.name) for one in counted if not narrowings(one.note))
    return [row for row in measured(rows) if row["joins"] == WHOLE and row["value_high"]]


def _place(row: Row) -> str:
    return f"{row['sheet']} {row['cell']}".strip()


def below_floor(counts: list[Row]) -> Iterator[Problem]:
    """A count of all sexual offences against under-18s cannot be below the force's own child-only codes."""
    largest: dict[tuple, Row] = {}
    for row in sorted(counts, key=lambda row: int(row["value_high"])):
        largest[row["force"], row["financial_year"]] = row
    for (force, year), row in largest.items():
        high, floor = int(row["value_high"]), sum(official_of(force, year).values())
        words = f"the {row['note'].partition(', no total')[0]}, " if row["note"].startswith("sum of") else ""
        if high < floor:
            told = f"{words}{high:,} for {year} is below the {floor:,} offences that {force} recorded under the codes that cover only children: it cannot be a complete count under the same rules. Ask: which codes and which victims does the extract leave out?"
            yield Problem(_place(row), "warning", told)


LARGEST_Z = 3.3  # about one in a thousand
SPIKE = 3.0  # times the next ages
LEAST_EQUAL = 30  # two small totals are often the same by chance
MOST = 12  # lines of one kind for one file

Found = list[tuple[str, Problem]]


def check_all(readings: list[FileReading], round: str | None = None) -> Found:
    """Run every check.

    Parameters
    ----------
    readings : list of FileReading
        All files of one run.
    round : str, optional
        The round they belong to, which is left out when totals are compared with printed ones.

    Returns
    -------
    list of (str, Problem)
        File and problem.
    """
    found: Found = []
    counts = [whole_counts(reading) for reading in readings]
    for reading, rows in zip(readings, counts, strict=True):
        for check in (_waits, _names, _ages_at_report, _spikes, _changes):
            found += [(reading.name, problem) for problem in _some(check(reading))]
        found += [(reading.name, problem) for problem in _some(below_floor(rows))]
    return found + _same_files(readings) + _equal_totals(readings, counts, round)


def _some(problems: Iterator[Problem]) -> list[Problem]:
    listed = list(problems)
    more = f"and {len(listed) - MOST} more of the same kind"
    return listed[:MOST] + [replace(one, message=more) for one in listed[MOST : MOST + 1]]


def _waits(reading: FileReading) -> Iterator[Problem]:
    waiting = [figure for figure in reading.figures if figure.status == PROPOSED]
    if waiting:
        reasons = Counter(figure.reason for figure in waiting).most_common(4)
        told = "; ".join(f"{count:,} because {reason}" for reason, count in reasons)
        said = (
            "figure is only proposed and waits" if len(waiting) == 1 else "figures are only proposed and wait"
        )
        told = f"{len(waiting):,} {said} for a person: {told}"
        yield Problem(waiting[0].where, "note", told)


def _names(reading: FileReading) -> Iterator[Problem]:
    """A code and a name side by side that are two offences: one can be of children and the other of adults."""
    first = {(one.offence_code, one.offence): one for one in reversed(reading.figures) if one.offence_code}
    for (code, name), figure in reversed(first.items()):
        if named := named_otherwise(Meaning(code=code, offence=name)):
            told = f"the printed code is {code} ({offences()[code].name}), but the name beside it, {name}, is that of {named}; the code is kept. Ask: which of the two was counted?"
            yield Problem(figure.where, "warning", told)


_AT_REPORT = phrase("age at the report")


def _ages_at_report(reading: FileReading) -> Iterator[Problem]:
    """Ages at the report, which are not those at the offence: who was a child then can be an adult now."""
    if not any(figure.age_low is not None for figure in reading.figures):
        return
    for shown in reading.shown:
        for row, address in zip(shown.rows, shown.addresses, strict=True):
            if told := next(filter(_AT_REPORT.search, row), None):
                plain = shown.is_lines or address.startswith(("p", "t"))
                words = f'ages are those at the report, by the words "{told[:60]}". Ask: what were they at the offence?'
                yield Problem(address if plain else f"{shown.title} {address}".strip(), "warning", words)
                return


def _spikes(reading: FileReading) -> Iterator[Problem]:
    """Far more victims aged 0 than of the ages next to it: a date of birth that was never entered."""
    profiles: dict = defaultdict(lambda: defaultdict(int))
    cells: dict = {}
    for figure in reading.figures:
        exact = figure.low is not None and figure.low == figure.high
        single = figure.age_low is not None and figure.age_low == figure.age_high
        if figure.is_total or not (exact and single):
            continue
        key = (figure.table, figure.financial_year, figure.start, figure.measure)
        profiles[key][figure.age_low] += figure.low
        if figure.age_low == 0:
            cells.setdefault(key, figure.where)
    for key, profile in profiles.items():
        near = [profile[age] for age in range(1, 6) if age in profile]
        if 0 in profile and len(near) >= 3 and profile[0] >= 10 and profile[0] > SPIKE * max(median(near), 1):
            year = f" in {key[1]}" if key[1] else ""
            told = f"{profile[0]} victims aged 0{year}, against {median(near):g} at the ages next to it: it looks like a default for an age not recorded. Ask: how many of these have a date of birth?"
            yield Problem(cells[key], "warning", told)


_SERIES = attrgetter(*"table force measure offence_code offence sex age_low age_high note".split())


def _changes(reading: FileReading) -> Iterator[Problem]:
    """Year-on-year changes beyond what chance and the usual spread between forces make likely."""
    series: dict[tuple, dict[int, Figure]] = defaultdict(dict)
    for figure in reading.figures:
        exact = figure.low is not None and figure.low == figure.high
        if figure.financial_year and exact and not figure.note.startswith("under:"):
            key = (*_SERIES(figure), "age unknown" in figure.qualifiers)
            series[key].setdefault(int(figure.financial_year[:4]), figure)
    usual, spread, found = threshold("usual_change"), threshold("usual_spread"), 0
    for by_year in series.values():
        for year, figure in sorted(by_year.items()):
            before = by_year.get(year - 1)
            if before is None or before.low + figure.low < 40 or min(before.low, figure.low) < 1:
                continue
            chance = 1 / before.low + 1 / figure.low
            z = (math.log(figure.low / before.low) - usual) / math.sqrt(chance + spread**2)
            found += abs(z) > LARGEST_Z
            if abs(z) > LARGEST_Z and found > MOST:  # only counted
                yield Problem(figure.where, "warning", "")
            elif abs(z) > LARGEST_Z:
                moved = f"{'fall' if figure.low < before.low else 'rise'} of {rounding.plain(abs(figure.low / before.low - 1), 'share')}"
                told = f"from {before.low:,} in {before.financial_year} to {figure.low:,} in {figure.financial_year}: a {moved}, more than forces of this size show. Ask: did the system, the extract or the definition change between these years?"
                yield Problem(figure.where, "warning", told)


def _same_files(readings: list[FileReading]) -> Found:
    by_digest: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        if reading.digest:
            by_digest[reading.digest].append(reading.name)
    return [
        (name, Problem("", "warning", f"the same file as {', '.join(one for one in names if one != name)}, byte for byte: count it once. Ask: was another file meant?"))
        for names in by_digest.values()
        for name in names
        if len(names) > 1
    ]  # fmt: skip


def _equal_totals(readings: list[FileReading], counts: list[list[Row]], round: str | None) -> Found:
    """Totals that equal those of another force: in two years or more a warning, in one a note, since chance makes some."""
    given = [
        (row["financial_year"], int(row["value_low"]), row["force"], reading.name, _place(row))
        for reading, rows in zip(readings, counts, strict=True)
        for row in rows
        if row["value_low"] == row["value_high"] and int(row["value_low"]) >= LEAST_EQUAL
    ]
    forces: dict[tuple, set[str]] = defaultdict(set)
    for year, value, force in [*(one[:3] for one in given), *_printed_totals(round)]:
        forces[year, value].add(force)
    equal = [(one, other) for one in dict.fromkeys(given) for other in sorted(forces[one[:2]] - {one[2]})]
    pairs = {(one[0], one[2], other) for one, other in equal}
    years = Counter((force, other) for _, force, other in pairs)
    found = []
    for (year, value, force, name, place), other in equal:
        words = f"{value} for {year} equals the total of {other}. Ask: is this {force}'s own figure?"
        found.append((name, Problem(place, "warning" if years[force, other] > 1 else "note", words)))
    return found


def _printed_totals(round: str | None) -> list[tuple[str, int, str]]:
    """Year, total and force of what was printed in other rounds."""
    path = project_root() / "data" / "raw" / "foi_printed.csv"
    rows = (row for part in [path, *round_additions(path)] if part.exists() for row in read_csv(part))
    totals = (row for row in rows if row["measure"] == WHOLE and row["area"] in FORCES)
    values = (
        (row["period"], row["value_text"].replace(",", ""), row["area"])
        for row in totals
        if row["round"] != round
    )
    return [(period, int(value), area) for period, value, area in values if value.isdecimal()]
