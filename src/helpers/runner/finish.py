"""What surrounds a run: raw tables are checked before it; afterwards the ledger is joined and pages are made.

Each of these is a function of another room, called in a process of its own, and not repeated while what it reads, what it
wrote and its code are as they were when it last ended well.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers.runner import process
from helpers.runner.display import Waiting
from helpers.runner.errors import Interrupted, RunnerError, UsageError, say_plainly
from helpers.runner.freshness import Freshness, file_digest, sha256
from helpers.runner.modules import Modules, load_known
from helpers.runner.plan import Plan
from helpers.runner.staging import WORK, OutputFolder, published_files
from helpers.runner.steps import raw_path
from helpers.tables.files import added


def call(function: str, root: Path, out: Path, given: dict | None = None) -> str:
    """Call a room's function, such as ``helpers.ledger:collect``, while no other run writes to `out`; what it prints."""
    try:
        with OutputFolder(out) as folder, folder.staging("room") as temporary, Waiting():
            return process.call(function, root, out, temporary, given or {})
    except KeyboardInterrupt:
        process.stop()
        raise Interrupted from None


def before_running(plans: list[Plan]) -> None:
    """Check the raw tables that the plans read.

    Raises
    ------
    UsageError
        One error for all faults found, each naming file, row, column and the remedy; nothing has been run.
    """
    project, out = plans[0].project, plans[0].out
    fresh = Freshness(project, out)
    read = {
        name: path for plan in plans for i in plan.instances for name, path in fresh.tables(i.step).items()
    }
    raw = sorted(name for name in read if raw_path(project.root, name))
    checked = [path for path in read.values() if path.is_relative_to(project.root / "data")]
    stamp = _stamp(project.root, out, checked, "helpers.tables")
    kept = out / WORK / "checked"
    if _read(kept) == stamp:
        return
    try:
        call("helpers.tables.store:check_all", project.root, out, {"names": raw})
    except Interrupted:
        raise
    except RunnerError as error:
        raise UsageError(str(error)) from None
    _write(kept, stamp)


def after_running(project, results) -> None:
    """Join the ledger of each folder of a run that ended well, and make the pages of its notebooks.

    Raises
    ------
    RunnerError
        When the findings do not fit together (an id recorded twice, a claim about a finding nobody recorded).
    """
    for out in {result.out: None for result in results}:
        mine = [result for result in results if result.out == out]
        if all(result.ended not in ("failed", "stopped") for result in mine):
            collect(project, out)


def collect(project, out: Path) -> bool:
    """Join ``findings/*.json`` into ``findings.json`` and ``claims.json`` unless that is done; whether it could be.

    It can be when every step of the project stands in the folder, because claims rest on the findings of several.
    """
    if any(not list((out / "notebooks").glob(f"{name}*.ipynb")) for name in project.steps):
        return False
    found = sorted((out / "findings").glob("*.json"))
    registers = [path for name in ("claims", "sources") if (path := raw_path(project.root, name))]
    if not found or len(registers) < 2:
        return False
    registers += added(registers[1])
    joined = [out / "findings.json", out / "claims.json"]
    kept = out / WORK / "collected"

    def stamp() -> str:
        return _stamp(project.root, out, [*found, *registers, *joined], "helpers.ledger")

    if _read(kept) != stamp():
        call("helpers.ledger:collect", project.root, out)
        _write(kept, stamp())
    return True


def write_pages(project, out: Path, names: Iterable[str]) -> None:
    """Make the HTML of executed notebooks that have none of the present run."""
    kept = out / WORK / "pages"
    try:
        made = json.loads(_read(kept) or "{}")
    except ValueError:
        made = {}
    code = _stamp(project.root, out, [], "helpers.publish.notebooks")
    now = {name: sha256(f"{code}{file_digest(out / f'notebooks/{name}.ipynb')}".encode()) for name in names}
    stale = [
        name for name in now if made.get(name) != now[name] or not (out / f"notebooks/{name}.html").is_file()
    ]
    if stale:
        call("helpers.publish.notebooks:write", project.root, out, {"out": out, "names": stale})
        _write(kept, json.dumps(made | now))


def publish(project, out: Path) -> bool:
    """Publish what is in `out`, unless what was published is still what would be; whether anything was done."""
    if is_published(project, out):
        return False
    print(call("helpers.publish:build", project.root, out), end="")
    _write(out / WORK / "published", _publication(project, out))
    return True


def is_published(project, out: Path) -> bool:
    """Whether what was published from `out` is what would be now."""
    return (out / "manifest.json").is_file() and _read(out / WORK / "published") == _publication(project, out)


def _publication(project, out: Path) -> str:
    """A digest of what a publication is made from, and of its files."""
    root = project.root
    places = [root / "reports", root / "notebooks"]  # pages show the notebooks' prose as it is now
    places += [out / name for name in ("findings", "tables", "figures", "notebooks")]
    made = [
        path for place in places for path in place.glob("*.*") if path.is_file() and path.suffix != ".html"
    ]
    made += (path for path in (root / "data").rglob("*.*") if path.is_file())
    made += root.glob("CITATION.cff")  # who made it, and when
    published = [out / name for name in published_files(out)]
    return _stamp(root, out, [*made, *published], "helpers.publish")


def _stamp(root: Path, out: Path, paths: Iterable[Path], module: str) -> str:
    """One digest of files and of the code that reads them; what that code imports is remembered in `out`."""
    modules = Modules(root, load_known(out))
    code = modules.reached(ast.walk(ast.parse(f"import {module}")))
    modules.remember(out)
    digests = [(f"{path.parent.name}/{path.name}", file_digest(path)) for path in sorted(paths)]
    return sha256(json.dumps([digests, code, sys.version], sort_keys=True).encode())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise say_plainly(error, path) from None
