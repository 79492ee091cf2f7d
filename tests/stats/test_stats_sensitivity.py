"""What an omitted cause would need: exact properties; the published examples stand in the docstrings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats.sensitivity import robustness_value


def test_what_a_robustness_value_leaves_is_just_insignificant():
    """sensemakr's own check with few degrees of freedom: estimate 1, standard error 0.3, 7 degrees of freedom.

    A confounder with that share of the regressor, and the share of the outcome that is then worst, leaves a t of
    exactly the critical value on one degree of freedom fewer.
    """
    t, dof = 1 / 0.3, 7
    critical = 2.446912
    f_critical = critical / math.sqrt(dof - 1)
    of_regressor = robustness_value(t, dof, alpha=0.05)
    of_outcome = of_regressor / (f_critical**2 + of_regressor)
    shrinkage = math.sqrt(of_outcome * of_regressor / (1 - of_regressor)) / (t / math.sqrt(dof))
    wider = math.sqrt((1 - of_outcome) / (1 - of_regressor) * dof / (dof - 1))
    assert t * (1 - shrinkage) / wider == pytest.approx(critical, abs=1e-5)


@given(st.floats(0.01, 50), st.floats(3, 5000), st.floats(0.1, 1.5))
def test_a_confounder_of_that_strength_takes_away_just_that_much(t, dof, q):
    """Its bias, root(RV x RV / (1 - RV)), is q times the partial f of the coefficient."""
    value = robustness_value(t, dof, q=q)
    assert math.sqrt(value * value / (1 - value)) == pytest.approx(q * t / math.sqrt(dof))
    assert value == robustness_value(-t, dof, q=q)
