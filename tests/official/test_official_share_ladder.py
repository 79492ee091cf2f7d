"""The ladder of violence, nations, audits and flag, on growths that are made up."""

from math import exp

import pytest

from helpers.official import share_ladder
from helpers.official.routes import SynthesisInputs
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from tests.frames import frame

SPAN = {"years": "two years", "first_year": "2013/14", "last_year": "2015/16"}


def seen(growth, error=0.001):
    return Estimate.around(growth, error)


def most(step, explanation, *, gained=0.16, flagged=0.1, violence=0.3):
    """The largest share on a rung of a rise of 0.4, in logarithms, where the other nations grew by 0.28."""
    growths = {"violence": violence, "nations": seen(0.28)}
    case = SynthesisInputs(frame("route recording", ("violence", 1.5)), growths, seen(0.4), SPAN)
    flagged = flagged if isinstance(flagged, NotAvailable) else 1 - exp(-flagged)
    found = share_ladder.climb(case, exp(-gained), flagged, assumed_se=0.001)
    return found.set_index(["step", "explanation"]).loc[(step, explanation)]


def test_each_rung_sets_the_limit_that_its_figure_gives():
    limits = dict.fromkeys([(3, "recording"), (6, "recording")], 0.3)
    limits |= {(2, "recording"): 0.5, (5, "online"): 0.25, (7, "other"): 0}
    found = {place: most(*place, violence=seen(0.3))["high"] for place in limits}
    assert found == pytest.approx(limits, abs=1e-6)
    assert most(4, "recording", gained=0.08, violence=seen(0.3))["high"] == pytest.approx(0.2, abs=1e-6)
    last = most(7, "confidence", violence=seen(0.3))
    assert last["low"] == pytest.approx(0.45, abs=1e-6)  # 0.4 less 0.12 and 0.1


def test_the_error_of_a_figure_that_was_counted_is_its_own():
    sure, unsure = (most(2, "recording", violence=seen(0.3, error)) for error in (0.001, 0.05))
    assert unsure["im_high"] > sure["im_high"] + 0.1


def test_audits_that_leave_less_than_other_nations_do_refute_the_rung():
    refuted = most(6, "recording", gained=0.08, violence=seen(0.3))
    assert (refuted["p_value"] < 0.01, refuted["reason"]) == (True, "the rung is refuted")


@pytest.mark.parametrize("missing", ["violence", "flagged"])
def test_without_one_of_the_figures_no_rung_has_a_range(missing):
    gone = {"violence": seen(0.3)} | {missing: NotAvailable("nobody counted it")}
    row = most(1, "recording", **gone)
    assert (row["reason"], row["high"] == row["high"]) == ("nobody counted it", False)
