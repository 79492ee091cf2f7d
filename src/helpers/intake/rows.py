"""What each row of a grid is: a line of text, headings, a section, data. One walk finds the likeliest of all.

Each row gets a score for each role from what stands in it, and each step from one role to the next has a weight. The
best walk through all rows is the answer (Viterbi); what is nearly as good is told as a doubt. The tables of a grid are
the runs of headings and data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from helpers.intake.context import not_understood
from helpers.intake.labels import read_label, says_little
from helpers.intake.lexicon import phrase
from helpers.intake.model import Grid
from helpers.intake.tokens import EMPTY, Token, is_furniture, is_sentence, token
from helpers.intake.words import find_measure, role_of_heading
from helpers.tables.vocabularies import rows as rows_of

LINE, HEADING, SECTION, DATA = "line", "heading", "section", "data"
ROLES = (LINE, HEADING, SECTION, DATA)
LONG = 500  # rows, from which only the first and the last are walked through
SAMPLE = 150
WEIGHTS = {role: {} for role in ROLES}
for _row in rows_of("intake_weights"):
    WEIGHTS[_row["role"]][_row["sign"]] = float(_row["weight"])


_PIVOT, _UNSET = phrase("heads a pivot table"), phrase("says nothing of a filter")
AXIS = phrase("names an axis")
"""What names the labels of a table and nothing else, as a corner does."""


class Cells:
    """A grid as tokens, or one side of it and what stands over both; :meth:`whole` finds what covers a merged cell."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.width = grid.width
        self.left, self.right = 0, grid.width - 1
        self._rows: dict[int, list[Token]] = {}

    def side(self, left: int, right: int, shared: Collection[int]) -> Cells:
        """The cells from one column to another; of `shared` rows, those of all columns."""
        part = Cells(self.grid)
        part.left, part.right = left, right
        for row in range(len(self.grid.rows)):
            tokens = self.row(row)
            mine = [one if left <= column <= right else EMPTY for column, one in enumerate(tokens)]
            part._rows[row] = tokens if row in shared else mine
        return part

    def row(self, row: int) -> list[Token]:
        """The tokens of a row, as many as the grid is wide."""
        made = self._rows.get(row)
        if made is None:
            raw = self.grid.rows[row]
            made = [token(cell) for cell in raw] + [EMPTY] * (self.width - len(raw))
            self._rows[row] = made
        return made

    def at(self, row: int, column: int) -> Token:
        """The token of a cell."""
        return self.row(row)[column]

    def whole(self, row: int, column: int) -> Token:
        """The token of a cell, or of the merged cell that covers it."""
        found = self.row(row)[column]
        if not found.text and (anchor := self.grid.spans.get((row, column))):
            return self.row(anchor[0])[anchor[1]]
        return found

    def used(self, most: int | None = None) -> list[int]:
        """The rows that hold something, of all or of the first."""
        rows = range(len(self.grid.rows))[:most]
        return [row for row in rows if any(one.text for one in self.row(row))]

    def filled(self, row: int) -> list[int]:
        """The columns of a row that hold something."""
        return [column for column, one in enumerate(self.row(row)) if one.text]


@dataclass
class Table:
    """The rows of one table in a grid, by what they are, and the lines that stand over it."""

    cells: Cells
    left: int
    right: int
    headers: list[int] = field(default_factory=list)
    data: list[int] | range = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    doubt: str = ""

    @property
    def grid(self) -> Grid:
        """The grid that it stands in."""
        return self.cells.grid

    @property
    def address(self) -> str:
        """The block of cells from its first row to its last."""
        rows = [*self.headers[:1], *self.data[:1], *self.data[-1:]]
        return self.grid.range(min(rows), self.left, max(rows), self.right)

    def heading(self, column: int) -> str:
        """The lowest heading over a column."""
        for row in reversed(self.headers):
            text = self.cells.whole(row, column).text
            if text:
                return text
        return ""

    def label(self, row: int) -> str:
        """The first text of a row."""
        return self.cells.at(row, self.cells.filled(row)[0]).text

    def under(self, section: int) -> range:
        """The rows below a section: up to the next one, or to the end where sections stand in sections."""
        nested = any(row + 1 in self.sections for row in self.sections)
        later = [row for row in self.sections if row > section and not nested]
        return range(section, min(later, default=self.data[-1] + 1))


def move_headings(table: Table) -> None:
    """Move headings that begin over the labels one column to the right, where the last column has none: an empty corner was lost.

    >>> table = find_tables(Grid([["2014/15", "2015/16"], ["Girls", 7, 5], ["Boys", 3, 4]]))[0][0]
    >>> move_headings(table)
    >>> table.grid.rows[0], table.doubt
    ([None, '2014/15', '2015/16'], 'its headings stand a column too far left')
    """
    cells, left, right = table.cells, table.left, table.right
    row = table.headers[-1] if table.headers else None
    if row is None or right - left < 2 or cells.filled(row) != [*range(left, right)]:
        return
    corner, *others = (read_label(cells.at(row, column).text).dimensions for column in range(left, right))
    kinds = corner & set().union(*others) - {"measure"}
    labels = (read_label(cells.at(at, left).text).dimensions for at in table.data[:SAMPLE])
    if not kinds or table.heading(right) or any(kinds & said for said in labels):
        return
    if all(cells.at(at, right).is_value and not cells.at(at, left).value.is_number for at in table.data):
        raw = table.grid.rows[row]
        raw[left : right + 1] = [None, *raw[left:right]]
        tokens = cells.row(row)
        tokens[left : right + 1] = [EMPTY, *tokens[left:right]]
        table.doubt = table.doubt or "its headings stand a column too far left"


def walk(cells: Cells, rows: list[int]) -> list[str]:
    """Find the likeliest roles of rows.

    Parameters
    ----------
    cells : Cells
        The grid.
    rows : list of int
        Rows that hold something, in order.

    Returns
    -------
    roles : list of str
        One for each row.

    Examples
    --------
    >>> cells = Cells(Grid([["Recorded offences"], ["Age", "2013/14", "2014/15"], ["0-9", 5, 6], ["Total", 5, 6]]))
    >>> walk(cells, [0, 1, 2, 3])
    ['line', 'heading', 'data', 'data']
    """
    kinds = [_kinds(cells, row) for row in rows]
    scores = [_scores(cells, row, kinds, place) for place, row in enumerate(rows)]
    best: list[dict[str, tuple[float, str]]] = [{"": (0.0, "")}]
    for place, own in enumerate(scores):
        gap = place > 0 and rows[place] - rows[place - 1] > 1
        best.append({role: max(_steps(role, best[-1], gap)) for role in ROLES})
        best[-1] = {role: (total + own[role], last) for role, (total, last) in best[-1].items()}
    roles: list[str] = []
    role = max(best[-1], key=lambda one: best[-1][one][0])
    for column in reversed(best[1:]):
        roles.append(role)
        role = column[role][1]
    roles.reverse()
    return roles


def _steps(role: str, before: dict[str, tuple[float, str]], gap: bool) -> Iterator[tuple[float, str]]:
    """The score of each way to a role, with the role before it."""
    weights = WEIGHTS[role]
    for last, (total, _) in before.items():
        step = weights[f"after {last}" if last else "first of all"]
        yield total + step + (weights.get(f"a gap after {last}", 0.0) if gap else 0.0), last


_KINDS = {"period": "p", "date": "p", "age": "a", "sex": "s", "code": "o", "offence": "o", "value": "v"}


def _kinds(cells: Cells, row: int) -> str:
    """The kinds of cells of a row, a letter each: ``v`` number, ``y`` year on its own, ``-`` empty, and so on."""
    return "".join(map(_letter, cells.row(row)[cells.left :]))


def _letter(one: Token) -> str:
    year = one.kind == "period" and one.value.kind == "count"
    return "y" if year else _KINDS.get(one.kind, "t") if one.text else "-"


_SAME = {"yv", "vy", "yp", "py", "av", "va", "ov", "vo"}


def _alike(first: str, second: str) -> float:
    """The part of the columns that two rows fill in the same way."""
    return sum(a == b or a + b in _SAME for a, b in zip(first, second, strict=True)) / (len(first) or 1)


def _same_shape(first: str, second: str) -> bool:
    """Whether two rows fill the same columns, and nearly all of them in the same way."""
    filled = all((a == "-") == (b == "-") for a, b in zip(first, second, strict=True))
    return filled and _alike(first, second) > 0.7


def _labelled_alike(first: str, second: str) -> bool:
    """Whether two rows say things of the same kinds in two columns or more, or the first nothing but what the second says."""
    same = sum(a == b and a in "paso" for a, b in zip(first, second, strict=True))
    return same > 1 or same > 0 and all(a in ("-", b) for a, b in zip(first, second, strict=True))


def _scores(cells: Cells, row: int, kinds: list[str], place: int) -> dict[str, float]:
    """The score of each role for a row: what its signs weigh together."""
    signs = _signs(cells, row, kinds, place)
    return {role: sum(signs.get(sign, 0) * w for sign, w in WEIGHTS[role].items()) for role in ROLES}


def _signs(cells: Cells, row: int, kinds: list[str], place: int) -> dict[str, float]:
    """How much a row shows of each sign that ``data/vocabularies/intake_weights.csv`` weighs."""
    tokens, mine = cells.row(row)[cells.left :], kinds[place]
    filled = [one for one in cells.row(row) if one.text]
    count, first = len(filled), filled[0]
    alone = count == 1 and (first is tokens[0] or "v" not in mine)  # a number under headings is a count
    after = kinds[place + 1 : place + 3]  # a section may stand between headings and their data
    following = next((one for one in after if len(one) - one.count("-") > 1), after[0] if after else "")
    before = kinds[place - 1] if place else ""
    above = kinds[place - 2] if place > 1 and len(before.rstrip("-")) == 1 else before
    again = any(first in cells.row(at) for at in (row - 1, row + 1) if 0 <= at < len(cells.grid.rows))
    # "Recorded offences" in each row is a label, and so is "Crimes" below "Incidents", each with its counts
    measure = find_measure(first.text.casefold())[0]
    goes_on = measure and {"v"} <= {*mine} & {*above} and _same_shape(above, mine)
    axis = bool(AXIS.fullmatch(first.text)) and not (again or goes_on)
    letters = "" if axis else _counting(tokens, mine, before, following)
    cells_of = zip(tokens, mine, strict=True)
    numeric = [one.is_value or letter in letters and one.text[:1].isdigit() for one, letter in cells_of]
    values = [one for n, one in enumerate(tokens) if one.text and numeric[n] and (n or cells.width == 1)]
    beside = [one for one in (*after[:1], before) if one]
    like = max([_alike(mine, other) for other in (following, before) if other], default=0.0)
    sentence = is_sentence(first.text) and not (
        "v" in before and first.text.endswith("?")
    )  # it asks of the rows below
    # counts that look like years, below a period or in a row like those beside it
    near = kinds[max(place - 3, 0) : place] + kinds[place + 1 : place + 4]
    counted = sum(
        before[n : n + 1] == "p" or any(other[n] in "vy" and _same_shape(mine, other) for other in near)
        for n, letter in enumerate(mine)
        if letter == "y" and n and not axis
    )
    years = [one.value.low for one in tokens if _letter(one) == "y"]  # or months, "202104"
    if counted > 1 and _in_turn([n // 100 * 12 + n % 100 if n > 9999 else n for n in years]):
        counted = 0
    # the dates of a list stand below one another, and in a row of words so does all that they say
    words = not counted and not any(one.value.is_number for one in values)
    alike = [other for other in near if _same_shape(mine, other) or words and _labelled_alike(mine, other)]
    kept = "paso" if words else "p"
    listed = sum(a in kept and [other[n] for other in alike].count(a) > 2 for n, a in enumerate(mine))
    # ages 0 to 17, or numbers of codes, head columns
    texts = [one.text for one in tokens[1:]]
    apart = all(not a or a != b for a, b in pairwise(texts))
    numbers = [one.value.low if one.value.kind == "count" else None for one in values]
    rises = len(values) >= (6 if tokens[0].text else 3) and _in_turn(numbers) and numbers[-1] <= 120
    over = sum(mine[n] == "o" and following[n] in "vpas" for n in range(1, len(following)))
    codes = over > 1 and (first is not tokens[0] or bool(role_of_heading(first.text)))
    ages = axis and role_of_heading(first.text) == "age"
    heads = (codes or axis and (ages or apart)) or rises
    counts = [n for n, letter in enumerate(mine) if letter == "v" and n]
    # counts below a row of periods, of which "15/16" may be a code too, of sexes or ages; a section may stand between
    if counts and {*"pysa"} & {*above} and not (codes or ages) and all(above[n] in "pyosat" for n in counts):
        heads = False
    below = len(following) - following.count("-") >= len(values) - 1
    labels = sum(one.is_label for one in filled)
    merged = any((row, column) in cells.grid.spans for column in range(cells.width))
    furniture = count <= 3 and is_furniture(first.text) and first.kind == "text"
    corner = values and not tokens[0].text and beside and all(other[0] not in "-v" for other in beside)
    return {
        "any": 1,
        "alone": alone,
        "alone and not merged": alone and not merged,
        "label alone": count == 1 and first.is_label,
        "further cells": count - 1,
        "sentence": sentence,
        "furniture": furniture,
        "labels": labels,
        "years": sum(one.kind == "period" for one in filled) - counted,
        "texts": count - len(values) - labels,
        "total": first.kind == "total",
        "label first": not first.is_value,
        "names an axis": axis and count > 1,
        "numbers": sum(not one.text[:1].isalpha() for one in values),  # "No crimes" can be a heading
        "numbers that head": below * heads * len(values),
        "counts like years": counted,
        "dates of a list": listed,
        "no number": not values and not counted,
        "numbers below": "v" in following,
        "unlike the next": count > 1 and bool(following) and 1 - _alike(mine, following),
        "like its neighbours": like * (count > 1),
        "empty corner": bool(corner),
    }


def _counting(tokens: list[Token], mine: str, before: str, following: str) -> str:
    """The letters of cells that are counts because their row is like those beside it: "31 (2 online)", or a range.

    "1-4" and "2-5" may as well be ages, which head the columns below them; among counts they hide one.
    """
    same = [other for other in (before, following) if other[:1] == mine[0] and mine[0] in "paso"]
    letters = "vta" if any("v" in other[1:] for other in same) else "vt"
    pairs = [*zip(mine, before, strict=False), *zip(mine, following, strict=False)]
    alike = any(a == b and a in "pyaso" for a, b in pairs) and not {*mine[1:]} & {*"yas"} - {*letters}
    ranges = {one.text for one, letter in zip(tokens[1:], mine[1:], strict=True) if letter == "v"}
    # the same range below each period, and one behind counts
    dated = {b for a, b in zip(mine[1:], before[1:], strict=False) if a == "v"} == {"p"} and len(ranges) == 1
    goes_on = "v" in mine[1:] and before[:1] not in ("", "-", "v") and _same_shape(before[1:], mine[1:])
    # the first of single ages, below the headings of all columns
    first = mine[0] == following[:1] == "v" and before[:1] == "t" and not {*before[1:]} - {*"tp-"}
    labelled = bool(tokens[0].text) and not tokens[0].text[:1].isdigit()  # "Not known" too
    return letters if alike or first or (dated or goes_on) and labelled else ""


def _in_turn(numbers: list[int | None]) -> bool:
    """Whether each number is one more than the one before, as ages and years are at the heads of columns."""
    return None not in numbers and all(after == before + 1 for before, after in pairwise(numbers))


def join_conditions(grid: Grid) -> None:
    """Make one text of each row of two cells that says of what the table below it is, as the filters of a pivot table do.

    >>> join_conditions(grid := Grid([["Offence", "Rape"], ["Status", "(All)"], [], ["Row Labels", "2018", "2019"]]))
    >>> grid.rows[:2]
    [['Offence: Rape'], ['Status: (All)']]
    """
    cells, run = Cells(grid), {}
    for row in cells.used(SAMPLE):
        filled = cells.filled(row)
        texts = [one.text for one in cells.row(row)[:2]]
        pivots = any(map(_PIVOT.match, texts))
        pair = filled == [0, 1] and not pivots
        if run and (not pair or row - 1 not in run):
            section = row - 1 in run and len(filled) == 1
            for at, said in run.items() if _are_conditions([*run.values()], pivots, section) else ():
                grid.rows[at] = [": ".join(said)]
            run = {}
        if pair:
            run[row] = texts


def _are_conditions(run: list[list[str]], pivots: bool, section: bool) -> bool:
    """Whether rows of a name and what it is are conditions: no row heads the others or a `section`, and not all are counts."""
    roles, said = [role_of_heading(name) for name, _ in run], [said for _, said in run]
    counts = all(token(one).is_value for one in said[bool(role_of_heading(said[0])) :])
    filters = pivots or any(map(_UNSET.search, said)) or all(roles) and not section
    return filters and not counts and "count" not in roles


def find_tables(grid: Grid) -> tuple[list[Table], list[tuple[int, int]]]:
    """The tables of a grid, and the (row, column) of its lines of text."""
    cells = Cells(grid)
    if grid.listed:
        return [Table(cells, 0, grid.width - 1, data=range(len(grid.rows)))], []
    few = len(grid.rows) <= LONG
    if few and len(sides := _sides(cells)) > 1:
        parts = [_split(side, side.used()) for side in sides]
        beside = zip(sides, parts, strict=True)
        lines = {(row, side.filled(row)[0]) for side, (_, rows) in beside for row in rows}
        return [table for tables, _ in parts for table in tables], sorted(lines)
    tables, lines = _split(cells, cells.used(None if few else SAMPLE))
    if not few and (len(tables) > 1 or any(table.sections for table in tables)):
        tables, lines = _split(cells, cells.used())  # one below the other: every row is walked
    elif not few and tables:  # the first rows show the layout, and all that follow are data
        first, stop = tables[0], len(grid.rows)
        while stop > first.data[0] + 1 and len(cells.filled(stop - 1)) <= 1:
            stop -= 1  # but for the lines at the end
        first.data = range(first.data[0], stop)
        tail = [row for row in range(stop, len(grid.rows)) if cells.filled(row)]
        first.notes += [_line(cells, row) for row in tail]
        lines += tail
    return tables, [(row, cells.filled(row)[0]) for row in lines]


def _sides(cells: Cells) -> list[Cells]:
    """The grid as the tables that stand side by side in it: behind an empty column there are labels again, and figures."""
    rows = [row for row in cells.used() if len(cells.filled(row)) > 1]
    used = sorted({column for row in rows for column in cells.filled(row)})
    columns = {column: [one for row in rows if (one := cells.at(row, column)).text] for column in used}
    values = [c for c in used if 2 * sum(one.is_value for one in columns[c]) > len(columns[c])]
    behind = [column for before, column in pairwise(used) if column > before + 1 and column not in values]
    starts = [0]
    for start, stop in zip(behind, [*behind[1:], cells.width], strict=False):
        if any(starts[-1] <= one < start for one in values) and any(start < one < stop for one in values):
            starts.append(start)
    if len(starts) == 1:
        return [cells]
    shared = {row for row in cells.used() if not rows[0] < row < rows[-1] and row not in rows}
    ends = [*(start - 1 for start in starts[1:]), cells.width - 1]
    return [
        cells.side(start, end, {row for row in shared if cells.filled(row)[0] <= end})
        for start, end in zip(starts, ends, strict=True)
    ]


def _split(cells: Cells, rows: list[int]) -> tuple[list[Table], list[int]]:
    """Rows in tables, by what each is; and those that are lines of text.

    Lines and sections wait for the row that shows whose they are: a table that begins below them, or one that goes on.
    """
    tables: list[Table] = []
    role_of = dict(zip(rows, walk(cells, rows), strict=True))
    for row, below in pairwise(rows):
        if role_of[row] in (LINE, SECTION) and role_of[below] == DATA and _heads(cells, row, below):
            role_of[row] = HEADING
    waiting: list[int] = []
    for row, role in role_of.items():
        if role in (LINE, SECTION):
            waiting.append(row)
            continue
        between = [one for one in waiting if role_of[one] == LINE]
        told = [_line(cells, one) for one in between]
        sections = [one for one in waiting if role_of[one] == SECTION]
        for table in tables[-1:]:
            table.notes.extend(told)
            apart = [n for n, one in enumerate(between, 1) if one - n not in table.data[-1:]]
            told = told[apart[0] - 1 :] if apart else told  # those right under it are of it alone
        if role == DATA and tables and _repeats(cells, tables[-1], row):
            continue
        begins = role == HEADING and tables and tables[-1].data
        if tables and told and all(says_little(text) for text, _ in told):  # of what the last table is of
            told = [one for one in tables[-1].titles if not says_little(one[0])] + told
        if not tables or begins and (waiting or not _repeats(cells, tables[-1], row)):
            tables.append(Table(cells, cells.left, cells.right, titles=told))
            sections = sections if sections == waiting[-len(sections) :] else []  # a line ends what it heads
        now = tables[-1]
        now.sections += sections
        if role == DATA:
            now.data.append(row)
        elif not now.data:
            now.headers.append(row)
        waiting = []
    for table in tables[-1:]:  # below its last row nothing is headed
        table.notes += [_line(cells, row) for row in waiting]
    lines = [row for row, role in role_of.items() if role == LINE or row in waiting]
    return [table for table in tables if table.data], lines


def _heads(cells: Cells, row: int, below: int) -> bool:
    """Whether a row holds only a period over the one count of the row below it, in words of a label and not of a title."""
    (first, *others), under = cells.filled(row), cells.filled(below)
    if others or [first] != under[1:]:
        return False
    said = read_label(text := cells.at(row, first).text)
    plain = said.dimensions == {"period"} and len(said.rest) < 4  # letters: "Q1 2019/20", "AY 2018/19"
    return plain or bool(said.ignore) or bool(said.span and not_understood(text))


def _line(cells: Cells, row: int) -> tuple[str, str]:
    """The text of a row, and where it begins."""
    filled = cells.filled(row)
    return " ".join(cells.at(row, column).text for column in filled), cells.grid.address(row, filled[0])


def _repeats(cells: Cells, table: Table, row: int) -> bool:
    """Whether a row repeats the headings of the table above it, as the head of a new page does."""
    texts = [one.text for one in cells.row(row)]
    return any([one.text for one in cells.row(header)] == texts for header in table.headers)


def rows_left_out(table: Table) -> list[int]:
    """The rows from the headings of a list to the row below it that hold several cells and are neither data nor headings."""
    cells, below = table.cells, table.data[-1] + 1
    said = {(n, kind) for n, kind in enumerate(_kinds(cells, table.data[0])) if kind in "pas"}
    near = range((*table.headers, *table.data)[0], min(below + 2, len(table.grid.rows)))
    others = [row for row in sorted({*near}.difference(table.data)) if len(cells.filled(row)) > 1]
    alike = [row for row in others if said & {*enumerate(_kinds(cells, row))}]
    return alike or [row for row in others if row <= below and not _repeats(cells, table, row)]
