"""The shares of the rise under every choice that an analyst could have made, and which choices change the answer.

The windows, the offences that minor violence is set against, how much counts scatter, how far every assumption may be out, the
prior, what is left out (a route, or the largest force) and how the routes are read are all choices. :func:`choices` runs the synthesis of
:mod:`helpers.official.routes` under each combination, by ``multiverse.run_specifications``.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import product

import pandas as pd

from helpers.official import phases, routes
from helpers.official.families import FAMILIES, of_role
from helpers.official.recorded_crime import floor
from helpers.stats.missing import NotAvailable
from helpers.stats.synthesis import words_over_priors

VIOLENCE = "violence_against_controls"
CONTROLS = {
    "vehicles and robbery": None,  # as in the register of comparisons
    "burglary": "burglary",
    "all that leave little to decide": " ".join(of_role("negative_control")),
}
NONE = "none"
DRAWS = 2**11  # points of the simplex; nearly every share is within .01 of that from eight times as many
AS_JUDGED = "as judged"
NAMES = ("window", "control", "scatter", "biases", "prior", "left_out", "reading")


def choices(tables, year_pairs, priors, se_factors, *, level=0.95, seed=2017) -> tuple[dict, Callable]:
    """The choices, and the synthesis under one combination of them.

    Parameters
    ----------
    tables : mapping
        As for :func:`helpers.official.routes.growths`, with `recorded_crime`, `contrasts`, `routes` and `route_alternatives`.
    year_pairs : mapping
        Name → the two years; the choice is called `window`.
    priors : mapping
        As :func:`helpers.official.routes.priors` gives them.
    se_factors : mapping
        Name → how many times larger every error from counting is than as measured in the quarters inside the years.
    level, seed

    Returns
    -------
    (choices, estimate)
        For :func:`helpers.stats.multiverse.run_specifications`. An estimate holds the `share` of each explanation under its
        name, the odds of each being the largest (`odds_recording` and so on), the `largest`, what is `left_out` and the `reading`
        of the routes, of which only one departs from the register at a time, and a `reason` where the routes cannot be put together.
    """
    register, contrasts, crime = tables["routes"], tables["contrasts"], tables["recorded_crime"]
    violence = contrasts[contrasts["contrast"] == VIOLENCE]
    alternatives = tables["route_alternatives"].itertuples()
    readings = {one.alternative: routes.with_alternative(register, one) for one in alternatives}
    largest = floor(crime).groupby("force")["child_only"].sum().idxmax()
    left_out = [NONE, *register.loc[register["weighed"], "route"], largest]
    used = [(name, AS_JUDGED) for name in left_out] + [(NONE, name) for name in readings]
    readings[AS_JUDGED] = register
    crime = crime[crime["financial_year"].isin({year for years in year_pairs.values() for year in years})]

    bases = {}
    for force, (window, years) in product((NONE, largest), year_pairs.items()):
        kept = crime[crime["force"] != force]
        found = tables | {"recorded_crime": kept}
        found = found if force == NONE else _compared(found, contrasts, years, level)
        rise = routes.rise(kept, *years, level=level)
        for control, families in CONTROLS.items():
            codes = families and _codes(kept, families, years)
            grown = found if codes is None else _compared(found, violence.assign(against=codes), years, level)
            for reading in readings if force == NONE else [AS_JUDGED]:
                growths = routes.growths(readings[reading], grown, *years, level=level)
                base = routes.SynthesisInputs(readings[reading], growths, rise)
                bases[window, control, force, reading] = base

    @cache
    def case(window, control, scatter, biases, name, reading) -> routes.SynthesisInputs:
        base = bases[window, control, largest if name == largest else NONE, reading]
        register = base.register[base.register["route"] != name]
        return replace(base, register=register, bias_factor=biases, se_factor=se_factors[scatter])

    def estimate(window, control, scatter, biases, prior, routes_used):
        start = dict(zip(("left_out", "reading"), routes_used, strict=True))
        try:
            base = case(window, control, scatter, biases, *routes_used)
            made = base.weigh(priors[prior], draws=DRAWS, seed=seed)
        except ValueError as error:  # no division of the rise comes near one of the routes
            made = NotAvailable(str(error))
        if isinstance(made, NotAvailable):
            return start | {"reason": made.reason}
        shares = dict(zip(made.explanations, (made.weights @ made.points).tolist(), strict=True))
        odds = {f"odds_{name}": value for name, value in made.largest.items()}
        return start | shares | odds | {"largest": max(made.largest, key=made.largest.get)}

    options = {"window": year_pairs, "control": CONTROLS, "scatter": se_factors, "biases": [1, 2]}
    return options | {"prior": priors, "routes_used": used}, estimate


def _compared(tables, register: pd.DataFrame, years, level: float) -> dict[str, pd.DataFrame]:
    """The tables with some comparisons between two years made again; one that no codes are left for is taken out."""
    given, wanted = tables["phases"], register[register["against"] != ""]
    made = phases.contrasts(tables["recorded_crime"], wanted, years, level=level)
    return tables | {"phases": pd.concat([given[~given["contrast"].isin(register["contrast"])], made])}


def _codes(crime: pd.DataFrame, families: str, years: tuple[str, str]) -> str:
    """The codes of the families that were counted under the same codes in both years."""
    first, last = (set(crime.loc[crime["financial_year"] == year, "offence_code"]) for year in years)
    kept = [FAMILIES[name].codes for name in families.split()]
    alike = (codes for codes in kept if set(codes) & first == set(codes) & last)
    return " ".join(code for codes in alike for code in codes if code in first)


def changes(table: pd.DataFrame) -> pd.Series:
    """Choice → how often changing that choice alone changes which explanation is the largest.

    Parameters
    ----------
    table : DataFrame
        What ``run_specifications`` gives; rows without a `largest` are left out.

    Examples
    --------
    >>> table = pd.DataFrame({"window": [1, 1, 2, 2], "prior": ["a", "b"] * 2, "largest": ["x", "y", "x", "y"]})
    >>> changes(table).to_dict()
    {'window': 0.0, 'prior': 1.0}
    """
    held = table.dropna(subset=["largest"])
    names = [name for name in NAMES if name in table]
    found = {}
    for name in names:
        groups = held.groupby([other for other in names if other != name], sort=False)
        seen = groups[[name, "largest"]].nunique()
        changed = seen.loc[seen[name] > 1, "largest"] > 1
        found[name] = float(changed.mean()) if len(changed) else 0.0
    return pd.Series(found)


def words(table: pd.DataFrame, explanation: str) -> pd.DataFrame:
    """In how many combinations each of the calibrated words is said of an explanation, by window.

    The words take the priors and the biases together, as :func:`helpers.official.routes.odds` does.

    Returns
    -------
    DataFrame
        `window`, `words`, `combinations`, in the order in which they come.
    """
    held = table.dropna(subset=["largest"])
    rows, by = [], [name for name in NAMES if name not in ("biases", "prior")]
    for (window, *_), part in held.groupby(by, sort=False):
        near, twice = (part.loc[part["biases"] == biases, f"odds_{explanation}"] for biases in (1, 2))
        if len(near) and len(twice):
            rows.append((window, words_over_priors(near, twice)))
    counted = pd.DataFrame(rows, columns=["window", "words"]).value_counts(sort=False)
    return counted.rename("combinations").reset_index()


def frame(table: pd.DataFrame) -> pd.DataFrame:
    """What ``run_specifications`` gives, with every column even where no combination has a result."""
    results = [*routes.EXPLANATIONS, *(f"odds_{name}" for name in routes.EXPLANATIONS)]
    table = table.reindex(columns=[*NAMES, *results, "largest", "reason"])
    return table.astype(dict.fromkeys(results, float) | {"largest": object, "reason": object})


def by_window(table: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """What the combinations of each window say: one row a window.

    Parameters
    ----------
    table : DataFrame
        What :func:`frame` gives.
    said : DataFrame
        What :func:`words` makes of it.

    Returns
    -------
    DataFrame
        `window`; under the name of each explanation in what share of the combinations it is the largest; `least` and `greatest`
        share of better recording; `words` with the number of combinations in which each is said.
    """
    held = table.dropna(subset=["largest"])
    largest = pd.DataFrame({name: held["largest"] == name for name in routes.EXPLANATIONS})
    found = largest.groupby(held["window"], sort=False).mean()
    found[["least", "greatest"]] = held.groupby("window")["recording"].agg(["min", "max"])
    total = said.groupby("window")["combinations"].transform("sum").astype(str)
    each = said["words"] + " in " + said["combinations"].astype(str) + " of " + total
    found["words"] = each.groupby(said["window"]).agg(", ".join)
    return found.fillna({"words": ""}).reset_index()
