"""Errors in variables: a straight line when the horizontal axis is itself an estimate, and its tests.

:func:`slope_p_value` tests one given slope, :func:`slope_power` says how often a slope of a given size would be found, and
:func:`permutation_p_value` deals the doses to the units at random.

The dose (say, minus the log of a force's audited accuracy) comes with a standard error, so least squares is
pulled towards zero. :func:`errors_in_variables` estimates the slope that the true doses would show. The true
doses are taken as draws from a normal population, the points scatter around the line by an amount that is
always estimated, and the known measurement errors come on top. The fit is by restricted maximum likelihood
and the interval inverts the likelihood-ratio test, so it stays honest when the doses are poorly measured: it
becomes lopsided, and infinite once the data cannot tell the doses apart.
"""

import numpy as np
from scipy.special import stdtr, stdtrit

from helpers.stats.estimate import Estimate, check_level, check_number, check_vector, check_whole
from helpers.stats.line import CommonError, Line, standard_errors
from helpers.stats.multiverse import shuffles


def errors_in_variables(x, y, *, x_se, y_se=None, level: float = 0.95) -> Estimate:
    r"""The slope of `y` on the true values behind `x`.

    The model is :math:`x_i = \xi_i + u_i`, :math:`y_i = \alpha + \beta\xi_i + q_i + e_i` with
    :math:`\xi_i \sim N(\mu, \sigma^2)`, extra scatter :math:`q_i \sim N(0, \tau^2)`, and known standard errors
    of :math:`u_i` and :math:`e_i`. With one common `x_se` the estimate is the moment-corrected slope
    :math:`S_{xy} / (S_{xx} - \mathrm{x\_se}^2)` wherever that is admissible.

    Parameters
    ----------
    x, y : sequences of float, shape (n,), n at least 3
        Taken by position.
    x_se : float or sequence of float, shape (n,)
        Standard error of each `x`, in the unit of `x`. Zero gives ordinary least squares, with its
        t-interval, when `y_se` is left out.
    y_se : float or sequence of float, shape (n,), optional
        Known standard error of each `y`. Scatter beyond it is still estimated.
    level : float
        Coverage of the interval.

    Returns
    -------
    Estimate
        In units of `y` per unit of `x`. The interval inverts the likelihood-ratio test, referred to the t
        distribution with n - 2 degrees of freedom (exact when `x_se` is zero); either end may be infinite.

    Raises
    ------
    ValueError
        Naming the argument: missing values, unequal lengths, negative standard errors, `x` that does not vary.

    Notes
    -----
    Close to median-unbiased for reliabilities (the share of the variance of `x` that is not error) down to
    0.4 with some 40 points. The mean of the estimator is pulled up by its long tail there.

    References
    ----------
    Fuller (1987), Measurement Error Models, sections 1.2 and 3.1; van Houwelingen, Arends and Stijnen (2002),
    Statistics in Medicine 21, 589-624, section 5.

    Examples
    --------
    Corn yield against soil nitrogen, measured with error variance 57 (Fuller 1987, example 1.2.1).

    >>> nitrogen = [70, 97, 53, 64, 95, 64, 50, 70, 94, 69, 51]
    >>> corn = [86, 115, 90, 86, 110, 91, 99, 96, 99, 104, 96]
    >>> round(errors_in_variables(nitrogen, corn, x_se=57**0.5).value, 4)
    0.4232
    >>> print(errors_in_variables(nitrogen, corn, x_se=0))
    0.344 (0.0338 to 0.654)
    """
    level = check_level(level)
    line = Line(x, y, x_se, y_se)
    quantile = float(stdtrit(line.n - 2, 0.5 + level / 2))
    low, high = line.interval(quantile**2)
    return Estimate(*(float(slope * line.unit) for slope in (line.slope, low, high)), level)


def slope_p_value(x, y, slope: float, *, x_se, y_se=None) -> float:
    """The two-sided p-value of the hypothesis that the true slope is `slope`.

    It agrees with :func:`errors_in_variables`: the interval holds exactly the slopes whose p-value is at
    least one minus the level.

    Parameters
    ----------
    x, y, x_se, y_se
        As in :func:`errors_in_variables`.
    slope : float
        In units of `y` per unit of `x`.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As :func:`errors_in_variables`, and for a `slope` that is not finite.

    References
    ----------
    As :func:`errors_in_variables`.

    Examples
    --------
    >>> round(slope_p_value([1, 2, 3, 4], [1.1, 1.9, 3.2, 3.8], 0.0, x_se=0), 4)
    0.0092
    """
    slope = check_number("slope", slope)
    line = Line(x, y, x_se, y_se)
    return float(2 * stdtr(line.n - 2, -np.sqrt(line.t_squared(slope / line.unit))))


def permutation_p_value(x, y, *, draws: int = 199, seed: int = 2017) -> float:
    """The two-sided p-value of no slope, from dealing the doses to the points at random.

    It asks nothing of the scatter around the line. Errors in the doses make a slope flatter and not more frequent by
    chance, so the test is on the least-squares slope.

    Parameters
    ----------
    x, y : sequences of float, shape (n,), n at least 3
    draws, seed : int

    Returns
    -------
    float
        The share of dealings, with the one seen among them, in which the slope is as large or larger in either direction;
        never below 1 / (draws + 1).

    Raises
    ------
    ValueError
        Naming the argument, as :func:`errors_in_variables`.

    References
    ----------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9, article 39.

    Examples
    --------
    >>> permutation_p_value(range(9), range(9), draws=199), permutation_p_value(range(9), [1, -1, 0] * 3, draws=199) > 0.2
    (0.005, True)
    """
    x, y = check_vector("x", x), check_vector("y", y)
    if x.size != y.size or x.size < 3 or np.ptp(x) == 0:
        raise ValueError("x must vary and have three values or more, one for each y")
    x = x - x.mean()
    dealt = np.abs(x[shuffles(x.size, check_whole("draws", draws, 1), seed)] @ y)
    return float((1 + (dealt >= abs(x @ y) * (1 - 1e-12)).sum()) / (1 + draws))


def reliability(x, x_se) -> float:
    """The share of the variance of `x` that is not measurement error, by moments.

    Parameters
    ----------
    x, x_se
        As in :func:`errors_in_variables`, in one unit; two values will do.

    Returns
    -------
    float
        From 0 to 1; 0 where the errors alone would scatter `x` as much as it does.

    Raises
    ------
    ValueError
        As :func:`errors_in_variables`.

    References
    ----------
    Fuller (1987), Measurement Error Models, section 1.1.2.

    Examples
    --------
    >>> reliability([1, 2, 3], 0.5)
    0.75
    """
    x = check_vector("x", x)
    errors = standard_errors("x_se", x_se, x.size)
    spread = float(x.var(ddof=1)) if x.size > 1 else 0.0
    if spread == 0:
        raise ValueError("x does not vary")
    return max(0.0, 1 - float(np.mean(errors**2)) / spread)


def slope_power(x, *, x_se, scatter, slope, level=0.95, draws=200, seed=0) -> float:
    """How often a slope of a given size would be told from none, with doses and scatter like these.

    Parameters
    ----------
    x, x_se
        As in :func:`errors_in_variables`; the true doses are taken to be spread like `x` less its errors, whose
        mean square is used for all.
    scatter : float
        Standard deviation of the points around the line.
    slope : float
        The true slope, in units of `y` per unit of `x`.
    level, draws, seed
        Of the test, and of the simulation.

    Returns
    -------
    float
        The share of simulated samples in which slope zero is rejected.

    Raises
    ------
    ValueError
        Naming the argument.

    Examples
    --------
    >>> slope_power([0, 1, 2, 3, 4], x_se=0, scatter=0.1, slope=1.0, draws=50)
    1.0
    """
    x = check_vector("x", x)
    error = float(np.sqrt(np.mean(standard_errors("x_se", x_se, x.size) ** 2)))
    scatter = check_number("scatter", scatter, minimum=0)
    slope, level = check_number("slope", slope), check_level(level)
    number = check_whole("draws", draws, 1)
    true = x.mean() + np.sqrt(reliability(x, error)) * (x - x.mean())
    rng = np.random.Generator(np.random.PCG64(seed))
    draw_x, draw_y = np.moveaxis(rng.standard_normal((number, 2, x.size)), 1, 0)
    with np.errstate(divide="ignore"):  # a line without scatter has no criterion
        lines = CommonError(true + error * draw_x, slope * true + scatter * draw_y, error)
        limit = stdtrit(x.size - 2, 0.5 + level / 2) ** 2
        return float((lines.t_squared(0.0) > limit).mean())
