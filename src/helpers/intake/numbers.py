"""Every number in a line of text, and what it is when it is no count: a date, an age, a law, a share, a reference.

The kinds are tried in order, the surest first, and each takes its characters away from those that follow. What nothing
takes is a number that may be a count; :mod:`.prose` proposes it, or tells why not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpers.intake.spans import MONTH
from helpers.intake.values import NUMERAL, SMALL, number_of

_YEAR = r"(?:19[4-9]|20[0-4])\d"
_AGE = rf"(?:\d{{1,2}}|(?:{SMALL}))"
_N = r"\d[\d,]*"

KINDS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("an address", r"(?:https?://|www\.)\S+|\S+@\S+"),
        ("a law", rf"\b(?:section|s\.|ss|sections|article|schedule|paragraph|regulation|chapter|part|cap|eliz|clause)\s?\d+[a-z]?(?:\s?\(\w{{1,3}}\))*|\bs\d{{1,2}}[a-z]?\b|\b(?:act|regulations?|law|order|rules)\s+(?:\(\w+\)\s+)?(?:of\s+)?{_YEAR}\b|\b{_YEAR}\s+(?:act|regulations?|law|order)\b|\b(?:statutory instrument|si)\s+(?:number|no\.?)?\s*\d+(?:\s+of\s+{_YEAR})?"),
        ("a share or a rate", rf"[-+]?\d[\d,.]*\s?(?:%|per\s?cents?\b|percents?\b|percentage points?|pp\b)|\b\d+(?:\.\d+)?[\s-]?(?:times|fold)\b|\bper\s+(?:1,?000|10,?000|100,?000)\b|\b\d+\.\d+\b|\b(?:1|{SMALL}) in (?:\d{{1,3}}|{SMALL})\b(?![/,]\d)"),
        ("not a figure: a signed number", r"(?<=[:=])\s?[-+–−]\s?\d[\d,]*|(?<=\s[-–—])\s?[-–−+]\d[\d,]*|(?<=[=] )[–-]\d[\d,]*"),
        ("money", r"[£$€]\s?\d[\d,.]*(?:\s?(?:m|k|million|thousand))?"),
        ("a reference", r"\b(?:foi(?:a)?|our ref|your ref|ref(?:erence)?|request|case|log|incident|crime|disclosure|application)\s*(?:no\.?|number|ref(?:erence)?|id)?\s*[:#/\-]?\s*[a-z]{0,4}[\d/\-_]*\d[\w/\-]*(?=\s|[.,;)]|$)(?<!\s)|\b(?:question|q|answer|a|table|figure|annex|appendix|page|point|part|version|volume|column|chart|request|response)\s?\.?\s?\d{1,4}[a-z]?\b(?:\s?(?:,|&|and|to|-)\s?\d{1,2}\b)*|\(\d{5,}\)|\[\d{4,}\]|\b\d{2,5}[/_]\d{2}(?!\d|/)(?=\))|\b[a-z]{1,5}\d{4,}\b|\bcolumn \d+\w?"),
        ("a code of an offence", r"\bcodes?\s*:?\s*\d{1,3}[a-z]?(?:/\d{1,2})?\b|(?<!-)\b\d{1,3}[a-rt-z]\b(?![a-z])|\b0?\d{1,3}/\d{1,2}\b(?!/)(?<!\d\d/\d\d)"),
        ("a telephone number", r"\b0\d{2,4}[\s-]?\d{3}[\s-]?\d{3,4}\b|\b0\d{9,10}\b|\b(?:call(?:ing)?|dial(?:ling)?|phone|tel(?:ephone)?|ring|on|or)\s*:?\s*(?:101|999|111|112)\b|\bext(?:ension)?\.?\s*\d+"),
        ("a date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b\.?,?(?:\s+{_YEAR})?|\b{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d|/)(?:,?\s+{_YEAR})?|\b{MONTH}\.?,?[\s\-']+(?:{_YEAR}|\d\d)\b|\b\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:\d{{4}}|\d\d)\b|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}:\d\d\b"),
        ("a period", rf"\b{_YEAR}\s?(?:/|-|–|—|to|and|&)\s?(?:{_YEAR}|\d\d|\d)\b(?!,\d)|(?<![\d,])\d\d/\d\d\b(?!/)|\b(?:fy|f/y)\s?\d\d\b|\b{_YEAR}(?:[1-9])?\b(?![,/]\d)|\bq[1-4]\b"),
        ("an age", rf"\b(?:aged?|ages)\s+(?:just |only |of |from |between |as young as |under |over |about )*{_AGE}(?:\s?(?:to|-|–|and|or)\s?(?:{_AGE}|under|over|younger|older|below|above))?\b|\b(?:under|over|below|above|younger than|older than|less than)[\s\-](?:the age of |age )?{_AGE}s?\b(?!,\d|\s+(?:offences?|crimes?|complaints?|incidents?|reports?|cases?|records?|hours?|pages?))|\b{_AGE}(?:\s*(?:-|–|to|and)\s*(?:{_AGE}|under|over))?[\s\-]years?[\s\-]olds?\b|\b{_AGE}\s+(?:and|or|years and|years or)\s+(?:under|over|younger|older|below|above)\b|\bages? of {_AGE}\b|\bu{_AGE}s?\b|\bunder-?{_AGE}s\b|\b{_AGE}-\s?(?:or|to|and)\s?{_AGE}-years?-old\b|\b(?:children|girls?|boys?|babies|pupils?) (?:under|over) {_AGE}\b"),
        ("a duration", rf"\b(?:{_N}|(?:{SMALL})|twenty|thirty)[\s\-]?(?:minutes?|hours?|hrs|days?|weeks?|months?|years?|working days?|month period)\b|\b\d+ staff hours\b"),
        ("an order", r"\b\d+(?:st|nd|rd|th)\b"),
        ("a change", rf"\b(?:increas\w+|rise|risen|rose|fall|fell|fallen|drop\w*|decreas\w+|reduc\w+|up|down|difference|growth)\s+(?:of|by)\s+(?:a further )?{_N}\b|\b(?:up|down)\s+{_N}\b(?!\s*(?:offences|crimes|in|and|which)\b)|\b{_N}\s+(?:more|fewer|additional|extra)\b(?!\s+than one)"),
        ("a count of forces or requests", rf"\b{_N}\s+(?:of|out of)\s+(?:the\s+)?(?:{_N}|(?:{SMALL}))\s+(?:police\s+|uk\s+)?(?:forces|responses|constabularies)|\b(?:{_N}|(?:{SMALL}))\s+(?:police\s+|uk\s+)?(?:forces|constabularies|responses|requests|pages|documents|schools|councils)\b"),
        ("a footnote mark", r"(?<=[a-z]{3})[1-9](?=\s|$|[.,;)])|(?<=[a-z][.;])\d{1,2}(?=\s|$)|(?<=[a-z\d\0])\(\s?[1-9]\s?\)"),
        ("a number in a list", r"^\W*\(?(?:\d{1,2}|[ivx]{1,4})\s?[.)](?=\s|[a-z]|$)|^\W*\d{1,2}[a-h]?\)|^\d(?=\s+[A-Z])|^\W*\d(?:&\d)+\.?"),
    )
)  # fmt: skip
_COUNT = re.compile(
    r"(?P<hidden>\b(?:fewer|less) than (?:five|ten|three|\d{1,2})\b|<\s?\d{1,2}\b)|(?<![\w/.,£$-])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,18})(?![\w/]|,\d{3}|\.\d)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[A-Za-z)])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6})(?=\s|$|[.,;)])")
_WORDED = re.compile(
    rf"(?i)\b(?P<words>{NUMERAL})\b(?=\s+(?:(?:recorded|reported|sexual|child|sex|online|female|male|rape|further)\s+)*(?:offen[cs]es?|crimes?|victims?|reports?|incidents?|cases?|complaints?|records?|allegations?|(?:of (?:the|these|those) (?:offences|crimes)?)|involv\w+))"
)


@dataclass(frozen=True)
class Found:
    """A number in a text: where it stands, what it is, and its bounds where it may be a count."""

    start: int
    end: int
    text: str
    reason: str = ""
    low: int = 0
    high: int = 0
    hidden: bool = False


def find_numbers(text: str) -> list[Found]:
    """All numbers of a text in order; those without a reason may be counts.

    Examples
    --------
    >>> [(one.text, one.reason) for one in find_numbers("In 2014/15 we recorded 1,234 offences against under-18s.")]
    [('2014/15', 'a period'), ('1,234', ''), ('under-18s', 'an age')]
    """
    free = list(text[:20_000])
    found: list[Found] = []
    for reason, pattern in KINDS:
        for one in pattern.finditer("".join(free)):
            if one.start() == one.end():
                continue
            found.append(Found(one.start(), one.end(), text[one.start() : one.end()].strip(), reason))
            free[one.start() : one.end()] = "\0" * (one.end() - one.start())
    rest = "".join(free)
    for one in _COUNT.finditer(rest):
        found.append(_count(one, text))
        free[one.start() : one.end()] = "\0" * (one.end() - one.start())
    rest = "".join(free)
    for one in _GLUED.finditer(rest):
        number = int(one["number"].replace(",", ""))
        found.append(Found(one.start("number"), one.end(), one["number"], "", number, number))
    for one in _WORDED.finditer(rest):
        number = number_of(one["words"].casefold())
        found.append(Found(one.start("words"), one.end("words"), one["words"], "", number, number))
    return sorted(found, key=lambda one: one.start)


def _count(one: re.Match, text: str) -> Found:
    if one["hidden"]:
        limit = number_of(re.split(r"[\s<]+", one["hidden"])[-1].casefold())
        return Found(one.start(), one.end(), text[one.start() : one.end()], "", 0, max(limit - 1, 0), True)
    number = int(one["number"].replace(",", ""))
    return Found(one.start(), one.end(), one["number"], "", number, number)
