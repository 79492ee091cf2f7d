"""What a reader can work out of suppressed counts from those that are left.

A reader is taken to know that ages add up to all ages, the sexes to everybody, quarters to years, years to spans and
forces to their nation or group. Each count is then a sum of unknowns, one for each force, quarter, age and sex, and
what is left is a system of equations. A suppressed count is exposed when the equations fix it whatever the numbers
are, or when whole numbers that are not negative leave it fewer than :data:`CHOICES` values. So is a small group that
is printed nowhere, where the printed ones leave it (:mod:`helpers.publish.rests`).

Where the parts do not add up to their whole, there is a rest that no row names, such as victims of unknown age, and
the equations get an unknown for it. Systems too large to solve whole are solved place by place, group by group and
year by year, and after that tested as a whole for what is fixed whatever the numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np

from helpers.publish.whom import UNKNOWN, Who
from helpers.tables import forces

THRESHOLD = 5
LARGE, TOO_LARGE = 20_000, 4_000_000  # cells of a matrix: above, in parts; above, in parts only
CHOICES = 3  # a suppressed count must be able to be so many different whole numbers
UNKNOWN_AGE = 1 << UNKNOWN
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
        if not self.table:
            return f"a group that no table prints ({where})"
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
    atoms: list[list[tuple[int, ...]]] = field(default_factory=list)  # of each column, as bits of each kind

    def __post_init__(self):
        self._rows = dict(zip(self.counts, self.matrix, strict=True))

    def add(self, count: Count, row: np.ndarray) -> None:
        """Put a count that no table prints among those to be kept from readers."""
        self.counts[count.identity] = [count]
        self._rows[count.identity] = row

    def part(self, identities: list) -> System:
        """The equations of some of the identities alone."""
        matrix = np.array([self._rows[i] for i in identities])
        columns: dict[bytes, list[int]] = {}
        for place, column in enumerate(matrix.T.astype(bool)):
            if column.any():
                columns.setdefault(column.tobytes(), []).append(place)
        kept = [places[0] for places in columns.values()]
        atoms = [[atom for place in places for atom in self.atoms[place]] for places in columns.values()]
        return System({i: self.counts[i] for i in identities}, matrix[:, kept], atoms)

    def row(self, identity) -> np.ndarray:
        """Which unknowns an identity is the sum of."""
        return self._rows[identity]

    @property
    def known(self) -> dict[Hashable, list[Count]]:
        """What is left to read, by identity; not an earlier printing of a number that was printed anew and is hidden."""
        left = {i: [c for c in found if not c.suppressed] for i, found in self.counts.items()}
        return {i: found for i, found in left.items() if found and not _is_revised(self.counts[i])}

    @property
    def suppressed(self) -> dict[Hashable, Count]:
        """One suppressed count of each identity that has any."""
        found = {i: next((c for c in counts if c.suppressed), None) for i, counts in self.counts.items()}
        return {i: count for i, count in found.items() if count}


def settle(counts: Iterable[Count], choose: Callable[[Exposed], Count]) -> None:
    """Suppress what `choose` picks, identity by identity, until nothing that is hidden can be worked out."""
    from helpers.publish.rests import rests

    for system in systems(list(counts), lambda c: c.suppressed or (c.who.personal and not c.published)):
        whole = system.matrix.size <= LARGE
        for part in [system] if whole else _families(system):
            for rest, row in rests(part):
                part.add(rest, row)
            _settle(part, choose, _givers)
        while not whole and system.matrix.size <= TOO_LARGE and (fixed := _fixed(system)):
            _settle(system, choose, _fixed_by, set(system.suppressed) - fixed)


def _settle(
    system: System, choose: Callable[[Exposed], Count], givers: Callable, safe: Iterable = ()
) -> None:
    """A count that is safe stays so when more is suppressed: each is looked at until it is safe and no more."""
    safe = set(safe)
    while waiting := [i for i in system.suppressed if i not in safe]:
        target = system.suppressed[waiting[0]]
        found = givers(system, target)
        if not found:
            safe.add(waiting[0])
            continue
        for count in system.counts[choose(Exposed(target, frozenset(found))).identity]:
            count.suppressed = count.suppressed or not count.published


def _is_revised(printed: list[Count]) -> bool:
    """Whether a later printing than those that their sources published is hidden, so that nobody knows what it says."""
    hidden = {c.value for c in printed if c.suppressed and "|worked out" not in c.vintage}
    left = [c for c in printed if not c.suppressed]
    return bool(hidden) and all(c.published and c.value not in hidden for c in left)


def _fixed(system: System) -> set:
    """The suppressed identities that are sums or differences of what is left, all found at once."""
    known = [system.row(i) for i in system.known]
    targets = [i for i in system.suppressed if i not in system.known]
    if not known or not targets:
        return set()
    wanted = np.array([system.row(i) for i in targets])
    rest = np.abs(wanted @ np.linalg.pinv(np.array(known)) @ np.array(known) - wanted).max(axis=1)
    return {identity for identity, left in zip(targets, rest, strict=True) if left < 1e-7}


def _families(system: System) -> list[System]:
    """A system in smaller ones that tell most of what it tells: one place and time, one group of persons over places
    or over times."""
    families: dict[tuple, list] = {}
    for identity in system.counts:
        area, period, who = identity
        for family in (("who", area, period), ("where", period, who), ("when", area, who)):
            families.setdefault(family, []).append(identity)
    return [system.part(together) for together in families.values()]


def ranges(counts: Iterable[Count]) -> list[tuple[Count, float, float]]:
    """For each suppressed count, the least and the most that it could be given what is left.

    Where printings disagree, the narrowest range that any one of them allows.
    """
    return [
        (target, *_range(system, target))
        for system in systems(list(counts), lambda count: count.suppressed)
        for target in system.suppressed.values()
    ]


def systems(counts: list[Count], about: Callable[[Count], bool]) -> list[System]:
    """The counts that hang together with one that `about` is true of, in separate systems."""
    by_identity: dict[Hashable, list[Count]] = {}
    for count in counts:
        by_identity.setdefault(count.identity, []).append(count)
    waiting = {count.identity: None for count in counts if about(count)}
    masks = Masks(by_identity) if waiting else None
    found = []
    while waiting:
        group = masks.group(next(iter(waiting)))
        waiting = {identity: None for identity in waiting if identity not in group}
        together = {identity: printed for identity, printed in by_identity.items() if identity in group}
        values = np.array([printed[0].value for printed in together.values()])
        matrix, atoms = masks.matrix(list(together), rest=False)
        if _contradicts(matrix, values):
            matrix, atoms = masks.matrix(list(together), rest=True)
        found.append(System(together, matrix, atoms))
    return found


def _contradicts(matrix: np.ndarray, values: np.ndarray) -> bool:
    """Whether no numbers at all add up to the values, as when a group is left out of the parts."""
    if matrix.size > TOO_LARGE:
        return True
    solved, *_ = np.linalg.lstsq(matrix, values, rcond=None)
    return bool(np.abs(matrix @ solved - values).max() > 0.25)


class Masks:
    """Each identity as the force, quarter, age, sex and other categories that it covers, as bits of whole numbers."""

    def __init__(self, identities: Iterable):
        identities = list(identities)
        self._bits: dict[Hashable, int] = {}
        self._categories: dict[str, dict[str, int]] = {}
        for _, _, who in identities:
            for kind, value in who.other:
                known = self._categories.setdefault(kind, {})
                known.setdefault(value, 1 << len(known))
        self.adults = any(18 <= who.low < UNKNOWN for _, _, who in identities)
        self.of = {identity: self._masks(*identity) for identity in identities}

    def _masks(self, area: str, period: str, who: Who) -> tuple[int, ...]:
        places = self._union(("place", name) for name in (forces.forces_of(area) or (area,)))
        times = self._union(("time", quarter) for quarter in quarters(period))
        high = who.high if self.adults or who.low == UNKNOWN else min(who.high, 17)
        ages = ((1 << (high - who.low + 1)) - 1) << who.low if high >= who.low else UNKNOWN_AGE
        if who.low == 0 and who.high >= 17:
            ages |= UNKNOWN_AGE
        sex = 7 if who.sex == "any" else SEX_BITS.get(who.sex, 4)
        given = dict(who.other)
        rest = [
            known[given[kind]] if kind in given else (1 << (len(known) + 1)) - 1
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

    def matrix(self, identities: list, rest: bool) -> tuple[np.ndarray, list]:
        """Which unknowns each identity is the sum of, and what they are; unknowns that always go together are one.

        Without a `rest`, kinds of persons that no row names are none where the others stand beside their whole.
        """
        masks = [self.of[identity] for identity in identities]
        parts = [_parts({mask[place] for mask in masks}) for place in range(len(masks[0]))]
        unnamed = [] if rest else self._unnamed(identities)
        columns: dict[bytes, list] = {}
        for atom in product(*parts):
            if any(atom[place] & ~bits == 0 for place, bits in unnamed):
                continue
            column = bytes(all(a & b for a, b in zip(atom, mask, strict=True)) for mask in masks)
            if any(column):
                columns.setdefault(column, []).append(atom)
        ordered = sorted(columns)
        matrix = np.array([list(column) for column in ordered], dtype=float).T.reshape(len(masks), -1)
        return matrix, [columns[column] for column in ordered]

    def _unnamed(self, identities: list) -> list[tuple[int, int]]:
        """Kinds of persons that no row is of, where at least two rows are of others: (place in the masks, bits)."""
        named = [0] * len(self.of[identities[0]])
        several: list[set[int]] = [set() for _ in named]
        for identity in identities:
            who, given = identity[2], dict(identity[2].other)
            for place, told in enumerate(
                [
                    who.low > 0 or who.high < 17,
                    who.sex != "any",
                    *(kind in given for kind in self._categories),
                ],
                start=2,
            ):
                if told:
                    bits = self.of[identity][place]
                    named[place] |= bits
                    several[place].add(bits)
        wholes = [0, 0, UNKNOWN_AGE, 7, *((1 << (len(known) + 1)) - 1 for known in self._categories.values())]
        return [
            (place, wholes[place] & ~named[place])
            for place in range(2, len(named))
            if len(several[place]) > 1 and wholes[place] & ~named[place]
        ]


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
    """One value for each known identity but the target, once as each printing has it."""
    return printings({i: found for i, found in system.known.items() if i != target.identity})


def printings(known: Mapping[Hashable, list[Count]]) -> Iterator[dict]:
    """One value for each identity, once as each printing has it where printings disagree."""
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
