"""Finding one's way: the pages in their order, search, filters, references that show what they point at, corrections."""

import re

import pandas as pd
from lxml import html as lxml_html
from playwright.sync_api import expect

from helpers.publish import explorer, page_frame, pages
from tests.frames import cases

ENTRIES = cases(__file__, "registers.toml")


def links(html, rel):
    return lxml_html.fromstring(html).xpath(f"//a[@rel='{rel}']/@href")


def render(here, reading_order=page_frame.MENU):
    about = {"title": "T", "description": "d", "steps": []}
    return page_frame.page(here, template="evidence", reading_order=reading_order, **about)


def test_pages_are_read_one_after_the_other():
    assert links(render("index.html"), "prev") == []
    assert links(render("index.html"), "next") == ["report.html"]
    assert links(render("forces/index.html"), "next") == ["../evidence.html"]
    assert links(render("corrections.html"), "next") == []
    assert links(render("forces/kent.html"), "next") == []


def test_notebooks_are_read_among_themselves():
    reading_order = [("notebooks/a.html", "a"), ("notebooks/b.html", "b")]
    assert links(render("notebooks/a.html", reading_order), "next") == ["../notebooks/b.html"]


def test_the_menu_marks_the_page_or_the_one_above_it():
    def marked(here):
        return lxml_html.fromstring(render(here)).xpath("//nav[@class='site']//a[@aria-current]/text()")

    assert marked("claims.html") == ["Evidence"] == marked("notebooks/21_rise.html")
    assert marked("forces/kent.html") == ["Find your force"]


def test_errors_and_answers_stand_on_their_page_as_text_and_an_empty_register_says_so(monkeypatch):
    html = pages.corrections()
    for erratum in pages.store.read_table("errata")["erratum"]:
        assert f'<h3 id="{erratum}">' in html
    assert "No force has sent an answer about its figures so far." in html
    monkeypatch.setattr(pages.store, "read_table", lambda name: pd.DataFrame([ENTRIES[name]]))
    html = pages.corrections()
    assert "&lt;b&gt;1" in html and "We changed our system." in html and "all offences, under 18" in html


def test_what_came_of_the_predictions_is_said_in_sentences():
    told = {"explanation": "recording", "role": "primary"}
    entries = [told | {"outcome": came} for came in ("as predicted", "cannot tell")]
    words = page_frame.environment().get_template("predictions.txt.j2")
    said = words.render(judged=True, entries=entries, labels={"recording": "better recording"}).split("\n\n")
    assert said[0].startswith("We wrote down 2 predictions") and said[0].endswith("contradict none.")
    assert said[2] == "Better recording predicted 1 rightly and none wrongly."


def test_an_answer_of_a_force_stands_beside_its_figure(desk):
    found = explorer.figures(desk, pd.DataFrame([ENTRIES["answers"]]))
    words = "Cleveland answered on 2026-12-02: We changed our system."
    why = found["columns"].index("why")
    rows = [row for row in found["rows"] if words in row[why]]
    beside = {(found["areas"][row[0]], found["measures"][row[1]][0], row[2]) for row in rows}
    assert beside == {("Cleveland", "all_sexual_offences_u18", "2014/15")}


def test_every_section_can_be_searched_without_a_server(visit, built):
    page, asked, complaints = visit((built / "search.html").as_uri())
    page.get_by_label("Words to look for").fill("point  interval")
    hit = page.locator("#found li")
    expect(hit).to_contain_text(["The rise – "])
    expect(page.locator("#find-status")).to_have_text("1 place found")
    hit.get_by_role("link").press("Enter")
    expect(page).to_have_url(re.compile("/report.html$"))
    page.go_back()
    expect(page.get_by_label("Words to look for")).to_have_value("point  interval")
    page.get_by_label("Words to look for").fill("<b>nowhere")
    expect(page.locator("#find-status")).to_have_text("0 places found")
    assert (asked, complaints) == ([], [])


def test_claims_are_narrowed_by_verdict_and_by_word(visit, built):
    page, *_ = visit((built / "claims.html").as_uri())
    page.get_by_label("Verdict").select_option("misreported")
    expect(page.locator("section:visible")).to_have_count(1)
    page.get_by_label("Search").fill("nothing like it")
    expect(page.locator("section:visible")).to_have_count(0)
    expect(page.locator("#filter-status")).to_have_text("0 of 1 shown")


def test_a_reference_shows_what_it_points_at_and_escape_puts_it_away(visit, violations, site):
    page, *_ = visit(f"{site}/report.html", scheme="dark")
    link = page.locator('main a[href="#fig-a-line"]').first
    link.focus()
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("A line that rises.")
    expect(link).to_have_attribute("aria-describedby", "tooltip")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(tooltip).to_have_count(0)
    link.hover()
    tooltip.hover()  # what is under the pointer stays
    page.wait_for_timeout(300)
    assert tooltip.count() == 1


def test_a_figure_says_its_numbers_to_the_arrow_keys_and_escape_puts_them_away(visit, violations, site):
    page, asked, complaints = visit(f"{site}/report.html", width=320, scheme="dark")
    keys, said = (page.locator(f".phone {part}") for part in (".keys", ".said"))
    keys.focus()
    page.keyboard.press("ArrowRight")
    expect(keys).to_have_attribute("aria-valuetext", "x: 2; y: 2")
    expect(said).to_have_text("x: 2 y: 2", use_inner_text=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(page) + asked + complaints == []
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_a_figure_answers_to_the_pointer_where_a_mark_is_near(visit, site):
    page, *_ = visit(f"{site}/notebooks/21_rise.html")
    picture, said = page.locator("figure img"), page.locator(".said")
    at = picture.bounding_box()
    picture.hover(position={"x": at["width"] * 0.97, "y": at["height"] * 0.2})
    expect(said).to_have_text("x: 3 y: 3", use_inner_text=True)
    ring, box = (page.locator(part).bounding_box() for part in (".ring", ".marks"))
    moved = page.locator(".ring").evaluate("ring => ring.style.translate.split(' ').map(parseFloat)")
    middle = [ring[along] - box[along] + ring["width"] / 2 for along in ("x", "y")]
    assert [round(where, 1) for where in middle] == [round(where, 1) for where in moved]
    picture.hover(position={"x": 2, "y": 2})
    expect(said).to_be_hidden()
    wide = picture.evaluate("image => image.naturalWidth")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function("wide => document.querySelector('figure img').naturalWidth < wide", arg=wide)
