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

from dataclasses import asdict, dataclass
from functools import cached_property

import pandas as pd

from helpers.tables import vocabularies
from helpers.tables.offences import codes_of


@dataclass(frozen=True)
class Family:
    """Codes that are added together.

    family : identifier, lower case with underscores
    label : the family in words
    role : what it is for, as above
    made_of : smaller families that make it up, with blanks between; None where its codes are its own
    first_year, last_year : first and last financial year that can be compared; None for no limit but the data's own
    note : where the family's content changed, or why it serves
    """

    family: str
    label: str
    role: str
    made_of: str | None
    first_year: str | None
    last_year: str | None
    note: str | None

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Home Office codes, older and newer ones together."""
        return codes_of(self.family)

    def comparable(self, first_year: str, last_year: str) -> bool:
        """Whether both years lie inside the family's comparable years.

        >>> FAMILIES["harassment"].comparable("2013/14", "2014/15")
        True
        >>> FAMILIES["harassment"].comparable("2014/15", "2015/16")
        False
        """
        first, last = self.first_year or "", self.last_year or "9"
        return first <= min(first_year, last_year) and max(first_year, last_year) <= last


_ALL = vocabularies.records("families", Family, "family")
FAMILIES = {name: one for name, one in _ALL.items() if one.role != "comparison"}
# After this year only the sexual codes and 86 are held
LAST_COMPARABLE_YEAR = max(one.last_year or "" for one in FAMILIES.values() if one.role == "negative_control")
# Families that share no code and add up to child_only
PARTS_OF_CHILD_ONLY = tuple(FAMILIES["child_only"].made_of.split())


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
    known = {family.role for family in FAMILIES.values()}
    if not known.issuperset(roles):
        raise ValueError(f"roles must be of {', '.join(sorted(known))}, not {', '.join(roles)}")
    return tuple(name for name, family in FAMILIES.items() if family.role in roles)


def table() -> pd.DataFrame:
    """The families as a table: one row a family, codes joined by blanks."""
    rows = [asdict(one) | {"offence_codes": " ".join(one.codes)} for one in FAMILIES.values()]
    return pd.DataFrame(rows)[["family", "label", "role", "offence_codes", "first_year", "last_year", "note"]]
