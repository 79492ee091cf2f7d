"""The project at hand and what ``rise run`` does with it, in plain functions that need no command-line library.

What is slow to import is imported once something is to be run.
"""

from __future__ import annotations

import gc
import os
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from helpers.runner.errors import RunnerError, UsageError
from helpers.runner.parameters import Parameter, parse_assignments
from helpers.runner.plan import Plan, judge, make_plans, retired
from helpers.runner.steps import Step, find_root, load_project

# no place for results
OWN = (".git", ".github", ".venv", "data", "notebooks", "reports/published", "src", "tests")


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
    own = (root / name for name in OWN)
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
        timeout: float = 600,
    ):
        root = find_root()
        self.out = output_folder(out, root)
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

    def bring_up_to_date(self, plans: list[Plan], forced: Collection[str] = ()) -> bool:
        """Run what is stale, and say how it ended; whether anything was to do.

        Raises
        ------
        RunnerError
            If a step failed; the others have been run.
        """
        project, modules = self.project, self.project.modules
        if not self.scheduler and not (plans[0].out / "notebooks").is_dir():
            self._start()  # while it is judged what to run: here that is everything
        states = [state for plan in plans for state in judge(plan)]
        leftover = any(retired(project, plan.out) for plan in plans)
        if not forced and not leftover and all(state.condition == "fresh" for state in states):
            modules.remember()
            print(f"everything is fresh ({len(states)} step{'s' * (len(states) != 1)} in {shown(self.out)})")
            return False
        gc.enable()  # the command line turns it off for the moment that it takes to find that nothing is to do
        from helpers.runner.display import describe_failures
        from helpers.runner.finish import after_running, before_running
        from helpers.runner.schedule import Run

        self._start()
        before_running(plans)
        if self.scheduler:
            from helpers.runner.cluster import Cluster

            with Cluster(self.scheduler, project.root) as cluster:
                cluster.check()
                jobs = self.jobs or cluster.slots
                results = Run(plans, jobs, self.timeout, forced, cluster.execute, cluster.stop).go()
        else:
            results = Run(plans, self.jobs or cores(), self.timeout, forced).go()
        modules.remember()
        after_running(project, results)
        words = {"ran": "run", "fresh": "already fresh", "stopped": "not run", "failed": "failed"}
        count = Counter(result.condition for result in results)
        said = ", ".join(f"{count[condition]} {words[condition]}" for condition in words if count[condition])
        print(f"{said or 'nothing done'}; outputs in {shown(self.out)}")
        if count["failed"]:
            raise RunnerError("\n".join(describe_failures(results, shown)))
        return True

    def _start(self) -> None:
        """Start importing the stack, once it is noted what the helper modules are that it will find."""
        from helpers.runner.process import start

        for path in self.project.modules.path.values():
            self.project.modules.digest(path)
        start(self.project.root)


def run(
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

        refuse_unknown(chosen, plans, folders)
    names = [project.step(name).name for name in steps]
    done = session.bring_up_to_date(plans, (names or project.steps) if force else ())
    pages = (i.notebook.with_suffix(".html") for plan in plans for i in plan.instances)
    if not (done or is_grid or save) and all(page.is_file() for page in pages):
        return
    from helpers.runner import finish

    for plan in plans:
        finish.write_pages(project, plan.out, [instance.name for instance in plan.instances])
    if is_grid:
        given = {"out": out, "folders": folders, "chosen": list(chosen), "steps": names}
        finish.call("helpers.runner.grid:write", project.root, out, given)
        files = " and ".join(shown(out / name) for name in ("tables/grid.csv", "figures/grid.svg"))
        print(f"{len(plans)} combinations side by side in {files}")
    if save:
        from helpers.runner.documents import save_notebooks

        made = {i.step.name: i.notebook for i in plans[0].instances if not i.changed}
        changed = ", ".join(save_notebooks(project, made))
        print(f"outputs saved into {changed}" if changed else "the notebooks' outputs are as saved")
