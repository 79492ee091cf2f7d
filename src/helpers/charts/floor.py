"""Figures that hold printed FOI counts against the floor that a complete count cannot be below.

The floor is the number of official offences that only cover victims under 18. Every function takes plain frames
(the columns are named in each) and returns a Chart whose alt text and title are computed from those data. A count
that is below its floor however the floor may have been revised since "cannot be complete"; no figure says why.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.crowding import name_points
from helpers.charts.foi import FLOOR_SOURCE, foi_source
from helpers.charts.words import change, ends, every_year, listed, percent, some
from helpers.stats.missing import absorbing

SHADES = ListedColormap(["#EBE8E0", "#E3C084", style.FOI])  # at or above; below; below after any revision
KEY = (
    "Number: below the floor; the printed count as a per cent of it.\n"
    "Full colour: lower than known revisions of the floor explain. Half: they might explain it.\n"
    "Faint: at or above the floor, which does not mean complete.\n"
    "No cell: no FOI count was found."
)


@drawing
@absorbing
def against_the_floor(
    completeness: pd.DataFrame, *, marked: Sequence[tuple[str, str]] = (), marked_as: str = ""
) -> Chart:
    """Every printed force-year in one grid: which are below their floor, how far, and which cannot be complete.

    Parameters
    ----------
    completeness : DataFrame
        One vintage: force, financial_year, foi, floor, ratio, below, firm, verdict.
    marked : sequence of (force, financial_year)
        Cells to frame.
    marked_as : str
        What the frame means, in a few words.
    """
    if completeness.empty:
        raise ValueError("completeness is empty: no count that has a floor was published")
    columns = ["force", "financial_year", "foi", "floor", "ratio", "below", "firm", "verdict"]
    data = completeness[columns].sort_values(["force", "financial_year"], ignore_index=True)
    unsure = data["verdict"] == "cannot tell"
    below = data[data["below"] & ~unsure].sort_values("ratio")
    percent = (100 * data["ratio"]).map("{:.0f}".format).where(data["below"], "")
    cells = data.assign(shade=data["below"].astype(int) + data["firm"], words=percent)
    cells.loc[unsure & ~data["below"], "words"] = "?"
    cells = cells.pivot(index="force", columns="financial_year", values=["shade", "words"])
    years, forces = every_year(data["financial_year"]), list(cells.index)
    shades, words = (cells[part].reindex(columns=years) for part in ("shade", "words"))
    drawn, axes = style.figure(height=1.1 + (0.13 if style.narrow() else 0.165) * (len(forces) + 3))
    sns.heatmap(
        shades.astype(float), annot=words.fillna(""), fmt="", cmap=SHADES, vmin=0, vmax=2, cbar=False, linewidths=1.5,
        linecolor=style.PAPER, annot_kws={"fontsize": style.SMALL}, ax=axes,
    )  # fmt: skip
    for force, year in marked:
        if force in forces and year in years:
            place = years.index(year), forces.index(force)
            axes.add_patch(Rectangle(place, 1, 1, fill=False, linewidth=1.6, clip_on=False))
    axes.set_ylabel("")
    axes.set_yticks(np.arange(len(forces)) + 0.5, forces, fontsize=style.SMALL)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelsize=7, rotation=90 if style.narrow() or len(years) > 12 else 0)
    axes.tick_params(length=0)
    axes.set_xlabel(f"{KEY} Framed: {marked_as}." if marked else KEY, fontsize=style.SMALL, loc="left")
    title = f"Of {(~unsure).sum()} FOI counts, {some(len(below), 'is', 'are')} below their official floor"
    many = below["force"].nunique()
    alt = (
        f"Grid of {len(forces)} forces by {len(years)} years. {title}, in {many} force{'s' * (many != 1)}; "
        f"{some(below['firm'].sum(), 'is', 'are')} still below it when it is lowered by its known revisions. {_worst(below)}"
    )
    return Chart(drawn, data, alt, title, f"{foi_source()}; {FLOOR_SOURCE}")


def _worst(below: pd.DataFrame) -> str:
    if below.empty:
        return "None is below."
    one = below.iloc[0]
    return (
        f"The lowest against its floor is {one['force']} in {one['financial_year']}, with {one['foi']:,.0f} printed "
        f"against {one['floor']:,.0f}."
    )


@drawing
@absorbing
def counts_below_the_floor(completeness: pd.DataFrame) -> Chart:
    """The printed counts that are below their floor, each beside it, the widest gap first.

    Parameters
    ----------
    completeness : DataFrame
        One vintage: force, financial_year, foi, floor, ratio, below.
    """
    data = completeness[completeness["below"]].sort_values(["ratio", "force"], ignore_index=True)
    data = data[["force", "financial_year", "foi", "floor", "ratio"]]
    widest = data.head(style.most_rows())
    names = widest["force"] + " " + widest["financial_year"]
    look = {"room": 1.4, "down": True, "fontsize": style.SMALL, "beside": 0.5}
    drawn, axes, y = style.row_figure(names, 0.8, 0.19, **look)
    style.estimates(axes, y, widest["ratio"], widest["ratio"], 1, style.FOI)
    style.reference(axes, 1)
    foi, least = (widest[name].map("{:,.0f}".format) for name in ("foi", "floor"))
    style.label(axes, 1, y, foi + " of " + least, fontsize=style.SMALL)
    style.scale(axes, "x", "shares", "FOI count as a share of its floor", 0, 1.02)
    title = "No FOI count is below its floor"
    if len(data):
        half = percent(data["ratio"].median())
        title = f"Half of the {len(data)} FOI counts below their floor reach no more than {half} of it"
    alt = f"Dot plot of FOI counts as shares of their floor. {title}. {_worst(data)}"
    if len(data) > len(widest):
        title += f"; the {len(widest)} furthest below"
    return Chart(drawn, data, alt, title, f"{foi_source()}; {FLOOR_SOURCE}")


@drawing
@absorbing
def changes_beside_the_floor(changes: pd.DataFrame) -> Chart:
    """FOI changes from one year to the next beside the change in the floor, by whether the base can be complete.

    Parameters
    ----------
    changes : DataFrame
        force, first_year, last_year, foi_ratio, floor_ratio, gap, base_below, later_below; those to name first.
    """
    columns = ["force", "first_year", "last_year", "round", "foi_ratio", "floor_ratio", "gap"]
    data = changes[[*columns, "base_below", "later_below"]].reset_index(drop=True)
    base, later = data["base_below"], data["later_below"] & ~data["base_below"]
    ratios = data[["floor_ratio", "foi_ratio"]]
    low, high = ratios.min(axis=None) * 0.9, ratios.max(axis=None) * 1.15
    drawn, axes = style.figure(height=4.6)
    axes.plot([low, high], [low, high], color=style.NEUTRAL, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    colours = pd.Series(style.NEUTRAL, index=data.index).mask(base, style.FOI).mask(later, style.ARTEFACT)
    for chosen, marker, colour, words in (
        (base, "D", style.FOI, "earlier count below its floor"),
        (later, "v", style.ARTEFACT, "later count below its floor"),
        (~base & ~later, "o", style.NEUTRAL, "both at or above"),
    ):
        axes.plot(*ratios[chosen].to_numpy().T, marker, color=colour, label=words, alpha=0.8)
    style.key(axes)
    left, right = max(low, data["floor_ratio"].min() * 0.9), data["floor_ratio"].max() * 1.7
    words = "Change in official offences that only cover victims under 18"
    style.scale(axes, "x", "ratios", words, left, right)
    style.scale(axes, "y", "ratios", "Change in the FOI count", low, high)
    names = data["force"] + " " + data["first_year"] + "–" + data["last_year"].str[2:]
    name_points(axes, ratios.assign(name=names, colour=colours).head(8), ratios)
    doubled = data[data["foi_ratio"] >= 2]
    title = "FOI changes beside official changes"
    if len(doubled) > 1 and doubled["base_below"].all():
        title = f"All {len(doubled)} FOI counts that doubled in a year started below their floor"
    typical = [change(data.loc[base == flag, "gap"].median()) for flag in (True, False)]
    alt = (
        f"Scatter of {len(data)} year-on-year changes. {title}. Half of the changes from a count below its floor are at least "
        f"{typical[0]} over the official one; elsewhere {typical[1]}. FOI changes go {ends(data, 'force', 'foi_ratio')}."
    )
    return Chart(drawn, data, alt, title, f"{foi_source()}; {FLOOR_SOURCE}")


@drawing
def claims_beside_the_floor(counts: pd.DataFrame) -> Chart:
    """The report's forces: what was printed for two years, and the floor of the same years.

    Parameters
    ----------
    counts : DataFrame
        force, financial_year, foi, floor; two years a force, the earlier first.
    """
    data = counts.reset_index(drop=True)
    series = (("floor", style.OFFICIAL, "official floor"), ("foi", style.FOI, "published"))
    groups = list(data.groupby("force", sort=False))
    drawn, panels = style.figure(1, len(groups), height=2.6, squeeze=False, sharey=True)
    panels[0][0].set_ylim(0, data[["foi", "floor"]].max(axis=None) * 1.1)
    apart = style.line_height(panels[0][0], 1.2)
    for axes, (force, group) in zip(panels[0], groups, strict=True):
        for column, colour, _ in series:
            axes.plot([0, 1], group[column], "o-", color=colour)
        for place, side in enumerate(("left", "right")):
            pair = group[["floor", "foi"]].iloc[place]
            colours, words = [style.OFFICIAL, style.FOI], pair.map("{:,.0f}".format)
            style.label(axes, place, style.spread(pair, apart), words, colours, side=side)
        axes.set_xticks([0, 1], group["financial_year"])
        axes.set(title=force, xlim=(-0.55, 1.55))
    roomiest = data.groupby("force", sort=False)[["foi", "floor"]].max().max(axis=1).argmin()
    middle = groups[roomiest][1][["foi", "floor"]].mean()
    for column, colour, name in series:
        side = "above" if middle[column] == middle.max() else "below"
        style.label(panels[0][roomiest], 0.5, middle[column], name, colour, side=side, gap=7)
    style.scale(panels[0][0], "y", "counts", "Offences")
    below = data[data["foi"] < data["floor"]]
    title = f"Of {len(data)} headline counts, {some(len(below), 'is', 'are')} below what a complete count must reach"
    rose = data.groupby("force", sort=False)[["foi", "floor"]].agg(lambda pair: pair.iloc[1] / pair.iloc[0])
    ratios = listed(f"{one.Index} {change(one.foi)} against {change(one.floor)}" for one in rose.itertuples())
    alt = (
        f"Line charts of published FOI counts and the official floor, two years a force. {title}"
        f"{': ' * bool(len(below))}{listed(below['force'] + ' ' + below['financial_year'])}. Growth, published against floor: {ratios}."
    )
    return Chart(drawn, data, alt, title, f"The Northern Echo, 22 March 2017; {FLOOR_SOURCE}")
