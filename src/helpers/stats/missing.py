"""A result that the figures do not reach, and what is computed from it: not available, and why.

A test of two years says so when its data do not hold them, and nothing is taken from other years in its place. This
module imports nothing, so that every room can ask it.
"""

from __future__ import annotations

import functools


class NotAvailable:
    """A result that the figures do not reach, with the reason in words.

    Whatever is computed from it is not available either, for the same reason: its parts, calls, sums and products
    are itself. It has no truth value, order or length, so nothing can be decided by it unseen. The ledger, the tables
    of tests and the charts know it and say the reason.

    >>> missing = NotAvailable("the audits end in 2020")
    >>> print(1 - 2 * missing.estimate.value)
    not available: the audits end in 2020
    """

    __slots__ = ("reason",)
    PREFIX = "not available: "  # of the words of one, which are read back into the same reason
    __array_ufunc__ = None  # arrays leave the arithmetic to this class

    def __init__(self, reason: str):
        self.reason = reason.removeprefix(self.PREFIX)

    def __getattr__(self, name: str) -> NotAvailable:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args, **_options) -> NotAvailable:
        return self

    def __str__(self) -> str:
        return f"{self.PREFIX}{self.reason}"

    __repr__ = __str__

    def __bool__(self) -> bool:
        raise TypeError(f"nothing can be decided by a result that is {self}")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __call__
    __neg__ = __abs__ = __pow__ = __rpow__ = __getitem__ = __call__


def first_missing(*values) -> NotAvailable | None:
    """The first of `values` that is not available, or None.

    >>> first_missing(1.0, NotAvailable("the series ends in 2016/17"))
    not available: the series ends in 2016/17
    """
    return next((value for value in values if isinstance(value, NotAvailable)), None)


def absorbing(function):
    """Let `function` return its first argument that is not available, in place of computing with it.

    >>> @absorbing
    ... def doubled(number):
    ...     return 2 * float(number)
    >>> doubled(2), doubled(NotAvailable("no count is published"))
    (4.0, not available: no count is published)
    """

    @functools.wraps(function)
    def computed(*args, **options):
        missing = first_missing(*args, *options.values())
        return function(*args, **options) if missing is None else missing

    return computed
