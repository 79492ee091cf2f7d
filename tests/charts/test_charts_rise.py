"""Figures of the rise: what they say is what they draw, for any two years."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.charts import rise, style
from tests.frames import frame

CALLED = {"earlier_known": 29, "both_random": 14, "both_random_dispersed": 3}
WHOLE = {"foi": 1.22, "official": 1.22}


def forces(foi=(3.32, 0.44, 1.2, None)):
    made = frame(
        "force official_ratio official_shrunk official_before official_after official_z official_outlier below_floor",
        ("Cleveland", 1.83, 1.46, 348.0, 636.0, 3.5, True, "earlier"), ("Gwent", 1.16, 1.22, 385.0, 448.0, -0.5, False, "later"),
        ("Kent", 0.99, 1.12, 972.0, 960.0, -2.6, True, "neither"), ("Surrey", 1.78, 1.45, 385.0, 684.0, 3.0, True, "cannot tell"),
        first_year="2014/15", last_year="2015/16", foi_ratio=pd.Series(foi, dtype=float),
    )  # fmt: skip
    for origin in ("foi", "official"):
        made[[f"{origin}_low", f"{origin}_high"]] = np.outer(made[f"{origin}_ratio"], [0.8, 1.25])
    return made


def tiles():
    return forces()[["force"]].assign(tile_row=range(4), tile_column=range(4), short=list("ABCD"))


def curves():
    total = np.geomspace(100, 3000, 30)
    reach = np.exp(2 * np.sqrt(4 / total))
    return pd.DataFrame(
        {"total": total, "low": 1.25 / reach, "high": 1.25 * reach, "known_low": 1.1, "known_high": 1.4}
    )


def left_out():
    rows = [(origin, force, 1.2 + step, 1.15 + step, 1.25 + step, step - 0.02)
            for origin in ("foi", "official") for force, step in (("A", 0.0), ("B", 0.05), ("C", 0.02))]  # fmt: skip
    return frame("origin force ratio low high shift", *rows)


def quarters():
    rows = [(f"{year}/{year % 100 + 1:02d}", quarter, 100 + 4 * (year - 2010) + quarter)
            for year in range(2010, 2021) for quarter in (1, 2, 3, 4)]  # fmt: skip
    made = frame("financial_year quarter offences", *rows)
    return made.assign(adjusted=made["offences"] * 1.0)


CASES = [  # what draws a figure, its title, and what its alt text or its labels say besides
    (lambda: rise.by_force(forces(), 1.25), "FOI figures of single forces changed by −56% to 232%, official counts by −1% to 83%",
     "Dot plot of 3 forces", "all forces +25%", "from −1% in Kent to +83% in Cleveland"),
    (lambda: rise.by_force(forces(foi=[None] * 4), 1.25), "Official growth by force is −1% to 83%; no force has FOI figures for both years",
     "Dot plot of 4 forces"),
    (lambda: rise.funnel(forces(), curves(), 1.25, CALLED), "Of 4 forces, 3 changed more or less than chance and ordinary variation allow",
     "Cleveland, Kent and Surrey"),
    (lambda: rise.tile_map(forces(), tiles(), 1.25), "Official growth by force is −1% to 83% as counted, and 12% to 46% once chance is allowed for",
     "from +12% in Kent to +46% in Cleveland", "+46%", "+83%"),
    (lambda: rise.leave_one_out(left_out(), WHOLE), "Whichever force is left out, growth is 20% to 25% by FOI figures, 20% to 25% by official codes",
     "B moves it most", "without A +20%", "without B +25%"),
    (lambda: rise.inside_the_years(quarters(), ("2014/15", "2015/16"), 470.0, 0.77),
     "In January to March 2015 police recorded at a rate of 470 a year; in 2015/16 they recorded 490", "2011/12 to 2018/19", "77% of the way"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1])
def test_a_figure_says_what_it_draws(case):
    draw, title, *said = case
    chart = draw()
    labels = [text.get_text() for text in chart.figure.axes[0].texts]
    assert chart.title == title
    assert [one for one in said if one not in f"{chart.alt} {labels}"] == []


def test_a_count_that_cannot_be_complete_is_drawn_hollow():
    chart = rise.by_force(forces(), 1.25)
    hollow = [
        line.get_xdata().tolist() for line in chart.figure.axes[0].lines
        if line.get_markerfacecolor() == style.PAPER and len(line.get_xdata())
    ]  # fmt: skip
    assert hollow == [[0.44, 3.32]]


def test_names_in_the_funnel_do_not_touch_one_another():
    close_by = forces().assign(official_outlier=True, official_ratio=[1.6, 1.61, 1.59, 1.605])
    close_by[["official_before", "official_after"]] = [500.0, 800.0]
    chart = rise.funnel(close_by, curves(), 1.25, CALLED)
    chart.figure.canvas.draw()
    names = [text for text in chart.figure.axes[0].texts if text.get_text() in set(close_by["force"])]
    boxes = [text.get_window_extent() for text in names]
    assert len(names) == 4
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("width", ["phone", "column", "slide"])
@pytest.mark.parametrize("case", CASES[:3] + CASES[4:], ids=lambda case: case[1])
def test_every_figure_fits_its_width(width, case):
    with style.at(width):
        chart = case[0]()
        assert chart.figure.get_size_inches()[0] == style.WIDTHS[width]
        style.compose(chart.figure, chart.title, chart.source)
        chart.figure.canvas.draw()
        assert style.crowded(chart.figure) == []
