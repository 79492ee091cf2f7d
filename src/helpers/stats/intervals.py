"""Intervals for a quantity that is only known to lie between two estimated bounds.

:func:`imbens_manski` moves the bounds outwards so that the interval covers the quantity, wherever it lies between
them, with the probability asked for. Where the bounds are far apart only one of them can fail, and less is needed.
"""

from __future__ import annotations

import numpy as np
from scipy.special import beta, ndtr, ndtri, stdtr, stdtrit

from helpers.stats.estimate import as_floats, check_level

_FAR = 15.0  # standard errors: the other bound fails once in a thousand million samples
_STEPS = 8  # more than are ever needed


def imbens_manski(low, high, se_low, se_high, level: float = 0.95):
    """An interval that covers the true value, wherever it lies between the bounds, with the given probability.

    Parameters
    ----------
    low, high : float or sequences of float, shape (n,)
        Estimated bounds; a side without one is infinite.
    se_low, se_high : float or sequences of float, shape (n,)
        Their standard errors, zero or more.
    level : float
        Probability of covering the true value, in (0, 1).

    Returns
    -------
    (low, high) : floats or arrays
        The bounds moved out by C standard errors, where Phi(C + width / max(se)) - Phi(-C) = level. C falls
        from the two-sided quantile when the bounds meet to the one-sided one when they are far apart.

    Raises
    ------
    ValueError
        Naming the argument: `high` below `low`, a negative or infinite standard error, missing values, no values,
        lengths that differ, a level outside (0, 1).

    References
    ----------
    Imbens and Manski (2004), Econometrica 72, 1845-1857, equations 6 and 7.

    Examples
    --------
    >>> low, high = imbens_manski(0.2, 0.2, 0.1, 0.1)
    >>> round((high - 0.2) / 0.1, 3)
    1.96
    >>> low, high = imbens_manski(0.2, 2.2, 0.1, 0.1)
    >>> round((high - 2.2) / 0.1, 3)
    1.645
    """
    level = check_level(level)
    names = ("low", "high", "se_low", "se_high")
    given = [
        as_floats(name, values) for name, values in zip(names, (low, high, se_low, se_high), strict=True)
    ]
    for name, values in zip(names, given, strict=True):
        if values.ndim > 1 or values.size == 0:
            raise ValueError(f"{name} must be one number, or one-dimensional and not empty")
        if np.isnan(values).any() or (name.startswith("se") and np.isinf(values).any()):
            raise ValueError(f"{name} holds a value that is missing, or an infinite standard error")
        if name.startswith("se") and (values < 0).any():
            raise ValueError(f"{name} must not be below 0")
    size = max(values.size for values in given)
    for name, values in zip(names, given, strict=True):
        if values.size not in (1, size):
            raise ValueError(f"{name} has {values.size} values where {size} are needed")
    low, high, se_low, se_high = np.broadcast_arrays(*given)
    if (low == np.inf).any() or (high == -np.inf).any():
        raise ValueError(f"{'low' if (low == np.inf).any() else 'high'} leaves no value between the bounds")
    if (high < low).any():
        raise ValueError("high must not be below low")
    critical = critical_value(high - low, np.maximum(se_low, se_high), level)
    ends = low - critical * se_low, high + critical * se_high
    return tuple(float(end) if end.ndim == 0 else end for end in ends)


def critical_value(width, se, level, dof: float | None = None):
    """C of F(C + width / se) - F(-C) = level, where F is the normal distribution, or t on `dof` degrees of freedom.

    By Halley's method from the one-sided quantile; its third step is exact to ten figures.
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
    for _ in range(_STEPS):
        shortfall = level - tail(below + ratio) + tail(-below)
        (far, far_bend), (here, bend) = density(below + ratio), density(below)
        slope = far + here
        newton = shortfall / slope
        step = newton / (1 + newton * (far * far_bend + here * bend) / (2 * slope))
        below = below + step
        if np.abs(step).max(initial=0.0) < 1e-4:  # each step cubes what is left
            break
    critical[near] = below
    return critical


def quantile(probability, dof: float | None):
    """The normal or t quantile of each probability, of which few differ: the inverse of t is slow."""
    probability = np.asarray(probability)
    if probability.size and (probability == probability.flat[0]).all():
        distinct, where = probability.flat[:1], np.zeros(probability.shape, dtype=int)
    else:
        distinct, where = np.unique(probability, return_inverse=True)
    found = ndtri(distinct) if dof is None else stdtrit(dof, distinct)
    return found[where].reshape(probability.shape)
