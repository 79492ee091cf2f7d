"""A copy of the project's data that a test may spoil, and a small built table to write."""

import shutil
from pathlib import Path

import pytest

from helpers.tables import store
from helpers.tables.package import Column, Table

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The project's folder, copied: only what the tables room reads."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setenv("RISE_ROOT", str(tmp_path))
    monkeypatch.delenv("RISE_OUT", raising=False)
    monkeypatch.delenv("RISE_IN", raising=False)
    return tmp_path


SMALL = Table(
    "small",
    "A small table",
    "One force.",
    key=("force",),
    columns=(
        Column("force", "str", "Force.", vocabulary=("Cleveland", "Durham", "Cumbria")),
        Column("offences", "int", "Offences.", "offences", low=0),
        Column("earlier", "int", "Offences before.", "offences", nullable=True),
        Column("ratio", "float", "Ratio.", "ratio", nullable=True),
        Column("complete", "bool", "Whether complete."),
        Column("note", "str", "Remark.", nullable=True),
    ),
)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The description of a built table, known to the store for the length of a test."""
    monkeypatch.setenv("RISE_OUT", str(tmp_path / "out"))
    monkeypatch.delenv("RISE_IN", raising=False)
    monkeypatch.setattr(store, "table", lambda name: SMALL)
    return SMALL
