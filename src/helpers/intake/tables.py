"""From a table to its figures: every cell of a column of figures, with what its row, its column and all around it say.

What a cell counts is inherited from the narrowest statement outwards: row, column, section, title, sheet, file. What the
table says itself is `own`; a figure is *read* only if its period and what it counts are its own and nothing contradicts
them. Everything else that looks like a figure is *proposed*, with the reason. No number is left unaccounted for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise, product
from operator import attrgetter

from helpers.intake.ages import Age, find_ages
from helpers.intake.certainty import doubt_labels, doubt_side
from helpers.intake.columns import IGNORED, Columns, column_roles
from helpers.intake.context import ALL_SEXUAL, FLAGGED, are_two, footnotes_of, noted_kind, title_meaning
from helpers.intake.labels import read_label, subject_of, subject_of_title
from helpers.intake.lexicon import part, phrase
from helpers.intake.meaning import NOTHING, Meaning, contradict, describe, figure_of
from helpers.intake.model import Figure, Problem, Tells
from helpers.intake.notices import Rules
from helpers.intake.rows import Table
from helpers.intake.sides import SideReader, named, part_adults, part_forces
from helpers.intake.spans import are_apart, part_of
from helpers.intake.sums import UNEXPLAINED, doubt_groups, find_groups, prove
from helpers.intake.tokens import NUMBERS, Token
from helpers.intake.values import AS_THOUSANDS, AS_TWO, PART_OF_YEAR
from helpers.intake.words import ANY_CRIME, ATTRIBUTES, role_of_heading
from helpers.tables.offences import CHILD_ONLY

COUNTED = ("offences", "victims", "reports", "cyber_flagged", "not_recorded", "non_recent")
"""What a round asks for; everything else that is counted beside it is proposed as what it is."""
_TWO_PERIODS = "its title and its sheet name different periods"
CHILDREN = Age(0, 17)
YEARS_ENDING = re.compile(part("years_ending"))
_MIXED = "what stands above it may be of other crime than sexual offences"
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
    decided : dict
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
    asked : bool
        Whether one question asks for sexual offences, and the one period of the file is its: it holds where none is stated.
    several : bool
        Whether the file counts suspects or outcomes too, or names single offences, so that a table has to say what it counts.
    titles, notes : tuple of (str, str)
        The lines right above, and right below, with their addresses.
    """

    rules: Rules = field(default_factory=Rules)
    decided: dict[str, Meaning] = field(default_factory=dict)
    table: Meaning = NOTHING
    title: Meaning = NOTHING
    sheet: Meaning = NOTHING
    file: Meaning = NOTHING
    about: str = ""
    dated: bool = False
    asked: bool = False
    several: bool = False
    titles: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass
class Reading(Tells):
    """What a table came to: figures, and what became of each of its cells."""

    figures: list[Figure] = field(default_factory=list)
    placed: dict[tuple[int, int], Figure] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sums: list[tuple[Figure, list[Figure]]] = field(default_factory=list)
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
    reader = _TableReader(table, scope, number, columns or column_roles(table))
    reader.emit()
    reader.explain()
    prove(reader)
    doubt_groups(reader)
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
        below = footnotes_of([text for text, _ in (*table.notes, *scope.notes)], dotted=True)
        self.placed = self.out.placed
        self._outers: dict[int, tuple[Meaning, Meaning, bool]] = {}
        self.spaced: dict[tuple[int, int], str] = {}
        self._wholes: dict[tuple[int, int, bool], tuple[Meaning, str]] = {}
        labels = SideReader(table, columns, scope.decided, below | self.footnotes, self.out)
        # "12 months to 31 March" over "Force"
        over = [(self.cells.at(*at).text, "") for at in product(table.headers[:-1], columns.labels)]
        for text, _ in (*table.titles, *scope.titles, *over):
            labels.ending = labels.ending or "".join(YEARS_ENDING.findall(text.casefold())[:1])
            labels.late = labels.late or role_of_heading(text) == "delay"
            by = "".join(found[0] for found in _BY.finditer(text.casefold()))
            labels.area = labels.area or (_PLACES.search(by) or [""])[0]
        self.by_column = labels.read_columns()
        self.by_row = labels.read_rows()
        for column in [at for at in columns.values if not self.by_column.label(at)]:
            held = [row for row in table.data if self.cells.at(row, column).text]
            for row in held if len(held) < len(table.data) else ():  # a comma of its thousands may part them
                self.by_row.doubt.setdefault(row, "its row holds more than the table has headings")
        for above, row in pairwise(table.data):
            few = not all(self.cells.at(row, column).text for column in columns.values)
            if few and row == above + 1 and not self.by_row.label(row):  # a cell of two lines
                self.by_row.doubt.setdefault(above, "a number without a label stands below it")
        self.groups = find_groups(self)
        self.sides = self.by_row, self.by_column
        self.title = Meaning(span=labels.corner).over(self.title)
        told = [self.grid.sheet, *(text for text, _ in (*table.titles[-3:], *scope.titles[-2:]))]
        self.of_shares = "its title speaks of percentages" * any(map(_IN_PERCENT.search, told))
        subjects = {*map(subject_of_title, told)} - {""}
        about = "mixed" if len(subjects) > 1 else "".join(subjects) or subject_of("", self.title.code)
        self.about, self.borrowed = about or scope.about, scope.several and not about
        titled = [text.casefold() for text, _ in (*table.titles, *scope.titles)]
        of_children = bool(self.title.age and self.title.age.high) or any("child" in text for text in titled)
        heads = (table.heading(column).casefold() for column in columns.values)
        self.of_victims = any("victim" in text for text in (*titled, *heads))
        for side in self.sides:
            part_forces(side)
        self._narrow_measure()
        for side in self.sides:
            if self.title.code not in CHILD_ONLY:
                part_adults(side, of_children)
            doubt_side(side, self.title.span or scope.sheet.span, scope.file.span)
        spans = [said.span for said in self._said() if said.span]
        self.dated = bool(spans)
        for side in self.sides:
            doubt_labels(side, self.title, filter(None, [*spans, self.title.span, scope.sheet.span]))
        if self.title.span and any(are_apart(self.title.span, span) for span in spans):
            self.title = replace(self.title, span=None)  # it is not that of all
        stated = {said.age for said in self._said()}
        self.is_parted = any(said.dimensions & {"age", "sex", "offence"} for said in self._said())
        named = [said.offence.casefold() for said in self._said() if "offence" in said.dimensions]
        self.names_offences = bool(named)
        # under a title of online offences with a column of these, nothing says what the others count
        self.flags_apart = {self.title.measure} & {said.measure for said in self._said()} == {"cyber_flagged"}
        kind, noted = self.title.offence.casefold(), noted_kind(self.title, named)
        # "rapes" over kinds of rape
        self.of_title = bool(kind) and bool(noted is self.title or FLAGGED.search(kind))
        self.title = noted
        if self.title.age in stated:  # beside "Under 18" stand those of all ages
            self.title = replace(self.title, age=None)
        if scope.file.age in stated:
            self.scope = replace(scope, file=replace(scope.file, age=None))

    def _said(self) -> list[Meaning]:
        return [said for side in self.sides for said in side.meaning.values()]

    def _narrow_measure(self) -> None:
        """Under a title of arrests, or of online offences, "Offences" heads those and no others."""
        around = (self.title.measure, self.scope.sheet.measure)
        measure = next((one for one in around if one not in ("", *ANY_CRIME)), "")
        said = self._said()
        if measure and all(one.measure in ("", *ANY_CRIME) for one in said):
            self.title = replace(self.title, measure=measure)
        elif {one.measure for one in said if not one.total} != {""}:
            return  # else the sum of what "Female" and "Male" count, "All victims", is of one kind
        for side in self.sides if measure or {one.measure for one in said} <= {"", *ANY_CRIME} else ():
            side.change(measure="")

    def emit(self) -> None:
        """Make a figure of each cell that counts, and say of the others why they are none."""
        sheet, title = self.scope.sheet, self.title
        apart = title.span and sheet.span and are_apart(title.span, sheet.span)
        kinds = [{side.subject[at] for at, m in side.meaning.items() if not m.total} for side in self.sides]
        mixed = _MIXED if self.about == "mixed" and {"sexual"} not in kinds else ""
        doubts = (self.table.doubt, self.grid.doubt, apart and _TWO_PERIODS, mixed, self.of_shares)
        self.usual = next(filter(None, doubts), "")
        bare = len(self.columns.values) > 2 and not any(m.dimensions for m in self.by_column.meaning.values())
        if self.usual and bare:
            why = f"nothing says what each column counts ({self.usual})"
            return self._leave_table(why, "can you send the table as a file?")
        if self._is_outside():
            unnamed = "neither it nor its file names a sexual offence"
            why = "what is said above it is of other crime" if self.about else unnamed
            return self._leave_table(why, "does it count what was asked for?")
        days = [said for said in self.by_row.meaning.values() if said.span and said.span.kind == "day"]
        if len(days) > FEW:
            return self._leave_table("each is of one day", "how many are there in each year?")
        for column, role in self.columns.roles.items():
            if role == IGNORED:
                self._leave_column(column, "a percentage, a rate, a change or what was no crime", counts=True)
            elif role in ATTRIBUTES:
                self._leave_column(column, f"a label ({named(role)})", counts=role in ("id", "delay"))
        left: dict[str, list[tuple[str, str]]] = defaultdict(list)
        kinds: dict[Meaning, int] = {}  # rows that differ by their notes alone are of one kind
        bare = {row: replace(said, notes=()) for row, said in self.by_row.meaning.items()}
        self.kind = {row: kinds.setdefault(said, len(kinds)) for row, said in bare.items()}
        for column in self.columns.values:
            said = self.by_column.meaning[column]
            if said.ignore:
                self._leave_column(column, said.ignore, counts=True)
                continue
            for row in self.table.data:
                self._emit_cell(row, column, left)
        self._tell_left(left)

    def _is_outside(self) -> bool:
        """Whether a table speaks of nothing that a round asks for: no sexual offence, no crime, no victims by age or sex."""
        subjects = (self.about, *self.by_row.subject.values(), *self.by_column.subject.values())
        if self.scope.table is not NOTHING or "sexual" in subjects:
            return False
        said = self.title, self.scope.sheet, *self._said()
        counted = any(m.age or m.sex or m.measure in COUNTED for m in said)
        few = len(self.columns.values) * len(self.table.data) <= FEW
        return self.about == "other" or not (counted or few)

    def _leave_table(self, why: str, ask: str) -> None:
        """Tell in one line that a table holds no figures; its first numbers are named, so that it can be found."""
        held = [text for column in self.columns.values for text in self._counts(column)]
        for column in self.columns.values:
            self._leave_column(column, "outside what the round asks")
        if held:
            told = f"a table of {len(held)} numbers ({_shown(held)}), because {why}. Ask: {ask}"
            self.out.tell(self.table.address, "warning", f"not taken for figures: {told}")

    def _leave_column(self, column: int, reason: str, *, counts: bool = False) -> None:
        """Say why a column holds no figures; where it holds whole numbers, which may be `counts` after all, tell it."""
        if counts and (held := self._counts(column)):
            heading = self.table.heading(column)[:60]
            told = f'not taken for figures: {_shown(held)} under "{heading}" ({reason})'
            self.out.tell(self.grid.address(self.table.data[0], column), "note", told)
        for row in self.table.data[:SMALL_TABLE]:
            if self.cells.at(row, column).text:
                self.out.marks.setdefault((row, column), ("none", reason))

    def _counts(self, column: int) -> list[str]:
        """The whole numbers of a column, as printed, and where its heading is of no share, those with a point."""
        kinds = NUMBERS if read_label(self.table.heading(column)).ignore else (*NUMBERS, "bad")
        rows = (row for row in self.table.data[:SMALL_TABLE] if (row, column) not in self.grid.percents)
        return [one.text for one in (self.cells.at(row, column) for row in rows) if one.value.kind in kinds]

    def _emit_cell(self, row: int, column: int, left: dict) -> None:
        one = self.cells.at(row, column)
        bounds, mine = self._bounds(one, row, column), self.by_row.meaning[row]
        subjects = self.by_row.subject[row], self.by_column.subject[column]
        if not isinstance(bounds, str) and (mine.ignore or "other" in subjects):
            bounds = mine.ignore or "outside what the round asks"
        if isinstance(bounds, str):
            if bounds:
                left[bounds].append((one.text, self.grid.address(row, column)))
                kind = "problem" if bounds.startswith("not a figure") else "none"
                self.out.marks[(row, column)] = (kind, bounds)
            return
        low, high, qualifiers, note = bounds
        key = self.kind[row], column, "sexual" in subjects
        if key not in self._wholes:
            self._wholes[key] = self._whole(replace(mine, notes=()), column, key[2])
        whole, reason = self._wholes[key]
        if one.value.mark and one.value.kind == "count":
            within = PART_OF_YEAR.fullmatch(one.value.mark)
            note = self.footnotes.get(one.value.mark.strip("[]()"), one.value.mark if within else note)
            narrower = part_of(whole.span, note, covers=bool(within)) if whole.span else None
            whole = replace(whole, span=narrower or whole.span)
            reason = reason or "its period is open at one end" * bool(narrower and not narrower.end)
        address = self.grid.address(row, column)
        figure = figure_of(whole, self.grid.sheet, address, low, high, qualifiers, (*mine.notes, note))
        figure.table, figure.text = self.number, one.text
        doubt = self.by_row.doubt.get(row) or self.by_column.doubt.get(column) or self.usual or reason
        if not one.text.isdecimal():
            self.spaced[(row, column)] = one.value.reason
            doubt = doubt or self._doubt_of(one, note)
        if doubt:
            figure.propose(doubt)
        across = self.by_column.meaning[column]
        # a label may say what is counted
        if (mine.rest or across.rest) and not (mine.measure or across.measure):
            figure.propose("", "measure")
        self.placed[(row, column)] = figure
        self.out.figures.append(figure)

    def _doubt_of(self, one: Token, note: str) -> str:
        """Why what is printed in a cell is not certain; empty where it is."""
        if not self.scope.rules.explains(one.value):
            return UNEXPLAINED
        if "shown as" in one.text:
            return "its cell shows a date"
        behind = not note and _BEHIND.search(one.text)
        return "nothing says what the number in brackets behind it is" * bool(behind)

    def _bounds(self, one: Token, row: int, column: int):
        """Lowest and highest count, qualifiers and note of a cell; or in words why it holds none ("" for nothing)."""
        value, rules = one.value, self.scope.rules
        if (row, column) in self.grid.percents or value.kind == "percent":
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
        if value.kind not in ("count", "at least"):
            return "a formula" if value.reason == "formula" else "no number" * bool(one.text)
        return value.low, value.high, value.qualifiers, ""

    def _has_values(self, row: int) -> bool:
        holds = any(self.cells.at(row, c).text for c in self.columns.values)
        return holds or bool(self.by_row.meaning[row].dimensions)

    def _whole(self, mine: Meaning, column: int, sexual: bool) -> tuple[Meaning, str]:
        """All that is said of the cells of a kind of rows, the narrowest first, and why that is not certain, if it is not."""
        if column not in self._outers:
            self._outers[column] = self._outer(column)
        outer, outermost, counted = self._outers[column]
        if mine.age and (narrower := self.by_column.meaning[column].age) and mine.age.holds(narrower):
            mine = replace(mine, age=narrower)
        whole = mine.over(outermost)
        if whole.age and whole.age != CHILDREN and not (mine.age or self.by_column.meaning[column].age):
            ages = find_ages(whole.offence)[0]  # the name of the row's offence is narrower than its title
            if len(ages) == 1 and whole.age != ages[0] and whole.age.holds(ages[0]):
                whole = replace(whole, age=None)
        if "-" in (mine.force, outer.force):
            return replace(whole, force=""), "it is of an area that is no police force, or of several forces"
        span, measure = mine.span or outer.span, mine.measure or outer.measure
        asked = whole.span if self.scope.asked else None
        undated = not (asked or span and (span.start or span.end))
        beside = self.by_column.meaning[column]
        named_here = mine.offence or mine.code or beside.offence or beside.code
        named = named_here or outer.offence or outer.code
        of_named = self.names_offences and (mine.total or beside.total)
        # that offences are counted does not say which
        parted = mine.over(outer).dimensions & {"age", "sex"}
        of_kind = measure and (parted or measure not in (*ANY_CRIME, "cyber_flagged"))
        said = counted or sexual or named or of_kind
        title, ages = self.title, (None, CHILDREN, self.title.age)
        aged = title.age and self.scope.sheet.age not in ages and not (mine.age or beside.age)
        own = mine.measure or beside.measure
        flagged = FLAGGED.search(f"{mine.offence} {beside.offence}".casefold())
        several = ("measures" in title.rest or self.flags_apart) and not (own or flagged)
        of_part = own not in ("", *ANY_CRIME)
        several = several or "kinds" in title.rest and not (named_here or of_named or sexual or of_part)
        of_title = (self.names_offences or sexual) and not (named_here or of_named and self.of_title)
        borrowed = self.borrowed and not (sexual or named or of_named or measure not in ("", *ANY_CRIME))
        of_request = self.scope.asked and self.of_victims  # those of the offences asked for
        dated, elsewhere = self.scope.dated or self.dated, "is stated elsewhere in the file, not in its table"
        other = self.about == "other" and not (named or sexual)
        reasons = {
            "the table speaks of something else than sexual offences": other,
            f"its period {elsewhere}": undated and whole.span,
            "no period is stated for it, and the file speaks of several": undated and dated,
            "its row and its column contradict each other": contradict(mine, beside),
            "its row and its column name different offences": are_two(mine.offence, beside.offence),
            "its title and its sheet name different ages": aged,
            "the lines above it ask for several things": several,
            "labels beside it name offences, and it has that of its title": of_title
            and (title.offence or title.code),
            f"what is counted {elsewhere}": borrowed and not of_request,
            "what is counted is not said in its table": not said,
            f"its offence {elsewhere}": not (named or of_request) and (whole.offence or whole.code),
            "its period is open at one end": whole.span and not (whole.span.start and whole.span.end),
            f"it counts {whole.measure.replace('_', ' ')}, not offences": whole.measure not in ("", *COUNTED),
        }
        return whole, next((reason for reason, holds in reasons.items() if holds), "")

    def _labels(self, row: int, column: int) -> list[str]:
        """What stands beside a cell and over it."""
        beside = [self.cells.whole(row, at).text for at in self.columns.labels]
        return [*beside, self.table.heading(column)]

    def _outer(self, column: int) -> tuple[Meaning, Meaning, bool]:
        """What the table says of all cells of a column, the same within the file, and whether that says what is counted."""
        title = replace(self.title, total=False, ignore="", rest="")
        outer = self.by_column.meaning[column].over(title).over(replace(self.scope.sheet, total=False))
        # a table by age, sex or offence says so; that a column is headed "Total" does not say of what
        shaped = {"age", "sex", "offence", "code"} & {self.columns.roles[c] for c in self.columns.labels}
        counted = shaped or self.is_parted or self.about in ("sexual", "mixed")
        return outer, outer.over(self.scope.file), bool(counted)

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
            told = f"{sum(map(len, doubted)):,} figures of this table are read as the same as others beside them, {first.cell} and {second.cell} first: something that tells them apart was not read. Ask: what do these rows or columns differ in?"
            self.out.tell(second.cell, "warning", told)
        for at, anchor in self.grid.spans.items():
            within = anchor in self.placed and at[0] < len(self.grid.rows) and at[1] <= self.table.right
            if within and self._labels(*at) != self._labels(*anchor):
                self.placed[anchor].propose("its cell covers other rows or columns too")
        for column in self.columns.values:
            beside = [*filter(None, (self.placed.get((row, column)) for row in self.table.data))]
            again = sum(one.low == other.low >= FEW for one, other in pairwise(beside))
            for one in beside if again > 1 and 2 * again >= len(beside) - 1 else ():
                one.propose("it stands in the rows beside it too, and may be of all of them")
        for turned, side in enumerate(self.sides):
            parts = [at for at, said in side.meaning.items() if not said.total]
            # "Child sexual offences", and not one kind of them
            of_all = len(parts) == 1 and ALL_SEXUAL.search(side.label(parts[0]))
            for at, figure in self.placed.items() if len(parts) == 1 else ():
                part = self.placed.get((at[0], parts[0]) if turned else (parts[0], at[1]), figure)
                alike = (figure.low, figure.high) == (part.low, part.high)
                narrower = None not in _AGES(part) + _AGES(figure) and _AGES(part) != _AGES(figure)
                if narrower if alike else of_all and not side.meaning[parts[0]].notes:
                    figure.propose("it is a total, and beside it stands only one of its parts")
        for at in () if AS_THOUSANDS in self.spaced.values() else self.spaced:
            if self.spaced[at] == AS_TWO:
                self.placed[at].propose(AS_TWO)
        for (row, column), figure in self.placed.items():
            if row < SHOWN_ROWS and column < SHOWN_COLUMNS:
                words = describe(self.by_row.meaning[row].over(self.by_column.meaning[column])) or "a figure"
                told = f"{words}; proposed: {figure.reason}" if figure.reason else words
                self.out.marks[(row, column)] = (figure.status, told)

    def explain(self) -> None:
        """Say by what the table was read, for ``--explain``."""
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
            doubt = f" [{self.by_row.doubt[row]}]" if row in self.by_row.doubt else ""
            means = describe(self.by_row.meaning[row]) or "nothing"
            told.append(f"  row {grid.address(row, table.left)} {texts[:60]!r}: {means}{doubt}")


def _shown(texts: list[str]) -> str:
    return ", ".join(texts[:MOST_NAMED]) + " and more" * (len(texts) > MOST_NAMED)


@lru_cache(maxsize=10_000)
def _bare(offence: str) -> str:
    return re.sub(r"\W", "", offence.casefold()).lstrip("0")


def doubt_same(figures: list[Figure], whose: str) -> list[list[Figure]]:
    """Propose figures that are read as the same and have different values, and give them by what they are read as.

    A printed code is the same with or without its bar and its first zeros.

    >>> two = [Figure(offence=code, low=n, high=n) for n, code in enumerate(("088/05", "08805", "88/05"), 1)]
    >>> len(doubt_same(two, "of its file")[0]), two[0].status
    (3, 'proposed')
    """
    same: dict[tuple, list[Figure]] = defaultdict(list)
    for one in (one for one in figures if "period" not in one.open):
        note = _PRINTED.sub("", one.note) if "printed" in one.note else one.note
        unknown = "age unknown" in one.qualifiers
        same[_said(one), _bare(one.offence), note, one.is_total, unknown].append(one)
    several = (alike for alike in same.values() if len(alike) > 1)
    doubted = [alike for alike in several if len({(one.low, one.high) for one in alike}) > 1]
    for one in chain.from_iterable(doubted):
        one.propose(f"it is read as the same as another figure {whose}, with another value")
    return doubted


_AGES = attrgetter("age_low", "age_high")
_said = attrgetter("force", "start", "end", "measure", "offence_code", "sex", "age_low", "age_high")
_PRINTED = re.compile(r"(?:^|; )printed [^;]*")
_BY, _PLACES, _BEHIND = map(phrase, ("broken down by", "heads districts", "a number behind a count"))
_IN_PERCENT = phrase("ends in percent")
