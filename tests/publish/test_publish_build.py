"""The whole site of a small project: complete, the same each time, and all or nothing."""

import json
import re
import zipfile

import pytest

from helpers import publish
from helpers.publish import PublishError
from helpers.tables.store import content_hash

PAGES = [
    *("index", "report", "explore", "evidence", "claims", "predictions", "data", "sources", "corrections"),
    *("search", "notebooks/21_rise"),
]


def build(out):
    lines = []
    publish.build(out, lines.append)
    return lines


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
    for name in [f"{page}.html" for page in PAGES] + ["report.pdf", "data.zip"]:
        assert files[name]["sha256"] == content_hash(out / name)
        assert files[name]["inputs"], name
    assert files["report.pdf"]["inputs"]["findings.json"] == content_hash(out / "findings.json")


SPOILS = {
    r"reports/report.typ:10: finding 'no.such'": lambda out, root: append(
        root / "reports/report.typ", '\n#num("no.such")'
    ),
    "reports/report.typ is missing": lambda out, root: (root / "reports" / "report.typ").unlink(),
    "figure 'a-line' has no alt text: figures/a-line.txt is missing or empty": lambda out, root: (
        out / "figures" / "a-line.txt"
    ).write_text("\n"),
    "figure 'a-line' is not whole": lambda out, root: (out / "figures" / "a-line.svg").unlink(),
    r"data.html:\d+: link 'figures/a-line.png' leads nowhere": lambda out, root: (
        out / "figures" / "a-line.png"
    ).unlink(),
    r"evidence.html:\d+: link 'notebooks/21_rise.html' leads nowhere": lambda out, root: remove_notebook(out),
    "findings/21_rise.json: is broken": lambda out, root: (out / "findings" / "21_rise.json").write_text("{"),
    r"index.html:\d+: link 'gone.html' leads nowhere": lambda out, root: replace(
        root / "reports/report.typ", "[The ratio", '[#link("gone.html")[Gone] The ratio'
    ),
}


def append(path, text):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def replace(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def remove_notebook(out):
    for path in (out / "notebooks").glob("21_rise.*"):
        path.unlink()


@pytest.mark.parametrize(("message", "spoil"), SPOILS.items())
def test_a_build_that_fails_leaves_what_was_published(project, out, message, spoil):
    build(out)
    spoil(out, project)
    before = snapshot(out)
    with pytest.raises(PublishError, match=message):
        build(out)
    assert snapshot(out) == before


def test_what_no_build_makes_any_more_goes_away_and_nothing_else(project, out):
    build(out)
    mine, old = out / "mine.txt", out / "old.html"
    mine.write_text("x")
    old.write_text("x")
    listed = json.loads((out / "manifest.json").read_text())
    listed["files"]["old.html"] = listed["files"]["index.html"]
    (out / "manifest.json").write_text(json.dumps(listed))
    build(out)
    assert mine.exists() and not old.exists()


def test_the_tables_of_the_run_and_the_data_that_it_starts_from_can_be_taken_whole(project, out):
    (out / "tables").mkdir()
    (out / "tables" / "multiverse.csv").write_text("a\n1\n")
    build(out)
    with zipfile.ZipFile(out / "tables.zip") as archive:
        assert archive.read("multiverse.csv") == b"a\n1\n"
        described = json.loads(archive.read("datapackage.json"))["resources"]
        assert [resource["path"] for resource in described] == ["multiverse.csv"]
    with zipfile.ZipFile(out / "data.zip") as archive:
        assert archive.read("sources.csv") == (project / "data" / "sources.csv").read_bytes()
        assert archive.testzip() is None


def test_nothing_but_links_names_another_place(project, out):
    build(out)
    for page in PAGES:
        html = (out / f"{page}.html").read_text()
        outside = re.findall(r'(?:src|href|action)="(https?:[^"]*)"', html)
        assert set(outside) <= {"https://example.org/a"}, page
