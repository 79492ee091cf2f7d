"""Routes to a share of the rise: what grew by how much, and which share follows if the route's assumption holds.

The register `routes` names them, with the assumption of each. :func:`growths` takes their growths from the tables of other
notebooks, as logarithms, and says why one is not available for the years that are asked. :func:`alone` gives the share that
each route yields on its own, :func:`weigh` puts them together by :mod:`helpers.stats.synthesis`, and :func:`odds` says over
several priors how probable it is that each explanation is the largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy as np
import pandas as pd

from helpers.official import inspections as inspected
from helpers.official.comparisons import by_force
from helpers.official.families import FAMILIES
from helpers.official.phases import ONE, spans, years_around
from helpers.official.recorded_crime import whole_years
from helpers.stats.contrasts import difference, scaled
from helpers.stats.estimate import Estimate, normal_quantile
from helpers.stats.missing import NotAvailable, first_missing
from helpers.stats.ratios import clustered_ratio
from helpers.stats.synthesis import MIDDLE, Route, Synthesis, apart, calibration, over_priors, synthesise
from helpers.tables import rounding, vocabularies

LABELS = {
    row["explanation"]: row["share_label"]
    for row in vocabularies.rows("explanations", "share_label")
    if row["share_label"]
}
EXPLANATIONS = tuple(LABELS)
ODDS = [
    "years", "explanation", "first_year", "last_year", "least", "even", "most", "if_twice", "if_twice_most", "words", "share", "low",
    "high", "reason",
]  # fmt: skip
NEEDS_ANOTHER = NotAvailable("two explanations move it, so it gives a share together with other routes only")


def two_windows(crime: pd.DataFrame, first_year: str, last_year: str) -> dict[str, tuple[str, str]]:
    """The years asked, and the two years up to the last of them.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15"], "q4": 1})
    >>> two_windows(crime, "2013/14", "2014/15")
    {'the years asked': ('2013/14', '2014/15'), 'two years': ('2012/13', '2014/15')}
    """
    whole = whole_years(crime)
    place = whole.index(last_year)
    before = whole[place - 2] if place >= 2 else "the year before the first"
    return {"the years asked": (first_year, last_year), "two years": (before, last_year)}


def single_years(crime: pd.DataFrame, first_year: str, last_year: str) -> dict[str, tuple[str, str]]:
    """Each year around those asked against the next: the phases of the rise.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15"], "q4": 1})
    >>> single_years(crime, "2013/14", "2014/15")
    {'2012/13 to 2013/14': ('2012/13', '2013/14'), '2013/14 to 2014/15': ('2013/14', '2014/15')}
    """
    pairs = spans(years_around(crime, first_year, last_year))
    return {f"{start} to {end}": (start, end) for length, start, end in pairs if length == ONE}


def rise(
    crime: pd.DataFrame, first_year: str, last_year: str, *, level: float = 0.95
) -> Estimate | NotAvailable:
    """The growth of offences against children without grooming, as a logarithm; not available where they did not rise."""
    if first_year not in set(crime["financial_year"]):
        return NotAvailable(f"the official series by quarter begins with {whole_years(crime)[0]}")
    codes = FAMILIES["child_only_without_88a"].codes
    counts = (by_force(crime, codes, year) for year in (first_year, last_year))
    found = clustered_ratio(*counts, level=level).estimate
    if found.low <= 1:
        return NotAvailable(
            f"offences against children did not clearly rise from {first_year} to {last_year}, so there is no rise to share out"
        )
    return Estimate(log(found.value), log(found.low), log(found.high), level)


def growths(
    register: pd.DataFrame, tables: Mapping[str, pd.DataFrame], first_year: str, last_year: str
) -> dict[str, Estimate | NotAvailable]:
    """The growth of every route as a logarithm.

    Parameters
    ----------
    register : DataFrame
        The register `routes`, which says where each growth stands.
    tables : mapping
        Name → table: those that the register names, and `inspections`, `inspection` (of 2014, national), `disclosure_series`.
    first_year, last_year : str

    Returns
    -------
    dict
        Route → Estimate, or NotAvailable with the reason.
    """
    years = first_year, last_year
    found = {
        "audits": _audits(tables["inspection"], tables["inspections"], *years),
        "old_offences": _old(tables["disclosure_series"], *years),
    }
    for entry in register.dropna(subset=["table"]).itertuples():
        rows = tables[entry.table]
        growth = _from_table(rows, entry.row, *years, entry.column)
        if pd.notna(entry.over):
            growth = difference(growth, _from_table(rows, entry.over, *years, entry.column))
        found[entry.route] = growth
    return found


def reread(register: pd.DataFrame, reading) -> pd.DataFrame:
    """The register `routes` with one route read in another way, by an entry of the register `readings`.

    Raises
    ------
    ValueError
        For a route that there is not.
    """
    ours = register["route"] == reading.route
    if not ours.any():
        raise ValueError(f"reading {reading.reading!r} is of a route {reading.route!r} that there is not")
    value = float(reading.value) if reading.field in EXPLANATIONS else reading.value
    return register.assign(**{reading.field: register[reading.field].mask(ours, value)})


def _from_table(
    rows: pd.DataFrame, name: str, first_year: str, last_year: str, column: str
) -> Estimate | NotAvailable:
    """A growth between two years, with the error of its comparison, which errs on the safe side."""
    key = "contrast" if "contrast" in rows else "series"
    rows = rows[(rows[key] == name) & (rows["first_year"] == first_year) & (rows["last_year"] == last_year)]
    if rows.empty:
        return NotAvailable(f"there is no comparison from {first_year} to {last_year}")
    row = rows.iloc[0]
    if pd.isna(row["ratio"]):
        return NotAvailable(str(row["reason"]).removeprefix("not available: "))
    value, reach = log(row[column]), log(row["high"] / row["low"]) / 2
    return Estimate(value, value - reach, value + reach)


def _audits(
    national: pd.DataFrame, inspections: pd.DataFrame, first_year: str, last_year: str
) -> Estimate | NotAvailable:
    """How much more of what was reported is recorded, from the audit of 2014 to the later inspections."""
    read, audited = inspected.last_year_read(national), inspected.first_year_audited(inspections)
    if first_year > read or last_year < audited:
        return NotAvailable(
            f"the audit of 2014 read records up to {read}, and those of later inspections begin in {audited}"
        )
    unrecorded = national.set_index("measure").at[inspected.UNRECORDED, "value"]
    later = pd.to_numeric(inspections["sexual_percent"], errors="coerce").mean()
    value = log(later / (100 - float(unrecorded)))
    return Estimate(value, value, value)


def _old(disclosure: pd.DataFrame, first_year: str, last_year: str) -> Estimate | NotAvailable:
    """The growth of offences over 20 years old, which the statisticians put in words, as a percentage."""
    rows = disclosure[
        (disclosure["series"] == "recorded_offences_over20yrs_old_change")
        & (disclosure["period"] == f"{last_year} vs {first_year}")
        & (disclosure["unit"] == "percent")
    ]
    if rows.empty:
        return NotAvailable(f"no growth of old offences was published from {first_year} to {last_year}")
    value = log(1 + float(rows["value_text"].iloc[0]) / 100)
    return Estimate(value, value, value)


def alone(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of the rise that each route gives on its own, if its assumption holds exactly.

    Parameters
    ----------
    register : DataFrame
        The register `routes`.
    seen : mapping
        Route → its growth as a logarithm.
    rise : Estimate
        The logarithm of the growth that is shared out, above 0.
    level : float
        Level of the intervals, which take route and rise as independent.

    Returns
    -------
    DataFrame
        route, label, gives, growth (logarithm), share, low, high, assumption, leak, reason. A share below 0 or above 1 says
        that the assumption cannot hold exactly.
    """
    rows = []
    for entry in register.itertuples():
        growth = seen[entry.route]
        by_itself = isinstance(entry.form, str) and entry.form
        missing = first_missing(rise, growth, None if by_itself else NEEDS_ANOTHER)
        words = {name: getattr(entry, name) for name in ("route", "label", "gives", "assumption", "leak")}
        if missing is not None:
            rows.append(words | {"reason": str(missing)})
            continue
        share = _share(entry, growth, rise, level)
        ends = {"share": share.value, "low": share.low, "high": share.high}
        rows.append(words | ends | {"growth": growth.value})
    columns = ["route", "label", "gives", "growth", "share", "low", "high", "assumption", "leak", "reason"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:7], float))


def _share(entry, growth: Estimate, rise: Estimate, level: float) -> Estimate:
    loading = getattr(entry, entry.gives)
    # what the rest shows of it, every other cause showing whole
    loading = loading if entry.form == "growth" else 1 - loading
    part = scaled(growth if entry.form == "growth" else difference(rise, growth), 1 / loading)
    # the delta method for a quotient
    share = part.value / rise.value
    errors = [(one.high - one.low) / 2 / normal_quantile(one.level) for one in (part, rise)]
    if pd.notna(entry.se):
        errors[0] = max(errors[0], float(entry.se) / abs(loading))
    return Estimate.around(share, np.hypot(errors[0], share * errors[1]) / rise.value, level)


def as_routes(
    register: pd.DataFrame, seen: Mapping[str, Estimate | NotAvailable], *, spread: float = 1.0
) -> list[Route]:
    """The routes that are weighed and available, for :func:`helpers.stats.synthesis.synthesise`; biases times `spread`."""
    found = []
    for entry in register[register["weighed"]].itertuples():
        growth = seen[entry.route]
        if not isinstance(growth, NotAvailable):
            se = (growth.high - growth.low) / 2 / normal_quantile(growth.level)
            se = float(entry.se) if pd.notna(entry.se) else se
            loadings = {name: float(getattr(entry, name)) for name in EXPLANATIONS}
            found.append(Route(entry.route, growth.value, se, spread * float(entry.bias_sd), loadings))
    return found


def priors(register: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Prior → explanation → parameter of the Dirichlet distribution, from the register `priors`."""
    return {
        entry.prior: {name: float(entry.weight) * float(getattr(entry, name)) for name in EXPLANATIONS}
        for entry in register.itertuples()
    }


def weigh(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate | NotAvailable,
    prior: Mapping[str, float],
    *,
    spread: float = 1.0,
    seed: int = 2017,
    **assumptions,
) -> Synthesis | NotAvailable:
    """All routes together under one prior; not available where there is no rise, or fewer than three routes.

    `assumptions` are handed on to ``synthesise``: `limits`, `one_cause`.
    """
    if isinstance(rise, NotAvailable):
        return rise
    routes = as_routes(register, seen, spread=spread)
    if len(routes) < 3:
        return NotAvailable(
            f"three routes are needed, and {len(routes)} reach{'es' * (len(routes) == 1)} these years"
        )
    return synthesise(routes, prior, rise.value, seed=seed, **assumptions)


def agreement(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate | NotAvailable,
    prior: Mapping[str, float],
    *,
    seed: int = 2017,
) -> pd.DataFrame:
    """Whether the routes agree: how far each lies from what the shares imply, that all of them give together.

    Returns
    -------
    DataFrame
        route, label, `apart` (standard deviations of its error and its bias); or the reason why there is none.
    """
    named = register.loc[register["weighed"], ["route", "label"]]
    made = weigh(register, seen, rise, prior, seed=seed)
    if isinstance(made, NotAvailable):
        return named.assign(apart=np.nan, reason=made.reason)
    held = as_routes(register, seen)
    far = dict(zip((route.name for route in held), apart(held, made, rise.value), strict=True))
    missing = [getattr(seen[route], "reason", None) for route in named["route"]]
    return named.assign(apart=named["route"].map(far), reason=missing)


def under_priors(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate | NotAvailable,
    priors: Mapping[str, Mapping[str, float]],
    *,
    level: float = 0.95,
    seed: int = 2017,
    **assumptions,
) -> pd.DataFrame:
    """All routes together under every prior, with biases as the register has them and twice as large.

    Returns
    -------
    DataFrame
        `bias` (1 or 2), `prior`, `explanation`, share, low, high, largest, prior_largest; or the reason why there is none.
    """
    rows = []
    for bias in (1, 2):
        for name, prior in priors.items():
            made = weigh(register, seen, rise, prior, spread=bias, seed=seed, **assumptions)
            rows.append(_summary_rows(made, level).assign(prior=name, bias=bias))
    return pd.concat(rows, ignore_index=True)


def _summary_rows(made: Synthesis | NotAvailable, level: float) -> pd.DataFrame:
    if isinstance(made, NotAvailable):
        none = dict.fromkeys(("share", "low", "high", "largest", "prior_largest"), float("nan"))
        return pd.DataFrame({"explanation": EXPLANATIONS, **none, "reason": made.reason})
    return made.summary(level).rename_axis("explanation").reset_index().assign(reason=None)


def odds(synthesis: pd.DataFrame) -> pd.DataFrame:
    """How probable it is that each explanation is the largest, over the priors: `least`, `even`, `most`, and in `words`.

    `share`, `low` and `high` are those of the even prior; `if_twice` and `if_twice_most` are the least and the
    most where every assumption may be out twice as far. The words claim the least that any prior allows, and are never more than one step surer than they would
    be with assumptions that may be out twice as far.
    """
    rows = []
    for _, part in synthesis.groupby(["years", "explanation"], sort=False):
        start = part.iloc[0][["years", "explanation", "first_year", "last_year"]].to_dict()
        if part["largest"].isna().any():
            rows.append(start | {"reason": part["reason"].dropna().iloc[0]})
            continue
        near, twice = part[part["bias"] == 1], part[part["bias"] == 2]
        even = near.set_index("prior").loc["even"]
        found = {
            "least": near["largest"].min(),
            "even": even["largest"],
            "most": near["largest"].max(),
            "if_twice": twice["largest"].min(),
            "if_twice_most": twice["largest"].max(),
            "words": over_priors(near["largest"], twice["largest"]),
        }
        rows.append(start | found | even[["share", "low", "high"]].to_dict())
    return pd.DataFrame(rows, columns=ODDS)


def said_least(odds: pd.DataFrame, others: pd.DataFrame, explanation: str) -> pd.DataFrame:
    """`odds` with the words for one explanation that claim least, by them and by other readings of the same years.

    Parameters
    ----------
    odds, others : DataFrame
        As :func:`odds` returns them. Years that are not among `others` keep their words.
    explanation : str

    Examples
    --------
    >>> sure = {"years": "one", "explanation": "recording", "least": 0.92, "most": 0.99, "if_twice": 0.7, "if_twice_most": 0.9}
    >>> ours, theirs = pd.DataFrame([sure | {"words": "very likely"}]), pd.DataFrame([sure | {"least": 0.8}])
    >>> said_least(ours, theirs, "recording")["words"].tolist()
    ['likely']
    """
    words = odds["words"].copy()
    every = pd.concat([odds, others]).query("explanation == @explanation").dropna(subset="least")
    for row in odds[(odds["explanation"] == explanation) & odds["years"].isin(others["years"])].itertuples():
        near, twice = (every.loc[every["years"] == row.years, list(ends)].to_numpy().ravel()
                       for ends in (("least", "most"), ("if_twice", "if_twice_most")))  # fmt: skip
        if near.size:
            words[row.Index] = over_priors(near, twice)
    return odds.assign(words=words)


def verdicts(odds: pd.DataFrame) -> pd.DataFrame:
    """What is said of each explanation in each span of years, by one rule, and which fits best.

    Parameters
    ----------
    odds : DataFrame
        What :func:`odds` returns.

    Returns
    -------
    DataFrame
        `years`, `explanation`, `first_year`, `last_year`, `sentence`, `best` (whether it fits best: with an even prior it is
        more probable than all others together), `reason`. The sentence takes the words of :func:`odds`, which claim the least that any prior allows. So an
        explanation that the figures say nothing of is never more than about as likely as not to be the largest.
    """
    table = odds[["years", "explanation", "first_year", "last_year", "reason"]].copy()
    table["best"] = odds["even"] > 0.5
    table["sentence"] = [None if pd.isna(row.words) else _sentence(row) for row in odds.itertuples()]
    return table


def best(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The explanation that fits best in each span of years: what :func:`verdicts` returns, a row a span, `best` in words."""
    table = verdicts.sort_values("best", ascending=False, kind="stable").drop_duplicates("years")
    words = table["explanation"].map(LABELS).where(table["best"], "none stands out")
    return table.assign(best=words.where(table["reason"].isna()))


def _sentence(row) -> str:
    what = f"{LABELS[row.explanation]} had the largest part of the rise"
    if row.words.endswith(MIDDLE) and row.most - row.least > 1 / 3:
        chances = rounding.plain(None, "probability", row.least, row.most)
        return f"Whether {what} depends on what was expected before: {chances} probable, over the priors."
    return f"It is {row.words} that {what}."


def trial(
    register: pd.DataFrame,
    seen: Mapping[str, Estimate | NotAvailable],
    rise: Estimate | NotAvailable,
    priors: Mapping[str, Mapping[str, float]],
    *,
    worlds: int = 2000,
    seed: int = 2017,
) -> pd.DataFrame:
    """The even prior on worlds whose shares are known: as the register has it, with shares that a sceptic expects, and with
    assumptions broken either way.

    Parameters
    ----------
    register, seen, rise
        As for :func:`under_priors`.
    priors : mapping
        With `even` and `sceptical`.
    worlds, seed : int

    Returns
    -------
    DataFrame
        world, band, said, right, cases, covered, favoured, reason; without a rise one row with the reason for each kind of world.
    """
    kinds = {
        "assumptions hold as far as stated": {},
        "shares as a sceptic expects": {"drawn": priors["sceptical"]},
    } | {f"all out in favour of {name}": {"towards": name} for name in EXPLANATIONS}
    columns = ["world", "band", "said", "right", "cases", "covered", "favoured", "reason"]
    if isinstance(rise, NotAvailable):
        none = [{"world": kind, "band": "none", "reason": rise.reason} for kind in kinds]
        return pd.DataFrame(none, columns=columns)
    routes = as_routes(register, seen)
    tables = [
        calibration(routes, priors["even"], rise.value, worlds=worlds, seed=seed, **made).assign(
            world=kind, reason=None
        )
        for kind, made in kinds.items()
    ]
    return pd.concat(tables, ignore_index=True)[columns]


def growth_alone(
    odds: pd.DataFrame, rises: Mapping[str, Estimate | NotAvailable], explanation: str
) -> pd.DataFrame:
    """The growth that an explanation alone would have brought, with an even prior: what its share of the logarithm comes to.

    Parameters
    ----------
    odds : DataFrame
        What :func:`odds` returns.
    rises : mapping
        Its `years` → the logarithm of the growth that was divided, taken as known.
    explanation : str

    Returns
    -------
    DataFrame
        `odds` of this explanation, with `growth` and its limits `low` and `high` as ratios.

    Examples
    --------
    >>> half = {"years": "two years", "explanation": "recording", "share": 0.5, "low": 0.0, "high": 1.0}
    >>> growth_alone(pd.DataFrame([half]), {"two years": Estimate(log(4), log(3), log(5))}, "recording")[["growth", "low", "high"]].values
    array([[2., 1., 4.]])
    """
    rows = odds[odds["explanation"] == explanation]
    known = {years: found.value for years, found in rises.items() if not isinstance(found, NotAvailable)}
    rise = rows["years"].map(known).astype(float)
    names = {"growth": "share", "low": "low", "high": "high"}
    return rows.assign(**{name: np.exp(rows[part].astype(float) * rise) for name, part in names.items()})
