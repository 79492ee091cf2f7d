"""Every number of a printed page stands on the web page too, and was found by a notebook or is known by heart.

The published report and every fourth briefing are read back number by number, pictures aside. And the report is set
once more with a ledger whose texts hold no digit: what is left are the numbers that its source types itself, and
these are years, codes and telephone numbers.
"""

import collections
import io
import json
import re
from pathlib import Path

import pypdf
from lxml import html as lxml_html
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTTextContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from helpers.publish.report import Typesetter
from helpers.tables.vocabularies import rows
from tests.conftest import PUBLISHED, published

HELPLINES = rows("helplines")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PATTERNS = Path(__file__).with_name("typed_numbers.txt").read_text(encoding="utf-8").splitlines()
TYPED = [line for line in PATTERNS if not line.startswith("#")]


class Words(PDFPageAggregator):
    """Reads the text of pages without what is marked as an artefact or as a picture with words of its own."""

    skipped = 0
    marks: tuple = ()

    def begin_tag(self, tag, props=None):
        skips = tag.name == "Artifact" or (isinstance(props, dict) and "Alt" in props)
        self.marks += (skips,)

    def end_tag(self):
        self.marks = self.marks[:-1]

    def render_char(self, *given, **more):
        advance = super().render_char(*given, **more)
        if any(self.marks):
            self.cur_item._objs.pop()
        return advance


def on_paper(pdf):
    """The text of a PDF, without running lines and pictures."""
    manager = PDFResourceManager()
    device = Words(manager, laparams=LAParams(boxes_flow=None))
    pages = PDFPageInterpreter(manager, device)
    parts = []
    for page in PDFPage.get_pages(io.BytesIO(pdf)):
        pages.process_page(page)
        parts += [box.get_text() for box in device.get_result() if isinstance(box, LTTextContainer)]
    return re.sub(r"(?<=\d\.)\n(?=\d)", "", "".join(parts))  # an address that ends its line inside a number


def on_screen(page):
    """The text of an HTML page, without links to download."""
    tree = lxml_html.fromstring(page)
    for node in tree.xpath("//figcaption/a[@download] | //style | //script | //head"):
        node.drop_tree()
    for node in tree.xpath("//td | //th | //p | //li | //h1 | //h2 | //h3"):
        node.tail = f" {node.tail or ''}"
    return tree.text_content()


def numbers(text):
    return collections.Counter(NUMBER.findall(text))


def difference(name):
    paper = numbers(on_paper((PUBLISHED / f"{name}.pdf").read_bytes()))
    screen = numbers(on_screen((PUBLISHED / f"{name}.html").read_text(encoding="utf-8")))
    return paper - screen, screen - paper


@published
def test_paper_and_screen_hold_the_same_numbers_but_for_the_pages_in_the_contents():
    reader = pypdf.PdfReader(PUBLISHED / "report.pdf")
    chapters = [entry for entry in reader.outline if not isinstance(entry, list)]
    pages = (reader.get_destination_page_number(chapter) + 1 for chapter in chapters)
    contents = collections.Counter(map(str, pages))
    only_on_paper, only_on_screen = difference("report")
    assert (only_on_paper, only_on_screen) == (contents, collections.Counter())


@published
def test_words_about_fixed_years_do_not_run_into_the_word_before_them():
    page = (PUBLISHED / "report.html").read_text(encoding="utf-8")
    assert '<span class="fixed-years">' in page
    assert re.findall(r'\w+<span class="fixed-years">\w+', page) == []


@published
def test_the_first_page_holds_the_answer_and_where_to_get_help_and_the_contents_come_next():
    first, second = (page.extract_text() for page in pypdf.PdfReader(PUBLISHED / "report.pdf").pages[:2])
    assert [line["number"] for line in HELPLINES if line["number"] not in " ".join(first.split())] == []
    assert "better recording had the largest part" in " ".join(first.split()) and "Contents" in second


@published
def test_briefings_hold_the_same_numbers_on_paper_and_on_screen_and_every_one_fills_one_page():
    slugs = [path.stem for path in sorted((PUBLISHED / "forces").glob("*.pdf"))]
    wrong = {slug: found for slug in slugs[::4] if any(found := difference(f"forces/{slug}"))}
    long = [slug for slug in slugs if len(pypdf.PdfReader(PUBLISHED / "forces" / f"{slug}.pdf").pages) != 1]
    assert (len(slugs), wrong, long) == (46, {}, [])


def typed(folder):
    """The numbers that are left when the ledger and the claims have none: their texts hold no digit."""
    findings = json.loads((PUBLISHED / "findings.json").read_text())
    claims = json.loads((PUBLISHED / "claims.json").read_text())
    blank = {id: found | {"text": "x (x to x)", "plain": "x (x to x)"} for id, found in findings.items()}
    (folder / "findings.json").write_text(json.dumps(blank))
    claims = {id: claim | {"claim": "x", "explanation": "x"} for id, claim in claims.items()}
    (folder / "claims.json").write_text(json.dumps(claims))
    for name in ("figures", "tables"):
        (folder / name).symlink_to(PUBLISHED / name)
    with Typesetter(folder) as setter:
        tree = lxml_html.fromstring(setter.page("report.typ", "report.html"))
    apart = "//section[@role='doc-bibliography'] | //a[@role='doc-biblioref'] | //nav | //img"
    for node in tree.xpath(apart):
        node.drop_tree()
    return on_screen(lxml_html.tostring(tree, encoding="unicode"))


@published
def test_the_report_types_no_number_but_years_codes_ages_and_what_it_chose(tmp_path):
    text = typed(tmp_path).replace("\xa0", " ")
    for line in HELPLINES:
        text = text.replace(line["number"], "").replace(line["audience"], "")
    for known in TYPED:
        text = re.sub(known, "", text)
    assert [text[max(0, at.start() - 30) : at.end() + 20] for at in NUMBER.finditer(text)] == []
