"""What an analyst tries in the first ten minutes works: ``import helpers``, the exploring notebooks, the template."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import helpers

EXPLORE = Path(__file__).parents[2] / "notebooks" / "explore"


def run(name: str, **values):
    """The result of each code cell, by its id, as a person sees it who runs the notebook; and the names it defines."""
    shell = InteractiveShell()  # not the one of the process, which other tests need
    found = {}
    for cell in nbformat.read(EXPLORE / name, as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output():
                done = shell.run_cell(cell.source, store_history=False)
            done.raise_error()
            found[cell.id] = done.result
            if "parameters" in cell.metadata.get("tags", []):
                assert set(values) <= set(shell.user_ns)
                shell.user_ns.update(values)
    return found, shell.user_ns


def test_the_first_analysis_shows_a_force_a_comparison_and_a_chart(monkeypatch):
    found, _ = run("first_analysis.ipynb")
    areas = ["Cleveland", "Northumbria", "North Yorkshire", "England and Wales"]
    assert found["compare"]["area"].unique().tolist() == areas
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    found["area"]._ipython_display_()
    assert [type(part).__name__ for part in shown] == ["HTML", "Chart", "DataFrame"]
    pictures, facts = found["chart"]._repr_mimebundle_()
    assert pictures["image/png"] and facts["image/png"]["alt"].startswith("Small line charts")


def test_the_template_runs_with_other_years():
    growth = run("template.ipynb", first_year="2013/14", last_year="2016/17")[0]["estimate"]
    official = growth[growth["series"] == "official child-only offences"].set_index("area")
    rows = pd.read_csv(EXPLORE.parents[1] / "data/raw/recorded_crime.csv", dtype=str)
    child = rows["offence_code"].isin("17B 19D 19E 19G 19H 20B 21 22B 71 73 88A".split())
    for year, column in (("2013/14", "first"), ("2016/17", "last")):
        counts = rows.loc[child & (rows["financial_year"] == year), ["q1", "q2", "q3", "q4"]].astype(float)
        assert official.at["England and Wales", column] == counts.sum().sum()


def test_the_exploring_notebook_runs_and_shows_what_stood():
    assert run("explore.ipynb")[1]["view"].printed["outcome"].tolist().count("used") == 3


def test_a_force_answers_to_any_of_its_names_and_a_wrong_one_gets_the_nearest():
    found = helpers.compare("northumbria police", "2014/15", "2015/16")
    assert found["area"].unique().tolist() == ["Northumbria"]
    assert found["note"][0] == "that of 2014/15 is below the official count, which a complete count cannot be"
    with pytest.raises(ValueError, match='the nearest is "Cleveland"'):
        helpers.compare("Clevland", "2014/15", "2015/16")


def test_what_is_missing_is_said_and_not_taken_from_elsewhere():
    official = "official child-only offences"
    nation = helpers.compare("Scotland", "2015/16", "2025/26").set_index("series").loc[official]
    partial = helpers.compare("Kent", "2024/25", "2025/26").set_index("series").loc[official]
    assert nation["note"] == "there is no official child-only series for Scotland"
    assert pd.isna(partial["growth"]) and "no whole year 2025/26" in partial["note"]
    with pytest.raises(ValueError, match="does not come before"):
        helpers.compare("Kent", "2015/16", "2014/15")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (lambda: helpers.compare(None, "2014/15", "2015/16"), "an area is given by its name"),
        (lambda: helpers.area("Kent", measure="groming"), 'no measure "groming".*measures.csv lists all'),
        (lambda: helpers.chart("Kent", "Scotland"), "name forces that have an official series, not Scotland"),
        (lambda: helpers.chart(), "not none at all"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can(asked, answer):
    with pytest.raises(ValueError, match=answer):
        asked()


def test_a_list_is_taken_for_the_forces_in_it_each_once():
    both = helpers.chart(["Kent", "Durham", "Kent Police"])
    assert (
        both.data["force"].unique().tolist()
        == helpers.chart("Kent", "Durham").data["force"].unique().tolist()
    )
    assert len(helpers.compare(["Kent", "Kent Police"], "2014/15", "2015/16")) == 2


def test_a_name_that_helpers_does_not_have_is_told_what_it_has():
    with pytest.raises(AttributeError, match="area, areas, chart, compare, table"):
        helpers.compair  # noqa: B018


@pytest.mark.parametrize("path", sorted(EXPLORE.glob("*.ipynb")), ids=lambda path: path.stem)
def test_they_are_committed_without_outputs(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")
