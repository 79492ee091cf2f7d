"""Placebo tests: an effect set against the effects that the same method finds at other dates, and in other units.

:func:`placebo_steps` moves the date of an interrupted series over every date that has room, to see where the true one ranks and
by how much the model's standard error is too small. :func:`named_units` gives the names of a few units that were picked out in
advance to others at random. Neither trusts the model's own standard error.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from helpers.stats.estimate import Estimate, check_level, check_number, check_table, check_vector, check_whole
from helpers.stats.missing import NotAvailable
from helpers.stats.multiverse import shuffles
from helpers.stats.series import Steps, interrupted_many

_FAR, _GRID = 8.0, 120  # how many widened errors from the estimate ratios are tried, and in how many steps


@dataclass(frozen=True, slots=True, eq=False)
class Placebos:
    """The step of m series at its own date, held against the steps at other dates.

    Attributes
    ----------
    dates : ndarray of int, shape (d,)
    fits : list of Steps, one a date
    z : ndarray, shape (d, m)
        Log ratio over its standard error.
    own : Steps
        The fit at the own date.
    inflation : ndarray, shape (m,)
        Root mean square of z at the other dates, or 1 where that is less: how many times too small the model's standard error is.
    p_value : ndarray, shape (m,)
        Of no step, with the standard error at the own date multiplied by the inflation.
    rank : ndarray, shape (m,)
        Share of dates, the own one among them, whose z is at least as far from zero.
    """

    dates: np.ndarray
    fits: list[Steps]
    z: np.ndarray
    own: Steps
    inflation: np.ndarray
    p_value: np.ndarray
    rank: np.ndarray


def placebo_many(counts, *, step, margin=4, control=None, **options) -> Placebos:
    """The steps of many series at one date, each held against its own steps at other dates.

    A model's standard error is too small where errors hang together from one observation to the next, or where the
    series has a course that its control has not. Steps at other dates show by how much: had it been right, their z
    would be near one.

    Parameters
    ----------
    counts, control : array, shape (m, n)
    step, margin, **options
        As in :func:`placebo_steps`.

    Returns
    -------
    Placebos

    Raises
    ------
    ValueError
        As :func:`placebo_steps`.

    Examples
    --------
    >>> found = placebo_many([[20, 22, 19, 23, 21, 33, 31, 34, 30, 32]] * 2, step=5, margin=2, trend=False)
    >>> np.exp(found.own.effect).round(2).tolist(), found.rank.round(3).tolist()
    ([1.52, 1.52], [0.143, 0.143])
    """
    room = check_whole("margin", margin, 1)
    counts = check_table("counts", counts, (None, None), minimum=0)
    size = counts.shape[1]
    if not room <= check_number("step", step) <= size - room:
        raise ValueError(f"step must leave {room} observations on both sides of {size}, not {step!r}")
    dates = np.arange(room, size - room + 1)
    fits = [interrupted_many(counts, step=int(at), control=control, **options) for at in dates]
    effect, se = (np.array([getattr(fit, name) for fit in fits]) for name in ("effect", "se"))
    sure = np.where(np.abs(effect) > 1e-9, np.copysign(np.inf, effect), 0.0)  # without any noise
    z = np.where(se > 1e-9, effect / np.where(se > 1e-9, se, 1.0), sure)
    at = int(np.flatnonzero(dates == step)[0])
    others = np.delete(z, at, axis=0)
    inflation = np.sqrt(np.maximum((others**2).mean(axis=0), 1.0)) if len(others) else np.ones(z.shape[1])
    with np.errstate(invalid="ignore"):
        score = np.where(np.isinf(z[at]), np.inf, np.abs(z[at]) / inflation)
    rank = (np.abs(z) >= np.abs(z[at]) * (1 - 1e-12)).mean(axis=0)
    return Placebos(dates, fits, z, fits[at], inflation, 2 * stdtr(fits[at].dof, -score), rank)


def placebo_steps(counts, *, step, margin=4, control=None, level=0.95, **options) -> pd.DataFrame:
    """The step of an interrupted series at its own date and at every other date with room on both sides.

    Parameters
    ----------
    counts, control, step
        As in :func:`helpers.stats.series.interrupted_series`.
    margin : int
        Fewest observations before a date and from it on, 1 or more. The true step must keep it too.
    level : float
        Confidence level, in (0, 1).
    **options
        Other arguments of :func:`~helpers.stats.series.interrupted_series`.

    Returns
    -------
    DataFrame
        One row a date, in order: `step`, `ratio`, `low`, `high` (by the model's own error), `z` (log ratio over its
        standard error) and `event`, true for the date asked about. `attrs["p_value"]` is the share of dates, the
        true one among them, whose z is at least as far from zero: it cannot be below one over their number, and where
        errors hang together the true date comes first more often than that. `attrs["step"]` is an Estimate of the
        step whose interval does not trust the model's error: it holds every ratio that, once divided out of the
        series, leaves a step whose z is not large for the root mean square of z at the other dates (1 at least).
        `attrs["inflation"]` is that root mean square in the series as it is, and `attrs["step_p"]` the p-value of no step.

    Raises
    ------
    ValueError
        As :func:`~helpers.stats.series.interrupted_series`; or naming `margin` or `step`.

    Notes
    -----
    In simulated series with the autocorrelation that real ones of twenty to thirty quarters show, intervals by the
    model's own error held the truth in as few as 63%, and these in at least 97%.

    References
    ----------
    Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119, 249-275 (placebo laws).

    Examples
    --------
    >>> table = placebo_steps([20, 22, 19, 23, 21, 33, 31, 34, 30, 32], step=5, margin=2, trend=False)
    >>> table.loc[table["event"], "ratio"].round(2).tolist(), round(table.attrs["p_value"], 3)
    ([1.52], 0.143)
    >>> print(table.attrs["step"])
    1.52 (1.24 to 1.89)
    """
    series = check_vector("counts", counts, minimum=0)
    if control is not None:
        control = check_vector("control", control, length=series.size, minimum=0)[None]
    options |= {"step": step, "margin": margin}
    found = placebo_many(series[None], control=control, **options)
    ends = [np.exp([fit.effect[0], *np.ravel(fit.interval(level))]) for fit in found.fits]
    table = pd.DataFrame(ends, columns=["ratio", "low", "high"])
    table.insert(0, "step", found.dates)
    table = table.assign(z=found.z[:, 0], event=found.dates == step)
    interval = _not_rejected(series, control, found, level, options)
    numbers = {"p_value": found.rank, "inflation": found.inflation, "step_p": found.p_value}
    table.attrs["step"] = Estimate(float(np.exp(found.own.effect[0])), *interval, float(level))
    table.attrs.update({name: float(values[0]) for name, values in numbers.items()})
    return table


def _not_rejected(series, control, found: Placebos, level, options) -> tuple[float, float]:
    """The least and the largest ratio that the steps at other dates do not rule out."""
    effect, se = float(found.own.effect[0]), float(found.own.se[0])
    if se <= 1e-9:
        return float(np.exp(effect)), float(np.exp(effect))
    logs = effect + np.linspace(-_FAR, _FAR, 2 * _GRID + 1) * se * float(found.inflation[0])
    after = np.arange(series.size) >= options["step"]
    divided = series / np.exp(np.where(after, logs[:, None], 0.0))
    same = None if control is None else np.repeat(control, logs.size, axis=0)
    margin = 1 - level - placebo_many(divided, control=same, **options).p_value  # below zero where it stands
    stands = np.flatnonzero(margin <= 0)
    first, last = (stands[0], stands[-1]) if stands.size else (_GRID, _GRID)

    def edge(inside: int, outside: int) -> float:
        if not 0 <= outside < logs.size:
            return np.inf * np.sign(outside - inside)
        share = margin[inside] / (margin[inside] - margin[outside]) if margin[inside] < 0 else 0.0
        return logs[inside] + share * (logs[outside] - logs[inside])

    return float(np.exp(edge(first, first - 1))), float(np.exp(edge(last, last + 1)))


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """The mean `difference` of the named from the rest, and its two-sided `p_value`."""

    difference: Estimate | NotAvailable
    p_value: float


def named_units(changes, named, *, draws=9999, seed=0, level=0.95) -> NamedUnits:
    """How much more the units named for each event changed than the others did over the same time.

    Parameters
    ----------
    changes : array of float, shape (events, units)
        The change of every unit around every event (for counts, the log ratio).
    named : sequence of int, shape (events,)
        The position of the unit that each event is about. One unit may be named more than once.
    draws : int
        Random reassignments of names to units, 1 or more.
    seed : int
        Seed of the reassignments.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    NamedUnits
        `difference` averages, over events, the named unit's change less the mean of the others'. Its interval
        takes away the quantiles of what reassigned names give, and so supposes that the event only shifts. With too few
        draws for an interval at `level` it is not available.

    Raises
    ------
    ValueError
        Naming the argument: `changes` not two-dimensional, missing or infinite, fewer than three units; a
        position outside the units; draws below 1.

    References
    ----------
    Conley and Taber (2011), Review of Economics and Statistics 93, 113-125 (few treated, many untreated).

    Examples
    --------
    >>> changes = [[0.0, 0.1, -0.1, 0.9, 0.05], [0.1, -0.05, 0.0, 0.02, 0.8]]
    >>> found = named_units(changes, [3, 4], draws=999)
    >>> round(found.difference.value, 3), found.p_value < 0.1
    (0.835, True)
    """
    table = check_table("changes", changes, (None, None))
    events, units = table.shape
    if units < 3:
        raise ValueError("changes must be of three or more units")
    whose = np.array(named)
    if whose.shape != (events,) or not np.isin(whose, np.arange(units)).all():
        raise ValueError(f"named must give one position from 0 to {units - 1} for each of {events} events")
    whose = whose.astype(int)
    excess = (table - table.mean(axis=1, keepdims=True)) * units / (units - 1)  # from the mean of the others
    rows = np.arange(events)
    value = float(excess[rows, whose].mean())
    drawn = excess[rows, shuffles(units, draws, seed)[:, whose]].mean(axis=1)
    number = len(drawn)
    tail = (1 - check_level(level)) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    exceed = np.count_nonzero(np.abs(drawn) >= abs(value) * (1 - 1e-12))
    ends = value - float(high), value - float(low)
    estimate = Estimate(value, min(ends[0], value), max(ends[1], value), float(level))
    least = int(np.ceil(round(2 / (1 - level), 9))) - 1
    if number < least:
        why = "too few shufflings of names were drawn for its interval"
        estimate = NotAvailable(f"{why}: {number}, where {least} are needed")
    return NamedUnits(estimate, float((1 + exceed) / (1 + number)))
