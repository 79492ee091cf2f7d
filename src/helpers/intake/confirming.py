"""Confirming what is only proposed: a list on the review page that a keyboard goes through, and the same in JupyterLab.

Each proposal stands with its sentence or row, what it would count in the words of a reading, and why it waits. A person
confirms it, changes what it counts, or rejects it. The page saves the reading file that ``--reading`` takes, without a
server; in JupyterLab :func:`confirm` writes it beside the others.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path

from helpers.intake.meaning import words_of
from helpers.intake.model import CONFIRMED, READ, REJECTED, FileReading
from helpers.intake.readings import figure_entry, parse_meaning, to_toml
from helpers.intake.render import TEMPLATES
from helpers.tables.files import write_atomic

MOST, LISTED = 20_000, 2_000  # proposals of one page, and those that it lists one by one
SCRIPT = (TEMPLATES / "confirm.js").read_text(encoding="utf-8")
POLICY = f"script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"
KEYS = (("confirm", "Confirm", "c"), ("reject", "Reject", "x"))
KEYS += (("change", "Change", "e"), ("wait", "Let it wait", "w"))
TABLE_KEYS = (("confirm all", "Confirm all", "a"), ("reject all", "Reject all", "r"))
ALIKE_KEY = ("alike", "Decide the others with these labels alike", "l")


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
                "sheet": figure.sheet, "cell": figure.cell, "text": figure.text, "words": words, "why": figure.reason,
                "table": table or f"text {figure.sheet}".strip(), "verdict": words if figure.status == CONFIRMED else "",
            } | placed.get(number, unseen))  # fmt: skip
    for one in reading.numbers:
        if one.reason == REJECTED:
            place = {"sheet": one.sheet, "cell": one.cell, "text": one.text, "table": "rejected before"}
            found.append(unseen | place | {"words": "", "why": REJECTED, "verdict": "reject"})
    return found[:MOST]


def waiting(reading: FileReading, file: str) -> dict:
    """What the list of a review page needs; `file` is what the saved reading is called."""
    from markupsafe import Markup

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
    keys = {"keys": KEYS, "table_keys": TABLE_KEYS, "alike_key": ALIKE_KEY, "listed": LISTED}
    several = any(number > 1 for number in blocks.values())
    told = {"blocks": blocks, "several": several, "groups": groups, "more": more}
    return keys | told | {"embedded": Markup(embedded)}


def read_page(page: Path) -> dict:
    """What a review page holds for its script.

    Raises
    ------
    ValueError
        When nothing waits on that page, or it is none.
    """
    found = re.search(r'id="proposals-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise ValueError(
            f"{page}: nothing waits on this page; give a page in the folder review that rise intake wrote"
        )
    return json.loads(found[1])


def decided(data: dict, verdicts: Iterable[str]) -> str:
    """The reading file with a verdict for each item of a page; an empty one lets it wait."""
    said = zip(data["items"], verdicts, strict=True)
    entries = (
        figure_entry(one["sheet"], one["cell"], one["text"], verdict) for one, verdict in said if verdict
    )
    return data["reading"] + "".join(entries)


def confirm(page: str | Path):
    """Confirm the proposals of one file in JupyterLab; the reading is written beside the others of the intake.

    Parameters
    ----------
    page : path
        A page in the folder ``review`` that ``rise intake`` wrote.

    Returns
    -------
    ipywidgets.VBox
        By table, a row for each proposal: its context, and a box for "confirm", "reject" or what it counts; an empty
        one waits.
    """
    import ipywidgets as widgets

    page = Path(page)
    data = read_page(page)
    target = page.parent.parent / "readings" / data["file"]
    told, choices, shown = widgets.HTML(), [], []
    blocks = Counter(like for like, _ in {(item["like"], item["block"]) for item in data["items"]})
    for table, some in groupby(enumerate(data["items"], 1), lambda one: one[1]["table"]):
        mine = []
        for number, item in some:
            place = escape(f"{item['text']} at {item['sheet']} {item['cell']}")
            context = f"<strong>{place}</strong>: {escape(item['context'])} <em>({escape(item['why'])})</em>"
            options = dict.fromkeys(["confirm", "reject", item["words"]])
            choice = widgets.Combobox(
                value=item["verdict"], options=list(options), placeholder="waits", description=f"{number}.",
                layout=widgets.Layout(width="40rem"),
            )  # fmt: skip
            mine.append(widgets.VBox([widgets.HTML(context), choice]))
        choices += [row.children[1] for row in mine]
        buttons = [
            _button(f"{words} {len(mine)}", partial(_decide_all, act.split()[0], mine))
            for act, words, _ in TABLE_KEYS
        ]
        if blocks[item["like"]] > 1:
            buttons.append(_button(ALIKE_KEY[1], partial(_decide_alike, data["items"], choices, item)))
        shown += [widgets.HTML(f"<h3>{escape(table)}</h3>"), widgets.HBox(buttons), *mine]

    def save(_=None) -> None:
        verdicts = [choice.value.strip() for choice in choices]
        write_atomic(target, decided(data, verdicts))
        told.value = (
            f"saved {sum(map(bool, verdicts))} decisions in {escape(str(target))}; read again with --reading"
        )

    return widgets.VBox([*shown, _button("Save the reading", save), told])


def _decide_all(verdict: str, rows: list, _=None) -> None:
    """Decide all rows of a table that still wait."""
    for row in rows:
        row.children[1].value = row.children[1].value or verdict


def _decide_alike(items: list[dict], choices: list, here: dict, _=None) -> None:
    """Decide what waits in the tables with the same labels in the same places as one, as that one was: each keeps its year."""
    alike = [
        (item, choice) for item, choice in zip(items, choices, strict=True) if item["like"] == here["like"]
    ]
    added = {}
    for item, choice in alike:
        said = choice.value.strip()
        known = said in ("confirm", "reject") or said and said.startswith(item["words"])
        if known and item["block"] == here["block"]:  # other words than its own say nothing of others
            added[item["spot"]] = said.removeprefix("confirm").removeprefix(item["words"]).strip("; ")
    for item, choice in alike:
        more = added.get(item["spot"])
        if item["block"] == here["block"] or choice.value or more is None:
            continue
        if more in ("", "reject"):
            choice.value = more or "confirm"
        elif not parse_meaning(more).dimensions & parse_meaning(item["words"]).dimensions:
            choice.value = f"{item['words']}; {more}"  # what is added replaces nothing that it says


def _button(words: str, decide: Callable):
    import ipywidgets as widgets

    button = widgets.Button(description=words)
    button.on_click(decide)
    return button
