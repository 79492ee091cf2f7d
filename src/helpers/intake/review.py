"""The review page of a file: the original with every cell that was read marked with what it was taken for.

An analyst reads it beside the file: figures on green, headings and labels on blue, what was left on grey with the
reason, problems on red, each with the words of the reading under the cell's value. Colour never stands alone. What
waits for a person comes first (:mod:`.confirming`). Text from files is escaped, the page loads nothing, and runs only
the script that goes through that list.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from html import escape
from pathlib import Path

from helpers.intake.confirming import POLICY, section
from helpers.intake.model import SEVERITIES, FileReading, Problem, Shown, column_index, column_letters
from helpers.tables.files import write_atomic

STYLE = (Path(__file__).parent / "templates" / "review.css").read_text(encoding="utf-8")
KEY = (
    ("read", "12", "a figure, and what it counts"),
    ("proposed", "12", "a figure that waits for a person, and why"),
    ("heading", "2014/15", "a heading or label, and what it was taken for"),
    ("none", "34%", "no figure, and why"),
    ("problem", "-3", "something is wrong with it, and what"),
    ("", "text", "not read"),
)
PARTS = {"p": "page", "t": "table", "r": "row", "c": "column", "l": "line"}


def slug(name: str) -> str:
    """A file name that is safe anywhere, the same for the same name, and different for different ones.

    >>> slug("../Cleveland 2017.xlsx").startswith("cleveland-2017-xlsx-"), slug("a") == slug("a")
    (True, True)
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "file"
    return f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def spelled(where: str) -> str:
    """A place of a document in words; that of a sheet stays as it is.

    >>> spelled("p1 t2 r4 c2"), spelled("l17"), spelled("Answer E7")
    ('page 1, table 2, row 4, column 2', 'line 17', 'Answer E7')
    """
    parts = where.split()
    if not all(re.fullmatch(r"[ptrcl]\d+", part) for part in parts):
        return where
    return ", ".join(f"{PARTS[part[0]]} {part[1:]}" for part in parts)


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
    for reading in readings:
        write_atomic(
            out / "review" / f"{slug(reading.name)}.html", page(reading, problems.get(reading.name, []))
        )
    write_atomic(out / "review" / "index.html", index(readings, problems))


def page(reading: FileReading, problems: list[Problem]) -> str:
    """The review page of one file."""
    places = _places(problems)
    parts = [
        f"<h1>{escape(reading.name)}</h1>",
        f"<p>{_count(len(reading.figures), 'figure')} read. Force: {escape(reading.force or 'not stated')}. "
        f"Counted where nothing else is said: {escape(reading.measure or 'offences')}. "
        '<a href="index.html">All files</a></p>',
        _problem_list(problems),
        _mend(reading),
        _key(),
    ]
    parts += [_rules(reading)] if reading.rules else []
    parts += [section(reading, f"{slug(reading.name)}.toml")]
    waiting = {number for number, figure in enumerate(reading.figures) if figure.status != "read"}
    parts += [_grid(shown, places, waiting) for shown in reading.shown]
    return _document(f"How {reading.name} was read", parts)


def _mend(reading: FileReading) -> str:
    """How what was read wrong is put right; a file that could not be read has no reading."""
    if reading.failed and not reading.figures:
        return ""
    name = f"readings/{slug(reading.name)}.toml"
    return (
        f'<p>If something was taken for what it is not, change it in <a href="../{name}">{name}</a>, and read again with '
        "the option <code>--reading</code> and that file, or the folder <code>readings</code> for all that were changed.</p>"
    )


def _problem_list(problems: list[Problem]) -> str:
    return f"<h2>Problems</h2>{_list(problems) if problems else '<p>None.</p>'}"


def _list(problems: list[Problem]) -> str:
    items = "".join(
        f'<li class="{p.severity}"><strong>{p.severity}</strong>{f" at {escape(spelled(p.where))}" if p.where else ""}: {escape(p.message)}</li>'
        for p in problems
    )
    return f"<ul>{items}</ul>"


def _key() -> str:
    cells = "".join(
        f'<td class="{kind}">{escape(value)}<small>{escape(words)}</small></td>' for kind, value, words in KEY
    )
    table = f'<table class="key"><caption>How to read the tables below</caption><tr>{cells}</tr></table>'
    return f'<div class="wide" tabindex="0" role="region" aria-label="How to read the tables below">{table}</div>'


def _rules(reading: FileReading) -> str:
    said = [
        f"{escape(str(mark))} hides {bounds[0]} to {bounds[1]}"
        for mark, bounds in (reading.rules.get("marks") or {}).items()
    ]
    said += ["zero is hidden too"] * bool(reading.rules.get("zero_is_hidden"))
    said += ["a blank means zero"] * bool(reading.rules.get("blank_is_zero")) + ["a dash means zero"] * bool(
        reading.rules.get("dash_is_zero")
    )
    if said:
        return f"<p>What the file says of its marks: {'; '.join(said)}.</p>"
    hidden = any("suppressed" in figure.qualifiers for figure in reading.figures)
    return "<p>The file does not say what its marks hide; the cells below say how each was read.</p>" * hidden


def _places(problems: list[Problem]) -> dict[str, Problem]:
    places: dict[str, Problem] = {}
    for problem in problems:
        if problem.where and problem.severity != "note" and ":" not in problem.where:
            places.setdefault(problem.where, problem)
    return places


def _grid(shown: Shown, places: dict[str, Problem], waiting: set[int]) -> str:
    width = max((len(row) for row in shown.rows), default=0)
    sheet = "" if shown.is_lines or re.match(r"[pt]\d", shown.title) else shown.title
    a1 = bool(shown.addresses) and bool(re.fullmatch(r"[A-Z]+\d+", shown.addresses[0]))
    title = shown.title if a1 else spelled(shown.title)
    title = escape(title[:1].upper() + title[1:]) + (" (hidden in the file)" if shown.hidden else "")
    if shown.left_out:
        title += f"; {_count(shown.left_out, 'more row')} not shown here"
    head = ""
    if a1:
        first = re.match(r"[A-Z]+", shown.addresses[0])[0]
        start = column_index(first)
        head = (
            "<tr><td></td>"
            + "".join(f'<th scope="col">{column_letters(start + c)}</th>' for c in range(width))
            + "</tr>"
        )
    rows = []
    for number, row in enumerate(shown.rows):
        address = shown.addresses[number]
        label = (
            re.sub(r"^[A-Z]+(?=\d+$)", "", address)
            if a1
            else address.removesuffix(" c1").removeprefix(f"{shown.title} ")
        )
        cells = "".join(
            _cell(shown, number, column, text, places, sheet, a1, waiting)
            for column, text in enumerate([*row, *[""] * (width - len(row))])
        )
        rows.append(f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>')
    kind = ' class="lines"' if shown.is_lines else ""
    return f'<h2>{title}</h2><div class="wide" tabindex="0" role="region" aria-label="{title}"><table{kind}>{head}{"".join(rows)}</table></div>'


def _cell(
    shown: Shown, row: int, column: int, text: str, places: dict, sheet: str, a1: bool, waiting: set[int]
) -> str:
    kind, words = shown.marks.get((row, column), ("", ""))
    if a1:
        letters, number = re.match(r"([A-Z]+)(\d+)", shown.addresses[row]).groups()
        address = f"{column_letters(column_index(letters) + column)}{number}"
    else:
        address = re.sub(r" c\d+$", f" c{column + 1}", shown.addresses[row])
    problem = places.get(f"{sheet} {address}".strip()) or places.get(address)
    if problem:
        wrong = problem.message.partition(" Ask:")[0]  # what to ask stands above
        between = "\n" if shown.is_lines else "; "
        kind, words = (
            "problem",
            f"{words}{between}{wrong}" if kind in ("read", "proposed", "confirmed") else wrong,
        )
    small = f"<small>{escape(words)}</small>" if words else ""
    mine = [n for n in shown.figures.get((row, column), ()) if n in waiting]
    links = "".join(
        f' <a id="f{n}" href="#p{n}">{"decide" if len(mine) == 1 else f"decide {k}"}</a>'
        for k, n in enumerate(mine, 1)
    )
    return (
        f'<td class="{kind}">{escape(text)}{small}{links}</td>' if kind else f"<td>{escape(text)}{links}</td>"
    )


def index(readings: list[FileReading], problems: dict[str, list[Problem]]) -> str:
    """The page that lists all files, those with most to look at first, and what to ask of whom."""
    rows, questions = [], []
    counted = [(Counter(problem.severity for problem in problems.get(r.name, [])), r) for r in readings]
    for counts, reading in sorted(
        counted, key=lambda one: (-one[0]["error"], -one[0]["warning"], one[1].name)
    ):
        state = _state(reading)
        found = ", ".join(_count(counts[word], word) for word in SEVERITIES if counts[word]) or "none"
        link = f'<a href="{slug(reading.name)}.html">{escape(reading.name)}</a>'
        rows.append(
            f'<tr><th scope="row">{link}</th><td>{found}</td><td>{len(reading.figures):,}</td>'
            f"<td>{state}</td><td>{escape(reading.force)}</td></tr>"
        )
        asked = [p for p in problems.get(reading.name, []) if "Ask:" in p.message and p.severity != "note"]
        if asked:
            who = f"{escape(reading.force)}: " if reading.force else ""
            questions.append(f"<h3>{who}{link}</h3>{_list(asked)}")
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("File", "Problems", "Figures", "State", "Force")
    )
    parts = [
        "<h1>How the responses were read</h1>",
        f"<p>{_count(len(readings), 'file')}, {_count(sum(len(r.figures) for r in readings), 'figure')}. "
        "Look at each page beside its file, those with errors and warnings first.</p>",
        f'<div class="wide" tabindex="0" role="region" aria-label="Files"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>',
    ]
    if questions:
        parts += ["<h2>What to ask before anything is published</h2>", *questions]
    return _document("How the responses were read", parts)


def _state(reading: FileReading) -> str:
    """What became of a file, in a word or two."""
    if reading.failed and not reading.figures:
        return "not read"
    words = {refusal.word.replace("_", " ") for refusal in reading.refusals[:1]}
    return " and ".join(
        [
            *["read"] * bool(reading.figures or not words),
            *(f"{w} in part" if reading.figures else w for w in words),
        ]
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _document(title: str, parts: list[str]) -> str:
    policy = f"default-src 'none'; style-src 'unsafe-inline'; {POLICY}"
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )
