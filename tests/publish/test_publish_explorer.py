"""The explorer's page: what it holds, and what a reader can do with it in a browser without a network."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from helpers.publish import explorer
from helpers.stats.missing import NotAvailable
from helpers.stats.synthesis import Route, in_words, limit_words, reader_prior, synthesise
from tests.conftest import PUBLISHED, published
from tests.frames import records

RUN = {"seed": 7, "level": 0.9, "prior_recording": 0.25, "prior_confidence": 0.25, "prior_online": 0.25}
SEEN = {0.15: {"recording": 1.0, "other": 0.3}, 0.02: {"online": 1.0}}
SEEN |= {0.09: {"confidence": 1.0, "online": 1.0, "other": 1.0}}


def routes(spread):
    return [Route(str(value), value, 0.02, 0.05 * spread, loadings) for value, loadings in SEEN.items()]


YEARS = {("2014/15", "2015/16"): (0.2, routes(1), routes(2))}
YEARS |= {("2023/24", "2024/25"): NotAvailable("there is no rise")}
DOUBTFUL = {"doubtful": {"recording": 4.0, "confidence": 4.0, "online": 4.0, "other": 28.0}}  # firmly
WEIGHING = explorer.weighing(YEARS, RUN, DOUBTFUL)


NOBODY = pd.DataFrame({"force": []})  # has answered


def held(desk):
    found = explorer.figures(desk, NOBODY)
    for cells in found["rows"]:
        row = dict(zip(found["columns"], cells, strict=True))
        measure = found["measures"][row["measure"]][0]
        yield row | {"area": found["areas"][row["area"]], "measure": measure}


def test_every_printed_row_is_held_with_its_source_and_what_became_of_it_under_each_vintage(desk):
    found = explorer.figures(desk, NOBODY)
    rows = list(held(desk))
    assert len(rows) == len(desk.figures)
    assert all(len(became) == len(rows) for became in found["became"])
    place = next(n for n, row in enumerate(rows) if (row["year"], row["release"]) == ("2014/15", "Oct 2019"))
    assert [rows[place][name] for name in ("count", "floor", "verdict")] == [247, 348, "below"]
    vintages = zip(found["vintages"], found["became"], strict=True)
    outcome = {id: found["outcomes"][int(became[place])] for (id, _), became in vintages}
    said = [outcome[vintage] for vintage in ("latest", "first", "as_of:2017-03")]
    assert said == ["used", "gives the same number", "not yet published"]


def test_official_counts_are_those_of_whole_years_by_code_and_together(desk):
    found = explorer.figures(desk, NOBODY)["official"]["Cleveland"]
    assert found["official"]["2014/15"] == 348
    codes = {name: years["2014/15"] for name, years in found.items() if name != "official"}
    assert sum(codes.values()) == 348
    assert "2025/26" not in found["official"]  # three quarters so far


@pytest.fixture(scope="module")
def address(tmp_path_factory, desk):
    """Where the page stands on a disk, with made-up routes."""
    path = tmp_path_factory.mktemp("explore") / "explore.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explorer, "shares", lambda out: WEIGHING)
        path.write_text(explorer.page(path.parent, desk), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(visit, address):
    """The page in a browser, which asks for nothing and complains of nothing."""
    page, asked, complaints = visit(address)
    yield page
    assert (asked, complaints) == ([], [])


@pytest.mark.parametrize("shares", [[0.25, 0.25, 0.25], [0.55, 0.15, 0.15], [0.03, 0.9, 0.01]])
def test_the_sliders_give_what_the_synthesis_gives(opened, shares):
    prior = reader_prior(dict(zip(("recording", "confidence", "online"), shares, strict=True)), rest="other")
    for spread in (1, 2):
        expected = synthesise(routes(spread), prior, 0.2, seed=7).summary(0.9)
        given = [*shares, 1 - sum(shares)]
        found = opened.evaluate("([prior, spread]) => explorer.weigh(prior, 0, spread)", [given, spread - 1])
        for column in ("share", "low", "high", "largest"):
            assert [one[column] for one in found] == pytest.approx(expected[column].tolist(), abs=1e-9)


def test_a_prior_that_is_chosen_is_held_as_firmly_as_its_register_says(opened):
    opened.select_option("#prior", label="doubtful")
    expected = synthesise(routes(1), DOUBTFUL["doubtful"], 0.2, seed=7).summary(0.9)
    found = opened.locator("#shares-body tr:first-child td:nth-child(3)")
    tenth = {name: each / 10 for name, each in DOUBTFUL["doubtful"].items()}
    loosely = synthesise(routes(1), tenth, 0.2, seed=7)
    firm, loose = (f"{one['share'].iloc[0]:.0%}" for one in (expected, loosely.summary(0.9)))
    assert firm != loose
    expect(found).to_have_text(firm)


def test_the_page_says_odds_in_the_words_of_the_study(opened):
    grid = [0.01, 0.1, 0.2, 0.33, 0.5, 0.66, 0.7, 0.9, 0.95]
    pairs = [[near, twice] for near in grid for twice in grid]
    found = opened.evaluate("pairs => pairs.map(pair => explorer.inWords(...pair))", pairs)
    assert found == [limit_words(in_words(near), in_words(twice)) for near, twice in pairs]


def test_a_slider_leaves_something_for_the_rest_and_the_answer_follows_it(opened):
    answer, before = opened.locator("#answer"), opened.inner_text("#answer")
    opened.get_by_label("Share that you expect of online abuse").fill("97")
    expect(opened.locator("#left")).to_have_text("1%")
    expect(answer).not_to_have_text(before)
    opened.get_by_label("Years").select_option("2023/24 to 2024/25")
    said = "The shares cannot be weighed for 2023/24 to 2024/25: there is no rise."
    expect(answer).to_have_text(said)


def test_a_choice_stands_in_the_address_and_comes_back_from_it(opened):
    opened.get_by_label("Compare with").select_option("Durham")
    opened.get_by_label("Which FOI figure").select_option("as_of:2017-03")
    opened.get_by_label("From").select_option("2013/14")
    expect(opened.locator("#said p").last).to_contain_text(re.compile("^Durham has .* not yet published"))
    chosen, link = opened.inner_text("#said"), opened.get_attribute("#link", "href")
    opened.goto("about:blank")
    opened.go_back()
    opened.reload()
    expect(opened).to_have_url(re.compile(re.escape(link) + "$"))
    expect(opened.locator("#said")).to_have_text(chosen, use_inner_text=True)
    expect(opened.locator("#charts figure")).to_have_count(2)


def test_an_address_that_names_what_there_is_not_shows_what_there_is(opened):
    opened.evaluate("location.hash = 'area=<b>Atlantis&measure=none&from=1066'")
    expect(opened.locator("#charts h2")).to_have_text("Cleveland")


def one_year(page):
    for end in ("To", "From"):
        page.get_by_label(end, exact=True).select_option("2014/15")


def test_the_table_and_the_file_hold_what_the_chart_shows(opened, tmp_path):
    one_year(opened)
    opened.get_by_text("The same figures as a table").click()
    expect(opened.locator("#body td:nth-child(3)")).to_have_text(["247", "247", "348"])
    with opened.expect_download() as waiting:
        opened.get_by_role("button", name="Download these rows (CSV)").press("Enter")
    waiting.value.save_as(tmp_path / "rows.csv")
    rows = records(tmp_path / "rows.csv")
    assert [row["Figure"] for row in rows] == ["247", "247", "348"]
    assert rows[0]["Against the official count"] == "below (348)"


def test_a_mark_says_its_value_its_source_and_why_under_the_pointer(opened):
    one_year(opened)
    box = opened.locator("#charts svg [aria-label=dot]").last.locator("circle").last.bounding_box()
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(opened.locator("#charts svg [aria-label=tip]")).to_contain_text(re.compile("247.*Released", re.S))


def test_the_table_of_rows_once_opened_has_no_fault_of_any_impact(visit, violations, address):
    page, *_ = visit(address, width=320, scheme="dark")
    page.locator("#rows summary").press("Enter")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@published
def test_the_published_page_begins_with_the_shares_of_the_ledger(visit):
    page, asked, complaints = visit((PUBLISHED / "explore.html").as_uri())
    rows = records(PUBLISHED / "tables" / "share_synthesis.csv")
    for place, years in enumerate(("the years asked", "two years")):
        mine = [row for row in rows if (row["years"], row["prior"], row["bias"]) == (years, "your own", "1")]
        found = page.evaluate(f"explorer.weigh([.25, .25, .25, .25], {place}, 0)")
        for column in ("share", "low", "high", "largest"):
            expected = [float(row[column]) for row in mine]
            assert [one[column] for one in found] == pytest.approx(expected, abs=1e-9)
    assert (asked, complaints) == ([], [])
    assert os.path.getsize(Path(PUBLISHED) / "explore.html") < 2_000_000
