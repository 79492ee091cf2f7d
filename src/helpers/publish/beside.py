"""Work in a forked process while this one does something else, where that is safe: a second core for pure Python."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Any

THREADS = 2  # a process that the runner forked has one that watches for the end of the run


class Beside:
    """What a function gives, worked out in another process from the moment that this is made.

    Where a process cannot be forked safely, or it dies, the function runs here when its result is asked for. It must
    give the same wherever it runs, change nothing outside, and what it gives must survive pickling.

    >>> Beside(lambda: 6 * 7).result()
    42
    """

    def __init__(self, work: Callable[[], Any]):
        self.work, self.process = work, None
        if not can_fork():
            return
        self._reading, writing = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Python 3.12 warns of every second thread, also of one that only waits
            self.process = os.fork()
        if self.process == 0:
            os.close(self._reading)
            self._answer(writing)
        os.close(writing)

    def _answer(self, writing: int) -> None:
        """In the other process: work, send what came of it, and end without a trace."""
        try:
            try:
                answer = pickle.dumps((self.work(), None))
            except Exception as error:
                answer = pickle.dumps((None, error))
            with os.fdopen(writing, "wb") as stream:
                stream.write(answer)
        finally:
            os._exit(0)

    def result(self) -> Any:
        """What the function gives, or raises."""
        if self.process is None:
            return self.work()
        with os.fdopen(self._reading, "rb") as stream:
            answer = stream.read()
        os.waitpid(self.process, 0)
        self.process = None
        if not answer:  # it was killed, as for want of memory
            return self.work()
        given, error = pickle.loads(answer)
        if error is not None:
            raise error
        return given

    def close(self) -> None:
        """End it: its result is not wanted, or has been had."""
        if self.process is not None:
            with contextlib.suppress(OSError):
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
            os.close(self._reading)
            self.process = None


def can_fork() -> bool:
    """Whether this process can be forked: on Linux, while no library has threads that may hold locks."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) <= THREADS
