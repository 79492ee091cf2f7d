"""The schema of every table, gathered from the modules beside this one.

Each module holds a dictionary ``TABLES``; whoever writes a table adds its schema to the module of the
room that makes it. :func:`table` finds one by name, :func:`tables` returns them all.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from helpers.tables.faults import Fault, TableError, nearest
from helpers.tables.schemas.form import Column, Table

__all__ = ["Column", "Table", "table", "tables"]


@cache
def tables() -> dict[str, Table]:
    """Return every table's description by name, raw tables first.

    Raises
    ------
    ValueError
        When two modules describe a table of the same name.
    """
    merged: dict[str, Table] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        described = getattr(importlib.import_module(f"{__name__}.{module.name}"), "TABLES", {})
        twice = merged.keys() & described.keys()
        if twice:
            raise ValueError(f"two schemas describe the table {sorted(twice)[0]}")
        merged.update(described)
    order = {"raw": 0, "register": 1, "vocabulary": 2, "built": 3}
    return dict(sorted(merged.items(), key=lambda item: (order[item[1].kind], item[0])))


def table(name: str) -> Table:
    """Return the description of one table.

    Raises
    ------
    TableError
        When no schema has that name; the error names the nearest one.
    """
    found = tables().get(name)
    if found is None:
        raise TableError(
            name,
            [
                Fault(
                    "no schema describes this table",
                    nearest=nearest(name, tables()),
                    mend="add it to helpers/tables/schemas",
                )
            ],
        )
    return found
