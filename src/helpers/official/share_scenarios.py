"""The synthesis of shares with one of its assumptions replaced by another, to see how far the answer hangs on each.

The register of routes leaves out what is known or feared of it. Victims of violence told the police of a growing share of what
happened (Crime Survey for England and Wales). Recording everything can bring no more than the inspection of 2014 found
unrecorded. Minor violence outgrew what audits of violence gained. In one of that inspection's samples rape was better recorded than
other sexual offences. In the year before it, routes already gave better recording a part. And routes may be out together, for one
reason. :func:`scenarios` has a case for each, and :func:`odds` weighs them, by :mod:`helpers.official.routes`. These were written when
the results were known. They show how far the answer hangs on each assumption and are no estimates of their own.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import log

import pandas as pd

from helpers.official import routes
from helpers.official.inspections import Recorded
from helpers.official.routes import Priors, SynthesisInputs
from helpers.stats.contrasts import difference, scaled
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable, first_missing
from helpers.tables.periods import parse_period

CSEW_REPORTED_SHARE = "share of CSEW violent incidents reported to police"
CSEW_REPORTED_CHANGE = "change in share of violent incidents reported to police"


def reported_more(series: pd.DataFrame) -> tuple[float, int, int]:
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
    >>> rows = [[CSEW_REPORTED_SHARE, "YE Mar 2016 CSEW", 50.0], [CSEW_REPORTED_CHANGE, "YE Mar 2014 to YE Mar 2016 CSEW", 10.0]]
    >>> growth, first, last = reported_more(pd.DataFrame(rows, columns=["measure", "period", "value"]))
    >>> round(growth, 3), first, last
    (0.223, 2013, 2015)
    """
    rows = series.set_index("measure").loc[[CSEW_REPORTED_SHARE, CSEW_REPORTED_CHANGE]]
    last, points = pd.to_numeric(rows["value"])
    ends = rows.at[CSEW_REPORTED_CHANGE, "period"].removesuffix(" CSEW").split(" to ")
    first_year, last_year = (parse_period(end).financial_year.first for end in ends)
    return log(last / (last - points)), first_year, last_year


def scenarios(
    base: SynthesisInputs, reported, found: Recorded, before: SynthesisInputs
) -> dict[str, SynthesisInputs]:
    """Name → what is weighed if its assumption holds.

    Parameters
    ----------
    base : SynthesisInputs
        The routes as the register has them.
    reported : tuple
        What :func:`reported_more` returns. The growth is taken off that of minor violence: spread `evenly` over the survey's years, or all
        of it `within` the years compared.
    found : Recorded
        What inspectors found recorded. With the `limit`, better recording adds no more than recording everything would. With `rape`
        recorded better, the routes through rape show less of better recording, as less was left to gain. With `evenly_and_rape` both
        hold. With `violence_audited`, better recording brought minor violence no more than audits of violence gained, and sexual
        offences as much more or less as the same audits say.
    before : SynthesisInputs
        The routes over the year up to the last that the inspection of 2014 read: it speaks of growth from then on. With `as_before`,
        what they give better recording there was something else, and came again in each year of `base`.

    Returns
    -------
    dict
        Besides these: with `one_cause` the biases of the routes go together that more reports of abuse at home would move, and with
        `lean_together` those of all routes, towards or away from better recording. With `rise_varies` the rise is out by its
        standard error, with `no_violence` the route of violence is left out, and with `weight_2` and `weight_8` the priors are held
        half and twice as firmly.
    """
    growth, first, last = reported
    register, start, end = base.register, *(base.year_pair[side] for side in ("first_year", "last_year"))
    read = before.year_pair["last_year"]
    span, common, surveyed, inspected = 1, 0, base.rise, base.rise
    if not isinstance(base.rise, NotAvailable):
        span = int(end[:4]) - int(start[:4])
        common = max(0, min(int(end[:4]), last) - max(int(start[:4]), first))
        if not common:
            surveyed = NotAvailable(f"the survey's comparison ends in {last}/{(last + 1) % 100}")
        if start < read:
            inspected = NotAvailable(f"the inspection of 2014 speaks of growth from {read} on")
    both = surveyed if isinstance(surveyed, NotAvailable) else inspected

    def case(rise=base.rise, violence=base.growths["violence"], **changed) -> SynthesisInputs:
        return replace(base, rise=rise, growths={**base.growths, "violence": violence}, **changed)

    evenly = difference(base.growths["violence"], Estimate.exact(growth * common / (last - first)))
    within = difference(base.growths["violence"], Estimate.exact(growth))
    cap, cap_of_rape = -log(found.sexual), -log(found.rape)
    recording, weighed = register["recording"], register[register["weighed"]]
    rape = recording.mask(register["through_rape"].fillna(False), recording - 1 + cap_of_rape / cap)
    audited = recording.mask(register["route"] == "violence", violence_loading(found)["later_audits"])
    through_rape, by_audits = (register.assign(recording=loadings) for loadings in (rape, audited))
    gained = Estimate.exact(log(found.both_violence / found.violence))
    less = {
        entry.route: difference(base.growths[entry.route], scaled(_shown(before, entry), span))
        for entry in register[register["gives"] == "recording"].itertuples()
    }
    reached = {route: growth for route, growth in less.items() if isinstance(growth, Estimate)}
    compared = inspected if reached else first_missing(inspected, *less.values())
    at_home = register.loc[register["abuse_at_home"].fillna(False), "route"]
    leaning = dict(zip(weighed["route"], weighed["recording"].ge(0.5) * 2.0 - 1, strict=True))
    return {
        "evenly": case(surveyed, evenly),
        "within": case(surveyed, within),
        "limit": case(inspected, caps={"recording": cap}),
        "violence_audited": case(inspected, gained, register=by_audits),
        "rape": case(inspected, register=through_rape),
        "evenly_and_rape": case(both, evenly, register=through_rape),
        "as_before": replace(case(compared), growths={**base.growths, **reached}),
        "one_cause": case(correlated_biases=dict.fromkeys(at_home, 1.0)),
        "lean_together": case(correlated_biases=leaning),
        "rise_varies": case(rise_is_estimated=True),
        "no_violence": case(register=register[register["route"] != "violence"]),
        "weight_2": case(prior_weight_factor=0.5),
        "weight_8": case(prior_weight_factor=2.0),
    }


def _shown(before: SynthesisInputs, entry) -> routes.Growth:
    """How far a route to better recording was, in the year before, from what it would have seen without any."""
    seen = before.growths[entry.route]
    return seen if entry.form == "growth" else difference(seen, before.rise)


def alternatives(base: SynthesisInputs, register: pd.DataFrame, tables) -> dict[str, SynthesisInputs]:
    """What is weighed by each entry of the register `route_alternatives`; tables as for ``routes.growths``."""
    years, found = [base.year_pair[side] for side in ("first_year", "last_year")], {}
    for entry in register.itertuples():
        routes_of_it = routes.with_alternative(base.register, entry)
        growths = routes.growths(routes_of_it, tables, *years, level=base.level)
        found[entry.alternative] = replace(base, register=routes_of_it, growths=growths)
    return found


def violence_loading(found: Recorded) -> dict[str, float]:
    """How much more minor violence could gain from better recording than sexual offences, as a ratio of logarithms.

    Returns
    -------
    dict
        ``all_recorded``: if everything came to be recorded, by the inspection of 2014. ``later_audits``: if recording went as far
        as later audits found, in forces of which both shares are printed. ``needed_for_2``: the share of minor assaults that
        must have been unrecorded in 2014 for a loading of 2.

    Examples
    --------
    What 0.74 and 0.67 leave to gain stands in the ratio 1.33.

    >>> found = violence_loading(Recorded(0.74, 0.67, 0.9, 0.95, both_violence=0.85, both_sexual=0.94))
    >>> {name: round(value, 2) for name, value in found.items()}
    {'all_recorded': 1.33, 'later_audits': 0.99, 'needed_for_2': 0.45}
    """
    return {
        "all_recorded": log(found.violence) / log(found.sexual),
        "later_audits": log(found.both_violence / found.violence) / log(found.both_sexual / found.sexual),
        "needed_for_2": 1 - found.sexual**2,
    }


def odds(cases: Mapping[str, SynthesisInputs], priors: Priors, *, seed: int = 2017) -> pd.DataFrame:
    """As :func:`helpers.official.routes.odds` under every scenario, whose name stands in the column `scenario`."""
    made = {name: routes.under_priors(case, priors, seed=seed) for name, case in cases.items()}
    named = [routes.odds(each).assign(scenario=name) for name, each in made.items()]
    return pd.concat(named, ignore_index=True)
