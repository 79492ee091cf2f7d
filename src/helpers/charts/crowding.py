"""Words that must not lie on one another: points are named where there is room, and what collides all the same is found."""

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from helpers.charts.style import CORNERS, SIDES, SMALL, compose, label, narrow

# Points between a point and its name; all but the first have a line that leads to the name
GAPS = (6, 24, 42, 60)
FORBIDDEN = 1000


def name_points(axes: Axes, rows: pd.DataFrame, dots: pd.DataFrame) -> None:
    """Name points, each on the side or at the corner where its name hides the fewest dots.

    Where there is no room beside a point, a line leads to its name, a longer one where a short one does not do. A name that
    would lie on an earlier one or across a line, or leave the axes, is left out: name first what matters most.

    Parameters
    ----------
    rows : DataFrame
        The points to be named: abscissa, height, name and colour, in that order.
    dots : DataFrame
        Abscissae and heights of all points.
    """
    compose(axes.figure, "title " * 20, "source " * 18)  # where points lie changes with the lines of a title
    axes.figure.draw_without_rendering()  # the layout decides where a name stands
    dots = axes.transData.transform(dots.to_numpy(float))
    taken = [(_box(text), Path([(0, 0)])) for text in axes.texts]
    for x, y, name, colour in rows.itertuples(index=False):
        own = axes.transData.transform((x, y))
        others = dots[np.hypot(*(dots - own).T) > 1]
        line = {"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
        look = {"fontsize": SMALL, "colour": colour}
        tried = []  # burden, box and the way to it, place
        for gap, side in product(GAPS, (*SIDES, *CORNERS)):
            (text,) = label(axes, x, y, name, side=side, gap=gap, **look)
            box = _box(text)
            way = Path([own, (box.min + box.max) / 2])
            tried.append((_burden(text, box, way, others, taken, gap), (box, way), (side, gap)))
            text.remove()
        burden, room, (side, gap) = min(tried, key=lambda one: one[0])
        if burden < FORBIDDEN:
            taken.append(room)
            label(axes, x, y, name, side=side, gap=gap, arrowprops=line if gap > GAPS[0] else None, **look)


def _burden(text: Text, box: Bbox, way: Path, others: np.ndarray, taken: list, gap: float) -> float:
    """How bad a name is in a place; :data:`FORBIDDEN` or more where it may not stand."""
    axes, own, far = text.axes, way.vertices[0], gap > GAPS[1]
    outside = box.x0 < axes.bbox.x0 or box.x1 > axes.figure.bbox.x1
    outside |= not axes.bbox.y0 < box.y0 < box.y1 < axes.bbox.y1
    meets = any(
        box.padded(2).overlaps(other) or line.intersects_bbox(box) or way.intersects_bbox(other)
        for other, line in taken
    )
    along = np.linspace(*way.vertices, 20)
    near = np.hypot(*(others[:, None] - along).T).min(0) < 4
    # points that lie beside its own are passed by every way
    passed = near[np.hypot(*(others - own).T) > 8].sum()
    clear = 0 if narrow() else 5  # a phone has no room for more
    anothers = (_away(box, others) <= _away(box, own) + clear).sum()  # whose name it could seem to be
    forbidden = outside or meets or _crossed(text, inside=-1) or (far and (passed or anothers))
    return (
        FORBIDDEN * forbidden
        + 6 * (box.x1 > axes.bbox.x1)
        + 8 * anothers
        + 5 * box.padded(3).count_contains(others)
        + (gap > GAPS[0]) * (3 + 8 * passed + 10 * far * gap)
    )


def _box(text: Text) -> Bbox:
    """Where the letters of a text are, without a line that leads to them."""
    text.get_window_extent()  # with which an annotation finds its place
    return Text.get_window_extent(text)


def _away(box: Bbox, points: np.ndarray) -> np.ndarray:
    """How far each point is from a box."""
    return np.hypot(*np.maximum(0, np.maximum(box.min - points, points - box.max)).T)


def crowded(drawn: Figure) -> list[str]:
    """The words of a figure just drawn that lie on other words or across a line, or leave the figure.

    >>> from helpers.charts.style import figure, plt
    >>> drawn, axes = figure(height=2)
    >>> words = [axes.text(0.3, height, f"label {height}") for height in (0.2, 0.5, 0.55)]
    >>> drawn.canvas.draw()
    >>> crowded(drawn)
    ['label 0.5', 'label 0.55']
    >>> plt.close(drawn)
    """
    seen = [text for text in drawn.findobj(Text) if text.get_visible() and text.get_text().strip()]
    for axes in drawn.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            shown = axes.get_visible() and axes.axison and axis.get_visible()
            ticks = *axis.get_major_ticks(), *axis.get_minor_ticks()
            hidden = [tick for tick in ticks if not (shown and low <= tick.get_loc() <= high)]
            unseen = {id(text) for tick in hidden for text in (tick.label1, tick.label2)}
            seen = [text for text in seen if id(text) not in unseen]
    extents = [_box(text).padded(-1).extents for text in seen]
    boxes = np.array(extents).reshape(-1, 4)  # left, bottom, right, top
    page = drawn.bbox.extents
    outside = (boxes[:, :2] < page[:2] - 2).any(1) | (boxes[:, 2:] > page[2:] + 2).any(1)
    meet = (boxes[:, None, :2] < boxes[None, :, 2:]).all(2)
    meet &= meet.T & ~np.eye(len(boxes), dtype=bool)
    slanted = np.array([text.get_rotation() % 90 != 0 for text in seen])
    meet &= ~(slanted[:, None] & slanted)  # slanted words lie in boxes far larger than they are
    bad = meet.any(1) | outside | [_crossed(text) for text in seen]
    return [text.get_text() for text, wrong in zip(seen, bad, strict=True) if wrong]


def _crossed(text: Text, inside: float = 2) -> bool:
    """Whether a line of its axes runs through a text, so many pixels inside it, that does not stand on paper of its own."""
    if text.axes is None or text.get_bbox_patch() or text.get_transform() == text.axes.transAxes:
        return False
    box = Bbox.intersection(_box(text).padded(-inside), text.axes.bbox)
    lines = [line for line in text.axes.lines if line.get_visible() and line.get_linestyle() != "None"]
    paths = [line.get_transform().transform_path(line.get_path()) for line in lines]
    for drawn in text.axes.collections:
        if isinstance(drawn, LineCollection):
            paths += [drawn.get_transform().transform_path(path) for path in drawn.get_paths()]
    return box is not None and any(path.intersects_bbox(box, filled=False) for path in paths)
