"""Whole numbers written in words, as sentences give counts: "nine hundred and twelve offences".

The words stand here once, as a pattern with no groups; what may be a count at all is for those who use it to say.
"""

from __future__ import annotations

import re

_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {word: number for number, word in enumerate([*_UNITS, *_TEENS], 1)}
_WORTH |= {word: 10 * number for number, word in enumerate(_TENS, 2)} | {"a": 1, "nil": 0, "none": 0}

_ONE = "|".join(_UNITS)
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONE})\b)?|{'|'.join(_TEENS)}|{_ONE})"
_BELOW_1000 = rf"(?:(?:{_ONE}|a) hundred(?:(?: and)? {_BELOW_100}\b)?|{_BELOW_100})"
LARGE = rf"(?:(?:{_BELOW_1000}|a) thousand(?:,?(?: and)? {_BELOW_1000}\b)?|(?:{_ONE}|a) hundred(?:(?: and)? {_BELOW_100}\b)?)"
"""A number of a hundred or more in small letters, as a pattern."""
NUMERAL = rf"(?<!hundred )(?<!thousand )(?<!million )(?<!hundred and )(?<!thousand and )(?<!million and )(?:{LARGE}|{_BELOW_100}|nil|none)"
"""Any number in words, in small letters and whole: never the twelve of "several hundred and twelve"."""


def number_of(words: str) -> int:
    """The number that words in small letters stand for.

    Raises
    ------
    KeyError
        When a word is none of those that :data:`NUMERAL` holds.

    Examples
    --------
    >>> number_of("nine hundred and twelve"), number_of("one thousand and forty"), number_of("forty-three")
    (912, 1040, 43)
    """
    whole = part = 0
    for word in re.findall(r"[a-z]+", words):
        if word == "thousand":
            whole, part = 1000 * part, 0
        elif word == "hundred":
            part *= 100
        elif word != "and":
            part += _WORTH[word]
    return whole + part
