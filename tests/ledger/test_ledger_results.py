"""Results against predictions: what may be added, and what an interval means for what was expected."""

import pytest

from helpers.ledger.results import COLUMNS, Results, bearing, verdict
from helpers.stats.estimate import Estimate
from tests.frames import frame


@pytest.fixture
def register():
    return frame(
        "id explanation dimension expected test data role",
        ("confidence.delay", "confidence", "delay", "above 1", "late", "Reports.", "primary"),
        ("online.delay", "online", "delay", "below 1", "late", "Reports.", "exploratory"),
        ("online.age", "online", "age", "above 1", "older", "Counts.", "exploratory"),
        reason="Why.", years=None,
    )  # fmt: skip


@pytest.fixture
def results(register):
    tests = frame(
        "test statistic note", ("late", "ratio", "{forces} forces."), ("older", "none", "Not published.")
    )
    return Results(register, tests, "2014/15", "2015/16")


def test_one_test_gives_a_row_to_each_prediction_that_names_it(results):
    results.add("late", Estimate(1.4, 1.1, 1.8), p_value=0.01, n=12, forces="Few")
    table = results.frame()
    assert list(table.columns) == list(COLUMNS)
    assert table["prediction"].tolist() == ["confidence.delay", "online.delay"]
    assert table["data"].tolist() == ["Reports.", "Reports."]
    assert table["note"].tolist() == ["Few forces.", "Few forces."]
    assert table[["value", "low", "high", "level"]].iloc[1].tolist() == [1.4, 1.1, 1.8, 0.95]


def test_a_result_is_kept_to_ten_digits_past_which_releases_of_numpy_differ(results):
    results.add("older", value=132.2850757254381)
    assert results.frame()["value"].tolist() == [132.2850757]


def test_tests_that_check_nothing_are_not_described_or_are_added_twice_are_refused(register, results):
    with pytest.raises(ValueError, match="checks no prediction"):
        results.add("weather", value=1)
    with pytest.raises(ValueError, match="'older' is not in data/tests"):
        Results(register, results.tests.reset_index()[:1], "2014/15", "2015/16").add("older", value=1)
    results.add("older", value=1)
    with pytest.raises(ValueError, match="already added"):
        results.add("older", value=2)


@pytest.mark.parametrize(
    ("expected", "interval", "meaning"),
    [
        ("above 1", (1.2, 1.0, 1.4), "as predicted"),
        ("above 1", (1.2, 0.99, 1.4), "cannot tell"),
        ("above 1", (0.8, 0.7, 0.99), "contradicted"),
        ("below 0", (-0.2, -0.3, -0.1), "as predicted"),
        ("below 0", (0.2, 0.1, 0.3), "contradicted"),
        ("between 0.9 and 1.1", (1.0, 0.95, 1.05), "as predicted"),
        ("between 0.9 and 1.1", (1.0, 0.8, 1.2), "cannot tell"),
        ("between 0.9 and 1.1", (1.3, 1.2, 1.4), "contradicted"),
        ("above 1", (1.2, None, None), "no interval"),
        ("above 1", (None, None, None), "not observed"),
        ("not observed", (None, None, None), "not observed"),
        # a stricter p-value outweighs the interval: a step that ranks fifth of thirteen among placebo dates
        ("above 1", (1.16, 1.02, 1.31, 5 / 13), "cannot tell"),
        ("above 1", (1.16, 1.02, 1.31, 0.01), "as predicted"),
        ("between 0.9 and 1.1", (1.02, 0.98, 1.06, 0.4), "as predicted"),
        # no break can be contradicted and never confirmed
        ("no break", (40.0, None, None, 0.001), "contradicted"),
        ("no break", (4.0, None, None, 0.6), "cannot tell"),
        ("no break", (None, None, None), "not observed"),
    ],
)
def test_the_interval_decides_unless_a_p_value_is_stricter(expected, interval, meaning):
    assert verdict(expected, *interval) == meaning


@pytest.mark.parametrize(
    ("expected", "result", "primary", "exploratory"),
    [
        ("no break", (132.0, None, None, 0.04), "contradicted", "cannot tell"),
        ("no break", (132.0, None, None, 0.009), "contradicted", "contradicted"),
        ("above 0", (2.2, 0.2, 4.2, 0.03), "as predicted", "cannot tell"),
        ("above 0", (-2.2, -4.2, -0.2, 0.03), "contradicted", "cannot tell"),
        ("between 0.9 and 1.1", (1.02, 0.92, 1.095, 0.6), "as predicted", "cannot tell"),
        ("between 0.9 and 1.1", (1.25, 1.17, 1.33, 1e-9), "contradicted", "contradicted"),
    ],
)
def test_an_exploratory_result_decides_only_where_it_is_plain_at_99_per_cent(
    expected, result, primary, exploratory
):
    """One rule for every cell, whichever way it falls: p-values between 0.01 and 0.05 decide nothing."""
    assert bearing("primary", expected, *result) == primary
    assert bearing("exploratory", expected, *result) == exploratory
    assert bearing("afterwards", expected, *result) == exploratory
