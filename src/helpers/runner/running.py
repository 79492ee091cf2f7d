"""What ``rise run``, ``status``, ``brief`` and ``report`` do, in plain functions that need no command-line library."""

from __future__ import annotations

import gc
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from helpers.runner.errors import RunnerError, UsageError

# no place for results
OWN = (".git", ".github", ".venv", "data", "notebooks", "reports/published", "src", "tests")


def open_project(out: Path | None):
    """The project, the output folder, and the helper modules as an earlier run remembered them."""
    from helpers.runner.modules import Modules, load_known
    from helpers.runner.steps import find_root, load_project

    root = find_root()
    out = output_folder(out, root)
    return load_project(root), out, Modules(root, load_known(out))


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
        raise UsageError(
            f"{shown(out) or out} holds the project's own files; choose another output folder with --out"
        )
    file = next((path for path in (out, *out.parents) if path.exists() and not path.is_dir()), None)
    if file:
        raise UsageError(f"{shown(file)} is a file where a folder is needed; choose another with --out")
    return there


def shown(path: Path) -> str:
    """A path as messages show it: from here if it is below here."""
    here = f"{os.getcwd()}{os.sep}"
    return str(path)[len(here) :] if str(path).startswith(here) else str(path)


def command(words: str, out: Path, root: Path, assignments: Iterable[str] = ()) -> str:
    """A command to type next, with the values and the output folder that are in use."""
    used = [word for assignment in assignments for word in ("-p", assignment)]
    used += [] if out == output_folder(None, root) else ["--out", shown(out)]
    return " ".join(["rise", words, *map(shlex.quote, used)])


def run(
    steps: Sequence[str] = (),
    assignments: Sequence[str] = (),
    out: Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    timeout: float = 600,
    *,
    force: bool = False,
    save: bool = False,
    chosen: Sequence[str] = (),
) -> None:
    """Bring steps up to date, and make the pages of their notebooks; with several values, a grid."""
    from helpers.runner.parameters import parse_assignments
    from helpers.runner.plan import make_plans

    project, out, modules = open_project(out)
    asked = parse_assignments(assignments, project.root)
    plans = make_plans(project, out, steps, asked)
    is_grid = bool(plans[0].combination)
    if save and (asked or steps):
        raise UsageError("--save keeps a default run of all steps; leave out steps and -p")
    if chosen and not is_grid:
        raise UsageError(
            "--finding is for a grid: give a parameter several values, as in -p vintage=first,latest"
        )
    forced = {project.step(name).name for name in steps or project.steps} if force else set()
    done = _run_plans(plans, modules, jobs, timeout, scheduler, forced)
    modules.remember(out)
    fresh = _report(done, project, out)
    if not (fresh and _pages_stand(plans)):
        from helpers.runner.finish import write_pages

        for plan in plans:
            write_pages(project, plan.out, [instance.name for instance in plan.instances])
    if is_grid:
        from helpers.runner.grid import join

        print(join(plans, out, chosen, [project.step(name).name for name in steps]))
    if save:
        from helpers.runner.save import save_notebooks

        made = {i.step.name: i.notebook(out) for i in plans[0].instances if not i.changed}
        changed = save_notebooks(project, made)
        print(
            f"outputs saved into {', '.join(changed)}" if changed else "the notebooks' outputs are as saved"
        )


def _pages_stand(plans) -> bool:
    return all(i.notebook(plan.out).with_suffix(".html").is_file() for plan in plans for i in plan.instances)


def _run_plans(plans, modules, jobs, timeout, scheduler, forced=frozenset()):
    """Run what is stale; results, or states if all is fresh. Nothing slow is imported then."""
    from helpers.runner.freshness import Freshness
    from helpers.runner.plan import judge, retired

    project = plans[0].project
    if not scheduler and not (plans[0].out / "notebooks").is_dir():
        _start(project.root, modules)  # while it is judged what to run: here that is everything
    states = [s for plan in plans for s in judge(plan, Freshness(project, plan.out, modules))]
    leftover = any(retired(project, plan.out) for plan in plans)
    if not forced and not leftover and all(state.condition == "fresh" for state in states):
        return states
    gc.enable()  # the command line turns it off for the moment that it takes to find that nothing is to do
    from helpers.runner.display import make_display
    from helpers.runner.finish import before_running
    from helpers.runner.modules import Modules
    from helpers.runner.schedule import Run

    modules = Modules(
        project.root, modules.known
    )  # what steps are held against is read before they are forked
    _start(project.root, modules)
    before_running(plans)
    options = {"forced": forced, "modules": modules, "display": make_display()}
    if not scheduler:
        return Run(plans, jobs or cores(), timeout, **options).go()
    from helpers.runner.cluster import Cluster

    with Cluster(scheduler) as cluster:
        cluster.check(project.root)
        return Run(
            plans, jobs or cluster.slots, timeout, execute=cluster.execute, stop=cluster.stop, **options
        ).go()


def _start(root: Path, modules) -> None:
    """Start importing the stack, once it is noted what the helper modules are that it will find."""
    from helpers.runner.process import start

    for path in (root / "src").rglob("*.py"):
        modules.digest(path)
    start(root)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _report(done, project, out: Path) -> bool:
    """Say how a run ended, and whether nothing was to do; raise if a step failed."""
    from helpers.runner.plan import State

    if not done or isinstance(done[0], State):
        print(f"everything is fresh ({len(done)} step{'s' * (len(done) != 1)} in {shown(out)})")
        return True
    from helpers.runner.display import describe_failures
    from helpers.runner.finish import after_running

    after_running(project, done)
    words = {"ran": "run", "fresh": "already fresh", "stopped": "not run", "failed": "failed"}
    count = {ended: sum(result.ended == ended for result in done) for ended in words}
    said = ", ".join(f"{count[ended]} {words[ended]}" for ended in words if count[ended])
    print(f"{said or 'nothing done'}; outputs in {shown(out)}")
    failed = [result for result in done if result.ended == "failed"]
    if failed:
        raise RunnerError("\n".join(describe_failures(failed, shown)))
    return False


def status(assignments: Sequence[str] = (), out: Path | None = None) -> int:
    """Draw the graph of each folder; how much is not fresh."""
    from helpers.runner.display import draw_graph
    from helpers.runner.finish import is_published
    from helpers.runner.freshness import Freshness
    from helpers.runner.parameters import parse_assignments
    from helpers.runner.plan import judge, make_plans, retired
    from helpers.runner.save import outdated

    project, out, modules = open_project(out)
    stale = 0
    for plan in make_plans(project, out, (), parse_assignments(assignments, project.root)):
        if plan.out != out:
            print(f"{shown(plan.out)}:")
        states = judge(plan, Freshness(project, plan.out, modules))
        print("\n".join(draw_graph(project, states, sys.stdout.isatty())))
        gone = retired(project, plan.out)
        for path in gone:
            print(f"● {path.stem}  stale\n    its step is gone; the next run removes it")
        stale += len(gone) + sum(state.condition != "fresh" for state in states)
    modules.remember(out)
    if (out / "manifest.json").is_file() and not stale and not is_published(project, out):
        again = command("report", out, project.root, assignments)
        print(f"the report and its pages are not of these results; {again} makes them again")
    old = outdated(project, Freshness(project, out, modules))
    if old:
        print(f"committed outputs are of other code in {', '.join(old)}; rise run --save refreshes them")
    again = command("run", out, project.root, assignments)
    print(f"{stale} not fresh; {again} brings them up to date" if stale else "everything is fresh")
    return stale


def _briefings(project):
    """The step that is run once for each value of a parameter, and that parameter; None where there is none."""
    return next(
        ((step, step.declared[step.one_each]) for step in project.steps.values() if step.one_each), None
    )


def brief(names: Sequence[str], out: Path | None, jobs, scheduler, timeout) -> None:
    """Make the briefings of some values, or of all."""
    from helpers.runner.finish import call, write_pages
    from helpers.runner.plan import make_plans

    project, out, modules = open_project(out)
    found = _briefings(project)
    if not found:
        raise UsageError("no notebook of this project is run once for each value of a parameter")
    step, parameter = found
    asked = tuple(dict.fromkeys(map(parameter.check, names))) or parameter.choices
    (plan,) = make_plans(project, out, [step.name], {parameter.name: asked})
    done = _run_plans([plan], modules, jobs, timeout, scheduler)
    modules.remember(out)
    _report(done, project, out)
    write_pages(project, out, [i.name for i in plan.instances if i.step.name == step.name])
    print(call("helpers.publish.briefings:build", project.root, out, {"forces": list(asked)}), end="")


def report(assignments: Sequence[str], out: Path | None, jobs, scheduler, timeout) -> None:
    """Run everything with every briefing, and publish it."""
    from helpers.runner.finish import publish
    from helpers.runner.parameters import parse_assignments
    from helpers.runner.plan import make_plans

    project, out, modules = open_project(out)
    asked = parse_assignments(assignments, project.root)
    found = _briefings(project)
    if found:
        asked.setdefault(found[1].name, found[1].choices)
    plans = make_plans(project, out, (), asked)
    if plans[0].combination:
        raise UsageError("a report is of one set of values; rise run makes a grid of several")
    done = _run_plans(plans, modules, jobs, timeout, scheduler)
    modules.remember(out)
    _report(done, project, out)
    if not publish(project, out):
        print(f"the report is up to date: {shown(out / 'report.pdf')}, {shown(out / 'index.html')}")
