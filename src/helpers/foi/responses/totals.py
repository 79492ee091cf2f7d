"""Totals of a table: rows and columns that add up others without saying so, and the parts of every printed total.

Parts are the figures that lie within what the total states; breakdowns of several kinds are checked one by one.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.foi.responses.meaning import NOTHING, Meaning, covers, same_group
from helpers.foi.responses.model import Figure
from helpers.foi.responses.rowlabels import EVERY_SECTION
from helpers.foi.responses.spans import cover
from helpers.foi.responses.subtotals import Subtotals


class Totals(Subtotals):
    """A table whose totals are known, with their parts."""

    def _mark_unlabelled_totals(self) -> None:
        """A last row or column without a label that adds up the others is a total."""
        table = self.table
        if len(table.data) > 2:
            row = table.data[-1]
            if not any(self.cells.heading_text(row, c) for c in table.labels) and table.labels:
                parts = [r for r in table.data[:-1] if not self.row_meanings[r].total]
                if self._adds_up(
                    [(row, c) for c in table.values], [[(r, c) for r in parts] for c in table.values]
                ):
                    self.row_meanings[row] = replace(NOTHING, total=True)
                    self._settle_row_totals({}, {})
        if len(table.values) > 2:
            column = table.values[-1]
            if not table.heading(column) and table.headers:
                parts = [
                    c for c in table.values[:-1] if not self.columns[c].total and not self.columns[c].ignore
                ]
                if self._adds_up(
                    [(r, column) for r in table.data], [[(r, c) for c in parts] for r in table.data]
                ):
                    spans = list(dict.fromkeys(self.columns[c].span for c in parts))
                    span = cover(spans) if len(spans) > 1 and None not in spans else None
                    self.columns[column] = Meaning(total=True, span=span)

    def _adds_up(self, totals: list[tuple[int, int]], parts: list[list[tuple[int, int]]]) -> bool:
        checked = 0
        for total, group in zip(totals, parts, strict=True):
            number = self._number(*total)
            if number is None:
                continue
            if number != sum(self._number(*place) or 0 for place in group):
                return False
            checked += number > 0
        return checked > 0

    def _gather_sums(self) -> None:
        """For every printed total, the figures that it should add up."""
        rows = [row for row in self.table.data if any((row, c) in self.placed for c in self.table.values)]
        for row in rows:
            if not self.row_meanings[row].total:
                continue
            for group in self._row_parts(row, rows):
                for column in self.table.values:
                    self._keep_sum((row, column), [(r, column) for r in group])
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
