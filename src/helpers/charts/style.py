"""The house style of every figure, and the small drawing helpers that keep figures alike.

Colours have meanings and keep them everywhere: those of the explanations are in ``data/vocabularies/explanations.csv``;
OFFICIAL and FOI are the two kinds of figure, NEUTRAL the rest. They can be told apart by readers with any
common colour blindness and are dark enough on white to be read as text. Labels stand beside what they name
instead of in a legend, estimates are drawn with their intervals, and every figure has a title and a source line.
The type is DejaVu Sans, which comes with matplotlib and whose numerals all have one width.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from helpers.tables import vocabularies

OFFICIAL = "#1D2A44"
FOI = "#A06600"
NEUTRAL = "#6B6B6B"
FAINT = "#D9D9D6"
INK = "#1A1A1A"
PAPER = "#FFFFFF"
MEANINGS = {
    row["explanation"]: row["colour"] or NEUTRAL
    for row in vocabularies.rows("explanations", "explanation", "colour")
}
EXPLANATIONS = tuple(colour for colour in MEANINGS.values() if colour != NEUTRAL)
RECORDING, CONFIDENCE, ONLINE, ARTEFACT = (
    MEANINGS[name] for name in ("recording", "confidence", "online", "artefact")
)
MEANINGS |= {"official": OFFICIAL, "foi": FOI, "neutral": NEUTRAL}

WIDTHS = {"column": 6.4, "slide": 10.0}  # inches
DPI = 100  # one unit of resolution; pictures are exported at twice this
MOST_ROWS = 60  # of a chart that has one for each figure: a whole round can hold hundreds

RC = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in somebody's text is a dollar sign
    "axes.labelcolor": INK,
    "axes.edgecolor": NEUTRAL,
    "axes.linewidth": 0.8,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "axes.facecolor": PAPER,
    "axes.unicode_minus": True,
    "axes.prop_cycle": mpl.cycler(color=[OFFICIAL, FOI, *EXPLANATIONS, NEUTRAL]),
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.figsize": (WIDTHS["column"], 4.0),
    "figure.dpi": DPI,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.constrained_layout.h_pad": 0.06,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "rise",
    "path.simplify": True,
}


def use() -> None:
    """Make the house style matplotlib's own, from a clean start, so that no user's settings leak in."""
    mpl.rcdefaults()  # leaves the backend as it is
    mpl.rcParams.update(RC)


def at(width: str):
    """A context in which every figure is drawn at this width: "column", as in the report, or "slide".

    The letters keep their size in both: what grows is the room for the marks.

    >>> with at("slide"):
    ...     drawn, axes = figure(height=3)
    >>> tuple(float(side) for side in drawn.get_size_inches())
    (10.0, 3.0)
    >>> plt.close(drawn)

    Raises
    ------
    ValueError
        A width that the house style does not know.
    """
    if width not in WIDTHS:
        raise ValueError(f"width is {width!r}; it is one of: {', '.join(WIDTHS)}")
    return mpl.rc_context({"figure.figsize": (WIDTHS[width], mpl.rcParams["figure.figsize"][1])})


def figure(rows: int = 1, columns: int = 1, *, height: float = 4.0, **options):
    """A new figure and its axes, at column width unless inside :func:`at`; `options` go to ``matplotlib.pyplot.subplots``.

    >>> drawn, axes = figure(height=3)
    >>> tuple(float(side) for side in drawn.get_size_inches())
    (6.4, 3.0)
    >>> plt.close(drawn)
    """
    return plt.subplots(rows, columns, figsize=(mpl.rcParams["figure.figsize"][0], height), **options)


def label(axes: Axes, x, y, text: str, colour: str = INK, *, side: str = "right", gap: float = 5, **options):
    """Write `text` beside the point (x, y): on its right, left, above or below, `gap` points away."""
    offsets = {
        "right": ((gap, 0), "left", "center"),
        "left": ((-gap, 0), "right", "center"),
        "above": ((0, gap), "center", "bottom"),
        "below": ((0, -gap), "center", "top"),
    }
    offset, horizontal, vertical = offsets[side]
    return axes.annotate(
        text,
        (x, y),
        xytext=offset,
        textcoords="offset points",
        ha=options.pop("ha", horizontal),
        va=options.pop("va", vertical),
        color=colour,
        annotation_clip=False,
        **{"fontsize": 8.5, **options},
    )


def interval(
    axes: Axes, position, low, high, colour: str = INK, *, across: bool = True, width: float = 1.6, **options
):
    """Draw intervals as lines: across the page at heights `position`, or up the page at abscissae `position`."""
    draw = axes.hlines if across else axes.vlines
    return draw(position, low, high, color=colour, linewidth=width, **{"zorder": 2, **options})


def estimates(axes: Axes, position, value, low, high, colour: str = INK, *, across: bool = True, **options):
    """Draw estimates as points with their intervals; see :func:`interval`."""
    interval(axes, position, low, high, colour, across=across)
    x, y = (value, position) if across else (position, value)
    return axes.plot(x, y, "o", color=colour, **{"zorder": 3, **options})


def reference(axes: Axes, at: float, text: str = "", *, across: bool = False, colour: str = NEUTRAL):
    """A thin dashed line that says where nothing happened (or what was promised), with its words."""
    line = (axes.axhline if across else axes.axvline)(
        at, color=colour, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1
    )
    if text and across:
        axes.annotate(text, (1, at), xycoords=("axes fraction", "data"), xytext=(0, 3), textcoords="offset points",
                      ha="right", va="bottom", color=colour, fontsize=8)  # fmt: skip
    elif text:
        axes.annotate(text, (at, 1), xycoords=("data", "axes fraction"), xytext=(3, 0), textcoords="offset points",
                      ha="left", va="top", color=colour, fontsize=8)  # fmt: skip
    return line


def thousands(axes: Axes, *, axis: str = "y") -> None:
    """Number an axis in whole numbers with separated thousands."""
    which = getattr(axes, f"{axis}axis")
    if isinstance(which.get_major_locator(), MaxNLocator):
        which.get_major_locator().set_params(integer=True)  # never a tick at 2.5, which would read 2
    which.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.0f}"))


def percents(axes: Axes, *, axis: str = "y") -> None:
    """Number an axis of shares between 0 and 1 in per cent."""
    getattr(axes, f"{axis}axis").set_major_formatter(FuncFormatter(lambda number, _: f"{100 * number:.0f}%"))


def change(ratio: float) -> str:
    """A ratio as a change.

    >>> change(1.246), change(0.9), change(1.0), change(float("nan"))
    ('+25%', '−10%', '0%', 'not available')
    """
    if ratio != ratio:
        return "not available"
    percent = round(100 * (ratio - 1))
    return minus(f"{percent:+d}%") if percent else "0%"


def changes(low: float, high: float) -> str:
    """Two ratios as the changes from one to the other, for prose.

    >>> changes(1.23, 1.27), changes(0.44, 3.32)
    ('23% to 27%', '−56% to 232%')
    """
    return " to ".join(change(ratio).lstrip("+") for ratio in (low, high))


def ratio_axis(axes: Axes, *, axis: str = "x", ticks: Sequence[float] | None = None) -> None:
    """A log axis for ratios, numbered as changes in per cent, on which a halving and a doubling have one length."""
    getattr(axes, f"set_{axis}scale")("log")
    low, high = getattr(axes, f"get_{axis}lim")()
    chosen = ticks if ticks is not None else ratio_ticks(low, high)
    which = getattr(axes, f"{axis}axis")
    which.set_major_locator(FixedLocator(list(chosen)))
    which.set_minor_locator(NullLocator())
    which.set_major_formatter(FuncFormatter(lambda number, _: change(number)))


def ratio_ticks(low: float, high: float) -> list[float]:
    """Round ratios between `low` and `high`, three to seven of them, from the finest ladder that allows it.

    >>> ratio_ticks(0.95, 4.2), ratio_ticks(0.4, 9)
    ([1.0, 1.5, 2.0, 3.0, 4.0], [0.5, 1.0, 2.0, 4.0, 8.0])
    """
    tenths = [round(0.1 * step, 1) for step in range(1, 31)]
    ladders = (tenths, [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0], [2.0**power for power in range(-4, 8)])
    for ladder in ladders:
        ticks = [tick for tick in ladder if low <= tick <= high]
        if 3 <= len(ticks) <= 7 and ladder[-1] * 2 > high:
            return ticks
    powers = np.arange(np.ceil(np.log2(max(low, 1e-9))), np.floor(np.log2(high)) + 1)
    return [float(2**power) for power in powers[:: max(1, int(np.ceil(len(powers) / 7)))]]


def compose(drawn: Figure, title: str, source: str) -> None:
    """Put the title above a figure and the source line below it, wrapped to the figure's width."""
    width = drawn.get_size_inches()[0] * 72
    if title:
        drawn.suptitle(
            _wrap(title, width, 11 * 0.6), x=0.008, ha="left", fontsize=11, fontweight="bold", color=INK
        )
    if source:
        line = source if source.lower().startswith("source") else f"Source: {source}"
        drawn.supxlabel(_wrap(line, width, 7.5 * 0.53), x=0.008, ha="left", fontsize=7.5, color=NEUTRAL)


def spread(positions: Iterable[float], gap: float) -> list[float]:
    """Move label positions apart until neighbours are `gap` apart, each as little as that allows, in input order.

    >>> spread([1.0, 1.1, 5.0], gap=0.5)
    [0.8, 1.3, 5.0]
    """
    positions = list(positions)
    order = sorted(range(len(positions)), key=lambda index: (positions[index], index))
    groups: list[list[float]] = []  # [sum of (target - rank * gap), size]
    for index in order:
        groups.append([positions[index], 1])
        while len(groups) > 1 and _top(groups[-2], gap) > _bottom(groups[-1], gap) - gap:
            last = groups.pop()
            groups[-1] = [
                (groups[-1][0] * groups[-1][1] + last[0] * last[1]) / (groups[-1][1] + last[1]),
                groups[-1][1] + last[1],
            ]
    placed = [_bottom(group, gap) + step * gap for group in groups for step in range(int(group[1]))]
    answer = dict(zip(order, placed, strict=True))
    return [round(answer[index], 10) for index in range(len(positions))]


def _top(group: list[float], gap: float) -> float:
    return group[0] + (group[1] - 1) * gap / 2


def _bottom(group: list[float], gap: float) -> float:
    return group[0] - (group[1] - 1) * gap / 2


def minus(text: str) -> str:
    """Numbers in words with the minus sign that axes have, not a hyphen.

    >>> minus(f"{-0.117:.2f} to {0.72:.2f}")
    '−0.12 to 0.72'
    """
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def _wrap(text: str, width: float, letter: float) -> str:
    """`text` in lines of about one length that fit `width` points, at so many points a letter on average."""
    most = max(20, int(width / letter))
    lines = textwrap.wrap(text, most)
    for fewer in range(most - 1, 19, -1):  # no word alone on the last line
        narrower = textwrap.wrap(text, fewer)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(lines)
