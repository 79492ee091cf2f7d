"""Every kind of page in a real browser: no fault of any impact, light and dark, on a phone, with the keyboard.

Where there is anything published (in reports/build, or where RISE_SITE says), those pages are visited as well: every
kind of page, and of the notebooks and the briefings, which are made alike, some.
"""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.conftest import PUBLISHED, published, serve

READ = "index explore search corrections evidence claims predictions data sources report"
KINDS = [*READ.split(), "forces/index", "notebooks/21_rise"]
SOME = "forces/cleveland forces/police-scotland notebooks/10_foi_figures notebooks/50_force.city-of-london".split()
# what is published differs from what is made up
UNLIKE = "index report explore predictions data forces/cleveland notebooks/42_shares".split()
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# four frames on: a page looks at the width of a table in the frame after one in which it changed
BOXES = """new Promise(show => (function wait(frames) {
  frames ? requestAnimationFrame(() => wait(frames - 1)) : show([...document.querySelectorAll(".scroll")]
    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel)) })(4))"""
FOCUSED = """(e => e === document.body ? null : [e.tagName, e.textContent, getComputedStyle(e).outlineStyle,
  parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"""
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"
# Rows of one table are made alike, and axe takes minutes for a thousand of them
FEW_ROWS = "document.querySelectorAll('tbody').forEach(t => [...t.rows].slice(8).forEach(r => r.remove()))"


def faults(visit, violations, address, name, width, scheme):
    """Every fault of one page: outside requests, complaints, sideways scrolling, headings, and what axe finds."""
    page, asked, complaints = visit(f"{address}/{name}.html", width=width, scheme=scheme)
    found = [f"asks for {one}" for one in asked if not one.startswith(address)]
    found += [f"complains: {text}" for text in complaints]
    wide, levels = page.evaluate(SIDEWAYS), page.evaluate(HEADINGS)
    found += [f"scrolls sideways by {wide} pixels"] if wide > 0 else []
    found += [f"has a table that scrolls sideways: {label}" for label in page.evaluate(BOXES)]
    if levels.count(1) != 1 or any(after > before + 1 for before, after in itertools.pairwise([0, *levels])):
        found.append(f"headings skip a level: {levels}")
    page.evaluate(FEW_ROWS)
    return [f"{name} {width} {scheme}: {fault}" for fault in found + violations(page)]


def test_no_page_has_a_fault_of_any_impact(visit, violations, site):
    """Every kind of page on a phone, in light colours: the published ones are visited wide, in dark ones."""
    assert [fault for kind in KINDS for fault in faults(visit, violations, site, kind, 320, "light")] == []


def test_the_checker_itself_sees_what_is_wrong(visit, violations, site):
    page, *_ = visit(f"{site}/index.html")
    faulty = "<p style=color:#aaa>pale</p><img src=data:,>"
    page.evaluate(f"document.querySelector('main').innerHTML += '{faulty}'")
    assert {fault.split()[0] for fault in violations(page)} == {"color-contrast", "image-alt"}


def test_the_keyboard_reaches_the_text_first_and_then_every_link(visit, site):
    page, *_ = visit(f"{site}/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))  # the browser tells of a jump later than of a key
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    reached = set()
    for _ in range(len(links) + 3):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert set(links) <= reached


def test_only_a_box_with_more_than_is_seen_is_a_stop_of_the_tab_key(visit, site):
    page, *_ = visit(f"{site}/report.html", width=320)
    box = page.locator(".scroll").first
    box.evaluate("b => { b.style.width = '9rem'; b.firstElementChild.style.minWidth = '90rem' }")
    expect(box).to_have_attribute("tabindex", "0")
    box.evaluate("b => { b.style.width = ''; b.firstElementChild.style.minWidth = '' }")
    expect(box).not_to_have_attribute("tabindex", "0")


def test_what_has_the_focus_is_seen_to_have_it(visit, site):
    page, *_ = visit(f"{site}/notebooks/21_rise.html")
    last, seen = None, 0
    while True:
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now is None or now == last:
            break
        assert now[2] == "solid" and now[3] >= 2, now
        if now[0] == "SUMMARY":
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open")
        last, seen = now, seen + 1
    assert seen > 10


@pytest.mark.parametrize("width", [320, 1280])
def test_a_table_is_searched_and_sorted_without_a_server(visit, built, width):
    page, asked, _ = visit((built / "sources.html").as_uri())
    page.set_viewport_size({"width": width, "height": 800})
    rows = page.locator("tbody tr:visible")
    page.get_by_label("Search").fill("nothing like it")
    expect(rows).to_have_count(0)
    expect(page.locator("#find-status")).to_have_text("0 of 1 shown")
    page.get_by_label("Search").fill("nspcc")
    expect(rows).to_have_count(1)
    heading = page.locator("th", has_text="Date")
    for order in ("ascending", "descending"):
        heading.get_by_role("button").press("Enter")
        expect(heading).to_have_attribute("aria-sort", order)
    assert asked == []


@published
def test_the_published_pages_have_no_fault_either(visit, violations):
    names = [path.relative_to(PUBLISHED).with_suffix("").as_posix() for path in PUBLISHED.rglob("*.html")]
    assert {*KINDS, *SOME} <= set(names)
    with serve(PUBLISHED) as site:
        found = [*itertools.chain(*(faults(visit, violations, site, name, 1280, "dark") for name in UNLIKE))]
        narrow = sorted(name for name in names if not name.startswith(("forces/", "notebooks/50_")))
        page, *_ = visit(site, width=320)
        for name in narrow + SOME:
            page.goto(f"{site}/{name}.html")
            if (wide := page.evaluate(SIDEWAYS)) > 0:
                found.append(f"{name} scrolls sideways by {wide} pixels at 320")
    assert found == []
