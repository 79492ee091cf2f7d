"""What a row of a grid is: a line of text, headings, or data.

Texts head columns and numbers fill them, but years, ages and offence codes are numbers that head columns, "0-4" and
"under 5" look like hidden counts, and a row of a list may hold no number at all. Place and neighbours decide.
"""

from __future__ import annotations

import re
from itertools import groupby

from helpers.foi.responses.ages import is_not_known, spell_sexes
from helpers.foi.responses.days import are_days
from helpers.foi.responses.grids import Cells, Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.spans import find_spans
from helpers.foi.responses.words import ATTRIBUTES, role_of_heading, strip_marks
from helpers.tables.offences import offences


def row_shape(
    cells: Cells,
    row: int,
    filled: list,
    left: int,
    right: int,
    rows: list[int],
    current: Table | None,
    headers: list[int],
) -> str:
    """Say whether a row is a line of text, a heading row or a data row."""
    if len(filled) == 1:
        column, kind = filled[0]
        worded = kind == "d" and column == left and re.search(r"[A-Za-z]", cells.text(row, column))
        if worded or kind in "tr" and (kind == "t" or column == left or not (current and current.data)):
            if column > left and _heads_numbers(cells, row, column, rows):
                return "header"
            return "line"
        if column == left and _heads_section(cells, row, column, rows):
            return "line"
        if (current and current.data) or headers:
            return "data"
        if (
            kind == "v"
            and column > left
            and is_year(cells.text(row, column))
            and _heads_numbers(cells, row, column, rows)
        ):
            return "header"
        return "data" if kind == "v" and _label_above(cells, row, column, rows) else "line"
    if current and current.data and not headers and _begins_anew(cells, row, filled, left, right):
        current = None  # what the table above holds says nothing of this row
    if len(filled) == 2 and not headers and _is_dated_line(cells, row, *filled[0], filled[1][0]):
        return "line"
    if _is_dated_corner(cells, row, left, filled, rows):
        return "header"
    banded = _is_band_heading(cells, row, left, filled, current, headers)
    texts = [c for c, kind in filled if kind == "t" or (banded and kind == "r")]
    numbers = [c for c, kind in filled if kind in "vp" or (kind == "r" and not banded)]
    if _is_record(cells, row, left, right, headers, current):
        return "data"
    if not numbers:
        if len(texts) == 1 and texts[0] == filled[0][0]:
            return "data"  # a label and dashes
        if current and current.data and not headers:
            if not any(is_heading_text(cells.text(row, c)) for c in texts[1:]):
                return "data"  # a label and words: "Refused", "see note"
            if any(are_days([cells.text(r, c) for r in (current.data[-1], row)]) for c in texts):
                return "data"  # a day under a day, in a list whose age is not known
        return "header" if len(texts) >= 2 or texts[0] > left else "data"
    if _numeric_heading(cells, row, left, filled, numbers, texts, rows, current, headers):
        return "header"
    return "data"


def _begins_anew(cells: Cells, row: int, filled: list, left: int, right: int) -> bool:
    """Whether a row under a gap or a title begins with the name of an axis, as the headings of a further table do.

    A row of ages, codes or years under an empty corner does so too.
    """
    above = cells.filled(row - 1, left, right) if row else []
    name = cells.text(row, filled[0][0])
    shown = [cells.text(row, c) for c, _ in filled]
    if filled[0][0] > left:
        worded = [text for text in spell_sexes(shown) if not text.isdigit()]
        known = [text for text in worded if not is_not_known(text.casefold())]
        digits = [text for text in shown if text.isdigit()]
        coded = (
            bool(known) and all(read_label(text).offence for text in known) and are_codes([*digits, "88C"])
        )
        heads = all(map(is_heading_text, known)) and (
            not digits or coded or counts_up(list(map(int, digits)))
        )
        alone = len(set(shown)) == len(shown) or _repeats(shown)
        return len(above) < 2 and heads and alone and (len(shown) > 2 or all(map(is_year, shown)))
    return (
        len(above) < 2
        and role_of_heading(name) in ATTRIBUTES
        and not read_label(name).dimensions - {"measure"}
        and not any(kind == "p" for _, kind in filled)
    )


def _is_dated_line(cells: Cells, row: int, column: int, kind: str, beside: int) -> bool:
    """Whether a row says when a report was made: a text about that, and a day beside it."""
    about = r"(?i)\b(?:run|extracted|produced|created|printed|updated|received|issued|sent|response|request)\b|\bdate\b.*:\s*$"
    day = find_spans(cells.text(row, beside)).spans
    return (
        kind == "t"
        and bool(re.search(about, cells.text(row, column)))
        and (len(day) == 1 and day[0].kind == "day" and day[0].start == day[0].end)
    )


def _heads_section(cells: Cells, row: int, column: int, rows: list[int]) -> bool:
    """Whether a lone number on the left is a year or an offence code over the rows below, and not a row of its own."""
    text = cells.text(row, column)
    below = next((cells.filled(r) for r in rows if r > row and cells.filled(r)), [])
    if len(below) < 2 or below[0][0] - column not in (0, 1):  # the corner below it may be empty
        return False
    after = next(label for r in rows if r > row and (label := cells.text(r, column)))
    if is_year(text):
        return not is_year(after)
    if not re.fullmatch(r"\d{1,3}", text):
        return False
    alone = lone_texts(cells, rows, column)
    aged = not read_label(after).age and not after.isdigit() and any(read_label(t).age for t in alone)
    return aged or text in lone_codes(alone)


def lone_texts(cells: Cells, rows: list[int], column: int) -> list[str]:
    """The texts that stand alone on their row, in one column."""
    return [cells.text(r, column) for r in rows if [c for c, _ in cells.filled(r)] == [column]]


def lone_codes(texts: list[str]) -> set[str]:
    """Which of some texts, each alone on its line, are offence codes: all short ones, if together they can only be codes.

    >>> sorted(lone_codes(["Dear Sir", "19D", "21"])), lone_codes(["21", "22"])
    (['19D', '21'], set())
    """
    short = [text for text in texts if re.fullmatch(r"0?\d{1,3}[A-Za-z]?", text)]
    lettered = any(not text.isdigit() for text in short)
    return set(short) if lettered and are_codes(short) else set()


def is_heading_text(text: str) -> bool:
    """Whether a text can head a column: it states something, says total or share, or names what the column holds.

    >>> is_heading_text("2014/15"), is_heading_text("% change"), is_heading_text("Dear Sir")
    (True, True, False)
    """
    label = read_label(text)
    return bool(label.dimensions or label.total or label.ignore or role_of_heading(text))


def _is_band_heading(
    cells: Cells, row: int, left: int, filled: list, current: Table | None, headers: list[int]
) -> bool:
    """Whether "0-4" or "under 5" in a row are age bands over columns, and not hidden counts."""
    bands = [cells.text(row, c) for c, kind in filled if kind == "r"]
    if not bands:
        return False
    held = headers or (current.headers if current else [])
    if held and all(_is_counted(cells.heading_text(held[-1], c)) for c, kind in filled if kind == "r"):
        return False
    above = headers[-1] if headers else None
    ages = [c for c, kind in filled if kind in "rt" and read_label(cells.text(row, c)).age]
    if above is not None and len(ages) == 1 and role_of_heading(cells.heading_text(above, ages[0])) == "age":
        return False  # it stands under the heading "Age"
    first = cells.text(row, filled[0][0])
    start = (
        cells.filled(headers[-1], left)[0][0] if headers else left
    )  # the table may stand right of its title
    counts = any(kind == "v" for _, kind in filled) and not _rises(cells, row, filled)
    if headers and filled[0][1] == "r" and (filled[0][0] == left or (filled[0][0] <= start and counts)):
        return False  # "under 5" at the left below a heading labels a row
    if filled[0] == (left, "t") and (read_label(first).dimensions - {"measure"} or read_label(first).total):
        return False  # so does a year or a sex
    others = [c for c, _ in filled if c > left]
    if held and 2 * sum(cells.text(row, c) == cells.text(held[-1], c) for c in others) > len(others):
        return True  # the headings again
    if headers and role_of_heading(first) == "count":
        return False  # "Recorded crimes" below headings labels a row
    over = [c for c, kind in filled if kind == "r" and above is not None]
    heads = [cells.heading_text(above, c) for c in over]
    stated = [read_label(text).dimensions - {"measure"} for text in heads]
    if any("age" in kinds or text.isdigit() for kinds, text in zip(stated, heads, strict=True)):
        return False  # the headings hold the bands already, or ages and years
    others = [cells.text(row, c) for c, kind in filled if kind == "t" and c != filled[0][0]]
    if any(read_label(text).age for text in others):
        return True
    if stated and not _repeats(bands) and _are_counts(cells, row, filled, stated):
        return False
    return not (current and current.data) and (len(bands) == 1 or _repeats(bands))


def _are_counts(cells: Cells, row: int, filled: list, stated: list[frozenset]) -> bool:
    """Whether bands under headings that state other things are hidden counts: one alone, or among numbers out of order."""
    return all(stated) and (len(stated) == 1 or not _rises(cells, row, filled[1:]))


def _rises(cells: Cells, row: int, filled: list) -> bool:
    """Whether the numbers and bands of a row rise as ages do from column to column, once or again and again."""
    ages = [read_label(cells.text(row, c), "age", "Age").age for c, kind in filled if kind in "vr"]
    lows = [age.low or 0 for age in ages if age]
    once = lows[: lows.index(lows[0], 1)] if lows and lows[0] in lows[1:] else lows
    again = lows == (once * len(lows))[: len(lows)]
    return again and len(lows) == len(ages) and all(a < b for a, b in zip(once, once[1:], strict=False))


def _is_counted(heading: str) -> bool:
    """Whether a heading names what is counted and nothing else: hidden counts stand under it, and no bands."""
    label = read_label(heading)
    return role_of_heading(heading) == "count" or bool(label.measure and not label.dimensions - {"measure"})


def _repeats(texts: list[str]) -> bool:
    """Whether different texts stand once each, or again and again in the same order."""
    size = len(set(texts))
    return size > 1 and texts == (texts[:size] * len(texts))[: len(texts)]


def _is_record(
    cells: Cells, row: int, left: int, right: int, headers: list[int], current: Table | None
) -> bool:
    """Whether the heading row above names attributes (age, sex, date …), so that any row below is a record."""
    above = headers[-1] if headers else (current.headers[-1] if current and current.headers else None)
    if above is None or above >= row:
        return False
    named = [c for c, _ in cells.filled(above, left, right)]
    names = [cells.heading_text(above, c) for c in named]
    if cells.text(row, named[0]) == names[0]:
        return False  # the name of the first column again: other headings
    roles = [role_of_heading(name) for name in names if not (read_label(name).dimensions - {"measure"})]
    attributes = [role for role in roles if role in ATTRIBUTES]
    if len(attributes) < 2 or len(set(attributes)) < 2 or len(roles) < len(names):
        return False
    held = [c for c, _ in cells.filled(row, left, right)]
    under = set(held) <= set(named) and len(held) * 2 > len(named)  # the age may be blank, and stand first
    again = sum(bool(role_of_heading(cells.text(row, c))) for c in held)
    return (bool(cells.text(row, left)) or under) and again * 2 <= len(held)


def _is_dated_corner(cells: Cells, row: int, left: int, filled: list, rows: list[int]) -> bool:
    """Whether a period in the corner stands beside headings of ages or sexes: "2014/15 | 0-9 | 10-15 | Unknown"."""
    corner, *others = [cells.text(row, c) for c, _ in filled]
    if filled[0][0] != left or len(others) < 2 or len(set(others)) < len(others) or not _is_period(corner):
        return False
    below = next((cells.text(r, left) for r in rows if r > row and cells.filled(r)), "")
    if not below or _is_period(below):
        return False
    bands = [read_label(text, "age").age for text in others if not text.isdigit()]
    bands = [band for band in bands if band and not band.unknown]
    in_order = all(b.low == (a.high or 0) + 1 for a, b in zip(bands, bands[1:], strict=False))
    labels = [read_label(text) for text in others]
    sexes = [text for text in others if len(text) <= 20 and read_label(text, "sex").sex in ("female", "male")]
    named = sum(
        bool(
            label.total or label.rest == "unknown" or (label.age and label.age.unknown) or text in ("U", "X")
        )
        for text, label in zip(others, labels, strict=True)
    )
    divided = len(bands) if len(bands) > 1 and in_order else len(sexes) if len(sexes) > 1 else 0
    return divided > 0 and divided + named >= len(others)


def _is_period(text: str) -> bool:
    label = read_label(text, "period")
    return bool(label.span) and label.understood


def _is_corner(
    cells: Cells,
    row: int,
    left: int,
    shown: list[str],
    rows: list[int],
    current: Table | None,
    headers: list[int],
) -> bool:
    """Whether the corner of a first row of years says something of all rows: "Female" over ages."""
    if headers or current or len(shown) < 2 or not all(map(is_year, shown)):
        return False
    below = next((cells.text(r, left) for r in rows if r > row and cells.filled(r)), "")
    divides = read_label(below).dimensions | read_label(below, "age").dimensions
    return bool(divides) and not divides & read_label(cells.text(row, left)).dimensions


def is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:199\d|20[0-3]\d)", strip_marks(text)[0]))


def _heads_numbers(cells: Cells, row: int, column: int, rows: list[int]) -> bool:
    """Whether a lone text stands over numbers: understood as a label, with numbers or a heading right below."""
    label = read_label(cells.text(row, column))
    if (
        not (label.understood and (label.dimensions or label.total or label.ignore))
        or len(cells.text(row, column)) > 60
    ):
        return False
    for below in rows:
        if below > row:
            filled = cells.filled(below)
            if filled:
                return len(filled) > 1 and (any(c >= column for c, _ in filled))
    return False


def _label_above(cells: Cells, row: int, column: int, rows: list[int]) -> bool:
    above = [r for r in rows if r < row]
    return (
        bool(above)
        and bool(cells.text(above[-1], column))
        and bool(read_label(cells.text(above[-1], column)).dimensions)
    )


def _numeric_heading(
    cells: Cells,
    row: int,
    left: int,
    filled: list,
    numbers: list[int],
    texts: list[int],
    rows: list[int],
    current: Table | None,
    headers: list[int],
) -> bool:
    """Whether the numbers of a row are years, ages or offence codes that head columns."""
    shown = [cells.text(row, c) for c in numbers]
    corner = cells.text(row, filled[0][0]) if filled[0][1] == "t" else ""
    if any(cells.kind(row, c) == "p" for c in numbers) or (
        headers and filled[0][1] == "v" and filled[0][0] == left
    ):
        return False
    states = read_label(corner).dimensions - {"measure"}
    heads = not states or _is_corner(cells, row, left, shown, rows, current, headers)
    corner_is_heading = heads and (
        not corner
        or bool(role_of_heading(corner))
        or bool(re.match(r"(?i)\W*(?:age|sex|gender)s? of\b", corner))
        or not (read_label(corner).measure or read_label(corner).total)
    )
    others = [cells.text(row, c) for c in texts if c != filled[0][0] or c > left]
    if len(shown) == 1 and is_year(shown[0]) and filled[0][0] == left == numbers[0] and others:
        below = next((cells.text(r, left) for r in rows if r > row and cells.filled(r)), "")
        if below and not is_year(below) and all(read_label(t).dimensions - {"measure"} for t in others):
            return True  # a year in the corner of ages or sexes
    if all(is_year(text) for text in shown):
        years = [int(text[:4]) for text in shown]
        ordered = all(a < b for a, b in zip(years, years[1:], strict=False)) or all(
            a > b for a, b in zip(years, years[1:], strict=False)
        )
        others_are_headings = all(map(is_heading_text, others))
        fresh = not headers or not any(is_year(cells.text(h, c)) for h in headers for c in numbers)
        if len(years) >= 2 and (ordered or len(set(years)) < len(years)):
            return (
                corner_is_heading
                and others_are_headings
                and fresh
                and (filled[0][0] < numbers[0] or not current or not current.data)
            )
        return (
            (bool(corner) or any(read_label(text).span for text in others))
            and corner_is_heading
            and fresh
            and not (current and current.data)
            and others_are_headings
        )
    plain = [int(text) for text in shown if re.fullmatch(r"\d{1,3}", text)]
    above = [text for text in [*shown, *others] if plain and text == f"{plain[-1] + 1}+"]  # 0 to 17, "18+"
    if (
        len(plain) == len([text for text in shown if text not in above])
        and len(set(plain)) >= 4
        and plain[0] <= 16
        and counts_up(plain)
    ):
        about_age = bool(re.search(r"(?i)\bages?\b", corner)) or any(
            re.search(r"(?i)\bages?\b|\baged\b", cells.text(r, c))
            for r in rows
            if r < row
            for c, k in cells.filled(r)
            if k == "t"
        )
        labelled = bool(
            read_label(corner).dimensions - {"measure"} or read_label(corner).total
        ) and not role_of_heading(corner)
        return (
            not (current and current.data)
            and (not labelled or role_of_heading(corner) == "age")
            and (
                about_age
                or not corner
                or bool(above)
                or bool(headers)
                or (role_of_heading(corner) in ATTRIBUTES and not states)  # the name of an axis labels no row
                or (plain[0] <= 1 and len(plain) >= 8)
            )
        )
    if others and all(
        role_of_heading(text) or read_label(text).dimensions or read_label(text).total for text in others
    ):
        ages = [text for text in shown if re.fullmatch(r"\d{1,2}", text)]
        bands = [text for text in others if read_label(text).age]
        if len(ages) == len(shown) and bands:
            return not (current and current.data) and corner_is_heading
    codes = [text for text in others if re.fullmatch(r"\d{1,3}[A-Z]|0\d\d", text)]
    named = [text for text in others if text not in codes and read_label(text).offence]
    rest = [text for text in others if text not in codes and text not in named]
    if (current and current.data) or any(
        not (read_label(text).total or read_label(text).ignore or role_of_heading(text)) for text in rest
    ):
        return False
    if not corner_is_heading and not (
        filled[0][1] == "t" and filled[0][0] > left and read_label(corner).offence
    ):
        return False
    return (are_codes([*shown, *codes]) or (bool(codes or named) and are_codes([*shown, "88C"]))) and bool(
        codes or named or role_of_heading(corner) or (not headers and filled[0][0] > left)
    )


def are_codes(texts: list[str]) -> bool:
    """Whether short numbers, with a letter or without, are all codes of sexual offences, and at least two.

    >>> are_codes(["71", "22B"]), are_codes(["71", "40"])
    (True, False)
    """
    texts = list(dict.fromkeys(texts))
    if len(texts) < 2 or (all(text.isdigit() for text in texts) and counts_up(list(map(int, texts)))):
        return False
    known = offences()
    codes = [read_label(text, "code").code for text in texts]
    return all(code in known and known[code].sexual for code in codes)


def counts_up(numbers: list[int]) -> bool:
    """Whether numbers count up by one, once or again and again from the same start: 0, 0, 1, 1 … over two sexes too."""
    numbers = [number for number, _ in groupby(numbers)]
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    restarts = {b for a, b in zip(numbers, numbers[1:], strict=False) if b != a + 1}
    return steps.count(1) * 2 > len(steps) and restarts <= {numbers[0]}
