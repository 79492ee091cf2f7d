"""Sensitivity to what was left out: how strong it would have to be to explain a result away.

:func:`e_value` asks it of a ratio, :func:`partial_r2` and :func:`robustness_value` of a regression coefficient.
A large answer is not proof that nothing was left out; it says what the objector has to believe.
"""

import math

from scipy.special import stdtrit

from helpers.stats.estimate import check_level, check_number


def e_value(ratio: float) -> float:
    """The E-value of a rate ratio.

    Parameters
    ----------
    ratio : float
        A ratio above zero; one below 1 is inverted first. For an odds ratio of a common outcome take the
        square root beforehand.

    Returns
    -------
    float
        The least strength, as a rate ratio with both the cause and the outcome, that an unmeasured common
        cause needs to explain the ratio away; 1 when there is nothing to explain.

    Raises
    ------
    ValueError
        `ratio` not above zero, missing or infinite.

    References
    ----------
    VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274.

    Examples
    --------
    >>> round(e_value(3.9), 2)
    7.26
    """
    number = check_number("ratio", ratio, positive=True)
    number = max(number, 1 / number)
    return number + math.sqrt(number) * math.sqrt(number - 1)


def partial_r2(t, dof) -> float:
    """Share of the outcome's residual variance that a regressor explains.

    Parameters
    ----------
    t : float
        The coefficient's t statistic.
    dof : float
        Residual degrees of freedom, above zero.

    Returns
    -------
    float
        From 0 to 1. A confounder that explained all the rest of the outcome would need this share of the
        regressor's residual variance to explain the coefficient away.

    Raises
    ------
    ValueError
        Naming `t` or `dof`.

    References
    ----------
    Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82, 39-67.

    Examples
    --------
    >>> round(partial_r2(4.18445, 783), 3)
    0.022
    """
    statistic = check_number("t", t)
    freedom = check_number("dof", dof, positive=True)
    f2 = (statistic / math.sqrt(freedom)) * (statistic / math.sqrt(freedom))
    return 1.0 if f2 == math.inf else f2 / (1 + f2)


def robustness_value(t, dof, *, q=1.0, alpha=None) -> float:
    """Share of residual variance a confounder must explain, of both sides, to take away a result.

    Parameters
    ----------
    t : float
        The coefficient's t statistic.
    dof : float
        Residual degrees of freedom, above zero; above 1 with `alpha`.
    q : float
        The share of the estimate to be taken away, above zero; 1 brings it to zero.
    alpha : float, optional
        Significance level in (0, 1): the confounder need then only make the reduced estimate insignificant.

    Returns
    -------
    float
        From 0 to 1; 0 when, at `alpha`, there is nothing to take away.

    Raises
    ------
    ValueError
        Naming the argument.

    Notes
    -----
    With `alpha` and few degrees of freedom, a confounder may do the job by explaining less of the outcome
    than of the regressor. The answer is then the extreme form, in which it is allowed all of the outcome.

    References
    ----------
    Cinelli and Hazlett (2020), Journal of the Royal Statistical Society B 82, 39-67, equations 18 and 19; the
    extreme form as in the authors' sensemakr.

    Examples
    --------
    >>> round(robustness_value(4.18445, 783), 3), round(robustness_value(4.18445, 783, alpha=0.05), 3)
    (0.139, 0.076)
    """
    statistic = check_number("t", t)
    freedom = check_number("dof", dof, positive=True)
    strength = check_number("q", q, positive=True) * abs(statistic) / math.sqrt(freedom)
    critical = 0.0
    if alpha is not None:
        tail = check_level(alpha, "alpha")
        if freedom <= 1:
            raise ValueError(f"dof must be above 1 with alpha, not {dof!r}")
        critical = -float(stdtrit(freedom - 1, tail / 2)) / math.sqrt(freedom - 1)
    excess = strength - critical
    if excess <= 0:
        return 0.0
    if strength * critical > 1:
        return 1 - (1 + critical * critical) / (1 + strength * strength)
    return 2 / (1 + math.hypot(1, 2 / excess))  # equation 18, written so that no square can overflow
