"""The figure of a force's briefing: what was printed for it, over the official count that it cannot be below.

Official child-only offences are a line; every printing of a FOI figure is a mark, the one that stands filled and
the others hollow. A printed figure below the line is tied to it by a thin stroke, as long as the shortfall.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.words import every_year

OFFICIAL, PRINTED = "official, child-only", "FOI, all sexual offences"


@drawing
def force_series(force: str, official: pd.DataFrame, printed: pd.DataFrame) -> Chart:
    """Draw one force's printed FOI figures over its official child-only offences.

    Parameters
    ----------
    force : the force's name
    official : `financial_year`, `child_only`: whole years only, in any order; may be empty
    printed : `financial_year`, `value`, `chosen`, `round`: one row a printing; may be empty

    Returns
    -------
    Chart
        Its data: one row a mark, with `financial_year`, `series`, `offences`, `stands`, `below_official`.

    Raises
    ------
    ValueError
        When both frames are empty: there is nothing to draw.
    """
    if official.empty and printed.empty:
        raise ValueError(f"{force} has neither an official series nor a printed figure")
    data = _marks(official, printed)
    years = every_year(data["financial_year"])
    line, marks = data[data["series"] == OFFICIAL], data[data["series"] == PRINTED]
    figure, axes = style.figure(height=3.0)
    official_line(axes, line, years, "official codes that\nonly cover under-18s", most=7)
    counts = line.set_index("financial_year")["offences"]
    at = marks["financial_year"].map(years.index)
    short = marks["below_official"]
    floor = marks.loc[short, "financial_year"].map(counts)
    style.interval(axes, at[short], marks.loc[short, "offences"], floor, style.FOI, across=False, width=1.0)
    faces = np.where(marks["stands"], style.FOI, style.PAPER)
    look = {"marker": "D", "color": style.FOI, "facecolors": faces, "linewidth": 1, "zorder": 4}
    words = "FOI, as published"
    axes.scatter(at, marks["offences"], 25, label=words if len(marks) else None, **look)
    if style.narrow():
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1))
    elif len(marks):
        top = marks["offences"].idxmax()
        side = "above" if at[top] > 0.1 * len(years) else "right"  # clear of the numbers of the axis
        style.label(axes, at[top], marks["offences"][top], words, style.FOI, side=side, gap=6)
    axes.set_xlim(-0.5, len(years) - 0.5 + (0 if style.narrow() else 0.17 * len(years)))
    axes.set_ylim(0, data["offences"].max() * 1.12 + 1)
    sources = [] if official.empty else ["Police recorded crime (Home Office)"]
    sources += [] if printed.empty else ["FOI answers as published by the NSPCC and the press"]
    return Chart(
        figure, data, _alt(force, line, marks), f"{force}: {_point(line, marks)}", "; ".join(sources)
    )


def official_line(axes, line: pd.DataFrame, years: list[str], words: str, *, most: int) -> None:
    """Draw official `offences` by `financial_year`, with `words` at their end, over an axis that names `most` of `years`."""
    if len(line):
        at = line["financial_year"].map(years.index)
        look = {"color": style.OFFICIAL, "marker": "o", "markersize": 3, "label": words.replace("\n", " ")}
        axes.plot(at, line["offences"], **look)
        end = at.iloc[-1], line["offences"].iloc[-1]
        if not style.narrow():
            style.label(axes, *end, words, style.OFFICIAL, gap=7)
    style.years(axes, years, most=most)
    axes.spines["bottom"].set_bounds(-0.5, len(years) - 0.5)
    axes.set_ylabel("Recorded offences")
    style.thousands(axes)


def _marks(official: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    line = official[["financial_year", "child_only"]].sort_values("financial_year")
    line = line.assign(series=OFFICIAL, offences=line["child_only"], stands=True, below_official=False)
    rows = printed.sort_values(["financial_year", "chosen"], ascending=[True, False])
    rows = rows.drop_duplicates(["financial_year", "value"])  # the same figure printed twice is one mark
    floor = rows["financial_year"].map(official.set_index("financial_year")["child_only"])
    rows = rows.assign(series=PRINTED, offences=rows["value"], stands=rows["chosen"].astype(bool))
    rows = rows.assign(below_official=(rows["value"] < floor).fillna(False).astype(bool))
    columns = ["financial_year", "series", "offences", "stands", "below_official"]
    return pd.concat([part[columns] for part in (line, rows) if len(part)], ignore_index=True)


def _point(line: pd.DataFrame, marks: pd.DataFrame) -> str:
    """What the figure shows, in the few words of a title."""
    if marks.empty:
        return "the official count; no FOI figure was published"
    if line.empty:
        return "published FOI figures, with no official count to check them"
    checked = marks[marks["stands"] & marks["financial_year"].isin(line["financial_year"])]
    below = checked["below_official"].sum()
    if checked.empty:
        return "FOI figures and the official count share no year"
    if len(checked) == 1:
        return f"the FOI figure that can be checked is {'' if below else 'not '}below the official count"
    return f"{below or 'none'} of {len(checked)} FOI figures {'are' if below > 1 else 'is'} below the official count"


def _alt(force: str, line: pd.DataFrame, marks: pd.DataFrame) -> str:
    words = [f"Recorded sexual offences against children, {force}."]
    if line.empty:
        words.append("There is no official child-only series for this force.")
    else:
        words.append(f"{course(line)}; its highest is {line['offences'].max():,.0f}.")
    if marks.empty:
        return " ".join([*words, "No FOI figure was published for it."])
    stands = marks[marks["stands"]]
    listed = ", ".join(f"{row.offences:,.0f} in {row.financial_year}" for row in stands.itertuples())
    words.append(f"FOI figures that stand: {listed}.")
    if len(line):
        below = stands["below_official"].sum()
        are = "is" if below == 1 else "are"
        words.append(f"{below} of these {len(stands)} {are} below the official count.")
    return " ".join(words)


def course(line: pd.DataFrame) -> str:
    """From where to where the official count goes."""
    first, last = line.iloc[0], line.iloc[-1]
    return (
        f"The official child-only count goes from {first.offences:,.0f} in {first.financial_year} to "
        f"{last.offences:,.0f} in {last.financial_year}"
    )
