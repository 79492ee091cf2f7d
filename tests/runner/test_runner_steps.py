"""The graph comes from the notebooks' own calls, and what cannot be run is refused with its place."""

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.steps import load_project
from tests.frames import cases

CASES = cases(__file__)
READ = "from helpers.tables import read_table, write_table"


def test_the_graph_is_what_the_calls_say(tiny):
    project = load_project(tiny.root)
    assert project.upstream == {"10_counts": (), "20_total": ("10_counts",), "50_force": ("10_counts",)}
    assert project.writer == {"counts": "10_counts", "total": "20_total"}
    assert list(project.steps["10_counts"].reads) == ["printed"]
    assert project.with_upstream(["20_total"]) == ("10_counts", "20_total")


def test_running_order_follows_the_tables_and_not_the_numbers(tiny):
    tiny.notebook("05_late", READ, 'read_table("total")')
    assert load_project(tiny.root).order == ("10_counts", "20_total", "50_force", "05_late")


def test_notebooks_that_are_no_steps_are_left_alone(tiny):
    tiny.write("notebooks/explore.ipynb", "not even a notebook")
    assert "explore" not in load_project(tiny.root).steps


@pytest.mark.parametrize("code", CASES["way_of_calling"])
def test_every_way_of_calling_is_seen(tiny, code):
    tiny.notebook("30_more", READ, code)
    assert load_project(tiny.root).upstream["30_more"] == ("10_counts",)


@pytest.mark.parametrize(("cells", "message"), CASES["notebook_that_cannot_be_run"])
def test_what_cannot_be_run_is_refused_with_its_place(tiny, cells, message):
    tiny.notebook("30_more", READ, *cells)
    with pytest.raises(UsageError) as refused:
        load_project(tiny.root)
    assert message in str(refused.value)


def test_a_circle_is_refused_with_every_call_in_it(tiny):
    tiny.notebook("30_a", READ, 'read_table("b")', 'write_table("a", [])')
    tiny.notebook("31_b", READ, 'read_table("a")', 'write_table("b", [])')
    said = r"round in a circle: .*reads b .*30_a\.ipynb, cell c1, line 1.*reads a"
    with pytest.raises(UsageError, match=said):
        load_project(tiny.root)


def test_a_step_can_be_named_in_short_and_an_unknown_one_is_refused_with_the_nearest(tiny):
    project = load_project(tiny.root)
    names = ("20_total", "20", "total", "notebooks/20_total.ipynb")
    assert {project.step(text).name for text in names} == {"20_total"}
    with pytest.raises(UsageError, match='unknown step "20_totals"; the nearest is "20_total"'):
        project.step("20_totals")


@pytest.mark.parametrize("text", [*CASES["no_notebook"], "[" * 100_000])
def test_a_file_that_is_no_notebook_is_named(tiny, text):
    tiny.write("notebooks/30_bad.ipynb", text)
    with pytest.raises(UsageError, match=r"30_bad\.ipynb: is not a notebook"):
        load_project(tiny.root)


def test_what_a_notebook_names_is_remembered_until_a_cell_changes(tiny, monkeypatch):
    (tiny.out / ".rise").mkdir(parents=True)
    project = load_project(tiny.root, tiny.out)
    project.modules.save_cache()
    with monkeypatch.context() as patch:
        patch.setattr("helpers.runner.steps._names_in", None)
        assert load_project(tiny.root, tiny.out).upstream == project.upstream
    tiny.notebook("20_total", READ, 'write_table("total", read_table("printed"))')
    assert load_project(tiny.root, tiny.out).upstream["20_total"] == ()
