"""What share of the rise each route gives an explanation, and how probable it is that each explanation is the largest."""

from __future__ import annotations

import pandas as pd
import seaborn as sns

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


@drawing
def by_prior(synthesis: pd.DataFrame, explanations: pd.DataFrame, *, level: float) -> Chart | NotAvailable:
    """How probable it is that each explanation is the largest, one row a prior, one panel a span of years.

    Parameters
    ----------
    synthesis : DataFrame
        Rows of the table `share_synthesis` with one size of biases.
    explanations : DataFrame
        The vocabulary, for names.
    level : float

    Returns
    -------
    Chart
        Its data: years, prior, explanation, largest. Not available where nothing could be weighed.
    """
    data = synthesis[synthesis["largest"].notna()]
    if data.empty:
        return NotAvailable("too few routes reach these years to be weighed together")
    names = explanations.set_index("explanation")["label"]
    spans = list(data.groupby("years", sort=False))
    drawn, axes = style.figure(1, len(spans), height=3.5, sharey=True, squeeze=False)
    shades = sns.blend_palette([style.PAPER, style.OFFICIAL], as_cmap=True)
    for axis, (_, part) in zip(axes[0], spans, strict=True):
        table = part.assign(name=part["explanation"].map(names)).pivot_table(
            index="prior", columns="name", values="largest", sort=False
        )
        sns.heatmap(
            table, vmin=0, vmax=1, cmap=shades, annot=True, fmt=".0%", cbar=False, linewidths=1, ax=axis,
            annot_kws={"fontsize": 8},
        )  # fmt: skip
        axis.set(xlabel="", ylabel="")
        axis.set_title(f"{part['first_year'].iloc[0]} to {part['last_year'].iloc[0]}")
        axis.tick_params(length=0)
        axis.tick_params(axis="y", rotation=0)
        axis.tick_params(axis="x", rotation=30)
    kept = data[["years", "prior", "explanation", "largest"]].reset_index(drop=True)
    said = "; ".join(
        f"{years}, {prior}: "
        + ", ".join(f"{names[row.explanation]} {row.largest:.0%}" for row in part.itertuples())
        for (years, prior), part in kept.groupby(["years", "prior"], sort=False)
    )
    alt = f"Tables of odds that an explanation has the largest share, one row a prior. {said}."
    first = part.loc[part.groupby("prior", sort=False)["largest"].idxmax(), "explanation"].unique()
    title = "The most probable largest explanation changes with what was expected beforehand"
    if len(first) == 1:
        title = f"Whatever was expected beforehand, {names[first[0]]} most probably had the largest share over {kept['years'].iloc[-1]}"
    return Chart(drawn, kept, alt, title, SOURCE)
