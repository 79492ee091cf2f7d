"""Totals of a table: rows and columns that add up others without saying so, and the parts of every printed total.

Parts are the figures that lie within what the total states; breakdowns of several kinds are checked one by one.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.foi.responses.meaning import Meaning, covers, same_group
from helpers.foi.responses.model import Figure
from helpers.foi.responses.rowlabels import EVERY_SECTION
from helpers.foi.responses.spans import cover
from helpers.foi.responses.subtotals import Subtotals, names_group


class Totals(Subtotals):
    """A table whose totals are known, with their parts."""

    def _mark_unlabelled_totals(self) -> None:
        """A first or last row or column that states nothing of its own and adds up the others is a total."""
        table = self.table
        for row in dict.fromkeys((table.data[0], table.data[-1])):
            parts = [r for r in table.data if r != row and not self.row_meanings[r].total]
            meanings = [self.row_meanings[r] for r in parts]
            places = [(row, c) for c in table.values if not self.columns[c].ignore]
            blank = not any(self.cells.heading_text(row, c) for c in table.labels)
            if blank and (row == table.data[0] or not table.labels):
                continue
            if len(parts) > 1 and _adds_nothing(self.row_meanings[row], meanings):
                checked = self._adds_up(places, [[(r, c) for r in parts] for _, c in places])
                if checked > (not blank):
                    self.row_meanings[row] = replace(self.row_meanings[row], total=True)
                    self._settle_row_totals()
        columns = [c for c in table.values if not self.columns[c].ignore]
        for column in dict.fromkeys(columns[:1] + columns[-1:]):
            parts = [c for c in columns if c != column and not self.columns[c].total]
            meanings = [self.columns[c] for c in parts]
            blank = not table.heading(column)
            if blank and (column == columns[0] or not table.headers):
                continue
            if len(parts) > 1 and _adds_nothing(self.columns[column], meanings):
                places = [(r, column) for r in table.data]
                checked = self._adds_up(places, [[(r, c) for c in parts] for r, _ in places])
                if checked > (not blank):
                    spans = list(dict.fromkeys(m.span for m in meanings))
                    span = cover(spans) if len(spans) > 1 and None not in spans else None
                    self.columns[column] = replace(self.columns[column], total=True, span=span)

    def _adds_up(self, totals: list[tuple[int, int]], parts: list[list[tuple[int, int]]]) -> int:
        """How many numbers above 0 add up others; 0 where one does not."""
        checked = 0
        for total, group in zip(totals, parts, strict=True):
            number = self._number(*total)
            if number is None:
                continue
            if number != sum(self._number(*place) or 0 for place in group):
                return 0
            checked += number > 0
        return checked

    def _gather_sums(self) -> None:
        """For every printed total, the figures that it should add up."""
        rows = [row for row in self.table.data if any((row, c) in self.placed for c in self.table.values)]
        for row in rows:
            if not self.row_meanings[row].total:
                continue
            for group in self._block_above(row, rows) or self._row_parts(row, rows):
                for column in self.table.values:
                    self._keep_sum((row, column), [(r, column) for r in group])
        self._keep_section_sums(rows)
        for column in self.table.values:
            if not self.columns[column].total:
                continue
            parts = [
                c
                for c in self.table.values
                if same_group(self.columns[column], self.columns[c])
                and not self.columns[c].total
                and not self.columns[c].ignore
            ]
            for group in _by_kind(
                parts,
                lambda c: (self.columns[c].dimensions - {"period"} or {"period"}, self.columns[c].measure),
            ):
                for row in rows:
                    self._keep_sum((row, column), [(row, c) for c in group])

    def _keep_section_sums(self, rows: list[int]) -> None:
        """A row in a section of totals adds up the rows of its name in the sections that are none."""
        for row in rows:
            if not self.section_of[row].total:
                continue
            mine = replace(self.row_meanings[row], notes=())
            parts = [
                r
                for r in rows
                if replace(self.row_meanings[r], notes=()) == mine and not self.section_of[r].total
            ]
            for column in self.table.values:
                self._keep_sum((row, column), [(r, column) for r in parts])

    def _block_above(self, total: int, rows: list[int]) -> list[list[int]]:
        """The rows since the last total, where this one adds up just those: a subtotal, whatever its words say."""
        above = rows[: rows.index(total)]
        last = max((place for place, row in enumerate(above) if self.row_meanings[row].total), default=-1)
        block = above[last + 1 :]
        if last < 0 or len(block) < 2:
            return []
        columns = [c for c in self.table.values if not self.columns[c].ignore]
        places = [(total, c) for c in columns]
        return [block] if self._adds_up(places, [[(r, c) for r in block] for c in columns]) else []

    def _row_parts(self, total: int, rows: list[int]) -> list[list[int]]:
        mine, at = self.row_meanings[total], self.section_at[total]
        if at == EVERY_SECTION:
            mine = replace(mine, span=None)  # the years stand in the sections
        parts = [
            row
            for row in rows
            if row != total
            and not self.row_meanings[row].total
            and (self.section_at[row] == at or at == EVERY_SECTION)
            and covers(mine, self.row_meanings[row])
        ]
        return _by_kind(
            parts,
            lambda r: (
                self.row_meanings[r].dimensions
                | (frozenset() if at == EVERY_SECTION else self.section_of[r].dimensions),
                self.row_meanings[r].measure,
            ),
        )

    def _keep_sum(self, total: tuple[int, int], parts: list[tuple[int, int]]) -> None:
        whole = self.placed.get(total)
        found = [self.placed[place] for place in parts if place in self.placed]
        if whole and len(found) >= 2 and not _overlap(found):
            self.out.sums.append((whole, found, len(found) == len(parts)))


def _adds_nothing(whole: Meaning, parts: list[Meaning]) -> bool:
    """Whether a row or column states nothing that its parts do not, so that it can stand for all of them."""
    generic = not whole.offence or names_group(whole.offence)
    own = whole.dimensions - {"force", "measure", "offence"} or whole.code or whole.total or whole.ignore
    measures = {part.measure for part in parts} - {"", whole.measure}
    return generic and not own and not measures and any(part.dimensions or part.notes for part in parts)


def _overlap(figures: list[Figure]) -> bool:
    """Whether age bands run into each other, so that their figures cannot be added."""
    bands = sorted(
        (figure.age_low, 999 if figure.age_high is None else figure.age_high)
        for figure in figures
        if figure.age_low is not None
    )
    return len(set(bands)) > 1 and any(
        first[1] >= second[0] and first != second for first, second in zip(bands, bands[1:], strict=False)
    )


def _by_kind(items: list, key) -> list[list]:
    groups: dict = {}
    for item in items:
        groups.setdefault(repr(key(item)), []).append(item)
    return list(groups.values())
