"""What happens on a worker of a cluster: a notebook comes in as a parcel, and its results go back as one.

Nothing is shared but the parcel: the notebook, its parameters, the project's data and the built tables it reads, all
by content. The worker lays them out as a project of its own, runs the notebook as a local run would, and sends back
the executed notebook and every file it wrote. :func:`describe` is sent to workers by value, so that a worker without
this package can be asked as well.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from helpers.runner.arithmetic import instructions

PACKAGES = [
    "ipykernel",
    "ipython",
    "matplotlib",
    "nbformat",
    "numpy",
    "pandas",
    "pandera",
    "papermill",
    "scipy",
    "seaborn",
    "statsmodels",
]


def describe(package: str | None = None) -> dict:
    """What results depend on here: Python, processor, helpers (in the folder `package`, else as installed), packages."""
    import hashlib
    import importlib.metadata
    import importlib.util
    import platform
    import sys

    def version(name: str) -> str:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            return "none"

    spec = importlib.util.find_spec("helpers") if package is None else None
    folder = Path(package) if package else Path(spec.origin).parent if spec and spec.origin else None
    files = {}
    for path in sorted(folder.rglob("*.py")) if folder else ():
        data = path.read_bytes().replace(b"\r\n", b"\n")
        files[path.relative_to(folder).as_posix()] = hashlib.sha256(data).hexdigest()
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12]
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": instructions(),
        "helpers": f"{version('helpers')} ({digest})" if folder else "none",
        "files": files,
        "packages": {name: version(name) for name in PACKAGES},
        "started": getattr(sys.modules.get("helpers.runner.remote"), "STARTED", None),
    }


def differences(here: dict, there: dict) -> str:
    """What makes a worker unfit to give the same results, in a line with both versions; empty when nothing does."""
    if there["started"] and any(there[what] != there["started"][what] for what in ("helpers", "packages")):
        return "its helpers or packages were changed after it had loaded them; start it again"
    mend = "install the same version on it"
    if there["helpers"] != here["helpers"]:
        both = {*here["files"], *there["files"]}
        differ = sorted(name for name in both if here["files"].get(name) != there["files"].get(name))
        where = (
            ""
            if there["helpers"] == "none"
            else f": {', '.join(differ[:3])}{' …' if len(differ) > 3 else ''}"
        )
        return f"it has helpers {there['helpers']}, and here it is {here['helpers']}{where}; {mend}"
    if there["python"] != here["python"]:
        return f"it has {there['python']}, and here it is {here['python']}; {mend}"
    if there["processor"] != here["processor"]:
        return f"it computes with {there['processor']}, and here it is {here['processor']}; leave it out"
    for name, version in here["packages"].items():
        if there["packages"].get(name) != version:
            return f"it has {name} {there['packages'].get(name, 'none')}, and here it is {version}; {mend}"
    return ""


def run_parcel(parcel: dict, data: dict[str, bytes]) -> dict:
    """Run one notebook on this worker.

    Parameters
    ----------
    parcel : dict
        ``job`` (what :class:`~helpers.runner.process.Job` takes, without paths), ``tables`` (built tables, name →
        bytes), ``named`` (files it may read), ``expected`` (what :func:`describe` said on the other side).
    data : dict
        The project's data files, path in the project → bytes; the same for every notebook of a run.

    Returns
    -------
    dict
        ``refused`` with the reason, or ``outcome`` and ``files`` (path → bytes).
    """
    refused = differences(parcel["expected"], describe())
    if refused:
        return {"refused": refused}
    from helpers.runner.remote import run_here  # from here on by the worker's own copy, which is the same

    return run_here(parcel, data)


def run_here(parcel: dict, data: dict[str, bytes]) -> dict:
    """Lay out the parcel, run its notebook, and pack what came of it."""
    import tempfile

    from helpers.runner.process import Job

    root = _project(data)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        tables, staged = Path(folder) / "in", Path(folder) / "staged"
        (tables / "tables").mkdir(parents=True)
        for name, content in parcel["tables"].items():
            (tables / "tables" / name).write_bytes(content)
        named = tuple((root if base == "project" else tables) / name for base, name in parcel["named"])
        job = Job(root=root, tables=tables, staged=staged, named=named, **parcel["job"])
        outcome = _server(root).run(job)
        written = (path for path in sorted(job.out.rglob("*")) if path.is_file())
        files = {path.relative_to(job.out).as_posix(): path.read_bytes() for path in written}
        return {"outcome": outcome, "files": files}


STARTED = describe()  # on a worker: what it has in memory, whatever is put on its disk afterwards


def keep(data: dict[str, bytes]) -> dict[str, bytes]:
    """The data as a task of its own, so that a cluster can make it again when a worker that held it dies."""
    return data


def _project(data: dict[str, bytes]) -> Path:
    """A project folder with these data files, known by their content; Dask removes it with the worker."""
    import hashlib

    from distributed import get_worker

    digest = hashlib.sha256()
    for name, content in sorted(data.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    root = Path(get_worker().local_directory) / f"rise-{digest.hexdigest()[:16]}" / "project"
    if not root.exists():
        part = root.with_name(f"part-{threading.get_ident()}")
        for name, content in (data | {"pyproject.toml": b"", "notebooks/.keep": b""}).items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_bytes(content)
        with contextlib.suppress(OSError):  # another thread was first
            part.rename(root)
    return root


class Server:
    """A process beside a worker that runs its steps: a worker of Dask's nanny may have no children of multiprocessing."""

    def __init__(self, root: Path):
        import multiprocessing
        import subprocess
        import sys

        self.connection, there = multiprocessing.Pipe()
        with there:
            code = f"from helpers.runner.remote import serve; serve({there.fileno()})"
            command = [sys.executable, "-c", code]
            self.process = subprocess.Popen(command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL)
        self.connection.send(root)

    def run(self, job):
        """How a job ended."""
        self.connection.send(job)
        return self.connection.recv()


_servers: dict[tuple, Server] = {}


def _server(root: Path) -> Server:
    """The server of a project for this thread of the worker."""
    key = root, threading.get_ident()
    if key not in _servers or _servers[key].process.poll() is not None:
        _servers[key] = Server(root)
    return _servers[key]


def serve(descriptor: int) -> None:
    """Run jobs until the worker goes; then this process ends, and with it what it runs."""
    import os
    from multiprocessing.connection import Connection

    from helpers.runner import process

    connection = Connection(descriptor)
    process.start(connection.recv())

    def run(job) -> None:
        connection.send(process.execute(job))

    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            os._exit(0)
        threading.Thread(target=run, args=[job]).start()
