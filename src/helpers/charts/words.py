"""Numbers and names as figures say them: changes and shares in per cent, lists, every year of a span.

How a number is rounded, and its minus sign, is decided in :mod:`helpers.tables.rounding`.
"""

from collections.abc import Iterable

from helpers.tables import rounding
from helpers.tables.periods import FINANCIAL_YEARS


def change(ratio: float) -> str:
    """A ratio as a change.

    >>> change(1.246), change(0.9), change(1.0), change(float("nan"))
    ('+25%', '−10%', '0%', 'not available')
    """
    return rounding.NOT_AVAILABLE if ratio != ratio else rounding.signed(rounding.plain(ratio, "ratio"))


def percent(share: float) -> str:
    """A share as a whole per cent.

    >>> percent(0.115), percent(-0.5), percent(0.004)
    ('12%', '−50%', '0.4%')
    """
    return rounding.plain(share, "share")


def changes(low: float, high: float) -> str:
    """Two ratios as the changes from one to the other, for prose.

    >>> changes(1.23, 1.27), changes(0.44, 3.32), changes(1.1, 1.1)
    ('23% to 27%', '−56% to 232%', '10%')
    """
    return " to ".join(dict.fromkeys(change(ratio).lstrip("+") for ratio in (low, high)))


def ends(frame, name: str, value: str, say=change) -> str:
    """The least and the greatest value of a column, each with its name.

    >>> import pandas as pd
    >>> ends(pd.DataFrame({"force": ["Kent", "Essex"], "ratio": [1.5, 0.9]}), "force", "ratio")
    'from −10% in Essex to +50% in Kent'
    """
    ordered = frame.sort_values(value)
    least, most = (f"{say(row[value])} in {row[name]}" for _, row in ordered.iloc[[0, -1]].iterrows())
    return f"from {least} to {most}"


def some(number: int, one: str, several: str) -> str:
    """A number and its verb.

    >>> some(0, "is", "are"), some(1, "is", "are"), some(2, "is", "are")
    ('none is', '1 is', '2 are')
    """
    return f"{number or 'none'} {one if number < 2 else several}"


def listed(names: Iterable[str]) -> str:
    """Names as a phrase.

    >>> listed(["Kent"]), listed(["Kent", "Essex", "Sussex"]), listed([])
    ('Kent', 'Kent, Essex and Sussex', '')
    """
    names = list(names)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def every_year(years: Iterable[str]) -> list[str]:
    """Every financial year from the first of `years` to the last.

    >>> every_year(["2001/02", "1999/00"])
    ['1999/00', '2000/01', '2001/02']
    """
    places = sorted(map(FINANCIAL_YEARS.index, years))
    return list(FINANCIAL_YEARS[places[0] : places[-1] + 1])
