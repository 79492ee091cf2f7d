"""What stands around the tables of a file, and which of their figures it makes doubtful.

A figure is read by the labels of its row and its column and by the title of its table. All else that the file says, in lines
above and below, in questions, in cells, in its name or in a letter, is kept here with the tables that it stands by; what of it
says otherwise than the figures are read, or is not understood, makes them wait for a person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain, product
from pathlib import Path

from helpers.intake import notices
from helpers.intake.columns import Columns
from helpers.intake.context import (
    ALL_SEXUAL,
    circumstance,
    footnotes_of,
    heading_force,
    narrowing,
    not_understood,
    read_context,
    without_harmless,
    without_number,
    without_request,
)
from helpers.intake.labels import read_label, subject_of
from helpers.intake.lexicon import phrase
from helpers.intake.model import Document, Figure, FileReading
from helpers.intake.numbers import find_numbers
from helpers.intake.prose import ASKS_A_COUNT
from helpers.intake.remarks import as_title, doubt_heading, doubt_remarks, unknown_words, without_outcomes
from helpers.intake.rows import Table
from helpers.intake.tables import COUNTED, Scope
from helpers.intake.tokens import is_sentence
from helpers.intake.values import text_of
from helpers.intake.words import ANY_CRIME, role_of_heading, strip_marks

LONGEST_HEADING = 80  # characters of a line above a table that is a heading and no title
SIGNATURE = 6  # lines that close a letter: a greeting, who signs, and what for
PUT_TO_A_MINISTER = phrase("put to a minister")
# what a heading of labels names that may say what is counted below it
_WHOLE = ("", "count", "period", "offence")
_COMMITTED, _KIND_ALONE = phrase("by when committed"), phrase("a kind alone")
_LETTERHEAD, _CLOSING = phrase("letterhead"), phrase("closing of a letter")
_ANSWERING, _ASKED = phrase("answering"), phrase("begins what was asked")
_YOU_ASKED = phrase("says what was asked")


class Surroundings:
    """The texts of a file that are no labels, each with the tables that it stands by.

    Parameters
    ----------
    document : Document
        The file, for its lines, its titles and its name.
    result : FileReading
        What is read of it, for the headings of its tables; a letter without tables is left in its ``letter``.
    """

    def __init__(self, document: Document, result: FileReading):
        self.document, self.result = document, result
        self.above: dict[str, set[int]] = defaultdict(set)  # text → the tables that it stands above
        self.below: dict[str, set[int]] = defaultdict(set)
        self.inside: dict[str, set[int]] = defaultdict(set)  # a remark in a cell
        self.beside: list[str] = []  # rows of tables without a number
        self.contents: set[str] = set()  # lines that say of one table what it holds

    def keep(self, table: Table, number: int, scope: Scope, in_cells: bool) -> None:
        """Keep what stands above a table, below it and, in whole sentences, `in_cells`."""
        for text, _ in (*table.titles, *scope.titles, *[(table.grid.sheet, "")] * bool(table.grid.sheet)):
            self.above[text].add(number)
        for text, _ in (*table.notes, *scope.notes):
            self.below[text].add(number)
        rows = (*table.headers, *table.sections, *table.data)
        cells = (table.grid.rows[row] for row in rows) if in_cells else ()
        for text in filter(None, map(text_of, chain.from_iterable(cells))):
            if len(text) > 20 and text[-1] == ".":
                self.inside[text].add(number)

    def doubt_by_questions(self, given: list[Figure], asked: list[str], lines: list[str]) -> None:
        """Doubt figures of tables where what was `asked`, the question right above, or what `lines` say was asked, is of a part or of something else."""
        told = "is of a part, or counts something else"
        parts = [_part_asked(text) for text in asked if asks_how_many(text)]
        stated = [_YOU_ASKED.sub("", text) for text in lines if _YOU_ASKED.match(text)]
        parts += [_part_asked(text) for text in stated if subject_of(text) == "sexual"]
        for one in given if parts and all(parts) else ():
            one.propose(f'what was asked {told}: "{parts[0][:100]}"')
        for text, tables in self.above.items():
            once = len(ASKS_A_COUNT.findall(text)) == 1
            plain = without_request(text)  # a sentence may speak of a number too
            asks = ASKS_A_COUNT.match(plain) or text[-1] != "."
            part = _part_asked(text) or (not_understood(plain) if asks and not asks_how_many(text) else "")
            # "rapes" asks loosely for what a title calls sexual offences, and "contact offences" for some of them
            kind = read_context(text).offence
            kind = kind if re.search(r"(?i)\b(?:offen[cs]e|crime)s", kind) else ""
            for one in given if once else ():
                if one.table in tables and one.measure in ANY_CRIME and (part or kind and not one.offence):
                    one.propose(f'the question above it {told}: "{(part or kind)[:100]}"')

    def doubt_by_sentences(self, given: list[Figure], lines: list[str]) -> None:
        """Doubt figures of tables of which the file's `lines`, or what stands around them, say what they are not read as."""
        ends = [number for number, text in enumerate(lines) if _CLOSING.match(text)]
        asked = _asked_above_answers(lines)
        signed = {text for end in ends for text in lines[end : end + SIGNATURE] if not is_sentence(text)}
        corners = [table.heading.partition(" | ")[0] for table in self.result.tables]
        marks = {strip_marks(text)[1].strip("[]() ") for text in (*self.above, *corners)}
        if not given:  # it may be a letter beside files that count
            self.result.letter = [text for text in lines if text not in signed | asked]
        # "Number of rapes" heads and asks
        heads = [text for text in self.above if text[-1] not in ".;?" and not PUT_TO_A_MINISTER.match(text)]
        told = dict.fromkeys([*lines, *heads, *self.below, *self.inside, *self.beside])
        written = {line.text for line in self.document.lines()}
        for text in filter(notices.without_rule, told):
            near = text in self.below or text in heads
            if text in signed | self.contents or text in asked and not (near or _part_asked(text)):
                continue
            above, below, inside = (one.get(text, set()) for one in (self.above, self.below, self.inside))
            # a title is not of the table before it
            tables = above if above and text[-1] not in ".;" else above | below | inside
            figures = [one for one in given if not tables or one.table in tables]
            # what stands on a sheet without a table is of all
            ends = text[-1] in ".;"  # a sentence above a table is no title of it
            around = inside, (above or text in self.beside) and not ends, above or text in self.below, True
            place = ("cell", "title", "note", "elsewhere")[[*map(bool, around)].index(True)]
            place = "paragraph" if place == "note" and text in written else place
            notes = footnotes_of([text])
            text = next(iter(notes.values())) if marks & {*notes} else text  # its mark is not of some alone
            if text in self.beside and not ends:  # what it says of all tables, in a table of its own
                doubt_heading(figures, text.partition(", ")[2])
            doubt_remarks(figures, text, place)

    def doubt_by_names(self, given: list[Figure], beside: tuple[str, ...]) -> None:
        """Doubt figures of tables of which the file's titles, its name, its message or the letters `beside` it say what they are not read as."""
        subjects = [line.text for line in self.document.lines() if line.address in ("subject", "header")]
        for text in [*self.document.titles, *subjects]:
            doubt_heading(given, text, "page")
        headings = " ".join(table.heading for table in self.result.tables)
        headed = {*re.split(r"[\W_]+", headings.casefold())} - {"year"}  # "16-17 year olds"
        # a message names what is attached to it, as a folder does
        for part in Path(self.document.name).parts:
            named = re.split(r"[-_\s]+", Path(part).stem)
            doubt_heading(given, " ".join(word for word in named if word.casefold() not in headed), "name")
        for text in [*(line.text for line in self.document.message), *beside]:
            doubt_remarks(given, text, "letter")


def doubt_by_headings(
    figures: list[Figure], table: Table, columns: Columns, above: list[str], scope: Scope
) -> None:
    """Doubt the figures of a table of which its headings, the lines above it or its sheet say what they are not read as."""
    near = [text for text, _ in (*table.titles[-1:], *scope.titles[-1:])]
    headings = [*map(table.heading, columns.labels)]
    roles = [*map(columns.roles.get, columns.labels)]
    kinds = zip(headings, map(role_of_heading, headings), roles, strict=True)
    alone = len(table.headers) == 1  # one of several names what stands right of it
    near += [text for text, named, role in kinds if not named or alone and named != role]
    dated = [*above, table.grid.sheet, *map(table.heading, columns.roles)] if columns.roles else []
    sheets = [table.grid.sheet] * (table.grid.sheet not in headings)  # it may be named after its labels
    texts = above, near, dated, sheets
    if len({figure.force for figure in figures if figure.force}) > 1:
        # an area over rows of forces says where they lie
        texts = [[notices.without_areas(text) for text in some] for some in texts]
    counted = {figure.measure for figure in figures}
    texts = [[without_outcomes(text, counted) for text in some] for some in texts]
    if part := _part_named(*texts):
        for figure in figures:
            figure.note = "; ".join(filter(None, (figure.note, part)))
            figure.propose(f'a heading says: "{part[:100]}"')
    outer = {as_title(text) for text, _ in scope.titles if table.titles}  # it is not read with these
    places = {text: "near" if text in near and text not in outer else "far" for text in above}
    places |= {text: "far" for text in headings if text in near or role_of_heading(text) in _WHOLE}
    named = any("offence" in table.heading(column).casefold() for column in columns.values)
    # a sheet "Victims" of offences counts these
    places |= dict.fromkeys(sheets, "page" if named else "far")
    headed = [(text, place, figures) for text, place in places.items()]
    cells = product(table.data, columns.values) if table.sections else ()
    row_of = {table.grid.address(*at): at[0] for at in cells}
    for at in table.sections:
        under = [one for one in figures if row_of.get(one.cell, at) in table.under(at)]
        headed.append((table.label(at), "section", under))
    for text, place, whose in headed:
        text = as_title(text)
        if text and (len(text) <= LONGEST_HEADING or heading_force(text)) and not is_sentence(text):
            doubt_heading(whose, text, place)


def asks_how_many(text: str) -> bool:
    """Whether a question asks how many sexual offences there were."""
    return bool(ASKS_A_COUNT.search(text)) and subject_of(text) == "sexual"


def _part_asked(question: str) -> str:
    """The part of the offences, or what else, a question asks for; nothing where it asks for all.

    >>> _part_asked("How many arrests for sexual offences were made in 2014/15?"), _part_asked("How many rapes in 2014/15?")
    ('arrests', '')
    """
    measure = read_context(question).measure
    other = "" if measure in ("", *COUNTED, *ANY_CRIME, "incidents") else measure
    return other or narrowing(question) or circumstance(question)


def _asked_above_answers(lines: list[str]) -> set[str]:
    """The lines of a letter that repeat what was asked: from "you asked for the following" to where it answers.

    >>> _asked_above_answers(["You asked:", "The number of rapes of boys.", "Our response:", "Rapes of boys, 2014/15"])
    {'The number of rapes of boys.'}
    """
    asked: set[str] = set()
    begins = len(lines)
    for at, text in enumerate(lines):
        if _ASKED.search(text):
            begins = at + 1
        elif _ANSWERING.search(text):
            asked |= {*lines[begins:at]}
            begins = len(lines)
    return asked


def _part_named(above: list[str], near: list[str], dated: list[str], sheets: list[str]) -> str:
    """What the lines above a table, its headings or its sheet say of a part of what a round asks for, or what is not understood.

    `near` are the line right above and the headings of the labels, of which each word has to be understood, as of a few words
    further up; `dated` may say that offences are counted when they were committed.
    """
    above = [text for text in above if not _ASKED.search(text)]
    short = (text for text in above if len(text) < 90 and not ALL_SEXUAL.search(text))
    named = [text for text in short if read_label(text).dimensions == {"offence"}]
    kinds = {read_context(text).code or text: text for text in named}  # of which one?
    unread = [*map(narrowing, above), *map(not_understood, sheets), *map(circumstance, sheets)]
    for text in dict.fromkeys([*near, *above]):
        bare = _LETTERHEAD.sub(" ", without_number(text))
        left = _unread_heading(bare)
        unread.append(left if text in near or len(bare.split()) < 4 else unknown_words(left))
    unread += [*filter(notices.is_area, above), *filter(_COMMITTED.search, dated)]
    return next(filter(None, [*unread, *[*kinds.values()][1:]]), "")


def _unread_heading(text: str) -> str:
    """What of the short line right above a table is not understood: a place, a kind of victim, "Serious" alone."""
    named = re.sub(r"(?<=[a-z]) \d{1,2}$", "", text)  # "Outcome 16"
    if len(text) > LONGEST_HEADING or is_sentence(text) or any(not one.reason for one in find_numbers(named)):
        return ""
    text, ours = without_harmless(text), subject_of(text, read_context(text).code) == "sexual"
    kind = None if ours else _KIND_ALONE.search(text)
    return kind[0] if kind else not_understood(text)
