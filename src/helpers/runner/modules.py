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
from pathlib import Path

from helpers.tables.files import write_atomic

PACKAGE = "helpers"
LAZY = "?"  # among what a package names: it is asked for names that it does not have, and then imports more
NAMED = "="  # before a text that a module gives to a function, such as the name of a list
WORK = ".rise"  # the runner's own folder inside an output folder; it also marks the folder as made by us
KNOWN = "names.json"


class Modules:
    """The helper package under ``root/src``, with what is read in each module remembered by content.

    Where an output folder is given, what an earlier run remembered there saves time; it can be lost at any moment.
    """

    def __init__(self, root: Path, out: Path | None = None):
        self.source = root / "src"
        self.kept = None if out is None else out / WORK / KNOWN
        self.known = _read_known(self.kept)
        self.used: dict[str, list] = {}  # of these, and what was found now
        self.digest = cache(code_digest)  # read once: what steps are held against
        self.names = cache(self._names)
        self._files, self._runs = cache(self._files_of), cache(self._run_by)

    @cached_property
    def path(self) -> dict[str, Path]:
        """Module → its file."""
        names = ((path.relative_to(self.source).with_suffix(""), path) for path in self.source.rglob("*.py"))
        return {".".join(name.parts).removesuffix(".__init__"): path for name, path in sorted(names)}

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
                    queue += self.names(module)
        return found

    def remember(self) -> None:
        """Keep what was read in the modules, and is still so, to save reading them next time; a fault here is no matter."""
        if self.kept and self.used.keys() - self.known.keys() and self.kept.parent.is_dir():
            with contextlib.suppress(OSError):
                write_atomic(self.kept, json.dumps(self.used), flush=False)

    def recall(self, key: str, find: Callable[[], Iterable]) -> list:
        """What `find` finds, or what it found before for the same key."""
        if key not in self.used:
            self.used[key] = self.known[key] if key in self.known else list(find())
        return self.used[key]

    def _run_by(self, dotted: str) -> list[str]:
        """The modules that naming `dotted` runs: each package on the way and it, or the whole package where the name is not fixed."""
        parts = dotted.split(".")
        found = [name for end in range(len(parts)) if (name := ".".join(parts[: end + 1])) in self.path]
        if found and (parts[-1] == "*" or LAZY in self.names(found[-1])):
            found += [name for name in self.path if name.startswith(f"{found[-1]}.")]
        return found

    def _names(self, module: str) -> list[str]:
        """What a module imports, and the texts that it gives to functions."""
        path = self.path[module]
        return self.recall(f"{module} {self.digest(path)}", lambda: sorted(_read_names(module, path)))

    def _files_of(self, module: str) -> list[tuple[str, str]]:
        """(path under ``src``, digest) of a module, and of what is not Python in a package."""
        path = self.path[module]
        others = _other_files(path.parent) if path.name == "__init__.py" else ()
        return [(one.relative_to(self.source).as_posix(), self.digest(one)) for one in (path, *others)]


def _read_names(module: str, path: Path) -> set[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.parse(path.read_bytes(), filename=str(path)).body:
        is_hook = getattr(node, "name", "") == "__getattr__"
        found |= {LAZY} if is_hook else set(named_in(ast.walk(node), package))
    return {name for name in found if name.startswith((LAZY, NAMED, PACKAGE))}


def _other_files(folder: Path) -> Iterator[Path]:
    """The files of a package that are not Python: a style sheet or a font changes what the code does."""
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not (path / "__init__.py").is_file():
            yield from _other_files(path)
        elif path.is_file() and path.suffix != ".py":
            yield path


def named_in(nodes: Iterable[ast.AST], package: str) -> Iterator[str]:
    """What import statements name, as absolute dotted names, and the first texts that calls are given.

    >>> sorted(named_in(ast.walk(ast.parse("from helpers.stats import dose; rows('forces')")), ""))
    ['=forces', 'helpers.stats.dose']
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")  # the name of each package on the way can be used too
                yield from (".".join(parts[: end + 1]) for end in range(len(parts)))
        elif isinstance(node, ast.ImportFrom):
            relative = "." * node.level + (node.module or "")
            base = resolve_name(relative, package) if node.level else node.module
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            text = getattr(node.args[0], "value", None)
            if called in ("import_module", "__import__"):
                yield f"{PACKAGE}.*"
            elif isinstance(text, str) and text.isidentifier():
                yield NAMED + text


def code_digest(path: Path) -> str:
    """sha256 of a file's bytes, line ends made alike; empty text if it is not there."""
    try:
        return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    except FileNotFoundError:
        return ""


def _read_known(path: Path | None) -> dict[str, list[str]]:
    """What an earlier run remembered; nothing if the file is missing or spoilt."""
    try:
        known = json.loads(path.read_bytes()) if path else {}
    except (OSError, ValueError):
        return {}
    good = isinstance(known, dict) and all(isinstance(value, list) for value in known.values())
    return known if good else {}
