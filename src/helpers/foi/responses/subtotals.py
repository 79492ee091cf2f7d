"""Subtotals that no word gives away: a row of a crime tree over its offences, a band or a year over its parts.

A crime tree prints "Rape" above the rapes that it adds up, and a table of ages "Under 16" beside the bands that fill it.
What adds up is no proof by itself: the row must name a group and no code, or its band must be filled without a gap.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from helpers.foi.responses.meaning import Meaning
from helpers.foi.responses.rowlabels import RowLabels
from helpers.foi.responses.words import GENERIC
from helpers.tables.offences import offences

Ends = tuple[int, int]


class Subtotals(RowLabels):
    """A table whose rows and columns are marked as totals where they add up others."""

    def _mark_subtotals(self) -> None:
        for section in dict.fromkeys(self.section_at[row] for row in self.table.data):
            rows = [row for row in self.table.data if self.section_at[row] == section]
            self._mark_groups(rows)
            self._mark_quarters(rows)
            for row in filled_by_others({r: self.row_meanings[r] for r in rows}, self._row_fits):
                self.row_meanings[row] = replace(self.row_meanings[row], total=True)
        for column in filled_by_others(self.columns, self._column_fits):
            self.columns[column] = replace(self.columns[column], total=True)

    def _mark_groups(self, rows: list[int]) -> None:
        """Mark rows that add up the rows right below them, from the bottom up, so that groups may hold groups."""
        below: list[int] = []
        for row in reversed(rows):
            meaning = self.row_meanings[row]
            if meaning.total or meaning.ignore:
                below = []
                continue
            size = self._group_size(row, below) if _may_be_group(meaning) else 0
            if size:
                self.row_meanings[row] = replace(meaning, total=True)
                del below[:size]
            below.insert(0, row)

    def _mark_quarters(self, rows: list[int]) -> None:
        """Mark rows of several months that add up the rows of one month right above them."""
        months: list[int] = []
        for row in rows:
            (unit, size) = _months(self.row_meanings[row])
            if unit == "month":
                months.append(row)
                continue
            if 1 < size <= len(months) and self._adds(row, months[-size:]):
                self.row_meanings[row] = replace(self.row_meanings[row], total=True)

    def _group_size(self, row: int, below: list[int]) -> int:
        """How many of the rows below a row adds up; 0 when it adds up no two or more."""
        numbers = [self._number(row, c) for c in self.table.values if not self.columns[c].ignore]
        filled = [number for number in numbers if number]
        name = self.row_meanings[row].offence or " ".join(self.row_meanings[row].notes)
        if not filled or (len(filled) < 2 and not names_group(name)):
            return 0
        return next((n for n in range(len(below), 1, -1) if self._adds(row, below[:n])), 0)

    def _row_fits(self, row: int, parts: list[int]) -> bool:
        return all(
            self._holds((row, c), [(r, c) for r in parts])
            for c in self.table.values
            if not self.columns[c].ignore
        )

    def _column_fits(self, column: int, parts: list[int]) -> bool:
        return all(self._holds((row, column), [(row, c) for c in parts]) for row in self.table.data)

    def _holds(self, whole: tuple[int, int], parts: list[tuple[int, int]]) -> bool:
        """Whether a number may be the sum of others, some of them hidden."""
        number = self._number(*whole)
        values = [self.cells.value(*place) for place in parts]
        low = sum(value.low or 0 for value in values)
        if any(value.kind not in ("count", "suppressed", "empty", "dash") for value in values):
            return number is None or low <= number  # a part that cannot be read may be any size
        hidden = sum(10 for value in values if value.kind == "suppressed")
        return number is None or low <= number <= low + hidden


def _months(meaning: Meaning) -> tuple[str, int]:
    """The unit of a part of a year whose year stands elsewhere, and how many months it has."""
    part = meaning.parts[0] if len(meaning.parts) == 1 and not meaning.span else None
    return (part.unit, part.last - part.first + 1) if part else ("", 0)


def _may_be_group(meaning: Meaning) -> bool:
    return (
        not meaning.code
        and bool(meaning.offence or meaning.measure or meaning.notes or meaning.force)
        and not meaning.age
    )


def names_group(name: str) -> bool:
    """Whether a name is that of a group of offences: "Other sexual offences", "Rape", "Violence against the person"."""
    plain = re.sub(r"\W+", " ", name).strip().casefold()
    return plain in _groups() or bool(GENERIC.match(plain))


@lru_cache(maxsize=1)
def _groups() -> frozenset[str]:
    names = {name.casefold() for one in offences().values() for name in (one.group, one.subgroup)}
    return frozenset({re.sub(r"\W+", " ", name).strip() for name in names} | {"rape", "rapes", "all rape"})


def filled_by_others(meanings: dict[int, Meaning], fits) -> list[int]:
    """The places whose age band or period others fill without a gap, where the numbers allow it.

    Parameters
    ----------
    meanings : dict
        By row or column.
    fits : function
        Called with a place and its parts; whether the numbers may add up.
    """
    found: list[int] = []
    for ends in (_age_ends, _span_ends):
        sized = {place: ends(m) for place, m in meanings.items() if not m.total and not m.ignore and ends(m)}
        for place, whole in sorted(sized.items(), key=lambda item: item[1][1] - item[1][0]):
            others = [
                p
                for p, band in sized.items()
                if p not in found
                and band != whole
                and whole[0] <= band[0]
                and band[1] <= whole[1]
                and _rest(meanings[p], ends) == _rest(meanings[place], ends)
            ]
            if len(others) > 1 and _tiles(whole, [sized[p] for p in others]) and fits(place, others):
                found.append(place)
    return found


def _rest(meaning: Meaning, ends) -> Meaning:
    return replace(meaning, age=None, rest="") if ends is _age_ends else replace(meaning, span=None, rest="")


def _age_ends(meaning: Meaning) -> Ends | None:
    age = meaning.age
    if age is None or age.unknown:
        return None
    return age.low or 0, 999 if age.high is None else age.high


def _span_ends(meaning: Meaning) -> Ends | None:
    span = meaning.span
    return (span.start.toordinal(), span.end.toordinal()) if span and span.start and span.end else None


def _tiles(whole: Ends, parts: list[Ends]) -> bool:
    """Whether bands follow each other without a gap from one end of the whole to the other.

    >>> _tiles((0, 15), [(10, 15), (0, 9)]), _tiles((0, 15), [(0, 9), (13, 15)])
    (True, False)
    """
    ordered = sorted(parts)
    joined = all(a[1] + 1 == b[0] for a, b in zip(ordered, ordered[1:], strict=False))
    return joined and ordered[0][0] == whole[0] and ordered[-1][1] == whole[1]
