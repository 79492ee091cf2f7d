"""Results against predictions: what may be added, and what an interval means for what was expected."""

import pytest

from helpers.ledger.results import RESULT_COLUMNS, Results, verdict, verdict_for_role
from helpers.stats.estimate import Estimate
from tests.frames import examples, frame


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
    late, older = ("late", "ratio", "{forces} forces."), ("older", "none", "Not published.")
    tests = frame("test statistic note", late, older)
    return Results(register, tests, "2014/15", "2015/16")


def test_one_test_gives_a_row_to_each_prediction_that_names_it(results):
    results.add("late", Estimate(1.4, 1.1, 1.8), p_value=0.01, n=12, forces="Few")
    table = results.frame()
    assert list(table.columns) == list(RESULT_COLUMNS)
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


def number(text):
    return float(text) if text else None


@pytest.mark.parametrize("expected, value, low, high, p_value, meaning", examples(__file__, "verdicts.csv"))
def test_the_interval_decides_unless_a_p_value_is_stricter(expected, value, low, high, p_value, meaning):
    """Without a p-value the interval alone decides; no break can be contradicted and is never confirmed."""
    assert verdict(expected, *map(number, (value, low, high, p_value))) == meaning


@pytest.mark.parametrize("row", examples(__file__, "bearings.csv"), ids=" ".join)
def test_an_exploratory_result_decides_only_where_it_is_plain_at_99_per_cent(row):
    """One rule for every cell, whichever way it falls: p-values between 0.01 and 0.05 decide nothing."""
    expected, *result, primary, other = row
    for role, meaning in (("primary", primary), ("exploratory", other), ("afterwards", other)):
        assert verdict_for_role(role, expected, *map(number, result)) == meaning
