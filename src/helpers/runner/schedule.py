"""Bring plans up to date: ready steps side by side, each put into place as it ends.

A step starts when the steps whose tables it reads are done, and only then is its fingerprint taken: if an
upstream step ran and wrote the same bytes as before, what depends on it is still fresh and does not run. A step
that fails stops what depends on it and nothing else.

Where more steps are ready than may run, the many small instances of a step that is run once for each value go last: they
fill what the long ones leave free.

In a grid a step that has none of the parameters that differ, and needs no step that has, runs in the first folder only: the
others wait for it and get copies, where its fingerprint would be the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.runner import process
from helpers.runner.display import Display
from helpers.runner.errors import Failure, RunnerError, plain_os_error
from helpers.runner.executed_notebooks import to_bytes
from helpers.runner.freshness import Fingerprint, Record, read_record
from helpers.runner.job import RESULTS, Job, Outcome
from helpers.runner.plan import Instance, Plan, Result, orphaned_notebooks, why_stale
from helpers.runner.staging import OutputFolder, staged_outputs
from helpers.runner.steps import TIMEOUT, Step, code_cells, load_notebook

Execute = Callable[[Job], Outcome]


@dataclass
class Run:
    """One run of one or several plans."""

    plans: list[Plan]
    jobs: int
    timeout: float = TIMEOUT
    forced: Collection[str] = ()
    execute: Execute = process.execute
    stop: Callable[[], None] = process.stop  # ends what is being executed

    def go(self) -> list[Result]:
        """Run it all; the results in running order. Ctrl-C ends the steps that run and leaves what is done."""
        self.results: dict[Instance, Result] = {}
        self.plan = {instance: plan for plan in self.plans for instance in plan.instances}
        self.upstream = {instance: plan.upstream(instance) for instance, plan in self.plan.items()}
        self.first_equal = self._equal_instances()
        self.folders: dict[Path, OutputFolder] = {}
        with ExitStack() as stack:
            self.display = stack.enter_context(Display(len(self.upstream)))
            for plan in self.plans:
                self.folders[plan.out] = folder = stack.enter_context(OutputFolder(plan.out))
                for notebook in orphaned_notebooks(plan.project, plan.out):
                    folder.retire(notebook)
            self._run_all()
        return [self.results[instance] for instance in self.upstream]

    def _equal_instances(self) -> dict[Instance, Instance]:
        """Instance → the first in the grid that has its values, as have all that it needs; itself, if no other has."""
        found: dict[Instance, Instance] = {}
        first: dict[tuple, Instance] = {}
        for one, needed in self.upstream.items():
            found[one] = first.setdefault((one.name, repr(one.values), *map(found.get, needed)), one)
        return found

    def _run_all(self) -> None:
        waiting = sorted(self.upstream, key=lambda one: bool(one.step.one_each))
        running: dict[Future, Instance] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                while waiting or running:
                    for one in [*waiting]:
                        needed = {*self.upstream[one], self.first_equal[one]} - {one}
                        if len(running) < self.jobs and self.results.keys() >= needed:
                            waiting.remove(one)
                            running[pool.submit(self._bring_up_to_date, one)] = one
                    self.display.running(one.name for one in running.values())
                    for work in wait(running, return_when=FIRST_COMPLETED).done:
                        result = self.results[running.pop(work)] = work.result()
                        self.display.ended(result)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.stop()  # what is left to the pool is to clean up
                raise

    def _bring_up_to_date(self, instance: Instance) -> Result:
        """Run an instance if it is not fresh and what it needs is there, and put everything into place."""
        plan = self.plan[instance]
        result = Result(instance, label=instance.name + f" [{plan.out.name}]" * (len(self.plans) > 1))
        before = [self.results[other] for other in self.upstream[instance]]
        bad = [other.instance.name for other in before if other.condition in ("failed", "stopped")]
        if bad:
            result.condition, result.reasons = "stopped", (f"needs {', '.join(bad)}",)
            return result
        try:
            now = plan.freshness.fingerprint(instance.step, instance.values)
            why = why_stale(instance, now)
            if why or instance.step.name in self.forced:
                result.condition, result.reasons = "ran", tuple(why or ["asked for"])
                if not self._copy_of_equal(result, now):
                    self._run(plan, result, now)
        except (RunnerError, OSError) as error:
            result.failure = Failure(str(plain_os_error(error, plan.out)))
        if result.failure:
            result.condition = "failed"
        return result

    def _copy_of_equal(self, result: Result, now: Fingerprint) -> bool:
        """Whether an earlier folder of the grid holds what this instance would make, and now its folder does too."""
        instance, other = result.instance, self.first_equal[result.instance]
        if other is instance or why_stale(other, now):
            return False
        folder, record = self.folders[instance.out], read_record(other.notebook)
        with folder.staging(instance.name) as staged:
            for name in record.outputs:
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(other.out / name, staged / name)
            folder.commit(staged, other.notebook.read_bytes(), record)
        result.reasons = (f"as in {other.out.name}",)
        return True

    def _run(self, plan: Plan, result: Result, now: Fingerprint) -> None:
        instance, step, folder = result.instance, result.instance.step, self.folders[plan.out]
        with folder.staging(instance.name) as staged:
            notebook = load_notebook(step.path)
            files, root = plan.freshness.tables(step).values(), plan.project.root
            readable = {_place(file, root, plan.out): file for file in files}
            job = Job(
                root, plan.out, staged, readable, instance.name, notebook, instance.changed, self.timeout
            )
            outcome = self.execute(job)
            result.seconds, result.log = outcome.seconds, folder.log(instance.name, outcome.log)
            result.failure = outcome.failure or _moved_meanwhile(plan, step, now, notebook)
            if not result.failure:
                record = Record(step.name, instance.name, now, staged_outputs(job.out))
                folder.commit(job.out, to_bytes(outcome.notebook, asdict(record)), record)


def _place(file: Path, root: Path, out: Path) -> Path:
    """Where a step finds a file in a project of its own."""
    is_result = file.is_relative_to(out)  # which may be in the project
    return RESULTS / file.relative_to(out) if is_result else file.relative_to(root)


def _moved_meanwhile(plan: Plan, step: Step, now: Fingerprint, notebook: dict) -> Failure | None:
    """What the step read or ran and was rewritten meanwhile: what was made may be of either, so it is not kept."""
    after = plan.freshness.table_digests(step)
    moved = [f"table {name}" for name in after if after[name] != now.tables[name]]
    moved += plan.project.modules.changed(now.modules)
    moved += [f"notebooks/{step.path.name}"] if code_cells(notebook) != step.cells else []
    said = "changed while the step was running; nothing was kept, run again"
    return Failure(f"{moved[0]} {said}") if moved else None
