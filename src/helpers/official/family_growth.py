"""How each family of offences grew between two years, as log ratios with standard errors, for the empirical null.

Only families whose content can be compared across both years are used, and a family too small to say anything
(fewer than the threshold `smallest_family` of offences a year) is left out with that reason.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.official.families import FAMILIES
from helpers.official.recorded_crime import force_sums, in_year
from helpers.stats.contrasts import standard_error
from helpers.stats.missing import NotAvailable
from helpers.stats.ratios import clustered_ratio
from helpers.tables.vocabularies import threshold

LEAST = int(threshold("smallest_family"))
COLUMNS = ["family", "label", "role", "before", "after", "ratio", "low", "high", "log_ratio", "se"]


def family_growth(
    crime: pd.DataFrame, families: Iterable[str], *, first_year: str, last_year: str, level: float = 0.95
) -> pd.DataFrame | NotAvailable:
    """Growth of each family, England and Wales, with forces as the independent units.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    families : iterable of str
        Names in ``families.FAMILIES``.
    first_year, last_year : str
    level : float

    Returns
    -------
    DataFrame
        `family`, `label`, `role`, `before`, `after`, `ratio`, `low`, `high`, `log_ratio`, `se`, in the order
        given; families that cannot be compared across the years, or are too small, are left out and named in
        ``attrs["left_out"]``. Not available where none is left.

    Raises
    ------
    ValueError
        As :func:`helpers.stats.ratios.clustered_ratio`.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = family_growth(read_table("recorded_crime"), ["homicide", "harassment"],
    ...     first_year="2014/15", last_year="2015/16")
    >>> found[["family", "before", "after"]].values.tolist(), found.attrs["left_out"]
    ([['homicide', 539, 577]], {'harassment': 'not comparable across the years'})
    """
    rows, left_out = [], {}
    for name, family in ((name, FAMILIES[name]) for name in families):
        before, after = (force_sums(in_year(crime, year), family.codes) for year in (first_year, last_year))
        if not family.comparable(first_year, last_year):
            left_out[name] = "not comparable across the years"
        elif min(before.sum(), after.sum()) < LEAST:
            left_out[name] = f"fewer than {LEAST} offences a year"
        else:
            found = clustered_ratio(before, after.loc[before.index], level=level)
            ratio, error = found.estimate, standard_error(found.estimate, dof=found.units - 1, log=True)
            words = name, family.label, family.role, int(before.sum()), int(after.sum())
            rows.append((*words, ratio.value, ratio.low, ratio.high, np.log(ratio.value), error))
    if not rows:
        ends = [end for name in left_out if (end := FAMILIES[name].last_year)]
        why = (
            f"their counts are held, or mean the same, to {max(ends)} only"
            if ends
            else "too few were recorded"
        )
        years = f"from {first_year} to {last_year}"
        return NotAvailable(f"no such kind of offence can be compared {years}: {why}")
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs["left_out"] = left_out
    return table
