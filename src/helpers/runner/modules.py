"""Which helper modules a notebook can reach, found by reading import statements, never by importing.

Reached means: named by an import anywhere in the code, also inside a function, and then by the imports of what
was reached, and so on. ``from helpers import charts`` reaches ``helpers/__init__.py``, ``charts/__init__.py`` and
all that those import. Where a module decides at run time what it imports, more counts than may be used: all of a package
that has a ``__getattr__`` of its own, or of which everything is imported by a star, and all helpers where one calls
``import_module``. Files that are not Python inside a reached package count as well.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.util import resolve_name
from itertools import accumulate
from pathlib import Path
from threading import Lock

from helpers.runner.errors import UsageError
from helpers.tables.files import display_path, write_atomic

PACKAGE = "helpers"
LAZY = "?"  # among what a package names: it is asked for names that it does not have, and then imports more
TEXT = "="  # before a text that a module gives to a function, such as the name of a list
WORK_FOLDER = ".rise"  # the runner's own, in an output folder, which it marks as made by us
CACHE = "names.json"
# threads that parse at once can meet in one counter of CPython 3.11, where garbage is collected between: a SystemError
_ONE_AT_A_TIME = Lock()


class Modules:
    """The helper package under ``root/src``, and a memory of what was read in it, in notebooks and in tables of choices.

    Each thing is remembered by the content that it was read in. Where an output folder is given, what an earlier run
    remembered there saves time; it can be lost at any moment.
    """

    def __init__(self, root: Path, out: Path | None = None):
        self.root, self.source = root, root / "src"
        self.cache_file = None if out is None else out / WORK_FOLDER / CACHE
        self.earlier: dict[str, list] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            self.earlier = dict(json.loads(self.cache_file.read_bytes() if self.cache_file else "{}"))
        self.cache: dict[str, list] = {}  # of these, and what was found now
        self.digest = cache(code_digest)  # read once: what steps are held against
        self.names, self._files, self._loads = map(cache, (self._names, self._files_of, self._loaded_by))

    @cached_property
    def path(self) -> dict[str, Path]:
        """Module → its file."""
        names = ((path.relative_to(self.source).with_suffix(""), path) for path in self.source.rglob("*.py"))
        return {".".join(name.parts).removesuffix(".__init__"): path for name, path in sorted(names)}

    def changed(self, digests: Mapping[str, str]) -> list[str]:
        """Which of these files, by path under ``src``, are not on the disk as their digests say."""
        return [name for name, digest in digests.items() if code_digest(self.source / name) != digest]

    def reached(self, names: Iterable[str]) -> dict[str, str]:
        """Path under ``src`` → digest, for every file that code which imports these names can reach."""
        return dict(sorted(pair for module in self.modules(names) for pair in self._files(module)))

    def modules(self, names: Iterable[str]) -> set[str]:
        """The dotted names of every module that code which imports these names can reach."""
        queue, found = list(names), set()
        while queue:
            new = {*self._loads(queue.pop())} - found
            found |= new
            queue += (name for module in new for name in self.names(module))
        return found

    def cached(self, key: str, find: Callable[[], Iterable]) -> list:
        """What `find` finds, or what it found before for the same key."""
        if key not in self.cache:
            self.cache[key] = self.earlier[key] if key in self.earlier else list(find())
        return self.cache[key]

    def save_cache(self) -> None:
        """Keep what was asked for, to save finding it next time; a fault here is no matter."""
        if self.cache_file and self.cache.keys() - self.earlier.keys() and self.cache_file.parent.is_dir():
            with contextlib.suppress(OSError):
                write_atomic(self.cache_file, json.dumps(self.cache), flush=False)

    def _loaded_by(self, dotted: str) -> list[str]:
        """The modules that naming `dotted` runs: each package on the way and it, or the whole package where the name is not fixed."""
        found = [name for name in _with_packages(dotted) if name in self.path]
        if found and (dotted.endswith(".*") or LAZY in self.names(found[-1])):
            found += [name for name in self.path if name.startswith(f"{found[-1]}.")]
        return found

    def _names(self, module: str) -> list[str]:
        """What a module imports, and the texts that it gives to functions."""
        path = self.path[module]
        return self.cached(f"{module} {self.digest(path)}", lambda: sorted(_read_names(module, path)))

    def _files_of(self, module: str) -> list[tuple[str, str]]:
        """(path under ``src``, digest) of a module, and of what is not Python in a package."""
        path = self.path[module]
        others = _other_files(path.parent) if path.name == "__init__.py" else ()
        return [(one.relative_to(self.source).as_posix(), self.digest(one)) for one in (path, *others)]


def _read_names(module: str, path: Path) -> set[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    try:
        with _ONE_AT_A_TIME:
            tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise UsageError(f"{display_path(path)}, line {error.lineno}: not Python: {error.msg}") from None
    for node in tree.body:
        is_hook = getattr(node, "name", "") == "__getattr__"
        found |= {LAZY} if is_hook else set(mentioned_names(ast.walk(node), package))
    return {name for name in found if name.startswith((LAZY, TEXT, PACKAGE))}


def _other_files(folder: Path) -> Iterator[Path]:
    """The files of a package that are not Python: a style sheet or a font changes what the code does."""
    for path in folder.iterdir():
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").is_file():
            yield from _other_files(path)
        elif path.is_file() and path.suffix != ".py" and not path.name.startswith("."):
            yield path


def mentioned_names(nodes: Iterable[ast.AST], package: str = "") -> Iterator[str]:
    """What import statements name, as absolute dotted names, and the first texts that calls are given.

    >>> sorted(mentioned_names(ast.walk(ast.parse("from helpers.stats import dose; rows('forces')"))))
    ['=forces', 'helpers.stats.dose']
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)  # the name of each package can be used too
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            text = getattr(node.args[0], "value", None)
            if called in ("import_module", "__import__"):
                yield f"{PACKAGE}.*"
            elif isinstance(text, str) and text.isidentifier():
                yield TEXT + text


def _with_packages(dotted: str) -> Iterator[str]:
    """``a.b.c`` as ``a``, ``a.b`` and ``a.b.c``."""
    return accumulate(dotted.split("."), "{}.{}".format)


def sha256(data: bytes) -> str:
    """The digest used throughout, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def code_digest(path: Path) -> str:
    """sha256 of a file's bytes, line ends made alike; empty text if it is not there."""
    try:
        return sha256(path.read_bytes().replace(b"\r\n", b"\n"))
    except FileNotFoundError:
        return ""
