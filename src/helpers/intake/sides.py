"""What each row and each column of a table means by its labels, and by the rows and columns beside it.

Rows and columns are the two sides of a table. A column is labelled by rows of headings, a row by columns of labels; both
are levels, the outermost first, and are read by the same rules: the labels of a level are read together, an inner label
goes before an outer one, and what is not understood is a doubt. That a row or a column is a total is said by its label
(:mod:`.labels`), which periods it covers is decided here, and whether it adds up in :mod:`.sums`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from itertools import pairwise, product, takewhile

from helpers.intake.ages import Age
from helpers.intake.axes import are_years, date_label, months_of_days, read_axis, undo_dates
from helpers.intake.columns import Columns
from helpers.intake.context import narrowing, section_meaning
from helpers.intake.labels import named_otherwise, read_label, with_subcode
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning, contradict, describe
from helpers.intake.rows import Table
from helpers.intake.scope import subject_of, victims_named
from helpers.intake.spans import Span, cover, part_of
from helpers.intake.values import tidy
from helpers.intake.words import OF_WHICH, OFFENDER, role_of_heading, strip_marks
from helpers.tables.offences import CHILD_ONLY, offences

SHOWN = 1_000  # places of a side whose labels are marked with what they mean


@dataclass
class Level:
    """One row of headings, or one column of labels.

    Attributes
    ----------
    line : int
        The row, or the column, that it is.
    role : str
        What it holds, where that is known.
    heading : str
        What stands over it or before it.
    texts : dict of int to str
        Its label at each place of its side; a label that holds for several places stands at each.
    raws : dict of int to object
        The cells as loaded.
    meanings : dict of str to Meaning
        What each of its labels means.
    """

    line: int
    role: str
    heading: str
    texts: dict[int, str]
    raws: dict[int, object]
    meanings: dict[str, Meaning] = field(default_factory=dict)


@dataclass
class Side:
    """The rows of a table, or its columns of figures: what each means, why that is not certain, and what it speaks of."""

    levels: list[Level] = field(default_factory=list)
    meaning: dict[int, Meaning] = field(default_factory=dict)
    doubt: dict[int, str] = field(default_factory=dict)
    subject: dict[int, str] = field(default_factory=dict)

    def label(self, place: int) -> str:
        """The innermost label of a place."""
        return next(filter(None, (level.texts[place] for level in reversed(self.levels))), "")

    def text(self, place: int) -> str:
        """All labels of a place."""
        return " ".join(filter(None, (level.texts[place] for level in self.levels)))

    def change(self, **said) -> None:
        """Let every place say something else."""
        self.meaning = {place: replace(meaning, **said) for place, meaning in self.meaning.items()}


class SideReader:
    """Reads the labels of one table; what they mean, and how the cells that hold them are shown, goes into `out`."""

    def __init__(
        self, table: Table, columns: Columns, book: dict[str, Meaning], footnotes: dict[str, str], out
    ):
        self.table, self.columns, self.book, self.footnotes, self.out = table, columns, book, footnotes, out
        self.cells, self.grid = table.cells, table.grid
        self.corner: Span | None = None  # the period that the corner says all was counted in

    def read_columns(self) -> Side:
        """The columns of figures, by their headings."""
        side = Side([*self._heading_levels()])
        self._read(side, self.columns.values, "heading")
        _cover_all(side)
        for column, other in self.columns.close.items():
            side.doubt.setdefault(column, f"the column may hold figures, or {named(other)}")
            told = f'the column "{self.table.heading(column)[:60]}" is taken for {named(self.columns.roles[column])} and may be {named(other)}: its figures are only proposed. Ask: what does this column hold?'
            self.out.tell(self.grid.address(self.table.data[0], column), "warning", told)
        return side

    def read_rows(self) -> Side:
        """The rows of data, by their labels and the sections above them."""
        side = Side([*self._label_levels()])
        self._read(side, self.table.data, "label")
        sections = self._sections(any(one.force for level in side.levels for one in level.meanings.values()))
        for row, section in sections.items():
            if contradict(side.meaning[row], section):
                side.doubt.setdefault(row, "its label contradicts the heading above it")
            side.meaning[row] = side.meaning[row].over(section)
        for row in side.meaning if side.levels else ():
            if not side.doubt.get(row) and not side.label(row):
                side.doubt[row] = "its row has no label"
        _cover_all(side)
        return side

    # --- levels ---------------------------------------------------------------------------------------------------

    def _heading_levels(self) -> Iterator[Level]:
        values = self.columns.values
        texts: list[list[str]] = []
        for row in reversed(self.table.headers):
            texts.insert(0, self._heading_texts(row, values, below=texts[0] if texts else []))
        for upper, lower in pairwise(texts):  # "April 2021 to" above "March 2022"
            for place, text in enumerate(upper):
                if _BROKEN.search(text) and lower[place]:
                    upper[place], lower[place] = "", f"{text} {lower[place]}"
        for row, mine in zip(self.table.headers, texts, strict=True):
            corner = self._corner(row)
            if (said := read_label(corner)).span and said.understood:
                self.corner = said.span
            heading = corner if role_of_heading(corner) in _HEADED else "Age" if _ages_across(mine) else ""
            raws = {column: self._raw(row, column) for column in values}
            yield Level(row, "", heading, dict(zip(values, mine, strict=True)), raws)

    def _heading_texts(self, row: int, columns: list[int], below: list[str]) -> list[str]:
        """The headings of one row over the columns of figures; an upper one holds for its whole group of those `below`."""
        places = [(row, column) for column in columns]
        texts = self._texts([self._raw(*place) for place in places], places)
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

    def _label_levels(self) -> list[Level]:
        roles, labels, rows = self.columns.roles, self.columns.labels, self.table.data
        levels = {}
        below = next((c for c, role in roles.items() if role == "subcode"), None)
        for column in labels:
            raws = {row: self._raw(row, column) for row in rows}
            texts = dict(zip(rows, self._texts(raws.values(), [(row, column) for row in rows]), strict=True))
            for row in rows if below is not None and roles[column] == "code" else ():
                texts[row] = with_subcode(texts[row], self.cells.whole(row, below).text)
            levels[column] = Level(column, roles[column], self.table.heading(column), texts, raws)
        ends = [column for column in labels if roles[column] == "end"]
        for start, end in zip([c for c in labels if roles[c] == "start"], ends, strict=False):
            whole = [{row: self.cells.whole(row, column).text for row in rows} for column in (start, end)]
            texts = {row: " to ".join(filter(None, (side[row] for side in whole))) for row in rows}
            levels[start] = Level(start, "period", "Period", texts, dict(texts))  # from a day to a day
            del levels[end]
        labels = [*levels]
        inner = labels[-1] if labels else -1
        named = [c for c in labels if roles[c] in ("code", "subcode", "offence")]
        alike = {inner, *(named if named and named[-1] == inner else [])}  # a code and a name are one label
        for texts in (level.texts for column, level in levels.items() if column not in alike):
            above = ""
            for row, text in texts.items():
                if text:
                    above = text
                elif levels[inner].texts[row]:
                    texts[row] = above
        return [*levels.values()]

    def _raw(self, row: int, column: int) -> object:
        cells = self.grid.rows[row]
        return cells[column] if column < len(cells) else None

    def _texts(self, raws: Collection[object], places: list[tuple[int, int]]) -> list[str]:
        """The texts of labels; a date that stands for a month is that month, and one that stands for a year is that year."""
        years, whole = are_years(raws), self.cells.whole
        return [
            str(raw.year) if years and isinstance(raw, date)
            else date_label(raw) if isinstance(raw, date)
            else whole(*place).text
            for raw, place in zip(raws, places, strict=True)
        ]  # fmt: skip

    # --- labels ---------------------------------------------------------------------------------------------------

    def _read(self, side: Side, places: list[int] | range, kind: str) -> None:
        """What each place of a side means by its labels."""
        for level in side.levels:
            level.meanings = self._read_level(level)
        joined: dict[tuple, tuple[Meaning, str, str]] = {}
        for place in places:
            texts = tuple(level.texts[place] for level in side.levels)
            if texts not in joined:
                joined[texts] = self._join(side.levels, texts)
            side.meaning[place], doubt, side.subject[place] = joined[texts]
            if doubt:
                side.doubt[place] = doubt
        for level, place in product(side.levels, places[:SHOWN]):
            at = (level.line, place) if kind == "heading" else (place, level.line)
            meaning = level.meanings.get(level.texts[place])
            if meaning and self.cells.at(*at).text:
                self.out.marks[at] = kind, describe(replace(meaning, rest="")) or f"a {kind}"

    def _read_level(self, level: Level) -> dict[str, Meaning]:
        """What each distinct label of a level means; siblings settle what one leaves open."""
        role, heading = level.role, level.heading
        raws = {level.texts[place]: raw for place, raw in level.raws.items()}
        distinct = [*raws]
        if role in ("id", "born"):
            return dict.fromkeys(distinct, NOTHING)
        says = role_of_heading(heading) and (role == "period" or not read_label(heading).span)
        days = role in ("date", "period", "month")
        changed = months_of_days(distinct) if days else undo_dates(raws)
        axis = read_axis(changed, heading if says else role.title(), self.book)
        level.role = role = "force" if axis.role == "force" else role or axis.role
        suspects = role in ("age", "sex") and OFFENDER.search(heading)
        found = {}
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

    def _with_footnote(self, text: str, meaning: Meaning) -> Meaning:
        """A label with what the footnote of its mark says: it may cover a part of its year only."""
        mark = strip_marks(tidy(text))[1].strip("[]() ")
        note = self.footnotes.get(mark.removeprefix("note ")) if mark else None
        if not note:
            return meaning
        part = part_of(meaning.span, note) if meaning.span else None
        return replace(meaning, span=part or meaning.span, notes=(*meaning.notes, note[:200]))

    def _join(self, levels: list[Level], texts: tuple[str, ...]) -> tuple[Meaning, str, str]:
        """What the labels of a place say together, why that is not certain, and what they speak of."""
        whole, doubt, subjects, unread = NOTHING, "", [], []
        people = [level.heading for level in levels if level.role in ("age", "sex")]
        victims = any(not OFFENDER.search(one) for one in people)  # who are told apart beside suspects
        coded = "offence" in (level.role for level in levels)
        for level, text in zip(levels, texts, strict=True):
            role, heading = level.role, level.heading
            if not text or role == "subcode":
                continue
            meaning = level.meanings.get(text, NOTHING)
            described = role in ("text", "delay", "force") or bool(meaning.notes) and role != ""
            known = (
                (meaning.dimensions or meaning.total or meaning.ignore)
                or role in ("id", "born")
                or meaning.notes and OFFENDER.search(heading)
                or role == "code" and coded  # its name says it
                or described and role_of_heading(heading) in ("text", "delay", "force")
                or _counts(text, meaning)
            )  # fmt: skip
            unread += [] if known else [text]
            if not (victims or meaning.total) and role in ("age", "sex", "text") and narrowing(heading):
                doubt = doubt or f"it is of a part: {heading[:40]}"
            if meaning.rest and meaning.dimensions != {"offence"}:
                meaning = replace(meaning, notes=(*meaning.notes, text))
            if (
                meaning.rest
                and meaning.dimensions
                and (role == "offence" or meaning.dimensions != {"offence"})
            ):
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
            doubt = doubt or "its labels contradict each other" * contradict(meaning, whole)
            whole = meaning.over(whole)
        # a district or a delay is a part of what was counted, and "Year" over 2019 and 2020 names them
        axes = {_AXES.get(one, one) for one in map(role_of_heading, unread)} - {
            "text",
            "delay",
            *whole.dimensions,
        }
        says = whole.dimensions - {"measure"} or whole.total
        if unread and not says or axes - ({*_AXES.values()} if whole.total else set()):
            doubt = f'what the label "{unread[-1][:60]}" says is not certain'
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
        axis = read_axis([*texts.values()], "", self.book)
        among = dict(zip(texts.values(), axis.meanings, strict=True))  # "Unknown" after sexes is one
        current: list[Meaning] = []
        found: dict[int, Meaning] = {}
        after_section = False
        for row in sorted([*texts, *self.table.data]):
            if row not in texts:
                found[row] = reduce(lambda outer, inner: inner.over(outer), current, NOTHING)
                after_section = False
                continue
            text = texts[row]
            meaning = self.book.get(text.casefold()) or section_meaning(text)
            meaning = meaning if meaning.dimensions or not among[text].dimensions else among[text]
            meaning = replace(meaning, force="") if of_forces else meaning
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


_HEADED = ("age", "sex", "period", "code", "offence", "quarter")
"""What a corner may name that stands in the columns beside it."""
_ENDS, _COUNT_ONLY, _ACTS = phrase("upper end"), phrase("count alone"), phrase("acts of an offence")
_ADULTS = phrase("of adults")
_BROKEN = re.compile(r"(?:\b(?:to|until|and)|\d\s?[-–])\s*$", re.IGNORECASE)
_AXES = dict.fromkeys(("date", "month", "quarter", "period"), "period") | {
    "age": "age",
    "sex": "sex",
    "force": "force",
}
"""What the labels under a label differ in, where it names that and nothing else."""
_NAMES = {
    "value": "figures",
    "code": "codes of offences",
    "sex": "sexes",
    "id": "references",
    "born": "dates of birth",
}


def named(role: str) -> str:
    """What a column of a role holds, in words."""
    return _NAMES.get(role, role if role == "text" else f"{role}s")


def _counts(text: str, meaning: Meaning) -> bool:
    """Whether a label says only that something is counted."""
    plain = strip_marks(tidy(text))[0].casefold()
    return role_of_heading(text) == "count" and not meaning.rest or bool(_COUNT_ONLY.fullmatch(plain))


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


def _kinds(section: Meaning) -> frozenset[str]:
    """What a section states: another that states the same takes its place."""
    return (section.dimensions - {"measure"}) or section.dimensions or frozenset(["note"])


# --- what the places of a side say of one another -----------------------------------------------------------------------


def _cover_all(side: Side) -> None:
    """Let a total beside several periods cover those before it, or where it comes first, all of them."""
    spans = {place: said.span for place, said in side.meaning.items() if said.span and not said.total}
    for place, said in side.meaning.items():
        if said.total and not said.span:
            mine = {span for at, span in spans.items() if at < place} or {*spans.values()}
            side.meaning[place] = replace(said, span=cover([*mine]) if len(mine) > 1 else None)


def part_forces(side: Side) -> None:
    """Take the force of the file from what stands beside several forces: their total, or a place that names none."""
    if len({said.force for said in side.meaning.values()} - {"", "-"}) > 1:
        side.meaning = {at: replace(said, force=said.force or "-") for at, said in side.meaning.items()}


def spread_other_crime(side: Side) -> None:
    """Beside other crime, what is not known is other crime, and so is the total of all."""
    if "other" in side.subject.values():
        for place, said in side.meaning.items():
            known = side.subject[place] or said.code or subject_of(said.offence)
            if (said.total or said.offence) and not known:
                side.subject[place] = "other"


def part_adults(side: Side, of_children: bool) -> None:
    """Doubt a total beside adults: it is not that of children, whatever the title says."""
    adults = [said for place, said in side.meaning.items() if _ADULTS.search(side.text(place))]
    # "rape of a female aged 16 and over" is the name of an offence, of children too
    beside = any(not (of_children and said.offence) for said in adults)
    under = any(
        said.age == Age(0, 17) and OF_WHICH.match(side.label(place)) for place, said in side.meaning.items()
    )
    for place, said in side.meaning.items() if beside or under else ():
        if (said.total or under) and not said.age:
            side.meaning[place] = replace(said, age=Age(0, None))
            side.doubt[place] = "it is the total of adults too"
