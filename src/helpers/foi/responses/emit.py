"""From a table to its figures: every cell of a column of figures, with what its row and column say of it.

What a cell counts is put together from the narrowest statement to the widest: its row, its column, the section it
stands in, the title over the table, the sheet, the file.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.foi.responses.contents import is_contents
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import Meaning, describe, without
from helpers.foi.responses.model import Figure, Problem
from helpers.foi.responses.rowlabels import EVERY_SECTION
from helpers.foi.responses.spans import Span
from helpers.foi.responses.tablework import Reading, Scope, told_qualifiers
from helpers.foi.responses.titles import title_meaning
from helpers.foi.responses.totals import Totals
from helpers.foi.responses.words import NOT_FLAGGED, is_reference, role_of_heading


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
    return _Emitter(table, scope, number).read()


class _Emitter(Totals):
    """A table on its way to figures."""

    def read(self) -> Reading:
        table = self.table
        self.title = title_meaning(table.titles)
        self.columns = self._column_meanings()
        self._read_rows()
        if is_contents(table):
            told = "a contents page: its numbers are taken for pages or sheets, and not for counts"
            return Reading(problems=[*self.out.problems, Problem(table.address(), "note", told)])
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
        self._settle_measure()
        self._mark_unlabelled_totals()
        self._mark_subtotals()
        self.by_offence = any(
            m.offence
            for m in (*self.columns.values(), *self.row_meanings.values(), *self.section_of.values())
        )
        self._emit()
        self._mark_titles()
        self._gather_sums()
        self._tell_passed_over()
        return self.out

    def _mark_titles(self) -> None:
        """Show what each line over the table says of all of it."""
        said = {
            address: describe(meaning)
            for text, address in self.table.titles
            if (meaning := title_meaning([(text, address)])).dimensions
        }
        first = self.table.data[0]
        for row in range(first, max(-1, first - 60), -1):
            for column, _ in self.cells.filled(row, self.table.left, self.table.right):
                words = said.get(self.cells.grid.address(row, column))
                if words and (row, column) not in self.out.marks:
                    self._mark(row, column, "label", words)

    def _tell_passed_over(self) -> None:
        """Say what was taken for something else than counts, so that no row and no number goes without a word."""
        counted = [c for c in self.table.values if not self.columns[c].ignore]
        if not counted and {"code", "offence"} & set(self.table.roles.values()):
            told = "rows that name offences without a count are taken for a key. Ask: does each stand for one offence?"
            self.out.problems.append(Problem(self.table.address(), "note", told))
        for column, role in self.table.roles.items():
            if role not in ("delay", "period", "text", "notes", "sex", "force", "offence"):
                continue
            numbers = [
                self.cells.value(row, column) for row in self.table.data if self.cells.kind(row, column)
            ]
            counts = [v for v in numbers if v.kind == "count" and not (1990 <= v.low <= 2100)]
            if len(counts) > 1 and 4 * len(counts) > 3 * len(numbers):
                self.out.problems.append(
                    Problem(
                        self.cells.grid.range(self.table.data[0], column, self.table.data[-1], column),
                        "warning",
                        f'the numbers under "{self.table.heading(column)}" are not read as counts, since the heading '
                        f"speaks of something else ({role}). Ask: what does this column hold?",
                    )
                )

    def _settle_measure(self) -> None:
        """What only the totals say is counted, "All victims", is counted in the whole table."""
        for meanings in (self.row_meanings, self.columns):
            told = {m.measure for m in meanings.values() if m.total} - {""}
            others = {m.measure for m in meanings.values() if not m.total}
            if len(told) == 1 and others == {""} and not self.title.measure:
                self.title = replace(self.title, measure=told.pop())

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

    def _emit(self) -> None:
        self.placed: dict[tuple[int, int], Figure] = {}
        for column in (c for c, role in self.table.roles.items() if role == "ignored"):
            for row in self.table.headers + self.table.data:
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
        told = value.kind == "gap" and rules.hidden(value) is not None
        if value.kind == "suppressed" or told or (value.kind == "text" and value.reason == "mark"):
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
        qualifiers += told_qualifiers(footnote or "")
        self._add(row, column, whole, low, high, qualifiers, "; ".join(filter(None, (note, footnote))))

    def _inherits(self, row: int) -> bool:
        return bool(self.section_of[row].dimensions)

    def _whole(self, row: int, column: int) -> Meaning:
        """All that is said of one cell, the narrowest first."""
        mine = self.row_meanings[row]
        if NOT_FLAGGED in mine.notes:  # victims without the flag are victims
            mine = replace(mine, measure=self.columns[column].measure or mine.measure)
        own = mine.over(self.columns[column]).over(self.section_of[row])
        title = self.title
        if self.section_at[row] == EVERY_SECTION:  # the first section stands among the titles
            title = without(title, self._section_kinds())
        if any(m.qualifiers for m in self.columns.values()):
            title = replace(title, qualifiers=())  # the headings say which are provisional
        if own.offence and title.offence:
            title = replace(title, offence="", code="")
        file = replace(self.scope.file, offence="", code="") if self.by_offence else self.scope.file
        title = self.scope.table.over(replace(title, total=False))
        return own.over(title).over(self.scope.sheet).over(file)

    def _section_kinds(self) -> frozenset[str]:
        """What the sections of the table differ in."""
        return frozenset().union(*(read_label(text).dimensions for _, text in self.table.sections)) - {
            "measure"
        }

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
