"""Run each file in a process of its own, with a limit on time and memory, several at once.

Whatever a hostile file does to a reader (loop, fill memory, crash it), only its own process ends, and the file is
reported. The process is forked, so that it starts in milliseconds with all modules loaded.
"""

from __future__ import annotations

import contextlib
import gc
import math
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

SECONDS = 55.0  # of the processor; the process that starts this one needs some of the 60 too
PATIENCE = 10  # times as long by the clock, where other work keeps the processor
MEMORY = 2**30


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Do not look for cycles meanwhile: among a million cells that takes longer than reading them, and there are none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass(frozen=True)
class Failed:
    """What a job came to that gave no result: why, in words for the analyst."""

    reason: str


def run_each(
    work: Callable,
    jobs: Sequence[tuple],
    *,
    seconds: float = SECONDS,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[tuple[int, object]]:
    """Run ``work(*job)`` for each job in a process of its own.

    Parameters
    ----------
    work : function
        Returns something that can be pickled.
    jobs : sequence of tuple
        Arguments of each call.
    seconds : float
        What one job may take of the processor.
    meanwhile : function
        What this process does each time that it has started some.

    Yields
    ------
    (int, object)
        The position of a job and its result, or :class:`Failed`, in the order in which they end.

    Examples
    --------
    >>> sorted(run_each(pow, [(2, 3), (2, 4)]))
    [(0, 8), (1, 16)]
    """
    context = multiprocessing.get_context("fork")
    waiting = list(enumerate(jobs))[::-1]
    running: dict = {}
    try:
        while waiting or running:
            while waiting and len(running) < min(os.cpu_count() or 1, 8):
                place, job = waiting.pop()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_child, args=(sender, work, job, seconds), daemon=True)
                process.start()
                sender.close()
                running[receiver] = place, process
            meanwhile()
            for receiver in wait(list(running)):
                place, process = running[receiver]
                result = _receive(receiver, process, seconds)
                del running[receiver]
                yield place, result
    finally:
        for _, process in running.values():
            process.kill()
            process.join(5)


def _receive(receiver, process, seconds: float) -> object:
    try:
        return receiver.recv()
    except (EOFError, OSError):
        process.join(5)
        if -(process.exitcode or 0) in (getattr(signal, name, -1) for name in ("SIGXCPU", "SIGALRM")):
            return Failed(_TOO_LONG.format(seconds))
        return Failed(_TOO_LARGE.format(", or broke its reader"))
    finally:
        receiver.close()
        process.join(5)


_TOO_LONG = "took longer than {:.0f} s and was stopped. Ask: can you send the tables only?"
_TOO_LARGE = f"needed more than {MEMORY // 2**20:,} MiB of memory{{}}. Ask: can you send the tables only?"


def _child(sender, work: Callable, job: tuple, seconds: float) -> None:
    _limit(MEMORY, seconds)
    gc.disable()
    with contextlib.suppress(OSError):  # what readers print about damaged files is nobody's concern
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
    try:
        sender.send(work(*job))
    except MemoryError:
        sender.send(Failed(_TOO_LARGE.format("")))
    except Exception as error:  # the last line of defence: a reader's own mistake on this file
        why = f"cannot be read ({type(error).__name__}). Please report the file, or ask for a spreadsheet"
        sender.send(Failed(why))
    sender.close()
    os._exit(0)


def _limit(memory: int, seconds: float) -> None:
    with contextlib.suppress(OSError):  # room for a file also beside a large caller, where its size is told
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        memory = max(memory, mapped + memory // 2)
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_DATA: memory, resource.RLIMIT_CORE: 0}
    for kind, most in (limits | {resource.RLIMIT_CPU: math.ceil(seconds)}).items():
        with contextlib.suppress(ValueError, OSError):  # not every system has all of them
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    signal.alarm(math.ceil(PATIENCE * seconds))
