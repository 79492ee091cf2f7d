"""Changes of pooled counts when the units behind them may differ: forces as clusters.

:func:`national_changes` pools counts over forces, cell by cell, and gives the log changes with their covariance;
:func:`effective_dof` says on how many degrees of freedom that covariance rests when forces are of unequal size, and
:func:`cell_changes` gives all three, of one force too.
:func:`with_published` adds cells of which no counts are held, only a change; :func:`log_mean` is what a log point in a
cell is worth in offences. :func:`clustered_ratio` is for one kind of offence, alone or against another, and
:func:`clustered_power` says how often it would find a difference.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from helpers.stats.estimate import (
    Estimate,
    check_number,
    check_table,
    check_vector,
    check_whole,
    jackknife_se,
)


def national_changes(before, after) -> tuple[np.ndarray, np.ndarray]:
    """Log changes of the national counts, and their covariance with forces as the independent units.

    Parameters
    ----------
    before, after : arrays, shape (n, forces, cells) or (forces, cells)
        Counts; a cell's national total must be above zero.

    Returns
    -------
    (changes, covariance)
        Shapes (n, cells) and (n, cells, cells), without the first axis when the counts have none.

    Raises
    ------
    ValueError
        Naming the argument: unequal shapes, a negative count, an empty national cell, fewer than two forces.

    Notes
    -----
    A force's influence is its share of the national count after, minus its share before. Each is divided by
    one minus the latter, which is the jackknife over forces: a force that makes up much of the count hides part
    of its own departure. The covariance holds both the noise of the counts and growth that differs by force;
    :func:`effective_dof` says on how many degrees of freedom.

    Examples
    --------
    >>> changes, covariance = national_changes([[100], [300], [200]] * 5, [[150], [330], [180]] * 5)
    >>> changes.round(3), np.sqrt(covariance[0, 0]).round(3)
    (array([0.095]), np.float64(0.04))
    """
    before = check_table("before", before, (None,) * max(2, np.ndim(before)), minimum=0)
    after = check_table("after", after, before.shape, minimum=0)
    forces = before.shape[-2]
    for name, counts in (("before", before), ("after", after)):
        if (counts.sum(axis=-2) <= 0).any():
            raise ValueError(f"{name} has a cell with no offences in any force")
    if forces < 2:
        raise ValueError("before needs at least 2 forces")
    total_before, total_after = before.sum(axis=-2, keepdims=True), after.sum(axis=-2, keepdims=True)
    share = before / total_before
    influence = (after / total_after - share) / np.maximum(1 - share, 1 / forces)
    return np.log(total_after / total_before)[..., 0, :], np.swapaxes(influence, -1, -2) @ influence


def effective_dof(counts) -> float:
    """Degrees of freedom of a covariance with forces as clusters: one less than the effective number of forces.

    Parameters
    ----------
    counts : array, shape (n, forces, cells) or (forces, cells)

    Returns
    -------
    float
        One over the sum of squared shares, less one, in the cell where that is least; the mean over panels.

    Examples
    --------
    >>> effective_dof([[100], [100], [100], [100]])
    3.0
    """
    counts = np.asarray(counts, dtype=float)
    share = counts / counts.sum(axis=-2, keepdims=True)
    return float(np.mean(1 / (share**2).sum(axis=-2).max(axis=-1) - 1))


def cell_changes(before, after, *, dispersion: float = 1.0) -> tuple[np.ndarray, np.ndarray, float | None]:
    """Log changes of cells, their covariance, and on how many degrees of freedom it rests: None where it is taken as known.

    Of several forces as :func:`national_changes` gives them. A force by itself has no others to judge its scatter by: its
    variance is the dispersion over each count, of which a half is the least.

    Parameters
    ----------
    before, after : arrays, shape (n, forces, cells) or (forces, cells)
    dispersion : float
        Variance of a count over its mean, for a force by itself.

    Examples
    --------
    >>> changes, covariance, dof = cell_changes([[100]], [[200]], dispersion=2)
    >>> changes.round(3), covariance.round(3), dof
    (array([0.693]), array([[0.03]]), None)
    """
    if np.shape(before)[-2] > 1:
        return *national_changes(before, after), effective_dof(before)
    before, after = (np.maximum(np.asarray(side, dtype=float)[..., 0, :], 0.5) for side in (before, after))
    variances = dispersion * (1 / before + 1 / after)
    return np.log(after / before), variances[..., None] * np.eye(before.shape[-1]), None


def with_published(changes, covariance, published, published_se) -> tuple[np.ndarray, np.ndarray]:
    """Add cells of which no counts are held, only a published change, to changes and their covariance.

    Parameters
    ----------
    changes, covariance : arrays, shape (..., j) and (..., j, j)
    published : array, shape (..., s)
        Changes in log count of the further cells.
    published_se : array, shape (s,)
        Their standard errors, assumed. They are taken to err independently of the counts and of each other.

    Returns
    -------
    (changes, covariance)
        Shapes (..., j + s) and (..., j + s, j + s).

    Examples
    --------
    >>> changes, covariance = with_published([0.2], [[0.01]], [0.1], [0.03])
    >>> changes.tolist(), np.sqrt(np.diag(covariance)).round(3).tolist()
    ([0.2, 0.1], [0.1, 0.03])
    """
    changes, published = np.asarray(changes, dtype=float), np.asarray(published, dtype=float)
    counted, both = changes.shape[-1], changes.shape[-1] + published.shape[-1]
    wider = np.zeros((*changes.shape[:-1], both, both))
    wider[..., :counted, :counted] = covariance
    wider[..., range(counted, both), range(counted, both)] = np.asarray(published_se, dtype=float) ** 2
    return np.concatenate([changes, published], axis=-1), wider


def log_mean(before, after) -> np.ndarray:
    """(after - before) / log(after / before): a cell's rise is this times its change in log count.

    Where a count is zero so is the logarithmic mean.

    Examples
    --------
    >>> log_mean([100, 50, 0], [200, 50, 0]).round(1).tolist()
    [144.3, 50.0, 0.0]
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(after / before)
        mean = np.where(np.abs(change) < 1e-9, before, (after - before) / change)
    return np.where((before > 0) & (after > 0), mean, 0.0)


@dataclass(frozen=True, slots=True)
class ClusteredRatio:
    """A pooled ratio, its two-sided `p_value` against 1, and the number of `units` it rests on."""

    estimate: Estimate
    p_value: float
    units: int


def clustered_ratio(before, after, control_before=None, control_after=None, *, level=0.95) -> ClusteredRatio:
    """The ratio of pooled counts, or of two such ratios, with an interval that lets units differ.

    Parameters
    ----------
    before, after : sequence of float, shape (n,)
        Counts by unit (force), zero or more; three units or more.
    control_before, control_after : sequence of float, shape (n,), optional
        Counts of something else in the same units, both or neither. The pooled ratio is divided by theirs.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ClusteredRatio
        Standard error on the log scale from deleting one unit at a time, with t on n - 1 degrees of freedom:
        overdispersion and differences between units are in it, whatever their size.

    Raises
    ------
    ValueError
        Naming the argument; or where leaving out one unit leaves no counts.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 11.

    Examples
    --------
    >>> found = clustered_ratio([100, 90, 80], [150, 126, 124])
    >>> print(found.estimate)
    1.48 (1.31 to 1.67)
    """
    size = len(before)
    if size < 3:
        raise ValueError(f"before has {size} units where three are needed")
    log_ratio, deleted = 0.0, np.zeros(size)
    given = [("before", before, -1), ("after", after, 1)]
    if control_before is not None or control_after is not None:
        given += [("control_before", control_before, 1), ("control_after", control_after, -1)]
    for name, values, sign in given:
        counts = check_vector(name, values, length=size, minimum=0)
        without = counts.sum() - counts
        if (without <= 0).any():
            raise ValueError(f"{name} has counts in fewer than two units")
        log_ratio += sign * np.log(counts.sum())
        deleted += sign * np.log(without)
    se = jackknife_se(deleted)
    score = abs(log_ratio) / se if se > 0 else np.inf
    estimate = Estimate.around(log_ratio, se, level, size - 1).exp()
    return ClusteredRatio(estimate, 2 * float(stdtr(size - 1, -score)), size)


def clustered_power(
    units, *, count, control, ratio, dispersion=1.0, spread=0.0, level=0.95, draws=500, seed=0
) -> float:
    """How often :func:`clustered_ratio` with a control would find a difference of a given size.

    Parameters
    ----------
    units : int
        Number of units (forces), three or more.
    count, control : float
        A unit's expected earlier counts of what is studied and of its control, above zero.
    ratio : float
        True ratio of the two growths, above zero.
    dispersion : float
        Variance of a count over its mean, 1 or more; counts are negative binomial.
    spread : float
        Standard deviation between units of the log of the true ratio, zero or more.
    level, draws, seed
        Level of the interval, simulated samples, and their seed.

    Returns
    -------
    float
        Share of samples whose interval leaves out 1, from 0 to 1; at a ratio of 1, the error rate.

    Raises
    ------
    ValueError
        Naming the argument.

    Examples
    --------
    >>> clustered_power(10, count=100, control=400, ratio=1.0, draws=200) < 0.12
    True
    """
    shape = (check_whole("draws", draws, 1), check_whole("units", units, 3))
    wide = check_number("dispersion", dispersion, minimum=1)
    between = check_number("spread", spread, minimum=0)
    rng = np.random.default_rng(seed)
    own = check_number("ratio", ratio, positive=True) * np.exp(rng.normal(-(between**2) / 2, between, shape))
    first = np.full(shape, check_number("count", count, positive=True))
    same = np.full(shape, check_number("control", control, positive=True))
    means = first, first * own, same, same
    if wide > 1:
        counts = [rng.negative_binomial(mean / (wide - 1), 1 / wide) for mean in means]
    else:
        counts = [rng.poisson(mean) for mean in means]
    drawn = (sides for sides in zip(*counts, strict=True) if min(np.sort(side)[-2] for side in sides) > 0)
    return sum(1 not in clustered_ratio(*sides, level=level).estimate for sides in drawn) / len(own)
