"""Temporary folders that do not stay when the process that made them is killed.

A folder carries its maker's process id in its name. Whoever makes the next one removes those of processes that are
gone, so a kill leaves something behind only until the next run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_swept = False


def private_folder(kind: str) -> Path:
    """A new folder that only this user can read, ``rise-<kind>-<process>-…`` where temporary files go.

    >>> made = private_folder("example")
    >>> made.name.startswith(f"rise-example-{os.getpid()}-")
    True
    >>> made.rmdir()
    """
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"rise-{kind}-{os.getpid()}-"))


def sweep() -> None:
    """Remove the folders of processes that are gone; once in a process."""
    global _swept
    if _swept:
        return
    _swept = True
    for path in Path(tempfile.gettempdir()).glob("rise-*-[0-9]*-*"):
        number = path.name.split("-")[2]
        if number.isdigit() and not _is_running(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
