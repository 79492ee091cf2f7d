"""What surrounds a run: raw tables are checked before it, and the ledger is joined after it.

The check reads only the raw tables and registers that the chosen steps read, and is not repeated while their bytes
(and the room that checks them) are as they were when it last passed. The ledger is joined only when every step
of the project stands in the folder, because claims rest on the findings of several steps.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers.runner.display import Waiting
from helpers.runner.errors import Interrupted, RunnerError, UsageError, fault, say_plainly
from helpers.runner.execute import environment
from helpers.runner.freshness import SCHEMA, Freshness, file_digest, sha256
from helpers.runner.leftovers import private_folder
from helpers.runner.modules import Modules, load_known
from helpers.runner.plan import Plan
from helpers.runner.staging import WORK, OutputFolder, published_files
from helpers.runner.steps import raw_path

WATCH = """
import os, shutil, threading
def watch():
    os.read(0, 1)  # returns only at the end of the owner: nobody writes
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(1)
threading.Thread(target=watch, daemon=True).start()
"""
CHECK = """
import sys
from helpers.tables import TableError, read_table
said = []
for name in sys.argv[1:]:
    try:
        read_table(name)
    except TableError as error:
        said.append(str(error))
print("\\n".join(said), file=sys.stderr)
sys.exit(len(said) > 0)
"""
CALL = """
import importlib, json, sys
module, name, given = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
try:
    getattr(importlib.import_module(module), name)(**given)
except (ValueError, OSError) as error:  # what rooms raise for what a person can mend, and a full disk
    if isinstance(error, OSError):
        from helpers.runner.errors import say_plainly
        error = say_plainly(error)
    print(error, file=sys.stderr)
    sys.exit(1)
"""


def before_running(plans: Iterable[Plan]) -> None:
    """Check the raw tables that the plans read.

    Raises
    ------
    UsageError
        One error for all faults found, each naming file, row, column and the mend; nothing has been run.
    """
    plans = list(plans)
    project = plans[0].project
    fresh = Freshness(project, plans[0].out)
    read = {
        name: path for plan in plans for i in plan.instances for name, path in fresh.tables(i.step).items()
    }
    raw = {name: path for name, path in sorted(read.items()) if raw_path(project.root, name)}
    checked = [path for name, path in read.items() if name in raw or name.startswith(SCHEMA)]
    stamp = _stamp(project.root, plans[0].out, checked, "helpers.tables")
    kept = plans[0].out / WORK / "checked"
    if _read(kept) == stamp:
        return
    _hold(project.root, plans[0].out, raw.values())  # the steps will read them too, and need not again
    try:
        in_python(CHECK, project.root, plans[0].out, *raw)
    except Interrupted:
        raise
    except RunnerError as error:
        raise UsageError(str(error)) from None
    _write(kept, stamp)


def _hold(root: Path, out: Path, tables: Iterable[Path]) -> None:
    """Have this run's preloader, where there is one, read tables."""
    kernels = sys.modules.get("helpers.runner.kernels")  # not imported: then there is none
    if kernels:
        kernels.hold(environment(root, out, out, out / WORK), tables)


def after_running(project, results) -> None:
    """Join the ledger of each folder of a run that ended well.

    Raises
    ------
    RunnerError
        When the findings do not fit together (an id recorded twice, a claim about a finding nobody recorded).
    """
    for out in {result.out: None for result in results}:
        if all(result.ended not in ("failed", "stopped") for result in results if result.out == out):
            collect(project, out)


def collect(project, out: Path) -> bool:
    """Join ``findings/*.json`` into ``findings.json`` and ``claims.json`` unless that is done; whether it could be.

    It can be when every step of the project stands in the folder.
    """
    if any(not list((out / "notebooks").glob(f"{name}*.ipynb")) for name in project.steps):
        return False
    found = sorted((out / "findings").glob("*.json"))
    registers = [path for name in ("claims", "sources") if (path := raw_path(project.root, name))]
    if not found or len(registers) < 2:
        return False
    stamp = _stamp(project.root, out, [*found, *registers], "helpers.ledger")
    kept = out / WORK / "collected"
    joined = [out / "findings.json", out / "claims.json"]
    if _read(kept) == f"{stamp} {[file_digest(path) for path in joined]}":
        return True
    call("helpers.ledger", "collect", project.root, out)
    _write(kept, f"{stamp} {[file_digest(path) for path in joined]}")
    return True


def publish(project, out: Path) -> bool:
    """Publish what is in `out`, unless what was published is still what would be; whether anything was done."""
    if is_published(project, out):
        return False
    call("helpers.publish", "build", project.root, out)
    _write(out / WORK / "published", _publication(project, out))
    return True


def is_published(project, out: Path) -> bool:
    """Whether what was published from `out` is what would be now."""
    return (out / "manifest.json").is_file() and _read(out / WORK / "published") == _publication(project, out)


def _publication(project, out: Path) -> str:
    """A digest of what a publication is made from, and of its files."""
    reports = [path for path in (project.root / "reports").glob("*.*") if path.is_file()]
    raw = [
        path for pattern in ("raw/*.csv", "*.csv", "*.toml") for path in (project.root / "data").glob(pattern)
    ]
    made = [
        path for folder in ("findings", "tables", "figures", "notebooks") for path in (out / folder).glob("*")
    ]
    made = [path for path in made if path.suffix != ".html"]
    words = list((project.root / "notebooks").glob("*.ipynb"))  # pages show their prose as it is now
    published = [out / name for name in published_files(out)]
    return _stamp(project.root, out, [*reports, *raw, *words, *made, *published], "helpers.publish")


def call(module: str, name: str, root: Path, out: Path, **given) -> None:
    """Call a room's function in a process of its own, and print what it prints; no other run writes to `out` meanwhile.

    Raises
    ------
    RunnerError
        With the message of the ``ValueError`` by which rooms say what a person can mend.
    """
    with OutputFolder(out):
        print(in_python(CALL, root, out, module, name, json.dumps(given)), end="")


def in_python(code: str, root: Path, out: Path, *arguments: str) -> str:
    """What a few lines that need the science stack print, run in a process of its own.

    They are forked from the preloader of this run where there is one, and cost no imports then.

    Raises
    ------
    RunnerError
        With what they say on their error stream when they end with 1.
    """
    temporary = private_folder("room")
    env = environment(root, out, out, out / WORK) | {"TMPDIR": str(temporary)}
    try:
        with Waiting():
            try:
                ended, output, errors = asyncio.run(_forked(code, list(arguments), env, str(root)))
            except Unavailable:
                ended, output, errors = _alone(code, list(arguments), env, str(root))
    except KeyboardInterrupt:
        raise Interrupted from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    errors = errors.strip()
    if ended == 1 and errors and "Traceback (most recent call last)" not in errors:
        raise RunnerError(errors)
    if ended:
        raise fault(errors)
    return output


class Unavailable(Exception):
    """There is no preloader to fork from."""


def _alone(code: str, arguments: list[str], env: dict[str, str], cwd: str) -> tuple[int, str, str]:
    """A new interpreter; it goes when this process goes, by whatever death."""
    watched, alive = os.pipe()  # the write end closes with this process
    try:
        command = [sys.executable, "-c", WATCH + code, *arguments]
        done = subprocess.run(
            command, env=env, cwd=cwd, stdin=watched, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr
    finally:
        os.close(watched)
        os.close(alive)


async def _forked(code: str, arguments: list[str], env: dict[str, str], cwd: str) -> tuple[int, str, str]:
    try:
        from helpers.runner.kernels import Gone, is_warm, run_code
    except ImportError as error:
        raise Unavailable from error
    if not is_warm(env):
        raise Unavailable
    try:
        return await run_code(code, arguments, env, cwd, remove=[env["TMPDIR"]])
    except (Gone, OSError) as error:
        raise Unavailable from error


def _stamp(root: Path, out: Path, paths: Iterable[Path], module: str) -> str:
    """One digest of files and of the code that judges them; what that code imports is remembered in `out`."""
    import ast

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
