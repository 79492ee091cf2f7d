"""``make bench``: this project's runner beside papermill with ordinary kernels, in one run on one machine.

Read it as ratios: every row times ours and theirs on the same notebooks, parameters and tables, one after the other.
It takes ten to fifteen minutes on two idle cores, of which papermill has half; ``--forces 4 --skip-long`` tries it in
two. What it prints ends with a table for CONTRIBUTING.md, and is written to ``reports/build/bench.json`` with the machine,
the versions and every single time. Where something was timed more than once the table has the median, the least and
the most.

Whole runs are also measured in processor seconds, of all their processes together. Those hardly depend on what else the
machine does, where seconds by the clock do.

Whether compiled modules are kept decides what an ordinary kernel costs: where a machine does not keep them, as containers
often do (PYTHONDONTWRITEBYTECODE), each compiles anew what it imports. The bench takes the machine as it is set and says
which it is; ``--compiled`` keeps them on both sides.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
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
from importlib.metadata import version
from pathlib import Path

from helpers.runner.steps import Project, load_project
from helpers.tables.forces import FORCES

ROOT = Path(__file__).resolve().parents[1]
RISE = [str(Path(sys.executable).parent / "rise")]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
BRIEFING = "50_force"
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


def processor_seconds() -> float:
    """What all processes below this one took together, once all have ended.

    A forkserver and its steps outlive the command that began them: as orphans they become children of this process
    (see :func:`main`), and count when it has waited for them.
    """
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command: list[str], *, env: dict | None = None, cwd: Path = ROOT) -> float:
    """Wall seconds of a command that must end well."""
    began = time.monotonic()
    subprocess.run(command, env=os.environ | (env or {}), cwd=cwd, check=True, **QUIET)
    return time.monotonic() - began


def repeat(times: int, command: list[str], **options) -> list[float]:
    """The seconds of each of several runs of a command."""
    return [timed(command, **options) for _ in range(times)]


def papermill_all(project: Project, forces: list[str], out: Path) -> float:
    """Every notebook through papermill's own command line with ordinary kernels, then nbconvert; wall seconds."""
    (out / "notebooks").mkdir(parents=True)
    began = time.monotonic()
    tasks = [(name, None) for name in project.order if name != BRIEFING]
    for step, force in tasks + [(BRIEFING, force) for force in forces]:
        target = out / "notebooks" / f"{step}{f'.{force}' if force else ''}.ipynb"
        command = [sys.executable, "-m", "papermill", f"notebooks/{step}.ipynb", str(target), "-k", "python3"]
        command += ["--cwd", "notebooks", *(["-p", "force", force] if force else [])]
        timed(command, env={"RISE_OUT": str(out), "RISE_ROOT": str(ROOT)})
    notebooks = sorted(str(path) for path in (out / "notebooks").glob("*.ipynb"))
    timed([sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", *notebooks])
    return time.monotonic() - began


OURS = """
import sys, tempfile, time
from pathlib import Path
from helpers.runner import process
from helpers.runner.steps import load_notebook
root, built, step = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
process.start(root)
for _ in range(6):
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        notebook = load_notebook(root / f"notebooks/{step}.ipynb")
        failure = process.execute(process.Job(step, notebook, {}, root, built, Path(folder))).failure
        assert failure is None, failure
    print(time.monotonic() - began)
"""
THEIRS = """
import sys, time
sys.modules["rfc3987_syntax"] = None  # what papermill takes longest to import, and nobody needs
import papermill
for _ in range(6):
    began = time.monotonic()
    papermill.execute_notebook(f"notebooks/{sys.argv[3]}.ipynb", None, kernel_name="python3", progress_bar=False)
    print(time.monotonic() - began)
"""


def notebook_seconds(step: str, built: Path) -> list[list[float]]:
    """Seconds of a step by our engine in a process forked from a warm server, and by papermill with an ordinary kernel.

    Both read the tables in `built`, both are one call of papermill, and the first of each is not counted.
    """
    found = []
    with tempfile.TemporaryDirectory() as out:
        environment = os.environ | {"RISE_IN": str(built), "RISE_OUT": out}
        for code in (OURS, THEIRS):
            command = [sys.executable, "-c", code, str(ROOT), str(built), step]
            said = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
            )
            found.append([float(line) for line in said.stdout.split()[-5:]])
    return found


def edit_one(project: Project, work: Path, built: Path) -> tuple[str, float, int]:
    """Change one cell of one notebook in a copy of the project; the step, seconds to be fresh again, steps run."""
    copy = work / "copy"
    for name in ("notebooks", "data", "src", "reports"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("build", "__pycache__"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, copy / name)
    shutil.copytree(built, copy / "reports" / "build")
    step = "20_completeness" if "20_completeness" in project.steps else project.order[-1]
    path = copy / "notebooks" / f"{step}.ipynb"
    notebook = json.loads(path.read_text())
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    cell["source"] = [*cell["source"], "\n# edited"]
    path.write_text(json.dumps(notebook))
    began = time.monotonic()
    env = os.environ | {"PYTHONPATH": str(copy / "src")}
    done = subprocess.run([*RISE, "run"], cwd=copy, env=env, capture_output=True, text=True, check=True)
    return step, time.monotonic() - began, sum(line.startswith("✓") for line in done.stdout.splitlines())


def second_core(times: int) -> tuple[list[float], list[float]]:
    """Seconds for two sums that share nothing, in two processes at once and one after the other."""
    add = [sys.executable, "-c", "total = 0\nfor n in range(30_000_000): total += n"]
    at_once, in_turn = [], []
    for _ in range(times):
        began = time.monotonic()
        for process in [subprocess.Popen(add) for _ in range(2)]:
            process.wait()
        at_once.append(time.monotonic() - began)
        in_turn.append(timed(add) + timed(add))
    return at_once, in_turn


def briefings_by(count: int, built: Path, out: Path, dask: bool) -> float:
    """Seconds for every briefing on so many Dask workers of one thread, already warm, or in so many processes of a run."""
    shutil.copytree(built, out)
    command = [*RISE, "run", BRIEFING, "--force", "--out", str(out)]
    if not dask:
        return timed([*command, "--jobs", str(count), "-p", "force=all"])
    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=count, **options) as cluster:
        command += ["--scheduler", cluster.scheduler_address, "-p"]
        timed([*command, f"force={','.join(FORCES[: 2 * count])}"])
        return timed([*command, "force=all"])


LOADERS = {  # what does no more than load the cells of a list
    "csv": "import csv, sys; list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))",
    "xlsx": "import sys, python_calamine as c; c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()",
}


def incident_list() -> Iterator[list]:
    """A made-up list of 300,000 offences, a row each."""
    draw = random.Random(300_000)
    yield ["Crime number", "Date recorded", "Offence code", "Offence", "Victim age", "Victim sex", "District"]
    names = [
        ("19E", "Rape of a female child under 13"),
        ("88A", "Sexual grooming"),
        ("17B", "Sexual assault on a male child under 13"),
    ]
    for number in range(300_000):
        day = f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(2013, 2023)}"
        who = [draw.randint(0, 17), draw.choice(("Female", "Male")), draw.choice(("North", "South"))]
        yield [f"MADE-UP/{number}", day, *draw.choice(names), *who]


def long_lists(work: Path, times: int) -> Iterator[Row]:
    """`rise intake` of a long list against loading its cells, each in a process of its own."""
    from openpyxl import Workbook

    rows, book = list(incident_list()), Workbook(write_only=True)
    with (work / "list.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    sheet = book.create_sheet("List")
    for row in rows:
        sheet.append(row)
    book.save(work / "list.xlsx")
    for form, load in LOADERS.items():
        path = str(work / f"list.{form}")
        loading = repeat(times, [sys.executable, "-c", load, path])
        ours = repeat(times, [*RISE, "intake", path, "--force", "Kent", "--out", str(work / "read")])
        what = f"`rise intake` of 300,000 rows, .{form}"
        yield Row(what, ours, loading, "loading its cells", "twice as long: 0.5")


def step_seconds(built: Path, step: str) -> list[float]:
    """What the log of a step's run says that it took."""
    last = (built / "logs" / f"{step}.log").read_text().strip().splitlines()[-1]
    return [float(last.split()[-2])]


def cell_seconds(built: Path, step: str = "") -> tuple[float, float]:
    """Seconds that the cells of a step's runs, or of all, took by the clock and of the processor, from their logs."""
    logs = [path.read_text().splitlines() for path in (built / "logs").glob(f"{step}*.log")]
    lines = [line.rpartition(": ")[2].split() for log in logs for line in log if line.startswith("cell ")]
    return sum(float(words[0]) for words in lines), sum(float(words[2]) for words in lines)


def whole_runs(
    project: Project, forces: list[str], work: Path, built: Path, skip_long: bool
) -> Iterator[Row]:
    """Everything from nothing, by ours and by papermill; what ours made stays in `built`."""
    every = len(forces) == len(FORCES)
    command = [*RISE, "report"] if every else [*RISE, "run", "-p", f"force={','.join(forces)}"]
    end = ", report and pages" if every else ", without the report"
    what = f"cold: {len(project.order) - 1} notebooks, {len(forces)} briefings{end}"
    cold, processor = [], []
    for _ in range(3):
        shutil.rmtree(built, ignore_errors=True)
        before = processor_seconds()
        cold.append(timed([*command, "--out", str(built)]))
        processor.append(processor_seconds() - before)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of all that have ended so far
    stack = timed([sys.executable, "-c", "import helpers.runner.preload"])
    limit = cell_seconds(built)[1] / (os.cpu_count() or 1) + stack
    least = "the cells' own processor time over the cores, and one import of the stack"
    yield Row(what, cold, [limit], least, "at most 1.6 times: 0.63")
    yield Row("largest process of that run", [largest], budget="1,024 MiB", unit="MiB")
    one, used, peer = [], [], "papermill one by one, then nbconvert"
    if not skip_long:
        say("papermill, one after another: some six minutes")
        before = processor_seconds()
        one = [papermill_all(project, forces, work / "papermill")]
        used = [processor_seconds() - before]
        yield Row(what, cold, one, peer, "8 times; 6 where modules are kept" if every else "")
    yield Row("the same in processor seconds", processor, used, peer)


def measure(forces: list[str], work: Path, skip_long: bool) -> Iterator[Row]:
    """Every row, as soon as it is measured."""
    project, built = load_project(ROOT), work / "ours"
    yield from whole_runs(project, forces, work, built, skip_long)
    nothing = [*RISE, "run", "--out", str(built)]
    timed(nothing)  # where few forces were asked for, the notebook's own is not among them
    budget = "0.3 s where modules are compiled, else 0.6 s"
    yield Row("`rise run` with nothing to do", repeat(5, nothing), budget=budget)
    step, seconds, count = edit_one(project, work, built)
    what = f"`{step}` edited: {count} of {len(project.order)} notebooks run"
    yield Row(what, [seconds], budget="it and what depends on it")
    ours, theirs = notebook_seconds(BRIEFING, built)
    own = cell_seconds(built, BRIEFING)[0] / max(len(forces), 1)
    yield Row(f"`{BRIEFING}` through papermill, once warm", ours, theirs, "papermill with an ordinary kernel")
    yield Row("the same beyond its own cells", [took - own for took in ours], budget="0.15 s")
    yield from long_lists(work, 3)
    at_once, in_turn = second_core(3)
    yield Row("two sums in two processes, what this machine's second core gives", at_once, in_turn, "in one")
    for dask, peer, budget in (
        (False, "one process", ""),
        (True, "one Dask worker", "within 15% of what two processes gain"),
    ):
        pairs = [
            [briefings_by(count, built, work / f"{dask}-{count}-{n}", dask) for count in (2, 1)]
            for n in range(3)
        ]
        two, single = (list(times) for times in zip(*pairs, strict=True))
        what = (
            f"{len(FORCES)} briefings on two Dask workers"
            if dask
            else f"{len(FORCES)} briefings in two processes"
        )
        yield Row(what, two, single, peer, budget)
    for step, budget in (("40_weighing", "multiverse: 15 s"), ("41_known_truth", "20 s")):
        yield Row(f"all of `{step}`, beside other notebooks", step_seconds(built, step), budget=budget)


def machine() -> dict:
    """Where this was measured."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    models = [line for line in lines if line.startswith("model name")]
    names = ("ipykernel", "ipython", "nbclient", "nbconvert", "papermill", "pandas", "distributed")
    return {
        "cores": os.cpu_count(),
        "processor": models[0].partition(": ")[2] if models else platform.processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "compiled modules": "not kept" if os.environ.get("PYTHONDONTWRITEBYTECODE") else "kept",
        "load before": os.getloadavg()[0],  # of other work, when this is not small
        **{name: version(name) for name in names},
    }


def say(what: str) -> None:
    """Tell what is going on, beside the table."""
    print(f"  {what}", file=sys.stderr, flush=True)


def report(here: dict, rows: list[Row]) -> None:
    """Print the table, and write it with every single time to the JSON."""
    print(", ".join(f"{name} {value}" for name, value in here.items()))
    print("\n| what | here | peer | ratio | budget |\n|---|---|---|---|---|")
    print("\n".join(row.line() for row in rows))
    out = ROOT / "reports" / "build" / "bench.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"machine": here, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    print(f"\nwritten to {out.relative_to(ROOT)}")


def main() -> None:
    """Measure, print the table, write the JSON; what was measured is kept also when something later fails."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--forces", type=int, default=len(FORCES), help="how many briefings (default: all)")
    parser.add_argument("--skip-long", action="store_true", help="leave out papermill")
    parser.add_argument("--compiled", action="store_true", help="keep compiled modules on both sides")
    arguments = parser.parse_args()
    if arguments.compiled:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ORPHANS_HERE, 1, 0, 0, 0)
    here, rows = machine(), []
    work = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        for row in measure(list(FORCES[: arguments.forces]), work, arguments.skip_long):
            rows.append(row)
            say(row.line())
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if rows:
            report(here, rows)


if __name__ == "__main__":
    main()
