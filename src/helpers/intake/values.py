"""What one cell says as a number: a count, a hidden small count, a gap, a percentage, or nothing at all.

:func:`parse_value` reads a cell on its own and never guesses. ``<5`` and ``*`` come back as marks, because
what they hide is for the file to say (see :mod:`.notices`). A cell that looks like a count and cannot be
one, because it is negative, fractional, infinite or enormous, comes back as ``bad`` with the reason.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from helpers.intake.lexicon import part, patterns, phrase

_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {word: number for number, word in enumerate(["zero", *_UNITS, *_TEENS])}
SMALL = part("small")
"""A number up to twenty in small letters, as a pattern."""
_WORTH |= {word: 10 * number for number, word in enumerate(_TENS, 2)} | {"a": 1, "nil": 0, "none": 0, "no": 0}

_ONE = "|".join(_UNITS)
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONE})\b)?|{'|'.join(_TEENS)}|{_ONE})"
_BELOW_1000 = rf"(?:(?:{_ONE}|a) hundred(?:(?: and)? {_BELOW_100}\b)?|{_BELOW_100})"
LARGE = rf"(?:(?:{_BELOW_1000}|a) thousand(?:,?(?: and)? {_BELOW_1000}\b)?|(?:{_ONE}|a) hundred(?:(?: and)? {_BELOW_100}\b)?)"
"""A number of a hundred or more in small letters, as a pattern."""
NUMERAL = rf"(?<!hundred )(?<!thousand )(?<!million )(?<!hundred and )(?<!thousand and )(?<!million and )(?:{LARGE}|{_BELOW_100}|nil|none)"
"""Any number in words, in small letters and whole: never the twelve of "several hundred and twelve"."""


def number_of(words: str) -> int:
    """The number that digits, or words in small letters, stand for.

    Raises
    ------
    KeyError
        When a word is none of those that :data:`NUMERAL` holds.

    Examples
    --------
    >>> number_of("nine hundred and twelve"), number_of("one thousand and forty"), number_of("forty-three")
    (912, 1040, 43)
    """
    if words[:1].isdigit():
        return int(re.sub(r"[, ]", "", words))
    whole = part = 0
    for word in re.findall(r"[a-z]+", words):
        if word == "thousand":
            whole, part = 1000 * part, 0
        elif word == "hundred":
            part *= 100
        elif word != "and":
            part += _WORTH[word]
    return whole + part


# No police figure of this kind is larger: all crime recorded in England and Wales in a year is below it.
ENORMOUS = 10_000_000

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᵖʳ⁽⁾⁺"
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u2002\u2003\u3000\t\r\n"), " ")
_LINES = re.compile(r"(?<=\d)(?:\s*[\r\n]\s*|\s{2,})(?=\d)")  # no thousands are parted so
_ONE_KIND = SPACES | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_ONE_KIND |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c"))

_PLAIN = phrase("plain count")
_FEWER, _OR_FEWER = phrase("fewer than"), phrase("or fewer")
_IN_WORDS = re.compile(NUMERAL)
_BETWEEN, _AT_LEAST = phrase("between"), phrase("at least")
_STARS, _LETTER_MARKS, _GAP = phrase("hides a count"), phrase("mark of a letter"), phrase("gap")
_NIL, _INSIDE = phrase("nil"), phrase("beside a count in its brackets")
PART_OF_YEAR = phrase("a part of a year in brackets")
_NO_COUNTS = patterns("numbers that are no counts")
_QUALIFIERS = patterns("marks of qualifiers")
AS_THOUSANDS, AS_TWO = "its thousands are parted by a space", "it may be two numbers, parted by a space"
_THOUSANDS = re.compile(r" 0| .* ")  # "1 045" and "1 045 210" are no two numbers


@dataclass(frozen=True)
class Value:
    """One cell read as a number.

    `kind` is ``count``, ``suppressed``, ``at least``, ``empty``, ``dash``, ``gap`` (the file says that it
    has no number here), ``percent``, ``bad`` or ``text``. For ``suppressed``, `mark` is what the cell holds
    and (`low`, `high`) what the mark itself says, or None when only the file can say.
    """

    kind: str
    low: int | None = None
    high: int | None = None
    mark: str = ""
    qualifiers: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a figure, plain or hidden."""
        return self.kind in ("count", "suppressed", "at least")


EMPTY = Value("empty")
TEXT = Value("text")


@lru_cache(maxsize=50_000)  # a label is looked at in a dozen ways
def tidy(text: str) -> str:
    """Text with one kind of space and one kind of dash, nothing invisible, and no blanks at the ends.

    >>> tidy(" 2014\\u201315\\xa0 ")
    '2014-15'
    """
    return re.sub(r" {2,}", " ", text.translate(_ONE_KIND)).strip()


def text_of(raw: object) -> str:
    """The text of a cell as a person would read it; empty for an empty cell.

    >>> text_of(12.0), text_of(None)
    ('12', '')
    """
    if raw is None:
        return ""
    if isinstance(raw, str):
        return re.sub(r"^(\d{1,4})\.0$", r"\1", tidy(raw))  # a program's whole number
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw).removesuffix(" 00:00:00")


def parse_value(raw: object) -> Value:
    """Read one cell as a number.

    Parameters
    ----------
    raw : object
        A cell as loaded: text, number, date, truth value or None.

    Examples
    --------
    >>> parse_value("1,234*").low, parse_value(12.0).low, parse_value("12 (34%)").low
    (1234, 12, 12)
    >>> parse_value("<5").mark, parse_value("<5").low, parse_value("<5").high
    ('<5', 1, 4)
    >>> parse_value("34%").kind, parse_value(-3).reason, parse_value("3.5").reason
    ('percent', 'a negative count', 'a count with a fraction')
    """
    if isinstance(raw, str):
        return _from_text(raw)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _from_number(raw)
    return EMPTY if raw is None else TEXT


def _from_number(number: float) -> Value:
    if not math.isfinite(number):
        return Value("bad", reason="not a finite number")
    if number < 0:
        return Value("bad", reason="a negative count")
    if number > ENORMOUS:
        return Value("bad", reason="larger than any count of this kind can be")
    if number != int(number):
        return Value("bad", reason="a count with a fraction")
    return Value("count", int(number), int(number))


@lru_cache(maxsize=50_000)
def _from_text(raw: str) -> Value:
    if len(raw) > 80:
        return Value("bad", reason="larger than any count of this kind can be") if raw.isdigit() else TEXT
    text = tidy(_LINES.sub(" / ", raw))
    if text.startswith("="):
        return Value("text", reason="formula")
    text = text.strip("'\"“”‘’ ")
    if not text:
        return EMPTY
    if re.fullmatch(r"\d{1,3}[A-Z]", text):
        return TEXT  # 19E is an offence code, not an estimate of 19
    if re.fullmatch(r"-{1,3}|\.", text):
        return Value("dash", mark=text)
    plain = "".join(
        ch if ch in _SUPERSCRIPTS else unicodedata.normalize("NFKC", ch) for ch in text
    ).casefold()
    return _hidden(plain, text) or _count(plain) or _other(plain)


def _hidden(plain: str, printed: str) -> Value | None:
    """Read what hides a small count: ``<5``, ``fewer than 5``, ``1-4``, ``*``."""
    found = _FEWER.fullmatch(plain)
    if found:
        limit = number_of(found["limit"])
        if limit > (10 if found["sign"] in ("under", "below", "up to") else 50):
            return None  # an age far more likely than a hidden count
        closed = found["sign"] in ("<=", "≤", "up to") or found["sign"].endswith("equal to")
        high = limit if closed else limit - 1
        return Value("suppressed", 1, high, mark=printed) if high else None
    found = _OR_FEWER.fullmatch(plain)
    if found:
        return Value("suppressed", 1, number_of(found["limit"]), mark=printed)
    found = _BETWEEN.fullmatch(plain)
    if found and (found["said"] or int(found["low"]) < 2) and int(found["low"]) < int(found["high"]) <= 20:
        return Value("suppressed", int(found["low"]), int(found["high"]), mark=printed)
    if _STARS.fullmatch(plain):
        return Value("suppressed", mark=printed)
    if _LETTER_MARKS.fullmatch(plain):
        return Value("text", mark=printed, reason="mark")
    return None


def _count(plain: str) -> Value | None:
    found = _AT_LEAST.fullmatch(plain) or re.fullmatch(rf"(?P<number>{part('number')})\+", plain)
    if found:
        number = number_of(found["number"]) + bool(found.groupdict().get("strict"))
        return Value("at least", number, None, qualifiers=("at least",))
    found = _PLAIN.fullmatch(plain)
    if not found:
        return None
    digits = re.sub(r"[, ]", "", found["number"])
    if len(digits) > 1 and digits[0] == "0":
        return TEXT  # 0191 or 007 is a telephone or reference number
    inside = found["inside"] or ""
    part_of_year = inside if PART_OF_YEAR.fullmatch(inside) else ""
    a_year = part_of_year and re.fullmatch(r"(?:19|20)\d\d", digits)
    if a_year or inside and not (part_of_year or _INSIDE.fullmatch(inside)):
        return TEXT  # "2015 (to June)" is a year
    foot = (found["foot"] or found["after"] or part_of_year).strip("()[] ")
    said = (found["about"] or "", foot, inside)
    qualifiers = [name for name, mark in _QUALIFIERS if any(re.match(mark, one) for one in said)]
    whole = _from_number(int(digits))
    spaced = " " in found["number"] and (AS_THOUSANDS if _THOUSANDS.search(found["number"]) else AS_TWO)
    return Value(whole.kind, whole.low, whole.high, foot, tuple(qualifiers), whole.reason or spaced or "")


def _other(plain: str) -> Value:
    if re.search(r"\d ?(%|per ?cent)", plain) or re.fullmatch(r"[-+]?[\d.]+ ?(%|per ?cent|pp)", plain):
        return Value("percent")
    if _NIL.fullmatch(plain):
        return Value("count", 0, 0, mark=plain)
    if _IN_WORDS.fullmatch(plain):
        return Value("count", number := number_of(plain), number, mark=plain)
    if _GAP.fullmatch(plain):
        return Value("gap", mark=plain)
    reason = next((name for name, pattern in _NO_COUNTS if re.fullmatch(pattern, plain)), "")
    return Value("bad", reason=reason) if reason else TEXT
