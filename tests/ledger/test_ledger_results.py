"""Results against predictions: what may be added, and what an interval means for what was expected."""

import pytest

from helpers.ledger.results import RESULT_COLUMNS, Results, verdict, verdict_for_role
from helpers.stats.estimate import Estimate
from tests.frames import examples, frame, table

REGISTER = table(__file__, "two_of_one_test.csv").assign(reason="Why.", years=None)


@pytest.fixture
def results():
    late, older = ("late", "ratio", "{forces} forces."), ("older", "none", "Not published.")
    tests = frame("test statistic note", late, older)
    return Results(REGISTER, tests, "2014/15", "2015/16")


def test_one_test_gives_a_row_to_each_prediction_that_names_it(results):
    results.add("late", Estimate(1.4, 1.1, 1.8), p_value=0.01, n=12, forces="Few")
    rows = results.frame()
    assert list(rows.columns) == list(RESULT_COLUMNS)
    told = [["confidence.delay", "Reports.", "Few forces."], ["online.delay", "Reports.", "Few forces."]]
    assert rows[["prediction", "data", "note"]].values.tolist() == told
    assert rows[["value", "low", "high", "level"]].iloc[1].tolist() == [1.4, 1.1, 1.8, 0.95]


def test_a_result_is_kept_to_ten_digits_past_which_releases_of_numpy_differ(results):
    results.add("older", value=132.2850757254381)
    assert results.frame()["value"].tolist() == [132.2850757]


def test_tests_that_check_nothing_are_not_described_or_are_added_twice_are_refused(results):
    with pytest.raises(ValueError, match=r'checks no prediction .*; the nearest is "older"'):
        results.add("oldr", value=1)
    with pytest.raises(ValueError, match='"older" is not in data/tests'):
        Results(REGISTER, results.tests.reset_index()[:1], "2014/15", "2015/16").add("older", value=1)
    results.add("older", value=1)
    with pytest.raises(ValueError, match="already added"):
        results.add("older", value=2)


def test_a_table_of_other_years_than_the_tests_is_refused(results):
    """Papermill takes what table is there; `rise run` has made it with the same years."""
    table = frame("first_year last_year", ("2014/15", "2015/16"))
    assert results.refuse_other_years(table) is table
    said = "tests and a table that they use are of 2014/15 to 2015/16 and of 2013/14 to 2015/16: run the"
    with pytest.raises(ValueError, match=said):
        results.refuse_other_years(table.assign(first_year="2013/14"))


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
