"""Committed notebooks hold the outputs of a default run of their own code, and nothing else."""

import nbformat
import pytest

from helpers.publish import notebooks
from helpers.runner.executed_notebooks import outdated
from helpers.runner.steps import load_project
from tests.conftest import ROOT

STEPS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_a_committed_notebook_was_run_from_top_to_bottom_without_a_fault(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    # a cell with values of a run may have taken a number
    counts = [cell["execution_count"] or 0 for cell in code]
    assert counts[0] == 1 and counts == sorted(set(counts)), "not run from top to bottom: rise run --save"
    assert {key for cell in notebook["cells"] for key in cell["metadata"]} <= {"tags"}
    assert not any("injected-parameters" in cell["metadata"].get("tags", ()) for cell in code)
    assert [one for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"] == []
    tables = [cell for cell in code if any("text/html" in one.get("data", {}) for one in cell["outputs"])]
    bare = [cell["id"] for cell in tables if not notebooks.says(cell)]
    assert bare == [], "a table says not what it is: begin the cell with a comment, which is its caption"


def test_the_outputs_are_of_this_code():
    assert outdated(load_project(ROOT)) == [], "rise run --save puts the outputs of a run into the notebooks"
