"""Figures about the rise between two years: by force, in a funnel, on tiles, without each force, inside the years, year by year.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data. FOI figures are in the FOI colour, official child-only codes in the official one. An FOI
ratio is drawn hollow where one of its two counts is below the official floor.
"""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LogNorm
from matplotlib.ticker import LogLocator
from seaborn.utils import relative_luminance

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.crowding import name_points
from helpers.charts.foi import foi_source
from helpers.charts.official import RELEASE
from helpers.charts.words import change, changes, ends, listed, percent
from helpers.stats.missing import NotAvailable
from helpers.tables.vocabularies import threshold

CHILD_ONLY_SOURCE = f"Home Office police recorded crime, child-only codes, release of {RELEASE}"
CRIME_SOURCE = "Home Office police recorded crime open data"
THREE_NATIONS_SOURCE = f"{CRIME_SOURCE}; FOI answers, Scotland and Northern Ireland"
ORIGINS = {"foi": ("FOI figures", style.FOI), "official": ("Official child-only codes", style.OFFICIAL)}


def sources() -> str:
    """Where both FOI figures and recorded crime come from."""
    return f"{foi_source()}; Home Office police recorded crime, release of {RELEASE}"


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
    foi, official = (data[[f"{one}_ratio", f"{one}_low", f"{one}_high"]] for one in ("foi", "official"))
    hollow = data["below_floor"].isin(["earlier", "later", "both"]) & data["foi_ratio"].notna()
    drawn, axes, y = style.row_figure(data["force"], 1.5, 0.165, room=2.2, fontsize=8)
    apart = 0.16 if len(paired) else 0
    if len(paired):
        axes.hlines(y, data["official_ratio"], data["foi_ratio"], color=style.FAINT, linewidth=1.2, zorder=1)
        style.estimates(axes, y + apart, *foi.to_numpy().T, style.FOI, label="FOI")
        ratio = data.loc[hollow, "foi_ratio"]
        axes.plot(ratio, y[hollow] + apart, "o", color=style.PAPER, markersize=3, zorder=4)
    style.estimates(axes, y - apart, *official.to_numpy().T, style.OFFICIAL, label="official")
    reach = pd.concat([foi, official], axis=1)
    style.scale(axes, "x", "ratios", low=reach.min(axis=None) * 0.93, high=reach.max(axis=None) * 1.07)
    style.reference(axes, 1)
    every = f"all forces {change(national)}"
    style.reference(axes, national, every, colour=style.OFFICIAL)
    style.key(axes)
    words = f"Change from {first} to {last}, with {percent(level)} intervals."
    if hollow.any():
        words += "\nHollow: one of the two FOI counts is below the official floor."
    axes.set_xlabel(words, fontsize=style.SMALL, loc="left")
    spans = [changes(part.iloc[:, 0].min(), part.iloc[:, 0].max()) for part in (foi, official)]
    whose = "single forces" if len(data) > 1 else "the only force with both years"
    title = f"FOI figures of {whose} changed by {spans[0]}, official counts by {spans[1]}"
    if paired.empty:
        title = f"Official growth by force is {spans[1]}; no force has FOI figures for both years"
    alt = f"Dot plot of {len(data)} force{'s' * (len(data) > 1)}, {first} to {last}, with intervals; {every}. {title}."
    if len(data) > 1:
        alt += f" Official growth goes {ends(data, 'force', 'official_ratio')}."
    kept = pd.concat([data["force"], foi, official, data["below_floor"]], axis=1)
    return Chart(drawn, kept, alt, title, sources() if len(paired) else CHILD_ONLY_SOURCE)


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
    size = curves["total"]
    axes.fill_between(size, curves["low"], curves["high"], color=style.PALE, zorder=0)
    axes.plot(size, curves[["low", "high"]], color=style.OFFICIAL, linewidth=1, zorder=1,
              label=["limits: chance and variation of quarters", ""])  # fmt: skip
    axes.plot(size, curves[["known_low", "known_high"]], color=style.NEUTRAL, linewidth=0.9,
              linestyle=(0, (2, 2)), zorder=1, label=["limits: earlier year taken as known", ""])  # fmt: skip
    axes.axhline(centre, color=style.OFFICIAL, linewidth=0.8, zorder=1)
    inside, outside = (data.loc[part, ["total", "official_ratio"]].to_numpy().T for part in (~out, out))
    axes.plot(*inside, "o", color=style.NEUTRAL, alpha=0.55, markersize=4.5)
    axes.plot(*outside, "o", color=style.OFFICIAL, markersize=5.5)
    axes.set_xscale("log")
    axes.set_xlim(size.min(), 2 * size.max())  # room for the names of the largest
    usual = curves[size >= min(250, data["total"].median())]
    reach = pd.concat([data["official_ratio"], usual["low"], usual["high"]])
    words, ends = f"Change from {first} to {last}", (reach.min() / 1.06, reach.max() * 1.06)
    style.scale(axes, "y", "ratios", words, *ends)
    axes.xaxis.set_major_locator(LogLocator(subs=(1,)))
    axes.minorticks_off()
    style.scale(axes, "x", "counts", f"Offences of {first} and {last} together (log scale)")
    every = f"all forces {change(centre)}"
    style.label(axes, size.min(), centre, every, style.OFFICIAL, va="bottom")
    style.key(axes, ncols=1)
    farthest = data[out].sort_values("official_z", key=np.abs, ascending=False).assign(colour=style.INK)
    place = ["total", "official_ratio"]
    name_points(axes, farthest[[*place, "force", "colour"]], data[place])
    title = f"Of {len(data)} forces, {counts['both_random_dispersed']} changed more or less than chance and their quarters' variation allow"
    alt = (
        f"Funnel plot of official growth, {first} to {last}, against the size of the force; {every}. {title}: "
        f"{listed(data.loc[out, 'force']) or 'none'}. With the earlier year taken as known {counts['earlier_known']} would."
    )
    columns = ["force", "total", "official_ratio", "official_z", "official_outlier"]
    return Chart(drawn, data[columns].reset_index(drop=True), alt, title, CHILD_ONLY_SOURCE)


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
    names, each = [ORIGINS[origin][0] for origin in origins], 1.1 if style.narrow() else 0.8
    drawn, axes, rows = style.row_figure(names, 0.4, each, down=True)
    spans, movers = [], []
    low, high = min(1 - 0.02, left_out["ratio"].min()), 1 + max(1.7 * (left_out["ratio"].max() - 1), 0.1)
    for row, origin in zip(rows, origins, strict=True):
        part, (name, colour) = left_out[left_out["origin"] == origin].sort_values("ratio"), ORIGINS[origin]
        axes.plot(part["ratio"], [row] * len(part), "|", color=colour, markersize=14, alpha=0.8)
        both = part.iloc[[0, -1]]
        for one, side in zip(both.itertuples(), ("below", "above"), strict=True):
            words = f"without {one.force} {change(one.ratio)}"
            near = one.ratio - low < 0.3 * (high - low)  # to the row's name, which the words would cross
            look = {"side": side, "gap": 8, "fontsize": style.SMALL, "bbox": style.ON_PAPER}
            look |= {"ha": "left"} if near else {}
            style.label(axes, one.ratio, row, words, colour, **look)
        spans.append(f"{changes(*both['ratio'])} by {name.replace('Official child-only', 'official')}")
        most = part.loc[part["shift"].abs().idxmax(), "force"]
        movers.append(f"{name}: {change(whole[origin])} with all forces; {most} moves it most")
    style.scale(axes, "x", "ratios", "Growth of all forces together, without one of them", low, high)
    style.reference(axes, 1)
    title = f"Whichever force is left out, growth is {', '.join(spans)}"
    alt = f"Dot plot of the growth of all forces without each in turn. {title}. {'. '.join(movers)}."
    source = sources() if "foi" in origins else CHILD_ONLY_SOURCE
    data = left_out.assign(origin=[ORIGINS[origin][0] for origin in left_out["origin"]])
    return Chart(drawn, data.reset_index(drop=True), alt, title, source)


@drawing
def inside_the_years(
    quarters: pd.DataFrame, years: Sequence[str], rate: float, share: float | NotAvailable
) -> Chart:
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
    data = data.assign(a_year=4 * data["offences"], adjusted_a_year=4 * data["adjusted"])
    year_of, series = data["financial_year"], data["adjusted_a_year"]
    totals = data.groupby("financial_year")["offences"].sum()
    drawn, axes = style.figure(height=3.9 if style.narrow() else 2.9)
    top = 5.6 * data[["offences", "adjusted"]].max(axis=None)
    # at the top, above every count, and away from each other where the years are side by side
    for year, end, side in ((first, 1, "below left"), (last, 0, "below right")):
        inside = data.index[year_of == year]
        ends = inside[0] - 0.5, inside[-1] + 0.5
        axes.axvspan(*ends, color=style.PALE, zorder=0)
        level = 4 * totals[year] / len(inside)
        style.interval(axes, level, *ends, style.NEUTRAL, width=2)
        style.label(axes, ends[end], top, f"{year}\n{level:,.0f}", side=side)
    axes.plot(data["a_year"], "o", color=style.NEUTRAL, markersize=3, alpha=0.75, label="as recorded")
    axes.plot(series, color=style.OFFICIAL, label="season taken out")
    at = data.index[(year_of == first) & (data["quarter"] == 4)][0]
    quarter = f"January to March {int(first[:4]) + 1}"
    axes.plot([at], [series[at]], "o", color=style.OFFICIAL, markersize=7, zorder=4)
    axes.annotate(
        f"{quarter}:\n{rate:,.0f} a year", (at, series[at]), xytext=(0.62, 0.3), textcoords="axes fraction", va="top", color=style.OFFICIAL,
        fontsize=style.SMALL, arrowprops={"arrowstyle": "-", "color": style.OFFICIAL, "linewidth": 0.8},
    )  # fmt: skip
    style.years(axes, year_of.tolist(), step=4)
    # left of the first year there is room for its name
    axes.set_xlim(min(-0.7, at - 0.25 * len(data)), len(data) - 0.3)
    style.scale(axes, "y", "counts", "Offences, yearly rate", 0, top)
    style.key(axes)
    title = f"In {quarter} police recorded at a rate of {rate:,.0f} a year; in {last} they recorded {totals[last]:,}"
    alt = (
        f"Line chart of child-only offences in England and Wales by quarter, {year_of.iloc[0]} to {year_of.iloc[-1]}. {title}, "
        f"and {totals[first]:,} in {first}."
    )
    if not isinstance(share, NotAvailable):
        way = f"was {percent(share)} of the way from one total to the other"
        alt += f" The rate {way if share >= 0 else 'had moved away from the later total'}."
    return Chart(drawn, data, alt, title, CHILD_ONLY_SOURCE)


@drawing
def by_year(one: pd.DataFrame, *, level: float) -> Chart | NotAvailable:
    """How much more one kind of offence grew than another, in each year.

    Parameters
    ----------
    one : DataFrame
        The single years of the table `phases`.
    level : float
        Level of the intervals.

    Returns
    -------
    Chart
        Its data: contrast, label, last_year, more (0.1: grew 10% more), low, high. Not available where no comparison is.
    """
    data = one[one["ratio"].notna()].copy()
    if data.empty:
        return NotAvailable("no comparison reaches these years")
    data["more"], data["low"], data["high"] = data["ratio"] - 1, data["low"] - 1, data["high"] - 1
    years = sorted(data["last_year"].unique())
    panels = list(data.groupby("label", sort=False))
    drawn, grid = style.panels(len(panels), 0.7, 1.6, 2, sharex=True, sharey=True)
    for axes, (label, part) in zip(grid, panels, strict=True):
        colour = style.MEANINGS.get(part["mark_of"].iloc[0], style.NEUTRAL)
        at = part["last_year"].map(years.index)
        style.estimates(axes, at, part["more"], part["low"], part["high"], colour, across=False)
        style.reference(axes, 0, across=True)
        axes.set_title(fill(label, 40), fontsize=7.5)
        shown = slice(None, None, -(-len(years) // 5))  # as many as there is room for
        axes.set_xticks(range(len(years))[shown], years[shown], fontsize=7.5)
        axes.xaxis.names = years
        style.scale(axes, "y", "shares")
    long = 24 * -(-len(panels) // 2)
    drawn.supylabel(fill("How much more the first grew than the second", long), fontsize=8.5)
    kept = data[["contrast", "label", "last_year", "more", "low", "high"]].reset_index(drop=True)
    apart = data["more"].abs().groupby(data["last_year"]).agg(["mean", "size"])
    full = apart["size"] == apart["size"].max()  # a mean of one comparison is no mean of six
    widest = apart.loc[full, "mean"].idxmax()
    title = f"On average, kinds of offence grew apart most in {widest}"
    if apart["mean"].idxmax() != widest:
        title += ", of the years with most comparisons"
    then = kept[kept["last_year"] == widest]
    said = "; ".join(then["label"] + ", " + (1 + then["more"]).map(change))
    alt = f"Small panels of points with {percent(level)} intervals, one a comparison. {title}: {said}."
    return Chart(drawn, kept, alt, title, f"{THREE_NATIONS_SOURCE}. {percent(level)} intervals.")


@drawing
def two_kinds(one: pd.DataFrame, contrast: str, *, level: float) -> Chart | NotAvailable:
    """Growth of one kind of offence beside that of another, year by year.

    Parameters
    ----------
    one : DataFrame
        The single years of the table `phases`.
    contrast : str
        Which of its comparisons.
    level : float
        Of the intervals. A comparison written afterwards is clear only at the level of an exploratory test, or at this if it is higher.

    Returns
    -------
    Chart
        Its title names the years in which the first outgrew the second as predicted. Not available where no year is.
    """
    columns = ["last_year", "growth", "against", "ratio", "low", "high"]
    mine = one[(one["contrast"] == contrast) & one["ratio"].notna()].reset_index(drop=True)
    if mine.empty:
        return NotAvailable("no comparison reaches these years")
    data, (first, second) = mine[columns], mine.loc[0, "label"].split(", against ")
    colour = style.MEANINGS[mine.loc[0, "mark_of"]]
    drawn, axes, rows = style.row_figure(data["last_year"], 1.25, 0.19, down=True)
    pair = data[["growth", "against"]]
    style.interval(axes, rows, *pair.to_numpy().T, style.FAINT, width=4)
    # without colour the two are told apart by their shape
    for column, mark, ink, name in (("growth", "o", colour, first), ("against", "D", style.NEUTRAL, second)):
        axes.plot(data[column], rows, mark, color=ink, markersize=6, label=name[0].upper() + name[1:])
    more = pair["growth"] >= pair["against"]
    for end, side, wins in ((pair.max(axis=1), "right", more), (pair.min(axis=1), "left", ~more)):
        inks = np.where(wins, colour, style.NEUTRAL)
        style.label(axes, end, rows, end.map(change), inks, side=side, bbox=style.ON_PAPER)
    low, high = min(1, pair.min(axis=None)), pair.max(axis=None)
    room = 0.22 * (high - low)  # for the words beside the outermost points, on a phone too
    style.scale(axes, "x", "ratios", "Change from the year before", low - room, high + room)
    style.reference(axes, 1)
    style.key(axes)
    clear = data[mine["meaning"] == "as predicted"]  # as the table of marks says it
    outgrew = "grew more, or fell less, than" if (clear["growth"] < 1).any() else "outgrew"
    title = f"{first} clearly {outgrew} {second} in {listed(clear['last_year']) or 'no year'}"
    grew = data["last_year"] + " " + pair["growth"].map(change) + " against " + pair["against"].map(change)
    said = f"Growth of the first against the second: {'; '.join(grew)}."
    alt = f"Pairs of points, a row a year. {title}. {said}"
    source = f"{CRIME_SOURCE}. Clearly: at {percent(max(level, threshold('exploratory_level')))}."
    return Chart(drawn, data, alt, title, source)


@drawing
def tile_map(forces: pd.DataFrame, tiles: pd.DataFrame, national: float) -> Chart:
    """One square a force, the stronger in colour the larger its shrunken official ratio, with the ratio as counted below it.

    Parameters
    ----------
    forces : DataFrame
        force, first_year, last_year, official_ratio, official_shrunk.
    tiles : DataFrame
        force, tile_row, tile_column, short.
    national : float
        Official ratio of all forces together.
    """
    data = forces.dropna(subset=["official_shrunk"])
    data = data.merge(tiles[["force", "tile_row", "tile_column", "short"]], on="force")
    data = data.sort_values(["tile_row", "tile_column"], ignore_index=True)
    first, last = data.loc[0, ["first_year", "last_year"]]
    drawn, axes = style.figure(height=6.2)
    values = data["official_shrunk"]
    norm = LogNorm(values.min() / 1.01, values.max() * 1.01)
    grid = data.pivot(index="tile_row", columns="tile_column", values="official_shrunk")
    grid = grid.reindex(range(grid.index.min(), grid.index.max() + 1))
    grid = grid.reindex(columns=range(grid.columns.min(), grid.columns.max() + 1))
    shades = sns.blend_palette([style.PALE, "#8E9BB5", style.OFFICIAL], as_cmap=True)
    sns.heatmap(
        grid, norm=norm, cmap=shades, square=True, linewidths=2, linecolor=style.PAPER, annot=grid.map(change, na_action="ignore"), fmt="", ax=axes,
        annot_kws={"fontsize": 7 if style.narrow() else 8.5, "fontweight": "bold"},
        cbar_kws={"orientation": "horizontal", "shrink": 0.5, "aspect": 30, "pad": 0.02},
    )  # fmt: skip
    for row, bold in zip(data.itertuples(), list(axes.texts), strict=True):
        x, y = bold.get_position()
        dark = relative_luminance(shades(norm(row.official_shrunk))) < 0.2  # seaborn would write white sooner
        look = {"ha": "center", "va": "center", "color": style.PAPER if dark else style.INK}
        look["fontsize"] = 7 if style.narrow() else style.SMALL
        bold.set_color(look["color"])
        axes.text(x, y - 0.28, row.short, **look)
        axes.text(x, y + 0.28, change(row.official_ratio), **look)
    axes.set(xlabel="", ylabel="")
    axes.axis("off")
    axes.xaxis.set_major_formatter(lambda ratio, _: change(ratio))  # what the marks say of a square
    key, ticks = axes.collections[0].colorbar, []
    for tick in style.ratio_ticks(norm.vmin, norm.vmax):  # those between which there is room for words
        if not ticks or norm(tick) - norm(ticks[-1]) > 1 / style.page_width():
            ticks.append(tick)
    key.set_ticks(ticks, labels=[change(tick) for tick in ticks])
    key.minorticks_off()
    key.set_label(
        f"Change from {first} to {last}. Bold and shade: pulled towards the other forces' as far as chance\n"
        "warrants. Below it: as counted, which for one force is largely chance.",
        fontsize=style.SMALL,
    )
    counted, pulled = (changes(part.min(), part.max()) for part in (data["official_ratio"], values))
    title = f"Official growth by force is {counted} as counted, and {pulled} once chance is allowed for"
    alt = (
        f"Tile map of {len(data)} forces, the stronger in colour the larger the growth, {first} to {last}. {title}; all forces "
        f"together {change(national)}. Once chance is allowed for it goes {ends(data, 'force', 'official_shrunk')}."
    )
    columns = ["force", "official_ratio", "official_shrunk", "tile_row", "tile_column"]
    return Chart(drawn, data[columns], alt, title, CHILD_ONLY_SOURCE)
