"""Processes for steps and rooms: forked from a server that has imported the stack, and gone when this process goes.

The server is the standard library's ``multiprocessing`` forkserver (:mod:`helpers.runner.preload` says what it imports);
where forking is not safe each process is a new interpreter. A step's process makes one call of
``papermill.execute_notebook`` with our engine and reports each cell; a room's process calls one function. Each is a
process group of its own, with the programs that it starts: the kernel ends the group when its owner ends, by whatever
death, and the owner ends it when a step takes too long.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import io
import json
import multiprocessing
import os
import re
import select
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import forkserver
from multiprocessing.connection import wait
from pathlib import Path

from helpers.runner.determinism import deterministic_environment
from helpers.runner.errors import Failure, RunnerError, Stopped, internal_error, plain_os_error
from helpers.runner.job import RESULTS, Job, Outcome

CONTEXT = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
DROPPED = re.compile("MPL|PYTHON(STARTUP|WARNINGS|OPTIMIZE|DEVMODE|PYCACHEPREFIX)|PANDAS_|RISE_|LC_|LANGUAGE")
GRACE = 20  # seconds after its time in which a step may say in which line it was stopped, on a busy machine
_running: set = set()
_starting = threading.Lock()
_started: Path | None = None  # the project for which the server was started
_stopped = threading.Event()


def environment(root: Path, tables: Path, out: Path) -> dict[str, str]:
    """The environment of a process: this one's, with what could change a result taken out or fixed."""
    with _starting:  # or it is that of a process which another thread is starting
        own = dict(os.environ)
    return {name: value for name, value in own.items() if not DROPPED.match(name)} | {
        "RISE_ROOT": str(root),
        "RISE_IN": str(tables),
        "RISE_OUT": str(out),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **deterministic_environment(),
        "COLUMNS": "80",
        "LINES": "24",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


@contextlib.contextmanager
def _inheriting(variables: dict[str, str]) -> Iterator[None]:
    """Let processes that are started meanwhile begin with these variables only."""
    with _starting:
        before = dict(os.environ)
        _replace_environment(variables)
        try:
            yield
        finally:
            _replace_environment(before)


def _replace_environment(variables: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)


def start(root: Path) -> None:
    """Begin to import the stack in the server, and return at once; the first step waits for the rest of it."""
    global _started
    _stopped.clear()
    built = root / "reports/build"
    with _inheriting(environment(root, built, built)):
        if CONTEXT.get_start_method() == "forkserver":
            if _started not in (None, root):
                forkserver._forkserver._stop()
            CONTEXT.set_forkserver_preload(["helpers.runner.preload"])
            forkserver.ensure_running()
            _started = root


@atexit.register
def stop() -> None:
    """End every process that was started here, and the server, which may still be importing; none is begun after it."""
    _stopped.set()
    for process in list(_running):
        _end(process)
    server = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if server:
        with contextlib.suppress(OSError):
            os.kill(server, signal.SIGKILL)


def _end(process) -> None:
    for end in (lambda: os.killpg(process.pid, signal.SIGKILL), process.kill):
        with contextlib.suppress(OSError):
            end()


@contextlib.contextmanager
def _child(folder: Path, variables: dict[str, str], work, *arguments) -> Iterator[tuple]:
    """A process that does this work in a folder, with these variables, and the pipe by which it reports."""
    # a room may be called where nothing else is to be run
    context = CONTEXT if _started else multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_begin, args=(str(folder), variables, work, there, *arguments))
    for patience in (0.1, 1, 5, 0):
        try:
            with _inheriting(variables):  # multiprocessing starts another server where the old one has died
                process.start()
            break
        except (EOFError, ConnectionError):  # the server is dying at this moment
            if not patience or _stopped.is_set():
                raise RunnerError("the process that steps are forked from died; run again") from None
            time.sleep(patience)
    there.close()
    _running.add(process)
    try:
        yield process, here
    finally:
        _end(process)
        process.join()
        _running.discard(process)
        here.close()


def execute(job: Job) -> Outcome:
    """Run `job` in a process of its own, and say plainly how it ended.

    Its time counts from the moment at which the process is there: on a busy machine that can take longer than the step.
    """
    if _stopped.is_set():
        raise RunnerError("the run was ended before this step began")
    began = time.monotonic()
    job.lay_out()
    crash_output = job.staged / "crash-output.txt"  # what is written past the cells, as in a crash
    crash_output.touch()
    # RISE_KNOWN: the tables that it may read are as steps of this project wrote them
    variables = environment(job.project, job.project / RESULTS, job.out) | {"RISE_KNOWN": "1"}
    state = {"took": [], "cell": "", "failed": None, "made": None}
    with _child(job.project / "notebooks", variables, _run_step, job, crash_output) as (process, here):
        deadline = time.monotonic() + job.timeout + GRACE
        with contextlib.suppress(EOFError):
            ends = [here, process.sentinel]
            while not (state["made"] or state["failed"]) and here in wait(ends, deadline - time.monotonic()):
                state |= here.recv()
        if not (state["made"] or state["failed"]):
            process.join(deadline - time.monotonic())
        overdue = _timeout_message(job.timeout) if time.monotonic() >= deadline else ""
    written = crash_output.read_text("utf-8", "replace")[-20_000:].strip()
    failure = state["failed"]
    if not (state["made"] or failure):
        failure = _failure_of_death(process.exitcode, state["cell"], written, overdue)
    if failure:
        what = job.told(failure.what)
        if os.strerror(errno.ENOSPC) in f"{what} {written}":
            what = "the disk is full: what this step writes found no room; free some space and run again"
        failure = replace(failure, what=what)
    seconds = time.monotonic() - began
    log = [job.name, f"parameters: {json.dumps(job.changed, ensure_ascii=False)}", *state["took"]]
    log += [failure.what, failure.source, failure.tail] if failure else []
    log += ["written past the cells:", written] if written else []
    log.append(f"{'failed' if failure else 'done'} after {seconds:.1f} s")
    return Outcome(state["made"], failure, seconds, "\n".join(filter(None, log)) + "\n")


def _timeout_message(timeout: float) -> str:
    return f"was still running after {timeout:g} s and was stopped; --timeout gives it longer"


def _failure_of_death(code: int, cell: str, written: str, overdue: str) -> Failure:
    """The failure of a step whose process is gone."""
    if overdue:
        return Failure(f"cell {cell} {overdue}", cell)
    how = f"ended by signal {-code}" if code < 0 else "ended from within"
    where = f"in cell {cell}" if cell else "before its first cell"
    last = f": {written.splitlines()[-1]}" if written else ""
    return Failure(f"the step's process died {where} ({how}, or out of memory){last}", cell)


def call(function: str, root: Path, out: Path, folder: Path, given: dict) -> str:
    """Call a room's function, such as ``helpers.ledger:collect``, in a process of its own; what it prints.

    `folder` is for its temporary files.

    Raises
    ------
    RunnerError
        With the message of the ``ValueError`` by which rooms say what a person can correct.
    """
    variables = environment(root, out, out) | {"TMPDIR": str(folder)}
    with _child(root, variables, _run_function, function, given) as (_, here):
        try:
            how, text = here.recv()
        except EOFError:
            how, text = "fault", "its process ended with no answer"
    if how == "said":
        return text
    raise internal_error(text) if how == "fault" else RunnerError(text)


# What follows runs in the new process.


def _begin(folder: str, variables: dict[str, str], work, *arguments) -> None:
    """Work with what a new process would have of its own: group, environment, folder, clock zone and random numbers."""
    os.setpgid(0, 0)
    _end_with_owner()
    _replace_environment(variables)
    os.chdir(folder)
    time.tzset()
    tempfile.tempdir = None
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    work(*arguments)


def _end_with_owner() -> None:
    """Have the system end this process and its group when the one that asked for it goes."""
    owner = multiprocessing.parent_process()
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(owner.sentinel, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(owner.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(owner.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(owner.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    else:

        def watch() -> None:
            owner.join()
            os.killpg(0, signal.SIGKILL)

        threading.Thread(target=watch, name="owner", daemon=True).start()
    if select.select([owner.sentinel], [], [], 0)[0]:  # it went before
        os._exit(1)


def _run_step(there, job: Job, crash_output: Path) -> None:
    """Run a job's notebook through papermill, and report."""
    written = os.open(crash_output, os.O_WRONLY)
    for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, written), (2, written)):
        os.dup2(source, number)

    def time_is_up(*_) -> None:
        raise Stopped(_timeout_message(job.timeout))

    signal.signal(signal.SIGALRM, time_is_up)
    signal.setitimer(signal.ITIMER_REAL, job.timeout)
    import nbformat
    import papermill

    from helpers.runner import executed_notebooks

    since, took = [0.0, 0.0], []

    def watch(cell, what) -> None:
        now = [time.monotonic(), time.process_time()]
        wall, processor = (after - before for after, before in zip(now, since, strict=True))
        since[:] = now
        if what is True:
            took.append(f"cell {cell.id}: {wall:.2f} s, {processor:.2f} s of the processor")
        there.send({"cell": cell.id, "took": took, "failed": what if isinstance(what, Failure) else None})

    try:
        made = papermill.execute_notebook(
            nbformat.from_dict(executed_notebooks.without_outputs(job.notebook)), None, job.changed,
            engine_name="rise", kernel_name="python3", progress_bar=False, watch=watch,
        )  # fmt: skip
    except papermill.PapermillExecutionError:
        return  # the watch has told it
    if written := job.written_out_of_place():
        return there.send({"failed": Failure(written)})
    results = dict.fromkeys((job.out, job.project / RESULTS, job.tables), RESULTS.as_posix())
    folders = results | {job.project: ".", job.root: "."}
    there.send({"made": executed_notebooks.tidy(made, folders)})


def _run_function(there, function: str, given: dict) -> None:
    """Call a function, and report what it prints, or why it refuses."""
    import importlib
    import traceback

    module, _, name = function.partition(":")
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            getattr(importlib.import_module(module), name)(**given)
        there.send(("said", printed.getvalue()))
    except (ValueError, OSError, RunnerError) as error:  # what a person can correct, and a full disk
        there.send(("refused", str(plain_os_error(error))))
    except Exception:
        there.send(("fault", traceback.format_exc()))
