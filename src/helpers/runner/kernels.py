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
import shutil
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

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helpers.runner.leftovers import private_folder

KERNEL = "rise"
PRELOADER = Path(__file__).with_name("preloader.py")
LAUNCHER = ["-m", "ipykernel_launcher"]
PATIENCE = 60  # seconds for a preloader to get ready
LONGEST_SOCKET = 90  # a Unix socket's path may have some 107 bytes
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")}
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
            client = _clients[key] = Client(env | ONE_THREAD, cwd)
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
    request = {"remove": []} | request | {"env": env | ONE_THREAD, "cwd": cwd}
    client = client_for(env, cwd)
    was_ready = client.ready
    try:
        return ForkedProcess(await client.fork(request, streams), client)
    except Gone:
        if not was_ready:  # files change faster than they can be loaded: no use in trying again
            raise
    client = client_for(env, cwd)
    return ForkedProcess(await client.fork(request, streams), client)


class PreloadedProvisioner(LocalProvisioner):
    """Starts a kernel by forking the preloader; by ``LocalProvisioner``'s own way where that cannot be."""

    folder: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Put the kernel's sockets into a private folder, instead of on TCP ports anybody here can reach."""
        manager = self.parent
        plain = manager is not None and manager.transport == "tcp" and not any(manager.ports)
        if plain and can_fork() and manager.ip in ("127.0.0.1", "localhost"):
            folder = str(private_folder("kernel"))
            if len(folder) < LONGEST_SOCKET:
                self.folder = folder
                manager.transport, manager.ip = "ipc", f"{folder}/k"
                manager.connection_file = manager.connection_file or f"{folder}/connection.json"
            else:
                os.rmdir(folder)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork if everything asked for can be had that way; otherwise start a new interpreter."""
        known = {"env", "cwd", "stdin", "stdout", "stderr", "kernel_id", "extra_arguments"}
        if can_fork() and cmd[0] == sys.executable and cmd[1:3] == LAUNCHER and set(kwargs) <= known:
            streams = [kwargs.get(name) for name in ("stdout", "stderr")]
            try:
                self.process = await self._fork(cmd[3:], kwargs, streams)
                self.pid = self.pgid = self.process.pid
                self.cwd = kwargs.get("cwd") or os.getcwd()
                return self.connection_info
            except (Gone, OSError) as error:
                self.log.warning("preloaded kernel not available (%s); starting an ordinary one", error)
        return await super().launch_kernel(cmd, **kwargs)

    async def _fork(self, arguments: list[str], kwargs: dict, streams: list) -> ForkedProcess:
        env = dict(kwargs.get("env") or os.environ)
        cwd = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        remove = [self.parent.connection_file, self.folder] if self.parent else []
        request = {
            "arguments": arguments,
            "remove": [name for name in remove if name],
        }
        nothing = os.open(os.devnull, os.O_RDWR)
        try:
            numbers = [nothing, *(_descriptor(s, own, nothing) for own, s in enumerate(streams, 1))]
            return await fork(request, numbers, env, cwd)
        finally:
            os.close(nothing)

    async def wait(self) -> int | None:
        """As the parent's, but looking every few milliseconds: a killed kernel is gone at once."""
        if not isinstance(self.process, ForkedProcess):
            return await super().wait()
        while (code := self.process.poll()) is None:
            await asyncio.sleep(0.005)
        self.process = None
        return code

    async def kill(self, restart: bool = False) -> None:
        """Kill, and wait until it is gone: whoever asks next need not look again in a tenth of a second."""
        await super().kill(restart)
        if isinstance(self.process, ForkedProcess):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    while self.process.poll() is None:
                        await asyncio.sleep(0.002)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the private folder with the kernel's sockets."""
        await super().cleanup(restart)
        if self.folder and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


def _descriptor(stream: Any, own: int, nothing: int) -> int:
    """The file descriptor of what Popen would take for a stream: None is this process's own."""
    if stream is None:
        return own
    if stream == subprocess.DEVNULL:
        return nothing
    if isinstance(stream, int):
        if stream < 0:
            raise Gone("a stream is asked for that only a new process can give")
        return stream
    return stream.fileno()
