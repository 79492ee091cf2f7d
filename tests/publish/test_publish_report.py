"""One source makes PDF/UA-1 and HTML, with the same words; what is not in the ledger breaks it, with the line."""

import io
import json
import re

import pypdf
import pytest
from lxml import html as lxml_html
from pypdf.generic import IndirectObject

from helpers.publish import PublishError, report
from tests.frames import frame

ROOT_SOURCES = ["report.typ", "briefing.typ"]
FOUND = re.compile(r"(?<![\w.,/])(\d+\.\d+|\d{1,3}(,\d{3})+|\d+(\.\d+)?\s?(%|per cent))(?![\w/])")


@pytest.fixture
def made(project, out):
    """Typesets the small report, with more lines, and gives (PDF, page)."""

    def run(extra=""):
        with (project / "reports" / "report.typ").open("a", encoding="utf-8") as source:
            source.write(extra)
        files = report.build(out)
        return pypdf.PdfReader(io.BytesIO(files["report.pdf"])), files["report.html"].decode()

    return run


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_both_forms_print_a_finding_its_point_and_its_interval_as_the_ledger_does(made):
    pdf, html = made()
    for text in ("1.23 (1.10 to 1.40)", "The point is 23% and the interval 10% to 40%."):
        assert text in words(pdf) and text in html


def test_a_number_that_could_not_be_had_is_printed_as_its_reason(made, out):
    path = out / "findings.json"
    findings = json.loads(path.read_text())
    nothing = dict.fromkeys(("value", "low", "high")) | {"text": "not available", "unit": "ratio"}
    nothing["reason"] = "the audits end in 2020"
    path.write_text(json.dumps(findings | {"rise.none": nothing}))
    calls = " ".join(f'#{call}("rise.none")' for call in ("num", "plain", "plain-point", "plain-limits"))
    pdf, html = made(f'\n{calls} because #reason("rise.none"): #if known("rise.none") [x] else [none].\n')
    said = f"{'not available ' * 4}because the audits end in 2020: none."
    assert said in words(pdf) and said in html


@pytest.mark.parametrize("call", ["num", "plain", "fig"])
def test_an_id_that_is_not_there_is_named_with_its_line_and_the_nearest(made, call):
    figure = call == "fig"
    what, verb, near = ("figure", "drawn", "a-line") if figure else ("finding", "recorded", "rise.uk.ratio")
    wrong = f"{near}x"
    with pytest.raises(PublishError) as error:
        made(f'// #num("in.a-comment")\n#{call}("{wrong}")\n')
    said = f'reports/report.typ:10: {what} {wrong} was not {verb} by any notebook; the nearest is "{near}"'
    assert str(error.value) == said


def test_what_typst_refuses_is_said_with_its_line(made):
    with pytest.raises(PublishError, match=r"reports/report.typ:9: .*missing alt text"):
        made('#image("build/figures/a-line.svg")\n')


def test_a_file_that_the_report_reads_and_cannot_is_named_with_its_line(made, project):
    (project / "CITATION.cff").write_text("title: a\n: :\n")
    with pytest.raises(PublishError, match=r"^CITATION\.cff:2: failed to parse YAML"):
        made("")


def test_what_must_fit_its_page_and_does_not_is_named(made):
    made('\n#on-web([], pagebreak())\nThe last word.#fits(2, "the rise")')
    with pytest.raises(PublishError, match="the rise ends on page 2, and must by page 1"):
        made('#fits(1, "the rise")')


def test_figures_carry_their_numbers_with_them(made):
    pdf, html = made()
    assert pdf.attachments["a-line.csv"][0] == b"x,y\n1,1\n2,2\n3,3\n"
    assert 'href="data:text/csv;charset=utf-8,x,y%0A1,1%0A2,2%0A3,3%0A" download="a-line.csv"' in html
    assert 'alt="A line from 1 to 3' in html


def test_tables_have_scopes_and_every_cell_knows_its_heading(made):
    """Also on paper, where Typst itself refuses what else breaks PDF/UA-1: no title, no alt text, a level skipped."""
    pdf, html = made()
    objects = (IndirectObject(number, 0, pdf).get_object() for number in range(1, pdf.trailer["/Size"]))
    kinds = [one.get("/S") for one in objects if isinstance(one, dict)]
    assert (kinds.count("/TH"), kinds.count("/TD")) == (3, 3)  # a heading over each of three cells
    catalog = pdf.trailer["/Root"]
    assert catalog["/Lang"] == "en-GB" and b"pdfuaid:part>1<" in catalog["/Metadata"].get_data()
    table = lxml_html.fromstring(html).find(".//table")
    heads = [(th.text, th.get("scope")) for th in table.iter("th")]
    assert heads == [("Force", "col"), ("Ratio", "col"), ("Ratio", "col"), ("Kent", "row")]
    cells = [(td.text, td.get("data-label"), td.get("class")) for td in table.iter("td")]
    assert cells == [("1.23 (1.10 to 1.40)", "Ratio", "num")] * 2


HOSTILE = '<script>alert(1)</script> #panic("x") *bold* $x$ \u202egnirts " \\ {c} 5$ ' + "w" * 200


def test_text_from_outside_is_shown_as_text_and_a_cited_address_stays_whole(made, project, out):
    address = "https://example.org/" + "long-" * 20
    paper = "paper-2017", "A Paper", HOSTILE, "2017-03-22", address
    cited = frame("source publisher title date url", paper)
    cited.to_csv(project / "data" / "sources.csv", index=False)
    (out / "evil.json").write_text(json.dumps(HOSTILE))
    cells = '((json("build/evil.json"),),)'
    table = f'#data-table("evil", caption: [c], columns: (("A", left),), rows: {cells})\n'
    pdf, html = made(f"\nCited @paper-2017.\n{table}#bibliography(sources())\n")
    for form in (words(pdf), html.replace("&lt;", "<")):
        assert form.count('<script>alert(1)</script> #panic("x") *bold* $x$ [U+202E]gnirts') == 2
        assert "{c} 5$" in form and "\u202e" not in form
    assert "<script>alert" not in html and f'href="{address}"' in html
    assert words(pdf).count("w") >= 400  # a long word breaks, and none of it is lost


def test_the_head_of_a_page_names_the_chapter_it_begins_with(made):
    turn = "\n#on-web([], pagebreak())\n"
    pdf, _ = made(f"{turn}Still of the rise.{turn}= Methods\n= Sources\n")
    heads = [page.extract_text().split("\n")[0] for page in pdf.pages[1:]]
    assert heads == ["A small report The rise", "A small report Methods"]


@pytest.mark.parametrize("name", ROOT_SOURCES)
def test_the_sources_type_no_number_that_a_notebook_found_and_lose_no_semicolon(name, request):
    source = (request.path.parents[2] / "reports" / name).read_text(encoding="utf-8")
    swallowed = re.findall(r"#(?:num|plain(?:-point|-limits)?)\([^()]*\);", source)
    assert swallowed == []  # Typst takes the semicolon as the code's end: write \;
    prose = re.sub(r"^ *//.*$|widths?: (?:\([^)]*\)|\d+%)|numbering: \S+", "", source, flags=re.MULTILINE)
    # the level of intervals, an error worth naming, a step tried in made-up panels
    assert {match[0] for match in FOUND.finditer(prose)} <= {"95 per cent", "0.05", "0.1"}
