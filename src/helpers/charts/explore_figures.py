"""The two figures of the exploring notebook: every printing over the official count, and a change with intervals.

In the first, each release that printed several years is a thin line: years compare within a release and no line
crosses from one to another. The mark that stands under the chosen vintage is filled, others are hollow, and what was
set aside is a grey cross. The grey ground is the official child-only count, which a complete count cannot be below.
"""

from __future__ import annotations

from calendar import month_abbr

import pandas as pd
from matplotlib.patheffects import withStroke

from helpers.charts import style
from helpers.charts.briefing import OFFICIAL, course, official_line
from helpers.charts.export import Chart
from helpers.charts.foi import FLOOR, PRESS
from helpers.charts.words import change, changes, every_year, listed
from helpers.foi.completeness import VERDICTS

TINY = 6.5
HALO = {"path_effects": [withStroke(linewidth=2.2, foreground=style.PAPER)], "zorder": 6}
PRINTED = "FOI, as printed"
# Outcome → words of the key, of the alt text, marker, colour and face; the first that a value has is drawn.
LOOKS = {
    "stands": ("printed, stands", "Figures that stand", "D", style.FOI, style.FOI),
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
    if printed.empty and official.empty:
        raise ValueError(f"{area} has no count of {counted!r} to draw")
    data = _marks(printed, official)
    years = every_year(data["financial_year"])
    line, marks = data[data["series"] == OFFICIAL], data[data["series"] == PRINTED]
    with style.at("slide"):
        figure, axes = style.figure(height=4.6)
    top = data[["offences", "low", "high"]].max(axis=None) * 1.14 + 1
    axes.set_ylim(0, top)
    axes.set_xlim(-0.5, len(years) - 0.2 + (0.11 * len(years) if len(line) else 0))
    words = "official codes that\nonly cover under-18s:\na complete count\ncannot be below"
    official_line(axes, line, years, words, most=12)
    if len(line):
        at = line["financial_year"].map(years.index)
        axes.fill_between(at, line["offences"], color=style.FAINT, alpha=0.45, linewidth=0, zorder=0)
    for _, release in printed[printed["outcome"] != "set aside"].groupby("round"):
        joined = release.drop_duplicates("financial_year").sort_values("financial_year")
        if len(joined) > 1:
            at = joined["financial_year"].map(years.index)
            axes.plot(at, joined["value"], color=style.FOI, linewidth=1.1, alpha=0.55, zorder=3)
    _draw_marks(axes, marks.assign(at=marks["financial_year"].map(years.index)), top)
    if len(marks):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, fontsize=style.SMALL)
    source = PRESS if official.empty else f"{PRESS}; {FLOOR}"
    title = (
        f"{area}, {_title(counted, line, marks)}"
        if len(marks)
        else f"{area}: no figure was printed in these years"
    )
    return Chart(figure, data, _alt(area, counted, line, marks, vintage), title, source)


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
    parts = [part for part in (floor, marks) if len(part)]
    columns = ["financial_year", "series", "offences", "low", "high", "outcome", "releases", "below_floor"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns)


def _draw_marks(axes, marks: pd.DataFrame, top: float) -> None:
    """The marks, each with the counts that its words allow (a caret where they are open), its value and its releases."""
    for outcome, (words, _, marker, colour, face) in LOOKS.items():
        part = marks[marks["outcome"] == outcome]
        if len(part):
            axes.plot(
                part["at"],
                part["offences"],
                marker,
                color=colour,
                markerfacecolor=face,
                label=words,
                zorder=5,
            )
    low, high = (marks[end].astype(float) for end in ("low", "high"))
    ends = (
        low.fillna((marks["offences"] - 0.06 * top).clip(lower=0)),
        high.fillna(marks["offences"] + 0.06 * top),
    )
    style.interval(axes, marks["at"], *ends, style.FOI, across=False)
    for known, end, caret in ((low, ends[0], "v"), (high, ends[1], "^")):
        if known.isna().any():
            axes.plot(
                marks["at"][known.isna()], end[known.isna()], caret, color=style.FOI, markersize=4, zorder=4
            )
    for at, group in marks.sort_values("offences").groupby("at"):
        heights = style.spread(group["offences"], gap=0.075 * top)
        for row, height in zip(group.itertuples(), heights, strict=True):
            colour = style.NEUTRAL if row.outcome == "set aside" else style.INK
            number, short = f"{row.offences:,.0f}", row.releases.replace(" 20", " ’").replace(", ", "\n")
            style.label(axes, at, height, number, colour, fontsize=style.SMALL, va="bottom", **HALO)
            style.label(
                axes, at, height, short, style.NEUTRAL, fontsize=TINY, va="top", linespacing=0.95, **HALO
            )


def _title(counted: str, line: pd.DataFrame, marks: pd.DataFrame) -> str:
    stands = marks[marks["outcome"] == "stands"]
    number = stands["financial_year"].isin(line["financial_year"]).sum()
    if not number:
        return f"{counted}: what each release printed"
    below = stands["below_floor"].sum()
    return f"{counted}: {below or 'none'} of {number} figures that stand {'are' if below > 1 else 'is'} below the official count"


def _alt(area: str, counted: str, line: pd.DataFrame, marks: pd.DataFrame, vintage: str) -> str:
    words = [f"Printed FOI figures of {area}, {counted}, by year and release; {vintage} stands."]
    if len(line):
        words.append(f"{course(line)}.")
    for outcome, (_, start, *_) in LOOKS.items():
        rows = marks[marks["outcome"] == outcome]
        if start and len(rows):
            said = (
                f"{row.offences:,.0f} in {row.financial_year} ({row.releases})" for row in rows.itertuples()
            )
            words.append(f"{start}: {listed(said)}.")
    below = marks[marks["below_floor"] & (marks["outcome"] == "stands")]
    if len(below):
        words.append(f"Below the official count: {listed(below['financial_year'])}.")
    return " ".join(words)


def change_with_intervals(force: str, change_of: pd.Series) -> Chart:
    """One force's change between two years, by FOI and by official codes, alone and pulled towards other forces'.

    Parameters
    ----------
    force : str
    change_of : Series
        A row of rise_forces.

    Raises
    ------
    ValueError
        When neither ratio is there.
    """
    kinds = {
        "foi_ratio": ("foi", PRINTED),
        "foi_shrunk": ("foi_shrunk", f"{PRINTED}, pulled towards other forces"),
        "official_ratio": ("official", OFFICIAL),
        "official_shrunk": ("official_shrunk", f"{OFFICIAL}, pulled towards other forces"),
    }
    rows = [
        (
            words,
            column.partition("_")[0],
            change_of[column],
            change_of[f"{ends}_low"],
            change_of[f"{ends}_high"],
        )
        for column, (ends, words) in kinds.items()
        if pd.notna(change_of[column])
    ]
    first, last = change_of["first_year"], change_of["last_year"]
    if not rows:
        raise ValueError(f"{force} has no change between {first} and {last}")
    data = pd.DataFrame(rows, columns=["figure", "origin", "ratio", "low", "high"])
    with style.at("slide"):
        figure, axes = style.figure(height=1.5 + 0.32 * len(data))
    y = style.rows(axes, data["figure"], down=True)
    colours = data["origin"].map({"foi": style.FOI, "official": style.OFFICIAL})
    style.estimates(axes, y, data["ratio"], data["low"], data["high"], colours)
    for at, ratio, colour in zip(y, data["ratio"], colours, strict=True):
        style.label(axes, ratio, at, change(ratio), colour, side="above", gap=4, fontsize=style.SMALL)
    ends = data[["ratio", "low", "high"]].astype(float)
    axes.set_xlim(min(0.9, ends.min(axis=None) * 0.95), max(1.1, ends.max(axis=None) * 1.05))
    style.ratio_axis(axes)
    style.reference(axes, 1.0, "no change")
    axes.set_xlabel(f"Change from {first} to {last}")
    said = listed(
        f"{row.figure} {change(row.ratio)} ({changes(row.low, row.high)})" for row in data.itertuples()
    )
    doubt = {
        "earlier": "the earlier FOI count is below the official floor",
        "later": "the later FOI count is below the official floor",
        "both": "both FOI counts are below the official floor",
    }.get(change_of["below_floor"])
    alt = f"{force}, change from {first} to {last} with intervals: {said}.{f' But {doubt}.' if doubt else ''}"
    title = f"{force}, {first} to {last}{f': {doubt}' if doubt else ''}"
    return Chart(figure, data, alt, title, f"{PRESS}; {FLOOR}")
