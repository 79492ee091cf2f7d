"""The words that headings and labels are made of: what is counted, what totals, shares and references are called.

The vocabulary is here once, as patterns with names; :func:`role_of_heading` says what a column holds by its heading,
:func:`find_measure` what a text counts. No label is read here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from helpers.intake.lexicon import patterns, phrase
from helpers.intake.values import tidy

LONGEST_LABEL, LONGEST_SENTENCE = 400, 1_500  # characters of a label and of a sentence that are looked at


MEASURES = dict(patterns("measures"))
"""What may be counted, with the words that say so. The word that comes first in a text decides."""


OF_WHICH = phrase("a part of what stands beside it")
"""A label of what is a part of what is counted beside it: "of which online", "CSE marker"."""


OUTCOMES = ("charges", "cautions", "convictions", "prosecutions", "detections", "outcomes")
"""The measures that say how offences ended: among offences they are none."""


ANY_CRIME = ("offences", "victims", "reports")
"""The measures that say of no kind of crime, and of no part of it, that it is counted."""


# a count by flag or by relationship is no count of what is flagged, or of those who are related
ONLINE, _BREAKDOWN = phrase("online"), phrase("counted by")
OFFENDER = re.compile(r"(?i)\bsusp\b|suspect|offender|\bperp|accused|defendant|nominal|persons? arrested")
_MARKS, _BECAME = phrase("marks of footnotes"), phrase("became of people")
_NOT_FLAGGED = re.compile(r"\b(?:no|n|not|without|non|un-?flagged|offline)\b")


IGNORED, QUALIFIERS = patterns("no counts"), patterns("qualifiers")


TOTAL, FILLER, OFFENCE_STEMS = map(phrase, ("total", "filler", "offence"))


# "Q1. Number of victims" is a question, "Q1: April to June" a quarter
QUESTION = phrase("numbered question")


GENERIC, CODE = phrase("offences of any kind"), phrase("code")


_HEADINGS = patterns("headings")


_COUNT_WORDS = re.compile(r"\b(?:count|number of|no\.? of|total|volume|frequency|quantity|sum of)\b|#\s*of")


ATTRIBUTES = frozenset(name for name, _ in _HEADINGS) - {"count"}


def role_of_heading(text: str) -> str:
    """What a column holds, going by its heading; empty when the heading says nothing of the kind.

    >>> [role_of_heading(t) for t in ("Victim Age", "HO Code", "Financial Year", "No. of offences", "Crime Ref")]
    ['age', 'code', 'period', 'count', 'id']
    """
    return _role_of_heading(strip_marks(apart(tidy(text)))[0].casefold())


_IN_WELSH = patterns("words in Welsh")
_WELSH = re.compile(rf"(?i)\b(?:{'|'.join(pattern for _, pattern in _IN_WELSH)})\b")


def apart(text: str) -> str:
    """A name of a data base in words: no blank stands in it, and capitals begin its words; and one in Welsh, or in both, in English.

    >>> apart("VictimAge"), apart("victim_age"), apart("McDonald Road"), apart("Benyw / Female")
    ('Victim Age', 'victim age', 'McDonald Road', 'female')
    """
    text = in_english(text)
    return text if " " in text else re.sub(r"(?<=[a-z])(?=[A-Z])|(?<!\d)_|_(?!\d)", " ", text)


@lru_cache(maxsize=5_000)
def in_english(text: str) -> str:
    """A text with its words of Welsh in English, said once where it says a thing in both.

    >>> in_english("Troseddau rhywiol yn ôl oedran y dioddefwr"), in_english("Ymateb / Response")
    ('sexual offences by age of victim', 'response')
    """
    if _WELSH.search(text):
        for english, pattern in _IN_WELSH:
            text = re.sub(rf"(?i)\b(?:{pattern})\b", english, text)
        text = re.sub(r"(?i)^\W*(.+?)[\s/|()-]+\1\W*$", r"\1", text)
    return text


@lru_cache(maxsize=5_000)
def _role_of_heading(plain: str) -> str:
    plain = re.sub(r"[_/]+|(?<=[a-z])\.(?=[a-z])", " ", plain)
    if not plain or len(plain) > 90:
        return ""
    if re.match(r"\W*(?:distinct )?(?:count|sum|number) of\b", plain):
        return "count"  # "Count of ref" heads what a pivot table counted
    if _COUNT_WORDS.search(plain) and not re.search(r"\bref|code|class", plain):
        return "count"
    for role, pattern in _HEADINGS:
        if re.search(pattern, plain):
            return role
    return ""


def strip_marks(text: str) -> tuple[str, str]:
    """A label without its footnote marks, and the marks.

    >>> strip_marks("2015/16*"), strip_marks("Female [note 1]")
    (('2015/16', '*'), ('Female', '[note 1]'))
    """
    found = _MARKS.search(text)
    if found and found.start() > 0:
        return text[: found.start()].strip(), found["marks"].strip()
    return text.strip(), ""


# who did it is a condition here, and not what is counted: "the number of these where the suspect was known"
_CONDITION = phrase("condition")


# a part of the name of an offence: "… to engage in sexual activity - offender 18 or over - no penetration"
OFFENDER_AGED = phrase("age of an offender")


@lru_cache(maxsize=20_000)
def find_measure(plain: str) -> tuple[str, str]:
    """What a text counts, and the text that is left.

    >>> [find_measure(text)[0] for text in ("number of arrests for sexual offences", "girls", "number of children")]
    ['arrests', '', 'victims']
    """
    plain = re.sub(r"\boffen[cs]es act\b|\bcrime (?:act|survey|agency|number|ref\w*)\b", " ", plain)
    plain = OFFENDER_AGED.sub(" ", _CONDITION.sub(" ", _BREAKDOWN.sub(" ", plain)))
    if ONLINE.search(plain):
        plain = re.sub(r"\bno\.? (?=(?:of|with|where|having|that|involving)\b)", "number ", plain)
        if _NOT_FLAGGED.search(plain):
            return "", plain
        return "cyber_flagged", ONLINE.sub(" ", plain)
    first = None
    for name, pattern in MEASURES.items():
        found = re.search(rf"\b(?:{pattern})\b", plain)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), name, found)
    if first is None:
        return "", plain
    people = first[1] == "victims" and first[2][0] in ("children", "persons", "people")
    rest = f"{plain[: first[2].start()]} {plain[first[2].end() :]}"
    if people or _BECAME.search(plain[first[2].end() :]):
        return find_measure(rest)[0], plain
    return first[1], rest


def find_qualifiers(plain: str) -> tuple[tuple[str, ...], str]:
    """What a text says of how certain its figures are, and the text that is left.

    >>> find_qualifiers("girls (provisional)")
    (('provisional',), 'girls ( )')
    """
    found = {name: pattern for name, pattern in QUALIFIERS if re.search(pattern, plain)}
    return tuple(found), re.sub("|".join(found.values()) or r"(?!)", " ", plain)


def is_not_flagged(text: str) -> bool:
    """Whether a label under the name of a flag says that it is not set.

    >>> is_not_flagged("No"), is_not_flagged("Not flagged"), is_not_flagged("Yes")
    (True, True, False)
    """
    return bool(re.match(r"\W*(?:n|no|not|false|without|none)\b", tidy(text).casefold()))
