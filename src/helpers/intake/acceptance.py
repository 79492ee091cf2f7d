"""A round grows answer by answer: what ``rise round accept`` carries from an intake into the round and the pipeline.

``data/rounds/NAME`` holds what was accepted, protected: ``figures.csv`` with every figure that was read or confirmed,
``suppressed.csv`` with what is suppressed, ``history/`` with what later answers replaced, and ``tables/`` with the
rows that the round adds to ``foi_printed``, ``foi_rounds``, ``foi_status`` and ``sources``, made from these, so that
accepting again makes whatever an interrupted run left out. Tables in ``data/raw`` hold what others published, and
nothing of a round. Exact small counts are only where the analyst keeps what the forces sent.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from helpers.intake import joining, model
from helpers.intake.disclosure_control import groups_of, limits, protect, register_text, registered
from helpers.intake.joining import SUPPRESSED, UNITS, Row, is_suppressed, place, value_text
from helpers.intake.model import counted, csv_text, read_csv
from helpers.intake.rounds import ANSWERED, Round, RoundError, open_round, rounds_dir
from helpers.intake.suppression import Group
from helpers.tables.faults import Refusal, TableError
from helpers.tables.files import display_path, project_root, read_cells, round_additions, write_atomic
from helpers.tables.forces import FORCES, police_slug
from helpers.tables.forces import force as force_named
from helpers.tables.package import table
from helpers.tables.store import read_table, table_path

READ = tuple(name for name in model.COLUMNS if name not in ("status", "reason"))
COLUMNS = (*READ, "status", "joins", "address", "accepted")
TABLES = ("sources", "foi_rounds", "foi_printed", "foi_status")
FIRST_ROW = 100_001  # of the figures of all rounds: those that others printed never reach it


class NotAccepted(Refusal):
    """Figures that the tables of the pipeline do not take; the tables are as they were."""


@dataclass
class Change:
    """What an acceptance makes of a round's figures."""

    rows: list[Row]  # of the round, protected
    gone: list[Row]  # what was replaced
    suppressed: set[Group]
    new: int  # of the figures that the pipeline reads


def accept(
    name: str,
    folder: str | Path,
    *,
    url: str = "",
    today: date | None = None,
    replace: bool = False,
    echo: Callable[[str], object] = print,
) -> None:
    """Take the figures of one intake into a round; those that the pipeline reads become rows of its tables.

    Parameters
    ----------
    name : str
        The round.
    folder : path
        What an intake wrote.
    url : str
        Where the answers can be read; blank while they stand nowhere.
    today : date, optional
        The day of acceptance.
    replace : bool
        Whether these answers take the place of all that their forces sent before, and not only of the files and
        figures that they have in common.
    echo : function
        Takes each line of what is said.

    Raises
    ------
    RoundError
        When the figures cannot be read.
    NotAccepted
        When there is nothing to accept, or a table refuses it.
    """
    opened, folder = open_round(name), Path(folder)
    day = (today or date.today()).isoformat()
    read = _read(folder / "figures.csv", READ, "give the --out folder of rise intake")
    sure = [row for row in read if row["status"] != "proposed"]
    waiting = [row for row in read if row["status"] == "proposed"]
    rows, contradicted = joining.join(sure, waiting)
    rows = [row | {"address": url, "accepted": day} for row in rows]
    with opened.alone():
        statuses = {force: row for force, row in opened.tracker.items() if row["status"] in ANSWERED}
        if unanswered := sorted({row["force"] for row in sure if row["force"] in FORCES} - set(statuses)):
            raise NotAccepted(
                f"{folder} has figures of {', '.join(unanswered[:5])}, whose answer is not in round {name}; "
                f"read the files with: rise intake PATH… --out {folder} --round {name}"
            )
        if not sure and not statuses:
            raise NotAccepted(f"{folder} has no figure that was read or confirmed, and no force has answered")
        change = _merged(opened, rows, replace)
        _commit(opened, change, statuses, day)
    _say(opened, change, sure, echo)
    kept = Counter(row["force"] for row in change.rows)
    for force in sorted({row["force"] for row in waiting} & {*kept} - {row["force"] for row in sure}):
        stay = f"what was accepted of it before stays: {counted(kept[force], 'figure')}"
        echo(f"{force}: nothing of this answer was read or confirmed; {stay}")
    if replace and not read:
        echo("no figure was found in these answers, and nothing is replaced: what was accepted before stays")
    for line in contradicted:
        echo(line)
    if waiting:
        echo(f"{_waiting(len(waiting))} ({_by_force(waiting)}): confirm or reject each on its page in "
             f"{folder / 'review'}, read again with --reading, and accept again")  # fmt: skip
    for force, why in _silent(change.rows, statuses, waiting):
        echo(f"{force} answered, and none of its figures is used: {why}")
    problems = folder / "problems.csv"
    if warnings := problems.exists() and sum(row["severity"] == "warning" for row in read_csv(problems)):
        echo(f"{counted(warnings, 'warning')} in {problems}: the figures join as they were read")
    inside = folder.resolve().is_relative_to(project_root().resolve())
    move = ", which is inside the project: move it out before the project is passed on" if inside else ""
    echo(
        f"what the forces sent, with its exact counts, is only in {folder} and the files that it was read from{move}"
    )
    echo(f"data/rounds/{name}/figures.csv has all {counted(len(change.rows), 'figure')}; next: rise run")


def _waiting(number: int) -> str:
    return f"{counted(number, 'figure')} wait{'s' * (number == 1)}"


def _by_force(rows: Iterable[Row]) -> str:
    found = Counter(row["force"] or "no force named" for row in rows)
    return ", ".join(f"{force} {number:,}" for force, number in found.most_common())


def _read(path: Path, wanted: Iterable[str], remedy: str) -> list[Row]:
    try:
        rows = read_csv(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise RoundError(f"{path}: cannot be read ({why}); {remedy}") from None
    if rows and not set(wanted) <= set(rows[0]):
        raise RoundError(f"{path}: not a figures.csv that rise intake wrote; {remedy}")
    return [{name: row.get(name) or "" for name in COLUMNS} for row in rows]


# ---------------------------------------------------------------------- merging one answer into the round


def _merged(opened: Round, rows: list[Row], replace: bool) -> Change:
    """The round with new rows in place of those that they replace, protected."""
    held = accepted_rows(opened.name)
    known = list(zip(groups_of(held), map(joining.aspect_of, held), strict=True))
    files, forces = {(row["force"], row["file"]) for row in rows}, {row["force"] for row in rows}
    again = [(row["force"], row["file"]) in files or replace and row["force"] in forces for row in held]
    told = zip(held, known, again, strict=True)
    stated = {one for row, (one, part), goes in told if not (goes or part or joining.is_sum(row))}
    added = zip(rows, groups_of(rows), strict=True)  # a sum of parts takes the place of no total that stays
    rows = [row for row, group in added if not (joining.is_sum(row) and group in stated)]
    groups = groups_of(rows)
    counted_again = {*zip(groups, map(joining.aspect_of, rows), strict=True)}
    before = {}
    stay, replaced = [], []
    for row, (group, aspect), goes in zip(held, known, again, strict=True):
        (replaced if goes or (group, aspect) in counted_again else stay).append(row)
        before[group, place(row), *limits(row)] = row["address"]
    for row, group in zip(rows, groups, strict=True):  # what was published stays so
        row["address"] = row["address"] or before.get((group, place(row), *limits(row)), "")
    paths = sorted([*rounds_dir().glob("*/figures.csv"), *rounds_dir().glob("*/history/*.csv")])
    readable = [row for path in paths for row in _read(path, COLUMNS, "restore it") if row["force"] in forces]
    registers = rounds_dir().glob("*/suppressed.csv")
    already = {group for path in registers for group in registered(path) if group.force in forces}
    hidden = protect(rows, readable, already)
    made = [_protected(row, group in hidden) for row, group in zip(rows, groups, strict=True)]
    kept = {_content(row): row for row in replaced}
    made = [kept.pop(_content(row), row) | {"address": row["address"]} for row in made]
    new = {_content(row) for row in made if is_used(row)} - {_content(row) for row in held}
    rows = sorted([*stay, *made], key=lambda row: (row["force"], row["file"]))  # within a file, as read
    return Change(rows, list(kept.values()), hidden, len(new))


def _content(row: Row) -> tuple:
    return tuple(row[name] for name in COLUMNS if name not in ("accepted", "address", "status"))


def is_used(row: Row) -> bool:
    """Whether a row is one of the pipeline's."""
    return bool(row["joins"]) and not is_suppressed(row)


def _protected(row: Row, hide: bool) -> Row:
    """A row as it may be kept: a suppressed one without its count, and without what was printed for it."""
    if not hide or row["address"]:
        return row
    qualifiers = [part for part in row["qualifier"].split("; ") if part == "total" or "unknown" in part]
    note = "; ".join(part for part in row["note"].split("; ") if not part.startswith("printed"))
    hidden = {"value_low": "", "value_high": "", "note": note}
    return row | hidden | {"qualifier": "; ".join([*qualifiers, SUPPRESSED])}


def accepted_rows(name: str) -> list[Row]:
    """The rows of a round as they were accepted, protected; none where nothing was accepted yet.

    Raises
    ------
    RoundError
        When the file cannot be read, or was written before small counts were protected.
    """
    path = rounds_dir() / name / "figures.csv"
    if not path.exists():
        return []
    remedy = "move it out of the project and accept the answers again: it may hold small counts"
    return _read(path, COLUMNS, remedy)


# ---------------------------------------------------------------------- writing


def _commit(opened: Round, change: Change, statuses: dict, day: str) -> None:
    """Write what is suppressed and what is replaced, then the figures in one step, then what is made from them."""
    for left in opened.folder.rglob(".*.part"):  # by a run that was killed
        left.unlink()
    register = opened.folder / "suppressed.csv"
    files = {register: register_text(change.suppressed.union(registered(register)))}
    for force in sorted({row["force"] for row in change.gone}):
        slug, text = police_slug(force) if force else "no-force", _figures(change.gone, force)
        past = [path.read_text(encoding="utf-8") for path in opened.folder.glob(f"history/{slug}-[0-9]*.csv")]
        if text not in past:  # an interrupted run may have kept it
            files[opened.folder / "history" / f"{slug}-{len(past) + 1}.csv"] = text
    files[opened.folder / "figures.csv"] = _figures(change.rows)
    files |= _tables(opened, [row for row in change.rows if is_used(row)], statuses, day)
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, text in files.items():
            write_atomic(path, text)
        for name in TABLES:  # as the pipeline will
            read_table(name)
    except BaseException as error:  # Ctrl-C too
        for path, content in before.items():
            path.unlink(missing_ok=True) if content is None else write_atomic(path, content)
        if isinstance(error, TableError):
            raise NotAccepted(f"nothing was accepted: {error}") from None
        raise


def _figures(rows: list[Row], force: str | None = None) -> str:
    """Rows as the text of a CSV file; those of one force where one is named."""
    chosen = (row for row in rows if force in (None, row["force"]))
    return csv_text([list(COLUMNS), *([row[name] for name in COLUMNS] for row in chosen)])


def _tables(opened: Round, rows: list[Row], statuses: dict[str, Row], day: str) -> dict[Path, str]:
    """The round's own rows of the tables of the pipeline, as text by file."""
    forces = sorted({*statuses, *(row["force"] for row in rows)})
    source = {force: f"foi-{opened.name}-{police_slug(force)}" for force in forces}
    addresses = {row["force"]: row["address"] for row in rows if row["address"]}
    made = {
        "sources": _sources(opened, source, addresses, day),
        "foi_rounds": _round(opened, {row["financial_year"] for row in rows}, day),
        "foi_printed": _printed(opened, rows, source),
        "foi_status": sorted(
            [opened.name, force, row["status"], source[force], row["note"]] for force, row in statuses.items()
        ),
    }
    heads = {name: [column.name for column in table(name).columns] for name in made}
    return {_path(opened, name): csv_text([heads[name], *cells]) for name, cells in made.items()}


def _path(opened: Round, name: str) -> Path:
    return opened.folder / "tables" / f"{name}.csv"


def _kept(opened: Round, name: str) -> list[list[str]]:
    """The rows that the round has in a table, without the header."""
    path = _path(opened, name)
    return read_cells(path)[0][1:] if path.exists() else []


def _sources(opened: Round, source: dict[str, str], addresses: dict[str, str], day: str) -> list[list[str]]:
    known = {row[0]: row for row in _kept(opened, "sources")}
    title = f"Answer to a freedom of information request, round {opened.name}"
    for force, id in source.items():
        row = known.setdefault(id, [id, force, title, day, "", "LicenseRef-facts-cited", "as received"])
        row[4] = addresses.get(force) or row[4]
    return list(known.values())


def _round(opened: Round, years: set[str], day: str) -> list[list[str]]:
    row = [opened.name, f"Our request to all forces, round {opened.name}", "foi", "all_offences", "", day[:7]]
    row = next(iter(_kept(opened, "foi_rounds")), row)
    row[4] = ";".join(sorted(years))
    return [row]


def _printed(opened: Round, rows: list[Row], source: dict[str, str]) -> list[list[str]]:
    """The round's figures; one that stays keeps its number, which other tables may refer to."""
    wanted = {}
    for row in rows:
        said = {"revised": "revised", "approximate": "approx"}
        words = ", ".join(word for name, word in said.items() if name in row["qualifier"])
        told = (area_of(row["force"]), row["financial_year"], row["joins"], value_text(row), words)
        sums = [part for part in row["note"].split("; ") if part.startswith("sum of")]
        note = "; ".join(filter(None, (place(row), *sums, UNITS.get(row["measure"], ""))))
        wanted[told] = [opened.name, *told, source[row["force"]], row["accepted"], note]
    kept = []
    for number, _, *before in _kept(opened, "foi_printed"):
        if stays := wanted.pop(tuple(before[:5]), None):
            kept.append([number, *stays])
    paths = round_additions(table_path("foi_printed"))
    used = (int(row[0]) for path in paths for row in read_cells(path)[0][1:])
    last = max(used, default=FIRST_ROW - 1)
    return [*kept, *([str(number), *row] for number, row in enumerate(wanted.values(), last + 1))]


def area_of(force: str) -> str:
    """A force's name in the printed figures: a nation with one force stands for that force.

    >>> [area_of(force) for force in ("Police Scotland", "Kent")]
    ['Scotland', 'Kent']
    """
    one = force_named(force)
    return one.nation if one.kind in ("scotland", "northern_ireland") else one.name


# ---------------------------------------------------------------------- what is said


def _say(opened: Round, change: Change, read: list[Row], echo: Callable[[str], object]) -> None:
    forces, files = {row["force"] for row in read}, {(row["force"], row["file"]) for row in read}
    mine = [row for row in change.rows if row["force"] in forces]
    used = [row for row in mine if is_used(row)]
    of = f"{counted(len(used), 'figure')} of {counted(len({row['force'] for row in used}), 'force')}"
    where = f"{display_path(_path(opened, 'foi_printed'))} as the round's answers"
    echo(f"{of} join {where}, {change.new:,} of them new" if used else f"no figure joins {where}")
    others = sorted({row["force"] for row in change.rows} - forces)
    if others:
        echo(f"the answers of {counted(len(others), 'other force')} stay as they were")
    for force, number in sorted(Counter(row["force"] for row in change.gone).items()):
        kept = f"{counted(number, 'figure')} replaced, kept in {display_path(opened.folder / 'history')}"
        echo(f"{force or 'no force named'}: {kept}")
    left = dict.fromkeys(one for row in mine if (one := (row["force"], row["file"])) not in files)
    for force, some in groupby(left, lambda one: one[0]):
        stay = f"figures of {', '.join(file for _, file in some)} stay beside the new ones"
        echo(f"{force}: {stay}; if the new answer takes their place, add --replace")
    told = (row for row in mine if row["status"] == "confirmed" and not is_suppressed(row))
    unused = [row for row in told if not is_used(row)]
    for force in sorted({row["force"] for row in used}):
        if detail := [row for row in unused if row["force"] == force]:
            kept = f"{counted(len(detail), 'confirmed figure')} kept as detail that no notebook reads"
            echo(f"{force}: {kept}, mostly because what was read {joining.why_nothing(detail)}")
    if hidden := [row for row in mine if is_suppressed(row)]:
        echo(
            f"{counted(len(hidden), 'count')} by age, sex or another characteristic of persons suppressed ({_by_force(hidden)}): "
            f"small ones, and others that would give them away"
        )


def _silent(rows: list[Row], statuses: dict[str, Row], waiting: list[Row]) -> Iterable[tuple[str, str]]:
    """Each answered force of which nothing is used, and why; other police, of which no table has a row, too."""
    others = {row["force"] for row in (*rows, *waiting)} - {"", *FORCES}
    for force, status in sorted((statuses | {name: {"status": "", "note": ""} for name in others}).items()):
        mine = [row for row in rows if row["force"] == force]
        if any(map(is_used, mine)):
            continue
        still = sum(row["force"] == force for row in waiting)
        why = [f"what was read {joining.why_nothing(mine)}"] * bool(mine)
        why += [f"{_waiting(still)} to be confirmed"] * bool(still)
        if why:
            yield force, ", and ".join(why)
        elif status["status"] in ("refused", "not_held"):
            yield force, f"{status['status'].replace('_', ' ')} ({status['note']})"
        else:
            remedy = "read its files, confirm what waits on their pages, and accept again"
            yield force, f"nothing of it was accepted yet; {remedy}"
