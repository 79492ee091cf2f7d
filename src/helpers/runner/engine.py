"""The papermill engine ``rise``, registered under the entry point ``papermill.engine``.

``papermill --engine rise notebooks/21_rise.ipynb out.ipynb -p first_year 2013/14`` runs the cells in papermill's own process,
as ``rise run`` does in a process for each step. A step of this project is given only parameters that it has, with values
that can be; any other notebook runs as papermill would run it. Papermill loads this module whenever it is imported, so
what runs the cells is imported when cells are run.
"""

from __future__ import annotations

import os
import sys
from functools import cache, partial
from pathlib import Path

import click
import tqdm.auto  # noqa: F401  (papermill's bar: imported beside a shell, it would look for widgets and complain)

from helpers.runner.determinism import deterministic_environment
from helpers.runner.errors import UsageError, quoted
from helpers.tables.faults import offer

if "numpy" not in sys.modules:
    # also for the ordinary kernels that papermill starts: they inherit it, and numpy reads it once
    for _name, _value in deterministic_environment().items():
        os.environ.setdefault(_name, _value)
INLINE = "module://matplotlib_inline.backend_inline"  # as every kernel has it


class RiseEngine:
    """What papermill asks of an engine; :class:`helpers.runner.cells.InProcess` does the work."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, **options):
        """Run every code cell until one fails; the notebook, from whose outputs papermill reads how it ended."""
        if options.get("execution_timeout"):
            remedy = "leave out --execution-timeout, or use rise run --timeout"
            raise click.UsageError(f"rise: the engine rise stops no cell; {remedy}")

        def run():
            os.environ.setdefault("MPLBACKEND", INLINE)
            from helpers.runner.cells import InProcess

            return InProcess.execute_notebook(nb, kernel_name, **options)

        return _run_whole(run, nb, options.get("input_path"))

    @classmethod
    def nb_kernel_name(cls, nb, name=None) -> str:
        """No kernel is started."""
        return name or "python3"

    @classmethod
    def nb_language(cls, nb, language=None) -> str:
        """Python."""
        return "python"


def _run_steps_whole_with_ordinary_kernels() -> None:
    """Have papermill's own engine check and stage steps of a project as ours does; papermill calls it by two names."""
    engines = sys.modules.get("papermill.engines")  # which imports this; not where something else does
    if engines is None:
        return

    class OrdinaryKernel(engines.NBClientEngine):
        @classmethod
        def execute_notebook(cls, nb, kernel_name, **options):
            run = partial(super().execute_notebook, nb, kernel_name, **options)
            return _run_whole(run, nb, options.get("input_path"))

    for name in (None, "nbclient"):
        engines.papermill_engines.register(name, OrdinaryKernel)


def _run_whole(run, nb, input_path):
    """Run a notebook. What a step puts into place is all that it wrote, if it ended well: one that fails leaves no part.

    What a step cannot be given is refused before anything is written.
    """
    try:
        is_step = _is_step_with_its_parameters(nb, input_path)
    except UsageError as error:
        raise click.UsageError(f"rise: {error}") from None
    if not is_step:
        return run()
    from helpers.runner.staging import OutputFolder, staged_outputs
    from helpers.tables.files import input_dir, output_dir

    before = dict(os.environ)
    with OutputFolder(output_dir()) as folder, folder.staging("papermill") as staged:
        os.environ.update(RISE_IN=str(input_dir()), RISE_OUT=str(staged))
        try:
            made = run()
        finally:
            os.environ.clear()
            os.environ.update(before)
        shown = (output for cell in made.cells for output in cell.get("outputs", ()))
        if not any(output.output_type == "error" for output in shown):
            folder.move_into_place(staged, staged_outputs(staged))
    return made


def _is_step_with_its_parameters(nb, input_path) -> bool:
    """Whether a notebook is a step, whose results belong to its project; parameters that it does not have are refused."""
    from helpers.runner.parameters import FILE, declared
    from helpers.runner.steps import STEP_NAME, read_step

    path = Path(input_path if isinstance(input_path, str) else "").resolve()
    root = next((folder for folder in path.parents if (folder / FILE).is_file()), None)
    if root is None:  # nobody's, or of a project that has no parameters of this kind
        return False
    os.environ.setdefault("RISE_ROOT", str(root))
    if path.parent != root / "notebooks" or not STEP_NAME.fullmatch(path.stem):
        return False
    modules, given = _modules(root), nb.metadata.papermill.get("parameters", {})
    step = read_step(path, declared(modules), modules)
    for name in given:
        if name not in step.parameters:
            hint = offer(name, step.parameters)
            raise UsageError(f"notebooks/{path.name} has no parameter {quoted(name)}{hint}")
    for name, value in step.values(given).items():
        if name in given and value != given[name]:
            raise UsageError(f"{name} is written {quoted(value)}, not {quoted(given[name])}")
    return True


@cache
def _modules(root: Path):
    """What is known from before of a project's notebooks, and of what their parameters may be."""
    from helpers.runner.modules import Modules

    return Modules(root, root / "reports" / "build")


_run_steps_whole_with_ordinary_kernels()
