"""Figures about what was printed: totals by release, revisions, and shares of young victims.

Every function takes plain frames (the columns are named in each) and returns a Chart whose alt text and title are
computed from those data. Figures that hold printed counts against the official floor are in `helpers.charts.floor`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart

PRESS = "FOI figures as published by the NSPCC and the press"
SMALL = 7.5
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def listed(names: Sequence[str]) -> str:
    """Names as a phrase.

    >>> listed(["Kent"]), listed(["Kent", "Essex", "Sussex"])
    ('Kent', 'Kent, Essex and Sussex')
    """
    names = list(names)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def uk_by_release(printings: pd.DataFrame) -> Chart:
    """The UK total of each year, by the release that printed it: a line a year, a place a release.

    Parameters
    ----------
    printings : DataFrame
        One row a printing of the UK total: financial_year, round, released, value.
    """
    order = printings["released"].map(
        lambda text: text if len(text) > 4 else f"{text}-12"
    )  # a bare year: its end
    data = printings.assign(order=order).drop_duplicates(["financial_year", "round", "value"])
    data = data.sort_values(["order", "financial_year"])[["round", "released", "financial_year", "value"]]
    data = data.reset_index(drop=True)
    at = {release: place for place, release in enumerate(dict.fromkeys(data["round"]))}
    drawn, axes = style.figure(height=4.4)
    for year, group in data.groupby("financial_year"):
        x = group["round"].map(at)
        axes.plot(x, group["value"], "o-", color=style.FOI, linewidth=1.4)
        for row in group.itertuples():
            if not _neighbour(row.round, row.value, data):
                style.label(
                    axes,
                    at[row.round],
                    row.value,
                    f"{row.value:,.0f}",
                    style.INK,
                    side="above",
                    fontsize=SMALL,
                )
        near = _neighbour(row.round, row.value, data)
        words = f"{year}: {row.value:,.0f}" if near else year  # close values stand one below the other
        up = {"above": "top", "below": "bottom", "": "center"}[near]
        side = "left" if near and at[row.round] == len(at) - 1 else "right"
        style.label(axes, at[row.round], row.value, words, style.FOI, side=side, fontsize=SMALL, gap=6, va=up)
    axes.set_xticks(list(at.values()), [_release(release) for release in at])
    axes.set_xlim(-0.4, len(at) - 0.6)
    axes.set_ylim(0, data["value"].max() * 1.12)
    axes.set_ylabel("Offences, UK")
    axes.set_xlabel("Release that gave the total")
    style.thousands(axes)
    many = data.groupby("financial_year")["value"].nunique()
    year = many.idxmax()
    said = listed(
        [f"{value:,.0f}" for value in data.loc[data["financial_year"] == year, "value"].drop_duplicates()]
    )
    again = many[many > 1].drop(year)
    others = [
        f"{other} as {listed([f'{value:,.0f}' for value in data.loc[data['financial_year'] == other, 'value']])}"
        for other in again.index
    ]
    title = f"The UK total for {year} was published as {said}"
    alt = (
        f"Line chart of the UK total of sexual offences against under-18s for {many.size} years, placed by the "
        f"release that printed it. {year} was published as {said}{'; ' + listed(others) if others else ''}. The "
        f"lowest total is {data['value'].min():,.0f} and the highest {data['value'].max():,.0f}."
    )
    return Chart(drawn, data, alt, title, PRESS)


def _neighbour(release: str, value: float, data: pd.DataFrame) -> str:
    """Whether another point of the same release is close "above" or "below", where labels would meet; or ""."""
    gaps = data.loc[(data["round"] == release) & (data["value"] != value), "value"] - value
    close = gaps[gaps.abs() < 0.07 * data["value"].max()]
    return "" if close.empty else "above" if close.iloc[0] > 0 else "below"


def _release(name: str) -> str:
    """A round's id as a label.

    >>> _release("2017-03"), _release("2016-report")
    ('Mar\\n2017', 'Report\\n2016')
    """
    year, _, rest = name.partition("-")
    return f"{MONTHS[int(rest) - 1] if rest.isdigit() else rest.capitalize()}\n{year}"


def revised_figures(revisions: pd.DataFrame) -> Chart:
    """Totals of all offences that were printed differently later, for forces and the UK, as ratios.

    Parameters
    ----------
    revisions : DataFrame
        area, financial_year, first_round, first_value, later_round, later_value, ratio.
    """
    data = revisions.assign(size=np.abs(np.log(revisions["ratio"]))).sort_values("size", ascending=False)
    data = data.drop(columns="size").reset_index(drop=True)
    largest = data.head(style.MOST_ROWS)
    drawn, axes = style.figure(height=0.9 + 0.24 * max(3, len(largest)))
    y = np.arange(len(largest))
    style.reference(axes, 1.0)
    axes.hlines(y, 1, largest["ratio"], color=style.FOI, linewidth=1.2)
    axes.plot(largest["ratio"], y, "o", color=style.FOI)
    for place, row in zip(y, largest.itertuples(), strict=True):
        words = f"{row.first_value:,.0f} → {row.later_value:,.0f}"
        style.label(axes, max(row.ratio, 1), place, words, fontsize=SMALL)
    names = [f"{row.area} {row.financial_year}" for row in largest.itertuples()]
    axes.set_yticks(y, names, fontsize=SMALL)
    axes.set_ylim(len(largest) - 0.4, -0.6)
    axes.set_xlim(data["ratio"].min() * 0.85, data["ratio"].max() * 1.6)
    style.ratio_axis(axes, ticks=[0.5, 1, 2, 4, 6])
    axes.set_xlabel("Change from the earlier figure to the later")
    first = data.iloc[0]
    title = f"{len(data)} published totals were changed later"
    if len(data) > len(largest):
        title += f", the {len(largest)} that changed most"
    alt = (
        f"Dot plot of {len(data)} changes to printed totals of one area and year. The largest is "
        f"{first['area']} in {first['financial_year']}, from {first['first_value']:,.0f} to "
        f"{first['later_value']:,.0f}, {first['ratio']:.1f} times. "
        f"{int((data['ratio'] > 1).sum())} went up and {int((data['ratio'] < 1).sum())} went down."
    )
    return Chart(drawn, data, alt, title, PRESS)


def young_shares(profiles: pd.DataFrame, *, ages: Sequence[str] = ("0 to 10", "0 to 4")) -> Chart:
    """Shares of young victims by force-year against the size of the total, with the limits of chance.

    Parameters
    ----------
    profiles : DataFrame
        ages, area, financial_year, count, total, share, pooled_share, outlier, outlier_adjusted.
    ages : sequence of str
        The age groups to draw, one panel each.
    """
    from helpers.stats.ratios import funnel_limits

    data = profiles[profiles["ages"].isin(ages)]
    data = data[
        [
            "ages",
            "area",
            "financial_year",
            "count",
            "total",
            "share",
            "pooled_share",
            "outlier",
            "outlier_adjusted",
        ]
    ].reset_index(drop=True)
    drawn, panels = style.figure(1, len(ages), height=3.9, squeeze=False)
    for axes, group_name in zip(panels[0], ages, strict=True):
        group = data[data["ages"] == group_name]
        pooled = group["pooled_share"].iloc[0]
        sizes = np.linspace(group["total"].min() * 0.8, group["total"].max() * 1.05, 200)
        low, high = funnel_limits(pooled * sizes, 0.998)
        axes.fill_between(sizes, low * pooled, high * pooled, color=style.FAINT, alpha=0.6, linewidth=0)
        style.reference(axes, pooled, across=True)
        usual, odd = group[~group["outlier_adjusted"]], group[group["outlier_adjusted"]]
        axes.plot(usual["total"], usual["share"], "o", color=style.FOI, markersize=4, alpha=0.8)
        axes.plot(odd["total"], odd["share"], "D", color=style.ARTEFACT, markersize=5)
        for row in odd.itertuples():
            words = f"{row.area}\n{row.financial_year}"
            side = "left" if row.total > 0.6 * group["total"].max() else "right"
            style.label(axes, row.total, row.share, words, style.ARTEFACT, side=side, fontsize=7)
        axes.set_title(f"Aged {group_name}")
        axes.annotate(
            "grey: chance alone (99.8%)", (0.97, 0.03), xycoords="axes fraction", ha="right", fontsize=7,
            color=style.NEUTRAL,
        )  # fmt: skip
        axes.set_ylim(0, group["share"].max() * 1.15)
        axes.set_xlabel("All under 18 in the same release")
        style.percents(axes)
        style.thousands(axes, axis="x")
    panels[0][0].set_ylabel("Share of all under 18")
    odd = data[data["outlier_adjusted"]]
    words = listed(
        [
            f"{row.area} {row.financial_year} (aged {row.ages}: {100 * row.share:.0f}%)"
            for row in odd.itertuples()
        ]
    )
    pools = listed(
        [f"{100 * data.loc[data['ages'] == name, 'pooled_share'].iloc[0]:.0f}% aged {name}" for name in ages]
    )
    found = (
        f"Beyond limits that allow for how much forces differ: {words}." if len(odd) else "None stands out."
    )
    alt = (
        f"Funnel plots of the share of young victims in {len(data)} force-years and age groups. Over all of them "
        f"it is {pools}. {found}"
    )
    stand = {0: "No share of young victims stands out", 1: "1 share of young victims stands out"}
    title = stand.get(len(odd), f"{len(odd)} shares of young victims stand out")
    return Chart(drawn, data, alt, title, PRESS)
