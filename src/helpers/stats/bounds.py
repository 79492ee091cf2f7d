"""What share of a rise can an explanation have, given only what one is willing to assume?

The change in log count of every cell (adults, children, recent offences, old ones ...) is a sum of parts, one
for each explanation. Only the sum is seen. Each explanation has *patterns*: how it may move the cells. A
:class:`Rung` is a set of patterns; a ladder is a list of rungs, each assuming more than the one before.
:func:`share_bounds` finds by linear programming the smallest and the largest share of the rise that every
explanation can have on each rung, with Imbens-Manski intervals. A rung that cannot produce the changes seen,
even allowing for sampling error, is refuted and says so. :func:`breakdown` says how far an assumption must bend
before a statement falls.
"""

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.special import beta, ndtr, ndtri, stdtr, stdtrit

from helpers.stats.corners import Corners, variance_of
from helpers.stats.estimate import check_level, check_number, check_table, check_vector
from helpers.stats.rungs import Rung, misfit_p_values

ENDS = ("low", "high", "im_low", "im_high")
# Of the error allowed; the rest is for the covariance, where it is estimated: with a fifth kept back intervals held the
# truth in as few as 94.6% of panels in the shape of the real cells, with two fifths in 96%.
_KEPT = 0.6


def share_bounds(changes, covariance, weights, ladder, *, together=(), dof=None, level=0.95) -> pd.DataFrame:
    """The range of shares that each explanation can have, rung by rung.

    Parameters
    ----------
    changes : sequence of float, shape (j,)
        Change in log count of each cell.
    covariance : array, shape (j, j)
        Of the changes' sampling errors. A vector of j standard errors is taken as a diagonal.
    weights : sequence of float, shape (j,)
        What a log point in each cell counts towards the rise to be explained: its mean count, or zero for a
        cell that only helps to tell explanations apart.
    ladder : sequence of Rung
    together : sequence of tuples of str
        Explanations whose joint share is wanted too; their row is named "first + second".
    dof : float, optional
        Degrees of freedom on which the covariance was estimated, more than the cells; without them it is taken
        as known. With them t takes the place of the normal distribution, and two fifths of the error allowed are
        kept back, because the bounds' own weights then rest on estimates (97% in place of 95%).
    level : float
        Of the intervals; a rung is refuted when its p-value is below one minus this.

    Returns
    -------
    DataFrame
        One row a rung and explanation: rung, explanation, low, high (shares), im_low, im_high (Imbens-Manski
        interval, within what the rung allows), feasible, p_value (of the rung's fit), says. On a refuted rung
        the four numbers are missing.

    Raises
    ------
    ValueError
        Naming the argument: missing values, shapes that do not match, negative weights, a weighted total
        change that is not above zero, an empty ladder.

    Notes
    -----
    When the changes lie outside what a rung can produce but within sampling error, the bounds are those of
    the nearest changes that it can produce. The p-value of the distance holds wherever the truth lies in what the
    rung can produce (see :func:`~helpers.stats.rungs.misfit_p_values`). A bound is the largest (or smallest) of
    several estimates; the interval allows for all that come near it (see :mod:`~helpers.stats.corners`). Where
    the total rise is not itself clear of zero, there is no share to speak of and the interval says nothing. Each
    interval covers the share, not the whole range, with the probability asked for.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions; Imbens and Manski (2004), Econometrica
    72, 1845-1857; Cox and Shi (2023), Review of Economic Studies 90, 201-228; Chernozhukov, Lee and Rosen (2013),
    Econometrica 81, 667-737.

    Examples
    --------
    Children rose by 0.3, adults by 0.1. If recording moved both alike it has at most a third of the rise.

    >>> from helpers.stats.rungs import alike, anywhere
    >>> cells = [True, True]
    >>> ladder = [Rung("any", {"recording": anywhere(cells), "other": anywhere(cells)})]
    >>> ladder.append(ladder[0].then("alike", recording=alike(cells)))
    >>> table = share_bounds([0.3, 0.1], [0.01, 0.01], [1, 0], ladder)
    >>> table[["rung", "explanation", "low", "high"]].round(2)
        rung explanation   low  high
    0    any   recording  0.00  1.00
    1    any       other  0.00  1.00
    2  alike   recording  0.00  0.33
    3  alike       other  0.67  1.00
    """
    level = check_level(level)
    changes, covariance, weights = _check_cells(changes, covariance, weights)
    ladder = _check_ladder(ladder, changes.size)
    if dof is not None and check_number("dof", dof) <= changes.size:
        raise ValueError(f"dof must be more than the {changes.size} cells, not {dof:g}")
    total = float(weights @ changes)
    if total <= 0:
        raise ValueError("changes: the weighted total must be above zero, or there is no rise to share out")
    rows, options = [], {"together": together, "dof": dof, "level": level}
    for rung in ladder:
        fit = share_bounds_many(Corners(rung), changes[None], covariance[None], weights, **options)
        fits = bool(fit["feasible"][0]), float(fit["p_value"][0]), rung.says
        for number, name in enumerate(_groups(rung, together)):
            rows.append((rung.name, name, *(float(fit[end][0, number]) for end in ENDS), *fits))
    return pd.DataFrame(rows, columns=["rung", "explanation", *ENDS, "feasible", "p_value", "says"])


def share_bounds_many(corners, changes, covariance, weights, *, together=(), dof=None, level=0.95) -> dict:
    """The bounds of one rung on many panels, equal to those of :func:`share_bounds`.

    Parameters
    ----------
    corners : Corners
        Of the rung, made once.
    changes : array, shape (n, j)
    covariance : array, shape (n, j, j)
    weights : array, shape (n, j) or (j,)
        Each panel's own, or the same for every panel.
    together, dof, level
        As for :func:`share_bounds`.

    Returns
    -------
    dict of arrays
        low, high, im_low, im_high of shape (n, explanations and groups, in that order); feasible and p_value of
        shape (n,). Bounds are missing where the rung is refuted or the total did not rise.

    Raises
    ------
    ValueError
        For weights so far apart that panels would need different corners.

    Examples
    --------
    >>> from helpers.stats.rungs import alike, anywhere
    >>> rung = Rung("alike", {"recording": alike([1, 1]), "other": anywhere([1, 1])})
    >>> fit = share_bounds_many(Corners(rung), [[0.3, 0.1], [0.2, 0.3]], [np.eye(2) * 1e-4] * 2, [1, 0])
    >>> fit["high"].round(2)
    array([[0.33, 1.  ],
           [1.  , 1.  ]])
    """
    changes, covariance = np.asarray(changes, dtype=float), np.asarray(covariance, dtype=float)
    weights = np.atleast_2d(np.asarray(weights, dtype=float))
    groups = _groups(corners.rung, together)
    size = np.trace(covariance, axis1=1, axis2=2)[:, None, None] / covariance.shape[1]
    covariance = covariance + 1e-10 * np.maximum(size, 1e-12) * np.eye(covariance.shape[1])
    nearest, distance, held = corners.nearest(changes, covariance)
    p_value = misfit_p_values(distance, held, dof)
    feasible = p_value >= 1 - level
    usable = feasible & (np.vecdot(changes, weights) > 0) & (np.vecdot(nearest, weights) > 0)
    out = {name: np.full((len(changes), len(groups)), np.nan) for name in ENDS}
    # Bounds are taken at the nearest changes that the rung can produce. Intervals start from the changes as
    # seen: moving them to the edge of what is possible would bend every estimate the same way.
    seen, covariance = corners.spanned(changes[usable], covariance[usable])
    weights = weights[usable] if len(weights) > 1 else weights
    level = level if dof is None else 1 - _KEPT * (1 - level)
    se = np.sqrt(variance_of(weights, covariance))
    rises = np.vecdot(seen, weights) > quantile(level, dof) * se
    for number, members in enumerate(groups.values()):
        panels = seen, nearest[usable], covariance, weights, level
        least, most = (corners.end(members, sign, *panels) for sign in (1, -1))
        low, high = least.bound, np.maximum(least.bound, -most.bound)
        width = np.maximum(-most.share - least.share, 0)
        se, each = np.maximum(least.se, most.se), np.maximum(least.level, most.level)
        critical = critical_value(width, se, each, dof)
        im_low = np.where(rises, np.minimum(least.limit_at(critical), low), 0.0)
        im_high = np.where(rises, np.maximum(-most.limit_at(critical), high), 1.0)
        ends = low, high, np.maximum(im_low, 0.0), np.minimum(im_high, 1.0)  # no part of a rise is a fall
        for name, end in zip(ENDS, ends, strict=True):
            # what is beyond differs between releases of numpy and scipy; and no negative zero
            out[name][usable, number] = end.round(12) + 0.0
    return out | {"feasible": feasible, "p_value": p_value}


def _groups(rung: Rung, together) -> dict[str, tuple[int, ...]]:
    """Every explanation by itself, and those that are wanted together."""
    names = rung.explanations
    if unknown := [name for group in together for name in group if name not in names]:
        raise ValueError(f"together names {unknown[0]!r}, which is not on the rung")
    alone = {name: (number,) for number, name in enumerate(names)}
    return alone | {" + ".join(group): tuple(names.index(name) for name in group) for group in together}


def breakdown(changes, weights, rung, relax, claim=None) -> float:
    """How far an assumption must bend, in log points in any one cell, before a claim fails.

    Parameters
    ----------
    changes, weights
        As in :func:`share_bounds`.
    rung : Rung
    relax : mapping of str to array, shape (g, j)
        For each explanation whose pattern may be departed from, the directions of the departure.
    claim : (explanation or explanations, share), optional
        That these have at most so much together. Without a claim, the result is how far the assumption must bend for the
        rung to be able to produce the changes at all: the breakdown value of a refuted set.

    Returns
    -------
    float
        Zero when the claim already fails without any departure (or, with no claim, when the rung can already
        produce the changes); infinite when no departure of these kinds is enough.

    Raises
    ------
    ValueError
        Naming the argument.

    References
    ----------
    Masten and Poirier (2020), Quantitative Economics 11, 41-111, on breakdown frontiers.

    Examples
    --------
    Recording alike for adults (0.1) and children (0.3) has at most a third. It could have half only if it
    moved children by 0.05 more than adults.

    >>> from helpers.stats.rungs import alike, anywhere
    >>> rung = Rung("alike", {"recording": alike([1, 1]), "other": anywhere([1, 1])})
    >>> claim = ("recording", 0.5)
    >>> round(breakdown([0.3, 0.1], [1, 0], rung, {"recording": anywhere([1, 0])}, claim), 3)
    0.05
    """
    changes, _, weights = _check_cells(changes, np.ones(np.size(changes)), weights)
    _check_ladder([rung], changes.size)
    cells, explanations = changes.size, rung.explanations
    if unknown := [name for name in relax if name not in explanations]:
        raise ValueError(f"relax names {unknown[0]!r}, which is not on the rung")
    rows = [np.asarray(table, dtype=float).reshape(-1, cells) for table in relax.values()]
    extra = np.concatenate(rows)
    owner = np.repeat([explanations.index(name) for name in relax], [len(table) for table in rows])
    columns = rung.matrix.shape[1]
    # Unknowns: the rung's own columns, the departures, and the size of the largest departure in any cell.
    equal = np.column_stack([rung.matrix, extra.T, np.zeros(cells)])
    within = np.vstack([np.column_stack([sign * extra.T, -np.ones(cells)]) for sign in (1, -1)])
    within = np.column_stack([np.zeros((len(within), columns)), within])
    most = np.zeros(len(within))
    if claim is not None:
        names = (claim[0],) if isinstance(claim[0], str) else claim[0]
        if not set(names) <= set(explanations):
            raise ValueError(f"claim must be (explanation, share), not {claim!r}")
        named = tuple(explanations.index(name) for name in names)
        mine = [rung.costs(named) @ weights, (extra @ weights) * np.isin(owner, named), [0.0]]
        within = np.vstack([within, -np.concatenate(mine)])
        most = np.append(most, -claim[1] * float(weights @ changes))
    size = np.eye(equal.shape[1])[-1]
    answer = linprog(size, A_ub=within, b_ub=most, A_eq=equal, b_eq=changes, bounds=(0, None), method="highs")
    if answer.status not in (0, 2):  # only "infeasible", 2, says that no departure is enough
        raise ArithmeticError(f"the linear programme was not solved: {answer.message}")
    return float(max(answer.fun, 0.0)) if answer.status == 0 else np.inf


# -- checks ------------------------------------------------------------------------------------------------------


def _check_cells(changes, covariance, weights) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    changes = check_vector("changes", changes)
    weights = check_vector("weights", weights, length=changes.size, minimum=0)
    if not weights.any():
        raise ValueError("weights are all zero: nothing is to be explained")
    if np.ndim(covariance) == 1:
        covariance = np.diag(check_vector("covariance", covariance, length=changes.size, minimum=0) ** 2)
    covariance = check_table("covariance", covariance, (changes.size, changes.size))
    if not np.allclose(covariance, covariance.T):
        raise ValueError("covariance must be symmetric")
    if np.linalg.eigvalsh(covariance)[0] < -1e-8 * max(1e-300, np.abs(covariance).max()):
        raise ValueError("covariance is not one: it has a negative variance in some direction")
    return changes, covariance, weights


def _check_ladder(ladder, cells: int) -> list[Rung]:
    ladder = list(ladder)
    if not ladder:
        raise ValueError("ladder is empty")
    for rung in ladder:
        if (width := len(rung.matrix)) != cells:
            raise ValueError(f"ladder: rung {rung.name!r} is about {width} cells where there are {cells}")
    return ladder


_FAR = 15.0  # standard errors: the other bound fails once in a thousand million samples
_STEPS = 8  # more than are ever needed


def critical_value(width, se, level, dof: float | None = None):
    """C of F(C + width / se) - F(-C) = level, where F is the normal distribution, or t on `dof` degrees of freedom.

    Two bounds moved out by C standard errors each hold a quantity that lies between them with the probability asked for,
    wherever it lies. C falls from the two-sided quantile when the bounds meet to the one-sided one when they are far apart.
    By Halley's method from the one-sided quantile; its third step is exact to ten figures.

    Parameters
    ----------
    width, se, level : arrays, shape (n,)
        How far the bounds are apart, the larger of their standard errors, and the probability.
    dof : float, optional

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Imbens and Manski (2004), Econometrica 72, 1845-1857, equations 6 and 7.

    Examples
    --------
    >>> critical_value(np.array([0.0, 2.0]), np.array([0.1, 0.1]), 0.95).round(3)
    array([1.96 , 1.645])
    """

    def tail(x):
        return ndtr(x) if dof is None else stdtr(dof, x)

    def density(x):
        """And its derivative over itself."""
        if dof is None:
            return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), -x
        height = np.exp(-(dof + 1) / 2 * np.log1p(x**2 / dof)) / (np.sqrt(dof) * beta(0.5, dof / 2))
        return height, -(dof + 1) * x / (dof + x**2)

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(se > 0, width / np.where(se > 0, se, 1), np.inf)
    level = np.broadcast_to(level, ratio.shape)
    critical = np.array(quantile(level, dof))
    near = ratio < _FAR  # elsewhere only one bound can fail
    ratio, level, below = ratio[near], level[near], critical[near]
    shortfall = tail(-below - ratio)  # at the one-sided quantile the other bound is all that can fail
    for _ in range(_STEPS):
        (far, far_bend), (here, bend) = density(below + ratio), density(below)
        slope = far + here
        newton = shortfall / slope
        step = newton / (1 + newton * (far * far_bend + here * bend) / (2 * slope))
        critical[near] = below = below + step
        if not (left := np.abs(step) >= 1e-4).any():  # each step cubes what is left
            break
        near[near] = left
        ratio, level, below = ratio[left], level[left], below[left]
        shortfall = level - tail(below + ratio) + tail(-below)
    return critical


def quantile(probability, dof: float | None):
    """The normal or t quantile of each probability, of which few differ: the inverse of t is slow."""
    distinct, where = np.unique(probability, return_inverse=True)
    found = ndtri(distinct) if dof is None else stdtrit(dof, distinct)
    return found[where].reshape(np.shape(probability))
