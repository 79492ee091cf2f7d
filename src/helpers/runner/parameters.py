"""Every parameter that a notebook may have, as ``data/vocabularies/parameters.toml`` declares it.

A notebook's cell tagged ``parameters`` holds typed assignments (``vintage: str = "latest"  # …``). A name means the same in
every notebook, so it is declared once; a name that is not declared, another type or an impossible value is refused before
anything starts, with the nearest that would do. The head of the file says how to declare one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache, partial
from pathlib import Path

from helpers.runner.errors import UsageError, did_you_mean, quoted

FILE = "data/vocabularies/parameters.toml"
TYPES = {"str": str, "int": int, "float": float, "bool": {"true": True, "false": False}.__getitem__}
WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
Value = str | int | float | bool
Rows = tuple[list[str], list[list[str]]]  # a header, and what stands below it


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
        known = spelt.get(str(value).casefold(), self._other_name(value))
        if known is None:
            raise UsageError(f"unknown {self.name} {quoted(value)}{hint}")
        return known

    def _other_name(self, value: Value) -> Value | None:
        if not self.find:
            return None
        from importlib import import_module

        module, _, function = self.find.partition(":")
        try:
            found = getattr(import_module(module), function)(str(value))
        except ValueError:
            return None
        return found if found in self.choices else None

    def slug(self, value: Value) -> str:
        """A value as it may stand in a file's name.

        >>> Parameter("force", "str", "").slug("Avon and Somerset"), Parameter("year", "str", "").slug("2014/15")
        ('avon-and-somerset', '2014-15')
        """
        plain = re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-.") or "none"
        return (self.slugs or {}).get(value) or plain


def declared(root: Path) -> dict[str, Parameter]:
    """Every declared parameter of a project, by name.

    Raises
    ------
    Refusal
        Naming the file and the place in it that is not as it should be.
    """
    try:
        tables = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{FILE} cannot be read: {error.strerror}; restore it") from None
    except ValueError as error:
        raise UsageError(f"{FILE} is not TOML: {error}") from None
    read = cache(partial(_read_rows, root))  # several parameters take from one table
    return {name: _parameter(name, table, read) for name, table in tables.items()}


def _parameter(name: str, table: dict, read: Callable[[str], Rows]) -> Parameter:
    known = {field.name for field in fields(Parameter)} - {"name", "slugs"}
    wrong = next((key for key in table if key not in known), None)
    if wrong:
        raise UsageError(f"{FILE}: [{name}] has {wrong!r}{did_you_mean(wrong, known)}")
    if table.get("type") not in TYPES or not table.get("help"):
        raise UsageError(f"{FILE}: [{name}] needs help, and a type: {', '.join(TYPES)}")
    made = dict(table)
    if isinstance(table.get("choices"), dict):
        made["choices"], made["slugs"] = _choices(read, **table["choices"])
    elif "choices" in table:
        made["choices"] = tuple(table["choices"])
    if "months" in table:
        source = dict(table["months"])
        after = source.pop("after")
        months = [month for month in _column(read, **source) if re.fullmatch(r"\d{4}-\d\d", month)]
        made["months"] = (after, min(months), max(months))
    return Parameter(name, **made)


def _choices(read, none: bool = False, leave_out: str = "", **source) -> tuple[tuple, dict]:
    """The values of a table's column in order, and how each is written in a file's name."""
    found = _column(read, **source)
    ends = {"": slice(None), "first": slice(1, None), "last": slice(None, -1)}
    values = [*([""] if none else []), *list(found)[ends[leave_out]]]
    return tuple(values), {value: slug for value, slug in found.items() if slug}


def _column(read, table: str, column: str, slug: str = "", filled=(), where=None) -> dict[str, str]:
    """Each value of a table's column in order, and what stands in the column `slug` beside it where it is first.

    Of rows in which `filled` are filled and in which the columns of `where` hold what it says.
    """
    header, rows = read(table)
    needed = [name for name in (column, slug, *filled, *(where or {})) if name]
    for name in needed:
        if name not in header or not rows:
            remedy = f"{FILE} takes choices from it; restore it from the repository"
            raise UsageError(f"{table}.csv has no {name} in it, and {remedy}")
    at = {name: header.index(name) for name in needed}
    found: dict[str, str] = {}
    for row in rows:
        if row[at[column]] not in found and all(row[at[name]] for name in filled):
            if all(row[at[name]] == value for name, value in (where or {}).items()):
                found[row[at[column]]] = row[at[slug]] if slug else ""
    return found


def _read_rows(root: Path, table: str) -> Rows:
    """The header of a table that no step writes, and its rows, as text."""
    from helpers.runner.steps import kept_tables
    from helpers.tables.reading import read_cells

    path = kept_tables(root).get(table)
    if path is None:
        raise UsageError(
            f"{table}.csv is missing, and {FILE} takes choices from it; restore it from the repository"
        )
    header, *rows = read_cells(path)
    return header, rows


def check_together(parameters: Mapping[str, Parameter], values: Mapping[str, Value]) -> None:
    """Refuse values that are each possible but not together.

    >>> first = Parameter("first_year", "str", "", before="last_year")
    >>> check_together({"first_year": first}, {"first_year": "2015/16", "last_year": "2014/15"})
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: first_year 2015/16 is not before last_year 2014/15
    """
    for name, value in values.items():
        later = parameters[name].before if name in parameters else ""
        if later in values and not value < values[later]:
            raise UsageError(f"{name} {value} is not before {later} {values[later]}")


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
