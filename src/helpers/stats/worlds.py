"""Made-up panels whose mix of explanations is known, to see what each method makes of them.

A :class:`World` says by how much each explanation really moved each cell. :func:`simulate` draws panels from it,
shaped like the real one (:class:`Shape`): forces of unequal size, cells by victim and delay, counts more spread
than Poisson, forces that also grow for reasons of their own, audits of accuracy with error. :func:`study` runs
methods on thousands of panels and reports coverage, wrong claims and right ones. Some worlds break an assumption
on purpose: there the question is how often a method is misled without noticing.

Everything is drawn from ``numpy.random.Generator(PCG64(seed))`` with one seed a world and batch, so the results
do not depend on how many threads are used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from .clusters import national_changes
from .estimate import check_number, check_vector

# Cells: victims' age at the offence, by delay until the report; offences that begin online stand apart.
CELLS = (
    "adult, under 1 year",
    "adult, 1 to 20 years",
    "adult, over 20 years",
    "child, under 1 year",
    "child, 1 to 20 years",
    "child, over 20 years",
    "child online, under 1 year",
)
ADULT = np.array([1, 1, 1, 0, 0, 0, 0], dtype=bool)
CHILD = ~ADULT
RECENT = np.array([1, 0, 0, 1, 0, 0, 1], dtype=bool)
OLDEST = np.array([0, 0, 1, 0, 0, 1, 0], dtype=bool)
ONLINE = np.array([0, 0, 0, 1, 0, 0, 1], dtype=bool)
EXPLANATIONS = ("recording", "confidence", "online", "other", "artefact")

_BATCH = 500  # panels drawn at a time: keeps memory under a tenth of a gigabyte


@dataclass(frozen=True)
class Shape:
    """The size and the noise of a panel.

    Parameters
    ----------
    sizes : sequence of float, shape (forces,)
        Relative size of each force; scaled to sum to one.
    counts : sequence of float, shape (7,)
        National count in the year before, by cell (see ``CELLS``).
    controls : sequence of float, shape (c,)
        National count of each negative-control code in the year before.
    dispersion : float
        Variance over mean of a force's count, at least 1.
    force_sd : float
        Standard deviation, over forces, of growth that has nothing to do with any explanation.
    accuracy_mean, accuracy_sd : float
        Of minus the log of a force's recording accuracy.
    audit_se : float
        Standard error of the audited minus log accuracy.

    Raises
    ------
    ValueError
        Naming the argument.
    """

    sizes: Sequence[float]
    counts: Sequence[float]
    controls: Sequence[float] = (20_000.0,) * 12
    dispersion: float = 2.0
    force_sd: float = 0.08
    accuracy_mean: float = 0.25
    accuracy_sd: float = 0.10
    audit_se: float = 0.03

    def __post_init__(self):
        sizes = check_vector("sizes", self.sizes, positive=True)
        object.__setattr__(self, "sizes", sizes / sizes.sum())
        object.__setattr__(
            self, "counts", check_vector("counts", self.counts, length=len(CELLS), positive=True)
        )
        object.__setattr__(self, "controls", check_vector("controls", self.controls, positive=True))
        check_number("dispersion", self.dispersion, minimum=1)
        for name in ("force_sd", "accuracy_mean", "accuracy_sd", "audit_se"):
            check_number(name, getattr(self, name), minimum=0)


@dataclass(frozen=True)
class World:
    """How much each explanation really moved each cell, in log points.

    Parameters
    ----------
    name : str
    parts : mapping of explanation to array, shape (7,)
        National change that each explanation makes in each cell. Recording is spread over forces in
        proportion to minus the log of their accuracy; the others are the same in every force.
    artefact_forces : float
        The share of forces that an artefact strikes; it makes its whole change in those.
    breaks : str
        The assumption that the world breaks, if any.
    """

    name: str
    parts: Mapping[str, np.ndarray]
    artefact_forces: float = 0.2
    breaks: str = ""

    def __post_init__(self):
        if unknown := [name for name in self.parts if name not in EXPLANATIONS]:
            raise ValueError(f"parts names {unknown[0]!r}, which is not one of {', '.join(EXPLANATIONS)}")
        for name, part in self.parts.items():
            check_vector(f"parts of {name}", part, length=len(CELLS), minimum=0)


def standard_worlds(rise: float = 0.25) -> list[World]:
    """Pure worlds, mixtures, nothing at all, and worlds that break an assumption.

    Parameters
    ----------
    rise : float
        The size of the change in the cells that an explanation moves, in log points.

    Raises
    ------
    ValueError
        When `rise` is not above zero.
    """
    check_number("rise", rise, positive=True)
    alike = np.ones(len(CELLS))
    delay = np.where(OLDEST, 1.0, np.where(RECENT, 0.5, 0.75))
    online = np.where(ONLINE, [0, 0, 0, 0.5, 0, 0, 1], 0)

    def mix(recording=0.0, confidence=0.0, online_=0.0, other=0.0, artefact=0.0):
        amounts = {"recording": recording * alike, "confidence": confidence * delay}
        amounts |= {"online": online_ * online, "other": other * RECENT, "artefact": artefact * alike}
        return {name: rise * part for name, part in amounts.items() if part.any()}

    uneven = dict(mix(recording=0.6))
    uneven["recording"] = rise * np.where(CHILD, 1.2, 0.6)
    offline = dict(mix(recording=0.4, online_=1.2))
    offline["online"] = rise * np.where(RECENT, np.where(ADULT, 0.6, [0, 0, 0, 1.0, 0, 0, 1.2]), 0)
    adults = dict(mix(confidence=0.6, online_=1.0))
    adults["confidence"] = rise * delay * np.where(ADULT, 1.6, 0.6)
    return [
        World("recording only", mix(recording=1)),
        World("confidence only", mix(confidence=1.5)),
        World("online only", mix(online_=2)),
        World("artefact", mix(artefact=1)),
        World("recording and online", mix(recording=0.6, online_=1.0)),
        World("confidence and online", mix(confidence=0.9, online_=1.0)),
        World("all three", mix(recording=0.4, confidence=0.6, online_=0.8)),
        World("nothing", {}),
        World("real change only", mix(other=1.2)),
        World(
            "recording uneven", uneven, breaks="recording moved children's offences twice as much as adults'"
        ),
        World("online spills over", offline, breaks="online contact also raised adults' recent reports"),
        World("adults disclose more", adults, breaks="confidence moved adults' reports more than children's"),
    ]


@dataclass(frozen=True)
class Panels:
    """A batch of panels of one world.

    Attributes
    ----------
    before, after : ndarray, shape (n, forces, 7)
        Counts.
    controls_before, controls_after : ndarray, shape (n, forces, c)
    audited : ndarray, shape (n, forces)
        Audited minus log accuracy.
    audit_se : float
    shares : dict of explanation to ndarray, shape (n,)
        The true share of each in the expected rise in children's offences; nan where nothing rose.
    slope : float
        The true slope of a force's log ratio on minus its log accuracy.
    parts : dict of explanation to ndarray, shape (7,)
        What moved the cells, nationally.
    weights : ndarray, shape (7,)
        Logarithmic mean of each cell's expected counts before and after; zero for adults' cells.
    """

    before: np.ndarray
    after: np.ndarray
    controls_before: np.ndarray
    controls_after: np.ndarray
    audited: np.ndarray
    audit_se: float
    shares: dict[str, np.ndarray]
    slope: float
    parts: dict[str, np.ndarray]
    weights: np.ndarray

    def national(self) -> tuple[np.ndarray, np.ndarray]:
        """National log changes, shape (n, 7), and their covariance with forces as clusters, (n, 7, 7)."""
        return national_changes(self.before, self.after)


def simulate(world: World, shape: Shape, panels: int, seed: int | Sequence[int]) -> Panels:
    """Draw `panels` panels of a world.

    Raises
    ------
    ValueError
        When `panels` is below 1.

    Examples
    --------
    >>> shape = Shape(sizes=[1, 2, 3], counts=[100] * 7)
    >>> drawn = simulate(standard_worlds()[0], shape, panels=4, seed=1)
    >>> drawn.before.shape, round(float(drawn.shares["recording"][0]), 6)
    ((4, 3, 7), 1.0)
    """
    if panels < 1:
        raise ValueError(f"panels must be at least 1, not {panels}")
    rng = np.random.Generator(np.random.PCG64(seed))
    forces, cells = shape.sizes.size, len(CELLS)
    # A force's dose is a gamma draw: positive, with the stated mean and spread.
    ratio = (shape.accuracy_mean / max(shape.accuracy_sd, 1e-9)) ** 2
    dose = rng.gamma(ratio, shape.accuracy_mean / ratio, size=(panels, forces))
    audited = dose + shape.audit_se * rng.standard_normal((panels, forces))
    part = {name: np.zeros((panels, forces, cells)) for name in EXPLANATIONS}
    for name, national in world.parts.items():
        part[name][:] = national
    part["recording"] *= (dose / shape.accuracy_mean)[..., None]
    struck = np.argsort(rng.random((panels, forces)), axis=1) < round(world.artefact_forces * forces)
    part["artefact"] *= (struck / max(world.artefact_forces, 1e-9))[..., None]
    change = sum(part.values())
    own = (
        shape.force_sd * rng.standard_normal((panels, forces, 1)) - shape.force_sd**2 / 2
    )  # mean growth: none
    base = shape.sizes[:, None] * shape.counts
    expected = base * np.exp(change)
    control = shape.sizes[:, None] * shape.controls * np.ones((panels, 1, 1))
    return Panels(
        before=_counts(rng, np.broadcast_to(base, expected.shape), shape.dispersion),
        after=_counts(rng, expected * np.exp(own), shape.dispersion),
        controls_before=_counts(rng, control, shape.dispersion),
        controls_after=_counts(rng, control * np.exp(own), shape.dispersion),
        audited=audited,
        audit_se=shape.audit_se,
        shares=_true_shares(part, base, expected),
        slope=_true_slope(world, shape),
        parts={name: np.asarray(values, dtype=float) for name, values in world.parts.items()},
        weights=_log_mean(shape.counts, shape.counts * np.exp(sum(world.parts.values(), np.zeros(cells))))
        * CHILD,
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


@dataclass
class _Tally:
    panels: int = 0
    holds: bool = True
    covers: bool = True
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
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
        self.panels += low.size
        self.holds &= answer.holds
        self.covers &= answer.covers
        for name, mark in marks.items():
            self.counts[name] = self.counts.get(name, 0) + int(mark.sum())


def study(
    worlds: Sequence[World],
    methods: Mapping[str, Method],
    panels: int,
    seed: int,
    *,
    shape: Shape,
    jobs: int = 1,
) -> pd.DataFrame:
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

    Raises
    ------
    ValueError
        Naming the argument: no worlds or methods, `panels` or `jobs` below 1.
    """
    for name, value in (("worlds", worlds), ("methods", methods)):
        if not value:
            raise ValueError(f"{name} is empty")
    for name, value in (("panels", panels), ("jobs", jobs)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, not {value}")
    starts = range(0, panels, _BATCH)
    tasks = list(product(range(len(worlds)), range(len(starts))))

    def run(task):
        world, batch = task
        drawn = simulate(worlds[world], shape, min(_BATCH, panels - starts[batch]), [seed, world, batch])
        return [
            (worlds[world].name, name, quantity, answer)
            for name, method in methods.items()
            for quantity, answer in method(drawn).items()
        ]

    tallies: dict[tuple, _Tally] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for answers in pool.map(run, tasks):
            for *key, answer in answers:
                tallies.setdefault(tuple(key), _Tally()).add(answer)
    return pd.DataFrame([_row(key, tally) for key, tally in tallies.items()])


def _row(key: tuple, tally: _Tally) -> dict:
    counts, n = tally.counts, tally.panels
    kept = n - counts["refuted"]
    return {
        **dict(zip(("world", "method", "quantity"), key, strict=True)),
        "panels": n,
        "holds": tally.holds,
        "coverage": counts["covered"] / kept if kept and tally.covers else np.nan,
        "refuted": counts["refuted"] / n,
        "claims": counts["claims"] / n,
        "wrong": counts["wrong"] / n,
        "wrong_above": counts["wrong_above"] / n,
        "power": counts["right_above"] / counts["really_above"] if counts["really_above"] else np.nan,
    }


def _counts(rng: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Counts with the given mean and with variance `dispersion` times the mean."""
    if dispersion > 1:
        mean = rng.standard_gamma(mean / (dispersion - 1)) * (dispersion - 1)
    return rng.poisson(mean)


def _log_mean(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(after - before) / log(after / before): a cell's rise is this times its change in log count."""
    change = np.log(after / before)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(change) < 1e-9, before, (after - before) / change)


def _true_shares(part, base, expected) -> dict[str, np.ndarray]:
    """Each explanation's part of the expected rise in children's offences, which the parts divide up exactly."""
    mean = _log_mean(base, expected)
    rise = (expected - base)[..., CHILD].sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            name: np.where(rise > 1e-9, (mean * values)[..., CHILD].sum(axis=(1, 2)) / rise, np.nan)
            for name, values in part.items()
        }


def _true_slope(world: World, shape: Shape) -> float:
    """Of a force's log ratio of children's offences on its dose, with cells weighted by their counts."""
    recording = np.asarray(world.parts.get("recording", np.zeros(len(CELLS))), dtype=float)
    return float(np.average(recording[CHILD], weights=shape.counts[CHILD]) / shape.accuracy_mean)
