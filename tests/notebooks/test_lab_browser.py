"""JupyterLab as a person meets it: `rise lab` opens the start page, the exploring notebook runs, an answer is confirmed.

A copy of the project is served on loopback by a process of this test's own, with a token, on a free port; Debian's
chromium drives it headless with every other address cut off. The copy has no steps, and one hostile note.
"""

import json
import os
import re
import subprocess
import time
import tomllib

import pandas as pd
import pytest
from playwright.sync_api import expect

from helpers.intake import intake
from tests.conftest import PATIENCE, RISE, ROOT, copy_project

HOSTILE = '<img src=x onerror="window.hacked = true">'


@pytest.fixture(scope="module")
def project(browser, tmp_path_factory):
    """A copy of the project without its steps, and with a note that would run if it were taken for HTML."""
    parts = "pyproject.toml", "notebooks/explore", "notebooks/start.md"
    root = copy_project(tmp_path_factory.mktemp("project"), *parts)
    told = pd.read_csv(root / "data" / "raw" / "inspections.csv", dtype="str", keep_default_na=False)
    told.loc[0, "note"] = HOSTILE
    told.to_csv(root / "data" / "raw" / "inspections.csv", index=False, lineterminator="\n")
    return root


@pytest.fixture(scope="module")
def address(project, tmp_path_factory):
    """Where `rise lab` serves the copy, as JupyterLab itself says."""
    own = tmp_path_factory.mktemp("jupyter")
    environment = {name: os.environ[name] for name in os.environ if not name.startswith(("JUPYTER", "RISE"))}
    environment |= {f"JUPYTER_{name}_DIR": str(own / name) for name in ("RUNTIME", "DATA", "CONFIG")}
    environment |= {"RISE_ROOT": str(project), "OPENBLAS_NUM_THREADS": "1"}
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with (own / "log").open("w") as log:
        server = subprocess.Popen([RISE, "lab", "--", *options], env=environment, stdout=log, stderr=log)
    said = own / "RUNTIME" / f"jpserver-{server.pid}.json"
    try:
        while not said.exists() or not said.read_text():
            assert server.poll() is None, (own / "log").read_text()
            time.sleep(0.1)
        facts = json.loads(said.read_text())
        yield f"{facts['url']}?token={facts['token']}"
    finally:
        server.terminate()
        server.wait(PATIENCE / 1000)


class Lab:
    """The page, and what was noted while it was driven."""

    def __init__(self, page):
        self.page, self.asked, self.faults = page, [], []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.explorer = page.frame_locator('iframe[title="Explore the figures"]')

    def table(self, title):
        """The page of the table with that title, once it is drawn."""
        where = f'iframe[title="{title}"]'
        self.page.locator(where).scroll_into_view_if_needed()  # JupyterLab hides what is far from view
        shown = self.page.frame_locator(where)
        shown.locator("tbody tr").last.wait_for()
        return shown


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
    lab.explorer.locator("#charts svg").first.wait_for()
    yield lab
    page.close()


def test_the_start_page_is_a_page_to_read_and_names_every_part(lab):
    for part in ("Explore the figures", "Read the argument", "rise run", "data dictionary", "Childline"):
        assert part in lab.start
    assert "# Why" not in lab.start  # rendered, not source


def test_a_table_is_sorted_by_its_heading_and_searched(lab):
    shown, column = lab.table("Derbyshire, as known at the end of March 2017"), 4
    heading = shown.locator(f"thead th:nth-child({column})").get_by_role("button")
    top = shown.locator(f"tbody tr:first-child > :nth-child({column})")
    for number in ("166", "1066"):  # as numbers: as text, 983 would be the highest
        heading.click()
        expect(top).to_have_text(number)
    shown.get_by_label("Search").fill("Feb 2018")
    expect(shown.locator("tbody tr:visible")).to_have_count(2)
    link = shown.locator("tbody tr:visible a").first
    expect(link).to_have_attribute("href", re.compile("^http"))
    expect(shown.locator("base")).to_have_attribute("target", "_blank")  # not within its frame


def test_text_from_the_tables_is_shown_as_text(lab):
    shown = lab.table("Inspections of crime recording, 2015 to 2024")
    expect(shown.locator("tbody")).to_contain_text(HOSTILE)
    assert lab.page.evaluate("window.hacked") is None
    lab.page.get_by_text("What the columns mean").first.wait_for()


def choose(page, menu, entry):
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_text(entry, exact=True).first.click()


def test_years_stay_when_another_force_is_chosen_and_saving_does_not_change_the_notebook(lab, project):
    lab.explorer.locator("#from").select_option("2013/14")
    lab.explorer.locator("#area").select_option("Kent")
    lab.explorer.get_by_role("heading", name="Kent").wait_for()
    assert lab.explorer.locator("#from").input_value() == "2013/14"
    with lab.page.expect_response(lambda one: one.request.method == "PUT" and "explore.ipynb" in one.url):
        choose(lab.page, "File", "Save Notebook")
    path = "notebooks/explore/explore.ipynb"
    assert (project / path).read_bytes() == (ROOT / path).read_bytes()


def test_an_answer_is_confirmed_by_keyboard_and_none_of_its_counts_is_saved(lab, project, tmp_path):
    said = "In 2023/24 there were 2,931 sexual offences against children under 18."
    (tmp_path / "kent.txt").write_text(said)
    intake([tmp_path / "kent.txt"], tmp_path / "read", force="Kent", echo=lambda line: None)
    (answer,) = (tmp_path / "read" / "review").glob("kent*.html")
    page = lab.page
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_text("New", exact=True).first.hover()
    page.get_by_text("Notebook", exact=True).first.click()
    page.get_by_role("button", name="Select Kernel").click()
    panel = page.locator(".jp-NotebookPanel:visible")
    panel.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()  # it takes the focus
    cell = panel.locator(".cm-content")
    cell.fill(f'from helpers.intake.confirming import confirm\nconfirm("{answer}")')
    expect(cell).to_contain_text(f'confirm("{answer}")')
    cell.press("Shift+Enter")
    shown = page.frame_locator('iframe[title="Numbers to confirm"]')
    shown.get_by_text("see it in its place").click()
    shown.locator("section.proposals li").first.press("c")
    with page.expect_download() as saved:
        page.keyboard.press("s")
    saved.value.save_as(tmp_path / "saved.toml")
    assert tomllib.loads((tmp_path / "saved.toml").read_text())["figure"][0]["verdict"] == "confirm"
    with page.expect_response(lambda one: one.request.method == "PUT" and "Untitled" in one.url):
        choose(page, "File", "Save Notebook")
        page.get_by_role("button", name="Rename and Save").click()  # asked of a new notebook
    (notebook,) = (project / "notebooks").glob("**/Untitled.ipynb")
    assert "kent" in notebook.read_text() and "2,931" not in notebook.read_text()


def test_nothing_went_wrong_and_nothing_was_asked_of_any_other_place(lab, address):
    here = address.partition("lab")[0].partition("?")[0]
    assert [url for url in lab.asked if not url.startswith((here, "data:", "blob:", "about:"))] == []
    assert lab.faults == []
