"""Lists with one row an offence, counted by year, offence, sex and age.

Each distinct value of a column is read once; a row becomes one whole number for its combination, and those are counted.
The loops are the C loops of ``map`` and ``Counter``: importing pandas alone would take longer than all of this. The cell of
such a figure is the block of rows that was counted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from itertools import pairwise, product

from helpers.intake.ages import Age
from helpers.intake.axes import read_axis
from helpers.intake.columns import IGNORED, Columns
from helpers.intake.context import not_understood, noted_kind, title_meaning
from helpers.intake.labels import read_label, subject_of, with_subcode
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning, figure_of
from helpers.intake.model import FlatRows
from helpers.intake.rows import Table, rows_left_out
from helpers.intake.spans import find_spans, make_span
from helpers.intake.tables import COUNTED
from helpers.intake.tokens import SERIAL
from helpers.intake.values import text_of
from helpers.intake.words import ANY_CRIME, OFFENDER, is_not_flagged, role_of_heading
from helpers.tables.periods import FinancialYear

# crimes are counted by the day they were recorded; by when they were reported only where nothing says that
_DAYS = phrase("day of recording"), re.compile(r"report", re.IGNORECASE), phrase("day of anything")
_OTHERWISE, _OTHER_OFFENCE = phrase("no day of recording"), phrase("offence of another time")
_VICTIM, _PERSONAL = (re.compile(one, re.IGNORECASE) for one in ("victim|vic|ip", r"\b(?:age|sex|gender)"))
_MARKED, _CHECKED = phrase("marks rows that do not count"), phrase("marks rows that count")
_NOT_COUNTED, _CRIME_NUMBER = phrase("says that a row does not count"), phrase("number of a crime")
EMPTY_CELL = Meaning(rest="empty")
CUT = "a part of its year"
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d\d)(?!\d)|(\d{4})[\-/.](\d\d)[\-/.](\d\d)")
_UNKNOWN = {"sex": Meaning(sex="unknown"), "age": Meaning(age=Age(None, None, unknown=True))}


def is_list(table: Table, columns: Columns) -> bool:
    """Whether a table describes one offence a row: attributes only, at least two kinds, and no counts but a column of ones."""
    left = (table.heading(column) for column, role in columns.roles.items() if role == IGNORED)
    if any(role_of_heading(one) == "count" or read_label(one).measure for one in left):
        return False  # its counts are there, and cannot be read
    heads = [(role_of_heading(one), read_label(one).measure) for one in map(table.heading, columns.values)]
    counts = {*heads} <= {("count", ""), ("count", "offences")}
    cells = (table.cells.at(row, column) for column in columns.values for row in table.data)
    if len(table.data) < 3 or not counts or any(one.text != "1" for one in cells):
        return False
    kinds = {columns.roles[c] for c in columns.labels}
    telling = kinds & {"age", "sex", "code", "offence", "date", "period", "born", "month"}
    if telling == {"code", "offence"} or len(telling) < 2 or columns.values and "date" not in kinds:
        # a key of codes has each once, a list of crimes some again
        shown = [tuple(table.cells.at(row, c).text for c in columns.labels) for row in table.data[:500]]
        return len(telling) > 1 and len(set(shown)) < len(shown)
    return True


def column_of(rows: list[list] | FlatRows, column: int) -> list:
    """The cells of one column."""
    if isinstance(rows, FlatRows):
        return rows.column(column)
    return [row[column] if column < len(row) else None for row in rows]


def count_list(table: Table, columns: Columns, scope, number: int, out) -> None:
    """Count the rows of a list by year, offence, sex and age, as far as it has them.

    Parameters
    ----------
    table, columns : Table, Columns
        Where the list stands, and what its columns hold.
    scope : Scope
        What is said around it.
    number : int
        Which table of the file it is.
    out : Reading
        Takes one figure for each combination that occurs.
    """
    listed = _List(table, columns, scope, out)
    if chosen := listed.choose():
        listed.count(chosen, number)
        listed.tell(chosen)


class _List:
    def __init__(self, table: Table, columns: Columns, scope, out):
        self.table, self.columns, self.scope, self.out = table, columns, scope, out
        rows, grid = table.data, table.grid
        whole = isinstance(rows, range) or list(rows) == list(range(rows[0], rows[-1] + 1))
        self.rows = grid.rows[rows[0] : rows[-1] + 1] if whole else [grid.rows[row] for row in rows]
        self.cells = cache(partial(column_of, self.rows))
        self.distinct = cache(lambda column: list(dict.fromkeys(self.cells(column))))
        self.block = grid.range(rows[0], table.left, rows[0] + len(self.rows) - 1, table.right)
        self.head = table.headers[-1] if table.headers else rows[0]
        self.names = {c: table.heading(c) or grid.address(self.head, c) for c in columns.roles}
        self.doubts: list[str] = []  # why the count of its rows may not be that of the offences recorded

    def choose(self) -> dict[str, list[int]]:
        """The columns that are counted by: one kind each, the victim's and no suspect's, recorded before committed."""
        by_role: dict[str, list[int]] = defaultdict(list)
        for column in self.columns.labels:
            by_role[self.columns.roles[column]].append(column)
        days = [c for one in _DAYS for c in by_role["date"] if one.search(self.table.heading(c))]
        times = [*by_role["period"], *days, *by_role["month"]]
        when = self._prefer(times, _OTHERWISE)
        for c in [] if when else [*times, *by_role["date"]][:1]:
            when = [c]
            self.doubts.append(f'"{self.names[c]}" may not be when its offences were recorded')
        codes = self._prefer(by_role["code"], _OTHER_OFFENCE) or by_role["code"][:1]
        offence = [*codes, *by_role["subcode"][: len(codes)], *self._finest(by_role["offence"])]
        people = {role: self._prefer(by_role[role], OFFENDER, _VICTIM) for role in ("sex", "age")}
        whose = [self.names[c] for some in people.values() for c in some]
        for name in self.names.values() if len(whose) < 2 and not any(map(_VICTIM.search, whose)) else ():
            if OFFENDER.search(name) and _PERSONAL.search(name):
                self.doubts.append(f'"{name}" is of who did it: its rows may be suspects')
        chosen = {"period": when, "offence": offence, **people, "force": by_role["force"][:1]}
        return {kind: columns for kind, columns in chosen.items() if columns}

    def _prefer(self, columns: list[int], bad: re.Pattern, *good: re.Pattern) -> list[int]:
        fine = [c for c in columns if not bad.search(self.table.heading(c))]
        best = (c for one in good for c in fine if one.search(self.table.heading(c)))
        return [next(best, fine[0])] if fine else []

    def _finest(self, columns: list[int]) -> list[int]:
        """The column that names the offences as recorded, or tells the most of them: a group of offences tells less."""
        if len(columns) < 2:
            return columns
        told = {c: self.cells(c) for c in columns}
        naming = [c for c in columns if any(subject_of(text_of(value)) for value in self.distinct(c))]
        fine = [c for c in naming if not _OTHER_OFFENCE.search(self.names[c])]
        if recorded := [c for c in fine if _DAYS[0].search(self.names[c])]:
            return recorded[:1]
        finest = sorted(fine or naming or columns, key=lambda c: len(self.distinct(c)))[-1:]
        for c in naming:
            pairs = {*zip(told[c], *(told[one] for one in finest), strict=True)}
            if c not in fine or len(pairs) > len(self.distinct(finest[0])):
                self.doubts.append(f'"{self.names[c]}" names an offence too: which was recorded?')
        return finest

    def count(self, chosen: dict[str, list[int]], number: int) -> None:
        """Count the rows by what they say in the columns that are chosen."""
        title = title_meaning(self.table.titles).over(self.scope.title)
        told, coded = [], []
        for kind, columns in chosen.items():
            cells, mapping = self._read(kind, columns)
            mine = sorted(dict.fromkeys(mapping.values()), key=repr)
            places = {meaning: place for place, meaning in enumerate(mine)}
            # small numbers are counted far quicker than what they stand for
            coded.append(map({value: places[said] for value, said in mapping.items()}.__getitem__, cells))
            told.append(mine)
            before = (c for c in self.columns.labels if c < columns[0] and self.columns.roles[c] != "id")
            grouped = EMPTY_CELL in mine and not any(all(map(text_of, self.distinct(c))) for c in before)
            said = pairwise(map(mapping.__getitem__, cells)) if grouped else [(NOTHING, NOTHING)]
            if not any(a is b is not EMPTY_CELL for a, b in said):  # each stands once, over its group
                self.doubts.append(f"the {kind} of a blank cell may be that of the row above")
        counted: Counter = Counter()
        for key, n in sorted(Counter(zip(*coded, strict=True)).items()):
            parts = [mine[place] for mine, place in zip(told, key, strict=True)]
            known = zip(chosen, parts, strict=True)  # an empty cell and "unknown" say the same
            counted[tuple(_UNKNOWN.get(kind, p) if p is EMPTY_CELL else p for kind, p in known)] += n
        around = title.measure, self.scope.sheet.measure
        whose = [key[[*chosen].index("offence")] if "offence" in chosen else NOTHING for key in counted]
        title = noted_kind(title, [one.offence for one in whose if one.offence])
        outer = title.over(self.scope.sheet).over(self.scope.file)
        subjects = [subject_of(one.offence, one.code) for one in whose]
        outside = sum(n for n, subject in zip(counted.values(), subjects, strict=True) if subject == "other")
        for (key, n), offence, subject in zip(counted.items(), whose, subjects, strict=True):
            if subject == "other":
                continue
            parts = dict(zip(chosen, key, strict=True))
            meaning = _whole(parts, n, outer)
            said = (one for one in (meaning.measure, *around) if one not in ("", *ANY_CRIME))
            meaning = replace(meaning, measure=next(said, meaning.measure))
            figure = figure_of(meaning, self.table.grid.sheet, self.block, n, n)
            figure.table, figure.text = number, str(n)
            if not figure.start and not figure.end:
                figure.propose("no period is stated for it")
            elif CUT in parts.get("period", NOTHING).qualifiers:
                figure.propose("the dates of its list begin or stop within its year, or some are not read")
            elif "period" not in parts and not title.span and not self.scope.sheet.span:
                figure.propose("its period is stated elsewhere in the file, not in its list")
            if figure.measure not in COUNTED:
                figure.propose(f"it counts {figure.measure}, not offences")
            if offence.rest or outside and offence.offence and not subject:
                figure.propose("its offence is not known, and may be outside what the round asks")
            self.out.figures.append(figure)
        if outside:
            words = f"{outside:,} rows of the list are outside what the round asks and are not counted"
            self.out.tell(self.block, "note", words)

    def _read(self, kind: str, columns: list[int]) -> tuple[list, dict]:
        """The cells that are counted by, and what each distinct one means."""
        roles = [self.columns.roles[column] for column in columns]
        heading = self.table.heading(columns[0])
        cells = self.cells(columns[0])
        if roles == ["date"]:
            return cells, _read_days(self.distinct(columns[0]), heading, self.out)
        if len(columns) > 1:
            cells = list(zip(cells, *(self.cells(column) for column in columns[1:]), strict=True))
            names: dict[str, str] = {}
            return cells, {row: _read_named(dict(zip(roles, row, strict=True)), names) for row in set(cells)}
        distinct = self.distinct(columns[0])
        hint = heading if role_of_heading(heading) == roles[0] else roles[0].title()
        axis = read_axis([text_of(value) for value in distinct], hint, self.scope.decided)
        meanings, odd = {}, []
        for value, meaning in zip(distinct, axis.meanings, strict=True):
            text = text_of(value)
            if not text:
                meaning = EMPTY_CELL
            elif kind in _UNKNOWN and kind not in meaning.dimensions:
                notes = (f"age printed {text}",) if kind == "age" and len(text) < 30 else ()
                meaning = replace(_UNKNOWN[kind], notes=notes)
                odd.append(text)
            meanings[value] = meaning
            self.out.labels.setdefault(text, meaning)
        if odd:
            told = f'"{odd[0][:40]}"' + f" and {len(odd) - 1} more" * (len(odd) > 1)
            message = f'{told} under "{heading}" not understood, and taken for {kind} unknown. Ask: what does it mean?'
            self.out.tell(self.table.address, "warning", message)
        return cells, meanings

    def tell(self, chosen: dict[str, list[int]]) -> None:
        """Say what was counted by, and what of it is personal or not certain."""
        table, roles, names = self.table, self.columns.roles, self.names
        used = {c for columns in chosen.values() for c in columns}
        at = {kind: table.grid.address(self.head, columns[0]) for kind, columns in chosen.items()}
        kinds = ", ".join(f"{kind} (column {cell})" for kind, cell in at.items())
        left = ", ".join([name for c, name in names.items() if c not in used][:12])
        told = f"a list of incidents, counted by {kinds}" + f"; columns not used: {left}" * bool(left)
        self.out.tell(self.block, "note", told)
        self.out.marks |= {(self.head, c): ("heading", f"column read as {roles[c]}") for c in used}
        if not any(role_of_heading(table.heading(c)) for c in used):
            self.doubts.append("no heading says what the columns of its list hold")
        for row in rows_left_out(table)[:1]:
            self.doubts.append(f"row {row + 1} is not counted, and looks like a row of its list")
        for c, name in names.items():
            self.doubts += _doubts_of(name, self.cells(c), self.distinct(c), c in used)
        for figure, doubt in product(self.out.figures, self.doubts):
            figure.propose(doubt)
        if born := next((names[c] for c, role in roles.items() if role == "born"), ""):
            told = f'holds dates of birth under "{born}": personal data. Ask: was this meant to be disclosed? Do not pass the file on'
            self.out.tell(self.block, "warning", told)


def _doubts_of(name: str, cells: list, distinct: list, is_used: bool) -> Iterator[str]:
    """What a column says of why rows of its list are no offences recorded."""
    if _CRIME_NUMBER.search(name):
        empty = [value for value in distinct if value in (None, "")]
        if len(cells) - sum(map(cells.count, empty)) > len(distinct) - len(empty) > 1:
            yield f'numbers under "{name}" come again: a row may be a victim'
        return
    texts = [*dict.fromkeys(map(text_of, distinct))]
    alike = texts[0] if len(texts) == 1 and not is_used else ""
    # it may be why they are listed
    if not_understood(alike) or read_label(alike).measure not in ("", *ANY_CRIME):
        yield f'each row of its list says "{alike[:100]}" under "{name}"'
    marked, checked = _MARKED.search(name), _CHECKED.search(name)
    no = {text for text in texts if marked or checked if is_not_flagged(text) or text in "0-"}
    flagged = {*texts} - no if marked else no - {""}
    for text in [one for one in texts if one in flagged or _NOT_COUNTED.search(one)][:1]:
        yield f'a row of its list says "{text[:60]}" under "{name}", and may not count'


def _read_named(row: dict[str, object], names: dict[str, str]) -> Meaning:
    """An offence by its code and, where that does not tell, by its name; each code keeps its first name."""
    said = {role: text_of(cell) for role, cell in row.items()}
    code, name = with_subcode(said.get("code", ""), said.get("subcode", "")), said.get("offence", "")
    if not code and not name:
        return EMPTY_CELL
    coded = read_label(code, "code", "HO code") if code else NOTHING
    named = read_label(name, "offence", "Offence") if name else NOTHING
    settled, printed = coded.code or named.code, named.offence or coded.offence or code
    return Meaning(offence=names.setdefault(settled, printed) if settled else printed, code=settled)


def _whole(parts: dict[str, Meaning], count: int, outer: Meaning) -> Meaning:
    """All that is said of the rows of one figure. Blank ages and sexes stay unknown, whatever the title says."""
    whole, notes = NOTHING, [f"counted from {count} row{'s' * (count > 1)} of a list"]
    for kind, meaning in parts.items():
        if meaning is EMPTY_CELL or meaning.rest:
            notes.append(f"no {kind} in the row")
            continue
        notes += meaning.notes
        whole = meaning.over(whole)
    blank = {"age": {"age": None}, "sex": {"sex": ""}, "period": {"span": None}}
    for kind in parts.keys() & blank.keys():
        outer = replace(outer, **blank[kind])
    return replace(whole.over(outer), notes=(*notes, *outer.notes), total=False, qualifiers=())


# --- days of recording: day/month/year, as the financial year they fall in -------------------------------------------------


def _read_days(distinct: list, heading: str, out) -> dict:
    """What each distinct date means: the financial year that it falls in."""
    days = {value: _day(value) for value in distinct}
    known = [day for day in days.values() if day]
    failed = sum(not day and value not in (None, "") for value, day in days.items())
    years = {year: _year_of(year, known, failed > 0) for year in {*map(FinancialYear.holding, known)}}
    if failed:
        told = f'{failed} different entries under "{heading}" are no dates; their rows have no period'
        out.tell("", "warning", told)
    return {value: years[FinancialYear.holding(day)] if day else EMPTY_CELL for value, day in days.items()}


def _year_of(year: FinancialYear, days: list[date], lacking: bool) -> Meaning:
    """A financial year, marked where dates are `lacking`, or begin or stop within it and by their number not by chance."""
    low, high = min(days), max(days)
    gap = max((low - year.start).days, (year.end - high).days)
    is_cut = lacking or gap * len(days) >= 5 * ((high - low).days or 1)
    return Meaning(span=make_span(year.start, year.end), qualifiers=(CUT,) * is_cut)


def _day(value: object) -> date | None:
    text = text_of(value)
    if SERIAL.fullmatch(text):
        return date(1899, 12, 30) + timedelta(int(text))
    if not (found := _DAY.match(text)):
        spans = find_spans(text).spans
        return spans[0].start if len(spans) == 1 and spans[0].kind == "day" else None
    first, second, third = map(int, filter(None, found.groups()))
    year, month, day = (first, second, third) if found[4] else (third + 2000 * (third < 100), second, first)
    try:
        return date(year, month, day)
    except ValueError:
        return None
