"""Where the tables are in a grid: titles above, headings, data with sections, notes below, tables side by side.

:func:`find_tables` walks a grid from the top. Rows of one text are titles, sections or notes; what other rows are is
for :mod:`.rows` to say, and what columns hold for :mod:`.columns`. Gaps, repeated headings and letterheads are here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers.foi.responses.ages import spell_sexes
from helpers.foi.responses.columns import adopt_blank_rows, is_axis_name, set_roles, split_columns
from helpers.foi.responses.grids import Cells, Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Grid
from helpers.foi.responses.rows import is_heading_text, row_shape
from helpers.foi.responses.titles import section_meaning
from helpers.foi.responses.words import is_reference, role_of_heading

WIDEST = 1_000  # columns: no table of figures is wider


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
    _share_notes(tables, lines)
    for table in tables:
        _begin_sections(table)
        set_roles(table)
        adopt_blank_rows(table, lines)
    tables = [part for table in tables for part in split_columns(table)]
    return Layout(sorted(tables, key=lambda table: (table.top, table.left)), lines)


def _share_notes(tables: list[Table], lines: list[tuple[str, str]]) -> None:
    """Give lines that begin with a footnote mark to every table: those side by side share the notes below them."""
    marked = [line for line in lines if re.match(r"\W*[*†‡§¶^#⁰¹²³⁴⁵⁶⁷⁸⁹]+\W*\w", line[0])]
    for table in tables:
        table.notes += [line for line in marked if line not in table.notes]


def _begin_sections(table: Table) -> None:
    """Make the text between headings and data the first section, where further sections follow: no title of all."""
    if not (table.headers and table.titles and table.sections):
        return
    text, address = table.titles[-1]
    first = next(
        (row for row in range(table.headers[-1] + 1, table.data[0]) if _only_text(table, row) == text), None
    )
    later = section_meaning(table.sections[0][1])
    if first is not None and later.dimensions and later.dimensions & section_meaning(text).dimensions:
        table.titles.remove((text, address))
        table.sections.insert(0, (first, text))


def _only_text(table: Table, row: int) -> str:
    filled = table.cells.filled(row, table.left, table.right)
    return table.cells.text(row, filled[0][0]) if len(filled) == 1 else ""


def _panels(cells: Cells) -> list[tuple[int, int, list[int]]]:
    """Split the grid where tables stand side by side: bands of rows, and within each, blocks of columns."""
    bands, current, blank = [], [], 0
    for row in range(cells.height):
        if cells.filled(row):
            if blank and current and _new_columns(cells, current, row):
                above = _headings_above(cells, current, row)
                bands.append(current[: len(current) - len(above)])
                current = above
            current.append(row)
            blank = 0
        else:
            blank += 1
            if current:
                current.append(row)
    if current:
        bands.append(current)
    bands = [band for band in bands if band]
    panels = []
    for rows in bands:
        panels += [(left, right, rows) for left, right in _blocks(cells, rows)]
    return panels


def _headings_above(cells: Cells, rows: list[int], row: int) -> list[int]:
    """The last rows before a gap that head each of the blocks below it, with the blank rows between."""
    blocks = _blocks(cells, _next_rows(cells, row))
    kept: list[int] = []
    for at in reversed(rows):
        filled = cells.filled(at)
        inside = [[c for c, _ in filled if left <= c <= right] for left, right in blocks]
        if filled and (
            not all(inside) or sum(map(len, inside)) < len(filled) or any(k in "vr" for _, k in filled)
        ):
            break
        kept.insert(0, at)
    return kept


def _next_rows(cells: Cells, row: int) -> list[int]:
    return [r for r in range(row, min(row + 6, cells.height)) if cells.filled(r)]


def _new_columns(cells: Cells, rows: list[int], row: int) -> bool:
    """Whether a row after a gap starts a block whose side-by-side layout differs from the rows before."""
    after = _next_rows(cells, row)
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
        shape = row_shape(cells, row, filled, left, right, rows, current, headers)
        if shape == "line":
            text = cells.text(row, filled[0][0])
            pending.append((row, text, cells.grid.address(row, filled[0][0]), gap))
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
        named = spell_sexes([text for text in texts if len(texts) < 4 or not text.isdigit()])
        heads = all(map(is_heading_text, named))  # "Age of victim", 0, 1, 2 … too
        over = len(texts) > 2 and all(map(is_heading_text, texts[1:]))  # whatever stands in the corner
        if kept and _is_filter(cells, header, below, left, right):
            dropped.append(header)  # of a pivot table: "Sex | Female" over all of it
        elif _is_letterhead(texts) and len(texts) < len(cells.filled(below, left, right)):
            dropped.append(header)
        elif (
            joined
            and (heads or over or not is_reference(texts[0]) or _heads_each(cells, header, row, left, right))
        ) or (
            (heads or _heads_each(cells, header, row, left, right))
            and (not is_reference(" ".join(texts)) or _heads_columns(texts))
        ):
            kept.insert(0, header)
        else:
            dropped.append(header)
            joined = False
    lines = [
        (
            header,
            (": " if header != row and len(cells.filled(header, left, right)) == 2 else " ").join(
                cells.text(header, c) for c, _ in cells.filled(header, left, right)
            ),
            cells.grid.address(header, left),
            False,
        )
        for header in dropped
    ]
    return kept, pending + lines


def _is_filter(cells: Cells, header: int, below: int, left: int, right: int) -> bool:
    """Whether a row is the name of an axis and one value of it, side by side over a wider table."""
    filled = [c for c, _ in cells.filled(header, left, right)]
    if filled != [left, left + 1] or cells.grid.spans:
        return False
    if len(cells.filled(below, left, right)) < 3 and below == header + 1:
        return False  # a heading in two rows; an empty row parts filters from their table
    name, value = (cells.text(header, c) for c in filled)
    return (
        role_of_heading(name)
        in ("sex", "age", "period", "code", "offence", "text", "force", "quarter", "month")
        and is_axis_name(name)
        and (not is_axis_name(value) or re.fullmatch(r"(?i)\((?:all|multiple items)\)", value))
        and cells.text(below, left) not in ("", name)
    )


def _is_letterhead(texts: list[str]) -> bool:
    """Whether a row of a few texts begins with the name of a force, and is the head of a page."""
    named = re.search(r"(?i)\b(?:police|constabulary|heddlu|freedom of information|foi)\b", texts[0])
    return (
        bool(named) and not role_of_heading(texts[0]) and len(texts) <= 3 and not read_label(texts[-1]).span
    )


def _heads_columns(texts: list[str]) -> bool:
    """Whether texts name three or more columns, all of them: "Reported Date" among those is no date of a letter."""
    return len(texts) > 2 and all(role_of_heading(text) for text in texts)


def _heads_each(cells: Cells, header: int, row: int, left: int, right: int) -> bool:
    """Whether a row has a text over every cell of a row of data, and most of them can head a column."""
    over = {c for c, _ in cells.filled(header, left, right)}
    texts = [cells.text(header, c) for c in over]
    below = {c for c, _ in cells.filled(row, left, right)}
    return len(below) > 2 and below <= over and sum(map(is_heading_text, texts)) * 3 >= len(texts) * 2


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
