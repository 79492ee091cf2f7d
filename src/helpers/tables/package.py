"""What every table holds, read from ``data/schemas/<table>.yaml``: the one home of columns, types, units and limits.

Each file is a Frictionless Table Schema with a few properties of our own (``kind``, ``caveats``, ``sources``, ``checks``;
in a field ``unit``, ``vocabulary``, ``separator``, ``check``, ``expects``). ``data/datapackage.yaml`` lists the files of
data that they describe, for other programs. A file is read when its table is first asked for, and again when it changes.
Nothing here imports pandas or pandera.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from helpers.tables import vocabularies
from helpers.tables.checks import COLUMN_CHECKS, ROW_CHECKS
from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.files import RESTORE, display_path, project_root, refused, stamp

KINDS = ("raw", "register", "vocabulary", "built")
# Type of a schema → type of a cell, and what a cell of it must be, in words.
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
TYPES |= {"array": "list", "object": "dict", "any": "object"}
_IN_WORDS = ("text", "a whole number", "a number", "true or false", "a list", "a table", "a value")
TRUTH = {"true": True, "false": False}
WANTED = dict(zip(TYPES.values(), _IN_WORDS, strict=True))


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        Column name, as in the file's header.
    dtype : str
        One of "str", "int", "float", "bool", "list", "dict", "object" (the last three for registers).
        A nullable "int" is pandas Int64 and a nullable "bool" is pandas boolean.
    description : str
        What the column holds, in a sentence.
    unit : str, optional
        "offences", "percent", "people", …
    vocabulary : str or tuple of str, optional
        The name of a vocabulary (see :mod:`helpers.tables.vocabularies`) or the values themselves.
    nullable : bool
        Whether a cell may be empty.
    low, high : float, optional
        Smallest and largest value allowed, both included.
    pattern, expects : str, optional
        A regular expression that the whole cell must match, and in words what it asks for.
    check : str, optional
        The name of a function in :mod:`helpers.tables.checks` that each value must pass.
    separator : str, optional
        When a cell lists several values of the vocabulary, what stands between them.
    """

    name: str
    dtype: str
    description: str
    unit: str | None = None
    vocabulary: str | tuple[str, ...] | None = None
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    pattern: str | None = None
    expects: str | None = None
    check: str | None = None
    separator: str | None = None

    @property
    def pandas_dtype(self) -> str:
        """The dtype that a frame carries for this column.

        Examples
        --------
        >>> Column("offences", "int", "Offences.", nullable=True).pandas_dtype
        'Int64'
        """
        without_gaps = {"str": "str", "float": "float64", "int": "int64", "bool": "bool"}
        with_gaps = without_gaps | {"int": "Int64", "bool": "boolean"}
        return (with_gaps if self.nullable else without_gaps).get(self.dtype, "object")


@dataclass(frozen=True)
class RowCheck:
    """A function of :mod:`helpers.tables.checks` that every row must pass, and what to say where one does not."""

    check: str
    columns: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Table:
    """One table.

    Parameters
    ----------
    name, title, description : str
        The name that ``read_table`` and ``write_table`` take, a short title, and what a row is.
    columns : tuple of Column
        In the order of the file.
    key : tuple of str
        Columns that together name a row; they may not repeat.
    unique : tuple of tuple of str
        Other columns that may not repeat together.
    kind : str
        "raw" (``data/raw``, as published), "register" (``data``, judgements kept by hand), "vocabulary"
        (``data/vocabularies``, lists that others refer to) or "built" (written by a notebook).
    caveats : tuple of str
        What goes wrong if one does the obvious thing.
    sources : tuple of str
        Ids in ``data/sources.csv`` for a table whose rows do not name their own source.
    checks : tuple of RowCheck
        What no column can say by itself.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    kind: str = "built"
    caveats: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checks: tuple[RowCheck, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]


def table(name: str) -> Table:
    """Return the description of one table.

    Raises
    ------
    TableError
        When no schema has that name (the error names the nearest), or the schema is broken.

    Examples
    --------
    >>> table("foi_printed").column("row").low
    1
    """
    path = _schema(name)
    if not os.path.isfile(path):  # Path.is_file fails at a very long name
        close = nearest(name, names())
        told = f"add data/schemas/{name}.yaml" if isinstance(name, str) else 'give its name, as "foi_figures"'
        remedy = None if close else told
        raise TableError(name, [Fault("no schema describes this table", nearest=close, remedy=remedy)])
    return _load(name, stamp(path))


def names() -> tuple[str, ...]:
    """Return the names of all tables that have a schema, in alphabetical order."""
    return tuple(sorted(path.stem for path in (project_root() / "data" / "schemas").glob("*.yaml")))


def tables() -> dict[str, Table]:
    """Return every table's description by name, raw tables first."""
    found = [table(name) for name in names()]
    return {one.name: one for one in sorted(found, key=lambda one: KINDS.index(one.kind))}


def columns(name: str) -> list[str]:
    """The columns of a table, in the order of its schema.

    >>> columns("foi_choices")[:3]
    ['area', 'financial_year', 'measure']
    """
    return [column.name for column in table(name).columns]


def schema_files(name: str) -> tuple[Path, ...]:
    """Return the files that decide whether a table is valid: its schema, and the vocabularies it refers to.

    A table without a schema has none.

    Examples
    --------
    >>> [path.name for path in schema_files("population")]
    ['population.yaml', 'forces.csv', 'sources.csv']
    """
    if not _schema(name).is_file():
        return ()
    described = table(name)
    used = [column.vocabulary for column in described.columns if isinstance(column.vocabulary, str)]
    used += ["sources"] if described.sources else []
    lists = (path for vocabulary in used for path in vocabularies.files_of(vocabulary))
    return (_schema(name), *dict.fromkeys(lists))


def write_package(out: Path) -> Path:
    """Write ``tables/datapackage.json`` for the tables that a run left in `out`; return the file.

    A Frictionless Data Package: each table with its whole schema, so that the folder can be opened without the project.
    What refers to a table outside the folder becomes a remark of the field.
    """
    import json

    from helpers.tables.files import write_atomic

    paths = [path for path in sorted((out / "tables").glob("*.csv")) if _schema(path.stem).is_file()]
    held = {"name": "tables-of-a-run", "title": "Tables that the notebooks made"}
    held["resources"] = [_resource(path.name, read_yaml(_schema(path.stem))) for path in paths]
    file = out / "tables" / "datapackage.json"
    write_atomic(file, json.dumps(held, ensure_ascii=False, indent=1) + "\n")
    return file


def listed_files() -> dict[str, Path]:
    """Return table → its file, of all that the index of the data lists; TableError where the index is broken."""
    index = project_root() / "data" / "datapackage.yaml"
    try:
        return {one["name"]: index.parent / one["path"] for one in read_yaml(index)["resources"]}
    except (TypeError, KeyError):
        raise refused(index, "lists no resources, each with a name and a path") from None


def _resource(path: str, schema: dict) -> dict:
    refers = {key["fields"]: key["reference"]["resource"] for key in schema.pop("foreignKeys", ())}
    for field in schema["fields"]:
        if field["name"] in refers:
            field["vocabulary"] = refers[field["name"]]
    about = {name: schema.pop(name) for name in ("title", "description")}
    return {"name": schema.pop("name"), **about, "path": path, "schema": schema}


def _schema(name: str) -> Path:
    return project_root() / "data" / "schemas" / f"{name}.yaml"


@cache
def _load(name: str, _stamp: tuple[int, int]) -> Table:
    path = _schema(name)
    return parse(read_yaml(path), display_path(path))


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; TableError with the line where it is broken."""
    import yaml

    try:
        return yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError:
        raise refused(path, "is missing or cannot be opened", RESTORE) from None
    except yaml.YAMLError as error:
        mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None) or "cannot be read"
        raise refused(path, f"broken YAML: {said}", "correct the syntax", mark and mark.line + 1) from None


def parse(held: Any, file: str) -> Table:
    """Return the table that a schema describes, as read from its YAML.

    Parameters
    ----------
    held : mapping
        A Frictionless Table Schema with the properties that the module names.
    file : str
        What an error calls the schema.

    Raises
    ------
    TableError
        When a property is unknown or missing, or its value cannot be.
    """
    top = _properties(held, file, "the schema", *_OF_A_TABLE, kind=KINDS)
    checks = []
    for one in top.get("checks", ()):
        _properties(one, file, "a check", "check columns message", check=ROW_CHECKS)
        checks.append(RowCheck(one["check"], _words(one["columns"]), one["message"]))
    refers = {}
    for key in top.get("foreignKeys", ()):
        _properties(key, file, "a foreign key", "fields reference")
        refers[key["fields"]] = key["reference"]["resource"]
    described = Table(
        *(top[name] for name in ("name", "title", "description")),
        tuple(_column(field, refers, file) for field in top["fields"]),
        _words(top.get("primaryKey", ())),
        top.get("kind", "built"),
        _words(top.get("caveats", ())),
        _words(top.get("sources", ())),
        tuple(checks),
        tuple(map(_words, top.get("uniqueKeys", ()))),
    )
    columns = [column.name for column in described.columns]
    named = (described.key, *described.unique, *(check.columns for check in checks))
    for name in (name for names in named for name in names):
        if name not in columns:
            fault = Fault(f'no field is called "{name}"', nearest=nearest(name, columns), remedy="correct it")
            raise TableError(file, [fault])
    return described


# What each part of a schema must have, and may have.
_MAY_HAVE = "kind primaryKey caveats sources uniqueKeys checks foreignKeys missingValues"
_OF_A_TABLE = "name title description fields", _MAY_HAVE
_OF_A_FIELD = "name type description", "unit vocabulary expects check separator constraints"
_LIMITS = "", "enum required minimum maximum pattern"


def _column(field: Any, refers: dict[str, str], file: str) -> Column:
    where = f"the field {field['name']}" if isinstance(field, dict) and "name" in field else "a field"
    one = _properties(field, file, where, *_OF_A_FIELD, type=TYPES, check=COLUMN_CHECKS)
    limits = _properties(one.get("constraints", {}), file, f"the constraints of {one['name']}", *_LIMITS)
    enum = limits.get("enum")
    return Column(
        name=one["name"],
        dtype=TYPES[one["type"]],
        vocabulary=tuple(map(str, enum)) if enum else one.get("vocabulary", refers.get(one["name"])),
        nullable=not limits.get("required", False),
        low=limits.get("minimum"),
        high=limits.get("maximum"),
        pattern=limits.get("pattern"),
        **{name: one.get(name) for name in ("description", "unit", "expects", "check", "separator")},
    )


def _words(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _properties(held: Any, file: str, where: str, needed: str = "", other: str = "", **choices) -> dict:
    """One part of a schema, once it is known to have the properties that it needs, and none that nobody knows."""

    def refuse(problem: str, remedy: str, value: str = "", among=()) -> None:
        raise TableError(file, [Fault(f"{where} {problem}", nearest=nearest(value, among), remedy=remedy)])

    if not isinstance(held, dict):
        refuse("is not a list of properties", "write name: value")
    known = [*needed.split(), *other.split()]
    for name in needed.split():
        if name not in held:
            refuse(f'has no property "{name}"', "add it")
    for name, value in held.items():
        if name not in known:
            refuse(f'has an unknown property "{name}"', "rename or remove it", name, known)
        if name in choices and value not in choices[name]:
            among = choices[name]
            refuse(f'has {name} "{value}", which is none of {", ".join(among)}', "correct it", value, among)
    return held
