"""What every file becomes before it is read: lines of text and grids of cells, in the order of the page.

A :class:`Document` holds :class:`Line` and :class:`Grid` blocks. Every block knows the address of what it
holds, in the words that an analyst can follow back: ``B7`` in a spreadsheet, ``p2 t1 r4 c3`` in a table of
a PDF, ``l17`` in plain text. What is read comes out as :class:`Figure`; what is wrong as :class:`Problem`.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from helpers.tables.files import defuse

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.intake.meaning import Meaning

SEVERITIES = ("error", "warning", "note")


@lru_cache(maxsize=20_000)
def column_letters(index: int) -> str:
    """The letters of a spreadsheet column, counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The position of a spreadsheet column, counted from 0: the inverse of :func:`column_letters`.

    >>> column_index("AA")
    26
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


@dataclass(frozen=True)
class Problem:
    """Something to tell the analyst: where, how bad, and what to do about it."""

    where: str
    severity: str
    message: str


class Tells:
    """What has `problems`, and takes more."""

    problems: list[Problem]

    def tell(self, where: str, severity: str, message: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(where, severity, message))


@dataclass(frozen=True)
class Number:
    """One number of a file and what became of it: ``read``, ``proposed``, or ``none`` with the reason."""

    sheet: str
    cell: str
    text: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Notice:
    """That a file refuses, or says that nothing is held: on what ground, and where it says so."""

    word: str
    ground: str
    address: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line or paragraph of text.

    Attributes
    ----------
    text : str
        What it says.
    address : str
        Where it begins.
    quoted : bool
        Whether it is somebody else's, quoted above an answer: it may say what is asked, and counts nothing.
    later : tuple of (int, str)
        For each further line that was joined to it: where that begins in `text`, and its address.
    sheet : str
        The sheet it stands on, where it is a cell of one.
    """

    text: str
    address: str
    later: tuple[tuple[int, str], ...] = ()
    quoted: bool = False
    sheet: str = ""

    def address_at(self, place: int) -> str:
        """The address of the line in which the character at a place of `text` stands.

        >>> Line("There were 247 in 2014/15 and 820 in 2015/16", "l3", later=((27, "l4"),)).address_at(30)
        'l4'
        """
        return [self.address, *(address for start, address in self.later if start <= place)][-1]


class FlatRows(Sequence):
    """Rows of one length in one list of cells: a list for every row of a long file would cost as much as its cells.

    Attributes
    ----------
    cells : list
        Row after row, each with a mark at its end.
    width : int
        Cells of a row, without its mark.

    Examples
    --------
    >>> rows = FlatRows(["Year", "Sex", "end", "2014/15", "F", "end"], 2)
    >>> len(rows), rows[1], rows[1:].column(1)
    (2, ['2014/15', 'F'], ['F'])
    """

    def __init__(self, cells: list, width: int):
        self.cells, self.width = cells, width

    def __len__(self) -> int:
        return len(self.cells) // (self.width + 1)

    def __getitem__(self, place):
        step = self.width + 1
        if isinstance(place, slice):
            chosen = range(len(self))[place]
            return FlatRows(self.cells[chosen.start * step : chosen.stop * step], self.width)
        at = range(len(self))[place] * step
        return self.cells[at : at + self.width]

    def __setitem__(self, place: int, row: list) -> None:
        at = place * (self.width + 1)
        self.cells[at : at + self.width] = row + [None] * (self.width - len(row))

    def column(self, place: int) -> list:
        """The cells of one column, from the first row to the last."""
        return self.cells[place :: self.width + 1]


@dataclass
class Grid:
    """A sheet of a workbook, or a table of a document.

    Attributes
    ----------
    rows : list of list
        Cells as loaded: text, numbers, dates, True, False or None. Rows may differ in length.
    sheet : str
        The name of the sheet; empty outside spreadsheets.
    place : str
        What comes before ``r4 c3`` in an address; empty for A1 addresses.
    hidden : bool
        Whether the sheet is hidden in its workbook.
    spans : dict
        For each cell that a merged cell covers, the position of the cell that holds its content.
    percents : set
        Positions that the file formats as percentages.
    origin : (int, int)
        Row and column of ``rows[0][0]`` in the sheet, counted from 0.
    address_of : function, optional
        Gives the address of a cell where neither A1 nor ``r4 c3`` is right.
    doubt : str
        Why its rows and columns are not certain, where it was put together from text.
    listed : bool
        Whether each row is a label and its value, so that none is a heading.
    """

    rows: list[list] | FlatRows
    sheet: str = ""
    place: str = ""
    hidden: bool = False
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    origin: tuple[int, int] = (0, 0)
    address_of: Callable[[int, int], str] | None = None
    doubt: str = ""
    listed: bool = False

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Let one cell cover a block of cells, corners included."""
        block = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        self.spans |= {place: (top, left) for place in block if place != (top, left)}

    def address(self, row: int, column: int) -> str:
        """The address of a cell, as ``figures.csv`` gives it.

        >>> Grid([[1]]).address(6, 1), Grid([[1]], place="p2 t1").address(3, 2)
        ('B7', 'p2 t1 r4 c3')
        """
        if self.address_of:
            return self.address_of(row, column)
        if self.place:
            return f"{self.place} r{row + 1} c{column + 1}"
        return f"{column_letters(column + self.origin[1])}{row + self.origin[0] + 1}"

    def range(self, top: int, left: int, bottom: int, right: int) -> str:
        """The address of a block of cells, corners included."""
        first, last = self.address(top, left), self.address(bottom, right)
        return first if first == last else f"{first}:{last}"

    @cached_property
    def width(self) -> int:
        """The length of the longest row, as the grid was when first asked."""
        return self.rows.width if isinstance(self.rows, FlatRows) else max(map(len, self.rows), default=0)


@dataclass
class Document(Tells):
    """One file, loaded: what it is, what it holds in order, what was wrong while loading, and how it is titled."""

    name: str
    kind: str
    blocks: list[Line | Grid] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)  # these may name the force, and count nothing
    message: list[Line] = field(default_factory=list)  # the text of the e-mail that it is attached to

    def lines(self) -> list[Line]:
        """Its lines of text outside tables."""
        return [block for block in self.blocks if isinstance(block, Line)]


def narrowings(note: str) -> list[str]:
    """The parts of a note that narrow what is counted, such as a district: not those that say how it was printed or made.

    >>> narrowings("district: North; printed <5")
    ['district: North']
    """
    parts = [part for part in note.split("; ") if part]
    return [part for part in parts if not part.startswith(("printed", "counted from", "sum of"))]


READ, PROPOSED, CONFIRMED = "read", "proposed", "confirmed"
REJECTED = "rejected by the analyst"  # the reason of a number that a person has rejected


@dataclass(slots=True)
class Figure:
    """One figure, with where it stands, what it counts and how sure that is. Empty text and None mean: not stated.

    `status` is ``read``, ``proposed`` (with the `reason`) or ``confirmed``; `text` is the number as printed. `open` names what
    a person has to fill in, since nothing near the number says it: period, measure, force, age, sex. `waited` tells why it
    waited before a person confirmed it; nothing where they changed a year or a force that was read, which is for it alone.
    """

    sheet: str = ""
    cell: str = ""
    force: str = ""
    start: date | None = None
    end: date | None = None
    financial_year: str = ""
    measure: str = ""
    offence_code: str = ""
    offence: str = ""
    sex: str = ""
    age_low: int | None = None
    age_high: int | None = None
    low: int | None = None
    high: int | None = None
    qualifiers: tuple[str, ...] = ()
    note: str = ""
    table: int = 0  # which table of the file, for the checks: never written
    status: str = READ
    reason: str = ""
    text: str = ""
    open: tuple[str, ...] = ()
    waited: str = ""

    def __reduce__(self) -> tuple:  # a hundred thousand of them pass from one process to another
        return Figure, _FIELDS(self)

    def propose(self, reason: str, *names: str) -> None:
        """Make it wait for a person, who fills in what `names` leave open; the first reason stays, since it is the narrowest."""
        if self.status == READ:
            self.status, self.reason = PROPOSED, reason
        if self.status == PROPOSED:
            self.leave_open(*names)

    def leave_open(self, *names: str) -> None:
        """Say nothing of what only a person can fill in.

        >>> figure = Figure(measure="offences", status=PROPOSED, reason="it stands in running text")
        >>> figure.leave_open("measure")
        >>> figure.measure, figure.why
        ('', 'it stands in running text; fill in its measure')
        """
        self.open = tuple(dict.fromkeys((*self.open, *names)))
        for name in {*names} & {"measure", "force", "sex"}:
            setattr(self, name, "")
        if "age" in names:
            self.age_low = self.age_high = None
        if "period" in names and self.start and self.end:  # of an open one, an end is known
            self.start = self.end = None
            self.financial_year = ""

    @property
    def why(self) -> str:
        """Why it waits, and what has to be filled in."""
        if not self.open:
            return self.reason
        asked = f"fill in its {' and its '.join(self.open)}"
        return "; ".join(filter(None, (self.reason, asked)))

    @property
    def where(self) -> str:
        """Its sheet and its cell, as problems name a place."""
        return f"{self.sheet} {self.cell}".strip()

    @property
    def is_total(self) -> bool:
        """Whether it adds up other figures of the same table."""
        return "total" in self.qualifiers


_FIELDS = attrgetter(*(one.name for one in fields(Figure)))

_WRITTEN = attrgetter(
    *"sheet cell force financial_year start end measure offence_code offence sex age_low age_high low high".split()
)
COLUMNS = tuple(
    "file sheet cell force financial_year period_start period_end measure offence_code offence sex age_low age_high "
    "value_low value_high qualifier note status reason".split()
)


def as_row(figure: Figure, file: str) -> list:
    """A figure as a row of ``figures.csv``, in the order of :data:`COLUMNS`."""
    qualifiers = "; ".join(dict.fromkeys(figure.qualifiers))
    return [file, *_WRITTEN(figure), qualifiers, figure.note, figure.status, figure.why]


def as_texts(figure: Figure, file: str) -> dict[str, str]:
    """The same by the names of the columns, as it is read back.

    >>> as_texts(Figure(low=0), "Kent.csv")["value_low"], as_texts(Figure(), "Kent.csv")["value_low"]
    ('0', '')
    """
    row = zip(COLUMNS, as_row(figure, file), strict=True)
    return {name: "" if value is None else str(value) for name, value in row}


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def counted(number: int, word: str) -> str:
    """A number of things in words.

    >>> counted(1, "file"), counted(1234, "figure")
    ('1 file', '1,234 figures')
    """
    return f"{number:,} {word}{'s' * (number != 1)}"


def csv_text(rows: Iterable[Iterable]) -> str:
    """Rows as the text of a CSV file.

    >>> csv_text([["force", "note"], ["Kent", "a, b"]])
    'force,note\\nKent,"a, b"\\n'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def with_bar(results: Iterable, total: int, words: str) -> Iterable:
    """Results as they come, with a bar on a terminal that goes when all are there; nothing elsewhere."""
    if not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    return track(results, words, total=total, console=Console(stderr=True), transient=True)


@lru_cache(maxsize=100_000)  # a table repeats its words in every row
def defuse_cell(value: str) -> str:
    """Text from outside, on one line and without control characters, as it may stand in a spreadsheet's cell.

    >>> defuse_cell(" =cmd|' /C calc'!A0 "), defuse_cell("-5"), defuse_cell("- none")
    ("'=cmd|' /C calc'!A0", '-5', "'- none")
    """
    text = value if value.isprintable() else "".join(" " if ord(ch) < 32 else ch for ch in value)
    return defuse(text.strip())


@dataclass
class TableNote:
    """One table as the reading records it."""

    name: str
    sheet: str
    range: str
    heading: str
    meaning: str
    figures: int = 0
    read: bool = True


@dataclass
class Shown:
    """A grid or a run of lines, cut to what a page can show, with what each cell was taken for.

    `marks` holds (kind, words) by position: ``read``, ``proposed``, ``confirmed``, ``heading``, ``label``, ``none`` or
    ``problem``. `figures` holds the places in :attr:`FileReading.figures` of what stands in a cell or line.
    """

    title: str
    rows: list[list[str]]
    marks: dict[tuple[int, int], tuple[str, str]]
    addresses: list[str]
    hidden: bool = False
    left_out: int = 0
    is_lines: bool = False
    figures: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    layout: str = ""  # the same for what has the same labels in the same places


@dataclass
class FileReading(Tells):
    """What came of one file, or of one attachment."""

    name: str
    kind: str = ""
    digest: str = ""
    force: str = ""
    forces: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refusals: list[Notice] = field(default_factory=list)
    tables: list[TableNote] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    rules: dict[str, object] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    measure: str = ""
    decided: dict[str, str] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)  # labels that the file's own reading knows
    explained: list[str] = field(default_factory=list)  # lines for ``--explain``
    layout: str = ""
    alike: list[str] = field(default_factory=list)  # other files of the intake with this layout
    letter: list[str] = field(default_factory=list)  # what it says, where no table of it counts
    corrects: str = ""  # what it says of correcting another answer

    @property
    def failed(self) -> bool:
        """Whether the file could not be read."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def waiting(self) -> int:
        """How many figures wait for a person."""
        return sum(figure.status == PROPOSED for figure in self.figures)


@dataclass
class Decisions:
    """What the analyst, or last round's reading, has decided for one file.

    With `changes_only`, a label decides only where it says something else than the file's own reading: an edited
    reading holds every label, and those left alone must not tie labels that mean different things in two places.
    `in_round` says that the file answers a request for victims under 18. `file` is the one that the reading was made
    for, `figures` has the verdict on single numbers by sheet, cell and the number as printed, `digest` is that of the
    version of the file in which they stand, `beside` is what a letter says that came with it, and `corrected` what another
    file says that corrects it.
    """

    file: str = ""
    labels: dict[str, Meaning] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    force: str = ""
    measure: str = ""
    rules: dict[str, object] = field(default_factory=dict)
    changes_only: bool = False
    in_round: bool = False
    figures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    digest: str = ""
    beside: tuple[str, ...] = ()
    corrected: str = ""
