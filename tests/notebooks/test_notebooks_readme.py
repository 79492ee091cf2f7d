"""What guides say is so: numbers are the findings' numbers, places are there, commands exist.

A number in the README is followed by the id of its finding in a comment, which readers do not see:
``1.25<!-- rise.uk.official_ratio -->``.
"""

import json
import re
from pathlib import Path

import pytest

from helpers.runner.commands import app
from helpers.tables.vocabularies import rows
from tests.conftest import ROOT

GUIDES = {Path(name).stem: ROOT / name for name in ("README.md", "CONTRIBUTING.md", "notebooks/start.md")}
README, START = (GUIDES[name].read_text(encoding="utf-8") for name in ("README", "start"))
MARKED = re.compile(r"([−\d][\d,.]*%?(?: \([^()]*\))?)<!-- ([a-z0-9_.]+) -->")


def test_every_marked_number_is_what_its_finding_prints(whole_run):
    findings = json.loads((whole_run / "findings.json").read_text(encoding="utf-8"))
    forms = "text", "plain"
    printed = {id: [one[form] for form in forms if form in one] for id, one in findings.items()}
    wrong = [f"{number} is not {id}, {printed.get(id)}" for number, id in MARKED.findall(README)
             if not any(number in (said, said.split(" (")[0]) for said in printed.get(id, []))]  # fmt: skip
    assert wrong == []


def test_what_it_found_has_five_points_and_a_finding_in_each():
    found = README.split("## What it found")[1].split("##")[0]
    points = re.split(r"\n\d\. ", found)[1:]
    assert len(points) == 5
    assert all(MARKED.search(point) for point in points)


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_every_place_that_a_guide_names_is_there(guide):
    text = guide.read_text(encoding="utf-8")
    linked = [guide.parent / link for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    named = re.findall(r"`((?:data|notebooks|reports|src|tests)/[^`\s*<]*)`", text)
    kept = [ROOT / name for name in named if not name.startswith(("reports/build", "data/rounds/"))]
    assert [path for path in (*linked, *kept) if not path.exists()] == []


@pytest.mark.parametrize("guide", GUIDES.values(), ids=GUIDES)
def test_every_command_that_a_guide_names_is_one(guide):
    def names(group):
        found = {command.name or command.callback.__name__ for command in group.registered_commands}
        groups = group.registered_groups
        return found | {f"{one.name} {name}" for one in groups for name in names(one.typer_instance)}

    text = guide.read_text(encoding="utf-8")
    for command, more in re.findall(r"(?:`|bin/)rise ([a-z]+)(?: ([a-z]+))?", text):
        assert {command, f"{command} {more}"} & names(app), command
    for target in re.findall(r"`make ([a-z]+)`", text):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), target


def test_the_figure_is_the_one_that_the_notebooks_draw(whole_run):
    drawn = (whole_run / "figures" / "claims-three-forces.svg").read_bytes()
    assert (ROOT / "reports" / "figure.svg").read_bytes() == drawn


def test_the_start_page_leads_to_every_notebook_in_reading_order():
    steps = re.findall(r"\]\((\d\d_[^)]+)\)", START)
    assert steps == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_readme_has_the_number_of_every_helpline_and_the_start_page_of_three():
    numbers = {line["number"] for line in rows("helplines")}
    readme, start = ({*re.findall(r"\b(?:0\d[\d ]{6,}\d|116 123|999)\b", text)} for text in (README, START))
    assert readme == numbers and len(start) == 3 and start < numbers
