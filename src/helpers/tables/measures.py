"""The measures that FOI figures are printed for: what is counted, of whom, and in which sense.

A measure's id says what the printed words say, not what they ought to mean: "ten and under" is
``age_0_10`` and "under ten" is ``age_under_10``, even where one outlet turned the first into the second.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    id, label : str
        "age_0_10", "aged 10 and under".
    definition : str
        What is counted.
    age_low, age_high : int
        Ages of the victim in whole years, both included.
    sex : str
        "any", "female", "male" or "unknown".
    kind : str
        "total", "age", "sex", "online", "section_67", "non_recent", "offence" or "comparison".
    """

    id: str
    label: str
    definition: str
    age_low: int
    age_high: int
    sex: str
    kind: str


def _measure(
    name: str, kind: str, label: str, definition: str, low: int = 0, high: int = 17, sex: str = "any"
):
    return Measure(name, label, definition, low, high, sex, kind)


def _age(name: str, label: str, low: int, high: int, note: str = "") -> Measure:
    definition = f"Recorded sexual offences against victims aged {low} to {high}{note}."
    if low == high:
        definition = f"Recorded sexual offences against victims aged {low}{note}."
    return Measure(name, label, definition, low, high, "any", "age")


_CHILD = "Sexual offences recorded against victims under 18"
_S67 = "Offences of sexual communication with a child under 16 (section 67 of the Serious Crime Act 2015)"
_FLAG = "Sexual offences against under-18s that the force flagged as committed online, in full or in part"

_ALL = (
    _measure("all_sexual_offences_u18", "total", "all, under 18", f"{_CHILD}, all offences."),
    _measure(
        "all_sexual_offences_u16",
        "total",
        "all, under 16",
        "Sexual offences against victims under 16.",
        0,
        15,
    ),
    _measure(
        "all_sexual_offences_against_children",
        "comparison",
        "against children, as a report counts them",
        "Sexual offences against children as counted in a report that is not an FOI round.",
    ),
    _age("age_under_1", "under 1", 0, 0),
    _age("age_0_2", "2 and under", 0, 2),
    _age("age_3", "aged 3", 3, 3),
    _age("age_0_3", "under 4", 0, 3),
    _age("age_0_4", "4 and under", 0, 4),
    _age("age_preschool", "pre-school age", 0, 4, "; the page says pre-school age and no years"),
    _age("age_0_5", "5 and under", 0, 5),
    _age("age_4_8", "4 to 8", 4, 8),
    _age("age_4_10", "4 to 10", 4, 10),
    _age("age_under_10", "under 10", 0, 9),
    _age("age_0_10", "10 and under", 0, 10),
    _age("age_under_11", "under 11", 0, 10, "; printed as under 11 or not yet at secondary school"),
    _age("age_0_11", "11 and under", 0, 11),
    _age("age_5_11", "5 to 11", 5, 11),
    _age("age_under_13", "under 13", 0, 12),
    _age("age_11_17", "11 to 17", 11, 17),
    _age("age_14", "aged 14", 14, 14),
    _measure("female", "sex", "girls", f"{_CHILD}, female victims.", sex="female"),
    _measure("male", "sex", "boys", f"{_CHILD}, male victims.", sex="male"),
    _measure("sex_unknown", "sex", "sex not recorded", f"{_CHILD}, sex not recorded.", sex="unknown"),
    _measure("cyber_flagged", "online", "flagged as online", f"{_FLAG}. Mandatory from April 2015."),
    _measure("cyber_flagged_age_under_10", "online", "online, under 10", f"{_FLAG}.", 0, 9),
    _measure("cyber_flagged_age_0_10", "online", "online, 10 and under", f"{_FLAG}.", 0, 10),
    _measure("cyber_flagged_age_13", "online", "online, aged 13", f"{_FLAG}.", 13, 13),
    _measure(
        "online_element",
        "online",
        "with an online element",
        f"{_CHILD} in which a page says there was an online element, without naming the flag.",
    ),
    _measure(
        "s67_sexual_communication", "section_67", "sexual communication", f"{_S67}, from April 2017.", 0, 15
    ),
    _measure(
        "s67_age_0_15", "section_67", "sexual communication, age known", f"{_S67}, victim's age known.", 0, 15
    ),
    _measure(
        "s67_method_recorded", "section_67", "method recorded", f"{_S67} with a recorded method.", 0, 15
    ),
    _measure(
        "s67_platform_identified", "section_67", "platform known", f"{_S67} with a recorded platform.", 0, 15
    ),
    _measure("s67_instagram", "section_67", "on Instagram", f"{_S67} in which Instagram was used.", 0, 15),
    _measure(
        "s67_facebook_snapchat_instagram",
        "section_67",
        "on Facebook, Snapchat or Instagram",
        f"{_S67} in which Facebook, Snapchat or Instagram was used.",
        0,
        15,
    ),
    _measure(
        "s67_facebook_apps_and_snapchat",
        "section_67",
        "on Facebook-owned apps or Snapchat",
        f"{_S67} in which a Facebook-owned app or Snapchat was used.",
        0,
        15,
    ),
    _measure(
        "non_recent",
        "non_recent",
        "reported more than a year later",
        f"{_CHILD} at the time of an offence that was reported more than a year after it.",
    ),
    _measure(
        "communicating_indecently_younger_child",
        "offence",
        "communicating indecently (Scotland)",
        "Communicating indecently with a younger child, a Scottish offence (victim under 13).",
        0,
        12,
    ),
    _measure(
        "ons_child_specific_u16",
        "comparison",
        "official, child-specific codes",
        "Offences under the codes that name a child under 16, from official recorded crime.",
        0,
        15,
    ),
    _measure(
        "ons_child_sexual_abuse_crimes",
        "comparison",
        "official, experimental count",
        "Crimes of child sexual abuse in an experimental official count that also uses flags.",
    ),
)
MEASURES: dict[str, Measure] = {one.id: one for one in _ALL}
"""Every measure by id."""


def measure(name: str) -> Measure:
    """Return one measure.

    Raises
    ------
    KeyError
        When there is no measure of that id.

    Examples
    --------
    >>> measure("age_0_10").age_high
    10
    """
    return MEASURES[name]
