"""How much each force's count changed between two years, and how sure one can be; for figures of any origin.

Takes two counts a force and gives ratios with intervals, shrunken ratios, outliers, pooled ratios, leave-one-out
ratios, and worst-case bounds for forces that gave no figure. It knows nothing about where the counts come from,
so FOI figures and official figures go through the same functions and can stand side by side.

Both counts of a force are random. A funnel that takes the earlier one as known draws its limits too narrow by
about the square root of 1 + ratio, and calls forces outliers that are not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.stats.estimate import Estimate, check_vector, normal_quantile
from helpers.stats.ratios import change_funnel, funnel, funnel_limits, rate_ratio, raw_ratios
from helpers.stats.shrinkage import shrink_ratios


def changes(before, after, *, dispersion: float = 1.0, level: float = 0.95) -> pd.DataFrame:
    """Ratio, interval, shrunken ratio and distance from the rest, one row a force.

    Parameters
    ----------
    before, after : Series of float, indexed by force
        Counts in the two years; forces with a count in only one of them are left out.
    dispersion : float
        Variance of a count over its mean.
    level : float
        Level of every interval, in (0, 1).

    Returns
    -------
    DataFrame
        Indexed by force, in the order of `before`: `before`, `after`, `ratio`, `low`, `high`, `shrunk`,
        `shrunk_low`, `shrunk_high`; `z`, the distance of the log ratio from the pooled one in standard errors
        that carry the dispersion of both counts; `outlier`, whether that is beyond `level`. `attrs` hold
        `centre` (the pooled ratio), `mu` and `tau` (mean and spread of the log ratios between forces).

    Raises
    ------
    ValueError
        A negative or missing count, no force with both, a dispersion not above zero, a level outside (0, 1).

    Examples
    --------
    >>> table = changes(pd.Series({"A": 100, "B": 200, "C": 50}), pd.Series({"A": 150, "B": 310}))
    >>> table["ratio"].round(2).to_dict()
    {'A': 1.5, 'B': 1.55}
    """
    first, second = _both(before, after)
    table = shrink_ratios(first, second, dispersion=dispersion, level=level)
    facts = dict(table.attrs)
    table.index = first.index
    table.insert(0, "before", first)
    table.insert(1, "after", second)
    centre = second.sum() / first.sum()
    ratio, variance = raw_ratios(first.to_numpy(), second.to_numpy(), 1.0, 1.0)
    table["z"] = np.log(ratio / centre) / np.sqrt(dispersion * variance)
    table["outlier"] = table["z"].abs() > normal_quantile(level)
    table.attrs = {**facts, "centre": float(centre)}
    return table


def pooled(before, after, *, dispersion: float = 1.0, level: float = 0.95) -> Estimate:
    """The ratio of the two totals over the forces with both counts.

    Parameters
    ----------
    before, after, dispersion, level
        As in :func:`changes`.

    Returns
    -------
    Estimate
        The ratio of the later total to the earlier.

    Raises
    ------
    ValueError
        As :func:`changes`.

    Examples
    --------
    >>> print(pooled(pd.Series({"A": 100, "B": 300}), pd.Series({"A": 150, "B": 450}), dispersion=4))
    1.5 (1.165 to 1.932)
    """
    first, second = _both(before, after)
    return rate_ratio(first.sum(), second.sum(), dispersion=dispersion, level=level)


def leave_one_out(before, after, *, dispersion: float = 1.0, level: float = 0.95) -> pd.DataFrame:
    """The pooled ratio without each force in turn.

    Parameters
    ----------
    before, after, dispersion, level
        As in :func:`changes`.

    Returns
    -------
    DataFrame
        Indexed by the force left out: `ratio`, `low`, `high`, and `shift`, the ratio less that of all forces.

    Raises
    ------
    ValueError
        As :func:`changes`; or fewer than two forces in common.

    Examples
    --------
    >>> table = leave_one_out(pd.Series({"A": 100, "B": 100}), pd.Series({"A": 100, "B": 200}))
    >>> table["ratio"].to_dict()
    {'A': 2.0, 'B': 1.0}
    """
    first, second = _both(before, after)
    if len(first) < 2:
        raise ValueError("before and after need at least two forces in common")
    everyone = second.sum() / first.sum()
    rows = []
    for force in first.index:
        rest = rate_ratio(
            first.drop(force).sum(), second.drop(force).sum(), dispersion=dispersion, level=level
        )
        rows.append((rest.value, rest.low, rest.high, rest.value - everyone))
    return pd.DataFrame(rows, index=first.index, columns=["ratio", "low", "high", "shift"])


def outlier_counts(before, after, *, dispersion: float = 1.0, level: float = 0.95) -> dict[str, int]:
    """How many forces each kind of funnel calls outliers, from the most eager to the most careful.

    Parameters and errors are those of :func:`changes`.

    Returns
    -------
    dict
        `earlier_known` (the earlier count taken as known), `both_random` (exact binomial) and
        `both_random_dispersed` (both random, with dispersion).

    Examples
    --------
    >>> counts = pd.Series({"A": 100, "B": 200, "C": 300, "D": 80})
    >>> outlier_counts(counts, pd.Series({"A": 130, "B": 200, "C": 300, "D": 80}), dispersion=4)
    {'earlier_known': 1, 'both_random': 0, 'both_random_dispersed': 0}
    """
    first, second = _both(before, after)
    kept = first > 0
    centre = second.sum() / first.sum()
    return {
        "earlier_known": int(funnel(second[kept], centre * first[kept], level=level)["outlier"].sum()),
        "both_random": int(change_funnel(first, second, level=level)["outlier"].sum()),
        "both_random_dispersed": int(
            changes(first, second, dispersion=dispersion, level=level)["outlier"].sum()
        ),
    }


def funnel_curve(
    total, centre: float, *, dispersion: float = 1.0, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a ratio of two random counts, by the two counts' sum, around a common ratio.

    Parameters
    ----------
    total : sequence of float, shape (n,)
        Sum of the two counts, above zero.
    centre : float
        The common ratio, above zero.
    dispersion, level : float
        As in :func:`changes`.

    Returns
    -------
    low, high : ndarray, shape (n,)
        Given the sum n and the later year's share p = centre / (1 + centre), the log ratio has variance
        dispersion / (n p (1 - p)).

    Examples
    --------
    >>> low, high = funnel_curve([400], 1.0)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.822, 1.217)
    """
    share = centre / (1 + centre)
    reach = np.exp(normal_quantile(level) * np.sqrt(dispersion / (np.asarray(total) * share * (1 - share))))
    return centre / reach, centre * reach


def funnel_curves(
    counts: pd.DataFrame, centre: float, *, dispersion: float, level: float = 0.95
) -> pd.DataFrame:
    """Limits to draw across the sizes that the counts have, and those of a funnel that takes the earlier as known.

    Parameters
    ----------
    counts : DataFrame
        `before` and `after`, one row a force.
    centre, dispersion, level : float
        As in :func:`funnel_curve`.

    Returns
    -------
    DataFrame
        `total` (the two counts' sum, evenly spaced on the log scale), `low`, `high`, `known_low`, `known_high`.
    """
    total = counts.sum(axis=1)
    sizes = np.geomspace(total[total > 0].min() * 0.85, total.max() * 1.1, 120)
    low, high = funnel_curve(sizes, centre, dispersion=dispersion, level=level)
    known_low, known_high = funnel_limits(sizes * centre / (1 + centre), level)
    curves = {"low": low, "high": high, "known_low": centre * known_low, "known_high": centre * known_high}
    return pd.DataFrame({"total": sizes} | curves)


def missing_bounds(before, after, least_before, most_before, least_after, most_after) -> tuple[float, float]:
    """The lowest and highest pooled ratio that the counts which are missing could make.

    Parameters
    ----------
    before, after : Series of float, indexed by force
        Counts in the two years; empty where a force gave none. The two have the same index.
    least_before, most_before, least_after, most_after : Series of float, indexed by force
        What a missing count could be at least and at most; used only where a count is missing.

    Returns
    -------
    low, high : float
        The earlier gaps filled with the most and the later ones with the least, and the other way round. No
        probability is attached: any value between can be true, none outside can.

    Raises
    ------
    ValueError
        When the indexes differ, a least exceeds a most, or a limit is missing where it is needed.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions, chapter 1 (worst-case bounds).

    Examples
    --------
    >>> forces = ["A", "B"]
    >>> least, most = pd.Series(10.0, forces), pd.Series(30.0, forces)
    >>> missing_bounds(pd.Series([100, None], forces), pd.Series([120, 20], forces), least, most, least, most)
    (1.0769230769230769, 1.2727272727272727)
    """
    if not before.index.equals(after.index):
        raise ValueError("before and after must have the same forces in the same order")
    filled = {}
    for name, counts, least, most in (
        ("before", before, least_before, most_before),
        ("after", after, least_after, most_after),
    ):
        low, high = (counts.fillna(limit.astype(float)) for limit in (least, most))
        if low.isna().any() or high.isna().any():
            raise ValueError(f"a force without a count {name} has no limits")
        if (low > high).any():
            raise ValueError(f"least_{name} exceeds most_{name}")
        filled[name] = float(low.sum()), float(high.sum())
    return filled["after"][0] / filled["before"][1], filled["after"][1] / filled["before"][0]


def _both(before, after) -> tuple[pd.Series, pd.Series]:
    """The forces with both counts, as floats in the order of `before`; those with two zeros say nothing."""
    first = pd.Series(before, dtype=float)
    second = pd.Series(after, dtype=float).reindex(first.index)
    both = first.notna() & second.notna() & ((first != 0) | (second != 0))
    if not both.any():
        raise ValueError("before and after have no force with both counts")
    first, second = first[both], second[both]
    check_vector("before", first, minimum=0)
    check_vector("after", second, minimum=0)
    if first.sum() == 0:
        raise ValueError("before is zero for every force")
    return first, second
