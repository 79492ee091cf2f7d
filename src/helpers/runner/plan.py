"""What a run is to do: which instances of which steps, with which values, in which folder, and what is stale.

One output folder holds one set of parameter values. ``-p vintage=first`` applies to every step of the run that
has the parameter; a later run without it makes those steps stale again and says so. Two things are different:

* A parameter marked ``one_each`` (the force of a briefing) has one instance of its step for each value, side by
  side: ``50_force.cleveland``. A run without steps also brings up to date the instances that the folder holds.
* Several values of any other parameter are a grid. Each combination gets an output folder of its own,
  ``OUT/grids/vintage=first,first_year=2013-14``, made from the same notebooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from helpers.runner.errors import Failure, UsageError, did_you_mean
from helpers.runner.freshness import Fingerprint, Freshness, changed_outputs, read_record, reasons
from helpers.runner.parameters import Value
from helpers.runner.steps import Project, Step


@dataclass(frozen=True)
class Instance:
    """A step with values for all its parameters."""

    step: Step
    values: dict[str, Value] = field(hash=False)
    suffix: str = ""

    @property
    def name(self) -> str:
        """``21_rise``, or ``50_force.cleveland`` for a step that is run once for each value."""
        return f"{self.step.name}.{self.suffix}" if self.suffix else self.step.name

    @property
    def changed(self) -> dict[str, Value]:
        """The values that are not the notebook's own defaults."""
        return {name: value for name, value in self.values.items() if value != self.step.parameters[name]}

    def notebook(self, out: Path) -> Path:
        """Where the executed notebook stands."""
        return out / "notebooks" / f"{self.name}.ipynb"


@dataclass(frozen=True)
class Plan:
    """The instances to bring up to date in one output folder, in running order."""

    project: Project
    out: Path
    instances: tuple[Instance, ...]
    combination: dict[str, Value] = field(default_factory=dict)  # of a grid: what differs between its folders

    def before(self, instance: Instance) -> tuple[Instance, ...]:
        """The instances of this plan whose tables `instance` reads."""
        needed = self.project.before[instance.step.name]
        return tuple(other for other in self.instances if other.step.name in needed)


@dataclass(frozen=True)
class State:
    """What an instance is found to be: ``fresh``, ``stale`` with its reasons, or ``waiting`` for one that is."""

    instance: Instance
    condition: str
    reasons: tuple[str, ...] = ()


@dataclass
class Result:
    """What became of an instance: ``fresh``, ``ran``, ``failed`` or ``stopped`` (what it needs failed)."""

    instance: Instance
    out: Path
    ended: str
    seconds: float = 0.0
    failure: Failure | None = None
    log: Path | None = None
    because: tuple[str, ...] = ()
    label: str = ""  # the instance's name, with its folder in a grid


def make_plans(
    project: Project,
    out: Path,
    names: Iterable[str] = (),
    asked: Mapping[str, Sequence[Value]] | None = None,
) -> list[Plan]:
    """The plans of a run: one for `out`, or one for each combination of a grid.

    Without `names` every step is meant, and every instance that `out` already holds.
    """
    asked = dict(asked or {})
    names = [project.step(name).name for name in names]
    wanted = [project.steps[name] for name in project.with_upstream(names or project.order)]
    _refuse_unused(project, wanted, asked)
    one_each = {step.one_each for step in wanted}
    side_by_side = {name: asked[name] for name in asked if name in one_each}
    grid = {name: asked[name] for name in asked if name not in one_each}
    plans = []
    for combination in product(*grid.values()):
        chosen = dict(zip(grid, combination, strict=True))
        several = {name: value for name, value in chosen.items() if len(grid[name]) > 1}
        parts = (f"{name}={project.parameters[name].slug(value)}" for name, value in several.items())
        folder = out / "grids" / ",".join(parts) if several else out
        held = {} if names or side_by_side else held_values(project, folder)
        instances = {
            instance.name: instance
            for step in wanted
            for instance in _instances(step, chosen, side_by_side, held.get(step.name, ()))
        }
        plans.append(Plan(project, folder, tuple(instances.values()), several))
    return plans


def _refuse_unused(project: Project, wanted: list[Step], asked: Mapping[str, object]) -> None:
    known = sorted({name for step in wanted for name in step.parameters})
    for name in asked:
        if name not in known:
            others = [step.name for step in project.steps.values() if name in step.parameters]
            hint = f"; {' and '.join(others)} would" if others else did_you_mean(name, known)
            raise UsageError(f"no step of this run has a parameter {name!r}{hint}")


def _instances(step: Step, chosen, side_by_side, held) -> Iterator[Instance]:
    key = step.one_each
    for value in [None] if key is None else [*side_by_side.get(key, (step.parameters[key],)), *held]:
        try:
            mine = step.values(chosen if key is None else chosen | {key: value})
        except UsageError as error:
            raise UsageError(f"{step.name}: {error}") from None
        yield Instance(step, mine, "" if key is None else step.declared[key].slug(value))


def held_values(project: Project, out: Path) -> dict[str, list[Value]]:
    """Step that is run once for each value → the values that can be of which `out` holds an executed notebook."""
    found: dict[str, list[Value]] = {}
    for step in project.steps.values():
        if step.one_each:
            choices = step.declared[step.one_each].choices or ()
            records = map(read_record, sorted((out / "notebooks").glob(f"{step.name}.*.ipynb")))
            values = [record.fingerprint.parameters.get(step.one_each) for record in records if record]
            found[step.name] = [value for value in values if value in choices]
    return found


def judge(plan: Plan, freshness: Freshness) -> list[State]:
    """The state of every instance of the plan, upstream first."""
    states: dict[str, State] = {}
    prints: dict[str, Fingerprint] = {}  # of each step: instances differ in their values only
    for instance in plan.instances:
        step = instance.step
        if step.name not in prints:
            prints[step.name] = freshness.fingerprint(step, {})
        now = replace(prints[step.name], parameters=dict(instance.values))
        state = judge_one(plan, instance, now)
        upstream = [other.name for other in plan.before(instance) if states[other.name].condition != "fresh"]
        if upstream:
            condition = "stale" if state.condition == "stale" else "waiting"
            state = State(instance, condition, (*state.reasons, f"waits for {', '.join(upstream)}"))
        states[instance.name] = state
    return list(states.values())


def judge_one(plan: Plan, instance: Instance, now: Fingerprint) -> State:
    """The state of one instance, taking the tables as they are."""
    record = read_record(instance.notebook(plan.out))
    if record is None:
        why = "its notebook carries no record" if instance.notebook(plan.out).exists() else "never run"
        return State(instance, "stale", (why,))
    found = reasons(record.fingerprint, now) + changed_outputs(record, plan.out)
    return State(instance, "stale" if found else "fresh", tuple(found))


def retired(project: Project, out: Path) -> list[Path]:
    """Executed notebooks that no step of the project makes: it was renamed or removed, or its value was."""
    kept = {f"{name}.ipynb" for name, step in project.steps.items() if not step.one_each}
    for name, values in held_values(project, out).items():
        parameter = project.steps[name].declared[project.steps[name].one_each]
        kept |= {f"{name}.{parameter.slug(value)}.ipynb" for value in values}
    return [path for path in sorted((out / "notebooks").glob("[0-9][0-9]_*.ipynb")) if path.name not in kept]
