"""The corpus: small files in the habits of forces, with what is read, proposed and told of each beside it.

A new layout is added as a file in ``tests/corpus`` and its ``.expected.csv``: one row a figure, with the cell, the period, the
offence, the sex, the ages, the count and the status. Where a column for it is added, its measure, its force, its note or the
reason why it waits is compared as well. A row with the status ``told`` holds, in a column ``words``, what one message says.
"""

import csv
import random
import re
from pathlib import Path

import pytest

from helpers.intake.model import Decisions
from helpers.intake.reader import read_file

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = [path for path in sorted(CORPUS.glob("*.*")) if path.suffix not in (".py", ".toml")]
FILES = [path for path in FILES if not path.name.endswith(".expected.csv")]


def row_of(figure) -> dict[str, str]:
    """A figure as a row of what is expected."""
    high = "" if figure.age_high is None else figure.age_high
    counted = "" if figure.measure == "offences" else figure.measure
    names = "cell sex low high status measure force note reason".split()
    said = {name: getattr(figure, name) for name in names}
    said["period"] = figure.financial_year or f"{figure.start or ''}..{figure.end or ''}"
    said["ages"] = "" if figure.age_low is None else f"{figure.age_low}-{high}"
    said["offence"] = figure.offence_code or figure.offence or counted
    return {name: str(cell) for name, cell in said.items()} | {"words": ""}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_corpus_is_read_as_its_expected_rows_say(path):
    with (CORPUS / f"{path.name}.expected.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        expected = list(lines)
    readings = read_file(path, path.name, {path.name: Decisions(force="Kent")})
    rows = [row_of(figure) for reading in readings for figure in reading.figures]
    found = [{name: row[name] for name in lines.fieldnames} for row in rows]
    assert found == [row for row in expected if row["status"] != "told"]
    problems = [problem for reading in readings for problem in reading.problems]
    for told in (row for row in expected if row["status"] == "told"):
        places = [one.where for one in problems if told["words"] in one.message]
        assert len(places) == 1 and told["cell"] in ("", *places), told["words"]


# whose rows are counted, and whose quotation is told as one
APART = {CORPUS / "list-of-incidents.csv", CORPUS / "second-message-passed-on.eml"}
IN_TEXT = [path for path in FILES if path.suffix in (".csv", ".txt", ".eml") and path not in APART]


@pytest.mark.parametrize("path", IN_TEXT, ids=lambda path: path.name)
def test_every_number_drawn_from_a_file_is_read_proposed_or_told_with_a_reason(path):
    text = path.read_text(encoding="utf-8").replace(",,", " ")
    printed = re.findall(r"\d+" if path.suffix == ".csv" else r"\d[\d,]*", text)
    readings = read_file(path, path.name, {path.name: Decisions(force="Kent")})
    numbers = [number for reading in readings for number in reading.numbers]
    assert all(number.status in ("read", "proposed") or number.reason for number in numbers)
    told = " ".join(number.text for number in numbers)
    for text in random.Random(20).sample(printed, min(12, len(printed))):
        assert text.strip(",") in told, text
