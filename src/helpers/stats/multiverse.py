"""Every defensible way of doing the same analysis, side by side.

:func:`run_specifications` runs one estimate under every combination of the choices that an analyst could have
made. :func:`joint_test` asks whether the whole set of results could have come about by chance: it compares the
median effect with what the same specifications give when the labels that carry the effect are shuffled (Simonsohn,
Simmons and Nelson 2020).
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers.stats.estimate import check_table, check_vector, check_whole


def run_specifications(choices, estimate, *, jobs=1) -> pd.DataFrame:
    """One row for every combination of `choices`.

    Parameters
    ----------
    choices : mapping of str to sequence
        Each choice and its options. The last choice varies fastest, as in nested loops.
    estimate : callable
        Called with the choices as keyword arguments; returns a mapping of result name to value.
    jobs : int
        Threads. The table is the same for any number of them; more than one helps when `estimate` spends its
        time in numpy.

    Returns
    -------
    DataFrame
        One column a choice, in the order of `choices`, then one column a result, in the order first met. A
        result that a specification does not give is missing there.

    Raises
    ------
    ValueError
        Naming the argument: no choices, a choice without options, a text given where a list of options is
        meant, `jobs` below 1, an `estimate` whose result is no mapping or takes a choice's name.
    Exception
        Whatever `estimate` raises, with a note that names the specification.

    References
    ----------
    Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), Perspectives on Psychological Science 11, 702-712.

    Examples
    --------
    >>> run_specifications({"a": [1, 2], "b": [10, 20]}, lambda a, b: {"sum": a + b})
       a   b  sum
    0  1  10   11
    1  1  20   21
    2  2  10   12
    3  2  20   22
    """
    options = {name: [] if isinstance(values, str) else list(values) for name, values in choices.items()}
    if empty := [name for name, values in options.items() if not values] or (not options and ["choices"]):
        raise ValueError(f"choices: {empty[0]!r} has no options")
    jobs = check_whole("jobs", jobs, 1)

    def run(combination: tuple) -> dict:
        specification = dict(zip(options, combination, strict=True))
        try:
            result = estimate(**specification)
        except Exception as error:
            error.add_note(f"in the specification {specification}")
            raise
        if not isinstance(result, Mapping):
            given = type(result).__name__
            raise ValueError(f"estimate must return a mapping, not {given}, for {specification}")
        if clash := [name for name in result if name in options]:
            raise ValueError(f"estimate must not return the name of a choice: {clash[0]!r}")
        return {**specification, **result}

    with ThreadPoolExecutor(jobs) as pool:
        return pd.DataFrame(list(pool.map(run, product(*options.values()))))


@dataclass(frozen=True, slots=True)
class JointTest:
    """A set of specifications against its permutations.

    Attributes
    ----------
    median : float
        Of the specifications as run.
    median_p : float
        The share of permutations, the observed set among them, whose median is at least as far from zero.
    permutations : int
    least_p : float
        The smallest p-value that so many permutations can give.
    """

    median: float
    median_p: float
    permutations: int

    @property
    def least_p(self) -> float:
        """The smallest p-value that so many permutations can give."""
        return 1 / (self.permutations + 1)


def joint_test(effects, null_effects) -> JointTest:
    """Could the specifications have come out like this if the labels meant nothing?

    Parameters
    ----------
    effects : sequence of float, shape (s,)
        The effect in each specification.
    null_effects : array of float, shape (d, s)
        The same under d shufflings of the labels, each shuffling used in every specification.

    Returns
    -------
    JointTest
        The p-value counts the observed set among the permutations, so it is never below 1 / (d + 1).

    Raises
    ------
    ValueError
        Naming the argument: missing values, shapes that do not match, no permutations.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214.

    Examples
    --------
    >>> test = joint_test([1.0, 1.2], [[0.1, -0.2], [0.0, 0.1], [-0.3, 0.2]])
    >>> test.median, test.median_p, test.least_p
    (1.1, 0.25, 0.25)
    """
    effects = check_vector("effects", effects)
    null = check_table("null_effects", null_effects, (None, effects.size))
    median = float(np.median(effects))
    far = np.abs(np.median(null, axis=1)) >= abs(median) - 1e-12
    return JointTest(median, (1 + int(far.sum())) / (1 + len(null)), len(null))


def shuffles(n: int, draws: int, seed: int) -> np.ndarray:
    """`draws` shufflings of 0..n-1, shape (draws, n), the same for the same seed.

    Raises
    ------
    ValueError
        Naming `n` or `draws` when below 1.

    Examples
    --------
    >>> shuffles(4, 2, seed=1).shape
    (2, 4)
    """
    n, draws = check_whole("n", n, 1), check_whole("draws", draws, 1)
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.argsort(rng.random((draws, n)), axis=1)
