"""Simulated effects at real dates: each path has the effect that it is called by."""

import numpy as np
import pytest

from helpers.official.simulated_dates import effect_paths
from helpers.stats.staggered import NEVER, Staggered

DATES = np.array([8, 9, 10, 11, 12, 13] * 3 + [NEVER] * 6)


def test_every_path_has_the_effect_that_it_says():
    plan = Staggered(DATES, 24, leads=4, lags=7)
    tried = {path.name: path for path in effect_paths(plan, DATES, np.full(DATES.size, 0.3))}
    for name, path in tried.items():
        found = plan.value(np.broadcast_to(path.shift, plan.overall.shape)[None])[0, -1]
        assert (abs(found - path.truth) < 1e-9) == (not path.breaks), name
    assert tried["each force closes its gap"].truth == pytest.approx(0.3)
    assert tried["improved everywhere at once"].truth == 0.2
