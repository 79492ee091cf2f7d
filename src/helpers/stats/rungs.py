"""Assumptions about how each explanation may move the cells, as patterns and rungs.

A pattern is a table with one column a cell. Its rows are directions, and the explanation may move the cells by
any mixture of them with non-negative amounts: :func:`anywhere` lets each cell move by itself, :func:`alike`
moves them together, :func:`rising` moves later groups at least as much as earlier ones, :func:`nowhere` moves
nothing. Tables can be stacked, and any other table of directions will do. A :class:`Rung` gives every
explanation its pattern; :mod:`~helpers.stats.bounds` finds what shares of a rise a rung allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import nnls
from scipy.special import chdtrc, fdtrc

_PIVOTS = 12  # rounds of exchanging directions before a panel is done by itself


def anywhere(cells) -> np.ndarray:
    """Any amount in each of the cells, separately.

    `cells` is a mask over all cells, shape (j,); all-true for everywhere.

    >>> anywhere([True, False, True])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    mask = np.asarray(cells, dtype=bool)
    return np.eye(mask.size)[mask]


def alike(cells) -> np.ndarray:
    """The same amount in each of the cells.

    >>> alike([True, False, True])
    array([[1., 0., 1.]])
    """
    return np.asarray(cells, dtype=bool).astype(float)[None]


def rising(*groups) -> np.ndarray:
    """The same amount within each group of cells, and at least as much in each group as in the one before.

    >>> rising([True, False, False], [False, True, True])
    array([[1., 1., 1.],
           [0., 1., 1.]])
    """
    masks = np.asarray(groups, dtype=bool).astype(float)
    if (masks.sum(axis=0) > 1).any():
        raise ValueError("groups must not share cells")
    return masks[::-1].cumsum(axis=0)[::-1]


def nowhere(cells) -> np.ndarray:
    """Nothing in any cell.

    >>> nowhere([True, True]).shape
    (0, 2)
    """
    return np.empty((0, np.size(cells)))


@dataclass(frozen=True)
class Rung:
    """A set of assumptions about how each explanation moves the cells.

    Parameters
    ----------
    name : str
    patterns : mapping of str to array, shape (g, j)
        For each explanation its directions, in which no cell falls (see :func:`anywhere`, :func:`alike`, :func:`rising`).
    says : str
        The assumption in a sentence.
    """

    name: str
    patterns: Mapping[str, np.ndarray]
    says: str = ""

    def then(self, name: str, says: str = "", **patterns) -> Rung:
        """The next rung up: some patterns replaced.

        >>> first = Rung("any", {"a": anywhere([1, 1]), "b": anywhere([1, 1])})
        >>> first.then("b alike", b=alike([1, 1])).patterns["b"]
        array([[1., 1.]])
        """
        return Rung(name, {**self.patterns, **patterns}, says)

    @cached_property
    def explanations(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.patterns)

    @cached_property
    def matrix(self) -> np.ndarray:
        """The directions of all explanations side by side, shape (j, k): the rung as a linear program."""
        tables = [np.asarray(rows, dtype=float) for rows in self.patterns.values()]
        if any((table < 0).any() for table in tables):
            raise ValueError("patterns must let no cell fall: a direction is below zero")
        return np.ascontiguousarray(np.concatenate(tables).T)

    @cached_property
    def owner(self) -> np.ndarray:
        """The number of the explanation that each direction belongs to, shape (k,)."""
        return np.repeat(np.arange(len(self.patterns)), [len(rows) for rows in self.patterns.values()])

    def costs(self, explanations: tuple[int, ...]) -> np.ndarray:
        """What a unit of each direction adds to these explanations in each cell, shape (k, j)."""
        return self.matrix.T * np.isin(self.owner, explanations)[:, None]

    def closest(self, changes: np.ndarray, roots: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The changes that the rung can produce nearest to those seen, squared distances, and what holds them.

        Distance is in standard errors: `roots`, shape (n, j, j), are whiteners of the covariances of the changes,
        (n, j). The last numbers are how many independent restrictions hold the nearest changes where they are.

        Where the directions are independent, all panels change their sets of directions in use
        together until none has a negative amount or leaves out a direction that would help (block pivoting: Kim and
        Park 2011, SIAM Journal on Scientific Computing 33, 3261-3281). Panels that do not settle go one by one.
        """
        directions = np.unique(self.matrix.T, axis=0).T
        seen = (roots @ changes[..., None])[..., 0]
        amounts, settled = np.zeros((len(changes), directions.shape[1])), np.zeros(len(changes), dtype=bool)
        independent = np.linalg.matrix_rank(directions) == directions.shape[1]
        if independent:
            amounts, settled = _least_amounts(roots @ directions, seen)
        for row in np.flatnonzero(~settled):
            amounts[row] = nnls(roots[row] @ directions, seen[row])[0]
        nearest = amounts @ directions.T
        away = (roots @ (changes - nearest)[..., None])[..., 0]
        distance = np.vecdot(away, away)
        apart = distance >= 1e-10
        used = amounts > 1e-9 * np.maximum(1.0, amounts.max(axis=1, keepdims=True, initial=0.0))
        ranks = used.sum(axis=1) if independent else np.linalg.matrix_rank(directions * used[:, None])
        nearest = np.where(apart[:, None], nearest, changes)
        return nearest, distance * apart, (len(self.matrix) - ranks) * apart


def _least_amounts(directions: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Non-negative amounts (n, k) of directions (n, j, k) nearest to targets (n, j), and which panels have settled."""
    normal = np.swapaxes(directions, 1, 2) @ directions
    right = (np.swapaxes(directions, 1, 2) @ target[..., None])[..., 0]
    size = normal.shape[1]
    amounts, used = np.zeros(right.shape), np.ones(right.shape, dtype=bool)
    moving = np.arange(len(target))
    for _ in range(_PIVOTS):
        mine, mask = normal[moving], used[moving]
        both = mask[:, :, None] & mask[:, None]
        held_out = np.where(both, mine, np.eye(size))
        found = np.linalg.solve(held_out, np.where(mask, right[moving], 0.0)[..., None])[..., 0]
        slope = right[moving] - (mine @ found[..., None])[..., 0]  # what more of a direction would gain
        scale = np.abs(right[moving]).max(axis=1, keepdims=True)
        wrong = np.where(mask, found <= 0, slope > 1e-10 * scale)
        amounts[moving] = np.where(mask, found, 0.0)
        used[moving] = mask ^ wrong
        moving = moving[wrong.any(axis=1)]
        if not moving.size:
            break
    settled = np.ones(len(target), dtype=bool)
    settled[moving] = False
    return amounts, settled


def misfit_p_values(distance, restrictions, dof: float | None = None) -> np.ndarray:
    """How often sampling error alone would take changes that a rung can produce at least this far from it.

    The conditional chi-squared test: given which restrictions hold the nearest changes in place, the squared distance
    is at most chi-square on their number, wherever the truth lies in what the rung can produce. With a covariance
    estimated on `dof` degrees of freedom it is Hotelling's T-squared.

    Parameters
    ----------
    distance : array, shape (n,)
        Squared distances; none means a p-value of one.
    restrictions : array of int, shape (n,)
        How many restrictions hold each of the nearest changes.
    dof : float, optional
        None for a known covariance; otherwise at least the number of cells.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Cox and Shi (2023), Review of Economic Studies 90, 201-228.

    Examples
    --------
    >>> misfit_p_values([0.0, 3.841, 3.841], [0, 1, 2]).round(2)
    array([1.  , 0.05, 0.15])
    >>> misfit_p_values([3.841], [1], dof=16).round(3)  # t on 16 degrees of freedom, squared
    array([0.068])
    """
    distance = np.asarray(distance, dtype=float)
    held = np.maximum(np.asarray(restrictions), 1)
    if dof is None:
        tail = chdtrc(held, distance)
    else:
        left = dof - held + 1
        tail = fdtrc(held, left, distance * left / (dof * held))
    return np.where(distance > 0, tail, 1.0)


def whiteners(covariance: np.ndarray) -> np.ndarray:
    """R with R'R the inverse of each covariance, given a hair of extra variance if it is singular."""
    cells = covariance.shape[-1]
    size = np.trace(covariance, axis1=-2, axis2=-1)[..., None, None] / cells
    return np.linalg.inv(np.linalg.cholesky(covariance + 1e-10 * np.maximum(size, 1e-12) * np.eye(cells)))


def ladder(start: Mapping[str, np.ndarray], rows: Iterable[Mapping], pattern: Callable) -> list[Rung]:
    """The rungs that rows of a vocabulary describe, each kept by the next.

    Parameters
    ----------
    start : mapping of str to array, shape (g, j)
        The directions of each explanation before anything is assumed.
    rows : iterable of mappings
        `rung` and `says`, and under the name of each explanation whose pattern changes its new one in words.
    pattern : callable
        Such words → directions.

    Examples
    --------
    >>> rows = [{"rung": "b alike", "says": "It moved all.", "b": "11"}, {"rung": "no a", "says": "It moved none.", "a": ""}]
    >>> [rung.patterns["b"].tolist() for rung in ladder({"b": anywhere([1, 1])}, rows, lambda words: alike(list(map(int, words))))]
    [[[1.0, 1.0]], [[1.0, 1.0]]]
    """
    rungs = [Rung("", start)]
    for row in rows:
        changed = {name: pattern(row[name]) for name in start if row.get(name)}
        rungs.append(rungs[-1].then(row["rung"], row["says"], **changed))
    return rungs[1:]
