"""Negative controls: what the same method finds where there is nothing to find.

Negative controls are outcomes that the explanation under test cannot have moved. Their estimates are not all
zero: beyond sampling error they share whatever else went on. :class:`EmpiricalNull` describes that by a normal
distribution, so that an estimate of interest is judged against what the controls show rather than against an
ideal null (Schuemie et al. 2014). A mean away from zero says that the controls moved too; a large spread says
that the method cannot see small effects.

:meth:`EmpiricalNull.p_value` is the published one, which takes the fitted null as known. A few controls do not make it
known: with ten it is wrong 7 to 16 times in a hundred at 5%, and more where their errors hide the spread. So the
intervals and :meth:`EmpiricalNull.calibrated_p_value` average over all the means and spreads that the controls allow,
under the reference prior of Bodnar et al. (2017). Simulated with 3 to 50 controls whose own errors are a tenth to twice
their spread, these are wrong at most 6 times in a hundred at 5%, and fewer where the errors hide the spread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, softmax

from helpers.stats.estimate import Estimate, check_level, check_number, check_table, check_vector
from helpers.stats.missing import absorbing

_NODES = 240  # of the spread, evenly spaced in its logarithm
_CUT = 20.0  # log density below its top at which the spread's posterior is left off


@dataclass(frozen=True, slots=True)
class EmpiricalNull:
    """The normal distribution of the systematic error that negative controls show.

    Parameters
    ----------
    mean : float
        Average systematic error, on the log-ratio scale.
    sd : float
        Its standard deviation beyond sampling error, at least 0.
    controls : int
        Number of controls behind it.
    mean_se : float
        Standard error of `mean`.
    doubt : _Mixture
        What :meth:`fit` knows of the null beyond these numbers.

    References
    ----------
    Schuemie, Ryan, DuMouchel, Suchard and Madigan (2014), Statistics in Medicine 33, 209-218. Bodnar, Link,
    Arendacka, Possolo and Elster (2017), Statistics in Medicine 36, 378-399 (the doubt about it).

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
    controls: int = 0
    mean_se: float = 0.0
    doubt: _Mixture | None = field(default=None, repr=False, compare=False)

    @classmethod
    @absorbing
    def fit(cls, log_ratio, se) -> EmpiricalNull:
        """The maximum-likelihood null of the negative controls.

        Parameters
        ----------
        log_ratio : sequence of float, shape (n,), n at least 2
            One estimate a control, on the log scale.
        se : sequence of float, shape (n,)
            Their standard errors; zero means known exactly.

        Returns
        -------
        EmpiricalNull
            With `mean` and `sd` on the log-ratio scale, and what the controls leave in doubt about them.

        Raises
        ------
        ValueError
            Naming the argument: missing values, unequal lengths, fewer than two controls, a negative `se`.

        Examples
        --------
        >>> EmpiricalNull.fit([0.1, 0.5], [0, 0]).mean
        0.3
        """
        log_ratio = check_vector("log_ratio", log_ratio)
        se = check_vector("se", se, length=log_ratio.size, minimum=0)
        if log_ratio.size < 2:
            raise ValueError("log_ratio needs at least 2 negative controls")
        if np.abs(log_ratio).max() > 1e50:
            raise ValueError("log_ratio holds a value too large to be the logarithm of anything")
        variance = _between_variance(log_ratio, se**2)
        total = se**2 + variance
        exact = log_ratio[total == 0]  # controls known exactly, with no spread, tell the mean exactly
        mean = float(exact.mean() if exact.size else np.average(log_ratio, weights=1 / total))
        mean_se = 0.0 if exact.size else float(np.sqrt(1 / (1 / total).sum()))
        return cls(mean, float(np.sqrt(variance)), log_ratio.size, mean_se, _doubt(log_ratio, se**2))

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

    @absorbing
    def calibrated_p_value(self, log_ratio: float, se: float) -> float:
        """The two-sided p-value of an estimate, with the doubt about the null itself; it agrees with `calibrate`.

        Parameters
        ----------
        log_ratio, se : float
            An estimate on the log scale and its standard error.

        Returns
        -------
        float
            From 0 to 1.

        Raises
        ------
        ValueError
            Naming the argument.

        Examples
        --------
        >>> null = EmpiricalNull.fit([0.1, 0.3, 0.2, 0.4], [0.05, 0.05, 0.05, 0.05])
        >>> round(null.calibrated_p_value(0.6, 0.1), 3)
        0.113
        """
        value = check_number("log_ratio", log_ratio)
        return 2 * float(min(self.doubt.tails(value, check_number("se", se, minimum=0))))

    @absorbing
    def calibrate(self, log_ratio: float, se: float, level: float = 0.95) -> Estimate:
        """An estimate with the average systematic error taken off and its spread put in the interval.

        Parameters
        ----------
        log_ratio, se : float
            An estimate on the log scale and its standard error.
        level : float
            Confidence level, in (0, 1).

        Returns
        -------
        Estimate
            On the log scale.

        Raises
        ------
        ValueError
            Naming the argument.

        Examples
        --------
        >>> print(EmpiricalNull.fit([-0.1, 0.0, 0.1, 0.2], [0.05] * 4).calibrate(0.5, 0.1))
        0.45 (-0.0349 to 0.935)
        """
        value = check_number("log_ratio", log_ratio)
        low, high = self.doubt.range(check_number("se", se, minimum=0), check_level(level))
        return Estimate(value - self.mean, value - high, value - low, float(level))

    def ordinary(self, level: float = 0.95) -> Estimate:
        """The range in which the systematic error of a further control would fall.

        Parameters
        ----------
        level : float
            Share of further controls that would fall in it, in (0, 1).

        Returns
        -------
        Estimate
            The null's mean and the range, on the log scale.

        Raises
        ------
        ValueError
            Naming `level`.

        Examples
        --------
        >>> print(EmpiricalNull.fit([-0.1, 0.0, 0.1, 0.2], [0.05] * 4).ordinary())
        0.05 (-0.401 to 0.501)
        """
        return Estimate(self.mean, *self.doubt.range(0.0, check_level(level)), float(level))

    def mean_interval(self, level: float = 0.95) -> Estimate:
        """The mean with its interval, by t on one degree of freedom fewer than there are controls.

        Parameters
        ----------
        level : float
            Confidence level, in (0, 1).

        Returns
        -------
        Estimate
            On the log scale.

        Raises
        ------
        ValueError
            When the null was not fitted, or its controls are all known exactly and do not differ.

        Examples
        --------
        >>> print(EmpiricalNull.fit([0.1, 0.3, 0.2, 0.4], [0.05] * 4).mean_interval())
        0.25 (0.0446 to 0.455)
        """
        if self.mean_se == 0:
            raise ValueError("mean_se is zero: the null's mean is taken as known and has no interval")
        se = self.mean_se * math.sqrt(self.controls / (self.controls - 1))
        return Estimate.around(self.mean, se, level, self.controls - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """The systematic error of a further estimate: normal distributions, one for each spread, and their weights."""

    weight: np.ndarray
    mean: np.ndarray
    variance: np.ndarray

    def tails(self, value, se) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities of an estimate with no effect of its own at or below `value`, and at or above it."""
        away = np.asarray(value)[..., None] - self.mean
        sd = np.hypot(np.sqrt(self.variance), np.asarray(se)[..., None])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            z = np.where(away == 0, 0.0, away / sd)
        return (self.weight * ndtr(z)).sum(axis=-1), (self.weight * ndtr(-z)).sum(axis=-1)

    def range(self, se: float, level: float) -> tuple[float, float]:
        """The two equal-tailed quantiles of an estimate with no effect of its own."""
        tail, sd = (1 - level) / 2, np.hypot(np.sqrt(self.variance), se)
        reach = -float(ndtri(tail)) * sd
        ends = []
        for side, each in ((0, self.mean - reach), (1, self.mean + reach)):

            def excess(x: float, side: int = side) -> float:
                return float(self.tails(x, se)[side]) - tail

            first, last = float(each.min()), float(each.max())  # the quantile lies between those of the parts
            apart = excess(first) * excess(last) < 0  # by more than rounding
            ends.append(brentq(excess, first, last, xtol=1e-12) if apart else (first + last) / 2)
        return ends[0], ends[1]


def calibrated_tails(log_ratio, se, controls, control_se) -> tuple[np.ndarray, np.ndarray]:
    """How often estimates without an effect of their own would lie as low, and as high, as those of many panels.

    Twice the smaller of the two is :meth:`EmpiricalNull.calibrated_p_value` of each panel against its own controls.

    Parameters
    ----------
    log_ratio, se : array, shape (m,)
    controls, control_se : array, shape (m, n), n at least 2
        Estimates of each panel's controls and their standard errors.

    Returns
    -------
    (lower, upper) : ndarrays, shape (m,)

    Raises
    ------
    ValueError
        Naming the argument: shapes that do not match, missing values, a negative standard error.

    Examples
    --------
    >>> lower, upper = calibrated_tails([0.6], [0.1], [[0.1, 0.3, 0.2, 0.4]], [[0.05] * 4])
    >>> (2 * upper).round(3)
    array([0.113])
    """
    value = check_vector("log_ratio", log_ratio)
    se = check_vector("se", se, length=value.size, minimum=0)
    seen = check_table("controls", controls, (value.size, None))
    own = check_table("control_se", control_se, seen.shape, minimum=0)
    return _doubt(seen, own**2).tails(value, se)


def _doubt(values: np.ndarray, variances: np.ndarray) -> _Mixture:
    """What the controls, along the last axis, say of a further one, averaged over their spread by quadrature.

    The mean has a flat prior and the spread t the reference prior, t root(sum 1 / (v + t^2)^2). For controls known
    exactly that gives the textbook prediction interval of a normal sample, by t on n - 1 degrees of freedom.
    """
    size = np.maximum(np.ptp(values, axis=-1), np.sqrt(variances.max(axis=-1)))
    known = size < 1e-50  # all known exactly and all the same, as far as can be told
    size = np.where(known, 1.0, size)
    least = np.sqrt(np.where(variances > 0, variances, size[..., None] ** 2).min(axis=-1))
    coarse = np.geomspace(1e-5 * np.minimum(size, least), 1e7 * size, 70, axis=-1)
    height = _given_spread(coarse, values, variances)[0]
    inside = height > height.max(axis=-1, keepdims=True) - _CUT
    first = np.maximum(inside.argmax(axis=-1) - 1, 0)
    last = np.minimum(coarse.shape[-1] - inside[..., ::-1].argmax(axis=-1), coarse.shape[-1] - 1)
    ends = (np.take_along_axis(coarse, at[..., None], axis=-1)[..., 0] for at in (first, last))
    height, mean, variance = _given_spread(np.geomspace(*ends, _NODES, axis=-1), values, variances)
    variance = np.where(known[..., None], 0.0, variance)
    return _Mixture(softmax(height, axis=-1), mean, variance)


def _given_spread(spread: np.ndarray, values: np.ndarray, variances: np.ndarray):
    """Log posterior of the log spread; mean and variance of a further control's systematic error given it."""
    values = values[..., None, :]
    total = variances[..., None, :] + spread[..., None] ** 2
    weight = 1 / total
    precision = weight.sum(axis=-1)
    mean = (values * weight).sum(axis=-1) / precision
    height = np.log(total).sum(axis=-1) + np.log(precision)
    height += ((values - mean[..., None]) ** 2 * weight).sum(axis=-1)
    prior = np.log(spread) + np.log((weight**2).sum(axis=-1)) / 2
    return prior + np.log(spread) - height / 2, mean, 1 / precision + spread**2


def _between_variance(values: np.ndarray, variances: np.ndarray) -> float:
    """Maximum likelihood variance of the systematic errors: the best of a grid, and then where the slope is zero."""
    top = float(np.ptp(values)) ** 2 + float(variances.max())
    if top == 0:
        return 0.0
    grid = np.geomspace(1e-12 * top, top, 200)

    def residuals(t):
        v = variances + np.atleast_1d(t)[:, None]
        return v, values - (values / v).sum(axis=1, keepdims=True) / (1 / v).sum(axis=1, keepdims=True)

    def slope(t: float) -> float:
        v, residual = residuals(t)
        return float((1 / v - residual**2 / v**2).sum())

    v, residual = residuals(grid)
    best = int((np.log(v) + residual**2 / v).sum(axis=1).argmin())
    if best == 0:
        return 0.0
    return float(brentq(slope, grid[best - 1], grid[min(best + 1, grid.size - 1)], xtol=1e-16, rtol=1e-14))
