"""A step's process: one call of papermill, one plain failure however it ends, and nothing left behind."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.runner import process
from helpers.runner.errors import RunnerError
from tests.conftest import PATIENCE
from tests.frames import cases
from tests.runner.conftest import MAIN, Tiny


def gone(process: int) -> bool:
    """Whether a process has ended, within a minute."""
    try:
        return bool(select.select([os.pidfd_open(process)], [], [], 60)[0])
    except ProcessLookupError:
        return True


@pytest.fixture(scope="module", autouse=True)
def bad_run(tmp_path_factory):
    """The project of a run with bad steps, which mostly waits: it goes on beside the tests before the one that looks at it."""
    tiny = Tiny(tmp_path_factory.mktemp("bad"))
    for name, cells, _, _ in cases(__file__)["bad_step"]:
        tiny.notebook(name, *cells)
    with ThreadPoolExecutor(1) as beside:
        yield tiny, beside.submit(tiny.rise, "run", "--timeout", "5")


def test_the_environment_of_a_step_is_never_that_of_another_being_started(tmp_path):
    def start():
        for _ in range(500):
            with process._inheriting({}):
                pass

    with ThreadPoolExecutor(1) as beside:
        starting = beside.submit(start)
        while not starting.done():
            assert "PATH" in process.environment(tmp_path, tmp_path, tmp_path)


NOTED = """
import os, papermill
execute = papermill.execute_notebook
def noted(*given, **named):
    with open({calls!r}, "a") as file:
        file.write(f"{{os.getpid()}} {{named['engine_name']}}\\n")
    return execute(*given, **named)
papermill.execute_notebook = noted
"""
LOOK = "import os, pathlib\n[os.environ.get(n) for n in ('MPLBACKEND', 'PYTHONHASHSEED', 'OPENBLAS_NUM_THREADS')], pathlib.Path.cwd().name"
OWN = {"MPLBACKEND": "svg", "PYTHONWARNINGS": "error", "PYTHONHASHSEED": "7", "OPENBLAS_NUM_THREADS": "4"}


def test_each_step_is_one_call_of_papermill_in_a_process_that_no_setting_of_a_persons_own_reaches(tiny):
    calls = tiny.root / "calls"
    # the server imports it, and every step is forked from that
    tiny.write("src/helpers/stats/__init__.py", NOTED.format(calls=str(calls)))
    tiny.notebook("20_total", LOOK)
    assert tiny.rise("run", **OWN).returncode == 0
    processes, engines = zip(*map(str.split, calls.read_text().splitlines()), strict=True)
    assert len({*processes}) == len(processes) == 3 and {*engines} == {"rise"}
    made = json.loads((tiny.out / "notebooks/20_total.ipynb").read_text())["cells"][1]["outputs"][0]["data"]
    shown = "(['module://matplotlib_inline.backend_inline', '0', '1'], 'notebooks')"
    assert "".join(made["text/plain"]) == shown


def test_after_the_death_of_the_server_steps_are_forked_from_another_with_the_same_settings(tiny):
    """Else sets are walked through in another order, and a result could differ without a word."""
    tiny.notebook("05_kills", "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(99)")
    tiny.notebook("20_total", "import sys\nsys.flags.hash_randomization")
    done = tiny.rise("run", "--jobs", "1", PYTHONHASHSEED="random")
    assert [line[:4] for line in done.stdout.splitlines()[:4]] == ["✗ 05", "✓ 10", "✓ 20", "✓ 50"]
    made = json.loads((tiny.out / "notebooks/20_total.ipynb").read_text())
    assert made["cells"][1]["outputs"][0]["data"]["text/plain"] == ["0"]


CELL = "import os, subprocess, time\nprogram = subprocess.Popen(['sleep', '99'])\nopen({written!r}, 'w').write(f'{{os.getpid()}} {{program.pid}} ')\ntime.sleep(99)"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process_nothing_half_written_and_what_is_done(tiny, number):
    written = tiny.root / "pids"
    cell = CELL.format(written=str(written))
    tiny.notebook("20_total", "from helpers.tables import read_table", "read_table('counts')", cell)
    options = {"cwd": tiny.root, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    # not as under nohup
    options["preexec_fn"] = lambda: number == signal.SIGKILL or signal.signal(number, signal.SIG_DFL)
    run = subprocess.Popen([sys.executable, "-c", MAIN, "run"], **options)
    while run.poll() is None and not (written.exists() and written.read_text().endswith(" ")):
        time.sleep(0.02)
    time.sleep(0.2)
    run.send_signal(number)
    _, errors = run.communicate(timeout=PATIENCE / 1000)
    assert all(map(gone, map(int, written.read_text().split())))
    assert not (tiny.out / "notebooks/20_total.ipynb").exists()
    assert tiny.states()["10_counts"] == ()
    if number != signal.SIGKILL:
        assert run.returncode == 130 and not list((tiny.out / ".rise/staging").glob("*"))
        assert errors == "rise: interrupted; nothing is half-written; the command can be given again\n"


def test_no_step_begins_once_a_run_is_ended(tiny, tmp_path, monkeypatch):
    """Else one that was about to would have another server started, and the command would not end before it."""
    monkeypatch.setattr(process, "_stopped", threading.Event())
    process.stop()
    with pytest.raises(RunnerError, match="the run was ended"):
        process.execute(process.Job(tiny.root, tmp_path, tmp_path, {}, "10_counts", {}, {}))


def test_a_room_that_refuses_is_one_line_and_a_fault_of_its_own_is_told_with_its_place(tiny, tmp_path):
    here, folders = "json:loads", (tiny.root, tmp_path, tmp_path)
    with pytest.raises(RunnerError, match=r"^Expecting value: line 1 column 1"):
        process.call(here, *folders, {"s": "x"})
    with pytest.raises(RunnerError, match=r"a fault of rise itself: TypeError: .*; RISE_TRACEBACK=1"):
        process.call(here, *folders, {"wrong": 1})
    assert process.call("builtins:print", *folders, {"end": "said"}) == "said"


def test_a_step_that_fails_dies_hangs_or_finds_no_room_is_one_failure_and_the_others_go_on(bad_run):
    tiny, done = bad_run[0], bad_run[1].result()
    assert done.returncode == 1
    assert all(f"✓ {name}" in done.stdout for name in ("10_counts", "20_total", "50_force.cleveland"))
    assert list((tiny.out / "notebooks").glob("2[1-9]_*")) == []
    said = done.stderr.splitlines()
    for name, _, what, at in cases(__file__)["bad_step"]:
        place = said.index(f"rise: {name} failed: {what}")
        assert said[place + 1] == f"  at notebooks/{name}.ipynb, cell {at}"
    told = ["     1 / x", "  last output:", "     so far", "  parameters: level=0.9"]
    assert said[2:7] == [*told, "  log: reports/build/logs/21_fails.log"]
    assert (tiny.out / "logs/21_fails.log").read_text().startswith("21_fails\n")
