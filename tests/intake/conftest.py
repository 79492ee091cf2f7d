"""Makers of made-up answers: files in every format that forces send, with numbers that nobody ever counted."""

import csv
import io
import shutil
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

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
        import pandas as pd

        even = zip(*zip_longest(*rows, fillvalue=""), strict=True)
        frame = pd.DataFrame([list(map(str, row)) for row in even])
        frame.to_excel(self.folder / name, engine="odf", header=False, index=False)
        return self.folder / name

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
def solved():
    """Solves for suppressed counts, as somebody does who knows that all parts add up and that counts are whole numbers."""

    def solve(cells: dict, hidden: set, most: int = 10_000) -> dict:
        """The least and the most of each hidden cell, nothing where no numbers agree: cells are groups to (which unknowns, value)."""
        told = [(cover.ravel(), value) for group, (cover, value) in cells.items() if group not in hidden]
        size = next(iter(cells.values()))[0].size
        matrix, values = np.array([cover for cover, _ in told], dtype=float), [value for _, value in told]
        limits = LinearConstraint(matrix, values, values) if told else None
        options = {"constraints": limits, "integrality": np.ones(size), "bounds": Bounds(0, most)}
        found = {}
        for group in hidden & set(cells):
            aim = cells[group][0].ravel().astype(float)
            ends = [milp(sense * aim, **options).fun for sense in (1, -1)]
            found[group] = () if None in ends else (ends[0], -ends[1])
        return found

    return solve


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A project with this one's tables and no rounds. Every test reads them and none changes them: they are checked once."""
    root = tmp_path_factory.mktemp("shared") / "project"
    shutil.copytree(project_root() / "data", root / "data", ignore=shutil.ignore_patterns("rounds"))
    (root / "pyproject.toml").write_text("")
    return root


@pytest.fixture
def project(shared, monkeypatch):
    """A project without rounds; the rounds that a test makes go with it."""
    monkeypatch.setenv("RISE_ROOT", str(shared))
    yield shared
    shutil.rmtree(shared / "data" / "rounds", ignore_errors=True)
