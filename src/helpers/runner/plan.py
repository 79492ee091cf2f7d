"""What a run is to do: which instances of which steps, with which values, in which folder, and what is stale.

One output folder holds one set of parameter values. ``-p vintage=first`` applies to every step of the run that
has the parameter; a later run without it makes those steps stale again and says so. Two things are different:

* A parameter marked ``one_each`` (the force of a briefing) has one instance of its step for each value, side by
  side: ``50_force.cleveland``. A run without steps also brings up to date the instances that the folder holds.
* Several values of any other parameter are a grid. Each combination gets an output folder of its own,
  ``OUT/grids/vintage=first,first_year=2013-14``, made from the same notebooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, product
from pathlib import Path

from helpers.runner.errors import Failure, UsageError, at, quoted
from helpers.runner.freshness import Fingerprint, Freshness, changed_outputs, read_record, reasons
from helpers.runner.parameters import Value
from helpers.runner.steps import Project, Step
from helpers.tables.faults import offer
from helpers.tables.files import slug


@dataclass(frozen=True, eq=False)
class Instance:
    """A step with values for all its parameters, in one output folder."""

    step: Step
    values: dict[str, Value]
    out: Path

    @property
    def name(self) -> str:
        """``21_rise``, or ``50_force.cleveland`` for a step that is run once for each value."""
        return self.step.instance(self.values.get(self.step.one_each))

    @property
    def changed(self) -> dict[str, Value]:
        """The values that are not the notebook's own defaults."""
        return {name: value for name, value in self.values.items() if value != self.step.parameters[name]}

    @property
    def notebook(self) -> Path:
        """Where the executed notebook stands."""
        return self.out / "notebooks" / f"{self.name}.ipynb"


@dataclass(frozen=True)
class Plan:
    """The instances to bring up to date in one output folder, in running order."""

    project: Project
    out: Path
    instances: tuple[Instance, ...]
    combination: dict[str, Value] = field(default_factory=dict)  # of a grid: what differs between its folders

    @cached_property
    def freshness(self) -> Freshness:
        """Takes fingerprints of steps as they would be in this folder."""
        return Freshness(self.project, self.out)

    def upstream(self, instance: Instance) -> tuple[Instance, ...]:
        """The instances of this plan whose tables `instance` reads."""
        needed = self.project.upstream[instance.step.name]
        return tuple(other for other in self.instances if other.step.name in needed)


@dataclass
class Result:
    """What an instance is found to be, or what became of it."""

    instance: Instance
    # or stale, waiting (for one that is); ran, failed, stopped (what it needs failed)
    condition: str = "fresh"
    reasons: tuple[str, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    log: Path | None = None
    label: str = ""  # the instance's name, with its folder in a grid


def make_plans(
    project: Project, out: Path, names: Iterable[str] = (), asked: Mapping[str, Sequence[Value]] | None = None
) -> list[Plan]:
    """The plans of a run: one for `out`, or one for each combination of a grid.

    Without `names` every step is meant, and every instance that `out` already holds.
    """
    asked = asked or {}
    names = [project.step(name).name for name in names]
    wanted = [project.steps[name] for name in project.with_upstream(names or project.order)]
    known = {name for step in wanted for name in step.parameters}
    for name in asked.keys() - known:
        others = [step.name for step in project.steps.values() if name in step.parameters]
        hint = f"; {', '.join(others)} would" if others else offer(name, sorted(known))
        raise UsageError(f"no step of this run has a parameter {quoted(name)}{hint}")
    grid = {name: asked[name] for name in asked if name not in {step.one_each for step in wanted}}
    plans = []
    for combination in product(*grid.values()):
        chosen = dict(zip(grid, combination, strict=True))
        several = {name: value for name, value in chosen.items() if len(grid[name]) > 1}
        parts = (f"{name}={slug(value)}" for name, value in several.items())
        folder = out / "grids" / ",".join(parts) if several else out
        instances = []
        for step in wanted:
            each = step.one_each
            values = [*asked.get(each, [step.parameters.get(each)])]
            if not names and each not in asked:
                values += [v for v in step.each if (folder / f"notebooks/{step.instance(v)}.ipynb").exists()]
            with at(step.name):
                given = (step.values(chosen | {each: value}) for value in dict.fromkeys(values))
                instances += [Instance(step, one, folder) for one in given]
        plans.append(Plan(project, folder, tuple(instances), several))
    return plans


def assess(plan: Plan) -> list[Result]:
    """The state of every instance of the plan, upstream first."""
    found: dict[Instance, Result] = {}
    for step, instances in groupby(plan.instances, lambda instance: instance.step):
        now = plan.freshness.fingerprint(step, {})  # instances differ in their values only
        for one in instances:
            why = why_stale(one, replace(now, parameters=one.values))
            upstream = [other.name for other in plan.upstream(one) if found[other].condition != "fresh"]
            waits = [f"waits for {', '.join(upstream)}"] if upstream else []
            condition = "stale" if why else "waiting" if upstream else "fresh"
            found[one] = Result(one, condition, (*why, *waits))
    return list(found.values())


def why_stale(instance: Instance, now: Fingerprint) -> list[str]:
    """Why one instance is not fresh, taking the tables as they are; nothing if it is."""
    record = read_record(instance.notebook)
    if record is None:
        return ["its notebook carries no record" if instance.notebook.exists() else "never run"]
    return reasons(record.inputs, now) + changed_outputs(record, instance.out)


def orphaned_notebooks(project: Project, out: Path) -> list[Path]:
    """Executed notebooks that no step of the project makes: it was renamed or removed, or its value was."""
    kept = {step.instance(value) for step in project.steps.values() for value in step.each}
    return [path for path in sorted((out / "notebooks").glob("[0-9][0-9]_*.ipynb")) if path.stem not in kept]
