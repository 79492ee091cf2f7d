"""Comparisons year by year: what is shared, what is particular, and what the figures do not reach."""

import numpy as np
import pytest

from helpers.official.phases import by_quarter, contrasts, nations
from tests.frames import frame

YEARS = ["2012/13", "2013/14", "2014/15"]
CONTRAST = "a_against_b", "A, against B", "71", "105A", "recording", "above 1", "Because."
REGISTER = frame("contrast label of against mark_of expected why", CONTRAST)


def crime(**growth):
    """Four forces with 10,000 offences of each code in the first year; each later year is times its growth."""
    rows = []
    for code, factors in growth.items():
        for force in ("Kent", "Essex", "Surrey", "Dorset"):
            for year, factor in zip(YEARS, np.cumprod([1, *factors]), strict=True):
                rows.append((year, force, code.removeprefix("c"), *[round(2500 * factor)] * 4))
    return frame("financial_year force offence_code q1 q2 q3 q4", *rows)


def test_each_year_has_its_own_ratio_and_shared_part():
    table = contrasts(crime(c71=(1.2, 1.44), c105A=(1.2, 1.2)), REGISTER, YEARS)
    assert table["ratio"].round(6).tolist() == [1.0, 1.2, 1.2]
    assert table["shared"].round(6).tolist() == [1.0, 0.5, round(np.log(1.44) / np.log(1.728), 6)]


def test_a_span_past_the_years_of_a_family_says_so_and_has_no_number():
    figures = crime(c88A=(1.2, 1.2), c105A=(1.1, 1.1)).replace({"2014/15": "2017/18"})
    table = contrasts(figures, REGISTER.assign(of="grooming"), ["2013/14", "2017/18"])
    assert table["ratio"].isna().all()
    assert table["reason"].tolist() == ["not available: Sexual grooming (88A) compares only to 2016/17"]


def test_a_year_of_which_a_part_is_held_is_never_compared():
    figures = crime(c71=(1.2, 1.2), c105A=(1.1, 1.1))
    figures.loc[figures["financial_year"] == "2014/15", "q4"] = None
    table = contrasts(figures, REGISTER, YEARS)
    said = ["not available: the official series holds no whole year 2014/15"]
    assert table["reason"].dropna().unique().tolist() == said


def test_nations_are_compared_where_every_one_has_a_figure():
    within = frame(" ".join(YEARS), (100, 130, 130), (90, 117, 117), (110, 143, 143))
    outside = frame(" ".join(YEARS), (300, 330, 400), (100, 110, np.nan)).set_axis(["A", "B"])
    table = nations(within, outside, YEARS, dispersion=2.0)
    assert table["ratio"].iloc[0] == pytest.approx(1.3 / 1.1)
    assert table["shared"].iloc[0] == pytest.approx(np.log(1.1) / np.log(1.3))
    assert table["reason"].iloc[1] == "not available: no figure of every nation for 2014/15"
    alone = nations(within, outside.loc[["A"]], YEARS, dispersion=2.0)
    assert set(alone["contrast"]) == {"a"} and alone["ratio"].iloc[1] == pytest.approx(1.0 / (400 / 330))


def test_quarters_inside_the_years_show_from_when_on_one_outgrew_the_other():
    figures = crime(c71=(1.0, 1.0), c105A=(1.0, 1.0))
    later = (figures["financial_year"] == "2013/14") & (figures["offence_code"] == "71")
    figures.loc[later, ["q3", "q4"]] = 5000
    table = by_quarter(figures, REGISTER, YEARS[:2])
    assert table["quarter"].tolist() == ["Apr 2013", "Jul 2013", "Oct 2013", "Jan 2014"]
    assert table["ratio"].round(6).tolist() == [1.0, 1.0, 2.0, 2.0]
