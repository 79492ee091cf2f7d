"""A grid seen cell by cell, and a table found in it: rows by kind, columns by what they hold, headings filled in.

:class:`Cells` reads every cell once as text and as a value. :class:`Table` holds what :mod:`.layout` found, and carries
upper headings to the right over the columns that they head, merged or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Grid
from helpers.foi.responses.values import Value, parse_value, text_of

NUMBERS = frozenset({"count", "suppressed", "at least", "bad"})


class Cells:
    """A grid read cell by cell, once: its texts, its values, and what each row holds."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.height = len(grid.rows)
        self.width = grid.width
        self._values: dict[tuple[int, int], Value] = {}

    def text(self, row: int, column: int) -> str:
        """The text of a cell, empty where there is none."""
        cells = self.grid.rows[row]
        return text_of(cells[column]) if column < len(cells) else ""

    def heading_text(self, row: int, column: int) -> str:
        """The text of a cell, or of the merged cell that covers it."""
        anchor = self.grid.spans.get((row, column))
        return self.text(*anchor) if anchor else self.text(row, column)

    def value(self, row: int, column: int) -> Value:
        """The cell read as a number."""
        place = (row, column)
        if place not in self._values:
            cells = self.grid.rows[row]
            value = parse_value(cells[column]) if column < len(cells) else Value("empty")
            if place in self.grid.percents and value.is_number | (value.kind == "bad"):
                value = Value("percent")
            self._values[place] = value
        return self._values[place]

    def covered(self, row: int, column: int) -> bool:
        """Whether a merged cell that starts elsewhere covers this one."""
        return (row, column) in self.grid.spans

    def kind(self, row: int, column: int) -> str:
        """``v`` for a number, ``r`` for one that may be an age ("0-4", "under 5"), ``p`` percentage, ``d`` a dash
        or gap, ``t`` text, or empty."""
        value = self.value(row, column)
        kind = value.kind
        if kind == "at least" or (kind == "suppressed" and value.high is not None):
            return "r"
        if kind in NUMBERS:
            return "v"
        return {"percent": "p", "dash": "d", "gap": "d", "text": "t"}.get(kind, "")

    def filled(self, row: int, left: int = 0, right: int | None = None) -> list[tuple[int, str]]:
        """The columns of a row that hold something, each with its kind."""
        cells = self.grid.rows[row]
        stop = min(len(cells), self.width if right is None else right + 1)
        return [
            (c, kind) for c in range(left, stop) if cells[c] not in (None, "") and (kind := self.kind(row, c))
        ]


@dataclass
class Table:
    """One table in a grid: its rows by kind, its columns by what they hold."""

    cells: Cells
    left: int
    right: int
    headers: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    stops: set[int] = field(default_factory=set)  # data rows that follow a blank row
    roles: dict[int, str] = field(default_factory=dict)

    @property
    def labels(self) -> list[int]:
        """Columns that hold the labels of rows."""
        return [
            column for column, role in sorted(self.roles.items()) if role not in ("value", "notes", "ignored")
        ]

    @property
    def values(self) -> list[int]:
        """Columns that hold figures."""
        return [column for column, role in sorted(self.roles.items()) if role == "value"]

    @cached_property
    def levels(self) -> list[dict[int, str]]:
        """For each heading row, the heading over each column, merged and repeated headings filled in."""
        return _levels(self)

    def stack(self, column: int) -> list[str]:
        """The headings over a column from the top, each once."""
        return list(dict.fromkeys(level[column] for level in self.levels if level[column]))

    def heading(self, column: int) -> str:
        """All headings over a column in one text."""
        return " ".join(self.stack(column))

    @property
    def top(self) -> int:
        """Its first row."""
        return min(self.headers + self.data)

    @property
    def bottom(self) -> int:
        """Its last row."""
        return max(self.headers + self.data)

    def address(self) -> str:
        """The address of the whole table."""
        return self.cells.grid.range(self.top, self.left, self.bottom, self.right)


def _levels(table: Table) -> list[dict[int, str]]:
    cells = table.cells
    columns = range(table.left, table.right + 1)
    labels = set(table.labels) if table.roles else set()
    levels = []
    for depth, row in enumerate(table.headers):
        texts = [cells.heading_text(row, c) for c in columns]
        if depth < len(table.headers) - 1 and not any(cells.covered(row, c) for c in columns):
            texts = _spread(table, depth, texts, labels)
        levels.append(dict(zip(columns, texts, strict=True)))
    return levels


def _spread(table: Table, depth: int, texts: list[str], labels: set[int]) -> list[str]:
    """Carry an upper heading to the right over the columns that it heads, where nothing is merged."""
    cells = table.cells
    below = [
        [cells.heading_text(row, c) for c in range(table.left, table.right + 1)]
        for row in table.headers[depth + 1 :]
    ]
    starts = [i for i, text in enumerate(texts) if text and any(level[i] for level in below)]
    groups = (
        [below[-1][start:end] for start, end in zip(starts, [*starts[1:], len(texts)], strict=True)]
        if starts
        else []
    )
    spread, carried, start = list(texts), "", 0
    for i in range(len(texts)):
        if texts[i]:
            carried, start = texts[i], i
        elif carried and i + table.left not in labels and any(level[i] for level in below):
            if _is_extra(groups, starts, start, i, below[-1]):
                carried = ""
                continue
            spread[i] = carried
        elif not any(level[i] for level in below):
            continue
    return spread


def _is_extra(groups: list[list[str]], starts: list[int], start: int, place: int, leaves: list[str]) -> bool:
    """Whether a total after the last group stands outside it: the other groups have no such column."""
    if start not in starts or len(groups) < 2 or start != starts[-1]:
        return False
    others = groups[:-1]
    return place - start >= max(len(group) for group in others) and read_label(leaves[place]).total
