"""Simulated panels whose mix of explanations is known, to see what each method makes of them.

A :class:`World` says by how much each explanation really moved each cell. :func:`simulate` draws panels from it,
shaped like the real one (:class:`Shape`): forces of unequal size, counts more spread than Poisson, forces that
also grow for reasons of their own, cells of which only a change is published, audits of accuracy with error.
:func:`study` runs methods on thousands of panels and reports coverage, wrong claims and right ones. Some worlds
break an assumption on purpose: there the question is how often a method is misled without noticing.

Everything is drawn from ``numpy.random.Generator(PCG64(seed))`` with one seed a world and batch, so the results
do not depend on how many threads are used.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from helpers.stats.clusters import cell_changes, log_mean, with_published

_STRUCK = 0.2  # the share of forces that an artefact strikes: it makes its whole change in those
_BATCH = 1000  # panels drawn at a time: keeps memory under a fifth of a gigabyte


@dataclass(frozen=True)
class Shape:
    """The size and the noise of a panel.

    Parameters
    ----------
    base : array, shape (forces, j)
        Expected count of each force and cell in the year before; one row for a force by itself.
    explained : sequence of bool, shape (j,)
        The cells whose rise is to be explained; the others only help to tell explanations apart.
    published_se : sequence of float, shape (s,)
        For each further cell of which only a change in log count is published: the standard error assumed of it.
    controls : sequence of float, shape (c,)
        National count of each negative-control code in the year before.
    dispersion : float
        Variance over mean of a force's count, at least 1.
    own_growth : float or array, shape (j, j)
        Covariance, over forces, of the cells' growth that has nothing to do with any explanation; a number is
        the standard deviation of one growth common to all cells.
    accuracy_mean, accuracy_sd : float
        Of minus the log of a force's recording accuracy.
    audit_se : float
        Standard error of the audited minus log accuracy.
    """

    base: np.ndarray
    explained: Sequence[bool]
    published_se: Sequence[float] = ()
    controls: Sequence[float] = (20_000.0,) * 12
    dispersion: float = 2.0
    own_growth: float | np.ndarray = 0.08
    accuracy_mean: float = 0.25
    accuracy_sd: float = 0.10
    audit_se: float = 0.03

    def __post_init__(self):
        own = np.asarray(self.own_growth, dtype=float)
        base = np.array(self.base, dtype=float)
        given = {"base": base, "explained": np.asarray(self.explained, dtype=bool)}
        given["own_growth"] = own if own.ndim else np.full((base.shape[1],) * 2, own**2)
        given |= {name: np.array(getattr(self, name), dtype=float) for name in ("published_se", "controls")}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def cells(self) -> int:
        """Counted cells and published ones together."""
        return self.base.shape[1] + len(self.published_se)


@dataclass(frozen=True)
class World:
    """How much each explanation really moved each cell, in log points.

    Parameters
    ----------
    name : str
    parts : mapping of explanation to array, shape (j + s,)
        National change that each explanation makes in each cell, counted ones first. Recording is spread over
        forces in proportion to minus the log of their accuracy, and an artefact strikes a few; the others are the same in every force.
    explanations : sequence of str
        All that have a share, of nothing too.
    published_error : float
        How many times the standard error assumed of what is published its real one is.
    breaks : str
        The assumption that the world breaks, if any.
    """

    name: str
    parts: Mapping[str, np.ndarray]
    explanations: Sequence[str]
    published_error: float = 1.0
    breaks: str = ""


@dataclass(frozen=True)
class Panels:
    """A batch of panels of one world.

    Attributes
    ----------
    before, after : ndarray, shape (n, forces, j)
        Counts.
    published : ndarray, shape (n, s)
        Changes in log count that are published, with error.
    common : ndarray, shape (n, forces)
        Each force's own growth, the mean over its cells: controls share it, and each control has more of its own.
    audited : ndarray, shape (n, forces)
        Audited minus log accuracy.
    shares : dict of explanation to ndarray, shape (n,)
        The true share of each in the expected rise of the explained cells; nan where nothing rose.
    slope : float
        The true slope of a force's log ratio on minus its log accuracy.
    world : World
    shape : Shape
    seed : int or sequence of int
    """

    before: np.ndarray
    after: np.ndarray
    published: np.ndarray
    common: np.ndarray
    audited: np.ndarray
    shares: dict[str, np.ndarray]
    slope: float
    world: World
    shape: Shape
    seed: int | Sequence[int]

    def controls(self, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Counts of the negative-control codes before and after, shape (most, forces, c), of the first panels only.

        They are drawn when asked for, because few methods look at them and there are many.
        """
        rng = np.random.Generator(np.random.PCG64([*np.atleast_1d(self.seed), 1]))
        sizes = self.shape.base.sum(axis=1, keepdims=True) / self.shape.base.sum()
        left = max(np.diagonal(self.shape.own_growth).mean() - self.shape.own_growth.mean(), 0.0)
        common = self.common[:most, :, None]
        expected = np.broadcast_to(sizes * self.shape.controls, (*common.shape[:2], len(self.shape.controls)))
        grown = np.exp(common + np.sqrt(left) * rng.standard_normal(expected.shape) - left / 2)
        return tuple(_counts(rng, mean, self.shape.dispersion) for mean in (expected, expected * grown))

    def explained(self, forces=slice(None)) -> list[np.ndarray]:
        """Counts of the explained cells together, before and after, by panel and force."""
        return [x[:, forces][..., self.shape.explained].sum(axis=2) for x in (self.before, self.after)]

    @cached_property
    def changes(self) -> tuple[np.ndarray, np.ndarray, float | None]:
        """Log changes (n, j + s), their covariance, and its degrees of freedom, as the real ladder has them."""
        *found, dof = cell_changes(self.before, self.after, dispersion=self.shape.dispersion)
        return *with_published(*found, self.published, self.shape.published_se), dof

    @cached_property
    def weights(self) -> np.ndarray:
        """What a log point in each cell counts towards each panel's own rise, shape (n, j + s)."""
        before, after = self.before.sum(axis=1), self.after.sum(axis=1)
        weights = log_mean(np.maximum(before, 0.5), np.maximum(after, 0.5)) * self.shape.explained
        return np.concatenate([weights, np.zeros_like(self.published)], axis=1)


def simulate(world: World, shape: Shape, panels: int, seed: int | Sequence[int]) -> Panels:
    """Draw `panels` panels of a world.

    Examples
    --------
    >>> shape = Shape(base=[[100, 50], [200, 80], [300, 90]], explained=[True, False])
    >>> drawn = simulate(World("recorded better", {"recording": [0.2, 0.2]}, ["recording"]), shape, panels=4, seed=1)
    >>> drawn.before.shape, round(float(drawn.shares["recording"][0]), 6)
    ((4, 3, 2), 1.0)
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    forces, cells = shape.base.shape
    # A force's dose is a gamma draw: positive, with the stated mean and spread.
    ratio = (shape.accuracy_mean / max(shape.accuracy_sd, 1e-9)) ** 2
    dose = rng.gamma(ratio, shape.accuracy_mean / ratio, size=(panels, forces))
    audited = dose + shape.audit_se * rng.standard_normal((panels, forces))
    struck = np.argsort(rng.random((panels, forces)), axis=1) < round(_STRUCK * forces)
    spread = {"recording": dose / shape.accuracy_mean, "artefact": struck / _STRUCK}
    part = {name: np.zeros((1, 1, shape.cells)) for name in world.explanations}
    for name, national in world.parts.items():
        part[name] = spread.get(name, np.ones((1, 1)))[..., None] * np.asarray(national)
    change = np.broadcast_to(sum(part.values()), (panels, forces, shape.cells))
    variances = np.diagonal(shape.own_growth)
    draws = rng.standard_normal((panels, forces, cells))
    values, vectors = np.linalg.eigh(shape.own_growth)  # a covariance, which may be singular
    root = vectors * np.sqrt(np.maximum(values, 0))
    own = draws @ root.T - variances / 2  # mean growth: none
    expected = shape.base * np.exp(change[..., :cells])
    sizes = shape.base.sum(axis=1, keepdims=True) / shape.base.sum()
    # What is published is a national change too: of offences spread over forces as the others are.
    published = np.log((sizes * np.exp(change[..., cells:])).sum(axis=1))
    published += world.published_error * shape.published_se * rng.standard_normal(published.shape)
    return Panels(
        before=_counts(rng, np.broadcast_to(shape.base, own.shape), shape.dispersion),
        after=_counts(rng, expected * np.exp(own), shape.dispersion),
        published=published,
        common=own.mean(axis=2),
        audited=audited,
        shares=_true_shares(part, shape, expected),
        slope=_true_slope(world.parts, shape),
        world=world,
        shape=shape,
        seed=seed,
    )


@dataclass(frozen=True)
class Answer:
    """What a method says about one quantity on each panel of a batch.

    Parameters
    ----------
    low, high : arrays, shape (n,)
        Its interval; missing where the method finds its own assumptions refuted.
    truth : float or array, shape (n,)
    threshold : float
        The method claims "above" when `low` exceeds it and "below" when `high` falls short of it.
    holds : bool
        Whether the world keeps the assumptions that the method makes.
    covers : bool
        Whether the interval is meant to cover the truth; not where the truth is only "at work" (1) or not (0).
    """

    low: np.ndarray
    high: np.ndarray
    truth: float | np.ndarray
    threshold: float
    holds: bool = True
    covers: bool = True


Method = Callable[[Panels], Mapping[str, Answer]]


def study(worlds, methods, panels, seed, *, shape, jobs=1) -> pd.DataFrame:
    """Coverage, error and power of every method in every world.

    Parameters
    ----------
    worlds : sequence of World
    methods : mapping of name to callable
        Each takes :class:`Panels` and returns a mapping of quantity to :class:`Answer`.
    panels : int
        For each world.
    seed : int
    shape : Shape
    jobs : int
        Threads; the result does not depend on it.

    Returns
    -------
    DataFrame
        One row a world, method and quantity: panels (seen by the method), holds (the world keeps the method's
        assumptions), coverage (of the true value, among panels where the method is not refuted), refuted,
        claims (something other than "cannot tell"), wrong (any false claim), wrong_above (claims "above"
        falsely), power ("above" claimed where true; missing where it never is). All but the first are shares.
    """
    starts = range(0, panels, _BATCH)
    tasks = list(product(range(len(worlds)), range(len(starts))))

    def run(task):
        world, batch = task
        drawn = simulate(worlds[world], shape, min(_BATCH, panels - starts[batch]), [seed, world, batch])
        said = [(name, *one) for name, method in methods.items() for one in method(drawn).items()]
        about = ({"world": worlds[world].name, "method": name, "quantity": of} for name, of, _ in said)
        return [one | _tally(answer) for one, (*_, answer) in zip(about, said, strict=True)]

    with ThreadPoolExecutor(jobs) as pool:
        rows = pd.DataFrame([row for batch in pool.map(run, tasks) for row in batch])
    each = rows.groupby(["world", "method", "quantity"], sort=False)
    table = each.sum().assign(holds=each["holds"].all(), covers=each["covers"].all()).reset_index()
    kept = table["panels"] - table["refuted"]
    table["coverage"] = (table["covered"] / kept).where(table["covers"])
    table["power"] = table["right_above"] / table["really_above"]
    shares = ["refuted", "claims", "wrong", "wrong_above"]
    table[shares] = table[shares].div(table["panels"], axis=0)
    return table[["world", "method", "quantity", "panels", "holds", "coverage", *shares, "power"]]


def _tally(answer: Answer) -> dict:
    """How many panels of a batch are what, by one answer."""
    low, high = np.asarray(answer.low, dtype=float), np.asarray(answer.high, dtype=float)
    truth = np.broadcast_to(np.asarray(answer.truth, dtype=float), low.shape)
    kept = ~np.isnan(low)
    above, below = low > answer.threshold, high < answer.threshold
    # Where nothing rose no explanation has a share: "more than" is wrong there, "less than" is not.
    really_above, really_below = truth > answer.threshold, ~(truth >= answer.threshold)
    marks = {
        "refuted": ~kept,
        "covered": kept & ((low <= truth + 1e-9) & (truth - 1e-9 <= high) | np.isnan(truth)),
        "claims": above | below,
        "wrong": above & ~really_above | below & ~really_below,
        "wrong_above": above & ~really_above,
        "right_above": above & really_above,
        "really_above": really_above,
    }
    counts = {name: int(mark.sum()) for name, mark in marks.items()}
    return {"panels": low.size, "holds": answer.holds, "covers": answer.covers, **counts}


def _counts(rng: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Counts with the given mean and with variance `dispersion` times the mean."""
    if dispersion > 1:
        mean = rng.standard_gamma(mean / (dispersion - 1)) * (dispersion - 1)
    return rng.poisson(mean)


def _true_shares(part, shape: Shape, expected) -> dict[str, np.ndarray]:
    """Each explanation's part of the expected rise of the explained cells, which the parts divide up exactly."""
    mean = log_mean(np.broadcast_to(shape.base, expected.shape), expected) * shape.explained
    rise = ((expected - shape.base) * shape.explained).sum(axis=(1, 2))
    rise = np.where(rise > 1e-9, rise, np.nan)
    counted = {name: values[..., : len(shape.explained)] for name, values in part.items()}
    return {name: (mean * values).sum(axis=(1, 2)) / rise for name, values in counted.items()}


def _true_slope(parts: Mapping[str, np.ndarray], shape: Shape) -> float:
    """Of a force's log ratio of explained offences on its dose, with cells weighted by their counts."""
    cells = shape.base.shape[1]
    recording = np.asarray(parts.get("recording", np.zeros(cells)), dtype=float)[:cells]
    counts = shape.base.sum(axis=0)[shape.explained]
    return float(np.average(recording[shape.explained], weights=counts) / shape.accuracy_mean)
