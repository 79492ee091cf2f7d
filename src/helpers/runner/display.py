"""What a person sees of a run: live rows on a terminal, plain lines anywhere else.

Rows and the lines of ``rise status`` say the same things in the same words. rich is imported only for a
terminal, and only when something is to be run.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from helpers.runner.plan import State
from helpers.runner.schedule import Display, Result
from helpers.runner.steps import Project, place

MARKS = {"fresh": "✓", "ran": "✓", "failed": "✗", "stopped": "–", "stale": "●", "waiting": "○"}
COLOURS = {
    "fresh": "green",
    "ran": "green",
    "failed": "red",
    "stale": "yellow",
    "waiting": "cyan",
}


def short(reasons: Iterable[str], between: str = "; ", most: int = 3) -> str:
    """The first few reasons and how many more.

    >>> short(["a", "b", "c", "d", "e"])
    'a; b; c; and 2 more'
    """
    reasons = list(reasons)
    more = len(reasons) - most
    return between.join(reasons[:most] + ([f"and {more} more"] if more > 0 else []))


def describe(result: Result, told: set[str]) -> str:
    """One line for a result; `told` holds why others failed, so that one reason for many is told once.

    A failure is described at length by :func:`describe_failures`.
    """
    if result.ended == "ran":
        return f"done in {result.seconds:.1f} s ({short(result.because)})"
    if result.ended == "stopped":
        return f"not run: {short(result.because)}"
    if result.ended == "failed":
        what = result.failure.what.splitlines()[0]
        again = what in told
        told.add(what)
        return "failed for the same reason" if again else f"failed: {what}"
    return "fresh"


def describe_failures(failed: Iterable[Result], shown: Callable[[Path], str]) -> list[str]:
    """Everything that helps to correct each failure: place, source line, last output, parameters, log.

    What befell several steps alike and in no cell, such as the end of a scheduler, is told once.
    """
    alike: dict[object, list[Result]] = {}
    for result in failed:
        alike.setdefault(result.failure if not result.failure.cell else id(result), []).append(result)
    return [line for same in alike.values() for line in _describe_failure(same, shown)]


def _describe_failure(same: list[Result], shown: Callable[[Path], str]) -> Iterator[str]:
    result, failure = same[0], same[0].failure
    names = short((one.label or one.instance.name for one in same), ", ")
    yield f"{names} failed: {failure.what}".replace("\n", "\n    ")
    if failure.cell:
        yield f"  at {place(result.instance.step.path, failure.cell, failure.line)}"
    if failure.source:
        yield f"     {failure.source}"
    if failure.tail:
        yield from ["  last output:", *(f"     {line}" for line in failure.tail.split("\n"))]
    if result.instance.values and len(same) == 1:
        yield f"  parameters: {', '.join(f'{name}={value}' for name, value in result.instance.values.items())}"
    if result.log:
        yield f"  log: {shown(result.out)}/logs/{result.log.name}"


class Plain(Display):
    """A line as each instance ends; for files, pipes and continuous integration."""

    def __init__(self, stream=None, quiet: bool = False):
        self.stream = stream or sys.stdout
        self.quiet = quiet
        self.total = self.count = 0
        self.told: set[str] = set()

    def say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)

    def begin(self, names: Iterable[str]) -> None:
        self.total = len(list(names))

    def ended(self, result: Result) -> None:
        self.count += 1
        if result.ended != "fresh" and not self.quiet:
            mark = MARKS[result.ended]
            self.say(f"{mark} {result.label:<28} {describe(result, self.told)}  [{self.count}/{self.total}]")


class Live(Display):
    """Rows that move: the steps that run, with cells done and time; above them, those that have ended."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.console = Console(highlight=False)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self.rows: dict[str, object] = {}
        self.told: set[str] = set()
        self.whole = None

    def say(self, line: str) -> None:
        self.console.print(line, markup=False)

    def begin(self, names: Iterable[str]) -> None:
        self.progress.start()
        self.whole = self.progress.add_task("[bold]all steps", total=len(list(names)))

    def started(self, name: str, because: tuple[str, ...]) -> None:
        self.rows[name] = self.progress.add_task(name, total=None)

    def cells(self, name: str, done: int, total: int) -> None:
        self.progress.update(self.rows[name], completed=done, total=total)

    def ended(self, result: Result) -> None:
        if result.label in self.rows:
            self.progress.remove_task(self.rows.pop(result.label))
        self.progress.advance(self.whole)
        if result.ended != "fresh":
            colour = COLOURS.get(result.ended, "dim")
            line = f"[{colour}]{MARKS[result.ended]}[/] {_escape(result.label):<28} [dim]{_escape(describe(result, self.told))}[/]"
            self.console.print(line)

    def close(self) -> None:
        self.progress.stop()


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def make_display(quiet: bool = False) -> Display:
    """Live rows on a terminal, plain lines elsewhere."""
    return Live() if sys.stdout.isatty() and not quiet else Plain(quiet=quiet)


def draw_graph(project: Project, states: list[State], colour: bool) -> list[str]:
    """The graph as lines: each step below those it needs, what it reads from them, its state and why.

    Instances of one step share a line when they are in the same state for the same reasons.
    """
    depth = {}
    for name in project.order:
        depth[name] = 1 + max((depth[before] for before in project.before[name]), default=-1)
    groups: dict[tuple, list[State]] = {}
    for state in states:
        many = bool(state.instance.suffix)
        key = (state.instance.step.name, state.condition, state.reasons if many else state.instance.name)
        groups.setdefault(key, []).append(state)
    lines = []
    for (name, condition, _), found in groups.items():
        who = found[0].instance.name if len(found) == 1 else f"{name} ({len(found)} instances)"
        needs = project.before[name]
        arrow = f" ← {', '.join(needs)}" if needs else ""
        mark = _paint(MARKS[condition], COLOURS[condition], colour)
        head = f"{'  ' * depth[name]}{mark} {who}{_paint(arrow, 'dim', colour)}"
        lines.append(
            head if condition == "fresh" else f"{head}  {_paint(condition, COLOURS[condition], colour)}"
        )
        lines += [f"{'  ' * depth[name]}    {reason}" for reason in found[0].reasons]
    return lines


def _paint(text: str, colour: str, on: bool) -> str:
    codes = {"green": "32", "red": "31", "yellow": "33", "cyan": "36", "dim": "2"}
    return f"\x1b[{codes[colour]}m{text}\x1b[0m" if on and text else text


class Waiting:
    """A moving mark for work of one piece that takes longer than two seconds; nothing off a terminal."""

    def __init__(self, label: str = "working"):
        self.label = label
        self._timer: threading.Timer | None = None
        self._status = None

    def __enter__(self) -> Waiting:
        if sys.stdout.isatty():
            self._timer = threading.Timer(2, self._show)
            self._timer.start()
        return self

    def _show(self) -> None:
        from rich.console import Console

        self._status = Console().status(self.label)
        self._status.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._status is not None:
            self._status.stop()
