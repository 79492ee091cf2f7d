"""The state of one table while it is read, and what all stages of reading it share.

Reading goes in stages, each a class on top of the one before: column headings (:mod:`.headings`), row labels and
sections (:mod:`.rowlabels`), totals (:mod:`.totals`), figures (:mod:`.emit`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from helpers.foi.responses.axes import Axis, read_axis
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.model import Figure, Problem
from helpers.foi.responses.statements import Rules
from helpers.foi.responses.titles import footnotes_of, part_of
from helpers.foi.responses.values import tidy
from helpers.foi.responses.words import role_of_heading, strip_marks


@dataclass
class Scope:
    """What holds for every figure of a file: its rules, what the sheet and the file say, what is decided.

    What an analyst decided for the `table` goes before its titles, and behind its rows and columns.
    """

    rules: Rules = field(default_factory=Rules)
    table: Meaning = NOTHING
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


def told_qualifiers(note: str) -> tuple[str, ...]:
    """The qualifiers that a footnote gives to what it stands beside.

    >>> told_qualifiers("Provisional: the year is not complete"), told_qualifiers("See above")
    (('provisional',), ())
    """
    words = (
        ("provisional", "provisional"),
        ("revised", "revised"),
        ("approximate", r"approximate|estimate"),
    )
    return tuple(word for word, pattern in words if re.search(pattern, note.casefold()))


# a note that says what the years of a table are, and does not only speak of some year
_OF_YEARS = re.compile(
    r"(?i)\byears?\b[^.]{0,30}\b(?:are|is|refers?|relates?|runs?|means?)\b[^.]{0,20}\b(?:financial|fiscal)\b"
    r"|\b(?:financial|fiscal) years?\b[^.]{0,30}\b(?:april|apr|01/04)\b"
)


class TableWork:
    """One table being read."""

    def __init__(self, table: Table, scope: Scope, number: int):
        self.table, self.scope, self.number = table, scope, number
        self.cells = table.cells
        self.out = Reading()
        self.footnotes = footnotes_of(table)

    def _raw(self, row: int, column: int):
        row, column = self.cells.grid.spans.get((row, column), (row, column))
        cells = self.cells.grid.rows[row]
        return cells[column] if column < len(cells) else None

    def _number(self, row: int, column: int) -> int | None:
        value = self.cells.value(row, column)
        return value.low if value.kind == "count" else None

    def _with_footnote(self, text: str, meaning: Meaning) -> Meaning:
        """A mark on a label leads to the note that explains it: a part of the year, provisional, or words to keep."""
        _, mark = strip_marks(tidy(text))
        note = self.footnotes.get(re.sub(r"^note ", "", mark.strip("[]()"))) if mark else None
        if not note:
            return meaning
        qualifiers = meaning.qualifiers + told_qualifiers(note)
        span = part_of(meaning.span, note) if meaning.span else None
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

    def _mark(self, row: int, column: int, kind: str, text: str) -> None:
        self.out.marks[(row, column)] = (kind, text)

    def _delayed(self, labels: list[str], hint: str) -> str:
        """The heading over labels that are times between offence and report, and no ages: a label or the title says so."""
        told = [text for text in labels if role_of_heading(text) == "delay"]
        titled = any(role_of_heading(text[-90:]) == "delay" for text, _ in self.table.titles[-2:])
        times = [text for text in labels if re.search(r"(?i)\b(?:days?|weeks?|months?|years?|yrs?)\b", text)]
        printed = [text for text in labels if text and not read_label(text).total]
        if (told or titled) and 2 * len(times) > len(printed) and role_of_heading(hint) != "age":
            return hint if role_of_heading(hint) == "delay" else "Delay"
        return hint

    def _dated(self, axis: Axis, labels: list[str], hint: str) -> Axis:
        """Years on their own, read by what the title or the heading says of them; a guess among them is told."""
        marked = (
            r"" if re.match(r"(?i)\W*f\.?/?y\b", hint) else r"f\.?y\.?\s?"
        )  # "FY" stands over them, or before each
        ending = [text for text in labels if re.fullmatch(rf"(?i)\W*{marked}'?(?:20)?\d\d\W*", text)]
        if ending:
            message = f"{ending[0]} is read as the financial year that ends in that year. Ask: is that the year they end in?"
            self.out.problems.append(Problem(self.table.address(), "warning", message))
        spans = [meaning.span for meaning in axis.meanings if meaning.span]
        if not spans or any(span.kind != "bare" for span in spans):
            return axis
        notes = [text for text, _ in self.table.notes if _OF_YEARS.search(text)]
        titles = " ".join([*(text for text, _ in self.table.titles), *notes])
        if re.search(
            r"(?i)(?:years?|12 months|twelve months) (?:to|ending|ended)\b[^.]{0,12}\bmar"
            r"|(?:financial|fiscal) years? (?:ending|ended|to)\W*$",
            titles,
        ):
            return read_axis(labels, "Year ending March", self.scope.book)
        if not spans[0].year and re.search(r"(?i)\b(?:financial|fiscal) years?\b", titles):
            axis = read_axis(labels, "Financial year", self.scope.book)
            spans = [meaning.span for meaning in axis.meanings if meaning.span]
        if spans[0].year and not ending and not re.search(r"(?i)end|mar|to\b", hint):
            message = f"financial years printed as one year are read by their first: {labels[0] or labels[-1]} as {spans[0].year}. Ask: is that the year they begin in?"
            self.out.problems.append(Problem(self.table.address(), "warning", message))
        return axis
