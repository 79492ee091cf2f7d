"""What happens on a worker of a cluster: a notebook comes in as a parcel, and its results go back as one.

Nothing is shared but the parcel: the notebook, its parameters, the project's data and the built tables it reads, all
by content. The worker lays them out as a project of its own, runs the notebook as a local run would, and sends back
the executed notebook and every file it wrote. :func:`describe` is sent to workers by value, so that a worker without
this package can be asked as well.
"""

from __future__ import annotations

from helpers.runner.arithmetic import instructions

PACKAGES = [
    "ipykernel",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "pandera",
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
    from pathlib import Path

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
        ``job`` (what :class:`~helpers.runner.execute.Job` takes, without paths), ``tables`` (built tables, name →
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
    import asyncio
    import shutil

    from helpers.runner.execute import Job, execute
    from helpers.runner.kernels import KERNEL, can_fork, is_installed
    from helpers.runner.leftovers import private_folder

    root = _project(data)
    work = private_folder("step")
    try:
        tables = work / "in"
        (tables / "tables").mkdir(parents=True)
        for name, content in parcel["tables"].items():
            (tables / "tables" / name).write_bytes(content)
        named = tuple((root if base == "project" else tables) / name for base, name in parcel["named"])
        kernel = KERNEL if can_fork() and is_installed() else "python3"
        job = Job(
            root=root, tables=tables, staged=work / "staged", kernel=kernel, named=named, **parcel["job"]
        )
        outcome = asyncio.run(execute(job))
        written = (path for path in sorted(job.out.rglob("*")) if path.is_file())
        files = {path.relative_to(job.out).as_posix(): path.read_bytes() for path in written}
        return {"outcome": outcome, "files": files}
    finally:
        shutil.rmtree(work, ignore_errors=True)


STARTED = describe()  # on a worker: what it has in memory, whatever is put on its disk afterwards


def keep(data: dict[str, bytes]) -> dict[str, bytes]:
    """The data as a task of its own, so that a cluster can make it again when a worker that held it dies."""
    return data


_projects: dict[str, object] = {}


def _project(data: dict[str, bytes]):
    """A project folder with these data files, made once by a worker and known by their content."""
    import atexit
    import hashlib
    import shutil

    from helpers.runner.leftovers import private_folder

    digest = hashlib.sha256()
    for name, content in sorted(data.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    key = digest.hexdigest()
    if key not in _projects:
        root = private_folder("data")
        for name, content in (data | {"pyproject.toml": b"", "notebooks/.keep": b""}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        _projects[key] = root
    return _projects[key]
