"""``rise``: the project's one command line, and the quick way out when nothing is to be done.

The commands themselves are in :mod:`helpers.runner.commands`. This module decides whether they are needed:
``rise run`` on a folder where everything is fresh is answered without loading the command-line library, which
takes longer than finding out; a plain ``rise intake`` reads without it too. It is also the one place where errors are
printed, in the shape that :mod:`helpers.runner.errors` gives them.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import signal
import sys
from pathlib import Path

from helpers.runner.errors import Interrupted, UsageError, told

# no place for results
OWN = (".git", ".github", ".venv", "data", "notebooks", "reports/published", "src", "tests")

ENDS = ("SIGTERM", "SIGHUP")
NOBODY = (errno.EPIPE, errno.EIO)  # the reader, or the terminal, has gone


def main() -> None:
    """Run the command line."""
    end_as_at_ctrl_c()
    while (
        os.open(os.devnull, os.O_RDWR) < 3
    ):  # where a stream was closed, no file of a run's must take its number
        pass
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, _ = Steady(sys.stdout), Steady(sys.stderr)
    gc.disable()  # reading notebooks makes many small objects and no rubbish; a run turns it on again
    try:
        here_is_somewhere()
        answers = plain_intake(sys.argv[1:])
        if answers:
            from helpers.intake import intake

            gc.enable()
            intake(**answers)
            return
        if not nothing_to_do(sys.argv[1:]):
            gc.enable()
            sys.exit(_command())
    except (Exception, KeyboardInterrupt) as error:
        said, code = told(error)
        if code == Interrupted.exit_code:
            end_in_peace()
        sys.stdout.flush()
        print(said, file=sys.stderr)
        sys.exit(code)
    finally:
        lost = out.end()
        if lost:
            print(f"rise: what was said could not be written: {lost}", file=sys.stderr)
        sys.stdout, sys.stderr = before
        if lost:
            sys.exit(1)


class Steady:
    """Standard output whose other end can go, or be full: a run goes on, and what could not be said is told at the end.

    >>> from io import StringIO
    >>> said = StringIO()
    >>> print("one", file=Steady(said))
    >>> said.close()
    >>> print("two", file=Steady(said))
    """

    def __init__(self, stream):
        self.stream = io.StringIO() if stream is None else stream  # none, as where it was closed
        self.lost: OSError | ValueError | None = None
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no check mark gets a question mark

    def __getattr__(self, name: str):
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Print, while there is somebody to print to."""
        self._try(lambda: self.stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Bring out what was printed."""
        self._try(self.stream.flush)

    def _try(self, work) -> None:
        if not self.lost:
            try:
                work()
            except (OSError, ValueError) as error:
                self.lost = error

    def end(self) -> str:
        """Flush; why something was lost, or nothing if all was said or nobody wanted more, as with ``rise run | head``."""
        self.flush()
        if not self.lost:
            return ""
        with contextlib.suppress(
            OSError, ValueError
        ):  # what is still held must not be tried again at the exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
        if getattr(self.lost, "errno", None) in NOBODY:
            return ""
        return getattr(self.lost, "strerror", "") or str(self.lost)


def here_is_somewhere() -> None:
    """Refuse to work in a folder that was removed."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise UsageError("the folder that you are in was removed; go to another") from None


def end_in_peace() -> None:
    """Hear no second Ctrl-C: what is left to do is to end the kernels, and takes a moment."""
    for name in ("SIGINT", *ENDS):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def end_as_at_ctrl_c() -> None:
    """Let a request to end, and the end of the terminal, do what Ctrl-C does: kernels go, and what is done is kept."""

    def interrupt(number: int, frame: object) -> None:
        ctrl_c = signal.getsignal(signal.SIGINT)
        if not callable(ctrl_c):  # ignored, as in a shell's background
            raise KeyboardInterrupt
        ctrl_c(signal.SIGINT, frame)

    for name in ENDS:
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:  # nohup has the latter ignored
            signal.signal(number, interrupt)


def _command() -> int:
    """Run a command by its arguments; its exit code. What the library would say of wrong ones in five lines, in one."""
    import typer

    from helpers.runner.commands import app

    try:
        code = app(standalone_mode=False, prog_name="rise")
    except typer.TyperException as error:
        said = error.format_message()
        if not said or "\n" in said:  # the help that `rise` alone gives
            error.show()
            return error.exit_code
        context = getattr(error, "ctx", None)
        said = f"{said[0].lower()}{said[1:]}".rstrip(".")
        raise UsageError(f"{said}; see {context.command_path if context else 'rise'} --help") from None
    if code == Interrupted.exit_code:
        raise Interrupted
    return code or 0


def nothing_to_do(arguments: list[str]) -> bool:
    """Whether these are the arguments of a plain run and all of it is fresh, which is then said.

    Only ``run``, steps and ``--out`` are understood here; anything else is left to the commands.
    """
    asked = _plain_run(arguments)
    if asked is None:
        return False
    from helpers.runner.freshness import Freshness
    from helpers.runner.plan import judge, make_plans, retired

    steps, out = asked
    project, out, modules = open_project(out)
    (plan,) = make_plans(project, out, steps)
    states = judge(plan, Freshness(project, out, modules))
    if any(state.condition != "fresh" for state in states) or retired(project, out):
        return False
    modules.remember(out)
    print(fresh_line(len(states), out))
    return True


def _plain_run(arguments: list[str]) -> tuple[list[str], Path | None] | None:
    """(steps, output folder) of a plain run, or None.

    >>> _plain_run(["run", "21_rise"])
    (['21_rise'], None)
    >>> _plain_run(["run", "--force"]) is None
    True
    """
    if arguments[:1] != ["run"]:
        return None
    steps, out = [], None
    rest = iter(arguments[1:])
    for argument in rest:
        if argument == "--out":
            out = next(rest, None)
            if not out:
                return None
        elif argument.startswith("-"):
            return None
        else:
            steps.append(argument)
    return steps, Path(out) if out else None


def plain_intake(arguments: list[str]) -> dict | None:
    """The arguments of a plain ``rise intake``, which reads before the command-line library would have loaded.

    Whatever else is asked, help or an option that is not known, is left to the commands.

    >>> plain_intake(["intake", "kent.xlsx", "--out", "/read", "--force", "Kent"])
    {'paths': ['kent.xlsx'], 'out': PosixPath('/read'), 'force': 'Kent'}
    >>> plain_intake(["intake", "kent.xlsx"]) is None, plain_intake(["intake", "--help"]) is None
    (True, True)
    """
    if arguments[:1] != ["intake"]:
        return None
    paths, options = [], {}
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in ("--out", "--force", "--round", "--reading"):
            options[argument[2:]] = next(rest, "")
        else:
            paths.append(argument)
    if (
        not paths
        or not options.get("out")
        or any(text[:1] in ("", "-") for text in (*paths, *options.values()))
    ):
        return None
    from helpers.runner.steps import find_root

    return {"paths": paths, **options, "out": output_folder(Path(options["out"]), find_root())}


def open_project(out: Path | None):
    """The project, the output folder, and the helper modules as an earlier run remembered them."""
    from helpers.runner.modules import Modules, load_known
    from helpers.runner.steps import find_root, load_project

    root = find_root()
    out = output_folder(out, root)
    return load_project(root), out, Modules(root, load_known(out))


def output_folder(out: Path | None, root: Path) -> Path:
    """The output folder that is meant: the one asked for, ``$RISE_OUT``, or ``reports/build``; a link's own target.

    Raises
    ------
    UsageError
        If it is a file, or holds the project's own files: results would be written over them, and ``rise clean`` would
        take them.
    """
    out = Path(os.path.abspath(out or os.environ.get("RISE_OUT") or root / "reports" / "build"))
    root, there = root.resolve(), out.resolve()
    own = (root / name for name in OWN)
    if root.is_relative_to(there) or there == root / "reports" or any(map(there.is_relative_to, own)):
        raise UsageError(
            f"{shown(out) or out} holds the project's own files; choose another output folder with --out"
        )
    file = next((path for path in (out, *out.parents) if path.exists() and not path.is_dir()), None)
    if file:
        raise UsageError(f"{shown(file)} is a file where a folder is needed; choose another with --out")
    return there


def fresh_line(count: int, out: Path) -> str:
    """What is said when nothing is to be done."""
    return f"everything is fresh ({count} step{'s' * (count != 1)} in {shown(out)})"


def shown(path: Path) -> str:
    """A path as messages show it: from here if it is below here."""
    here = f"{os.getcwd()}{os.sep}"
    return str(path)[len(here) :] if str(path).startswith(here) else str(path)
