"""Routes to a share of the rise: what grew by how much, and which share follows if the route's assumption holds.

The register `routes` names them, with the assumption of each. :class:`SynthesisInputs` hold what is weighed for one pair of years: the
register, the growth that each route saw, as a logarithm, or why it is not available, the rise, and what else is assumed.
:func:`alone` gives the share that each route yields on its own, :meth:`SynthesisInputs.weigh` puts them together by
:mod:`helpers.stats.synthesis`, and :func:`odds` says over several priors how probable it is that each explanation is the largest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import log
from typing import Self

import numpy as np
import pandas as pd

from helpers.official import inspections as inspected
from helpers.official.comparisons import by_force
from helpers.official.families import FAMILIES
from helpers.official.recorded_crime import whole_years
from helpers.stats.clusters import clustered_ratio
from helpers.stats.contrasts import difference, scaled
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable, first_missing
from helpers.stats.synthesis import MIDDLE, Route, Synthesis, calibration, synthesise, words_over_priors
from helpers.tables import rounding, vocabularies
from helpers.tables.faults import TableError
from helpers.tables.package import columns

_SHARED = [row for row in vocabularies.rows("explanations", "share_label") if row["share_label"]]
LABELS = {row["explanation"]: row["share_label"] for row in _SHARED}
EXPLANATIONS = tuple(LABELS)
NEEDS_ANOTHER = NotAvailable("two explanations move it, so it gives a share together with other routes only")
Growth = Estimate | NotAvailable
Priors = Mapping[str, Mapping[str, float]]  # prior → explanation → parameter of the Dirichlet distribution


@dataclass(frozen=True)
class SynthesisInputs:
    """What is weighed for one span of years.

    register : the register `routes`
    growths : route → its growth as a logarithm, or why it is not available
    rise : the logarithm of the growth that is shared out, or why there is none
    year_pair : the columns `years`, `first_year`, `last_year` of tables about this case
    caps, correlated_biases : what :func:`helpers.stats.synthesis.synthesise` assumes besides
    rise_is_estimated : whether the rise may be out by its standard error, in place of being taken as known
    prior_weight_factor : how many times as firmly as the register says every prior is held
    bias_factor, se_factor : how many times as far every assumption, and every error from counting, may be out
    level : of every interval about this case, and of those of `seen` and `rise`
    """

    register: pd.DataFrame = field(repr=False)
    growths: Mapping[str, Growth] = field(repr=False)
    rise: Growth
    year_pair: Mapping[str, str] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=dict)
    correlated_biases: Mapping[str, float] = field(default_factory=dict)
    rise_is_estimated: bool = False
    prior_weight_factor: float = 1.0
    bias_factor: float = 1.0
    se_factor: float = 1.0
    level: float = 0.95

    @classmethod
    def between(cls, register, tables, first_year, last_year, *, named="two years", level=0.95) -> Self:
        """The case of two years, `named` in its tables; `tables` as for :func:`growths`, with `recorded_crime`."""
        _complete(register, "routes")
        year_pair = {"years": named, "first_year": first_year, "last_year": last_year}
        found = growths(register, tables, first_year, last_year, level=level)
        whole = rise(tables["recorded_crime"], first_year, last_year, level=level)
        return cls(register, found, whole, year_pair, level=level)

    @cached_property
    def routes(self) -> list[Route]:
        """The routes that are weighed and available, with biases and errors from counting times their factors."""
        weighed = self.register[self.register["weighed"]].itertuples()
        return [self._route(entry) for entry in weighed if isinstance(self.growths[entry.route], Estimate)]

    def _route(self, entry) -> Route:
        growth = self.growths[entry.route]
        se = float(entry.se) if pd.notna(entry.se) else self.se_factor * growth.se()
        loadings = {name: float(getattr(entry, name)) for name in EXPLANATIONS}
        return Route(entry.route, growth.value, se, self.bias_factor * float(entry.bias_sd), loadings)

    @property
    def missing(self) -> NotAvailable | None:
        """Why the routes cannot be weighed: there is no rise, or fewer than three of them reach the years."""
        if isinstance(self.rise, NotAvailable):
            return self.rise
        if (held := len(self.routes)) >= 3:
            return None
        return NotAvailable(f"three routes are needed, and {held} reach{'es' * (held == 1)} these years")

    def weigh(self, prior: Mapping[str, float], **options) -> Synthesis | NotAvailable:
        """All routes together under one prior, or why they cannot be.

        `options` are `draws` and `seed` of :func:`helpers.stats.synthesis.synthesise`.
        """
        if self.missing is not None:
            return self.missing
        return synthesise(
            self.routes,
            {name: self.prior_weight_factor * weight for name, weight in prior.items()},
            self.rise.value,
            rise_se=self.rise.se() if self.rise_is_estimated else 0.0,
            caps=self.caps,
            correlated_biases=self.correlated_biases,
            **options,
        )


def _complete(register: pd.DataFrame, name: str) -> None:
    """Refuse a register without a column for an explanation that can have a share of the rise."""
    if lacking := [explanation for explanation in EXPLANATIONS if explanation not in register]:
        told = f'has no field "{lacking[0]}", an explanation with a share_label in data/vocabularies/explanations.csv'
        remedy = f" (add it here, and a value to each entry of data/{name}.toml)"
        raise TableError(f"data/schemas/{name}.yaml", told + remedy)


def rise(crime: pd.DataFrame, first_year: str, last_year: str, *, level: float = 0.95) -> Growth:
    """The growth of offences against children without grooming, as a logarithm; not available where they did not rise."""
    if first_year not in set(crime["financial_year"]):
        return NotAvailable(f"the official series by quarter begins with {whole_years(crime)[0]}")
    codes = FAMILIES["child_only_without_88a"].codes
    counts = (by_force(crime, codes, year) for year in (first_year, last_year))
    found = clustered_ratio(*counts, level=level).estimate
    if found.low <= 1:
        did_not = f"did not clearly rise from {first_year} to {last_year}, so there is no rise to share out"
        return NotAvailable(f"offences against children without grooming {did_not}")
    return Estimate(log(found.value), log(found.low), log(found.high), level)


def growths(register, tables, first_year, last_year, *, level=0.95) -> dict[str, Growth]:
    """The growth of every route as a logarithm.

    Parameters
    ----------
    register : DataFrame
        The register `routes`, which says where each growth stands.
    tables : mapping
        Name → table: those that the register names, and `inspections`, `inspection` (of 2014, national), `disclosure_series`.
    first_year, last_year : str
    level : float
        Of the intervals in the tables.

    Returns
    -------
    dict
        Route → Estimate, or NotAvailable with the reason.
    """
    years = first_year, last_year
    found = {"audits": _audits(tables["inspection"], tables["inspections"], *years)}
    found["old_offences"] = _old(tables["disclosure_series"], *years)
    for entry in register.dropna(subset=["table"]).itertuples():
        rows = tables[entry.table]
        named = filter(pd.notna, (entry.row, entry.over))
        growth, *over = (_from_table(rows, name, *years, entry.column, level) for name in named)
        found[entry.route] = difference(growth, *over) if over else growth
    return found


def with_alternative(register: pd.DataFrame, entry) -> pd.DataFrame:
    """The register `routes` with another loading or another row for one route, by an entry of `route_alternatives`.

    Raises
    ------
    ValueError
        For a route that there is not.
    """
    ours = register["route"] == entry.route
    if not ours.any():
        raise ValueError(f"alternative {entry.alternative!r} is of a route {entry.route!r} that there is not")
    value = float(entry.value) if entry.field in EXPLANATIONS else entry.value
    return register.assign(**{entry.field: register[entry.field].mask(ours, value)})


def _from_table(rows, name: str, first_year: str, last_year: str, column: str, level: float) -> Growth:
    """A growth between two years, with the error of its comparison, which errs on the safe side."""
    key = "contrast" if "contrast" in rows else "series"
    rows = rows[(rows[key] == name) & (rows["first_year"] == first_year) & (rows["last_year"] == last_year)]
    if rows.empty:
        return NotAvailable(f"there is no comparison from {first_year} to {last_year}")
    row = rows.iloc[0]
    if pd.isna(row["ratio"]):
        return NotAvailable(str(row["reason"]))
    value, reach = log(row[column]), log(row["high"] / row["low"]) / 2
    return Estimate(value, value - reach, value + reach, level)


def _audits(national: pd.DataFrame, inspections: pd.DataFrame, first_year: str, last_year: str) -> Growth:
    """How much more of what was reported is recorded, from the audit of 2014 to the later inspections."""
    read, audited = inspected.last_year_read(national), inspected.first_year_audited(inspections)
    if first_year > read or last_year < audited:
        later = f"those of later inspections begin in {audited}"
        return NotAvailable(f"the audit of 2014 read records up to {read}, and {later}")
    found = inspected.recorded(national, inspections)
    return Estimate.exact(log(found.later_sexual / found.sexual))


def _old(disclosure: pd.DataFrame, first_year: str, last_year: str) -> Growth:
    """The growth of offences over 20 years old, which the statisticians put in words, as a percentage."""
    named = disclosure["series"] == "recorded_offences_over20yrs_old_change"
    years = disclosure["period"] == f"{last_year} vs {first_year}"
    rows = disclosure[named & years & (disclosure["unit"] == "percent")]
    if rows.empty:
        return NotAvailable(f"no growth of old offences was published from {first_year} to {last_year}")
    return Estimate.exact(log(1 + float(rows["value_text"].iloc[0]) / 100))


def alone(case: SynthesisInputs) -> pd.DataFrame:
    """The share of the rise that each route gives on its own, if its assumption holds exactly.

    Returns
    -------
    DataFrame
        route, label, gives, growth (logarithm), share, low, high, assumption, leak, reason, and the span of the case. A share
        below 0 or above 1 says that the assumption cannot hold exactly. Intervals take route and rise as independent.
    """
    rows = []
    for entry in case.register.itertuples():
        growth = case.growths[entry.route]
        by_itself = isinstance(entry.form, str) and entry.form
        missing = first_missing(case.rise, growth, None if by_itself else NEEDS_ANOTHER)
        row = {name: getattr(entry, name) for name in ("route", "label", "gives", "assumption", "leak")}
        if missing is not None:
            row["reason"] = str(missing)
        else:
            row |= _share(entry, growth, case.rise, case.level).row("share") | {"growth": growth.value}
        rows.append(row | case.year_pair)
    return pd.DataFrame(rows, columns=columns("route_shares"))


def _share(entry, growth: Estimate, rise: Estimate, level: float) -> Estimate:
    loading = getattr(entry, entry.gives)
    # what the rest shows of it, every other cause showing whole
    loading = loading if entry.form == "growth" else 1 - loading
    part = scaled(growth if entry.form == "growth" else difference(rise, growth), 1 / loading)
    # the delta method for a quotient
    share = part.value / rise.value
    ses = [part.se(), rise.se()]
    if pd.notna(entry.se):
        ses[0] = max(ses[0], float(entry.se) / abs(loading))
    return Estimate.around(share, np.hypot(ses[0], share * ses[1]) / rise.value, level)


def priors(register: pd.DataFrame) -> Priors:
    """Prior → explanation → parameter of the Dirichlet distribution, from the register `priors`."""
    _complete(register, "priors")
    return {
        entry.prior: {name: float(entry.weight) * float(getattr(entry, name)) for name in EXPLANATIONS}
        for entry in register.itertuples()
    }


def agreement(case: SynthesisInputs, prior: Mapping[str, float], *, seed: int = 2017) -> pd.DataFrame:
    """Whether the routes agree: how far each lies from what the shares imply, that all of them give together.

    Returns
    -------
    DataFrame
        route, label, `apart` (standard deviations of its error and its bias) or the `reason` why there is none, and the span.
    """
    named = case.register.loc[case.register["weighed"], ["route", "label"]].assign(**case.year_pair)
    made = case.weigh(prior, seed=seed)
    if isinstance(made, NotAvailable):
        return named.assign(apart=np.nan, reason=made.reason)
    names = [route.name for route in case.routes]
    far = pd.Series(made.standardised_residuals(case.routes, case.rise.value), names)
    missing = [getattr(case.growths[route], "reason", None) for route in named["route"]]
    return named.assign(apart=named["route"].map(far), reason=missing)


def under_priors(case: SynthesisInputs, priors: Priors, *, seed: int = 2017) -> pd.DataFrame:
    """All routes together under every prior, with biases as the register has them and twice as large.

    Returns
    -------
    DataFrame
        `explanation`, share, low, high, largest, prior_largest, `reason` why there is none, `prior`, `bias` (1 or 2), and the span.
    """
    rows = []
    for bias, (name, prior) in product((1, 2), priors.items()):
        made = replace(case, bias_factor=bias).weigh(prior, seed=seed)
        if isinstance(made, NotAvailable):
            table = pd.DataFrame({"explanation": EXPLANATIONS, "reason": made.reason})
        else:
            table = made.summary(case.level).rename_axis("explanation").reset_index()
        rows.append(table.assign(prior=name, bias=bias, **case.year_pair))
    return pd.concat(rows, ignore_index=True).reindex(columns=columns("share_synthesis"))


def odds(synthesis: pd.DataFrame) -> pd.DataFrame:
    """How probable it is that each explanation is the largest, over the priors: `least`, `even`, `most`, and in `words`.

    `share`, `low` and `high` are those of the even prior; `if_twice` and `if_twice_most` are the least and the
    most where every assumption may be out twice as far. The words claim the least that any prior allows, and are never more than one step surer than they would
    be with assumptions that may be out twice as far.
    """
    by = ["years", "explanation"]
    even = synthesis[(synthesis["bias"] == 1) & (synthesis["prior"] == "even")].set_index(by)
    table = even.rename(columns={"largest": "even"})
    for bias, ends in enumerate((["least", "most"], ["if_twice", "if_twice_most"]), start=1):
        table[ends] = synthesis[synthesis["bias"] == bias].groupby(by)["largest"].agg(["min", "max"])
    table["words"] = [None if pd.isna(row.least) else _words(row) for row in table.itertuples()]
    return table.reset_index()[columns("share_odds")]


def _words(row) -> str:
    """The words for the least and the most that the priors give; what lies between cannot change them."""
    return words_over_priors((row.least, row.most), (row.if_twice, row.if_twice_most))


def cautious_words(odds: pd.DataFrame, others: pd.DataFrame, explanation: str) -> pd.DataFrame:
    """The table `odds` with more cautious words for one explanation: the least that it or another synthesis of the same years claims.

    Parameters
    ----------
    odds, others : DataFrame
        As :func:`odds` returns them. Years that are not among `others` keep their words.
    explanation : str

    Examples
    --------
    >>> sure = {"years": "one", "explanation": "recording", "least": 0.92, "most": 0.99, "if_twice": 0.7, "if_twice_most": 0.9}
    >>> ours, theirs = pd.DataFrame([sure | {"words": "very likely"}]), pd.DataFrame([sure | {"least": 0.8}])
    >>> cautious_words(ours, theirs, "recording")["words"].tolist()
    ['likely']
    """
    ends = {"least": "min", "most": "max", "if_twice": "min", "if_twice_most": "max"}
    every = pd.concat([odds, others]).query("explanation == @explanation").groupby("years").agg(ends).dropna()
    said = pd.Series({row.Index: _words(row) for row in every.itertuples()}, dtype=object)
    read_again = set(others["years"]) & set(said.index)
    touched = (odds["explanation"] == explanation) & odds["years"].isin(read_again)
    return odds.assign(words=odds["words"].mask(touched, odds["years"].map(said)))


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


def trial(case: SynthesisInputs, priors: Priors, *, worlds: int = 2000, seed: int = 2017) -> pd.DataFrame:
    """Priors on worlds whose shares are known: each prior on shares drawn from itself, then the even one on other worlds.

    Parameters
    ----------
    case : SynthesisInputs
        Its routes and its rise. What the routes saw does not matter: each world makes its own.
    priors : mapping
        With `even` and `sceptical`.
    worlds, seed : int

    Returns
    -------
    DataFrame
        world, band, said, right, cases, covered, favoured, reason; where nothing can be weighed, one row with the reason for each
        kind of world.
    """
    kinds = {
        "assumptions hold as far as stated": {},
        **{f"the same with the prior {name}": {"prior": priors[name]} for name in priors if name != "even"},
        "assumptions out twice as far": {"far": 2},
        "shares as a sceptic expects": {"drawn": priors["sceptical"]},
        **{f"all out in favour of {name}": {"towards": name} for name in EXPLANATIONS},
    }
    if case.missing is not None:
        none = [{"world": kind, "band": "none", "reason": case.missing.reason} for kind in kinds]
        return pd.DataFrame(none, columns=columns("share_trial"))
    usual = {"prior": priors["even"], "rise": case.rise.value, "worlds": worlds, "seed": seed}
    tried = {kind: calibration(case.routes, **usual | made) for kind, made in kinds.items()}
    named = [table.assign(world=kind, reason=None) for kind, table in tried.items()]
    return pd.concat(named, ignore_index=True)


def growth_alone(odds: pd.DataFrame, cases: Mapping[str, SynthesisInputs], explanation: str) -> pd.DataFrame:
    """The growth that an explanation alone would have brought, with an even prior: what its share of the logarithm comes to.

    Parameters
    ----------
    odds : DataFrame
        What :func:`odds` returns.
    cases : mapping
        Its `years` → the case, whose rise is taken as known.
    explanation : str

    Returns
    -------
    DataFrame
        `odds` of this explanation, with `growth` and its limits `low` and `high` as ratios, and its share of the offences that were
        added, if it acted `first` or `last`: causes multiply, so a cause adds more offences the more others have added.

    Examples
    --------
    >>> half = {"years": "two years", "explanation": "recording", "share": 0.5, "low": 0.0, "high": 1.0}
    >>> case = SynthesisInputs(None, {}, Estimate(log(4), log(3), log(5)))
    >>> found = growth_alone(pd.DataFrame([half]), {"two years": case}, "recording")
    >>> found[["growth", "low", "high"]].values, found[["first", "last"]].values.round(3)
    (array([[2., 1., 4.]]), array([[0.333, 0.667]]))
    """
    rows = odds[odds["explanation"] == explanation]
    known = {years: case.rise.value for years, case in cases.items() if isinstance(case.rise, Estimate)}
    rise = rows["years"].map(known).astype(float)
    names = {"growth": "share", "low": "low", "high": "high"}
    found = rows.assign(**{name: np.exp(rows[part].astype(float) * rise) for name, part in names.items()})
    first = (found["growth"] - 1) / (np.exp(rise) - 1)
    return found.assign(first=first, last=first * np.exp(rise) / found["growth"])
