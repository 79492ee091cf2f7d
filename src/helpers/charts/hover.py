"""What a page shows of a mark under the pointer: where each mark of a figure is, and the rows of its data that are drawn there.

No figure function says it a second time. A line, points, bars, intervals, an area or a grid are data where every one of
their coordinates is a value of one column, or stands at the name of a row; each then shows the rows of which both of its
coordinates hold, and rows that the drawing does not tell apart share one mark. What the data do not explain (limits, guides,
sums) is no mark. So a page shows at a mark what stands in the figure's CSV, and never a reading of the picture.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, StrMethodFormatter

from helpers.tables import rounding, vocabularies

NAME = ""  # in place of a column: a coordinate is where its axis names a row
# What pages show of the columns of plotted data: how → column → in which words.
COLUMN_WORDS: dict[str, dict[str, str]] = {}
for row in vocabularies.rows("drawn_columns", "column", "shown", "words"):
    COLUMN_WORDS.setdefault(row["shown"], {})[row["column"]] = row["words"]


def to_json(chart) -> str:
    """The marks of a chart that has just been drawn, for the script of the pages, which shows them.

    Returns
    -------
    str
        `columns`: what the cells of a row are; `rows`: each the row's name and its cells, as a reader sees them; `marks`: x and
        y in points from the upper left corner, and the places in `rows` of what stands there, in the order of the data.
    """
    data = chart.data.reset_index(drop=True).rename(columns=str)
    data = data.assign(**{name: cells.astype(float) for name, cells in data.select_dtypes("number").items()})
    found, drawn = _marks(chart.figure, data)
    used = sorted({row for _, _, rows in found for row in rows})
    place = dict(zip(used, range(len(used)), strict=True))
    marks = [[x, y, *map(place.get, rows)] for x, y, rows in sorted(found, key=lambda mark: mark[::-1])]
    rows, cells = data.loc[used], _cells(data.loc[used], drawn)
    told = {"columns": [*cells], "rows": [*zip(_names(rows), *cells.values(), strict=True)], "marks": marks}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _names(data: pd.DataFrame) -> list[str]:
    """What each row is: its texts, and the words of what is true of it."""
    unsaid = {*COLUMN_WORDS["text"], *COLUMN_WORDS["never"]}
    unsaid |= {*COLUMN_WORDS["unlabelled"]} if "label" in data else set()
    texts = data.select_dtypes(exclude="number").drop(columns=unsaid, errors="ignore")
    for column in texts.select_dtypes("bool"):
        texts[column] = texts[column].map({True: COLUMN_WORDS["true"].get(column)})
    return [", ".join(dict.fromkeys(filter(_bare, row))) for row in texts.itertuples(index=False)]


def _cells(data: pd.DataFrame, drawn: Mapping[str, Mapping[int, Callable]]) -> dict[str, list[str]]:
    """What is said of the rows, words → cells: what is drawn, with intervals, then counts and texts that have words."""
    spelt = {
        name: [
            "" if value != value else drawn[name].get(row, first)(value) for row, value in data[name].items()
        ]
        for name in data
        if name in drawn and (first := next(iter(drawn[name].values())))
    }
    cells: dict[str, list[str]] = {}
    before = ""  # the column of the last cells
    for name, texts in spelt.items():
        low, high = (re.sub("(low|high)$", end, name) for end in ("low", "high"))
        if low == high or not {low, high} <= spelt.keys():
            words, before = COLUMN_WORDS["number"].get(name, name.replace("_", " ")), name
        elif name == low:
            continue
        else:
            texts = [f"{one} to {other}" if one else "" for one, other in zip(spelt[low], texts, strict=True)]
            if before and (data[before].between(data[low], data[high]) | data[low].isna()).all():
                words, values = cells.popitem()
                texts = [f"{one} ({ends})" if ends else one for one, ends in zip(values, texts, strict=True)]
            else:
                words, before = "range", low
        cells[words] = texts
    if len(cells) == 1:
        cells = {"": cells.popitem()[1]}  # the axis says what the only value is
    counts = data.select_dtypes("number").drop(columns=[*spelt]).filter(COLUMN_WORDS["number"])
    for name, values in counts.items():
        if (values.dropna() % 1 == 0).all():
            shown = values.map("{:,.0f}".format).where(values.notna(), "")
            cells[COLUMN_WORDS["number"][name]] = shown.tolist()
    texts = data.filter(COLUMN_WORDS["text"]).astype(object).fillna("").rename(columns=COLUMN_WORDS["text"])
    return cells | texts.to_dict("list")


def _spelling(axis: Axis) -> Callable[[float], str] | None:
    """How an axis writes a value, an axis of plain numbers with two decimals; None where it names places only."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, FuncFormatter | StrMethodFormatter):
        return formatter if formatter(0.123456789) else None
    return lambda value: f"{value:,.{0 if value % 1 == 0 else 2}f}".replace("-", rounding.MINUS)


def _marks(figure, data: pd.DataFrame):
    """Every mark as x, y and rows of `data`; and of every column that is drawn, how the axis of each row spells a value."""
    numbers = data.select_dtypes("number")
    worded = data.select_dtypes(exclude=["number", "bool"]).map(_bare)
    texts = [sorted(filter(None, cells), key=len, reverse=True) for cells in worded.itertuples(index=False)]
    found: dict[tuple, None] = {}
    drawn: dict[str, dict[int, Callable]] = {}
    for axes in figure.axes:
        title = " ".join([axes.get_title(), axes.get_title("left"), axes.get_label()])
        within = _named_or_all(title, texts)
        both = axes.xaxis, axes.yaxis
        ways = [_ways(axis, texts, numbers, within) for axis in both]
        points, spans = {}, {}
        for key, places, pointed, *readings in _pieces(axes):
            kind, keyed = points if pointed else spans, _named_or_all(key, texts)
            read = ([one for ends in reading if (one := _explained(ends, ways))] for reading in readings)
            for rows, columns in next(filter(None, read), []):
                for column, axis in zip(columns, both, strict=True):
                    spelling = dict.fromkeys(np.flatnonzero(rows.any(0)), _spelling(axis))
                    drawn[column] = spelling | drawn.get(column, {})
                for place, here in zip(places, _one_each(rows & keyed), strict=True):
                    kind.setdefault((*np.flatnonzero(here).tolist(),), []).append(place)
        known = {row for rows in points for row in rows}
        points |= {rows: places for rows, places in spans.items() if not known & {*rows}}
        points.pop((), None)
        for rows, places in points.items():
            shown = axes.transData.transform(places)
            for x, y in shown if len(rows) == 1 else [shown.mean(0)]:
                found[round(x, 1), round(figure.bbox.height - y, 1), rows] = None
    return list(found), drawn


def _bare(text: object) -> str:
    return "".join(text.split()).casefold() if isinstance(text, str) else ""


def _named(labels: Iterable[str], texts: list[list[str]]) -> np.ndarray:
    """Which of the rows each label names: those whose words fill the most of it."""
    filled = []
    for label in map(_bare, labels):
        filled.append([])
        for words in texts:
            rest = label
            for word in words:
                rest = rest.replace(word, "", 1)
            filled[-1].append(len(label) - len(rest))
    letters = np.array(filled, int).reshape(-1, len(texts))
    return (letters > 0) & (letters == letters.max(axis=1, initial=0, keepdims=True))


def _named_or_all(label: str, texts: list[list[str]]) -> np.ndarray:
    """The rows that the words of a panel, or of the key, name; all rows, where they name none."""
    named = _named([label if not label.startswith("_") else ""], texts)[0]  # matplotlib's own name of a thing
    return named | ~named.any()


def _one_each(rows: np.ndarray) -> np.ndarray:
    """Points that mean the same rows, and are as many as these, have one row each, in the order of the data."""
    for same in np.unique(rows, axis=0):
        points, meant = np.flatnonzero((rows == same).all(1)), np.flatnonzero(same)
        if len(points) == len(meant):
            rows[points] = np.eye(rows.shape[1], dtype=bool)[meant]
    return rows


def _ways(axis: Axis, texts, numbers, within) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """How coordinates on an axis may be explained: by each column or by names, which rows each coordinate then means."""
    names, where = getattr(axis, "names", None), np.array([])
    if names is not None:
        where = np.arange(len(names))
    elif isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        where = axis.get_majorticklocs()
        names = axis.get_major_formatter().format_ticks(where)  # also of an axis that shares those of another
    named = _named(names or [], texts) & within
    by_name = named.any()
    named[~named.any(1)] = within & ~named.any(0)  # a place that names no row holds those that no other names

    def explain(values: np.ndarray) -> dict[str, np.ndarray]:
        if np.isnan(values).all():
            return {NAME: np.tile(within, (len(values), 1))}
        if by_name:
            away = np.abs(np.nan_to_num(values)[:, None] - where)
            return {NAME: named[away.argmin(1)] & (away.min(1) < 0.5)[:, None]}
        if not _spelling(axis):  # a number there would be one of a place
            return {}
        return {
            column: np.isclose(values[:, None], cells.to_numpy(), rtol=1e-9, atol=1e-12) & within
            for column, cells in numbers.items()
        }

    return explain


def _explained(coordinates, ways) -> tuple[np.ndarray, tuple[str, str]] | None:
    """Of each point of a piece its rows, where one way on either axis explains them all; the way with the fewest rows."""
    known = ~np.any([np.isnan(values) & ~np.isnan(values).all() for values in coordinates], axis=0)
    across, up = (way(values) for way, values in zip(ways, coordinates, strict=True))
    pairs = itertools.product(across.items(), up.items())
    found = [(left & right, (x, y)) for (x, left), (y, right) in pairs if x != y or x == NAME]
    whole = [(rows, columns) for rows, columns in found if known.any() and rows[known].any(1).all()]
    return min(whole, key=lambda way: way[0].sum(), default=None)


def _pieces(axes: Axes) -> Iterator[tuple]:
    """What is drawn, piece by piece: its words in the key; places of marks; whether they are points; how they may be read.

    The first reading counts that the data explain. A reading is a list, with more than one pair of coordinates for each end of
    an interval or area.
    """
    data = axes.transData
    for line in axes.lines:
        if line.get_transform() == data and not line.get_rasterized():
            at = np.asarray(line.get_data(orig=False), float)
            yield line.get_label(), at.T, True, [at]
    for drawn in axes.collections:
        key = drawn.get_label()
        if isinstance(drawn, PathCollection):
            at = np.ma.filled(drawn.get_offsets().astype(float), np.nan)
            yield key, at, True, [at.T]
        elif (
            isinstance(drawn, LineCollection) and drawn.get_transform() == data and not drawn.get_rasterized()
        ):
            segments = filter(len, drawn.get_segments())  # an interval that is not there is an empty one
            ends = np.array([path[[0, -1]] for path in segments]).reshape(-1, 2, 2)
            yield key, ends.mean(1), False, [ends[:, 0].T, ends[:, 1].T]
        elif isinstance(drawn, PolyCollection) and drawn.get_paths():
            edges = pd.DataFrame(drawn.get_paths()[0].vertices, columns=["x", "y"]).groupby("x")["y"]
            low, high, x = edges.min().to_numpy(), edges.max().to_numpy(), np.unique([*edges.groups])
            yield key, np.c_[x, (low + high) / 2], False, [(x, high - low)], [(x, low), (x, high)]
        elif isinstance(drawn, QuadMesh):
            corners, values = drawn.get_coordinates(), np.ma.filled(drawn.get_array(), np.nan).ravel()
            middles = (corners[:-1, :-1] + corners[1:, 1:]).reshape(-1, 2)[~np.isnan(values)] / 2
            values = values[~np.isnan(values)]
            yield key, middles, True, [middles.T], [(values, np.full(len(values), np.nan))]
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_fill()]
    bars = [box for box in boxes if box.get_data_transform() == data]
    x, y = np.array([bar.get_bbox().extents.reshape(2, 2) for bar in bars]).reshape(-1, 2, 2).T
    for at in (np.array([x[1], y.mean(0)]), np.array([x.mean(0), y[1]])):
        yield "", at.T, True, [at]
