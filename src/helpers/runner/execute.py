"""Run one notebook in one kernel, and say plainly how it ended.

The notebook is executed cell by cell through nbclient, in an ordinary or a preloaded kernel, with everything
fixed that could make two runs differ: environment, hash seed, threads, clock zone, user configuration. What is
kept carries no timings, no random ids and no path of the machine, so the same inputs give the same bytes.
A cell that fails, prints without end, leaves, or takes too long ends the step with one :class:`Failure`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from helpers.runner import kernels, reads
from helpers.runner.arithmetic import steady
from helpers.runner.ordinary import JupyterKernel, quiet
from helpers.runner.parameters import Value
from helpers.runner.shells import Gone, Shell

MOST_OUTPUT = 5_000_000  # characters of output that one cell may make
MOST_SAID = 1_000  # characters shown of what an error says
TAIL = 12  # lines of output shown of a cell that failed
PARAMETERS_TAG = "parameters"
INJECTED = "injected-parameters"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
NO_START = "the kernel did not start"
ROOM = 1 << 17  # bytes that a kernel needs to start
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Job:
    """A notebook to run: its JSON, the values that are not its defaults, and where it reads and writes."""

    name: str
    notebook: dict = field(repr=False)
    changed: dict[str, Value]
    root: Path
    tables: Path
    staged: Path
    kernel: str = "python3"
    timeout: float = 600
    named: tuple[Path, ...] | None = None  # the files that it may read; None leaves that unchecked

    @property
    def out(self) -> Path:
        """Where the notebook writes."""
        return self.staged / "out"


@dataclass(frozen=True)
class Failure:
    """Why a step did not end well. ``what`` is one line; the rest shows the place."""

    what: str
    cell: str = ""
    line: int | None = None
    source: str = ""
    tail: str = ""


@dataclass
class Outcome:
    """How a job ended: the executed notebook, or the failure, and the log."""

    notebook: dict | None
    failure: Failure | None
    seconds: float
    log: str


Progress = Callable[[int, int], None]  # cells done, cells in all


def inject(notebook: dict, changed: dict[str, Value]) -> dict:
    """The notebook with a cell that sets `changed` after its parameters cell, as papermill would."""
    if not changed:
        return notebook
    lines = ["# Parameters", *(f"{name} = {value!r}" for name, value in changed.items())]
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": INJECTED,
        "metadata": {"tags": [INJECTED]},
        "outputs": [],
        "source": "\n".join(lines),
    }
    cells = list(notebook["cells"])
    at = next(
        i for i, found in enumerate(cells) if PARAMETERS_TAG in found.get("metadata", {}).get("tags", ())
    )
    return notebook | {"cells": [*cells[: at + 1], cell, *cells[at + 1 :]]}


def environment(root: Path, tables: Path, out: Path, work: Path) -> dict[str, str]:
    """The environment of a kernel: this process's, with what could change a result taken out or fixed."""
    drop = re.compile(r"(MPL|PYTHON(STARTUP|WARNINGS|OPTIMIZE|DEVMODE)|PANDAS_|RISE_|LC_|LANGUAGE)")
    kept = {name: value for name, value in os.environ.items() if not drop.match(name)}
    source = root / "src"
    paths = [str(source)] if source.is_dir() else []
    paths += [
        path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path not in paths
    ]
    return kept | {
        "RISE_ROOT": str(root),
        "RISE_IN": str(tables),
        "RISE_OUT": str(out),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "IPYTHONDIR": str(work / "ipython"),
        **steady(),
        "COLUMNS": "80",
        "LINES": "24",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


async def execute(job: Job, progress: Progress = lambda done, total: None) -> Outcome:
    """Run `job` in a kernel of its own. Cancelling kills the kernel."""
    started = time.monotonic()
    notebook = _as_node(inject(_without_outputs(job.notebook), job.changed))
    job.out.mkdir(parents=True, exist_ok=True)
    log = [f"{job.name}", f"parameters: {json.dumps(job.changed, ensure_ascii=False)}"]
    kernel_output = job.staged / "kernel.txt"
    failure: Failure | None = None
    try:
        with kernel_output.open("wb") as stream:
            failure = await _in_kernel(job, notebook, progress, log, stream, started)
    finally:
        kernel_said = kernel_output.read_text("utf-8", "replace")[-20_000:] if kernel_output.exists() else ""
    seconds = time.monotonic() - started
    if failure and _is_full(failure, kernel_said, job.staged):
        what = "the disk is full: what this step writes found no room; free some space and run again"
        failure = replace(failure, what=what)
    if failure:
        log += [failure.what, failure.source, failure.tail]
    if kernel_said.strip():
        log += ["the kernel's own output:", kernel_said]
    log.append(f"{'failed' if failure else 'done'} after {seconds:.1f} s")
    done = None if failure else tidy(json.loads(json.dumps(notebook)), job)
    return Outcome(done, failure, seconds, "\n".join(line for line in log if line) + "\n")


def _is_full(failure: Failure, said: str, folder: Path) -> bool:
    """Whether a full disk is why a step failed: a cell says so, or a kernel, if it still could, or the disk itself."""
    words = os.strerror(errno.ENOSPC)
    if words in failure.what or words in said:
        return True
    return failure.what.startswith(NO_START) and shutil.disk_usage(folder).free < ROOM


async def _in_kernel(job: Job, notebook, progress: Progress, log: list[str], stream, started: float):
    """Start the kernel, run the cells, kill the kernel; the failure, if there was one."""
    kernel = None
    try:
        try:
            kernel = await _start(job, stream)
        except (RuntimeError, OSError, KeyError) as error:
            return Failure(f"{NO_START}: {error}")
        log.append(f"{kernel.kind} kernel ready after {time.monotonic() - started:.2f} s")
        return await _run_cells(job, notebook, kernel, progress, log, time.monotonic())
    finally:
        if kernel:
            await asyncio.shield(kernel.stop())


async def _start(job: Job, stream) -> Shell | JupyterKernel:
    """A kernel for `job`: without sockets where it can be forked, otherwise one of Jupyter's."""
    env, cwd = environment(job.root, job.tables, job.out, job.staged), str(job.root / "notebooks")
    kernels.hold(env, job.named or ())
    if job.kernel == kernels.KERNEL and kernels.can_fork():
        with contextlib.suppress(kernels.Gone):
            return await Shell.start(env, cwd, stream)
    return await JupyterKernel.start(job.kernel, env, cwd, stream, job.staged)


async def _run_cells(job, notebook, kernel, progress, log, started) -> Failure | None:
    options = {"coalesce_streams": True, "timeout": None, "record_timing": False, "log": quiet()}
    client = kernel.client
    runner = _client_class()(notebook, km=kernel.manager, **options)
    runner.kc = client
    client.allow_stdin = False
    cells = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code" and c.source.strip()]
    progress(0, len(cells))
    if job.named is not None:
        await reads.watch(client, job.root, job.tables)
    for count, index in enumerate(cells, 1):
        cell = notebook.cells[index]
        began = time.monotonic()
        left = job.timeout - (began - started)
        failure = await _run_cell(runner, cell, index, count, left, job)
        log.append(f"cell {cell.id}: {time.monotonic() - began:.2f} s")
        if failure:
            return failure
        progress(count, len(cells))
    if job.named is not None:
        seen, wrote = await reads.opened(client)
        refused = reads.out_of_place(wrote, job.root, job.tables, job.staged) or reads.unnamed(
            seen, job.root, job.tables, job.staged, job.named
        )
        return Failure(refused) if refused else None
    return None


async def _run_cell(runner, cell, index: int, count: int, left: float, job: Job) -> Failure | None:
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    running = asyncio.ensure_future(runner.async_execute_cell(cell, index, execution_count=count))
    flooded = asyncio.ensure_future(runner.flooded.wait())
    try:
        await asyncio.wait({running, flooded}, timeout=max(left, 0), return_when=asyncio.FIRST_COMPLETED)
        if flooded.done():
            most = f"{MOST_OUTPUT // 1_000_000} MB"
            return Failure(
                f"cell {cell.id} printed more than {most} and was stopped", cell.id, tail=_tail(cell)
            )
        if not running.done():
            what = f"cell {cell.id} was still running after {job.timeout:g} s and was stopped; --timeout gives it longer"
            return Failure(what, cell.id, tail=_tail(cell))
        running.result()
    except CellExecutionError as error:
        return _cell_failure(cell, error)
    except (DeadKernelError, Gone):
        return Failure(
            f"the kernel died in cell {cell.id} (ended from within, killed, or out of memory)",
            cell.id,
            tail=_tail(cell),
        )
    finally:
        for task in (running, flooded):
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
    if runner.left:
        return Failure(f"cell {cell.id} called exit(); a notebook must run to its end", cell.id)
    return None


def _cell_failure(cell, error) -> Failure:
    """The failing line of a cell, from its traceback."""
    traceback = next((o.get("traceback", []) for o in cell.outputs if o.output_type == "error"), [])
    plain = ANSI.sub("", "\n".join(traceback))
    found = re.findall(r"Cell In\[\d+\], line (\d+)", plain) or re.findall(r"File .*?, line (\d+)", plain)
    lines = cell.source.split("\n")
    line = int(found[0]) if found and int(found[0]) <= len(lines) else None
    source = lines[line - 1].strip() if line else ""
    said = ANSI.sub("", error.evalue or "").strip()
    said = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} …"
    known = {
        "SystemExit": f"cell {cell.id} called exit(); a notebook must run to its end",
        "KeyboardInterrupt": f"cell {cell.id} was interrupted",
        "StdinNotImplementedError": f"cell {cell.id} asked for input; nobody is there to type it in a run",
    }
    what = known.get(error.ename) or (f"{error.ename}: {said}" if said else error.ename)
    return Failure(what, cell.id, line, source, _tail(cell))


def _tail(cell) -> str:
    """The last lines that a cell printed, without its traceback."""
    text = "".join(o.text for o in cell.outputs if o.output_type == "stream")[-20_000:]
    lines = ANSI.sub("", text).rstrip().split("\n")
    return "\n".join(line[:200] for line in lines[-TAIL:])


def _client_class():
    """nbclient's client, with a limit on what a cell may print. Made on first use: nbclient is slow to import."""
    global _CLIENT
    if _CLIENT is None:
        quick_imports()
        from nbclient import NotebookClient

        class Client(NotebookClient):
            def __init__(self, *arguments, **options):
                super().__init__(*arguments, on_cell_executed=self._look_at_reply, **options)
                self.flooded = asyncio.Event()
                self.left = False
                self._made = {}

            def _look_at_reply(self, cell, cell_index, execute_reply):
                payload = execute_reply["content"].get("payload", [])
                self.left = self.left or any(part.get("source") == "ask_exit" for part in payload)

            def output(self, outs, msg, display_id, cell_index):
                content = msg["content"]
                size = len(content.get("text", "")) + sum(
                    len(v) for v in content.get("data", {}).values() if isinstance(v, str)
                )
                self._made[cell_index] = self._made.get(cell_index, 0) + size
                if self._made[cell_index] > MOST_OUTPUT:
                    self.flooded.set()
                    return None
                return super().output(outs, msg, display_id, cell_index)

        _CLIENT = Client
    return _CLIENT


_CLIENT = None


def quick_imports() -> None:
    """Import nbclient without the IRI grammar that jsonschema would compile for a format no notebook uses."""
    unwanted = "rfc3987_syntax"
    blocked = unwanted not in sys.modules
    if blocked:
        sys.modules[unwanted] = None
    try:
        importlib.import_module("nbclient")
    finally:
        if blocked:
            del sys.modules[unwanted]


def _as_node(notebook: dict):
    quick_imports()
    import nbformat

    return nbformat.from_dict(notebook)


def _without_outputs(notebook: dict) -> dict:
    """The notebook as it is before a run; sources as single strings."""
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        fresh = cell | {"source": source, "metadata": dict(cell.get("metadata", {}))}
        fresh.setdefault("id", f"number-{number}")
        if cell["cell_type"] == "code":
            fresh |= {"outputs": [], "execution_count": None}
        cells.append(fresh)
    return {"cells": cells, "metadata": dict(METADATA), "nbformat": 4, "nbformat_minor": 5}


def tidy(notebook: dict, job: Job) -> dict:
    """The executed notebook without anything that differs from run to run or tells of this machine."""
    here = [
        (str(job.out), "reports/build"),
        (str(job.tables), "reports/build"),
        (f"{job.root}/", ""),
        (str(job.root), "."),
    ]
    for cell in notebook["cells"]:
        cell.get("metadata", {}).pop("execution", None)
        for output in cell.get("outputs", ()):
            for key, value in (output.get("data") or {}).items():
                if isinstance(value, str) and not key.startswith("image/png"):
                    output["data"][key] = _plain(value, here)
            for key in ("text", "evalue"):
                if isinstance(output.get(key), str):
                    output[key] = _plain(output[key], here)
    notebook["metadata"] = dict(METADATA)
    return notebook


def _plain(text: str, here: list[tuple[str, str]]) -> str:
    for path, instead in here:
        text = text.replace(path, instead)
    return re.sub(r"[^\s\"'<>()]*ipykernel_\d+/", "", text)


def to_bytes(notebook: dict, record: dict | None = None) -> bytes:
    """The notebook as Jupyter itself writes it: sorted, one space, long text as lines; with the record in it."""
    cells = [_split(cell) for cell in notebook["cells"]]
    metadata = notebook["metadata"] | ({"rise": record} if record else {})
    whole = notebook | {"cells": cells, "metadata": metadata}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _split(cell: dict) -> dict:
    """Multi-line text as a list of lines, which is how notebooks stay readable in a diff."""
    split = cell | {"source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        split["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return split


def _split_output(output: dict) -> dict:
    changed = dict(output)
    if isinstance(output.get("text"), str):
        changed["text"] = output["text"].splitlines(True)
    if "data" in output:
        changed["data"] = {
            kind: value.splitlines(True)
            if isinstance(value, str) and kind.startswith(("text/", "image/svg"))
            else value
            for kind, value in output["data"].items()
        }
    return changed
