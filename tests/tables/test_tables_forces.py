"""Forces, areas and the names they go by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import vocabularies
from helpers.tables.faults import nearest
from helpers.tables.forces import (
    ALIASES,
    AREAS,
    FORCES,
    force,
    forces_of,
    resolve_force,
)


def test_there_are_forty_three_territorial_forces_and_three_others():
    kinds = [force(name).kind for name in FORCES]
    assert len(FORCES) == 46
    assert kinds.count("territorial") == 43
    assert list(FORCES) == sorted(FORCES)


def test_every_force_has_its_own_slug_code_and_tile():
    every = [force(name) for name in FORCES]
    assert len({one.slug for one in every}) == 46
    assert len({(one.tile_row, one.tile_column) for one in every}) == 46
    assert len({one.pfa_code for one in every if one.pfa_code}) == 43
    assert {one.nation for one in every} == set(vocabularies.values("nations"))
    assert {one.region for one in every if one.region} == set(vocabularies.values("regions"))


def test_every_force_has_a_short_name_that_no_other_has():
    names = [force(name).short for name in FORCES]
    assert len(set(names)) == len(FORCES)
    assert max(len(name) for name in names) <= 6


def test_the_tile_map_keeps_north_above_south_and_west_before_east():
    place = {name: (force(name).tile_row, force(name).tile_column) for name in FORCES}
    for north, south in [
        ("Police Scotland", "Northumbria"),
        ("Northumbria", "Durham"),
        ("Durham", "North Yorkshire"),
        ("North Yorkshire", "West Yorkshire"),
        ("Cheshire", "West Mercia"),
        ("North Wales", "South Wales"),
        ("Norfolk", "Suffolk"),
        ("Thames Valley", "Hampshire"),
    ]:
        assert place[north][0] < place[south][0], (north, south)
    for west, east in [
        ("Police Service of Northern Ireland", "Cumbria"),
        ("Lancashire", "North Yorkshire"),
        ("North Wales", "Cheshire"),
        ("Devon and Cornwall", "Dorset"),
        ("Avon and Somerset", "Wiltshire"),
        ("Leicestershire", "Norfolk"),
        ("Metropolitan Police", "Essex"),
    ]:
        assert place[west][1] < place[east][1], (west, east)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Met", "Metropolitan Police"),
        ("MPS", "Metropolitan Police"),
        ("The Metropolitan Police Service", "Metropolitan Police"),
        ("GMP", "Greater Manchester"),
        ("Devon & Cornwall Police", "Devon and Cornwall"),
        ("Avon & Somerset", "Avon and Somerset"),
        ("AVON AND SOMERSET CONSTABULARY", "Avon and Somerset"),
        ("PSNI", "Police Service of Northern Ireland"),
        ("Police Service of Northern Ireland (PSNI)", "Police Service of Northern Ireland"),
        ("Northern Ireland", "Police Service of Northern Ireland"),
        ("Scotland", "Police Scotland"),
        ("West Mercia Constabulary", "West Mercia"),
        ("Thames Valley Police", "Thames Valley"),
        ("London, City of", "City of London"),
        ("City of London Police", "City of London"),
        ("British Transport", "British Transport Police"),
        ("Dyfed Powys Police", "Dyfed-Powys"),
        ("South Wales Police / Heddlu De Cymru", "South Wales"),
        ("Hampshire & Isle of Wight Constabulary", "Hampshire"),
        ("W. Midlands", "West Midlands"),
        ("N Yorks", "North Yorkshire"),
        ("  kent   police ", "Kent"),
    ],
)
def test_names_met_in_print(printed, name):
    assert resolve_force(printed) == name


@pytest.mark.parametrize("suffix", ["", " Police", " Constabulary", " Police Force", " police service"])
@given(name=st.sampled_from(FORCES))
def test_every_force_is_found_with_and_without_its_suffix(suffix, name):
    assert resolve_force(name + suffix) == name
    assert resolve_force(force(name).slug) == name


def test_every_alias_leads_to_a_force_and_to_one_only():
    assert {resolve_force(alias): None for alias in ALIASES}.keys() <= set(FORCES)
    assert all(resolve_force(alias) == name for alias, name in ALIASES.items())


def test_a_misspelt_force_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match='"Cleevland" is no police force; the nearest name is "Cleveland"'):
        resolve_force("Cleevland")


@pytest.mark.parametrize(
    "text", ["", "Yorkshire", "London", "Bedfordshire, Cambridgeshire and Hertfordshire"]
)
def test_a_name_that_more_than_one_force_could_bear_is_refused(text):
    with pytest.raises(ValueError, match="is no police force"):
        resolve_force(text)


def test_areas_hold_forces_nations_and_groups_without_a_name_twice():
    assert len(AREAS) == len(set(AREAS))
    assert set(FORCES) | {"Hampshire and Dorset", "UK", "England and Wales", "Wales", "Scotland"} <= set(
        AREAS
    )


def test_a_region_is_not_taken_for_the_force_of_its_name():
    assert forces_of("West Midlands") == ("West Midlands",)
    assert len(forces_of("West Midlands region (four forces)")) == 4


def test_forces_of_nations():
    assert forces_of("Wales") == ("Dyfed-Powys", "Gwent", "North Wales", "South Wales")
    assert len(forces_of("England and Wales")) == 43
    assert len(forces_of("UK")) == 46
    assert forces_of("Yorkshire region") == ()


def test_nearest_says_nothing_when_nothing_is_near():
    assert nearest("Cumbia", FORCES) == "Cumbria"
    assert nearest("qqqq", FORCES) is None
