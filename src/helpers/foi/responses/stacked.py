"""Tables that arrive with one cell a line, as pages pasted into an e-mail do.

Lines that are short and head something, then runs of a label and as many numbers: :func:`stacked_table` makes a grid of
them, whose cells keep the addresses of their lines.
"""

from __future__ import annotations

import re

from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Grid, Line
from helpers.foi.responses.rows import is_heading_text
from helpers.foi.responses.values import parse_value, tidy


def stacked_table(lines: list[Line]) -> tuple[int, int, Grid] | None:
    """Find a table that stands with one cell a line.

    Parameters
    ----------
    lines : list of Line
        Consecutive lines.

    Returns
    -------
    (int, int, Grid) or None
        Where it starts and stops in `lines`, and the table.

    Examples
    --------
    >>> cells = ["Year", "Arrests", "Charges", "2016", "86", "35"]
    >>> stacked_table([Line(text, f"l{n}") for n, text in enumerate(cells, 1)])[2].rows
    [['Year', 'Arrests', 'Charges'], ['2016', '86', '35']]
    """
    # what answers a question of its own is no cell
    texts = ["" if line.asked or line.quoted else tidy(line.text) for line in lines]
    alone = [_is_value(text) for text in texts]
    for first, is_value in enumerate(alone):
        if not is_value or first == 0:
            continue
        best = None
        for width in range(2, 13):
            start = first - 1 - width
            rows = _stacked_rows(texts, alone, first - 1, width)
            if start < 0 or not rows or any(alone[start : first - 1]) or not _heads(texts[start : first - 1]):
                continue
            if any(line.heading for line in lines[start : first - 1]):
                continue  # headings of the page stand over the table, not in it
            if best is None or rows * width > best[0]:
                best = (rows * width, start, width, rows)
        if best is None:
            rows = _stacked_rows(texts, alone, first - 1, 2)
            labelled = all(
                read_label(texts[first - 1 + 2 * row]).understood
                and (
                    read_label(texts[first - 1 + 2 * row]).dimensions
                    or read_label(texts[first - 1 + 2 * row]).total
                )
                for row in range(rows)
            )
            if rows >= 2 and labelled:
                best = (rows * 2, first - 1, 2, rows)
                return _stack(lines, texts, first - 1, 2, rows)
            continue
        _, start, width, rows = best
        return _stack(lines, texts, start, width, rows + 1)
    return None


def _stack(lines: list[Line], texts: list[str], start: int, width: int, rows: int) -> tuple[int, int, Grid]:
    stop = start + width * rows
    grid = Grid([list(texts[start + width * row : start + width * (row + 1)]) for row in range(rows)])
    addresses = [line.address for line in lines[start:stop]]
    grid.address_of = lambda row, column: addresses[row * width + column]
    return start, stop, grid


def _is_value(text: str) -> bool:
    value = parse_value(text)
    return value.kind in ("count", "suppressed", "at least", "dash") and not re.fullmatch(
        r"(?:19|20)\d\d|1\d\+", text
    )


def _stacked_rows(texts: list[str], alone: list[bool], start: int, width: int) -> int:
    rows = 0
    while start + width <= len(texts):
        label, *values = range(start, start + width)
        if (
            alone[label]
            or not texts[label]
            or len(texts[label]) > 70
            or texts[label].endswith("?")
            or _is_counted(texts[label])
            or not all(alone[place] for place in values)
        ):
            break
        rows += 1
        start += width
    return rows


def _heads(texts: list[str]) -> bool:
    """Whether texts can head columns: short, and those after the first say what they count or divide by."""
    if any(len(text) > 60 or text.endswith((".", "?", ":")) or _is_counted(text) for text in texts):
        return False
    return all(map(is_heading_text, texts[1:]))


def _is_counted(text: str) -> bool:
    """Whether a text is a label with its count, which heads nothing: "2015/16 - 41", and not "Aged 10 - 14"."""
    found = _COUNTED.fullmatch(text)
    return bool(found) and not (read_label(text).understood and read_label(text).dimensions)


_COUNTED = re.compile(r".*\S(?:\s*[:=]|\s-)\s*(?:\*{1,3}|[<~]?\d[\d,]*\W*(?:\([^()]*\)\W*)?)")
