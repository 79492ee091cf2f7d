"""What share of the rise each route gives an explanation."""

from __future__ import annotations

import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import minus
from helpers.stats.missing import NotAvailable

SOURCE = "Home Office, FOI answers, inspections, courts; the register of routes gives the assumption of each"


@drawing
def by_route(alone: pd.DataFrame, explanations: pd.DataFrame, *, level: float) -> Chart | NotAvailable:
    """Shares with intervals, one row a route, one panel a span of years.

    Parameters
    ----------
    alone : DataFrame
        The table `route_shares`.
    explanations : DataFrame
        The vocabulary, for names and colours.
    level : float

    Returns
    -------
    Chart
        Its data: years, gives, label, share, low, high. Not available where no route gives a share.
    """
    data = alone[alone["share"].notna()]
    if data.empty:
        return NotAvailable("no route gives a share of the rise between these years")
    names, colours = (explanations.set_index("explanation")[column] for column in ("label", "colour"))
    spans = list(data.groupby("years", sort=False))
    routes = data.drop_duplicates("label").set_index("label")["gives"]
    routes = routes.sort_values(key=lambda gives: gives.map(list(names.index).index), kind="stable")
    shades = routes.map(colours).fillna(style.NEUTRAL)
    drawn, axes = style.figure(
        1, len(spans), height=1.2 + 0.42 * len(routes), sharey=True, sharex=True, squeeze=False, stack=False
    )
    for axis, (_, part) in zip(axes[0], spans, strict=True):
        rows = style.rows(
            axis, routes.index + " (" + routes.map(names) + ")", room=0.6, fontsize=7, down=True, beside=0.36
        )
        at = part["label"].map(dict(zip(routes.index, rows, strict=True)))
        style.estimates(axis, at, part["share"], part["low"], part["high"], part["label"].map(shades))
        for share in (0, 1):
            style.reference(axis, share)
        axis.set_title(f"{part['first_year'].iloc[0]} to {part['last_year'].iloc[0]}", fontsize=8)
        axis.set_xticks([0, 0.5, 1])
        style.percents(axis, axis="x")
        axis.set_facecolor("none")  # on a phone the names of the rows lie behind the panels
        axis.set_xlabel("Share of the rise", fontsize=8)
        for tick, shade in zip(axis.get_yticklabels(), shades, strict=False):
            tick.set_color(shade)
    kept = data[["years", "gives", "label", "share", "low", "high"]].reset_index(drop=True)
    said = "; ".join(
        f"{row.label} ({row.years}): {row.share:.0%} for {names[row.gives]}" for row in kept.itertuples()
    )
    alt = minus(f"Points with {level:.0%} intervals, one row a route. {said}.")
    last = data[data["years"] == data["years"].iloc[-1]]
    found = last[last["gives"] == last.groupby("gives")["share"].median().idxmax()]
    title = (
        f"Routes to {names[found['gives'].iloc[0]]} give it {found['share'].min():.0%} to {found['share'].max():.0%} of the rise "
        f"from {found['first_year'].iloc[0]} to {found['last_year'].iloc[0]}"
    )
    return Chart(drawn, kept, alt, minus(title), SOURCE)
