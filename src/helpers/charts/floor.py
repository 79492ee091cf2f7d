"""Figures that hold printed FOI counts against the floor that a complete count cannot be below.

The floor is the number of official offences that only cover victims under 18. Every function takes plain frames
(the columns are named in each) and returns a Chart whose alt text and title are computed from those data. A count
that is below its floor however the floor may have been revised since "cannot be complete"; no figure says why.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, NullLocator

from helpers.charts import style
from helpers.charts.export import Chart
from helpers.charts.foi import PRESS, SMALL, listed
from helpers.stats.missing import absorbing

FLOOR = "Home Office police recorded crime, offences that only cover victims under 18"


def _every_year(first: str, last: str) -> list[str]:
    """All financial years from one to another.

    >>> _every_year("2014/15", "2016/17")
    ['2014/15', '2015/16', '2016/17']
    """
    return [f"{year}/{(year + 1) % 100:02d}" for year in range(int(first[:4]), int(last[:4]) + 1)]


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
    data = completeness[["force", "financial_year", "foi", "floor", "ratio", "below", "firm", "verdict"]]
    data = data.sort_values(["force", "financial_year"], ignore_index=True)
    if data.empty:
        raise ValueError("completeness is empty: no count that has a floor was published")
    years = _every_year(data["financial_year"].min(), data["financial_year"].max())
    forces = sorted(data["force"].unique())
    drawn, axes = style.figure(height=1.1 + 0.165 * (len(forces) + 3))
    for row in data.itertuples(index=False):
        x, y = years.index(row.financial_year), forces.index(row.force)
        _cell(axes, x, y, row, framed=(row.force, row.financial_year) in set(marked))
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_ylim(len(forces) - 0.5, -0.5)
    axes.set_yticks(range(len(forces)), forces, fontsize=SMALL)
    axes.set_xticks(range(len(years)), years, fontsize=7)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xlabel(_key(f"Framed: {marked_as}." if marked else ""), fontsize=SMALL, loc="left")
    told = data[data["verdict"] != "cannot tell"]
    below = told[told["below"]].sort_values("ratio")
    share = len(below) / len(told)
    title = f"{len(below)} of {len(told)} published counts are below their official floor"
    alt = (
        f"Grid of {len(forces)} forces by {len(years)} years. {len(below)} of {len(told)} printed counts "
        f"({100 * share:.0f}%) are below the number of official offences that only cover victims under 18, in "
        f"{below['force'].nunique()} forces; {below['firm'].sum()} are below whatever revision may have raised that number "
        f"since. {_worst(below)}{_marked_words(data, marked, marked_as)}"
    )
    return Chart(drawn, data, alt, title, f"{PRESS}; {FLOOR}")


def _key(framed: str) -> str:
    """What the cells mean, in short lines that fit under the grid."""
    return (
        "Number: below the floor; the printed count as a per cent of it.\n"
        "Dark: lower than later revisions of the floor can explain. Outlined: they might explain it.\n"
        "Pale: at or above the floor, which does not mean complete.\n"
        f"No cell: no published count was found. {framed}"
    )


def _cell(axes, x: int, y: int, row, *, framed: bool) -> None:
    face, edge = style.FOI if row.firm else "#F6F3EC", style.FOI if row.below else "#8F897B"
    axes.add_patch(
        Rectangle((x - 0.45, y - 0.4), 0.9, 0.8, facecolor=face, edgecolor=edge, linewidth=0.6, zorder=2)
    )
    if row.below:
        axes.text(
            x,
            y + 0.03,
            f"{100 * row.ratio:.0f}",
            ha="center",
            va="center",
            color="white" if row.firm else style.FOI,
            fontsize=SMALL,
        )
    elif row.verdict == "cannot tell":
        axes.text(x, y + 0.03, "?", ha="center", va="center", color=style.NEUTRAL, fontsize=SMALL)
    if framed:
        axes.add_patch(
            Rectangle(
                (x - 0.45, y - 0.42),
                0.9,
                0.84,
                facecolor="none",
                edgecolor=style.INK,
                linewidth=1.6,
                zorder=4,
            )
        )


def _worst(below: pd.DataFrame) -> str:
    if below.empty:
        return "None is below."
    one = below.iloc[0]
    return (
        f"The lowest against its floor is {one['force']} in {one['financial_year']}, with {one['foi']:,.0f} printed "
        f"against {one['floor']:,.0f}."
    )


def _marked_words(data: pd.DataFrame, marked: Sequence[tuple[str, str]], marked_as: str) -> str:
    words = [
        f"{row.force} {row.financial_year} ({row.foi:,.0f} against {row.floor:,.0f})"
        for row in data.itertuples(index=False)
        if (row.force, row.financial_year) in set(marked) and row.below
    ]
    return f" Below among the framed counts ({marked_as}): {listed(words)}." if words else ""


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
    widest = data.head(style.MOST_ROWS)
    drawn, axes = style.figure(height=0.8 + 0.19 * max(3, len(widest)))
    y = np.arange(len(widest))
    axes.hlines(y, widest["foi"], widest["floor"], color=style.NEUTRAL, linewidth=1)
    axes.plot(widest["foi"], y, "o", color=style.FOI)
    axes.plot(widest["floor"], y, "|", color=style.OFFICIAL, markersize=9, markeredgewidth=2)
    axes.set_yticks(y, [f"{row.force} {row.financial_year}" for row in widest.itertuples()], fontsize=SMALL)
    axes.set_ylim(len(widest) - 0.4, -1.4)
    axes.set_xscale("log")
    axes.set_xlabel("Offences (log scale)")
    axes.xaxis.set_major_locator(FixedLocator([50, 100, 200, 500, 1000, 2000, 5000]))
    axes.xaxis.set_minor_locator(NullLocator())
    style.thousands(axes, axis="x")
    if len(data):
        style.label(axes, data["foi"].iloc[0], 0, "printed", style.FOI, side="above", fontsize=SMALL)
        style.label(axes, data["floor"].iloc[0], 0, "floor", style.OFFICIAL, side="above", fontsize=SMALL)
    median = (
        f"Half of them reach no more than {100 * data['ratio'].median():.0f}% of their floor. "
        if len(data)
        else ""
    )
    alt = (
        f"Dot plot of the {len(data)} printed counts below their floor, with the floor beside each. {median}"
        f"{_worst(data)}"
    )
    title = f"How far below their floor the {len(data)} counts are"
    if len(data) > len(widest):
        title += f", the {len(widest)} furthest below"
    return Chart(drawn, data, alt, title, f"{PRESS}; {FLOOR}")


@absorbing
def changes_beside_the_floor(changes: pd.DataFrame) -> Chart:
    """FOI changes from one year to the next beside the change in the floor, by whether the base can be complete.

    Parameters
    ----------
    changes : DataFrame
        force, first_year, last_year, foi_ratio, floor_ratio, gap, base_below, later_below.
    """
    data = changes[
        [
            "force",
            "first_year",
            "last_year",
            "round",
            "foi_ratio",
            "floor_ratio",
            "gap",
            "base_below",
            "later_below",
        ]
    ].reset_index(drop=True)
    drawn, axes = style.figure(height=4.6)
    low = min(data["foi_ratio"].min(), data["floor_ratio"].min()) * 0.9
    high = max(data["foi_ratio"].max(), data["floor_ratio"].max()) * 1.15
    axes.plot([low, high], [low, high], color=style.NEUTRAL, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    whole = data[~data["base_below"] & ~data["later_below"]]
    base, later = data[data["base_below"]], data[data["later_below"] & ~data["base_below"]]
    axes.plot(whole["floor_ratio"], whole["foi_ratio"], "o", color=style.NEUTRAL, markersize=4, alpha=0.7)
    axes.plot(base["floor_ratio"], base["foi_ratio"], "D", color=style.FOI, markersize=6)
    axes.plot(later["floor_ratio"], later["foi_ratio"], "v", color=style.ARTEFACT, markersize=6)
    axes.set_xlim(max(low, data["floor_ratio"].min() * 0.9), data["floor_ratio"].max() * 1.25)
    axes.set_ylim(low, high)
    style.ratio_axis(axes, ticks=[1, 1.25, 1.5, 1.75, 2])
    style.ratio_axis(axes, axis="y", ticks=[0.25, 0.5, 1, 2, 4])
    axes.set_xlabel("Change in official offences that only cover victims under 18")
    axes.set_ylabel("Change in the published FOI count")
    for row in data.head(8).itertuples():
        colour = style.FOI if row.base_below else style.ARTEFACT if row.later_below else style.NEUTRAL
        words = f"{row.force} {row.first_year}–{row.last_year[2:]}"
        near = np.log(data["floor_ratio"] / row.floor_ratio).between(0.01, 0.35)
        crowded = (near & (np.abs(np.log(data["foi_ratio"] / row.foi_ratio)) < 0.1)).any()
        side = "left" if crowded else "right"
        style.label(axes, row.floor_ratio, row.foi_ratio, words, colour, side=side, fontsize=7, gap=7)
    for place, (marker, colour, words) in enumerate(
        [
            ("D", style.FOI, "earlier count below its floor"),
            ("v", style.ARTEFACT, "later count below its floor"),
            ("o", style.NEUTRAL, "both at or above"),
        ]
    ):
        axes.plot(0.03, 0.97 - 0.05 * place, marker, color=colour, transform=axes.transAxes, markersize=5)
        axes.annotate(
            words,
            (0.05, 0.97 - 0.05 * place),
            xycoords="axes fraction",
            va="center",
            fontsize=SMALL,
            color=colour,
        )
    top = data.loc[data["foi_ratio"].idxmax()]
    typical = [data.loc[data["base_below"] == flag, "gap"].median() for flag in (True, False)]
    alt = (
        f"Scatter of {len(data)} year-on-year changes in printed FOI counts against the change in official offences "
        f"that only cover victims under 18. Where the earlier count is below its floor ({len(base)} changes) the FOI "
        f"change is typically {typical[0]:.2f} times the official one; elsewhere {typical[1]:.2f} times. The largest "
        f"FOI change is {top['force']}, {top['foi_ratio']:.2f} times, where the official change is "
        f"{top['floor_ratio']:.2f} times."
    )
    doubled = data[data["foi_ratio"] >= 2]
    title = "FOI changes beside official changes"
    if len(doubled) > 1 and doubled["base_below"].all():
        title = f"All {len(doubled)} FOI counts that doubled in a year started below their floor"
    return Chart(drawn, data, alt, title, f"{PRESS}; {FLOOR}")


def claims_beside_the_floor(counts: pd.DataFrame) -> Chart:
    """The report's forces: what was printed for two years, and the floor of the same years.

    Parameters
    ----------
    counts : DataFrame
        force, financial_year, foi, floor; two years a force, the earlier first.
    """
    data = counts.reset_index(drop=True)
    forces = list(dict.fromkeys(data["force"]))
    drawn, panels = style.figure(1, len(forces), height=3.4, squeeze=False, sharey=True)
    for axes, force in zip(panels[0], forces, strict=True):
        group = data[data["force"] == force]
        for column, colour in (("floor", style.OFFICIAL), ("foi", style.FOI)):
            axes.plot([0, 1], group[column], "o-", color=colour)
        for place, row in enumerate(group.itertuples()):
            over = row.foi >= row.floor
            side = "left" if place == 0 else "right"
            gap = max(0.0, 90 - abs(row.foi - row.floor)) / 2
            style.label(
                axes, place, row.foi + (gap if over else -gap), f"{row.foi:,.0f}", style.FOI, side=side
            )
            style.label(
                axes,
                place,
                row.floor - (gap if over else -gap),
                f"{row.floor:,.0f}",
                style.OFFICIAL,
                side=side,
            )
        axes.set_title(force)
        axes.set_xticks([0, 1], group["financial_year"])
        axes.set_xlim(-0.55, 1.55)
    panels[0][0].set_ylim(0, data[["foi", "floor"]].max().max() * 1.1)
    panels[0][0].set_ylabel("Offences")
    style.thousands(panels[0][0])
    middle = panels[0][0]
    middle.annotate("published", (0.02, 0.95), xycoords="axes fraction", color=style.FOI, fontsize=8.5)
    middle.annotate(
        "official floor", (0.02, 0.88), xycoords="axes fraction", color=style.OFFICIAL, fontsize=8.5
    )
    below = data[data["foi"] < data["floor"]]
    words = listed(
        [
            f"{row.force} {row.financial_year} ({row.foi:,.0f} against {row.floor:,.0f})"
            for row in below.itertuples()
        ]
    )
    ratios = listed([
        f"{force} " + " against ".join(style.change(group[name].iloc[1] / group[name].iloc[0]) for name in ("foi", "floor"))
        for force, group in data.groupby("force", sort=False)
    ])  # fmt: skip
    alt = (
        f"Line charts of published FOI counts and the official floor for {listed(forces)}, two years each. "
        + (f"Below the floor: {words}. " if len(below) else "None is below the floor. ")
        + f"Growth, published against floor: {ratios}."
    )
    title = f"{len(below)} of {len(data)} headline counts are below what a complete count must reach"
    return Chart(drawn, data, alt, title, f"The Northern Echo, 22 March 2017; {FLOOR}")
