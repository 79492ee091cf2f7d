"""An executed notebook becomes a page that stands alone."""

import pytest
from lxml import html as lxml_html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers.publish import PublishError, notebooks
from tests.publish.conftest import write_notebook


@pytest.fixture
def page(out):
    """Writes a notebook of one step with these cells, as executed, and gives its page."""

    def make(*cells, shown=None, name="21_rise"):
        return notebooks.page(write_notebook(out / "notebooks" / f"{name}.ipynb", shown, *cells))

    return make


def cell_with(**data):
    outputs = [new_output("execute_result", data, execution_count=1)]
    return new_code_cell("show()", id="shows", outputs=outputs)


def test_a_page_has_one_title_a_language_and_folded_code(page):
    tree = lxml_html.fromstring(page(new_code_cell("x = 1 < 2", id="set-x")))
    assert tree.get("lang") == "en-GB"
    assert [h.text_content() for h in tree.iter("h1")] == ["How big was the rise?"]
    assert [d.text_content() for d in tree.xpath("//details/summary")] == ["Code: set x"]
    assert tree.xpath("//details[@open]") == []
    assert tree.xpath("//details/pre")[0].text_content() == "x = 1 < 2"


def test_a_figure_is_the_drawing_with_its_words_and_its_numbers(page, shown):
    tree = lxml_html.fromstring(page(shown=shown[0]))
    picture = tree.find(".//figure//img")
    assert picture.get("src").startswith("data:image/svg+xml")
    assert picture.get("alt") == "A line from 1 to 3, rising by one each step."
    assert tree.xpath("//figcaption/a/@href") == ["../figures/a-line.csv"]


def test_a_picture_without_words_stops_the_build(page):
    with pytest.raises(PublishError, match="21_rise: a picture has no alt text"):
        page(cell_with(**{"image/png": "AAAA", "text/plain": "<Figure>"}))


def test_an_error_in_a_cell_stops_the_build_and_is_named(page):
    broken = new_output("error", ename="ZeroDivisionError", evalue="by zero")
    said = r"21_rise\.ipynb, cell 'divide': ended in an error, ZeroDivisionError: by zero"
    with pytest.raises(PublishError, match=said):
        page(new_code_cell("1/0", id="divide", outputs=[broken]))


def injected(source):
    return new_code_cell(source, id="injected", metadata={"tags": ["injected-parameters"]})


def test_a_page_says_how_it_was_run(page):
    tree = lxml_html.fromstring(page(injected("level = 0.9")))
    rows = [[cell.text_content() for cell in row] for row in tree.xpath("//tbody/tr")]
    assert ["vintage", "latest", "latest", "which value stands"] in rows
    assert ["level", "0.9", "0.95", "of every interval"] in rows
    assert "rise run 21_rise -p vintage=latest -p level=0.9" in tree.text_content()
    assert "level = 0.9" not in tree.text_content()


def test_a_page_that_is_one_of_many_says_which(page):
    tree = lxml_html.fromstring(page(injected('vintage = "first"'), name="50_force.kent"))
    assert tree.findtext(".//h1") == "How big was the rise?: first"
    assert tree.findtext(".//title").startswith("How big was the rise?: first – ")


def test_columns_are_explained_where_one_table_that_the_notebook_names_has_them(page):
    heads = "".join(f"<th>{name}</th>" for name in ("rung", "im_low", "im_high", "feasible"))
    shown = f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{'<td>1</td>' * 4}</tr></tbody></table>"
    cell = cell_with(**{"text/html": shown})
    assert not lxml_html.fromstring(page(cell)).xpath("//dl[dt]")
    named = new_code_cell('read_table("weighing_bounds")', id="reads")
    assert "No table." in page(named, cell_with(**{"text/html": "<p>No table.</p>"}))
    tree = lxml_html.fromstring(page(named, cell))
    assert [term.text for term in tree.xpath("//dt")] == ["rung", "im low", "im high", "feasible"]
    assert tree.findtext(".//dd") == "Name of the rung."


HOSTILE = '<script>alert(1)</script><img src="https://a.example/b" onerror="x()">\u202e'


@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/plain"])
def test_what_a_cell_prints_does_nothing(page, kind):
    html = page(cell_with(**{kind: HOSTILE}))
    tree = lxml_html.fromstring(html)
    assert "alert(1)" not in "".join(tree.xpath("//script/text()")) and not tree.xpath("//@onerror | //img")
    assert "[U+202E]" in html and "\u202e" not in html


def test_prose_changed_since_the_run_is_shown_as_it_is_and_other_code_is_not(out, project):
    executed = write_notebook(out / "notebooks" / "21_rise.ipynb")
    source = project / "notebooks" / "21_rise.ipynb"
    write_notebook(source, None, new_markdown_cell("New words.", id="new"))
    assert "New words." in notebooks.page(executed)
    for cells in ([new_code_cell("x = 2", id="more")], []):
        write_notebook(source, None, new_markdown_cell("New words.", id="new"), *cells)
        write_notebook(executed, None, *([] if cells else [new_code_cell("x = 2", id="more")]))
        html = notebooks.page(executed)
        assert "New words." not in html and ("Code: more" in html) == (not cells)
