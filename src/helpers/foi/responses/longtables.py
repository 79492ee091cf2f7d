"""Tables of hundreds of thousands of rows: laid out by their first rows, then read by whole columns.

A long table holds incidents, which :mod:`.incidents` counts, or one figure a row, which is read here with each distinct
label read once. Either way a table of 300,000 rows costs little more than loading it.
"""

from __future__ import annotations

from helpers.foi.responses.axes import read_axis
from helpers.foi.responses.days import EMPTY_CELL, read_days
from helpers.foi.responses.grids import Table
from helpers.foi.responses.incidents import column_of, count_incidents, is_list
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.layout import find_tables
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.model import Figure, Grid, Problem
from helpers.foi.responses.spans import Span
from helpers.foi.responses.tablework import Reading, Scope
from helpers.foi.responses.titles import title_meaning
from helpers.foi.responses.values import parse_value, text_of

LONG = 2_000  # rows from which a table is read by columns


SAMPLE = 80  # rows that show the layout


def long_table(grid: Grid) -> Table | None:
    """The one table of a long grid, found by its first rows; None when the grid is not one long table."""
    if len(grid.rows) < LONG:
        return None
    head = Grid(
        grid.rows[:SAMPLE],
        sheet=grid.sheet,
        place=grid.place,
        origin=grid.origin,
        spans={k: v for k, v in grid.spans.items() if k[0] < SAMPLE},
    )
    tables = find_tables(head).tables
    if len(tables) != 1 or len(tables[0].data) < SAMPLE // 2 or tables[0].sections:
        return None
    return tables[0] if tables[0].headers or is_list(tables[0]) else None


def read_long(grid: Grid, table: Table, scope: Scope, number: int) -> Reading:
    """Read a long grid by columns: as incidents when it has no counts, else as one figure a row and column."""
    first = table.headers[-1] + 1 if table.headers else table.data[0]
    rows = grid.rows[first:]
    stop = len(rows)
    while stop and sum(cell not in (None, "") for cell in rows[stop - 1]) <= 1:
        stop -= 1
    rows = rows[:stop]
    if is_list(table):
        return count_incidents(grid, table, rows, first, scope, number)
    return read_rows(grid, table, rows, first, scope, number)


def read_rows(grid: Grid, table: Table, rows: list[list], first: int, scope: Scope, number: int) -> Reading:
    """Read a long table, one figure a row and column of figures, with each distinct label read once."""
    out = Reading()
    title = scope.table.over(title_meaning(table.titles)).over(scope.sheet).over(scope.file)
    parts = []
    for column in table.labels:
        role = table.roles[column]
        if role in ("id", "born"):
            continue
        cells = column_of(rows, column)
        distinct = list(dict.fromkeys(cells))
        if role == "date":
            mapping = read_days(distinct, table.heading(column), out)
        else:
            hint = table.heading(column) or {"age": "Age", "period": "Year"}.get(role, "")
            axis = read_axis([text_of(value) for value in distinct], hint, scope.book)
            mapping = {}
            for value, meaning in zip(distinct, axis.meanings, strict=True):
                text = text_of(value)
                unread = meaning.rest and not meaning.notes and text
                mapping[value] = Meaning(notes=(text,)) if unread and not meaning.dimensions else meaning
        parts.append(list(map(mapping.__getitem__, cells)))
    for column in table.values:
        head = read_label(table.heading(column))
        if head.ignore:
            continue
        outer = Meaning(
            head.span, head.parts, head.age, head.sex, head.offence, head.code, head.measure
        ).over(title)
        _read_value_column(grid, column, column_of(rows, column), parts, outer, first, scope, number, out)
    return out


def _read_value_column(
    grid: Grid,
    column: int,
    cells: list,
    parts: list,
    outer: Meaning,
    first: int,
    scope: Scope,
    number: int,
    out: Reading,
) -> None:
    joined: dict[tuple, Meaning] = {}
    values: dict = {}
    bad = left = 0
    for place, (raw, key) in enumerate(
        zip(cells, zip(*parts, strict=True) if parts else ((),) * len(cells), strict=True)
    ):
        whole = joined.get(key)
        if whole is None:
            whole = NOTHING
            for meaning in key:
                whole = meaning.over(whole) if meaning is not EMPTY_CELL else whole
            whole = whole.over(outer)
            joined[key] = whole
        try:
            value = values[raw]
        except KeyError:
            value = values[raw] = parse_value(raw)
        if not value.is_number or whole.ignore:
            bad += value.kind == "bad"
            left += value.kind != "bad"
            if value.kind == "bad" and bad <= 20:
                out.problems.append(
                    Problem(
                        grid.address(first + place, column),
                        "warning",
                        f'not a figure: "{text_of(raw)}" is {value.reason}. Ask: what is the count for this cell?',
                    )
                )
            continue
        low, high, qualifiers = value.low, value.high, value.qualifiers
        if value.kind == "suppressed":
            low, high = scope.rules.hidden(value)
            qualifiers = (*qualifiers, "suppressed")
        span = whole.span or Span(None, None)
        age = whole.age
        unknown = bool(age and age.unknown)
        out.figures.append(
            Figure(
                grid.sheet,
                grid.address(first + place, column),
                whole.force,
                span.start,
                span.end,
                span.year,
                whole.measure or "offences",
                whole.code,
                whole.offence,
                whole.sex,
                None if unknown or not age else age.low,
                None if unknown or not age else age.high,
                low,
                high,
                (
                    *qualifiers,
                    *(("total",) if whole.total else ()),
                    *(("age unknown",) if unknown else ()),
                    *whole.qualifiers,
                ),
                "; ".join(whole.notes),
                number,
            )
        )
    if left:
        out.problems.append(
            Problem(
                grid.address(first, column),
                "note",
                f"{left} cells of this column hold no figure and are left out",
            )
        )
