"""The dictionary of findings: what every recorded number is, in `data/findings.toml`, a section a notebook.

    [30_recording]
    "recording.dose.slope" = { unit = "slope", label = "slope of growth on what was left unrecorded", sources = ["recorded_crime"] }
    "recording.calibrated.{family}" = { unit = "ratio", label = "growth of {name}, {first_year} to {last_year}" }

A name in braces stands for something that the notebook says when it records the number: a part of the id, or words
of the label. A source is an id of the register, or the name of a table that has one source, which its schema names. A step
depends on its own section and on no other.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from helpers.tables import package
from helpers.tables.files import slug
from helpers.tables.rounding import check_unit

FILE = "data/findings.toml"
FIELDS = {"unit", "label", "sources"}


@dataclass(frozen=True)
class Entry:
    """What one number is, or many of one kind."""

    id: str
    unit: str
    label: str
    sources: tuple[str, ...] = ()

    def filled(self, words: dict) -> tuple[str, str]:
        """Its id and label, with the names in braces filled from `words`.

        >>> Entry("rise.{force}.ratio", "ratio", "{force}, {year}").filled({"force": "North Wales", "year": "2014/15"})
        ('rise.north_wales.ratio', 'North Wales, 2014/15')
        """
        try:
            parts = {name: id_part(value) for name, value in words.items()}
            return self.id.format(**parts), self.label.format(**words)
        except KeyError as error:
            raise ValueError(f'finding "{self.id}" needs {error.args[0]} = …, which was not given') from None


def id_part(value) -> str:
    """A value as it may stand in an id. A slug stays as it is.

    >>> id_part("2014/15"), id_part("Dyfed-Powys"), id_part(0.5), id_part("recording.force"), id_part("dyfed-powys")
    ('2014_15', 'dyfed_powys', '0_5', 'recording.force', 'dyfed-powys')
    """
    if re.fullmatch(r"[a-z]+(-[a-z]+)+", str(value)):
        return value
    return slug(value, "." if isinstance(value, str) else "", "_")  # dots join the parts of an id


def read(path: Path, step: str) -> dict[str, Entry]:
    """The entries of one notebook by id.

    Raises
    ------
    ValueError
        Naming the file, the step and the entry: another field, an unknown unit, or no label.
    """
    if not path.is_file():
        return {}
    where = f"{FILE}, [{step}]"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get(step, {})
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where}: {error}") from None
    entries = {}
    for id, fields in table.items():
        if not isinstance(fields, dict) or set(fields) - FIELDS or not fields.get("label"):
            raise ValueError(f'{where}: "{id}" takes unit, label and sources, not {fields}')
        try:
            unit = check_unit(fields["unit"])
        except (KeyError, ValueError) as error:
            raise ValueError(f'{where}: "{id}": {error}') from None
        entries[id] = Entry(id, unit, fields["label"], tuple(map(_source, fields.get("sources", ()))))
    return entries


def _source(name: str) -> str:
    """The id of a source, which for the name of a table stands in its schema: a new release changes one line."""
    sources = package.table(name).sources if name in package.names() else ()
    return sources[0] if len(sources) == 1 else name
