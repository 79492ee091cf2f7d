"""Any two years, vintage, level and draws run the whole way, and what they say is about the years that were asked."""

import json
import math
import re
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from tests.conftest import ROOT

CHILD_ONLY = ["17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A"]
EDITION = sorted((ROOT / "reports/published").glob("20*/findings.json"))[-1]
# What is about years of its own, and takes no draws.
FIXED = tuple(Path(__file__).with_name("fixed_years.txt").read_text().split())


def findings(out):
    return json.loads((out / "findings.json").read_text(encoding="utf-8"))


def words(out):
    """What the report says, without the passages, tables and sources that name years of their own."""
    page = lxml.html.fromstring((out / "report.html").read_text(encoding="utf-8"))
    apart = "//*[@class='fixed-years' or @role='doc-bibliography' or self::table or self::svg or self::style or self::script or self::nav]"
    for part in page.xpath(apart):
        part.drop_tree()
    return " ".join(page.text_content().split())


def test_official_totals_are_those_of_the_raw_table(made):
    out, parameters = made
    crime = pd.read_csv(ROOT / "data/raw/recorded_crime.csv", dtype={"offence_code": str})
    crime = crime[crime["offence_code"].isin(CHILD_ONLY)]
    quarters = ["q1", "q2", "q3", "q4"]
    found = findings(out)
    for year in (parameters["first_year"], parameters["last_year"]):
        total = crime.loc[crime["financial_year"] == year, quarters].to_numpy().sum()
        assert found[f"official.child_only.{year.replace('/', '_')}"]["value"] == total
    crime = crime[crime["force"] != parameters["leave_out"]]
    totals = crime.groupby("financial_year")[quarters].sum().sum(axis=1)
    ratio = totals[parameters["last_year"]] / totals[parameters["first_year"]]
    assert found["rise.england_and_wales.official_ratio"]["value"] == pytest.approx(ratio, rel=1e-9)


def test_a_force_that_is_left_out_is_nowhere_in_the_rise(made):
    out, parameters = made
    slug = parameters["leave_out"].lower().replace(" ", "_")
    own = [one for id, one in findings(out).items() if id.startswith(f"rise.{slug}.")]
    assert all(one["value"] is None and "left out" in one["reason"] for one in own)
    assert parameters["leave_out"] not in set(pd.read_csv(out / "tables/rise_forces.csv")["force"])


def test_what_is_about_years_of_its_own_is_the_same_whatever_is_asked(made):
    out, parameters = made
    now, edition = findings(out), json.loads(EDITION.read_text(encoding="utf-8"))
    for id, old in edition.items():
        if id.endswith(".p") and "seed" in parameters:  # the share of made-up series: others, by another seed
            continue
        if id.startswith(FIXED) and isinstance(old["value"], float) and now[id]["value"] is None:
            assert parameters["level"] > 0.99, id  # so wide an interval takes more other dates than there are
        elif id.startswith(FIXED) and isinstance(old["value"], float):
            assert math.isclose(now[id]["value"], old["value"], rel_tol=1e-9, abs_tol=1e-9), id
            if parameters["level"] == old["level"]:
                assert now[id]["low"] == pytest.approx(old["low"], rel=1e-9), id


def test_nothing_is_taken_from_the_years_of_the_study_where_others_were_asked(made):
    out, parameters = made
    now, edition = findings(out), json.loads(EDITION.read_text(encoding="utf-8"))
    asked = parameters["first_year"], parameters["last_year"]
    about = ["rise.england_and_wales.official_ratio", "rise.share_in_last_quarter", "online.contact_growth",
             "online.no_meeting_growth", "confidence.adult_rape_growth", "recording.cap.growth", "weighing.parts.contact"]  # fmt: skip
    same = [id for id in about if now[id]["value"] == edition[id]["value"]]
    assert same == (about if asked == ("2014/15", "2015/16") else [])


def test_the_report_names_no_year_that_was_not_asked(made):
    out, parameters = made
    asked = {parameters["first_year"], parameters["last_year"]}
    said = set(re.findall(r"20\d\d/\d\d", words(out)))
    assert said & {"2014/15", "2015/16"} <= asked
    assert asked <= said


def test_a_run_with_other_parameters_does_not_call_itself_the_edition(made):
    out, _ = made
    assert "run with other parameters. Its numbers are not those of the edition." in words(out)


def test_predictions_about_other_years_are_not_judged(made):
    out, parameters = made
    table = pd.read_csv(out / "tables/prediction_results.csv", keep_default_na=False)
    asked = f"{parameters['first_year']} to {parameters['last_year']}"
    others = table[(table["years"] != "") & (asked != "2014/15 to 2015/16")]
    assert set(others["verdict"]) <= {"other years", "not tested"}
    assert (others["reason"] != "").all()
    fixed = table.query("years == '' and expected != 'not observed' and test != 'named_forces'")
    untested = fixed[fixed["verdict"].isin(["other years", "not tested"])]
    assert untested.empty or parameters["level"] > 0.99
    assert untested["reason"].str.contains("to bound").all()
