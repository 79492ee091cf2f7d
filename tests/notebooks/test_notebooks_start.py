"""The start page leads to every notebook and its links lead somewhere; the exploring notebook is no step."""

import ast
import json
import re
from pathlib import Path

from helpers.runner.steps import load_project
from helpers.tables.vocabularies import rows

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
START = (NOTEBOOKS / "start.md").read_text(encoding="utf-8")
EXPLORE = NOTEBOOKS / "explore" / "explore.ipynb"
LINKS = re.findall(r"\]\(([^)]+)\)", START)


def code_cells():
    cells = json.loads(EXPLORE.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_every_link_leads_to_a_file():
    assert [link for link in LINKS if not (NOTEBOOKS / link).is_file()] == []


def test_every_notebook_is_on_it_in_reading_order():
    steps = [link for link in LINKS if re.match(r"\d\d_", link)]
    assert steps == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def test_its_helplines_are_those_of_the_report():
    numbers = re.findall(r"\b(?:0\d[\d ]{6,}\d|116 123)\b", START)
    assert len(numbers) == 3
    assert set(numbers) <= {line["number"] for line in rows("helplines")}


def test_its_commands_exist():
    from typer.main import get_command

    from helpers.runner.commands import app

    named = set(re.findall(r"`rise (\w+)", START))
    assert named and named <= set(get_command(app).commands)


def test_the_exploring_notebook_is_not_taken_for_a_step():
    steps = load_project(NOTEBOOKS.parent).steps
    assert [step for step in steps.values() if "explore" in str(step.path)] == []


def test_it_is_committed_without_outputs_and_writes_no_table():
    for cell in code_cells():
        assert cell["outputs"] == [] and cell["execution_count"] is None
        called = {
            getattr(node, "id", getattr(node, "attr", ""))
            for node in ast.walk(ast.parse("".join(cell["source"])))
        }
        assert not called & {"write_table", "record", "export", "open", "read_csv"}


def test_its_cells_run_in_order():
    names: dict = {}
    for cell in code_cells():
        exec("".join(cell["source"]), names)
    assert names["view"].printed["outcome"].tolist().count("stands") == 3
