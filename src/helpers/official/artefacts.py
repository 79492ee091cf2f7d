"""Signs that figures changed and not what they count: one force with most of a rise, quarters that stand out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.official.unusual import unusual_quarters
from helpers.stats.estimate import Estimate, check_vector
from helpers.stats.missing import NotAvailable

NO_RISE = NotAvailable("recorded offences against children did not rise, so there is no rise to share out")


def largest_share(
    before, after, *, dispersion: float, level: float = 0.95
) -> tuple[int, Estimate | NotAvailable]:
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
    error = np.sqrt(dispersion * found["offences"].abs().sum())
    return Estimate.around(excess / rise, error / rise, level), len(found)
