"""An executed notebook becomes a page that stands alone."""

import nbformat
import pytest
from lxml import html as lxml_html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers.publish import PublishError, web
from helpers.publish.pages import NotebookPages, parameters


@pytest.fixture
def page(out, write_notebook):
    def make(*cells, withheld=None, shown=None):
        path = write_notebook(out / "notebooks" / "21_rise.ipynb", shown, *cells)
        return NotebookPages(out / "figures", withheld=withheld).html(path)

    return make


def cell_with(**data):
    return new_code_cell(
        "show()", id="shows", outputs=[new_output("execute_result", data, execution_count=1)]
    )


def test_a_page_has_one_title_a_language_and_folded_code(page):
    tree = lxml_html.fromstring(page(new_code_cell("x = 1", id="set-x")))
    assert tree.get("lang") == "en-GB"
    assert [h.text_content() for h in tree.iter("h1")] == ["How big was the rise?"]
    assert [d.text_content() for d in tree.xpath("//details/summary")] == ["Code: set x"]
    assert tree.xpath("//details[@open]") == []


def test_a_page_asks_for_nothing(page, draw):
    html = page(shown=draw("a-line"))
    tree = lxml_html.fromstring(html)
    assert tree.xpath("//script[@src] | //link[@rel!='icon'] | //iframe") == []
    assert [node.text.strip() for node in tree.iter("script")] == [web.template_text("scroll.js")]
    assert all(src.startswith("data:") for src in tree.xpath("//@src"))
    assert "require" not in html and "mathjax" not in html.lower()


def test_a_figure_is_the_drawing_with_its_words_and_its_numbers(page, draw):
    tree = lxml_html.fromstring(page(shown=draw("a-line")))
    picture = tree.find(".//figure//img")
    assert picture.get("src").startswith("data:image/svg+xml")
    assert picture.get("alt") == "A line from 1 to 3, rising by one each step."
    assert tree.xpath("//figcaption/a/@href") == ["../downloads/figures/a-line.csv"]


def test_a_figure_that_is_withheld_is_not_there(page, draw):
    html = page(shown=draw("a-line"), withheld={"a-line": "small counts"})
    assert "data:image" not in html
    assert "Figure a-line is withheld: small counts." in html


def test_a_picture_without_words_stops_the_build(page):
    with pytest.raises(PublishError, match="21_rise: a picture has no alt text"):
        page(cell_with(**{"image/png": "AAAA", "text/plain": "<Figure>"}))


def test_an_error_in_a_cell_stops_the_build_and_is_named(page):
    broken = new_code_cell(
        "1/0", id="divide", outputs=[new_output("error", ename="ZeroDivisionError", evalue="by zero")]
    )
    with pytest.raises(
        PublishError, match=r"21_rise\.ipynb, cell 'divide': ended in an error, ZeroDivisionError: by zero"
    ):
        page(broken)


def test_a_page_says_how_it_was_run(page):
    injected = new_code_cell("level = 0.9", id="injected", metadata={"tags": ["injected-parameters"]})
    tree = lxml_html.fromstring(page(injected))
    rows = [[cell.text_content() for cell in row] for row in tree.xpath("//tbody/tr")]
    assert ["vintage", "latest", "latest", "which value stands"] in rows
    assert ["level", "0.9", "0.95", "of every interval"] in rows
    assert "rise run 21_rise -p vintage=latest -p level=0.9" in tree.text_content()


def test_a_page_that_is_one_of_many_says_which(out, write_notebook):
    injected = new_code_cell('vintage = "first"', id="injected", metadata={"tags": ["injected-parameters"]})
    path = write_notebook(out / "notebooks" / "50_force.kent.ipynb", None, injected)
    tree = lxml_html.fromstring(NotebookPages(out / "figures").html(path))
    assert tree.findtext(".//h1") == "How big was the rise?: first"


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "text/markdown"])
def test_text_from_outside_does_nothing(page, kind):
    html = page(cell_with(**{kind: "Kent <script>alert(1)</script> <img src=x onerror=alert(1)> \u202eevil"}))
    tree = lxml_html.fromstring(html)
    assert tree.xpath("//main//script | //main//img") == []
    assert "\u202e" not in html and "[U+202E]evil" in html


def test_markdown_cells_do_nothing_either(page):
    tree = lxml_html.fromstring(page(new_markdown_cell("<script>x()</script>[a](javascript:x())", id="bad")))
    assert tree.xpath("//main//script | //a[starts-with(@href, 'javascript')]") == []


def test_parameters_keep_their_comments():
    found = parameters('force: str = "Kent"  # whose # page')
    assert [(p.name, p.value, p.comment) for p in found] == [("force", "Kent", "whose # page")]


def test_the_words_are_those_of_today_and_the_outputs_those_of_the_run(out, tmp_path, write_notebook):
    def notebook(folder, words, code, output):
        return write_notebook(
            folder / "21_rise.ipynb", None, new_markdown_cell(words, id="words"),
            new_code_cell(code, id="code", outputs=[new_output("stream", text=output)]),
        )  # fmt: skip

    executed = notebook(out / "notebooks", "Old words.", "print(1)", "made by the run")
    notebook(tmp_path / "now", "New words.", "print(1)", "not this")
    pages = NotebookPages(out / "figures", sources=tmp_path / "now")
    html = pages.html(executed)
    assert "New words." in html and "made by the run" in html
    assert "Old words." not in html and "not this" not in html
    notebook(tmp_path / "now", "New words.", "print(2)", "")
    assert "Old words." in pages.html(executed)  # of another run's code: its words go with it


def test_the_values_of_a_run_keep_their_place_among_new_words(out, tmp_path, write_notebook):
    executed = write_notebook(out / "notebooks" / "21_rise.ipynb")
    write_notebook(tmp_path / "now" / "21_rise.ipynb")
    ran = nbformat.read(executed, 4)
    ran.cells.insert(2, new_code_cell("level = 0.8", metadata={"tags": ["injected-parameters"]}))
    nbformat.write(ran, executed)
    html = NotebookPages(out / "figures", sources=tmp_path / "now").html(executed)
    assert "-p level=0.8" in html
