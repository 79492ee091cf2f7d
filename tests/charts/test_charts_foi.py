"""FOI figures: what they plot is what their alt text says, whatever the data."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.charts import floor, foi


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


COMPLETENESS = pd.DataFrame(
    {
        "force": ["Cleveland", "Cleveland", "Kent"],
        "financial_year": ["2014/15", "2015/16", "2015/16"],
        "foi": [247.0, 820.0, 500.0],
        "floor": [348.0, 636.0, 400.0],
        "ratio": [247 / 348, 820 / 636, 1.25],
        "below": [True, False, False],
        "firm": [True, False, False],
        "verdict": ["below", "at or above", "cannot tell"],
    }
)


def test_the_uk_chart_names_the_year_with_most_values_in_the_order_they_came_out():
    printings = pd.DataFrame(
        {
            "financial_year": ["2014/15", "2014/15", "2014/15", "2015/16"],
            "round": ["2016-report", "2017-03", "2016-03", "2017-03"],
            "released": ["2016", "2017-03", "2016-03", "2017-03"],
            "value": [47008.0, 47055.0, 45456.0, 55507.0],
        }
    )
    chart = foi.uk_by_release(printings)
    assert chart.title == "The UK total for 2014/15 was published as 45,456, 47,008 and 47,055"
    assert "highest 55,507" in chart.alt
    assert chart.data["round"].tolist() == ["2016-03", "2016-report", "2017-03", "2017-03"]


def test_the_grid_counts_only_figures_that_could_be_told():
    chart = floor.against_the_floor(
        COMPLETENESS, marked=[("Cleveland", "2014/15"), ("Cleveland", "2015/16")], marked_as="the report"
    )
    assert chart.title == "Of 2 published counts, 1 are below their official floor"
    assert "Below among the framed counts (the report): Cleveland 2014/15 (247 against 348)." in chart.alt
    assert "1 are below whatever revision may have raised that number since" in chart.alt
    assert len(chart.data) == 3


def test_the_grid_fills_only_cells_that_no_revision_explains():
    chart = floor.against_the_floor(COMPLETENESS.assign(below=True, firm=[True, False, False]))
    assert chart.figure.axes[0].collections[0].get_array().tolist() == [[2, 1], [None, 1]]


def test_the_grid_refuses_nothing_with_a_reason():
    with pytest.raises(ValueError, match="no count that has a floor"):
        floor.against_the_floor(COMPLETENESS.iloc[:0])


def test_the_grid_says_so_when_none_is_below():
    none = COMPLETENESS.assign(below=False, firm=False, verdict="at or above")
    chart = floor.against_the_floor(none)
    assert chart.title == "Of 3 published counts, 0 are below their official floor"
    assert "None is below." in chart.alt


def test_the_gaps_are_ordered_by_how_far_below_a_count_is():
    lower = COMPLETENESS.assign(foi=[247.0, 100.0, 300.0], below=True, ratio=[0.71, 0.16, 0.75])
    chart = floor.counts_below_the_floor(lower)
    assert chart.data["ratio"].tolist() == [0.16, 0.71, 0.75]
    assert "Cleveland in 2015/16, with 100 printed against 636" in chart.alt


def test_a_chart_with_a_row_for_each_figure_draws_the_first_of_hundreds_and_says_so():
    many = pd.concat([COMPLETENESS.assign(below=True)] * 100, ignore_index=True)
    chart = floor.counts_below_the_floor(many)
    assert chart.title == "How far below their floor the 300 counts are, the 60 furthest below"
    assert len(chart.figure.axes[0].get_yticks()) == 60
    assert len(chart.data) == 300


def test_the_headline_chart_gives_both_ratios():
    chart = floor.claims_beside_the_floor(COMPLETENESS.iloc[:2])
    assert chart.title == "Of 2 headline counts, 1 are below what a complete count must reach"
    assert "Cleveland +232% against +83%" in chart.alt


def test_the_revisions_chart_puts_the_largest_change_first():
    revisions = pd.DataFrame(
        {
            "area": ["Suffolk", "Derbyshire", "Wiltshire"],
            "financial_year": ["2015/16", "2015/16", "2014/15"],
            "first_round": "2017-03",
            "first_value": [604.0, 166.0, 698.0],
            "later_round": "2018-02",
            "later_value": [608.0, 983.0, 372.0],
            "ratio": [608 / 604, 983 / 166, 372 / 698],
        }
    )
    chart = foi.revised_figures(revisions)
    assert chart.data["area"].tolist() == ["Derbyshire", "Wiltshire", "Suffolk"]
    assert "from 166 to 983, 5.9 times. 2 went up and 1 went down." in chart.alt


def test_the_changes_chart_claims_a_pattern_only_where_the_data_have_it():
    changes = pd.DataFrame(
        {
            "force": ["Cleveland", "Gwent", "Kent"],
            "first_year": "2014/15",
            "last_year": "2015/16",
            "round": "2017-03",
            "foi_ratio": [3.3, 2.1, 1.2],
            "floor_ratio": [1.8, 1.4, 1.2],
            "gap": [1.83, 1.5, 1.0],
            "base_below": [True, True, False],
            "later_below": False,
        }
    )
    title = "All 2 FOI counts that doubled in a year started below their floor"
    assert floor.changes_beside_the_floor(changes).title == title
    other = changes.assign(base_below=[False, True, True])
    assert floor.changes_beside_the_floor(other).title == "FOI changes beside official changes"


@pytest.mark.parametrize(("odd", "title"), [(True, "1 stands out"), (False, "none stands out")])
def test_the_age_chart_says_what_stands_out(odd, title):
    profiles = pd.DataFrame(
        {
            "ages": ["0 to 10"] * 3,
            "area": ["Kent", "Essex", "Dorset"],
            "financial_year": "2016/17",
            "count": [270.0, 280.0, 100.0],
            "total": [1000.0, 1000.0, 1000.0],
            "share": [0.27, 0.28, 0.1],
            "pooled_share": 0.2167,
            "outlier": [False, False, odd],
            "outlier_adjusted": [False, False, odd],
        }
    )
    chart = foi.young_shares(profiles, ages=["0 to 10"])
    assert chart.title == f"Of 3 shares of young victims, {title}"
    assert ("Dorset 2016/17 (aged 0 to 10: 10%)" in chart.alt) is odd
