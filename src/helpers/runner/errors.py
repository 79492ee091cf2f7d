"""The two ways in which a command can refuse: wrong usage, and a run that could not be completed.

Every message names the file, the place in it and the mend. The command line prints the message on its own,
without a traceback, and ends with the exit code.
"""

from __future__ import annotations


class RunnerError(Exception):
    """A run that could not be done or completed; the message is written for the person who ran it.

    >>> RunnerError("21_rise failed").exit_code
    1
    """

    exit_code = 1


class UsageError(RunnerError):
    """Something that was asked for does not exist or cannot be: refused before anything starts.

    >>> UsageError("unknown step 'rise'").exit_code
    2
    """

    exit_code = 2


class Interrupted(RunnerError):
    """Ctrl-C: what is done is kept."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("interrupted; what is done is kept and the next run goes on from here")


def quoted(text: object) -> str:
    """A value as messages repeat it: in quotes, on one line, and not longer than a line.

    >>> quoted("Kent"), quoted("x" * 1000) == repr("x" * 60 + "…")
    ("'Kent'", True)
    """
    text = str(text)
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def did_you_mean(text: str, choices) -> str:
    """The tail of a message that offers the nearest valid name, or lists the choices, or some of them when many.

    >>> did_you_mean("Northumbira", ["Northumbria", "Cleveland"])
    "; did you mean 'Northumbria'?"
    >>> did_you_mean("x", ["first", "latest"])
    '; choose from first, latest'
    """
    from difflib import get_close_matches

    choices = [str(choice) for choice in choices if choice != ""]
    folded = {choice.casefold(): choice for choice in reversed(choices)}
    near = get_close_matches(text.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f"; did you mean {folded[near[0]]!r}?"
    if len(choices) > 12:
        return f"; choose from {choices[0]}, {choices[1]} … {choices[-1]}"
    return f"; choose from {', '.join(choices)}" if choices else ""
