"""The project at hand and what ``rise run`` does with it, without a command-line library.

Raw tables are checked before a run; afterwards the ledger is joined and pages are made. Each of these is a function of
another room, called in a process of its own. What takes long is not made again: the page of a notebook that has not been
run since, and a publication while what it is made from, what it wrote and its code are as they were when it last ended
well. What is slow to import is imported once something is to be run.
"""

from __future__ import annotations

import gc
import os
import shlex
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from helpers.runner.errors import RunnerError, UsageError
from helpers.runner.freshness import digest_of
from helpers.runner.modules import WORK_FOLDER
from helpers.runner.parameters import Parameter, parse_assignments
from helpers.runner.plan import Plan, Result, assess, make_plans, orphaned_notebooks
from helpers.runner.steps import TIMEOUT, Step, find_root, load_project
from helpers.tables.files import content_hash, write_atomic

PUBLISHED = f"{WORK_FOLDER}/published"  # a digest of what the publication was last made from
# no place for results
PROJECT_FOLDERS = (".git", ".github", ".venv", "data", "notebooks", "reports/published", "src", "tests")


def output_folder(out: Path | None, root: Path) -> Path:
    """The output folder that is meant: the one asked for, ``$RISE_OUT``, or ``reports/build``; a link's own target.

    Raises
    ------
    UsageError
        If it is a file, or holds the project's own files: results would be written over them, and ``rise clean`` would
        take them.
    """
    out = Path(os.path.abspath(out or os.environ.get("RISE_OUT") or root / "reports" / "build"))
    root, there = root.resolve(), out.resolve()
    own = (root / name for name in PROJECT_FOLDERS)
    if root.is_relative_to(there) or there == root / "reports" or any(map(there.is_relative_to, own)):
        remedy = "choose another output folder with --out"
        raise UsageError(f"{shown(out) or out} holds the project's own files; {remedy}")
    file = next((path for path in (out, *out.parents) if path.exists() and not path.is_dir()), None)
    if file:
        raise UsageError(f"{shown(file)} is a file where a folder is needed; choose another with --out")
    return there


def shown(path: Path) -> str:
    """A path as messages show it: from here if it is below here."""
    return str(path).removeprefix(f"{os.getcwd()}{os.sep}")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Session:
    """The project at hand, an output folder, and how steps are run."""

    def __init__(
        self,
        out: Path | None = None,
        jobs: int | None = None,
        scheduler: str | None = None,
        timeout: float = TIMEOUT,
    ):
        root = find_root()
        self.out = output_folder(out, root)
        gc.disable()  # reading notebooks makes many small objects and no rubbish
        self.project = load_project(root, self.out)
        self.jobs, self.scheduler, self.timeout = jobs, scheduler, timeout

    def command(self, words: str, assignments: Iterable[str] = ()) -> str:
        """A command to type next, with the values and the output folder that are in use."""
        used = [word for assignment in assignments for word in ("-p", assignment)]
        used += [] if self.out == output_folder(None, self.project.root) else ["--out", shown(self.out)]
        return " ".join(["rise", words, *map(shlex.quote, used)])

    def briefings(self) -> tuple[Step, Parameter] | None:
        """The step that is run once for each value of a parameter, and that parameter; None where there is none."""
        steps = self.project.steps.values()
        return next(((step, step.declared[step.one_each]) for step in steps if step.one_each), None)

    def plans(self, assignments: Iterable[str] = (), steps: Iterable[str] = (), **asked) -> list[Plan]:
        """What is asked for on the command line; `asked` stands in for a parameter that it does not name."""
        given = parse_assignments(assignments, self.project.parameters)
        return make_plans(self.project, self.out, steps, asked | given)

    def run(self, plans: list[Plan], forced: Collection[str] = ()) -> None:
        """Run what is stale, and say how it ended.

        Raises
        ------
        RunnerError
            If a step failed; the others have been run.
        UsageError
            If results would be written among files that no run made, which ``rise clean`` would take for its own.
        """
        project, modules = self.project, self.project.modules
        if not self.scheduler and not (plans[0].out / "notebooks").is_dir():
            self._start()  # while it is judged what to run: here that is everything
        states = [state for plan in plans for state in assess(plan)]
        leftover = any(orphaned_notebooks(project, plan.out) for plan in plans)
        if not forced and not leftover and all(state.condition == "fresh" for state in states):
            modules.save_cache()
            print(f"everything is fresh ({len(states)} step{'s' * (len(states) != 1)} in {shown(self.out)})")
            return
        gc.enable()
        from helpers.runner.display import describe_failures
        from helpers.runner.schedule import Run
        from helpers.runner.staging import FOLDERS

        others = [name for name in FOLDERS[:4] if (self.out / name).exists()]
        if others and self.out != output_folder(None, project.root) and not (self.out / WORK_FOLDER).exists():
            remedy = "choose another output folder with --out"
            raise UsageError(f"{shown(self.out)} has {' and '.join(others)} that no run made; {remedy}")
        self._start()
        with ExitStack() as stack:
            jobs, elsewhere = self.jobs or cores(), {}
            if self.scheduler:  # reached while the stack is imported for the check of the raw tables
                from helpers.runner.cluster import Cluster

                cluster = stack.enter_context(Cluster(self.scheduler, project.root))
                cluster.check()
                jobs = self.jobs or cluster.slots
                elsewhere = {"execute": cluster.execute, "stop": cluster.stop}
            self._check_raw_tables(plans)
            results = Run(plans, jobs, self.timeout, forced, **elsewhere).go()
        modules.save_cache()
        self._join_findings(results)
        words = {"ran": "run", "fresh": "already fresh", "stopped": "not run", "failed": "failed"}
        count = Counter(result.condition for result in results)
        said = ", ".join(f"{count[condition]} {words[condition]}" for condition in words if count[condition])
        print(f"{said or 'nothing done'}; outputs in {shown(self.out)}")
        if count["failed"]:
            raise RunnerError("\n".join(describe_failures(results, shown)))

    def _start(self) -> None:
        """Start importing the stack, once it is noted what the helper modules are that it will find."""
        from helpers.runner.process import start

        for path in self.project.modules.path.values():
            self.project.modules.digest(path)
        start(self.project.root)

    def call(self, function: str, given: dict | None = None, out: Path | None = None) -> str:
        """Call a room's function, such as ``helpers.ledger:collect``, while no other run writes to `out`; what it prints."""
        from helpers.runner import process
        from helpers.runner.display import spinner
        from helpers.runner.staging import OutputFolder

        out = out or self.out
        with OutputFolder(out) as folder, folder.staging("room") as temporary, spinner():
            return process.call(function, self.project.root, out, temporary, given or {})

    def _check_raw_tables(self, plans: list[Plan]) -> None:
        """Check the raw tables that the plans read.

        Raises
        ------
        UsageError
            One error for all faults found, each naming file, row, column and the remedy; nothing has been run.
        """
        plan, kept = plans[0], self.project.data_files.keys()
        read = {name for one in plan.instances for name in plan.freshness.tables(one.step)} & kept
        try:
            self.call("helpers.tables.store:check_all", {"names": sorted(read)}, plan.out)
        except RunnerError as error:
            raise UsageError(str(error)) from None

    def _join_findings(self, results: list[Result]) -> None:
        """Join ``findings/*.json`` into ``findings.json`` and ``claims.json`` in each folder of a run that ended well.

        Where every step of the project stands in the folder, because claims rest on the findings of several.

        Raises
        ------
        RunnerError
            When the findings do not fit together (an id recorded twice, a claim about a finding nobody recorded).
        """
        bad = {result.instance.out for result in results if result.condition in ("failed", "stopped")}
        for out in sorted({result.instance.out for result in results} - bad):
            whole = all(list((out / "notebooks").glob(f"{name}*.ipynb")) for name in self.project.steps)
            known = {"claims", "sources"} <= self.project.data_files.keys()
            if whole and known and list((out / "findings").glob("*.json")):
                self.call("helpers.ledger:collect", out=out)

    def write_pages(self, out: Path, names: Iterable[str]) -> None:
        """Make the HTML of executed notebooks in `out` that have none, or are newer than theirs."""
        notebooks = {name: out / "notebooks" / f"{name}.ipynb" for name in names}
        stale = [name for name, path in notebooks.items() if not _is_newer(path.with_suffix(".html"), path)]
        if stale:
            self.call("helpers.publish.notebooks:write", {"out": out, "names": stale}, out)

    def publish(self) -> bool:
        """Publish what is there, unless what was published is still what would be; whether anything was done."""
        if self.is_published():
            return False
        print(self.call("helpers.publish:build"), end="")
        write_atomic(self.out / PUBLISHED, self._publication(), flush=False)
        return True

    def is_published(self) -> bool:
        """Whether what was published is what would be now."""
        noted = self.out / PUBLISHED
        return noted.is_file() and noted.read_text() == self._publication()

    def _publication(self) -> str:
        """A digest of what a publication is made from, and of its files."""
        from helpers.runner.staging import published_files

        # notebooks also where they stand: pages show their prose as it is now
        own = ["reports/*.*", "notebooks/*.*", "data/**/*.*", "CITATION.cff"]
        built = "findings.json claims.json findings/*.* tables/*.* figures/*.* notebooks/*.ipynb".split()
        digests = [
            (path.relative_to(folder).as_posix(), content_hash(path))
            for folder, patterns in ((self.project.root, own), (self.out, built))
            for pattern in patterns
            for path in folder.glob(pattern)
            if path.is_file()
        ]
        digests += [(name, content_hash(self.out / name)) for name in published_files(self.out)]
        code = self.project.modules.reached(["helpers.publish"])
        self.project.modules.save_cache()
        return digest_of([sorted(digests), code, sys.version])


def _is_newer(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def bring_up_to_date(
    session: Session,
    steps: Sequence[str] = (),
    assignments: Sequence[str] = (),
    *,
    force: bool = False,
    save: bool = False,
    chosen: Sequence[str] = (),
) -> None:
    """Bring steps up to date, and make the pages of their notebooks; with several values, a grid."""
    project, out = session.project, session.out
    plans = session.plans(assignments, steps)
    is_grid = bool(plans[0].combination)
    if save and (assignments or steps):
        raise UsageError("--save keeps a default run of all steps; leave out steps and -p")
    if chosen and not is_grid:
        example = "give a parameter several values, as in -p vintage=first,latest"
        raise UsageError(f"--finding is for a grid: {example}")
    folders = [(str(plan.out), plan.combination, [i.name for i in plan.instances]) for plan in plans]
    if chosen:
        from helpers.runner.grid import refuse_unknown

        refuse_unknown(chosen, plans[0])
    names = [project.step(name).name for name in steps]
    session.run(plans, (names or project.steps) if force else ())
    for plan in plans:
        session.write_pages(plan.out, [instance.name for instance in plan.instances])
    if is_grid:
        given = {"out": out, "folders": folders, "chosen": list(chosen), "steps": names}
        session.call("helpers.runner.grid:write", given)
        files = " and ".join(shown(out / name) for name in ("tables/grid.csv", "figures/grid.svg"))
        print(f"{len(plans)} combinations side by side in {files}")
    if save:
        from helpers.runner.executed_notebooks import save_notebooks

        made = {i.step.name: i.notebook for i in plans[0].instances if not i.changed}
        changed = ", ".join(save_notebooks(project, made))
        print(f"outputs saved into {changed}" if changed else "the notebooks' outputs are as saved")
