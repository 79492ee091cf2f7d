"""The words and forms in which forces answer, from ``data/vocabularies/intake_words.csv``, as regular expressions.

Lists have names with a pattern each (:func:`patterns`), phrases stand alone (:func:`phrase`), and both may be made of parts,
which they name in curly brackets (:func:`part`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache, cached_property

from helpers.tables.vocabularies import rows

_ASKED = {"parts"}


def patterns(name: str) -> tuple[tuple[str, str], ...]:
    """The names of one list of ``data/vocabularies/intake_words.csv``, each with its pattern, in order.

    >>> patterns("qualifiers")[0][0]
    'provisional'
    """
    _ASKED.add(name)
    listed = (row for row in rows("intake_words") if row["list"] == name)
    return tuple((row["name"], _filled(row["pattern"])) for row in listed)


@cache
def part(name: str) -> str:
    """A pattern that others are made of, which name it in curly brackets.

    >>> part("age")[:23]
    '(?:\\\\d{1,2}|(?:seventeen'
    """
    held = {row["name"]: row["pattern"] for row in rows("intake_words") if row["list"] == "parts"}
    return _filled(held[name])


def compile_phrases() -> None:
    """Compile all phrases at once, before processes are forked that would each compile their own."""
    for name in _PHRASES:
        _ = phrase(name).compiled


def remark_words(kinds: str) -> Callable[[str], bool]:
    """A test whether a word is of ``data/vocabularies/remark_words.csv``, in rows of one of these kinds.

    >>> [*map(remark_words("harmless reason"), ("caution", "cautious", "clergy"))]
    [True, True, False]
    """
    chosen = (row["words"] for row in rows("remark_words") if row["kind"] in kinds.split())
    listed = frozenset(word for words in chosen for word in words.split())
    sizes = sorted({len(word) - 1 for word in listed if word.endswith("*")})

    def is_listed(word: str) -> bool:
        return word in listed or any(word[:size] + "*" in listed for size in sizes if size <= len(word))

    return is_listed


def holds_an_unknown_list() -> bool:
    """Whether the file has a list that nothing has asked for, once all of the reader is imported: its words would be ignored."""
    return not _ASKED.issuperset(row["list"] for row in rows("intake_words"))


def _filled(pattern: str) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda found: part(found[1]), pattern)


_PHRASES = defaultdict(list)
for _name, _pattern in patterns("phrases"):
    _PHRASES[_name.partition(": ")[0]].append(_pattern)


class Phrase:
    """A pattern that is compiled when it is first used: a table of figures needs few of those that are about letters."""

    def __init__(self, pattern: str):
        self.pattern = pattern

    @cached_property
    def compiled(self) -> re.Pattern:
        """The pattern as the library knows it."""
        return re.compile(self.pattern)

    def __getattr__(self, method: str) -> Callable:
        vars(self)[method] = getattr(self.compiled, method)
        return vars(self)[method]


@cache
def phrase(name: str) -> Phrase:
    """One of the phrases of that file; a long one stands in several rows, "name: what they are about".

    >>> bool(phrase("total").search("grand total")), bool(phrase("by whom").search("reported online"))
    (True, True)
    """
    return Phrase("|".join(_PHRASES[name]))
