"""Runs a notebook's cells in this very process, in IPython, and keeps what they show as an ordinary kernel would.

The shell is ipykernel's, and what keeps outputs is papermill's client: between the two, where a kernel has sockets, a
message is handed over by a call. Ours is the rest: what is printed to the file descriptors 1 and 2, also by programs that
a cell starts, a limit to it, and one :class:`~helpers.runner.errors.Failure` when a cell ends badly. One process runs one
notebook; a second one would find modules and settings as the first has left them.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import getpass
import io
import json
import os
import re
import select
import sys
import threading
import traceback
from collections.abc import Iterator

import jupyter_client.session
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.core.profiledir import ProfileDir
from jupyter_client.jsonutil import json_default
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger
from traitlets import Any, Type
from traitlets.config import Config

from helpers.runner.errors import Failure, Stopped

MAX_OUTPUT = 5_000_000  # characters of output that one cell may make
MAX_MESSAGE = 1_000  # characters shown of what an error says
TAIL_LINES = 12  # lines of output shown of a cell that failed
TOO_MUCH = f"printed more than {MAX_OUTPUT // 1_000_000} MB and was stopped"
CALLED_EXIT = "called exit(); a notebook must run to its end"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class OutputCapture:
    """What is printed by the cell that runs and by its programs: file descriptors lead to pipes, which a thread reads."""

    def __init__(self) -> None:
        self.chunks: list[tuple[str, bytearray]] = []  # (name of the stream, what was written to it in a row)
        self.remaining = MAX_OUTPUT  # characters that the cell may still make
        self.lock = threading.RLock()
        (out, to_out), (err, to_err) = os.pipe(), os.pipe()
        self.pipes, self.writing = {out: "stdout", err: "stderr"}, {1: to_out, 2: to_err}
        threading.Thread(target=self._read, daemon=True).start()

    @contextlib.contextmanager
    def capturing(self) -> Iterator[None]:
        """Take what is written from now on until the end."""
        self.take()
        self.chunks, self.remaining = [], MAX_OUTPUT
        before = {number: os.dup(number) for number in self.writing}
        for number, pipe in self.writing.items():
            os.dup2(pipe, number)
        try:
            yield
        finally:
            for number, descriptor in before.items():
                os.dup2(descriptor, number)
                os.close(descriptor)

    def _read(self) -> None:
        while waiting := list(self.pipes):
            with contextlib.suppress(OSError):  # the cell itself has just closed one
                select.select(waiting, [], [])
            self.take()

    def take(self) -> None:
        """Take what is written by now; when it is too much, close the pipes, which ends a program that writes on."""
        with self.lock:
            while ready := select.select(list(self.pipes), [], [], 0)[0]:
                for pipe in ready:
                    data = os.read(pipe, 1 << 16)
                    if data:  # and not the end of what can be written
                        if not self.chunks or self.chunks[-1][0] != self.pipes[pipe]:
                            self.chunks.append((self.pipes[pipe], bytearray()))
                        self.chunks[-1][1].extend(data)
                    self.remaining -= len(data)
                    if not data or self.remaining < 0:
                        os.close(pipe)
                        del self.pipes[pipe]

    def close(self) -> None:
        """Let the thread end, and any program that still writes."""
        self.remaining = 0
        for pipe in self.writing.values():
            os.close(pipe)


class Stream(io.TextIOWrapper):
    """``sys.stdout`` or ``sys.stderr`` of the cells: nothing is held back, so that programs print where they are called."""

    def __init__(self, capture: OutputCapture, number: int):
        super().__init__(io.FileIO(number, "w", closefd=False), "utf-8", "replace", write_through=True)
        self.capture, self.owner = capture, os.getpid()

    def write(self, text: str) -> int:
        """Print, after what was printed to the other stream."""
        if os.getpid() == self.owner:  # and not a process that a cell forks
            self.capture.take()
        try:
            return super().write(text)
        except BrokenPipeError:
            raise Stopped(TOO_MUCH) from None


class OutputSession(jupyter_client.session.Session):
    """Hands what the shell would send to a client over."""

    receive = Any()

    def send(self, stream, msg_or_type, content=None, parent=None, **_) -> None:
        message = self.msg(msg_or_type, content, parent) if isinstance(msg_or_type, str) else msg_or_type
        self.receive(json.loads(json.dumps(message, default=json_default)))


class NoProfile(ProfileDir):
    """A user's folder for settings, files to run first and history: a run has none of these, and makes none."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


class Shell(ZMQInteractiveShell):
    """A kernel's shell without a kernel."""

    compiler_class = Type(XCachingCompiler)  # names a cell's code as kernels do

    def init_environment(self) -> None: ...

    def enable_gui(self, gui=None) -> None: ...

    def ask_exit(self) -> None:
        raise Stopped(CALLED_EXIT)


def _no_input(*_, **__):
    raise StdinNotImplementedError("nobody is there to type it in a run")


@contextlib.contextmanager
def _a_shell(session: OutputSession) -> Iterator[Shell]:
    """A shell that shows things by a session, and is gone afterwards."""
    config = Config()
    config.HistoryManager.enabled = False
    nowhere = os.getcwd()  # IPython makes its folder where there is none, and keeps nothing in it here
    given = {"ipython_dir": nowhere, "profile_dir": NoProfile(location=nowhere)}
    if "" not in sys.path:  # as kernels have it, so that a notebook can import what stands beside it
        packages = (i for i, path in enumerate(sys.path) if path.endswith("site-packages"))
        sys.path.insert(next(packages, len(sys.path)), "")
    shell = Shell.instance(config=config, **given)
    shell.displayhook.session = shell.display_pub.session = session
    if "pandas" in sys.modules:  # in a notebook it shows this many columns, and asks only when it is imported
        sys.modules["pandas"].set_option("display.max_columns", 20)
    _draw_inline(shell)
    try:
        yield shell
    finally:
        shell.restore_sys_module_state()
        atexit.unregister(shell.atexit_operations)
        # else all garbage would be collected, which takes longest of all
        shell.displayhook.do_full_cache = False
        shell.atexit_operations()
        Shell.clear_instance()


def _draw_inline(shell: Shell) -> None:
    """Show figures in this shell, where matplotlib was imported before it and may have drawn for a file or a window."""
    if "matplotlib" in sys.modules and "inline" in os.environ.get("MPLBACKEND", ""):
        from matplotlib_inline.backend_inline import configure_inline_support

        configure_inline_support.current_backend = "unset"
        shell.enable_matplotlib("inline")


class InProcessClient(PapermillNotebookClient):
    """Papermill's client, which runs cells here; it keeps outputs as it does those of a kernel."""

    # papermill's own logs at once, and the log would be output again
    process_message = NotebookClient.process_message

    def run(self, watch) -> None:
        """Run every code cell until one fails."""
        self.watch, self.capture = watch, OutputCapture()
        self.session = OutputSession(receive=self._receive)
        with contextlib.ExitStack() as stack:
            stack.callback(self.capture.close)
            stack.enter_context(contextlib.redirect_stdout(Stream(self.capture, 1)))
            stack.enter_context(contextlib.redirect_stderr(Stream(self.capture, 2)))
            for place, name in ((builtins, "input"), (getpass, "getpass")):
                stack.callback(setattr, place, name, getattr(place, name))
                setattr(place, name, _no_input)
            self.shell = stack.enter_context(_a_shell(self.session))
            self.papermill_execute_cells()

    def execute_cell(self, cell, cell_index: int, **_):
        """Run a cell and keep what it shows; ``CellExecutionError`` if it fails."""
        if cell.cell_type != "code" or not cell.source.strip():
            return
        self.watch(cell, None)
        self.at, self.clear_before_next_output = (cell, cell_index), False
        with self.capture.capturing():
            result = self.shell.run_cell(cell.source, store_history=True, cell_id=cell.id)
            self._keep_printed()
        cell.execution_count = result.execution_count
        failure = self._failure(cell, result.error_before_exec or result.error_in_exec)
        for output in cell.outputs:
            self.log_output_message(output)
        self.watch(cell, failure or True)
        if failure:
            raise CellExecutionError("", failure.what, "")

    def _receive(self, message: dict) -> None:
        """Keep an output of the cell itself, after all that was printed before it."""
        with self.capture.lock:
            self._keep_printed()
            if message["msg_type"] != "error":
                shown = message["content"].get("data", {}).values()
                self.capture.remaining -= sum(len(value) for value in shown if isinstance(value, str))
                if self.capture.remaining < 0:
                    raise Stopped(TOO_MUCH)
            self.process_message(message, *self.at)

    def _keep_printed(self) -> None:
        with self.capture.lock:
            self.capture.take()
            for name, data in self.capture.chunks:
                if text := data.decode("utf-8", "replace"):
                    self.process_message(self.session.msg("stream", {"name": name, "text": text}), *self.at)
            self.capture.chunks.clear()

    def _failure(self, cell, error: BaseException | None) -> Failure | None:
        """Why a cell failed, if it did, with an output that says so: papermill reads from these how a cell ended."""
        shown = next((output for output in cell.outputs if output.output_type == "error"), None)
        reason = CALLED_EXIT if isinstance(error, SystemExit) else ""
        reason = TOO_MUCH if self.capture.remaining < 0 else reason
        if reason:  # a cell may take no notice of the one, and papermill takes the other for a good end
            error = Stopped(reason).with_traceback(error and error.__traceback__)
        if not (shown or error):
            return None
        if isinstance(error, Stopped) or not shown:  # also what IPython only prints, as a group of exceptions
            cell.outputs = [output for output in cell.outputs if output is not shown]
            trace = traceback.format_exception_only(error)
            shown = new_output("error", ename=type(error).__name__, evalue=str(error), traceback=trace)
            cell.outputs.append(shown)
        message = ANSI.sub("", shown.evalue).strip()
        message = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]} …"
        name = f"{shown.ename}: " if message else shown.ename
        name = f"cell {cell.id} " if isinstance(error, Stopped) else name
        printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")[-20_000:]
        tail = "\n".join(line[:200] for line in ANSI.sub("", printed).rstrip().split("\n")[-TAIL_LINES:])
        here = self.shell.compile.get_code_name(cell.source, "", 0)
        frames = traceback.walk_tb(error and error.__traceback__)
        lines = (number for frame, number in frames if frame.f_code.co_filename == here)
        line = next(lines, getattr(error, "lineno", None))
        source = "".join(cell.source.split("\n")[line - 1 : line]).strip() if line else ""
        return Failure(name + message, cell.id, line, source, tail)


class InProcess(Engine):
    """Papermill's engine that runs the cells here. Its options mean what they mean in papermill's own."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, watch=lambda cell, what: None,
        log_output=False, stdout_file=None, stderr_file=None, **_
    ):  # fmt: skip
        """Run every code cell until one fails.

        ``watch`` is called as ``watch(cell, None)`` before each, and as ``watch(cell, True)`` or ``watch(cell, failure)``
        after it. Messages and files get the outputs of a cell once it has ended.
        """
        files = {"stdout_file": stdout_file, "stderr_file": stderr_file}
        InProcessClient(nb_man, log=logger, log_output=log_output, **files).run(watch)
        nb_man.nb.metadata.setdefault("language_info", {"name": "python"})
