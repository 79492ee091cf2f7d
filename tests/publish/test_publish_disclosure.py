"""No count under five by age or sex can be read or worked out, unless its source published it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.publish import PublishError
from helpers.publish.counted import read_rows
from helpers.publish.disclosure import MARK, protect
from helpers.publish.inference import ranges


def table(*rows, columns="area financial_year measure value"):
    return pd.DataFrame(rows, columns=columns.split())


def values(protection, name="t", column="value"):
    return protection.frames[name][column].tolist()


def test_a_small_count_takes_a_second_one_with_it_so_that_the_total_does_not_give_it_away():
    frame = table(
        ("Kent", "2014/15", "all_sexual_offences_u18", 100),
        ("Kent", "2014/15", "female", 80),
        ("Kent", "2014/15", "male", 17),
        ("Kent", "2014/15", "sex_unknown", 3),
    )
    assert values(protect({"t": frame}, [])) == [100, 80, MARK, MARK]


def test_a_small_count_that_nothing_gives_away_goes_alone():
    frame = table(("Kent", "2014/15", "age_0_4", 3), ("Kent", "2014/15", "age_5_11", 40))
    assert values(protect({"t": frame}, [])) == [MARK, 40]


def test_what_the_source_itself_published_stays():
    frame = table(("Kent", "2014/15", "age_0_4", 3)).assign(source="paper")
    assert values(protect({"t": frame}, ["paper"])) == [3]
    assert values(protect({"t": frame}, ["another"])) == [MARK]


def test_counts_of_everybody_and_counts_of_five_stay():
    frame = table(("Kent", "2014/15", "all_sexual_offences_u18", 3), ("Kent", "2014/15", "age_0_4", 5))
    assert values(protect({"t": frame}, [])) == [3, 5]


def test_a_cell_suppressed_in_one_table_is_suppressed_in_all():
    one = table(("Kent", "2014/15", "age_0_4", 3))
    other = table(("Kent", "2014/15", "age_0_4", 3, 0.03), columns="area financial_year measure value share")
    protection = protect({"one": one, "other": other}, [])
    assert values(protection, "other") == [MARK]
    assert values(protection, "other", "share") == [MARK]  # what is derived from it goes too


def test_a_difference_of_two_age_groups_is_protected_too():
    frame = table(
        ("Kent", "2014/15", "age_0_4", 2),
        ("Kent", "2014/15", "age_5_11", 30),
        ("Kent", "2014/15", "age_0_11", 32),
    )
    assert values(protect({"t": frame}, [])) == [MARK, MARK, 32]


def test_forces_that_add_up_to_their_nation_do_not_give_one_away():
    wales = [("Dyfed-Powys", 3), ("Gwent", 30), ("North Wales", 40), ("South Wales", 50), ("Wales", 123)]
    frame = table(*[(area, "2014/15", "age_0_4", value) for area, value in wales])
    assert values(protect({"t": frame}, [])) == [MARK, MARK, 40, 50, 123]


def test_a_value_that_published_figures_give_away_stops_the_build_and_is_named():
    frame = table(
        ("Kent", "2014/15", "all_sexual_offences_u18", 100),
        ("Kent", "2014/15", "female", 97),
        ("Kent", "2014/15", "male", 3),
    ).assign(source=["paper", "paper", "private"])
    with pytest.raises(
        PublishError, match=r"t, row 3, value \(Kent, 2014/15, male\): a suppressed count can be worked"
    ):
        protect({"t": frame}, ["paper"])


def test_the_name_of_a_round_is_no_number_that_a_text_tells():
    counts = table(("Kent", "2014/15", "age_0_4", 3))
    notes = pd.DataFrame({"choices": ["vintage 2017-03; age kept; without Kent", "3 were under 4, in Kent"]})
    made = protect({"counts": counts, "notes": notes.assign(sex="any")}, [])
    assert made.frames["notes"]["choices"].tolist() == [notes["choices"][0], MARK]


def test_a_new_answer_is_hidden_beside_what_an_earlier_one_published():
    old = [("all_sexual_offences_u18", 439), ("female", 376), ("male", 63)]
    new = [("all_sexual_offences_u18", 141), ("female", 99), ("male", 40), ("sex_unknown", 2)]
    frame = table(*[("Wiltshire", "2013/14", measure, value) for measure, value in old + new])
    frame = frame.assign(source=["paper"] * 3 + ["private"] * 4, round=["2015-06"] * 3 + ["made-up"] * 4)
    assert values(protect({"t": frame}, ["paper"])) == [439, 376, 63, 141, 99, MARK, MARK]


@pytest.mark.parametrize(
    ("age", "sex", "personal"),
    [
        ("10 to 13", "all", True),
        ("all ages", "Female", True),
        ("under 18", "any", False),
        ("not recorded", "all", True),
    ],
)
def test_age_and_sex_columns_are_read_as_printed(age, sex, personal):
    frame = pd.DataFrame({"force": ["Kent"], "age_group": [age], "sex": [sex], "offences": [3]})
    assert (values(protect({"t": frame}, []), column="offences") == [MARK]) is personal


def test_words_that_repeat_the_number_go_with_it():
    frame = table(("Kent", "2014/15", "age_0_4", 3)).assign(note="printed as 3 offences", other="kept")
    safe = protect({"t": frame}, []).frames["t"].iloc[0]
    assert (safe["note"], safe["other"], safe["financial_year"]) == (MARK, "kept", "2014/15")


def counts_in(frame):
    return [count for row in read_rows("t", frame, None, set()) for count in row.counts]


def test_percentages_and_ratios_are_no_counts():
    frame = pd.DataFrame({"area": ["Kent"], "measure": ["female"], "value": [3.0], "kind": ["percent"]})
    assert counts_in(frame) == []


def test_a_table_without_persons_is_left_alone_whatever_its_counts():
    frame = pd.DataFrame({"force": ["Kent"], "offence_code": ["19D"], "offences": [1]})
    assert protect({"t": frame}, []).frames["t"] is frame


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_whatever_the_counts_no_suppressed_one_has_fewer_than_three_possible_values(counts):
    measures = ("age_0_4", "age_5_11", "age_under_13", "age_11_17")
    total = counts[0] + counts[1] + counts[3]
    frame = table(
        *[("Kent", "2014/15", measure, count) for measure, count in zip(measures, counts, strict=True)],
        ("Kent", "2014/15", "all_sexual_offences_u18", total),
    )
    protection = protect({"t": frame}, [])
    left = counts_in(frame)
    hidden = {cell.identity for cell in protection.suppressed}
    for count in left:
        count.suppressed = count.identity in hidden
    assert all(np.floor(high) - np.ceil(low) + 1 >= 3 for _, low, high in ranges(left))
    assert {c.identity for c in left if c.who.personal and c.value < 5} <= hidden
