"""The data as they stand: every table described, every figure where it was, every source registered."""

import csv
import subprocess
import sys

import pytest

from helpers.tables import dictionary, read_table, vocabularies
from helpers.tables.forces import FORCES
from helpers.tables.measures import MEASURES, measure
from helpers.tables.offences import CHILD_ONLY
from helpers.tables.package import tables
from helpers.tables.periods import parse_period
from helpers.tables.store import project_root, table_path

# Rows of each published table: one that vanishes, or comes twice, is a fault of ours.
ROWS = {
    "attributions": 23,
    "cancelled_records": 11,
    "child_population": 215,
    "disclosure_series": 248,
    "events": 74,
    "foi_printed": 761,
    "foi_rounds": 34,
    "foi_status": 263,
    "forces": 46,
    "inspection_2014_forces": 27,
    "inspection_2014_national": 22,
    "inspections": 79,
    "offences": 134,
    "online_series": 433,
    "population": 817,
    "recorded_crime": 42_813,
    "recorded_crime_groups": 9_686,
    "recorded_crime_national": 2_639,
    "recorded_crime_vintages": 264,
    "recorded_rape": 66,
}


def test_every_file_under_raw_is_described_and_every_raw_table_has_its_file():
    files = {path.stem for path in (project_root() / "data" / "raw").iterdir()}
    assert files == {name for name, one in tables().items() if one.kind == "raw"}


@pytest.mark.parametrize("name", ROWS)
def test_no_published_row_is_lost_or_doubled(name):
    assert len(read_table(name)) == ROWS[name]


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


def test_the_dictionary_names_every_table_column_and_measure():
    text = dictionary.dictionary()
    for one in tables().values():
        assert f"### {one.name}\n" in text
        assert all(f"| `{column.name}` |" in text for column in one.columns)


def test_the_headline_figures_are_as_printed():
    printed = read_table("foi_printed")
    told = printed[(printed["round"] == "2017-03") & (printed["measure"] == "all_sexual_offences_u18")]
    values = told.groupby(["area", "period"])["value_text"].agg(set)
    assert values["Cleveland", "2014/15"] == {"247"}
    assert values["Cleveland", "2015/16"] == {"820"}
    assert values["Northumbria", "2014/15"] == {"778"}
    assert values["Northumbria", "2015/16"] == {"1482"}
    assert "55507" in values["UK", "2015/16"]


def test_values_that_disagree_stand_side_by_side():
    printed = read_table("foi_printed")
    wiltshire = printed[
        (printed["area"] == "Wiltshire")
        & (printed["period"] == "2014/15")
        & (printed["measure"] == "all_sexual_offences_u18")
    ]
    assert set(wiltshire["value_text"]) == {"698", "372"}


def test_the_official_floor_of_cleveland_and_northumbria():
    crime = read_table("recorded_crime")
    child = crime[crime["offence_code"].isin(CHILD_ONLY) & (crime["financial_year"] == "2014/15")]
    floor = child.set_index("force")[["q1", "q2", "q3", "q4"]].sum(axis=1).groupby("force").sum()
    assert (floor["Cleveland"], floor["Northumbria"]) == (348, 851)


def test_the_rows_of_foi_printed_are_numbered_once_and_for_all():
    assert read_table("foi_printed")["row"].tolist() == list(range(1, 762))


@pytest.mark.parametrize("name", ["online_series", "disclosure_series"])
def test_a_row_that_repeats_an_foi_figure_has_its_area_and_its_value(name):
    printed = read_table("foi_printed").set_index("row")
    series = read_table(name)
    repeats = series[series["repeats_row"].notna()]
    assert len(repeats) == {"online_series": 219, "disclosure_series": 25}[name]
    originals = printed.loc[repeats["repeats_row"]]
    assert repeats["area"].tolist() == originals["area"].tolist()
    assert repeats["value_text"].tolist() == originals["value_text"].tolist()


def test_printed_periods_are_read_but_for_the_one_that_says_unknown():
    unread = []
    for text in read_table("foi_printed")["period"].unique():
        try:
            parse_period(text)
        except ValueError:
            unread.append(text)
    assert unread == ["unknown"]


def test_every_source_is_used_or_stands_for_a_whole_table():
    used = set()
    for name, one in tables().items():
        used.update(one.sources)
        citing = [column.name for column in one.columns if column.vocabulary == "sources"]
        if one.kind != "built" and citing:
            cells = read_table(name)[citing].stack().explode().dropna()
            used.update(part for cell in cells for part in cell.split(";"))
    assert used == set(vocabularies.values("sources"))


def test_official_statistics_are_under_the_open_government_licence():
    for row in vocabularies.rows("sources"):
        if row["publisher"] in ("Home Office", "Office for National Statistics", "HMICFRS"):
            assert row["licence"] == "OGL-UK-3.0", row["source"]


def test_measures_have_ages_that_can_be():
    assert (measure("age_0_10").age_high, measure("age_under_10").age_high) == (10, 9)
    assert set(read_table("foi_printed")["measure"]) <= set(MEASURES)


def test_each_round_has_figures_in_the_years_it_says():
    printed = read_table("foi_printed")
    for one in read_table("foi_rounds").itertuples():
        periods = set(printed.loc[printed["round"] == one.round, "period"])
        years = set(one.years.split(";")) if isinstance(one.years, str) else set()
        assert {period for period in periods if period in vocabularies.values("financial_years")} <= years


def test_recorded_crime_covers_every_force_of_its_publisher():
    crime = read_table("recorded_crime")
    assert set(crime["force"]) == set(FORCES) - {"Police Scotland", "Police Service of Northern Ireland"}
    assert crime.loc[crime["q1"].isna(), ["financial_year", "force"]].values.tolist() == [
        ["2014/15", "Bedfordshire"]
    ]
    assert set(crime.loc[crime["q4"].isna(), "financial_year"]) == {"2025/26"}


def test_the_command_line_need_not_load_pandas_for_a_vocabulary():
    code = (
        "import sys; from helpers.tables import store, vocabularies; vocabularies.values('offence_codes'); "
        "store.content_hash(store.table_path('forces')); print({'pandas', 'pandera'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project_root()
    )
    assert run.stdout == "set()\n"
