"""Kernels that start in a moment: a jupyter_client provisioner that forks them from a preloaded process.

The kernelspec ``rise`` names this provisioner, so papermill, nbclient, nbval, nbconvert and JupyterLab all get
it by ``--kernel rise`` and the like. Each process that starts kernels owns one preloader (see
:mod:`helpers.runner.preloader`), kept as long as it lives. Where fork is not safe or the preloader fails, the kernel is
started in the ordinary way and nobody needs to know. Messages go over private Unix sockets instead of TCP.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from helpers.runner.arithmetic import steady

KERNEL = "rise"
PRELOADER = Path(__file__).with_name("preloader.py")
LAUNCHER = ["-m", "ipykernel_launcher"]
PATIENCE = 60  # seconds for a preloader to get ready
LONGEST_SOCKET = 90  # a Unix socket's path may have some 107 bytes
FIXED = (
    "PYTHON",
    "MPL",
    "LD_",
    "LC_",
    "LANG",
    "RISE_ROOT",
    "VIRTUAL_ENV",
)  # environment that is read at import


def can_fork() -> bool:
    """Whether kernels can be forked here: Linux only, as macOS's own libraries are not safe after a fork."""
    return sys.platform == "linux" and not os.environ.get("RISE_ORDINARY_KERNELS")


def is_installed() -> bool:
    """Whether the kernelspec is in this environment."""
    return (Path(sys.prefix) / "share/jupyter/kernels" / KERNEL / "kernel.json").is_file()


class Gone(Exception):
    """The preloader cannot fork: it died, refused, or is out of date."""


class Client:
    """The owner's end of one preloader."""

    def __init__(self, env: dict[str, str], cwd: str):
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        watched, self._alive = os.pipe()  # the write end closes with this process, which kernels notice
        self.channel = mine
        self.answers: dict[int, dict] = {}
        self.ended: dict[int, int] = {}
        self.running: set[int] = set()
        self.ready = self.over = False
        self.why = ""
        self.numbers = itertools.count()
        self.lock = threading.RLock()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", str(PRELOADER), str(theirs.fileno()), str(watched)],
                pass_fds=(theirs.fileno(), watched),
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        os.close(watched)

    def hold(self, paths: Iterable[Path]) -> None:
        """Have it read these tables before its next fork."""
        with contextlib.suppress(OSError), self.lock:
            self.channel.send(json.dumps({"hold": [str(path) for path in paths]}).encode())

    async def fork(self, request: dict, streams: list[int]) -> int:
        """The process id of a new kernel; ``Gone`` if there will be none.

        It waits by looking again and again, not in a thread: a process that was forked from one with a pool of
        threads would wait for ever.
        """
        await self._until(lambda: self.ready, PATIENCE)
        number = next(self.numbers)
        try:
            with self.lock:
                socket.send_fds(self.channel, [json.dumps(request | {"id": number}).encode()], streams)
        except OSError as error:
            raise self._gone(str(error)) from None
        await self._until(lambda: number in self.answers, PATIENCE / 2)
        answer = self.answers.pop(number)
        if "stale" in answer:
            raise self._gone(f"{answer['stale']} changed")
        return answer["pid"]

    async def _until(self, met: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not met():
            self.drain()
            if met():
                return
            if self.over or time.monotonic() > deadline:
                raise self._gone(self.why or "it does not answer")
            await asyncio.sleep(0.003)

    def drain(self) -> None:
        """Take in what the preloader has reported, without waiting."""
        with self.lock:
            while not self.over:
                try:
                    data = self.channel.recv(1 << 16, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    return
                except OSError as error:
                    self._gone(str(error))
                    return
                if not data:
                    self._gone("it died")
                    return
                self._take_in(json.loads(data))

    def _take_in(self, message: dict) -> None:
        if "ready" in message:
            self.ready = True
        elif "refused" in message:
            self._gone(message["refused"])
        elif "ended" in message:
            self.ended[message["ended"]] = message["code"]
            self.running.discard(message["ended"])
        else:
            self.answers[message["id"]] = message
            if "pid" in message:
                self.running.add(message["pid"])

    def close(self) -> None:
        """Let go of it: it ends, and with it what it still runs."""
        self.over = True
        self.channel.close()
        with contextlib.suppress(OSError):
            os.close(self._alive)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)

    def _gone(self, why: str) -> Gone:
        self.over, self.why = True, why
        return Gone(why)


_clients: dict[tuple, Client] = {}
_retired: list[Client] = []
_owner = os.getpid()
_lock = threading.Lock()


def _key(env: dict[str, str]) -> tuple:
    """What two kernels must share to come from one preloader."""
    fixed = ((k, v) for k, v in env.items() if k.startswith(FIXED) or k.endswith("_THREADS"))
    return (os.getpid(), tuple(sorted(fixed)))


def is_warm(env: dict[str, str]) -> bool:
    """Whether this process has a preloader for an environment already."""
    client = _clients.get(_key(env))
    return client is not None and not client.over


def client_for(env: dict[str, str], cwd: str) -> Client:
    """This process's preloader for an environment, started when there is none that can be used."""
    global _owner
    key = _key(env)
    with _lock:
        if _owner != os.getpid():  # a fork of the owner has no use for the owner's ends
            _clients.clear()
            _owner = os.getpid()
        client = _clients.get(key)
        if client is not None and (client.over or client.process.poll() is not None):
            _retired.append(_clients.pop(key))
            client = None
        for old in [old for old in _retired if not old.running or old.process.poll() is not None]:
            _retired.remove(old)
            old.close()
        if client is None:
            client = _clients[key] = Client(env | steady(), cwd)
        return client


def warm(env: dict[str, str], cwd: str) -> None:
    """Start the preloader ahead of the first kernel."""
    if can_fork():
        client_for(env, cwd)


def hold(env: dict[str, str], tables: Iterable[Path]) -> None:
    """Have the preloader of an environment, where there is one, read tables that the next kernels will read."""
    if is_warm(env):
        _clients[_key(env)].hold(tables)


@atexit.register
def _close_all() -> None:
    if _owner == os.getpid():
        for client in [*_clients.values(), *_retired]:
            client.close()
        _clients.clear()
        _retired.clear()


async def run_code(
    code: str, arguments: list[str], env: dict[str, str], cwd: str, remove: Iterable[str] = ()
) -> tuple[int, str, str]:
    """What ``python -c code`` would do, forked from the preloader: exit code, output, errors; ``Gone`` if it cannot.

    The folders in `remove` go when this process goes.
    """
    if not can_fork():
        raise Gone("kernels cannot be forked here")
    request = {"code": code, "arguments": arguments, "env": env, "cwd": cwd, "remove": [*remove]}
    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        open(os.devnull, "rb") as nothing,
    ):
        client = client_for(env, cwd)
        pid = await client.fork(request, [nothing.fileno(), output.fileno(), errors.fileno()])
        process = ForkedProcess(pid, client)
        while (exit_code := process.poll()) is None:
            await asyncio.sleep(0.005)
        output.seek(0)
        errors.seek(0)
        return exit_code, output.read().decode("utf-8", "replace"), errors.read().decode("utf-8", "replace")


class ForkedProcess:
    """A kernel that a preloader forked, with the part of ``subprocess.Popen`` that provisioners use."""

    stdin = stdout = stderr = None
    kind = "preloaded"

    def __init__(self, pid: int, client: Client):
        self.pid = pid
        self.client = client
        self.returncode: int | None = None
        self._handle: int | None = None
        with contextlib.suppress(OSError):
            self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None:
            self.client.drain()
            if self.pid in self.client.ended:
                self.returncode = self.client.ended.pop(self.pid)
            elif self.client.over and self._has_gone():
                self.returncode = 1  # the preloader that would know the code is not there to ask
            if self.returncode is not None and self._handle is not None:
                os.close(self._handle)
                self._handle = None
        return self.returncode

    def _has_gone(self) -> bool:
        import select

        if self._handle is None:
            return True
        return bool(select.select([self._handle], [], [], 0)[0])

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit code."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("kernel", timeout)
            time.sleep(0.005)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None and self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


async def fork(request: dict, streams: list[int], env: dict[str, str], cwd: str) -> ForkedProcess:
    """A process forked from the preloader of an environment, with these file descriptors; ``Gone`` if there can be none."""
    request = {"remove": []} | request | {"env": env | steady(), "cwd": cwd}
    client = client_for(env, cwd)
    was_ready = client.ready
    try:
        return ForkedProcess(await client.fork(request, streams), client)
    except Gone:
        if not was_ready:  # files change faster than they can be loaded: no use in trying again
            raise
    client = client_for(env, cwd)
    return ForkedProcess(await client.fork(request, streams), client)


def __getattr__(name: str) -> Any:
    """``PreloadedProvisioner``, which Jupyter looks for here; it takes Jupyter to import, and a run is quicker without."""
    if name == "PreloadedProvisioner":
        from helpers.runner.provisioner import PreloadedProvisioner

        return PreloadedProvisioner
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
