"""Every parameter that a notebook may have, as ``data/vocabularies/parameters.toml`` declares it.

A notebook's cell tagged ``parameters`` holds typed assignments (``vintage: str = "latest"  # …``). A name means the same in
every notebook, so it is declared once; a name that is not declared, another type or an impossible value is refused before
anything starts, with the nearest that would do. The head of the file says how to declare one.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, partial
from pathlib import Path

from helpers.runner.errors import UsageError, at, did_you_mean, quoted

FILE = "data/vocabularies/parameters.toml"
TYPES = {"str": str, "int": int, "float": float, "bool": {"true": True, "false": False}.__getitem__}
WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
Value = str | int | float | bool
RESTORE = "restore it from the repository"


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: its type, what it may be, and what it means."""

    name: str
    type: str
    help: str
    choices: tuple[Value, ...] | None = None  # None where any value of the type and range will do
    months: tuple[str, str, str] | None = None  # what stands before a month, the first month, the last
    minimum: float | None = None
    maximum: float | None = None
    find: str = ""  # module:function that knows other names of the choices
    slugs: Mapping[Value, str] | None = None  # choice → how it is written in a file's name
    one_each: bool = False  # its values stand side by side in one output folder
    before: str = ""  # a parameter of which the value must come after this one's

    def allowed(self) -> str:
        """What it may be, in a few words."""
        said = [repr(choice) if choice == "" else str(choice) for choice in self.choices or ()]
        if len(said) > 20:
            said = [f"{said[0]}, {said[1]} … {said[-1]} ({len(said)} values)"]
        if self.months:
            said.append("{0}{1} to {0}{2}".format(*self.months))
        if self.minimum is not None:
            said.append(f"{self.minimum:,} to {self.maximum:,}")
        return ", ".join(said)

    def parse(self, text: str) -> Value:
        """The value of `text`, as it stands on the command line."""
        try:
            value = TYPES[self.type](text)
        except (KeyError, ValueError):
            raise UsageError(f"{self.name} must be {WORDS[self.type]}, not {quoted(text)}") from None
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
            raise UsageError(f"{self.name} must be of type {self.type}, not {value!r}")
        if self.choices is not None:
            return self._choice(value)
        low, high = self.minimum, self.maximum
        if low is not None and not low <= value <= high:  # also where it is no number
            raise UsageError(f"{self.name} must lie between {low:,} and {high:,}, not {value!r}")
        return value

    def _choice(self, value: Value) -> Value:
        if value in self.choices:
            return value
        hint = did_you_mean(str(value), self.choices)
        if self.months:
            before, first, last = self.months
            month = str(value).removeprefix(before)
            if value != month and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) and first <= month <= last:
                return value
            hint = f"; choose from {self.allowed()}"
        spelt = {str(choice).casefold(): choice for choice in self.choices}
        spelt |= {slug: choice for choice, slug in (self.slugs or {}).items()}
        known = spelt.get(str(value).casefold())
        if known is None and self.find:
            module, _, function = self.find.partition(":")
            with contextlib.suppress(ValueError):
                known = getattr(importlib.import_module(module), function)(str(value))
        if known not in self.choices:
            raise UsageError(f"unknown {self.name} {quoted(value)}{hint}")
        return known

    def slug(self, value: Value) -> str:
        """A value as it may stand in a file's name.

        >>> Parameter("force", "str", "").slug("Avon and Somerset"), Parameter("year", "str", "").slug("2014/15")
        ('avon-and-somerset', '2014-15')
        """
        plain = re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-.") or "none"
        return (self.slugs or {}).get(value) or plain


def declared(root: Path) -> dict[str, Parameter]:
    """Every declared parameter of a project, by name; ``UsageError`` for a place in the file that is not as it should be."""
    with at(FILE):
        try:
            tables = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}; restore it") from None
        except ValueError as error:
            raise UsageError(f"is not TOML: {error}") from None
        read = cache(partial(_read_rows, root))  # several parameters take from one table
        return {name: _parameter(name, table, read) for name, table in tables.items()}


def _parameter(name: str, table: dict, read: Callable[[str], list[list[str]]]) -> Parameter:
    known = {field.name for field in fields(Parameter)} - {"name", "slugs"}
    wrong = next((key for key in table if key not in known), None)
    if wrong:
        raise UsageError(f"[{name}] has {wrong!r}{did_you_mean(wrong, known)}")
    if table.get("type") not in TYPES or not table.get("help"):
        raise UsageError(f"[{name}] needs help, and a type: {', '.join(TYPES)}")
    made = dict(table)
    if isinstance(table.get("choices"), dict):
        found = _column(read, **table["choices"])
        made |= {"choices": tuple(found), "slugs": {value: slug for value, slug in found.items() if slug}}
    elif "choices" in table:
        made["choices"] = tuple(table["choices"])
    if "months" in table:
        source = dict(table["months"])
        after = source.pop("after")
        months = [month for month in _column(read, **source) if re.fullmatch(r"\d{4}-\d\d", month)]
        made["months"] = (after, min(months), max(months))
    return Parameter(name, **made)


def _column(
    read, table, column, slug=None, filled=(), where=None, leave_out=None, none=False
) -> dict[str, str]:
    """The values of a table's column in order, and how each is written in a file's name where a column says it.

    The head of the file says what the options are.
    """
    (header, *rows), conditions = read(table), where or {}
    lost = next((name for name in (column, *filled, *conditions) if name not in header or not rows), None)
    if lost:
        raise UsageError(f"{table}.csv has no {lost} in it, and choices are taken from it; {RESTORE}")
    here, needed = header.index(column), [header.index(name) for name in filled]
    wanted = [(header.index(name), value) for name, value in conditions.items()]
    found = {"": ""} if none else {}
    for row in rows:
        if row[here] not in found and all(row[i] for i in needed) and all(row[i] == v for i, v in wanted):
            found[row[here]] = row[header.index(slug)] if slug else ""
    if leave_out:
        del found[[*found][0 if leave_out == "first" else -1]]
    return found


def _read_rows(root: Path, table: str) -> list[list[str]]:
    """The header and the rows of a table that no step writes, as text."""
    from helpers.runner.steps import kept_tables
    from helpers.tables.reading import read_cells

    path = kept_tables(root).get(table)
    if path is None:
        raise UsageError(f"{table}.csv is missing, and choices are taken from it; {RESTORE}")
    return [*read_cells(path)]


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
            raise UsageError(f"unknown parameter {quoted(name)}{did_you_mean(name, parameters)}")
        if name in asked:
            raise UsageError(f"{name} is given twice; several values are written {name}=A,B")
        parameter = parameters[name]
        parts = [part.strip() for part in text.split(",")]
        if "all" in parts and parameter.choices is not None and "all" not in parameter.choices:
            if len(parts) > 1:
                raise UsageError(f"{name}=all stands alone, not in {quoted(text)}")
            asked[name] = tuple(choice for choice in parameter.choices if choice != "")
        else:
            asked[name] = tuple(dict.fromkeys(parameter.parse(part) for part in parts))
    return asked
