"""Bring plans up to date: ready steps side by side, each committed as it ends.

A step starts when the steps whose tables it reads are done, and only then is its fingerprint taken: if an
upstream step ran and wrote the same bytes as before, what depends on it is still fresh and does not run. A step
that fails stops what depends on it and nothing else.

Where more steps are ready than may run, the one with the longest line of steps behind it goes first, and the many
small instances of a step that is run once for each value go last: they fill what the long ones leave free.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from helpers.runner.errors import Interrupted, RunnerError, say_plainly
from helpers.runner.execute import Failure, Job, Outcome, Progress, execute, to_bytes
from helpers.runner.freshness import Fingerprint, Freshness, Record, changed_outputs, read_record
from helpers.runner.modules import Modules
from helpers.runner.plan import Instance, Plan, judge_one, retired
from helpers.runner.staging import OutputFolder, staged_outputs
from helpers.runner.steps import code_cells, load_notebook

Execute = Callable[[Job, Progress], Awaitable[Outcome]]


@dataclass
class Result:
    """What became of an instance: ``fresh``, ``ran``, ``taken`` (from another folder), ``failed``, ``stopped``."""

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


class Slots:
    """How many steps may run side by side. A slot that gets free goes to whoever waits with the least number.

    >>> async def order(*numbers):
    ...     slots, done = Slots(1), []
    ...     async def work(number):
    ...         async with slots.one(number):
    ...             await asyncio.sleep(0)
    ...             done.append(number)
    ...     await asyncio.gather(*map(work, numbers))
    ...     return done
    >>> asyncio.run(order(7, 3, 1, 2))
    [1, 2, 3, 7]
    """

    def __init__(self, count: int):
        self.free = count
        self._waiting: list[tuple] = []
        self._asked = 0

    @contextlib.asynccontextmanager
    async def one(self, number) -> AsyncIterator[None]:
        """Hold a slot; waits for one."""
        turn = asyncio.get_running_loop().create_future()
        self._asked += 1
        heapq.heappush(self._waiting, (number, self._asked, turn))
        self._grant_soon()
        await turn  # only the end of the whole run cancels this
        try:
            yield
        finally:
            self.free += 1
            self._grant_soon()

    def _grant_soon(self) -> None:
        """A moment later, so that steps that the end of another has just made ready are among those who wait."""
        asyncio.get_running_loop().call_later(0.001, self._grant)

    def _grant(self) -> None:
        while self.free and self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if not turn.cancelled():  # as at Ctrl-C
                self.free -= 1
                turn.set_result(None)


@dataclass
class Run:
    """One run of one or several plans."""

    plans: list[Plan]
    jobs: int
    timeout: float = 600
    kernel: str = "python3"
    forced: Collection[str] = ()
    display: Display = field(default_factory=Display)
    execute: Execute = execute
    modules: Modules | None = None

    def __post_init__(self) -> None:
        modules = self.modules or Modules(self.plans[0].project.root)  # helpers are read once for all folders
        self.freshness = {plan.out: Freshness(plan.project, plan.out, modules) for plan in self.plans}
        self._making: dict[str, asyncio.Future] = {}

    def go(self) -> list[Result]:
        """Run it all; the results in running order. Ctrl-C ends the kernels and leaves what is done."""
        try:
            with ExitStack() as stack:
                folders = {
                    plan.out: stack.enter_context(OutputFolder(plan.out, self.display.say))
                    for plan in self.plans
                }
                for plan in self.plans:
                    for notebook in retired(plan.project, plan.out):
                        folders[plan.out].retire(notebook)
                return asyncio.run(self._go(folders))
        except KeyboardInterrupt:
            raise Interrupted from None
        finally:
            self.display.close()

    async def _go(self, folders: dict[Path, OutputFolder]) -> list[Result]:
        self._slots = Slots(self.jobs)
        many = len(self.plans) > 1
        tasks: dict[tuple[Path, str], asyncio.Task] = {}
        self.display.begin(
            [self._label(plan, i) if many else i.name for plan in self.plans for i in plan.instances]
        )
        async with asyncio.TaskGroup() as group:
            for plan in self.plans:
                for instance in plan.instances:
                    needed = [tasks[plan.out, other.name] for other in plan.before(instance)]
                    label = self._label(plan, instance) if many else instance.name
                    work = self._bring_up_to_date(plan, instance, folders[plan.out], needed, label)
                    tasks[plan.out, instance.name] = group.create_task(work)
        return [task.result() for task in tasks.values()]

    @staticmethod
    def _label(plan: Plan, instance: Instance) -> str:
        return f"{instance.name} [{plan.out.name}]"

    @staticmethod
    def _turn(plan: Plan, instance: Instance) -> tuple[int, bool]:
        """Where an instance stands among those that are ready; the least goes first."""
        return -plan.project.behind[instance.step.name], bool(instance.suffix)

    async def _bring_up_to_date(self, plan, instance, folder, needed, label) -> Result:
        """Wait for what it needs, then do as little as will make the instance fresh."""
        upstream = [await task for task in needed]
        bad = [result.instance.name for result in upstream if result.ended in ("failed", "stopped")]
        if bad:
            result = Result(instance, plan.out, "stopped", because=(f"needs {', '.join(bad)}",))
        else:
            try:
                async with self._slots.one(self._turn(plan, instance)):
                    result = await self._make(plan, instance, folder, label)
            except OSError as error:
                failure = Failure(str(say_plainly(error, plan.out)))
                result = Result(instance, plan.out, "failed", failure=failure)
            except RunnerError as error:
                result = Result(instance, plan.out, "failed", failure=Failure(str(error)))
        result.label = label
        self.display.ended(result)
        return result

    async def _make(self, plan: Plan, instance: Instance, folder: OutputFolder, label: str) -> Result:
        now = self.freshness[plan.out].fingerprint(instance.step, instance.values)
        state = judge_one(plan, instance, self.freshness[plan.out], now)
        if state.condition == "fresh" and instance.step.name not in self.forced:
            return Result(instance, plan.out, "fresh")
        missing = [name for name, digest in now.tables.items() if not digest]
        if missing:
            failure = Failure(f"table {missing[0]} is missing; run the step that writes it")
            return Result(instance, plan.out, "failed", failure=failure)
        if len(self.plans) > 1 and instance.step.name not in self.forced:
            taken = await self._take(plan, instance, folder, now)
            if taken:
                return taken
        because = state.reasons if state.condition == "stale" else ("asked for",)
        self.display.started(label, because)
        made = self._making.setdefault(now.digest, asyncio.get_running_loop().create_future())
        try:
            result = await self._run(plan, instance, folder, now, label)
        finally:
            self._making.pop(now.digest, None)
            if not made.done():
                made.set_result(None)
        result.because = because
        return result

    async def _run(self, plan, instance, folder, now: Fingerprint, label: str) -> Result:
        """Execute in a private folder, then put everything into place."""
        with folder.staging(instance.name) as staged:
            notebook = load_notebook(instance.step.path)
            job = Job(
                name=instance.name,
                notebook=notebook,
                changed=instance.changed,
                root=plan.project.root,
                tables=plan.out,
                staged=staged,
                kernel=self.kernel,
                timeout=self.timeout,
                named=tuple(self.freshness[plan.out].tables(instance.step).values()),
            )
            try:
                outcome = await self.execute(job, lambda done, total: self.display.cells(label, done, total))
            except OSError as error:
                raise say_plainly(error, plan.out) from None
            log = folder.log(instance.name, outcome.log)
            failure = outcome.failure or self._moved_meanwhile(plan, instance, now, notebook)
            if failure:
                return Result(instance, plan.out, "failed", outcome.seconds, failure, log)
            self._commit(folder, instance, now, job.out, outcome.notebook)
        return Result(instance, plan.out, "ran", outcome.seconds, log=log)

    def _moved_meanwhile(self, plan, instance, now: Fingerprint, notebook: dict) -> Failure | None:
        """What the step read or ran and was rewritten meanwhile: what was made may be of either, so it is not kept."""
        step, freshness = instance.step, self.freshness[plan.out]
        after = freshness.table_digests(step)
        moved = [f"table {name}" for name in after if after[name] != now.tables[name]]
        moved += freshness.modules.changed(now.modules)
        moved += [f"notebooks/{step.path.name}"] if code_cells(notebook) != step.cells else []
        if moved:
            return Failure(f"{moved[0]} changed while the step was running; nothing was kept, run again")
        return None

    @staticmethod
    def _commit(
        folder: OutputFolder, instance: Instance, now: Fingerprint, staged: Path, notebook: dict
    ) -> None:
        record = Record(instance.step.name, instance.name, now, staged_outputs(staged))
        folder.commit(staged, to_bytes(notebook, record.as_metadata()), record)

    async def _take(
        self, plan: Plan, instance: Instance, folder: OutputFolder, now: Fingerprint
    ) -> Result | None:
        """Copy the outputs from another folder of this run that has them under the same fingerprint."""
        while now.digest in self._making:  # another folder of the grid is making exactly this
            await asyncio.shield(self._making[now.digest])
        others = [other.out for other in self.plans if other.out != plan.out]
        base = self.plans[0].out.parents[1]
        for other in (base, *others):
            source = instance.notebook(other)
            record = read_record(source)
            if record and record.fingerprint.digest == now.digest and not changed_outputs(record, other):
                with folder.staging(instance.name) as staged:
                    for name in record.outputs:
                        (staged / name).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(other / name, staged / name)
                    folder.commit(staged, source.read_bytes(), record)
                return Result(instance, plan.out, "taken")
        return None
