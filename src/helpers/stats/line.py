"""The restricted likelihood of a straight line whose horizontal axis is an estimate: what :mod:`~helpers.stats.dose` fits."""

import math

import numpy as np
from scipy.optimize import brentq, elementwise

from helpers.stats.estimate import check_number, check_vector

_NO_ERROR = 1e-13  # standard deviations of the coordinate
_ANGLES = 20  # directions tried before the best is polished
_STEEP = 1e4  # on data of unit variance: x is nothing but error there, and y is free


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
            self.slope = 0.0
        elif self.exact:
            self.slope = float(self.x @ self.y) / (self.n - 1)
        elif self.common:
            self.alike = CommonError(self.x[None], self.y[None], math.sqrt(self.a[0]))
            self.slope = float(self.alike.slope[0])
        else:
            self.slope = self._search()
            self.least = self._profile(self.slope)[0]

    # -- the test of one slope ---------------------------------------------------------------------------

    def t_squared(self, slope: float) -> float:
        """The likelihood-ratio statistic of `slope`, on the scale of a squared t statistic."""
        if self.flat:
            return 0.0 if slope == 0 else np.inf
        if self.exact:
            rest = max(0.0, self.n - 1 - (self.n - 1) * self.slope**2)
            gap = (slope - self.slope) ** 2 * (self.n - 1)
            return 0.0 if gap == 0 else np.inf if rest == 0 else gap * (self.n - 2) / rest
        if self.common:
            return float(self.alike.t_squared(np.array([slope]))[0])
        excess = max(0.0, self._profile(slope)[0] - self.least) / (self.n - 1)
        return (self.n - 2) * float(np.expm1(min(excess, 700)))

    # -- the interval ------------------------------------------------------------------------------------

    def interval(self, limit: float) -> tuple[float, float]:
        """All slopes whose squared t statistic is at most `limit`."""
        if self.flat:
            return 0.0, 0.0
        if self.exact:
            half = np.sqrt(limit * max(0.0, 1 - self.slope**2) / (self.n - 2))
            return self.slope - half, self.slope + half
        if self.common:
            return tuple(float(end[0]) for end in self.alike.intervals(limit))
        if self.t_squared(_STEEP) <= limit:
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

    # -- the best slope ----------------------------------------------------------------------------------

    def _search(self) -> float:
        slopes = np.tan(np.linspace(-np.pi / 2, np.pi / 2, _ANGLES + 1)[1:-1])
        best = int(np.argmin([self._profile(slope, roughly=True)[0] for slope in slopes]))
        low, high = slopes[max(best - 1, 0)], slopes[min(best + 1, slopes.size - 1)]

        def gradient(slope):
            return self._profile(slope)[1]

        for _ in range(60):  # the grid ends at a finite slope: widen until the minimum is inside
            if gradient(low) <= 0 <= gradient(high):
                break
            low, high = low - (high - low) * (gradient(low) > 0), high + (high - low) * (gradient(high) < 0)
        return float(brentq(gradient, low, high, xtol=1e-13, rtol=1e-13))

    def _profile(self, slope: float, roughly: bool = False) -> tuple[float, float]:
        """The criterion at `slope` with s and t at their best, and its derivative in the slope."""
        e = self.y - slope * self.x
        cross, rest = -slope * self.a, self.c + slope**2 * self.a
        a, e_var = float(self.a.mean()), float(e.var(ddof=1))
        u, v = 1.0, e_var
        if not roughly:
            _, u, v = _least(slope, a, float(self.x @ e) / (self.n - 1), e_var).tolist()
        s, t = max(u - a, 1e-3), max(v - float(rest.mean()), 1e-3 * e_var)
        value, grad, info, state = self._criterion(s, t, e, cross, rest)
        for _ in range(8 if roughly else 200):
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
        (p11, p12, _), (_, p22, p23), (_, _, p33) = (weights @ weights.T).tolist()
        by_s = m11 - (i11 * p11 + 2 * i12 * p12 + i22 * p22) - float(gx @ gx)
        by_t = m22 - (i11 * p22 + 2 * i12 * p23 + i22 * p33) - float(ge @ ge)
        fewer = 1 - 1 / self.n
        information = fewer * p11, fewer * p22, fewer * p33
        return value, (by_s, by_t), information, (weights, gx, ge, i11, i12, i22)

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


def standard_errors(name: str, values, length: int) -> np.ndarray:
    """One standard error a point, from a scalar or a vector."""
    if np.ndim(values) == 0:
        return np.full(length, check_number(name, values, minimum=0))
    return check_vector(name, values, length=length, minimum=0)


class CommonError:
    """What :class:`Line` finds in many sets of points whose x all have one standard error, shapes (m, n).

    Then the restricted likelihood has a closed form for every slope. Slopes and intervals have shape (m,).
    """

    def __init__(self, x, y, x_se: float):
        self.n = x.shape[1]
        x, y = (z - z.mean(axis=1, keepdims=True) for z in (x, y))
        x_scale, y_scale = (np.sqrt((z**2).sum(axis=1) / (self.n - 1)) for z in (x, y))
        self.unit = y_scale / x_scale
        self.with_y, self.a = (x * y).sum(axis=1) / (self.n - 1) / (x_scale * y_scale), (x_se / x_scale) ** 2
        free = 1 - self.a
        steepest = (free <= 0) | (free < self.with_y**2)  # with no extra scatter; else by moments
        self.best = np.where(steepest, 1 / self.with_y, self.with_y / np.where(free > 0, free, 1.0))
        self.least = self._criterion(self.best)

    @property
    def slope(self) -> np.ndarray:
        """The slopes of greatest likelihood."""
        return self.best * self.unit

    def t_squared(self, slope) -> np.ndarray:
        """The likelihood-ratio statistic of a slope, on the scale of a squared t statistic."""
        excess = np.maximum(self._criterion(slope / self.unit) - self.least, 0.0)
        return (self.n - 2) * np.expm1(np.minimum(excess, 700))

    def intervals(self, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """The ends of all slopes whose squared t statistic is at most `limit`."""
        most = self.least + np.log1p(limit / (self.n - 2))
        vertical = np.log(self.a) + 1 / self.a + 1  # of x that is nothing but error, and y free
        ends = (np.where(vertical <= most, side * np.inf, self._end(most, side)) for side in (-1, 1))
        return tuple(end * self.unit for end in ends)

    def _end(self, most: np.ndarray, side: int) -> np.ndarray:
        """The nearest slope on one side at which the criterion reaches `most`: infinite if it never does."""

        def above(away, best, a, with_y, most):
            return _least_of(best + side * away, a, with_y) - most

        given, nearest = (self.best, self.a, self.with_y, most), np.zeros_like(self.best)
        first = 0.25 * (1 + np.abs(self.best))
        around = elementwise.bracket_root(above, nearest, first, xmin=nearest, args=given, maxiter=60)
        away = elementwise.find_root(above, around.bracket, args=given).x
        return np.where(around.success, self.best + side * away, side * np.inf)

    def _criterion(self, slope) -> np.ndarray:
        return _least_of(slope, self.a, self.with_y)


def _least_of(slope, a, with_y) -> np.ndarray:
    """The criterion of a slope on data of unit variance, whose covariance is `with_y`."""
    return _least(slope, a, with_y - slope, 1 - 2 * slope * with_y + slope**2)[0]


def _least(slope, a, cross, e_var) -> np.ndarray:
    """The least log det V + tr(V^-1 S) for S = [[1, cross], [cross, e_var]] and V = [[u, c], [c, v]], with u and v.

    The covariance c = -slope a is known, u is at least a, and v at least slope^2 a. Where neither limit binds,
    v / u = e_var and u solves a cubic; along a limit the other variance has a closed form. Numbers, or shapes (m,).
    """
    slope, a = np.asarray(slope, dtype=float), np.asarray(a, dtype=float)
    c, v_floor = -slope * a, slope**2 * a
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        square = c * c / e_var
        u = _cubic_roots(2 * c * cross / e_var - square, -square)
        allowed = np.where((u >= a) & (e_var * u >= v_floor), u, np.nan)
        tries = list(zip(allowed, e_var * u, strict=True))
        v = ((a + 1) * c * c + a * a * e_var - 2 * a * c * cross) / (a * a)
        tries.append((a, np.maximum(v, v_floor)))
        u = ((v_floor + e_var) * c * c + v_floor**2 - 2 * v_floor * c * cross) / v_floor**2
        tries.append((np.where(v_floor**2 > 0, np.maximum(u, a), np.nan), v_floor))
        u, v = (np.array(side) for side in zip(*tries, strict=True))
        det = u * v - c * c
        values = np.where(det > 1e-300, np.log(det) + (v + u * e_var - 2 * c * cross) / det, np.inf)
    best = values.argmin(axis=0)
    return np.array([values, u, v])[:, best, *np.indices(best.shape)]


def _cubic_roots(c, d) -> np.ndarray:
    """The real roots of x^3 - x^2 + c x + d, shape (3, m), each polished; the same thrice where there is one only."""
    p, q = c / 3 - 1 / 9, (-2 / 27 + c / 3 + d) / 2
    inside = q * q + p**3
    root = np.sqrt(np.maximum(inside, 0))
    single = 1 / 3 + np.cbrt(root - q) - np.cbrt(root + q)
    reach = 2 * np.sqrt(np.maximum(-p, 0))
    angle = np.arccos(np.clip(-q / np.sqrt(np.maximum(-(p**3), 1e-300)), -1, 1)) / 3
    roots = np.array([1 / 3 + reach * np.cos(angle - 2 * np.pi * k / 3) for k in range(3)])
    roots = np.where(inside >= 0, single, roots)
    for _ in range(2):
        slopes = (3 * roots - 2) * roots + c
        roots = roots - (((roots - 1) * roots + c) * roots + d) / np.where(slopes == 0, np.inf, slopes)
    return roots
