"""Children by force and year, and rates of recorded offences by child population.

A financial year's rate uses the residents in the middle of its first calendar year (30 June 2014 for 2014/15).
Ages are held for 2015 and 2017 to 2020 only. For other years the share of under-18s is taken from the years
held and applied to that year's whole population: between two held years on a straight line, before the first
one unchanged. Both are marked ``interpolated`` and never pass as counted.

A rate is a way to compare forces of different size. It is not the risk to a child: an offence recorded today may
be decades old, and its victim an adult who lives elsewhere.
"""

import pandas as pd

from helpers.official.comparisons import by_force
from helpers.stats.missing import NotAvailable
from helpers.stats.standardise import das_gupta


def under_18s(child: pd.DataFrame, population: pd.DataFrame, years: range) -> pd.DataFrame:
    """Residents aged 0 to 17 by force and calendar year.

    Parameters
    ----------
    child : DataFrame
        `force`, `year`, `aged_0_17`, `all_ages` (people), for the years with ages.
    population : DataFrame
        `force`, `year`, `population` (people of all ages).
    years : range
        Calendar years wanted.

    Returns
    -------
    DataFrame
        `force`, `year`, `aged_0_17` (people, whole) and `interpolated` (bool). A force and year without a population,
        or after the last year with ages, has no row.

    Examples
    --------
    >>> child = pd.DataFrame({"force": "Kent", "year": [2015, 2017], "aged_0_17": [20, 30], "all_ages": [100, 100]})
    >>> everyone = pd.DataFrame({"force": "Kent", "year": [2014, 2015, 2016, 2017], "population": 100})
    >>> under_18s(child, everyone, range(2014, 2018))[["aged_0_17", "interpolated"]].values.tolist()
    [[20, True], [20, False], [25, True], [30, False]]
    """
    wanted = list(years)
    counted = child.set_index(["force", "year"])
    share = (counted["aged_0_17"] / counted["all_ages"]).unstack("year").astype(float)
    share = share.reindex(columns=sorted({*share.columns, *wanted}))
    # "index" makes a straight line in calendar time; nothing is carried past the last year with ages
    share = share.interpolate(axis=1, method="index", limit_area="inside").bfill(axis=1)
    last = counted.index.levels[1].max()
    table = share[[year for year in wanted if year <= last]].stack().rename("share").reset_index()
    for frame in (child, population):
        table = table.merge(frame, on=["force", "year"], how="left")
    held = table["aged_0_17"].notna()
    people = table["aged_0_17"].astype(float).fillna((table["share"] * table["population"]).round())
    table = table.assign(aged_0_17=people, interpolated=~held).dropna(subset="aged_0_17")
    table = table[["force", "year", "aged_0_17", "interpolated"]].astype({"aged_0_17": "int64"})
    return table.sort_values(["force", "year"], ignore_index=True)


def rates(floor: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Recorded child-only offences by 1,000 residents aged 0 to 17.

    Parameters
    ----------
    floor : DataFrame
        `force`, `financial_year`, `child_only` (offences), `quarters`; only years with four are used.
    children : DataFrame
        What :func:`under_18s` returns.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `child_only`, `aged_0_17`, `interpolated`, `rate` (offences by 1,000
        residents aged 0 to 17). The British Transport Police have no residents, and no row.

    Examples
    --------
    >>> floor = pd.DataFrame({"force": ["Kent"], "financial_year": ["2014/15"], "child_only": [3], "quarters": [4]})
    >>> children = pd.DataFrame({"force": ["Kent"], "year": [2014], "aged_0_17": [1500], "interpolated": [True]})
    >>> rates(floor, children)["rate"].tolist()
    [2.0]
    """
    whole = floor[floor["quarters"] == 4]
    years = whole["financial_year"].str[:4].astype(int)
    table = whole.assign(year=years).merge(children, on=["force", "year"])
    table["rate"] = 1000 * table["child_only"] / table["aged_0_17"]
    columns = ["force", "financial_year", "child_only", "aged_0_17", "interpolated", "rate"]
    return table[columns].sort_values(["force", "financial_year"], ignore_index=True)


def parts_of_rise(crime, years, children, kinds) -> list[float] | NotAvailable:
    """How many more offences come from more children, and from more of each kind of offence for a child.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    years : two financial years
    children : residents aged 0 to 17 in the middle of each, by force
    kinds : name → codes

    Returns
    -------
    list of float
        Offences: from more children, then from each kind (Das Gupta's decomposition). They add up to the change in the
        forces that have residents. Not available where residents of one of the years are not held.
    """
    if any(len(count) == 0 for count in children):
        return NotAvailable("the number of residents under 18 is not held for both years")
    forces = children[0].index.intersection(children[1].index)
    sides = []
    for year, count in zip(years, children, strict=True):
        total = float(count[forces].sum())
        recorded = {kind: by_force(crime, codes, year).reindex(forces).sum() for kind, codes in kinds.items()}
        sides.append({"children": total} | {kind: float(number) / total for kind, number in recorded.items()})
    return list(das_gupta(*sides, rate=lambda f: f["children"] * sum(f[kind] for kind in kinds)).values())


def pooled_rates(rates: pd.DataFrame) -> pd.DataFrame:
    """Rates of all forces with residents together.

    Parameters
    ----------
    rates : DataFrame
        What :func:`rates` returns.

    Returns
    -------
    DataFrame
        `financial_year`, `child_only`, `aged_0_17`, `interpolated` (whether any force's number was), `rate`.
    """
    sums = {"child_only": "sum", "aged_0_17": "sum", "interpolated": "any"}
    table = rates.groupby("financial_year", as_index=False).agg(sums)
    return table.assign(rate=1000 * table["child_only"] / table["aged_0_17"])
