"""One number is printed in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import rounding
from helpers.tables.rounding import plain, text


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (55507, "offences", "55,507"),
        (3.3198, "ratio", "3.32"),
        (33.198, "ratio", "33.2"),
        (331.98, "ratio", "332"),
        (10, "ratio", "10.0"),
        (100, "ratio", "100"),
        (0.125, "share", "12.5%"),
        (0, "share", "0%"),
        (1, "share", "100%"),
        (0.9996, "share", "100.0%"),  # rounded, not certain: the decimal says so
        (19.65, "percent", "19.7%"),  # halves go up, as a reader would round them
        (0.0004, "probability", "under 0.001"),
        (0.99996, "probability", "over 0.999"),
        (0, "probability", "0"),
        (0.05, "probability", "0.050"),
        (-0.001, "slope", "0.00"),  # no minus zero
        (-1.5, "slope", "−1.50"),  # a true minus sign
        (True, "flag", "yes"),
        (False, "flag", "no"),
        ("2014/15", "text", "2014/15"),
        (None, "offences", "not available"),
    ],
)
def test_a_value_is_printed_by_its_unit(value, unit, printed):
    assert text(value, unit) == printed


@pytest.mark.parametrize(
    ("share", "printed"),
    [(0, "0%"), (0.004, "0.4%"), (0.005, "1%"), (0.994, "99%"), (0.995, "99.5%"), (1, "100%"), (None, None)],
)
def test_a_plain_share_is_whole_unless_that_would_say_none_or_all(share, printed):
    assert plain(share, "share") == printed


def test_a_plain_logarithm_is_the_change_that_it_stands_for():
    assert plain(0.1823, "log_ratio", -0.0202, 0.4055) == "20% (−2% to 50%)"


def test_an_interval_takes_the_decimals_of_its_estimate():
    assert text(9.98, "ratio", 8.014, 12.331) == "9.98 (8.01 to 12.33)"
    assert text(0.174, "share", 0.15, 0.2009) == "17.4% (15.0% to 20.1%)"


def test_an_unknown_unit_names_the_nearest():
    with pytest.raises(ValueError, match="unit 'ratios' is not known; the nearest is 'ratio'"):
        text(1, "ratios")


@given(st.sampled_from(sorted(rounding.UNITS)), st.floats(-1e9, 1e9))
def test_every_unit_prints_every_number_within_half_its_last_digit(unit, number):
    printed = text(number, unit)
    if printed.startswith(("under", "over")):
        return
    digits = printed.replace(",", "").replace("−", "-").rstrip("%")
    scale = 100 if unit == "share" else 1
    decimals = len(digits.partition(".")[2])
    assert abs(float(digits) - number * scale) <= 0.5 * 10**-decimals + 1e-6 * abs(number)
