"""Event studies and interrupted series on simulated effects that are known: how often their intervals cover, and what they claim.

An :class:`EffectPath` says what an effect did to the logarithm of every count, and whether it breaks an assumption of the
method. The noise is given; :mod:`~helpers.stats.autoregression` draws noise like that of real panels. The same
noise serves every path, so that they differ by what was put into them and by nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from helpers.stats.placebo import placebo_many
from helpers.stats.staggered import Staggered

LEVELS = {"claims_05": 0.95, "claims_01": 0.99}
COLUMNS = ("world", "breaks", "truth", "panels", "mean", "coverage", *LEVELS, "sign", "silent")


@dataclass(frozen=True)
class EffectPath:
    """What an effect does over time.

    Parameters
    ----------
    name : str
    shift : array
        Added to the logarithm of the expected counts: shape (units, periods), or (n,) for a single series.
    truth : float
        The effect that the method should report, in log points.
    breaks : str
        The assumption that it breaks, if any.
    """

    name: str
    shift: np.ndarray
    truth: float
    breaks: str = ""


def try_event_study(plan: Staggered, noise, paths: Sequence[EffectPath]) -> pd.DataFrame:
    """Coverage, error and power of the overall effect of an event study.

    Parameters
    ----------
    plan : Staggered
    noise : array, shape (m, units, periods)
        Logarithms of counts without any effect.
    paths : sequence of EffectPath

    Returns
    -------
    DataFrame
        One row a path: `world`, `breaks` (missing where it keeps the assumptions), `truth`, `panels`, `mean` (of the
        estimates); shares of panels: `coverage` of the 95% interval, `claims_05` and `claims_01` (the interval at 95%
        and at 99% leaves out no effect), `sign` (the test of leads is below 0.05), `silent` (no such sign, and the
        95% interval leaves out the truth).

    Examples
    --------
    >>> plan = Staggered([4, 5, 6, 7, 9, 9, 9, 9], 9, leads=1, lags=2)
    >>> noise = np.random.default_rng(0).normal(0, 0.1, (2000, 8, 9))
    >>> step = EffectPath("step", 0.5 * (np.arange(9) >= np.array([4, 5, 6, 7, 9, 9, 9, 9])[:, None]), 0.5)
    >>> found = try_event_study(plan, noise, [step])
    >>> bool(found["coverage"][0] > 0.94), bool(found["claims_05"][0] > 0.9)
    (True, True)
    """
    drawn = plan.leave_out(noise, numbers=[-1])
    rows = []
    for path in paths:
        shift = plan.leave_out(np.broadcast_to(path.shift, noise.shape[1:])[None], numbers=[-1])
        fit = plan.summarise(*(a + b for a, b in zip(drawn, shift, strict=True)), numbers=[-1])
        effect, se = fit.effect[:, -1], fit.se[:, -1]
        none, missed = (2 * stdtr(plan.dof[-1], -np.abs(effect - at) / se) for at in (0.0, path.truth))
        rows.append(_row(path, effect, none, missed < 0.05, fit.pre_trend_p < 0.05))
    return pd.DataFrame(rows, columns=COLUMNS)


def try_step(expected, noise, paths: Sequence[EffectPath], *, step, seed, **options) -> pd.DataFrame:
    """Coverage, error and power of the interval that an interrupted series gets from its placebo dates.

    Parameters
    ----------
    expected : array, shape (2, n)
        Expected counts of the series and of its control, without any effect.
    noise : array, shape (m, 2, n)
        Added to their logarithms; Poisson scatter comes on top.
    paths : sequence of EffectPath
        Whose shift is that of the series; its control has none.
    step, **options
        As for :func:`helpers.stats.placebo.placebo_many`.
    seed : int

    Returns
    -------
    DataFrame
        As :func:`try_event_study`, with `model_coverage` (of the interval by the model's own error) and `first` (the
        date has the largest z of all). A sign there is none.
    """
    after, no_sign = np.arange(noise.shape[2]) >= step, np.zeros(len(noise), dtype=bool)
    rows = []
    for path in paths:
        rng = np.random.default_rng(seed)
        mean = np.asarray(expected, dtype=float) * np.exp(noise)
        mean[:, 0] *= np.exp(path.shift)
        counts, control = np.moveaxis(rng.poisson(mean), 1, 0)
        found = placebo_many(counts, step=step, control=control, **options)
        without = counts / np.where(after, np.exp(path.truth), 1.0)
        # the interval holds the truth where what is left without it is not ruled out
        rest = placebo_many(without, step=step, control=control, **options) if path.truth else found
        row = _row(path, found.own.effect, found.p_value, rest.p_value < 0.05, no_sign)
        low, high = found.own.interval(0.95)
        covered = (low <= path.truth) & (path.truth <= high)
        rows.append((*row, covered.mean(), (found.rank * len(found.dates) < 1.5).mean()))
    return pd.DataFrame(rows, columns=[*COLUMNS, "model_coverage", "first"]).assign(sign=np.nan)


def _row(path: EffectPath, effects, p_none, missed, sign) -> tuple:
    """The name, the truth and the rates of one path: `p_none` are the p-values of no effect."""
    rates = [*(p_none < 1 - level for level in LEVELS.values()), sign, missed & ~sign]
    names = path.name, path.breaks or None, path.truth, len(effects)
    return *names, effects.mean(), 1 - missed.mean(), *(rate.mean() for rate in rates)
