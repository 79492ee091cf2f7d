"""How a number is printed, decided once for the whole project, by its unit.

Every finding carries a unit. The unit says how many decimals are printed, whether a per cent sign follows, and
how an interval is written. Notebooks, report, briefings and README all print what :func:`text` returns, so that
one number cannot be rounded in two ways. Halves are rounded away from zero, as a reader with a pencil would.
"""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from helpers.tables.faults import offer

MINUS = "\N{MINUS SIGN}"
NOT_AVAILABLE = "not available"


def _fixed(number: float, decimals: int) -> str:
    """`number` with a fixed count of decimals, thousands separated, a true minus sign and no minus zero."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(number))).quantize(step, rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,}"


def _decimals(count: int) -> Callable[[float, float], str]:
    return lambda number, _scale: _fixed(number, count)


def _ratio(number: float, scale: float) -> str:
    """Two decimals below 10, one below 100, none above: `scale` is the estimate, so an interval matches it."""
    size = abs(scale)
    return _fixed(number, 2 if size < 10 else 1 if size < 100 else 0)


def _percent(number: float, _scale: float) -> str:
    return f"{_fixed(number, 0 if number in (0, 100) else 1)}%"


def _share(number: float, scale: float) -> str:
    return _percent(float(Decimal(repr(float(number))) * 100), scale)


def _probability(number: float, _scale: float) -> str:
    """Three decimals, and an honest bound where those would read 0.000 or 1.000."""
    if 0 < number < 0.001:
        return "under 0.001"
    if 0.999 < number < 1:
        return "over 0.999"
    return _fixed(number, 0 if number in (0, 1) else 3)


def _whole_share(number: float, _scale: float) -> str:
    """A share as a whole per cent, but for one that is not quite nothing or not quite all."""
    hundredths = float(Decimal(repr(float(number))) * 100)
    edge = 0 < abs(hundredths) < 0.5 or 99.5 <= hundredths < 100
    return f"{_fixed(hundredths, 1 if edge else 0)}%"


def _change(number: float, scale: float) -> str:
    """A ratio as a change of what stands below the line: 1.25 as 25%, 0.9 as −10%."""
    return _whole_share(float(Decimal(repr(float(number))) - 1), scale)


def _log_change(number: float, scale: float) -> str:
    """The logarithm of a ratio as a change: 0.18 as 20%."""
    return _change(math.exp(number), scale)


def _chance(number: float, _scale: float) -> str:
    """A probability as a whole per cent, and an honest bound where that would read 0% or 100%."""
    if 0 < number < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 <= number < 1 else f"{_fixed(100 * number, 0)}%"


_THINGS = """cells claims codes count days figures force_years forces months offences panels people predictions quarters
    records releases reports rows rungs specifications tests values worlds"""
_OF_MODELS = "correlation dispersion e_value log_ratio robustness slope standard_deviation statistic"
UNITS: dict[str, Callable[[float, float], str]] = {
    **dict.fromkeys(_THINGS.split(), _decimals(0)),
    **dict.fromkeys(_OF_MODELS.split(), _decimals(2)),
    **dict.fromkeys(("minutes", "per_1000", "years"), _decimals(1)),
    "standard_error": _decimals(3),
    "ratio": _ratio,
    "share": _share,  # 0 to 1, printed as a per cent
    "percent": _percent,  # 0 to 100
    "points": _decimals(1),  # percentage points
    "probability": _probability,
}
PLAIN_UNITS = {"ratio": _change, "log_ratio": _log_change, "share": _whole_share, "probability": _chance}
TEXT_UNITS = ("text", "flag")


def check_unit(unit: str) -> str:
    """`unit` if it is known; ``ValueError`` with the nearest known unit otherwise."""
    known = [*UNITS, *TEXT_UNITS]
    if unit in known:
        return unit
    raise ValueError(f'unit "{unit}" is not known{offer(unit, sorted(known))}')


def text(value, unit: str, low=None, high=None) -> str:
    """The printed form of a value, with its interval where it has one.

    Parameters
    ----------
    value : number, bool or str; None for a range without a point, or for a number that could not be had
    unit : a key of `UNITS`, "text" for words or "flag" for yes and no
    low, high : the interval, both or neither

    Raises
    ------
    ValueError
        Unknown unit, or a value that is not a finite number where the unit needs one.

    Examples
    --------
    >>> text(3.3198, "ratio", 2.8951, 3.8149)
    '3.32 (2.90 to 3.81)'
    >>> text(0.1745, "share"), text(55507, "offences"), text(0.00002, "probability")
    ('17.5%', '55,507', 'under 0.001')
    >>> text(-0.354, "slope"), text(-0.001, "slope"), text(True, "flag")
    ('−0.35', '0.00', 'yes')
    >>> text(None, "share", 0, 0.62), text(None, "offences")
    ('0% to 62.0%', 'not available')
    """
    check_unit(unit)
    if value is None and low is None:
        return NOT_AVAILABLE
    if unit in TEXT_UNITS:
        return str(value) if unit == "text" else "yes" if value else "no"
    for number in (value, low, high):
        if number is not None and (isinstance(number, str) or not math.isfinite(number)):
            raise ValueError(f"a finding in {unit} must be a finite number, not {number!r}")
    return _with_interval(UNITS[unit], value, low, high)


def plain(value, unit: str, low=None, high=None) -> str | None:
    """The form for prose: a ratio as a change, a share or a probability in whole per cent; None for other units.

    Parameters
    ----------
    value, unit, low, high : as in :func:`text`

    Examples
    --------
    >>> plain(1.2460, "ratio", 1.2149, 1.2779)
    '25% (21% to 28%)'
    >>> plain(0.7698, "share", 0.5539, 0.9858), plain(0.9, "ratio"), plain(0.004, "share")
    ('77% (55% to 99%)', '−10%', '0.4%')
    >>> plain(0.911, "probability"), plain(0.0004, "probability"), plain(0.999, "probability")
    ('91%', 'under 1%', 'over 99%')
    >>> plain(55507, "offences")
    """
    if unit not in PLAIN_UNITS or (value is None and low is None):
        return None
    return _with_interval(PLAIN_UNITS[unit], value, low, high)


def signed(number: str) -> str:
    """A number as it is printed, with a plus sign where it is above zero.

    >>> signed("25%"), signed("−3"), signed("0%")
    ('+25%', '−3', '0%')
    """
    return number if number.startswith(MINUS) or not number.strip("0%.") else f"+{number}"


def _with_interval(form: Callable[[float, float], str], value, low, high) -> str:
    if value is None:
        return f"{form(low, high)} to {form(high, high)}"
    if low is None:
        return form(value, value)
    return f"{form(value, value)} ({form(low, value)} to {form(high, value)})"
