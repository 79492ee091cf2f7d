"""Single figures: each is found where the register says, or the entry is named."""

import pandas as pd
import pytest

from helpers.official.single_figures import look_up
from helpers.tables import read_table

ENTRY = {
    "evidence": "told", "label": "Told", "table": "other_series", "key": "share", "period": "2016", "unit": "percent",
    "bears_on": "", "says": "Nothing.",
}  # fmt: skip
ROW = {"measure": "share", "period": "2016", "value": 52.0, "value_text": "52%", "source": "survey"}


def found(rows, **changed):
    return look_up(pd.DataFrame([ENTRY | changed]), {"other_series": pd.DataFrame(rows)}).iloc[0]


@pytest.mark.parametrize("rows", [[ROW | {"period": "2017"}], [ROW, ROW | {"value": 40.0}]])
def test_an_entry_without_one_row_is_refused_by_name(rows):
    fitting = len(rows) if len(rows) > 1 else 0
    with pytest.raises(ValueError, match=rf"'told' needs one row .* there are {fitting}"):
        found(rows)


def test_every_entry_of_the_register_is_held():
    tables = {name: read_table(name) for name in ("attributions", "other_series")}
    assert len(look_up(read_table("evidence"), tables)) == len(read_table("evidence"))
