"""Sums prove totals, in this one place: along rows and along columns of a table, with hidden counts at both ends.

A total is held against the parts that stand before it (back to the total before), then against all parts, then against the
totals below it. If any of these adds up it is proven. If none does, the printed figures stay, the total and its parts are
only proposed, and it is told which sum fails.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from helpers.intake.model import Figure
from helpers.intake.words import OUTCOMES

Parts = list[Figure]
_OF_WHICH = re.compile(r"(?i)\W*(?:of (?:which|whom|these|those)|includ(?:ing|es|ed)|incl)\b")


def adds_up(total: Figure, parts: Parts) -> bool:
    """Whether a total may be the sum of its parts, whatever hidden counts stand for.

    >>> adds_up(Figure(low=10, high=10), [Figure(low=6, high=6), Figure(low=1, high=4)])
    True
    """
    if total.low is None or any(part.low is None for part in parts):
        return True
    low = sum(part.low for part in parts)
    high = sum(part.high if part.high is not None else part.low for part in parts)
    top = total.high if total.high is not None else total.low
    return total.low <= high and low <= top


def prove(reader) -> None:
    """Hold every total of a table against its parts, and doubt what does not add up."""
    placed, rows, columns = reader.placed, reader.row_meaning, reader.column_meaning
    totals = {("row", row) for row, said in rows.items() if said.total}
    totals |= {("column", column) for column, said in columns.items() if said.total}
    if not totals or reader.grid.doubt:  # where rows may be missing, a sum proves nothing
        return
    kept = [
        [place for place, said in among.items() if said.total or said.force != "-"]
        for among in (rows, columns)
    ]
    lines = [[(("row", row), (row, column)) for row in kept[0]] for column in columns]
    lines += [[(("column", column), (row, column)) for column in kept[1]] for row in rows]
    told = 0
    apart = _apart(reader)
    for line in lines:
        line = [(name, place) for name, place in line if name in totals or name not in apart]
        found = [(place, name in totals) for name, place in line if place in placed]
        names = {place: name for name, place in line}
        for place, options in _totals_of(found, fewest=2 if len(found) == len(line) else 1):
            total = placed[place]
            fits = ([placed[one] for one in parts] for parts in options)
            kinds = (parts for first in options[:1] for parts in _by_kind(reader, names, first))
            good = next((parts for parts in chain(fits, kinds) if adds_up(total, parts)), None)
            least = sum(placed[one].low or 0 for one in options[0])
            if good is None and (total.high is None or least <= total.high):
                if gaps := [text for parts in options for text in _gaps(reader, place, parts)]:
                    if not any(gaps):
                        total.propose("its parts add up to less, and some cells beside them are blank")
                    continue  # some parts are blank or a dash, and the others do not exceed the total
            if good is None:
                told += 1
                _doubt(reader, place, [placed[one] for one in options[0]], told)


def _apart(reader) -> set[tuple[str, int]]:
    """Rows and columns that are no parts of a total beside them: "of which" of what is counted already, charges of offences."""
    table, lines = reader.table, []
    for row, said in reader.row_meaning.items():
        texts = [reader.cells.at(row, column).text for column in reader.columns.labels]
        lines.append((("row", row), next(filter(None, reversed(texts)), ""), said))
    for column, said in reader.column_meaning.items():
        lines.append((("column", column), table.heading(column), said))
    usual = {said.measure for _, _, said in lines if said.total} or {""}
    return {
        name
        for name, text, said in lines
        if _OF_WHICH.match(text) or said.measure in OUTCOMES and not usual & {*OUTCOMES}
    }


def _by_kind(reader, names: dict, places: list[tuple[int, int]]) -> list[Parts]:
    """Parts in groups that are told apart by the same: ages beside sexes each make the whole."""
    meanings = {"row": reader.row_meaning, "column": reader.column_meaning}
    kinds: dict[frozenset, Parts] = defaultdict(list)
    for one in places:
        line, place = names[one]
        kinds[meanings[line][place].dimensions].append(reader.placed[one])
    return [parts for parts in kinds.values() if len(parts) > 1] if len(kinds) > 1 else []


def _totals_of(
    line: list[tuple[tuple[int, int], bool]], fewest: int
) -> Iterator[tuple[tuple[int, int], list]]:
    """Each total of a line with the parts, at the fewest so many, that it may be the sum of, the likeliest first."""
    places, totals = [place for place, _ in line], [place for place, is_total in line if is_total]
    singles = [place for place, is_total in line if not is_total]
    at = {place: number for number, place in enumerate(places)}
    for number, place in enumerate(totals if len(singles) >= fewest else ()):
        start = at[totals[number - 1]] + 1 if number else 0
        stop = at[totals[number + 1]] if number + 1 < len(totals) else len(places)
        others = [one for one in totals if one != place]
        options = [
            places[start : at[place]],
            places[at[place] + 1 : stop],
            singles,
            others,
            places[: at[place]],
        ]
        if options := [parts for parts in options if len(parts) >= fewest]:
            yield place, options


def _gaps(reader, place: tuple[int, int], parts: list[tuple[int, int]]) -> list[str]:
    """What cells between a total and its parts hold that is no figure: nothing, a dash, a mark."""
    rows = {row for row, _ in parts}
    if len(rows) > 1:
        among = [(row, place[1]) for row in reader.row_meaning if min(rows) <= row <= max(rows)]
    else:
        among = [(place[0], column) for column in reader.column_meaning]
    return [reader.cells.at(*one).text for one in among if one not in reader.placed]


def _doubt(reader, place: tuple[int, int], parts: Parts, told: int) -> None:
    total = reader.placed[place]
    low = sum(part.low for part in parts)
    high = sum(part.high if part.high is not None else part.low for part in parts)
    shown = f"{low}" if low == high else f"{low} to {high}"
    if total.low != total.high and total.high is not None:
        total.propose(f"it hides more than its mark says: its parts add up to {shown}")
        reader.out.tell(
            total.cell, "warning",
            f"the total is hidden, and its mark read as {total.low} to {total.high}, but its {len(parts)} parts add up to {shown}: here "
            "the mark hides more than a small count. Ask: what does the mark stand for, and what is the total?",
        )  # fmt: skip
        return
    for figure in (total, *parts):
        figure.propose(f"the printed total {total.text or total.low} is not the sum of its parts, {shown}")
    if told <= 6:
        gap = (total.low - high) if total.low > high else (low - (total.high or total.low))
        side = "above" if total.low > high else "below"
        reader.out.tell(
            total.cell, "warning",
            f"the printed total {total.text or total.low} is {gap} {side} the sum of its {len(parts)} parts, {shown}; both are kept. "
            "Ask: which offences are in the total and not in the parts, or counted twice?",
        )  # fmt: skip
