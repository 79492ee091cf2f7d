"""A copy of the project's data that a test may spoil, and small tables described beside the tests."""

from pathlib import Path

import pytest

from helpers.tables import store
from helpers.tables.package import parse, read_yaml
from tests.conftest import copy_project

SCHEMAS = Path(__file__).with_name("schemas")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The project's folder, copied: only what the tables room reads."""
    monkeypatch.setenv("RISE_ROOT", str(copy_project(tmp_path, "pyproject.toml")))
    monkeypatch.delenv("RISE_OUT", raising=False)
    monkeypatch.delenv("RISE_IN", raising=False)
    return tmp_path


def described(name):
    """The description of a table in a schema beside the tests."""
    return parse(read_yaml(SCHEMAS / f"{name}.yaml"), f"{name}.yaml")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The description of a built table, known to the store for the length of a test."""
    monkeypatch.setenv("RISE_OUT", str(tmp_path / "out"))
    monkeypatch.delenv("RISE_IN", raising=False)
    monkeypatch.setattr(store, "table", described)
