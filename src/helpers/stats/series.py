"""Where a series changed, and whether a broken line is better than a straight one.

:func:`change_point` finds a single change in mean; on a series with a trend that lands in the middle whatever happened,
so :func:`line_break` tests a broken line against a straight one. A step at a known date is estimated by
:func:`interrupted_series`, in :mod:`helpers.stats.interrupted`; adoption at staggered dates by :func:`event_study`, in
:mod:`helpers.stats.staggered`.
"""

from dataclasses import dataclass

import numpy as np

from helpers.stats.autoregression import autoregress
from helpers.stats.estimate import check_level, check_vector, check_whole
from helpers.stats.interrupted import interrupted_series
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
