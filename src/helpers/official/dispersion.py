"""How much more a year's count scatters than chance alone would make it: dispersion from the quarterly panel.

A Poisson count has a variance equal to its mean. Counts of recorded offences scatter more, because one inquiry
can bring many offences and one clerk can enter a batch. ``annual_dispersion`` measures by how much, from the
quarters inside each force's own years: it takes away the force's level in that year and the course that all
forces together took through it (trend and season), and compares what is left with Poisson scatter.

From quarters to years: if quarters scatter independently, a year's variance is the sum of four quarters'
variances, and the dispersion of the annual count equals that of the quarters. ``trend_dispersion`` drops that
assumption: it lets each force follow a curve of its own and carries the correlation between quarters into the
year. It depends on how bendy the curve may be, so it serves as a check and not as the measure.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from helpers.official.recorded_crime import QUARTERS
from helpers.stats.estimate import Estimate, check_vector, jackknife_se, normal_quantile
from helpers.stats.series import poisson_fit
from helpers.tables.vocabularies import threshold

SMALLEST = int(threshold("smallest_force_year"))


def annual_dispersion(panel: pd.DataFrame, *, level: float = 0.95) -> Estimate:
    """Variance of a force's annual count over its mean, from the quarters inside its years.

    Parameters
    ----------
    panel : DataFrame
        `force`, `financial_year` and `q1` to `q4` (offences), such as :func:`recorded_crime.floor` gives.
        Force-years with an empty quarter or fewer than 20 offences are left out.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    Estimate
        Pearson's chi-square over its degrees of freedom, pooled over years; never below 1 at the point. The
        interval is the jackknife's, leaving out one force at a time, on the log scale.

    Raises
    ------
    ValueError
        When fewer than three forces have a usable year, or for a level outside (0, 1).

    Notes
    -----
    Given a force's total in a year, its quarters are compared with the total times the share of each quarter in
    all forces together: the quasi-Poisson model with an effect for each force-year and each quarter, in closed
    form. Degrees of freedom are 3 (forces - 1) a year. A force that grows faster than the rest inside a year
    adds to the scatter, so the estimate leans to the safe side.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, second edition, sections 4.5 and 6.2.

    Examples
    --------
    >>> panel = pd.DataFrame({"force": ["A", "B", "C"], "financial_year": ["2014/15"] * 3,
    ...     "q1": [10, 20, 30], "q2": [10, 20, 30], "q3": [10, 20, 30], "q4": [10, 20, 30]})
    >>> annual_dispersion(panel).value
    1.0
    """
    counts, _ = _counts(panel)
    value = _pooled(counts)
    se = jackknife_se(np.log([_pooled(np.delete(counts, at, axis=0)) for at in range(len(counts))]))
    reach = float(np.exp(normal_quantile(level) * se))
    return Estimate(value, max(1.0, value / reach), value * reach, level)


def dispersion_by_year(panel: pd.DataFrame) -> pd.DataFrame:
    """The same measure year by year: `financial_year`, `force_years`, `dispersion`.

    Parameters
    ----------
    panel : DataFrame
        As for :func:`annual_dispersion`.
    """
    counts, years = _counts(panel)
    usable = np.isfinite(counts[:, :, 0]).sum(axis=0)
    values = [_pooled(counts[:, [at]]) for at in range(len(years))]
    return pd.DataFrame({"financial_year": years, "force_years": usable, "dispersion": values})


def between_years(before: Sequence[float], after: Sequence[float]) -> float:
    """Variance of a force's annual count over its mean, from how forces changed between two years.

    Forces that really changed unlike the others add to it, so it is the most that chance can be given, as
    :func:`annual_dispersion`, which leaves out what varies from year to year, is nearer to the least.

    Parameters
    ----------
    before, after : sequences of float, shape (n,), n at least 2
        Counts by force, in one order, above zero in sum.

    Returns
    -------
    float
        Pearson's chi-square of forces by years over its n - 1 degrees of freedom; never below 1.

    Raises
    ------
    ValueError
        Naming the argument, as :func:`helpers.stats.estimate.check_vector`; or a year without offences.

    References
    ----------
    As :func:`annual_dispersion`.

    Examples
    --------
    >>> round(between_years([100, 100], [150, 50]), 2)
    26.67
    """
    first = check_vector("before", before, minimum=0)
    second = check_vector("after", after, length=first.size, minimum=0)
    both = np.column_stack([first, second])[first + second > 0]
    found = chi2_contingency(both, correction=False)
    return max(1.0, float(found.statistic / found.dof)) if found.dof else 1.0


def trend_dispersion(panel: pd.DataFrame, *, degree: int = 2) -> float:
    """Dispersion of a year's count about a polynomial trend for each force on the log scale, over the national course.

    Parameters
    ----------
    panel : DataFrame
        As for :func:`annual_dispersion`; forces that lack a quarter or a year that others have, or have under 20
        offences in any year, are left out.
    degree : int
        Degree of each force's own curve, 0 or more.

    Returns
    -------
    float
        With the correlation between neighbouring quarters, at lags 1, 2 and 3, carried into the year.

    Raises
    ------
    ValueError
        When fewer than three forces remain, or there are too few quarters for the degree.

    Notes
    -----
    Poisson regression log(mean) = national course + force's polynomial. The
    variance of a sum of four quarters is 4 (1 + 2 (3/4 r1 + 2/4 r2 + 1/4 r3)) times that of one. A bendy curve
    takes up real scatter, a stiff one leaves real change in it.
    """
    wide = panel.set_index(["force", "financial_year"])[list(QUARTERS)].astype(float).sort_index()
    small = wide.isna().any(axis=1) | (wide.sum(axis=1) < SMALLEST)
    kept = wide.drop(index=wide.index[small.groupby(level="force").transform("any")])
    counts = kept.stack().unstack("force").T.dropna().to_numpy()
    if len(counts) < 3 or counts.shape[1] <= degree + 2:
        raise ValueError("panel needs three forces with every quarter, and more quarters than the degree")
    mean = _fit_curves(counts, degree)
    residual = (counts - mean) / np.sqrt(mean)
    freedom = counts.size - len(counts) * (degree + 1) - (counts.shape[1] - 1)
    quarterly = float((residual**2).sum() / freedom)
    scale = (residual**2).mean()
    lags = {k: float((residual[:, k:] * residual[:, :-k]).mean() / scale) for k in (1, 2, 3)}
    return quarterly * (1 + 2 * sum((4 - k) / 4 * lag for k, lag in lags.items()))


def _counts(panel: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Counts of every usable force-year, shape (forces, years, 4) and missing elsewhere; and the years."""
    counts = panel.set_index(["force", "financial_year"])[list(QUARTERS)].astype(float).dropna()
    counts = counts[counts.sum(axis=1) >= SMALLEST]
    wide = counts.unstack("financial_year").swaplevel(axis=1).sort_index(axis=1)
    years = wide.columns.unique(0)
    return wide.to_numpy().reshape(len(wide), len(years), len(QUARTERS)), list(years)


def _pooled(counts: np.ndarray) -> float:
    """Pearson's chi-square of quarters about the common course over its degrees of freedom, all years together; at least 1."""
    course = np.nansum(counts, axis=0)
    expected = counts.sum(axis=2, keepdims=True) * course / course.sum(axis=1, keepdims=True)
    usable = np.isfinite(counts[:, :, 0]).sum(axis=0)
    freedom = 3 * (usable[usable > 0] - 1).sum()
    if freedom <= 0:
        raise ValueError(f"panel needs three forces with four quarters and {SMALLEST} offences in one year")
    return max(1.0, float(np.nansum((counts - expected) ** 2 / expected) / freedom))


def _fit_curves(counts: np.ndarray, degree: int) -> np.ndarray:
    """Fitted means of log-linear curves, one a force, over a common course."""
    forces, quarters = counts.shape
    basis = np.polynomial.legendre.legvander(np.linspace(-1, 1, quarters), degree)
    # the forces' own curves hold what the first quarters of the common course would
    course = np.eye(quarters)[:, degree + 1 :]
    design = np.hstack([np.kron(np.eye(forces), basis), np.tile(course, (forces, 1))])
    _, mean, _ = poisson_fit(counts.reshape(1, -1), design)
    return mean.reshape(counts.shape)
