"""One source makes PDF/UA-1 and HTML; what is not in the ledger breaks it, with the line."""

import datetime
import re

import pandas as pd
import pypdf
import pytest
from lxml import html as lxml_html

from helpers.publish import PublishError, report
from helpers.publish.typeset import Typesetter, check_ids

DAY = datetime.date(2026, 4, 1)


@pytest.fixture
def typeset(out, reports, findings):
    def run(extra="", data=None):
        source = reports / "report.typ"
        source.write_text(source.read_text() + extra, encoding="utf-8")
        with Typesetter(reports, out, date=DAY) as setter:
            setter.give("findings.json", findings)
            setter.give("withheld.json", {})
            setter.give("help.json", {})
            for name, value in (data or {}).items():
                setter.give(name, value)
            setter.give_figures(["a-line"])
            return setter.pdf("report.typ"), setter.html("report.typ")

    return run


def pdf_text(tmp_path, data):
    path = tmp_path / "made.pdf"
    path.write_bytes(data)
    return pypdf.PdfReader(path)


def test_the_pdf_says_that_it_is_accessible_and_is(tmp_path, typeset):
    reader = pdf_text(tmp_path, typeset()[0])
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "A small report"
    assert b"pdfuaid:part>1<" in catalog["/Metadata"].get_data()
    assert "A line from 1 to 3, rising by one each step." in alt_texts(catalog["/StructTreeRoot"])


def alt_texts(node):
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    found = [str(node["/Alt"])] if "/Alt" in node else []
    return found + [text for kid in kids if not isinstance(kid, int) for text in alt_texts(kid)]


def test_both_forms_print_the_same_numbers(tmp_path, typeset):
    pdf, html = typeset()
    text = " ".join(page.extract_text() for page in pdf_text(tmp_path, pdf).pages)
    for words in ("1.23 (1.10 to 1.40)", "The point is 1.23 and the interval 1.10 to 1.40."):
        assert words in " ".join(text.split())
        assert words in html


def test_figures_carry_their_numbers_with_them(tmp_path, typeset):
    pdf, html = typeset()
    assert pdf_text(tmp_path, pdf).attachments["a-line.csv"][0] == b"x,y\n1,1\n2,2\n3,3\n"
    assert 'download="a-line.csv"' in html
    assert 'alt="A line from 1 to 3' in html


def test_tables_have_scopes_and_every_cell_knows_its_heading(typeset):
    table = lxml_html.fromstring(typeset()[1]).find(".//table")
    assert [(th.text, th.get("scope")) for th in table.iter("th")] == [
        ("Force", "col"),
        ("Ratio", "col"),
        ("Kent", "row"),
    ]
    assert [(td.text, td.get("data-label"), td.get("class")) for td in table.iter("td")] == [
        ("1.23 (1.10 to 1.40)", "Ratio", "num")
    ]


def test_the_same_results_give_the_same_bytes(typeset):
    assert typeset() == typeset()


@pytest.mark.parametrize("call", ["num", "point", "limits"])
def test_a_number_that_nobody_found_is_named_with_its_line(typeset, call):
    with pytest.raises(PublishError, match=r"reports/report.typ:9: finding rise.uk.ratoi was not recorded"):
        typeset(f'#{call}("rise.uk.ratoi")\n')


def test_every_unknown_id_is_named_before_anything_is_set(reports):
    (reports / "report.typ").write_text('// #num("a.comment")\n#num("rise.uk.ratoi")\n#fig("no-line")\n')
    with pytest.raises(PublishError) as error:
        check_ids(reports / "report.typ", ["rise.uk.ratio"], ["a-line"])
    assert str(error.value).splitlines() == [
        "reports/report.typ:2: finding 'rise.uk.ratoi', which no notebook recorded; the nearest is 'rise.uk.ratio'",
        "reports/report.typ:3: figure 'no-line', which no notebook drew; the nearest is 'a-line'",
    ]


def test_a_semicolon_that_would_vanish_is_named(reports):
    (reports / "report.typ").write_text('#num("rise.uk.ratio"); and more\n')
    with pytest.raises(
        PublishError, match=r'report.typ:1: the semicolon after #num\("rise.uk.ratio"\); is swallowed'
    ):
        check_ids(reports / "report.typ", ["rise.uk.ratio"], [])


def test_a_picture_without_words_is_refused(typeset):
    with pytest.raises(PublishError, match=r"reports/report.typ:9: .*missing alt text"):
        typeset('#image("build/figures/a-line.svg")\n')


def test_a_figure_without_alt_text_is_named(out, draw):
    draw("mute")
    (out / "figures" / "mute.txt").write_text(" \n")
    with pytest.raises(PublishError, match="'mute' has no alt text"):
        report.require_words(out, ["a-line", "mute"])


def test_a_cited_source_keeps_its_address_whole(tmp_path, out, reports, findings):
    address = "https://example.org/" + "long-" * 20
    register = pd.DataFrame(
        [
            {
                "source": "paper-2017",
                "publisher": "A Paper",
                "title": f"$x$ *b* {{c}} 5$ {'w' * 40}",
                "date": "2017-03-22",
                "url": address,
            }
        ]
    )
    with (reports / "report.typ").open("a") as stream:
        stream.write('\nCited @paper-2017.\n#bibliography("build/sources.yml")\n')
    made = report.build(reports, out, findings=findings, claims={}, register=register)
    assert f'href="{address}"' in made["report.html"].decode()
    assert (
        f"$x$ *b* {{c}} 5$ {'w' * 12}\u200b{'w' * 12}" in made["report.html"].decode()
    )  # a long word may break


HOSTILE = '<script>alert(1)</script> #panic("x") *bold* $x$ \u202egnirts " \\ ' + "w" * 200


def test_text_from_outside_is_shown_as_text(tmp_path, typeset):
    pdf, html = typeset('\n#json("build/evil.json").at("words")\n', {"evil.json": {"words": HOSTILE}})
    assert "<script>" not in html
    assert "\u202e" not in html and "[U+202E]gnirts" in html
    assert '#panic("x") *bold* $x$' in html
    text = "".join(page.extract_text() for page in pdf_text(tmp_path, pdf).pages)
    assert '#panic("x") *bold* $x$' in " ".join(text.split())
    assert (
        len(re.findall("w", text.partition("gnirts")[2])) >= 200
    )  # the long word breaks, none of it is lost


def test_the_head_of_a_page_names_the_chapter_it_begins_with(tmp_path, typeset):
    turn = "\n#on-web([], pagebreak())\n"
    pages = f"{turn}Still of the rise.{turn}= Methods\n= Sources\n"
    heads = [page.extract_text().split("\n")[0] for page in pdf_text(tmp_path, typeset(pages)[0]).pages[1:]]
    assert heads == ["A small report The rise", "A small report Methods"]


def test_the_report_stands_in_a_main_landmark_with_its_own_style(typeset):
    framed = report.framed(typeset()[1])
    assert framed.count("<main") == framed.count("</main>") == 1
    assert "prefers-color-scheme: dark" in framed
    assert 'href="#main"' in framed
    assert framed.index("<nav") < framed.index("<main")  # the way to the other pages, as on every page
