"""The 46 police forces, the areas that are no force, and the names by which both are published.

Forty-three territorial forces of England and Wales, the British Transport Police, Police Scotland and
the Police Service of Northern Ireland. The lists are ``forces.csv``, ``force_aliases.csv`` and ``areas.csv``
in ``data/vocabularies``; here are the rules of spelling that lead from a printed name to one of them.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from helpers.tables import vocabularies
from helpers.tables.faults import nearest, suggestion
from helpers.tables.files import slug


@dataclass(frozen=True)
class Force:
    """One police force.

    Attributes
    ----------
    name, slug : str
        "Avon and Somerset", "avon-and-somerset"; the slug is for file names and finding ids.
    kind : str
        "territorial" (England and Wales), "transport", "scotland" or "northern_ireland".
    nation : str
        "England", "Wales", "Scotland", "Northern Ireland" or "Great Britain".
    region : str or None
        English region, "Wales", "Scotland" or "Northern Ireland"; None for the British Transport Police.
    own_name : str or None
        What it calls itself now, where that is not its name in the tables.
    """

    name: str
    slug: str
    kind: str
    nation: str
    region: str | None
    own_name: str | None

    @property
    def title(self) -> str:
        """The name for pages about it."""
        return self.own_name or self.name


_BY_NAME = dict(sorted(vocabularies.records("forces", Force, "force").items()))
FORCES = tuple(_BY_NAME)
# Published names that rules of spelling alone do not lead to
ALIASES = {row["alias"]: row["force"] for row in vocabularies.rows("force_aliases", "alias", "force")}
# In FOI tables "Scotland" and "Northern Ireland" stand for Police Scotland and the PSNI
AREAS = vocabularies.values("areas")
# Police outside the 46 forces, of the islands or of the armed forces, which can answer a round too
_AREAS = vocabularies.rows("areas", "area", "kind", "parts")
OTHER_POLICE = tuple(row["area"] for row in _AREAS if row["kind"] in ("crown_dependency", "special_force"))
_PARTS = {row["area"]: tuple(filter(None, row["parts"].split(";"))) for row in reversed(_AREAS)}

_ENDINGS = "police|constabulary|service|force|area|pfa|foi unit|county constabulary"


def force(name: str) -> Force:
    """Return a force by any name it goes by.

    Raises
    ------
    ValueError
        When no force has that name; the message gives the nearest.

    Examples
    --------
    >>> force("GMP").slug, force("Met").region
    ('greater-manchester', 'London')
    """
    return _BY_NAME[resolve_force(name)]


def forces_of(area: str) -> tuple[str, ...]:
    """Return the forces that an area is made of, as far as its name says; () when it does not.

    Examples
    --------
    >>> forces_of("Wales")
    ('Dyfed-Powys', 'Gwent', 'North Wales', 'South Wales')
    >>> forces_of("Hampshire and Dorset")
    ('Dorset', 'Hampshire')
    """
    if area in _BY_NAME:
        return (area,)
    parts = _PARTS.get(area, ())
    inside = {name for part in parts for name in forces_of(part)}
    named = (name for name, one in _BY_NAME.items() if name in inside or (not parts and one.nation == area))
    return tuple(named)


def resolve_force(text: str) -> str:
    """Return the canonical name of a force from any published form.

    Case, ampersands, full stops, "the", "Police" and "Constabulary" do not count; slugs are read too.

    Raises
    ------
    ValueError
        When no force has that name; the message gives the nearest.

    Examples
    --------
    >>> resolve_force("Devon & Cornwall Police"), resolve_force("WEST MERCIA CONSTABULARY")
    ('Devon and Cornwall', 'West Mercia')
    >>> resolve_force("Cleevland")
    Traceback (most recent call last):
    ...
    ValueError: "Cleevland" is no police force; the nearest is "Cleveland"
    """
    found = _find(text)
    if found is None:
        close = nearest(_key(text), _keys())
        raise ValueError(f'"{text}" is no police force{suggestion(_keys().get(close, ""), FORCES)}')
    return found


def resolve_police(text: str) -> str:
    """Return the canonical name of a force, or of other police that can answer a round.

    Raises
    ------
    ValueError
        When no police have that name; the message gives the nearest force.

    Examples
    --------
    >>> resolve_police("States of Jersey Police"), resolve_police("GMP")
    ('Jersey', 'Greater Manchester')
    """
    return find_police(text) or resolve_force(text)


def find_police(text: str) -> str | None:
    """The canonical name of a force, or of other police that can answer a round; None for any other text.

    >>> find_police("GMP"), find_police("Rape of a child")
    ('Greater Manchester', None)
    """
    key = _key(text).removeprefix("states of ")
    return next((name for name in OTHER_POLICE if _key(name) == key), None) or _find(text)


def police_slug(name: str) -> str:
    """Return the short name of a force, or of other police, for folders and files.

    >>> police_slug("Kent"), police_slug("Isle of Man")
    ('kent', 'isle-of-man')
    """
    return _BY_NAME[name].slug if name in _BY_NAME else slug(name)


def _find(text: str) -> str | None:
    """A force by any of its names, also in "Police Service of Northern Ireland (PSNI)" and "South Wales Police / Heddlu De Cymru"."""
    parts = [part for part in re.split(r"[/()\[\]|]", str(text)) if part.strip()]
    forces = {_keys().get(_key(part)) for part in parts}
    return _keys().get(_key(text)) or (forces.pop() if len(parts) > 1 and len(forces) == 1 else None)


@cache
def _keys() -> dict[str, str]:
    keys = {_key(alias): name for alias, name in ALIASES.items()}
    return keys | {_key(name): one.name for one in _BY_NAME.values() for name in (one.title, one.name)}


@lru_cache(maxsize=10_000)
def _key(text: str) -> str:
    """Reduce a name to what tells forces apart."""
    words = re.sub(r"^the ", "", vocabularies.respelt("force", text))
    while (shorter := re.sub(rf" (?:{_ENDINGS})$", "", words)) != words:
        words = shorter
    return words
