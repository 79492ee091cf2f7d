"""Whatever happens to a run, nothing is half-written and the next run is right."""

import errno
import os
import re
import subprocess
import sys
from contextlib import nullcontext

import pytest

from helpers.runner.errors import RunnerError
from helpers.runner.staging import OutputFolder, clean
from tests.conftest import files
from tests.frames import cases
from tests.runner.conftest import MAIN, run_plainly

EVERYTHING = {"10_counts", "20_total", "50_force.cleveland"}


class Cut(Exception):
    """Stands for the end of the process."""


def test_a_step_that_fails_stops_what_depends_on_it_and_nothing_else(tiny):
    setup = "from helpers.tables import read_table, write_table"
    tiny.notebook("15_bad", setup, 'write_table("bad", [])\n1 / 0')
    tiny.notebook("16_after", setup, 'read_table("bad")')
    ended = tiny.run()
    assert ended == dict.fromkeys(EVERYTHING, "ran") | {"15_bad": "failed", "16_after": "stopped"}
    (stopped,) = [r for r in tiny.results if r.condition == "stopped"]
    assert stopped.reasons == ("needs 15_bad",)


def test_an_output_that_is_no_longer_made_is_removed(ran):
    ran.edit("20_total", lambda held: held["cells"][-1].update(source='write_table("sum", [{"n": 1}])'))
    ran.run()
    assert "tables/sum.csv" in files(ran.out)
    assert "tables/total.csv" not in files(ran.out)


def test_an_output_that_another_step_makes_now_stays(ran):
    first = ran.root / "notebooks/20_total.ipynb"
    first.rename(first.with_name("21_total.ipynb"))
    assert ran.run() == {"10_counts": "fresh", "21_total": "ran", "50_force.cleveland": "fresh"}
    assert "tables/total.csv" in files(ran.out)
    assert "notebooks/20_total.ipynb" not in files(ran.out)


@pytest.mark.parametrize(("name", "edit", "what"), cases(__file__)["rewritten_during_a_run"])
def test_what_is_rewritten_during_a_run_is_not_built_on(ran, name, edit, what):
    """Also where it is put back later: the digest would be of what was not used."""
    path = ran.root / name
    content, before = path.read_text(), files(ran.out)

    def meanwhile(job):
        outcome = run_plainly(job)
        path.write_text(content.replace(*edit))
        return outcome

    ended = ran.run("20", forced={"10_counts", "20_total"}, execute=meanwhile)
    assert "failed" in ended.values()
    told = [result.failure.what for result in ran.results if result.failure]
    assert told == [f"{what} changed while the step was running; nothing was kept, run again"]
    path.write_text(content)
    assert files(ran.out) == before
    assert set(ran.run("20").values()) == {"fresh"}


FULL = "the disk is full: .* could not be written; free some space and run again"
LOCKED = r"cannot be opened or written \(read-only file system\); correct its permissions"


@pytest.mark.parametrize(("number", "message"), [(errno.ENOSPC, FULL), (errno.EROFS, LOCKED)])
def test_a_full_or_locked_disk_is_one_line_and_the_next_run_is_right(ran, monkeypatch, number, message):
    def refuse(source, target):
        raise OSError(number, os.strerror(number), str(target))

    ran.write("src/helpers/stats/shared.py", "TWO = 5\n")
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", refuse)
        assert ran.run("10") == {"10_counts": "failed"}
    assert re.search(f"^.*{message}.*$", ran.results[0].failure.what)
    assert ran.run() == dict.fromkeys(EVERYTHING, "ran")


def test_a_move_that_is_cut_short_is_made_good(ran, monkeypatch):
    """Killed between moving a table and moving the notebook: the digests disagree, so the step runs again."""
    ran.write("src/helpers/stats/shared.py", "TWO = 6\n")
    real, moved = os.replace, []

    def cut(source, target):
        if moved and str(target).endswith("10_counts.ipynb"):
            raise Cut
        moved.append(target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", cut)
        with pytest.raises(Cut):
            ran.run("10")
    assert "output tables/counts.csv was altered" in ran.states()["10_counts"]
    assert ran.run() == dict.fromkeys(EVERYTHING, "ran")
    assert ran.states() == dict.fromkeys(EVERYTHING, ())


def test_what_a_dead_run_left_is_cleared(ran):
    left = ran.out / ".rise/staging/10_counts-1-1/out/tables/counts.csv"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    (ran.out / "tables" / ".counts.csv.abc.part").write_text("half")
    ran.run()
    assert not left.exists()
    assert not list(ran.out.rglob("*.part"))


def test_a_second_run_waits_for_the_first_and_finds_its_work_done(tiny, monkeypatch):
    with OutputFolder(tiny.out) as held:
        command = [sys.executable, "-uc", MAIN, "run", "--jobs", "2"]
        second = subprocess.Popen(command, cwd=tiny.root, stdout=subprocess.PIPE, text=True)
        waits = second.stdout.readline()
        monkeypatch.setattr("helpers.runner.schedule.OutputFolder", lambda *_: nullcontext(held))
        tiny.run()
    assert waits.startswith("waiting: another run is writing to") and f"(process {os.getpid()})" in waits
    assert second.communicate()[0] == "3 already fresh; outputs in reports/build\n"


def test_clean_removes_what_runs_made_and_nothing_else(ran):
    (ran.out / "mine").mkdir()
    assert clean(ran.out) >= 4
    assert [path.name for path in ran.out.iterdir()] == ["mine"]
    (ran.out / "mine").rmdir()
    assert clean(ran.out) == 0


def test_clean_refuses_a_folder_that_no_run_made(tiny):
    with pytest.raises(RunnerError, match="was not made by a run"):
        clean(tiny.root / "data")
    assert (tiny.root / "data/raw/printed.csv").exists()
