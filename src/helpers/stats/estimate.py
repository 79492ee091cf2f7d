"""What every estimator returns, and how every estimator refuses bad input.

An :class:`Estimate` is a number with its interval and its level. The check functions turn lists, arrays and
labelled Series into fresh float arrays, by position, and raise ``ValueError`` naming the argument when the
input cannot be used. Nothing here knows about forces or files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

_MOST = 1e50


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with a two-sided interval.

    >>> print(Estimate(1.5, 1.2, 1.9, 0.95))
    1.5 (1.2 to 1.9)
    """

    value: float
    low: float
    high: float
    level: float = 0.95

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"

    def __contains__(self, number: float) -> bool:
        return self.low <= number <= self.high

    def se(self, *, dof: float | None = None, log: bool = False) -> float:
        """The standard error behind the interval: a normal one, or a t interval on `dof` degrees of freedom.

        With `log` it is that of the logarithm, on whose scale the interval of a ratio is symmetric. ``ValueError`` for an
        interval that is infinite, or not above zero where `log`.

        >>> round(Estimate(1.0, 0.02, 1.98).se(), 3)
        0.5
        """
        if not np.isfinite([self.low, self.high]).all() or (log and self.low <= 0):
            raise ValueError(f"estimate must have finite ends{', above zero for a logarithm' if log else ''}")
        width = np.log(self.high / self.low) if log else self.high - self.low
        return float(width / 2 / _reach(self.level, dof))

    @classmethod
    def around(cls, value: float, se: float, level: float = 0.95, dof: float | None = None) -> Estimate:
        """A value with the interval of its standard error: normal, or t on `dof` degrees of freedom.

        >>> print(Estimate.around(2.0, 0.5))
        2 (1.02 to 2.98)
        """
        reach = _reach(level, dof) * se
        return cls(float(value), float(value - reach), float(value + reach), float(level))

    @classmethod
    def exact(cls, value: float) -> Estimate:
        """A value that is taken as known."""
        return cls(value, value, value)

    def row(self, name: str) -> dict[str, float]:
        """The value under a name of its own, and the ends of the interval: cells of a table.

        >>> Estimate(1.2, 1.0, 1.4).row("ratio")
        {'ratio': 1.2, 'low': 1.0, 'high': 1.4}
        """
        return {name: self.value, "low": self.low, "high": self.high}

    def exp(self) -> Estimate:
        """The same estimate on the ratio scale, from the log scale."""
        with np.errstate(over="ignore"):  # an upper limit may have no bound
            return Estimate(*(float(np.exp(end)) for end in (self.value, self.low, self.high)), self.level)


def _reach(level: float, dof: float | None) -> float:
    """How many standard errors an interval reaches on either side."""
    return normal_quantile(level) if dof is None else -float(stdtrit(dof, (1 - check_level(level)) / 2))


def check_level(level: float, name: str = "level") -> float:
    """A confidence level, or another share, strictly between 0 and 1."""
    share = check_number(name, level)
    if not 0 < share < 1:
        raise ValueError(f"{name} must lie strictly between 0 and 1, not {level!r}")
    return share


def normal_quantile(level: float) -> float:
    """The standard normal quantile of a two-sided interval at `level`.

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    return float(ndtri(0.5 + check_level(level) / 2))


def jackknife_se(without) -> float:
    """The standard error of an estimate, from those that leave out one unit at a time.

    >>> round(jackknife_se([1.0, 2.0, 3.0]), 4)  # the mean of 4, 2, 0, whose standard error is 2 / root 3
    1.1547
    """
    values = np.asarray(without, dtype=float)
    return float(np.sqrt((values.size - 1) / values.size * ((values - values.mean()) ** 2).sum()))


def check_vector(name, values, *, length: int | None = None, minimum=None, positive=False) -> np.ndarray:
    """`values` as a new one-dimensional float array, taken by position.

    Raises
    ------
    ValueError
        Naming `name`: empty, not one-dimensional, not numeric, NaN or infinite, of another length than
        `length`, below `minimum`, or not above zero where `positive`; in both these cases also above 1e50, or
        nearer to zero than 1e-50.
    """
    array = as_floats(name, values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not {array.ndim}-dimensional")
    if array.size == 0:
        raise ValueError(f"{name} is empty")
    if length is not None and array.size != length:
        raise ValueError(f"{name} has {array.size} values where {length} are needed")
    _check_finite(name, array, minimum, positive)
    # Counts, exposures and errors: nothing real is lost, and squares stay numbers.
    if positive or minimum is not None:
        far = (array > _MOST) | (array < 1 / _MOST) & (array > 0)
        if far.any():
            raise ValueError(f"{name} holds {array[far][0]:g}, which is too far from one to compute with")
    return array


def check_table(name: str, values, shape: tuple, *, minimum: float | None = None) -> np.ndarray:
    """`values` as a new float array of this shape, in which None stands for any length.

    Raises
    ------
    ValueError
        Naming `name`: of another shape, not numeric, NaN or infinite, or below `minimum`.

    Examples
    --------
    >>> check_table("counts", [[1, 2], [3, 4]], (None, 2)).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    table = as_floats(name, values)
    same = (wanted in (None, length) for wanted, length in zip(shape, table.shape, strict=False))
    if table.ndim != len(shape) or not all(same) or not table.size:
        raise ValueError(f"{name} has shape {table.shape} where {shape} is needed".replace("None", "any"))
    _check_finite(name, table, minimum, False)
    return table


def as_floats(name: str, values) -> np.ndarray:
    """`values` as a new float array of any shape; text, dates and complex numbers are refused, not converted."""
    try:
        given = np.asarray(values)
        if np.ma.is_masked(values):
            raise TypeError("a masked value is missing")
        words = given.dtype == object and any(isinstance(x, str | bytes) for x in given.flat)
        if words or given.dtype.kind not in "biufO":
            raise TypeError(f"values of kind {given.dtype}")
        return np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be numbers") from error


def check_number(name: str, value, *, minimum: float | None = None, positive: bool = False) -> float:
    """`value` as a finite float; ``ValueError`` naming `name` otherwise, also for True and False."""
    single = np.ndim(value) == 0 and not isinstance(value, bool | np.bool_)
    try:
        number = float(as_floats(name, value if single else "not one number"))
    except ValueError as error:
        raise ValueError(f"{name} must be a number, not {value!r}") from error
    _check_finite(name, np.array([number]), minimum, positive)
    return number


def check_whole(name: str, value, minimum: int, maximum: float = np.inf) -> int:
    """`value` as a whole number from `minimum` to `maximum`; ``ValueError`` naming `name` otherwise.

    >>> check_whole("step", 3.0, 1, 7)
    3
    """
    number = check_number(name, value)
    if number != int(number) or not minimum <= number <= maximum:
        limits = f"of {minimum} or more" if maximum == np.inf else f"from {minimum} to {maximum:g}"
        raise ValueError(f"{name} must be a whole number {limits}, not {value!r}")
    return int(number)


def _check_finite(name: str, array: np.ndarray, minimum: float | None, positive: bool) -> None:
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a value that is missing or infinite")
    if positive and (array <= 0).any():
        raise ValueError(f"{name} must be above zero, not {array[array <= 0][0]:g}")
    if minimum is not None and (array < minimum).any():
        raise ValueError(f"{name} must not be below {minimum:g}, as {array[array < minimum][0]:g} is")
