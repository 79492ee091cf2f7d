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

PACKAGES = (
    *("ipykernel", "ipython", "matplotlib", "nbformat", "numpy", "pandas", "pandera", "papermill"),
    *("nbclient", "scipy", "seaborn", "statsmodels"),
)


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
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes().replace(b"\r\n", b"\n")
        ).hexdigest()
        for path in (sorted(folder.rglob("*.py")) if folder else ())
    }
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12]
    versions = {
        "helpers": f"{version('helpers')} ({digest})" if folder else "none",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": instructions(),
        **{name: version(name) for name in PACKAGES},
    }
    started = getattr(sys.modules.get("helpers.runner.remote"), "STARTED", None)
    return {"versions": versions, "files": files, "started": started and started["versions"]}


def differences(here: dict, there: dict) -> str:
    """What makes a worker unfit to give the same results, in a line with both versions; empty when nothing does."""
    if there["started"] not in (None, there["versions"]):
        return "its helpers or packages were changed after it had loaded them; start it again"
    for name, version in here["versions"].items():
        other = there["versions"].get(name, "none")
        if other != version:
            where = ""
            if name == "helpers" and other != "none":
                differ = sorted(dict(here["files"].items() ^ there["files"].items()))
                where = f": {', '.join(differ[:3])}{' …' if len(differ) > 3 else ''}"
            remedy = "leave it out" if name == "processor" else "install the same version on it"
            return f"it has {name} {other}, and here it is {version}{where}; {remedy}"
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
    import multiprocessing
    import tempfile

    from helpers.runner import process

    # Dask's nanny starts workers as daemons, which may have no children; ours end with the worker by themselves
    multiprocessing.current_process()._config["daemon"] = False
    root = _project(data)
    process.start(root)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        tables, staged = Path(folder) / "in", Path(folder) / "staged"
        (tables / "tables").mkdir(parents=True)
        for name, content in parcel["tables"].items():
            (tables / "tables" / name).write_bytes(content)
        named = tuple((root if base == "project" else tables) / name for base, name in parcel["named"])
        job = process.Job(root=root, tables=tables, staged=staged, named=named, **parcel["job"])
        outcome = process.execute(job)
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
