"""Every figure says in its title, its alt text and its labels what it draws.

It is drawn from small tables made by hand in `figures`. What it is drawn by and must say stands in `figures.toml`, but for
figures that are drawn from more than columns: these are drawn here.
"""

import itertools
from functools import partial
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.text import Text

from helpers import charts
from helpers.charts import confidence_online, floor, foi, official, recording, rise, style, weighing
from helpers.charts.crowding import crowded
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from tests.frames import cases, frame


def words(chart):
    ticks = (axes.get_xticklabels() for axes in chart.figure.axes)
    return " ".join(text.get_text() for text in itertools.chain(chart.figure.findobj(Text), *ticks))


def marks(chart, marker, axes=0):
    """(x, y) of every point that has this marker."""
    lines = [line for line in chart.figure.axes[axes].lines if line.get_marker() == marker]
    return [(float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)]


FIGURES = Path(__file__).with_name("figures")
made = SimpleNamespace(**{path.stem: pd.read_csv(path) for path in FIGURES.glob("*.csv")})
SAID = cases(__file__, "figures.toml")
MADE_UP = {"source": "Made up."}
KINDS = {"Rape": (Estimate(1.2, 1.1, 1.3), "official"), "Grooming": (Estimate(1.5, 1.2, 1.9), "online")}
FELL = {"A": (Estimate(0.9, 0.8, 0.95), "online"), "B": (Estimate(0.8, 0.7, 0.9), "online")}
MISSING = NotAvailable("the counts end in 2019/20")
SIX = ["recording", "confidence", "recording + confidence", "online", "other", "artefact"]
CALLED = {"earlier_known": 29, "both_random": 14, "both_random_dispersed": 3}


def quarters():
    """Eleven years in which each quarter has four offences more than the same one a year before."""
    rows = [(f"{year}/{year % 100 + 1:02d}", quarter, 100 + 4 * (year - 2010) + quarter)
            for year in range(2010, 2021) for quarter in (1, 2, 3, 4)]  # fmt: skip
    made = frame("financial_year quarter offences", *rows)
    return made.assign(adjusted=made["offences"] * 1.0)


def drawn(draws, of, changed=(), given=(), **said):
    """A figure of `figures.toml`: which function draws it, of which tables, with what in place of their columns."""
    tables = (getattr(made, name).assign(**dict(changed)) for name in of)
    return attrgetter(draws)(charts)(*tables, **dict(given))


DRAWN = {figure: partial(drawn, **said) for figure, said in SAID.items() if "draws" in said} | {
    "claims_beside_the_floor": lambda: floor.claims_beside_the_floor(made.completeness.iloc[:2]),
    "child_only_that_fell_again": lambda: official.child_only_by_year(pd.concat([made.parts, made.parts[:2].assign(financial_year="2016/17")])),
    "growth_by_offence": lambda: confidence_online.growth_by_offence(KINDS, **MADE_UP),
    "growth_with_one_missing": lambda: confidence_online.growth_by_offence(KINDS | {"Assault": (MISSING, "recording")}, **MADE_UP),
    "growth_of_what_fell": lambda: confidence_online.growth_by_offence(FELL, **MADE_UP),
    "growth_of_which_one_fell": lambda: confidence_online.growth_by_offence(KINDS | {"A": FELL["A"]}, **MADE_UP),
    "growth_beside_all_codes": lambda: confidence_online.growth_by_offence({"All codes": FELL["A"]} | KINDS, **MADE_UP),
    "placebo_dates": lambda: confidence_online.placebo_dates({"One": made.steps, "Two": made.steps}, **MADE_UP),
    "dose_response": lambda: recording.dose_response(made.doses, slope=Estimate(1.05, 0.1, 2), **MADE_UP),
    "dose_response_unclear": lambda: recording.dose_response(made.doses, slope=Estimate(1.2, -0.1, 2.5), **MADE_UP),
    "dose_response_the_other_way": lambda: recording.dose_response(made.doses, slope=Estimate(-1.05, -2, -0.1), **MADE_UP),
    "event_paths": lambda: recording.event_paths({"Rape": made.path}, meanings=["official"], **MADE_UP),
    "ladder_of_six": lambda: weighing.ladder(pd.concat([made.rungs[:1].assign(explanation=name, rung="each explanation adds, or does nothing") for name in SIX]), **MADE_UP),
    "curve": lambda: weighing.specification_curve({"Rise": made.effects}, level=0.9, **MADE_UP),
    "curve_of_most": lambda: weighing.specification_curve({"Rise": made.effects.assign(effect=[0.3, 0.2], low=0.1, high=[0.5, 0.4])}, level=0.9, **MADE_UP),
    "curve_of_few": lambda: weighing.specification_curve({"Rise": made.effects.assign(effect=[0.3, 0.2], low=[-0.1, -0.3], high=[0.5, 0.4])}, level=0.9, **MADE_UP),
    "by_force_of_one": lambda: rise.by_force(made.forces[made.forces["force"] == "Kent"], 1.25),
    "funnel": lambda: rise.funnel(made.forces, made.funnel, 1.25, CALLED),
    "inside_the_years": lambda: rise.inside_the_years(quarters(), ("2014/15", "2015/16"), 470.0, 0.77),
}  # fmt: skip


@pytest.mark.parametrize("figure", SAID)
def test_a_figure_says_what_it_draws(figure):
    chart, said = DRAWN[figure](), SAID[figure]
    assert chart.title == said["title"]
    assert chart.source.endswith(said.get("source", ""))
    assert [one for one in said.get("says", []) if one not in f"{chart.alt} {words(chart)}"] == []


def test_printings_are_ordered_by_the_day_they_came_out_and_a_bare_year_ends_it():
    rounds = foi.uk_by_release(made.printings).data["round"].tolist()
    assert rounds == ["2016-03", "2016-report", "2017-03", "2017-03"]


def test_the_grid_fills_only_cells_that_no_revision_explains():
    chart = floor.against_the_floor(made.completeness.assign(below=True, firm=[True, False, False]))
    assert chart.figure.axes[0].collections[0].get_array().tolist() == [[2, 1], [None, 1]]


def test_the_grid_refuses_nothing_with_a_reason():
    with pytest.raises(ValueError, match="no count that has a floor"):
        floor.against_the_floor(made.completeness.iloc[:0])


def test_where_no_growth_is_available_nothing_is_drawn():
    assert confidence_online.growth_by_offence({"Assault": (MISSING, "recording")}, **MADE_UP) is MISSING


def test_a_chart_with_a_row_for_each_figure_draws_the_first_of_hundreds_and_says_so():
    hundreds = pd.concat([made.completeness.assign(below=True)] * 100, ignore_index=True)
    chart = floor.counts_below_the_floor(hundreds)
    assert chart.title.startswith("Half of the 300 ") and chart.title.endswith("; the 60 furthest below")
    assert len(chart.figure.axes[0].get_yticks()) == 60
    assert len(chart.data) == 300


def test_two_kinds_of_offence_can_be_told_apart_without_colour():
    chart = rise.two_kinds(made.contrasts, "one", level=0.9)
    assert marks(chart, "o") == [(1.3, 0), (1.2, 1)] and marks(chart, "D") == [(1.1, 0), (1.25, 1)]


def test_on_a_phone_no_diamond_lies_on_the_name_of_the_next_slope():
    names = [f"From the audited year to the year that begins half a year after report {n}" for n in range(7)]
    windows = pd.concat([made.windows] * 4, ignore_index=True)[:7].assign(window=names)
    with style.at("phone"):
        chart = recording.slopes(windows, source="Inspections and records of all forces. " * 4)
        style.compose(chart.figure, chart.title, chart.source)
    chart.figure.canvas.draw()
    (axes,) = chart.figure.axes
    diamonds = axes.transData.transform(marks(chart, "D"))
    boxes = [name.get_window_extent().padded(4) for name in axes.get_yticklabels()]
    assert not any(box.count_contains(diamonds) for box in boxes)


def test_the_ladder_draws_a_share_without_a_range_as_a_dot_and_says_what_bars_mean():
    point = made.rungs.iloc[:1].assign(low=0.4, high=0.4, im_low=0.2, im_high=0.6)
    chart = weighing.ladder(point, **MADE_UP)
    assert marks(chart, "o") == [(0.4, 0)]
    assert "Thick: what the assumptions allow. Thin: its interval." in chart.source


def test_a_curve_gives_each_choice_a_row_in_order_of_size():
    chart = weighing.specification_curve({"Rise": made.effects}, level=0.9, **MADE_UP)
    assert [text.get_text() for text in chart.figure.axes[1].get_yticklabels()] == ["a", "b"]
    assert marks(chart, "|", axes=1) == [(1, 1), (2, 0)]
    assert chart.data["effect"].tolist() == [-0.0952, 0.3499]


def test_ratios_of_other_offences_are_to_their_first_year():
    chart = official.against_other_offences(made.families, "2012/13")
    last = chart.data[chart.data["financial_year"] == "2013/14"].set_index("family")["ratio"]
    assert last.round(3).to_dict() == {"child": 3.0, "quiet": 0.9, "loud": 2.0}


def test_a_count_that_cannot_be_complete_is_drawn_hollow():
    chart = rise.by_force(made.forces, 1.25)
    lines = [line for line in chart.figure.axes[0].lines if line.get_markerfacecolor() == style.PAPER]
    assert [line.get_xdata().tolist() for line in lines if len(line.get_xdata())] == [[0.44, 3.32]]


def test_names_in_the_funnel_do_not_touch_one_another():
    close_by = made.forces.assign(official_outlier=True, official_ratio=[1.6, 1.61, 1.59, 1.605])
    close_by[["official_before", "official_after"]] = [500.0, 800.0]
    chart = rise.funnel(close_by, made.funnel, 1.25, CALLED)
    chart.figure.canvas.draw()
    names = [text for text in chart.figure.axes[0].texts if text.get_text() in set(close_by["force"])]
    boxes = [Text.get_window_extent(text) for text in names]  # without a line that leads to them
    assert len(names) == 4
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


CROWDED = ["by_force", "by_force_without_foi", "funnel", "leave_one_out", "inside_the_years", "ladder_of_six"]


@pytest.mark.parametrize("width", ["phone", "column", "slide"])
@pytest.mark.parametrize("figure", CROWDED)
def test_every_figure_fits_its_width(width, figure):
    with style.at(width):
        chart = DRAWN[figure]()
        assert chart.figure.get_size_inches()[0] == style.WIDTHS[width]
        style.compose(chart.figure, chart.title, chart.source)
        chart.figure.canvas.draw()
        assert crowded(chart.figure) == []
