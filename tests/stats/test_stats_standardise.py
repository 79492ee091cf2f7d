"""Das Gupta's decomposition: his own examples, the formulas in closed form, and exact properties."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats.standardise import das_gupta
from tests.frames import cases, columns


def test_three_factors_by_age_of_births_in_taiwan():
    """Das Gupta (1993), example 4.3: the crude birth rate, in seven age groups, by births to married women, share
    married and share of the population, 1960 and 1970. By the vector form of equation 2.16, as he does.
    """
    A, B, C, a, b, c = columns(__file__, "births_in_taiwan.csv")
    parts = das_gupta({"births": A, "married": B, "women": C}, {"births": a, "married": b, "women": c})
    weight = (b * c + B * C) / 3 + (b * C + B * c) / 6
    assert parts["births"] == pytest.approx((weight * (a - A)).sum())
    assert sum(parts.values()) == pytest.approx((a * b * c).sum() - (A * B * C).sum())


factors = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=6)


@settings(max_examples=60)
@given(factors.map(lambda pairs: tuple(zip(*pairs, strict=True))))
def test_contributions_sum_to_the_whole_change_and_flip_with_the_years(pair):
    before, after = ({f"f{i}": v for i, v in enumerate(side)} for side in pair)
    parts, back = das_gupta(before, after), das_gupta(after, before)
    size = max(1.0, math.prod(max(1.0, abs(x), abs(y)) for x, y in zip(*pair, strict=True)))
    assert sum(parts.values()) == pytest.approx(math.prod(pair[1]) - math.prod(pair[0]), abs=1e-9 * size)
    assert [back[k] for k in parts] == pytest.approx([-parts[k] for k in parts], abs=1e-9 * size)


@pytest.mark.parametrize(("name", "before", "after"), cases(__file__)["das_gupta"])
def test_bad_input_is_refused(name, before, after):
    rate = (lambda factors: math.nan) if name == "rate" else None
    with pytest.raises(ValueError, match=name):
        das_gupta(before, after, rate)
