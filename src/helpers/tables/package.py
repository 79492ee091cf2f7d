"""What every table holds, read from ``data/schemas/<table>.yaml``: the one home of columns, types, units and limits.

Each file is a Frictionless Table Schema with a few properties of our own (``kind``, ``caveats``, ``sources``, ``checks``;
in a field ``unit``, ``vocabulary``, ``separator``, ``check``, ``expects``). ``data/datapackage.yaml`` lists the files of
data that they describe, for other programs. A file is read when its table is first asked for, and again when it changes.
Nothing here imports pandas or pandera.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from helpers.tables import vocabularies
from helpers.tables.checks import COLUMN_CHECKS, ROW_CHECKS
from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.files import project_root, shown, stamp

KINDS = ("raw", "register", "vocabulary", "built")
TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
    "any": "object",
}
# Tables that other tables refer to, and the vocabulary that they are
VOCABULARY_OF = {"offences": "offence_codes", "foi_rounds": "rounds"}


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
        if self.dtype == "int":
            return "Int64" if self.nullable else "int64"
        if self.dtype == "bool":
            return "boolean" if self.nullable else "bool"
        return {"str": "str", "float": "float64"}.get(self.dtype, "object")


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

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


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
    if not path.is_file():
        fault = Fault(
            "no schema describes this table",
            nearest=nearest(name, names()),
            mend=f"add data/schemas/{name}.yaml",
        )
        raise TableError(name, [fault])
    return _load(path, stamp(path))


def names() -> tuple[str, ...]:
    """Return the names of all tables that have a schema, in alphabetical order."""
    return tuple(sorted(path.stem for path in (project_root() / "data" / "schemas").glob("*.yaml")))


def tables() -> dict[str, Table]:
    """Return every table's description by name, raw tables first."""
    found = [table(name) for name in names()]
    return {one.name: one for one in sorted(found, key=lambda one: KINDS.index(one.kind))}


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
    return (
        _schema(name),
        *dict.fromkeys(path for vocabulary in used for path in vocabularies.files_of(vocabulary)),
    )


def write_package(out: Path) -> Path:
    """Write ``tables/datapackage.json`` for the tables that a run left in `out`; return the file.

    A Frictionless Data Package: each table with its whole schema, so that the folder can be opened without the project.
    What refers to a table outside the folder becomes a remark of the field.
    """
    import json

    from helpers.tables.files import write_atomic

    described = (
        (path, read_yaml(_schema(path.stem)))
        for path in sorted((out / "tables").glob("*.csv"))
        if _schema(path.stem).is_file()
    )
    held = {
        "name": "tables-of-a-run",
        "title": "Tables that the notebooks made",
        "resources": [_resource(path.name, schema) for path, schema in described],
    }
    file = out / "tables" / "datapackage.json"
    write_atomic(file, json.dumps(held, ensure_ascii=False, indent=1) + "\n")
    return file


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
def _load(path: Path, _stamp: tuple[int, int]) -> Table:
    return parse(read_yaml(path), shown(path))


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds; TableError with the line where it is broken."""
    import yaml

    try:
        return yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError:
        fault = Fault("is missing or cannot be opened", mend="restore it from the repository")
        raise TableError(shown(path), [fault]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "cannot be read"
        fault = Fault(f"broken YAML: {said}", mark and mark.line + 1, mend="correct the syntax")
        raise TableError(shown(path), [fault]) from None


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
    top = _Properties(held, file, "the schema")
    described = Table(
        name=top.take("name"),
        title=top.take("title"),
        description=top.take("description"),
        kind=top.take("kind", "built", choices=KINDS),
        key=_words(top.take("primaryKey", ())),
        caveats=_words(top.take("caveats", ())),
        sources=_words(top.take("sources", ())),
        checks=(
            *(_distinct(_words(key)) for key in top.take("uniqueKeys", ())),
            *(_row_check(check, file) for check in top.take("checks", ())),
        ),
        columns=_columns(top.take("fields"), top.take("foreignKeys", ()), file),
    )
    top.take("missingValues", None)
    top.refuse_others()
    columns = [column.name for column in described.columns]
    for name in (*described.key, *(name for check in described.checks for name in check.columns)):
        if name not in columns:
            fault = Fault(f'no field is called "{name}"', nearest=nearest(name, columns), mend="correct it")
            raise TableError(file, [fault])
    return described


def _columns(fields: list, foreign: list, file: str) -> tuple[Column, ...]:
    refers = {}
    for key in foreign:
        one = _Properties(key, file, "a foreign key")
        resource = one.take("reference")["resource"]
        refers[one.take("fields")] = VOCABULARY_OF.get(resource, resource)
    return tuple(_column(field, refers, file) for field in fields)


def _column(field: Any, refers: dict[str, str], file: str) -> Column:
    one = _Properties(field, file, "a field")
    name = one.take("name")
    one.where = f"the field {name}"
    limits = _Properties(one.take("constraints", {}), file, f"the constraints of {name}")
    enum = limits.take("enum", None)
    found = Column(
        name=name,
        dtype=TYPES[one.take("type", choices=TYPES)],
        description=one.take("description"),
        unit=one.take("unit", None),
        vocabulary=tuple(map(str, enum)) if enum else one.take("vocabulary", refers.get(name)),
        nullable=not limits.take("required", False),
        low=limits.take("minimum", None),
        high=limits.take("maximum", None),
        pattern=limits.take("pattern", None),
        expects=one.take("expects", None),
        check=one.take("check", None, choices=COLUMN_CHECKS),
        separator=one.take("separator", None),
    )
    limits.refuse_others()
    one.refuse_others()
    return found


def _row_check(held: Any, file: str) -> RowCheck:
    one = _Properties(held, file, "a check")
    found = RowCheck(one.take("check", choices=ROW_CHECKS), _words(one.take("columns")), one.take("message"))
    one.refuse_others()
    return found


def _distinct(columns: tuple[str, ...]) -> RowCheck:
    return RowCheck("distinct", columns, f"repeats another row: the same {', '.join(columns)}")


def _words(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


class _Properties:
    """The properties of one part of a schema, taken one by one so that what is left over is unknown."""

    def __init__(self, held: Any, file: str, where: str):
        self.file, self.where, self.known = file, where, []
        if not isinstance(held, dict):
            self._fail("is not a list of properties", "write name: value")
        self.held = held

    def take(self, name: str, *default, choices=None):
        self.known.append(name)
        if name not in self.held:
            if default:
                return default[0]
            self._fail(f'has no property "{name}"', "add it")
        value = self.held[name]
        if choices is not None and value not in choices:
            self._fail(
                f'has {name} "{value}", which is none of {", ".join(choices)}', "correct it", value, choices
            )
        return value

    def refuse_others(self) -> None:
        for name in self.held:
            if name not in self.known:
                self._fail(f'has an unknown property "{name}"', "rename or remove it", name, self.known)

    def _fail(self, problem: str, mend: str, value=None, choices=()):
        close = nearest(str(value), choices) if value is not None else None
        raise TableError(self.file, [Fault(f"{self.where} {problem}", value=value, nearest=close, mend=mend)])
