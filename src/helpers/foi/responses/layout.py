"""Where the tables are in a grid, which cells are headings, labels, figures or notes, and what each heading means.

:func:`find_tables` walks a grid from the top. Rows of one text are titles, sections or notes; rows of texts are
headings; rows with numbers below them are data. A table may have several heading rows, several label columns,
gaps, sections and totals; several tables may follow each other or stand side by side. What makes a year or an
age in a cell a heading and not a figure is its place and its neighbours, and those rules are here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from helpers.foi.responses.labels import ATTRIBUTES, is_reference, read_axis, read_label, role_of_heading
from helpers.foi.responses.model import Grid
from helpers.foi.responses.values import Value, parse_value, text_of
from helpers.tables.offences import offences

WIDEST = 1_000  # columns: no table of figures is wider
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


@dataclass
class Layout:
    """What a grid holds: its tables, and its lines of text that belong to none."""

    tables: list[Table]
    lines: list[tuple[str, str]]


def find_tables(grid: Grid) -> Layout:
    """Find the tables of a grid and the lines of text between them.

    Parameters
    ----------
    grid : Grid
        At most :data:`WIDEST` columns wide.

    Examples
    --------
    >>> grid = Grid([["Offences by sex"], ["Year", "Female", "Male"], ["2014/15", 7, 5]])
    >>> table = find_tables(grid).tables[0]
    >>> table.headers, table.data, table.labels, table.values
    ([1], [2], [0], [1, 2])
    """
    cells = Cells(grid)
    tables: list[Table] = []
    lines: list[tuple[str, str]] = []
    for left, right, rows in _panels(cells):
        found, loose = _walk(cells, left, right, rows)
        tables += found
        lines += loose
    for table in tables:
        _set_roles(table)
        _adopt_blank_rows(table, lines)
    tables = [part for table in tables for part in _split_columns(table)]
    return Layout(sorted(tables, key=lambda table: (table.top, table.left)), lines)


def _panels(cells: Cells) -> list[tuple[int, int, list[int]]]:
    """Split the grid where tables stand side by side: bands of rows, and within each, blocks of columns."""
    bands, current, blank = [], [], 0
    for row in range(cells.height):
        if cells.filled(row):
            if blank and current and _new_columns(cells, current, row):
                bands.append(current)
                current = []
            current.append(row)
            blank = 0
        else:
            blank += 1
            if current:
                current.append(row)
    if current:
        bands.append(current)
    panels = []
    for rows in bands:
        panels += [(left, right, rows) for left, right in _blocks(cells, rows)]
    return panels


def _new_columns(cells: Cells, rows: list[int], row: int) -> bool:
    """Whether a row after a gap starts a block whose side-by-side layout differs from the rows before."""
    after = [r for r in range(row, min(row + 6, cells.height)) if cells.filled(r)]
    return _blocks(cells, rows) != _blocks(cells, after) and (
        len(_blocks(cells, rows)) > 1 or len(_blocks(cells, after)) > 1
    )


def _blocks(cells: Cells, rows: list[int]) -> list[tuple[int, int]]:
    """Blocks of columns that are tables of their own: an empty column between, labels and numbers on both sides."""
    used = sorted({column for row in rows for column, _ in cells.filled(row)})
    if not used:
        return []
    within = set(rows)
    covered = {c for r, c in cells.grid.spans if r in within}
    groups, start = [], used[0]
    for before, after in zip(used, used[1:], strict=False):
        if after - before > 1 and not any(c in covered for c in range(before + 1, after)):
            groups.append((start, before))
            start = after
    groups.append((start, used[-1]))
    merged: list[tuple[int, int]] = []
    for group in groups:
        if merged and not (_stands_alone(cells, rows, *group) and _stands_alone(cells, rows, *merged[-1])):
            merged[-1] = (merged[-1][0], group[1])
        else:
            merged.append(group)
    return merged


def _stands_alone(cells: Cells, rows: list[int], left: int, right: int) -> bool:
    """Whether a block of columns has its own labels on the left and numbers beside them."""
    if left == right:
        return False
    data = [row for row in rows if any(kind in "vr" for _, kind in cells.filled(row, left + 1, right))]
    labelled = [row for row in data if _is_label(cells, row, left)]
    return len(data) >= 1 and len(labelled) * 3 >= len(data) * 2


def _is_label(cells: Cells, row: int, column: int) -> bool:
    if cells.kind(row, column) == "t":
        return True
    text = cells.text(row, column)
    return cells.kind(row, column) in "vr" and bool(
        re.fullmatch(r"(?:19|20)\d\d", text) or read_label(text).age
    )


def _walk(cells: Cells, left: int, right: int, rows: list[int]) -> tuple[list[Table], list[tuple[str, str]]]:
    """Go down the rows of one panel and gather tables, sections, titles and notes."""
    tables: list[Table] = []
    loose: list[tuple[str, str]] = []
    current: Table | None = None
    pending: list[tuple[int, str, str, bool]] = []  # rows of one text since the last table row
    headers: list[int] = []
    gap = False
    for row in rows:
        filled = cells.filled(row, left, right)
        if not filled:
            gap = True
            continue
        shape = _shape(cells, row, filled, left, right, rows, current, headers)
        if shape == "line":
            pending.append((row, cells.text(row, filled[0][0]), cells.grid.address(row, filled[0][0]), gap))
        elif shape == "header":
            if current and current.data:
                _close(current, pending, loose)
                current, pending_titles = None, pending
                pending = list(pending_titles)
            headers.append(row)
        else:
            if current is None or headers:
                headers, pending = _drop_letterhead(cells, left, right, headers, row, pending)
                current = Table(
                    cells, left, right, headers=headers, titles=[(t, a) for _, t, a, _ in sorted(pending)]
                )
                tables.append(current)
                headers, pending = [], []
            elif pending:
                current = _between(current, pending, tables, row)
                pending = []
            current.data.append(row)
            if gap:
                current.stops.add(row)
        gap = False
    if current:
        _close(current, pending, loose)
    else:
        loose += [(text, address) for _, text, address, _ in pending]
    for row in headers:
        loose += [(cells.text(row, c), cells.grid.address(row, c)) for c, _ in cells.filled(row, left, right)]
    return tables, loose


def _drop_letterhead(
    cells: Cells, left: int, right: int, headers: list[int], row: int, pending: list
) -> tuple[list[int], list]:
    """Headings that a gap parts from the data, and that head nothing, are lines of a letterhead."""
    kept, dropped = [], []
    joined = True
    for header in reversed(headers):
        below = kept[0] if kept else row
        joined = joined and all(cells.filled(r, left, right) for r in range(header + 1, below))
        texts = [cells.text(header, c) for c, _ in cells.filled(header, left, right)]
        heads = all(read_label(t).dimensions or read_label(t).total or role_of_heading(t) for t in texts)
        if (joined and (heads or not is_reference(texts[0]))) or (
            heads and not is_reference(" ".join(texts))
        ):
            kept.insert(0, header)
        else:
            dropped.append(header)
            joined = False
    lines = [
        (
            header,
            " ".join(cells.text(header, c) for c, _ in cells.filled(header, left, right)),
            cells.grid.address(header, left),
            False,
        )
        for header in dropped
    ]
    return kept, pending + lines


def _close(table: Table, pending: list, loose: list) -> None:
    """Give the texts below a table to it as notes; they stay lines that can be read too."""
    for _, text, address, _ in pending:
        table.notes.append((text, address))
        loose.append((text, address))


def _between(table: Table, pending: list, tables: list[Table], row: int) -> Table:
    """Texts between data rows: the title of a further table with the same headings, or sections of this one."""
    titled = any(gap and re.match(r"(?i)\W*(?:table|question|q)\s*\d", text) for _, text, _, gap in pending)
    if titled:
        table.notes += [(text, address) for _, text, address, _ in pending[:-1]]
        # a narrower table below has not the headings of the wider one above
        across = [len(table.cells.filled(at, table.left, table.right)) for at in (table.data[0], row)]
        headers = list(table.headers) if across[1] >= across[0] else []
        further = Table(table.cells, table.left, table.right, headers=headers)
        further.titles = [(text, address) for _, text, address, _ in pending]
        tables.append(further)
        return further
    table.sections += [(at, text) for at, text, _, _ in pending]
    return table


def _shape(
    cells: Cells,
    row: int,
    filled: list,
    left: int,
    right: int,
    rows: list[int],
    current: Table | None,
    headers: list[int],
) -> str:
    """Say whether a row is a line of text, a heading row or a data row."""
    if len(filled) == 1:
        column, kind = filled[0]
        if kind in "tr" and (kind == "t" or not (current and current.data)):
            if column > left and _heads_numbers(cells, row, column, rows):
                return "header"
            return "line"
        if (current and current.data) or headers:
            return "data"
        if (
            kind == "v"
            and column > left
            and _year_like(cells.text(row, column))
            and _heads_numbers(cells, row, column, rows)
        ):
            return "header"
        return "data" if kind == "v" and _label_above(cells, row, column, rows) else "line"
    banded = _is_band_heading(cells, row, left, filled, current, headers)
    texts = [c for c, kind in filled if kind == "t" or (banded and kind == "r")]
    numbers = [c for c, kind in filled if kind in "vp" or (kind == "r" and not banded)]
    if _is_record(cells, row, left, right, headers, current):
        return "data"
    if not numbers:
        if len(texts) == 1 and texts[0] == filled[0][0]:
            return "data"  # a label and dashes
        if (
            current
            and current.data
            and not headers
            and not any(_is_heading_text(cells.text(row, c)) for c in texts[1:])
        ):
            return "data"  # a label and words: "Refused", "see note"
        return "header" if len(texts) >= 2 or texts[0] > left else "data"
    if _numeric_heading(cells, row, left, filled, numbers, texts, rows, current, headers):
        return "header"
    return "data"


def _is_heading_text(text: str) -> bool:
    label = read_label(text)
    return bool(label.dimensions or label.total or label.ignore or role_of_heading(text))


def _is_band_heading(
    cells: Cells, row: int, left: int, filled: list, current: Table | None, headers: list[int]
) -> bool:
    """Whether "0-4" or "under 5" in a row are age bands over columns, and not hidden counts."""
    bands = [cells.text(row, c) for c, kind in filled if kind == "r"]
    if not bands:
        return False
    above = headers[-1] if headers else None
    if above is not None and all(role_of_heading(cells.heading_text(above, c)) == "age" for c, k in filled if k == "r"):
        return False  # they stand under the heading "Age"
    first = cells.text(row, filled[0][0])
    if filled[0] == (left, "r") and headers:
        return False  # "under 5" at the left below a heading labels a row
    if filled[0] == (left, "t") and (read_label(first).dimensions - {"measure"} or read_label(first).total):
        return False  # so does a year or a sex
    others = [cells.text(row, c) for c, kind in filled if kind == "t" and c != filled[0][0]]
    if any(read_label(text).age for text in others):
        return True
    return not (current and current.data) and (len(bands) == 1 or _repeats(bands))


def _repeats(texts: list[str]) -> bool:
    """Whether different texts stand once each, or again and again in the same order."""
    size = len(set(texts))
    return size > 1 and texts == (texts[:size] * len(texts))[: len(texts)]


def _is_record(
    cells: Cells, row: int, left: int, right: int, headers: list[int], current: Table | None
) -> bool:
    """Whether the heading row above names attributes (age, sex, date …), so that any row below is a record."""
    above = headers[-1] if headers else (current.headers[-1] if current and current.headers else None)
    if above is None or above >= row:
        return False
    names = [cells.heading_text(above, c) for c, _ in cells.filled(above, left, right)]
    roles = [role_of_heading(name) for name in names if not (read_label(name).dimensions - {"measure"})]
    attributes = [role for role in roles if role in ATTRIBUTES]
    if len(attributes) < 2 or len(set(attributes)) < 2 or len(roles) < len(names):
        return False
    mine = [cells.text(row, c) for c, _ in cells.filled(row, left, right)]
    again = sum(bool(role_of_heading(text)) for text in mine)
    return bool(cells.text(row, left)) and again * 2 <= len(mine)


def _year_like(text: str) -> bool:
    return bool(re.fullmatch(r"(?:199\d|20[0-3]\d)", text))


def _heads_numbers(cells: Cells, row: int, column: int, rows: list[int]) -> bool:
    """Whether a lone text stands over numbers: understood as a label, with numbers or a heading right below."""
    label = read_label(cells.text(row, column))
    if (
        not (label.understood and (label.dimensions or label.total or label.ignore))
        or len(cells.text(row, column)) > 60
    ):
        return False
    for below in rows:
        if below > row:
            filled = cells.filled(below)
            if filled:
                return len(filled) > 1 and (any(c >= column for c, _ in filled))
    return False


def _label_above(cells: Cells, row: int, column: int, rows: list[int]) -> bool:
    above = [r for r in rows if r < row]
    return (
        bool(above)
        and bool(cells.text(above[-1], column))
        and bool(read_label(cells.text(above[-1], column)).dimensions)
    )


def _numeric_heading(
    cells: Cells,
    row: int,
    left: int,
    filled: list,
    numbers: list[int],
    texts: list[int],
    rows: list[int],
    current: Table | None,
    headers: list[int],
) -> bool:
    """Whether the numbers of a row are years, ages or offence codes that head columns."""
    shown = [cells.text(row, c) for c in numbers]
    corner = cells.text(row, filled[0][0]) if filled[0][1] == "t" else ""
    if any(cells.kind(row, c) == "p" for c in numbers) or (
        headers and filled[0][1] == "v" and filled[0][0] == left
    ):
        return False
    states = read_label(corner).dimensions - {"measure"}
    corner_is_heading = not states and (
        not corner
        or bool(role_of_heading(corner))
        or not (read_label(corner).measure or read_label(corner).total)
    )
    others = [cells.text(row, c) for c in texts if c != filled[0][0] or c > left]
    if all(_year_like(text) for text in shown):
        years = [int(text) for text in shown]
        ordered = all(a < b for a, b in zip(years, years[1:], strict=False)) or all(
            a > b for a, b in zip(years, years[1:], strict=False)
        )
        others_are_headings = all(
            read_label(text).dimensions
            or read_label(text).total
            or read_label(text).ignore
            or role_of_heading(text)
            for text in others
        )
        fresh = not headers or not any(_year_like(cells.text(h, c)) for h in headers for c in numbers)
        if len(years) >= 2 and (ordered or len(set(years)) < len(years)):
            return (
                corner_is_heading
                and others_are_headings
                and fresh
                and (filled[0][0] < numbers[0] or not current or not current.data)
            )
        return (
            (bool(corner) or any(read_label(text).span for text in others))
            and corner_is_heading
            and fresh
            and not (current and current.data)
            and others_are_headings
        )
    plain = [int(text) for text in shown if re.fullmatch(r"\d{1,3}", text)]
    if len(plain) == len(shown) and len(plain) >= 4 and plain[0] <= 16 and _runs(plain):
        about_age = role_of_heading(corner) == "age" or any(
            re.search(r"(?i)\bages?\b|\baged\b", cells.text(r, c))
            for r in rows
            if r < row
            for c, k in cells.filled(r)
            if k == "t"
        )
        labelled = bool(
            read_label(corner).dimensions - {"measure"} or read_label(corner).total
        ) and not role_of_heading(corner)
        return (
            not (current and current.data)
            and (not labelled or role_of_heading(corner) == "age")
            and (about_age or not corner or bool(headers) or (plain[0] <= 1 and len(plain) >= 8))
        )
    if others and all(
        role_of_heading(text) or read_label(text).dimensions or read_label(text).total for text in others
    ):
        ages = [text for text in shown if re.fullmatch(r"\d{1,2}", text)]
        bands = [text for text in others if read_label(text).age]
        if len(ages) == len(shown) and bands:
            return not (current and current.data) and corner_is_heading
    codes = [text for text in others if re.fullmatch(r"\d{1,3}[A-Z]", text)]
    named = [text for text in others if text not in codes and read_label(text).offence]
    rest = [text for text in others if text not in codes and text not in named]
    if (current and current.data) or any(
        not (read_label(text).total or read_label(text).ignore) for text in rest
    ):
        return False
    if not corner_is_heading and not (
        filled[0][1] == "t" and filled[0][0] > left and read_label(corner).offence
    ):
        return False
    return (are_codes([*shown, *codes]) or (bool(codes or named) and are_codes([*shown, "88C"]))) and bool(
        codes or named or role_of_heading(corner) or (not headers and filled[0][0] > left)
    )


def are_codes(texts: list[str]) -> bool:
    """Whether short numbers, with a letter or without, are all codes of sexual offences, and at least two.

    >>> are_codes(["71", "22B"]), are_codes(["71", "40"])
    (True, False)
    """
    texts = list(dict.fromkeys(texts))
    if len(texts) < 2 or (all(text.isdigit() for text in texts) and _runs(list(map(int, texts)))):
        return False
    known = offences()
    codes = [read_label(text, "code").code for text in texts]
    return all(code in known and known[code].sexual for code in codes)


def _runs(numbers: list[int]) -> bool:
    """Whether numbers count up by one, once or again and again from the same start."""
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    restarts = {b for a, b in zip(numbers, numbers[1:], strict=False) if b != a + 1}
    return steps.count(1) * 2 > len(steps) and restarts <= {numbers[0]}


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


def _set_roles(table: Table) -> None:
    """Decide what each column holds: labels of a kind, figures, notes, or nothing that is read."""
    cells = table.cells
    table.roles = {}
    raw = {
        column: [t for t in dict.fromkeys(level[column] for level in _levels(table)) if t]
        for column in range(table.left, table.right + 1)
    }
    seen_value = False
    for column in range(table.left, table.right + 1):
        kinds = [cells.kind(row, column) for row in table.data]
        numbers, texts = kinds.count("v") + kinds.count("r"), kinds.count("t")
        gaps, percents = kinds.count("d"), kinds.count("p")
        if not (numbers or texts or gaps or percents):
            if any(cells.covered(row, column) for row in table.data) and not seen_value:
                table.roles[column] = "label"
            elif raw[column] and not seen_value and not any(read_label(t).dimensions for t in raw[column]):
                table.roles[column] = "label"
            continue
        heading = raw[column][-1] if raw[column] else ""
        role = _column_role(table, column, heading, raw[column], (numbers, texts, gaps, percents), seen_value)
        table.roles[column] = role
        seen_value = seen_value or role == "value"
    table.__dict__.pop("levels", None)


def _adopt_blank_rows(table: Table, lines: list[tuple[str, str]]) -> None:
    """Make rows with a label and no figures data rows, when the label is one of its column's kind.

    A section heading looks the same, but is of another kind than the labels below it.
    """
    if (
        not table.labels
        or not table.values
        or any(table.cells.covered(row, table.labels[0]) for row in table.data)
    ):
        return
    first = table.labels[0]
    axis = read_axis([table.cells.text(row, first) for row in table.data], table.heading(first))
    if axis.role not in ("period", "age", "sex", "offence", "code", "force"):
        return
    kind = "offence" if axis.role == "code" else axis.role
    bottom = table.data[-1]
    for row in [at for at, _ in table.sections] + [bottom + 1]:
        if row >= table.cells.height or [c for c, _ in table.cells.filled(row, table.left, table.right)] != [
            first
        ]:
            continue
        text = table.cells.text(row, first)
        meaning = read_axis(
            [text], table.heading(first) or {"age": "Age", "sex": "Sex"}.get(axis.role, "")
        ).meanings[0]
        if (
            len(text) > 40
            or text[:1] in "*†‡§#^("
            or kind not in meaning.dimensions
            or (kind == "offence" and row > bottom)
        ):
            continue
        table.data = sorted([*table.data, row])
        table.sections = [section for section in table.sections if section[0] != row]
        address = table.cells.grid.address(row, first)
        table.notes = [note for note in table.notes if note[1] != address]
        lines[:] = [line for line in lines if line[1] != address]


def _column_role(
    table: Table, column: int, heading: str, stack: list[str], kinds: tuple, seen_value: bool
) -> str:
    numbers, texts, gaps, percents = kinds
    named = role_of_heading(heading)
    if (
        named == "id"
        and re.fullmatch(r"(?i)\W*(?:no|num|#)?\W*", heading)
        and (column > table.left or len(stack) > 1)
    ):
        named = "count"  # "No." over figures is their number, over the first column the number of the row
    states = read_label(heading).dimensions - {"measure"} if heading else frozenset()
    if named == "count" or (states and not _is_axis_name(heading)):
        if texts > numbers + gaps + percents:
            return "label" if not seen_value else "notes"
        if numbers + gaps + percents:
            return "value"
    if texts > numbers + gaps + percents:
        if not seen_value or named in ATTRIBUTES - {"text"}:
            return named if named in ATTRIBUTES else "label"
        return "notes"
    if (
        not seen_value
        and named in ("", "offence", "code")
        and not states
        and _are_codes(table, column, named)
    ):
        return "code"
    if named == "delay" and numbers > texts and re.search(r"\d", heading):
        return "value"  # "Reported within 1 year" over counts
    if named == "date" and numbers > texts and not any(_is_day_number(table, row, column) for row in table.data):
        return "value"  # "Recorded" over counts
    if (
        named in ATTRIBUTES
        and not states
        and (named not in ("offence", "text", "force", "sex") or texts >= numbers)
    ):
        return named
    if percents > numbers:
        return "ignored"
    if not seen_value and column == min(
        [c for c in range(table.left, table.right + 1) if table.cells.filled(table.data[0], c, c)] or [column]
    ):
        first = _numeric_labels(table, column, heading)
        if first:
            return first
    if texts and texts >= numbers + gaps and not seen_value:
        return "label"
    return "value"


def _is_day_number(table: Table, row: int, column: int) -> bool:
    """Whether a cell may be a day as spreadsheets number them: 1954 to 2064."""
    return 20_000 < (table.cells.value(row, column).low or 0) < 60_000


def _are_codes(table: Table, column: int, named: str) -> bool:
    """Whether a first column of short numbers, some with a letter or a name perhaps, holds offence codes."""
    shown = [table.cells.text(row, column) for row in table.data]
    shown = [text for text in shown if text and not read_label(text).total]
    numbers = {text.lstrip("0") for text in shown if re.fullmatch(r"0?\d{1,3}", text)}
    others = {text for text in shown if not re.fullmatch(r"0?\d{1,3}", text)}
    if not numbers or table.right == column or not all(read_label(text).offence for text in others):
        return False
    return bool(others or named) and are_codes([*numbers, "88C"]) and len(numbers) + len(others) > 1


def _is_axis_name(heading: str) -> bool:
    """Whether a heading names an axis ("Age group") and states no value of it ("Age 0-4")."""
    return not (read_label(heading).dimensions - {"measure"})


def _numeric_labels(table: Table, column: int, heading: str) -> str:
    """The role of a first column of numbers that are years, ages or row numbers."""
    shown = [table.cells.text(row, column) for row in table.data]
    shown = [text for text in shown if text]
    bands = [text for text in shown if read_label(text).age and not re.fullmatch(r"\d+", text)]
    if len(bands) * 2 > len(shown) and table.right > column:
        return "age"
    numbers = [text for text in shown if re.fullmatch(r"\d{1,4}", text)]
    if len(numbers) * 2 < len(shown) or table.right == column:
        return ""
    if all(_year_like(text) for text in numbers) and (len(numbers) > 1 or heading or len(table.data) == 1):
        return "period"
    plain = [int(text) for text in numbers]
    rising = (
        len(plain) >= 3 and all(b == a + 1 for a, b in zip(plain, plain[1:], strict=False)) and plain[0] <= 18
    )
    if not rising:
        return ""
    others = list(range(column + 1, table.right + 1))
    text_beside = any(table.cells.kind(row, others[0]) == "t" for row in table.data) if others else False
    if text_beside and plain[0] in (0, 1) and not heading:
        return "id"
    above = " ".join(text for text, _ in table.titles) + " " + heading
    about_age = re.search(r"(?i)\bages?\b|\baged\b", above)
    return "age" if about_age or not heading or role_of_heading(heading) == "age" else ""


def _split_columns(table: Table) -> list[Table]:
    """Split a table whose headings repeat to the right: Year, Count, Year, Count."""
    cells = table.cells
    if not table.headers:
        return [table]
    last = table.headers[-1]
    first = next((c for c in range(table.left, table.right + 1) if cells.text(last, c)), table.left)
    name = cells.text(last, first)
    again = [
        c
        for c in range(first + 1, table.right + 1)
        if name
        and cells.text(last, c) == name
        and role_of_heading(name) in ATTRIBUTES
        and _is_axis_name(name)
        and _any_value(table, first, c)
    ]
    if not again:
        return [table]
    parts = []
    for left, stop in zip([table.left, *again], [*again, table.right + 1], strict=True):
        part = Table(
            cells,
            left,
            stop - 1,
            list(table.headers),
            list(table.data),
            list(table.sections),
            list(table.titles),
            list(table.notes),
            set(table.stops),
        )
        part.data = [row for row in part.data if cells.filled(row, left, stop - 1)]
        if part.data:
            _set_roles(part)
            parts.append(part)
    return parts


def _any_value(table: Table, first: int, stop: int) -> bool:
    return any(table.roles.get(c) == "value" for c in range(first, stop))
