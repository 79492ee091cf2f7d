"""Several questions asked one after the other, and as many numbers alone below them: the answers, in the same order.

"The number of girls under 13", "the number of boys under 13", and under the heading of the answer "44" and "12". Where
there are not as many numbers as questions, nobody can tell which answers which: they are told, and no figures.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.model import Line, Problem
from helpers.foi.responses.pairs import UNITS, VALUE, without_bullet
from helpers.foi.responses.questions import asks, chained, numbered, unnumbered
from helpers.foi.responses.spanstyles import WHOLE
from helpers.foi.responses.statements import find_refusals
from helpers.foi.responses.values import parse_value, tidy

LONGEST_QUESTION, LONGEST_BETWEEN = 300, 160  # characters
_ALONE = re.compile(
    rf"(?:(?:there (?:were|was)|we (?:have )?recorded|(?:the )?(?:answer|total|figure)(?: is| was)?:?) )?(?P<value>{VALUE})(?:\s+{UNITS})?\s*\.?",
    re.IGNORECASE,
)


def answer_in_order(lines: list[Line]) -> tuple[list[Line], list[Problem]]:
    """Mark numbers alone with the questions that they answer in order.

    Parameters
    ----------
    lines : list of Line
        All lines of a document, those marked that name their question themselves.

    Returns
    -------
    list of Line, list of Problem
        The same, some more with ``asked``; and a warning where numbers alone do not match the questions above them.
        Such numbers are marked ``quoted``, so that nothing reads them.

    Examples
    --------
    >>> letter = ["The number of rapes of girls", "The number of rapes of boys", "Our response:", "44", "12"]
    >>> [line.asked for line in answer_in_order([Line(text, "") for text in letter])[0]][3:]
    [('The number of rapes of girls',), ('The number of rapes of boys',)]
    """
    marked, problems = list(lines), []
    questions: list[str] = []
    intro = ""
    place = 0
    while place < len(lines):
        line = lines[place]
        text = tidy(line.text)
        if line.asked and not (questions and _number(text)):
            questions = []
        elif _is_asked(line, text):
            intro = intro if questions else _intro(lines[place - 1] if place else None)
            questions.append(unnumbered(without_bullet(text)))
        elif questions and _is_answer(text):
            stop = place
            while stop < len(lines) and _is_answer(tidy(lines[stop].text)):
                stop += 1
            marked[place:stop], told = _matched(lines[place:stop], questions, intro)
            problems += told
            questions, place = [], stop
            continue
        elif len(questions) > 1 and (years := _years(text)):
            stop = place
            while stop < len(lines) and not lines[stop].asked and _years(tidy(lines[stop].text)) == years:
                stop += 1
            if stop - place == len(questions):
                marked[place:stop] = _in_turn(lines[place:stop], questions, intro)
            questions, place = [], stop
            continue
        elif len(text) > LONGEST_BETWEEN or (
            text and re.search(r"\d", re.sub(r"\b(?:19|20)\d\d\b", "", text))
        ):
            questions = []
        place += 1
    return marked, problems


def _is_asked(line: Line, text: str) -> bool:
    own = unnumbered(without_bullet(text))
    return 12 <= len(own) <= LONGEST_QUESTION and asks(own) and not own.endswith(":")


def _intro(above: Line | None) -> str:
    """The line that leads to the questions, where it says something of what they ask for."""
    text = tidy(above.text) if above else ""
    return text if text.endswith(":") and read_context(text).dimensions - {"force", "measure"} else ""


def _number(text: str) -> str:
    """The number that is all that a line says, as printed; empty for a year."""
    mark = numbered(text)
    found = _ALONE.fullmatch(mark[1] if mark and mark[1] else without_bullet(text))
    value = found["value"].strip() if found else ""
    return (
        value if value and parse_value(value).is_number and not re.fullmatch(r"(?:19|20)\d\d", value) else ""
    )


def _is_answer(text: str) -> bool:
    return bool(_number(text)) or (
        len(text) < LONGEST_BETWEEN and bool(find_refusals([(text, "")], strong=False))
    )


_YEAR_AND_VALUE = re.compile(
    rf"(?P<year>{WHOLE})\s?(?:[:=]|-(?=\s))\s?{VALUE}(?:\s+{UNITS})?(?:[;,.]\s*|\s+and\s+|$)", re.IGNORECASE
)


def _years(text: str) -> tuple[str, ...]:
    """The years of a line that is nothing but years and their numbers: "2013/14: 344; 2014/15: 402"."""
    body = without_bullet(text)
    found = list(_YEAR_AND_VALUE.finditer(body))
    whole = found and sum(len(one[0]) for one in found) == len(body)
    return tuple(one["year"] for one in found) if whole else ()


def _in_turn(answers: list[Line], questions: list[str], intro: str) -> list[Line]:
    """Each answer with the question in its place; one that names its question itself stays as it is."""
    chain: tuple[str, ...] = ()
    marked = []
    for line, question in zip(answers, questions, strict=True):
        chain = chained(chain, question)
        asked = (intro, *chain) if intro else chain
        text = _number(tidy(line.text)) or (line.text if _years(tidy(line.text)) else "")
        marked.append(replace(line, text=text, asked=asked) if text and not line.asked else line)
    return marked


def _matched(answers: list[Line], questions: list[str], intro: str) -> tuple[list[Line], list[Problem]]:
    if len(questions) < 2:
        return answers, []
    if answers and len(answers) > len(questions) and not _number(tidy(answers[0].text)):
        marked, told = _matched(answers[1:], questions, intro)  # a remark above the answers
        return [answers[0], *marked], told
    if len(answers) == len(questions):
        return _in_turn(answers, questions, intro), []
    said = [read_context(question) for question in questions]
    if len({(one.span, one.age, one.sex, one.offence, one.code, one.measure) for one in said}) < 2:
        return answers, []
    alone = [line for line in answers if _number(tidy(line.text)) and not line.asked]
    if not alone:
        return answers, []
    numbers = ", ".join(_number(tidy(line.text)) for line in alone[:5])
    told = f"not taken for figures: {numbers}; {len(questions)} questions stand above and no number says which it answers. Ask: which number answers which question?"
    quoted = [replace(line, quoted=True) if line in alone else line for line in answers]
    return quoted, [Problem(alone[0].address, "warning", told)]
