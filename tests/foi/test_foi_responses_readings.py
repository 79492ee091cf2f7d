"""What an analyst decides for a table of a made-up answer, and how long it holds."""

from helpers.foi.responses.reader import read_file
from helpers.foi.responses.reading import read_toml, to_toml

FIRST = [["Category", "2014/15", "2015/16"], ["Contact", 12, 18], ["Online", 3, 6]]


def _decided(path, meaning, folder):
    """The reading of a file with a meaning written for its table."""
    text = to_toml(read_file(path, path.name)[0]).replace('meaning = ""', f'meaning = "{meaning}"')
    edited = folder / "edited.toml"
    edited.write_text(text)
    return read_toml(edited)[2]


def test_what_is_decided_for_a_table_is_written_down_again(made, tmp_path):
    path = made.xlsx("first.xlsx", FIRST)
    decisions = _decided(path, "age 0 to 17", tmp_path)
    again = read_file(path, path.name, decisions)[0]
    assert {figure.age_high for figure in again.figures} == {17}
    assert 'meaning = "age 0 to 17"' in to_toml(again)


def test_next_year_s_table_is_known_by_its_headings_without_their_years(made, tmp_path):
    decisions = _decided(made.xlsx("first.xlsx", FIRST), "age 0 to 17", tmp_path)
    later = made.xlsx("later.xlsx", [["Category", "2016/17", "2017/18"], *FIRST[1:]])
    assert {figure.age_high for figure in read_file(later, later.name, decisions)[0].figures} == {17}
    other = made.xlsx("other.xlsx", [["District", "2016/17", "2017/18"], *FIRST[1:]])
    assert {figure.age_high for figure in read_file(other, other.name, decisions)[0].figures} == {None}


def test_tables_of_one_file_that_differ_by_their_years_are_decided_one_by_one(made, tmp_path):
    rows = [*FIRST, [], [], ["Category", "2016/17", "2017/18"], *FIRST[1:]]
    path = made.xlsx("both.xlsx", rows)
    text = to_toml(read_file(path, path.name)[0]).replace('meaning = ""', 'meaning = "female"', 1)
    (tmp_path / "edited.toml").write_text(text)
    figures = read_file(path, path.name, read_toml(tmp_path / "edited.toml")[2])[0].figures
    assert {(figure.sex, figure.financial_year < "2016") for figure in figures} == {
        ("female", True),
        ("", False),
    }
