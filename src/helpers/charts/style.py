"""The house style of every figure, and the small drawing helpers that keep figures alike.

Colours have meanings and keep them everywhere: those of the explanations are in ``data/vocabularies/explanations.csv``,
those of the two kinds of figure, official and FOI, in ``figure_kinds.csv``; NEUTRAL is the rest. They can be told apart by readers with any
common colour blindness and are dark enough on white to be read as text. Estimates are drawn with their intervals, and every
figure has a title and a source line. The type is DejaVu Sans, which comes with matplotlib and whose numerals all have one
width. A figure function draws for a page and for a phone alike: what must differ between them, differs here.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation
from scipy.optimize import isotonic_regression

from helpers.charts.words import change, percent
from helpers.tables import vocabularies

OFFICIAL, FOI = (row["colour"] for row in vocabularies.rows("figure_kinds", "colour"))
NEUTRAL = "#6B6B6B"
FAINT = "#D9D9D6"
PALE = "#EEF0F4"  # ground behind marks
INK = "#1A1A1A"
PAPER = "#FFFFFF"
_CAUSES = vocabularies.rows("explanations", "explanation", "colour")
MEANINGS = {row["explanation"]: row["colour"] or NEUTRAL for row in _CAUSES}
EXPLANATIONS = tuple(colour for colour in MEANINGS.values() if colour != NEUTRAL)
RECORDING, CONFIDENCE, ONLINE, ARTEFACT = map(MEANINGS.get, ("recording", "confidence", "online", "artefact"))
MEANINGS |= {"official": OFFICIAL, "foi": FOI, "neutral": NEUTRAL}

WIDTHS = {"phone": 3.2, "column": 6.4, "slide": 10.0}  # inches
DPI = 100  # one unit of resolution; pictures are exported at twice this
SMALL = 7.5  # points: words beside marks
LETTER = 0.58  # of the size of a letter: its width on average
LINE = 1.35 * SMALL / 72  # inches: one line of small words
ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}  # of words that no line may run through
FEW_ROWS = 12  # whose long names may stand above their marks on a phone

SIZES = ("xtick.labelsize", "ytick.labelsize", "axes.labelsize", "legend.fontsize")
PHONE = dict.fromkeys(SIZES, SMALL) | {"axes.titlesize": SMALL + 0.5}
COLOURS = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), INK)
COLOURS |= {"axes.edgecolor": NEUTRAL, "grid.color": FAINT}
COLOURS |= {"axes.prop_cycle": mpl.cycler(color=[OFFICIAL, FOI, *EXPLANATIONS, NEUTRAL])}


def use() -> None:
    """Make the house style matplotlib's own, from a clean start, so that no user's settings leak in.

    Sizes and fonts are in ``house.mplstyle``.
    """
    mpl.rcdefaults()  # leaves the backend as it is
    sheet = resources.files("helpers.charts") / "house.mplstyle"
    mpl.rcParams.update(mpl.rc_params_from_file(str(sheet), use_default_template=False) | COLOURS)


def at(width: str):
    """A context in which every figure is drawn at this width: "column", as in the report, "slide", or "phone".

    The letters keep their size: what grows is the room for the marks. On a phone panels stand one below the other, long
    names of rows above their marks, and an axis has few ticks.

    >>> with at("slide"):
    ...     drawn, axes = figure(height=3)
    >>> tuple(float(side) for side in drawn.get_size_inches())
    (10.0, 3.0)
    >>> plt.close(drawn)
    """
    sizes = PHONE if width == "phone" else {}
    return mpl.rc_context({"figure.figsize": (WIDTHS[width], mpl.rcParams["figure.figsize"][1])} | sizes)


def page_width() -> float:
    """The width at which figures are drawn, in inches."""
    return mpl.rcParams["figure.figsize"][0]


def narrow() -> bool:
    """Whether figures are drawn for a phone."""
    return page_width() < WIDTHS["column"]


def most_rows() -> int:
    """Of a chart that has a row for each figure: a whole round can hold hundreds."""
    return 28 if narrow() else 60


def letters(share: float, size: float = SMALL) -> int:
    """How many letters of so many points fill this share of a figure's width."""
    return int(share * page_width() * 72 / (LETTER * size))


def figure(rows: int = 1, columns: int = 1, *, height: float = 4.0, stack: bool = True, **options):
    """A new figure and its axes, at column width unless inside :func:`at`; `options` go to ``matplotlib.pyplot.subplots``.

    On a phone the columns of a row stand one below the other where they may `stack`, and the axes are still given as rows
    and columns.

    >>> drawn, axes = figure(height=3)
    >>> tuple(float(side) for side in drawn.get_size_inches())
    (6.4, 3.0)
    >>> plt.close(drawn)
    """
    if columns > 1 and stack and narrow():
        size = page_width(), 0.63 * columns * height
        drawn, axes = plt.subplots(rows * columns, 1, figsize=size, **options)
        return drawn, axes.reshape(rows, columns)
    return plt.subplots(rows, columns, figsize=(page_width(), height), **options)


def panels(count: int, start: float, each: float, across: int = 1, **options):
    """A figure of so many panels `across`, `start` inches high and `each` more for a row: the figure, and the axes of each."""
    rows = -(-count // across)
    drawn, grid = figure(rows, across, height=start + each * rows, squeeze=False, **options)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    return drawn, grid.flat[:count]


# of a point: which way a label stands off, and how its letters are set
SIDES = {
    "right": (1, 0, "left", "center"),
    "left": (-1, 0, "right", "center"),
    "above": (0, 1, "center", "bottom"),
    "below": (0, -1, "center", "top"),
}
CORNERS = {
    f"{up} {side}": (0.7 * SIDES[side][0], 0.7 * SIDES[up][1], SIDES[side][2], SIDES[up][3])
    for up in ("above", "below")
    for side in ("right", "left")
}


def label(axes: Axes, x, y, text, colour=INK, *, side: str = "right", gap: float = 5, **options) -> list:
    """Write `text` beside the point (x, y), or one text beside each of many: right, left, above or below, `gap` points away."""
    across, up, ha, va = (SIDES | CORNERS)[side]
    size = mpl.rcParams["ytick.labelsize"]
    look = {"ha": ha, "va": va, "fontsize": size, "annotation_clip": False} | options
    look |= {"xytext": (across * gap, up * gap), "textcoords": "offset points"}
    each = np.broadcast(x, y, text, colour)
    return [axes.annotate(str(words), (a, b), color=ink, **look) for a, b, words, ink in each]


def key(axes: Axes, **options) -> None:
    """The words of what is drawn, each in its colour, above the upper left corner of the axes, in as many columns as fit."""
    words = options.get("labels") or axes.get_legend_handles_labels()[1]
    columns = max(1, letters(0.9, mpl.rcParams["legend.fontsize"]) // (max(map(len, words), default=1) + 4))
    if narrow():  # where rows have no height to spare
        axes.figure.set_figheight(axes.figure.get_figheight() + -(-len(words) // columns) * LINE)
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": columns}
    axes.legend(**place | options)


def line_height(axes: Axes, lines: int = 1) -> float:
    """About how much of a linear vertical axis so many lines of small words take."""
    room = (axes.figure.get_figheight() - 0.85) / axes.get_gridspec().nrows - 0.45
    return float(np.ptp(axes.yaxis.get_transform().transform(axes.get_ylim()))) * lines * LINE / room


def end_labels(axes: Axes, x, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write each (height, text, colour) of `ends` on the right of `x`, moved apart; the figure grows as they need."""
    ends = [(height, _lines(text, letters(0.36)), colour) for height, text, colour in ends]
    tallest = max(text.count("\n") + 1 for _, text, _ in ends)
    drawn = axes.figure
    drawn.set_figheight(max(drawn.get_figheight(), 1.6 + tallest * LINE * (len(ends) + 1)))
    scale, gap = axes.yaxis.get_transform(), line_height(axes, tallest)
    low, high = scale.transform(axes.get_ylim())
    heights = np.array(spread(scale.transform([end[0] for end in ends]), gap))
    rank = heights.argsort().argsort() + 0.5
    heights = np.clip(heights, low + gap * rank, high - gap * (len(ends) - rank))
    for height, (_, text, colour) in zip(scale.inverted().transform(heights), ends, strict=True):
        label(axes, x, height, text, colour, fontsize=SMALL)


def interval(
    axes: Axes, position, low, high, colour: str = INK, *, across: bool = True, width: float = 1.6, **options
):
    """Draw intervals as lines: across the page at heights `position`, or up the page at abscissae `position`."""
    draw = axes.hlines if across else axes.vlines
    return draw(position, low, high, color=colour, linewidth=width, **{"zorder": 2, **options})


def estimates(
    axes: Axes, position, value, low, high, colour=INK, *, across: bool = True, size: float = 5, **options
):
    """Draw estimates as points with their intervals, in one colour or each in its own; see :func:`interval`."""
    interval(axes, position, low, high, colour, across=across)
    x, y = (value, position) if across else (position, value)
    look = {"color": colour, "s": size**2, "zorder": 3, "linewidth": 1} | options
    return axes.scatter(x, y, **look)


def rows(
    axes: Axes, names: Sequence[str], *, room: float = 0.7, down: bool = False, fontsize: float = 8.5,
    beside: float = 0,
) -> np.ndarray:  # fmt: skip
    """Name one row each on the vertical axis, from below (or `down` from above), with `room` at the far end; where they are.

    A name takes up to the share `beside` of the figure's width (about two fifths, if none is given), then another line. On a
    phone a few long names stand above their marks, a name of several lines takes as many rows, and the figure grows as
    names need.
    """
    names = list(names)
    size = min(fontsize, mpl.rcParams["ytick.labelsize"])
    most = letters(beside or (0.35 if narrow() else 0.45), size)
    above = narrow() and len(names) <= FEW_ROWS and max(map(len, names), default=0) > 1.4 * most
    if narrow() and len(names) > FEW_ROWS:
        most = letters(0.5, size)
    lines = [_lines(name, letters(0.94, size) if above else most) for name in names]
    several = np.array([line.count("\n") + 1 for line in lines])
    tall = several if narrow() and not above else np.ones(len(names))
    at = np.cumsum(tall) - (tall + tall[:1]) / 2
    last = at[-1] if len(at) else -1
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(*((last + 0.6, -room) if down else (-0.6, last + room)))
    axes.set_yticks(at, lines, fontsize=size)
    if narrow():
        row = LINE * max(several, default=1) + 0.19 if above else LINE
        panels = axes.get_gridspec().nrows
        drawn = axes.figure
        drawn.set_figheight(max(drawn.get_figheight(), 1.6 + panels * (0.5 + tall.sum() * row)))
    if above:
        axes.tick_params(axis="y", pad=-2)
        up = ScaledTranslation(0, 5 / 72, axes.figure.dpi_scale_trans)
        look = {"ha": "left", "va": "bottom", "in_layout": False, "bbox": ON_PAPER}
        for name in axes.get_yticklabels():
            name.set(**look, transform=name.get_transform() + up)
        first, last = axes.get_ylim()
        axes.set_ylim(first, last + (0.6 if last > first else -0.6))
    return at


def row_figure(names: Sequence[str], start: float, each: float, **options):
    """A figure of named rows, `start` inches high and `each` more for a row: the figure, its axes, and where the rows are."""
    drawn, axes = figure(height=start + each * max(3, len(names)))
    return drawn, axes, rows(axes, names, **options)


def grouped_rows(
    names: pd.Series, groups: pd.Series, colours: Mapping[str, str], start: float, each: float, **options
):
    """A figure of rows from above, each group below its heading in its colour: the figure, its axes, and where the rows are.

    Parameters
    ----------
    names, groups : Series with one index
        Name and heading of each row; a group's rows keep their order.
    colours : heading → colour, in the order of the groups
    start, each : see :func:`row_figure`
    """
    shown = {heading: names[groups == heading] for heading in colours if (groups == heading).any()}
    lines = [name for heading, members in shown.items() for name in (heading, *members)]
    drawn, axes, rows = row_figure(lines, start, each, down=True, **options)
    at, ticks = pd.Series(0.0, names.index), axes.get_yticklabels()
    for heading, members in shown.items():
        ticks.pop(0).set(fontweight="bold", color=colours[heading])
        at[members.index], rows = rows[1 : len(members) + 1], rows[len(members) + 1 :]
        del ticks[: len(members)]
    return drawn, axes, at


def reference(axes: Axes, at: float, text: str = "", *, across: bool = False, colour: str = NEUTRAL):
    """A thin dashed line that says where nothing happened (or what was promised); its words stand at its upper end."""
    draw = axes.axhline if across else axes.axvline
    line = draw(at, color=colour, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0.4)  # below names on paper
    if text:
        axes.annotate(text, (at, 1), xycoords=("data", "axes fraction"), xytext=(3, 0), textcoords="offset points",
                      ha="left", va="top", color=colour, fontsize=SMALL, bbox=ON_PAPER)  # fmt: skip
    return line


def scale(axes: Axes, which: str, holds: str = "", words: str = "", low=None, high=None, **look) -> None:
    """Say what an axis, "x" or "y", holds: its `words`, which have a `look`, and from where to where it goes.

    "counts" are whole numbers with separated thousands, and "shares" between 0 and 1 are in per cent; "ratios" and "logs" of
    them are numbered as changes, in even steps where these are small. Call it when everything is drawn.
    """
    axis = getattr(axes, f"{which}axis")
    if (low, high) != (None, None):
        getattr(axes, f"set_{which}lim")(low, high)
    if words:
        getattr(axes, f"set_{which}label")(words, **look)
    if holds == "counts":
        if isinstance(axis.get_major_locator(), MaxNLocator):
            axis.get_major_locator().set_params(integer=True)  # never a tick at 2.5, which would read 2
        axis.set_major_formatter("{x:,.0f}")
    elif holds == "shares":
        axis.set_major_formatter(lambda share, _: percent(share))
    elif holds:
        _number_changes(axes, which, axis, logs=holds == "logs")


# The ratio between the ends of an axis of changes from which a halving is as long as a doubling
LARGE = 4


def _number_changes(axes: Axes, which: str, axis, *, logs: bool) -> None:
    low, high = np.exp(axis.get_view_interval()) if logs else axis.get_view_interval()
    if not logs and high > LARGE * low:
        getattr(axes, f"set_{which}scale")("log")
    ticks = np.array(ratio_ticks(low, high))
    if narrow() and which == "x" and len(ticks) > 3:
        ticks = ticks[list(ticks).index(1) % 2 if 1 in ticks else 0 :: 2]
    axis.set_major_locator(FixedLocator(np.log(ticks) if logs else ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda at, _: change(np.exp(at) if logs else at))


def ratio_ticks(low: float, high: float) -> list[float]:
    """Up to seven round ratios between `low` and `high`.

    >>> ratio_ticks(0.95, 4.2), ratio_ticks(0.4, 9), ratio_ticks(1.19, 1.33), ratio_ticks(2.2, 7.5)
    ([1.0, 1.5, 2.0, 3.0, 4.0], [0.5, 1.0, 2.0, 4.0], [1.2, 1.22, 1.24, 1.26, 1.28, 1.3, 1.32], [3.0, 4.0, 5.0, 6.0, 7.0])
    """
    steps = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)  # hundredths
    ladders = [np.arange(np.ceil(100 * low / step), 100 * high / step + 1) * step / 100 for step in steps]
    if high > LARGE * low:
        rounds = np.array([0.01, 0.03, 0.1, 0.25, 0.5, 1, 2, 4, 11, 31, 101, 301, 1001])  # up to +100,000%
        powers = [base ** np.arange(-9.0, 10) for base in (16, 256)]
        ladders = [np.array([0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4])] * int(high < 8) + [rounds, *powers]
    inside = (ladder[(ladder >= low) & (ladder <= high)].tolist() for ladder in ladders)
    return next((ticks for ticks in inside if len(ticks) <= 7), [])


def years(axes: Axes, names: Sequence[str], *, step: int = 1) -> None:
    """Name years (or quarters, `step` of them a year) at 0, 1, 2 and so on of the horizontal axis, as many as there is room for."""
    axes.xaxis.names = list(names)  # for the marks, also of the places that have no tick
    every = step * -(-len(names) // (step * max(2, int(1.1 * page_width()))))
    axes.set_xticks(range(0, len(names), every), names[::every])


def compose(drawn: Figure, title: str, source: str) -> None:
    """Put the title above a figure and the source line below it, wrapped to the figure's width."""
    width = drawn.get_size_inches()[0] * 72
    if narrow():
        for axes in drawn.axes:
            axes.set_xlabel(_lines(axes.get_xlabel(), 34), loc="right", ma="left")
            axes.set_ylabel(_lines(axes.get_ylabel(), 30))
            axes._left_title.set_text(_lines(axes.get_title("left").replace("\n", " "), 34))
    left = {"x": 0.008, "ha": "left"}
    drawn.suptitle(_wrap(title, width, 11 * 0.6), **left, fontsize=11, fontweight="bold", color=INK)
    line = source if source.lower().startswith("source") else f"Source: {source}"
    drawn.supxlabel(_wrap(line, width, SMALL * 0.53), **left, fontsize=SMALL, color=NEUTRAL)


def spread(positions: Iterable[float], gap: float) -> list[float]:
    """Move label positions apart until neighbours are `gap` apart, each as little as that allows, in input order.

    >>> spread([1.0, 1.1, 5.0], gap=0.5)
    [0.8, 1.3, 5.0]
    """
    positions = np.asarray(list(positions), dtype=float)
    order = np.argsort(positions, kind="stable")
    steps = gap * np.arange(len(order))
    placed = np.empty(len(order))
    placed[order] = isotonic_regression(positions[order] - steps).x + steps
    return placed.round(10).tolist()


def _lines(text: str, most: int) -> str:
    """`text` in lines of at most so many letters; the breaks that it has stay."""
    return "\n".join(textwrap.fill(line, most) for line in text.splitlines())


def _wrap(text: str, width: float, letter: float) -> str:
    """`text` in lines of about one length that fit `width` points, at so many points a letter on average."""
    most = max(20, int(width / letter / (1.07 if narrow() else 1)))
    lines = textwrap.wrap(text, most)
    for fewer in range(most - 1, 19, -1):  # no word alone on the last line
        narrower = textwrap.wrap(text, fewer)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(lines)
