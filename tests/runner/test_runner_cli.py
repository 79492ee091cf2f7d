"""The command line: what it says, where, and with which exit code."""

import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from helpers.runner.commands import app
from helpers.runner.errors import UsageError
from helpers.runner.steps import find_root
from tests.conftest import PATIENCE, run
from tests.frames import cases, examples
from tests.runner.conftest import MAIN

CASES = cases(__file__)


@pytest.fixture
def rise(tiny, monkeypatch, capfd):
    """A command in this process; (exit code, output, errors)."""
    from helpers.runner.cli import main

    monkeypatch.chdir(tiny.root)
    # it would start anew
    monkeypatch.setattr("helpers.runner.cli.use_the_projects_own_helpers", lambda: None)

    def rise(*arguments):
        monkeypatch.setattr(sys, "argv", ["rise", *arguments])
        capfd.readouterr()  # what was said before
        try:
            main()
            code = 0
        except SystemExit as ending:
            code = ending.code
        return code, *capfd.readouterr()

    return rise


def test_nothing_to_do_is_one_line_once_the_pages_are_there_and_loads_nothing_slow(rise, ran):
    for notebook in (ran.out / "notebooks").glob("*.ipynb"):
        notebook.with_suffix(".html").touch()
    assert rise("run", "20", "--jobs", "2") == (0, "everything is fresh (2 steps in reports/build)\n", "")
    slow = "{'typer', 'rich', 'pandas', 'nbclient', 'asyncio', 'jupyter_client'}"
    code = f"import sys; sys.argv[1:] = ['run']; {MAIN}; print(sorted(set(sys.modules) & {slow}))"
    done = ran.rise(code=code, PYTHONPATH=str(ran.root / "src"))
    assert done.stdout == "everything is fresh (3 steps in reports/build)\n[]\n"


def test_status_draws_the_graph_and_says_why(rise, ran):
    assert rise("status", "--strict")[0] == 0
    ran.write("src/helpers/stats/shared.py", "TWO = 3\n")
    assert rise("status")[:2] == (0, CASES["status_after_a_change"])
    assert rise("status", "--strict")[0] == 1
    assert "parameter vintage: latest → first" in rise("status", "-p", "vintage=first")[1]


def test_a_report_that_is_not_of_these_results_is_told_and_no_edition_is_made_of_it(rise, ran):
    """As after a kill while it was published: every step is fresh, and the pages may be of two minds."""
    line = "the report and its pages are not of these results; rise report makes them again"
    assert line not in rise("status")[1]  # none was ever asked for
    (ran.out / "manifest.json").write_text('{"files": {"index.html": ""}}')
    assert line in rise("status")[1].splitlines()
    said = "rise: reports/build does not hold the report of this project as it is now; rise report makes it"
    assert rise("publish")[2].startswith(said)


def test_briefings_in_the_same_state_share_a_line(rise, ran):
    ran.run("50_force", p=["force=all"])
    assert "✓ 50_force (2 instances) ← 10_counts" in rise("status")[1]


LONG = f"run {'x' * 5000}", f'unknown step "{"x" * 60}…"'


@pytest.mark.parametrize(("command", "message"), [*examples(__file__, "wrong_usage.csv"), LONG])
def test_wrong_usage_is_one_line_and_code_2(rise, command, message):
    code, output, errors = rise(*command.split())
    assert (code, output) == (2, "")
    assert errors.startswith(f"rise: {message}")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(("command", "out"), CASES["results_among_the_projects_own_files"])
def test_results_are_never_put_where_the_project_has_its_own_files(rise, tiny, command, out):
    """A run would write executed notebooks over the notebooks, and rise clean would remove them."""
    (tiny.root / ".rise").mkdir()  # as if a run had been made here
    before = sorted(tiny.root.rglob("*"))
    code, output, errors = rise(*command.split(), "--out", str(tiny.root / out))
    assert (code, output) == (2, "")
    assert errors.endswith(" holds the project's own files; choose another output folder with --out\n")
    assert sorted(tiny.root.rglob("*")) == before


def test_results_are_never_put_among_what_no_run_made(rise, tiny):
    """rise clean would remove it with them."""
    (tiny.root / "mine/tables").mkdir(parents=True)
    said = "rise: mine has tables that no run made; choose another output folder with --out\n"
    assert rise("run", "10", "--out", "mine") == (2, "", said)
    assert not (tiny.root / "mine/.rise").exists()


def test_params_says_what_may_be_asked(rise):
    assert rise("params", "10")[1] == CASES["parameters_of_a_step"]
    assert rise("params", "20") == (0, "20_total has no parameters\n", "")


def test_clean_counts_what_it_removes_where_the_runs_went(rise, ran, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("RISE_OUT", str(ran.root / "elsewhere"))
        assert rise("clean") == (0, "0 files removed from elsewhere\n", "")
    empty = ran.root / "empty"
    empty.mkdir()
    assert rise("clean", "--out", "empty")[0] == 0 and empty.is_dir()
    monkeypatch.chdir(ran.out)
    assert re.fullmatch(r"[1-9]\d* files removed from .*/reports/build\n", rise("clean")[1])
    assert not ran.out.exists()


@pytest.mark.parametrize("command", CASES["command_that_needs_a_project"])
def test_no_command_makes_anything_where_there_is_no_project(rise, tmp_path, monkeypatch, command):
    monkeypatch.setenv("RISE_ROOT", str(tmp_path / "nothing"))
    what = f"rise: {tmp_path}/nothing holds no project; set RISE_ROOT to the folder of one, or unset it\n"
    assert rise(*command.split()) == (2, "", what)
    assert not (tmp_path / "nothing").exists()


def test_outside_a_project_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("helpers.tables.files.__file__", "/nowhere/src/helpers/tables/files.py")
    with pytest.raises(UsageError, match=r"no project in .*: go to the folder that holds notebooks/"):
        find_root()


def test_a_fault_of_the_program_is_one_line_with_its_place(rise, ran, monkeypatch):
    monkeypatch.setattr("helpers.runner.plan.why_stale", None)
    code, _, errors = rise("status")
    assert code == 1 and errors.count("\n") == 1
    assert errors.startswith("rise: a fault of rise itself: TypeError: ")
    assert re.search(r" \(helpers/runner/\w+\.py, line \d+\); RISE_TRACEBACK=1", errors)
    monkeypatch.setenv("RISE_TRACEBACK", "1")
    assert "\n    Traceback (most recent call last):\n" in rise("status")[2]


@pytest.mark.parametrize("command", ["run", "intake pyproject.toml"])
def test_what_the_disk_refuses_is_one_line(rise, command):
    """Nobody can make a folder in /proc, not even root."""
    code, _, errors = rise(*command.split(), "--out", "/proc/made-up")
    assert code in (1, 2) and errors == "rise: /proc/made-up: No such file or directory\n"


def test_every_command_has_help_with_an_example():
    commands = [[command.name or command.callback.__name__] for command in app.registered_commands]
    (rounds,) = app.registered_groups
    commands += [["round", command.name] for command in rounds.typer_instance.registered_commands]
    assert len(commands) >= 12
    for command in commands:
        shown = CliRunner().invoke(app, [*command, "--help"]).output
        assert "Example" in shown and f"rise {' '.join(command)}" in " ".join(shown.split()), command


def test_a_raw_table_that_is_refused_stops_the_run_before_it_starts(tiny):
    broken = 'def read_table(name):\n    raise TableError(f"data/raw/{name}.csv: row 3: n is not a number; correct it")\n'
    path = tiny.root / "src/helpers/tables/__init__.py"
    path.write_text(f"{path.read_text()}\n{broken}")
    done = tiny.rise("run")
    assert done.returncode == 2
    assert "row 3: n is not a number; correct it" in done.stderr
    assert not (tiny.out / "notebooks").exists()


@pytest.mark.parametrize(("shell", "code", "errors"), CASES["lost_output"])
def test_an_output_that_is_lost_harms_no_run_and_is_no_traceback(ran, shell, code, errors):
    rise = f"rise() {{ {sys.executable} -c '{MAIN}' \"$@\"; }}; set -o pipefail"
    done = run("bash", "-c", f"{rise}; {shell}", cwd=ran.root)
    assert (done.returncode, done.stderr) == (code, errors)
    assert ran.states() == {"10_counts": (), "20_total": (), "50_force.cleveland": ()}


def test_a_step_that_prints_nothing_is_seen_to_run_on_a_terminal(tiny):
    """Its row moves on although no cell ends."""
    tiny.notebook("20_total", "import time\ntime.sleep(4)")
    command = f"stty cols 100; {sys.executable} -c '{MAIN}' run 20"
    env = {"TERM": "xterm", "PYTHONPATH": str(tiny.root / "src")}
    done = run("script", "-qec", command, "/dev/null", cwd=tiny.root, **env)
    seen = re.findall(r"20_total\W.*?0/1.*?(\d:\d\d:\d\d)", done.stdout)
    assert len(set(seen)) >= 3


def test_ctrl_c_twice_also_before_the_first_step_is_one_line(tiny):
    started = tiny.root / "started"
    slow = f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(60)\n"
    tiny.write("src/helpers/tables/__init__.py", slow)  # the check of the raw tables takes long
    options = {"cwd": tiny.root, "stderr": subprocess.PIPE, "text": True}
    options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.default_int_handler)
    ending = subprocess.Popen([sys.executable, "-c", MAIN, "run"], **options)
    while ending.poll() is None and not started.exists():
        time.sleep(0.02)
    ending.send_signal(signal.SIGINT)
    said = ending.stderr.readline()
    ending.send_signal(signal.SIGINT)
    rest = ending.communicate(timeout=PATIENCE / 1000)[1]
    assert (ending.returncode, rest) == (130, "")
    assert said == "rise: interrupted; nothing is half-written; the command can be given again\n"
