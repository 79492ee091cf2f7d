"""The corpus: small files in the habits of forces, with what is read, proposed and told of each beside it.

A new layout is added as a file in ``tests/corpus`` and its ``.expected.csv``: one row a figure, with the cell, the period, the
offence, the sex, the ages, the count and the status.
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
COLUMNS = ("cell", "period", "offence", "sex", "ages", "low", "high", "status")


def rows_of(path: Path) -> list[tuple]:
    """What is read of a file, a row a figure."""
    rows = []
    readings = read_file(path, path.name, {path.name: Decisions(force="Kent")})
    for figure in (figure for reading in readings for figure in reading.figures):
        period = figure.financial_year or f"{figure.start or ''}..{figure.end or ''}"
        high = "" if figure.age_high is None else figure.age_high
        ages = "" if figure.age_low is None else f"{figure.age_low}-{high}"
        counted = "" if figure.measure == "offences" else figure.measure
        offence = figure.offence_code or figure.offence or counted
        counts = str(figure.low), str(figure.high)
        rows.append((figure.cell, period, offence, figure.sex, ages, *counts, figure.status))
    return rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_corpus_is_read_as_its_expected_rows_say(path):
    with (CORPUS / f"{path.name}.expected.csv").open(encoding="utf-8", newline="") as file:
        expected = [tuple(row[name] for name in COLUMNS) for row in csv.DictReader(file)]
    assert rows_of(path) == expected


IN_TEXT = [path for path in FILES if path.suffix in (".csv", ".txt", ".eml")]
IN_TEXT.remove(CORPUS / "list-of-incidents.csv")  # whose rows are counted: its numbers are no counts


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


def test_the_name_of_a_force_alone_heads_the_line_below_it():
    path = CORPUS / "list-of-forces-in-the-press.txt"
    (reading,) = read_file(path, path.name, {path.name: Decisions(force="Kent")})
    assert [figure.force for figure in reading.figures][-4:] == ["Essex"] * 2 + ["South Wales"] * 2


@pytest.mark.parametrize("words", ["", " child sexual offences"], ids=["a table", "running text"])
def test_a_force_alone_on_its_line_heads_the_counts_below_it_and_nothing_else(tmp_path, words):
    path = tmp_path / "joint.txt"
    counts = {"Norfolk": (781, 802), "Suffolk": (601, 633)}
    lines = (
        f"{force}\n2018/19: {one}{words}\n2019/20: {two}{words}\n" for force, (one, two) in counts.items()
    )
    path.write_text(
        "\n".join(["Sexual offences against children", *lines, "We recorded 77 rapes in 2017/18."])
    )
    (reading,) = read_file(path, path.name, {path.name: Decisions(force="Norfolk")})
    forces = {figure.low: figure.force for figure in reading.figures}
    assert forces == {781: "Norfolk", 802: "Norfolk", 601: "Suffolk", 633: "Suffolk", 77: "Norfolk"}


def test_a_count_whose_force_its_sentence_does_not_say_leaves_that_open_where_the_file_counts_for_others():
    path = CORPUS / "what-a-sentence-leaves-open.txt"
    (reading,) = read_file(path, path.name, {path.name: Decisions(force="Gwent")})
    said = [(figure.low, figure.force, figure.open) for figure in reading.figures]
    assert said == [(389, "Gwent", ()), (322, "", ("force",))]
