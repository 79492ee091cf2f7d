"""The commands of ``rise``, each a few lines that call a plain function of the room that knows the work.

What a command needs is imported inside it, so that none waits for what it does not use. What a person can put right is
raised as an error with an ``exit_code``; :mod:`helpers.runner.cli` prints it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from helpers.runner.errors import UsageError, quoted
from helpers.runner.plan import assess, orphaned_notebooks
from helpers.runner.session import Session, bring_up_to_date, output_folder, shown
from helpers.runner.steps import TIMEOUT, find_root


def address(text: str) -> str:
    """Where a scheduler listens."""
    if not re.fullmatch(r"(tcp|tls|wss?|ucx)://(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(\d{1,5})", text):
        raise UsageError(f"--scheduler must be an address such as tcp://host:8786, not {quoted(text)}")
    return text


def whole(text: str) -> int:
    """How many of something."""
    if not re.fullmatch(r"[1-9]\d{0,5}", str(text)):
        raise typer.BadParameter(f"{quoted(text)} is not a whole number from 1 to 999,999")
    return int(text)


def path_(text: str) -> Path:
    """A file or folder."""
    if not text.strip():
        raise UsageError("the name of a file or folder is empty")
    return Path(text)


Words = list[str] | None
Steps = Annotated[Words, Argument(metavar="[STEP]…", help="such as 21_rise; default: all")]
values = {"metavar": "NAME=VALUE", "help": "a parameter's value; A,B or all for several"}
Values = Annotated[Words, Option("--parameter", "-p", **values)]
Out = Annotated[
    Path | None, Option(metavar="DIR", parser=path_, help="output folder; default: reports/build")
]
number = {"metavar": "N", "help": "steps side by side; default: the cores"}
Jobs = Annotated[int | None, Option("--jobs", "-j", parser=whole, **number)]
cluster = {"metavar": "ADDRESS", "help": "run on a Dask cluster, such as tcp://host:8786"}
Scheduler = Annotated[str | None, Option(parser=address, **cluster)]
Timeout = Annotated[int, Option(metavar="SECONDS", parser=whole, help="what a step may take")]

app = typer.Typer(
    name="rise",
    help="Why did recorded child sexual offences rise? Runs the notebooks and makes the report, the briefings and the pages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def run(
    steps: Steps = None,
    parameter: Values = None,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = TIMEOUT,
    force: Annotated[bool, Option("--force", help="run what is asked for even if it is fresh")] = False,
    save: Annotated[bool, Option("--save", help="put outputs into the committed notebooks")] = False,
    finding: Annotated[Words, Option(metavar="ID", help="a finding to draw of a grid")] = None,
) -> None:
    """Bring steps and what they depend on up to date.

    Only what changed is run. One output folder holds one set of values: -p applies to every step of the run that
    has the parameter, and a run without it goes back to the notebooks' own values. Several values of a parameter
    make a grid, each combination in DIR/grids/NAME=VALUE, with all their findings in DIR/tables/grid.csv and
    DIR/figures/grid.svg; only briefings stand side by side.

    Examples: rise run; rise run 21_rise -p vintage=first; rise run 50_force -p force=all --jobs 4;
    rise run 21_rise -p vintage=first,latest --finding rise.uk.foi_ratio
    """
    session = Session(out, jobs, scheduler, timeout)
    bring_up_to_date(session, steps or (), parameter or (), force=force, save=save, chosen=finding or ())


@app.command()
def status(
    parameter: Values = None,
    out: Out = None,
    strict: Annotated[bool, Option("--strict", help="exit with 1 if anything is stale")] = False,
) -> None:
    """Draw the graph: what is fresh, and for what is stale exactly why.

    Examples: rise status; rise status --strict; rise status -p vintage=first
    """
    from helpers.runner.display import draw_graph
    from helpers.runner.executed_notebooks import outdated

    session, asked, stale = Session(out), parameter or (), 0
    project = session.project
    for plan in session.plans(asked):
        states, gone = assess(plan), orphaned_notebooks(project, plan.out)
        lines = [f"{shown(plan.out)}:"] if plan.combination else []
        lines += draw_graph(project, states, sys.stdout.isatty())
        lines += [f"● {path.stem}  stale\n    its step is gone; the next run removes it" for path in gone]
        print("\n".join(lines))
        stale += len(gone) + sum(state.condition != "fresh" for state in states)
    if (session.out / "manifest.json").is_file() and not stale and not session.is_published():
        again = session.command("report", asked)
        print(f"the report and its pages are not of these results; {again} makes them again")
    old = outdated(project)
    project.modules.save_cache()
    if old:
        print(
            f"committed outputs are of other code or data in {', '.join(old)}; rise run --save refreshes them"
        )
    again = session.command("run", asked)
    print(f"{stale} not fresh; {again} brings them up to date" if stale else "everything is fresh")
    if strict and stale:
        raise typer.Exit(1)


@app.command()
def params(step: Annotated[str, Argument(metavar="STEP", help="a step, such as 21_rise")]) -> None:
    """Print a step's parameters: type, value, choices and meaning.

    Example: rise params 50_force
    """
    found = Session().project.step(step)
    if not found.parameters:
        print(f"{found.name} has no parameters")
    for name, default in found.parameters.items():
        parameter = found.declared[name]
        print(f"{name}: {parameter.type} = {default!r}\n    {parameter.help}")
        if parameter.allowed():
            print(f"    may be: {parameter.allowed()}")
        if parameter.before in found.parameters:
            print(f"    and must come before {parameter.before}")
        if parameter.part_of:
            print(f"    and is a part of {parameter.part_of}: such parts add up to less than 1")


@app.command()
def brief(
    names: Annotated[Words, Argument(metavar="[FORCE]…", help="forces, by name")] = None,
    every: Annotated[bool, Option("--all", help="every force")] = False,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = TIMEOUT,
) -> None:
    """Make one-page briefings of forces, and their index.

    Examples: rise brief Cleveland; rise brief "West Midlands" Kent; rise brief --all
    """
    if bool(names) == every:
        both = ", not both" if every else '; for example rise brief "West Midlands"'
        raise UsageError(f"name the forces, or say --all{both}")
    session = Session(out, jobs, scheduler, timeout)
    found = session.briefings()
    if not found:
        raise UsageError("no notebook of this project is run once for each value of a parameter")
    step, parameter = found
    asked = tuple(dict.fromkeys(map(parameter.check, names or ()))) or parameter.choices
    (plan,) = session.plans(steps=[step.name], **{parameter.name: asked})
    session.run([plan])
    session.write_pages(session.out, [i.name for i in plan.instances if i.step.name == step.name])
    print(session.call("helpers.publish.briefings:build", {"forces": list(asked)}), end="")


@app.command()
def report(
    parameter: Values = None,
    out: Out = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    timeout: Timeout = TIMEOUT,
) -> None:
    """Run every notebook, and publish report, pages and briefings.

    Examples: rise report; rise report --out /tmp/report --jobs 4; rise report -p vintage=first --out /tmp/first
    """
    session = Session(out, jobs, scheduler, timeout)
    found = session.briefings()
    plans = session.plans(parameter or (), **({found[1].name: found[1].choices} if found else {}))
    if plans[0].combination:
        raise UsageError("a report is of one set of values; rise run makes a grid of several")
    session.run(plans)
    if not session.publish():
        made = (shown(session.out / name) for name in ("report.pdf", "index.html"))
        print(f"the report is up to date: {', '.join(made)}")


@app.command(name="publish")
def publish_edition(
    reason: Annotated[str, Option(metavar="TEXT", help="why findings differ from the last edition")] = "",
    out: Out = None,
) -> None:
    """Keep what is published as a dated edition. It goes to reports/published.

    Examples: rise publish; rise publish --reason "Derbyshire's revised total is in"
    """
    session = Session(out)
    stale = any(state.condition != "fresh" for plan in session.plans() for state in assess(plan))
    if stale or not session.is_published():
        remedy = f"{session.command('report')} makes it, and rise status says what is not"
        what = "does not hold the report of this project as it is now"
        raise UsageError(f"{shown(session.out)} {what}; {remedy}")
    print(session.call("helpers.publish.editions:freeze", {"reason": reason}), end="")


@app.command()
def intake(
    paths: Annotated[list[Path], Argument(metavar="PATH…", parser=path_, help="what forces sent")],
    out: Annotated[Path, Option(metavar="DIR", parser=path_, help="where the tables are written")],
    force: Annotated[str | None, Option(metavar="NAME", help="the force that answered")] = None,
    round: Annotated[str | None, Option(metavar="NAME", help="the round they belong to")] = None,
    reading: Annotated[Path | None, Option(metavar="FILE", help="an edited reading, or a folder")] = None,
    explain: Annotated[bool, Option("--explain", help="say how each number was read, and why")] = False,
) -> None:
    """Read what forces sent into one table, and say what looks wrong.

    Examples: rise intake answers/ --out read; rise intake kent.xlsx --out read --force Kent --explain
    """
    import gc

    folder = output_folder(out, find_root())
    from helpers.intake import intake as read

    gc.disable()  # the process ends with this: looking for cycles among what was read takes as long as writing it
    read(paths, folder, force, round, reading, explain=explain)


Name = Argument(metavar="NAME", help="a round, such as 2026-11")
rounds = typer.Typer(help="Start a round of FOI requests, and see who is late.", no_args_is_help=True)
app.add_typer(rounds, name="round")


@rounds.callback()
def in_a_project() -> None:
    """Refuse where there is no project: none is made there, and what rooms know of forces is read in one."""
    find_root()


@rounds.command(name="new")
def new_round(name: Annotated[str, Name]) -> None:
    """Start a round: the request, and a table that tracks the answers.

    Example: rise round new 2026-11
    """
    from helpers.intake import rounds as room

    room.new(name)


@rounds.command(name="status")
def round_status(name: Annotated[str | None, Name] = None) -> None:
    """Show who has answered and who is late. Where no round is named, the newest is meant.

    Example: rise round status 2026-11
    """
    from helpers.intake import rounds as room

    room.status(name)


@rounds.command(name="accept")
def accept_round(
    name: Annotated[str, Name],
    folder: Annotated[Path, Argument(metavar="DIR", help="what rise intake wrote")],
    url: Annotated[str, Option(metavar="ADDRESS", help="where the answers can be read")] = "",
    replace: Annotated[bool, Option("--replace", help="in place of what their forces sent before")] = False,
) -> None:
    """Take answers into a round, with small counts suppressed. The next run uses them.

    Examples: rise round accept 2026-11 read; rise round accept 2026-11 corrected --replace
    """
    from helpers.intake.acceptance import accept

    accept(name, folder, url=url, replace=replace)


@app.command()
def fetch(
    name: Annotated[str | None, Argument(metavar="NAME", help="of data/official_files.toml")] = None,
    file: Annotated[Path | None, Option(parser=path_, metavar="FILE", help="downloaded before")] = None,
    url: Annotated[str | None, Option(metavar="ADDRESS", help="in place of the known one")] = None,
    sha256: Annotated[str | None, Option(metavar="DIGEST", help="what it must have")] = None,
    out: Annotated[
        Path | None, Option(parser=path_, metavar="DIR", help="default: reports/build/fetched")
    ] = None,
) -> None:
    """Download official tables, and say what changed or is new in them.

    Examples: rise fetch; rise fetch --file prc-open-data.xlsx; rise fetch outcomes --url ADDRESS
    """
    folder = output_folder(out, find_root())
    from helpers.official.download import fetch as get

    get(name, file=file, url=url, sha256=sha256, out=folder if out else folder / "fetched")


@app.command()
def clean(out: Out = None) -> None:
    """Remove what runs have made.

    Example: rise clean --out /tmp/try
    """
    from helpers.runner.staging import clean as remove

    out = output_folder(out, find_root())
    where = shown(out)  # said of the folder that one is in, which is gone afterwards
    print(f"{remove(out)} files removed from {where}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the start page. Whatever else is given is passed to JupyterLab.

    Examples: rise lab; rise lab --no-browser --port 9000
    """
    from helpers.runner.lab import lab_command, lab_environment

    root = find_root()
    command = lab_command(root, [argument for argument in context.args if argument != "--"])
    sys.stdout.flush()
    os.execve(command[0], command, lab_environment(root, os.environ))
