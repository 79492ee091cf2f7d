"""What the headings of a table say of its columns: level by level, each level read as one axis.

A heading that says total is one only beside its parts, and a total over years covers them all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from helpers.foi.responses.axes import Axis, read_axis
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, describe, same_group
from helpers.foi.responses.rows import are_codes, counts_up
from helpers.foi.responses.spans import cover
from helpers.foi.responses.tablework import TableWork
from helpers.foi.responses.titles import answered, date_label, undo_all_dates
from helpers.foi.responses.words import is_not_flagged, role_of_heading, strip_marks

_QUESTION = re.compile(r"(?i)\W*q(?:uestion)?\.?\s*\d{1,2}\W*")
_OF_WHICH = re.compile(r"(?i)\W*of (?:which|these|those|them)\b")


def _is_age(text: str) -> bool:
    return bool(read_label(text, "age", "Age").age)


def _name_counts(texts: list[str]) -> bool:
    """Whether headings only name what is counted: "Offences", "Number recorded"."""
    said = [read_label(text) for text in texts if text and role_of_heading(text) != "count"]
    return all(meaning.measure and meaning.dimensions == {"measure"} for meaning in said)


class ColumnHeadings(TableWork):
    """A table whose column headings are read: ``columns`` holds what each says."""

    def _column_meanings(self) -> dict[int, Meaning]:
        """The meaning of every column of figures, from all its headings."""
        table, values = self.table, self.table.values
        meanings = dict.fromkeys(values, NOTHING)
        self.column_roles: dict[int, list[str]] = {c: [] for c in values}
        above = [""] * len(values)
        for level, row in zip(table.levels, table.headers, strict=True):
            texts = [self._heading(row, c, level) for c in values]
            texts = undo_all_dates([self._raw(row, c) for c in values], texts)
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
                apart = (
                    row == table.headers[-1] and len(set(texts)) > 1
                )  # "DA flagged" beside "Not DA flagged"
                unread = meaning.rest or (meaning == NOTHING and re.search(r"[A-Za-z]", text))
                if unread and (not named or (named == "text" and apart)) and not meaning.notes:
                    meaning = replace(meaning, notes=(strip_marks(text)[0],))
                outer = meanings[column]
                if outer.measure == "cyber_flagged" and (meaning.total or is_not_flagged(text)):
                    outer = replace(outer, measure="")  # what stands beside "Yes" under "Online flag"
                    meaning = replace(meaning, notes=() if meaning.total else (f"not flagged: {text}",))
                meanings[column] = replace(meaning, rest="").over(outer)
                if role or meaning.total:
                    self.column_roles[column].append("total" if meaning.total else role)
                self._note_label(text, meaning)
                self.out.marks[(row, column)] = ("heading", describe(meaning) or "heading")
            above = [text or old for text, old in zip(texts, above, strict=True)]
            for column in table.labels:
                if self.cells.text(row, column):
                    self.out.marks[(row, column)] = ("heading", f"heading: {table.roles[column]}")
        return self._settle_column_totals(self._within_left(meanings))

    def _within_left(self, meanings: dict[int, Meaning]) -> dict[int, Meaning]:
        """A column "of which …" counts a part of the nearest on its left that does not say so."""
        outer, found = NOTHING, {}
        for column, meaning in meanings.items():
            part = any(_OF_WHICH.match(level[column]) for level in self.table.levels if level.get(column))
            if not part:
                outer = replace(meaning, total=False, ignore="", notes=())
            found[column] = meaning.over(outer) if part else meaning
        return found

    def _settle_column_totals(self, meanings: dict[int, Meaning]) -> dict[int, Meaning]:
        """A heading that says total is one only beside its parts; a total over years covers them all."""
        plain = {c: m for c, m in meanings.items() if not m.total and not m.ignore}
        settled = {}
        for column, meaning in meanings.items():
            parts = [m for c, m in plain.items() if same_group(meaning, m)]
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
            return date_label(raw)
        return text

    def _corner(self, row: int) -> str:
        """The text left of the column headings when it names their axis and not that of the rows."""
        texts = [self.cells.text(row, c) for c in self.table.labels]
        named = [text for text in texts if role_of_heading(text)]
        return named[-1] if named else ""

    @staticmethod
    def _delay_corner(texts: list[str], corner: str) -> str:
        """The corner where it names delays and the headings beside it may be such: "1 to 5 years" looks like an age."""
        may = (
            role_of_heading(corner) == "delay"
            and not _name_counts(texts)
            and read_axis(texts).role in ("", "age")
        )
        return corner if may else ""

    def _axis(self, texts: list[str], hint: str, corner: str) -> Axis:
        if all(_QUESTION.fullmatch(text) for text in texts if text):
            asked = answered(texts, self.table.titles)
            if any(meaning.dimensions for meaning in asked):  # else "Q1" is a quarter
                return Axis("", tuple(asked), ("",) * len(asked))
        numbers = [text for text in texts if re.fullmatch(r"\d{1,3}", text)]
        words = [text for text in texts if text and text not in numbers and not read_label(text).total]
        if numbers and not words:  # 21 and 71 are codes, 0 to 17 are ages
            return read_axis(texts, "HO code" if are_codes(numbers) else hint or "Age", self.scope.book)
        if counts_up([int(text) for text in numbers]) and len(numbers) > 2 and all(map(_is_age, words)):
            return read_axis(texts, "Age", self.scope.book)  # 0 to 17, then "18+" and "Unknown"
        hint = self._delayed(texts, hint or self._delay_corner(texts, corner))
        axis = read_axis(texts, hint, self.scope.book)
        if (
            not hint
            and corner
            and (
                not any(m.dimensions or m.ignore for m in axis.meanings)
                and not _name_counts(texts)
                or axis.role == "period" == role_of_heading(corner)
            )
        ):
            hint, axis = corner, read_axis(texts, corner, self.scope.book)
        return self._dated(axis, texts, hint)
