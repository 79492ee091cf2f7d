"""Whether counts of all sexual offences against under-18s reach what the force itself recorded under child-only codes.

A count is printed, or the sum of the ages of a table that prints none. A force or year that the recorded crime table
does not hold is not judged.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from helpers.foi.responses.model import Figure, Problem
from helpers.foi.responses.results import FileReading
from helpers.tables.files import project_root
from helpers.tables.offences import CHILD_ONLY


@cache
def official() -> dict[tuple[str, str], dict[str, int]]:
    """Recorded offences by (force, financial year) and child-only code, from the recorded crime table."""
    told = re.compile(rf"[,\"](?:{'|'.join(CHILD_ONLY)})[,\"]")
    try:
        with (project_root() / "data" / "raw" / "recorded_crime.csv").open(
            encoding="utf-8", newline=""
        ) as file:
            first = next(file)  # most lines are of other codes, and need no splitting
            header, *rows = csv.reader([first, *filter(told.search, file)])
        year, force, code = (header.index(name) for name in ("financial_year", "force", "offence_code"))
        quarters = [header.index(f"q{n}") for n in (1, 2, 3, 4)]
    except (OSError, ValueError, StopIteration):
        return {}
    wanted = set(CHILD_ONLY)
    held: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    whole: set[tuple[str, str]] = set()
    for row in rows:
        if row[code] not in wanted:
            continue
        counts = [row[q] for q in quarters]
        held[(row[force], row[year])][row[code]] = sum(int(count or 0) for count in counts)
        if all(count != "" for count in counts):
            whole.add((row[force], row[year]))
    return {key: codes for key, codes in held.items() if key in whole}


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
                f"{figure.sheet} {figure.cell}".strip(),
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
    return official().get((force, year), {}) if force and year else {}


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
