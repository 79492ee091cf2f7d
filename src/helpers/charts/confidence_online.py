"""Figures of the notebooks on confidence and on online offending.

Each function takes a frame of estimates or counts, draws it in the house style, and returns a Chart with the data
drawn and alt text made from them. CONFIDENCE and ONLINE mark the two explanations; official figures and FOI figures
keep their own colours. Nothing here estimates.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.words import change, changes, ends, listed, percent
from helpers.stats.missing import NotAvailable


@drawing
def growth_by_offence(kinds: Mapping[str, tuple], *, source: str) -> Chart | NotAvailable:
    """Growth of several kinds of offence, one below the other.

    Parameters
    ----------
    kinds : label → (Estimate of the growth, a key of ``style.MEANINGS``), in the order wanted from the top. Kinds
        that are not available are named below the figure, with the reason. A label that begins with "All" is a
        total of others, and is drawn but not counted among the kinds.
    source : str

    Returns
    -------
    Chart
        Not available where no kind is.
    """
    gaps = {name: found for name, (found, _) in kinds.items() if isinstance(found, NotAvailable)}
    if len(gaps) == len(kinds):
        return next(iter(gaps.values()))
    rows = [(name, e.value, e.low, e.high, why) for name, (e, why) in kinds.items() if name not in gaps]
    frame = pd.DataFrame(rows, columns=["offence", "ratio", "low", "high", "meaning"])
    source += "".join(f" {name} is {gap}." for name, gap in gaps.items())
    drawn, axes, at = style.row_figure(frame["offence"], 1.1, 0.3, down=True)
    colours = frame["meaning"].map(style.MEANINGS)
    style.estimates(axes, at, frame["ratio"], frame["low"], frame["high"], colours)
    style.label(axes, frame["high"], at, frame["ratio"].map(change), colours, bbox=style.ON_PAPER)
    reach = min(0.95, frame["low"].min() * 0.97), frame["high"].max() * 1.08
    style.scale(axes, "x", "ratios", "Change in recorded offences, with intervals", *reach)
    style.reference(axes, 1, "no change")
    single = frame[~frame["offence"].str.startswith("All ")]
    grew, every = (single["low"] > 1).sum(), len(single)
    some = f"Of {every} kinds of offence, {grew or 'none'} clearly grew; growth was"
    whole = f"{'Both' if every == 2 else f'All {every}'} kinds of offence clearly grew:"
    title = f"{whole if grew == every else some} {changes(single['ratio'].min(), single['ratio'].max())}"
    alt = f"Dot plot with intervals. {title}. Growth goes {ends(frame, 'offence', 'ratio')}."
    return Chart(drawn, frame, alt, title, source)


@drawing
def delay_by_force(frame: pd.DataFrame, *, source: str) -> Chart:
    """Growth of offences reported late beside that of all child-only offences, force by force.

    Parameters
    ----------
    frame : DataFrame
        `area`, `late`, `late_low`, `late_high` (growth of offences reported after more than a year, with interval)
        and `official` (growth of child-only offences).
    source : str

    Returns
    -------
    Chart
    """
    table = frame.sort_values("late", ignore_index=True)
    drawn, axes, rows = style.row_figure(table["area"], 1.2, 0.28, room=1.3)
    late, every = "reported over a year afterwards (FOI)", "all child-only codes"
    limits = table["late"], table["late_low"], table["late_high"]
    style.estimates(axes, rows, *limits, style.CONFIDENCE, zorder=4, label=late)
    axes.plot(table["official"], rows, "D", color=style.OFFICIAL, markersize=4.5, zorder=3, label=every)
    least, most = table[["late_low", "official"]].min(axis=None), table["late_high"].max()
    style.scale(axes, "x", "ratios", "Change in offences, with intervals", least * 0.9, most * 1.1)
    style.reference(axes, 1, "no change")
    style.key(axes)
    faster = (table["late"] > table["official"]).sum()
    title = f"Offences reported over a year afterwards grew faster than all offences in {faster} of {len(table)} forces"
    alt = f"Dot plot, a row a force. {title}. Those reported late grew {ends(table, 'area', 'late')}."
    return Chart(drawn, table, alt, title, source)


@drawing
def placebo_dates(panels: Mapping[str, pd.DataFrame], *, source: str) -> Chart:
    """The step at a named date among the steps at every other date, one panel an event.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Panel title to `when` (label of the date), `ratio`, `low`, `high`, `z` (log ratio over its standard error), `event`.
    source : str

    Returns
    -------
    Chart
    """
    drawn, grid = style.panels(len(panels), 0.9, 1.75)
    data = pd.concat([table.assign(panel=name) for name, table in panels.items()], ignore_index=True)
    ranks = []
    for axes, (name, table) in zip(grid, panels.items(), strict=True):
        colours = np.where(table["event"], style.CONFIDENCE, style.NEUTRAL)
        limits = table["ratio"], table["low"], table["high"]
        style.estimates(axes, np.arange(len(table)), *limits, colours, across=False)
        style.scale(axes, "y", "ratios")
        style.reference(axes, 1, across=True)
        style.years(axes, table["when"].tolist())
        axes.set(title=name, xlim=(-0.6, len(table) - 0.4))
        far = table["z"].abs()
        ranks.append(f"{(far >= far[table['event']].iloc[0]).sum() - 1} of {len(table) - 1}")
    drawn.supylabel("Step at each date, with intervals", fontsize=8.5)
    title = f"Other dates with a step as clear as that at the named date: {listed(ranks)}"
    steps = data[data["event"]].itertuples()
    words = "; ".join(f"{one.panel}: {change(one.ratio)} ({changes(one.low, one.high)})" for one in steps)
    alt = f"Steps at all dates, with intervals. {title}. At the named date: {words}."
    return Chart(drawn, data[["panel", "when", "ratio", "low", "high", "event"]], alt, title, source)


@drawing
def named_forces(frame: pd.DataFrame, *, source: str) -> Chart:
    """The change in each named force among the changes in all forces around the same date.

    Parameters
    ----------
    frame : DataFrame
        `event` (label), `force`, `change` (ratio) and `named` (true for the force that the event is about).
    source : str

    Returns
    -------
    Chart
    """
    frame = frame.reset_index(drop=True)
    events = frame["event"].unique()
    drawn, axes, rows = style.row_figure(events, 1.1, 0.62, down=True, room=0.8, beside=0.5)
    at = frame["event"].map(dict(zip(events, rows, strict=True)))
    own, others = frame[frame["named"]], frame[~frame["named"]]
    axes.plot(others["change"], at[others.index], "|", color=style.NEUTRAL, markersize=11, alpha=0.7)
    axes.plot(own["change"], at[own.index], "o", color=style.CONFIDENCE, zorder=4)
    grew = own["change"].map(change)
    style.label(axes, own["change"], at[own.index], grew, style.CONFIDENCE, side="above", gap=7)
    reach = frame["change"].min() * 0.96, frame["change"].max() * 1.06
    style.scale(axes, "x", "ratios", "Change from the year before to the year after", *reach)
    style.reference(axes, 1)
    above = others["change"] > others["event"].map(own.set_index("event")["change"])
    more = [f"{part.sum()} of {len(part)}" for _, part in above.groupby(others["event"], sort=False)]
    title = f"Other forces that grew more than the named one: {listed(more)}"
    alt = (
        f"Changes in child-only offences in all forces, year after over year before. {title}. The named forces: "
        f"{'; '.join(own['event'] + ', ' + grew)}."
    )
    return Chart(drawn, frame, alt, title, source)


@drawing
def flag_bound(frame: pd.DataFrame, *, source: str) -> Chart:
    """The share of offences that is online as a function of how many online offences the flag catches.

    Parameters
    ----------
    frame : DataFrame
        `sensitivity` (0 to 1) and `low`, `high` (shares 0 to 1: the smallest and largest printed counts over the
        base, divided by the sensitivity).
    source : str

    Returns
    -------
    Chart
        Its title says what follows if the flag catches half.
    """
    caught = frame["sensitivity"]
    half, steep = (frame.iloc[(caught - share).abs().argmin()] for share in (0.5, 0.3))
    drawn, axes = style.figure(height=3.1)
    axes.fill_between(caught, frame["low"], frame["high"], color=style.ONLINE, alpha=0.25, linewidth=0)
    axes.plot(caught, frame[["low", "high"]], color=style.ONLINE)
    style.scale(axes, "x", "shares", "Online offences that carry the flag (not known)", 0, 1)
    style.scale(axes, "y", "shares", "Offences that are online", 0, 1)
    at = steep["sensitivity"]
    style.label(axes, at, steep["high"], "largest published count", style.ONLINE, gap=9, va="bottom")
    style.label(axes, at, steep["low"], "smallest", style.ONLINE, side="left", gap=9, va="top")
    at_all, at_half = (f"{percent(row['low'])} to {percent(row['high'])}" for row in (frame.iloc[-1], half))
    title = f"If the flag caught half, {at_half} of offences were online"
    alt = f"Curve that falls with the share of online offences that the flag catches. {title}; if it caught all, {at_all}."
    return Chart(drawn, frame.reset_index(drop=True), alt, title, source)


@drawing
def flag_uptake(frame: pd.DataFrame, *, years: tuple[str, str], source: str) -> Chart:
    """Flagged offences for every hundred, force by force, in two years of one release.

    Parameters
    ----------
    frame : DataFrame
        `area`, and for each year flagged offences per 100 official child-only offences with interval: `first`,
        `first_low`, `first_high`, `last`, `last_low`, `last_high`.
    years : tuple of str
        The two years.
    source : str

    Returns
    -------
    Chart
    """
    table = frame.sort_values("last", ignore_index=True)
    drawn, axes, rows = style.row_figure(table["area"], 1.2, 0.34, room=0.9)
    looks = {"first": (0.13, style.PAPER, "above"), "last": (-0.13, style.ONLINE, "below")}
    for (end, (move, face, side)), year in zip(looks.items(), years, strict=True):
        limits = table[end], table[f"{end}_low"], table[f"{end}_high"]
        style.estimates(axes, rows + move, *limits, style.ONLINE, facecolors=face)
        style.label(axes, table[end].iloc[-1], rows[-1] + move, year, style.ONLINE, side=side)
    most = 1.05 * table[["first_high", "last_high"]].max(axis=None)
    style.scale(axes, "x", "", "Flagged offences for every 100 official child-only offences", 0, most)
    rose = (table["last"] > table["first"]).sum()
    title = f"Use of the online flag rose in {rose} of {len(table)} forces from {years[0]} to {years[1]}"
    alt = f"Dot plot, a row a force. {title}. In {years[1]} flagged offences for every 100 go {ends(table, 'area', 'last', '{:.1f}'.format)}."
    return Chart(drawn, table, alt, title, source)


@drawing
def quarters_indexed(frame: pd.DataFrame, *, source: str) -> Chart:
    """Series by quarter with seasons taken out, each against its own first year.

    Parameters
    ----------
    frame : DataFrame
        `quarter` (label) and one column a series (1 is its mean over the first four quarters); the columns' names
        are the labels. The first series is drawn in the colour of online, the rest in neutral colours.
    source : str

    Returns
    -------
    Chart
    """
    series = frame.drop(columns="quarter").reset_index(drop=True)
    colours = [style.ONLINE, style.OFFICIAL, style.NEUTRAL, style.ARTEFACT][: series.shape[1]]
    drawn, axes = style.figure(height=3.6)
    last = series.iloc[-1]
    for name, colour in zip(series, colours, strict=True):
        axes.plot(series[name], color=colour)
    axes.set_xlim(0, len(frame) * 1.42)
    style.scale(axes, "y", "ratios", "Change since the first year")
    style.end_labels(axes, len(frame) - 1, list(zip(last, series, colours, strict=True)))
    style.reference(axes, 1, across=True)
    style.years(axes, frame["quarter"].tolist(), step=4)
    first, end = frame["quarter"].iloc[[0, -1]]
    title = f"Change by {end} since the first year: {'; '.join(last.index + ' ' + last.map(change))}"
    alt = f"Lines by quarter from {first}, seasons taken out, each against its own first year. {title}."
    return Chart(drawn, frame.reset_index(drop=True), alt, title, source)
