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
from functools import partial
from pathlib import Path

from helpers.runner.errors import UsageError, at, did_you_mean, quoted
from helpers.runner.modules import code_digest
from helpers.tables.reading import RESTORE, read_cells

FILE = "data/vocabularies/parameters.toml"
TYPES = {"str": str, "int": int, "float": float, "bool": {"true": True, "false": False}.__getitem__}
WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
KEPT = ("*.toml", "*.csv", "vocabularies/*.csv", "raw/*.csv")  # of data: the tables that no step writes
Value = str | int | float | bool
Recall = Callable[[str, Callable[[], Iterable]], Iterable]


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
    part_of: str = ""  # the whole of which such parameters are parts: together they are less than 1

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
        if self.minimum is not None and not self.minimum <= value <= self.maximum:  # nan is not
            limits = f"{self.minimum:,} and {self.maximum:,}"
            raise UsageError(f"{self.name} must lie between {limits}, not {value!r}")
        return value

    def _choice(self, value: Value) -> Value:
        if value in self.choices:
            return value
        hint = did_you_mean(str(value), self.choices)
        if (
            hint.endswith("?") and len(self.choices) <= 12
        ):  # of years the nearest as it is spelt may be far away
            hint += f" It may be {self.allowed()}"
        if self.months:
            before, first, last = self.months
            month = str(value).removeprefix(before)
            if value != month and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) and first <= month <= last:
                return value
            hint = f"; choose from {self.allowed()}"
        spelt = {str(choice).casefold(): choice for choice in self.choices}
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


def kept_tables(root: Path) -> dict[str, Path]:
    """Table → file of all that no step writes: raw tables, vocabularies and registers."""
    return {path.stem: path for pattern in KEPT for path in (root / "data").glob(pattern)}


def declared(root: Path, recall: Recall = lambda key, find: find()) -> dict[str, Parameter]:
    """Every declared parameter of a project, by name; ``UsageError`` for a place in the file that is not as it should be.

    `recall` is called with a key and with what finds the choices that this key stands for.
    """
    with at(FILE):
        try:
            tables = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}; restore it") from None
        except ValueError as error:
            raise UsageError(f"is not TOML: {error}") from None
        column = partial(_column, kept_tables(root), recall)
        return {name: _parameter(name, table, column) for name, table in tables.items()}


def _parameter(name: str, table: dict, column: Callable[..., dict[str, str]]) -> Parameter:
    known = {field.name for field in fields(Parameter)} - {"name", "slugs"}
    wrong = next((key for key in table if key not in known), None)
    if wrong:
        raise UsageError(f"[{name}] has {wrong!r}{did_you_mean(wrong, known)}")
    if table.get("type") not in TYPES or not table.get("help"):
        raise UsageError(f"[{name}] needs help, and a type: {', '.join(TYPES)}")
    made = dict(table)
    if isinstance(table.get("choices"), dict):
        found = column(**table["choices"])
        made |= {"choices": tuple(found), "slugs": {value: slug for value, slug in found.items() if slug}}
    elif "choices" in table:
        made["choices"] = tuple(table["choices"])
    if "months" in table:
        source = dict(table["months"])
        after = source.pop("after")
        months = [month for month in column(**source) if re.fullmatch(r"\d{4}-\d\d", month)]
        made["months"] = (after, min(months), max(months))
    return Parameter(name, **made)


def _column(kept: Mapping[str, Path], recall: Recall, table: str, **options) -> dict[str, str]:
    """The values of a table's column, and how each is written in a file's name; the head of the file says the options."""
    if table not in kept:
        raise UsageError(f"{table}.csv is missing, and choices are taken from it; {RESTORE}")
    key = f"choices {options} of {table} {code_digest(kept[table])}"
    return dict(recall(key, lambda: [*_choices(kept[table], **options).items()]))


def _choices(path, column, slug=None, filled=(), where=None, leave_out=None, none=False) -> dict[str, str]:
    (header, *rows), conditions = read_cells(path), where or {}
    lost = next((name for name in (column, *filled, *conditions) if name not in header or not rows), None)
    if lost:
        raise UsageError(f"{path.name} has no {lost} in it, and choices are taken from it; {RESTORE}")
    found = {"": ""} if none else {}
    for row in (dict(zip(header, row, strict=True)) for row in rows):
        if all(row[name] for name in filled) and conditions.items() <= row.items():
            found.setdefault(row[column], row[slug] if slug else "")
    if leave_out:
        del found[[*found][0 if leave_out == "first" else -1]]
    return found


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
        parameter, parts = parameters[name], [part.strip() for part in text.split(",")]
        if parts == ["all"] and parameter.choices:
            asked[name] = tuple(choice for choice in parameter.choices if choice != "")
        else:
            asked[name] = tuple(dict.fromkeys(map(parameter.parse, parts)))
    return asked
