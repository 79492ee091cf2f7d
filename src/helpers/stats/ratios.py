"""Ratios of counts: how big a change is, and which forces stand out from the rest.

:func:`rate_ratio` compares two counts. :func:`funnel_limits` and :func:`funnel` judge many observed counts
against expected ones that are taken as known. :func:`change_funnel` judges many pairs of counts when both are
random, as two years of the same force are; a funnel that takes the earlier year as known calls too many
outliers. Ratios are later over earlier, or observed over expected. Counts need not be whole.
"""

import numpy as np
import pandas as pd
from scipy.special import betainc, chdtri

from helpers.stats.estimate import Estimate, check_level, check_number, check_vector, normal_quantile

HALF = 0.5  # what a continuity correction adds to each count


def rate_ratio(
    before, after, *, exposure_before=1.0, exposure_after=1.0, dispersion=1.0, level=0.95
) -> Estimate:
    """The ratio of two rates, later over earlier, with a Wald interval on the log scale.

    Parameters
    ----------
    before, after : float
        Counts, zero or more.
    exposure_before, exposure_after : float
        What the counts are divided by (people, months), in one unit.
    dispersion : float
        Variance of a count over its mean; 1 is Poisson. The interval widens with its square root.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    Estimate
        The raw ratio when both counts are above zero. When either is zero, 0.5 is added to both before
        anything is computed, so that the ratio and its interval stay finite; two zeros then give the ratio
        of the exposures with an interval so wide that it says nothing.

    Raises
    ------
    ValueError
        A count below zero, an exposure or dispersion not above zero, a level outside (0, 1), or a value that
        is missing or infinite. The message names the argument.

    Notes
    -----
    Simulated 95% intervals cover 0.95 to 0.96 with ten events or more in each count (0.95 to 0.97 with thirty, at a
    dispersion of 3), 0.97 to 0.98 with five and 0.98 to 1.00 with two: with few events they are wider than need be.

    References
    ----------
    Rothman, Greenland and Lash (2008), Modern Epidemiology, third edition, chapter 14.

    Examples
    --------
    >>> print(rate_ratio(100, 150))
    1.5 (1.16 to 1.93)
    """
    counts = {"before": before, "after": after}
    bases = {"exposure_before": exposure_before, "exposure_after": exposure_after}
    numbers = [check_number(name, value, minimum=0) for name, value in counts.items()]
    numbers += [check_number(name, value, positive=True) for name, value in bases.items()]
    spread = check_number("dispersion", dispersion, positive=True)
    ratio, variance = raw_ratios(*np.array(numbers)[:, None])
    value = float(ratio[0])
    with np.errstate(over="ignore"):  # counts far below one leave an interval without an upper end
        reach = float(np.exp(normal_quantile(level) * np.sqrt(spread * variance[0])))
    return Estimate(value, value / reach, value * reach, float(level))


def funnel_limits(expected, level=0.95):
    """Exact Poisson limits of observed over expected, around 1.

    Parameters
    ----------
    expected : float or sequence of float, shape (n,)
        Expected counts, above zero.
    level : float
        Share of chance variation inside the limits, in (0, 1); 0.998 for "three sigma".

    Returns
    -------
    low, high : float or ndarray, shape (n,)
        Floats for a number, arrays for a sequence.

    Raises
    ------
    ValueError
        Naming `expected` or `level`.

    References
    ----------
    Garwood (1936), Biometrika 28: the chi-square form of the exact Poisson interval, here of a count equal to
    its expectation. Spiegelhalter (2005), Statistics in Medicine 24: such limits drawn as a funnel.

    Examples
    --------
    >>> low, high = funnel_limits(10)
    >>> round(low, 4), round(high, 4)
    (0.4795, 1.839)
    """
    tail = (1 - check_level(level)) / 2
    mean = check_vector("expected", np.atleast_1d(expected), positive=True)
    low = chdtri(2 * mean, 1 - tail) / 2 / mean
    high = chdtri(2 * mean + 2, tail) / 2 / mean
    return (float(low[0]), float(high[0])) if np.ndim(expected) == 0 else (low, high)


def funnel(observed, expected, *, trim=0.1, level=0.95) -> pd.DataFrame:
    """Observed over expected for many units, with outliers before and after allowing for overdispersion.

    Parameters
    ----------
    observed : sequence of float, shape (n,)
        Counts, zero or more.
    expected : sequence of float, shape (n,)
        Expected counts, above zero, taken as known. For two random counts use :func:`change_funnel`.
    trim : float
        Share of units left out at each end of z before the overdispersion is estimated, in [0, 0.5). It is
        rounded down to whole units.
    level : float
        Share of chance variation inside the limits, in (0, 1).

    Returns
    -------
    DataFrame
        One row a unit, in input order. `ratio` is observed over expected; `z` is sqrt(E) log(O/E), and at
        O = 0 has 0.5 added to both counts; `outlier` lies outside :func:`funnel_limits`;
        `outlier_adjusted` lies outside on the log scale with variance 1/E + tau2. `attrs` hold `phi`, the
        mean of z squared over what is kept, and `tau2`, the variance between units (DerSimonian-Laird about
        the target, from what is kept, and never below 0).

    Raises
    ------
    ValueError
        Naming `observed`, `expected`, `trim` or `level`.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, sections 4 and A.3; the trimmed form is that of
    the Summary Hospital-level Mortality Indicator.

    Examples
    --------
    >>> table = funnel([8, 12, 10, 30], [10, 10, 10, 10], trim=0)
    >>> table["outlier"].tolist(), round(table.attrs["tau2"], 3)
    ([False, False, False, True], 0.33)
    """
    count = check_vector("observed", observed, minimum=0)
    mean = check_vector("expected", expected, length=count.size, positive=True)
    zero = count == 0
    log_ratio = np.log(np.where(zero, HALF, count)) - np.log(np.where(zero, mean + HALF, mean))
    low, high = funnel_limits(mean, level)
    ratio = count / mean
    return _funnel_table(ratio, log_ratio, 1 / mean, (ratio < low) | (ratio > high), trim, level)


def change_funnel(
    before, after, *, exposure_before=None, exposure_after=None, trim=0.1, level=0.95
) -> pd.DataFrame:
    """Which units changed more or less than the rest, when both of each unit's counts are random.

    Parameters
    ----------
    before, after : sequence of float, shape (n,)
        Counts, zero or more; at least one count of each pair above zero.
    exposure_before, exposure_after : sequence of float, shape (n,), optional
        Exposures, above zero; 1 if left out.
    trim, level : float
        As in :func:`funnel`.

    Returns
    -------
    DataFrame
        Columns and `attrs` of :func:`funnel`, about the pooled ratio, which is `attrs["centre"]`. `ratio` is
        each unit's own rate ratio; `z` is its distance from the centre on the log scale over the root of
        1/before + 1/after; `outlier` is judged by the exact binomial of `after` given the unit's total.
        At a zero, 0.5 is added to both counts for `ratio` and `z`.

    Raises
    ------
    ValueError
        Naming the argument.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, section 3.3 (changes between two periods).

    Examples
    --------
    >>> table = change_funnel([100, 200, 150], [120, 240, 400], trim=0)
    >>> table["outlier"].tolist()
    [True, True, True]
    >>> round(table.attrs["centre"], 2)
    1.69
    """
    first = check_vector("before", before, minimum=0)
    second = check_vector("after", after, length=first.size, minimum=0)
    if (first + second == 0).any():
        raise ValueError("before and after are both zero for a unit, which says nothing about its change")
    before_base = exposures("exposure_before", exposure_before, first.size)
    after_base = exposures("exposure_after", exposure_after, first.size)
    if first.sum() == 0 or second.sum() == 0:
        raise ValueError(f"{'before' if first.sum() == 0 else 'after'} is zero for every unit")
    centre = (second.sum() / after_base.sum()) / (first.sum() / before_base.sum())
    share = centre * after_base / (centre * after_base + before_base)
    tail = (1 - check_level(level)) / 2
    # Binomial tails of the later count given both, as incomplete beta functions, which take any count.
    too_low = np.where(first > 0, betainc(np.maximum(first, 1e-300), second + 1, 1 - share), 1.0) < tail
    too_high = np.where(second > 0, betainc(np.maximum(second, 1e-300), first + 1, share), 1.0) < tail
    ratio, variance = raw_ratios(first, second, before_base, after_base)
    table = _funnel_table(ratio, np.log(ratio / centre), variance, too_low | too_high, trim, level)
    table.attrs["centre"] = float(centre)
    return table


def exposures(name: str, values, size: int) -> np.ndarray:
    """Checked exposures; ones where none are given."""
    return np.ones(size) if values is None else check_vector(name, values, length=size, positive=True)


def raw_ratios(before, after, exposure_before, exposure_after) -> tuple[np.ndarray, np.ndarray]:
    """Rate ratios of checked arrays, and the Poisson variances of their logs; corrected only at a zero."""
    add = np.where((before == 0) | (after == 0), HALF, 0.0)
    before, after = before + add, after + add
    with np.errstate(all="ignore"):
        ratio = (after / exposure_after) / (before / exposure_before)
        variance = 1 / before + 1 / after
    if not (np.isfinite(variance) & np.isfinite(ratio) & (ratio > 0)).all():
        raise ValueError("before and after, over their exposures, are too far apart to have a ratio")
    return ratio, variance


def _funnel_table(ratio, deviation, variance, outlier, trim, level) -> pd.DataFrame:
    """The columns and attributes that both funnels share; `deviation` is on the log scale, from the target."""
    z = deviation / np.sqrt(variance)
    kept = _kept(z, variance, trim)
    phi = float(np.mean(z[kept] ** 2))
    tau2 = _between_variance(phi, 1 / variance[kept])
    adjusted = np.abs(deviation) > normal_quantile(level) * np.sqrt(variance + tau2)
    table = pd.DataFrame({"ratio": ratio, "z": z, "outlier": outlier, "outlier_adjusted": adjusted})
    table.attrs.update(phi=phi, tau2=tau2)
    return table


def _kept(z: np.ndarray, variance: np.ndarray, trim: float) -> np.ndarray:
    """Positions left when the share `trim` goes from each end; ties go by variance, never by position."""
    share = check_number("trim", trim, minimum=0)
    if share >= 0.5:
        raise ValueError(f"trim must be in [0, 0.5), not {trim!r}")
    out = int(np.floor(z.size * share + 1e-9))  # 0.29 x 100 is 28.999... in binary
    return np.lexsort((variance, z))[out : z.size - out]


def _between_variance(phi: float, weight: np.ndarray) -> float:
    """DerSimonian-Laird variance between units, about a known target (Spiegelhalter 2005, A.3)."""
    size, total = weight.size, weight.sum()
    room = total - (weight**2).sum() / total
    excess = size * phi - (size - 1)
    return float(max(0.0, excess / room)) if size > 1 else 0.0
