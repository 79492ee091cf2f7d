"""A made-up round, from the answers of forces to the published report, by the commands that an analyst gives."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RISE = [sys.executable, "-c", "from helpers.runner.cli import main; main()"]
ANSWERS = {
    "Kent/letter.txt": "Made up\nSexual offences recorded where the victim was under 18\n2023/24 - 3,102\n2024/25 - 3,214\n",
    "Essex/letter.txt": "Made up\nThis part of your request is refused under section 12 of the Act.\n",
    # the girls and boys of the last year are more than its total, and nobody has judged which is wrong
    "Surrey/table.csv": "Made up\nSexual offences with victims under 18\nYear,Female,Male,Total\n"
    "2023/24,1001,210,1211\n2024/25,1102,190,1290\n",
    "Gwent/table.csv": "Made up\nSexual offences\nYear,Aged 0 to 4,Aged 0 to 10,Under 18\n"
    "2023/24,3,61,612\n2024/25,7,70,640\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The project with a round of its own accepted, and the folder of its report."""
    root = tmp_path_factory.mktemp("round") / "project"
    ignored = shutil.ignore_patterns("build", "published", "rounds", "__pycache__")
    for name in ("data", "notebooks", "reports", "src"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    for name, text in ANSWERS.items():
        (root.parent / "answers" / name).parent.mkdir(parents=True)
        (root.parent / "answers" / name).write_text(text, encoding="utf-8")
    read = str(root.parent / "read")
    for command in (
        ["round", "new", "made-up"],
        ["intake", str(root.parent / "answers"), "--round", "made-up", "--out", read],
        ["round", "accept", "made-up", read],
        ["report"],
    ):
        env = {key: value for key, value in os.environ.items() if key not in ("RISE_OUT", "RISE_IN")}
        done = subprocess.run(
            [*RISE, *command],
            cwd=root,
            env=env | {"RISE_ROOT": str(root), "PYTHONPATH": str(root / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return root / "reports" / "build"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_accepted_figures_reach_the_tables_and_the_briefings(built):
    latest = {
        (row["area"], row["financial_year"]): row["value"]
        for row in rows(built / "tables" / "foi_choices.csv")
        if row["measure"] == "all_sexual_offences_u18" and row["vintage"] == "latest"
    }
    assert float(latest["Kent", "2024/25"]) == 3214
    assert float(latest["Gwent", "2023/24"]) == 612
    assert "3,214" in (built / "forces" / "kent.html").read_text(encoding="utf-8")


def test_a_clash_that_nobody_has_judged_is_kept_as_open_and_stops_nothing(built):
    clashes = rows(built / "tables" / "foi_contradictions.csv")
    assert [(row["area"], row["answered"]) for row in clashes if row["round"] == "made-up"] == [
        ("Surrey", "false")
    ]


def test_no_output_holds_a_count_that_was_suppressed(built):
    """Of Gwent's 3 children of 0 to 4, and of the partner that hides them, no file of the report has a trace."""
    young = [
        row["measure"]
        for row in rows(built / "tables" / "foi_figures.csv")
        if row["round"] == "made-up" and row["area"] == "Gwent"
    ]
    assert sorted(young) == ["age_0_10", "age_0_4", "all_sexual_offences_u18", "all_sexual_offences_u18"]
    kept = rows(built.parents[1] / "data" / "rounds" / "made-up" / "figures.csv")
    hidden = {
        (row["financial_year"], row["age_high"])
        for row in kept
        if row["force"] == "Gwent" and not row["value_low"]
    }
    assert hidden == {("2023/24", "4"), ("2023/24", "10")}
