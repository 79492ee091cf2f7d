"""The report says the same in both forms, and types no number that a notebook found."""

import io
import re

import pypdf
import pytest
from lxml import html as lxml_html

from helpers.publish import report

NUMBER = re.compile(r"\d[\d,.]*\d%?|\d%?")
FOUND = re.compile(r"(?<![\w.,/])(\d+\.\d+|\d{1,3}(,\d{3})+|\d+(\.\d+)?\s?(%|per cent))(?![\w/])")


def numbers(text):
    return sorted(NUMBER.findall(text.replace("\u2212", "-")))


def test_pdf_and_html_hold_the_same_numbers(out, reports, findings):
    from pandas import DataFrame

    register = DataFrame({"source": [], "publisher": [], "title": [], "date": [], "url": []}, dtype="str")
    made = report.build(reports, out, findings=findings, claims={}, register=register)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made["report.pdf"])).pages]
    paper = re.sub(r"\d+ of \d+\s*$|Numbers drawn, attached: \S+", "", "\n".join(pages))
    picture = "1.00 1.25 1.50 1.75 2.00 2.25 2.50 2.75 3.00 1 2 3"  # the axis, which is text in the PDF
    tree = lxml_html.fromstring(made["report.html"])
    for link in tree.xpath("//figcaption/a | //style | //script"):
        link.drop_tree()
    assert numbers(paper) == sorted(numbers(tree.text_content()) + numbers(picture))


@pytest.mark.parametrize("name", ["report.typ", "briefing.typ"])
def test_the_sources_type_no_number_that_a_notebook_found(name, request):
    source = (request.path.parents[2] / "reports" / name).read_text(encoding="utf-8")
    prose = re.sub(r"^ *//.*$|widths: \([^)]*\)|numbering: \S+", "", source, flags=re.MULTILINE)
    allowed = {
        "95 per cent",
        "0.05",
        "0.1",
    }  # the level of intervals, when an error is worth naming, a step tried in made-up panels: choices, not findings
    assert {match[0] for match in FOUND.finditer(prose)} - allowed == set()
