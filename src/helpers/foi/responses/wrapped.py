"""Rows of a PDF table without rules whose labels run over several lines, put back on one line each.

A page gives words and no rows. A label of three lines beside one line of numbers is four things on the page, at up to
four heights. Lines nearer to each other than the rows of the table, or between the same two rules, are one row, when just one of them
holds numbers.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from helpers.foi.responses.paragraphs import dangles
from helpers.foi.responses.textlines import Piece, TextLine
from helpers.foi.responses.values import parse_value, tidy

MOST_LINES = 8  # of one label
LEAST_RULES = 4  # that a table has between its rows


@dataclass(frozen=True)
class PlacedLine:
    """A line of a page: its text, where it stands from the top, and the size of its letters, in points."""

    line: TextLine
    bottom: float
    size: float


def join_wrapped(lines: list[PlacedLine], rules: Sequence[float] = ()) -> list[PlacedLine]:
    """Join the lines of one row of a table.

    Parameters
    ----------
    lines : list of PlacedLine
        From the top of a page to its foot.
    rules : sequence of float
        The heights of rules across the page, from the top: between two of them stands one row of a table, where no more
        than one line there holds numbers.

    Returns
    -------
    list of PlacedLine
        A row has the height of its line of numbers. All else stays as it is.

    Examples
    --------
    >>> def placed(bottom, *pieces):
    ...     return PlacedLine(TextLine(tuple(Piece(*p) for p in pieces), f"p1 l{bottom}"), bottom, 10)
    >>> rows = join_wrapped([
    ...     placed(100, ("Sexual assault", 50, 120)), placed(106, ("20B", 10, 30), ("39", 200, 210)),
    ...     placed(112, ("on a girl", 50, 100))])
    >>> [piece.text for piece in rows[0].line.pieces], len(rows)
    (['20B', 'Sexual assault on a girl', '39'], 1)
    """
    joined: list[PlacedLine] = []
    for group, ruled in _groups(lines, rules):
        row = group[-1] if ruled and len(group) > 1 and not _counts(group) else _row_of(group)
        whole = _as_row(group, row) if row else None
        joined += [whole] if whole else group
    return joined


def _row_of(group: list[PlacedLine]) -> PlacedLine | None:
    """The line of a group that the others belong to: its only one with numbers, or the headings in its middle."""
    numbers = [one for one in group if _numbers(one.line)]
    if len(group) < 2 or len(numbers) > 1:
        return None
    if numbers:
        return numbers[0]
    middle = max(group, key=lambda one: len(one.line.pieces))
    beside = all(_beside(before, after) for before, after in zip(group, group[1:], strict=False))
    return middle if beside and len(middle.line.pieces) > 2 else None


def _groups(lines: list[PlacedLine], rules: Sequence[float]) -> Iterator[tuple[list[PlacedLine], bool]]:
    """Lines that may be one row, with whether two rules say so."""
    rules = rules if len(rules) >= LEAST_RULES else ()
    rest: list[PlacedLine] = []
    for band, run in groupby(lines, lambda one: bisect(rules, one.bottom - one.size / 2)):
        group = list(run)
        if band == 0 and rules:  # headings with no rule above them
            heads = _headings(group)
            rest, group = group[: len(group) - len(heads)], heads
        low = band < len(rules) and (band == 0 or rules[band] - rules[band - 1] < MOST_LINES * group[0].size)
        if low and _counts(group) <= 1:
            yield from ((near, False) for near in _near(rest))
            rest = []
            yield group, True
        else:
            rest += group
    yield from ((near, False) for near in _near(rest))


def _headings(lines: list[PlacedLine]) -> list[PlacedLine]:
    """The last lines of some that stand close together, without numbers, over the columns of a table."""
    start = len(lines)
    first = lines[-1].line.pieces[0].left if lines else 0.0
    while start and _is_heading(lines[start - 1].line, first):
        if start < len(lines) and lines[start].bottom - lines[start - 1].bottom > 1.45 * lines[start].size:
            break
        start -= 1
    return lines[start:]


def _is_heading(line: TextLine, first: float) -> bool:
    """Whether a line holds several pieces, or one that stands over another column than the first."""
    return not _numbers(line) and (len(line.pieces) > 1 or line.pieces[0].left > first + 20)


def _counts(group: list[PlacedLine]) -> int:
    """How many lines hold numbers."""
    return sum(_numbers(one.line) > 0 for one in group)


def _near(lines: list[PlacedLine]) -> list[list[PlacedLine]]:
    """Lines in groups, parted where the gap is wider than that between the lines of one label."""
    groups: list[list[PlacedLine]] = []
    for place, one in enumerate(lines):
        if place and _is_near(lines, place):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _is_near(lines: list[PlacedLine], place: int) -> bool:
    """Whether a line is nearer to the one above than one row of a table to the next."""
    gap = lines[place].bottom - lines[place - 1].bottom
    size = max(lines[place].size, lines[place - 1].size)
    if _beside(lines[place - 1], lines[place]):
        return True
    return gap < 1.45 * size and any(
        1.2 * gap < wide < 6 * size for wide in _gaps(lines, max(place - MOST_LINES, 0), place + MOST_LINES)
    )


def _beside(above: PlacedLine, below: PlacedLine) -> bool:
    """Whether two lines overlap in height, as no two rows of a table do."""
    return below.bottom - above.bottom < 0.95 * max(above.size, below.size)


def _gaps(lines: list[PlacedLine], first: int, last: int) -> list[float]:
    near = lines[first : last + 1]
    return [after.bottom - before.bottom for before, after in zip(near, near[1:], strict=False)]


def _numbers(line: TextLine) -> int:
    return sum(_is_number(piece) for piece in line.pieces[1:])


def _is_number(piece: Piece) -> bool:
    year = re.fullmatch(r"(?:19|20)\d\d", piece.text)
    return not year and parse_value(piece.text).kind in ("count", "suppressed", "dash")


def _as_row(group: list[PlacedLine], row: PlacedLine) -> PlacedLine | None:
    """The lines of a group as one row, or None when a number would become part of a label."""
    cells: list[list[Piece]] = []
    for one in group:
        for piece in one.line.pieces:
            over = [cell for cell in cells if any(_stand_over(piece, other) for other in cell)]
            if len(over) > 1:
                return None
            if over:
                over[0].append(piece)
            else:
                cells.append([piece])
    if len(group) > MOST_LINES or len(cells) < 2:
        return None
    if any(
        _is_number(p) and p in row.line.pieces[1:] and not _ends_label(p, cell)
        for cell in cells
        for p in cell
    ):
        return None
    merged = [
        Piece(tidy(" ".join(p.text for p in cell)), min(p.left for p in cell), max(p.right for p in cell))
        for cell in cells
    ]
    merged.sort(key=lambda piece: piece.left)
    return PlacedLine(TextLine(tuple(merged), row.line.address), row.bottom, row.size)


def _ends_label(piece: Piece, cell: list[Piece]) -> bool:
    """Whether a number is alone in its cell, or the end of a label: "… of a child under" and below it "13"."""
    before = cell[: cell.index(piece)]
    return len(cell) == 1 or bool(before and dangles(before[-1].text))


def _stand_over(one: Piece, other: Piece) -> bool:
    return one.left < other.right and other.left < one.right
