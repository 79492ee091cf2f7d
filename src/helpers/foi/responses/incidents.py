"""Lists with one row an incident, and long tables with one row a figure: hundreds of thousands of rows at once.

The first rows say where the headings are and what each column holds. Then whole columns are read: each distinct
value once, so that a list of 300,000 rows costs little more than loading it. Incidents are counted by year, offence,
sex and age; the cell of such a figure is the block of rows that was counted. The loops are the C loops of ``zip``,
``map`` and ``Counter``: importing pandas alone would take longer than all of this.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from operator import add, itemgetter

from helpers.foi.responses.ages import Age
from helpers.foi.responses.emit import Reading, Scope, title_meaning
from helpers.foi.responses.labels import ATTRIBUTES, NOTHING, Meaning, read_axis, read_label, role_of_heading
from helpers.foi.responses.layout import Table, find_tables
from helpers.foi.responses.model import Figure, Grid, Problem
from helpers.foi.responses.spans import Span, find_spans, make_span
from helpers.foi.responses.values import parse_value, text_of

LONG = 2_000  # rows from which a table is read by columns
SAMPLE = 80  # rows that show the layout
_RECORDED = re.compile(r"record|report|creat|crimed|log|register|confirm", re.IGNORECASE)
_OFFENDER = re.compile(r"suspect|offender|perpetrator|accused|defendant|nominal", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)(?!\d)|(\d{4})[\-/.](\d\d)[\-/.](\d\d)")


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
    if len(tables) != 1 or not tables[0].headers or len(tables[0].data) < SAMPLE // 2 or tables[0].sections:
        return None
    return tables[0]


def is_list(table: Table) -> bool:
    """Whether a table counts nothing and describes one incident a row: attributes only, at least two kinds."""
    attributes = {table.roles[c] for c in table.labels} & ATTRIBUTES
    telling = attributes & {"age", "sex", "code", "offence", "date", "period", "born", "month"}
    return (
        not table.values
        and len(table.data) >= 3
        and len(telling) >= 2
        and bool(attributes & {"age", "sex", "code", "offence"} or len(telling) >= 2)
    )


def read_long(grid: Grid, table: Table, scope: Scope, number: int) -> Reading:
    """Read a long grid by columns: as incidents when it has no counts, else as one figure a row and column."""
    first = table.headers[-1] + 1
    rows = grid.rows[first:]
    stop = len(rows)
    while stop and sum(cell not in (None, "") for cell in rows[stop - 1]) <= 1:
        stop -= 1
    rows = rows[:stop]
    if is_list(table):
        return count_incidents(grid, table, rows, first, scope, number)
    return read_rows(grid, table, rows, first, scope, number)


def _column(rows: list[list], column: int) -> list:
    try:
        return list(map(itemgetter(column), rows))
    except IndexError:
        return [row[column] if column < len(row) else None for row in rows]


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
    chosen = _choose(table)
    title = title_meaning(table.titles)
    names, meanings, coded = list(chosen), [], None
    stride = 1
    for kind, columns in chosen.items():
        cells, mapping = _read_column(kind, columns, rows, table, scope, out)
        mine = list(dict.fromkeys(mapping.values()))
        number = {meaning: place * stride for place, meaning in enumerate(mine)}
        codes = {value: number[meaning] for value, meaning in mapping.items()}
        # one whole number a row stands for its combination: counting those is the fastest there is
        coded = (
            list(map(codes.__getitem__, cells))
            if coded is None
            else list(map(add, coded, map(codes.__getitem__, cells)))
        )
        meanings.append((stride, mine))
        stride *= len(mine)
        for column in columns:
            out.marks[(table.headers[-1], column)] = ("heading", f"column read as {kind}")
    if coded is None:
        return out
    counts = {
        tuple(mine[code // step % len(mine)] for step, mine in meanings): count
        for code, count in Counter(coded).items()
    }
    block = grid.range(first, table.left, first + len(rows) - 1, table.right)
    measure = (
        title.measure
        if title.measure not in ("", "cyber_flagged")
        else scope.sheet.measure or scope.file.measure or "offences"
    )
    blank = counts.pop((_EMPTY,) * len(names), 0)
    if blank:
        out.problems.append(
            Problem(
                block,
                "note",
                f"{blank} rows of the list are empty in every column that is read, and are not counted",
            )
        )
    merged: Counter = Counter()
    for key, count in counts.items():  # an empty cell and "unknown" say the same
        merged[
            tuple(_UNKNOWN.get(kind, m) if m is _EMPTY else m for kind, m in zip(names, key, strict=True))
        ] += count
    for key, count in sorted(merged.items(), key=lambda item: repr(item[0])):
        out.figures.append(
            _incident_figure(
                dict(zip(names, key, strict=True)), count, title, scope, grid, block, measure, number_of_table
            )
        )
    _tell_columns(table, chosen, out, block)
    return out


def _read_column(
    kind: str, columns: list[int], rows: list[list], table: Table, scope: Scope, out: Reading
) -> tuple[list, dict]:
    """The cells that are counted by, and what each distinct one means."""
    cells = _column(rows, columns[0])
    if kind == "period" and table.roles[columns[0]] == "date":
        cells = _shorten(cells)
    if len(columns) == 2:
        second = _column(rows, columns[1])
        if table.roles[columns[1]] != "subcode":
            names = dict(zip(cells, second, strict=True))
            read = {code: _read_pair((code, name), table, columns, scope) for code, name in names.items()}
            if all(meaning.code for meaning in read.values()):
                return cells, read
        cells = list(zip(cells, second, strict=True))
    return cells, _read_values(kind, cells, table, columns, scope, out)


_EMPTY = Meaning(rest="empty")
_UNKNOWN = {"sex": Meaning(sex="unknown"), "age": Meaning(age=Age(None, None, unknown=True))}


def _choose(table: Table) -> dict[str, list[int]]:
    """The columns that are counted by: one kind each, the victim's before a suspect's, recorded before committed."""
    by_role: dict[str, list[int]] = {}
    for column in table.labels:
        by_role.setdefault(table.roles[column], []).append(column)
    chosen: dict[str, list[int]] = {}

    def prefer(columns: list[int], good: re.Pattern | None, bad: re.Pattern) -> int:
        fine = [c for c in columns if not bad.search(table.heading(c))] or columns
        return next((c for c in fine if good and good.search(table.heading(c))), fine[0])

    if "period" in by_role:
        chosen["period"] = [by_role["period"][0]]
    elif "date" in by_role:
        chosen["period"] = [
            prefer(
                by_role["date"],
                _RECORDED,
                re.compile(r"birth|dob|occur|commit|offence (?:start|from)|arrest|charge", re.IGNORECASE),
            )
        ]
    elif "month" in by_role:
        chosen["period"] = [by_role["month"][0]]
    codes, names = by_role.get("code", []), by_role.get("offence", [])
    if codes and by_role.get("subcode"):
        chosen["offence"] = [codes[0], by_role["subcode"][0]]
    elif codes or names:
        chosen["offence"] = [*codes[:1], *names[:1]]
    if "sex" in by_role:
        chosen["sex"] = [prefer(by_role["sex"], re.compile("victim|vic|ip", re.IGNORECASE), _OFFENDER)]
    if "age" in by_role:
        chosen["age"] = [prefer(by_role["age"], re.compile("victim|vic|ip", re.IGNORECASE), _OFFENDER)]
    if "force" in by_role:
        chosen["force"] = [by_role["force"][0]]
    return chosen


def _shorten(cells: list) -> list:
    """Dates without their time of day, so that few distinct values are left."""
    first = next((cell for cell in cells if cell not in (None, "")), None)
    if isinstance(first, date) and not isinstance(first, datetime):
        return cells
    if isinstance(first, str):
        if len(first) <= 11:
            return cells
        return [cell[:10] if isinstance(cell, str) else cell for cell in cells]
    return [cell.date() if isinstance(cell, datetime) else cell for cell in cells]


def _read_values(
    kind: str, cells: list, table: Table, columns: list[int], scope: Scope, out: Reading
) -> dict:
    """What each distinct value of a column means."""
    distinct = list(dict.fromkeys(cells))
    heading = table.heading(columns[0])
    if kind == "period" and table.roles[columns[0]] == "date":
        return _read_dates(distinct, heading, cells, out)
    if len(columns) == 2:
        return {pair: _read_pair(pair, table, columns, scope) for pair in distinct}
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
    meanings = {}
    for value, text, meaning in zip(distinct, texts, axis.meanings, strict=True):
        if not text:
            meaning = _EMPTY
        elif kind == "sex" and not meaning.sex:
            meaning = Meaning(sex="unknown")
        elif kind == "age" and not meaning.age:
            meaning = _odd_age(text)
        meanings[value] = _bare(meaning) if text else _EMPTY
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


def _read_pair(pair: tuple, table: Table, columns: list[int], scope: Scope) -> Meaning:
    code, other = map(text_of, pair)
    if not code and not other:
        return _EMPTY
    if table.roles[columns[1]] == "subcode":
        return _bare(read_label(f"{code}/{other}" if other else code, "code", "HO code"))
    coded = read_label(code, "code", "HO code") if code else NOTHING
    named = read_label(other, "offence", "Offence") if other else NOTHING
    return Meaning(offence=named.offence or coded.offence or code, code=coded.code or named.code)


def _read_dates(distinct: list, heading: str, cells: list, out: Reading) -> dict:
    american = _is_american(distinct)
    meanings: dict = {}
    years: dict[int, Meaning] = {}
    failed = 0
    for value in distinct:
        if value in (None, ""):
            meanings[value] = _EMPTY
            continue
        day = _day(value, american)
        if day is None:
            span = find_spans(text_of(value), heading).spans
            meanings[value] = Meaning(span=span[0]) if len(span) == 1 else Meaning(rest="no date")
            failed += not span
            continue
        first = day.year - (day.month < 4)
        if first not in years:
            years[first] = Meaning(span=make_span(date(first, 4, 1), date(first + 1, 3, 31)))
        meanings[value] = years[first]
    if american:
        out.problems.append(
            Problem(
                "",
                "warning",
                f'the dates under "{heading}" are read as month/day/year, since no day fits otherwise. Ask: which order are they in?',
            )
        )
    if failed:
        out.problems.append(
            Problem(
                "",
                "warning",
                f'{failed} different entries under "{heading}" are no dates; their rows have no period',
            )
        )
    _tell_edges([v for v in distinct if isinstance(_day(v, american), date)], american, heading, out)
    return meanings


def _tell_edges(values: list, american: bool, heading: str, out: Reading) -> None:
    days = [_day(value, american) for value in values]
    if not days:
        return
    low, high = min(days), max(days)
    late = high.replace(day=1) + timedelta(days=31)
    if low.month != 4 or low.day > 10 or not (late.month == 4 or high.month == 3):
        out.problems.append(
            Problem(
                "",
                "note",
                f'the dates under "{heading}" run from {low} to {high}: the first or last financial year may not be whole',
            )
        )


def _is_american(distinct: list) -> bool:
    firsts, seconds = [], []
    for value in distinct[:5000]:
        found = _DAY.match(value) if isinstance(value, str) else None
        if found and found[1]:
            firsts.append(int(found[1]))
            seconds.append(int(found[2]))
    return bool(firsts) and max(firsts) <= 12 < max(seconds)


def _day(value: object, american: bool = False) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return date(1899, 12, 30) + timedelta(days=int(value)) if 20_000 < value < 60_000 else None
    if not isinstance(value, str):
        return None
    found = _DAY.match(value.strip())
    try:
        if found and found[4]:
            return date(int(found[4]), int(found[5]), int(found[6]))
        if found:
            year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
            month, day = (int(found[1]), int(found[2])) if american else (int(found[2]), int(found[1]))
            return date(year, month, day)
    except ValueError:
        return None
    if re.fullmatch(r"[2-5]\d{4}", value.strip()):
        return date(1899, 12, 30) + timedelta(days=int(value))
    spans = find_spans(value).spans
    return spans[0].start if len(spans) == 1 and spans[0].kind == "day" else None


def _incident_figure(
    parts: dict[str, Meaning],
    count: int,
    title: Meaning,
    scope: Scope,
    grid: Grid,
    block: str,
    measure: str,
    number: int,
) -> Figure:
    whole = NOTHING
    qualifiers, notes = [], [f"counted from {count} row{'s' * (count > 1)} of a list"]
    for kind, meaning in parts.items():
        if meaning is _EMPTY or meaning.rest:
            notes.append(f"no {kind} in the row")
            continue
        if meaning.age and meaning.age.unknown:
            qualifiers.append("age unknown")
        notes += meaning.notes
        whole = meaning.over(whole)
    # blank ages and sexes stay unknown whatever the title says
    outer = title.over(scope.sheet).over(scope.file)
    age = whole.age if whole.age and not whole.age.unknown else None
    if "age" not in parts:
        age = outer.age
    sex = whole.sex or ("" if "sex" in parts else outer.sex)
    span = whole.span or (None if "period" in parts else outer.span) or Span(None, None)
    return Figure(
        sheet=grid.sheet,
        cell=block,
        force=whole.force or outer.force,
        start=span.start,
        end=span.end,
        financial_year=span.year,
        measure=measure,
        offence_code=whole.code or ("" if whole.offence else outer.code),
        offence=whole.offence or outer.offence,
        sex=sex,
        age_low=age.low if age else None,
        age_high=age.high if age else None,
        low=count,
        high=count,
        qualifiers=tuple(dict.fromkeys(qualifiers)),
        note="; ".join(notes),
        table=number,
    )


def _tell_columns(table: Table, chosen: dict[str, list[int]], out: Reading, block: str) -> None:
    used = {c for columns in chosen.values() for c in columns}
    kinds = ", ".join(
        f"{kind} (column {table.cells.grid.address(table.headers[-1], columns[0])})"
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
    born = [table.heading(c) for c in table.labels if table.roles[c] == "born"]
    ids = [table.heading(c) for c in table.labels if table.roles[c] == "id"]
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


def read_rows(grid: Grid, table: Table, rows: list[list], first: int, scope: Scope, number: int) -> Reading:
    """Read a long table, one figure a row and column of figures, with each distinct label read once."""
    out = Reading()
    title = title_meaning(table.titles).over(scope.sheet).over(scope.file)
    parts = []
    for column in table.labels:
        role = table.roles[column]
        if role in ("id", "born"):
            continue
        cells = _column(rows, column)
        distinct = list(dict.fromkeys(cells))
        if role == "date":
            mapping = _read_dates(distinct, table.heading(column), cells, out)
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
        _read_value_column(grid, column, _column(rows, column), parts, outer, first, scope, number, out)
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
                whole = meaning.over(whole) if meaning is not _EMPTY else whole
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
