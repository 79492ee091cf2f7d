"""What the synthesis of shares says of better recording if one of its assumptions is replaced by another.

The register of routes leaves out what is known or feared of it. Victims of violence told the police of a growing share of what
happened (Crime Survey for England and Wales). Recording everything can bring no more than the inspection of 2014 found
unrecorded. One reading of that inspection finds rape better recorded than other sexual offences. And more reports of abuse at home
would put two routes out together. :func:`scenarios` takes each into the routes, and :func:`odds` weighs them again, by :mod:`helpers.official.routes`. These were written when the results were
known. They show how far the answer hangs on each assumption and are no estimates of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log

import pandas as pd

from helpers.official import routes
from helpers.official.inspections import UNRECORDED, last_year_read
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from helpers.tables.periods import parse_period

LEVEL = "share of CSEW violent incidents reported to police"
CHANGE = "change in share of violent incidents reported to police"
RAPE_UNRECORDED = "rape reports unrecorded"


@dataclass(frozen=True)
class Scenario:
    """What is weighed: the register of routes, what they saw, the rise or why there is none, and assumptions of ``synthesise``.

    Every prior is held `firmness` times as firmly as the register says.
    """

    register: pd.DataFrame = field(repr=False)
    seen: Mapping[str, Estimate | NotAvailable] = field(repr=False)
    rise: Estimate | NotAvailable
    assumptions: Mapping[str, object] = field(default_factory=dict)
    firmness: float = 1.0


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


def unrecorded(inspection: pd.DataFrame) -> tuple[float, float, str]:
    """The shares of sexual offences and of rapes that the inspection of 2014 found unrecorded, and the last year that it read.

    Examples
    --------
    >>> rows = {UNRECORDED: "26", RAPE_UNRECORDED: "about 1 in 10"}
    >>> unrecorded(pd.DataFrame({"measure": rows.keys(), "value": rows.values(), "period": "2012-11/2013-10"}))
    (0.26, 0.1, '2013/14')
    """
    rows = inspection.set_index("measure")
    one_in = int(rows.at[RAPE_UNRECORDED, "value"].removeprefix("about 1 in "))
    return float(rows.at[UNRECORDED, "value"]) / 100, 1 / one_in, last_year_read(inspection)


def scenarios(
    base: Scenario, years: tuple[str, str], told: tuple[float, int, int], unrecorded: tuple[float, float, str]
) -> dict[str, Scenario]:
    """Name → what is weighed if its assumption holds.

    Parameters
    ----------
    base : Scenario
        The routes as the register has them.
    years : tuple
        The earlier and the later year of the rise.
    told : tuple
        What :func:`told_more` returns. The growth is taken off that of minor violence: spread `evenly` over the survey's years, or all
        of it `within` the years compared.
    unrecorded : tuple
        What :func:`unrecorded` returns, for growth from the last year that the inspection read on. With the `limit`, better recording adds no more than recording everything would. With `rape`
        recorded better, the routes through rape show less of better recording, as less was left to gain. With `evenly_and_rape` both hold. With
        `one_cause` the biases of the routes go together that more reports of abuse at home would move, and with `no_violence` the route
        of violence is left out. With `weight_2` and `weight_8` the priors are held half and twice as firmly.
    """
    growth, first, last = told
    *shares, read = unrecorded
    common, surveyed, inspected = 0, base.rise, base.rise
    if not isinstance(base.rise, NotAvailable):
        start, end = (int(year[:4]) for year in years)
        common = max(0, min(end, last) - max(start, first))
        if not common:
            surveyed = NotAvailable(f"the survey's comparison ends in {last}/{(last + 1) % 100}")
        if years[0] < read:
            inspected = NotAvailable(f"the inspection of 2014 speaks of growth from {read} on")

    def without(off: float) -> Scenario:
        violence = base.seen["violence"]
        if not isinstance(violence, NotAvailable):
            violence = Estimate(violence.value - off, violence.low - off, violence.high - off, violence.level)
        return replace(base, rise=surveyed, seen={**base.seen, "violence": violence})

    room, room_of_rape = (-log(1 - share) for share in shares)
    recorded, register = base.register["recording"], base.register
    less = recorded.mask(register["through_rape"].fillna(False), recorded - 1 + room_of_rape / room)
    at_home = register.loc[register["abuse_at_home"].fillna(False), "route"]
    rape_recorded = replace(base, rise=inspected, register=register.assign(recording=less))
    told_evenly = without(growth * common / (last - first))
    both = surveyed if isinstance(surveyed, NotAvailable) else inspected
    return {
        "evenly": told_evenly,
        "within": without(growth),
        "limit": replace(base, rise=inspected, assumptions={"limits": {"recording": room}}),
        "rape": rape_recorded,
        "evenly_and_rape": replace(told_evenly, rise=both, register=rape_recorded.register),
        "one_cause": replace(base, assumptions={"one_cause": tuple(at_home)}),
        "no_violence": replace(base, register=register[register["route"] != "violence"]),
        "weight_2": replace(base, firmness=0.5),
        "weight_8": replace(base, firmness=2.0),
    }


def read_otherwise(
    base: Scenario, readings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], years: tuple[str, str]
) -> dict[str, Scenario]:
    """Reading → what is weighed if one route is read so, by the register `readings`; tables as for ``routes.growths``."""
    found = {}
    for reading in readings.itertuples():
        register = routes.reread(base.register, reading)
        seen = routes.growths(register, tables, *years)
        found[reading.reading] = replace(base, register=register, seen=seen)
    return found


def violence_loading(national: pd.DataFrame, inspections: pd.DataFrame) -> dict[str, float]:
    """How much more minor violence could gain from better recording than sexual offences, as a ratio of logarithms.

    Returns
    -------
    dict
        ``all_recorded``: if everything came to be recorded, by the inspection of 2014. ``later_audits``: if recording went as far
        as later audits found, in forces of which both shares are printed. ``needed_for_2``: the share of minor assaults that
        must have been unrecorded in 2014 for a loading of 2.
    """
    values = national.set_index("measure")["value"]
    violence, sexual = (
        1 - float(values[f"{kind} under-recording"]) / 100
        for kind in ("violence against the person", "sexual offences")
    )
    percents = inspections[["violence_percent", "sexual_percent"]].astype(float)
    later_violence, later_sexual = percents.dropna().mean() / 100
    return {
        "all_recorded": log(violence) / log(sexual),
        "later_audits": log(later_violence / violence) / log(later_sexual / sexual),
        "needed_for_2": 1 - sexual**2,
    }


def odds(
    scenarios: Mapping[str, Scenario],
    priors: Mapping[str, Mapping[str, float]],
    years: tuple[str, str],
    *,
    named: str = "two years",
    level: float = 0.95,
    seed: int = 2017,
) -> pd.DataFrame:
    """As :func:`helpers.official.routes.odds` of years so `named`, under every scenario, whose name stands in the column `scenario`."""
    found = []
    for name, one in scenarios.items():
        held = (pd.DataFrame(priors) * one.firmness).to_dict()
        options = {"level": level, "seed": seed, **one.assumptions}
        made = routes.under_priors(one.register, one.seen, one.rise, held, **options)
        made = made.assign(years=named, first_year=years[0], last_year=years[1])
        found.append(routes.odds(made).assign(scenario=name))
    return pd.concat(found, ignore_index=True)
