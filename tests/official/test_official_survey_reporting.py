"""What follows if a part of the growth of minor violence was more victims telling the police."""

import pandas as pd
import pytest

from helpers.official import survey_reporting
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable

PRIORS = {"even": {"recording": 1.0, "confidence": 1.0, "online": 1.0, "other": 1.0}}
YEARS = ("2013/14", "2015/16")
COLUMNS = ["route", "weighed", "se", "bias_sd", "recording", "confidence", "online", "other"]
REGISTER = pd.DataFrame(
    [
        ("violence", True, 0.02, 0.05, 1.0, 0.0, 0.0, 0.0),
        ("nations", True, 0.02, 0.05, 0.0, 1.0, 1.0, 1.0),
        ("contact", True, 0.02, 0.05, 1.0, 1.0, 0.0, 1.0),
    ],
    columns=COLUMNS,
)


def odds(violence, told, years=YEARS):
    seen = {name: Estimate(value, value, value) for name, value in
            (("violence", violence), ("nations", 0.2), ("contact", 0.4))}  # fmt: skip
    found = survey_reporting.odds(REGISTER, seen, Estimate(0.5, 0.4, 0.6), PRIORS, years, told)
    return found.set_index(["fell", "explanation"])


def test_what_victims_told_more_is_taken_off_the_route_of_violence():
    plain, told = odds(0.3, (0.0, 2011, 2015)), odds(0.4, (0.1, 2011, 2015))
    assert told.at[("within", "recording"), "share"] == pytest.approx(
        plain.at[("within", "recording"), "share"]
    )
    assert told.at[("evenly", "recording"), "share"] > plain.at[("evenly", "recording"), "share"]


def test_of_four_years_two_fell_in_the_two_years_where_the_growth_was_even():
    within = odds(0.3, (0.1, 2013, 2015)).at[("within", "recording"), "share"]
    assert odds(0.3, (0.2, 2011, 2015)).at[("evenly", "recording"), "share"] == pytest.approx(within)


def test_years_that_the_survey_does_not_reach_are_not_available():
    found = odds(0.3, (0.2, 2011, 2015), years=("2016/17", "2018/19"))
    assert set(found["reason"]) == {"the survey's comparison ends in 2015/16"}


def test_where_there_is_no_rise_its_own_reason_is_given():
    missing = NotAvailable("the official series begins after 2010/11")
    years = ("the year before the first", "2012/13")
    found = survey_reporting.odds(REGISTER, {"violence": missing}, missing, PRIORS, years, (0.2, 2011, 2015))
    assert set(found["reason"]) == {missing.reason}
