"""Figures about the official series itself: its course, how it compares with other offences, and its revisions.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data.
"""

from __future__ import annotations

from textwrap import wrap

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart

RECORDED = "Home Office police recorded crime, release of 2026, 43 territorial forces and the British Transport Police"
SMALL = 7.5


def child_only_by_year(parts: pd.DataFrame) -> Chart:
    """The child-only codes by year, in their parts, from nothing up to their sum.

    Parameters
    ----------
    parts : DataFrame
        `financial_year`, `label` (the part in words), `offences`; whole years only, parts that share no code.
    """
    wide = parts.pivot(index="financial_year", columns="label", values="offences").sort_index()
    order = wide.iloc[-1].sort_values(ascending=False).index
    wide = wide[order]
    total = wide.sum(axis=1)
    x = np.arange(len(wide))
    shades = _shades(len(order))
    drawn, axes = style.figure(height=2.75)
    axes.stackplot(x, wide.to_numpy().T, colors=shades, edgecolor=style.PAPER, linewidth=0.8)
    axes.plot(x, total, color=style.OFFICIAL, linewidth=1.6)
    base = np.concatenate([[0], np.cumsum(wide.iloc[-1].to_numpy())])
    middles = style.spread((base[:-1] + base[1:]) / 2, gap=total.max() / 13)
    for name, middle in zip(order, middles, strict=True):
        style.label(axes, x[-1], middle, name, style.INK, fontsize=SMALL)
    for year in dict.fromkeys((wide.index[0], "2014/15", "2015/16", total.idxmax())):
        if year in total.index:
            at = wide.index.get_loc(year)
            axes.plot(x[at], total[year], "o", color=style.OFFICIAL, markersize=4)
            style.label(
                axes, x[at], total[year], f"{total[year]:,.0f}", style.OFFICIAL, side="above", ha="right"
            )
    every = -(-len(wide) // 5)  # five years named at most
    axes.set_xticks(x[::every], wide.index[::every])
    axes.set_xlim(-1.9, len(wide) - 1)
    axes.set_ylim(0, total.max() * 1.1)
    axes.set_ylabel("Offences a year")
    style.thousands(axes)
    peak, first, last = total.idxmax(), total.index[0], total.index[-1]
    title = f"Records rose from {total.iloc[0]:,.0f} in {first} to {total.max():,.0f} in {peak}"
    alt = (
        f"Stacked area chart of recorded offences under the eleven codes that cover only victims under 18, "
        f"{first} to {last}. The sum rises from {total.iloc[0]:,.0f} to {total.max():,.0f} in {peak} and is "
        f"{total.iloc[-1]:,.0f} in {last}. {_two_years(total)}The largest part in {last} is {order[0].lower()}, "
        f"{wide.iloc[-1, 0]:,.0f}."
    )
    data = wide.reset_index().melt("financial_year", var_name="part", value_name="offences")
    return Chart(drawn, data, alt, title, RECORDED)


def _two_years(total: pd.Series) -> str:
    if not {"2014/15", "2015/16"} <= set(total.index):
        return ""
    return f"It was {total['2014/15']:,.0f} in 2014/15 and {total['2015/16']:,.0f} in 2015/16. "


def _shades(count: int) -> list[str]:
    """Tints of the official colour, dark to light."""
    from matplotlib.colors import to_hex, to_rgb

    ink = np.array(to_rgb(style.OFFICIAL))
    return [to_hex(1 - (1 - ink) * share) for share in np.linspace(0.72, 0.16, count)]


def against_other_offences(families: pd.DataFrame, first: str) -> Chart:
    """Child-only offences beside offences that leave little and much discretion, each as a ratio to one year.

    Parameters
    ----------
    families : DataFrame
        `family`, `label`, `role` (child, negative_control, positive_control), `financial_year`, `offences`; whole
        years in which each family holds the same offences.
    first : str
        Financial year that is 1.
    """
    table = families[families["financial_year"] >= first].copy()
    base = table[table["financial_year"] == first].set_index("family")["offences"]
    table = table[table["family"].isin(base.index)]
    table["ratio"] = table["offences"] / table["family"].map(base)
    years = sorted(table["financial_year"].unique())
    at = {year: place for place, year in enumerate(years)}
    looks = {
        "negative_control": (style.NEUTRAL, 0.9, 0.55, 1),
        "positive_control": (style.RECORDING, 1.4, 1.0, 2),
        "child": (style.OFFICIAL, 2.4, 1.0, 3),
    }
    drawn, axes = style.figure(height=4.4)
    ends = []
    for (role, _, label), group in table.groupby(["role", "family", "label"], sort=False):
        colour, width, alpha, order = looks[role]
        x = group["financial_year"].map(at)
        axes.plot(x, group["ratio"], color=colour, linewidth=width, alpha=alpha, zorder=order)
        if role != "negative_control":
            ends.append((group["ratio"].iloc[-1], "\n".join(wrap(label, 27)), colour))
    style.ratio_axis(axes, axis="y", ticks=[0.5, 1, 1.5, 2, 3, 4])
    gap = np.ptp(np.log(axes.get_ylim())) / 15
    for (_value, label, colour), place in zip(
        ends, style.spread([np.log(end[0]) for end in ends], gap), strict=True
    ):
        style.label(axes, len(years) - 1, np.exp(place), label, colour, fontsize=SMALL)
    last = table[table["financial_year"] == years[-1]]
    quiet = last[last["role"] == "negative_control"]
    words = f"{len(quiet)} kinds of offence that leave\nlittle discretion ({style.changes(quiet['ratio'].min(), quiet['ratio'].max())})"
    style.label(axes, len(years) - 1, quiet["ratio"].median(), words, style.NEUTRAL, fontsize=SMALL)
    style.reference(axes, 1, across=True)
    shown = range(len(years) - 1, -1, -2)
    axes.set_xticks(list(shown), [years[place] for place in shown])
    axes.set_xlim(0, len(years) - 1)
    axes.set_ylabel(f"Change since {first}")
    child = last.loc[last["role"] == "child", "ratio"].iloc[0]
    loud = last[last["role"] == "positive_control"]
    title = f"By {years[-1]} child-only offences had risen by {style.change(child).lstrip('+−')} since {first}; violence that leaves discretion rose too"
    alt = (
        f"Line chart of the change in recorded offences since {first}, to {years[-1]}. Child-only offences: "
        f"{style.change(child)}. {len(quiet)} kinds of offence that leave officers little discretion end at "
        f"{style.changes(quiet['ratio'].min(), quiet['ratio'].max())}, with a median of {style.change(quiet['ratio'].median())}. "
        f"{len(loud)} kinds of violence and disorder that leave much discretion end at "
        f"{style.changes(loud['ratio'].min(), loud['ratio'].max())}."
    )
    columns = ["family", "label", "role", "financial_year", "offences", "ratio"]
    return Chart(drawn, table[columns].reset_index(drop=True), alt, title, RECORDED)


def revisions(vintages: pd.DataFrame, named: int = 6) -> Chart:
    """Each force's later release over its earlier one, by year.

    Parameters
    ----------
    vintages : DataFrame
        `force`, `financial_year`, `sexual_offences_2019`, `sexual_offences_2026`, `ratio`.
    named : int
        How many of the largest revisions to name.
    """
    data = vintages.dropna(subset="ratio").sort_values(["financial_year", "force"], ignore_index=True)
    years = sorted(data["financial_year"].unique())
    largest = data.loc[np.log(data["ratio"]).abs().sort_values(ascending=False).index[:named]]
    drawn, axes = style.figure(height=3.6)
    for row, year in enumerate(years):
        part = data[data["financial_year"] == year].sort_values("ratio")
        same = int((part["ratio"] == 1).sum())
        if same > len(part) / 2:  # one ring in place of a heap of dots
            part = part[part["ratio"] != 1]
            axes.plot([1], [row], "o", color=style.PAPER, markeredgecolor=style.OFFICIAL, markersize=12)
            style.label(axes, 1, row, f"{same} unchanged", style.NEUTRAL, side="left", gap=11, fontsize=SMALL)
        axes.plot(
            part["ratio"], _beeswarm(part["ratio"], row), "o", color=style.OFFICIAL, alpha=0.75, markersize=4
        )
        names = part[part.index.isin(largest.index)]
        above = names[names["ratio"] > 1]
        for force, ratio in zip(names["force"], names["ratio"], strict=True):
            place = int((above["ratio"] < ratio).sum())
            lean = "center" if ratio < 1 or len(above) == 1 else "left" if place % 2 else "right"
            style.label(axes, ratio, row, force, style.OFFICIAL, side="above", gap=5, ha=lean, fontsize=SMALL)
    axes.set_yticks(range(len(years)), years)
    axes.set_ylim(len(years) - 0.4, -0.7)
    style.ratio_axis(axes, ticks=[0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.25])
    axes.set_xlabel(
        "Change from the release of spring 2019 to that of 2026, all sexual offences, one dot a force"
    )
    style.reference(axes, 1)
    top = data.loc[data["ratio"].idxmax()]
    low = data.loc[data["ratio"].idxmin()]
    moved = data[data["ratio"] != 1].groupby("financial_year")["force"].nunique().reindex(years, fill_value=0)
    still = [year for year in years if moved[year] <= 1]
    title = f"Counts up to {max(still)} are frozen; later ones were revised, {top['force']}'s for {top['financial_year']} by {100 * (top['ratio'] - 1):.0f}%"
    alt = (
        f"Dot plot of all sexual offences in the release of 2026 over those in the release of 2019, one dot a force "
        f"and year. Forces with a changed count: {', '.join(f'{year} {count}' for year, count in moved.items())}. "
        f"The largest rise is {top['force']} {top['financial_year']}, from {top['sexual_offences_2019']:,} to "
        f"{top['sexual_offences_2026']:,} ({top['ratio']:.2f}); the largest fall is {low['force']} "
        f"{low['financial_year']}, from {low['sexual_offences_2019']:,} to {low['sexual_offences_2026']:,} ({low['ratio']:.2f})."
    )
    columns = ["force", "financial_year", "sexual_offences_2019", "sexual_offences_2026", "ratio"]
    return Chart(
        drawn,
        data[columns],
        alt,
        title,
        "Home Office police recorded crime, releases of spring 2019 and of 2026",
    )


def _beeswarm(values: pd.Series, row: int, width: float = 0.004, step: float = 0.09) -> np.ndarray:
    """Heights for dots in a row so that near values do not hide one another; `values` sorted.

    >>> _beeswarm(pd.Series([1.0, 1.0, 2.0]), 0).tolist()
    [0.0, 0.09, 0.0]
    """
    heights, placed = [], []
    for value in values:
        taken = [height for other, height in placed if abs(other - value) < width]
        ladder = [0.0, *(sign * k * step for k in range(1, 6) for sign in (1, -1))]
        height = next((option for option in ladder if option not in taken), 0.0)
        placed.append((value, height))
        heights.append(row + height)
    return np.array(heights)
