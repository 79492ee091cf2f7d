"""The pages around the report: start, evidence, claims, predictions, figures and data, sources.

Each function takes what is in the output folder and returns the HTML of one page. Numbers on the start page are
findings printed by id, as everywhere.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.publish import help, web
from helpers.publish.faults import PublishError

VERDICTS = (
    ("Holds", "the figures say so, and nothing we hold speaks against them."),
    (
        "Holds as printed, base unsound",
        "the printed figures say so, but one of them cannot be a complete count.",
    ),
    ("Misreported", "the figures that the claim rests on say something else."),
    ("Cannot be checked", "what it would take has not been published."),
)

LICENCES = {"OGL-UK-3.0": "Open Government Licence v3.0", "LicenseRef-facts-cited": "facts cited"}


@dataclass(frozen=True)
class Cell:
    """One cell of a table page: its text, what it sorts by, and where it leads."""

    text: str
    value: float | str | None = None
    href: str | None = None
    parts: bool = False  # whether names in code may break after each of their parts

    @property
    def long(self) -> bool:
        return len(self.text) > 48

    @property
    def short(self) -> bool:
        return re.fullmatch(r"\d{4}(-\d\d){0,2}|\d{4}/\d\d", self.text) is not None


@dataclass(frozen=True)
class Heading:
    """One column of a table page."""

    name: str
    number: bool = False


def start(report: str) -> list[str]:
    """The pieces of the report that it sets at the start of the site, as they stand there: one text, written once.

    >>> start('<main><div class="start"><div class="panel answer"><p>Yes, see <a href="#x">x</a>.</p></div></div></main>')
    ['<div class="start"><div class="panel answer"><p>Yes, see <a href="report.html#x">x</a>.</p></div></div>']

    Raises
    ------
    PublishError
        Where none of them is the answer.
    """
    from lxml import html as lxml_html

    pieces = lxml_html.fromstring(report).find_class("start")
    if not any(piece.find_class("answer") for piece in pieces):
        raise PublishError(
            'reports/report.typ has no start(panel("answer")[…]), with which the start page begins'
        )
    for piece in pieces:
        piece.tail = None
        for caption in piece.iter("figcaption"):  # numbers of figures are the report's own
            caption.text = re.sub(r"^(Figure|Table)\s\d+:\s", "", caption.text or "")
        for node in piece.xpath(".//*[@id]"):
            del node.attrib["id"]
    found = (lxml_html.tostring(piece, encoding="unicode") for piece in pieces)
    return [html.replace('href="#', 'href="report.html#') for html in found]


def index(pieces: Sequence[str]) -> str:
    """The start page; `pieces` are those that :func:`start` takes from the report."""
    from markupsafe import Markup

    cards = [
        ("Report", "report.html", "The answer, the argument, methods, limits and sources. For five minutes or an afternoon."),
        ("Report as PDF", "report.pdf", "The same text for printing, with the numbers behind each figure attached."),
        ("Evidence", "evidence.html", "Every step as an executed notebook, with its code folded."),
        ("Forces", "forces/index.html", "A one-page briefing for each police force."),
        ("Claims", "claims.html", "What was said in 2017, and what the figures say of it."),
        ("Predictions", "predictions.html", "What each explanation predicts, written down before estimating."),
        ("Figures and data", "data.html", "Every figure and table, to take away."),
        ("Sources", "sources.html", "Every page, table and file that a figure comes from."),
    ]  # fmt: skip
    return web.page(
        "index.html.j2",
        title=web.SITE,
        here="index.html",
        description="Three explanations for the rise in child sexual offences recorded by UK police, tested.",
        wide=True,
        pieces=[Markup(piece) for piece in pieces],
        cards=[{"name": name, "href": href, "words": about} for name, href, about in cards],
        help=help.as_data(),
    )


def evidence(notebooks: Iterable[Path]) -> str:
    """The list of executed notebooks, each with its title and its first paragraph."""
    steps = []
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        title, words = opening(prose[0] if prose else "")
        number = path.stem.partition("_")[0]
        title = title if title.startswith(number) or not number.isdigit() else f"{number} · {title}"
        words = words.removeprefix("Question. ").removeprefix("The question. ")
        steps.append({"file": f"{path.stem}.html", "title": title or path.stem, "words": words})
    return web.page(
        "evidence.html.j2",
        title="Evidence",
        here="evidence.html",
        description="The executed notebooks of the study, in reading order.",
        steps=steps,
    )


def opening(markdown: str) -> tuple[str, str]:
    """The heading of a text in Markdown, and its first paragraph, without markup.

    >>> opening("# The *rise*\\n\\nHow **big** was it?\\nSee [this](x).\\n\\nMore.")
    ('The rise', 'How big was it? See this.')
    """
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]|(?<!\w)_|_(?!\w)", lambda match: match[1] or "", markdown)
    heading = re.search(r"^#+ +(.+)$", bare, re.MULTILINE)
    rest = bare[heading.end() :] if heading else bare
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", rest)]
    prose = [part for part in paragraphs if part and not part.startswith(("#", "|", "-", ">"))]
    return (heading[1].strip() if heading else "", prose[0] if prose else "")


def claims(verdicts: Mapping[str, Mapping], findings: Mapping[str, Mapping], sources) -> str:
    """Every claim with its verdict, its reason, the findings behind it and where it was printed."""
    known = source_words(sources)
    shown = {
        id: {
            **claim,
            "rests": [{"id": name, **findings[name]} for name in claim["findings"]],
            "source_words": known.get(claim["source"], claim["source"]),
        }
        for id, claim in verdicts.items()
    }
    return web.page(
        "claims.html.j2",
        title="Claims",
        here="claims.html",
        description="Statements printed about the 2017 figures, each with a computed verdict.",
        claims=shown,
        meanings=VERDICTS,
    )


def table(
    title: str,
    here: str,
    columns: Sequence[Heading],
    rows: Sequence[Sequence[Cell]],
    *,
    intro: Sequence[str],
    caption: str,
    outro: Sequence[str] = (),
) -> str:
    """A page that is one table, to be searched and sorted."""
    return web.page(
        "table.html.j2",
        title=title,
        here=here,
        description=intro[0],
        wide=True,
        script=True,
        columns=columns,
        rows=rows,
        intro=intro,
        outro=outro,
        caption=caption,
    )


def sources(register) -> str:
    """The source register as a page."""
    rows = [
        [
            Cell(_text(row["publisher"])),
            Cell(_text(row["title"]) or _text(row["url"]), href=safe_address(row["url"])),
            Cell(_text(row["date"]) or "not dated"),
            Cell(LICENCES.get(row["licence"], _text(row["licence"]))),
            Cell(_text(row["source"])),
        ]
        for row in register.to_dict("records")
    ]
    headings = [Heading(name) for name in ("Publisher", "Title", "Date", "Licence", "Id")]
    undated = int(register["date"].isna().sum())
    return table(
        "Sources",
        "sources.html",
        headings,
        rows,
        intro=[
            "Every page, table and file that a figure of this study comes from, with its licence. Where single facts are "
            "cited, the page is under its publisher's copyright.",
            *([f"No date was kept of {undated:,} of them; each says so."] if undated else []),
        ],
        caption=f"{len(rows):,} sources",
    )


def register_page(frame, columns: Sequence[str], *, title: str, here: str, intro: Sequence[str]) -> str:
    """Any register as a table page, with these columns."""
    rows = [[Cell(_text(row[name]), parts=True) for name in columns] for row in frame.to_dict("records")]
    headings = [Heading(name.replace("_", " ").capitalize()) for name in columns]
    return table(title, here, headings, rows, intro=intro, caption=f"{title}: {len(rows)}")


def data(figures: Sequence[Mapping], tables: Sequence[Mapping], disclosure: str) -> str:
    """Figures and tables to take away."""
    return web.page(
        "data.html.j2",
        title="Figures and data",
        here="data.html",
        description="Every figure and table of the study, to download.",
        wide=True,
        figures=figures,
        tables=tables,
        disclosure=disclosure,
    )


def thumbnail(png: Path) -> str:
    """A picture at half its size and in few colours, as an address that holds the picture itself."""
    from PIL import Image

    with Image.open(png) as picture:
        small = picture.reduce(2).quantize(32, method=Image.Quantize.FASTOCTREE)
    buffer = io.BytesIO()
    small.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def svg_title(svg: Path) -> str:
    """The title that an exported figure carries."""
    from lxml import etree

    for _, node in etree.iterparse(str(svg), tag="{http://www.w3.org/2000/svg}title", resolve_entities=False):
        return node.text or svg.stem
    return svg.stem


def source_words(register) -> dict[str, str]:
    """Source id → publisher, title and date in a line."""
    return {
        row["source"]: ", ".join(
            part for part in (_text(row["publisher"]), _text(row["title"]), _text(row["date"])) if part
        )
        for row in register.to_dict("records")
    }


def safe_address(url) -> str | None:
    """An address that may be a link: http or https, nothing else."""
    return url if isinstance(url, str) and re.match(r"https?://[^\s\"'<>]+$", url) else None


def _text(value) -> str:
    """A cell's value as words: lists joined, nothing for what is missing."""
    if isinstance(value, list | tuple):
        return "; ".join(_text(entry) for entry in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(entry)}" for key, entry in value.items())
    if value is None or value != value or type(value).__name__ == "NAType":
        return ""
    return str(value)
