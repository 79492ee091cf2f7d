"""The 46 police forces, the nations and regions they lie in, and the names they go by in print.

Forty-three territorial forces of England and Wales, the British Transport Police, Police Scotland and
the Police Service of Northern Ireland. This module is the one home of the list: ``data/raw/forces.csv``
and ``data/raw/force_aliases.csv`` are made from it by ``python -m helpers.tables.dictionary``.

The names are those of the Home Office's own tables. Tile rows and columns lay the forces out as equal
squares, roughly where they are on a map.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from helpers.tables.faults import nearest


@dataclass(frozen=True)
class Force:
    """One police force.

    Attributes
    ----------
    name, slug : str
        "Avon and Somerset", "avon-and-somerset".
    kind : str
        "territorial" (England and Wales), "transport", "scotland" or "northern_ireland".
    nation : str
        "England", "Wales", "Scotland", "Northern Ireland" or "Great Britain".
    region : str or None
        English region, "Wales", "Scotland" or "Northern Ireland"; None for the British Transport Police.
    pfa_code : str or None
        ONS code of the Police Force Area; only the territorial forces have one.
    tile_row, tile_column : int
        Place on the tile map, from the top left.
    """

    name: str
    kind: str
    nation: str
    region: str | None
    pfa_code: str | None
    tile_row: int
    tile_column: int

    @property
    def slug(self) -> str:
        """The name in small letters and hyphens, for file names and finding ids."""
        return re.sub(r"[^a-z]+", "-", self.name.casefold())


REGIONS = (
    "North East",
    "North West",
    "Yorkshire and the Humber",
    "East Midlands",
    "West Midlands",
    "East of England",
    "London",
    "South East",
    "South West",
    "Wales",
    "Scotland",
    "Northern Ireland",
)
NATIONS = ("England", "Wales", "Scotland", "Northern Ireland", "Great Britain")

# name | region | ONS code | tile row, tile column
_TERRITORIAL = """
Avon and Somerset|South West|E23000036|8,3
Bedfordshire|East of England|E23000026|7,6
Cambridgeshire|East of England|E23000023|6,7
Cheshire|North West|E23000006|5,3
City of London|London|E23000034|8,7
Cleveland|North East|E23000013|2,6
Cumbria|North West|E23000002|2,4
Derbyshire|East Midlands|E23000018|5,5
Devon and Cornwall|South West|E23000035|9,2
Dorset|South West|E23000039|9,3
Durham|North East|E23000008|2,5
Dyfed-Powys|Wales|W15000004|6,2
Essex|East of England|E23000028|8,8
Gloucestershire|South West|E23000037|7,4
Greater Manchester|North West|E23000005|4,4
Gwent|Wales|W15000002|7,3
Hampshire|South East|E23000030|9,4
Hertfordshire|East of England|E23000027|7,7
Humberside|Yorkshire and the Humber|E23000012|4,7
Kent|South East|E23000032|9,7
Lancashire|North West|E23000003|3,4
Leicestershire|East Midlands|E23000021|6,5
Lincolnshire|East Midlands|E23000020|5,7
Merseyside|North West|E23000004|4,3
Metropolitan Police|London|E23000001|8,6
Norfolk|East of England|E23000024|6,8
North Wales|Wales|W15000001|5,2
North Yorkshire|Yorkshire and the Humber|E23000009|3,5
Northamptonshire|East Midlands|E23000022|6,6
Northumbria|North East|E23000007|1,5
Nottinghamshire|East Midlands|E23000019|5,6
South Wales|Wales|W15000003|7,2
South Yorkshire|Yorkshire and the Humber|E23000011|4,6
Staffordshire|West Midlands|E23000015|5,4
Suffolk|East of England|E23000025|7,8
Surrey|South East|E23000031|9,5
Sussex|South East|E23000033|9,6
Thames Valley|South East|E23000029|8,5
Warwickshire|West Midlands|E23000017|7,5
West Mercia|West Midlands|E23000016|6,3
West Midlands|West Midlands|E23000014|6,4
West Yorkshire|Yorkshire and the Humber|E23000010|4,5
Wiltshire|South West|E23000038|8,4
"""


def _territorial(line: str) -> Force:
    name, region, code, tile = line.split("|")
    row, column = tile.split(",")
    return Force(
        name, "territorial", "Wales" if region == "Wales" else "England", region, code, int(row), int(column)
    )


_ALL = sorted(
    [
        *(_territorial(line) for line in _TERRITORIAL.split("\n") if line),
        Force("British Transport Police", "transport", "Great Britain", None, None, 0, 8),
        Force("Police Scotland", "scotland", "Scotland", "Scotland", None, 0, 4),
        Force(
            "Police Service of Northern Ireland",
            "northern_ireland",
            "Northern Ireland",
            "Northern Ireland",
            None,
            2,
            1,
        ),
    ],
    key=lambda one: one.name,
)
_BY_NAME = {one.name: one for one in _ALL}
FORCES = tuple(_BY_NAME)

# Names met in print that rules of spelling alone do not lead to.
ALIASES = {
    "A&S": "Avon and Somerset",
    "Avon": "Avon and Somerset",
    "Beds": "Bedfordshire",
    "Brit Transport": "British Transport Police",
    "BTP": "British Transport Police",
    "Cambs": "Cambridgeshire",
    "CoLP": "City of London",
    "London, City of": "City of London",
    "Derbys": "Derbyshire",
    "D&C": "Devon and Cornwall",
    "Devon & Cornwall and Isles of Scilly": "Devon and Cornwall",
    "Durham and Darlington": "Durham",
    "County Durham": "Durham",
    "Dyfed Powis": "Dyfed-Powys",
    "Dyfed": "Dyfed-Powys",
    "Heddlu Dyfed-Powys": "Dyfed-Powys",
    "Glos": "Gloucestershire",
    "Gloucester": "Gloucestershire",
    "GMP": "Greater Manchester",
    "Manchester": "Greater Manchester",
    "Heddlu Gwent": "Gwent",
    "Hampshire and Isle of Wight": "Hampshire",
    "Hampshire and the Isle of Wight": "Hampshire",
    "Hants": "Hampshire",
    "Herts": "Hertfordshire",
    "Kent County": "Kent",
    "Lancs": "Lancashire",
    "Leics": "Leicestershire",
    "Leicestershire and Rutland": "Leicestershire",
    "Lincs": "Lincolnshire",
    "Met": "Metropolitan Police",
    "MPS": "Metropolitan Police",
    "MetPol": "Metropolitan Police",
    "Metropolitan Police Service (London)": "Metropolitan Police",
    "London Metropolitan": "Metropolitan Police",
    "Scotland Yard": "Metropolitan Police",
    "New Scotland Yard": "Metropolitan Police",
    "Heddlu Gogledd Cymru": "North Wales",
    "NYP": "North Yorkshire",
    "Northants": "Northamptonshire",
    "Notts": "Nottinghamshire",
    "Scotland": "Police Scotland",
    "Police Service of Scotland": "Police Scotland",
    "Northern Ireland": "Police Service of Northern Ireland",
    "PSNI": "Police Service of Northern Ireland",
    "Police Service Northern Ireland": "Police Service of Northern Ireland",
    "Heddlu De Cymru": "South Wales",
    "SYP": "South Yorkshire",
    "Staffs": "Staffordshire",
    "Surrey County": "Surrey",
    "East and West Sussex": "Sussex",
    "TVP": "Thames Valley",
    "Warks": "Warwickshire",
    "WMP": "West Midlands",
    "WYP": "West Yorkshire",
    "Wilts": "Wiltshire",
}

_ENDINGS = "police|constabulary|service|force|area|pfa|foi unit|county constabulary"
# Abbreviations inside names: "N. Yorks", "W Mids".
_SHORT = {
    r"^n (?=wales|york)": "north ",
    r"^n (?=ireland)": "northern ",
    r"^s (?=wales|york)": "south ",
    r"^w (?=york|mid|mercia)": "west ",
    r"\byorks\b": "yorkshire",
    r"\bmids\b": "midlands",
}

# Groups that a printed total covers, with the forces the name itself states; () where it states none.
# A region's name does not settle which forces a newspaper meant: read the row's note before adding up.
GROUPS: dict[str, tuple[str, ...]] = {
    "North East region": ("Cleveland", "Durham", "Northumbria"),
    "North East and Cumbria": ("Cleveland", "Cumbria", "Durham", "Northumbria"),
    "North East and North Yorkshire": ("Cleveland", "Durham", "North Yorkshire", "Northumbria"),
    "Cleveland, Durham, Northumbria and North Yorkshire": (
        "Cleveland",
        "Durham",
        "North Yorkshire",
        "Northumbria",
    ),
    "Yorkshire (North, South and West)": ("North Yorkshire", "South Yorkshire", "West Yorkshire"),
    "Yorkshire region": (),
    "Yorkshire and the Humber region": (
        "Humberside",
        "North Yorkshire",
        "South Yorkshire",
        "West Yorkshire",
    ),
    "North West region": ("Cheshire", "Cumbria", "Greater Manchester", "Lancashire", "Merseyside"),
    "North West without Greater Manchester": ("Cheshire", "Cumbria", "Lancashire", "Merseyside"),
    "Greater Manchester, Lancashire and Merseyside": ("Greater Manchester", "Lancashire", "Merseyside"),
    "Greater Manchester and Cheshire": ("Cheshire", "Greater Manchester"),
    "West Midlands, Staffordshire and West Mercia": ("Staffordshire", "West Mercia", "West Midlands"),
    "West Midlands region (four forces)": ("Staffordshire", "Warwickshire", "West Mercia", "West Midlands"),
    "East of England region": (
        "Bedfordshire",
        "Cambridgeshire",
        "Essex",
        "Hertfordshire",
        "Norfolk",
        "Suffolk",
    ),
    "East of England and Northamptonshire": (
        "Bedfordshire",
        "Cambridgeshire",
        "Essex",
        "Hertfordshire",
        "Norfolk",
        "Northamptonshire",
        "Suffolk",
    ),
    "South East (four forces)": (),
    "South West region": (
        "Avon and Somerset",
        "Devon and Cornwall",
        "Dorset",
        "Gloucestershire",
        "Wiltshire",
    ),
    "Hampshire and Dorset": ("Dorset", "Hampshire"),
}

_NATIONS_AND_MORE = (
    "England",
    "Wales",
    "Scotland",
    "Northern Ireland",
    "England and Wales",
    "England, Wales and Northern Ireland",
    "England, Wales, Northern Ireland and Channel Islands",
    "UK",
    "Global",
)
# Totals that say how many forces are in them are areas of their own: they compare with nothing else.
_PARTIAL = (
    "England and Wales (12 forces)",
    "England and Wales (13 forces)",
    "England and Wales (33 forces)",
    "England and Wales (38 forces)",
    "England and Wales (39 forces)",
    "England and Wales (41 forces)",
    "England, Wales and Northern Ireland (40 of 44 forces)",
    "UK (41 forces)",
    "UK (England, Wales, BTP and PSNI; partial)",
)
# In FOI tables "Scotland" and "Northern Ireland" stand for Police Scotland and the PSNI.
AREAS = (*FORCES, *_NATIONS_AND_MORE, *_PARTIAL, *GROUPS)


def force(name: str) -> Force:
    """Return a force by any name it goes by.

    Raises
    ------
    ValueError
        When no force has that name; the message gives the nearest.

    Examples
    --------
    >>> force("GMP").slug, force("Met").pfa_code
    ('greater-manchester', 'E23000001')
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
    if area in GROUPS:
        return GROUPS[area]
    nations = {
        "England and Wales": ("England", "Wales"),
        "England, Wales and Northern Ireland": ("England", "Wales", "Northern Ireland"),
        "UK": NATIONS,
    }.get(area, (area,))
    return tuple(one.name for one in _ALL if one.nation in nations)


def resolve_force(text: str) -> str:
    """Return the canonical name of a force from any form met in print.

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
    ValueError: "Cleevland" is no police force; the nearest name is "Cleveland"
    """
    found = _keys().get(_key(text)) or _of_parts(text)
    if found is None:
        close = nearest(_key(text), _keys())
        hint = f'; the nearest name is "{_keys()[close]}"' if close else ""
        raise ValueError(f'"{text}" is no police force{hint}')
    return found


def _of_parts(text: str) -> str | None:
    """Read "Police Service of Northern Ireland (PSNI)" and "South Wales Police / Heddlu De Cymru"."""
    parts = [part for part in re.split(r"[/()\[\]|]", str(text)) if part.strip()]
    found = {_keys().get(_key(part)) for part in parts}
    return found.pop() if len(parts) > 1 and len(found) == 1 else None


@cache
def _keys() -> dict[str, str]:
    keys = {_key(alias): name for alias, name in ALIASES.items()}
    return keys | {_key(name): name for name in FORCES}


def _plain(text: str) -> str:
    text = str(text).casefold().replace("&", " and ").replace("+", " and ")
    text = " ".join(re.sub(r"[^a-z0-9 ]+", " ", text).split())
    for short, long in _SHORT.items():
        text = re.sub(short, long, text)
    return text


def _key(text: str) -> str:
    """Reduce a name to what tells forces apart."""
    words = re.sub(r"^the ", "", _plain(text))
    while True:
        shorter = re.sub(rf" (?:{_ENDINGS})$", "", words)
        if shorter == words:
            return words
        words = shorter
