"""Runs a notebook's cells in this very process, in IPython, and keeps what they show as an ordinary kernel would.

:class:`Cells` is all that the papermill engine needs: a shell, the outputs of the cell that runs, and one
:class:`~helpers.runner.errors.Failure` when a cell ends badly. What programs write to the file descriptors 1 and 2 is
kept as well. One process runs one notebook; a second one would find modules and settings as the first has left them.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import getpass
import io
import os
import re
import select
import sys
import threading
from base64 import b64encode
from collections import defaultdict
from functools import partial

from ipykernel.compiler import XCachingCompiler
from IPython.core import page
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from nbformat.v4 import new_output
from traitlets import Any, Type
from traitlets.config import Config

from helpers.runner.errors import Failure

MOST_OUTPUT = 5_000_000  # characters of output that one cell may make
MOST_SAID = 1_000  # characters shown of what an error says
TAIL = 12  # lines of output shown of a cell that failed
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
STREAMS = {1: "stdout", 2: "stderr"}


class TooMuchOutput(BaseException):
    """A cell prints without end. No ``except Exception`` of the cell's own stops this."""


class Outputs:
    """The outputs of the cell that runs, in the form that a notebook keeps."""

    def __init__(self) -> None:
        self.list: list = []
        self.printed = []
        self.shown = defaultdict(list)  # display id → the outputs of any cell that show it
        self.size = 0
        self.wiped = False  # whether the next output takes the place of those before
        self.flooded = False
        self.lock = threading.RLock()

    def begin(self, cell) -> None:
        """Collect the outputs of this cell from now on."""
        self.list = cell.outputs = []
        self.printed: list[str] = []  # a stream's name, and what was printed to it since the last output
        self.size, self.wiped, self.flooded = 0, False, False

    def add(self, kind: str, display_id: str | None = None, **content) -> None:
        """Add an output, to the last one if both are text of one stream."""
        with self.lock:
            if kind != "error":
                values = [content.get("text", ""), *content.get("data", {}).values()]
                self.size += sum(len(value) for value in values if isinstance(value, str))
                self.flooded = self.flooded or self.size > MOST_OUTPUT
            if self.flooded and kind != "error":
                raise TooMuchOutput
            if self.wiped:
                self.printed = []
                self.list.clear()
                self.wiped = False
            if kind == "stream":
                if self.printed and self.printed[0] != content["name"]:
                    self.flush()
                self.printed = self.printed or [content["name"]]
                self.printed.append(content["text"])
                return
            self.flush()
            self.list.append(new_output(kind, **content))
            if display_id:
                self.shown[display_id].append(self.list[-1])

    def flush(self) -> None:
        """Make one output of what was printed since the last."""
        if self.printed:
            name, *pieces = self.printed
            self.list.append(new_output("stream", name=name, text="".join(pieces)))
            self.printed = []

    def update(self, display_id: str, data: dict, metadata: dict) -> None:
        """Show something else wherever this display is shown."""
        with self.lock:
            for output in self.shown[display_id]:
                output.data, output.metadata = data, metadata

    def clear(self, wait: bool) -> None:
        """Forget what the cell has shown, at once or when it shows more."""
        with self.lock:
            self.flush()
            self.wiped = wait
            if not wait:
                self.list.clear()

    def end(self) -> None:
        """Keep of each line only what is drawn last, as a terminal would."""
        self.flush()
        for output in self.list:
            if output.output_type == "stream" and "\r" in output.text:
                lines = output.text.split("\n")
                output.text = "\n".join(line[:-1].rpartition("\r")[2] + line[-1:] for line in lines)

    def tail(self) -> str:
        """The last lines that were printed."""
        text = "".join(o.text for o in self.list if o.output_type == "stream")[-20_000:]
        return "\n".join(line[:200] for line in ANSI.sub("", text).rstrip().split("\n")[-TAIL:])


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, outputs: Outputs, number: int):
        self.outputs, self.number, self.owner = outputs, number, os.getpid()

    def write(self, text: str) -> int:
        """Print; in a process that a cell forks, to the file descriptor."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self.owner:
            os.write(self.number, text.encode("utf-8", "replace"))
        elif text:
            self.outputs.add("stream", name=STREAMS[self.number], text=text)
        return len(text)

    def fileno(self) -> int:
        """The file descriptor, for programs that a cell starts."""
        return self.number

    def writable(self) -> bool:
        """Always."""
        return True


@contextlib.contextmanager
def descriptors(outputs: Outputs):
    """Take what is written to the file descriptors 1 and 2 themselves, as by a program that a cell starts."""
    before = {number: os.dup(number) for number in STREAMS}
    pipes = {}
    for number in STREAMS:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.dup2(writing, number)
        os.close(writing)
        pipes[reading] = number
    wake, waker = os.pipe()

    def read() -> None:
        ending = False
        with contextlib.suppress(TooMuchOutput):  # closing the pipes ends the program that writes
            while not ending:
                ready, _, _ = select.select([wake, *pipes], [], [])
                ending = wake in ready
                for pipe in pipes:
                    with contextlib.suppress(BlockingIOError):
                        while data := os.read(pipe, 1 << 16):
                            text = data.decode("utf-8", "replace")
                            outputs.add("stream", name=STREAMS[pipes[pipe]], text=text)
                        if not ending:  # nobody writes any more
                            return
        for pipe in pipes:
            os.close(pipe)

    reader = threading.Thread(target=read, name="output", daemon=True)
    reader.start()
    try:
        yield
    finally:
        for number, descriptor in before.items():
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.close(waker)
        reader.join()
        os.close(wake)


def as_json(data: dict) -> dict:
    """A display as JSON can hold it: pictures are base64."""
    return {
        kind: b64encode(value).decode() if isinstance(value, bytes) else value for kind, value in data.items()
    }


class Publisher(DisplayPublisher):
    """What ``display()`` shows becomes an output."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **_) -> None:
        display_id = (transient or {}).get("display_id")
        data, metadata = as_json(data), metadata or {}
        if update:
            self.shell.outputs.update(display_id, data, metadata)
        else:
            self.shell.outputs.add("display_data", display_id, data=data, metadata=metadata)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class Hook(DisplayHook):
    """The value of a cell's last expression becomes an output."""

    def write_output_prompt(self) -> None: ...
    def log_output(self, format_dict) -> None: ...
    def finish_displayhook(self) -> None:
        self._is_active = False

    def write_format_data(self, format_dict, md_dict=None) -> None:
        data, metadata = as_json(format_dict), md_dict or {}
        count = self.prompt_count
        self.shell.outputs.add("execute_result", data=data, metadata=metadata, execution_count=count)


class NoProfile(ProfileDir):
    """A user's folder for settings, files to run first and history: a run has none of these, and makes none."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


class Shell(InteractiveShell):
    """IPython without a terminal, a history or a user's settings."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)
    compiler_class = Type(XCachingCompiler)  # names a cell's code as kernels do
    outputs = Any()
    kernel = None  # libraries ask for this to know whether they are in a notebook
    left = False  # whether a cell called exit()

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_, **__: None), 99)  # nobody turns pages here

    def init_environment(self) -> None: ...

    def enable_gui(self, gui=None) -> None: ...

    def ask_exit(self) -> None:
        self.left = True

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


def _no_input(*_, **__):
    raise StdinNotImplementedError("nobody is there to type it in a run")


class Cells:
    """Runs one notebook's cells, one after the other, as a context manager."""

    def __init__(self) -> None:
        self.outputs = Outputs()

    def __enter__(self) -> Cells:
        config = Config()
        config.HistoryManager.enabled = False
        self._restore = contextlib.ExitStack()
        for place, name, value in (
            (sys, "stdout", Stream(self.outputs, 1)),
            (sys, "stderr", Stream(self.outputs, 2)),
            (builtins, "input", _no_input),
            (getpass, "getpass", _no_input),
            (sys, "argv", sys.argv),
        ):
            self._restore.callback(partial(setattr, place, name, getattr(place, name)))
            setattr(place, name, value)
        nowhere = os.path.join(os.getcwd(), ".ipython")
        given = {"ipython_dir": nowhere, "profile_dir": NoProfile(location=nowhere)}
        if "" not in sys.path:  # as kernels have it, so that a notebook can import what stands beside it
            packages = (i for i, path in enumerate(sys.path) if path.endswith("site-packages"))
            sys.path.insert(next(packages, len(sys.path)), "")
        self.shell = Shell.instance(config=config, outputs=self.outputs, **given)
        self._restore.callback(Shell.clear_instance)
        self._restore.callback(self._forget)
        if (
            "pandas" in sys.modules
        ):  # it asks once, on import, whether it is in a notebook, and then shows this many columns
            sys.modules["pandas"].set_option("display.max_columns", 20)
        self._draw_inline()
        inline = sys.modules.get("matplotlib_inline.backend_inline")
        if inline:  # it ties itself to the shell that there is when it is imported
            inline.configure_inline_support.current_backend = "unset"
            inline.configure_inline_support(self.shell, "inline")
        return self

    def _draw_inline(self) -> None:
        """Have ``plt.show()`` show, also where figures were drawn in this process for a file or a window before."""
        matplotlib, wanted = sys.modules.get("matplotlib"), os.environ.get("MPLBACKEND", "")
        if matplotlib and "inline" in wanted:
            before = matplotlib.get_backend(auto_select=False) or "agg"
            if "inline" not in before:
                matplotlib.use(wanted)
                self._restore.callback(matplotlib.use, before)

    def __exit__(self, *_: object) -> None:
        self._restore.close()

    def _forget(self) -> None:
        self.shell.restore_sys_module_state()
        atexit.unregister(self.shell.atexit_operations)
        self.shell.atexit_operations()

    def run(self, cell) -> Failure | None:
        """Run a code cell and keep its outputs in it; why it failed, if it did."""
        self.outputs.begin(cell)
        with descriptors(self.outputs):
            result = self.shell.run_cell(cell.source, store_history=True, cell_id=cell.id)
        cell.execution_count = result.execution_count
        self.outputs.end()
        return self._failure(cell, result)

    def _failure(self, cell, result) -> Failure | None:
        error = result.error_before_exec or result.error_in_exec
        shown = next((output for output in cell.outputs if output.output_type == "error"), None)
        ended = {"cell": cell.id, "tail": self.outputs.tail()}
        if self.outputs.flooded:
            failure = Failure(
                f"cell {cell.id} printed more than {MOST_OUTPUT // 1_000_000} MB and was stopped", **ended
            )
        elif self.shell.left or isinstance(error, SystemExit):
            failure = Failure(f"cell {cell.id} called exit(); a notebook must run to its end", cell.id)
        elif shown:
            return self._raised(cell, error, shown, ended)
        else:
            return None
        # papermill reads from the outputs how a cell ended, and takes SystemExit for a good end
        cell.outputs = [output for output in cell.outputs if output is not shown]
        cell.outputs.append(
            new_output("error", ename="Stopped", evalue=failure.what, traceback=[failure.what])
        )
        return failure

    def _raised(self, cell, error, shown, ended: dict) -> Failure:
        if isinstance(error, StdinNotImplementedError):
            what = f"cell {cell.id} asked for input; nobody is there to type it in a run"
        elif isinstance(error, KeyboardInterrupt):
            what = f"cell {cell.id} was interrupted"
        else:
            said = ANSI.sub("", shown.evalue).strip()
            said = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} …"
            what = f"{shown.ename}: {said}" if said else shown.ename
        line = self._line(cell, error)
        lines = cell.source.split("\n")
        source = lines[line - 1].strip() if line and line <= len(lines) else ""
        return Failure(what, line=line, source=source, **ended)

    def _line(self, cell, error) -> int | None:
        """The line of the cell at which it went wrong."""
        if isinstance(error, SyntaxError) and error.__traceback__ is None:
            return error.lineno
        here = self.shell.compile.get_code_name(cell.source, "", 0)
        trace = getattr(error, "__traceback__", None)
        while trace:
            if trace.tb_frame.f_code.co_filename == here:
                return trace.tb_lineno
            trace = trace.tb_next
        return getattr(error, "lineno", None)
