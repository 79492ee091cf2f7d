"""``rise``: the project's one command line, from the first word to the exit code.

The commands are in :mod:`helpers.runner.commands`. ``rise run`` alone needs no command-line library, which takes longer to
load than to find that nothing is to do. Here errors are printed, in the shape that :mod:`helpers.runner.errors` gives them.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

from helpers.runner.errors import INTERRUPTED, UsageError, printed_form

ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def main() -> None:
    """Run the command line."""
    # a request to end, and the end of the terminal, do what Ctrl-C does: steps go, and what is done is kept
    for number in ENDS:
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has the latter ignored
            signal.signal(number, signal.default_int_handler)
    # there is none where it was closed, as by some schedulers of jobs
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    # at once for whoever reads along; a terminal that knows no check mark gets a question mark
    sys.stdout.reconfigure(line_buffering=True, errors="replace")
    try:
        use_the_projects_own_helpers()
        code = _run() if sys.argv[1:] == ["run"] else _command()
    except BrokenPipeError:  # nobody reads on, as with `rise status | head`
        sys.stdout = None
        code = 1
    except (Exception, KeyboardInterrupt) as error:
        said, code = printed_form(error)
        if code == INTERRUPTED:  # a second Ctrl-C has nothing more to end
            for number in (signal.SIGINT, *ENDS):
                signal.signal(number, signal.SIG_IGN)
        print(said, file=sys.stderr)
    if code:
        sys.exit(code)


def use_the_projects_own_helpers() -> None:
    """Start again with the helpers of the project at hand, where this environment was made for another copy of it."""
    import helpers
    from helpers.runner.steps import find_root

    try:
        here, root = os.getcwd(), find_root()
    except FileNotFoundError:
        raise UsageError("the folder that you are in was removed; go to another") from None
    except UsageError:  # a command that needs a project will say so
        return
    if not (os.environ.get("RISE_ROOT") or Path(here).is_relative_to(root)):
        print(f"rise: no project in {here} or above it; this is {root}", file=sys.stderr)
    source = root / "src"
    own = source / "helpers" / "__init__.py"
    if not (source / "helpers" / "runner").is_dir() or os.path.samefile(own, helpers.__file__):
        return
    paths = [str(source), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    if paths[1:2] == paths[:1]:
        raise UsageError(f"the helpers in {source} cannot be imported by {sys.executable}")
    arguments = [sys.executable, "-c", "from helpers.runner.cli import main; main()", *sys.argv[1:]]
    os.execve(sys.executable, arguments, os.environ | {"PYTHONPATH": os.pathsep.join(paths)})


def _run() -> int:
    """``rise run``, which needs no command-line library."""
    from helpers.runner.session import Session, bring_up_to_date

    bring_up_to_date(Session())
    return 0


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
        said = re.sub(r"'([^']*)'", r'"\1"', f"{said[0].lower()}{said[1:]}".rstrip("."))
        raise UsageError(f"{said}; see {context.command_path if context else 'rise'} --help") from None
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code or 0
