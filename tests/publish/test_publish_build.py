"""The whole site of a small project: complete, the same each time, and all or nothing."""

import json
import re

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_output

from helpers import publish
from helpers.publish import PublishError
from helpers.publish.downloads import safe_csv
from helpers.publish.guard import with_sources
from helpers.tables.store import content_hash

PAGES = ["index", "evidence", "claims", "predictions", "data", "sources", "report", "notebooks/21_rise"]


def build(out):
    lines = []
    publish.build(out, lines.append)
    return lines


def add_to_drawing(out, more):
    drawing = out / "figures" / "a-line.svg"
    drawing.write_text(drawing.read_text().replace("</svg>", f"{more}</svg>"))


def write_table(out, name, text):
    (out / "tables").mkdir(exist_ok=True)
    (out / "tables" / f"{name}.csv").write_text(text)


def snapshot(out):
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_site_has_every_page(project, out):
    build(out)
    for name in PAGES:
        assert (out / f"{name}.html").is_file(), name
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert "<td>Recording" not in (out / "predictions.html").read_text()


def test_claims_show_their_verdicts_as_text(project, out):
    build(out)
    html = (out / "claims.html").read_text()
    assert "Misreported." in html
    assert "Offences more than doubled &lt;b&gt;&amp;&lt;/b&gt; then some." in html
    assert "UK, ratio: 1.23 (1.10 to 1.40); held against: above 2.00." in html


def test_the_same_results_give_the_same_bytes(project, out):
    build(out)
    first = snapshot(out)
    build(out)
    assert snapshot(out) == first


def test_the_manifest_has_every_published_file_with_what_it_was_made_from(project, out):
    build(out)
    files = json.loads((out / "manifest.json").read_text())["files"]
    for name in [f"{page}.html" for page in PAGES] + ["report.pdf", "downloads/figures/a-line.csv"]:
        assert files[name]["sha256"] == content_hash(out / name)
        assert files[name]["inputs"], name
    assert files["report.pdf"]["inputs"]["findings.json"] == content_hash(out / "findings.json")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda out, root: (root / "reports" / "report.typ").open("a").write('#num("no.such")'), r"report.typ:9.*'no.such'"),
        (lambda out, root: (out / "figures" / "a-line.txt").write_text(""), "'a-line' has no alt text"),
        (lambda out, root: (out / "figures" / "a-line.png").unlink(), "'a-line': figures/a-line.png is missing"),
        (lambda out, root: (out / "figures" / "a-line.png").write_text("x"), "figures/a-line.png is no PNG"),
        (lambda out, root: (out / "figures" / "a-line.csv").write_bytes(b"\xff\n"), "figures/a-line.csv is not in UTF-8"),
        (lambda out, root: (out / "figures" / "a-line.svg").write_text("<svg"), "a-line.svg is no drawing that can be read"),
        (lambda out, root: add_to_drawing(out, "<script>x()</script>"), "figures/a-line.svg holds a <script>"),
        (lambda out, root: add_to_drawing(out, "<g onclick='x()'/>"), "a-line.svg would run what stands in 'onclick'"),
        (lambda out, root: add_to_drawing(out, "<use href='https://a.example/b'/>"), "asks for 'https://a.example/b'"),
        (lambda out, root: (out / "notebooks" / "21_rise.ipynb").unlink(), "21_rise.ipynb is missing.*run 21_rise again"),
        (lambda out, root: write_table(out, "multiverse", "a,b\n1,2\n"), "tables/multiverse.csv: has the columns a, b, not"),
        (lambda out, root: (root / "reports" / "report.typ").unlink(), "reports/report.typ is missing"),
        (lambda out, root: (out / "findings" / "21_rise.json").write_text("{"), "findings/21_rise.json: is broken"),
    ],
)  # fmt: skip
def test_a_build_that_fails_leaves_what_was_published(project, out, spoil, message):
    build(out)
    spoil(out, project)
    before = snapshot(out)
    with pytest.raises(PublishError, match=message):
        build(out)
    assert snapshot(out) == before


def test_a_figure_with_small_counts_is_withheld_everywhere_and_said(project, out, draw):
    draw("a-line", pd.DataFrame({"force": ["Kent"], "age": ["10 to 13"], "offences": [3]}))
    lines = build(out)
    assert "disclosure: 1 count suppressed in figures/a-line" in lines
    assert (out / "downloads/figures/a-line.csv").read_text() == "force,age,offences\nKent,10 to 13,[c]\n"
    assert not (out / "downloads/figures/a-line.svg").exists()
    for page in ("data.html", "report.html", "notebooks/21_rise.html"):
        html = (out / page).read_text()
        assert "withheld" in html.lower(), page
        assert "data:image" not in html, page


def test_notebook_pages_show_no_table_by_age_or_sex_once_a_count_is_suppressed(
    project, out, draw, write_notebook
):
    shown = draw("a-line", pd.DataFrame({"force": ["Kent"], "age": ["10 to 13"], "offences": [3]}))
    tables = [
        pd.DataFrame({"age": ["10 to 13"], "offences": [3]}),
        pd.DataFrame({"force": ["Kent"], "offences": [77]}),
    ]
    cells = [
        new_code_cell(
            "show", id=f"t{number}", outputs=[new_output("execute_result", {"text/html": table.to_html()})]
        )
        for number, table in enumerate(tables)
    ]
    write_notebook(out / "notebooks" / "21_rise.ipynb", shown, *cells)
    build(out)
    html = (out / "notebooks" / "21_rise.html").read_text()
    assert "This output is withheld" in html and "10 to 13" not in html
    assert "77" in html


def test_a_table_that_names_printed_rows_has_their_sources():
    printed = pd.DataFrame({"row": [7, 8], "source": ["paper", "journal"]})
    one, two = pd.DataFrame({"row": [8]}), pd.DataFrame({"rows": ["7 8"]})
    assert with_sources(one, printed)["source"].tolist() == ["journal"]
    assert with_sources(two, printed)["source"].tolist() == ["paper journal"]
    assert with_sources(pd.DataFrame({"row": [9]}), printed)["source"].tolist() == ["unknown"]


def test_a_cell_that_would_run_is_defused_and_every_number_stays_as_it_was(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('note,change,code\n=1+1,-0.5,007\n"-x, y",1e-05,\n')
    assert safe_csv(path).decode() == "note,change,code\n'=1+1,-0.5,007\n\"'-x, y\",1e-05,\n"
    path.write_text("note,change\nplain,-0.50\n")
    assert safe_csv(path) == path.read_bytes()


def test_downloads_that_are_no_longer_made_go_away(project, out):
    build(out)
    left = out / "downloads" / "figures" / "old.csv"
    left.write_text("x")
    build(out)
    assert not left.exists()


def test_nothing_but_links_names_another_place(project, out):
    build(out)
    for page in PAGES:
        html = (out / f"{page}.html").read_text()
        outside = re.findall(r'(?:src|href|action)="(https?:[^"]*)"', html)
        assert set(outside) <= {"https://example.org/a"}, page
