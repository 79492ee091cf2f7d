"""Inside the years: how much of a rise between two years was already there in the last quarter of the first.

Two annual totals hide when the change came. If offences in January to March of the first year were already being
recorded at the second year's rate, the rise happened inside the first year, and its causes must be sought there.
A quarter must first be freed of its season: the last quarter of the financial year is usually the fullest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.official.recorded_crime import quarters_to_rows
from helpers.stats.estimate import Estimate, check_number, check_vector, normal_quantile
from helpers.stats.missing import NotAvailable


def seasonal_factors(counts: Sequence[float]) -> pd.DataFrame:
    """Quarterly seasonal factors by the ratio to a centred moving average.

    Parameters
    ----------
    counts : sequence of float, shape (4 n,)
        Quarterly counts above zero, from the first quarter of a year; at least three years.

    Returns
    -------
    DataFrame
        Indexed by quarter 1 to 4: `factor` (the four average 1), and `se`, the standard error of its
        logarithm from the spread between years.

    Raises
    ------
    ValueError
        For fewer than three whole years, or a count not above zero.

    References
    ----------
    The classical decomposition, as in Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice,
    third edition, section 3.4; the 2 x 4 moving average, and the median of the ratios in place of their mean.

    Examples
    --------
    >>> seasonal_factors([80, 100, 100, 120] * 4)["factor"].tolist()
    [0.8, 1.0, 1.0, 1.2]
    """
    values = check_vector("counts", counts, positive=True)
    if values.size < 12 or values.size % 4:
        raise ValueError("counts must be at least three whole years of quarters")
    smooth = np.convolve(values, [1 / 8, 1 / 4, 1 / 4, 1 / 4, 1 / 8], mode="valid")
    logs = np.full(values.size, np.nan)
    logs[2:-2] = np.log(values[2:-2] / smooth)
    by_quarter = logs.reshape(-1, 4)
    middle = np.nanmedian(by_quarter, axis=0)
    years = (~np.isnan(by_quarter)).sum(axis=0)
    # the standard error of a median of normal scatter is 1.25 times that of a mean
    se = 1.2533 * np.nanstd(by_quarter, axis=0, ddof=1) / np.sqrt(years)
    factor = np.exp(middle)
    columns = {"factor": (factor / factor.mean()).round(12), "se": se}
    return pd.DataFrame(columns, index=pd.Index([1, 2, 3, 4], name="quarter"))


def without_seasons(counts: Sequence[float]) -> np.ndarray:
    """Quarterly counts from the first quarter of a year, divided by their seasonal factors."""
    values = np.asarray(counts, dtype=float)
    return values / np.resize(seasonal_factors(values)["factor"].to_numpy(), values.size)


def adjusted(series: pd.DataFrame, factor: pd.Series) -> pd.DataFrame:
    """A quarterly series with its season taken out, one row a quarter.

    Parameters
    ----------
    series : DataFrame
        Indexed by financial year, with columns `q1` to `q4`.
    factor : Series
        Seasonal factors, indexed by quarter 1 to 4.

    Returns
    -------
    DataFrame
        `financial_year`, `quarter`, `offences` (whole) and `adjusted`.

    Examples
    --------
    >>> series = pd.DataFrame({"q1": [90], "q2": [100], "q3": [100], "q4": [110]}, index=["2014/15"])
    >>> adjusted(series, pd.Series([0.9, 1.0, 1.0, 1.1], index=[1, 2, 3, 4]))["adjusted"].round(6).tolist()
    [100.0, 100.0, 100.0, 100.0]
    """
    long = quarters_to_rows(series.rename_axis("financial_year")).rename("offences").reset_index()
    long["adjusted"] = long["offences"] / long["quarter"].map(factor)
    return long.astype({"offences": int})


@dataclass(frozen=True)
class LastQuarter:
    """Where the last quarter of the first year stood.

    share : Estimate, of the rise that the seasonally adjusted last quarter had reached; above 1 is more than all
    unadjusted : float, the same share without adjusting for the season
    rate : float, offences a year at the last quarter's adjusted rate

    Where the totals of the years do not clearly differ, both shares are not available.
    """

    share: Estimate | NotAvailable
    unadjusted: float | NotAvailable
    rate: float


def last_quarter(before, after, factor, se, *, dispersion=1.0, level=0.95) -> LastQuarter:
    """The share of the change between two years that was reached in the last quarter of the first.

    Parameters
    ----------
    before, after : sequence of float, shape (4,)
        Quarterly counts of the two years.
    factor, se : float
        The last quarter's seasonal factor and the standard error of its logarithm.
    dispersion, level : float
        Variance of a count over its mean, and the level of the interval.

    Returns
    -------
    LastQuarter
        The share is (rate - first total) / (second total - first total), with the rate four times the last
        quarter over its factor. Its interval is by the delta method; the last quarter is part of the first
        total, which is allowed for.

    Raises
    ------
    ValueError
        When a year has not four counts above zero, or factor is not above zero.

    Examples
    --------
    >>> found = last_quarter([90, 95, 105, 110], [115, 120, 120, 125], factor=1.0, se=0.0)
    >>> found.share.value, found.rate
    (0.5, 440.0)
    """
    first, second = (check_vector(name, values, length=4, positive=True)
                     for name, values in (("before", before), ("after", after)))  # fmt: skip
    start, end = first.sum(), second.sum()
    rate = 4 * first[3] / check_number("factor", factor, positive=True)
    rise = end - start
    if abs(rise) <= normal_quantile(level) * np.sqrt(dispersion * (start + end)):
        missing = NotAvailable("the totals of the two years do not clearly differ")
        return LastQuarter(missing, missing, float(rate))
    share = (rate - start) / rise
    # derivatives with respect to the last quarter, the other three, the second year and the log factor
    by_last = (4 / factor - 1) / rise + share / rise
    by_rest = (share - 1) / rise
    by_second = -share / rise
    variance = dispersion * (by_last**2 * first[3] + by_rest**2 * first[:3].sum() + by_second**2 * end)
    variance += (rate / rise * se) ** 2
    unadjusted = (4 * first[3] - start) / rise
    return LastQuarter(Estimate.around(share, np.sqrt(variance), level), float(unadjusted), float(rate))
