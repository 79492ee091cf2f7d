"""What words and shown tables tell of small counts: alt text, findings, and the outputs of notebooks.

Numbers in a table can be protected cell by cell. A sentence or a picture cannot, so one that tells of a suppressed
count, or states a small count by age or sex that no source is known to have printed, is withheld whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from helpers.publish.counted import COUNT_UNITS, WORDS
from helpers.publish.disclosure import MARK, Protection
from helpers.publish.inference import THRESHOLD, Count
from helpers.publish.whom import PERSONAL_WORDS
from helpers.tables import forces

WITHHELD = "withheld: it could show counts under 5 by age or sex"
SMALL = re.compile(
    r"\b([0-4]|none|one|two|three|four)\s+(?:\w+\s+){0,2}?(offences?|crimes?|records?|victims?|girls?|boys?|children|child)\b",
    re.IGNORECASE,
)
AFTER = re.compile(  # a group and then its number, as in "boys: 3", "{'male': 3" or a line of a printed table
    r"\b(?:girls?|boys?|females?|males?|aged \d+ to \d+)\b['\"]?(?:\s*[:=|(,]\s*|[ \t]+)([0-4]|none|one|two|three|four)"
    r"(?=[\s)}|,;]*$|\s*[)}|,;]|\.(?!\d))(?!,\d)",
    re.IGNORECASE | re.MULTILINE,
)


class Telling:
    """What a protected set of tables means for words; `printed` are the small counts that sources are known to have printed."""

    def __init__(self, protection: Protection, published: Iterable[str]):
        self.suppressed: list[Count] = protection.suppressed
        self.printed = {(count.area, count.value) for count in protection.printed}
        self.published = set(published)

    def text(self, text: str) -> bool:
        """Whether a text tells of a suppressed count, or states a small one by age or sex."""
        plain = re.sub(r"<[^>]+>", " ", text)
        return any(self._sentence(part) for part in re.split(r"(?<=[.;!?])\s+|\n", plain))

    def finding(self, id: str, found: Mapping) -> bool:
        """Whether a finding is, or is made from, a suppressed count; what its sources published is not."""
        words = f"{id.replace('.', ' ')} {found['label']}"
        if not PERSONAL_WORDS.search(words.replace("under 18", "")) or isinstance(found["value"], str | bool):
            return False
        if found["sources"] and set(found["sources"]) <= self.published:
            return False
        value = found["value"]
        small = found["unit"] in COUNT_UNITS and value is not None and 0 <= value < THRESHOLD
        return small or any(self._names(words, count.area) for count in self.suppressed)

    def _sentence(self, text: str) -> bool:
        if not PERSONAL_WORDS.search(text) or not re.search(r"\d|\b(?:none|one|two|three|four)\b", text):
            return False
        numbers = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)))
        for count in self.suppressed:
            if self._names(text, count.area) and f"{count.value:g}" in numbers:
                return True
        for found in (*SMALL.finditer(text), *AFTER.finditer(text)):
            value = WORDS.get(found[1].casefold(), found[1])
            if not any(self._names(text, area) and float(value) == known for area, known in self.printed):
                return True
        return False

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


def shown_tables(notebook: Mapping) -> dict[tuple[str, int], list[pd.DataFrame]]:
    """The tables that an executed notebook shows and that have to do with persons, by cell and number of the output."""
    found = {}
    for cell in notebook["cells"]:
        for number, output in enumerate(cell.get("outputs", ())):
            html = _text(output.get("data", {}).get("text/html", ""))
            if (
                "<table" in html
                and PERSONAL_WORDS.search(html)
                or re.search(r">\s*(sex|gender|measure)\s*<", html)
            ):
                found[cell.get("id", ""), number] = read_html(html)
    return found


def read_html(html: str) -> list[pd.DataFrame]:
    """The tables of an HTML fragment as frames of text; headings in small letters.

    >>> read_html("<table><thead><tr><th></th><th>Sex</th></tr></thead><tbody><tr><th>0</th><td>girls</td></tr></tbody></table>")
    [     sex
    0  girls]
    """
    from lxml import html as lxml_html

    frames = []
    for table in lxml_html.fragment_fromstring(html, create_parent="div").iter("table"):
        rows = [
            [(cell.text_content() or "").strip() for cell in row if cell.tag in ("td", "th")]
            for row in table.iter("tr")
        ]
        heads = len(table.findall("thead/tr")) or 1
        width = max((len(row) for row in rows), default=0)
        body = [row + [""] * (width - len(row)) for row in rows[heads:]]
        names = [
            next(
                (row[place] for row in reversed(rows[:heads]) if place < len(row) and row[place]),
                f"column {place + 1}",
            )
            for place in range(width)
        ]
        columns = [re.sub(r"\W+", "_", name.casefold()).strip("_") for name in names]
        frame = pd.DataFrame(
            body, columns=[f"{c}_{n}" if c in columns[:n] else c for n, c in enumerate(columns)]
        )
        if (
            names
            and names[0] == "column 1"
            and frame.iloc[:, 0].tolist() == [str(n) for n in range(len(frame))]
        ):
            frame = frame.iloc[:, 1:]  # pandas' own numbers of rows
        frames.append(frame)
    return frames


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
    """All that an output says in words."""
    data = output.get("data", {})
    alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
    parts = [
        output.get("text", ""),
        alt,
        *(data.get(kind, "") for kind in ("text/plain", "text/markdown", "text/html")),
    ]
    return "\n".join(_text(part) for part in parts)


def _text(value) -> str:
    return "".join(value) if isinstance(value, list | tuple) else str(value)
