"""What words and shown tables tell of small counts: alt text, findings, and the outputs of notebooks.

Numbers in a table can be protected cell by cell. A sentence or a picture cannot, so one that tells of a suppressed
count, or states a small count by age or sex that no source is known to have printed, is withheld whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape

import pandas as pd

from helpers.publish import shown
from helpers.publish.counted import COUNT_UNITS, WORDS
from helpers.publish.disclosure import MARK, Protection
from helpers.publish.inference import THRESHOLD, Count
from helpers.publish.plain import BREAK
from helpers.publish.whom import KINDS, PERSONAL_WORDS
from helpers.tables import forces

WITHHELD = "withheld: it could show counts under 5 by a personal characteristic"
EVERY_CHILD = re.compile(r"\b(?:aged )?under[- ]18s?\b", re.IGNORECASE)
BLOCK = re.compile(
    r"<(script|style|pre)\b.*?</\1\s*>|</?(?:p|div|li|t[dhr]|h\d|pre|figcaption|caption|text|title|desc|br|dt|dd|option)\b[^>]*>",
    re.DOTALL,
)
IN_TAGS = re.compile(r"\b(?:alt|title|aria-label|content)=(\"[^\"]*\"|'[^']*')")
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
THINGS = (  # what a small number may count other than victims and offences
    r"forces?|areas?|nations?|countries|years?|months?|weeks?|days?|hours?|quarters?|times|explanations?|series|codes?|tests?"
    r"|releases?|rounds?|sources?|figures?|tables?|columns?|rows?|groups?|bands?|sexes|kinds?|ways?|questions?|parts?|reasons?"
    r"|papers?|pages?|sets?|sorts?|steps?|things?|points?|measures?|printings?|definitions?|categories|specifications?"
    r"|minutes?|decades?|notebooks?|requests?|newspapers?|percentages|numbers|shares|ratios|rates|marks"
    r"|laws?|rules|choices|decimals|places|editions?|copies|versions?|lines?|words|letters|digits|colours|lists?|studies"
)
IN_WORDS = (  # not "the three" or "every one", but "three girls", "one of the victims", "two were girls" and "boys: one"
    r"(?:one|two|three|four)(?=\W*$|\s+of the (?:victims|\d+)\b|\s+(?:\w+\s+){0,2}?"
    r"(?:offences?|crimes?|records?|victims?|child(?:ren)?|girls?|boys?|(?:was|were) (?:a )?(?:girls?|boys?|aged|under))\b)"
)
STATED = re.compile(
    rf"(?<![\w./–-])(?<!\d,)([0-4]|{IN_WORDS}|a single|a couple)(?![\w/–-]|[.,]\d|\s*(?:%|per ?cent))",
    re.IGNORECASE,
)
LABELLED = re.compile(  # words before a number that is a name, an end of a span or an age
    rf"\b(?:figures?|tables?|codes?|steps?|chapters?|sections?|parts?|pages?|notes?|rows?|lines?|quarters?|class|level|version"
    rf"|index|{MONTHS})\W*$|\b(?:\d+ to|between|aged?|ages|under|than|age of|above|below|over|counted as)\s*$",
    re.IGNORECASE,
)
OF_THINGS = re.compile(  # words after a number that counts something else, is a share, an age or a date
    rf"\s+(?:(?!of\b)\w+\s+){{0,2}}?(?:{THINGS})\b|\s+(?:in|of|out of)\s+(?:every\s+)?(?:[2-9]|two|three|four|five|six|seven|eight|nine|ten)\b"
    rf"|\s+of\s+(?:the\s+)?\w+\s+(?:{THINGS})\b|\s+(?:and|or)\s+(?:under|over|older|younger|below|above|more|fewer)\b"
    rf"|\s+to\s+\d|\s+(?:{MONTHS})\b|\s+(?:by|at|or|and|after|another)\s+(?:one|another|the other|two|least)\b",
    re.IGNORECASE,
)


class Telling:
    """What a protected set of tables means for words; `printed` are the small counts that sources are known to have printed."""

    def __init__(self, protection: Protection, published: Iterable[str]):
        self.suppressed: list[Count] = protection.suppressed
        self.printed = {(count.area, count.value) for count in protection.printed}
        self.published = set(published)

    def text(self, text: str) -> bool:
        """Whether a text tells of a suppressed count, or states a small one by a personal characteristic."""
        return any(self.told(text))

    def page(self, html: str, titles: Iterable[str] = ()) -> tuple[str, str] | None:
        """The first sentence of a page that tells of one, and why, cell by cell: what rows give together is for `protect`.

        Code and printed outputs are left out: the outputs were judged before.

        What stands in one of the `titles` of sources was published by them.
        """
        text = "\n".join([BLOCK.sub("\n", html), *(found[1:-1] for found in IN_TAGS.findall(html))])
        for sentence in self.told(text):
            own = sentence.replace(BREAK, "")
            for title in titles:
                own = "" if own in title else own.replace(title, " ")
            if why := self.why(own):
                return sentence, why
        return None

    def told(self, text: str) -> Iterator[str]:
        """The sentences and lines that tell of a suppressed count or state a small one."""
        plain = unescape(re.sub(r"<[^>]+>", " ", text))
        plain = re.sub(
            r"^[ \t]*\d+(?=[ \t]{2,})", "", plain, flags=re.MULTILINE
        )  # the number of a printed row
        parts = re.split(r"(?<=[.;!?])\s+|\n", plain)
        return (" ".join(part.split()) for part in parts if self.why(part))

    def finding(self, id: str, found: Mapping) -> bool:
        """Whether a finding is, or is made from, a suppressed count; what its sources published is not."""
        words = f"{id.replace('.', ' ')} {found['label']}"
        if not PERSONAL_WORDS.search(EVERY_CHILD.sub("", words)) or isinstance(found["value"], str | bool):
            return False
        if found["sources"] and set(found["sources"]) <= self.published:
            return False
        value = found["value"]
        small = found["unit"] in COUNT_UNITS and value is not None and 0 <= value < THRESHOLD
        return small or any(self._names(words, count.area) for count in self.suppressed)

    def why(self, text: str) -> str | None:
        """What in a sentence tells of a count that may not be shown, in words; None for one that tells of none."""
        personal = PERSONAL_WORDS.search(EVERY_CHILD.sub("", text))
        if not personal:
            return None
        numbers = set(
            re.findall(r"(?<![\w/–-])\d+(?:\.\d+)?(?![\w/–-])", re.sub(r"(?<=\d),(?=\d{3}\b)", "", text))
        )
        for count in self.suppressed:
            if f"{count.value:g}" in numbers and self._names(text, count.area):
                return f"“{count.value:g}” with “{personal[0]}” reads as the count that is suppressed in {count.table}"
        for value in _small_numbers(text):
            if not any(value == known and self._names(text, area) for area, known in self.printed):
                return f"“{value:g}” with “{personal[0]}” reads as a count of persons, which no source is known to have printed"
        return None

    def _names(self, text: str, area: str) -> bool:
        slug = forces.force(area).slug if area in forces.FORCES else area.casefold().replace(" ", "-")
        return not area or area.casefold() in text.casefold() or slug in text.replace("_", "-")


def safe_findings(findings: Mapping[str, Mapping], telling: Telling) -> dict[str, dict]:
    """The findings, those that may not be shown with a mark in place of their numbers."""
    hidden = {"value": None, "low": None, "high": None, "text": MARK, "plain": MARK}
    return {
        id: {name: hidden.get(name, value) for name, value in found.items()}
        if telling.finding(id, found)
        else dict(found)
        for id, found in findings.items()
    }


def _small_numbers(text: str) -> Iterable[float]:
    """The numbers under five that a sentence on groups of persons may state as counts.

    >>> [list(_small_numbers(text)) for text in ("Three girls.", "Girls aged 3 to 4.", "Table 2: girls.", "3 forces told girls apart.")]
    [[3.0], [], [], []]
    """
    for found in STATED.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if not LABELLED.search(before) and not OF_THINGS.match(after):
            word = found[1].casefold()
            yield float({"a single": 1, "a couple": 2}.get(word, WORDS.get(word, word)))


def shown_tables(notebook: Mapping) -> dict[tuple[str, int], list[pd.DataFrame]]:
    """The tables that an executed notebook shows and that have to do with persons, by cell and number of the output."""
    return {
        (cell.get("id", ""), number): found
        for cell in notebook["cells"]
        for number, output in enumerate(cell.get("outputs", ()))
        if _of_persons(output_text(output)) and (found := shown.tables(output))
    }


def _of_persons(text: str) -> bool:
    words = text.replace("_", " ").casefold()
    kinds = any(kind.search(words) for kind in KINDS.values())
    return kinds or bool(PERSONAL_WORDS.search(text) or re.search(r"\b(sex|measure)\b", words))


def safe_notebook(
    notebook: Mapping, tells: Mapping[tuple[str, int], bool], withheld: Mapping[str, str]
) -> dict | None:
    """An executed notebook without the outputs that may not be shown; None if all of them may."""
    changed = False
    cells: list[dict] = []
    for cell in notebook["cells"]:
        outputs: Sequence[Mapping] = cell.get("outputs", ())
        safe = []
        for number, output in enumerate(outputs):
            figure = output.get("metadata", {}).get("image/png", {}).get("figure", "")
            hide = figure in withheld or tells.get((cell.get("id", ""), number), False)
            safe.append(
                {"output_type": "stream", "name": "stdout", "text": f"This output is {WITHHELD}.\n"}
                if hide
                else output
            )
            changed = changed or hide
        cells.append({**cell, "outputs": safe} if outputs else cell)
    return {**notebook, "cells": cells} if changed else None


def output_text(output: Mapping) -> str:
    """All that an output says in words, in whatever form it says them."""
    alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
    said = [
        text
        for kind, text in output.get("data", {}).items()
        if not kind.startswith("image/") or "svg" in kind
    ]
    return "\n".join(shown.text_of(part) for part in (output.get("text", ""), alt, *said))
