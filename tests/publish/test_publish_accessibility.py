"""Every kind of page in a real browser: no fault of any impact, light and dark, on a phone, with the keyboard.

Debian's chromium runs headless against pages served on loopback, with every other address cut off. Where no
browser is installed these tests are skipped, unless RISE_REQUIRE_BROWSER=1 says that there must be one. Where there is
anything published (in reports/build, or where RISE_SITE says), those pages are checked as well.
"""

import functools
import http.server
import itertools
import os
import shutil
import threading
from pathlib import Path

import pytest

from helpers import publish

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
REQUIRED = os.environ.get("RISE_REQUIRE_BROWSER") == "1"
KINDS = [
    "index",
    "explore",
    "search",
    "corrections",
    "evidence",
    "claims",
    "predictions",
    "data",
    "sources",
    "report",
    "forces/index",
    "notebooks/21_rise",
]


def need_a_browser():
    if CHROMIUM is None and REQUIRED:
        pytest.fail("RISE_REQUIRE_BROWSER=1, but no chromium is installed: apt-get install chromium")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed; pages are checked in a browser where there is one")


@pytest.fixture(scope="module")
def browser():
    need_a_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield launched
        launched.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(project, out):
    """The small project's pages at an address on loopback, under a sub-path."""
    publish.build(out, lambda line: None)
    (project / "served").mkdir()
    (project / "served" / "some").symlink_to(out.parent)
    yield from serve(project / "served", f"some/{out.name}")


def serve(folder, path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{path}"
    server.shutdown()
    server.server_close()


def visit(browser, url, *, width=1280, scheme="light"):
    """The page, the requests it made beyond itself, and what it complained of."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked, complaints = [], []
    page.on(
        "request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None
    )
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page, [address for address in asked if address != url], complaints


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    # links and buttons large enough to hit are a rule of WCAG 2.2 that axe does not try by itself
    options = {"rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']} ({v['impact']}): {node['html'][:120]}" for v in found for node in v["nodes"]]


def test_no_page_has_a_fault_of_any_impact_in_light_or_dark_or_on_a_phone(browser, site):
    faults = []
    for kind in KINDS:
        for width, scheme in ((1280, "light"), (320, "dark")):
            page, asked, complaints = visit(browser, f"{site}/{kind}.html", width=width, scheme=scheme)
            faults += [f"{kind} {width} {scheme}: {v}" for v in violations(page)]
            faults += [f"{kind} asks for {address}" for address in asked if not address.startswith(site)]
            faults += [f"{kind} complains: {text}" for text in complaints]
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            faults += [f"{kind} scrolls sideways by {wide} pixels at {width}"] if wide > 0 else []
            page.context.close()
    assert faults == []


def test_the_checker_itself_sees_what_is_wrong(browser, site):
    page, *_ = visit(browser, f"{site}/index.html")
    page.evaluate(
        "document.querySelector('main').innerHTML += '<p style=color:#aaa>pale</p><img src=data:,>'"
    )
    assert {fault.split()[0] for fault in violations(page)} == {"color-contrast", "image-alt"}
    page.context.close()


def test_headings_go_down_one_level_at_a_time(browser, site):
    for kind in KINDS:
        page, *_ = visit(browser, f"{site}/{kind}.html")
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"
        )
        page.context.close()
        assert levels[0] == 1 and levels.count(1) == 1, kind
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), kind


def test_the_keyboard_reaches_the_text_first_and_then_every_link(browser, site):
    page, *_ = visit(browser, f"{site}/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    links = page.locator("main a").count()
    reached = set()
    for _ in range(links + 3):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert {page.locator("main a").nth(i).get_attribute("href") for i in range(links)} <= reached
    page.context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_only_a_box_with_more_than_is_seen_is_a_stop_of_the_tab_key(browser, site, width):
    page, *_ = visit(browser, f"{site}/report.html", width=width)
    page.wait_for_timeout(200)  # for the boxes to be looked at
    boxes = page.evaluate(
        "[...document.querySelectorAll('.scroll')].map(b => [b.scrollWidth > b.clientWidth, b.hasAttribute('tabindex')])"
    )
    assert all(scrolls == stops for scrolls, stops in boxes)
    assert any(stops for _, stops in boxes) == (width == 320)
    page.context.close()


def test_what_has_the_focus_is_seen_to_have_it(browser, site):
    page, *_ = visit(browser, f"{site}/notebooks/21_rise.html")
    last, seen = None, 0
    while True:
        page.keyboard.press("Tab")
        now = page.evaluate(
            "(e => e === document.body ? null : [e.tagName, e.textContent, getComputedStyle(e).outlineStyle, "
            "parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"
        )
        if now is None or now == last:
            break
        assert now[2] == "solid" and now[3] >= 2, now
        if now[0] == "SUMMARY":
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open")
        last, seen = now, seen + 1
    assert seen > 10
    page.context.close()


def test_a_table_is_searched_and_sorted_without_a_server(browser, project, out):
    publish.build(out, lambda line: None)
    page, asked, _ = visit(browser, (out / "sources.html").as_uri())
    rows = page.locator("tbody tr:visible")
    page.get_by_label("Search").fill("nowhere")
    assert rows.count() == 0
    assert page.locator("#find-status").inner_text() == "0 of 1 shown"
    page.get_by_label("Search").fill("nspcc")
    assert rows.count() == 1
    heading = page.locator("th", has_text="Date")
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert asked == []
    page.context.close()


def test_hostile_text_is_seen_as_text(browser, site):
    page, _, complaints = visit(browser, f"{site}/predictions.html")
    assert "<script>alert(1)</script>" in page.inner_text("main")
    assert complaints == []
    page.context.close()


PUBLISHED = Path(os.environ.get("RISE_SITE") or Path(__file__).parents[2] / "reports" / "build")


@pytest.mark.skipif(
    not (PUBLISHED / "report.html").is_file(), reason="nothing is published; make report publishes"
)
def test_the_published_pages_have_no_fault_either(browser):
    pages = sorted(path.relative_to(PUBLISHED).as_posix() for path in PUBLISHED.rglob("*.html"))
    many = [name for name in pages if name.startswith(("forces/", "notebooks/50_"))]
    faults = []
    for url in serve(PUBLISHED, ""):
        for name in [name for name in pages if name not in many] + many[:4] + many[-2:]:
            for width, scheme in ((1280, "dark"), (320, "light")):
                page, asked, _ = visit(browser, url + name, width=width, scheme=scheme)
                if scheme == "dark" or not name.startswith("notebooks/"):  # long pages, of the same parts
                    faults += [f"{name} {width} {scheme}: {v}" for v in violations(page)]
                faults += [f"{name} asks for {address}" for address in asked if not address.startswith(url)]
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                faults += [f"{name} scrolls sideways by {wide} pixels at {width}"] if wide > 0 else []
                page.context.close()
    assert faults == []
