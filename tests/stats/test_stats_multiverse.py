"""The multiverse: rows in order, errors with a name, and a joint test that keeps its size."""

import numpy as np
import pytest

from helpers.stats.multiverse import joint_test, run_specifications, shuffles


class TestRun:
    def test_a_result_that_is_sometimes_absent_is_missing_there(self):
        table = run_specifications({"a": [0, 1]}, lambda a: {"x": 1.0} | ({"y": 2.0} if a else {}))
        assert np.isnan(table["y"][0]) and table["y"][1] == 2

    def test_an_error_keeps_its_kind_and_gains_the_specification(self):
        def fails(a, b):
            return {"ratio": a / b}

        with pytest.raises(ZeroDivisionError) as caught:
            run_specifications({"a": [1], "b": [1, 0]}, fails)
        assert "{'a': 1, 'b': 0}" in caught.value.__notes__[0]

    @pytest.mark.parametrize("choices", [{}, None, [("a", [1])], {"a": []}, {"a": "xyz"}, {"a": 3}, {1: [2]}])
    def test_bad_choices_are_refused(self, choices):
        with pytest.raises(ValueError, match=r"^choices"):
            run_specifications(choices, dict)


class TestJointTest:
    def test_by_hand(self):
        """Observed median 2 and z all above 1.96; of three shufflings one is as extreme."""
        null_effects = [[0.0, 0.0, 0.1], [-2.5, -2.0, -3.0], [1.0, 1.0, 1.0]]
        null_z = [[0.0, 0.0, 0.0], [-3.0, -3.0, -3.0], [1.0, 1.0, 2.0]]
        test = joint_test([1.0, 2.0, 3.0], [2.0, 2.5, 3.0], null_effects, null_z)
        assert (test.median, test.share_significant, test.mean_z) == (2, 1, 2.5)
        assert (test.median_p, test.share_p, test.mean_z_p) == (0.5, 0.5, 0.5)
        assert test.permutations == 3

    def test_its_size_is_right_when_nothing_is_there_and_it_sees_what_is(self):
        rng, n, draws = np.random.default_rng(4), 30, 99
        rejected = {0.0: 0, 1.0: 0}
        for effect in rejected:
            for _ in range(120):
                x = rng.normal(size=n)
                y = effect * x + rng.normal(size=n)
                outcomes = np.stack([y, np.sign(y) * np.sqrt(np.abs(y)), np.clip(y, -1, 1)])
                labels = np.vstack([x, x[shuffles(n, draws, seed=1)]])
                slopes = labels @ (outcomes - outcomes.mean(1, keepdims=True)).T / n
                z = slopes / (outcomes.std(1) * labels.std(1)[:, None] / np.sqrt(n))
                rejected[effect] += joint_test(slopes[0], z[0], slopes[1:], z[1:]).median_p <= 0.05
        assert rejected[0.0] / 120 <= 0.12
        assert rejected[1.0] / 120 >= 0.9

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("z", {"z": [1.0]}),
            ("null_effects", {"null_effects": [[1.0]]}),
            ("null_effects", {"null_effects": np.empty((0, 2))}),
            ("null_z", {"null_z": [[1.0, 2.0], [1.0, 2.0]]}),
        ],
    )
    def test_bad_input_is_refused_by_name(self, name, change):
        good = {"effects": [1.0, 2.0], "z": [1.0, 2.0], "null_effects": [[0.0, 0.0]], "null_z": [[0.0, 0.0]]}
        with pytest.raises(ValueError, match=rf"^{name}\b"):
            joint_test(**(good | change))


def test_shuffles_are_permutations_and_repeat_themselves():
    drawn = shuffles(6, 50, seed=2)
    assert (np.sort(drawn, axis=1) == np.arange(6)).all()
    assert (drawn == shuffles(6, 50, seed=2)).all()
    assert (drawn != shuffles(6, 50, seed=3)).any()
    with pytest.raises(ValueError, match=r"^draws"):
        shuffles(3, 0, seed=1)
