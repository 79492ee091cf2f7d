"""Read one file from its bytes to its figures: load it, find its tables and lines, and put together what it says.

:func:`read_file` is what runs in a process of its own for each file. It returns :class:`FileReading`, plain data
that can be sent back: figures, problems, refusals, what every cell was taken for, and the reading that can be
edited. It raises nothing for bad files: what cannot be read is a problem with the severity ``error``.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from helpers.foi.responses.emit import Reading, Scope, describe, read_table
from helpers.foi.responses.incidents import count_incidents, is_list, long_table, read_long
from helpers.foi.responses.labels import NOTHING, Meaning, read_context
from helpers.foi.responses.layout import WIDEST, Layout, Table, find_tables
from helpers.foi.responses.lines import read_lines, stacked_table
from helpers.foi.responses.model import Document, Figure, Grid, Line, Problem
from helpers.foi.responses.sniff import SPREADSHEETS, Refused, sniff, wrong_extension
from helpers.foi.responses.statements import (
    Refusal,
    default_measure,
    find_forces,
    find_refusals,
    force_of_name,
    read_rules,
)
from helpers.foi.responses.values import text_of, tidy

SHOWN_ROWS, SHOWN_COLUMNS = 200, 60  # of a grid on the review page


@dataclass
class TableNote:
    """One table as the reading records it."""

    name: str
    sheet: str
    range: str
    heading: str
    meaning: str
    headers: list[int] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    figures: int = 0
    read: bool = True


@dataclass
class Shown:
    """A grid or a run of lines, cut to what a page can show, with what each cell was taken for."""

    title: str
    rows: list[list[str]]
    marks: dict[tuple[int, int], tuple[str, str]]
    addresses: list[str]
    hidden: bool = False
    left_out: int = 0
    is_lines: bool = False


@dataclass
class FileReading:
    """What came of one file, or of one attachment."""

    name: str
    kind: str = ""
    digest: str = ""
    force: str = ""
    forces: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    sums: list[tuple[int, list[int], bool]] = field(default_factory=list)
    tables: list[TableNote] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    rules: dict[str, object] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    measure: str = ""
    decided: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the file could not be read."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass
class Decisions:
    """What the analyst, or last round's reading, has decided for one file.

    With `changes_only`, a label decides only where it says something else than the file's own reading: an edited
    reading holds every label, and those left alone must not tie labels that mean different things in two places.
    """

    book: dict[str, Meaning] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    force: str = ""
    measure: str = ""
    rules: dict[str, object] = field(default_factory=dict)
    changes_only: bool = False


def read_file(
    path: Path, name: str, decisions: Decisions | None = None, seconds: float = 50.0
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
            results.append(_read_decided(documents[0], decisions, result.digest, deadline))
            return []

        load(path, name, 0)
    if any(result.figures for result in results):
        for result in results:
            if result.kind == "eml":
                result.problems = [
                    problem
                    for problem in result.problems
                    if not problem.message.startswith("no figures found")
                ]
    return sorted(results, key=lambda result: result.name != name)


def _read_decided(document: Document, decisions: Decisions, digest: str, deadline: float) -> FileReading:
    """Read a document by what is decided; a reading that holds every label decides by what was changed in it."""
    if not decisions.changes_only:
        result = read_document(document, decisions, digest, deadline)
        result.decided = {label: describe(meaning) for label, meaning in decisions.book.items()}
        return result
    own = read_document(document, replace(decisions, book={}), digest, deadline)
    said = {label.casefold(): words for label, words in own.labels.items()}
    changed = {
        label: meaning for label, meaning in decisions.book.items() if said.get(label) != describe(meaning)
    }
    result = read_document(document, replace(decisions, book=changed), digest, deadline)
    result.decided = {label: describe(meaning) for label, meaning in changed.items()}
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

        return [load_pdf(path, deadline)]
    if kind == "html":
        from helpers.foi.responses.documents import load_html

        return [load_html(path)]
    if kind == "eml":
        from helpers.foi.responses.documents import load_mail

        return load_mail(path, shown, folder, load, depth)
    from helpers.foi.responses.cells import load_text

    return [load_text(path)]


class _Work:
    """The grids and lines of a document while it is read."""

    def __init__(self, document: Document):
        self.document = document
        self.layouts: list[tuple[Grid, Layout | None, Table | None]] = []
        self.lines: list[tuple[str, list[Line]]] = []  # by sheet
        self.texts: list[tuple[str, str]] = []  # lines and titles
        self.cells: list[tuple[str, str]] = []  # sentences inside tables, which may hold rules and refusals
        self.blocks: list[tuple[str, object]] = []


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
    pieces = _gather(document, result)
    texts = [text for text, _ in pieces.texts]
    rules = read_rules([*texts, *(text for text, _ in pieces.cells)])
    _decide_rules(rules, decisions.rules)
    result.rules = {
        "marks": {mark: list(bounds) for mark, bounds in rules.marks.items()},
        "zero_is_hidden": rules.zero_hidden,
        "blank_is_zero": rules.blank_is_zero,
        "dash_is_zero": rules.dash_is_zero,
    }
    result.forces = _forces(document.name, texts)
    result.force = decisions.force or (result.forces[0] if result.forces else "")
    result.measure = decisions.measure or default_measure(_telling(texts))
    scope = Scope(
        rules,
        file=replace(_file_meaning(document.name, pieces.texts), measure=result.measure, force=result.force),
        book=decisions.book,
    )
    number = 0
    found_in_tables = False
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
    found_in_tables = bool(result.figures)
    _read_loose(pieces, scope, result, number, found_in_tables)
    result.refusals = find_refusals(pieces.texts + pieces.cells, strong=bool(result.figures))
    _close(result, document)
    return result


def _gather(document: Document, result: FileReading) -> _Work:
    """Lay out every grid, and keep lines and tables in order, each table with the lines above it."""
    work = _Work(document)
    above: list[tuple[str, str]] = []
    run: list[Line] = []

    def close_run() -> None:
        nonlocal run
        for piece in _unstack(run):
            if isinstance(piece, Grid):
                _lay_out(work, piece, above, result)
            else:
                work.blocks.append([piece])
                work.texts.append((piece.text, piece.address))
                above.append((piece.text, piece.address))
        run = []

    for block in document.blocks:
        if isinstance(block, Line):
            run.append(block)
            continue
        close_run()
        _lay_out(work, block, above, result)
    close_run()
    return work


def _unstack(lines: list[Line]) -> list[Line | Grid]:
    """Lines with the tables that stand in them one cell a line made into grids."""
    pieces: list[Line | Grid] = []
    rest = lines
    while rest:
        found = stacked_table(rest[:400])
        if not found:
            return pieces + rest
        start, stop, grid = found
        pieces += [*rest[:start], grid]
        rest = rest[stop:]
    return pieces


def _lay_out(work: _Work, grid: Grid, above: list[tuple[str, str]], result: FileReading) -> None:
    """Find the tables of a grid; those of a document take the lines above them as titles."""
    where = grid.sheet or grid.place
    width = _used_width(grid)
    if width > WIDEST:
        result.problems.append(
            Problem(
                where,
                "error",
                f"not read: {width:,} columns wide, and no table of figures is. Ask: can you send the table alone?",
            )
        )
        return
    if grid.width > width:
        grid.rows = [row[:width] for row in grid.rows]
        del grid.width
    table = long_table(grid)
    if table:
        work.texts += table.titles
        work.cells += [
            (text_of(cell), grid.address(len(grid.rows) - 1, 0))
            for row in grid.rows[-5:]
            for cell in row[:1]
            if isinstance(cell, str) and len(cell) > 20
        ]
        work.blocks.append((grid, None, table, []))
        return
    layout = find_tables(grid)
    taken = {address for table in layout.tables for _, address in table.titles}
    own = [line for table in layout.tables for line in table.titles]
    work.texts += own + [line for line in layout.lines if line[1] not in taken]
    work.texts += [
        (text, grid.address(row, 0))
        for table in layout.tables
        for row, text in table.sections
        if len(text) > 25
    ]
    work.cells += _long_texts(grid)
    if not grid.sheet and (grid.place or grid.address_of) and layout.tables:
        layout.tables[0].titles = above[-40:] + layout.tables[0].titles
        above.clear()
    work.blocks.append((grid, layout, None, taken))


def _used_width(grid: Grid) -> int:
    if grid.width <= WIDEST:
        return grid.width
    used = 0
    for row in grid.rows:
        for column in range(len(row) - 1, used - 1, -1):
            if row[column] not in (None, ""):
                used = column + 1
                break
    return used


def _long_texts(grid: Grid) -> list[tuple[str, str]]:
    """Sentences inside tables: notes often stand in a column beside the figures."""
    found = []
    for row, cells in enumerate(grid.rows[:400]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > 40:
                found.append((cell, grid.address(row, column)))
    return found[:400]


def _telling(texts: list[str]) -> list[str]:
    """Texts that may say what is counted: titles and questions before boilerplate."""
    return [
        text
        for text in texts
        if len(text) < 300 and not re.search(r"(?i)\bact\b|section \d|exempt|complain|tel\b|www\.|@", text)
    ]


def _forces(name: str, texts: list[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts[:400]:
        for force in find_forces(text):
            counts[force] += 1
    forces = [force for force, _ in counts.most_common()]
    named = force_of_name(Path(name).name) or force_of_name(str(Path(name).parent))
    if named:
        forces = [named, *[force for force in forces if force != named]]
    return forces


def _file_meaning(name: str, texts: list[tuple[str, str]]) -> Meaning:
    """What a file says once and never otherwise: one period, one age band, one offence code, in all its lines."""
    spans, ages, offences = {}, {}, {}
    several: set[str] = set()
    for text, _ in texts:
        if len(text) > 600 or re.search(r"(?i)\bexempt|internal review|commissioner|copyright", text):
            continue
        meaning = read_context(text)
        if meaning.span and meaning.span.kind != "month":
            spans[(meaning.span.start, meaning.span.end)] = meaning.span
        if meaning.age and not meaning.age.unknown:
            ages[meaning.age] = meaning.age
        if meaning.code:
            offences[meaning.code] = meaning
        several |= set(meaning.rest.split())
    offence = next(iter(offences.values())) if len(offences) == 1 else NOTHING
    span = next(iter(spans.values())) if len(spans) == 1 and "periods" not in several else None
    if span is None and not spans:
        base = re.sub(r"[_]+", " ", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", Path(name).name))
        named = read_context(base)
        span = named.span if named.span and named.span.year else None
    return Meaning(
        span=span,
        age=next(iter(ages.values())) if len(ages) == 1 and "ages" not in several else None,
        offence=offence.offence,
        code=offence.code,
    )


def _decide_rules(rules, decided: dict) -> None:
    for mark, bounds in (decided.get("marks") or {}).items():
        if isinstance(bounds, list) and len(bounds) == 2:
            rules.marks[mark] = (int(bounds[0]), int(bounds[1]))
    for key, attribute in (
        ("zero_is_hidden", "zero_hidden"),
        ("blank_is_zero", "blank_is_zero"),
        ("dash_is_zero", "dash_is_zero"),
    ):
        if key in decided:
            setattr(rules, attribute, bool(decided[key]))


def _sheet_meaning(grid: Grid) -> Meaning:
    if not grid.sheet:
        return NOTHING
    name = re.sub(r"_", " ", grid.sheet)
    name = re.sub(r"\b((?:19|20)\d\d)\s+(\d\d)\b", r"\1/\2", name)
    meaning = read_context(name)
    from helpers.foi.responses.labels import read_label

    label = read_label(name)
    return replace(
        label.over(meaning) if label.dimensions else meaning, rest="", ignore="", total=False, notes=()
    )


def _read_grid(
    block: tuple, work: _Work, scope: Scope, decisions: Decisions, result: FileReading, number: int
) -> int:
    grid, layout, long, _ = block
    inner = replace(scope, sheet=_sheet_meaning(grid))
    marks: dict[tuple[int, int], tuple[str, str]] = {}
    tables = [long] if long else layout.tables
    for table in tables:
        number += 1
        decided = decisions.tables.get(_table_key(table), {})
        note = TableNote(
            f"table {number}",
            grid.sheet,
            table.address(),
            _heading_line(table),
            "",
            read=decided.get("read", True) is not False,
        )
        result.tables.append(note)
        if not note.read:
            result.problems.append(Problem(note.range, "note", "left out, as the reading says"))
            continue
        whole = replace(inner, sheet=_decided_meaning(decided).over(inner.sheet)) if decided else inner
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
    _show_grid(grid, marks, result)
    return number


def _read_one(grid: Grid, table: Table, scope: Scope, number: int, is_long: bool) -> Reading:
    if is_long:
        return read_long(grid, table, scope, number)
    if is_list(table):
        rows = [grid.rows[row] for row in table.data]
        return count_incidents(grid, table, rows, table.data[0], scope, number)
    return read_table(table, scope, number)


def _table_key(table: Table) -> str:
    return _heading_line(table).casefold()


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


def _read_loose(work: _Work, scope: Scope, result: FileReading, number: int, found: bool) -> None:
    """Read the lines outside tables; sentences only where nothing else gave a figure."""
    groups: list[tuple[str, Grid | None, list[Line]]] = []
    run: list[Line] = []
    for block in work.blocks:
        if isinstance(block, list):
            run += block
            continue
        grid, layout, long, taken = block
        lines = [
            Line(text, address)
            for text, address in (long.titles if long else _all_lines(layout, grid, taken))
        ]
        if lines and grid.sheet:
            groups.append((grid.sheet, grid, lines))
        else:
            run += lines
    if run:
        groups.append(("", None, run))
    pairs = []
    refused = bool(find_refusals(work.texts, strong=False))  # numbers in a refusal count its work, not offences
    for prose in (False, True):
        if prose and (found or pairs or refused):
            break
        for sheet, grid, lines in groups:
            inner = replace(scope, sheet=_sheet_meaning(grid)) if grid else scope
            for figure, words in read_lines(lines, inner, prose=prose, sheet=sheet, number=number + 1):
                pairs.append((figure, words))
    result.figures += [figure for figure, _ in pairs]
    marks = {(figure.sheet, figure.cell): words for figure, words in pairs}
    loose = [line for _, _, lines in groups for line in lines]
    if run or pairs:
        rows = [[line.text] for line in loose[:400]]
        by_line = {
            (place, 0): ("figure", marks[key])
            for place, line in enumerate(loose[:400])
            for key in ((sheet, line.address) for sheet in {s for s, _, _ in groups})
            if key in marks
        }
        result.shown.append(
            Shown(
                "Text",
                rows,
                by_line,
                [line.address for line in loose[:400]],
                left_out=max(0, len(loose) - 400),
                is_lines=True,
            )
        )


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


def _show_grid(grid: Grid, marks: dict, result: FileReading) -> None:
    rows = [[text_of(cell)[:200] for cell in row[:SHOWN_COLUMNS]] for row in grid.rows[:SHOWN_ROWS]]
    kept = {
        place: mark for place, mark in marks.items() if place[0] < SHOWN_ROWS and place[1] < SHOWN_COLUMNS
    }
    addresses = [grid.address(row, 0) for row in range(len(rows))]
    title = grid.sheet or grid.place or "Table"
    result.shown.append(Shown(title, rows, kept, addresses, grid.hidden, max(0, len(grid.rows) - SHOWN_ROWS)))


def _close(result: FileReading, document: Document) -> None:
    seen = Counter(
        (
            figure.sheet,
            figure.cell,
            figure.low,
            figure.high,
            figure.start,
            figure.sex,
            figure.age_low,
            figure.offence_code,
            figure.offence,
        )
        for figure in result.figures
        if figure.cell.startswith(("l", "p")) or not figure.cell
    )
    if any(count > 1 for count in seen.values()):
        result.problems.append(Problem("", "note", "a line gives the same figure twice"))
    for refusal in result.refusals:
        part = " in part" if result.figures and refusal.word == "refused" else ""
        result.problems.append(
            Problem(
                refusal.address,
                "note",
                f"{refusal.word}{part}: {refusal.ground}. The file says: {tidy(refusal.text)[:200]}",
            )
        )
    if not result.figures and not result.refusals and not result.failed:
        result.problems.append(
            Problem(
                "",
                "warning",
                "no figures found. See the review page; if there are some, ask for them as a spreadsheet",
            )
        )
    if len(result.forces) > 1:
        result.problems.append(
            Problem(
                "",
                "warning",
                f"names several forces ({', '.join(result.forces[:4])}); taken as {result.force}. Give --force if that is wrong",
            )
        )
