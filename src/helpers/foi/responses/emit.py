"""From a table to its figures: every cell of a column of figures, with what its row and column say of it.

What a cell counts is put together from the narrowest statement to the widest: its row, its column, the section
it stands in, the title over the table, the sheet, the file. :class:`Reading` also keeps what every cell was
taken for, so that the review page can show it, and the parts of every printed total, so that they can be added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from helpers.foi.responses.ages import Age
from helpers.foi.responses.labels import (
    NOTHING,
    Axis,
    Meaning,
    is_reference,
    read_axis,
    read_context,
    read_label,
    role_of_heading,
    strip_marks,
)
from helpers.foi.responses.layout import Table, are_codes
from helpers.foi.responses.model import Figure, Problem
from helpers.foi.responses.spans import MONTHS, Part, Span, cover, find_spans, make_span
from helpers.foi.responses.statements import Rules
from helpers.foi.responses.values import tidy


@dataclass
class Scope:
    """What holds for every figure of a file: its rules, what the sheet and the file say, what is decided."""

    rules: Rules = field(default_factory=Rules)
    sheet: Meaning = NOTHING
    file: Meaning = NOTHING
    book: dict[str, Meaning] = field(default_factory=dict)


@dataclass
class Reading:
    """What came of one table."""

    figures: list[Figure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    sums: list[tuple[Figure, list[Figure], bool]] = field(default_factory=list)  # total, parts, complete
    labels: dict[str, Meaning] = field(default_factory=dict)


def read_table(table: Table, scope: Scope, number: int = 0) -> Reading:
    """Read one table.

    Parameters
    ----------
    table : Table
        From :func:`helpers.foi.responses.layout.find_tables`.
    scope : Scope
        What the rest of the file says.
    number : int
        Which table of the file it is.

    Returns
    -------
    Reading
        Without figures when nothing in or over the table says what it counts.
    """
    return _Reader(table, scope, number).read()


class _Reader:
    def __init__(self, table: Table, scope: Scope, number: int):
        self.table, self.scope, self.number = table, scope, number
        self.cells = table.cells
        self.out = Reading()
        self.footnotes = _footnotes(table)

    def read(self) -> Reading:
        table = self.table
        self.title = title_meaning(table.titles)
        self.columns = self._column_meanings()
        self._read_rows()
        if not self._is_recognised():
            if any(self.cells.kind(r, c) == "v" for r in table.data for c in table.values):
                self.out.problems.append(
                    Problem(
                        table.address(),
                        "note",
                        "not read: nothing in or over this table says what its numbers count",
                    )
                )
            return Reading(problems=self.out.problems)
        self._mark_unlabelled_totals()
        self.by_offence = any(
            m.offence
            for m in (*self.columns.values(), *self.row_meanings.values(), *self.section_of.values())
        )
        self._emit()
        self._gather_sums()
        return self.out

    # -- what the headings say ------------------------------------------------------------------------

    def _column_meanings(self) -> dict[int, Meaning]:
        """The meaning of every column of figures, from all its headings."""
        table, values = self.table, self.table.values
        meanings = dict.fromkeys(values, NOTHING)
        self.column_roles: dict[int, list[str]] = {c: [] for c in values}
        above = [""] * len(values)
        for level, row in zip(table.levels, table.headers, strict=True):
            texts = [self._heading(row, c, level) for c in values]
            hints = [
                text if role_of_heading(text) and not read_label(text).dimensions else "" for text in above
            ]
            corner = self._corner(row)
            axis = self._axis(texts, next(filter(None, hints), ""), corner)
            for column, text, meaning, role in zip(values, texts, axis.meanings, axis.roles, strict=True):
                if not text:
                    continue
                meaning = self._with_footnote(text, meaning)
                named = role_of_heading(text)
                if meaning.rest and not named and not meaning.notes:
                    meaning = replace(meaning, notes=(strip_marks(text)[0],))
                meanings[column] = replace(meaning, rest="").over(meanings[column])
                if role or meaning.total:
                    self.column_roles[column].append("total" if meaning.total else role)
                self._note_label(text, meaning)
                self.out.marks[(row, column)] = ("heading", describe(meaning) or "heading")
            above = [text or old for text, old in zip(texts, above, strict=True)]
            for column in table.labels:
                if self.cells.text(row, column):
                    self.out.marks[(row, column)] = ("heading", f"heading: {table.roles[column]}")
        return self._settle_column_totals(meanings)

    def _settle_column_totals(self, meanings: dict[int, Meaning]) -> dict[int, Meaning]:
        """A heading that says total is one only beside its parts; a total over years covers them all."""
        plain = {c: m for c, m in meanings.items() if not m.total and not m.ignore}
        settled = {}
        for column, meaning in meanings.items():
            parts = [m for c, m in plain.items() if _same_group(meaning, m)]
            if meaning.total and not parts:
                meaning = replace(meaning, total=False)
            elif meaning.total and meaning.span is None:
                spans = list(dict.fromkeys(m.span for m in parts))
                if len(spans) > 1 and None not in spans:
                    meaning = replace(meaning, span=cover(spans))
            settled[column] = meaning
        return settled

    def _heading(self, row: int, column: int, level: dict[int, str]) -> str:
        text = level[column]
        raw = self._raw(row, column)
        if isinstance(raw, (date, datetime)) and text:
            return _date_label(raw)
        return text

    def _raw(self, row: int, column: int):
        row, column = self.cells.grid.spans.get((row, column), (row, column))
        cells = self.cells.grid.rows[row]
        return cells[column] if column < len(cells) else None

    def _corner(self, row: int) -> str:
        """The text left of the column headings when it names their axis and not that of the rows."""
        texts = [self.cells.text(row, c) for c in self.table.labels]
        named = [text for text in texts if role_of_heading(text)]
        return named[-1] if named else ""

    def _axis(self, texts: list[str], hint: str, corner: str) -> Axis:
        numbers = [text for text in texts if re.fullmatch(r"\d{1,3}", text)]
        words = [text for text in texts if text and text not in numbers and not read_label(text).total]
        if numbers and not words:  # 21 and 71 are codes, 0 to 17 are ages
            return read_axis(texts, "HO code" if are_codes(numbers) else hint or "Age", self.scope.book)
        axis = read_axis(texts, hint, self.scope.book)
        if not hint and corner and (not any(m.dimensions for m in axis.meanings) or axis.role == "period" == role_of_heading(corner)):
            hint, axis = corner, read_axis(texts, corner, self.scope.book)
        return self._dated(axis, texts, hint)

    def _dated(self, axis: Axis, labels: list[str], hint: str) -> Axis:
        """Years on their own, read by what the title or the heading says of them; a guess among them is told."""
        spans = [meaning.span for meaning in axis.meanings if meaning.span]
        if not spans or any(span.kind != "bare" for span in spans):
            return axis
        titles = " ".join(text for text, _ in self.table.titles)
        if re.search(r"(?i)(?:years?|12 months|twelve months) (?:to|ending|ended)\b[^.]{0,12}\bmar", titles):
            return read_axis(labels, "Year ending March", self.scope.book)
        if spans[0].year and not re.search(r"(?i)end|mar|to\b", hint):
            message = f'financial years printed as one year are read by their first: {labels[0] or labels[-1]} as {spans[0].year}. Ask: is that the year they begin in?'
            self.out.problems.append(Problem(self.table.address(), "warning", message))
        return axis

    # -- what the rows say ----------------------------------------------------------------------------

    def _read_rows(self) -> None:
        table = self.table
        self.row_labels: dict[int, list[str]] = {}
        columns: dict[int, Axis] = {}
        for column in table.labels:
            role = table.roles[column]
            if role in ("id", "born"):
                continue
            hint = " ".join(dict.fromkeys(level[column] for level in table.levels if level[column]))
            labels = self._label_texts(column, role)
            if role == "age" and not role_of_heading(hint):
                hint = "Age"
            elif role == "period" and role_of_heading(hint) not in ("period", "date", "month", "quarter"):
                hint = "Year"
            whole = self._dated(read_axis(labels, hint, self.scope.book), labels, hint)
            columns[column] = self._by_section(whole, labels, hint)
        self._join_codes(columns)
        self._join_dates(columns)
        self.axes = columns
        self.row_meanings: dict[int, Meaning] = {}
        self.row_keys: dict[int, tuple] = {}
        stacked = {c: self._stacked(c, axis) for c, axis in columns.items()}
        filled = self._filled_down(columns)
        for place, row in enumerate(table.data):
            meaning = NOTHING
            key = []
            for column, axis in columns.items():
                own = (
                    stacked[column][place]
                    if stacked[column]
                    else axis.meanings[filled[column][place]]
                    if filled[column][place] is not None
                    else NOTHING
                )
                text = self.cells.heading_text(row, column)
                if text:
                    own = self._with_footnote(text, own)
                    self._note_label(text, own)
                    self.out.marks[(row, column)] = ("label", describe(own) or "label")
                if own.rest and not own.notes and not (own.dimensions and len(own.rest) < 4):
                    own = replace(own, notes=(strip_marks(text)[0],) if text else own.notes)
                key.append((column, replace(own, total=False), own.total))
                coded = meaning.code
                meaning = replace(own, rest="").over(meaning)
                if coded:  # a column of codes goes before what its neighbour's wording leads to
                    meaning = replace(meaning, code=coded)
            self.row_meanings[row] = meaning
            self.row_keys[row] = tuple(key)
        self._settle_row_totals(columns, stacked)
        self._read_sections()

    def _by_section(self, whole: Axis, labels: list[str], hint: str) -> Axis:
        """The labels of a column read section by section, where sections hold different kinds of labels."""
        starts = sorted({at for at, _ in self.table.sections})
        if not starts or len(set(filter(None, whole.roles))) < 2:
            return whole
        meanings, roles = list(whole.meanings), list(whole.roles)
        for first, stop in zip([-1, *starts], [*starts, self.cells.height], strict=True):
            places = [place for place, row in enumerate(self.table.data) if first < row < stop]
            part = read_axis([labels[place] for place in places], "", self.scope.book)
            if part.role:
                for place, meaning, role in zip(places, part.meanings, part.roles, strict=True):
                    meanings[place], roles[place] = meaning, role
        return Axis(whole.role, tuple(meanings), tuple(roles))

    def _label_texts(self, column: int, role: str) -> list[str]:
        labels = []
        for row in self.table.data:
            raw = self._raw(row, column)
            text = self.cells.heading_text(row, column)
            if isinstance(raw, (date, datetime)):
                text = _date_label(raw)
            labels.append(text)
        ages = sum(
            bool(read_label(text, "age", "Age").age) and not find_spans(text).spans for text in labels if text
        )
        dated = sum(
            isinstance(self._raw(row, column), (date, datetime))
            or bool(re.fullmatch(r"\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{1,2}", text))
            for row, text in zip(self.table.data, labels, strict=True)
        )
        if dated and ages * 2 > len([text for text in labels if text]) - dated:
            labels = [
                _demangle(self._raw(row, column), text)
                for row, text in zip(self.table.data, labels, strict=True)
            ]
        return labels

    def _join_codes(self, columns: dict[int, Axis]) -> None:
        """Read a class and a sub-class in neighbouring columns as one code."""
        subs = [c for c in columns if self.table.roles[c] == "subcode"]
        codes = [c for c in columns if self.table.roles[c] == "code"]
        if not subs or not codes:
            return
        labels = [
            f"{self.cells.text(row, codes[0])}/{self.cells.text(row, subs[0])}"
            if self.cells.text(row, subs[0])
            else self.cells.text(row, codes[0])
            for row in self.table.data
        ]
        columns[codes[0]] = read_axis(labels, "HO code", self.scope.book)
        columns[subs[0]] = Axis("", (NOTHING,) * len(labels), ("",) * len(labels))

    def _join_dates(self, columns: dict[int, Axis]) -> None:
        """Read a first and a last day in two columns as one period."""
        starts = [c for c in columns if self.table.roles[c] == "start"]
        ends = [c for c in columns if self.table.roles[c] == "end"]
        if not starts or not ends:
            return
        days = [
            [_day_text(self._raw(row, c), self.cells.text(row, c)) for row in self.table.data]
            for c in (starts[0], ends[0])
        ]
        columns[starts[0]] = read_axis(
            [f"{first} - {last}" if first and last else "" for first, last in zip(*days, strict=True)],
            "Period",
            self.scope.book,
        )
        columns[ends[0]] = Axis("", (NOTHING,) * len(days[0]), ("",) * len(days[0]))

    def _filled_down(self, columns: dict[int, Axis]) -> dict[int, list[int | None]]:
        """For each label column, the row whose label holds for each row: blanks repeat the label above."""
        order = list(columns)
        held: dict[int, list[int | None]] = {c: [] for c in order}
        current: dict[int, int | None] = dict.fromkeys(order)
        repeats = {c: self._has_blank_repeats(c, columns) for c in order}
        for place, row in enumerate(self.table.data):
            texts = {c: self.cells.heading_text(row, c) for c in order}
            any_text = any(texts.values())
            total_at = next(
                (
                    i
                    for i, c in enumerate(order)
                    if texts[c]
                    and columns[c].meanings[place].total
                    and not columns[c].meanings[place].dimensions
                ),
                None,
            )
            for depth, column in enumerate(order):
                if texts[column]:
                    current[column] = place
                    for inner in order[depth + 1 :]:
                        if not texts[inner]:
                            current[inner] = None
                    held[column].append(place)
                elif not repeats[column] or (
                    total_at is not None and depth < total_at and self._is_grand(row, place)
                ):
                    held[column].append(None)
                elif any_text and any(texts[c] for c in order[depth + 1 :]) and len(order) > 1:
                    held[column].append(current[column])
                else:
                    held[column].append(None)
        return held

    def _has_blank_repeats(self, column: int, columns: dict[int, Axis]) -> bool:
        """Whether blanks in a column repeat the label above: rows that are no totals have some."""
        for place, row in enumerate(self.table.data):
            if self.cells.heading_text(row, column):
                continue
            others = [c for c in columns if c > column and self.cells.heading_text(row, c)]
            if others and not any(columns[c].meanings[place].total for c in others):
                return True
        return False

    def _is_grand(self, row: int, place: int) -> bool:
        """Whether a total with blanks to its left stands for the whole table: it says grand, or follows a gap."""
        text = " ".join(self.cells.text(row, c) for c in self.table.labels).casefold()
        return "grand" in text or (row in self.table.stops and place == len(self.table.data) - 1)

    def _stacked(self, column: int, axis: Axis) -> list[Meaning] | None:
        """Labels of several kinds in one column, outer before inner, as a pivot table prints them."""
        kinds = [
            role
            for role, m in zip(axis.roles, axis.meanings, strict=True)
            if role and not (m.total and not m.dimensions)
        ]
        order = list(dict.fromkeys(kinds))
        if len(order) < 2 or len(self.table.labels) > 2:
            return None
        texts = [self.cells.text(row, column) for row in self.table.data]
        inner = [text for text, role in zip(texts, axis.roles, strict=True) if role in order[1:]]
        outer_first = [i for i, role in enumerate(axis.roles) if role == order[0]]
        followed = [i + 1 < len(axis.roles) and axis.roles[i + 1] in order[1:] for i in outer_first]
        repeated = len(set(inner)) < len(inner)
        if not (all(followed) and (repeated or len(outer_first) == 1 and order[0] == "period")):
            return None
        stack: list[tuple[str, Meaning]] = []
        result = []
        for place, (role, meaning) in enumerate(zip(axis.roles, axis.meanings, strict=True)):
            if meaning.total and not meaning.dimensions:
                result.append(meaning)
                stack = []
                continue
            depth = order.index(role) if role in order else len(order)
            stack = [item for item in stack if order.index(item[0]) < depth] if role in order else stack
            whole = meaning
            for _, outer in reversed(stack):
                whole = whole.over(outer)
            if role in order:
                stack.append((role, meaning))
            deeper = place + 1 < len(axis.roles) and axis.roles[place + 1] in order[depth + 1 :]
            result.append(replace(whole, total=True) if deeper else whole)
        return result

    def _settle_row_totals(self, columns: dict[int, Axis], stacked: dict[int, list[Meaning] | None]) -> None:
        """Give totals over years the span of the years; take "total" off rows that have no parts."""
        for row in self.table.data:
            meaning = self.row_meanings[row]
            if not meaning.total or meaning.span:
                continue
            spans = [self.row_meanings[r].span for r in self.table.data if not self.row_meanings[r].total]
            if spans and None not in spans and len(set(spans)) > 1:
                self.row_meanings[row] = replace(meaning, span=cover(list(dict.fromkeys(spans))))

    def _read_sections(self) -> None:
        """Rows of one text between data rows head the rows below them, until another of their kind."""
        self.section_of: dict[int, Meaning] = dict.fromkeys(self.table.data, NOTHING)
        self.section_at: dict[int, int] = dict.fromkeys(self.table.data, -1)
        for text, at in [(t, a) for a, t in self.table.sections]:
            meaning = self.scope.book.get(tidy(text).casefold()) or _section_meaning(text)
            self.out.marks[
                (at, next((c for c, _ in self.cells.filled(at, self.table.left, self.table.right)), 0))
            ] = (
                "label",
                describe(meaning) or "section",
            )
            if not (meaning.dimensions or meaning.total) and not meaning.notes:
                continue
            for row in self.table.data:
                if row > at:
                    own = self.section_of[row]
                    kept = NOTHING if _same_kind(own, meaning) else own
                    self.section_of[row] = meaning.over(kept)
                    self.section_at[row] = at
        # the first section may stand among the titles: the line right above the first row of data
        for row in self.table.data:
            if (
                self.row_meanings[row].total
                and (row in self.table.stops or self._says_grand(row))
                and not self.row_meanings[row].dimensions
            ):
                if any(
                    self.section_at[r] == self.section_at[row] for r in self.table.data if r < row
                ) and self._sums_all(row):
                    self.section_of[row] = NOTHING
                    self.section_at[row] = -1

    def _says_grand(self, row: int) -> bool:
        return "grand" in " ".join(self.cells.text(row, c) for c in self.table.labels).casefold()

    def _sums_all(self, row: int) -> bool:
        if self._says_grand(row):
            return True
        others = [r for r in self.table.data if not self.row_meanings[r].total]
        return all(
            self._number(row, c) == sum(self._number(r, c) or 0 for r in others)
            for c in self.table.values
            if self._number(row, c) is not None
        )

    def _number(self, row: int, column: int) -> int | None:
        value = self.cells.value(row, column)
        return value.low if value.kind == "count" else None

    def _with_footnote(self, text: str, meaning: Meaning) -> Meaning:
        """A mark on a label leads to the note that explains it: a part of the year, provisional, or words to keep."""
        _, mark = strip_marks(tidy(text))
        note = self.footnotes.get(mark.strip("[]()")) if mark else None
        if not note:
            return meaning
        qualifiers = meaning.qualifiers + tuple(
            word
            for word, pattern in (
                ("provisional", "provisional"),
                ("revised", "revised"),
                ("approximate", r"approximate|estimate"),
            )
            if re.search(pattern, note.casefold())
        )
        span = _part_of(meaning.span, note) if meaning.span else None
        return replace(
            meaning,
            span=span or meaning.span,
            qualifiers=tuple(dict.fromkeys(qualifiers)),
            notes=(*meaning.notes, note),
        )

    def _note_label(self, text: str, meaning: Meaning) -> None:
        bare = strip_marks(tidy(text))[0]
        if bare and len(self.out.labels) < 400 and len(bare) <= 120:
            self.out.labels.setdefault(bare, meaning)

    # -- figures --------------------------------------------------------------------------------------

    def _is_recognised(self) -> bool:
        if any(m.measure for m in self.columns.values()) or any(
            self.table.roles[c] in ("period", "age", "sex", "code", "offence") for c in self.table.labels
        ):
            return True
        states = [
            m.dimensions
            for m in (*self.columns.values(), *self.row_meanings.values(), *self.section_of.values())
        ]
        if any(states):
            return True
        counted = any(role_of_heading(self.table.heading(c)) == "count" for c in self.table.values)
        return bool(self.title.dimensions - {"force"}) and (
            counted or any(m.total for m in self.row_meanings.values()) or bool(self.title.measure)
        )

    def _mark_unlabelled_totals(self) -> None:
        """A last row or column without a label that adds up the others is a total."""
        table = self.table
        if len(table.data) > 2:
            row = table.data[-1]
            if not any(self.cells.heading_text(row, c) for c in table.labels) and table.labels:
                parts = [r for r in table.data[:-1] if not self.row_meanings[r].total]
                if self._adds_up(
                    [(row, c) for c in table.values], [[(r, c) for r in parts] for c in table.values]
                ):
                    self.row_meanings[row] = replace(NOTHING, total=True)
                    self._settle_row_totals({}, {})
        if len(table.values) > 2:
            column = table.values[-1]
            if not table.heading(column) and table.headers:
                parts = [
                    c for c in table.values[:-1] if not self.columns[c].total and not self.columns[c].ignore
                ]
                if self._adds_up(
                    [(r, column) for r in table.data], [[(r, c) for c in parts] for r in table.data]
                ):
                    spans = list(dict.fromkeys(self.columns[c].span for c in parts))
                    span = cover(spans) if len(spans) > 1 and None not in spans else None
                    self.columns[column] = Meaning(total=True, span=span)

    def _adds_up(self, totals: list[tuple[int, int]], parts: list[list[tuple[int, int]]]) -> bool:
        checked = 0
        for total, group in zip(totals, parts, strict=True):
            number = self._number(*total)
            if number is None:
                continue
            if number != sum(self._number(*place) or 0 for place in group):
                return False
            checked += number > 0
        return checked > 0

    def _emit(self) -> None:
        self.placed: dict[tuple[int, int], Figure] = {}
        for column in (c for c, role in self.table.roles.items() if role == "ignored"):
            for row in self.table.data:
                if self.cells.kind(row, column):
                    self._mark(row, column, "left", "percent")
        blanks: list[str] = []
        gaps: list[tuple[str, str]] = []
        bad: dict[str, list[str]] = {}
        for column in self.table.values:
            if self.columns[column].ignore or self._is_fraction_column(column):
                self._leave_column(column)
                continue
            for row in self.table.data:
                self._emit_cell(row, column, blanks, gaps, bad)
        grid = self.cells.grid
        if blanks:
            shown = ", ".join(blanks[:8]) + (f" and {len(blanks) - 8} more" if len(blanks) > 8 else "")
            self.out.problems.append(
                Problem(
                    shown.split(",")[0]
                    if len(blanks) == 1
                    else grid.range(self.table.top, self.table.left, self.table.bottom, self.table.right),
                    "note",
                    f"{len(blanks)} empty cell{'s' * (len(blanks) > 1)} left out, since the file does not say that blank means zero: {shown}",
                )
            )
        for mark in dict.fromkeys(mark for mark, _ in gaps):
            places = [place for m, place in gaps if m == mark]
            self.out.problems.append(
                Problem(
                    places[0],
                    "note",
                    f'"{mark}" in {len(places)} cell{"s" * (len(places) > 1)} is not a figure and is left out: {", ".join(places[:8])}'
                    + (" …" if len(places) > 8 else ""),
                )
            )
        for reason, places in bad.items():
            for place in places[:20]:
                text = place[1]
                self.out.problems.append(
                    Problem(
                        place[0],
                        "warning",
                        f'not a figure: "{text}" is {reason}. Ask: what is the count for this cell?',
                    )
                )
            if len(places) > 20:
                self.out.problems.append(
                    Problem(
                        places[20][0], "warning", f"not figures: {len(places) - 20} more cells, each {reason}"
                    )
                )

    def _emit_cell(self, row: int, column: int, blanks: list, gaps: list, bad: dict) -> None:
        cells, grid, rules = self.cells, self.cells.grid, self.scope.rules
        value = cells.value(row, column)
        meaning = self.row_meanings[row]
        address = grid.address(row, column)
        label = " ".join(cells.heading_text(row, c) for c in self.table.labels)
        if meaning.ignore or (
            is_reference(label) and not (meaning.dimensions | self.columns[column].dimensions - {"measure"})
        ):
            self._mark(row, column, "left", "not a count")
            return
        if self.table.labels and not label.strip() and not meaning.total:
            if value.is_number and not self._inherits(row):
                self._mark(row, column, "left", "a number without a label")
                self.out.problems.append(
                    Problem(
                        address, "note", f"{cells.text(row, column)} has no label in its row and is left out"
                    )
                )
                return
        low, high, qualifiers, note = value.low, value.high, list(value.qualifiers), ""
        if value.kind == "suppressed" or (value.kind == "text" and value.reason == "mark"):
            bounds = rules.hidden(value)
            if bounds is None:
                gaps.append((cells.text(row, column), address))
                return
            low, high = bounds
            qualifiers.append("suppressed")
            note = f"printed {value.mark}"
        elif value.kind == "empty":
            if cells.covered(row, column):
                return
            if not rules.blank_is_zero:
                if any(cells.kind(row, c) for c in self.table.values) or any(
                    cells.kind(r, column) for r in self.table.data
                ):
                    blanks.append(address)
                    self._mark(row, column, "left", "empty")
                return
            low = high = 0
            note = "printed blank"
        elif value.kind == "dash" or (value.kind == "gap" and value.mark == "-"):
            if not rules.dash_is_zero:
                gaps.append((cells.text(row, column), address))
                self._mark(row, column, "left", "a dash")
                return
            low = high = 0
            note = "printed -"
        elif value.kind == "bad":
            bad.setdefault(value.reason, []).append((address, cells.text(row, column)))
            self._mark(row, column, "problem", value.reason)
            return
        elif value.kind not in ("count", "at least"):
            if value.kind in ("gap", "text"):
                text = cells.text(row, column)
                gaps.append((text[:60] if value.reason != "formula" else f"formula {text[:40]}", address))
            self._mark(row, column, "left", value.kind)
            return
        whole = self._whole(row, column)
        footnote = (
            self.footnotes.get(value.mark.strip("[]()"))
            if value.mark and value.kind == "count" and value.mark not in ("nil",)
            else None
        )
        self._add(row, column, whole, low, high, qualifiers, "; ".join(filter(None, (note, footnote))))

    def _inherits(self, row: int) -> bool:
        return bool(self.section_of[row].dimensions)

    def _whole(self, row: int, column: int) -> Meaning:
        """All that is said of one cell, the narrowest first."""
        own = self.row_meanings[row].over(self.columns[column]).over(self.section_of[row])
        title = self.title
        if own.offence and title.offence:
            title = replace(title, offence="", code="")
        file = replace(self.scope.file, offence="", code="") if self.by_offence else self.scope.file
        return own.over(replace(title, total=False)).over(self.scope.sheet).over(file)

    def _add(
        self, row: int, column: int, whole: Meaning, low: int, high: int, qualifiers: list, note: str
    ) -> None:
        if whole.total:
            qualifiers.append("total")
        age_low = age_high = None
        if whole.age and whole.age.unknown:
            qualifiers.append("age unknown")
        elif whole.age:
            age_low, age_high = whole.age.low, whole.age.high
        span = whole.span or Span(None, None)
        figure = Figure(
            sheet=self.cells.grid.sheet,
            cell=self.cells.grid.address(row, column),
            force=whole.force,
            start=span.start,
            end=span.end,
            financial_year=span.year,
            measure=whole.measure or "offences",
            offence_code=whole.code,
            offence=whole.offence,
            sex=whole.sex,
            age_low=age_low,
            age_high=age_high,
            low=low,
            high=high,
            qualifiers=tuple(dict.fromkeys((*qualifiers, *whole.qualifiers))),
            note="; ".join(dict.fromkeys(filter(None, (*whole.notes, note)))),
            table=self.number,
        )
        self.placed[(row, column)] = figure
        self.out.figures.append(figure)
        # the page says once what holds for the whole file
        usual = self.scope.file
        shown = replace(
            whole,
            qualifiers=figure.qualifiers,
            total=False,
            force="" if whole.force == usual.force else whole.force,
            measure="" if whole.measure == usual.measure else whole.measure,
        )
        self._mark(row, column, "figure", describe(shown) or "a figure")

    def _mark(self, row: int, column: int, kind: str, text: str) -> None:
        self.out.marks[(row, column)] = (kind, text)

    def _is_fraction_column(self, column: int) -> bool:
        """Whether most numbers of a column have fractions and none is above 100: shares or rates, not counts."""
        values = [self.cells.value(row, column) for row in self.table.data]
        numbers = [value for value in values if value.kind in ("count", "bad")]
        fractions = [value for value in values if value.reason == "a count with a fraction"]
        return (
            len(numbers) >= 2
            and len(fractions) * 2 > len(numbers)
            and all(value.low is None or value.low <= 100 for value in numbers)
        )

    def _leave_column(self, column: int) -> None:
        reason = self.columns[column].ignore or "shares or rates"
        for row in self.table.data:
            if self.cells.kind(row, column):
                self._mark(row, column, "left", reason)

    # -- sums -----------------------------------------------------------------------------------------

    def _gather_sums(self) -> None:
        """For every printed total, the figures that it should add up."""
        rows = [row for row in self.table.data if any((row, c) in self.placed for c in self.table.values)]
        for row in rows:
            if not self.row_meanings[row].total:
                continue
            for group in self._row_parts(row, rows):
                for column in self.table.values:
                    self._keep_sum((row, column), [(r, column) for r in group])
        for column in self.table.values:
            if not self.columns[column].total:
                continue
            parts = [
                c
                for c in self.table.values
                if _same_group(self.columns[column], self.columns[c])
                and not self.columns[c].total
                and not self.columns[c].ignore
            ]
            for group in _by_kind(
                parts,
                lambda c: (self.columns[c].dimensions - {"period"} or {"period"}, self.columns[c].measure),
            ):
                for row in rows:
                    self._keep_sum((row, column), [(row, c) for c in group])

    def _row_parts(self, total: int, rows: list[int]) -> list[list[int]]:
        mine = self.row_meanings[total]
        parts = [
            row
            for row in rows
            if row != total
            and not self.row_meanings[row].total
            and (self.section_at[row] == self.section_at[total] or self.section_at[total] == -1)
            and _covers(mine, self.row_meanings[row])
        ]
        return _by_kind(
            parts,
            lambda r: (
                self.row_meanings[r].dimensions | self.section_of[r].dimensions,
                self.row_meanings[r].measure,
            ),
        )

    def _keep_sum(self, total: tuple[int, int], parts: list[tuple[int, int]]) -> None:
        whole = self.placed.get(total)
        found = [self.placed[place] for place in parts if place in self.placed]
        if whole and len(found) >= 2:
            self.out.sums.append((whole, found, len(found) == len(parts)))


def _same_group(total: Meaning, part: Meaning) -> bool:
    """Whether a column belongs to the total beside it: what the total states, the part states too."""
    return _covers(total, part) and (not total.measure or not part.measure or total.measure == part.measure)


def _covers(total: Meaning, part: Meaning) -> bool:
    wide = (
        total.span and part.span and total.span.start and part.span.start and total.span.end and part.span.end
    )
    within = wide and total.span.start <= part.span.start and part.span.end <= total.span.end
    return (
        (not total.span or total.span == part.span or bool(within))
        and (not total.age or total.age == part.age or _holds(total.age, part.age))
        and (not total.sex or total.sex == part.sex)
        and (not total.code or total.code == part.code)
        and (not total.offence or total.offence == part.offence or bool(total.code))
        and (not total.force or total.force == part.force)
        and (not total.notes or set(total.notes) <= set(part.notes))
    )


def _holds(wide: Age, narrow: Age | None) -> bool:
    """Whether one age band lies within another; an age that is not known may."""
    if narrow is None or wide.unknown:
        return False
    if narrow.unknown:
        return True
    low, high = wide.low or 0, wide.high if wide.high is not None else 999
    return low <= (narrow.low or 0) and (narrow.high if narrow.high is not None else 999) <= high


def _by_kind(items: list, key) -> list[list]:
    groups: dict = {}
    for item in items:
        groups.setdefault(repr(key(item)), []).append(item)
    return list(groups.values())


def _same_kind(first: Meaning, second: Meaning) -> bool:
    return bool(first.dimensions & second.dimensions) or (not first.dimensions and bool(second.dimensions))


def _section_meaning(text: str) -> Meaning:
    label = read_label(text)
    if label.dimensions or label.total:
        return replace(label, total=False, rest="", notes=())
    found = read_context(text)
    if found.dimensions - {"measure"}:
        return replace(found, rest="")
    return (
        Meaning(notes=(tidy(text),))
        if len(text) <= 60 and not re.search(r"[.:;]\s*$|\bnotes?\b|source", text.casefold())
        else NOTHING
    )


def title_meaning(titles: list[tuple[str, str]]) -> Meaning:
    """What the lines above a table say of it: each thing from the nearest line that says it.

    A line that states several periods or ages settles none, and lines further up do not settle it either.
    """
    meaning = NOTHING
    settled: set[str] = set()
    for text, _ in reversed(titles):
        question = re.match(r"(?i)\W*q(?:uestion)?\.?\s?\d", text)
        short = read_label(text) if len(text) <= 40 and not question else NOTHING
        line = (
            short
            if short.understood and short.dimensions - {"offence"} and not short.ignore
            else read_context(text)
        )
        several = set(line.rest.split()) if line is not short else set()
        line = replace(
            line,
            span=None if "periods" in settled else line.span,
            age=None if "ages" in settled else line.age,
            rest="",
            ignore="",
            total=False,
        )
        meaning = meaning.over(replace(line, span=None) if meaning.span else line)
        settled |= several
    return replace(meaning, rest="", ignore="", total=False)


def _footnotes(table: Table) -> dict[str, str]:
    """Notes below a table by the mark they begin with."""
    notes: dict[str, str] = {}
    for text, _ in table.notes:
        found = re.match(
            r"\s*(?:note\s*)?[\[(]?(?P<mark>[*†‡§¶^#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d|[a-z](?=[)\].:]))[\])]?\s*[.:=\-]*\s*(?P<note>[A-Za-z0-9\"“].{3,})",
            tidy(text),
        )
        if (
            found
            and not re.match(r"\d", found["mark"] + found["note"][:0])
            or (found and re.match(r"\s*(?:note\s*)?[\[(]?\d[\])]?\s", tidy(text)))
        ):
            notes.setdefault(found["mark"], found["note"].strip())
            plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
            if found["mark"].isdigit():
                notes.setdefault(
                    found["mark"].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")), found["note"].strip()
                )
            else:
                notes.setdefault(found["mark"].translate(plain), found["note"].strip())
    return notes


def _part_of(span: Span, note: str) -> Span | None:
    """The part of a year that a footnote says a figure covers, or None."""
    found = find_spans(note)
    for inner in found.spans:
        if (
            inner.start
            and inner.end
            and span.start
            and span.end
            and span.start <= inner.start
            and inner.end < span.end
            and inner.kind != "day"
        ):
            return inner
        if (
            inner.start is None
            and inner.end
            and span.start
            and span.start < inner.end < (span.end or inner.end)
        ):
            return make_span(span.start, inner.end)
    point = re.search(
        r"\b(?:to|until|up to|as at|as of)\s+(?:the\s+)?(?:end\s+(?:of\s+)?)?(\d{1,2}(?:st|nd|rd|th)?\s+\w+\s+\d{4}|\w+\s+\d{4})",
        note.casefold(),
    )
    if point:
        day = find_spans(point[1]).spans
        if day and day[0].end and span.start and span.end and span.start < day[0].end < span.end:
            return make_span(span.start, day[0].end)
    if any(part.unit == "to date" for part in found.parts) or re.search(
        r"part[\s\-]year|year to date|incomplete year|not a full year", note.casefold()
    ):
        return make_span(span.start, None)
    return None


def _day_text(raw: object, text: str) -> str:
    return f"{raw:%d/%m/%Y}" if isinstance(raw, (date, datetime)) else text


def _date_label(raw: date) -> str:
    """A date in a heading: a month when it is the first of one."""
    day = raw.date() if isinstance(raw, datetime) else raw
    return f"{MONTHS[day.month - 1].title()} {day.year}" if day.day == 1 else day.isoformat()


def _demangle(raw: object, text: str) -> str:
    """Undo what spreadsheets do to age bands: 5-9 becomes 5 September, 10-14 becomes October 2014."""
    if isinstance(raw, (date, datetime)):
        low, high = (raw.month, raw.year % 100) if raw.day == 1 else (raw.day, raw.month)
        return f"{low}-{high}" if low < high else text
    found = re.fullmatch(r"(?P<a>\d{1,2}|[A-Za-z]{3})-(?P<b>\d{1,2}|[A-Za-z]{3})", text.strip())
    if not found:
        return text
    pair = [
        MONTHS.index(part.casefold()) + 1
        if part.casefold() in MONTHS
        else int(part)
        if part.isdigit()
        else None
        for part in (found["a"], found["b"])
    ]
    if None in pair or not any(part.casefold() in MONTHS for part in (found["a"], found["b"])):
        return text
    return f"{min(pair)}-{max(pair)}"


def describe(meaning: Meaning) -> str:
    """A meaning in the words of a reading: "2014/15; female; age 13 to 15; total".

    >>> describe(read_label("Girls aged 13-15"))
    'female; age 13 to 15'
    """
    words = []
    if meaning.force:
        words.append(f"force {meaning.force}")
    if meaning.span:
        if meaning.span.year:
            words.append(meaning.span.year)
        else:
            words.append(f"from {meaning.span.start or 'unknown'} to {meaning.span.end or 'unknown'}")
    words += [_part_words(part) for part in meaning.parts]
    if meaning.measure:
        words.append(f"measure {meaning.measure}")
    if meaning.code or meaning.offence:
        words.append(f"offence {meaning.code}" if meaning.code else f"offence named {meaning.offence}")
    if meaning.sex:
        words.append("sex unknown" if meaning.sex == "unknown" else meaning.sex)
    if meaning.age:
        age = meaning.age
        words.append(
            "age unknown"
            if age.unknown
            else f"age {age.low} and over"
            if age.high is None
            else f"age {age.low} to {age.high}"
        )
    if meaning.total:
        words.append("total")
    words += [word for word in meaning.qualifiers if word not in words]
    if meaning.ignore:
        words.append(f"ignore ({meaning.ignore})")
    words += [f"note {note}" for note in meaning.notes]
    return "; ".join(words)


def _part_words(part: Part) -> str:
    if part.unit == "to date":
        return "to date"
    return (
        f"month {part.first}" if part.unit == "month" else f"months {part.first} to {part.last} of the year"
    )
