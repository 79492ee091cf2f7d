"""A made-up project of three notebooks, small enough to run in a moment, for the runner's tests: its files are in `tiny`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import runner
from helpers.runner.errors import Failure
from helpers.runner.executed_notebooks import METADATA, without_outputs
from helpers.runner.job import RESULTS, Outcome
from helpers.runner.parameters import parse_assignments
from helpers.runner.plan import assess, make_plans
from helpers.runner.process import environment
from helpers.runner.schedule import Run
from helpers.runner.steps import load_project
from helpers.tables import forces  # noqa: F401  (the real ones, before a made-up project is at hand)
from tests.conftest import ROOT, run
from tests.frames import cases

TINY = Path(__file__).with_name("tiny")
MAIN = "from helpers.runner.cli import main; main()"
collect_ignore = ["tiny"]  # pytest would look for examples in its modules
TABLES_ROOM = ("checks", "faults", "files", "package", "reading", "vocabularies")


def notebook(*cells: str, markdown: str = "# Title") -> dict:
    """A notebook with these code cells (c0, c1, …); one that starts with #parameters gets that tag."""
    made = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": markdown}]
    for number, cell in enumerate(cells):
        tags = {"tags": ["parameters"]} if cell.startswith("#parameters\n") else {}
        source = cell.removeprefix("#parameters\n")
        empty = {"outputs": [], "execution_count": None}
        made.append({"cell_type": "code", "id": f"c{number}", "metadata": tags, "source": source} | empty)
    return {"cells": made, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


class Tiny:
    """The project on disk, and the few things that tests do with it."""

    def __init__(self, root: Path):
        self.root = root
        self.out = root / "reports" / "build"
        shutil.copytree(TINY, root, dirs_exist_ok=True)
        for name, cells in cases(__file__)["notebooks"].items():
            self.notebook(name, *cells)
        for path in (ROOT / "data/vocabularies").glob("*.csv"):  # for the rooms that read what forces send
            if not (root / f"data/vocabularies/{path.name}").exists():
                (root / f"data/vocabularies/{path.name}").symlink_to(path)
        for name in ("runner", *(f"tables/{name}.py" for name in TABLES_ROOM)):
            (root / "src/helpers" / name).symlink_to(Path(runner.__file__).parents[1] / name)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat().st_mtime if path.exists() else 0
        path.write_text(text, encoding="utf-8")
        later = max(before + 1, path.stat().st_mtime)
        os.utime(path, (later, later))  # kept compiled modules are told apart by whole seconds

    def notebook(self, name: str, *cells: str, **options) -> None:
        self.write(f"notebooks/{name}.ipynb", json.dumps(notebook(*cells, **options)))

    def edit(self, name: str, change) -> None:
        """Change a notebook's JSON in place by a function."""
        path = self.root / f"notebooks/{name}.ipynb"
        held = json.loads(path.read_text())
        change(held)
        path.write_text(json.dumps(held))

    def plans(self, *names: str, p=()):
        project = load_project(self.root)
        return make_plans(project, self.out, names, parse_assignments(p, project.parameters))

    def run(self, *names: str, p=(), execute=None, **options) -> dict[str, str]:
        """Run the code as scripts; instance → how it ended."""
        options = {"jobs": 2} | options
        run = Run(self.plans(*names, p=p), execute=execute or run_plainly, **options)
        self.results = run.go()
        return {result.instance.name: result.condition for result in self.results}

    def states(self, *names: str, p=()) -> dict[str, tuple[str, ...]]:
        """Instance → why it is not fresh; nothing for what is."""
        (plan,) = self.plans(*names, p=p)
        return {s.instance.name: s.reasons for s in assess(plan)}

    def rise(self, *arguments: str, code: str = MAIN, **env: str) -> subprocess.CompletedProcess:
        """The command line, in a process of its own."""
        return run(sys.executable, "-c", code, *arguments, cwd=self.root, **env)


def run_plainly(job):
    """Run a notebook's code as a script: what the scheduler needs of a step, in a twentieth of the time."""
    code = [f"{name} = {value!r}" for name, value in job.changed.items()]
    for cell in without_outputs(job.notebook)["cells"]:
        is_parameters = "parameters" in cell["metadata"].get("tags", ())
        if cell["cell_type"] == "code":
            code.insert(0 if is_parameters else len(code), "".join(cell["source"]))
    job.lay_out()
    env = environment(job.project, job.project / RESULTS, job.out) | {"PYTHONPATH": str(job.root / "src")}
    command = [sys.executable, "-c", "\n".join(code)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        return Outcome(None, Failure(done.stderr.strip().splitlines()[-1]))
    return Outcome(without_outputs(job.notebook) | {"printed": done.stdout}, None)


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    """A made-up project that has not been run."""
    return Tiny(tmp_path)


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    """What a run leaves in a made-up project, made once for all tests that begin with it."""
    tiny = Tiny(tmp_path_factory.mktemp("tiny"))
    tiny.run()
    return tiny.root / "reports"


@pytest.fixture
def ran(tiny, results) -> Tiny:
    """A made-up project that has been run."""
    shutil.copytree(results, tiny.root / "reports")
    return tiny
