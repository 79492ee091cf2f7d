"""Two years of figures from many releases, paired; and the rise in one set of units after another.

Figures that were published several times can be paired in two ways: the value that stands for each year, whatever
release it came from, or two values that one release printed together. Releases differ in what they count, so only
the second is a like-for-like change; the first covers more units. Both are given, and each pair says which it is.

Knows nothing about what the figures count: units have counts, years and releases.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.stats.changes import changes, missing_bounds, pooled

CHANGE = ["ratio", "low", "high", "shrunk", "shrunk_low", "shrunk_high", "z", "outlier"]


def standing_pairs(printings: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """The value that stands for each unit in each of two years.

    Parameters
    ----------
    printings : DataFrame
        One row a printing: `unit`, `financial_year`, `release`, `value`, `chosen` (whether it stands).
    first_year, last_year : str
        The years compared.

    Returns
    -------
    DataFrame
        Indexed by unit, in alphabetical order: `before`, `after` (empty where nothing stands), and `one_release`,
        whether some release printed both of these very values.

    Raises
    ------
    ValueError
        When the two years are one and the same.

    Examples
    --------
    >>> rows = [("UK", "2014/15", "A", 10.0, False), ("UK", "2014/15", "B", 12.0, True), ("UK", "2015/16", "B", 15.0, True)]
    >>> names = ["unit", "financial_year", "release", "value", "chosen"]
    >>> standing_pairs(pd.DataFrame(rows, columns=names), "2014/15", "2015/16").values.tolist()
    [[12.0, 15.0, True]]
    """
    rows = _two_years(printings, first_year, last_year)
    stands = rows[rows["chosen"]].pivot(index="unit", columns="side", values="value")
    stands = stands.reindex(columns=["before", "after"])
    same = rows.merge(rows.loc[rows["chosen"], ["unit", "side", "value"]].dropna())
    sides = same.groupby(["unit", "release"])["side"].nunique().groupby(level="unit").max()
    one_release = sides.reindex(stands.index, fill_value=0) == 2
    return stands.assign(one_release=one_release).rename_axis(columns=None)


def release_pairs(printings, first_year, last_year, *, latest=True) -> pd.DataFrame:
    """Two values that one release printed together.

    Parameters
    ----------
    printings : DataFrame
        As for :func:`standing_pairs`, with `released` (when the release came out, as sortable text). Where a release
        prints several values for one unit and year, the first row stands.
    first_year, last_year : str
        The years compared.
    latest : bool
        Of several releases with both years, take the latest; otherwise the earliest.

    Returns
    -------
    DataFrame
        Indexed by unit: `before`, `after`, `release`. Units that no release prints both years for are not there.

    Raises
    ------
    ValueError
        When the two years are one and the same.

    Examples
    --------
    >>> rows = [("UK", "2014/15", "B", "2017", 12.0), ("UK", "2015/16", "B", "2017", 15.0),
    ...     ("UK", "2015/16", "C", "2018", 16.0)]
    >>> names = ["unit", "financial_year", "release", "released", "value"]
    >>> release_pairs(pd.DataFrame(rows, columns=names), "2014/15", "2015/16").values.tolist()
    [[12.0, 15.0, 'B']]
    """
    rows = _two_years(printings, first_year, last_year).drop_duplicates(["unit", "release", "side"])
    wide = rows.pivot(index=["unit", "release", "released"], columns="side", values="value")
    wide = wide.reindex(columns=["before", "after"]).dropna().reset_index()
    wide = wide.sort_values(["unit", "released", "release"], kind="stable")
    kept = wide.drop_duplicates("unit", keep="last" if latest else "first")
    return kept.set_index("unit")[["before", "after", "release"]].rename_axis(columns=None)


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
    row = _row(name, origin, label, counts["before"], counts["after"])
    if counts.empty:
        return row
    found = pooled(counts["before"], counts["after"], dispersion=dispersion, level=level)
    return row | {"ratio": found.value, "low": found.low, "high": found.high}


def all_available(name: str, origin: str, label: str, pairs: pd.DataFrame) -> dict:
    """The naive panel: everything printed for each year, whichever units those are. No interval: it is no estimate.

    Parameters and result are those of :func:`panel`.
    """
    note = "Different forces in the two years: not a change"
    row = _row(name, origin, label, pairs["before"].dropna(), pairs["after"].dropna(), note)
    comparable = row["before"] > 0 and row["forces_after"] > 0
    return row | {"ratio": row["after"] / row["before"] if comparable else np.nan}


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
    row = _row(name, origin, label, counts["before"].dropna(), counts["after"].dropna(), note)
    return row | {"low": low, "high": high}


def _two_years(printings: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    if first_year == last_year:
        raise ValueError(f"first_year and last_year are both {first_year}")
    side = printings["financial_year"].map({first_year: "before", last_year: "after"})
    return printings.assign(side=side).dropna(subset="side")


def _row(name: str, origin: str, label: str, before: pd.Series, after: pd.Series, note: str = "") -> dict:
    return {
        "panel": name, "origin": origin, "label": label, "forces_before": len(before), "forces_after": len(after),
        "before": float(before.sum()), "after": float(after.sum()), "ratio": np.nan, "low": np.nan, "high": np.nan,
        "note": note,
    }  # fmt: skip


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
