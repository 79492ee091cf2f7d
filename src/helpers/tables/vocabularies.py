"""Vocabularies: the lists of names, codes and limits in ``data/vocabularies``, each a CSV that anybody can correct.

:func:`rows` gives one list as it stands, :func:`values` what a column of that vocabulary may hold, and
:func:`threshold` one limit. What Python keeps of a list (forces, offences, measures) is read once, when its module is
first imported: a process works on one project.
"""

import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from helpers.tables.faults import look_up
from helpers.tables.files import project_root, read_cells, refused, round_additions, stamp

# Lists that are kept elsewhere: each is the first column of its file.
FILES = {"foi_rounds": "data/raw/foi_rounds.csv", "sources": "data/sources.csv"}
# Lists that are made of others, each with the values of a column by which its rows are chosen; all others are a file.
_NO_FORCE = "nation union world partial group crown_dependency special_force"
_MADE_OF = {
    "areas": (("forces",), ("areas", "kind", _NO_FORCE)),
    "recording_bodies": (("forces",), ("areas", "kind", "fraud_body")),
    "fraud_bodies": (("areas", "kind", "fraud_body"),),
    "nations": (("areas", "kind", "nation network"),),
    "regions": (("areas", "kind", "region"),),
    "predicted_explanations": (("explanations", "predicted", "true"),),
    "financial_years": (),
}


def path_of(name: str) -> Path:
    """The file of a vocabulary, for one made of several the last of them: ``data/vocabularies/<name>.csv``, for most."""
    name = _MADE_OF.get(name, ((name,),))[-1][0]
    return project_root() / FILES.get(name, f"data/vocabularies/{name}.csv")


def files_of(name: str) -> tuple[Path, ...]:
    """Every file that decides what :func:`values` returns; none for financial years."""
    paths = [path_of(part) for part, *_ in _MADE_OF.get(name, ((name,),))]
    return tuple(file for path in paths for file in (path, *round_additions(path)))


def rows(name: str, *needed: str) -> tuple[dict[str, str], ...]:
    """Return a vocabulary's rows, column → text, in the order of its file.

    Parameters
    ----------
    name : str
        The file's name without folder or suffix, or one of ``FILES``.
    *needed : str
        Columns that the caller cannot do without.

    Raises
    ------
    TableError
        When the file cannot be read, or a needed column is missing.

    Examples
    --------
    >>> rows("forces")[0]["slug"]
    'avon-and-somerset'
    """
    path = path_of(name)
    found = tuple(row for part in (path, *round_additions(path)) for row in _rows(part, stamp(part)))
    for column in needed:
        if not found or column not in found[0]:
            raise refused(path, "this column is missing, or the file has no rows", "restore it", 1, column)
    return found


def labels(name: str) -> dict[str, str]:
    """Return what a vocabulary calls each of its entries in words.

    >>> labels("explanations")["other"]
    'other change'
    """
    return {next(iter(row.values())): row["label"] for row in rows(name, "label")}


def records(name: str, kind: type, key: str) -> dict[str, Any]:
    """Return a vocabulary's rows by their column `key`, each as the dataclass `kind`.

    Its first field is the key, the others are columns of the same names. An empty cell is None; a field of the type int
    takes a whole number.

    Raises
    ------
    TableError
        When the file cannot be read, or a cell that should be a whole number is not.
    """
    columns = {field.name: field.type for field in fields(kind)[1:]}
    by_key = {}
    for line, row in enumerate(rows(name, key, *columns), start=2):
        cells: dict[str, Any] = {column: row[column] or None for column in columns}
        for column in (column for column, type_name in columns.items() if type_name in (int, "int")):
            try:
                cells[column] = int(row[column])
            except ValueError:
                problem = f'"{row[column]}" is not a whole number'
                raise refused(path_of(name), problem, None, line, column) from None
        by_key[row[key]] = kind(row[key], **cells)
    return by_key


@cache
def _rows(path: Path, _stamp: tuple[int, int]) -> tuple[dict[str, str], ...]:
    header, *cells = read_cells(path)[0]
    return tuple(dict(zip(header, row, strict=True)) for row in cells)


def values(name: str) -> tuple[str, ...]:
    """Return what a column of a vocabulary may hold, in the vocabulary's own order.

    Raises
    ------
    TableError
        When the file that the vocabulary comes from cannot be read.

    Examples
    --------
    >>> values("nations")
    ('England', 'Wales', 'Scotland', 'Northern Ireland', 'Great Britain')
    """
    if name == "financial_years":
        from helpers.tables.periods import FINANCIAL_YEARS

        return FINANCIAL_YEARS
    every = ((row, chosen) for part, *chosen in _MADE_OF.get(name, ((name,),)) for row in rows(part))
    kept = (row for row, chosen in every if not chosen or row[chosen[0]] in chosen[1].split())
    return tuple(next(iter(row.values())) for row in kept)


def respelt(of: str, text: str) -> str:
    """A name in small letters, with what is written in many ways written in one, as ``spellings.csv`` has it.

    >>> respelt("force", "N. Yorks"), respelt("offence", "Rape of girls <13")
    ('north yorkshire', 'rape of female child under 13')
    """
    text = str(text).casefold()
    for pattern, instead in _spellings(of):
        text = pattern.sub(f" {instead} ", text)
    return " ".join(text.split())


@cache
def _spellings(of: str) -> tuple[tuple[re.Pattern, str], ...]:
    known = rows("spellings", "of", "pattern", "instead")
    return tuple((re.compile(row["pattern"]), row["instead"]) for row in known if row["of"] == of)


def forget() -> None:
    """Read every vocabulary again when it is next asked for."""
    for kept in (_rows, _spellings):
        kept.cache_clear()


def remedy(name: str) -> str:
    """What to do about a value that is not in a vocabulary."""
    if name == "financial_years":
        return "write it as 2014/15"
    verb = "add it to" if name == "sources" else "correct the cell, or add it to"
    return f"{verb} {path_of(name).relative_to(project_root()).as_posix()}"


def threshold(name: str) -> float:
    """Return one limit of ``data/vocabularies/thresholds.csv``.

    Raises
    ------
    KeyError
        When there is no limit of that name; the message gives the nearest.

    Examples
    --------
    >>> threshold("small_count")
    5.0
    """
    known = {row["threshold"]: row["value"] for row in rows("thresholds", "threshold", "value")}
    value = look_up(known, name, "threshold")
    try:
        return float(value)
    except ValueError:
        raise refused(path_of("thresholds"), f'"{value}", the value of {name}, is not a number') from None
