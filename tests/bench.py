"""``make bench``: this project's runner beside papermill with ordinary kernels, in one run on one machine.

Read it as ratios: every row times ours and theirs on the same notebooks, parameters and tables, one after the other.
It takes about half an hour on two idle cores, of which papermill has half; ``--skip-long`` leaves papermill out. What it
prints ends with a table for CONTRIBUTING.md, and is written to ``reports/build/bench.json`` with the machine and every
single time; the versions are those of ``requirements.lock``. ``--only briefings`` measures some rows, on the results in ``reports/build`` or where ``--built`` says. Where something was timed more than once the table has the median, the least and the most.

Whether compiled modules are kept decides what an ordinary kernel costs: where a machine does not keep them, as containers
often do (PYTHONDONTWRITEBYTECODE), each compiles anew what it imports. The bench takes the machine as it is set and says
which it is; ``--compiled`` keeps them on both sides.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from helpers.runner.steps import load_project
from helpers.tables.forces import FORCES
from tests.conftest import RISE, ROOT, copy_project

BRIEFING, EDITED = "50_force", "20_completeness"
ORPHANS_HERE = 36  # PR_SET_CHILD_SUBREAPER of Linux: whose parent has ended becomes a child of this process


@dataclass(frozen=True)
class Row:
    """One measurement: what, ours and theirs in the order in which they were taken, and the budget in words."""

    what: str
    ours: list[float]
    theirs: list[float] = field(default_factory=list)
    peer: str = ""
    budget: str = ""
    unit: str = "s"

    def line(self) -> str:
        """The row of a Markdown table, with how many times theirs is ours."""
        theirs = f"{amount(self.theirs, self.unit)}, {self.peer}" if self.theirs else ""
        ratio = f"{statistics.median(self.theirs) / statistics.median(self.ours):.1f}" if self.theirs else ""
        return f"| {self.what} | {amount(self.ours, self.unit)} | {theirs} | {ratio} | {self.budget} |"


def amount(values: list[float], unit: str = "s") -> str:
    """The median of what was measured, with the least and the most if it was measured more than once.

    >>> amount([0.51, 0.456, 0.49]), amount([324.6])
    ('0.49 s (0.46 to 0.51)', '325 s')
    """
    middle = statistics.median(values)
    places = 2 if middle < 2 else 1 if middle < 100 else 0
    spread = f" ({min(values):.{places}f} to {max(values):.{places}f})" if len(values) > 1 else ""
    return f"{middle:,.{places}f} {unit}{spread}"


def timed(*command, times: int = 1, **options) -> list[float]:
    """Wall seconds of each of several runs of a command, which must end well."""
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        subprocess.run(command, **{"cwd": ROOT, "check": True, "capture_output": True} | options)
        seconds.append(time.monotonic() - began)
    return seconds


def largest() -> float:
    """The memory (MiB) of the largest process below this one that has ended.

    A forkserver and its steps outlive the command that began them: as orphans they become children of this process
    (see :func:`main`), and count when it has waited for them.
    """
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def from_logs(built: Path) -> float:
    """Processor seconds that the cells of all steps took."""
    logs = [path.read_text().splitlines() for path in (built / "logs").glob("*.log")]
    lines = [line.rpartition(": ")[2].split() for log in logs for line in log if line.startswith("cell ")]
    return sum(float(words[2]) for words in lines)


def papermill_all(steps: tuple[str, ...], out: Path) -> float:
    """Every notebook through papermill's own command line with ordinary kernels, then nbconvert; wall seconds."""
    (out / "notebooks").mkdir(parents=True)
    env, seconds = os.environ | {"RISE_OUT": str(out), "RISE_ROOT": str(ROOT)}, 0.0
    for step in steps:
        for force in FORCES if step == BRIEFING else [""]:
            target = out / "notebooks" / f"{step}.{force}.ipynb"
            command = [sys.executable, "-m", "papermill", f"notebooks/{step}.ipynb", target, "-k", "python3"]
            command += ["--cwd", "notebooks", *(["-p", "force", force] if force else [])]
            seconds += sum(timed(*command, env=env))
    made = sorted((out / "notebooks").glob("*.ipynb"))
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR"]
    return seconds + sum(timed(*command, *made))


def whole_runs(steps: tuple[str, ...], work: Path, built: Path, skip_long: bool) -> Iterator[Row]:
    """Everything from nothing, by ours and by papermill; what ours made stays in `built`."""
    what = f"cold: {len(steps) - 1} notebooks, {len(FORCES)} briefings, report and pages"
    cold = []
    for _ in range(3):
        shutil.rmtree(built, ignore_errors=True)
        cold += timed(RISE, "report", "--out", built)
    (stack,) = timed(sys.executable, "-c", "import helpers.runner.preload")
    limit = from_logs(built) / (os.cpu_count() or 1) + stack
    least = "the cells' own processor time over the cores, and one import of the stack"
    yield Row(what, cold, [limit], least, "at most 1.6 times: 0.63")
    yield Row("largest process of that run", [largest()], budget="1,024 MiB", unit="MiB")
    if not skip_long:
        say("papermill, one after another: some six minutes")
        took, peer = papermill_all(steps, work / "papermill"), "papermill one by one, then nbconvert"
        yield Row(what, cold, [took], peer, "8 times; 6 where modules are kept")


def edit_one(work: Path, built: Path) -> Row:
    """Change one cell of one notebook in a copy of the project: what is run again, and how long it takes."""
    copy = copy_project(work / "copy", "notebooks", "src", "reports", "pyproject.toml", "requirements.lock")
    shutil.copytree(built, copy / "reports" / "build")
    path = copy / "notebooks" / f"{EDITED}.ipynb"
    notebook = json.loads(path.read_text())
    [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]["source"] += ["\n# edited"]
    path.write_text(json.dumps(notebook))
    with (work / "said").open("w+") as said:
        env = os.environ | {"PYTHONPATH": str(copy / "src")}
        seconds = timed(RISE, "run", cwd=copy, env=env, capture_output=False, stdout=said)
        said.seek(0)
        count = sum(line.startswith("✓") for line in said)
    return Row(f"`{EDITED}` edited: {count} notebooks run", seconds, budget="it and what depends on it")


MILL = """
import sys, time
sys.modules["rfc3987_syntax"] = None  # what papermill takes longest to import, and nobody needs
import papermill
options, moments = {sys.argv[2]: sys.argv[3]}, []
if "engine_name" in options:
    options["watch"] = lambda cell, what: moments.append(time.monotonic())
for _ in range(6):
    moments.clear()
    began = time.monotonic()
    papermill.execute_notebook(sys.argv[1], None, progress_bar=False, **options)
    print(time.monotonic() - began, sum(moments[1::2]) - sum(moments[::2]))
"""


def one_notebook(built: Path) -> Iterator[Row]:
    """A briefing through papermill, by our engine and by an ordinary kernel, with the tables in `built`.

    One process runs it six times over; the first time, in which it imports things, is not counted.
    """
    found = []
    with tempfile.TemporaryDirectory() as out:
        env = os.environ | {"RISE_IN": str(built), "RISE_OUT": out}
        for option in (("engine_name", "rise"), ("kernel_name", "python3")):
            command = [sys.executable, "-c", MILL, f"notebooks/{BRIEFING}.ipynb", *option]
            options = {"cwd": ROOT, "env": env, "capture_output": True, "text": True, "check": True}
            said = subprocess.run(command, **options).stdout.splitlines()[-5:]
            found.append([[float(word) for word in line.split()] for line in said])
    ours, theirs = found
    what, peer = f"`{BRIEFING}` through papermill, once warm", "papermill with an ordinary kernel"
    yield Row(what, [took for took, _ in ours], [took for took, _ in theirs], peer)
    yield Row("the same beyond its own cells", [took - own for took, own in ours], budget="0.15 s")


LOADERS = {  # what does no more than load the cells of a list
    "csv": "import csv, sys; list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))",
    "xlsx": "import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()",
}


def incident_list() -> Iterator[list]:
    """A made-up list of 300,000 offences, a row each."""
    draw = random.Random(300_000)
    yield ["Crime number", "Date recorded", "Offence code", "Offence", "Victim age", "Victim sex", "District"]
    names = ("19E", "Rape of a female child under 13"), ("88A", "Sexual grooming")
    for number in range(300_000):
        day = f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(2013, 2023)}"
        who = [draw.randint(0, 17), draw.choice(("Female", "Male")), draw.choice(("North", "South"))]
        yield [f"MADE-UP/{number}", day, *draw.choice(names), *who]


def long_answers(work: Path) -> Iterator[Row]:
    """`rise intake` of long lists, each in a process of its own, against loading the cells."""
    heads, *rows = incident_list()
    pd.DataFrame(rows, columns=heads).to_csv(work / "list.csv", index=False)
    pd.DataFrame(rows, columns=heads).to_excel(work / "list.xlsx", index=False)
    years, draw = [f"{1986 + n}/{(87 + n) % 100:02d}" for n in range(39)], random.Random(3_000)
    counts = [[f"District {row}", *(draw.randint(0, 400) for _ in years)] for row in range(3_000)]
    title = ["Sexual offences against under 18s by district", *[""] * len(years)]
    pd.DataFrame([title, ["District", *years], *counts]).to_csv(work / "wide.csv", header=False, index=False)
    options = ["--force", "Kent", "--out", work / "read"]
    for form, load in LOADERS.items():
        path = work / f"list.{form}"
        loading = timed(sys.executable, "-c", load, path, times=3)
        ours = timed(RISE, "intake", path, *options, times=3)
        what = f"`rise intake` of 300,000 rows, .{form}"
        yield Row(what, ours, loading, "loading its cells", "twice as long: 0.5")
    ours = timed(RISE, "intake", work / "wide.csv", *options, times=3)
    yield Row("`rise intake` of 3,000 rows of 40 columns", ours, budget="5 s")


def briefings_by(count: int, built: Path, dask: bool) -> float:
    """Seconds for every briefing on so many Dask workers of one thread, already warm, or in so many processes of a run."""
    with tempfile.TemporaryDirectory() as folder:
        out = shutil.copytree(built, Path(folder) / "out")
        command = [RISE, "run", BRIEFING, "--force", "--out", out]
        if not dask:
            return timed(*command, "--jobs", str(count), "-p", "force=all")[0]
        from distributed import LocalCluster

        options = {"threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
        with LocalCluster(n_workers=count, **options) as cluster:
            command += ["--scheduler", cluster.scheduler_address, "-p"]
            timed(*command, f"force={','.join(FORCES[: 2 * count])}")
            return timed(*command, "force=all")[0]


def side_by_side(built: Path) -> Iterator[Row]:
    """What a second process gains, and what a second Dask worker does."""
    for dask, ours, peer, budget in (
        (False, "in two processes", "one process", ""),
        (True, "on two Dask workers", "one Dask worker", "within 15% of what two processes gain"),
    ):
        pairs = [[briefings_by(count, built, dask) for count in (2, 1)] for _ in range(3)]
        yield Row(f"{len(FORCES)} briefings {ours}", *map(list, zip(*pairs, strict=True)), peer, budget)


def longest_steps(built: Path) -> Iterator[Row]:
    """What the two longest notebooks took in the whole run."""
    for step, budget in (("40_weighing", "multiverse: 15 s"), ("41_known_truth", "20 s")):
        seconds = float((built / f"logs/{step}.log").read_text().split()[-2])
        yield Row(f"all of `{step}`, beside other notebooks", [seconds], budget=budget)


def nothing_to_do(built: Path) -> Iterator[Row]:
    """A run after a whole run."""
    nothing = timed(RISE, "run", "--out", built, times=5)
    yield Row("`rise run` with nothing to do", nothing, budget="0.3 s where modules are compiled, else 0.6 s")


GROUPS = {  # by what --only calls them: what measures them on results, with a folder to work in
    "nothing": lambda work, built: nothing_to_do(built),
    "edited": lambda work, built: [edit_one(work, built)],
    "papermill": lambda work, built: one_notebook(built),
    "intake": lambda work, built: long_answers(work),
    "briefings": lambda work, built: side_by_side(built),
    "steps": lambda work, built: longest_steps(built),
}


def measure(work: Path, skip_long: bool, only: list[str], built: Path) -> Iterator[Row]:
    """Every row, or those of some groups, as soon as it is measured."""
    if not only:
        built = work / "ours"
        yield from whole_runs(load_project(ROOT).order, work, built, skip_long)
    for name in only or GROUPS:
        yield from GROUPS[name](work, built)


def machine() -> dict:
    """Where this was measured."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "processor": models[0] if models else platform.processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "compiled modules": "not kept" if os.environ.get("PYTHONDONTWRITEBYTECODE") else "kept",
        "load before": os.getloadavg()[0],  # of other work, when this is not small
    }


def say(what: str) -> None:
    """Tell what is going on, beside the table."""
    print(f"  {what}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print the table, write the JSON; what was measured is kept also when something later fails."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    option = parser.add_argument
    option("--skip-long", action="store_true", help="leave out papermill")
    option("--compiled", action="store_true", help="keep compiled modules on both sides")
    option("--only", nargs="+", choices=GROUPS, default=[], help="measure these on what is built")
    option("--built", type=Path, default=ROOT / "reports/build", help="where a report was made")
    arguments = parser.parse_args()
    if arguments.compiled:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ORPHANS_HERE, 1, 0, 0, 0)
    here, rows, out = machine(), [], ROOT / "reports" / "build" / "bench.json"
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as work:
            for row in measure(Path(work), arguments.skip_long, arguments.only, arguments.built):
                rows.append(row)
                say(row.line())
    finally:
        print(", ".join(f"{name} {value}" for name, value in here.items()))
        print("\n| what | here | peer | ratio | budget |\n|---|---|---|---|---|")
        print("\n".join(row.line() for row in rows))
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps({"machine": here, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
        print(f"\nwritten to {out.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
