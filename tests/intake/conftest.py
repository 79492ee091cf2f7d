"""A project of its own."""

import shutil

import pytest

from helpers.tables.files import project_root


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, with this one's tables and no rounds."""
    root = tmp_path / "project"
    shutil.copytree(project_root() / "data", root / "data", ignore=shutil.ignore_patterns("rounds"))
    (root / "pyproject.toml").write_text("")
    monkeypatch.setenv("RISE_ROOT", str(root))
    return root
