"""The form in which every table is described: :class:`Table` and :class:`Column`.

A description is plain data. It is turned into a strict, lazy pandera schema when a table is first
checked, and into the data dictionary when that is made. Nothing here imports pandas or pandera, so
that describing a table costs nothing. A schema module holds one dictionary::

    TABLES = {t.name: t for t in [Table("foi_totals", "Printed totals", "…", columns=[Column(…), …])]}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

DTYPES = ("str", "int", "float", "bool", "list", "dict", "object")
KINDS = ("raw", "register", "vocabulary", "built")


def _real_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _partial_date(text: str) -> bool:
    """Accept a year, a year and month, or a whole date."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    return found is not None and _real_date(f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}")


def _period(text: str) -> bool:
    """Accept whatever :func:`helpers.tables.periods.parse_period` reads, and "unknown"."""
    from helpers.tables.periods import parse_period

    try:
        return text == "unknown" or parse_period(text) is not None
    except ValueError:
        return False


FORMATS: dict[str, tuple[Callable[[str], bool], str]] = {
    "date": (_real_date, "a date such as 2017-03-22"),
    "partial_date": (_partial_date, "a date, a month or a year: 2017-03-22, 2017-03 or 2017"),
    "period": (_period, "a year such as 2014/15, another period that can be read, or unknown"),
    "url": (
        lambda text: re.fullmatch(r"https?://\S+", text) is not None,
        "an address that starts with http:// or https:// and has no blanks in it",
    ),
    "slug": (
        lambda text: re.fullmatch(r"[a-z0-9]+([-_.][a-z0-9]+)*", text) is not None,
        "small letters, digits and hyphens",
    ),
}


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
        What the column holds, in a sentence, for the dictionary.
    unit : str, optional
        "offences", "percent", "people", …
    vocabulary : str or tuple of str, optional
        The name of a vocabulary (see :mod:`helpers.tables.vocabularies`) or the values themselves.
    nullable : bool
        Whether a cell may be empty.
    low, high : float, optional
        Smallest and largest value allowed, both included.
    format : str, optional
        "date", "partial_date", "period", "url" or "slug".
    separator : str, optional
        When a cell lists several values of the vocabulary, what stands between them.
    checks : sequence of (message, function)
        Functions that take the column without its empty cells, and return one truth value a row.
    """

    name: str
    dtype: str
    description: str
    unit: str | None = None
    vocabulary: str | tuple[str, ...] | None = None
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    format: str | None = None
    separator: str | None = None
    checks: Sequence[tuple[str, Callable]] = ()

    def __post_init__(self):
        if self.dtype not in DTYPES:
            raise ValueError(f"column {self.name}: dtype {self.dtype!r} is none of {', '.join(DTYPES)}")
        if self.format is not None and self.format not in FORMATS:
            raise ValueError(f"column {self.name}: format {self.format!r} is none of {', '.join(FORMATS)}")
        object.__setattr__(self, "checks", tuple(tuple(check) for check in self.checks))

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
class Table:
    """One table.

    Parameters
    ----------
    name : str
        The name that :func:`read_table` and :func:`write_table` take; the file is ``<name>.csv``.
    title : str
        A short title.
    description : str
        What a row is and where the table comes from.
    columns : sequence of Column
        In the order of the file.
    key : sequence of str
        Columns that together name a row; they may not repeat.
    kind : str
        "raw" (``data/raw``, as published), "register" (``data``, judgements kept by hand), "vocabulary"
        (``data/vocabularies``, lists that others refer to) or "built" (written by a notebook).
    caveats : sequence of str
        What goes wrong if one does the obvious thing.
    sources : sequence of str
        Ids in ``data/sources.csv`` for a table whose rows do not name their own source.
    checks : sequence of (message, function)
        Functions that take the whole frame and return one truth value a row.
    """

    name: str
    title: str
    description: str
    columns: Sequence[Column]
    key: Sequence[str] = ()
    kind: str = "built"
    caveats: Sequence[str] = ()
    sources: Sequence[str] = ()
    checks: Sequence[tuple[str, Callable]] = ()

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"table {self.name}: kind {self.kind!r} is none of {', '.join(KINDS)}")
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)) or not set(self.key) <= set(names):
            raise ValueError(f"table {self.name}: a column repeats, or the key names a column it has not")
        for name in ("columns", "key", "caveats", "sources"):  # tuples, so that a description can be hashed
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "checks", tuple(tuple(check) for check in self.checks))

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
