"""Placebo dates and placebo units: is what happened there and then unusual among what happened anywhere and ever.

:func:`placebo_steps` moves the date of an interrupted series over every date that has room, and asks where the
true one ranks. :func:`named_units` asks the same of a few units picked out in advance, by giving their names to
others at random. Neither trusts the model's own standard error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats.estimate import Estimate, check_level, check_number, check_whole, normal_quantile
from helpers.stats.series import interrupted_series


def placebo_steps(counts, *, step, margin=4, **options) -> pd.DataFrame:
    """The step of an interrupted series at its own date and at every other date with room on both sides.

    Parameters
    ----------
    counts, step
        As in :func:`helpers.stats.series.interrupted_series`.
    margin : int
        Fewest observations before a date and from it on, 1 or more. The true step must keep it too.
    **options
        Other arguments of :func:`~helpers.stats.series.interrupted_series`.

    Returns
    -------
    DataFrame
        One row a date, in order: `step`, `ratio`, `low`, `high`, `z` (log ratio over its standard error) and
        `event`, true for the date asked about (z is on the normal scale). `attrs["p_value"]` is the share of dates, the
        true one among them, whose z is at least as far from zero: it cannot be below one over their number.

    Raises
    ------
    ValueError
        As :func:`~helpers.stats.series.interrupted_series`; or naming `margin` or `step`.

    References
    ----------
    Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119, 249-275 (placebo laws).

    Examples
    --------
    >>> table = placebo_steps([20, 22, 19, 23, 21, 33, 31, 34, 30, 32], step=5, margin=2, trend=False)
    >>> table.loc[table["event"], "ratio"].round(2).tolist(), round(table.attrs["p_value"], 3)
    ([1.52], 0.143)
    """
    room = check_whole("margin", margin, 1)
    size = len(counts)
    if not room <= check_number("step", step) <= size - room:
        raise ValueError(f"step must leave {room} observations on both sides of {size}, not {step!r}")
    rows = []
    for date in range(room, size - room + 1):
        fit = interrupted_series(counts, step=date, **options)
        effect, reach = np.log(fit.step.value), np.log(fit.step.high / fit.step.low)
        sure = np.inf if abs(effect) > 1e-9 else 0.0  # without any noise
        z = effect / reach if reach > 1e-9 else np.copysign(sure, effect)
        rows.append((date, fit.step.value, fit.step.low, fit.step.high, z, date == step))
    table = pd.DataFrame(rows, columns=["step", "ratio", "low", "high", "z", "event"])
    # The interval's width is a fixed number of standard errors, the same at every date.
    table["z"] *= 2 * normal_quantile(options.get("level", 0.95))
    own = abs(table.loc[table["event"], "z"].iloc[0])
    table.attrs["p_value"] = float((table["z"].abs() >= own * (1 - 1e-12)).mean())
    return table


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """The mean `difference` of the named from the rest, its two-sided `p_value`, and the `draws` behind it."""

    difference: Estimate
    p_value: float
    draws: int


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
        takes away the quantiles of what reassigned names give, and so supposes that the event only shifts.

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
    table = np.array(changes, dtype=float)
    if table.ndim != 2 or table.shape[1] < 3:
        raise ValueError("changes must be a table of events by three or more units")
    if not np.isfinite(table).all():
        raise ValueError("changes holds a value that is missing or infinite")
    events, units = table.shape
    whose = np.array(named)
    if whose.shape != (events,) or not np.isin(whose, np.arange(units)).all():
        raise ValueError(f"named must give one position from 0 to {units - 1} for each of {events} events")
    number = check_whole("draws", draws, 1)
    whose = whose.astype(int)
    excess = (table - table.mean(axis=1, keepdims=True)) * units / (units - 1)  # from the mean of the others
    rows = np.arange(events)
    value = float(excess[rows, whose].mean())
    rng = np.random.default_rng(seed)
    shuffled = np.argsort(rng.random((number, units)), axis=1)[:, whose]
    drawn = excess[rows, shuffled].mean(axis=1)
    tail = (1 - check_level(level)) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    exceed = np.count_nonzero(np.abs(drawn) >= abs(value) * (1 - 1e-12))
    estimate = Estimate(value, value - float(high), value - float(low), float(level))
    return NamedUnits(estimate, float((1 + exceed) / (1 + number)), number)
