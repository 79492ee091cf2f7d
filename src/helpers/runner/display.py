"""What a person sees of a run: a line as each step ends, and on a terminal also a bar with the names of those that run.

These and the lines of ``rise status`` say the same things in the same words. rich is imported only when something is to
be run.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from helpers.runner.plan import Result
from helpers.runner.steps import Project, place

MARKS = {  # of a condition: its mark, and the number of its colour on a terminal
    "fresh": ("✓", 32),
    "ran": ("✓", 32),
    "failed": ("✗", 31),
    "stopped": ("–", 2),
    "stale": ("●", 33),
    "waiting": ("○", 36),
}


def first_few(reasons: Iterable[str], between: str = "; ", most: int = 3) -> str:
    """The first few reasons and how many more.

    >>> first_few(["a", "b", "c", "d", "e"])
    'a; b; c; and 2 more'
    """
    reasons = list(reasons)
    more = len(reasons) - most
    return between.join(reasons[:most] + ([f"and {more} more"] if more > 0 else []))


def describe(result: Result) -> str:
    """One line for a result. A failure is described at length by :func:`describe_failures`."""
    if result.condition == "ran":
        return f"done in {result.seconds:.1f} s ({first_few(result.reasons)})"
    if result.condition == "stopped":
        return f"not run: {first_few(result.reasons)}"
    return f"failed: {result.failure.what.splitlines()[0]}"


def describe_failures(results: Iterable[Result], shown: Callable[[Path], str]) -> list[str]:
    """Everything that helps to put each failed step right: place, source line, last output, parameters, log.

    What befell several steps alike and in no cell, such as the end of a scheduler, is told once.
    """
    alike: dict[object, list[Result]] = {}
    for result in results:
        if result.failure:
            alike.setdefault(id(result) if result.failure.cell else result.failure, []).append(result)
    lines = []
    for same in alike.values():
        instance, failure = same[0].instance, same[0].failure
        names = first_few((one.label or one.instance.name for one in same), ", ")
        lines.append(f"{names} failed: {failure.what}".replace("\n", "\n    "))
        if failure.cell:
            lines.append(f"  at {place(instance.step.path, failure.cell, failure.line)}")
        if failure.source:
            lines.append(f"     {failure.source}")
        if failure.tail:
            lines += ["  last output:", *(f"     {line}" for line in failure.tail.split("\n"))]
        if instance.values and len(same) == 1:
            values = (f"{name}={value}" for name, value in instance.values.items())
            lines.append(f"  parameters: {', '.join(values)}")
        if same[0].log:
            lines.append(f"  log: {shown(same[0].log)}")
    return lines


class Display:
    """Tells of a run of so many steps: a line as each ends, and on a terminal a bar. A context manager."""

    def __init__(self, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn()
        name, self.on_terminal = TextColumn("{task.description}", markup=False), sys.stdout.isatty()
        self.progress = Progress(name, *columns, transient=True, disable=not self.on_terminal)
        self.every = self.progress.add_task("all steps", total=total)
        self.total, self.count = total, 0

    def __enter__(self) -> Display:
        self.progress.start()  # what is printed stands above the bar from now on
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def running(self, names: Iterable[str]) -> None:
        """Name the steps that run now."""
        self.progress.update(self.every, description=first_few(names, ", "))

    def ended(self, result: Result) -> None:
        """A step ended, or did not need to start."""
        self.count += 1
        self.progress.advance(self.every)
        if result.condition != "fresh":
            mark = paint(result.condition, self.on_terminal)
            print(f"{mark} {result.label:<28} {describe(result)}  [{self.count}/{self.total}]")


def draw_graph(project: Project, states: list[Result], colour: bool) -> list[str]:
    """The graph as lines: each step below those it needs, what it reads from them, its state and why.

    Instances of one step share a line when they are in the same state for the same reasons.
    """
    groups: dict[tuple, list[Result]] = {}
    for state in states:
        apart = state.reasons if state.instance.step.one_each else state.instance.name
        groups.setdefault((state.instance.step.name, state.condition, apart), []).append(state)
    lines = []
    for (name, condition, _), found in groups.items():
        who = found[0].instance.name if len(found) == 1 else f"{name} ({len(found)} instances)"
        needs, indent = project.upstream[name], "  " * project.depth[name]
        arrow = f" ← {', '.join(needs)}" if needs else ""
        word = "" if condition == "fresh" else f"  {paint(condition, colour, condition)}"
        lines.append(f"{indent}{paint(condition, colour)} {who}{arrow}{word}")
        lines += [f"{indent}    {reason}" for reason in found[0].reasons]
    return lines


def paint(condition: str, on: bool, text: str = "") -> str:
    """The mark of a condition, or a text, in its colour for a terminal."""
    mark, colour = MARKS[condition]
    return f"\x1b[{colour}m{text or mark}\x1b[0m" if on else text or mark


def spinner() -> contextlib.AbstractContextManager:
    """A moving mark on a terminal, for work of one piece."""
    if not sys.stdout.isatty():
        return contextlib.nullcontext()
    from rich.console import Console

    return Console().status("working")
