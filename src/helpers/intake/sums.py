"""Sums prove totals, in this one place: along rows and along columns of a table, with hidden counts at both ends.

A total is held against the parts that stand before it (back to the total before), then against all parts, then against the
totals below it. If any of these adds up it is proven. If none does, the printed figures stay, the total and its parts are
only proposed, and it is told which sum fails.
"""

from __future__ import annotations

from helpers.intake.model import Figure

Parts = list[Figure]


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
    if not placed:
        return
    lines: list[tuple[tuple[int, int], list[tuple[int, int]]]] = []
    for column in columns:
        line = [(row, column) for row in rows if (row, column) in placed]
        lines += _totals_of(line, lambda place: rows[place[0]].total, lambda place: _kind(rows[place[0]]))
    for row in rows:
        line = [(row, column) for column in columns if (row, column) in placed]
        lines += _totals_of(
            line, lambda place: columns[place[1]].total, lambda place: _kind(columns[place[1]])
        )
    by_total: dict[tuple, list[list[tuple[int, int]]]] = {}
    for place, parts in lines:
        axis = "column" if len({column for _, column in parts}) == 1 else "row"
        by_total.setdefault((place, axis), []).append(parts)
    told = 0
    for (place, _), options in by_total.items():
        total = placed[place]
        options = [parts for parts in options if parts]
        if not options:
            continue
        good = next((parts for parts in options if adds_up(total, [placed[one] for one in parts])), None)
        if good is None and any(_has_gap(reader, place, parts) for parts in options):
            parts = options[0]
            if total.high is None or sum(placed[one].low or 0 for one in parts) <= total.high:
                continue  # some parts are blank or a dash, and the others do not exceed the total
        parts = good or options[0]
        reader.out.sums.append(
            (reader.out.places[place], [reader.out.places[one] for one in parts], good is not None)
        )
        if good is None:
            told += 1
            _doubt(reader, place, [placed[one] for one in parts], told)


def _kind(meaning) -> tuple:
    """What a total states besides being one: its parts state the same."""
    return meaning.span, meaning.sex, meaning.age, meaning.code or meaning.offence, meaning.measure


def _totals_of(line: list, is_total, kind) -> list[tuple]:
    """Each total of a line with the parts it may be the sum of, one candidate a pair."""
    found = []
    totals = [place for place in line if is_total(place)]
    singles = [place for place in line if not is_total(place)]
    if len(singles) < 2:
        return []
    for number, place in enumerate(totals):
        at = line.index(place)
        start = line.index(totals[number - 1]) + 1 if number else 0
        near = [one for one in line[start:at] if not is_total(one)]
        options = [near, singles, [one for one in totals if one != place], line[:at]]
        after = line[at + 1 :]
        stop = next((n for n, one in enumerate(after) if is_total(one)), len(after))
        options.insert(1, [one for one in after[:stop] if not is_total(one)])
        found += [(place, one) for one in options if len(one) > 1]
    return found


def _has_gap(reader, place: tuple[int, int], parts: list[tuple[int, int]]) -> bool:
    """Whether cells between a total and its parts hold no figure."""
    rows = {row for row, _ in parts}
    if len(rows) > 1:
        first, last = min(rows), max(rows)
        between = [row for row in reader.row_meaning if first <= row <= last]
        return any((row, place[1]) not in reader.placed for row in between)
    return any((place[0], column) not in reader.placed for column in reader.column_meaning)


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
