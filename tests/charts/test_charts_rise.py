"""Figures of the rise: what they say is what they draw, for any two years."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers.charts import rise, style


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def forces(foi=(3.32, 0.44, 1.2, None)):
    table = pd.DataFrame(
        {
            "force": ["Cleveland", "Gwent", "Kent", "Surrey"],
            "first_year": "2014/15",
            "last_year": "2015/16",
            "foi_ratio": foi,
            "official_ratio": [1.83, 1.16, 0.99, 1.78],
            "official_shrunk": [1.46, 1.22, 1.12, 1.45],
            "official_before": [348.0, 385.0, 972.0, 385.0],
            "official_after": [636.0, 448.0, 960.0, 684.0],
            "official_z": [3.5, -0.5, -2.6, 3.0],
            "official_outlier": [True, False, True, True],
            "below_floor": ["earlier", "later", "neither", "cannot tell"],
        }
    )
    for origin in ("foi", "official"):
        ratio = table[f"{origin}_ratio"].astype(float)
        table[f"{origin}_ratio"], table[f"{origin}_low"], table[f"{origin}_high"] = (
            ratio,
            ratio * 0.8,
            ratio * 1.25,
        )
    return table


def test_by_force_keeps_forces_with_both_ratios_in_the_order_of_the_official_one():
    chart = rise.by_force(forces(), 1.25)
    assert chart.data["force"].tolist() == ["Kent", "Gwent", "Cleveland"]
    assert chart.title == "Growth by force is −56% to 232% in FOI figures, and −1% to 83% in official ones"
    assert "all forces +25%" in chart.alt and "from −1% in Kent to +83% in Cleveland" in chart.alt


def test_by_force_draws_official_ratios_alone_where_nobody_printed_both_years():
    chart = rise.by_force(forces(foi=(None, None, None, None)), 1.25)
    assert len(chart.data) == 4
    assert "no force has FOI figures" in chart.title


def test_a_count_that_cannot_be_complete_is_drawn_hollow():
    chart = rise.by_force(forces(), 1.25)
    hollow = [
        line.get_xdata().tolist() for line in chart.figure.axes[0].lines
        if line.get_markerfacecolor() == style.PAPER and len(line.get_xdata())
    ]  # fmt: skip
    assert hollow == [[0.44, 3.32]]


def curves():
    total = np.geomspace(100, 3000, 30)
    reach = np.exp(2 * np.sqrt(4 / total))
    return pd.DataFrame(
        {"total": total, "low": 1.25 / reach, "high": 1.25 * reach, "known_low": 1.1, "known_high": 1.4}
    )


def test_the_funnel_says_how_many_forces_each_rule_calls():
    called = {"earlier_known": 29, "both_random": 14, "both_random_dispersed": 3}
    chart = rise.funnel(forces(), curves(), 1.25, called)
    assert chart.title == "Of 4 forces, 3 changed more or less than chance and ordinary variation allow"
    assert "Cleveland, Kent and Surrey" in chart.alt
    assert chart.data["total"].tolist() == [984, 833, 1932, 1069]


def test_names_in_the_funnel_do_not_touch_one_another():
    close_by = forces().assign(official_outlier=True, official_ratio=[1.6, 1.61, 1.59, 1.605])
    close_by[["official_before", "official_after"]] = [500.0, 800.0]
    chart = rise.funnel(
        close_by, curves(), 1.25, {"earlier_known": 4, "both_random": 4, "both_random_dispersed": 4}
    )
    axes = chart.figure.axes[0]
    chart.figure.canvas.draw()
    names = [text for text in axes.texts if text.get_text() in set(close_by["force"])]
    boxes = [text.get_window_extent() for text in names]
    touching = [(i, j) for i in range(4) for j in range(i) if boxes[i].overlaps(boxes[j])]
    assert len(names) == 4
    assert touching == []


def test_the_map_gives_the_ratio_as_counted_beside_the_one_that_allows_for_chance():
    tiles = pd.DataFrame(
        {
            "force": forces()["force"],
            "tile_row": [1, 2, 3, 4],
            "tile_column": [1, 2, 3, 4],
            "short": list("ABCD"),
        }
    )
    chart = rise.tile_map(forces(), tiles, 1.25)
    assert chart.title == (
        "Official growth by force is −1% to 83% as counted, and 12% to 46% once chance is allowed for"
    )
    assert "from +12% in Kent to +46% in Cleveland" in chart.alt
    assert {"+46%", "+83%"} <= {text.get_text() for text in chart.figure.axes[0].texts}


def left_out():
    rows = [(origin, force, 1.2 + step, 1.15 + step, 1.25 + step, step - 0.02)
            for origin in ("foi", "official") for force, step in (("A", 0.0), ("B", 0.05), ("C", 0.02))]  # fmt: skip
    return pd.DataFrame(rows, columns=["origin", "force", "ratio", "low", "high", "shift"])


def test_leave_one_out_names_the_force_that_moves_it_most():
    chart = rise.leave_one_out(left_out(), {"foi": 1.22, "official": 1.22})
    assert (
        chart.title
        == "Whichever force is left out, growth is 20% to 25% by FOI figures, 20% to 25% by official codes"
    )
    assert "B moves it most" in chart.alt
    assert {"without A +20%", "without B +25%"} <= {text.get_text() for text in chart.figure.axes[0].texts}


def quarters():
    rows = [(f"{year}/{year % 100 + 1:02d}", quarter, 100 + 4 * (year - 2010) + quarter)
            for year in range(2010, 2021) for quarter in (1, 2, 3, 4)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["financial_year", "quarter", "offences"])
    return table.assign(adjusted=table["offences"] * 1.0)


def test_inside_the_years_shows_three_years_either_side_and_says_the_share():
    chart = rise.inside_the_years(quarters(), ("2014/15", "2015/16"), 470.0, 0.77)
    assert (
        chart.title
        == "In January to March 2015 police recorded at a rate of 470 a year; in 2015/16 they recorded 490"
    )
    assert (chart.data["financial_year"].min(), chart.data["financial_year"].max()) == ("2011/12", "2018/19")
    assert "a rate of 470 a year" in chart.alt


@pytest.mark.parametrize("width", ["phone", "column", "slide"])
def test_every_figure_fits_its_width(width):
    called = {"earlier_known": 3, "both_random": 3, "both_random_dispersed": 3}
    with style.at(width):
        charts = [
            rise.by_force(forces(), 1.25),
            rise.funnel(forces(), curves(), 1.25, called),
            rise.leave_one_out(left_out(), {"foi": 1.22, "official": 1.22}),
            rise.inside_the_years(quarters(), ("2014/15", "2015/16"), 470.0, 0.77),
        ]
        for chart in charts:
            assert chart.figure.get_size_inches()[0] == style.WIDTHS[width]
            style.compose(chart.figure, chart.title, chart.source)
            chart.figure.canvas.draw()
            assert style.crowded(chart.figure) == [], chart.title
