"""Claims are judged by the figures: change a figure in a copy of the data, and the verdict changes."""

import pandas as pd
import pytest

from helpers import ledger
from helpers.foi import figures as foi_figures
from helpers.foi import newspaper
from helpers.stats.missing import NotAvailable
from helpers.tables import read_table
from tests.frames import examples, frame


@pytest.fixture(scope="module")
def tables():
    figures = foi_figures.build(*map(read_table, ("foi_printed", "corrections", "foi_rounds")))
    floor = frame(
        "force financial_year child_only",
        ("Cleveland", "2014/15", 348), ("Cleveland", "2015/16", 636), ("Northumbria", "2014/15", 851),
        ("Northumbria", "2015/16", 1156), ("North Yorkshire", "2014/15", 451), ("North Yorkshire", "2015/16", 579),
    )  # fmt: skip
    return figures, read_table("foi_status"), floor


def verdicts(figures, status, floor):
    found = newspaper.evidence(figures, status, floor)
    findings = {
        id: {"value": None if isinstance(value, NotAvailable) else value, "unit": "count", "label": "", "text": str(value)}
        for id, (value, _) in found.items()
    }  # fmt: skip
    return {name: one["verdict"] for name, one in ledger.judge_claims(read_table("claims"), findings).items()}


def with_value(figures, row, value):
    copy = figures.copy()
    copy.loc[copy["row"] == row, ["value", "value_low", "value_high"]] = float(value)
    return copy


@pytest.mark.parametrize(("claim", "row", "value", "verdict"), examples(__file__, "other_figures.csv"))
def test_another_figure_gives_another_verdict(tables, claim, row, value, verdict):
    figures, status, floor = tables
    assert verdicts(with_value(figures, int(row), value), status, floor)[claim] == verdict


def test_a_lower_floor_makes_the_base_sound(tables):
    figures, status, floor = tables
    lower = floor.assign(child_only=floor["child_only"] // 2)
    assert verdicts(figures, status, lower)["cleveland-more-than-trebled"] == "holds"


def test_another_page_with_ages_makes_the_148_checkable(tables):
    figures, status, floor = tables
    row = figures[figures["row"] == 198].assign(row=9999, area="Northumbria", value=150.0)
    assert verdicts(pd.concat([figures, row]), status, floor)["northumbria-148-pre-school"] == "holds"


def test_a_figure_for_durham_contradicts_that_it_gave_none(tables):
    figures, status, floor = tables
    row = figures[figures["row"] == 195].assign(row=9999, area="Durham")
    assert verdicts(pd.concat([figures, row]), status, floor)["durham-gave-none"] == "misreported"


def test_a_page_without_forces_is_refused(tables):
    figures, _, floor = tables
    with pytest.raises(ValueError, match="gives no force"):
        newspaper.headline(figures, floor, source="irish-news-2016-03-09")
