"""Reading standard errors back from intervals, and what can be done with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats.contrasts import p_value, quotient
from helpers.stats.estimate import Estimate

ERRORS = st.floats(0.01, 5)


@given(st.floats(-5, 5), ERRORS, st.sampled_from([0.8, 0.95, 0.99]), st.sampled_from([None, 3, 40]))
def test_the_error_comes_back(value, error, level, dof):
    assert Estimate.around(value, error, level, dof).se(dof=dof) == pytest.approx(error, rel=1e-6)


@given(st.floats(-5, 5), ERRORS)
def test_a_p_value_below_the_level_means_that_the_interval_leaves_zero_out(value, error):
    found = Estimate.around(value, error)
    assert (p_value(found) < 0.05) == (0 not in found) or p_value(found) == pytest.approx(0.05)


def test_the_ratio_scale_keeps_the_level():
    assert Estimate(0.0, 0.0, 0.0, level=0.9).exp() == Estimate(1.0, 1.0, 1.0, level=0.9)


def test_a_quotient_is_a_difference_of_logs():
    found = quotient(*(Estimate.around(np.log(n), error).exp() for n, error in ((3, 0.3), (2, 0.4))))
    assert found.value == pytest.approx(1.5)
    assert found.se(log=True) == pytest.approx(0.5)
