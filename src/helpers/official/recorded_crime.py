"""Police recorded crime by force, offence code and quarter: what is held, and the series made from it.

The raw table has one row a force, year and code, with four quarters side by side. A force with no offences has
no row, so a missing row means zero, but only where the code was gathered for that year at all (``coverage``).
Functions here add codes together (``annual``, ``family_quarters``, ``floor``) and never smooth, correct or drop a
count: negative quarters are forces' own corrections and stay, and a quarter that is not held stays empty.

The sum of the child-only codes is called the floor: a complete count of sexual offences against
under-18s in the same force and year cannot be lower.
"""

from collections.abc import Iterable

import pandas as pd

from helpers.official.families import FAMILIES, LAST_COMPARABLE_YEAR
from helpers.tables import package
from helpers.tables.offences import CHILD_ONLY_FROM, codes_since

QUARTERS = ("q1", "q2", "q3", "q4")
COLUMNS = ("financial_year", "force", "offence_code", *QUARTERS)
SOURCE = package.table("recorded_crime").sources[0]
RELEASE = SOURCE.rpartition("-")[2]  # the year of the release that is held
CITED = f"Home Office police recorded crime open data, {RELEASE} release"


def coverage(crime: pd.DataFrame) -> pd.DataFrame:
    """What the raw table covers: for each financial year, the quarters, codes and forces held.

    Parameters
    ----------
    crime : DataFrame
        The raw table: financial_year, force, offence_code, q1 to q4 (offences; empty where not held).

    Returns
    -------
    DataFrame
        One row a year: `quarters` (how many of the four any force has), `codes` (how many codes have a row),
        `forces` and `offences`.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, None]], columns=COLUMNS)
    >>> coverage(crime).to_dict("records")
    [{'financial_year': '2014/15', 'quarters': 3, 'codes': 1, 'forces': 1, 'offences': 3}]
    """
    years, offences = crime.groupby("financial_year"), _counts(crime).sum(axis=1)
    columns = {
        "quarters": _quarters_held(crime).sum(axis=1),
        "codes": years["offence_code"].nunique(),
        "forces": years["force"].nunique(),
        "offences": offences.groupby(crime["financial_year"]).sum().astype(int),
    }
    return pd.DataFrame(columns).reset_index()


def fill_zeros(crime: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """The raw table for some codes, with a row of zeros wherever a force had no offences.

    Parameters
    ----------
    crime : DataFrame
        The raw table.
    codes : iterable of str
        Codes to keep.

    Returns
    -------
    DataFrame
        The raw table's columns, counts as floats. Every force has a row for every year and code that any force
        has a row for; a quarter that is not held for the year is empty.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Essex", "73", 1, 0, 0, 0]],
    ...     columns=COLUMNS)
    >>> fill_zeros(crime, ["71"])[["force", "q1"]].values.tolist()
    [['Essex', 0.0], ['Kent', 1.0]]
    """
    rows = crime.assign(**_counts(crime))
    rows = rows[rows["offence_code"].isin(set(codes))]
    key = ["financial_year", "force", "offence_code"]  # the key of the raw table, so no row stands twice
    forces = pd.DataFrame({"force": sorted(crime["force"].unique())})
    pairs = rows[["financial_year", "offence_code"]].drop_duplicates()
    full = pairs.merge(forces, how="cross").merge(rows[list(COLUMNS)], on=key, how="left", indicator=True)
    absent = full["_merge"] == "left_only"
    held = _quarters_held(crime).loc[full["financial_year"]].to_numpy()
    full[list(QUARTERS)] = full[list(QUARTERS)].mask(absent.to_numpy()[:, None] & held, 0.0)
    return full[list(COLUMNS)].sort_values(key, ignore_index=True)


def quarters_to_rows(wide: pd.DataFrame) -> pd.Series:
    """Quarters side by side as one a row, `quarter` from 1 to 4 last in the index; one that is not held stays empty.

    >>> quarters_to_rows(pd.DataFrame([[1, 0, 2, 4]], columns=QUARTERS, index=["Kent"])).to_dict()
    {('Kent', 1): 1, ('Kent', 2): 0, ('Kent', 3): 2, ('Kent', 4): 4}
    """
    return wide[list(QUARTERS)].set_axis([1, 2, 3, 4], axis=1).rename_axis(columns="quarter").stack()


def by_quarter(crime: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Offences of some codes added up: one row a force, one column a quarter of a year, in order.

    Returns
    -------
    DataFrame
        Columns are pairs of financial year and quarter, 1 to 4; a quarter that is not held is empty.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Kent", "73", 1, 1, 1, 1]],
    ...     columns=COLUMNS)
    >>> by_quarter(crime, ["71", "73"]).loc["Kent", ("2014/15", 4)]
    np.float64(5.0)
    """
    sums = fill_zeros(crime, codes).groupby(["force", "financial_year"])[list(QUARTERS)].sum(min_count=1)
    return quarters_to_rows(sums).unstack(["financial_year", "quarter"]).sort_index(axis=1)


def in_year(crime: pd.DataFrame, financial_year: str) -> pd.DataFrame:
    """The rows of one year, compared as plain objects: three times as quick as text that may be missing."""
    return crime[crime["financial_year"].to_numpy(dtype=object) == financial_year]


def force_sums(year: pd.DataFrame, codes: Iterable[str]) -> pd.Series:
    """Offences of some codes, from the rows of one year, for every force with a count that year; none where it has no row.

    >>> year = pd.DataFrame([["2014/15", "Kent", "71", 1, 2, 3, 4]], columns=COLUMNS)
    >>> force_sums(year, ["71"]).to_dict(), force_sums(year, ["73"]).to_dict()
    ({'Kent': 10}, {'Kent': 0})
    """
    wanted = year["offence_code"].isin(set(codes))
    offences = year[list(QUARTERS)].astype(float).sum(axis=1).where(wanted, 0).rename("offences")
    return offences.groupby(year["force"]).sum().astype(int)


def whole_years(crime: pd.DataFrame) -> list[str]:
    """The financial years whose last quarter is held, in order."""
    return sorted(crime.loc[crime["q4"].notna(), "financial_year"].unique())


def annual(crime: pd.DataFrame) -> pd.DataFrame:
    """Offences by force, year and code, of every code that belongs to a family.

    Parameters
    ----------
    crime : DataFrame
        The raw table.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `offence_code`, `offences` (the quarters held, added) and `quarters`, how many
        of the year's quarters are held: a year with three is not a year's count.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4]], columns=COLUMNS)
    >>> annual(crime).values.tolist()
    [['Kent', '2014/15', '71', 7, 4]]
    """
    full = fill_zeros(crime, (code for family in FAMILIES.values() for code in family.codes))
    full["offences"] = full[list(QUARTERS)].sum(axis=1).astype(int)
    full["quarters"] = full["financial_year"].map(_quarters_held(crime).sum(axis=1)).astype(int)
    columns = ["force", "financial_year", "offence_code"]
    return full[[*columns, "offences", "quarters"]].sort_values(columns, ignore_index=True)


def family_quarters(crime: pd.DataFrame) -> pd.DataFrame:
    """Offences by force, quarter and family of codes.

    Parameters
    ----------
    crime : DataFrame
        The raw table.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `quarter` (1 to 4), `family`, `offences`, for every quarter held.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Kent", "73", 1, 1, 1, 1]],
    ...     columns=COLUMNS)
    >>> family_quarters(crime).query("family == 'child_only'")["offences"].tolist()
    [2, 1, 3, 5]
    """
    members = [(name, *code) for name in FAMILIES for code in codes_since(name).items()]
    members = pd.DataFrame(members, columns=["family", "offence_code", "since"])
    full = fill_zeros(crime, members["offence_code"]).merge(members, on="offence_code")
    full = full[full["financial_year"] >= full["since"]]
    full["family"] = pd.Categorical(full["family"], list(FAMILIES))
    # min_count keeps a quarter that nobody holds empty instead of zero
    sums = full.groupby(["family", "force", "financial_year"], observed=True)[list(QUARTERS)].sum(min_count=1)
    table = quarters_to_rows(sums).dropna().astype(int).rename("offences").reset_index()
    return table.astype({"family": "str"})[["force", "financial_year", "quarter", "family", "offences"]]


def national(quarterly: pd.DataFrame) -> pd.DataFrame:
    """Family counts by year, all forces together, from those by quarter.

    Parameters
    ----------
    quarterly : DataFrame
        What :func:`family_quarters` returns.

    Returns
    -------
    DataFrame
        `family`, `label`, `role`, `financial_year`, `offences`, `quarters` (how many are held), and `comparable`:
        whether the family holds the same offences in this year as in most others. In the families' order.

    Examples
    --------
    >>> crime = pd.DataFrame([["2015/16", "Kent", "8L", 1, 0, 2, 4]], columns=COLUMNS)
    >>> national(family_quarters(crime))[["offences", "comparable"]].values.tolist()
    [[7, False]]
    """
    ordered = quarterly.assign(family=pd.Categorical(quarterly["family"], list(FAMILIES)))
    grouped = ordered.groupby(["family", "financial_year"], observed=True)
    table = grouped.agg(offences=("offences", "sum"), quarters=("quarter", "nunique")).reset_index()
    table = table.astype({"family": "str"})
    families = [FAMILIES[name] for name in table["family"]]
    table.insert(1, "label", [family.label for family in families])
    table.insert(2, "role", [family.role for family in families])
    pairs = zip(families, table["financial_year"], strict=True)
    return table.assign(comparable=[family.comparable(year, year) for family, year in pairs])


def comparison_families(yearly: pd.DataFrame) -> pd.DataFrame:
    """The child-only codes that run across April 2017 and every control family, in whole comparable years.

    Parameters
    ----------
    yearly : DataFrame
        What :func:`national` returns.

    Returns
    -------
    DataFrame
        The same columns, up to the last year that holds every code.
    """
    controls = yearly["role"].isin(["negative_control", "positive_control"])
    kept = controls | (yearly["family"] == "child_only_without_88a")
    whole = (yearly["quarters"] == 4) & (yearly["financial_year"] <= LAST_COMPARABLE_YEAR)
    return yearly[kept & whole & yearly["comparable"]].reset_index(drop=True)


def child_only(crime: pd.DataFrame) -> pd.DataFrame:
    """The rows under child-only codes, of a code that became one only those from that year on.

    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Kent", "19C", 9, 9, 9, 9]],
    ...     columns=COLUMNS)
    >>> child_only(crime)["offence_code"].tolist()
    ['71']
    """
    since = crime["offence_code"].map(CHILD_ONLY_FROM)
    return crime[(crime["financial_year"] >= since).where(since.notna(), False).astype(bool)]


def floor(crime: pd.DataFrame) -> pd.DataFrame:
    """The child-only codes added up: the least that a complete FOI count could be.

    Parameters
    ----------
    crime : DataFrame
        The raw table.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `child_only` (the quarters held, added), `q1` to `q4` (empty where not held)
        and `quarters`.

    Examples
    --------
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Kent", "19C", 9, 9, 9, 9]],
    ...     columns=COLUMNS)
    >>> floor(crime)["child_only"].tolist()
    [7]
    """
    full = child_only(fill_zeros(crime, CHILD_ONLY_FROM))
    table = full.groupby(["force", "financial_year"])[list(QUARTERS)].sum(min_count=1).round().astype("Int64")
    table.insert(0, "child_only", table.sum(axis=1).astype(int))
    table["quarters"] = table[list(QUARTERS)].notna().sum(axis=1)
    return table.reset_index()


def flags(floor: pd.DataFrame, years: Iterable[str]) -> pd.Series:
    """What is known against a force's counts in some years, each flag once.

    Parameters
    ----------
    floor : DataFrame
        `force`, `financial_year`, `flag` (words with spaces between them, or nothing).
    years : iterable of str
        The years.

    Returns
    -------
    Series of str
        Indexed by force, the flags in alphabetical order; "" where there are none.

    Examples
    --------
    >>> rows = [("Kent", "2014/15", "b a"), ("Kent", "2015/16", "a"), ("Essex", "2014/15", None)]
    >>> flags(pd.DataFrame(rows, columns=["force", "financial_year", "flag"]), ["2014/15", "2015/16"]).to_dict()
    {'Essex': '', 'Kent': 'a b'}
    """
    held = floor[floor["financial_year"].isin(list(years))].groupby("force")["flag"]
    return held.agg(lambda cells: " ".join(sorted(set(" ".join(cells.dropna()).split()))))


def floor_in_two_years(floor: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """Child-only offences by force in two whole years.

    Parameters
    ----------
    floor : DataFrame
        What :func:`floor` returns.
    first_year, last_year : str
        Two years that are held whole.

    Returns
    -------
    DataFrame
        Indexed by force: `before` and `after` (offences).

    Examples
    --------
    >>> rows = pd.DataFrame({"force": "Kent", "financial_year": ["2014/15", "2015/16"], "child_only": [9, 12], "quarters": 4})
    >>> floor_in_two_years(rows, "2014/15", "2015/16").values.tolist()
    [[9.0, 12.0]]
    """
    whole = floor[floor["quarters"] == 4]
    wide = whole.pivot(index="force", columns="financial_year", values="child_only").astype(float)
    if missing := {first_year, last_year} - {*wide}:
        raise ValueError(f'"{min(missing)}" is no whole year from {wide.columns[0]} to {wide.columns[-1]}')
    return wide[[first_year, last_year]].set_axis(["before", "after"], axis=1)


def vintages(frame: pd.DataFrame, earlier: str, later: str) -> pd.DataFrame:
    """Two releases of one series side by side.

    Parameters
    ----------
    frame : DataFrame
        `force`, `financial_year` and the two count columns.
    earlier, later : str
        Names of the count columns.

    Returns
    -------
    DataFrame
        The same columns with `change` (offences) and `ratio`, later over earlier; the ratio is empty where the
        earlier count is zero.

    Examples
    --------
    >>> frame = pd.DataFrame({"force": ["Kent"], "financial_year": ["2015/16"], "v1": [100], "v2": [110]})
    >>> vintages(frame, "v1", "v2")["ratio"].tolist()
    [1.1]
    """
    before, after = frame[earlier].astype(float), frame[later].astype(float)
    change = (after - before).round().astype("Int64")
    table = frame[["force", "financial_year", earlier, later]]
    return table.assign(change=change, ratio=after / before.where(before > 0))


def _counts(crime: pd.DataFrame) -> pd.DataFrame:
    """The four quarters as floats."""
    return crime[list(QUARTERS)].astype(float)


def _quarters_held(crime: pd.DataFrame) -> pd.DataFrame:
    """Year × quarter: whether any force has a count."""
    return _counts(crime).notna().groupby(crime["financial_year"]).any()
