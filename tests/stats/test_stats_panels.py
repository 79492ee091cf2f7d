"""Panels say which units they hold."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import panels

PAIRS = pd.DataFrame({"before": [100.0, 300, None], "after": [150.0, None, 90]}, index=["A", "B", "C"])


def test_bounds_cover_every_unit_that_has_limits():
    least = pd.DataFrame({"before": [50.0, 100, 40], "after": [60.0, 120, 45]}, index=["A", "B", "C"])
    row = panels.bounded("bounds", "foi", "Bounds", PAIRS, least, 4 * least)
    assert row["low"] == pytest.approx((150 + 120 + 90) / (100 + 300 + 160))
    assert row["high"] == pytest.approx((150 + 480 + 90) / (100 + 300 + 40))
    assert np.isnan(row["ratio"])
