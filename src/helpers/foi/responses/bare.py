"""Numbers alone that answer a question: "How many rapes?" and below it "A1. 143", "(b) 341" or "12, 14 and 31".

A number alone says nothing of what it counts, so that it is a figure only where the question above says it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.pairs import UNITS, VALUE, without_share
from helpers.foi.responses.questions import lettered, numbered
from helpers.foi.responses.spans import find_spans
from helpers.foi.responses.tablework import Scope
from helpers.foi.responses.values import Value, parse_value

_YEAR = re.compile(r"(?:19|20)\d\d")
MOST_ASKED = 20  # questions of a letter
SAYS_ANSWER = r"(?:a(?:ns(?:wer)?)?|response|reply|result)\s?\d{0,2}[a-z]?"
_ANSWER = re.compile(
    rf"(?:{SAYS_ANSWER}\s*[.:)\-]*\s+|[•·▪●○◦\-–—>=]\s+)?(?P<value>{VALUE})(?:\s+{UNITS})?\s*\.?$",
    re.IGNORECASE,
)
# "87 as at 3 March 2020"
_AS_AT = re.compile(
    r"(?i)(?<=[a-z\d]),? \(?(?:as (?:at|of|on)|up to|to)\b\D{0,12}\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} \d{4}\)?\.?$"
)
_INLINE = re.compile(
    rf"(?i)[^?]{{10,400}}\?\s+(?:{SAYS_ANSWER}\s*[:.\-]\s*)?(?P<answer>{VALUE}(?:\s+{UNITS})?)\.?"
)


def bare_answers(
    text: str, asked: bool, questions: tuple[str, ...], heading: Meaning, scope: Scope
) -> list[tuple[Meaning, Value, str]]:
    """Numbers alone that answer what was asked, each with what it says itself.

    Parameters
    ----------
    text : str
        A line.
    asked : bool
        Whether a question is open.
    questions : tuple of str
        The last question or heading as printed, after those that it goes on from.
    heading : Meaning
        What they say.
    scope : Scope
        What the file says of all its figures.

    Examples
    --------
    >>> asks = "How many rapes were recorded in 2014/15 and 2015/16?"
    >>> [(meaning.span.year, value.low) for meaning, value, _ in bare_answers("31 and 40", True, (asks,), NOTHING, Scope())]
    [('2014/15', 31), ('2015/16', 40)]
    """
    text = _AS_AT.sub("", without_share(text))
    inline = _INLINE.fullmatch(text) if asked else None  # "How many? 831"
    return (
        (asked and _answer(inline["answer"] if inline else text, heading, scope))
        or _part_answers(text, questions, heading, scope)
        or (asked and _answers_in_order(text, questions[-1]))
        or []
    )


def _answer(text: str, question: Meaning, scope: Scope) -> list[tuple[Meaning, Value, str]]:
    """A number alone under a question: "How many …?" and then "A1. 143"."""
    mark = numbered(text)  # "3." alone numbers a question, and "47." none
    found = (
        None
        if mark and mark[0] == re.sub(r"\D", "", text) and int(mark[0]) <= MOST_ASKED
        else _ANSWER.match(text)
    )
    if not found or not question.dimensions - {"force"}:
        return []
    value = parse_value(found["value"].strip())
    if not question.span and (_YEAR.fullmatch(found["value"].strip()) or value.kind == "suppressed"):
        return []  # a year, or an age "<10", that heads what stands below
    hidden = value.kind == "suppressed" and scope.rules.hidden(value) is None
    return [(NOTHING, value, found["value"].strip())] if value.is_number and not hidden else []


def _part_answers(
    text: str, questions: tuple[str, ...], heading: Meaning, scope: Scope
) -> list[tuple[Meaning, Value, str]]:
    """Numbers behind the letters of parts: "(a) 322 (b) 341", where the question asks for "(a) 2015/16 (b) 2016/17"."""
    if not _LETTER.match(text) or len(text) > 300:
        return []
    parts = next(filter(None, map(lettered, reversed(questions))), {})
    found: list[tuple[Meaning, Value, str]] = []
    for piece in _BEFORE_LETTER.split(text):
        one = _LETTER.fullmatch(piece)
        says = parts.get(one["letter"].lower()) if one else None
        part = replace(read_context(says), rest="", total=False) if says else NOTHING
        answer = _answer(one["rest"], part.over(heading), scope) if says else []
        if not answer:
            return []
        found += [(part, value, printed) for _, value, printed in answer]
    return found


_LETTER = re.compile(r"\(?(?P<letter>[a-hA-H])[.)]\s*(?:[-:=]\s*)?(?P<rest>.+)")
_BEFORE_LETTER = re.compile(r"[,;]?\s+(?:and\s+)?(?=\(?[b-hB-H][.)]\s)")


def _answers_in_order(text: str, question: str) -> list[tuple[Meaning, Value, str]]:
    """Numbers alone under a question that names as many periods: "1,301, 1,422 and 1,511 respectively."."""
    if not _IN_ORDER.fullmatch(text):
        return []
    numbers = re.findall(r"[<~]?\d{1,3}(?:,\d{3})+|[<~]?\d+", text)
    pieces = re.split(r",|\band\b", question[:400])
    spans = [
        span for piece in pieces for span in find_spans(piece).spans if span.start and span.kind != "day"
    ]
    if len(spans) != len(numbers):
        return []
    return [
        (Meaning(span=span), parse_value(number), number) for span, number in zip(spans, numbers, strict=True)
    ]


_IN_ORDER = re.compile(
    r"(?i)(?:[<~]?\d[\d,]*\d|[<~]?\d)(?:(?:,|;)? (?:and )?[<~]?(?:\d[\d,]*\d|\d)){1,11},? *(?:respectively)?\.?"
)
