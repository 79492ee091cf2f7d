"""Small panels of forces, drawn from made-up counts."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers.charts import style
from helpers.charts.facets import side_by_side

COUNTS = pd.DataFrame(
    [("Kent", "2014/15", 50, 4), ("Kent", "2013/14", 40, 4), ("Kent", "2015/16", 20, 3),
     ("Essex", "2013/14", 900, 4), ("Essex", "2014/15", 800, 4), ("Gwent", "2013/14", 7, 4)],
    columns=["force", "financial_year", "child_only", "quarters"],
)  # fmt: skip


def test_each_force_has_a_panel_that_begins_at_nought():
    style.use()
    chart = side_by_side(COUNTS, ["Essex", "Kent"])
    essex, kent = chart.figure.axes
    assert [axes.get_title("left") for axes in (essex, kent)] == ["Essex", "Kent"]
    assert (essex.get_ylim()[0], kent.get_ylim()[0]) == (0, 0) and essex.get_ylim()[1] > kent.get_ylim()[1]
    assert list(kent.lines[0].get_ydata()) == [40, 50]  # in the order of the years, without the one in part
    assert chart.alt.endswith("Essex: 900 to 800; Kent: 40 to 50.")
    assert "Gwent" not in set(chart.data["force"])
    plt.close(chart.figure)


@pytest.mark.parametrize(("forces", "named"), [(["Kent", "Kernow"], "Kernow"), ([], "none at all")])
def test_a_force_without_counts_is_named(forces, named):
    with pytest.raises(ValueError, match=named):
        side_by_side(COUNTS, forces)
