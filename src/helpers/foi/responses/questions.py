"""Which question a numbered answer answers, in letters that quote all questions first and answer them below.

"Q2" over a table means what question 2 asks and nothing of question 1; a question about "these" goes on from the one
before it. The answers are marked with the words of their questions, for :mod:`.gather` and :mod:`.lines` to read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.model import Line
from helpers.foi.responses.values import tidy

_MARK = re.compile(
    r"(?P<word>\W*(?:(?:answer|response|reply)\s+to\s+)?(?:q(?:uestion)?|a(?:ns(?:wer)?)?|response|reply|point|part|request(?=\s?(?:no\.?\s?)?\d{1,2}[a-z]?\s*(?:[.:)\-–]\s|[.:)]?$)))\.?\s*(?:no\.?\s*)?(?P<number>\d{1,2}[a-z]?)\b\W*"
    r"|\(?(?P<bare>\d{1,2}[a-z]?)[.)](?:\s+|$))(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(
    r"(?i)\?\W*$|\bhow many\b|\bplease\b|\b(?:number|total|count|breakdown|age|sex|gender)s? of\b|\bprovide\b|^total\b|^(?:and )?(?:the same|as above|the above)\b|^(?:what|which|who|when|where)\b"
    r"|^as (?:q|question |point )?\d{1,2}\b"
)
_ANSWERS = re.compile(r"(?i)^(?:there (?:were|was|are)|we recorded|see|\d|<|no information|in (?:19|20)\d\d)")
_GOES_ON = re.compile(
    r"(?i)\b(?:of|for|in) (?:each of )?(?:those|these|the above|the same)\b|\b(?:these|those|the above|the same) (?:offences|crimes|years|periods?|figures|victims)\b|\bas (?:above|in|for) (?:q|question|point)?"
    r"|\b(?:in|at|from|to|under) (?:your )?(?:q|question|point|part|request)\.?\s?\d"
)


_REFERS = re.compile(
    r"(?i)(?:of|as|from|in) (?:those in |those at )?(?:q(?:uestion)?|point|part|number|no\.?|\()?\s?(?P<number>\d{1,2})\)?(?:,| but| above|:)"
)


# it names none of its own
_NAMES_NONE = re.compile(r"(?i)\bhow many (?:of them )?(?:had|led|were|was|resulted|involved|ended)\b")


def numbered(text: str) -> tuple[str, str] | None:
    """The number that a line begins with as a question or an answer does, and the rest of the line.

    >>> numbered("Q2) Of these, how many?"), numbered("ANSWER 1"), numbered("2022/23 - 10")
    (('2', 'Of these, how many?'), ('1', ''), None)
    """
    found = _MARK.fullmatch(tidy(text))
    return ((found["number"] or found["bare"]).lower(), found["rest"]) if found else None


def unnumbered(text: str) -> str:
    """What a line says after the number of its question, if it has one.

    >>> unnumbered("Q2) Of these, how many?"), unnumbered("2022/23 - 10")
    ('Of these, how many?', '2022/23 - 10')
    """
    return (numbered(text) or ("", tidy(text)))[1]


def match_answers(lines: list[Line], asked: dict[str, tuple[str, ...]] | None = None) -> list[Line]:
    """Mark the lines that begin an answer with the questions that it answers.

    Parameters
    ----------
    lines : list of Line
        All lines of a document.
    asked : dict of str to tuple of str, optional
        Is filled with the questions by their numbers.

    Returns
    -------
    list of Line
        The same, some with ``asked``: the words of the question, after those of the questions that it goes on from.

    Examples
    --------
    >>> letter = ["Q1 How many offences?", "Q2 Of these, how many were online?", "Q1 There were 12.", "Q2: 3"]
    >>> [line.asked for line in match_answers([Line(text, "") for text in letter])][2:]
    [('How many offences?',), ('How many offences?', 'Of these, how many were online?')]
    """
    marks = [numbered(line.text) if len(line.text) < 1_500 else None for line in lines]
    asked = {} if asked is None else asked
    marked = list(lines)
    before: tuple[str, ...] = ()
    for place, mark in enumerate(marks):
        if mark is None:
            asked |= _asked_at_once(lines[place].text)
            continue
        number, rest = mark
        if number in asked:
            marked[place] = replace(lines[place], asked=asked[number])
            continue
        text = rest or (lines[place + 1].text if place + 1 < len(lines) and not marks[place + 1] else "")
        told = _REFERS.match(text)
        if told and told["number"] in asked:  # "Of 2, how many": of question 2, whatever was asked since
            asked[number] = before = (*asked[told["number"]], text)
        elif len(text) >= 12 and _ASKS.search(text) and not _ANSWERS.match(text):
            before = chained(before, text)
            asked[number] = before
    return marked


_LETTERED = re.compile(
    r"\(?\b(?P<letter>[a-h1-9])\)\s*(?P<says>[^?()]*(?:\([^a-h1-9][^()]*\))?[^?()]*?)(?=[,;]?\s*(?:(?:and|or)\s+)?\(?\b[a-h1-9]\)|\W*$)"
)


def lettered(question: str) -> dict[str, str]:
    """The parts that a question names by letters or numbers, which its answers repeat alone.

    >>> lettered("How many offences in (a) 2015/16 and (b) 2016/17?")
    {'a': '2015/16', 'b': '2016/17'}
    """
    if len(question) > 1_500:
        return {}
    found = {
        one["letter"]: re.sub(r"(?:[,; ]|\b(?:and|or)\b)+$", "", one["says"])
        for one in _LETTERED.finditer(question)
    }
    kinds = ("abcdefgh"[: len(found)], "123456789"[: len(found)])
    return found if len(found) > 1 and "".join(found) in kinds else {}


def _asked_at_once(text: str) -> dict[str, tuple[str, ...]]:
    """The questions of one paragraph: "Please tell me (1) the number of rapes in 2014 and (2) the number in 2015"."""
    parts = lettered(tidy(text)) if len(text) < 1_500 and _ASKS.search(text) else {}
    if "1" not in parts:
        return {}
    head = tidy(text).split("1)", 1)[0].strip(" (")
    first = (head,) if read_context(head).dimensions - {"measure"} else ()
    chain: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for number, says in parts.items():
        before = (*(before or first), says) if goes_on(says) else (*first, says)
        chain[number] = before
    return chain


def asks(text: str) -> bool:
    """Whether a text asks for something.

    >>> asks("3. The number of these against boys"), asks("2014/15 - 3")
    (True, False)
    """
    rest = unnumbered(text)
    return bool(_ASKS.search(rest) and not _ANSWERS.match(rest))


def goes_on(question: str) -> bool:
    """Whether a question is about what the one before it asked for: it says so, or names nothing to count.

    >>> goes_on("How many of these were online?"), goes_on("And in 2017/18?"), goes_on("How many arrests?")
    (True, True, False)
    """
    if _GOES_ON.search(question) or _NAMES_NONE.search(question) or _REFERS.match(question):
        return True
    says = read_context(re.sub(r"(?i)\b(?:of )?(?:the )?victims?'?s?\b", " ", question))
    return not (says.measure or says.offence or says.code)


def chained(before: Sequence[str], question: str) -> tuple[str, ...]:
    """A question after those that it goes on from.

    "How many resulted in a charge?" after "How many of these were boys?" is of all, as that is.

    >>> chained(["How many rapes?", "How many of these had a male victim?"], "How many resulted in a charge?")
    ('How many rapes?', 'How many resulted in a charge?')
    """
    if not before or not goes_on(question):
        return (question,)
    beside = len(before) > 1 and goes_on(before[-1]) and not _GOES_ON.search(question)
    return (*before[: -1 if beside and _NAMES_NONE.search(question) else None], question)


def asks_several(texts: list[str]) -> bool:
    """Whether texts hold more than one question, or numbered part, so that none of them speaks for all.

    >>> asks_several(["1. How many rapes were recorded?", "2. How many arrests were made?"])
    True
    """
    parts = {text for text in texts if is_question(Line(text, "")) or (len(text) < 300 and numbered(text))}
    return len(parts) > 1


def is_question(line: Line, above: Line | None = None) -> bool:
    """Whether a line asks a question rather than answering one: it has a number, or stands below one, or asks how many.

    >>> is_question(Line("Q1. How many offences were recorded?", "l1")), is_question(Line("Q1. 12", "l9"))
    (True, False)
    >>> is_question(Line("The number of rapes", "l2"), Line("Question 1", "l1")), is_question(Line("How many rapes?", "l1"))
    (True, True)
    """
    if line.asked:
        return False
    mark = numbered(line.text)
    if mark is None and above is not None and not above.asked:
        below = numbered(above.text)
        mark = (below[0], line.text) if below and not below[1] else None
    if mark is None:
        return bool(_HOW_MANY.match(tidy(line.text)))
    return bool(_ASKS.search(mark[1]) and not _ANSWERS.match(mark[1]))


_HOW_MANY = re.compile(
    r"(?i)(?:q(?:uestion)?\s?[:.)\-]\s*)?(?:and |of (?:these|those|the above)(?: \w+)?,? |of the (?:total|number)s?\b[^,?]{0,40}, )?"
    r"(?:how many|what (?:is|was|were) the (?:total )?(?:number|gender|sex|age)s?)\b[^?]{5,300}\?$"
)
