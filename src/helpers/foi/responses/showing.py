"""What a review page shows of a file: each grid and each line, with what its cells were taken for.

Lines that say what a table or a list counts are marked as headings, also where nothing is read from them but that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from helpers.foi.responses.grids import Table
from helpers.foi.responses.meaning import describe
from helpers.foi.responses.model import Figure, Grid, Line
from helpers.foi.responses.results import FileReading, Shown
from helpers.foi.responses.titles import title_meaning
from helpers.foi.responses.values import text_of

ROWS, COLUMNS = 200, 60  # of a grid
LINES = 400

Place = tuple[str, str]  # sheet and address


def show_grid(grid: Grid, marks: dict[tuple[int, int], tuple[str, str]], result: FileReading) -> None:
    """Add a grid to what is shown, cut to what a page can hold."""
    rows = [[text_of(cell)[:200] for cell in row[:COLUMNS]] for row in grid.rows[:ROWS]]
    for row, column in grid.percents:
        if row < len(rows) and column < len(rows[row]) and isinstance(grid.rows[row][column], float):
            rows[row][column] = f"{grid.rows[row][column]:.1%}"  # as the sheet shows it
    kept = {place: mark for place, mark in marks.items() if place[0] < ROWS and place[1] < COLUMNS}
    addresses = [grid.address(row, 0) for row in range(len(rows))]
    title = grid.sheet or grid.place or "Table"
    result.shown.append(Shown(title, rows, kept, addresses, grid.hidden, max(0, len(grid.rows) - ROWS)))


def show_lines(
    lines: Iterable[tuple[str, Line]],
    pairs: Iterable[tuple[Figure, str]],
    headings: dict[Place, str],
    result: FileReading,
) -> None:
    """Add the lines outside tables to what is shown.

    Parameters
    ----------
    lines : iterable of (str, Line)
        In the order of the file, each with its sheet.
    pairs : iterable of (Figure, str)
        The figures of these lines, each with what it was taken for.
    headings : dict of (str, str) to str
        By sheet and address, what a line says of those below it.
    result : FileReading
        To whose ``shown`` they are added.

    Examples
    --------
    >>> result = FileReading("letter.txt")
    >>> show_lines([("", Line("Girls:", "l1")), ("", Line("2022/23 - 10", "l2"))], [], {("", "l1"): "female"}, result)
    >>> result.shown[0].rows, result.shown[0].marks
    ([['Girls:'], ['2022/23 - 10']], {(0, 0): ('heading', 'female')})
    """
    figures: dict[Place, dict[str, None]] = defaultdict(dict)
    for figure, words in pairs:
        value = f"{figure.low}" if figure.low == figure.high else f"{figure.low} to {figure.high}"
        figures[figure.sheet, figure.cell][f"{value}: {words}"] = None
    every = [(sheet, line) for sheet, line in lines if line.text]
    if not every:
        return
    marks = {}
    for row, (sheet, line) in enumerate(every[:LINES]):
        place = sheet, line.address
        if place in figures:
            told = list(figures[place])  # a sentence can hold several figures
            marks[row, 0] = "figure", "\n".join(told) if len(told) > 1 else told[0].partition(": ")[2]
        elif headings.get(place):
            marks[row, 0] = "heading", headings[place]
    result.shown.append(
        Shown(
            "Text",
            [[line.text] for _, line in every[:LINES]],
            marks,
            [line.address for _, line in every[:LINES]],
            left_out=max(0, len(every) - LINES),
            is_lines=True,
        )
    )


def said_of(tables: Iterable[Table]) -> dict[Place, str]:
    """What each line above a table of a document says of it, where it says something."""
    lines = [(table.cells.grid.sheet, title) for table in tables for title in table.titles]
    return {
        (sheet, address): describe(meaning)
        for sheet, (text, address) in lines
        if address and (meaning := title_meaning([(text, address)])).dimensions
    }


def mark_refusals(result: FileReading) -> None:
    """Mark the lines that refuse, or say that nothing is held."""
    words = {
        refusal.address: f"{refusal.word.replace('_', ' ')}: {refusal.ground}" for refusal in result.refusals
    }
    for shown in result.shown:
        for row, address in enumerate(shown.addresses):
            kind, said = shown.marks.get((row, 0), ("", ""))
            if address in words and kind in ("", "heading"):
                shown.marks[row, 0] = "left", "; ".join(filter(None, (words[address], said)))
