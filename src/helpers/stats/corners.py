"""The bounds of one rung on thousands of panels at once.

For given weights, the smallest share that an explanation can have is the largest of a fixed set of linear
functions of the changes: the corners of the dual program. :class:`Compiled` lists them once, so that a panel
costs a few multiplications instead of a linear program for each end. The results are those of
:func:`~helpers.stats.bounds.share_bounds`, which the tests hold it to; studies on made-up panels use it.
"""

from __future__ import annotations

import math
from itertools import combinations, islice

import numpy as np

from .bounds import check_ladder, imbens_manski, misfit_p_value, whitener
from .estimate import check_level, check_vector
from .rungs import Program, Rung

_TIGHT = 1e-9
_MOST_CORNERS = 2_000_000


class Compiled:
    """A rung made ready for many panels that share weights.

    Parameters
    ----------
    rung : Rung
        Without negative directions.
    weights : sequence of float, shape (j,)

    Raises
    ------
    ValueError
        Naming the argument; also for a rung with so many directions that its corners cannot be listed.
    """

    def __init__(self, rung: Rung, weights):
        self.weights = check_vector("weights", weights, minimum=0)
        check_ladder([rung], self.weights.size)
        self.program = Program.of(rung)
        self.explanations = self.program.explanations
        if (self.program.matrix < 0).any():
            raise ValueError("rung must not have negative directions")
        free = {tuple(column) for column in self.program.matrix.T}
        alone = np.eye(len(self.program.matrix))[: self.program.cells]
        self._any_rise_is_possible = all(tuple(column) in free for column in alone)
        self._corners = {
            (number, sign): _dual_corners(
                self.program.matrix, sign * self.program.costs(number, self.weights)
            )
            for number in range(len(self.explanations))
            for sign in (1, -1)
        }

    def fit(self, changes, covariance, level: float = 0.95) -> dict[str, np.ndarray]:
        """The bounds of every panel.

        Parameters
        ----------
        changes : array, shape (n, j)
        covariance : array, shape (n, j, j)

        Returns
        -------
        dict of arrays
            low, high, im_low, im_high of shape (n, explanations); feasible and p_value of shape (n,). Bounds are
            missing where the rung is refuted or the total did not rise.
        """
        level = check_level(level)
        changes = np.asarray(changes, dtype=float)
        covariance = np.asarray(covariance, dtype=float)
        nearest, distance = changes.copy(), np.zeros(len(changes))
        inside = (changes >= 0).all(axis=1) & self._any_rise_is_possible
        for row in np.flatnonzero(~inside):
            nearest[row], distance[row] = self.program.closest(changes[row], whitener(covariance[row]))
        p_value = misfit_p_value(distance, changes.shape[1])
        rises = (changes @ self.weights > 0) & (nearest @ self.weights > 0)
        usable = (p_value >= 1 - level) & rises
        shape = (len(changes), len(self.explanations))
        out = {name: np.full(shape, np.nan) for name in ("low", "high", "im_low", "im_high")}
        for number in range(shape[1]):
            (low, se_low), (high, se_high) = (
                self._end(number, sign, nearest[usable], covariance[usable]) for sign in (1, -1)
            )
            high = np.maximum(low, high)
            im_low, im_high = imbens_manski(low, high, se_low, se_high, level)
            values = (low, high, np.maximum(im_low, 0), np.minimum(im_high, 1))
            for name, value in zip(out, values, strict=True):
                out[name][usable, number] = value
        return out | {"feasible": p_value >= 1 - level, "p_value": p_value}

    def _end(self, number: int, sign: int, changes: np.ndarray, covariance: np.ndarray):
        corners = self._corners[number, sign]
        cells = self.program.cells
        values = changes @ corners[:, :cells].T + corners[:, cells:] @ self.program.limits
        best = values.max(axis=1)
        total = changes @ self.weights
        share = sign * best / total
        se = np.zeros(len(changes))
        for corner, column in zip(corners[:, :cells], values.T, strict=True):
            tied = np.flatnonzero(column >= best - _TIGHT * (1 + np.abs(best)))
            slope = (sign * corner - share[tied, None] * self.weights) / total[tied, None]
            variance = np.einsum("ni,nij,nj->n", slope, covariance[tied], slope)
            se[tied] = np.maximum(se[tied], np.sqrt(np.maximum(variance, 0)))
        return share, se


def _dual_corners(matrix: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Every corner of {u : u'A <= cost}, shape (corners, rows of A).

    The least cost of A v = b with v >= 0 is the largest u'b over these corners, whatever b. Where the rows of A
    depend on one another, corners are zero on the rows that add nothing.
    """
    columns, where = np.unique(matrix.T, axis=0, return_inverse=True)
    cheapest = np.full(len(columns), np.inf)
    np.minimum.at(cheapest, where.ravel(), cost)
    rows = _independent_rows(columns.T)
    a = columns[:, rows]
    count = math.comb(len(a), len(rows))
    if count > _MOST_CORNERS:
        raise ValueError(f"rung has {count} candidate corners, more than {_MOST_CORNERS}: use share_bounds")
    found = np.empty((0, len(rows)))
    for chosen in _in_batches(combinations(range(len(a)), len(rows)), 20_000):
        bases = a[chosen]
        solvable = np.abs(np.linalg.det(bases)) > 1e-10
        u = np.linalg.solve(bases[solvable], cheapest[chosen][solvable][..., None])[..., 0]
        allowed = (u @ a.T <= cheapest + _TIGHT).all(axis=1)
        found = np.unique(np.concatenate([found, u[allowed].round(12)]), axis=0)
    corners = np.zeros((len(found), len(matrix)))
    corners[:, rows] = found
    return corners


def _independent_rows(matrix: np.ndarray) -> list[int]:
    kept: list[int] = []
    for row in range(len(matrix)):
        if np.linalg.matrix_rank(matrix[[*kept, row]]) > len(kept):
            kept.append(row)
    return kept


def _in_batches(items, size: int):
    while batch := list(islice(items, size)):
        yield np.array(batch)
