"""Makers of made-up answers: files in every format that forces send, with numbers that nobody ever counted."""

import csv
import io
import shutil
import struct
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from helpers.intake.model import FileReading
from helpers.intake.reader import read_file
from helpers.tables.files import project_root


@dataclass(frozen=True)
class MadeUp:
    """Writes made-up files into one folder."""

    folder: Path

    def csv(self, name: str, rows: list, *, separator: str = ",", encoding: str = "utf-8") -> Path:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
        return self.bytes(name, text.getvalue().encode(encoding))

    def text(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        return self.bytes(name, text.encode(encoding))

    def bytes(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def xlsx(self, name: str, sheets: dict[str, list] | list, *, merge=(), hidden=(), formats=()) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        book.remove(book.active)
        for title, rows in (sheets if isinstance(sheets, dict) else {"Answer": sheets}).items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            for block in merge:
                sheet.merge_cells(block)
            for cell, shown in formats:
                sheet[cell].number_format = shown
            if title in hidden:
                sheet.sheet_state = "hidden"
        book.save(self.folder / name)
        return self.folder / name

    def ods(self, name: str, rows: list) -> Path:
        from odf.opendocument import OpenDocumentSpreadsheet
        from odf.table import Table, TableCell, TableRow
        from odf.text import P

        document, table = OpenDocumentSpreadsheet(), Table(name="Answer")
        for row in rows:
            line = TableRow()
            for value in row:
                number = isinstance(value, int)
                cell = (
                    TableCell(valuetype="float", value=str(value))
                    if number
                    else TableCell(valuetype="string")
                )
                cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
        document.save(str(self.folder / name))
        return self.folder / name

    def xls(self, name: str, rows: list) -> Path:
        """A workbook in the old binary format, of the fewest records that make one."""
        return self.bytes(name, _compound(_biff("Answer", rows)))

    def docx(self, name: str, parts: list, header: str = "") -> Path:
        """Paragraphs (text) and tables (lists of rows), in order."""
        import docx

        document = docx.Document()
        if header:
            document.sections[0].header.paragraphs[0].text = header
        for part in parts:
            if isinstance(part, str):
                document.add_paragraph(part)
                continue
            table = document.add_table(rows=len(part), cols=max(map(len, part)))
            for number, row in enumerate(part):
                for column, value in enumerate(row):
                    table.cell(number, column).text = str(value)
        document.save(str(self.folder / name))
        return self.folder / name

    def pdf(self, name: str, parts: list, *, ruled: bool = True, style=(), foot: str = "") -> Path:
        """Paragraphs (text) and tables (lists of rows), in order; a foot is on every page, with its number."""
        from reportlab.lib import colors
        from reportlab.lib.styles import getSampleStyleSheet
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

        story = []
        for part in parts:
            if isinstance(part, str):
                story.append(Paragraph(part, getSampleStyleSheet()["Normal"]))
            else:
                lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)] if ruled else []
                story.append(Table(part, style=TableStyle(lines + list(style))))
            story.append(Spacer(1, 10))

        def page(canvas, document):
            canvas.drawString(60, 20, f"{foot} {document.page}" if foot else "")

        SimpleDocTemplate(str(self.folder / name)).build(story, onFirstPage=page, onLaterPages=page)
        return self.folder / name

    def mail(
        self,
        name: str,
        body: str,
        attachments: dict[str, bytes] | None = None,
        sender="foi@durham.pnn.police.uk",
    ) -> Path:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = (
            sender,
            "somebody@example.org",
            "FOI answer (made up)",
        )
        message.set_content(body)
        for title, data in (attachments or {}).items():
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=title)
        return self.bytes(name, message.as_bytes())


def _compound(stream: bytes) -> bytes:
    """An OLE container that holds one stream, called Workbook."""
    stream += b"\0" * (max(4096, -(-len(stream) // 512) * 512) - len(stream))
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, *range(3, len(stream) // 512 + 2), end]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack(
        "<109I", 0, *[free] * 108
    )

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0" * bool(name)
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIQ", len(raw), kind, 1, free, free, child, start, size
        )

    entries = (
        entry("Root Entry", 5, 1, end, 0)
        + entry("Workbook", 2, free, 2, len(stream))
        + entry("", 0, free, 0, 0) * 2
    )
    return head + struct.pack("<128I", *table, *[free] * (128 - len(table))) + entries + stream


def _biff(sheet: str, rows: list) -> bytes:
    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                cells += record(0x203, struct.pack("<HHHd", number, column, 0, value))
            elif value:
                text = value.encode("utf-16-le")
                cells += record(0x204, struct.pack("<HHHHB", number, column, 0, len(value), 1) + text)

    def book(at: int) -> bytes:
        named = struct.pack("<IHBB", at, 0, len(sheet), 0) + sheet.encode("latin-1")
        return begin(5) + record(0x42, struct.pack("<H", 1200)) + record(0x85, named) + record(0x0A)

    return book(len(book(0))) + begin(0x10) + cells + record(0x0A)


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    """A maker of made-up files in a folder of its own."""
    folder = tmp_path / "answers"
    folder.mkdir()
    return MadeUp(folder)


def brief(figure) -> tuple:
    """What a figure counts and its value, in few words: what tests compare."""
    period = figure.financial_year or f"{figure.start or ''}..{figure.end or ''}".strip(".")
    age = (
        ""
        if figure.age_low is None and figure.age_high is None
        else f"{figure.age_low}-{figure.age_high if figure.age_high is not None else ''}"
    )
    value = figure.low if figure.low == figure.high else (figure.low, figure.high)
    return (
        period,
        figure.offence_code or figure.offence,
        figure.sex,
        age,
        value,
        "; ".join(figure.qualifiers),
    )


@dataclass
class Read:
    """One file, read."""

    reading: FileReading
    all: list[FileReading]

    @property
    def figures(self) -> set[tuple]:
        """Every figure in few words: period, offence, sex, age, value, qualifiers."""
        return {brief(figure) for reading in self.all for figure in reading.figures}

    @property
    def messages(self) -> list[str]:
        """Every problem as "severity: message"."""
        return [
            f"{problem.severity}: {problem.message}" for reading in self.all for problem in reading.problems
        ]


@pytest.fixture
def read():
    """Reads one file in this process, as intake does in one of its own."""

    def reader(path: Path, **options) -> Read:
        readings = read_file(path, path.name, **options)
        return Read(readings[0], readings)

    return reader


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, with this one's tables and no rounds."""
    root = tmp_path / "project"
    shutil.copytree(project_root() / "data", root / "data", ignore=shutil.ignore_patterns("rounds"))
    (root / "pyproject.toml").write_text("")
    monkeypatch.setenv("RISE_ROOT", str(root))
    return root
