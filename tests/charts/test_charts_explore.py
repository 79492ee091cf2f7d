"""What an analyst's choice is answered with: which printing stands, what is held against the floor, what is drawn."""

import pandas as pd
import pytest

from helpers.charts import style
from helpers.charts.explore import Desk, counted, interval_words
from helpers.charts.printings import printed_over_official
from helpers.foi import figures

ALL, FLAGGED = "all_sexual_offences_u18", "cyber_flagged"
ROUNDS = pd.DataFrame(
    [("2016-03", "foi"), ("2017-03", "foi"), ("2018-02", "foi")], columns=["round", "kind"]
).assign(published=lambda rounds: rounds["round"])
PRINTED = [  # round, area, period, measure, value_text, qualifier
    ("2016-03", "Kent", "2014/15", ALL, "90", None),
    ("2017-03", "Kent", "2014/15", ALL, "120", None),
    ("2017-03", "Kent", "2015/16", ALL, "150", None),
    ("2018-02", "Kent", "2015/16", ALL, "150", None),
    ("2018-02", "Kent", "2016/17", ALL, "150", "approx (more than 150)"),
    ("2018-02", "Kent", "2016/17", ALL, "9", "per cent change only (+9% on 2015/16)"),
    ("2018-02", "Kent", "2016/17", FLAGGED, "30", None),
    ("2018-02", "Kent", "2012-2017", ALL, "600", "five-year total"),
    ("2018-02", "UK", "2016/17", ALL, "64667", None),
]
CRIME = [  # year, code, quarters; 17A also covers adults, so is no part of the floor
    ("2014/15", "71", 25, 25, 25, 25),
    ("2014/15", "17A", 9, 9, 9, 9),
    ("2015/16", "71", 20, 20, 20, 20),
    ("2015/16", "19D", 20, 20, 20, 20),
    ("2016/17", "71", 50, 50, 50, 50),
    ("2017/18", "71", 60, 60, 60, None),
]


@pytest.fixture
def desk():
    printed = pd.DataFrame(
        PRINTED, columns=["round", "area", "period", "measure", "value_text", "qualifier"]
    ).assign(
        row=range(1, len(PRINTED) + 1),
        source=[f"page-{number}" for number in range(1, len(PRINTED) + 1)],
        published=lambda rows: rows["round"],
        note=None,
    )
    register = pd.DataFrame(columns=["correction", "table", "row", "expect", "action", "to", "why", "source"])
    crime = pd.DataFrame(CRIME, columns=["financial_year", "offence_code", "q1", "q2", "q3", "q4"]).assign(
        force="Kent"
    )
    crime[["q1", "q2", "q3", "q4"]] = crime[["q1", "q2", "q3", "q4"]].astype("Int64")
    notes = pd.DataFrame(
        [
            ("late", "Kent", "all", "2016-04-01", "2017-03-31", "Entered late.", "Too high."),
            ("new", None, "88A", "2017-04-01", None, "A new offence.", "88A rises."),
            ("other", None, "8L", "2015-04-01", None, "Not of children.", "Harassment rises."),
        ],
        columns=["note", "force", "codes", "from", "to", "what", "effect"],
    )
    answers = pd.DataFrame(
        [("2017-03", "Kent", "no_response", "page-2", None)],
        columns=["round", "force", "status", "source", "note"],
    )
    sources = pd.DataFrame({"source": printed["source"], "publisher": "A paper", "title": "A page"}).assign(
        date="2017", url="https://example.org/" + printed["source"]
    )
    return Desk(figures.build(printed, register, ROUNDS), crime, notes, answers, sources)


def outcomes(view):
    """Row → outcome, of the rows that name a year."""
    return dict(zip(view.printed["row"], view.printed["outcome"], strict=True))


def test_the_latest_printing_stands_and_every_other_row_says_what_became_of_it(desk):
    assert outcomes(desk.view("Kent")) == {
        1: "another printing stands",
        2: "stands",
        3: "prints what stands",
        4: "stands",
        5: "stands",
        6: "set aside",
        8: "set aside",
    }


def test_the_first_printing_stands_under_that_vintage(desk):
    found = outcomes(desk.view("Kent", vintage="first"))
    assert (found[1], found[2]) == ("stands", "another printing stands")


def test_a_page_that_was_not_yet_out_does_not_count_and_is_not_drawn(desk):
    view = desk.view("Kent", vintage="as_of:2017-03")
    assert outcomes(view)[4] == "not yet published"
    assert outcomes(view)[3] == "stands"
    assert set(view.chart.data["releases"]) == {"", "Mar 2016", "Mar 2017"}
    assert "2 rows not yet published at the end of March 2017." in view.said


def test_a_row_that_is_set_aside_says_why(desk):
    why = desk.view("Kent").printed.set_index("row")["why"]
    assert why[6] == "a change in per cent, not a count"
    assert why[8] == "a total of several years"


def test_every_printing_is_held_against_the_official_codes_that_only_cover_children(desk):
    rows = desk.view("Kent").printed.set_index("row")
    assert rows.loc[[1, 2, 3, 5], "floor"].tolist() == [100, 100, 160, 200]
    assert rows.loc[[1, 2, 3], "against the floor"].tolist() == ["below", "at or above", "below"]


def test_more_than_150_may_be_above_a_floor_of_200_so_nobody_can_tell(desk):
    rows = desk.view("Kent").printed.set_index("row")
    assert rows.loc[5, ["interval", "against the floor"]].tolist() == ["151 or more", "cannot tell"]


def test_what_is_said_counts_only_figures_that_stand_and_can_be_told(desk):
    assert "1 of 2 that can be held against the official floor is below it (2015/16)" in " ".join(
        desk.view("Kent").said
    )


def test_a_year_with_three_quarters_is_listed_but_is_no_floor(desk):
    view = desk.view("Kent")
    assert view.official[["year", "offences", "quarters held"]].values.tolist()[-1] == ["2017/18", 180, 3]
    assert "2017/18" not in set(view.chart.data["financial_year"])


def test_other_measures_have_no_floor(desk):
    view = desk.view("Kent", FLAGGED)
    assert view.printed["floor"].isna().all()
    assert set(view.chart.data["series"]) == {"FOI, as printed"}
    assert view.said[-1].startswith("No official count is a floor for this measure")


def test_an_area_that_is_no_force_has_no_official_series(desk):
    view = desk.view("UK")
    assert view.official.empty and view.codes.empty and view.answers.empty
    assert view.said[-1].startswith("There is no official child-only series for UK")


def test_years_cut_the_rows_but_never_those_that_name_no_single_year(desk):
    view = desk.view("Kent", first="2015/16", last="2015/16")
    assert view.printed["row"].tolist() == [3, 4, 8]
    assert view.official["year"].tolist() == ["2015/16"]
    assert set(view.codes["year"]) == {"2015/16"}


def test_a_choice_without_any_count_of_a_year_has_no_figure_but_its_rows(desk):
    view = desk.view("UK", first="2010/11", last="2011/12")
    assert view.chart is None and view.printed.empty


def test_a_note_on_one_force_stands_at_its_year_and_one_on_all_forces_is_told_once(desk):
    view = desk.view("Kent")
    assert view.official.set_index("year")["remark"].to_dict() == {
        "2014/15": "",
        "2015/16": "",
        "2016/17": "Entered late. Too high.",
        "2017/18": "",
    }
    assert view.cautions == ["A new offence. 88A rises."]


def test_every_row_names_its_source_and_where_to_read_it(desk):
    rows = desk.view("Kent").printed.set_index("row")
    assert rows.loc[3, ["source", "address"]].tolist() == [
        "A paper, A page (2017)",
        "https://example.org/page-3",
    ]


def test_areas_and_publications_are_those_of_the_figures(desk):
    assert desk.areas() == ["Kent", "UK"]
    vintages = [name for _, name in desk.vintages()]
    assert vintages == ["latest", "first", "as_of:2018-02", "as_of:2017-03", "as_of:2016-03"]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"area": "Atlantis"}, "nothing is printed or recorded for 'Atlantis'"),
        ({"area": "Kent", "vintage": "newest"}, "vintage 'newest' is not first, latest"),
        ({"area": "Kent", "first": "2016/17", "last": "2014/15"}, "2016/17, comes after the last, 2014/15"),
        ({"area": "Kent", "first": "soon"}, "soon"),
    ],
)
def test_an_impossible_choice_is_refused_by_name(desk, choice, words):
    with pytest.raises(ValueError, match=words):
        desk.view(**choice)


def test_one_value_printed_twice_is_one_mark_with_both_releases(desk):
    data = desk.view("Kent").chart.data
    mark = data[(data["financial_year"] == "2015/16") & (data["series"] == "FOI, as printed")]
    assert mark[["offences", "outcome", "releases", "below_floor"]].values.tolist() == [
        [150.0, "stands", "Mar 2017, Feb 2018", True]
    ]


def test_alt_text_and_title_say_what_is_drawn(desk):
    chart = desk.view("Kent").chart
    assert chart.title == "Kent, all, under 18: 1 of 3 FOI figures is below the official count"
    assert (
        "FOI figures that stand: 120 in 2014/15 (Mar 2017), 150 in 2015/16 (Mar 2017, Feb 2018)" in chart.alt
    )
    assert "Other printings: 90 in 2014/15 (Mar 2016)." in chart.alt
    assert "from 100 in 2014/15 to 200 in 2016/17" in chart.alt


def test_a_line_joins_the_years_of_one_release_and_never_two_releases(desk):
    axes = desk.view("Kent").chart.figure.axes[0]
    joined = [line.get_ydata().tolist() for line in axes.lines if len(line.get_ydata()) == 2]
    assert joined == [[120, 150], [150, 150]]  # March 2017 and February 2018


def test_a_bound_is_drawn_open_on_its_open_side(desk):
    axes = desk.view("Kent", first="2016/17", last="2016/17").chart.figure.axes[0]
    assert [line.get_marker() for line in axes.lines].count("^") == 1
    assert [line.get_marker() for line in axes.lines].count("v") == 0


def test_the_words_of_a_hollow_mark_can_be_read_in_the_key(desk):
    words = desk.view("Kent").chart.figure.axes[0].get_legend().get_texts()
    assert [(word.get_text(), word.get_color()) for word in words][-1] == ("another printing", style.FOI)


def test_nothing_to_draw_is_refused():
    nothing = pd.DataFrame(columns=["financial_year", "child_only"])
    with pytest.raises(ValueError, match="Kent has neither an official series nor a printed figure"):
        printed_over_official("Kent", "all", nothing, nothing, "the latest printing")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (5, 5, ""),
        (6, None, "6 or more"),
        (None, 4, "4 or fewer"),
        (4500, 5500, "4,500 to 5,500"),
    ],
)
def test_the_interval_of_the_printed_words(low, high, words):
    row = pd.Series({"kind": "count", "value": 5, "value_low": low, "value_high": high})
    assert interval_words(row) == words


def test_a_measure_is_named_with_its_kind_once():
    assert [counted(name) for name in (ALL, "age_0_10", "male", "cyber_flagged")] == [
        "all, under 18",
        "age: 10 and under",
        "sex: boys",
        "flagged as online",
    ]
