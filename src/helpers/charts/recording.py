"""Figures of the notebook on recording: the dose, the inspections, the controls, the break, the most it could do.

Each function takes a frame of estimates or counts, draws it in the house style, and returns a Chart with the data
drawn and alt text made from them. Nothing here estimates.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.words import change, changes, ends, percent, some
from helpers.stats.missing import absorbing
from helpers.tables import rounding

SEXUAL = "Sexual offences"
KINDS = {"recording": "Leave officers much to decide", "neutral": "Leave officers little to decide"}
HEADINGS = {SEXUAL: style.OFFICIAL, KINDS["recording"]: style.RECORDING, KINDS["neutral"]: style.NEUTRAL}


@drawing
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
    dose, growth = frame["dose"], frame["growth"]
    drawn, axes = style.figure(height=3.7)
    axes.errorbar(
        dose, growth, xerr=1.96 * frame["dose_se"], yerr=1.96 * frame["growth_se"],
        fmt="o", color=style.OFFICIAL, markersize=3.5, elinewidth=0.7, alpha=0.75,
    )  # fmt: skip
    x = np.linspace(dose.min() - 0.02, dose.max() + 0.02, 50)
    lines = growth.mean() + np.outer(x - dose.mean(), [slope.low, slope.high, slope.value, 1])
    bounds = lines[:, :2]
    axes.fill_between(x, bounds.min(1), bounds.max(1), color=style.RECORDING, alpha=0.15, linewidth=0)
    axes.plot(x, lines[:, 2], color=style.RECORDING)
    axes.plot(x, lines[:, 3], color=style.NEUTRAL, linestyle=(0, (4, 3)), linewidth=1.1)
    axes.set_xticks(-np.log1p(-np.arange(0, 1, 0.1)))
    axes.xaxis.set_major_formatter(lambda dose, _: percent(-np.expm1(-dose)))
    slopes = [rounding.text(end, "slope") for end in (slope.value, slope.low, slope.high)]
    found = f"slope {slopes[0]}"
    style.label(axes, x[0], lines[0, 2], found, style.RECORDING, side="left")
    closed = "slope 1: every gap closed"
    look = {"side": "above", "ha": "right", "bbox": style.ON_PAPER}
    style.label(axes, x[-1], lines[-1, 3], closed, style.NEUTRAL, **look)
    style.reference(axes, 0, across=True)
    words, ends = "Reported crimes that the audit found unrecorded (log scale)", (x[0] - 0.075, x[-1] + 0.02)
    style.scale(axes, "x", "", words, *ends)
    ends = growth.min() - 0.25, growth.max() + 0.2
    style.scale(axes, "y", "logs", "Growth beyond that of other forces", *ends)
    grew = "grew more" if slope.low > 0 else "grew less" if slope.high < 0 else "did not visibly grow more"
    title = f"Forces whose audit found more unrecorded {grew}"
    alt = (
        f"Scatter of {len(frame)} forces. {title}: {found}, with interval {slopes[1]} to {slopes[2]}, "
        f"where 1 would mean that every gap was closed."
    )
    columns = ["force", "dose", "dose_se", "growth", "growth_se"]
    return Chart(drawn, frame[columns].reset_index(drop=True), alt, title, source)


@drawing
def slopes(frame: pd.DataFrame, *, source: str) -> Chart:
    """Dose-response slopes of several windows, with the naive slope beside each.

    Parameters
    ----------
    frame : DataFrame
        `window` (label), `expected` (the sign expected, in words), `n`, `value`, `low`, `high`, `naive`, `control` (what
        the negative controls did).
    source : str

    Returns
    -------
    Chart
    """
    names = [f"{row.window}\n{row.n} forces; expected {row.expected}" for row in frame.itertuples()]
    drawn, axes, rows = style.row_figure(names, 1.2, 0.6, down=True)
    style.estimates(axes, rows, frame["value"], frame["low"], frame["high"], style.RECORDING)
    below = 0.12 if style.narrow() else 0.22  # on a phone the name of the next row is near
    axes.plot(frame["naive"], rows + below, "D", color=style.NEUTRAL, markersize=4, label="least squares")
    side, end = ("right", "high") if style.narrow() else ("above", "value")
    slopes = frame["value"].map(lambda slope: rounding.text(slope, "slope"))
    look = {"side": side, "fontsize": style.SMALL, "bbox": style.ON_PAPER}
    style.label(axes, frame[end], rows, slopes, style.RECORDING, **look)
    style.key(axes)
    axes.set_xlabel("0: growth did not follow the audits. 1: every gap was closed.")
    style.reference(axes, 0)
    style.reference(axes, 1, "every gap closed")
    clear = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    title = f"Of {len(frame)} windows, {some(len(clear), 'shows', 'show')} a clear slope"
    if moved := clear["control"].str.startswith("failed").sum():
        where = "there" if moved == len(clear) else f"in {moved} of these"
        title += f", and {where} the controls moved too"
    alt = f"Dot plot with intervals. {title}. {'; '.join(frame['window'] + ', ' + slopes)}."
    return Chart(drawn, frame.rename(columns={"value": "slope"}).reset_index(drop=True), alt, title, source)


@drawing
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
    drawn, grid = style.panels(len(panels), 0.9, 1.75, sharex=True, sharey=True)
    clear = []
    for axes, (name, table), meaning in zip(grid, panels.items(), meanings, strict=True):
        at, after = table["event_time"], table[table["event_time"] >= 0]
        colours = np.where(at < 0, style.NEUTRAL, style.MEANINGS[meaning])
        style.estimates(axes, at, table["estimate"], table["low"], table["high"], colours, across=False)
        style.reference(axes, 0, across=True)
        style.reference(axes, -0.5)
        axes.set_title(name)
        told = ((after["low"] > 0) | (after["high"] < 0)).sum()
        clear.append(f"{name[0].lower()}{name[1:]} {told} of {len(after)}")
    style.scale(grid[0], "y", "logs")
    drawn.supylabel("Change in quarterly counts, with intervals", fontsize=8.5)
    grid[-1].set_xlabel("Quarters since the first whole quarter after the date")
    data = pd.concat([table.assign(panel=name) for name, table in panels.items()], ignore_index=True)
    columns = ["panel", "event_time", "estimate", "low", "high", "n"]
    title = f"Quarters after the date in which the effect is clear of 0: {', '.join(clear)}"
    alt = f"Effects on counts by quarters since the inspection, with intervals, a panel an outcome. {title}."
    return Chart(drawn, data[columns], alt, title, source)


@drawing
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
    neutral = table["meaning"] == "neutral"
    controls, others = table.loc[neutral, "ratio"], table[~neutral][::-1]
    strip = pd.DataFrame({"label": f"{len(controls)} kinds, a dot each", "meaning": "neutral"}, [-1])
    rows = pd.concat([others, strip])
    groups = rows["meaning"].map(KINDS).fillna(SEXUAL)
    drawn, axes, at = style.grouped_rows(rows["label"], groups, HEADINGS, 1.2, 0.19, fontsize=style.SMALL)
    look = {"color": style.FAINT, "alpha": 0.55, "linewidth": 0, "zorder": 0}
    if style.narrow():  # where names stand between the rows
        axes.barh(at, high - low, 0.4, low, **look)
    else:
        axes.axvspan(low, high, **look)
    at, strip, colours = at[others.index], at[-1], groups[others.index].map(HEADINGS)
    style.estimates(axes, at, others["ratio"], others["low"], others["high"], colours)
    grew, small = others["ratio"].map(change), {"fontsize": style.SMALL}
    style.label(axes, others["high"], at, grew, colours, **small)
    axes.set_ylim(strip + 1.5, None)  # room for a name below
    axes.plot(controls, [strip] * len(controls), "o", color=style.NEUTRAL, alpha=0.6)
    for end, side in ((0, "below"), (-1, "right")):
        one = table[neutral].iloc[end]
        words, look = f"{one['label'].lower()} {change(one['ratio'])}", {"side": side, "ha": "left"} | small
        style.label(axes, one["ratio"], strip, words, style.NEUTRAL, bbox=style.ON_PAPER, **look)
    ends = max(0.6, table["ratio"].min() * 0.97), others["high"].max() * 1.15
    style.scale(axes, "x", "ratios", "Change in recorded offences, with intervals", *ends)
    style.reference(axes, 1)
    style.label(axes, high, at.min() - 1, "ordinary", style.NEUTRAL, gap=2, **small)
    child = table.loc[table["meaning"] == "official", "ratio"].max()
    below = (controls < child).sum()
    title = (
        f"Child-only offences without grooming {'rose' if child >= 1 else 'fell'} by {change(child).lstrip('+−')}, more than "
        f"{'all' if below == len(controls) else f'{below} of'} {len(controls)} kinds that leave officers little to decide"
    )
    alt = (
        f"Dot plot of the growth of kinds of offence. {title}, where {changes(low, high)} is ordinary. "
        f"{'; '.join(others['label'] + ' ' + grew)}."
    )
    return Chart(drawn, table, alt, title, source)


@drawing
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
    data = frame.reset_index(drop=True)
    data = data.assign(possible=data.index.isin(possible))
    offences, series, broken = data["offences"], data["adjusted"], data[data["possible"]]
    drawn, axes = style.figure(height=3.8)
    axes.axvspan(expected[0] - 0.5, expected[1] + 0.5, color=style.RECORDING, alpha=0.12, linewidth=0)
    axes.plot(offences, color=style.NEUTRAL, linewidth=0.9, label="as recorded")
    axes.plot(series, color=style.OFFICIAL, label="season taken out")
    axes.plot(broken["adjusted"], "o", color=style.RECORDING, markersize=6, label="could have broken here")
    axes.set_ylim(0, None)
    style.key(axes)
    style.label(axes, np.mean(expected), 0, "expected", style.RECORDING, side="above", fontsize=8)
    style.years(axes, data["when"].tolist(), step=4)
    style.scale(axes, "y", "counts", "Offences in a quarter")
    first, latest = broken["when"].iloc[[0, -1]]
    title = f"The growth of records could have changed in any of {len(broken)} quarters, {first} to {latest}"
    alt = f"Line of quarterly counts, from {offences[0]:,} in {data['when'][0]} to {offences.iloc[-1]:,} in {data['when'].iloc[-1]}. {title}."
    return Chart(drawn, data, alt, title, source)


@drawing
def growth_beside_cap(frame: pd.DataFrame, *, source: str) -> Chart:
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
    drawn, axes, rows = style.row_figure(table["force"], 1.2, 0.36, room=1.1)
    style.estimates(axes, rows + 0.14, table["ratio"], table["low"], table["high"], style.OFFICIAL)
    most = table["most"], table["most_low"], table["most_high"]
    style.estimates(axes, rows - 0.14, *most, style.RECORDING, marker="D", size=4)
    style.scale(axes, "x", "ratios", "Change in recorded offences, with intervals")
    style.reference(axes, 1)
    last, all_of_it = table.iloc[-1], "if all were recorded"
    style.label(axes, last["ratio"], rows[-1] + 0.14, "growth", style.OFFICIAL, side="above")
    look = {"side": "below", "bbox": style.ON_PAPER}
    style.label(axes, last["most"], rows[-1] - 0.14, all_of_it, style.RECORDING, **look)
    beyond, within = (table["low"] > table["most_high"]).sum(), (table["ratio"] <= table["most"]).sum()
    what = "records clearly grew by more than recording everything could have added"
    title = f"In {beyond} of {len(table)} forces {what}"
    alt = f"Dot plot with intervals. {title}; in {within} by no more than that. Growth goes {ends(table, 'force', 'ratio')}."
    return Chart(drawn, table.rename(columns={"ratio": "growth"}), alt, title, source)
