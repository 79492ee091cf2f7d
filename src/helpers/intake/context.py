"""Titles and sentences above a table: what they plainly state of everything below.

A sentence is searched and not read whole. What it states once is taken; what it states several times, with different
values, is left to the table. A bare year counts only where it is used as a period.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from helpers.intake import words
from helpers.intake.ages import Age, find_ages, find_sex
from helpers.intake.labels import BESIDE, offence_of, read_label, subject_of
from helpers.intake.lexicon import patterns, phrase
from helpers.intake.meaning import NOTHING, Meaning
from helpers.intake.notices import find_places, without_rule
from helpers.intake.spans import EVENT, Span, find_spans
from helpers.intake.values import tidy
from helpers.tables.offences import offences, resolve_offence

_OF_WHOM, _REPORT, _COUNTS = map(phrase, ("only of whom", "names a report", "counts offences"))


# the kinds of offence that a sentence may count, when it names no offence in full
_KINDS, _STATED_CODE = phrase("kind of offence"), phrase("stated code")


# the age and the sex of who did it are not the victim's
_BY_WHOM, _NUMBERED_PART = phrase("by whom"), phrase("numbered part of a force")
_PEOPLE, _ALL_AGES, _CIRCUMSTANCE = phrase("people"), phrase("all ages"), phrase("circumstance")


# "offences with a victim over 18 were excluded" says what the figures do not count
_LEFT_OUT = phrase("left out")


# "how many offences in each year, and how many of them under 13": the second question is of a part
_AND_OF_THEM, _NEXT_QUESTION = phrase("second question"), phrase("next question")


@lru_cache(maxsize=5_000)
def read_context(text: str) -> Meaning:
    """Read a title or a sentence above a table: what it says of everything below.

    Unlike a label, a sentence is searched: only what it plainly states is taken, and what it states more than
    once with different values is left out; `rest` then names it.

    >>> title = read_context("Table 2: Sexual offences against girls aged under 16, April 2014 to March 2015")
    >>> title.sex, title.age.high, title.span.year, title.measure
    ('female', 15, '2014/15', 'offences')
    >>> read_context("Troseddau rhywiol yn erbyn merched dan 16").age.high
    15
    """
    text = words.in_english(text[: words.LONGEST_SENTENCE])
    plain = words.OFFENDER_AGED.sub(" ", without_number(tidy(text).casefold()))
    plain = _AND_OF_THEM.sub(" ", plain)
    plain = EVENT.sub(" ", _LEFT_OUT.sub(" ", re.sub(r"\bu/?(1[0-8])s?\b", r"under \1", plain)))
    offence, code, kinds, plain = _offence_said(plain)
    found = find_spans(plain)
    spans = _periods_said(plain, found.spans)
    ages, rest = find_ages(_BY_WHOM.sub(" ", found.rest))
    ages = [*ages, *[Age(0, None)] * bool(_ALL_AGES.search(plain))]
    ages = [*dict.fromkeys(ages)] if _PEOPLE.search(plain) else []
    sex, rest = find_sex(rest)
    measures = _measures_said(rest, offence)
    several = {"periods": len(spans), "ages": len(ages), "measures": len(measures), "kinds": kinds}
    span, age = (some[0] if len(some) == 1 else None for some in (spans, ages))
    measure, qualifiers = "".join(measures[:1]), words.find_qualifiers(rest)[0]
    at = text.casefold().find(offence)
    printed = text[at : at + len(offence)] if at >= 0 else offence
    left = " ".join(word for word, many in several.items() if many > 1)
    # "Q1" in a title is a question far more often than a quarter: it has no parts of a year
    return Meaning(span, (), age, sex, printed, code, measure, qualifiers=qualifiers, rest=left)


def _offence_said(plain: str) -> tuple[str, str, int, str]:
    """The offence that a text counts, its code, how many kinds are asked for, and the text without codes and names.

    A table answers the first question above it, unless its own labels say another.
    """
    printed = [next(filter(None, found.groups())) for found in _STATED_CODE.finditer(plain)]
    codes = {code: text for text in printed for code in [resolve_offence(text)] if code}
    plain = _STATED_CODE.sub(" ", plain)
    # what follows "including" names kinds of what is counted
    questions = _NEXT_QUESTION.split(re.split(r"\b(?:includ(?:es?|ed|ing)|such as)\b", plain)[0])
    asked = [one for one in questions if ALL_SEXUAL.search(one) or _names_any(one)]
    said = asked[0] if asked else " ".join(questions)
    kinds = 1 + sum(_names_any(one) or asks_of_a_part(one) for one in questions[1:] if one not in asked[:1])
    names, bare = [found[0] for found in _NAMES.finditer(said)], _NAMES.sub(" ", plain)
    listed = names and _KINDS.search(_NAMES.sub(" ", said))  # some in full, and other kinds beside them
    if not names and not codes:
        names = [found["name"] for found in _KINDS.finditer(said)]
    alike = len({name.removeprefix("attempted ") for name in names}) == 1  # "rapes and attempted rapes"
    names = names[:1] if alike else [*dict.fromkeys(names)]
    offence = names[0] if len(names) == 1 else ""
    if codes:
        code = next(iter(codes)) if len(codes) == 1 else ""
        return offence or (codes[code].upper() if code else ""), code, kinds, bare
    if offence:
        offence = _with_joined(offence, said)
    elif len(names) == 2 and not (ALL_SEXUAL.search(said) or listed):
        offence = " and ".join(names)
    code = offence_of(offence, offence).code if offence in names else ""
    return offence, code, kinds, bare


def _periods_said(plain: str, found: tuple[Span, ...]) -> list[Span]:
    """The spans of a text that are periods of what it counts, each once."""
    spans = [span for span in found if _AS_PERIOD.get(span.kind, _NEVER).search(plain)]
    kept = ("month", "either")
    spans = [*dict.fromkeys(one if one.kind in kept else replace(one, kind="year") for one in spans)]
    if _REPORT.search(plain):  # its quarter is when it came out, and its figures may be of a year
        spans = [one for one in spans if not (one.start and one.end and (one.end - one.start).days < 360)]
    return spans


def periods_named(title: str) -> list[Span]:
    """The periods of a year and longer that a title names, each with both ends; "2010-2012" may be of either kind of years."""
    plain = EVENT.sub(" ", without_number(tidy(title)).casefold())
    said = _periods_said(plain, find_spans(plain).spans)
    return [one for one in said if one.kind in ("year", "either") and one.start and one.end]


def _measures_said(rest: str, offence: str) -> list[str]:
    """What the questions of a text count, each once: "how many rapes were recorded" counts offences, whatever the next counts."""
    first, *others = _NEXT_QUESTION.split(rest)
    counts = _COUNTS.search(first) or offence and "recorded" in first
    counted = [words.find_measure(first)[0] or "offences" * bool(counts)]
    return [*dict.fromkeys(filter(None, [*counted, *(words.find_measure(one)[0] for one in others)]))]


def _names_any(plain: str) -> bool:
    """Whether a text names a single offence, or a kind of them."""
    return bool(_NAMES.search(plain) or _KINDS.search(plain))


def _with_joined(name: str, said: str) -> str:
    """The name of an offence with the one that "and" joins to it; empty where all sexual offences are joined to it.

    >>> _with_joined("rape", "rape and sexual offences"), _with_joined("rape", "rape or sexual assault of children")
    ('', 'rape or sexual assault')
    """
    bare = re.escape(name)
    joined = rf"{_JOINED} (?:and|or|&) {bare}s?\b|{bare}s? (?:and|or|&) (?!attempted {bare}){_JOINED}"
    found = re.search(joined, said)
    return name if not found else "" if ALL_SEXUAL.search(found[0]) else found[0]


_JOINED = rf"(?:[a-z]+ )??(?:[a-z]*(?:{words.OFFENCE_STEMS.pattern})[a-z]*)(?: (?:assaults?|offen[cs]es|crimes|communications?|activity))?"
_RUNS = re.compile(phrase("words of a sentence").pattern + r"|[.?!;]\W*$")
# The ages or sexes of suspects tell nothing of the victims.
OF_SUSPECTS = phrase("age of suspects")
# A clause, and no sentence of its own.
_RELATIVE = re.compile(r"(?i)\b(?:where|who|which|whose|that (?:are|had|have|is|was|were))\b[^.;?!]*")
_RESTRICTS, _INTRODUCES, _OTHERWISE = map(phrase, ("restricts", "introduces a table", "says otherwise"))
_HARMLESS, _BY_ITSELF = phrase("changes no figure"), phrase("changes no figure by itself")
_NEXT_CLAUSE = phrase("begins a clause")
_ADULTS = re.compile(r"\badults?\b(?! (?:and|or) (?:an? )?child)")
_SUBJECT, _TITLE, _BY = phrase("words of the subject"), phrase("words of a title"), phrase("broken down by")
_NO_PART, _REQUEST, _OURS = phrase("no part of a year"), phrase("begins a request"), phrase("flagged as ours")
_NARROWS, _NARROWS_NOTHING = phrase("narrows"), phrase("narrows nothing")


def part_of_these(text: str) -> str:
    """The clause by which a question or a sentence speaks of a part of what was counted, by what no figure has.

    >>> part_of_these("Of those, 188 were flagged."), part_of_these("Of those, 188 were girls.")
    ('of those, 188 were flagged', '')
    """
    whose = OF_SUSPECTS.search(text)
    if whose and "victim" not in text.casefold():
        return tidy(whose[0])
    for found in _NARROWS.finditer(tidy(text[: words.LONGEST_SENTENCE]).casefold()):
        part = found[0].strip()
        if (words.OFFENDER.search(part) or not_understood(part)) and not (
            words.ONLINE.search(part) or read_context(part).offence
        ):
            return part
    return ""


def narrowing(text: str) -> str:
    """The words by which a question or a title asks for a part by what no figure has: a place, who did it, what came of it.

    >>> narrowing("How many rapes where the victim was under 13?"), narrowing("Of these, how many were at school?")
    ('', 'of these, how many were at school')
    >>> narrowing("Please provide the number of rapes on school premises.")
    'school premises'
    """
    text = without_harmless(without_rule(text))
    restricts = _RESTRICTS.search(text) and not text.rstrip().endswith("?")
    return part_of_these(text) or (tidy(text)[:200] if restricts else _left_over(text))


def asks_of_a_part(text: str) -> bool:
    """Whether a question asks of a part of what the question above it asks: what it says holds for its own answer alone.

    >>> asks_of_a_part("2. Of these, how many victims were under 13?"), asks_of_a_part("How many were under 13?")
    (True, False)
    """
    plain = tidy(text).casefold()
    return bool(_NARROWS.match(plain) or re.search(r"\bhow many of (?:the above|these|those|them)\b", plain))


def heading_force(text: str) -> str:
    """The force that a heading names, with nothing beside it but what a table may be of; empty where none is named so.

    >>> heading_force("Kent Police: sexual offences, 2014/15"), heading_force("Kent County Council")
    ('Kent', '')
    """
    short = len(text) < 120 and not _RUNS.search(text)
    forces = {place.force for place in find_places(text)} if short else ()
    return "".join(forces) if len(forces) == 1 and not not_understood(text) else ""


def _left_over(text: str) -> str:
    """What of a title that names sexual offences is neither these nor a period, an age, a sex, a force or a filler."""
    printed = without_number(without_rule(tidy(text)))
    asks = (printed.endswith("?") or bool(_REQUEST.match(printed))) and len(printed) <= 110
    printed = without_request(printed)
    if len(printed) > 200 or _RUNS.search(_RELATIVE.sub("", printed)) and not asks:
        return ""
    return not_understood(printed) if subject_of(printed) == "sexual" else circumstance(printed)


def circumstance(text: str) -> str:
    """By whom, where or how what a text speaks of was done, as far as it says so.

    >>> circumstance("How many sexual offences in schools?"), circumstance("How many rapes of girls?")
    ('in schools', '')
    """
    found = _BY_WHOM.search(text.casefold()) or _CIRCUMSTANCE.search(text.casefold())
    return found[0] if found else ""


_SECTION, _SECTIONS = phrase("a section of an act"), patterns("sections of acts")


def without_sections(text: str, named: str = "") -> str:
    """A text without the sections of acts that make the offence which it, or what is `named` beside it, names.

    >>> without_sections("Rape of a child under 13 (section 5)"), without_sections("Sexual activity, section 5")
    ('Rape of a child under 13  ', 'Sexual activity, section 5')
    """
    plain = (named or text).casefold()

    def kept(found: re.Match) -> str:
        number = found["section"].casefold()
        makes_it = any(one == number and re.search(pattern, plain) for one, pattern in _SECTIONS)
        return " " if makes_it else found[0]

    return _SECTION.sub(kept, text)


@lru_cache(maxsize=20_000)
def not_understood(printed: str) -> str:
    """What of a short text is neither an offence nor a period, an age, a sex, a force or a filler.

    >>> not_understood("Sheet1"), not_understood("Offences, 2014/15"), not_understood("Schools")
    ('', '', 'schools')
    """
    printed = without_sections(without_harmless(without_number(words.apart(printed).replace("_", " "))))
    places = find_places(printed)
    for place in places[::-1]:
        printed = printed[: place.start] + printed[place.end :] if place.force else printed
    plain = _NO_PART.sub(" ", re.sub(r"(?<=[a-z])[\d¹²³⁴⁵](?!\d)", "", _OURS.sub(" ", printed.casefold())))
    if other := _BY_WHOM.search(plain) or _NUMBERED_PART.search(plain) or _ADULTS.search(plain):
        return other[0]
    if len({place.force for place in places}) > 1 or find_spans(plain).parts:
        return plain.strip()  # of several forces, or of a part of a year
    first, *others = PARTS.split(printed.casefold())
    for one in others if ALL_SEXUAL.search(first) else ():  # "Sexual offences (familial)"
        if _KIND_APART.search(one) and not _names_any(one):
            return one.strip()
    plain = _BY.sub(" ", _NAMES.sub(" ", _STATED_CODE.sub(" ", plain)))
    rest = words.find_qualifiers(find_sex(find_ages(find_spans(plain).rest)[1])[1])[1]
    rest = words.find_measure(rest)[1]
    other = words.find_measure(rest)[0]  # "Sexual offences - no crimes"
    rest = _SUBJECT.sub(" ", rest)
    rest = " ".join(words.FILLER.sub(" ", _NARROWS_NOTHING.sub(" ", _TITLE.sub(" ", rest))).split())
    return rest if re.search(r"[a-z]{3}", rest) else other if other not in words.ANY_CRIME else ""


@lru_cache(maxsize=20_000)
def without_harmless(text: str) -> str:
    """A text without what changes no figure; a clause behind that which may change some is kept.

    >>> without_harmless("Care should be taken with these."), without_harmless("Care should be taken as boys are left out.")
    (' .', 'as boys are left out.')
    """
    return _BY_ITSELF.sub(_rest_of, _HARMLESS.sub(" ", text))


def _rest_of(found: re.Match) -> str:
    clause = _NEXT_CLAUSE.search(found[0])
    rest = found[0][clause.start() :] if clause else ""
    if _ADULTS.search(found[0]):
        return found[0]
    said = read_context(rest)
    of_some = _OTHERWISE.search(rest) or said.measure not in ("", "offences") or said.dimensions - {"period"}
    return rest if of_some else " "


def without_number(text: str) -> str:
    """A title without the number of its table or question.

    >>> without_number("Table 2: Girls")
    'Girls'
    """
    return _NUMBERED.sub("", text)


def without_request(text: str) -> str:
    """A question without the number before it and the words that ask.

    >>> without_request("2. Please provide the number of rapes.")
    'number of rapes.'
    """
    return _REQUEST.sub("", without_number(without_harmless(text)))


def are_two(*offences: str) -> bool:
    """Whether both are named and neither is a part of the other, as "Rape" is of "Rape of a child"."""
    first, second = map(str.casefold, offences)
    apart = first not in second and second not in first
    return apart and not ALL_SEXUAL.search(f"{first} {second}")


FLAGGED = phrase("a flag that names offences")


def noted_kind(title: Meaning, named: list[str]) -> Meaning:
    """A title of one kind of offence with that as a note, where not all that is `named` below it is of this kind.

    >>> noted_kind(title := Meaning(offence="Rapes"), ["rape of a male", "grooming"]).notes
    ('Rapes',)
    >>> noted_kind(title, ["rape of a male"]).notes
    ()
    """
    kind = re.sub(r"s$", "", title.offence.casefold())
    alike = all(kind in name.casefold() for name in named)
    return title if alike else replace(title, notes=(title.offence,))


_NUMBERED, _KIND_APART = phrase("number of a title"), phrase("kind of these")
PARTS = re.compile(r"[,.;:()]|\s[-–]\s")


_KNOWN = (one for one in offences().values() if one.sexual or one.code in BESIDE)
_SPELT = sorted({name.casefold() for one in _KNOWN for name in (one.name, *one.other_names)}, key=len)
_NAMES = re.compile("|".join([*map(re.escape, _SPELT[::-1]), phrase("named offence").pattern]))
_ALWAYS, _NEVER = re.compile(""), re.compile(r"(?!)")
_AS_PERIOD = {"year": _ALWAYS, "range": _ALWAYS, "either": _ALWAYS, "bare": phrase("year as a period"),
              "month": phrase("month as a period"), "short": phrase("two digits as a year")}  # fmt: skip
"""What a sentence must hold for a span of a kind to be a period of its figures."""


def title_meaning(titles: list[tuple[str, str]]) -> Meaning:
    """What the lines above a table say of it: each thing from the nearest line that says it.

    A line that states several periods or ages settles none, and lines further up do not settle it either.

    >>> title_meaning([("Under 18 victims of sexual offences", "A1"), ("Count of Crime Ref", "A3")]).measure
    'offences'
    """
    meaning, whom = NOTHING, ""
    # of several questions each is asked for itself
    asked = {read_context(one).age for one, _ in titles if one[-1:] == "?" or words.QUESTION.match(one)}
    settled = {"ages"} if len(asked) > 1 else set()
    for text in (without_rule(text) for text, _ in reversed(titles)):
        rest = without_harmless(text)
        if not re.search(r"\w" if rest == text else r"\w{4}", rest):
            continue
        short = read_label(without_number(text)) if len(text) <= 90 else NOTHING
        fits = short.understood and not short.ignore and short.dimensions - {"offence"}
        line = read_context(text)
        if fits and len(text) <= 40 and (short.age or not line.age):
            line = short
        several = set() if line is short else set(line.rest.split()) - {"kinds" * bool(meaning.offence)}
        if re.search(r"[.!;]\W*$", text) and not _INTRODUCES.search(text):  # a remark, which heads nothing
            line = Meaning(line.span, measure=(rest == text) * line.measure.replace("cyber_flagged", ""))
            several = several if rest == text else set()
        if "offences" in settled:
            line = replace(line, offence="", code="")
        elif not line.offence and ALL_SEXUAL.search(text):
            several = several | {"offences"}  # a line further up does not narrow them to one of them
        flag = FLAGGED.search(text.casefold()) if len(text) <= 90 else None
        if flag and not line.offence and line.measure in ("", *words.ANY_CRIME):
            line = replace(line, offence=flag[0])
        # "Victims under 18" says whose offences they are, if another line counts offences
        if _OF_WHOM.fullmatch(text):
            whom, line = line.measure, replace(line, measure="")
        span = None if meaning.span or "periods" in settled else line.span
        age = None if "ages" in settled else line.age
        meaning = meaning.over(replace(line, span=span, age=age, rest="", ignore="", total=False))
        settled |= several
    asked = " ".join(sorted({"measures", "kinds"} & settled))
    return replace(meaning, measure=meaning.measure or whom, rest=asked, ignore="", total=False)


ALL_SEXUAL = re.compile(r"(?i)\bsex(?:ual)? (?:offen[cs]es|crimes)")


def section_meaning(text: str) -> Meaning:
    """What a row of one text says of the rows below it."""
    found, label = title_meaning([(text, "")]), read_label(text)
    found = replace(found, sex="", age=None) if _BY_WHOM.search(text.casefold()) else found
    if found.dimensions - {"measure"} or label.dimensions or label.total:
        bare = found.dimensions <= {"measure"}
        part = not_understood(text) if bare else narrowing(text)  # "Repeat victims", "Rape - Medway"
        part = part or FLAGGED.search(text.casefold())
        return replace(found, notes=(tidy(text),)) if part else found
    remark = len(text) > 60 or re.search(r"[.:;]\s*$|\bnotes?\b|source", text.casefold())
    return NOTHING if remark else Meaning(notes=(tidy(text),))


_NEXT_NOTE = re.compile(r"\s(?=[⁰¹²³⁴⁵⁶⁷⁸⁹]\s?[A-Z])|(?<=[.;])\s(?=\d\s[A-Z])")
_FOOTNOTE, _DOTTED = phrase("footnote"), re.compile(r"\s*(?P<mark>\d)\.\s+(?P<note>[A-Z]\S*(?: \S+){3,})")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def footnotes_of(texts: list[str], *, dotted: bool = False) -> dict[str, str]:
    """Notes below a table by the mark they begin with; "1. Revised." is one too where marks may be `dotted`, and no question."""
    notes: dict[str, str] = {}
    for text in chain.from_iterable(_NEXT_NOTE.split(tidy(text)) for text in texts):
        if found := _FOOTNOTE.match(text) or (dotted and _DOTTED.match(text)):
            mark = found["mark"]
            for one in (mark, mark.translate(_RAISED), mark.translate(_LOWERED)):
                notes.setdefault(one, found["note"].strip())
    return notes
