"""Shrunken ratios: many small forces' changes, each pulled towards the others as far as chance warrants.

The model has no force-by-force nuisance left in it. Given a force's two counts together, the later one is
binomial, with log odds equal to the force's log rate ratio plus the log ratio of exposures; so small counts
and zeros need no correction. The log rate ratios are normal with mean mu and standard deviation tau. Both are
unknown, and the intervals say so: everything is averaged over their joint posterior on a grid, by quadrature,
without sampling. Intervals that plug in one value of tau cover too little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import softmax

from helpers.stats.estimate import Estimate, check_number, check_vector, jackknife_se, normal_quantile
from helpers.stats.ratios import HALF, exposures, raw_ratios

MU_SCALE = 5.0  # standard deviation of the prior on mu, on the log scale, about the pooled log ratio
TAU_SCALE = 1.0  # scale of the prior on tau, on the log scale
TAU_NODES = 28
MU_NODES = np.linspace(-5.5, 5.5, 23)  # in posterior standard deviations of mu given tau
THETA_NODES = np.linspace(-9.0, 9.0, 301)  # in posterior standard deviations of a force's log ratio
HERMITE_NODES, _weights = np.polynomial.hermite.hermgauss(15)
HERMITE_LOG_WEIGHTS = np.log(_weights) + HERMITE_NODES**2
ZOOM = np.linspace(-1.0, 1.0, 7)  # offsets of one look at the likelihood, in units of the reach
FAR = 100.0  # keeps the likelihood's top in reach when every count before, or after, is zero
NEGLIGIBLE = 1e-7  # grid points with less posterior weight than this share of the greatest are dropped


def shrink_ratios(
    before, after, *, exposure_before=None, exposure_after=None, dispersion=1.0, level=0.95
) -> pd.DataFrame:
    """Rate ratios of many forces, raw and shrunken, with intervals that carry the doubt about mu and tau.

    Parameters
    ----------
    before, after : sequence of float, shape (n,)
        Counts, zero or more.
    exposure_before, exposure_after : sequence of float, shape (n,), optional
        Exposures in one unit, above zero; 1 if left out.
    dispersion : float
        Variance of a count over its mean. The likelihood is raised to the power 1 / dispersion, which widens
        a force's interval by the square root of it, as quasi-Poisson does.
    level : float
        Level of both intervals, in (0, 1).

    Returns
    -------
    DataFrame
        One row a force, in input order. `ratio`, `low`, `high`: the force's own rate ratio, as
        :func:`helpers.stats.ratios.rate_ratio` gives it. `shrunk`: the exponential of the posterior mean of
        its log ratio. `shrunk_low`, `shrunk_high`: posterior quantiles. `attrs` hold `mu` and `tau`,
        the maximum likelihood estimates of the mean and the standard deviation of the forces' log ratios (0
        when the ratios vary no more than chance), which is what published analyses report. The shrinkage does
        not plug them in.

    Raises
    ------
    ValueError
        Naming the argument: negative, missing or infinite values, lengths that differ, no values, an exposure
        or dispersion not above zero, a level outside (0, 1).

    Notes
    -----
    Priors, both weak. That on tau is proportional to tau / (1 + tau^2)^1.5: flat in the variance tau^2 where
    that is small, which is what makes the intervals cover at least their level whatever tau is (a half-Cauchy
    covers 0.93 at small counts), with median 1.7. That on mu is normal about the pooled log ratio with standard
    deviation 5. Swapping the years flips every log ratio; a common factor in an exposure only scales ratios.

    References
    ----------
    Stijnen, Hamza and Ozdemir (2010), Statistics in Medicine 29, 3046-3067, section 4.2 (the binomial-normal
    model). Morris and Tang (2011), Statistical Science 26, 271-287 (the prior on tau). Liu and Pierce (1994),
    Biometrika 81, 624-629 (the quadrature).

    Examples
    --------
    >>> table = shrink_ratios([100, 200, 150, 4], [150, 310, 220, 16])
    >>> table[["ratio", "shrunk"]].round(2).values.tolist()
    [[1.5, 1.52], [1.55, 1.55], [1.47, 1.49], [4.0, 2.31]]
    """
    first = check_vector("before", before, minimum=0)
    second = check_vector("after", after, length=first.size, minimum=0)
    base = exposures("exposure_before", exposure_before, first.size)
    later_base = exposures("exposure_after", exposure_after, first.size)
    spread = check_number("dispersion", dispersion, positive=True)
    reach = normal_quantile(level)

    forces = _Forces.of(first, second, base, later_base, spread)
    ratio, _ = raw_ratios(first, second, base, later_base)
    with np.errstate(over="ignore"):  # as in rate_ratio: counts far below one leave no upper end
        widen = np.exp(reach * np.sqrt(forces.variance))
    grid = _posterior_grid(forces)
    mean, low, high = _posterior_of_each(forces, grid, level)
    columns = ["ratio", "low", "high", "shrunk", "shrunk_low", "shrunk_high"]
    numbers = [ratio, ratio / widen, ratio * widen, *np.exp([mean, low, high])]
    table = pd.DataFrame(dict(zip(columns, numbers, strict=True)))
    best = (grid.log_marginal.sum(axis=0) - ((grid.mu - forces.pooled) / FAR) ** 2).argmax()
    near = grid.mu[best], grid.tau[best], np.ptp(grid.mu) / 8
    table.attrs["mu"], table.attrs["tau"] = _most_likely(forces, *near, grid.least_tau)
    return table


def between_sd_difference(first, second, *, dispersion=1.0, level=0.95) -> Estimate:
    """How much more one kind of offence's growth differs between forces than another's.

    Parameters
    ----------
    first, second : pair of sequences of float, each of shape (n,)
        Earlier and later counts of each kind, in the same forces; four forces or more.
    dispersion : float
        As in :func:`shrink_ratios`.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    Estimate
        tau of `first` less tau of `second`, both by maximum likelihood as in :func:`shrink_ratios`, with a
        jackknife interval that leaves out one force at a time (t on n - 1 degrees of freedom). Chance scatter of
        the counts is in neither tau; larger counts alone do not make a difference.

    Raises
    ------
    ValueError
        Naming `first`, `second`, `dispersion` or `level`.

    Examples
    --------
    >>> even = ([100] * 8, [120] * 8)
    >>> uneven = ([100] * 8, [60, 240, 80, 200, 50, 300, 90, 180])
    >>> found = between_sd_difference(uneven, even)
    >>> found.value > 0.5 and 0 not in found
    True
    """
    kinds = []
    spread = check_number("dispersion", dispersion, positive=True)
    for name, counts in (("first", first), ("second", second)):
        if len(counts) != 2:
            raise ValueError(f"{name} must be a pair: earlier and later counts")
        before = check_vector(name, counts[0], length=kinds[0].total.size if kinds else None, minimum=0)
        after = check_vector(name, counts[1], length=before.size, minimum=0)
        if before.size < 4:
            raise ValueError(f"{name} has {before.size} forces where four are needed")
        kinds.append(_Forces.of(before, after, *np.ones((2, before.size)), spread))

    def tau(forces: _Forces) -> float:
        nodes = _tau_range(forces)
        centre, scale = _mu_given_tau(forces, nodes)
        middle = nodes.size // 2
        return _most_likely(forces, centre[middle], nodes[middle], 2 * scale[middle], nodes[0])[1]

    size = kinds[0].total.size
    se = jackknife_se([tau(kinds[0].without(i)) - tau(kinds[1].without(i)) for i in range(size)])
    return Estimate.around(tau(kinds[0]) - tau(kinds[1]), se, level, size - 1)


@dataclass(frozen=True, slots=True)
class _Forces:
    """What the counts say: the tempered binomial likelihoods, `later` of `total` at log odds theta + `offset`, one a force,
    their log ratios with variances, and the log ratio of all forces together.
    """

    later: np.ndarray
    total: np.ndarray
    offset: np.ndarray
    log_ratio: np.ndarray
    variance: np.ndarray
    pooled: float

    @classmethod
    def of(cls, first, second, base, later_base, spread: float) -> _Forces:
        """From checked counts and exposures."""
        ratio, variance = raw_ratios(first, second, base, later_base)
        pooled = np.log((second.sum() + HALF) / later_base.sum() / ((first.sum() + HALF) / base.sum()))
        likelihood = second / spread, (first + second) / spread, np.log(later_base / base)
        return cls(*likelihood, np.log(ratio), spread * variance, pooled)

    def without(self, force: int) -> _Forces:
        """All forces but one; `pooled` stays, as a place to look from."""
        arrays = (self.later, self.total, self.offset, self.log_ratio, self.variance)
        return _Forces(*(np.delete(array, force) for array in arrays), self.pooled)

    def log_likelihood(self, theta: np.ndarray) -> np.ndarray:
        """Log likelihood at `theta`, whose first axis is the forces."""
        later, total, offset = (_along(x, theta.ndim) for x in (self.later, self.total, self.offset))
        logit = theta + offset
        # The logarithm of 1 + exp(logit), by functions that work on many numbers at once.
        return later * logit - total * (np.maximum(logit, 0.0) + np.log(1.0 + np.exp(-np.abs(logit))))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The joint posterior of mu and tau on points: their weights, and what each force is at each point."""

    mu: np.ndarray  # (points,)
    tau: np.ndarray
    weight: np.ndarray  # sums to 1
    log_marginal: np.ndarray  # (forces, points)
    mean: np.ndarray  # posterior mean of theta given the point
    variance: np.ndarray
    least_tau: float  # the lowest node, below which tau is as good as zero


def _posterior_grid(forces: _Forces) -> _Grid:
    """Place a grid over mu and tau where the posterior is, and weigh it by the exact marginal likelihood."""
    tau = _tau_range(forces)
    centre, scale = _mu_given_tau(forces, tau)
    # The normal approximation may be off: look wide.
    coarse = centre[:, None] + 1.5 * scale[:, None] * MU_NODES
    weight = softmax(_log_joint(forces, coarse, tau)[0], axis=1)
    centre = (weight * coarse).sum(axis=1)
    scale = np.sqrt((weight * (coarse - centre[:, None]) ** 2).sum(axis=1))

    mu = centre[:, None] + scale[:, None] * MU_NODES
    log_joint, log_marginal, mean, variance_given = _log_joint(forces, mu, tau)
    step = np.gradient(np.log(tau)) * tau  # trapezium rule in log tau
    step[[0, -1]] /= 2
    step[0] += tau[0] / 2  # the sliver between zero and the first node
    weight = softmax(log_joint + np.log(step * scale)[:, None], axis=None)
    keep = weight.ravel() > NEGLIGIBLE * weight.max()
    flat = [x.reshape(-1, keep.size)[:, keep] for x in (log_marginal, mean, variance_given)]
    kept = weight.ravel()[keep]
    nodes = mu.ravel()[keep], np.repeat(tau, mu.shape[1])[keep]
    return _Grid(*nodes, kept / kept.sum(), *flat, float(tau[0]))


def _log_joint(forces: _Forces, mu, tau):
    """Log posterior of each (tau, mu), and each force's log marginal likelihood, mean and variance there."""
    log_marginal, mean, variance = _quadrature(forces, mu, np.broadcast_to(tau[:, None], mu.shape))
    prior = _log_prior(tau)[:, None] - ((mu - forces.pooled) / MU_SCALE) ** 2 / 2
    return log_marginal.sum(axis=0) + prior, log_marginal, mean, variance


def _log_prior(tau: np.ndarray) -> np.ndarray:
    return np.log(tau) - 1.5 * np.log1p((tau / TAU_SCALE) ** 2)


def _quadrature(forces: _Forces, mu, tau):
    """Adaptive Gauss-Hermite over theta: log marginal likelihood, posterior mean and variance, per force."""
    later, total, offset = (_along(x, mu.ndim + 1) for x in (forces.later, forces.total, forces.offset))
    precision = 1 / tau**2
    theta = np.broadcast_to(mu, (forces.later.size, *mu.shape)).copy()
    for _ in range(60):  # Newton on a concave function; steps are bounded, so it cannot run away
        share = 1 / (1 + np.exp(-np.clip(theta + offset, -700, 700)))
        curvature = total * share * (1 - share) + precision
        move = np.clip((later - total * share - (theta - mu) * precision) / curvature, -1.0, 1.0)
        theta += move
        if np.abs(move).max() < 1e-6:
            break
    width = np.sqrt(2 / curvature)
    nodes = theta[..., None] + width[..., None] * HERMITE_NODES
    height = forces.log_likelihood(nodes) - ((nodes - mu[..., None]) / tau[..., None]) ** 2 / 2
    height += HERMITE_LOG_WEIGHTS
    top = height.max(axis=-1, keepdims=True)
    weight = np.exp(height - top)
    total_weight = weight.sum(axis=-1)
    weight /= total_weight[..., None]
    log_marginal = top[..., 0] + np.log(total_weight * width / tau)
    away = (weight * (nodes - theta[..., None])).sum(axis=-1)
    variance = (weight * (nodes - theta[..., None]) ** 2).sum(axis=-1) - away**2
    return log_marginal, theta + away, variance


def _most_likely(forces: _Forces, mu: float, tau: float, mu_reach: float, least: float):
    """Maximum likelihood estimates of mu and tau, by looking ever closer around the best point."""
    log_tau, tau_reach = np.log(tau), 0.7
    for _ in range(9):
        log_taus = np.maximum(log_tau + tau_reach * ZOOM, np.log(least))
        mus, taus = np.meshgrid(mu + mu_reach * ZOOM, np.exp(log_taus))
        fit = _quadrature(forces, mus, taus)[0].sum(axis=0) - ((mus - forces.pooled) / FAR) ** 2
        row, column = np.unravel_index(fit.argmax(), mus.shape)
        mu, log_tau = mus[0, column], log_taus[row]
        mu_reach, tau_reach = mu_reach * 0.45, tau_reach * 0.45
    tau = float(np.exp(log_tau))
    return float(mu), 0.0 if tau <= least * 1.001 else tau


def _posterior_of_each(forces: _Forces, grid: _Grid, level: float):
    """Posterior mean and quantiles of every force's log ratio, averaged over the grid."""
    mean = grid.mean @ grid.weight
    spread = np.sqrt((grid.variance + (grid.mean - mean[:, None]) ** 2) @ grid.weight)
    theta = mean[:, None] + spread[:, None] * THETA_NODES
    log_weight = np.log(grid.weight / grid.tau)
    low, high = np.empty_like(mean), np.empty_like(mean)
    likelihood = forces.log_likelihood(theta)
    for force in range(mean.size):  # a force at a time keeps the work in a few megabytes
        away = (theta[force][:, None] - grid.mu) / grid.tau
        # The weight of a point, less what this force itself told it, times the force's own likelihood.
        density = np.exp(likelihood[force][:, None] - away**2 / 2 + (log_weight - grid.log_marginal[force]))
        low[force], high[force] = _quantiles(theta[force], density.sum(axis=1), level)
    return mean, low, high


def _quantiles(x: np.ndarray, density: np.ndarray, level: float) -> np.ndarray:
    """The two equal-tailed quantiles of a density known on an even grid."""
    step = x[1] - x[0]
    slope = np.gradient(density, step)
    rise = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)]) * step
    rise -= step**2 / 12 * (slope - slope[0])  # end correction of the trapezium rule
    rise /= rise[-1]
    return np.interp([(1 - level) / 2, (1 + level) / 2], rise, x)


def _tau_range(forces: _Forces) -> np.ndarray:
    """Nodes of tau, log-spaced over where its posterior can lie, found by the normal approximation."""
    log_ratio, variance = forces.log_ratio, forces.variance
    smallest = 0.25 / np.sqrt((1 / variance).sum())  # a quarter of the standard error of mu without spread
    largest = 20 * max(float(np.std(log_ratio)), float(np.median(np.sqrt(variance))), TAU_SCALE)
    wide = np.geomspace(smallest, largest, 120)
    centre, scale = _mu_given_tau(forces, wide)
    total = variance + wide[:, None] ** 2
    fit = -0.5 * (np.log(total) + (log_ratio - centre[:, None]) ** 2 / total).sum(axis=1)
    fit += np.log(scale) + np.log(wide) + _log_prior(wide)
    inside = np.flatnonzero(fit > fit.max() - 14)
    room = 1.3  # small counts move the exact posterior away from the approximate one
    ends = max(smallest, wide[inside[0]] / room), min(largest, wide[inside[-1]] * room)
    return np.geomspace(*ends, TAU_NODES)


def _mu_given_tau(forces: _Forces, tau):
    """Normal approximation to mu at each tau: its centre and standard deviation."""
    weight = 1 / (forces.variance + tau[:, None] ** 2)
    precision = weight.sum(axis=1) + 1 / MU_SCALE**2
    centre = ((weight * forces.log_ratio).sum(axis=1) + forces.pooled / MU_SCALE**2) / precision
    return centre, 1 / np.sqrt(precision)


def _along(values: np.ndarray, dimensions: int) -> np.ndarray:
    """`values` along the first of so many axes."""
    return values.reshape(-1, *([1] * (dimensions - 1)))
