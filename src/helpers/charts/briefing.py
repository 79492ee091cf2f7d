"""The figure of a force's briefing: what was printed for it, over the official count that it cannot be below.

Official child-only offences are a line; every printing of a FOI figure is a mark, the one that stands filled and
the others hollow. A printed figure below the line is tied to it by a thin stroke, as long as the shortfall.
"""

from __future__ import annotations

import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart


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
    years = sorted(data["financial_year"].unique())
    years = [f"{y}/{(y + 1) % 100:02d}" for y in range(int(years[0][:4]), int(years[-1][:4]) + 1)]
    place = {year: number for number, year in enumerate(years)}
    figure, axes = style.figure(height=3.0)
    _draw_official(axes, data[data["series"] == "official, child-only"], place)
    _draw_printed(axes, data, place)
    axes.set_xlim(-0.5, len(years) - 0.5 + 0.17 * len(years))
    axes.set_ylim(0, data["offences"].max() * 1.12 + 1)
    every = -(-len(years) // 7)  # seven labels at most
    axes.set_xticks([place[year] for year in years[::every]], years[::every])
    axes.spines["bottom"].set_bounds(-0.5, len(years) - 0.5)
    axes.set_ylabel("Recorded offences")
    style.thousands(axes)
    sources = [] if official.empty else ["Police recorded crime (Home Office)"]
    sources += [] if printed.empty else ["FOI answers as published by the NSPCC and the press"]
    return Chart(figure, data, _alt(force, data), f"{force}: {_point(data)}", "; ".join(sources))


def _marks(official: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    floor = dict(zip(official["financial_year"], official["child_only"], strict=True))
    rows = [(year, "official, child-only", count, True, False) for year, count in sorted(floor.items())]
    seen = set()
    for row in printed.sort_values(["financial_year", "chosen"], ascending=[True, False]).itertuples():
        if (row.financial_year, row.value) not in seen:  # the same figure printed twice is one mark
            seen.add((row.financial_year, row.value))
            below = row.financial_year in floor and row.value < floor[row.financial_year]
            rows.append((row.financial_year, "FOI, all sexual offences", row.value, bool(row.chosen), below))
    return pd.DataFrame(rows, columns=["financial_year", "series", "offences", "stands", "below_official"])


def _draw_official(axes, line: pd.DataFrame, place: dict[str, int]) -> None:
    if line.empty:
        return
    x = [place[year] for year in line["financial_year"]]
    axes.plot(x, line["offences"], color=style.OFFICIAL, marker="o", markersize=3)
    text = "official codes that\nonly cover under-18s"
    style.label(axes, x[-1], line["offences"].iloc[-1], text, style.OFFICIAL, gap=7)


def _draw_printed(axes, data: pd.DataFrame, place: dict[str, int]) -> None:
    printed = data[data["series"] != "official, child-only"]
    floor = data[data["series"] == "official, child-only"].set_index("financial_year")["offences"]
    for row in printed.itertuples():
        x = place[row.financial_year]
        if row.below_official:
            style.interval(
                axes, x, row.offences, floor[row.financial_year], style.FOI, across=False, width=1.0
            )
        face = style.FOI if row.stands else style.PAPER
        axes.plot(x, row.offences, "D", color=style.FOI, markerfacecolor=face, markersize=5, zorder=4)
    if not printed.empty:
        top = printed.loc[printed["offences"].idxmax()]
        x = place[top.financial_year]
        side = "above" if x > 0.1 * len(place) else "right"  # clear of the numbers of the axis
        style.label(axes, x, top.offences, "FOI, as published", style.FOI, side=side, gap=6)


def _point(data: pd.DataFrame) -> str:
    """What the figure shows, in the few words of a title."""
    official = data["series"] == "official, child-only"
    if official.all():
        return "the official count; no FOI figure was published"
    if not official.any():
        return "published FOI figures, with no official count to check them"
    years = set(data.loc[official, "financial_year"])
    checked = data[~official & data["stands"] & data["financial_year"].isin(years)]
    below = int(checked["below_official"].sum())
    if checked.empty:
        return "FOI figures and the official count share no year"
    if len(checked) == 1:
        return f"the FOI figure that can be checked is {'' if below else 'not '}below the official count"
    are = "is" if below == 1 else "are"
    return (
        f"{below or 'none'} of {len(checked)} FOI figures {are if below else 'is'} below the official count"
    )


def _alt(force: str, data: pd.DataFrame) -> str:
    line = data[data["series"] == "official, child-only"]
    printed = data[data["series"] != "official, child-only"]
    words = [f"Recorded sexual offences against children, {force}."]
    if line.empty:
        words.append("There is no official child-only series for this force.")
    else:
        first, last = line.iloc[0], line.iloc[-1]
        words.append(
            f"The official child-only count goes from {first.offences:,.0f} in {first.financial_year} to "
            f"{last.offences:,.0f} in {last.financial_year}; its highest is {line['offences'].max():,.0f}."
        )
    if printed.empty:
        words.append("No FOI figure was published for it.")
        return " ".join(words)
    stands = printed[printed["stands"]]
    listed = ", ".join(f"{row.offences:,.0f} in {row.financial_year}" for row in stands.itertuples())
    below = int(stands["below_official"].sum())
    words.append(f"FOI figures that stand: {listed}.")
    if not line.empty:
        words.append(
            f"{below} of these {len(stands)} {'is' if below == 1 else 'are'} below the official count."
        )
    return " ".join(words)
