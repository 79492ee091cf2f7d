"""A figure leaves as five files, with its words, its numbers and the same bytes each time."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from PIL import Image

from helpers import charts
from helpers.charts import Chart, drawing, export, style
from tests.frames import examples

TITLE = r"A < B & C, $x_1$ \alpha"
ALT = "Offences in two forces: Kent 10 and Essex 20, twice as many."


@drawing
def chart(words=(), forces=("Kent", "Essex"), **changes):
    figure, axes = style.figure(height=2)
    axes.bar(forces, [10, 20], color=style.OFFICIAL)
    for height, word in enumerate(words):
        axes.text(0.5, 10 + height, word)
    data = pd.DataFrame({"force": forces, "offences": [10, 20]})
    facts = {"figure": figure, "data": data, "alt": ALT, "title": "Two forces", "source": "made up"}
    return Chart(**(facts | changes))


def svg(folder, ending="svg", **changes):
    """The drawing of the chart, exported to a folder."""
    export(chart(**changes), "two-forces", folder=folder)
    return ET.parse(folder / f"two-forces.{ending}").getroot()


def test_a_figure_is_five_files(tmp_path):
    export(chart(), "two-forces", folder=tmp_path)
    names = sorted(path.name.removeprefix("two-forces.") for path in tmp_path.iterdir())
    assert names == ["csv", "phone.svg", "png", "svg", "txt"]
    assert (tmp_path / "two-forces.csv").read_text() == "force,offences\nKent,10\nEssex,20\n"
    assert (tmp_path / "two-forces.txt").read_text() == ALT + "\n"


def test_words_in_the_svg_are_words_and_its_ids_are_its_own(tmp_path):
    root = svg(tmp_path, title=TITLE, forces=("A & B", "C < D"))
    assert (root.findtext("{*}title"), root.findtext("{*}desc"), root.get("role")) == (TITLE, ALT, "img")
    assert TITLE in {text.text for text in root.iterfind(".//{*}text")}
    for form, start in (("svg", "two-forces-"), ("phone.svg", "two-forces-phone-")):
        ids = re.findall(r'\bid="([^"]+)"', (tmp_path / f"two-forces.{form}").read_text())
        assert ids and all(id.startswith(start) for id in ids)
    links = {text[1:] for node in root.iter() for name, text in node.attrib.items() if name.endswith("href")}
    assert links <= {node.get("id") for node in root.iter()}


def test_the_form_for_a_phone_is_drawn_for_its_width_and_says_the_same(tmp_path):
    wide, narrow = (svg(tmp_path, ending) for ending in ("svg", "phone.svg"))
    assert (wide.get("width"), narrow.get("width")) == ("460.8pt", "230.4pt")
    assert wide.findtext("{*}desc") == narrow.findtext("{*}desc") == ALT


def test_words_that_collide_are_named_in_both_forms(tmp_path):
    for ending in ("svg", "phone.svg"):
        drawn = svg(tmp_path, ending, words=["first & last", "on top"])
        assert drawn.get("data-crowded") == "first & last; on top"


def test_a_title_longer_than_its_figure_is_named(tmp_path):
    assert svg(tmp_path, title="W" * 90).get("data-crowded")


def test_an_axis_that_would_print_markup_is_refused(tmp_path):
    drawn = chart()
    drawn.figure.axes[0].set_yscale("log")
    with pytest.raises(ValueError, match="'two-forces' has an axis numbered in powers of ten"):
        export(drawn, "two-forces", folder=tmp_path)


def test_the_picture_has_twice_the_resolution_and_no_date(tmp_path):
    export(chart(), "two-forces", folder=tmp_path)
    picture = Image.open(tmp_path / "two-forces.png")
    assert picture.size == (1280, 400)
    assert set(picture.info) <= {"dpi"}


def test_a_notebook_shows_the_picture_with_its_alt_text(tmp_path):
    shown = export(chart(), "two-forces", folder=tmp_path)
    bundle, facts = shown._repr_mimebundle_()
    assert bundle["text/plain"] == f"Two forces. {ALT}"
    assert facts["image/png"] == {"width": 640, "height": 200, "alt": ALT, "figure": "two-forces"}


REFUSED = [(id, {part: words}, message) for id, part, words, message in examples(__file__, "refused.csv")]
NO_DATA = "two", {"data": pd.DataFrame()}, "'two' has no data"


@pytest.mark.parametrize(("id", "changes", "message"), [*REFUSED, NO_DATA])
def test_a_figure_that_says_nothing_is_refused_and_not_written(tmp_path, id, changes, message):
    with pytest.raises(ValueError, match=message):
        export(chart(**changes), id, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_that_a_spreadsheet_would_run_is_defused_and_numbers_are_not(start):
    text = charts.to_csv(pd.DataFrame({f"{start}note": [f"{start}SUM(A1)"], "change": [-1234567.25]}))
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert row == {f"'{start}note": f"'{start}SUM(A1)", "change": "-1234567.25"}


def test_a_line_break_inside_a_cell_cannot_split_a_row_and_one_before_a_formula_does_not_hide_it():
    text = charts.to_csv(pd.DataFrame({"note": ["one\rtwo", "\r=1"]}))
    assert text == 'note\n"one\ntwo"\n"\'\n=1"\n'
