"""A step is stale for everything that could change its outputs, and for nothing else."""

import json
import shutil

import pytest

from helpers.runner.freshness import Fingerprint, reasons


def test_a_run_leaves_everything_fresh(ran):
    assert ran.states() == {"10_counts": (), "20_total": (), "50_force.cleveland": ()}
    assert ran.run() == {"10_counts": "fresh", "20_total": "fresh", "50_force.cleveland": "fresh"}


def test_before_a_run_everything_waits_for_the_first_step(tiny):
    assert tiny.states()["10_counts"] == ("never run",)
    assert tiny.states()["20_total"] == ("never run", "waits for 10_counts")


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        (
            "src/helpers/stats/ratios.py",
            "def double(x):\n    return 2 * x\n",
            "helpers/stats/ratios.py changed",
        ),
        ("src/helpers/stats/shared.py", "TWO = 2.0\n", "helpers/stats/shared.py changed"),
        ("src/helpers/stats/__init__.py", "# new\n", "helpers/stats/__init__.py changed"),
        ("data/raw/printed.csv", "force,n\nCleveland,5\n", "table printed changed"),
        ("data/vocabularies/forces.csv", "force,slug\nCleveland,cleveland\n", "table forces changed"),
        ("requirements.lock", "numpy==3\n", "requirements.lock changed"),
    ],
)
def test_each_kind_of_input_makes_a_step_stale_and_is_named(ran, file, text, reason):
    ran.write(file, text)
    assert reason in ran.states()["10_counts"]


def test_a_changed_cell_is_named(ran):
    ran.edit("10_counts", lambda held: held["cells"][4].update(source='write_table("counts", rows)'))
    assert ran.states()["10_counts"] == ("cell c3 changed",)


def test_cells_in_another_order_are_noticed(ran):
    ran.edit("20_total", lambda held: held["cells"].insert(1, held["cells"].pop()))
    assert ran.states()["20_total"] == ("the cells stand in another order",)


def test_a_new_default_is_a_changed_parameter(ran):
    ran.edit("10_counts", lambda held: held["cells"][1].update(source='vintage: str = "first"'))
    assert ran.states()["10_counts"] == ("parameter vintage: latest → first",)


def test_a_value_asked_for_is_a_changed_parameter(ran):
    assert ran.states(p=["vintage=first"])["10_counts"] == ("parameter vintage: latest → first",)
    ran.run(p=["vintage=first"])
    assert ran.states()["10_counts"] == ("parameter vintage: first → latest",)


def test_one_and_true_are_different_values():
    """They are equal in Python, and a notebook prints them differently."""
    one, true = (Fingerprint("", "", [], {"n": n}, {}, {}) for n in (1, True))
    assert reasons(one, true) == ["parameter n: 1 → True"]
    assert one.digest != true.digest


def test_an_empty_value_is_said_in_a_word():
    nobody, somebody = (Fingerprint("", "", [], {"leave_out": out}, {}, {}) for out in ("", "Kent"))
    assert reasons(nobody, somebody) == ["parameter leave_out: empty → Kent"]


def test_the_names_of_cells_are_for_messages_only():
    first, renamed, other = (
        Fingerprint("", "", [cell], {}, {}, {}) for cell in (["sum", "a"], ["total", "a"], ["sum", "b"])
    )
    assert first.digest == renamed.digest != other.digest
    assert reasons(first, renamed) == []


def test_a_lock_file_with_the_line_ends_of_windows_is_the_same_lock(ran):
    path = ran.root / "requirements.lock"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert ran.states()["10_counts"] == ()


def test_another_python_is_another_environment(ran, monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert ran.states()["10_counts"][0].endswith("→ CPython 3.99.0")


def test_a_helper_that_the_step_does_not_reach_is_no_matter(ran):
    ran.write("src/helpers/stats/unused.py", "X = 1\n")
    ran.write("src/helpers/stats/ratios.py", "def double(x):\n    return 2 * x\n")
    assert ran.states()["20_total"] == ("waits for 10_counts",)
    assert not any("unused" in reason for reason in ran.states()["10_counts"])


def test_outputs_ids_markdown_comments_on_parameters_and_time_are_no_matter(ran):
    def change(held):
        held["metadata"]["touched"] = "2026-01-01T00:00:00"
        held["cells"][0]["source"] = "# Another title"
        held["cells"].insert(1, {"cell_type": "markdown", "id": "more", "metadata": {}, "source": "words"})
        for number, cell in enumerate(held["cells"]):
            cell["id"] = f"renamed-{number}"
            cell["metadata"]["collapsed"] = True
            if cell["cell_type"] == "code":
                cell["execution_count"] = 7
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "old"}]
        held["cells"][2]["source"] = 'vintage: str = "latest"  # said otherwise'

    ran.edit("10_counts", change)
    for path in ran.root.rglob("*"):
        path.touch()
    assert set(ran.states().values()) == {()}


def test_a_moved_project_is_still_fresh(ran, tmp_path_factory):
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


def test_the_same_table_from_changed_code_stops_the_change_there(ran):
    ran.edit(
        "10_counts",
        lambda held: held["cells"][4].update(source='write_table("counts", rows); print("other")'),
    )
    assert ran.states()["20_total"] == ("waits for 10_counts",)
    assert ran.run() == {"10_counts": "ran", "20_total": "fresh", "50_force.cleveland": "fresh"}


def test_a_changed_table_goes_on_downstream(ran):
    ran.write("src/helpers/stats/shared.py", "TWO = 3\n")
    assert ran.run() == {"10_counts": "ran", "20_total": "ran", "50_force.cleveland": "ran"}


def test_the_digest_travels_in_the_notebook_and_sums_up_its_parts(ran):
    kept = json.loads((ran.out / "notebooks" / "10_counts.ipynb").read_text())["metadata"]["rise"]
    assert set(kept["inputs"]) == {"python", "lock", "cells", "parameters", "modules", "tables"}
    assert kept["outputs"].keys() == {"tables/counts.csv"}
    assert "helpers/stats/shared.py" in kept["inputs"]["modules"]
    assert str(ran.root) not in json.dumps(kept)


def test_lost_caches_change_nothing(ran):
    shutil.rmtree(ran.out / ".rise")
    assert set(ran.states().values()) == {()}
