"""A page asks for nothing, leads nowhere false, and says what its pictures show."""

import math

import pytest

from helpers.publish import PublishError, page_frame, pages
from tests.frames import examples, frame


def page(body, head="<title>A page</title>"):
    return f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'


def faults(out, body, others=(), **more):
    with pytest.raises(PublishError) as error:
        page_frame.check(out, {"a.html": page(body, **more)}, others)
    return str(error.value)


LARGE = "x" * 2_000_001, "is 2.0 MB, over 2 MB"


@pytest.mark.parametrize(("body", "fault"), [*examples(__file__, "faults.csv"), LARGE])
def test_a_fault_is_named_with_its_page(tmp_path, body, fault):
    assert fault in faults(tmp_path, body)


def test_a_page_without_a_title_or_a_language_is_refused(tmp_path):
    assert "a.html: has no title" in faults(tmp_path, "x", head="")
    with pytest.raises(PublishError, match=r"a\.html: has no language"):
        page_frame.check(tmp_path, {"a.html": page("x").replace(' lang="en-GB"', "")})


def test_links_inside_the_site_up_from_folders_and_to_the_world_are_fine(tmp_path):
    (tmp_path / "it is there.csv").write_text("")
    body = '<p id="é"><a name="q" href="#%C3%A9">x</a><a href="#q">x</a><a href="it%20is%20there.csv">x</a>'
    body += '<a href="made.pdf">x</a><a href="https://example.org">x</a>'
    below = {"forces/kent.html": page('<a href="../a.html#q">x</a>')}
    page_frame.check(tmp_path, {"a.html": page(body)} | below, ["made.pdf"])


def test_a_table_page_shows_text_as_text_and_only_safe_links():
    evil = "<script>alert(1)</script>\u202e\ufeff\"'>"
    row = {"A": pages.Cell(evil, href=page_frame.safe_address("javascript:x()"))}
    html = page_frame.page("sources.html", template="table", rows=[row], intro=["x"], caption="c")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[U+202E][U+FEFF]" in html
    assert "javascript" not in html
    assert page_frame.safe_address("https://example.org/'onclick='x()") is None


def test_data_in_a_script_cannot_end_it_begin_a_comment_or_be_no_number():
    assert "<" not in page_frame.script("</script><!--<script>")
    with pytest.raises(ValueError, match="not JSON compliant"):
        page_frame.script(math.nan)


def test_the_start_page_says_what_the_report_says():
    answer = '<div class="panel answer">Up <b>1.23</b> times, see <a href="#fig">Figure 1</a>.</div>'
    figure = '<figure id="table-a"><figcaption>Table 1: How sure.</figcaption></figure>'
    report = f'<main><div class="start">{answer}</div><p>More.</p><div class="start">{figure}</div></main>'
    html = pages.start(report)
    assert 'Up <b>1.23</b> times, see <a href="report.html#fig">Figure 1</a>.' in html
    assert "<figure><figcaption>How sure.</figcaption></figure>" in html and "More." not in html
    assert "0808 800 5000" in html


def test_a_source_without_a_date_says_so():
    rows = ("a", "A", "One", "2017-03", "https://a.example/x"), ("b", "B", "Two", None, "https://b.example/y")
    register = frame("source publisher title date url", *rows, licence="OGL-UK-3.0")
    html = pages.sources(register)
    assert "No date was kept of 1 of them" in html and ">not dated</td>" in html


def test_a_report_without_an_answer_cannot_start_the_site():
    with pytest.raises(PublishError, match="no start"):
        pages.start("<main><p>Words.</p></main>")
