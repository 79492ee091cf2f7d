"""What a process is given to run a step, with the folder of its own in which the step runs, and how that ended.

The folder is a project that holds what the step names, and nothing else. A change to a file that a notebook, or a helper
on its behalf, reads without naming it would go unnoticed, and what it writes beside the project's files nobody would find
on another machine. So neither is there: each file that a step may read is a link in a project of the step's own, and what
it writes anywhere but among its results is refused.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from helpers.runner.errors import Failure
from helpers.runner.parameters import Value
from helpers.runner.steps import TIMEOUT

RESULTS = Path("reports", "build")  # in the step's own project, wherever they are
TABLES = ("raw", "data", "vocabularies", "tables")


@dataclass(frozen=True)
class Job:
    """A notebook to run where it may: its JSON, and the values that are not its defaults.

    It is of the project in `root`, whose results are in `tables`, and runs in the folder `staged`.
    """

    root: Path
    tables: Path
    staged: Path
    readable: dict[Path, Path]  # what it may read: place in a project → file
    name: str
    notebook: dict = field(repr=False)
    changed: dict[str, Value]
    timeout: float = TIMEOUT

    @property
    def project(self) -> Path:
        """What the step takes for the project."""
        return self.staged / "project"

    @property
    def out(self) -> Path:
        """Where the step writes."""
        return self.staged / "out"

    def lay_out(self) -> None:
        """Make the folders, with a link to each file that may be read."""
        for folder in (self.out, self.project / RESULTS, self.project / "notebooks"):
            folder.mkdir(parents=True)
        for place, file in self.readable.items():
            (self.project / place).parent.mkdir(parents=True, exist_ok=True)
            (self.project / place).symlink_to(file)

    def written_out_of_place(self) -> str:
        """What is said of a file that the step wrote in its project; nothing if there is none."""
        files = (path for path in sorted(self.project.rglob("*")) if path.is_file() and not path.is_symlink())
        how = 'a notebook writes with write_table("name"), export or ledger.record'
        return next((f"{path.relative_to(self.project)} was written; {how}" for path in files), "")

    def told(self, said: str) -> str:
        """What a step says, as if it had run in the whole project; and what to do where it lacks what is there."""
        module = re.search(r"No module named '(\w+)'", said)
        words = [f"{module[1]}.py"] if module else re.findall(r"(?<=')[^'\n]+(?=')|[^\s:,']+", said)
        for path in (self.project / folder / word for word in words for folder in ("notebooks", "")):
            place = Path(os.path.relpath(path, self.project))
            is_result = place.is_relative_to(RESULTS)
            whole = self.tables / place.relative_to(RESULTS) if is_result else self.root / place
            if whole.is_file() and not path.exists():
                table = f'("{place.stem}")' if place.parent.name in TABLES else ""
                unnamed = f"no cell names it: use read_table{table}, so that a change is noticed"
                beside = "changes are noticed only under src/helpers: move it there"
                return f"{place} is there, but {beside if module else unnamed}"
        return said.replace(f"{self.project}{os.sep}", "")


@dataclass
class Outcome:
    """How a job ended: the executed notebook, or the failure, and the log."""

    notebook: dict | None
    failure: Failure | None
    seconds: float = 0.0
    log: str = ""
