"""Police records beside what courts, child protection, helplines and other countries counted in the same years."""

from __future__ import annotations

import pandas as pd
import seaborn as sns

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import change

SOURCE = (
    "Home Office police recorded crime open data; the services and statistics offices that the table names"
)
RECORDS = "records"  # the series that the others stand beside


@drawing
def indexed(frame: pd.DataFrame, base: str, *, source: str) -> Chart:
    """Lines by year, each as growth since one year; the police records are drawn in their own colour.

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
    data = frame.assign(growth=frame["value"] / frame["series"].map(first) - 1).sort_values(
        ["series", "year"]
    )
    years = sorted(data["year"].unique())
    drawn, axes = style.figure(height=4.4)
    data["x"] = data["year"].map(years.index)
    colours = {name: style.OFFICIAL if name == RECORDS else style.NEUTRAL for name in data["series"].unique()}
    sns.lineplot(
        data=data.assign(ratio=1 + data["growth"]), x="x", y="ratio", hue="series", palette=colours, units="series",
        estimator=None, marker="o", legend=False, ax=axes,
    )  # fmt: skip
    last = data.groupby("series").tail(1).sort_values("growth")
    axes.set_xlim(0, (len(years) - 1) * 2.1)
    style.ratio_axis(axes, axis="y")
    ends = [
        (1 + row.growth, f"{row.label}, {change(1 + row.growth)}", colours[row.series])
        for row in last.itertuples()
    ]
    style.end_labels(axes, len(years) - 1, ends, lines=20)
    style.reference(axes, 1, across=True)
    if style.narrow():
        style.years(axes, years, most=2)
    else:
        axes.set_xticks(range(len(years)), years, rotation=45, ha="right")
    axes.set(xlabel="", ylabel=f"Change since {base}")
    title = f"Police records in England and Wales grew more than any other count, {base} to {years[-1]}"
    if last["series"].iloc[-1] != RECORDS:
        title = f"Police records beside what others counted, {base} to {years[-1]}"
    alt = (
        f"Lines by year from {years[0]} to {years[-1]}, each as change since {base}. At its last year: "
        + "; ".join(f"{row.label}, {change(1 + row.growth)} by {row.year}" for row in last[::-1].itertuples())
        + "."
    )
    return Chart(drawn, data.drop(columns="x").reset_index(drop=True), alt, title, source)
