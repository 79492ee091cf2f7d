"""The papermill engine ``rise``, registered under the entry point ``papermill.engine``.

``papermill --engine rise notebooks/21_rise.ipynb out.ipynb -p first_year 2013/14`` runs the cells in papermill's own process,
as ``rise run`` does in a process for each step. A step of this project is given only parameters that it has, with values
that can be; any other notebook runs as papermill would run it. Papermill loads this module whenever it is imported, so
what is slow to import is imported when cells are run.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import click

from helpers.runner.arithmetic import steady
from helpers.runner.errors import UsageError, did_you_mean, quoted

if "numpy" not in sys.modules:
    # also for the ordinary kernels that papermill starts: they inherit it, and numpy reads it once
    for _name, _value in steady().items():
        os.environ.setdefault(_name, _value)
INLINE = "module://matplotlib_inline.backend_inline"  # as every kernel has it


def _nobody(cell, what) -> None: ...


class RiseEngine:
    """Runs the cells in this process, in IPython.

    It has what papermill asks of an engine. It is no subclass of papermill's, because papermill imports this module
    while it is itself imported.
    """

    @classmethod
    def execute_notebook(
        cls, nb, kernel_name, input_path=None, output_path=None, progress_bar=True, watch=_nobody,
        log_output=False, stdout_file=None, stderr_file=None, execution_timeout=None, **_
    ):  # fmt: skip
        """Run every code cell until one fails; the notebook, from whose outputs papermill reads how it ended.

        What cannot be is refused before anything is written. ``watch`` is called as ``watch(cell, None)`` before each
        code cell, and as ``watch(cell, True)`` or ``watch(cell, failure)`` after it. The options of papermill's own
        engine mean what they mean there: its messages and files get the outputs of a cell once the cell has ended, and
        ``execution_timeout`` is the seconds that a cell may take (where this is the main thread).
        """
        from papermill.clientwrap import PapermillNotebookClient
        from papermill.engines import NotebookExecutionManager
        from papermill.log import logger

        try:
            _check_parameters(nb, input_path)
        except UsageError as error:
            raise click.UsageError(f"rise: {error}") from None
        manager = NotebookExecutionManager(nb, output_path, progress_bar=progress_bar)
        manager.notebook_start()
        try:
            tell = partial(
                PapermillNotebookClient.log_output_message,
                SimpleNamespace(
                    log=logger, log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file
                ),
            )
            cls._run(manager, watch, tell, execution_timeout)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @staticmethod
    def _run(manager, watch, tell, most_seconds) -> None:
        os.environ.setdefault("MPLBACKEND", INLINE)
        from helpers.runner.cells import Cells

        with Cells() as cells:
            for index, cell in enumerate(manager.nb.cells):
                manager.cell_start(cell, index)
                is_code = cell.cell_type == "code" and cell.source.strip()
                if is_code:
                    watch(cell, None)
                with _at_most(most_seconds):
                    failure = cells.run(cell) if is_code else None
                for output in cell.get("outputs", ()):
                    tell(output)
                if failure:
                    manager.cell_exception(cell, cell_index=index)
                manager.cell_complete(cell, cell_index=index)
                if is_code:
                    watch(cell, failure or True)
                if failure:
                    break
        manager.nb.metadata.setdefault("language_info", {"name": "python"})

    @classmethod
    def nb_kernel_name(cls, nb, name=None) -> str:
        """No kernel is started."""
        return name or "python3"

    @classmethod
    def nb_language(cls, nb, language=None) -> str:
        """Python."""
        return "python"


@contextlib.contextmanager
def _at_most(seconds):
    """End what runs here with a ``TimeoutError`` after so many seconds, if any are given."""
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise TimeoutError(f"the cell was still running after {seconds:g} s and was stopped")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _check_parameters(nb, input_path) -> None:
    """Refuse parameters that a step of this project does not have; its results belong to its project."""
    from helpers.runner.parameters import check_together
    from helpers.runner.steps import STEP_NAME, project_of, read_step

    path = Path(input_path).resolve() if isinstance(input_path, str) and input_path != "-" else None
    root = project_of(path.parent) if path else None
    if root is None:
        return
    os.environ.setdefault("RISE_ROOT", str(root))
    if path.parent != root / "notebooks" or not STEP_NAME.fullmatch(path.stem):
        return
    step = read_step(path, root)
    values = step.defaults
    for name, value in nb.metadata.papermill.get("parameters", {}).items():
        if not values:
            raise UsageError(f"notebooks/{path.name} takes no parameters, so it cannot take {name}")
        if name not in values:
            hint = did_you_mean(name, values)
            raise UsageError(f"notebooks/{path.name} has no parameter {quoted(name)}{hint}")
        values[name] = step.declared[name].check(value)
        if values[name] != value:
            raise UsageError(f"{name} is written {values[name]!r}, not {value!r}")
    check_together(step.declared, values)
