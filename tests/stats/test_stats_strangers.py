"""What someone else's data look like: every estimator takes numbers in any form, and names what it refuses."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.controls import EmpiricalNull
from helpers.stats.dose import errors_in_variables
from helpers.stats.estimate import check_table
from helpers.stats.multiverse import run_specifications
from helpers.stats.ratios import change_funnel, funnel, funnel_limits, rate_ratio
from helpers.stats.sensitivity import robustness_value
from helpers.stats.series import change_point, interrupted_series
from helpers.stats.shrinkage import shrink_ratios
from helpers.stats.standardise import das_gupta

FIRST, SECOND = [12, 30, 8, 41, 17, 22, 9, 60], [15, 33, 10, 55, 19, 30, 12, 70]

# Each with the names of its two arguments, as an error must name them.
ESTIMATORS = {
    "funnel": (("observed", "expected"), lambda a, b: funnel(a, b)),
    "change_funnel": (("before", "after"), lambda a, b: change_funnel(a, b)),
    "shrink_ratios": (("before", "after"), lambda a, b: shrink_ratios(a, b)),
    "exposures": (("exposure_before", "exposure_after"),
                  lambda a, b: shrink_ratios(FIRST, SECOND, exposure_before=a, exposure_after=b)),
    "series": (("counts", "control"), lambda a, b: interrupted_series(a, step=4, control=b).step),
    "exposed series": (("counts", "exposure"), lambda a, b: interrupted_series(a, step=4, exposure=b).step),
    "slope": (("x", "y"), lambda a, b: errors_in_variables(a, b, x_se=2)),
    "slope with errors": (("x_se", "y_se"), lambda a, b: errors_in_variables(FIRST, SECOND, x_se=a, y_se=b)),
    "null": (("log_ratio", "se"), lambda a, b: EmpiricalNull.fit(a, b)),
    "p-values": (("log_ratio", "se"), lambda a, b: EmpiricalNull(0.1, 9.0).p_value(a, b)),
}  # fmt: skip
FORMS = {
    "small integers": lambda v: np.array(v, dtype=np.uint8),
    "a series labelled backwards": lambda v: pd.Series(v, index=range(len(v) - 1, -1, -1)),
    "a series with labels twice": lambda v: pd.Series(v, index=list("aabbccdd")),
    "nullable integers": lambda v: pd.Series(v, dtype="Int64"),
    "a read-only view": lambda v: np.broadcast_to(np.array(v, float), (8,)),
}
UNUSABLE = {
    "a hole": [1, 2, math.nan, 4, 5, 6, 7, 8],
    "a pandas hole": pd.array([1, 2, None, 4, 5, 6, 7, 8], dtype="Int64"),
    "too few": [1, 2, 3],
    "words": list("abcdefgh"),
    "numbers as words": list("12345678"),
    "nothing": None,
    "dates": pd.period_range("2010", periods=8, freq="Y"),
    "lists within": [[1, 2]] * 8,
}
MAY_BE_LEFT_OUT = {"control", "exposure", "exposure_before", "exposure_after", "y_se"}


def numbers_of(result) -> list[float]:
    if isinstance(result, pd.DataFrame):
        return [*result.to_numpy(dtype=float).ravel(), *map(float, result.attrs.values())]
    if isinstance(result, EmpiricalNull):
        return [result.mean, result.sd, result.mean_se]
    if hasattr(result, "level"):
        return [result.value, result.low, result.high]
    return list(np.ravel(result))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_form_of_the_numbers_changes_nothing_and_they_are_left_alone(estimator, form):
    _, estimate = ESTIMATORS[estimator]
    first, second = FORMS[form](FIRST), FORMS[form](SECOND)
    labels = getattr(first, "index", None)
    assert numbers_of(estimate(first, second)) == numbers_of(estimate(FIRST, SECOND))
    assert list(first) == FIRST and list(second) == SECOND
    assert labels is None or not isinstance(first, pd.Series) or first.index.equals(labels)


@pytest.mark.parametrize("fault", UNUSABLE)
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_cannot_be_used_is_refused_by_name(estimator, place, fault):
    names, estimate = ESTIMATORS[estimator]
    given = [FIRST, SECOND]
    given[place] = UNUSABLE[fault]
    if fault == "nothing" and names[place] in MAY_BE_LEFT_OUT:
        assert not any(map(math.isnan, numbers_of(estimate(*given))))
        return
    # Of two that differ in length either may be named; three values have no room for a step at the fourth.
    name = "|".join((*names, "step")) if fault == "too few" else names[place]
    with pytest.raises(ValueError, match=rf"^({name})\b"):
        estimate(*given)


@pytest.mark.parametrize("table", [[1, 2], [[1, -2]], [[1, math.nan]], [[]], [["1", "2"]], [[1, 2, 3]]])
def test_a_table_of_another_shape_or_of_no_counts_is_refused_by_name(table):
    with pytest.raises(ValueError, match=r"^counts\b"):
        check_table("counts", table, (None, 2), minimum=0)


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, math.nan, None, "high", [0.9]])
def test_every_level_is_between_nought_and_one(level):
    calls = [
        lambda: rate_ratio(3, 4, level=level),
        lambda: funnel_limits(3, level),
        lambda: funnel(FIRST, SECOND, level=level),
        lambda: change_funnel(FIRST, SECOND, level=level),
        lambda: shrink_ratios(FIRST, SECOND, level=level),
        lambda: interrupted_series(FIRST, step=4, level=level),
        lambda: errors_in_variables(FIRST, SECOND, x_se=1, level=level),
        lambda: EmpiricalNull.fit([0, 1], [1, 1]).calibrate(1, 1, level),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"^level"):
            call()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=6))
def test_counts_from_nought_to_a_thousand_million_give_numbers(pairs):
    before, after = zip(*pairs, strict=True)
    for b, a in pairs:
        found = rate_ratio(b, a)
        assert 0 < found.low < found.value < found.high < math.inf
    table = shrink_ratios(before, after)
    assert np.isfinite(table.to_numpy()).all()
    assert np.isfinite(funnel(before, [x + 1 for x in after])["z"]).all()


TOO_LITTLE = [
    ("values", lambda: change_point([1])),
    ("counts", lambda: interrupted_series([], step=1)),
    ("x", lambda: errors_in_variables([1, 2], [1, 2], x_se=0)),
    ("x", lambda: errors_in_variables([1, 1, 1], [1, 2, 3], x_se=0)),
    ("log_ratio", lambda: EmpiricalNull.fit([0.1], [0.1])),
    ("trim", lambda: funnel(FIRST, SECOND, trim=0.5)),
    ("dof", lambda: robustness_value(2, 1, alpha=0.05)),
    ("before", lambda: das_gupta(dict.fromkeys(range(17), 1), dict.fromkeys(range(17), 2))),
    ("estimate", lambda: run_specifications({"a": [1]}, lambda a: a)),
    ("estimate", lambda: run_specifications({"a": [1]}, lambda a: {"a": a})),
]


@pytest.mark.parametrize(("name", "estimate"), TOO_LITTLE)
def test_what_says_too_little_or_cannot_be_computed_is_refused_by_name(name, estimate):
    with pytest.raises(ValueError, match=rf"^{name}\b"):
        estimate()
