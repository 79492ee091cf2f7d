"""The whole run: every notebook and briefing made by the project's own command, looked at from outside.

``make test`` makes it first, in ``reports/build/check``, and names it in RISE_SITE; without that it is made here.
Beside these tests nbval runs every notebook once more against these tables and compares its outputs with the committed ones.
"""

import json
import re
import shutil

from lxml import html

from helpers.ledger import definitions
from helpers.publish import editions, report
from helpers.runner.freshness import read_record
from helpers.runner.plan import assess, make_plans
from helpers.runner.steps import load_project
from helpers.stats.synthesis import MIDDLE
from helpers.tables.forces import FORCES
from tests.conftest import ROOT


def test_every_step_and_every_briefing_is_there_and_fresh(whole_run):
    project = load_project(ROOT)
    (plan,) = make_plans(project, whole_run, (), {"force": FORCES})
    states = assess(plan)
    assert len(states) == len(project.steps) - 1 + len(FORCES)
    assert {state.instance.name: state.reasons for state in states if state.condition != "fresh"} == {}


def test_every_table_is_written_by_the_step_that_the_graph_names(whole_run):
    project = load_project(ROOT)
    for table, step in project.writer.items():
        names = list((whole_run / "notebooks").glob(f"{step}*.ipynb"))
        assert f"tables/{table}.csv" in read_record(names[0]).outputs


def test_every_entry_of_the_dictionary_of_findings_is_recorded(whole_run):
    findings = json.loads((whole_run / "findings.json").read_text(encoding="utf-8"))
    for step in load_project(ROOT).steps:
        recorded = " ".join(id for id, found in findings.items() if found["step"] == step)
        for id in definitions.read(ROOT / definitions.FILE, step):
            parts = [re.escape(part) for part in re.split(r"{\w+}", id)]
            assert re.search(rf"(^| ){'[^ ]+'.join(parts)}( |$)", recorded), f"{step} records no {id}"


def test_a_window_that_two_notebook_cells_ask_for_has_one_slope(whole_run):
    """One of them had left quarters without reliable counts in the course of all other forces."""
    found = json.loads((whole_run / "findings.json").read_text(encoding="utf-8"))
    ids = "recording.dose.slope", "recording.windows.around_audit.all_crime.children"
    once, again = ([found[id][end] for end in ("value", "low", "high")] for id in ids)
    assert once == again


def test_executed_notebooks_tell_nothing_of_this_machine(whole_run):
    for path in [*(whole_run / "notebooks").glob("*.ipynb"), *(ROOT / "notebooks").glob("*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text, path.name
        assert str(whole_run) not in text, path.name


def test_no_verdict_on_a_claim_differs_from_the_latest_edition(whole_run):
    """Numbers are compared in test_notebooks_edition; a new finding, or a new reason, is no change of a verdict."""
    changes = map(str, editions.compare(whole_run, editions.latest()))
    changed = [change for change in changes if change.startswith("claim ")]
    assert changed == [], 'a mistake, or a new edition: rise publish --reason "…"'


def test_the_answer_that_opens_a_notebook_and_the_readme_is_the_one_found(whole_run):
    found = json.loads((whole_run / "findings.json").read_text(encoding="utf-8"))
    notebook = json.loads((ROOT / "notebooks/42_shares.ipynb").read_text(encoding="utf-8"))
    opening = "".join(notebook["cells"][0]["source"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    words = {name: found[f"shares.{name}.words.two_years"]["value"] for name in ("recording", "online")}
    said = f"it is {words['recording']} that better recording had the largest part, and {words['online']} that online"
    assert said in " ".join(opening.split())
    assert f"It is {words['recording']} that better recording" in readme
    assert found["shares.recording.words.the_years_asked"]["value"] == MIDDLE
    assert "For the last year alone we cannot say." in " ".join(readme.split())


def test_the_report_calls_no_answer_of_a_round_published(whole_run, tmp_path):
    """What forces answered to somebody's own request nobody has published."""
    shutil.copytree(whole_run, tmp_path / "out")
    choices = tmp_path / "out" / "tables" / "foi_choices.csv"
    text = choices.read_text(encoding="utf-8")
    choices.write_text(text.replace(",2024-11-s67,", ",2026-11,"), encoding="utf-8")
    with report.Typesetter(tmp_path / "out") as setter:
        page = html.fromstring(setter.page("report.typ", "report.html"))
    words = " ".join(page.text_content().split())
    assert "run with answers of the round 2026-11" in words
    assert re.findall(r"[\d,]+ published (?:yearly figures|figures|force-years)", words) == []
