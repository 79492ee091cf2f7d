"""The comparisons of the rise year by year, a small panel each."""

from __future__ import annotations

from textwrap import fill

import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import minus
from helpers.stats.missing import NotAvailable

SOURCE = "Home Office police recorded crime open data; FOI answers of Scotland and Northern Ireland"


@drawing
def by_year(one: pd.DataFrame, explanations: pd.DataFrame, *, level: float) -> Chart | NotAvailable:
    """How much more one kind of offence grew than another, in each year.

    Parameters
    ----------
    one : DataFrame
        The single years of the table `phases`.
    explanations : DataFrame
        The vocabulary, for the colour of the explanation whose mark a panel shows.
    level : float
        Level of the intervals.

    Returns
    -------
    Chart
        Its data: contrast, label, last_year, more (0.1: grew 10% more), low, high. Not available where no comparison is.
    """
    data = one[one["ratio"].notna()].copy()
    if data.empty:
        return NotAvailable("no comparison reaches these years")
    data["more"], data["low"], data["high"] = data["ratio"] - 1, data["low"] - 1, data["high"] - 1
    colours = explanations.set_index("explanation")["colour"]
    years = sorted(data["last_year"].unique())
    panels = list(data.groupby("label", sort=False))
    rows = -(-len(panels) // 2)
    drawn, axes = style.figure(rows, 2, height=0.7 + 1.6 * rows, sharex=True, sharey=True, squeeze=False)
    for axis, (label, part) in zip(axes.flat, panels, strict=False):
        mark = part["mark_of"].iloc[0]
        colour = colours.get(mark) if isinstance(mark, str) else None
        at = [years.index(year) for year in part["last_year"]]
        style.estimates(
            axis, at, part["more"], part["low"], part["high"],
            colour if isinstance(colour, str) else style.NEUTRAL, across=False,
        )  # fmt: skip
        style.reference(axis, 0, across=True)
        axis.set_title(fill(label, 40), fontsize=7.5)
        axis.set_xticks(range(len(years)), years, fontsize=7.5)
        style.percents(axis)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    drawn.supylabel("How much more the first grew than the second", fontsize=8.5)
    kept = ["contrast", "label", "last_year", "more", "low", "high"]
    said = "; ".join(
        f"{label}: "
        + ", ".join(f"{minus(f'{100 * row.more:+.0f}%')} in {row.last_year}" for row in part.itertuples())
        for label, part in panels
    )
    alt = f"Small panels of points with {level:.0%} intervals, one a comparison. {said}."
    widest = data.groupby("last_year")["more"].agg(lambda more: more.abs().mean()).idxmax()
    title = f"Kinds of offence parted most in {widest}"
    return Chart(drawn, data[kept].reset_index(drop=True), alt, title, SOURCE)
