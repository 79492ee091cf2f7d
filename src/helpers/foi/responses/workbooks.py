"""What calamine does not tell of an .xlsx file: percent formats, formulas without a result, raised footnote digits.

A share stored as 0.12 and shown as 12% is no count; a formula that was never calculated has no figure; a cell that
shows 12 with a raised 1 stores "121". These are read from the XML of small sheets; sheets larger than
:data:`LARGEST` are lists, where none of it occurs.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from helpers.foi.responses.model import Document, Grid, Problem, column_index

LARGEST = 12 * 2**20
_CELL = re.compile(rb"<c\s([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_RAISED = str.maketrans("0123456789abcdepr", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᵖʳ")


def add_details(path: Path, document: Document) -> None:
    """Add to the grids of a workbook what its XML says beyond values."""
    grids = {block.sheet: block for block in document.blocks if isinstance(block, Grid)}
    try:
        with zipfile.ZipFile(path) as archive:
            percents = _percent_styles(archive)
            raised = _raised_texts(archive)
            for name, part in _sheet_parts(archive).items():
                grid = grids.get(name)
                info = archive.NameToInfo.get(part)
                if grid is None or info is None or info.file_size > LARGEST:
                    continue
                _read_sheet(archive.read(part), grid, percents, document.problems)
                if raised:
                    grid.rows = [
                        [raised.get(cell, cell) if isinstance(cell, str) else cell for cell in row]
                        for row in grid.rows
                    ]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError):
        return  # calamine has read the values; these details are extra


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.NameToInfo.get(name)
    return archive.read(name) if info and info.file_size <= LARGEST else b""


def _percent_styles(archive: zipfile.ZipFile) -> set[int]:
    styles = _small(archive, "xl/styles.xml")
    custom = {
        int(number)
        for tag in re.findall(rb"<numFmt\s[^>]*>", styles)
        for number, code in [(_attribute(tag, b"numFmtId"), _attribute(tag, b"formatCode"))]
        if number and "%" in code
    }
    block = re.search(rb"<cellXfs[^>]*>(.*?)</cellXfs>", styles, re.DOTALL)
    formats = (
        [int(_attribute(tag, b"numFmtId") or 0) for tag in re.findall(rb"<xf\s[^>]*>", block[1])]
        if block
        else []
    )
    return {place for place, number in enumerate(formats) if number in (9, 10) or number in custom}


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    from xml.sax.saxutils import unescape

    workbook = _small(archive, "xl/workbook.xml")
    relations = _small(archive, "xl/_rels/workbook.xml.rels")
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in re.findall(rb"<Relationship\s[^>]*>", relations)
    }
    parts = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", workbook):
        target = targets.get(_attribute(tag, b"r:id"), "")
        name = unescape(_attribute(tag, b"name"), {"&quot;": '"', "&apos;": "'"})
        parts[name] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _read_sheet(xml: bytes, grid: Grid, percents: set[int], problems: list[Problem]) -> None:
    uncalculated = []
    for found in _CELL.finditer(xml):
        tag, body = found[1], found[2] or b""
        style = _attribute(tag, b"s")
        address = _attribute(tag, b"r")
        if style and int(style) in percents:
            place = _place(address, grid)
            if place:
                grid.percents.add(place)
        if b"<f" in body and not re.search(rb"<v>[^<]", body) and b"<is>" not in body:
            uncalculated.append(address)
    if uncalculated:
        shown = ", ".join(uncalculated[:8]) + (
            f" and {len(uncalculated) - 8} more" if len(uncalculated) > 8 else ""
        )
        problems.append(
            Problem(
                f"{grid.sheet} {uncalculated[0]}",
                "warning",
                f"{len(uncalculated)} formula{'s' * (len(uncalculated) > 1)} without a stored result, so without a figure: {shown}. Open and save the file in a spreadsheet program, or ask for values",
            )
        )


def _place(address: str, grid: Grid) -> tuple[int, int] | None:
    found = re.fullmatch(r"([A-Z]{1,3})(\d+)", address)
    if not found:
        return None
    return int(found[2]) - 1 - grid.origin[0], column_index(found[1]) - grid.origin[1]


def _raised_texts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Texts with raised characters, as stored and as they should be read."""
    strings = _small(archive, "xl/sharedStrings.xml")
    if b"superscript" not in strings:
        return {}
    texts = {}
    for item in re.findall(rb"<si>(.*?)</si>", strings, re.DOTALL):
        if b"superscript" not in item:
            continue
        stored = read = ""
        for run in re.findall(rb"<r>(.*?)</r>", item, re.DOTALL):
            text = "".join(
                part.decode("utf-8", "replace") for part in re.findall(rb"<t[^>]*>(.*?)</t>", run, re.DOTALL)
            )
            stored += text
            read += text.translate(_RAISED) if b"superscript" in run else text
        texts[stored] = read
    return texts
