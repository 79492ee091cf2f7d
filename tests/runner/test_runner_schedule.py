"""What runs first where more is ready than may run."""

SETUP = "from helpers.tables import read_table, write_table"


def test_the_longest_line_of_steps_goes_first_and_the_many_small_ones_last(tiny, plainly):
    tiny.notebook("05_short", SETUP, 'rows = read_table("printed")')
    tiny.notebook("60_after", SETUP, 'rows = read_table("counts")', 'write_table("after", rows)')
    tiny.notebook("61_last", SETUP, 'rows = read_table("after")')
    order = []

    def note(job, progress):
        order.append(job.name)
        return plainly(job, progress)

    tiny.run(p=["force=all"], execute=note, jobs=1)
    assert order[:5] == ["10_counts", "60_after", "05_short", "20_total", "61_last"]
    assert order[5:] == ["50_force.cleveland", "50_force.northumbria"]
