"""Small counts by age, sex or another personal characteristic, suppressed before anybody can read them.

What a reader can work out of a suppressed count is a linear programme. Counts are sums of the same unknowns (a force's
offences by time, offence, age, sex and whatever else a table tells apart), unknowns are not negative, and every count
that can be read fixes a sum. A suppressed count must be able to be the threshold or more, and must not be fixed.
Where it is not so, a second programme looks for other numbers that agree with all that must stay and change as little
as possible of the rest: the counts that it changes are suppressed too, as partners.

Nobody can tell a partner from a small count: both are only suppressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, hstack, identity

OLDEST = 120
UNKNOWN_AGE = OLDEST + 1
SEXES = ("female", "male", "unknown")
SLACK = 1e-6


@dataclass(frozen=True)
class Group:
    """Whom and what a count counts; counts of the same group are the same count.

    Attributes
    ----------
    start, end : date
        The first day and the day after the last.
    offence : str
        A code, a name, or both; empty for all sexual offences.
    sex : str
        "female", "male" or "unknown"; empty for everybody.
    low, high : int or None
        Ages, both included; None for every age, ``UNKNOWN_AGE`` for both where the age is not known.
    aspect : str
        What else tells these apart, such as a district; empty for nothing.
    force, unit : str
        Of which force, and whether of offences or of something else that an offence is not.
    """

    start: date
    end: date
    offence: str = ""
    sex: str = ""
    low: int | None = None
    high: int | None = None
    aspect: str = ""
    force: str = ""
    unit: str = "offences"

    @property
    def personal(self) -> bool:
        """Whether it tells persons apart: by sex, by fewer than sixteen years of age, or by anything else.

        >>> year = date(2023, 4, 1), date(2024, 4, 1)
        >>> Group(*year, low=0, high=17).personal, Group(*year, low=0, high=10).personal
        (False, True)
        """
        narrow = self.low is not None and (self.high if self.high is not None else OLDEST) - self.low < 15
        return bool(self.sex or self.aspect) or narrow


@dataclass(frozen=True)
class Count:
    """One count: its group, the least and the most that it can be (None: no limit), and whether it must stay.

    ``must_stay`` is for what somebody else has published, or this project before. ``weight`` is what the count is
    worth to a reader.
    """

    group: Group
    low: float | None
    high: float | None
    must_stay: bool = False
    weight: float = 1.0

    def is_small(self, threshold: float) -> bool:
        """Whether it may not be read: a personal count that is known to be under the threshold."""
        return self.group.personal and self.high is not None and self.high < threshold


def suppress(
    counts: Sequence[Count], threshold: float, already: Iterable[Group] = (), watch: Callable = iter
) -> set[Group]:
    """The groups whose counts must be suppressed.

    Parameters
    ----------
    counts : sequence of Count
        All counts of some forces: the new ones, and all that can be read elsewhere (``must_stay``).
    threshold : int
        Counts under it are small.
    already : iterable of Group
        Groups that are suppressed and stay so, whatever was counted since.
    watch : function
        Takes the parts of the work and gives them back one by one, for a progress bar.

    Returns
    -------
    set of Group
        Those of `already`, the small ones, and their partners.

    Examples
    --------
    >>> year = date(2023, 4, 1), date(2024, 4, 1)
    >>> counts = [Count(Group(*year), 20, 20), Count(Group(*year, sex="female"), 17, 17), Count(Group(*year, sex="male"), 3, 3)]
    >>> sorted(group.sex for group in suppress(counts, 5))
    ['female', 'male']
    """
    known: dict[Group, Count] = {}
    for count in counts:  # of several values for one group, the first
        first = known.setdefault(count.group, count)
        stays, weight = first.must_stay or count.must_stay, max(first.weight, count.weight)
        known[count.group] = replace(first, must_stay=stays, weight=weight)
    small = {count.group for count in counts if count.is_small(threshold)}
    hidden = {group for group in {*already, *small} if not (group in known and known[group].must_stay)}
    found = set(hidden)
    for together in watch(_separate({*known, *hidden})):
        before, mine = set(), hidden & together
        while (
            mine != before
        ):  # what is suppressed since can make other sums agree, which a reader may then use
            system = System({group: known[group] for group in together & known.keys()}, mine)
            before, mine = mine, system.protected(threshold)
            if system.as_read:
                break
        found |= mine
    return found


def _separate(groups: set[Group]) -> list[set[Group]]:
    """Groups of one force and unit that overlap in time, directly or by way of others; nothing links the rest."""
    found: list[set[Group]] = []
    before, end = None, None
    for group in sorted(groups, key=_order):
        if before != (group.force, group.unit) or group.start >= end:
            found.append(set())
            before, end = (group.force, group.unit), group.end
        found[-1].add(group)
        end = max(end, group.end)
    return found


def _order(group: Group) -> tuple:
    return group.force, group.unit, group.start, group.end, repr(group)


class System:
    """The unknowns that counts of one force and time are sums of, and which of the counts can be read."""

    def __init__(self, known: dict[Group, Count], hidden: set[Group]):
        self.groups = sorted({*known, *hidden}, key=_order)
        counts = [known.get(group, Count(group, None, None)) for group in self.groups]
        self.stays = np.array([count.must_stay for count in counts])
        self.hidden = np.array([group in hidden for group in self.groups])
        self.given = np.array([[one.low or 0, np.inf if one.high is None else one.high] for one in counts]).T
        self.matrix, self.bounds, self.as_read = self._reconciled()
        self.seen = np.array([[np.inf], [-np.inf]]).repeat(len(counts), axis=1)  # nothing yet
        whole = [1 if group.personal else 1000 for group in self.groups]
        worth = np.array([count.weight for count in counts])
        self.prices = (1 + np.log10(1 + self.given[0])) * worth * whole

    # ------------------------------------------------------------------ what the counts are sums of

    def _reconciled(self) -> tuple[csr_array, np.ndarray, bool]:
        """The unknowns of each count, its limits, and whether the parts of each whole add up to it as they can be read.

        Where they do not, something is left over of as few kinds as will do. Where no numbers at all agree with what
        can be read, its limits move as little as makes it add up: the sums are then protected as a reader would use them.
        """
        kinds = self._kinds()
        found = None
        for left_over in chain.from_iterable(
            combinations(range(len(kinds)), size) for size in range(len(kinds) + 1)
        ):
            matrix = self._unknowns(kinds, left_over)
            moved = self._moved(matrix)
            found = found or (matrix, self.given - moved, False)
            if np.abs(moved).max(initial=0) < SLACK:
                return matrix, self.given, not left_over
        return found

    def _kinds(self) -> list[tuple[list, list]]:
        """By offence, age, sex and each further aspect: pieces by counts, and the piece that no count names."""
        groups = self.groups
        ages = list(np.array([_band(group) for group in groups]).T)
        sexes = [np.array([group.sex in ("", sex) for group in groups]) for sex in SEXES]
        said = {group.sex for group in groups}
        every_age = any(group.low == UNKNOWN_AGE for group in groups)
        every_sex = "unknown" in said or not {"female", "male"} <= said
        kinds = sorted({*map(_kind, groups)} - {""})
        return [
            _of_labels([group.offence for group in groups]),
            (ages, []) if every_age else (ages[:UNKNOWN_AGE], ages[UNKNOWN_AGE:]),
            (sexes, []) if every_sex else (sexes[:2], sexes[2:]),
            *(_of_labels([group.aspect * (_kind(group) == kind) for group in groups]) for kind in kinds),
        ]

    def _unknowns(self, kinds: list[tuple[list, list]], left_over: tuple[int, ...]) -> csr_array:
        """Which unknowns each count is the sum of; unknowns that always go together are one."""
        starts = sorted({day for group in self.groups for day in (group.start, group.end)})
        patterns = np.array(
            [[group.start <= day < group.end for group in self.groups] for day in starts[:-1]]
        )
        for number, (pieces, rest) in enumerate(kinds):
            wanted = np.unique([*pieces, *(rest if number in left_over else [])], axis=0)
            patterns = (patterns[:, None, :] & wanted[None, :, :]).reshape(-1, len(self.groups))
            patterns = np.unique(patterns[patterns.any(axis=1)], axis=0)
        return csr_array(patterns.T.astype(float))

    def _moved(self, matrix: csr_array) -> np.ndarray:
        """How far the limits of what can be read must move, in sum as little as can be, for some numbers to agree with it."""
        visible, unknowns = self._visible(), matrix.shape[1]
        eye = identity(len(visible), format="csr")
        cost = np.repeat([0.0, 1.0], [unknowns, 2 * len(visible)])
        solved = _solve(cost, hstack([matrix[visible], eye, -eye], format="csr"), *self.given[:, visible])
        moved = np.zeros(len(self.groups))
        moved[visible] = np.subtract(*solved.x[unknowns:].reshape(2, -1))
        return moved

    # ------------------------------------------------------------------ what can be worked out

    def _visible(self) -> np.ndarray:
        return np.flatnonzero(~self.hidden)

    def _reach(self, place: int, sense: int, visible: np.ndarray) -> float:
        """The most (sense 1) or the least (-1) that a count can be for somebody who reads the visible ones."""
        solved = _solve(-sense * self._row(place), self.matrix[visible], *self.bounds[:, visible])
        if solved.status == 3:
            return np.inf
        if len(visible) == len(self._visible()):
            self._keep(solved.x)
        return float(solved.fun) * -sense

    def _keep(self, unknowns: np.ndarray) -> None:
        """Remember what the counts can be: numbers that agree with what can be read agree with what is left of it."""
        counts = self.matrix @ unknowns
        self.seen = np.array([np.minimum(self.seen[0], counts), np.maximum(self.seen[1], counts)])

    def _row(self, place: int) -> np.ndarray:
        return self.matrix[[place]].toarray()[0]

    def protected(self, threshold: float) -> set[Group]:
        """The suppressed groups with the partners that each needs."""
        waiting = list(np.flatnonzero(self.hidden))
        unsure, before = np.array(waiting), 0
        while len(unsure) not in (
            0,
            before,
        ):  # most are soon known to be safe, and need no programme of their own
            self._look_around(unsure, threshold)
            unsure, before = unsure[~self._is_safe(threshold)[unsure]], len(unsure)
        while waiting:
            place = waiting.pop(0)
            if partners := self._exposed(place, threshold):
                waiting += [*partners, place]
                self.hidden[partners] = True
        return {group for group, hidden in zip(self.groups, self.hidden, strict=True) if hidden}

    def _look_around(self, places: np.ndarray, threshold: float) -> None:
        """See what suppressed counts can be, many at once: as large as they need to be, and then each one less."""
        rows, visible = self.matrix[places], self._visible()
        cost = np.repeat([0.0, 1.0], [rows.shape[1], len(places)])
        no_limit = np.full(len(places), np.inf)
        for short in (1, -1):
            ends = (
                (np.full(len(places), threshold), no_limit)
                if short > 0
                else (-no_limit, self.seen[1][places] - 1)
            )
            lacking = short * identity(len(places), format="csr")
            sums = block_array([[self.matrix[visible], None], [rows, lacking]], format="csr")
            solved = _solve(cost, sums, *np.hstack([self.bounds[:, visible], ends]))
            self._keep(solved.x[: rows.shape[1]])

    def _is_safe(self, threshold: float) -> np.ndarray:
        """Whether each count is known to be able to be the threshold or more, and to be two numbers."""
        return self.seen[1] > np.maximum(threshold, self.seen[0] + 1) - SLACK

    def _exposed(self, place: int, threshold: float) -> list[int]:
        """The partners that a suppressed count needs; none where it can be many numbers already."""
        if self._is_safe(threshold)[place]:
            return []
        most = self._reach(place, 1, self._visible())
        if most < threshold - SLACK and (partners := self._partners(place, 1, float(threshold))):
            return partners
        least = self._reach(place, -1, self._visible())
        if most - least > 1 - SLACK:
            return []
        return self._partners(place, 1, most + 1) or self._partners(place, -1, least - 1)

    def _partners(self, place: int, sense: int, target: float) -> list[int]:
        """The counts to suppress so that one can be as much or as little as `target`, those that are missed least."""
        row, visible = self._row(place), self._visible()
        fixed, movable = visible[self.stays[visible]], visible[~self.stays[visible]]
        limit = sense * self._reach(place, sense, fixed)  # what others have published cannot be taken back
        target = sense * min(sense * target, np.floor(limit + SLACK))
        eye = identity(len(movable), format="csr")
        kept, wanted = [self.matrix[fixed], None, None], [csr_array(row[None, :]), None, None]
        sums = block_array([[self.matrix[movable], eye, -eye], kept, wanted], format="csr")
        ends = (target, np.inf) if sense > 0 else (0, target)
        low, high = np.column_stack([self.bounds[:, movable], self.bounds[:, fixed], ends])
        price = self.prices[movable]
        solved = _solve(np.concatenate([0 * row, price, price]), sums, low, high)
        moved = solved.x[len(row) :].reshape(2, -1).sum(axis=0) > SLACK
        self._keep(solved.x[: len(row)])
        return movable[moved].tolist()


def _kind(group: Group) -> str:
    """Aspects of one kind, such as districts, part the same counts."""
    return group.aspect.partition(":")[0]


def _of_labels(labels: list[str]) -> tuple[list, list]:
    """Pieces by counts for labels of which none is part of another, and the piece of all that have none of them."""
    names = np.array(labels)
    pieces = [(names == "") | (names == name) for name in sorted({*labels} - {""})]
    return (pieces, [names == ""]) if len(pieces) > 1 else ([*pieces, names == ""], [])


def _band(group: Group) -> np.ndarray:
    """The ages that a group is of; those of unknown age are among all children, as among everybody."""
    ages = np.zeros(OLDEST + 2, dtype=bool)
    if group.low is None:
        ages[:] = True
    else:
        high = group.high if group.high is not None else OLDEST
        ages[group.low : high + 1] = True
        ages[UNKNOWN_AGE] |= group.low == 0 and high >= 17
    return ages


def _solve(cost: np.ndarray, sums: csr_array, low: np.ndarray, high: np.ndarray):
    """Solve a linear programme in unknowns that are not negative, whose sums lie between limits."""
    solved = milp(
        cost, constraints=LinearConstraint(sums, low, high) if len(low) else None, bounds=Bounds(0, np.inf)
    )
    if solved.status not in (0, 2, 3):
        raise ArithmeticError(f"counts of a force could not be protected: {solved.message}")
    return solved
