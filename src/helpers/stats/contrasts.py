"""Arithmetic on estimates: tests of a value, differences and ratios of independent ones, many tests at once.

An interval carries its own standard error. These functions read it back, on the scale on which the interval is
symmetric: the plain scale for differences and slopes, the log scale for ratios (``log=True``). What is computed from a
result that is not available is not available either.
"""

import numpy as np
from scipy.special import ndtr, stdtr

from helpers.stats.estimate import Estimate, check_number, check_vector, normal_quantile
from helpers.stats.missing import absorbing


@absorbing
def p_value(estimate: Estimate, *, dof: float | None = None, log: bool = False) -> float:
    """The two-sided p-value of no difference, 0; with `log`, of no change, a ratio of 1.

    Raises
    ------
    ValueError
        As :meth:`helpers.stats.estimate.Estimate.se`.

    Examples
    --------
    >>> round(p_value(Estimate(1.96, 0.0, 3.92)), 3)
    0.05
    >>> round(p_value(Estimate(2.0, 1.0, 4.0), log=True), 3)
    0.05
    """
    gap = np.log(estimate.value) if log else estimate.value
    se = estimate.se(dof=dof, log=log)
    if se == 0:
        return float(gap == 0)
    return float(2 * (ndtr(-abs(gap) / se) if dof is None else stdtr(dof, -abs(gap) / se)))


@absorbing
def difference(first: Estimate, second: Estimate) -> Estimate:
    """The first less the second, taken as independent, with a normal interval at the level of the first.

    Examples
    --------
    >>> print(difference(Estimate(3.0, 1.04, 4.96), Estimate(1.0, -0.96, 2.96)))
    2 (-0.772 to 4.77)
    """
    return Estimate.around(first.value - second.value, np.hypot(first.se(), second.se()), first.level)


@absorbing
def quotient(first: Estimate, second: Estimate) -> Estimate:
    """The first over the second, two independent ratios, with an interval on the log scale.

    Examples
    --------
    >>> print(quotient(Estimate(4.0, 2.0, 8.0), Estimate(2.0, 2.0, 2.0)))
    2 (1 to 4)
    """
    se = np.hypot(first.se(log=True), second.se(log=True))
    return Estimate.around(np.log(first.value / second.value), se, first.level).exp()


@absorbing
def at_level(estimate: Estimate, level: float) -> Estimate:
    """The same estimate with its interval at another level, by the normal distribution.

    The interval is stretched on the scale on which it is the more nearly symmetric, plain or logarithmic.

    Examples
    --------
    >>> print(at_level(Estimate(0.0, -1.96, 1.96), 0.99))
    0 (-2.58 to 2.58)
    >>> print(at_level(Estimate(2.0, 1.0, 4.0), 0.99))
    2 (0.804 to 4.97)
    """
    stretch = normal_quantile(level) / normal_quantile(estimate.level)
    value, low, high = estimate.value, estimate.low, estimate.high
    if low > 0:
        below, above = np.log(value / low), np.log(high / value)
        if abs(above - below) < abs((high - value) - (value - low)) / value:
            return Estimate(value, value * np.exp(-stretch * below), value * np.exp(stretch * above), level)
    return Estimate(value, value - stretch * (value - low), value + stretch * (high - value), level)


@absorbing
def scaled(estimate: Estimate, factor: float) -> Estimate:
    """An estimate times a known factor above zero.

    Examples
    --------
    >>> print(scaled(Estimate(2.0, 1.0, 3.0), 0.5))
    1 (0.5 to 1.5)
    """
    factor = check_number("factor", factor, positive=True)
    return Estimate(estimate.value * factor, estimate.low * factor, estimate.high * factor, estimate.level)


def holm(p_values) -> np.ndarray:
    """P-values adjusted so that the chance of any false rejection among them keeps its level.

    Parameters
    ----------
    p_values : sequence of float, shape (n,)

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        Naming `p_values`: missing, or outside 0 to 1.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.02, 0.03, 0.04, 0.05]).round(3).tolist()
    [0.05, 0.08, 0.09, 0.09, 0.09]
    """
    p = check_vector("p_values", p_values)
    if (p < 0).any() or (p > 1).any():
        raise ValueError("p_values must be between 0 and 1")
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted
