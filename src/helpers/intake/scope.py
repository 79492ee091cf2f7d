"""What a text is about: the sexual offences that a round asks for, or other crime, which it does not."""

from __future__ import annotations

import re
from functools import lru_cache

from helpers.intake.ages import find_ages, find_sex
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import Meaning
from helpers.tables.offences import offences

_SEXUAL = phrase("sexual")
_OTHER = phrase("other crime")
_OTHER_CODE = re.compile(r"0(?!17|18|19|2[0-3]|7[0-4]|88|86|13|11)\d\d/\d\d\b")
"""A code in full of a class that holds no sexual offence."""


@lru_cache(maxsize=20_000)
def subject_of(text: str, code: str = "") -> str:
    """What a text is about, or the offence of a code: ``sexual``, ``other``, or nothing that is known.

    >>> subject_of("Domestic abuse crimes"), subject_of("Serious sexual offences"), subject_of("East Belfast")
    ('other', 'sexual', '')
    >>> subject_of("Grave and criminal assault"), subject_of("Serious sexual assault")
    ('other', 'sexual')
    """
    if code in offences():
        return "sexual" if offences()[code].sexual or code == IMAGES else "other"
    if _SEXUAL.search(text):
        return "sexual"
    return "other" if _OTHER.search(text) or _OTHER_CODE.match(text) else ""


def victims_named(text: str, code: str) -> Meaning:
    """The sex and the age of victims that the name of an offence states in words of its own, and not in official ones.

    An official name goes with its code, which says all that it says; a force's own wording says more than its code.

    >>> victims_named("Assault of a female child under 13 by penetration", "20B").age.high
    12
    >>> victims_named("Rape of a female child under 13", "19E").sex
    ''
    """
    plain = re.sub(
        r"^\W*(?:\d{1,3}[A-Za-z]?(?:/\d{1,2})?\b)?\W*|\s*\((?:\d{1,3}[A-Za-z]?(?:/\d{1,2})?)\)\s*$", "", text
    ).casefold()
    found = _VICTIM.search(plain)
    if not found or len(plain) <= len(offences()[code].name) + 5:
        return Meaning()
    ages, _ = find_ages(found[0])
    return Meaning(age=ages[0] if len(ages) == 1 else None, sex=find_sex(found[0])[0])


_VICTIM = phrase("victims in a name")


IMAGES = "86"
BESIDE = ("11A", "13", IMAGES)
"""Codes of children and of images in other groups of offences: those of images are asked for too."""
