"""The runner's end of a kernel without sockets, with as much of a kernel's client as nbclient uses.

The other end, in the process forked from the preloader, is :mod:`helpers.runner.shell`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import struct
from queue import Empty
from typing import BinaryIO

from helpers.runner import kernels

LENGTH = struct.Struct("!I")  # before each message: its bytes
READ = 1 << 18


class Gone(Exception):
    """The process at the other end has ended."""


class Channel:
    """Messages of one kind, in the order in which they came."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue = asyncio.Queue()

    async def get_msg(self, timeout: float | None = None) -> dict:
        """The next message.

        Raises
        ------
        queue.Empty
            When none came within `timeout` seconds.
        Gone
            When none will come any more.
        """
        try:
            async with asyncio.timeout(timeout):
                message = await self.messages.get()
        except TimeoutError:
            raise Empty from None
        if message is None:
            raise Gone
        return message


class Shell:
    """A forked process that runs cells; ``kernels.Gone`` is raised where there can be none."""

    kind = "preloaded"
    allow_stdin = False

    def __init__(self, process: kernels.ForkedProcess, stream: socket.socket):
        self.client = self.manager = self  # nbclient asks two objects
        self.process = process
        self.iopub_channel, self.shell_channel = Channel(), Channel()
        self._stream, self._data, self._numbers = stream, bytearray(), itertools.count()
        stream.setblocking(False)
        asyncio.get_running_loop().add_reader(stream, self._take_in)

    @classmethod
    async def start(cls, env: dict[str, str], cwd: str, output: BinaryIO) -> Shell:
        """Fork one; what it writes past its streams, as in a crash, goes to `output`."""
        mine, theirs = socket.socketpair()
        with theirs, open(os.devnull, "rb") as nothing:
            numbers = [nothing.fileno(), output.fileno(), output.fileno(), theirs.fileno()]
            try:
                process = await kernels.fork({"shell": True}, numbers, env, cwd)
            except BaseException:
                mine.close()
                raise
        return cls(process, mine)

    def _take_in(self) -> None:
        """Read what there is, and sort whole messages into their channels."""
        try:
            piece = self._stream.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._stream)
            self.iopub_channel.messages.put_nowait(None)
            self.shell_channel.messages.put_nowait(None)
            return
        data = self._data
        data += piece
        start = 0
        while len(data) - start >= LENGTH.size:
            end = start + LENGTH.size + LENGTH.unpack_from(data, start)[0]
            if len(data) < end:
                break
            message = json.loads(data[start + LENGTH.size : end])
            channel = self.shell_channel if message["channel"] == "shell" else self.iopub_channel
            channel.messages.put_nowait(message)
            start = end
        del data[:start]

    def execute(
        self,
        code: str,
        silent: bool = False,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        **_: object,
    ) -> str:
        """Ask it to run code; the number of the request."""
        request = {
            "id": str(next(self._numbers)),
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": user_expressions or {},
        }
        data = json.dumps(request).encode()
        self._stream.setblocking(True)  # it reads between cells, which is when it is asked
        with contextlib.suppress(OSError):  # that it has gone is noticed where its answer is read
            self._stream.sendall(LENGTH.pack(len(data)) + data)
        self._stream.setblocking(False)
        return request["id"]

    async def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    async def stop(self) -> None:
        """End it at once: every file a step writes is whole once its cell has ended."""
        with contextlib.suppress(ValueError):
            asyncio.get_running_loop().remove_reader(self._stream)
        self._stream.close()
        self.process.kill()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                while self.process.poll() is None:
                    await asyncio.sleep(0.002)
