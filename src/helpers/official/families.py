"""Families of offence codes: which codes are added together, what each family is for, and where it breaks.

A family is a set of Home Office codes whose counts may be added, with a role in the argument:

- ``child`` and ``sexual``: what the question is about;
- ``negative_control``: offences that leave officers little discretion, because a body, a vehicle, a fire or a
  claim on an insurer stands behind the record. Better recording should move them little;
- ``positive_control``: violence and disorder that leave much discretion. Better recording should move them most;
- ``broken``: families whose content changed inside the years held. They are kept to show the break.

Roles were fixed before any estimate was looked at. Years are financial years, the first and last in which the
whole family can be compared with itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from helpers.tables.offences import CHILD_ONLY

ROLES = ("child", "sexual", "negative_control", "positive_control", "broken")
LAST_ALL_CODES = "2019/20"  # after this year only the sexual codes and 86 are held


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
        return all(
            (self.first is None or year >= self.first) and (self.last is None or year <= self.last)
            for year in (first_year, last_year)
        )


def _child() -> list[Family]:
    return [
        Family(
            "child_only",
            "All eleven child-only codes",
            "child",
            CHILD_ONLY,
            note="The statute fixes the victim's age; 88A gained section 67 in April 2017.",
        ),
        Family(
            "child_only_without_88a",
            "Child-only codes without sexual grooming (88A)",
            "child",
            tuple(code for code in CHILD_ONLY if code != "88A"),
            note="The same content on both sides of April 2017.",
        ),
        Family("child_rape", "Rape of a child under 16", "child", ("19D", "19E", "19G", "19H")),
        Family(
            "child_assault", "Sexual assault on a child under 13", "child", ("17B", "20B")
        ),
        Family(
            "child_activity", "Sexual activity with a child under 16", "child", ("21", "22B"),
            note="Includes causing or inciting, which needs no meeting.",
        ),
        Family("child_exploitation", "Exploitation and abuse of trust", "child", ("71", "73")),
        Family(
            "grooming",
            "Sexual grooming (88A)",
            "child",
            ("88A",),
            last="2016/17",
            note="From April 2017 the code also holds sexual communication with a child (section 67).",
        ),
        Family(
            "images",
            "Obscene publications (86)",
            "sexual",
            ("86",),
            note="Mostly indecent images of children, but not only; counted outside sexual offences.",
        ),
    ]  # fmt: skip


def _sexual() -> list[Family]:
    return [
        Family("adult_rape", "Rape of a person aged 16 and over", "sexual", ("19C", "19F"),
               last="2018/19", note="19J and 19K (several undefined offenders) begin in 2019/20."),
        Family("assault_13_and_over", "Sexual assault on a person aged 13 and over", "sexual", ("17A", "20A"),
               note="Holds 13 to 17-year-olds as well as adults: no clean adult comparison."),
        Family("without_consent", "Causing sexual activity without consent", "sexual", ("22A",)),
        Family("exposure", "Exposure and voyeurism", "sexual", ("88E",)),
        Family("all_sexual", "All sexual offences", "sexual",
               ("17A", "17B", "19C", "19D", "19E", "19F", "19G", "19H", "19J", "19K", "20A", "20B", "21", "22A",
                "22B", "23", "70", "71", "72", "73", "88A", "88C", "88D", "88E"),
               last="2023/24",
               note="88A gained section 67 in April 2017; 88C gained offences of sharing intimate images in 2024."),
    ]  # fmt: skip


def _negative_controls() -> list[Family]:
    to_2019 = {"last": LAST_ALL_CODES}
    rows = [
        ("homicide", "Homicide", ("1", "4.1", "4.2", "4.10", "1/4.1/4.10/4.2"),
         "One code in 2012/13, four afterwards; 96 deaths at Hillsborough in 1989 were recorded in 2016/17."),
        ("careless_driving_deaths", "Causing death by careless or aggravated driving",
         ("4.6", "4.8", "4.9", "37.1"), "Dangerous driving (4.4) is left out: it gained serious injury."),
        ("robbery_business", "Robbery of business property", ("34A",), ""),
        ("robbery_personal", "Robbery of personal property", ("34B",), ""),
        ("arson_endangering_life", "Arson endangering life", ("56A",), ""),
        ("arson_other", "Arson not endangering life", ("56B",), ""),
        ("theft_of_vehicle", "Theft of a motor vehicle", ("48",), ""),
        ("theft_from_vehicle", "Theft from a vehicle", ("45",), ""),
        ("aggravated_vehicle_taking", "Aggravated vehicle taking", ("37.2",), ""),
        ("bicycle_theft", "Theft of a pedal cycle", ("44",), ""),
        ("theft_from_person", "Theft from the person", ("39",), ""),
        ("theft_in_dwelling", "Theft in a dwelling", ("40",), ""),
        ("shoplifting", "Shoplifting", ("46",), "Depends on what shops choose to report."),
        ("theft_by_employee", "Theft by an employee", ("41",), ""),
        ("theft_of_mail", "Theft of mail", ("42",), ""),
        ("theft_from_machine", "Theft from a machine or meter", ("47",), ""),
        ("dishonest_electricity", "Dishonest use of electricity", ("43",), ""),
        ("damage_dwelling", "Criminal damage to a dwelling", ("58A",), ""),
        ("damage_building", "Criminal damage to another building", ("58B",), ""),
        ("damage_vehicle", "Criminal damage to a vehicle", ("58C",), ""),
        ("burglary", "Burglary, all kinds",
         ("28A", "28B", "28C", "28D", "28E", "28F", "28G", "28H", "29", "29A",
          "30A", "30B", "30C", "30D", "31", "31A"),
         "Kinds were redrawn in April 2017; only the sum of all kinds runs across."),
    ]  # fmt: skip
    return [
        Family(name, label, "negative_control", codes, note=note, **to_2019)
        for name, label, codes, note in rows
    ]


def _positive_controls() -> list[Family]:
    to_2019 = {"last": LAST_ALL_CODES}
    return [
        Family("assault_without_injury", "Assault without injury", "positive_control", ("105A", "105B"), **to_2019),
        Family("assault_with_injury", "Assault with injury", "positive_control", ("8N", "8P"), **to_2019),
        Family("threats_to_kill", "Threats to kill", "positive_control", ("3B",), **to_2019),
        Family("public_fear", "Public fear, alarm or distress", "positive_control", ("9A", "9B"), **to_2019),
    ]  # fmt: skip


def _broken() -> list[Family]:
    return [
        Family("harassment", "Harassment", "broken", ("8L", "8M"), last="2014/15",
               note="Gained malicious communications in April 2015 and lost them to 8R in April 2017."),
        Family("burglary_dwelling", "Burglary in a dwelling", "broken", ("28A", "28B", "28C", "28D", "29"),
               last="2016/17", note="Replaced by residential burglary, which takes in sheds and garages."),
        Family("burglary_other", "Burglary in another building", "broken", ("30A", "30B", "31"),
               last="2016/17", note="Replaced by business and community burglary."),
        Family("vehicle_interference", "Interfering with a motor vehicle", "broken", ("126",), first="2014/15",
               last=LAST_ALL_CODES, note="Nearly doubled in April 2014, when attempted thefts moved into it."),
    ]  # fmt: skip


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (*_child(), *_sexual(), *_negative_controls(), *_positive_controls(), *_broken())
}


# Families that share no code and add up to child_only
PARTS_OF_CHILD_ONLY = ("child_rape", "child_assault", "child_activity", "child_exploitation", "grooming")


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
    return pd.DataFrame(
        [
            {
                "family": family.name,
                "label": family.label,
                "role": family.role,
                "offence_codes": " ".join(family.codes),
                "first_year": family.first,
                "last_year": family.last,
                "note": family.note,
            }
            for family in FAMILIES.values()
        ]
    )
