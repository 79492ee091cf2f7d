"""What the synthesis of shares says if recorded violence grew because more victims told the police.

The route of minor violence takes its growth as better recording. By the Crime Survey for England and Wales, victims told the
police of a growing share of violent incidents. :func:`told_more` takes that growth from the table; :func:`odds` takes it off the
route and weighs the routes again, by :mod:`helpers.official.routes`. The survey is of people aged 16 and over, of violence, and
its margin was not published, so this shows how far the answer hangs on the assumption and is no estimate of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import pandas as pd

from helpers.official import routes
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from helpers.tables.periods import parse_period

LEVEL = "share of CSEW violent incidents reported to police"
CHANGE = "change in share of violent incidents reported to police"


def told_more(series: pd.DataFrame) -> tuple[float, int, int]:
    """The growth of the share of violent incidents that victims told the police of, as a logarithm, and its two years.

    Parameters
    ----------
    series : DataFrame
        The table `other_series`: one row has the last share in per cent, one the change in points and both years.

    Returns
    -------
    tuple
        The growth, and the first calendar year of both financial years.

    Examples
    --------
    >>> rows = [[LEVEL, "YE Mar 2016 CSEW", 50.0], [CHANGE, "YE Mar 2014 to YE Mar 2016 CSEW", 10.0]]
    >>> growth, first, last = told_more(pd.DataFrame(rows, columns=["measure", "period", "value"]))
    >>> round(growth, 3), first, last
    (0.223, 2013, 2015)
    """
    rows = series.set_index("measure").loc[[LEVEL, CHANGE]]
    last, points = pd.to_numeric(rows["value"])
    ends = rows.at[CHANGE, "period"].removesuffix(" CSEW").split(" to ")
    first_year, last_year = (parse_period(end).financial_year.first for end in ends)
    return log(last / (last - points)), first_year, last_year


def odds(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate | NotAvailable,
    priors: Mapping[str, Mapping[str, float]],
    years: tuple[str, str],
    told: tuple[float, int, int],
    *,
    level: float = 0.95,
    seed: int = 2017,
) -> pd.DataFrame:
    """As :func:`helpers.official.routes.odds`, with the growth of telling taken off the growth of minor violence.

    Returns
    -------
    DataFrame
        With `fell` before: when victims came to tell more, "evenly" over the survey's years or "within" the years compared.
    """
    growth, first, last = told
    common = 0
    if not isinstance(rise, NotAvailable):
        start, end = (int(year[:4]) for year in years)
        common = max(0, min(end, last) - max(start, first))
        if not common:
            rise = NotAvailable(f"the survey's comparison ends in {last}/{(last + 1) % 100}")
    found = []
    for fell, part in (("evenly", common / (last - first)), ("within", 1.0)):
        violence = seen["violence"]
        if not isinstance(violence, NotAvailable):
            off = part * growth
            violence = Estimate(violence.value - off, violence.low - off, violence.high - off, violence.level)
        rows = []
        for bias in (1, 2):
            for name, prior in priors.items():
                made = routes.weigh(
                    register, {**seen, "violence": violence}, rise, prior, spread=bias, seed=seed
                )
                rows.append(routes.summary_rows(made, level).assign(prior=name, bias=bias))
        synthesis = pd.concat(rows).assign(years="two years", first_year=years[0], last_year=years[1])
        found.append(routes.odds(synthesis).assign(fell=fell))
    return pd.concat(found, ignore_index=True)
