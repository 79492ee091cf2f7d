"""Makers of made-up answers, with numbers that nobody ever counted; other formats stand in the corpus."""

import csv
import datetime as dt
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from helpers.intake import intake, rounds
from helpers.intake.model import Figure
from helpers.intake.reader import read_file
from tests.conftest import copy_project
from tests.frames import records


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

    def xlsx(self, name: str, sheets: dict[str, list] | list) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        book.remove(book.active)
        for title, rows in (sheets if isinstance(sheets, dict) else {"Answer": sheets}).items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        book.save(self.folder / name)
        return self.folder / name


@pytest.fixture
def made(tmp_path: Path) -> MadeUp:
    """A maker of made-up files in a folder of its own."""
    folder = tmp_path / "answers"
    folder.mkdir()
    return MadeUp(folder)


@dataclass
class Read:
    """What was read of one file: its figures, and its problems as "severity: message"."""

    figures: list[Figure]
    messages: list[str]


@pytest.fixture
def read():
    """Reads one file in this process, as intake does in one of its own."""

    def reader(path: Path) -> Read:
        readings = read_file(path, path.name)
        problems = [problem for reading in readings for problem in reading.problems]
        figures = [figure for reading in readings for figure in reading.figures]
        return Read(figures, [f"{problem.severity}: {problem.message}" for problem in problems])

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
    return copy_project(tmp_path_factory.mktemp("shared") / "project", "pyproject.toml")


@pytest.fixture
def project(shared, monkeypatch):
    """A project without rounds; the rounds that a test makes go with it."""
    monkeypatch.setenv("RISE_ROOT", str(shared))
    yield shared
    shutil.rmtree(shared / "data" / "rounds", ignore_errors=True)


@pytest.fixture
def started(project):
    """The folder of a round whose requests were sent on a Monday, 2 November 2026."""
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    return project / "data" / "rounds" / "2026-11"


def taken(paths, out: Path, **options) -> list[dict]:
    """The rows of the figures that intake reads of files into a folder."""
    intake(paths, out, echo=lambda line: None, **options)
    return records(out / "figures.csv")
