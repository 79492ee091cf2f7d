"""Confirming what is only proposed: a list on the review page that a keyboard goes through, and the same in JupyterLab.

Each proposal stands with its sentence or row, what it would count in the words of a reading, and why it waits. A person
confirms it, changes what it counts, or rejects it. The page saves the reading file that ``--reading`` takes, without a
server; in JupyterLab :func:`confirm` shows the same page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from helpers.intake.meaning import words_of
from helpers.intake.model import CONFIRMED, READ, REJECTED, FileReading
from helpers.intake.readings import entries, to_toml
from helpers.intake.render import TEMPLATES

MOST, LISTED = 20_000, 2_000  # proposals of one page, and those that it lists one by one
SCRIPT = (TEMPLATES / "confirm.js").read_text(encoding="utf-8")
POLICY = f"script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"


def items(reading: FileReading) -> list[dict]:
    """What waits for a person in a file, in the order of its pages, and what a person has decided before.

    Each has the place and the number as printed, the table or text that it is of, its context, what it counts, why it
    waits, and the verdict so far. What the page shows has an `id`, the `block` of the page that it stands in, the first
    block that is `like` that one, and its `spot` there.
    """
    first = {shown.layout: block for block, shown in reversed(list(enumerate(reading.shown)))}
    placed = {}
    for block, shown in enumerate(reading.shown):
        like = block if shown.is_lines else first[shown.layout]
        for (row, column), numbers in shown.figures.items():
            context = " | ".join(filter(None, shown.rows[row]))
            for order, number in enumerate(numbers):
                spot = f"{shown.addresses[row].removeprefix(f'{shown.title} ')} {column} {order}"
                there = {"block": block, "like": like, "spot": spot}
                placed[number] = {"id": number, "context": context} | there
    unseen = {"id": None, "context": "", "block": None, "like": None, "spot": ""}
    tables = {note.name: f"{note.name} ({note.heading[:80]})" for note in reading.tables}
    found = []
    for number, figure in enumerate(reading.figures):
        if figure.status != READ and len(found) < MOST:
            words = words_of(figure)
            in_text = re.search(r"(^| )n\d+$", figure.cell)
            table = "" if in_text else tables.get(f"table {figure.table}", "")
            found.append({
                "sheet": figure.sheet, "cell": figure.cell, "text": figure.text, "words": words, "why": figure.why,
                "table": table or f"text {figure.sheet}".strip(), "verdict": words if figure.status == CONFIRMED else "",
            } | placed.get(number, unseen))  # fmt: skip
    for one in reading.numbers:
        if one.reason == REJECTED:
            place = {"sheet": one.sheet, "cell": one.cell, "text": one.text, "table": "rejected before"}
            found.append(unseen | place | {"words": "", "why": REJECTED, "verdict": "reject"})
    return found[:MOST]


def page_data(reading: FileReading, file: str) -> dict:
    """What the list of a review page needs; `file` is what the saved reading is called."""
    found = items(reading)
    first = {one["table"]: place for place, one in reversed(list(enumerate(found)))}
    found.sort(key=lambda one: first[one["table"]])
    said = hashlib.sha256(repr((reading.name, reading.digest, found)).encode("utf-8", "replace")).hexdigest()
    data = {"digest": said, "file": file, "items": found}  # a browser keeps decisions about no other list
    data["reading"] = to_toml(reading, figures=False) if found else ""
    embedded = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    more = reading.waiting - MOST
    groups = [(table, list(some)) for table, some in groupby(enumerate(found), lambda one: one[1]["table"])]
    blocks = Counter(like for like, _ in {(one["like"], one["block"]) for one in found})
    return {"blocks": blocks, "groups": groups, "more": more, "listed": LISTED, "embedded": embedded}


def read_page(page: str | Path) -> dict:
    """What a review page holds for its script.

    Raises
    ------
    ValueError
        When nothing waits on that page, or it is none.
    """
    text = Path(page).read_text(encoding="utf-8")
    found = re.search(r'id="proposals-data">(.*?)</script>', text, re.DOTALL)
    if not found:
        remedy = "give a page in the folder review that rise intake wrote"
        raise ValueError(f"{page}: nothing waits on this page; {remedy}")
    return json.loads(found[1])


def decided(data: dict, verdicts: Iterable[str]) -> str:
    """The reading file with a verdict for each item of a page; an empty one lets it wait."""
    said = zip(data["items"], verdicts, strict=True)
    verdicts = {(i["sheet"], i["cell"], i["text"]): verdict for i, verdict in said if verdict}
    return data["reading"] + entries(verdicts)


def confirm(page: str | Path):
    """The review page of one file in JupyterLab, with its list, its keys, and what they save.

    Parameters
    ----------
    page : path
        A page in the folder ``review`` that ``rise intake`` wrote.

    Returns
    -------
    IPython.display.HTML
        The page in a frame of its own.

    Raises
    ------
    ValueError
        When nothing waits on that page, or it is none.
    """
    from IPython.display import HTML

    read_page(page)
    inside = '<base href="about:srcdoc"><title>'  # else its links would open JupyterLab in the frame
    shown = escape(Path(page).read_text(encoding="utf-8").replace("<title>", inside, 1))
    look = 'title="Numbers to confirm" style="width: 100%; height: 85vh; border: 0"'
    unsaved = {"keep_output": False}  # exact counts, which `rise lab` keeps out of the notebook's file
    return HTML(f'<div><iframe srcdoc="{shown}" {look}></iframe></div>', metadata=unsaved)
