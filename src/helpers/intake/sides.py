"""What each row and each column of a table means by its labels, and by the rows and columns beside it.

Rows and columns are the two sides of a table. A column is labelled by rows of headings, a row by columns of labels; both
are levels, the outermost first, and are read by the same rules: the labels of a level are read together, an inner label
goes before an outer one, and what is not understood is a doubt. That a row or a column is a total is said by its label
(:mod:`.labels`), which periods it covers is decided here, and whether it adds up in :mod:`.sums`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from itertools import pairwise, product

from helpers.intake.ages import Age
from helpers.intake.axes import CITY, LOOKED_AT, are_years, read_axis
from helpers.intake.columns import NAMED_ONLY, Columns
from helpers.intake.context import (
    OF_SUSPECTS,
    are_two,
    narrowing,
    not_understood,
    section_meaning,
    without_sections,
)
from helpers.intake.labels import named_otherwise, read_force, read_label, subject_of, with_subcode
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning, contradict, describe
from helpers.intake.notices import is_area
from helpers.intake.rows import AXIS, Table
from helpers.intake.spans import Span, are_apart, cover, find_spans, part_of
from helpers.intake.values import tidy
from helpers.intake.words import (
    ANY_CRIME,
    ATTRIBUTES,
    OF_WHICH,
    OFFENDER,
    TOTAL,
    apart,
    role_of_heading,
    strip_marks,
)

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
        self, table: Table, columns: Columns, decided: dict[str, Meaning], footnotes: dict[str, str], out
    ):
        self.table, self.columns, self.out = table, columns, out
        self.decided, self.footnotes = decided, footnotes
        self.ending = ""  # what its titles say of when its years end
        self.late = False  # whether its titles speak of the time between offences and reports
        self.area = ""  # by what areas its titles say that it counts
        self.cells, self.grid = table.cells, table.grid
        self.ages_across = True  # whether columns are of ages, as far as known
        self.corner: Span | None = None  # the period that the corner says all was counted in

    def read_columns(self) -> Side:
        """The columns of figures, by their headings."""
        side = Side([*self._heading_levels()])
        self._read(side, self.columns.values, "heading")
        kinds = set().union(*(said.dimensions for said in side.meaning.values())) - {"measure"}
        self.ages_across = "age" in kinds
        dated = "period" in map(self.columns.roles.get, self.columns.labels)
        years = [one for one in map(side.label, side.meaning) if AXIS.fullmatch(one)]
        if dated and "period" in map(role_of_heading, years):  # "Year" heads these, and no counts beside them
            side.doubt = dict.fromkeys(self.columns.values, "its headings may stand a column too far left")
        _cover_all(side)
        _pass_on(side)
        for column, other in self.columns.close.items():
            side.doubt.setdefault(column, f"the column may hold figures, or {named(other)}")
            then = (
                "its figures are only proposed"
                if column in side.meaning
                else "no number in it is taken for a figure"
            )
            told = f'the column "{self.table.heading(column)[:60]}" is taken for {named(self.columns.roles[column])} and may be {named(other)}: {then}. Ask: what does this column hold?'
            self.out.tell(self.grid.address(self.table.data[0], column), "warning", told)
        return side

    def read_rows(self) -> Side:
        """The rows of data, by their labels and the sections above them."""
        side = Side([*self._label_levels()])
        self._read(side, self.table.data, "label")
        sections = self._sections(side)
        if self._is_of_all(side):
            sections.pop(self.table.data[-1], None)
        for row, section in sections.items():
            if contradict(side.meaning[row], section):
                side.doubt.setdefault(row, "its label contradicts the heading above it")
            of_name = section.sex or section.age  # which the name of its offence may have given it
            if of_name and are_two(side.meaning[row].offence, section.offence):
                side.doubt.setdefault(row, "its label and the heading above it name different offences")
            side.meaning[row] = side.meaning[row].over(section)
        begins = {row: self.table.label(row)[:1] for row in (*self.table.data, *self.table.sections)}
        if any(begins[row].islower() and begins.get(row - 1, "").isupper() for row in self.table.sections):
            side.doubt = dict.fromkeys(self.table.data, "a label may go on in the row below it") | side.doubt
        _cover_all(side)
        _pass_on(side)
        return side

    # --- levels ---------------------------------------------------------------------------------------------------

    def _heading_levels(self) -> list[Level]:
        columns, levels = self.columns.values, []
        for row in self.table.headers:
            corner = self._corner(row)
            said, named = read_label(corner), role_of_heading(corner)
            if said.span and said.understood:
                self.corner = said.span
            heading = corner if named in ATTRIBUTES and not said.span else ""
            role = named if named in ("start", "end") else ""  # what else they hold, its labels show
            levels.append(self._level(row, role, heading, {c: (row, c) for c in columns}))
        merged = {row for row, column in self.grid.spans if column in columns}
        return self._joined(levels, merged, even=True)

    def _corner(self, row: int) -> str:
        """The heading of the labels, where it does not name what stands in their column."""
        for column in self.columns.labels:
            text, role = self.cells.whole(row, column).text, self.columns.roles[column]
            kinds = {role, role_of_heading(text)}
            texts = (self.cells.whole(row, column).text for row in self.table.data)
            shown = self.columns.scores[column].get(role, 0.0) > NAMED_ONLY
            named = len(kinds) == 1 and (shown or role == "force" and any(map(read_force, texts)))
            if text and not named and not kinds <= {"code", "subcode", "offence"}:
                return text
        return ""

    def _label_levels(self) -> list[Level]:
        roles, labels, head = self.columns.roles, self.columns.labels, self.table.heading
        cells = {c: {row: (row, c) for row in self.table.data} for c in labels}
        levels = [self._level(c, roles[c], apart(head(c)), cells[c]) for c in labels]
        below = next((level.texts for level in levels if level.role == "subcode"), {})
        for level in levels:
            if below and level.role == "code":
                level.texts = {row: with_subcode(text, below[row]) for row, text in level.texts.items()}
        named = [c for c in labels if roles[c] in ("code", "subcode", "offence")]
        # a code and a name are one label
        return self._joined(levels, named if named and named[-1] == labels[-1] else ())

    def _level(self, line: int, role: str, heading: str, at: dict[int, tuple[int, int]]) -> Level:
        """The labels of one line, each in its cell, under their heading or what the titles say that they are.

        Dates that begin a month are months where most do, or years.
        """
        rows, whole = self.grid.rows, self.cells.whole
        raws = {place: rows[r][c] if c < len(rows[r]) else None for place, (r, c) in at.items()}
        days = [raw for raw in raws.values() if isinstance(raw, date)]
        months = 2 * sum(day.day == 1 for day in days) >= len(days)
        first = "{:%Y}" if are_years(days) else "{:%B %Y}" if months else "{:%Y-%m-%d}"
        shown = {day: (first if day.day == 1 else "{:%Y-%m-%d}").format(day) for day in days}
        texts = {p: shown.get(raw) or whole(*at[p]).text for p, raw in raws.items()}
        marked = {text: one for text in {*texts.values()} if (one := self._with_mark(text))}
        plain = {strip_marks(one)[0] for one in marked.values()}
        if len(plain) == len(marked) and not plain & {*texts.values()}:  # "2019 1" and "2019 2" are quarters
            texts = {p: marked.get(text, text) for p, text in texts.items()}
        said = (read_label(one).dimensions - {"force"} for one in texts.values())
        areas = role == "text" or not role and "text" not in self.columns.roles.values()
        heading = heading or "Age" * (not role and _ages_across([*texts.values()]))
        return Level(line, role, heading or self.area * (areas and not any(said)), texts, raws)

    def _with_mark(self, text: str) -> str:
        """A year, a force or an area, with the digits behind it as marks, if footnotes have them: "Durham 1", "2017/183"; else nothing."""
        label, digits = found.groups() if (found := _DIGITS.fullmatch(text)) else ("", "")
        marks = re.findall(r"\d", digits)
        known = {*marks} <= {*self.footnotes} and (label[:1].isdigit() or read_force(label) or is_area(label))
        return f"{label} {''.join(f'[note {mark}]' for mark in marks)}" if marks and known else ""

    def _joined(self, levels: list[Level], whole: Collection[int], even: bool = False) -> list[Level]:
        """Levels with labels that stand in two lines joined, and each outer one given to its whole group of inner ones."""
        starts, ends = ([one for one in levels if one.role == role] for role in ("start", "end"))
        for start, end in zip(starts, ends, strict=False):  # from a day to a day
            for place, text in start.texts.items():
                start.texts[place] = " to ".join(filter(None, (text, end.texts[place])))
            start.role, start.heading, start.raws = "period", "Period", dict(start.texts)
            levels.remove(end)
        for lower, upper in pairwise(reversed(levels)):
            printed = dict(upper.texts)
            if upper.line not in whole:
                _fill(upper.texts, (lower if even else levels[-1]).texts, even)
            for place, text in upper.texts.items():
                if _BROKEN.search(text) and lower.texts[place]:  # "April 2021 to" above "March 2022"
                    upper.texts[place], lower.texts[place] = "", f"{text} {lower.texts[place]}"
                # a country that has a row of its own says where the forces below lie
                if is_area(text) and not printed[place] and read_force(strip_marks(lower.texts[place])[0]):
                    upper.texts[place] = ""
        return levels

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
        counts = (
            said.measure or not said.total and role_of_heading(side.label(at)) == "count"
            for at, said in side.meaning.items()
        )
        if not any(counts):  # what is not understood of its labels is no name of what is counted
            side.change(rest="")
        line = "column" if kind == "heading" else "row"
        blanks = [one for one in side.levels if one.role in ("age", "sex") and len(side.levels) > 1]
        for level in blanks:
            others = [one for one in side.levels if one is not level]
            named = {tuple(one.texts[at] for one in others) for at in places if level.texts[at]}
            told = f"nothing stands in its {line} under {level.heading or level.role}"
            for place in places:
                beside = kind == "label" or tuple(one.texts[place] for one in others) in named
                if beside and not level.texts[place] and not side.meaning[place].total:
                    side.doubt.setdefault(place, told)
        for place in places if side.levels else ():
            if not side.label(place):
                side.doubt.setdefault(place, f"its {line} has no {kind}")
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
        named, dated = role_of_heading(heading), read_label(heading).span
        # it names what the columns are of
        other = named != "age" or self.ages_across or bool(read_label(heading).age)
        other = other and named in _AXES and role in _AXES and _AXES[named] != _AXES[role]
        says = named and not other and (role == "period" or not dated)
        told = named in ("age", "delay")
        delays = not told and any(role_of_heading(one) == "delay" or _OLD.match(one) for one in distinct)
        if delays and all(_TIMED.search(one) or _is_total(one) for one in filter(None, distinct)):
            level.heading = heading = says = "Delay"
        late = delays or self.late and not told
        axis = read_axis(distinct, heading if says else role.title(), self.decided, self.ending)
        level.role = role = "force" if axis.role == "force" else role or axis.role
        suspects = role in ("age", "sex") and OFFENDER.search(heading)
        coded = role and named in ("code", "subcode")  # of labels: a corner heads periods too
        places = role == "text" and 2 < len(distinct) <= LOOKED_AT and _PLACES.search(heading)
        ends = {*distinct} if not any(map(_is_total, distinct)) else {distinct[0], distinct[-1]}
        found = {}
        for text, meaning in zip(distinct, axis.meanings, strict=True):
            if text:
                if coded and (meaning.span or meaning.parts):  # of 17/5 a spreadsheet makes "May-17"
                    meaning = Meaning(rest=text)
                if late and meaning.age and not _AGED.search(text):  # "over 1 year" beside "within 1 year"
                    meaning = Meaning(rest=text)
                if suspects and not meaning.total:  # of who did it: it tells nothing of the victim
                    meaning = Meaning(notes=(f"{heading}: {text}",))
                meaning = self._with_footnote(text, meaning)
                if places and text in ends and read_force(text) and not CITY.fullmatch(text):
                    meaning = Meaning(total=True)  # among its districts a force is the sum of all
                known = meaning.force or meaning.total or meaning.measure or _counts(text, meaning)
                if role == "force" and not known:
                    meaning = Meaning(notes=(text,), force="-")
                found[text] = meaning
        for text, meaning in found.items():
            self.out.labels.setdefault(text, replace(meaning, force=meaning.force.strip("-")))
        return found

    def _with_footnote(self, text: str, meaning: Meaning) -> Meaning:
        """A label with what the footnote of its mark says: it may cover a part of its year only."""
        marks = strip_marks(tidy(text))[1].strip("[]() ").casefold().split("][")
        notes = [*filter(None, (self.footnotes.get(mark.removeprefix("note ")) for mark in marks))]
        if not notes or _counts(text, meaning):  # what it says of all of a table's figures is a remark on it
            return meaning
        part = part_of(meaning.span, "; ".join(notes)) if meaning.span else None
        told = (*meaning.notes, *(note[:200] for note in notes))
        return replace(meaning, span=part or meaning.span, notes=told)

    def _join(self, levels: list[Level], texts: tuple[str, ...]) -> tuple[Meaning, str, str]:
        """What the labels of a place say together, why that is not certain, and what they speak of."""
        whole, doubt, left, subjects, unread = NOTHING, "", "", [], []
        coded = "offence" in (level.role for level in levels)
        for level, text in zip(levels, texts, strict=True):
            role, heading = level.role, level.heading
            if not text or role == "subcode" or not without_sections(text, " ".join(texts)).strip():
                continue
            meaning = level.meanings.get(text, NOTHING)
            described = role in ("text", "delay", "force") or bool(meaning.notes) and role != ""
            known = meaning.dimensions or meaning.total or meaning.ignore or _counts(text, meaning)
            known = known or described and role_of_heading(heading) in ("text", "delay", "force")
            # what a code is, its name says
            known = known or meaning.notes and OFFENDER.search(heading) or role == "code" and coded
            unread += [] if known or role in ("id", "born") else [text]
            label = f'the label "{text[:60]}"'
            if _AXES.get(role) == "period" and other_year(heading, meaning.span):
                doubt = doubt or f'its years may be of another kind: "{heading[:40]}"'
            aged = role in ("age", "sex") and meaning.dimensions & {"age", "sex"}
            if aged and (other := not_understood(_VICTIMS.sub(" ", apart(heading)))):
                doubt = doubt or f'a heading of an age or a sex names something else: "{other[:40]}"'
            if _COMMITTED.search(text):
                doubt = doubt or f"{label} dates offences otherwise than by when they were recorded"
            # no table around it shows of what it is the total
            if self.grid.listed and _ANY_KIND.search(text):
                doubt = doubt or f"{label} may be of all crime"
            remark = strip_marks(f"- {text}")[0] if role == "text" and _REMARKS.search(heading) else ""
            if other := not_understood(remark):
                doubt = doubt or f'beside it is said: "{other[:60]}"'
            if meaning.rest and meaning.dimensions != {"offence"}:
                meaning = replace(meaning, notes=(*meaning.notes, text))
            unknown, told_more = "", role == "offence" or meaning.dimensions != {"offence"}
            if meaning.rest and meaning.dimensions and told_more:
                unknown = meaning.rest
            if meaning.rest and meaning.total:
                unknown = not_understood(text)
            if meaning.offence and (other := _NOT_COUNTED.search(text)):
                unknown = other[0]
            # the name of an offence is kept as printed, with what was done
            named = _ACTS.sub(" ", apart(text)) if meaning.offence else text
            unknown = unknown or ("" if meaning.code else narrowing(named))
            if unknown:
                doubt = doubt or f'a part of {label} is not understood: "{unknown[:40]}"'
                left = left or unknown
            subjects.append(subject_of(text, meaning.code))
            meaning = replace(meaning, rest="")
            if whole.age and meaning.age and _ENDS.search(heading):
                meaning = replace(meaning, age=Age(whole.age.low, meaning.age.high))
            if whole.code and role == "offence":  # the printed code goes before the name beside it
                meaning = replace(meaning, code=whole.code)
            if whole.force and meaning.force == "-" and is_area(text):  # where the force of its row lies
                meaning = replace(meaning, force="", notes=())
            doubt = doubt or "its labels contradict each other" * contradict(meaning, whole)
            whole = meaning.over(whole)
        # a district or a delay is a part of what was counted, and "Year" over 2019 and 2020 names them
        axes = {_AXES.get(one, one) for one in map(role_of_heading, unread)}
        axes -= {"text", "delay", *whole.dimensions}
        says = whole.dimensions - {"measure"} or whole.total
        if unread and not says or axes - ({*_AXES.values()} if whole.total else set()):
            doubt = f'what the label "{unread[-1][:60]}" says is not certain'
            left = unread[-1]
        named = named_otherwise(whole)
        if named:
            doubt = doubt or f"its code is {whole.code}, and its name that of {named}"
        who = next((one.heading for one in levels if OF_SUSPECTS.search(one.heading)), "")
        if who and not whole.dimensions & {"age", "sex"}:
            doubt = doubt or f'told apart by who did it, it may count suspects: "{who[:40]}"'
        subject = next((one for one in ("other", "sexual") if one in subjects), "")
        return replace(whole, rest=left), doubt, subject

    def _is_of_all(self, side: Side) -> bool:
        """Whether the last row is the total of all sections: it says so, or those before have none, or its own stands above it."""
        heads, rows = self.table.sections, self.table.data
        total = {
            row: said.total and not said.dimensions - {"period", "measure"}
            for row, said in side.meaning.items()
        }
        if not (heads and rows and total[rows[-1]]):
            return False
        groups = [[row for row in rows if a < row < b] for a, b in pairwise([*sorted(heads), rows[-1] + 1])]
        parted = [any(total[row] for row in group) for group in groups[:-1] if group]
        again = len(rows) > 1 and rows[-2] > heads[-1] and total[rows[-2]]
        return bool(_OF_ALL.search(side.label(rows[-1])) or again or parted and not any(parted))

    def _sections(self, side: Side) -> dict[int, Meaning]:
        """What the sections above each row say; a section holds until the next of its kind.

        Where rows name forces or periods of their own, one that stands alone is a row without numbers and no section.
        """
        of_forces = any(one.force for level in side.levels for one in level.meanings.values())
        dated = [said.span for said in side.meaning.values() if said.span and not said.total]
        if not self.table.sections:
            return {}
        texts = {row: self.table.label(row) for row in self.table.sections}
        axis = read_axis([*texts.values()], "", self.decided)
        among = dict(zip(texts.values(), axis.meanings, strict=True))  # "Unknown" after sexes is one
        current, found = [], {}
        for row in sorted([*texts, *self.table.data]):
            if row not in texts:
                found[row] = reduce(lambda outer, inner: inner.over(outer), current, NOTHING)
                continue
            text = texts[row]
            meaning = self.decided.get(text.casefold()) or section_meaning(text)
            if not (meaning.dimensions or read_label(text).offence) and row + 1 not in texts:
                # right above another it is none of its kind
                meaning = among[text] if among[text].dimensions else meaning
            meaning = replace(meaning, force="") if of_forces else meaning
            if meaning.span and dated and all(are_apart(meaning.span, span) for span in dated):
                meaning = replace(meaning, span=None)
            same = [n for n, one in enumerate(current) if _kinds(one) & _kinds(meaning)]
            current = current[: same[0]] if same else current if meaning.dimensions else []
            current.append(meaning)
            words = describe(replace(meaning, rest="")) or "a heading"
            self.out.marks[(row, self.cells.filled(row)[0])] = ("heading", words)
            self.out.labels.setdefault(text, meaning)
        return found


_ENDS, _COUNT_ONLY, _ACTS = phrase("upper end"), phrase("count alone"), phrase("acts of an offence")
_ADULTS, _PLACES, _VICTIMS = map(phrase, ("of adults", "heads districts", "heads the age of victims"))
_COMMITTED, _ANY_KIND, _OTHERS = map(phrase, ("by when committed", "crime of any kind", "not from April"))
_NOT_COUNTED, _OLD = phrase("says that a row does not count"), phrase("offences of long ago")
_REMARKS, _OF_ALL, _TIMED = map(phrase, ("heads remarks", "total of all groups", "times and not ages"))
_AGED, _BROKEN = phrase("says that it is an age"), phrase("a period that goes on below")
_DIGITS = re.compile(r"(\D*[a-z]|(?:19|20)\d\d(?:[/-]\d\d)?) ?(\d(?:, ?\d)*)")
_AXES = dict.fromkeys(("date", "month", "quarter", "period"), "period")
_AXES |= {"age": "age", "sex": "sex", "force": "force", "code": "offence", "offence": "offence"}
"""What the labels under a label differ in, where it names that and nothing else."""
_NAMES = {"value": "figures", "code": "codes of offences", "sex": "sexes"}
_NAMES |= {"id": "references", "born": "dates of birth"}


def _pass_on(side: Side) -> None:
    """Let what stands behind a year, victims or charges as "of which online" be of these too."""
    whole = None
    for place, said in side.meaning.items():
        if not OF_WHICH.match(side.label(place)):
            whole = place
        elif whole is not None:
            over = side.meaning[whole]
            crime = {said.measure, over.measure} <= {*ANY_CRIME}  # "Offences", "of those, victims under 13"
            said = replace(said, measure="") if crime else said
            side.meaning[place] = said.over(replace(over, total=False))
            if whole in side.doubt:
                side.doubt.setdefault(place, side.doubt[whole])


def _fill(texts: dict[int, str], below: dict[int, str], even: bool) -> None:
    """Give each outer label to its whole group of the inner ones below it, of one size where the groups are `even`.

    A label may stand over the first of its group or over the middle of it: inner labels that come again tell.
    """
    places, inner = [*texts], [*below.values()]
    filled = [n for n, place in enumerate(places) if texts[place]]
    if not filled:
        return
    often = Counter(filter(None, inner))
    again = next((label for label, times in often.items() if times == len(filled) > 1), None)
    starts = [n for n, text in enumerate(inner) if again and text == again]
    ends = [*starts[1:], len(places)]
    if not starts or not all(a <= b < c for a, b, c in zip(starts, filled, ends, strict=True)):
        starts, ends = filled, [*filled[1:], len(places)]
    total = min((inner.index(text) for text in often if TOTAL.search(text.casefold())), default=0)
    if len(starts) > 1 and total > starts[-1]:  # a total that the other groups lack is that of all
        ends[-1] = min(ends[-1], total)
    size = min((b - a for a, b in pairwise(starts)), default=len(places)) if even else len(places)
    for start, end, at in zip(starts, ends, filled, strict=True):
        for n in range(start, min(start + size, end)):
            if inner[n] and (n >= at or not texts[places[n]]):
                texts[places[n]] = texts[places[at]]


def other_year(heading: str, span: Span | None) -> bool:
    """Whether a heading over periods names years of a kind that is not understood, or that these are not.

    >>> from helpers.intake.spans import make_span
    >>> year = make_span(date(2019, 4, 1), date(2020, 3, 31))
    >>> [other_year(heading, year) for heading in ("FinancialYear", "Calendar year", "School year", "Sept to Aug")]
    [False, True, True, True]
    """
    if _AXES.get(role_of_heading(heading)) != "period" and not find_spans(heading).parts:
        return False
    return bool(not_understood(apart(heading)) or span and span.year and _OTHERS.search(heading))


def named(role: str) -> str:
    """What a column of a role holds, in words."""
    return _NAMES.get(role, role if role == "text" else f"{role}s")


def _is_total(text: str) -> bool:
    """Whether a label is that of a total."""
    return bool(TOTAL.search(text.casefold()))


def _counts(text: str, meaning: Meaning) -> bool:
    """Whether a label says only that something is counted."""
    plain = strip_marks(tidy(text))[0].casefold()
    counts = role_of_heading(text) == "count" and not meaning.rest or _COUNT_ONLY.fullmatch(plain)
    return bool(counts) and not meaning.notes


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


def part_adults(side: Side, of_children: bool) -> None:
    """Doubt a total beside adults: it is not that of children, whatever the title says."""
    adults = [
        said
        for place, said in side.meaning.items()
        if _ADULTS.search(side.text(place)) or said.age and (said.age.low or 0) >= 18
    ]
    # "rape of a female aged 16 and over" is the name of an offence, of children too
    beside = any(said.age or not (of_children and said.offence) for said in adults)
    young = [side.label(place) for place, said in side.meaning.items() if said.age == Age(0, 17)]
    for place, said in side.meaning.items() if beside or young and not of_children else ():
        bare = said.measure in ANY_CRIME and said.dimensions <= {"measure", "period"} and not said.notes
        whole = said.total or bare
        if whole and not said.age:
            side.meaning[place] = replace(said, age=Age(0, None))
            side.doubt[place] = "it is the total of adults too"
