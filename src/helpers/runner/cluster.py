"""Run steps on a Dask cluster that shares no file system with this machine.

``rise run --scheduler tcp://host:8786`` sends each step to a worker as a parcel and puts what comes back where a local
run would put it: same staging, same commit, same bytes. A worker whose helpers, Python or packages differ is refused
with both versions named. A worker that dies is survived: Dask gives its step to another.

Dask is an optional extra (``cluster``). CONTRIBUTING.md says how to start a cluster on a laptop, over SSH and on SLURM.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from helpers.runner import remote
from helpers.runner.errors import Failure, RunnerError
from helpers.runner.process import Job, Outcome, Progress

PATIENCE = 30  # seconds for the scheduler to answer and for a first worker to join


class Cluster:
    """A connection to a scheduler, for the project in `root`; :meth:`execute` stands in for the local one.

    A context manager.
    """

    def __init__(self, address: str, root: Path):
        self.address, self.root = address, root
        self.expected = remote.describe()  # what workers must have
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
        for worker, there in sorted(self.client.run(remote.state, on_error="return").items()):
            if isinstance(there, Exception):
                differ = f"it has no helpers, or others ({there}); install the same version on it"
            else:
                differ = remote.differences(self.expected, there)
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
            answer = self.client.submit(remote.run_parcel, parcel, self._sent(), pure=False, key=key).result()
        except Exception as error:  # what a closed client raises differs between releases of Dask
            return self._lost(error)
        return _unpack(answer, job)

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
                self._data = self.client.submit(remote.keep, data, pure=False)
            return self._data


def _unpack(answer: dict, job: Job) -> Outcome:
    """Put what a worker sent into the job's own folder."""
    if "refused" in answer:
        return Outcome(None, Failure(f"a worker is refused: {answer['refused']}"))
    job.out.mkdir(parents=True, exist_ok=True)
    for name, content in answer["files"].items():
        path = (job.out / name).resolve()
        if not path.is_relative_to(job.out.resolve()):
            return Outcome(None, Failure(f"a worker sent a file out of place: {name}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return answer["outcome"]
