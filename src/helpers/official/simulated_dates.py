"""Simulated panels and series in the shape of the official ones, to see how the methods about dates do.

Forces, quarters, inspection dates and sizes are the real ones. Noise has the spread that each real force or series
shows about its own level and the common course, and hangs together from quarter to quarter as much as theirs does.
What moved the counts is simulated: effects that keep the assumptions, and effects that break one.
"""

import numpy as np
import pandas as pd

from helpers.official.comparisons import DatedEvent
from helpers.stats.autoregression import autoregressive, match_noise
from helpers.stats.simulated_effects import EffectPath, try_event_study, try_step
from helpers.stats.staggered import NEVER, Staggered

SIZES = (0.05, 0.1, 0.2, 0.3)  # log points
SIZE = 0.2
STEPS = (1.1, 1.25, 1.5)  # ratios


def try_inspections(panel, dose, *, panels, seed, **options) -> pd.DataFrame:
    """The event study around inspections, on simulated panels with the real dates.

    Parameters
    ----------
    panel : DataFrame
        As :func:`helpers.official.audits.adoption_panel` returns it.
    dose : Series
        Minus log accuracy by force, as the audit found it.
    panels : int
    seed : int
    **options
        Of :func:`helpers.stats.staggered.event_study`.

    Returns
    -------
    DataFrame
        As :func:`helpers.stats.simulated_effects.try_event_study` returns it.
    """
    logs = panel.pivot(index="unit", columns="time", values="outcome")
    dates = panel.groupby("unit")["adopted"].first()[logs.index].fillna(NEVER).to_numpy()
    plan = Staggered(dates.astype(int), logs.shape[1], **options)
    paths = effect_paths(plan, dates, dose.reindex(logs.index).to_numpy(float))
    noise = panel_noise(logs.to_numpy(), panels, np.random.Generator(np.random.PCG64(seed)))
    return try_event_study(plan, noise, paths)


def panel_noise(logs: np.ndarray, panels: int, rng: np.random.Generator) -> np.ndarray:
    """Log counts without any effect, shape (panels, forces, quarters), scattered as the real ones are.

    Examples
    --------
    >>> real = np.log(np.random.default_rng(0).poisson(100, (30, 20)))
    >>> drawn = panel_noise(real, 200, np.random.default_rng(1))
    >>> bool(abs(np.std(drawn - drawn.mean(axis=2, keepdims=True)) - 0.1) < 0.02)
    True
    """
    expected = logs.mean(axis=1, keepdims=True) + logs.mean(axis=0) - logs.mean()
    sd, rho, dispersion = match_noise(logs - expected, np.ones((logs.shape[1], 1)), np.exp(-expected))
    course = expected + autoregressive(rng, panels, logs.shape[1], sd, rho)
    course += np.sqrt((dispersion - 1) * np.exp(-expected)) * rng.standard_normal(course.shape)
    return np.log(np.maximum(rng.poisson(np.exp(course)), 0.5))


def effect_paths(plan: Staggered, dates: np.ndarray, dose: np.ndarray) -> list[EffectPath]:
    """What inspections could have done: nothing, steps, effects that differ, and five that break an assumption."""
    quarters = np.arange(plan.overall.shape[1])
    since = quarters - dates[:, None]
    reached = (dates < quarters.size)[:, None]
    after = 1.0 * (since >= 0)
    gap = np.where(np.isfinite(dose), dose, np.nanmean(dose))[:, None]
    growing = after * np.minimum(since + 1, 8) / 8
    # Forces inspected a year apart grow apart by 4% a year: what the real forces' own trends differ by.
    early = np.where(reached, dates[:, None] - dates[reached[:, 0]].mean(), 0) / 4 * 0.04 / 4
    drift = -early * (quarters - quarters.mean())
    first = dates.min()

    def path(name: str, shift: np.ndarray, truth: float | None = None, breaks: str = "") -> EffectPath:
        return EffectPath(name, shift, shift[plan.overall].mean() if truth is None else truth, breaks)

    # An assumption only where it is one.
    ahead = "" if plan.anticipation >= 4 else "in the year before the date "
    return [
        path("nothing", 0 * after),
        *(path(f"a step of {size}", size * after) for size in SIZES),
        path("each force closes its gap", gap * after),
        path("effects that grow", SIZE * growing),
        path("improved a year before", SIZE * (since >= -4),
               breaks=ahead and ahead + "forces improved their recording"),
        path("improved everywhere at once", SIZE * np.broadcast_to(quarters >= first, since.shape), SIZE,
               "every force improved its recording when the first was inspected"),
        path("inspected when low", -SIZE * reached * ((since >= -4) & (since < 0)), 0.0,
               ahead and ahead + "counts were low for another reason"),
        path("early forces on another course", drift, 0.0, "forces inspected early grew faster"),
        path("a shock after the date", SIZE * after * (since < 4), 0.0,
               "something else raised counts for a year from the date"),
    ]  # fmt: skip


def try_event(event: DatedEvent, *, panels: int, seed: int, **options) -> pd.DataFrame:
    """The interrupted series of a dated event, on simulated series.

    Parameters
    ----------
    event : DatedEvent
    panels : int
    seed : int
    **options
        Of :func:`helpers.stats.placebo.placebo_many`.

    Returns
    -------
    DataFrame
        As :func:`helpers.stats.simulated_effects.try_step` returns it.
    """
    size = event.series.size
    time, seasons = np.arange(size), event.options.get("period", 1)
    after = 1.0 * (time >= event.step)
    course = np.column_stack([time, *(1.0 * (time % seasons == s) for s in range(1, seasons))])
    model = np.column_stack([np.ones(size), course, after])
    pair = np.log([event.series, event.control])
    fit = np.linalg.lstsq(model, pair.T, rcond=None)[0]
    noise = [match_noise((pair[i] - model @ fit[:, i])[None], model)[:2] for i in (0, 1)]
    # Both take the mean of their courses, and the step of the control: the model's assumptions hold.
    shared = course @ fit[1:-1].mean(axis=1) + after * fit[-1, 1]
    expected = np.exp(shared - shared.mean() + pair.mean(axis=1, keepdims=True))
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = np.concatenate([autoregressive(rng, panels, size, sd, rho) for sd, rho in noise], axis=1)
    per_year = 4 if event.unit == "quarters" else 1

    def step(ratio: float) -> EffectPath:
        return EffectPath(f"a step of {ratio}", np.log(ratio) * after, float(np.log(ratio)))

    tried = [
        EffectPath("nothing", 0 * time, 0.0),
        *(step(ratio) for ratio in STEPS),
        EffectPath("a course of its own", 0.05 / per_year * (time - time.mean()), 0.0,
               "the series grew by 5% a year more than its control"),
        EffectPath("bent before the date", 0.1 / per_year * np.maximum(time - event.step + per_year, 0), 0.0,
               "from a year before the date the series grew by 10% a year more"),
        EffectPath("another shock", 0.2 * (time >= event.step - per_year), 0.0,
               "something raised sexual offences alone a year before the date"),
    ]  # fmt: skip
    return try_step(expected, drawn, tried, step=event.step, seed=seed, **event.options, **options)
