"""Bring plans up to date: ready steps side by side, each put into place as it ends.

A step starts when the steps whose tables it reads are done, and only then is its fingerprint taken: if an
upstream step ran and wrote the same bytes as before, what depends on it is still fresh and does not run. A step
that fails stops what depends on it and nothing else.

Where more steps are ready than may run, the one with the longest line of steps behind it goes first, and the many
small instances of a step that is run once for each value go last: they fill what the long ones leave free.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from helpers.runner import process
from helpers.runner.documents import to_bytes
from helpers.runner.errors import Failure, Interrupted, RunnerError, say_plainly
from helpers.runner.freshness import Fingerprint, Freshness, Record
from helpers.runner.modules import Modules
from helpers.runner.plan import Instance, Plan, State, judge_one, retired
from helpers.runner.process import Job, Outcome, Progress
from helpers.runner.staging import OutputFolder, staged_outputs
from helpers.runner.steps import code_cells, load_notebook

Execute = Callable[[Job, Progress], Outcome]


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


class Display:
    """What a run tells as it goes; this one says nothing."""

    def say(self, line: str) -> None: ...
    def begin(self, names: Iterable[str]) -> None: ...
    def started(self, name: str, because: tuple[str, ...]) -> None: ...
    def cells(self, name: str, done: int, total: int) -> None: ...
    def ended(self, result: Result) -> None: ...
    def close(self) -> None: ...


@dataclass
class Run:
    """One run of one or several plans."""

    plans: list[Plan]
    jobs: int
    timeout: float = 600
    forced: Collection[str] = ()
    display: Display = field(default_factory=Display)
    execute: Execute = process.execute
    stop: Callable[[], None] = process.stop  # ends what is being executed
    modules: Modules | None = None

    def __post_init__(self) -> None:
        modules = self.modules or Modules(self.plans[0].project.root)  # helpers are read once for all folders
        self.freshness = {plan.out: Freshness(plan.project, plan.out, modules) for plan in self.plans}

    def go(self) -> list[Result]:
        """Run it all; the results in running order. Ctrl-C ends the steps that run and leaves what is done."""
        try:
            with ExitStack() as stack:
                say = self.display.say
                folders = {plan.out: stack.enter_context(OutputFolder(plan.out, say)) for plan in self.plans}
                for plan in self.plans:
                    for notebook in retired(plan.project, plan.out):
                        folders[plan.out].retire(notebook)
                return self._go(folders)
        except KeyboardInterrupt:
            raise Interrupted from None
        finally:
            self.display.close()

    def _go(self, folders: dict[Path, OutputFolder]) -> list[Result]:
        order = [(plan, instance) for plan in self.plans for instance in plan.instances]
        results: dict[tuple[Path, str], Result] = {}
        waiting = {self._key(*both): both for both in order}
        running: dict = {}
        self.display.begin([self._label(*both) for both in order])
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                while waiting or running:
                    ready = [key for key, both in waiting.items() if self._is_ready(*both, results)]
                    ready.sort(key=lambda key: self._turn(*waiting[key]))
                    for key in ready[: max(self.jobs - len(running), 0)]:
                        plan, instance = waiting.pop(key)
                        state = self._state(plan, instance, results)
                        if isinstance(state, Result):
                            self._end(results, key, state)
                        else:
                            self.display.started(self._label(plan, instance), state[0].reasons)
                            work = pool.submit(self._make, plan, instance, folders[plan.out], *state)
                            running[work] = key
                    if running and (len(running) == self.jobs or not ready):
                        for work in wait(running, return_when=FIRST_COMPLETED).done:
                            self._end(results, running.pop(work), work.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.stop()  # what is left to the pool is to clean up
                raise
        return [results[self._key(*both)] for both in order]

    def _end(self, results: dict, key: tuple[Path, str], result: Result) -> None:
        result.label = self._label(next(plan for plan in self.plans if plan.out == key[0]), result.instance)
        results[key] = result
        self.display.ended(result)

    @staticmethod
    def _key(plan: Plan, instance: Instance) -> tuple[Path, str]:
        return plan.out, instance.name

    def _label(self, plan: Plan, instance: Instance) -> str:
        return f"{instance.name} [{plan.out.name}]" if len(self.plans) > 1 else instance.name

    @staticmethod
    def _is_ready(plan: Plan, instance: Instance, results: dict) -> bool:
        return all((plan.out, other.name) in results for other in plan.before(instance))

    @staticmethod
    def _turn(plan: Plan, instance: Instance) -> tuple[int, bool]:
        """Where an instance stands among those that are ready; the least goes first."""
        return -plan.project.behind[instance.step.name], bool(instance.suffix)

    def _state(self, plan: Plan, instance: Instance, results: dict) -> Result | tuple[State, Fingerprint]:
        """Why an instance is to run, with its fingerprint; or its result, where nothing has to run or can."""
        upstream = [results[plan.out, other.name] for other in plan.before(instance)]
        bad = [result.instance.name for result in upstream if result.ended in ("failed", "stopped")]
        if bad:
            return Result(instance, plan.out, "stopped", because=(f"needs {', '.join(bad)}",))
        try:
            now = self.freshness[plan.out].fingerprint(instance.step, instance.values)
            state = judge_one(plan, instance, self.freshness[plan.out], now)
        except RunnerError as error:
            return Result(instance, plan.out, "failed", failure=Failure(str(error)))
        if state.condition == "fresh" and instance.step.name not in self.forced:
            return Result(instance, plan.out, "fresh")
        missing = next((name for name, digest in now.tables.items() if not digest), None)
        if missing:
            writer = plan.project.writer.get(missing)
            mend = f"rise run {writer} writes it" if writer else "put it back"
            return Result(
                instance, plan.out, "failed", failure=Failure(f"table {missing} is missing; {mend}")
            )
        return state if state.reasons else State(instance, "stale", ("asked for",)), now

    def _make(
        self, plan: Plan, instance: Instance, folder: OutputFolder, state: State, now: Fingerprint
    ) -> Result:
        """Execute in a private folder, then put everything into place."""
        label = self._label(plan, instance)
        try:
            with folder.staging(instance.name) as staged:
                notebook = load_notebook(instance.step.path)
                named = tuple(self.freshness[plan.out].tables(instance.step).values())
                where = (plan.project.root, plan.out, staged)
                job = Job(instance.name, notebook, instance.changed, *where, self.timeout, named)
                outcome = self.execute(job, lambda done, total: self.display.cells(label, done, total))
                log = folder.log(instance.name, outcome.log)
                failure = outcome.failure or self._moved_meanwhile(plan, instance, now, notebook)
                if failure:
                    return Result(instance, plan.out, "failed", outcome.seconds, failure, log, state.reasons)
                record = Record(instance.step.name, instance.name, now, staged_outputs(job.out))
                folder.commit(job.out, to_bytes(outcome.notebook, record.as_metadata()), record)
            return Result(instance, plan.out, "ran", outcome.seconds, None, log, state.reasons)
        except (OSError, RunnerError) as error:
            said = say_plainly(error, plan.out) if isinstance(error, OSError) else error
            return Result(instance, plan.out, "failed", failure=Failure(str(said)))

    def _moved_meanwhile(
        self, plan: Plan, instance: Instance, now: Fingerprint, notebook: dict
    ) -> Failure | None:
        """What the step read or ran and was rewritten meanwhile: what was made may be of either, so it is not kept."""
        step, freshness = instance.step, self.freshness[plan.out]
        after = freshness.table_digests(step)
        moved = [f"table {name}" for name in after if after[name] != now.tables[name]]
        moved += freshness.modules.changed(now.modules)
        moved += [f"notebooks/{step.path.name}"] if code_cells(notebook) != step.cells else []
        if moved:
            return Failure(f"{moved[0]} changed while the step was running; nothing was kept, run again")
        return None
