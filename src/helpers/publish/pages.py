"""The pages around the report: start, evidence, claims, predictions, data, sources, corrections, search.

Each function takes what is in the output folder and returns the HTML of one page. Titles and descriptions are in
``templates/pages.toml``. Numbers on the start page are the report's own, as the whole passage is.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from markupsafe import Markup

from helpers.ledger.claims import MEANINGS
from helpers.publish import page_frame
from helpers.publish.faults import PublishError
from helpers.publish.markup import in_words
from helpers.publish.notebooks import gist
from helpers.tables import package, store, vocabularies
from helpers.tables.measures import MEASURES

LONGEST = 1_000  # letters of a section that the search looks through
SECTIONS = (
    "//main//*[self::h1 or self::h2 or self::h3 or self::p or self::li or self::dt or self::dd or self::figcaption]"
    "[not(ancestor::nav or ancestor::li or ancestor::td or ancestor::dd or ancestor::form)]"
)


@dataclass(frozen=True)
class Cell:
    """One cell of a table page: its text, what it sorts by, and where it leads."""

    text: str
    value: object = None
    href: str | None = None


def start(report: str) -> str:
    """The start page: the pieces that the report sets at the start of the site, as they stand there, and the way on.

    Raises
    ------
    PublishError
        Where none of them is the answer.
    """
    from lxml import html as lxml_html

    pieces = lxml_html.fromstring(report).find_class("start")
    if not any(piece.find_class("answer") for piece in pieces):
        missing = 'start(panel("answer")[…]), with which the start page begins'
        raise PublishError(f"reports/report.typ has no {missing}")
    found = []
    for piece in pieces:
        for caption in piece.iter("figcaption"):  # numbers of figures are the report's own
            caption.text = re.sub(r"^(Figure|Table)\s\d+:\s", "", caption.text or "")
        for node in piece.xpath(".//*[@id]"):
            del node.attrib["id"]
        html = lxml_html.tostring(piece, encoding="unicode", with_tail=False)
        html = re.sub('href="#(?!help")', 'href="report.html#', html)  # of help the start page has its own
        found.append(Markup(html))
    helplines = vocabularies.rows("helplines", "helpline", "audience", "number")
    return page_frame.page("index.html", pieces=found, helplines=helplines)


def notebook_index(notebooks: Iterable[Path]) -> str:
    """The list of executed notebooks, each with its question and what was found."""
    steps = []
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        step = gist("\n\n".join(prose))
        number = path.stem.partition("_")[0]
        title = (
            step["title"] if step["title"].startswith(number) else f"{number} · {step['title'] or path.stem}"
        )
        steps.append(step | {"file": f"{path.stem}.html", "title": title})
    return page_frame.page("evidence.html", steps=steps)


def claims(verdicts: Mapping[str, Mapping], findings: Mapping[str, Mapping], register) -> str:
    """Every claim with its verdict, its reason, the findings behind it and where it was printed."""
    words = register.fillna("").set_index("source")[["publisher", "title", "date"]]
    printed = {source: ", ".join(filter(None, cells)) for source, *cells in words.itertuples()}
    held = {"claims": verdicts, "findings": findings, "printed": printed, "meanings": MEANINGS}
    return page_frame.page("claims.html", **held)


def sources(register) -> str:
    """The source register as a page."""
    about = page_frame.PAGES["sources.html"]
    rows = [
        {
            "Publisher": Cell(row["publisher"]),
            "Title": Cell(row["title"] or row["url"], href=page_frame.safe_address(row["url"])),
            "Date": Cell(row["date"] or "not dated"),
            "Licence": Cell(about["licences"].get(row["licence"], row["licence"])),
            "Id": Cell(row["source"]),
        }
        for row in register.fillna("").to_dict("records")
    ]
    undated = int(register["date"].isna().sum())
    noted = [f"No date was kept of {undated:,} of them; each says so."] if undated else []
    shown = {"rows": rows, "intro": [*about["intro"], *noted], "caption": f"{len(rows):,} sources"}
    return page_frame.page("sources.html", template="table", **shown)


def predictions(register, out: Path) -> str:
    """The register of predictions, with what became of each where the tests were judged."""
    columns = ["explanation", "dimension", "expected", "role", "reason", "data", "test"]
    judged = (out / "tables" / "prediction_results.csv").is_file()
    if judged:
        results = store.read_table("prediction_results").set_index("prediction").reindex(register["id"])
        also = [f"; also of {ids}" if isinstance(ids, str) else "" for ids in results["same_test"]]
        register = register.assign(outcome=results["verdict"].to_numpy(), test=register["test"] + also)
        columns = [*columns[:3], "outcome", *columns[3:], "reach"]
    entries, labels = register.fillna("").to_dict("records"), vocabularies.labels("explanations")
    other = re.compile(rf"\b({'|'.join(labels)})\.(\w+)")  # the id of another entry

    def said(words: str) -> str:
        return labels.get(words) or in_words(other.sub(lambda id: f"{labels[id[1]]} ({id[2]})", words))

    rows = [{name.capitalize(): Cell(said(row[name])) for name in columns} for row in entries]
    template = page_frame.environment().get_template("predictions.txt.j2")
    intro = template.render(judged=judged, entries=entries, labels=labels)
    shown = {"rows": rows, "intro": Markup(intro).split("\n\n"), "caption": f"Predictions: {len(rows)}"}
    return page_frame.page("predictions.html", template="table", **shown)


def corrections() -> str:
    """How to report an error, the errors that we made, and what forces answered."""
    errata, answers = (store.read_table(name).to_dict("records") for name in ("errata", "answers"))
    return page_frame.page("corrections.html", errata=errata, answers=answers, measures=MEASURES)


def search(site: Mapping[str, str]) -> str:
    """A page that searches every section of these pages; name → HTML. Of the forces' notebooks only the briefings count."""
    places = [place for name, html in site.items() if "/50_" not in name for place in sections(name, html)]
    return page_frame.page("search.html", index=page_frame.script(places))


def sections(name: str, html: str) -> list[list[str]]:
    """The sections of a page, each as [title of the page, heading, address, the first words].

    >>> sections("a.html", "<main><h1>A</h1><p>One.</p><h2 id='b'>B</h2><ul><li>Two.</li></ul></main>")
    [['A', 'A', 'a.html', 'One.'], ['A', 'B', 'a.html#b', 'Two.']]
    """
    from lxml import html as lxml_html

    found: list[list] = []
    for node in lxml_html.document_fromstring(html).xpath(SECTIONS):
        words = " ".join(node.text_content().split())
        if node.tag in ("h1", "h2", "h3"):
            address = f"{name}#{node.get('id')}" if node.get("id") else name
            found.append([found[0][0] if found else words, words, address, []])
        elif found:
            found[-1][3].append(words)
    return [[page, heading, address, " ".join(words)[:LONGEST]] for page, heading, address, words in found]


def data(out: Path, tables: Iterable[Path]) -> str:
    """Figures and tables to take away, one by one and whole. Each force's figure stands on its own page."""
    figures = []
    for drawn in sorted((out / "figures").glob("*.svg")):
        if not drawn.stem.startswith("force-") and "." not in drawn.stem:
            title = re.search(r"<title[^>]*>([^<]*)", drawn.read_text(encoding="utf-8"))
            alt = drawn.with_suffix(".txt").read_text(encoding="utf-8").strip()
            figures.append({"id": drawn.stem, "title": unescape(title[1]), "alt": alt})
    rows = [(package.table(path.stem), path.read_bytes().count(b"\n") - 1) for path in tables]
    small_count = int(vocabularies.threshold("small_count"))
    return page_frame.page("data.html", figures=figures, tables=rows, small_count=small_count)
