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
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from helpers.runner.errors import UsageError, did_you_mean, quoted
from helpers.runner.parameters import FILE, TYPES, Parameter, Value, declared

STEP_NAME = re.compile(r"\d\d_[a-z0-9_]+")
CALLS = ("read_table", "write_table")


@dataclass(frozen=True)
class Cell:
    """A code cell: its id, for messages, and its source."""

    id: str
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Default:
    """A parameter as a notebook assigns it."""

    value: Value
    comment: str
    cell: str
    line: int


@dataclass(frozen=True)
class Step:
    """A notebook as the runner knows it. ``reads`` and ``writes`` are table name → where the call stands."""

    name: str
    path: Path
    cells: tuple[Cell, ...]
    parameters: dict[str, Default]
    reads: dict[str, str]
    writes: dict[str, str]
    imports: tuple[ast.AST, ...] = field(default=(), repr=False)
    declared: dict[str, Parameter] = field(default_factory=dict, repr=False)

    @property
    def one_each(self) -> str | None:
        """The parameter whose values stand side by side in one output folder, if the step has one."""
        return next((name for name in self.parameters if self.declared[name].one_each), None)

    @property
    def defaults(self) -> dict[str, Value]:
        """The notebook's own values."""
        return {name: default.value for name, default in self.parameters.items()}


@dataclass(frozen=True)
class Project:
    """Every step, by name in reading order, and what is between them."""

    root: Path
    steps: dict[str, Step]

    @cached_property
    def writer(self) -> dict[str, str]:
        """Built table → the step that writes it."""
        return {table: step.name for step in self.steps.values() for table in step.writes}

    @cached_property
    def before(self) -> dict[str, tuple[str, ...]]:
        """Step → the steps whose tables it reads, in reading order."""
        needs = {
            step.name: {self.writer[table] for table in step.reads if table in self.writer}
            for step in self.steps.values()
        }
        return {name: tuple(sorted(found)) for name, found in needs.items()}

    @cached_property
    def behind(self) -> dict[str, int]:
        """Step → how many steps in a row wait for its tables, on the longest line of them."""
        found = dict.fromkeys(self.steps, 0)
        for name in reversed(self.order):
            for needed in self.before[name]:
                found[needed] = max(found[needed], 1 + found[name])
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The steps, each after those it needs; otherwise in reading order."""
        sorter = TopologicalSorter(self.before)
        sorter.prepare()
        done: list[str] = []
        while sorter.is_active():
            for name in sorted(sorter.get_ready()):
                done.append(name)
                sorter.done(name)
        return tuple(done)

    def with_upstream(self, names) -> tuple[str, ...]:
        """`names` and every step they need, in running order."""
        wanted: set[str] = set()
        queue = list(names)
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted.add(name)
                queue.extend(self.before[name])
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


def find_root(start: Path | None = None) -> Path:
    """The project's folder: ``$RISE_ROOT``, else upward from here, else where this package stands.

    Raises
    ------
    UsageError
        If there is none, so that nothing is made in a folder of something else.
    """
    named = os.environ.get("RISE_ROOT")
    if named:
        here = Path(named).resolve()
        if project_of(here) == here:
            return here
        raise UsageError(
            f"RISE_ROOT is {here}, which holds no project; unset it, or set it to the folder of one"
        )
    start = (start or Path.cwd()).resolve()
    found = project_of(start) or project_of(Path(__file__).resolve().parents[3])
    if found:
        return found
    raise UsageError(
        f"no project in {start} or above it: go to the folder that holds notebooks/, or set RISE_ROOT"
    )


def project_of(folder: Path) -> Path | None:
    """The project that a folder is or lies in, or None."""
    for here in (folder, *folder.parents):
        if (here / "pyproject.toml").is_file() and (here / "notebooks").is_dir():
            return here
    return None


def load_project(root: Path) -> Project:
    """Read every step and check the graph.

    Raises
    ------
    UsageError
        Naming notebook, cell and line, for whatever cannot be run.
    """
    steps = {}
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        if not STEP_NAME.fullmatch(path.stem):
            raise UsageError(f"notebooks/{path.name}: a step's name is two digits, then a-z, 0-9 and _")
        steps[path.stem] = read_step(path, root)
    if not steps:
        raise UsageError(f"{root / 'notebooks'} holds no step (a notebook named like 21_rise.ipynb)")
    project = Project(root, steps)
    _check_tables(project)
    return project


def read_step(path: Path, root: Path) -> Step:
    """One notebook as a step, read without running it."""
    cells = code_cells(load_notebook(path))
    reads: dict[str, str] = {}
    writes: dict[str, str] = {}
    imports: list[ast.AST] = []
    parameters: dict[str, Default] = {}
    trees = [(cell, _parse(cell, path)) for cell in cells]
    parsed = [(cell, tree, list(ast.walk(tree))) for cell, tree in trees]
    names = dict(pair for _, _, nodes in parsed for pair in _table_names(nodes))
    for cell, tree, nodes in parsed:
        for call, table, line in _table_calls(nodes, names, lambda at, cell=cell: place(path, cell.id, at)):
            (reads if call == "read_table" else writes).setdefault(table, place(path, cell.id, line))
        imports += [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call))]
        if "parameters" in cell.tags:
            if parameters:
                raise UsageError(f"{place(path, cell.id)}: a second cell tagged parameters; keep one")
            parameters = _parameters(cell, tree, path, root)
    return Step(path.stem, path, cells, parameters, reads, writes, tuple(imports), declared(root, path.stem))


def place(path: Path, cell: str, line: int | None = None) -> str:
    """Where something stands, as every message names it.

    >>> place(Path("notebooks/21_rise.ipynb"), "estimate", 3)
    'notebooks/21_rise.ipynb, cell estimate, line 3'
    """
    where = f"{path.parent.name}/{path.name}, cell {cell}"
    return where if line is None else f"{where}, line {line}"


def load_notebook(path: Path) -> dict:
    """The notebook's JSON, or ``UsageError`` naming the file and what is wrong with it."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        notebook = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{shown} is missing") from None
    except OSError as error:
        raise UsageError(f"{shown} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown} is not a notebook: {error}; restore it") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) and notebook.get("nbformat") == 4 else None
    if not isinstance(cells, list):
        raise UsageError(f"{shown} is not a notebook of format 4; save it with JupyterLab")
    bad = next((number for number, cell in enumerate(cells, 1) if not _is_cell(cell)), None)
    if bad:
        raise UsageError(f"{shown} is not a notebook in its cell number {bad}; restore it")
    return notebook


def _is_cell(cell: object) -> bool:
    """Whether a cell is one as far as it is used here: a kind, text, and tags if any."""
    if not (isinstance(cell, dict) and isinstance(cell.get("metadata", {}), dict)):
        return False
    source, tags = cell.get("source"), cell.get("metadata", {}).get("tags", [])
    lines = source if isinstance(source, list) else [source]
    return isinstance(tags, list) and all(
        isinstance(text, str) for text in (cell.get("cell_type"), *lines, *tags)
    )


def code_cells(notebook: dict) -> tuple[Cell, ...]:
    """The code cells that hold something, in order."""
    found = []
    for number, cell in enumerate(notebook["cells"], 1):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        tags = tuple(cell.get("metadata", {}).get("tags", ()))
        if source.strip():
            found.append(Cell(cell.get("id") or f"number {number}", source, tags))
    return tuple(found)


def _parse(cell: Cell, path: Path) -> ast.Module:
    """The cell's code. Line magics stand for nothing; a cell magic would hide code from us and is refused."""
    lines = cell.source.split("\n")
    if cell.source.lstrip().startswith("%%"):
        raise UsageError(f"{place(path, cell.id, 1)}: a cell magic hides code; write it as Python")
    plain = [re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in lines]
    try:
        return ast.parse("\n".join(plain))
    except SyntaxError as error:
        raise UsageError(f"{place(path, cell.id, error.lineno)}: not Python: {error.msg}") from None


def _table_names(nodes: list[ast.AST]):
    """(name in the notebook, the call it stands for), also where it was imported under another name."""
    yield from ((call, call) for call in CALLS)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield from (
                (alias.asname or alias.name, alias.name) for alias in node.names if alias.name in CALLS
            )


def _table_calls(nodes: list[ast.AST], names: dict[str, str], where):
    """(call, table, line) of every use of read_table and write_table; anything but a literal name is refused."""
    called = set()
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        call = _name_of(node.func, names)
        if call is None:
            continue
        called.add(id(node.func))
        named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
        table = (node.args or named or [None])[0]
        if not (isinstance(table, ast.Constant) and isinstance(table.value, str)):
            raise UsageError(
                f'{where(node.lineno)}: {call} needs its table\'s name as plain text, {call}("name")'
            )
        yield call, table.value, node.lineno
    for node in nodes:
        if isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in called:
            call = _name_of(node, names)
            if call is not None:
                raise UsageError(f'{where(node.lineno)}: {call} must be called directly, {call}("name")')


def _name_of(node: ast.AST, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    return node.attr if isinstance(node, ast.Attribute) and node.attr in CALLS else None


def _parameters(cell: Cell, tree: ast.Module, path: Path, root: Path) -> dict[str, Default]:
    """The typed assignments of the parameters cell, checked against what is declared."""
    lines, known = cell.source.split("\n"), declared(root, path.stem)
    found: dict[str, Default] = {}
    for node in tree.body:
        where = place(path, cell.id, node.lineno)
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
            raise UsageError(
                f'{where}: a parameter is one typed assignment a line, like vintage: str = "latest"'
            )
        name, annotation = node.target.id, ast.unparse(node.annotation)
        if name not in known:
            hint = did_you_mean(name, known) or f"; declare it in {FILE}"
            raise UsageError(f"{where}: parameter {name!r} is not declared{hint}")
        expected = known[name].type
        if annotation != expected:
            raise UsageError(
                f"{where}: {name} is declared as {expected} and here as {annotation}; write {expected}"
            )
        try:
            value = ast.literal_eval(node.value)
        except ValueError:
            raise UsageError(f"{where}: {name} needs a plain value ({', '.join(TYPES)})") from None
        try:
            value = known[name].check(value)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None
        if name in found:
            raise UsageError(f"{where}: {name} is assigned twice")
        comment = lines[node.end_lineno - 1].partition("#")[2].strip()
        found[name] = Default(value, comment, cell.id, node.lineno)
    return found


def raw_path(root: Path, table: str) -> Path | None:
    """The file of a table that is not built: a raw one, a vocabulary or a register; None if there is none."""
    folders = ("raw/", "vocabularies/", "")
    for place in (*(f"data/{folder}{table}.csv" for folder in folders), f"data/{table}.toml"):
        if (root / place).is_file():
            return root / place
    return None


def _check_tables(project: Project) -> None:
    """Every table that is read has one source, every table that is written one writer, and nothing goes round."""
    writers: dict[str, tuple[str, str]] = {}
    for step in project.steps.values():
        for table, where in step.writes.items():
            raw = raw_path(project.root, table)
            if raw is not None:
                raise UsageError(
                    f"{where}: {table} is {raw.relative_to(project.root)}, which no step may write"
                )
            if table in writers:
                raise UsageError(
                    f"{where}: {table} is also written at {writers[table][1]}; one step writes a table"
                )
            if step.one_each:
                raise UsageError(
                    f"{where}: a step that is run once for each {step.one_each} cannot write a table"
                )
            if table in step.reads:
                raise UsageError(f"{step.reads[table]}: reads {table}, which this notebook itself writes")
            writers[table] = (step.name, where)
    for step in project.steps.values():
        for table, where in step.reads.items():
            if table not in writers and raw_path(project.root, table) is None:
                if kept := _kept_by_hand(table):
                    raise UsageError(f"{kept} is missing, and {where} reads it; put the file back")
                known = sorted({*writers, *_raw_names(project.root)})
                hint = did_you_mean(table, known) or "; write it in a step or put it in data/raw"
                raise UsageError(f"{where}: nobody writes a table {table!r}{hint}")
    try:
        TopologicalSorter(project.before).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        tables = [
            f"{after} reads {table} ({project.steps[after].reads[table]})"
            for first, after in pairwise(circle)
            for table in project.steps[after].reads
            if project.writer.get(table) == first
        ]
        raise UsageError(f"the steps go round in a circle: {'; '.join(sorted(tables))}") from None


def _kept_by_hand(name: str) -> str | None:
    """The file of a table that a person keeps, whether or not it is there."""
    from helpers.tables.package import tables

    kind = tables()[name].kind if name in tables() else "built"
    return {"raw": f"data/raw/{name}.csv", "vocabulary": f"data/vocabularies/{name}.csv"}.get(kind)


def _raw_names(root: Path) -> list[str]:
    return [
        path.stem
        for pattern in ("raw/*.csv", "vocabularies/*.csv", "*.csv", "*.toml")
        for path in (root / "data").glob(pattern)
    ]
