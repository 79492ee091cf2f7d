"""What the same method finds where there is nothing to find.

Negative controls are outcomes that the explanation under test cannot have moved. Their estimates are not all
zero: beyond sampling error they share whatever else went on. :class:`EmpiricalNull` describes that by a normal
distribution, so that an estimate of interest is judged against what the controls show rather than against an
ideal null (Schuemie et al. 2014). A mean away from zero says that the controls moved too; a large spread says
that the method cannot see small effects.

:meth:`EmpiricalNull.p_value` is the published one, which takes the fitted null as known. A few dozen controls do not
make it known: at 5% it is wrong 11 to 14 times in a hundred with ten controls, 7 to 10 times with twenty, 7 with
fifty. So every interval here, and :meth:`EmpiricalNull.calibrated_p_value`, carries the doubt about the null's mean and
spread. Simulated where the controls' own errors are as large as their spread, the worst case, 95% intervals cover 0.90
with ten controls, 0.94 with twenty or fifty and 0.95 with two hundred.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from .estimate import Estimate, check_level, check_number, check_vector, check_whole


@dataclass(frozen=True, slots=True)
class EmpiricalNull:
    """The normal distribution of the systematic error that negative controls show.

    Parameters
    ----------
    mean : float
        Average systematic error, on the log-ratio scale.
    sd : float
        Its standard deviation beyond sampling error, at least 0.
    controls : int, optional
        Number of controls behind it; without them the null is taken as known.
    mean_se : float
        Standard error of `mean`.

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
    controls: int | None = None
    mean_se: float = 0.0

    def __post_init__(self):
        check_number("mean", self.mean)
        check_number("sd", self.sd, minimum=0)
        check_number("mean_se", self.mean_se, minimum=0)
        if self.controls is not None:
            check_whole("controls", self.controls, 2)

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
        if np.abs(log_ratio).max() > 1e50:
            raise ValueError("log_ratio holds a value too large to be the logarithm of anything")
        variance = _between_variance(log_ratio, se**2)
        total = se**2 + variance
        # Controls known exactly, with no spread, tell the mean exactly.
        mean_se = float(np.sqrt(1 / (1 / total).sum())) if total.all() else 0.0
        return cls(_weighted_mean(log_ratio, total), float(np.sqrt(variance)), log_ratio.size, mean_se)

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
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            z = np.where((gap == 0) & (spread == 0), 0.0, gap / spread)
        p = 2 * ndtr(-z)
        return float(p[0]) if scalar else p

    def calibrated_p_value(self, log_ratio: float, se: float) -> float:
        """The two-sided p-value of an estimate, with the doubt about the null itself; it agrees with `calibrate`.

        Raises
        ------
        ValueError
            Naming the argument.

        Examples
        --------
        >>> null = EmpiricalNull.fit([0.1, 0.3, 0.2, 0.4], [0.05, 0.05, 0.05, 0.05])
        >>> round(null.calibrated_p_value(0.6, 0.1), 3)
        0.075
        """
        gap = abs(check_number("log_ratio", log_ratio) - self.mean)
        spread, dof = self._error_of(check_number("se", se, minimum=0))
        if gap == 0 or spread == 0:
            return float(gap == 0)
        return 2 * _lower_tail(-gap / spread, dof)

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
        return self._around(value, *self._error_of(check_number("se", se, minimum=0)), level)

    def ordinary(self, level: float = 0.95) -> Estimate:
        """The range in which the systematic error of a further control would fall.

        Examples
        --------
        >>> print(EmpiricalNull(0.1, 0.2).ordinary())
        0.1 (-0.292 to 0.492)
        """
        return self._around(self.mean, *self._error_of(0.0), level)

    def mean_interval(self, level: float = 0.95) -> Estimate:
        """The mean with its interval.

        Raises
        ------
        ValueError
            When the null was not fitted, or its controls are all known exactly and do not differ.

        Examples
        --------
        >>> print(EmpiricalNull.fit([0.1, 0.3, 0.2, 0.4], [0.05] * 4).mean_interval())
        0.25 (0.04457 to 0.4554)
        """
        if self.controls is None or self.mean_se == 0:
            raise ValueError("mean_se is zero: the null's mean is taken as known and has no interval")
        more = self.controls / (self.controls - 1)
        return self._around(self.mean, self.mean_se * math.sqrt(more), self.controls - 1, level)

    def _error_of(self, se: float) -> tuple[float, float]:
        """Standard error of a further estimate's distance from the null, and its degrees of freedom.

        Maximum likelihood makes both variances too small by the degree of freedom that the mean took, which is put
        back; for controls known exactly this is the textbook interval for one more value of a sample. The null's part rests on one degree of freedom fewer than there are controls, the
        estimate's own error on as many as one likes, and their sum on what Satterthwaite's formula gives.
        """
        if self.controls is None:
            return math.hypot(self.sd, se, self.mean_se), math.inf
        null = self.sd**2 + 2 * self.mean_se**2 * self.controls / (self.controls - 1)
        total = null + se**2
        return math.sqrt(total), (self.controls - 1) * (total / null) ** 2 if null > 0 else math.inf

    def _around(self, value: float, error: float, dof: float, level: float) -> Estimate:
        tail = (1 - check_level(level)) / 2
        half = -float(ndtri(tail) if dof == math.inf else stdtrit(dof, tail)) * error
        return Estimate(value, value - half, value + half, float(level))


def _lower_tail(score: float, dof: float) -> float:
    return float(ndtr(score) if dof == math.inf else stdtr(dof, score))


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
