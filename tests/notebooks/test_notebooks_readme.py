"""The README's numbers are the findings' numbers, and its figure is the one that the notebooks draw.

A number in the README is followed by the id of its finding in a comment, which readers do not see:
``1.25<!-- rise.uk.official_ratio -->``.
"""

import json
import re
from pathlib import Path

import pytest

from helpers.runner.commands import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MARKED = re.compile(r"([−\d][\d,.]*%?)<!-- ([a-z0-9_.]+) -->")


def test_every_marked_number_is_what_its_finding_prints(whole_run):
    findings = json.loads((whole_run / "findings.json").read_text(encoding="utf-8"))
    printed = {
        id: [finding[form].split(" (")[0] for form in ("text", "plain") if form in finding]
        for id, finding in findings.items()
    }
    wrong = [
        f"{number} is not {id}, {printed.get(id)}"
        for number, id in MARKED.findall(README)
        if number not in printed.get(id, [])
    ]
    assert wrong == []


def test_what_it_found_has_five_points_and_a_finding_in_each():
    found = README.split("## What it found")[1].split("##")[0]
    points = re.split(r"\n\d\. ", found)[1:]
    assert len(points) == 5
    assert all(MARKED.search(point) for point in points)


@pytest.mark.parametrize("guide", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_place_that_it_names_is_there(guide):
    linked = re.findall(r"\]\(([^)#]+)\)", guide)
    named = re.findall(r"`((?:data|notebooks|reports|src|tests)/[^`\s*<]*)`", guide)
    missing = [name for name in (*linked, *named) if not (ROOT / name).exists()]
    assert [name for name in missing if not name.startswith(("reports/build/", "data/rounds/"))] == []


@pytest.mark.parametrize("guide", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_command_that_it_names_is_one(guide):
    def names(group):
        found = {command.name or command.callback.__name__ for command in group.registered_commands}
        return found | {
            f"{one.name} {name}" for one in group.registered_groups for name in names(one.typer_instance)
        }

    for command, more in re.findall(r"(?:`|bin/)rise ([a-z]+)(?: ([a-z]+))?", guide):
        assert {command, f"{command} {more}"} & names(app), command
    for target in re.findall(r"`make ([a-z]+)`", guide):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), target


def test_the_figure_is_the_one_that_the_notebooks_draw(whole_run):
    drawn = (whole_run / "figures" / "claims-three-forces.svg").read_bytes()
    assert (ROOT / "reports" / "figure.svg").read_bytes() == drawn


def test_the_readme_fits_two_screens():
    assert len(README.splitlines()) <= 110
