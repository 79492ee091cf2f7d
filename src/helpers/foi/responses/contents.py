"""Contents pages of workbooks: the numbers beside the names of sheets and tables are pages, and count nothing."""

from __future__ import annotations

import re

from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label

_NAME = re.compile(
    r"(?i)\W*(?:(?:table of )?contents(?: page| sheet)?|index(?: page| sheet)?|(?:list|index) of (?:tables|sheets|tabs|worksheets))\W*"
)
_LISTED = re.compile(
    r"(?i)\W*(?:table|sheet|tab|worksheet|annex|appendix|figure|chart|section)\W{0,2}\w{1,3}\b"
)


def is_contents(table: Table) -> bool:
    """Whether a table is a contents page: the sheet or a title calls it so, or it lists tables with rising numbers.

    Examples
    --------
    >>> from helpers.foi.responses.layout import find_tables
    >>> from helpers.foi.responses.model import Grid
    >>> rows = [["Contents"], [], ["Table 1", "Offences by year", 2], ["Table 2", "Victims by sex", 3]]
    >>> is_contents(find_tables(Grid(rows)).tables[0])
    True
    """
    if len(table.values) != 1:
        return False
    column = table.values[0]
    numbers = [value.low for row in table.data if (value := table.cells.value(row, column)).kind == "count"]
    names = [" ".join(table.cells.text(row, c) for c in table.labels).strip() for row in table.data]
    if not numbers or read_label(table.heading(column)).dimensions or any(map(_is_label, names)):
        return False
    if any(_NAME.fullmatch(text) for text in (table.cells.grid.sheet, *(text for text, _ in table.titles))):
        return True
    rising = all(a < b for a, b in zip(numbers, numbers[1:], strict=False)) and len(numbers) > 1
    return rising and not table.heading(column) and all(map(_LISTED.match, names))


def _is_label(name: str) -> bool:
    """Whether a name says what a row counts, and nothing else."""
    label = read_label(name)
    return bool(label.dimensions - {"measure", "offence"}) and label.understood
