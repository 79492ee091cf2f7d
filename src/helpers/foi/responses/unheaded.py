"""Lists of incidents without headings that say anything: their columns told by what they hold.

A column of numbers beside days is taken for ages, and not for counts, only where each row is one incident: a reference
of its own stands in it, or rows of the same labels come again, which in a table of counts they never do.
"""

from __future__ import annotations

import re

from helpers.foi.responses.ages import find_sex, is_not_known
from helpers.foi.responses.axes import read_axis
from helpers.foi.responses.days import are_days
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.words import role_of_heading

FEWEST, OLDEST = 5, 110  # rows of a list, and years of an age


def set_unheaded_roles(table: Table) -> None:
    """Give the columns of a list without telling headings their roles; other tables stay as they are.

    Examples
    --------
    >>> from helpers.foi.responses.layout import find_tables
    >>> from helpers.foi.responses.model import Grid
    >>> rows = [[f"CR{n}", "01/05/2014", n + 9, "F"] for n in range(6)]
    >>> find_tables(Grid(rows)).tables[0].roles
    {0: 'id', 1: 'date', 2: 'age', 3: 'sex'}
    """
    columns = [c for c in table.roles if table.roles[c] != "ignored"]
    if len(table.data) < FEWEST or not table.values or any(_is_told(table, c) for c in columns):
        return
    texts = {c: [table.cells.text(row, c) for row in table.data] for c in columns}
    days = [c for c in columns if are_days(texts[c])]
    words = [c for c in columns if c not in days and table.roles[c] != "value"]
    ids = [
        c for c in words if len(set(texts[c])) == len(texts[c]) and all(re.search(r"\d", t) for t in texts[c])
    ]
    kinds = {c: _kind(list(dict.fromkeys(texts[c]))) for c in words if c not in ids}
    keys = list(zip(*(texts[c] for c in (*days, *kinds)), strict=True))
    if not days or not kinds or not (ids or len(set(keys)) < len(keys)):
        return
    table.roles.update(dict.fromkeys(days, "date") | dict.fromkeys(ids, "id"))
    table.roles.update({c: kind or "text" for c, kind in kinds.items()})
    ages = [c for c in table.values if all(_is_age(text) for text in texts[c])]
    table.roles.update({c: "age" if ages == [c] else "text" for c in table.values})


def _kind(texts: list[str]) -> str:
    """What distinct texts are: sexes, also where one letter stands in every row, or what they say together."""
    sexes = {find_sex(text, sure=True)[0] for text in texts if text}
    return "sex" if "" not in sexes and sexes & {"female", "male"} else read_axis(texts).role


def _is_told(table: Table, column: int) -> bool:
    heading = table.heading(column)
    return bool(role_of_heading(heading) or read_label(heading).dimensions)


def _is_age(text: str) -> bool:
    return not text or (text.isdigit() and int(text) <= OLDEST) or is_not_known(text.casefold())
