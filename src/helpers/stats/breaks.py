"""When did a straight line break? The set of dates that a break in level and slope could have.

:func:`break_set` fits a line with one break at every date and keeps the dates whose fit is not clearly worse than
the best (the inverted likelihood ratio of Hansen 2000 and of Eo and Morley 2015). The set can be wide, or fall into
pieces; then the series does not say when it broke. Whether it broke at all is for ``series.line_break`` to test.
"""

from __future__ import annotations

import numpy as np

from helpers.stats.estimate import check_level
from helpers.stats.series import broken_squares, room_for_a_break


def break_set(values, *, trim: float = 0.15, level: float = 0.95) -> np.ndarray:
    """Positions at which a break in level and slope cannot be ruled out.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        At equal intervals, free of seasons; take logarithms of counts first.
    trim : float
        Share of the series left unbroken at each end, in [0, 0.5); three observations at least.
    level : float
        Confidence level of the set.

    Returns
    -------
    ndarray of int
        Positions of the first observation after the break, in order. The best is among them.

    Raises
    ------
    ValueError
        Naming the argument; or `values` with no room for a break.

    References
    ----------
    Hansen (2000), Econometrica 68, 575-603, whose critical value is -2 log(1 - sqrt(level)), 7.35 at 95%; Eo and
    Morley (2015), Quantitative Economics 6, 463-497.

    Examples
    --------
    >>> break_set([0, 1, 2, 3.1, 4, 5, 16, 19, 22, 25.2, 28, 31]).tolist()
    [6]
    """
    level = check_level(level)
    y, positions = room_for_a_break(values, trim)
    squares = broken_squares(y[None], positions, True)[0][0]
    scale = max(squares.min() / y.size, 1e-12 * float(np.var(y)), 1e-300)
    distance = (squares - squares.min()) / scale
    return positions[distance <= -2 * np.log(1 - np.sqrt(level))]
