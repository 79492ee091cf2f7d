"""Age bands and sexes as they are printed, and what they are in completed years.

Both ends are included: "under 1" is 0 to 0, "10 and under" is 0 to 10, "16-17" is 16 to 17, "18 and over" has
no upper end. "Over 17" is 18 and over; "over 18" next to a band that ends at 17 is too, which only the other
bands can say, so :func:`find_ages` marks it as strict and :func:`settle` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from helpers.intake.lexicon import part, patterns, phrase
from helpers.intake.values import number_of, tidy

OLDEST = 120
_N = part("low")


@dataclass(frozen=True)
class Age:
    """An age band; `strict` for "over 18", whose lower end another band may settle."""

    low: int | None
    high: int | None
    strict: bool = False
    unknown: bool = False

    def holds(self, other: Age) -> bool:
        """Whether another band lies within it.

        >>> Age(0, 17).holds(Age(13, 15)), Age(13, 15).holds(Age(0, 17))
        (True, False)
        """
        ends = [OLDEST if age.high is None else age.high for age in (self, other)]
        known = not (self.unknown or other.unknown)
        return known and (self.low or 0) <= (other.low or 0) and ends[1] <= ends[0]


UNKNOWN = Age(None, None, unknown=True)

# The order matters: the more words a pattern needs, the earlier it is tried. "And under" is never the 13 of "under 13 below",
# where a letter says where its figures stand.
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in patterns("ages"))
_WORDED = {"all children": Age(0, 17), "all adults": Age(18, None), "month band": Age(0, 0)}
_CONTEXT, _UNKNOWN = phrase("about ages"), phrase("age unknown")
# "reported within 1 year" is a delay, not an age
_DELAY, _BESIDE = phrase("delay"), phrase("words beside ages")
NOT_KNOWN = phrase("not known")

_FEMALE = re.compile(r"\b(?:females?|girls?|women|woman)\b")
_MALE = re.compile(r"\b(?:males?|boys?|men|(?<!isle of )man)\b")
_SEX_UNKNOWN = phrase("sex unknown")
_LETTERS = patterns("letters of sexes")


def is_not_known(plain: str) -> bool:
    """Whether a label says that something was not recorded, in one way or several: "unknown / unspecified".

    >>> is_not_known("unknown / unspecified"), is_not_known("north")
    (True, False)
    """
    parts = [part.strip(" ()") for part in re.split(r"\s*[/,]\s*|\s+(?:or|and)\s+", plain.strip())]
    return bool(NOT_KNOWN.fullmatch(plain.strip())) or all(NOT_KNOWN.fullmatch(part) for part in parts)


@lru_cache(maxsize=20_000)
def find_ages(text: str, *, sure: bool = False) -> tuple[tuple[Age, ...], str]:
    """Find the ages that a text states, and the text that is left.

    Parameters
    ----------
    text : str
        A label, heading or sentence.
    sure : bool
        True when the text is known to be about age, so that a bare ``12`` or ``16-17`` is one.

    Examples
    --------
    >>> find_ages("Females aged 16-17")[0][0]
    Age(low=16, high=17, strict=False, unknown=False)
    >>> find_ages("10 and under")[0][0].high, find_ages("Under-18s")[0][0].high
    (10, 17)
    >>> find_ages("12", sure=True)[0][0].low, find_ages("12")[0]
    (12, ())
    """
    plain = tidy(text).casefold()
    ages = [UNKNOWN] * bool(_UNKNOWN.search(plain))
    plain = _UNKNOWN.sub(" ", plain)
    if _DELAY.search(plain) and not re.search(r"\baged?\b", plain):
        return tuple(ages), plain
    alone = re.fullmatch(rf"\W*(?:[<>]=?|≤|≥)?\s?{_N}\s?(?:\+|(?:-|to|and|&)\s?{_N})?\W*", plain)
    about_age = bool(sure or _CONTEXT.search(plain) or alone)
    for name, pattern in _PATTERNS:
        if name in ("band", "pair") and not about_age:
            continue
        if name == "years alone" and not sure and len(plain.split()) > 3:
            continue  # "five years of offences", "recorded, 5 years"
        plain = pattern.sub(lambda found, name=name: _keep(found, name, ages), plain)
    if sure and not ages:
        one = re.fullmatch(rf"({_N})\.?", plain.strip())
        if one and number_of(one[1]) < 99:  # which stands for "unknown" more often, as 120 does
            return (Age(number_of(one[1]), number_of(one[1])),), ""
    if ages:
        plain = _BESIDE.sub(" ", plain)
    return tuple(ages), _squeeze(plain)


def _keep(found: re.Match, name: str, ages: list[Age]) -> str:
    groups = found.groupdict()
    exclusive = name == "over and under" and bool(groups.pop("above"))
    parts = {key: number_of(value) for key, value in groups.items() if value is not None}
    if any(number > OLDEST for number in parts.values()):
        return found[0]
    if name in _WORDED:
        age = _WORDED[name]
    elif "one" in parts:
        age = Age(parts["one"], parts["one"])
    elif "above" in parts:
        age = Age(parts["above"] + 1, None, strict=True)
    else:
        low = parts.get("low", 0) + exclusive
        high = parts["below"] - 1 if "below" in parts else parts.get("high")
        if high is not None and (high < low or (name == "pair" and high != low + 1)):
            return found[0]
        age = Age(low, high)
    ages.append(age)
    return " "


def settle(ages: list[Age]) -> list[Age]:
    """Decide what "over 18" means from the other bands of the same axis.

    >>> settle([Age(0, 17), Age(19, None, strict=True)])[1].low
    18
    """
    ends = {age.high for age in ages if age.high is not None}
    follows = [age.strict and age.low - 2 in ends and age.low - 1 not in ends for age in ages]
    pairs = zip(ages, follows, strict=True)
    return [replace(age, low=age.low - 1, strict=False) if next_ else age for age, next_ in pairs]


def find_sex(text: str, *, sure: bool = False) -> tuple[str, str]:
    """Find the sex that a text states, and the text that is left; empty when it states none or both.

    >>> find_sex("Girls aged 16-17"), find_sex("M", sure=True), find_sex("Male and female")
    (('female', 'aged 16-17'), ('male', ''), ('', ''))
    """
    plain = tidy(text).casefold()
    if sure:
        bare = re.sub(r"^victims?\W+", "", plain.strip(" ().:"))
        if letter := next((sex for sex, letters in _LETTERS if re.fullmatch(letters, bare)), ""):
            return letter, ""
        if is_not_known(bare):
            return "unknown", ""
    unknown = _SEX_UNKNOWN.search(plain)
    if unknown:
        return "unknown", _squeeze(_SEX_UNKNOWN.sub(" ", plain))
    female, male = _FEMALE.search(plain), _MALE.search(plain)
    if female and male:
        rest = _MALE.sub(" ", _FEMALE.sub(" ", plain))
        return "", _squeeze(re.sub(r"^\W*(?:and|&|/|or|\+)\W*$", "", rest.strip()))
    if female or male:
        return ("female" if female else "male"), _squeeze((_FEMALE if female else _MALE).sub(" ", plain))
    return "", plain


def spell_sexes(labels: list[str]) -> list[str]:
    """Labels with F, M and U written out, alone or in brackets behind the same words, where both F and M stand among them.

    >>> spell_sexes(["Rape", "F", "M", "U"]), spell_sexes(["M", "T"])
    (['Rape', 'Female', 'Male', 'Sex unknown'], ['M', 'T'])
    >>> spell_sexes(["Aged 0 to 17 (F)", "Aged 0 to 17 (M)"])
    ['Aged 0 to 17 Female', 'Aged 0 to 17 Male']
    """
    found = [_LETTER.fullmatch(label.strip()) for label in labels]
    said = {(one["of"].casefold(), one["sex"].casefold()) for one in found if one}
    both = {of for of, _ in said if {(of, "f"), (of, "m")} <= said}
    spelled = {"f": "Female", "m": "Male", "u": "Sex unknown"}
    return [
        f"{one['of']} {spelled[one['sex'].casefold()]}".strip()
        if one and one["of"].casefold() in both
        else label
        for one, label in zip(found, labels, strict=True)
    ]


_LETTER = re.compile(r"(?i)(?P<of>(?:.*\S)?)\s*(?:(?<!.)|(?P<open>\())(?P<sex>[fmu])(?(open)\))")


def _squeeze(text: str) -> str:
    return re.sub(r" {2,}", " ", re.sub(r"\(\s*\)", " ", text)).strip()
