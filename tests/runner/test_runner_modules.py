"""Which helper modules code can reach, read from import statements alone."""

import ast
import sys
from pathlib import Path

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.modules import CACHE, WORK_FOLDER, Modules, mentioned_names
from tests.conftest import ROOT, run
from tests.frames import cases

CASES = cases(__file__)
PACKAGE = CASES["package"]


@pytest.fixture
def modules(tmp_path):
    for name, text in PACKAGE.items():
        path = tmp_path / "src/helpers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Modules(tmp_path)


@pytest.mark.parametrize(("code", "files"), CASES["reached"])
def test_what_is_reached(modules, code, files):
    files = PACKAGE if files == "all" else ["__init__.py", *files.split()]
    reached = modules.reached(mentioned_names(ast.walk(ast.parse(code))))
    assert set(reached) == {f"helpers/{file}" for file in files}
    assert modules.reached(["pandas", "helpers_of_others"]) == {}


def test_what_was_remembered_gives_the_same_and_a_spoilt_memory_is_ignored(tmp_path, modules):
    kept = tmp_path / WORK_FOLDER / CACHE
    kept.parent.mkdir()
    code = ["helpers.charts.rise"]
    first = modules.reached(code)
    for spoil in ("", "[1", "[1]"):
        kept.write_text(spoil)
        again = Modules(tmp_path, tmp_path)
        assert again.earlier == {}
        assert again.reached(code) == first
    again.save_cache()
    assert Modules(tmp_path, tmp_path).earlier == again.cache != {}


def test_what_nothing_asks_for_any_more_is_forgotten(tmp_path, modules):
    (tmp_path / WORK_FOLDER).mkdir()
    (tmp_path / WORK_FOLDER / CACHE).write_text('{"a module of last year": ["helpers"]}')
    now = Modules(tmp_path, tmp_path)
    assert now.cached("a module", lambda: ["helpers.stats"]) == ["helpers.stats"]
    now.save_cache()
    assert Modules(tmp_path, tmp_path).earlier == {"a module": ["helpers.stats"]}


OPENED = """
import sys
sys.addaudithook(lambda event, given: event == "open" and "vocabularies/" in str(given[0]) and print(given[0]))
from helpers.tables import forces, measures, offences
"""


def test_the_lists_that_python_keeps_once_imported_are_named_where_they_are_read():
    """A run imports them beforehand, so that no step is seen to open them: a changed one would go unnoticed."""
    said = run(sys.executable, "-c", OPENED).stdout
    opened = {Path(line).stem for line in said.split() if line.endswith(".csv")}
    modules = Modules(ROOT)
    tables = (f"helpers.tables.{name}" for name in ("forces", "measures", "offences"))
    named = {name for module in tables for name in modules.names(module)}
    assert {"measures", "forces", "areas"} <= opened
    assert opened - {"spellings"} <= {name.removeprefix("=") for name in named}
    assert "=spellings" in modules.names("helpers.tables.vocabularies")


def test_windows_line_ends_are_the_same_module(modules):
    path = modules.path["helpers.stats.ratios"]
    before = modules.digest(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Modules(modules.source.parent).digest(path) == before


def test_a_helper_with_a_slip_is_named_with_its_line(modules):
    modules.path["helpers.stats.ratios"].write_text("a = 1\nif a\n")
    with pytest.raises(UsageError, match=r"stats/ratios\.py, line 2: not Python: expected ':'"):
        modules.reached(["helpers.stats.ratios"])
