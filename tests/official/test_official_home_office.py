"""The Home Office's layout is read from CSV, XLSX and ODS. Every table here is made up and says so."""

import csv

import pytest

from helpers.official import home_office as ho
from helpers.tables import TableError
from tests.frames import examples
from tests.intake.conftest import MadeUp

GROUPS = "Offence Description,Offence Group,Offence Subgroup,Offence Code"
HEADINGS = f"Financial Year,Financial Quarter,Force Name,{GROUPS},Number of Offences".split(",")


def row(year="2017/18", quarter=1, force="Kent", code="71", count=3, description="Made up"):
    return [year, quarter, force, description, "Made up", "Made up", code, count]


def write_csv(folder, rows, headings=HEADINGS, encoding="utf-8"):
    path = folder / "made-up.csv"
    with open(path, "w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def write_xlsx(folder, sheets):
    return MadeUp(folder).xlsx("made-up.xlsx", sheets)


def test_the_citys_printed_name_and_bodies_that_are_no_forces(tmp_path):
    rows = [row(force=name, code=code) for name, code in
            (("London, City of", "71"), ("Action Fraud", "AF"), ("CIFAS", "CIFAS"))]  # fmt: skip
    found = ho.read_open_data(write_csv(tmp_path, rows))
    assert found["force"].tolist() == ["City of London"]
    bodies = "Action Fraud is not a police force", "CIFAS is not a police force"
    assert found.attrs["set_aside"] == dict.fromkeys(bodies, 1)
    assert found.attrs["rows"] == 3


def test_one_sheet_a_year_with_cover_title_lines_and_other_headings(tmp_path):
    without_groups = [0, 1, 2, 3, 6, 7]
    other = [HEADINGS[at].replace(" ", "_") for at in without_groups]
    sheets = {
        "Cover": [["Made up for a test"], ["Contact: nobody"]],
        "2016-17": [["Made up table"], [], other, [row(year="2016/17")[at] for at in without_groups]],
        "2017-18": [HEADINGS, row(), row(force="Essex", quarter="Q2")],
    }
    found = ho.read_open_data(write_xlsx(tmp_path, sheets))
    assert found.attrs["sheets"] == ["2016-17", "2017-18"]
    assert found["financial_year"].tolist() == ["2016/17", "2017/18", "2017/18"]
    assert found["force"].tolist() == ["Kent", "Essex", "Kent"]


def test_a_code_that_a_spreadsheet_turned_into_a_number(tmp_path):
    named = {"Corporate manslaughter": 3, "Manslaughter": 5}
    rows = [row(code=4.1, description=name, count=n) for name, n in named.items()] + [row(code=71.0)]
    found = ho.read_open_data(write_xlsx(tmp_path, {"2017-18": [HEADINGS, *rows]}))
    assert found.set_index("offence_code")["q1"].to_dict() == {"4.1": 5, "4.10": 3, "71": 3}


def test_a_quarter_that_nobody_has_is_empty_and_a_gap_in_one_that_others_have_is_zero(tmp_path):
    found = ho.read_open_data(write_csv(tmp_path, [row(), row(force="Essex", quarter=2)]))
    assert found[["q1", "q2"]].values.tolist() == [[0, 3], [3, 0]]
    assert found[["q3", "q4"]].isna().all(axis=None)


@pytest.mark.parametrize(("cell", "printed", "column", "said"), examples(__file__, "bad_cells.csv"))
def test_a_cell_that_cannot_be_read_is_named_with_its_row(tmp_path, cell, printed, column, said):
    with pytest.raises(TableError) as error:
        ho.read_open_data(write_csv(tmp_path, [row(), row(**{cell: printed})]))
    assert [(fault.row, fault.column) for fault in error.value.faults] == [(3, column)]
    assert said in str(error.value) and "made-up.csv" in str(error.value)


def test_files_that_are_not_such_tables_are_refused(tmp_path):
    with pytest.raises(TableError, match="is missing"):
        ho.read_open_data(tmp_path / "none.csv")
    (tmp_path / "notes.docx").write_bytes(b"made up")
    with pytest.raises(TableError, match=r"none of \.csv"):
        ho.read_open_data(tmp_path / "notes.docx")
    (tmp_path / "broken.ods").write_bytes(b"made up")
    with pytest.raises(TableError, match="cannot be opened"):
        ho.read_open_data(tmp_path / "broken.ods")
    with pytest.raises(TableError, match="no sheet has the headings"):
        ho.read_open_data(write_csv(tmp_path, [["a", "b"]], headings=["One", "Two"]))
