"""What a cell prints is shown, and does nothing; its tables can be read by ear."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from helpers.publish import markup
from tests.frames import examples

TURNED = "\u202eabc", "[U+202E]abc"  # would be read from right to left


@pytest.mark.parametrize(("printed", "left"), [*examples(__file__, "markup.csv"), TURNED])
def test_only_harmless_markup_is_left(printed, left):
    assert markup.clean(printed).replace('"', "'") == left


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
        assert node.tag in markup.TAGS | {"div"}
        assert not any(name.startswith("on") for name in node.attrib)
        assert not node.get("src", "").startswith(("x", "//", "http"))
        assert not node.get("href", "").startswith("javascript")


def shown(frame):
    """A table of a notebook, as it is on its page."""
    return lxml_html.fromstring(markup.clean(frame.to_html()))


def test_tables_get_scopes_a_box_and_no_empty_headings():
    frame = pd.DataFrame({"n": ["1,234"]}, index=["Kent"])
    tree = shown(frame)
    assert dict(tree.attrib) == {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": "Table"}
    cells = [(cell.tag, cell.get("scope"), cell.get("class"), cell.text) for cell in tree.iter("th", "td")]
    head = [("td", None, None, None), ("th", "col", "num", "n")]
    assert cells == [*head, ("th", "row", None, "Kent"), ("td", None, "num", "1,234")]


def test_numbers_are_set_as_numbers_and_what_is_not_known_is_a_dash():
    rows = [("Kent", "126", 1118.0, 0.93, -1.0), ("None of them", "17B 19D", None, None, 2.5)]
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])
    made = pd.DataFrame(rows, columns=["force", "codes", "foi", "ratio", "z"], index=index)
    tree = shown(made)
    cells = [[cell.text for cell in row.iter("td")] for row in tree.xpath("//tbody/tr")]
    assert cells == [["Kent", "126", "1,118", "0.93", "−1.0"], ["None of them", "17B 19D", "–", "–", "2.5"]]
    assert [cell.text for cell in tree.xpath("//thead//th[@class='num']")] == ["foi", "ratio", "z"]


@pytest.mark.parametrize("first, printed", [("Kent", "Kent"), (-8, "−8")])
def test_a_named_index_has_one_row_of_headings_and_the_sign_of_the_cells(first, printed):
    frame = pd.DataFrame({"effect": [-0.25]}, index=pd.Index([first], name="force"))
    cells = [[cell.text for cell in row] for row in shown(frame).iter("tr")]
    assert cells == [["force", "effect"], [printed, "−0.25"]]


def test_a_table_of_words_can_be_read_on_a_phone_each_cell_under_its_heading():
    frame = pd.DataFrame({"why": ["because " * 10]}, index=pd.Index(["Kent"], name="force"))
    tree = shown(frame)
    assert tree.xpath("//table[@class='wordy']//td[@class='long']/@data-label") == ["why"]
    roles = "table rowgroup row columnheader columnheader rowgroup row rowheader cell"
    assert " ".join(tree.xpath("//table/descendant-or-self::*/@role")) == roles
