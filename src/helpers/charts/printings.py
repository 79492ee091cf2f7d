"""Printed FOI figures over the official count that a complete count cannot be below: for a briefing, and for who explores.

Official child-only offences are a line; every printing of an FOI figure is a mark, the one that stands filled, the others
hollow, and what was set aside a grey cross. A printed figure below the line is tied to it by a thin stroke, as long as the
shortfall.
"""

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.foi import FLOOR_SOURCE, foi_source, released
from helpers.charts.words import every_year, listed

OFFICIAL, PRINTED = "official, child-only", "FOI, as printed"
LINE = "official codes that only cover under-18s"
# Outcome → words of the key, of the alt text, marker, colour and face; the first that a value has is drawn.
LOOKS = {
    "used": ("FOI figure that we use", "FOI figures that we use", "D", style.FOI, style.FOI),
    "gives the same number": ("", "", "D", style.FOI, style.FOI),
    "another figure is used": ("another FOI figure", "Other FOI figures", "D", style.FOI, style.PAPER),
    "set aside": ("set aside", "Set aside", "x", style.NEUTRAL, style.NEUTRAL),
}


def force_series(force: str, official: pd.DataFrame, printed: pd.DataFrame) -> Chart:
    """Draw one force's printed FOI figures over its official child-only offences, for its briefing.

    Parameters
    ----------
    force : the force's name
    official : `financial_year`, `child_only`: whole years only, in any order; may be empty
    printed : `financial_year`, `value`, `chosen`, `round`: one row a printing; may be empty
    """
    outcome = np.where(printed["chosen"].astype(bool), "used", "another figure is used")
    rows = printed.assign(outcome=outcome, value_low=printed["value"], value_high=printed["value"])
    return over_official(force, "Recorded sexual offences against children.", rows, official)


@drawing
def over_official(whose: str, start: str, printed: pd.DataFrame, official: pd.DataFrame) -> Chart:
    """Draw printed counts, and the official floor where there is one.

    Parameters
    ----------
    whose : whose figures they are, in words that begin the title
    start : a sentence that begins the alt text
    printed : one row a printing: financial_year, value, value_low, value_high, round, outcome (a key of LOOKS); may be empty
    official : financial_year, child_only: whole years only; empty where there is no floor

    Returns
    -------
    Chart
        Its data: one row a mark, with financial_year, series, offences, low, high, outcome, releases and below_floor.

    Raises
    ------
    ValueError
        When both frames are empty: there is nothing to draw.
    """
    if official.empty and printed.empty:
        raise ValueError(f"{whose} has neither an official series nor a printed figure to draw")
    data = _marks(printed, official)
    years = every_year(data["financial_year"])
    line, marks = (data[data["series"] == series] for series in (OFFICIAL, PRINTED))
    drawn, axes = style.figure(height=3.0)
    if len(line):
        at = line["financial_year"].map(years.index)
        axes.plot(at, line["offences"], "o-", color=style.OFFICIAL, markersize=3, label=LINE)
    at, short = marks["financial_year"].map(years.index), marks[marks["below_floor"].astype(bool)]
    floor = short["financial_year"].map(line.set_index("financial_year")["offences"]).astype(float)
    style.interval(axes, at[short.index], short["offences"], floor, style.FOI, across=False, width=1.0)
    for outcome, (words, _, marker, colour, face) in LOOKS.items():
        part = marks[marks["outcome"] == outcome]
        if len(part):
            look = {"color": colour, "markerfacecolor": face, "label": words}
            # the one that stands lies within the others, so that neither hides the other
            look |= {"zorder": 6} if outcome == "used" else {"zorder": 5, "markersize": 7.5}
            axes.plot(at[part.index], part["offences"], marker, **look)
    style.key(axes, labelcolor="markeredgecolor")  # the face of a hollow mark is white
    style.years(axes, years)
    axes.set_xlim(-0.5, len(years) - 0.5)
    most = data[["offences", "low", "high"]].max(axis=None)
    style.scale(axes, "y", "counts", "Recorded offences", 0, most * 1.14 + 1)
    source = "; ".join([FLOOR_SOURCE] * bool(len(line)) + [foi_source()] * bool(len(marks)))
    title = f"{whose}: {_point(line, marks)}"
    return Chart(drawn, data, f"{whose}. {start} {_alt(line, marks)}", title, source)


def _marks(printed: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """One row a mark: printings of one value in one year are one mark, with every release that printed it."""
    order = printed["outcome"].map(list(LOOKS).index)
    rows = printed.assign(order=order, aside=printed["outcome"] == "set aside", series=PRINTED)
    rows = rows.sort_values(["financial_year", "value", "order"])
    marks = rows.groupby(["financial_year", "series", "value", "aside"], sort=False).agg(
        low=("value_low", "first"),
        high=("value_high", "first"),
        outcome=("outcome", "first"),
        releases=("round", lambda rounds: ", ".join(map(released, sorted(set(rounds))))),
    )
    marks = marks.reset_index().rename(columns={"value": "offences"})
    floor = marks["financial_year"].map(official.set_index("financial_year")["child_only"])
    marks["below_floor"] = marks["high"].lt(floor).fillna(False) & ~marks["aside"]
    counts = official[["financial_year"]].assign(offences=official["child_only"].astype(float))
    counts = counts.assign(series=OFFICIAL, outcome="", releases="", below_floor=False)
    parts = [part for part in (counts.sort_values("financial_year"), marks) if len(part)]
    columns = ["financial_year", "series", "offences", "low", "high", "outcome", "releases", "below_floor"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def _alt(line: pd.DataFrame, marks: pd.DataFrame) -> str:
    """All that the figure shows, in sentences."""
    words = ["There is no official child-only series for it."]
    if len(line):
        ends = [f"{year.offences:,.0f} in {year.financial_year}" for year in line.iloc[[0, -1]].itertuples()]
        highest = f"{line['offences'].max():,.0f}"
        words = [f"The official child-only count goes from {' to '.join(ends)}; its highest is {highest}."]
    for outcome, (_, told, *_) in LOOKS.items():
        rows = marks[marks["outcome"] == outcome].itertuples()
        said = [f"{row.offences:,.0f} in {row.financial_year} ({row.releases})" for row in rows]
        if told and said:
            words.append(f"{told}: {listed(said)}.")
    below = marks[marks["below_floor"] & (marks["outcome"] == "used")]
    if len(below):
        words.append(f"Below the official count: {listed(below['financial_year'])}.")
    if marks.empty:
        words.append("There is no FOI figure for it.")
    return " ".join(words)


def _point(line: pd.DataFrame, marks: pd.DataFrame) -> str:
    """What the figure shows, in the few words of a title."""
    if marks.empty:
        return "the official count; there is no FOI figure"
    if line.empty:
        return "FOI figures, with no official count to check them"
    checked = marks[(marks["outcome"] == "used") & marks["financial_year"].isin(line["financial_year"])]
    below = checked["below_floor"].sum()
    if checked.empty:
        return "FOI figures and the official count share no year"
    if len(checked) == 1:
        return f"the FOI figure that can be checked is {'' if below else 'not '}below the official count"
    return f"{below or 'none'} of {len(checked)} FOI figures {'are' if below > 1 else 'is'} below the official count"
