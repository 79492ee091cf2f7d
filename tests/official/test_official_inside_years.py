"""Inside the years: a season is taken out before the last quarter is read as a rate."""

import numpy as np
import pytest

from helpers.official import inside_years as iy


def test_the_interval_matches_simulation():
    draw = np.random.default_rng(8)
    first, second = np.array([[660, 770, 860, 1045], [1025, 960, 1025, 1150]])
    factor, error = 1.05, 0.02
    found = iy.last_quarter(first, second, factor, error)
    shares = []
    for _ in range(4000):
        a, b = draw.poisson(first), draw.poisson(second).sum()
        shares.append((4 * a[3] / (factor * np.exp(draw.normal(0, error))) - a.sum()) / (b - a.sum()))
    low, high = np.quantile(shares, [0.025, 0.975])
    assert found.share.high - found.share.low == pytest.approx(high - low, rel=0.1)


def test_of_two_years_that_hardly_differ_no_share_is_given():
    """A distance of nearly nothing would be covered many times over."""
    found = iy.last_quarter([100] * 4, [100, 100, 100, 101], factor=1.05, se=0.02)
    assert found.share.reason == "the totals of the two years do not clearly differ"
    assert found.unadjusted is found.share and found.rate == pytest.approx(4 * 100 / 1.05)
