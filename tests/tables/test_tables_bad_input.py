"""Errors planted in a copy of the data: one clear message with the file, the line, the column and the mend."""

import re

import pytest

from helpers.tables import TableError, read_table
from helpers.tables.package import Column, Table, tables
from helpers.tables.reading import read_toml
from helpers.tables.store import check_all
from helpers.tables.validation import validate

KEPT = [name for name, one in tables().items() if one.kind != "built"]


def replace(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8", newline="\n")


def line_of(path, start):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def error_of(name) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(name)
    return caught.value


def test_the_data_as_they_stand_have_no_fault(project):
    check_all(KEPT)


def test_an_unknown_force(project):
    path = project / "data/raw/recorded_crime.csv"
    line = line_of(path, "2014/15,Cleveland,17A")
    replace(path, "2014/15,Cleveland,17A", "2014/15,Cleevland,17A")
    error = error_of("recorded_crime")
    assert (error.table, error.row, error.column) == ("data/raw/recorded_crime.csv", line, "force")
    assert (error.value, error.nearest) == ("Cleevland", "Cleveland")
    assert "correct the cell" in str(error)


def test_a_year_that_does_not_exist(project):
    path = project / "data/raw/recorded_crime_vintages.csv"
    replace(path, "2014/15,Cleveland", "2014/16,Cleveland")
    error = error_of("recorded_crime_vintages")
    assert (error.column, error.value, error.nearest) == ("financial_year", "2014/16", "2014/15")
    assert str(error).endswith("(write it as 2014/15)")


def test_a_printed_year_that_does_not_exist(project):
    path = project / "data/raw/foi_printed.csv"
    line = line_of(path, "1,")
    replace(path, ",2007/08,", ",2007/09,")
    error = error_of("foi_printed")
    assert (error.row, error.column, error.value, error.nearest) == (line, "period", "2007/09", "2007/08")


def test_a_printed_figure_that_stands_twice(project):
    path = project / "data/raw/foi_printed.csv"
    text = path.read_text(encoding="utf-8")
    second = text.splitlines()[2]
    path.write_text(text + second.replace("2,", "762,", 1) + "\n", encoding="utf-8")
    error = error_of("foi_printed")
    assert error.row == 763
    assert "repeats another row" in str(error)


def test_the_source_of_a_whole_table(project):
    path = project / "data/sources.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("\nhome-office-recorded-crime-2026,", "\nhome-office-2026,"), encoding="utf-8"
    )
    said = str(error_of("recorded_crime"))
    assert 'rests on the source "home-office-recorded-crime-2026", which nobody registered' in said
    assert "add it to data/sources.csv" in said


def test_a_source_that_nobody_registered(project):
    path = project / "data/raw/foi_printed.csv"
    row = path.read_text(encoding="utf-8").splitlines()[3]
    source = re.search(r",([a-z0-9-]+-\d{4}[0-9-]*),", row)[1]
    path.write_text(
        path.read_text(encoding="utf-8").replace(row, row.replace(source, "the-daily-planet-2017")),
        encoding="utf-8",
    )
    error = error_of("foi_printed")
    assert (error.table, error.row, error.column) == ("data/raw/foi_printed.csv", 4, "source")
    assert error.value == "the-daily-planet-2017"
    assert "add it to data/sources.csv" in str(error)


def test_a_source_taken_out_of_the_register(project):
    path = project / "data/sources.csv"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("ons-mid-year-2015,")
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    error = error_of("child_population")
    assert len(error.faults) == 43
    assert "\n" not in str(error)
    assert str(error).endswith("(add it to data/sources.csv) … and in 42 more lines")


def test_of_many_kinds_of_fault_ten_are_told(project):
    path = project / "data/raw/population.csv"
    path.write_text(
        "force,year,population\n" + "".join(f"Kent,20{n:02d},{n}x\n" for n in range(1, 20)), encoding="utf-8"
    )
    said = str(error_of("population")).splitlines()
    assert said[0] == "data/raw/population.csv: 19 faults"
    assert len(said) == 12
    assert said[-1] == "  … and 9 more"


def test_a_duplicate_key_names_both_lines(project):
    path = project / "data/raw/population.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[5]]) + "\n", encoding="utf-8")
    error = error_of("population")
    assert error.row == len(lines) + 1
    assert "repeats the key of line 6" in str(error)
    assert "(remove one)" in str(error)


def test_a_misspelt_column(project):
    replace(project / "data/raw/population.csv", "force,year,population", "force,year,populaton")
    error = error_of("population")
    assert (error.row, error.column, error.nearest) == (1, "populaton", "population")
    assert "column population: this column is missing" in str(error)


def test_an_extra_and_a_doubled_column(project):
    path = project / "data/vocabularies/force_aliases.csv"
    path.write_text("alias,force,force,why\nGMP,Greater Manchester,Kent,x\n", encoding="utf-8")
    said = str(error_of("force_aliases"))
    assert "column force: this column stands twice" in said
    assert "column why: the schema has no such column" in said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("12.5", '"12.5" is not a whole number'),
        ("1,234", "has 4 cells"),
        (" 12", "is not a whole number"),
        ("-3", "is below 1"),
    ],
)
def test_a_cell_that_is_no_count(project, cell, said):
    path = project / "data/raw/population.csv"
    path.write_text(f"force,year,population\nCleveland,2015,{cell}\n", encoding="utf-8")
    error = error_of("population")
    assert error.row == 2
    assert said in str(error)


def test_an_empty_cell_where_none_is_allowed(project):
    path = project / "data/raw/population.csv"
    path.write_text("force,year,population\nCleveland,2015,\n", encoding="utf-8")
    assert "line 2, column population: is empty (fill the cell)" in str(error_of("population"))


def test_a_row_with_too_many_cells(project):
    path = project / "data/raw/recorded_crime.csv"
    replace(path, "\n2012/13,Avon and Somerset,104,140", "\n2012/13,Avon and Somerset,104,1,40")
    error = error_of("recorded_crime")
    assert "has 8 cells where the header has 7" in str(error)
    assert "put cells that hold a comma in quotation marks" in str(error)


def test_a_quotation_mark_that_never_closes(project):
    path = project / "data/raw/foi_status.csv"
    path.write_text(path.read_text(encoding="utf-8") + '2017-03,Cleveland,provided,"x', encoding="utf-8")
    assert "broken CSV" in str(error_of("foi_status"))


def test_a_quotation_mark_inside_a_cell(project):
    path = project / "data/vocabularies/force_aliases.csv"
    path.write_text(
        'alias,force\nGMP,Greater Manchester\n"Met" police,Metropolitan Police\n', encoding="utf-8"
    )
    error = error_of("force_aliases")
    assert error.row == 3
    assert "close or double the quotation mark" in str(error)


def test_bytes_that_are_not_utf8_are_placed_on_their_line(project):
    path = project / "data/vocabularies/force_aliases.csv"
    path.write_bytes(b"alias,force\nGMP,Greater Manchester\nM\xe9t,Metropolitan Police\n")
    error = error_of("force_aliases")
    assert error.row == 3
    assert "is not UTF-8: byte 0xE9 (save it as UTF-8)" in str(error)


def test_a_nul_byte(project):
    path = project / "data/vocabularies/force_aliases.csv"
    path.write_bytes(b"alias,force\nGMP,Greater\0Manchester\n")
    error = error_of("force_aliases")
    assert error.row == 2
    assert "NUL" in str(error)


def test_a_file_of_another_programme_with_marks_and_windows_line_ends_is_read(project):
    path = project / "data/vocabularies/force_aliases.csv"
    path.write_bytes(b"\xef\xbb\xbfalias,force\r\nGMP,Greater Manchester\r\n")
    assert read_table("force_aliases").to_dict("list") == {"alias": ["GMP"], "force": ["Greater Manchester"]}


@pytest.mark.parametrize("content", [None, b"", b"\n \n"])
def test_a_missing_and_an_empty_file(project, content):
    path = project / "data/raw/population.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    error = error_of("population")
    assert error.table == "data/raw/population.csv"
    assert str(error).endswith("(restore it from the repository)")


def test_a_missing_vocabulary_is_said_once(project):
    (project / "data/vocabularies/offences.csv").unlink()
    with pytest.raises(TableError) as caught:
        check_all(KEPT)
    assert str(caught.value) == "data/vocabularies/offences.csv: is missing (restore it from the repository)"


def test_several_faults_in_one_file_come_together_in_the_order_of_the_file(project):
    path = project / "data/raw/child_population.csv"
    path.write_text(
        "force,year,aged_0_12,aged_0_15,aged_0_17,all_ages,source\n"
        "Clevland,2015,1,2,3,4,ons-mid-year-2015\n"
        "Durham,1815,1,2,3,4,ons-mid-year-2015\n"
        "Kent,2015,9,2,3,4,ons-mid-year-2015\n"
        "Kent,2015,x,2,3,4,ons-mid-year-2016\n",
        encoding="utf-8",
    )
    assert [(fault.row, fault.column) for fault in error_of("child_population").faults] == [
        (2, "force"),
        (3, "year"),
        (4, None),
        (5, "aged_0_12"),
        (5, "force"),
        (5, "source"),
    ]


def test_faults_in_several_files_come_together(project):
    replace(project / "data/raw/population.csv", "force,year,population", "force,year,people")
    replace(project / "data/raw/foi_status.csv", ",provided,", ",provded,", count=5)
    with pytest.raises(TableError) as caught:
        check_all(KEPT)
    said = str(caught.value)
    assert "data/raw/population.csv: line 1, column people" in said
    assert said.count("data/raw/foi_status.csv: line") == 1
    assert "… and in 4 more lines" in said


def test_only_the_tables_asked_for_are_checked(project):
    (project / "data/raw/events.csv").write_text("nonsense\n", encoding="utf-8")
    check_all(["forces", "population"])
    with pytest.raises(TableError, match=r"data/raw/events\.csv"):
        check_all(["events"])


REGISTER = Table(
    "judgements",
    "Judgements",
    "One judgement.",
    kind="register",
    key=("id",),
    columns=(
        Column("id", "str", "Id.", pattern="[a-z0-9-]+"),
        Column("rows", "list", "Rows."),
        Column("expect", "dict", "Guard.", nullable=True),
        Column("value", "int", "Value.", nullable=True),
        Column("date", "str", "Date.", check="date", nullable=True),
    ),
)


def register(tmp_path, text):
    path = tmp_path / "judgements.toml"
    path.write_text(text, encoding="utf-8")
    frame, lines, faults = read_toml(path, REGISTER)
    return validate(frame, REGISTER, file="data/judgements.toml", lines=lines, faults=faults)


def test_a_register_keeps_lists_tables_and_dates(tmp_path):
    frame = register(
        tmp_path,
        '# comment\n[[entry]]\nid = "a"\nrows = [1, 2]\nexpect = { value_text = "270" }\ndate = 2017-03-22\n\n'
        '[[entry]]\nid = "b"\nrows = []\nvalue = 3\n',
    )
    assert frame["rows"].tolist() == [[1, 2], []]
    assert frame.loc[0, "expect"] == {"value_text": "270"}
    assert frame["date"].tolist()[0] == "2017-03-22"
    assert str(frame["value"].dtype) == "Int64"


def test_an_empty_register_is_a_table_without_rows(tmp_path):
    assert len(register(tmp_path, "# nothing to correct yet\n")) == 0


def test_broken_toml_names_its_line(tmp_path):
    with pytest.raises(TableError) as caught:
        register(tmp_path, '[[entry]]\nid = "a"\nrows = [1,\nvalue = = 3\n')
    assert caught.value.row in (3, 4)
    assert "broken TOML" in str(caught.value)


def test_a_misspelt_field_and_a_wrong_type_are_placed_on_their_entry(tmp_path):
    with pytest.raises(TableError) as caught:
        register(tmp_path, '[[entry]]\nid = "a"\nrows = [1]\n\n[[entry]]\nid = "b"\nrows = "1"\nvalu = 3\n')
    assert [(fault.row, fault.column, fault.nearest) for fault in caught.value.faults] == [
        (5, "rows", None),
        (5, "valu", "value"),
    ]


def test_a_duplicate_key_in_a_register(tmp_path):
    with pytest.raises(TableError, match="line 4, column id: repeats the key of line 1"):
        register(tmp_path, '[[entry]]\nid = "a"\nrows = [1]\n[[entry]]\nid = "a"\nrows = [2]\n')


def test_something_beside_the_entries(tmp_path):
    with pytest.raises(TableError, match=r"holds \['other'\] beside"):
        register(tmp_path, 'other = 1\n[[entry]]\nid = "a"\nrows = [1]\n')
