"""Check cells, rows and keys of a frame against its description, and say everything that is wrong with them.

The description becomes a strict pandera schema (no column more or fewer, exact dtypes) that is run
lazily, so that one reading of a file finds all its faults. pandera says which cells fail which check; here a check has its
words, and whole rows and keys are checked. Missing and unknown columns are found before, by :mod:`helpers.tables.reading`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache

import pandas as pd
import pandera.pandas as pa

from helpers.tables import vocabularies
from helpers.tables.checks import COLUMN_CHECKS, ROW_CHECKS
from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.package import Column, Table

STRANGER = "is not in its vocabulary"


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
    for column in table.columns:
        allowed(column)  # a vocabulary that cannot be read is that file's fault, not this one's
    told, remedy = 'rests on the source "{}", which nobody registered', vocabularies.remedy("sources")
    strangers = [name for name in table.sources if name not in vocabularies.values("sources")]
    found = [*faults, *(Fault(told.format(name), remedy=remedy) for name in strangers)]
    known = {(fault.row, fault.column) for fault in faults}
    where, rows = ("row", range(1, len(frame) + 1)) if lines is None else ("line", lines)
    placed = *_repeats(frame, table, where, rows), *_failing_rows(frame, table), *_cells(frame, table)
    for at, fault in placed:
        fault = replace(fault, row=rows[at], where=where)
        if (fault.row, fault.column) not in known:
            found.append(fault)
    if found:
        raise TableError(file, sorted(found, key=lambda fault: (fault.row or 0, fault.column or "")))
    return frame


@cache
def schema(table: Table) -> pa.DataFrameSchema:
    """Return the strict pandera schema of the cells that `table` describes; rows and keys are told by :func:`validate`.

    Examples
    --------
    >>> counts = Table("counts", "Counts", "A force.", (Column("offences", "int", "Offences.", low=0),))
    >>> schema(counts).columns["offences"]
    <Schema Column(name=offences, type=DataType(int64))>
    """
    columns = {
        c.name: pa.Column(c.pandas_dtype, list(_checks(c)), nullable=c.nullable) for c in table.columns
    }
    return pa.DataFrameSchema(columns, strict=True, name=table.name)


def _checks(column: Column) -> Iterator[pa.Check]:
    """What each cell of a column must pass; the error of a check is what is wrong with a cell that does not."""
    if column.vocabulary is not None:

        def known(cells: pd.Series) -> pd.Series:
            valid = set(allowed(column))
            return _each(cells, lambda cell: valid.issuperset(_parts(cell, column)))

        yield pa.Check(known, error=STRANGER)
    if column.low is not None:
        yield pa.Check.ge(column.low, error=f"is below {column.low:g}")
    if column.high is not None:
        yield pa.Check.le(column.high, error=f"is above {column.high:g}")
    if column.pattern is not None:
        form = re.compile(column.pattern)
        asked = column.expects or f"of the form {column.pattern}"
        yield pa.Check(lambda cells: _each(cells, form.fullmatch), error=f"is not {asked}")
    if column.check is not None:
        passes, asked = COLUMN_CHECKS[column.check]
        yield pa.Check(lambda cells: _each(cells, passes), error=f"is not {asked}")


def _each(cells: pd.Series, passes: Callable) -> pd.Series:
    """Which cells pass; one that stands in many rows is looked at once."""
    return cells.map({cell: bool(passes(cell)) for cell in cells.unique()}).astype(bool)


def _parts(cell: str, column: Column) -> list[str]:
    return [cell] if column.separator is None else cell.split(column.separator)


def allowed(column: Column) -> Collection[str]:
    """Return the values of a column's vocabulary."""
    if isinstance(column.vocabulary, str):
        return vocabularies.values(column.vocabulary)
    return column.vocabulary or ()


def _cells(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, Fault]]:
    """Where cells fail the schema, and why."""
    try:
        schema(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.drop_duplicates(["column", "index"]).dropna(subset="index")
        for name, failed, at in cases[["column", "check", "index"]].itertuples(index=False):
            cell, column = frame[name].iloc[int(at)], table.column(name)
            empty = Fault("is empty", None, name, remedy="fill the cell")
            yield int(at), empty if pd.isna(cell) else _fault(cell, column, failed, table.name)


def _fault(cell, column: Column, failed: str, table: str) -> Fault:
    """What is wrong with a cell that failed a check, with the nearest valid value and the remedy."""
    if failed != STRANGER:
        near = vocabularies.values("financial_years") if column.check == "period" else ()
        return Fault(f'"{cell}" {failed}', None, column.name, nearest(cell, near))
    valid, remedy = allowed(column), f"correct the cell, or add it to data/schemas/{table}.yaml"
    stranger = next(part for part in _parts(cell, column) if part not in valid)
    what = f"is none of {', '.join(list(valid)[:12])}"
    if isinstance(column.vocabulary, str):
        what, remedy = f"is not in the vocabulary {column.vocabulary}", vocabularies.remedy(column.vocabulary)
    return Fault(f'"{stranger}" {what}', None, column.name, nearest(stranger, valid), remedy)


def _failing_rows(frame: pd.DataFrame, table: Table) -> Iterator[tuple[int, Fault]]:
    """Where whole rows fail a check; where a cell that it needs is missing, that gap is its own fault."""
    for check in table.checks:
        passed = ROW_CHECKS[check.check](frame, check.columns).astype("boolean").fillna(True)
        yield from ((at, Fault(check.message)) for at in frame.index[~passed.astype(bool)])


def _repeats(
    frame: pd.DataFrame, table: Table, where: str, rows: Sequence[int]
) -> Iterator[tuple[int, Fault]]:
    """Where rows repeat a key; missing values repeat one another too."""
    for key in (list(key) for key in (table.key, *table.unique) if key):
        if (again := frame.duplicated(key)).any():
            first = frame[key].assign(at=frame.index).groupby(key, dropna=False)["at"].transform("first")
            for at in frame.index[again]:
                told = ", ".join(f"{column} {value}" for column, value in frame.loc[at, key].items())
                problem = f"repeats the key of {where} {rows[first[at]]} ({told})"
                yield at, Fault(problem, None, key[0], remedy="remove one")
