"""``make bench``: this project's runner beside other ways to run the same notebooks, in one run on one machine.

Read it as ratios: every row times ours and theirs on the same notebooks, parameters and tables, one after the other.
It takes ten to fifteen minutes on two idle cores, of which papermill has half and more; ``--forces 4 --skip-long`` tries it in
two. What it prints ends with a table for CONTRIBUTING.md, and is written to ``reports/build/bench.json`` with the machine,
the versions and every single time. Where something was timed more than once the table has the median, the least and
the most. Peers that the project does not need itself are looked for in ``.venv-bench``.

Whole runs are also measured in processor seconds, of all their processes together. Those hardly depend on what else the
machine does, where seconds by the clock do.

Whether compiled modules are kept decides what an ordinary kernel costs: where a machine does not keep them, as containers
often do (PYTHONDONTWRITEBYTECODE), each compiles anew what it imports. The bench takes the machine as it is set and says
which it is; ``--compiled`` keeps them on both sides.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
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
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from helpers.runner.steps import Project, load_project
from helpers.tables.forces import FORCES

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PEERS = ROOT / ".venv-bench" / "bin"
RISE = [str(BIN / "rise")]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
BRIEFING = "50_force"
COLD_RUNS = 3


@dataclass(frozen=True)
class Row:
    """One measurement: what, ours and theirs in the order in which they were taken, and the budget in words."""

    what: str
    ours: list[float]
    theirs: list[float] = field(default_factory=list)
    peer: str = ""
    budget: str = ""
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        """How many times theirs is ours."""
        return statistics.median(self.theirs) / statistics.median(self.ours) if self.theirs else None

    def line(self) -> str:
        """The row of a Markdown table."""
        theirs = f"{amount(self.theirs, self.unit)}, {self.peer}" if self.theirs else ""
        ratio = f"{self.ratio:.1f}" if self.ratio else ""
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
    """What all processes that this one started, and that have ended, took together."""
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


def tasks(project: Project, forces: list[str]) -> list[tuple[str, str | None]]:
    """(step, force) of every notebook of a whole run, in an order in which tables are there when they are read."""
    once = [(name, None) for name in project.order if name != BRIEFING]
    return once + [(BRIEFING, force) for force in forces]


def papermill(step: str, force: str | None, out: Path) -> None:
    """One notebook through papermill's own command line, in a new interpreter, with ordinary kernels."""
    target = out / "notebooks" / f"{step}{f'.{force}' if force else ''}.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        f"notebooks/{step}.ipynb",
        str(target),
        "-k",
        "python3",
        "--cwd",
        "notebooks",
    ]
    command += ["-p", "force", force] if force else []
    timed(command, env={"RISE_OUT": str(out), "RISE_ROOT": str(ROOT)})


def papermill_all(project: Project, forces: list[str], out: Path, side_by_side: int) -> float:
    """Every notebook through papermill and then nbconvert; wall seconds."""
    (out / "notebooks").mkdir(parents=True)
    began = time.monotonic()
    if side_by_side == 1:
        for step, force in tasks(project, forces):
            papermill(step, force, out)
    else:
        done: dict[str, object] = {}
        with ThreadPoolExecutor(side_by_side) as pool:
            left = tasks(project, forces)
            running: dict = {}
            while left or running:
                for task in [t for t in left if all(b in done for b in project.before[t[0]])]:
                    left.remove(task)
                    running[task] = pool.submit(papermill, *task, out)
                for task in [t for t, future in running.items() if future.done()]:
                    running.pop(task).result()
                    if task[1] is None:
                        done[task[0]] = True
                time.sleep(0.02)
    notebooks = sorted(str(path) for path in (out / "notebooks").glob("*.ipynb"))
    timed([sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", *notebooks])
    return time.monotonic() - began


class Memory:
    """The largest resident memory of any process below this one, looked at ten times a second."""

    def __init__(self) -> None:
        self.largest = 0
        self._stop = threading.Event()

    def __enter__(self) -> Memory:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        import psutil

        me = psutil.Process()
        while not self._stop.wait(0.1):
            for process in me.children(recursive=True):
                try:
                    self.largest = max(self.largest, process.memory_info().rss)
                except psutil.Error:
                    continue

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def notebook_seconds(step: str, built: Path, times: int) -> tuple[list[float], list[float]]:
    """Seconds of a step by our engine in a process forked from a warm server, and by papermill with an ordinary kernel.

    Both read the tables in `built`, and both are one call of papermill.
    """
    code = f"""
import json, tempfile, time
from pathlib import Path
from helpers.runner import process
from helpers.runner.steps import load_notebook, load_project
root, built, took = Path({str(ROOT)!r}), Path({str(built)!r}), []
path = load_project(root).step({step!r}).path
process.start(root)
for _ in range({times + 1}):
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        job = process.Job({step!r}, load_notebook(path), {{}}, root, built, Path(folder))
        failure = process.execute(job).failure
        assert failure is None, failure
    took.append(time.monotonic() - began)
print(json.dumps(took[1:]))
"""
    peer = f"""
import json, sys, tempfile, time
sys.modules["rfc3987_syntax"] = None  # what papermill takes longest to import, and nobody needs
import papermill
took = []
for _ in range({times}):
    began = time.monotonic()
    papermill.execute_notebook("notebooks/{step}.ipynb", None, kernel_name="python3", progress_bar=False)
    took.append(time.monotonic() - began)
print(json.dumps(took))
"""
    found = []
    with tempfile.TemporaryDirectory() as out:
        environment = os.environ | {"RISE_IN": str(built), "RISE_OUT": out}
        for source in (code, peer):
            done = subprocess.run(
                [sys.executable, "-c", source],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return found[0], found[1]


def nothing_to_do_elsewhere(project: Project, folder: Path) -> dict[str, list[float]]:
    """Seconds that doit and snakemake take to find that the same graph, already made, needs nothing."""
    for name in project.order:
        (folder / f"{name}.ipynb").touch()
    graph = {name: [f"{before}.done" for before in project.before[name]] for name in project.order}
    rules, doit = ["rule all:", f"    input: {[f'{name}.done' for name in graph]!r}"], []
    for name, needs in graph.items():
        inputs = [*needs, f"{name}.ipynb"]
        rules += [
            f"rule r{name}:",
            f"    input: {inputs!r}",
            f"    output: '{name}.done'",
            "    shell: 'touch {output}'",
        ]
        doit.append(
            {"name": name, "file_dep": inputs, "targets": [f"{name}.done"], "actions": [f"touch {name}.done"]}
        )
    (folder / "Snakefile").write_text("\n".join(rules) + "\n")
    (folder / "dodo.py").write_text(f"def task_step():\n    yield from {doit!r}\n")
    snakemake, doit_ = [str(PEERS / "snakemake")], [str(PEERS / "doit")]
    timed([*snakemake, "--cores", "1"], cwd=folder)
    timed(doit_, cwd=folder)
    return {
        f"snakemake -n {_peer_version('snakemake')}": repeat(5, [*snakemake, "-n"], cwd=folder),
        f"doit {_peer_version('doit')}": repeat(5, doit_, cwd=folder),
    }


def _peer_version(name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.run(
        [PEERS / "python", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def edit_one(project: Project, work: Path, built: Path) -> tuple[str, float, int]:
    """Change one cell of one notebook in a copy of the project; the step, seconds to be fresh again, steps run."""
    copy = work / "copy"
    for name in ("notebooks", "data", "src", "reports"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("build", "__pycache__"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, copy / name)
    out = copy / "reports" / "build"
    shutil.copytree(built, out)
    step = "20_completeness" if "20_completeness" in project.steps else project.order[-1]
    path = copy / "notebooks" / f"{step}.ipynb"
    notebook = json.loads(path.read_text())
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    cell["source"] = [*cell["source"], "\n# edited"]
    path.write_text(json.dumps(notebook))
    began = time.monotonic()
    done = subprocess.run(
        [*RISE, "run"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
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


def on_workers(workers: int, built: Path, work: Path) -> float:
    """Seconds for every briefing on so many Dask workers, each of one thread, already warm."""
    from distributed import LocalCluster

    out = work / f"workers-{workers}"
    shutil.copytree(built, out)
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        command = [*RISE, "run", BRIEFING, "--force", "--out", str(out)]
        command += ["--scheduler", cluster.scheduler_address, "-p"]
        timed([*command, f"force={','.join(FORCES[: 2 * workers])}"])
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


def layouts_read() -> Iterator[Row]:
    """What `rise intake` makes of layouts put together at random: what is read, or proposed, right, and what is read wrong."""
    sys.path.insert(0, str(ROOT / "tests" / "corpus"))
    from compose import score_all

    counted = score_all(range(1_000))
    right = counted["read"] + counted["proposed"]
    for what, number, budget in (
        ("figures of 1,000 made-up layouts read or proposed right", right, "at least 97%"),
        ("read right", counted["read"], "at least 85%"),
        ("read that do not stand there", counted["wrong as read"], "at most 0.2%"),
        ("neither read nor proposed right", counted["lost"], "at most 3%"),
    ):
        yield Row(what, [100 * number / counted["all"]], budget=budget, unit="%")


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
    for turn in range(COLD_RUNS):
        say(f"ours, cold, {turn + 1} of {COLD_RUNS}")
        shutil.rmtree(built, ignore_errors=True)
        before = processor_seconds()
        with Memory() as memory:
            cold.append(timed([*command, "--out", str(built)]))
        processor.append(processor_seconds() - before)
    stack = timed([sys.executable, "-c", "import helpers.runner.preload"])
    limit = cell_seconds(built)[1] / (os.cpu_count() or 1) + stack
    least = "the cells' own processor time over the cores, and one import of the stack"
    yield Row(what, cold, [limit], least, "at most 1.6 times: 0.63")
    yield Row("largest process of that run", [memory.largest / 2**20], budget="1,024 MiB", unit="MiB")
    if skip_long:
        yield Row(what, cold)
        return
    say("papermill, one after another: some six minutes")
    before = processor_seconds()
    one = papermill_all(project, forces, work / "papermill", 1)
    peer = "papermill one by one, then nbconvert"
    yield Row(what, cold, [one], peer, "8 times; 6 where modules are kept" if every else "")
    yield Row("the same in processor seconds", processor, [processor_seconds() - before], peer)
    cores = os.cpu_count() or 1
    say(f"papermill, {cores} at a time: some three minutes")
    several = papermill_all(project, forces, work / "parallel", cores)
    yield Row("the same by the clock", cold, [several], f"papermill {cores} at a time, then nbconvert")


def measure(forces: list[str], work: Path, skip_long: bool) -> Iterator[Row]:
    """Every row, as soon as it is measured."""
    project, built = load_project(ROOT), work / "ours"
    yield from whole_runs(project, forces, work, built, skip_long)
    say("nothing to do")
    nothing = [*RISE, "run", "--out", str(built)]
    timed(nothing)  # where few forces were asked for, the notebook's own is not among them
    times, folder = repeat(5, nothing), work / "graph"
    folder.mkdir()
    for peer, theirs in nothing_to_do_elsewhere(project, folder).items():
        yield Row(
            "`rise run` with nothing to do",
            times,
            theirs,
            peer,
            "0.3 s where modules are compiled, else 0.6 s",
        )
    say("one notebook edited")
    step, seconds, count = edit_one(project, work, built)
    what = f"`{step}` edited: {count} of {len(project.order)} notebooks run"
    yield Row(what, [seconds], budget="it and what depends on it")
    say("one notebook")
    ours, theirs = notebook_seconds(BRIEFING, built, 5)
    own = cell_seconds(built, BRIEFING)[0] / max(len(forces), 1)
    yield Row(f"`{BRIEFING}` through papermill, once warm", ours, theirs, "papermill with an ordinary kernel")
    beyond = [took - own for took in ours]
    yield Row("the same beyond its own cells", beyond, budget="0.15 s")
    say("long lists")
    yield from long_lists(work, 3)
    say("made-up layouts")
    yield from layouts_read()
    say("Dask workers")
    at_once, in_turn = second_core(3)
    yield Row("two sums in two processes, what this machine's second core gives", at_once, in_turn, "in one")
    pairs = [[on_workers(count, built, work / f"pair-{n}") for count in (2, 1)] for n in range(3)]
    two, single = (list(times) for times in zip(*pairs, strict=True))
    yield Row(f"{len(FORCES)} briefings on two Dask workers", two, single, "one Dask worker", "1.6 times")
    for step, what, budget in (
        ("40_weighing", "multiverse", "15 s"),
        ("41_known_truth", "known truth", "20 s"),
    ):
        yield Row(
            f"{what}: all of `{step}`, beside other notebooks", step_seconds(built, step), budget=budget
        )


def machine() -> dict:
    """Where this was measured."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    names = ("ipykernel", "ipython", "nbclient", "nbconvert", "papermill", "pandas", "distributed")
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "system": platform.platform(),
        "python": platform.python_version(),
        "compiled_modules": "kept" if _compiled() else "not kept",
        "load_before": os.getloadavg()[0],  # of other work, when this is not small
        "versions": {name: version(name) for name in names},
    }


def _compiled() -> bool:
    """Whether kernels find modules compiled: the machine keeps them, or an earlier run kept them here."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        return True
    pandas = importlib.util.find_spec("pandas")
    return Path(importlib.util.cache_from_source(pandas.origin)).is_file()


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


def report(here: dict, rows: list[Row]) -> None:
    """Print the table, and write it with every single time to the JSON."""
    print(
        f"{here['processor']}, {here['cores']} cores, load {here['load_before']:.1f}, Python {here['python']}, "
        f"compiled modules {here['compiled_modules']}"
    )
    print(", ".join(f"{name} {number}" for name, number in here["versions"].items()))
    print("\n| what | here | peer | ratio | budget |\n|---|---|---|---|---|")
    for row in rows:
        print(row.line())
    out = ROOT / "reports" / "build" / "bench.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    found = {"machine": here, "rows": [asdict(row) | {"ratio": row.ratio} for row in rows]}
    out.write_text(json.dumps(found, indent=1) + "\n")
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
    missing = [name for name in ("doit", "snakemake") if not (PEERS / name).is_file()]
    if missing:
        sys.exit(f"{' and '.join(missing)} not found in {PEERS.relative_to(ROOT)}; make bench makes it")
    here, rows = machine(), []
    work = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        for row in measure(list(FORCES[: arguments.forces]), work, arguments.skip_long):
            rows.append(row)
            say(f"    {row.line()}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if rows:
            report(here, rows)


if __name__ == "__main__":
    main()
