"""Made-up worlds in the shape of the official figures, to put the real ladder on trial.

The cells, the rungs and the way changes and their errors are measured are those of :mod:`helpers.official.cells`;
only what moved the cells is made up. :func:`national_shape` and :func:`force_shape` take sizes and noise from the
official figures; :func:`worlds` says what moved the cells: worlds that keep every assumption, and for each rung
one that breaks just what this rung adds. :func:`methods` are the rungs and the simpler methods beside them, and
:func:`by_rung` and :func:`by_fault` sum up what became of each rung and of each broken assumption.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from helpers.official import cells
from helpers.official.comparisons import by_force
from helpers.stats import trials
from helpers.stats.worlds import Method, Shape, World
from helpers.tables import vocabularies

NATIONAL, FORCE = (*cells.CODES, cells.OLD), tuple(cells.FORCE_CODES)
SIZE = 0.22  # log points: the size of the real rise


def national_shape(crime, first_year, last_year, *, old_se=cells.OLD_SE, **audits_and_controls) -> Shape:
    """The cells of England and Wales: counts of the first year, and the scatter of forces that the two years show.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    first_year, last_year : str
    old_se : float
        Standard error assumed of the change of offences over 20 years late.
    **audits_and_controls
        `controls`, `accuracy_mean`, `accuracy_sd`, `audit_se` of :class:`~helpers.stats.worlds.Shape`.

    Returns
    -------
    Shape
        Counts are Poisson, and `own_growth` gives the changes the covariance that the real ones have: what that holds
        beyond Poisson scatter is growth of forces' own, much of it common to the cells. (More scatter in each count
        would leave no room for how closely rape of adults and of children moved together.)
    """
    base = np.array([by_force(crime, codes, first_year) for codes in cells.CODES.values()], dtype=float).T
    real = cells.national_cells(crime, first_year, last_year, old_change=None)
    counts = real.counts[["before", "after"]].to_numpy()
    shares = base / base.sum(axis=0)
    beyond = real.covariance - np.diag((1 / counts).sum(axis=1))
    values, vectors = np.linalg.eigh(beyond / (shares.T @ shares))
    own, explained = (
        (vectors * np.maximum(values, 0)) @ vectors.T,
        [name != cells.ADULT for name in cells.CODES],
    )
    return Shape(base, explained, [old_se], dispersion=1.0, own_growth=own, **audits_and_controls)


def force_shape(crime: pd.DataFrame, force: str, first_year: str, *, dispersion: float) -> Shape:
    """The cells of one force. Whatever moved it is part of the world, so it has no growth of its own beside that."""
    base = [[float(by_force(crime, codes, first_year)[force]) for codes in cells.FORCE_CODES.values()]]
    explained = [name != cells.ADULT for name in cells.FORCE_CODES]
    return Shape(base, explained, dispersion=dispersion, own_growth=0.0, accuracy_sd=0.0, audit_se=0.0)


def worlds(names: Sequence[str], *, size: float = SIZE) -> list[World]:
    """Pure worlds, mixtures and nothing at all; then worlds that break what one rung adds, in the rungs' order.

    Parameters
    ----------
    names : sequence of str
        The cells, as :data:`NATIONAL` or :data:`FORCE`.
    size : float
        Of the change in the cells that an explanation moves, in log points.

    Examples
    --------
    >>> [world.name for world in worlds(NATIONAL) if world.breaks][:3]
    ['old reports ebb', 'artefact', 'online reaches 16 and 17']
    """
    every = np.ones(len(names))
    adult, old, screen = (
        np.isin(names, chosen) * 1.0 for chosen in (cells.ADULT, cells.OLD, cells.NO_MEETING)
    )
    groups = {"every": every, "adult": adult, "old": old, "screen": screen}
    groups |= {"recent": every - old, "contact": every - adult - old - screen}

    def moved(terms: str) -> np.ndarray:
        pairs = (term.split(":") for term in terms.split())
        return size * sum(float(amount) * groups[group] for group, amount in pairs)

    found = []
    for row in vocabularies.rows("made_up_worlds", "world", "breaks", "told_error", "needs_old"):
        if old.any() or not row["needs_old"]:
            parts = {cause: moved(row[cause]) for cause in cells.CAUSES if row.get(cause)}
            error = float(row["told_error"])
            found.append(World(row["world"], parts, cells.CAUSES, told_error=error, breaks=row["breaks"]))
    return found


def methods(names: Sequence[str], *, slow_panels: int = 100) -> dict[str, Method]:
    """The rungs of the real ladder and, where there are many forces, the simpler methods.

    Parameters
    ----------
    names : sequence of str
        The cells.
    slow_panels : int
        How many panels of a batch the empirical null looks at; with 0 it is left out, and so is the dose-response.

    Returns
    -------
    dict
        Name to method: "totals only", "rung 1" and so on, "dose-response", three contrasts, "negative controls".
    """
    rungs = {
        f"rung {step}": trials.bounds_of(rung, together=[cells.TOGETHER], claim=cells.MOST)
        for step, rung in enumerate(cells.ladder(names), start=1)
    }
    if cells.OLD not in names:
        return rungs
    adult, old, screen = (np.isin(names, chosen) for chosen in (cells.ADULT, cells.OLD, cells.NO_MEETING))
    contact = ~(adult | old | screen)
    controls = trials.negative_controls(slow_panels)
    slow = {"dose-response": trials.dose_response, "negative controls": controls}
    return {
        "totals only": partial(trials.totals_only, claim=cells.MOST),
        **rungs,
        "no meeting against contact": trials.contrast(screen, contact, "online"),
        "children against adults": trials.contrast(~(adult | old), adult, "online"),
        "old against recent": trials.contrast(old, ~old, "confidence"),
        **(slow if slow_panels else {}),
    }


def by_fault(table: pd.DataFrame, names: Sequence[str], tried: Sequence[World]) -> pd.DataFrame:
    """What became of each world that breaks an assumption.

    Parameters
    ----------
    table : DataFrame
        What :func:`~helpers.stats.worlds.study` returns for these worlds and :func:`methods`.
    names : sequence of str
        The cells.
    tried : sequence of World

    Returns
    -------
    DataFrame
        One row a world: `world`, `breaks`; `step` and `rung`, the lowest rung that it breaks; `refuted`, the share of
        panels on which that rung was refuted, and `silent`, on which it was not and a range left out the truth;
        `last_refuted` and `last_silent`, the same of the last rung.
    """
    rungs, told = cells.ladder(names), int(cells.OLD in names)
    found = table[table["method"].str.startswith("rung ")]
    silent = ((1 - found["coverage"].fillna(1)) * (1 - found["refuted"])).clip(lower=0)
    each = found.assign(silent=silent).groupby(["method", "world"])[["refuted", "silent"]].max()
    rows = []
    for world in tried:
        broken = [step for step, rung in enumerate(rungs, start=1) if not trials.kept_by(world, rung, told)]
        if broken:
            own, last = (each.loc[(f"rung {step}", world.name)] for step in (broken[0], len(rungs)))
            rows.append((world.name, world.breaks, broken[0], rungs[broken[0] - 1].name, *own, *last))
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
    for step, rung in enumerate(cells.ladder(names), start=1):
        held = found[(found["method"] == f"rung {step}") & found["holds"]]
        ends = held["coverage"].min(), held["refuted"].max(), held["wrong_above"].max()
        rows.append((step, rung.name, held["world"].nunique(), *ends))
    columns = ["step", "rung", "worlds", "coverage", "false_refuted", "false_half"]
    return pd.DataFrame(rows, columns=columns).join(faults, on="step")
