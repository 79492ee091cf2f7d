"""Sums prove totals, in this one place: along rows and along columns of a table, with hidden counts at both ends.

A total is held against the parts that stand before it (back to the total before), then against all parts, then against the
totals below it. If any of these adds up it is proven. If none does, the printed figures stay, the total and its parts are
only proposed, and it is told which sum fails.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import accumulate, chain, islice, product, takewhile
from math import inf, nan
from operator import add, le

from helpers.intake.ages import Age
from helpers.intake.context import ALL_SEXUAL, FLAGGED
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import Meaning
from helpers.intake.model import PROPOSED, Figure
from helpers.intake.spans import Span, are_apart, cover, narrow
from helpers.intake.words import OF_WHICH, OUTCOMES
from helpers.tables.offences import CHILD_ONLY

_NO_PARTS = (0, 0, 0)
_OF_FORCE = phrase("rape or assault")
_RAPE = re.compile(r"\brapes?\b")
UNEXPLAINED = "the file does not say what its mark hides"
LARGEST = 100  # rows of a group in a pivot


@dataclass(frozen=True)
class Part:
    """A figure of a row or a column: whether it is a total, what tells it apart from those beside it, and its label."""

    figure: Figure
    is_total: bool = False
    kinds: frozenset[str] = frozenset()
    label: str = ""


Sum = tuple[int, int, float]
"""How many parts there are, and the lowest and the highest sum of them."""


def _add(sums: Sum, part: Part) -> Sum:
    count, low, high = sums
    figure = part.figure
    return count + 1, low + figure.low, high + _highest(figure)


def _highest(figure: Figure) -> float:
    return inf if figure.high is None else figure.high  # "35+"


class Parts(list):
    """Parts of a line, which are added up once: several totals may be held against the same.

    >>> Parts([Part(Figure(low=6, high=6)), Part(Figure(low=1, high=4))]).sum
    (2, 7, 10)
    """

    @cached_property
    def sum(self) -> Sum:
        """The sum of all."""
        return reduce(_add, self, _NO_PARTS)

    @cached_property
    def by_kind(self) -> list[Sum]:
        """Sums of parts that are told apart by the same: ages beside sexes each make the whole."""
        kinds: dict[frozenset, Parts] = defaultdict(Parts)
        for part in self:
            kinds[part.kinds].append(part)
        return [alike.sum for alike in kinds.values() if 1 < len(alike) < len(self)]

    def doubt(self, reason: str) -> None:
        """Let the parts wait for a person; the first reason stays."""
        for part in self if not self._doubted else ():
            part.figure.propose(reason)
        self._doubted = True

    _doubted = False


def _fits(total: Figure, sums: Sum) -> bool:
    """Whether a total may be a sum, whatever hidden counts stand for."""
    _, low, high = sums
    return total.low <= high and low <= _highest(total)


def prove(reader) -> None:
    """Hold every total of a table against its parts, and doubt what does not add up."""
    placed, told = reader.placed, 0
    for column, row in product(reader.by_column.meaning, reader.groups):
        parts = [placed.get((at, column)) for at in reader.groups[row] if at not in reader.groups]
        reader.out.sums += [(placed[row, column], [*filter(None, parts)])] if (row, column) in placed else []
    for side, other in ((reader.by_row, reader.by_column), (reader.by_column, reader.by_row)):
        # where rows may be missing, a sum proves nothing
        no_sums = reader.grid.doubt or not any(said.total for said in side.meaning.values())
        if no_sums or side is reader.by_row and reader.groups:
            continue
        # "of which" of what is counted already, and an area of no force, are no parts of a total
        each = ((at, said, side.label(at)) for at, said in side.meaning.items())
        parts = [one for one in each if one[1].total or not (one[1].force == "-" or OF_WHICH.match(one[2]))]
        for across, outcomes in product(other.meaning, (True, False)):  # charges are no parts of offences
            line = [
                ((at, across) if side is reader.by_row else (across, at), said, label)
                for at, said, label in parts
                if (said.measure in OUTCOMES) is outcomes
            ]
            lacking = [(reader.cells.at(*place).text, said) for place, said, _ in line if place not in placed]
            held = [one for one in line if one[0] in placed]
            found = [Part(placed[place], said.total, said.dimensions, label) for place, said, label in held]
            blank = [said for text, said in lacking if not text and not said.total]
            for whole, beside, others, sums in _totals_of(found, fewest=1 if lacking else 2):
                total = whole.figure
                added = next((some for some in (beside, *others) if _fits(total, some.sum)), found)
                codes = {one.figure.offence_code for one in beside}
                of_all = total.age_high is None and ALL_SEXUAL.search(whole.label)
                online = {one.figure.measure for one in beside} == {"cyber_flagged"} - {total.measure}
                if online or of_all and codes <= {*CHILD_ONLY} and total.low > beside.sum[2]:
                    continue  # all offences, beside those of them that were online or against children
                reader.out.sums.append((total, [one.figure for one in added if not one.is_total]))
                if any(_fits(total, one) for one in chain(sums, beside.by_kind)):
                    if any(_is_within(total, said) for said in blank):
                        total.propose("some of the periods that it adds up are blank")
                    lacks = _lacking(total, [one.figure for one in added if not one.is_total])
                    if lacks := lacks or _left_below(whole, found, beside, sums[0]):
                        total.propose(f"it is the sum of its parts, and none of them counts {lacks}")
                    continue
                if _is_of_another(total, beside):
                    total.propose("it is called a total of one offence, and stands beside others")
                    continue
                if _are_nested([one.figure for one in beside]):
                    total.propose("rows beside it are parts of one another, so that no sum proves it")
                    continue
                if len({part.kinds for part in beside}) > 1 and all(part.kinds for part in beside):
                    total.propose("beside it stand parts by several things, so that no sum proves it")
                    continue
                dated = Span(total.start, total.end)
                if any(are_apart(dated, Span(part.figure.start, part.figure.end)) for part in beside):
                    total.propose("beside it stand figures of other periods, so that no sum proves it")
                    continue
                told += 1
                _doubt(reader, total, beside, told)


def _is_within(total: Figure, said: Meaning) -> bool:
    """Whether a label names a period that a total may add up."""
    whole = Span(total.start, total.end)
    months = [one for one in said.parts if one.unit == "month"]
    within = narrow(whole, months[0]) != whole if months and total.end else bool(said.parts)
    return within or bool(said.span and not are_apart(said.span, whole))


def _is_of_another(total: Figure, parts: Parts) -> bool:
    """Whether a total names an offence that none of its parts is of, and is less than one of them: "Total rape" beside grooming."""
    kind = total.offence.casefold().removesuffix("s")
    named = FLAGGED.search(kind) or any(kind in part.figure.offence.casefold() for part in parts)
    return not named and any(part.figure.low > (total.high or total.low) for part in parts)


def _are_nested(parts: list[Figure]) -> bool:
    """Whether one is a part of another, as under 16 of under 18, or girls of all: nobody meant them to be added up."""
    aged = [one for one in parts if None not in (one.age_low, one.age_high)]
    whom = {((one.note, one.offence), one.sex, Age(one.age_low, one.age_high)) for one in aged}
    return len(whom) < LARGEST and any(
        outer != inner and outer[0] == inner[0] and outer[1] in ("", inner[1]) and outer[2].holds(inner[2])
        for outer, inner in product(whom, repeat=2)
    )


def _lacking(total: Figure, parts: list[Figure]) -> str:
    """What a total is read as counting, and none of its parts counts: boys beside girls alone, ages, kinds of offences."""
    sexes = {part.sex for part in parts}
    if not total.sex and len(sexes) == 1 and sexes <= {"female", "male"}:
        return "boys" if "female" in sexes else "girls"
    spans = [(one.start, one.end) for one in parts if one.start and one.end]
    if spans and total.start == min(spans)[0] and max(end for _, end in spans) < (total.end or total.start):
        return f"what came after {max(end for _, end in spans):%d %B %Y}"
    names = [one.offence.casefold() for one in parts]
    if names and not total.offence:
        if all(map(_OF_FORCE.search, names)):
            return "grooming or other kinds than rape and assault"
        if all(one.offence_code for one in parts) and not any(map(_RAPE.search, names)):
            return "rape"
    ages = [(one.age_low, one.age_high) for one in parts if one.age_low is not None]
    if not ages or None in (total.age_low, total.age_high, *(high for _, high in ages)):
        return ""
    low, high = min(low for low, _ in ages), max(high for _, high in ages)
    if high < total.age_high:
        return f"ages over {high}"
    # of single years of age those are left out in which nothing happened
    return f"ages under {low}" * (low > total.age_low and any(one != two for one, two in ages))


def _left_below(whole: Part, line: list[Part], beside: Parts, every: Sum) -> str:
    """The offence below the last total of a line that is not in it, as the parts above it are; `every` is the sum of all."""
    below = line[line.index(whole) + 1 :]
    apart = whole.figure.offence or _fits(whole.figure, every) or any(one.is_total for one in below)
    named = (one.figure.offence for one in below if one.kinds == beside[0].kinds)
    return "" if apart else next((one for one in named if not FLAGGED.search(one.casefold())), "")


def find_groups(reader) -> dict[int, range]:
    """The rows of a pivot that add up rows below them, each with these: the last row adds them up in turn, and proves it.

    They are totals; where they differ in kind from the rows below, as offences from years or sexes, these are of them.
    """
    said, across = reader.by_row.meaning, reader.by_column.meaning
    *rows, last = said
    part = frozenset(["period", "part of a year"])  # months below a year are of another kind than it
    kinds = {at: said[at].dimensions ^ (part if said[at].parts else frozenset()) for at in rows}
    levels = [*dict.fromkeys(kinds.values())]
    apart = len(levels) > 1 and all(levels) and len(frozenset().union(*levels)) == sum(map(len, levels))
    none = any(said[at].total for at in rows) or reader.grid.doubt or not said[last].total
    if none or not (apart or levels == [{"offence"}]):
        return {}
    depth = {at: levels.index(kind) for at, kind in kinds.items()}
    values = {at: [reader.cells.at(at, column).value for column in across] for at in said}
    counts = {at: [nan if one.low != one.high else one.low or 0 for one in of] for at, of in values.items()}
    tops: list[int] = []  # the rows that no sum holds as yet, the nearest last
    groups: dict[int, range] = {}
    for at in reversed(rows):
        below = takewhile(lambda top, least=depth[at] + apart: depth[top] >= least, reversed(tops))
        sums = accumulate(map(counts.get, islice(below, LARGEST)), lambda *of: [*map(add, *of)])
        within = takewhile(lambda one, most=counts[at]: all(map(le, one, most)), sums)
        some = [n for n, one in enumerate(within, 1) if one == counts[at] and (apart or any(one))]
        if some:
            del tops[-some[-1] :]
            groups[at] = range(at + 1, tops[-1] if tops else last)
        tops.append(at)  # what no sum holds counts twice in the whole, which is then not the last row
    proofs = (len(groups) + 1) * (sum(not one.total for one in across.values()) or 1)
    whole = [*map(sum, zip(*map(counts.get, tops), strict=True))]
    if proofs < 3 or len(groups) <= apart or whole != counts[last]:
        return {}
    for at, within in sorted(groups.items()):
        inner = [row for row in within if row in said]
        said |= {row: said[row].over(said[at]) for row in inner if apart}
        spans = {said[row].span for row in inner} - {None, said[at].span}
        said[at] = replace(said[at], total=True, span=cover([*spans]) if spans else said[at].span)
    return groups | {last: range(rows[0], last)}


_FIXED = {"offence": "offence", "age": "age_high", "sex": "sex", "force": "force"}


def doubt_groups(reader) -> None:
    """Doubt rows that add up to the row above them and are read as if of all: below "Grooming", girls and boys are of it alone."""
    across, said = reader.by_column.meaning, [*reader.by_row.meaning.items()]
    for n, (row, whole) in enumerate(said):
        kinds = {*_FIXED} & whole.dimensions
        ends = (at for at in range(n + 1, len(said)) if said[at][1].total or kinds & said[at][1].dimensions)
        inner = [at for at, _ in said[n + 1 : next(ends, len(said)) if kinds else n]]
        sums = [reader.placed.get((row, column)) for column in across]
        parts = [[*filter(None, (reader.placed.get((at, column)) for at in inner))] for column in across]
        fits = (one and _fits(one, Parts(map(Part, of)).sum) for one, of in zip(sums, parts, strict=True))
        for figure in chain.from_iterable(parts) if inner and all(fits) else ():
            if any(getattr(figure, _FIXED[kind]) != getattr(sums[0], _FIXED[kind]) for kind in kinds):
                figure.propose("its row adds up with others to the one above, and may be of that alone")


def doubt_sums(sums: list[tuple[Figure, list[Figure]]], read: set[int]) -> None:
    """Doubt totals of which all parts wait, or one that was `read` until something around the table spoke of it."""
    for total, parts in sums:
        waiting = [one for one in parts if one.status == PROPOSED]
        doubted = next((one.reason for one in waiting if id(one) in read), "all do" * (waiting == parts))
        if doubted and len(parts) > 1:
            total.propose(f"it adds up parts that wait: {doubted}")


def _totals_of(line: list[Part], fewest: int) -> Iterator[tuple[Part, Parts, list[Parts], list[Sum]]]:
    """Each total of a line with its likeliest parts, at the fewest so many, other parts, and every sum that it may be."""
    singles = Parts(one for one in line if not one.is_total)
    places = [place for place, one in enumerate(line) if one.is_total]
    if len(singles) < fewest:
        return
    before = [*accumulate(line, _add, initial=_NO_PARTS)]
    totals = Parts(line[place] for place in places).sum
    for start, place, stop in zip([-1, *places], places, [*places[1:], len(line)], strict=False):
        near = Parts(line[start + 1 : place]), Parts(line[place + 1 : stop])
        others = tuple(a - b for a, b in zip(totals, _add(_NO_PARTS, line[place]), strict=True))
        parts = [singles, *filter(None, near)]
        likeliest = next(some for some in (*near, singles) if len(some) >= fewest)
        sums = [one for one in (others, before[place]) if one[0] >= fewest]
        yield line[place], likeliest, parts, [*(some.sum for some in parts), *sums]


def _doubt(reader, total: Figure, parts: Parts, told: int) -> None:
    _, low, high = parts.sum
    shown = f"{low}" if low == high else f"{low} to {high}"
    failed = f"the printed total {total.text or total.low} is not the sum of its parts, {shown}"
    if total.reason != UNEXPLAINED:  # a total that is withheld says nothing of its parts
        parts.doubt(failed)
    total.propose(failed)
    if told <= 6:
        gap = (total.low - high) if total.low > high else (low - (total.high or total.low))
        side = "above" if total.low > high else "below"
        words = f"the printed total {total.text or total.low} is {gap} {side} the sum of its {len(parts)} parts, {shown}; both are kept. Ask: which offences are in the total and not in the parts, or counted twice?"
        reader.out.tell(total.cell, "warning", words)
