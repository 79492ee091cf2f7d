"""Late reports and flagged offences: pairs of years within one definition and one release."""

import pytest

from helpers.foi.late_and_online import flagged_pairs, late_reports
from tests.frames import frame, table

PRINTED = "round measure area period value_text"


def test_late_reports_need_both_years_of_a_force_and_skip_totals_and_repeats():
    series = table(__file__, "late_reports.csv", value_text="str")
    both = (("2017-11", "non_recent", "Durham", *rest) for rest in (("2013/14", "462"), ("2016/17", "339")))
    found = late_reports(series, frame(PRINTED, *both), "2013/14", "2016/17")
    assert found.to_numpy().tolist() == [["Durham", 462, 339], ["Kent", 10, 30]]


def test_flagged_pairs_stay_within_one_release():
    foi = table(__file__, "flagged.csv", value_text="str")
    found = flagged_pairs(foi, "2018-02", "2015/16", "2016/17")
    assert found.to_numpy().tolist() == [["Northumbria", 98, 323]]
    assert flagged_pairs(foi, "2016-06-flag", "2015/16", "2016/17").empty


def test_two_values_in_one_release_are_refused():
    rows = (("2018-02", "cyber_flagged", "Kent", "2016/17", value) for value in ("361", "400"))
    foi = frame(PRINTED, *rows)
    with pytest.raises(ValueError, match="two values for Kent in 2016/17"):
        flagged_pairs(foi, "2018-02", "2015/16", "2016/17")
