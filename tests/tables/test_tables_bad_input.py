"""Errors planted in a copy of the data: one clear message with the file, the line, the column and the remedy."""

import pytest

from helpers.tables import TableError, read_table
from helpers.tables.reading import read_toml
from helpers.tables.store import check_all
from helpers.tables.validation import validate
from tests.frames import cases
from tests.tables.conftest import described

RAW, WORDS = "data/raw", "data/vocabularies"
CASES = cases(__file__)


def plant(project, name, old, new, count=1):
    """Replace a text in a file; where it is None, put something else in place of the whole, or add it at the end."""
    path = project / name
    before = path.read_bytes()
    if old is None:
        path.unlink()
        if new is not None:
            path.write_bytes(new if isinstance(new, bytes) else new.encode())
        return 0
    assert old.encode() in before
    path.write_bytes(before.replace(old.encode(), new.encode(), count))
    return before.count(b"\n", 0, before.index(old.encode())) + 1


def error_of(name) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(name)
    return caught.value


@pytest.mark.parametrize("name, old, new, column, nearest, said", CASES["slip_in_a_published_table"])
def test_a_slip_is_placed_on_its_line_with_the_remedy(project, name, old, new, column, nearest, said):
    line = plant(project, f"{RAW}/{name}.csv", old, new)
    error = error_of(name)
    assert error.table == f"{RAW}/{name}.csv"
    expected = line + old.startswith("\n"), column or None, nearest or None
    first = error.faults[0]
    assert (first.row, first.column, first.nearest) == expected
    assert said in str(error)


GONE = None, None, "is missing (restore it from the repository)"
LATIN = b"force,year,population\nM\xe9t,2015,1\n", 2, "is not UTF-8: byte 0xE9 (save it as UTF-8)"


@pytest.mark.parametrize(("content", "row", "said"), [*CASES["population_that_cannot_be"], GONE, LATIN])
def test_a_file_or_a_cell_that_cannot_be_is_named(project, content, row, said):
    plant(project, f"{RAW}/population.csv", None, content)
    error = error_of("population")
    assert (error.table, error.faults[0].row) == (f"{RAW}/population.csv", row or None)
    assert said in str(error)


def test_a_slip_in_many_rows_is_told_once_and_of_many_kinds_ten_are(project):
    plant(project, "data/sources.csv", "\nons-mid-year-2015,", "\nons-mid-year-2051,")
    error = error_of("child_population")
    assert len(error.faults) == 43
    assert "\n" not in str(error)
    assert str(error).endswith("(add it to data/sources.csv) … and in 42 more lines")
    rows = "".join(f"Kent,20{n:02d},{n}x\n" for n in range(1, 20))
    plant(project, f"{RAW}/population.csv", None, f"force,year,population\n{rows}")
    said = str(error_of("population")).splitlines()
    assert (said[0], len(said), said[-1]) == ("data/raw/population.csv: 19 faults", 12, "  … and 9 more")


def test_faults_in_several_files_come_together_a_missing_list_once_and_only_of_the_tables_asked_for(project):
    plant(project, f"{RAW}/population.csv", "force,year,population", "force,year,people")
    plant(project, f"{RAW}/foi_status.csv", ",provided,", ",provded,", count=5)
    check_all(["forces", "events"])
    with pytest.raises(TableError) as caught:
        check_all(["population", "foi_status", "forces"])
    said = str(caught.value)
    assert "data/raw/population.csv: line 1, column people" in said
    assert said.count("data/raw/foi_status.csv: line") == 1 and "… and in 4 more lines" in said
    plant(project, f"{WORDS}/offences.csv", None, None)
    for names in (["offences", "recorded_crime", "recorded_crime_vintages"], ["forces"]):
        with pytest.raises(TableError) as caught:
            check_all(names)
        said = "data/vocabularies/offences.csv: is missing (restore it from the repository)"
        assert str(caught.value) == said


def test_expected_shares_that_are_more_than_the_whole_are_refused(project):
    plant(project, "data/priors.toml", "other = 0.15", "other = 0.25")
    assert "the expected shares do not add up to one" in str(error_of("priors"))
    plant(project, "data/priors.toml", "other = 0.25\n", "")
    assert str(error_of("priors")).endswith("column other: is empty (fill the cell)")


BROKEN = ("resources: [", "line 1[2-9]: broken YAML"), ("other:", "lists no resources")


@pytest.mark.parametrize(("new", "said"), BROKEN)
def test_an_index_of_the_data_package_that_cannot_be_read_is_named(project, new, said):
    plant(project, "data/datapackage.yaml", "resources:", new)
    with pytest.raises(TableError, match=f"^data/datapackage.yaml: {said}"):
        check_all(["forces"])


def register(tmp_path, text):
    path = tmp_path / "judgements.toml"
    path.write_text(text, encoding="utf-8")
    register = described("judgements")
    frame, lines, faults = read_toml(path, register)
    return validate(frame, register, file="data/judgements.toml", lines=lines, faults=faults)


def test_a_register_keeps_lists_tables_and_dates_and_an_empty_one_is_a_table_without_rows(tmp_path):
    first = '# comment\n[[entry]]\nid = "a"\nrows = [1]\nexpect = { value_text = "270" }\ndate = 2017-03-22\n'
    frame = register(tmp_path, f'{first}[[entry]]\nid = "b"\nrows = []\nvalue = 3\n')
    assert frame["rows"].tolist() == [[1], []]
    assert frame.loc[0, "expect"] == {"value_text": "270"}
    assert frame["date"].tolist()[0] == "2017-03-22"
    assert str(frame["value"].dtype) == "Int64"
    assert len(register(tmp_path, "# nothing to correct yet\n")) == 0


@pytest.mark.parametrize(("text", "said"), CASES["fault_of_a_register"])
def test_a_fault_of_a_register_is_placed_on_its_entry(tmp_path, text, said):
    with pytest.raises(TableError) as caught:
        register(tmp_path, text)
    assert said in str(caught.value)
