"""The outputs of a default run are put into the committed notebooks, and it is known when they are out of date."""

import json

import pytest

from helpers.runner.executed_notebooks import outdated, save_notebooks, tidy
from helpers.runner.steps import load_project
from tests.frames import cases
from tests.runner.conftest import notebook, run_plainly


def save(tiny) -> list[str]:
    (plan,) = tiny.plans()
    made = {instance.step.name: instance.notebook for instance in plan.instances}
    return save_notebooks(load_project(tiny.root), made)


@pytest.fixture
def saved(tiny):
    """A project whose notebooks carry the outputs of a run."""

    def with_output(job):
        outcome = run_plainly(job)
        text = {"output_type": "stream", "name": "stdout", "text": ["said\n"]}
        for cell in outcome.notebook["cells"][1:]:
            cell |= {"outputs": [text], "execution_count": 1}
        return outcome

    tiny.run(execute=with_output)
    save(tiny)
    return tiny


def test_outputs_are_copied_cells_stay_nothing_becomes_stale_and_twice_is_once(saved):
    held = json.loads((saved.root / "notebooks/10_counts.ipynb").read_text())
    assert held["cells"][2]["outputs"][0]["text"] == ["said\n"]
    assert [cell["id"] for cell in held["cells"]] == ["title", "c0", "c1", "c2", "c3"]
    assert held["cells"][1]["metadata"] == {"tags": ["parameters"]}
    assert set(held["metadata"]) == {"kernelspec", "language_info", "rise"}
    assert set(saved.states().values()) == {()}
    assert outdated(load_project(saved.root)) == []
    assert save(saved) == []


@pytest.mark.parametrize(("file", "text", "matters"), cases(__file__)["file_that_changed"])
def test_outputs_of_other_code_or_data_are_known_also_downstream(saved, file, text, matters):
    saved.write(file, text)
    steps = ["10_counts", "20_total", "50_force"]
    assert outdated(load_project(saved.root)) == (steps if matters else [])


def test_where_a_cells_code_is_said_to_stand_is_left_out_also_of_a_long_text_without_blanks():
    made = notebook("1")
    long = "x" * 1_000_000
    said = {"output_type": "stream", "name": "stderr", "text": f"{long} /tmp/ipykernel_1/2.py:1: UserWarning"}
    made["cells"][1]["outputs"] = [said]
    assert tidy(made, {})["cells"][1]["outputs"][0]["text"] == [f"{long} 2.py:1: UserWarning"]


def test_a_notebook_that_was_never_saved_is_out_of_date(saved):
    saved.edit("20_total", lambda held: held["metadata"].pop("rise"))
    assert outdated(load_project(saved.root)) == ["20_total"]
