"""What happens on a worker of a cluster: a notebook comes in as a parcel, and its results go back as one.

Nothing is shared but the parcel: the notebook, its parameters, the project's data and the built tables it reads, all
by content. The worker lays them out as a project of its own, runs the notebook as a local run would, and sends back
the executed notebook and every file it wrote. :func:`describe` is sent to workers by value, so that a worker without
this package can be asked as well.
"""

from __future__ import annotations

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
    """What results depend on here: Python, the helpers (in the folder `package`, else as installed), packages."""
    import hashlib
    import importlib.metadata
    import importlib.util
    import platform
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
        "helpers": f"{version('helpers')} ({digest})" if folder else "none",
        "files": files,
        "packages": {name: version(name) for name in PACKAGES},
    }


def differences(here: dict, there: dict) -> str:
    """What makes a worker unfit to give the same results, in a line with both versions; empty when nothing does."""
    if there["helpers"] != here["helpers"]:
        both = {*here["files"], *there["files"]}
        differ = sorted(name for name in both if here["files"].get(name) != there["files"].get(name))
        where = (
            ""
            if there["helpers"] == "none"
            else f": {', '.join(differ[:3])}{' …' if len(differ) > 3 else ''}"
        )
        return f"it has helpers {there['helpers']}, and here it is {here['helpers']}{where}"
    if there["python"] != here["python"]:
        return f"it has {there['python']}, and here it is {here['python']}"
    for name, version in here["packages"].items():
        if there["packages"].get(name) != version:
            return f"it has {name} {there['packages'].get(name, 'none')}, and here it is {version}"
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
    import asyncio
    import shutil
    import tempfile
    from pathlib import Path

    refused = differences(parcel["expected"], describe())
    if refused:
        return {"refused": refused}
    from helpers.runner.execute import Job, execute
    from helpers.runner.kernels import KERNEL, can_fork, is_installed

    root = _project(data)
    work = Path(tempfile.mkdtemp(prefix="rise-step-"))
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


def _project(data: dict[str, bytes]):
    """A project folder with these data files, made once on a machine and known by their content."""
    import hashlib
    import os
    import shutil
    import tempfile
    from pathlib import Path

    digest = hashlib.sha256()
    for name, content in sorted(data.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    root = Path(tempfile.gettempdir()) / f"rise-data-{os.getuid()}-{os.getpid()}-{digest.hexdigest()[:16]}"
    if not root.is_dir():
        made = Path(tempfile.mkdtemp(prefix="rise-data-new-"))
        for name in ("pyproject.toml", "notebooks/.keep"):
            data = data | {name: b""}
        for name, content in data.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        try:
            made.rename(root)
        except OSError:  # another thread of this worker was quicker
            shutil.rmtree(made, ignore_errors=True)
    return root
