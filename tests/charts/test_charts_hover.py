"""The marks of a figure stand for rows of its numbers: each that is drawn, and nothing else."""

import json
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

from helpers.charts import Chart, style
from helpers.charts.chart import to_svg
from helpers.charts.words import change, percent
from tests.charts.test_charts_figures import DRAWN
from tests.conftest import PUBLISHED, published

NOT_DRAWN = {"ladder": 2, "matrix_with_a_check_written_afterwards": 1}  # without a range, or a prediction


def read(svg):
    """Columns, rows and marks of a drawing, as a page reads them."""
    return json.loads(unescape(re.search("<metadata>(.*?)</metadata>", svg)[1]))


def told(chart):
    return read(to_svg(chart, "one"))


def chart(draw, **data):
    drawn, axes = style.figure(height=2)
    draw(axes)
    return Chart(drawn, pd.DataFrame(data), "Points of some forces, made up.", "Some forces", "made up")


NUMBER = re.compile(r"[−+]?\d[\d,.]*%?")


def spelt(value):
    """Every way in which a figure may write what a cell holds."""
    if isinstance(value, str):
        return set(NUMBER.findall(value))
    ways = [change, percent, lambda v: f"{v:,.2f}", lambda v: f"{v:,.0f}" if v % 1 == 0 or v > 100 else ""]
    ways += [lambda v: change(np.exp(v)), lambda v: percent(-np.expm1(-v))] if abs(value) < 6 else []
    near = (value, value * (1 + 1e-9), value * (1 - 1e-9))  # as a CSV has it, to ten digits
    return {way(one).replace("-", "−") for way in ways for one in near}


def strange(marks, data):
    """Rows that a figure shows with a number that no one row of its data holds."""
    held = [set().union(*map(spelt, row.dropna())) for _, row in data.iterrows()]
    shown = [set(NUMBER.findall(" ".join(row[1:]))) for row in marks["rows"]]
    return [row for row in shown if not any(row <= cells for cells in held)]


@pytest.mark.parametrize("figure", sorted(DRAWN))
@pytest.mark.parametrize("width", ["column", "phone"])
def test_every_row_that_is_drawn_is_reached_and_no_other_number_is_shown(figure, width):
    with style.at(width):
        drawn = DRAWN[figure]()
        marks = told(drawn)
    assert len(marks["rows"]) == len(drawn.data) - NOT_DRAWN.get(figure, 0)
    reached = {row for _, _, *rows in marks["marks"] for row in rows}
    assert reached == set(range(len(marks["rows"])))
    assert strange(marks, drawn.data) == []


@published
def test_every_published_figure_has_marks_and_they_say_what_stands_in_its_csv():
    silent, wrong = set(), {}
    for numbers in sorted((PUBLISHED / "figures").glob("*.csv")):
        data = pd.read_csv(numbers)
        for form in ("svg", "phone.svg"):
            marks = read(numbers.with_suffix(f".{form}").read_text(encoding="utf-8"))
            silent |= set() if marks["marks"] else {numbers.stem}
            wrong |= {numbers.stem: found} if (found := strange(marks, data)) else {}
    assert not silent, "draw values that stand in the data: helpers/charts/hover.py finds no row for any mark"
    assert wrong == {}


def test_a_mark_is_a_row_with_its_interval_and_a_limit_is_no_mark():
    def draw(axes):
        style.rows(axes, ["Kent", "Essex"])
        style.estimates(axes, [0, 1], [1.2, 1.5], [1.1, 1.2], [1.3, 1.9])
        axes.plot([1.4, 1.4], [0, 1])
        style.scale(axes, "x", "ratios", low=1, high=2)

    marks = told(chart(draw, force=["Kent", "Essex"], ratio=[1.2, 1.5], low=[1.1, 1.2], high=[1.3, 1.9]))
    assert marks["columns"] == [""]
    assert marks["rows"] == [["Kent", "+20% (+10% to +30%)"], ["Essex", "+50% (+20% to +90%)"]]
    assert [rows for _, _, *rows in marks["marks"]] == [[0], [1]]


def test_rows_of_one_value_are_told_apart_by_the_names_at_their_places():
    def draw(axes):
        style.rows(axes, ["Kent", "Essex"])
        axes.plot([10, 10], [1, 0], "o")

    marks = told(chart(draw, force=["Kent", "Essex"], count=[10, 10]))
    (_, kent, one), (_, essex, other) = marks["marks"]
    assert (one, other) == (0, 1) and kent > essex  # from above


def test_rows_that_a_drawing_does_not_tell_apart_share_a_mark():
    drawn = chart(lambda axes: axes.plot([1, 2], [3, 4], "o"), force=list("abc"), x=[1, 1, 2], y=[3, 3, 4])
    marks = told(drawn)
    assert [rows for _, _, *rows in marks["marks"]] == [[0, 1], [2]]


def test_points_in_one_place_of_two_axes_of_names_have_a_row_each_which_the_key_helps_to_find():
    def draw(axes):
        axes.plot([0.9, 1.1], [0, 0], "o", label="right")
        axes.plot([1.0], [0], "x", label="wrong")
        axes.set_xticks([1], ["Kent"])
        style.rows(axes, ["rape"])

    verdicts = ["right", "wrong", "right"]
    marks = told(chart(draw, force=["Kent"] * 3, kind=["rape"] * 3, verdict=verdicts))["marks"]
    assert [rows for _, _, *rows in marks] == [[0], [1], [2]]
    first, cross, last = (x for x, *_ in marks)
    assert first < cross < last


def test_parts_of_a_stack_stand_for_their_own_heights_where_one_begins_at_the_height_of_another():
    def draw(axes):
        axes.stackplot([0, 1], [[5, 5], [5, 7]])
        style.years(axes, ["2014/15", "2015/16"])

    years, kinds = ["2014/15", "2015/16"] * 2, ["a", "a", "b", "b"]
    marks = told(chart(draw, year=years, kind=kinds, offences=[5, 5, 5, 7]))
    height = {rows[0]: -y for _, y, *rows in marks["marks"]}
    assert marks["rows"][1] == ["2015/16, a", "5"] and marks["rows"][3] == ["2015/16, b", "7"]
    assert height[3] > height[1]


def test_a_place_on_an_axis_of_words_is_never_read_as_a_number():
    def draw(axes):
        axes.plot([1, 2], [7, 8], "o")
        axes.set_xticks([1, 2], ["one", "two"])

    assert told(chart(draw, step=[1, 2], value=[7, 8]))["marks"] == []


def test_a_mark_lies_where_its_point_is_drawn():
    svg = to_svg(chart(lambda axes: axes.plot([1], [1], "o"), x=[1], y=[1]), "one")
    x, y, _ = read(svg)["marks"][0]
    drawn = re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"', svg)
    assert (x, y) in {(round(float(across), 1), round(float(down), 1)) for across, down in drawn}


@pytest.mark.parametrize("cells", [["Kent", "Essex"], pd.Categorical(["Kent", "Essex"])])
def test_a_chart_of_an_analyst_whose_columns_are_of_other_kinds_has_marks_too(cells):
    def draw(axes):
        axes.bar(["Kent", "Essex"], [10, 20])
        axes.annotate("", (0, 0), (1, 1), arrowprops={})

    counts = pd.array([10, 20], "Int64")
    marks = told(chart(draw, force=cells, count=counts, seen=pd.array([True, None], "boolean")))
    assert marks["rows"] == [["Kent", "10"], ["Essex", "20"]]
