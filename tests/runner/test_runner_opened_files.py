"""A step that reads a file which its code does not name is refused, so that no change goes unnoticed."""

import pytest

from helpers.runner.opened_files import refused
from helpers.runner.session import output_folder
from helpers.tables.files import input_dir

ROOT_OF = "import pathlib, os\nroot = pathlib.Path(os.environ['RISE_ROOT'])\n"


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("data/raw/printed.csv", '("printed")'),
        ("reports/build/tables/old.csv", '("old")'),
        ("reports/build/findings.json", ""),
        ("notebooks/10_counts.ipynb", ""),
    ],
)
def test_a_file_that_no_cell_names_is_refused_and_others_may_be_looked_at(tiny, file, table):
    if not (tiny.root / file).exists():
        tiny.write(file, "a\n1\n")
    opened = {str(tiny.root / file): False}
    message = f"{file} was read, but no cell names it; use read_table{table} in the notebook"
    assert refused(opened, tiny.root, tiny.root / "elsewhere", []).startswith(message)
    assert refused(opened, tiny.root, tiny.root / "elsewhere", [tiny.root / file]) is None
    assert refused(opened, tiny.root, (tiny.root / file).parent, []) is None  # the step made it itself
    (tiny.root / file).unlink()
    assert refused(opened, tiny.root, tiny.root / "elsewhere", []) is None


def test_a_run_refuses_what_is_read_imported_or_written_past_the_tables(tiny):
    """On another machine, or beside another step, nobody would find what is written there."""
    tiny.write("data/raw/other.csv", "a\n1\n")
    tiny.write("notebooks/beside.py", "X = 1\n")
    tiny.notebook("20_total", f"{ROOT_OF}len((root / 'data/raw/other.csv').read_text())")
    tiny.notebook("21_more", "import beside\nbeside.X")
    tiny.notebook("22_last", f"{ROOT_OF}(root / 'data/raw/mine.csv').write_text('a') and None")
    for _ in range(2):  # a module from its source, and from what Python compiled of it
        done = tiny.rise("run")
        assert done.returncode == 1
        assert 'data/raw/other.csv was read, but no cell names it; use read_table("other")' in done.stderr
        assert "was imported, but changes are noticed only under src/helpers; move it there" in done.stderr
        assert 'data/raw/mine.csv was written; a notebook writes with write_table("name")' in done.stderr
    assert {path.name for path in (tiny.out / "notebooks").glob("2*.ipynb")} == set()


def test_results_reached_through_a_link_are_known_by_the_name_that_helpers_use(tiny, monkeypatch):
    tiny.out.mkdir(parents=True, exist_ok=True)
    (tiny.root / "link").symlink_to(tiny.out)
    monkeypatch.setenv("RISE_IN", str(tiny.root / "link"))
    assert output_folder(tiny.root / "link", tiny.root) == input_dir() == tiny.out.resolve()
