"""The commands of ``rise``, each a few lines that call a plain function of the room that knows the work.

What a command needs is imported inside it, so that none waits for what it does not use. Errors of the user's are
raised as :class:`RunnerError`; ``cli.main`` prints them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from helpers.runner.asked import Jobs, Out, Scheduler, Steps, Timeout, Values
from helpers.runner.asked import path as path_
from helpers.runner.cli import fresh_line, open_project, output_folder, shown
from helpers.runner.errors import RunnerError, UsageError
from helpers.runner.parameters import PARAMETERS
from helpers.runner.steps import find_root

BRIEFING = "50_force"

app = typer.Typer(
    name="rise",
    help="Why did recorded child sexual offences rise? Runs the notebooks and makes the report, the briefings and the pages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@app.command()
def run(
    steps: Steps = None,
    parameter: Values = None,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = 600,
    force: Annotated[bool, typer.Option("--force", help="run what is asked for even if it is fresh")] = False,
    ordinary: Annotated[bool, typer.Option("--ordinary-kernels", help="start each kernel anew")] = False,
    save: Annotated[
        bool, typer.Option("--save", help="put the outputs into the committed notebooks")
    ] = False,
) -> None:
    """Bring steps and what they depend on up to date.

    Only what changed is run. One output folder holds one set of values: -p applies to every step of the run that
    has the parameter, and a run without it goes back to the notebooks' own values. Several values of a parameter
    make a grid, each combination in DIR/grids/NAME=VALUE; only a force's briefings stand side by side.

    Examples: rise run; rise run 21_rise -p vintage=first; rise run 50_force -p force=all --jobs 4
    """
    from helpers.runner.parameters import parse_assignments
    from helpers.runner.plan import make_plans

    project, out, modules = open_project(out)
    asked = parse_assignments(parameter or [], project.root)
    plans = make_plans(project, out, steps or (), asked)
    if save and (asked or steps):
        raise UsageError("--save keeps a default run of all steps; leave out steps and -p")
    forced = {project.step(name).name for name in steps or project.steps} if force else set()
    done = _run_plans(plans, modules, jobs, timeout, scheduler, forced=forced, ordinary=ordinary)
    modules.remember(out)
    _report(done, project, out)
    if save:
        from helpers.runner.save import save_notebooks

        made = {
            instance.step.name: instance.notebook(out)
            for instance in plans[0].instances
            if not instance.changed
        }
        changed = save_notebooks(project, made)
        print(
            f"outputs saved into {', '.join(changed)}" if changed else "the notebooks' outputs are as saved"
        )


def _run_plans(plans, modules, jobs, timeout, scheduler, *, forced=frozenset(), ordinary=False, quiet=False):
    """Run what is stale; (results, whether anything was). Nothing slow is imported if all is fresh."""
    from helpers.runner.freshness import Freshness
    from helpers.runner.plan import judge, retired

    local = not (ordinary or scheduler)
    if local and not (plans[0].out / "notebooks").is_dir():
        _warm(plans[0])  # while it is judged what to run: here that is everything
    states = [s for plan in plans for s in judge(plan, Freshness(plan.project, plan.out, modules))]
    leftover = any(retired(plan.project, plan.out) for plan in plans)
    if not forced and not leftover and all(state.condition == "fresh" for state in states):
        return states
    from helpers.runner.display import make_display
    from helpers.runner.finish import before_running
    from helpers.runner.modules import Modules
    from helpers.runner.schedule import Run

    kernel = _warm(plans[0]) if local else "python3"
    before_running(plans)
    options = {"forced": forced, "modules": Modules(plans[0].project.root, modules.known)}
    if scheduler:
        from helpers.runner.cluster import Cluster

        with Cluster(scheduler) as cluster:
            cluster.check(plans[0].project.root)
            results = Run(
                plans,
                jobs or cluster.slots,
                timeout,
                display=make_display(quiet),
                execute=cluster.execute,
                **options,
            ).go()
    else:
        results = Run(plans, jobs or _cores(), timeout, kernel, display=make_display(quiet), **options).go()
    return results


def _warm(plan) -> str:
    """Start importing the science stack in the preloader, and nbclient here; the kernel to use, preloaded if it can be."""
    import threading

    from helpers.runner.kernels import KERNEL, can_fork, is_installed, warm

    if not (can_fork() and is_installed()):
        return "python3"
    from helpers.runner.execute import environment, quick_imports

    root = plan.project.root
    warm(environment(root, plan.out, plan.out, plan.out), str(root / "notebooks"))
    threading.Thread(target=quick_imports, daemon=True).start()
    return KERNEL


def _report(done, project, out: Path) -> None:
    """Say how a run ended; raise if a step failed."""
    from helpers.runner.plan import State

    if not done or isinstance(done[0], State):
        print(fresh_line(len(done), out))
        return
    from helpers.runner.display import describe_failures
    from helpers.runner.finish import after_running

    after_running(project, done)
    failed = [result for result in done if result.ended == "failed"]
    count = {
        word: sum(1 for result in done if result.ended == word)
        for word in ("ran", "taken", "fresh", "stopped")
    }
    words = {"ran": "run", "taken": "taken over", "fresh": "already fresh", "stopped": "not run"}
    said = ", ".join(f"{count[word]} {words[word]}" for word in count if count[word])
    print(f"{said or 'nothing done'}{f', {len(failed)} failed' if failed else ''}; outputs in {shown(out)}")
    if failed:
        raise RunnerError("\n".join(describe_failures(failed, shown)))


@app.command()
def status(
    parameter: Values = None,
    out: Out = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit with 1 if anything is stale")] = False,
) -> None:
    """Draw the graph: what is fresh, and for what is stale exactly why.

    Examples: rise status; rise status --strict; rise status -p vintage=first
    """
    from helpers.runner.display import draw_graph
    from helpers.runner.finish import is_published
    from helpers.runner.freshness import Freshness
    from helpers.runner.parameters import parse_assignments
    from helpers.runner.plan import judge, make_plans, retired
    from helpers.runner.save import outdated

    project, out, modules = open_project(out)
    stale = 0
    for plan in make_plans(project, out, (), parse_assignments(parameter or [], project.root)):
        if plan.out != out:
            print(f"{shown(plan.out)}:")
        states = judge(plan, Freshness(project, plan.out, modules))
        print("\n".join(draw_graph(project, states, sys.stdout.isatty())))
        gone = retired(project, plan.out)
        for path in gone:
            print(f"● {path.stem}  stale\n    its step is gone; the next run removes it")
        stale += len(gone) + sum(1 for state in states if state.condition != "fresh")
    modules.remember(out)
    if (out / "manifest.json").is_file() and not stale and not is_published(project, out):
        print("the report and its pages are not of these results; rise report makes them again")
    old = outdated(project, Freshness(project, out, modules))
    if old:
        print(f"committed outputs are of other code in {', '.join(old)}; rise run --save refreshes them")
    print(f"{stale} not fresh; rise run brings them up to date" if stale else "everything is fresh")
    if strict and stale:
        raise typer.Exit(1)


@app.command()
def params(step: Annotated[str, typer.Argument(metavar="STEP", help="a step, such as 21_rise")]) -> None:
    """Print a step's parameters: type, the notebook's value, what they may be and what they mean.

    Example: rise params 50_force
    """
    from helpers.runner.parameters import PARAMETERS

    project, *_ = open_project(None)
    found = project.step(step)
    if not found.parameters:
        print(f"{found.name} has no parameters")
    for name, default in found.parameters.items():
        parameter = PARAMETERS[name]
        choices = parameter.values(project.root)
        span = f"{parameter.minimum:,} to {parameter.maximum:,}" if parameter.minimum is not None else ""
        allowed = parameter.like or span
        if choices:
            listed = ", ".join(repr(choice) if choice == "" else str(choice) for choice in choices)
            allowed = (
                listed
                if len(listed) < 70
                else f"{choices[0] or choices[1]} … {choices[-1]} ({len(choices)} values)"
            )
        print(f"{name}: {parameter.type} = {default.value!r}")
        here = f" ({default.comment})" if default.comment not in ("", parameter.help) else ""
        print(f"    {parameter.help}{here}")
        if allowed:
            print(f"    may be: {allowed}")


@app.command()
def brief(
    forces: Annotated[list[str] | None, typer.Argument(metavar="[FORCE]…", help="forces, by name")] = None,
    every: Annotated[bool, typer.Option("--all", help="every force")] = False,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = 600,
) -> None:
    """Make the one-page briefings of forces, and the index of those that there are.

    Examples: rise brief Cleveland; rise brief "West Midlands" Kent; rise brief --all
    """
    from helpers.runner.finish import call
    from helpers.runner.parameters import check_value
    from helpers.runner.plan import make_plans

    if bool(forces) == every:
        both = ", not both" if every else '; for example rise brief "West Midlands"'
        raise UsageError(f"name the forces, or say --all{both}")
    project, out, modules = open_project(out)
    known = PARAMETERS["force"].values(project.root)
    asked = (
        known if every else tuple(dict.fromkeys(check_value("force", name, project.root) for name in forces))
    )
    plans = make_plans(project, out, [BRIEFING], {"force": asked})
    done = _run_plans(plans, modules, jobs, timeout, scheduler)
    modules.remember(out)
    _report(done, project, out)
    call("helpers.publish.briefings", "build", project.root, out, forces=list(asked))


@app.command()
def report(
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = 600,
) -> None:
    """Run every notebook and every force's briefing, and publish the report, the pages and the figures.

    Examples: rise report; rise report --out /tmp/report --jobs 4
    """
    from helpers.runner.finish import publish
    from helpers.runner.plan import make_plans

    project, out, modules = open_project(out)
    asked = {"force": PARAMETERS["force"].values(project.root)} if BRIEFING in project.steps else {}
    done = _run_plans(make_plans(project, out, (), asked), modules, jobs, timeout, scheduler)
    modules.remember(out)
    _report(done, project, out)
    if not publish(project, out):
        print(f"the report is up to date: {shown(out / 'report.pdf')}, {shown(out / 'index.html')}")


@app.command(name="publish")
def publish_edition(
    reason: Annotated[str, typer.Option("--reason", help="why findings differ from the last edition")] = "",
    out: Out = None,
) -> None:
    """Freeze what is published as a dated edition under reports/published.

    Examples: rise publish; rise publish --reason "Derbyshire's revised total is in"
    """
    from helpers.runner.finish import call

    project, out, _ = open_project(out)
    call("helpers.publish.editions", "freeze", project.root, out, reason=reason)


@app.command()
def intake(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", parser=path_, help="files and folders that forces sent"),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", parser=path_, help="where the tables are written")
    ],
    force: Annotated[
        str | None, typer.Option("--force", metavar="NAME", help="the force that answered")
    ] = None,
    round: Annotated[
        str | None,
        typer.Option("--round", metavar="NAME", help="the round they belong to; a new name starts one"),
    ] = None,
    reading: Annotated[
        Path | None,
        typer.Option(
            "--reading", metavar="FILE", help="a reading of an earlier run, edited, or a folder of them"
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="say what each row, column and number was taken for, and why")
    ] = False,
) -> None:
    """Read what forces sent into one checked table, and say what looks wrong.

    Examples: rise intake answers/ --out read; rise intake kent.xlsx --out read --force Kent --explain
    """
    from helpers.intake import intake as read

    read(paths, output_folder(out, find_root()), force, round, reading, explain=explain)


rounds = typer.Typer(help="Start a round of FOI requests, and see who is late.", no_args_is_help=True)
app.add_typer(rounds, name="round")


@rounds.command(name="new")
def new_round(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the round's name, such as 2026-11")],
) -> None:
    """Start a round: the text of the request and a table that tracks the answers.

    Example: rise round new 2026-11
    """
    from helpers.intake import rounds as room

    find_root()
    room.new(name)


@rounds.command(name="status")
def round_status(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="a round; default: the newest")] = None,
) -> None:
    """Show who has answered and who is late.

    Example: rise round status 2026-11
    """
    from helpers.intake import rounds as room

    find_root()
    room.status(name)


@rounds.command(name="accept")
def accept_round(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the round")],
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="what rise intake --round wrote, looked through")
    ],
    url: Annotated[
        str, typer.Option("--url", metavar="ADDRESS", help="where the answers can be read, if anywhere")
    ] = "",
    replace: Annotated[
        bool,
        typer.Option("--replace", help="these answers take the place of all that their forces sent before"),
    ] = False,
) -> None:
    """Take answers into a round, small counts suppressed, so that the next run uses them.

    Examples: rise round accept 2026-11 read; rise round accept 2026-11 corrected --replace
    """
    from helpers.intake import rounds as room

    find_root()
    room.accept(name, folder, url=url, replace=replace)


@app.command()
def fetch(
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", parser=path_, help="a file that was downloaded before"),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="the file's address, in place of the known one")
    ] = None,
    sha256: Annotated[str | None, typer.Option("--sha256", help="the digest that it must have")] = None,
    out: Out = None,
) -> None:
    """Download the current official tables, check them, and say what changed against what is held.

    Examples: rise fetch; rise fetch --file prc-open-data.xlsx
    """
    from helpers.official.download import fetch as get

    folder = output_folder(out, find_root())
    get(file=file, url=url, sha256=sha256, out=folder if out else folder / "fetched")


@app.command()
def clean(out: Out = None) -> None:
    """Remove what runs have made.

    Example: rise clean --out /tmp/try
    """
    from helpers.runner.staging import clean as remove

    out = output_folder(out, find_root())
    print(f"{remove(out)} files removed from {shown(out)}")


@app.command()
def lab(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- ARGUMENT]…", help="passed to JupyterLab")
    ] = None,
) -> None:
    """Open JupyterLab on the start page.

    Examples: rise lab; rise lab -- --no-browser --port 9000
    """
    import os

    from helpers.runner.lab import lab_command, lab_environment

    root = find_root()
    command = lab_command(root, arguments or [])
    os.execve(command[0], command, lab_environment(root, os.environ))
