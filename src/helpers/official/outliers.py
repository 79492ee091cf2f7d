"""Signs that figures changed and not what they count: quarters that stand out, one force with most of a rise. Never corrected.

A spike can be a real event (an inquiry that many people answer at once), a batch entered late, or a mistake in
what a force sent. The figures cannot say which, so the count stays and the quarter is listed for the reader.
"""

import numpy as np
import pandas as pd

from helpers.official.recorded_crime import fill_zeros, quarters_to_rows
from helpers.stats.estimate import Estimate, check_vector
from helpers.stats.missing import NotAvailable
from helpers.tables.offences import CHILD_ONLY_FROM
from helpers.tables.vocabularies import threshold

LIMIT = threshold("unusual_quarter")
MEDIAN_OF_FOUR = 1.39  # 1 + variance of the median of four over that of one (normal scatter)
NO_RISE = NotAvailable("recorded offences against children did not rise, so there is no rise to share out")


def unusual_quarters(panel: pd.DataFrame, *, dispersion: float) -> pd.DataFrame:
    """Force-quarters far from their neighbours, in a panel where every force has every quarter.

    Parameters
    ----------
    panel : DataFrame
        `force`, `financial_year`, `q1` to `q4` (offences), such as :func:`recorded_crime.floor` gives.
    dispersion : float
        Variance of a count over its mean, from :func:`dispersion.annual_dispersion`.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `quarter`, `offences`, `expected`, `z`, largest `z` first. A force's expected
        count is the national count of the quarter times the median share that the force has of it in the two
        quarters before and the two after (at the ends, in the four nearest). What is unusual is the threshold
        `unusual_quarter`.

    Examples
    --------
    >>> quiet = {"q1": 100, "q2": 100, "q3": 100, "q4": 100}
    >>> years = ("2014/15", "2015/16")
    >>> panel = pd.DataFrame([{"force": f, "financial_year": y, **quiet} for f in "ABCDEFGHIJ" for y in years])
    >>> panel.loc[0, "q3"] = 300
    >>> unusual_quarters(panel, dispersion=1)[["force", "quarter", "offences"]].values.tolist()
    [['A', 3, 300]]
    """
    counts = quarters_to_rows(panel.set_index(["force", "financial_year"])).astype(float)
    wide = counts.unstack([1, 2]).sort_index(axis=1).dropna(axis=1, how="all").fillna(0.0)
    national = wide.sum()
    share = (wide / national).to_numpy()
    near = _nearest_four(share.shape[1])
    expected = np.median(share[:, near], axis=2) * national.to_numpy()
    se = np.sqrt(dispersion * MEDIAN_OF_FOUR * np.maximum(expected, 1.0))
    table = pd.DataFrame({"offences": wide.stack([0, 1])}).astype(int)
    table = table.assign(expected=expected.ravel(), z=((wide - expected) / se).to_numpy().ravel())
    table = table[table["z"].abs() > LIMIT].reset_index()
    return table.sort_values("z", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _nearest_four(size: int) -> np.ndarray:
    """For each of `size` quarters, the positions of the four nearest others: two a side, except at the ends."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return np.argsort(apart, axis=1, kind="stable")[:, 1:5]


def leading_code(crime: pd.DataFrame, force: str, financial_year: str, quarter: int) -> str:
    """The child-only code that takes the largest part in a spike or dip.

    Parameters
    ----------
    crime : DataFrame
        The raw table.
    force, financial_year, quarter : str, str, int
        The quarter, 1 to 4; ``KeyError`` where the force has no such count.
    """
    full = fill_zeros(crime[crime["force"] == force], CHILD_ONLY_FROM)
    counts = quarters_to_rows(full.set_index(["offence_code", "financial_year"]))
    wide = counts.unstack([1, 2]).sort_index(axis=1).fillna(0.0)
    at = wide.columns.get_loc((financial_year, quarter))
    near = _nearest_four(wide.shape[1])[at]
    return str((wide.iloc[:, at] - wide.iloc[:, near].median(axis=1)).abs().idxmax())


def flags(crime: pd.DataFrame, floor: pd.DataFrame, *, dispersion: float) -> pd.DataFrame:
    """Every quarter of the child-only codes to look at: spikes and dips, and negative counts.

    Parameters
    ----------
    crime, floor : DataFrame
        The raw table, and the floor made from it.
    dispersion : float
        As for :func:`unusual_quarters`.

    Returns
    -------
    DataFrame
        `force`, `financial_year`, `quarter`, `kind` (spike, dip or negative), `offence_code` (of a spike or dip, the
        code that moved most), `offences`, `expected` and `z` (empty for a negative count).
    """
    jumps = unusual_quarters(floor, dispersion=dispersion)
    jumps["kind"] = np.where(jumps["z"] > 0, "spike", "dip")
    places = jumps[["force", "financial_year", "quarter"]].itertuples(index=False)
    jumps["offence_code"] = [leading_code(crime, *place) for place in places]
    children = crime[crime["offence_code"].isin(CHILD_ONLY_FROM)]
    counts = quarters_to_rows(children.set_index(["force", "financial_year", "offence_code"]))
    # a force took back more offences than it recorded in the quarter
    negative = counts[(counts < 0).fillna(False)].astype(int).rename("offences").reset_index()
    negative = negative.sort_values(["financial_year", "quarter", "force", "offence_code"])
    negative = negative.assign(kind="negative", expected=np.nan, z=np.nan)
    columns = ["force", "financial_year", "quarter", "kind", "offence_code", "offences", "expected", "z"]
    return pd.concat([jumps[columns], negative[columns]], ignore_index=True)


def largest_share(before, after, *, dispersion, level=0.95) -> tuple[int, Estimate | NotAvailable]:
    """The unit with the largest part of a rise, and its share of it.

    Parameters
    ----------
    before, after : sequence of float, shape (n,)
        Counts.
    dispersion : float
        Variance of a count over its mean.
    level : float

    Returns
    -------
    (position, Estimate)
        The share may pass 1 where others fell. The interval is the delta method's; that the largest of many was
        picked is not allowed for, so it errs upwards. Not available where the counts together did not rise.

    Raises
    ------
    ValueError
        Naming the argument.

    Examples
    --------
    >>> position, share = largest_share([100, 100, 100], [110, 160, 130], dispersion=1)
    >>> position, share.value
    (1, 0.6)
    """
    before = check_vector("before", before, minimum=0)
    after = check_vector("after", after, length=before.size, minimum=0)
    rise = after - before
    total = rise.sum()
    position = int(rise.argmax())
    if total <= 0:
        return position, NO_RISE
    share = float(rise[position] / total)
    both = before + after
    own = both[position]
    variance = dispersion * (own * (1 - share) ** 2 + (both.sum() - own) * share**2) / total**2
    return position, Estimate.around(share, np.sqrt(variance), level)


def unusual_share(
    panel: pd.DataFrame, first_year: str, last_year: str, *, dispersion: float, level: float = 0.95
) -> tuple[Estimate | NotAvailable, int]:
    """The share of a national rise that falls in force-quarters far from their neighbours.

    Parameters
    ----------
    panel : DataFrame
        `force`, `financial_year`, `q1` to `q4`, as ``recorded_crime.floor`` gives.
    first_year, last_year : str
    dispersion, level : float

    Returns
    -------
    (Estimate, int)
        The excess over the expected count in such quarters of the later year, less that of the earlier year,
        over the rise; and the number of such quarters. The interval is for the excess alone. Not available where the
        panel did not rise between the years.
    """
    years = panel.set_index("financial_year")[["q1", "q2", "q3", "q4"]].sum(axis=1).groupby(level=0).sum()
    rise = float(years[last_year] - years[first_year])
    found = unusual_quarters(panel, dispersion=dispersion)
    found = found[found["financial_year"].isin([first_year, last_year])]
    if rise <= 0:
        return NO_RISE, len(found)
    sign = np.where(found["financial_year"] == last_year, 1, -1)
    excess = float((sign * (found["offences"] - found["expected"])).sum())
    se = np.sqrt(dispersion * found["offences"].abs().sum())
    return Estimate.around(excess / rise, se / rise, level), len(found)
