"""The exploring notebook's choices, worked without a browser: what is offered, kept, shown and run."""

import asyncio
import sys
import threading

import pandas as pd
import pytest

from helpers.charts import explore, workbench
from helpers.foi import figures
from helpers.tables import TableError, read_table
from helpers.tables.faults import Fault


@pytest.fixture(scope="module")
def desk():
    printed = figures.build(read_table("foi_printed"), read_table("corrections"), read_table("foi_rounds"))
    others = ("recorded_crime", "series_notes", "foi_status", "sources")
    return explore.Desk(printed, *(read_table(name) for name in others))


def not_run():
    raise TableError("rise_forces", [Fault("is not there yet")])


def opened(desk, **choice):
    return workbench._Bench(desk, not_run, choice)


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


def test_before_the_notebooks_have_run_one_line_says_so_beside_a_button():
    box = workbench.offer(workbench.FIRST)
    line, button, _ = box.children
    assert "run make report or rise run first" in line.value
    assert button.description == "Run the notebooks now"


def run(*code, then=lambda: None):
    """Press the button of an offer whose command is a line of Python; its words, and what it said."""

    async def press():
        box = workbench.offer("Run it.", then, (sys.executable, "-c", *code))
        _, button, told = box.children
        button.click()
        assert button.disabled
        while button.disabled:
            await asyncio.sleep(0.01)
        return button.description, "".join(output["text"] for output in told.outputs)

    return asyncio.run(press())


def test_the_button_runs_the_command_shows_what_it_says_and_goes_on():
    went_on = []
    words, said = run("print('3 run')", then=lambda: went_on.append(True))
    assert (words, said, went_on) == ("Done; run again", "3 run\n", [True])


def test_a_run_that_fails_says_so_and_does_not_go_on():
    went_on = []
    words, said = run("import sys; sys.exit('rise: no')", then=lambda: went_on.append(True))
    assert (words, said, went_on) == ("It failed; run again", "rise: no\n", [])


def test_a_command_that_is_not_installed_is_said():
    said = []
    assert asyncio.run(workbench.follow(["no-such-command"], said.append)) == 127
    assert said == ["no-such-command is not installed in this environment; run make environment\n"]


def test_a_browsed_table_links_its_sources_and_says_what_to_beware_of():
    area = workbench._pick("Area", ["all"])
    rows, about = workbench._table_parts("inspections", area, lambda: None)
    assert rows.count("_blank") > 10
    assert "Beware" in about and "What the columns mean" in about
    assert "Cleveland" in area.options


@pytest.mark.parametrize("name", ["events", "sources", "claims", "forces"])
def test_tables_without_sources_areas_or_text_are_browsed_as_well(name):
    rows, _ = workbench._table_parts(name, workbench._pick("Area", ["all"]), lambda: None)
    assert "<table" in rows


def test_a_table_that_is_not_built_yet_is_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("RISE_OUT", str(tmp_path))
    (offered,) = workbench._table_parts("rise_forces", workbench._pick("Area", ["all"]), lambda: None)
    assert offered.children[1].description == "Run the notebooks now"


def test_the_intervals_are_shown_as_soon_as_there_are_some(desk):
    columns = [
        "foi_ratio",
        "foi_shrunk",
        "official_ratio",
        "official_low",
        "official_high",
        "official_shrunk",
    ]
    row = dict.fromkeys(columns) | {"force": "Kent", "first_year": "2014/15", "last_year": "2015/16"}
    made = [not_run, lambda: pd.DataFrame([row | VALUES])]
    bench = workbench._Bench(desk, lambda: made[0](), {"area": "Kent"})
    bench.tabs.selected_index = 4
    assert "widget-view" in str(bench.tabs.children[4].outputs)
    made.pop(0)
    bench._again()
    assert "official, child-only +50% (25% to 75%)" in str(bench.tabs.children[4].outputs)


VALUES = {"official_ratio": 1.5, "official_low": 1.25, "official_high": 1.75, "below_floor": "neither"}
