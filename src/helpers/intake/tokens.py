"""One cell or word as it stands, with every meaning it may have and how likely each is.

A :class:`Token` is never rewritten: what a cell is taken for is decided by the row and the column it stands in, and the
token only says what it could be. The same text has one token, however often a file repeats it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from helpers.intake.labels import read_label
from helpers.intake.lexicon import phrase
from helpers.intake.spans import find_spans
from helpers.intake.values import Value, parse_value, text_of, tidy
from helpers.intake.words import CODE, OFFENCE_STEMS, strip_marks
from helpers.tables.offences import resolve_offence

YEAR = re.compile(r"(?:19[5-9]|20[0-4])\d")
DAY = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d\d)(?!\d)|\d{4}-\d\d-\d\d")
SERIAL = re.compile(r"[2-6]\d{4}")
"""A day as a spreadsheet counts it: 43100 is 31 December 2017."""
LONG_TEXT = 60  # characters, from which a cell is more likely a sentence than a label
NUMBERS = ("count", "suppressed", "at least", "dash")


_LABELS = ("period", "age", "sex", "code", "offence", "total")


@dataclass(frozen=True, eq=False)
class Token:
    """A cell: its text, what it is worth as a number, and the weight of each meaning.

    Attributes
    ----------
    text : str
        As a person reads it.
    value : Value
        As a number; of kind ``text`` where it is none.
    weights : dict of str to float
        Between 0 and 1 for ``value``, ``period``, ``age``, ``sex``, ``code``, ``offence``, ``date``, ``total``, ``text``.
    is_value, is_label : bool
        Whether it is a number, or a label that is understood, more than anything else.
    kind : str
        Its likeliest meaning; empty for an empty cell.
    """

    text: str
    value: Value
    weights: dict[str, float]

    is_value: bool = field(init=False)
    is_label: bool = field(init=False)
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        weights = self.weights
        said = object.__setattr__
        said(self, "is_value", weights.get("value", 0.0) > 0.5)
        said(self, "is_label", any(weights.get(kind, 0.0) > 0.5 for kind in _LABELS))
        said(self, "kind", max(weights, key=weights.get) if weights else "")


EMPTY = Token("", parse_value(None), {})


def token(raw: object) -> Token:
    """The token of a cell as loaded.

    Examples
    --------
    >>> token("2014/15").kind, token("10-17").kind, token("1,234").kind, token("Girls").kind, token(None).kind
    ('period', 'age', 'value', 'sex', '')
    >>> sorted(kind for kind, weight in token("2014").weights.items() if weight > 0.2)
    ['period', 'value']
    """
    if raw is None or raw == "":
        return EMPTY
    return _token(type(raw), raw)


@lru_cache(maxsize=100_000)
def _token(kind: type, raw: object) -> Token:
    text = text_of(raw)
    value = parse_value(raw)
    if not text:
        return EMPTY
    if isinstance(raw, date | datetime):
        return Token(text, value, {"date": 0.9, "period": 0.4})
    return Token(text, value, _weights(text, value))


def _weights(text: str, value: Value) -> dict[str, float]:
    bracketed = value.reason == "mark" and text.startswith("[")  # "[x]"
    if bracketed or value.kind in ("count", "suppressed", "at least", "bad", "percent", "dash", "gap"):
        return _of_number(text, value)
    if len(text) > 200:
        return {"text": 1.0}
    weights: dict[str, float] = {}
    if DAY.match(text) and len(text) <= 20:
        return {"date": 0.9, "period": 0.3}
    label = read_label(text)
    if CODE.fullmatch(text) and resolve_offence(text):
        weights["code"] = 0.9
    elif label.offence and not label.total:
        weights["offence"] = 0.8 if OFFENCE_STEMS.search(text.casefold()) else 0.6
    if label.span or label.parts:
        weights["period"] = 0.9 if label.understood else 0.6
    if label.age and "offence" not in weights:
        weights["age"] = 0.9 if label.understood else 0.6
        if label.age.high == (label.age.low or 0) + 1 and re.fullmatch(r"\d\d\s?[-–]\s?\d\d", text):
            weights["period"] = 0.3  # "21-22" under "Financial year"
    if label.sex and "offence" not in weights:
        weights["sex"] = 0.9 if label.understood else 0.6
    elif text.casefold() in ("f", "m", "u"):
        weights["sex"] = 0.55
    if label.total:
        weights["total"] = 0.85
    if not weights or not label.understood:
        weights["text"] = 0.5 if len(text) <= LONG_TEXT else 0.8
    return weights


def _of_number(text: str, value: Value) -> dict[str, float]:
    weights = {"value": 0.9}
    if value.kind in ("gap", "dash", "text", "percent", "bad"):
        return {"value": 0.6, "text": 0.3}
    six = re.fullmatch(r"(?:19|20)\d{4}", text) and find_spans(text).spans
    if six or YEAR.fullmatch(strip_marks(text)[0]):
        return {"period": 0.6, "value": 0.4}
    if value.kind == "suppressed":
        if value.mark and re.search(r"\d", value.mark):
            banded = re.search(r"(?i)\d\D+(?:under|below|younger)", value.mark) or (value.high or 0) > 9
            weights = {"value": 0.45, "age": 0.7} if banded else {"value": 0.7, "age": 0.4}
            if re.search(r"\d\s?(?:-|to)\s?\d", value.mark):
                weights = {"value": 0.5, "age": 0.5}  # "1-4" hides a count, or is a band of ages
    elif (pair := re.fullmatch(r"(\d\d)(\d\d)", text)) and (int(pair[1]) + 1) % 100 == int(pair[2]):
        return weights | {"period": 0.3}  # "1819" under "Year"
    elif SERIAL.fullmatch(text):
        weights["date"] = 0.3
    elif value.low is not None and value.low <= 120:
        weights["age"] = 0.3
        if re.fullmatch(r"\d{1,3}", text) and resolve_offence(text):
            weights["code"] = 0.3
    return weights


def is_sentence(text: str) -> bool:
    """Whether a text runs like a sentence and not like a label.

    >>> is_sentence("We hold the information that you ask for."), is_sentence("Rape of a female child under 13")
    (True, False)
    """
    words = len(text.split())
    ends = words > 4 and re.search(r"[.?!;]\s*$", text)
    return bool(len(text) > 110 or ends or words > 5 and _RUNS.search(text))


_RUNS, _REFERENCE = phrase("words of a sentence"), phrase("reference")


def is_furniture(text: str) -> bool:
    """Whether a text belongs to the letter and not to its figures: a reference, a telephone, a date of sending.

    >>> is_furniture("Our ref"), is_furniture("Female")
    (True, False)
    """
    return bool(_REFERENCE.search(tidy(text).casefold())) and not read_label(text).dimensions
