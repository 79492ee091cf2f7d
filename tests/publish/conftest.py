"""A small project: two findings, one figure, one notebook, one report, made up so that every number is known."""

import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import charts, ledger
from helpers.charts import style
from helpers.charts.explore import Desk

REAL = Path(__file__).parents[2]
FEW = ("Cleveland", "Durham")
REPORT = """\
#import "house.typ": *
#show: house.with(title: "A small report", description: "Made up.", running: "A small report")
#title()
#start(panel("answer")[The ratio is #num("rise.uk.ratio"), see @fig-a-line.])
= The rise
The point is #point("rise.uk.ratio") and the interval #limits("rise.uk.ratio").
#fig("a-line", caption: [A line that rises.])
#data-table("forces", caption: [Forces.], columns: (("Force", left), ("Ratio", right)), rows: (([Kent], num("rise.uk.ratio")),))
"""


@pytest.fixture(scope="session")
def desk():
    """The printed and official figures of two forces, to be explored."""
    whole = Desk.of_project()
    figures = whole.figures[whole.figures["area"].isin(FEW)]
    return Desk(
        figures, whole.crime[whole.crime["force"].isin(FEW)], whole.notes, whole.answers, whole.sources
    )


@pytest.fixture
def out(tmp_path, monkeypatch):
    """An output folder with findings of one step, one figure and its executed notebook."""
    folder = tmp_path / "build"
    monkeypatch.setenv("RISE_OUT", str(folder))
    monkeypatch.setattr("helpers.ledger.findings._current", None)
    ledger.begin("21_rise")
    ledger.record("rise.uk.ratio", 1.2345, low=1.1, high=1.4, level=0.95, unit="ratio", label="UK, ratio")
    shown = _draw("a-line")
    _write_notebook(folder / "notebooks" / "21_rise.ipynb", shown)
    return folder


@pytest.fixture
def reports(tmp_path):
    """A folder with the real house.typ and a small report."""
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copyfile(REAL / "reports" / "house.typ", folder / "house.typ")
    shutil.copyfile(REAL / "CITATION.cff", tmp_path / "CITATION.cff")
    (folder / "report.typ").write_text(REPORT, encoding="utf-8")
    return folder


def _draw(id, data=None, alt="A line from 1 to 3, rising by one each step."):
    """Export a figure under the current output folder."""
    figure, axes = style.figure(height=2)
    axes.plot([1, 2, 3], [1, 2, 3])
    data = data if data is not None else pd.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3]})
    return charts.export(charts.Chart(figure, data, alt, "A line", "made up"), id)


def _write_notebook(path, shown=None, *cells):
    """An executed notebook with a title, parameters and, if given, a figure and further cells."""
    start = [
        new_markdown_cell("# How big was the rise?\n\nA **short** question.", id="title"),
        new_code_cell(
            'vintage: str = "latest"  # which value stands\nlevel: float = 0.95  # of every interval',
            id="choices",
            metadata={"tags": ["parameters"]},
        ),
    ]
    if shown is not None:
        bundle, facts = shown._repr_mimebundle_()
        output = new_output("execute_result", bundle, metadata=facts, execution_count=1)
        start.append(new_code_cell("draw()", id="the-figure", outputs=[output]))
    notebook = new_notebook(
        cells=[*start, *cells], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def findings(out):
    """The findings of the small project."""
    return ledger.read_findings(out)


@pytest.fixture
def draw():
    """The function that exports a small figure."""
    return _draw


@pytest.fixture
def write_notebook():
    """The function that writes an executed notebook."""
    return _write_notebook


CLAIMS = [
    {
        "claim": "more_than_doubled",
        "statement": "Offences more than doubled <b>&</b> then some.",
        "source": "nspcc",
        "requires": ["rise.uk.ratio"],
        "holds": [{"finding": "rise.uk.ratio", "op": ">", "value": 2}],
    }
]
PREDICTIONS = [
    {
        "id": "recording.delay",
        "explanation": "recording",
        "dimension": "delay",
        "role": "exploratory",
        "data": "made up",
        "expected": "The same ratio at every delay.",
        "test": "ratio by delay",
        "reason": "=HYPERLINK(1) <script>alert(1)</script> " + "w" * 90,
    }
]


@pytest.fixture
def project(desk, out, reports, tmp_path, monkeypatch):
    """The small project as a whole: what `publish.build` needs, with two registers of one line each."""
    from helpers.tables import store

    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "data").mkdir()
    for name in ("raw", "schemas", "vocabularies"):
        (tmp_path / "data" / name).symlink_to(REAL / "data" / name)
    for name in ("predictions", "errata", "answers"):
        (tmp_path / "data" / f"{name}.toml").write_text("# none\n")
    source = {"publisher": "NSPCC", "title": "A page", "date": "2017-03-01", "url": "https://example.org/a"}
    sources = pd.DataFrame(
        [{"source": "nspcc", **source, "licence": "LicenseRef-facts-cited", "vintage": ""}]
    )
    sources.to_csv(tmp_path / "data" / "sources.csv", index=False)
    _write_notebook(tmp_path / "notebooks" / "21_rise.ipynb")
    monkeypatch.setenv("RISE_ROOT", str(tmp_path))
    printed = pd.DataFrame({"row": [1], "source": ["nspcc"]})
    frames = {
        "foi_printed": printed,
        "claims": pd.DataFrame(CLAIMS),
        "predictions": pd.DataFrame(PREDICTIONS),
        "sources": sources,
    }
    monkeypatch.setattr(Desk, "of_project", lambda: desk)
    read = store.read_table
    monkeypatch.setattr(store, "read_table", lambda name: frames[name] if name in frames else read(name))
    return tmp_path
