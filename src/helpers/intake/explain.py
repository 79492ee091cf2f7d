"""Say how a file was understood: the roles of rows and columns with their scores, what was close, and every number."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.intake.model import FileReading


def explain(reading: FileReading) -> Iterator[str]:
    """Lines that say what each table of a file was taken for, and what became of each number.

    Examples
    --------
    >>> from helpers.intake.model import Number
    >>> list(explain(FileReading("a.txt", numbers=[Number("", "l1", "2014/15", "none", "a period")])))
    ['a.txt: force not stated, counts offences', '  l1: 2014/15: none (a period)']
    """
    yield f"{reading.name}: force {reading.force or 'not stated'}, counts {reading.measure or 'offences'}"
    for line in reading.explained:
        yield f"  {line}"
    for one in reading.numbers:
        where = f"{one.sheet} {one.cell}".strip()
        yield f"  {where}: {one.text}: {one.fate}" + (f" ({one.reason})" if one.reason else "")
