"""The only way tables are read and written.

``read_table("foi_printed")`` finds the file, reads it, checks it against its schema and returns a
frame; ``write_table("foi_figures", frame)`` checks the frame and writes a CSV that is the same byte
for byte whenever the frame is the same. A fault raises one TableError before anything is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.tables import files
from helpers.tables.faults import Fault, TableError
from helpers.tables.package import listed_files, schema_files, table

if TYPE_CHECKING:
    import pandas as pd

_SPECIAL = re.compile(r'[",\r\n]')
# Table → what its files and its schema were when it was read, and what was read.
_latest: dict[str, tuple] = {}


def table_path(name: str) -> Path:
    """Return the file that :func:`read_table` reads for `name`.

    Raw tables are ``data/raw/<name>.csv``, with what :func:`~helpers.tables.files.round_additions` finds of accepted rounds; vocabularies ``data/vocabularies/<name>.csv``; registers ``data/<name>.toml`` or ``data/<name>.csv``;
    built tables ``tables/<name>.csv`` in :func:`~helpers.tables.files.input_dir`.

    Raises
    ------
    TableError
        When no schema has that name.

    Examples
    --------
    >>> table_path("forces").name
    'forces.csv'
    """
    kind, data = table(name).kind, files.project_root() / "data"
    if kind == "built":
        return files.input_dir() / "tables" / f"{name}.csv"
    if kind == "register":
        toml, plain = data / f"{name}.toml", data / f"{name}.csv"
        return plain if plain.exists() and not toml.exists() else toml
    return data / {"raw": "raw", "vocabulary": "vocabularies"}[kind] / f"{name}.csv"


def read_table(name: str) -> pd.DataFrame:
    """Read one table and check it against its schema.

    Parameters
    ----------
    name : str
        The table's name, without folder or suffix.

    Returns
    -------
    DataFrame
        Columns in the order of the schema, rows in the order of the file, index 0, 1, 2, ….

    Raises
    ------
    TableError
        When there is no such table or file, or anything in the file is not as the schema says.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> read_table("forces").loc[0, "force"]
    'Avon and Somerset'
    """
    from helpers.tables.reading import read

    described, path = table(name), table_path(name)
    if described.kind == "built" and not path.exists():
        call = f'write_table(\\"{name}\\"'  # as a notebook's file has it
        notebooks = sorted((files.project_root() / "notebooks").glob("*.ipynb"))
        texts = ((book.stem, book.read_text(encoding="utf-8")) for book in notebooks)
        writer = next((step for step, text in texts if call in text), "that writes it")
        raise files.refused(path, "is not there yet", f"run the notebook {writer}")
    parts = [path] if described.kind == "built" else [path, *files.round_additions(path)]
    # in a run: it knows what was written, and by which schema, by its digest, and it was checked when it was written
    known = described.kind == "built" and "RISE_KNOWN" in os.environ
    if path.suffix == ".toml" or not path.is_file():  # the lists of a register could be changed in place
        return read(parts, described)
    contents = [files.content_hash(part) for part in parts]
    now = contents + [(file.name, files.stamp(file)) for file in schema_files(name)]
    before, frame = _latest.get(name, (None, None))
    if before != now:
        frame = read(parts, described, known=known)
        _latest[name] = now, frame
    return frame.copy(deep=False)  # pandas copies it when somebody writes to it


def write_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Check a built table and write it, whole or not at all.

    Parameters
    ----------
    name : str
        The table's name; its schema must be of the kind "built".
    frame : DataFrame
        Every column of the schema and no other, in any order. The index is not kept.

    Returns
    -------
    DataFrame
        What :func:`read_table` will return: columns in the order of the schema, its dtypes, empty text
        as missing.

    Raises
    ------
    TableError
        When the frame is not as the schema says; nothing is written then.
    """
    from helpers.tables.reading import typed as as_described
    from helpers.tables.validation import validate

    described = table(name)
    if described.kind != "built":
        raise TableError(name, "is a table kept by hand; a notebook may not write it")
    typed = validate(as_described(frame, described), described, file=name)
    text = to_csv(typed)
    unreadable = re.search("[\0\ud800-\udfff]", text)
    if unreadable:
        raise TableError(name, f"holds {unreadable[0]!r}, which is no text that a table may hold")
    files.write_atomic(files.output_dir() / "tables" / f"{name}.csv", text, flush=False)
    return typed


def to_csv(frame: pd.DataFrame) -> str:
    """Return the frame as CSV text that is always the same for the same frame.

    LF line ends, the shortest decimal text that reads back as the same float, ``true`` and ``false``,
    missing as empty.

    Examples
    --------
    >>> import pandas as pd
    >>> print(to_csv(pd.DataFrame({"a": [0.1, float("nan")], "b": [True, False]})), end="")
    a,b
    0.1,true
    ,false
    """
    # csv.writer leaves a carriage return unquoted before Python 3.13, and it would read back as a new row
    rows = [list(frame.columns), *zip(*(_texts(frame[name]) for name in frame.columns), strict=True)]
    return "".join((",".join(map(_quoted, row)) or '""') + "\n" for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _texts(cells: pd.Series) -> list[str]:
    convert = {"b": lambda value: str(value).lower(), "f": repr}.get(getattr(cells.dtype, "kind", "O"), str)
    missing = cells.isna().tolist()
    return ["" if gone else convert(value) for value, gone in zip(cells.tolist(), missing, strict=True)]


def check_all(names: Iterable[str]) -> None:
    """Read and check these tables, and say what is wrong with all of them at once.

    Raises
    ------
    TableError
        The one table's own error, or one error with the faults of all; also where the index of the data package is
        broken, or a file that it lists is missing.
    """
    missing = [name for name, path in listed_files().items() if not path.is_file()]
    # A vocabulary that cannot be read stops every table that uses it: say so once.
    errors: dict[str, TableError] = {}
    for name in (*missing, *names):
        try:
            read_table(name)
        except TableError as error:
            errors.setdefault(str(error), error)
    if len(errors) == 1:
        raise errors.popitem()[1]
    if errors:
        told = [Fault(f"{error.table}: {line}") for error in errors.values() for line in error.told()]
        raise TableError("data", told)
