"""What a sentence beside a table says of its figures, and which of them it makes doubtful.

No list holds every way to say that a table counts something else, so the question is turned round: a sentence that speaks of
figures makes them wait unless it is understood. It is understood if it says no more than they are read as, in the words by
which titles are read, or if its clauses are of a kind that changes no figure: a caution, a source, a law, a thank-you.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import filterfalse

from helpers.intake.ages import Age
from helpers.intake.context import (
    ALL_SEXUAL,
    PARTS,
    asks_of_a_part,
    circumstance,
    footnotes_of,
    heading_force,
    not_understood,
    periods_named,
    read_context,
    title_meaning,
    without_harmless,
    without_number,
)
from helpers.intake.labels import subject_of
from helpers.intake.lexicon import patterns, phrase, remark_words
from helpers.intake.meaning import NOTHING, Meaning
from helpers.intake.model import Figure
from helpers.intake.notices import find_places, find_refusals, pieces, sentences, states_rule
from helpers.intake.numbers import find_numbers
from helpers.intake.spans import EVENT, MONTHS, Span, find_spans
from helpers.intake.tokens import is_sentence
from helpers.intake.words import ANY_CRIME, LONGEST_SENTENCE, MEASURES, OFFENCE_STEMS, OUTCOMES, find_measure

_NAMES, _OTHERWISE = phrase("names figures"), phrase("says otherwise")
_NO_REMARK, _SUPERLATIVE, _VERB = phrase("no remark"), phrase("superlative"), phrase("words of a sentence")
_INSTEAD, _SHOWING, _OPENING = map(phrase, ("instead", "words of showing", "opening words"))
_SHOWS, _COVERS = phrase("verbs of figures"), phrase("begins with what it covers")
_CLAUSE, _KIND, _OF_PEOPLE = phrase("between clauses"), phrase("kind of these"), phrase("counts people")
_STATES, _ANY_KIND, _GIVES = map(phrase, ("says what figures are", "crime of any kind", "gives counts"))
_CERTAIN, _KNOWN, _COUNTED = map(remark_words, ("harmless", "harmless reason", "counted"))
_KINDS_OF_YEARS = [(month, re.compile(pattern)) for month, pattern in patterns("first months")]
_ONE_SIDE = phrase("all years on one side")
_CUTS, _ENDS, _BEGINS = map(phrase, ("cuts a period", "ends a period", "begins to count"))
_CHILDREN, _ANY_AGE = Age(0, 17), Age(0, None)
_ANSWERS, _NAMED_PART, _LAW = phrase("answering"), phrase("a part in a name"), phrase("a law of a year")
_AT_MONTH, _TOGETHER, _SEARCHES = map(phrase, ("cuts at a month", "forces together", "searches for"))
_WHERE = re.compile(r"(?i)\b(?:in|on|at|by|within|involving)\s.+")
_MARKED = frozenset({"provisional", "approximate"})
_VICTIMS_ALONE = re.compile(r"(?i)\W*victims\W*")
_REPORTED, _MADE = phrase("reported speech"), phrase("tells how an answer was made")
LONG = 12  # words, from which on a sentence of a letter is seldom a note on a table, if it names no figures
_ALONE, _SHARE, _NO_COUNTS = phrase("alone"), phrase("share of some"), phrase("figures that are no counts")
_MAY_COUNT = phrase("may say what is counted")
_SEXLESS_LEFT_OUT = phrase("unknown sexes left out")
_LEAD, _TAIL = phrase("leads to a statement"), phrase("follows a statement")


@dataclass(frozen=True)
class Remark:
    """What a sentence says of figures.

    Attributes
    ----------
    said : Meaning
        Its measure, age, sex and offence.
    spans : tuple of Span
        The periods that it names.
    forces : frozenset of str
        The forces that it names, and "" for another area.
    first_months : frozenset of int
        The months in which its years begin, where it says of what kind they are.
    first_days : frozenset of date
        The days from which on, or up to which, it says that something holds.
    denied : frozenset of str
        The measures that it says are not counted.
    states : bool
        Whether it says what all the figures are, and not what some of them count.
    left : str
        What of it is not understood.
    """

    said: Meaning
    spans: tuple[Span, ...]
    forces: frozenset[str]
    first_months: frozenset[int]
    first_days: frozenset[date]
    denied: frozenset[str]
    states: bool
    left: str

    def is_of(self, one: Figure) -> bool:
        """Whether a figure is read as what the sentence names."""
        said, age = self.said, self.said.age
        aged = not age or age.unknown or (age.low, age.high) == (one.age_low, one.age_high)
        if not aged:
            ageless = one.age_low is None and age == _CHILDREN
            aged = ageless or age.high is not None and age.holds(Age(one.age_low, one.age_high))
        # a quarter begins in other months than its year
        yearly = one.start and one.end and (one.end - one.start).days > 360
        of_years = {one.start.month} if yearly else self.first_months & {1, 4}
        # "offences" and "victims" stand for each other where a sentence says whose they are
        alike = {said.measure, one.measure} <= {*ANY_CRIME} and (said.age or said.sex)
        return bool(
            aged
            and (alike or said.measure in ("", one.measure))
            and said.sex in ("", "unknown", one.sex)
            and (not said.offence or said.offence.casefold() in f"{one.offence} {one.note}".casefold())
            and (not self.forces or one.force in self.forces)
            and one.measure not in self.denied
            and (not self.first_months or not one.start or self.first_months == of_years)
            and not any(one.start and one.end and one.start < day <= one.end for day in self.first_days)
        )


_NOTHING = Remark(NOTHING, (), frozenset(), frozenset(), frozenset(), frozenset(), False, "")


def doubt_remarks(figures: list[Figure], text: str, place: str = "note") -> None:
    """Doubt the figures of which a sentence says what they are not read as, or what is not understood.

    A sentence that names periods is of these alone; one that names what some of them are, of those.

    Parameters
    ----------
    figures : list of Figure
        Those that the text stands with.
    text : str
        A paragraph, a note, a title.
    place : str
        "cell" of a table, "note" below one on a sheet, "paragraph" of a letter near one, "title" above one, "elsewhere", or in
        the "letter" beside it. The first two speak of their table, and so does a short sentence of a paragraph; one that is long
        or reports what somebody said, if it tells how the answer was made. Others are of figures if they name them or, above a
        table, what can be counted.

    Examples
    --------
    >>> girls, boys = Figure(sex="female"), Figure(sex="male")
    >>> doubt_remarks([girls, boys], "Girls in care are missing.")
    >>> girls.reason, boys.reason
    ('the file says: "Girls in care are missing."', '')
    >>> doubt_remarks([unaged := Figure()], "Figures cover victims of all ages.")
    >>> unaged.status
    'proposed'
    """
    notes = {*footnotes_of([text], dotted=True).values()}  # of those that bear its mark
    borne = [one for one in figures if any(note[:200] in one.note for note in notes)]
    figures = borne or figures
    text = _without_part(text, borne)
    is_heading = place in ("note", "paragraph") and not (
        _VERB.search(without_opening(text)) or text[-1] in ".;"
    )
    if is_heading:
        doubt_heading(figures, text)
    heads = place == "title" and ALL_SEXUAL.search(text) and text[-1] not in ".;"
    if heads and "ages" in read_context(text).rest:
        for one in [one for one in figures if one.age_low is None]:
            one.propose(f'the title speaks of several ages: "{text[:100]}"', "age")
    if heads:
        _doubt_years(figures, text)
    several = len({one.force for one in figures}) > 1
    for sentence in map(_bare_statement, _statements(text, place)):
        if _SEXLESS_LEFT_OUT.search(sentence):  # girls are as many, with and without those of unknown sex
            for one in (one for one in figures if not one.sex):
                one.propose(f'the file says: "{sentence[:100]}"')
        if _may_speak(sentence, place):
            remark = read_remark(sentence)
        else:  # a title says at least of what kind its years are
            said = {"first_months": _first_months(sentence), "first_days": _first_days(sentence)}
            remark = replace(_NOTHING, **said) if place == "title" else None
        if not remark:
            continue
        stated = _MARKED.intersection(remark.said.qualifiers) if remark.states else ()
        periods = [] if _ONE_SIDE.search(sentence.casefold()) else remark.spans
        periods = [span for span in periods if span.kind != "day"]
        near = [one for one in figures if not periods or any(_overlap(one, span) for span in periods)]
        if several and not borne and (named := remark.forces - {""}):  # what it says of some is of no other
            near = [one for one in near if one.force in named]
        elif several:  # an area over several forces says where they lie
            remark = replace(remark, forces=frozenset())
        meant = [one for one in near if remark.is_of(one)]
        for one in meant:
            one.qualifiers = tuple(dict.fromkeys((*one.qualifiers, *sorted(stated))))
        of_all = remark.states or remark.first_days or not meant
        others = [one for one in near if of_all and not remark.is_of(one)]
        for one in [*meant, *others] if remark.left else others:
            one.propose(f'the {"letter" if place == "letter" else "file"} says: "{sentence[:100]}"')
    for one in borne if is_heading and not_understood(text) else ():
        one.propose(f'its note is not understood: "{text[:100]}"')


def doubt_heading(figures: list[Figure], text: str, place: str = "page") -> None:
    """Doubt the figures of which a heading says what they are not read as: the title of a page, a subject, a line above a title.

    Parameters
    ----------
    figures : list of Figure
        Those that it heads.
    text : str
        What it says.
    place : str
        "near", right above the table, where all but adults is read with it; "section" of it, which is read with its rows;
        "far" above it; of its "page", whose subject it may give; or "name" of a file, which may list all that is in it, so
        that nothing counts but a measure, a district, a setting, "only", a rate or a share, and a sex, an age, an offence or
        a flag that no figure has.

    Examples
    --------
    >>> figure = Figure(measure="offences")
    >>> doubt_heading([figure], "Provisional")
    >>> doubt_heading([figure], "Convictions")
    >>> figure.qualifiers, figure.reason
    (('provisional',), 'a heading says: "Convictions"')
    """
    counts = any(not one.reason for one in find_numbers(text))
    dated = all(one.reason == "a period" for one in find_numbers(without_number(text)))
    dated = dated and not not_understood(text)
    if dated and place not in ("name", "section"):  # a row of a year without a count is no heading
        _doubt_years(figures, text)
    text = without_harmless(without_number(without_opening(text)))
    months = frozenset() if place == "name" else _first_months(text)
    said, far = title_meaning([(text, "")]), place in ("far", "page")
    if _ANSWERS.search(text) or counts and said.dimensions != {"age"}:
        return
    measure, rest = find_measure(text.casefold())
    of_all = ["cyber_flagged"] * (place != "far") + ["incidents"] * bool(not far or said.offence)
    listed = measure in (*ANY_CRIME, "", *of_all)
    read_with = place in ("near", "section") or listed or find_measure(rest)[0] not in ("", measure)
    other = "" if read_with else measure
    stated = () if place == "section" else _MARKED.intersection(said.qualifiers)
    doubts = {"near": (), "name": (_NAMED_PART,)}.get(place, (_OTHERWISE, _ANY_KIND))
    dated = text if months - {1, 4} else _without_years(text)
    where = _WHERE.search(text) if place == "name" and subject_of(text) == "sexual" else None
    victims = place != "page" and any(map(_VICTIMS_ALONE.fullmatch, PARTS.split(text)))
    doubted = (
        any(one.search(text) for one in (*doubts, _NO_COUNTS))
        or (far and find_spans(dated.casefold()).parts)
        or (where and not_understood(where[0]))  # "Sexual offences in churches"
        or (place == "name" and (circumstance(text) or _of_a_part(said, measure, figures)))
        or (said.offence and not any(one.offence for one in figures))
        or (place != "page" and subject_of(text) == "other")
        or (victims and all(one.measure != "victims" for one in figures))
        or heading_force(text) not in ("", *(one.force for one in figures))
    )
    ageless = replace(_NOTHING, said=Meaning(sex=said.sex if far else ""), first_months=months)
    aged = replace(ageless, said=replace(ageless.said, age=said.age if far else None))
    of_adults = place != "name" and said.age and (said.age.low or 0) >= 18
    speaks = doubted or of_adults or other or aged != _NOTHING
    for one in figures if stated else ():
        one.qualifiers = tuple(dict.fromkeys((*one.qualifiers, *sorted(stated))))
    for one in figures if speaks else ():
        adults = of_adults and (one.age_high or 0) < 18
        whose = ageless if one.age_high is None else aged
        if doubted or adults or other not in ("", one.measure) or not whose.is_of(one):
            one.propose(f'{"the name of the file" if place == "name" else "a heading"} says: "{text[:100]}"')


def _doubt_years(figures: list[Figure], heading: str) -> None:
    """Doubt figures below a heading that names years other than theirs."""
    named = periods_named(heading)
    years = [one for one in figures if one.start and one.end]
    if not named or not years:
        return
    first, last = min(one.start for one in named), max(one.end for one in named)
    within = [first <= one.start and one.end <= last for one in years]
    across = [one.start < first <= one.end < last or first < one.start <= last < one.end for one in years]
    if "either" in {one.kind for one in named}:  # years of the other kind may be meant, and lie across these
        within, across = [*within, *across], []
    for one in figures if any(across) or not any(within) else ():
        one.propose(f'a heading speaks of other years: "{heading[:100]}"')


def _without_part(note: str, borne: list[Figure]) -> str:
    """A note without the part of a year that all figures which bear its mark are read as."""
    found = find_spans(note.casefold())
    spans = {(span.start, span.end) for span in found.spans}
    months = {(part.first, part.last) for part in found.parts if part.unit == "named"}

    def is_of_it(one: Figure) -> bool:
        short = one.start and one.end and (one.end - one.start).days < 360
        named = short and one.start.day == 1 and (one.start.month, one.end.month) in months
        return bool(named or short and (one.start, one.end) in spans)

    return (found.rest or " ") if borne and all(map(is_of_it, borne)) else note


def unknown_words(words: str) -> str:
    """Those of some words that stand in no sentence that changes no figure."""
    return " ".join(filterfalse(_KNOWN, words.split()))


def without_opening(sentence: str) -> str:
    """A sentence without its bullet, bracket or courtesy, which say nothing of figures.

    >>> without_opening("- Please be aware that the table gives rates."), without_opening('"Girls only"')
    ('the table gives rates.', 'Girls only')
    """
    while opening := _OPENING.match(sentence):
        sentence = sentence[opening.end() :]
    return re.sub(r'(?<=[\w.])[!*")”]+$', "", sentence)  # not the mark of which it speaks, "shown as *"


def _bare_statement(sentence: str) -> str:
    """What a sentence states, without the clauses of harmless words before and behind it.

    >>> _bare_statement("Our analysts explain that the figures are of girls, which helps readers.")
    'the figures are of girls.'
    """
    sentence = without_opening(sentence)
    whole = sentence
    if _NO_REMARK.search(sentence):
        return sentence
    if (lead := _LEAD.match(sentence)) and _adds_nothing(lead[0]):
        sentence = without_opening(sentence[lead.end() :])
    if (found := _TAIL.match(sentence)) and _adds_nothing(found["tail"]):
        sentence = found["stated"] + found["end"]
    return whole if _OTHERWISE.search(whole) and not _OTHERWISE.search(sentence) else sentence


def _adds_nothing(clause: str) -> bool:
    """Whether all words of a clause before or behind a statement are harmless."""
    fixed = _NAMES.search(clause) or _OTHERWISE.search(clause) or _first_months(clause)
    return not (fixed or read_context(clause).dimensions) and all(
        map(_CERTAIN, _left_of(_SHOWING.sub(" ", clause)).split())
    )


def _of_a_part(said: Meaning, measure: str, figures: list[Figure]) -> bool:
    """Whether a name says a sex, an age or a flag of which no figure is: it may be all that tells it from "Boys.csv"."""
    sex = said.sex and not any(one.sex for one in figures)
    flagged = measure == "cyber_flagged" and all(one.measure != measure for one in figures)
    whole = all((one.age_low or 0, one.age_high) in ((0, 17), (0, None)) for one in figures)
    return bool(sex or flagged or whole and said.age and (said.age.low or said.age.high not in (17, None)))


def without_outcomes(title: str, counted: set[str]) -> str:
    """A title without those outcomes that columns of its own count: a table of offences and charges may be headed so.

    >>> without_outcomes("Rapes and charges, 2014/15", {"offences", "charges"}), without_outcomes("Charges", {"charges"})
    ('Rapes , 2014/15', 'Charges')
    """
    named = "|".join(MEASURES[one] for one in OUTCOMES if one in counted) or "(?!)"
    return re.sub(rf"(?i)(?:,|&|\b(?:and|with)\b)\s(?:[a-z]\) )?(?:{named})\b", " ", title)


LONGEST_TITLE = 12  # words, from which a line that ends in a full stop is a sentence


def as_title(text: str) -> str:
    """A title without the words it opens with and the full stop it may end with; a sentence with a verb as it is.

    >>> as_title("Please see below arrests for rape."), as_title("The table shows arrests.")
    ('arrests for rape', 'The table shows arrests.')
    """
    bare = without_opening(text).rstrip(".")
    return text if _SHOWS.search(bare) or len(bare.split()) > LONGEST_TITLE else bare


def _may_speak(text: str, place: str) -> bool:
    """Whether a sentence that stands in such a place may speak of figures."""
    apart = False
    if place == "paragraph":
        apart = is_sentence(text) and (len(text.split()) >= LONG or _REPORTED.search(text))
        place = "letter" if apart else "note"
    if place == "note" and is_sentence(text) and _tells_a_story(text):
        return False
    if place in ("cell", "note") or _COVERS.match(text) or place == "title" and _STATES.search(text):
        return True
    if not (_VERB.search(text) or text[-1:] in ".;" or _NAMES.search(text) and _SHOWS.search(text)):
        return False
    of_things = place == "title" and read_context(text).dimensions - {"period"}
    made = apart and _MADE.search(text)
    return bool(of_things or made or _NAMES.search(text) or _OTHERWISE.search(text))


def _statements(text: str, place: str) -> Iterator[str]:
    """The sentences of a text, and the pieces of those that cast no doubt as a whole: a page or a list may run several into one."""
    for sentence in sentences(text):
        if place == "paragraph" and not _may_speak(sentence, place):
            continue
        whole, parts = read_remark(without_opening(sentence)), pieces(sentence)
        if whole:  # it is understood with those that name or do nothing
            yield sentence
            parts = [one for one in parts if len(parts) > 1 and (_VERB.search(one) or _NAMES.search(one))]
        yield from [] if whole and whole.left else parts


def _tells_a_story(sentence: str) -> bool:
    """Whether a sentence tells how an answer was made: it names no figures, nothing that they count, and not whose, when or where.

    No list holds all that can be counted, so most of its words must be of such a kind, and none a name of what often is.

    >>> [*map(_tells_a_story, ("We consulted our analysts.", "We consulted their records.", "We consulted clergy in detail."))]
    [True, False, False]
    """
    told = re.findall("[a-z]{3,}", _left_of(_SHOWING.sub(" ", sentence)))
    unknown = [*filterfalse(_CERTAIN, told)]
    if not told or 3 * len(unknown) > len(told) or any(map(_COUNTED, unknown)):
        return False
    named = any(one.search(sentence) for one in (_NAMES, _OTHERWISE, _MAY_COUNT, OFFENCE_STEMS))
    return not (named or read_context(sentence).dimensions or find_places(sentence) or circumstance(sentence))


@lru_cache(maxsize=5_000)
def read_remark(sentence: str) -> Remark | None:
    """What a sentence says of figures; None where it speaks of none, asks, refuses, or holds a count and is read itself.

    >>> read_remark("Figures are extracted from a live system.").left, read_remark("The figures do not include rape.").left
    ('', 'not')
    >>> read_remark("Platforms featured in over a quarter of recorded cases.") is None
    True
    """
    states = bool(_STATES.search(sentence))
    kept = _INSTEAD.sub(" ", without_harmless(sentence[:LONGEST_SENTENCE]))
    bare = _SHOWING.sub(" ", kept)
    of_some = states or _OTHERWISE.search(sentence)
    superlative = not (of_some or _NAMES.search(sentence)) and _SUPERLATIVE.search(sentence)
    superlative = superlative and _VERB.search(sentence)
    asks = asks_of_a_part(sentence) and not (of_some or sentence.endswith("."))
    if _NO_REMARK.search(sentence) or superlative or (states_rule(sentence) and not of_some) or asks:
        return None
    numbers = find_numbers(without_number(sentence))
    several = (one for one in numbers if one.text.casefold() not in ("one", "none"))  # "none of them was"
    counts = any(one.reason in ("", "money") for one in several) or _SHARE.search(sentence)
    counts = counts and not (of_some or _ALONE.search(sentence))
    refuses = find_refusals([(sentence, "")], strong=True) and not _OTHERWISE.search(sentence)
    said, short = read_context(bare), len(sentence.split()) <= 8
    if counts or refuses and said.age != _ANY_AGE:
        return None
    clauses = [*filter(str.strip, _CLAUSE.split(kept))]
    of_whom = [one for one in clauses if _OF_PEOPLE.search(one) or _says_of_whom(read_context(one))]
    named = [one for one in of_whom if _NAMES.search(one[:30])]
    unknown = [one for one in clauses if one in named or not _is_known(one, states)]
    told = kept if len(unknown) == len(clauses) else " and ".join(unknown)
    plain = _SHOWING.sub(" ", told)
    of_figures = named or _NAMES.search(plain[:30]) and without_harmless(sentence) == sentence
    gives = said.measure not in ("", *ANY_CRIME) and _GIVES.search(kept) or _SEARCHES.search(kept)
    if gives or plain and (short or of_figures or states):  # what it counts is its subject
        kind, people = _KIND.search(bare) if short else None, "victims" * bool(_OF_PEOPLE.search(bare))
        measure, offence = said.measure or people, said.offence or (kind[0] if kind else "")
    else:
        measure = offence = ""
    said = replace(said, measure=measure, offence=offence)
    doubted = (_OTHERWISE, *[_ANY_KIND] * states)
    dated = find_spans(_LAW.sub(" ", kept.casefold())).spans
    # "before May 2021" is not of May alone
    spans = tuple(one for one in dated if one.start and one.end and not _AT_MONTH.search(kept))
    left = _left_of(plain) or next((found[0] for one in doubted if (found := one.search(told))), "")
    months = _first_months(bare)
    fixed = said.dimensions or said.qualifiers or spans or find_places(sentence)
    # words such as titles are made of say something only by what they fix
    known = any(map(_KNOWN, re.findall("[a-z]+", sentence.casefold())))
    if len(sentence.split()) > 3 and not (fixed or months or known or len(told) < len(sentence)):
        left = left or sentence
    named = frozenset(place.force for place in find_places(bare))
    forces = frozenset({""}) if len(named) > 1 and _TOGETHER.search(bare) else named
    denied = frozenset(
        find_measure(found[0].casefold())[0] for found in _INSTEAD.finditer(without_harmless(sentence))
    ) - {""}
    return Remark(said, spans, forces, months, _first_days(bare), denied, states, left)


def _first_months(text: str) -> frozenset[int]:
    """The months in which years begin, where a text says of what kind they are."""
    found = {_first_month(month, one) for month, kind in _KINDS_OF_YEARS for one in kind.finditer(text)}
    return frozenset(found - {0})


def _without_years(text: str) -> str:
    """A text without what says of what kind its years are."""
    for month, kind in _KINDS_OF_YEARS:
        text = kind.sub(lambda one, month=month: " " if _first_month(month, one) else one[0], text)
    return text


def _first_month(month: str, found: re.Match) -> int:
    """The month in which years begin that are named by their kind, by their `first` month or by their `last`; 0 for a part of a year."""
    named = {name: MONTHS.index(said[:3].casefold()) + 1 for name, said in found.groupdict().items()}
    after = named["last"] % 12 + 1 if "last" in named else 0
    first = named.get("first", after) if named else int(month)
    return first if after in (0, first) else 0


def _first_days(text: str) -> frozenset[date]:
    """The days on which a text says that something begins, or after which it ends; a change of system is no such thing.

    >>> _first_days("Nothing before June 2017 could be found."), _first_days("We moved to it in June 2017.")
    (frozenset({datetime.date(2017, 6, 1)}), frozenset())
    """
    plain = text.casefold() if _BEGINS.search(text) else EVENT.sub(" ", text.casefold())
    ends, spans = _ENDS.search(plain), find_spans(plain).spans if _CUTS.search(plain) else ()
    cut = [one for one in spans if one.kind in ("day", "month") or bool(one.start) != bool(one.end)]
    after = [one.end + timedelta(1) if one.end and (ends or not one.start) else one.start for one in cut]
    return frozenset(after)


def _left_of(text: str) -> str:
    """The words of a text that are not understood; the places and the kinds of years that it names are read by themselves."""
    text = _without_years(text)
    for place in find_places(text)[::-1]:
        text = f"{text[: place.start]} {text[place.end :]}"
    return " ".join(re.findall(r"[a-z]{2,}", not_understood(text)))


def _says_of_whom(said: Meaning) -> bool:
    return bool(said.dimensions - {"period", "measure"} or said.measure not in ("", *ANY_CRIME))


def _is_known(clause: str, states: bool) -> bool:
    """Whether a clause changes no figure: all of its words that are not understood stand in such clauses.

    Where its sentence `states` what figures are, no word excuses it that only gives a reason for others.
    """
    left = _left_of(_SHOWING.sub(" ", clause)).split()
    known = all(map(_CERTAIN if states else _KNOWN, left))
    return bool(left) and known and not (_OTHERWISE.search(clause) or find_spans(clause.casefold()).parts)


def _overlap(one: Figure, span: Span) -> bool:
    return bool(one.start and one.end) and one.start <= span.end and span.start <= one.end
