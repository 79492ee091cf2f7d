"""What the same method finds where there is nothing to find.

Negative controls are outcomes that the explanation under test cannot have moved. Their estimates are not all
zero: beyond sampling error they share whatever else went on. :class:`EmpiricalNull` describes that by a normal
distribution, so that an estimate of interest is judged against what the controls show rather than against an
ideal null (Schuemie et al. 2014). A mean away from zero says that the controls moved too; a large spread says
that the method cannot see small effects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from .estimate import Estimate, check_level, check_number, check_vector, normal_quantile


@dataclass(frozen=True, slots=True)
class EmpiricalNull:
    """The normal distribution of the systematic error that negative controls show.

    Parameters
    ----------
    mean : float
        Average systematic error, on the log-ratio scale.
    sd : float
        Its standard deviation beyond sampling error, at least 0.

    References
    ----------
    Schuemie, Ryan, DuMouchel, Suchard and Madigan (2014), Statistics in Medicine 33, 209-218.

    Examples
    --------
    >>> null = EmpiricalNull.fit([0.1, 0.3, 0.2, 0.4], [0.05, 0.05, 0.05, 0.05])
    >>> round(null.mean, 3), round(null.sd, 3)
    (0.25, 0.1)
    >>> round(null.p_value(0.6, 0.1), 3)
    0.013
    """

    mean: float
    sd: float

    def __post_init__(self):
        check_number("mean", self.mean)
        check_number("sd", self.sd, minimum=0)

    @classmethod
    def fit(cls, log_ratio, se) -> EmpiricalNull:
        """The maximum-likelihood null of the negative controls.

        Parameters
        ----------
        log_ratio : sequence of float, shape (n,), n at least 2
            One estimate a control, on the log scale.
        se : sequence of float, shape (n,)
            Their standard errors; zero means known exactly.

        Raises
        ------
        ValueError
            Naming the argument: missing values, unequal lengths, fewer than two controls, a negative `se`.
        """
        log_ratio = check_vector("log_ratio", log_ratio)
        se = check_vector("se", se, length=log_ratio.size, minimum=0)
        if log_ratio.size < 2:
            raise ValueError("log_ratio needs at least 2 negative controls")
        variance = _between_variance(log_ratio, se**2)
        return cls(_weighted_mean(log_ratio, se**2 + variance), float(np.sqrt(variance)))

    def p_value(self, log_ratio, se):
        """The two-sided p-value of an estimate against this null: twice the smaller tail.

        Parameters
        ----------
        log_ratio, se : float or sequences of float, shape (n,)
            Estimates on the log scale and their standard errors.

        Returns
        -------
        float or ndarray, shape (n,)
            A float when both arguments are scalars.

        Raises
        ------
        ValueError
            Naming the argument: missing values, unequal lengths, a negative `se`.

        Examples
        --------
        >>> EmpiricalNull(0.0, 0.0).p_value([0.1, 0.3], [0.05, 0.1]).round(4)
        array([0.0455, 0.0027])
        """
        scalar = np.ndim(log_ratio) == 0 and np.ndim(se) == 0
        log_ratio = check_vector("log_ratio", np.atleast_1d(log_ratio))
        se = check_vector("se", np.atleast_1d(se), minimum=0)
        if 1 not in (se.size, log_ratio.size) and se.size != log_ratio.size:
            raise ValueError(f"se has {se.size} values where {log_ratio.size} are needed")
        gap, spread = np.broadcast_arrays(np.abs(log_ratio - self.mean), np.hypot(self.sd, se))
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where((gap == 0) & (spread == 0), 0.0, gap / spread)
        p = 2 * ndtr(-z)
        return float(p[0]) if scalar else p

    def calibrate(self, log_ratio: float, se: float, level: float = 0.95) -> Estimate:
        """An estimate with the average systematic error taken off and its spread put in the interval.

        Raises
        ------
        ValueError
            Naming the argument.

        Examples
        --------
        >>> print(EmpiricalNull(0.1, 0.3).calibrate(0.5, 0.4))
        0.4 (-0.58 to 1.38)
        """
        value = check_number("log_ratio", log_ratio) - self.mean
        half = normal_quantile(check_level(level)) * float(
            np.hypot(self.sd, check_number("se", se, minimum=0))
        )
        return Estimate(value, value - half, value + half, float(level))

    def ordinary(self, level: float = 0.95) -> Estimate:
        """The range in which the systematic error of a further control would fall.

        Examples
        --------
        >>> print(EmpiricalNull(0.1, 0.2).ordinary())
        0.1 (-0.292 to 0.492)
        """
        half = normal_quantile(check_level(level)) * self.sd
        return Estimate(self.mean, self.mean - half, self.mean + half, float(level))

    def mean_interval(self, log_ratio, se, level: float = 0.95) -> Estimate:
        """The mean with its interval, given the controls that it was fitted to.

        Raises
        ------
        ValueError
            Naming the argument; also for controls that are all known exactly and do not differ.

        Examples
        --------
        >>> values, errors = [0.1, 0.3, 0.2, 0.4], [0.05] * 4
        >>> print(EmpiricalNull.fit(values, errors).mean_interval(values, errors))
        0.25 (0.1404 to 0.3596)
        """
        se = check_vector("se", se, length=check_vector("log_ratio", log_ratio).size, minimum=0)
        variances = se**2 + self.sd**2
        if not variances.all():
            raise ValueError("se and sd are both zero for a control, which leaves no interval")
        half = normal_quantile(check_level(level)) / float(np.sqrt((1 / variances).sum()))
        return Estimate(self.mean, self.mean - half, self.mean + half, float(level))


def _weighted_mean(values: np.ndarray, variances: np.ndarray) -> float:
    if (variances == 0).any():
        return float(values[variances == 0].mean())
    return float(np.average(values, weights=1 / variances))


def _between_variance(values: np.ndarray, variances: np.ndarray) -> float:
    """The maximum-likelihood variance beyond `variances`, 0 when sampling error explains the spread.

    The likelihood can have several turning points, so every change of sign of its derivative on a fine grid
    is polished and the best of them, or zero, is kept.
    """
    exact = values[variances == 0]
    if exact.size == values.size:
        return float(values.var())
    top = float(np.ptp(values)) ** 2 + float(variances.max())
    floor = 1e-12 * top

    def slopes(t):
        v = variances + np.atleast_1d(t)[:, None]
        residual = values - (values / v).sum(axis=1, keepdims=True) / (1 / v).sum(axis=1, keepdims=True)
        return (1 / v - residual**2 / v**2).sum(axis=1)

    def criterion(t):
        v = variances + t
        residual = values - _weighted_mean(values, v)
        if (v == 0).any():
            return np.inf
        return float(np.sum(np.log(v) + residual**2 / v))

    grid = np.concatenate([[floor], np.geomspace(1e-9 * top, top, 160)])
    signs = slopes(grid)
    turns = np.flatnonzero((signs[:-1] < 0) & (signs[1:] >= 0))
    roots = [
        brentq(lambda t: float(slopes(t)[0]), grid[turn], grid[turn + 1], xtol=1e-16, rtol=1e-14)
        for turn in turns
    ]
    if exact.size == 1 or (exact.size > 1 and np.ptp(exact) == 0):
        # The likelihood has a spike at zero for a control without error; take the turning point beside it.
        return min(roots, key=criterion, default=0.0)
    return min([0.0, *roots], key=criterion)
