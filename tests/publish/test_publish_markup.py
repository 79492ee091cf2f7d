"""What a cell prints is shown, and does nothing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from helpers.publish import markup, plain


@pytest.mark.parametrize(
    ("given_html", "left"),
    [
        ("<script>x()</script>after", "after"),
        ('<img src="x" onerror="x()">', ""),
        ('<img src="https://example.org/a.png" alt="a">', ""),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href="https://example.org/">a</a>', '<a href="https://example.org/">a</a>'),
        ('<p style="background:url(//example.org)">a</p>', "<p>a</p>"),
        ("<svg><script>x()</script></svg>", ""),
        ("<style>@import url(//example.org)</style>a", "a"),
        ("<unknown>a <b>b</b></unknown>", "a <b>b</b>"),
        ("<!-- a -->b", "b"),
        ("a &lt;b&gt; c", "a &lt;b&gt; c"),
        ("\u202eabc", "[U+202E]abc"),
    ],
)
def test_only_harmless_markup_is_left(given_html, left):
    assert markup.clean(given_html) == left


TRICKS = st.lists(
    st.sampled_from(
        ["<script>", "</script>", "<img src=x onerror=a>", "<svg/onload=a>", "<a href='javascript:a'>", "<table>", "<tr>", "<td>",
         "</table>", "<style>", "<iframe src=//a>", "<math><mtext>", "<!--", "-->", "<![CDATA[", "text", "&lt;script&gt;", "\x00"]
    )
)  # fmt: skip


@given(TRICKS)
def test_no_mixture_of_tricks_leaves_anything_that_runs_or_fetches(parts):
    cleaned = markup.clean("<p>start</p>" + "".join(parts))
    for node in lxml_html.fragment_fromstring(cleaned, create_parent="div").iter():
        assert node.tag in markup.ALLOWED
        assert not any(name.startswith("on") for name in node.attrib)
        assert not node.get("src", "").startswith(("x", "//", "http"))
        assert not node.get("href", "").startswith("javascript")


def test_tables_get_scopes_a_box_and_no_empty_headings():
    frame = "<table><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>Kent</th><td>1,234</td></tr></tbody></table>"
    assert markup.clean(frame) == (
        '<div class="scroll" role="group" tabindex="0" aria-label="Table"><table><thead><tr><td></td>'
        '<th scope="col" class="num">n</th></tr></thead><tbody><tr><th scope="row">Kent</th><td class="num">1,234</td></tr></tbody>'
        "</table></div>"
    )


def test_headings_go_down_one_level_at_a_time():
    assert markup.headings_in_order('<h1 id="a">a</h1><h4>b</h4><h2>c</h2><h1>d</h1>') == (
        '<h1 id="a">a</h1><h2>b</h2><h2>c</h2><h2>d</h2>'
    )


@pytest.mark.parametrize("text", ["1", "−0.35", "1,234", "17.4%", "3.32 (2.90 to 3.81)", "", "–"])
def test_numbers_are_known_as_numbers(text):
    assert markup.is_number(text)


@pytest.mark.parametrize("text", ["2014/15 and later", "Kent", "1 in 5"])
def test_words_are_not(text):
    assert not markup.is_number(text)


def test_a_long_word_can_break_without_losing_a_letter():
    word = "x" * 100
    assert plain.breakable(word).replace(plain.BREAK, "") == word
    assert max(map(len, plain.breakable(word).split(plain.BREAK))) <= 12


def test_the_two_heading_rows_of_a_named_index_become_one():
    frame = pd.DataFrame({"ratio": [1.5]}, index=pd.Index(["Kent"], name="force"))
    html = markup.clean(frame.to_html())
    assert html.count("<tr>") == 2
    assert '<th scope="col">force</th>' in html and '<th scope="col" class="num">ratio</th>' in html
    assert '<th scope="row">Kent</th>' in html


def test_only_a_column_of_nothing_but_numbers_is_set_as_numbers():
    frame = pd.DataFrame({"codes": ["126", "17B 19D"], "year": ["2014/15", "2015/16"]})
    assert 'class="num"' not in markup.clean(frame.to_html(index=False))


def test_what_is_not_known_is_a_dash_and_a_count_beside_it_stays_a_whole_number():
    frame = pd.DataFrame(
        {"force": ["Kent", "Essex"], "foi": [1118.0, None], "ratio": [0.93, None], "z": [-1.0, 2.5]}
    )
    tree = lxml_html.fromstring(markup.clean(frame.to_html(index=False)))
    cells = [[cell.text_content() for cell in row.iter("td")] for row in tree.xpath("//tbody/tr")]
    assert cells == [["Kent", "1118", "0.93", "−1.0"], ["Essex", "–", "–", "2.5"]]


def test_a_word_that_holds_the_letters_of_nothing_known_is_left():
    tree = lxml_html.fromstring(markup.clean("<table><tr><td>None of them</td><td>Nancy</td></tr></table>"))
    assert [cell.text_content() for cell in tree.iter("td")] == ["None of them", "Nancy"]
