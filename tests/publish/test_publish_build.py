"""The whole site of a small project: complete, the same each time, and all or nothing."""

import json
import os
import zipfile

import pytest

from helpers import publish
from helpers.publish import PublishError
from helpers.tables.files import content_hash
from tests.conftest import files
from tests.frames import examples

PAGES = "index report explore evidence claims predictions data sources corrections search notebooks/21_rise".split()


def build(out):
    publish.build(out, lambda line: None)


def test_claims_show_their_verdicts_as_text(built):
    html = (built / "claims.html").read_text()
    assert "Misreported." in html
    assert "Offences more than doubled &lt;b&gt;&amp;&lt;/b&gt; then some." in html
    assert "UK, ratio: 1.23 (1.10 to 1.40); held against: above 2.00." in html


def test_the_same_results_give_the_same_bytes(project, out):
    first = files(out)
    build(out)
    assert files(out) == first


def test_the_manifest_has_every_published_file_with_what_it_was_made_from(built):
    listed = json.loads((built / "manifest.json").read_text())["files"]
    for name in [f"{page}.html" for page in PAGES] + ["report.pdf", "data.zip"]:
        assert listed[name]["sha256"] == content_hash(built / name)
        assert listed[name]["inputs"], name
    assert listed["report.pdf"]["inputs"]["findings.json"] == content_hash(built / "findings.json")


@pytest.mark.parametrize(("place", "old", "new", "message"), examples(__file__, "spoilt.csv"))
def test_a_build_that_fails_leaves_what_was_published(project, out, place, old, new, message):
    """A file is taken away, or written anew with another text in place of an old one."""
    for path in project.glob(place):
        path.write_text(path.read_text().replace(old, new)) if old else path.unlink()
    before = files(out)
    with pytest.raises(PublishError, match=message):
        build(out)
    assert files(out) == before


def test_what_no_build_makes_any_more_goes_away_and_nothing_else(project, out):
    """What a step made stays, and so does what is outside of the folder, whatever the manifest says."""
    listed = json.loads((out / "manifest.json").read_text())
    page = listed["files"]["index.html"]
    of_a_step = page | {"inputs": {"step 21_rise": ""}}
    listed["files"] |= {"old.html": page, "../outside.html": page, "of-a-step.csv": of_a_step}
    (out / "manifest.json").write_text(json.dumps(listed))
    places = [out / name for name in ("mine.txt", "of-a-step.csv", "../outside.html", "old.html")]
    for path in places:
        path.write_text("x")
    build(out)
    assert [path.exists() for path in places] == [True, True, True, False]


def test_the_tables_of_the_run_and_the_data_that_it_starts_from_can_be_taken_whole(project, out):
    (out / "tables").mkdir(exist_ok=True)
    (out / "tables" / "multiverse.csv").write_text("a\n1\n")
    build(out)
    with zipfile.ZipFile(out / "tables.zip") as archive:
        assert archive.read("multiverse.csv") == b"a\n1\n"
        described = json.loads(archive.read("datapackage.json"))["resources"]
        assert [resource["path"] for resource in described] == ["multiverse.csv"]
    with zipfile.ZipFile(out / "data.zip") as archive:
        assert archive.read("sources.csv") == (project / "data" / "sources.csv").read_bytes()
        assert archive.testzip() is None


@pytest.mark.parametrize("name", ["rounds/2026-11/tracker.csv", "answers/kent.csv", ".~lock.sources.csv#"])
def test_what_nobody_declared_to_be_data_is_not_published(project, out, name):
    """A round's tracker holds notes of conversations, and an answer its exact counts."""
    (project / "data" / name).parent.mkdir(parents=True, exist_ok=True)
    (project / "data" / name).write_text("exact counts, names")
    build(out)
    assert name not in zipfile.ZipFile(out / "data.zip").namelist()


def test_a_page_is_newer_than_its_notebook_also_where_it_is_the_same(out):
    """Else the next run would write it once more, without the links to its neighbours."""
    page = out / "notebooks" / "21_rise.html"
    os.utime(page, (0, 0))
    build(out)
    assert page.stat().st_mtime > page.with_suffix(".ipynb").stat().st_mtime
