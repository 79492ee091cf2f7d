"""The corners that decide the bounds, found once for a rung and used for any number of panels.

The least share that an explanation can have is the largest of a fixed set of linear functions of the changes:
the corners of the dual program. They give three things that a linear program does not: the bounds of thousands
of panels at the price of a few multiplications, the standard error of a bound, and the other corners that come
near it. The last matter because the largest of several noisy numbers is too large on average: an interval that
looked only at the winner would be too narrow (Chernozhukov, Lee and Rosen 2013). Here the level is shared out
over all corners within reach of the winner, by Sidak's rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.linalg import orth

from helpers.stats.rungs import Rung, whiteners

_TIGHT = 1e-9
_MOST_BASES = 200_000
_REACH = 3.0  # corners whose intervals of this many standard errors touch the winner's are within reach


class Corners:
    """A rung made ready: its span, and the corners of its dual, {u : u'A <= cost}.

    The least cost of A v = b with v >= 0 is the largest u'b over these corners, whatever b. Every corner solves
    u'B = cost for some basis B of columns of A; the bases are inverted once. Where the rows of A depend on one
    another, corners are zero on the rows that add nothing.

    Parameters
    ----------
    rung : Rung

    Raises
    ------
    ValueError
        For a rung without any direction, or with so many that its corners cannot be listed.
    """

    def __init__(self, rung: Rung):
        self.rung, matrix = rung, rung.matrix
        if not matrix.size:
            raise ValueError(f"rung {rung.name!r} lets no explanation move a cell")
        each = np.eye(len(matrix))
        self._span = orth(matrix, rcond=1e-10)
        self._any_rise = set(map(tuple, each)) <= set(map(tuple, matrix.T))
        # Where it can produce any rise, one direction a cell is enough to say what is nearest.
        self._nearest_of = Rung("any rise", {"any": each}) if self._any_rise else rung
        self._columns, self._where = np.unique(matrix.T, axis=0, return_inverse=True)
        self._rows = _independent_rows(self._columns.T)
        square = self._columns[:, self._rows]
        count = math.comb(len(square), len(self._rows))
        if count > _MOST_BASES:
            raise ValueError(f"rung has {count} candidate bases, more than {_MOST_BASES}: use fewer cells")
        bases = np.array(list(combinations(range(len(square)), len(self._rows))), dtype=int)
        self._bases = bases[np.abs(np.linalg.det(square[bases])) > 1e-10]
        self._inverses = np.linalg.inv(square[self._bases])
        self._found: dict[tuple, tuple] = {}

    def nearest(self, changes, covariance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The nearest changes that the rung can produce, shape (n, j), their squared distances and restrictions, (n,)."""
        near, distance, held = changes.copy(), np.zeros(len(changes)), np.zeros(len(changes), dtype=int)
        out = ~((changes >= 0).all(axis=1) & self._any_rise)
        found = self._nearest_of.closest(changes[out], whiteners(covariance[out]))
        near[out], distance[out], held[out] = found
        return near, distance, held

    def spanned(self, changes: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The changes brought into the span of the rung's directions, and their covariance there.

        A linear step that leaves every corner's estimate unbiased when the rung is right. Cells are weighted by
        their own variances only: the full covariance, itself estimated, would promise too much.
        """
        span = self._span
        if not 0 < span.shape[1] < span.shape[0]:
            return changes, covariance
        weighted = span / np.diagonal(covariance, axis1=1, axis2=2)[..., None]
        bring = span @ np.linalg.solve(np.swapaxes(weighted, 1, 2) @ span, np.swapaxes(weighted, 1, 2))
        changes = np.einsum("nij,nj->ni", bring, changes)
        return changes, bring @ covariance @ np.swapaxes(bring, 1, 2)

    def end(self, explanations, sign, changes, nearest, covariance, weights, level) -> End:
        """One end of the share of an explanation, or of several together, on every panel.

        Parameters
        ----------
        explanations : tuple of int
        sign : int
            1 for the smallest share, -1 for the largest.
        changes, covariance : arrays, shape (n, j) and (n, j, j)
        nearest : array, shape (n, j)
            The changes that the rung can produce nearest to these.
        weights : ndarray, shape (n, j) or (1, j)
            Each panel's own, or the same for all.
        level : float

        Returns
        -------
        End

        Raises
        ------
        ValueError
            For weights so far apart that not all panels have the same corners.
        """
        n = len(changes)
        maps, costs, constant = self._near(explanations, sign, weights) if n else (None, None, -np.inf)
        if constant is not None:  # whatever the changes; or no panels, or no end on this side
            same = np.full(n, constant)
            return End(same, same, np.zeros(n), np.full(n, level), lambda _: same)
        corners = self._at(maps, costs, weights)
        total = np.vecdot(changes, weights)[:, None]
        amounts = (corners @ changes[..., None])[..., 0]
        with_cells = corners @ covariance  # of each corner's amount with each cell: (n, corners, j)
        amount_var = np.vecdot(with_cells, corners)
        both = (with_cells @ weights[..., None])[..., 0]
        total_var = variance_of(weights, covariance)[:, None]
        values = amounts / total
        variance = amount_var - 2 * values * both + values**2 * total_var
        ses = np.sqrt(np.maximum(variance, 0)) / np.abs(total)
        ses[ses < 1e-9] = 0
        winner = values.argmax(axis=1)[:, None]
        best, best_se = (np.take_along_axis(table, winner, axis=1) for table in (values, ses))
        near = best - values <= _REACH * (ses + best_se) + _TIGHT
        tied = best - values <= _TIGHT * (1 + np.abs(best))
        possible = (corners @ nearest[..., None])[..., 0].max(axis=1)

        def limit_at(critical: np.ndarray) -> np.ndarray:
            c2 = critical[:, None] ** 2
            a = total**2 - c2 * total_var
            b = amounts * total - c2 * both
            c = amounts**2 - c2 * amount_var
            root = np.sqrt(np.maximum(b**2 - a * c, 0))
            with np.errstate(divide="ignore", invalid="ignore"):
                limit = np.where(a > 0, (b - root) / a, -np.inf)
            return np.where(near, limit, -np.inf).max(axis=1)

        return End(
            share=best[:, 0],
            bound=possible / np.vecdot(nearest, weights),
            se=np.where(tied, ses, 0).max(axis=1),
            level=level ** (1 / np.maximum(_distinct(values, ses, near), 1)),
            limit_at=limit_at,
        )

    def _near(self, explanations: tuple[int, ...], sign: int, weights: np.ndarray) -> tuple:
        """The corners near these weights as linear functions of them, each column's cost likewise, and :func:`_constant`."""
        key = (explanations, sign, tuple(weights.any(axis=0)))
        if key not in self._found:
            costs, mean = sign * self.rung.costs(explanations), weights.mean(axis=0)
            # of columns that stand twice, the cheapest first
            order = np.lexsort((costs @ mean, self._where.ravel()))
            costs = costs[order[np.unique(self._where.ravel()[order], return_index=True)[1]]]
            maps = self._inverses @ costs[self._bases]
            maps = maps[self._within(maps @ mean, costs @ mean)]
            told_apart = maps[..., mean > 0]
            told_apart = told_apart.reshape(len(maps), math.prod(told_apart.shape[1:])).round(10)
            maps = maps[np.unique(told_apart, axis=0, return_index=True)[1]]
            self._found[key] = maps, costs, _constant(maps, self._rows, mean)
        return self._found[key]

    def _at(self, maps: np.ndarray, costs: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The corners at each panel's weights, shape (n, corners, j).

        A corner stays one while it keeps every column's cost, and a new one can come only where an old one breaks
        one; so if all of them keep all costs at some weights, they are all the corners there.
        """
        u = np.einsum("kij,nj->nki", maps, weights)
        if not self._within(u, (weights @ costs.T)[:, None]).all():
            raise ValueError("weights are so far apart that panels have different corners")
        corners = np.zeros((len(weights), len(maps), len(self.rung.matrix)))
        corners[..., self._rows] = u
        return corners

    def _within(self, u: np.ndarray, cost: np.ndarray) -> np.ndarray:
        size = 1 + np.abs(cost).max(axis=-1, keepdims=True)
        return (u @ self._columns[:, self._rows].T <= cost + _TIGHT * size).all(axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """One end of an explanation's share on n panels. Shares carry a sign, so that the winner is the largest.

    Attributes
    ----------
    share, se : ndarray, shape (n,)
        Of the winning corner; the widest standard error where several tie.
    bound : ndarray, shape (n,)
        The share of the winning corner at the nearest changes that the rung can produce.
    level : ndarray, shape (n,)
        What each corner within reach must be given so that all of them together keep the level asked for.
    limit_at : callable
        Takes a number of standard errors for each panel, and returns the largest of the near corners after each has given way by so
        many of its own. A share is a ratio, so each gives way to Fieller's limit: the share that the data would just not
        reject. Minus infinity where the rise is not clear enough of zero for one.
    """

    share: np.ndarray
    bound: np.ndarray
    se: np.ndarray
    level: np.ndarray
    limit_at: Callable[[np.ndarray], np.ndarray]


def _distinct(values: np.ndarray, ses: np.ndarray, near: np.ndarray) -> np.ndarray:
    """How many corners within reach carry error of their own: exact ones and repeats need no share of the level."""
    marks = np.where(near & (ses > 1e-12), values + 1j * ses, np.nan)
    ordered = np.sort(marks.round(9), axis=1)
    fresh = np.isfinite(ordered)
    fresh[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    return fresh.sum(axis=1)


def _constant(maps: np.ndarray, rows: list[int], weights: np.ndarray) -> float | None:
    """The one share that these corners allow: none of the rise, or all of it."""
    counted = np.flatnonzero(weights > 0)
    whole = (np.asarray(rows)[:, None] == counted).astype(float)
    mine = maps[0][:, counted]
    fits = (share for share in (0.0, -1.0, 1.0) if np.allclose(mine, share * whole, atol=1e-10))
    return next(fits, None) if len(maps) == 1 else None


def variance_of(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Of each panel's weighted total; one row of weights serves all panels."""
    return np.vecdot((weights[:, None] @ covariance)[:, 0], weights)


def _independent_rows(matrix: np.ndarray) -> list[int]:
    kept: list[int] = []
    for row in range(len(matrix)):
        if np.linalg.matrix_rank(matrix[[*kept, row]]) > len(kept):
            kept.append(row)
    return kept
