"""The data as they stand: every table described, every figure where it was, every source registered."""

import csv
import sys

import pytest

from helpers.tables import dictionary, read_table, vocabularies
from helpers.tables.files import project_root
from helpers.tables.forces import FORCES
from helpers.tables.package import tables
from helpers.tables.store import table_path
from tests.conftest import run


def test_every_file_under_raw_is_described_and_every_raw_table_has_its_file():
    files = {path.stem for path in (project_root() / "data" / "raw").iterdir()}
    assert files == {name for name, one in tables().items() if one.kind == "raw"}


@pytest.mark.parametrize("name", [name for name, one in tables().items() if one.kind == "raw"])
def test_raw_files_are_plain_and_their_columns_in_the_order_of_the_schema(name):
    data = table_path(name).read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    header = next(csv.reader(data.decode("utf-8").splitlines()))
    assert header == [column.name for column in tables()[name].columns]


def test_every_table_and_column_says_what_it_is():
    for one in tables().values():
        assert one.description.endswith("."), one.name
        for column in one.columns:
            assert column.description.endswith("."), (one.name, column.name)
            if isinstance(column.vocabulary, str):
                assert vocabularies.values(column.vocabulary), (one.name, column.name)


def test_the_dictionary_is_what_the_schemas_say():
    committed = (project_root() / "data" / "README.md").read_text(encoding="utf-8")
    assert committed == dictionary.dictionary(), "run: python -m helpers.tables.dictionary"


@pytest.mark.parametrize("name", ["online_series", "disclosure_series"])
def test_a_row_that_repeats_an_foi_figure_has_its_area_and_its_value(name):
    printed = read_table("foi_printed").set_index("row")
    series = read_table(name)
    repeats = series[series["repeats_row"].notna()]
    assert len(repeats) == {"online_series": 219, "disclosure_series": 25}[name]
    originals = printed.loc[repeats["repeats_row"]]
    assert repeats["area"].tolist() == originals["area"].tolist()
    assert repeats["value_text"].tolist() == originals["value_text"].tolist()


def test_the_data_as_they_stand_have_no_fault_and_every_source_is_used_or_stands_for_a_whole_table():
    used = set()
    for name, one in tables().items():
        used.update(one.sources)
        citing = [column.name for column in one.columns if column.vocabulary == "sources"]
        if one.kind != "built":
            cells = read_table(name)[citing].stack().explode().dropna()
            used.update(part for cell in cells for part in cell.split(";"))
    assert used == set(vocabularies.values("sources"))


def test_recorded_crime_covers_every_force_of_its_publisher():
    crime = read_table("recorded_crime")
    assert set(crime["force"]) == set(FORCES) - {"Police Scotland", "Police Service of Northern Ireland"}
    gap = crime.loc[crime["q1"].isna(), ["financial_year", "force"]].values.tolist()
    assert gap == [["2014/15", "Bedfordshire"]]
    assert set(crime.loc[crime["q4"].isna(), "financial_year"]) == {"2025/26"}


def test_the_command_line_need_not_load_pandas_for_a_vocabulary():
    code = (
        "import sys; from helpers.tables import files, store, vocabularies; vocabularies.values('offences'); "
        "files.content_hash(store.table_path('forces')); print({'pandas', 'pandera'} & set(sys.modules))"
    )
    assert run(sys.executable, "-c", code).stdout == "set()\n"
