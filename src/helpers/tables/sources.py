"""The source register: where every figure comes from, and under which licence.

``data/sources.csv`` has one row a page, table or file. A table that names a source which is not there
is refused when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.files import project_root, stamp
from helpers.tables.reading import read_cells


@dataclass(frozen=True)
class Source:
    """One source.

    Attributes
    ----------
    id, publisher, title : str
        The id that tables use, who published it, and its title.
    date : str or None
        Date of publication: a day, a month or a year.
    url : str
        Address it was read at.
    licence : str
        SPDX id; LicenseRef-facts-cited for single figures taken from a page under its own copyright.
    vintage : str
        Which release was taken.
    """

    id: str
    publisher: str
    title: str
    date: str | None
    url: str
    licence: str
    vintage: str

    @property
    def citation(self) -> str:
        """Publisher, title and date in one line.

        Examples
        --------
        >>> source("home-office-recorded-crime-2019").citation
        'Home Office, Police recorded crime open data: Police Force Area tables (2019-04)'
        """
        return f"{self.publisher}, {self.title}" + (f" ({self.date})" if self.date else "")


def source(name: str) -> Source:
    """Return one source by its id.

    Raises
    ------
    TableError
        When the register has no such id; the error gives the nearest.

    Examples
    --------
    >>> source("home-office-recorded-crime-2026").licence
    'OGL-UK-3.0'
    """
    known = sources()
    if name not in known:
        fault = Fault(
            f'no source "{name}"', value=name, nearest=nearest(name, known), mend="add it to data/sources.csv"
        )
        raise TableError("data/sources.csv", [fault])
    return known[name]


def sources() -> dict[str, Source]:
    """Return every source of the register by id.

    Raises
    ------
    TableError
        When the register cannot be read.
    """
    path = project_root() / "data" / "sources.csv"
    return _load(path, stamp(path))


@cache
def _load(path, _stamp: tuple[int, int]) -> dict[str, Source]:
    header, *rows = read_cells(path)
    wanted = ["source", "publisher", "title", "date", "url", "licence", "vintage"]
    if header != wanted:
        raise TableError("data/sources.csv", [Fault(f"the header is not {','.join(wanted)}", row=1)])
    return {row[0]: Source(row[0], row[1], row[2], row[3] or None, *row[4:]) for row in rows}
