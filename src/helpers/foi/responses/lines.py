"""Figures in lines of text: "2022/23 - 10", "Females: 4", a headline total, and counts in a sentence.

A line is a figure only when everything left of the number is understood and says what it counts; reference numbers,
telephones, dates, hours and sections never are. Headings above hold for the lines below until the next heading.
Tables that arrive with one cell a line are for :mod:`.stacked`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, describe, without
from helpers.foi.responses.model import Figure, Line, Problem
from helpers.foi.responses.pairs import LONGEST_LIST, UNITS, VALUE, find_pairs
from helpers.foi.responses.questions import goes_on, is_question, lettered, numbered, unnumbered
from helpers.foi.responses.sentences import is_part, read_sentences, sentence_at, shared
from helpers.foi.responses.spans import Span, cover, find_spans
from helpers.foi.responses.statements import find_refusals, states_rule
from helpers.foi.responses.tablework import Scope
from helpers.foi.responses.values import Value, parse_value, tidy
from helpers.foi.responses.words import is_reference

_AGE_PAIR = re.compile(rf"(?P<age>\d{{1,2}})\s*(?:[:=]|-(?=\s))\s*{VALUE}$", re.IGNORECASE)
_ASKS = re.compile(
    r"(?i)\bhow many\b|\b(?:number|total|count) of\b|\btotal (?:number|recorded)\b|^\W*(?:q\d+\W*)?total\b"
)
_QUESTION = re.compile(
    r"(?i)^\W*(?:q|question|a|answer|response|point|part)\s?\d{1,2}[a-z]?\b|^\W*\d{1,2}[.)]\s|\?\W*$"
)
_SAYS_ANSWER = r"(?:a(?:ns(?:wer)?)?|response|reply|result)\s?\d{0,2}[a-z]?"
_ANSWER = re.compile(
    rf"(?:{_SAYS_ANSWER}\s*[.:)\-]*\s+|[•·▪●○◦\-–—>]\s+)?(?P<value>{VALUE})(?:\s+{UNITS})?\s*\.?$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"(?i)[^?]{{10,400}}\?\s+(?:{_SAYS_ANSWER}\s*[:.\-]\s*)?(?P<answer>{VALUE}(?:\s+{UNITS})?)\.?"
)
_OF_THOSE = re.compile(r"(?i)\bof (?:those|these|the above)\b")
MOST_HEADINGS = 20  # that are told apart


def read_lines(
    lines: Iterable[Line], scope: Scope, *, sheet: str = "", number: int = 0, deadline: float | None = None
) -> tuple[list[tuple[Figure, str]], list[tuple[Figure, str, bool]], list[Problem]]:
    """Read the figures that lines of text hold.

    Parameters
    ----------
    lines : iterable of Line
        In the order of the file; an empty one where a table stands.
    scope : Scope
        What the file says of all its figures.
    sheet : str
        Name of the sheet they stand on, if any.
    number : int
        Number of the group, for the checks.
    deadline : float, optional
        When to stop, on the clock of ``time.monotonic``.

    Returns
    -------
    list of (Figure, str), list of (Figure, str, bool), list of Problem
        Each figure with what it was taken for: first those of labels and numbers, then those of sentences, these with
        whether a question was open that they answer, or they divide the count before, or state a period and stand above all tables; then the numbers that no count can be.

    Examples
    --------
    >>> lines = [Line("Rape of a female child under 13:", "l1"), Line("2022/23 - 10", "l2")]
    >>> figure, words = read_lines(lines, Scope())[0][0]
    >>> figure.offence_code, figure.financial_year, figure.low, figure.cell
    ('19E', '2022/23', 10, 'l2')
    """
    found: list[tuple[Figure, str]] = []
    told: list[tuple[Figure, str, bool]] = []
    problems: list[Problem] = []
    last = NOTHING  # what the last sentence with a count was about
    counted: dict[int, Meaning] = {}  # what each number told in a sentence counts
    unanswered, above = False, True
    before, heading_text, after_figure, asked = NOTHING, "", False, False
    over: list[Meaning] = []  # the headings that hold, the widest first
    run: list[Meaning] = []  # of the numbers since the last heading
    base: list[Meaning] = []  # the headings above the first question
    chain: list[Meaning] | None = None  # the last question, after those that it goes on from
    lines = list(lines)
    aged = _single_ages([tidy(line.text) for line in lines])
    for place, line in enumerate(lines):
        if deadline is not None and place % 50 == 0 and time.monotonic() > deadline:
            late = f"reading stopped at {line.address}: the file takes too long. Ask: can you send the tables only?"
            problems.insert(0, Problem(f"{sheet} {line.address}".strip(), "warning", late))
            break
        text = f"Age {tidy(line.text)}" if place in aged else tidy(line.text)
        if line.asked:
            over = [replace(read_context(asks), rest="", total=False) for asks in line.asked]
            text = unnumbered(text)
            run, before, after_figure = [], NOTHING, False
            last = last if is_part(text) and not _together(over).span else NOTHING
            heading_text, asked, unanswered = line.asked[-1], True, True
        elif is_question(line, lines[place - 1] if place else None):
            text = unnumbered(text)
            base = over if chain is None else base
            chain = [*(chain or []) * goes_on(text), replace(read_context(text), rest="", total=False)]
            over, run, before, after_figure = [*base, *chain], [], NOTHING, False
            heading_text, asked, unanswered = text, True, True
        unanswered = bool(line.text) and (unanswered or bool(_QUESTION.search(text)))
        heading = _together(over)
        if len(text) > LONGEST_LIST:
            long = (
                f"a line of {len(text):,} characters is read as sentences only, and not as a list of figures"
            )
            problems.append(Problem(f"{sheet} {line.address}".strip(), "note", long))
        inline = _INLINE.fullmatch(text) if asked else None  # "How many? 831"
        pairs = not line.quoted and (
            find_pairs(text, heading, scope, before)
            or (asked and _answer(inline["answer"] if inline else text, heading, scope))
            or _part_answer(text, heading_text, heading, scope)
            or (asked and _answers_in_order(text, heading_text))
        )
        if pairs:
            for meaning, value, printed in pairs:
                if meaning.total and not meaning.span:
                    meaning = replace(meaning, span=_all_periods(run))
                run.append(meaning)
                if value.kind == "bad":
                    wrong = f'not a figure: "{printed}" is {value.reason}. Ask: what is the count?'
                    problems.append(Problem(f"{sheet} {line.address}".strip(), "warning", wrong))
                    continue
                figure = _figure(
                    meaning.over(heading), value, printed, scope, line, sheet, number, heading_text
                )
                found.append((figure, describe(meaning.over(heading))))
            after_figure, before, asked, unanswered = True, pairs[-1][0], False, False
            last = replace(shared(run), span=_all_periods(run) or run[-1].span, total=False).over(heading)
            continue
        above = above and not found and bool(line.address)  # above all tables and lists
        question = not line.asked and is_question(line, lines[place - 1] if place else None)
        if text and not question and not re.fullmatch(rf"(?i){_SAYS_ANSWER}\W*", text):
            asked = bool(_ASKS.search(text)) and len(text) <= 400
        says = question or re.fullmatch(rf"(?i)(?:our )?{_SAYS_ANSWER}\W*", text)
        meaning = None if says else _heading_meaning(text, line.heading)
        if meaning is not None:
            if meaning.dimensions or line.heading or text.endswith(":") or after_figure:
                if (after_figure or line.heading) and not _OF_THOSE.search(text):
                    over = _above(over, meaning)
                    run = []
                over.append(meaning)
                if len(over) > MOST_HEADINGS:  # the widest two as one
                    over[:2] = [_together(over[:2])]
                heading_text = text if meaning.dimensions or len(text) > 12 else heading_text
                after_figure = False
        if line.quoted:
            continue
        sentences, last = read_sentences(line.text, heading, last, counted)
        for meaning, value, printed, place in sentences:
            if find_refusals([(sentence_at(line.text, place), "")], strong=True):
                continue  # what a refusal counts is its own work
            there = replace(line, address=line.address_at(place))
            figure = _figure(meaning, value, printed, scope, there, sheet, number, "")
            told.append(
                (
                    figure,
                    describe(meaning),
                    unanswered or is_part(line.text) or (above and _is_dated(line.text)),
                )
            )
    if len(problems) > 20:
        more = f"{len(problems) - 20} more lines of this kind"
        problems[20:] = [Problem(problems[20].where, "warning", more)]
    return found, told, problems


_NOTE = re.compile(r"(?i)^\W*(?:notes?|n\.?b\.?|please note|source|caveats?)\b|^\s*[*†‡#^]")


def _is_dated(text: str) -> bool:
    """Whether a sentence states the period that it counts in, and is no note."""
    said = read_context(text)
    return bool(said.span or "periods" in said.rest) and not _NOTE.search(text)


def _answer(text: str, question: Meaning, scope: Scope) -> list[tuple[Meaning, Value, str]]:
    """A number alone under a question: "How many …?" and then "A1. 143"."""
    found = None if numbered(text) == (re.sub(r"\D", "", text), "") else _ANSWER.match(text)
    if not found or not question.dimensions - {"force", "measure"}:
        return []
    value = parse_value(found["value"].strip())
    hidden = value.kind == "suppressed" and scope.rules.hidden(value) is None
    return [(NOTHING, value, found["value"].strip())] if value.is_number and not hidden else []


def _part_answer(
    text: str, question: str, heading: Meaning, scope: Scope
) -> list[tuple[Meaning, Value, str]]:
    """A number behind the letter of a part: "(b) 341", where the question asks for "(a) 2015/16 (b) 2016/17"."""
    found = _LETTER.fullmatch(text)
    says = lettered(question).get(found["letter"].lower()) if found else None
    if not says:
        return []
    part = replace(read_context(says), rest="", total=False)
    return [(part, value, printed) for _, value, printed in _answer(found["rest"], part.over(heading), scope)]


_LETTER = re.compile(r"\(?(?P<letter>[a-hA-H])[.)]\s*(?:[-:=]\s*)?(?P<rest>.+)")


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


def _single_ages(texts: list[str]) -> set[int]:
    """The lines that give a count for every age on its own, "0: 12", "1: 15": labels that count up from 0."""
    found = [_AGE_PAIR.match(text) for text in texts]
    ages: set[int] = set()
    run: list[int] = []
    for place, one in enumerate([*found, None]):
        if one and (not run or int(one["age"]) == int(found[run[-1]]["age"]) + 1):
            run.append(place)
            continue
        first = int(found[run[0]]["age"]) if run else 0
        told = run and any(re.search(r"(?i)\bages?\b|\baged\b", text) for text in texts[: run[0]])
        if len(run) >= 4 and (first == 0 or told):
            ages.update(run)
        run = [place] if one else []
    return ages


def _together(over: list[Meaning]) -> Meaning:
    heading = NOTHING
    for meaning in over:
        heading = meaning.over(heading)
    return heading


def _above(over: list[Meaning], new: Meaning) -> list[Meaning]:
    """The headings that a new one stands under: those above the last that fixes the same; none when none does."""
    kind = new.dimensions - {"measure"}
    for place in range(len(over) - 1, -1, -1):
        if kind and over[place].dimensions - {"measure"} == kind:
            return over[:place]
        if kind == {"period"} <= over[place].dimensions:  # after "Rapes in 2015/16:"
            return [*over[:place], without(over[place], frozenset(kind))]
    return []


def _all_periods(run: list[Meaning]) -> Span | None:
    """The periods of the numbers above a total, as one."""
    spans = list(dict.fromkeys(meaning.span for meaning in run if not meaning.total))
    return cover(spans) if len(spans) > 1 and None not in spans else None


def _heading_meaning(text: str, marked: bool) -> Meaning | None:
    if states_rule(text):
        return None
    if len(text) <= 40 and is_reference(text) and not re.search(r"(?i)question|\bq\d", text) and not marked:
        found = read_context(text)
        return replace(found, rest="") if found.code else None
    question = re.match(r"(?i)\W*q(?:uestion)?\.?\s?\d", text)
    short = read_label(re.sub(r"[:.]\s*$", "", text)) if len(text) <= 60 and not question else NOTHING
    meaning = short if short.understood and short.dimensions else read_context(text)
    return replace(meaning, rest="", ignore="", total=False)


def _figure(
    meaning: Meaning,
    value: Value,
    printed: str,
    scope: Scope,
    line: Line,
    sheet: str,
    number: int,
    under: str,
) -> Figure:
    whole = meaning.over(scope.sheet).over(scope.file)
    low, high = value.low, value.high
    qualifiers = list(value.qualifiers)
    notes = list(whole.notes)
    if value.kind == "suppressed":
        low, high = scope.rules.hidden(value)
        qualifiers.append("suppressed")
        notes.append(f"printed {printed}")
    if whole.total:
        qualifiers.append("total")
    age = whole.age
    if age and age.unknown:
        qualifiers.append("age unknown")
    span = whole.span or Span(None, None)
    if under and not meaning.dimensions - {"measure", "period"}:
        notes.append(f"under: {under[:140]}")
    return Figure(
        sheet=sheet,
        cell=line.address,
        force=whole.force,
        start=span.start,
        end=span.end,
        financial_year=span.year,
        measure=whole.measure or "offences",
        offence_code=whole.code,
        offence=whole.offence,
        sex=whole.sex,
        age_low=age.low if age and not age.unknown else None,
        age_high=age.high if age and not age.unknown else None,
        low=low,
        high=high,
        qualifiers=tuple(dict.fromkeys((*qualifiers, *whole.qualifiers))),
        note="; ".join(dict.fromkeys(notes)),
        table=number,
    )
