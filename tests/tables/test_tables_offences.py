"""Printed offence codes and names: what they lead to, and when they lead to nothing."""

from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import vocabularies
from helpers.tables.offences import offences, resolve_offence
from tests.frames import examples


def test_what_forces_print_leads_to_its_code_or_to_nothing():
    """Codes and names as forces write them; the code is empty where the words do not settle which one it is."""
    rows = examples(__file__, "printed_offences.csv")
    assert [row for row in rows if (resolve_offence(row[0]) or "") != row[1]] == []


def test_every_code_and_every_official_name_leads_to_its_code():
    for code, one in offences().items():
        assert resolve_offence(code) == code
        for name in (one.name, *one.other_names):
            assert resolve_offence(name) == code, name
            if "/" not in code:  # homicide of 2012/13 stands under four codes at once
                assert resolve_offence(f"{code} {name}") == code, name


@given(st.sampled_from(vocabularies.rows("offence_subcodes")))
def test_a_sub_code_reads_the_same_in_every_style(row):
    number, sub = int(row["class"]), int(row["subcode"])
    styles = (f"{number}/{sub}", f"{number:03d}/{sub:02d}", f"{number:03d}{sub:02d}", f"HO {number}/{sub}")
    assert {resolve_offence(text) for text in styles} == {row["offence_code"]}


@given(st.text(max_size=60))
def test_any_text_leads_to_a_known_code_or_to_nothing(text):
    found = resolve_offence(text)
    assert found is None or found in offences()
