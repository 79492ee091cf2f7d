"""Layouts that a person has confirmed: a file of the same round with the same labels in the same places is read by one.

A layout is known by all that a file says, without its counts and with every year taken for the same: two answers on one
form have one layout, and so have a force's answers of two years. What was confirmed, changed or rejected at a place
holds there; the year of a count always comes from the file itself. Layouts hold no counts, and are kept with the round.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

from helpers.intake.confirming import items
from helpers.intake.model import CONFIRMED, PROPOSED, FileReading, Problem
from helpers.intake.readings import decide, figure_entry, from_content
from helpers.intake.review import slug
from helpers.tables.files import write_atomic

YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[/–-]\s*(?:\d\d){1,2})?\b")


def signature(reading: FileReading) -> str:
    """What a file says at each place, without counts and years, as one digest.

    Two files have the same where labels and places are the same.
    """
    counts = {(figure.sheet, figure.cell): figure.text for figure in reading.figures}
    counts |= {(number.sheet, number.cell): number.text for number in reading.numbers}
    printed = sorted(set(filter(None, counts.values())), key=len, reverse=True)
    told = []
    for shown in reading.shown:
        for row in shown.rows:
            if shown.is_lines:
                said = [_without(cell, printed) for cell in row]
            else:
                said = ["count" if cell in printed else YEAR.sub("year", cell) for cell in row]
            told.append([shown.title, *(cell.replace(reading.force or "\0", "the force") for cell in said)])
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _without(line: str, printed: list[str]) -> str:
    line = YEAR.sub("year", line)
    for text in printed:
        line = re.sub(rf"(?<![\w,.]){re.escape(text)}(?!\w)", "count", line)
    return line


def remember(folder: Path, reading: FileReading) -> None:
    """Keep what a person has decided about the places of a file, if anything."""
    # what is not shown is no part of the signature: another file may say something else there
    decided = [
        one
        for one in items(reading)
        if one["verdict"] and (one["id"] is not None or one["verdict"] == "reject")
    ]
    if decided:
        head = f"# Confirmed on a page of {slug(reading.name)}: a file with the same labels in the same places is read so.\n"
        path = folder / f"{signature(reading)}.toml"
        verdicts = _read(path) | {(one["sheet"], one["cell"]): _timeless(one["verdict"]) for one in decided}
        entries = (
            figure_entry({"sheet": sheet, "cell": cell, "text": ""}, verdict)
            for (sheet, cell), verdict in sorted(verdicts.items())
        )
        write_atomic(path, head + "".join(entries))


def _read(path: Path) -> dict[tuple[str, str], str]:
    """The verdicts of a layout by place; none where there is no such layout, or one that cannot be used."""
    try:
        verdicts = from_content(tomllib.loads(path.read_text(encoding="utf-8")), path.name).figures
    except (OSError, ValueError):
        return {}
    return {(sheet, cell): verdict for (sheet, cell, _), verdict in verdicts.items()}


def _timeless(verdict: str) -> str:
    """A verdict without the year and the force, which the file itself has to say."""
    parts = [part for part in verdict.split("; ") if not re.match(r"(?:19|20)\d\d|from \d|force ", part)]
    return "; ".join(parts) or "confirm"


def apply(folder: Path, reading: FileReading) -> None:
    """Decide what waits in a file as its layout was confirmed, and say so in a note."""
    verdicts = _read(folder / f"{signature(reading)}.toml")
    taken = 0
    for figure in reading.figures:
        verdict = verdicts.get((figure.sheet, figure.cell))
        if figure.status != PROPOSED or verdict is None:
            continue
        if verdict == "reject":
            figure.reason = "a number at this place was rejected in a file with this layout"
        elif figure.financial_year or figure.start:
            decide(figure, verdict)
            taken += 1
    for shown in reading.shown if taken else ():
        for where, numbers in shown.figures.items():
            kind, words = shown.marks.get(where, ("", ""))
            if kind == PROPOSED and all(reading.figures[number].status == CONFIRMED for number in numbers):
                shown.marks[where] = CONFIRMED, words
    if taken:
        told = f"{taken} figures are read by a layout that was confirmed in this round: its labels are the same, in the same places"
        kept = [one for one in reading.problems if "only proposed and wait for a person" not in one.message]
        reading.problems = [*kept, Problem("", "note", f"{told}; {reading.waiting} wait for a person")]
