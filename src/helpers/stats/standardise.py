"""Decomposition of a change in a rate into the contributions of the factors that make it up.

Das Gupta's decomposition changes one factor at a time from its earlier to its later value and averages the
effect over every state of the others. The contributions add up to the whole change and do not depend on the
order of the factors. It describes; it does not say what caused what.
"""

from collections.abc import Callable, Mapping
from itertools import chain, combinations
from math import comb, fsum

import numpy as np

from helpers.stats.estimate import as_floats, check_number

MOST_FACTORS = 16  # the rate is evaluated 2**factors times


def das_gupta(before: Mapping, after: Mapping, rate: Callable[[dict], float] | None = None) -> dict:
    """What each factor contributes to the change in a rate.

    Parameters
    ----------
    before, after : mapping of factor to value
        The same factors in both, matched by name; a labelled Series will do. A value is a number or an array, of
        one shape before and after; for arrays (age groups, say) the default rate is the sum over cells of the
        product.
    rate : callable, optional
        Called with one dict of factor to value; returns a number. The product of the factors if left out.

    Returns
    -------
    dict
        Factor to contribution, in the order of `before`, in the unit of the rate. They sum to
        ``rate(after) - rate(before)``.

    Raises
    ------
    ValueError
        Naming `before`, `after` or `rate`: no factors, factors or shapes that differ, arrays that have no
        product, values that are missing or infinite, more than 16 factors, or a rate that does not return a
        finite number.

    References
    ----------
    Das Gupta (1993), Standardization and Decomposition of Rates: A User's Manual, US Bureau of the Census
    P23-186, equations 3.54 and 4.20. With a general rate it is the Shapley value.

    Examples
    --------
    >>> parts = das_gupta({"rate": 2.0, "people": 10.0}, {"rate": 3.0, "people": 14.0})
    >>> parts, sum(parts.values())
    ({'rate': 12.0, 'people': 10.0}, 22.0)
    """
    first, last = _values("before", before), _values("after", after)
    if set(first) != set(last):
        raise ValueError(f"after must have the factors of before, {sorted(map(str, first))}")
    if odd := [name for name in first if np.shape(first[name]) != np.shape(last[name])]:
        raise ValueError(f"after[{odd[0]!r}] has another shape than before[{odd[0]!r}]")
    rate, names = rate or _product, list(first)
    if len(names) > MOST_FACTORS:
        raise ValueError(f"before has {len(names)} factors; {MOST_FACTORS} are the most")

    states = {}
    for changed in map(frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))):
        with np.errstate(over="ignore", invalid="ignore"):  # what is no number is refused
            found = rate({name: (last if name in changed else first)[name] for name in names})
        states[changed] = check_number("rate", found)

    def part(name) -> float:
        """The mean over all orders of what changing this factor adds to what others have changed."""
        without = ((changed, value) for changed, value in states.items() if name not in changed)
        weights = [len(names) * comb(len(names) - 1, size) for size in range(len(names))]
        return fsum((states[changed | {name}] - value) / weights[len(changed)] for changed, value in without)

    return {name: part(name) for name in names}


def _values(argument: str, factors: Mapping) -> dict:
    if not len(factors):
        raise ValueError(f"{argument} must map at least one factor to its value")
    values = {name: as_floats(f"{argument}[{name!r}]", value) for name, value in factors.items()}
    for name, value in values.items():
        if value.size == 0 or not np.isfinite(value).all():
            raise ValueError(f"{argument}[{name!r}] holds a value that is missing or infinite, or none")
        value.flags.writeable = False  # a rate cannot change it
    return {name: value if value.ndim else float(value) for name, value in values.items()}


def _product(factors: dict) -> float:
    """The product of the factors, summed over cells where they are arrays."""
    try:
        return np.sum(np.prod(np.broadcast_arrays(*factors.values()), axis=0))
    except ValueError as error:
        raise ValueError("before has factors whose arrays do not fit each other: give a rate") from error
