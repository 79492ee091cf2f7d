"""Figures about the official series itself: its course, its revisions, and how it compares with other offences and counts.

Every function takes plain frames (the columns are named in each) and returns a Chart whose title and alt text are
computed from those data.
"""

import numpy as np
import pandas as pd
import seaborn as sns

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.crowding import name_points
from helpers.charts.words import change, changes, ends
from helpers.foi import newspaper
from helpers.official.recorded_crime import RELEASE

RELEASE_SOURCE = f"Home Office police recorded crime, release of {RELEASE}, 43 territorial forces and the British Transport Police"
SERVICES_SOURCE = (
    "Home Office police recorded crime open data; the services and statistics offices that the table names"
)
RECORDS_SERIES = "records"  # the series that what others counted stands beside


@drawing
def child_only_by_year(parts: pd.DataFrame) -> Chart:
    """The child-only codes by year, in their parts, from nothing up to their sum.

    Parameters
    ----------
    parts : DataFrame
        `financial_year`, `label` (the part in words), `offences`; whole years only, parts that share no code.
    """
    wide = parts.pivot(index="financial_year", columns="label", values="offences").sort_index()
    wide = wide[wide.iloc[-1].sort_values(ascending=False).index]
    total, ends = wide.sum(axis=1), wide.iloc[-1]
    peak, first, last = total.idxmax(), total.index[0], total.index[-1]
    x = np.arange(len(wide))
    shades = sns.light_palette(style.OFFICIAL, 8)[len(ends) : 0 : -1]
    drawn, axes = style.figure(height=3.4 if style.narrow() else 2.0)
    parts = axes.stackplot(x, wide.to_numpy().T, colors=shades, edgecolor=style.PAPER, linewidth=0.8)
    axes.plot(x, total, color=style.OFFICIAL, linewidth=1.6)
    axes.set_xlim(-(0.25 if style.narrow() else 0.14) * len(wide), len(wide) - 1)  # room for the first number
    axes.set_ylim(0, total.max() * 1.1)
    if style.narrow():  # names at the ends would leave the years half of the width
        style.key(axes, handles=parts[::-1], labels=[*ends.index[::-1]], labelcolor=style.INK, ncols=1)
    else:
        middles = zip(ends.cumsum() - ends / 2, ends.index, strict=True)
        style.end_labels(axes, x[-1], [(middle, name, style.INK) for middle, name in middles])
    for year in dict.fromkeys((first, *newspaper.YEARS, peak)):
        if year in total.index:
            at, words = wide.index.get_loc(year), f"{total[year]:,.0f}"
            axes.plot(at, total[year], "o", color=style.OFFICIAL, markersize=4)
            style.label(axes, at, total[year], words, style.OFFICIAL, side="above", ha="right")
    style.years(axes, wide.index, step=3)
    style.scale(axes, "y", "counts", "Offences a year")
    top = "a peak of " if peak < last else ""
    title = (
        f"Recorded offences rose from {total.iloc[0]:,.0f} in {first} to {top}{total.max():,.0f} in {peak}"
    )
    alt = (
        f"Stacked area chart of offences under the codes that cover only victims under 18. {title}, and were "
        f"{total.iloc[-1]:,.0f} in {last}. The largest part then is {ends.index[0].lower()}, {ends.iloc[0]:,.0f}."
    )
    data = wide.reset_index().melt("financial_year", var_name="part", value_name="offences")
    return Chart(drawn, data, alt, title, RELEASE_SOURCE)


@drawing
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
    looks = {
        "negative_control": (style.NEUTRAL, {"linewidth": 0.9, "alpha": 0.55}),
        "positive_control": (style.RECORDING, {"linewidth": 1.4}),
        "child": (style.OFFICIAL, {"linewidth": 2.4}),
    }
    drawn, axes = style.figure(height=4.4)
    for role, (colour, look) in looks.items():
        for _, group in table[table["role"] == role].groupby("family"):
            axes.plot(group["financial_year"].map(years.index), group["ratio"], color=colour, **look)
    style.scale(axes, "y", "ratios", f"Change since {first}")
    last = table[table["financial_year"] == years[-1]]
    quiet, loud, child = (last.loc[last["role"] == role, "ratio"] for role in looks)
    spans = [changes(part.min(), part.max()) for part in (quiet, loud)]
    named = last[last["role"] != "negative_control"]
    ends = [(row.ratio, row.label, looks[row.role][0]) for row in named.itertuples()]
    words = f"{len(quiet)} kinds of offence that leave little discretion ({spans[0]})"
    style.end_labels(axes, len(years) - 1, [*ends, (quiet.median(), words, style.NEUTRAL)])
    style.reference(axes, 1, across=True)
    style.years(axes, years)
    axes.set_xlim(0, len(years) - 1)
    risen = change(child.iloc[0])
    title = f"By {years[-1]} child-only offences had risen by {risen.lstrip('+−')} since {first}; violence that leaves discretion rose too"
    alt = (
        f"Line chart of the change in recorded offences since {first}. {title}. "
        f"Kinds of offence that leave officers little discretion end at {spans[0]}, those that leave much at {spans[1]}."
    )
    columns = ["family", "label", "role", "financial_year", "offences", "ratio"]
    return Chart(drawn, table[columns].reset_index(drop=True), alt, title, RELEASE_SOURCE)


@drawing
def revisions(vintages: pd.DataFrame, named: int = 6) -> Chart:
    """Each force's later release over its earlier one, by year.

    Parameters
    ----------
    vintages : DataFrame
        `force`, `financial_year`, `sexual_offences_2019`, `sexual_offences_2026`, `ratio`.
    named : int
        How many of the largest revisions to name.
    """
    columns = ["force", "financial_year", "sexual_offences_2019", "sexual_offences_2026", "ratio"]
    data = vintages[columns].dropna(subset="ratio")
    years = sorted(data["financial_year"].unique())
    moved = data[data["ratio"] != 1]
    changed = moved.groupby("financial_year")["force"].nunique().reindex(years, fill_value=0)
    same = data.groupby("financial_year").size() - changed
    heaps = same[same > changed]  # drawn as one ring
    dots = data[(data["ratio"] != 1) | ~data["financial_year"].isin(heaps.index)]
    drawn, axes = style.figure(height=3.6)
    sns.swarmplot(
        data=dots, x="ratio", y="financial_year", order=years, size=4, color=style.OFFICIAL, alpha=0.75,
        warn_thresh=1, ax=axes,
    )  # fmt: skip
    style.rows(axes, years, down=True)
    style.scale(axes, "x", "ratios")
    for year, count in heaps.items():
        row, words = years.index(year), f"{count} unchanged"
        axes.plot(1, row, "o", color=style.PAPER, markeredgecolor=style.OFFICIAL, markersize=12)
        style.label(axes, 1, row, words, style.NEUTRAL, side="left", gap=11, fontsize=style.SMALL)
    style.reference(axes, 1)
    largest = moved.sort_values("ratio", key=lambda ratio: np.log(ratio).abs(), ascending=False).head(named)
    points = dots.assign(row=dots["financial_year"].map(years.index))[["ratio", "row"]]
    names = points.loc[largest.index].assign(name=largest["force"], colour=style.OFFICIAL)
    name_points(axes, names, points)
    words = f"Change from the release of 2019 to that of {RELEASE}, all sexual offences, one dot a force"
    axes.set(xlabel=words, ylabel="")
    top = data.loc[data["ratio"].idxmax()]
    still = changed.index[changed <= 1].max()
    grew = f"{top['force']}'s for {top['financial_year']} by {change(top['ratio']).lstrip('+')}"
    title = f"Counts up to {still} hardly changed; later ones were revised, {grew}"
    alt = (
        f"Dot plot of later counts over earlier ones, one dot a force and year. {title}. Forces with a changed count: "
        f"{', '.join(f'{year} {count}' for year, count in changed.items())}. Changes go {ends(data, 'force', 'ratio')}."
    )
    source = f"Home Office police recorded crime, releases of spring 2019 and of {RELEASE}"
    return Chart(drawn, data, alt, title, source)


@drawing
def indexed(frame: pd.DataFrame, base: str) -> Chart:
    """How much each count had grown by its last year, the most first; the police records are drawn in their own colour.

    Parameters
    ----------
    frame : DataFrame
        `series`, `label`, `year` and `value`; every series has a value in the year `base`.
    base : str
        The financial year that the others are set against.

    Returns
    -------
    Chart
        Its data: series, label, year, value, growth (0.25 is a rise of 25%).
    """
    first = frame[frame["year"] == base].set_index("series")["value"]
    data = frame.assign(growth=frame["value"] / frame["series"].map(first) - 1)
    data = data.sort_values(["series", "year"], ignore_index=True)
    end = data["year"].max()
    last = data.groupby("series").tail(1).sort_values("growth", ignore_index=True)
    drawn, axes, rows = style.row_figure(last["label"], 1.1, 0.2, beside=0.5)
    colours = np.where(last["series"] == RECORDS_SERIES, style.OFFICIAL, style.NEUTRAL)
    axes.barh(rows, last["growth"], color=colours, height=0.35)
    grew = (1 + last["growth"]).map(change)
    words = grew + (" by " + last["year"]).where(last["year"] < end, "")
    style.label(axes, last["growth"].clip(0), rows, words, colours, fontsize=style.SMALL)
    style.reference(axes, 0)
    ends = min(0, 1.1 * last["growth"].min()), 1.15 * last["growth"].max()
    style.scale(axes, "x", "shares", f"Change from {base} to {end}", *ends)
    title = f"Police records beside what others counted, {base} to {end}"
    # nothing is compared where no other count reaches the year
    if last.loc[last["year"] == end, "series"].to_list()[1:][-1:] == [RECORDS_SERIES]:
        title = f"Police records in England and Wales grew more than any count that reaches {end}"
    # a count that ends earlier is to be compared with the police records of its own last year
    ours = (1 + data[data["series"] == RECORDS_SERIES].set_index("year")["growth"]).map(change)
    beside = last["year"].map(" (police records " + ours + ")").fillna("").where(last["year"] < end, "")
    said = "; ".join((last["label"] + ", " + words + beside)[::-1])
    alt = f"Bars of the change since {base}, one for each count. {title}. By {end} or by the year named: {said}."
    return Chart(drawn, data, alt, title, SERVICES_SOURCE)
