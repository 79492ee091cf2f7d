"""Lists of names and numbers that are tables of two columns: "North, 401", "Stranger: 12", one below the other.

A label that says an age, a sex or a year is read where it stands, by :mod:`.lines`. A district or an outcome says nothing
by itself; that a run of such lines divides one count is seen from the run, and from a line above that says what is
counted. :func:`listed_table` makes a grid of the run, so that names and totals are read as those of a table are.
"""

from __future__ import annotations

import re

from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Grid, Line
from helpers.foi.responses.pairs import UNITS, VALUE, without_bullet
from helpers.foi.responses.statements import states_rule
from helpers.foi.responses.values import parse_value, tidy
from helpers.foi.responses.words import is_reference

LEAST_NAMES = 3  # lines with names that are not known
LEAST_COMMAS = 2  # lines with commas whose labels are all known
LONGEST_NAME = 70  # characters
_ROW = re.compile(
    rf"(?P<label>\S.*?)\s*(?P<mark>,(?=\s)|:|=|\s-(?=\s)|\.{{3,}})\s*(?P<value>{VALUE})(?:\s+{UNITS})?\s*[.;]?",
    re.IGNORECASE,
)
_PAIRED = re.compile(r"(?:[:=]|\s-)\s*[<~]?\d[\d,]*\b.*[A-Za-z\d]{2}")
_ANSWERS = re.compile(r"(?i)(?:our )?(?:a|q|answer|response|reply|result|question|part|point)\s?\d*\w?")


def listed_table(lines: list[Line]) -> tuple[int, int, Grid] | None:
    """Find the first list that is a table.

    Parameters
    ----------
    lines : list of Line
        Consecutive lines.

    Returns
    -------
    (int, int, Grid) or None
        Where it starts and stops in `lines`, and the table, whose cells keep the addresses of their lines.

    Examples
    --------
    >>> texts = ["Sexual offences in 2015/16 by district:", "North, 401", "South, 322", "Central, 102"]
    >>> listed_table([Line(text, f"l{n}") for n, text in enumerate(texts, 1)])[2].rows
    [['North', '401'], ['South', '322'], ['Central', '102']]
    """
    rows = [row_of_list(line) for line in lines]
    start = 0
    while start < len(rows):
        stop = start
        while stop < len(rows) and rows[stop] and rows[stop][1] == rows[start][1]:
            stop += 1
        if (
            stop - start >= LEAST_COMMAS
            and start
            and _is_table(rows[start:stop], lines[max(0, start - 3) : start])
        ):
            return start, stop, _grid(rows[start:stop], lines[start:stop])
        start = max(stop, start + 1)
    return None


def _grid(rows: list[tuple[str, str, str]], lines: list[Line]) -> Grid:
    grid = Grid([[label, value] for label, _, value in rows])
    grid.address_of = lambda row, column: lines[row].address
    return grid


def row_of_list(line: Line) -> tuple[str, str, str] | None:
    """The label, the mark and the value of a line, or None when it is no row of a list.

    >>> row_of_list(Line("- North: 401", "l2")), row_of_list(Line("Tel: 101", "l9"))
    (('North', ':', '401'), None)
    """
    text = without_bullet(tidy(line.text))
    found = (
        _ROW.fullmatch(text) if len(text) <= LONGEST_NAME + 20 and not (line.quoted or line.asked) else None
    )
    if not found or len(found["label"]) > LONGEST_NAME or not re.search(r"[A-Za-z]{2}|\d\d", found["label"]):
        return None
    label, value = found["label"], parse_value(found["value"].strip())
    if _PAIRED.search(label):
        return None  # several labels with their numbers on one line
    if is_reference(label) or _ANSWERS.fullmatch(label) or states_rule(text):
        return None
    if value.kind not in ("count", "suppressed") or re.fullmatch(r"(?:19|20)\d\d", found["value"].strip()):
        return None
    return label, found["mark"].strip(), found["value"].strip()


def _is_table(rows: list[tuple[str, str, str]], above: list[Line]) -> bool:
    """Whether half the labels are names, or commas part labels that are known, under a line that says what is counted."""
    if not any(read_context(line.text).dimensions - {"force"} for line in above):
        return False
    labels = [read_label(label) for label, _, _ in rows]
    known = sum(
        bool((label.understood and label.dimensions) or label.total or label.rest == "unknown")
        for label in labels
    )
    if any(label.ignore for label in labels):
        return False
    if known == len(rows):
        return rows[0][1] == ","
    return len(rows) >= LEAST_NAMES and 2 * known <= len(rows)
