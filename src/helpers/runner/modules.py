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
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

PACKAGE = "helpers"
LAZY = "?"  # before what a package imports only when it is asked for a name that it does not have
WORK = ".rise"  # the runner's own folder inside an output folder; it also marks the folder as made by us
KNOWN = "imported.json"


class Modules:
    """The helper package under ``root/src``, with the imports of each module remembered by content.

    ``known`` is digest of a module's bytes → what it imports; it only saves time and can be lost at any moment.
    """

    def __init__(self, root: Path, known: dict[str, list[str]] | None = None):
        self.source = root / "src"
        self.root = root
        self.known = {} if known is None else known
        self._at_first = len(self.known)
        self._digests: dict[Path, str] = {}
        self._imports: dict[str, list[str]] = {}
        self._paths: dict[str, Path | None] = {}
        self._own_files: dict[str, list[tuple[str, str]]] = {}
        self._resolved: dict[str, list[str]] = {}

    def digest(self, path: Path) -> str:
        """sha256 of a file's bytes, line ends made alike; read once."""
        if path not in self._digests:
            self._digests[path] = code_digest(path)
        return self._digests[path]

    def changed(self, digests: Mapping[str, str]) -> list[str]:
        """Which of these files, by path under ``src``, are not on the disk as their digests say."""
        return [name for name, digest in digests.items() if code_digest(self.source / name) != digest]

    def reached(self, imports: Iterable[ast.AST]) -> dict[str, str]:
        """Path under ``src`` → digest, for every file that code with these import statements can reach."""
        queue = list(targets(imports, package=""))
        modules: set[str] = set()
        while queue:
            for name in self._modules(queue.pop()):
                if name not in modules:
                    modules.add(name)
                    queue.extend(found for found in self._imported_by(name) if not found.startswith(LAZY))
        found = {name: digest for module in modules for name, digest in self._files(module)}
        return dict(sorted(found.items()))

    def _files(self, module: str) -> list[tuple[str, str]]:
        """(path under ``src``, digest) of a module and of what lies beside it."""
        if module not in self._own_files:
            paths = [self.path(module), *self._beside(module)]
            self._own_files[module] = [(p.relative_to(self.source).as_posix(), self.digest(p)) for p in paths]
        return self._own_files[module]

    def remember(self, out: Path) -> None:
        """Keep what the modules import, to save reading them next time; a fault here is no matter."""
        if len(self.known) != self._at_first and (out / WORK).is_dir():
            part = out / WORK / f"{KNOWN}.{os.getpid()}"
            with contextlib.suppress(OSError):
                part.write_text(json.dumps(self.known), encoding="utf-8")
                part.replace(out / WORK / KNOWN)

    def path(self, name: str) -> Path | None:
        """The file of a module, or None if there is no such module."""
        if name not in self._paths:
            base = self.source.joinpath(*name.split("."))
            candidates = (base / "__init__.py", base.with_suffix(".py"))
            self._paths[name] = next((path for path in candidates if path.is_file()), None)
        return self._paths[name]

    def _modules(self, target: str) -> list[str]:
        if target not in self._resolved:
            self._resolved[target] = list(self._resolve(target))
        return self._resolved[target]

    def _resolve(self, target: str) -> Iterable[str]:
        """The modules that naming `target` runs: each package on the way, then it; ``pkg.*`` is all of pkg.

        A last dot says that the package is only passed on the way to something in it.
        """
        dotted, star, _ = target.partition(".*")
        passed, dotted = dotted.endswith("."), dotted.rstrip(".")
        if not (dotted == PACKAGE or dotted.startswith(f"{PACKAGE}.")):
            return
        parts = dotted.split(".")
        names = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
        found = [name for name in names if self.path(name)]
        yield from found
        path = self.path(dotted)
        if star and path and path.name == "__init__.py":
            for inside in path.parent.rglob("*.py"):
                inner = inside.relative_to(self.source).with_suffix("").parts
                yield ".".join(inner[:-1] if inner[-1] == "__init__" else inner)
        elif found and not passed:  # the package itself, or a name in it that is no module
            for late in self._imported_by(found[-1]):
                if late.startswith(LAZY):
                    yield from self._resolve(late.removeprefix(LAZY))

    def _imported_by(self, name: str) -> list[str]:
        if name not in self._imports:
            path = self.path(name)
            digest = self.digest(path)
            key = f"{name} {digest}"
            if key not in self.known:
                tree = ast.parse(path.read_bytes(), filename=str(path))
                package = name if path.name == "__init__.py" else name.rpartition(".")[0]
                lazy = [node for node in tree.body if path.name == "__init__.py" and _is_hook(node)]
                methods = [  # of a class: it is asked for parts of an object, not for modules
                    inner
                    for node in ast.walk(tree)
                    if isinstance(node, ast.ClassDef)
                    for inner in node.body
                    if _is_hook(inner)
                ]
                named = set(targets(_walk(tree, without=[*lazy, *methods]), package))
                named.update(*(targets(ast.walk(part), package) for one in methods for part in one.body))
                named |= {LAZY + target for node in lazy for target in targets(ast.walk(node), package)}
                inside = (PACKAGE, LAZY + PACKAGE)
                self.known[key] = sorted(target for target in named if target.split(".")[0] in inside)
            self._imports[name] = self.known[key]
        return self._imports[name]

    def _beside(self, name: str) -> Iterable[Path]:
        """Files of a package that are not Python: a style sheet or a font changes what the code does."""
        path = self.path(name)
        if path and path.name == "__init__.py":
            for found in path.parent.rglob("*"):
                folders = found.relative_to(path.parent).parts[:-1]
                inner_package = any(
                    (path.parent.joinpath(*folders[: n + 1]) / "__init__.py").is_file()
                    for n in range(len(folders))
                )
                hidden = any(part.startswith((".", "__pycache__")) for part in (*folders, found.name))
                if (
                    found.is_file()
                    and found.suffix not in {".py", ".pyc"}
                    and not hidden
                    and not inner_package
                ):
                    yield found


def targets(nodes: Iterable[ast.AST], package: str) -> Iterable[str]:
    """What import statements name, as absolute dotted names.

    A trailing ``.*`` means the whole package, a trailing dot a package that is only passed on the way.

    >>> sorted(targets(ast.walk(ast.parse("from helpers.stats import dose")), ""))
    ['helpers.stats.', 'helpers.stats.dose']
    """
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:  # the name of each package on the way can be used too
                parts = alias.name.split(".")
                yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parent = ".".join(parts[: len(parts) - node.level + 1])
                base = f"{parent}.{base}".strip(".")
            yield f"{base}."
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif _is_hook(node) and package:
            yield f"{package}.*"
        elif isinstance(node, ast.Call):
            yield from _dynamic(node, package)


def _is_hook(node: ast.AST) -> bool:
    """Whether a package is asked through this for the names that it does not have."""
    return isinstance(node, ast.FunctionDef) and node.name == "__getattr__"


def _walk(tree: ast.AST, without: list[ast.AST]) -> Iterable[ast.AST]:
    """All nodes but some, and what is in those."""
    queue = [tree]
    while queue:
        node = queue.pop()
        yield node
        queue.extend(child for child in ast.iter_child_nodes(node) if child not in without)


def _dynamic(node: ast.Call, package: str) -> Iterable[str]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called not in {"import_module", "__import__"} or not node.args:
        return
    name = node.args[0]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        dots = len(name.value) - len(name.value.lstrip("."))
        parts = package.split(".")
        parent = ".".join(parts[: len(parts) - dots + 1]) if dots else ""
        yield f"{parent}.{name.value.lstrip('.')}".strip(".")
    else:
        yield f"{package or PACKAGE}.*"


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
