"""Claims are judged by the figures: change a figure in a copy of the data, and the verdict changes."""

import pandas as pd
import pytest

from helpers import ledger
from helpers.foi import figures as foi_figures
from helpers.foi import newspaper
from helpers.stats.missing import NotAvailable
from helpers.tables import read_table
from tests.frames import examples, table


@pytest.fixture(scope="module")
def tables():
    figures = foi_figures.build(*map(read_table, ("foi_printed", "corrections", "foi_rounds")))
    return figures, read_table("foi_status"), table(__file__, "three_floors.csv")


def verdicts(figures, status, floor):
    found = newspaper.evidence(figures, status, floor)
    values = {id: None if isinstance(value, NotAvailable) else value for id, (value, _) in found.items()}
    findings = {id: {"value": one, "unit": "count", "label": "", "text": ""} for id, one in values.items()}
    return {name: one["verdict"] for name, one in ledger.judge_claims(read_table("claims"), findings).items()}


@pytest.mark.parametrize(("claim", "row", "value", "verdict"), examples(__file__, "other_figures.csv"))
def test_another_figure_gives_another_verdict(tables, claim, row, value, verdict):
    figures, status, floor = tables
    other = figures.copy()
    other.loc[other["row"] == int(row), ["value", "value_low", "value_high"]] = float(value)
    assert verdicts(other, status, floor)[claim] == verdict


def test_a_lower_floor_or_a_figure_that_was_not_there_gives_another_verdict(tables):
    figures, status, floor = tables
    lower = floor.assign(child_only=floor["child_only"] // 2)
    assert verdicts(figures, status, lower)["cleveland-more-than-trebled"] == "holds"
    unsaid = verdicts(figures, status[status["force"] != "Durham"], floor)
    assert unsaid["durham-gave-none"] == "cannot be checked"
    ages = figures[figures["row"] == 198].assign(row=9999, area="Northumbria", value=150.0)
    durham = figures[figures["row"] == 195].assign(row=9998, area="Durham")
    found = verdicts(pd.concat([figures, ages, durham]), status, floor)
    assert (found["northumbria-148-pre-school"], found["durham-gave-none"]) == ("holds", "misreported")


def test_a_page_without_forces_is_refused(tables):
    figures, _, floor = tables
    with pytest.raises(ValueError, match="gives no force"):
        newspaper.headline(figures, floor, source="irish-news-2016-03-09")
