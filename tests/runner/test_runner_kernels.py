"""A preloaded kernel behaves as an ordinary one, and leaves nothing behind however its owner ends."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client import AsyncKernelManager

from helpers.runner import kernels

OWNER = """
import asyncio, os, sys, time
from jupyter_client import AsyncKernelManager
from helpers.runner import kernels

async def main():
    manager = AsyncKernelManager(kernel_name="rise")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    process = manager.provisioner.process
    print(process.kind, process.pid, process.client.process.pid, manager.provisioner.folder, flush=True)
    code = "import subprocess as s; p = s.Popen(['setsid', '-f', 'sh', '-c', 'echo $$; exec sleep 60'], stdout=s.PIPE); print(int(p.stdout.readline()))"
    await client.execute_interactive(code, output_hook=lambda m: print(m["content"].get("text", ""), end="", flush=True))
    time.sleep(60)

asyncio.run(main())
"""


class Kernel:
    """A running kernel of one test."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    @property
    def process(self):
        return self.manager.provisioner.process

    async def says(self, code: str) -> str:
        """What a cell prints, or the name of its error."""
        said = []

        def keep(message):
            content = message["content"]
            said.append(content.get("text") or content.get("ename") or "")

        await self.client.execute_interactive(code, output_hook=keep, timeout=30)
        return "".join(said).strip()


@pytest.fixture(scope="module")
def quiet_helpers(tmp_path_factory):
    """A helpers package of its own: the project's may be edited while tests run, which outdates a preloader."""
    root = tmp_path_factory.mktemp("src")
    (root / "helpers").mkdir()
    (root / "helpers" / "__init__.py").write_text("")
    return root


@pytest.fixture
def with_kernel(quiet_helpers, monkeypatch):
    """Run a coroutine function with a started kernel."""
    monkeypatch.setenv("PYTHONPATH", str(quiet_helpers))

    def with_kernel(use):
        async def main():
            manager = AsyncKernelManager(kernel_name=kernels.KERNEL)
            await manager.start_kernel(cwd=os.path.relpath(quiet_helpers))  # as nbconvert gives it
            client = manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=60)
                return await use(Kernel(manager, client))
            finally:
                client.stop_channels()
                if manager.has_kernel:
                    await manager.shutdown_kernel(now=True)

        return asyncio.run(main())

    return with_kernel


def gone(pid: int) -> bool:
    """Whether a process has ended, within two seconds."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):  # the second if it goes between opening and reading
            return True
        time.sleep(0.01)
    return False


def test_it_has_the_stack_and_its_own_folder_streams_and_random_numbers(with_kernel, quiet_helpers):
    async def use(kernel):
        assert kernel.process.kind == "preloaded"
        assert await kernel.says("import sys; print('pandas' in sys.modules)") == "True"
        assert await kernel.says("import os; print(os.getcwd())") == str(quiet_helpers)
        return await kernel.says("import random, numpy; print(random.random(), numpy.random.rand())")

    assert with_kernel(use) != with_kernel(use)


def test_after_the_fork_a_kernel_imports_only_what_ties_itself_to_its_shell(with_kernel, quiet_helpers):
    modules = "import sys; print(*sys.modules)"
    show = "import pandas, matplotlib.pyplot as plt; plt.plot([0, 1]); plt.show(); display(pandas.DataFrame({'a': [1]}))"

    async def use(kernel):
        _, before, _ = await kernels.run_code(modules, [], dict(os.environ), str(quiet_helpers))
        await kernel.says(show)
        return set((await kernel.says(modules)).split()) - set(before.split())

    assert {name.partition(".")[0] for name in with_kernel(use)} <= {"matplotlib_inline"}


def test_its_collector_leaves_alone_what_it_shares(with_kernel):
    async def use(kernel):
        return int(await kernel.says("import gc; print(gc.get_freeze_count())"))

    assert with_kernel(use) > 10_000


def test_one_thread_for_linear_algebra_and_no_socket_on_the_network(with_kernel):
    async def use(kernel):
        assert await kernel.says("import os; print(os.environ['OPENBLAS_NUM_THREADS'])") in ("1",)
        can = "from numpy._core._multiarray_umath import __cpu_features__ as can"
        assert await kernel.says(f"{can}; print(can.get('X86_V4', False))") == "False"  # see arithmetic
        assert kernel.manager.transport == "ipc"
        folder = Path(kernel.manager.provisioner.folder)
        assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o700
        assert stat.S_IMODE(Path(kernel.manager.connection_file).stat().st_mode) == 0o600
        return folder

    assert not with_kernel(use).exists()


def test_it_can_be_interrupted(with_kernel):
    async def use(kernel):
        running = asyncio.ensure_future(kernel.says("import time\nprint('on')\ntime.sleep(60)"))
        await asyncio.sleep(0.3)
        await kernel.manager.interrupt_kernel()
        assert (await running).endswith("KeyboardInterrupt")
        return await kernel.says("print('still here')")

    assert with_kernel(use) == "still here"


def test_it_can_be_restarted(with_kernel):
    async def use(kernel):
        await kernel.says("x = 1")
        before = kernel.process.pid
        await kernel.manager.restart_kernel(now=True)
        await kernel.client.wait_for_ready(timeout=60)
        assert kernel.process.pid != before
        return await kernel.says("print(x)")

    assert with_kernel(use) == "NameError"


def test_it_ends_when_asked_politely(with_kernel):
    async def use(kernel):
        pid = kernel.process.pid
        await kernel.manager.shutdown_kernel()
        return pid

    assert gone(with_kernel(use))


def test_its_death_is_noticed_with_its_code(with_kernel):
    async def use(kernel):
        process = kernel.process
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=5) == -signal.SIGKILL
        return await kernel.manager.is_alive()

    assert with_kernel(use) is False


def test_a_kernel_outlives_its_preloader_and_the_next_gets_a_new_one(with_kernel):
    async def use(kernel):
        first = kernel.process.client.process.pid
        os.kill(first, signal.SIGKILL)
        assert gone(first)
        assert await kernel.says("print('still here')") == "still here"
        return first, kernel.process.pid

    first, kernel = with_kernel(use)
    assert gone(kernel)

    async def look(kernel):
        return kernel.process.kind, kernel.process.client.process.pid

    kind, second = with_kernel(look)
    assert kind == "preloaded"
    assert second != first


def test_a_changed_helper_is_never_taken_from_the_preloader(with_kernel, quiet_helpers):
    async def use(kernel):
        return await kernel.says("import helpers; print(getattr(helpers, 'X', 0))")

    assert with_kernel(use) == "0"
    (quiet_helpers / "helpers" / "__init__.py").write_text("X = 1\n")
    assert with_kernel(use) == "1"


def test_tables_that_it_will_read_are_read_before_the_fork(with_kernel, quiet_helpers):
    (quiet_helpers / "helpers" / "tables").mkdir()
    (quiet_helpers / "helpers" / "tables" / "__init__.py").write_text("")
    held = "seen = []\n\ndef hold_table(path):\n    seen.append(path.name)\n    return True\n"
    (quiet_helpers / "helpers" / "tables" / "store.py").write_text(held)

    async def use(kernel):
        kernels.hold(dict(os.environ), [Path("a.csv"), Path("b.csv")])
        await kernel.manager.restart_kernel(now=True)
        await kernel.client.wait_for_ready(timeout=60)
        return await kernel.says("from helpers.tables import store; print(*store.seen)")

    assert with_kernel(use) == "a.csv b.csv"


def test_where_forking_is_not_wanted_the_kernel_is_ordinary(with_kernel, monkeypatch):
    monkeypatch.setenv("RISE_ORDINARY_KERNELS", "1")

    async def use(kernel):
        return getattr(kernel.process, "kind", "ordinary"), await kernel.says("print(1)")

    assert with_kernel(use) == ("ordinary", "1")


def test_a_preloader_that_cannot_start_is_replaced_by_an_ordinary_kernel(with_kernel, monkeypatch, tmp_path):
    monkeypatch.setattr(kernels, "PRELOADER", tmp_path / "missing.py")
    monkeypatch.setenv("LANG", "another preloader")

    async def use(kernel):
        return getattr(kernel.process, "kind", "ordinary"), await kernel.says("print(1)")

    assert with_kernel(use) == ("ordinary", "1")


def test_what_a_cell_leaves_running_ends_with_its_kernel(with_kernel):
    async def use(kernel):
        said = await kernel.says("import subprocess; print(subprocess.Popen(['sleep', '60']).pid)")
        kernel.process.kill()
        return int(said)

    assert gone(with_kernel(use))


@pytest.fixture
def owner(quiet_helpers):
    """A process that has started a kernel: itself, the kernel, the preloader, and the folder of the kernel's sockets."""
    source = str(Path(kernels.__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {source!r})\n{OWNER}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(quiet_helpers)},
        text=True,
    )
    said = process.stdout.readline().split()
    assert said[:1] == ["preloaded"], process.communicate()[1]
    kernel, preloader, folder = said[1:]
    yield process, int(kernel), int(preloader), Path(folder)
    process.kill()
    process.communicate()


def test_an_owner_that_is_killed_leaves_no_process_and_no_socket(owner):
    process, kernel, preloader, folder = owner
    process.kill()
    assert gone(kernel)
    assert gone(preloader)
    assert not folder.exists()


def test_nor_does_one_whose_kernel_had_ended_before_it(owner):
    process, kernel, preloader, folder = owner
    os.kill(kernel, signal.SIGKILL)
    assert gone(kernel)
    time.sleep(0.2)  # the owner sleeps, and has not read that its kernel ended
    process.kill()
    assert gone(preloader)
    assert not folder.exists()


def test_nor_one_that_left_its_group_and_its_parent(owner):
    """A cell can start a process that outlives its kernel; it ends with the run."""
    process, *_ = owner
    astray = int(process.stdout.readline())
    assert not gone(astray)
    process.kill()
    assert gone(astray)


def test_a_preloader_goes_with_its_owner_also_while_it_imports(tmp_path):
    (tmp_path / "helpers" / "stats").mkdir(parents=True)
    (tmp_path / "helpers" / "__init__.py").write_text("")
    started = tmp_path / "started"
    slow = f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(60)"
    (tmp_path / "helpers" / "stats" / "__init__.py").write_text(slow)
    source = str(Path(kernels.__file__).parents[2])
    code = f"""
import os, sys, time
sys.path.insert(0, {source!r})
from helpers.runner import kernels
print(kernels.client_for(dict(os.environ), ".").process.pid, flush=True)
time.sleep(60)
"""
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env, text=True) as owner:
        preloader = int(owner.stdout.readline())
        while not started.exists():
            time.sleep(0.01)
        owner.kill()
    assert gone(preloader)
