"""A grid sets the findings of its folders side by side."""

import json

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.grid import refuse_unknown, write
from tests.frames import records

FIELDS = {"level": 0.95, "unit": "ratio", "low": 1.1, "high": 1.3}
FORCES = {"level": 0.95, "unit": "forces", "value": 7, "low": None, "high": None, "label": "Forces"}
GONE = {"value": None, "low": None, "high": None, "label": "Slope", "reason": "the audits end in 2020"}


@pytest.fixture
def folders(tmp_path):
    """Two folders of a grid, in which one finding moves, one stands still and one cannot be had in the second."""
    made = []
    had = FIELDS | {"value": 1.2, "label": "Slope"}
    for vintage, value, slope in (("first", 1.2, had), ("latest", 2.2, GONE)):
        folder = tmp_path / f"vintage={vintage}"
        (folder / "findings").mkdir(parents=True)
        rise = FIELDS | {"value": value, "label": "Rise"}
        held = {"rise.uk": rise, "rise.forces": FORCES, "rise.slope": slope}
        (folder / "findings/21_rise.json").write_text(json.dumps(held))
        made.append((str(folder), {"vintage": vintage}, ["21_rise", "50_force.kent"]))
    return made


def test_every_finding_of_every_combination_is_a_row_and_what_moves_most_is_drawn(folders, tmp_path):
    write(tmp_path, folders, [], ["21_rise"])
    rows = records(tmp_path / "tables/grid.csv")
    assert list(rows[0]) == ["vintage", "id", "value", "low", "high", "level", "unit", "label", "reason"]
    values = {(row["vintage"], row["id"]): row["value"] for row in rows}
    assert list(values.values()) == ["1.2", "7.0", "1.2", "2.2", "7.0", ""]
    assert list(values)[3] == ("latest", "rise.uk") and rows[-1]["reason"] == "the audits end in 2020"
    said = "One panel a finding, one row for each of 2 combinations of vintage. Rise: 20% to 120%; Slope"
    assert (tmp_path / "figures/grid.txt").read_text().startswith(said)
    endings = sorted(path.suffix for path in (tmp_path / "figures").iterdir())
    assert endings == [".csv", ".png", ".svg", ".txt"]


def test_what_moves_most_beside_its_size_stands_first_and_only_named_steps_are_drawn(folders, tmp_path):
    for (folder, _, _), value in zip(folders, (1000, 1005), strict=True):
        other = {"force.offences": FIELDS | {"value": value, "label": "Offences"}}
        (tmp_path / folder / "findings/50_force.kent.json").write_text(json.dumps(other))
    write(tmp_path, folders, [], [])
    said = (tmp_path / "figures/grid.txt").read_text()
    assert 0 < said.index("Rise: 20% to 120%") < said.index("Offences: ")
    write(tmp_path, folders, [], ["21_rise"])
    assert "Offences: " not in (tmp_path / "figures/grid.txt").read_text()


def test_a_grid_without_a_finding_is_refused(tmp_path):
    with pytest.raises(UsageError, match="nothing to set side by side"):
        write(tmp_path, [(str(tmp_path), {"vintage": "first"}, ["21_rise"])], [], [])


def test_what_is_chosen_is_drawn_and_what_nobody_recorded_is_refused(folders, tmp_path):
    write(tmp_path, folders, ["rise.forces"], [])
    assert "combinations of vintage. Forces: 7." in (tmp_path / "figures/grid.txt").read_text()
    with pytest.raises(UsageError, match='no step of this run records a finding "rise'):
        write(tmp_path, folders, ["rise.uj"], [])


def test_a_finding_that_no_step_can_record_is_refused_before_the_grid_is_run(tiny):
    tiny.write("data/findings.toml", '[10_counts]\n"counts.{force}.sum" = {}\n[20_total]\n"total.all" = {}\n')

    def record(held):
        held["cells"][-1]["source"] += "\nrecord('counts.mine', 3)"

    tiny.edit("10_counts", record)
    plan, _ = tiny.plans("10", p=["vintage=first,latest"])
    refuse_unknown(["counts.kent.sum", "counts.mine"], plan)
    with pytest.raises(UsageError, match=r'records a finding "total\.all"; choose from counts'):
        refuse_unknown(["total.all"], plan)


def test_the_level_that_was_asked_for_stands_beside_that_of_each_finding(folders, tmp_path):
    given = zip(folders, (0.5, 0.9), strict=True)
    write(tmp_path, [(folder, {"level": level}, ["21_rise"]) for (folder, _, _), level in given], [], [])
    levels = {(row["level"], row["finding_level"]) for row in records(tmp_path / "tables/grid.csv")}
    assert levels == {("0.5", "0.95"), ("0.9", "0.95"), ("0.9", "")}
