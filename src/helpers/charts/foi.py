"""Figures about what was printed: totals by release, revisions, and shares of young victims.

Every function takes plain frames (the columns are named in each) and returns a Chart whose alt text and title are
computed from those data. Figures that hold printed counts against the official floor are in `helpers.charts.floor`.
"""

from calendar import month_abbr
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.crowding import name_points
from helpers.charts.words import listed, percent, some
from helpers.tables.files import round_additions
from helpers.tables.store import table_path

FLOOR_SOURCE = "Home Office police recorded crime, offences that only cover victims under 18"


def foi_source() -> str:
    """Where FOI figures come from: what others published, and what forces answered in rounds of one's own.

    >>> foi_source().partition(", and")[0]
    'FOI figures as published by the NSPCC and the press'
    """
    own = [path.parents[1].name for path in round_additions(table_path("foi_printed"))]
    answers = f", and the answers of round {listed(own)}" if own else ""
    return f"FOI figures as published by the NSPCC and the press{answers}"


@drawing
def uk_by_release(printings: pd.DataFrame) -> Chart:
    """The UK total of each year, by the release that printed it: a line a year, a place a release.

    Parameters
    ----------
    printings : DataFrame
        One row a printing of the UK total: financial_year, round, released, value.
    """
    dated = printings["released"].where(printings["released"].str.len() > 4, printings["released"] + "-12")
    data = printings.assign(order=dated).drop_duplicates(["financial_year", "round", "value"])
    data = data.sort_values(["order", "financial_year"], ignore_index=True)
    data = data[["round", "released", "financial_year", "value"]]
    at = {release: place for place, release in enumerate(dict.fromkeys(data["round"]))}
    drawn, axes = style.figure(height=4.4)
    for _, group in data.groupby("financial_year"):
        axes.plot(group["round"].map(at), group["value"], "o-", color=style.FOI, linewidth=1.4)
    names = [released(name) if style.narrow() else released(name).replace(" ", "\n", 1) for name in at]
    axes.set_xticks(range(len(at)), names, rotation=90 if style.narrow() else 0)
    axes.xaxis.names = [*at]  # for the marks: the data name a release otherwise than the axis
    axes.set(xlim=(-0.4, len(at) - 0.4), xlabel="Release that gave the total")
    style.scale(axes, "y", "counts", "Offences, UK", 0, data["value"].max() * 1.12)
    points = data.assign(at=data["round"].map(at), colour=style.FOI)
    points["words"] = points["value"].map("{:,.0f}".format)
    last = ~points.duplicated("financial_year", keep="last")
    points.loc[last, "words"] = points["financial_year"] + ": " + points["words"]
    ordered = pd.concat([points[~last], points[last][::-1]])  # of the last, the newest first
    name_points(axes, ordered[["at", "value", "words", "colour"]], points[["at", "value"]])
    values = data.drop_duplicates(["financial_year", "value"]).groupby("financial_year")["value"]
    said = values.agg(lambda part: listed(map("{:,.0f}".format, part)))
    year = values.size().idxmax()
    several = said[values.size() > 1].drop(year, errors="ignore")
    others = several.index + " as " + several
    title = f"The UK total for {year} was published as {said[year]}"
    alt = f"Line chart of UK totals by the release that printed them. {title}{'; ' * bool(len(others))}{listed(others)}."
    return Chart(drawn, data, alt, title, foi_source())


def released(round_id: str) -> str:
    """A release as a label.

    >>> released("2017-03"), released("2016-report"), released("2017-06-flag"), released("2021-flag")
    ('Mar 2017', '2016 (report)', 'Jun 2017 (flag)', '2021 (flag)')
    """
    year, *rest = round_id.split("-")
    month = f"{month_abbr[int(rest.pop(0))]} " if rest and rest[0].isdigit() else ""
    return f"{month}{year}{f' ({chr(32).join(rest)})' if rest else ''}"


@drawing
def revised_figures(revisions: pd.DataFrame) -> Chart:
    """Totals of all offences that were printed differently later, for forces and the UK, as ratios.

    Parameters
    ----------
    revisions : DataFrame
        area, financial_year, first_round, first_value, later_round, later_value, ratio.
    """
    order = {"key": lambda ratio: np.log(ratio).abs(), "ascending": False}
    data = revisions.sort_values("ratio", **order, ignore_index=True)
    largest = data.head(style.most_rows())
    names = largest["area"] + " " + largest["financial_year"]
    drawn, axes, y = style.row_figure(names, 0.9, 0.24, down=True, fontsize=style.SMALL)
    style.estimates(axes, y, largest["ratio"], 1, largest["ratio"], style.FOI)
    first, later = (largest[f"{name}_value"].map("{:,.0f}".format) for name in ("first", "later"))
    style.label(axes, largest["ratio"].clip(1), y, first + " → " + later, fontsize=style.SMALL)
    ends = data["ratio"].min() * 0.85, data["ratio"].max() * 1.6
    style.scale(axes, "x", "ratios", "Change from the earlier figure to the later", *ends)
    style.reference(axes, 1)
    title = f"Later releases changed {len(data)} totals"
    one, up, down = data.iloc[0], (data["ratio"] > 1).sum(), (data["ratio"] < 1).sum()
    alt = (
        f"Dot plot. {title}; {up} went up and {down} went down. The largest change is {one['area']} in {one['financial_year']}, "
        f"from {one['first_value']:,.0f} to {one['later_value']:,.0f}."
    )
    if len(data) > len(largest):
        title += f"; the {len(largest)} that changed most"
    return Chart(drawn, data, alt, title, foi_source())


@drawing
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

    columns = ["ages", "area", "financial_year", "count", "total", "share", "pooled_share", "outlier"]
    data = profiles.loc[profiles["ages"].isin(ages), [*columns, "outlier_adjusted"]].reset_index(drop=True)
    drawn, panels = style.figure(1, len(ages), height=3.9, squeeze=False)
    pools = []
    for axes, name in zip(panels[0], ages, strict=True):
        group = data[data["ages"] == name]
        pooled, largest = group["pooled_share"].iloc[0], group["total"].max()
        pools.append(f"{percent(pooled)} aged {name}")
        sizes = np.linspace(group["total"].min() * 0.8, largest * 1.05, 200)
        low, high = funnel_limits(pooled * sizes, 0.998)
        axes.fill_between(sizes, low * pooled, high * pooled, color=style.FAINT, alpha=0.6, linewidth=0)
        style.reference(axes, pooled, across=True)
        odd = group["outlier_adjusted"]
        axes.plot(group["total"][~odd], group["share"][~odd], "o", color=style.FOI, markersize=4, alpha=0.8)
        axes.plot(group["total"][odd], group["share"][odd], "D", color=style.ARTEFACT)
        axes.set_title(f"Aged {name}")
        axes.text(0.97, 0.94, "grey: chance alone (99.8%)", transform=axes.transAxes, ha="right", fontsize=7,
                  color=style.NEUTRAL)  # fmt: skip
        style.scale(axes, "y", "shares", low=0, high=group["share"].max() * 1.15)
        style.scale(axes, "x", "counts", "All under 18 in the same release")
    panels[0][0].set_ylabel("Share of all under 18")
    odd = data[data["outlier_adjusted"]]
    named = odd.assign(words=odd["area"] + "\n" + odd["financial_year"], colour=style.ARTEFACT)
    for axes, name in zip(panels[0], ages, strict=True):  # once all panels have their room
        dots = data.loc[data["ages"] == name, ["total", "share"]]
        name_points(axes, named.loc[named["ages"] == name, ["total", "share", "words", "colour"]], dots)
    title = f"Of {len(data)} shares of young victims, {some(len(odd), 'stands', 'stand')} out"
    each = zip(odd["area"], odd["financial_year"], odd["share"].map(percent), odd["ages"], strict=True)
    words = listed(f"{area} {year} ({share} aged {ages})" for area, year, share, ages in each)
    alt = (
        f"Funnel plots of the share of young victims by force and year. {title}{': ' * bool(words)}{words}. Over all of them "
        f"it is {listed(pools)}."
    )
    return Chart(drawn, data, alt, title, foi_source())
