"""Tables without rules: words that stand in columns, in plain text and in PDF pages.

Words carry their left and right edge, in characters or in points. Words close together are one cell; lines with
several cells in a run are a table; columns are where no cell of the data lines reaches across. A heading that
reaches over several columns is a merged cell over them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Grid, Line
from helpers.foi.responses.paragraphs import goes_on, longer
from helpers.foi.responses.spaced import part_spaced
from helpers.foi.responses.textlines import Piece, TextLine
from helpers.foi.responses.values import parse_value, tidy

LONGEST = 5_000  # characters of a line that are looked at
LONGEST_PARAGRAPH = 2_000  # characters, from which no further line is joined


def split_line(line: str, address: str) -> TextLine:
    """A line of plain text in pieces: two blanks or a tab part cells, and so do bars.

    >>> [piece.text for piece in split_line("2014/15    7      <5", "l1").pieces]
    ['2014/15', '7', '<5']
    """
    line = line[:LONGEST].expandtabs(8).rstrip()
    if line.count("|") >= 2:
        line = re.sub(r"\|", "  ", line)
    if _RULE.fullmatch(line):
        return TextLine((), address)
    return TextLine(
        tuple(
            Piece(tidy(found[0]), found.start(), found.end()) for found in re.finditer(r"\S+(?: \S+)*", line)
        ),
        address,
    )


def text_blocks(text: str) -> list[Line | Grid]:
    """Plain text as lines and aligned tables, in order."""
    lines = _BOLD.sub(r"\g<inner>", text.translate(_BOXES)).splitlines()
    blocks: list[Line | Grid] = []
    done = 0
    for start, end, separator in [*_separated(lines), (len(lines), len(lines), "")]:
        blocks += blocks_of([split_line(line, f"l{n}") for n, line in enumerate(lines[done:start], done + 1)])
        if separator:
            blocks.append(_separated_grid(lines[start:end], start, separator))
        done = end
    return blocks


def _separated(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Where tables stand whose cells are parted by bars or tabs, or in a letter by commas: start, end, separator."""
    at, tried = 0, dict.fromkeys("|\t;,", 0)
    while at < len(lines):
        for separator, fewest in (("|", 2), ("\t", 2), (";", 3), (",", 3)):
            if at < tried[separator]:  # within a run that is no table
                continue
            end = at
            while end < len(lines) and (_parts(lines[end], separator) or _is_drawn(lines[end])):
                end += 1
            tried[separator] = end
            rows = [row for line in lines[at:end] if not _is_drawn(line) for row in [_cells(line, separator)]]
            numeric = sum(_has_counts(row, separator) for row in rows)
            widths = Counter(map(len, rows))
            if len(rows) >= fewest and numeric * 3 >= len(rows) and max(widths.values()) * 3 >= 2 * len(rows):
                yield at, end, separator
                break
        else:
            end = at + 1
        at = end


def _has_counts(row: list[str], separator: str) -> bool:
    """Whether a row of a table ends in counts; behind commas nothing but labels and then counts is one."""
    numbers = [parse_value(cell).kind in _NUMBERS for cell in row[1:] if cell]
    return not numbers or numbers[-1] and (separator in "|\t" or numbers == sorted(numbers))


def _parts(line: str, separator: str) -> bool:
    """Whether a separator parts the cells of a line: a comma of thousands does not, nor one before a blank."""
    if separator not in line:
        return False
    return separator != "," or "," in re.sub(r"(?<=\d),(?=\d{3}(?!\d))|, ", "", line)


# bold numbers of a message, as programs put them into plain text
_BOLD = re.compile(r"(?<![\w*])(?P<stars>\*{1,2})(?P<inner>[<~]?\d[\d,]*)(?P=stars)(?![\w*])")
_RULE = re.compile(r"[\s\-=_+|:.]*")
_BOXES = dict.fromkeys(range(0x2500, 0x2580), "-") | dict.fromkeys(map(ord, "│┃║┆┊"), "|")  # all ways to draw
_NUMBERS = ("count", "suppressed", "dash")


def _is_drawn(line: str) -> bool:
    """Whether a line only draws a rule of a table: "+----+----+", "|---|:--:|"."""
    return len(line.strip()) > 2 and bool(_RULE.fullmatch(line))


def _cells(line: str, separator: str) -> list[str]:
    line = line[:LONGEST].strip(" \r\n")
    if separator == "|" and line.startswith("|"):
        line = line[1:].removesuffix("|")
    return [tidy(cell) for cell in next(csv.reader([line], delimiter=separator, strict=False), [])]


def _separated_grid(lines: list[str], start: int, separator: str) -> Grid:
    addresses = [f"l{start + number}" for number, line in enumerate(lines, 1) if not _is_drawn(line)]
    rows = [[cell or None for cell in _cells(line, separator)] for line in lines if not _is_drawn(line)]
    return Grid(rows, address_of=lambda row, column: addresses[row])


def blocks_of(lines: list[TextLine]) -> list[Line | Grid]:
    """Part lines into tables (runs of lines with several cells) and text.

    A blank line (no pieces) may stand inside a table; two end it.
    """
    blocks: list[Line | Grid] = []
    lines = _unwrap(part_spaced(lines))
    width = max((line.pieces[0].right for line in lines if len(line.pieces) == 1), default=0.0)
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end:
            run = [line for line in lines[at:end] if line.pieces]
            start = at
            while (
                blocks
                and start
                and isinstance(blocks[-1], Line)
                and _is_heading_over(lines, start, run, blocks[-1])
            ):
                start -= 1
                head = next(
                    (
                        line
                        for line in reversed(lines[: start + 1])
                        if line.pieces and line.address == blocks[-1].address
                    ),
                    None,
                )
                if head is None:
                    break
                run.insert(0, head)
                blocks.pop()
            blocks.append(grid_of(run))
            at = end
        else:
            if lines[at].pieces:
                before = blocks[-1] if blocks and isinstance(blocks[-1], Line) else None
                short = before is not None and len(before.text) < LONGEST_PARAGRAPH
                if short and at and goes_on(before.text, lines[at - 1], lines[at], width):
                    blocks[-1] = longer(before, lines[at])
                else:
                    blocks.append(Line(lines[at].text, lines[at].address))
            at += 1
    return blocks


def _unwrap(lines: list[TextLine]) -> list[TextLine]:
    """Join the labels of rows that are broken over lines: the second half begins with a small letter.

    The numbers may stand beside the last half, the first, or between the two.
    """
    joined: list[TextLine] = []
    for line in lines:
        first = line.pieces[0].text if line.pieces else ""
        small = first[:1].islower()
        above = joined[-1] if joined and joined[-1].pieces else None
        alone = above is not None and len(above.pieces) == 1 and re.search(r"[^.:;?!]$", above.text)
        if alone and len(above.text) <= 90 and _level(above, line):
            if small and _is_row(line):
                joined[-1] = _join(above, line, line)
                continue
            if small and len(line.pieces) == 1 and len(joined) > 1 and len(line.text) <= 60:
                before = joined[-2]
                if not before.pieces or _is_row(before):  # a label in three lines, its first below a row
                    joined[-1] = _join(above, line, line)
                    continue
        if small and above and len(line.pieces) == 1 and len(first) <= 60:
            label = joined[-2] if len(joined) > 1 and len(joined[-2].pieces) == 1 else None
            if _is_row(above) and _level(above, line):
                joined[-1] = _join(above, line, above)
                continue
            if label and _level(label, line) and _all_values(above.pieces):
                whole = _join(label, line, label).pieces[0]
                joined[-2:] = [TextLine((whole, *above.pieces), above.address)]
                continue
        joined.append(line)
    return joined


def _level(first: TextLine, second: TextLine) -> bool:
    return bool(second.pieces) and abs(first.pieces[0].left - second.pieces[0].left) < 3


def _all_values(pieces: tuple[Piece, ...]) -> bool:
    return all(parse_value(piece.text).kind in ("count", "suppressed", "dash") for piece in pieces)


def _is_row(line: TextLine) -> bool:
    return len(line.pieces) > 1 and _all_values(line.pieces[1:])


def _join(first: TextLine, second: TextLine, row: TextLine) -> TextLine:
    """The first pieces of two lines as one, with the numbers and the address of the `row`."""
    one, two = first.pieces[0], second.pieces[0]
    label = Piece(f"{one.text} {two.text}", min(one.left, two.left), max(one.right, two.right))
    return TextLine((label, *row.pieces[1:]), row.address)


def _is_heading_over(lines: list[TextLine], at: int, run: list[TextLine], block: Line) -> bool:
    """Whether the single-piece line right above a table stands over its columns and not at the left edge."""
    above = lines[at - 1]
    if not above.pieces or len(above.pieces) != 1 or above.address != block.address:
        return False
    left = min(line.pieces[0].left for line in run)
    second = min((line.pieces[1].left for line in run if len(line.pieces) > 1), default=left)
    label = read_label(above.text)
    return (
        above.pieces[0].left >= second - 2
        and len(above.text) <= 24
        and label.understood
        and bool(label.dimensions)
    )


def _table_end(lines: list[TextLine], start: int) -> int:
    """Where a table that starts at `start` ends, or 0 when none does."""
    if len(lines[start].pieces) < 2:
        return 0
    end, rows, numeric, blanks, singles = start, 0, 0, 0, 0
    for at in range(start, len(lines)):
        pieces = lines[at].pieces
        if not pieces:
            blanks += 1
            if blanks > 1:
                break
            continue
        if len(pieces) == 1:
            singles += 1
            if (
                singles > 1
                or blanks
                or not _short_label(pieces[0].text)
                or (rows and _heads(lines[at + 1 :]))
            ):
                break
            continue
        blanks = singles = 0
        rows += 1
        numeric += any(
            parse_value(piece.text).kind in ("count", "suppressed", "dash") for piece in pieces[1:]
        )
        end = at + 1
    return end if rows >= 2 and numeric >= 1 and numeric * 3 >= rows else 0


def _heads(lines: list[TextLine]) -> bool:
    """Whether the next line with pieces heads columns: it has several and no number but years."""
    pieces = next((line.pieces for line in lines[:3] if line.pieces), ())
    return len(pieces) > 1 and not any(
        parse_value(piece.text).kind in ("count", "suppressed", "dash")
        and not re.fullmatch(r"(?:19|20)\d\d", piece.text)
        for piece in pieces
    )


def _short_label(text: str) -> bool:
    label = read_label(text.rstrip(":"))
    stated = bool(label.dimensions) and label.understood
    return len(text) <= (90 if stated else 40) and not re.search(
        r"[.;]$|\b(?:please|you|we|note)\b" + ("" if stated else "|:$|\\bthe\\b"), text.casefold()
    )


def grid_of(lines: list[TextLine], place: str = "") -> Grid:
    """Lines in columns as a grid; the address of a cell is that of its line when `place` is empty.

    >>> grid = grid_of([split_line("Year     Girls  Boys", "l1"), split_line("2014/15    7     5", "l2")])
    >>> grid.rows, grid.address(1, 2)
    ([['Year', 'Girls', 'Boys'], ['2014/15', '7', '5']], 'l2')
    """
    columns = _columns(lines)
    wide = _with_headings(lines, columns)
    rows: list[list] = []
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    above = True
    for number, line in enumerate(lines):
        row: list = [None] * len(columns)
        above = above and not _is_data(line, len(columns))
        edges = wide if above else columns
        groups = _centred(line, edges) if above else {}
        for piece in line.pieces:
            covered = groups.get(piece) or [
                c for c, (left, right) in enumerate(edges) if piece.left < right and left < piece.right
            ]
            if not covered:
                covered = [min(range(len(edges)), key=lambda c: _distance(piece, edges[c]))]
            first = covered[0]
            row[first] = f"{row[first]} {piece.text}" if row[first] else piece.text
            for column in covered[1:]:
                if row[column] is None:
                    spans[(number, column)] = (number, first)
        rows.append(row)
    addresses = [line.address for line in lines]
    grid = Grid(rows, place=place, spans=spans)
    if not place:
        grid.address_of = lambda row, column: addresses[row]
    return grid


def _with_headings(lines: list[TextLine], columns: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The columns with the width of the headings right above the data, where each heads one column."""
    data = next((n for n, line in enumerate(lines) if _is_data(line, len(columns))), 0)
    if not data:
        return columns
    pieces = lines[data - 1].pieces
    first = len(columns) - len(pieces)
    if first not in (0, 1):
        return columns
    wide = list(columns[:first]) + [
        (min(left, p.left), max(right, p.right))
        for p, (left, right) in zip(pieces, columns[first:], strict=True)
    ]
    apart = all(before[1] <= after[0] for before, after in zip(wide, wide[1:], strict=False))
    return wide if apart else columns


def _is_data(line: TextLine, columns: int) -> bool:
    """Whether at least half of the columns but the first hold numbers on a line."""
    numbers = sum(
        parse_value(piece.text).kind in ("count", "suppressed", "dash") for piece in line.pieces[1:]
    )
    return numbers > 0 and numbers * 2 >= columns - 1


def _centred(line: TextLine, columns: list[tuple[float, float]]) -> dict[Piece, list[int]]:
    """For a heading line whose pieces stand over groups of columns of one size, the columns of each."""
    count = len(columns)
    candidates = [
        (first, size, line.pieces[lead:])
        for lead in (0, 1)  # a heading of the labels may stand on the same line
        for first in (1, 0, 2)
        if len(line.pieces) - lead > 1 and (not lead or (first and line.pieces[0].right < columns[first][0]))
        for size in range((count - first) // (len(line.pieces) - lead), 1, -1)
    ]
    candidates.sort(key=lambda one: one[0] + one[1] * len(one[2]) != count)  # rather all columns than some
    for first, size, pieces in candidates:
        groups = [range(first + size * place, first + size * (place + 1)) for place in range(len(pieces))]
        edges = [(columns[group[0]][0], columns[group[-1]][1]) for group in groups]
        if all(_stands_over(piece, edges, place) for place, piece in enumerate(pieces)):
            return {piece: list(group) for piece, group in zip(pieces, groups, strict=True)}
    return {}


def _stands_over(piece: Piece, edges: list[tuple[float, float]], own: int) -> bool:
    """Whether a heading stands over one group of columns and no other."""
    over = [place for place, (left, right) in enumerate(edges) if piece.left < right and left < piece.right]
    return over == [own]


def _distance(piece: Piece, column: tuple[float, float]) -> float:
    return max(column[0] - piece.right, piece.left - column[1], 0)


def _columns(lines: list[TextLine]) -> list[tuple[float, float]]:
    """The edges of the columns: from the lines with the most cells, joined where cells overlap."""
    most = max(len(line.pieces) for line in lines)
    dense = [line for line in lines if len(line.pieces) >= max(2, most - 1)]
    data = [
        line
        for line in dense
        if any(parse_value(piece.text).kind in ("count", "suppressed", "dash") for piece in line.pieces[1:])
    ] or dense
    edges = sorted((piece.left, piece.right) for line in data for piece in line.pieces)
    columns: list[list[float]] = []
    for left, right in edges:
        if columns and left < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    # a column that only a heading fills (the data leave it empty) is a column too
    first = next((n for n, line in enumerate(lines) if line in data), 0)
    for line in lines[max(first - 1, 0) : first]:
        for piece in line.pieces:
            if not any(piece.left < right and left < piece.right for left, right in columns):
                near = min(columns, key=lambda c: _distance(piece, (c[0], c[1])))
                if _distance(piece, (near[0], near[1])) > (piece.right - piece.left):
                    columns.append([piece.left, piece.right])
                    columns.sort()
    return [(left, right) for left, right in columns]
