"""Estimates, the checks on input that every estimator shares, and what importing the library costs."""

import math
import subprocess
import sys

from helpers.stats.estimate import Estimate


def test_an_estimate_prints_tests_and_turns_to_the_ratio_scale():
    estimate = Estimate(0.0, -1.0, 1.0, 0.9)
    assert str(estimate) == "0 (-1 to 1)"
    assert 0.5 in estimate and 1.5 not in estimate
    assert estimate.exp() == Estimate(1.0, math.exp(-1), math.e, 0.9)


def test_the_library_loads_nothing_it_may_not_need():
    code = (
        "import sys; from helpers.stats import ratios, shrinkage, series, standardise, sensitivity;"
        "print([m for m in ('statsmodels', 'scipy.optimize', 'scipy.stats', 'matplotlib') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
