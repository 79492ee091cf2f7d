"""Assumptions about how each explanation may move the cells, as patterns and rungs.

A pattern is a table with one column a cell. Its rows are directions, and the explanation may move the cells by
any mixture of them with non-negative amounts: :func:`anywhere` lets each cell move by itself, :func:`alike`
moves them together, :func:`rising` moves later groups at least as much as earlier ones, :func:`nowhere` moves
nothing. Tables can be stacked, and any other table of directions will do. A :class:`Rung` gives every
explanation its pattern; :mod:`~helpers.stats.bounds` finds what shares of a rise a rung allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import nnls
from scipy.stats import chi2


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


@dataclass(frozen=True, slots=True)
class Rung:
    """A set of assumptions about how each explanation moves the cells.

    Parameters
    ----------
    name : str
    patterns : mapping of str to array, shape (g, j)
        For each explanation its directions (see :func:`anywhere`, :func:`alike`, :func:`rising`).
    caps : mapping of str to float or array, shape (j,)
        For some explanations the most that they can add to a cell, in log points (inf for no cap).
    says : str
        The assumption in a sentence.
    """

    name: str
    patterns: Mapping[str, np.ndarray]
    caps: Mapping[str, object] = field(default_factory=dict)
    says: str = ""

    def __post_init__(self):
        if not self.patterns:
            raise ValueError("patterns is empty: name at least one explanation")
        widths = {np.asarray(rows).shape[1:] for rows in self.patterns.values()}
        if len(widths) != 1 or len(next(iter(widths))) != 1:
            raise ValueError("patterns must all be tables with one column a cell")
        if unknown := [name for name in self.caps if name not in self.patterns]:
            raise ValueError(f"caps names {unknown[0]!r}, which has no pattern")

    def then(self, name: str, says: str = "", caps: Mapping | None = None, **patterns) -> Rung:
        """The next rung up: some patterns replaced, some caps added.

        >>> first = Rung("any", {"a": anywhere([1, 1]), "b": anywhere([1, 1])})
        >>> first.then("b alike", b=alike([1, 1])).patterns["b"]
        array([[1., 1.]])
        """
        return replace(
            self,
            name=name,
            says=says,
            patterns={**self.patterns, **patterns},
            caps={**self.caps, **(caps or {})},
        )


@dataclass(frozen=True, slots=True)
class Program:
    """A rung as a linear program: columns are directions (and slacks), rows are cells (and caps)."""

    matrix: np.ndarray  # (j + k, columns)
    limits: np.ndarray  # (k,), the right-hand sides of the cap rows
    owner: np.ndarray  # (columns,), the explanation's number, -1 for a slack
    explanations: tuple[str, ...]

    @classmethod
    def of(cls, rung: Rung) -> Program:
        names = tuple(rung.patterns)
        tables = [np.asarray(rung.patterns[name], dtype=float) for name in names]
        cells = tables[0].shape[1]
        directions = np.concatenate(tables)
        owner = np.repeat(np.arange(len(names)), [len(table) for table in tables])
        rows: dict[tuple, float] = {}
        for name, cap in rung.caps.items():
            most = np.broadcast_to(np.asarray(cap, dtype=float), cells)
            if np.isnan(most).any() or (most < 0).any():
                raise ValueError(f"caps of {name!r} must be at least 0")
            mine = directions * (owner == names.index(name))[:, None]
            for cell in np.flatnonzero(np.isfinite(most)):
                key = tuple(mine[:, cell])
                if any(key):
                    rows[key] = min(rows.get(key, np.inf), float(most[cell]))
        capped = np.array(list(rows), dtype=float).reshape(len(rows), len(directions))
        matrix = np.block(
            [[directions.T, np.zeros((cells, len(rows)))], [capped, np.eye(len(rows))]],
        )
        owner = np.concatenate([owner, np.full(len(rows), -1)])
        return cls(matrix, np.array(list(rows.values())), owner, names)

    @property
    def cells(self) -> int:
        return len(self.matrix) - len(self.limits)

    def costs(self, explanations: tuple[int, ...], weights: np.ndarray) -> np.ndarray:
        """What a unit of each column adds to the weighted total of these explanations."""
        return (weights @ self.matrix[: self.cells]) * np.isin(self.owner, explanations)

    def closest(self, changes: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, float]:
        """The changes that the rung can produce nearest to those seen, and the squared distance.

        Distance is in standard errors: `root` is a whitener of the changes' covariance. Caps are held by a heavy
        weight.
        """
        heavy = 1e4 * max(1.0, float(np.abs(root).max()))
        weighted = np.concatenate([root @ self.matrix[: self.cells], heavy * self.matrix[self.cells :]])
        target = np.concatenate([root @ changes, heavy * self.limits])
        solution, _ = nnls(weighted, target)
        nearest = self.matrix[: self.cells] @ solution
        distance = float(np.sum((root @ (changes - nearest)) ** 2))
        return (changes, 0.0) if distance < 1e-10 else (nearest, distance)


_DRAWS = 999


def misfit_p_value(
    program: Program,
    distance: float,
    covariance: np.ndarray,
    dof: float | None = None,
    null: np.ndarray | None = None,
) -> float:
    """How often sampling error alone would take changes that the rung can produce at least this far from it.

    The rung's changes form a cone, and error takes a point of a cone farthest from it, in distribution, when the
    point is the tip. So the p-value simulated at the tip holds wherever the truth lies in the cone (fixed draws).
    With caps there is no cone, and Perlman's bound on the tail is used: half chi-square on all cells, half on one
    fewer.
    """
    if distance == 0:
        return 1.0
    if len(program.limits):
        fewer = chi2.sf(distance, program.cells - 1) if program.cells > 1 else 0.0
        return float((chi2.sf(distance, program.cells) + fewer) / 2)
    null = null_distances(program, covariance, dof) if null is None else null
    return float((1 + np.count_nonzero(null >= distance)) / (1 + null.size))


def null_distances(
    program: Program, covariance: np.ndarray, dof: float | None = None, draws: int = _DRAWS
) -> np.ndarray:
    """Squared distances from the rung's cone of pure sampling error, the same for the same covariance.

    With `dof`, each draw is measured by a covariance estimated on that many degrees of freedom (a Wishart draw by
    Bartlett's decomposition), as the distance of the changes seen was.
    """
    rng = np.random.Generator(np.random.PCG64(0))
    cells = program.cells
    lower = np.linalg.inv(whiteners(covariance))
    noise = rng.standard_normal((draws, cells)) @ lower.T
    roots = np.broadcast_to(np.linalg.inv(lower), (draws, cells, cells))
    if dof is not None:
        bartlett = np.tril(rng.standard_normal((draws, cells, cells)), -1)
        bartlett[:, range(cells), range(cells)] = np.sqrt(
            rng.chisquare(dof - np.arange(cells), (draws, cells))
        )
        roots = np.linalg.inv(lower @ bartlett) * np.sqrt(dof)
    columns = program.matrix[:cells]
    return np.array(
        [nnls(root @ columns, root @ row)[1] ** 2 for root, row in zip(roots, noise, strict=True)]
    )


def whiteners(covariance: np.ndarray) -> np.ndarray:
    """R with R'R the inverse of each covariance, given a hair of extra variance if it is singular."""
    cells = covariance.shape[-1]
    size = np.trace(covariance, axis1=-2, axis2=-1)[..., None, None] / cells
    return np.linalg.inv(np.linalg.cholesky(covariance + 1e-10 * np.maximum(size, 1e-12) * np.eye(cells)))
