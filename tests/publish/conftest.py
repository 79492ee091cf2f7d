"""A small project, in `small`: one figure, one notebook, one report, made up so that every number is known.

Tests that change it have one of their own (`project`, `out`); tests that only read what is published share one (`built`).
"""

import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import charts, ledger, publish
from helpers.charts import style
from helpers.charts.explore import Desk
from tests.conftest import ROOT, serve

SMALL = Path(__file__).with_name("small")
FEW = ("Cleveland", "Durham")


@charts.drawing
def _line():
    figure, axes = style.figure(height=2)
    axes.plot([1, 2, 3], [1, 2, 3])
    data = pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3]})
    return charts.Chart(figure, data, "A line from 1 to 3, rising by one each step.", "A line", "made up")


def write_notebook(path, shown=None, *cells):
    """An executed notebook with a title, parameters and, if given, a figure and further cells."""
    parameters = 'vintage: str = "latest"  # which value stands\nlevel: float = 0.95  # of every interval'
    start = [
        new_markdown_cell("# How big was the rise?\n\nA **short** question.", id="title"),
        new_code_cell(parameters, id="choices", metadata={"tags": ["parameters"]}),
    ]
    if shown is not None:
        bundle, facts = shown._repr_mimebundle_()
        output = new_output("execute_result", bundle, metadata=facts, execution_count=1)
        start.append(new_code_cell("draw()", id="the-figure", outputs=[output]))
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[*start, *cells], metadata=python), path)
    return path


def settle(root, patch, desk):
    """Let the small project at `root` be the project."""
    patch.setenv("RISE_ROOT", str(root))
    patch.setenv("RISE_OUT", str(root / "build"))
    patch.setattr("helpers.ledger.findings._current", None)
    patch.setattr(Desk, "of_project", lambda: desk)


@pytest.fixture(scope="session")
def desk():
    """The printed and official figures of two forces, to be explored."""
    whole = Desk.of_project()
    figures = whole.figures[whole.figures["area"].isin(FEW)]
    crime = whole.crime[whole.crime["force"].isin(FEW)]
    return Desk(figures, crime, whole.notes, whole.sources)


@pytest.fixture(scope="session")
def shown(tmp_path_factory):
    """What a notebook shows of the small figure, and the folder of its files."""
    folder = tmp_path_factory.mktemp("figures")
    return charts.export(_line(), "a-line", folder=folder), folder


@pytest.fixture(scope="session")
def built(tmp_path_factory, desk, shown):
    """The published pages of a small project, to be read and not changed."""
    root = shutil.copytree(SMALL, tmp_path_factory.mktemp("small") / "project")
    for name in ("data/raw", "data/schemas", "data/vocabularies"):
        (root / name).symlink_to(ROOT / name)
    for name in ("reports/house.typ", "CITATION.cff"):
        shutil.copyfile(ROOT / name, root / name)
    write_notebook(root / "notebooks" / "21_rise.ipynb")
    picture, folder = shown
    shutil.copytree(folder, root / "build" / "figures")
    write_notebook(root / "build" / "notebooks" / "21_rise.ipynb", picture)
    with pytest.MonkeyPatch.context() as patch:
        settle(root, patch, desk)
        ledger.begin("21_rise")
        ledger.record("rise.uk.ratio", 1.2345, low=1.1, high=1.4, level=0.95, unit="ratio", label="UK, ratio")
        publish.build(root / "build", lambda line: None)
    return root / "build"


@pytest.fixture
def project(built, desk, tmp_path, monkeypatch):
    """A small published project of one's own."""
    root = shutil.copytree(built.parent, tmp_path / "project", symlinks=True)
    settle(root, monkeypatch, desk)
    return root


@pytest.fixture
def out(project):
    """Its output folder."""
    return project / "build"


@pytest.fixture(scope="session")
def site(built):
    """Where the pages of the small project are served, under a sub-path."""
    with serve(built.parent) as address:
        yield f"{address}/{built.name}"


@pytest.fixture
def violations():
    """Finds the faults of a page that axe knows of."""
    from axe_playwright_python.sync_playwright import Axe

    # links and buttons large enough to hit are a rule of WCAG 2.2 that axe does not try by itself; what passes need not be told
    options = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}

    def find(page):
        found = Axe().run(page, options=options).response["violations"]
        return [f"{v['id']} ({v['impact']}): {node['html'][:120]}" for v in found for node in v["nodes"]]

    return find
