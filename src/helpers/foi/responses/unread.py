"""Numbers in the text of a file that look like counts and were not taken for figures: told, never lost in silence.

A number is told when its line names something that is counted and no figure has its value, or when it stands behind a
label as the figures of a list do. Years, ages, dates, sections,
telephones, references, shares and the work of answering are no counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers.foi.responses.listed import row_of_list
from helpers.foi.responses.model import Figure, Line, Problem
from helpers.foi.responses.questions import is_question, unnumbered
from helpers.foi.responses.sentences import numbers_of
from helpers.foi.responses.statements import states_rule
from helpers.foi.responses.values import tidy
from helpers.foi.responses.words import is_reference

MOST_TOLD = 10  # lines


# an answer that begins with a number, whatever else it says
_ANSWER = re.compile(
    r"(?i)(?:(?:answer|response|a)\s?\d*\s?[:.)]\s+)?(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d/.:,%)]|\s?(?:%|per ?cent|hours?|minutes?|days?|weeks?|months?|years?))\b"
)


def unread_numbers(lines: Iterable[Line], figures: list[Figure]) -> list[Problem]:
    """Say which lines hold numbers that look like counts and are no figures.

    Parameters
    ----------
    lines : iterable of Line
        The lines outside tables.
    figures : list of Figure
        What was read from the whole file.

    Returns
    -------
    list of Problem
        A warning for each such line, and one for all beyond the tenth.

    Examples
    --------
    >>> told = unread_numbers([Line("Some 31 offences may have been counted elsewhere.", "l4")], [])
    >>> told[0].where, told[0].message
    ('l4', 'not taken for figures: 31 in "Some 31 offences may have been counted elsewhere."')
    """
    known = {figure.low for figure in figures} | {figure.high for figure in figures}
    read = {figure.cell for figure in figures}
    notes = {figure.note for figure in figures if figure.note}
    found = []
    for line in lines:
        text = tidy(line.text)
        if not text or line.quoted or len(text) > 1_500 or is_question(line) or states_rule(text):
            continue
        if len(text) <= 60 and is_reference(text):
            continue
        if len(text) > 8 and any(text.lstrip("¹²³⁴⁵⁶⁷⁸⁹*†‡ ") in note for note in notes):
            continue  # it is told with the figures that it belongs to
        numbers = [number for number in numbers_of(text) if int(number.replace(",", "")) not in known]
        if line.asked and line.address not in read and (alone := _ANSWER.match(unnumbered(text))):
            numbers = numbers or [alone["number"]]
        row = row_of_list(line) if line.address not in read else None
        numbers = numbers or ([row[2]] if row else [])
        if numbers:
            listed = ", ".join(dict.fromkeys(numbers[:5]))
            found.append((line.address, f'not taken for figures: {listed} in "{_short(text)}"'))
    told = [Problem(address, "warning", message) for address, message in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        more = f"{len(found) - MOST_TOLD} more lines with numbers that are not taken for figures"
        told.append(Problem(found[MOST_TOLD][0], "warning", more))
    return told


def _short(text: str) -> str:
    return text if len(text) <= 160 else re.sub(r"\s+\S*$", "", text[:160]) + " …"
