"""The two multiverses: how much counts rose, and whether the rise followed the dose, under every choice.

Each function returns the choices and an ``estimate`` for ``multiverse.run_specifications``. An estimate gives the
effect, its interval, its z and the forces behind it, and the same effect under shuffled labels for the joint test:
for the rise the labels are the two years, swapped within forces at random; for the dose they are the audits,
dealt to forces at random. The shufflings are the same in every specification.

Frames come in from the caller, so figures from FOI answers and official figures go through the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from helpers.official.audits import dose_windows
from helpers.official.comparisons import by_force
from helpers.official.families import FAMILIES, of_role
from helpers.stats.dose import errors_in_variables
from helpers.stats.estimate import normal_quantile
from helpers.stats.multiverse import JointTest, joint_test, run_specifications

NONE = "none"
SIDES = ("before", "after")
CONTROL_SETS = {  # families that the rise may be set against
    "negative controls": of_role("negative_control"),
    "minor violence": ("assault_without_injury",),
    "rape of adults": ("adult_rape",),
}


def official_counts(
    crime: pd.DataFrame, first_year: str, last_year: str
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Official counts of two years by force, `before` and `after`: child-only offences, and every set of controls.

    Controls that are not held for both years are left out of the second.
    """
    years = dict(zip(SIDES, (first_year, last_year), strict=True))
    in_both = set.intersection(
        *(set(crime.loc[crime["financial_year"] == year, "offence_code"]) for year in years.values())
    )

    def pair(families):
        codes = [code for family in families for code in FAMILIES[family].codes if code in in_both]
        return pd.DataFrame({side: by_force(crime, codes, year) for side, year in years.items()})

    last = min(family.last for family in map(FAMILIES.get, of_role("negative_control", "positive_control")))
    held = {
        name: pair(families)
        for name, families in CONTROL_SETS.items()
        if name == "rape of adults" or last_year <= last
    }
    return pair(["child_only"]), held


def rise_choices(
    figures: Mapping[str, pd.DataFrame],
    official: pd.DataFrame,
    controls: Mapping[str, pd.DataFrame],
    unusual_ages: set[str],
    leave_out: Mapping[str, tuple[str, ...]],
    *,
    dispersion: float,
    swaps: np.ndarray,
    level: float = 0.95,
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
        """The two years' counts, in the order of the forces."""
        frame = frame.reindex(forces)
        return [frame[side].to_numpy(dtype=float) for side in SIDES]

    base = dict(zip(SIDES, in_order(official), strict=True))
    printed = {name: in_order(frame) for name, frame in figures.items()}
    doubted = {
        name: frame["doubt"].reindex(forces).fillna(False).to_numpy(dtype=bool)
        for name, frame in figures.items()
    }
    against = {name: in_order(frame) for name, frame in controls.items()}
    groups = {NONE: (), **leave_out}
    outside = {name: ~np.isin(forces, list(group)) for name, group in groups.items()}
    usual = ~np.isin(forces, list(unusual_ages))
    seen = np.vstack([np.zeros(swaps.shape[1]), swaps])  # the first row swaps nothing
    scales = {"Poisson": 1.0, "quarterly": dispersion, "forces": None}
    choices = {
        "vintage": list(figures),
        "missing_rule": ["drop", "official count"],
        "floor_rule": ["as printed", "raise to floor", "drop"],
        "doubt_rule": ["keep", "drop"],
        "age_default": ["keep", "drop unusual"],
        "control_set": [NONE, *controls],
        "dispersion": ["Poisson", "quarterly", "forces"],
        "leave_out": [NONE, *leave_out],
    }

    def estimate(
        vintage, missing_rule, floor_rule, doubt_rule, age_default, control_set, dispersion, leave_out
    ):
        before, after = printed[vintage]
        if missing_rule == "official count":
            before, after = (
                np.where(np.isnan(x), base[s], x) for x, s in ((before, "before"), (after, "after"))
            )
        keep = ~(np.isnan(before) | np.isnan(after)) & outside[leave_out]
        below = (before < base["before"]) | (after < base["after"])
        if floor_rule == "raise to floor":
            before, after = np.fmax(before, base["before"]), np.fmax(after, base["after"])
        elif floor_rule == "drop":
            keep &= ~below
        if doubt_rule == "drop":
            keep &= ~doubted[vintage]
        if age_default == "drop unusual":
            keep &= usual
        pairs = [(before[keep], after[keep])]
        if control_set != NONE:
            pairs.append(tuple(other[keep] for other in against[control_set]))
        return _grown(pairs, scales[dispersion], seen.compress(keep, axis=1), level)

    return choices, estimate


def _grown(pairs: list, dispersion: float | None, seen: np.ndarray, level: float) -> dict:
    """The log ratio of the first pair over the second's, seen and with years swapped."""
    effects, errors = _log_ratios(pairs, dispersion, seen)
    effect, error = float(effects[0]), float(errors[0])
    reach = normal_quantile(level) * error
    return {
        "effect": effect,
        "low": effect - reach,
        "high": effect + reach,
        "z": effect / error,
        "forces": pairs[0][0].size,
        "null_effects": effects[1:],
        "null_z": effects[1:] / errors[1:],
    }


def _log_ratios(pairs: list, dispersion: float | None, swaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of pooled counts with the years swapped, with standard errors; None for forces as clusters.

    Swapping turns every sum over forces of x into one of y in the forces swapped, so each sum is one product of
    `swaps` with the differences, and no table of draws by forces is made.
    """

    def total(x, y):
        return x.sum() + swaps @ (y - x)

    sides = [(sign, b, a, total(b, a), total(a, b)) for sign, (b, a) in zip((1, -1), pairs, strict=False)]
    effect = sum(sign * np.log(later / first) for sign, _, _, first, later in sides)
    if dispersion is not None:
        return effect, np.sqrt(dispersion * sum(1 / first + 1 / later for *_, first, later in sides))
    # A force's influence is its share of the later total less its share of the first, over all pairs.
    shares = [
        (side * sign, x, y, whole)
        for sign, b, a, first, later in sides
        for side, x, y, whole in ((1, a, b, later), (-1, b, a, first))
    ]
    squares = sum(
        s * t * total(x * u, y * v) / (whole * other)
        for s, x, y, whole in shares
        for t, u, v, other in shares
    )
    n = pairs[0][0].size
    return effect, np.sqrt(np.maximum(squares, 0) * n / (n - 1))


def dose_choices(
    counts: Mapping[str, pd.DataFrame],
    audits: Mapping[str, pd.DataFrame],
    leave_out: Mapping[str, tuple[str, ...]],
    *,
    orders: np.ndarray,
    left_out: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> tuple[dict, Callable]:
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
        What ``audits.unsound`` returns.
    level : float

    Returns
    -------
    (choices, estimate)
        The joint test uses the least-squares slope, seen and shuffled; the effect allows for audit error as
        chosen.
    """
    windows = {
        (offences, accuracy, span, relative): dose_windows(
            table,
            audit,
            *(f"{span} quarters {side}" for side in ("before audit_start", "after audit_end")),
            relative=relative,
            left_out=left_out,
        ).table
        for offences, table in counts.items()
        for accuracy, audit in audits.items()
        for span in (2, 4, 8)
        for relative in (True, False)
    }
    choices = {
        "offences": list(counts),
        "accuracy": list(audits),
        "span": [2, 4, 8],
        "national_course": ["taken off", "left in"],
        "audit_error": ["each force's own", "one for all", NONE],
        "leave_out": [NONE, *leave_out],
    }

    def estimate(offences, accuracy, span, national_course, audit_error, leave_out):
        table = windows[offences, accuracy, span, national_course == "taken off"]
        table = table[~table["force"].isin(groups.get(leave_out, ()))]
        x, y = table["dose"].to_numpy(), table["growth"].to_numpy()
        own = table["dose_se"].to_numpy()
        error = {"each force's own": own, "one for all": np.sqrt(np.mean(own**2)), NONE: 0.0}[audit_error]
        slope = errors_in_variables(x, y, x_se=error, level=level)
        seen, z = _least_squares(x[None], y)
        null, null_z = _least_squares(x[dealt(x.size)], y)
        return {
            "effect": slope.value,
            "low": slope.low,
            "high": slope.high,
            "z": float(z[0]),
            "forces": x.size,
            "null_effects": null,
            "null_z": null_z,
            "seen_effect": float(seen[0]),
        }

    @cache
    def dealt(forces: int) -> np.ndarray:
        return orders[orders < forces].reshape(len(orders), forces)

    groups = dict(leave_out)
    return choices, estimate


def _least_squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of y on each row of x, and their t statistics."""
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean()
    spread = (x**2).sum(axis=1)
    slope = x @ y / spread
    rest = np.maximum((y**2).sum() - slope**2 * spread, 1e-300)
    return slope, slope / np.sqrt(rest / (y.size - 2) / spread)


def run(
    choices: Mapping[str, list], estimate: Callable, *, effect: str, each: str | None = None
) -> tuple[pd.DataFrame, dict[str, JointTest]]:
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
        null = (np.stack(table.pop(name)).T for name in ("null_effects", "null_z"))
        tests[option] = joint_test(table[effect], table["z"], *null)
        tables.append(table)
    return pd.concat(tables, ignore_index=True), tests


def table(found: Mapping[str, pd.DataFrame], names: Iterable[str]) -> pd.DataFrame:
    """The specifications of all questions, numbered, with their choices (`names`) in words: `name=value; name=value`."""
    parts = []
    for question, rows in found.items():
        chosen = rows[[name for name in rows if name in set(names)]].astype(str)
        words = chosen.apply(lambda row: "; ".join(f"{name}={row[name]}" for name in row.index), axis=1)
        if len(rows):
            parts.append(rows.assign(question=question, choices=words))
    columns = ["question", "choices", "effect", "low", "high", "z", "forces"]
    every = pd.concat(parts, ignore_index=True)[columns].replace([np.inf, -np.inf], np.nan)
    every.insert(0, "specification", np.arange(1, len(every) + 1))
    return every
