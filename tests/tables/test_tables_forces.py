"""Forces, areas and the names they go by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import vocabularies
from helpers.tables.forces import ALIASES, FORCES, force, resolve_force
from tests.frames import examples


def test_there_are_forty_three_territorial_forces_and_three_others_each_with_its_own_name_and_code():
    every = [force(name) for name in FORCES]
    assert [one.kind for one in every].count("territorial") == 43
    assert list(FORCES) == sorted(FORCES) and len(FORCES) == 46
    assert len({one.slug for one in every}) == 46
    assert len({row["pfa_code"] for row in vocabularies.rows("forces") if row["pfa_code"]}) == 43
    assert {one.nation for one in every} == set(vocabularies.values("nations"))
    assert {one.region for one in every if one.region} == set(vocabularies.values("regions"))


def test_names_met_in_print():
    assert [row for row in examples(__file__, "printed_forces.csv") if resolve_force(row[0]) != row[1]] == []


@pytest.mark.parametrize("suffix", ["", " Police", " Constabulary", " Police Force", " police service"])
@given(name=st.sampled_from(FORCES))
def test_every_force_is_found_with_and_without_its_suffix(suffix, name):
    assert resolve_force(name + suffix) == name
    assert resolve_force(force(name).slug) == name


def test_every_alias_leads_to_a_force_and_to_one_only():
    assert {alias: resolve_force(alias) for alias in ALIASES} == ALIASES


NO_FORCE = ["", "Yorkshire", "London", "Bedfordshire, Cambridgeshire and Hertfordshire", "Cleevland"]


@pytest.mark.parametrize("text", NO_FORCE)
def test_a_name_of_no_force_or_of_more_than_one_is_refused(text):
    with pytest.raises(ValueError, match="is no police force"):
        resolve_force(text)
