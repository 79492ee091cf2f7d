"""Figures of the notebooks on weighing and on known truth: the matrix, the ladder, the routes, the multiverse, false assumptions.

Each function takes a frame, draws it in the house style, and returns a Chart with the data drawn and alt text made
from them. Nothing here estimates.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart, drawing
from helpers.charts.words import percent
from helpers.stats.missing import NotAvailable, absorbing
from helpers.tables import rounding, vocabularies

LABELS = vocabularies.labels("explanations")
HEADINGS = {name: label.capitalize() for name, label in LABELS.items()}
EXPLANATIONS = {name: LABELS[name] for name in vocabularies.values("predicted_explanations")}
# Verdicts are told apart by shape, so that colour is not needed: marker, and whether it is filled.
VERDICT_MARKERS = {
    "as predicted": ("o", True),
    "contradicted": ("X", True),
    "cannot tell": ("o", False),
    "no interval": ("D", False),
    "not observed": ("_", True),
    "not tested": ("1", True),
    "other years": ("d", False),
}
ROUTES_SOURCE = "Home Office, FOI answers, inspections, courts; the register of routes gives each assumption"
ACROSS = 4  # marks in a line of a cell
CENTRED = {"ha": "center", "va": "center"}


@drawing
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
        One mark a prediction. A check that was written when its result was known is no prediction: only the alt text
        and the data have it.
    """
    later = frame["role"] == "afterwards"
    every, checks, frame = frame, frame[later].itertuples(), frame[~later]
    dimensions, names = list(dict.fromkeys(frame["dimension"])), list(EXPLANATIONS)
    cells = frame.groupby(["explanation", "dimension"])["verdict"]
    place, size = cells.cumcount(), cells.transform("size")
    line, lines = place // ACROSS, -(-size // ACROSS)
    wide = (size - ACROSS * line).clip(upper=ACROSS)
    marks = frame.assign(
        x=frame["explanation"].map(names.index) + (place % ACROSS - (wide - 1) / 2) * 0.21,
        y=frame["dimension"].map(dimensions.index) + (line - (lines - 1) / 2) * 0.3,
    )
    drawn, axes = style.figure(height=4.6)
    for verdict in sorted(set(frame["verdict"]), key=[*VERDICT_MARKERS].index):
        (marker, filled), part = VERDICT_MARKERS[verdict], marks[marks["verdict"] == verdict]
        look = {"markerfacecolor": style.INK if filled else "none", "markeredgewidth": 1.4, "label": verdict}
        axes.plot(part["x"], part["y"], marker, color=style.INK, markersize=6.5, **look)
    many = pd.crosstab(frame["dimension"], frame["explanation"]).reindex(index=dimensions, columns=names)
    for row, column in np.argwhere(~(many > 0)):
        axes.text(column, row, "predicts\nnothing", **CENTRED, color=style.NEUTRAL, fontsize=style.SMALL)
    axes.set_ylim(len(dimensions) - 0.5, -0.5)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(dimensions)), [name.replace(" ", "\n") for name in dimensions])
    axes.set_xticks(range(len(names)), [label.replace(" ", "\n") for label in EXPLANATIONS.values()])
    for text, name in zip(axes.get_xticklabels(), names, strict=True):
        text.set_color(style.MEANINGS[name])
    axes.set_xticks(np.arange(-0.5, len(names)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(dimensions)), minor=True)
    axes.grid(which="minor", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    style.key(axes, handletextpad=0.7, loc="upper left", bbox_to_anchor=(0, -0.02))
    of_each = frame.groupby("explanation")["verdict"].value_counts().map("{:.0f} ".format)
    counted = (of_each + of_each.index.get_level_values("verdict")).groupby("explanation").agg(", ".join)
    alt = (
        f"Grid of {len(frame)} predictions by explanation and dimension, each marked with what became of it. "
        f"{'; '.join(f'{name}: {became}' for name, became in counted.reindex(names).fillna('none').items())}. "
        f"{frame['same_test'].notna().sum()} share their test with another."
    )
    for check in checks:
        alt += f" A check of {check.explanation} by {check.dimension}, written when its result was known: {check.verdict}."
    counts = frame["verdict"].value_counts().reindex([*VERDICT_MARKERS], fill_value=0)
    held, failed, unsure = counts["as predicted"], counts["contradicted"], counts["cannot tell"]
    unjudged = len(frame) - held - failed - unsure
    title = (
        f"Of {len(frame)} predictions {held} came out as predicted, {failed} {'was' if failed == 1 else 'were'} "
        f"contradicted and {unsure} are undecided" + (f"; {unjudged} cannot be judged" if unjudged else "")
    )
    columns = "prediction explanation dimension role expected value low high verdict same_test".split()
    return Chart(drawn, every[columns].reset_index(drop=True), alt, title, source)


@drawing
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
    rungs = frame.drop_duplicates("step").sort_values("step", ignore_index=True)
    height = 1.4 + 0.4 * len(rungs)
    drawn, grid = style.figure(1, len(shown), height=height, sharey=True, squeeze=False, stack=False)
    half_alone = style.narrow() or len(shown) > 5  # a panel has no room for more
    last = {}
    for axes, name in zip(grid[0], shown, strict=True):
        part = rungs[["step"]].merge(frame[frame["explanation"] == name], on="step")
        known, colour = part[part["low"].notna()], style.MEANINGS.get(name, style.NEUTRAL)
        style.rows(axes, rungs["step"].astype(str) + "  " + rungs["rung"], down=True, room=0.6)
        style.interval(axes, known.index, known["im_low"], known["im_high"], colour, width=1.3)
        point = known["high"] - known["low"] < 0.02  # one value, where the assumptions leave no range
        axes.plot((known["low"] + known["high"])[point] / 2, known.index[point], "o", color=colour)
        ranges = known[~point]
        style.interval(axes, ranges.index, ranges["low"], ranges["high"], colour, width=7, alpha=0.55)
        for row, feasible in part.loc[part["low"].isna(), "feasible"].items():
            text = "no rise" if feasible else "refuted"
            axes.text(0.5, row, text, **CENTRED, fontsize=style.SMALL, style="italic", bbox=style.ON_PAPER)
        axes.set_facecolor("none")  # on a phone the names of the rows lie behind the panels
        axes.spines["left"].set_visible(False)
        style.scale(axes, "x", "shares", low=-0.03, high=1.03)
        axes.set_xticks([0.5] if half_alone else [0, 0.5, 1])
        axes.tick_params(axis="x", labelsize=6.5)
        axes.axvline(0.5, color=style.FAINT, linewidth=0.9, zorder=0)
        axes.set_title("these two" if "+" in name else name, color=colour, fontsize=6.5)
        axes.set_label(name)
        if len(known):
            last[name] = f"{name} {' to '.join(known[['im_low', 'im_high']].iloc[-1].map(percent))}"
    found = ", ".join(last[name] for name in last if name in EXPLANATIONS)
    title = f"{frame['area'].iloc[0]}, on the last rung that stands: {found or 'no share'}"
    refuted = rungs.loc[~rungs["feasible"], "rung"].tolist()
    alt = (
        f"Ranges of the share of the rise that each explanation can have, on {len(rungs)} rungs of assumptions. {title}. "
        f"Refuted: {', '.join(refuted) or 'none'}."
    )
    columns = "area step rung explanation low high im_low im_high feasible p_value".split()
    key = "Thick: what the assumptions allow. Thin: its interval."
    return Chart(drawn, frame[columns].reset_index(drop=True), alt, title, f"{source.rstrip('.')}. {key}")


def _place(name: str) -> tuple[int, bool]:
    """Where an explanation stands among the panels: in the vocabulary's order, those together after the last of them."""
    parts = [vocabularies.values("explanations").index(part) for part in name.split(" + ")]
    return max(parts), len(parts) > 1


@drawing
def specification_curve(panels: Mapping[str, pd.DataFrame], *, level: float, source: str) -> Chart:
    """Every specification's effect in order of size, with intervals, over rows that say which choice made it.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Panel title to `effect`, `low`, `high` (logs of ratios, where the title begins with "Rise"; they are drawn as
        changes) and `group` (the choice that has a row of its own).
    level : float
        Of the intervals, by which the title says what is clear.
    source : str

    Returns
    -------
    Chart
        Its title says with which choices the first panel's effect is clear of zero.
    """
    chosen = [list(dict.fromkeys(table["group"])) for table in panels.values()]
    heights = [height for groups in chosen for height in (7, 1.1 * len(groups))]
    look = {"height": 0.8 + 0.17 * sum(heights), "height_ratios": heights, "squeeze": False}
    drawn, grid = style.figure(len(heights), 1, **look)
    data = {}
    each = zip(panels.items(), chosen, grid.reshape(-1, 2), strict=True)
    for (name, table), groups, (axes, choices) in each:
        ordered = table.sort_values("effect", ignore_index=True)[["group", "effect", "low", "high"]]
        if name.startswith("Rise"):
            ordered[["effect", "low", "high"]] = np.expm1(ordered[["effect", "low", "high"]])
            style.scale(axes, "y", "shares")
        ordered = ordered.round(4).assign(rank=ordered.index + 1)
        at, look = ordered["rank"], {"color": style.OFFICIAL, "rasterized": True}
        axes.vlines(at, ordered["low"], ordered["high"], color=style.FAINT, linewidth=0.5, rasterized=True)
        axes.plot(at, ordered["effect"], "|", markersize=4, **look)
        # some that can be pointed at, as thousands cannot
        some = ordered[:: -(-len(at) // (15 if style.narrow() else 30))]
        limits = some["effect"], some["low"], some["high"]
        style.estimates(axes, some["rank"], *limits, style.INK, across=False, size=2.5)
        style.rows(choices, groups, down=True, room=0.6)
        choices.plot(at, ordered["group"].map(groups.index), "|", markersize=6, markeredgewidth=0.6, **look)
        choices.spines[:].set_visible(False)
        style.reference(axes, 0, across=True)
        axes.set_title(name)
        axes.spines["bottom"].set_visible(False)
        for part in (axes, choices):
            part.set_xlim(-len(at) * 0.01, len(at) * 1.01)
            part.set_xticks([])
        data[name] = ordered
    words = f"A line for each specification, by size; some with their {percent(level)} intervals in black"
    choices.set_xlabel(words, fontsize=style.SMALL)
    title = _hangs_on(*next(iter(data.items())))
    says = "{}: {:,} specifications, interval above zero in {}".format
    words = [says(name, len(each), percent((each["low"] > 0).mean())) for name, each in data.items()]
    kept = pd.concat([each.assign(panel=name.split()[0].lower()) for name, each in data.items()])
    columns = ["panel", "group", "rank", "effect", "low", "high"]
    alt = f"Specification curves. {title}. {'; '.join(words)}."
    return Chart(drawn, kept[columns].reset_index(drop=True), alt, title, source)


def _hangs_on(name: str, table: pd.DataFrame) -> str:
    """Which choices leave an effect clear of zero in most of their specifications, and which do not.

    >>> table = pd.DataFrame({"group": ["none", "violence"], "effect": [-0.2, -0.1], "low": [-0.3, -0.2], "high": [-0.1, 0.1]})
    >>> _hangs_on("Rise of figures", table)
    'The fall is clear against none, not against violence'
    >>> _hangs_on("Rise of figures", table.assign(low=[0.1, -0.4], high=[0.3, -0.2]))  # a fall beyond a control is no fall
    'The rise is clear against none, not against violence'
    """
    above = table["low"] > 0
    falls = table["effect"].median() < 0 and not (above.groupby(table["group"]).mean() > 0.5).any()
    what = ("fall" if falls else "rise") if "rise" in name.lower() else "slope"
    beyond = table["high"] < 0 if falls else above
    clear = beyond.groupby(table["group"], sort=False).mean() > 0.5
    parts = [" or ".join(clear.index[clear == wanted]) for wanted in (True, False)]
    if all(parts):
        return f"The {what} is clear against {parts[0]}, not against {parts[1]}"
    return f"The {what} is clear in {'most' if parts[0] else 'at most half of the'} specifications, whatever the choice"


@drawing
def decomposition(frame: pd.DataFrame, *, source: str) -> Chart:
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
    sizes = frame["contribution"]
    printed = [rounding.text(size, "offences") for size in (*sizes, sizes.sum())]
    change = pd.Series(map(rounding.signed, printed))
    drawn, axes, rows = style.row_figure(frame["factor"], 1.1, 0.4, down=True)
    axes.barh(rows, sizes, color=style.OFFICIAL, height=0.3)
    for part, side in ((sizes >= 0, "right"), (sizes < 0, "left")):
        style.label(axes, sizes[part], rows[part], change[:-1][part.to_numpy()], side=side)
    style.scale(axes, "x", "counts", "Offences", min(0, sizes.min() * 1.25), sizes.max() * 1.15)
    factor = frame["factor"].iloc[0]
    title = (
        f"Of a change of {change.iloc[-1]} offences, {change[0]} come from {factor[0].lower()}{factor[1:]}"
    )
    alt = f"Bars that add up to the change. {title}. {'; '.join(frame['factor'].to_numpy() + ' ' + change[:-1])}."
    return Chart(drawn, frame.reset_index(drop=True), alt, title, source)


@drawing
def broken_assumptions(frame: pd.DataFrame, *, source: str) -> Chart:
    """What becomes of a false assumption: how often it misleads without a sign, and how often it is refuted.

    Parameters
    ----------
    frame : DataFrame
        `breaks` (what is false in a world), `step` (the rung that it breaks), `refuted` and `silent` (shares of panels,
        on that rung), `last_refuted` (share of panels on which the last rung is refuted), in the order wanted.
    source : str

    Returns
    -------
    Chart
        The title counts what misleads. A row a world, with three marks told apart by shape.
    """
    false = frame["breaks"].str[:1].str.upper() + frame["breaks"].str[1:]
    names = false + " (" + frame["step"].astype(str) + ")"
    drawn, axes, rows = style.row_figure(names, 1.6, 0.33, down=True, fontsize=style.SMALL)
    kinds = (
        ("silent", "its rung stands, and a range leaves out the truth", "x", style.ARTEFACT),
        ("refuted", "its rung is refuted", "o", style.NEUTRAL),
        ("last_refuted", "the last rung is refuted", "D", style.OFFICIAL),
    )
    for column, words, marker, colour in kinds:
        axes.plot(frame[column], rows, marker, color=colour, markerfacecolor="none", markersize=6,
                  markeredgewidth=1.3, label=words, clip_on=False, zorder=3)  # fmt: skip
    style.reference(axes, 0.05, "1 in 20")
    style.key(axes, ncols=1)
    style.scale(axes, "x", "shares", "Made-up panels", -0.012, 1.02)
    unseen, noticed = ((frame[column] > 0.5).sum() for column in ("silent", "last_refuted"))
    title = f"In most panels, {unseen} of {len(frame)} false assumptions mislead with no sign from their own rung; for {noticed} the last rung is refuted"
    misled = "; ".join(frame["breaks"] + ", " + frame["silent"].map(percent))
    alt = f"Dot plot, a row a made-up world. {title}. Panels that mislead without a sign: {misled}."
    return Chart(drawn, frame.reset_index(drop=True), alt, title, source)


@drawing
def by_route(alone: pd.DataFrame, *, level: float) -> Chart | NotAvailable:
    """Shares with intervals, one row a route, one panel a span of years.

    Parameters
    ----------
    alone : DataFrame
        The table `route_shares`.
    level : float

    Returns
    -------
    Chart
        Its data: years, gives, label, share, low, high. Not available where no route gives a share.
    """
    # the years asked can be the two years
    data = alone[alone["share"].notna()].drop_duplicates(["first_year", "last_year", "gives", "label"])
    if data.empty:
        return NotAvailable("no route gives a share of the rise between these years")
    spans = [span for _, span in data.groupby("years", sort=False)]
    routes = data.drop_duplicates("label").set_index("label", drop=False)
    groups = routes["gives"].map(HEADINGS)
    colours = {heading: style.MEANINGS[name] for name, heading in HEADINGS.items()}
    look = {"fontsize": 7.5, "beside": 0.42}
    drawn, axes, rows = style.grouped_rows(routes["label"], groups, colours, 1.2, 0.28, **look)
    for share in (0, 1):
        style.reference(axes, share)
    words = ["Share of the rise."]
    looks = ((0, 5, "Filled", None), (0.16 if style.narrow() else 0.3, 3.5, "Hollow", style.PAPER))
    for span, (below, size, name, face) in zip(reversed(spans), looks, strict=False):
        at, shades = span["label"].map(rows) + below, span["label"].map(groups.map(colours))
        limits = (span[end] for end in ("share", "low", "high"))
        style.estimates(axes, at, *limits, shades, facecolors=face or shades, size=size)
        words.append(f"{name}: {span['first_year'].iloc[0]} to {span['last_year'].iloc[0]}.")
        if not (face or style.narrow()):
            look = {"fontsize": style.SMALL, "bbox": style.ON_PAPER}
            style.label(axes, span["high"], at, span["share"].map(percent), shades, **look)
    style.scale(axes, "x", "shares", " ".join(words), fontsize=style.SMALL, loc="left")
    last = spans[-1]
    most = last[last["gives"] == last.groupby("gives")["share"].median().idxmax()]
    name, first, end = LABELS[most["gives"].iloc[0]], last["first_year"].iloc[0], last["last_year"].iloc[0]
    edges = most["share"].agg(["min", "max"])
    shares = " to ".join(dict.fromkeys(edges.map(percent))) if edges["max"] > 0 else "no part"
    routes = f"Routes to {name} give" if len(most) > 1 else f"The only route to {name} gives"
    title = f"{routes} it {shares} of the rise from {first} to {end}"
    said = "; ".join(last["label"] + ", " + last["share"].map(percent))
    alt = f"Points with {percent(level)} intervals, one row a route. {title}. In those years: {said}."
    kept = data[["years", "gives", "label", "share", "low", "high"]].reset_index(drop=True)
    return Chart(drawn, kept, alt, title, f"{ROUTES_SOURCE}. Lines: {percent(level)} intervals.")
