"""Cells of a workbook that stand far from all others, as a slip of the hand leaves them: XFD1048576.

A reader makes a full rectangle of a sheet, so that one such cell asks for thousands of millions of empty ones. The
cells far off are left out of a copy of the workbook, and said so; the tables are read from that.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from helpers.foi.responses.model import Problem, column_index

MOST_CELLS = 15_000_000  # of a rectangle that is read as it is
FAR_ROWS, FAR_COLUMNS = 5_000, 200  # empty ones between a table and a cell that is no part of it
LARGEST = 64 * 2**20  # bytes of a sheet that is looked through
SMALL = 2 * 2**20  # bytes of a sheet that is looked through whatever it says of its own size

_CELL = re.compile(rb'<c\s[^>]*?\br="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_DIMENSION = re.compile(rb'<dimension\s+ref="(?:[A-Z]+\d+:)?(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"\s*/>')


def without_strays(path: Path, folder: Path, problems: list[Problem]) -> Path:
    """The workbook itself, or a copy without the cells that stand far from its tables.

    Parameters
    ----------
    path : Path
        An .xlsx workbook.
    folder : Path
        Where a copy may be put.
    problems : list of Problem
        Takes what was left out.
    """
    trimmed: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename) and info.file_size <= LARGEST:
                    xml = _trimmed(archive, info.filename, problems)
                    if xml:
                        trimmed[info.filename] = xml
            if not trimmed:
                return path
            copy = folder / "trimmed.xlsx"
            with zipfile.ZipFile(copy, "w") as out:
                for info in archive.infolist():
                    with out.open(info.filename, "w") as target:
                        if info.filename in trimmed:
                            target.write(trimmed[info.filename])
                        else:
                            with archive.open(info) as source:
                                shutil.copyfileobj(source, target)
            return copy
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError):
        return path  # calamine says what is wrong with it


def _trimmed(archive: zipfile.ZipFile, name: str, problems: list[Problem]) -> bytes | None:
    """A sheet without its far cells, or None when it has none."""
    with archive.open(name) as part:
        said = _DIMENSION.search(part.read(4096))
    if said and _area(said) <= MOST_CELLS and archive.getinfo(name).file_size > SMALL:
        return None
    xml = archive.read(name)
    cells = [(int(one["row"]), column_index(one["column"].decode())) for one in _CELL.finditer(xml)]
    if not cells or max(row for row, _ in cells) * (1 + max(column for _, column in cells)) <= MOST_CELLS:
        return None
    last_row = _near({row for row, _ in cells}, FAR_ROWS)
    last_column = _near({column for row, column in cells if row <= last_row}, FAR_COLUMNS)
    far: list[str] = []

    def keep(found: re.Match) -> bytes:
        row, column = int(found["row"]), found["column"].decode()
        if row <= last_row and column_index(column) <= last_column:
            return found[0]
        far.append(f"{column}{row}")
        return b""

    xml = _DIMENSION.sub(b"", _CELL.sub(keep, xml))
    if far:
        shown = ", ".join(far[:5]) + (f" and {len(far) - 5:,} more" if len(far) > 5 else "")
        told = f"{'cells' if len(far) > 1 else 'a cell'} far from the tables left out: {shown}. Ask: does anything stand there?"
        problems.append(Problem(far[0], "warning", told))
    return xml if far else None


def _area(said: re.Match) -> int:
    return int(said["row"]) * (1 + column_index(said["column"].decode()))


def _near(used: set[int], far: int) -> int:
    """The last of the numbers before a gap.

    >>> _near({1, 2, 3, 1_048_576}, 5_000)
    3
    """
    ordered = sorted(used)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if after - before > far:
            return before
    return ordered[-1]
