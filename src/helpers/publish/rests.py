"""Small groups that no table prints and that the printed ones leave: all less girls less those of unknown sex are boys.

The groups looked at are all that a kind of person, place or time in the tables makes, alone or together: each part,
all parts, and all but one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from helpers.publish.inference import THRESHOLD, UNKNOWN_AGE, Count, System, printings
from helpers.publish.whom import Who

MOST = 6_000  # groups looked at in one system; larger ones are looked at in parts
PERSONS = 2  # the kinds in an atom from here on tell persons apart; those before are place and time


def rests(system: System) -> list[tuple[Count, np.ndarray]]:
    """The small groups that can be worked out of what is left, as suppressed counts, each with its unknowns."""
    known = system.known
    if len(known) < 2 or all(count.published for found in known.values() for count in found):
        return []
    groups = list(_groups(system))
    if not groups:
        return []
    wanted = np.array([row for row, _ in groups])
    weights, fixed = _solve(wanted, np.array([system.row(i) for i in known]))
    free = [i for i, found in known.items() if all(count.published for count in found)]
    if free:
        fixed &= ~_solve(wanted, np.array([system.row(i) for i in free]))[1]
    least = np.full(len(groups), np.inf)
    for values in printings(known):
        value = (weights @ np.array(list(values.values()))).round(6)
        nobody = (value < 0.5) & np.array([unnamed for _, unnamed in groups])
        least = np.where((value > -0.5) & ~nobody, np.minimum(least, value), least)
    small = np.flatnonzero(fixed & (least < THRESHOLD - 0.5))
    return [
        (_count(system, number, float(least[place]), wanted[place]), wanted[place])
        for number, place in enumerate(small)
    ]


def _solve(wanted: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights of rows that make each wanted sum of unknowns, and whether they do."""
    weights = wanted @ np.linalg.pinv(rows)
    return weights, np.abs(weights @ rows - wanted).max(axis=1) < 1e-7


def _count(system: System, number: int, value: float, row: np.ndarray) -> Count:
    area, period, _ = next(i for i in system.counts if (system.row(i) * row).any())
    return Count("", -1, "", area, f"{period}, group {number + 1}", Who(), value, False, suppressed=True)


def _groups(system: System) -> Iterator[tuple[np.ndarray, bool]]:
    """Groups of persons as sums of unknowns, and whether they are only those that no row names."""
    kinds = len(system.atoms[0][0])
    choices = [_choices({atom[kind] for atoms in system.atoms for atom in atoms}) for kind in range(kinds)]
    if np.prod([float(len(some)) for some in choices]) > MOST:
        return
    everyone = any(not who.personal for _, _, who in system.counts)
    seen = {row.tobytes() for row in system.matrix}
    for chosen in product(*choices):
        if everyone and all(parts is None for parts in chosen[PERSONS:]):
            continue
        row = _row(system, chosen)
        if row is not None and row.any() and row.tobytes() not in seen:
            seen.add(row.tobytes())
            yield (
                row,
                any(
                    parts is not None and parts <= _unnamed(kind, system) for kind, parts in enumerate(chosen)
                ),
            )


def _choices(parts: set[int]) -> list[frozenset | None]:
    """All parts, each alone, and all but each."""
    if len(parts) == 1:
        return [None]
    alone = [frozenset([part]) for part in sorted(parts)]
    return [None, *alone, *(frozenset(parts) - one for one in alone if len(parts) > 2)]


def _row(system: System, chosen) -> np.ndarray | None:
    """The unknowns of a group; None where an unknown is only partly of it."""
    row = np.zeros(system.matrix.shape[1])
    for place, atoms in enumerate(system.atoms):
        inside = [
            all(parts is None or part in parts for part, parts in zip(atom, chosen, strict=True))
            for atom in atoms
        ]
        if any(inside):
            if not all(inside):
                return None
            row[place] = 1
    return row


def _unnamed(kind: int, system: System) -> frozenset[int]:
    """The parts of a kind that stand for persons whom no row names."""
    if kind < PERSONS:
        return frozenset()
    if kind == PERSONS:
        return frozenset([UNKNOWN_AGE])
    if kind == PERSONS + 1:
        return frozenset([4])
    return frozenset([max(atom[kind] for atoms in system.atoms for atom in atoms)])
