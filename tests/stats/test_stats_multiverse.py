"""The multiverse: rows in order, errors with a name, and a joint test that keeps its size."""

import numpy as np
import pytest

from helpers.stats.multiverse import joint_test, run_specifications, shuffles


def test_an_error_keeps_its_kind_and_gains_the_specification():
    def fails(a, b):
        return {"ratio": a / b}

    with pytest.raises(ZeroDivisionError) as caught:
        run_specifications({"a": [1], "b": [1, 0]}, fails)
    assert "{'a': 1, 'b': 0}" in caught.value.__notes__[0]


def test_threads_give_the_same_table():
    choices = {"a": [3, 1, 2], "b": [10, 20]}
    one, two = (run_specifications(choices, lambda a, b: {"sum": a + b}, jobs=jobs) for jobs in (1, 2))
    assert one["sum"].tolist() == two["sum"].tolist() == [13, 23, 11, 21, 12, 22]


@pytest.mark.parametrize("choices", [{}, {"a": []}, {"a": "xyz"}])
def test_bad_choices_are_refused(choices):
    with pytest.raises(ValueError, match=r"^choices"):
        run_specifications(choices, dict)


def test_the_joint_test_has_its_size_when_nothing_is_there_and_sees_what_is():
    rng, n, draws = np.random.default_rng(4), 30, 99
    rejected = {0.0: 0, 1.0: 0}
    for effect in rejected:
        for _ in range(120):
            x = rng.normal(size=n)
            y = effect * x + rng.normal(size=n)
            outcomes = np.stack([y, np.sign(y) * np.sqrt(np.abs(y)), np.clip(y, -1, 1)])
            labels = np.vstack([x, x[shuffles(n, draws, seed=1)]])
            slopes = labels @ (outcomes - outcomes.mean(1, keepdims=True)).T / n
            rejected[effect] += joint_test(slopes[0], slopes[1:]).median_p <= 0.05
    assert rejected[0.0] / 120 <= 0.12
    assert rejected[1.0] / 120 >= 0.9
