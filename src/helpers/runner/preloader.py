"""The process that has imported the science stack and forks kernels from itself.

Started by :mod:`helpers.runner.kernels` as ``python -P preloader.py FD OWNER_FD``. It reads one message
a kernel from the socket FD (arguments, environment, folder, and the three standard streams as file descriptors),
forks, and becomes the kernel in the child. It has one thread and no ZeroMQ context, so that forking is safe, and
no socket in the file system. When its owner goes, by whatever death, it kills its kernels, removes their sockets
and ends; a kernel that outlives the preloader watches the owner by itself, through OWNER_FD.

It answers ``stale`` instead of forking once a helper module, a raw table or an installed package is not what it
was when it was imported. Asked to, it reads tables before it forks, so that kernels need not.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
from pathlib import Path

KERNEL = [  # also what it imports only as it starts: a test holds the list against what a kernel imports
    "ipykernel_launcher",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "comm",
    "encodings.utf_8_sig",
    "faulthandler",
    "psutil",
    "resource",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
    "numpy",
    "pandas",
    "pandas.io.formats.html",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
]
ROOMS = ("stats", "tables", "foi", "official", "charts", "ledger")
IDLE = 600  # seconds without a kernel after which it ends by itself
MESSAGE = 1 << 20


def project_of(folder: Path) -> Path | None:
    """The project that notebooks here belong to, as the tables room finds it; None outside one."""
    named = os.environ.get("RISE_ROOT")
    if named:
        return Path(named)
    return next(
        (
            p
            for p in (folder, *folder.parents)
            if (p / "pyproject.toml").is_file() and (p / "data/raw").is_dir()
        ),
        None,
    )


def package() -> Path | None:
    """The folder of the helpers that notebooks will import here."""
    import importlib.util

    spec = importlib.util.find_spec("helpers")
    return Path(spec.origin).parent if spec and spec.origin else None


def beside(name: str):
    """The module in the file `name` beside this one: the notebooks' helpers may be another copy."""
    import importlib.util

    if f"rise_{name}" not in sys.modules:
        spec = importlib.util.spec_from_file_location(f"rise_{name}", Path(__file__).with_name(f"{name}.py"))
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[f"rise_{name}"]


def snapshot(root: Path | None) -> dict[str, tuple[int, int, int]]:
    """What must not change under a preloader: helper modules, data files, installed packages."""
    files = []
    for folder, pattern in ((package(), "*.py"), (root and root / "data", "*.*")):
        if folder:
            files += folder.rglob(pattern)
    files += [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    found = {}
    for path in files:
        with contextlib.suppress(OSError):
            stat = path.stat()
            found[str(path)] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def preload(root: Path | None) -> list[str]:
    """Import what notebooks will, and use it once, so that no kernel pays for it; what failed."""
    import importlib

    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as every kernel has it
    failed = []
    _import_pandas_as_a_kernel_would()
    for name in (*KERNEL, *imported_by_the_notebooks(root)):
        try:
            importlib.import_module(name)
        except Exception as error:  # the notebook that imports it will say so in its own words
            failed.append(f"{name}: {error!r}")
    with contextlib.suppress(Exception):
        beside("shell")
    with contextlib.suppress(Exception):
        _warm_up()
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib_inline"]:
        del sys.modules[name]  # it ties itself to the shell when it is imported, and there is none yet
    return failed


def _import_pandas_as_a_kernel_would() -> None:
    """pandas looks once, at import, whether it is in a notebook, and shows fewer columns if it is not."""
    import builtins
    import types

    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)
    try:
        import pandas

        pandas.set_option("display.encoding", "UTF-8")  # of a kernel's output stream
    finally:
        del builtins.get_ipython


def imported_by_the_notebooks(root: Path | None) -> list[str]:
    """What the rooms and the project's steps import, and what that imports, also inside functions; from the code."""
    import ast

    folder = package()
    if folder is None:
        return []
    modules = beside("modules")
    found = modules.Modules(root or folder)
    found.source = folder.parent
    written = list(ast.walk(ast.parse("\n".join(f"import helpers.{room}" for room in ROOMS))))
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")) if root else ():
        written += notebook_code(path)
    own = [name for name in found.reached(written) if name.endswith(".py")]
    others = set(modules.targets(written, ""))
    for name in own:
        with contextlib.suppress(SyntaxError):
            others |= set(
                modules.targets(ast.walk(ast.parse((folder.parent / name).read_bytes())), "helpers")
            )
    others = {name.rstrip(".") for name in others}
    outside = sorted(name for name in others if not name.startswith("helpers") and is_module(name))
    return [*outside, *(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in own)]


def notebook_code(path: Path) -> list:
    """The syntax of a notebook's code cells; nothing of cells that are not Python."""
    import ast

    nodes = []
    with contextlib.suppress(OSError, ValueError, KeyError):
        for cell in json.loads(path.read_bytes())["cells"]:
            if cell["cell_type"] == "code":
                with contextlib.suppress(SyntaxError):
                    nodes += ast.walk(ast.parse("".join(cell["source"])))
    return nodes


def is_module(name: str) -> bool:
    """Whether an imported name is a module (``scipy.stats``) or something inside one (``pathlib.Path``)."""
    import importlib.util

    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _warm_up() -> None:
    """Do once what every notebook does: read a table, shape it, show it, draw it. First use loads and caches much."""
    import io

    import pandas
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with contextlib.suppress(ImportError, ValueError):
        from helpers.tables import read_table

        for name in ("forces", "offences", "sources"):
            with contextlib.suppress(ValueError):  # the run's own check says what is wrong with it
                read_table(name)
    frame = pandas.DataFrame({"a": [1.5, 2], "b": ["c", "d"], "e": [1, 1]})
    frame.query("a > 1").pivot(index="b", columns="e", values="a").stack()
    frame.to_dict("records")
    frame.to_csv(io.StringIO())
    frame._repr_html_()
    repr(frame)
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    axes.set_title("a")
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)


def hold(paths: list[str]) -> None:
    """Read tables that kernels are about to read, so that they find them in the memory that they share."""
    new = False
    for path in paths:
        with contextlib.suppress(Exception):  # the kernel that reads it will say what is wrong with it
            from helpers.tables import store

            new = store.hold_table(Path(path)) or new
    if new:
        gc.freeze()


class Preloader:
    """Forks kernels on request and reports their ends, until its owner goes or nothing was asked for a while."""

    def __init__(self, channel: socket.socket, owner: int):
        self.channel = channel
        self.owner = owner
        self.children: set[int] = set()
        self.files: set[str] = set()  # of kernels, also of those that have ended: removed when the owner goes
        self.root = project_of(Path.cwd())

    def serve(self) -> None:
        """Preload, say so, then answer until the end."""
        end_with(self.owner, True)
        if select.select([self.owner], [], [], 0)[0]:  # it went before
            return None
        before = snapshot(self.root)
        failed = preload(self.root)
        end_with(self.owner, False)
        adopt()
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            return self._say(
                {"refused": f"the stack started {threads - 1} threads, so it cannot be forked safely"}
            )
        gc.collect()
        gc.freeze()  # for good, also in kernels: the collector would write to all pages, and unshare them
        self._say({"ready": os.getpid(), "failed": failed})
        wake, waker = os.pipe()
        for end in (wake, waker):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self.channel, wake], [], [], IDLE)
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
            self._reap()
            if not ready and not self.children:
                return None
            if self.channel in ready:
                data, descriptors, _, _ = socket.recv_fds(self.channel, MESSAGE, 8)
                if not data:
                    return self.end_all()
                request = json.loads(data)
                if "hold" in request:
                    hold(request["hold"])
                    continue
                now = snapshot(self.root)
                if now != before:
                    changed = sorted(path for path in {*now, *before} if now.get(path) != before.get(path))
                    answer = {"stale": changed[0]}
                else:
                    pid = os.fork()
                    if pid == 0:
                        os.close(wake)
                        os.close(waker)
                        self._become(request, descriptors)
                    with contextlib.suppress(OSError):
                        os.setpgid(pid, pid)
                    self.children.add(pid)
                    self.files.update(request["remove"])
                    answer = {"pid": pid}
                for descriptor in descriptors:
                    os.close(descriptor)
                self._say(answer | {"id": request["id"]})

    def _say(self, message: dict) -> None:
        with contextlib.suppress(OSError):
            self.channel.sendall(json.dumps(message).encode())

    def _reap(self) -> None:
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            pid = ended.si_pid
            if pid in self.children:  # what it started goes with it, while its number still names its group
                with contextlib.suppress(OSError):
                    os.killpg(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            if pid in self.children:
                self.children.remove(pid)
                self._say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def end_all(self) -> None:
        """The owner is gone: nothing of its kernels may be left, nor of those that saw it go before this process did."""
        for pid in self.children:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        while left := own_children():
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        for name in self.files:
            shutil.rmtree(name, ignore_errors=True)
            with contextlib.suppress(OSError):
                os.unlink(name)

    def _become(self, request: dict, descriptors: list[int]) -> None:
        """In the child: put on the streams, environment and folder asked for, and run the kernel to its end."""
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.channel.close()
            for target, descriptor in enumerate(descriptors[:3]):
                os.dup2(descriptor, target)
                os.close(descriptor)
            os.environ.clear()
            os.environ.update(request["env"])
            os.chdir(request["cwd"])
            _settle(self.owner)
            if "shell" in request:
                code = beside("shell").run(descriptors[3])
            else:
                code = (_run_code if "code" in request else _run_kernel)(request)
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)


def adopt() -> None:
    """Become the parent of processes that a kernel leaves without one, so that they can be ended with it (Linux)."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def own_children() -> list[int]:
    """The processes whose parent is this one; none where the system does not list them."""
    found = []
    for path in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(number) for number in path.read_text().split()]
    return found


def end_with(owner: int, on: bool) -> None:
    """While the stack is imported nobody looks at the owner: have the system end this process when it goes."""
    import fcntl

    fcntl.fcntl(owner, fcntl.F_SETOWN, os.getpid() if on else 0)
    flags = fcntl.fcntl(owner, fcntl.F_GETFL)
    fcntl.fcntl(owner, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)  # it sends SIGIO


def _settle(owner: int) -> None:
    """What a new process would have of its own: clock zone, random numbers, and an eye on the owner."""
    import random
    import threading
    import time

    time.tzset()
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # it would keep to where the preloader's went
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.path[:] = [entry for entry in sys.path if entry]

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(owner, 1)  # returns only at the end of the owner: nobody writes
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=watch, name="owner", daemon=True).start()


def _run_kernel(request: dict) -> int:
    """What ``python -m ipykernel_launcher`` does after its imports."""
    import atexit

    import ipykernel_launcher
    from ipykernel import kernelapp

    sys.argv = [ipykernel_launcher.__file__, *request["arguments"]]
    # 1 stands for a parent that never goes: the owner is watched by a thread instead
    kernelapp.IPKernelApp.launch_instance(request["arguments"], parent_handle=1)
    atexit._run_exitfuncs()
    return 0


def _run_code(request: dict) -> int:
    """What ``python -c`` does."""
    sys.argv = ["-c", *request["arguments"]]
    exec(compile(request["code"], "<string>", "exec"), {"__name__": "__main__"})
    return 0


def main() -> None:
    """Serve the owner on the other end of the socket whose number is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to handle
    channel = socket.socket(fileno=int(sys.argv[1]))
    preloader = Preloader(channel, int(sys.argv[2]))
    try:
        preloader.serve()
    except ConnectionResetError:  # the owner went with messages unread
        preloader.end_all()


if __name__ == "__main__":
    main()
