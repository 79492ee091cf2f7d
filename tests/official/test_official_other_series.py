"""Series from outside police records are followed only where they can be, and never joined across a break."""

import numpy as np
import pandas as pd
import pytest

from helpers.official.other_series import beside_records, growth, select, single_figures, year_of
from tests.frames import frame, table


def printed(*rows):
    """Rows of (period, value, low, derived) of one measure."""
    others = table(__file__, "one_figure.csv").iloc[0]
    return frame("period value low derived", *rows, **others)


def register(**changed):
    return table(__file__, "one_series.csv").assign(**changed)


COUNTS = {"2012/13": 100.0, "2013/14": 110.0, "2015/16": 150.0}
PLAIN = printed(*((year, count, None, False) for year, count in COUNTS.items()))


def grow(figures, entry, first, last):
    return growth(figures, entry, {"asked": (first, last)}).iloc[0]


def test_a_period_that_is_neither_a_year_nor_a_day_is_refused():
    with pytest.raises(ValueError, match="neither a year nor a day"):
        year_of("January to July 2014")


def test_a_missing_year_is_said_and_no_other_year_stands_in():
    found = grow(select(PLAIN, register()), register(), "2012/13", "2014/15")
    assert pd.isna(found["ratio"]) and found["reason"] == "not available: no figure for 2014/15"


def test_a_break_inside_the_years_is_not_comparable_and_one_at_their_start_is_no_matter():
    broken = register(broken_at="2013/14", broken_why="the law was widened")
    figures = select(PLAIN, broken)
    reason = grow(figures, broken, "2012/13", "2015/16")["reason"]
    assert reason == "not comparable across 2013/14: the law was widened"
    assert grow(figures, broken, "2013/14", "2015/16")["ratio"] == pytest.approx(150 / 110)


def test_a_bound_is_no_count_but_a_figure_worked_out_is():
    figures = select(printed(("2012/13", 90.0, 90.0, False), ("2013/14", 95.0, 94.0, True)), register())
    assert figures["year"].tolist() == ["2013/14"]


def test_two_figures_for_one_year_are_refused():
    twice = printed(("2012/13", 100.0, None, False), ("2012", 101.0, None, False))
    with pytest.raises(ValueError, match="'cases' has two figures for 2012/13"):
        select(twice, register())


def test_where_records_did_not_clearly_grow_there_is_no_share_and_the_reason_is_given():
    entry, ends = register(), {"asked": ("2012/13", "2013/14")}
    grown = growth(select(PLAIN, entry), entry, ends)
    for later, said in ((101, "police records did not clearly grow in these years"), (200, None)):
        records = pd.Series({"2012/13": 100, "2013/14": later})
        found = beside_records(grown, records, ends, dispersion=1.0).iloc[0]
        assert (pd.isna(found["share"]), found["reason"] if said else None) == (said is not None, said)


ROW = {"measure": "share", "period": "2016", "value": 52.0, "value_text": "52%", "source": "survey"}
UNFIT = [(0, [{"period": "2017"}]), (2, [{}, {"value": 40.0}]), (0, [{"value": np.nan}])]


@pytest.mark.parametrize(("fitting", "changes"), UNFIT)
def test_an_entry_without_one_row_and_its_number_is_refused_by_name(fitting, changes):
    rows = pd.DataFrame([ROW | change for change in changes])
    with pytest.raises(ValueError, match=rf"'told' needs one row .* and a number, and there are {fitting}"):
        single_figures(table(__file__, "one_entry.csv", period="str"), {"other_series": rows})
