"""The options that commands share, and how their values are read: a wrong one is one line that says what would do."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Annotated

import typer

from helpers.runner.errors import UsageError, quoted

ADDRESS = re.compile(r"(tcp|tls|wss?|ucx)://(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(\d{1,5})")


def at_least_one(text: str) -> int:
    """How many steps run side by side.

    >>> at_least_one("4")
    4
    >>> at_least_one("0")
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: --jobs must be a whole number from 1, not '0'
    """
    if not re.fullmatch(r"0*[1-9][0-9]{0,5}", text):
        raise UsageError(f"--jobs must be a whole number from 1, not {quoted(text)}")
    return int(text)


def seconds(text: str | float) -> float:
    """How long a step may take.

    >>> seconds("90")
    90.0
    >>> seconds("x")
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: --timeout must be a number of seconds from 1, not 'x'
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 1 <= number < math.inf:
        raise UsageError(f"--timeout must be a number of seconds from 1, not {quoted(text)}")
    return number


def address(text: str) -> str:
    """Where a scheduler listens.

    >>> address("tcp://127.0.0.1:8786")
    'tcp://127.0.0.1:8786'
    >>> address("here")
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: --scheduler must be an address such as tcp://host:8786, not 'here'
    """
    found = ADDRESS.fullmatch(text)
    if not found or not 0 < int(found[3]) < 65536:
        raise UsageError(f"--scheduler must be an address such as tcp://host:8786, not {quoted(text)}")
    return text


def path(text: str) -> Path:
    """A file or folder.

    >>> path("")
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: the name of a file or folder is empty
    """
    if not text.strip() or "\0" in text:
        raise UsageError("the name of a file or folder is empty")
    return Path(text)


Steps = Annotated[
    list[str] | None, typer.Argument(metavar="[STEP]…", help="steps, such as 21_rise; default: all")
]
Values = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", "-p", metavar="NAME=VALUE", help="a parameter's value; A,B or all for several"
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", parser=path, help="the output folder; default: reports/build"),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", parser=at_least_one, help="steps side by side; default: the cores"
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        parser=address,
        help="run on a Dask cluster, such as tcp://host:8786",
    ),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", parser=seconds, help="what a step may take"),
]
