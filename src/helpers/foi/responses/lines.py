"""Figures in lines of text: "2022/23 - 10", "Females: 4", a headline total, and counts in a sentence.

A line is a figure only when everything left of the number is understood and says what it counts; reference numbers,
telephones, dates, hours and sections never are. Headings above hold for the lines below until the next heading.
Tables that arrive with one cell a line are for :mod:`.stacked`, lists of names for :mod:`.listed`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from helpers.foi.responses.bare import SAYS_ANSWER, bare_answers
from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, describe, without
from helpers.foi.responses.model import Figure, Line, Problem
from helpers.foi.responses.pairs import LONGEST_LIST, VALUE, find_pairs
from helpers.foi.responses.questions import chained, goes_on, is_question, unnumbered
from helpers.foi.responses.sentences import is_part, read_sentences, sentence_at, shared
from helpers.foi.responses.spans import Span, cover
from helpers.foi.responses.statements import find_refusals, states_rule
from helpers.foi.responses.tablework import Scope
from helpers.foi.responses.values import Value, tidy
from helpers.foi.responses.words import is_reference
from helpers.tables.offences import offences, resolve_offence

_AGE_PAIR = re.compile(rf"(?P<age>\d{{1,2}})\s*(?:[:=]|-(?=\s))\s*{VALUE}$", re.IGNORECASE)
_ASKS = re.compile(
    r"(?i)\bhow many\b|\b(?:number|total|count) of\b|\btotal (?:number|recorded)\b|^\W*(?:q\d+\W*)?total\b"
)
_QUESTION = re.compile(
    r"(?i)^\W*(?:q|question|a|answer|response|point|part)\s?\d{1,2}[a-z]?\b|^\W*\d{1,2}[.)]\s|\?\W*$"
)
_OF_WHICH = re.compile(r"(?i)\bof (?:which|whom|these|those) \d")
_OF_THOSE = re.compile(r"(?i)\bof (?:those|these|the above)\b")
MOST_HEADINGS = 20  # that are told apart
MOST_EARLIER = 4  # lines that a later one may give new numbers for, in their order


@dataclass
class TextReading:
    """What came of lines of text.

    Attributes
    ----------
    found : list of (Figure, str)
        Labels and numbers, each with what it was taken for.
    told : list of (Figure, str, bool)
        Counts of sentences, also with whether a question was open that they answer, or they divide the count before,
        or state a period and stand above all tables.
    problems : list of Problem
        The numbers that no count can be.
    headings : dict of str to Meaning
        By address, what a line says of those below it.
    """

    found: list[tuple[Figure, str]] = field(default_factory=list)
    told: list[tuple[Figure, str, bool]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, Meaning] = field(default_factory=dict)


def read_lines(
    lines: Iterable[Line], scope: Scope, *, sheet: str = "", number: int = 0, deadline: float | None = None
) -> TextReading:
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
    TextReading
        The figures, the problems, and what headings say.

    Examples
    --------
    >>> lines = [Line("Rape of a female child under 13:", "l1"), Line("2022/23 - 10", "l2")]
    >>> figure, words = read_lines(lines, Scope()).found[0]
    >>> figure.offence_code, figure.financial_year, figure.low, figure.cell
    ('19E', '2022/23', 10, 'l2')
    """
    lines = list(lines)
    reader = _Reader(scope, sheet, number)
    texts = [tidy(line.text) for line in lines]
    aged = (
        {place: f"Age {texts[place]}" for place in _single_ages(texts)}
        | _age_bands(texts)
        | _bare_codes(texts)
    )
    for place, line in enumerate(lines):
        if deadline is not None and place % 50 == 0 and time.monotonic() > deadline:
            late = f"reading stopped at {line.address}: the file takes too long. Ask: can you send the tables only?"
            reader.problems.insert(0, Problem(f"{sheet} {line.address}".strip(), "warning", late))
            break
        reader.read(
            line, aged.get(place, texts[place]), is_question(line, lines[place - 1] if place else None)
        )
    problems = reader.problems
    if len(problems) > 20:
        more = f"{len(problems) - 20} more lines of this kind"
        problems[20:] = [Problem(problems[20].where, "warning", more)]
    return TextReading(reader.found, reader.told, problems, reader.headings)


@dataclass
class _Reader:
    """What is known while the lines of a file are read one after the other."""

    scope: Scope
    sheet: str
    number: int
    found: list[tuple[Figure, str]] = field(default_factory=list)
    told: list[tuple[Figure, str, bool]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, Meaning] = field(default_factory=dict)
    over: list[Meaning] = field(default_factory=list)  # the headings that hold, the widest first
    heading_text: str = ""
    named: str = ""  # the offence that the last heading names
    base: list[Meaning] = field(default_factory=list)  # the headings above the first question
    chain: list[Meaning] | None = None  # the last question, after those that it goes on from
    questions: tuple[str, ...] = ()  # the same as printed
    asked: bool = False  # the line above asks
    unanswered: bool = False  # a question is open
    run: list[Meaning] = field(default_factory=list)  # of the numbers since the last heading
    before: Meaning = NOTHING  # of the last pair
    after_figure: bool = False
    said: Meaning = NOTHING  # what the last sentence with a count says of a list below it
    last: Meaning = NOTHING  # what that sentence was about
    counted: dict[int, Meaning] = field(default_factory=dict)  # what each number told in a sentence counts
    earlier: list[Meaning] = field(
        default_factory=list
    )  # what each count of the last line of sentences counts
    above: bool = True  # above all tables and lists

    def read(self, line: Line, text: str, question: bool) -> None:
        """Take one line: a question, figures, a heading or sentences."""
        if _FOOTNOTE.match(line.text):
            return  # it speaks of a figure that stands elsewhere
        if not line.address:  # a table stands here
            self.after_figure = True
        text = self._open_question(line, text, question)
        self.unanswered = bool(line.text) and (self.unanswered or bool(_QUESTION.search(text)))
        heading = _together(self.over)
        if len(text) > LONGEST_LIST:
            long = (
                f"a line of {len(text):,} characters is read as sentences only, and not as a list of figures"
            )
            self.problems.append(Problem(self._where(line), "note", long))
        if not line.quoted and self._take_pairs(line, text, self.said.over(heading)):
            return
        self.above = self.above and not self.found and bool(line.address)
        says = question or re.fullmatch(rf"(?i)(?:our )?{SAYS_ANSWER}\W*", text)
        if text and not says:
            self.asked = bool(_ASKS.search(text)) and len(text) <= 400
        counts = not line.quoted and self._take_sentences(line, heading)
        meaning = None if says else _heading_meaning(text, line.heading)
        if meaning is None:
            return
        if counts and not text.endswith(":"):
            self.said = meaning
        elif meaning.dimensions or line.heading or text.endswith(":") or self.after_figure:
            self._take_heading(line, text, meaning)

    def _open_question(self, line: Line, text: str, question: bool) -> str:
        """What a line asks, or begins to answer, holds from here; its text without the number."""
        if not (line.asked or question):
            return text
        text = unnumbered(text)
        if line.asked:
            text = _FULL_STOP.sub("", text)  # "2. 47.": the number of the question is behind us
            self.over = [replace(read_context(asks), rest="", total=False) for asks in line.asked]
            self.last = self.last if is_part(text) and not _together(self.over).span else NOTHING
        else:
            self.last = self.last if goes_on(text) else NOTHING
            self.base = self.over if self.chain is None else self.base
            asks = self.headings[line.address] = replace(read_context(text), rest="", total=False)
            before = (self.chain or []) if goes_on(text) else []
            beside = len(chained(self.questions, text)) == len(self.questions) > 1
            self.chain = [*before[: -1 if beside else None], asks]
            self.over = [*self.base, *self.chain]
        self.run, self.before, self.said, self.after_figure = [], NOTHING, NOTHING, False
        self.questions = line.asked or chained(self.questions, text)
        self.heading_text = self.questions[-1]
        self.asked = self.unanswered = True
        return text

    def _take_pairs(self, line: Line, text: str, heading: Meaning) -> bool:
        """Take the labels and numbers of a line, or the numbers that answer a question; whether there are any."""
        pairs = find_pairs(text, heading, self.scope, self.before) or bare_answers(
            text, self.asked, self.questions or (self.heading_text,), heading, self.scope
        )
        for meaning, value, printed in pairs:
            if meaning.total and not meaning.span:
                meaning = replace(meaning, span=_all_periods(self.run))
            self.run.append(meaning)
            if value.kind == "bad":
                wrong = f'not a figure: "{printed}" is {value.reason}. Ask: what is the count?'
                self.problems.append(Problem(self._where(line), "warning", wrong))
                continue
            whole = meaning.over(heading)
            self.counted[value.low] = replace(whole, total=False)
            figure = self._figure(whole, value, printed, line, self.heading_text)
            self.found.append((figure, describe(whole)))
        if pairs:
            self.earlier = [*self.earlier[1 - MOST_EARLIER :], [one.over(heading) for one, *_ in pairs]]
            self._take_parts(line, heading, {value.low for _, value, _ in pairs})
            self.after_figure, self.before, self.asked, self.unanswered = True, pairs[-1][0], False, False
            last = replace(shared(self.run), span=_all_periods(self.run) or self.run[-1].span, total=False)
            self.last = last.over(heading)
        return bool(pairs)

    def _take_parts(self, line: Line, heading: Meaning, taken: set[int | None]) -> None:
        """Take the parts of what a label and a number count: "2016/17: 410 crimes (of which 37 were online)"."""
        if not _OF_WHICH.search(line.text):
            return
        sentences, _ = read_sentences(line.text, heading, self.last, dict(self.counted))
        for meaning, value, printed, _ in sentences:
            if value.low not in taken:
                self.found.append((self._figure(meaning, value, printed, line, ""), describe(meaning)))

    def _take_heading(self, line: Line, text: str, meaning: Meaning) -> None:
        code, last = meaning.code, "" if self.after_figure else self.named
        self.named = code
        if code and last and code != last:  # a list of offences, none of which heads what follows
            self.over = [
                without(one, frozenset({"offence"})) if one.code == last else one for one in self.over
            ]
            meaning, text = without(meaning, frozenset({"offence"})), ""
            self.heading_text = ""
        self.headings[line.address] = meaning
        if self.after_figure and not _OF_THOSE.search(text):
            self.over = _above(self.over, meaning)
            self.run = []
        self.over.append(meaning)
        if len(self.over) > MOST_HEADINGS:  # the widest two as one
            self.over[:2] = [_together(self.over[:2])]
        self.heading_text = text if meaning.dimensions or len(text) > 12 else self.heading_text
        self.said, self.after_figure, self.questions = NOTHING, False, ()

    def _take_sentences(self, line: Line, heading: Meaning) -> bool:
        """Take the counts that the sentences of a line hold; whether there are any."""
        sentences, self.last = read_sentences(line.text, heading, self.last, self.counted, self.earlier)
        if sentences:
            self.earlier = [*self.earlier[1 - MOST_EARLIER :], [meaning for meaning, *_ in sentences]]
        for meaning, value, printed, place in sentences:
            if find_refusals([(sentence_at(line.text, place), "")], strong=True):
                continue  # what a refusal counts is its own work
            there = replace(line, address=line.address_at(place))
            figure = self._figure(meaning, value, printed, there, "")
            answers = self.unanswered or is_part(line.text) or (self.above and _is_dated(line.text))
            self.told.append((figure, describe(meaning), answers))
        return bool(sentences)

    def _where(self, line: Line) -> str:
        return f"{self.sheet} {line.address}".strip()

    def _figure(self, meaning: Meaning, value: Value, printed: str, line: Line, under: str) -> Figure:
        return _figure(meaning, value, printed, self.scope, line, self.sheet, self.number, under)


_FOOTNOTE = re.compile(r"\s*[¹²³⁴-⁹†‡]")
_NOTE = re.compile(r"(?i)^\W*(?:notes?|n\.?b\.?|please note|source|caveats?)\b|^\s*[*†‡#^]")


_FULL_STOP = re.compile(r"(?<=^\d)\.$|(?<=\d\d)\.$")


def _is_dated(text: str) -> bool:
    """Whether a sentence states the period that it counts in, and is no note."""
    said = read_context(text)
    return bool(said.span or "periods" in said.rest) and not _NOTE.search(text)


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


def _age_bands(texts: list[str]) -> dict[int, str]:
    """The lines that are nothing but a band, "5-9", where several of them head what stands below: as ages."""
    found = {place: band for place, text in enumerate(texts) if (band := _BAND.fullmatch(text))}
    bands = {
        place: f"Ages {band['low']} to {band['high']}"
        for place, band in found.items()
        if int(band["low"]) < int(band["high"]) < 26
    }
    return bands if len(bands) > 1 else {}


def _bare_codes(texts: list[str]) -> dict[int, str]:
    """The lines "21 - 53" beside "20B - 88" in a list of codes and their numbers: code 21, and no age."""
    found = [_CODE_PAIR.fullmatch(text) for text in texts]
    lettered = [bool(one and one["letter"] and resolve_offence(one["code"] + one["letter"])) for one in found]
    codes: dict[int, str] = {}
    for place, one in enumerate(found):
        beside = any(lettered[max(0, place - 1) : place] + lettered[place + 1 : place + 2])
        if one and not one["letter"] and one["code"] in offences() and (beside or place - 1 in codes):
            codes[place] = f"HO code {one['code']} - {one['value']}"
    return codes


_CODE_PAIR = re.compile(rf"(?P<code>\d{{1,3}})(?P<letter>[A-Za-z]?)\s*(?:[:=]|-(?=\s))\s*(?P<value>{VALUE})")
_BAND = re.compile(r"(?P<low>\d{1,2})\s?(?:-|to|&|and)\s?(?P<high>\d{1,2})\s?:?")


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
