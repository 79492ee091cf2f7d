"""What runs first where more is ready than may run, and what a grid need not run."""

from collections import Counter

from tests.runner.conftest import run_plainly

SETUP = "from helpers.tables import read_table, write_table"


def run_and_note(tiny, p: str) -> list[str]:
    """The steps that are executed, in their order."""
    order = []

    def note(job):
        order.append(job.name)
        return run_plainly(job)

    tiny.run(p=[p], execute=note, jobs=1)
    return order


def test_the_many_small_instances_of_a_step_go_last(tiny):
    tiny.notebook("60_after", SETUP, 'rows = read_table("counts")', 'write_table("after", rows)')
    tiny.notebook("61_last", SETUP, 'rows = read_table("after")')
    order = run_and_note(tiny, "force=all")
    assert order[:4] == ["10_counts", "20_total", "60_after", "61_last"]
    assert order[4:] == ["50_force.cleveland", "50_force.northumbria"]


def test_a_grid_runs_a_step_once_that_neither_has_the_values_that_differ_nor_needs_a_step_that_has(tiny):
    tiny.notebook("05_alike", SETUP, 'write_table("alike", read_table("printed"))')
    ran = run_and_note(tiny, "vintage=first,latest")
    assert Counter(ran) == {"05_alike": 1, "10_counts": 2, "20_total": 2, "50_force.cleveland": 2}
    first, latest = (tiny.out / "grids" / f"vintage={value}" for value in ("first", "latest"))
    for name in ("tables/alike.csv", "notebooks/05_alike.ipynb"):
        assert (first / name).read_bytes() == (latest / name).read_bytes()
    assert run_and_note(tiny, "vintage=first,latest") == []
    (first / "tables/alike.csv").write_text("spoilt")
    (latest / "tables/alike.csv").write_text("spoilt")
    assert run_and_note(tiny, "vintage=latest,first") == ["05_alike"]
    assert "spoilt" not in (first / "tables/alike.csv").read_text()


def test_what_fails_in_the_first_folder_of_a_grid_is_not_replaced_by_what_it_made_before(tiny):
    tiny.notebook("05_alike", SETUP, 'write_table("alike", read_table("printed"))')
    run_and_note(tiny, "vintage=first,latest")
    tiny.notebook("05_alike", SETUP, 'raise ValueError("no")')
    assert run_and_note(tiny, "vintage=first,latest") == ["05_alike", "05_alike"]
