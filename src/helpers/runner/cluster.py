"""Run steps on a Dask cluster that shares no file system with this machine.

``rise run --scheduler tcp://host:8786`` sends each step to a worker as a parcel and puts what comes back where a local
run would put it: same staging, same commit, same bytes. Nothing is shared but the parcel: the notebook, its parameters, the
project's data and the built tables it reads, all by content. The worker lays them out as a project of its own, runs the
notebook as a local run would, and sends back the executed notebook and every file it wrote. A worker whose helpers, Python or
packages differ is refused with both versions named. A worker that dies is survived: Dask gives its step to another.

Dask is an optional extra (``cluster``). CONTRIBUTING.md says how to start a cluster on a laptop, over SSH and on SLURM.
"""

from __future__ import annotations

import logging
import multiprocessing
import platform
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import helpers
from helpers.runner import process
from helpers.runner.arithmetic import instructions
from helpers.runner.errors import Failure, RunnerError
from helpers.runner.freshness import digest_of, sha256
from helpers.runner.modules import code_digest
from helpers.runner.process import Job, Outcome, Progress
from helpers.tables.files import write_atomic

PACKAGES = """ipykernel ipython matplotlib nbclient nbformat numpy pandas pandera papermill scipy seaborn
    statsmodels""".split()
PATIENCE = 30  # seconds for the scheduler to answer and for a first worker to join


class Cluster:
    """A connection to a scheduler, for the project in `root`; :meth:`execute` stands in for the local one.

    A context manager.
    """

    def __init__(self, address: str, root: Path):
        self.address, self.root = address, root
        self.expected = describe()  # what workers must have
        self.client: Any = None
        self._data: Any = None
        self._lock = threading.Lock()

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
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(worker["nthreads"] for worker in workers))

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

    def execute(self, job: Job, progress: Progress = lambda done, total: None) -> Outcome:
        """Run `job` on some worker, and put the files it wrote into the job's own folder."""
        built = [path for path in job.named if path.is_relative_to(job.tables)]
        named = [path.relative_to(job.tables if path in built else job.root) for path in job.named]
        parcel = {
            "job": {name: getattr(job, name) for name in ("name", "notebook", "changed", "timeout")},
            "tables": {path.name: path.read_bytes() for path in built},
            "named": [path.as_posix() for path in named],
            "expected": self.expected,
        }
        key = f"{job.name}-{id(job)}"
        try:
            answer = self.client.submit(run_parcel, parcel, self._sent(), pure=False, key=key).result()
        except Exception as error:  # what a closed client raises differs between releases of Dask
            return self._lost(error)
        if "refused" in answer:
            return Outcome(None, Failure(f"a worker is refused: {answer['refused']}"))
        _lay_out(job.out, answer["files"])
        return answer["outcome"]

    def _lost(self, error: Exception) -> Outcome:
        """A step that the cluster gave back undone."""
        what = f"the cluster lost it: {error or type(error).__name__}"
        if hasattr(error, "last_worker"):
            what = f"every worker that ran it died; the last was {error.last_worker.address}"
        elif self.client.status != "running":
            what = f"scheduler {self.address} is gone; start it and its workers, and run again: what is done is kept"
        return Outcome(None, Failure(what), log=f"{what}\n{error!r}\n")

    def _sent(self):
        """The project's data files, sent to the cluster once; kept in the graph, not scattered, as that can be lost."""
        with self._lock:
            if self._data is None:
                files = (path for path in sorted((self.root / "data").rglob("*")) if path.is_file())
                data = {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}
                self._data = self.client.submit(keep, data, pure=False)
            return self._data


# What follows runs on a worker too.


def describe() -> dict[str, dict[str, str]]:
    """What results depend on here: the versions of helpers, Python, processor and packages, and the helpers' files."""
    folder = Path(helpers.__file__).parent
    files = {path.relative_to(folder).as_posix(): code_digest(path) for path in sorted(folder.rglob("*.py"))}
    versions = {
        "helpers": f"{version('helpers')} ({digest_of(files)[:12]})",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": instructions(),
        **{name: version(name) for name in PACKAGES},
    }
    return {"versions": versions, "files": files}


STARTED = describe()  # on a worker: what it has in memory, whatever is put on its disk afterwards


def state() -> tuple[dict, dict]:
    """What results depend on here, now and when this was loaded."""
    return describe(), STARTED


def differences(here: dict, there: tuple[dict, dict]) -> str:
    """What makes a worker unfit to give the same results, in a line with both versions; empty when nothing does."""
    now, started = there
    if now != started:
        return "its helpers or packages were changed after it had loaded them; start it again"
    for name, wanted in here["versions"].items():
        other, where = now["versions"].get(name, "none"), ""
        if other != wanted:
            if name == "helpers":
                differ = sorted(dict(here["files"].items() ^ now["files"].items()))
                where = f": {', '.join(differ[:3])}{' …' * (len(differ) > 3)}" if differ else ""
            remedy = "leave it out" if name == "processor" else "install the same version on it"
            return f"it has {name} {other}, and here it is {wanted}{where}; {remedy}"
    return ""


def run_parcel(parcel: dict, data: dict[str, bytes]) -> dict:
    """Run one notebook on this worker.

    Parameters
    ----------
    parcel : dict
        ``job`` (what a ``Job`` takes, without paths), ``tables`` (built tables, name →
        bytes), ``named`` (files it may read), ``expected`` (what :func:`describe` said on the other side).
    data : dict
        The project's data files, path in the project → bytes; the same for every notebook of a run.

    Returns
    -------
    dict
        ``refused`` with the reason, or ``outcome`` and ``files`` (path → bytes).
    """
    refused = differences(parcel["expected"], state())
    if refused:
        return {"refused": refused}
    # Dask's nanny starts workers as daemons, which may have no children; ours end with the worker by themselves
    multiprocessing.current_process()._config["daemon"] = False
    root = _project(data)
    process.start(root)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        tables, staged = Path(folder) / "in", Path(folder) / "staged"
        _lay_out(tables / "tables", parcel["tables"])
        named = tuple(base / name for name in parcel["named"] for base in (root, tables))
        job = Job(root=root, tables=tables, staged=staged, named=named, **parcel["job"])
        outcome = process.execute(job)
        written = (path for path in sorted(job.out.rglob("*")) if path.is_file())
        files = {path.relative_to(job.out).as_posix(): path.read_bytes() for path in written}
        return {"outcome": outcome, "files": files}


def keep(data: dict[str, bytes]) -> dict[str, bytes]:
    """The data as a task of its own, so that a cluster can make it again when a worker that held it dies."""
    return data


def _project(data: dict[str, bytes]) -> Path:
    """A project folder with these data files, known by their content; Dask removes it with the worker.

    What a system clears of old files meanwhile is put back.
    """
    from distributed import get_worker

    digest = digest_of({name: sha256(content) for name, content in data.items()})
    root = Path(get_worker().local_directory) / f"rise-{digest[:16]}" / "project"
    for name, content in (data | {"pyproject.toml": b"", "notebooks/.keep": b""}).items():
        if not (root / name).is_file():
            write_atomic(root / name, content, flush=False)
    return root


def _lay_out(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
