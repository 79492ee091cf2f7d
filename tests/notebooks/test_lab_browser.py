"""JupyterLab as a person meets it: `rise lab` opens the start page, the exploring notebook runs and shows its figures.

A copy of the project is served on loopback by a process of this test's own, with a token, on a free port; Debian's
chromium drives it headless with every other address cut off. The copy has no steps, and one hostile note.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
HOSTILE = '<img src=x onerror="window.hacked = true">'
WAIT = 40_000  # milliseconds; nothing here takes a tenth of it on a quiet machine


@pytest.fixture(scope="module")
def project(browser, tmp_path_factory):
    """A copy of the project without its steps, and with a note that would run if it were taken for HTML."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copytree(
        ROOT / "notebooks" / "explore", root / "notebooks" / "explore", ignore=shutil.ignore_patterns(".*")
    )
    shutil.copy(ROOT / "notebooks" / "start.md", root / "notebooks")
    answers = pd.read_csv(root / "data" / "raw" / "foi_status.csv", dtype="str", keep_default_na=False)
    answers.loc[answers["force"] == "Cleveland", "note"] = HOSTILE
    answers.to_csv(root / "data" / "raw" / "foi_status.csv", index=False, lineterminator="\n")
    return root


@pytest.fixture(scope="module")
def address(project, tmp_path_factory):
    """Where `rise lab` serves the copy, as JupyterLab itself says."""
    own = tmp_path_factory.mktemp("jupyter")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "RISE"))
    }
    environment |= {f"JUPYTER_{name}_DIR": str(own / name) for name in ("RUNTIME", "DATA", "CONFIG")}
    environment |= {"RISE_ROOT": str(project), "OPENBLAS_NUM_THREADS": "1"}
    rise = Path(sys.executable).with_name("rise")
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with (own / "log").open("w") as log:
        server = subprocess.Popen([rise, "lab", "--", *options], env=environment, stdout=log, stderr=log)
    said = own / "RUNTIME" / f"jpserver-{server.pid}.json"
    try:
        deadline = time.monotonic() + 60
        while not said.exists() or not said.read_text():
            assert server.poll() is None and time.monotonic() < deadline, (own / "log").read_text()
            time.sleep(0.1)
        facts = json.loads(said.read_text())
        yield f"{facts['url']}?token={facts['token']}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


class Lab:
    """The page, and what was noted while it was driven."""

    def __init__(self, page):
        self.page, self.asked, self.faults = page, [], []
        page.set_default_timeout(WAIT)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    @property
    def figure(self):
        """The figure of the choice."""
        return self.page.locator(".jupyter-widgets figure img").first

    def alt(self, *words):
        """The figure's alt text, as soon as it holds all the words."""
        holds = "".join(f'[alt*="{word}"]' for word in words)
        self.page.locator(f".jupyter-widgets figure img{holds}").first.wait_for()
        return self.figure.get_attribute("alt")

    def pick(self, label, option):
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def table(self, caption):
        """The table with that caption, once it is drawn to its last row."""
        caption = self.page.locator("caption", has_text=caption)
        drawn = self.page.locator(".dt-container", has=caption).filter(has_text="Showing 1 to").first
        drawn.locator("thead tr:nth-child(2)").wait_for()
        drawn.locator("tbody td").last.wait_for()
        return drawn.locator("table")

    def column(self, table, heading):
        """The cells of one column, as shown."""
        at = [text.strip() for text in table.locator("thead tr").first.locator("th").all_inner_texts()]
        return table.locator(f"tbody td:nth-child({at.index(heading) + 1})").all_inner_texts()


@pytest.fixture(scope="module")
def lab(address, browser):
    """JupyterLab, opened on the start page, gone on from there to the exploring notebook, all of it run."""
    lab = Lab(browser.new_page(viewport={"width": 1440, "height": 1000}))
    page = lab.page
    page.goto(address)
    page.get_by_role("heading", name="Why did recorded child sexual offences rise?").wait_for()
    lab.start = page.locator(".jp-MarkdownViewer").inner_text()
    page.get_by_role("link", name="Explore the figures").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    lab.figure.wait_for()
    yield lab
    page.close()


def test_the_start_page_is_a_page_to_read_and_names_every_part(lab):
    for part in ("Explore the figures", "Read the argument", "rise run", "data dictionary", "Childline"):
        assert part in lab.start
    assert "# Why" not in lab.start  # rendered, not source


def test_the_notebook_shows_the_figure_of_its_first_choice(lab):
    alt = lab.alt("Cleveland")
    assert "official child-only count goes from" in alt and "247 in 2014/15" in alt
    assert lab.figure.evaluate("image => image.naturalWidth") >= 1800


def test_another_area_and_printing_change_the_figure_and_the_rows(lab):
    lab.pick("Area", "Derbyshire")
    lab.pick("Printing", "as known at the end of March 2017")
    alt = lab.alt("Derbyshire", "as known at the end of March 2017")
    assert "166 in 2015/16" in alt and "983" not in alt
    rows = lab.table("Derbyshire, all, under 18: every printed row, and what became of it, as known")
    shown = dict(zip(lab.column(rows, "As printed"), lab.column(rows, "Outcome"), strict=True))
    assert (shown["166"], shown["983"]) == ("stands", "not yet published")
    lab.pick("Printing", "the latest printing")
    assert "983 in 2015/16" in lab.alt("Derbyshire", "the latest printing")


def test_what_is_offered_to_count_follows_the_area(lab):
    lab.pick("Area", "Cleveland")
    lab.alt("Cleveland, all")
    lab.pick("Counted", "flagged as online (6 rows)")
    assert "official" not in lab.alt("Cleveland, flagged as online")
    lab.pick("Counted", "all, under 18 (10 rows)")
    lab.alt("Cleveland, all")


def test_a_table_is_sorted_by_its_heading_and_filtered_by_its_box(lab):
    from playwright.sync_api import expect

    lab.pick("Area", "Sussex")
    rows = lab.table("Sussex, all, under 18: every printed row")
    headings = [text.strip() for text in rows.locator("thead tr").first.locator("th").all_inner_texts()]
    printed, release = headings.index("As printed") + 1, headings.index("Release") + 1
    heading = rows.locator(f"thead tr:first-child th:nth-child({printed})")
    top = rows.locator(f"tbody tr:first-child td:nth-child({printed})")
    heading.click()
    expect(top).to_have_text("838")
    heading.click()
    expect(top).to_have_text("1952")  # as numbers: as text, 838 would be the highest
    rows.locator(f"thead tr:nth-child(2) > :nth-child({release}) input").fill("Aug 2020")
    expect(rows.locator("tbody tr")).to_have_count(2)
    assert set(lab.column(rows, "Release")) == {"Aug 2020"}
    link = rows.locator("tbody a").first
    assert link.get_attribute("href").startswith("http") and link.get_attribute("target") == "_blank"


def test_text_from_the_tables_is_shown_as_text(lab):
    lab.pick("Area", "Cleveland")
    lab.page.get_by_role("tab", name="Answers").click()
    rows = lab.table("Cleveland: what is known of each request")
    assert set(lab.column(rows, "Note")) == {HOSTILE}
    assert lab.page.evaluate("window.hacked") is None


def test_every_table_of_the_project_can_be_looked_at(lab):
    options = lab.page.get_by_label("Table", exact=True).locator("option").all_inner_texts()
    assert len(options) > 40
    chosen = next(option for option in options if option.endswith("(events)"))
    lab.pick("Table", chosen)
    lab.table("One event that could have moved recorded figures.")
    lab.page.get_by_text("Some dates are only months, years or brackets").wait_for()


def test_nothing_went_wrong_and_nothing_was_asked_of_any_other_place(lab, address):
    here = address.partition("lab")[0].partition("?")[0]
    assert [url for url in lab.asked if not url.startswith((here, "data:", "blob:"))] == []
    assert lab.faults == []
