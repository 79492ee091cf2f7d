"""Spikes, dips and negative counts are found and listed; ordinary growth is not."""

import numpy as np
import pytest

from helpers.official import outliers
from tests.frames import frame


def panel(forces=12, years=5):
    season = np.array([0.9, 1.0, 1.0, 1.1])
    rows = ((f"F{force}", f"{2012 + year}/{13 + year}", *np.round((50 + 10 * force) * 1.2**year * season))
            for force in range(forces) for year in range(years))  # fmt: skip
    return frame("force financial_year q1 q2 q3 q4", *rows)


def test_a_spike_is_found_with_its_size_and_a_dip_with_its_sign():
    table = panel()
    table.loc[2, "q3"] *= 3  # F0, 2014/15
    table.loc[7, "q1"] = 0  # F1, 2014/15
    found = outliers.unusual_quarters(table, dispersion=1.0)
    placed = found[["force", "financial_year", "quarter"]].values.tolist()
    assert placed == [["F0", "2014/15", 3], ["F1", "2014/15", 1]]
    assert (found["z"] > 0).tolist() == [True, False]
    assert found.loc[0, "expected"] == pytest.approx(72, rel=0.1)
