"""Which printed counts cannot be complete: FOI figures held against a floor.

Some offence codes cover only victims under 18 by statute. A complete count of sexual offences against under-18s
holds all of them and more, so it cannot be lower than their sum, the *floor*. The floor comes in as a frame; this
room knows nothing of where it was published. A count below its floor **cannot be a complete count under the same
rules**; why, the numbers do not say. Notebook 20 lists innocent reasons, which belong beside every result.

The floor gets the scrutiny that the FOI figures get: :func:`robust_to_revision` lowers it by what is known of its
own revisions, :func:`share_by_margin` by round percentages, and any narrower floor can be put in its place.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.foi.vintages import choose, standing_in_each_release
from helpers.stats.ratios import change_funnel
from helpers.tables.package import columns

MEASURE = "all_sexual_offences_u18"
VERDICTS = ("below", "at or above", "cannot tell")


def against_floor(figures: pd.DataFrame, floor: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Hold every force-year's printed count against its floor, under one rule for which printing stands.

    Parameters
    ----------
    figures : DataFrame
        The used rows of foi_figures.
    floor : DataFrame
        force, financial_year, child_only: the sum of the codes that only cover victims under 18.
    vintage : str
        ``first``, ``latest`` or ``as_of:YYYY-MM``.

    Returns
    -------
    DataFrame
        One row a force-year for which a count stands and a floor exists, ordered by force and year: force,
        financial_year, vintage, foi, foi_low, foi_high, floor, shortfall (floor minus FOI, in offences, where
        below, else 0), ratio (FOI over floor), below (bool), verdict (one of VERDICTS; "cannot tell" where a
        bound such as "more than 3,200" is open on the side that matters), row, round, published, source,
        printings, values_printed, doubt.

    Examples
    --------
    >>> from helpers.foi.figures import build
    >>> from helpers.tables import read_table
    >>> figures = build(*map(read_table, ("foi_printed", "corrections", "foi_rounds")))
    >>> floor = pd.DataFrame({"force": ["Cleveland"], "financial_year": ["2014/15"], "child_only": [348]})
    >>> against_floor(figures[figures["used"]], floor, "latest")[["foi", "floor", "verdict"]].values.tolist()
    [[247.0, 348.0, 'below']]
    """
    standing = choose(figures[figures["measure"] == MEASURE], vintage)
    standing = standing[standing["chosen"]].rename(columns={"area": "force"})
    both = standing.merge(whole_year_floor(floor), on=["force", "financial_year"], validate="m:1")
    both = both[both["child_only"] > 0].sort_values(["force", "financial_year"], ignore_index=True)
    names = {"value": "foi", "value_low": "foi_low", "value_high": "foi_high", "child_only": "floor"}
    named = both.rename(columns=names)
    named = named.astype({"floor": float}).assign(vintage=vintage, ratio=both["value"] / both["child_only"])
    named["verdict"] = against(named["foi_low"], named["foi_high"], named["floor"])
    named["below"] = named["verdict"] == VERDICTS[0]
    named["shortfall"] = (named["floor"] - named["foi"]).where(named["below"], 0.0)
    return named[[name for name in columns("completeness") if name != "firm"]]


def against(low: pd.Series, high: pd.Series, floor: pd.Series) -> np.ndarray:
    """What a count between two bounds, of which one may be open, is against its floor: one of VERDICTS, "" without a floor.

    >>> against(pd.Series([200.0, 300.0]), pd.Series([200.0, None]), pd.Series([250.0, 350.0])).tolist()
    ['below', 'cannot tell']
    """
    found = [floor.isna(), high.fillna(np.inf) < floor, low.fillna(-np.inf) < floor]
    return np.select(found, ["", VERDICTS[0], VERDICTS[2]], VERDICTS[1])


def whole_year_floor(floor: pd.DataFrame) -> pd.DataFrame:
    """The floor of years of which every quarter is held: a count of a whole year is compared with no part of one.

    Parameters
    ----------
    floor : DataFrame
        force, financial_year, child_only, and quarters where some years may lack one.

    Examples
    --------
    >>> floor = pd.DataFrame({"force": "Kent", "financial_year": ["2024/25", "2025/26"], "child_only": [9, 6], "quarters": [4, 3]})
    >>> whole_year_floor(floor)["financial_year"].tolist()
    ['2024/25']
    """
    whole = floor[floor["quarters"] == 4] if "quarters" in floor else floor
    return whole[["force", "financial_year", "child_only"]]


def summarise(completeness: pd.DataFrame, vintages: Iterable[str]) -> pd.DataFrame:
    """How many force-years were tested and how many lie below, a row for each of `vintages`.

    Returns
    -------
    DataFrame
        vintage, force_years, below, share (of those that could be told), forces, forces_below (with at least one
        year below). The share is of every published figure that was found: it needs no interval, and it says nothing of
        figures that were never printed.

    Examples
    --------
    >>> tested = {"vintage": "latest", "force": ["Kent", "Essex"], "below": [True, False], "verdict": ["below", "at or above"]}
    >>> summarise(pd.DataFrame(tested), ["latest"]).values.tolist()
    [['latest', 2, 1, 0.5, 2, 1]]
    """
    decided = completeness[completeness["verdict"] != VERDICTS[2]]
    below = decided["force"].where(decided["below"])
    groups = decided.assign(forces_below=below).groupby("vintage")
    table = groups.agg(force_years=("below", "size"), below=("below", "sum"), share=("below", "mean"),
                       forces=("force", "nunique"), forces_below=("forces_below", "nunique"))  # fmt: skip
    table = table.reindex(list(vintages)).fillna(dict.fromkeys(table.columns.drop("share"), 0))
    return table.astype(dict.fromkeys(table.columns.drop("share"), int)).rename_axis("vintage").reset_index()


def years_below(verdicts: pd.DataFrame) -> pd.Series:
    """Which of each force's two FOI counts are below the floor.

    Parameters
    ----------
    verdicts : DataFrame
        Indexed by force; two columns, the earlier year first, with one of VERDICTS or nothing.

    Returns
    -------
    Series of str
        "neither", "earlier", "later", "both"; "cannot tell" where no count is known to be below and not both are
        known.

    Examples
    --------
    >>> verdicts = {"2014/15": ["below", "at or above"], "2015/16": ["at or above", None]}
    >>> years_below(pd.DataFrame(verdicts, index=["Cleveland", "Kent"])).to_dict()
    {'Cleveland': 'earlier', 'Kent': 'cannot tell'}
    """
    below = verdicts == VERDICTS[0]
    known = verdicts.isin(VERDICTS[:2]).all(axis=1) | below.any(axis=1)
    first, second = (below.iloc[:, side] for side in (0, 1))
    cases, words = [~known, first & second, first, second], [VERDICTS[2], "both", "earlier", "later"]
    return pd.Series(np.select(cases, words, "neither"), index=verdicts.index, dtype=object)


def share_by_margin(completeness: pd.DataFrame, margins: Iterable[float]) -> pd.DataFrame:
    """The share below if the floor were lower: one row a margin.

    Parameters
    ----------
    completeness : DataFrame
        One vintage of :func:`against_floor`.
    margins : iterable of float
        Shares of the floor to take away, in [0, 1).

    Returns
    -------
    DataFrame
        margin, below, share.

    Examples
    --------
    >>> tested = pd.DataFrame({"foi_high": [90.0, 60.0], "floor": [100.0, 100.0], "verdict": "below"})
    >>> share_by_margin(tested, [0, 0.2])["share"].tolist()
    [1.0, 0.5]
    """
    table = pd.DataFrame({"margin": list(margins)}, dtype=float)
    decided = completeness[completeness["verdict"] != VERDICTS[2]]
    high = decided["foi_high"].fillna(np.inf)
    table["below"] = [int((high < decided["floor"] * (1 - margin)).sum()) for margin in table["margin"]]
    return table.assign(share=table["below"] / (len(decided) or np.nan))


def robust_to_revision(completeness: pd.DataFrame, revised: pd.DataFrame) -> pd.DataFrame:
    """Judge the figures again with the floor lowered by what is known of the official series' own revisions.

    A force answered with what it held then; the floor is what the official table says now. Where two vintages of
    the official table are held for a force-year, the floor is lowered in the ratio of the earlier to the later
    total. Where they are not, it is lowered by the largest rise that any force-year between the two vintages
    shows, which is far more than most.

    Parameters
    ----------
    completeness : DataFrame
        One vintage of :func:`against_floor`.
    revised : DataFrame
        force, financial_year, earlier, later: one total in two vintages of the official table.

    Returns
    -------
    DataFrame
        force, financial_year, foi, floor, lowered_floor, basis ("both vintages held" or "largest revision held"),
        below, still_below.

    Examples
    --------
    >>> tested = {"force": ["Kent"], "financial_year": "2014/15", "foi": 95.0, "foi_high": 95.0, "floor": 100.0, "below": True}
    >>> revised = {"force": ["Kent"], "financial_year": "2014/15", "earlier": [90], "later": [100]}
    >>> robust_to_revision(pd.DataFrame(tested), pd.DataFrame(revised))[["lowered_floor", "still_below"]].values.tolist()
    [[90.0, False]]
    """
    usable = revised[revised["later"] > 0]
    share = (usable["earlier"] / usable["later"]).clip(upper=1)
    known = pd.Series(share.to_numpy(), index=pd.MultiIndex.from_frame(usable[["force", "financial_year"]]))
    out = completeness.reset_index(drop=True)
    factor = known.reindex(pd.MultiIndex.from_frame(out[["force", "financial_year"]])).to_numpy()
    out["basis"] = np.where(np.isnan(factor), "largest revision held", "both vintages held")
    out["lowered_floor"] = out["floor"] * np.where(np.isnan(factor), share.min(), factor)
    out["still_below"] = out["foi_high"].fillna(np.inf) < out["lowered_floor"]
    return out[["force", "financial_year", "foi", "floor", "lowered_floor", "basis", "below", "still_below"]]


def floor_drift(national: pd.DataFrame, floor: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """The national floor in an earlier official vintage beside the floor now.

    Parameters
    ----------
    national : DataFrame
        financial_year, offence_codes (as printed, such as "(19D)"), offences: one official vintage.
    floor : DataFrame
        force, financial_year, child_only: every force of the same country.
    codes : iterable of str
        The codes that the floor is made of.

    Returns
    -------
    DataFrame
        financial_year, earlier, now, ratio (now over earlier), for years in which the earlier vintage gives every
        code; empty when there is none.

    Examples
    --------
    >>> national = pd.DataFrame({"financial_year": ["2014/15", "2014/15", "2013/14"],
    ...     "offence_codes": ["(71)", "73", "(71)"], "offences": [60, 40, 50]})
    >>> now = pd.DataFrame({"force": ["A", "B"], "financial_year": "2014/15", "child_only": [70, 31]})
    >>> floor_drift(national, now, ["71", "73"]).values.tolist()
    [['2014/15', 100.0, 101.0, 1.01]]
    """
    every = set(codes)
    rows = national.assign(code=national["offence_codes"].str.strip("() "))
    rows = rows[rows["code"].isin(every) & rows["offences"].notna()]
    years = rows.groupby("financial_year").agg(earlier=("offences", "sum"), codes=("code", "nunique"))
    earlier = years.loc[years["codes"] == len(every), "earlier"].astype(float)
    now = floor.groupby("financial_year")["child_only"].sum().astype(float).reindex(earlier.index)
    return pd.DataFrame({"earlier": earlier, "now": now, "ratio": now / earlier}).dropna().reset_index()


def year_on_year(figures: pd.DataFrame, floor: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """FOI changes from one year to the next held against the change in the floor, within one release.

    Years from different releases are never joined: a release may differ from another in what it counts.

    Parameters
    ----------
    figures : DataFrame
        The used rows of foi_figures.
    floor : DataFrame
        force, financial_year, child_only.
    level : float
        Share of chance variation inside the limits that call an outlier.

    Returns
    -------
    DataFrame
        One row a force, release and pair of consecutive years, widest gap first: force, first_year, last_year,
        round, foi_before, foi_after, floor_before, floor_after, foi_ratio, floor_ratio, gap (the one over the
        other), z and outlier (beyond the limits, allowing for how much forces scatter; the floor is taken as
        known), base_below (the earlier count is below its floor), later_below.
    """
    is_counted = figures["value_low"].notna() & figures["value_high"].notna()
    each = standing_in_each_release(figures[(figures["measure"] == MEASURE) & is_counted])
    each = each.rename(columns={"area": "force"})
    each = each.merge(whole_year_floor(floor), on=["force", "financial_year"])
    names = {"financial_year": "year", "value": "foi", "child_only": "floor"}
    each = each[["force", "round", *names]].rename(columns=names)
    each["_start"] = each["year"].str[:4].astype(int)
    later = each.assign(_start=each["_start"] - 1)
    pairs = each.merge(later, on=["force", "round", "_start"], suffixes=("_before", "_after"))
    pairs = pairs.rename(columns={"year_before": "first_year", "year_after": "last_year"})
    foi, floors = ([f"{what}_before", f"{what}_after"] for what in ("foi", "floor"))
    # None in either year says nothing about a change
    pairs = pairs[(pairs[floors] > 0).all(axis=1) & (pairs[foi].sum(axis=1) > 0)].reset_index(drop=True)
    exposure = {"exposure_before": pairs["floor_before"], "exposure_after": pairs["floor_after"]}
    test = change_funnel(pairs["foi_before"], pairs["foi_after"], level=level, **exposure)
    changes = {
        "foi_ratio": pairs["foi_after"] / pairs["foi_before"],
        "floor_ratio": pairs["floor_after"] / pairs["floor_before"],
        "gap": test["ratio"],
        "z": test["z"],
        "outlier": test["outlier_adjusted"],
        "base_below": pairs["foi_before"] < pairs["floor_before"],
        "later_below": pairs["foi_after"] < pairs["floor_after"],
    }
    out = pairs.astype(dict.fromkeys(floors, float)).assign(**changes)
    order = np.abs(np.log(out["gap"])).sort_values(ascending=False, kind="stable").index
    return out.loc[order, columns("year_on_year")].reset_index(drop=True)
