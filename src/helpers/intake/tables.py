"""From a table to its figures: every cell of a column of figures, with what its row, its column and all around it say.

What a cell counts is inherited from the narrowest statement outwards: row, column, section, title, sheet, file. What the
table says itself is `own`; a figure is *read* only if its period and what it counts are its own and nothing contradicts
them. Everything else that looks like a figure is *proposed*, with the reason. No number is left without a fate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import reduce
from itertools import chain, pairwise, takewhile

from helpers.intake.ages import Age
from helpers.intake.axes import are_years, date_label, months_of_days, read_axis, undo_all_dates
from helpers.intake.columns import IGNORED, Columns, column_roles
from helpers.intake.context import footnotes_of, narrowing, section_meaning, title_meaning
from helpers.intake.labels import named_otherwise, read_label, with_subcode
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning, describe, figure_of
from helpers.intake.model import Figure, Problem, Tells
from helpers.intake.notices import Rules
from helpers.intake.rows import Table
from helpers.intake.scope import subject_of, victims_named
from helpers.intake.spans import are_apart, cover, part_of
from helpers.intake.tokens import NUMBERS, Token
from helpers.intake.values import tidy
from helpers.intake.words import ATTRIBUTES, OF_WHICH, OFFENDER, role_of_heading, strip_marks
from helpers.tables.offences import CHILD_ONLY, offences

COUNTED = ("offences", "victims", "reports", "cyber_flagged", "not_recorded", "non_recent")
"""What a round asks for; everything else that is counted beside it is proposed as what it is."""
_ANY = ("offences", "victims", "reports")
SHOWN_ROWS, SHOWN_COLUMNS = 200, 60  # of a table on the review page
FEW = 12  # numbers that are asked about one by one where nothing says what they count
MOST_NAMED = 24  # numbers of a table that is left out
SMALL_TABLE = 20_000  # rows, of which each cell is accounted for


@dataclass
class Scope:
    """What is said around a table.

    Attributes
    ----------
    rules : Rules
        How the marks of the file are read.
    book : dict
        Labels that an analyst has decided.
    table : Meaning
        What an analyst has decided for the whole table.
    title : Meaning
        What the lines right above a table of a document say of it.
    sheet, file : Meaning
        What the name of the sheet, and all of the file, say. What only the file says makes a figure a proposal.
    about : str
        What the lines around speak of: ``sexual``, ``other`` or nothing.
    dated : bool
        Whether the file speaks of any period, so that figures without one lack theirs.
    titles, notes : tuple of (str, str)
        The lines right above, and right below, with their addresses.
    """

    rules: Rules = field(default_factory=Rules)
    book: dict[str, Meaning] = field(default_factory=dict)
    table: Meaning = NOTHING
    title: Meaning = NOTHING
    sheet: Meaning = NOTHING
    file: Meaning = NOTHING
    about: str = ""
    dated: bool = False
    titles: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass
class Reading(Tells):
    """What a table came to: figures, and what became of each of its cells."""

    figures: list[Figure] = field(default_factory=list)
    placed: dict[tuple[int, int], Figure] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    labels: dict[str, Meaning] = field(default_factory=dict)
    explained: list[str] = field(default_factory=list)


def read_table(table: Table, scope: Scope, number: int = 0, columns: Columns | None = None) -> Reading:
    """Read one table.

    Parameters
    ----------
    table : Table
        From :func:`helpers.intake.rows.find_tables`.
    scope : Scope
        What is said around it.
    number : int
        Which table of the file it is.
    columns : Columns, optional
        The roles of its columns, where they are known already.
    """
    from helpers.intake.sums import prove

    reader = _TableReader(table, scope, number, columns or column_roles(table))
    reader.read()
    prove(reader)
    reader.settle()
    return reader.out


class _TableReader:
    """A table on its way to figures."""

    def __init__(self, table: Table, scope: Scope, number: int, columns: Columns):
        self.table, self.scope, self.number, self.columns = table, scope, number, columns
        self.cells, self.grid = table.cells, table.grid
        self.out = Reading()
        self.title = scope.table.over(title_meaning(table.titles))
        if scope.titles and not table.titles:
            self.title = self.title.over(scope.title)
        self.footnotes = footnotes_of([text for text, _ in (*table.notes, *scope.titles, *scope.notes)])
        self.doubts: dict[tuple[str, int], str] = {}  # ("row" or "column", place): why it is not certain
        self.subject: dict[tuple[str, int], str] = {}  # of rows and columns: sexual offences or other crime
        self.placed = self.out.placed
        self._outers: dict[tuple[int, bool], tuple[Meaning, Meaning, bool]] = {}
        self.row_meaning: dict[int, Meaning] = {}
        self.column_meaning: dict[int, Meaning] = {}
        roles = columns.roles
        cells = {c: [self._raw(row, c) for row in table.data] for c in columns.labels}
        self.years = {column for column, raws in cells.items() if are_years(raws)}
        below = next((c for c, role in roles.items() if role == "subcode"), None)
        self.subcodes = {c: below for c, role in roles.items() if role == "code" and below is not None}

    def read(self) -> None:
        """Read headings, then row labels, then cells."""
        self._read_headings()
        self._read_rows()
        self._find_outside()
        self._part_forces()
        self._narrow_measure()
        self._part_adults()
        meanings = (*self.row_meaning.values(), *self.column_meaning.values())
        self.dated = any(said.span for said in meanings)
        stated = {said.age for said in meanings}
        if self.title.age in stated:  # beside "Under 18" stand those of all ages
            self.title = replace(self.title, age=None)
        if self.scope.file.age in stated:
            self.scope = replace(self.scope, file=replace(self.scope.file, age=None))
        self._emit()
        self._explain()

    # --- headings -------------------------------------------------------------------------------------------------

    def _read_headings(self) -> None:
        values = self.columns.values
        meanings = dict.fromkeys(values, NOTHING)
        unread: dict[int, list[str]] = defaultdict(list)
        levels: list[list[str]] = []
        for row in reversed(self.table.headers):
            levels.insert(0, self._level(row, values, below=levels[0] if levels else []))
        for upper, lower in pairwise(levels):  # "April 2021 to" above "March 2022"
            for place, text in enumerate(upper):
                if _BROKEN.search(text) and lower[place]:
                    upper[place], lower[place] = "", f"{text} {lower[place]}"
        for row, texts in zip(self.table.headers, levels, strict=True):
            corner = self._corner(row)
            kind = role_of_heading(corner)
            hint = corner if kind in ("age", "sex", "period", "code", "offence", "quarter") else ""
            if (said := read_label(corner)).span and said.understood:  # the corner says when all was counted
                self.title = Meaning(span=said.span).over(self.title)
            raws = [self._raw(row, c) for c in values]
            if not hint and _ages_across(texts):
                hint = "Age"
            axis = read_axis(undo_all_dates(raws, texts), hint, self.scope.book)
            for column, text, meaning in zip(values, texts, axis.meanings, strict=True):
                if not text:
                    continue
                meaning = self._with_footnote(text, meaning)
                self.out.labels.setdefault(text, meaning)
                self.out.marks[(row, column)] = (
                    "heading",
                    describe(replace(meaning, rest="")) or "a heading",
                )
                if not self._understood(text, meaning):
                    unread[column].append(text)
                    meaning = replace(meaning, notes=(*meaning.notes, text), rest="")
                meanings[column] = replace(meaning, rest="").over(meanings[column])
        _cover_all(meanings)
        self.column_meaning = meanings
        for column in values:
            if not meanings[column].code and (part := narrowing(self.table.heading(column))):
                self.doubts["column", column] = f'a part of its heading is not understood: "{part[:40]}"'
        for column, texts in unread.items():
            said = meanings[column]
            roles = map(role_of_heading, texts)
            # a district or a delay is a part of what was counted, and "Year" over 2019 and 2020 names them
            axes = {_AXES.get(role, role) for role in roles} - {"text", "delay", *said.dimensions}
            if not (said.dimensions - {"measure"} or said.total) or axes - (
                {*_AXES.values()} if said.total else set()
            ):
                self.doubts["column", column] = f'what the heading "{texts[-1][:60]}" says is not certain'
        for column, other in self.columns.close.items():
            self.doubts.setdefault(("column", column), f"the column may hold figures, or {_named(other)}")
            self.out.tell(
                self.grid.address(self.table.data[0], column), "warning",
                f'the column "{self.table.heading(column)[:60]}" is taken for {_named(self.columns.roles[column])} and may '
                f"be {_named(other)}: its figures are only proposed. Ask: what does this column hold?",
            )  # fmt: skip

    def _level(self, row: int, columns: list[int], below: list[str]) -> list[str]:
        """The headings of one row over the columns of figures; an upper one holds for its whole group of those `below`."""
        texts = [strip_date(self._raw(row, c), self.cells.whole(row, c)) for c in columns]
        filled = [place for place, text in enumerate(texts) if text]
        merged = len(filled) > 1 and any((row, c) in self.grid.spans for c in columns)
        if not filled or merged or not below and len(filled) > 1:
            return texts
        again = (label for label in below if label and below.count(label) == len(filled) > 1)
        starts = [n for label in [*again][:1] for n, text in enumerate(below) if text == label]
        ends = [*starts[1:], len(texts)]
        if not starts or not all(a <= b < c for a, b, c in zip(starts, filled, ends, strict=True)):
            starts = filled  # a heading may stand over the middle of its group, or over the first of it
        size = min((b - a for a, b in pairwise(starts)), default=len(texts) - starts[0])
        for start, place in zip(starts, filled, strict=True):
            group = range(start, min(start + size, len(texts)))
            for at in takewhile(lambda at, place=place: at <= place or not texts[at], group):
                texts[at] = texts[place]
        return texts

    def _corner(self, row: int) -> str:
        """The heading of the labels, where it does not name what stands in their column."""
        for column in self.columns.labels:
            text = self.cells.whole(row, column).text
            kinds = {self.columns.roles[column], role_of_heading(text)}
            if text and len(kinds) > 1 and not kinds <= {"code", "subcode", "offence"}:
                return text
        return ""

    def _raw(self, row: int, column: int) -> object:
        cells = self.grid.rows[row]
        return cells[column] if column < len(cells) else None

    def _understood(self, text: str, meaning: Meaning) -> bool:
        """Whether all of a heading is understood, or names only that something is counted."""
        if meaning.ignore or (meaning.total or meaning.dimensions) and not meaning.rest:
            return True
        plain = strip_marks(tidy(text))[0].casefold()
        return role_of_heading(text) == "count" and not meaning.rest or bool(_COUNT_ONLY.fullmatch(plain))

    def _with_footnote(self, text: str, meaning: Meaning) -> Meaning:
        """A label with what the footnote of its mark says: it may cover a part of its year only."""
        mark = strip_marks(tidy(text))[1].strip("[]() ")
        note = self.footnotes.get(mark.removeprefix("note ")) if mark else None
        if not note:
            return meaning
        part = part_of(meaning.span, note) if meaning.span else None
        return replace(meaning, span=part or meaning.span, notes=(*meaning.notes, note[:200]))

    # --- rows -----------------------------------------------------------------------------------------------------

    def _read_rows(self) -> None:
        labels = self.columns.labels
        rows = self.table.data
        read: dict[int, dict[str, Meaning]] = {}
        for column in labels:
            read[column] = self._read_label_column(column, rows)
        of_forces = any(meaning.force for one in read.values() for meaning in one.values())
        sections = self._sections(of_forces)
        joined: dict[tuple, tuple[Meaning, str, str]] = {}
        above = dict.fromkeys(labels, "")
        inner = labels[-1] if labels else -1
        roles = self.columns.roles
        named = [c for c in labels if roles[c] in ("code", "subcode", "offence")]
        alike = {inner, *(named if named and named[-1] == inner else [])}  # a code and a name are one label
        for row in rows:
            texts = []
            for column in labels:
                text = self._label_text(row, column)
                if not text and column not in alike and self._label_text(row, inner):
                    text = above[column]
                elif text:
                    above[column] = text
                texts.append(text)
            key = tuple(texts)
            if key not in joined:
                joined[key] = self._join(labels, texts, read)
            meaning, doubt, subject = joined[key]
            self.row_meaning[row] = meaning.over(sections.get(row, NOTHING))
            if doubt:
                self.doubts["row", row] = doubt
            elif labels and not any(texts):
                self.doubts["row", row] = "its row has no label"
            self.subject["row", row] = subject
        if labels:
            self._mark_rows(labels, read)
            if not any(m.span for m in self.column_meaning.values()):
                _cover_all(self.row_meaning)

    def _label_text(self, row: int, column: int) -> str:
        anchor = self.grid.spans.get((row, column))
        if anchor and anchor[1] != column and self.columns.roles.get(anchor[1]) not in ATTRIBUTES:
            return ""  # a number that is merged over a column of labels is none
        raw = self._raw(row, column)
        dated = isinstance(raw, date) and column in self.years
        text = str(raw.year) if dated else strip_date(raw, self.cells.whole(row, column))
        below = self.subcodes.get(column)
        return text if below is None else with_subcode(text, self.cells.whole(row, below).text)

    def _read_label_column(self, column: int, rows: list[int] | range) -> dict[str, Meaning]:
        """What each distinct label of a column means; siblings settle what one leaves open."""
        role, heading = self.columns.roles[column], self.table.heading(column)
        texts = [self._label_text(row, column) for row in rows]
        distinct = list(dict.fromkeys(texts))
        says = heading and role_of_heading(heading) and (role == "period" or not read_label(heading).span)
        hint = heading if says else role.title()
        if role in ("date", "period", "month"):
            changed = months_of_days(distinct)
        else:
            raws = dict(zip(texts, (self._raw(row, column) for row in rows), strict=True))
            changed = undo_all_dates([raws[text] for text in distinct], distinct)
        if role in ("id", "born"):
            return dict.fromkeys(distinct, NOTHING)
        axis = read_axis(changed, hint, self.scope.book)
        found = {}
        role = "force" if axis.role == "force" else role
        suspects = role in ("age", "sex") and OFFENDER.search(heading)
        for text, meaning in zip(distinct, axis.meanings, strict=True):
            if text:
                if suspects and not meaning.total:  # of who did it: it tells nothing of the victim
                    meaning = Meaning(notes=(f"{heading}: {text}",))
                meaning = self._with_footnote(text, meaning)
                if role == "force" and not meaning.force and not meaning.total:
                    meaning = Meaning(notes=(text,), force="-")
                found[text] = meaning
                self.out.labels.setdefault(text, replace(meaning, force=meaning.force.strip("-")))
        return found

    def _join(self, labels: list[int], texts: list[str], read: dict) -> tuple[Meaning, str, str]:
        """What the labels of a row say together, why that is not certain, and what they speak of."""
        whole, doubt, subjects = NOTHING, "", []
        headed = [self.table.heading(c) for c in labels if self.columns.roles[c] in ("age", "sex")]
        # who are told apart beside suspects
        victims = any(not OFFENDER.search(heading) for heading in headed)
        for column, text in zip(labels, texts, strict=True):
            role = self.columns.roles[column]
            if not text or role == "subcode":
                continue
            meaning = read[column].get(text, NOTHING)
            heading = self.table.heading(column)
            known = meaning.dimensions or meaning.total or meaning.ignore or role in ("id", "born")
            known = known or meaning.notes and OFFENDER.search(heading)
            # of a code, the name beside it says what it is
            known = known or role == "code" and "offence" in map(self.columns.roles.get, labels)
            described = role in ("text", "delay", "force") or bool(meaning.notes) and role != ""
            if not known and not (described and role_of_heading(heading) in ("text", "delay", "force")):
                doubt = f'what the label "{text[:60]}" says is not certain'
            if not (victims or meaning.total) and role in ("age", "sex", "text") and narrowing(heading):
                doubt = doubt or f"it is of a part: {heading[:40]}"
            if meaning.rest and not meaning.dimensions:
                meaning = replace(meaning, notes=(*meaning.notes, text))
            elif meaning.rest and (role == "offence" or meaning.dimensions - {"offence"}):
                doubt = doubt or f'a part of the label "{text[:60]}" is not understood: "{meaning.rest[:40]}"'
            # the name of an offence is kept as printed, with what was done
            if not meaning.code and (part := narrowing(_ACTS.sub(" ", text) if meaning.offence else text)):
                doubt = doubt or f'a part of the label "{text[:60]}" is not understood: "{part[:40]}"'
            subjects.append(subject_of(text, meaning.code))
            if meaning.code in offences() and not (meaning.sex or meaning.age):
                whole = whole.over(victims_named(text, meaning.code))
            meaning = replace(meaning, rest="")
            if whole.age and meaning.age and _ENDS.search(heading):
                meaning = replace(meaning, age=Age(whole.age.low, meaning.age.high))
            if whole.code and role == "offence":  # the printed code goes before the name beside it
                meaning = replace(meaning, code=whole.code)
            whole = meaning.over(whole)
        named = named_otherwise(whole)
        if named and (named in CHILD_ONLY) != (whole.code in CHILD_ONLY):
            doubt = doubt or f"its code is {whole.code}, and its name that of {named}"
        return whole, doubt, next((one for one in ("other", "sexual") if one in subjects), "")

    def _sections(self, of_forces: bool) -> dict[int, Meaning]:
        """What the sections above each row say; a section holds until the next of its kind.

        Where rows name forces of their own, a force that stands alone is one without numbers and no section.
        """
        if not self.table.sections:
            return {}
        texts = {row: self.cells.at(row, self.cells.filled(row)[0]).text for row in self.table.sections}
        among = read_axis(list(texts.values()), "", self.scope.book).meanings  # "Unknown" after sexes is one
        read_among = dict(zip(texts.values(), among, strict=True))
        current: list[Meaning] = []
        found: dict[int, Meaning] = {}
        after_section = False
        for row in sorted([*texts, *self.table.data]):
            if row not in texts:
                found[row] = reduce(lambda outer, inner: inner.over(outer), current, NOTHING)
                after_section = False
                continue
            text = texts[row]
            meaning = self.scope.book.get(text.casefold()) or section_meaning(text)
            if not meaning.dimensions and read_among[text].dimensions:
                meaning = read_among[text]
            if of_forces:
                meaning = replace(meaning, force="")
            same = [n for n, one in enumerate(current) if _kinds(one) & _kinds(meaning)]
            if after_section:
                current = [one for n, one in enumerate(current) if n not in same]
            else:
                current = current[: same[0]] if same else current if meaning.dimensions else []
            current.append(meaning)
            words = describe(replace(meaning, rest="")) or "a heading"
            self.out.marks[(row, self.cells.filled(row)[0])] = ("heading", words)
            self.out.labels.setdefault(text, meaning)
            after_section = True
        return found

    def _mark_rows(self, labels: list[int], read: dict) -> None:
        for row in self.table.data[:1_000]:
            for column in labels:
                text = self._label_text(row, column)
                if self.cells.at(row, column).text and (meaning := read[column].get(text)):
                    self.out.marks[(row, column)] = (
                        "label",
                        describe(replace(meaning, rest="")) or "a label",
                    )

    # --- cells ----------------------------------------------------------------------------------------------------

    def _find_outside(self) -> None:
        """Rows and columns that count what no round asks; the totals over them are outside too."""
        for column, meaning in self.column_meaning.items():
            text = " ".join(self.cells.whole(row, column).text for row in self.table.headers)
            self.subject["column", column] = subject_of(text, meaning.code)
        for kind, meanings in (("row", self.row_meaning), ("column", self.column_meaning)):
            if not any(self.subject[kind, place] == "other" for place in meanings):
                continue
            for place, said in meanings.items():
                known = self.subject[kind, place] or said.code or subject_of(said.offence)
                # beside other crime, what is not known is other crime
                if (said.total or said.offence) and not known:
                    self.subject[kind, place] = "other"
        told = [text for text, _ in (*self.table.titles[-3:], *self.scope.titles[-2:])]
        self.about = subject_of(" ".join([self.grid.sheet, *told])) or self.scope.about

    def _part_forces(self) -> None:
        """Take the force of the file from what stands beside several forces: their total, or a row that names none."""
        for meanings in (self.row_meaning, self.column_meaning):
            if len({said.force for said in meanings.values()} - {"", "-"}) > 1:
                for place, said in meanings.items():
                    meanings[place] = replace(said, force=said.force or "-")

    def _part_adults(self) -> None:
        """Doubt a total beside adults: it is not that of children, whatever the title says."""
        texts = {
            row: " ".join(self.cells.at(row, c).text for c in self.columns.labels) for row in self.row_meaning
        }
        heads = {column: self.table.heading(column) for column in self.column_meaning}
        children = any("child" in text.casefold() for text, _ in (*self.table.titles, *self.scope.titles))
        children = children or bool(self.title.age)
        for kind, meanings, told in (
            ("row", self.row_meaning, texts),
            ("column", self.column_meaning, heads),
        ):
            # "rape of a female aged 16 and over" is the name of an offence, of children too
            adults = (one for place, one in meanings.items() if _ADULTS.search(told[place]))
            beside = any(not (children and one.offence) for one in adults)
            under = any(
                one.age == Age(0, 17) and OF_WHICH.match(told[place]) for place, one in meanings.items()
            )
            if beside or under:
                for place, said in meanings.items():
                    if (said.total or under) and not said.age:
                        meanings[place] = replace(said, age=Age(0, None))
                        self.doubts[kind, place] = "it is the total of adults too"

    def _narrow_measure(self) -> None:
        """Under a title of arrests, or of online offences, "Offences" heads those and no others."""
        around = (self.title.measure, self.scope.sheet.measure)
        measure = next((one for one in around if one not in ("", *_ANY)), "")
        lines = (self.row_meaning, self.column_meaning)
        if measure and all(said.measure in ("", *_ANY) for meanings in lines for said in meanings.values()):
            for meanings in lines:
                for place, said in meanings.items():
                    meanings[place] = replace(said, measure="")
            self.title = replace(self.title, measure=measure)
        parts = {said.measure for meanings in lines for said in meanings.values() if not said.total}
        # the sum of what "Female" and "Male" count, "All victims", is of one kind
        for meanings in lines if parts == {""} else ():
            for place, said in meanings.items():
                meanings[place] = replace(said, measure="")

    def _emit(self) -> None:
        self.usual = self.table.doubt or self.grid.doubt
        if self.title.span and self.scope.sheet.span and are_apart(self.title.span, self.scope.sheet.span):
            self.usual = self.usual or "its title and its sheet name different periods"
        if self.scope.sheet.measure not in ("", *COUNTED):
            self.usual = self.usual or f"its sheet is of {self.scope.sheet.measure}"
        bare = len(self.columns.values) > 2 and not any(m.dimensions for m in self.column_meaning.values())
        if self.usual and bare:
            self._leave_table(
                f"nothing says what each column counts ({self.usual})", "can you send the table as a file?"
            )
            return
        if self._is_outside():
            self._leave_table(
                "neither it nor its file names a sexual offence", "does it count what was asked for?"
            )
            return
        for column, role in self.columns.roles.items():
            if role == IGNORED:
                self._leave_column(column, "a percentage or a rate")
            elif role in ATTRIBUTES:
                self._leave_column(column, f"a label ({_named(role)})")
        left: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for column in self.columns.values:
            said = self.column_meaning[column]
            if said.ignore:
                self._leave_column(column, said.ignore)
                continue
            for row in self.table.data:
                self._emit_cell(row, column, left)
        self._tell_left(left)

    def _is_outside(self) -> bool:
        """Whether a table speaks of nothing that a round asks for: no sexual offence, no crime, no victims by age or sex."""
        if self.scope.table is not NOTHING or "sexual" in (self.about, *self.subject.values()):
            return False
        said = (self.title, self.scope.sheet, *self.row_meaning.values(), *self.column_meaning.values())
        counted = any(m.age or m.sex or m.measure in COUNTED for m in said)
        few = len(self.columns.values) * len(self.table.data) <= FEW
        return self.about == "other" or not (counted or few)

    def _leave_table(self, why: str, ask: str) -> None:
        """Tell in one line that a table holds no figures; its first numbers are named, so that it can be found."""
        held: list[str] = []
        for column in self.columns.values:
            self._leave_column(column, "outside what the round asks")
            cells = (self.cells.at(row, column) for row in self.table.data[:SMALL_TABLE])
            held += [one.text for one in cells if one.value.kind in NUMBERS]
        shown = ", ".join(held[:MOST_NAMED]) + (" and more" if len(held) > MOST_NAMED else "")
        if held:
            told = (
                f"not taken for figures: a table of {len(held)} numbers ({shown}), because {why}. Ask: {ask}"
            )
            self.out.tell(self.table.address, "warning", told)

    def _leave_column(self, column: int, reason: str) -> None:
        for row in self.table.data[:SMALL_TABLE]:
            if self.cells.at(row, column).text:
                self.out.marks.setdefault((row, column), ("none", reason))

    def _emit_cell(self, row: int, column: int, left: dict) -> None:
        one = self.cells.at(row, column)
        bounds, mine = self._bounds(one, row, column), self.row_meaning[row]
        subjects = self.subject["row", row], self.subject["column", column]
        if not isinstance(bounds, str) and (mine.ignore or "other" in subjects):
            bounds = mine.ignore or "outside what the round asks"
        if isinstance(bounds, str):
            if bounds:
                left[bounds].append((one.text, self.grid.address(row, column)))
                kind = "problem" if bounds.startswith("not a figure") else "none"
                self.out.marks[(row, column)] = (kind, bounds)
            return
        low, high, qualifiers, note = bounds
        whole, reason = self._whole(mine, column, "sexual" in subjects)
        if one.value.mark and one.value.kind == "count":
            note = self.footnotes.get(one.value.mark.strip("[]()"), note)
            if whole.span and re.search(r"(?i)\bonly\b", note):
                whole = replace(whole, span=part_of(whole.span, note) or whole.span)
        figure = figure_of(
            whole, self.grid.sheet, self.grid.address(row, column), low, high, qualifiers, note
        )
        figure.table, figure.text = self.number, one.text
        hides = "" if self.scope.rules.explains(one.value) else "the file does not say what its mark hides"
        notes = whole.notes if self.footnotes else ()
        noted = next(
            (one for one in (*notes, note) if one in self.footnotes.values() and _CHANGES.search(one)), ""
        )
        doubts = (
            f'its footnote says: "{noted[:80]}"' if noted else "",
            self.doubts.get(("row", row)),
            self.doubts.get(("column", column)),
            self.usual,
            reason,
            hides,
        )
        for doubt in filter(None, doubts):
            figure.propose(doubt)
        self.placed[(row, column)] = figure
        self.out.figures.append(figure)

    def _bounds(self, one: Token, row: int, column: int):
        """Lowest and highest count, qualifiers and note of a cell; or in words why it holds none ("" for nothing)."""
        value, rules = one.value, self.scope.rules
        if (row, column) in self.grid.percents:
            return "a percentage"
        told = value.kind == "gap" and rules.hidden(value) is not None
        if value.kind == "suppressed" or told or (value.kind == "text" and value.reason == "mark"):
            hidden = rules.hidden(value)
            if not hidden:
                return f'"{one.text[:20]}" is not explained'
            return *hidden, ("suppressed",), f"printed {value.mark}"
        if value.kind == "empty":
            if (row, column) in self.grid.spans or not rules.blank_is_zero or not self._has_values(row):
                return ""
            return 0, 0, (), "printed blank"
        if value.kind == "dash":
            return (0, 0, (), "printed -") if rules.dash_is_zero else "a dash that the file does not explain"
        if value.kind == "bad":
            return f"not a figure: {value.reason}"
        if value.kind == "percent":
            return "a percentage"
        if value.kind not in ("count", "at least"):
            return "a formula" if value.reason == "formula" else "no number" if one.text else ""
        return value.low, value.high, value.qualifiers, ""

    def _has_values(self, row: int) -> bool:
        return any(self.cells.at(row, c).text for c in self.columns.values) or bool(
            self.row_meaning[row].dimensions
        )

    def _whole(self, mine: Meaning, column: int, sexual: bool) -> tuple[Meaning, str]:
        """All that is said of one cell, the narrowest first, and why that is not certain, if it is not."""
        key = (column, bool(mine.offence or self.column_meaning[column].offence))
        if key not in self._outers:
            self._outers[key] = self._outer(*key)
        outer, outermost, counted = self._outers[key]
        if mine.age and (narrower := self.column_meaning[column].age) and mine.age.holds(narrower):
            mine = replace(mine, age=narrower)
        whole = mine.over(outermost)
        reason = ""
        if "-" in (mine.force, outer.force):
            return replace(whole, force=""), "it is of an area that is no police force, or of several forces"
        span = mine.span or outer.span
        if not (span and (span.start or span.end)):
            if whole.span:
                reason = "its period is stated elsewhere in the file, not in its table"
            elif self.scope.dated or self.dated:
                reason = "no period is stated for it, and the file speaks of several"
        named = mine.offence or mine.code or outer.offence or outer.code
        measure = mine.measure or outer.measure  # that offences are counted does not say which
        counted = (
            counted
            or sexual
            or measure
            and (measure not in _ANY or mine.over(outer).dimensions & {"age", "sex"})
        )
        if not reason and not (counted or named):
            reason = "what is counted is not said in its table"
        if not reason and not named and (whole.offence or whole.code):
            reason = "its offence is stated elsewhere in the file, not in its table"
        if whole.span and not (whole.span.start and whole.span.end):
            reason = reason or "its period is open at one end"
        if whole.measure and whole.measure not in COUNTED:
            reason = reason or f"it counts {whole.measure.replace('_', ' ')}, not offences"
        if self.about == "other" and not named:
            reason = "the table speaks of something else than sexual offences"
        return whole, reason

    def _outer(self, column: int, named: bool) -> tuple[Meaning, Meaning, bool]:
        """What the table says of all cells of a column, the same within the file, and whether that says what is counted."""
        title = replace(self.title, total=False, ignore="", rest="")
        if named and title.offence and not title.code:
            title = replace(title, offence="", code="")
        outer = self.column_meaning[column].over(title).over(replace(self.scope.sheet, total=False))
        return outer, outer.over(self.scope.file), self._shaped() or self.about == "sexual"

    def _shaped(self) -> bool:
        """Whether it is a table by age, sex or offence; that a column is headed "Total" does not say of what."""
        kinds = {self.columns.roles[c] for c in self.columns.labels}
        shaped = bool(kinds & {"age", "sex", "offence", "code"})
        said = any(m.dimensions & {"age", "sex", "offence"} for m in self.column_meaning.values())
        return shaped or said

    def _tell_left(self, left: dict[str, list[tuple[str, str]]]) -> None:
        """One line for each reason why numbers of the table are no figures."""
        for reason, cells in left.items():
            shown = ", ".join(f"{text[:20]} ({address})" for text, address in cells[:6])
            more = f" and {len(cells) - 6} more" if len(cells) > 6 else ""
            bad = reason.startswith("not a figure")
            ask = " Ask: what is the count for this cell?" if bad else ""
            self.out.tell(cells[0][1], "warning" if bad else "note", f"{reason}: {shown}{more}.{ask}")

    # --- afterwards -----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Doubt figures that are read as the same and are not: something that tells them apart was not read."""
        if doubted := doubt_same(self.out.figures, "of its table"):
            first, second = doubted[0][:2]
            self.out.tell(
                second.cell, "warning",
                f"{sum(map(len, doubted)):,} figures of this table are read as the same as others beside them, {first.cell} and "
                f"{second.cell} first: something that tells them apart was not read. Ask: what do these rows or columns differ in?",
            )  # fmt: skip
        for (row, column), figure in self.placed.items():
            if row >= SHOWN_ROWS or column >= SHOWN_COLUMNS:
                continue
            words = describe(self.row_meaning[row].over(self.column_meaning[column])) or "a figure"
            if figure.reason:
                words = f"{words}; proposed: {figure.reason}"
            self.out.marks[(row, column)] = (figure.status, words)

    def _explain(self) -> None:
        grid, table, told = self.grid, self.table, self.out.explained
        heads = [row + 1 for row in table.headers]
        told.append(
            f"table {self.number} at {table.address}: headings in rows {heads}, data in {len(table.data)} rows"
        )
        for column, role in self.columns.roles.items():
            scores = sorted(self.columns.scores.get(column, {}).items(), key=lambda one: -one[1])[:3]
            said = ", ".join(f"{name} {score:.2f}" for name, score in scores)
            close = f"; close: {self.columns.close[column]}" if column in self.columns.close else ""
            where = grid.address(table.data[0], column)
            told.append(f'  column {where} "{table.heading(column)[:40]}": {role} ({said}){close}')
        around = {"title": self.title, "sheet": self.scope.sheet, "file": self.scope.file}
        said = (f"{name} says: {describe(meaning) or 'nothing'}" for name, meaning in around.items())
        told.append("  " + "; ".join(said))
        for row in table.data[:60]:
            texts = " | ".join(self.cells.at(row, column).text for column in self.columns.labels)
            doubt = f" [{self.doubts['row', row]}]" if ("row", row) in self.doubts else ""
            means = describe(self.row_meaning[row]) or "nothing"
            told.append(f"  row {grid.address(row, table.left)} {texts[:60]!r}: {means}{doubt}")


def doubt_same(figures: list[Figure], whose: str) -> list[list[Figure]]:
    """Propose figures that are read as the same and have different values, and give them by what they are read as.

    A printed code is the same with or without its bar and its first zeros.

    >>> two = [Figure(offence=code, low=n, high=n) for n, code in enumerate(("088/05", "08805", "88/05"), 1)]
    >>> len(doubt_same(two, "of its file")[0]), two[0].status
    (3, 'proposed')
    """
    same: dict[tuple, list[Figure]] = defaultdict(list)
    for one in figures:
        offence = re.sub(r"\W", "", one.offence.casefold()).lstrip("0")
        said = (one.force, one.start, one.end, one.measure, one.offence_code, offence, one.sex, one.age_low)
        note = _PRINTED.sub("", one.note)
        same[(*said, one.age_high, note, one.is_total, "age unknown" in one.qualifiers)].append(one)
    doubted = [alike for alike in same.values() if len({(one.low, one.high) for one in alike}) > 1]
    for one in chain.from_iterable(doubted):
        one.propose(f"it is read as the same as another figure {whose}, with another value")
    return doubted


_PRINTED = re.compile(r"(?:^|; )printed [^;]*")
_ENDS = phrase("upper end")
_COUNT_ONLY = phrase("count alone")
_BROKEN = re.compile(r"(?:\b(?:to|until|and)|\d\s?[-–])\s*$", re.IGNORECASE)
_ADULTS = phrase("of adults")
_CHANGES = phrase("changes a count")
_ACTS = phrase("acts of an offence")
_AXES = dict.fromkeys(("date", "month", "quarter", "period"), "period") | {
    "age": "age",
    "sex": "sex",
    "force": "force",
}
"""What the columns under a heading differ in, where it names that and nothing else."""


def _ages_across(texts: list[str]) -> bool:
    """Whether headings are ages: whole numbers that rise, over and over where a group of columns begins anew.

    >>> _ages_across(["0", "1", "2", "0", "1", "2", "Total"]), _ages_across(["21", "71", "73"])
    (True, False)
    """
    texts = [text for text, before in zip(texts, ["", *texts], strict=False) if text != before]
    numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,2}", text)]
    words = [text for text in texts if text and not re.fullmatch(r"\d{1,2}", text)]
    again = [b for a, b in zip(numbers, numbers[1:], strict=False) if b != a + 1]
    return len(numbers) > 2 and all(b == numbers[0] for b in again) and len(words) * 3 <= len(numbers)


def _cover_all(meanings: dict[int, Meaning]) -> None:
    """Let a total beside several periods cover those before it, or where it comes first, all of them."""
    spans = {place: m.span for place, m in meanings.items() if m.span and not m.total}
    for place, meaning in meanings.items():
        if meaning.total and not meaning.span:
            mine = {span for at, span in spans.items() if at < place} or {*spans.values()}
            meanings[place] = replace(meaning, span=cover([*mine]) if len(mine) > 1 else None)


def _kinds(section: Meaning) -> frozenset[str]:
    """What a section states: another that states the same takes its place."""
    return (section.dimensions - {"measure"}) or section.dimensions or frozenset(["note"])


_NAMES = {
    "value": "figures",
    "code": "codes of offences",
    "sex": "sexes",
    "id": "references",
    "born": "dates of birth",
}


def _named(role: str) -> str:
    return _NAMES.get(role, role if role == "text" else f"{role}s")


def strip_date(raw: object, one: Token) -> str:
    """The text of a label; a date that stands for a month is that month."""
    return date_label(raw) if isinstance(raw, date | datetime) else one.text
