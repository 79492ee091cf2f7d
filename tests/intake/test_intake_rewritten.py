"""One answer written in another way gives the same figures, or figures that wait: never others, and none is lost."""

from itertools import combinations

import pytest

from helpers.intake.reader import read_file

TITLE = "Sexual offences against children under 18, Kent Police, by age of victim, 2013/14 to 2015/16"
YEARS, AGES = ("2013/14", "2014/15", "2015/16"), {"Under 5": (0, 4), "5 to 9": (5, 9), "10 to 17": (10, 17)}
COUNTS = [[312, 2014, 405], [1118, 46, 2017], [53, 774, 691]]
TRUE = {
    *((year, *ages, count) for ages, row in zip(AGES.values(), COUNTS, strict=True) for year, count in zip(YEARS, row, strict=True)),
    *((year, 0, 17, sum(column)) for year, column in zip(YEARS, zip(*COUNTS, strict=True), strict=True)),
}  # fmt: skip


def with_total(rows):
    return [*rows, ["Total", *map(sum, zip(*(row[1:] for row in rows[1:]), strict=True))]]


def newest_first(rows):
    return [[row[0], *row[:0:-1]] for row in rows]


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


def with_units(rows):
    return [rows[0], *([row[0], *(f"{count} offences" for count in row[1:])] for row in rows[1:])]


def with_dots_for_thousands(rows):
    def dotted(cell):
        return f"{cell / 1000:.3f}" if type(cell) is int and cell > 999 else cell

    return [[*map(dotted, row)] for row in rows]


def with_a_hidden_count(rows):
    return [rows[0], [rows[1][0], "1-4", *rows[1][2:]], *rows[2:]]


def headed_again(rows):
    return [*rows[:3], rows[0], *rows[3:]]


def with_shares(rows):
    return [[*row, "12.5%" if place else "% of all"] for place, row in enumerate(rows)]


def numbered(rows):
    return [[place or "No.", *row] for place, row in enumerate(rows)]


def with_empty_columns(rows):
    return [[part for cell in row for part in (cell, "")] for row in rows]


def beside_charges(rows):
    other = [["", *row] for row in (["Outcome", *YEARS], ["Charged", 81, 82, 83], ["Cautioned", 91, 92, 93])]
    return [row + (other[place] if place < len(other) else [""] * 5) for place, row in enumerate(rows)]


REWRITINGS = (
    with_total, newest_first, turned, with_units, with_dots_for_thousands, with_a_hidden_count, headed_again, with_shares,
    numbered, with_empty_columns, beside_charges,
)  # fmt: skip


def aligned(rows):
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    return ["".join(map(str.ljust, row, widths)) for row in rows]


WRITERS = {
    "cells parted by tabs": lambda rows: map("\t".join, rows),
    "columns of blanks": aligned,
    "a cell a line": lambda rows: (cell for row in rows for cell in row if cell),
    "cells behind bars": lambda rows: (f"| {' | '.join(row)} |" for row in rows),
    "one blank between cells": lambda rows: (" ".join(filter(None, row)) for row in rows),
}


@pytest.mark.parametrize("writer", ["a CSV file", *WRITERS])
def test_a_table_that_is_written_in_another_way_gives_no_other_figure_and_loses_none(made, writer):
    for chosen in (one for size in range(3) for one in combinations(REWRITINGS, size)):
        rows = [["Age of victim", *YEARS], *([ages, *row] for ages, row in zip(AGES, COUNTS, strict=True))]
        for rewrite in chosen:
            rows = rewrite(rows)
        if writer == "a CSV file":
            path = made.csv("answer.csv", [[TITLE], [], *rows])
        else:
            lines = WRITERS[writer]([[*map(str, row)] for row in rows])
            path = made.text("answer.txt", "\n".join([TITLE, "", *lines]))
        reading = read_file(path, path.name)[0]
        counted = [one for one in reading.figures if one.status == "read" and one.measure == "offences"]
        exact = [one for one in counted if one.low == one.high]
        said = {(one.financial_year, one.age_low, one.age_high, one.low) for one in exact}
        ways = " and ".join(rewrite.__name__ for rewrite in chosen)
        assert said <= TRUE, ways
        if not chosen and writer != "one blank between cells":
            assert len(said) == 9
        told = " ".join([*(one.text for one in reading.numbers), *(one.message for one in reading.problems)])
        lost = [cell for row in rows for cell in row if type(cell) is int and str(cell) not in told]
        assert not lost, ways
