"""A page for each force: one page, honest where little is known, found in an index."""

import re
import shutil
from pathlib import Path

import pypdf
import pytest
from lxml import html as lxml_html

from helpers import ledger
from helpers.charts.foi import FLOOR_SOURCE, foi_source
from helpers.charts.printings import force_series
from helpers.publish import PublishError, briefings
from tests.conftest import ROOT
from tests.frames import cases, examples, frame
from tests.publish.conftest import write_notebook

OFFICIAL = frame("financial_year child_only", ("2014/15", 348), ("2015/16", 636))
COUNTS = ("2014/15", 247, True), ("2015/16", 820, True), ("2015/16", 800, False)
PRINTED = frame("financial_year value chosen", *COUNTS, round="a")


WORDS = cases(__file__, "briefings.toml")


@pytest.fixture
def briefed(project, out, shown):
    """Cleveland with everything, Police Scotland with printed figures only."""
    shutil.copyfile(ROOT / "reports" / "briefing.typ", project / "reports" / "briefing.typ")
    for name, official in (("Cleveland", OFFICIAL), ("Police Scotland", OFFICIAL[:0])):
        slug = name.lower().replace(" ", "-")
        ledger.begin("50_force", instance=slug)
        record(slug, name, official)
        for path in shown[1].iterdir():
            shutil.copyfile(path, out / "figures" / path.name.replace("a-line", f"force-{slug}"))
        write_notebook(out / "notebooks" / f"50_force.{slug}.ipynb")
    return out


def record(slug, name, official):
    """Record for a force what is in `force_findings.csv`, and its official counts."""
    rows = official.replace("/", "_", regex=True).to_numpy()
    counts = [(f"official.{year}", "offences", count, count, "", "") for year, count in rows]
    named = ("name", "text", name, name, "", "")
    for id, unit, value, without, *ends in [named, *counts, *examples(__file__, "force_findings.csv")]:
        value = value if len(official) else without
        low, high = map(float, ends) if value and ends[0] else (None, None)
        value = value if unit == "text" else float(value) if value else None
        reason = "it is not held" if value is None else None
        ledger.record(f"force.{slug}.{id}", value, unit=unit, label=id, low=low, high=high, reason=reason)


def brief(out, slug):
    """The words of one briefing on paper, made anew."""
    briefings.build(out, [slug.replace("-", " ")], echo=lambda line: None)
    (page,) = pypdf.PdfReader(out / "forces" / f"{slug}.pdf").pages  # and never more than one
    return " ".join(page.extract_text().split())


def test_every_force_gets_a_page_of_its_own_and_a_line_in_the_index(briefed):
    briefings.build(briefed, echo=lambda line: None)
    rows = lxml_html.parse(briefed / "forces" / "index.html").xpath("//tbody/tr")
    assert [row.findtext("th/a") for row in rows] == ["Cleveland", "Police Scotland"]
    for mine, other in (("cleveland", "Police Scotland"), ("police-scotland", "Cleveland")):
        html = (briefed / "forces" / f"{mine}.html").read_text()
        assert other not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_what_a_force_answered_stands_in_its_briefing_alone(briefed, project):
    shutil.copyfile(Path(__file__).with_name("answers.toml"), project / "data" / "answers.toml")
    said = "On 2026-12-01 Cleveland answered about its figure for 2014/15: Some codes were left out of #1."
    assert [said in brief(briefed, slug) for slug in ("cleveland", "police-scotland")] == [True, False]


def test_the_picture_gives_way_to_words_as_far_as_it_can(briefed, project):
    """A little more than fits beside the whole picture, and more than fits at all."""
    answers = Path(__file__).with_name("answers.toml").read_text()

    def answered(times):
        (project / "data" / "answers.toml").write_text(answers.replace("Some codes", "Some codes " * times))
        return brief(briefed, "cleveland")

    assert answered(200).count("Some codes") == 200
    with pytest.raises(PublishError, match="the briefing of Cleveland ends on page 2, and must by page 1"):
        answered(300)


def test_a_briefing_says_of_which_day_the_report_is_and_its_address_only_if_it_has_one(briefed, project):
    cited = project / "CITATION.cff"
    endings = {"": "edition of 28 November 2026.", "url: https://a.example\n": "2026, at https://a.example."}
    for line, words in endings.items():
        cited.write_text(f"date-released: 2026-11-28\n{line}authors: []\ntitle: x\n")
        assert words in brief(briefed, "cleveland")


@pytest.mark.parametrize("slug", WORDS)
def test_a_briefing_prints_what_there_is_and_no_column_or_word_for_what_there_is_not(briefed, slug):
    text = brief(briefed, slug)
    assert [words for words in WORDS[slug]["says"] if words not in text] == []
    assert [words for words in WORDS[slug]["says_not"] if words in text] == []


@pytest.mark.parametrize(
    "counts, id, value, unit, low, high, words, not_said", examples(__file__, "briefed.csv")
)
def test_what_is_said_follows_the_figures(briefed, counts, id, value, unit, low, high, words, not_said):
    """Cleveland's official counts of both years, and one finding about it, are others than elsewhere here."""
    official = OFFICIAL.assign(child_only=[int(n) for n in counts.split()]) if counts else OFFICIAL[:0]
    interval = {"low": float(low), "high": float(high)} if low else {}
    ledger.begin("50_force", instance="cleveland")
    record("cleveland", "Cleveland", official)
    value = value if unit == "text" else float(value)
    ledger.record(f"force.cleveland.{id}", value, unit=unit, label=id, **interval)
    text = brief(briefed, "cleveland")
    assert words in text and not_said not in text


def test_a_force_that_was_not_run_is_named(briefed):
    with pytest.raises(PublishError, match="kent: its briefing has not been run; rise brief runs it"):
        briefings.build(briefed, ["Kent"])


@pytest.mark.parametrize(("official", "skipped", "printed", "title"), examples(__file__, "titles.csv"))
def test_the_title_says_what_the_figure_shows(official, skipped, printed, title):
    drawn = force_series("Kent", OFFICIAL[: int(official)], PRINTED[int(skipped) : int(printed)])
    assert drawn.title == f"Kent: {title}"


def test_only_what_is_drawn_is_a_source_and_nothing_cannot_be_drawn():
    assert force_series("Kent", OFFICIAL, PRINTED[:0]).source == FLOOR_SOURCE
    assert force_series("Kent", OFFICIAL[:0], PRINTED).source == foi_source()
    with pytest.raises(ValueError, match="Nowhere has neither"):
        force_series("Nowhere", OFFICIAL[:0], PRINTED[:0])
