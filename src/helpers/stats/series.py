"""Counts over time: did the level step at a date, where did it change, and is a broken line better than one.

:func:`interrupted_series` fits a quasi-Poisson model with a trend, seasons and a step, alone or against a
comparison series. :func:`change_point` finds a single change in mean; on a series with a trend that lands in
the middle whatever happened, so :func:`line_break` tests a broken line against a straight one.
:func:`event_study`, for adoption at staggered dates, is in :mod:`helpers.stats.staggered`. The fit is a small
reweighted least squares of its own, because known-truth studies call it many thousands of times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from helpers.stats.estimate import (
    Estimate,
    check_level,
    check_number,
    check_switch,
    check_vector,
    check_whole,
    normal_quantile,
)
from helpers.stats.staggered import event_study

__all__ = [
    "InterruptedSeries",
    "LineBreak",
    "change_point",
    "event_study",
    "interrupted_series",
    "line_break",
]


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedSeries:
    """A fitted interrupted series.

    Attributes
    ----------
    step : Estimate
        The rate ratio at the step; with a control, its ratio to the control's own step.
    dispersion : float
        Pearson chi-square over the residual degrees of freedom; 1 under Poisson.
    p_value : float
        Two-sided, of a rate ratio of 1.
    dof : int
        Residual degrees of freedom.
    lag_one : float
        Correlation of neighbouring Pearson residuals; well above zero means that the interval is too narrow.
    fitted, without_step : ndarray, shape (n,)
        Expected counts of the series, as fitted and with the rate ratio taken out.
    """

    step: Estimate
    dispersion: float
    p_value: float
    dof: int
    lag_one: float
    fitted: np.ndarray
    without_step: np.ndarray


def interrupted_series(
    counts,
    *,
    step,
    exposure=None,
    period=None,
    harmonics=0,
    trend=True,
    control=None,
    own_trend=False,
    reference="normal",
    level=0.95,
) -> InterruptedSeries:
    """A step in a series of counts, by quasi-Poisson regression with a log link.

    Parameters
    ----------
    counts : sequence of float, shape (n,)
        Counts at equal intervals, zero or more.
    step : int
        Position of the first observation after the step, from 1 to n - 1.
    exposure : sequence of float, shape (n,), optional
        Exposure, above zero, entered as an offset; the control's too, which is then of the same population.
    period : int, optional
        Observations in a year, 2 or more. On its own it gives each season its own level.
    harmonics : int
        Pairs of sine and cosine terms instead of free seasons, up to half of `period`; 0 for free seasons.
    trend : bool
        One common log-linear trend, before and after the step.
    control : sequence of float, shape (n,), optional
        A comparison series. Both series are fitted together: each has its own level, they share trend,
        seasons and whatever step the control takes, and the estimate is the ratio of the two steps.
    own_trend : bool
        With a control, let the two trends differ.
    reference : {"normal", "t"}
        Quantiles of the interval. "normal" is what published analyses mostly use: 95% intervals cover 0.94 to
        0.95 with 60 observations or more, and 0.92 with 20 (simulated, any dispersion). "t", with the residual
        degrees of freedom, covers 0.94 to 0.96 with 20.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    InterruptedSeries
        `.step` is the rate ratio, `.dispersion` the Pearson dispersion.

    Raises
    ------
    ValueError
        Naming the argument: counts or control negative, missing or infinite, lengths that differ, `step`
        outside 1..n-1, an exposure not above zero, a side of the step with no events at all, a `period` or
        `harmonics` that cannot be, a level outside (0, 1); or a model with as many terms as observations.

    References
    ----------
    Lopez Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46, 348-355; with a
    control, the same authors (2018), 47, 2082-2093. McCullagh and Nelder (1989), chapter 6.

    Examples
    --------
    >>> fit = interrupted_series([20, 22, 21, 23, 31, 34, 32, 36], step=4, trend=False)
    >>> print(fit.step)
    1.547 (1.412 to 1.694)
    """
    y = check_vector("counts", counts, minimum=0)
    at = check_whole("step", step, 1, y.size - 1)
    check_switch("trend", trend)
    check_switch("own_trend", own_trend)
    offset = np.zeros(y.size)
    if exposure is not None:
        offset = np.log(check_vector("exposure", exposure, length=y.size, positive=True))
    after = (np.arange(y.size) >= at).astype(float)
    _check_both_sides("counts", y, at)
    shared = np.column_stack([np.ones(y.size), *_time_terms(y.size, period, harmonics, trend)])
    if control is None:
        design = np.column_stack([shared, after])
    else:
        other = check_vector("control", control, length=y.size, minimum=0)
        _check_both_sides("control", other, at)
        design = _stacked(shared, after, y.size, trend and own_trend)
        y, offset = np.concatenate([y, other]), np.concatenate([offset, offset])
    return _summary(y, design, offset, after, reference, level)


def change_point(values) -> int:
    """Position of the first observation after the single change in mean that fits best by least squares.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        Two or more values, in order. A trend puts the answer near the middle: see :func:`line_break`. Take the
        square roots of small counts, whose scatter is then the same on both sides.

    Returns
    -------
    int
        From 1 to n - 1; the earliest of equally good positions, which is 1 if nothing varies.

    Raises
    ------
    ValueError
        Naming `values`: fewer than two, or missing or infinite.

    References
    ----------
    Hinkley (1970), Biometrika 57, 1-17.

    Examples
    --------
    >>> change_point([1, 2, 1, 2, 8, 9, 8])
    4
    """
    x = check_vector("values", values)
    if x.size < 2:
        raise ValueError("values needs at least two observations")
    x = x / max(np.abs(x).max(), 1e-300)  # so that no unit is too large to add up, or too small to square
    x -= x.mean()
    x /= max(np.abs(x).max(), 1e-300)
    sums = np.cumsum(x)[:-1]
    left = np.arange(1, x.size)
    gain = sums**2 * x.size / (left * (x.size - left))
    best = gain.max()
    return int(np.flatnonzero(gain >= best * (1 - 1e-12))[0]) + 1


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The best single break in a straight line, and how surprising it is if there is none.

    Attributes
    ----------
    position : int
        First observation after the break.
    statistic : float
        The greatest F over the positions tried: fall in the residual sum of squares over the residual mean
        square of the broken line (not divided by the number of restrictions).
    p_value : float
        Share of simulated unbroken series with a greatest F at least as large.
    """

    position: int
    statistic: float
    p_value: float


def line_break(values, *, trend=True, trim=0.15, autocorrelated=False, draws=999, seed=0) -> LineBreak:
    """Test one break in level and slope, at an unknown date, against a straight line.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        Values at equal intervals, free of seasons; take logarithms of counts first.
    trend : bool
        False tests a break in level against a constant.
    trim : float
        Share of the series left unbroken at each end, in [0, 0.5); at least one observation more than the
        line has terms is always left.
    autocorrelated : bool
        Simulate the unbroken series with the first-order autocorrelation of the residuals about the straight
        line, instead of independent errors.
    draws : int
        Simulated series.
    seed : int
        Seed of the simulation.

    Returns
    -------
    LineBreak

    Raises
    ------
    ValueError
        Naming the argument; or `values` with no room for a break.

    References
    ----------
    Andrews (1993), Econometrica 61, 821-856. The statistic does not depend on the line nor on the size of the
    errors, so that with independent normal errors the simulated p-value is exact.

    Examples
    --------
    >>> broken = line_break([0, 1, 2, 3, 4, 5, 16, 19, 22, 25, 28.5, 31])
    >>> broken.position, broken.p_value
    (6, 0.001)
    """
    x = check_vector("values", values)
    share = check_number("trim", trim, minimum=0)
    if share >= 0.5:
        raise ValueError(f"trim must be in [0, 0.5), not {trim!r}")
    number = check_whole("draws", draws, 1)
    check_switch("trend", trend)
    edge = max(int(np.floor(share * x.size)), 3 if trend else 2)
    if x.size < 2 * edge:
        raise ValueError(f"values has {x.size} observations: too few for a break {edge} from either end")
    left = np.arange(edge, x.size - edge + 1)
    f = _break_statistics(x[None], left, trend)[0]
    position = int(left[f.argmax()])
    noise = np.random.default_rng(seed).standard_normal((number, x.size))
    if autocorrelated:
        noise = _autoregress(noise, _residual_correlation(x, trend))
    simulated = _break_statistics(noise, left, trend).max(axis=1)
    exceed = np.count_nonzero(simulated >= f.max() * (1 - 1e-12))
    return LineBreak(position, float(f.max()), float((1 + exceed) / (1 + number)))


def _check_both_sides(name: str, y: np.ndarray, at: int) -> None:
    if y[:at].sum() == 0 or y[at:].sum() == 0:
        raise ValueError(f"{name} has no events on one side of the step, so the ratio has no bounds")


def _time_terms(size: int, period, harmonics, trend: bool) -> list[np.ndarray]:
    """Columns for the trend (centred, one unit over the series) and the seasons."""
    time = np.arange(size)
    terms = [(time - time.mean()) / size] if trend else []
    pairs = check_whole("harmonics", harmonics, 0)
    if period is None:
        if pairs:
            raise ValueError("harmonics needs a period")
        return terms
    length = check_whole("period", period, 2)
    if not pairs:
        return terms + [(time % length == season).astype(float) for season in range(1, length)]
    if 2 * pairs > length:
        raise ValueError(f"harmonics must be at most half of period {length}, not {harmonics!r}")
    for k in range(1, pairs + 1):
        angle = 2 * np.pi * k * time / length
        terms.append(np.cos(angle))
        if 2 * k < length:  # at half the period every sine is zero
            terms.append(np.sin(angle))
    return terms


def _stacked(shared: np.ndarray, after: np.ndarray, size: int, own_trend: bool) -> np.ndarray:
    """The design of a series above its control; the last column is the series' step beyond the control's."""
    treated = np.repeat([1.0, 0.0], size)
    both = np.tile(after, 2)
    columns = [np.tile(shared, (2, 1)), treated, both]
    if own_trend:
        columns.append(treated * np.tile(np.arange(size) - (size - 1) / 2, 2) / size)
    return np.column_stack([*columns, treated * both])


def _summary(y, design, offset, after, reference, level) -> InterruptedSeries:
    """Fit, and read off the last coefficient; the series itself is the first `after.size` rows."""
    dof = y.size - design.shape[1]
    if dof < 1:
        raise ValueError(f"counts has {y.size} values for {design.shape[1]} terms: no room for an error")
    coefficients, mean, inverse = _poisson_fit(y, design, offset)
    residuals = (y - mean) / np.sqrt(mean)
    dispersion = float(residuals @ residuals) / dof
    effect = coefficients[-1]
    error = np.sqrt(dispersion * inverse[-1, -1])
    if not isinstance(reference, str) or reference not in ("normal", "t"):
        raise ValueError(f"reference must be 'normal' or 't', not {reference!r}")
    tail = (1 - check_level(level)) / 2
    reach = error * (normal_quantile(level) if reference == "normal" else -stdtrit(dof, tail))
    score = -abs(effect) / error if error > 0 else -np.inf
    p_value = 2 * float(ndtr(score) if reference == "normal" else stdtr(dof, score))
    own = residuals[: after.size]
    power = own @ own
    with np.errstate(over="ignore"):  # an upper limit may have no bound
        step = Estimate(effect, effect - reach, effect + reach, float(level)).exp()
    return InterruptedSeries(
        step=step,
        dispersion=dispersion,
        p_value=p_value,
        dof=dof,
        lag_one=float(own[1:] @ own[:-1] / power) if power > 0 else 0.0,
        fitted=mean[: after.size],
        without_step=mean[: after.size] * np.exp(-effect * after),
    )


def _poisson_fit(y, design, offset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, means and inverse information of a log-linear Poisson model, by Newton's method."""
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("step cannot be told from the trend and the seasons in a series this short")
    predictor = np.log(np.maximum(y, 0.5))
    top = max(30.0, predictor.max() + 5.0)  # beyond any fit, and short of what overflows
    deviance = np.inf
    for _ in range(100):
        mean = np.exp(predictor)
        target = predictor - offset + (y - mean) / mean
        weighted = design * mean[:, None]
        information = weighted.T @ design
        coefficients = np.linalg.solve(information, weighted.T @ target)
        predictor = np.clip(design @ coefficients + offset, -30.0, top)
        mean = np.exp(predictor)
        previous, deviance = deviance, 2 * float(mean.sum() - y @ predictor)
        if abs(deviance - previous) <= 1e-12 * (abs(deviance) + 1):
            break
    inverse = np.linalg.inv((design * mean[:, None]).T @ design)
    return coefficients, mean, inverse


def _break_statistics(series: np.ndarray, left: np.ndarray, trend: bool) -> np.ndarray:
    """F of a break after each of `left` observations, for each row of `series`: shape (rows, positions)."""
    size = series.shape[1]
    series = series - series.mean(axis=1, keepdims=True)
    time = np.arange(size) - (size - 1) / 2
    moments = [
        np.cumsum(np.broadcast_to(x, series.shape), axis=1) for x in (series, series * time, series**2)
    ]
    head = [m[:, left - 1] for m in moments]
    whole = [m[:, -1:] for m in moments]
    rest = [w - h for w, h in zip(whole, head, strict=True)]
    clock = np.cumsum(time), np.cumsum(time**2)
    start = left, clock[0][left - 1], clock[1][left - 1]
    end = size - left, clock[0][-1] - start[1], clock[1][-1] - start[2]
    broken = _squares(*head, *start, trend) + _squares(*rest, *end, trend)
    straight = _squares(*whole, size, clock[0][-1], clock[1][-1], trend)
    free = size - (4 if trend else 2)
    scale = np.maximum(broken, 1e-14 * straight) / max(free, 1)
    return np.where(scale > 0, (straight - broken) / np.where(scale > 0, scale, 1.0), 0.0)


def _squares(total, cross, square, count, time, time2, trend: bool):
    """Residual sum of squares of a line (or a constant) from the sums over its observations."""
    left = square - total**2 / count
    if not trend:
        return left
    return left - (cross - total * time / count) ** 2 / (time2 - time**2 / count)


def _residual_correlation(x: np.ndarray, trend: bool) -> float:
    """First-order autocorrelation about the unbroken line, corrected for the bias of having fitted it.

    A real break makes it too high, and so the test cautious.
    """
    time = np.arange(x.size)
    error = x - np.polynomial.Polynomial.fit(time, x, int(trend))(time)
    raw = error[1:] @ error[:-1] / max(error @ error, 1e-300)
    terms = 1 + int(trend)
    return float(np.clip((raw * x.size + terms) / (x.size - 2 * terms), 0.0, 0.95))


def _autoregress(noise: np.ndarray, rho: float) -> np.ndarray:
    """Rows of first-order autoregressive noise with unit variance, from independent rows."""
    series = noise.copy()
    for t in range(1, noise.shape[1]):
        series[:, t] = rho * series[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return series
