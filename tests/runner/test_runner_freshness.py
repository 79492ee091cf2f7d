"""A step is stale for everything that could change its outputs, and for nothing else."""

import json
import shutil

import pytest

from helpers.runner.freshness import Fingerprint, reasons
from helpers.runner.session import output_folder
from helpers.tables.files import input_dir
from tests.frames import cases

ROOT_OF = "import pathlib, os\nroot = pathlib.Path(os.environ['RISE_ROOT'])\n"
EVERY = ("10_counts", "20_total", "50_force.cleveland")


def test_before_a_run_everything_waits_and_after_it_everything_is_fresh(tiny):
    assert tiny.states()["10_counts"] == ("never run",)
    assert tiny.states()["20_total"] == ("never run", "waits for 10_counts")
    tiny.run()
    assert tiny.states() == dict.fromkeys(EVERY, ())
    shutil.rmtree(tiny.out / ".rise")  # lost caches change nothing
    assert tiny.run() == dict.fromkeys(EVERY, "fresh")


def test_each_kind_of_input_makes_a_step_stale_and_is_named(ran):
    for file, text, reason in cases(__file__)["kind_of_input"]:
        path = ran.root / file
        before = path.read_text() if path.exists() else None
        ran.write(file, text)
        assert reason in ran.states()["10_counts"], file
        path.unlink() if before is None else path.write_text(before)
    assert ran.states()["10_counts"] == ()
    ran.write("src/helpers/stats/unused.py", "X = 1\n")
    ran.write("data/findings.toml", '[20_total]\n"b" = {}\n')
    (ran.root / "requirements.lock").write_bytes(b"numpy==2\r\n")  # the line ends of Windows
    assert ran.states()["10_counts"] == ()


@pytest.mark.parametrize(
    ("step", "edit", "reason"),
    [
        ("10_counts", lambda cells: cells[4].update(source='write_table("counts", rows)'), "cell c3 changed"),
        ("10_counts", lambda cells: cells[1].update(source='vintage: str = "first"'), "parameter vintage: latest → first"),
        ("20_total", lambda cells: cells.insert(1, cells.pop()), "the cells stand in another order"),
    ],
)  # fmt: skip
def test_a_changed_notebook_is_told_cell_by_cell(ran, step, edit, reason):
    ran.edit(step, lambda held: edit(held["cells"]))
    assert ran.states()[step] == (reason,)


def test_one_and_true_are_different_values_and_an_empty_one_is_said_in_a_word():
    """The first are equal in Python, and a notebook prints them differently."""
    one, true, none = (Fingerprint("", "", [], {"n": n}, {}, {}) for n in (1, True, ""))
    assert reasons(one, true) == ["parameter n: 1 → True"]
    assert reasons(none, one) == ["parameter n: empty → 1"]


def test_the_names_of_cells_are_for_messages_only():
    cells = ["sum", "a"], ["total", "a"], ["sum", "b"]
    first, renamed, other = (Fingerprint("", "", [cell], {}, {}, {}) for cell in cells)
    assert reasons(first, renamed) == []
    assert reasons(renamed, other) == ["cell sum is new", "cell total is no longer used"]


def test_another_python_is_another_environment(ran, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert ran.states()["10_counts"][0].endswith("→ CPython 3.99.0")


def test_outputs_ids_markdown_comments_on_parameters_time_and_place_are_no_matter(ran, tmp_path_factory):
    def change(held):
        held["metadata"]["touched"] = "2026-01-01T00:00:00"
        held["cells"][0]["source"] = "# Another title"
        for number, cell in enumerate(held["cells"]):
            cell["id"] = f"renamed-{number}"
            cell["metadata"]["collapsed"] = True
            if cell["cell_type"] == "code":
                cell["execution_count"] = 7
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
        held["cells"][1]["source"] = 'vintage: str = "latest"  # said otherwise'

    ran.edit("10_counts", change)
    for path in ran.root.rglob("*"):
        path.touch()
    moved = tmp_path_factory.mktemp("elsewhere") / "project"
    shutil.move(ran.root, moved)
    ran.root, ran.out = moved, moved / "reports" / "build"
    assert set(ran.states().values()) == {()}


@pytest.mark.parametrize(("spoil", "reason"), [("write", "was altered"), ("unlink", "is missing")])
def test_an_output_that_is_not_as_it_was_left_is_made_again(ran, spoil, reason):
    path = ran.out / "tables" / "counts.csv"
    before = path.read_bytes()
    path.write_text("spoilt") if spoil == "write" else path.unlink()
    assert ran.states()["10_counts"] == (f"output tables/counts.csv {reason}",)
    assert ran.run()["10_counts"] == "ran"
    assert path.read_bytes() == before


def test_a_record_that_cannot_be_read_is_no_record(ran):
    (ran.out / "notebooks" / "20_total.ipynb").write_text("{")
    assert ran.states()["20_total"] == ("its notebook carries no record",)


def test_a_change_goes_on_downstream_only_where_it_changes_a_table(ran):
    code = 'write_table("counts", rows); print("other")'
    ran.edit("10_counts", lambda held: held["cells"][4].update(source=code))
    assert ran.states()["20_total"] == ("waits for 10_counts",)
    assert ran.run() == dict.fromkeys(EVERY, "fresh") | {"10_counts": "ran"}
    ran.write("src/helpers/stats/shared.py", "TWO = 3\n")
    assert ran.run() == dict.fromkeys(EVERY, "ran")


def test_the_fingerprint_travels_in_the_notebook(ran):
    kept = json.loads((ran.out / "notebooks" / "10_counts.ipynb").read_text())["metadata"]["rise"]
    assert set(kept["inputs"]) == {"python", "lock", "cells", "parameters", "modules", "tables"}
    assert kept["outputs"].keys() == {"tables/counts.csv"}
    assert "helpers/stats/shared.py" in kept["inputs"]["modules"]
    assert str(ran.root) not in json.dumps(kept)


def test_a_step_finds_only_what_it_names_and_may_write_only_results(tiny):
    """A change elsewhere would go unnoticed, and what it wrote nobody would find on another machine."""
    tiny.write("data/raw/other.csv", "a\n1\n")
    tiny.write("notebooks/beside.py", "X = 1\n")
    (tiny.out / "tables").mkdir(parents=True)
    (tiny.out / "tables/old.csv").write_text("a\n1\n")
    tiny.notebook("20_total", f"{ROOT_OF}len((root / 'data/raw/other.csv').read_text())")
    tiny.notebook("21_more", "import beside\nbeside.X")
    tiny.notebook("22_last", f"{ROOT_OF}(root / 'data/mine.csv').write_text('a') and None")
    tiny.notebook("23_old", "import os\nopen(os.environ['RISE_IN'] + '/tables/old.csv')")
    tiny.notebook("24_near", "open('../data/raw/other.csv')")
    done = tiny.rise("run")
    assert done.returncode == 1
    unnamed = 'data/raw/other.csv is there, but no cell names it: use read_table("other"), so that a change'
    old = 'reports/build/tables/old.csv is there, but no cell names it: use read_table("old"), so that'
    moved = "notebooks/beside.py is there, but changes are noticed only under src/helpers: move it there"
    assert (done.stderr.count(unnamed), done.stderr.count(moved), done.stderr.count(old)) == (2, 1, 1)
    assert 'data/mine.csv was written; a notebook writes with write_table("name")' in done.stderr
    assert {path.name for path in (tiny.out / "notebooks").glob("2*.ipynb")} == set()


def test_results_reached_through_a_link_are_known_by_the_name_that_helpers_use(tiny, monkeypatch):
    tiny.out.mkdir(parents=True, exist_ok=True)
    (tiny.root / "link").symlink_to(tiny.out)
    monkeypatch.setenv("RISE_IN", str(tiny.root / "link"))
    assert output_folder(tiny.root / "link", tiny.root) == input_dir() == tiny.out.resolve()
