"""Run steps on a Dask cluster that shares no file system with this machine.

``rise run --scheduler tcp://host:8786`` sends each step to a worker as a parcel and puts what comes back where a local
run would put it: same staging, same commit, same bytes. Nothing is shared but the parcel: the job, the
project's data and the built tables it reads, all by content. The worker lays them out as a project of its own, runs the
notebook as a local run would, and sends back the executed notebook and every file it wrote. A worker whose helpers, Python or
packages differ is refused with both versions named. A worker that dies is survived: Dask gives its step to another.

Dask is an optional extra (``cluster``). CONTRIBUTING.md says how to start a cluster on a laptop, over SSH and on SLURM.
"""

from __future__ import annotations

import logging
import multiprocessing
import platform
import sys
import tempfile
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import helpers
from helpers.runner import process
from helpers.runner.determinism import instructions
from helpers.runner.errors import Failure, RunnerError
from helpers.runner.freshness import digest_of, sha256
from helpers.runner.job import RESULTS, Job, Outcome
from helpers.runner.modules import code_digest
from helpers.runner.parameters import DATA_FILES
from helpers.tables.files import stamp, write_atomic

PACKAGES = """helpers ipykernel ipython matplotlib nbclient nbformat numpy pandas pandera papermill scipy
    seaborn""".split()
# of data: what steps can read, and nothing else that somebody keeps there
SENT = (*DATA_FILES, "*.yaml", "schemas/*.yaml", "vocabularies/*.toml", "rounds/*/tables/*.csv")
PATIENCE = 30  # seconds for the scheduler to answer and for a first worker to join


class Cluster:
    """A connection to a scheduler, for the project in `root`; :meth:`execute` stands in for the local one.

    A context manager.
    """

    def __init__(self, address: str, root: Path):
        self.address, self.root = address, root
        self.expected = describe()  # what workers must have
        self.client: Any = None
        self._stamps: dict[Path, tuple[int, int]] = {}  # of the data files that are on the cluster
        self.sent: Any = None  # their name there

    def __enter__(self) -> Cluster:
        try:
            from distributed import Client
        except ImportError:
            remedy = "pip install '.[cluster]', here and on the workers"
            raise RunnerError(f"--scheduler needs Dask: {remedy}") from None
        for name in list(logging.root.manager.loggerDict):  # what it says is said here, in one line
            if name.split(".")[0] == "distributed":
                logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self.client = Client(self.address, timeout=PATIENCE, set_as_default=False)
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            why, remedy = "no worker has joined it", f"dask worker {self.address}"
            if self.client is None:
                why, remedy = f"it does not answer ({error or 'timeout'})", "dask scheduler"
            self.stop()
            raise RunnerError(f"scheduler {self.address}: {why}; start one with: {remedy}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Give back what workers are doing."""
        if self.client is not None:
            self.client.close()

    @property
    def slots(self) -> int:
        """How many steps can run side by side."""
        return max(1, sum(self.client.nthreads().values()))

    def check(self) -> None:
        """Refuse workers that would not give the results of this machine.

        Raises
        ------
        RunnerError
            Naming the worker and both versions.
        """
        for worker, there in sorted(self.client.run(state, on_error="return").items()):
            if isinstance(there, Exception):
                differ = f"it has no helpers, or others ({there}); install the same version on it"
            else:
                differ = differences(self.expected, there)
            if differ:
                raise RunnerError(f"worker {worker} is refused: {differ}")

    def execute(self, job: Job) -> Outcome:
        """Run `job` on some worker, and put the files it wrote into the job's own folder."""
        results = (place for place in job.readable if place.is_relative_to(RESULTS))
        built = {place: job.readable[place].read_bytes() for place in results}
        options = {"pure": False, "key": f"{job.name}-{id(job)}"}
        try:
            work = self.client.submit(run_parcel, job, built, self.expected, self._send_data(), **options)
            outcome, files = work.result()
        except Exception as error:  # what a closed client raises differs between releases of Dask
            return self._lost_step(error)
        _write_files(job.out, files)
        return outcome

    def _lost_step(self, error: Exception) -> Outcome:
        """A step that the cluster gave back undone."""
        what = f"the cluster lost it: {error or type(error).__name__}"
        if hasattr(error, "last_worker"):
            what = f"every worker that ran it died; the last was {error.last_worker.address}"
        elif self.client.status != "running":
            what = f"scheduler {self.address} is gone; start it and its workers, and run again: what is done is kept"
        return Outcome(None, Failure(what), log=f"{what}\n{error!r}\n")

    def _send_data(self):
        """The project's tables as they are now, sent when they have changed; kept in the graph, not scattered, as that can be lost."""
        files = (path for pattern in SENT for path in (self.root / "data").glob(pattern))
        stamps = {path: stamp(path) for path in sorted(files)}
        if stamps != self._stamps:  # reading them all would take a tenth of a second for each ten steps
            data = {path.relative_to(self.root).as_posix(): path.read_bytes() for path in stamps}
            self._stamps, self.sent = stamps, self.client.submit(hold, data, pure=False)
        return self.sent


# What follows runs on a worker too.


def describe() -> dict[str, str]:
    """What results depend on here: Python, the processor, packages and the helpers' files, each with its version."""
    folder = Path(helpers.__file__).parents[1]
    files = sorted(folder.glob("helpers/**/*.py"))
    # a package that is put in or out changes the folder where it is
    return _described(folder, tuple((path, stamp(path)) for path in (*files, *map(Path, sys.path))))


@cache
def _described(folder: Path, stamped: tuple[tuple[Path, tuple[int, int]], ...]) -> dict[str, str]:
    files = (path.relative_to(folder) for path, _ in stamped if path.suffix == ".py")
    return {
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": instructions(),
        **{name: version(name) for name in PACKAGES},
        **{path.as_posix(): code_digest(folder / path)[:12] for path in files},
    }


STARTED = describe()  # on a worker: what it has in memory, whatever is put on its disk afterwards


def state() -> tuple[dict, dict]:
    """What results depend on here, now and when this was loaded."""
    return describe(), STARTED


def differences(here: dict[str, str], there: tuple[dict, dict]) -> str:
    """What makes a worker unfit to give the same results, in a line with both versions; empty when nothing does."""
    now, started = there
    if now != started:
        return "its helpers or packages were changed after it had loaded them; start it again"
    for name in {**here, **now}:
        wanted, other = here.get(name, "none"), now.get(name, "none")
        if other != wanted:
            remedy = "leave it out" if name == "processor" else "install the same version on it"
            return f"it has {name} {other}, and here it is {wanted}; {remedy}"
    return ""


def run_parcel(
    job: Job, built: dict[Path, bytes], expected: dict[str, str], data: dict[str, bytes]
) -> tuple[Outcome, dict[str, bytes]]:
    """Run a job on this worker: how it ended, and the files that it wrote.

    `built` are the tables of earlier steps that it reads, by their places in a project; `expected` is what :func:`describe` said on the
    other side; `data` are the project's data files, by their paths in it.
    """
    refused = differences(expected, state())
    if refused:
        return Outcome(None, Failure(f"a worker is refused: {refused}")), {}
    # Dask's nanny starts workers as daemons, which may have no children; ours end with the worker by themselves
    multiprocessing.current_process()._config["daemon"] = False
    root = _make_project(data)
    process.start(root)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        results, staged = Path(folder) / "in", Path(folder) / "staged"
        _write_files(results, built)
        readable = {place: (results if place in built else root) / place for place in job.readable}
        mine = replace(job, root=root, tables=results / RESULTS, staged=staged, readable=readable)
        outcome = process.execute(mine)
        written = (path for path in sorted(mine.out.rglob("*")) if path.is_file())
        return outcome, {path.relative_to(mine.out).as_posix(): path.read_bytes() for path in written}


def hold(data: dict[str, bytes]) -> dict[str, bytes]:
    """The data as a task of its own, so that a cluster can make it again when a worker that held it dies."""
    return data


def _make_project(data: dict[str, bytes]) -> Path:
    """A project folder with these data files, known by their content; Dask removes it with the worker.

    What a system clears of old files meanwhile is put back.
    """
    from distributed import get_worker

    root = Path(get_worker().local_directory) / f"rise-{_digest(data)[:16]}" / "project"
    for name, content in (data | {"pyproject.toml": b"", "notebooks/.keep": b""}).items():
        if not (root / name).is_file():
            write_atomic(root / name, content, flush=False)
    return root


def _digest(data: dict[str, bytes]) -> str:
    return digest_of({name: sha256(content) for name, content in data.items()})


def _write_files(folder: Path, files: dict[str, bytes] | dict[Path, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
