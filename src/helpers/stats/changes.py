"""How much each force's count changed between two years, and how sure one can be; for figures of any origin.

Takes two counts a force and gives ratios with intervals, shrunken ratios, outliers, pooled ratios, leave-one-out
ratios, and worst-case bounds for forces that gave no figure. It knows nothing about where the counts come from,
so FOI figures and official figures go through the same functions and can stand side by side.

Both counts of a force are random. A funnel that takes the earlier one as known draws its limits too narrow by
about the square root of 1 + ratio, and calls forces outliers that are not.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.stats.estimate import Estimate, check_vector, normal_quantile
from helpers.stats.ratios import change_funnel, funnel, funnel_limits, rate_ratio, raw_ratios
from helpers.stats.shrinkage import shrink_ratios

SIDES = "before", "after"
NONE = Estimate(np.nan, np.nan, np.nan)
CHANGE = ["ratio", "low", "high", "shrunk", "shrunk_low", "shrunk_high", "z", "outlier"]


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
    table = shrink_ratios(first, second, dispersion=dispersion, level=level).set_axis(first.index)
    table.insert(0, "before", first)
    table.insert(1, "after", second)
    centre = second.sum() / first.sum()
    ratio, variance = raw_ratios(first.to_numpy(), second.to_numpy(), 1.0, 1.0)
    table["z"] = np.log(ratio / centre) / np.sqrt(dispersion * variance)
    table["outlier"] = table["z"].abs() > normal_quantile(level)
    table.attrs["centre"] = float(centre)
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
    1.5 (1.16 to 1.93)
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
    options = {"dispersion": dispersion, "level": level}
    rest = [pooled(first.drop(force), second.drop(force), **options) for force in first.index]
    table = pd.DataFrame(rest, first.index).rename(columns={"value": "ratio"}).drop(columns="level")
    return table.assign(shift=table["ratio"] - second.sum() / first.sum())


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
    called = {
        "earlier_known": funnel(second[kept], centre * first[kept], level=level),
        "both_random": change_funnel(first, second, level=level),
        "both_random_dispersed": changes(first, second, dispersion=dispersion, level=level),
    }
    return {name: int(table["outlier"].sum()) for name, table in called.items()}


def funnel_curves(sizes, centre: float, *, dispersion: float, level: float = 0.95) -> pd.DataFrame:
    """Limits of a ratio of two random counts around a common ratio, and those of a funnel that takes the earlier as known.

    Parameters
    ----------
    sizes : sequence of float, shape (n,)
        Sum of the two counts, above zero.
    centre : float
        The common ratio, above zero.
    dispersion, level : float
        As in :func:`changes`.

    Returns
    -------
    DataFrame
        `total` (the sums), `low`, `high`, `known_low`, `known_high`. Given the sum n and the later year's share
        p = centre / (1 + centre), the log ratio has variance dispersion / (n p (1 - p)).

    Examples
    --------
    >>> funnel_curves([400], 1.0, dispersion=1)[["low", "high"]].round(3).values.tolist()
    [[0.822, 1.217]]
    """
    total, share = np.asarray(sizes, dtype=float), centre / (1 + centre)
    reach = np.exp(normal_quantile(level) * np.sqrt(dispersion / (total * share * (1 - share))))
    low, high = funnel_limits(total * share, level)
    known = {"known_low": centre * low, "known_high": centre * high}
    return pd.DataFrame({"total": total, "low": centre / reach, "high": centre * reach} | known)


def missing_bounds(counts: pd.DataFrame, least: pd.DataFrame, most: pd.DataFrame) -> tuple[float, float]:
    """The lowest and highest pooled ratio that the counts which are missing could make.

    Parameters
    ----------
    counts, least, most : DataFrame
        Indexed by force, with columns `before` and `after`: counts, empty where a force gave none, and what a missing count
        could be at least and at most.

    Returns
    -------
    low, high : float
        The earlier gaps filled with the most and the later ones with the least, and the other way round. No
        probability is attached: any value between can be true, none outside can.

    Raises
    ------
    ValueError
        When a least exceeds a most, or a limit is missing where it is needed.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions, chapter 1 (worst-case bounds).

    Examples
    --------
    >>> sides = ["before", "after"]
    >>> seen = pd.DataFrame([[100.0, 120.0], [10.0, None]], index=["A", "B"], columns=sides)
    >>> low, high = missing_bounds(seen, pd.DataFrame({"after": {"B": 5.0}}), pd.DataFrame({"after": {"B": 20.0}}))
    >>> round(low, 3), round(high, 3)
    (1.136, 1.273)
    """
    low, high = (counts.astype(float).fillna(limit) for limit in (least, most))
    if low.isna().any(axis=None) or high.isna().any(axis=None):
        raise ValueError("a force without a count has no limits")
    if (low > high).any(axis=None):
        raise ValueError("least exceeds most for a force")
    totals = low.sum(), high.sum()
    return float(totals[0]["after"] / totals[1]["before"]), float(totals[1]["after"] / totals[0]["before"])


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


def panel(name, origin, label, pairs, **options) -> dict:
    """One row of a table of panels: totals over the units with both counts, and their ratio.

    Parameters
    ----------
    name, origin, label : str
        What the panel is.
    pairs : DataFrame
        Indexed by unit, with columns `before` and `after`; units with one of them are left out.
    **options
        `dispersion` and `level` of :func:`pooled`.

    Returns
    -------
    dict
        `panel`, `origin`, `label`, `forces_before`, `forces_after`, `before`, `after`, `ratio`, `low`, `high`, `note`.
    """
    counts = pairs[["before", "after"]].dropna()
    found = pooled(counts["before"], counts["after"], **options) if len(counts) else NONE
    return _row(name, origin, label, counts, **found.row("ratio"))


def all_available(name: str, origin: str, label: str, pairs: pd.DataFrame) -> dict:
    """The naive panel: everything printed for each year, whichever units those are. No interval: it is no estimate.

    Parameters and result are those of :func:`panel`.
    """
    before, after = pairs["before"].sum(), pairs["after"].sum()
    ratio = after / before if before > 0 and pairs["after"].notna().any() else np.nan
    return _row(name, origin, label, pairs, "Different forces in the two years: not a change", ratio)


def bounded(name, origin, label, pairs, least, most, note="Bounds, no probability") -> dict:
    """Worst-case bounds of the ratio over every unit that has limits.

    Parameters
    ----------
    name, origin, label, note : str
        What the panel is.
    pairs, least, most : DataFrame
        Indexed by unit, with columns `before` and `after`: counts, empty where missing, and what a missing count is at
        least and at most. Units without limits are left out.

    Returns
    -------
    dict
        As :func:`panel`, with `ratio` empty; `low` and `high` hold every ratio that the gaps allow.
    """
    counts = pairs[["before", "after"]].reindex(least.index)
    low, high = missing_bounds(counts, least, most)
    return _row(name, origin, label, counts, note, low=low, high=high)


def _row(name, origin, label, pairs, note="", ratio=np.nan, low=np.nan, high=np.nan) -> dict:
    counts = pairs[list(SIDES)]
    counted = counts.count().add_prefix("forces_").to_dict() | counts.sum().astype(float).to_dict()
    found = {"ratio": ratio, "low": low, "high": high, "note": note}
    return {"panel": name, "origin": origin, "label": label} | counted | found


def side_by_side(pairs: Mapping[str, pd.DataFrame], *, dispersion: float, level: float) -> pd.DataFrame:
    """Changes by unit for figures of several origins, in one table.

    Parameters
    ----------
    pairs : mapping
        Origin → DataFrame indexed by unit with columns `before` and `after`; a unit may have one of them.
    dispersion, level : float
        As in :func:`changes.changes`.

    Returns
    -------
    DataFrame
        Indexed by every unit of any origin, in alphabetical order. For each origin the columns `before`, `after`,
        `ratio`, `low`, `high`, `shrunk`, `shrunk_low`, `shrunk_high`, `z` and `outlier`, with the origin and an
        underscore in front; empty where the unit has not both counts.

    Examples
    --------
    >>> pair = pd.DataFrame({"before": [100.0, 200.0, 5.0], "after": [150.0, 310.0, None]}, index=["A", "B", "C"])
    >>> side_by_side({"foi": pair}, dispersion=1, level=0.95)["foi_ratio"].tolist()
    [1.5, 1.55, nan]
    """
    tables = []
    for origin, pair in pairs.items():
        counts = pair[["before", "after"]].astype(float)
        some = (counts.notna().all(axis=1) & (counts.sum(axis=1) > 0)).any()
        options = {"dispersion": dispersion, "level": level}
        found = changes(counts["before"], counts["after"], **options) if some else counts
        found = found.reindex(columns=CHANGE).astype({"outlier": "boolean"})
        tables.append(counts.join(found).add_prefix(f"{origin}_"))
    return pd.concat(tables, axis=1).sort_index()


def disagreement(table: pd.DataFrame, one: str, other: str, *, dispersion: float) -> pd.Series:
    """How far two origins' ratios for a unit lie apart, in standard errors of the log of one over the other.

    Parameters
    ----------
    table : DataFrame
        What :func:`side_by_side` returns.
    one, other : str
        Two of its origins.
    dispersion : float
        Variance of a count over its mean, above zero.

    Returns
    -------
    Series of float
        Positive where `one` changed more; empty where either has no ratio. The four counts are taken as independent.
        Two origins that count some of the same offences move together, so the true standard error is smaller and
        the distance errs on the safe side.

    Examples
    --------
    >>> pair = pd.DataFrame({"before": [100.0], "after": [200.0]}, index=["A"])
    >>> halved = pair.assign(after=100.0)
    >>> table = side_by_side({"foi": pair, "official": halved}, dispersion=1, level=0.95)
    >>> disagreement(table, "foi", "official", dispersion=1).round(2).tolist()
    [3.71]
    """
    variance = sum(1 / table[f"{origin}_{side}"] for origin in (one, other) for side in ("before", "after"))
    gap = np.log(table[f"{one}_ratio"] / table[f"{other}_ratio"])
    return (gap / np.sqrt(dispersion * variance)).rename("disagreement")
