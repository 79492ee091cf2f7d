"""What follows for better recording if an assumption of the routes is replaced by another."""

from math import exp, log

import pytest

from helpers.official.inspections import Recorded
from helpers.official.routes import SynthesisInputs
from helpers.official.share_scenarios import odds, scenarios
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from tests.frames import table

PRIORS = {"even": {"recording": 1.0, "confidence": 1.0, "online": 1.0, "other": 1.0}}
YEARS = ("2013/14", "2015/16")
REGISTER = table(__file__, "three_routes.csv")
RISE = Estimate(0.5, 0.4, 0.6)
EVEN = (0.5, 0.5)  # rape as badly recorded as the rest, and room for growth by a factor of two


def span(first_year, last_year, named="two years"):
    return {"years": named, "first_year": first_year, "last_year": last_year}


def made(violence, told=(0.0, 2011, 2015), recorded=EVEN, years=YEARS, rise=RISE, earlier=(0.0, 0.2)):
    sexual, rape = recorded
    values = {"violence": violence, "nations": 0.2, "adult_rape": 0.4}
    seen = {name: Estimate.exact(value) for name, value in values.items()}
    base = SynthesisInputs(REGISTER, seen, rise, span(*years))
    pairs = zip(("violence", "nations"), earlier, strict=False)
    shown = {route: Estimate.exact(value) for route, value in pairs}
    shown = {"nations": NotAvailable("no count"), "violence": NotAvailable("no count")} | shown
    before = SynthesisInputs(REGISTER, shown, Estimate.exact(0.2), span("2012/13", "2013/14"))
    later = {"both_violence": 0.5 * exp(0.1), "both_sexual": sexual * exp(0.2)}
    found = Recorded(sexual, 0.5, rape, later_sexual=0.9, **later)
    return scenarios(base, told, found, before)


def shares(*given, **named):
    found = odds(made(*given, **named), PRIORS)
    return found[found["explanation"] == "recording"].set_index("scenario")["share"]


def test_what_victims_told_more_is_taken_off_the_route_of_violence():
    before, told = shares(0.3), shares(0.4, (0.1, 2011, 2015))
    assert told["within"] == pytest.approx(before["within"])
    assert told["evenly"] > before["evenly"]


def test_of_four_years_two_fell_in_the_two_years_where_the_growth_was_even():
    assert shares(0.3, (0.2, 2011, 2015))["evenly"] == pytest.approx(shares(0.3, (0.1, 2013, 2015))["within"])


def test_better_recording_adds_no_more_than_was_left_out():
    found = odds(made(0.3, recorded=(0.9, 0.9)), PRIORS).set_index(["scenario", "explanation"])
    assert found.at[("limit", "recording"), "high"] * RISE.value <= -log(0.9)
    assert found.at[("within", "recording"), "low"] * RISE.value > -log(0.9)


def test_where_half_as_much_of_rape_was_left_out_it_shows_half_of_better_recording():
    loadings = made(0.3, recorded=(0.25, 0.5))["rape"].register.set_index("route")["recording"]
    assert loadings.to_dict() == pytest.approx({"violence": 1.0, "nations": 0.0, "adult_rape": 0.5})
    assert shares(0.3)["rape"] == pytest.approx(shares(0.3)["within"])


def test_years_that_survey_or_inspection_do_not_reach_are_not_available():
    later = made(0.3, (0.2, 2011, 2015), years=("2016/17", "2018/19"))
    assert str(later["evenly"].rise).endswith("the survey's comparison ends in 2015/16")
    assert later["limit"].rise == RISE
    earlier = made(0.3, years=("2010/11", "2012/13"))
    assert str(earlier["rape"].rise).endswith("the inspection of 2014 speaks of growth from 2013/14 on")


def test_where_there_is_no_rise_its_own_reason_is_given():
    missing = NotAvailable("the official series begins after 2010/11")
    found = odds(made(0.3, years=("the year before the first", "2012/13"), rise=missing), PRIORS)
    assert set(found["reason"]) == {missing.reason}


def test_what_audits_of_violence_gained_takes_the_place_of_its_growth():
    """They gained half as much as audits of sexual offences, so half of better recording shows in violence."""
    found = made(0.3)["violence_audited"]
    assert found.growths["violence"].value == pytest.approx(0.1)
    assert found.register.set_index("route").at["violence", "recording"] == pytest.approx(0.5)


def test_what_the_routes_show_in_the_year_before_is_taken_off_for_each_year():
    """Violence grew by 0.1 in that year, and the other nations by 0.05 less than England and Wales."""
    less = made(0.4, earlier=(0.1, 0.15))["as_before"].growths
    left = {route: growth.value for route, growth in less.items()}
    assert left == pytest.approx({"violence": 0.2, "nations": 0.3, "adult_rape": 0.4})
    assert made(0.4, earlier=())["as_before"].rise.reason == "no count"
