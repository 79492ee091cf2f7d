"""What follows a number on its line and divides it: "96 (of which 80 female and 16 male)", "80 girls, 16 boys".

The number may stand before its label or behind it. Either every piece is a number with a label that is understood, or
nothing is read.
"""

from __future__ import annotations

import re

from helpers.foi.responses.ages import UNKNOWN
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import Meaning
from helpers.foi.responses.values import Value, parse_value

_COUNT = r"[<~]?\s?\d[\d,]*\*?|\*{1,3}|nil|none|(?:fewer|less) than \w+"
_DIVIDED = re.compile(
    r"(?P<main>.*?\d\*?(?:\s[a-z ]{3,30})?)\s*(?:\((?P<inside>[^()]*\d[^()]*)\)|[,;:]?\s+(?P<after>(?:of which|of whom|of these|of those|comprising|consisting of|made up of)\b.+?))\s*[.;]?$",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?i)^\W*(?:and\s+)?(?:(?:of which|of whom|of these|of those|comprising|consisting of|made up of|including)\b\W*)?(?:(?:there were|were|had)\s+)?"
)
_BETWEEN = re.compile(
    r"(?i)\s*[,;]\s*(?:and\s+)?|\s+(?:and|&|/)\s+(?=[<~]?\s?\d|\*|(?:fe)?males?\b|girls?\b|boys?\b|unknown\b|under\b)"
)
_NUMBER_FIRST = re.compile(
    rf"(?P<value>{_COUNT})\s+(?P<label>(?:were |was |had |with |involv\w+ )*(?:an? )?[a-z(].*)", re.IGNORECASE
)
_LABEL_FIRST = re.compile(rf"(?P<label>.*?[a-z\d)])(?:\s*[:=]\s*|\s+-?\s*)(?P<value>{_COUNT})", re.IGNORECASE)
_DANGLING = re.compile(r"(?i)\b(?:under|over|aged?|ages|than|of)\W*$")
_FILLING = re.compile(r"(?i)^(?:(?:were|was|had|with|who|involv\w+|offences?|crimes?|an?)\s+)+")


def divided(text: str) -> tuple[str, str] | None:
    """A line in the number that it gives and what divides that, or None.

    >>> divided("2014/15 - 96 (of which 80 female and 16 male)")
    ('2014/15 - 96', 'of which 80 female and 16 male')
    """
    found = _DIVIDED.fullmatch(text) if len(text) <= 300 else None
    return (found["main"], found["inside"] or found["after"]) if found else None


def pieces(text: str) -> list[tuple[Meaning, Value, str]]:
    """The counts of a list with what each counts, how printed; none when a piece is something else.

    >>> [(m.sex, v.low) for m, v, _ in pieces("of which 80 female and 16 male")]
    [('female', 80), ('male', 16)]
    >>> pieces("34%")
    []
    """
    if len(text) > 300:
        return []
    found = [_piece(piece) for piece in _BETWEEN.split(_BEGINS.sub("", text.strip(" .;"))) if piece.strip()]
    if not found or not all(found):
        return []
    known = [meaning for meaning, *_ in found if meaning.understood]
    unknown = next((one for kind, one in _UNKNOWN.items() if any(kind in m.dimensions for m in known)), None)
    if len(known) < len(found) and unknown is None:
        return []
    return [(meaning if meaning.understood else unknown, *rest) for meaning, *rest in found]


_UNKNOWN = {"sex": Meaning(sex="unknown"), "age": Meaning(age=UNKNOWN)}


def _piece(text: str) -> tuple[Meaning, Value, str] | None:
    for pattern in (_NUMBER_FIRST, _LABEL_FIRST):
        found = pattern.fullmatch(_BEGINS.sub("", text).strip())
        if not found:
            continue
        value = parse_value(found["value"].strip())
        label = read_label(_FILLING.sub("", found["label"]).strip(" :-"))
        states = label.dimensions - {"measure"} or label.measure == "cyber_flagged"
        if _DANGLING.search(found["label"]):
            return None  # "Rape of a female child under 16" ends in an age
        if label.parts and re.fullmatch(r"(?:19|20)\d\d", found["value"].strip()):
            return None  # "January - December 2016" ends in a month and its year
        if value.is_number and label.rest == "unknown" and not label.dimensions:
            return label, value, found["value"].strip()  # of the kind of those beside it
        if value.is_number and label.understood and states and not (label.ignore or label.span):
            return label, value, found["value"].strip()
    return None
