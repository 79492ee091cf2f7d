"""A grid sets the findings of its folders side by side."""

import csv
import json

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.grid import write

COMBINATIONS = [{"vintage": "first"}, {"vintage": "latest"}]


@pytest.fixture
def folders(tmp_path):
    """Two folders of a grid, in which one finding moves, one stands still and one cannot be had in the second."""
    made = []
    for number, combination in enumerate(COMBINATIONS):
        folder = tmp_path / f"vintage={combination['vintage']}"
        (folder / "findings").mkdir(parents=True)
        common = {"level": 0.95, "unit": "ratio"}
        moves = {"value": 1.2 + number, "low": 1.1, "high": 1.3 + number, "label": "Rise"} | common
        still = {"value": 7, "low": None, "high": None, "label": "Forces"} | common
        gone = {
            "value": None,
            "low": None,
            "high": None,
            "label": "Slope",
            "reason": "the audits end in 2020",
        }
        held = {
            "rise.uk": moves,
            "rise.forces": still,
            "rise.slope": gone if number else moves | {"label": "Slope"},
        }
        (folder / "findings/21_rise.json").write_text(json.dumps(held))
        made.append((str(folder), combination, ["21_rise", "50_force.kent"]))
    return made


def test_every_finding_of_every_combination_is_a_row(folders, tmp_path):
    write(tmp_path / "out", folders, [], [])
    with (tmp_path / "out/tables/grid.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["vintage", "id", "value", "low", "high", "level", "unit", "label", "reason"]
    assert [(row["vintage"], row["id"], row["value"]) for row in rows] == [
        ("first", "rise.uk", "1.2"),
        ("first", "rise.forces", "7.0"),
        ("first", "rise.slope", "1.2"),
        ("latest", "rise.uk", "2.2"),
        ("latest", "rise.forces", "7.0"),
        ("latest", "rise.slope", ""),
    ]
    assert rows[-1]["reason"] == "the audits end in 2020"


def test_what_moves_most_is_drawn_or_what_is_chosen(folders, tmp_path):
    write(tmp_path / "out", folders, [], ["21_rise"])
    said = (tmp_path / "out/figures/grid.txt").read_text()
    assert said.startswith(
        "One panel a finding, one row for each of 2 combinations of vintage. Rise: 1.2 to 2.2; Slope"
    )
    write(tmp_path / "out", folders, ["rise.forces"], [])
    assert "combinations of vintage. Forces: 7." in (tmp_path / "out/figures/grid.txt").read_text()
    assert sorted(path.suffix for path in (tmp_path / "out/figures").iterdir()) == [
        ".csv",
        ".png",
        ".svg",
        ".txt",
    ]


def test_a_finding_that_nobody_records_is_refused_with_the_nearest(folders, tmp_path):
    with pytest.raises(UsageError, match="no step of this run records a finding 'rise"):
        write(tmp_path / "out", folders, ["rise.uj"], [])
