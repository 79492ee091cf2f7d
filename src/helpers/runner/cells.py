"""Runs a notebook's cells in this very process, in IPython, and keeps what they show as an ordinary kernel would.

:class:`InProcess` is the papermill engine; :class:`Cells` is a shell, the outputs of the cell that runs, and one
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
import traceback
from base64 import b64encode
from collections import defaultdict
from functools import partial
from types import SimpleNamespace

from ipykernel.compiler import XCachingCompiler
from IPython.core import page
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger
from traitlets import Any, Type
from traitlets.config import Config

from helpers.runner.errors import Failure

MOST_OUTPUT = 5_000_000  # characters of output that one cell may make
MOST_SAID = 1_000  # characters shown of what an error says
TAIL = 12  # lines of output shown of a cell that failed
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
STREAMS = {1: "stdout", 2: "stderr"}
END = b"\0\4the cell has ended\4\0"  # written after all that a cell and its programs have written


class TooMuchOutput(BaseException):
    """A cell prints without end. No ``except Exception`` of the cell's own stops this."""


class Outputs:
    """The outputs of the cell that runs, in the form that a notebook keeps."""

    def __init__(self) -> None:
        self.list: list = []
        self.printed: list[str] = []  # a stream's name, and what was printed to it since the last output
        self.shown = defaultdict(list)  # display id → the outputs of any cell that show it
        self.left = MOST_OUTPUT  # characters that the cell may still make
        self.wiped = False  # whether the next output takes the place of those before
        self.lock = threading.RLock()

    def take(self) -> None:
        """Keep what programs have written by now; while a cell runs, :func:`descriptors` has another in its place."""

    def begin(self, cell) -> None:
        """Collect the outputs of this cell from now on."""
        self.list = cell.outputs = []
        self.printed, self.left, self.wiped = [], MOST_OUTPUT, False

    def add(self, kind: str, display_id: str | None = None, **content) -> None:
        """Add an output of the cell itself, after all that its programs have written before."""
        with self.lock:
            self.take()
            self.keep(kind, display_id, **content)

    def keep(self, kind: str, display_id: str | None = None, **content) -> None:
        """Add an output, to the last one if both are text of one stream."""
        with self.lock:
            if kind != "error":
                values = [content.get("text", ""), *content.get("data", {}).values()]
                self.left -= sum(len(value) for value in values if isinstance(value, str))
                if self.left < 0:
                    raise TooMuchOutput
            if self.wiped:
                self.clear(wait=False)
            if kind == "stream":
                if self.printed[:1] != [content["name"]]:
                    self.flush()
                    self.printed = [content["name"]]
                self.printed.append(content["text"])
                return
            self.flush()
            self.list.append(new_output(kind, **content))
            if display_id:
                self.shown[display_id].append(self.list[-1])

    def flush(self) -> None:
        """Make one output of what was printed since the last, of each line what is drawn last, as on a terminal."""
        if self.printed:
            name, *pieces = self.printed
            lines = "".join(pieces).split("\n")
            text = "\n".join(line[:-1].rpartition("\r")[2] + line[-1:] for line in lines)
            self.list.append(new_output("stream", name=name, text=text))
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
    """Take what is written to the file descriptors 1 and 2 themselves, as by a program that a cell starts.

    A thread takes it while the program runs. Whatever the cell itself shows comes after what was written before it.
    """
    before = {number: os.dup(number) for number in STREAMS}
    pipes = {}  # a stream's name by the end of its pipe that is read, until all of it is
    for number, name in STREAMS.items():
        reading, writing = os.pipe()
        os.dup2(writing, number)
        os.close(writing)
        pipes[reading] = name
    ends = list(pipes)

    def take() -> None:
        with outputs.lock:
            for pipe in select.select(list(pipes), [], [], 0)[0]:
                data = os.read(pipe, 1 << 16)
                name = pipes.pop(pipe) if data.endswith(END) else pipes[pipe]
                if text := data.removesuffix(END).decode("utf-8", "replace"):
                    outputs.keep("stream", name=name, text=text)

    def read() -> None:
        with contextlib.suppress(TooMuchOutput):
            while waiting := list(pipes):
                select.select(
                    waiting, [], [], 0.1
                )  # for so long only if the cell has taken the end meanwhile
                take()
        for pipe in ends:
            os.close(pipe)  # this ends a program that writes on

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    outputs.take = take
    try:
        yield
    finally:
        for number, descriptor in before.items():
            with contextlib.suppress(BrokenPipeError):  # too much was printed
                os.write(number, END)
            os.dup2(descriptor, number)
            os.close(descriptor)
        reader.join()
        del outputs.take


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
        self.shell.outputs.take()
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
        ):  # in a notebook it shows this many columns, and asks only when it is imported
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
        self.outputs.flush()
        error = result.error_before_exec or result.error_in_exec
        shown = next((output for output in cell.outputs if output.output_type == "error"), None)
        if self.outputs.left < 0:
            what = f"cell {cell.id} printed more than {MOST_OUTPUT // 1_000_000} MB and was stopped"
        elif self.shell.left or isinstance(error, SystemExit):
            what = f"cell {cell.id} called exit(); a notebook must run to its end"
        elif shown:
            return self._raised(cell, error, shown)
        else:
            return None
        # papermill reads from the outputs how a cell ended, and takes SystemExit for a good end
        cell.outputs = [output for output in cell.outputs if output is not shown]
        cell.outputs.append(new_output("error", ename="Stopped", evalue=what, traceback=[what]))
        return Failure(what, cell.id, tail=self.outputs.tail())

    def _raised(self, cell, error, shown) -> Failure:
        if isinstance(error, StdinNotImplementedError):
            what = f"cell {cell.id} asked for input; nobody is there to type it in a run"
        elif isinstance(error, KeyboardInterrupt):
            what = f"cell {cell.id} was interrupted"
        else:
            said = ANSI.sub("", shown.evalue).strip()
            said = said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} …"
            what = f"{shown.ename}: {said}" if said else shown.ename
        here = self.shell.compile.get_code_name(cell.source, "", 0)
        frames = traceback.walk_tb(error.__traceback__)
        lines = [number for frame, number in frames if frame.f_code.co_filename == here]
        line = lines[0] if lines else getattr(error, "lineno", None)
        source = "".join(cell.source.split("\n")[line - 1 : line]).strip() if line else ""
        return Failure(what, cell.id, line, source, self.outputs.tail())


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
        client = SimpleNamespace(
            log=logger, log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file
        )
        with Cells() as cells:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                failure = None
                if cell.cell_type == "code" and cell.source.strip():
                    watch(cell, None)
                    failure = cells.run(cell)
                    for output in cell.outputs:
                        PapermillNotebookClient.log_output_message(client, output)
                    watch(cell, failure or True)
                if failure:
                    nb_man.cell_exception(cell, cell_index=index)
                nb_man.cell_complete(cell, cell_index=index)
                if failure:
                    break
        nb_man.nb.metadata.setdefault("language_info", {"name": "python"})
