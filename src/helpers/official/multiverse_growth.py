"""The two multiverses: how much counts rose, and whether the rise followed the dose, under every choice.

Each function returns the choices and an ``estimate`` for ``multiverse.run_specifications``. An estimate gives the
effect, its interval, its z and the forces behind it, and the same effect under shuffled labels for the joint test:
for the rise the labels are the two years, swapped within forces at random; for the dose they are the audits,
dealt to forces at random. The shufflings are the same in every specification.

Frames come in from the caller, so figures from FOI answers and official figures go through the same functions.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from helpers.official.audits import dose_windows
from helpers.official.comparisons import by_force
from helpers.official.families import FAMILIES, of_role
from helpers.official.recorded_crime import in_year
from helpers.stats.dose import errors_in_variables
from helpers.stats.estimate import Estimate
from helpers.stats.multiverse import JointTest, joint_test, run_specifications

NONE = "none"
SIDES = ("before", "after")
CONTROL_SETS = {  # families that the rise may be set against
    "negative controls": of_role("negative_control"),
    "minor violence": ("assault_without_injury",),
    "rape of adults": ("adult_rape",),
}


def official_counts(crime, first_year, last_year) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Official counts of two years by force, `before` and `after`: child-only offences, and every set of controls.

    Controls that are not held for both years are left out of the second.
    """
    codes = [set(in_year(crime, year)["offence_code"]) for year in (first_year, last_year)]

    def pair(families):
        held = [code for family in families for code in FAMILIES[family].codes if code in codes[0] & codes[1]]
        ends = zip(SIDES, (first_year, last_year), strict=True)
        return pd.DataFrame({side: by_force(crime, held, year) for side, year in ends})

    last = min(FAMILIES[name].last_year for name in of_role("negative_control", "positive_control"))
    kept = CONTROL_SETS if last_year <= last else ["rape of adults"]
    return pair(["child_only"]), {name: pair(CONTROL_SETS[name]) for name in kept}


def rise_choices(
    figures, official, controls, unusual_ages, leave_out, *, dispersion, swaps, level=0.95
) -> tuple[dict, Callable]:
    """The log ratio of counts in two years, over that of a control.

    Parameters
    ----------
    figures : mapping of name to DataFrame
        By vintage: indexed by force, with `before`, `after` (missing where not printed) and `doubt` (bool).
    official : DataFrame
        Indexed by force: `before`, `after`. Stands in for missing forces, and is the floor.
    controls : mapping of name to DataFrame
        Indexed by force: `before`, `after`; :data:`NONE` is added.
    unusual_ages : set of str
        Forces whose printed ages are out of line.
    leave_out : mapping of name to tuple of str
        Forces to leave out; :data:`NONE` is added.
    dispersion : float
        Of annual counts.
    swaps : array of bool, shape (draws, forces of `official`)
        In which forces the two years change places.
    level : float

    Returns
    -------
    (choices, estimate)
    """
    forces = official.index

    def in_order(frame):
        """The two years' counts, shape (2, forces), in the order of the forces."""
        return frame.reindex(forces)[list(SIDES)].to_numpy(dtype=float).T

    floor = in_order(official)
    printed = {name: in_order(frame) for name, frame in figures.items()}
    doubted = {name: forces.isin(frame.index[frame["doubt"].astype(bool)]) for name, frame in figures.items()}
    against = {name: in_order(frame) for name, frame in controls.items()}
    outside = {name: ~forces.isin(list(group)) for name, group in {NONE: (), **leave_out}.items()}
    usual = ~forces.isin(list(unusual_ages))
    seen = np.vstack([np.zeros(swaps.shape[1]), swaps])  # the first row swaps nothing
    scales = {"Poisson": 1.0, "quarterly": dispersion, "forces": None}
    choices = {
        "vintage": list(figures),
        "missing_rule": ["drop", "official count"],
        "floor_rule": ["as printed", "raise to floor", "drop"],
        "doubt_rule": ["keep", "drop"],
        "age_default": ["keep", "drop unusual"],
        "control_set": [NONE, *controls],
        "dispersion": list(scales),
        "leave_out": list(outside),
    }

    def estimate(
        vintage, missing_rule, floor_rule, doubt_rule, age_default, control_set, dispersion, leave_out
    ):
        pair = printed[vintage]
        if missing_rule == "official count":
            pair = np.where(np.isnan(pair), floor, pair)
        keep = ~np.isnan(pair).any(axis=0) & outside[leave_out]
        if floor_rule == "drop":
            keep &= ~(pair < floor).any(axis=0)
        if floor_rule == "raise to floor":
            pair = np.fmax(pair, floor)
        if doubt_rule == "drop":
            keep &= ~doubted[vintage]
        if age_default == "drop unusual":
            keep &= usual
        pairs = [pair] if control_set == NONE else [pair, against[control_set]]
        return _grown([each[:, keep] for each in pairs], scales[dispersion], seen[:, keep], level)

    return choices, estimate


def _grown(pairs: list, dispersion: float | None, swaps: np.ndarray, level: float) -> dict:
    """The log ratio of the first pair over the second's, with a standard error; and with years swapped.

    Without a dispersion forces are clusters: a force's influence is its share of the later total less its share of the
    first, over all pairs.
    """
    effects, variance, influence, n = 0.0, 0.0, 0.0, pairs[0][0].size
    for sign, (before, after) in zip((1, -1), pairs, strict=False):
        totals, moved = (before.sum(), after.sum()), swaps @ (after - before)
        effects = effects + sign * np.log((totals[1] - moved) / (totals[0] + moved))
        variance += 1 / totals[0] + 1 / totals[1]
        influence = influence + sign * (after / totals[1] - before / totals[0])
    squares = dispersion * variance if dispersion is not None else (influence**2).sum() * n / (n - 1)
    effect, se = float(effects[0]), float(np.sqrt(squares))
    ends = Estimate.around(effect, se, level).row("effect")
    return ends | {"z": effect / se, "forces": n, "null_effects": effects[1:]}


def dose_choices(counts, audits, leave_out, *, orders, left_out=None, level=0.95) -> tuple[dict, Callable]:
    """The slope of growth on minus log accuracy, own windows.

    Parameters
    ----------
    counts : mapping of name to DataFrame
        By offences: what ``audits.quarters`` returns.
    audits : mapping of name to DataFrame
        By kind of accuracy: first inspections.
    leave_out : mapping of name to tuple of str
        :data:`NONE` is added.
    orders : array of int, shape (draws, most forces)
        Shufflings of positions, each used with those beyond the specification's forces left out.
    left_out : mapping, optional
        What ``series_notes.misdated_forces`` returns.
    level : float

    Returns
    -------
    (choices, estimate)
        The joint test uses the least-squares slope, seen and shuffled; the effect allows for audit error as
        chosen.
    """
    groups = {NONE: (), **leave_out}
    choices = {
        "offences": list(counts),
        "accuracy": list(audits),
        "span": [2, 4, 8],
        "national_course": ["taken off", "left in"],
        "audit_error": ["each force's own", "one for all", NONE],
        "leave_out": list(groups),
    }

    @cache
    def window(offences, accuracy, span, relative):
        ends = (f"{span} quarters {side}" for side in ("before audit_start", "after audit_end"))
        return dose_windows(counts[offences], audits[accuracy], *ends, relative=relative, left_out=left_out)

    def estimate(offences, accuracy, span, national_course, audit_error, leave_out):
        table = window(offences, accuracy, span, national_course == "taken off")
        table = table[~table["force"].isin(groups[leave_out])]
        x, y, own = (table[column].to_numpy() for column in ("dose", "growth", "dose_se"))
        x_se = {"each force's own": own, "one for all": np.sqrt(np.mean(own**2)), NONE: 0.0}[audit_error]
        slope = errors_in_variables(x, y, x_se=x_se, level=level)
        away = x - x.mean()
        seen, *null = away[dealt(x.size)] @ (y - y.mean()) / (away @ away)
        left = max(((y - y.mean()) ** 2).sum() - seen**2 * (away @ away), 1e-300)
        z = seen / np.sqrt(left / (x.size - 2) / (away @ away))
        found = {"forces": x.size, "seen_effect": seen, "z": z, "null_effects": np.array(null)}
        return slope.row("effect") | found

    @cache
    def dealt(forces: int) -> np.ndarray:
        """The doses where they are, and every shuffling of them."""
        return np.vstack([np.arange(forces), orders[orders < forces].reshape(len(orders), forces)])

    return choices, estimate


def run(choices, estimate, *, effect, each=None) -> tuple[pd.DataFrame, dict[str, JointTest]]:
    """Every specification that three forces or more stand behind, and the joint test of them.

    Parameters
    ----------
    choices, estimate
        As :func:`rise_choices` and :func:`dose_choices` give them; without choices nothing is run.
    effect : str
        The result that the joint test compares with the shuffled ones.
    each : str, optional
        The choice whose options are tested apart, because they are different questions.

    Returns
    -------
    (table, tests)
        What ``run_specifications`` gives, without the shuffled results; and each option of `each`, or "all", to its test.
    """
    tests, tables = {}, [pd.DataFrame()]
    for option in choices.get(each, ["all"]) if choices else []:
        table = run_specifications({**choices, **({each: [option]} if each else {})}, estimate)
        table = table[np.isfinite(table["z"]) & (table["forces"] > 2)]
        tests[option] = joint_test(table[effect], np.stack(table.pop("null_effects")).T)
        tables.append(table)
    return pd.concat(tables, ignore_index=True), tests


def table(found: Mapping[str, pd.DataFrame], names: Iterable[str]) -> pd.DataFrame:
    """The specifications of all questions, numbered, with their choices (`names`) in words: `name=value; name=value`."""
    parts = []
    for question, rows in found.items():
        chosen = [f"{name}=" + rows[name].astype(str) for name in rows if name in set(names)]
        if len(rows):
            parts.append(rows.assign(question=question, choices=chosen[0].str.cat(chosen[1:], sep="; ")))
    columns = ["question", "choices", "effect", "low", "high", "z", "forces"]
    every = pd.concat(parts, ignore_index=True)[columns].replace([np.inf, -np.inf], np.nan)
    every.insert(0, "specification", np.arange(1, len(every) + 1))
    return every
