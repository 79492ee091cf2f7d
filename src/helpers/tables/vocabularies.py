"""Every vocabulary by name: the values that a column may hold, and what to do about others.

A vocabulary is asked for by name (``values("forces")``), so that describing a table does not load it.
Forces, years and measures are fixed in this room's code. Offence codes, FOI rounds and sources are
read from their own tables, and read again when those files change.
"""

from __future__ import annotations

import csv
from functools import cache

from helpers.tables.faults import Fault, TableError
from helpers.tables.files import project_root, shown, stamp

# A status says what a force did with one FOI request.
STATUSES = ("provided", "partial", "not_comparable", "refused", "not_held", "no_response")

# SPDX ids. LicenseRef-facts-cited: single figures taken as facts from a page under its own copyright.
LICENCES = ("OGL-UK-3.0", "LicenseRef-facts-cited")

# Tables whose contents decide what other tables may hold: their bytes belong in every freshness key.
VOCABULARY_FILES = ("data/raw/offences.csv", "data/raw/foi_rounds.csv", "data/sources.csv")

MENDS = {
    "forces": "correct the cell, or add the printed form to helpers/tables/forces.py",
    "areas": "correct the cell, or add the area to helpers/tables/forces.py",
    "financial_years": "write it as 2014/15",
    "offence_codes": "correct the cell, or add the code to data/raw/offences.csv",
    "measures": "correct the cell, or add the measure to helpers/tables/measures.py",
    "rounds": "correct the cell, or add the round to data/raw/foi_rounds.csv",
    "sources": "add it to data/sources.csv",
    "licences": "use an SPDX id that helpers/tables/vocabularies.py lists",
}


def values(name: str) -> tuple[str, ...]:
    """Return the values of one vocabulary, in its own order.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Raises
    ------
    KeyError
        When there is no vocabulary of that name.
    TableError
        When the file that a vocabulary comes from cannot be read.

    Examples
    --------
    >>> values("statuses")[:2]
    ('provided', 'partial')
    """
    return _GETTERS[name]()


def names() -> tuple[str, ...]:
    """Return the names of all vocabularies."""
    return tuple(_GETTERS)


def _forces() -> tuple[str, ...]:
    from helpers.tables.forces import FORCES

    return FORCES


def _areas() -> tuple[str, ...]:
    from helpers.tables.forces import AREAS

    return AREAS


def _recording_bodies() -> tuple[str, ...]:
    return (*_forces(), "Action Fraud", "CIFAS", "UK Finance")


def _nations() -> tuple[str, ...]:
    from helpers.tables.forces import NATIONS

    return NATIONS


def _regions() -> tuple[str, ...]:
    from helpers.tables.forces import REGIONS

    return REGIONS


def _financial_years() -> tuple[str, ...]:
    from helpers.tables.periods import FINANCIAL_YEARS

    return FINANCIAL_YEARS


def _measures() -> tuple[str, ...]:
    from helpers.tables.measures import MEASURES

    return tuple(MEASURES)


def _first_column(file: str) -> tuple[str, ...]:
    path = project_root() / file
    return _ids(path, stamp(path))


@cache
def _ids(path, _stamp: tuple[int, int]) -> tuple[str, ...]:
    # Only the ids are wanted here; reading the table as a table reports whatever else is wrong.
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows, None)
            return tuple(row[0] for row in rows if row)
    except FileNotFoundError:
        raise TableError(shown(path), [Fault("is missing", mend="restore it from the repository")]) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(
            shown(path), [Fault(f"cannot be read: {error}", mend="save it as UTF-8 CSV")]
        ) from None


_GETTERS = {
    "forces": _forces,
    "areas": _areas,
    "recording_bodies": _recording_bodies,
    "nations": _nations,
    "regions": _regions,
    "financial_years": _financial_years,
    "measures": _measures,
    "statuses": lambda: STATUSES,
    "licences": lambda: LICENCES,
    "offence_codes": lambda: _first_column("data/raw/offences.csv"),
    "rounds": lambda: _first_column("data/raw/foi_rounds.csv"),
    "sources": lambda: _first_column("data/sources.csv"),
}
