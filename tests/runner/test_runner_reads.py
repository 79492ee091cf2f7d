"""A step that reads a file which its code does not name is refused, so that no change goes unnoticed."""

import pytest

from helpers.runner.reads import refused
from helpers.runner.running import output_folder
from helpers.tables.files import input_dir


@pytest.fixture
def project(tiny):
    tiny.write("data/raw/other.csv", "a\n1\n")
    tiny.write("reports/build/tables/old.csv", "a\n1\n")
    tiny.write("reports/build/findings.json", "{}")
    return tiny


def judged(project, *names, named=(), own="elsewhere"):
    seen = {str(project.root / name): False for name in names}
    return refused(seen, project.root, project.root / own, [project.root / name for name in named])


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("data/raw/other.csv", 'data/raw/other.csv was read, but no cell names it; use read_table("other")'),
        ("reports/build/tables/old.csv", 'reports/build/tables/old.csv was read, but no cell names it; use read_table("old")'),
        ("reports/build/findings.json", "reports/build/findings.json was read, but no cell names it; use read_table"),
        ("notebooks/10_counts.ipynb", "notebooks/10_counts.ipynb was read, but no cell names it; use read_table"),
    ],
)  # fmt: skip
def test_a_file_that_no_cell_names_is_refused(project, file, message):
    assert judged(project, file).startswith(message)


def test_what_is_named_what_the_step_made_itself_and_what_is_not_there_may_be_looked_at(project):
    assert judged(project, "data/raw/other.csv", named=["data/raw/other.csv"]) is None
    assert judged(project, "reports/build/findings.json", own="reports/build") is None
    assert judged(project, "data/raw/missing.csv") is None


def test_the_kernel_keeps_the_list_and_the_run_refuses(tiny):
    tiny.write("data/raw/other.csv", "a\n1\n")
    code = "import pathlib, os\nlen(pathlib.Path(os.environ['RISE_ROOT'], 'data/raw/other.csv').read_text())"
    tiny.notebook("20_total", code)
    done = tiny.rise("run", "20")
    assert done.returncode == 1
    assert 'data/raw/other.csv was read, but no cell names it; use read_table("other")' in done.stderr
    assert not (tiny.out / "notebooks/20_total.ipynb").exists()


def test_a_module_beside_the_notebooks_is_refused_as_no_change_to_it_would_be_noticed(tiny):
    tiny.write("notebooks/beside.py", "X = 1\n")
    tiny.notebook("20_total", "import beside\nbeside.X")
    for _ in range(2):  # from its source, and from what Python compiled of it
        done = tiny.rise("run", "20")
        assert done.returncode == 1
        assert "was imported, but changes are noticed only under src/helpers; move it there" in done.stderr


def test_a_step_that_writes_among_the_projects_files_is_refused(tiny):
    """On another machine, or beside another step, nobody would find what it wrote."""
    code = "import pathlib, os\npathlib.Path(os.environ['RISE_ROOT'], 'data/raw/mine.csv').write_text('a') and None"
    tiny.notebook("20_total", code)
    done = tiny.rise("run", "20")
    assert done.returncode == 1
    assert 'data/raw/mine.csv was written; a notebook writes with write_table("name")' in done.stderr


def test_results_reached_through_a_link_are_known_by_the_name_that_helpers_use(tiny, monkeypatch):
    tiny.out.mkdir(parents=True, exist_ok=True)
    (tiny.root / "link").symlink_to(tiny.out)
    monkeypatch.setenv("RISE_IN", str(tiny.root / "link"))
    assert output_folder(tiny.root / "link", tiny.root) == input_dir() == tiny.out.resolve()
