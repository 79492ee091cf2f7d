"""Counts in running text. One aligner finds the period, the sex and the age beside each, and everything is only proposed.

A sentence names numbers and periods. As many of the one as of the other, in turn, are pairs; else each number takes the
period that stands nearest, those behind "in" first. What a sentence does not say is taken from the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from helpers.intake.ages import Age, find_ages, find_sex
from helpers.intake.context import narrowing, part_of_these, read_context
from helpers.intake.labels import read_label, subject_of
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning, figure_of
from helpers.intake.model import Figure, Line, Number
from helpers.intake.notices import Place, beside_force, find_places, force_of_name, states_rule
from helpers.intake.numbers import Found, find_numbers
from helpers.intake.spans import YEAR4, Span, find_spans, make_span
from helpers.intake.values import NUMERAL
from helpers.intake.words import (
    ANY_CRIME,
    FILLER,
    LONGEST_SENTENCE,
    MEASURES,
    OFFENCE_STEMS,
    ONLINE,
    find_measure,
)

RUNNING = "it stands in running text"
_CHILDREN = phrase("about children")
_NOTHING_COUNTED = "nothing beside it says what it counts"
_WORDED = re.compile(rf"(?i)\b(?!(?:one|an?|no|zero)\b)(?:{NUMERAL})\b")
_BEFORE_COUNTED = re.compile(rf"(?i)(?:\d[\d,]*|{NUMERAL})(?={phrase('counted behind a word').pattern})")
_NO_COUNTS = ("a footnote mark", "a number in a list", "a period", "a date", "a law")
_NO_COUNTS += ("how offences are counted",)
_SENTENCE, _BEFORE = phrase("end of a sentence"), phrase("year before")
_OTHER_BODY, _COUNTED = phrase("other body"), phrase("counted")
_ASKED = re.compile(
    rf"(?i)(?:\s*\b(?:in|for|during|were|was|had|of|with|where)\b|(?:\s+[\w-]+){{0,4}}?\s+(?:{'|'.join(MEASURES.values())})\b|(?:\s+[\w/-]+){{0,4}}?\s+(?:[a-z]*(?:{OFFENCE_STEMS.pattern})))"
)
_ANSWERING, _ONLY_AN_ANSWER, _ANSWERS = map(phrase, ("answering", "only an answer", "words of an answer"))
ASKS_A_COUNT, _AGED_OR_NUMBERED = phrase("asks a count"), phrase("aged or numbered")
_OF_THESE, _OURS = phrase("of these, before a count"), phrase("speaks of ours")
_OVER = phrase("a lower bound before a count")
_CLAUSE, _NEXT_CLAUSE, _RESPECTIVELY = map(phrase, ("parts clauses", "next clause", "respectively"))
# "and boys of", "and an adult in" lead on
_GOES_ON, _LEADS_ON = phrase("goes on behind a count"), phrase("leads on to the next count")


@dataclass
class Told:
    """What a line of prose came to."""

    figures: list[Figure] = field(default_factory=list)
    numbers: list[Number | Figure] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)  # may be counts, and are not proposed: why


class Prose:
    """Running text, read line after line: what a line leaves out is said by those before it.

    Parameters
    ----------
    outer : Meaning
        What the file says of everything in it.
    about : str
        What the file is about: ``sexual``, ``other``, or nothing known.
    texts : list of str
        What else the file says: where that names other areas, counts of other kinds, or no children, a sentence that
        does not say whose count it is, of what and of which age leaves that open.

    Examples
    --------
    >>> told = Prose(NOTHING, "sexual").read(Line("There were 17 rapes in 2011/12 and 39 in 2012/13.", "l1"))
    >>> [(figure.low, figure.financial_year, figure.status) for figure in told.figures]
    [(17, '2011/12', 'proposed'), (39, '2012/13', 'proposed')]
    """

    def __init__(self, outer: Meaning, about: str, texts: Sequence[str] = ()):
        self.file, self.file_about = outer, about
        said = [text for text in texts if len(text) < LONGEST_SENTENCE]
        kinds = {find_measure(text.casefold())[0] for text in said if subject_of(text) == "sexual"}
        self.several = bool(kinds - {"", "incidents", *ANY_CRIME})
        heads = [text for text in said[:8] if all(one.reason for one in find_numbers(text))]
        counted = [text for text in said if any(not one.reason for one in find_numbers(text))]
        self.of_children = not texts or bool(_CHILDREN.search(" ".join([*heads, *counted[:1]])))
        named = next(filter(None, map(find_places, counted)), [])  # whose counts the file begins with
        self.areas = any(place.force != outer.force for place in named)
        self.last: Span | None = None  # the period that was spoken of last
        self.force: str | None = outer.force  # that was spoken of last; None for another area
        self.headed = self.question = ""  # the force, or the question, that stands right above
        self.alone = ""  # the force that stands alone on a line above, and heads labelled lines below it

    def read(self, line: Line, number: int = 0, asks: str | None = None) -> Told:
        """Read a line, or a whole paragraph; `number` is that of its block, for the checks, `asks` what it answers by its own number."""
        self.outer, self.about, self.number, self.told = self.file, self.file_about, number, Told()
        self.force = None if self.force is None else self.outer.force
        labelled = _LABELLED.match(line.text)
        if force := self.headed or (self.alone if labelled else ""):
            self.outer, self.force = replace(self.outer, force=force), force
        heads = _HEADS.search(line.text)
        self.headed = force_of_name(heads["name"]) if heads and not beside_force(heads["name"]) else ""
        self.line = line = replace(line, text=line.text[: heads.start()]) if self.headed else line
        if self.headed or not labelled:
            self.alone = self.headed if not line.text else ""
        numbers = find_numbers(line.text)
        question = self.question if asks is None else asks
        found = ASKS_A_COUNT.search(question)
        at = found.end() if found else 0
        known = found and _ASKED.match(question, at) and not _NO_OFFENCES.match(question, at)
        answering = _answering(line.text, numbers) if known else []
        self.answers = bool(answering)
        self.part = narrowing(question) if self.answers else ""
        if self.answers:  # the question says what a line counts that is nothing but numbers and their periods
            self.outer = read_context(question).over(self.outer)
            self.about = subject_of(question) or self.about
        goes_on = self.answers or not numbers and _ANSWERING.match(line.text)
        self.question = line.text if line.quoted else question if goes_on else ""
        whole = read_context(_OF_WHICH.sub("", line.text))
        self.whole = replace(whole, span=None, age=None, sex="")
        ends = [*(end.span() for end in _SENTENCE.finditer(line.text)), (len(line.text), 0)]
        at = place = 0
        for end, after in ends:
            mine = [one for one in numbers if at <= one.start < end]
            found = [replace(one, start=one.start - at, end=one.end - at) for one in mine]
            self._sentence(line.text[at:end], found, at, place if len(numbers) > 1 else None)
            at, place = after, place + len(found)
        return self.told

    def _sentence(self, sentence: str, found: list[Found], at: int, place: int | None) -> None:
        """Read one sentence; `place` says how many numbers of the line stand before it, where it has several."""
        places = find_places(sentence)
        self._leave_words(sentence, found, at)
        if not found:
            self.force = (places[-1].force or None) if places else self.force
            return
        periods = _periods(sentence, found, self.last)
        counts = [one for one in found if not one.reason]
        otherwise = self.outer.force if _OURS.search(sentence) else self.force
        why = self._why_none(sentence, periods, places)
        pairs = _align(sentence, counts, periods)
        undated = sentence
        for one in found:
            if one.reason in ("a period", "a date"):  # "in 14/15" is no age
                undated = undated[: one.start] + " " * (one.end - one.start) + undated[one.end :]
        asked, part = replace(read_context(_OF_WHICH.sub("", sentence)), span=None), part_of_these(sentence)
        if len({_pair(sentence, one, counts) for one in counts}) > 1:  # whose age or sex it is, nothing says
            asked = replace(asked, age=None, sex="")
        asked = _label_before(sentence, counts).over(asked)
        for n, one in enumerate(found):
            cell = self.line.address_at(at + one.start)
            cell = cell if place is None else f"{cell} n{place + n + 1}"
            force = _force_of(sentence, one, counts, places, otherwise)
            if reason := one.reason or why or _why_not(sentence, one, counts, force):
                self.told.numbers.append(Number(self.line.sheet, cell, one.text, "none", reason))
                if not one.reason or reason.startswith("not a figure") or _may_count(sentence, one):
                    self.told.left.append((one.text, reason))
                continue
            others = [*counts, *(other for other in found if "share" in other.reason)]
            said = _around(undated, one, others).over(asked)
            figure = self._figure(cell, one, pairs.get(one.start, self.outer.span), said, force)
            named = said.age or said.sex or said.offence or _OF_THESE.search(sentence, 0, one.start)
            if figure.measure == "offences" and not named:
                figure.note = part
            self._leave_open(figure, sentence, one, said, places)
            if _OVER.search(sentence[: one.start]):
                figure.high, figure.qualifiers = None, (*figure.qualifiers, "at least")
            self.told.figures.append(figure)
            self.told.numbers.append(figure)
        if places or counts:
            self.force = (places[-1].force or None) if places else otherwise
        dated = [span for span, _, relative in periods if span and not relative]
        # it is compared with earlier ones
        self.last = max(dated, key=lambda span: span.start) if dated else self.last

    def _leave_open(
        self, figure: Figure, sentence: str, one: Found, said: Meaning, places: list[Place]
    ) -> None:
        """Leave open what a count would have from another sentence, or what a word of its own contradicts."""
        online = ONLINE.search(sentence.casefold())
        of_others = _OF_OTHERS.match(sentence, one.end) and not (said.age or said.sex or said.offence)
        vague = online or of_others or self.several and not said.measure and not self.answers
        if figure.measure in ("incidents", *ANY_CRIME) and vague or figure.note.startswith("in brackets"):
            figure.leave_open("measure")
        if self.areas and not (places or self.headed or self.alone or self.answers or _OURS.search(sentence)):
            figure.leave_open("force")
        of_suspects = figure.measure in ("suspects", "arrests") and said.age
        of_children = self.of_children or _CHILDREN.search(self.line.text)
        if of_suspects or figure.age_low is None and not of_children:
            figure.leave_open("age")

    def _leave_words(self, sentence: str, found: list[Found], at: int) -> None:
        """Account for the numbers in words that nothing takes for a count; those of a sentence with counts are told."""
        sexual = (subject_of(sentence) or self.about) in ("sexual", "mixed")
        told = sexual and not self.line.quoted and _COUNTED.search(sentence)
        for one in _WORDED.finditer(sentence):
            if not any(other.start <= one.start() < other.end for other in found):
                cell = self.line.address_at(at + one.start())
                self.told.numbers.append(Number(self.line.sheet, cell, one[0], "none", _NOTHING_COUNTED))
                self.told.left += [(one[0], _NOTHING_COUNTED)] * bool(told)

    def _why_none(self, sentence: str, periods: list, places: list[Place]) -> str:
        """Why no number of a sentence is a figure, if none is."""
        if self.line.quoted:
            return "it stands in the question, or in an earlier message"
        if self.part:
            return f"it is of a part of what was counted: {self.part[:60]}"
        if states_rule(sentence):
            return "it says what a mark hides"
        if (subject_of(sentence) or self.about) not in ("sexual", "mixed"):
            return "outside what the round asks"
        said = self.answers or _COUNTED.search(self.line.text)
        counted = said or periods and (places or self.outer.force)
        return "" if counted else _NOTHING_COUNTED

    def _figure(self, cell: str, one: Found, span: Span | None, said: Meaning, force: str) -> Figure:
        clean = {"total": False, "ignore": "", "rest": "", "notes": (), "qualifiers": ()}
        said = replace(said.over(self.whole).over(self.outer), span=span, parts=(), force=force, **clean)
        figure = figure_of(said, self.line.sheet, cell, one.low, one.high, ("suppressed",) * one.hidden)
        figure.table, figure.text = self.number, one.text
        figure.propose(RUNNING)
        return figure


def _may_count(sentence: str, one: Found) -> bool:
    """Whether a number that was taken for something else stands right before what is counted: "age of 13 victims"."""
    before = (found.start() for found in _BEFORE_COUNTED.finditer(sentence, one.start))
    plain = one.reason in _NO_COUNTS or _AGED_OR_NUMBERED.search(one.text)
    return not plain and next(before, one.end) < one.end


def _label_before(sentence: str, counts: list[Found]) -> Meaning:
    """What the label says that stands before a colon, and before all counts: "11 and under: 5 female, 2 male"."""
    label, colon, _ = sentence[: counts[0].start].partition(":") if len(counts) > 1 else ("", "", "")
    said = read_label(label) if colon else NOTHING
    return said if said.understood and said.dimensions <= {"age", "sex"} else NOTHING


def _answering(text: str, numbers: tuple[Found, ...]) -> list[Found]:
    """The counts of a line that answer the question above it: all where it says nothing else, or the one that an answer begins with.

    >>> [one.text for one in _answering("A: 12, since 3 were withdrawn", find_numbers("A: 12, since 3 were withdrawn"))]
    ['12']
    """
    counts = [one for one in numbers if not one.reason]
    rest = text
    for one in numbers[::-1]:
        rest = rest[: one.start] + " " + rest[one.end :]
    if not re.search(r"[a-z]{3}", FILLER.sub(" ", _ANSWERS.sub(" ", rest.casefold()))):
        return counts
    return counts[:1] if counts and _ONLY_AN_ANSWER.fullmatch(text[: counts[0].start]) else []


def _why_not(sentence: str, one: Found, counts: list[Found], force: str | None) -> str:
    """Why a number of a sentence that may hold figures is none."""
    if force is None:
        return "it is of another area"
    return "it counts something else than offences" * _is_other(sentence, _pair(sentence, one, counts)[1])


# the name of a force alone on its line, or behind a dash at the end of the line before, in lists of forces
_HEADS = re.compile(r"(?:^|\s[-–—]\s)\W*(?P<name>[A-Z][A-Za-z&' -]{3,40})\W*$")
_LABELLED = re.compile(r"\W*\d|[^.:]{,40}:")
# says something of the count behind it only
_OF_WHICH, _ENDS_IT = phrase("of the count behind it"), phrase("ends what a count is of")
_OF_OTHERS = re.compile(r"(?:\W+(?:and\W+)?[\d,]+)*\W+of (?:these|those|them)\b(?!\W*(?:$|[.,;)]|in\b|by\b))")
_JOINED = re.compile(r"(?i)\W*(?:police|constabulary)?\W*(?:and|&)?\W*(?:the )?")


def _force_of(
    sentence: str, one: Found, counts: list[Found], places: list[Place], otherwise: str
) -> str | None:
    """The force that a count is of: the place named behind it in its clause, or else before it; None for another area."""
    stop = min((other.start for other in counts if other.start > one.start), default=len(sentence))
    between = re.search(r" [-–—] $", sentence[: one.start]) and re.match(r" [-–—] ", sentence[one.end :])
    after = one.end + 3 * bool(between)  # "the highest figure – 12 – coming from Kent"
    clause = after + len(_CLAUSE.split(sentence[after:stop])[0])
    behind = [place for place in places if one.end <= place.start < clause]
    before = [place for place in places if place.end <= one.start]
    if not places:
        return otherwise
    chosen = (behind or before[::-1] or places)[0]
    pairs = (pair for pair in pairwise(places) if chosen in pair)
    several = any(_JOINED.fullmatch(sentence[first.end : second.start]) for first, second in pairs)
    return chosen.force if chosen.force and not several else None


def _pair(sentence: str, one: Found, counts: list[Found]) -> tuple[Found, Found]:
    """The two counts of "from 98 to 142", which say the same of both; a count of no pair is both ends of its own."""
    for first, second in pairwise(counts):
        if one in (first, second) and re.fullmatch(r"\s+to\s+", sentence[first.end : second.start]):
            if re.search(r"(?i)\bfrom\s+$", sentence[: first.start]):
                return first, second
    return one, one


def _is_other(sentence: str, one: Found) -> bool:
    """Whether what is counted is no offence: by the word behind the number, hours or forces, else by its sentence."""
    behind = sentence[one.end : one.end + 60]
    if _NO_OFFENCES.match(behind):
        return True
    return bool(_OTHER_BODY.search(sentence)) and not _OFFENCES_NEXT.match(behind)


_NO_OFFENCES, _OFFENCES_NEXT = phrase("no offences"), phrase("offences next")


_YEAR_TO = phrase("year to")
# a time that nobody can date without the day of the answer, or that ends nowhere: its counts have no period
_UNDATED = phrase("time without dates")


def _periods(sentence: str, found: list[Found], last: Span | None) -> list[tuple[Span | None, int, bool]]:
    """The periods that a sentence names, each with its place; the year before is one too, and a time without dates is None."""
    periods = [(None, one.start(), True) for one in _UNDATED.finditer(sentence)]
    dated = [one for one in found if one.reason.startswith(("a period", "a date"))]
    groups: list[tuple[int, int]] = []
    for one in dated:  # "1 April 2014 to 31 March 2015" is one
        between = sentence[groups[-1][1] : one.start] if groups else ""
        if _TO_THE_END.fullmatch(between) and _joins(sentence, groups[-1], one):
            groups[-1] = (groups[-1][0], one.end)
        else:
            groups.append((one.start, one.end))
    counts = [one for one in found if not one.reason]
    paired = any(one is not _pair(sentence, one, counts)[0] for one in counts)
    for start, end in groups:
        lead = _YEAR_TO.search(sentence[:start])
        text = sentence[lead.start() if lead else start : end]
        spans = find_spans(text).spans
        if len(spans) == 1 and spans[0].kind != "day" and spans[0].start:
            span = spans[0]
            since = re.search(r"(?i)\bsince\s+$", sentence[:start])
            is_open = since and not re.search(r"\bwhen\b[^,;]*\d", sentence[end:])
            points = paired and _TWO_YEARS.fullmatch(text)  # "from 2021 to 2022 … rose from 318 to 414"
            periods.append((None if is_open or points else span, start, False))
    for one in _BEFORE.finditer(sentence):
        earlier = [span for span, place, _ in periods if span and place < one.start()]
        bases = earlier[-1:] or {span for span, _, _ in periods if span} | ({last} - {None})
        span = next(iter(bases)) if len(bases) == 1 else None  # of which year, nothing says
        if bases:
            periods.append((_year_before(span) if span else None, one.start(), True))
    return sorted(periods, key=lambda item: item[1])


_TO_THE_END = re.compile(r"(?i),?\s*(?:to|until|and|-|–)\s*(?:the )?(?:end of )?")
_TWO_YEARS = re.compile(r"(?i)(?:(?:between|from)\s+)?(?:19|20)\d\d\s*(?:to|and|-|–)\s*(?:19|20)\d\d")


def _joins(sentence: str, first: tuple[int, int], second: Found) -> bool:
    """Whether two dates are the ends of one period: days or months, and not two years that are named."""
    texts = (sentence[first[0] : first[1]], second.text)
    return all(re.search(r"[A-Za-z]|/.*/", text) for text in texts)


def _year_before(span: Span) -> Span:
    ends = [(day, 28 if (day.month, day.day) == (2, 29) else day.day) for day in (span.start, span.end)]
    return make_span(*(day.replace(year=day.year - 1, day=last) for day, last in ends))


_COMPARED = phrase("compared with")
_NO_WHOLE_YEAR, _ADULTS = phrase("no whole year"), phrase("adults")


_LISTED = re.compile(rf"(?:\b{YEAR4}(?: (?!{YEAR4}\b)\d[\d,]*)+ ){{3}}")


def _align(sentence: str, counts: list[Found], periods: list) -> dict[int, Span | None]:
    """The period of each count that has one; None where it is of a time of its own that is not dated.

    A year that is not over, or two years together, are no period of a count. A period behind "compared with" is not that of a count before it, and of "from 5 to 9" the first is of an earlier time.
    """
    if _NO_WHOLE_YEAR.search(sentence):
        return dict.fromkeys(one.start for one in counts)
    marks = [one.start() for one in _COMPARED.finditer(sentence)]
    found = {one.start: None for one in counts if marks and one.start > marks[0]}
    both = sorted([(one.start, "c") for one in counts] + [(place, "p") for _, place, _ in periods])
    order, several = "".join(kind for _, kind in both), len(counts)
    in_turn = ["cp" * several, "pc" * several]
    if _RESPECTIVELY.search(sentence):
        in_turn += ["c" * several + "p" * several, "p" * several + "c" * several]
    listed = _LISTED.search(sentence)  # each year before its counts
    for n, one in enumerate(counts):
        near = [item for item in periods if _reaches(sentence, one, item[1], marks)]
        near = [item for item in near if item[1] < one.start][-1:] if listed else near
        if order in in_turn:
            found[one.start] = periods[n][0]
        elif near:
            found[one.start] = min(near, key=lambda item: max(item[1] - one.end, one.start - item[1]))[0]
    return found | {one.start: None for one in counts if one is not _pair(sentence, one, counts)[1]}


def _reaches(sentence: str, one: Found, place: int, marks: list[int]) -> bool:
    """Whether a period may be that of a count: nothing is compared between them, and it is not of a count in the next clause."""
    first, last = sorted((one.start, place))
    apart = place > one.start and _NEXT_CLAUSE.search(sentence, first, last)
    return not apart and not any(first < mark < last for mark in marks)


def _ages(text: str) -> tuple[Age, ...]:
    return find_ages(text)[0] or (Age(18, None),) * bool(_ADULTS.search(text))


def _around(sentence: str, one: Found, counts: list[Found]) -> Meaning:
    """What the clause around a count says of sex, age and what is counted."""
    counts = sorted(counts, key=lambda other: other.start)
    first, second = _pair(sentence, one, counts)
    end = next((other.start for other in counts if other.start > second.start), len(sentence))
    after = _UNDATED.sub(" ", sentence[second.end : end])  # "over four years" is no age
    after = _ENDS_IT.split(after)[0]
    after = counted = "" if _NEXT_CLAUSE.match(after) else after
    ends = not after.strip() or re.match(r"\s*[,.;)]", after)
    after = "" if ends and not _GOES_ON.match(after) else after
    earlier = max((other.end for other in counts if other.end <= first.start), default=0)
    before = sentence[earlier if first != second else max(earlier, first.start - 60) : first.start]
    after = _LEADS_ON.sub("", after)
    sex, ages = find_sex(after[:30])[0], _ages(after)
    lead, clauses = before[-40:], _CLAUSE.split(_UNDATED.sub(" ", before))
    led = read_context(_CLAUSE.split(sentence[: first.start])[-1])
    # "11 and under - 12" and "Male 301 Female 402" are of the words before the number; so are "girls were victims of 12" and "than of boys, 12."
    labelled = find_sex(lead.rsplit(maxsplit=1)[-1])[0] if lead.strip() else ""
    if lead.endswith((" - ", " – ")) or labelled and not re.search("[A-Za-z]", sentence[counts[-1].end :]):
        sex, ages = find_sex(lead)[0] or sex, _ages(lead) or ages
    elif not (sex or ages or led.offence):
        own = next(filter(str.strip, clauses[::-1]), "")
        sex, ages = find_sex(own)[0], _ages(own)
    measure = find_measure(counted[:40].casefold())[0] or find_measure(before.casefold())[0]
    named = read_context(counted[:50])
    age = ages[0] if len(ages) == 1 else None
    said = Meaning(age=age, sex=sex, measure=measure, offence=named.offence, code=named.code)
    return said.over(replace(led, span=None)) if led.offence and not named.offence else said
