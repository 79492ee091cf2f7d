"""Figures of the notebooks on weighing and on known truth: the matrix, the ladder, the multiverse, false assumptions.

Each function takes a frame, draws it in the house style, and returns a Chart with the data drawn and alt text made
from them. Nothing here estimates.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from helpers.charts import style
from helpers.charts.export import Chart
from helpers.charts.words import minus
from helpers.stats.missing import absorbing
from helpers.tables import vocabularies

EXPLANATIONS = tuple(
    row["explanation"] for row in vocabularies.rows("explanations", "predicted") if row["predicted"] == "true"
)
DIMENSIONS = ("delay", "age", "offence", "force", "time", "adults and children")
LADDER_NAMES = {"recording + confidence": "these two"}
# Verdicts are told apart by shape, so that colour is not needed.
MARKS = {
    "as predicted": {"marker": "o", "fill": True},
    "contradicted": {"marker": "X", "fill": True},
    "cannot tell": {"marker": "o", "fill": False},
    "no interval": {"marker": "D", "fill": False},
    "not observed": {"marker": "_", "fill": True},
    "not tested": {"marker": "1", "fill": True},
    "other years": {"marker": "d", "fill": False},
}


def matrix(frame: pd.DataFrame, *, source: str) -> Chart:
    """What each explanation predicted for each dimension, and what became of it.

    Parameters
    ----------
    frame : DataFrame
        The table `prediction_results`.
    source : str

    Returns
    -------
    Chart
        One mark a prediction; a ring marks the primary ones, a square a check that was written when its result
        was known. The title counts what became of the predictions, and no check.
    """
    drawn, axes = style.figure(height=4.7)
    for column, explanation in enumerate(EXPLANATIONS):
        for row, dimension in enumerate(reversed(DIMENSIONS)):
            cell = frame[(frame["explanation"] == explanation) & (frame["dimension"] == dimension)]
            _cell(axes, column, row, cell, style.MEANINGS[explanation])
    axes.set_xlim(-0.5, len(EXPLANATIONS) - 0.5)
    axes.set_ylim(-0.5, len(DIMENSIONS) - 0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(EXPLANATIONS)), EXPLANATIONS)
    axes.set_yticks(range(len(DIMENSIONS)), reversed(DIMENSIONS))
    for text, explanation in zip(axes.get_xticklabels(), EXPLANATIONS, strict=True):
        text.set(color=style.MEANINGS[explanation], fontweight="bold")
    axes.tick_params(length=0)
    for edge in np.arange(-0.5, len(DIMENSIONS)):
        axes.axhline(edge, color=style.FAINT, linewidth=0.8, zorder=0)
    for edge in np.arange(-0.5, len(EXPLANATIONS)):
        axes.axvline(edge, color=style.FAINT, linewidth=0.8, zorder=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    used = [verdict for verdict in MARKS if (frame["verdict"] == verdict).any()]
    handles = [_handle(verdict) for verdict in used]
    handles.append(Line2D([], [], marker="o", markersize=11, color=style.INK, markerfacecolor="none", linestyle="",
                          markeredgewidth=0.9, label="primary"))  # fmt: skip
    foreseen = frame[frame["role"] != "afterwards"]
    if len(foreseen) < len(frame):
        handles.append(Line2D([], [], marker="s", markersize=11, color=style.INK, markerfacecolor="none", linestyle="",
                              markeredgewidth=0.9, label="afterwards, no prediction"))  # fmt: skip
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.45, -0.01), ncols=4, handletextpad=0.3,
                columnspacing=1.1)  # fmt: skip
    counted = [
        f"{explanation}: "
        + ", ".join(
            f"{int(number)} {verdict}" for verdict, number in
            foreseen.loc[foreseen["explanation"] == explanation, "verdict"].value_counts().items()
        )
        for explanation in EXPLANATIONS
    ]  # fmt: skip
    alt = (
        f"Grid of {len(foreseen)} predictions by explanation and dimension, each marked with what became of it. "
        f"{'; '.join(counted)}. {foreseen['same_test'].notna().sum()} share their test with another."
    )
    for check in frame[frame["role"] == "afterwards"].itertuples():
        alt += f" A check of {check.explanation} by {check.dimension}, written when its result was known: {check.verdict}."
    held, failed = ((foreseen["verdict"] == verdict).sum() for verdict in ("as predicted", "contradicted"))
    title = (
        f"Of {len(foreseen)} predictions {held} came out as predicted and {failed} {'was' if failed == 1 else 'were'} "
        f"contradicted; {len(foreseen) - held - failed} are undecided"
    )
    unjudged = foreseen["verdict"].isin(["not tested", "other years"]).sum()
    if unjudged:
        title = f"{unjudged} of {len(foreseen)} predictions are not judged: they are about other years, or not tested"

    columns = [
        "prediction",
        "explanation",
        "dimension",
        "role",
        "expected",
        "value",
        "low",
        "high",
        "verdict",
        "same_test",
    ]
    return Chart(drawn, frame[columns].reset_index(drop=True), alt, title, source)


def _place(name: str) -> tuple[int, bool]:
    """Where an explanation stands among the panels: in the vocabulary's order, those together after the last of them."""
    order = vocabularies.values("explanations")
    parts = name.split(" + ")
    return max(order.index(part) for part in parts), len(parts) > 1


def _cell(axes, column: int, row: int, cell: pd.DataFrame, colour: str) -> None:
    """The marks of one cell, five to a line."""
    if cell.empty:
        style.label(axes, column, row, "predicts nothing", style.NEUTRAL, side="above", gap=-4, fontsize=7.5)
        return
    lines = int(np.ceil(len(cell) / 5))
    for place, item in enumerate(cell.itertuples()):
        line, within = divmod(place, 5)
        wide = min(5, len(cell) - 5 * line)
        x, y = column + (within - (wide - 1) / 2) * 0.17, row + ((lines - 1) / 2 - line) * 0.34
        mark = MARKS[item.verdict]
        axes.plot(x, y, mark["marker"], color=colour, markersize=6.5, markeredgewidth=1.4,
                  markerfacecolor=colour if mark["fill"] else "none")  # fmt: skip
        if item.role == "primary":
            axes.plot(x, y, "o", color=style.INK, markersize=12, markerfacecolor="none", markeredgewidth=0.9)
        elif item.role == "afterwards":
            axes.plot(x, y, "s", color=style.INK, markersize=12, markerfacecolor="none", markeredgewidth=0.9)


def _handle(verdict: str) -> Line2D:
    mark = MARKS[verdict]
    return Line2D([], [], marker=mark["marker"], color=style.INK, linestyle="", markersize=6, label=verdict,
                  markerfacecolor=style.INK if mark["fill"] else "none", markeredgewidth=1.3)  # fmt: skip


@absorbing
def ladder(frame: pd.DataFrame, *, source: str) -> Chart:
    """The share that each explanation can have on every rung, for one area.

    Parameters
    ----------
    frame : DataFrame
        Rows of the table `weighing_bounds` of one area.
    source : str

    Returns
    -------
    Chart
        Thick bars are what the assumptions allow at the changes seen, thin lines the interval that covers the true
        share. A refuted rung has no bars and says so.
    """
    # What the first rung alone allows has no panel
    highest = frame[frame["step"].ge(min(2, frame["step"].max()))].groupby("explanation")["high"].max()
    shown = sorted(highest.index[highest != 0], key=_place)
    rungs = frame.drop_duplicates("step").sort_values("step")
    drawn, grid = style.figure(1, len(shown), height=1.4 + 0.4 * len(rungs), sharey=True, squeeze=False)
    at = {step: len(rungs) - 1 - place for place, step in enumerate(rungs["step"])}
    words, most = [], []
    for axes, name in zip(grid[0], shown, strict=True):
        rows = frame[frame["explanation"] == name]
        colour = style.MEANINGS.get(name, style.NEUTRAL)
        for item in rows.itertuples():
            y = at[item.step]
            if np.isnan(item.low):
                text = "refuted" if not item.feasible else "no rise"
                axes.text(0.5, y, text, ha="center", va="center", fontsize=8, color=style.INK, style="italic")
                continue
            style.interval(axes, y, item.im_low, item.im_high, colour, width=1.3)
            if item.high - item.low < 0.02:  # one value, where the assumptions leave no range
                axes.plot([(item.low + item.high) / 2], [y], "o", color=colour)
            else:
                axes.plot(
                    [item.low, item.high],
                    [y, y],
                    color=colour,
                    linewidth=7,
                    solid_capstyle="butt",
                    alpha=0.55,
                )
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.6, len(rungs) - 0.4)
        axes.set_xticks([0, 0.5, 1])
        style.percents(axes, axis="x")
        axes.tick_params(axis="x", labelsize=7)
        style.reference(axes, 0.5)
        axes.set_title(LADDER_NAMES.get(name, name), color=colour, fontsize=8)
        axes.tick_params(axis="y", length=0)
        kept = rows[rows["low"].notna()].sort_values("step")
        if len(kept):
            last = kept.iloc[-1]
            words.append(f"{name} {last['im_low']:.0%} to {last['im_high']:.0%} on the last rung that holds")
            if name in EXPLANATIONS:
                most.append(f"{name} {last['im_low']:.0%} to {last['im_high']:.0%}")
    grid[0, 0].set_yticks(
        list(at.values()),
        [f"{step}  {name}" for step, name in zip(rungs["step"], rungs["rung"], strict=True)],
    )
    title = f"{frame['area'].iloc[0]}, on the last rung that stands: {', '.join(most) or 'no share'}"
    refuted = rungs.loc[~rungs["feasible"], "rung"].tolist()
    alt = (
        f"Ranges of the share of the rise that each explanation can have, on {len(rungs)} rungs of assumptions. "
        f"{'; '.join(words)}. " + (f"Refuted: {', '.join(refuted)}." if refuted else "No rung is refuted.")
    )
    columns = [
        "area",
        "step",
        "rung",
        "explanation",
        "low",
        "high",
        "im_low",
        "im_high",
        "feasible",
        "p_value",
    ]
    key = "Thick: what the assumptions allow. Thin: its interval."
    return Chart(drawn, frame[columns].reset_index(drop=True), alt, title, f"{source.rstrip('.')}. {key}")


def curve(panels: Mapping[str, pd.DataFrame], *, source: str) -> Chart:
    """Every specification's effect in order of size, with intervals, over rows that say which choice made it.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Panel title to `effect`, `low`, `high`, `group` (the choice that has a row of its own).
    source : str

    Returns
    -------
    Chart
        Its title says with which choices the first panel's effect is clear of zero.
    """
    chosen = [list(dict.fromkeys(table["group"])) for table in panels.values()]
    heights = [height for groups in chosen for height in (7, 1.1 * len(groups))]
    drawn, grid = style.figure(
        len(heights), 1, height=0.8 + 0.17 * sum(heights), height_ratios=heights, squeeze=False
    )
    words, data = [], []
    for (name, table), groups, axes, rows in zip(
        panels.items(), chosen, grid[::2, 0], grid[1::2, 0], strict=True
    ):
        ordered = table.sort_values("effect", ignore_index=True)
        at = np.arange(len(ordered))
        axes.vlines(at, ordered["low"], ordered["high"], color=style.FAINT, linewidth=0.5, rasterized=True)
        axes.plot(at, ordered["effect"], "|", color=style.OFFICIAL, markersize=4, rasterized=True)
        for row, group in enumerate(groups):
            marks = at[ordered["group"] == group]
            rows.plot(marks, np.full(len(marks), row), "|", color=style.OFFICIAL, markersize=6, markeredgewidth=0.6,
                      rasterized=True)  # fmt: skip
        rows.set_yticks(range(len(groups)), groups)
        rows.set_ylim(len(groups) - 0.4, -0.6)
        rows.tick_params(length=0)
        rows.spines[:].set_visible(False)
        style.reference(axes, 0, across=True)
        axes.set_title(name)
        axes.spines["bottom"].set_visible(False)
        for part in (axes, rows):
            part.set_xlim(-len(at) * 0.01, len(at) * 1.01)
            part.set_xticks([])
        above = (ordered["low"] > 0).mean()
        words.append(
            f"{name}: {len(ordered):,} specifications from {ordered['effect'].min():.2f} to "
            f"{ordered['effect'].max():.2f}, median {ordered['effect'].median():.2f}, interval above zero in {above:.0%}"
        )
        data.append(ordered.assign(panel=name))
    alt = minus(f"Specification curves. {'; '.join(words)}.")
    columns = ["panel", "group", "effect", "low", "high"]
    return Chart(
        drawn,
        pd.concat(data, ignore_index=True)[columns],
        alt,
        _hangs_on(next(iter(panels)), data[0]),
        source,
    )


def _hangs_on(name: str, table: pd.DataFrame) -> str:
    """Which choices leave an effect clear of zero in most of their specifications, and which do not.

    >>> table = pd.DataFrame({"group": ["none", "violence"], "effect": [-0.2, -0.1], "low": [-0.3, -0.2], "high": [-0.1, 0.1]})
    >>> _hangs_on("Log rise in figures", table)
    'The fall stands with none, not with violence'
    """
    falls = table["effect"].median() < 0
    what = ("fall" if falls else "rise") if "rise" in name.lower() else "slope"
    beyond = table["high"] < 0 if falls else table["low"] > 0
    clear = beyond.groupby(table["group"], sort=False).mean() > 0.5
    parts = [" or ".join(clear.index[clear == wanted]) for wanted in (True, False)]
    if all(parts):
        return f"The {what} stands with {parts[0]}, not with {parts[1]}"
    return f"The {what} {'stands with every choice' if parts[0] else 'is clear of zero with no choice'}"


def parts(frame: pd.DataFrame, *, source: str) -> Chart:
    """Contributions to a rise that add up to it.

    Parameters
    ----------
    frame : DataFrame
        `factor` (label) and `contribution` (offences), in order.
    source : str

    Returns
    -------
    Chart
    """
    drawn, axes = style.figure(height=1.1 + 0.4 * len(frame))
    rows = np.arange(len(frame))[::-1]
    axes.barh(rows, frame["contribution"], color=style.OFFICIAL, height=0.55)
    for row, item in zip(rows, frame.itertuples(), strict=True):
        side = "right" if item.contribution >= 0 else "left"
        style.label(axes, item.contribution, row, minus(f"{item.contribution:+,.0f}"), side=side)
    axes.set_yticks(rows, frame["factor"])
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(min(0, frame["contribution"].min() * 1.25), frame["contribution"].max() * 1.15)
    style.thousands(axes, axis="x")
    total = frame["contribution"].sum()
    listed = "; ".join(f"{item.factor} {item.contribution:+,.0f}" for item in frame.itertuples())
    alt = minus(f"Bar chart of {len(frame)} contributions that add up to {total:+,.0f} offences. {listed}.")
    first = frame.iloc[0]
    factor = first["factor"]
    title = f"Of a change of {total:+,.0f} offences, {first['contribution']:+,.0f} come from {factor[0].lower()}{factor[1:]}"
    return Chart(drawn, frame.reset_index(drop=True), alt, minus(title), source)


def faults(frame: pd.DataFrame, *, source: str) -> Chart:
    """What becomes of a false assumption: how often it misleads without a sign, and how often it is refuted.

    Parameters
    ----------
    frame : DataFrame
        `world`, `step` (the rung that the world breaks), `refuted` and `silent` (shares of panels, on that rung),
        `last_refuted` (share of panels on which the last rung is refuted), in the order wanted.
    source : str

    Returns
    -------
    Chart
        The title counts what misleads. A row a world, with three marks told apart by shape.
    """
    drawn, axes = style.figure(height=1.6 + 0.27 * len(frame))
    rows = np.arange(len(frame))
    kinds = (
        ("silent", "its rung stands, and a range leaves out the truth", "x", style.ARTEFACT),
        ("refuted", "its rung is refuted", "o", style.NEUTRAL),
        ("last_refuted", "the last rung is refuted", "D", style.OFFICIAL),
    )
    for column, words, marker, colour in kinds:
        axes.plot(frame[column], rows, marker, color=colour, markerfacecolor="none", markersize=6,
                  markeredgewidth=1.3, label=words, clip_on=False, zorder=3)  # fmt: skip
    style.reference(axes, 0.05, "1 in 20")
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.02), ncols=1)
    axes.set_yticks(rows, [f"{item.world} ({item.step})" for item in frame.itertuples()])
    axes.set_ylim(len(frame) - 0.4, -0.7)
    axes.set_xlim(-0.012, 1.02)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("Made-up panels")
    style.percents(axes, axis="x")
    listed = "; ".join(
        f"{item.world} (rung {item.step}): misled {item.silent:.0%}, refuted {item.refuted:.0%}, "
        f"last rung refuted {item.last_refuted:.0%}"
        for item in frame.itertuples()
    )
    alt = f"Dot plot of {len(frame)} made-up worlds that each break an assumption. {listed}."
    unseen, noticed = (int((frame[column] > 0.5).sum()) for column in ("silent", "last_refuted"))
    title = f"{unseen} of {len(frame)} false assumptions mislead without a sign from their own rung; for {noticed} the last rung is refuted"
    return Chart(drawn, frame.reset_index(drop=True), alt, title, source)
