"""Das Gupta's decomposition: his own examples, the formulas in closed form, and exact properties."""

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.standardise import das_gupta

# Das Gupta (1993), examples 2.1, 2.3 and 2.5 and the vector example 4.5.
EARNINGS = ({"earnings": 10_930, "earners": 0.717892}, {"earnings": 16_591, "earners": 0.825974})
BIRTHS = (
    {"fertility": 51.78746, "women_15_49": 0.45919, "women": 0.52638},
    {"fertility": 84.90502, "women_15_49": 0.75756, "women": 0.51065},
)
TEENAGE_BIRTHS = (
    {"births": 25.3, "pregnancies": 0.214, "active": 0.279, "women": 0.949},
    {"births": 32.7, "pregnancies": 0.290, "active": 0.473, "women": 0.986},
)


def test_two_factors_earnings_of_black_and_white_people():
    """Das Gupta (1993), example 2.1: of a gap of 5,857 dollars, 74.6% is earnings and 25.4% is earners."""
    parts = das_gupta(*EARNINGS)
    total = sum(parts.values())
    assert round(total) == 5857
    assert [round(100 * part / total, 1) for part in parts.values()] == [74.6, 25.4]


def test_three_factors_by_the_closed_form():
    """Das Gupta (1993), equation 2.16: ((bc + BC) / 3 + (bC + Bc) / 6) (a - A), here births in two countries."""
    parts = das_gupta(*BIRTHS)
    (A, B, C), (a, b, c) = (tuple(x.values()) for x in BIRTHS)
    assert parts["fertility"] == pytest.approx(((b * c + B * C) / 3 + (b * C + B * c) / 6) * (a - A))
    assert parts["women"] == pytest.approx(((a * b + A * B) / 3 + (a * B + A * b) / 6) * (c - C))
    assert sum(parts.values()) == pytest.approx(a * b * c - A * B * C)


def test_four_factors_by_the_closed_form():
    """Das Gupta (1993), equation 2.25, for pregnancies of sexually active teenagers."""
    parts = das_gupta(*TEENAGE_BIRTHS)
    (A, B, C, D), (a, b, c, d) = (tuple(x.values()) for x in TEENAGE_BIRTHS)
    mix = (b * c * d + B * C * D) / 4
    mix += (b * c * D + b * C * d + B * c * d + B * C * d + B * c * D + b * C * D) / 12
    assert parts["births"] == pytest.approx(mix * (a - A))


def test_three_factors_by_age_of_births_in_taiwan():
    """Das Gupta (1993), example 4.3: the crude birth rate, in seven age groups, by births to married women, share
    married and share of the population, 1960 and 1970. By the vector form of equation 2.16, as he does.
    """
    early = {
        "births": [393, 407, 369, 274, 184, 90, 16],
        "married": [0.122, 0.622, 0.903, 0.930, 0.916, 0.873, 0.800],
        "women": [0.043, 0.041, 0.036, 0.032, 0.026, 0.020, 0.018],
    }
    late = {
        "births": [488, 452, 338, 156, 63, 22, 3],
        "married": [0.082, 0.527, 0.866, 0.941, 0.942, 0.923, 0.876],
        "women": [0.058, 0.038, 0.032, 0.030, 0.026, 0.023, 0.019],
    }
    parts = das_gupta(early, late)
    (A, B, C), (a, b, c) = ([np.array(x) for x in side.values()] for side in (early, late))
    weight = (b * c + B * C) / 3 + (b * C + B * c) / 6
    assert parts["births"] == pytest.approx((weight * (a - A)).sum())
    assert sum(parts.values()) == pytest.approx((a * b * c).sum() - (A * B * C).sum())


def test_natural_increase_in_the_united_states():
    """Das Gupta (1993), example 3.1: births 19.4 to 23.7 and deaths 10.8 to 9.5, from 1940 to 1960."""
    parts = das_gupta(
        {"births": 19.4, "deaths": 10.8},
        {"births": 23.7, "deaths": 9.5},
        rate=lambda f: f["births"] - f["deaths"],
    )
    assert parts == pytest.approx({"births": 4.3, "deaths": 1.3})


@pytest.mark.parametrize("size", [5, 6])
def test_many_factors_by_changing_them_in_every_order(size):
    """Das Gupta's general formula is the mean, over all orders, of what each factor adds when its turn comes."""
    rng = np.random.default_rng(size)
    before, after = ({f"f{i}": float(x) for i, x in enumerate(rng.uniform(0.5, 2, size))} for _ in range(2))
    added = dict.fromkeys(before, 0.0)
    for order in permutations(before):
        now = dict(before)
        for name in order:
            earlier = math.prod(now.values())
            now[name] = after[name]
            added[name] += (math.prod(now.values()) - earlier) / math.factorial(size)
    assert das_gupta(before, after) == pytest.approx(added)


def test_a_labelled_series_is_matched_by_name():
    assert das_gupta(pd.Series({"a": 1, "b": 2}), pd.Series({"b": 3, "a": 2})) == {"a": 2.5, "b": 1.5}


def test_factors_that_are_arrays_are_summed_over_cells():
    before = {"rate": [1.0, 2.0], "share": [0.5, 0.5]}
    after = {"rate": [1.0, 4.0], "share": [0.25, 0.75]}
    parts = das_gupta(before, after)
    assert parts["rate"] == pytest.approx(2 * (0.5 + 0.75) / 2)
    assert parts["share"] == pytest.approx(1.0 * -0.25 + 3.0 * 0.25)


def test_a_rate_of_its_own_is_called_with_one_dict():
    """The crude rate of natural increase, births less deaths: each factor contributes its own change."""
    parts = das_gupta(
        {"births": 20.0, "deaths": 12.0},
        {"births": 15.0, "deaths": 9.0},
        rate=lambda f: f["births"] - f["deaths"],
    )
    assert parts == {"births": -5.0, "deaths": 3.0}


values = st.floats(-100, 100)
factors = st.integers(1, 6).flatmap(
    lambda k: st.tuples(st.lists(values, min_size=k, max_size=k), st.lists(values, min_size=k, max_size=k))
)


@settings(max_examples=60)
@given(factors)
def test_contributions_sum_to_the_whole_change_and_flip_with_the_years(pair):
    before, after = ({f"f{i}": v for i, v in enumerate(side)} for side in pair)
    parts, back = das_gupta(before, after), das_gupta(after, before)
    size = max(1.0, math.prod(max(1.0, abs(x), abs(y)) for x, y in zip(*pair, strict=True)))
    assert sum(parts.values()) == pytest.approx(math.prod(pair[1]) - math.prod(pair[0]), abs=1e-9 * size)
    assert [back[k] for k in parts] == pytest.approx([-parts[k] for k in parts], abs=1e-9 * size)


@given(factors, st.randoms())
@settings(max_examples=30)
def test_the_order_of_the_factors_changes_nothing(pair, random):
    before, after = ({f"f{i}": v for i, v in enumerate(side)} for side in pair)
    names = list(before)
    random.shuffle(names)
    other = das_gupta({n: before[n] for n in names}, {n: after[n] for n in sorted(names)})
    parts = das_gupta(before, after)
    assert [other[n] for n in parts] == pytest.approx(list(parts.values()), rel=1e-9, abs=1e-6)


def test_a_factor_that_does_not_change_contributes_nothing():
    assert das_gupta({"a": 2, "b": 3, "c": 5}, {"a": 4, "b": 3, "c": 6})["b"] == 0


def test_the_rate_cannot_change_our_arrays():
    before = {"a": np.array([1.0, 2.0])}

    def rate(f):
        f["a"] += 1
        return f["a"].sum()

    assert das_gupta(before, {"a": [3.0, 2.0]}, rate) == {"a": 2.0}
    assert before["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("name", "before", "after", "rate"),
    [
        ("before", {}, {}, None),
        ("before", [1, 2], {"a": 1}, None),
        ("before", {"a": math.nan}, {"a": 1}, None),
        ("before", {"a": []}, {"a": []}, None),
        ("before", {"a": "x"}, {"a": 1}, None),
        ("after", {"a": 1}, {"a": "3"}, None),
        ("rate", {"a": 1}, {"a": 2}, 5),
        ("after", {"a": 1}, {"a": math.inf}, None),
        ("after", {"a": 1}, {"b": 1}, None),
        ("after", {"a": [1, 2]}, {"a": [1, 2, 3]}, None),
        ("before", {str(i): 1 for i in range(17)}, {str(i): 1 for i in range(17)}, None),
        ("before", {"a": [1, 2], "b": [1, 2, 3]}, {"a": [1, 2], "b": [1, 2, 3]}, None),
        ("rate", {"a": 1e200, "b": 1e200}, {"a": 1, "b": 1}, None),
        ("rate", {"a": 1}, {"a": 2}, lambda f: [1, 2]),
        ("rate", {"a": 1}, {"a": 2}, lambda f: math.nan),
    ],
)
def test_bad_input_is_refused(name, before, after, rate):
    with pytest.raises(ValueError, match=name):
        das_gupta(before, after, rate)
