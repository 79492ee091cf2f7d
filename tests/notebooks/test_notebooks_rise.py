"""The rise for other years, vintages and forces than the defaults: 21_rise runs for any pair of years that is held."""

import json

import nbformat
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers import charts
from helpers.foi import figures
from helpers.official import recorded_crime, unusual
from helpers.tables import read_table, write_table
from helpers.tables.files import project_root


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the tables that 21_rise reads, made without running other notebooks."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISE_OUT", str(folder))
        crime = read_table("recorded_crime")
        floor = recorded_crime.floor(crime)
        floor["flag"] = unusual.known_faults(floor, read_table("series_notes"))
        write_table("official_floor", floor)
        write_table("official_annual", recorded_crime.annual(crime))
        printed, corrections, rounds = (
            read_table(name) for name in ("foi_printed", "corrections", "foi_rounds")
        )
        write_table("foi_figures", figures.build(printed, corrections, rounds))
    return folder


@pytest.fixture
def run(built, tmp_path, monkeypatch):
    """Run the notebook's cells with other parameters; the tables and findings it wrote."""

    def go(*, pictures=False, **values):
        if not pictures:  # drawn but not written: the slow part
            monkeypatch.setattr(charts, "export", lambda chart, id: plt.close(chart.figure))
        monkeypatch.setenv("RISE_IN", str(built))
        monkeypatch.setenv("RISE_OUT", str(tmp_path))
        names: dict = {}
        for cell in nbformat.read(project_root() / "notebooks" / "21_rise.ipynb", as_version=4).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                assert set(values) <= set(names)
                names.update(values)
        found = json.loads((tmp_path / "findings" / "21_rise.json").read_text())
        return (
            names["rise"].set_index("force"),
            names["table_of_panels"].set_index(["panel", "origin"]),
            found,
        )

    return go


def test_the_default_years_recomputed_from_the_raw_table(run):
    rise, panels, found = run(pictures=True)
    crime = pd.read_csv(project_root() / "data/raw/recorded_crime.csv", dtype={"offence_code": str})
    codes = ["17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"]
    rows = crime[crime["offence_code"].isin(codes)]
    total = (
        rows.set_index(["financial_year", "force"])[["q1", "q2", "q3", "q4"]]
        .sum(axis=1)
        .groupby(level=[0, 1])
        .sum()
    )
    for force in ("Cleveland", "Northumbria", "North Yorkshire"):
        ratio = total["2015/16", force] / total["2014/15", force]
        assert rise.loc[force, "official_ratio"] == pytest.approx(ratio)
        slug = force.lower().replace(" ", "_")
        assert found[f"rise.{slug}.official_ratio"]["value"] == pytest.approx(ratio)
    national = total["2015/16"].sum() / total["2014/15"].sum()
    assert found["rise.uk.official_ratio"]["value"] == pytest.approx(national)
    assert rise.loc["Cleveland", ["foi_before", "foi_after", "below_floor"]].tolist() == [247, 820, "earlier"]
    assert panels.loc[("bounds", "foi"), "low"] < 1 < panels.loc[("bounds", "foi"), "high"]
    assert found["rise.uk.foi_ratio"]["value"] == pytest.approx(55507 / 47055)


def test_another_pair_of_years_and_another_vintage(run):
    rise, panels, found = run(first_year="2015/16", last_year="2016/17", vintage="first", level=0.9)
    assert set(rise["first_year"]) == {"2015/16"}
    assert rise.loc["Derbyshire", "foi_before"] == 166
    assert found["rise.uk.official_ratio"]["level"] == 0.9
    assert panels.loc[("same_force", "foi"), "forces_before"] > 20


def test_a_pair_of_years_that_no_foi_round_covers(run):
    rise, panels, found = run(first_year="2020/21", last_year="2021/22")
    assert rise["foi_ratio"].isna().all()
    assert rise["official_ratio"].notna().sum() == 44
    assert found["rise.uk.foi_ratio"]["value"] is None and found["rise.uk.foi_ratio"]["reason"]
    assert panels.loc[("all_forces", "official"), "ratio"] == pytest.approx(67545 / 57595)


def test_a_force_that_is_left_out_is_nowhere(run):
    rise, panels, found = run(leave_out="Cleveland")
    assert "Cleveland" not in rise.index
    assert panels.loc[("all_forces", "official"), "forces_before"] == 43
    assert all(one["value"] is None and one["reason"] for name, one in found.items() if "cleveland" in name)


def test_a_year_that_is_not_held_is_refused_in_words(run):
    with pytest.raises(
        ValueError, match="first_year 2009/10: official counts by force are held whole for 2012/13"
    ):
        run(first_year="2009/10")
