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
from collections.abc import Iterable
from html import escape
from pathlib import Path

from helpers.intake.meaning import words_of
from helpers.intake.model import FileReading
from helpers.intake.readings import figure_entry, to_toml
from helpers.tables.files import write_atomic

MOST = 2_000  # proposals of one page
REJECTED = "rejected by the analyst"
SCRIPT = (Path(__file__).parent / "templates" / "confirm.js").read_text(encoding="utf-8")
POLICY = f"script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"
KEYS = tuple(
    zip("confirm reject change next back wait all".split(),
        ("Confirm", "Reject", "Change", "Next", "Back", "Let it wait", "Confirm all of this table"), "cxenpwa", strict=True)
)  # fmt: skip


def items(reading: FileReading) -> list[dict]:
    """What waits for a person in a file, in the order of its pages, and what a person has decided before.

    Each has the place and the number as printed, its context, what it counts, why it waits, and the verdict so far.
    """
    where = {}
    for shown in reading.shown:
        for (row, _), numbers in shown.figures.items():
            where |= dict.fromkeys(numbers, " | ".join(filter(None, shown.rows[row])))
    found = []
    for number, figure in enumerate(reading.figures):
        if figure.status in ("proposed", "confirmed"):
            words = words_of(figure)
            verdict = words if figure.status == "confirmed" else ""
            place = {"sheet": figure.sheet, "cell": figure.cell, "text": figure.text, "table": figure.table}
            said = {
                "words": words,
                "why": figure.reason,
                "context": where.get(number, ""),
                "verdict": verdict,
            }
            found.append(place | said | {"id": number if number in where else None})
    for one in reading.numbers:
        if one.reason == REJECTED:
            place = {"sheet": one.sheet, "cell": one.cell, "text": one.text, "table": 0}
            found.append(
                place | {"id": None, "words": "", "why": REJECTED, "context": "", "verdict": "reject"}
            )
    return found[:MOST]


def section(reading: FileReading, file: str) -> str:
    """The list of proposals of a review page, with what its script needs; empty where nothing waits.

    `file` is what the saved reading is called.
    """
    waiting = items(reading)
    if not waiting:
        return ""
    more = sum(figure.status == "proposed" for figure in reading.figures) - MOST
    data = {
        "digest": reading.digest or reading.name,
        "file": file,
        "reading": to_toml(reading, figures=False),
        "items": waiting,
    }
    embedded = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    keys = ", ".join(f"<kbd>{key}</kbd> {words.lower()}" for _, words, key in KEYS)
    return (
        '<h2 id="to-confirm">To confirm</h2><div class="bar"><span id="left"></span> '
        '<button type="button" id="save">Save the reading (s)</button> <span id="told" role="status" aria-live="polite"></span></div>'
        f"<p>These numbers were not taken, because somebody has to say what they count. With the keyboard: {keys}, <kbd>s</kbd> save. "
        f"Change the words where they are wrong; Enter confirms them. Then read again with <code>--reading {escape(file)}</code>.</p>"
        "<noscript><p>This list needs scripts to be allowed. Without them, write the decisions into the reading file.</p></noscript>"
        + (f"<p>{more:,} more are not shown here; confirm these first.</p>" if more > 0 else "")
        + f'<ol class="proposals">{"".join(map(_item, range(len(waiting)), waiting))}</ol>'
        + f'<script type="application/json" id="proposals-data">{embedded}</script><script>{SCRIPT}</script>'
    )


def _item(number: int, item: dict) -> str:
    place = f"{item['sheet']} {item['cell']}".strip()
    text, context = escape(item["text"]), escape(item["context"])
    shown = (
        re.sub(rf"(?<![\w,.]){re.escape(text)}(?![\w])", f"<mark>{text}</mark>", context, count=1)
        if text
        else context
    )
    see = f' <a href="#f{item["id"]}">see it in its place</a>' if item["id"] is not None else ""
    buttons = "".join(
        f'<button type="button" data-act="{act}">{words} ({key})</button>' for act, words, key in KEYS
    )
    return (
        f'<li tabindex="0" id="p{item["id"] if item["id"] is not None else f"r{number}"}"><p><strong>{text}</strong> at '
        f'{escape(place)}{see}: <span class="state">waits</span></p><p>{shown}</p><p>Why it waits: {escape(item["why"] or "it was decided before")}.</p>'
        f'<label>What it counts <input type="text" value="{escape(item["words"], quote=True)}" spellcheck="false"></label>{buttons}</li>'
    )


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
    entries = (
        figure_entry(item, verdict) for item, verdict in zip(data["items"], verdicts, strict=True) if verdict
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
        A row for each proposal: its context, what it counts, and a choice that starts at "wait".
    """
    import ipywidgets as widgets

    page = Path(page)
    data = read_page(page)
    target = page.parent.parent / "readings" / data["file"]
    told, rows, choices = widgets.HTML(), [], []
    for number, item in enumerate(data["items"], 1):
        start = {"": "wait", "reject": "reject"}.get(item["verdict"], "confirm")
        choice = widgets.ToggleButtons(
            options=["wait", "confirm", "reject"], value=start, description=f"{number}."
        )
        words = widgets.Text(item["words"], description="counts", layout=widgets.Layout(width="40rem"))
        place = escape(f"{item['text']} at {item['sheet']} {item['cell']}")
        context = widgets.HTML(
            f"<strong>{place}</strong>: {escape(item['context'])} <em>({escape(item['why'])})</em>"
        )
        rows.append(widgets.VBox([context, words, choice]))
        choices.append((choice, words))

    def save(_=None) -> None:
        verdicts = [
            "" if choice.value == "wait" else "reject" if choice.value == "reject"
            else "confirm" if words.value == item["words"] and not item["verdict"] else words.value
            for (choice, words), item in zip(choices, data["items"], strict=True)
        ]  # fmt: skip
        write_atomic(target, decided(data, verdicts))
        told.value = (
            f"saved {sum(map(bool, verdicts))} decisions in {escape(str(target))}; read again with --reading"
        )

    button = widgets.Button(description="Save the reading")
    button.on_click(save)
    return widgets.VBox([*rows, button, told])
