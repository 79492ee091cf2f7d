"""A figure leaves the project as five files: SVG, SVG for a phone, PNG, the numbers it plots as CSV, and its alt text.

A figure function, marked by :func:`drawing`, returns a :class:`Chart`; :func:`export` writes ``figures/<id>.svg`` (text
kept as text), ``.phone.svg`` (the same chart drawn again at the width of a phone), ``.png`` (twice the resolution),
``.csv`` and ``.txt`` in the output folder, each whole or not at all, and returns what a notebook shows. The same chart
gives the same bytes. A chart without alt text or data is refused; one whose words collide is marked, and the build refuses it.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, wraps
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from helpers.charts import hover, style
from helpers.charts.crowding import crowded
from helpers.stats.missing import NotAvailable
from helpers.tables.files import defuse, output_dir, write_atomic

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
QUICK = 3  # of zlib's nine levels: half the time of the usual 6, and hardly larger
NEEDLESS = [  # parts of a drawing that draw nothing
    re.compile(r"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL),
    re.compile(r' transform="rotate\(-0 [^"]*\)"'),
    re.compile(r'(?<=<g) id="[^"]+"'),
    re.compile(r"(?<=\n)\s+"),
]
NAMED = re.compile(r'(?<=\bid=")[^"]+|(?<=xlink:href="#)[^"]+|(?<=url\(#)[^)]+')


@dataclass(frozen=True, repr=False)
class Chart:
    """A figure with what it plots and what it says. A notebook shows it as it is published, with its alt text.

    figure : the matplotlib Figure
    data : what is drawn, one row a mark, with columns that a stranger can read
    alt : what the figure shows, its range and its headline value, computed from `data`
    title : the figure's headline
    source : where the data come from, in a line
    redraw : draws it once more, at the width that the style then has
    id, png : of one that was exported the name of its files, and the picture
    """

    figure: Figure
    data: pd.DataFrame
    alt: str
    title: str
    source: str
    redraw: Callable[[], Chart] | None = None
    id: str = ""
    png: bytes = b""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title.replace("'", "’"))

    def __repr__(self) -> str:
        return f"{self.title}. {self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.png:
            style.compose(self.figure, self.title, self.source)
            plt.close(self.figure)  # or the next cell would show it again
        width, height = (round(float(inches) * style.DPI) for inches in self.figure.get_size_inches())
        facts = {"width": width, "height": height, "alt": self.alt} | ({"figure": self.id} if self.id else {})
        picture = base64.b64encode(self.png or to_png(self.figure)).decode()
        return {"image/png": picture, "text/plain": repr(self)}, {"image/png": facts}


def drawing(function):
    """Let the chart that a figure function returns be drawn again from the same data, at another width."""

    @wraps(function)
    def draw(*args, **options):
        chart = function(*args, **options)
        return replace(chart, redraw=partial(draw, *args, **options)) if isinstance(chart, Chart) else chart

    return draw


def export(chart: Chart | NotAvailable, id: str, *, folder: Path | None = None) -> Chart | NotAvailable:
    """Write a chart's files and return it for display.

    Parameters
    ----------
    chart : Chart; of one that is not available only the reason is written, as ``figures/<id>.txt``
    id : lower-case words joined by hyphens; the name of the files
    folder : where they go (default: ``figures`` in the output folder)

    Raises
    ------
    ValueError
        An id that is not a plain name, no alt text, an alt text too short to say anything, or no data.
    """
    folder = Path(folder) if folder is not None else output_dir() / "figures"
    if not ID.fullmatch(id):
        raise ValueError(
            f"figure id {id!r} must be lower-case words joined by hyphens, such as 'uk-by-release'"
        )
    if isinstance(chart, NotAvailable):
        write_atomic(folder / f"{id}.txt", f"Figure {chart}.\n", flush=False)
        return chart
    _check(chart, id)
    files = {
        "svg": to_svg(chart, id),
        "png": to_png(chart.figure),
        "csv": to_csv(chart.data),
        "txt": f"{chart.alt.strip()}\n",
    }
    plt.close(chart.figure)
    if chart.redraw:
        with style.at("phone"):
            narrow = chart.redraw()
            files["phone.svg"] = to_svg(narrow, f"{id}.phone")
        plt.close(narrow.figure)
    for ending, content in files.items():
        write_atomic(folder / f"{id}.{ending}", content, flush=False)
    return replace(chart, id=id, png=files["png"])


def to_png(figure: Figure) -> bytes:
    """The figure as PNG at twice the screen's resolution, with no date and no maker in it."""
    shown, dpi = figure.canvas, figure.dpi
    figure.dpi = 2 * style.DPI
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # savefig would do so twice
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # nothing is seen through it
    figure.dpi = dpi
    figure.set_canvas(shown)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(2 * style.DPI, 2 * style.DPI), compress_level=QUICK)
    return buffer.getvalue()


def to_svg(chart: Chart, id: str) -> str:
    """The figure as SVG with text as text, a title and a description, and ids that no other figure has.

    Words that lie on others or leave the figure are named in its attribute ``data-crowded``, and the build refuses it.
    """
    style.compose(chart.figure, chart.title, chart.source)
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas, dpi = FigureCanvasSVG(chart.figure), chart.figure.dpi
    if engine := chart.figure.get_layout_engine():
        engine.execute(chart.figure)  # savefig would draw everything for this, in vain
        chart.figure.dpi = dpi  # laying out leaves that of an SVG
    chart.figure.set_layout_engine("none")
    canvas.print_svg(buffer, metadata=nothing)
    chart.figure.dpi = 72  # as it has just been drawn
    colliding, marks = crowded(chart.figure), hover.to_json(chart)
    chart.figure.dpi = dpi
    svg = buffer.getvalue()
    if "mathdefault" in svg:
        raise ValueError(f"figure {id!r} has an axis numbered in powers of ten; give it a plain formatter")
    svg = svg[svg.index("<svg") :]
    for nothing_said in NEEDLESS:
        svg = nothing_said.sub("", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\.\d\d)\d+", r"\1", tag[0]), svg)  # hundredths are enough
    id = id.replace(".", "-")
    names = {name: f"{id}-{n}" for n, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))}
    svg = NAMED.sub(lambda name: names[name[0]], svg)
    svg = re.sub(r"'DejaVu Sans'(, ?(?:'[^']+'|sans-serif))*", "'DejaVu Sans', Verdana, sans-serif", svg)
    words = f'<title id="{id}-title">{escape(chart.title)}</title>\n <desc id="{id}-desc">{escape(chart.alt)}</desc>'
    words += f"\n <metadata>{escape(marks, quote=False)}</metadata>"
    head, rest = svg.split(">", 1)
    if colliding:
        head += f' data-crowded="{escape("; ".join(colliding))}"'
    return f'{head} role="img" aria-labelledby="{id}-title {id}-desc">\n {words}{rest}'


def to_csv(data: pd.DataFrame) -> str:
    """Data as CSV for any spreadsheet: text that would run as a formula is defused with an apostrophe.

    >>> print(to_csv(pd.DataFrame({"area": ["=1+1", "Kent"], "change": [-0.5, 2.0]})), end="")
    area,change
    '=1+1,-0.5
    Kent,2
    """
    safe = data.apply(lambda cells: cells if pd.api.types.is_numeric_dtype(cells) else cells.map(_defused))
    safe = safe.rename(columns=lambda name: _defused(str(name)))
    return safe.to_csv(index=False, lineterminator="\n", float_format="%.10g")


def _defused(value):
    """A cell that no spreadsheet runs; a carriage return alone would split its row in some readers."""
    return re.sub(r"\r\n?", "\n", defuse(value)) if isinstance(value, str) else value


def _check(chart: Chart, id: str) -> None:
    """Refuse a chart that says nothing."""
    faults = {
        f"needs alt text that says what it shows, not {chart.alt!r}": len(chart.alt.split()) < 5,
        "needs a title and a source": not chart.title.strip() or not chart.source.strip(),
        f"has a title that begins with a digit, {chart.title!r}; begin with words": chart.title[:1].isdigit(),
        "has no data": chart.data.empty,
    }
    for fault, found in faults.items():
        if found:
            raise ValueError(f"figure {id!r} {fault}")
