"""Families of offence codes: which codes are added together, what each family is for, and where it breaks.

A family is a set of Home Office codes whose counts may be added, with a role in the argument:

- ``child`` and ``sexual``: what the question is about;
- ``negative_control``: offences that leave officers little discretion, because a body, a vehicle, a fire or a
  claim on an insurer stands behind the record. Better recording should move them little;
- ``positive_control``: violence and disorder that leave much discretion. Better recording should move them most;
- ``broken``: families whose content changed inside the years held. They are kept to show the break;
- ``comparison``: sets chosen for what an explanation predicts, not for what may be published as a series. They are
  used by :mod:`helpers.official.comparisons` and are not among ``FAMILIES``.

The lists are ``data/vocabularies/families.csv`` and the column ``families`` of ``offences.csv`` beside it. Roles were fixed before any estimate was looked at. Years are financial years, the first and last in which the
whole family can be compared with itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from helpers.tables import vocabularies
from helpers.tables.offences import codes_of


@dataclass(frozen=True)
class Family:
    """Codes that are added together.

    name : identifier, lower case with underscores
    label : the family in words
    role : one of ROLES
    codes : Home Office codes, older and newer ones together
    first, last : first and last financial year that can be compared; None for no limit but the data's own
    note : where the family's content changed, or why it serves
    """

    name: str
    label: str
    role: str
    codes: tuple[str, ...]
    first: str | None = None
    last: str | None = None
    note: str = ""

    def comparable(self, first_year: str, last_year: str) -> bool:
        """Whether both years lie inside the family's comparable years.

        >>> FAMILIES["harassment"].comparable("2013/14", "2014/15")
        True
        >>> FAMILIES["harassment"].comparable("2014/15", "2015/16")
        False
        """
        return (self.first or "") <= min(first_year, last_year) and max(first_year, last_year) <= (
            self.last or "9"
        )


def _load() -> dict[str, Family]:
    columns = ("family", "label", "role", "first_year", "last_year", "note")
    found = {}
    for row in vocabularies.rows("families", *columns):
        name, label, role, first, last, note = (row[column] for column in columns)
        found[name] = Family(name, label, role, codes_of(name), first or None, last or None, note)
    return found


_ALL = _load()
FAMILIES = {name: family for name, family in _ALL.items() if family.role != "comparison"}
ROLES = tuple(dict.fromkeys(family.role for family in FAMILIES.values()))
# After this year only the sexual codes and 86 are held
LAST_ALL_CODES = max(one.last for one in FAMILIES.values() if one.role == "negative_control" and one.last)
# Families that share no code and add up to child_only
PARTS_OF_CHILD_ONLY = next(
    tuple(row["made_of"].split()) for row in vocabularies.rows("families") if row["family"] == "child_only"
)


def of_role(*roles: str) -> tuple[str, ...]:
    """Names of the families with one of the roles, in order.

    Raises
    ------
    ValueError
        For a role that does not exist.

    Examples
    --------
    >>> of_role("positive_control")
    ('assault_without_injury', 'assault_with_injury', 'threats_to_kill', 'public_fear')
    """
    for role in roles:
        if role not in ROLES:
            raise ValueError(f"role must be one of {', '.join(ROLES)}, not {role!r}")
    return tuple(name for name, family in FAMILIES.items() if family.role in roles)


@cache
def codes_used() -> tuple[str, ...]:
    """Every code that belongs to a family, each once, in the families' order."""
    return tuple(dict.fromkeys(code for family in FAMILIES.values() for code in family.codes))


def table() -> pd.DataFrame:
    """The families as a table: one row a family, codes joined by blanks."""
    held = pd.DataFrame(list(FAMILIES.values())).rename(
        columns={"name": "family", "codes": "offence_codes", "first": "first_year", "last": "last_year"}
    )
    return held.assign(offence_codes=held["offence_codes"].str.join(" "))
