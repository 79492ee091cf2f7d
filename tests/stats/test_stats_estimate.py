"""Estimates, the checks on input that every estimator shares, and what importing the library costs."""

import math

from helpers.stats.estimate import Estimate


def test_an_estimate_prints_tests_and_turns_to_the_ratio_scale():
    estimate = Estimate(0.0, -1.0, 1.0, 0.9)
    assert str(estimate) == "0 (-1 to 1)"
    assert 0.5 in estimate and 1.5 not in estimate
    assert estimate.exp() == Estimate(1.0, math.exp(-1), math.e, 0.9)
