"""The papermill engine: what it keeps of a good run is what a kernel keeps, and a bad cell ends the notebook plainly."""

import os
import sys

import click
import matplotlib
import nbformat
import papermill.cli
import pytest
from click.testing import CliRunner

from helpers.runner.cells import OutputCapture
from tests.conftest import RISE, ROOT, run
from tests.frames import cases
from tests.runner.conftest import notebook

PAPERMILL = RISE.with_name("papermill")
EVERY_KIND_OF_OUTPUT = cases(__file__)["every_kind_of_output"]


def shown(notebook) -> list:
    """Cells, counts and outputs, neighbours of one stream as one."""
    found = []
    for cell in notebook["cells"]:
        outputs: list[dict] = []
        for output in cell.get("outputs", ()):
            if outputs and output.get("name") and outputs[-1].get("name") == output["name"]:
                outputs[-1]["text"] += output["text"]
            else:
                outputs.append(dict(output))
        found.append((cell["source"], cell.get("execution_count"), outputs))
    return found


@pytest.fixture
def mill():
    """Papermill on a notebook of these cells, which belongs to no project: (the notebook, the error)."""

    def mill(*cells, **options):
        given, seen = nbformat.from_dict(notebook(*cells)), []
        options = {"engine_name": "rise", "watch": lambda cell, what: seen.append((cell, what))} | options
        try:
            return papermill.execute_notebook(given, None, progress_bar=False, **options), None
        except papermill.PapermillExecutionError as error:
            return seen, error

    return mill


def test_every_kind_of_output_is_as_an_ordinary_kernel_gives_it(mill, tmp_path, monkeypatch):
    """In a process of its own, as from a command line: figures look as other tests' settings would have them else."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # with it, a kernel lets through what programs print
    monkeypatch.delenv("MPLBACKEND", raising=False)
    nbformat.write(nbformat.from_dict(notebook(*EVERY_KIND_OF_OUTPUT)), tmp_path / "given.ipynb")
    command = [PAPERMILL, "--engine", "rise", "given.ipynb", "ours.ipynb"]
    assert run(*command, cwd=tmp_path).returncode == 0
    ours = nbformat.read(tmp_path / "ours.ipynb", 4)
    theirs, _ = mill(*EVERY_KIND_OF_OUTPUT, engine_name=None, watch=None)
    assert shown(ours) == shown(theirs)


def test_what_a_program_prints_stands_where_it_was_printed(mill):
    """An ordinary kernel may show it after what the cell shows later, so it is no measure of this."""
    cell = "print('a'); os.write(1, b'b\\n'); print('c'); os.system('echo d >&2'); print('e'); 5"
    ours, _ = mill("import os", *[cell] * 20)
    for _, count, outputs in shown(ours)[2:]:
        assert [output.get("text") for output in outputs] == ["a\nb\nc\n", "d\n", "e\n", None], count


def test_many_short_lines_take_the_room_of_their_characters():
    """Else a cell that prints without end takes a gibibyte before it is stopped."""
    capture = OutputCapture()
    with capture.capturing():
        for _ in range(100):
            os.write(1, b"x\n")
            capture.take()
    capture.close()
    capture.take()  # the end of both streams, which is no output
    assert capture.chunks == [("stdout", b"x\n" * 100)]


@pytest.mark.parametrize(("cell", "said"), cases(__file__)["bad_cell"])
def test_a_bad_cell_ends_the_notebook_with_papermills_own_error(mill, cell, said):
    seen, error = mill("print('before')", cell, "print('after')")
    assert said in str(error)
    assert [cell.id for cell, what in seen if what] == ["c0", "c1"]
    assert said in seen[-1][1].what


@pytest.mark.parametrize(("step", "given", "message"), cases(__file__)["papermill_refuses"])
def test_papermills_own_command_refuses_in_one_line(tmp_path, monkeypatch, step, given, message):
    """And writes nothing."""
    monkeypatch.chdir(tmp_path)
    command = ["--engine", "rise", str(ROOT / f"notebooks/{step}.ipynb"), "out.ipynb", "-p", *given]
    # the engine sets both; other tests have none of them
    done = CliRunner(env={"RISE_ROOT": None, "MPLBACKEND": None}).invoke(papermill.cli.papermill, command)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert f"Error: rise: {message}" in done.output and "Traceback" not in done.output


def test_a_notebook_of_another_project_runs_with_whatever_it_is_given(tmp_path, monkeypatch):
    """Also where that project looks much like this one."""
    monkeypatch.delenv("RISE_ROOT", raising=False)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").touch()
    path = tmp_path / "notebooks/21_rise.ipynb"
    nbformat.write(nbformat.from_dict(notebook("#parameters\nyears = 3", "years")), path)
    made = papermill.execute_notebook(str(path), None, {"years": 5}, engine_name="rise", progress_bar=False)
    assert made.cells[-1].outputs[0].data["text/plain"] == "5" and "RISE_ROOT" not in os.environ


def test_papermills_own_command_makes_what_a_run_makes(whole_run, tmp_path):
    """From another folder, and where RISE_OUT says. `make test` compares with an ordinary kernel, for every notebook."""
    command = [PAPERMILL, "--engine", "rise", ROOT / "notebooks/33_corroboration.ipynb", "made.ipynb"]
    assert run(*command, cwd=tmp_path, RISE_OUT=str(tmp_path / "out")).returncode == 0
    made = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").glob("*/*.*")]
    assert {"findings", "tables"} <= {path.parts[0] for path in made}
    for name in made:
        assert (tmp_path / "out" / name).read_bytes() == (whole_run / name).read_bytes(), name


ENGINES = [("--engine", "rise"), ("-k", "python3")]


@pytest.mark.parametrize("engine", ENGINES, ids=" ".join)
@pytest.mark.parametrize(("last", "code", "kept"), [("1 / 0", 1, "a\n1\n"), ("1", 0, "a\n2\n")])
def test_a_step_puts_its_results_into_place_only_at_a_good_end(tiny, tmp_path, engine, last, code, kept):
    """Else the notebooks after it would take a part of what is new beside what is old."""
    write = "f.write_atomic(f.output_dir() / 'tables/total.csv', 'a\\n2\\n')"
    tiny.notebook("20_total", "import helpers.tables.files as f", write, last)
    tiny.write("reports/build/tables/total.csv", "a\n1\n")
    command = [PAPERMILL, *engine, tiny.root / "notebooks/20_total.ipynb", "made.ipynb"]
    done = run(*command, cwd=tmp_path)
    assert (done.returncode, (tiny.out / "tables/total.csv").read_text()) == (code, kept)
    assert "Warning" not in done.stderr  # of tqdm, that there are no widgets


def test_an_ordinary_kernel_is_given_no_parameter_that_a_step_does_not_have(tiny, tmp_path):
    command = [
        PAPERMILL,
        "-k",
        "python3",
        tiny.root / "notebooks/20_total.ipynb",
        "made.ipynb",
        "-p",
        "levle",
        "1",
    ]
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 2 and 'notebooks/20_total.ipynb has no parameter "levle"' in done.stderr


def test_papermills_own_options_mean_what_they_mean_there_or_are_refused(mill, tmp_path):
    with (tmp_path / "said.txt").open("w") as said:
        mill("print('here')", stdout_file=said)
    assert (tmp_path / "said.txt").read_text() == "here\n"
    with pytest.raises(click.UsageError, match="leave out --execution-timeout"):
        mill("1", execution_timeout=1)


def test_a_process_that_has_drawn_for_files_shows_figures_and_keeps_its_main_module(mill, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    matplotlib.use("agg")
    before = sys.modules["__main__"]
    made, _ = mill("import matplotlib.pyplot as plt", "plt.subplots(); plt.show()")
    matplotlib.use("agg")  # as for the tests after it
    assert "image/png" in made.cells[-1].outputs[-1].data
    assert sys.modules["__main__"] is before
