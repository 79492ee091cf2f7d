"""What an analyst's choice is answered with: which printing stands, what is held against the floor, what is drawn."""

import pytest

from helpers.charts import style
from helpers.charts.explore import Desk, side_by_side
from helpers.foi import figures
from tests.frames import cases, frame, table

# 17A is also of adults, so no part of the floor; of 2017/18 three quarters are held
CRIME = table(__file__, "explore/crime.csv").convert_dtypes()
PRINTED = table(__file__, "explore/printed.csv", value_text="str").assign(note=None)
PRINTED["published"] = PRINTED["round"]
NOTES = table(__file__, "explore/notes.csv")
COUNTS = table(__file__, "explore/counts.csv")


@pytest.fixture
def desk():
    register = frame("correction table row expect action to why source")
    rounds = PRINTED[["round", "published"]].drop_duplicates().assign(kind="foi")
    sources = PRINTED[["source"]].assign(publisher="A paper", title="A page", date="2017")
    sources["url"] = "https://example.org/" + sources["source"]
    return Desk(figures.build(PRINTED, register, rounds), CRIME, NOTES, sources)


@pytest.mark.parametrize(("vintage", "expected"), cases(__file__)["rows_1_to_4_under_a_vintage"])
def test_every_row_says_what_became_of_it_under_a_vintage(desk, vintage, expected):
    found = desk.view("Kent", vintage=vintage).printed.set_index("row")["outcome"]
    assert found[[1, 2, 3, 4]].tolist() == expected
    assert found[[6, 8]].unique() == ["set aside"]


def test_a_page_that_was_not_yet_out_is_not_drawn(desk):
    data = desk.view("Kent", vintage="as_of:2017-03").chart.data
    assert set(data["releases"]) == {"", "Mar 2016", "Mar 2017"}


def test_a_row_says_why_it_is_set_aside_and_where_to_read_it(desk):
    rows = desk.view("Kent").printed.set_index("row")
    assert rows["why"][[6, 8]].tolist() == ["a change in per cent, not a count", "a total of several years"]
    assert (rows["source"][3], rows["address"][3]) == ("A paper, A page (2017)", "https://example.org/page-3")


def test_every_printing_is_compared_with_the_codes_that_only_cover_children(desk):
    view = desk.view("Kent")
    rows = view.printed.set_index("row").loc[[1, 2, 3, 5]]
    assert rows["floor"].tolist() == [100, 100, 160, 200]
    # the last is "more than 150", which may be above 200
    assert rows["against the floor"].tolist() == ["below", "at or above", "below", "cannot tell"]
    assert view.said[0].endswith("Kent has 7 published rows (used: 3 and set aside: 2).")
    assert view.said[1] == "Of 2 that can be compared with the official count, 1 is below it (2015/16)."
    assert desk.view("UK", first="2030/31").said[-1].endswith("UK has no published row of these years.")


def test_a_year_with_three_quarters_is_listed_but_is_no_floor(desk):
    view = desk.view("Kent")
    assert view.official[["year", "offences", "quarters held"]].values.tolist()[-1] == ["2017/18", 180, 3]
    assert "2017/18" not in set(view.chart.data["financial_year"])


def test_other_measures_and_areas_that_are_no_force_have_no_floor(desk):
    view = desk.view("Kent", "cyber_flagged")
    assert view.printed["floor"].isna().all()
    assert set(view.chart.data["series"]) == {"FOI, as printed"}
    uk = desk.view("UK")
    assert uk.official.empty and uk.said[1] == "No official count can be compared with them."


def test_years_cut_the_rows_but_never_those_that_name_no_single_year(desk):
    view = desk.view("Kent", first="2015/16", last="2015/16")
    assert view.printed["row"].tolist() == [3, 4, 8]
    assert view.official["year"].tolist() == ["2015/16"]
    early = desk.view("UK", first="2010/11", last="2011/12")
    assert early.chart is None and early.printed.empty


def test_a_note_on_one_force_stands_at_its_year_and_one_on_all_forces_is_told_once(desk):
    assert desk.view("Kent").official["remark"].tolist() == ["", "", "Entered late. Too high.", ""]
    assert desk.cautions() == ["A new offence. 88A rises."]


def test_areas_and_publications_are_those_of_the_figures(desk):
    assert desk.areas() == ["Kent", "UK"]
    vintages = [name for _, name in desk.vintages()]
    assert vintages == ["latest", "first", "as_of:2018-02", "as_of:2017-03", "as_of:2016-03"]


@pytest.mark.parametrize(("choice", "words"), cases(__file__)["impossible_choice"])
def test_an_impossible_choice_is_refused_by_name(desk, choice, words):
    with pytest.raises(ValueError, match=words):
        desk.view(**choice)


def test_one_value_printed_twice_is_one_mark_and_the_words_say_what_is_drawn(desk):
    chart = desk.view("Kent").chart
    data = chart.data
    mark = data[(data["financial_year"] == "2015/16") & (data["series"] == "FOI, as printed")]
    shown = mark[["offences", "outcome", "releases", "below_floor"]]
    assert shown.values.tolist() == [[150.0, "used", "Mar 2017, Feb 2018", True]]
    assert chart.title == "Kent, all offences, under 18: 1 of 3 FOI figures is below the official count"
    assert "we use: 120 in 2014/15 (Mar 2017), 150 in 2015/16 (Mar 2017, Feb 2018)" in chart.alt
    assert "Other FOI figures: 90 in 2014/15 (Mar 2016)." in chart.alt
    assert "from 100 in 2014/15 to 200 in 2016/17" in chart.alt


def test_the_words_of_a_hollow_mark_can_be_read_in_the_key(desk):
    words = desk.view("Kent").chart.figure.axes[0].get_legend().get_texts()
    assert [(word.get_text(), word.get_color()) for word in words][-1] == ("another FOI figure", style.FOI)


def test_each_force_has_a_panel_that_begins_at_nought():
    chart = side_by_side(COUNTS, ["Essex", "Kent"])
    essex, kent = chart.figure.axes
    assert [axes.get_title("left") for axes in (essex, kent)] == ["Essex", "Kent"]
    assert (essex.get_ylim()[0], kent.get_ylim()[0]) == (0, 0) and essex.get_ylim()[1] > kent.get_ylim()[1]
    assert list(kent.lines[0].get_ydata()) == [40, 50]  # in the order of the years, without the one in part
    assert chart.alt.endswith("Essex: 900 to 800; Kent: 40 to 50.")
    assert "Gwent" not in set(chart.data["force"])


@pytest.mark.parametrize(("forces", "named"), [(["Kent", "Kernow"], "Kernow"), ([], "none at all")])
def test_a_force_without_counts_is_named(forces, named):
    with pytest.raises(ValueError, match=named):
        side_by_side(COUNTS, forces)
