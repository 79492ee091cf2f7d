"""The exploring notebook's choices, worked without a browser: what is offered, kept and shown."""

import threading

import pytest

from helpers.charts import explore, workbench
from helpers.foi import figures
from helpers.tables import read_table


@pytest.fixture(scope="module")
def desk():
    printed = figures.build(read_table("foi_printed"), read_table("corrections"), read_table("foi_rounds"))
    others = ("recorded_crime", "series_notes", "foi_status", "sources")
    return explore.Desk(printed, *(read_table(name) for name in others))


def opened(desk, **choice):
    return workbench._Bench(desk, choice)


def test_it_opens_on_the_choice_that_it_is_given(desk):
    bench = opened(desk, area="Derbyshire", vintage="as_of:2017-03", first="2014/15", last="2015/16")
    assert bench.years.value == ("2014/15", "2015/16")
    assert "166 in 2015/16" in bench.figure.value and "983" not in bench.view.chart.alt


def test_another_vintage_changes_what_stands(desk):
    bench = opened(desk, area="Derbyshire")
    assert "983 in 2015/16 (Feb 2018)" in bench.view.chart.alt.split("Other printings")[0]
    bench.vintage.value = "first"
    assert "166 in 2015/16 (Mar 2017)" in bench.view.chart.alt.split("Other printings")[0]


def test_years_and_measure_are_kept_for_another_area_that_has_them(desk):
    bench = opened(desk, area="Cleveland", first="2014/15", last="2015/16", measure="age_0_10")
    bench.measure.value = "all_sexual_offences_u18"
    bench.years.value = ("2014/15", "2016/17")
    bench.area.value = "Northumbria"
    assert (bench.measure.value, bench.years.value) == ("all_sexual_offences_u18", ("2014/15", "2016/17"))


def test_all_years_stay_all_years_for_another_area(desk):
    bench = opened(desk, area="Cleveland")
    assert bench.years.value == ("2007/08", "2025/26")
    bench.area.value = "UK"
    assert bench.years.value == ("2014/15", "2022/23")


@pytest.mark.parametrize(
    "area", ["British Transport Police", "City of London", "Scotland", "Yorkshire region"]
)
def test_areas_with_little_in_print_are_shown_as_they_are(desk, area):
    bench = opened(desk, area=area)
    for _, measure in desk.measures(area):
        bench.measure.value = measure
        assert bench.said.value and bench.figure.value


def test_no_printed_row_is_out_of_reach(desk):
    offered = {(area, measure) for area in desk.areas() for _, measure in desk.measures(area)}
    assert set(desk.figures[["area", "measure"]].itertuples(index=False, name=None)) <= offered


def test_areas_of_every_kind_are_shown_with_all_their_rows(desk):
    counts = desk.figures.groupby(["area", "measure"]).size()
    for area in desk.areas()[::5]:
        measure = desk.measures(area)[-1][1]
        assert len(desk.view(area, measure).printed) == counts.get((area, measure), 0), area


def test_a_tab_that_is_looked_at_while_another_area_is_made_shows_the_new_area(desk, monkeypatch):
    """JupyterLab hands messages to several threads of a kernel at once."""
    bench, begun, go_on = opened(desk, area="Cleveland"), threading.Event(), threading.Event()

    def slow(self, *choice, view=explore.Desk.view, **years):
        begun.set()
        assert go_on.wait(20)
        return view(self, *choice, **years)

    monkeypatch.setattr(explore.Desk, "view", slow)
    area = threading.Thread(target=setattr, args=(bench.area, "value", "Sussex"))
    tab = threading.Thread(target=setattr, args=(bench.tabs, "selected_index", 3))
    area.start()
    assert begun.wait(20)
    tab.start()
    tab.join(0.2)
    assert tab.is_alive()  # it waits, rather than show the rows of Cleveland as those of Sussex
    go_on.set()
    area.join()
    tab.join()
    shown = str(bench.tabs.children[3].outputs)
    assert "Sussex: what is known" in shown and "Northern Echo" not in shown


def test_a_browsed_table_links_its_sources_and_says_what_to_beware_of():
    area = workbench._pick("Area", ["all"])
    rows, about = workbench._table_parts("inspections", area)
    assert rows.count("_blank") > 10
    assert "Beware" in about and "What the columns mean" in about
    assert "Cleveland" in area.options


@pytest.mark.parametrize("name", ["events", "sources", "claims", "forces"])
def test_tables_without_sources_areas_or_text_are_browsed_as_well(name):
    rows, _ = workbench._table_parts(name, workbench._pick("Area", ["all"]))
    assert "<table" in rows


def test_a_table_that_is_not_built_yet_says_how_it_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("RISE_OUT", str(tmp_path))
    (said,) = workbench._table_parts("rise_forces", workbench._pick("Area", ["all"]))
    assert "run make report or rise run first" in said
