"""What a column of a table holds: labels of a kind, figures, notes, or nothing that is read.

Its heading, its cells and its place decide. A first column of numbers can be years, ages, offence codes or the numbers
of the rows; a heading such as "Recorded" can stand over dates or over counts.
"""

from __future__ import annotations

import re

from helpers.foi.responses.ages import rising_ages
from helpers.foi.responses.axes import are_years, read_axis
from helpers.foi.responses.days import are_days
from helpers.foi.responses.grids import Table, _levels
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.rows import are_codes, is_year
from helpers.foi.responses.spans import find_spans
from helpers.foi.responses.unheaded import set_unheaded_roles
from helpers.foi.responses.words import ATTRIBUTES, OFFENDER, role_of_heading

_UNIT = re.compile(
    r"(?i)\(?(?:in )?(?:years?|numbers?|no\.?|n|counts?|%)\)?"
)  # a row of these says how, not what


_CODED = re.compile(r"(?i)\b(?:codes?|number|no|id|ref)\b")
_PIVOTED = re.compile(r"(?i)\W*row labels?\W*")  # what Excel writes over the labels of a pivot table


def set_roles(table: Table) -> None:
    """Decide what each column holds: labels of a kind, figures, notes, or nothing that is read."""
    cells = table.cells
    table.roles = {}
    raw = {
        column: [t for t in dict.fromkeys(level[column] for level in _levels(table)) if t]
        for column in range(table.left, table.right + 1)
    }
    seen_value = False
    for column in range(table.left, table.right + 1):
        kinds = [cells.kind(row, column) for row in table.data]
        numbers, texts = kinds.count("v") + kinds.count("r"), kinds.count("t")
        gaps, percents = kinds.count("d"), kinds.count("p")
        if not (numbers or texts or gaps or percents):
            if any(cells.covered(row, column) for row in table.data) and not seen_value:
                table.roles[column] = "label"
            elif raw[column] and not seen_value and not any(read_label(t).dimensions for t in raw[column]):
                table.roles[column] = "label"
            continue
        named = [text for text in raw[column] if not _UNIT.fullmatch(text)]
        heading = (named or raw[column] or [""])[-1]
        role = _column_role(table, column, heading, raw[column], (numbers, texts, gaps, percents), seen_value)
        table.roles[column] = role
        seen_value = seen_value or role == "value"
    set_unheaded_roles(table)
    _leave_suspects(table)
    _leave_details(table)
    table.__dict__.pop("levels", None)


def _leave_suspects(table: Table) -> None:
    """Beside the sex or age of the victim, that of the suspect is a note."""
    for role in ("sex", "age"):
        columns = [column for column, its in table.roles.items() if its == role]
        theirs = [column for column in columns if OFFENDER.search(table.heading(column))]
        if len(theirs) < len(columns):
            table.roles.update(dict.fromkeys(theirs, "text"))


def _leave_details(table: Table) -> None:
    """In a list of incidents, numbers under the name of an attribute describe one incident: "Hour", "Age of suspect"."""
    roles = set(table.roles.values())
    if not (roles & {"id", "date", "born"} and len(roles & {"age", "sex", "code", "offence"}) >= 2):
        return
    for column in table.values:
        heading = table.heading(column)
        attribute = role_of_heading(heading) in ATTRIBUTES and is_axis_name(heading)
        if attribute or OFFENDER.search(heading):  # "Number of suspects" too
            table.roles[column] = "text"


def adopt_blank_rows(table: Table, lines: list[tuple[str, str]]) -> None:
    """Make rows with a label and no figures data rows, when the label is one of its column's kind.

    A section heading looks the same, but is of another kind than the labels below it.
    """
    if (
        not table.labels
        or not table.values
        or any(table.cells.covered(row, table.labels[0]) for row in table.data)
    ):
        return
    first = table.labels[0]
    texts = [text for row in table.data if (text := table.cells.text(row, first))]
    axis = read_axis(texts, table.heading(first))
    if len(set(texts)) < len(texts) and len(table.labels) == 1:
        return  # the same labels under each section
    if axis.role not in ("period", "age", "sex", "offence", "code", "force"):
        return
    kind = "offence" if axis.role == "code" else axis.role
    bottom = table.data[-1]
    for row in [*(at for at, _ in table.sections), *_labels_below(table)]:
        text = table.cells.text(row, first)
        meaning = read_axis(
            [text], table.heading(first) or {"age": "Age", "sex": "Sex"}.get(axis.role, "")
        ).meanings[0]
        known = bool(meaning.code)  # a name that is no heading, however long
        if (
            [c for c, _ in table.cells.filled(row, table.left, table.right)] != [first]
            or (len(text) > 40 and not known)
            or text[:1] in "*†‡§#^("
            or kind not in meaning.dimensions
            or (kind == "offence" and row > bottom and not known)
        ):
            continue
        table.data = sorted([*table.data, row])
        table.sections = [section for section in table.sections if section[0] != row]
        address = table.cells.grid.address(row, first)
        table.notes = [note for note in table.notes if note[1] != address]
        lines[:] = [line for line in lines if line[1] != address]


def _labels_below(table: Table) -> list[int]:
    """The rows right below a table that hold a label alone; none where they head another table."""
    below, row = [], table.data[-1] + 1
    while row < table.cells.height and len(table.cells.filled(row)) == 1:
        below.append(row)
        row += 1
    after = next((at for at in range(row, table.cells.height) if table.cells.filled(at)), None)
    headed = after is not None and len(table.cells.filled(after)) > 1
    return [] if headed else below


def _column_role(
    table: Table, column: int, heading: str, stack: list[str], kinds: tuple, seen_value: bool
) -> str:
    numbers, texts, gaps, percents = kinds
    named = role_of_heading(heading)
    if (
        named == "id"
        and re.fullmatch(r"(?i)\W*(?:no|num|#)?\W*", heading)
        and (column > table.left or len(stack) > 1)
    ):
        named = "count"  # "No." over figures is their number, over the first column the number of the row
    if (
        numbers
        and not texts
        and not seen_value
        and re.fullmatch(r"(?i)\W*(?:question|q|part|request)(?: (?:no|number))?\W*", heading)
    ):
        return "question"
    if not seen_value and (texts or numbers) and _PIVOTED.fullmatch(heading) and column < table.right:
        return "label"
    states = read_label(heading).dimensions - {"measure"} if heading else frozenset()
    # hidden counts stand under years, and right of a label under sexes and offences too
    told = states - {"age", "measure"} if column > table.left else states & {"period"}
    banded = (states or named != "count") and not told
    if not seen_value and banded and _are_bands(table, column):
        return "age"  # whatever the corner over them says of the whole table
    if not seen_value and states and _counts_years(table, column):
        return "period"  # 2015, 2016 … under a corner that says what is counted
    totals = seen_value and read_label(heading).total  # "Full year" after the quarters
    if not seen_value and named == "count" and _is_scale(table, column):
        return "text"
    if named == "count" or totals or (states and not is_axis_name(heading)):
        if texts > numbers + gaps + percents:
            return "label" if not seen_value else "notes"
        if numbers + gaps + percents:
            return "value"
    if not seen_value and _numbers_rows(table, column):
        if named == "text":
            return named  # "Outcome" 1, 2, 4 … beside what each is called
        if named == "" and not states and _counts_rows(table, column):
            return "id"
    if texts > numbers + gaps + percents:
        if named == "" and not states and are_days([table.cells.text(row, column) for row in table.data]):
            return "date"  # "Logged" over days
        if named not in ("", "period", "date", "start", "end") and _are_periods(_printed(table, column)):
            return "period"  # 12/13, 13/14 … under a corner that names what stands to its right
        if not seen_value or named in ATTRIBUTES - {"text"}:
            return named if named in ATTRIBUTES else "label"
        return "notes"
    if (
        not seen_value
        and named in ("", "offence", "code")
        and not states
        and _are_codes(table, column, named)
    ):
        return "code"
    if named == "delay" and numbers > texts and re.search(r"\d|\b(?:a|one|two|five|ten|twenty)\b", heading):
        return "value"  # "Reported within 1 year" over counts
    if (
        named == "date"
        and numbers > texts
        and not any(_is_day_number(table, row, column) for row in table.data)
    ):
        return "value"  # "Recorded" over counts
    if seen_value and heading and read_label(heading).ignore and numbers + percents > texts:
        return "value"  # "FY 2014-15 %" after its counts heads shares, and no years
    if (
        named in ATTRIBUTES
        and not states
        and (named not in ("offence", "text", "force", "sex") or texts >= numbers)
    ):
        return named
    if not seen_value and named == "text" and _CODED.search(heading) and column < table.right:
        return named  # "Outcome code" over 1, 2, 14
    if percents > numbers:
        return "ignored"
    if not seen_value and column == min(
        [c for c in range(table.left, table.right + 1) if table.cells.filled(table.data[0], c, c)] or [column]
    ):
        first = _numeric_labels(table, column, heading)
        if first:
            return first
    if texts and not seen_value and (texts >= numbers + gaps or _stand_under_words(table, column)):
        return "label"
    return "value"


def _stand_under_words(table: Table, column: int) -> bool:
    """Whether the numbers of a first column are ages that begin anew below its words: 0, 1, 2 … under each offence."""
    shown = [text for row in table.data if (text := table.cells.text(row, column))]
    words = [text for text in shown if not text.isdigit()]
    return (
        column < table.right
        and not shown[0].isdigit()
        and len(words) > 1
        and all(read_label(text).dimensions or read_label(text).total for text in words)
        and rising_ages(shown)
    )


def _printed(table: Table, column: int) -> list[str]:
    """The distinct labels of a column, without its totals."""
    shown = dict.fromkeys(table.cells.text(row, column) for row in table.data)
    return [text for text in shown if text and not read_label(text).total]


def _are_bands(table: Table, column: int) -> bool:
    """Whether most labels of a column are ages in words or bands: "under 10" and "0-4" look like hidden counts."""
    shown = [text for row in table.data if (text := table.cells.text(row, column))]
    bands = [text for text in shown if not re.fullmatch(r"\d+|<=?\s?\d", text) and read_label(text).age]
    return len(bands) * 2 > len(shown) and table.right > column


def _are_periods(texts: list[str]) -> bool:
    """Whether labels are years and nothing else."""
    spans = [find_spans(text) for text in texts]
    stated = all(len(one.spans) == 1 and one.spans[0].year and not one.rest for one in spans)
    return len(texts) > 1 and (are_years(texts) or (stated and not any(read_label(t).age for t in texts)))


def _counts_years(table: Table, column: int) -> bool:
    """Whether a column before others holds years one after the other, up or down."""
    shown = [text for row in table.data if (text := table.cells.text(row, column))]
    if len(shown) < 2 or column == table.right or not all(map(is_year, shown)):
        return False
    years = [int(text[:4]) for text in shown]
    return len({b - a for a, b in zip(years, years[1:], strict=False)}) == 1 and abs(years[1] - years[0]) == 1


def _numbers_rows(table: Table, column: int) -> bool:
    """Whether a column numbers what the column of words to its right calls by name: short numbers, each once."""
    cells = table.cells
    shown = [text for row in table.data if (text := cells.text(row, column))]
    numbers = [text for text in shown if re.fullmatch(r"\d{1,3}[A-Za-z]?", text)]
    if 2 * len(numbers) <= len(shown) or len(set(shown)) < len(shown) or column == table.right:
        return False
    beside = [cells.kind(row, column + 1) for row in table.data]
    return beside.count("t") * 3 >= len(beside) * 2


def _counts_rows(table: Table, column: int) -> bool:
    """Whether a column holds 1, 2, 3 … from its first row to its last."""
    shown = [text for row in table.data if (text := table.cells.text(row, column))]
    return shown == [str(number) for number in range(1, len(shown) + 1)]


def _is_scale(table: Table, column: int) -> bool:
    """Whether the numbers under "Number of victims" are 1, 2, 3 and more of them, beside counts under periods."""
    shown = [text for row in table.data if (text := table.cells.text(row, column))]
    others = [table.heading(c) for c in range(column + 1, table.right + 1)]
    return (
        len(shown) > 2
        and shown[:-1]
        == [str(int(shown[0]) + place) if shown[0].isdigit() else "" for place in range(len(shown) - 1)]
        and bool(re.match(r"\d+\W*(?:\+|(?:and|or) (?:more|over))$|\d+$", shown[-1]))
        and bool(others)
        and all(read_label(text).span for text in others)
    )


def _is_day_number(table: Table, row: int, column: int) -> bool:
    """Whether a cell may be a day as spreadsheets number them: 1954 to 2064."""
    return 20_000 < (table.cells.value(row, column).low or 0) < 60_000


def _are_codes(table: Table, column: int, named: str) -> bool:
    """Whether a first column of short numbers, some with a letter or a name perhaps, holds offence codes."""
    shown = [table.cells.text(row, column) for row in table.data]
    shown = [text for text in shown if text and not read_label(text).total]
    numbers = {text.lstrip("0") for text in shown if re.fullmatch(r"0?\d{1,3}", text)}
    others = {text for text in shown if not re.fullmatch(r"0?\d{1,3}", text)}
    if not numbers or table.right == column or not all(read_label(text).offence for text in others):
        return False
    return bool(others or named) and are_codes([*numbers, "88C"]) and len(numbers) + len(others) > 1


def is_axis_name(heading: str) -> bool:
    """Whether a heading names an axis ("Age group") and states no value of it ("Age 0-4")."""
    return not (read_label(heading).dimensions - {"measure"})


def _numeric_labels(table: Table, column: int, heading: str) -> str:
    """The role of a first column of numbers that are years, ages or row numbers."""
    shown = [table.cells.text(row, column) for row in table.data]
    shown = [text for text in shown if text]
    numbers = [text for text in shown if re.fullmatch(r"\d{1,4}", text)]
    if len(numbers) * 2 < len(shown) or table.right == column:
        return ""
    if all(is_year(text) for text in numbers) and (len(numbers) > 1 or heading or len(table.data) == 1):
        return "period"
    plain = [int(text) for text in numbers]
    others = list(range(column + 1, table.right + 1))
    rising = all(b == a + 1 for a, b in zip(plain, plain[1:], strict=False)) and plain[0] <= 18
    if rising and len(plain) == 2 and plain[0] == 1 and not heading and _names_beside(table, others):
        return "id"
    rising = rising and len(plain) >= 3
    if not rising:
        return ""
    if plain[0] in (0, 1) and not heading and _names_beside(table, others):
        return "id"
    above = " ".join(text for text, _ in table.titles) + " " + heading
    about_age = re.search(r"(?i)\bages?\b|\baged\b", above)
    return "age" if about_age or not heading or role_of_heading(heading) == "age" else ""


def _names_beside(table: Table, others: list[int]) -> bool:
    """Whether the first of the columns to the right that holds no codes or years holds words."""
    for column in others:
        kinds = [table.cells.kind(row, column) for row in table.data]
        if kinds.count("t") > 0:
            return True
        if role_of_heading(table.heading(column)) not in ("code", "subcode", "period"):
            return False
    return False


def split_columns(table: Table) -> list[Table]:
    """Split a table whose headings repeat to the right: Year, Count, Year, Count."""
    cells = table.cells
    if not table.headers:
        return [table]
    last = table.headers[-1]
    first = next((c for c in range(table.left, table.right + 1) if cells.text(last, c)), table.left)
    if any(table.roles.get(c) != "value" for c in range(table.left, first)):
        return [table]  # labels without a heading stand before it
    name = cells.text(last, first)
    again = [
        c
        for c in range(first + 1, table.right + 1)
        if name
        and cells.text(last, c) == name
        and role_of_heading(name) in ATTRIBUTES
        and is_axis_name(name)
        and _any_value(table, first, c)
    ]
    if not again:
        return [table]
    parts = []
    for left, stop in zip([table.left, *again], [*again, table.right + 1], strict=True):
        part = Table(
            cells,
            left,
            stop - 1,
            list(table.headers),
            list(table.data),
            list(table.sections),
            list(table.titles),
            list(table.notes),
            set(table.stops),
        )
        part.data = [row for row in part.data if cells.filled(row, left, stop - 1)]
        if part.data:
            set_roles(part)
            parts.append(part)
    return parts


def _any_value(table: Table, first: int, stop: int) -> bool:
    return any(table.roles.get(c) == "value" for c in range(first, stop))
