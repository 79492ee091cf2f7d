"""Police records beside what courts, child protection, helplines and other countries counted in the same years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import change

SOURCE = (
    "Home Office police recorded crime open data; the services and statistics offices that the table names"
)
RECORDS = "records"  # the series that the others stand beside


@drawing
def indexed(frame: pd.DataFrame, base: str, *, source: str) -> Chart:
    """How much each count had grown by its last year, the most first; the police records are drawn in their own colour.

    Parameters
    ----------
    frame : DataFrame
        `series`, `label`, `year` and `value`; every series has a value in the year `base`.
    base : str
        The financial year that the others are set against.
    source : str

    Returns
    -------
    Chart
        Its data: series, label, year, value, growth (0.25 is a rise of 25%).

    Raises
    ------
    ValueError
        A series has no value in the year `base`.
    """
    first = frame[frame["year"] == base].set_index("series")["value"]
    absent = set(frame["series"]) - set(first.index)
    if absent:
        raise ValueError(f"series {sorted(absent)[0]!r} has no value in {base}")
    data = frame.assign(growth=frame["value"] / frame["series"].map(first) - 1)
    data = data.sort_values(["series", "year"], ignore_index=True)
    end = data["year"].max()
    last = data.groupby("series").tail(1).sort_values("growth", ignore_index=True)
    drawn, axes, rows = style.row_figure(last["label"], 1.3, 0.27, beside=0.5)
    colours = np.where(last["series"] == RECORDS, style.OFFICIAL, style.NEUTRAL)
    axes.barh(rows, last["growth"], color=colours, height=0.35)
    for row, one, colour in zip(rows, last.itertuples(), colours, strict=True):
        words = change(1 + one.growth) + (f" by {one.year}" if one.year < end else "")
        style.label(axes, max(one.growth, 0), row, words, colour, fontsize=style.SMALL)
    style.reference(axes, 0)
    axes.set_xlim(min(0, 1.1 * last["growth"].min()), 1.15 * last["growth"].max())
    style.percents(axes, axis="x")
    axes.set_xlabel(f"Change from {base} to {end}")
    title = f"Police records in England and Wales grew more than any other count, {base} to {end}"
    if last["series"].iloc[-1] != RECORDS:
        title = f"Police records beside what others counted, {base} to {end}"
    alt = (
        f"Bars of the change since {base}, one for each count. At its last year: "
        + "; ".join(f"{row.label}, {change(1 + row.growth)} by {row.year}" for row in last[::-1].itertuples())
        + "."
    )
    return Chart(drawn, data, alt, title, source)
