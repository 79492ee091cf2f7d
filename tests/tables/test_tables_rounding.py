"""One number is printed in one way."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import rounding
from helpers.tables.rounding import plain, text
from tests.frames import examples


@pytest.mark.parametrize(("value", "unit", "printed"), examples(__file__, "printed_numbers.csv"))
def test_a_value_is_printed_by_its_unit(value, unit, printed):
    """Halves go up, a minus sign is a true one and none is printed before zero; what is rounded to all says so by its decimal."""
    read = {"flag": bool, "text": str}.get(unit, lambda number: float(number) if number else None)
    assert text(read(value), unit) == printed


def test_a_plain_share_or_chance_is_whole_unless_that_would_say_none_or_all():
    values = 0, 0.004, 0.005, 0.994, 0.995, 1, -0.004, None
    shares = ["0%", "0.4%", "1%", "99%", "99.5%", "100%", "−0.4%", None]
    assert [plain(value, "share") for value in values] == shares
    chances = ["0%", "under 1%", "1%", "99%", "over 99%", "100%"]
    assert [plain(value, "probability") for value in values[:6]] == chances


def test_a_plain_logarithm_is_the_change_that_it_stands_for():
    assert plain(0.1823, "log_ratio", -0.0202, 0.4055) == "20% (−2% to 50%)"


def test_an_interval_takes_the_decimals_of_its_estimate():
    assert text(9.98, "ratio", 8.014, 12.331) == "9.98 (8.01 to 12.33)"
    assert text(0.174, "share", 0.15, 0.2009) == "17.4% (15.0% to 20.1%)"
    assert text(None, "ratio", 0.514, 12.53) == "0.5 to 12.5"  # and those of its upper end where it has none


def test_an_unknown_unit_and_a_number_without_end_are_refused():
    with pytest.raises(ValueError, match='unit "ratios" is not known; the nearest is "ratio"'):
        text(1, "ratios")
    with pytest.raises(ValueError, match="a finding in ratio must be a finite number, not inf"):
        text(math.inf, "ratio")


@given(st.sampled_from(sorted(rounding.UNITS)), st.floats(-1e9, 1e9))
def test_every_unit_prints_every_number_within_half_its_last_digit(unit, number):
    printed = text(number, unit)
    if printed.startswith(("under", "over")):
        return
    digits = printed.replace(",", "").replace("−", "-").rstrip("%")
    scale = 100 if unit == "share" else 1
    decimals = len(digits.partition(".")[2])
    assert abs(float(digits) - number * scale) <= 0.5 * 10**-decimals + 1e-6 * abs(number)
