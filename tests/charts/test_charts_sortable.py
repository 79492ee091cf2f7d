"""Tables in a notebook: hostile text is text, numbers stay numbers, nothing is fetched."""

import base64
import json
import re

import pandas as pd

from helpers.charts import sortable

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def cells(html):
    """The rows that the page's table is made from, read back out of its HTML."""
    found = re.search(r'"data_json": ("(?:[^"\\]|\\.)*")', html)
    return json.loads(json.loads(found.group(1)))


def test_text_is_escaped_in_cells_headings_and_caption():
    html = sortable.table_html(pd.DataFrame({HOSTILE: [HOSTILE]}), HOSTILE)
    assert "<img src=x" not in html and "<script>alert" not in html
    assert "&lt;img src=x" in html


def test_a_link_is_made_of_a_web_address_and_of_nothing_else():
    frame = pd.DataFrame({"source": ["A", HOSTILE, "C"], "address": ["https://a.org/", "javascript:x", None]})
    found = [row[0] for row in cells(sortable.table_html(frame, links={"source": "address"}))]
    link = '<a href="https://a.org/" target="_blank" rel="noopener noreferrer">A</a>'
    assert found[0] == f'<div class="long">{link}</div>'
    assert "<a" not in found[1] and "&lt;script&gt;" in found[1]
    assert found[2] == '<div class="long">C</div>'


def test_an_address_cannot_break_out_of_its_link():
    made = sortable.link("A", 'https://a.org/" onclick="alert(1)')
    assert made.count('"') == 6 and "&quot; onclick=&quot;" in made


def test_numbers_are_plain_so_that_they_sort_as_numbers_and_missing_ones_are_empty():
    frame = pd.DataFrame({"n": pd.array([1021, None, 96], dtype="Int64"), "share": [0.5, None, 2.0]})
    assert cells(sortable.table_html(frame)) == [["1021", "0.5"], ["", ""], ["96", "2"]]


def test_a_table_comes_without_a_request_to_anywhere():
    html = sortable.table_html(pd.DataFrame({"a": [1]}))
    assert not re.search(r"""(src|import)\s*[=(]?\s*["'(]?https?:""", html)


def test_of_a_long_table_the_rows_that_are_shown_are_those_that_are_saved(monkeypatch):
    shown = []
    monkeypatch.setattr(sortable, "display", lambda one: shown.append(one.data))
    monkeypatch.setattr(sortable, "MOST_ROWS", 3)
    monkeypatch.setattr(sortable, "_loaded", True)
    sortable.table(pd.DataFrame({"n": range(1, 6)}))
    saved = re.search(r"base64,([^\"]+)", shown[-1]).group(1)
    assert base64.b64decode(saved).decode().split() == ["n", "1", "2", "3"]
    assert cells(shown[-1]) == [["1"], ["2"], ["3"]]
    assert "the first 3 rows of 5" in shown[-1]
