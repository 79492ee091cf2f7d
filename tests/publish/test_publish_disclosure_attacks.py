"""A reader who tries every way to a suppressed count: other tables, shares, sums, printings, words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from helpers.publish import PublishError
from helpers.publish.disclosure import MARK, protect
from helpers.publish.whom import Who, of_words, whom


def table(text):
    """A frame from lines of words; numbers become numbers, ~ stands for a space."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    return pd.DataFrame([[cell.replace("~", " ") for cell in row] for row in rows], columns=head).apply(
        lambda column: (
            pd.to_numeric(column, errors="coerce") if column.str.fullmatch(r"[\d.]+").all() else column
        )
    )


def published(*frames, **named):
    frames = {f"t{number}": frame for number, frame in enumerate(frames, 1)} | named
    return protect(frames, ["paper"]).frames


def test_each_sex_in_a_column_of_its_own():
    frame = table("force year offences female male\nKent 2014/15 20 17 3\nEssex 2014/15 90 50 40")
    assert published(frame)["t1"].values.tolist() == [
        ["Kent", "2014/15", 20, MARK, MARK],
        ["Essex", "2014/15", 90, 50, 40],
    ]


def test_a_ratio_beside_two_suppressed_columns_goes_too():
    frame = table("force year offences female male sex_ratio\nKent 2014/15 20 17 3 5.67")
    assert published(frame)["t1"].iloc[0].tolist() == ["Kent", "2014/15", 20, MARK, MARK, MARK]


def test_ages_and_sexes_that_cross():
    """Each margin gives a cell of its row away, so that four corners go."""
    frame = table("""
        force year age sex offences
        Kent 2014/15 0~to~9 female 3
        Kent 2014/15 0~to~9 male 20
        Kent 2014/15 0~to~9 all 23
        Kent 2014/15 10~to~17 female 40
        Kent 2014/15 10~to~17 male 30
        Kent 2014/15 10~to~17 all 70
        Kent 2014/15 all female 43
        Kent 2014/15 all male 50
        Kent 2014/15 all all 93""")
    assert published(frame)["t1"]["offences"].tolist() == [MARK, MARK, 23, MARK, MARK, 70, 43, 50, 93]


def test_two_printings_of_a_total_do_not_hide_that_either_gives_it_away():
    frame = table("""
        area period measure round value
        Kent 2014/15 all_sexual_offences_u18 2016 20
        Kent 2014/15 all_sexual_offences_u18 2017 22
        Kent 2014/15 female 2016 17
        Kent 2014/15 male 2016 3""")
    assert published(frame)["t1"]["value"].tolist() == [20, 22, MARK, MARK]


def test_offences_of_one_kind_and_of_another():
    frame = table("""
        force year offence sex offences
        Kent 2014/15 rape female 17
        Kent 2014/15 rape male 3
        Kent 2014/15 rape all 20
        Kent 2014/15 assault female 30
        Kent 2014/15 assault male 40
        Kent 2014/15 assault all 70""")
    assert published(frame)["t1"]["offences"].tolist() == [MARK, MARK, 20, MARK, MARK, 70]


def test_years_that_add_up_to_a_span():
    frame = table("""
        area period measure value
        Kent 2014/15 male 3
        Kent 2015/16 male 20
        Kent 2014/15-2015/16 male 23""")
    assert published(frame)["t1"]["value"].tolist() == [MARK, MARK, 23]


def test_quarters_that_add_up_to_a_year():
    quarters = table(
        "force financial_year quarter sex offences\n"
        + "\n".join(f"Kent 2014/15 {quarter} female {value}" for quarter, value in enumerate((3, 9, 8, 7), 1))
    )
    year = table("force financial_year sex offences\nKent 2014/15 female 27")
    made = published(quarters, year)
    assert made["t1"]["offences"].tolist() == [MARK, 9, 8, MARK]
    assert made["t2"]["offences"].tolist() == [27]


def test_other_characteristics_than_age_and_sex():
    frame = table(
        "force year ethnicity offences\nKent 2014/15 Asian 3\nKent 2014/15 White 30\nKent 2014/15 all 33"
    )
    assert published(frame)["t1"]["offences"].tolist() == [MARK, MARK, 33]


def test_a_share_of_a_known_total_is_a_count():
    shares = table("area year measure share\nKent 2014/15 male 0.03\nKent 2014/15 female 0.97")
    totals = table(
        "area year measure value\nKent 2014/15 all_sexual_offences_u18 100\nKent 2014/15 age_0_10 40"
    )
    made = published(shares, totals)
    assert made["t1"]["share"].tolist() == [MARK, MARK]
    assert made["t2"]["value"].tolist() == [100, 40]


@pytest.mark.parametrize("name", ["percent", "share", "rate_per_1000", "change", "z"])
def test_what_is_made_from_a_suppressed_count_goes_in_every_table(name):
    counts = table("area year measure value\nKent 2014/15 male 3\nEssex 2014/15 male 30")
    made = table(f"area year measure {name}\nKent 2014/15 male 0.3\nEssex 2014/15 male 0.4")
    assert published(counts, made)["t2"][name].tolist() == [MARK, 0.4]


def test_a_change_between_years_goes_with_either_year():
    counts = table("area year measure value\nKent 2014/15 male 3\nKent 2015/16 male 12")
    change = table("area first_year last_year measure ratio\nKent 2014/15 2015/16 male 4.0")
    made = published(counts, change)
    assert (made["t1"]["value"].tolist(), made["t2"]["ratio"].tolist()) == ([MARK, 12], [MARK])


def test_a_difference_between_printings_goes_with_them():
    revised = table("area year measure first_value later_value change\nKent 2014/15 male 3 12 9")
    assert published(revised)["t1"].iloc[0, 3:].tolist() == [MARK] * 3


@pytest.mark.parametrize(("later", "left"), [(24, [MARK, MARK]), (25, [20, 25])])
def test_printings_fewer_than_five_apart_tell_of_those_that_were_added(later, left):
    frame = table(f"area year measure release value\nKent 2014/15 male 1 20\nKent 2014/15 male 2 {later}")
    assert published(frame)["t1"]["value"].tolist() == left


def test_a_group_that_leaves_a_small_rest_is_hidden_though_the_rest_is_printed_nowhere():
    frame = table("area year measure value\nKent 2014/15 all_sexual_offences_u18 20\nKent 2014/15 female 17")
    assert published(frame)["t1"]["value"].tolist() == [20, MARK]
    frame = table("area year measure value\nKent 2014/15 age_0_4 17\nKent 2014/15 age_0_5 20")
    assert published(frame)["t1"]["value"].tolist() == [MARK, 20]
    frame = table("area year measure value\nKent 2014/15 all_sexual_offences_u18 20\nKent 2014/15 female 15")
    assert published(frame)["t1"]["value"].tolist() == [20, 15]


def test_numbers_kept_as_text():
    frame = table("force year sex offences\nKent 2014/15 female 3\nEssex 2014/15 female withheld")
    assert published(frame)["t1"]["offences"].tolist() == [MARK, "withheld"]


def test_a_label_that_says_whom():
    frame = table("force year series offences\nKent 2014/15 Girls~aged~10~to~13 3\nKent 2014/15 Boys 30")
    assert published(frame)["t1"]["offences"].tolist() == [MARK, 30]


def test_a_figure_of_one_force_is_about_that_force():
    counts = table("area year measure value\nKent 2014/15 male 3")
    figure = table("year measure offences\n2014/15 male 3")
    assert published(counts, **{"figures/force-kent": figure})["figures/force-kent"]["offences"].tolist() == [
        MARK
    ]


def test_text_of_another_row_that_tells_the_number():
    parts = table("area year measure value parts\nWales 2014/15 male 90 Gwent~3;~South~Wales~40")
    counts = table("area year measure value\nGwent 2014/15 male 3\nSouth~Wales 2014/15 male 40")
    made = published(counts, parts)
    assert made["t2"]["parts"].tolist() == [MARK]
    remark = table("area year finding\nGwent 2014/15 boys~are~3~of~90\nKent 2014/15 boys~are~9~of~90")
    assert published(counts, remark)["t2"]["finding"].tolist() == [MARK, "boys are 9 of 90"]


def test_a_count_that_a_source_printed_is_free_wherever_it_stands():
    printed = table("area year measure value source\nKent 2014/15 male 3 paper\nEssex 2014/15 male 2 letter")
    figure = table("area year measure value\nKent 2014/15 male 3\nEssex 2014/15 male 2")
    made = published(printed, figure)
    assert [made[name]["value"].tolist() for name in ("t1", "t2")] == [[3, MARK]] * 2


def test_another_value_than_the_source_printed_is_not_free():
    frame = table("area year measure value source\nKent 2014/15 male 68 paper\nKent 2014/15 male 3 letter")
    assert published(frame)["t1"]["value"].tolist() == [68, MARK]


def test_a_row_that_cites_one_open_and_one_closed_source_is_closed():
    frame = table("area year measure value sources\nKent 2014/15 male 3 paper;letter")
    assert published(frame)["t1"]["value"].tolist() == [MARK]


def test_published_totals_that_leave_a_private_count_one_value_stop_the_build():
    frame = table("""
        area year measure value source
        Kent 2014/15 age_0_3 60 paper
        Kent 2014/15 age_0_4 61 paper
        Kent 2014/15 age_0_5 62 paper
        Kent 2014/15 age_4_8 3 letter
        Kent 2014/15 age_0_10 64 paper
        Kent 2014/15 all_sexual_offences_u18 64 paper
        Kent 2014/15 age_11_17 0 letter""")
    with pytest.raises(
        PublishError, match=r"t1, row 7, value \(Kent, 2014/15, aged 11 to 17\): a suppressed count"
    ):
        published(frame)


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Girls", Who(sex="female")),
        ("boys aged 10 to 13", Who(10, 13, "male")),
        ("under 10", Who(0, 9)),
        ("aged 4 and under", Who(0, 4)),
        ("16+ years", Who(16, 120)),
        ("Offences against female victims", Who(sex="female")),
        ("age_0_4", Who(0, 4)),
        ("Rape of a female child under 13 in a dwelling", None),
        ("2014 to 2016", None),
        ("10 to 13", None),
    ],
)
def test_labels_that_say_whom(words, who):
    assert of_words(words) == who


def test_columns_and_labels_are_read_together():
    assert whom({"age_group": "Under 5", "sex": "M"}) == Who(0, 4, "male")
    assert whom({"measure": "cyber_flagged"}) is None


AREAS = ("Dyfed-Powys", "Gwent", "North Wales", "South Wales")


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=24, max_size=24))
def test_no_suppressed_cell_has_one_value_whatever_the_counts(numbers):
    """Forces by age and by sex with every margin, in two tables; then solve what is left, without our own code."""
    cells = np.array(numbers).reshape(4, 3, 2)  # force, age, sex
    whole = np.concatenate([cells, cells.sum(0, keepdims=True)])
    whole = np.concatenate([whole, whole.sum(1, keepdims=True)], axis=1)
    whole = np.concatenate([whole, whole.sum(2, keepdims=True)], axis=2)
    areas, ages, sexes = (
        (*AREAS, "Wales"),
        ("0 to 4", "5 to 11", "12 to 17", "all"),
        ("female", "male", "all"),
    )
    rows = [
        (area, "2014/15", age, sex, int(whole[a, b, c]))
        for a, area in enumerate(areas)
        for b, age in enumerate(ages)
        for c, sex in enumerate(sexes)
    ]
    frame = pd.DataFrame(rows, columns=["force", "year", "age", "sex", "offences"])
    crossed = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    made = protect({"one": frame.iloc[::2].reset_index(drop=True), "two": crossed}, []).frames
    left = np.empty(whole.shape, dtype=object)
    for area, _, age, sex, value in made["two"].itertuples(index=False):
        left[areas.index(area), ages.index(age), sexes.index(sex)] = value
    for area, _, age, sex, value in made["one"].itertuples(index=False):
        assert left[areas.index(area), ages.index(age), sexes.index(sex)] == value
    hidden = np.argwhere(left == MARK)
    small = [tuple(place) for place in np.argwhere(whole < 5) if tuple(place)[1:] != (3, 2)]
    assert set(small) <= {tuple(place) for place in hidden}
    matrix, sums = [], []
    for place in np.ndindex(whole.shape):
        if left[place] != MARK:
            inner = np.zeros(cells.shape)
            inner[np.ix_(*(range(n) if i == n else [i] for i, n in zip(place, cells.shape, strict=True)))] = 1
            matrix.append(inner.ravel())
            sums.append(left[place])
    for place in hidden:
        aim = np.zeros(cells.shape)
        aim[np.ix_(*(range(n) if i == n else [i] for i, n in zip(place, cells.shape, strict=True)))] = 1
        ends = [
            linprog(sign * aim.ravel(), A_eq=matrix or None, b_eq=sums or None, bounds=(0, None))
            for sign in (1, -1)
        ]
        low, high = ends[0].fun, -ends[1].fun if ends[1].status == 0 else np.inf
        assert high - low > 1.5, (place, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "force sex after rise\nKent female 17 14\nKent male 50 10",
        "force sex after growth\nKent female 15 5.0\nKent male 50 1.25",
        "force sex after yoy\nKent female 15 4.0\nKent male 50 0.25",
        "force sex after hike\nKent female 15 12\nKent male 50 10",
        "force sex expected residual\nKent female 10 -7.5\nKent male 40 2.5",
        "force sex expected surplus\nKent female 15 -12.5\nKent male 40 2.5",
        "force sex mean sd z\nKent female 20 10.5 -1.65\nKent male 40 10.5 0.5",
        "force sex years mean_per_year\nKent female 2 1.5\nKent male 2 20",
        "force sex log_offences\nKent female 1.0986\nKent male 3.6889",
        "force all difference_of_sexes\nKent 63 57\nEssex 110 10",
        "force girls boys difference\nKent 3 60 -57\nEssex 50 60 -10",
        "force sex victims offences offences_per_victim\nKent female 2 6 3.0\nKent male 30 60 2.0",
    ],
    ids=lambda text: text.partition("\n")[0].rpartition(" ")[2],
)
def test_a_number_of_any_name_that_gives_a_small_count_away_goes(text):
    """Kent's small group can be had from the last column and another: one of the two is hidden."""
    columns = text.partition("\n")[0].split()[-2:]
    assert MARK in published(table(text))["t1"].loc[0, columns].tolist()


@pytest.mark.parametrize(
    "text",
    [
        "sex p_value z_value slope\nfemale 0.03 2.2 3\nmale 0.5 0.6 1",
        "age forces offences\n0~to~4 3 400\n5~to~9 40 500",
        "sex age_min age_max offences\nfemale 0 4 300\nmale 0 4 200",
        "seed sex offences rank\n1 female 400 1\n2 male 300 2",
        "sex offences growth\nfemale 400 1.25\nmale 300 4",
        "age rate_per_1000\n0~to~4 1.2\n5~to~9 3.0",
    ],
)
def test_small_numbers_that_count_nobody_stay(text):
    assert published(table(text))["t1"].equals(table(text))


def test_a_column_named_after_a_year_counts_that_year():
    frame = table("force girls_2013_14 girls_2014_15 boys_2013_14 all_2013_14\nKent 3 20 40 43")
    assert published(frame)["t1"].iloc[0].tolist() == ["Kent", MARK, 20, MARK, 43]


def test_last_year_is_a_count_where_it_holds_counts():
    frame = table("force sex this_year last_year\nKent female 30 3\nKent male 50 10")
    assert published(frame)["t1"].loc[0, "last_year"] == MARK


@pytest.mark.parametrize("yes, no", [("yes", "no"), (True, False)])
def test_a_column_that_says_yes_or_no_of_a_characteristic(yes, no):
    frame = pd.DataFrame({"disabled": [yes, no, "all"], "offences": [3, 40, 43]})
    assert published(frame)["t1"]["offences"].tolist() == [MARK, MARK, 43]


def test_all_but_a_few_of_a_total_that_another_table_prints():
    girls, everyone = table("force sex offences\nKent girls 40"), table("force offences\nKent 43")
    assert published(girls, everyone)["t1"].loc[0, "offences"] == MARK


@pytest.mark.parametrize(
    "before_and_after",
    [
        ("force sex 2014/15\nKent girls 30", "force sex change\nKent girls 27"),
        ("force sex year offences\nKent girls 2014/15 30", "force sex year ratio\nKent girls 2014/15 10.0"),
    ],
)
def test_a_change_in_another_table_goes_with_what_it_gives_away(before_and_after):
    count, change = map(table, before_and_after)
    safe = published(count, change)
    assert MARK in [*safe["t1"].iloc[0], *safe["t2"].iloc[0]]


@pytest.mark.parametrize(
    "column", ["trans", "country_of_birth", "mental_health_need", "in_care", "school_type", "year_of_birth"]
)
def test_further_characteristics_are_known_by_their_words(column):
    frame = pd.DataFrame({"force": "Kent", column: ["one", "another"], "offences": [3, 60]})
    assert published(frame)["t1"]["offences"].tolist() == [MARK, 60]


def test_letters_for_the_sexes_as_columns():
    assert published(table("force F M\nKent 3 60"))["t1"].loc[0, "F"] == MARK
