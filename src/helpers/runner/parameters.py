"""Every parameter that a notebook may have, as ``data/vocabularies/parameters.toml`` declares it.

A notebook's cell tagged ``parameters`` holds typed assignments (``vintage: str = "latest"  # …``). A name means the same in
every notebook, so it is declared once; a name that is not declared, another type or an impossible value is refused before
anything starts, with the nearest that would do. The head of the file says how to declare one.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from helpers.runner.errors import UsageError, at, quoted
from helpers.runner.modules import Modules, code_digest
from helpers.tables.faults import offer, suggestion
from helpers.tables.files import RESTORE, read_cells
from helpers.tables.package import TRUTH, WANTED

FILE = "data/vocabularies/parameters.toml"
TYPES = {"str": str, "int": int, "float": float, "bool": TRUTH.__getitem__}
DATA_FILES = ("*.toml", "*.csv", "vocabularies/*.csv", "raw/*.csv")  # of data: the tables that no step writes
Value = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: its type, what it may be, and what it means."""

    name: str
    type: str
    help: str
    choices: tuple[Value, ...] = ()  # none where any value of the type and range will do
    months: tuple[str, ...] = ()  # more choices: as of each month from a first to a last
    minimum: float | None = None
    maximum: float | None = None
    find: str = ""  # module:function that knows other names of the choices
    one_each: bool = False  # its values stand side by side in one output folder
    before: str = ""  # a parameter of which the value must come after this one's
    part_of: str = ""  # the whole of which such parameters are parts: together they are less than 1

    def allowed(self) -> str:
        """What it may be, in a few words."""
        said = [repr(choice) if choice == "" else str(choice) for choice in self.choices]
        if len(said) > 20:
            said = [f"{said[0]}, {said[1]} … {said[-1]} ({len(said)} values)"]
        said += [f"{self.months[0]} to {self.months[-1]}"] if self.months else []
        said += [f"{self.minimum:,} to {self.maximum:,}"] if self.minimum is not None else []
        return ", ".join(said)

    def parse(self, text: str) -> Value:
        """The value of `text`, as it stands on the command line."""
        try:
            value = TYPES[self.type](text)
        except (KeyError, ValueError):
            raise UsageError(f"{self.name} must be {WANTED[self.type]}, not {quoted(text)}") from None
        return self.check(value)

    def check(self, value: Value) -> Value:
        """`value`, spelt as it is declared, if it is possible; ``UsageError`` otherwise.

        >>> Parameter("level", "float", "", minimum=0.5, maximum=0.999).check(1)
        Traceback (most recent call last):
        helpers.runner.errors.UsageError: level must lie between 0.5 and 0.999, not 1.0
        """
        if self.type == "float" and type(value) is int:
            value = float(value)
        if type(value).__name__ != self.type:
            raise UsageError(f"{self.name} must be of type {self.type}, not {quoted(value)}")
        if self.minimum is not None and not self.minimum <= value <= self.maximum:  # nan is not
            limits = f"{self.minimum:,} and {self.maximum:,}"
            raise UsageError(f"{self.name} must lie between {limits}, not {quoted(value)}")
        choices, known = (*self.choices, *self.months), value
        if self.find and value not in choices:
            module, _, function = self.find.partition(":")
            try:
                known = getattr(importlib.import_module(module), function)(value)
            except ValueError as error:  # it names the nearest of all names that it knows
                raise UsageError(f"{self.name}: {error}; choose from {self.allowed()}") from None
        if choices and known not in choices:
            near = suggestion(str(value), filter(None, map(str, self.choices)))
            raise UsageError(f"unknown {self.name} {quoted(value)}{near}; choose from {self.allowed()}")
        return known


def find_data_files(root: Path) -> dict[str, Path]:
    """Table → file of all that no step writes: raw tables, vocabularies and registers."""
    return {path.stem: path for pattern in DATA_FILES for path in (root / "data").glob(pattern)}


def declared(modules: Modules) -> dict[str, Parameter]:
    """Every declared parameter of a project, by name; ``UsageError`` for a place in the file that is not as it should be."""
    known = {field.name for field in fields(Parameter)} - {"name"}
    data, found = find_data_files(modules.root), {}
    with at(FILE):
        try:
            tables = tomllib.loads((modules.root / FILE).read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(f"is not TOML: {error}") from None
        for name, table in tables.items():
            wrong = next((key for key in table if key not in known), None)
            if wrong:
                raise UsageError(f"[{name}] has {quoted(wrong)}{offer(wrong, known)}")
            if table.get("type") not in TYPES or not table.get("help"):
                raise UsageError(f"[{name}] needs help, and a type: {', '.join(TYPES)}")
            for more in ("choices", "months"):
                source = table.get(more, ())
                found_in = _choices(data, modules, **source) if isinstance(source, dict) else source
                table[more] = tuple(found_in)
            found[name] = Parameter(name, **table)
    return found


def _choices(data: Mapping[str, Path], modules: Modules, table: str, **options) -> Iterable[str]:
    """What the head of the file says that these options choose of a table."""
    if table not in data:
        raise UsageError(f"{table}.csv is missing, and choices are taken from it; {RESTORE}")
    key = f"values of {table} {options} {code_digest(data[table])}"
    return modules.cached(key, lambda: _column(data[table], **options))


def _column(
    path: Path, column: str, filled=(), where=None, leave_out="", none=False, after=""
) -> Iterable[str]:
    (header, *rows), where = read_cells(path)[0], where or {}
    rows = [dict(zip(header, row, strict=True)) for row in rows]
    rows = [row for row in rows if all(map(row.get, filled)) and where.items() <= row.items()]
    found = [value for value in dict.fromkeys(row.get(column) for row in rows) if value]
    if after:
        found = sorted(value for value in found if re.fullmatch(r"\d{4}-\d\d", value))
    if not found:
        sought = ", ".join([column, *filled, *where])
        raise UsageError(f"{path.name} has no {sought} in it, and choices are taken from it; {RESTORE}")
    if after:
        years = range(int(found[0][:4]), int(found[-1][:4]) + 1)
        months = (f"{year}-{month:02}" for year in years for month in range(1, 13))
        return [after + month for month in months if found[0] <= month <= found[-1]]
    return [""] * none + found[leave_out == "first" : -1 if leave_out == "last" else None]


def parse_assignments(
    assignments: Iterable[str], parameters: Mapping[str, Parameter]
) -> dict[str, tuple[Value, ...]]:
    """``["force=all", "first_year=2013/14,2014/15"]`` as name → the values asked for, in order, without repeats."""
    asked: dict[str, tuple[Value, ...]] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"-p takes name=value, not {quoted(assignment)}; for example -p vintage=first")
        if name not in parameters:
            raise UsageError(f"unknown parameter {quoted(name)}{offer(name, parameters)}")
        if name in asked:
            raise UsageError(f"{name} is given twice; several values are written {name}=A,B")
        parameter, parts = parameters[name], [part.strip() for part in text.split(",")]
        is_all = parts == ["all"] and parameter.choices
        values = (c for c in parameter.choices if c != "") if is_all else map(parameter.parse, parts)
        asked[name] = tuple(dict.fromkeys(values))
    return asked
