"""Read one file from its bytes to its figures: load it, put it into parts, read each, and account for every number.

The order is that of the package: what it is (:mod:`.sniff`), its lines and grids (the loaders), its parts (:mod:`.blocks`),
the tables of each grid (:mod:`.rows`, :mod:`.columns`, :mod:`.sides`, :mod:`.tables`, :mod:`.sums`, :mod:`.lists`), the running text (:mod:`.prose`), and
what stands around the tables (:mod:`.surroundings`).
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from importlib import import_module
from itertools import chain, groupby, pairwise, product
from pathlib import Path

from helpers.intake import joining, notices
from helpers.intake.ages import Age
from helpers.intake.blocks import Part, arrange
from helpers.intake.certainty import correction, doubt_corrected, doubt_parts, doubt_years, shorten
from helpers.intake.columns import Columns, column_roles
from helpers.intake.context import (
    ALL_SEXUAL,
    FLAGGED,
    asks_of_a_part,
    footnotes_of,
    heading_force,
    narrowing,
    not_understood,
    read_context,
    title_meaning,
    without_harmless,
)
from helpers.intake.labels import BEHIND, read_label, subject_of_title
from helpers.intake.lexicon import phrase
from helpers.intake.lists import count_list, is_list
from helpers.intake.meaning import NOTHING, Meaning, describe, words_of
from helpers.intake.model import (
    PROPOSED,
    READ,
    REJECTED,
    Decisions,
    Document,
    Figure,
    FileReading,
    Grid,
    Line,
    Number,
    Problem,
    Shown,
    TableNote,
    as_texts,
    counted,
)
from helpers.intake.numbers import find_numbers
from helpers.intake.prose import ASKS_A_COUNT, RUNNING, Prose
from helpers.intake.readings import decide, parse_meaning, unmet, without_years
from helpers.intake.remarks import as_title
from helpers.intake.rows import AXIS, Cells, Table, find_tables, join_conditions, move_headings
from helpers.intake.sniff import SPREADSHEETS, Refused, sniff, wrong_extension
from helpers.intake.spans import YEAR4
from helpers.intake.sums import doubt_sums
from helpers.intake.surroundings import PUT_TO_A_MINISTER, Surroundings, asks_how_many, doubt_by_headings
from helpers.intake.tables import COUNTED, Reading, Scope, doubt_same, read_table
from helpers.intake.tokens import is_sentence, token
from helpers.intake.values import text_of
from helpers.intake.words import ANY_CRIME, LONGEST_SENTENCE, QUESTION, find_measure
from helpers.tables.files import content_hash

SMALL = 20_000  # cells of a file whose numbers are all listed
MOST_CONTENTS = 200  # rows of a sheet that may list what the others hold
SECONDS = 50.0
MOST_TOLD = 20  # lines of one kind
LONGEST_SHEET = 31  # characters of the name of a sheet that a program keeps
SHORT_TITLE = 30  # characters of a title at the most
WIDEST = 1_000  # columns: no table of figures is wider
LOADERS = {
    **dict.fromkeys(SPREADSHEETS, ("spreadsheets", "load_workbook")), "docx": ("documents", "load_docx"),
    "html": ("documents", "load_html"), "pdf": ("pdfs", "load_pdf"), "text": ("spreadsheets", "load_text"),
}  # fmt: skip
_OF_ALL = ("period", "offence", "code", "age", "sex")
_BOILERPLATE = phrase("boilerplate")
_OF_CHILDREN = re.compile(r"(?i)\b(?:child(?:ren)? (?:sex|victim|abuse|rape)|against (?:a )?child(?:ren)?\b)")
_BREAK = phrase("break in a series")
_COMPARED, _SHARES = phrase("compared with"), phrase("share of some")
_OF_YEARS = phrase("asks of several years")
_RUN_ON = re.compile(r"[^\W\d]\W+(?!(?:19|20)\d\d\b)\d[\d,]*(?: (?!(?:19|20)\d\d\b)\d[\d,]*)+$")
_YEAR_AND_COUNT = re.compile(rf"(?:{YEAR4}|\d\d?/\d\d) ?[:=–-] ?\d[\d,]*(?![\d/])")
Marks = dict[tuple[int, int], tuple[str, str]]
Places = dict[tuple[int, int], list[Figure]]


def read_file(
    path: Path, shown: str, decided: Mapping[str, Decisions] | None = None, seconds: float = SECONDS
) -> list[FileReading]:
    """Read one file, and each of its attachments.

    Parameters
    ----------
    path : Path
        The file.
    shown : str
        What it is called in all that is written.
    decided : dict, optional
        What an analyst has decided, by the name of the file or attachment; what is decided for the file holds for
        attachments without decisions of their own.
    seconds : float
        When to stop; what was read until then is kept.
    """
    decided = decided or {}
    deadline = time.process_time() + seconds
    with tempfile.TemporaryDirectory(prefix="foi-intake-") as folder:
        digests: dict[str, str] = {}

        def load(one: Path, name: str, depth: int = 0) -> list[Document]:
            try:
                kind = sniff(one)
                digests[name] = content_hash(one)
                documents = _load(one, name, kind, Path(folder), load, depth, deadline)
                documents[0].name = name
                if warning := wrong_extension(Path(name), kind):
                    documents[0].problems.insert(0, Problem("", "warning", warning))
                return documents
            except Refused as error:
                return [Document(name, "", problems=[Problem("", "error", f"not read: {error}")])]

        documents = load(path, shown)
    whole = decided.get(shown, Decisions())
    mine = [decided.get(document.name, whole) for document in documents]
    readings = [
        read_document(document, one, digests.get(document.name, ""), deadline)
        for document, one in zip(documents, mine, strict=True)
    ]
    for one in {id(one): one for one in mine if one.changes_only}.values():
        its = [reading for reading, other in zip(readings, mine, strict=True) if other is one]
        its[0].problems += unmet(one, its)
    return readings


def _load(
    path: Path, shown: str, kind: str, folder: Path, load, depth: int, deadline: float
) -> list[Document]:
    """Load a file by its kind; the loader of another kind, and the library that it needs, are not imported."""
    if kind == "eml":
        from helpers.intake.mail import load_mail

        return load_mail(path, shown, folder, load, depth)
    module, name = LOADERS[kind]
    loader = getattr(import_module(f"helpers.intake.{module}"), name)
    late = deadline - 0.4 * (deadline - time.process_time())  # time is left to read what was loaded
    more = {"pdf": (late,)} | {sheet: (sheet,) for sheet in SPREADSHEETS}
    return [loader(path, *more.get(kind, ()))]


def read_document(
    document: Document, decisions: Decisions, digest: str = "", deadline: float | None = None
) -> FileReading:
    """Read a loaded document.

    Parameters
    ----------
    document : Document
        From one of the loaders.
    decisions : Decisions
        Meanings that go before the reading's own.
    digest : str
        SHA-256 of the file, for the reading.
    deadline : float, optional
        When to stop, on the clock of ``time.process_time``.
    """
    decided, own = decisions.labels, None
    if decisions.changes_only:
        alone = replace(decisions, labels={}, figures={}, measure="")
        own = _Reader(document, alone, digest, deadline).read()
        said = {label.casefold(): words for label, words in own.labels.items()}
        decided = {label: one for label, one in decided.items() if describe(one) != said.get(label, "")}
    result = _Reader(document, replace(decisions, labels=decided), digest, deadline).read()
    result.decided = {label: describe(meaning) for label, meaning in decided.items()}
    if own is not None:
        result.known = list(own.labels)
        for figure in result.figures:  # titles may name what is counted too, and were read wrong then
            if decisions.measure and figure.measure == own.measure:
                figure.measure = decisions.measure
    return result


class _Reader:
    def __init__(self, document: Document, decisions: Decisions, digest: str, deadline: float | None):
        self.document, self.decisions, self.deadline = document, decisions, deadline
        self.result = FileReading(document.name, document.kind, digest, problems=list(document.problems))
        self.numbers: list[Number | Figure] = []  # a figure stands for its number until all is decided
        self.placed: list[tuple[Shown, Places]] = []
        self.sums: list[tuple[Figure, list[Figure]]] = []  # totals with their parts
        self.tables = 0
        self.around = Surroundings(document, self.result)
        self.headed: set[int] = set()  # the tables whose title or sheet names their force
        grids = [block for block in document.blocks if isinstance(block, Grid)]
        self.small = sum(len(grid.rows) * grid.width for grid in grids) <= SMALL

    def read(self) -> FileReading:
        result = self.result
        if result.failed:
            return result
        blocks = [block for block in self.document.blocks if isinstance(block, Line) or self._fits(block)]
        self.parts = arrange(blocks)
        self.found = {
            id(part): _find_tables(part.grid, bool(part.above))
            for part in self.parts
            if part.grid is not None
        }
        self._heed_contents()
        texts = self._texts()
        plain = [text for text, _, _ in texts]
        self.answering = {
            name for asked, name in pairwise(plain) if PUT_TO_A_MINISTER.match(asked)
        }  # who answers it
        self.rules = notices.read_rules(plain)
        notices.decide_rules(self.rules, self.decisions.rules)
        result.rules = asdict(self.rules)
        self._whose(plain)
        self.about = self._about(plain)
        self.file = self._file(texts)
        self.prose = Prose(self.file, self.about, plain)
        result.measure = self.file.measure or "offences"
        for is_grid, run in groupby(self.parts, lambda part: part.grid is not None):
            if self.deadline is not None and time.process_time() > self.deadline:
                told = "the file takes too long. What is written may lack its last tables"
                result.tell("", "warning", f"reading stopped early: {told}")
                for figure in result.figures:
                    figure.propose("the file was not read to its end")
                break
            if is_grid:
                self.prose.headed = self.prose.alone = ""  # what stands above a table is its own
                for part in run:
                    self._read_grid(part)
            else:
                self._read_lines([*run])
        self._finish(texts)
        return result

    def _fits(self, grid: Grid) -> bool:
        """Whether a grid is no wider than a table can be."""
        if grid.width > WIDEST:
            told = f"not read: {grid.width:,} columns wide, and no table of figures is. Ask: can you send the table alone?"
            self.result.tell(grid.sheet or grid.place, "error", told)
        return grid.width <= WIDEST

    def _heed_contents(self) -> None:
        """Put above the tables of a sheet what a list of contents says of it, and the one title that stands on a cover."""
        sheets = {grid.sheet.casefold(): part for part in self.parts if (grid := part.grid) and grid.sheet}
        covers = []
        for part in sheets.values() if len(sheets) > 1 else ():
            grid, (tables, lines) = part.grid, self.found[id(part)]
            for row, column in lines if not tables else ():
                text = text_of(grid.rows[row][column])
                if ALL_SEXUAL.search(text) and text[-1] not in ".;?":
                    covers.append(Line(text, grid.address(row, column), sheet=grid.sheet))
            for number, row in enumerate(grid.rows[:MOST_CONTENTS]):
                name, *told = [text for text in map(text_of, row) if text] or [""]
                joined, parted = name, name.partition(", ")  # its cells, where they have become one text
                if not told and parted[0].casefold() in sheets:
                    name, told = parted[0], [*filter(None, parted[2:])]
                    self.around.contents.add(joined)
                named = sheets.get(name.casefold(), part)
                if named is not part and not any(token(text).is_value for text in told):
                    named.above += [Line(text, grid.address(number, 0), sheet=grid.sheet) for text in told]
        for part in sheets.values() if len(covers) == 1 else ():
            part.above[:0] = covers

    # --- what holds for the file ----------------------------------------------------------------------------------

    def _texts(self) -> list[tuple[str, str, bool]]:
        """Every line of text of the file: what it says, where it stands, and whether it asks."""
        texts = []
        for part in self.parts:
            if part.line is not None:
                texts.append((part.line.text, part.line.address, part.line.quoted))
                continue
            tables, lines = self.found[id(part)]
            for table in tables:
                texts += [(text, where, False) for text, where in (*table.titles, *table.notes)]
            for row, column in lines:
                texts.append((text_of(part.grid.rows[row][column]), part.grid.address(row, column), False))
        return list(dict.fromkeys(texts))

    def _titles(self) -> list[set[str]]:
        """What stands right above each table and is no question."""
        tables = [(part, table) for part in self.parts if part.grid for table in self.found[id(part)][0]]
        above = [{line.text for line in part.above if not line.quoted} for part, _ in tables]
        titles = ({text for text, _ in table.titles} for _, table in tables)
        return [said | own for said, own in zip(above, titles, strict=True)]

    def _whose(self, texts: list[str]) -> None:
        """Whose answer it is: what was decided, else the file's name, else the force that its text names most often."""
        told = [*texts[:400], *self.document.titles]
        counts = Counter(force for text in told for force in notices.find_forces(text))
        name = Path(self.document.name)
        folder = "" if notices.beside_force(str(name.parent)) else notices.force_of_name(str(name.parent))
        named = notices.force_of_name(name.name) or notices.force_of_name(str(name.parent))
        certain = self.decisions.force or not named or counts[named] or named == folder
        misnamed = named and counts and not counts[named] and not self.decisions.force
        self.misnamed = f"it is named after {named}, and speaks of {next(iter(counts))}" if misnamed else ""
        self.borrowed = "" if certain else not_understood(notices.beside_force(name.name))
        ordered = [named, *(force for force, _ in counts.most_common())]
        forces = list(filter(None, dict.fromkeys(ordered)))
        two = [count for _, count in counts.most_common(2)]
        self.unsure = not (self.decisions.force or named) and len(two) > 1 and two[0] < 2 * two[1]
        self.result.forces = forces
        self.result.force = self.decisions.force or (forces[0] if forces else "")

    def _about(self, texts: list[str]) -> str:
        told = [*self.document.titles, self.document.name, *texts[:300]]
        subjects = {subject_of_title(text) for text in told if len(text) < 3_000}
        return next((one for one in ("sexual", "mixed", "other") if one in subjects), "")

    def _file(self, texts: list[tuple[str, str, bool]]) -> Meaning:
        """What the file says once and never otherwise: one period, one age band, one offence, what is counted.

        Of a sentence with a count only the period holds for others, and what is counted is never what only a question says.
        """
        said = [
            (read_context(text if passes else _COMPARED.split(text)[0]), passes, "" if quoted else text)
            for text, quoted in ((notices.without_rule(text), quoted) for text, _, quoted in texts[:400])
            for passes in [_passes_on(text, quoted)]
            if len(text) <= 600 and (subject_of_title(text) == "sexual" or not _BOILERPLATE.search(text))
        ]
        several = any("periods" in one.rest for one, _, _ in said)
        found = (one.span for one, _, _ in said)
        spans = {(s.start, s.end): s for s in found if s and s.kind not in ("month", "day")}
        # the age that one table is of is not that of another; a first title that names all children may head them all
        titles = self._titles()
        aged = [(one.age, text) for one, passes, text in said if passes and one.age and not one.age.unknown]
        every, first = set().union(*titles), set().union(*titles[:1])
        ages = {age for age, text in aged if text not in every or age == Age(0, 17) and text in first}
        coded = [(one, text) for one, passes, text in said if passes and one.code]
        offences = {one.code: one.offence for one, _ in coded}
        self.of_a_title = all(text in every for _, text in coded)
        self.age_of_first = bool(ages) and all(text in first for _, text in aged)
        measures = [one.measure for one, passes, text in said if passes and text]
        self.dated = bool(spans) or several
        heads = next((text for text, _, quoted in texts if not quoted and ALL_SEXUAL.search(text)), "")
        counted = {one.measure for one, _, _ in said} - {*COUNTED} | {*measures}
        named = any(one.offence for one, _, _ in said) or heads and narrowing(heads)
        self.several = bool(named or counted - {"", *ANY_CRIME, "incidents"})
        code, offence = next(iter(offences.items())) if len(offences) == 1 else ("", "")
        span = next(iter(spans.values())) if len(spans) == 1 and not several else None
        questions = [text for text, _, quoted in texts[:400] if quoted]
        asking = [read_context(text).span for text in questions if asks_how_many(text)]
        self.asked = bool(span) and asking == [span] and not any(map(_OF_YEARS.search, questions))
        counts = {text: read_context(text).age for text, _, quoted in texts[:400] if _asks(text, quoted)}
        self.age_of_one = (
            None in counts.values() and bool(aged) and {text for _, text in aged} <= {*counts, ""}
        )
        age = ages.pop() if len(ages) == 1 else None
        measure = next((m for m in measures if m not in ("", "cyber_flagged")), "")
        measure, force = self.decisions.measure or measure, self.result.force
        whole = Meaning(span, age=age, offence=offence, code=code, measure=measure, force=force)
        if whole.span or len(self.document.name) >= 60:
            return whole
        return replace(whole, span=read_label(self.document.name.rsplit(".", 1)[0]).span)

    # --- grids ----------------------------------------------------------------------------------------------------

    def _read_grid(self, part: Part) -> None:
        grid = part.grid
        tables, lines = self.found[id(part)]
        marks: Marks = {}
        places: Places = {}
        listed: set[int] = set()  # rows that are counted, and hold no counts
        numbered: set[int] = set()  # those of tables that hold numbers and no figures
        held = {row for row, _ in lines}
        scope = self._scope(part)
        for table in tables:
            self.tables += 1
            table.titles = [one for one in table.titles if notices.without_rule(one[0])]  # a key is no title
            columns = column_roles(table)
            out = self._read_table(table, columns, self._forced(table, scope, part), grid)
            self._take(out, grid)
            places |= {place: [figure] for place, figure in out.placed.items()}
            marks |= out.marks
            listed = listed.union(() if out.placed or not out.figures else table.data)
            rows = {*table.headers, *table.data, *table.sections}
            counts = any(one.is_value for row in table.data for one in table.cells.row(row))
            if out.figures or columns.values and counts:
                held |= rows
            elif counts:
                numbered |= rows
        texts, numbers = [], range(self.tables - len(tables) + 1, self.tables + 1)
        texts += self._worded(grid, held) if self.small else []
        for row, column in lines:
            for c in range(column, grid.width):
                text = text_of(grid.rows[row][c]) if c < len(grid.rows[row]) else ""
                if text:
                    texts.append((Line(text, grid.address(row, c), sheet=grid.sheet), (row, c)))
                    self.around.below[text].update(numbers)
        self._read_run(texts, marks, places, {})
        for row in (row for row in range(len(grid.rows)) if self.small and row not in held | numbered):
            if words := ", ".join(filter(None, map(text_of, grid.rows[row]))):  # a list of notes
                self.around.beside.append(words)
        if self.small:
            self._account(grid, places, marks, listed, {place for _, place in texts})
        self._show(grid, marks, places)

    def _worded(self, grid: Grid, held: set[int]) -> list[tuple[Line, tuple[int, int]]]:
        """Cells that say a figure in words, "310 (12 online)", of rows in which no column is one of figures; with their labels.

        In other rows, those that say several, each behind its year: "2015/16: 228 2016/17: 222".
        """
        found = []
        for row in range(len(grid.rows)):
            cells = {c: text for c, raw in enumerate(grid.rows[row]) if (text := text_of(raw))}
            label = next(iter(cells.values()), "")
            for c, text in cells.items():
                several = row not in held or len(_YEAR_AND_COUNT.findall(text)) > 1
                if several and any(not one.reason for one in find_numbers(text)):
                    alone = text == label or re.search(YEAR4, label if row in held else text)
                    told = text if alone else f"{label}: {text}"
                    found.append((Line(told, grid.address(row, c), sheet=grid.sheet), (row, c)))
        return found

    def _scope(self, part: Part) -> Scope:
        above = tuple((one.text, one.address) for one in part.above if notices.without_rule(one.text))
        below = tuple((one.text, one.address) for one in part.below)
        title, sheet = title_meaning(list(above)), title_meaning([(part.grid.sheet, "")])
        if len(part.grid.sheet) == LONGEST_SHEET:  # its last year may be cut
            sheet = replace(sheet, span=None)
        file = self.file, self.about, self.dated, self.asked, self.several
        return Scope(self.rules, self.decisions.labels, NOTHING, title, sheet, *file, above, below)

    def _forced(self, table: Table, scope: Scope, part: Part) -> Scope:
        """The scope of a table whose title or sheet names police of its own; where the file does not, that is a question."""
        lines = [text for text, _ in (table.titles or scope.titles)[-2:]]
        named = {*map(heading_force, [*lines, part.grid.sheet])} - {""}
        if len(named) > 1:
            table.doubt = table.doubt or f"what stands above it speaks of {' and of '.join(sorted(named))}"
        force, taken = (named.pop() if len(named) == 1 else ""), self.result.force
        if force:
            self.headed.add(self.tables)
        if not force or force == taken or taken and self.result.forces and taken not in self.result.forces:
            return scope  # that the whole file speaks of others is told in the end
        if taken and force not in self.result.forces:
            table.doubt = table.doubt or f"its title speaks of {force}, and the file is taken as {taken}"
        return replace(scope, file=replace(scope.file, force=force))

    def _read_table(self, table: Table, columns: Columns, scope: Scope, grid: Grid) -> Reading:
        headings = filter(None, map(table.heading, range(table.left, table.right + 1)))
        heading = " | ".join(headings)[:300] or "no headings"
        known, plain = self.decisions.tables, heading.casefold()
        names = (f"{plain} | {grid.sheet} | {table.address}", plain, without_years(plain))
        decided = next((known[name] for name in names if name in known), {})
        means = str(decided.get("meaning", ""))
        note = TableNote(f"table {self.tables}", grid.sheet, table.address, heading, means)
        self.result.tables.append(note)
        out = Reading()
        if decided.get("read", True) is False:
            note.read = False
            out.tell(table.address, "note", "left out, as the reading says")
            places = ((row, c) for row in table.data for c in range(table.left, table.right + 1))
            out.marks = dict.fromkeys(places, ("none", "left out, as the reading says"))
            return out
        if means:
            scope = replace(scope, table=parse_meaning(means))
        self.around.keep(table, self.tables, scope, in_cells=self.small)
        titles = (*scope.titles[-3:], *table.titles[-3:])
        above = [as_title(text) for text, _ in titles if text not in self.answering or is_sentence(text)]
        if self.of_a_title and any(map(ALL_SEXUAL.search, [*above, grid.sheet])):  # of another table's title
            scope = replace(scope, file=replace(scope.file, offence="", code=""))
        headed = any(_OF_CHILDREN.search(text) for text in above if not _asks(text, False))
        unaged = self.age_of_one and not headed
        if unaged:
            scope = replace(scope, file=replace(scope.file, age=None))
        if listed := is_list(table, columns):
            count_list(table, columns, scope, self.tables, out)
        else:
            out = read_table(table, scope, self.tables, columns)
        for figure in out.figures:  # what was decided for the whole table goes before what its cells say
            # "12 offences", unless its row is of charges
            has_words = figure.measure in ("", *ANY_CRIME) and any(map(str.isalpha, figure.text))
            unit = find_measure(figure.text.casefold())[0] if has_words else ""
            figure.measure = scope.table.measure or unit or figure.measure
            figure.force = scope.table.force or figure.force
        aged = title_meaning([*titles]).age or any(map(_OF_CHILDREN.search, above))
        whole = any("sexual" in text.casefold() for text in above) and not aged
        for figure in out.figures if self.age_of_first and self.tables > 1 and whole else ():
            if figure.age_high == self.file.age.high:
                figure.propose("the title of its table names no age, and only that of another table does")
        for figure in out.figures if unaged else ():
            if figure.age_low is None and "age unknown" not in figure.qualifiers:
                figure.propose("one question names an age and another none", "age")
        behind = [BEHIND.search(table.heading(c)) for c, role in columns.roles.items() if role in _OF_ALL]
        above += [found["what"] for found in behind if found]  # "Age of victim (girls)" is of all rows
        corners = product(table.headers[:-1], () if listed else columns.labels)  # over the heading of labels
        above += [text for at in corners if (text := table.cells.at(*at).text) and not AXIS.fullmatch(text)]
        doubt_by_headings(out.figures, table, Columns() if listed else columns, above, scope)
        note.figures = len(out.figures)
        return out

    def _take(self, out: Reading, grid: Grid) -> None:
        self.result.figures += out.figures
        self.sums += out.sums
        for problem in out.problems:
            where = f"{grid.sheet} {problem.where}".strip() if grid.sheet else problem.where
            self.result.problems.append(replace(problem, where=where))
        for label, meaning in out.labels.items():
            self.result.labels.setdefault(label, describe(replace(meaning, rest="")) or "note")
        self.result.explained += out.explained

    def _read_run(
        self, lines: list[tuple[Line, tuple[int, int]]], marks: Marks, places: Places, asks: dict[int, str]
    ) -> None:
        """Read lines of text, each with its place, and the questions that some of them answer by their numbers."""
        for n, (line, place) in enumerate(lines):
            told = self.prose.read(line, self.tables + 1, asks.get(n))
            self.result.figures += told.figures
            self.numbers += told.numbers
            self._tell_left(line, told.left)
            if told.figures:
                places.setdefault(place, []).extend(told.figures)
                marks[place] = "proposed", "; ".join(f"{one.text}: {words_of(one)}" for one in told.figures)
            elif told.left:
                marks.setdefault(place, ("none", "; ".join(f"{text}: {why}" for text, why in told.left)))
            elif (said := title_meaning([(line.text, "")])).dimensions:
                marks.setdefault(place, ("heading", describe(said)))

    def _account(self, grid: Grid, places: Places, marks: Marks, listed: set, texts: set) -> None:
        """List what became of each number of a grid."""
        lost: list[str] = []
        for row, cells in enumerate(grid.rows):
            for column, raw in enumerate(cells):
                one = token(raw)
                if not one.text or not (re.search(r"\d", one.text) or one.is_value):
                    continue
                place, where, text = (row, column), grid.address(row, column), one.text[:80]
                if place in texts:  # each of its numbers is listed
                    continue
                if place in places:
                    self.numbers += places[place]
                    continue
                kind, words = marks.get(place, ("", ""))
                reason = f"a {kind}: {words}" if kind in ("heading", "label") else words
                reason = reason or "a cell of a list that is counted by rows" * (row in listed)
                if not reason:
                    reason = "a label" if one.is_label and not one.is_value else "not read"
                    if one.is_value and one.value.kind == "count":
                        lost.append(f"{one.text} ({where})")
                run_on = not one.is_value and _RUN_ON.search(one.text)  # counts that ran into a label
                means_nothing = (
                    words == "a heading" and one.value.kind == "count" and any(map(text_of, cells[:column]))
                )
                if kind in ("heading", "label") and (run_on or means_nothing):
                    lost.append(f"{text} ({where})")
                self.numbers.append(Number(grid.sheet, where, text, "none", reason))
        if lost:
            shown = ", ".join(lost[:12]) + (f" and {len(lost) - 12} more" if len(lost) > 12 else "")
            told = f"numbers that are not read: {shown}. Ask: what do they count?"
            self.result.tell(grid.sheet or grid.address(0, 0), "warning", told)

    def _show(self, grid: Grid, marks: Marks, places: Places) -> None:
        rows = [[text_of(cell)[:200] for cell in row[:60]] for row in grid.rows[:200]]
        for row, column in grid.percents:
            if row < len(rows) and column < len(rows[row]) and isinstance(grid.rows[row][column], float):
                rows[row][column] = f"{grid.rows[row][column]:.1%}"
        kept = {place: mark for place, mark in marks.items() if place[0] < 200 and place[1] < 60}
        addresses = [grid.address(row, 0) for row in range(len(rows))]
        title = grid.sheet or grid.place or "Table"
        shown = Shown(title, rows, kept, addresses, grid.hidden, max(0, len(grid.rows) - 200))
        figures = {place: found for place, found in places.items() if place[0] < 200 and place[1] < 60}
        self.placed.append((shown, figures))

    # --- lines ----------------------------------------------------------------------------------------------------

    def _read_lines(self, parts: list[Part]) -> None:
        marks: Marks = {}
        places: Places = {}
        lines = [part.line for part in parts]
        asks = {n: part.asks.text for n, part in enumerate(parts) if part.asks}
        self._read_run([(line, (n, 0)) for n, line in enumerate(lines)], marks, places, asks)
        rows, addresses = [[line.text[:2_000]] for line in lines], [line.address for line in lines]
        self.placed.append((Shown("Text", rows, marks, addresses, is_lines=True), places))

    def _tell_left(self, line: Line, left: list[tuple[str, str]]) -> None:
        """Say which numbers of a line may be counts and are not proposed, and why."""
        bad = [(text, reason) for text, reason in left if reason.startswith("not a figure")]
        for text, reason in bad[:20]:
            told = f'{reason}: "{text}". Ask: what is the count here?'
            self.result.tell(f"{line.sheet} {line.address}".strip(), "warning", told)
        left = [one for one in left if one not in bad]
        if not left or line.quoted:
            return
        numbers = ", ".join(dict.fromkeys(text for text, _ in left))
        reasons = "; ".join(dict.fromkeys(reason for _, reason in left))
        text = line.text if len(line.text) <= 160 else re.sub(r"\s+\S*$", "", line.text[:160]) + " …"
        where = f"{line.sheet} {line.address}".strip()
        self.result.tell(where, "note", f'not taken for figures: {numbers} in "{text}" ({reasons})')

    # --- the end --------------------------------------------------------------------------------------------------

    def _finish(self, texts: list[tuple[str, str, bool]]) -> None:
        result = self.result
        shorten(result, [(text, where) for text, where, _ in texts])
        given = [one for one in result.figures if not one.reason.startswith(RUNNING)]
        doubted = doubt_same(given, "of the file")
        apart = [(one[0], other) for one in doubted for other in one if other.table != one[0].table]
        clashes = Counter(one.table for alike in doubted for one in alike)
        sizes = Counter(one.table for one in given)
        for one in given:
            if 2 * clashes[one.table] >= sizes[one.table]:
                one.propose("most figures of its table are read as the same as others, with other values")
        for first, second in apart[:MOST_TOLD]:
            told = f"{first.text} at {first.where} and {second.text} at {second.where} are read as the same: something that tells them apart was not read. Ask: what do they differ in?"
            result.tell(second.where, "warning", told)
        heads = {number: [table.sheet] for number, table in enumerate(result.tables, 1)}
        for text, tables in self.around.above.items():
            for number in tables:
                heads[number].append(text)
        read = {id(one) for one in given if one.status == READ}
        doubt_corrected(given, heads)
        names = chain([Path(result.name).stem], *heads.values())
        result.corrects = correction(names, (text for text, _, quoted in texts if not quoted))
        self._doubt_whole()
        lines = [text for text, _, quoted in texts[:400] if not quoted]
        self.around.doubt_by_questions(given, [text for text, _, quoted in texts if quoted], lines)
        self.around.doubt_by_sentences(given, lines)
        self.around.doubt_by_names(given, self.decisions.beside)
        lines = [text for text, _, _ in texts[:400]] + [*self.around.inside, *self.around.beside]
        lines += [one.sheet for one in result.tables]
        doubt_parts(result.figures, [text for text in lines if len(text) <= LONGEST_SENTENCE])
        titled = [*texts[:400], *((text, "", False) for text in self.document.titles)]
        doubt_years(result, titled, heads)
        doubt_sums(self.sums, read)
        self._refuse(texts)
        if self.decisions.in_round:
            joining.age_totals(result.figures)
            self._ask_for_ages()
        for figure in result.figures:
            if figure.status == PROPOSED and not (figure.start and figure.end):
                figure.leave_open("period")
        self._decide()
        if not (result.figures or result.problems):
            result.tell("", "note", "no figures are found in this file")
        self._settle_places()

    def _doubt_whole(self) -> None:
        """Doubt figures for what holds for the whole file: pages unread, and whose answer it is."""
        result = self.result
        mine = [figure for figure in result.figures if figure.force == result.force]
        doubts = []
        unread = "turned text and are not read", "reading stopped before"
        if any(words in problem.message for problem in result.problems for words in unread):
            doubts.append((result.figures, "pages of the file are not read"))
        if self.unsure:
            unheaded = [figure for figure in mine if figure.table not in self.headed]
            doubts.append((unheaded, f"the file speaks of {result.forces[0]} and of {result.forces[1]}"))
        if by := self.decisions.corrected:
            told = f'another file of its force says that it corrects one: "{by[:100]}"'
            doubts.append((result.figures, told))
        if self.misnamed:
            doubts.append((result.figures, self.misnamed))
        if self.borrowed:
            told = f'only the name of the file names {result.force}, and it says "{self.borrowed}" too'
            doubts.append((mine, told))
        if result.force and result.forces and result.force not in result.forces:
            doubts.append((mine, f"the file speaks of {result.forces[0]}, and is taken as {result.force}"))
        for figure, reason in [(figure, reason) for figures, reason in doubts for figure in figures]:
            figure.propose(reason)

    def _settle_places(self) -> None:
        """Number the figures that are left, and say of each number what became of it."""
        result = self.result
        at = {id(figure): number for number, figure in enumerate(result.figures)}
        for shown, places in self.placed:
            numbered = {place: [at[id(f)] for f in found if id(f) in at] for place, found in places.items()}
            shown.figures = {place: found for place, found in numbered.items() if found}
            result.shown.append(shown)
        for one in self.numbers:
            if isinstance(one, Figure):
                became = (one.status, one.why) if id(one) in at else ("none", REJECTED)
                one = Number(one.sheet, one.cell, one.text[:80], *became)
            result.numbers.append(one)

    def _refuse(self, texts: list[tuple[str, str, bool]]) -> None:
        result = self.result
        lines = [(text, where) for text, where, quoted in texts if not quoted]
        for text, where in lines if result.figures else ():
            if _BREAK.search(text):
                result.tell(
                    where, "note", f"years before and after may not be comparable. It says: {text[:200]}"
                )
        result.refusals = notices.find_refusals(lines, strong=bool(result.figures))
        for one in result.refusals:
            words = one.word.replace("_", " ") + " in part" * (one.word == "refused" and bool(result.figures))
            told = one.text if len(one.text) <= 200 else one.text[:200] + " …"
            result.tell(one.address, "note", f"{words}: {one.ground}. It says: {told}")

    def _ask_for_ages(self) -> None:
        """Propose what only lacks an age with the one that the request gives: "child sexual offences" says none."""
        for figure in self.result.figures:
            if joining.measure_of(as_texts(figure, ""))[1] == joining.NO_AGE:
                figure.age_low, figure.age_high = 0, 17
                figure.open = tuple(name for name in figure.open if name != "age")
                no_age = "no age is stated, and the request is for victims under 18"
                figure.status, figure.reason = PROPOSED, "; ".join(filter(None, (figure.reason, no_age)))

    def _decide(self) -> None:
        """Apply what a person has decided about single figures; those that were rejected are left out."""
        verdicts, met, kept = self.decisions.figures, set(), []
        if not verdicts:
            return None
        if self.decisions.digest not in ("", self.result.digest):
            told = f"the reading was made of another version of this file; what it says of {counted(len(verdicts), 'number')} is not used"
            return self.result.tell("", "warning", told)
        for figure in self.result.figures:
            key = (figure.sheet, figure.cell, figure.text)
            verdict = verdicts.get(key)
            met.add(key)
            if verdict == "reject":
                continue
            kept.append(figure)
            if verdict:
                decide(figure, verdict)
                if figure.open:
                    told = f"the reading confirms {figure.text}, and says nothing of its {' and its '.join(figure.open)}: it waits"
                    self.result.tell(figure.where, "warning", told)
        self.result.figures = kept
        for sheet, cell, text in [key for key in verdicts if key not in met]:
            told = f"the reading decides about {text}, which is no figure of this file"
            self.result.tell(f"{sheet} {cell}".strip(), "warning", told)


def _find_tables(grid: Grid, titled: bool = False) -> tuple[list[Table], list[tuple[int, int]]]:
    """The tables of a grid and its lines, of which each is one text: what a comma or a cell parts is one sentence.

    >>> _find_tables(grid := Grid([["Year", 2018], ["Girls", 7], [], ["Note", "Years begin", "in July"]]))[1], grid.rows[3]
    ([(3, 0)], ['Note, Years begin, in July'])
    """
    join_conditions(grid)
    tables, lines = find_tables(grid)
    cells, held = Cells(grid), {row for row, _ in lines}
    ends = {row + 1 for table in tables for row in table.data} or {0 if grid.sheet else len(grid.rows)}
    held |= {row for row in range(max(ends), len(grid.rows)) if cells.filled(row)}
    held |= {table.headers[0] for table in tables if _is_parted(table)}
    beside = len({table.left for table in tables}) > 1
    several = [row for row in sorted(held) if not beside and len(cells.filled(row)) > 1]
    # what stands right below a table and begins with no words may be of it
    first = {row: cells.row(row)[cells.filled(row)[0]] for row in ends if row in several}
    near = {row for row, one in first.items() if one.kind != "text" and len(one.text.split()) < 3}
    parted = [row for row in several if row not in near and not any(one.is_value for one in cells.row(row))]
    for row in parted:
        said = [one.text for one in cells.row(row) if one.text]
        text = "".join(f"{'. ' if is_sentence(one) else ', '}{one}" for one in said)[2:]
        grid.rows[row] = [None] * cells.filled(row)[0] + [text]
    tables, lines = find_tables(grid) if parted else (tables, lines)
    for table in tables:
        move_headings(table)
        # the heading of its labels may be all the title it has
        corner, label = table.heading(table.left), table.cells.at(table.data[0], table.left)
        sexual = ALL_SEXUAL.search(corner) or FLAGGED.search(corner.casefold())
        names = sexual or not (titled or table.titles) and read_label(corner).offence
        if names and not label.is_value:
            table.titles.append((corner, grid.address(table.headers[-1], table.left)))
    return tables, lines


def _is_parted(table: Table) -> bool:
    """Whether the first row of headings is a title that a comma or a cell parts, or says nothing: below it stand headings of all columns."""
    if len(table.headers) < 2:
        return False
    told = " ".join(one.text for one in table.cells.row(table.headers[0]))
    if not re.search(r"\w", without_harmless(told)):  # "Back to | Contents"
        return True
    first, second = (table.cells.at(row, table.left).text for row in table.headers[:2])
    if not (second and ALL_SEXUAL.search(first) and len(first) > SHORT_TITLE):
        return False
    filled, under = map(table.cells.filled, table.headers[:2])
    kinds = {frozenset(read_label(table.cells.at(table.headers[0], c).text).dimensions) for c in filled[1:]}
    fewer = len(filled) < len(under) and filled == under[: len(filled)]
    return len(filled) == 2 or fewer and (len(kinds) > 1 or kinds == {frozenset()})


def _asks(text: str, quoted: bool) -> bool:
    """Whether a text asks for a count: a question, or what stands behind the number of one."""
    return bool((quoted or text.endswith("?") or QUESTION.match(text)) and ASKS_A_COUNT.search(text))


def _passes_on(text: str, quoted: bool) -> bool:
    """Whether what a text says may hold for others: that of a title or a question, and not of a sentence with a count.

    >>> _passes_on("Offences against children under 13", False), _passes_on("Of these, 5 were under 13.", False)
    (True, False)
    """
    ends = re.search(r"[.!;][\"”’)]?\s*$", text)
    if quoted or text.endswith("?"):
        return not asks_of_a_part(text)
    of_some = ends or _SHARES.search(text) or footnotes_of([text])
    return not of_some and all(one.reason for one in find_numbers(text))
