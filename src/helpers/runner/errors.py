"""What a command says when it refuses or fails, in one shape: ``rise: `` and a line that says what to do.

An error that is written for a person carries its ``exit_code``: 1 when the work could not be done, 2 for wrong usage,
130 after Ctrl-C. Those of the rooms below carry one too. :func:`printed_form` turns them, what the disk refuses, and any fault
of this program into what is printed; ``cli.main`` prints it. There is never a traceback for a user's error.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

INTERRUPTED = 130  # the exit code after Ctrl-C


class RunnerError(Exception):
    """A run that could not be done or completed; the message is written for the person who ran it.

    >>> RunnerError("21_rise failed").exit_code
    1
    """

    exit_code = 1


class UsageError(RunnerError):
    """Something that was asked for does not exist or cannot be: refused before anything starts.

    >>> UsageError('unknown step "rise"').exit_code
    2
    """

    exit_code = 2


class Stopped(BaseException):
    """A cell that may not go on. No ``except Exception`` of its own stops this; the message says what it did."""


@dataclass(frozen=True)
class Failure:
    """Why a step did not end well. ``what`` is one line; the rest shows the place."""

    what: str
    cell: str = ""
    line: int | None = None
    source: str = ""
    tail: str = ""


def printed_form(error: BaseException) -> tuple[str, int]:
    """What is printed of an error, and the exit code. A line that begins with a blank goes with the one before it.

    >>> printed_form(UsageError('unknown step "rise"'))
    ('rise: unknown step "rise"', 2)
    >>> printed_form(RunnerError("21_rise failed\\n  at line 3\\n30_recording failed"))[0].splitlines()
    ['rise: 21_rise failed', '  at line 3', 'rise: 30_recording failed']
    """
    if isinstance(error, KeyboardInterrupt):
        return "rise: interrupted; nothing is half-written; the command can be given again", INTERRUPTED
    error = plain_os_error(error)
    if not hasattr(error, "exit_code"):
        import traceback

        error = internal_error("".join(traceback.format_exception(error)))
    lines = (line if line[:1] in ("", " ") else f"rise: {line}" for line in str(error).splitlines())
    return "\n".join(lines), error.exit_code


def internal_error(trace: str) -> RunnerError:
    """A mistake of this program, told by its traceback: what and where, and all of it if ``RISE_TRACEBACK`` is set.

    >>> str(internal_error('  File "/x/helpers/intake/rounds.py", line 7, in new\\nKeyError: 1'))
    'a fault of rise itself: KeyError: 1 (helpers/intake/rounds.py, line 7); RISE_TRACEBACK=1 tells the whole way to it'
    """
    lines = trace.strip().splitlines() or ["no message"]
    places = re.findall(r'File "[^"]*?(helpers/[^"]+)", line (\d+)', trace)
    where = f" ({places[-1][0]}, line {places[-1][1]})" if places else ""
    said = f"a fault of rise itself: {lines[-1]}{where}; RISE_TRACEBACK=1 tells the whole way to it"
    return RunnerError("\n    ".join([said, *lines]) if os.environ.get("RISE_TRACEBACK") else said)


def plain_os_error(error: BaseException, path: Path | str = "") -> BaseException:
    """A disk that is full or a folder that cannot be written, in one line with the remedy; any other error as it is.

    >>> str(plain_os_error(PermissionError(errno.EACCES, "", "read/figures.csv")))
    'read/figures.csv cannot be opened or written (permission denied); correct its permissions, or choose another place, as with --out'
    >>> str(plain_os_error(OSError("AF_UNIX path too long")))
    'the folder for temporary files has too long a name for what processes speak through; set TMPDIR to a shorter one'
    """
    if not isinstance(error, OSError):
        return error
    where = error.filename or path or "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunnerError(f"the disk is full: {where} could not be written; free some space and run again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return RunnerError(
            f"{where} cannot be opened or written ({os.strerror(error.errno).lower()}); "
            "correct its permissions, or choose another place, as with --out"
        )
    if "AF_UNIX" in str(error):
        what = "the folder for temporary files has too long a name for what processes speak through"
        return RunnerError(f"{what}; set TMPDIR to a shorter one")
    if isinstance(error, IsADirectoryError):
        return RunnerError(f"{where} is a folder where a file belongs; move it away, and put back the file")
    return RunnerError(f"{where}: {error.strerror or error}")


@contextlib.contextmanager
def at(where: str):
    """Say where it is that something is refused.

    >>> with at("21_rise"):
    ...     raise UsageError("level is assigned twice")
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: 21_rise: level is assigned twice
    """
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def quoted(value: object) -> str:
    """A value as messages repeat it: words in quotes, on one line, and not longer than a line.

    >>> quoted("Kent"), quoted("x" * 1000) == '"' + "x" * 60 + '…"', quoted(0.5)
    ('"Kent"', True, '0.5')
    """
    if not isinstance(value, str):
        return repr(value)
    inside = repr(value if len(value) <= 60 else f"{value[:60]}…")[1:-1]
    return f'"{inside}"'
