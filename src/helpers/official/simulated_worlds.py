"""Simulated worlds in the shape of the official figures, to see how the real ladder does.

The strata, the rungs and the way changes and their errors are measured are those of :mod:`helpers.official.strata`;
only what moved the strata is simulated. :func:`national_shape` and :func:`force_shape` take sizes and noise from the
official figures; :func:`worlds` says what moved the strata: worlds that keep every assumption, and for each rung
one that breaks just what this rung adds. :func:`methods` are the rungs and the simpler methods beside them, and
:func:`by_rung` and :func:`by_fault` sum up what became of each rung and of each broken assumption.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from helpers.official import strata
from helpers.official.comparisons import by_force
from helpers.stats import methods as simple
from helpers.stats.worlds import Method, Shape, World
from helpers.tables import vocabularies

NATIONAL, FORCE = (*strata.CODES, strata.OVER_20_YEARS), tuple(strata.FORCE_CODES)
SIZE = 0.22  # log points: the size of the real rise


def national_shape(crime, first_year, last_year, **audits_and_controls) -> Shape:
    """The strata of England and Wales: counts of the first year, and the scatter of forces that the two years show.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    first_year, last_year : str
    **audits_and_controls
        `controls`, `accuracy_mean`, `accuracy_sd`, `audit_se` of :class:`~helpers.stats.worlds.Shape`.

    Returns
    -------
    Shape
        Counts are Poisson, and `own_growth` gives the changes the covariance that the real ones have: what that holds
        beyond Poisson scatter is growth of forces' own, much of it common to the strata. (More scatter in each count
        would leave no room for how closely rape of adults and of children moved together.)
    """
    base = np.array([by_force(crime, codes, first_year) for codes in strata.CODES.values()], dtype=float).T
    real = strata.national_strata(crime, first_year, last_year, old_change=None)
    counts = real.counts[["before", "after"]].to_numpy()
    shares = base / base.sum(axis=0)
    beyond = real.covariance - np.diag((1 / counts).sum(axis=1))
    values, vectors = np.linalg.eigh(beyond / (shares.T @ shares))
    own = (vectors * np.maximum(values, 0)) @ vectors.T
    explained = [name != strata.ADULT for name in strata.CODES]
    published_se = [strata.OVER_20_YEARS_SE]
    return Shape(base, explained, published_se, dispersion=1.0, own_growth=own, **audits_and_controls)


def force_shape(crime: pd.DataFrame, force: str, first_year: str, *, dispersion: float) -> Shape:
    """The strata of one force. Whatever moved it is part of the world, so it has no growth of its own beside that."""
    base = [[float(by_force(crime, codes, first_year)[force]) for codes in strata.FORCE_CODES.values()]]
    explained = [name != strata.ADULT for name in strata.FORCE_CODES]
    return Shape(base, explained, dispersion=dispersion, own_growth=0.0, accuracy_sd=0.0, audit_se=0.0)


def worlds(names: Sequence[str], *, size: float = SIZE) -> list[World]:
    """Pure worlds, mixtures and nothing at all; then worlds that break what one rung adds, in the rungs' order.

    Parameters
    ----------
    names : sequence of str
        The strata, as :data:`NATIONAL` or :data:`FORCE`.
    size : float
        Of the change in the strata that an explanation moves, in log points.

    Examples
    --------
    >>> [world.name for world in worlds(NATIONAL) if world.breaks][:3]
    ['old reports ebb', 'artefact', 'online reaches 16 and 17']
    """
    masks = strata.groups(names)

    def moved(terms: str) -> np.ndarray:
        pairs = (term.split(":") for term in terms.split())
        return size * sum(float(amount) * masks[group] for group, amount in pairs)

    found = []
    for row in vocabularies.rows("simulated_worlds", "world", "breaks", "published_error", "needs_old"):
        if masks["old"].any() or not row["needs_old"]:
            parts = {cause: moved(row[cause]) for cause in strata.CAUSES if row.get(cause)}
            error = float(row["published_error"])
            world = World(row["world"], parts, strata.CAUSES, published_error=error, breaks=row["breaks"])
            found.append(world)
    return found


def methods(names: Sequence[str], *, slow_panels: int = 100) -> dict[str, Method]:
    """The rungs of the real ladder and, where there are many forces, the simpler methods.

    Parameters
    ----------
    names : sequence of str
        The strata.
    slow_panels : int
        How many panels of a batch the empirical null looks at; with 0 it is left out, and so is the dose-response.

    Returns
    -------
    dict
        Name to method: "totals only", "rung 1" and so on, "dose-response", three contrasts, "negative controls".
    """
    said, ladder = {"together": [strata.TOGETHER], "claim": strata.MOST}, strata.ladder(names)
    rungs = {f"rung {step}": simple.bounds_of(rung, **said) for step, rung in enumerate(ladder, start=1)}
    if strata.OVER_20_YEARS not in names:
        return rungs
    masks = strata.groups(names)
    slow = {"dose-response": simple.dose_response, "negative controls": simple.negative_controls(slow_panels)}
    return {
        "totals only": partial(simple.totals_only, claim=strata.MOST),
        **rungs,
        "no meeting against contact": simple.contrast(masks["screen"], masks["contact"], "online"),
        "children against adults": simple.contrast(masks["children"], masks["adult"], "online"),
        "old against recent": simple.contrast(masks["old"], masks["recent"], "confidence"),
        **(slow if slow_panels else {}),
    }


def by_fault(table: pd.DataFrame, names: Sequence[str], tried: Sequence[World]) -> pd.DataFrame:
    """What became of each world that breaks an assumption.

    Parameters
    ----------
    table : DataFrame
        What :func:`~helpers.stats.worlds.study` returns for these worlds and :func:`methods`.
    names : sequence of str
        The strata.
    tried : sequence of World

    Returns
    -------
    DataFrame
        One row a world: `world`, `breaks`; `step` and `rung`, the lowest rung that it breaks; `refuted`, the share of
        panels on which that rung was refuted, and `silent`, on which it was not and a range left out the truth;
        `last_refuted` and `last_silent`, the same of the last rung.
    """
    rungs, published = list(enumerate(strata.ladder(names), start=1)), int(strata.OVER_20_YEARS in names)
    found = table[table["method"].str.startswith("rung ")]
    silent = ((1 - found["coverage"].fillna(1)) * (1 - found["refuted"])).clip(lower=0)
    each = found.assign(silent=silent).groupby(["method", "world"])[["refuted", "silent"]].max()
    rows = []
    for world in tried:
        broken = ((step, rung.name) for step, rung in rungs if not simple.kept_by(world, rung, published))
        if lowest := next(broken, None):
            own, last = (each.loc[(f"rung {step}", world.name)] for step in (lowest[0], len(rungs)))
            rows.append((world.name, world.breaks, *lowest, *own, *last))
    columns = ["world", "breaks", "step", "rung", "refuted", "silent", "last_refuted", "last_silent"]
    return pd.DataFrame(rows, columns=columns).sort_values("step", kind="stable", ignore_index=True)


def by_rung(table: pd.DataFrame, names: Sequence[str], tried: Sequence[World]) -> pd.DataFrame:
    """What became of each rung: its promises where it holds, and what it does where what it adds is false.

    Parameters
    ----------
    table, names, tried
        As for :func:`by_fault`.

    Returns
    -------
    DataFrame
        One row a rung: `step`, `rung`, `worlds` (that keep it); of those the least `coverage` of any share, and the
        most panels on which the rung was falsely refuted (`false_refuted`) or claimed "more than half" falsely
        (`false_half`); of the worlds that break what it adds and keep the rungs below, the least `power` (panels on
        which it was refuted), the most panels on which it misled silently (`silent`), and the least on which the last
        rung was refuted (`last_power`).
    """
    found = table[table["method"].str.startswith("rung ")]
    ends = {"power": ("refuted", "min"), "silent": ("silent", "max"), "last_power": ("last_refuted", "min")}
    faults = by_fault(table, names, tried).groupby("step").agg(**ends)
    rows = []
    for step, rung in enumerate(strata.ladder(names), start=1):
        held = found[(found["method"] == f"rung {step}") & found["holds"]]
        ends = held["coverage"].min(), held["refuted"].max(), held["wrong_above"].max()
        rows.append((step, rung.name, held["world"].nunique(), *ends))
    columns = ["step", "rung", "worlds", "coverage", "false_refuted", "false_half"]
    return pd.DataFrame(rows, columns=columns).join(faults, on="step")
