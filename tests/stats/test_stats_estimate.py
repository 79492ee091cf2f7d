"""Estimates, the checks on input that every estimator shares, and what importing the library costs."""

import math
import subprocess
import sys

import pytest

from helpers.stats.estimate import Estimate, normal_quantile


def test_an_estimate_prints_tests_and_turns_to_the_ratio_scale():
    estimate = Estimate(0.0, -1.0, 1.0, 0.9)
    assert str(estimate) == "0 (-1 to 1)"
    assert 0.5 in estimate and 1.5 not in estimate
    assert estimate.exp() == Estimate(1.0, math.exp(-1), math.e, 0.9)


@pytest.mark.parametrize(("level", "quantile"), [(0.95, 1.959964), (0.99, 2.575829), (0.6827, 1.0)])
def test_normal_quantile(level, quantile):
    assert normal_quantile(level) == pytest.approx(quantile, abs=1e-4)


def test_the_library_loads_nothing_it_may_not_need():
    code = (
        "import sys; from helpers.stats import ratios, shrinkage, series, standardise, sensitivity;"
        "print([m for m in ('statsmodels', 'scipy.optimize', 'scipy.stats', 'matplotlib') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
