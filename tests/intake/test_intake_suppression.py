"""Suppressed counts, solved for by somebody who knows that all parts add up and that counts are whole numbers."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.intake.suppression import Count, Group, suppress

YEAR = (0, 365)  # days: they only have to be in order
BANDS, SEXES, OFFENCES = ((0, 9), (10, 15), (16, 17)), ("female", "male", "unknown"), ("19D", "73")
T = 5


def count(value, must_stay=False, start=0, end=365, **group):
    return Count(Group(start, end, **group), value, value, must_stay)


@st.composite
def tables(draw):
    """A table by age, sex and offence with any of its margins, some of which somebody has published."""
    shape = [draw(st.integers(1, size)) for size in (3, 3, 2)]
    high = draw(st.sampled_from([3, 12, 60]))
    size = int(np.prod(shape))
    values = np.array(draw(st.lists(st.integers(0, high), min_size=size, max_size=size))).reshape(shape)
    kinds = [[None, *range(size)] if size > 1 else [None] for size in shape]
    cells, counts = {}, []
    for age, sex, offence in itertools.product(*kinds):
        cover = np.zeros(shape, dtype=bool)
        cover[tuple(slice(None) if one is None else one for one in (age, sex, offence))] = True
        bands = [BANDS[0], BANDS[1], (BANDS[shape[0] - 1][0], 17)] if shape[0] > 1 else [(0, 17)]
        bands[shape[0] - 1] = (bands[shape[0] - 1][0], 17)
        low, top = (0, 17) if age is None else bands[age]
        code, of = "" if offence is None else OFFENCES[offence], "" if sex is None else SEXES[sex]
        group = Group(*YEAR, code, of, low, top)
        value = int(values[cover].sum())
        finest = None not in [one for one, size in zip((age, sex, offence), shape, strict=True) if size > 1]
        if finest or draw(st.booleans()):
            published = draw(st.integers(0, 9)) == 0 and not (group.personal and value < T)
            cells[group] = cover, value
            counts.append(Count(group, value, value, must_stay=published))
    return cells, counts


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_no_sum_gives_a_suppressed_count_away(solved, table):
    cells, counts = table
    hidden = suppress(counts, T)
    published = {one.group for one in counts if one.must_stay}
    assert {group for group, (_, value) in cells.items() if group.personal and value < T} <= hidden
    assert not hidden & published
    unavoidable = solved(cells, set(cells) - published)  # what published counts say by themselves
    for group, (low, high) in solved(cells, hidden).items():
        least, most = unavoidable[group]
        assert high >= min(T, most), group
        assert high - low >= min(1, most - least), group


def test_the_partner_is_the_one_that_is_missed_least():
    """Of two ages beside a small one the smaller goes, and the total of all children stays."""
    ages = {(0, 17): 900, (0, 4): 3, (5, 9): 40, (10, 17): 857}
    counts = [count(value, low=low, high=high) for (low, high), value in ages.items()]
    assert {(group.low, group.high) for group in suppress(counts, T)} == {(0, 4), (5, 9)}
    counts[2] = count(40, must_stay=True, low=5, high=9)  # others have published it
    assert {(group.low, group.high) for group in suppress(counts, T)} == {(0, 4), (10, 17)}


def test_totals_so_small_that_their_parts_cannot_be_large_go_too():
    parts = {"": 3, "female": 3, "male": 0}.items()
    counts = [count(value, offence=code, sex=sex) for code in OFFENCES for sex, value in parts]
    assert suppress(counts, T) == {one.group for one in counts}


def test_quarters_add_up_to_their_year_and_other_years_are_no_help():
    counts = enumerate([3, 20, 30, 40])
    quarters = [count(value, start=n * 90, end=(n + 1) * 90, sex="male") for n, value in counts]
    year, other = count(93, end=360, sex="male"), count(70, start=360, end=720, sex="male")
    hidden = suppress([*quarters, year, other], T)
    assert len(hidden) == 2 and quarters[0].group in hidden
    assert not {other.group, year.group} & hidden


def test_districts_of_one_force_add_up_to_it():
    districts = {"A": 3, "B": 50, "C": 60}.items()
    parts = [count(value, sex="male", aspect=f"district: {name}") for name, value in districts]
    hidden = suppress([*parts, count(113, sex="male")], T)
    assert {group.aspect for group in hidden} == {"district: A", "district: B"}


def test_where_an_answer_does_not_add_up_its_parts_are_protected_as_if_it_did():
    counts = [count(21), count(17, sex="female"), count(3, sex="male")]
    assert {group.sex for group in suppress(counts, T)} == {"female", "male"}
    north, south = count(44, must_stay=True, aspect="district: A"), count(1, aspect="district: B")
    assert suppress([count(50), north, south], T) == {Group(*YEAR), south.group}  # else 50 less 44 is read


@pytest.mark.parametrize("official", [930, 8])
def test_a_count_that_is_far_from_its_parts_says_nothing_of_them_and_suppresses_nothing(official):
    """The girls of 19D are 60 less the rest, and nobody can take anything away from what others counted."""
    rest = [count(27, offence="19D", sex="male"), count(10, offence="73", sex="female")]
    girls, boys = count(3, offence="19D", sex="female"), count(20, offence="73", sex="male")
    others = count(official, must_stay=True, offence="19D")
    assert suppress([count(60), girls, *rest, boys, others], T) == {girls.group, rest[1].group}


def test_what_is_suppressed_already_stays_so_whatever_is_counted_since():
    totals = [count(100, offence=code) for code in OFFENCES]
    female = [count(60, offence=code, sex="female") for code in OFFENCES]
    male = [count(40, offence=code, sex="male") for code in OFFENCES]
    suppressed = [one.group for one in male]
    for now in ([], male):
        assert suppress([*totals, *female, *now], T, suppressed) == {one.group for one in (*female, *male)}
