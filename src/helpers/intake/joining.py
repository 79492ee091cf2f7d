"""Which figures of an answer the pipeline reads, and as what: ``joins`` in a round's ``figures.csv``.

A figure joins when it is a count for one financial year that a measure of :mod:`helpers.tables.measures` names: all
sexual offences against under-18s, by sex, by an age band that an earlier round has, with the online flag, or sexual
communication with a child. Where a force gives parts and no total, a row with their sum is added, which says that it
is one; parts by offence are added only where they have every child-only code that the force recorded, and some of those
whose victims can be adults. What does not join is kept as detail, with the reason.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from helpers.intake.model import Figure, narrowings
from helpers.tables.files import project_root, stamp
from helpers.tables.forces import FORCES
from helpers.tables.measures import MEASURES
from helpers.tables.offences import CHILD_ONLY_FROM

Row = dict[str, str]
SUPPRESSED = "suppressed"
COUNTED = ("offences", "victims", "reports")  # nearly the same numbers: one gives the other away
WHOLE = "all_sexual_offences_u18"
UNITS = {"offences": "", "victims": "counts victims", "reports": "counts reports"}
COMMUNICATION = re.compile(r"communicat|71/17|15a", re.IGNORECASE)
UNDER_18 = {"age_low": "0", "age_high": "17"}
NO_AGE = 'states no age (where it counts victims under 18, confirm it with "age 0 to 17")'
SEXES = {"female": "female", "male": "male", "unknown": "sex_unknown"}
_AGED = [(name, one) for name, one in MEASURES.items() if one.kind == "age" and name != "age_preschool"]
_AGES = {(one.age_low, one.age_high): name for name, one in reversed(_AGED)}


def ages_of(row: Row) -> tuple[int, int | None] | None:
    """The ages that a row counts, both included; None where it says none."""
    low, high = row["age_low"], row["age_high"]
    return (int(low), int(high) if high else None) if low else None


def age_totals(figures: list[Figure]) -> None:
    """Give totals that say no age those of the bands in their table, where these end at 17: they count under-18s."""
    bands: dict[tuple, set] = defaultdict(set)
    for one in figures:
        bands[one.sheet, one.table] |= {one.age_high} if one.age_low is not None else set()
    for one in figures:
        ends = bands[one.sheet, one.table]
        under_18 = ends and None not in ends and max(ends) == 17
        if under_18 and one.is_total and one.age_low is None:
            one.age_low, one.age_high = 0, 17


def aspect_of(row: Row) -> str:
    """What a note says that narrows a figure: a district, an outcome, the question of a letter."""
    return "; ".join(narrowings(row["note"]))


def is_suppressed(row: Row) -> bool:
    """Whether a row's count was suppressed when it was accepted."""
    return SUPPRESSED in row["qualifier"].split("; ") and not row["value_low"] and not row["value_high"]


@cache
def official_counts(path: Path, _stamp: tuple) -> dict[str, dict[str, dict[str, int]]]:
    """Recorded offences by force, financial year and child-only code, for whole years, from the recorded crime table."""
    told = re.compile(rf"[,\"](?:{'|'.join(CHILD_ONLY_FROM)})[,\"]")
    with path.open(encoding="utf-8", newline="") as file:
        first = next(file)  # most lines are of other codes, and need no splitting
        header, *rows = csv.reader([first, *filter(told.search, file)])
    year, force, code = (header.index(name) for name in ("financial_year", "force", "offence_code"))
    quarters = [header.index(f"q{n}") for n in (1, 2, 3, 4)]
    found: dict[str, dict] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        counts = [row[quarter] for quarter in quarters]
        # of a part of a year nothing is said
        if row[year] >= CHILD_ONLY_FROM.get(row[code], "9") and all(counts):
            found[row[force]][row[year]][row[code]] = sum(map(int, counts))
    return {force: dict(years) for force, years in found.items()}


def official() -> dict[str, dict[str, dict[str, int]]]:
    """The same of the recorded crime table of the project; empty where there is none."""
    path = project_root() / "data" / "raw" / "recorded_crime.csv"
    return official_counts(path, stamp(path)) if path.exists() else {}


def official_of(force: str, year: str) -> dict[str, int]:
    """The child-only codes under which a force recorded offences in a whole year, with their counts, by the official table."""
    return official().get(force, {}).get(year, {})


def join(rows: list[Row], waiting: Iterable[Row] = ()) -> tuple[list[Row], list[str]]:
    """Say of every row what it joins as, and add the sums.

    Parameters
    ----------
    rows : list of dict
        The rows of an answer that were read or confirmed, as ``rise intake`` wrote them.
    waiting : iterable of dict
        Those that nobody has confirmed: a table that has some is not added up.

    Returns
    -------
    rows : list of dict
        The same with ``joins``, and after them a row for each sum.
    told : list of str
        A line for each force, year and measure of which the answer has several values: none of them joins.

    Examples
    --------
    >>> blank = dict.fromkeys(("sex", "offence", "offence_code", "qualifier", "note", "sheet"), "")
    >>> row = blank | {"file": "a.csv", "cell": "B2", "force": "Cleveland", "financial_year": "2014/15", "measure":
    ...     "offences", "age_low": "0", "age_high": "17", "value_low": "348", "value_high": "348"}
    >>> join([row])[0][0]["joins"]
    'all_sexual_offences_u18'
    """
    return _agreed(measured(rows, waiting))


def measured(rows: Iterable[Row], waiting: Iterable[Row] = ()) -> list[Row]:
    """The rows with what each joins as by itself, and with the sums: several may join as the same."""
    rows, waiting = list(rows), list(waiting)
    rows = [row | {"joins": measure_of(row)[0]} for row in rows]
    whole = {(row["force"], row["financial_year"]) for row in rows if row["joins"] == WHOLE}
    unsure = {(row["file"], row["sheet"]) for row in waiting}
    parts = [row for row in rows if (row["file"], row["sheet"]) not in unsure]
    return rows + list(_sums(parts, whole))


def value_text(row: Row) -> str:
    """A count as the printed figures write it; empty where they have no form for it."""
    low, high = row["value_low"], row["value_high"]
    if low == high:
        return low
    if not high:
        return f"{low}+" if "at least" in row["qualifier"] else ""
    return f"<{int(high) + 1}" if int(low) <= 1 else ""


def measure_of(row: Row) -> tuple[str, str]:
    """The measure that a row joins as, or why it joins as none."""
    if row["force"] not in FORCES:
        return "", "counts no single one of the 46 forces"
    if not row["financial_year"]:
        return "", "counts no financial year"
    if aspect_of(row):
        return "", "counts a part that no table of the pipeline has"
    if not value_text(row):
        return "", "gives a count that has no single value"
    if measure := _measure(row):
        return measure, ""
    if not (row["age_low"] or "age unknown" in row["qualifier"]) and _measure(row | UNDER_18):
        return "", NO_AGE
    return "", "counts something else than all sexual offences against under-18s"


def why_nothing(rows: Iterable[Row]) -> str:
    """Why none of a force's rows joins: the reason of most of them."""
    rows = list(rows)
    hidden = "is suppressed: its counts are small, or would give small ones away"
    reasons = Counter(hidden if is_suppressed(row) else measure_of(row)[1] for row in rows)
    otherwise = "gives several values for the same thing"
    return max(filter(None, reasons), key=reasons.__getitem__, default=otherwise)


def _measure(row: Row) -> str:
    ages = None if "age unknown" in row["qualifier"] else ages_of(row)
    if row["measure"] == "cyber_flagged":
        return "cyber_flagged" if ages == (0, 17) and not row["sex"] and not row["offence"] else ""
    if row["measure"] not in COUNTED:
        return ""
    if row["offence_code"] == "88A" and COMMUNICATION.search(row["offence"]) and not row["sex"]:
        return "s67_sexual_communication" if ages in (None, (0, 17), (0, 15)) and not row["age_low"] else ""
    if row["offence"] or row["offence_code"] or ages is None:
        return ""
    if row["sex"]:
        return SEXES[row["sex"]] if ages == (0, 17) else ""
    if ages == (0, 17):
        return WHOLE
    return "all_sexual_offences_u16" if ages == (0, 15) else _AGES.get(ages, "")


def _agreed(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """One value for a force, year and measure; where offences and victims are counted, the offences join."""
    alike: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        if row["joins"]:
            alike[row["force"], row["financial_year"], row["joins"]].append(row)
    told = []
    for (force, year, measure), mine in alike.items():
        best = [row for row in mine if row["measure"] not in ("victims", "reports")] or mine
        if len({value_text(row) for row in best}) > 1:
            values = " and ".join(f"{value_text(row)} ({place(row)})" for row in best[:3])
            told.append(
                f"{force} {year}, {measure}: {values}: left out until a reading leaves one of them out"
            )
            best = []
        for row in mine:
            if not any(row is one for one in best[:1]):
                row["joins"] = ""
    return rows, told


def place(row: Row) -> str:
    """Where a figure stands in what a force sent."""
    return " ".join(filter(None, (row["file"], row["sheet"], row["cell"])))


def _sums(rows: list[Row], whole: set[tuple[str, str]]) -> Iterable[Row]:
    """Sums of parts for the years of a force that has no total: by one thing where it can be, else by several."""
    aged = ((row, ages_of(row)) for row in rows)
    # beside adults those of unknown age may be adults
    adults = {(row["file"], row["sheet"]) for row, ages in aged if ages and (ages[1] is None or ages[1] > 17)}
    parts: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        key = (row["force"], row["financial_year"])
        usable = row["force"] in FORCES and row["financial_year"] and not aspect_of(row)
        if not usable or key in whole or "total" in row["qualifier"] or row["measure"] not in COUNTED:
            continue
        kinds = _part_kinds(row)
        if kinds and not ("age" in kinds and (row["file"], row["sheet"]) in adults):
            parts[(*key, kinds, row["file"], row["sheet"], row["measure"])].append(row)
    done = set()
    order = ("age", "sex", "offence").index
    for key, mine in sorted(parts.items(), key=lambda item: (len(item[0][2]), *map(order, item[0][2]))):
        force, year, kinds, *_ = key
        if (force, year) in done or len(mine) < 2 or not _can_be_added(mine):
            continue
        if "offence" in kinds and not _has_all_offences({row["offence_code"] for row in mine}, force, year):
            continue
        by_sex: dict[str, list[Row]] = defaultdict(list)
        for row in mine:
            by_sex[row["sex"]].append(row)
        bands = {*map(ages_of, mine)} - {None} if "age" in kinds else set()
        covered = [sex for sex, some in by_sex.items() if _covers(bands, some)]
        by = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        if len(covered) == len(by_sex) and ("sex" not in kinds or {"female", "male"} <= {*covered}):
            done.add((force, year))
            yield _sum(mine, "", by)
        if "sex" in kinds and len(kinds) > 1:  # by sex alone they join as they are
            yield from (_sum(by_sex[sex], sex, by) for sex in SEXES if sex in covered)


def _sum(parts: list[Row], sex: str, by: str) -> Row:
    total = str(sum(int(row["value_low"]) for row in parts))
    known = ", none of unknown sex" * ({row["sex"] for row in parts} == {"female", "male"})
    return parts[0] | {
        "cell": "", "offence": "", "offence_code": "", "sex": sex, "age_low": "0", "age_high": "17",
        "value_low": total, "value_high": total, "qualifier": "total", "joins": SEXES.get(sex, WHOLE),
        "note": f"sum of {len(parts)} parts by {by}, no total given{known}",
    }  # fmt: skip


def _has_all_offences(codes: set[str], force: str, year: str) -> bool:
    """Whether codes can be all of a year: each child-only one that the force recorded, and some that count adults too."""
    recorded = {code for code, count in official_of(force, year).items() if count}
    wanted = recorded or {code for code, since in CHILD_ONLY_FROM.items() if since <= year}
    return wanted < codes - {""}


def is_sum(row: Row) -> bool:
    """Whether a row is a sum of parts, and not what a force says."""
    return row["note"].startswith("sum of")


def _can_be_added(rows: list[Row]) -> bool:
    """Whether each part is exact and there once."""
    each = {(row["offence_code"] or row["offence"], row["sex"], ages_of(row)) for row in rows}
    return len(each) == len(rows) and all(row["value_low"] == row["value_high"] for row in rows)


def _covers(bands: set[tuple], rows: list[Row]) -> bool:
    """Whether the parts of one sex are of all ages, where their table has bands of ages: from 0 to 17, each begins where one ends."""
    lows, highs = ([band[end] for band in sorted(bands)] for end in (0, 1))
    # a single year of age may be left out where it has none, and of unknown sex any
    wide = {(low, high) for low, high in bands if low < high and rows[0]["sex"] != "unknown"}
    whole = [*lows, 18] == [0, *(high + 1 for high in highs)]
    return not bands or whole and wide <= {*map(ages_of, rows)}


def _part_kinds(row: Row) -> tuple[str, ...]:
    """What a row is a part by, of all offences against under-18s: age, offence, sex; empty when it is none."""
    under_18 = ages_of(row) == (0, 17)
    aged = bool(row["age_low"] and not under_18 or "age unknown" in row["qualifier"])
    if not (aged or under_18):
        return ()
    named = row["offence"] or row["offence_code"]
    return tuple(kind for kind, has in (("age", aged), ("sex", row["sex"]), ("offence", named)) if has)
