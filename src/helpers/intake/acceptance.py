"""A round grows answer by answer: what ``rise round accept`` carries from an intake into the round and the pipeline.

``data/rounds/NAME`` holds what was accepted, protected: ``figures.csv`` with every figure that was read or confirmed,
``suppressed.csv`` with what is suppressed, and ``history/`` with what later answers replaced. The round's rows of
``foi_printed``, ``foi_rounds``, ``foi_status`` and ``sources`` are made from these, so that accepting again makes
whatever an interrupted run left out. Exact small counts are only where the analyst keeps what the forces sent.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from helpers.intake import joining, protection
from helpers.intake.joining import UNITS, place, value_text
from helpers.intake.protection import SUPPRESSED, Key, Row, is_suppressed
from helpers.intake.rounds import ANSWERED, Round, RoundError, rounds_dir
from helpers.intake.suppression import Group
from helpers.tables.faults import Refusal, TableError
from helpers.tables.files import project_root, shown, write_atomic
from helpers.tables.forces import FORCES
from helpers.tables.forces import force as force_named
from helpers.tables.reading import read_cells

READ = (
    "file", "sheet", "cell", "force", "financial_year", "period_start", "period_end", "measure", "offence_code",
    "offence", "sex", "age_low", "age_high", "value_low", "value_high", "qualifier", "note",
)  # fmt: skip
COLUMNS = (*READ, "status", "joins", "address", "accepted")
KEYS = ("force", "unit", "start", "end", "offence", "sex", "low", "high", "aspect")
TABLES = ("raw/foi_printed.csv", "raw/foi_rounds.csv", "raw/foi_status.csv", "sources.csv")


class NotAccepted(Refusal):
    """Figures that the tables of the pipeline do not take; the tables are as they were."""


@dataclass
class Change:
    """What an acceptance makes of a round's figures."""

    rows: list[Row]  # of the round, protected
    gone: dict[str, list[Row]] = field(default_factory=dict)  # force → what was replaced
    suppressed: set[Key] = field(default_factory=set)
    new: int = 0


def accept(
    opened: Round,
    folder: Path,
    *,
    url: str,
    today: date,
    echo: Callable[[str], object],
    replace: bool = False,
) -> None:
    """Take the figures of one intake into a round, and carry those that the pipeline reads into ``data/raw``.

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
    replace : bool
        Whether these answers take the place of all that their forces sent before, and not only of the files and
        figures that they have in common.

    Raises
    ------
    RoundError
        When the figures cannot be read.
    NotAccepted
        When there is nothing to accept, or a table refuses it.
    """
    read = _read(folder / "figures.csv", READ, "give the --out folder of rise intake")
    sure = [row for row in read if row["status"] != "proposed"]
    waiting = [row for row in read if row["status"] == "proposed"]
    statuses = {force: row for force, row in opened.tracker.items() if row["status"] in ANSWERED}
    _refuse_strangers(opened.name, folder, sure, statuses)
    rows, contradicted = joining.join(sure, waiting)
    rows = [row | {"address": url, "accepted": today.isoformat()} for row in rows]
    change = _merged(opened, rows, replace)
    _commit(opened, change, statuses, url, today)
    _say(opened, folder, change, read, echo)
    for line in contradicted:
        echo(line)
    if waiting:
        echo(f"{_waiting(len(waiting))} ({_by_force(waiting)}): confirm or reject each on its page in "
             f"{folder / 'review'}, read again with --reading, and accept again")  # fmt: skip
    for force, why in _silent(change.rows, statuses, waiting):
        echo(f"{force} answered, and none of its figures is used: {why}")
    if warnings := _warnings(folder / "problems.csv"):
        echo(
            f"{_count(warnings, 'warning')} in {folder / 'problems.csv'}: the figures join as they were read"
        )
    inside = folder.resolve().is_relative_to(project_root().resolve())
    move = ", which is inside the project: move it out before the project is passed on" if inside else ""
    echo(
        f"what the forces sent, with its exact counts, is only in {folder} and the files that it was read from{move}"
    )
    echo(
        f"data/rounds/{opened.name}/figures.csv has all {_count(len(change.rows), 'figure')}; next: rise run"
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"


def _waiting(number: int) -> str:
    return f"{_count(number, 'figure')} wait{'s' * (number == 1)}"


def _by_force(rows: Iterable[Row]) -> str:
    found = Counter(row["force"] or "no force named" for row in rows)
    return ", ".join(f"{force} {number:,}" for force, number in found.most_common())


def _read(path: Path, wanted: Iterable[str], remedy: str) -> list[Row]:
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise RoundError(f"{path}: cannot be read ({why}); {remedy}") from None
    if rows and not set(wanted) <= set(rows[0]):
        raise RoundError(f"{path}: not a figures.csv that rise intake wrote; {remedy}")
    return [{name: row.get(name) or "" for name in COLUMNS} for row in rows]


def _refuse_strangers(name: str, folder: Path, rows: list[Row], statuses: dict) -> None:
    unanswered = sorted({row["force"] for row in rows if row["force"] in FORCES} - set(statuses))
    if unanswered:
        raise NotAccepted(
            f"{folder} has figures of {', '.join(unanswered[:5])}, whose answer is not in round {name}; "
            f"read the files with: rise intake PATH… --out {folder} --round {name}"
        )
    if not rows and not statuses:
        raise NotAccepted(
            f"{folder}: nothing that a table of the pipeline can hold, and no force has answered in round {name}"
        )


# ---------------------------------------------------------------------- merging one answer into the round


def _merged(opened: Round, rows: list[Row], replace: bool) -> Change:
    """The round with new rows in place of those that they replace, protected."""
    held = accepted_rows(opened.name)
    describe, known = protection.Describer(rows), protection.Describer(held)
    files = {(row["force"], row["file"]) for row in rows}
    forces = {row["force"] for row in rows}
    groups = {describe.key(row) for row in rows}
    before = {}
    stay, replaced = [], []
    for row in held:
        same_file = (row["force"], row["file"]) in files
        takes = same_file or known.key(row) in groups or replace and row["force"] in forces
        (replaced if takes else stay).append(row)
        before[known.key(row), place(row), row["value_low"], row["value_high"]] = row
    for row in rows:  # what was published stays so
        old = before.get((describe.key(row), place(row), row["value_low"], row["value_high"]))
        row["address"] = row["address"] or (old["address"] if old else "")
    hidden = protection.protect(rows, [*readable_rows(forces)], suppressed_keys(forces), opened.name)
    made = [_protected(row, describe.key(row) in hidden) for row in rows]
    kept = {_content(row): row for row in replaced}
    made = [kept.pop(_content(row), row) | {"address": row["address"]} for row in made]
    change = Change(sorted([*stay, *made], key=_order), suppressed=hidden)
    for row in kept.values():
        change.gone.setdefault(row["force"], []).append(row)
    old = {_content(row) for row in held}
    change.new = sum(
        bool(row["joins"]) and _content(row) not in old and not is_suppressed(row) for row in made
    )
    return change


def _content(row: Row) -> tuple:
    return tuple(row[name] for name in COLUMNS if name not in ("accepted", "address", "status"))


def _order(row: Row) -> tuple:
    return (row["force"], row["file"])  # within a file, as read


def _protected(row: Row, hide: bool) -> Row:
    """A row as it may be kept: a suppressed one without its count, and without what was printed for it."""
    if not hide or row["address"]:
        return row
    qualifiers = [part for part in row["qualifier"].split("; ") if part == "total" or "unknown" in part]
    note = "; ".join(part for part in row["note"].split("; ") if not part.startswith("printed"))
    return row | {
        "value_low": "",
        "value_high": "",
        "qualifier": "; ".join([*qualifiers, SUPPRESSED]),
        "note": note,
    }


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


def readable_rows(forces: set[str]) -> list[Row]:
    """What this project holds, or has held, of some forces' answers, in every round."""
    found = []
    for path in sorted([*rounds_dir().glob("*/figures.csv"), *rounds_dir().glob("*/history/*.csv")]):
        found += [row for row in _read(path, COLUMNS, "restore it") if row["force"] in forces]
    return found


def suppressed_keys(forces: set[str]) -> set[Key]:
    """What is suppressed of some forces' answers, in every round."""
    found = set()
    for path in sorted(rounds_dir().glob("*/suppressed.csv")):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            if row["force"] in forces:
                ages = [int(row[name]) if row[name] else None for name in ("low", "high")]
                days = [date.fromisoformat(row[name]).toordinal() for name in ("start", "end")]
                group = Group(*days, row["offence"], row["sex"], *ages, row["aspect"])
                found.add(Key(row["force"], row["unit"], group))
    return found


def _register(keys: Iterable[Key]) -> str:
    rows = []
    for key in keys:
        found = asdict(key.group) | {"force": key.force, "unit": key.unit}
        found |= {name: date.fromordinal(found[name]).isoformat() for name in ("start", "end")}
        rows.append(["" if found[name] is None else str(found[name]) for name in KEYS])
    return _csv([list(KEYS), *sorted(rows)])


# ---------------------------------------------------------------------- writing


def _commit(opened: Round, change: Change, statuses: dict, url: str, today: date) -> None:
    """Write what is suppressed and what is replaced, then the figures in one step, then what is made from them."""
    files = {opened.folder / "suppressed.csv": _register(change.suppressed | _suppressed_in(opened))}
    for force, rows in sorted(change.gone.items()):
        slug = force_named(force).slug if force in FORCES else "no-force"
        past = sorted(
            (opened.folder / "history").glob(f"{slug}-*.csv"), key=lambda path: path.stat().st_mtime_ns
        )
        if not past or past[-1].read_text(encoding="utf-8") != _figures(
            rows
        ):  # an interrupted run may have kept it
            files[opened.folder / "history" / f"{slug}-{len(past) + 1}.csv"] = _figures(rows)
    files[opened.folder / "figures.csv"] = _figures(change.rows)
    data = project_root() / "data"
    before = {
        path: path.read_bytes() if path.exists() else None
        for path in [*files, *(data / name for name in TABLES)]
    }
    try:
        for path, text in files.items():
            write_atomic(path, text)
        _carry(opened.name, change.rows, statuses, url, today)
        _check()
    except BaseException as error:  # Ctrl-C too
        for path, content in before.items():
            path.unlink(missing_ok=True) if content is None else write_atomic(path, content)
        if isinstance(error, TableError):
            raise NotAccepted(f"nothing was accepted: {error}") from None
        raise


def _suppressed_in(opened: Round) -> set[Key]:
    """What this round suppresses of other forces."""
    path = opened.folder / "suppressed.csv"
    if not path.exists():
        return set()
    forces = {
        row["force"] for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    }
    return suppressed_keys(forces)


def _figures(rows: list[Row]) -> str:
    return _csv([list(COLUMNS), *([row[name] for name in COLUMNS] for row in rows)])


def _carry(name: str, rows: list[Row], statuses: dict[str, Row], url: str, today: date) -> None:
    """Bring the tables of the pipeline up to date with a round."""
    rows = [row for row in rows if row["joins"] and not is_suppressed(row)]
    forces = {*statuses, *(row["force"] for row in rows)}
    source = {force: f"foi-{name}-{force_named(force).slug}" for force in sorted(forces)}
    published = {row["force"]: row["address"] for row in rows if row["address"]}
    if url:  # an answer without figures stands there too
        published = (
            dict.fromkeys((f for f in forces if f not in {row["force"] for row in rows}), url) | published
        )
    _register_sources(name, source, published, today)
    _register_round(name, {row["financial_year"] for row in rows}, today)
    _put_figures(name, rows, source)
    _put_statuses(name, statuses, source)


def _register_sources(name: str, source: dict[str, str], published: dict[str, str], today: date) -> None:
    registered = _load("sources.csv")
    known = {row[0]: row for row in registered}
    title = f"Answer to a freedom of information request, round {name}"
    for force, id in source.items():
        if id in known:
            known[id][4] = published.get(force) or known[id][4]
        else:
            address = published.get(force, "")
            registered.append(
                [id, force, title, today.isoformat(), address, "LicenseRef-facts-cited", "as received"]
            )
    _save("sources.csv", registered)


def _register_round(name: str, years: set[str], today: date) -> None:
    rounds = _load("raw/foi_rounds.csv")
    mine = next((row for row in rounds[1:] if row[0] == name), None)
    if mine is None:
        mine = [
            name,
            f"Our request to all forces, round {name}",
            "foi",
            "all_offences",
            "",
            today.isoformat()[:7],
        ]
        rounds.append(mine)
    mine[4] = ";".join(sorted(years))
    _save("raw/foi_rounds.csv", rounds)


def _put_figures(name: str, rows: list[Row], source: dict[str, str]) -> None:
    """Put a round's figures in place of those that it had; a figure that stays keeps its number."""
    head, *printed = _load("raw/foi_printed.csv")
    wanted = {}
    for row in rows:
        words = [
            word
            for said, word in {"revised": "revised", "approximate": "approx"}.items()
            if said in row["qualifier"]
        ]
        told = (
            name,
            area_of(row["force"]),
            row["financial_year"],
            row["joins"],
            value_text(row),
            ", ".join(words),
        )
        note = "; ".join(filter(None, (place(row), *_sum_words(row), UNITS.get(row["measure"], ""))))
        wanted[told] = [*told, source[row["force"]], row["accepted"], note]
    kept = []
    for row in printed:
        if row[1] != name:
            kept.append(row)
        elif stays := wanted.pop(tuple(row[1:7]), None):
            kept.append([row[0], *stays])
    last = max((int(row[0]) for row in printed), default=0)
    kept += [[str(number), *row] for number, row in enumerate(wanted.values(), last + 1)]
    _save("raw/foi_printed.csv", [head, *kept])


def _sum_words(row: Row) -> list[str]:
    return [part for part in row["note"].split("; ") if part.startswith("sum of")]


def area_of(force: str) -> str:
    """A force's name in the printed figures: a nation with one force stands for that force.

    >>> [area_of(force) for force in ("Police Scotland", "Kent")]
    ['Scotland', 'Kent']
    """
    one = force_named(force)
    return one.nation if one.kind in ("scotland", "northern_ireland") else one.name


def _put_statuses(name: str, statuses: dict[str, Row], source: dict[str, str]) -> None:
    status = [row for row in _load("raw/foi_status.csv") if not (row[0] == name and row[1] in statuses)]
    status += [
        [name, force, row["status"], source[force], row["note"]] for force, row in sorted(statuses.items())
    ]
    _save("raw/foi_status.csv", status)


def _load(name: str) -> list[list[str]]:
    return read_cells(project_root() / "data" / name)


def _save(name: str, rows: list[list[str]]) -> None:
    write_atomic(project_root() / "data" / name, _csv(rows))


def _csv(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _check() -> None:
    """Read the tables as the pipeline will: a table that refuses them raises."""
    from helpers.tables import read_table

    for name in ("sources", "foi_rounds", "foi_printed", "foi_status"):
        read_table(name)


# ---------------------------------------------------------------------- what is said


def _say(opened: Round, folder: Path, change: Change, read: list[Row], echo: Callable[[str], object]) -> None:
    forces = {row["force"] for row in read}
    used = [row for row in change.rows if row["force"] in forces and row["joins"] and not is_suppressed(row)]
    of = f"{_count(len(used), 'figure')} of {_count(len({row['force'] for row in used}), 'force')}"
    where = f"data/raw/foi_printed.csv as the round's answers, round {opened.name}"
    echo(f"{of} join {where}, {change.new:,} of them new" if used else f"no figure joins {where}")
    others = sorted({row["force"] for row in change.rows} - forces)
    if others:
        echo(f"the answers of {_count(len(others), 'other force')} stay as they were")
    for force, rows in sorted(change.gone.items()):
        number = _count(len(rows), "figure")
        echo(f"{force or 'no force named'}: {number} replaced, kept in {shown(opened.folder / 'history')}")
    for force, files in _left(change.rows, read).items():
        echo(
            f"{force}: figures of {', '.join(files)} stay beside the new ones; if the new answer takes their place, add --replace"
        )
    if hidden := [row for row in change.rows if row["force"] in forces and is_suppressed(row)]:
        echo(
            f"{_count(len(hidden), 'count')} by age, sex or another characteristic of persons suppressed ({_by_force(hidden)}): "
            f"small ones, and others that would give them away"
        )


def _left(rows: list[Row], read: list[Row]) -> dict[str, list[str]]:
    """The files of a force whose figures stay beside those of other files just accepted."""
    new = {(row["force"], row["file"]) for row in read}
    forces = {force for force, _ in new}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row["force"] in forces and (row["force"], row["file"]) not in new:
            found[row["force"]][row["file"]] = None
    return {force: list(files) for force, files in sorted(found.items())}


def _silent(rows: list[Row], statuses: dict[str, Row], waiting: list[Row]) -> Iterable[tuple[str, str]]:
    """Each answered force of which nothing is used, and why."""
    for force, status in sorted(statuses.items()):
        mine = [row for row in rows if row["force"] == force]
        if any(row["joins"] and not is_suppressed(row) for row in mine):
            continue
        still = sum(row["force"] == force for row in waiting)
        if still:
            yield force, f"{_waiting(still)} to be confirmed"
        elif mine:
            yield force, f"what was read {joining.why_nothing(mine)}"
        elif status["status"] in ("refused", "not_held"):
            yield force, f"{status['status'].replace('_', ' ')} ({status['note']})"
        else:
            yield force, "its figures are in none of the folders that were accepted; read and accept them too"


def _warnings(path: Path) -> int:
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        return sum(row.get("severity") == "warning" for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error):
        return 0
