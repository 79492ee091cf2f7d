"""One notebook in one kernel: what is kept of a good run, and the one line that a bad one gets."""

import asyncio
import json

import pytest

from helpers.runner import execute as execute_module
from helpers.runner.execute import Job, execute, inject, to_bytes
from helpers.runner.kernels import KERNEL

PARAMETERS = '#parameters\nvintage: str = "latest"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One project for all tests here, so that one preloader serves them."""
    root = tmp_path_factory.mktemp("project")
    (root / "notebooks").mkdir()
    return root


@pytest.fixture
def run(folder, request, make_notebook):
    """Run cells in a preloaded kernel; how it ended."""

    def run(*cells, timeout=60, kernel=KERNEL, changed=None):
        staged = folder / request.node.name.translate({ord(c): "-" for c in "[]/ "}) / kernel
        job = Job(
            "10_try", make_notebook(*cells), changed or {}, folder, folder / "built", staged, kernel, timeout
        )
        return asyncio.run(execute(job))

    return run


def texts(outcome) -> str:
    cells = [cell for cell in outcome.notebook["cells"] if cell["cell_type"] == "code"]
    return "".join(part.get("text", "") for cell in cells for part in cell["outputs"])


def test_outputs_are_kept_and_nothing_that_differs_from_run_to_run(run):
    cells = [
        "import os, warnings, pandas as pd, matplotlib.pyplot as plt",
        'print(os.environ["RISE_OUT"]); warnings.warn("careful")',
        'pd.DataFrame({"a": [1.5, None]})',
        "figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([1, 2]); None",
    ]
    first, second = run(*cells), run(*cells)
    assert first.failure is None
    assert to_bytes(first.notebook) == to_bytes(second.notebook)
    kept = json.loads(to_bytes(first.notebook))
    assert "image/png" in kept["cells"][4]["outputs"][0]["data"]
    assert texts(first).startswith("reports/build\n")
    assert "UserWarning: careful" in texts(first)


EVERY_KIND_OF_OUTPUT = [
    "import helpers.charts, numpy as np, pandas as pd, os, subprocess, sys, threading, time, warnings, matplotlib.pyplot as plt",
    "from IPython.display import HTML, JSON, clear_output, display, update_display",
    'print(np.random.default_rng(1).normal(), hash("a"))',
    "pd.Series([1, 2]).describe()",
    "pd.DataFrame([range(30)])",
    "plt.subplots(figsize=(2, 1)); plt.show(); print('after')",
    "figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([1, 2]); 5",
    "print('a'); print('b', file=sys.stderr); print('c'); display(HTML('<b>d</b>')); print('e'); 6",
    "warnings.warn('careful')",
    "print('1%\\r2%'); print('first'); clear_output(wait=True); print('second')",
    "display(HTML('old'), display_id='x'); print('between')",
    "update_display(HTML('new'), display_id='x'); JSON({'n': [1, None]})",
    "os.system('echo from a program; echo and its errors >&2'); subprocess.run(['echo', 'another']); time.sleep(0.3)",
    "!echo from a line",
    "%matplotlib inline\nplt.plot([1]);",
    "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
    "thread = threading.Thread(target=print, args=['in a thread']); thread.start(); thread.join()",
    "sys.stdout.write('no line end')",
    "print(__name__, sys.stdin.read(), _, In[2], len(Out))",
    "'caf\u00e9 \U0001f600 \\x1b[31mred'",
    "?print",
]


def test_a_preloaded_kernel_and_an_ordinary_one_give_the_same_bytes(run, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it, ipykernel lets through what programs print
    preloaded, ordinary = run(*EVERY_KIND_OF_OUTPUT), run(*EVERY_KIND_OF_OUTPUT, kernel="python3")
    assert "preloaded kernel" in preloaded.log
    assert "ordinary kernel" in ordinary.log
    assert to_bytes(preloaded.notebook) == to_bytes(ordinary.notebook)


@pytest.mark.parametrize(
    "cells",
    [
        ["print('before')\ndef f(x):\n    return 1 / x\n", "print('here'); f(0)"],
        ["input('name? ')"],
        ["x = (1"],
        ["import asyncio\nasync def f():\n    raise LookupError('late')\nawait f()"],
        ["class Shy:\n    def _repr_html_(self):\n        raise OSError('not shown')\nShy()", "1 / 0"],
    ],
)
def test_and_the_same_failure(run, cells):
    assert run(*cells).failure == run(*cells, kernel="python3").failure


def test_where_no_kernel_can_be_forked_an_ordinary_one_runs(run, monkeypatch):
    monkeypatch.setenv("RISE_ORDINARY_KERNELS", "1")
    assert "ordinary kernel" in run("1").log


def test_values_are_set_after_the_defaults(run):
    assert texts(run(PARAMETERS, "print(vintage)")) == "latest\n"
    outcome = run(PARAMETERS, "print(vintage)", changed={"vintage": "first"})
    assert texts(outcome) == "first\n"
    assert outcome.notebook["cells"][2]["metadata"]["tags"] == ["injected-parameters"]


def test_nothing_is_injected_without_a_change(make_notebook):
    notebook = make_notebook(PARAMETERS)
    assert inject(notebook, {}) is notebook


@pytest.mark.parametrize(
    ("cells", "what", "cell", "line", "source"),
    [
        (["x = 1", "y = 2\n1 / (x - 1)"], "ZeroDivisionError: division by zero", "c1", 2, "1 / (x - 1)"),
        (["def f():\n    raise ValueError('no')", "a = 1\n\nf()"], "ValueError: no", "c1", 3, "f()"),
        (["raise KeyError"], "KeyError", "c0", 1, "raise KeyError"),
        (["exit()"], "cell c0 called exit(); a notebook must run to its end", "c0", None, ""),
        (["1", "quit()", "1"], "cell c1 called exit(); a notebook must run to its end", "c1", None, ""),
        (["import sys; sys.exit(0)"], "cell c0 called exit(); a notebook must run to its end", "c0", None, ""),
        (["import os; os._exit(0)"], "the kernel died in cell c0 (ended from within, killed, or out of memory)", "c0", None, ""),
        (["print('x' * 9_000_000)"], "cell c0 printed more than 5 MB and was stopped", "c0", None, ""),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_with_its_line(run, cells, what, cell, line, source):
    outcome = run(*cells)
    failure = outcome.failure
    assert (failure.what, failure.cell, failure.line, failure.source) == (what, cell, line, source)
    assert outcome.notebook is None
    assert what in outcome.log


def test_endless_printing_is_stopped_soon(run):
    outcome = run("while True:\n    print('again' * 1000)")
    assert outcome.failure.what == "cell c0 printed more than 5 MB and was stopped"


def test_a_cell_that_finds_the_disk_full_says_so_and_not_what_python_calls_it(run):
    outcome = run("import errno, os\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), 'counts.csv')")
    full = "the disk is full: what this step writes found no room; free some space and run again"
    assert (outcome.failure.what, outcome.failure.cell, outcome.failure.line) == (full, "c0", 2)


def test_a_cell_that_takes_too_long_is_stopped(run):
    enough = 2 + round(
        10 * run("print('before')").seconds
    )  # for all but the last cell, also on a busy machine
    outcome = run("print('before')", "print('here')\nimport time; time.sleep(600)", timeout=enough)
    what = f"cell c1 was still running after {enough} s and was stopped; --timeout gives it longer"
    assert outcome.failure.what == what
    assert outcome.failure.tail == "here"


def test_the_start_of_the_kernel_is_not_held_against_the_step(run, monkeypatch):
    """On a busy machine it can take longer than the step itself."""

    async def late(job, stream):
        kernel = await start(job, stream)
        await asyncio.sleep(4.1)
        return kernel

    start = execute_module._start
    monkeypatch.setattr(execute_module, "_start", late)
    assert run("print('in time')", timeout=4).failure is None


def test_a_long_error_is_cut(run):
    assert run("raise ValueError('x' * 100_000)").failure.what == f"ValueError: {'x' * 1000} …"


def test_the_last_lines_of_output_are_shown(run):
    outcome = run("for n in range(50):\n    print(n)\nraise ValueError")
    assert outcome.failure.tail.split("\n") == [str(n) for n in range(38, 50)]


def test_a_notebook_that_changes_folder_still_writes_where_it_should(run, folder):
    write = "os.makedirs(os.environ['RISE_OUT'] + '/tables'); open(os.environ['RISE_OUT'] + '/tables/x.csv', 'w').close()"
    outcome = run("import os; os.chdir('/')", write)
    assert outcome.failure is None
    assert len(list(folder.glob("*changes_folder*/*/out/tables/x.csv"))) == 1


def test_a_users_own_settings_do_not_reach_a_notebook(run, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "svg")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    outcome = run("import warnings, matplotlib; warnings.warn('x')", "print(matplotlib.get_backend())")
    assert outcome.failure is None
    assert texts(outcome).endswith("inline\n")


def test_no_kernel_is_left_behind(run):
    import os

    outcome = run("import os; print(os.getpid())", "exit()")
    assert outcome.failure
    outcome = run("import os; print(os.getpid())")
    with pytest.raises(ProcessLookupError):
        os.kill(int(texts(outcome)), 0)


def test_a_kernel_that_is_not_there_is_one_line(run):
    assert "No such kernel named nothing" in run("1", kernel="nothing").failure.what
