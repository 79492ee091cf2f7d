"""Figures of the notebook on recording: the dose, the inspections, the controls, the break, the most it could do.

Each function takes a frame of estimates or counts, draws it in the house style, and returns a Chart with the data
drawn and alt text made from them. Nothing here estimates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart
from helpers.charts.words import change, changes, minus
from helpers.stats.missing import absorbing


def dose_response(frame: pd.DataFrame, *, slope, source: str) -> Chart:
    """Growth across each force's own audit against what the audit found unrecorded.

    Parameters
    ----------
    frame : DataFrame
        `force`, `dose`, `dose_se`, `growth` (log), `growth_se`.
    slope : Estimate
        Of `growth` on `dose`; drawn through the means with its interval.
    source : str

    Returns
    -------
    Chart
        Its title says whether the slope can be told from none.
    """
    drawn, axes = style.figure(height=3.7)
    axes.errorbar(
        frame["dose"], frame["growth"], xerr=1.96 * frame["dose_se"], yerr=1.96 * frame["growth_se"],
        fmt="o", color=style.OFFICIAL, markersize=3.5, elinewidth=0.7, alpha=0.75,
    )  # fmt: skip
    x = np.linspace(frame["dose"].min() - 0.02, frame["dose"].max() + 0.02, 50)
    middle, height = frame["dose"].mean(), frame["growth"].mean()
    ends = [height + end * (x - middle) for end in (slope.low, slope.high)]
    axes.fill_between(x, np.minimum(*ends), np.maximum(*ends), color=style.RECORDING, alpha=0.15, linewidth=0)
    axes.plot(x, height + slope.value * (x - middle), color=style.RECORDING)
    axes.plot(x, height + (x - middle), color=style.NEUTRAL, linestyle=(0, (4, 3)), linewidth=1.1)
    axes.set_ylim(frame["growth"].min() - 0.25, frame["growth"].max() + 0.2)
    style.label(axes, x[0], height + slope.value * (x[0] - middle), minus(f"slope {slope.value:.2f}"), style.RECORDING,
                side="left")  # fmt: skip
    axes.set_xlim(x[0] - 0.075, x[-1] + 0.02)
    style.label(axes, x[-1], height + (x[-1] - middle), "slope 1: every gap closed", style.NEUTRAL, side="above",
                ha="right")  # fmt: skip
    style.reference(axes, 0, across=True)
    axes.set_xlabel("Left unrecorded at the audit (minus log of accuracy)")
    axes.set_ylabel("Growth beyond that of other forces (log)")
    alt = (
        f"Scatter of {len(frame)} forces: log growth of child-only offences across the force's own audit, over "
        f"that of other forces, against minus the log of audited accuracy. The fitted slope is {slope.value:.2f}, "
        f"with interval {slope.low:.2f} to {slope.high:.2f}; a slope of 1 would mean that every gap was closed."
    )
    grew = "grew more" if slope.low > 0 else "grew less" if slope.high < 0 else "did not visibly grow more"
    title = f"Forces whose audit found more unrecorded {grew}"
    columns = ["force", "dose", "dose_se", "growth", "growth_se"]
    return Chart(drawn, frame[columns].reset_index(drop=True), minus(alt), title, source)


def slopes(frame: pd.DataFrame, *, source: str) -> Chart:
    """Dose-response slopes of several windows, with the naive slope beside each.

    Parameters
    ----------
    frame : DataFrame
        `window` (label), `expected` (the sign expected, in words), `n`, `value`, `low`, `high`, `naive`.
    source : str

    Returns
    -------
    Chart
    """
    drawn, axes = style.figure(height=1.2 + 0.6 * len(frame))
    rows = np.arange(len(frame))[::-1]
    style.estimates(axes, rows, frame["value"], frame["low"], frame["high"], style.RECORDING)
    axes.plot(frame["naive"], rows - 0.18, "D", color=style.NEUTRAL, markersize=4)
    for row, item in zip(rows, frame.itertuples(), strict=True):
        style.label(axes, item.value, row, minus(f"{item.value:.2f}"), style.RECORDING, side="above")
    style.label(axes, frame["naive"].iloc[0], rows[0] - 0.18, "least squares", style.NEUTRAL, side="left")
    labels = [
        f"{fill(item.window, 36)}\n{item.n} forces; expected {item.expected}" for item in frame.itertuples()
    ]
    axes.set_yticks(rows, labels)
    axes.set_ylim(-0.8, len(frame) - 0.4)
    axes.set_xlabel("Slope of log growth\non minus log accuracy")
    style.reference(axes, 0)
    style.reference(axes, 1, "every gap closed")
    axes.tick_params(axis="y", length=0)
    words = "; ".join(
        f"{item.window}: {item.value:.2f} ({item.low:.2f} to {item.high:.2f})" for item in frame.itertuples()
    )
    alt = f"Dot plot of {len(frame)} dose-response slopes with intervals, and least-squares slopes. {words}."
    clear = int(((frame["low"] > 0) | (frame["high"] < 0)).sum())
    title = f"{clear or 'None'} of {len(frame)} windows {'has' if clear < 2 else 'have'} a slope that differs clearly from 0"
    return Chart(drawn, frame.reset_index(drop=True), minus(alt), title, source)


def event_paths(panels: Mapping[str, pd.DataFrame], *, meanings: Sequence[str], source: str) -> Chart:
    """Effects by quarters since the inspection, one panel an outcome.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Panel title to `event_time`, `estimate`, `low`, `high` (logs), `n`.
    meanings : sequence of str
        Whose colour each panel has.
    source : str

    Returns
    -------
    Chart
    """
    drawn, grid = style.figure(
        len(panels), 1, height=0.9 + 1.75 * len(panels), sharex=True, sharey=True, squeeze=False
    )
    words, clear = [], []
    for axes, (name, table), meaning in zip(grid[:, 0], panels.items(), meanings, strict=True):
        before = table["event_time"] < 0
        for part, colour in ((table[before], style.NEUTRAL), (table[~before], style.MEANINGS[meaning])):
            style.estimates(
                axes, part["event_time"], part["estimate"], part["low"], part["high"], colour, across=False
            )
        style.reference(axes, 0, across=True)
        style.reference(axes, -0.5)
        axes.set_title(name)
        after = table[~before]
        told = int(((after["low"] > 0) | (after["high"] < 0)).sum())
        clear.append(f"{name[0].lower()}{name[1:]} {told} of {len(after)}")
        words.append(
            f"{name}: from {after['estimate'].min():.2f} to {after['estimate'].max():.2f} after the date, "
            f"{table.loc[before, 'estimate'].min():.2f} to {table.loc[before, 'estimate'].max():.2f} before it"
        )
    grid[-1, 0].set_xlabel("Quarters since the first whole quarter after the date")
    alt = f"Effects on log quarterly counts by quarters since inspection, with intervals. {'; '.join(words)}."
    data = pd.concat([table.assign(panel=name) for name, table in panels.items()], ignore_index=True)
    columns = ["panel", "event_time", "estimate", "low", "high", "n"]
    title = f"Quarters after the date in which the effect is clear of 0: {', '.join(clear)}"
    return Chart(drawn, data[columns], minus(alt), title, source)


@absorbing
def against_controls(frame: pd.DataFrame, *, low: float, high: float, source: str) -> Chart:
    """Growth of many kinds of offence, the negative controls apart, with the range that the controls make ordinary.

    Parameters
    ----------
    frame : DataFrame
        `label`, `ratio`, `low`, `high`, `meaning` (a key of ``style.MEANINGS``; "neutral" for controls).
    low, high : float
        The ratios between which a further control would fall 95 times in 100.
    source : str

    Returns
    -------
    Chart
    """
    table = frame.sort_values("ratio", ignore_index=True)
    drawn, axes = style.figure(height=1.2 + 0.175 * len(table))
    axes.axvspan(low, high, color=style.FAINT, alpha=0.55, linewidth=0, zorder=0)
    rows = np.arange(len(table))
    for meaning, part in table.groupby("meaning", sort=False):
        style.estimates(axes, part.index, part["ratio"], part["low"], part["high"], style.MEANINGS[meaning])
    axes.set_yticks(rows, table["label"])
    for text, meaning in zip(axes.get_yticklabels(), table["meaning"], strict=True):
        text.set_color(style.INK if meaning == "neutral" else style.MEANINGS[meaning])
    axes.set_ylim(-0.7, len(table) + 0.4)
    axes.set_xlim(max(0.6, table["low"].min() * 0.97), table["high"].max() * 1.04)
    style.ratio_axis(axes)
    style.reference(axes, 1)
    axes.annotate("ordinary for controls", (np.sqrt(low * high), 1), xytext=(0, -2), textcoords="offset points",
                  xycoords=("data", "axes fraction"), ha="center", va="top", fontsize=7.5, color=style.NEUTRAL)  # fmt: skip
    axes.tick_params(axis="y", length=0)
    others = table[table["meaning"] != "neutral"]
    named = "; ".join(f"{item.label} {change(item.ratio)}" for item in others.itertuples())
    controls = table.loc[table["meaning"] == "neutral", "ratio"]
    alt = (
        f"Dot plot of the growth of {len(table)} kinds of offence. Negative controls grew by "
        f"{changes(controls.min(), controls.max())}; {changes(low, high)} is ordinary for them. {named}."
    )
    child = table.loc[table["meaning"] == "official", "ratio"]
    below = int((controls < child.max()).sum())
    title = (
        f"Child-only offences {'rose' if child.max() >= 1 else 'fell'} by {change(child.max()).lstrip('+−')}, more than "
        f"{'all' if below == len(controls) else f'{below} of'} {len(controls)} kinds that leave officers little to decide"
    )
    return Chart(drawn, table, alt, title, source)


def break_dates(
    frame: pd.DataFrame, *, possible: Sequence[int], expected: tuple[int, int], source: str
) -> Chart:
    """A quarterly series with the quarters in which it could have broken, and those in which it should have.

    Parameters
    ----------
    frame : DataFrame
        `when` (label), `offences`, `adjusted` (free of seasons), in order.
    possible : sequence of int
        Rows at which a break cannot be ruled out.
    expected : (int, int)
        First and last row of the quarters in which the explanation expects it.
    source : str

    Returns
    -------
    Chart
    """
    drawn, axes = style.figure(height=3.8)
    at = np.arange(len(frame))
    axes.axvspan(expected[0] - 0.5, expected[1] + 0.5, color=style.RECORDING, alpha=0.12, linewidth=0)
    axes.plot(at, frame["offences"], color=style.NEUTRAL, linewidth=0.9)
    axes.plot(at, frame["adjusted"], color=style.OFFICIAL)
    axes.plot(
        list(possible), frame["adjusted"].iloc[list(possible)], "o", color=style.RECORDING, markersize=6
    )
    style.label(
        axes,
        at[-1],
        frame["adjusted"].iloc[-1],
        "seasons taken out",
        style.OFFICIAL,
        side="above",
        ha="right",
    )
    last = list(possible)[-1]
    style.label(axes, last, frame["adjusted"].iloc[last], "could have broken here", style.RECORDING, side="right", gap=8,
                va="top")  # fmt: skip
    style.label(axes, at[0], 0.9 * frame["offences"].iloc[:4].min(), "thin: as recorded", style.NEUTRAL, side="below",
                ha="left")  # fmt: skip
    axes.annotate("expected", (np.mean(expected), 0), xycoords=("data", "axes fraction"), xytext=(0, 4),
                  textcoords="offset points", ha="center", fontsize=8, color=style.RECORDING)  # fmt: skip
    axes.set_xticks(at[::4], frame["when"].iloc[::4])
    axes.set_ylim(0, None)
    style.thousands(axes)
    axes.set_ylabel("Offences in a quarter")
    names = frame["when"].iloc[list(possible)].tolist()
    alt = (
        f"Line of quarterly counts from {frame['when'].iloc[0]} to {frame['when'].iloc[-1]}, rising from "
        f"{frame['offences'].iloc[0]:,} to {frame['offences'].iloc[-1]:,}. The series could have broken in any of "
        f"{len(names)} quarters, from {names[0]} to {names[-1]}."
    )
    data = frame.assign(possible=np.isin(at, list(possible)))
    title = (
        f"The growth of records could have changed in any of {len(names)} quarters, {names[0]} to {names[-1]}"
    )
    return Chart(drawn, data.reset_index(drop=True), alt, title, source)


def room_to_grow(frame: pd.DataFrame, *, source: str) -> Chart:
    """Growth beside the most that perfect recording could add, force by force.

    Parameters
    ----------
    frame : DataFrame
        `force`, `ratio`, `low`, `high` (growth) and `most`, `most_low`, `most_high` (one over the accuracy of the
        2014 sample).
    source : str

    Returns
    -------
    Chart
    """
    table = frame.sort_values("ratio", ignore_index=True)
    drawn, axes = style.figure(height=1.2 + 0.36 * len(table))
    rows = np.arange(len(table))
    style.estimates(axes, rows + 0.14, table["ratio"], table["low"], table["high"], style.OFFICIAL)
    style.interval(axes, rows - 0.14, table["most_low"], table["most_high"], style.RECORDING)
    axes.plot(table["most"], rows - 0.14, "D", color=style.RECORDING, markersize=4)
    axes.set_yticks(rows, table["force"])
    axes.set_ylim(-0.7, len(table) + 0.1)
    style.ratio_axis(axes)
    style.reference(axes, 1)
    top = len(table) - 1
    style.label(axes, table["ratio"][top], top + 0.14, "growth", style.OFFICIAL, side="above")
    style.label(axes, table["most"][top], top - 0.14, "if all were recorded", style.RECORDING, side="below")
    axes.tick_params(axis="y", length=0)
    beyond = int((table["low"] > table["most_high"]).sum())
    within = int((table["ratio"] <= table["most"]).sum())
    title = (
        f"In {beyond} of {len(table)} forces records grew by more than recording everything could have added"
    )
    alt = (
        f"Dot plot for {len(table)} forces of growth beside one over the accuracy found in 2014. Growth is no more "
        f"than that in {within} of them, and beyond its interval in {beyond}. Growth runs from "
        f"{change(table['ratio'].min())} in {table['force'][0]} to {change(table['ratio'].max())} in {table['force'][top]}."
    )
    return Chart(drawn, table, alt, title, source)
