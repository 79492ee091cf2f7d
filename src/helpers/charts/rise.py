"""Figures about the rise between two years: force by force, in a funnel, without each force, inside the years.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data. FOI figures are in the FOI colour, official child-only codes in the official one. An FOI
ratio is drawn hollow where one of its two counts is below the official floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart

SOURCES = (
    "FOI figures as published by the NSPCC and the press; Home Office police recorded crime, release of 2026"
)
OFFICIAL_ONLY = "Home Office police recorded crime, eleven child-only codes, release of 2026"
SMALL = 7.5
PALE = "#EEF0F4"


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
    hollow = data["below_floor"].isin(["earlier", "later", "both"]) & data["foi_ratio"].notna()
    y = np.arange(len(data))
    drawn, axes = style.figure(height=1.5 + 0.165 * len(data))
    gap = 0.16 if len(paired) else 0
    if len(paired):
        axes.hlines(y, data["official_ratio"], data["foi_ratio"], color=style.FAINT, linewidth=1.2, zorder=1)
        _marks(axes, y + gap, data, "foi", style.FOI, hollow)
    _marks(axes, y - gap, data, "official", style.OFFICIAL, np.zeros(len(data), bool))
    axes.set_yticks(y, data["force"], fontsize=8)
    axes.set_ylim(-0.8, len(data) + 1.2)
    low, high = (
        data[["foi_low", "official_low"]].min(axis=None),
        data[["foi_high", "official_high"]].max(axis=None),
    )
    axes.set_xlim(low * 0.93, high * 1.07)
    style.ratio_axis(axes)
    style.reference(axes, 1)
    style.reference(axes, national, f"all forces, official {style.change(national)}", colour=style.OFFICIAL)
    for place, text, colour in ((0.8, "FOI", style.FOI), (0.89, "official", style.OFFICIAL))[
        0 if len(paired) else 1 :
    ]:
        axes.plot(
            [place], [len(data) + 0.35], "o", color=colour, markersize=5, transform=axes.get_yaxis_transform()
        )
        axes.annotate(text, (place, len(data) + 0.35), xycoords=axes.get_yaxis_transform(), xytext=(5, 0),
                      textcoords="offset points", va="center", fontsize=8.5, color=colour)  # fmt: skip
    words = f"Change from {first} to {last}, with {100 * level:.0f}% intervals."
    if hollow.any():
        words += "\nHollow: one of the two FOI counts is below the official floor."
    axes.set_xlabel(words, fontsize=SMALL, loc="left")
    title, alt = _by_force_words(data, national, int(hollow.sum()))
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
    return Chart(drawn, data[columns], alt, title, SOURCES if len(paired) else OFFICIAL_ONLY)


def _by_force_words(data: pd.DataFrame, national: float, hollow: int) -> tuple[str, str]:
    """Title and alt text of the figure by force."""
    first, last = data.loc[0, ["first_year", "last_year"]]
    spans = {
        origin: style.changes(data[f"{origin}_ratio"].min(), data[f"{origin}_ratio"].max())
        for origin in ("foi", "official")
    }
    if data["foi_ratio"].isna().all():
        title = f"Official growth by force is {spans['official']}; no force has FOI figures for both years"
        alt = (
            f"Dot plot of the growth from {first} to {last} in {len(data)} forces by official child-only codes, each with "
            f"its interval: {spans['official']}; all forces together: {style.change(national)}. No force has FOI "
            f"figures for both years."
        )
        return title, alt
    far = data.loc[np.log(data["foi_ratio"] / data["official_ratio"]).abs().idxmax()]
    title = f"Growth by force is {spans['foi']} in FOI figures, and {spans['official']} in official ones"
    alt = (
        f"Dot plot of the growth from {first} to {last} in {len(data)} forces, by FOI figures and by official child-only "
        f"codes, each with its interval. FOI growth is {spans['foi']}, official growth {spans['official']}; all forces "
        f"together: {style.change(national)}. The two differ most in {far['force']}: {style.change(far['foi_ratio'])} by FOI "
        f"and {style.change(far['official_ratio'])} officially. {hollow} forces have an FOI count below the official floor."
    )
    return title, alt


def _marks(axes, y, data: pd.DataFrame, origin: str, colour: str, hollow) -> None:
    style.interval(axes, y, data[f"{origin}_low"], data[f"{origin}_high"], colour, width=1.3)
    ratio = data[f"{origin}_ratio"].to_numpy()
    axes.plot(ratio[~hollow], y[~hollow], "o", color=colour, markersize=4.5, zorder=3)
    axes.plot(
        ratio[hollow], y[hollow], "o", color=colour, markerfacecolor=style.PAPER, markersize=4.5, zorder=3
    )


def funnel(
    forces: pd.DataFrame,
    curves: pd.DataFrame,
    centre: float,
    counts: dict[str, int],
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
    """
    data = forces.dropna(subset=["official_ratio"]).copy()
    data["total"] = data["official_before"] + data["official_after"]
    first, last = data.iloc[0][["first_year", "last_year"]]
    drawn, axes = style.figure(height=4.0)
    axes.fill_between(curves["total"], curves["low"], curves["high"], color=PALE, zorder=0)
    for side in ("low", "high"):
        axes.plot(curves["total"], curves[side], color=style.OFFICIAL, linewidth=1, zorder=1)
        dashed = {"color": style.NEUTRAL, "linewidth": 0.9, "linestyle": (0, (2, 2)), "zorder": 1}
        axes.plot(curves["total"], curves[f"known_{side}"], **dashed)
    axes.axhline(centre, color=style.OFFICIAL, linewidth=0.8, zorder=1)
    out = data["official_outlier"].astype(bool)
    for part, colour, alpha, size in (
        (data[~out], style.NEUTRAL, 0.55, 4.5),
        (data[out], style.OFFICIAL, 1, 5.5),
    ):
        axes.plot(part["total"], part["official_ratio"], "o", color=colour, alpha=alpha, markersize=size)
    axes.set_xscale("log")
    axes.set_xlim(curves["total"].min(), 3 * curves["total"].max())  # room for the names of the largest
    usual = curves[curves["total"] >= min(250, data["total"].median())]
    reach = [
        data["official_ratio"].min(),
        data["official_ratio"].max(),
        usual["low"].min(),
        usual["high"].max(),
    ]
    axes.set_ylim(min(reach) / 1.06, max(reach) * 1.06)
    style.ratio_axis(axes, axis="y")
    sizes = (10, 30, 100, 300, 1000, 3000, 10000, 30000)
    ticks = [tick for tick in sizes if curves["total"].min() <= tick <= 3 * curves["total"].max()]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(f"Offences of {first} and {last} together (log scale)")
    axes.set_ylabel(f"Change from {first} to {last}")
    edge = curves.iloc[-1]
    words = (
        (edge["high"], "limits: chance and\nordinary variation", style.OFFICIAL),
        (centre, f"all forces {style.change(centre)}", style.OFFICIAL),
        (edge["known_low"], "limits: earlier year\ntaken as known", style.NEUTRAL),
    )
    gap = float(np.ptp(np.log(axes.get_ylim()))) / 13
    for place, (_, text, colour) in zip(
        style.spread([np.log(at) for at, _, _ in words], gap), words, strict=True
    ):
        style.label(axes, 3 * edge["total"], float(np.exp(place)), text, colour, fontsize=SMALL)
    drawn.canvas.draw()  # labels are placed by where the dots are drawn
    farthest = data[out].assign(_far=lambda t: -t["official_z"].abs()).sort_values("_far")
    _name(axes, farthest, data, curves.melt("total", ["low", "high"]))
    title = f"{counts['both_random_dispersed']} of {len(data)} forces changed more or less than chance and ordinary variation allow"
    alt = (
        f"Funnel plot of the official growth from {first} to {last} in {len(data)} forces against the offences of both "
        f"years, around {style.change(centre)} for all forces together. With both years random and dispersion allowed for, "
        f"{counts['both_random_dispersed']} lie outside the limits: {listed(data.loc[out, 'force'])}. With both years "
        f"random and no dispersion {counts['both_random']} would, and with the earlier year taken as known "
        f"{counts['earlier_known']}."
    )
    columns = ["force", "total", "official_ratio", "official_z", "official_outlier"]
    return Chart(drawn, data[columns].reset_index(drop=True), alt, title, OFFICIAL_ONLY)


def _name(axes, rows: pd.DataFrame, dots: pd.DataFrame, lines: pd.DataFrame) -> None:
    """Name dots, each on the first side where its name touches no other name, the fewest dots, and no line."""
    points = axes.transData.transform(dots[["total", "official_ratio"]].to_numpy(float))
    drawn = axes.transData.transform(lines[["total", "value"]].to_numpy(float))
    scale = axes.figure.dpi / 72
    dot = 3 * scale
    taken: list[tuple[float, float, float, float]] = []
    for row in rows.itertuples():
        x, y = axes.transData.transform((row.total, row.official_ratio))
        wide, tall, gap = 0.6 * SMALL * len(row.force) * scale, 1.3 * SMALL * scale, 5 * scale
        boxes = {
            "right": (x + gap, y - tall / 2, x + gap + wide, y + tall / 2),
            "left": (x - gap - wide, y - tall / 2, x - gap, y + tall / 2),
            "above": (x - wide / 2, y + gap, x + wide / 2, y + gap + tall),
            "below": (x - wide / 2, y - gap - tall, x + wide / 2, y - gap),
        }
        edge = axes.bbox.x1  # what stands in the margin needs room

        def cost(side, boxes=boxes, taken=taken, edge=edge):
            box = boxes[side]
            names = sum(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)
            low, high = np.subtract(box[:2], dot), np.add(box[2:], dot)
            hidden = ((points > low) & (points < high)).all(axis=1).sum()
            crossed = ((drawn > box[:2]) & (drawn < box[2:])).all(axis=1).any()
            return 10 * names + hidden + crossed + 6 * (box[2] > edge)

        side = min(boxes, key=cost)
        taken.append(boxes[side])
        style.label(axes, row.total, row.official_ratio, row.force, style.INK, side=side, fontsize=SMALL)


def fine_ticks(low: float, high: float) -> list[float]:
    """Round ratios for a narrow range, three to six of them.

    >>> fine_ticks(1.19, 1.33), fine_ticks(1.1, 1.48)
    ([1.2, 1.25, 1.3], [1.1, 1.2, 1.3, 1.4])
    """
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0):
        ticks = [round(step * n, 2) for n in range(int(np.ceil(low / step)), int(high / step) + 1)]
        if len(ticks) <= 6:
            return ticks
    return [1.0, float(np.floor(high))]


def leave_one_out(left_out: pd.DataFrame, whole: dict[str, float], *, named: int = 5) -> Chart:
    """The pooled ratio without each force in turn, for FOI figures and for official codes.

    Parameters
    ----------
    left_out : DataFrame
        origin (foi, official), force, ratio, low, high, shift.
    whole : dict
        origin → the ratio with every force; a panel is drawn for each that `left_out` has.
    named : int
        How many forces to draw for each origin, those that move the ratio most.
    """
    names = {"foi": ("FOI figures", style.FOI), "official": ("Official child-only codes", style.OFFICIAL)}
    origins = [origin for origin in names if (left_out["origin"] == origin).any()]
    kept = {}
    for origin in origins:
        part = left_out[left_out["origin"] == origin]
        most = part.loc[part["shift"].abs().sort_values(ascending=False, kind="stable").index[:named]]
        kept[origin] = most.sort_values("ratio")
    drawn, panels = style.figure(1, len(origins), height=1.1 + 0.34 * named, squeeze=False)
    shown = pd.concat(kept.values(), ignore_index=True)
    low, high = shown["low"].min() * 0.985, shown["high"].max() * 1.015
    for axes, origin in zip(panels[0], origins, strict=True):
        part, (name, colour) = kept[origin], names[origin]
        y = np.arange(len(part))
        style.estimates(axes, y, part["ratio"], part["low"], part["high"], colour)
        axes.set_yticks(y, part["force"], fontsize=SMALL)
        axes.set_ylim(-0.6, len(part) - 0.2)
        axes.set_xlim(low, high)
        style.ratio_axis(axes, ticks=fine_ticks(low, high))
        style.reference(axes, whole[origin], f"all {style.change(whole[origin])}", colour=colour)
        axes.set_title(name, color=colour)
        axes.set_xlabel("Growth without the force named", fontsize=SMALL)
    said = {}
    for origin in origins:
        values = left_out.loc[left_out["origin"] == origin, "ratio"]
        said[origin] = style.changes(values.min(), values.max())
    words = {"foi": "FOI figures", "official": "official codes"}
    spans = ", ".join(f"{said[origin]} by {words[origin]}" for origin in origins)
    title = f"Whichever force is left out, growth is {spans}"
    alt = f"Dot plots of the pooled growth without each force in turn, for the {named} forces that move it most."
    for origin in origins:
        mover = kept[origin].loc[kept[origin]["shift"].abs().idxmax(), "force"]
        alt += f" {names[origin][0]}: {style.change(whole[origin])} with all forces, {said[origin]} without one; {mover} moves it most."
    return Chart(drawn, shown, alt, title, SOURCES if "foi" in origins else OFFICIAL_ONLY)


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
    # three years either side are enough to see the course, and leave room for the words
    start = quarters["financial_year"].str[:4].astype(int)
    near = start.between(int(first[:4]) - 3, int(last[:4]) + 3)
    data = quarters[near].reset_index(drop=True)
    x = np.arange(len(data))
    drawn, axes = style.figure(height=3.9)
    top = data[["offences", "adjusted"]].max(axis=None) * 1.16
    for year in years:
        inside = x[data["financial_year"] == year]
        axes.axvspan(inside[0] - 0.5, inside[-1] + 0.5, color=PALE, zorder=0)
        mean = data.loc[inside, "offences"].mean()
        axes.hlines(mean, inside[0] - 0.5, inside[-1] + 0.5, color=style.NEUTRAL, linewidth=2, zorder=2)
        axes.text(
            inside.mean(),
            top * 0.985,
            f"{year}\n{4 * mean:,.0f}",
            ha="center",
            va="top",
            fontsize=8.5,
            color=style.INK,
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
    total = data.loc[data["financial_year"] == last, "offences"].sum()
    title = f"In January to March {int(first[:4]) + 1} police recorded at a rate of {rate:,.0f} a year; in {last} they recorded {total:,}"
    alt = (
        f"Line chart of offences under the child-only codes in England and Wales by quarter, "
        f"{data.loc[0, 'financial_year']} to {data['financial_year'].iloc[-1]}, as recorded and free of season. The two "
        f"years compared are {first}, {data.loc[data['financial_year'] == first, 'offences'].sum():,}, and {last}, "
        f"{data.loc[data['financial_year'] == last, 'offences'].sum():,}. The last quarter of {first}, its season taken "
        f"out, stood at a rate of {rate:,.0f} a year, {100 * share:.0f}% of the way from one total to the other."
    )
    return Chart(drawn, data, alt, title, OFFICIAL_ONLY)


def listed(names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return "none"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
