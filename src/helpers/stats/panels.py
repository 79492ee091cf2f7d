"""The rise in one set of units after another, as rows of one table. Knows nothing about what the figures count."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.stats.changes import changes, missing_bounds, pooled
from helpers.stats.estimate import Estimate

SIDES = "before", "after"
NONE = Estimate(np.nan, np.nan, np.nan)
CHANGE = ["ratio", "low", "high", "shrunk", "shrunk_low", "shrunk_high", "z", "outlier"]


def panel(name, origin, label, pairs, *, dispersion, level) -> dict:
    """One row of a table of panels: totals over the units with both counts, and their ratio.

    Parameters
    ----------
    name, origin, label : str
        What the panel is.
    pairs : DataFrame
        Indexed by unit, with columns `before` and `after`; units with one of them are left out.
    dispersion, level : float
        As in :func:`changes.pooled`.

    Returns
    -------
    dict
        `panel`, `origin`, `label`, `forces_before`, `forces_after`, `before`, `after`, `ratio`, `low`, `high`, `note`.
    """
    counts = pairs[["before", "after"]].dropna()
    found = (
        pooled(counts["before"], counts["after"], dispersion=dispersion, level=level) if len(counts) else NONE
    )
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
    forces, sums = counts.count(), counts.sum()
    counted = {f"forces_{side}": int(forces[side]) for side in SIDES} | {
        side: float(sums[side]) for side in SIDES
    }
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
