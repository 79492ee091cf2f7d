"""Reading and writing: the same bytes each time, the same frame back, and never half a file."""

import errno
import multiprocessing
import os
import signal
import time
from contextlib import nullcontext

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from helpers.tables import TableError, store
from helpers.tables.files import content_hash, output_dir, project_root, write_atomic
from helpers.tables.store import read_table, to_csv, write_table
from tests.frames import cases
from tests.tables.conftest import described

CASES = cases(__file__)


def frame(**changes) -> pd.DataFrame:
    rows = [("Cleveland", 820, 247, 3.28, False, "more, than before"), ("Durham", 0, None, None, True, None)]
    names = "force offences earlier ratio complete note".split()
    return pd.DataFrame(rows, columns=names).assign(**changes)


def test_a_table_is_written_in_one_plain_form(small):
    write_table("small", frame())
    assert (output_dir() / "tables" / "small.csv").read_bytes() == CASES["plain_form"].encode()


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
WHOLE, REAL = st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)
CELLS = st.tuples(*(st.none() | kind for kind in (TEXT, WHOLE, REAL, st.booleans())), WHOLE)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(CELLS, max_size=6))
def test_write_then_read_is_the_identity(rows, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RISE_OUT", str(tmp_path_factory.mktemp("out")))
        patch.delenv("RISE_IN", raising=False)
        patch.setattr(store, "table", described)
        names, dtypes = [one.name for one in described("any").columns], "str Int64 float64 boolean int64"
        columns = zip(names, list(zip(*rows, strict=True)) or [()] * len(names), dtypes.split(), strict=True)
        made = {name: pd.Series(list(cells), dtype=dtype) for name, cells, dtype in columns}
        written = write_table("any", pd.DataFrame(made))
        again = read_table("any")
        assert_frame_equal(again, written)
        assert to_csv(again) == to_csv(written)


def test_text_that_a_spreadsheet_would_run_is_written_as_text(small):
    written = write_table("small", frame(note=["-2+3+cmd|' /C calc'!A0", "-5%"]))
    for held in (written, read_table("small")):
        assert held["note"].tolist() == ["'-2+3+cmd|' /C calc'!A0", "-5%"]


def test_a_frame_that_breaks_its_schema_is_refused_and_nothing_is_written_over(small):
    write_table("small", frame())
    before = content_hash(output_dir() / "tables" / "small.csv")
    with pytest.raises(TableError) as caught:
        write_table("small", frame(force=["Clevland", "Durham"], offences=[820, -1]))
    assert str(caught.value) == CASES["refusal"]
    assert content_hash(output_dir() / "tables" / "small.csv") == before
    assert [path.name for path in (output_dir() / "tables").iterdir()] == ["small.csv"]


HOLE = {"complete": [True, None]}, "row 2, column complete: is empty"
HALF_A_PAIR = {"note": ["\ud800", ""]}, "which is no text that a table may hold"


@pytest.mark.parametrize(("changes", "said"), [*CASES["fault_of_a_frame"], HOLE, HALF_A_PAIR])
def test_each_fault_of_a_frame_is_named(small, changes, said):
    with pytest.raises(TableError) as caught:
        write_table("small", frame(**changes))
    assert said in str(caught.value)


def test_a_notebook_may_not_write_a_raw_table_and_an_unknown_one_is_refused_with_the_nearest_name():
    with pytest.raises(TableError, match="kept by hand"):
        write_table("forces", read_table("forces"))
    with pytest.raises(TableError, match='the nearest valid value is "foi_printed"'):
        read_table("foi_prined")


@pytest.mark.parametrize(
    "cell, by_hand, in_a_run", [("-1", False, True), ("many", False, False), ("7", True, True)]
)
def test_a_built_table_is_checked_when_it_is_read_by_hand(small, monkeypatch, cell, by_hand, in_a_run):
    """A run knows by its digest that it is as it was written; what cannot be read at all is refused there, too."""
    write_table("small", frame())
    path = output_dir() / "tables" / "small.csv"
    path.write_text(path.read_text().replace("820", cell))
    for read in (by_hand, in_a_run):
        with nullcontext() if read else pytest.raises(TableError, match=f'"{cell}"'):
            assert len(read_table("small")) == 2
        monkeypatch.setenv("RISE_KNOWN", "1")
        store._latest.clear()


def test_a_built_table_that_is_not_there_yet_names_the_notebook_that_writes_it(monkeypatch, tmp_path):
    monkeypatch.setenv("RISE_IN", str(tmp_path))
    said = r"tables/official_floor\.csv: is not there yet \(run the notebook 11_official_series\)"
    with pytest.raises(TableError, match=said):
        read_table("official_floor")


@pytest.mark.parametrize("name", ["data/vocabularies/forces.csv", "data/schemas/forces.yaml"])
def test_a_table_is_read_again_once_its_file_or_its_schema_is_another(project, name):
    read_table("forces")
    (project / name).write_text("force\n")
    with pytest.raises(TableError):
        read_table("forces")


def test_the_root_is_found_from_any_folder_inside(project, monkeypatch):
    monkeypatch.delenv("RISE_ROOT")
    monkeypatch.chdir(project / "data" / "raw")
    assert project_root() == project


def _write_for_ever(path, content):
    while True:
        write_atomic(path, content)


def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path):
    path = tmp_path / "table.csv"
    write_atomic(path, "old\n" * 100_000)
    fork = multiprocessing.get_context("fork")
    writer = fork.Process(target=_write_for_ever, args=(path, "new\n" * 100_000))
    writer.start()
    time.sleep(0.2)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert set(path.read_text().splitlines()) in ({"old"}, {"new"})
    assert len(path.read_text()) == 400_000


def test_a_write_that_fails_names_the_file_and_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left") as raised:
        write_atomic(tmp_path / "counts.csv", "text")
    assert raised.value.filename == str(tmp_path / "counts.csv")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomic(tmp_path / "folder", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
