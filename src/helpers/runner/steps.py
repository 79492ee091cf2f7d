"""The steps and their graph, read from the notebooks themselves; there is no second list to keep in step.

A step is a notebook whose name starts with two digits (``21_rise.ipynb``). What it reads and writes are its
calls ``read_table("name")`` and ``write_table("name", frame)``; what can be asked of it is its cell tagged
``parameters``. All of it is read from the code without running it. A name that is not literal, a table that
nobody writes or two write, a cycle, and a parameter that is not declared are refused with notebook, cell and
line.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from helpers.runner.errors import UsageError, at, did_you_mean, quoted
from helpers.runner.modules import Modules
from helpers.runner.parameters import FILE, TYPES, Parameter, Value, declared, kept_tables
from helpers.tables.faults import TableError
from helpers.tables.files import project_root

STEP_NAME = re.compile(r"\d\d_[a-z0-9_]+")
CALLS = ("read_table", "write_table")


@dataclass(frozen=True)
class Cell:
    """A code cell: its id, for messages, its source and its tags."""

    id: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A notebook as the runner knows it. ``reads`` and ``writes`` are table name → where the call stands."""

    name: str
    path: Path
    cells: tuple[Cell, ...]
    parameters: dict[str, Value]  # the notebook's own values
    reads: dict[str, str]
    writes: dict[str, str]
    imports: list[ast.AST] = field(repr=False)  # and calls: what may name a module or a list
    declared: dict[str, Parameter] = field(repr=False)

    @property
    def one_each(self) -> str | None:
        """The parameter whose values stand side by side in one output folder, if the step has one."""
        return next((name for name in self.parameters if self.declared[name].one_each), None)

    @property
    def each(self) -> tuple[Value | None, ...]:
        """What that parameter may be; None alone where the step has none."""
        return self.declared[self.one_each].choices or () if self.one_each else (None,)

    def instance(self, value: Value | None) -> str:
        """Its name where that parameter has this value: ``50_force.cleveland``, or ``21_rise`` where it has none."""
        return f"{self.name}.{self.declared[self.one_each].slug(value)}" if self.one_each else self.name

    def values(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """A value for each of its parameters, its own where none is given; ``UsageError`` for what cannot be."""
        asked = {name: given.get(name, own) for name, own in self.parameters.items()}
        found = {name: self.declared[name].check(value) for name, value in asked.items()}
        for name, value in found.items():
            later = self.declared[name].before
            if later in found and not value < found[later]:
                hint = did_you_mean("", [can for can in self.declared[later].choices or () if can > value])
                raise UsageError(f"{name} {value} is not before {later} {found[later]}{hint}")
        for whole in {self.declared[name].part_of for name in found} - {""}:
            parts = {name: value for name, value in found.items() if self.declared[name].part_of == whole}
            if sum(parts.values()) > 1 - 1e-9:
                said = f"{', '.join(f'{name} {value:g}' for name, value in parts.items())} add up to {sum(parts.values()):g}"
                raise UsageError(f"{said}; as parts of {whole} they must leave some of it")
        return found


@dataclass(frozen=True)
class Project:
    """Every step, by name in reading order, and what is between them."""

    root: Path
    steps: dict[str, Step]
    parameters: dict[str, Parameter]  # every one that is declared
    kept: dict[str, Path]  # table that no step writes → its file
    modules: Modules = field(repr=False)

    @cached_property
    def writer(self) -> dict[str, str]:
        """Built table → the step that writes it."""
        return {table: step.name for step in self.steps.values() for table in step.writes}

    @cached_property
    def before(self) -> dict[str, tuple[str, ...]]:
        """Step → the steps whose tables it reads, in reading order."""
        return {
            step.name: tuple(sorted({self.writer[table] for table in step.reads if table in self.writer}))
            for step in self.steps.values()
        }

    @cached_property
    def behind(self) -> Counter[str]:
        """Step → how many steps wait for its tables, itself among them."""
        return Counter(needed for name in self.order for needed in self.with_upstream([name]))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The steps, each after those it needs; otherwise in reading order."""
        return tuple(sorted(self.depth, key=lambda name: (self.depth[name], name)))

    @cached_property
    def depth(self) -> dict[str, int]:
        """Step → how many steps in a row it needs, on the longest line of them."""
        found: dict[str, int] = {}
        for name in TopologicalSorter(self.before).static_order():
            found[name] = 1 + max((found[needed] for needed in self.before[name]), default=-1)
        return found

    def with_upstream(self, names: Iterable[str]) -> tuple[str, ...]:
        """`names` and every step they need, in running order."""
        wanted = set(names)
        for name in reversed(self.order):
            if name in wanted:
                wanted.update(self.before[name])
        return tuple(name for name in self.order if name in wanted)

    def step(self, text: str) -> Step:
        """The step called `text`: its name, its file, its number or an unmistakable part of its name."""
        name = Path(text).name.removesuffix(".ipynb")
        if name in self.steps:
            return self.steps[name]
        near = [step for step in self.steps if step.startswith(f"{name}_") or step.partition("_")[2] == name]
        if len(near) == 1:
            return self.steps[near[0]]
        raise UsageError(f"unknown step {quoted(text)}{did_you_mean(name, self.steps)}")


def find_root() -> Path:
    """The project's folder: ``$RISE_ROOT``, else upward from here, else where this package stands.

    Raises
    ------
    UsageError
        If there is none, so that nothing is made in a folder of something else.
    """
    try:
        root = project_root()
    except TableError:
        here = f"no project in {Path.cwd()} or above it"
        raise UsageError(f"{here}: go to the folder that holds notebooks/, or set RISE_ROOT") from None
    if not ((root / "pyproject.toml").is_file() and (root / "notebooks").is_dir()):
        raise UsageError(f"{root} holds no project; set RISE_ROOT to the folder of one, or unset it")
    return root


def load_project(root: Path, out: Path | None = None) -> Project:
    """Read every step and check the graph. What an earlier run remembered in `out` saves time later.

    Raises
    ------
    UsageError
        Naming notebook, cell and line, for whatever cannot be run.
    """
    steps, modules = {}, Modules(root, out)
    known = declared(root, modules.recall)
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        if not STEP_NAME.fullmatch(path.stem):
            raise UsageError(f"notebooks/{path.name}: a step's name is two digits, then a-z, 0-9 and _")
        steps[path.stem] = read_step(path, known)
    if not steps:
        raise UsageError(f"{root / 'notebooks'} holds no step (a notebook named like 21_rise.ipynb)")
    project = Project(root, steps, known, kept_tables(root), modules)
    _check_tables(project)
    return project


def read_step(path: Path, known: dict[str, Parameter]) -> Step:
    """One notebook as a step, read without running it; `known` are the parameters that are declared."""
    step = Step(path.stem, path, code_cells(load_notebook(path)), {}, {}, {}, [], known)
    names = {call: call for call in CALLS}
    for cell in step.cells:
        tree = _parse(cell, path)
        # most cells have no import and no table, and walking takes long
        nodes = [*ast.walk(tree)] if any(word in cell.source for word in ("import", *names)) else []
        step.imports.extend(n for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom, ast.Call)))
        for call, table, line in _table_calls(cell, nodes, names, path):
            calls = step.reads if call == "read_table" else step.writes
            calls.setdefault(table, place(path, cell.id, line))
        if "parameters" in cell.tags:
            if step.parameters:
                raise UsageError(f"{place(path, cell.id)}: a second cell tagged parameters; keep one")
            for node in tree.body:
                with at(place(path, cell.id, node.lineno)):
                    _read_parameter(step, node)
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
    with at(f"{path.parent.name}/{path.name}"):
        try:
            notebook = json.loads(path.read_bytes())
            if notebook["nbformat"] != 4:
                raise ValueError("another format than 4")
            for number, cell in enumerate(notebook["cells"], 1):
                cell["source"] = "".join(cell["source"])
                "".join([cell["cell_type"], *cell.setdefault("metadata", {}).get("tags", ())])
                cell.setdefault("id", f"number-{number}")
            return notebook
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise UsageError(f"is not a notebook: {error}; restore it, or save it with JupyterLab") from None


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


def _table_calls(
    cell: Cell, nodes: list[ast.AST], names: dict[str, str], path: Path
) -> Iterator[tuple[str, str, int]]:
    """(call, table, line) of every use of read_table and write_table; anything but a literal name is refused.

    `names` holds the names that the two have in the notebook so far.
    """
    called = []
    for node in nodes:  # a call comes before what it calls
        if isinstance(node, ast.alias) and node.name in CALLS:
            names[node.asname or node.name] = node.name
        function = node.func if isinstance(node, ast.Call) else node
        call = names.get(getattr(function, "attr", getattr(function, "id", "")))
        if call is None or function in called:
            continue
        with at(place(path, cell.id, node.lineno)):
            if function is node:
                raise UsageError(f'{call} must be called directly, {call}("name")')
            named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
            table = getattr((node.args or named or [None])[0], "value", None)
            if not isinstance(table, str):
                raise UsageError(f'{call} needs its table\'s name as plain text, {call}("name")')
        called.append(function)
        yield call, table, node.lineno


def _read_parameter(step: Step, node: ast.stmt) -> None:
    """Put a line of the parameters cell into the step, checked against what is declared."""
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
        raise UsageError('a parameter is one typed assignment a line, like vintage: str = "latest"')
    name, annotation = node.target.id, ast.unparse(node.annotation)
    if name not in step.declared:
        hint = did_you_mean(name, step.declared) or f"; declare it in {FILE}"
        raise UsageError(f"parameter {name!r} is not declared{hint}")
    expected = step.declared[name].type
    if annotation != expected:
        raise UsageError(f"{name} is declared as {expected} and here as {annotation}; write {expected}")
    if name in step.parameters:
        raise UsageError(f"{name} is assigned twice")
    try:
        value = ast.literal_eval(node.value)
    except ValueError:
        raise UsageError(f"{name} needs a plain value ({', '.join(TYPES)})") from None
    step.parameters[name] = step.declared[name].check(value)


def _check_tables(project: Project) -> None:
    """Every table that is read has one source, every table that is written one writer, and nothing goes round."""
    kept, written = project.kept, {}
    for step in project.steps.values():
        for table, where in step.writes.items():
            with at(where):
                if table in kept:
                    file = kept[table].relative_to(project.root)
                    raise UsageError(f"{table} is {file}, which no step may write")
                if table in written:
                    raise UsageError(f"{table} is also written at {written[table]}; one step writes it")
                if step.one_each:
                    raise UsageError(f"a step that is run once for each {step.one_each} cannot write a table")
            written[table] = where
    for step in project.steps.values():
        for table, where in step.reads.items():
            if table not in kept and table not in written:
                hint = did_you_mean(table, sorted({*written, *kept}))
                what = "is missing: no step writes it, and data holds none"
                raise UsageError(f"{where}: table {table!r} {what}{hint}")
    try:
        assert project.order
    except CycleError as error:
        tables = [
            f"{after} reads {table} ({where})"
            for first, after in pairwise(error.args[1][::-1])
            for table, where in project.steps[after].reads.items()
            if project.writer.get(table) == first
        ]
        raise UsageError(f"the steps go round in a circle: {'; '.join(sorted(tables))}") from None
