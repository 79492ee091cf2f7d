"""From the bytes of a file to a typed frame, with every fault placed on its line.

The reader is stricter than pandas' own: a row with too many or too few cells, a stray quotation mark,
a NUL byte or text that is not UTF-8 is a fault, never a guess. Cells are text until a column's
description says otherwise; an empty cell is missing; nothing else is (a force may print "NA").
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.files import shown
from helpers.tables.package import Column, Table

if TYPE_CHECKING:
    import pandas as pd

TRUTH = {"true": True, "false": False}
RESTORE = "restore it from the repository"


def read_csv(path: Path, table: Table) -> tuple[pd.DataFrame, list[int], list[Fault]]:
    """Read a CSV file into the dtypes of its description.

    Parameters
    ----------
    path : Path
        The file.
    table : Table
        Its description.

    Returns
    -------
    frame : DataFrame
        Columns in the order of the description. A cell that could not be read is missing.
    lines : list of int
        The line of the file on which each row ends.
    faults : list of Fault
        Cells that could not be read.

    Raises
    ------
    TableError
        When the file as a whole cannot be read: missing, empty, not UTF-8, a wrong header, ragged rows.
    """
    rows, lines = _cells(path)
    header = rows.pop(0)
    lines.pop(0)
    check_header(header, table, shown(path))
    position = {name: index for index, name in enumerate(header)}
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    faults: list[Fault] = []
    data = {c.name: _typed(columns[position[c.name]], c, lines, faults) for c in table.columns}
    import pandas as pd

    return pd.DataFrame(data), lines, faults


def read_cells(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file as text, header first; TableError when it is not a whole table."""
    return _cells(path)[0]


def _cells(path: Path) -> tuple[list[list[str]], list[int]]:
    text = _text(path)
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            faults.append(
                Fault(f"broken CSV: {error}", row=reader.line_num, mend="close or double the quotation mark")
            )
            break
        if rows and len(row) != len(rows[0]):
            faults.append(
                Fault(
                    f"has {len(row)} cells where the header has {len(rows[0])}" if row else "is a blank line",
                    row=reader.line_num,
                    mend="put cells that hold a comma in quotation marks" if row else "remove it",
                )
            )
            continue
        rows.append(row)
        lines.append(reader.line_num)
    if faults:
        raise TableError(shown(path), faults)
    return rows, lines


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise TableError(shown(path), [Fault("is missing", mend=RESTORE)]) from None
    except OSError as error:
        raise TableError(shown(path), [Fault(f"cannot be opened: {error.strerror}")]) from None
    if not data.strip():
        raise TableError(shown(path), [Fault("is empty", mend=RESTORE)])
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise TableError(shown(path), [Fault("holds a NUL byte", row=line, mend="save it as UTF-8 text")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            shown(path),
            [Fault(f"is not UTF-8: byte 0x{data[error.start]:02X}", row=line, mend="save it as UTF-8")],
        ) from None


def check_header(header: list[str], table: Table, file: str, where: str = "line") -> None:
    """Raise one TableError for every column that is missing, unknown or there twice."""
    expected = [column.name for column in table.columns]
    missing = [name for name in expected if name not in header]
    row = 1 if where == "line" else None
    faults = []
    for name in dict.fromkeys(header):
        if name not in expected:
            close = nearest(name, missing) or nearest(name, expected)
            faults.append(
                Fault(
                    "the schema has no such column",
                    row=row,
                    column=name or "(blank)",
                    value=name,
                    nearest=close,
                    mend="rename or remove it",
                    where=where,
                )
            )
        elif header.count(name) > 1:
            faults.append(Fault("this column stands twice", row=row, column=name, value=name, where=where))
    faults += [
        Fault("this column is missing", row=row, column=name, value=name, mend="add it", where=where)
        for name in missing
    ]
    if faults:
        raise TableError(file, faults)


def _typed(cells, column: Column, lines: list[int], faults: list[Fault]) -> pd.Series:
    import pandas as pd

    if column.dtype == "str":
        return pd.Series([cell or None for cell in cells], dtype="str")
    convert = {"int": _int, "float": _float, "bool": TRUTH.__getitem__}[column.dtype]
    known: dict[str, object] = {}
    strangers = set()
    for cell in set(cells):  # each distinct cell once, as counts repeat
        try:
            known[cell] = convert(cell) if cell else None
        except (ValueError, KeyError):
            known[cell] = None
            strangers.add(cell)
    if strangers:
        wanted = {"int": "a whole number", "float": "a number", "bool": "true or false"}[column.dtype]
        faults += [
            Fault(f'"{cell}" is not {wanted}', row=line, column=column.name, value=cell)
            for cell, line in zip(cells, lines, strict=True)
            if cell in strangers
        ]
    found = [known[cell] for cell in cells]
    if column.dtype == "float":
        return pd.Series(found, dtype="float64")
    gaps = None in known.values()
    # A gap where none is allowed is left for the schema to report
    dtype = {"int": "Int64", "bool": "boolean"}[column.dtype] if gaps else column.pandas_dtype
    return pd.Series(found, dtype=dtype)


def _int(cell: str) -> int:
    # int() would also take "1_000" and " 7 "
    if re.fullmatch(r"-?\d+", cell, re.ASCII) is None:
        raise ValueError(cell)
    number = int(cell)
    if not -(2**63) <= number < 2**63:
        raise ValueError(cell)
    return number


def _float(cell: str) -> float:
    # float() would also take "nan", "1_000" and " 7 "
    if re.fullmatch(r"-?(\d+\.?\d*([eE][+-]?\d+)?|inf)", cell, re.ASCII) is None:
        raise ValueError(cell)
    return float(cell)


def read_toml(path: Path, table: Table) -> tuple[pd.DataFrame, list[int], list[Fault]]:
    """Read a register: a TOML file of ``[[entry]]`` tables, one a row.

    Parameters and results are those of :func:`read_csv`; `lines` are the lines of ``[[entry]]``.
    A field that an entry leaves out is missing. Lists and tables stay lists and dictionaries.
    """
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        row = int(found[1]) if found else text.count("\n") + 1
        raise TableError(
            shown(path), [Fault(f"broken TOML: {error}", row=row, mend="correct the syntax")]
        ) from None
    strangers = [name for name in content if name != "entry"]
    if strangers or not isinstance(content.get("entry", []), list):
        raise TableError(
            shown(path),
            [Fault(f"holds {strangers or 'entry'} beside [[entry]] tables", mend="write [[entry]]")],
        )
    entries = content.get("entry", [])
    lines = [i for i, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
    faults: list[Fault] = []
    names = [column.name for column in table.columns]
    for entry, line in zip(entries, lines, strict=True):
        for name in entry.keys() - set(names):
            faults.append(
                Fault("the schema has no such field", line, name, name, nearest(name, names), "rename it")
            )
    import pandas as pd

    data = {c.name: _entry_column(entries, c, lines, faults) for c in table.columns}
    return (
        pd.DataFrame(data, index=range(len(entries))),
        lines,
        sorted(faults, key=lambda fault: fault.row or 0),
    )


_TOML_TYPES = {
    "str": (str, "text"),
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "bool": (bool, "true or false"),
    "list": (list, "a list"),
    "dict": (dict, "a table"),
    "object": (object, "a value"),
}


def _entry_column(entries, column: Column, lines: list[int], faults: list[Fault]) -> pd.Series:
    import pandas as pd

    kind, wanted = _TOML_TYPES[column.dtype]
    found = []
    for entry, line in zip(entries, lines, strict=True):
        value = entry.get(column.name)
        if hasattr(value, "isoformat") and column.dtype == "str":
            value = value.isoformat()  # TOML has dates of its own; the tables keep them as text
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and column.dtype in ("int", "float"))
        if value is not None and wrong:
            faults.append(Fault(f'"{value}" is not {wanted}', line, column.name, value))
            value = None
        found.append(value if value != "" else None)
    series = pd.Series(found, dtype=column.pandas_dtype if column.dtype in ("str", "float") else "object")
    if column.dtype in ("int", "bool"):
        series = series.astype("Int64" if column.dtype == "int" else "boolean")
        return series.astype(column.pandas_dtype) if not series.hasnans else series
    return series
