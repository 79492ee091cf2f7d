"""What runs first where more is ready than may run."""

import pytest


@pytest.fixture
def started(tiny, plainly):
    """Run with one slot; the names of the instances in the order in which they started."""

    def started(*names, p=()):
        order = []

        def note(job, progress):
            order.append(job.name)
            return plainly(job, progress)

        tiny.run(*names, p=p, execute=note, jobs=1)
        return order

    return started


def reads(table, writes=None):
    """The cells of a step that reads one table, and may write another."""
    setup = "from helpers.tables import read_table, write_table"
    return [setup, f'rows = read_table("{table}")', *([f'write_table("{writes}", rows)'] if writes else [])]


def test_the_longest_line_of_steps_goes_first_and_the_many_small_ones_last(tiny, started):
    tiny.notebook("05_short", *reads("printed"))
    tiny.notebook("60_after", *reads("counts", "after"))
    tiny.notebook("61_last", *reads("after"))
    order = started(p=["force=all"])
    assert order == [
        "10_counts",
        "60_after",
        "05_short",
        "20_total",
        "61_last",
        "50_force.cleveland",
        "50_force.northumbria",
    ]
