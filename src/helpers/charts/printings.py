"""Printed FOI figures over the official count that a complete count cannot be below: for a briefing, and for who explores.

Official child-only offences are a line; every printing of a FOI figure is a mark, the one that stands filled, the others
hollow, and what was set aside a grey cross. A printed figure below the line is tied to it by a thin stroke, as long as the
shortfall. For who explores, each mark has its value and its releases, and a thin line joins the years of one release:
years compare within a release and no line crosses from one to another.
"""

from __future__ import annotations

from calendar import month_abbr

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.foi import FLOOR, PRESS
from helpers.charts.words import every_year, listed
from helpers.foi.completeness import VERDICTS

OFFICIAL, PRINTED = "official, child-only", "FOI, as printed"
LINE = "official codes that only cover under-18s"
TINY = 6.5
HALO = {"path_effects": [withStroke(linewidth=2.2, foreground=style.PAPER)], "zorder": 6}
# Outcome → words of the key, of the alt text, marker, colour and face; the first that a value has is drawn.
LOOKS = {
    "stands": ("FOI figure that stands", "FOI figures that stand", "D", style.FOI, style.FOI),
    "prints what stands": ("", "", "D", style.FOI, style.FOI),
    "another printing stands": ("another printing", "Other printings", "D", style.FOI, style.PAPER),
    "set aside": ("set aside", "Set aside", "x", style.NEUTRAL, style.NEUTRAL),
}


def released(round_id: str) -> str:
    """A release as a label.

    >>> released("2017-03"), released("2016-report"), released("2017-06-flag"), released("2021-flag")
    ('Mar 2017', '2016 (report)', 'Jun 2017 (flag)', '2021 (flag)')
    """
    year, *rest = round_id.split("-")
    month = f"{month_abbr[int(rest.pop(0))]} " if rest and rest[0].isdigit() else ""
    return f"{month}{year}{f' ({chr(32).join(rest)})' if rest else ''}"


@drawing
def force_series(force: str, official: pd.DataFrame, printed: pd.DataFrame) -> Chart:
    """Draw one force's printed FOI figures over its official child-only offences, for its briefing.

    Parameters
    ----------
    force : the force's name
    official : `financial_year`, `child_only`: whole years only, in any order; may be empty
    printed : `financial_year`, `value`, `chosen`, `round`: one row a printing; may be empty

    Returns
    -------
    Chart
        Its data: see :func:`printed_over_official`.

    Raises
    ------
    ValueError
        When both frames are empty: there is nothing to draw.
    """
    floor = printed["financial_year"].map(official.set_index("financial_year")["child_only"])
    judged = printed.assign(
        outcome=np.where(printed["chosen"].astype(bool), "stands", "another printing stands"),
        value_low=printed["value"],
        value_high=printed["value"],
        verdict=np.where(printed["value"].lt(floor).fillna(False), VERDICTS[0], ""),
    )
    data = _marks(force, judged, official)
    drawn, _, line, marks = _drawn(data, 3.0)
    return _chart(drawn, data, line, marks, force, "Recorded sexual offences against children.")


def printed_over_official(
    area: str, counted: str, printed: pd.DataFrame, official: pd.DataFrame, vintage: str
) -> Chart:
    """Draw every printed count of one area and measure, and the official floor where there is one.

    Parameters
    ----------
    area, counted : str
        Whose figures, and what is counted, in words.
    printed : DataFrame
        One row a printing: financial_year, value, value_low, value_high, round, outcome (a key of LOOKS),
        verdict (one of VERDICTS, or ""). May be empty.
    official : DataFrame
        financial_year, child_only; whole years only. Empty where there is no floor.
    vintage : str
        Which printing stands, in words.

    Returns
    -------
    Chart
        Its data: one row a mark, with financial_year, series, offences, low, high, outcome, releases and
        below_floor.

    Raises
    ------
    ValueError
        When both frames are empty.
    """
    data = _marks(area, printed, official)
    with style.at("slide"):
        drawn, axes, line, marks = _drawn(data, 4.6)
    years = every_year(data["financial_year"])
    top = axes.get_ylim()[1]
    at = line["financial_year"].map(years.index).astype(float)
    axes.fill_between(
        at, line["offences"].astype(float), color=style.FAINT, alpha=0.45, linewidth=0, zorder=0
    )
    for _, release in printed[printed["outcome"] != "set aside"].groupby("round"):
        joined = release.drop_duplicates("financial_year").sort_values("financial_year")
        if len(joined) > 1:
            at = joined["financial_year"].map(years.index)
            axes.plot(at, joined["value"], color=style.FOI, linewidth=1.1, alpha=0.55, zorder=3)
    marks = marks.assign(at=marks["financial_year"].map(years.index))
    for end, caret, reach in (("low", "v", -0.06), ("high", "^", 0.06)):
        known = marks[end].astype(float)
        limit = known.fillna((marks["offences"] + reach * top).clip(lower=0))
        style.interval(axes, marks["at"], marks["offences"], limit, style.FOI, across=False)
        if known.isna().any():
            free = known.isna()
            axes.plot(marks["at"][free], limit[free], caret, color=style.FOI, markersize=4, zorder=4)
    for at, group in marks.sort_values("offences").groupby("at"):
        heights = style.spread(group["offences"], gap=0.075 * top)
        for row, height in zip(group.itertuples(), heights, strict=True):
            colour = style.NEUTRAL if row.outcome == "set aside" else style.INK
            number, short = f"{row.offences:,.0f}", row.releases.replace(" 20", " ’").replace(", ", "\n")
            style.label(axes, at, height, number, colour, fontsize=style.SMALL, va="bottom", **HALO)
            look = {"fontsize": TINY, "va": "top", "linespacing": 0.95, **HALO}
            style.label(axes, at, height, short, style.NEUTRAL, **look)
    start = f"Printed FOI figures, {counted}, by year and release; {vintage} stands."
    return _chart(drawn, data, line, marks, f"{area}, {counted}", start)


def _marks(area: str, printed: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """One row a mark: printings of one value in one year are one mark, with every release that printed it."""
    if official.empty and printed.empty:
        raise ValueError(f"{area} has neither an official series nor a printed figure to draw")
    order = printed["outcome"].map(list(LOOKS).index)
    rows = printed.assign(order=order, aside=printed["outcome"] == "set aside", series=PRINTED)
    rows = rows.sort_values(["financial_year", "value", "order"])
    marks = rows.groupby(["financial_year", "series", "value", "aside"], sort=False).agg(
        low=("value_low", "first"),
        high=("value_high", "first"),
        outcome=("outcome", "first"),
        releases=("round", lambda rounds: ", ".join(map(released, sorted(set(rounds))))),
        below_floor=("verdict", lambda verdicts: (verdicts == VERDICTS[0]).any()),
    )
    floor = official[["financial_year"]].assign(
        series=OFFICIAL,
        offences=official["child_only"].astype(float),
        outcome="",
        releases="",
        below_floor=False,
    )
    marks = marks.reset_index().rename(columns={"value": "offences"}).drop(columns="aside")
    parts = [part for part in (floor.sort_values("financial_year"), marks) if len(part)]
    columns = ["financial_year", "series", "offences", "low", "high", "outcome", "releases", "below_floor"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def _drawn(data: pd.DataFrame, height: float):
    """A figure with the official line and a mark for each printing; the figure, its axes, and both parts of the data."""
    years = every_year(data["financial_year"])
    line, marks = (data[data["series"] == series] for series in (OFFICIAL, PRINTED))
    drawn, axes = style.figure(height=height)
    if len(line):
        at = line["financial_year"].map(years.index)
        axes.plot(at, line["offences"], "o-", color=style.OFFICIAL, markersize=3, label=LINE)
    at, short = marks["financial_year"].map(years.index), marks["below_floor"].astype(bool)
    floor = marks["financial_year"].map(line.set_index("financial_year")["offences"]).astype(float)
    style.interval(
        axes, at[short], marks.loc[short, "offences"], floor[short], style.FOI, across=False, width=1.0
    )
    for outcome, (words, _, marker, colour, face) in LOOKS.items():
        part = marks[marks["outcome"] == outcome]
        if len(part):
            look = {"color": colour, "markerfacecolor": face, "label": words, "zorder": 5}
            axes.plot(at[part.index], part["offences"], marker, **look)
    style.key(axes, labelcolor="markeredgecolor")  # the face of a hollow mark is white
    style.years(axes, years)
    axes.set_xlim(-0.5, len(years) - 0.5)
    axes.set_ylim(0, data[["offences", "low", "high"]].max(axis=None) * 1.14 + 1)
    axes.set_ylabel("Recorded offences")
    style.thousands(axes)
    return drawn, axes, line, marks


def _chart(
    drawn, data: pd.DataFrame, line: pd.DataFrame, marks: pd.DataFrame, whose: str, start: str
) -> Chart:
    """The chart with its words: what it shows of whom, in a title, and all of it, after the sentence `start`."""
    words = [f"{whose}. {start}"]
    if line.empty:
        words.append("There is no official child-only series for it.")
    else:
        first, last = line.iloc[0], line.iloc[-1]
        words.append(
            f"The official child-only count goes from {first.offences:,.0f} in {first.financial_year} to "
            f"{last.offences:,.0f} in {last.financial_year}; its highest is {line['offences'].max():,.0f}."
        )
    for outcome, (_, told, *_) in LOOKS.items():
        rows = marks[marks["outcome"] == outcome]
        if told and len(rows):
            said = (
                f"{row.offences:,.0f} in {row.financial_year} ({row.releases})" for row in rows.itertuples()
            )
            words.append(f"{told}: {listed(said)}.")
    below = marks[marks["below_floor"] & (marks["outcome"] == "stands")]
    if len(below):
        words.append(f"Below the official count: {listed(below['financial_year'])}.")
    if marks.empty:
        words.append("No FOI figure was published for it.")
    sources = [] if line.empty else [FLOOR]
    sources += [] if marks.empty else [PRESS]
    return Chart(drawn, data, " ".join(words), f"{whose}: {_point(line, marks)}", "; ".join(sources))


def _point(line: pd.DataFrame, marks: pd.DataFrame) -> str:
    """What the figure shows, in the few words of a title."""
    if marks.empty:
        return "the official count; no FOI figure was published"
    if line.empty:
        return "published FOI figures, with no official count to check them"
    checked = marks[(marks["outcome"] == "stands") & marks["financial_year"].isin(line["financial_year"])]
    below = checked["below_floor"].sum()
    if checked.empty:
        return "FOI figures and the official count share no year"
    if len(checked) == 1:
        return f"the FOI figure that can be checked is {'' if below else 'not '}below the official count"
    return f"{below or 'none'} of {len(checked)} FOI figures {'are' if below > 1 else 'is'} below the official count"
