"""Text becomes tables where it is one: a cell a line, labelled lines, columns run together. What is left is prose.

A page that is copied loses the lines of its tables and keeps the order of its cells. A table that was pasted one cell a
line is put together again where its shape is certain: each label has the same number of values behind it. Where cells are
missing, or two headings look the same, the table says so in its `doubt`. Its figures are then only proposed, and no cell
is moved to another place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile

from helpers.intake.labels import read_label
from helpers.intake.lexicon import phrase
from helpers.intake.model import Grid, Line
from helpers.intake.numbers import find_numbers
from helpers.intake.tokens import NUMBERS, YEAR, is_furniture, is_sentence, token
from helpers.intake.values import parse_value, tidy

LONGEST_CELL = 120
MOST_ABOVE = 3  # lines over a table that say something of it
MISSING = "cells of the pasted table are missing, so that its columns are not certain"
RUN_TOGETHER = "the columns of the pasted table run together, so that what heads each number is not certain"

_VALUE = r"(?:[<~≤]\s?\d{1,3}|(?:[Ll]ess|[Ff]ewer) than (?:\d{1,2}|three|five|ten)|\d{1,3}(?:,\d{3})+|\d{1,7}|\*{1,3}|[Nn]il|[Nn]one|[Zz]ero|-)"
_MARKED = rf"{_VALUE}[*†‡^]?"
_UNIT = r"(?:\s*(?:recorded\s+)?(?:sexual\s+)?(?:offences?|crimes?|victims?|reports?|incidents?|records?|cases?|arrests?)(?:\s+recorded)?)?"
_LABELLED = re.compile(
    rf"(?P<label>\S.{{0,140}}?)\s*(?P<sep>:(?:\s?[-–—−]\s)?|=|\s[-–—−]\s?|[-–—−]\s|(?<=[A-Za-z)])[-–—−](?=\d)|\.{{3,}})\s*(?P<value>{_MARKED}){_UNIT}\s*(?:\([^()]{{1,80}}\))?\s*[.;,]?"
)
_TRAILING = re.compile(rf"(?P<label>\S.{{0,140}}?)(?P<values>(?:\s+{_MARKED})+)\s*")
_BAR_CELL = re.compile(r"\s*\|?\s*([^|]*?)\s*\|\s*")
_BAR_RULE = re.compile(r"\s*\|(?:\s*:?-{2,}:?\s*\|)+\s*")
_ASKING = phrase("asking")
_ANSWERING = phrase("answering")
_QUESTION = phrase("question")


@dataclass
class Part:
    """A piece of a document in reading order: a grid, or a line of prose, with the lines right above it."""

    grid: Grid | None = None
    line: Line | None = None
    above: list[Line] = field(default_factory=list)


def arrange(blocks: list[Line | Grid]) -> list[Part]:
    """Put a document into parts: its grids, the grids that its lines make, and prose.

    Parameters
    ----------
    blocks : list of Line or Grid
        In the order of the page.

    Examples
    --------
    >>> parts = arrange([Line("Girls", "l1"), Line("2014/15: 12", "l2"), Line("2015/16: 14", "l3")])
    >>> parts[1].grid.rows, [line.text for line in parts[1].above]
    ([['2014/15', '12'], ['2015/16', '14']], ['Girls'])
    """
    parts: list[Part] = []
    run: list[Line] = []
    for block in [*blocks, None]:
        if isinstance(block, Line):
            run.append(block)
            continue
        parts += _arrange_lines(mark_questions(run), parts)
        run = []
        if block is not None:
            parts.append(Part(grid=block, above=_above(parts)))
    return parts


def _above(parts: list[Part]) -> list[Line]:
    """The lines right above, the nearest last; below one short heading, those above the last list of its kind too."""
    lines: list[Line] = []
    for part in reversed(parts):
        if part.line is None:
            if len(lines) == 1 and len(lines[0].text) <= 60 and part.grid.address_of and part.above:
                return [*part.above[:-1], lines[0]]
            break
        if len(lines) == MOST_ABOVE or any(
            one.reason.startswith("not a figure") for one in find_numbers(part.line.text)
        ):
            break  # a line whose own count cannot be read says nothing of others
        lines.insert(0, part.line)
    return lines


def mark_questions(lines: list[Line]) -> list[Line]:
    """Lines with those that ask marked as such: what they hold is asked, and counts nothing."""
    marked, asking = [], False
    for line in lines:
        text = line.text.strip()
        if _ASKING.match(text):
            asking = True
        elif _ANSWERING.match(text):
            asking = False
        question = len(text) < 600 and _QUESTION.match(text) and all(one.reason for one in find_numbers(text))
        asks = asking or text.endswith("?") or question
        marked.append(replace(line, quoted=True) if asks and not line.quoted else line)
    return marked


def _arrange_lines(lines: list[Line], before: list[Part]) -> list[Part]:
    parts: list[Part] = []
    at = 0
    lines = [piece for line in lines for piece in _unrolled(line)]
    while at < len(lines):
        found = _pasted(lines, at) or _labelled(lines, at) or _run_together(lines, at)
        if found is None:
            parts.append(Part(line=lines[at]))
            at += 1
            continue
        grids, skipped, at = found
        for line in skipped:
            parts.append(Part(line=line))
        above = _above([*before[-3:], *parts])  # rows that lack a cell are of the same table
        parts += [Part(grid=grid, above=above) for grid in grids]
    return parts


# --- a cell a line ----------------------------------------------------------------------------------------------------


def _is_cell(line: Line) -> bool:
    return not line.quoted and len(line.text) <= LONGEST_CELL and not is_sentence(line.text)


def _kind(text: str) -> str:
    """``v`` for a value, ``y`` for a year, ``l`` for any other text."""
    if YEAR.fullmatch(text) or re.fullmatch(rf"{YEAR.pattern}[1-9]", text):
        return "y"
    return "v" if parse_value(text).kind in NUMBERS else "l"


def _pasted(lines: list[Line], at: int):
    """A table pasted one cell a line that begins here: grids, the lines of text before it, and where it ends."""
    stop = at
    while stop < len(lines) and _is_cell(lines[stop]):
        stop += 1
    cells = lines[at:stop]
    kinds = [_kind(line.text) for line in cells]
    first = next((n for n in range(1, len(kinds)) if kinds[n] == "v" and kinds[n - 1] != "v"), None)
    if first is None or kinds.count("v") < 3:
        return None
    rows, end = _rows(kinds, first - 1)
    if not rows:
        return None
    widths = [stop_ - start for start, stop_ in rows]
    width = max(set(widths), key=lambda one: (widths.count(one), one))
    if width < 2 or (width == 2 and 1 < len(rows) < 3):
        return None
    headings, used = _headings([line.text for line in cells[: first - 1]], kinds[: first - 1], width - 1)
    top = first - 1 - used
    if len(rows) == 1 and not (headings and headings[-1][0]):
        return None
    whole = [(start, stop_) for start, stop_ in rows if stop_ - start == width]
    short = [(start, stop_) for start, stop_ in rows if stop_ - start != width]
    addresses = [[line.address for line in cells[top : top + 1]] * width] * len(headings)
    grid_rows = [list(row) for row in headings]
    for start, stop_ in whole:
        grid_rows.append([line.text for line in cells[start:stop_]])
        addresses.append([line.address for line in cells[start:stop_]])
    doubt = (
        RUN_TOGETHER
        if not headings and width > 2
        else MISSING
        if len(short) * 4 > len(rows) or len(rows) == 1
        else ""
    )
    grid = Grid(grid_rows, address_of=_addresses(addresses), doubt=doubt)
    grids = [grid]
    for start, stop_ in short:
        part = cells[start:stop_]
        grids.append(
            Grid(
                [[line.text for line in part]],
                address_of=_addresses([[line.address for line in part]]),
                doubt=MISSING,
            )
        )
    return grids, cells[:top], at + end


def _rows(kinds: list[str], start: int) -> tuple[list[tuple[int, int]], int]:
    """Rows of one label and the values behind it, one after the other, from a place on."""
    rows: list[tuple[int, int]] = []
    at = start
    years = kinds[start] == "y"
    while at < len(kinds) and kinds[at] != "v":
        if years != (kinds[at] == "y"):
            break
        stop = at + 1
        while stop < len(kinds) and (kinds[stop] == "v" or (kinds[stop] == "y" and not years)):
            stop += 1
        if stop == at + 1:
            break
        rows.append((at, stop))
        at = stop
    return rows, at


def _headings(texts: list[str], kinds: list[str], width: int) -> tuple[list[list[str]], int]:
    """The rows of headings over columns of values, from the cells before the first row, and how many cells they take."""
    words = _heading_words(texts[-1]) if texts and width > 1 else []
    if len(words) == width:  # one line heads all columns
        return [[texts[-1].rsplit(" ", width)[0] if len(texts[-1].split()) > width else "", *words]], 1
    levels: list[list[str]] = []
    left, need = len(texts), width
    for asked in (any, all):  # the row right above the values, and one over groups of it
        row = [re.sub(rf"({YEAR.pattern})[1-9]", r"\1", text) for text in texts[max(left - need, 0) : left]]
        if len(row) < need or width > 1 and not asked(map(_heads, row)):
            break
        left -= need
        corner = ""
        if left and kinds[left - 1] == "l" and len(texts[left - 1]) <= 40 and not levels:
            corner = texts[left - 1]
            left -= 1
        levels.insert(0, [corner, *(text for text in row for _ in range(width // need))])
        distinct = _period_of(row)
        need = width // distinct
        if distinct == len(row) or need * distinct != width:
            break
    return levels, len(texts) - left


def _heads(text: str) -> bool:
    one = token(text)
    return one.is_label or one.kind in ("period", "text")


def _period_of(row: list[str]) -> int:
    """After how many cells a row of headings repeats itself; its length where it does not."""
    for size in range(1, len(row)):
        if len(row) % size == 0 and all(row[n] == row[n % size] for n in range(len(row))):
            return size
    return len(row)


def _addresses(addresses: list[list[str]]):
    return lambda row, column: addresses[row][min(column, len(addresses[row]) - 1)] if addresses[row] else ""


# --- labelled lines ---------------------------------------------------------------------------------------------------


def _label_of(line: Line) -> tuple[str, str] | None:
    """The label and the value of a labelled line."""
    if line.quoted or len(line.text) > 240:
        return None
    text = re.sub(r"^\W*[•·▪●○◦‣]\s*", "", tidy(line.text))
    found = _LABELLED.fullmatch(text)
    if not found:
        return None
    label, value, sep = found["label"].strip(" -–—:"), found["value"], found["sep"].strip()
    dashed, digits = sep in "-–—−", re.search(r"\d$", label)
    refused = (
        re.search(
            r"[:=–—−-]$", found["label"].strip()
        )  # "2015/16: -5" has a sign, and no dash before a count
        or not label
        or is_furniture(label)
        or re.fullmatch(r"\(?(?:\d{1,2}|[a-z])[.)]?", label)
        or YEAR.fullmatch(value)
        and (digits or dashed)  # "2020 - 2024" is a period
        or dashed
        and digits
        and not (token(label).kind == "period" or token(label).is_label)
        or is_sentence(label)
        and sep not in (":", "=")
        and not re.search(r"(?i)total", label)
        or re.search(r"(?i)(?:section|act|code|page|tel|phone|ext|fax|call|ref|no)\.?$", label)
    )
    return None if refused else (label, value)


def _labelled(lines: list[Line], at: int):
    """A run of labelled lines that begins here: one grid of labels and values."""
    rows, addresses = [], []
    place = at
    while place < len(lines) and (found := _label_of(lines[place])):
        rows.append(list(found))
        addresses.append(lines[place].address)
        place += 1
    if not rows:
        return None
    grid = Grid(rows, address_of=lambda row, column: addresses[row])
    return [grid], [], place


_PERIODS = re.compile(rf"(?:(?<!\S){YEAR.pattern}(?:[/\-]\d{{2,4}}|[1-9])?(?:\s+|$)){{2,}}")
_ROW = re.compile(rf"(?P<label>[^\W\d][^\d:;]{{1,60}}?)(?P<values>(?:\s+{_MARKED}(?!\S))+)")


def _unrolled(line: Line) -> list[Line]:
    """The lines of a table that ran into one: periods, then a label with a number for each, again and again.

    Rows that lack a number come after the others, since nothing says which one they lack.

    >>> text = "Assaults Area 2012 2013 Hythe 5 7 Deal 6 4 Lydd 3 Ryde 8 9 Note: made up."
    >>> [line.text for line in _unrolled(Line(text, "l1"))]
    ['Assaults Area', '2012 2013', 'Hythe 5 7', 'Deal 6 4', 'Ryde 8 9', 'Lydd 3', 'Note: made up.']
    """
    text = re.sub(r"(?<!\S)[—–](?!\S)", "-", line.text)
    heads = [] if line.quoted else [*_PERIODS.finditer(text)]
    pieces, at = [], 0
    for head, stop in zip(heads, [*(one.start() for one in heads[1:]), len(text)], strict=False):
        rows = [*_ROW.finditer(text, head.end(), stop)]
        years = [re.sub(rf"({YEAR.pattern})[1-9]$", r"\1", year) for year in head[0].split()]
        whole = [row for row in rows if len(row["values"].split()) == len(years)]
        if len(whole) < 3 or 3 * len(whole) < 2 * len(rows):
            continue
        short = [row for row in rows if row not in whole]
        pieces += [text[at : head.start()], " ".join(years), *(row[0] for row in (*whole, *short))]
        at = rows[-1].end()
    if not pieces:
        return [line]
    named = [piece.strip() for piece in (*pieces, text[at:]) if piece.strip()]
    return [
        replace(line, text=one, address=f"{line.address} r{n}", later=()) for n, one in enumerate(named, 1)
    ]


def _run_together(lines: list[Line], at: int):
    """A run of lines that end in the same number of values, which single blanks part; a line of headings may come first."""
    head = _heading_words(lines[at].text)
    place, width = at + bool(head), len(head)
    rows, addresses = [], []
    while place < len(lines):
        line = lines[place]
        found = _TRAILING.fullmatch(line.text) if not line.quoted and len(line.text) <= 200 else None
        if not found or is_sentence(found["label"]) or is_furniture(found["label"]):
            break
        values = found["values"].split()
        label = found["label"]
        if re.fullmatch(r"\W*\(?[\da-z]{1,2}[.)]", label):
            break
        if re.search(r"[,;:]$", label) and not (rows and token(label.rstrip(":")).kind == "total"):
            break
        if width and len(values) != width:
            break
        width = len(values)
        rows.append([label, *values])
        addresses.append(line.address)
        place += 1
    if len(rows) < (2 if head else 3):
        return None
    if head:
        words = lines[at].text.rsplit(" ", width)
        rows.insert(0, [words[0] if len(words) > width else "", *head])
        addresses.insert(0, lines[at].address)
    unrolled = re.search(r" r\d+$", addresses[0])
    doubt = RUN_TOGETHER if width > 1 and (unrolled or not head) else ""
    return [Grid(rows, address_of=lambda row, column: addresses[row], doubt=doubt)], [], place


def _heading_words(text: str) -> list[str]:
    """The words at the end of a line that each head a column: years, sexes, a total; none where it is a sentence.

    >>> _heading_words("Sex 2014/15 2015/16 Total"), _heading_words("Apr 2012 - Mar 2013")
    (['2014/15', '2015/16', 'Total'], [])
    """
    words = text.split() if len(text) <= 200 and not re.search(r"\s(?:-|to)\s", text) else []
    found = list(takewhile(_heads_alone, reversed(words)))[::-1]
    return found if len(found) > 1 else []


def _heads_alone(word: str) -> bool:
    label = read_label(word)
    known = label.understood and bool(label.dimensions - {"measure"} or label.total) and not label.ignore
    return known or bool(YEAR.fullmatch(word)) or label.rest == "unknown"


# --- cells that end in bars -------------------------------------------------------------------------------------------


def fold_bars(lines: list[str]) -> list[tuple[int, int, list[list[str]], list[list[int]], str]]:
    """Tables pasted one cell a line, each cell with a bar behind it.

    Returns
    -------
    list of (int, int, list, list, str)
        The first line and the one after the last, the rows, the line of each cell, and why it is not certain.

    Examples
    --------
    >>> fold_bars(["Sex |", "2014 |", "2015 |", "Girls |", "5 |", "7 |", "Boys |", "|", "2 |"])[0][2]
    [['Sex', '2014', '2015'], ['Girls', '5', '7'], ['Boys', '', '2']]
    """
    found = []
    at = 0
    while at < len(lines):
        stop = at
        while stop < len(lines) and (_BAR_CELL.fullmatch(lines[stop]) or _BAR_RULE.fullmatch(lines[stop])):
            stop += 1
        if (
            stop - at >= 4
            and sum(bool(_BAR_CELL.fullmatch(line)) for line in lines[at:stop]) * 10 >= (stop - at) * 9
        ):
            found.append((at, stop, *_fold(lines, at, stop)))
        at = max(stop, at + 1)
    return found


def _fold(lines: list[str], at: int, stop: int) -> tuple[list[list[str]], list[list[int]], str]:
    cells: list[tuple[str, int]] = []
    ruled = 0
    for place in range(at, stop):
        if _BAR_RULE.fullmatch(lines[place]):
            ruled = ruled or lines[place].count("|") - 1
            continue
        cells.append((tidy(_BAR_CELL.fullmatch(lines[place])[1]), place))
    best: tuple[float, int, int] = (-1.0, 2, 0)
    widths = [ruled, ruled + 1] if ruled else range(2, 25)
    for width in widths:
        for skip in range(2):
            score = _fits(cells, width, skip)
            if score > best[0] + 1e-9:
                best = (score, width, skip)
    score, width, skip = best
    rows = [cells[n : n + width] for n in range(skip, len(cells), width)]
    if all(not row[0][0] for row in rows) and width > 2:
        rows = [row[1:] for row in rows]
    texts = [[text for text, _ in row] for row in rows]
    doubt = "" if score > 0.99 and all(len(row) == len(rows[0]) for row in rows) else MISSING
    return texts, [[place for _, place in row] for row in rows], doubt


def _fits(cells: list[tuple[str, int]], width: int, skip: int) -> float:
    """How well cells make rows of one width: labels first, and values or nothing behind them."""
    rows = [[text for text, _ in cells[n : n + width]] for n in range(skip, len(cells), width)]
    if skip and cells[0][0]:
        return -1.0
    whole = [row for row in rows if len(row) == width]
    if len(whole) < 2:
        return -1.0
    lead = 1 if all(not row[0] for row in whole) and width > 2 else 0
    good = 0
    for number, row in enumerate(whole):
        label, rest = row[lead], row[lead + 1 :]
        if number == 0:
            good += not any(token(text).is_value for text in row)
        else:
            good += (
                bool(label)
                and parse_value(label).kind not in NUMBERS
                and all(not text or parse_value(text).kind in NUMBERS for text in rest)
            )
    return good / (len(rows) or 1) - 0.001 * width
