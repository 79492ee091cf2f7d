"""How much each explanation had of a rise, from several routes that each lean on an assumption of their own.

A rise in logarithms is the sum of what each explanation added: contribution = share times rise, with shares that are
none below zero and add up to one. A route is a growth that was seen somewhere, with its loadings: how much of each
contribution should show there. No route is exact, so each has a standard error from counting and a standard deviation
of its bias, which says how far its assumption may be out. Prior shares follow a Dirichlet distribution. Given the
shares the routes are normal, so the posterior is a weighted set of points and no sampler is needed. This is a
multiple-bias model (Greenland 2005, J. R. Statist. Soc. A 168, 267-306) in the form of bias-adjusted evidence synthesis
(Turner, Spiegelhalter, Smith and Thompson 2009, J. R. Statist. Soc. A 172, 21-47).

What is found depends on the prior and on the biases that are allowed, so an answer is always shown under several priors.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.linalg import solve_triangular
from scipy.special import gammaincinv, ndtri
from scipy.stats import qmc

from helpers.stats.estimate import check_level, check_number, check_vector, check_whole

MIDDLE = "about as likely as not"
# the words of every verdict, each above its probability; what lies below the last is "very unlikely"
PROBABILITY_WORDS = ((0.9, "very likely"), (0.66, "likely"), (0.33, MIDDLE), (0.1, "unlikely"))


@dataclass(frozen=True)
class Route:
    """A growth that bears on the shares.

    name : what was seen
    value : its growth, as a logarithm
    se : standard error of `value` from counting
    bias_sd : standard deviation of what its assumption may be out by, in the same unit
    loadings : explanation → how much of that explanation's contribution shows here (1: all of it, 0: none)
    """

    name: str
    value: float
    se: float
    bias_sd: float
    loadings: Mapping[str, float] = field(repr=False)


@dataclass(frozen=True)
class Synthesis:
    """Points of the simplex of shares with their weights.

    explanations : names, in the order of the columns of `points`
    points : array (n, k), shares
    weights : array (n,), adding up to one
    prior_largest : explanation → how probable it was before the routes that it has the largest share
    """

    explanations: tuple[str, ...]
    points: np.ndarray = field(repr=False)
    weights: np.ndarray = field(repr=False)
    prior_largest: dict[str, float]
    _order: np.ndarray = field(repr=False)  # (n, k), the points from the least share of each to the greatest
    _first: np.ndarray = field(repr=False)  # (n,), which explanation is the largest

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """One row an explanation: `share`, `low`, `high`, `largest` and `prior_largest` (probabilities)."""
        table = pd.DataFrame(self.intervals(level), list(self.explanations), ["share", "low", "high"])
        return table.assign(largest=self.largest, prior_largest=self.prior_largest)

    def intervals(self, level: float = 0.95) -> np.ndarray:
        """The mean share of each explanation and the ends of its interval, shape (k, 3)."""
        tail = (1 - check_level(level)) / 2
        rows = []
        for points, order in zip(self.points.T, self._order.T, strict=True):
            reached = np.cumsum(self.weights[order])
            ends = np.minimum(np.searchsorted(reached, (tail, 1 - tail)), len(order) - 1)
            rows.append((self.weights @ points, *points[order[ends]]))
        return np.array(rows)

    @property
    def largest(self) -> dict[str, float]:
        """Explanation → how probable it is that it has the largest share."""
        return _largest(self.explanations, self._first, self.weights)

    def standardised_residuals(self, routes: Sequence[Route], rise: float) -> np.ndarray:
        """How far each route lies from what the mean shares imply, in standard deviations of its error and its bias.

        >>> route = Route("minor violence", value=0.3, se=0.0, bias_sd=0.1, loadings={"recording": 1.0})
        >>> points, names = np.array([[0.5, 0.5]]), ("recording", "other")
        >>> even = Synthesis(names, points, np.array([1.0]), {}, np.zeros((1, 2)), np.zeros(1))
        >>> even.standardised_residuals([route], rise=0.2).round(9).tolist()
        [2.0]
        """
        loadings, values, sd = _arrays(routes, self.explanations)
        return (values - rise * loadings @ (self.weights @ self.points)) / sd


def synthesise(
    routes, prior, rise, *, rise_se=0.0, caps=None, correlated_biases=None, draws=2**14, seed=2017
) -> Synthesis:
    """Weigh shares of a rise by what every route saw.

    Parameters
    ----------
    routes : sequence of Route
        None at all gives the prior back.
    prior : mapping
        Explanation → parameter of the Dirichlet distribution, above 0. All at 1 takes every division of the rise as
        equally probable.
    rise : float
        The logarithm of the growth that is divided, above 0.
    rise_se : float
        Its standard error; with 0 it is taken as known.
    caps : mapping, optional
        Explanation → the most that it can have added, as a logarithm. The prior is cut off there.
    correlated_biases : mapping, optional
        Route → 1 or -1, where biases have a cause in common: each pair has a correlation of a half, or of minus a half where
        their signs differ. All others are independent.
    draws : int
        Points, from 1 to 2**20.
    seed : int
        Scrambles the Sobol sequence; the same seed gives the same points.

    Returns
    -------
    Synthesis

    Raises
    ------
    ValueError
        Fewer than two explanations, a parameter that is not above 0, a rise that is not above 0, a loading of an
        explanation that has no prior, caps that leave nothing of the prior, or routes that no division of the rise comes near.

    Examples
    --------
    A place that only recording could move grew as much as the whole: recording has nearly all of it.

    >>> route = Route("minor violence", value=0.2, se=0.01, bias_sd=0.02, loadings={"recording": 1.0})
    >>> found = synthesise([route], {"recording": 1, "confidence": 1, "online": 1}, rise=0.2)
    >>> found.summary().round(2).loc["recording", ["share", "largest", "prior_largest"]].tolist()
    [0.86, 1.0, 0.33]
    """
    names = tuple(prior)
    if len(names) < 2:
        raise ValueError("prior needs two explanations or more")
    alphas = check_vector("prior", list(prior.values()), positive=True)
    rise = check_number("rise", rise, positive=True)
    points, order, first = _points(tuple(alphas), check_whole("draws", draws, 1, 2**20), seed)
    rises = np.full(len(points), rise)
    if rise_se:
        ranks = np.random.default_rng(seed).permutation(len(points))
        rises += check_number("rise_se", rise_se, minimum=0) * ndtri((ranks + 0.5) / len(points))
    weights = np.ones(len(points))
    for name, most in (caps or {}).items():
        weights *= rises * points[:, names.index(name)] <= most
    if not weights.any():
        raise ValueError("the caps leave no division of the rise that the prior allows")
    weights /= weights.sum()
    prior_largest = _largest(names, first, weights)
    if routes:
        loadings, values, spread = _arrays(routes, names)
        apart = values - rises[:, None] * points @ loadings.T
        if correlated_biases:
            shared = np.array([route.bias_sd * correlated_biases.get(route.name, 0) for route in routes])
            covariance = np.outer(shared, shared) / 2 + np.diag(spread**2 - shared**2 / 2)
            apart = solve_triangular(np.linalg.cholesky(covariance), apart.T, lower=True).T
        else:
            apart /= spread
        logs = -0.5 * np.vecdot(apart, apart)
        weights *= np.exp(logs - logs[weights > 0].max())
        weights /= weights.sum()
        surprise = np.abs(weights @ apart)
        if surprise.max() > 6:
            worst, why = routes[int(surprise.argmax())].name, "its bias_sd is too small or a loading is wrong"
            raise ValueError(f"no division of the rise comes near route {worst!r}; {why}")
    return Synthesis(names, points, weights, prior_largest, order, first)


@lru_cache(maxsize=32)
def _points(alphas: tuple[float, ...], draws: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points of the prior, with what many syntheses ask of them: their order by each share, and the largest share."""
    points = dirichlet_points(np.array(alphas), draws, seed)
    made = points, np.asfortranarray(points.argsort(axis=0, kind="stable")), points.argmax(axis=1)
    for table in made:
        table.flags.writeable = False
    return made


def dirichlet_points(alphas: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Points of a Dirichlet distribution from a scrambled Sobol sequence, one a row.

    Examples
    --------
    >>> dirichlet_points(np.array([1.0, 3.0]), 4096, 1).mean(axis=0).round(3).tolist()
    [0.25, 0.75]
    """
    sobol = qmc.Sobol(len(alphas), scramble=True, rng=np.random.default_rng(seed))
    even = np.clip(sobol.random(1 << max(0, (draws - 1).bit_length()))[:draws], 1e-12, 1 - 1e-12)
    gammas = np.maximum(gammaincinv(alphas, even), 1e-300)
    return gammas / gammas.sum(axis=1, keepdims=True)


def reader_prior(shares: Mapping[str, float], *, rest: str, weight: float = 4.0) -> dict[str, float]:
    """A prior from the shares that somebody expects; what they leave of the rise is expected of `rest`.

    Parameters
    ----------
    shares : mapping
        Explanation → expected share, each above 0 and below 1.
    rest : str
        The explanation that has what is left.
    weight : float
        How firmly it is held: the sum of the Dirichlet parameters.

    Raises
    ------
    ValueError
        A share outside (0, 1), or shares that leave nothing for `rest`.

    Examples
    --------
    >>> reader_prior({"recording": 0.5, "online": 0.25}, rest="other")
    {'recording': 2.0, 'online': 1.0, 'other': 1.0}
    """
    for name, share in shares.items():
        check_level(share, f"the prior share of {name}")
    left = 1 - sum(shares.values())
    if left <= 1e-9:
        sums = f"add up to {1 - left:g}, which leaves nothing for {rest}"
        raise ValueError(f"the prior shares of {', '.join(shares)} {sums}")
    return {name: weight * share for name, share in (shares | {rest: left}).items()}


def calibration(
    routes, prior, rise, *, drawn=None, worlds=500, towards=None, far=1.0, draws=2**11, seed=2017
) -> pd.DataFrame:
    """How often what is said is right, in worlds where the shares are known.

    Parameters
    ----------
    routes : sequence of Route
        Their values do not matter: each world makes its own.
    prior : mapping
        The prior in use.
    rise : float
    drawn : mapping, optional
        The prior that the worlds' shares are drawn from, of the same explanations; that in use without it.
    worlds : int
    towards : str, optional
        Break the assumptions: every route is out by two standard deviations of its bias in the direction that gives
        this explanation more, upwards where it loads more than the others do on average. Without it, biases are drawn as the routes allow, times `far`.
    far : float
    draws, seed : int

    Returns
    -------
    DataFrame
        One row a `band` of odds: `said` (mean odds that were given to an explanation), `right` (how often it was the
        largest), `cases`, and over all bands `covered`, how often a share lay in its 95% interval, and `favoured`, how often that
        of the explanation did which broken assumptions favour.
    """
    names = tuple(prior)
    rng = np.random.default_rng(seed)
    loadings, _, spread = _arrays(routes, names)
    errors, biases = (np.array([getattr(route, name) for route in routes]) for name in ("se", "bias_sd"))
    shares = rng.dirichlet([(drawn or prior)[name] for name in names], size=worlds)
    if towards is None:
        out = rng.normal(0, far * biases, (worlds, len(routes)))
    else:
        place = names.index(towards)
        others = np.delete(loadings, place, axis=1).mean(axis=1)
        out = 2 * biases * np.where(loadings[:, place] > others, 1, -1)
    seen = rise * shares @ loadings.T + out + rng.normal(0, errors, (worlds, len(routes)))
    points, order, first = _points(tuple(map(float, prior.values())), draws, seed)
    implied, found = rise * points @ loadings.T / spread, []
    for world, true in zip(seen / spread, shares, strict=True):
        apart = world - implied
        logs = -0.5 * np.vecdot(apart, apart)
        weights = np.exp(logs - logs.max())
        made = Synthesis(names, points, weights / weights.sum(), {}, order, first)
        largest = np.arange(len(names)) == true.argmax()
        found.append(np.column_stack([made.intervals()[:, 1:], list(made.largest.values()), largest, true]))
    every = pd.DataFrame(np.vstack(found), columns=["low", "high", "largest", "right", "true"])
    ends = sorted(least for least, _ in PROBABILITY_WORDS)
    between = [f"{low:.0%} to {high:.0%}" for low, high in itertools.pairwise(ends)]
    bands = [f"below {ends[0]:.0%}", *between, f"above {ends[-1]:.0%}"]
    band = pd.cut(every["largest"], [-0.001, *ends, 1.0], labels=bands).rename("band")
    named = {"said": ("largest", "mean"), "right": ("right", "mean"), "cases": ("right", "size")}
    table = every.groupby(band, observed=True).agg(**named).reset_index().astype({"band": str})
    covered = every["true"].between(every["low"], every["high"])
    favoured = covered[names.index(towards) :: len(names)].mean() if towards is not None else np.nan
    return table.assign(covered=covered.mean(), favoured=favoured)


def words_explained() -> str:
    """What the words of probability mean, in a sentence.

    Examples
    --------
    >>> words_explained()
    'Very likely means above 90%, likely above 66%, unlikely below 33%, very unlikely below 10%; about as likely as not lies between.'
    """
    (most, surest), (more, likely), (even, _), (least, unlikely) = PROBABILITY_WORDS
    ends = f"{surest.capitalize()} means above {most:.0%}, {likely} above {more:.0%}"
    return f"{ends}, {unlikely} below {even:.0%}, very {unlikely} below {least:.0%}; {MIDDLE} lies between."


def in_words(*probabilities: float) -> str:
    """A probability in calibrated words; of several, as under several priors, the one that claims least.

    Examples
    --------
    >>> in_words(0.95), in_words(0.7), in_words(0.05)
    ('very likely', 'likely', 'very unlikely')
    >>> in_words(0.95, 0.5), in_words(0.95, 0.7)
    ('about as likely as not', 'likely')
    """
    nearest = min(check_vector("probabilities", list(probabilities), minimum=0), key=lambda p: abs(p - 0.5))
    if min(probabilities) < 0.5 < max(probabilities):
        return MIDDLE
    return next((words for least, words in PROBABILITY_WORDS if nearest > least), "very unlikely")


def limit_words(words: str, if_worse: str) -> str:
    """Words that are never more than one step surer than those of a harsher look at the same question.

    Examples
    --------
    >>> limit_words("very likely", "about as likely as not"), limit_words("very likely", "likely")
    ('likely', 'very likely')
    >>> limit_words("very unlikely", "about as likely as not")
    'unlikely'
    """
    # from the surest yes to the surest no
    scale = [*(name for _, name in PROBABILITY_WORDS), "very unlikely"]
    middle, said, worse = (scale.index(one) for one in (MIDDLE, words, if_worse))
    return scale[max(said, worse - 1) if said < middle else min(said, worse + 1) if said > middle else said]


def words_over_priors(near: Sequence[float], twice: Sequence[float]) -> str:
    """Words for the probabilities that several priors give, `near` as the biases are stated and `twice` with them doubled.

    The words claim the least that any prior allows, held back by `twice`. Where that is the middle of the scale, they say "at least"
    or "at most" only if `near` goes beyond it on one side and neither goes beyond it on the other.

    Examples
    --------
    >>> words_over_priors([0.91, 0.98], [0.6, 0.8]), words_over_priors([0.02, 0.38], [0.04, 0.4]), words_over_priors([0.4, 0.9], [0.4, 0.6])
    ('likely', 'at most about as likely as not', 'at least about as likely as not')
    >>> words_over_priors([0.1, 0.8], [0.1, 0.8]), words_over_priors([0.4, 0.9], [0.1, 0.6])
    ('about as likely as not', 'about as likely as not')
    """
    words = limit_words(in_words(*near), in_words(*twice))
    _, (upper, _), (lower, _), _ = PROBABILITY_WORDS
    if words == MIDDLE and max(near) > upper and min(*near, *twice) > lower:
        return f"at least {words}"
    if words == MIDDLE and min(near) <= lower and max(*near, *twice) <= upper:
        return f"at most {words}"
    return words


def _arrays(routes: Sequence[Route], names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loadings (routes, explanations), values and whole standard deviations of the routes."""
    for route in routes:
        strangers = set(route.loadings) - set(names)
        if strangers:
            raise ValueError(f"route {route.name!r} loads on {sorted(strangers)[0]!r}, which has no prior")
    errors = check_vector("se of the routes", [route.se for route in routes], minimum=0)
    biases = check_vector("bias_sd of the routes", [route.bias_sd for route in routes], minimum=0)
    loadings = np.array([[float(route.loadings.get(name, 0.0)) for name in names] for route in routes])
    values = check_vector("values of the routes", [route.value for route in routes])
    spread = np.hypot(errors, biases)
    if (spread <= 0).any():
        exact = routes[int(spread.argmin())].name
        raise ValueError(f"route {exact!r} has neither error nor bias, and no route is exact")
    return loadings, values, spread


def _largest(names: tuple[str, ...], first: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    return dict(zip(names, np.bincount(first, weights, len(names)).tolist(), strict=True))
