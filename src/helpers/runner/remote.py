"""What happens on a worker of a cluster: a notebook comes in as a parcel, and its results go back as one.

Nothing is shared but the parcel: the notebook, its parameters, the project's data and the built tables it reads, all
by content. The worker lays them out as a project of its own, runs the notebook as a local run would, and sends back
the executed notebook and every file it wrote.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import platform
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import helpers
from helpers.runner import process
from helpers.runner.arithmetic import instructions
from helpers.runner.freshness import digest_of, sha256
from helpers.runner.modules import code_digest

PACKAGES = """ipykernel ipython matplotlib nbclient nbformat numpy pandas pandera papermill scipy seaborn
    statsmodels""".split()


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
        ``job`` (what :class:`~helpers.runner.process.Job` takes, without paths), ``tables`` (built tables, name →
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
        job = process.Job(root=root, tables=tables, staged=staged, named=named, **parcel["job"])
        outcome = process.execute(job)
        written = (path for path in sorted(job.out.rglob("*")) if path.is_file())
        files = {path.relative_to(job.out).as_posix(): path.read_bytes() for path in written}
        return {"outcome": outcome, "files": files}


def keep(data: dict[str, bytes]) -> dict[str, bytes]:
    """The data as a task of its own, so that a cluster can make it again when a worker that held it dies."""
    return data


def _project(data: dict[str, bytes]) -> Path:
    """A project folder with these data files, known by their content; Dask removes it with the worker."""
    from distributed import get_worker

    digest = digest_of({name: sha256(content) for name, content in data.items()})
    root = Path(get_worker().local_directory) / f"rise-{digest[:16]}" / "project"
    if not root.exists():
        part = root.with_name(f"part-{threading.get_ident()}")
        _lay_out(part, data | {"pyproject.toml": b"", "notebooks/.keep": b""})
        with contextlib.suppress(OSError):  # another thread was first
            part.rename(root)
    return root


def _lay_out(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
