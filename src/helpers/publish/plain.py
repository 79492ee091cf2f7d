"""Text from anywhere, shown as text.

What forces and web pages print can hold anything: markup, scripts, formulas, marks that turn the direction of
writing, words without end. Markup is harmless because text reaches Typst as data and HTML through an escaping
template. What is left is handled here: invisible and direction-turning characters are shown by their number, and
very long words are given places to break.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
LONG = re.compile(r"[^\s\u200b]{31,}")
BREAK = "\u200b"  # zero-width space: a place where a line may break


def shown(text: str) -> str:
    """`text` with invisible controls made visible.

    >>> shown("a\\u202eb"), shown("Kent <b>*x*</b>")
    ('a[U+202E]b', 'Kent <b>*x*</b>')
    """
    return INVISIBLE.sub(
        lambda match: f"[U+{ord(match[0]):04X}]", text.replace("\r\n", "\n").replace("\r", "\n")
    )


def breakable(text: str, every: int = 12) -> str:
    """`shown` text whose long words may break, for narrow columns."""

    def split(match: re.Match) -> str:
        word = match[0]
        return BREAK.join(word[start : start + every] for start in range(0, len(word), every))

    return LONG.sub(split, shown(text))


def shown_all(value, *, narrow: bool = True):
    """:func:`breakable` (or :func:`shown`) for every text in nested dicts and lists, keys left alone."""
    if isinstance(value, str):
        return breakable(value) if narrow else shown(value)
    if isinstance(value, dict):
        return {key: shown_all(entry, narrow=narrow) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [shown_all(entry, narrow=narrow) for entry in value]
    return value


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint such as ``; the nearest is 'x'``, or nothing.

    >>> nearest("rise.uk.ratoi", ["rise.uk.ratio", "other"])
    "; the nearest is 'rise.uk.ratio'"
    """
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; the nearest is {close[0]!r}" if close else ""
