"""What an analyst decides for a table of a made-up answer, and how long it holds."""

import re

import pytest

from helpers.intake.reader import read_file
from helpers.intake.readings import BadReading, read_toml, to_toml
from tests.frames import examples

FIRST = [["Category", "2014/15", "2015/16"], ["Contact", 12, 18], ["Online", 3, 6]]


def reading_with(path, meaning, folder):
    """The reading of a file with a meaning written for its table."""
    text = to_toml(read_file(path, path.name)[0]).replace('meaning = ""', f'meaning = "{meaning}"')
    edited = folder / "edited.toml"
    edited.write_text(text)
    return read_toml(edited)


def decided(path, decisions):
    """The file as it is read with these decisions."""
    return read_file(path, path.name, {path.name: decisions})[0]


def test_what_is_decided_for_a_table_is_written_down_again(made, tmp_path):
    path = made.xlsx("first.xlsx", FIRST)
    decisions = reading_with(path, "age 0 to 17", tmp_path)
    again = decided(path, decisions)
    assert {figure.age_high for figure in again.figures} == {17}
    assert 'meaning = "age 0 to 17"' in to_toml(again)


def test_next_year_s_table_is_known_by_its_headings_without_their_years(made, tmp_path):
    decisions = reading_with(made.xlsx("first.xlsx", FIRST), "age 0 to 17", tmp_path)
    later = made.xlsx("later.xlsx", [["Category", "2016/17", "2017/18"], *FIRST[1:]])
    assert {figure.age_high for figure in decided(later, decisions).figures} == {17}
    other = made.xlsx("other.xlsx", [["District", "2016/17", "2017/18"], *FIRST[1:]])
    assert {figure.age_high for figure in decided(other, decisions).figures} == {None}


@pytest.mark.parametrize("second", [["Category", "2016/17", "2017/18"], FIRST[0]], ids=["years", "nothing"])
def test_tables_that_differ_by_their_years_or_by_nothing_are_decided_one_by_one(made, tmp_path, second):
    rows = [*FIRST, [], ["Second group"], second, *FIRST[1:]]
    path = made.xlsx("both.xlsx", rows)
    text = to_toml(read_file(path, path.name)[0]).replace('meaning = ""', 'meaning = "female"', 1)
    (tmp_path / "edited.toml").write_text(text)
    figures = decided(path, read_toml(tmp_path / "edited.toml")).figures
    sexes = {(figure.sex, int(figure.cell[1:]) <= len(FIRST)) for figure in figures}
    assert sexes == {("female", True), ("", False)}


def test_what_is_decided_for_a_table_goes_before_its_title_and_behind_its_columns(made, tmp_path):
    rows = [["Offences against under 18s"], ["Year", "Female", "Under 13"], ["2014/15", 7, 5]]
    path = made.xlsx("titled.xlsx", rows)
    figures = decided(path, reading_with(path, "age 0 to 15; male", tmp_path)).figures
    assert [(f.sex, f.age_low, f.age_high) for f in figures] == [("female", 0, 15), ("male", 0, 12)]


@pytest.mark.parametrize(("old", "new", "told"), examples(__file__, "reading_slips.csv"))
def test_a_slip_that_would_decide_nothing_is_refused(made, tmp_path, old, new, told):
    path = made.xlsx("first.xlsx", FIRST)
    text = to_toml(read_file(path, path.name)[0])
    assert old in text
    (tmp_path / "edited.toml").write_text(text.replace(old, new))
    with pytest.raises(BadReading, match=re.escape(told)):
        read_toml(tmp_path / "edited.toml")


def test_a_label_or_table_that_the_file_has_not_is_told(made, tmp_path):
    path = made.xlsx("first.xlsx", FIRST)
    text = to_toml(read_file(path, path.name)[0]).replace('"Online" = ', '"On line" = "female"  # ')
    text = text.replace("Category |", "Kategory |").replace('meaning = ""', 'meaning = "male"')
    (tmp_path / "edited.toml").write_text(text)
    reading = read_file(path, path.name, {path.name: read_toml(tmp_path / "edited.toml")})[0]
    told = [problem.message for problem in reading.problems]
    heading = "Category | 2014/15 | 2015/16"
    said = 'the reading decides for a {} "{}", which is not in the file; the nearest is "{}"'
    assert said.format("label", "on line", "online") in told
    assert said.format("table", heading.replace("C", "K"), heading) in told
