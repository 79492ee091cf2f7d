"""Load spreadsheets: xlsx, xls and ods through calamine; csv, tsv and other separated text through csv.

Every sheet, hidden or not, becomes a :class:`Grid` of the values that the file stores: the result of a formula,
never the formula; the text of a link, never its target. Text tables are decoded and split by what their lines
show, not by their name.
"""

from __future__ import annotations

import contextlib
import csv
import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from helpers.intake.model import Document, FlatRows, Grid, Problem, column_index, column_letters, counted
from helpers.intake.sniff import decode, opening
from helpers.intake.values import text_of, tidy

csv.field_size_limit(2**20)
SEPARATORS = "\t|;,"
_BROKEN = (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError, RuntimeError)
_NAMED = re.compile(r'(?i)"?sep=(.)"?\r?\n')  # a first line that names the separator


def load_workbook(path: Path, kind: str) -> Document:
    """Load every sheet of a workbook.

    Raises
    ------
    Refused
        When the workbook is damaged or protected.
    """
    import python_calamine as calamine

    document = Document(path.name, kind)
    with path.open("rb") as file:  # a path would be read by what its name promises
        if kind == "xlsx":
            file = without_strays(file, document.problems)
        with opening("a damaged workbook"):
            file.seek(0)
            workbook = calamine.load_workbook(file)
            for place, meta in enumerate(workbook.sheets_metadata):
                if meta.typ not in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.DialogSheet):
                    continue
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                if hidden:
                    document.tell(meta.name, "note", f'the sheet "{meta.name}" is hidden; it was read too')
                document.blocks.append(_grid(workbook.get_sheet_by_index(place), meta.name, hidden))
        if kind == "xlsx":
            add_details(file, document)
    return document


def _grid(sheet, name: str, hidden: bool) -> Grid:
    start = sheet.start or (0, 0)
    stored = sheet.to_python(skip_empty_area=True)
    rows = [[_as_stored(one) if isinstance(one, date) else one for one in row] for row in stored]
    grid = Grid(rows, sheet=name, hidden=hidden, origin=start)
    with contextlib.suppress(Exception):  # formats without merged cells raise
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            if (bottom - top + 1) * (right - left + 1) <= 100_000:
                grid.merge(top - start[0], left - start[1], bottom - start[0], right - start[1])
    return grid


def _as_stored(shown: date) -> date | str:
    """The number that a spreadsheet stores for one of its first days, to which it gives a 29 February 1900.

    >>> _as_stored(date(1900, 2, 10)), _as_stored(date(1900, 7, 29)), _as_stored(date(2019, 4, 1))
    ('41 (shown as 1900-02-10)', '211 (shown as 1900-07-29)', datetime.date(2019, 4, 1))
    """
    if shown.year > 1905:
        return shown
    days = shown.toordinal() - date(1899, 12, 30).toordinal()
    return f"{days - (days <= 60)} (shown as {shown:%Y-%m-%d})"


_TABLES = (".csv", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")  # names that promise a table


MOST_LINES = 30_000  # of text outside separated tables: no letter is longer


def load_text(path: Path) -> Document:
    """Load plain text: a separated table where the lines show one, else lines."""
    text = decode(path.read_bytes())
    document = Document(path.name, "text")
    if path.suffix.casefold() in _TABLES and (separator := find_separator(text)):
        document.kind = "csv"
        document.blocks.append(Grid(split_rows(text, separator)))
        return document
    from helpers.intake.aligned import LONGEST, text_blocks

    lines = text.splitlines()
    long = [number for number, line in enumerate(lines, 1) if len(line) > LONGEST]
    if long:
        told = f"{len(long)} lines are longer than {LONGEST:,} characters, and are read to there. Ask: can you send the tables only?"
        document.tell(f"l{long[0]}", "warning", told)
    if len(lines) > MOST_LINES:
        told = f"{len(lines):,} lines of text: only the first {MOST_LINES:,} are read. Ask: can you send the tables only?"
        document.tell("", "warning", told)
    document.blocks += text_blocks("\n".join(lines[:MOST_LINES]))
    return document


def split_rows(text: str, separator: str) -> list[list[str]] | FlatRows:
    """Split text into rows of cells; a quote that is never closed costs its own line only."""
    named = _NAMED.match(text)
    if named:
        text = "\n" + text[named.end() :]  # keep the row numbers of the file
    source = text.replace("\x00", "")
    breaks, returns = source.count("\n"), source.count("\r")
    end = "\r\n" if returns else "\n"
    plain = '"' not in source and returns in (0, breaks) and source.count(end) == breaks
    if plain and breaks >= MANY_ROWS and (flat := _flat_rows(source, separator, end, breaks)):
        return flat  # nothing in it needs a parser
    if source.count('"') % 2 == 0:
        with contextlib.suppress(csv.Error):
            return list(csv.reader(io.StringIO(source, newline=""), delimiter=separator))
    rows = []
    for line in source.splitlines():
        line = line.replace('"', "") if line.count('"') % 2 else line
        with contextlib.suppress(csv.Error):
            rows.append(next(csv.reader([line], delimiter=separator), []))
    return rows


PIECE = 50_000  # characters that are split at once
MANY_ROWS = 2_000  # of one length, which are kept flat


def _flat_rows(source: str, separator: str, end: str, breaks: int) -> FlatRows | None:
    """Rows in one list, a piece of the text at a time; None when the lines differ in the number of their cells."""
    if not source.endswith(end):
        source, breaks = source + end, breaks + 1
    width = source.partition(end)[0].count(separator) + 1
    cells: list[str] = []
    kept: dict[str, str] = {}  # cells that say the same are one object: a long list says few things
    for lines in re.findall(rf"(?s).{{1,{PIECE}}}.*?{end}", source):
        piece = lines.replace(end, f"{separator}\n{separator}").split(separator)
        cells += map(kept.setdefault, piece[:-1], piece)
    even = len(cells) == breaks * (width + 1) and cells[width :: width + 1].count("\n") == breaks
    return FlatRows(cells, width) if even else None


def find_separator(text: str) -> str:
    """The character that separates the cells of a table in text: the one that stands in most lines equally often.

    >>> find_separator("Year,Count\\n2014/15,7\\n2015/16,9\\n")
    ','
    """
    if named := _NAMED.match(text):
        return named[1]
    lines = [re.sub(r'"[^"]*"', '""', line[:20_000]) for line in text[:200_000].splitlines()[:400]]
    alike = {}
    for separator in SEPARATORS:
        counts = Counter(line.count(separator) for line in lines if separator in line)
        alike[separator] = max(counts.values(), default=0) * (1.0 if separator == "," else 1.5)
    best = max(SEPARATORS, key=alike.__getitem__)
    return best if alike[best] else "," if text.strip() else ""


LARGEST_DETAIL = 12 * 2**20
_CELL = re.compile(rb'<c\s(?=[^>]*?\br="([A-Z]{1,3})(\d{1,7})")([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_HIDDEN = re.compile(rb'<(?:row|col)\s(?=[^>]*\bhidden="(?:1|true)")[^>]*?\b(r|min)="(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
RAISED = str.maketrans("0123456789abcdepr", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᵖʳ")


def add_details(file: BinaryIO, document: Document) -> None:
    """Add to the grids of a workbook what its XML says beyond values, and below each what stands over its cells."""
    grids = {block.sheet: block for block in document.blocks if isinstance(block, Grid)}
    with contextlib.suppress(*_BROKEN), zipfile.ZipFile(file) as archive:  # calamine has read the values
        styles, shared = _styles(archive), _raised_texts(_small(archive, "xl/sharedStrings.xml"))
        for name, part in _sheet_parts(archive).items():
            if name in grids and (xml := _small(archive, part)):
                document.problems += _read_sheet(xml, grids[name], *styles)
                if raised := shared | _raised_texts(xml):
                    rows = grids[name].rows
                    grids[name].rows = [
                        [raised.get(cell, cell) if type(cell) is str else cell for cell in row]
                        for row in rows
                    ]
                _add_comments(grids[name], [*_comments(archive, part), *_margins(xml)])


def _comments(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """What the comments and the text boxes of a sheet say, each with its place."""
    for target in _targets(archive, part).values():
        if re.match(r"xl/(?:comments|drawings).*\.xml$", target):
            over = ElementTree.fromstring(_small(archive, target) or b"<none/>")
            for said in (*over.iterfind(".//{*}comment"), *over.iterfind(".//{*}txBody")):
                for text in filter(None, map(tidy, "".join(said.itertext()).split("\n"))):
                    yield f"comment on {said.get('ref')}" if said.get("ref") else "text box", text


def _margins(xml: bytes) -> Iterator[tuple[str, str]]:
    """What is printed above and below each page of a sheet, without the codes of its layout."""
    printed = xml.decode(errors="replace")
    for kind, said in re.findall(r"<(?:odd|even|first)(Header|Footer)>([^<]*)<", printed):
        if text := tidy(re.sub(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[^\s"])', " ", unescape(said))):
            yield f"page {kind.casefold()}", text


def _add_comments(grid: Grid, said: list[tuple[str, str]]) -> None:
    """Put them below a sheet's cells, as notes of its tables."""
    if said:
        places = dict(enumerate((place for place, _ in said), len(grid.rows) + 1))
        cells = Grid([], origin=grid.origin)
        grid.rows += [[], *([text] for _, text in said)]
        grid.address_of = lambda row, column: places.get(row) or cells.address(row, column)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.NameToInfo.get(name)
    return archive.read(name) if info and info.file_size <= LARGEST_DETAIL else b""


def _styles(archive: zipfile.ZipFile) -> tuple[set[int], set[int], dict[int, str]]:
    """The styles that print a percentage, those that strike out what stands in a cell, and those that add words, with their formats."""
    styles = ElementTree.fromstring(_small(archive, "xl/styles.xml") or b"<none/>")
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iterfind("{*}numFmts/*")}
    percents = {"9", "10"} | {name for name, code in formats.items() if "%" in code}
    marks = (font.find("{*}strike") for font in styles.iterfind("{*}fonts/{*}font"))
    off = ("0", "false")
    struck = {str(n) for n, one in enumerate(marks) if one is not None and one.get("val") not in off}
    used = [(one.get("numFmtId"), one.get("fontId")) for one in styles.iterfind("{*}cellXfs/{*}xf")]
    added = {at: code for at, (kind, _) in enumerate(used) if _ADDED.search(code := formats.get(kind, ""))}
    percent = {place for place, (kind, _) in enumerate(used) if kind in percents}
    return percent, {place for place, (_, font) in enumerate(used) if font in struck}, added


_ADDED = re.compile(r'"[^"]*[A-Za-z<>*£€$][^"]*"|\[\$[^-\]]')
_IN_FORMAT = re.compile(r'"([^"]*)"|\[\$([^]-]*)[^]]*\]|(General|[#0?][#0?,.]*)|\[[^]]*\]|[_*].|\\')


def _shown(number: float, code: str) -> str:
    """A number as a format shows it that adds words, by its first section that holds.

    >>> _shown(3, '[<5]"<5";0'), _shown(12, '[<5]"<5";0'), _shown(40, '[$£-809]#,##0')
    ('<5', '12', '£40')
    """
    for section in code.split(";"):
        limit = re.match(r"\[<(=?)(\d+)\]", section)
        if not limit or number < int(limit[2]) + bool(limit[1]):
            return _IN_FORMAT.sub(lambda one: one[1] or one[2] or one[3] and text_of(number) or "", section)
    return text_of(number)


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The members that a member refers to, by the names that it has for them."""
    folder, name = posixpath.split(part)
    links = ElementTree.fromstring(_small(archive, f"{folder}/_rels/{name}.rels") or b"<none/>")
    targets = {link.get("Id", ""): posixpath.join("/", folder, link.get("Target", "")) for link in links}
    return {name: posixpath.normpath(target)[1:] for name, target in targets.items()}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The member that holds each sheet, by the sheet's name."""
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet")
    targets = _targets(archive, "xl/workbook.xml")
    links = ((sheet, link) for sheet in sheets for name, link in sheet.items() if name.endswith("}id"))
    return {sheet.get("name"): targets.get(link, "") for sheet, link in links}


def _read_sheet(
    xml: bytes, grid: Grid, percents: set[int], struck: set[int], worded: dict[int, str]
) -> Iterator[Problem]:
    """Mark percentages, take out what is struck out, and say what of a sheet a reader does not see."""
    found = _HIDDEN.findall(xml)
    rows = [number.decode() for name, number in found if name == b"r"]
    columns = [column_letters(int(number) - 1) for name, number in found if name == b"min"]
    for what, hidden in (("row", rows), ("column", columns)):
        if hidden:
            told = f"{counted(len(hidden), f'hidden {what}')} of the sheet, read too: {_listed(hidden, 8)}. "
            yield Problem(grid.sheet, "warning", told + "Ask: do they belong to the answer?")
    missing, out = [], []
    for cell in _CELL.finditer(xml):
        (number, column), tag, body = _placed(cell), cell[3], cell[4] or b""
        address = f"{column_letters(column)}{number}"
        row, column = number - 1 - grid.origin[0], column - grid.origin[1]
        style = int(found[1]) if (found := _STYLE.search(tag)) else -1
        if style in percents:
            grid.percents.add((row, column))
        held = 0 <= row < len(grid.rows) and 0 <= column < len(grid.rows[row])
        if held and style in worded and type(grid.rows[row][column]) in (int, float):
            grid.rows[row][column] = _shown(grid.rows[row][column], worded[style])
        if held and style in struck:
            if grid.rows[row][column] not in (None, ""):
                out.append(address)
            grid.rows[row][column] = None
        empty = b"<f" in body and not re.search(rb"<v>[^<]", body) and b"<is>" not in body
        if empty or b't="e"' in tag:  # "#REF!" stands for no number
            missing.append(address)
    if out:
        told = f"{counted(len(out), 'struck-out cell')} left out: {_listed(out, 8)}"
        yield Problem(f"{grid.sheet} {out[0]}", "warning", told)
    if missing:
        told = f"{counted(len(missing), 'formula')} without a result, so without a figure: {_listed(missing, 8)}. "
        told += "Open and save the file in a spreadsheet program, or ask for values"
        yield Problem(f"{grid.sheet} {missing[0]}", "warning", told)


def _listed(addresses: list[str], most: int) -> str:
    more = len(addresses) - most
    return ", ".join(addresses[:most]) + (f" and {more:,} more" if more > 0 else "")


def _raised_texts(xml: bytes) -> dict[str, str]:
    """Texts with raised characters, as stored and as they should be read.

    >>> _raised_texts(b'<si><r><t>41</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r></si>')
    {'413': '41³', '': ''}
    """
    texts = {}
    for item in ElementTree.fromstring(xml).iter() if b"script" in xml else ():
        runs = [(run.findtext("{*}t", ""), run.find("{*}rPr/{*}vertAlign")) for run in item.iterfind("{*}r")]
        is_raised = [mark is not None and mark.get("val") in ("superscript", "subscript") for _, mark in runs]
        said = [text.translate(RAISED) if up else text for (text, _), up in zip(runs, is_raised, strict=True)]
        texts["".join(text for text, _ in runs)] = "".join(said)
    return texts


MOST_CELLS = 15_000_000  # of a rectangle that is read as it is
FAR_ROWS, FAR_COLUMNS = 5_000, 200  # empty ones between a table and a cell that is no part of it


def without_strays(file: BinaryIO, problems: list[Problem]) -> BinaryIO:
    """An .xlsx workbook itself, or a copy without the cells that stand far from its tables, which `problems` take."""
    # what is wrong with a broken archive, calamine says
    with contextlib.suppress(*_BROKEN), zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if posixpath.dirname(name) == "xl/worksheets"]
        trimmed = {name: kept for name in sheets if (kept := _trimmed(_small(archive, name), problems))}
        if trimmed:
            copy = io.BytesIO()
            with zipfile.ZipFile(copy, "w") as out:
                for name in archive.namelist():
                    out.writestr(name, trimmed.get(name) or archive.read(name))
            return copy
    return file


def _trimmed(xml: bytes, problems: list[Problem]) -> bytes:
    """A sheet without its far cells; empty when it has none, or a rectangle around all is small enough."""
    cells = [_placed(one) for one in _CELL.finditer(xml)]
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    if max(rows, default=0) * max(columns, default=0) <= MOST_CELLS:
        return b""
    last_row = _near(rows, FAR_ROWS)
    last_column = _near({column for row, column in cells if row <= last_row}, FAR_COLUMNS)
    far = [place for place in cells if place[0] > last_row or place[1] > last_column]
    names = [f"{column_letters(column)}{row}" for row, column in far]
    if not far:
        return b""
    told = f"{counted(len(far), 'cell')} far from the tables left out: {_listed(names, 5)}. Ask: does anything stand there?"
    problems.append(Problem(names[0], "warning", told))
    gone = set(far)
    xml = _CELL.sub(lambda one: b"" if _placed(one) in gone else one[0], xml)
    return re.sub(rb"<dimension\s[^>]*>", b"", xml)


def _placed(found: re.Match) -> tuple[int, int]:
    return int(found[2]), column_index(found[1].decode())


def _near(used: set[int], far: int) -> int:
    """The last of the numbers before a gap.

    >>> _near({1, 2, 3, 1_048_576}, 5_000)
    3
    """
    ordered = sorted(used)
    gaps = (before for before, after in pairwise(ordered) if after - before > far)
    return next(gaps, ordered[-1])
