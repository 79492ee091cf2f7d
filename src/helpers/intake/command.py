"""``rise intake``: from a folder of responses to one checked table, a list of problems, and a page to review.

:func:`intake` finds the files, reads each in a process of its own, checks what was read, and writes
``figures.csv``, ``problems.csv``, ``review/`` and ``readings/`` to the output folder. A bad file stops none of that:
the others are written first, and then it is said which could not be read, and why.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from itertools import product
from pathlib import Path

from helpers.intake import joining, render
from helpers.intake.lexicon import compile_phrases
from helpers.intake.limits import Failed, run_each, without_collection
from helpers.intake.model import (
    COLUMNS,
    SEVERITIES,
    Decisions,
    FileReading,
    Problem,
    as_row,
    counted,
    csv_text,
    defuse_cell,
    with_bar,
)
from helpers.intake.reader import read_file
from helpers.tables.faults import Refusal
from helpers.tables.files import write_atomic
from helpers.tables.forces import resolve_police

JUNK = re.compile(r"^(?:\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\._.*)$", re.IGNORECASE)
PROBLEM_COLUMNS = ("file", "where", "severity", "message")
NUMBER_COLUMNS = ("file", "sheet", "cell", "text", "status", "reason")


class Usage(Refusal):
    """The command was given something that it cannot work with."""

    exit_code = 2


class Unread(Refusal):
    """Files that could not be read, a line each; the others were."""


@without_collection()
def intake(
    paths: Iterable[str | os.PathLike],
    out: str | os.PathLike,
    force: str | None = None,
    round: str | None = None,
    reading: str | os.PathLike | None = None,
    echo: Callable[[str], object] = print,
    explain: bool = False,
) -> None:
    """Read what forces sent.

    Parameters
    ----------
    paths : iterable of path
        Files and folders. Folders are read whole; links to folders are told and not followed.
    out : path
        Folder for ``figures.csv``, ``problems.csv``, ``review/`` and ``readings/``; made if need be.
    force : str, optional
        The force that answered, under any name it goes by, where the files do not say.
    round : str, optional
        The round that the files belong to: its tracker is brought up to date, its readings are kept.
    reading : path, optional
        A reading written by an earlier run and edited, or a folder of such; each decides for its file.
    echo : function
        Takes each line of the summary.
    explain : bool
        Whether to say how each table was understood: roles, scores, and what was close.

    Raises
    ------
    Usage
        When something that was given cannot be; nothing is written.
    Unread
        When some file could not be read; everything else is written.

    Examples
    --------
    >>> intake(["no-such-file.xlsx"], "out")
    Traceback (most recent call last):
    helpers.intake.command.Usage: no-such-file.xlsx: there is no such file or folder
    """
    from helpers.intake.rounds import open_meant

    force = _option("--force", resolve_police, force) if force else ""
    decided = _option("--reading", _decided, reading) if reading is not None else []
    out = Path(out)
    found, problems = _find(list(map(Path, paths)), out)
    names = [name for _, name in found]
    _check_kept(out, decided, names)
    decided = _by_file(decided, names)
    store = _option("--round", open_meant, round) if round else None
    for folder in ("review", "readings"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    readings = _read_all(found, force, decided, store)
    from helpers.intake import layouts

    layouts.recognise(readings)
    layouts.apply(readings, store.folder / "layouts" if store else None)
    from helpers.intake.checks import check_all

    problems += check_all(readings, round)
    problems += [(result.name, problem) for result in readings for problem in result.problems]
    _write(out, readings, problems)
    if store:
        store.take(readings)
    for one in readings if explain else ():
        echo(f"{one.name}: force {one.force or 'not stated'}, counts {one.measure or 'offences'}")
        numbers = ((n, f" ({n.reason})" if n.reason else "") for n in one.numbers)
        lines = (f"{f'{n.sheet} {n.cell}'.strip()}: {n.text}: {n.status}{why}" for n, why in numbers)
        for line in (*one.explained, *lines):
            echo(f"  {line}")
    _report(out, readings, problems, len(found), echo)


def _option(name: str, read: Callable, given):
    """What an option was given, read; else it is said which was given what cannot be."""
    from helpers.intake.rounds import RoundError

    try:
        return read(given)
    except (ValueError, RoundError) as error:
        raise Usage(f"{name}: {error}") from None


def _decided(reading: str | os.PathLike) -> list[Decisions]:
    """What one reading decides, or each of a folder."""
    from helpers.intake.readings import read_toml

    paths = sorted(Path(reading).glob("*.toml")) if Path(reading).is_dir() else [Path(reading)]
    if not paths:
        raise ValueError(f"{_shown(str(reading))} holds no reading; give the readings/ of an earlier run")
    found: dict[str, tuple[Path, Decisions]] = {}
    for path in paths:
        one = read_toml(path)
        other, _ = found.setdefault(one.file or path.name, (path, one))
        if other != path:  # a browser gives a second download another name
            raise ValueError(f"{other.name} and {path.name} are both of {one.file}: keep one of them")
    return [one for _, one in found.values()]


def _by_file(decided: list[Decisions], names: list[str]) -> dict[str, dict[str, Decisions]]:
    """What is decided for each file of this run, by its own name and by those of its attachments."""
    if len(decided) == len(names) == 1 and Path(decided[0].file).name in ("", Path(names[0]).name):
        return {names[0]: {names[0]: decided[0]}}
    found: dict[str, dict[str, Decisions]] = {}
    for one in decided:
        if name := _whole(one.file, names):
            found.setdefault(name, {})[one.file] = one
    if decided and not found:
        raise Usage(
            f'--reading: the reading is of "{decided[0].file}", which is none of the files given; '
            f"where it holds for another file too, remove its line file = …"
        )
    return found


def _whole(file: str, names: list[str]) -> str:
    """The file of this run that a name is of, or of an attachment of which; empty for none."""
    return next((name for name in names if f"{file}/".startswith(f"{name}/")), "")


def _check_kept(out: Path, decided: list[Decisions], names: list[str]) -> None:
    """Refuse to write over what a person has decided or changed in the folder of an earlier run, and does not give now."""
    given = {one.file for one in decided}
    last = out / "review" / "index.html"  # what a run writes after its readings
    written = last.stat().st_mtime if last.exists() else float("inf")
    for path in sorted((out / "readings").glob("*.toml")):
        content = {}
        with suppress(OSError, ValueError):  # one that cannot be read decides nothing
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        file, changed = content.get("file", ""), path.stat().st_mtime > written
        by_person = changed or content.get("figure") or content.get("decided")
        if by_person and not given & {"", file} and _whole(file, names):
            raise Usage(
                f"{path} holds what a person has decided, and would be written over; add --reading {path.parent}, or give "
                f"another folder with --out"
            )


_EMPTY = "there are no files in it"


def _find(paths: list[Path], out: Path) -> tuple[list[tuple[Path, str]], list[tuple[str, Problem]]]:
    """The files to read with the name each is called by, and what was passed over."""
    from helpers.intake.notices import force_of_name

    if not paths:
        raise Usage("nothing to read: give at least one file or folder")
    found: dict[str, Path] = {}
    problems: list[tuple[str, Problem]] = []
    for path in paths:
        if not os.path.lexists(path):
            raise Usage(f"{_shown(str(path))}: there is no such file or folder")
        whole = Path(os.path.abspath(path))
        if os.path.realpath(whole if path.is_dir() else whole.parent) == os.path.realpath(out):
            raise Usage(f"--out: {out} holds the answers, and a later run would read its tables too")
        # "answers/Kent" says whose its files are
        root = path if path.is_dir() and not force_of_name(whole.name) else whole.parent
        walked = [*_walk(path, out)] if path.is_dir() else [(path, "", "")]
        for one, severity, message in walked or [(path, "warning", _EMPTY)]:
            name = whole.name if one == path else os.path.relpath(one, root)
            if message:
                problems.append((_shown(name), Problem("", severity, message)))
            else:
                _add(found, Path(one), name)
    if not found and all(problem.message == _EMPTY for _, problem in problems):
        raise Usage(f"{_shown(str(paths[0]))}: {_EMPTY}")
    return [(path, name) for name, path in sorted(found.items())], problems


def _walk(folder: Path, out: Path) -> Iterator[tuple[str, str, str]]:
    """The files of a folder, and with how bad it is and why what is not read of it."""
    closed: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=closed.append):
        paths = sorted(os.path.join(here, name) for name in folders)
        for path in filter(os.path.islink, paths):
            yield path, "warning", "a link to a folder, not followed; name the folder itself"
        own = os.path.realpath(out)
        folders[:] = [os.path.basename(path) for path in paths if os.path.realpath(path) != own]
        left = "passed over: a file that the operating system or a program leaves behind"
        for name in sorted(files):
            yield os.path.join(here, name), "note", left * bool(JUNK.match(name))
    for error in closed:
        yield error.filename, "error", f"not read: the folder cannot be opened: {error.strerror}"


def _add(found: dict[str, Path], path: Path, name: str) -> None:
    """Take a file under a name that no other has."""
    names = [name, str(Path(path.parent.name) / path.name), *(f"{path.name} ({n})" for n in range(2, 1_000))]
    for one in map(_shown, names):
        if os.path.realpath(found.setdefault(one, path)) == os.path.realpath(path):
            return


def _shown(name: str) -> str:
    """A name that can be written anywhere: no control characters, no half characters."""
    name = name.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join("�" if ord(ch) < 32 or ord(ch) == 127 else ch for ch in name)


def _read_all(found: list, force: str, decided: dict, store) -> list[FileReading]:
    jobs, notes = [], []
    for path, name in found:
        mine, note = _decisions(name, force, decided, store)
        notes.append(note)
        jobs.append((path, name, {
            of: replace(one, force=force or one.force, in_round=bool(store)) for of, one in mine.items()
        }))  # fmt: skip
    _preload(found)
    results = _read_each(dict(enumerate(jobs)))
    again = {}
    letters, corrected = _letters_beside(results, [path.parent for path, _ in found]), _corrected(results)
    for place in letters.keys() | corrected.keys():
        path, name, mine = jobs[place]
        said = {"beside": tuple(letters.get(place, ())), "corrected": corrected.get(place, "")}
        again[place] = path, name, {of: replace(one, **said) for of, one in mine.items()}
    results |= _read_each(again)
    for place, result in results.items():
        if notes[place]:
            result[0].tell("", "note", notes[place])
        for one in result:
            if force and one.forces and force not in one.forces:
                told = f"speaks of {one.forces[0]} and is taken as {force}, as --force says. Check that the file is the right one"
                one.tell("", "warning", told)
            if not one.force and one.figures and not any(figure.force for figure in one.figures):
                one.tell("", "warning", "does not say which force it is from; give --force")
    return [one for place in sorted(results) for one in results[place]]


def _read_each(jobs: dict[int, tuple]) -> dict[int, list[FileReading]]:
    """What came of each file, and of its attachments."""
    results, places = {}, list(jobs)
    reading = run_each(read_file, list(jobs.values()), meanwhile=render.prepare)
    for number, result in with_bar(reading, len(jobs), "reading files"):
        if isinstance(result, Failed):
            failed = Problem("", "error", f"not read: {result.reason}")
            result = [FileReading(jobs[places[number]][1], problems=[failed])]
        results[places[number]] = result
    return results


def _letters_beside(results: dict[int, list[FileReading]], folders: list[Path]) -> dict[int, list[str]]:
    """What letters without tables say beside each file of their force, where it doubts a figure of that file."""
    from helpers.intake.remarks import doubt_remarks

    letters = {place: some[0].letter for place, some in results.items() if some[0].letter}
    whose = {}
    for place, some in results.items():
        beside = {other[0].force for at, other in results.items() if folders[at] == folders[place]} - {""}
        alone = beside.pop() if len(beside) == 1 else place if beside else folders[place]
        whose[place] = some[0].force or alone
    heard = {}
    for place, some in results.items():
        near = (at for at in letters if at != place and whose[at] == whose[place])
        said = [text for at in near for text in letters[at]]
        figures = [replace(figure) for one in some if said for figure in one.figures]
        read = [figure.status for figure in figures]
        for text in said:
            doubt_remarks(figures, text, "letter")
        if read != [figure.status for figure in figures]:
            heard[place] = said
    return heard


def _corrected(results: dict[int, list[FileReading]]) -> dict[int, str]:
    """The files of which another says that it corrects one, and has figures for the same force and period; with what it says."""
    periods = {
        at: {(figure.force, figure.start, figure.end) for one in some for figure in one.figures}
        for at, some in results.items()
    }
    says = {at: one.corrects for at, some in results.items() for one in some if one.corrects}
    pairs = product(results, says)
    return {place: says[at] for place, at in pairs if place != at and periods[place] & periods[at]}


def _decisions(name: str, force: str, decided: dict, store) -> tuple[dict[str, Decisions], str]:
    """What is decided for a file: by the reading given, else by the last reading of the same force in a round."""
    from helpers.intake.notices import force_of_name
    from helpers.intake.rounds import last_reading

    named = force or force_of_name(name)
    if name not in decided and named and (last := last_reading(named, store.name if store else None, name)):
        return {name: last[1]}, f"read with what was decided for {named} in round {last[0]}"
    return {name: Decisions()} | decided.get(name, {}), ""


def _preload(found: list) -> None:
    """Load what every file needs and slow libraries once, before processes are forked, when more than one file needs them."""
    joining.official()
    if len(found) > 2:
        compile_phrases()
    slow = {".pdf": "pdfplumber", ".docx": "docx", ".html": "lxml.html", ".eml": "lxml.html"}
    for suffix, number in Counter(path.suffix.casefold() for path, _ in found).items():
        if number > 1 and suffix in slow:
            import_module(slow[suffix])


def _write(out: Path, readings: list[FileReading], problems: list[tuple[str, Problem]]) -> None:
    figures = (as_row(figure, one.name) for one in readings for figure in one.figures)
    write_atomic(out / "figures.csv", _csv(COLUMNS, figures))
    numbers = ((r.name, n.sheet, n.cell, n.text, n.status, n.reason) for r in readings for n in r.numbers)
    write_atomic(out / "numbers.csv", _csv(NUMBER_COLUMNS, numbers))
    unique = list(dict.fromkeys((name, p.where, p.severity, p.message) for name, p in problems))
    unique.sort(key=_harm)
    write_atomic(out / "problems.csv", _csv(PROBLEM_COLUMNS, unique))
    from helpers.intake.readings import to_toml
    from helpers.intake.review import safe_name, write_pages

    by_file: dict[str, list[Problem]] = {}
    for name, where, severity, message in unique:
        by_file.setdefault(name, []).append(Problem(where, severity, message))
    # by its time a later run knows what a person changed
    (out / "review" / "index.html").unlink(missing_ok=True)
    for result in readings:
        if not result.failed or result.figures:
            write_atomic(out / "readings" / f"{safe_name(result.name)}.toml", to_toml(result))
    write_pages(out, readings, by_file)


_GRAVE = ("is below the", "the sum of its", "are read as the same", "personal data")


def _harm(row: tuple[str, str, str, str]) -> tuple:
    """The order of problems: by file, the gravest first, then as one reads, with rows and columns as numbers."""
    name, where, severity, message = row
    grave = next((place for place, words in enumerate(_GRAVE) if words in message), len(_GRAVE))
    place = re.split(r"(\d+)", re.sub(r"\b([A-Z]{1,3})(\d+)\b", r"\2 \1", where))
    return name, SEVERITIES.index(severity), grave, [part.rjust(9) for part in place], message


def _csv(columns: tuple[str, ...], rows: Iterable) -> str:
    safe = ([defuse_cell(cell) if cell and type(cell) is str else cell for cell in row] for row in rows)
    return csv_text([columns, *safe])


def _report(out: Path, readings: list[FileReading], problems: list, files: int, echo) -> None:
    """Say what was read and where it is; raise for what was not."""
    count = Counter(problem.severity for _, problem in problems)
    figures, waiting = sum(len(one.figures) for one in readings), sum(one.waiting for one in readings)
    proposed = f" ({waiting:,} only proposed: see the review page)" * bool(waiting)
    told = [(files, "file", ""), (figures, "figure", proposed)]
    told += [(count[word], word, "") for word in SEVERITIES]
    echo(", ".join(f"{counted(number, word)}{more}" for number, word, more in told))
    for one in readings:
        for refusal in one.refusals[:1]:
            part = " in part" * bool(one.figures)
            echo(f"{one.name}: {refusal.word.replace('_', ' ')}{part} ({refusal.ground})")
    echo(f"written to {out}: figures.csv, problems.csv, numbers.csv, review/index.html, readings/")
    if count["error"]:
        errors = (f"{name}: {problem.message}" for name, problem in problems if problem.severity == "error")
        raise Unread("\n".join(dict.fromkeys(errors)))
