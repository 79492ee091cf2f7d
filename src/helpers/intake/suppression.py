"""The linear programme that chooses which counts must be suppressed.

Counts are sums of the same unknowns: a force's offences by time, offence, age, sex and whatever else a table tells
apart. Unknowns are not negative, and every count that can be read fixes a sum. A suppressed count is safe where other
numbers agree with all that can be read: it must be able to be two numbers, and to be the threshold or more. Where it is
not safe, the programme looks for numbers that change as little as possible of what can be read. The counts that it
changes are suppressed too, as partners. Nobody can tell a partner from a small count: both are only suppressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack

OLDEST = 120
UNKNOWN_AGE = OLDEST + 1
SLACK = 1e-6
# what it costs to read a count otherwise than as printed, to leave a count unsafe, and to leave it unsafe so far
MOVED, MISSED, UNPRICED = 1e3, 1e7, 1e-4
UNREAD = [[0], [np.inf]]  # the least and the most of a count that is suppressed


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
    low, high : int
        Ages, both included, of which ``UNKNOWN_AGE`` is the last.
    aspect : str
        What else tells these apart, as a kind and a value, such as "district: North"; empty for nothing.
    force, unit : str
        Of which force, and whether of offences or of something else that an offence is not.
    """

    start: date
    end: date
    offence: str = ""
    sex: str = ""
    low: int = 0
    high: int = UNKNOWN_AGE
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
        return bool(self.sex or self.aspect) or self.high - self.low < 15


@dataclass(frozen=True)
class Count:
    """One count: its group, the least and the most that it can be (None: no limit), and whether it must stay.

    ``must_stay`` is for what somebody else has published, or this project before. ``weight`` is what the count is
    worth to a reader.
    """

    group: Group
    low: float
    high: float | None
    must_stay: bool = False
    weight: float = 1.0


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
    low = (one for one in counts if one.high is not None and one.high < threshold)
    small = {one.group for one in low if one.group.personal}
    hidden = {group for group in {*already, *small} if not (group in known and known[group].must_stay)}
    parts = [
        [known.get(group, Count(group, 0, None)) for group in together]
        for together in _separate({*known, *hidden})
    ]
    return set().union(*(_Programme(part, hidden, threshold).protect() for part in watch(parts)))


def _separate(groups: set[Group]) -> list[list[Group]]:
    """Groups of one force and unit that overlap in time, directly or by way of others; nothing links the rest."""
    found: list[list[Group]] = []
    whose = end = None
    for group in sorted(groups, key=lambda one: (one.force, one.unit, one.start, repr(one))):
        if whose != (group.force, group.unit) or group.start >= end:
            found.append([])
            whose, end = (group.force, group.unit), group.end
        found[-1].append(group)
        end = max(end, group.end)
    return found


class _Programme:
    """What the counts of one force and time can be for a reader, and what must be suppressed beside those that are.

    Parts are taken to add up to their whole. Where they do not, as little as can be is left over. Where no numbers at
    all agree with what can be read, its limits move as little as makes some agree.
    """

    def __init__(self, counts: list[Count], hidden: set[Group], threshold: float):
        self.groups, self.threshold = [count.group for count in counts], threshold
        self.hidden = np.array([group in hidden for group in self.groups])
        self.printed = np.array([[one.low, np.inf if one.high is None else one.high] for one in counts]).T
        self.must_stay = np.array([one.must_stay for one in counts])
        worth = [one.weight * (1 if one.group.personal else 1000) for one in counts]
        self.prices = np.where(self.must_stay, np.inf, np.log10(10 + 10 * self.printed[0]) * worth)
        self.sums, self.left_over = _unknowns(self.groups)

    def protect(self) -> set[Group]:
        """The suppressed groups with the partners that they need."""
        before = agrees = None
        # sums that did not agree can agree without what is suppressed since, and a reader uses them then
        while not agrees and before != (before := self.hidden.sum()):
            agrees = self._agree()
            waiting, seen = self.hidden.copy(), []
            while waiting.any():
                places = np.flatnonzero(waiting)
                # the first one has partners, and others are made safe as far as that is free: others each time
                misses = UNPRICED * np.random.default_rng(len(seen)).lognormal(size=len(places))
                misses[0] = MISSED
                seen += [*(self._solve(self.prices, places, misses) @ self.matrix.T)]
                moved = np.any(self._moved(np.array(seen[-2:])), axis=0)
                self.hidden[moved] = waiting[moved] = True
                self.limits[:, moved] = UNREAD
                most, least = np.max(seen, axis=0) + SLACK, np.min(seen, axis=0)
                waiting &= (most < self.threshold) | (most < least + 1)
                waiting[places[0]] = False  # it is as safe as what must stay lets it be
        return {group for group, hidden in zip(self.groups, self.hidden, strict=True) if hidden}

    def _agree(self) -> bool:
        """Find limits and sums with which some numbers agree; whether all agree as they are printed."""
        self.matrix, self.limits = self.sums, np.where(self.hidden, UNREAD, self.printed)
        # an answer agrees with itself before it agrees with what others counted
        prices = np.where(self.must_stay, MOVED / 100, MOVED)
        unknowns = self._solve(prices, costs=self.left_over.sum(axis=0))[0]
        moved = self._moved(self.matrix @ unknowns)
        far = self.must_stay & (abs(moved) > 2 * self.threshold)  # it says nothing of a small count
        self.limits = np.where(far, UNREAD, self.limits + moved)
        needed = self.left_over @ unknowns > SLACK
        self.matrix = self.sums[:, ~self.left_over[~needed].any(axis=0)]
        return not (needed.any() or moved.any())

    def _moved(self, counts: np.ndarray) -> np.ndarray:
        """How far limits must move to agree with some counts."""
        moved = counts - np.clip(counts, *self.limits)
        return np.where(abs(moved) > SLACK, moved, 0)

    def _solve(self, prices: np.ndarray, places=(), misses=(), costs=0.0) -> np.ndarray:
        """Two tables of unknowns that agree with what can be read; limits move for that as little as can be, at `prices`.

        The counts at `places` are the threshold or more in the first table, and less by one or more in the second, or
        fail to be at the prices `misses`. `costs` are those of the unknowns.
        """
        sums, aims = self.matrix, self.matrix[list(places)]
        rows = vstack([kron(np.eye(2), sums), kron([[1, 0], [1, -1]], aims)])
        low, high = self.limits
        low = np.concatenate([low, low, np.repeat([self.threshold, 1], len(places))])
        high = np.concatenate([high, high, np.full(2 * len(places), np.inf)])
        price = np.concatenate([prices, prices, misses, misses])
        soft = np.isfinite(price)
        slack = eye_array(len(price), format="csc")[:, soft]
        cost = np.concatenate([*[costs + np.zeros(sums.shape[1])] * 2, price[soft], price[soft]])
        limits = LinearConstraint(hstack([rows, slack, -slack]), low, high)
        solved = milp(cost, constraints=limits, bounds=Bounds(0, np.inf))
        if solved.x is None:
            raise ArithmeticError(f"counts of a force could not be protected: {solved.message}")
        return solved.x[: rows.shape[1]].reshape(2, -1)


def _unknowns(groups: list[Group]) -> tuple[csr_array, np.ndarray]:
    """Which unknowns each count is the sum of, and which are left over of each kind; those that always go together are one.

    Left over is what is of none of several offences, of no age or sex, or of none of several districts.
    """
    low, high = np.array([[group.low, group.high] for group in groups]).T
    age = np.arange(UNKNOWN_AGE + 1)[:, None]  # children of unknown age are among all children
    ages = (low <= age) & (age <= high) | (age == UNKNOWN_AGE) & (low == 0) & (high >= 17)
    days = sorted({day for group in groups for day in (group.start, group.end)})
    times = np.array([[group.start <= day < group.end for group in groups] for day in days[:-1]])
    aspects = sorted({_kind(group) for group in groups} - {""})
    kinds = [
        (times, False),
        (ages, UNKNOWN_AGE not in low),
        _by_label([group.sex for group in groups]),
        _by_label([group.offence for group in groups]),
        *(_by_label([group.aspect * (_kind(group) == kind) for group in groups]) for kind in aspects),
    ]
    found = np.ones((1, len(groups) + len(kinds)), dtype=bool)
    for number, (pieces, has_rest) in enumerate(kinds):
        left_over = np.ones((len(pieces), len(kinds)), dtype=bool)
        left_over[:, number] = has_rest & (np.arange(len(pieces)) == len(pieces) - 1)
        found = found[:, None] & np.unique(np.hstack([pieces, left_over]), axis=0)
        found = found.reshape(-1, found.shape[-1])
        found = np.unique(found[found[:, : len(groups)].any(axis=1)], axis=0)
    return csr_array(found[:, : len(groups)].T.astype(float)), found[:, len(groups) :].T


def _kind(group: Group) -> str:
    """Aspects of one kind, such as districts, part the same counts."""
    return group.aspect.partition(":")[0]


def _by_label(labels: list[str]) -> tuple[np.ndarray, bool]:
    """Which counts each label is a part of, the last being all that has none of them; whether that is left over."""
    names = sorted({*labels} - {""})
    pieces = [[label in ("", name) for label in labels] for name in names]
    return np.array([*pieces, [label == "" for label in labels]]), len(names) > 1
