"""What the labels of a table say of its rows: columns of labels, blanks that repeat, sections, pivot tables.

Labels of several kinds in one column stand inside each other in a pivot table and under each other in a list of
breakdowns; whether inner labels repeat tells which.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from helpers.foi.responses.axes import Axis, read_axis, yes_or_no
from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, covers, describe
from helpers.foi.responses.nesting import Nesting
from helpers.foi.responses.questions import asks
from helpers.foi.responses.spans import cover
from helpers.foi.responses.titles import (
    answered,
    date_label,
    day_text,
    months_of_days,
    section_meaning,
    undo_all_dates,
)
from helpers.foi.responses.values import tidy
from helpers.foi.responses.words import OFFENDER, role_of_heading, strip_marks

_OF_WHICH = re.compile(r"(?i)(?:^\W*of (?:which|them|the total)|\bof (?:these|those|the above))\b")
_LOWEST, _HIGHEST = (
    re.compile(rf"(?i)\b(?:{words})\b")
    for words in ("from|min|minimum|low|lower|start", "to|max|maximum|high|upper|end")
)
EVERY_SECTION = -2  # where a grand total stands; rows above the first section stand at -1


class RowLabels(Nesting):
    """A table whose row labels and sections are read."""

    def _read_rows(self) -> None:
        table = self.table
        columns: dict[int, Axis] = {}
        for column in table.labels:
            role = table.roles[column]
            if role in ("id", "born"):
                continue
            if role == "question":
                columns[column] = self._questions(column)
                continue
            hint = " ".join(dict.fromkeys(level[column] for level in table.levels if level[column]))
            labels = self._spell_numbers(self._label_texts(column), role)
            if role == "age" and not role_of_heading(hint):
                hint = "Age"
            elif role == "period" and role_of_heading(hint) not in ("period", "date", "month", "quarter"):
                hint = "Year"
            hint = self._delayed(labels, hint)
            whole = self._dated(read_axis(labels, hint, self.scope.book), labels, hint)
            whole = yes_or_no(labels, hint) or self._name_totals(whole, labels)
            columns[column] = self._by_section(whole, labels)
            scale = role == "text" and role_of_heading(hint) == "count"  # 1, 2, 3+ "victims in the offence"
            if scale or (OFFENDER.search(hint) and self._is_beside_victims(role)):
                notes = tuple(read_label(label, "text", hint) if label else NOTHING for label in labels)
                columns[column] = Axis("text", notes, ("",) * len(notes))
        self._read_corner(columns)
        self._join_codes(columns)
        self._join_dates(columns)
        self._join_ages(columns)
        self.row_meanings: dict[int, Meaning] = {}
        self._outer = NOTHING
        stacked = {c: self._stacked(c, axis) for c, axis in columns.items()}
        filled = self._filled_down(columns)
        for place, row in enumerate(table.data):
            meaning = NOTHING
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
                    if len(text) > 30 and asks(text):  # a question is a sentence, and no name of an offence
                        said = read_context(text)
                        dated = any(m.span for m in self.columns.values())
                        own = replace(said, rest="", span=None if dated else said.span)
                    self._note_label(text, own)
                    self.out.marks[(row, column)] = ("label", describe(own) or "label")
                silent = text and own == NOTHING and re.search(r"[A-Za-z]", text)  # "Adult" beside "Child"
                if silent or (own.rest and not own.notes and not (own.dimensions and len(own.rest) < 4)):
                    own = replace(own, notes=(strip_marks(text)[0],) if text else own.notes)
                if own.code and meaning.offence and not re.search(r"[A-Za-z]{2}", own.offence):
                    own = replace(own, offence=meaning.offence)  # the name that stands before its code
                coded = meaning.code
                meaning = replace(own, rest="").over(meaning)
                if coded:  # a column of codes goes before what its neighbour's wording leads to
                    meaning = replace(meaning, code=coded)
            self.row_meanings[row] = self._within_above(row, meaning)
        for row in self._outline_heads([c for c in columns if table.roles[c] != "text"]):
            self.row_meanings[row] = replace(self.row_meanings[row], total=True)
        self._settle_row_totals()
        self._read_sections()

    def _is_beside_victims(self, role: str) -> bool:
        """Whether a suspect's sex or age is a note, beside the victim's or counts of offences; else suspects are counted."""
        if role not in ("sex", "age"):
            return role == "text"
        if any(m.measure in ("offences", "victims") or role in m.dimensions for m in self.columns.values()):
            return True
        self.title = replace(self.title, measure=self.title.measure or "suspects")
        return False

    def _read_corner(self, columns: dict[int, Axis]) -> None:
        """A corner that states what no row or column does, "Female victims" over ages, says it of the whole table."""
        kinds = [m.dimensions for axis in columns.values() for m in axis.meanings]
        kinds += [m.dimensions for m in self.columns.values()]
        for column in columns:
            for text in dict.fromkeys(level[column] for level in self.table.levels if level[column]):
                own = read_label(text)
                stated = own.dimensions - {"measure"}
                if stated and own.understood and not (own.ignore or stated & frozenset().union(*kinds)):
                    self.title = replace(own, rest="", total=False).over(self.title)

    def _questions(self, column: int) -> Axis:
        """Numbers of questions mean what the questions above the table ask for."""
        labels = [self.cells.text(row, column) for row in self.table.data]
        notes = answered(labels, self.table.titles)
        return Axis("", tuple(notes), ("",) * len(notes))

    def _within_above(self, row: int, meaning: Meaning) -> Meaning:
        """What a row that begins "of which" counts is part of the row above that does not."""
        labels = [self.cells.text(row, column) for column in self.table.labels]
        if not any(map(_OF_WHICH.search, labels)):
            self._outer = replace(meaning, total=False, notes=())
            return meaning
        return meaning.over(self._outer)

    def _by_section(self, whole: Axis, labels: list[str]) -> Axis:
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

    def _label_texts(self, column: int) -> list[str]:
        raws = [self._raw(row, column) for row in self.table.data]
        texts = [self.cells.heading_text(row, column) for row in self.table.data]
        dated = [isinstance(raw, (date, datetime)) for raw in raws]
        labels = [date_label(raw) if day else text for raw, text, day in zip(raws, texts, dated, strict=True)]
        labels = months_of_days(labels)
        return undo_all_dates(raws, labels)

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
            [day_text(self._raw(row, c), self.cells.text(row, c)) for row in self.table.data]
            for c in (starts[0], ends[0])
        ]
        columns[starts[0]] = read_axis(
            [f"{first} - {last}" if first and last else "" for first, last in zip(*days, strict=True)],
            "Period",
            self.scope.book,
        )
        columns[ends[0]] = Axis("", (NOTHING,) * len(days[0]), ("",) * len(days[0]))

    def _join_ages(self, columns: dict[int, Axis]) -> None:
        """Read a lowest and a highest age in two columns as one band."""
        ages = [c for c in columns if self.table.roles[c] == "age"]
        lows, highs = ([c for c in ages if end.search(self.table.heading(c))] for end in (_LOWEST, _HIGHEST))
        if len(lows) != 1 or len(highs) != 1:
            return
        pairs = [[self.cells.text(row, c) for c in (lows[0], highs[0])] for row in self.table.data]
        bands = [f"{low}-{high}" if low and high else f"{low}+" * bool(low) for low, high in pairs]
        columns[lows[0]] = read_axis(bands, "Age", self.scope.book)
        columns[highs[0]] = Axis("", (NOTHING,) * len(bands), ("",) * len(bands))

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

    def _settle_row_totals(self) -> None:
        """Give totals over years the span of the years; take "total" off rows that have no parts."""
        for row in self.table.data:
            meaning = self.row_meanings[row]
            if not meaning.total or meaning.span:
                continue
            parts = [self.row_meanings[r] for r in self.table.data if not self.row_meanings[r].total]
            spans = [part.span for part in parts if covers(meaning, part)] or [part.span for part in parts]
            if spans and None not in spans and len({part.span for part in parts}) > 1:
                self.row_meanings[row] = replace(meaning, span=cover(list(dict.fromkeys(spans))))

    def _read_sections(self) -> None:
        """Rows of one text between data rows head the rows below them, until another of their kind."""
        self.section_of: dict[int, Meaning] = dict.fromkeys(self.table.data, NOTHING)
        self.section_at: dict[int, int] = dict.fromkeys(self.table.data, -1)
        for at, meaning in self._section_meanings():
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
                    kept = NOTHING if own.total or meaning.total or same_kind(own, meaning) else own
                    self.section_of[row] = meaning.over(kept)
                    self.section_at[row] = at
        # the first section may stand among the titles: the line right above the first row of data
        for row in self.table.data:
            if (
                self.row_meanings[row].total
                and (row in self.table.stops or row == self.table.data[-1] or self._says_grand(row))
                and not self.row_meanings[row].dimensions
            ):
                if any(
                    self.section_at[r] == self.section_at[row] for r in self.table.data if r < row
                ) and self._sums_all(row):
                    self._lift(row)

    def _section_meanings(self) -> list[tuple[int, Meaning]]:
        """What each section says; "All victims" beside "Female" and "Male" is their total."""
        read = [
            (at, text, self.scope.book.get(tidy(text).casefold()) or section_meaning(text))
            for at, text in self.table.sections
        ]
        divided = any(meaning.dimensions - {"measure"} for _, _, meaning in read)
        return [
            (at, replace(one, total=one.total or (divided and is_total(text, one)))) for at, text, one in read
        ]

    def _lift(self, row: int) -> None:
        """Take a grand total out of the section it is printed in; over sections by year it covers all the years."""
        self.section_of[row] = NOTHING
        self.section_at[row] = EVERY_SECTION
        parts = [r for r in self.table.data if not self.row_meanings[r].total]
        wholes = (self.row_meanings[r].over(self.section_of[r]).over(self.title) for r in parts)
        spans = list(dict.fromkeys(whole.span for whole in wholes))
        if len(spans) > 1 and None not in spans and self.row_meanings[row].span is None:
            self.row_meanings[row] = replace(self.row_meanings[row], span=cover(spans))

    def _says_grand(self, row: int) -> bool:
        text = " ".join(self.cells.text(row, c) for c in self.table.labels)
        return bool(re.search(r"(?i)\bgrand\b|\boverall\b", text))

    def _sums_all(self, row: int) -> bool:
        mine = [r for r in self.table.data if r < row and self.section_at[r] == self.section_at[row]]
        if self._adds(row, [r for r in mine if not self.row_meanings[r].total]):
            return False  # a "grand total" of its section alone
        if self._says_grand(row):
            return True
        return self._adds(row, [r for r in self.table.data if not self.row_meanings[r].total])


def is_total(text: str, meaning: Meaning) -> bool:
    """Whether the text of a section says total, and nothing of what sections may differ in."""
    return read_label(text).total and not meaning.dimensions - {"measure"}


def same_kind(first: Meaning, second: Meaning) -> bool:
    """Whether one section ends another: both fix the same kind of thing, or the first fixes nothing."""
    return bool(first.dimensions & second.dimensions) or (not first.dimensions and bool(second.dimensions))
