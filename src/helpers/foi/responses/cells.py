"""Load spreadsheets: xlsx, xls and ods through calamine; csv, tsv and other separated text through csv.

Every sheet, hidden or not, becomes a :class:`Grid` of the values that the file stores: the result of a formula,
never the formula; the text of a link, never its target. Text tables are decoded and split by what their lines
show, not by their name.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
import tempfile
from pathlib import Path

from helpers.foi.responses.model import Document, FlatRows, Grid, Problem
from helpers.foi.responses.sniff import Refused

csv.field_size_limit(2**20)
SEPARATORS = "\t|;,"
_NAMED = re.compile(r'(?i)"?sep=(.)"?\r?\n')  # a first line that names the separator


def load_workbook(path: Path, kind: str) -> Document:
    """Load every sheet of a workbook.

    Raises
    ------
    Refused
        When the workbook is damaged or protected.
    """
    document = Document(path.name, kind)
    if kind != "xlsx":
        _load_sheets(path, document)
        return document
    from helpers.foi.responses.strays import without_strays
    from helpers.foi.responses.workbooks import add_details

    with tempfile.TemporaryDirectory(prefix="foi-intake-") as folder:
        path = without_strays(path, Path(folder), document.problems)
        _load_sheets(path, document)
        add_details(path, document)
    return document


def _load_sheets(path: Path, document: Document) -> None:
    import python_calamine as calamine

    try:
        with path.open("rb") as file:  # by its content: a path would be read by what its name promises
            workbook = calamine.load_workbook(file)
        for place, meta in enumerate(workbook.sheets_metadata):
            if meta.typ not in (calamine.SheetTypeEnum.WorkSheet, calamine.SheetTypeEnum.DialogSheet):
                continue
            sheet = workbook.get_sheet_by_index(place)
            hidden = meta.visible != calamine.SheetVisibleEnum.Visible
            if hidden:
                document.problems.append(
                    Problem(meta.name, "note", f'the sheet "{meta.name}" is hidden; it was read too')
                )
            document.blocks.append(_grid(sheet, meta.name, hidden))
    except calamine.PasswordError:
        raise Refused(
            "protected by a password. Ask: what is the password, or can you send it without?"
        ) from None
    except (calamine.CalamineError, OSError, ValueError, IndexError, KeyError) as error:
        raise Refused(f"a damaged workbook ({_short(error)}). Ask: can you send the file again?") from None
    except BaseException as error:  # calamine can panic on hostile files; a panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("a damaged workbook. Ask: can you send the file again?") from None


def _grid(sheet, name: str, hidden: bool) -> Grid:
    start = sheet.start or (0, 0)
    rows = sheet.to_python(skip_empty_area=True)
    grid = Grid(rows, sheet=name, hidden=hidden, origin=start)
    try:
        ranges = sheet.merged_cell_ranges or []
    except Exception:  # formats without merged cells raise
        ranges = []
    for (top, left), (bottom, right) in ranges:
        if (bottom - top + 1) * (right - left + 1) > 100_000:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    grid.spans[(row - start[0], column - start[1])] = (top - start[0], left - start[1])
    return grid


def _short(error: BaseException) -> str:
    text = re.sub(r"\s+", " ", str(error))
    return (text[:120] or type(error).__name__).replace("/", "∕")


def decode(data: bytes) -> str:
    """Turn bytes into text: by their mark, as UTF-8, as UTF-16 without a mark, else as a Windows or Mac page.

    >>> decode("2014–15".encode("cp1252")), decode("é".encode("utf-16"))
    ('2014–15', 'é')
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace")
    head = data[:4000]
    if b"\x00" in head:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) * 4 > len(head):
            return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
        data = data.replace(b"\x00", b"")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if re.search(rb"\d\s?\xd0\s?\d", data) and not re.search(rb"\d\s?[\x96\x97]\s?\d", data):
        return data.decode("mac-roman")  # the dash of a Mac page between digits
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


_TABLES = (".csv", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")  # names that promise a table


MOST_LINES = 30_000  # of text outside separated tables: no letter is longer


def load_text(path: Path) -> Document:
    """Load plain text: a separated table where the lines show one, else lines."""
    text = decode(path.read_bytes())
    document = Document(path.name, "text")
    named = path.suffix.casefold() in _TABLES
    separator = find_separator(text, named=named)
    if separator and (named or _is_sheet(text, separator)):
        document.kind = "csv"
        document.blocks.append(Grid(split_rows(text, separator)))
        return document
    from helpers.foi.responses.aligned import text_blocks

    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        told = f"{len(lines):,} lines of text: only the first {MOST_LINES:,} are read. Ask: can you send the tables only?"
        document.problems.append(Problem("", "warning", told))
    document.blocks += text_blocks("\n".join(lines[:MOST_LINES]))
    return document


def _is_sheet(text: str, separator: str) -> bool:
    """Whether text is a spreadsheet under another name, and no letter that holds a table: padded bars are drawn."""
    lines = [line for line in text[:200_000].splitlines()[:400] if line.strip()]
    others = [line for line in lines if separator not in line]
    prose = sum(len(line) > 90 or line.rstrip()[-1] in ".?!" for line in others)
    drawn = separator == "|" and any(re.search(r"^\s*\||\s\||\|\s|\|\s*$", line) for line in lines)
    return not drawn and (prose < 3 or len(others) * 5 < len(lines) * 2)


def split_rows(text: str, separator: str) -> list[list[str]] | FlatRows:
    """Split text into rows of cells; a quote that is never closed costs its own line only."""
    named = _NAMED.match(text)
    if named:
        text = "\n" + text[named.end() :]  # keep the row numbers of the file
    source = text.replace("\x00", "")
    breaks, returns = source.count("\n"), source.count("\r")
    end = "\r\n" if returns else "\n"
    if '"' not in source and returns in (0, breaks) and (not returns or source.count(end) == breaks):
        flat = _flat_rows(source, separator, end, breaks) if breaks >= MANY_ROWS else None
        if flat is not None:
            return flat
        lines = source.split(end)  # most long lists: nothing in them needs a parser
        if not lines[-1]:
            lines.pop()
        return [line.split(separator) if line else [] for line in lines]
    if source.count('"') % 2 == 0:
        with contextlib.suppress(csv.Error):
            return list(csv.reader(io.StringIO(source, newline=""), delimiter=separator))
    rows, width = [], 0
    for line in source.splitlines():
        with contextlib.suppress(csv.Error):
            rows.append(_split_line(line, separator, width))
            width = max(width, len(rows[-1]))
    return rows


def _split_line(line: str, separator: str, width: int) -> list[str]:
    """Split one line; of an odd number of quotes the one is dropped without which the line is as wide as those above."""
    quotes = [place for place, letter in enumerate(line) if letter == '"'][:50]
    for place in quotes if len(quotes) % 2 else []:
        cells = next(csv.reader([line[:place] + line[place + 1 :]], delimiter=separator), [])
        if len(cells) == width:
            return cells
    return next(csv.reader([line], delimiter=separator), [])


MANY_ROWS = 2_000  # of one length, which are kept flat


def _flat_rows(source: str, separator: str, end: str, breaks: int) -> FlatRows | None:
    """Rows in one list, split at once; None when the lines differ in the number of their cells."""
    if not source.endswith(end):
        source, breaks = source + end, breaks + 1
    width = source.partition(end)[0].count(separator) + 1
    cells = source.replace(end, f"{separator}\n{separator}").split(separator)
    cells.pop()
    even = len(cells) == breaks * (width + 1) and cells[width :: width + 1].count("\n") == breaks
    return FlatRows(cells, width) if even else None


def find_separator(text: str, *, named: bool) -> str:
    """The character that separates cells, or empty when the text is no table.

    >>> find_separator("Year,Count\\n2014/15,7\\n2015/16,9\\n", named=True)
    ','
    >>> find_separator("Dear Sir, I write, as you asked.\\n2014/15 - 1,234\\n2015/16 - 1,300\\n", named=False)
    ''
    """
    lines = [line[:20_000] for line in text[:200_000].splitlines()[:400] if line.strip()]
    named_by_file = _NAMED.match(text)
    if named_by_file:
        return named_by_file[1]
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        counts = []
        for line in lines:
            plain = re.sub(r'"[^"]*"', '""', line)
            if separator == "," and not named:
                plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))|, ", "", plain)
            counts.append(plain.count(separator))
        runs = _regular(counts)
        if named and not runs and max(counts, default=0):
            runs = sum(count > 0 for count in counts) / 2
        score = runs * (1.5 if separator in "\t|;" else 1.0)
        if score > best_score:
            best, best_score = separator, score
    enough = 1 if named else 3
    if named and not best and lines:
        return ","
    return best if best_score >= enough and (named or _has_numbers(lines, best)) else ""


def _regular(counts: list[int]) -> float:
    """The number of lines in runs of two or more with the same number of separators."""
    total, at = 0, 0
    while at < len(counts):
        end = at
        while end + 1 < len(counts) and counts[end + 1] == counts[at]:
            end += 1
        if counts[at] and end > at:
            total += end - at + 1
        at = end + 1
    return float(total)


def _has_numbers(lines: list[str], separator: str) -> bool:
    """Whether some cell of several rows is a number alone: prose with commas has none."""
    rows = [line.split(separator) for line in lines if separator in line]
    numeric = [
        row
        for row in rows
        if any(re.fullmatch(r"\s*\"?[<*]?\s?\d[\d,]*\*?\"?\s*", cell) for cell in row[1:] or row)
    ]
    return len(numeric) >= 2 and len(numeric) * 3 >= len(rows)
