"""What surrounds a run: raw tables are checked before it; afterwards the ledger is joined and pages are made.

Each of these is a function of another room, called in a process of its own. What takes long, pages and a publication, is
not made again while what it is made from, what it wrote and its code are as they were when it last ended well.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers.runner import process
from helpers.runner.display import waiting
from helpers.runner.errors import RunnerError, UsageError
from helpers.runner.freshness import digest_of
from helpers.runner.plan import Plan, Result
from helpers.runner.staging import WORK, OutputFolder, published_files
from helpers.runner.steps import Project
from helpers.tables.files import content_hash, write_atomic

PUBLICATION = "the publication"


def call(function: str, root: Path, out: Path, given: dict | None = None) -> str:
    """Call a room's function, such as ``helpers.ledger:collect``, while no other run writes to `out`; what it prints."""
    with OutputFolder(out) as folder, folder.staging("room") as temporary, waiting():
        return process.call(function, root, out, temporary, given or {})


def before_running(plans: list[Plan]) -> None:
    """Check the raw tables that the plans read.

    Raises
    ------
    UsageError
        One error for all faults found, each naming file, row, column and the remedy; nothing has been run.
    """
    plan, project = plans[0], plans[0].project
    read = {name for one in plan.instances for name in plan.freshness.tables(one.step)} & project.kept.keys()
    try:
        call("helpers.tables.store:check_all", project.root, plan.out, {"names": sorted(read)})
    except RunnerError as error:
        raise UsageError(str(error)) from None


def after_running(project: Project, results: list[Result]) -> None:
    """Join ``findings/*.json`` into ``findings.json`` and ``claims.json`` in each folder of a run that ended well.

    Where every step of the project stands in the folder, because claims rest on the findings of several.

    Raises
    ------
    RunnerError
        When the findings do not fit together (an id recorded twice, a claim about a finding nobody recorded).
    """
    bad = {result.instance.out for result in results if result.condition in ("failed", "stopped")}
    for out in sorted({result.instance.out for result in results} - bad):
        whole = all(list((out / "notebooks").glob(f"{name}*.ipynb")) for name in project.steps)
        if whole and list((out / "findings").glob("*.json")) and {"claims", "sources"} <= project.kept.keys():
            call("helpers.ledger:collect", project.root, out)


def write_pages(project: Project, out: Path, names: Iterable[str]) -> None:
    """Make the HTML of executed notebooks that have none of the present run."""
    made, code = _made(out), _code(project, "helpers.publish.notebooks")
    pages = {name: out / f"notebooks/{name}.html" for name in names}
    now = {name: digest_of([code, content_hash(page.with_suffix(".ipynb"))]) for name, page in pages.items()}
    stale = [name for name in now if made.get(name) != now[name] or not pages[name].is_file()]
    if stale:
        call("helpers.publish.notebooks:write", project.root, out, {"out": out, "names": stale})
        _note(out, now)


def publish(project: Project, out: Path) -> bool:
    """Publish what is in `out`, unless what was published is still what would be; whether anything was done."""
    if is_published(project, out):
        return False
    print(call("helpers.publish:build", project.root, out), end="")
    _note(out, {PUBLICATION: _publication(project, out)})
    return True


def is_published(project: Project, out: Path) -> bool:
    """Whether what was published from `out` is what would be now."""
    return _made(out).get(PUBLICATION) == _publication(project, out)


def _publication(project: Project, out: Path) -> str:
    """A digest of what a publication is made from, and of its files."""
    root = project.root
    # notebooks also where they stand: pages show their prose as it is now
    places = [root / name for name in ("reports", "notebooks")]
    places += [out / name for name in ("findings", "tables", "figures", "notebooks")]
    made = [path for place in places for path in place.glob("*.*") if path.suffix != ".html"]
    made += [*(root / "data").rglob("*.*"), root / "CITATION.cff"]
    made += [out / name for name in published_files(out)]
    where = {path: path.relative_to(out if path.is_relative_to(out) else root) for path in made}
    digests = sorted(
        (there.as_posix(), content_hash(path)) for path, there in where.items() if path.is_file()
    )
    return digest_of([digests, _code(project, "helpers.publish")])


def _code(project: Project, module: str) -> list:
    """What decides what a room makes of the same files."""
    code = project.modules.reached(ast.walk(ast.parse(f"from {module} import x")))
    project.modules.remember()
    return [code, sys.version]


def _made(out: Path) -> dict[str, str]:
    """Page, or the publication → a digest of what it was last made from."""
    try:
        return dict(json.loads((out / WORK / "made.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _note(out: Path, made: dict[str, str]) -> None:
    write_atomic(out / WORK / "made.json", json.dumps(_made(out) | made), flush=False)
