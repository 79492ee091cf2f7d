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
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from helpers.stats.rungs import Program, Rung, anywhere, whiteners

_TIGHT = 1e-9
_MOST_BASES = 200_000
_REACH = 3.0  # corners whose intervals of this many standard errors touch the winner's are within reach


class Corners:
    """A rung made ready: its program, its span, and the corners of its dual.

    Parameters
    ----------
    rung : Rung

    Raises
    ------
    ValueError
        For a rung with so many directions that its corners cannot be listed.
    """

    def __init__(self, rung: Rung):
        self.program = Program.of(rung)
        matrix = self.program.matrix
        self._dual = _dual(matrix.tobytes(), matrix.shape)
        cells = self.program.cells
        self._span = _basis(matrix) if matrix.size else np.zeros((cells, 0))
        columns = {tuple(column) for column in matrix.T}
        self._any_rise = all(tuple(column) in columns for column in np.eye(cells))
        self._no_fall = self._any_rise and bool((matrix >= 0).all())
        self._found: dict[tuple, _Found] = {}

    def nearest(
        self, changes: np.ndarray, covariance: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The nearest changes that the rung can produce, shape (n, j), their squared distances and restrictions, (n,)."""
        if self._no_fall:  # any changes but falls: the same for every such rung
            data = (np.ascontiguousarray(table).tobytes() for table in (changes, covariance))
            return _nearest_without_falls(*data, changes.shape)
        inside = (changes >= 0).all(axis=1) & self._any_rise
        return _nearest(self.program, changes, covariance, np.flatnonzero(~inside))

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

    def _near(self, explanations: tuple[int, ...], sign: int, weights: np.ndarray) -> _Found:
        key = (explanations, sign, tuple(weights.any(axis=0)))
        if key not in self._found:
            costs = sign * self.program.costs(explanations)
            self._found[key] = self._dual.corners(costs, weights.mean(axis=0))
        return self._found[key]

    def end(
        self, explanations: tuple[int, ...], sign: int, changes, nearest, covariance, weights, level: float
    ) -> End:
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
        found = self._near(explanations, sign, weights) if n else None
        constant = -np.inf if found is None else found.constant
        if constant is not None:  # whatever the changes; or no panels, or no end on this side
            none = np.zeros((n, 0))
            same = np.full(n, constant)
            return End(same, same, np.zeros(n), np.full(n, level), none, none, none, none, none, none)
        corners = found.at(weights)
        total = (changes * weights).sum(axis=1)[:, None]
        amounts = (corners @ changes[..., None])[..., 0]
        with_cells = corners @ covariance  # of each corner's amount with each cell: (n, corners, j)
        amount_var = np.einsum("nki,nki->nk", with_cells, corners)
        both = (with_cells @ weights[..., None])[..., 0]
        total_var = variance_of(weights, covariance)[:, None]
        values = amounts / total
        variance = amount_var - 2 * values * both + values**2 * total_var
        errors = np.sqrt(np.maximum(variance, 0)) / np.abs(total)
        errors[errors < 1e-9] = 0
        winner = values.argmax(axis=1)[:, None]
        best, best_error = (np.take_along_axis(table, winner, axis=1) for table in (values, errors))
        near = best - values <= _REACH * (errors + best_error) + _TIGHT
        tied = best - values <= _TIGHT * (1 + np.abs(best))
        possible = (corners @ nearest[..., None])[..., 0].max(axis=1)
        return End(
            share=best[:, 0],
            bound=possible / (nearest * weights).sum(axis=1),
            error=np.where(tied, errors, 0).max(axis=1),
            level=level ** (1 / np.maximum(_distinct(values, errors, near), 1)),
            near=near,
            amounts=amounts,
            amount_var=amount_var,
            both=both,
            total=total,
            total_var=total_var,
        )


@dataclass(frozen=True, slots=True)
class End:
    """One end of an explanation's share on n panels. Shares carry a sign, so that the winner is the largest.

    Attributes
    ----------
    share, error : ndarray, shape (n,)
        Of the winning corner; the widest error where several tie.
    bound : ndarray, shape (n,)
        The share of the winning corner at the nearest changes that the rung can produce.
    level : ndarray, shape (n,)
        What each corner within reach must be given so that all of them together keep the level asked for.
    near : ndarray of bool, shape (n, corners)
    amounts, amount_var, both, total, total_var : ndarrays
        Each corner's part of the rise, its variance, its covariance with the rise; the rise and its variance.
    """

    share: np.ndarray
    bound: np.ndarray
    error: np.ndarray
    level: np.ndarray
    near: np.ndarray
    amounts: np.ndarray
    amount_var: np.ndarray
    both: np.ndarray
    total: np.ndarray
    total_var: np.ndarray

    def given(self, critical: np.ndarray) -> np.ndarray:
        """The largest of the near corners after each has given way by `critical` of its own errors.

        A share is a ratio, so each gives way to Fieller's limit: the share that the data would just not reject.
        Minus infinity where the rise is not clear enough of zero for one.
        """
        if not self.near.shape[1]:
            return self.share
        c2 = critical[:, None] ** 2
        a = self.total**2 - c2 * self.total_var
        b = self.amounts * self.total - c2 * self.both
        c = self.amounts**2 - c2 * self.amount_var
        root = np.sqrt(np.maximum(b**2 - a * c, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            limit = np.where(a > 0, (b - root) / a, -np.inf)
        return np.where(self.near, limit, -np.inf).max(axis=1)


def _distinct(values: np.ndarray, errors: np.ndarray, near: np.ndarray) -> np.ndarray:
    """How many corners within reach carry error of their own: exact ones and repeats need no share of the level."""
    marks = np.where(near & (errors > 1e-12), values + 1j * errors, np.nan)
    ordered = np.sort(marks.round(9), axis=1)
    fresh = np.isfinite(ordered)
    fresh[:, 1:] &= ordered[:, 1:] != ordered[:, :-1]
    return fresh.sum(axis=1)


class _Dual:
    """The corners of {u : u'A <= cost}, for one A and any cost.

    The least cost of A v = b with v >= 0 is the largest u'b over these corners, whatever b. Every corner solves
    u'B = cost for some basis B of columns of A; the bases are inverted once. Where the rows of A depend on one
    another, corners are zero on the rows that add nothing.
    """

    def __init__(self, matrix: np.ndarray):
        self.width = len(matrix)
        columns, self._where = np.unique(matrix.T, axis=0, return_inverse=True)
        self._rows = _independent_rows(columns.T)
        self._columns = columns[:, self._rows]
        count = math.comb(len(columns), len(self._rows))
        if count > _MOST_BASES:
            raise ValueError(f"rung has {count} candidate bases, more than {_MOST_BASES}: use fewer cells")
        bases = np.array(list(combinations(range(len(columns)), len(self._rows))), dtype=int)
        determinants = np.abs(np.linalg.det(self._columns[bases]))
        self._bases = bases[determinants > 1e-10]
        self._inverses = np.linalg.inv(self._columns[self._bases])

    def corners(self, costs: np.ndarray, weights: np.ndarray) -> _Found:
        """The corners for costs that are linear in the weights, shape (columns of A, j), near these weights."""
        cost = costs @ weights
        order = np.lexsort(
            (cost, self._where.ravel())
        )  # of columns that stand twice the cheapest comes first
        first = order[np.unique(self._where.ravel()[order], return_index=True)[1]]
        cheapest = costs[first]  # (distinct columns, j)
        maps = self._inverses @ cheapest[self._bases]
        allowed = _within(maps @ weights, self._columns, cheapest @ weights)
        found = maps[allowed]
        told_apart = found[..., weights > 0]
        told_apart = told_apart.reshape(len(found), math.prod(told_apart.shape[1:])).round(10)
        found = found[np.unique(told_apart, axis=0, return_index=True)[1]]
        return _Found(
            found, cheapest, self._columns, self._rows, self.width, _constant(found, self._rows, weights)
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """Corners as linear functions of the weights, with what shows that they are corners at other weights too.

    A corner stays one while it keeps every column's cost, and a new one can come only where an old one breaks
    one; so if all of them keep all costs at some weights, they are all the corners there.
    """

    maps: np.ndarray  # (corners, independent rows of A, j)
    costs: np.ndarray  # (distinct columns of A, j)
    columns: np.ndarray  # (distinct columns of A, independent rows)
    rows: list[int]
    width: int
    constant: float | None  # the share, where it does not depend on the changes

    def at(self, weights: np.ndarray) -> np.ndarray:
        """Shape (n, corners, rows of A); no corners where the least cost has no limit."""
        u = np.einsum("kij,nj->nki", self.maps, weights)
        if not _within(u, self.columns, (weights @ self.costs.T)[:, None]).all():
            raise ValueError("weights are so far apart that panels have different corners")
        corners = np.zeros((len(weights), len(self.maps), self.width))
        corners[..., self.rows] = u
        return corners


def _constant(maps: np.ndarray, rows: list[int], weights: np.ndarray) -> float | None:
    """The one share that these corners allow: none of the rise, or all of it; minus infinity without corners."""
    if not len(maps):
        return -np.inf
    counted = np.flatnonzero(weights > 0)
    all_of_it = (np.asarray(rows)[:, None] == counted).astype(float)
    for share in (0.0, -1.0, 1.0):
        if len(maps) == 1 and np.allclose(maps[0][:, counted], share * all_of_it, atol=1e-10):
            return share
    return None


def _within(u: np.ndarray, columns: np.ndarray, cost: np.ndarray) -> np.ndarray:
    size = 1 + np.abs(cost).max(axis=-1, keepdims=True)
    return (u @ columns.T <= cost + _TIGHT * size).all(axis=-1)


def variance_of(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Of each panel's weighted total; one row of weights serves all panels."""
    return ((weights[:, None] @ covariance)[:, 0] * weights).sum(axis=1)


def _nearest(program: Program, changes, covariance, outside) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    near, distance, held = changes.copy(), np.zeros(len(changes)), np.zeros(len(changes), dtype=int)
    near[outside], distance[outside], held[outside] = program.closest_many(
        changes[outside], whiteners(covariance[outside])
    )
    return near, distance, held


@lru_cache(maxsize=4)
def _nearest_without_falls(changes: bytes, covariance: bytes, shape: tuple[int, int]) -> tuple:
    """What :meth:`Corners.nearest` gives where every rise is possible and no fall is, once for all rungs of a ladder."""
    seen = np.frombuffer(changes).reshape(shape)
    program = Program.of(Rung("any rise", {"any": anywhere(np.ones(shape[1]))}))
    outside = np.flatnonzero((seen < 0).any(axis=1))
    return _nearest(program, seen, np.frombuffer(covariance).reshape(*shape, shape[1]), outside)


@lru_cache(maxsize=64)
def _dual(data: bytes, shape: tuple[int, int]) -> _Dual:
    return _Dual(np.frombuffer(data).reshape(shape))


def _independent_rows(matrix: np.ndarray) -> list[int]:
    kept: list[int] = []
    for row in range(len(matrix)):
        if np.linalg.matrix_rank(matrix[[*kept, row]]) > len(kept):
            kept.append(row)
    return kept


def _basis(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the span of the columns."""
    u, singular, _ = np.linalg.svd(columns, full_matrices=False)
    return u[:, singular > 1e-10 * singular[0]]
