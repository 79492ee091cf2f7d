"""What runs first where more is ready than may run."""

import asyncio

import pytest

from helpers.runner.schedule import Slots


@pytest.fixture
def started(tiny, plainly):
    """Run with one slot; the names of the instances in the order in which they started."""

    def started(*names, p=()):
        order = []

        async def note(job, progress):
            order.append(job.name)
            return await plainly(job, progress)

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


def test_slots_are_never_more_than_asked_for_and_all_come_back():
    slots, running, most = Slots(2), 0, 0

    async def work(number):
        nonlocal running, most
        async with slots.one(number):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    async def main():
        await asyncio.gather(*map(work, [3, 1, 2, 5, 4]))

    asyncio.run(main())
    assert (most, slots.free) == (2, 2)
