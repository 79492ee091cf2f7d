"""Arithmetic on estimates: tests of a value, differences and ratios of independent ones, many tests at once.

An interval carries its own standard error. These functions read it back, on the scale on which the interval is
symmetric: the plain scale for differences and slopes, the log scale for ratios (``log=True``). What is computed from a
result that is not available is not available either.
"""

import numpy as np
from scipy.special import stdtr, stdtrit

from helpers.stats.estimate import Estimate, check_level, check_number, check_vector, normal_quantile
from helpers.stats.missing import absorbing

_MANY = 1e9  # degrees of freedom of a normal interval


def standard_error(estimate: Estimate, *, dof: float | None = None, log: bool = False) -> float:
    """The standard error behind an interval.

    Parameters
    ----------
    estimate : Estimate
    dof : float, optional
        Degrees of freedom of the t distribution that the interval was made with; normal without.
    log : bool
        Of the logarithm.

    Raises
    ------
    ValueError
        Naming `estimate`: an infinite interval, or one that is not above zero where `log`.

    Examples
    --------
    >>> round(standard_error(Estimate(1.0, 0.02, 1.98)), 3)
    0.5
    """
    low, high = estimate.low, estimate.high
    if not np.isfinite([low, high]).all() or (log and low <= 0):
        raise ValueError(f"estimate must have finite ends{', above zero for a logarithm' if log else ''}")
    width = np.log(high / low) if log else high - low
    return float(width / 2 / -stdtrit(_MANY if dof is None else dof, (1 - check_level(estimate.level)) / 2))


@absorbing
def p_value(
    estimate: Estimate, null: float | None = None, *, dof: float | None = None, log: bool = False
) -> float:
    """The two-sided p-value of a hypothesis about an estimate: by default no difference, 0, or no change, 1.

    Raises
    ------
    ValueError
        As :func:`standard_error`.

    Examples
    --------
    >>> round(p_value(Estimate(1.96, 0.0, 3.92)), 3)
    0.05
    >>> round(p_value(Estimate(2.0, 1.0, 4.0), log=True), 3)
    0.05
    """
    null = (1.0 if log else 0.0) if null is None else check_number("null", null, positive=log)
    gap = np.log(estimate.value / null) if log else estimate.value - null
    error = standard_error(estimate, dof=dof, log=log)
    if error == 0:
        return float(gap == 0)
    return float(2 * stdtr(_MANY if dof is None else dof, -abs(gap) / error))


@absorbing
def difference(first: Estimate, second: Estimate) -> Estimate:
    """The first less the second, taken as independent, with a normal interval at the level of the first.

    Examples
    --------
    >>> print(difference(Estimate(3.0, 1.04, 4.96), Estimate(1.0, -0.96, 2.96)))
    2 (-0.7719 to 4.772)
    """
    error = np.hypot(standard_error(first), standard_error(second))
    return Estimate.around(first.value - second.value, error, first.level)


@absorbing
def quotient(first: Estimate, second: Estimate) -> Estimate:
    """The first over the second, two independent ratios, with an interval on the log scale.

    Examples
    --------
    >>> print(quotient(Estimate(4.0, 2.0, 8.0), Estimate(2.0, 2.0, 2.0)))
    2 (1 to 4)
    """
    error = np.hypot(standard_error(first, log=True), standard_error(second, log=True))
    return Estimate.around(np.log(first.value / second.value), error, first.level).exp()


@absorbing
def at_level(estimate: Estimate, level: float) -> Estimate:
    """The same estimate with its interval at another level, by the normal distribution.

    The interval is stretched on the scale on which it is the more nearly symmetric, plain or logarithmic.

    Examples
    --------
    >>> print(at_level(Estimate(0.0, -1.96, 1.96), 0.99))
    0 (-2.576 to 2.576)
    >>> print(at_level(Estimate(2.0, 1.0, 4.0), 0.99))
    2 (0.8043 to 4.973)
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
