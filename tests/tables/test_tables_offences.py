"""Printed offence codes and names: what they lead to, and when they lead to nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import vocabularies
from helpers.tables.offences import CHILD_ONLY, offence, offences, resolve_offence

# Code → ways of writing it, with " | " between them; the empty code is for what does not settle which one
CODES = {
    "17A": "17A | 17a | HO 17A | HO Code: 17A | 017/15",
    "17B": "017/16",
    "19C": "019/08 | 19/08 | 19/8 | 01908 | 19C - Rape of a female aged 16 and over | 019/08 - Rape of a female",
    "19D": "019/11",
    "19E": "019/16",
    "19H": "019/17",
    "20A": "Class 20A | 020/05",
    "20B": "020B | 020/06",
    "21": "21 | 21/04",
    "22B": "22B: Sexual activity involving a child under 16",
    "71": "071/02 | 71 - Abuse of children through sexual exploitation | Sexual exploitation (71)",
    "72": "Trafficking (72)",
    "73": "73/02",
    "86": "86/2 | 86/10",
    "88A": "88A | 71/17 | Sexual grooming (88A)",
    "88C": "088/05 | 08805",
    "4.1": "4/1",
    "4.10": "4.10",
    "37.2": "37/2",
    "1/4.1/4.10/4.2": "1/4.1/4.10/4.2",
    "13": "13 Child abduction",
    "": "22/06 | 022/02 | 8/06 | 88/01 | 17/01 | 19/30 | 17 | 88B | 999 | 12 | 13 and over | 16 and over | 13 to 15"
    " | under 13 | 17A and 17B | 17A, 17B | Rape of a female (16) | Rape (19)",
}
NAMES = {
    "17A": "Sexual assault on a male 13 and over - Sexual Offences Act 2003 Sec 3",
    "17B": "Assault of a male child under 13 by penetration | Assault a boy under 13 by touching",
    "19C": "Rape of a female aged 16 and over | Single Offender: Rape of a female aged 16 or over",
    "19D": "Rape of a female aged under 16 (Sec 1 SOA 2003) | Rape of a female aged 13 to 15"
    " | Rape a girl aged 13 / 14 / 15 - SOA 2003",
    "19E": "Rape of a female child under 13 | Rape of a female child under 13 by a male",
    "19F": "Attempted rape of a male aged 16 or over",
    "19H": "Rape of a boy under 13",
    "20A": "Sexual assault of a female 13 or over by penetration (S2, SOA 2003)",
    "20B": "Sexual assault on a female <13 | Assault a girl under 13 by touching - SOA 2003",
    "21": "Sexual activity involving a child under 13 | Unlawful sexual intercourse with a girl under 13"
    " | Cause/incite male child under 13 to sex act no penetration offender any age",
    "22A": "Cause a female person to engage in sexual activity without consent - penetration",
    "22B": "Sexual activity involving a child under 16 | Cause a child under 16 to watch a sexual act"
    " | Sex activity with a female child under 16 penetration offender 18"
    " | Engage in sexual activity in the presence of a child under 16 offender under 18",
    "23": "Familial sexual offences | Sexual activity with a child family member",
    "70": "Sexual activity with a person with a mental disorder impeding choice: female person",
    "71": "Pay for sexual services of a child | Abuse of children through prostitution and pornography"
    " | Abuse of children through sexual exploitation"
    " | Arrange/facilitate child prostitution or pornography child aged 13-17",
    "73": "Abuse of position of trust: sexual activity with a child under 18",
    "86": "Take/make/distribute indecent photographs or pseudo-photographs, of children",
    "88A": "Meeting a female child following sexual grooming | Engage in sexual communication with a child",
    "88C": "Administering a substance with intent",
    "": "Rape | Rape of a female | Rape of a female child | Sexual assault | Sexual assault on a female"
    " | Sexual assault on a female under 16 | Sexual activity with a child | Indecent assault on a female | CSE"
    " | Child sexual exploitation | Total | Sexual offences | ",
}


@pytest.mark.parametrize("printed", [CODES, NAMES], ids=["codes", "names"])
def test_what_forces_print_leads_to_its_code_or_to_nothing(printed):
    found = {
        code: [resolve_offence(text) or "" for text in said.split(" | ")] for code, said in printed.items()
    }
    assert found == {code: [code] * len(said.split(" | ")) for code, said in printed.items()}


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


def test_the_eleven_child_only_codes():
    assert len(CHILD_ONLY) == 11
    assert all(offence(code).sexual and offence(code).child_only for code in CHILD_ONLY)
    assert not offence("17A").child_only
    assert not offence("86").sexual
