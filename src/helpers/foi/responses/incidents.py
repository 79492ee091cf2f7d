"""Lists with one row an incident, counted by year, offence, sex and age.

Each distinct value of a column is read once; a row becomes one whole number for its combination, and those are
counted. The loops are the C loops of ``map`` and ``Counter``: importing pandas alone would take longer than all of
this. The cell of such a figure is the block of rows that was counted.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from operator import add, itemgetter

from helpers.foi.responses.ages import Age
from helpers.foi.responses.axes import read_axis
from helpers.foi.responses.days import EMPTY_CELL, read_days, without_times
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.model import Figure, FlatRows, Grid, Problem
from helpers.foi.responses.spans import Span
from helpers.foi.responses.tablework import Reading, Scope
from helpers.foi.responses.titles import title_meaning
from helpers.foi.responses.values import text_of
from helpers.foi.responses.words import ATTRIBUTES, OFFENDER, role_of_heading

MOST_CODES = (
    1_000  # in a column: there are not a tenth of that; more are something else, and names tell no code each
)

# crimes are counted by the day they were recorded; by when they were reported only where nothing says that
_RECORDED = re.compile(r"record|creat|crimed|log|register|confirm", re.IGNORECASE)
_REPORTED = re.compile(r"report", re.IGNORECASE)


def is_list(table: Table) -> bool:
    """Whether a table counts nothing and describes one incident a row: attributes only, at least two kinds."""
    attributes = {table.roles[c] for c in table.labels} & ATTRIBUTES
    telling = attributes & {"age", "sex", "code", "offence", "date", "period", "born", "month"}
    if telling == {"code", "offence"}:  # a key of codes has each once, a list of crimes some again
        shown = [tuple(table.cells.text(row, c) for c in table.labels) for row in table.data]
        return not table.values and len(set(shown)) < len(shown)
    return (
        not table.values
        and len(table.data) >= 3
        and len(telling) >= 2
        and bool(attributes & {"age", "sex", "code", "offence"} or len(telling) >= 2)
    )


def column_of(rows: list[list] | FlatRows, column: int) -> list:
    if isinstance(rows, FlatRows):
        return rows.column(column)
    try:
        return list(map(itemgetter(column), rows))
    except IndexError:
        return [_cell(row, column) for row in rows]


def _cell(row: list, column: int) -> object:
    return row[column] if column < len(row) else None


def count_incidents(
    grid: Grid, table: Table, rows: list[list], first: int, scope: Scope, number_of_table: int
) -> Reading:
    """Count the rows of a list by year, offence, sex and age, as far as it has them.

    Parameters
    ----------
    grid, table : Grid, Table
        Where the list stands, and its layout.
    rows : list of list
        Its rows below the heading.
    first : int
        The row of the grid that ``rows[0]`` is.

    Returns
    -------
    Reading
        One figure for each combination that occurs.
    """
    out = Reading()
    rows = _without_total(rows, grid, first, out)
    chosen = _choose(table, rows)
    title = scope.table.over(title_meaning(table.titles))
    names, meanings, coded = list(chosen), [], None
    stride = 1
    for kind, columns in chosen.items():
        cells, mapping = _read_column(kind, columns, rows, table, scope, out)
        mine = list(dict.fromkeys(mapping.values()))
        number = {meaning: place * stride for place, meaning in enumerate(mine)}
        codes = {value: number[meaning] for value, meaning in mapping.items()}
        # one whole number a row stands for its combination: counting those is the fastest there is
        read = map(codes.__getitem__, cells)
        coded = read if coded is None else map(add, coded, read)
        meanings.append((stride, mine))
        stride *= len(mine)
        for column in columns:
            out.marks[(_head(table), column)] = ("heading", f"column read as {kind}")
    if coded is None:
        return out
    counts = {
        tuple([code // step % len(mine) for step, mine in meanings]): count
        for code, count in Counter(coded).items()
    }
    block = grid.range(first, table.left, first + len(rows) - 1, table.right)
    measure = (
        title.measure
        if title.measure not in ("", "cyber_flagged")
        else scope.sheet.measure or scope.file.measure or "offences"
    )
    empty = [mine.index(EMPTY_CELL) if EMPTY_CELL in mine else -1 for _, mine in meanings]
    blank = counts.pop(tuple(empty), 0)
    if blank:
        out.problems.append(
            Problem(
                block,
                "note",
                f"{blank} rows of the list are empty in every column that is read, and are not counted",
            )
        )
    ordered = [_in_order(kind, mine) for kind, (_, mine) in zip(names, meanings, strict=True)]
    merged: Counter = Counter()
    for key, count in counts.items():
        merged[tuple([places[place] for (_, places), place in zip(ordered, key, strict=True)])] += count
    outer = title.over(scope.sheet).over(scope.file)
    usual = Figure(sheet=grid.sheet, cell=block, measure=measure, table=number_of_table)
    for key, count in sorted(merged.items()):
        parts = {kind: mine[place] for kind, (mine, _), place in zip(names, ordered, key, strict=True)}
        out.figures.append(_incident_figure(parts, count, outer, usual))
    _tell_columns(table, chosen, out, block)
    return out


def _without_total(
    rows: list[list] | FlatRows, grid: Grid, first: int, out: Reading
) -> list[list] | FlatRows:
    """The rows of a list without the line at its end that says how many they are; one that miscounts is told."""
    filled = [text for cell in rows[-1] if (text := text_of(cell))] if len(rows) else []
    if not 1 <= len(filled) <= 2 or not read_label(filled[0]).total:
        return rows
    rows = rows[:-1]
    if filled[-1].isdigit() and int(filled[-1]) != len(rows):
        told = f"the last line of the list says {filled[-1]}, and it has {len(rows)} rows. Ask: is the list complete?"
        out.problems.append(Problem(grid.range(first + len(rows), 0, first + len(rows), 0), "warning", told))
    return rows


def _read_column(
    kind: str, columns: list[int], rows: list[list], table: Table, scope: Scope, out: Reading
) -> tuple[list, dict]:
    """The cells that are counted by, and what each distinct one means."""
    cells = column_of(rows, columns[0])
    if kind == "period" and table.roles[columns[0]] == "date":
        cells = without_times(cells)
    if len(columns) == 1:
        return cells, _read_values(kind, cells, table, columns, scope, out)
    if table.roles[columns[1]] == "subcode":
        cells = list(map(_joined_code, cells, column_of(rows, columns[1])))
        if len(columns) == 2:
            return cells, {code: _read_named(code, "") for code in dict.fromkeys(cells)}
    distinct = dict.fromkeys(cells)
    if len(distinct) > MOST_CODES:
        return cells, {code: _read_named(code, "") for code in distinct}
    read = {code: _read_named(code, _cell(rows[cells.index(code)], columns[-1])) for code in distinct}
    if not all(meaning.code for meaning in read.values()):  # the names must tell
        cells = list(zip(cells, column_of(rows, columns[-1]), strict=True))
        read = {pair: _read_named(*pair) for pair in dict.fromkeys(cells)}
    return cells, read


def _joined_code(code: object, sub: object) -> str:
    """A class and its sub-class as one code: 19 and 16 are 19/16."""
    return f"{text_of(code)}/{text_of(sub)}" if sub not in (None, "") else text_of(code)


_UNKNOWN = {"sex": Meaning(sex="unknown"), "age": Meaning(age=Age(None, None, unknown=True))}


def _choose(table: Table, rows: list[list]) -> dict[str, list[int]]:
    """The columns that are counted by: one kind each, the victim's before a suspect's, recorded before committed."""
    by_role: dict[str, list[int]] = {}
    for column in table.labels:
        by_role.setdefault(table.roles[column], []).append(column)
    chosen: dict[str, list[int]] = {}

    def prefer(columns: list[int], bad: re.Pattern, *good: re.Pattern) -> int:
        fine = [c for c in columns if not bad.search(table.heading(c))] or columns
        return next((c for one in good for c in fine if one.search(table.heading(c))), fine[0])

    if "period" in by_role:
        chosen["period"] = [by_role["period"][0]]
    elif "date" in by_role:
        chosen["period"] = [
            prefer(
                by_role["date"],
                re.compile(r"birth|dob|occur|commit|offence (?:start|from)|arrest|charge", re.IGNORECASE),
                _RECORDED,
                _REPORTED,
            )
        ]
    elif "month" in by_role:
        chosen["period"] = [by_role["month"][0]]
    codes, names = by_role.get("code", []), by_role.get("offence", [])
    if len(names) > 1:
        names = [max(names, key=lambda column: _tells_offences(column_of(rows, column)))]
    if codes and by_role.get("subcode"):
        chosen["offence"] = [codes[0], by_role["subcode"][0], *names[:1]]
    elif codes or names:
        chosen["offence"] = [*codes[:1], *names[:1]]
    if "sex" in by_role:
        chosen["sex"] = [prefer(by_role["sex"], OFFENDER, re.compile("victim|vic|ip", re.IGNORECASE))]
    if "age" in by_role:
        chosen["age"] = [prefer(by_role["age"], OFFENDER, re.compile("victim|vic|ip", re.IGNORECASE))]
    if "force" in by_role:
        chosen["force"] = [by_role["force"][0]]
    return chosen


def _tells_offences(cells: list) -> tuple[int, int]:
    """How many offences the names in a column tell, and how many there are: "Rape" tells none of the rapes."""
    distinct = list(dict.fromkeys(cells))
    codes = {read_label(text_of(name), "offence", "Offence").code for name in distinct[:MOST_CODES]}
    return len(codes - {""}), len(distinct) if len(distinct) <= MOST_CODES else 0


def _read_values(
    kind: str, cells: list, table: Table, columns: list[int], scope: Scope, out: Reading
) -> dict:
    """What each distinct value of a column means."""
    distinct = list(dict.fromkeys(cells))
    heading = table.heading(columns[0])
    if kind == "period" and table.roles[columns[0]] == "date":
        return read_days(distinct, heading, out)
    texts = [text_of(value) for value in distinct]
    role = table.roles[columns[0]]
    hint = (
        heading
        if role_of_heading(heading) == role
        else {
            "age": "Age",
            "sex": "Sex",
            "period": heading or "Year",
            "offence": "Offence",
            "code": "HO code",
            "force": "Force",
        }.get(role, heading)
    )
    axis = read_axis(texts, hint, scope.book)
    meanings, odd = {}, []
    for value, text, meaning in zip(distinct, texts, axis.meanings, strict=True):
        if not text:
            meaning = EMPTY_CELL
        elif kind == "sex" and not meaning.sex:
            meaning = Meaning(sex="unknown")
            odd.append(text)
        elif kind == "age" and not meaning.age:
            meaning = _odd_age(text)
            odd.append(text)
        meanings[value] = _bare(meaning) if text else EMPTY_CELL
    if odd:
        told = f'"{odd[0][:40]}"' + f" and {len(odd) - 1} more" * (len(odd) > 1)
        message = (
            f'{told} under "{heading}" not understood, and taken for {kind} unknown. Ask: what does it mean?'
        )
        out.problems.append(Problem(table.address(), "warning", message))
    return meanings


def _odd_age(text: str) -> Meaning:
    return Meaning(
        age=Age(None, None, unknown=True), notes=(f"age printed {text}",) if len(text) < 30 else ()
    )


def _bare(meaning: Meaning) -> Meaning:
    return Meaning(
        meaning.span,
        meaning.parts,
        meaning.age,
        meaning.sex,
        meaning.offence,
        meaning.code,
        force=meaning.force,
        notes=meaning.notes if not meaning.dimensions or meaning.age else (),
    )


def _read_named(code: object, name: object) -> Meaning:
    """An offence by its code and, where that does not tell, by its name."""
    code, name = text_of(code), text_of(name)
    if not code and not name:
        return EMPTY_CELL
    coded = read_label(code, "code", "HO code") if code else NOTHING
    named = read_label(name, "offence", "Offence") if name else NOTHING
    return Meaning(offence=named.offence or coded.offence or code, code=coded.code or named.code)


def _in_order(kind: str, mine: list[Meaning]) -> tuple[list[Meaning], list[int]]:
    """The distinct meanings of a column in order, and the place of each as it was met: an empty cell and "unknown" say the same."""
    same = [_UNKNOWN.get(kind, meaning) if meaning is EMPTY_CELL else meaning for meaning in mine]
    ordered = sorted(dict.fromkeys(same), key=repr)
    places = {meaning: place for place, meaning in enumerate(ordered)}
    return ordered, [places[meaning] for meaning in same]


def _incident_figure(parts: dict[str, Meaning], count: int, outer: Meaning, usual: Figure) -> Figure:
    """One figure of a list. Blank ages and sexes stay unknown, whatever the title says."""
    whole = NOTHING
    qualifiers, notes = [], [f"counted from {count} row{'s' * (count > 1)} of a list"]
    for kind, meaning in parts.items():
        if meaning is EMPTY_CELL or meaning.rest:
            notes.append(f"no {kind} in the row")
            continue
        if meaning.age and meaning.age.unknown:
            qualifiers.append("age unknown")
        notes += meaning.notes
        whole = _within(meaning, whole)
    age = whole.age if whole.age and not whole.age.unknown else None
    if "age" not in parts:
        age = outer.age
    sex = whole.sex or ("" if "sex" in parts else outer.sex)
    span = whole.span or (None if "period" in parts else outer.span) or Span(None, None)
    return Figure(
        sheet=usual.sheet,
        cell=usual.cell,
        measure=usual.measure,
        table=usual.table,
        force=whole.force or outer.force,
        start=span.start,
        end=span.end,
        financial_year=span.year,
        offence_code=whole.code or ("" if whole.offence else outer.code),
        offence=whole.offence or outer.offence,
        sex=sex,
        age_low=age.low if age else None,
        age_high=age.high if age else None,
        low=count,
        high=count,
        qualifiers=tuple(dict.fromkeys(qualifiers)),
        note="; ".join(notes),
    )


@lru_cache(maxsize=20_000)
def _within(meaning: Meaning, whole: Meaning) -> Meaning:
    """A part of a combination within the parts before it, which thousands of combinations share."""
    return meaning.over(whole)


def _head(table: Table) -> int:
    """The row that shows what the columns hold: the last heading, else the first of the list."""
    return table.headers[-1] if table.headers else table.data[0]


def _tell_columns(table: Table, chosen: dict[str, list[int]], out: Reading, block: str) -> None:
    used = {c for columns in chosen.values() for c in columns}
    kinds = ", ".join(
        f"{kind} (column {table.cells.grid.address(_head(table), columns[0])})"
        for kind, columns in chosen.items()
    )
    left = [table.heading(c) for c in table.labels if c not in used and table.heading(c)]
    out.problems.append(
        Problem(
            block,
            "note",
            f"a list of incidents, counted by {kinds}"
            + (f"; columns not used: {', '.join(left[:8])}" if left else ""),
        )
    )
    if not any(role_of_heading(table.heading(c)) for c in used):
        told = "no heading says what the columns of this list hold: they are taken by what stands in them. Ask: what are they?"
        out.problems.append(Problem(block, "warning", told))
    born = [table.heading(c) for c in table.labels if table.roles[c] == "born"]
    ids = [
        table.heading(c) or table.cells.grid.address(_head(table), c)
        for c in table.labels
        if table.roles[c] == "id"
    ]
    if born:
        out.problems.append(
            Problem(
                block,
                "warning",
                f'holds dates of birth under "{born[0]}": personal data. Ask: was this meant to be disclosed? Do not pass the file on',
            )
        )
    elif ids:
        out.problems.append(
            Problem(
                block,
                "note",
                f'holds a reference for each row under "{ids[0]}"; figures.csv does not repeat it',
            )
        )
