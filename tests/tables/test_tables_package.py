"""The data package is valid for others' tools, and every fact in it is changed in one place."""

import json
import shutil

import pytest
from frictionless import Package

from helpers.tables import TableError, read_table, write_table
from helpers.tables.files import project_root
from helpers.tables.package import parse, read_yaml, schema_files, tables, write_package
from helpers.tables.store import table_path
from tests.frames import cases
from tests.tables.conftest import SCHEMAS


def faults(path):
    report = Package(str(path)).validate()
    found = [(task.name, error.type, error.message) for task in report.tasks for error in task.errors]
    return found + [("package", error.type, error.message) for error in report.errors]


def test_the_package_of_the_data_is_valid_and_a_planted_fault_is_found(project):
    assert faults(project / "data/datapackage.yaml") == []
    path = project / "data/raw/population.csv"
    path.write_text("force,year,population\nKernow,2015,12\nKent,2015,0\n", encoding="utf-8")
    report = Package(str(project / "data/datapackage.yaml")).get_resource("population").validate()
    assert {error.type for error in report.tasks[0].errors} == {"foreign-key", "constraint-error"}


def test_the_package_of_a_run_is_valid_and_stands_without_the_project(project, tmp_path, monkeypatch):
    monkeypatch.setenv("RISE_OUT", str(tmp_path / "out"))
    vintages = read_table("recorded_crime_vintages").assign(change=0, ratio=1.0)
    write_table("official_vintages", vintages)
    package = write_package(tmp_path / "out")
    assert faults(package) == []
    shutil.rmtree(project / "data")
    resource = Package(str(package)).get_resource("official_vintages")
    assert len(resource.read_rows()) == 264
    fields = json.loads(package.read_text())["resources"][0]["schema"]["fields"]
    assert [field["vocabulary"] for field in fields if field["name"] == "force"] == ["forces"]


def test_the_index_lists_every_table_that_is_kept_by_hand_and_its_file():
    index = read_yaml(project_root() / "data/datapackage.yaml")["resources"]
    kept = [name for name, one in tables().items() if one.kind != "built"]
    paths = {name: table_path(name).relative_to(project_root() / "data").as_posix() for name in kept}
    assert {one["name"]: one["path"] for one in index} == paths


@pytest.mark.parametrize(("change", "said"), cases(__file__)["schema_with_a_slip"])
def test_a_schema_with_a_slip_names_the_file_the_place_and_the_remedy(change, said):
    with pytest.raises(TableError) as caught:
        parse(read_yaml(SCHEMAS / "counts.yaml") | change, "data/schemas/counts.yaml")
    assert str(caught.value).startswith("data/schemas/counts.yaml: ")
    assert said in str(caught.value)


def test_a_table_depends_on_its_own_schema_and_on_the_lists_that_it_refers_to():
    names = [path.name for path in schema_files("foi_status")]
    assert names == ["foi_status.yaml", "foi_rounds.csv", "forces.csv", "areas.csv", "sources.csv"]
    assert schema_files("nobody") == ()


def test_a_table_that_is_not_asked_for_by_its_name_is_given_no_file_to_add():
    with pytest.raises(TableError, match=r'this table \(give its name, as "foi_figures"\)'):
        read_table(None)
