"""Layouts put together at random, in every format, are read figure for figure, and nothing is read that does not stand there."""

import html
import importlib.util
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from helpers.intake.reader import read_file
from helpers.intake.readings import from_content, to_toml

_place = Path(__file__).parent.parent / "corpus" / "compose.py"
_spec = importlib.util.spec_from_file_location("compose", _place)
composer = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(composer)
FORMATS = ("csv", "tsv", "xlsx", "ods", "docx", "pdf", "html", "txt", "bars", "mail")


def test_of_layouts_in_the_habits_of_forces_nothing_is_read_wrong_and_nearly_all_is_read():
    counted = composer.score_all(range(250))
    assert counted["wrong as read"] == 0
    assert counted["read"] >= 0.97 * counted["all"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_layout_is_read_from_every_format(made, form):
    counted = Counter()
    for seed in range(1_000, 1_008):
        layout = composer.compose(seed)
        path = _write(made, layout, form)
        figures = [figure for one in read_file(path, path.name) for figure in one.figures]
        counted += composer.score(layout, figures)
    assert counted["wrong as read"] == 0
    assert counted["read"] + counted["proposed"] >= 0.9 * counted["all"]


@pytest.mark.parametrize("seed", range(2_000, 2_010))
def test_a_reading_passed_back_unchanged_changes_nothing(made, seed):
    path = _write(made, composer.compose(seed), "csv")
    first = read_file(path, path.name)[0]
    decisions = from_content(tomllib.loads(to_toml(first)), "reading")
    again = read_file(path, path.name, decisions)[0]
    assert again.figures == first.figures and again.decided == {}


def _write(made, layout, form: str) -> Path:
    above, rows, below = layout.above, layout.rows, layout.below
    if form in ("docx", "pdf"):
        return getattr(made, form)(f"made.{form}", [*above, rows, *below])
    sheet = [*([text] for text in above), [], *rows, [], *([text] for text in below)]
    if form in ("csv", "tsv"):
        return made.csv(f"made.{form}", sheet, separator="," if form == "csv" else "\t")
    if form in ("xlsx", "ods"):
        return getattr(made, form)(f"made.{form}", sheet)
    if form == "html":
        cells = ["".join(_html_cell(cell, layout, n, place) for place, cell in enumerate(row)) for n, row in enumerate(rows)]  # fmt: skip
        table = "".join(f"<tr>{row}</tr>" for row in cells)
        said = ["".join(f"<p>{html.escape(text)}</p>" for text in texts) for texts in (above, below)]
        return made.text("made.html", f"<html><body>{said[0]}<table>{table}</table>{said[1]}</body></html>")
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows] if form == "bars" else _aligned(layout)
    text = "\n".join([*above, "", *lines, "", *below])
    return made.mail("made.eml", text) if form == "mail" else made.text("made.txt", text)


def _html_cell(cell, layout, row: int, place: int) -> str:
    if layout.group and row == 0 and place:
        return f"<th colspan={layout.group}>{html.escape(str(cell))}</th>" if cell != "" else ""
    return f"<td>{html.escape(str(cell))}</td>"


def _aligned(layout) -> list[str]:
    """Rows in columns of blanks; an upper heading stands over the middle of its columns."""
    body, size = layout.rows[1:] if layout.group else layout.rows, layout.group
    widths = [max(len(str(row[place])) for row in body) + 3 for place in range(len(body[0]))]
    head = []
    if size:
        names = [cell for cell in layout.rows[0] if cell != ""]
        least = -(-(max(map(len, names)) + 3) // size)
        widths = [widths[0], *(max(width, least) for width in widths[1:])]
        spans = [sum(widths[1 + size * n : 1 + size * (n + 1)]) for n in range(len(names))]
        head = [" " * widths[0] + "".join(name.center(span) for name, span in zip(names, spans, strict=True)).rstrip()]  # fmt: skip
    return head + [
        (str(row[0]).ljust(widths[0]) + "".join(str(c).rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))).rstrip()
        for row in body
    ]  # fmt: skip
