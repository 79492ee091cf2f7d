"""Lines of text become grids where they are tables; what is left is prose.

A table that was copied or typed into text keeps the order of its cells and loses its lines. :func:`carve` asks one finder
after the other whether a table begins at a line: cells parted by a sign, a bar behind each cell, a cell a line, labelled
lines, columns run together. Where cells are missing, or nothing heads the columns, the grid says so in its `doubt`. Its
figures are then only proposed, and no cell is moved to another place.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, groupby, takewhile, zip_longest
from operator import itemgetter

from helpers.intake.labels import read_label, says_little
from helpers.intake.lexicon import phrase
from helpers.intake.model import Grid, Line
from helpers.intake.numbers import find_numbers
from helpers.intake.spans import MONTH
from helpers.intake.tokens import NUMBERS, YEAR, is_furniture, is_sentence, token
from helpers.intake.values import NUMERAL, parse_value, tidy

LONGEST = 5_000  # characters of a line that are looked at
LONGEST_CELL = 120
MOST_ABOVE, MOST_BELOW = 3, 6  # lines over a table that say something of it, and its footnotes
MISSING = "cells of the pasted table are missing, so that its columns are not certain"
RUN_TOGETHER = "the columns of the pasted table run together, so that what heads each number is not certain"

_RANGE = r"\d{1,2} ?(?:-|–|to) ?\d{1,2}"
_VALUE = r"(?:[Bb]etween \d{1,2} and \d{1,2}|\d{1,2} ?(?:-|–|to) ?\d{1,2}|[<~≤]\s?\d{1,3}|(?:[Ll]ess|[Ff]ewer) than (?:\d{1,2}|three|five|ten)|\d{1,3}(?:,\d{3})+|\d{1,7}|\*{1,3}|[Nn]il|[Nn]one|[Zz]ero|-)"
_MARKED = rf"{_VALUE}[*†‡^]?"
_VALUES = re.compile(r"(?i)(?:less|fewer) than \S+|between \d+ and \d+|\S+")
_UNIT = r"(?:\s*(?:recorded\s+)?(?:sexual\s+)?(?:offences?|crimes?|victims?|reports?|incidents?|records?|cases?|arrests?)(?:\s+recorded)?)?"
_LABELLED = re.compile(
    rf"(?P<label>\S.{{0,140}}?)\s*(?P<sep>:(?:\s?[-–—−]\s)?|=|\s[-–—−]\s?|[-–—−]\s|(?<=[A-Za-z)])[-–—−](?=\d)|\.{{3,}})\s*(?P<value>{_MARKED}|\d{{1,3}}(?: \d{{3}})+|(?i:{NUMERAL})){_UNIT}\s*(?P<beside>\((?:[^()\d]|[\d.]+ ?%){{1,80}}\))?\s*[.;,]?"
)
_NEXT_PAIR = re.compile(
    rf"[.,;](?<!^\d\.)(?<!^\w\d\.)\s+(?={YEAR.pattern}\S*\s*[:=–-]\s)|(?<=\d)[,;]?\s+(?=(?:(?i:{MONTH})\s*[:=–-]|[A-Z][^:;]{{1,40}}:)\s*\d)"
)
_ALONE = re.compile(rf"(?i){MONTH}")
_TRAILING = re.compile(rf"(?P<label>\S.{{0,140}}?)(?P<values>(?:\s+{_MARKED})+)\s*")
_ASKING, _ANSWERING, _QUESTION = phrase("asking"), phrase("answering"), phrase("question")
_ANSWER, NUMBER_OF_QUESTION = phrase("only an answer"), phrase("number of a question")
_AGE_FOLLOWS, _NEXT_NUMBERED = phrase("before an age"), phrase("before a numbered question")
_DANGLING = phrase("ends no sentence")

Found = tuple[list[Line | Grid], int] | None
"""What a finder makes of lines from a place on, and the place of the line after them; None where no table begins."""


@dataclass
class Part:
    """A piece of a document in reading order: a grid with the lines right above and below it, or a line of prose."""

    grid: Grid | None = None
    line: Line | None = None
    above: list[Line] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)
    asks: Line | None = None  # the question whose number a line begins with; an empty line where none has it
    alone: bool = False  # that number is all that the line says


_NO_QUESTION = Line("", "")


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
    asked: dict[str, Line] = {}
    runs = groupby(blocks, lambda block: isinstance(block, Line))
    carved = (carve(mark_questions(list(run)), FINDERS) if text else run for text, run in runs)
    for block in chain.from_iterable(carved):
        first = block.text if isinstance(block, Line) else block.rows[0][0] if block.listed else ""
        numbered = NUMBER_OF_QUESTION.match(first)
        number = numbered["number"].casefold() if numbered else ""
        question = asked.get(number, _NO_QUESTION) if numbered else None
        if isinstance(block, Line):
            alone = bool(numbered and numbered["alone"] is not None)
            parts.append(Part(line=block, asks=None if block.quoted else question, alone=alone))
            if block.quoted and numbered:
                asked[number] = block
        elif question not in (None, _NO_QUESTION):  # an answer to the question of its number
            parts.append(Part(grid=block, above=[question]))
        else:  # a row that lacks a cell belongs to the table above it
            lacks = block.doubt == MISSING and parts and parts[-1].grid
            parts.append(Part(grid=block, above=parts[-1].above if lacks else _above(parts, block)))
    answered_last = 0
    for place, part in enumerate(parts):
        if part.line:
            answered_last = _order_of(part.line.text) or answered_last
        else:
            near = takewhile(lambda one: one.line, parts[place + 1 : place + 1 + MOST_BELOW])
            lines = [one.line for one in near]
            last = answered_last + 1 if answered_last else -1
            ends = [bool(_QUESTION.match(one.text)) or _order_of(one.text) == last for one in lines]
            part.below = lines[: [*ends, True].index(True)]  # the next question or answer is apart
    return parts


def _order_of(text: str) -> int:
    """The number of the question or the answer that a line begins with: 2 of "2. None held", and of "2b) None held"; else 0."""
    found = re.match(r"(?i)\W*(?:q(?:uestion)?\s?)?(\d{1,2})[a-z]?\s?[.):](?!\d)", text)
    return int(found[1]) if found else 0


def _above(parts: list[Part], block: Grid) -> list[Line]:
    """The lines right above, the nearest last; below one short heading, those above the last list of its kind too.

    A line that is a row of the same list by its label, and could not be taken for one, says nothing of the others.
    """
    lines: list[Line] = []
    answers: Line | None = None
    kind = read_label(block.rows[0][0]).dimensions if block.listed else frozenset()
    within = False
    for part in reversed(parts):
        if not lines and part.line and kind and _row_dimensions(part.line.text) == kind:
            within = True
            continue
        if within and not lines and part.grid and part.grid.listed:
            return part.above
        asks = part.line is not None and part.line.quoted
        if asks and lines and lines[0].quoted:  # questions one below the other are one request
            if not answers:
                lines[0] = replace(part.line, text=_with_next(part.line.text, lines[0].text))
            continue
        if part.line is None:
            by = len(lines) == 1 and says_little(lines[0].text)
            if by or len(lines) == 1 and len(lines[0].text) <= 60 and part.grid.address_of and part.above:
                before = [one for one in part.above if not says_little(one.text)]
                return [*(before if by else part.above[:-1]), lines[0]]
            break
        bad = (one.reason.startswith("not a figure") for one in find_numbers(part.line.text))
        if len(lines) == MOST_ABOVE or any(bad):
            break  # a line whose own count cannot be read says nothing of others
        if part.alone and part.asks not in (None, _NO_QUESTION):
            answers = part.asks
            lines.insert(0, answers)
        elif not (answers and part.line.quoted):  # it answers no other question
            lines.insert(0, part.line)
    return lines


def _row_dimensions(text: str) -> frozenset[str]:
    """What the label says of a line that begins with a label and its count."""
    found = _LABELLED.match(text.strip())
    return read_label(found["label"]).dimensions if found else frozenset()


def _with_next(text: str, following: str) -> str:
    """A question and the next one, without its number, as one text.

    >>> _with_next("Q1. How many offences.", "Q2. How many flagged?")
    'Q1. How many offences? How many flagged?'
    """
    return f"{text.rstrip(' .;:?')}? {NUMBER_OF_QUESTION.sub('', following)}"


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
        asks = line.quoted or asking or text.endswith("?") or question
        plain = text.lstrip("> ")  # the sign of a quoted line is no "more than"
        texts = _NEXT_NUMBERED.split(plain) if asks else [line.text]
        marked += [replace(line, text=one, quoted=bool(asks)) for one in texts]
    return marked


def carve(lines: list[Line], finders: Sequence[Callable[[list[Line], int], Found]]) -> list[Line | Grid]:
    """Lines with grids in the place of those of which a finder makes one; the first that does decides."""
    blocks: list[Line | Grid] = []
    lines = _Lines(lines)
    at = 0
    while at < len(lines):
        found = next(filter(None, (find(lines, at) for find in finders)), ([lines[at]], at + 1))
        blocks += found[0]
        at = found[1]
    return blocks


class _Lines(list):
    """Lines with what each would be as a cell of its own, told once for all finders."""

    @cached_property
    def kinds(self) -> str:
        """A letter a line: ``v`` for a value, ``y`` for a year, ``h`` for a hidden count that may be ages, ``l`` for any other text of a cell, a point for no cell."""
        return "".join(_kind(line.text) if _is_cell(line) else "." for line in self)


def _end(lines: list[Line], at: int, fits: Callable[[Line], object]) -> int:
    """Where a run of lines that fit ends."""
    return next((n for n in range(at, len(lines)) if not fits(lines[n])), len(lines))


def _grid(rows: list[list], addresses: list[list[str]], doubt: str = "") -> Grid:
    """A grid of which each row has an address, or each cell."""
    return Grid(rows, address_of=lambda r, c: addresses[r][min(c, len(addresses[r]) - 1)], doubt=doubt)


# --- cells parted by a sign -------------------------------------------------------------------------------------------

RULE = re.compile(r"[\s\-=_+|:.]*")


def _is_drawn(line: Line) -> bool:
    """Whether a line only draws a rule of a table: "+----+----+", "|---|:--:|"."""
    return len(line.text.strip()) > 2 and bool(RULE.fullmatch(line.text))


def separated(lines: list[Line], at: int) -> Found:
    """A table whose cells are parted by bars or tabs, or in a letter by semicolons or commas."""
    for sign, fewest in (("|", 2), ("\t", 2), (";", 3), (",", 3)):
        if at and _parts(lines[at - 1], sign):
            continue  # within a run that is no table
        end = _end(lines, at, lambda line, sign=sign: _parts(line, sign) or _is_drawn(line))
        kept = [line for line in lines[at:end] if not _is_drawn(line)]
        rows = [_cells(line.text, sign) for line in kept]
        widths = Counter(map(len, rows))
        if len(rows) >= fewest and 3 * max(widths.values()) >= 2 * len(rows):
            cells = [[cell or None for cell in row] for row in rows]
            return [_grid(cells, [[line.address] for line in kept])], end
    return None


def _parts(line: Line, sign: str) -> bool:
    """Whether a sign parts the cells of a line: a comma of thousands does not, nor one before a blank."""
    return sign in (line.text if sign != "," else re.sub(r"(?<=\d),(?=\d{3}(?!\d))|, ", "", line.text))


def _cells(text: str, sign: str) -> list[str]:
    text = text[:LONGEST].strip(" \r\n")
    # else the first cell is empty, as a corner is
    if sign == "|" and text.startswith("|") and text.endswith("|"):
        text = text[1:-1]
    return [tidy(cell) for cell in next(csv.reader([text], delimiter=sign, strict=False), [])]


def barred(lines: list[Line], at: int) -> Found:
    """A table pasted a cell a line, each cell with a bar behind it, on its own line or on the next.

    Examples
    --------
    >>> texts = ["Sex |", "2014 |", "2015 |", "Girls |", "5 |", "7 |", "Boys |", "|", "2 |"]
    >>> barred([Line(text, f"l{n}") for n, text in enumerate(texts, 1)], 0)[0][0].rows
    [['Sex', '2014', '2015'], ['Girls', '5', '7'], ['Boys', None, '2']]
    """
    if at and _is_closed(lines, at - 1):
        return None  # within a run that is no table
    end = next((n for n in range(at, len(lines)) if not _is_closed(lines, n)), len(lines))
    kept = [line for line in lines[at:end] if not _is_drawn(line)]
    cells: list[tuple[str, str]] = []
    begun, several = ("", ""), []
    for line in kept:
        *closed, rest = line.text.split("|")
        several += [len(closed)] * (len(closed) > 1)
        for text in closed:
            cells.append((tidy(f"{begun[0]} {text}"), begun[1] or line.address))
            begun = "", ""
        if rest.strip():
            begun = f"{begun[0]} {rest}", begun[1] or line.address
    if len(cells) < 4 or 2 * len(several) > len(kept):
        return None  # a row a line is another kind of table
    ruled = next((line.text.count("|") - 1 for line in lines[at:end] if _is_drawn(line)), 0)
    widths = several[:1] if several else [ruled, ruled + 1] if ruled else range(2, 25)
    fit, width = max((_fit([text for text, _ in cells], width), -width) for width in widths)
    rows = [cells[n : n - width] for n in range(0, len(cells), -width)]
    lead = int(width < -2 and all(not row[0][0] for row in rows))  # the bar that a row may begin with
    doubt = "" if fit > 0.99 and len(rows[-1]) == len(rows[0]) else MISSING
    texts = [[text or None for text, _ in row[lead:]] for row in rows]
    return [_grid(texts, [[where for _, where in row[lead:]] or [""] for row in rows], doubt)], end


def _is_closed(lines: list[Line], at: int) -> bool:
    """Whether a line is a cell, or the end of one, with its bar behind it or below it."""
    below = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
    # a sentence is not closed by the bar below it, which is that of an empty corner
    begun = lines[at].text.strip() and not lines[at].quoted and not is_sentence(lines[at].text)
    return lines[at].text.rstrip().endswith("|") or bool(begun) and below == "|"


def _fit(texts: list[str], width: int) -> float:
    """How well cells make rows of one width: the part that are of the kind of their column, under headings that are no counts."""
    rows = [texts[n : n + width] for n in range(0, len(texts), width)]
    good = filled = 0
    for place, column in enumerate(zip_longest(*rows[1:], fillvalue="")):
        kinds = NUMBERS if place else ("count",)  # "Under 10" labels a row
        numbers = sum(parse_value(text).kind in kinds for text in column if text)
        full = sum(map(bool, column))
        good, filled = good + max(numbers, full - numbers), filled + full
    return good / (filled or 1) - 0.5 * any(token(text).is_value for text in rows[0])


# --- a cell a line ----------------------------------------------------------------------------------------------------


def _is_cell(line: Line) -> bool:
    return not line.quoted and len(line.text) <= LONGEST_CELL and not is_sentence(line.text)


def _kind(text: str) -> str:
    if re.fullmatch(rf"{YEAR.pattern}[1-9]?", text):
        return "y"
    kind = parse_value(text).kind
    return "h" if kind == "suppressed" else "v" if kind in NUMBERS else "l"


def _pasted(lines: _Lines, at: int) -> Found:
    """A table pasted a cell a line that begins here; the lines of text before it stay lines."""
    kinds = lines.kinds[at : (lines.kinds + ".").index(".", at)]
    cells = lines[at : at + len(kinds)]
    # "Under 5" is a value, or the label of a row: what makes the more even rows
    ways = [_rows_of_cells(kinds.replace("h", letter)) for letter in ("vl" if "h" in kinds else "v")]
    _, rows, width = max(ways, key=itemgetter(0))
    if width < 2 or (width == 2 and 1 < len(rows) < 3):
        return None
    begin = rows[0][0]
    headings, used = _headings([line.text for line in cells[:begin]], kinds, width - 1)
    if len(rows) == 1 and not (headings and headings[-1][0]):
        return None
    top = begin - used
    whole = [cells[start:stop] for start, stop in rows if stop - start == width]
    short = [cells[start:stop] for start, stop in rows if stop - start != width]
    begun = rows[0][1] - begin == width  # else headings may be taken for cells of the first row
    # a period before that of the first column: a line below the headings heads none, or a column is empty
    corner = next((row[0] for row in headings[-1:]), "") or "".join(line.text for line in cells[:top][-1:])
    more = headings and read_label(corner).span and any(read_label(one).span for one in headings[-1][1:])
    missing = "" if begun and not more and len(short) * 4 <= len(rows) > 1 else MISSING
    doubt = RUN_TOGETHER if not headings and width > 2 else missing
    texts = [*headings, *([line.text for line in row] for row in whole)]
    addresses = [[cells[top].address]] * len(headings) + [[line.address for line in row] for row in whole]
    alone = [_grid([[line.text for line in row]], [[line.address for line in row]], MISSING) for row in short]
    return [*cells[:top], _grid(texts, addresses, doubt), *alone], at + rows[-1][1]


def _rows_of_cells(kinds: str) -> tuple[int, list[tuple[int, int]], int]:
    """The rows that cells make, where each begins and ends: how even they are, and how many cells most have."""
    begin = min(kinds.find(pair) % (len(kinds) + 1) for pair in ("lv", "yv"))
    if begin == len(kinds) or kinds.count("v") < 3:
        return 0, [], 0
    # a row is a label or a year, and the values behind it
    row = re.compile("yv+" if kinds[begin] == "y" else "l[vy]+")
    rows: list[tuple[int, int]] = []
    while found := row.match(kinds, rows[-1][1] if rows else begin):
        rows.append(found.span())
    sizes = Counter(stop - start for start, stop in rows)
    width = max(sizes, key=lambda one: (sizes[one], one))
    return sum(size * count * (1 if size == width else -1) for size, count in sizes.items()), rows, width


def _headings(texts: list[str], kinds: str, width: int) -> tuple[list[list[str]], int]:
    """The rows of headings over columns of values, from the cells before the first row, and how many cells they take."""
    words = _heading_words(texts[-1]) if texts and width > 1 else []
    if len(words) == width:  # one line heads all columns
        return [[texts[-1].rsplit(" ", width)[0] if len(texts[-1].split()) > width else "", *words]], 1
    levels: list[list[str]] = []
    left, need = len(texts), width
    for _ in range(2):  # the row right above the values, and one over groups of it
        row = [re.sub(rf"({YEAR.pattern})[1-9]", r"\1", text) for text in texts[max(left - need, 0) : left]]
        if len(row) < need:
            break
        left -= need
        corner = ""
        if left and kinds[left - 1] == "l" and len(texts[left - 1]) <= 40 and not levels:
            corner = texts[left - 1]
            left -= 1
        levels.insert(0, [corner, *(text for text in row for _ in range(width // need))])
        # above headings that repeat themselves stands one for each time
        each = next(size for size in range(1, need + 1) if row == row[:size] * (need // size))
        need = width // each
        if each == len(row) or need * each != width:
            break
    return levels, len(texts) - left


# --- labelled lines ---------------------------------------------------------------------------------------------------


def _labels_of(line: Line) -> list[list[str]]:
    """The label and the value of a labelled line, or of each period in it; none where it is no such line."""
    text = re.sub(r"^\W*[•·▪●○◦‣]\s*", "", tidy(line.text)) if len(line.text) <= 240 else ""
    pairs = [_label_of(one) for one in _NEXT_PAIR.split(text)]
    known = None not in pairs and all(_ALONE.fullmatch(label) or token(label).is_label for label, _ in pairs)
    if len(pairs) > 1 and not known:
        pairs = [_label_of(text)]
    if line.quoted or None in pairs:
        return []
    return pairs


# "2015/16: -5" has a sign, and no dash before a count; numbers of questions, pages and telephones label nothing
_NO_LABEL = phrase("no label of a count")


def _label_of(text: str) -> list[str] | None:
    found = _LABELLED.fullmatch(text)
    if not found:
        return None
    label, value, sep = found["label"].strip(" -–—:"), found["value"], found["sep"].strip()
    dashed, digits, one = sep in "-–—−", re.search(r"\d$", label), token(label)
    refused = (
        not label
        or _NO_LABEL.search(found["label"].strip())
        or is_furniture(label)
        # it answers the question above, and labels nothing
        or _ANSWER.fullmatch(label)
        # "Rape / 12" before "/ 15" holds a count of its own
        or (re.search(r"[^\W\d]{3}", label) and any(not number.reason for number in find_numbers(label)))
        # beside a period a range hides a count, and beside anything else it may be an age
        or (re.fullmatch(_RANGE, value) and one.kind != "period")
        # "2020 - 2024" is a period
        or (YEAR.fullmatch(value) and (digits or dashed))
        or (dashed and digits and not (one.kind == "period" or one.is_label))
        or (sep not in (":", "=") and is_sentence(label) and not re.search(r"(?i)total", label))
    )
    beside = found["beside"] or ""
    remark = "" if "%" in beside else f" {beside}"  # "2018: 551 (to September)"
    return None if refused else [f"{label}{remark}".strip(), value]


def _labelled(lines: list[Line], at: int) -> Found:
    """A run of labelled lines that begins here: one grid of labels and values."""
    end = _end(lines, at, _labels_of)
    found = [(row, [line.address]) for line in lines[at:end] for row in _labels_of(line)]
    grid = _grid([row for row, _ in found], [where for _, where in found])
    grid.listed = True
    return ([grid], end) if found else None


# --- columns run together ---------------------------------------------------------------------------------------------

_PERIODS = re.compile(rf"(?:(?<!\S){YEAR.pattern}(?:[/\-]\d{{2,4}}|[1-9])?(?:\s+|$)){{2,}}")
_ROW = re.compile(rf"(?P<label>[^\W\d][^\d:;]{{1,60}}?)(?P<values>(?:\s+{_MARKED}(?!\S))+)")


def _unrolled(lines: list[Line], at: int) -> Found:
    """The table that ran into one line: periods, then a label with a number for each, again and again.

    Rows that lack a number come after the others, since nothing says which one they lack.

    >>> text = "Assaults Area 2012 2013 Hythe 5 7 Deal 6 4 Lydd 3 Ryde 8 9 Note: made up."
    >>> first, grid, *others = _unrolled([Line(text, "l1")], 0)[0]
    >>> first.text, grid.rows, [line.text for line in others]
    ('Assaults Area', [['', '2012', '2013'], ['Hythe', '5', '7'], ['Deal', '6', '4'], ['Ryde', '8', '9']], ['Lydd 3', 'Note: made up.'])
    """
    line = lines[at]
    text = re.sub(r"(?<!\S)[—–](?!\S)", "-", line.text)
    heads = [] if line.quoted else [*_PERIODS.finditer(text)]
    pieces, done = [], 0
    for head, stop in zip(heads, [*(one.start() for one in heads[1:]), len(text)], strict=False):
        rows = [*_ROW.finditer(text, head.end(), stop)]
        years = [re.sub(rf"({YEAR.pattern})[1-9]$", r"\1", year) for year in head[0].split()]
        whole = [row for row in rows if len(_VALUES.findall(row["values"])) == len(years)]
        if len(whole) < 3 or 3 * len(whole) < 2 * len(rows):
            continue
        short = [row for row in rows if row not in whole]
        pieces += [text[done : head.start()], " ".join(years), *(row[0] for row in (*whole, *short))]
        done = rows[-1].end()
    if not pieces:
        return None
    named = [piece.strip() for piece in (*pieces, text[done:]) if piece.strip()]
    place = line.address
    alone = [replace(line, text=one, address=f"{place} r{n}", later=()) for n, one in enumerate(named, 1)]
    return carve(alone, FINDERS[1:]), at + 1


def _run_together(lines: list[Line], at: int) -> Found:
    """A run of lines that end in the same number of values, which single blanks part; a line of headings may come first."""
    head = _heading_words(lines[at].text)
    width, rows, end = len(head), [], at + bool(head)
    while end < len(lines) and (row := _row_of(lines[end], bool(rows))) and width in (0, len(row) - 1):
        width, end = len(row) - 1, end + 1
        rows.append(row)
    if len(rows) < (1 if head else 3):
        return None
    if head:
        words = lines[at].text.rsplit(" ", width)
        rows.insert(0, [words[0] if len(words) > width else "", *head])
    unrolled = re.search(r" r\d+$", lines[at].address)
    doubt = RUN_TOGETHER if width > 1 and (unrolled or not head or len(rows) == 2) else ""
    return [_grid(rows, [[line.address] for line in lines[at:end]], doubt)], end


def _row_of(line: Line, goes_on: bool) -> list[str] | None:
    """The label of a line and the values at its end."""
    found = _TRAILING.fullmatch(line.text) if not line.quoted and len(line.text) <= 200 else None
    if not found or is_sentence(found["label"]) or is_furniture(found["label"]):
        return None
    label, values = found["label"], _VALUES.findall(found["values"])
    if _AGE_FOLLOWS.search(label):  # "a child under 16" and its counts
        label, values = f"{label} {values[0]}", values[1:]
    total = goes_on and token(label.rstrip(":")).kind == "total"
    numbered = re.fullmatch(r"\W*\(?[\da-z]{1,2}[.)]", label)
    if not values or numbered or _DANGLING.search(label) or label[-1] in ",;:/|–-" and not total:
        return None
    return [label, *values]


def _heading_words(text: str) -> list[str]:
    """The words at the end of a line that each head a column: years, sexes, a total; none where it is a sentence.

    >>> _heading_words("Sex 2014/15 2015/16 Total"), _heading_words("Apr 2012 - Mar 2013")
    (['2014/15', '2015/16', 'Total'], [])
    """
    of_one = len(text) > 200 or _ONE_PERIOD.search(text) or read_label(text).dimensions == {"offence"}
    found = [] if of_one else list(takewhile(_heads_alone, reversed(text.split())))[::-1]
    return found if len(found) > 1 else []


# "between October and December 2018" heads no two columns
_ONE_PERIOD = re.compile(rf"\s(?:-|to)\s|(?i:{MONTH})\W+{YEAR.pattern}")


def _heads_alone(word: str) -> bool:
    label = read_label(word)
    known = label.understood and bool(label.dimensions - {"measure"} or label.total) and not label.ignore
    return known or bool(YEAR.fullmatch(word)) or label.rest == "unknown"


FINDERS = (_unrolled, barred, separated, _pasted, _labelled, _run_together)
"""What looks for tables in lines that have lost their columns, in this order."""
