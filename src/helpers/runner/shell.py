"""A kernel without sockets, in a process forked from the preloader: the runner's own way to run cells.

It is IPython's kernel, with one stream to the runner in place of the four sockets, keys, threads and greetings that
the Jupyter protocol needs between strangers. The messages on the stream are those of the protocol, so that what they
make of a notebook is the same. :mod:`helpers.runner.preloader` loads this file and calls :func:`run` after the fork;
:mod:`helpers.runner.shells` is the other end.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial

import ipykernel.debugger
from ipykernel import eventloops
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session, json_packer, json_unpacker

LENGTH = struct.Struct("!I")  # before each message: its bytes
READ = 1 << 16
HELD = 1 << 16  # characters that a stream holds back at most
SOON = 0.1  # seconds that it holds them back at most


class Line:
    """The stream to the runner, and what is printed on its way there.

    Text that is printed is held back for a moment, so that many small pieces are one message. What is written to the
    file descriptors 1 and 2 themselves, as by a program that a cell starts, comes through pipes and is taken for
    printed too. Only this process speaks: one that a cell forks from it prints to those descriptors instead.
    """

    def __init__(self, descriptor: int):
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)
        self.owner = os.getpid()
        self.parent: dict = {}  # the header of the request that what is printed now belongs to
        self.lock = threading.RLock()
        self.held: list[tuple[str, str]] = []  # (stream, text)
        self.size = 0
        self.wake = os.eventfd(0, os.EFD_NONBLOCK)
        self.pipes = {}  # the end of a pipe that is read → (stream, where its descriptor led before)
        for number, name in ((1, "stdout"), (2, "stderr")):
            before = os.dup(number)
            reading, writing = os.pipe()
            os.set_blocking(reading, False)
            os.dup2(writing, number)
            os.close(writing)
            self.pipes[reading] = (name, before)
        threading.Thread(target=self._watch, name="output", daemon=True).start()

    def send(self, channel: str, message: dict) -> None:
        """Send a message of the protocol, after all that was printed before it."""
        if os.getpid() != self.owner:
            return
        with self.lock:
            self.flush()
            self._send(channel, message)

    def print(self, name: str, text: str) -> None:
        """Take text for a stream."""
        with self.lock:
            if not self.held:
                os.eventfd_write(self.wake, 1)
            self.held.append((name, text))
            self.size += len(text)
            if self.size > HELD:
                self.flush()

    def flush(self) -> None:
        """Send what is held back."""
        with self.lock:
            self._drain()
            held, self.held, self.size = self.held, [], 0
            for name, text in _joined(held):
                self._send("iopub", _message("stream", self.parent, {"name": name, "text": text}))

    def _send(self, channel: str, message: dict) -> None:
        data = json_packer({"channel": channel} | message)
        self.socket.sendall(LENGTH.pack(len(data)) + data)

    def _drain(self) -> None:
        """Take in what stands in the pipes."""
        for pipe, (name, before) in self.pipes.items():
            with contextlib.suppress(BlockingIOError):
                while data := os.read(pipe, READ):
                    with contextlib.suppress(OSError):
                        os.write(before, data)
                    self.held.append((name, data.decode("utf-8", "replace")))
                    self.size += len(data)

    def _watch(self) -> None:
        poll = select.poll()
        for descriptor in (self.wake, *self.pipes):
            poll.register(descriptor, select.POLLIN)
        first = None  # when the oldest of what is held back came
        with contextlib.suppress(OSError):  # the runner is gone, and so will this process be
            while True:
                ready = poll.poll(None if first is None else SOON * 1000)
                with self.lock:
                    if ready:
                        with contextlib.suppress(BlockingIOError):
                            os.eventfd_read(self.wake)
                        self._drain()
                    first = (first or time.monotonic()) if self.held else None
                    if self.size > HELD or (first is not None and time.monotonic() - first >= SOON):
                        self.flush()
                        first = None

    async def requests(self) -> Iterator[dict]:
        """What the runner asks for, until it hangs up."""
        loop, data = asyncio.get_running_loop(), bytearray()
        while True:
            while len(data) >= LENGTH.size and len(data) - LENGTH.size >= (n := LENGTH.unpack_from(data)[0]):
                request = bytes(data[LENGTH.size : LENGTH.size + n])
                del data[: LENGTH.size + n]
                yield json_unpacker(request)
            ready = loop.create_future()
            loop.add_reader(self.socket, lambda ready=ready: ready.done() or ready.set_result(None))
            await ready
            loop.remove_reader(self.socket)
            piece = self.socket.recv(READ)
            if not piece:
                return
            data += piece


def _message(kind: str, parent: dict, content: dict) -> dict:
    return {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": parent, "content": content}


def _joined(pieces: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one stream as one piece."""
    together: list[str] = []
    for number, (name, text) in enumerate(pieces):
        together.append(text)
        if number + 1 == len(pieces) or pieces[number + 1][0] != name:
            yield name, "".join(together)
            together = []


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of the cells."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, line: Line, name: str, descriptor: int):
        self.line, self.name, self.descriptor = line, name, descriptor

    def write(self, text: str) -> int:
        """Print."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self.line.owner:
            self.line.print(self.name, text)
        else:
            os.write(self.descriptor, text.encode("utf-8", "replace"))
        return len(text)

    def flush(self) -> None:
        """Nothing: what comes after is sent after."""

    def fileno(self) -> int:
        """The file descriptor, which programs that a cell starts write to."""
        return self.descriptor

    def writable(self) -> bool:
        """Always."""
        return True


class LineSession(Session):
    """What a kernel sends its messages through."""

    line: Line

    def send(self, stream, msg_or_type, content=None, parent=None, *_, header=None, metadata=None, **__):
        """Send over the line, whatever socket it was meant for."""
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        self.line.send("iopub", message)
        return message


class NoProfile(ProfileDir):
    """A user's folder for settings, files to run first and history: a run has none of these."""

    def _mkdir(self, path: str, mode: int | None = None) -> bool:
        return False


async def _serve(kernel: IPythonKernel, line: Line) -> None:
    """Answer one request after the other, as ``Kernel.execute_request`` does."""
    async for request in line.requests():
        parent = {"header": {"msg_id": request["id"], "msg_type": "execute_request"}, "parent_header": {}}
        with line.lock:
            line.parent = parent["header"]
        kernel.set_parent([], parent)
        answer = await kernel.do_execute(
            request["code"],
            request["silent"],
            request["store_history"],
            request["user_expressions"],
            allow_stdin=False,
        )
        line.send("shell", _message("execute_reply", line.parent, json_clean(answer)))
        line.send("iopub", _message("status", line.parent, {"execution_state": "idle"}))


def run(descriptor: int) -> int:
    """Run cells until the other end of the stream is closed."""
    from types import SimpleNamespace

    from traitlets.config import Config

    line = Line(descriptor)
    sys.stdout, sys.stderr = Stream(line, "stdout", 1), Stream(line, "stderr", 2)
    ipykernel.debugger._is_debugpy_available = False  # nobody attaches one to a run
    config = Config()
    config.HistoryManager.enabled = False
    session = LineSession(key=b"")
    session.line = line
    here = SimpleNamespace(
        parent_thread=None
    )  # an interrupt ends the process: no cell has to be cancelled by it
    log = logging.getLogger("rise.shell")
    profile = NoProfile(location=os.environ.get("IPYTHONDIR", os.getcwd()))
    kernel = IPythonKernel.instance(
        config=config, session=session, profile_dir=profile, shell_channel_thread=here, log=log
    )
    kernel.shell.enable_gui = partial(
        eventloops.enable_gui, kernel=kernel
    )  # it would ask an application that is not there
    kernel.shell.extension_manager.load_extension("storemagic")
    asyncio.run(_serve(kernel, line))
    return 0
