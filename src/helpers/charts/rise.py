"""Figures about the rise between two years: force by force, in a funnel, without each force, inside the years.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data. FOI figures are in the FOI colour, official child-only codes in the official one. An FOI
ratio is drawn hollow where one of its two counts is below the official floor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import change, changes, listed

SOURCES = (
    "FOI figures as published by the NSPCC and the press; Home Office police recorded crime, release of 2026"
)
OFFICIAL_ONLY = "Home Office police recorded crime, eleven child-only codes, release of 2026"
ORIGINS = {
    "foi": ("FOI figures", style.FOI),
    "official": ("Official child-only codes", style.OFFICIAL),
}


@drawing
def by_force(forces: pd.DataFrame, national: float, *, level: float = 0.95) -> Chart:
    """Each force's ratio in FOI figures and in official codes, with intervals, in the order of the official ratio.

    Parameters
    ----------
    forces : DataFrame
        One row a force: force, first_year, last_year, foi_ratio, foi_low, foi_high, official_ratio, official_low,
        official_high, below_floor. A force without both ratios is left out; where no force has an FOI ratio, the
        official ones are drawn alone.
    national : float
        Official ratio of all forces together.
    level : float
        Level of the intervals.
    """
    paired = forces.dropna(subset=["foi_ratio", "official_ratio"])
    data = paired if len(paired) else forces.dropna(subset=["official_ratio"])
    data = data.sort_values("official_ratio", ignore_index=True)
    first, last = data.loc[0, ["first_year", "last_year"]]
    ratios = {
        origin: data[[f"{origin}_ratio", f"{origin}_low", f"{origin}_high"]] for origin in ("foi", "official")
    }
    hollow = data["below_floor"].isin(["earlier", "later", "both"]) & data["foi_ratio"].notna()
    drawn, axes, y = style.row_figure(data["force"], 1.5, 0.165, room=2.2, fontsize=8)
    apart = 0.16 if len(paired) else 0
    if len(paired):
        axes.hlines(y, data["official_ratio"], data["foi_ratio"], color=style.FAINT, linewidth=1.2, zorder=1)
        style.estimates(axes, y + apart, *ratios["foi"].to_numpy().T, style.FOI, label="FOI")
        ratio = ratios["foi"].loc[hollow, "foi_ratio"]
        axes.plot(ratio, y[hollow] + apart, "o", color=style.PAPER, markersize=3, zorder=4)
    style.estimates(axes, y - apart, *ratios["official"].to_numpy().T, style.OFFICIAL, label="official")
    ends = pd.concat(ratios, axis=1)
    style.ratios(axes, ends.min(axis=None) * 0.93, ends.max(axis=None) * 1.07)
    style.reference(axes, national, f"all forces {change(national)}", colour=style.OFFICIAL)
    axes.legend(loc="lower right")
    words = f"Change from {first} to {last}, with {level:.0%} intervals."
    if hollow.any():
        words += "\nHollow: one of the two FOI counts is below the official floor."
    axes.set_xlabel(words, fontsize=style.SMALL, loc="left")
    title, alt = _by_force_words(data, national, int(hollow.sum()))
    kept = data[["force", *ratios["foi"], *ratios["official"], "below_floor"]]
    return Chart(drawn, kept, alt, title, SOURCES if len(paired) else OFFICIAL_ONLY)


def _by_force_words(data: pd.DataFrame, national: float, hollow: int) -> tuple[str, str]:
    """Title and alt text of the figure by force."""
    first, last = data.loc[0, ["first_year", "last_year"]]
    foi, official = (
        changes(data[f"{origin}_ratio"].min(), data[f"{origin}_ratio"].max())
        for origin in ("foi", "official")
    )
    begin = f"Dot plot of the growth from {first} to {last} in {len(data)} forces"
    if data["foi_ratio"].isna().all():
        return (
            f"Official growth by force is {official}; no force has FOI figures for both years",
            f"{begin} by official child-only codes, each with its interval: {official}; all forces together: "
            f"{change(national)}. No force has FOI figures for both years.",
        )
    far = data.loc[np.log(data["foi_ratio"] / data["official_ratio"]).abs().idxmax()]
    return (
        f"Growth by force is {foi} in FOI figures, and {official} in official ones",
        f"{begin}, by FOI figures and by official child-only codes, each with its interval. FOI growth is {foi}, official "
        f"growth {official}; all forces together: {change(national)}. The two differ most in {far['force']}: "
        f"{change(far['foi_ratio'])} by FOI and {change(far['official_ratio'])} officially. {hollow} forces have an FOI "
        f"count below the official floor.",
    )


@drawing
def funnel(forces: pd.DataFrame, curves: pd.DataFrame, centre: float, counts: dict[str, int]) -> Chart:
    """Official ratios against the size of the force, with limits for two random counts and for a known earlier one.

    Parameters
    ----------
    forces : DataFrame
        force, first_year, last_year, official_before, official_after, official_ratio, official_z, official_outlier.
    curves : DataFrame
        total (offences of both years), low, high (both years random, dispersed), known_low, known_high (earlier
        year known, no dispersion).
    centre : float
        Ratio of all forces together.
    counts : dict
        How many forces each rule calls outliers: earlier_known, both_random, both_random_dispersed.
    """
    data = forces.dropna(subset=["official_ratio"]).copy()
    data["total"] = data["official_before"] + data["official_after"]
    first, last = data.iloc[0][["first_year", "last_year"]]
    out = data["official_outlier"].astype(bool)
    drawn, axes = style.figure(height=4.6)
    axes.fill_between(curves["total"], curves["low"], curves["high"], color=style.PALE, zorder=0)
    axes.plot(curves["total"], curves[["low", "high"]], color=style.OFFICIAL, linewidth=1, zorder=1,
              label=["limits: chance and ordinary variation", ""])  # fmt: skip
    axes.plot(curves["total"], curves[["known_low", "known_high"]], color=style.NEUTRAL, linewidth=0.9,
              linestyle=(0, (2, 2)), zorder=1, label=["limits: earlier year taken as known", ""])  # fmt: skip
    axes.axhline(centre, color=style.OFFICIAL, linewidth=0.8, zorder=1)
    for part, colour, look in (
        (data[~out], style.NEUTRAL, {"alpha": 0.55, "markersize": 4.5}),
        (data[out], style.OFFICIAL, {"markersize": 5.5}),
    ):
        axes.plot(part["total"], part["official_ratio"], "o", color=colour, **look)
    axes.set_xscale("log")
    axes.set_xlim(curves["total"].min(), 2 * curves["total"].max())  # room for the names of the largest
    usual = curves[curves["total"] >= min(250, data["total"].median())]
    reach = pd.concat([data["official_ratio"], usual["low"], usual["high"]])
    axes.set_ylim(reach.min() / 1.06, reach.max() * 1.06)
    style.ratio_axis(axes, axis="y")
    axes.xaxis.set_major_locator(LogLocator(subs=(1,)))
    axes.minorticks_off()
    style.thousands(axes, axis="x")
    axes.set_xlabel(f"Offences of {first} and {last} together (log scale)")
    axes.set_ylabel(f"Change from {first} to {last}")
    style.label(
        axes, curves["total"].min(), centre, f"all forces {change(centre)}", style.OFFICIAL, va="bottom"
    )
    style.key(axes, ncols=1)
    farthest = data[out].sort_values("official_z", key=np.abs, ascending=False).assign(colour=style.INK)
    style.name_points(
        axes,
        farthest[["total", "official_ratio", "force", "colour"]],
        data[["total", "official_ratio"]],
        curves.melt("total", ["low", "high"])[["total", "value"]],
    )
    title = f"Of {len(data)} forces, {counts['both_random_dispersed']} changed more or less than chance and ordinary variation allow"
    alt = (
        f"Funnel plot of the official growth from {first} to {last} in {len(data)} forces against the offences of both "
        f"years, around {change(centre)} for all forces together. With both years random and dispersion allowed for, "
        f"{counts['both_random_dispersed']} lie outside the limits: {listed(data.loc[out, 'force']) or 'none'}. With both "
        f"years random and no dispersion {counts['both_random']} would, and with the earlier year taken as known "
        f"{counts['earlier_known']}."
    )
    columns = ["force", "total", "official_ratio", "official_z", "official_outlier"]
    return Chart(drawn, data[columns].reset_index(drop=True), alt, title, OFFICIAL_ONLY)


@drawing
def leave_one_out(left_out: pd.DataFrame, whole: dict[str, float]) -> Chart:
    """The pooled growth without each force in turn, for FOI figures and for official codes, beside no growth.

    Parameters
    ----------
    left_out : DataFrame
        origin (foi, official), force, ratio, low, high, shift.
    whole : dict
        origin → the ratio with every force; a row is drawn for each that `left_out` has.
    """
    origins = [origin for origin in ORIGINS if origin in set(left_out["origin"])]
    drawn, axes, rows = style.row_figure([ORIGINS[origin][0] for origin in origins], 0.4, 0.8, down=True)
    alt = "Dot plot of the pooled growth without each force in turn, on an axis that begins at no growth."
    spans = []
    for row, origin in zip(rows, origins, strict=True):
        part, (name, colour) = left_out[left_out["origin"] == origin].sort_values("ratio"), ORIGINS[origin]
        axes.plot(part["ratio"], [row] * len(part), "|", color=colour, markersize=14, alpha=0.8)
        ends = part.iloc[[0, -1]]
        for one, side in zip(ends.itertuples(), ("below", "above"), strict=True):
            words = f"without {one.force} {change(one.ratio)}"
            style.label(axes, one.ratio, row, words, colour, side=side, gap=8, fontsize=style.SMALL)
        span = changes(*ends["ratio"])
        spans.append(f"{span} by {name.replace('Official child-only', 'official')}")
        mover = part.loc[part["shift"].abs().idxmax(), "force"]
        alt += f" {name}: {change(whole[origin])} with all forces, {span} without one; {mover} moves it most."
    reach = left_out["ratio"].max() - 1
    style.ratios(axes, min(1 - 0.02, left_out["ratio"].min()), 1 + max(reach * 1.7, 0.1), "no change")
    axes.set_xlabel("Growth of all forces together, without one of them")
    title = f"Whichever force is left out, growth is {', '.join(spans)}"
    return Chart(
        drawn, left_out.reset_index(drop=True), alt, title, SOURCES if "foi" in origins else OFFICIAL_ONLY
    )


@drawing
def inside_the_years(quarters: pd.DataFrame, years: Sequence[str], rate: float, share: float) -> Chart:
    """The national series by quarter, with the two years compared and the rate reached at the end of the first.

    Parameters
    ----------
    quarters : DataFrame
        financial_year, quarter (1 to 4), offences, adjusted (free of season), in the order of time.
    years : sequence of two str
        The years compared.
    rate : float
        Offences a year at the adjusted rate of the first year's last quarter.
    share : float
        Share of the change between the years that this rate had reached.
    """
    first, last = years
    starts = quarters["financial_year"].str[:4].astype(int)
    near = starts.between(int(first[:4]) - 3, int(last[:4]) + 3)  # enough to see the course
    data = quarters[near].reset_index(drop=True)
    year_of, series = data["financial_year"], 4 * data["adjusted"]
    totals = data.groupby("financial_year")["offences"].sum()
    drawn, axes = style.figure(height=3.9)
    for year in years:
        inside = data.index[year_of == year]
        ends = inside[0] - 0.5, inside[-1] + 0.5
        axes.axvspan(*ends, color=style.PALE, zorder=0)
        level = 4 * totals[year] / len(inside)
        style.interval(axes, level, *ends, style.NEUTRAL, width=2)
        place = {"side": "left", "va": "bottom"} if year == first else {"side": "above", "gap": 14}
        at = ends[0] if year == first else inside.values.mean()
        style.label(axes, at, level, f"{year}\n{level:,.0f}", **place)
    axes.plot(4 * data["offences"], "o", color=style.NEUTRAL, markersize=3, alpha=0.75, label="as recorded")
    axes.plot(series, color=style.OFFICIAL, label="season taken out")
    at = data.index[(year_of == first) & (data["quarter"] == 4)][0]
    quarter = f"January to March {int(first[:4]) + 1}"
    axes.plot([at], [series[at]], "o", color=style.OFFICIAL, markersize=7, zorder=4)
    axes.annotate(
        f"{quarter}:\n{rate:,.0f} a year", (at, series[at]), xytext=(0.62, 0.3), textcoords="axes fraction", va="top", color=style.OFFICIAL,
        fontsize=style.SMALL, arrowprops={"arrowstyle": "-", "color": style.OFFICIAL, "linewidth": 0.8},
    )  # fmt: skip
    style.years(axes, year_of.tolist(), step=4)
    axes.set_xlim(-0.7, len(data) - 0.3)
    axes.set_ylim(0, 4.64 * data[["offences", "adjusted"]].max(axis=None))
    axes.set_ylabel("Offences a year, at each quarter's rate")
    style.thousands(axes)
    style.key(axes)
    title = f"In {quarter} police recorded at a rate of {rate:,.0f} a year; in {last} they recorded {totals[last]:,}"
    alt = (
        f"Line chart of offences under the child-only codes in England and Wales by quarter, {year_of.iloc[0]} to "
        f"{year_of.iloc[-1]}, as recorded and free of season. The two years compared are {first}, {totals[first]:,}, and "
        f"{last}, {totals[last]:,}. The last quarter of {first}, its season taken out, stood at a rate of {rate:,.0f} a year, "
        f"{share:.0%} of the way from one total to the other."
    )
    return Chart(drawn, data, alt, title, OFFICIAL_ONLY)
