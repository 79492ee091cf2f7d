"""Accepted answers join ``data/raw``: what ``rise round accept`` carries from an intake into the tables of the pipeline.

A figure joins when it is a count for one financial year that a measure of :mod:`helpers.tables.measures` names: all
sexual offences against under-18s, by sex, by an age band that has been printed before, with the online flag, or sexual
communication with a child. Each row says from which file and cell it comes, and has the force's answer as its source.
Where a force gives parts and no total, their sum joins with the words that it is one. Everything else stays in
``data/rounds/NAME/figures.csv``. The tables are checked after writing; if a check fails, they are put back as they were.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpers.foi.rounds import ANSWERED, Round, RoundError
from helpers.tables.faults import Refusal, TableError
from helpers.tables.files import project_root, write_atomic
from helpers.tables.forces import FORCES
from helpers.tables.forces import force as force_named
from helpers.tables.measures import MEASURES

COUNTED = {"offences": "", "victims": "counts victims", "reports": "counts reports"}
TABLES = ("raw/foi_printed.csv", "raw/foi_rounds.csv", "raw/foi_status.csv", "sources.csv")
_AGES = {
    (measure.age_low, measure.age_high): name
    for name, measure in reversed(MEASURES.items())
    if measure.kind == "age" and name != "age_preschool"
}
_SEXES = {"female": "female", "male": "male", "unknown": "sex_unknown"}
_COMMUNICATION = re.compile(r"communicat|71/17|15a", re.IGNORECASE)


@dataclass(frozen=True)
class Accepted:
    """One row for ``foi_printed``, without its number, round and source."""

    force: str
    year: str
    measure: str
    value: str
    qualifier: str
    note: str

    @property
    def area(self) -> str:
        """As earlier rounds printed it: a nation with one force stands for that force.

        >>> [Accepted(force, "2024/25", "female", "1", "", "").area for force in ("Police Scotland", "Kent")]
        ['Scotland', 'Kent']
        """
        one = force_named(self.force)
        return one.nation if one.kind in ("scotland", "northern_ireland") else one.name


class NotAccepted(Refusal):
    """Figures that the tables of the pipeline do not take; the tables are as they were."""


def accept(opened: Round, folder: Path, *, url: str, today: date, echo: Callable[[str], object]) -> None:
    """Carry figures into ``data/raw`` under the round's name.

    Parameters
    ----------
    opened : Round
        The round.
    folder : Path
        What an intake wrote.
    url : str
        Where the answers can be read; blank while they stand nowhere.
    today : date
        The day of acceptance.
    echo : function
        Takes each line of what is said.

    Raises
    ------
    RoundError
        When the figures cannot be read.
    NotAccepted
        When there is nothing to accept, or a table refuses it.
    """
    figures = _read(folder / "figures.csv")
    rows, contradicted = agreed(choose(figures))
    statuses = {force: row for force, row in opened.tracker.items() if row["status"] in ANSWERED}
    unanswered = sorted({row.force for row in rows} - set(statuses))
    if unanswered:
        raise NotAccepted(
            f"{folder} has figures of {', '.join(unanswered[:5])}, whose answer is not in round {opened.name}; "
            f"read the files with: rise intake PATH… --out {folder} --round {opened.name}"
        )
    if not rows and not statuses:
        raise NotAccepted(
            f"{folder}: nothing that a table of the pipeline can hold, and no force has answered in round {opened.name}"
        )
    before = {name: (project_root() / "data" / name).read_bytes() for name in TABLES}
    try:
        added, gone = _write(opened, rows, statuses, {row["file"] for row in figures}, url, today)
        _check()
    except BaseException as error:  # Ctrl-C too
        for name, content in before.items():
            write_atomic(project_root() / "data" / name, content)
        if isinstance(error, TableError):
            raise NotAccepted(f"nothing was accepted: {error}") from None
        raise
    write_atomic(opened.folder / "figures.csv", (folder / "figures.csv").read_bytes())
    where = f"data/raw/foi_printed.csv as round {opened.name}"
    joined = f"{_count(added, 'figure')} of {_count(len({row.force for row in rows}), 'force')} join {where}"
    echo(f"{joined if added else f'no figure is new in {where}'}; the status of {len(statuses)} is kept")
    if gone:
        echo(
            f"{_count(gone, 'figure')} that these files gave before, or that others replace, taken out of the round"
        )
    for line in contradicted:
        echo(line)
    warnings = _warnings(folder / "problems.csv")
    if warnings:
        echo(
            f"{_count(warnings, 'warning')} in {folder / 'problems.csv'}: the figures join as they were read"
        )
    detail = f"data/rounds/{opened.name}/figures.csv"
    echo(f"{_count(len(figures), 'figure')} with all detail in {detail}; next: rise run")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"


def _read(path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise RoundError(f"{path}: cannot be read ({why}); give the --out folder of rise intake") from None
    if rows and "value_low" not in rows[0]:
        raise RoundError(f"{path}: not a figures.csv that rise intake wrote")
    return rows


def choose(figures: list[dict[str, str]]) -> list[Accepted]:
    """The rows that join the printed figures, from the rows of a ``figures.csv``.

    Examples
    --------
    >>> blank = dict.fromkeys(("sex", "offence", "offence_code", "qualifier", "note", "sheet"), "")
    >>> row = blank | {"file": "a.csv", "cell": "B2", "force": "Cleveland", "financial_year": "2014/15", "measure":
    ...     "offences", "age_low": "0", "age_high": "17", "value_low": "348", "value_high": "348"}
    >>> choose([row])[0].measure, choose([row])[0].value
    ('all_sexual_offences_u18', '348')
    """
    children = _files_of_children(figures)
    usable = [
        row for row in figures if row["force"] in FORCES and row["financial_year"] and not _is_aspect(row)
    ]
    accepted: dict[Accepted, None] = {}
    whole: set[tuple[str, str]] = set()
    for row in usable:
        measure = _measure_of(row, children)
        value = _value(row)
        if not measure or not value:
            continue
        if measure == "all_sexual_offences_u18":
            whole.add((row["force"], row["financial_year"]))
        accepted[_accepted(row, measure, value)] = None
    for row in _sums(usable, whole, children):
        accepted[row] = None
    return list(accepted)


def agreed(rows: list[Accepted]) -> tuple[list[Accepted], list[str]]:
    """The rows of which there is one value for a force, year and measure, and a line for each that has several.

    Where a force counts offences and victims too, the offences stand.

    Examples
    --------
    >>> key = ("Kent", "2023/24", "female")
    >>> agreed([Accepted(*key, "12", "", "a.csv B2"), Accepted(*key, "15", "", "b.csv B2")])[1]
    ['Kent 2023/24, female: 12 (a.csv B2) and 15 (b.csv B2): left out until a reading leaves one of them out']
    """
    alike: dict[tuple[str, str, str], list[Accepted]] = defaultdict(list)
    for row in rows:
        alike[(row.force, row.year, row.measure)].append(row)
    stand, told = [], []
    for (force, year, measure), mine in alike.items():
        of_offences = [row for row in mine if not row.note.endswith(tuple(filter(None, COUNTED.values())))]
        mine = of_offences or mine
        if len({row.value for row in mine}) == 1:
            stand += mine
            continue
        values = " and ".join(f"{row.value} ({row.note})" for row in mine[:3])
        told.append(f"{force} {year}, {measure}: {values}: left out until a reading leaves one of them out")
    return stand, told


def _warnings(path: Path) -> int:
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        return sum(row.get("severity") == "warning" for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error):
        return 0


def _accepted(row: dict[str, str], measure: str, value: str) -> Accepted:
    told = {"revised": "revised", "approximate": "approx"}  # as intake says it: as the printed figures say it
    words = [printed for said, printed in told.items() if said in row["qualifier"]]
    place = " ".join(filter(None, (row["file"], row["sheet"], row["cell"])))
    note = "; ".join(filter(None, (place, COUNTED.get(row["measure"], ""))))
    return Accepted(row["force"], row["financial_year"], measure, value, ", ".join(words), note)


def _files_of_children(figures: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Sheets whose age bands end at 17: their totals count under-18s even where they do not say so."""
    highest: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in figures:
        if row["age_low"]:
            highest[(row["file"], row["sheet"])].append(int(row["age_high"] or 999))
    return {place for place, ages in highest.items() if max(ages) == 17}


def _is_aspect(row: dict[str, str]) -> bool:
    """Whether a note narrows the figure: a district, an outcome, the question of a letter."""
    return any(part and not part.startswith(("printed", "counted from")) for part in row["note"].split("; "))


def _ages(row: dict[str, str], children: set) -> tuple[int, int] | None:
    if "age unknown" in row["qualifier"]:
        return None
    if row["age_low"]:
        return int(row["age_low"]), int(row["age_high"] or 999)
    total = "total" in row["qualifier"]
    return (0, 17) if total and (row["file"], row["sheet"]) in children else None


def _measure_of(row: dict[str, str], children: set) -> str:
    ages = _ages(row, children)
    if row["measure"] == "cyber_flagged":
        return "cyber_flagged" if ages == (0, 17) and not row["sex"] and not row["offence"] else ""
    if row["measure"] not in COUNTED:
        return ""
    if row["offence_code"] == "88A" and _COMMUNICATION.search(row["offence"]) and not row["sex"]:
        return "s67_sexual_communication" if ages in (None, (0, 17), (0, 15)) and not row["age_low"] else ""
    if row["offence"] or row["offence_code"] or ages is None:
        return ""
    if row["sex"]:
        return _SEXES[row["sex"]] if ages == (0, 17) else ""
    if ages == (0, 17):
        return "all_sexual_offences_u18"
    return "all_sexual_offences_u16" if ages == (0, 15) else _AGES.get(ages, "")


def _value(row: dict[str, str]) -> str:
    low, high = row["value_low"], row["value_high"]
    if low == high:
        return low
    if not high:
        return f"{low}+" if "at least" in row["qualifier"] else ""
    return f"<{int(high) + 1}" if int(low) <= 1 else ""


def _sums(rows: list[dict[str, str]], whole: set[tuple[str, str]], children: set) -> list[Accepted]:
    """Sums of parts for the years of a force that has no printed total: by one thing where it can be, else by several."""
    parts: dict[tuple, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        key = (row["force"], row["financial_year"])
        if key in whole or "total" in row["qualifier"] or row["measure"] not in COUNTED:
            continue
        kinds = _part_kinds(row, children)
        if kinds:
            parts[(*key, kinds, row["file"], row["sheet"], row["measure"])].append(row)
    sums, done = [], set()
    order = ("age", "sex", "offence").index
    for key, mine in sorted(parts.items(), key=lambda item: (len(item[0][2]), *map(order, item[0][2]))):
        force, year, kinds, file, sheet, measure = key
        if (force, year) in done or len(mine) < 2 or not _adds_up(mine, kinds):
            continue
        done.add((force, year))
        place = " ".join(filter(None, (file, sheet)))
        groups = [("all_sexual_offences_u18", mine)]
        if "sex" in kinds and len(kinds) > 1:  # by sex alone they join as they are
            groups += [(name, [row for row in mine if row["sex"] == sex]) for sex, name in _SEXES.items()]
        for name, group in groups:
            if group:
                by = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
                told = f"sum of {len(group)} parts by {by}, no total printed, {place}"
                note = "; ".join(filter(None, (told, COUNTED[measure])))
                total = sum(int(row["value_low"]) for row in group)
                sums.append(Accepted(force, year, name, str(total), "", note))
    return sums


def _adds_up(rows: list[dict[str, str]], kinds: tuple[str, ...]) -> bool:
    """Whether parts may be added: each exact and there once, and their ages, if they have such, all of 0 to 17."""
    exact = all(row["value_low"] == row["value_high"] for row in rows)
    each = {
        (row["offence_code"] or row["offence"], row["sex"], row["age_low"], row["age_high"]) for row in rows
    }
    return exact and len(each) == len(rows) and ("age" not in kinds or _is_partition(rows))


def _part_kinds(row: dict[str, str], children: set) -> tuple[str, ...]:
    """What a row is a part by, of all offences against under-18s: age, offence, sex; empty when it is none."""
    under_18 = (row["age_low"], row["age_high"]) == ("0", "17")
    aged = bool(row["age_low"] and not under_18 or "age unknown" in row["qualifier"])
    if not (aged and (row["file"], row["sheet"]) in children or under_18):
        return ()
    named = row["offence"] or row["offence_code"]
    return tuple(kind for kind, has in (("age", aged), ("sex", row["sex"]), ("offence", named)) if has)


def _is_partition(rows: list[dict[str, str]]) -> bool:
    """Whether age bands cover 0 to 17 without a gap, none running into another."""
    bands = sorted({(int(row["age_low"]), int(row["age_high"])) for row in rows if row["age_low"]})
    ends = [-1, *(high for _, high in bands)]
    return all(low == end + 1 for (low, _), end in zip(bands, ends, strict=False)) and ends[-1] == 17


def _write(
    opened: Round, rows: list[Accepted], statuses: dict, files: set[str], url: str, today: date
) -> tuple[int, int]:
    """Write a round into every table that tells of it; how many figures are new, and how many are gone."""
    forces = {*statuses, *(row.force for row in rows)}
    source = {force: f"foi-{opened.name}-{force_named(force).slug}" for force in sorted(forces)}
    _register_sources(opened.name, source, url, today)
    _register_round(opened.name, {row.year for row in rows}, today)
    changed = _put_figures(opened.name, rows, source, files, today)
    _replace_statuses(opened.name, statuses, source)
    return changed


def _register_sources(name: str, source: dict[str, str], url: str, today: date) -> None:
    registered = _load("sources.csv")
    known = {row[0]: row for row in registered}
    for id in set(source.values()) & set(known) if url else ():  # published since
        known[id][4] = url
    title = f"Answer to a freedom of information request, round {name}"
    registered += [
        [id, force, title, today.isoformat(), url, "LicenseRef-facts-cited", "as received"]
        for force, id in source.items()
        if id not in known
    ]
    _save("sources.csv", registered)


def _register_round(name: str, years: set[str], today: date) -> None:
    title = f"Our request to all forces, round {name}"
    rounds = _load("raw/foi_rounds.csv")
    mine = next((row for row in rounds[1:] if row[0] == name), None)
    if mine is None:
        mine = [name, title, "foi", "all_offences", "", today.isoformat()[:7]]
        rounds.append(mine)
    mine[4] = ";".join(sorted(years | set(mine[4].split(";")) - {""}))
    _save("raw/foi_rounds.csv", rounds)


def _put_figures(
    name: str, rows: list[Accepted], source: dict[str, str], files: set[str], today: date
) -> tuple[int, int]:
    """Bring a round's figures up to date, so that it can be accepted again; how many are new, and how many are gone.

    What the same files gave before goes, and so does what another file said of the same force, year and measure: one
    round holds one value of each.
    """
    head, *printed = _load("raw/foi_printed.csv")
    new = {(row.area, row.year, row.measure, row.value): row for row in rows}
    keys = {key[:3] for key in new}
    of_files = re.compile(rf"(?:^|, )(?:{'|'.join(map(re.escape, files))})(?: |;|$)") if files else None
    kept, gone = [], 0
    for row in printed:
        mine = row[1] == name and (tuple(row[2:5]) in keys or (of_files and of_files.search(row[9])))
        if mine and not new.pop(tuple(row[2:6]), None):
            gone += 1
        else:
            kept.append(row)
    last = max((int(row[0]) for row in printed), default=0)
    for number, row in enumerate(new.values(), last + 1):
        told = (name, row.area, row.year, row.measure, row.value, row.qualifier)
        kept.append([str(number), *told, source[row.force], today.isoformat(), row.note])
    _save("raw/foi_printed.csv", [head, *kept])
    return len(new), gone


def _replace_statuses(name: str, statuses: dict[str, dict[str, str]], source: dict[str, str]) -> None:
    status = [row for row in _load("raw/foi_status.csv") if not (row[0] == name and row[1] in statuses)]
    status += [
        [name, force, row["status"], source[force], row["note"]] for force, row in sorted(statuses.items())
    ]
    _save("raw/foi_status.csv", status)


def _load(name: str) -> list[list[str]]:
    from helpers.tables.reading import read_cells

    return read_cells(project_root() / "data" / name)


def _save(name: str, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_atomic(project_root() / "data" / name, text.getvalue())


def _check() -> None:
    """Read the tables as the pipeline will: a table that refuses them raises."""
    from helpers.tables import read_table

    for name in ("sources", "foi_rounds", "foi_printed", "foi_status"):
        read_table(name)
