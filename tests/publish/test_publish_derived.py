"""What a reader can work out of one row: counts behind shares, rates, changes, running totals and ratios."""

import pandas as pd
import pytest

from helpers.publish.disclosure import MARK, protect


def frame(**columns):
    """A row, or rows, of Kent."""
    size = max(len(value) if isinstance(value, list) else 1 for value in columns.values())
    return pd.DataFrame({"area": "Kent", "year": "2015/16", **columns}, index=range(size))


def safe(*frames, others=dict):
    made = protect({f"t{number}": one for number, one in enumerate(frames)}, ["paper"], others=others)
    return made.frames["t0"].drop(columns=["area", "year"]).to_numpy().ravel().tolist()


def test_a_share_of_a_wider_group_that_is_printed():
    girls = frame(sex="female", offences=100)
    assert safe(frame(sex="female", age="0-4", share=0.03), girls) == ["female", "0-4", MARK]
    assert safe(frame(sex="female", age="0-4", share=0.3), girls) == ["female", "0-4", 0.3]


@pytest.mark.parametrize(
    ("name", "value"), [("share", 0.03), ("percent", 3.0), ("percent", "3%"), ("percentage_of_all", 3.4)]
)
def test_a_share_whose_base_stands_in_a_table_that_tells_no_persons_apart(name, value):
    everybody = frame(offences=100)
    assert safe(frame(sex="male", **{name: value}), everybody) == ["male", MARK]
    assert safe(frame(sex="male", **{name: value}), others=lambda: {"tables/all": everybody}) == [
        "male",
        MARK,
    ]
    assert safe(frame(sex="male", **{name: value})) == ["male", value]  # of nothing that is printed


def test_a_rate_and_the_people_it_is_of():
    people = frame(population=100_000)
    assert safe(frame(sex="male", rate_per_1000=0.03), people) == ["male", MARK]
    assert safe(frame(sex="male", rate_per_100k=3.0, population=100_000)) == ["male", MARK, 100_000]
    assert safe(frame(sex="male", rate_per_1000=0.3), people) == ["male", 0.3]


@pytest.mark.parametrize(
    ("name", "value"),
    [("change", 9), ("increase", 9), ("decrease", -9), ("percent_change", 300.0), ("ratio", 4.0)],
)
def test_the_year_before_by_the_change_since(name, value):
    """Twelve now, and three before it."""
    assert safe(frame(sex="male", offences=12, **{name: value})) == ["male", 12, MARK]


def test_a_change_that_gives_a_hidden_total_away():
    """The three boys of the year before take the girls with them; the girls' change must go too."""
    before = frame(year="2014/15", sex=["all", "female", "male"], offences=[20, 17, 3])
    assert safe(frame(sex="female", offences=30, change=13), before) == ["female", 30, MARK]


@pytest.mark.parametrize(
    ("name", "value"), [("sex_ratio", 5.67), ("male_to_female", 0.18), ("boys_per_girl", 0.18)]
)
def test_one_sex_by_its_ratio_to_the_other(name, value):
    assert safe(frame(female=17, **{name: value})) == [17, MARK]


def test_a_running_total():
    made = safe(frame(year=["2014/15", "2015/16"], sex="male", cumulative=[20, 23]))
    assert made == ["male", 20, "male", MARK]


@pytest.mark.parametrize("text", ["3", "3*", "3.0", "3 (2%)", "3 [r]", "three", "<3", "fewer than 4"])
def test_small_counts_however_they_are_printed(text):
    assert safe(frame(sex=["male", "female"], offences=[text, "30"])) == ["male", MARK, "female", "30"]


@pytest.mark.parametrize("text", ["iii", "IV", "3-3", "3 to 3", "2–2"])
def test_small_counts_in_other_numerals_and_as_ranges_of_one_number(text):
    assert safe(frame(sex=["female", "male"], offences=[text, "40"])) == ["female", MARK, "male", "40"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("share", 0.428571), ("percent", 42.8571), ("share", 0.4286)],
)
def test_a_share_with_many_decimals_tells_of_few_without_a_base(name, value):
    assert safe(frame(sex="female", **{name: value})) == ["female", MARK]


@pytest.mark.parametrize("value", [0.43, 0.5, 0.2646987])
def test_a_share_that_can_be_of_many_stays(value):
    assert safe(frame(sex="female", share=value)) == ["female", value]


def test_an_exact_interval_tells_of_the_small_count_in_its_middle():
    assert safe(frame(sex="female", low=0.62, high=8.77)) == ["female", MARK, MARK]
    assert safe(frame(sex="female", low=28.58, high=54.47)) == ["female", 28.58, 54.47]


def test_a_label_that_is_none_counts_nobody():
    given = frame(sex="female", kind=["none", "implied"], offences=[30, 40])
    assert safe(given) == ["female", "none", 30, "female", "implied", 40]


@pytest.mark.parametrize("text", ["3%", "3 of 20", "3/20", "1:7", "0.15"])
def test_what_says_the_same_in_another_form_goes_too(text):
    assert safe(frame(sex="male", offences=3, part=text)) == ["male", MARK, MARK]


def test_counts_and_shares_in_one_column():
    mixed = frame(sex="male", metric=["offences", "percent of all"], value=[3, 3.5])
    assert safe(mixed)[2] == MARK


def test_two_printings_that_are_a_few_apart_tell_of_those_few():
    assert safe(frame(sex="male", round=["2016", "2017"], value=[20, 23])) == [
        *("male", "2016", MARK),
        *("male", "2017", MARK),
    ]
    assert MARK not in safe(frame(sex="male", round=["2016", "2017"], value=[20, 25]))


def test_what_a_source_printed_is_free_with_all_that_follows_from_it():
    assert safe(frame(sex="male", offences=12, change=9, source="paper")) == ["male", 12, 9, "paper"]


def test_what_is_published_of_the_year_before_needs_no_guess():
    """A ratio to something else would give 2 for last year, but last year is known, and free."""
    now = frame(sex="female", offences=12, ratio=6.0)
    before = frame(sex="female", offences=40, source="paper").assign(year="2014/15")
    assert safe(now, before) == ["female", 12, 6.0]
