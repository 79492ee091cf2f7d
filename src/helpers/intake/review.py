"""The review page of a file: the original with every cell that was read marked with what it was taken for.

An analyst reads it beside the file: figures on green, headings and labels on blue, what was left on grey with the
reason, problems on red, each with the words of the reading under the cell's value. Colour never stands alone. What
waits for a person comes first (:mod:`.confirming`). Text from files is escaped, the page loads nothing, and runs only
the script that goes through that list. The pages are the templates beside this module.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

from helpers.intake import confirming, model
from helpers.intake.model import SEVERITIES, FileReading, Problem, Shown, counted
from helpers.intake.render import render
from helpers.tables.files import write_atomic

PARTS = {"p": "page", "t": "table", "r": "row", "c": "column", "l": "line", "n": "number"}


def safe_name(name: str) -> str:
    """A file name that is safe anywhere, the same for the same name, and different for different ones.

    >>> safe_name("../Cleveland 2017.xlsx").startswith("cleveland-2017-xlsx-"), safe_name("a") == safe_name("a")
    (True, True)
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "file"
    return f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def spelled(where: str) -> str:
    """A place of a document in words; that of a sheet stays as it is.

    >>> spelled("p1 t2 r4 c2"), spelled("l17 n2"), spelled("Answer E7")
    ('page 1, table 2, row 4, column 2', 'line 17, number 2', 'Answer E7')
    """
    parts = where.split()
    if not all(re.fullmatch(r"[ptrcln]\d+", part) for part in parts):
        return where
    return ", ".join(f"{PARTS[part[0]]} {part[1:]}" for part in parts)


def _marked(context: str, text: str):
    """A sentence with the number in it that is meant."""
    from markupsafe import Markup, escape

    context, shown = str(escape(context)), re.escape(str(escape(text)))
    number = rf"(?<![\w,.]){shown}(?!\w)" if text else r"(?!)"
    return Markup(re.sub(number, r"<mark>\g<0></mark>", context, count=1))


def _render(template: str, **values: object) -> str:
    shown = {"spelled": spelled, "counted": counted, "marked": _marked, "policy": confirming.POLICY}
    return render(template, **shown, **values)


def write_pages(out: Path, readings: list[FileReading], problems: dict[str, list[Problem]]) -> None:
    """Write one page a file and an index of them.

    Parameters
    ----------
    out : Path
        The output folder; pages go to ``review/``.
    readings : list of FileReading
        What was read.
    problems : dict
        All problems by file, those of the checks included.
    """
    pages = {safe_name(one.name): page(one, problems.get(one.name, [])) for one in readings}
    for name, text in (pages | {"index": index(readings, problems)}).items():
        write_atomic(out / "review" / f"{name}.html", text)


def page(reading: FileReading, problems: list[Problem]) -> str:
    """The review page of one file."""
    placed = [one for one in problems if one.where and one.severity != "note" and ":" not in one.where]
    places = {one.where: one for one in reversed(placed)}
    waiting = {number for number, figure in enumerate(reading.figures) if figure.status != "read"}
    hidden = any("suppressed" in figure.qualifiers for figure in reading.figures)
    file = f"{safe_name(reading.name)}.toml"
    return _render(
        "file.html.j2",
        title=f"How {reading.name} was read", reading=reading, problems=problems, file=file, hidden=hidden,
        tables=[_table(shown, places, waiting) for shown in reading.shown], **confirming.page_data(reading, file),
    )  # fmt: skip


def _table(shown: Shown, places: dict[str, Problem], waiting: set[int]) -> dict:
    """A grid or a run of lines as the template shows it."""
    width = max(map(len, shown.rows), default=0)
    sheet = "" if shown.is_lines or re.match(r"[pt]\d", shown.title) else f"{shown.title} "
    first = re.fullmatch(r"([A-Z]+)\d+", shown.addresses[0]) if shown.addresses else None
    title = shown.title if first else spelled(shown.title)
    title = title[:1].upper() + title[1:] + " (hidden in the file)" * shown.hidden
    if shown.left_out:
        title += f"; {counted(shown.left_out, 'more row')} not shown here"
    start = model.column_index(first[1]) if first else 0
    letters = [model.column_letters(start + column) for column in range(width)] if first else []
    rows = []
    for number, (address, row) in enumerate(zip(shown.addresses, shown.rows, strict=True)):
        label = re.sub(r"^[A-Z]+(?=\d+$)", "", address) if first else address.removesuffix(" c1")
        cells = []
        for column in range(width):
            here = f"{letters[column]}{label}" if first else re.sub(r" c\d+$", f" c{column + 1}", address)
            kind, words = shown.marks.get((number, column), ("", ""))
            if problem := places.get(sheet + here) or places.get(here):
                wrong = problem.message.partition(" Ask:")[0]  # what to ask stands above
                between = "\n" if shown.is_lines else "; "
                words = f"{words}{between}{wrong}" if kind in ("read", "proposed", "confirmed") else wrong
                kind = "problem"
            links = [one for one in shown.figures.get((number, column), ()) if one in waiting]
            cells.append((row[column] if column < len(row) else "", kind, words, links))
        rows.append((label.removeprefix(f"{shown.title} "), cells))
    return {"title": title, "letters": letters, "rows": rows, "is_lines": shown.is_lines}


def index(readings: list[FileReading], problems: dict[str, list[Problem]]) -> str:
    """The page that lists all files, those with most to look at first, and what to ask of whom."""
    files = []
    for one in readings:
        mine = problems.get(one.name, [])
        counts = Counter(problem.severity for problem in mine)
        told = ", ".join(counted(counts[word], word) for word in SEVERITIES if counts[word]) or "none"
        asked = [problem for problem in mine if "Ask:" in problem.message and problem.severity != "note"]
        files.append({
            "name": one.name, "page": f"{safe_name(one.name)}.html", "problems": told, "number": len(one.figures), "waits": one.waiting,
            "state": _state(one), "force": one.force, "questions": asked,
            "order": (-counts["error"], -counts["warning"], -one.waiting, one.name),
        })  # fmt: skip
    files.sort(key=lambda one: one["order"])
    return _render("index.html.j2", title="How the responses were read", files=files)


def _state(reading: FileReading) -> str:
    """What became of a file, in a word or two."""
    if reading.failed and not reading.figures:
        return "not read"
    words = [refusal.word.replace("_", " ") for refusal in reading.refusals[:1]]
    if not reading.figures:
        return words[0] if words else "read"
    return " and ".join(["read", *(f"{word} in part" for word in words)])
