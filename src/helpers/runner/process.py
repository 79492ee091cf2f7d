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
import faulthandler
import io
import json
import multiprocessing
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing import forkserver
from multiprocessing.connection import wait
from pathlib import Path

from helpers.runner.arithmetic import steady
from helpers.runner.errors import Failure, RunnerError, fault, say_plainly
from helpers.runner.parameters import Value

CONTEXT = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
CELL_LINE = re.compile(r'ipykernel_\d+/\d+\.py", line (\d+)')
# as faulthandler begins to say where it stands
TIME_IS_UP = re.compile(r"^Timeout \(\d+:\d\d:\d\d", re.MULTILINE)
DROPPED = re.compile("MPL|PYTHON(STARTUP|WARNINGS|OPTIMIZE|DEVMODE|PYCACHEPREFIX)|PANDAS_|RISE_|LC_|LANGUAGE")
Progress = Callable[[int, int], None]  # cells done, cells in all
_running: set = set()
_starting = threading.Lock()
_started: Path | None = None  # the project for which the server was started
_stopped = threading.Event()


@dataclass(frozen=True)
class Job:
    """A notebook to run: its JSON, the values that are not its defaults, and where it reads and writes."""

    name: str
    notebook: dict = field(repr=False)
    changed: dict[str, Value]
    root: Path
    tables: Path
    staged: Path
    timeout: float = 600
    named: tuple[Path, ...] = ()  # the files that it may read

    @property
    def out(self) -> Path:
        """Where the notebook writes."""
        return self.staged / "out"


@dataclass
class Outcome:
    """How a job ended: the executed notebook, or the failure, and the log."""

    notebook: dict | None
    failure: Failure | None
    seconds: float = 0.0
    log: str = ""


def environment(root: Path, tables: Path, out: Path) -> dict[str, str]:
    """The environment of a process: this one's, with what could change a result taken out or fixed."""
    return {name: value for name, value in os.environ.items() if not DROPPED.match(name)} | {
        "RISE_ROOT": str(root),
        "RISE_IN": str(tables),
        "RISE_OUT": str(out),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **steady(),
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
    """End every process that was started here, and the server, which may still be importing; no step is begun after it."""
    _stopped.set()
    for process in list(_running):
        _end(process)
    server = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if server:
        with contextlib.suppress(OSError):
            os.kill(server, signal.SIGKILL)


def _end(process) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()


@contextlib.contextmanager
def _child(variables: dict[str, str], target, *arguments) -> Iterator[tuple]:
    """A process that begins with these variables, and what it says until it ends."""
    # a room may be called where nothing else is to be run
    context = CONTEXT if _started else multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(there, *arguments))
    for patience in (0.1, 1, 5, None):
        try:
            with _inheriting(variables):  # multiprocessing starts another server where the old one has died
                process.start()
            break
        except (EOFError, ConnectionError):  # the server is dying at this moment
            if patience is None or _stopped.is_set():
                raise RunnerError("the process that steps are forked from died; run again") from None
            time.sleep(patience)
    there.close()
    _running.add(process)
    try:
        yield process, _messages(process, here)
    finally:
        _end(process)
        process.join()
        _running.discard(process)
        here.close()


def _messages(process, here) -> Iterator[tuple]:
    while here in wait([here, process.sentinel]) or here.poll():
        try:
            yield here.recv()
        except EOFError:
            return


def execute(job: Job, progress: Progress = lambda done, total: None) -> Outcome:
    """Run `job` in a process of its own, and say plainly how it ended.

    Its time counts from the moment at which the process is there: on a busy machine that can take longer than the step.
    """
    if _stopped.is_set():
        raise RunnerError("the run was ended before this step began")
    began = time.monotonic()
    log = [job.name, f"parameters: {json.dumps(job.changed, ensure_ascii=False)}"]
    job.out.mkdir(parents=True, exist_ok=True)
    said = job.staged / "said.txt"  # what is written past the cells, as in a crash
    said.touch()
    now = {"cells": 0, "done": 0, "cell": "", "failed": None, "made": None}
    known = {"RISE_KNOWN": "1"}  # the tables that it may read are as steps of this project wrote them
    variables = environment(job.root, job.tables, job.out) | known
    with _child(variables, _run_step, job, variables, str(said)) as (process, messages):
        for kind, what in messages:
            if kind == "took":
                now["done"] += 1
                log.append(f"cell {now['cell']}: {what[0]:.2f} s, {what[1]:.2f} s of the processor")
            else:
                now[kind] = what
            progress(now["done"], now["cells"])
        process.join()
    written = said.read_text("utf-8", "replace")[-20_000:].strip()
    failure = now["failed"]
    if not failure and (not now["made"] or TIME_IS_UP.search(written)):
        failure = _died(process.exitcode, now["cell"], written, job)
    if failure and os.strerror(errno.ENOSPC) in f"{failure.what} {written}":
        what = "the disk is full: what this step writes found no room; free some space and run again"
        failure = replace(failure, what=what)
    seconds = time.monotonic() - began
    log += [failure.what, failure.source, failure.tail] if failure else []
    log += ["written past the cells:", written] if written else []
    log.append(f"{'failed' if failure else 'done'} after {seconds:.1f} s")
    return Outcome(None if failure else now["made"], failure, seconds, "\n".join(filter(None, log)) + "\n")


def _died(code: int, cell: str, written: str, job: Job) -> Failure:
    """The failure of a step whose process is gone."""
    if TIME_IS_UP.search(written):
        lines = CELL_LINE.findall(written)
        what = f"was still running after {job.timeout:g} s and was stopped; --timeout gives it longer"
        return Failure(f"cell {cell} {what}", cell, int(lines[-1]) if lines else None)
    how = f"ended by signal {-code}" if code < 0 else "ended from within"
    where = f"in cell {cell}" if cell else "before its first cell"
    last = "" if cell or not written else f": {written.splitlines()[-1]}"
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
    with _child(variables, _run_function, function, given, variables, str(root)) as (_, messages):
        kind, what = next(messages, ("fault", "its process ended with no answer"))
    if kind == "said":
        return what
    raise RunnerError(what) if kind == "refused" else fault(what)


# What follows runs in the new process.


def _settle(variables: dict[str, str], folder: str) -> None:
    """What a new process would have of its own: group, environment, folder, clock zone and random numbers."""
    import random

    os.setpgid(0, 0)
    _end_with_owner()
    _replace_environment(variables)
    os.chdir(folder)
    time.tzset()
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _end_with_owner() -> None:
    """Have the system end this process and its group when the one that asked for it goes."""
    owner = multiprocessing.parent_process().sentinel
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(owner, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(owner, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(owner, fcntl.F_SETFL, fcntl.fcntl(owner, fcntl.F_GETFL) | os.O_ASYNC)
    else:

        def watch() -> None:
            multiprocessing.parent_process().join()
            os.killpg(0, signal.SIGKILL)

        threading.Thread(target=watch, name="owner", daemon=True).start()
    if select.select([owner], [], [], 0)[0]:  # it went before
        os._exit(1)


def _run_step(there, job: Job, variables: dict[str, str], said: str) -> None:
    """Run a job's notebook through papermill, and report."""
    _settle(variables, str(job.root / "notebooks"))
    written = os.open(said, os.O_WRONLY)
    for number, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, written), (2, written)):
        os.dup2(source, number)
    faulthandler.dump_traceback_later(job.timeout, exit=True, file=written)
    import nbformat
    import papermill

    from helpers.runner import documents, reads
    from helpers.runner.steps import code_cells

    there.send(("cells", len(code_cells(job.notebook))))
    opened = reads.watch(job.root, job.tables)
    since = [0.0, 0.0]

    def watch(cell, what) -> None:
        now = [time.monotonic(), time.process_time()]
        took, since[:] = [after - before for after, before in zip(now, since, strict=True)], now
        if what is None:
            there.send(("cell", cell.id))
        else:
            there.send(("took", took) if what is True else ("failed", what))

    try:
        made = papermill.execute_notebook(
            nbformat.from_dict(documents.without_outputs(job.notebook)), None, job.changed,
            engine_name="rise", kernel_name="python3", progress_bar=False, watch=watch,
        )  # fmt: skip
    except papermill.PapermillExecutionError:
        return  # the watch has told it
    if unnamed := reads.refused(opened, job.root, job.staged, job.named):
        return there.send(("failed", Failure(unnamed)))
    folders = {job.out: "reports/build", job.tables: "reports/build", job.root / "": "", job.root: "."}
    there.send(("made", documents.tidy(made, folders)))


def _run_function(there, function: str, given: dict, variables: dict[str, str], folder: str) -> None:
    """Call a function, and report what it prints, or why it refuses."""
    import importlib
    import traceback

    _settle(variables, folder)
    module, _, name = function.partition(":")
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            getattr(importlib.import_module(module), name)(**given)
        there.send(("said", printed.getvalue()))
    except (ValueError, OSError, RunnerError) as error:  # what a person can correct, and a full disk
        there.send(("refused", str(say_plainly(error) if isinstance(error, OSError) else error)))
    except Exception:
        there.send(("fault", traceback.format_exc()))
