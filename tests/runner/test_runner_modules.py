"""Which helper modules code can reach, read from import statements alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.runner.modules import KNOWN, WORK, Modules, named_in

ROOT = Path(__file__).parents[2]
PACKAGE = {
    "helpers/__init__.py": "",
    "helpers/charts/__init__.py": "from helpers.charts import style\n",
    "helpers/charts/style.py": "",
    "helpers/charts/house.mplstyle": "font.size: 9\n",
    "helpers/charts/rise.py": "from . import style\nfrom ..stats.ratios import double\n",
    "helpers/stats/__init__.py": "",
    "helpers/stats/ratios.py": "def double(x):\n    from helpers.stats import late\n",
    "helpers/stats/late.py": "",
    "helpers/lazy/__init__.py": "import importlib\n\ndef __getattr__(name):\n    return importlib.import_module(name)\n",
    "helpers/lazy/one.py": "",
    "helpers/lazy/inner/__init__.py": "",
    "helpers/named.py": "import importlib\nX = importlib.import_module('helpers.stats.late')\n",
    "helpers/star.py": "from helpers.lazy import *\n",
    "helpers/types.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import helpers.stats.late\n",
}
TOP = {"helpers/__init__.py"}
CHARTS = TOP | {"helpers/charts/__init__.py", "helpers/charts/style.py", "helpers/charts/house.mplstyle"}
STATS = TOP | {"helpers/stats/__init__.py"}
LATE = STATS | {"helpers/stats/late.py"}
RATIOS = LATE | {"helpers/stats/ratios.py"}
LAZY = TOP | {"helpers/lazy/__init__.py", "helpers/lazy/one.py", "helpers/lazy/inner/__init__.py"}


@pytest.fixture
def modules(tmp_path):
    for name, text in PACKAGE.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Modules(tmp_path)


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("import pandas", set()),
        ("import helpers_of_others", set()),
        ("from helpers import charts", CHARTS),
        ("import helpers.charts as c", CHARTS),
        ("from helpers.charts import rise", CHARTS | RATIOS | {"helpers/charts/rise.py"}),
        ("from helpers.charts import export", CHARTS),
        ("from helpers.stats.ratios import double", RATIOS),
        ("def f():\n    import helpers.stats.late", LATE),
        ("from helpers import lazy", LAZY),
        ("import helpers.lazy.inner", LAZY),  # helpers.lazy can be asked for other names then
        ("from helpers.lazy.one import x", TOP | {"helpers/lazy/__init__.py", "helpers/lazy/one.py"}),
        ("from helpers.lazy import one", TOP | {"helpers/lazy/__init__.py", "helpers/lazy/one.py"}),
        ("from helpers.lazy import one, other", LAZY),
        ("from helpers import star", LAZY | {"helpers/star.py"}),
        ("from helpers.lazy import *", LAZY),
        ("from helpers import named", set(PACKAGE)),  # it decides at run time what it imports
        ("from helpers import types", LATE | {"helpers/types.py"}),
        ("import importlib; importlib.import_module('helpers.stats')", set(PACKAGE)),
    ],
)
def test_what_is_reached(modules, code, files):
    assert set(modules.reached(named_in(ast.walk(ast.parse(code))))) == files


def test_what_was_remembered_gives_the_same_and_a_spoilt_memory_is_ignored(tmp_path, modules):
    kept = tmp_path / WORK / KNOWN
    kept.parent.mkdir()
    code = ["helpers.charts.rise"]
    first = modules.reached(code)
    for spoil in ("", "[1", "[1]"):
        kept.write_text(spoil)
        again = Modules(tmp_path, tmp_path)
        assert again.known == {}
        assert again.reached(code) == first
    again.remember()
    assert Modules(tmp_path, tmp_path).known == again.used != {}


def test_what_nothing_asks_for_any_more_is_forgotten(tmp_path, modules):
    (tmp_path / WORK).mkdir()
    (tmp_path / WORK / KNOWN).write_text('{"a module of last year": ["helpers"]}')
    now = Modules(tmp_path, tmp_path)
    assert now.recall("a module", lambda: ["helpers.stats"]) == ["helpers.stats"]
    now.remember()
    assert Modules(tmp_path, tmp_path).known == {"a module": ["helpers.stats"]}


OPENED = """
import sys
sys.addaudithook(lambda event, given: event == "open" and "vocabularies/" in str(given[0]) and print(given[0]))
from helpers.tables import forces, measures, offences
"""


def test_the_lists_that_python_keeps_once_imported_are_named_where_they_are_read():
    """A run imports them beforehand, so that no step is seen to open them: a changed one would go unnoticed."""
    said = subprocess.check_output([sys.executable, "-c", OPENED], cwd=ROOT, text=True)
    opened = {Path(line).stem for line in said.split() if line.endswith(".csv")}
    modules = Modules(ROOT)
    named = {
        name
        for module in ("forces", "measures", "offences")
        for name in modules.names(f"helpers.tables.{module}")
    }
    assert {"measures", "forces", "areas"} <= opened
    assert opened - {"spellings"} <= {name.removeprefix("=") for name in named}
    assert "=spellings" in modules.names("helpers.tables.vocabularies")


def test_windows_line_ends_are_the_same_module(modules):
    path = modules.path["helpers.stats.ratios"]
    before = modules.digest(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Modules(modules.source.parent).digest(path) == before
