"""From the bytes of a file to a typed frame: header, lines and types, with every fault placed on its line.

The reader is stricter than pandas' own: a row with too many or too few cells, a stray quotation mark,
a NUL byte or text that is not UTF-8 is a fault, never a guess. Cells are text until a column's
description says otherwise; an empty cell is missing; nothing else is (a force may print "NA").
"""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.files import defuse, display_path, read_cells, read_text, refused
from helpers.tables.package import TRUTH, WANTED, Column, Table
from helpers.tables.validation import validate


def read(parts: list[Path], table: Table, *, known: bool = False) -> pd.DataFrame:
    """Read the files of a table, one below the other, and check them unless their content is known to be sound.

    Raises
    ------
    TableError
        With all that is wrong with the first file that has a fault.
    """
    frames = []
    for part in parts:
        frame, lines, faults = (read_toml if part.suffix == ".toml" else read_csv)(part, table)
        if faults or not known:
            validate(frame, table, file=display_path(part), lines=lines, faults=faults)
        frames.append(frame)
    if len(frames) == 1:
        return frames[0]
    return validate(pd.concat(frames, ignore_index=True), table, file=" with ".join(map(display_path, parts)))


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A frame that shall be written, in the columns and dtypes of its description. Gaps are left for the schema to report.

    Raises
    ------
    TableError
        For a column that is missing, unknown or there twice, or that its dtype cannot hold.
    """
    check_header([str(column) for column in frame.columns], table, table.name, where="column")
    data, faults = {}, []
    for column in table.columns:
        cells = frame[column.name].reset_index(drop=True)
        try:
            if column.dtype == "str":
                # some comes from outside
                cells = cells.astype("str").mask(cells == "").map(defuse, na_action="ignore")
            data[column.name] = as_described(cells, column)
        except (TypeError, ValueError) as error:
            faults.append(Fault(f"cannot be read as {column.dtype}: {error}", column=column.name))
    if faults:
        raise TableError(table.name, faults)
    return pd.DataFrame(data)


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
    (header, *rows), (_, *lines) = read_cells(path)
    check_header(header, table, display_path(path))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    cells = dict(zip(header, columns, strict=True))
    convert = {"str": str, "int": cache(_int), "float": cache(_float), "bool": TRUTH.__getitem__}
    faults: list[Fault] = []
    data = {c.name: _typed(cells[c.name], c, convert[c.dtype], lines, faults) for c in table.columns}
    return pd.DataFrame(data), lines, faults


def check_header(header: list[str], table: Table, file: str, where: str = "line") -> None:
    """Raise one TableError for every column that is missing, unknown or there twice."""
    expected = [column.name for column in table.columns]
    missing = [name for name in expected if name not in header]
    row = 1 if where == "line" else None
    faults = []
    for name in dict.fromkeys(header):
        if name not in expected:
            close = nearest(name, missing) or nearest(name, expected)
            problem, remedy = "the schema has no such column", "rename or remove it"
            faults.append(Fault(problem, row, name or "(blank)", close, remedy, where))
        elif header.count(name) > 1:
            faults.append(Fault("this column stands twice", row, name, where=where))
    faults += [Fault("this column is missing", row, name, None, "add it", where) for name in missing]
    if faults:
        raise TableError(file, faults)


def _typed(values, column: Column, convert: Callable, lines: list[int], faults: list[Fault]) -> pd.Series:
    """A column of converted values; what cannot be converted is missing, and a fault."""
    found = []
    for value, line in zip(values, lines, strict=True):
        try:
            found.append(None if value is None or value == "" else convert(value))
        except (ValueError, KeyError):
            found.append(None)
            faults.append(Fault(f'"{value}" is not {WANTED[column.dtype]}', line, column.name))
    return as_described(pd.Series(found, dtype="object" if column.dtype != "float" else "float64"), column)


def as_described(cells: pd.Series, column: Column) -> pd.Series:
    """Put a column into its dtype. A gap where none is allowed is left for the schema to report.

    Raises
    ------
    TypeError, ValueError
        Where that would change a value.
    """
    if column.dtype not in ("int", "bool"):
        return cells.astype(column.pandas_dtype)
    # by way of the nullable dtype, which refuses 3.5 where the plain one would cut it to 3
    cells = cells.astype("Int64" if column.dtype == "int" else "boolean")
    return cells if cells.hasnans else cells.astype(column.pandas_dtype)


def _int(cell: str) -> int:
    # int() would also take "1_000" and " 7 "
    if re.fullmatch(r"-?\d+", cell, re.ASCII) is None or not -(2**63) <= int(cell) < 2**63:
        raise ValueError(cell)
    return int(cell)


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
    text = read_text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        row = int(match[1]) if match else text.count("\n") + 1
        raise refused(path, f"broken TOML: {error}", "correct the syntax", row) from None
    entries = content.pop("entry", [])
    if content or not isinstance(entries, list):
        raise refused(path, f"holds {[*content] or 'entry'} beside [[entry]] tables", "write [[entry]]")
    lines = [i for i, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
    names = [column.name for column in table.columns]
    faults = [
        Fault("the schema has no such field", line, name, nearest(name, names), "rename it")
        for entry, line in zip(entries, lines, strict=True)
        for name in entry.keys() - set(names)
    ]
    data = {}
    for column in table.columns:
        values = [entry.get(column.name) for entry in entries]
        data[column.name] = _typed(values, column, _from_toml(column.dtype), lines, faults)
    frame = pd.DataFrame(data, index=range(len(entries)))
    return frame, lines, sorted(faults, key=lambda fault: fault.row or 0)


def _from_toml(dtype: str) -> Callable:
    python = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list, "dict": dict}

    def convert(value):
        if hasattr(value, "isoformat") and dtype == "str":
            return value.isoformat()  # TOML has dates of its own; the tables keep them as text
        wrong = not isinstance(value, python.get(dtype, object))
        if wrong or (isinstance(value, bool) and dtype in ("int", "float")):
            raise ValueError(value)
        return value

    return convert
