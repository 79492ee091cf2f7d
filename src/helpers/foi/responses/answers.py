"""Tables of questions and answers whose answers are words or short lists: read as a letter, and not as a table.

A letter often sets its questions and answers side by side in a table. Where labels stand for the questions and an answer
is one number, the table is read as any other; where it says "2014/15 - 298" and below that "2015/16 - 432", no grid is left to read. Such a table becomes
the lines of a letter: each question, and below it the lines of its answer.
"""

from __future__ import annotations

import re

from helpers.foi.responses.grids import Table
from helpers.foi.responses.model import Grid, Line
from helpers.foi.responses.questions import asks, chained, unnumbered
from helpers.foi.responses.values import parse_value, text_of, tidy

_OVER_QUESTIONS = re.compile(
    r"(?i)\W*(?:(?:your|the) )?(?:questions?|requests?|you asked|information requested)\W*"
)
_NUMBER = re.compile(r"(?i)\W*(?:q(?:uestion)?\.?|no\.?)?\s*\d{0,2}[a-z]?\W*")


def unfold(blocks: list[Line | Grid]) -> list[Line | Grid]:
    """The blocks of a document, tables of questions and worded answers as lines.

    Parameters
    ----------
    blocks : list of Line or Grid
        In the order of the file.

    Returns
    -------
    list of Line or Grid
        The same, without such tables; each line has the address of its cell.

    Examples
    --------
    >>> rows = [["Question", "Answer"], ["How many offences?", "2014/15 - 3 2015/16 - 4"]]
    >>> grid = Grid(rows, place="t1", broken={(1, 1): ["2014/15 - 3", "2015/16 - 4"]})
    >>> [(line.text, line.address) for line in unfold([grid])]
    [('How many offences?', 't1 r2 c1'), ('2014/15 - 3', 't1 r2 c2'), ('2015/16 - 4', 't1 r2 c2')]
    """
    return [piece for block in blocks for piece in (_letter(block) if isinstance(block, Grid) else [block])]


MOST_QUESTIONS = 200  # rows: a longer table is no list of answers, and reading its first column takes long
_Q_NUMBER = re.compile(r"(?i)\W*q(?:uestion)?\.?\s*(?P<number>\d{1,2}[a-z]?)\W*")


def spell_questions(grid: Grid, asked: dict[str, tuple[str, ...]]) -> None:
    """Write the questions of a letter in place of their numbers in the first column of a table: "Q2" is no quarter then.

    Parameters
    ----------
    grid : Grid
        A table of a document; its first column is changed where all its labels number questions.
    asked : dict of str to tuple of str
        The questions of the document by their numbers.

    Examples
    --------
    >>> grid = Grid([[None, "2015"], ["Q1", "12"], ["Q2", "3"]])
    >>> spell_questions(grid, {"1": ("How many rapes?",), "2": ("How many rapes?", "Of these, how many charges?")})
    >>> [row[0] for row in grid.rows]
    [None, 'How many rapes?', 'Of these, how many charges?']
    """
    if not asked or len(grid.rows) > MOST_QUESTIONS:
        return
    first = [(row, text_of(row[0])) for row in grid.rows if row and row[0] not in (None, "")]
    numbers = [(row, _Q_NUMBER.fullmatch(text)) for row, text in first]
    heads = numbers and numbers[0][1] is None and first[0][0] is grid.rows[0]
    numbers = numbers[1:] if heads else numbers
    if len(numbers) > 1 and all(found and found["number"].lower() in asked for _, found in numbers):
        for row, found in numbers:
            row[0] = asked[found["number"].lower()][-1]


_Q_SHEET = re.compile(
    r"(?i)\W*q(?:uestion)?\.?\s*(?P<number>\d{1,2}[a-z]?)\W*(?:data|answer|response|table)?\W*"
)


def title_question_sheets(tables: list[Table], grids: list[Grid]) -> None:
    """Set the questions that one sheet lists over the tables of the sheets that are named after their numbers, "Q1".

    Examples
    --------
    >>> from helpers.foi.responses.layout import find_tables
    >>> list_of = Grid([["Q1", "How many offences had a victim under 13?"]], sheet="Questions")
    >>> answer = Grid([["Year", "Number"], ["2014/15", 3]], sheet="Q1")
    >>> tables = find_tables(answer).tables
    >>> title_question_sheets(tables, [list_of, answer])
    >>> tables[0].titles
    [('How many offences had a victim under 13?', '')]
    """
    asked: dict[str, tuple[str, str]] = {}
    for grid in (grid for grid in grids if grid.sheet and len(grid.rows) <= MOST_QUESTIONS):
        for row in grid.rows:
            texts = [text for cell in row if (text := text_of(cell))]
            for number, question in zip(texts, texts[1:], strict=False):
                found = _Q_NUMBER.fullmatch(number)
                if found and (asks(question) or len(question) > 30):
                    asked.setdefault(found["number"].lower(), (question, grid.sheet))
    for table in tables:
        sheet = table.cells.grid.sheet
        found = _Q_SHEET.fullmatch(sheet) if sheet else None
        question, stands = asked.get(found["number"].lower(), ("", "")) if found else ("", "")
        if question and stands != sheet:
            table.titles.insert(0, (question, ""))


def _letter(grid: Grid) -> list[Line | Grid]:
    if len(grid.rows) > 60 or not 2 <= grid.width <= 3:
        return [grid]
    rows = [[_whole(grid, r, c) for c in range(grid.width)] for r in range(len(grid.rows))]
    filled = [(r, row) for r, row in enumerate(rows) if any(row)]
    if grid.width == 3 and not all(_NUMBER.fullmatch(row[0]) for _, row in filled):
        return [grid]
    asked, answered = grid.width - 2, grid.width - 1
    headed = bool(filled and _OVER_QUESTIONS.fullmatch(filled[0][1][asked]))
    pairs = filled[headed:]
    if not headed and not (pairs and all(asks(row[asked]) for _, row in pairs)):
        return [grid]
    whole = all(asks(row[asked]) for _, row in pairs) and any(len(row[asked]) > 40 for _, row in pairs)
    if not (any(_is_told(row[answered]) for _, row in pairs) or whole):
        return [grid]
    lines: list[Line] = []
    chain: tuple[str, ...] = ()
    for r, row in pairs:
        question = unnumbered(row[asked])
        chain = chained(chain, question)
        lines.append(Line(tidy(row[asked]), grid.address(r, asked), quoted=True, sheet=grid.sheet))
        answer = [tidy(text) for text in row[answered].split("\n") if tidy(text)]
        lines += [
            Line(text, grid.address(r, answered), asked=chain if not n else (), sheet=grid.sheet)
            for n, text in enumerate(answer)
        ]
    return lines


def _whole(grid: Grid, row: int, column: int) -> str:
    """A cell with its line ends."""
    if (row, column) in grid.broken:
        return "\n".join(grid.broken[(row, column)])
    return text_of(grid.rows[row][column]) if column < len(grid.rows[row]) else ""


def _is_told(answer: str) -> bool:
    """Whether an answer holds a figure and is more than one.

    >>> _is_told("2014/15 - 3"), _is_told("1,204"), _is_told("Not held")
    (True, False, False)
    """
    return any(sign.isdigit() for sign in answer) and parse_value(answer).kind in ("text", "bad")
