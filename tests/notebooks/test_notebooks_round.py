"""The walk-through of CONTRIBUTING.md: a made-up round of ten forces with ten habits, from the request to a briefing.

The last command, `rise report`, runs every notebook; here `rise brief Kent` stands in its place, which runs those that
read the round and makes one page of what they found.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from helpers.intake import confirming
from tests.conftest import RISE, ROOT, copy_project, run
from tests.frames import records
from tests.intake.conftest import MadeUp

SECTION = "## A round of FOI answers"
TITLE = "Sexual offences recorded where the victim was under 18 (made up)"
ANSWERS = Path(__file__).with_name("answers")


def write_answers(folder: Path) -> None:
    """Ten forces: labelled lines, tables, one of them with a small count, a workbook, a page, a letter in sentences, an
    e-mail, and a refusal."""
    shutil.copytree(ANSWERS, folder)
    (folder / "Hampshire").mkdir()
    rows = [[TITLE], ["Year", "Total"], ["2023/24", 3102], ["2024/25", 3214], ["2025/26", 3301]]
    MadeUp(folder / "Hampshire").xlsx("answer.xlsx", rows)


def commands() -> list[str]:
    """The commands of the walk-through, in order, but for the one that runs until a person ends it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text[text.index(SECTION) :].partition("\n## ")[0]
    return [" ".join(command.split()) for command in re.findall(r"`(rise (?!lab)[^`]*)`", section)]


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The project after the walk-through, and what each command said."""
    parts = "notebooks", "reports", "src", "pyproject.toml", "requirements.lock", "CITATION.cff"
    root = copy_project(tmp_path_factory.mktemp("round") / "project", *parts)
    write_answers(root.parent / "answers")
    env = {"RISE_ROOT": str(root), "RISE_OUT": "", "RISE_IN": "", "PYTHONPATH": str(root / "src")}
    said = {}
    for command in commands():
        if "--reading" in command:
            confirm_all(root.parent / "read")
        given = ["brief", "Kent"] if command == "rise report" else shlex.split(command)[1:]
        done = run(RISE, *given, cwd=root, **env)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        said[command] = done.stdout
    return root, said


def confirm_all(read: Path) -> None:
    """Confirm every proposal, as a person does on the pages."""
    for page in (read / "review").glob("*.html"):
        if "proposals-data" in page.read_text(encoding="utf-8"):
            data = confirming.read_page(page)
            text = confirming.decided(data, ["confirm"] * len(data["items"]))
            (read / "readings" / data["file"]).write_text(text, encoding="utf-8")


def test_the_walk_through_names_every_step():
    verbs = [" ".join(shlex.split(command)[1:3]) for command in commands()]
    read = ["intake ../answers"] * 2
    assert verbs == ["round new", "round status", *read, "round accept", "report"]


def test_every_force_of_ten_is_in_the_round_or_named_with_the_reason(walked):
    root, said = walked
    accepted = next(text for command, text in said.items() if "accept" in command)
    printed = records(root / "data/rounds/2026-11/tables/foi_printed.csv")
    joined = {row["area"] for row in printed if row["round"] == "2026-11"}
    assert joined == {path.name for path in ANSWERS.iterdir()} - {"Essex"} | {"Hampshire"}
    assert "Essex answered, and none of its figures is used: refused" in accepted


def test_accepted_figures_reach_the_tables_and_the_briefings(walked):
    built = walked[0] / "reports" / "build"
    rows = records(built / "tables" / "foi_choices.csv")
    mine = [row for row in rows if (row["measure"], row["vintage"]) == ("all_sexual_offences_u18", "latest")]
    latest = {(row["area"], row["financial_year"]): row["value"] for row in mine}
    assert float(latest["Kent", "2024/25"]) == 3214 and float(latest["Merseyside", "2024/25"]) == 2310
    assert "3,214" in (built / "forces" / "kent.html").read_text(encoding="utf-8")


def test_a_year_of_three_official_quarters_is_not_compared(walked):
    compared = records(walked[0] / "reports/build/tables/completeness.csv")
    years = {row["financial_year"] for row in compared if row["force"] == "Hampshire"}
    assert years & {"2023/24", "2024/25", "2025/26"} == {"2023/24", "2024/25"}


def test_no_output_holds_a_count_that_was_suppressed(walked):
    """Of Gwent's 3 children of 0 to 4 no table has a trace."""
    built = walked[0] / "reports" / "build"
    kept = [row for row in records(walked[0] / "data/rounds/2026-11/figures.csv") if row["force"] == "Gwent"]
    hidden = {(row["financial_year"], row["age_high"]) for row in kept if not row["value_low"]}
    assert hidden == {("2023/24", "4")}
    figures = [row for row in records(built / "tables" / "foi_figures.csv") if row["round"] == "2026-11"]
    mine = {(row["financial_year"], row["measure"]) for row in figures if row["area"] == "Gwent"}
    measures = ("age_0_4", "age_0_10", "all_sexual_offences_u18")
    every = {(year, one) for year in ("2023/24", "2024/25") for one in measures}
    assert every - mine == {("2023/24", "age_0_4")} and mine < every
