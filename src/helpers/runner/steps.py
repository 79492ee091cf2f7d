"""The steps and their graph, read from the notebooks themselves; there is no second list to keep in step.

A step is a notebook whose name starts with two digits (``21_rise.ipynb``). What it reads and writes are its
calls ``read_table("name")`` and ``write_table("name", frame)``; what can be asked of it is its cell tagged
``parameters``. All of it is read from the code without running it. A name that is not literal, a table that
nobody writes or two write, a cycle, and a parameter that is not declared are refused with notebook, cell and
line.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from helpers.runner.errors import UsageError, at, quoted
from helpers.runner.modules import Modules, mentioned_names, sha256
from helpers.runner.parameters import FILE, Parameter, Value, declared, find_data_files
from helpers.tables.faults import TableError, offer
from helpers.tables.files import display_path, project_root, slug
from helpers.tables.package import listed_files

STEP_NAME = re.compile(r"\d\d_[a-z0-9_]+")
TIMEOUT = 600  # seconds that a step may take, where --timeout does not say otherwise
CALLS = {"read_table": "reads", "write_table": "writes"}


@dataclass(frozen=True)
class Cell:
    """A code cell: its id, for messages, its source and its tags."""

    id: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """A notebook as the runner knows it. What it imports, and the tables that it reads and writes, are name → where."""

    name: str
    path: Path
    cells: tuple[Cell, ...]
    declared: dict[str, Parameter] = field(repr=False)
    parameters: dict[str, Value] = field(default_factory=dict)  # the notebook's own values
    imports: dict[str, str] = field(default_factory=dict, repr=False)
    reads: dict[str, str] = field(default_factory=dict)
    writes: dict[str, str] = field(default_factory=dict)

    @property
    def one_each(self) -> str | None:
        """The parameter whose values stand side by side in one output folder, if the step has one."""
        return next((name for name in self.parameters if self.declared[name].one_each), None)

    @property
    def each(self) -> tuple[Value | None, ...]:
        """What that parameter may be; None alone where the step has none."""
        return self.declared[self.one_each].choices if self.one_each else (None,)

    def instance(self, value: Value | None) -> str:
        """Its name where that parameter has this value: ``50_force.cleveland``, or ``21_rise`` where it has none."""
        return f"{self.name}.{slug(value)}" if self.one_each else self.name

    def values(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """A value for each of its parameters, its own where none is given; ``UsageError`` for what cannot be."""
        asked = {name: given.get(name, own) for name, own in self.parameters.items()}
        found = {name: self.declared[name].check(value) for name, value in asked.items()}
        wholes: dict[str, dict[str, Value]] = {}
        for name, value in found.items():
            later, whole = self.declared[name].before, self.declared[name].part_of
            if later in found and not value < found[later]:
                hint = offer("", [can for can in self.declared[later].choices if can > value])
                raise UsageError(f"{name} {value} is not before {later} {found[later]}{hint}")
            if whole:
                wholes.setdefault(whole, {})[name] = value
        for whole, parts in wholes.items():
            if sum(parts.values()) > 1 - 1e-9:
                said = ", ".join(f"{name} {value:g}" for name, value in parts.items())
                said += f" add up to {sum(parts.values()):g}"
                raise UsageError(f"{said}; as parts of {whole} they must leave some of it")
        return found


@dataclass(frozen=True)
class Project:
    """Every step, by name in reading order, and what is between them."""

    root: Path
    steps: dict[str, Step]
    parameters: dict[str, Parameter]  # every one that is declared
    data_files: dict[str, Path]  # table that no step writes → its file
    modules: Modules = field(repr=False)

    @cached_property
    def writer(self) -> dict[str, str]:
        """Built table → the step that writes it: the first, where it is refused that there are two."""
        return {table: step.name for step in reversed(self.steps.values()) for table in step.writes}

    @cached_property
    def upstream(self) -> dict[str, tuple[str, ...]]:
        """Step → the steps whose tables it reads, in reading order."""
        needed = {name: map(self.writer.get, step.reads) for name, step in self.steps.items()}
        return {name: tuple(sorted({*filter(None, writers)})) for name, writers in needed.items()}

    @cached_property
    def depth(self) -> dict[str, int]:
        """Step → how many steps in a row it needs, on the longest line of them."""
        found: dict[str, int] = {}
        for name in TopologicalSorter(self.upstream).static_order():
            found[name] = 1 + max((found[needed] for needed in self.upstream[name]), default=-1)
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The steps, each after those it needs; otherwise in reading order."""
        return tuple(sorted(self.depth, key=lambda name: (self.depth[name], name)))

    def with_upstream(self, names: Iterable[str]) -> tuple[str, ...]:
        """`names` and every step they need, in running order."""
        wanted = set(names)
        for name in reversed(self.order):
            if name in wanted:
                wanted.update(self.upstream[name])
        return tuple(name for name in self.order if name in wanted)

    def step(self, text: str) -> Step:
        """The step called `text`: its name, its file, its number or an unmistakable part of its name."""
        name = Path(text).name.removesuffix(".ipynb")
        near = [step for step in self.steps if step.startswith(f"{name}_") or step[3:] == name]
        if name in self.steps or len(near) == 1:
            return self.steps[name if name in self.steps else near[0]]
        how = f"; a value is given with -p {text}" if "=" in text else offer(name, self.steps)
        raise UsageError(f"unknown step {quoted(text)}{how}")


def find_root() -> Path:
    """The project's folder: ``$RISE_ROOT``, else upward from here, else where this package stands.

    Raises
    ------
    UsageError
        If there is none, so that nothing is made in a folder of something else.
    """
    with contextlib.suppress(TableError):
        root = project_root()
        if (root / "pyproject.toml").is_file() and (root / "notebooks").is_dir():
            return root
        raise UsageError(f"{root} holds no project; set RISE_ROOT to the folder of one, or unset it")
    here = f"no project in {Path.cwd()} or above it"
    raise UsageError(f"{here}: go to the folder that holds notebooks/, or set RISE_ROOT")


def load_project(root: Path, out: Path | None = None) -> Project:
    """Read every step and check the graph. What an earlier run remembered in `out` saves time later.

    Raises
    ------
    UsageError
        Naming notebook, cell and line, for whatever cannot be run.
    """
    steps, modules = {}, Modules(root, out)
    known = declared(modules)
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        if not STEP_NAME.fullmatch(path.stem):
            raise UsageError(f"notebooks/{path.name}: a step's name is two digits, then a-z, 0-9 and _")
        steps[path.stem] = read_step(path, known, modules)
    if not steps:
        raise UsageError(f"{root / 'notebooks'} holds no step (a notebook named like 21_rise.ipynb)")
    project = Project(root, steps, known, find_data_files(root), modules)
    _check_tables(project)
    return project


def read_step(path: Path, known: dict[str, Parameter], modules: Modules) -> Step:
    """One notebook as a step, read without running it; `known` are the parameters that are declared."""
    step = Step(path.stem, path, code_cells(load_notebook(path)), known)
    for number, cell in enumerate(cell for cell in step.cells if "parameters" in cell.tags):
        if number:
            raise UsageError(f"{place(path, cell.id)}: a second cell tagged parameters; keep one")
        for node in _parse(cell, path).body:
            with at(place(path, cell.id, node.lineno)):
                _read_parameter(step, node)
    key = f"notebook {path.name} {sha256(repr(step.cells).encode())}"
    for kind, name, where in modules.cached(key, lambda: _names_in(step.cells, path)):
        getattr(step, kind).setdefault(name, where)
    return step


def place(path: Path, cell: str, line: int | None = None) -> str:
    """Where something stands, as every message names it.

    >>> place(Path("notebooks/21_rise.ipynb"), "estimate", 3)
    'notebooks/21_rise.ipynb, cell estimate, line 3'
    """
    where = f"{path.parent.name}/{path.name}, cell {cell}"
    return where if line is None else f"{where}, line {line}"


def load_notebook(path: Path) -> dict:
    """The notebook's JSON, each source as one text; ``UsageError`` naming the file and what is wrong with it."""
    try:
        notebook = json.loads(path.read_bytes())
        if notebook["nbformat"] != 4:
            raise ValueError("another format than 4")
        for number, cell in enumerate(notebook["cells"], 1):
            cell["source"] = "".join(cell["source"])
            "".join([cell["cell_type"], *cell.setdefault("metadata", {}).get("tags", ())])
            cell.setdefault("id", f"number-{number}")
        return notebook
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        what = f"is not a notebook: {error}; restore it, or save it with JupyterLab"
        raise UsageError(f"{path.parent.name}/{path.name}: {what}") from None


def code_cells(notebook: dict) -> tuple[Cell, ...]:
    """The code cells that hold something, in order."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["source"].strip())
    return tuple(Cell(cell["id"], cell["source"], tuple(cell["metadata"].get("tags", ()))) for cell in cells)


def _parse(cell: Cell, path: Path) -> ast.Module:
    """The cell's code. Line magics stand for nothing; a cell magic would hide code from us and is refused."""
    if cell.source.lstrip().startswith("%%"):
        raise UsageError(f"{place(path, cell.id, 1)}: a cell magic hides code; write it as Python")
    try:
        return ast.parse(re.sub(r"^([ \t]*)[%!].*", r"\1pass", cell.source, flags=re.MULTILINE))
    except SyntaxError as error:
        raise UsageError(f"{place(path, cell.id, error.lineno)}: not Python: {error.msg}") from None


def _names_in(cells: Iterable[Cell], path: Path) -> Iterator[tuple[str, str, str]]:
    """(kind, name, where) of all that cells import, read and write; a table is named in a call, and literally."""
    called = {call: call for call in CALLS}  # by the names that the two have in this notebook
    for cell in cells:
        nodes = [*ast.walk(_parse(cell, path))]
        yield from (("imports", name, place(path, cell.id)) for name in mentioned_names(nodes))
        calls = {node.func: node for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            if isinstance(node, ast.alias) and node.name in CALLS:
                called[node.asname or node.name] = node.name
            call = called.get(getattr(node, "attr", getattr(node, "id", "")))
            if call:
                where = place(path, cell.id, node.lineno)
                made = calls.get(node)
                given = [*made.args, *(k.value for k in made.keywords if k.arg == "name")] if made else []
                table = getattr(given[0], "value", None) if given else None
                if not isinstance(table, str):
                    how = f'with its table\'s name as plain text: {call}("name")'
                    raise UsageError(f"{where}: {call} must be called directly, {how}")
                yield CALLS[call], table, where


def _read_parameter(step: Step, node: ast.stmt) -> None:
    """Put a line of the parameters cell into the step, checked against what is declared."""
    try:
        name, given = node.target.id, ast.unparse(node.annotation)
        value = ast.literal_eval(node.value)
    except (AttributeError, TypeError, ValueError):
        said = 'a parameter is one typed assignment of a plain value a line, like vintage: str = "latest"'
        raise UsageError(said) from None
    if name not in step.declared:
        hint = offer(name, step.declared) or f"; declare it in {FILE}"
        raise UsageError(f"parameter {quoted(name)} is not declared{hint}")
    expected = step.declared[name].type
    if given != expected:
        raise UsageError(f"{name} is declared as {expected} and here as {given}; write {expected}")
    if name in step.parameters:
        raise UsageError(f"{name} is assigned twice")
    step.parameters[name] = step.declared[name].check(value)


def _check_tables(project: Project) -> None:
    """Every table that is read has one source, every table that is written one writer, and nothing goes round."""
    data, writer = project.data_files, project.writer
    for step in project.steps.values():
        for table, where in step.writes.items():
            if table in data:
                file = data[table].relative_to(project.root)
                raise UsageError(f"{where}: {table} is {file}, which no step may write")
            if writer[table] != step.name:
                other = project.steps[writer[table]].writes[table]
                raise UsageError(f"{where}: {table} is also written at {other}; one step writes it")
            if step.one_each:
                what = f"a step that is run once for each {step.one_each} cannot write a table"
                raise UsageError(f"{where}: {what}")
        for table, where in step.reads.items():
            if table not in data and table not in writer:
                lost = listed_files().get(table)
                hint = f"; restore {display_path(lost)}" if lost else offer(table, sorted({*writer, *data}))
                what = "is missing: no step writes it, and data holds none"
                raise UsageError(f"{where}: table {quoted(table)} {what}{hint}")
    try:
        assert project.order
    except CycleError as error:
        circle = {*error.args[1]}
        tables = sorted(
            f"{name} reads {table} ({where})"
            for name in circle
            for table, where in project.steps[name].reads.items()
            if writer.get(table) in circle
        )
        raise UsageError(f"the steps go round in a circle: {'; '.join(tables)}") from None
