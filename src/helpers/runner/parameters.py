"""Every parameter that a notebook may have, declared once: its type, what it may be, and what it means.

A notebook's cell tagged ``parameters`` holds typed assignments (``vintage: str = "latest"  # …``). A name means
the same in every notebook, so it is declared here and nowhere else; a name that is not declared, another type
or an impossible value is refused before a kernel starts, with the nearest valid name.

To add a parameter, add a line to ``PARAMETERS`` (sorted by name). ``one_each`` marks a parameter whose values
stand side by side in one output folder (a briefing a force); every other parameter has one value a folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers.runner.errors import RunnerError, UsageError, did_you_mean, quoted

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
FIRST_YEAR, LAST_YEAR = 2002, 2025  # financial years that start in these calendar years can be asked for

Value = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """A declared parameter.

    ``choices`` is a tuple of values, or a function of the project's root for choices that are data (the
    forces); ``find`` knows other names of them. ``pattern`` is a regular expression that free text must match
    whole, with ``like`` an example.
    """

    name: str
    type: str
    help: str
    choices: tuple[Value, ...] | Callable[[Path], tuple[Value, ...]] | None = None
    pattern: str | None = None
    like: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    find: Callable[[str], Value | None] | None = None
    one_each: bool = False

    def values(self, root: Path) -> tuple[Value, ...] | None:
        """The closed list of values, or None where any value of the type and range will do."""
        return self.choices(root) if callable(self.choices) else self.choices


def financial_years(_root: Path | None = None) -> tuple[str, ...]:
    """The financial years that can be asked for, as they are printed.

    >>> financial_years()[0], financial_years()[-1]
    ('2002/03', '2025/26')
    """
    return tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(FIRST_YEAR, LAST_YEAR + 1))


def force_names(root: Path) -> tuple[str, ...]:
    """The forces in the order of ``data/vocabularies/forces.csv``; read without the tables room, which is slow to load."""
    return tuple(row["force"] for row in _rows(root / "data/vocabularies/forces.csv"))


def force_or_none(root: Path) -> tuple[str, ...]:
    """A force's name, or the empty text for none."""
    return ("", *force_names(root))


def force_slug(root: Path, name: str) -> str:
    """How a force is written in a file's name."""
    for row in _rows(root / "data/vocabularies/forces.csv"):
        if row["force"] == name:
            return row.get("slug") or slug(name)
    return slug(name)


def find_force(text: str) -> str | None:
    """A force by any name that it goes by in print, or None."""
    from helpers.tables.forces import resolve_force

    try:
        return resolve_force(text)
    except ValueError:
        return None


def slug(value: Value) -> str:
    """A value as it may stand in a file's name.

    >>> slug("Avon and Somerset"), slug("2014/15"), slug(0.95)
    ('avon-and-somerset', '2014-15', '0.95')
    """
    return re.sub(r"[^a-z0-9.]+", "-", str(value).lower()).strip("-.") or "none"


@lru_cache(maxsize=8)
def _read_rows(path: Path, _stamp: int) -> tuple[dict[str, str], ...]:
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _rows(path: Path) -> tuple[dict[str, str], ...]:
    import csv

    try:
        rows = _read_rows(path, path.stat().st_mtime_ns)
        if rows and all(row.get("force") for row in rows):
            return rows
        why = "has no forces in it"
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
    except (ValueError, csv.Error) as error:
        why = f"is no CSV ({error})"
    raise RunnerError(
        f"data/vocabularies/{path.name} {why}: it names the forces; restore it from the repository"
    )


PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        Parameter("draws", "int", "how many simulated draws", minimum=1, maximum=1_000_000),
        Parameter("first_year", "str", "the earlier of the two years compared", choices=financial_years),
        Parameter(
            "force",
            "str",
            "the police force that a briefing is about",
            choices=force_names,
            find=find_force,
            one_each=True,
        ),
        Parameter("last_year", "str", "the later of the two years compared", choices=financial_years),
        Parameter("leave_out", "str", "a force to leave out; empty for none", choices=force_or_none),
        Parameter("level", "float", "the level of every interval", minimum=0.5, maximum=0.999),
        Parameter("seed", "int", "the seed of every simulation", minimum=0, maximum=2**32 - 1),
        Parameter(
            "vintage",
            "str",
            "which printed value stands where several were published",
            pattern=r"first|latest|as_of:(19|20)\d\d-(0[1-9]|1[0-2])",
            like="first, latest or as_of:YYYY-MM (such as as_of:2017-03)",
        ),
    )
}

# (earlier, later): where a notebook has both, the first must come before the second.
ORDERED = [("first_year", "last_year")]


def declared(name: str, known: Iterable[str] = PARAMETERS) -> Parameter:
    """The declaration of `name`; ``UsageError`` with the nearest name where there is none."""
    if name not in PARAMETERS:
        raise UsageError(f"unknown parameter {quoted(name)}{did_you_mean(name, known)}")
    return PARAMETERS[name]


def parse_value(name: str, text: str, root: Path) -> Value:
    """The typed value of `text`, as it stands on the command line.

    >>> parse_value("level", "0.9", Path())
    0.9
    >>> parse_value("level", "high", Path())
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: level must be a number, not 'high'
    """
    parameter = declared(name)
    if parameter.type == "str":
        return check_value(name, text, root)
    if parameter.type == "bool":
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.casefold() not in known:
            raise UsageError(f"{name} must be true or false, not {quoted(text)}")
        return known[text.casefold()]
    try:
        number = TYPES[parameter.type](text)
    except ValueError:
        kind = "a whole number" if parameter.type == "int" else "a number"
        raise UsageError(f"{name} must be {kind}, not {quoted(text)}") from None
    return check_value(name, number, root)


def check_value(name: str, value: Value, root: Path) -> Value:
    """`value` if it is possible for the parameter `name`, spelt as it is declared; ``UsageError`` otherwise.

    >>> check_value("first_year", "2014/15", Path())
    '2014/15'
    >>> check_value("first_year", "2014/51", Path())
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: unknown first_year '2014/51'; did you mean '2014/15'?
    """
    parameter = declared(name)
    wanted = TYPES[parameter.type]
    if parameter.type == "float" and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise UsageError(f"{name} must be of type {parameter.type}, not {value!r}")
    choices = parameter.values(root)
    if choices is not None and value not in choices:
        spelt = {str(choice).casefold(): choice for choice in choices}
        spelt |= {slug(choice): choice for choice in choices if choice != ""}
        if str(value).casefold() in spelt:
            return spelt[str(value).casefold()]
        if parameter.find and (found := parameter.find(str(value))) in choices:
            return found
        raise UsageError(f"unknown {name} {quoted(value)}{did_you_mean(str(value), choices)}")
    if parameter.pattern and not re.fullmatch(parameter.pattern, str(value)):
        raise UsageError(f"{name} must be {parameter.like or parameter.pattern}, not {quoted(value)}")
    low, high = parameter.minimum, parameter.maximum
    if not isinstance(value, str) and (
        value != value or (low is not None and value < low) or (high is not None and value > high)
    ):
        raise UsageError(f"{name} must lie between {low:,} and {high:,}, not {value!r}")
    return value


def check_together(values: Mapping[str, Value]) -> None:
    """Refuse values that are each possible but not together.

    >>> check_together({"first_year": "2015/16", "last_year": "2014/15"})
    Traceback (most recent call last):
    helpers.runner.errors.UsageError: first_year 2015/16 is not before last_year 2014/15
    """
    for earlier, later in ORDERED:
        if earlier in values and later in values and not str(values[earlier]) < str(values[later]):
            raise UsageError(f"{earlier} {values[earlier]} is not before {later} {values[later]}")


def parse_assignments(assignments: Iterable[str], root: Path) -> dict[str, tuple[Value, ...]]:
    """``["force=all", "first_year=2013/14,2014/15"]`` as name → the values asked for, in order, without repeats.

    >>> parse_assignments(["level=0.9,0.95", "seed=1"], Path())
    {'level': (0.9, 0.95), 'seed': (1,)}
    """
    asked: dict[str, tuple[Value, ...]] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"-p takes name=value, not {quoted(assignment)}; for example -p vintage=first")
        parameter = declared(name)
        choices = parameter.values(root)
        if text.strip() == "all" and choices is not None and "all" not in choices:
            values = tuple(choice for choice in choices if choice != "")
        else:
            parts = [part.strip() for part in text.split(",")]
            if "all" in parts and choices is not None and "all" not in choices:
                raise UsageError(f"{name}=all stands alone, not in {quoted(text)}")
            values = tuple(parse_value(name, part, root) for part in parts)
        if name in asked:
            raise UsageError(f"{name} is given twice; several values are written {name}=A,B")
        asked[name] = tuple(dict.fromkeys(values))
    return asked
