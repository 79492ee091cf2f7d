"""What a reader can work out of suppressed counts from those that are left.

A reader is taken to know that ages add up to all ages, the sexes to everybody, quarters to years, years to spans and
forces to their nation or group. Each count is then a sum of unknowns, one for each force, quarter, age and sex, and
what is left is a system of equations. A suppressed count is exposed when the equations fix it whatever the numbers
are, or when whole numbers that are not negative leave it fewer than :data:`CHOICES` values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from helpers.publish.whom import Who
from helpers.tables import forces

CHOICES = 3  # a suppressed count must be able to be so many different whole numbers
SEX_BITS = {"female": 1, "male": 2, "unknown": 4}


@dataclass
class Count:
    """One count: where it stands, what it counts, whether its source published it, whether it is suppressed."""

    table: str
    row: int
    column: str
    area: str
    period: str
    who: Who
    value: float
    published: bool
    suppressed: bool = False
    vintage: str = ""

    @property
    def identity(self) -> tuple[str, str, Who]:
        """What it counts; printings of the same thing share it."""
        return (self.area, self.period, self.who)

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.area, self.period, str(self.who)) if part)
        return f"{self.table}, row {self.row + 1}, {self.column} ({where})"


@dataclass(frozen=True)
class Exposed:
    """A suppressed count that can be worked out, and the identities of those that give it away."""

    count: Count
    givers: frozenset


@dataclass
class System:
    """The equations of counts that hang together: a row for each identity, a column for each kind of unknown."""

    counts: dict[Hashable, list[Count]]
    matrix: np.ndarray

    def __post_init__(self):
        self._rows = dict(zip(self.counts, self.matrix, strict=True))

    def row(self, identity) -> np.ndarray:
        """Which unknowns an identity is the sum of."""
        return self._rows[identity]

    @property
    def known(self) -> dict[Hashable, list[Count]]:
        """What is left to read, by identity."""
        left = {i: [c for c in found if not c.suppressed] for i, found in self.counts.items()}
        return {i: found for i, found in left.items() if found}

    @property
    def suppressed(self) -> dict[Hashable, Count]:
        """One suppressed count of each identity that has any."""
        found = {i: next((c for c in counts if c.suppressed), None) for i, counts in self.counts.items()}
        return {i: count for i, count in found.items() if count}


def settle(counts: Iterable[Count], choose: Callable[[Exposed], Count]) -> None:
    """Suppress what `choose` picks, identity by identity, until no suppressed count can be worked out.

    A count that is safe stays so when more is suppressed, so that each is looked at until it is safe and no more.
    """
    for system in systems(list(counts)):
        safe: set = set()
        while waiting := [i for i in system.suppressed if i not in safe]:
            target = system.suppressed[waiting[0]]
            givers = _givers(system, target)
            if not givers:
                safe.add(waiting[0])
                continue
            for count in system.counts[choose(Exposed(target, frozenset(givers))).identity]:
                count.suppressed = count.suppressed or not count.published


def ranges(counts: Iterable[Count]) -> list[tuple[Count, float, float]]:
    """For each suppressed count, the least and the most that it could be given what is left.

    Where printings disagree, the narrowest range that any one of them allows.
    """
    return [
        (target, *_range(system, target))
        for system in systems(list(counts))
        for target in system.suppressed.values()
    ]


def systems(counts: list[Count]) -> list[System]:
    """The counts that hang together with a suppressed one, in separate systems."""
    by_identity: dict[Hashable, list[Count]] = {}
    for count in counts:
        by_identity.setdefault(count.identity, []).append(count)
    waiting = {count.identity: None for count in counts if count.suppressed}
    masks = _Masks(by_identity) if waiting else None
    found = []
    while waiting:
        group = masks.group(next(iter(waiting)))
        waiting = {identity: None for identity in waiting if identity not in group}
        together = {identity: printed for identity, printed in by_identity.items() if identity in group}
        found.append(System(together, masks.matrix(list(together))))
    return found


class _Masks:
    """Each identity as the force, quarter, age, sex and other categories that it covers, as bits of whole numbers."""

    def __init__(self, identities: Iterable):
        identities = list(identities)
        self._bits: dict[Hashable, int] = {}
        self._categories: dict[str, dict[str, int]] = {}
        for _, _, who in identities:
            for kind, value in who.other:
                known = self._categories.setdefault(kind, {})
                known.setdefault(value, 1 << len(known))
        self.adults = any(who.low >= 18 for _, _, who in identities)
        self.of = {identity: self._masks(*identity) for identity in identities}

    def _masks(self, area: str, period: str, who: Who) -> tuple[int, ...]:
        places = self._union(("place", name) for name in (forces.forces_of(area) or (area,)))
        times = self._union(("time", quarter) for quarter in quarters(period))
        high = who.high if self.adults else min(who.high, 17)
        ages = ((1 << (high - who.low + 1)) - 1) << who.low if high >= who.low else 1 << 121
        sex = 7 if who.sex == "any" else SEX_BITS.get(who.sex, 4)
        given = dict(who.other)
        rest = [
            known[given[kind]] if kind in given else (1 << max(len(known), 2)) - 1
            for kind, known in self._categories.items()
        ]
        return (places, times, ages, sex, *rest)

    def _union(self, names) -> int:
        mask = 0
        for name in names:
            mask |= self._bits.setdefault(name, 1 << len(self._bits))
        return mask

    def group(self, start) -> set:
        """All identities that share an unknown with one that shares one with … `start`."""
        found, waiting = {start}, [start]
        left = set(self.of) - found
        while waiting:
            mine = self.of[waiting.pop()]
            near = {i for i in left if all(a & b for a, b in zip(mine, self.of[i], strict=True))}
            left -= near
            found |= near
            waiting += near
        return found

    def matrix(self, identities: list) -> np.ndarray:
        """Which unknowns each identity is the sum of; unknowns that always go together are one."""
        masks = [self.of[identity] for identity in identities]
        parts = [_parts({mask[place] for mask in masks}) for place in range(len(masks[0]))]
        sexes = self._sexes_printed(identities)
        columns = set()
        for atom in product(*parts):
            if atom[3] == 4 and not any(place & atom[0] and bits & 4 for place, bits in sexes):
                if sum(1 for place, bits in sexes if place & atom[0]) > 1:
                    continue  # both sexes are printed here and no third: a reader takes it that there is none
            column = bytes(all(a & b for a, b in zip(atom, mask, strict=True)) for mask in masks)
            if any(column):
                columns.add(column)
        return np.array([list(column) for column in sorted(columns)], dtype=float).T.reshape(len(masks), -1)

    def _sexes_printed(self, identities: list) -> set[tuple[int, int]]:
        return {(self.of[i][0], self.of[i][3]) for i in identities if i[2].sex != "any"}


def _parts(masks: set[int]) -> list[int]:
    """The coarsest pieces that all masks are made of, one bit for each.

    >>> _parts({0b111, 0b011})
    [1, 4]
    """
    pieces: dict[tuple, int] = {}
    whole = 0
    for mask in masks:
        whole |= mask
    listed = sorted(masks)
    while whole:
        bit = whole & -whole
        whole ^= bit
        pieces.setdefault(tuple(bool(mask & bit) for mask in listed), bit)
    return list(pieces.values())


@cache
def quarters(period: str) -> tuple:
    """The quarters of a period, as whole numbers; a period that is not made of quarters is only itself.

    >>> quarters("2014/15 Q1"), len(quarters("2014/15")), len(quarters("2013/14-2016/17")), quarters("unknown")
    ((8056,), 4, 16, ('unknown',))
    """
    from helpers.tables.periods import parse_period

    named = re.fullmatch(r"(\d{4}/\d\d)\W*Q?([1-4])", period)
    try:
        span = parse_period(named[1] if named else period)
    except ValueError:
        return (period,)
    if span.start is None or span.end is None or span.start.day != 1 or (span.start.month - 1) % 3:
        return (period,)
    first = span.start.year * 4 + (span.start.month - 1) // 3 - 1
    last = span.end.year * 4 + (span.end.month - 1) // 3 - 1
    return (first + int(named[2]) - 1,) if named else tuple(range(first, last + 1))


def _givers(system: System, target: Count) -> set:
    """The identities whose values give a suppressed count away; none if it is safe."""
    fixed = _fixed_by(system, target)
    if fixed:
        return fixed
    low, high = _range(system, target)
    if np.floor(high) - np.ceil(low) + 1 >= CHOICES:
        return set()
    row = system.row(target.identity)
    return {i for i in system.known if i != target.identity and (system.row(i) * row).any()} or set(
        system.known
    )


def _fixed_by(system: System, target: Count) -> set:
    """The identities of which the target is a sum or a difference, whatever the numbers; none if it is of none."""
    others = [i for i in system.known if i != target.identity]
    if not others:
        return set()
    matrix = np.array([system.row(i) for i in others]).T
    weights, *_ = np.linalg.lstsq(matrix, system.row(target.identity), rcond=None)
    if np.abs(matrix @ weights - system.row(target.identity)).max() > 1e-7:
        return set()
    return {identity for identity, weight in zip(others, weights, strict=True) if abs(weight) > 1e-7}


def _range(system: System, target: Count) -> tuple[float, float]:
    low, high = 0.0, np.inf
    for values in _scenarios(system, target):
        ends = _ends(system, target, values) or _ends(
            system, target, {i: value for i, value in values.items() if i[0] == target.area}
        )  # areas that contradict each other: this one alone
        if ends and ends[1] - ends[0] < high - low:
            low, high = ends
    return low, high


def _scenarios(system: System, target: Count) -> Iterator[dict]:
    """One value for each known identity: once as each printing has it, where printings disagree."""
    known = {i: found for i, found in system.known.items() if i != target.identity}
    several = [i for i, found in known.items() if len({c.value for c in found}) > 1]
    vintages = {c.vintage for i in several for c in known[i]} or {""}
    for vintage in sorted(vintages):
        yield {
            i: next((c.value for c in found if c.vintage == vintage), found[0].value)
            for i, found in known.items()
        }


def _ends(system: System, target: Count, values: dict) -> tuple[float, float] | None:
    """The least and the most that the target can be, or None if no whole numbers fit the values."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    aim = system.row(target.identity)
    if not values:
        return 0.0, np.inf
    matrix = np.array([system.row(i) for i in values])
    sums = np.array(list(values.values()))
    whole = np.ones(len(aim)) if (sums % 1 == 0).all() else np.zeros(len(aim))
    found = []
    for sign in (1, -1):
        solved = milp(
            sign * aim,
            constraints=LinearConstraint(matrix, sums, sums),
            integrality=whole,
            bounds=Bounds(0, np.inf),
        )
        if solved.status == 2:
            return None
        found.append(sign * solved.fun if solved.status == 0 else 0.0 if sign == 1 else np.inf)
    return round(found[0], 6), round(found[1], 6)
