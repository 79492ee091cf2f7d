"""A kernel of Jupyter's own kind for the runner: where none can be forked, or another is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

PATIENCE = 120  # seconds for it to answer


def quiet() -> logging.Logger:
    """A log that says nothing: how a step ended is said once, by its outcome."""
    log = logging.getLogger("rise.kernels")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


class JupyterKernel:
    """A kernel of Jupyter's own kind, in a process that Jupyter starts."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client
        self.kind = getattr(manager.provisioner.process, "kind", "ordinary")

    @classmethod
    async def start(cls, name: str, env: dict[str, str], cwd: str, stream, folder: Path) -> JupyterKernel:
        """Start one and wait until it answers; `folder` is for what must go with it."""
        from jupyter_client import AsyncKernelManager

        connection = str(folder / "connection.json")
        manager = AsyncKernelManager(kernel_name=name, connection_file=connection, log=quiet())
        arguments = ["--HistoryManager.enabled=False"]
        await manager.start_kernel(extra_arguments=arguments, cwd=cwd, env=env, stdout=stream, stderr=stream)
        kernel = cls(manager, manager.client())
        try:
            kernel.client.start_channels(hb=False)
            await _until_ready(kernel.client, PATIENCE)
        except BaseException:
            await asyncio.shield(kernel.stop())
            raise
        return kernel

    async def stop(self) -> None:
        """End it without grace: every file a step writes is whole once its cell has ended."""
        self.client.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)


async def _until_ready(client, timeout: float) -> None:
    """Wait for the kernel to greet on its output channel and to answer.

    ``wait_for_ready`` listens for another 0.2 s in case there is more output from before; a kernel that greets
    (ipykernel 7 does) has nothing from before.
    """
    from queue import Empty

    client.kernel_info()
    with contextlib.suppress(Empty):
        greeting = await client.iopub_channel.get_msg(timeout=timeout)
        if greeting["msg_type"] == "iopub_welcome":
            reply = await client.shell_channel.get_msg(timeout=timeout)
            if reply["msg_type"] == "kernel_info_reply":
                return
    await client.wait_for_ready(timeout=timeout)
