"""The restricted likelihood of a straight line whose horizontal axis is an estimate: what :mod:`~helpers.stats.dose` fits."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from helpers.stats.estimate import check_number, check_vector

_NO_ERROR = 1e-13  # standard deviations of the coordinate
_ANGLES = 20  # directions tried before the best is polished


class Line:
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
        x_se = standard_errors("x_se", x_se, x.size)
        y_se = np.zeros(x.size) if y_se is None else standard_errors("y_se", y_se, x.size)
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
        value, grad, info, state = self._criterion(s, t, e, cross, rest)
        for _ in range(steps):
            step = _step(s > 0 or grad[0] < 0, t > 0 or grad[1] < 0, grad, info)
            if abs(step[0]) <= 1e-12 * (1 + s) and abs(step[1]) <= 1e-12 * (t + 1e-6):
                break
            size = 1.0
            while True:
                s_new, t_new = max(s + size * step[0], 0.0), max(t + size * step[1], 0.0)
                new = self._criterion(s_new, t_new, e, cross, rest)
                if new[0] <= value or size < 1e-9:
                    break
                size /= 2
            gain = value - new[0]
            s, t, (value, grad, info, state) = s_new, t_new, new
            if gain <= 1e-13 * (1 + abs(value)):
                break
        return value, self._slope_gradient(slope, *state) if state else 0.0

    def _criterion(self, s, t, e, cross, rest):
        """Minus twice the restricted log-likelihood, its gradient and information in (s, t), and what it rests on."""
        v11, v22 = s + self.a, t + rest
        det = v11 * v22 - cross**2
        if not (det > 0).all():
            return np.inf, (0.0, 0.0), (1.0, 0.0, 1.0), None
        weights = np.array([v22, -cross, v11]) / det  # the inverse of each point's covariance: 11, 12, 22
        (w11x, _), (w12x, w12e), (_, w22e) = weights @ np.array([self.x, e]).T
        m11, m12, m22 = weights.sum(axis=1).tolist()
        m_det = m11 * m22 - m12**2
        i11, i12, i22 = m22 / m_det, -m12 / m_det, m11 / m_det  # inverse of the summed weights
        hx, he = w11x + w12e, w12x + w22e
        rx, re = self.x - (i11 * hx + i12 * he), e - (i12 * hx + i22 * he)
        gx, ge = weights[0] * rx + weights[1] * re, weights[1] * rx + weights[2] * re
        value = float(np.log(det).sum()) + math.log(m_det) + float(gx @ rx + ge @ re)
        products = (weights @ weights.T).tolist()
        (p11, p12, _), (_, p22, p23), (_, _, p33) = products
        grad = (
            m11 - (i11 * p11 + 2 * i12 * p12 + i22 * p22) - float(gx @ gx),
            m22 - (i11 * p22 + 2 * i12 * p23 + i22 * p33) - float(ge @ ge),
        )
        fewer = 1 - 1 / self.n
        return value, grad, (fewer * p11, fewer * p22, fewer * p33), (weights, gx, ge, i11, i12, i22)

    def _slope_gradient(self, slope, weights, gx, ge, i11, i12, i22) -> float:
        """Of the criterion: moving the slope moves K (cross and rest) and the residual y - b x together."""
        spread = weights * self.a
        (_, q12, q13), (_, q22, q23), (_, _, q33) = (spread @ weights.T).tolist()
        trace = 2 * float(slope * spread[2].sum() - spread[1].sum())
        means = 2 * slope * (i11 * q22 + 2 * i12 * q23 + i22 * q33)
        means -= 2 * (i11 * q12 + i12 * (q13 + q22) + i22 * q23)
        square = 2 * float((slope * ge**2 - gx * ge) @ self.a)
        return trace - means - square - 2 * float(ge @ self.x)


def _step(free_s: bool, free_t: bool, grad, info) -> tuple[float, float]:
    """Newton's step in (s, t); a variance that is at zero and should stay there does not move."""
    ss, st, tt = info
    if free_s and free_t:
        det = ss * tt - st * st
        return (st * grad[1] - tt * grad[0]) / det, (st * grad[0] - ss * grad[1]) / det
    return -grad[0] / ss if free_s else 0.0, -grad[1] / tt if free_t else 0.0


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


def standard_errors(name: str, values, length: int) -> np.ndarray:
    """One standard error a point, from a scalar or a vector."""
    if np.ndim(values) == 0:
        return np.full(length, check_number(name, values, minimum=0))
    return check_vector(name, values, length=length, minimum=0)


def common_error_intervals(x, y, x_se: float, limit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slopes and the ends of their intervals for many sets of points, all x with one standard error above zero.

    What :class:`Line` gives for each set, shape (m, n), with the squared t statistic at most `limit`; shapes (m,).
    """
    n = x.shape[1]
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    x_scale, y_scale = (np.sqrt((z**2).sum(axis=1) / (n - 1)) for z in (x, y))
    with_y, a = (x * y).sum(axis=1) / (n - 1) / (x_scale * y_scale), (x_se / x_scale) ** 2
    free = 1 - a
    steepest = (free <= 0) | (free < with_y**2)
    slope = np.where(steepest, 1 / with_y, with_y / np.where(free > 0, free, 1.0))

    def least(b):
        return _least_of_many(b, a, with_y - b, 1 - 2 * b * with_y + b**2)

    most = least(slope) + np.log1p(limit / (n - 2))
    vertical = np.log(a) + 1 / a + 1  # of x that is nothing but error, and y free
    unit = y_scale / x_scale
    return (
        slope * unit,
        *(
            np.where(vertical <= most, side * np.inf, _crossing(least, slope, most, side)) * unit
            for side in (-1, 1)
        ),
    )


def _crossing(least, inner: np.ndarray, most: np.ndarray, side: int) -> np.ndarray:
    """Where `least`, going out from `inner` to one side, first exceeds `most`: infinite if it does not."""
    step = 0.25 * (1 + np.abs(inner))
    outer, below = inner + side * step, least(inner) - most
    above = least(outer) - most
    for _ in range(60):
        short = above <= 0
        if not short.any():
            break
        inner, below = np.where(short, outer, inner), np.where(short, above, below)
        step = np.where(short, 2 * step, step)
        outer = np.where(short, inner + side * step, outer)
        above = np.where(short, least(outer) - most, above)
    found = above > 0
    for _ in range(30):  # regula falsi, with the end that stays made lighter (the Illinois rule)
        with np.errstate(invalid="ignore"):
            middle = np.where(found, (inner * above - outer * below) / (above - below), inner)
        there = least(middle) - most
        beyond = there > 0
        below, above = np.where(beyond, below / 2, there), np.where(beyond, there, above / 2)
        inner, outer = np.where(beyond, inner, middle), np.where(beyond, middle, outer)
        if (np.abs(there[found]) < 1e-8).all():
            break
    return np.where(found, middle, side * np.inf)


def _least_of_many(slope, a, cross, e_var) -> np.ndarray:
    """The value of :func:`_least_with_common_error`, for arrays with errors above zero."""
    c, v_floor = -slope * a, slope**2 * a

    def criterion(u, v):
        det = u * v - c * c
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(det > 1e-300, np.log(det) + (v + u * e_var - 2 * c * cross) / det, np.inf)

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        square = c * c / e_var
        for_u = _largest_roots(2 * c * cross / e_var - square, -square)
        ends = [np.where((u >= a) & (e_var * u >= v_floor), criterion(u, e_var * u), np.inf) for u in for_u]
        v = ((a + 1) * c * c + a * a * e_var - 2 * a * c * cross) / (a * a)
        ends.append(criterion(a, np.maximum(v, v_floor)))
        u = ((v_floor + e_var) * c * c + v_floor**2 - 2 * v_floor * c * cross) / v_floor**2
        ends.append(np.where(v_floor**2 > 0, criterion(np.maximum(u, a), v_floor), np.inf))
    return np.nanmin(ends, axis=0)


def _largest_roots(c, d) -> np.ndarray:
    """The real roots of x^3 - x^2 + c x + d, shape (3, m), each polished; missing where there is one only."""
    p, q = c / 3 - 1 / 9, (-2 / 27 + c / 3 + d) / 2
    inside = q * q + p**3
    root = np.sqrt(np.maximum(inside, 0))
    single = 1 / 3 + np.cbrt(root - q) - np.cbrt(root + q)
    reach = 2 * np.sqrt(np.maximum(-p, 0))
    angle = np.arccos(np.clip(-q / np.sqrt(np.maximum(-(p**3), 1e-300)), -1, 1)) / 3
    three = np.array([1 / 3 + reach * np.cos(angle - 2 * np.pi * k / 3) for k in range(3)])
    roots = np.where(inside >= 0, np.array([single, single, single]), three)
    for _ in range(2):
        slopes = (3 * roots - 2) * roots + c
        roots = np.where(
            slopes != 0,
            roots - (((roots - 1) * roots + c) * roots + d) / np.where(slopes == 0, 1, slopes),
            roots,
        )
    return roots
