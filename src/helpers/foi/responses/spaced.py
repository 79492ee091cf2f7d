"""Tables whose cells a single blank parts, as a page leaves them when it is copied: "Female 301 322 350".

Where a label ends and its numbers begin is known from the line of headings alone: "Sex 2013/14 2014/15 2015/16" heads
three columns, so that the last three words of each line below are its numbers.
"""

from __future__ import annotations

import re

from helpers.foi.responses.labels import read_label
from helpers.foi.responses.textlines import Piece, TextLine

LEAST_COLUMNS, LEAST_ROWS = 2, 2
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/\-]\d\d(?:\d\d)?)?")
_VALUE = r"(?:[<~]?\d{1,3}(?:,\d{3})+|[<~]?\d+)[*†‡]?|\*{1,3}|-|[Nn]il"
_APART = 1000.0  # between columns: more than any line is wide


def part_spaced(lines: list[TextLine]) -> list[TextLine]:
    """The lines, those of such tables parted into cells.

    Parameters
    ----------
    lines : list of TextLine
        In the order of the file.

    Examples
    --------
    >>> texts = ["Sex 2014/15 2015/16", "Female 322 350", "Male 51 60"]
    >>> lines = part_spaced([TextLine((Piece(text, 0, len(text)),), "l1") for text in texts])
    >>> [[piece.text for piece in line.pieces] for line in lines]
    [['Sex', '2014/15', '2015/16'], ['Female', '322', '350'], ['Male', '51', '60']]
    """
    parted, at = list(lines), 0
    while at < len(lines):
        width = _columns(lines[at])
        rows = _rows(lines, at + 1, width) if width >= LEAST_COLUMNS else []
        if len(rows) < LEAST_ROWS:
            at += 1
            continue
        parted[at] = _cells(lines[at], width)
        for place in rows:
            parted[place] = _cells(lines[place], width)
        at = rows[-1] + 1
    return parted


def _columns(line: TextLine) -> int:
    """How many words at the end of a line each head a column."""
    if len(line.pieces) != 1 or len(line.text) > 200:
        return 0
    if re.search(r"\s(?:-|to)\s", line.text):
        return 0  # "Apr 2012 - Mar 2013" is one period
    words = line.text.split()
    count = 0
    while count < len(words) and _heads(words[-1 - count]):
        count += 1
    return count


def _heads(word: str) -> bool:
    label = read_label(word)
    known = label.understood and bool(label.dimensions - {"measure"} or label.total)
    return bool(_YEAR.fullmatch(word)) or (known and not label.ignore) or label.rest == "unknown"


def _rows(lines: list[TextLine], start: int, width: int) -> list[int]:
    """The lines from `start` that end in as many numbers as there are columns."""
    row = re.compile(rf"\S.*?(?:\s(?:{_VALUE})){{{width}}}")
    rows: list[int] = []
    for place in range(start, len(lines)):
        line = lines[place]
        if not line.pieces and not rows:
            continue
        if len(line.pieces) != 1 or not row.fullmatch(line.text) or len(line.text) > 200:
            break
        rows.append(place)
    return rows


def _cells(line: TextLine, width: int) -> TextLine:
    words = line.text.rsplit(" ", width)
    label = words[:-width] if len(words) > width else []
    pieces = [Piece(text, 0.0, float(len(text))) for text in label if text]
    pieces += [
        Piece(text, _APART * place, _APART * place + 10) for place, text in enumerate(words[-width:], 1)
    ]
    return TextLine(tuple(pieces), line.address)
