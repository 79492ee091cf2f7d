"""The kernel provisioner by which Jupyter's own tools start a kernel: forked from the preloader where that can be."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from helpers.runner.arithmetic import steady
from helpers.runner.kernels import LAUNCHER, LONGEST_SOCKET, ForkedProcess, Gone, can_fork, fork
from helpers.runner.leftovers import private_folder


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
        kwargs["env"] = dict(kwargs.get("env") or os.environ) | steady()
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
