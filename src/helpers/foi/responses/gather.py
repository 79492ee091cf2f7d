"""The blocks of a document in order, each grid laid out with the lines above it as titles.

Lines that hold a table with one cell a line become a grid here. What a file says outside its tables is kept apart from
the sentences inside them: both may hold rules and refusals, only the first may say what the whole file counts.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.answers import spell_questions, title_question_sheets, unfold
from helpers.foi.responses.asking import mark_requests
from helpers.foi.responses.filewide import file_meaning
from helpers.foi.responses.grids import Table
from helpers.foi.responses.incidents import is_list
from helpers.foi.responses.layout import WIDEST, find_tables
from helpers.foi.responses.listed import listed_table
from helpers.foi.responses.longtables import long_table
from helpers.foi.responses.meaning import Meaning
from helpers.foi.responses.model import Document, Grid, Line, Problem
from helpers.foi.responses.ordered import answer_in_order
from helpers.foi.responses.questions import chained, is_question, match_answers, unnumbered
from helpers.foi.responses.relative import settle_years
from helpers.foi.responses.results import FileReading
from helpers.foi.responses.siblings import settle_tables, settle_texts, without_questions
from helpers.foi.responses.stacked import stacked_table
from helpers.foi.responses.statements import states_rule
from helpers.foi.responses.values import text_of


class Gathered:
    """The grids and lines of a document while it is read."""

    def __init__(self):
        self.texts: list[tuple[str, str]] = []  # lines and titles
        self.cells: list[tuple[str, str]] = []  # sentences inside tables, which may hold rules and refusals
        self.blocks: list[tuple[str, object]] = []
        self.titled: list[tuple[str, str]] = []  # the titles of the last table of a document
        self.sheets: dict[str, str] = {}  # the names of sheets, with what their siblings say of them
        self.counted: list[
            tuple[str, Table, list[tuple[str, str]]]
        ] = []  # sheet, table of figures, its titles

    def said_of(self, sheet: str, table: Table, *, alone: bool = False) -> list[tuple[str, str]]:
        """The lines and titles that may speak of a table: not what stands over the figures of another sheet.

        Under titles with numbers, "Table 2" and "Q3", each says all of its table and nothing of the others; what
        is said of a table `alone` stands over no other.
        """
        mine = next((titles for _, one, titles in self.counted if one is table), [])
        numbered = [line for line in mine if _NUMBERED.match(line[0])]
        others = {
            line
            for name, _, titles in self.counted
            for line in titles
            if name != sheet or (alone and mine) or (numbered and _NUMBERED.match(line[0]))
        }
        return [line for line in self.texts if line not in others or line in mine]

    def meaning_of(self, sheet: str, table: Table, file: Meaning, name: str) -> Meaning:
        """What a file says of one of its tables in sheets, where each title speaks for its own."""
        said = file_meaning(name, self.said_of(sheet, table))
        alone = file_meaning(name, self.said_of(sheet, table, alone=True))
        return replace(said, offence=alone.offence, code=alone.code, measure=file.measure, force=file.force)


def gather(document: Document, result: FileReading) -> Gathered:
    """Lay out every grid, and keep lines and tables in order, each table with the lines above it."""
    work = Gathered()
    above: list[tuple[str, str]] = []
    asking: set[tuple[str, str]] = set()
    chain: list[str] = []  # the last question, after those that it goes on from
    run: list[Line] = []

    def close_run() -> None:
        nonlocal run
        for piece in _unstack(run):
            if isinstance(piece, Grid):
                _lay_out(work, piece, above, result)
            else:
                work.blocks.append([piece])
                work.texts.append((piece.text, piece.address))
                if piece.asked:  # this question and no other stands over what follows
                    above[:] = [line for line in above if line not in asking]
                    above.extend((text, "") for text in piece.asked)
                elif is_question(piece):
                    text = unnumbered(piece.text)
                    chain[:] = chained(chain, text)
                    before = [(one, "") for one in chain[:-1] if (one, "") not in above]
                    above.extend(before)  # "2. The ages of the victims" goes on from question 1
                    asking.update([*before, (piece.text, piece.address)])
                above.append((piece.text, piece.address))
        run = []

    blocks = unfold(document.blocks)
    names = [block.sheet for block in blocks if isinstance(block, Grid)]
    work.sheets = dict(zip(names, settle_texts(names), strict=True))
    asked: dict[str, tuple[str, ...]] = {}
    marked = mark_requests([block if isinstance(block, Line) else None for block in blocks])
    lines = match_answers(settle_years([line for line in marked if line]), asked)
    lines, unmatched = answer_in_order(lines)
    result.problems += unmatched
    whole = iter(lines)
    texts = iter(settle_texts([line.text for line in lines], titles=False))
    for block in blocks:
        if isinstance(block, Line):
            run.append(replace(next(whole), text=next(texts)))
            continue
        close_run()
        if not block.sheet:
            spell_questions(block, asked)
        _lay_out(work, block, above, result)
    close_run()
    tables = [table for block in work.blocks if len(block) > 1 and block[1] for table in block[1].tables]
    titles: dict[str, list[str]] = {}
    for table in tables:
        titles.setdefault(table.cells.grid.sheet, []).extend(text for text, _ in table.titles)
    work.sheets = without_questions(work.sheets, titles)
    settle_tables(tables)
    title_question_sheets(tables, [block[0] for block in work.blocks if len(block) > 1])
    return work


def _unstack(lines: list[Line]) -> list[Line | Grid]:
    """Lines with the tables that stand in them, one cell a line or as a list of names, made into grids."""
    pieces: list[Line | Grid] = []
    rest = lines
    while rest:
        tables = [found for found in (stacked_table(rest[:400]), listed_table(rest[:400])) if found]
        if not tables:
            return pieces + rest
        start, stop, grid = min(tables, key=lambda found: found[0])
        pieces += [*rest[:start], grid]
        rest = rest[stop:]
    return pieces


def _lay_out(work: Gathered, grid: Grid, above: list[tuple[str, str]], result: FileReading) -> None:
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
        work.counted.append((grid.sheet, table, table.titles))
        work.cells += [
            (text_of(cell), grid.address(len(grid.rows) - 1, 0))
            for row in grid.rows[-5:]
            for cell in row[:1]
            if isinstance(cell, str) and len(cell) > 20
        ]
        work.blocks.append((grid, None, table, []))
        return
    grid.rows = list(grid.rows)  # laid out row by row
    layout = find_tables(grid)
    taken = {address for table in layout.tables for _, address in table.titles}
    own = [line for table in layout.tables for line in table.titles]
    work.counted += [(grid.sheet, table, list(table.titles)) for table in layout.tables if _counts(table)]
    work.texts += own + [line for line in layout.lines if line[1] not in taken]
    work.texts += [
        (text, grid.address(row, 0))
        for table in layout.tables
        for row, text in table.sections
        if len(text) > 25
    ]
    work.cells += _long_texts(grid)
    known = {address for _, address in work.texts}
    work.texts += [one for one in _stated_periods(grid) if one[1] not in known]
    if not grid.sheet and (grid.place or grid.address_of) and layout.tables:
        titles = above[-40:]
        if any(_SAME.search(text) for text, _ in titles[-3:]):
            titles = work.titled + titles
        work.titled = titles
        layout.tables[0].titles = titles + layout.tables[0].titles
        above.clear()
    work.blocks.append((grid, layout, None, taken))


def _counts(table: Table) -> bool:
    """Whether a table holds counts, or incidents to count: the version of a report on its front sheet, 1.2, is none."""
    values = (table.cells.value(row, column) for row in table.data for column in table.values)
    return any(value.is_number for value in values) or is_list(table)


_NUMBERED = re.compile(r"(?i)\W*(?:table|question|q)\W{0,2}\d")

# "Table 2: the same offences by sex" goes on from what the table before counts
_SAME = re.compile(
    r"(?i)\b(?:these|those|the same|the above) (?:\w+ )?(?:offences|crimes|victims|figures|records)\b"
)


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


_PERIOD = re.compile(
    r"(?i)\W*(?:(?:reporting|time|data|date|financial|calendar)\s)?(?:period|range|timeframe|year|f/?y)(?: covered)?\s*[:=-]\s*\S"
)


def _stated_periods(grid: Grid) -> list[tuple[str, str]]:
    """Cells that state the period of a sheet, wherever they stand beside its tables."""
    return [
        (cell, grid.address(row, column))
        for row, cells in enumerate(grid.rows[:60])
        for column, cell in enumerate(cells[:60])
        if isinstance(cell, str) and len(cell) < 90 and _PERIOD.match(cell)
    ]


def _long_texts(grid: Grid) -> list[tuple[str, str]]:
    """Sentences inside tables: notes often stand in a column beside the figures, or in a last row of their own."""
    found = []
    for row, cells in enumerate(grid.rows[:400]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and (len(cell) > 40 or (column == 0 and states_rule(cell))):
                found.append((cell, grid.address(row, column)))
    return found[:400]
