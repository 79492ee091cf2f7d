"""Layouts that a person has confirmed: a file with the same labels in the same places is read by one.

A layout is known by all that a file says and where, without its counts and with every year taken for the same: two
answers on one form have one layout, and so have a force's answers of two years. What was confirmed or changed at a
place holds there, in the other files of an intake and of its round, for a figure that waits for the same reason: a letter
beside one of them can say what another does not. The year of a count always comes from the file itself. A number at a
place that was rejected still waits, and says so. Layouts hold no counts, and are kept with the round.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from pathlib import Path

from helpers.intake.meaning import words_of
from helpers.intake.model import CONFIRMED, PROPOSED, READ, REJECTED, FileReading
from helpers.intake.readings import Verdicts, decide, entries, from_content, verdicts, without_period
from helpers.intake.review import safe_name
from helpers.tables.files import write_atomic

YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[/–-]\s*(?:\d\d){1,2})?\b")
_NUMBER = re.compile(r"(?<![\w,.])\d(?:[\d,.]*\d)?(?!\w)")


def recognise(readings: list[FileReading]) -> None:
    """Give each file in which a person has something to decide its layout, its tables theirs, and the names of its like."""
    by_layout: dict[str, list[FileReading]] = defaultdict(list)
    for one in readings:
        if verdicts(one) or any(figure.status != READ for figure in one.figures):
            one.layout = signature(one)
            by_layout[one.layout].append(one)
    for alike in by_layout.values():
        for one in alike:
            one.alike = [other.name for other in alike if other is not one]


def signature(reading: FileReading) -> str:
    """What a file says at each place, without counts and years, as one digest; each grid and run of lines gets its own.

    Two files have the same where labels and places are the same.
    """
    counts = {(figure.sheet, figure.cell): figure.text for figure in reading.figures}
    counts |= {(number.sheet, number.cell): number.text for number in reading.numbers}
    printed = set(filter(None, counts.values()))
    for shown in reading.shown:
        told = []
        for address, row in zip(shown.addresses, shown.rows, strict=True):
            if shown.is_lines:
                said = [_without(cell, printed) for cell in row]
            else:
                said = ["count" if cell in printed else YEAR.sub("year", cell) for cell in row]
            place = address.removeprefix(f"{shown.title} ")  # the same in a document's every table
            told.append([place, *(cell.replace(reading.force or "\0", "the force") for cell in said)])
        shown.layout = _digest(told)
    return _digest([(shown.title, shown.layout) for shown in reading.shown])


def _digest(told: list) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _without(line: str, printed: set[str]) -> str:
    line = _NUMBER.sub(lambda found: "count" if found[0] in printed else found[0], YEAR.sub("year", line))
    for text in sorted(text for text in printed if not text[0].isdigit()):  # "<5", "twelve"
        line = re.sub(rf"(?<![\w,.]){re.escape(text)}(?!\w)", "count", line)
    return line


def remember(folder: Path, reading: FileReading) -> None:
    """Keep what a person has decided about the places of a file, if anything."""
    if decided := _decided(reading):
        head = f"# Confirmed on a page of {safe_name(reading.name)}: a file with the same labels in the same places is read so.\n"
        path = folder / f"{reading.layout}.toml"
        write_atomic(path, head + entries(dict(sorted((_read(path) | decided).items()))))


def _decided(reading: FileReading) -> Verdicts:
    """What a person has decided about places of a file that its page shows, without years, by place and why it waited.

    What is not shown is no part of a layout: another file may say something else there.
    """
    numbers = {number for shown in reading.shown for some in shown.figures.values() for number in some}
    shown = (figure for figure in map(reading.figures.__getitem__, sorted(numbers)) if figure.waited)
    sure = (one for one in shown if one.status == CONFIRMED)
    confirmed = {(f.sheet, f.cell, _reason(f.waited, reading)): _timeless(words_of(f)) for f in sure}
    rejected = (one for one in reading.numbers if one.reason == REJECTED)
    return confirmed | {(one.sheet, one.cell, ""): "reject" for one in rejected}


def _reason(why: str, reading: FileReading) -> str:
    """Why a figure waits, without counts, years and the force."""
    why = _NUMBER.sub("count", YEAR.sub("year", why))
    return why.replace(reading.force or "\0", "the force")


def _read(path: Path) -> Verdicts:
    """The verdicts of a layout; none where there is no such layout, or one that cannot be used."""
    try:
        return from_content(tomllib.loads(path.read_text(encoding="utf-8")), path.name).figures
    except (OSError, ValueError):
        return {}


def _timeless(verdict: str) -> str:
    """A verdict without the year and the force, which the file itself has to say."""
    parts = without_period(verdict).split("; ")
    return "; ".join(part for part in parts if not part.startswith("force ")) or "confirm"


def apply(readings: list[FileReading], folder: Path | None) -> None:
    """Decide what waits in files as their layouts were confirmed, in the round's `folder` or in files beside them.

    Where two files decide otherwise about a place, neither decides for a third.
    """
    said: dict[str, dict] = defaultdict(lambda: defaultdict(set))
    for one in readings:
        for place, verdict in _decided(one).items() if one.layout else ():
            said[one.layout][place].add(verdict)
    for one in readings:
        stored = _read(folder / f"{one.layout}.toml") if folder else {}
        agreed = {place: "".join(some) if len(some) == 1 else "" for place, some in said[one.layout].items()}
        _apply(stored | agreed, one)


def _apply(verdicts: Verdicts, reading: FileReading) -> None:
    taken = 0
    for figure in reading.figures:
        if figure.status != PROPOSED:
            continue
        if verdicts.get((figure.sheet, figure.cell, "")):
            figure.reason = "a number at this place was rejected in a file with this layout"
        elif figure.financial_year or figure.start:
            if verdict := verdicts.get((figure.sheet, figure.cell, _reason(figure.why, reading))):
                decide(figure, verdict)
                taken += figure.status == CONFIRMED
    for shown in reading.shown if taken else ():
        for where, numbers in shown.figures.items():
            kind, words = shown.marks.get(where, ("", ""))
            if kind == PROPOSED and all(reading.figures[number].status == CONFIRMED for number in numbers):
                shown.marks[where] = CONFIRMED, words
    if taken:
        told = f"{taken} figures are read by a layout that was confirmed: its labels are the same, in the same places"
        reading.tell("", "note", told)
