"""Check a frame against its description, whole, and say everything that is wrong with it.

The description becomes a strict pandera schema (no column more or fewer, exact dtypes) that is run
lazily, so that one reading of a file finds all its faults. What pandera finds is put into the words
of :class:`~helpers.tables.faults.Fault`: the line, the column, the value, the nearest valid value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from helpers.tables import vocabularies
from helpers.tables.checks import COLUMN_CHECKS, ROW_CHECKS
from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.package import Column, RowCheck, Table

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


Place = tuple[str, Sequence[int]]  # what the numbers of rows count, and the number of each


def validate(frame, table, *, file, lines=None, faults=()) -> pd.DataFrame:
    """Return `frame` when it is as `table` says; raise one TableError with all faults otherwise.

    Parameters
    ----------
    frame : DataFrame
        Index 0, 1, 2, …; columns in the order of the description.
    table : Table
        The description.
    file : str
        What the error calls the table.
    lines : sequence of int, optional
        The line of the file of each row. Without it rows are counted from 1.
    faults : sequence of Fault
        What was found already while reading; those cells are not reported again.

    Raises
    ------
    TableError
    """
    import pandera.pandas as pa

    for column in table.columns:
        allowed(column)  # a vocabulary that cannot be read is that file's fault, not this one's
    told, mend = 'rests on the source "{}", which nobody registered', vocabularies.mend("sources")
    strangers = [name for name in table.sources if name not in vocabularies.values("sources")]
    found = [Fault(told.format(name), mend=mend) for name in strangers]
    known = {(fault.row, fault.column) for fault in faults}
    place = ("row", range(1, len(frame) + 1)) if lines is None else ("line", lines)
    keys = [list(key) for key in (table.key, *table.unique) if key]
    more = [fault for key in keys if frame.duplicated(key).any() for fault in _repeats(frame, key, place)]
    try:
        schema(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        more += (fault for error in errors.schema_errors for fault in _faults(error, frame, table, place))
    found += [*faults, *(fault for fault in more if (fault.row, fault.column) not in known)]
    if found:
        raise TableError(file, sorted(found, key=lambda fault: (fault.row or 0, fault.column or "")))
    return frame


@cache
def schema(table: Table) -> pa.DataFrameSchema:
    """Return the strict pandera schema of the cells and rows that `table` describes; keys are told by :func:`validate`.

    Examples
    --------
    >>> counts = Table("counts", "Counts", "A force.", (Column("offences", "int", "Offences.", low=0),))
    >>> schema(counts).columns["offences"].dtype
    DataType(int64)
    """
    import pandera.pandas as pa

    checks = [pa.Check(_lenient(check), name="row", error=check.message) for check in table.checks]
    types = {
        one.name: pa.Column(one.pandas_dtype, _checks(one), nullable=one.nullable) for one in table.columns
    }
    return pa.DataFrameSchema(types, checks=checks, strict=True, name=table.name)


def _checks(column: Column) -> list[pa.Check]:
    """A check of each distinct value for all that a column asks of a cell; a missing one passes them."""
    import pandera.pandas as pa

    tests: dict[str, Callable] = {}
    if column.low is not None:
        tests[f"is below {column.low:g}"] = partial(operator.le, column.low)
    if column.high is not None:
        tests[f"is above {column.high:g}"] = partial(operator.ge, column.high)
    if column.pattern is not None:
        wanted = column.expects or f"of the form {column.pattern}"
        tests[f"is not {wanted}"] = re.compile(column.pattern).fullmatch
    if column.check is not None:
        test, wanted = COLUMN_CHECKS[column.check]
        tests[f"is not {wanted}"] = test
    checks = [pa.Check(partial(_each, test), name="value", error=error) for error, test in tests.items()]
    if column.vocabulary is not None:
        checks.append(pa.Check(partial(_all_known, column), name="vocabulary", error="vocabulary"))
    return checks


def _all_known(column: Column, cells: pd.Series) -> pd.Series:
    valid = set(allowed(column))
    return _each(lambda cell: not _strangers(cell, column, valid), cells)


def _each(test: Callable, cells: pd.Series) -> pd.Series:
    return cells.map({value: bool(test(value)) for value in cells.unique()}).astype(bool)


def _lenient(check: RowCheck):
    """A test of whole rows that passes where a cell it needs is missing: that gap is its own fault."""
    import pandas as pd

    def passed(frame):
        found = ROW_CHECKS[check.check](frame, check.columns)
        return pd.Series(found, index=frame.index).astype("boolean").fillna(True).astype(bool)

    return passed


def allowed(column: Column) -> Collection[str]:
    """Return the values of a column's vocabulary."""
    if isinstance(column.vocabulary, str):
        return vocabularies.values(column.vocabulary)
    return column.vocabulary or ()


def _strangers(cell: str, column: Column, valid: Collection[str]) -> list[str]:
    """What of a cell is none of the valid values."""
    parts = [cell] if column.separator is None else cell.split(column.separator)
    return [part for part in parts if part not in valid]


def _faults(error, frame: pd.DataFrame, table: Table, place: Place) -> Iterator[Fault]:
    """Put one of pandera's errors into faults, one a row."""
    where, lines = place
    kind = getattr(error.check, "name", None) or str(error.check)
    if kind == "row":
        passed = error.check_output
        if passed is not None:  # else the test itself failed, over a column that has faults of its own
            for index in passed.index[~passed.astype(bool)]:
                yield Fault(error.check.error, lines[index], where=where)
        return
    column, cases = table.column(error.schema.name), error.failure_cases
    cells = frame[column.name]
    if not (kind.startswith("dtype(") or "index" not in cases or cases["index"].isna().any()):
        for index in map(int, sorted(set(cases["index"]))):
            yield _cell_fault(kind, error, column, cells[index], lines[index], where)
    elif not cells.isna().any():  # a column with a gap has another dtype; the gap is what is reported
        problem = f"has the dtype {cells.dtype} where {column.pandas_dtype} is wanted"
        yield Fault(problem, column=column.name)


def _cell_fault(kind: str, error, column: Column, value, row: int, where: str) -> Fault:
    if kind == "not_nullable":
        return Fault("is empty", row, column.name, mend="fill the cell", where=where)
    if kind != "vocabulary":
        close = _nearest(value, vocabularies.values("financial_years")) if column.check == "period" else None
        return Fault(f'"{value}" {error.check.error}', row, column.name, close, where=where)
    valid = allowed(column)
    stranger = _strangers(value, column, valid)[0]
    what, mend = f"is none of {', '.join(valid[:12])}", "correct the cell"
    if isinstance(column.vocabulary, str):
        what, mend = f"is not in the vocabulary {column.vocabulary}", vocabularies.mend(column.vocabulary)
    return Fault(f'"{stranger}" {what}', row, column.name, _nearest(stranger, valid), mend, where)


def _nearest(stranger, valid: Sequence[str]) -> str | None:
    """Like :func:`nearest`, but 2014/16 is a slip for the year that begins in 2014."""
    text = str(stranger)
    begins_alike = [value for value in valid if text[:5].endswith("/") and value.startswith(text[:5])]
    return begins_alike[0] if len(begins_alike) == 1 else nearest(text, valid)


def _repeats(frame: pd.DataFrame, key: list[str], place: Place) -> Iterator[Fault]:
    where, lines = place
    # missing values repeat one another too
    first = frame[key].assign(at=frame.index).groupby(key, dropna=False)["at"].transform("first")
    for index in frame.index[frame.duplicated(key)]:
        told = ", ".join(f"{column} {value}" for column, value in frame.loc[index, key].items())
        problem = f"repeats the key of {where} {lines[first[index]]} ({told})"
        yield Fault(problem, lines[index], key[0], mend="remove one", where=where)
