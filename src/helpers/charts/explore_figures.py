"""The two figures of the exploring notebook: every printing over the official count, and a change with intervals.

In the first, each release that printed several years is a thin line: years compare within a release and no line
crosses from one to another. The mark that stands under the chosen vintage is filled, others are hollow, and what was
set aside is a grey cross. The grey ground is the official child-only count, which a complete count cannot be below.
"""

from __future__ import annotations

from calendar import month_abbr

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from helpers.charts import style
from helpers.charts.export import Chart
from helpers.charts.floor import FLOOR
from helpers.charts.foi import PRESS
from helpers.charts.words import listed
from helpers.foi.completeness import VERDICTS

TINY = 6.5
HALO = [withStroke(linewidth=2.2, foreground=style.PAPER)]
FILLED = {"stands": True, "prints what stands": True, "another printing stands": False}


def released(round_id: str) -> str:
    """A release as a label.

    >>> released("2017-03"), released("2016-report"), released("2017-06-flag"), released("2021-flag")
    ('Mar 2017', '2016 (report)', 'Jun 2017 (flag)', '2021 (flag)')
    """
    year, *rest = round_id.split("-")
    month = f"{month_abbr[int(rest.pop(0))]} " if rest and rest[0].isdigit() else ""
    return f"{month}{year}{f' ({chr(32).join(rest)})' if rest else ''}"


def printed_over_official(
    area: str, counted: str, printed: pd.DataFrame, official: pd.DataFrame, vintage: str
) -> Chart:
    """Draw every printed count of one area and measure, and the official floor where there is one.

    Parameters
    ----------
    area, counted : str
        Whose figures, and what is counted, in words.
    printed : DataFrame
        One row a printing: financial_year, value, value_low, value_high, round, outcome (a key of FILLED, or "set aside"),
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
    if printed.empty and official.empty:
        raise ValueError(f"{area} has no count of {counted!r} to draw")
    data = _marks(printed, official)
    years = sorted(data["financial_year"].unique())
    years = [f"{y}/{(y + 1) % 100:02d}" for y in range(int(years[0][:4]), int(years[-1][:4]) + 1)]
    place = {year: number for number, year in enumerate(years)}
    with style.at("slide"):
        figure, axes = style.figure(height=4.6)
    top = float(np.nanmax(data[["offences", "low", "high"]].to_numpy(dtype=float))) * 1.14 + 1
    axes.set_ylim(0, top)
    axes.set_xlim(-0.5, len(years) - 0.2 + (0.11 * len(years) if len(official) else 0))
    _draw_official(axes, official, place)
    lines = _draw_releases(axes, printed, place)
    _draw_marks(axes, data[data["series"] == "FOI, as printed"], place, top)
    if len(printed):
        _draw_key(axes, data, lines)
    axes.set_xticks(range(len(years)), years, fontsize=8 if len(years) < 15 else style.SMALL)
    axes.spines["bottom"].set_bounds(-0.5, len(years) - 0.5)
    axes.set_ylabel("recorded offences")
    style.thousands(axes)
    source = PRESS if official.empty else f"{PRESS}; {FLOOR}"
    return Chart(figure, data, _alt(area, counted, data, vintage), _title(area, counted, data), source)


def _marks(printed: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """One row a mark: printings of one value in one year are one mark, with every release that printed it."""
    floor = pd.DataFrame(
        {
            "financial_year": official["financial_year"],
            "series": "official, child-only",
            "offences": official["child_only"].astype(float),
            "low": np.nan,
            "high": np.nan,
            "outcome": "",
            "releases": "",
            "below_floor": False,
        }
    )
    order = {outcome: place for place, outcome in enumerate([*FILLED, "set aside"])}
    rows = printed.assign(order=printed["outcome"].map(order), aside=printed["outcome"] == "set aside")
    same = rows.sort_values(["financial_year", "value", "order"]).groupby(
        ["financial_year", "value", "aside"], sort=False
    )
    marks = pd.DataFrame(
        [
            {
                "financial_year": year,
                "series": "FOI, as printed",
                "offences": value,
                "low": group["value_low"].iloc[0],
                "high": group["value_high"].iloc[0],
                "outcome": group["outcome"].iloc[0],
                "releases": ", ".join(released(name) for name in sorted(set(group["round"]))),
                "below_floor": bool((group["verdict"] == VERDICTS[0]).any()),
            }
            for (year, value, _), group in same
        ],
        columns=floor.columns,
    )
    parts = [part for part in (floor, marks) if len(part)]
    return pd.concat(parts, ignore_index=True)


def _draw_official(axes, official: pd.DataFrame, place: dict[str, int]) -> None:
    if official.empty:
        return
    x, y = (
        [place[year] for year in official["financial_year"]],
        official["child_only"].astype(float).to_numpy(),
    )
    axes.fill_between(x, 0, y, color=style.FAINT, alpha=0.45, linewidth=0, zorder=0)
    axes.plot(x, y, color=style.OFFICIAL, marker="o", markersize=3, zorder=2)
    words = "official codes that\nonly cover under-18s:\na complete count\ncannot be below"
    style.label(axes, x[-1], y[-1], words, style.OFFICIAL, gap=7, fontsize=style.SMALL)


def _draw_releases(axes, printed: pd.DataFrame, place: dict[str, int]) -> bool:
    """Join the years of each release; whether any was joined."""
    used, joined = printed[printed["outcome"] != "set aside"], False
    for _, release in used.groupby("round"):
        line = release.drop_duplicates("financial_year").sort_values("financial_year")
        if len(line) > 1:
            x = line["financial_year"].map(place)
            axes.plot(x, line["value"], color=style.FOI, linewidth=1.1, alpha=0.55, zorder=3)
            joined = True
    return joined


def _draw_marks(axes, marks: pd.DataFrame, place: dict[str, int], top: float) -> None:
    for year, group in marks.groupby("financial_year"):
        x = place[year]
        group = group.sort_values("offences")
        for row in group.itertuples():
            _interval(axes, x, row, top)
            if row.outcome == "set aside":
                axes.plot(x, row.offences, "x", color=style.NEUTRAL, markersize=6, zorder=4)
                continue
            face = style.FOI if FILLED[row.outcome] else style.PAPER
            axes.plot(x, row.offences, "D", color=style.FOI, markerfacecolor=face, markersize=5.5, zorder=5)
        heights = style.spread(group["offences"], gap=0.075 * top)
        for row, height in zip(group.itertuples(), heights, strict=True):
            _label(axes, x, height, row)


def _interval(axes, x: int, row, top: float) -> None:
    """The counts that the printed words allow; a caret where they are open upward or downward."""
    if row.low == row.offences and row.high == row.offences:
        return
    low = row.low if pd.notna(row.low) else max(row.offences - 0.06 * top, 0)
    high = row.high if pd.notna(row.high) else row.offences + 0.06 * top
    style.interval(axes, x, low, high, style.FOI, across=False)
    for end, open_ended, caret in ((low, pd.isna(row.low), "v"), (high, pd.isna(row.high), "^")):
        if open_ended:
            axes.plot(x, end, caret, color=style.FOI, markersize=4, zorder=4)


def _label(axes, x: int, height: float, row) -> None:
    colour = style.NEUTRAL if row.outcome == "set aside" else style.INK
    weight = "bold" if FILLED.get(row.outcome) else "normal"
    options = {"path_effects": HALO, "zorder": 6}
    style.label(
        axes,
        x,
        height,
        f"{row.offences:,.0f}",
        colour,
        fontsize=style.SMALL,
        fontweight=weight,
        va="bottom",
        **options,
    )
    short = row.releases.replace(" 20", " ’").replace(", ", "\n")
    style.label(axes, x, height, short, style.NEUTRAL, fontsize=TINY, va="top", linespacing=0.95, **options)


def _draw_key(axes, data: pd.DataFrame, lines: bool) -> None:
    """What the marks mean, above the picture; only what is in it."""
    mark = {"linestyle": "none", "color": style.FOI, "markersize": 5}
    handles = {
        "stands": Line2D([], [], marker="D", label="printed, stands", **mark),
        "another printing stands": Line2D(
            [], [], marker="D", markerfacecolor=style.PAPER, label="another printing", **mark
        ),
        "set aside": Line2D([], [], marker="x", label="set aside", **{**mark, "color": style.NEUTRAL}),
    }
    shown = [handle for outcome, handle in handles.items() if (data["outcome"] == outcome).any()]
    if lines:
        shown.append(Line2D([], [], color=style.FOI, linewidth=1.1, alpha=0.55, label="one release"))
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderpad": 0, "borderaxespad": 0.2}
    axes.legend(
        handles=shown, ncols=len(shown), fontsize=style.SMALL, handletextpad=0.3, columnspacing=1.4, **place
    )


def _title(area: str, counted: str, data: pd.DataFrame) -> str:
    printed = data[data["series"] == "FOI, as printed"]
    stands = printed[printed["outcome"] == "stands"]
    held = stands["financial_year"].isin(data.loc[data["series"] != "FOI, as printed", "financial_year"])
    if printed.empty:
        return f"{area}: no figure was printed in these years"
    if not held.any():
        return f"{area}, {counted}: what each release printed"
    below, number = int(stands["below_floor"].sum()), int(held.sum())
    if below:
        return f"{area}, {counted}: {below} of {number} figures that stand {'is' if below == 1 else 'are'} below the official count"
    return f"{area}, {counted}: none of {number} figures that stand is below the official count"


def _alt(area: str, counted: str, data: pd.DataFrame, vintage: str) -> str:
    line = data[data["series"] != "FOI, as printed"]
    printed = data[data["series"] == "FOI, as printed"]
    words = [f"Printed FOI figures of {area}, {counted}, by year and release; {vintage} stands."]
    if len(line):
        first, last = line.iloc[0], line.iloc[-1]
        words.append(
            f"The official child-only count goes from {first.offences:,.0f} in {first.financial_year} to "
            f"{last.offences:,.0f} in {last.financial_year}."
        )
    for outcome, start in (
        ("stands", "Figures that stand:"),
        ("another printing stands", "Other printings:"),
        ("set aside", "Set aside:"),
    ):
        rows = printed[printed["outcome"] == outcome]
        if len(rows):
            said = [
                f"{row.offences:,.0f} in {row.financial_year} ({row.releases})" for row in rows.itertuples()
            ]
            words.append(f"{start} {listed(said)}.")
    below = printed[printed["below_floor"] & (printed["outcome"] == "stands")]
    if len(below):
        words.append(f"Below the official count: {listed(below['financial_year'])}.")
    return " ".join(words)


def change_with_intervals(force: str, change: pd.Series) -> Chart:
    """One force's change between two years, by FOI and by official codes, alone and pulled towards other forces'.

    Parameters
    ----------
    force : str
    change : Series
        A row of rise_forces.

    Raises
    ------
    ValueError
        When neither ratio is there.
    """
    rows = []
    for origin, words in (("foi", "FOI, as printed"), ("official", "official, child-only")):
        for kind, name in (("ratio", words), ("shrunk", f"{words}, pulled towards other forces")):
            low, high = ("low", "high") if kind == "ratio" else ("shrunk_low", "shrunk_high")
            value = change[f"{origin}_{kind}"]
            if pd.notna(value):
                rows.append((name, origin, value, change[f"{origin}_{low}"], change[f"{origin}_{high}"]))
    if not rows:
        raise ValueError(f"{force} has no change between {change['first_year']} and {change['last_year']}")
    data = pd.DataFrame(rows, columns=["figure", "origin", "ratio", "low", "high"])
    with style.at("slide"):
        figure, axes = style.figure(height=1.5 + 0.32 * len(data))
    y = np.arange(len(data))
    for place, row in zip(y, data.itertuples(), strict=True):
        colour = style.FOI if row.origin == "foi" else style.OFFICIAL
        style.estimates(axes, place, row.ratio, row.low, row.high, colour)
        style.label(
            axes, row.ratio, place, f"{row.ratio:.2f}×", colour, side="above", gap=4, fontsize=style.SMALL
        )
    axes.set_yticks(y, data["figure"])
    axes.set_ylim(len(data) - 0.4, -0.7)
    ends = data[["ratio", "low", "high"]].to_numpy(dtype=float)
    axes.set_xlim(min(0.9, np.nanmin(ends) * 0.95), max(1.1, np.nanmax(ends) * 1.05))
    style.ratio_axis(axes)
    style.reference(axes, 1.0, "no change")
    axes.set_xlabel(f"{change['last_year']} over {change['first_year']}")
    said = listed(
        [f"{row.figure} {row.ratio:.2f} ({row.low:.2f} to {row.high:.2f})" for row in data.itertuples()]
    )
    below = {"earlier": "the earlier FOI count", "later": "the later FOI count", "both": "both FOI counts"}
    doubt = below.get(change["below_floor"])
    are = "are" if change["below_floor"] == "both" else "is"
    alt = (
        f"{force}, {change['last_year']} over {change['first_year']}, ratios with intervals: {said}."
        f"{f' But {doubt} {are} below the official floor.' if doubt else ''}"
    )
    title = f"{force}, {change['first_year']} to {change['last_year']}{f': {doubt} {are} below the official floor' if doubt else ''}"
    return Chart(figure, data, alt, title, f"{PRESS}; {FLOOR}")
