"""A table that is held stands for its file, and for nothing else."""

import pytest

from helpers.tables import held, store


@pytest.fixture
def codes(tmp_path, monkeypatch):
    """A project whose offences table holds one row, and the table's file."""
    from helpers.tables.files import project_root

    real = project_root() / "data"
    vocabularies = [f"vocabularies/{path.name}" for path in (real / "vocabularies").glob("*.csv")]
    for name in (*vocabularies, "raw/foi_rounds.csv", "sources.csv"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes((real / name).read_bytes())
    monkeypatch.setenv("RISE_ROOT", str(tmp_path))
    monkeypatch.setattr(held, "_held", {})
    return tmp_path / "data/vocabularies/offences.csv"


def test_a_held_table_is_what_its_file_holds(codes):
    fresh = store.read_table("offences")
    assert store.hold_table(codes)
    assert held.held(codes) is not None
    assert store.read_table("offences").equals(fresh)
    assert not store.hold_table(codes)  # it is held already


def test_the_same_bytes_in_another_folder_are_the_same_table(codes, tmp_path):
    store.hold_table(codes)
    (tmp_path / codes.name).write_bytes(codes.read_bytes())
    assert held.held(tmp_path / codes.name) is not None


def test_a_file_that_changed_is_read_again(codes):
    store.hold_table(codes)
    lines = codes.read_text().splitlines(keepends=True)
    codes.write_text("".join(lines[:-1]))
    assert len(store.read_table("offences")) == len(lines) - 2


@pytest.mark.parametrize("vocabulary", ["raw/foi_rounds.csv", "sources.csv"])
def test_a_vocabulary_that_changed_has_the_table_checked_again(codes, vocabulary):
    store.hold_table(codes)
    path = codes.parents[1] / vocabulary
    path.write_text(path.read_text() + "\n")
    assert held.held(codes) is None


def test_what_one_reader_does_to_its_frame_no_other_sees(codes):
    store.hold_table(codes)
    mine = store.read_table("offences")
    mine.loc[0, "offence"] = "altered"
    mine["extra"] = 1
    other = store.read_table("offences")
    assert "extra" not in other
    assert other.loc[0, "offence"] != "altered"


def test_a_table_with_a_fault_is_not_held_and_says_so_to_its_reader(codes):
    codes.write_text(codes.read_text() + "odd\n")
    with pytest.raises(store.TableError):
        store.hold_table(codes)
    assert held.held(codes) is None
    with pytest.raises(store.TableError):
        store.read_table("offences")
