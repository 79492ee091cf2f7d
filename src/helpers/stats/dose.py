"""A straight line when the horizontal axis is itself an estimate.

The dose (say, minus the log of a force's audited accuracy) comes with a standard error, so least squares is
pulled towards zero. :func:`errors_in_variables` estimates the slope that the true doses would show. The true
doses are taken as draws from a normal population, the points scatter around the line by an amount that is
always estimated, and the known measurement errors come on top. The fit is by restricted maximum likelihood
and the interval inverts the likelihood-ratio test, so it stays honest when the doses are poorly measured: it
becomes lopsided, and infinite once the data cannot tell the doses apart.

:func:`slope_p_value` tests one given slope by the same likelihood, and :func:`slope_power` says how often a slope
of a given size would be found.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import stdtr, stdtrit

from helpers.stats.estimate import Estimate, check_level, check_number, check_vector, check_whole

_NO_ERROR = 1e-13  # standard deviations of the coordinate
_ANGLES = 20  # directions tried before the best is polished


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
    0.344 (0.03384 to 0.6542)
    """
    level = check_level(level)
    line = _Line(x, y, x_se, y_se)
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
    line = _Line(x, y, x_se, y_se)
    return float(2 * stdtr(line.n - 2, -np.sqrt(line.t_squared(slope / line.unit))))


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
    errors = _standard_errors("x_se", x_se, x.size)
    spread = float(x.var(ddof=1)) if x.size > 1 else 0.0
    if spread == 0:
        raise ValueError("x does not vary")
    return max(0.0, 1 - float(np.mean(errors**2)) / spread)


def slope_power(
    x, *, x_se, scatter: float, slope: float, level: float = 0.95, draws: int = 200, seed: int = 0
) -> float:
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
    error = float(np.sqrt(np.mean(_standard_errors("x_se", x_se, x.size) ** 2)))
    scatter = check_number("scatter", scatter, minimum=0)
    slope, level = check_number("slope", slope), check_level(level)
    number = check_whole("draws", draws, 1)
    true = x.mean() + np.sqrt(reliability(x, error)) * (x - x.mean())
    rng = np.random.Generator(np.random.PCG64(seed))
    found = 0
    for _ in range(number):
        seen = true + error * rng.standard_normal(x.size)
        y = slope * true + scatter * rng.standard_normal(x.size)
        found += slope_p_value(seen, y, 0.0, x_se=error) < 1 - level
    return found / number


class _Line:
    """The restricted likelihood of the slope, on data scaled to unit variance.

    For a given slope b, the pair (x, y - b x) has covariance diag(s, t) + K, with s the variance of the true
    doses, t the extra scatter, and K known. The two means are integrated out, so the criterion below is minus
    twice the restricted log-likelihood, and it is minimised over s and t for each b ("profiled").
    """

    def __init__(self, x, y, x_se, y_se):
        x = check_vector("x", x)
        y = check_vector("y", y, length=x.size)
        if x.size < 3:
            raise ValueError(f"x needs at least 3 values for a line with scatter, not {x.size}")
        x_se = _standard_errors("x_se", x_se, x.size)
        y_se = np.zeros(x.size) if y_se is None else _standard_errors("y_se", y_se, x.size)
        self.n = x.size
        x_scale, y_scale = float(np.std(x, ddof=1)), float(np.std(y, ddof=1))
        if x_scale <= 1e-13 * np.abs(x).max():
            raise ValueError("x does not vary, so it has no slope")
        self.flat = y_scale <= 1e-13 * np.abs(y).max() if np.any(y) else True
        y_scale = 1.0 if self.flat else y_scale
        self.unit = y_scale / x_scale
        self.x, self.y = (x - x.mean()) / x_scale, (y - y.mean()) / y_scale
        # An error lost in the rounding of its coordinate is none; its square would only underflow.
        self.a, self.c = (np.where(e < _NO_ERROR, 0.0, e) ** 2 for e in (x_se / x_scale, y_se / y_scale))
        self.exact = not self.a.any() and not self.c.any()
        self.common = np.ptp(self.a) == 0 and not self.c.any()
        if self.flat:
            self.slope, self.least = 0.0, 0.0
        elif self.exact:
            self.slope, self.least = float(self.x @ self.y) / (self.n - 1), 0.0
        else:
            self.slope, self.least = self._best()

    # -- the test of one slope ---------------------------------------------------------------------------

    def t_squared(self, slope: float) -> float:
        """The likelihood-ratio statistic of `slope`, on the scale of a squared t statistic."""
        if self.flat:
            return 0.0 if slope == 0 else np.inf
        if self.exact:
            rest = max(0.0, self.n - 1 - (self.n - 1) * self.slope**2)
            gap = (slope - self.slope) ** 2 * (self.n - 1)
            return 0.0 if gap == 0 else np.inf if rest == 0 else gap * (self.n - 2) / rest
        return self._as_t_squared(self._least(slope))

    def _as_t_squared(self, criterion: float) -> float:
        excess = max(0.0, criterion - self.least) / (self.n - 1)
        return (self.n - 2) * float(np.expm1(min(excess, 700)))

    # -- the interval ------------------------------------------------------------------------------------

    def interval(self, limit: float) -> tuple[float, float]:
        """All slopes whose squared t statistic is at most `limit`."""
        if self.flat:
            return 0.0, 0.0
        if self.exact:
            half = np.sqrt(limit * max(0.0, 1 - self.slope**2) / (self.n - 2))
            return self.slope - half, self.slope + half
        if self._as_t_squared(self._vertical()) <= limit:
            return -np.inf, np.inf
        return self._end(limit, -1), self._end(limit, +1)

    def _end(self, limit: float, side: int) -> float:
        def excess(slope):
            return self.t_squared(slope) - limit

        inner, step = self.slope, 0.25 * (1 + abs(self.slope))
        for _ in range(60):
            outer = inner + side * step
            if excess(outer) > 0:
                return float(brentq(excess, inner, outer, xtol=1e-10, rtol=1e-10))
            inner, step = outer, 2 * step
        return side * np.inf

    def _vertical(self) -> float:
        """The criterion as the slope grows without limit: x is nothing but error, and y is free."""
        if not self.a.all():
            return np.inf
        x_part = np.log(self.a).sum() + np.log((1 / self.a).sum())
        x_part += (self.x**2 / self.a).sum() - (self.x / self.a).sum() ** 2 / (1 / self.a).sum()

        if not self.c.any():  # then the best scatter is the variance of y
            return float(x_part + (self.n - 1) * (1 + math.log(self.y.var(ddof=1))) + math.log(self.n))

        def y_part(scatter):
            v = self.c + scatter
            q = (self.y**2 / v).sum() - (self.y / v).sum() ** 2 / (1 / v).sum()
            return np.log(v).sum() + np.log((1 / v).sum()) + q

        found = minimize_scalar(lambda z: y_part(np.exp(z)), bounds=(-14, 2), method="bounded")
        return float(x_part + found.fun)

    # -- the best slope ----------------------------------------------------------------------------------

    def _best(self) -> tuple[float, float]:
        slope = self._common_error_slope() if self.common else self._search()
        return slope, self._least(slope)

    def _common_error_slope(self) -> float:
        """The closed form for one common error: moments, or the steepest line with no extra scatter."""
        with_y, free = float(self.x @ self.y) / (self.n - 1), 1 - self.a[0]
        return with_y / free if free > 0 and free >= with_y**2 else 1 / with_y

    def _search(self) -> float:
        angles = np.linspace(-np.pi / 2, np.pi / 2, _ANGLES + 1)[1:-1]
        slopes = np.tan(angles)
        values = [self._profile(slope, steps=8)[0] for slope in slopes]
        best = int(np.argmin(values))
        low, high = slopes[max(best - 1, 0)], slopes[min(best + 1, slopes.size - 1)]

        def gradient(slope):
            return self._profile(slope)[1]

        for _ in range(60):  # the grid ends at a finite slope: widen until the minimum is inside
            if gradient(low) <= 0 <= gradient(high):
                break
            low, high = low - (high - low) * (gradient(low) > 0), high + (high - low) * (gradient(high) < 0)
        return float(brentq(gradient, low, high, xtol=1e-13, rtol=1e-13))

    def _least(self, slope: float) -> float:
        """The criterion at `slope` with s and t at their best."""
        if not self.common:
            return self._profile(slope)[0]
        with_y = float(self.x @ self.y) / (self.n - 1)
        e_var = 1 - 2 * slope * with_y + slope**2
        value, _, _ = _least_with_common_error(slope, float(self.a[0]), with_y - slope, e_var)
        return (self.n - 1) * value + 2 * math.log(self.n)

    def _profile(self, slope: float, steps: int = 200) -> tuple[float, float]:
        """The criterion at `slope` with s and t at their best, and its derivative in the slope."""
        e = self.y - slope * self.x
        cross, rest = -slope * self.a, self.c + slope**2 * self.a
        a, e_var = float(self.a.mean()), float(e.var(ddof=1))
        _, u, v = _least_with_common_error(slope, a, float(self.x @ e) / (self.n - 1), e_var)
        s, t = max(u - a, 1e-3), max(v - float(rest.mean()), 1e-3 * e_var)
        value, grad, info, slope_gradient = self._criterion(s, t, slope, e, cross, rest)
        for _ in range(steps):
            free = np.array([s > 0 or grad[0] < 0, t > 0 or grad[1] < 0])
            if not free.any():
                break
            step = np.zeros(2)
            step[free] = -np.linalg.solve(info[np.ix_(free, free)], grad[free])
            if (np.abs(step) <= 1e-12 * np.array([1 + s, t + 1e-6])).all():
                break
            size = 1.0
            while True:
                s_new, t_new = max(s + size * step[0], 0.0), max(t + size * step[1], 0.0)
                new = self._criterion(s_new, t_new, slope, e, cross, rest)
                if new[0] <= value or size < 1e-9:
                    break
                size /= 2
            gain = value - new[0]
            s, t, (value, grad, info, slope_gradient) = s_new, t_new, new
            if gain <= 1e-13 * (1 + abs(value)):
                break
        return value, slope_gradient

    def _criterion(self, s, t, slope, e, cross, rest):
        """Minus twice the restricted log-likelihood, its gradient and information in (s, t), and its slope."""
        v11, v22 = s + self.a, t + rest
        det = v11 * v22 - cross**2
        if not (det > 0).all():
            return np.inf, np.zeros(2), np.eye(2), 0.0
        w11, w22, w12 = v22 / det, v11 / det, -cross / det
        m11, m22, m12 = w11.sum(), w22.sum(), w12.sum()
        m_det = m11 * m22 - m12**2
        hx, he = (w11 * self.x + w12 * e).sum(), (w12 * self.x + w22 * e).sum()
        mean_x, mean_e = (m22 * hx - m12 * he) / m_det, (m11 * he - m12 * hx) / m_det
        rx, re = self.x - mean_x, e - mean_e
        gx, ge = w11 * rx + w12 * re, w12 * rx + w22 * re
        value = np.log(det).sum() + np.log(m_det) + (gx * rx + ge * re).sum()
        i11, i22, i12 = m22 / m_det, m11 / m_det, -m12 / m_det  # inverse of the summed weights

        def through_mean(p, q, r, z):  # p' M^-1 q for vectors (p, r) and (q, z)
            return (i11 * p * q + i12 * (p * z + r * q) + i22 * r * z).sum()

        grad = np.array(
            [
                m11 - through_mean(w11, w11, w12, w12) - (gx**2).sum(),
                m22 - through_mean(w12, w12, w22, w22) - (ge**2).sum(),
            ]
        )
        info = np.array([[(w11**2).sum(), (w12**2).sum()], [(w12**2).sum(), (w22**2).sum()]]) * (
            1 - 1 / self.n
        )
        # Moving the slope moves K (cross and rest) and the residual y - b x together.
        d12, d22 = -self.a, 2 * slope * self.a
        trace = (2 * w12 * d12 + w22 * d22).sum()
        mean_part = 2 * through_mean(w11 * d12, w12, w12 * d12, w22) + through_mean(
            w12 * d22, w12, w22 * d22, w22
        )
        quad = (2 * gx * ge * d12 + ge**2 * d22).sum()
        slope_gradient = trace - mean_part - quad - 2 * (ge * self.x).sum()
        return float(value), grad, info, float(slope_gradient)


def _least_with_common_error(slope: float, a: float, cross: float, e_var: float) -> tuple:
    """The least log det V + tr(V^-1 S) for S = [[1, cross], [cross, e_var]] and V = [[u, c], [c, v]], u and v.

    The covariance c = -slope a is known, u is at least a, and v at least slope^2 a. Where neither limit binds,
    v / u = e_var and u solves a cubic; along a limit the other variance has a closed form.
    """
    c, v_floor = -slope * a, slope**2 * a

    def criterion(u: float, v: float) -> float:
        det = u * v - c * c
        return math.log(det) + (v + u * e_var - 2 * c * cross) / det if det > 1e-300 else math.inf

    tries = []
    if e_var > 0:
        square = c * c / e_var
        tries += [(u, e_var * u) for u in _cubic_roots(-1.0, 2 * c * cross / e_var - square, -square)]
    tries = [(u, v) for u, v in tries if u >= a and v >= v_floor]
    if a > 0:
        v = ((a + 1) * c * c + a * a * e_var - 2 * a * c * cross) / (a * a)
        tries.append((a, max(v, v_floor)))
    if v_floor**2 > 0:  # not where the square of a tiny slope underflows
        u = ((v_floor + e_var) * c * c + v_floor**2 - 2 * v_floor * c * cross) / v_floor**2
        tries.append((max(u, a), v_floor))
    return min(
        ((criterion(float(u), float(v)), float(u), float(v)) for u, v in tries),
        default=(math.inf, 1.0, e_var),
    )


def _cubic_roots(b: float, c: float, d: float) -> list[float]:
    """The real roots of x^3 + b x^2 + c x + d, in closed form, each polished by two Newton steps."""
    shift, p = -b / 3, c / 3 - b * b / 9
    q = (2 * b**3 / 27 - b * c / 3 + d) / 2
    inside = q * q + p**3
    if inside >= 0:
        root = math.sqrt(inside)
        roots = [shift + math.cbrt(root - q) - math.cbrt(root + q)]
    else:
        reach = 2 * math.sqrt(-p)
        angle = math.acos(max(-1.0, min(1.0, -q / math.sqrt(-(p**3))))) / 3
        roots = [shift + reach * math.cos(angle - 2 * math.pi * k / 3) for k in range(3)]
    for _ in range(2):
        slopes = [(3 * x + 2 * b) * x + c for x in roots]
        roots = [
            x - (((x + b) * x + c) * x + d) / slope if slope else x
            for x, slope in zip(roots, slopes, strict=True)
        ]
    return roots


def _standard_errors(name: str, values, length: int) -> np.ndarray:
    """One standard error a point, from a scalar or a vector."""
    if np.ndim(values) == 0:
        return np.full(length, check_number(name, values, minimum=0))
    return check_vector(name, values, length=length, minimum=0)
