"""Figures about the rise between two years: force by force, in funnel and on a map, and inside the years.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data. FOI figures are in the FOI colour, official child-only codes in the official one. An FOI
ratio is drawn hollow where one of its two counts is below the official floor, so cannot be complete.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.patches import Rectangle

from helpers.charts import style
from helpers.charts.export import Chart

SOURCES = (
    "FOI figures as printed (data/raw/foi_printed.csv); Home Office police recorded crime, release of 2026"
)
OFFICIAL_ONLY = "Home Office police recorded crime, eleven child-only codes, release of 2026"
SMALL = 7.5
SHORT = {
    "Avon and Somerset": "A&S", "Bedfordshire": "Beds", "British Transport Police": "BTP", "Cambridgeshire": "Cambs",
    "City of London": "City", "Cleveland": "Clev", "Cumbria": "Cumb", "Derbyshire": "Derbs",
    "Devon and Cornwall": "D&C", "Dyfed-Powys": "DyfP", "Gloucestershire": "Glos", "Greater Manchester": "GMP",
    "Hampshire": "Hants", "Hertfordshire": "Herts", "Humberside": "Humb", "Lancashire": "Lancs",
    "Leicestershire": "Leics", "Lincolnshire": "Lincs", "Merseyside": "Mers", "Metropolitan Police": "Met",
    "Norfolk": "Norf", "North Wales": "NWal", "North Yorkshire": "NYor", "Northamptonshire": "Nhants",
    "Northumbria": "Nhumb", "Nottinghamshire": "Notts", "South Wales": "SWal", "South Yorkshire": "SYor",
    "Staffordshire": "Staffs", "Thames Valley": "ThV", "Warwickshire": "Warks", "West Mercia": "WMer",
    "West Midlands": "WMid", "West Yorkshire": "WYor", "Wiltshire": "Wilts", "Suffolk": "Suff", "Cheshire": "Ches",
    "Police Scotland": "Scot", "Police Service of Northern Ireland": "PSNI",
}  # fmt: skip


def by_force(forces: pd.DataFrame, national: float, *, level: float = 0.95) -> Chart:
    """Each force's ratio in FOI figures and in official codes, with intervals, in the order of the official ratio.

    Parameters
    ----------
    forces : DataFrame
        One row a force: force, first_year, last_year, foi_ratio, foi_low, foi_high, official_ratio, official_low,
        official_high, below_floor. A force without an FOI ratio is left out.
    national : float
        Official ratio of all forces together.
    level : float
        Level of the intervals.
    """
    data = forces.dropna(subset=["foi_ratio", "official_ratio"]).sort_values(
        "official_ratio", ignore_index=True
    )
    first, last = data.loc[0, ["first_year", "last_year"]]
    hollow = data["below_floor"].isin(["earlier", "later", "both"])
    y = np.arange(len(data))
    drawn, axes = style.figure(height=1.5 + 0.2 * len(data))
    axes.hlines(y, data["official_ratio"], data["foi_ratio"], color=style.FAINT, linewidth=1.2, zorder=1)
    _marks(axes, y + 0.16, data, "foi", style.FOI, hollow)
    _marks(axes, y - 0.16, data, "official", style.OFFICIAL, np.zeros(len(data), bool))
    axes.set_yticks(y, data["force"], fontsize=8)
    axes.set_ylim(-0.8, len(data) + 1.2)
    low, high = (
        data[["foi_low", "official_low"]].min(axis=None),
        data[["foi_high", "official_high"]].max(axis=None),
    )
    axes.set_xlim(low * 0.93, high * 1.07)
    style.ratio_axis(axes)
    style.reference(axes, 1)
    style.reference(axes, national, f"all forces, official {national:.2f}", colour=style.OFFICIAL)
    top = len(data) + 0.35
    axes.plot([high * 0.62], [top], "o", color=style.FOI, markersize=5)
    style.label(axes, high * 0.62, top, "FOI", style.FOI)
    axes.plot([high * 0.78], [top], "o", color=style.OFFICIAL, markersize=5)
    style.label(axes, high * 0.78, top, "official", style.OFFICIAL)
    axes.set_xlabel(
        f"{last} over {first}, with {100 * level:.0f}% intervals for chance alone.\n"
        "Hollow: one of the two FOI counts is below the official floor, so cannot be complete.",
        fontsize=SMALL,
        loc="left",
    )
    far = data.loc[np.log(data["foi_ratio"] / data["official_ratio"]).abs().idxmax()]
    wide, narrow = np.ptp(data["foi_ratio"]), np.ptp(data["official_ratio"])
    title = f"FOI figures spread forces' rises from {data['foi_ratio'].min():.2f} to {data['foi_ratio'].max():.2f}; official codes from {data['official_ratio'].min():.2f} to {data['official_ratio'].max():.2f}"
    alt = (
        f"Dot plot of the ratio of {last} to {first} in {len(data)} forces, by FOI figures and by official child-only "
        f"codes, each with its interval. FOI ratios run from {data['foi_ratio'].min():.2f} to "
        f"{data['foi_ratio'].max():.2f}, official ones from {data['official_ratio'].min():.2f} to "
        f"{data['official_ratio'].max():.2f}; all forces together stand at {national:.2f}. The two differ most in "
        f"{far['force']}: {far['foi_ratio']:.2f} by FOI and {far['official_ratio']:.2f} officially. "
        f"{int(hollow.sum())} forces have an FOI count below the official floor."
    )
    if wide < narrow:
        title = f"In {len(data)} forces the rise by FOI figures and by official codes seldom agrees"
    columns = [
        "force",
        "foi_ratio",
        "foi_low",
        "foi_high",
        "official_ratio",
        "official_low",
        "official_high",
        "below_floor",
    ]
    return Chart(drawn, data[columns], alt, title, SOURCES)


def _marks(axes, y, data: pd.DataFrame, origin: str, colour: str, hollow) -> None:
    style.interval(axes, y, data[f"{origin}_low"], data[f"{origin}_high"], colour, width=1.3)
    ratio = data[f"{origin}_ratio"].to_numpy()
    axes.plot(ratio[~hollow], y[~hollow], "o", color=colour, markersize=4.5, zorder=3)
    axes.plot(
        ratio[hollow], y[hollow], "o", color=colour, markerfacecolor=style.PAPER, markersize=4.5, zorder=3
    )


def funnel(
    forces: pd.DataFrame, curves: pd.DataFrame, centre: float, counts: dict[str, int], named: int = 9
) -> Chart:
    """Official ratios against the offences behind them, with limits that treat both years as random.

    Parameters
    ----------
    forces : DataFrame
        force, first_year, last_year, official_before, official_after, official_ratio, official_z, official_outlier.
    curves : DataFrame
        Limits: total (offences of both years), low, high (with dispersion), known_low, known_high (the earlier year
        taken as known, no dispersion).
    centre : float
        The ratio of all forces together.
    counts : dict
        How many forces each rule calls outliers: earlier_known, both_random, both_random_dispersed.
    named : int
        How many of the furthest forces to name.
    """
    data = forces.dropna(subset=["official_ratio"]).copy()
    data["total"] = data["official_before"] + data["official_after"]
    first, last = data.iloc[0][["first_year", "last_year"]]
    drawn, axes = style.figure(height=4.3)
    axes.fill_between(curves["total"], curves["low"], curves["high"], color="#EEF0F4", zorder=0)
    for side in ("low", "high"):
        axes.plot(curves["total"], curves[side], color=style.OFFICIAL, linewidth=1, zorder=1)
        axes.plot(
            curves["total"],
            curves[f"known_{side}"],
            color=style.NEUTRAL,
            linewidth=0.9,
            linestyle=(0, (2, 2)),
            zorder=1,
        )
    axes.axhline(centre, color=style.OFFICIAL, linewidth=0.8, zorder=1)
    out = data["official_outlier"].astype(bool)
    axes.plot(
        data.loc[~out, "total"],
        data.loc[~out, "official_ratio"],
        "o",
        color=style.OFFICIAL,
        alpha=0.55,
        markersize=4.5,
    )
    axes.plot(
        data.loc[out, "total"], data.loc[out, "official_ratio"], "o", color=style.ARTEFACT, markersize=5.5
    )
    axes.set_xscale("log")
    axes.set_xlim(curves["total"].min(), curves["total"].max())
    inside = curves[curves["total"] >= 200]
    reach = [
        data["official_ratio"].min(),
        data["official_ratio"].max(),
        inside["low"].min(),
        inside["high"].max(),
    ]
    axes.set_ylim(min(reach) / 1.06, max(reach) * 1.06)
    style.ratio_axis(axes, axis="y")
    ticks = [
        tick
        for tick in (100, 200, 500, 1000, 2000, 5000, 10000)
        if curves["total"].min() <= tick <= curves["total"].max()
    ]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    _name(axes, data.loc[data["official_z"].abs().sort_values(ascending=False).index[:named]])
    axes.set_xlabel(f"Offences of {first} and {last} together (log scale)")
    axes.set_ylabel(f"{last} over {first}")
    edge = curves.iloc[-1]
    for place, text, colour in (
        (edge["high"], "both years random,\nwith dispersion", style.OFFICIAL),
        (centre, f"all forces {centre:.2f}", style.OFFICIAL),
        (edge["known_low"], "earlier year taken as\nknown, no dispersion", style.NEUTRAL),
    ):
        style.label(axes, edge["total"], place, text, colour, fontsize=SMALL)
    names = data.loc[out, "force"].tolist()
    title = f"{counts['both_random_dispersed']} of {len(data)} forces changed more or less than chance allows, not {counts['earlier_known']}"
    alt = (
        f"Funnel plot of the official ratio of {last} to {first} in {len(data)} forces against the offences of both "
        f"years, around {centre:.2f} for all forces together. With both years random and dispersion allowed for, "
        f"{counts['both_random_dispersed']} lie outside the limits: {_listed(names)}. With both years random and no "
        f"dispersion {counts['both_random']} would, and with the earlier year taken as known {counts['earlier_known']}."
    )
    columns = ["force", "total", "official_ratio", "official_z", "official_outlier"]
    return Chart(drawn, data[columns].reset_index(drop=True), alt, title, OFFICIAL_ONLY)


def _name(axes, rows: pd.DataFrame) -> None:
    """Name dots on the side away from the others, without letting two names touch."""
    for row in rows.itertuples():
        style.label(
            axes, row.total, row.official_ratio, row.force, style.INK, side="right", gap=5, fontsize=SMALL
        )


def tile_map(forces: pd.DataFrame, tiles: pd.DataFrame, national: float) -> Chart:
    """One square a force, coloured by its shrunken official ratio.

    Parameters
    ----------
    forces : DataFrame
        force, first_year, last_year, official_ratio, official_shrunk.
    tiles : DataFrame
        force, tile_row, tile_column.
    national : float
        Official ratio of all forces together, which is the middle of the colours.
    """
    data = forces.dropna(subset=["official_shrunk"]).merge(
        tiles[["force", "tile_row", "tile_column"]], on="force"
    )
    first, last = data.loc[0, ["first_year", "last_year"]]
    drawn, axes = style.figure(height=5.6)
    reach = float(np.exp(np.log(data["official_shrunk"] / national).abs().max()))
    norm = LogNorm(national / reach, national * reach)
    colours = LinearSegmentedColormap.from_list("map", ["#B7651F", "#F2EFEA", style.RECORDING])
    for row in data.itertuples():
        shade = colours(norm(row.official_shrunk))
        axes.add_patch(
            Rectangle(
                (row.tile_column - 0.47, row.tile_row - 0.47), 0.94, 0.94, facecolor=shade, edgecolor="none"
            )
        )
        ink = style.PAPER if _dark(shade) else style.INK
        axes.text(
            row.tile_column,
            row.tile_row - 0.16,
            SHORT.get(row.force, row.force),
            ha="center",
            va="center",
            fontsize=7,
            color=ink,
        )
        axes.text(
            row.tile_column,
            row.tile_row + 0.2,
            f"{row.official_shrunk:.2f}",
            ha="center",
            va="center",
            fontsize=8,
            color=ink,
            fontweight="bold",
        )
    axes.set_xlim(data["tile_column"].min() - 0.6, data["tile_column"].max() + 0.6)
    axes.set_ylim(data["tile_row"].max() + 0.6, data["tile_row"].min() - 0.6)
    axes.set_aspect("equal")
    axes.axis("off")
    key = drawn.colorbar(
        plt_mappable(norm, colours), ax=axes, orientation="horizontal", shrink=0.5, aspect=30, pad=0.02
    )
    ticks = [tick for tick in (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0) if norm.vmin <= tick <= norm.vmax]
    key.set_ticks(ticks, labels=[f"{tick:g}×" for tick in ticks])
    key.ax.minorticks_off()
    key.outline.set_visible(False)
    key.set_label(
        f"{last} over {first}, shrunken; pale is the ratio of all forces, {national:.2f}", fontsize=SMALL
    )
    ranked = data.sort_values("official_shrunk")
    top, low = ranked.iloc[-1], ranked.iloc[0]
    rose = int((data["official_shrunk"] > 1).sum())
    everywhere = "every force" if rose == len(data) else f"{rose} of {len(data)} forces"
    title = f"Official child-only offences rose in {everywhere}, most in {top['force']} and least in {low['force']}"
    alt = (
        f"Tile map of {len(data)} forces, coloured by the shrunken ratio of official child-only offences in {last} to "
        f"those in {first}. The highest are {_listed([f'{r.force} {r.official_shrunk:.2f}' for r in ranked[::-1].head(3).itertuples()])}; the lowest "
        f"{_listed([f'{r.force} {r.official_shrunk:.2f}' for r in ranked.head(3).itertuples()])}. All forces together stand at {national:.2f}."
    )
    return Chart(
        drawn,
        data[["force", "official_ratio", "official_shrunk", "tile_row", "tile_column"]],
        alt,
        title,
        OFFICIAL_ONLY,
    )


def plt_mappable(norm, colours):
    """What a colour key is drawn from."""
    from matplotlib.cm import ScalarMappable

    return ScalarMappable(norm, colours)


def _dark(colour) -> bool:
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5


def leave_one_out(left_out: pd.DataFrame, whole: dict[str, float], named: int = 5) -> Chart:
    """The pooled ratio without each force in turn, for FOI figures and for official codes.

    Parameters
    ----------
    left_out : DataFrame
        origin (foi, official), force, ratio, low, high, shift.
    whole : dict
        origin → the ratio with every force.
    named : int
        How many forces to draw for each origin, those that move the ratio most.
    """
    kept = []
    for origin in ("foi", "official"):
        part = left_out[left_out["origin"] == origin]
        kept.append(
            part.loc[part["shift"].abs().sort_values(ascending=False).index[:named]].sort_values("ratio")
        )
    drawn, panels = style.figure(1, 2, height=0.95 + 0.34 * named, sharex=True)
    for axes, part, origin, name in zip(
        panels, kept, ("foi", "official"), ("FOI figures", "Official child-only codes"), strict=True
    ):
        colour = style.FOI if origin == "foi" else style.OFFICIAL
        y = np.arange(len(part))
        style.estimates(axes, y, part["ratio"], part["low"], part["high"], colour)
        axes.set_yticks(y, part["force"], fontsize=SMALL)
        axes.set_ylim(-0.6, len(part) - 0.2)
        style.reference(axes, whole[origin], f"all {whole[origin]:.2f}", colour=colour)
        axes.set_title(name, color=colour)
    low, high = left_out["low"].min(), left_out["high"].max()
    for axes in panels:
        axes.set_xlim(low * 0.985, high * 1.015)
        style.ratio_axis(axes)
    panels[0].set_xlabel("Ratio without the force named", fontsize=SMALL, loc="left")
    spans = {origin: left_out.loc[left_out["origin"] == origin, "ratio"] for origin in ("foi", "official")}
    said = {origin: f"{values.min():.2f} to {values.max():.2f}" for origin, values in spans.items()}
    title = f"Leaving out any one force moves the rise little: FOI {said['foi']}, official {said['official']}"
    alt = (
        f"Dot plots of the pooled ratio without each force in turn, for the {named} forces that move it most. FOI "
        f"figures: {whole['foi']:.2f} with all forces, {said['foi']} without one; {kept[0].loc[kept[0]['shift'].abs().idxmax(), 'force']} "
        f"moves it most. Official child-only codes: {whole['official']:.2f} with all, {said['official']} without one; "
        f"{kept[1].loc[kept[1]['shift'].abs().idxmax(), 'force']} moves it most."
    )
    return Chart(drawn, pd.concat(kept, ignore_index=True), alt, title, SOURCES)


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
    data = quarters.reset_index(drop=True)
    first, last = years
    x = np.arange(len(data))
    drawn, axes = style.figure(height=3.9)
    top = data[["offences", "adjusted"]].max(axis=None) * 1.16
    for year in years:
        inside = x[data["financial_year"] == year]
        axes.axvspan(inside[0] - 0.5, inside[-1] + 0.5, color="#EEF0F4", zorder=0)
        mean = data.loc[inside, "offences"].mean()
        axes.hlines(mean, inside[0] - 0.5, inside[-1] + 0.5, color=style.ARTEFACT, linewidth=2, zorder=2)
        axes.text(
            inside.mean(),
            top * 0.985,
            f"{year}\n{4 * mean:,.0f}",
            ha="center",
            va="top",
            fontsize=8.5,
            color=style.ARTEFACT,
        )
    axes.plot(x, data["offences"], "o", color=style.NEUTRAL, markersize=3, alpha=0.75)
    axes.plot(x, data["adjusted"], color=style.OFFICIAL, linewidth=1.8)
    at = int(x[(data["financial_year"] == first) & (data["quarter"] == 4)][0])
    axes.plot([at], [data.loc[at, "adjusted"]], "o", color=style.OFFICIAL, markersize=7, zorder=4)
    axes.annotate(
        f"January to March {int(first[:4]) + 1}:\na rate of {rate:,.0f} a year",
        (at, data.loc[at, "adjusted"]), xytext=(at + 5.2, data.loc[at, "adjusted"] * 0.62), fontsize=8.5, color=style.OFFICIAL,
        arrowprops={"arrowstyle": "-", "color": style.OFFICIAL, "linewidth": 0.8}, va="top",
    )  # fmt: skip
    starts = data.index[data["quarter"] == 1]
    shown = starts[::2] if len(starts) > 7 else starts
    axes.set_xticks(shown, [data.loc[start, "financial_year"] for start in shown], ha="left")
    axes.set_xlim(-0.7, len(data) - 0.3)
    axes.set_ylim(0, top)
    axes.set_ylabel("Offences a quarter")
    style.thousands(axes)
    style.label(
        axes, len(data) - 1, data["adjusted"].iloc[-1], "season\ntaken out", style.OFFICIAL, fontsize=SMALL
    )
    style.label(
        axes,
        0,
        data["offences"].iloc[:4].min() * 0.93,
        "dots: as recorded",
        style.NEUTRAL,
        side="below",
        ha="left",
        fontsize=SMALL,
    )
    said = f"{100 * share:.0f}%" if share < 1.005 else "all"
    title = f"By January to March {int(first[:4]) + 1}, {said} of the rise from {first} to {last} was already there"
    alt = (
        f"Line chart of offences under the child-only codes in England and Wales by quarter, "
        f"{data.loc[0, 'financial_year']} to {data['financial_year'].iloc[-1]}, as recorded and free of season. The two "
        f"years compared are {first}, {data.loc[data['financial_year'] == first, 'offences'].sum():,}, and {last}, "
        f"{data.loc[data['financial_year'] == last, 'offences'].sum():,}. The last quarter of {first}, its season taken "
        f"out, stood at a rate of {rate:,.0f} a year, {100 * share:.0f}% of the way from one total to the other."
    )
    return Chart(drawn, data, alt, title, OFFICIAL_ONLY)


def _listed(names: Sequence[str]) -> str:
    names = list(names)
    if not names:
        return "none"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
