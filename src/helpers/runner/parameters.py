"""Every parameter that a notebook may have, as ``data/vocabularies/parameters.toml`` declares it.

A notebook's cell tagged ``parameters`` holds typed assignments (``vintage: str = "latest"  # …``). A name means the same in
every notebook, so it is declared once; a name that is not declared, another type or an impossible value is refused before
anything starts, with the nearest that would do. The head of the file says how to declare one.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from helpers.runner.errors import RunnerError, UsageError, did_you_mean, quoted

FILE = "data/vocabularies/parameters.toml"
TYPES = {"str": str, "int": int, "float": float, "bool": bool}
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
Value = str | int | float | bool


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
            said = [*said[:2], "…", f"{said[-1]} ({len(said)} values)"]
        if self.months:
            said.append("{0}{1} to {0}{2}".format(*self.months))
        if self.minimum is not None:
            said.append(f"{self.minimum:,} to {self.maximum:,}")
        return ", ".join(said).replace(", …, ", " … ")

    def parse(self, text: str) -> Value:
        """The value of `text`, as it stands on the command line."""
        if self.type == "str":
            return self.check(text)
        if self.type == "bool":
            if text.casefold() not in TRUTH:
                raise UsageError(f"{self.name} must be true or false, not {quoted(text)}")
            return TRUTH[text.casefold()]
        try:
            return self.check(TYPES[self.type](text))
        except ValueError:
            kind = "a whole number" if self.type == "int" else "a number"
            raise UsageError(f"{self.name} must be {kind}, not {quoted(text)}") from None

    def check(self, value: Value) -> Value:
        """`value`, spelt as it is declared, if it is possible; ``UsageError`` otherwise.

        >>> Parameter("level", "float", "", minimum=0.5, maximum=0.999).check(1)
        Traceback (most recent call last):
        helpers.runner.errors.UsageError: level must lie between 0.5 and 0.999, not 1.0
        """
        if self.type == "float" and type(value) is int:
            value = float(value)
        if type(value) is not TYPES[self.type]:
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
        if self.months and (
            found := re.fullmatch(rf"{re.escape(self.months[0])}(\d{{4}}-(0[1-9]|1[0-2]))", str(value))
        ):
            if self.months[1] <= found[1] <= self.months[2]:
                return value
            raise UsageError(f"no {self.name} {quoted(value)}; choose from {self.allowed()}")
        spelt = {str(choice).casefold(): choice for choice in self.choices}
        spelt |= {slug: choice for choice, slug in (self.slugs or {}).items()}
        known = spelt.get(str(value).casefold(), self._other_name(value))
        if known is None:
            hint = (
                f"; choose from {self.allowed()}" if self.months else did_you_mean(str(value), self.choices)
            )
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


def declared(root: Path, step: str = "") -> dict[str, Parameter]:
    """Every declared parameter of a project, by name; as one step has them, where a step is named.

    Raises
    ------
    UsageError
        Naming the file and the place in it that is not as it should be.
    """
    try:
        held = _read_toml(root / FILE, (root / FILE).stat().st_mtime_ns)
    except OSError as error:
        raise UsageError(f"{FILE} cannot be read: {error.strerror}; restore it") from None
    except ValueError as error:
        raise UsageError(f"{FILE} is not TOML: {error}") from None
    limits = held.get("steps", {}).get(step, {})
    return {
        name: _parameter(root, name, table | limits.get(name, {}))
        for name, table in held.items()
        if name != "steps"
    }


@lru_cache(maxsize=8)
def _read_toml(path: Path, _stamp: int) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _parameter(root: Path, name: str, table: dict) -> Parameter:
    known = {field.name for field in fields(Parameter)} - {"name", "slugs"}
    wrong = [key for key in table if key not in known]
    if wrong or table.get("type") not in TYPES or not table.get("help"):
        said = (
            f"has {wrong[0]!r}{did_you_mean(wrong[0], known)}"
            if wrong
            else f"needs help, and a type: {', '.join(TYPES)}"
        )
        raise UsageError(f"{FILE}: [{name}] {said}")
    made = dict(table)
    if isinstance(table.get("choices"), dict):
        made["choices"], made["slugs"] = _choices(root, **table["choices"])
    elif "choices" in table:
        made["choices"] = tuple(table["choices"])
    if "months" in table:
        source = table["months"]
        found = [
            row[source["column"]]
            for row in _rows(root, source["table"], source["column"])
            if _is_of(row, source.get("where"))
        ]
        months = [month for month in found if re.fullmatch(r"\d{4}-\d\d", month)]
        made["months"] = (source["after"], min(months), max(months))
    return Parameter(name, **made)


def _choices(
    root: Path, table: str, column: str, slug: str = "", none: bool = False, filled=(), leave_out: str = ""
) -> tuple[tuple, dict]:
    """The values of a table's column in order, and how each is written in a file's name."""
    found = _first_rows(_rows(root, table, column, *filled), column, slug, tuple(filled))
    values = list(found)
    values = values[1:] if leave_out == "first" else values[:-1] if leave_out == "last" else values
    return tuple(["", *values] if none else values), {value: slug for value, slug in found.items() if slug}


def _first_rows(rows: Rows, column: str, slug: str, filled: tuple[str, ...]) -> dict[str, str]:
    """Each value of a column, in order, with what another column has beside it; remembered, as a table can be long."""
    if (column, slug, filled) not in rows.found:
        found = rows.found[column, slug, filled] = {}
        for row in rows:
            if row[column] not in found and all(row[name] for name in filled):
                found[row[column]] = row.get(slug, "")
    return rows.found[column, slug, filled]


def _is_of(row: dict[str, str], where: Mapping[str, str] | None) -> bool:
    return all(row[name] == value for name, value in (where or {}).items())


class Rows(list):
    """The rows of a table, and what was found in them."""

    def __init__(self, rows: Iterable[dict[str, str]]):
        super().__init__(rows)
        self.found: dict[tuple, dict[str, str]] = {}


def _rows(root: Path, table: str, *columns: str) -> Rows:
    from helpers.runner.steps import raw_path

    path = raw_path(root, table)
    if path is None:
        raise RunnerError(
            f"{table}.csv is missing, and {FILE} takes choices from it; restore it from the repository"
        )
    where = path.relative_to(root).as_posix()
    try:
        rows = _read_rows(path, path.stat().st_mtime_ns)
        absent = [name for name in columns if not rows or name not in rows[0]]
        if not absent and all(row[columns[0]] for row in rows):
            return rows
        why = f"has no {absent[0]} in it" if absent else f"has rows without {columns[0]}"
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
    except (ValueError, csv.Error) as error:
        why = f"is no CSV ({error})"
    raise RunnerError(f"{where} {why}, and {FILE} takes choices from it; restore it from the repository")


@lru_cache(maxsize=8)
def _read_rows(path: Path, _stamp: int) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return Rows(csv.DictReader(stream))


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


def parse_assignments(assignments: Iterable[str], root: Path) -> dict[str, tuple[Value, ...]]:
    """``["force=all", "first_year=2013/14,2014/15"]`` as name → the values asked for, in order, without repeats."""
    parameters = declared(root)
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
