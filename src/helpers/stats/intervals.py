"""Intervals for a quantity that is only known to lie between two estimated bounds.

:func:`critical_value` says by how many standard errors the bounds move outwards so that the interval covers the quantity,
wherever it lies between them, with the probability asked for. Where the bounds are far apart only one of them can fail, and
less is needed.
"""

import numpy as np
from scipy.special import beta, ndtr, ndtri, stdtr, stdtrit

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
    probability = np.asarray(probability)
    if probability.size and (probability == probability.flat[0]).all():
        distinct, where = probability.flat[:1], np.zeros(probability.shape, dtype=int)
    else:
        distinct, where = np.unique(probability, return_inverse=True)
    found = ndtri(distinct) if dof is None else stdtrit(dof, distinct)
    return found[where].reshape(probability.shape)
