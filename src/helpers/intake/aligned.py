"""Tables without rules: words that stand in columns, in plain text and in PDF pages.

Words carry their left and right edge, in characters or in points. Words close together are one cell; lines with
several cells in a run are a table; columns are where no cell of the data lines reaches across.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby

from helpers.intake.blocks import LONGEST, RULE, RUN_TOGETHER, barred, carve, separated
from helpers.intake.lexicon import phrase
from helpers.intake.model import Grid, Line
from helpers.intake.tokens import NUMBERS
from helpers.intake.values import SPACES, parse_value, tidy
from helpers.intake.words import TOTAL


@dataclass(frozen=True)
class Piece:
    """A cell's worth of text on one line, with its edges."""

    text: str
    left: float
    right: float


@dataclass(frozen=True)
class TextLine:
    """A line: its pieces, and its address."""

    pieces: tuple[Piece, ...]
    address: str

    @property
    def text(self) -> str:
        """The line as read."""
        return " ".join(piece.text for piece in self.pieces)


_BEGINS, _BEFORE_AGE = phrase("begins a line"), re.compile(r"(?i)\b(?:under|over|aged)$")
NARROWEST = 60  # letters of the lines of a text that was wrapped


def goes_on(above: TextLine, line: TextLine, width: float) -> bool:
    """Whether a line goes on with the sentence of the one above: its first word would not have fitted there."""
    text, last = line.text, above.text
    if len(above.pieces) != 1 or len(line.pieces) != 1 or len(last) < 40:  # the columns of a page are narrow
        return False
    if last[-1] in ".:?!" or _BEGINS.match(text) or parse_value(text).kind in NUMBERS:
        return False
    if text[:1].islower():
        return True  # a sentence goes on with a small letter, wherever its line was broken
    piece = above.pieces[0]
    letter = (piece.right - piece.left) / len(piece.text)
    word = len(text.split(" ", 1)[0])
    fits = width < NARROWEST * letter or piece.right + letter * (word + 1) <= 0.97 * width
    return not fits and line.pieces[0].left < piece.left + 12 * letter


def longer(block: Line, line: TextLine) -> Line:
    """A line of text with the next joined to it; each keeps its address."""
    later = (*block.later, (len(block.text) + 1, line.address))
    return replace(block, text=f"{block.text} {line.text}", later=later)


CROOKED = "its columns are not straight, and are told apart by their order"
LONGEST_PARAGRAPH = 2_000  # characters, from which no further line is joined


def split_line(line: str, address: str) -> TextLine:
    """A line of plain text in pieces: two blanks or a tab part cells.

    >>> [piece.text for piece in split_line("2014/15    7      <5", "l1").pieces]
    ['2014/15', '7', '<5']
    """
    text = ""
    for cell in line[:LONGEST].split("\t"):
        text += " " * max(-len(text) % 8, 2 * bool(text)) + cell
    line = text.translate(SPACES).rstrip()
    if RULE.fullmatch(line):
        return TextLine((), address)
    cells = re.finditer(r"\S+(?: \S+)*", line)
    return TextLine(tuple(Piece(tidy(found[0]), *found.span()) for found in cells), address)


def text_blocks(text: str, before: int = 0) -> list[Line | Grid]:
    """Plain text as lines and aligned tables, in order; `before` says how many lines of the file stand before it."""
    texts = _BOLD.sub(r"\g<inner>", text.translate(_BOXES)).splitlines()
    lines = [Line(one, f"l{number}") for number, one in enumerate(texts, before + 1)]
    runs = groupby(carve(lines, (barred, separated)), lambda block: isinstance(block, Line))
    return [
        block
        for is_text, run in runs
        for block in (blocks_of([split_line(one.text, one.address) for one in run]) if is_text else run)
    ]


# bold numbers of a message, as programs put them into plain text
_BOLD = re.compile(r"(?<![\w*])(?P<stars>\*{1,2})(?P<inner>[<~]?\d[\d,]*)(?P=stars)(?![\w*])")
_BOXES = dict.fromkeys(range(0x2500, 0x2580), "-") | dict.fromkeys(map(ord, "│┃║┆┊"), "|")  # all ways to draw


def blocks_of(lines: list[TextLine]) -> list[Line | Grid]:
    """Part lines into tables (runs of lines with several cells) and text.

    A blank line (no pieces) may stand inside a table; two end it.
    """
    blocks: list[Line | Grid] = []
    lines = _unwrap(lines)
    width = max((line.pieces[0].right for line in lines if len(line.pieces) == 1), default=0.0)
    at = 0
    while at < len(lines):
        if end := _table_end(lines, at):
            blocks.append(grid_of([line for line in lines[at:end] if line.pieces]))
            at = end
            continue
        line, before = lines[at], blocks[-1] if blocks else None
        short = isinstance(before, Line) and len(before.text) < LONGEST_PARAGRAPH
        if line.pieces and short and at and goes_on(lines[at - 1], line, width):
            blocks[-1] = longer(before, line)
        elif line.pieces:
            blocks.append(Line(line.text, line.address))
        at += 1
    return blocks


def _unwrap(lines: list[TextLine]) -> list[TextLine]:
    """Join the labels of rows and the headings that are broken over lines: what goes on begins with a small letter, or is an age.

    The numbers may stand beside the first part, the last, or on a line between the two.
    """
    joined: list[TextLine] = []
    for line in lines:
        above, first = (joined[-1:] or [_BLANK])[0], (joined[-2:-1] or [_BLANK])[0]
        if len(first.pieces) < 2 and (whole := _heading(above, line)):
            joined[-1] = whole
            continue
        text = line.pieces[0].text if line.pieces else ""
        alone = len(line.pieces) == 1 and len(text) <= 60
        label = len(above.pieces) == 1 and len(above.text) <= 90 and above.text[-1] not in ".:;?!"
        begun = label and _level(above, line)
        # which goes on with nothing
        total = above.pieces and TOTAL.fullmatch(above.pieces[0].text.casefold())
        if not above.pieces or not _goes_on(above.pieces[0], text) or _BEGINS.match(text):
            joined.append(line)
        elif begun and (alone or _is_row(line)):
            joined[-1] = _join(above, line, line)
        elif alone and not total and _is_row(above) and _level(above, line):
            joined[-1] = _join(above, line, above)
        elif alone and len(first.pieces) == 1 and _level(first, line) and _all_values(above.pieces):
            both = _join(first, line, first).pieces[0]
            joined[-2:] = [TextLine((both, *above.pieces), above.address)]
        else:
            joined.append(line)
    return joined


_BLANK = TextLine((), "")


def _goes_on(above: Piece, text: str) -> bool:
    return text[:1].islower() or bool(_BEFORE_AGE.search(above.text) and re.fullmatch(r"\d\d?", text))


def _heading(above: TextLine, line: TextLine) -> TextLine | None:
    """Headings with what goes on below all but the first of them, each below its own; None where the line is none of that.

    >>> _heading(split_line("Year   Rape of   Rape of", "l1"), split_line("       girls     boys", "l2")).text
    'Year Rape of girls Rape of boys'
    """
    pieces = [*above.pieces]
    for piece in line.pieces:
        over = [n for n, one in enumerate(above.pieces) if one.left < piece.right and piece.left < one.right]
        one = pieces[over[0]] if len(over) == 1 and over != [0] else None
        if not one or not _goes_on(one, piece.text) or _is_count(one):
            return None
        left, right = min(one.left, piece.left), max(one.right, piece.right)
        pieces[over[0]] = Piece(f"{one.text} {piece.text}", left, right)
    return TextLine((*pieces,), above.address) if line.pieces and len(pieces) > 2 else None


def _is_count(piece: Piece) -> bool:
    return parse_value(piece.text).kind in NUMBERS


def _level(first: TextLine, second: TextLine) -> bool:
    return bool(second.pieces) and abs(first.pieces[0].left - second.pieces[0].left) < 3


def _all_values(pieces: tuple[Piece, ...]) -> bool:
    return all(map(_is_count, pieces))


def _is_row(line: TextLine) -> bool:
    return len(line.pieces) > 1 and _all_values(line.pieces[1:])


def _join(first: TextLine, second: TextLine, row: TextLine) -> TextLine:
    """The first pieces of two lines as one, with the numbers and the address of the `row`."""
    one, two = first.pieces[0], second.pieces[0]
    label = Piece(f"{one.text} {two.text}", min(one.left, two.left), max(one.right, two.right))
    return TextLine((label, *row.pieces[1:]), row.address)


def _table_end(lines: list[TextLine], start: int) -> int:
    """Where a table that starts at `start` ends, or 0 when none does."""
    if len(lines[start].pieces) < 2:
        return 0
    end, rows, numeric, blank, label = start, 0, 0, False, False
    for at in range(start, len(lines)):
        pieces = lines[at].pieces
        if len(pieces) < 2:  # between two rows a label may stand alone, and a blank line below it
            if blank or pieces and (label or _NO_LABEL.search(pieces[0].text)):
                break
            blank, label = not pieces, label or bool(pieces)
            continue
        blank = label = False
        rows += 1
        numeric += any(map(_is_count, pieces[1:]))
        end = at + 1
    return end if rows >= 2 and numeric * 3 >= rows else 0


_NO_LABEL = re.compile(r"(?i)[.;]$|\b(?:please|you|we|note)\b|^.{91}")


def grid_of(lines: list[TextLine]) -> Grid:
    """Lines in columns as a grid; the address of a cell is that of its line.

    >>> grid = grid_of([split_line("Year     Girls  Boys", "l1"), split_line("2014/15    7     5", "l2")])
    >>> grid.rows, grid.address(1, 2)
    ([['Year', 'Girls', 'Boys'], ['2014/15', '7', '5']], 'l2')
    """
    columns = _columns(lines)
    addresses = [line.address for line in lines]
    grid = Grid([], address_of=lambda row, column: addresses[row])
    places = [[_nearest(piece, columns) for piece in line.pieces] for line in lines]
    sizes = {len(line.pieces) for line in lines} - {1}
    mixed = [line for line, at in zip(lines, places, strict=True) if len({*at}) < len(at)]
    most = {len(line.pieces) for line in lines[1:]} - {1}
    corner = max(most, default=0) - len(lines[0].pieces)
    whole = len(most) == 1 and corner in (0, 1) and not any(at[0] for at in places)
    # headings that begin right of the labels are of the counts
    aside = whole and corner and lines[0].pieces[0].left > 2 + min(line.pieces[0].left for line in lines[1:])
    shifted = aside and places[0] != [*range(1, max(most))]
    # no row lacks a cell, and the headings at most their corner
    if whole and (mixed or shifted or len(columns) > max(most)):
        counts = (_is_count(piece) for line in mixed for piece in line.pieces[1:])
        grid.doubt = CROOKED * (not mixed or any(counts))
        places = [[*range(len(row))] for row in places]
        columns = columns[: max(most)]
    for line, at in zip(lines, places, strict=True):
        row: list = [None] * max([len(columns), *sizes])
        for piece, column in zip(line.pieces, at, strict=True):
            if row[column] and _is_count(piece):
                grid.doubt = RUN_TOGETHER
            row[column] = f"{row[column]} {piece.text}" if row[column] else piece.text
        grid.rows.append(row)
    return grid


def _nearest(piece: Piece, columns: list[tuple[float, float]]) -> int:
    away = [max(left - piece.right, piece.left - right, 0) for left, right in columns]
    return away.index(min(away))


def _columns(lines: list[TextLine]) -> list[tuple[float, float]]:
    """The edges of the columns: from the lines with the most cells, joined where cells overlap."""
    most = max(len(line.pieces) for line in lines)
    dense = [line for line in lines if len(line.pieces) >= max(2, most - 1)]
    data = [line for line in dense if any(map(_is_count, line.pieces[1:]))] or dense
    edges = sorted((piece.left, piece.right) for line in data for piece in line.pieces)
    columns: list[list[float]] = []
    for left, right in edges:
        if columns and left < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    return [(left, right) for left, right in columns]
