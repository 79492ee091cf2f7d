"""Read one file from its bytes to its figures: load it, find its tables and lines, and put together what it says.

:func:`read_file` is what runs in a process of its own for each file. It raises nothing for bad files: what cannot be
read is a problem with the severity ``error``.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from helpers.foi.responses.closing import close, share_force
from helpers.foi.responses.emit import read_table
from helpers.foi.responses.filewide import (
    decide_rules,
    file_meaning,
    forces_of_file,
    one_force,
    sheet_meaning,
    telling_texts,
)
from helpers.foi.responses.gather import Gathered, gather
from helpers.foi.responses.grids import Table
from helpers.foi.responses.incidents import count_incidents, is_list
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.layout import Layout
from helpers.foi.responses.lines import read_lines
from helpers.foi.responses.listed import row_of_list
from helpers.foi.responses.longtables import read_long
from helpers.foi.responses.meaning import Meaning, describe
from helpers.foi.responses.model import Document, Figure, Grid, Line, Problem
from helpers.foi.responses.partyears import shorten_years
from helpers.foi.responses.results import Decisions, FileReading, TableNote
from helpers.foi.responses.showing import mark_refusals, said_of, show_grid, show_lines
from helpers.foi.responses.sniff import SPREADSHEETS, Refused, sniff, wrong_extension
from helpers.foi.responses.statements import default_measure, find_refusals, read_rules, without_rule
from helpers.foi.responses.tablework import Reading, Scope
from helpers.foi.responses.unread import unread_numbers

_APPARATUS = re.compile(r"(?i)\W*(?:notes?|contents?|guidance|definitions?|metadata|caveats?|glossary)\b")


def read_file(
    path: Path, name: str, decisions: Decisions | None = None, seconds: float = 45.0
) -> list[FileReading]:
    """Read one file and what is attached to it.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What to call it in what is written.
    decisions : Decisions, optional
        Meanings that go before the reading's own.
    seconds : float
        After which long loops stop and keep what they have.

    Returns
    -------
    list of FileReading
        The file first, then its attachments.
    """
    decisions = decisions or Decisions()
    deadline = time.monotonic() + seconds
    results: list[FileReading] = []
    with tempfile.TemporaryDirectory(prefix="foi-intake-") as folder:

        def load(target: Path, shown: str, depth: int) -> list[Document]:
            result = FileReading(shown)
            try:
                kind = sniff(target)
                result.digest = _digest(target)
                documents = _load(target, shown, kind, Path(folder), load, depth, deadline)
            except Refused as error:
                result.problems.append(Problem("", "error", f"not read: {error}"))
                results.append(result)
                return []
            extension = wrong_extension(
                Path(shown), documents[0].kind if documents[0].kind != "csv" else "text"
            )
            if extension:
                documents[0].problems.append(Problem("", "warning", extension))
            documents[0].name = shown
            own = decisions.parts.get(shown, decisions)
            results.append(_read_decided(documents[0], own, result.digest, deadline))
            return []

        load(path, name, 0)
    _tell_unmet(decisions, results)
    share_force(results)
    if any(result.figures for result in results):
        for result in results:
            if result.kind == "eml":
                result.problems = [
                    problem
                    for problem in result.problems
                    if not problem.message.startswith("no figures found")
                ]
    return sorted(results, key=lambda result: result.name != name)


def _tell_unmet(decisions: Decisions, results: list[FileReading]) -> None:
    from helpers.foi.responses.reading import unmet

    for own in (decisions, *decisions.parts.values()):
        if own.changes_only:
            mine = [result for result in results if result.name == own.file] or results
            mine[0].problems += unmet(own, mine)


def _read_decided(document: Document, decisions: Decisions, digest: str, deadline: float) -> FileReading:
    """Read a document by what is decided; a reading that holds every label decides by what was changed in it."""
    if not decisions.changes_only:
        result = read_document(document, decisions, digest, deadline)
        result.decided = {label: describe(meaning) for label, meaning in decisions.book.items()}
        return result
    own = read_document(document, replace(decisions, book={}, measure=""), digest, deadline)
    said = {label.casefold(): words for label, words in own.labels.items()}
    changed = {
        label: meaning for label, meaning in decisions.book.items() if said.get(label) != describe(meaning)
    }
    result = read_document(document, replace(decisions, book=changed), digest, deadline)
    result.decided = {label: describe(meaning) for label, meaning in changed.items()}
    result.known = list(own.labels)
    if decisions.measure and decisions.measure != own.measure:
        for figure in result.figures:  # titles may name what is counted too, and were read wrong then
            figure.measure = decisions.measure if figure.measure == own.measure else figure.measure
    return result


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(
    path: Path, shown: str, kind: str, folder: Path, load, depth: int, deadline: float
) -> list[Document]:
    if kind in SPREADSHEETS:
        from helpers.foi.responses.cells import load_workbook

        return [load_workbook(path, kind)]
    if kind == "docx":
        from helpers.foi.responses.documents import load_docx

        return [load_docx(path)]
    if kind == "pdf":
        from helpers.foi.responses.pages import load_pdf

        return [
            load_pdf(path, deadline - 0.4 * (deadline - time.monotonic()))
        ]  # time is left to read what was loaded
    if kind == "html":
        from helpers.foi.responses.documents import load_html

        return [load_html(path)]
    if kind == "eml":
        from helpers.foi.responses.mail import load_mail

        return load_mail(path, shown, folder, load, depth)
    from helpers.foi.responses.cells import load_text

    return [load_text(path)]


def read_document(
    document: Document, decisions: Decisions, digest: str = "", deadline: float | None = None
) -> FileReading:
    """Read a loaded document.

    Parameters
    ----------
    document : Document
        From one of the loaders.
    decisions : Decisions
        Meanings that go before the reading's own.
    digest : str
        SHA-256 of the file, for the reading.
    deadline : float, optional
        When to stop, on the clock of ``time.monotonic``.
    """
    result = FileReading(document.name, document.kind, digest, problems=list(document.problems))
    pieces = gather(document, result)
    texts = [text for text, _ in pieces.texts]
    rules = read_rules([*texts, *(text for text, _ in pieces.cells)])
    decide_rules(rules, decisions.rules)
    result.rules = {
        "marks": {mark: list(bounds) for mark, bounds in rules.marks.items()},
        "zero_is_hidden": rules.zero_hidden,
        "blank_is_zero": rules.blank_is_zero,
        "dash_is_zero": rules.dash_is_zero,
    }
    result.forces = forces_of_file(document.name, texts, document.titles)
    result.force = decisions.force or (result.forces[0] if result.forces else "")
    result.measure = decisions.measure or default_measure(telling_texts(texts))
    scope = Scope(
        rules,
        file=replace(file_meaning(document.name, pieces.texts), measure=result.measure, force=result.force),
        book=decisions.book,
    )
    number = 0
    for block in pieces.blocks:
        if deadline is not None and time.monotonic() > deadline:
            result.problems.append(
                Problem(
                    "",
                    "warning",
                    "reading stopped early: the file takes too long. What is written may lack its last tables",
                )
            )
            break
        if isinstance(block, list):
            continue
        number = _read_grid(block, pieces, scope, decisions, result, number)
    _read_loose(pieces, scope, result, number, deadline)
    result.problems += shorten_years(result.figures, texts)
    result.refusals = find_refusals(pieces.texts + pieces.cells, strong=bool(result.figures))
    mark_refusals(result)
    close(result)
    return result


def _read_grid(
    block: tuple, work: Gathered, scope: Scope, decisions: Decisions, result: FileReading, number: int
) -> int:
    grid, layout, long, _ = block
    inner = replace(scope, sheet=sheet_meaning(work.sheets.get(grid.sheet, grid.sheet)))
    own = one_force([grid.sheet]) if grid.sheet else ""
    marks: dict[tuple[int, int], tuple[str, str]] = {}
    tables = [long] if long else layout.tables
    for table in tables:
        number += 1
        decided = _decided_table(table, decisions)
        note = TableNote(
            f"table {number}",
            grid.sheet,
            table.address(),
            _heading_line(table),
            str(decided.get("meaning", "")),
            read=decided.get("read", True) is not False,
        )
        result.tables.append(note)
        if not note.read:
            result.problems.append(Problem(note.range, "note", "left out, as the reading says"))
            continue
        named = len(result.forces) > 1 and one_force([text for text, _ in table.titles[-3:]])
        told = replace(inner.sheet, force=named or own or inner.sheet.force)
        file = work.meaning_of(grid.sheet, table, scope.file, result.name) if grid.is_sheet else scope.file
        whole = replace(inner, sheet=told, table=_decided_meaning(decided), file=file)
        reading = _read_one(grid, table, whole, number, bool(long))
        if decided:
            _override(reading, decided)
        _take(reading, result, grid.sheet)
        marks.update(reading.marks)
        note.figures = len(reading.figures)
        note.headers = [row + 1 + grid.origin[0] for row in table.headers]
        note.columns = {grid.address(table.top, c): table.roles.get(c, "") for c in table.labels}
        for label, meaning in reading.labels.items():
            result.labels.setdefault(label, describe(replace(meaning, rest="")) or "note")
    show_grid(grid, marks, result)
    return number


def _read_one(grid: Grid, table: Table, scope: Scope, number: int, is_long: bool) -> Reading:
    if is_long:
        return read_long(grid, table, scope, number)
    if is_list(table):
        rows = [grid.rows[row] for row in table.data]
        return count_incidents(grid, table, rows, table.data[0], scope, number)
    return read_table(table, scope, number)


def _decided_table(table: Table, decisions: Decisions) -> dict:
    """What was decided for a table with these headings, in this year or another."""
    if not decisions.tables:
        return {}
    from helpers.foi.responses.reading import without_years

    heading = _heading_line(table).casefold()
    return decisions.tables.get(heading) or decisions.tables.get(without_years(heading), {})


def _heading_line(table: Table) -> str:
    """A line by which the same table is known again: its sheet-independent headings."""
    texts = [table.heading(column) for column in range(table.left, table.right + 1)]
    return " | ".join(text for text in texts if text)[:300] or "no headings"


def _decided_meaning(decided: dict) -> Meaning:
    from helpers.foi.responses.reading import parse_meaning

    return parse_meaning(str(decided.get("meaning", "")))


def _override(reading: Reading, decided: dict) -> None:
    """What the analyst wrote for a whole table goes before what its cells say."""
    meaning = _decided_meaning(decided)
    for figure in reading.figures:
        if meaning.measure:
            figure.measure = meaning.measure
        if meaning.force:
            figure.force = meaning.force


def _take(reading: Reading, result: FileReading, sheet: str) -> None:
    places = {id(figure): len(result.figures) + place for place, figure in enumerate(reading.figures)}
    result.figures += reading.figures
    result.sums += [
        (places[id(total)], [places[id(part)] for part in parts], complete)
        for total, parts, complete in reading.sums
    ]
    for problem in reading.problems:
        where = f"{sheet} {problem.where}".strip() if sheet else problem.where
        result.problems.append(replace(problem, where=where))


def _read_loose(
    work: Gathered, scope: Scope, result: FileReading, number: int, deadline: float | None
) -> None:
    """Read the lines outside tables, and the sentences that say what nothing else gave."""
    groups: list[tuple[str, list[Line]]] = []
    run: list[Line] = []
    every: list[tuple[str, Line]] = []  # in the order of the file, for the review page
    asked: dict[str, list[Line]] = {}  # questions and answers in the cells of a sheet
    grids = [block for block in work.blocks if not isinstance(block, list)]
    tables = [table for _, layout, long, _ in grids for table in (layout.tables if layout else [long])]
    named = {
        (table.cells.grid.sheet, address)
        for table in tables
        for text, address in table.titles[-1:]
        if read_label(text).understood and read_label(text).dimensions and not row_of_list(Line(text, ""))
    }  # "Age 13 - 15" over a table is its title, not 15 at the age of 13
    for block in work.blocks:
        if isinstance(block, list):
            every += [(line.sheet, line) for line in block]
            for line in block:
                if ("", line.address) not in named:
                    (asked.setdefault(line.sheet, []) if line.sheet else run).append(line)
            continue
        grid, layout, long, taken = block
        lines = [
            Line(without_rule(text) or text, address)
            for text, address in (long.titles if long else _all_lines(layout, grid, taken))
            if (grid.sheet, address) not in named
        ]
        every += [(grid.sheet, line) for line in lines]
        if lines and grid.sheet:
            groups.append((grid.sheet, lines))
        else:
            run += [*lines, Line("", "")]
    groups += asked.items()
    if run:
        groups.append(("", run))
    pairs, told, headings = [], [], {}
    for sheet, lines in groups:
        inner = replace(scope, sheet=sheet_meaning(work.sheets.get(sheet, sheet))) if sheet else scope
        came = read_lines(lines, inner, sheet=sheet, number=number + 1, deadline=deadline)
        result.problems += came.problems
        pairs += came.found
        told += [] if _APPARATUS.match(sheet) else came.told
        headings |= {(sheet, address): describe(meaning) for address, meaning in came.headings.items()}
    others = result.figures + [figure for figure, _ in pairs]
    pairs += _said_anew(told, others, bool(find_refusals(work.texts, strong=False)))
    result.figures += [figure for figure, _ in pairs]
    result.problems += unread_numbers((line for _, lines in groups for line in lines), result.figures)
    headings |= said_of(tables)
    if run or asked or pairs:
        show_lines(every, pairs, headings, result)


def _said_anew(
    told: list[tuple[Figure, str, bool]], others: list[Figure], refused: bool
) -> list[tuple[Figure, str]]:
    """The counts of sentences that no table or list gives: beside those, only answers and headline numbers.

    Other sentences beside a table are notes on it; and numbers in a refusal count its work, not offences.
    """
    given: dict[tuple, list[Figure]] = {}
    for figure in others:
        given.setdefault(_count_of(figure), []).append(figure)
    return [
        (figure, words)
        for figure, words, answers in told
        if (answers or not (others or refused))
        and not any(_may_be_same(figure, other) for other in given.get(_count_of(figure), []))
    ]


def _count_of(figure: Figure) -> tuple:
    return figure.low, figure.high, figure.start, figure.end, figure.measure


def _may_be_same(first: Figure, second: Figure) -> bool:
    """Whether two figures may count the same: they state no two offences, sexes or ages."""
    stated = (
        (first.offence_code, second.offence_code),
        (first.sex, second.sex),
        ((first.age_low, first.age_high), (second.age_low, second.age_high)),
    )
    return all(one == other or not one or not other or (None, None) in (one, other) for one, other in stated)


def _all_lines(layout: Layout, grid: Grid, taken: set) -> list[tuple[str, str]]:
    if grid.sheet or not (grid.place or grid.address_of):
        return [
            *dict.fromkeys(
                [
                    *(line for table in layout.tables for line in table.titles if line[1] in taken),
                    *layout.lines,
                ]
            )
        ]
    return list(layout.lines)
