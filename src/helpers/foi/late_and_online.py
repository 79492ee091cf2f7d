"""Series that FOI answers give beside the totals: offences reported late, and offences flagged as online.

Both are press-selected samples of forces. A series' definition goes with it: pairs of years are formed within one
definition and one release, never across. Rows of the disclosure series that repeat a printed FOI row are counted
once. Shares by delay come from official tables: :mod:`helpers.official.delay_tables`.
"""

import pandas as pd

from helpers.tables.forces import FORCES

OVER_ONE_YEAR = "nonrecent_child_sexual_offences_over1yr"


def late_reports(disclosure, printed, first_year, last_year) -> pd.DataFrame:
    """Child sexual offences reported more than a year after they happened, for forces with both years published.

    Parameters
    ----------
    disclosure : DataFrame
        The raw table disclosure_series.
    printed : DataFrame
        The raw table foi_printed.
    first_year, last_year : str
        Financial years; totals over several years are not used.

    Returns
    -------
    DataFrame
        `area` (a force), `before`, `after` (offences), in alphabetical order.

    Examples
    --------
    >>> disclosure = pd.DataFrame(
    ...     [[OVER_ONE_YEAR, "Kent", "2013/14", "10"], [OVER_ONE_YEAR, "Kent", "2016/17", "25"]],
    ...     columns=["series", "area", "period", "value_text"]).assign(repeats_row=None)
    >>> printed = pd.DataFrame(columns=["measure", "area", "period", "value_text"])
    >>> late_reports(disclosure, printed, "2013/14", "2016/17").values.tolist()
    [['Kent', 10, 25]]
    """
    own = disclosure[(disclosure["series"] == OVER_ONE_YEAR) & disclosure["repeats_row"].isna()]
    rows = pd.concat([own, printed[printed["measure"] == "non_recent"]])
    return _pairs(_of_forces(rows, first_year, last_year), first_year, last_year)


def flagged_pairs(printed: pd.DataFrame, release: str, first_year: str, last_year: str) -> pd.DataFrame:
    """Offences flagged as online, for forces with both years published in one release.

    Parameters
    ----------
    printed : DataFrame
        The raw table foi_printed.
    release : str
        An FOI round, so that both years were answered together.
    first_year, last_year : str

    Returns
    -------
    DataFrame
        `area` (a force), `before`, `after` (offences), in alphabetical order.

    Raises
    ------
    ValueError
        When the release prints two different values for one force and year.

    Examples
    --------
    >>> printed = pd.DataFrame({"measure": "cyber_flagged", "round": "2016-06", "area": "Kent",
    ...     "period": ["2014/15", "2015/16"], "value_text": ["8", "15"]})
    >>> flagged_pairs(printed, "2016-06", "2014/15", "2015/16").values.tolist()
    [['Kent', 8, 15]]
    """
    rows = printed[(printed["measure"] == "cyber_flagged") & (printed["round"] == release)]
    rows = _of_forces(rows, first_year, last_year).drop_duplicates()
    if rows.duplicated(["area", "period"]).any():
        twice = rows[rows.duplicated(["area", "period"])].iloc[0]
        raise ValueError(f"release {release} prints two values for {twice['area']} in {twice['period']}")
    return _pairs(rows, first_year, last_year)


def _of_forces(rows: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """area, period and offences, of single forces in the two years."""
    kept = rows[rows["area"].isin(FORCES) & rows["period"].isin([first_year, last_year])]
    return kept.assign(offences=pd.to_numeric(kept["value_text"]))[["area", "period", "offences"]]


def _pairs(rows: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """One row a force that has both years."""
    wide = rows.pivot(index="area", columns="period", values="offences")
    wide = wide.reindex(columns=[first_year, last_year]).dropna().astype(int).sort_index()
    return wide.set_axis(["before", "after"], axis=1).rename_axis(None, axis=1).reset_index()
