"""What looks wrong before anyone publishes it, each as a line to act on with the question to send to the force.

The checks are those that would have caught the known errors: totals that are not the sum of their parts, ages that
look like a default, counts below what the force itself recorded under child-only codes, changes beyond what forces
of that size show, a total that equals another force's, the same file under two names. A check that cannot be made,
because the year or the force is not held, says nothing. Nothing here changes a figure.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median

from helpers.intake.model import Figure, FileReading, Problem
from helpers.tables.files import added, project_root, stamp
from helpers.tables.forces import FORCES
from helpers.tables.offences import CHILD_ONLY, offences, resolve_offence


@cache
def official_counts(path: Path, _stamp: tuple) -> dict[str, dict[str, dict[str, int]]]:
    """Recorded offences by force, financial year and child-only code, for whole years, from the recorded crime table."""
    told = re.compile(rf"[,\"](?:{'|'.join(CHILD_ONLY)})[,\"]")
    with path.open(encoding="utf-8", newline="") as file:
        first = next(file)  # most lines are of other codes, and need no splitting
        header, *rows = csv.reader([first, *filter(told.search, file)])
    year, force, code = (header.index(name) for name in ("financial_year", "force", "offence_code"))
    quarters = [header.index(f"q{n}") for n in (1, 2, 3, 4)]
    found: dict[str, dict] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        counts = [row[quarter] for quarter in quarters]
        if row[code] in CHILD_ONLY and all(counts):  # of a part of a year nothing is said
            found[row[force]][row[year]][row[code]] = sum(map(int, counts))
    return {force: dict(years) for force, years in found.items()}


def official() -> dict[str, dict[str, dict[str, int]]]:
    """The same of the recorded crime table of the project; empty where there is none."""
    path = project_root() / "data" / "raw" / "recorded_crime.csv"
    return official_counts(path, stamp(path)) if path.exists() else {}


def below_floor(reading: FileReading) -> Iterator[Problem]:
    """A count of all sexual offences against under-18s cannot be below the force's own child-only codes."""
    counts = whole_counts(reading)
    found = [(max(figures, key=lambda one: one.high or 0), "") for (_, year, _, _), figures in counts.items()]
    known = {(figure.force, figure.financial_year) for figure, _ in found}
    found += [one for one in _added_parts(reading) if (one[0].force, one[0].financial_year) not in known]
    for figure, words in found:
        force, year = figure.force, figure.financial_year
        floor = sum(_official_of(force, year).values())
        if figure.high is not None and figure.high < floor:
            yield Problem(
                figure.where,
                "warning",
                f"{words}{figure.high} for {year} is below the {floor} offences that {force} recorded under the eleven codes that cover only children: it cannot be a complete count under the same rules. Ask: which codes and which victims does the extract leave out?",
            )


def _added_parts(reading: FileReading) -> Iterator[tuple[Figure, str]]:
    """What the ages of 0 to 17 of a table without a total add up to by year, each by sex and offence where it says so.

    A table by offence claims to be of all only where it has every child-only code that the force recorded.
    """
    parts: dict[tuple, list[Figure]] = defaultdict(list)
    for figure in reading.figures:
        aged = figure.age_low is not None or "age unknown" in figure.qualifiers
        plain = aged and not figure.is_total and not _has_aspect(figure)
        if plain and figure.financial_year and figure.measure in ("offences", "victims", "reports"):
            parts[(figure.force, figure.financial_year, figure.measure, figure.table)].append(figure)
    for (force, year, _, _), mine in parts.items():
        codes = {f.offence_code or f.offence for f in mine}
        recorded = {code for code, count in _official_of(force, year).items() if count > 0}
        each = {(f.offence_code or f.offence, f.age_low, f.age_high, f.sex) for f in mine}
        said = [{bool(f.sex) for f in mine}, {bool(code) for code in codes}]
        if len(each) < len(mine) or max(map(len, said)) > 1 or not (codes == {""} or recorded <= codes):
            continue
        if _all_children({(f.age_low, f.age_high) for f in mine if f.age_low is not None}):
            highs = [f.high for f in mine]
            by = ["age", *["sex"] * (True in said[0]), *["offence"] * (True in said[1])]
            named = " and ".join(filter(None, (", ".join(by[:-1]), by[-1])))
            yield (
                replace(mine[0], high=None if None in highs else sum(highs)),
                f"the sum of {len(mine):,} parts by {named}, ",
            )


def _all_children(bands: set[tuple[int, int | None]]) -> bool:
    """Whether ages are all of 0 to 17, once each; in a list, single years may lack a victim."""
    known = sorted((low, high) for low, high in bands if high is not None)
    ends = [-1, *(high for _, high in known)]
    if len(known) < len(bands) or ends[-1] != 17:
        return False
    gaps = [low - end - 1 for (low, _), end in zip(known, ends, strict=False)]
    single = all(low == high for low, high in known)
    return all(gap == 0 for gap in gaps) or (single and len(known) > 9 and min(gaps) >= 0)


def _official_of(force: str, year: str) -> dict[str, int]:
    return official().get(force, {}).get(year, {})


def whole_counts(reading: FileReading) -> dict[tuple, list[Figure]]:
    """Figures that claim to count all sexual offences against under-18s, by force, year, measure and unit."""
    whole: dict[tuple, list[Figure]] = defaultdict(list)
    for figure in reading.figures:
        if (
            not figure.financial_year
            or figure.sex
            or figure.offence
            or figure.offence_code
            or figure.measure not in ("offences", "victims", "reports")
        ):
            continue
        if (
            "age unknown" in figure.qualifiers
            or figure.note.startswith(("under:", "counted from"))
            or _has_aspect(figure)
        ):
            continue
        if (figure.age_low in (0, None) and figure.age_high == 17) or (
            figure.age_low is None
            and figure.age_high is None
            and figure.is_total
            and _only_children(reading, figure)
        ):
            whole[(figure.force, figure.financial_year, figure.measure, "u18")].append(figure)
    return whole


def _has_aspect(figure: Figure) -> bool:
    """Whether a note narrows the figure to a district, an outcome or the like."""
    return any(
        part and not part.startswith("printed")
        for part in figure.note.split("; ")
        if len(part) < 60 and not part.endswith(".")
    )


def _only_children(reading: FileReading, total: Figure) -> bool:
    ages = [
        figure.age_high
        for figure in reading.figures
        if figure.table == total.table and figure.age_low is not None
    ]
    return bool(ages) and all(high is not None and high <= 17 for high in ages) and max(ages) == 17


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
    for reading in readings:
        for check in (_names, _ages_at_report, _spikes, below_floor, _changes):
            found += [(reading.name, problem) for problem in _some(check(reading))]
    return found + _same_files(readings) + _equal_totals(readings, round)


def _some(problems: Iterator[Problem]) -> list[Problem]:
    listed = list(problems)
    if len(listed) <= MOST:
        return listed
    return [
        *listed[:MOST],
        Problem(listed[MOST].where, listed[MOST].severity, f"and {len(listed) - MOST} more of the same kind"),
    ]


def _names(reading: FileReading) -> Iterator[Problem]:
    """A code and a name side by side that are two offences: one can be of children and the other of adults."""
    told = set()
    for figure in reading.figures:
        if not figure.offence_code or (figure.offence_code, figure.offence) in told:
            continue
        told.add((figure.offence_code, figure.offence))
        named = resolve_offence(figure.offence)
        if named and named != figure.offence_code:
            yield Problem(
                figure.where,
                "warning",
                f"the printed code is {figure.offence_code} ({offences()[figure.offence_code].name}), but the name beside it, {figure.offence}, is that of {named}; the code is kept. Ask: which of the two was counted?",
            )


_AT_REPORT = re.compile(
    r"(?i)\bage\b[^.;]{0,20}?\b(?:at|when|on)\b[^.;]{0,12}?\b(?:report|record|disclos)\w*"
)


def _ages_at_report(reading: FileReading) -> Iterator[Problem]:
    """Ages at the report, which are not those at the offence: who was a child then can be an adult now."""
    if not any(figure.age_low is not None for figure in reading.figures):
        return
    for shown in reading.shown:
        for row, address in zip(shown.rows, shown.addresses, strict=True):
            told = next(filter(_AT_REPORT.search, row), None)
            if told:
                where = (
                    address
                    if shown.is_lines or address.startswith(("p", "t"))
                    else f"{shown.title} {address}"
                )
                words = f'ages are those at the report, by the words "{told[:60]}". Ask: what were they at the offence?'
                yield Problem(where.strip(), "warning", words)
                return


def _spikes(reading: FileReading) -> Iterator[Problem]:
    """Far more victims aged 0 than of the ages next to it: a date of birth that was never entered."""
    profiles: dict = defaultdict(lambda: defaultdict(int))
    cells: dict = {}
    for figure in reading.figures:
        if (
            figure.is_total
            or figure.low is None
            or figure.low != figure.high
            or figure.age_low is None
            or figure.age_low != figure.age_high
        ):
            continue
        key = (figure.table, figure.financial_year, figure.start, figure.measure)
        profiles[key][figure.age_low] += figure.low
        if figure.age_low == 0:
            cells.setdefault(key, figure.where)
    for key, profile in profiles.items():
        near = [profile[age] for age in range(1, 6) if age in profile]
        if 0 in profile and len(near) >= 3 and profile[0] >= 10 and profile[0] > SPIKE * max(median(near), 1):
            year = f" in {key[1]}" if key[1] else ""
            yield Problem(
                cells[key],
                "warning",
                f"{profile[0]} victims aged 0{year}, against {median(near):g} at the ages next to it: it looks like a default for an age not recorded. Ask: how many of these have a date of birth?",
            )


@cache
def _usual_change() -> tuple[float, float]:
    """The usual year-on-year change of child-only offences and its spread between forces, on the log scale."""
    totals = {
        (force, year): sum(codes.values())
        for force, years in official().items()
        for year, codes in years.items()
    }
    moves, chance = [], []
    for (force, year), after in totals.items():
        first = int(year[:4])
        before = totals.get((force, f"{first - 1}/{first % 100:02d}"), 0)
        if before >= 50 and after >= 50:
            moves.append(math.log(after / before))
            chance.append(1 / before + 1 / after)
    if len(moves) < 20:
        return 0.1, 0.2
    middle = median(moves)
    spread = 1.4826 * median(abs(move - middle) for move in moves)
    return middle, math.sqrt(max(spread**2 - sum(chance) / len(chance), 0.0025))


def _changes(reading: FileReading) -> Iterator[Problem]:
    """Year-on-year changes beyond what chance and the usual spread between forces make likely."""
    series: dict[tuple, dict[int, Figure]] = defaultdict(dict)
    for figure in reading.figures:
        if (
            figure.financial_year
            and figure.low is not None
            and figure.low == figure.high
            and not figure.note.startswith("under:")
        ):
            key = (
                figure.table,
                figure.force,
                figure.measure,
                figure.offence_code,
                figure.offence,
                figure.sex,
                figure.age_low,
                figure.age_high,
                "age unknown" in figure.qualifiers,
                figure.note,
            )
            series[key].setdefault(int(figure.financial_year[:4]), figure)
    for by_year in series.values():
        for year, figure in sorted(by_year.items()):
            before = by_year.get(year - 1)
            if before is None or before.low + figure.low < 40 or min(before.low, figure.low) < 1:
                continue
            middle, spread = _usual_change()
            z = (math.log(figure.low / before.low) - middle) / math.sqrt(
                1 / before.low + 1 / figure.low + spread**2
            )
            if abs(z) > LARGEST_Z:
                yield Problem(
                    figure.where,
                    "warning",
                    f"from {before.low} in {before.financial_year} to {figure.low} in {figure.financial_year}: a change by {figure.low / before.low:.2f} times, beyond what forces of this size show. Ask: did the system, the extract or the definition change between these years?",
                )


def _same_files(readings: list[FileReading]) -> Found:
    by_digest: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        if reading.digest:
            by_digest[reading.digest].append(reading.name)
    found = []
    for names in by_digest.values():
        for name in names if len(names) > 1 else ():
            others = ", ".join(other for other in names if other != name)
            words = f"the same file as {others}, byte for byte: count it once. Ask: was another file meant?"
            found.append((name, Problem("", "warning", words)))
    return found


def _equal_totals(readings: list[FileReading], round: str | None) -> Found:
    """A total for a force and year that equals the total of another force.

    Among the answers of many forces chance alone makes such pairs. Where it makes one or more, a pair that agrees in one
    year only is a note that says so.
    """
    totals: dict[tuple, list[tuple[str, str, Figure]]] = defaultdict(list)
    for reading in readings:
        for (force, year, measure, unit), figures in whole_counts(reading).items():
            for figure in figures:
                if force and figure.low == figure.high and (figure.low or 0) >= LEAST_EQUAL:
                    totals[(year, measure, unit, figure.low)].append((force, reading.name, figure))
    printed = _printed_totals(round)
    equal = []
    for (year, _, _, value), same in totals.items():
        forces = {force for force, _, _ in same} | printed.get(year, {}).get(value, set())
        equal += [(name, year, value, force, forces - {force}, figure) for force, name, figure in same]
    years = Counter(pair for pair, _ in {((one[3], other), one[1]) for one in equal for other in one[4]})
    chance = _by_chance(totals, printed)
    found: Found = []
    for name, year, value, force, others, figure in equal:
        if others:
            alone = chance >= 1 and all(years[(force, other)] == 1 for other in others)
            among = f", as about {chance:.0f} do by chance among so many" if alone else ""
            words = f"{value} for {year} equals the total of {', '.join(sorted(others)[:3])}{among}. Ask: is this {force}'s own figure?"
            found.append((name, Problem(figure.where, "note" if alone else "warning", words)))
    return list(dict.fromkeys(found))


def _by_chance(totals: dict[tuple, list], printed: dict[str, dict[int, set[str]]]) -> float:
    """How many totals equal another force's by chance: for each, the others within a tenth over the numbers there are."""
    here: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for (year, _, _, value), same in totals.items():
        here[year] |= {(force, value) for force, _, _ in same}
    expected = 0.0
    for year, mine in here.items():
        known = mine | {(force, value) for value, forces in printed.get(year, {}).items() for force in forces}
        for force, value in mine:
            near = sum(other != force and abs(one - value) <= value // 10 for other, one in known)
            expected += near / (2 * (value // 10) + 1)
    return expected


@cache
def _printed_totals(round: str | None) -> dict[str, dict[int, set[str]]]:
    """Year → total → the forces for which it was printed in other rounds."""
    from helpers.tables.reading import read_cells

    try:
        path = project_root() / "data" / "raw" / "foi_printed.csv"
        header, *rows = read_cells(path)
        rows += [row for part in added(path) for row in read_cells(part)[1:]]
        at = {name: header.index(name) for name in ("round", "area", "period", "measure", "value_text")}
    except (OSError, ValueError):
        return {}
    totals: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        area, value = row[at["area"]], row[at["value_text"]].replace(",", "")
        whole = row[at["measure"]] == "all_sexual_offences_u18" and row[at["round"]] != round
        if whole and area in FORCES and value.isdecimal():
            totals[row[at["period"]]][int(value)].add(area)
    return totals
