"""Which helper modules a notebook can reach, found by reading import statements, never by importing.

Reached means: named by an import anywhere in the code, also inside a function, and then by the imports of what
was reached, and so on. ``from helpers import charts`` reaches ``helpers/__init__.py``, ``charts/__init__.py`` and
all that those import. Where a module decides at run time what to import (a lazy ``__getattr__``, ``import *``, a
computed name), its whole package counts. Files that are not Python inside a reached package count as well.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from helpers.tables.files import write_atomic

PACKAGE = "helpers"
LAZY = "?"  # before what a package imports only when it is asked for a name that it does not have
NAMED = "="  # before a text that a module gives to a function, such as the name of a list
WORK = ".rise"  # the runner's own folder inside an output folder; it also marks the folder as made by us
KNOWN = "known.json"


class Modules:
    """The helper package under ``root/src``, with what is read in each module remembered by content.

    ``known`` only saves time and can be lost at any moment.
    """

    def __init__(self, root: Path, known: dict[str, list[str]] | None = None):
        self.source = root / "src"
        self.known = {} if known is None else known
        self._at_first = len(self.known)
        self.digest = cache(code_digest)  # read once: what steps are held against
        self.names = cache(self._names)
        self._runs = cache(lambda target: list(self._resolve(target)))
        self._files = cache(self._files_of)

    @cached_property
    def path(self) -> dict[str, Path]:
        """Module → its file."""
        found = {}
        for path in sorted(self.source.rglob("*.py"), key=lambda path: path.name == "__init__.py"):
            parts = path.relative_to(self.source).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    def changed(self, digests: Mapping[str, str]) -> list[str]:
        """Which of these files, by path under ``src``, are not on the disk as their digests say."""
        return [name for name, digest in digests.items() if code_digest(self.source / name) != digest]

    def reached(self, imports: Iterable[ast.AST]) -> dict[str, str]:
        """Path under ``src`` → digest, for every file that code with these import statements can reach."""
        return dict(sorted(pair for module in self.modules(imports) for pair in self._files(module)))

    def modules(self, imports: Iterable[ast.AST]) -> set[str]:
        """The dotted names of every module that code with these import statements can reach."""
        queue, found = list(named_in(imports, package="")), set()
        while queue:
            for module in self._runs(queue.pop()):
                if module not in found:
                    found.add(module)
                    queue += [name for name in self.names(module) if name[0] not in (LAZY, NAMED)]
        return found

    def remember(self, out: Path) -> None:
        """Keep what was read in the modules, to save reading them next time; a fault here is no matter."""
        if len(self.known) != self._at_first and (out / WORK).is_dir():
            with contextlib.suppress(OSError):
                write_atomic(out / WORK / KNOWN, json.dumps(self.known), flush=False)

    def recall(self, key: str, find: Callable[[], Iterable[str]]) -> list[str]:
        """What `find` finds, or what it found before for the same key."""
        if key not in self.known:
            self.known[key] = list(find())
        return self.known[key]

    def _resolve(self, target: str) -> Iterator[str]:
        """The modules that naming `target` runs: each package on the way, then it; ``pkg.*`` is all of pkg.

        A last dot says that the package is only passed on the way to something in it.
        """
        dotted, star, _ = target.partition(".*")
        passed, dotted = dotted.endswith("."), dotted.rstrip(".")
        parts = dotted.split(".")
        if parts[0] != PACKAGE:
            return
        names = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
        found = [name for name in names if name in self.path]
        yield from found
        if star:
            yield from (name for name in self.path if name.startswith(f"{dotted}."))
        elif found and not passed:  # the package itself, or a name in it that is no module
            for late in self.names(found[-1]):
                if late.startswith(LAZY):
                    yield from self._resolve(late.removeprefix(LAZY))

    def _names(self, module: str) -> list[str]:
        """What a module imports, and the texts that it gives to functions."""
        path = self.path[module]
        return self.recall(f"{module} {self.digest(path)}", lambda: sorted(_read_names(module, path)))

    def _files_of(self, module: str) -> list[tuple[str, str]]:
        """(path under ``src``, digest) of a module, and of what is not Python in a package."""
        path = self.path[module]
        others = _others(path.parent) if path.name == "__init__.py" else ()
        return [(one.relative_to(self.source).as_posix(), self.digest(one)) for one in (path, *others)]


def _read_names(module: str, path: Path) -> set[str]:
    tree = ast.parse(path.read_bytes(), filename=str(path))
    is_package = path.name == "__init__.py"
    package = module if is_package else module.rpartition(".")[0]
    hooks = [node for node in tree.body if is_package and getattr(node, "name", "") == "__getattr__"]
    late = {node for hook in hooks for node in ast.walk(hook)}
    found = set(named_in((node for node in ast.walk(tree) if node not in late), package))
    if hooks:
        found |= {LAZY + name for name in (f"{package}.*", *named_in(late, package))}
    return {name for name in found if name.lstrip(LAZY).split(".")[0] == PACKAGE or name[0] == NAMED}


def _others(folder: Path) -> Iterator[Path]:
    """The files of a package that are not Python: a style sheet or a font changes what the code does."""
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not (path / "__init__.py").is_file():
            yield from _others(path)
        elif path.is_file() and path.suffix != ".py":
            yield path


def named_in(nodes: Iterable[ast.AST], package: str) -> Iterator[str]:
    """What import statements name, as absolute dotted names, and the first texts that calls are given.

    A trailing ``.*`` means the whole package, a trailing dot a package that is only passed on the way.

    >>> sorted(named_in(ast.walk(ast.parse("from helpers.stats import dose; rows('forces')")), ""))
    ['=forces', 'helpers.stats.', 'helpers.stats.dose']
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:  # the name of each package on the way can be used too
                parts = alias.name.split(".")
                yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node.level, node.module or "", package)
            yield f"{base}."
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            text = getattr(node.args[0], "value", None)
            if called in ("import_module", "__import__"):
                if isinstance(text, str):
                    yield _absolute(len(text) - len(text.lstrip(".")), text.lstrip("."), package)
                else:
                    yield f"{package or PACKAGE}.*"
            elif isinstance(text, str) and text.isidentifier():
                yield NAMED + text


def _absolute(dots: int, name: str, package: str) -> str:
    """A name that may be relative to a package."""
    parts = package.split(".")
    parent = ".".join(parts[: len(parts) - dots + 1]) if dots else ""
    return f"{parent}.{name}".strip(".")


def code_digest(path: Path) -> str:
    """sha256 of a file's bytes, line ends made alike; empty text if it is not there."""
    try:
        return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    except FileNotFoundError:
        return ""


def load_known(out: Path) -> dict[str, list[str]]:
    """What an earlier run remembered in `out`; nothing if the file is missing or spoilt."""
    try:
        known = json.loads((out / WORK / KNOWN).read_bytes())
    except (OSError, ValueError):
        return {}
    good = isinstance(known, dict) and all(isinstance(value, list) for value in known.values())
    return known if good else {}
