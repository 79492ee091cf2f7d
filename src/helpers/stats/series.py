"""Where a series changed, and a step in a series of counts at a dated event, alone or against a comparison series.

:func:`change_point` finds a single change in mean; on a series with a trend that lands in the middle whatever happened,
so :func:`line_break` tests a broken line against a straight one. A step at a known date is estimated by
:func:`interrupted_series`, a quasi-Poisson model with a trend, seasons and a step; :func:`interrupted_many` fits the same to
many series at once, by a small reweighted least squares of its own, because known-truth studies call it many thousands of
times. Adoption at staggered dates is estimated by :func:`event_study`, in :mod:`helpers.stats.staggered`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from helpers.stats.autoregression import autoregress
from helpers.stats.estimate import Estimate, check_level, check_table, check_vector, check_whole
from helpers.stats.staggered import event_study

_TRIM = 0.15  # share of a series that is left unbroken at each end

__all__ = ["LineBreak", "break_set", "change_point", "event_study", "interrupted_series", "line_break"]


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


def line_break(values, *, trend=True, autocorrelated=False, draws=999, seed=0) -> LineBreak:
    """Test one break in level and slope, at an unknown date, against a straight line.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        Values at equal intervals, free of seasons; take logarithms of counts first.
    trend : bool
        False tests a break in level against a constant.
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
    x, left = _room_for_a_break(values, trend)
    number = check_whole("draws", draws, 1)
    f = _break_statistics(x[None], left, trend)[0]
    noise = np.random.default_rng(seed).standard_normal((number, x.size))
    if autocorrelated:
        autoregress(noise.T, _residual_correlation(x, trend))
    simulated = _break_statistics(noise, left, trend).max(axis=1)
    exceed = np.count_nonzero(simulated >= f.max() * (1 - 1e-12))
    return LineBreak(int(left[f.argmax()]), float(f.max()), float((1 + exceed) / (1 + number)))


def break_set(values, *, level: float = 0.95) -> np.ndarray:
    """Positions at which a break in level and slope cannot be ruled out.

    The set can be wide, or fall into pieces; then the series does not say when it broke. Whether it broke at all is for
    :func:`line_break` to test.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        At equal intervals, free of seasons; take logarithms of counts first.
    level : float
        Confidence level of the set.

    Returns
    -------
    ndarray of int
        Positions of the first observation after the break, in order. The best is among them.

    Raises
    ------
    ValueError
        Naming the argument; or `values` with no room for a break.

    References
    ----------
    Hansen (2000), Econometrica 68, 575-603, whose critical value is -2 log(1 - sqrt(level)), 7.35 at 95%; Eo and
    Morley (2015), Quantitative Economics 6, 463-497.

    Examples
    --------
    >>> break_set([0, 1, 2, 3.1, 4, 5, 16, 19, 22, 25.2, 28, 31]).tolist()
    [6]
    """
    level = check_level(level)
    y, positions = _room_for_a_break(values, trend=True)
    squares = _broken_squares(y[None], positions, True)[0][0]
    scale = max(squares.min() / y.size, 1e-12 * float(np.var(y)), 1e-300)
    distance = (squares - squares.min()) / scale
    return positions[distance <= -2 * np.log(1 - np.sqrt(level))]


def _room_for_a_break(values, trend: bool) -> tuple[np.ndarray, np.ndarray]:
    """The series, and every position with enough of it on both sides: one observation more than the line has terms, at least."""
    x = check_vector("values", values)
    edge = max(int(np.floor(_TRIM * x.size)), 3 if trend else 2)
    if x.size < 2 * edge:
        raise ValueError(f"values has {x.size} observations: too few for a break {edge} from either end")
    return x, np.arange(edge, x.size - edge + 1)


def _broken_squares(series: np.ndarray, left: np.ndarray, trend: bool) -> tuple[np.ndarray, np.ndarray]:
    """Residual sums of squares of lines broken after each of `left` observations, and of the straight ones, by row."""
    time = np.arange(series.shape[1])
    line = np.vander(time - time.mean(), 1 + trend)
    designs = [line, *(np.hstack([line, line * (time >= at)[:, None]]) for at in left)]
    bases = (np.linalg.qr(design)[0] for design in designs)
    series = series - series.mean(axis=1, keepdims=True)
    straight, *broken = (((series - series @ base @ base.T) ** 2).sum(axis=1) for base in bases)
    return np.column_stack(broken), straight[:, None]


def _break_statistics(series: np.ndarray, left: np.ndarray, trend: bool) -> np.ndarray:
    """F of a break after each of `left` observations, for each row of `series`: shape (rows, positions)."""
    broken, straight = _broken_squares(series, left, trend)
    free = series.shape[1] - (4 if trend else 2)
    scale = np.maximum(broken, 1e-14 * straight) / max(free, 1)
    return np.where(scale > 0, (straight - broken) / np.where(scale > 0, scale, 1.0), 0.0)


def _residual_correlation(x: np.ndarray, trend: bool) -> float:
    """First-order autocorrelation about the unbroken line, corrected for the bias of having fitted it.

    A real break makes it too high, and so the test cautious.
    """
    time, terms = np.arange(x.size), 1 + trend
    error = x - np.polynomial.Polynomial.fit(time, x, terms - 1)(time)
    raw = error[1:] @ error[:-1] / max(error @ error, 1e-300)
    return float(np.clip((raw * x.size + terms) / (x.size - 2 * terms), 0.0, 0.95))


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedSeries:
    """A fitted interrupted series.

    Attributes
    ----------
    step : Estimate
        The rate ratio at the step; with a control, its ratio to the control's own step.
    dispersion : float
        Pearson chi-square over the residual degrees of freedom; 1 under Poisson.
    """

    step: Estimate
    dispersion: float


def interrupted_series(counts, *, step, control=None, level=0.95, **model) -> InterruptedSeries:
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
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    InterruptedSeries
        `.step` is the rate ratio, with the normal interval that published analyses mostly have: at 95% it covers 0.94 to 0.95
        with 60 observations or more, and 0.92 with 20 (simulated, any dispersion). `.dispersion` is the Pearson dispersion.

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
    1.55 (1.41 to 1.69)
    """
    y = check_vector("counts", counts, minimum=0)
    other = None if control is None else check_vector("control", control, length=y.size, minimum=0)[None]
    fit = interrupted_many(y[None], step=step, control=other, **model)
    step = Estimate.around(fit.effect[0], fit.se[0], level).exp()
    return InterruptedSeries(step, float(fit.dispersion[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The same model fitted to m series.

    Attributes
    ----------
    effect, se : ndarray, shape (m,)
        Log of the ratio at the step, and its standard error.
    dispersion : ndarray, shape (m,)
        As in :class:`InterruptedSeries`.
    dof : int
        Residual degrees of freedom.
    """

    effect: np.ndarray
    se: np.ndarray
    dispersion: np.ndarray
    dof: int

    def interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """The ends of each effect's interval by the t distribution, which covers 0.94 to 0.96 with 20 observations at 95%."""
        reach = -stdtrit(self.dof, (1 - check_level(level)) / 2) * self.se
        return self.effect - reach, self.effect + reach


def interrupted_many(counts, *, step, control=None, **model) -> Steps:
    """What :func:`interrupted_series` finds in each of many series of one length.

    Parameters
    ----------
    counts : array, shape (m, n)
        One series a row.
    control : array, shape (m, n), optional
        A comparison series for each.
    step, **model
        As for :func:`interrupted_series`.

    Returns
    -------
    Steps

    Raises
    ------
    ValueError
        As :func:`interrupted_series`.

    Examples
    --------
    >>> both = interrupted_many([[20, 22, 30, 33], [20, 22, 20, 22]], step=2, trend=False)
    >>> np.exp(both.effect).round(2)
    array([1.5, 1. ])
    """
    y = check_table("counts", counts, (None, None), minimum=0)
    other = None if control is None else check_table("control", control, y.shape, minimum=0)
    at, design, offset = _model(y.shape[1], step, control is not None, **model)
    for name, series in (("counts", y), ("control", other)):
        if series is not None and ((series[:, :at].sum(1) == 0) | (series[:, at:].sum(1) == 0)).any():
            raise ValueError(f"{name} has no events on one side of the step, so the ratio has no bounds")
    if other is not None:
        y = np.concatenate([y, other], axis=1)
    dof = y.shape[1] - design.shape[1]
    if dof < 1:
        raise ValueError(f"counts has {y.shape[1]} values for {design.shape[1]} terms: no room for an error")
    effect, means, variance = poisson_fit(y, design, offset)
    dispersion = ((y - means) ** 2 / means).sum(axis=1) / dof
    return Steps(effect, np.sqrt(dispersion * variance), dispersion, dof)


def _model(
    size, step, controlled, *, exposure=None, period=None, harmonics=0, trend=True
) -> tuple[int, np.ndarray, np.ndarray]:
    """The position, the design and the offset of a series, above its control if there is one; the step comes last."""
    at = check_whole("step", step, 1, size - 1)
    offset = np.zeros(size)
    if exposure is not None:
        offset = np.log(check_vector("exposure", exposure, length=size, positive=True))
    after = (np.arange(size) >= at).astype(float)
    shared = np.column_stack([np.ones(size), *_time_terms(size, period, harmonics, trend)])
    if not controlled:
        return at, np.column_stack([shared, after]), offset
    treated, both = np.repeat([1.0, 0.0], size), np.tile(after, 2)
    design = np.column_stack([np.tile(shared, (2, 1)), treated, both, treated * both])
    return at, design, np.tile(offset, 2)


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
    angles = 2 * np.pi * np.outer(np.arange(1, pairs + 1), time) / length
    # at half the period every sine is zero
    return [*terms, *np.cos(angles), *np.sin(angles[: (length - 1) // 2])]


def poisson_fit(y, design, offset=0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The last coefficient of log-linear Poisson models of one design, by Newton's method; means; its variance.

    `y` has shape (m, n), one series a row, and `design` shape (n, terms).
    """
    terms = design.shape[1]
    if np.linalg.matrix_rank(design) < terms:
        raise ValueError("a series this short does not separate the step from the trend and the seasons")
    mean, deviance = np.maximum(y, 0.5), np.full(len(y), np.inf)
    predictor = np.log(mean)
    top = np.maximum(30.0, predictor.max(axis=1, keepdims=True) + 5.0)  # beyond any fit, short of overflow
    for _ in range(100):
        information = design.T @ (mean[:, :, None] * design)
        target = (mean * (predictor - offset) + y - mean) @ design
        coefficients = np.linalg.solve(information, target[..., None])[..., 0]
        predictor = np.clip(coefficients @ design.T + offset, -30.0, top)
        mean = np.exp(predictor)
        previous, deviance = deviance, 2 * (mean - y * predictor).sum(axis=1)
        if (np.abs(deviance - previous) <= 1e-12 * (np.abs(deviance) + 1)).all():
            break
    last = np.linalg.solve(design.T @ (mean[:, :, None] * design), np.eye(terms)[:, -1:])
    return coefficients[:, -1], mean, last[:, -1, 0]
