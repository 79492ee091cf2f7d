"""Whom a number counts: everybody, or victims told apart by age, sex or another personal characteristic.

A row of a table can say so in several ways: by a measure, by a column for age or sex, by a label such as "girls aged
10 to 13", or by the name of the column that the number stands in. All of them end in one :class:`Who`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from helpers.tables.measures import MEASURES

OLDEST, UNKNOWN = 120, 121  # the oldest age; the age of those whose age is not recorded
OTHERS = r"(suspect|offender|perpetrator|abuser|accused|defendant)s?"
KINDS = {  # what a column tells of persons, by the words of its name
    "ethnicity": re.compile(r"\b(ethnic\w*|race|racial)\b"),
    "relationship": re.compile(r"\brelation(ship)?\b"),
    "offender": re.compile(rf"\b{OTHERS} (age|sex|gender|type)\b|\b(age|sex|gender) of (the )?{OTHERS}\b"),
    "disability": re.compile(r"\bdisab\w*\b"),
    "belief": re.compile(r"\b(religio\w*|faith|belief)\b"),
    "nationality": re.compile(r"\b(nationality|citizenship|immigration|language|country of birth)\b"),
    "orientation": re.compile(r"\b(sexuality|orientation)\b"),
    "circumstances": re.compile(
        r"\b(marital|occupation|pregnan\w*|in care|care status|looked after|mental|health|learning|special|needs?|school|homeless\w*"
        r"|income|benefits?|trans|year of birth|yr of birth|date of birth|born)\b"
    ),
    "age": re.compile(r"\b(age|ages|aged)\b"),
    "sex": re.compile(r"^(victims? )?sex( of (the )?victims?)?$|\bgender\b"),
}
A_NUMBER = re.compile(
    r"\d|\b(low|high|from|to|min|max|mean|median|average|ratio|share|percent|pct|proportion|rate|per|count|number|n|total|se)\b"
)
GROUPS = {  # characteristics that a word names by itself
    "ethnicity": r"asian|black|white|mixed|chinese|arab|african|caribbean|gypsy|roma|traveller",
    "relationship": r"stranger|acquaintance|parent|father|mother|step ?-?(?:parent|father|mother|brother|sister)|sibling"
    r"|brother|sister|uncle|aunt|grand ?-?(?:parent|father|mother)|cousin|family member|relative|intra ?-?familial"
    r"|extra ?-?familial|partner|ex ?-?partner|boyfriend|girlfriend|teacher|carer|neighbour|friend",
    "belief": r"muslim|christian|jewish|hindu|sikh",
    "disability": r"disabled",
    "orientation": r"lesbian|gay|bisexual|transgender",
    "age": r"bab(?:y|ie)|infant|toddler|pre ?-?schooler|teenager",
}
GROUP_WORD = {kind: re.compile(rf"(?:{words})s?", re.IGNORECASE) for kind, words in GROUPS.items()}
BAND = re.compile(r"\d{1,2}\s*(?:-|–|_|to)\s*\d{1,2}|\d{1,2}\+|(?:under|over)[ _-]\d{1,2}", re.IGNORECASE)
NO_AGES = re.compile(
    r"delay|lag|month|day|week|hour|rank|year|quarter|elapsed|old(er)? than|code|row|place|period"
)
EVERYONE = {
    "",
    "all",
    "any",
    "total",
    "all ages",
    "both",
    "both sexes",
    "everyone",
    "persons",
    "all persons",
    "nan",
}
CHILDREN = {"under 18", "under-18s", "under 18s", "0-17", "0 to 17", "children"}
SEXES = {
    **dict.fromkeys(("female", "females", "girl", "girls", "f", "woman", "women"), "female"),
    **dict.fromkeys(("male", "males", "boy", "boys", "m", "man", "men"), "male"),
    **dict.fromkeys(("unknown", "not recorded", "not known", "unspecified", "sex unknown"), "unknown"),
}
OTHER_SEX = {"female": "male", "male": "female"}
FLAGS = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
SEX_WORD = re.compile(r"\b(females?|males?|girls?|boys?|wom[ae]n|m[ae]n)\b", re.IGNORECASE)
AGES = re.compile(
    r"\b(?:under[- ]?|u(?=1\d))(?P<under>\d{1,2})s?\b|\bover[- ]?(?P<over>\d{1,2})s?\b"
    r"|\b(?P<low>\d{1,2})\s*(?:-|–|to)\s*(?P<high>\d{1,2})\b"
    r"|\b(?P<atmost>\d{1,2})(?: years?(?: old)?)?,? (?:and|or) (?:under|younger|below)\b"
    r"|\b(?P<atleast>\d{1,2})(?:\+|(?: years?(?: old)?)?,? (?:and|or) (?:over|older|above)\b)"
    r"|\b(?P<one>\d{1,2})\b",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"\b(victims?|offences?|crimes?|records?|recorded|against|by|an?|the|of|age|aged|ages|years?|yrs?|old|children|and|sexual)\b|[\s,:;()]+",
    re.IGNORECASE,
)
SAYS_AGE = re.compile(
    r"\b(age|aged|ages|years?|yrs|(?:under[- ]?|u(?=1))\d+s?|over[- ]?\d+s?|(?:and|or) (?:under|over|younger|older))\b",
    re.IGNORECASE,
)
PERSONAL_WORDS = re.compile(
    r"\b(girls?|boys?|females?|males?|aged|ages?|under[- ]\d{1,2}s?|under[- ](?:one|two|three|four|five|ten)"
    r"|\d{1,2}[- ]years?[- ]olds?|\d{1,2} and under|ethnic\w*|disab\w+|gender|sex (?:not|un)\w+|relationship"
    rf"|(?:{'|'.join(GROUPS.values())})s?)\b|\bage_|_age|_fe?male|\b(?:girls?|boys?|asian|black|white|stranger)_",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Who:
    """Whom a count is of: ages `low` to `high`, both included; a sex; further characteristics as (kind, value)."""

    low: int = 0
    high: int = 17
    sex: str = "any"
    other: tuple[tuple[str, str], ...] = ()

    @property
    def personal(self) -> bool:
        """Whether it tells persons apart: a sex, another characteristic, or fewer than sixteen years of age."""
        return self.sex != "any" or bool(self.other) or self.high - self.low < 15

    def __str__(self) -> str:
        ages = f"aged {self.low} to {self.high}" if self.high - self.low < 15 else ""
        ages = "of unknown age" if self.low == UNKNOWN else ages
        sex = "" if self.sex == "any" else "sex unknown" if self.sex == "unknown" else self.sex
        return (
            " ".join(part for part in (sex, ages, *(value for _, value in self.other)) if part) or "everybody"
        )


def whom(row: Mapping) -> Who | None:
    """Whom a row counts, by its columns and labels; None for a measure of something that is no group of persons.

    >>> str(whom({"age_group": "10 to 13", "sex": "Female"})), str(whom({"series": "Girls aged 10 to 13"}))
    ('female aged 10 to 13', 'female aged 10 to 13')
    """
    if row.get("measure") in MEASURES:
        return of_measure(row["measure"])
    who = Who()
    if _given(row.get("age_low")):
        high = row.get("age_high")
        who = replace(who, low=int(row["age_low"]), high=int(high) if _given(high) else OLDEST)
    for name, value in row.items():
        kind = kind_of(str(name))
        flagged = FLAGS.get(str(value).casefold()) if isinstance(value, str | bool) else None
        group = of_column(str(name)) if flagged is not None else None
        if group is not None and (flagged or group.sex in OTHER_SEX):
            who = (
                replace(who, sex=group.sex if flagged else OTHER_SEX[group.sex]) if group.other == () else who
            )
            who = replace(who, other=tuple(sorted({*who.other, *group.other})))
            continue
        if group is not None:
            who = replace(
                who, other=tuple(sorted({*who.other, *((kind, f"not {of}") for kind, of in group.other)}))
            )
            continue
        if not isinstance(value, str) and kind is None or not _given(value):
            continue
        text = str(value).strip()
        if kind == "age":
            who = _aged(who, text)
        elif kind == "sex":
            who = (
                who
                if text.casefold() in EVERYONE
                else replace(who, sex=SEXES.get(text.casefold(), text.casefold()))
            )
        elif kind is not None:
            if text.casefold() not in EVERYONE:
                who = replace(who, other=tuple(sorted({*who.other, (kind, _plain(text))})))
        elif len(text) < 60 and (found := of_words(text)) is not None:
            who = replace(found, other=tuple(sorted({*who.other, *found.other})))
    return who


def of_measure(name: str) -> Who | None:
    """Whom a measure of `helpers.tables.measures` counts; narrow ages of part of the offences have a name of their own."""
    measure = MEASURES[name]
    if measure.kind in ("total", "age", "sex"):
        return Who(measure.age_low, measure.age_high, measure.sex)
    return Who(other=(("measure", measure.label),)) if measure.age_high - measure.age_low < 12 else None


@cache
def of_words(text: str) -> Who | None:
    """Whom a label counts if it says an age, a sex or both and nothing else; else None.

    >>> of_words("Girls"), of_words("under 10"), of_words("Girls' rights"), of_words("2014 to 2016")
    (Who(low=0, high=17, sex='female', other=()), Who(low=0, high=9, sex='any', other=()), None, None)
    """
    if text in MEASURES:
        return of_measure(text)
    bare = FILLER.sub(" ", text).strip()
    for kind, words in GROUP_WORD.items():
        if words.fullmatch(bare):
            return Who(other=((kind, _plain(bare)),))
    sex = SEX_WORD.search(text)
    rest = SEX_WORD.sub(" ", text, count=1)
    ages = parse_ages(rest) if SAYS_AGE.search(rest) else None
    rest = AGES.sub(" ", rest, count=1) if ages else rest
    if not (sex or ages) or FILLER.sub("", rest):
        return None
    low, high = ages or (0, 17)
    return Who(low, high, SEXES[sex[0].casefold()] if sex else "any")


@cache
def kind_of(name: str) -> str | None:
    """What a column with this name tells of persons: their age, sex or another characteristic; None for nothing.

    >>> [kind_of(name) for name in ("Age group", "victim_sex", "ethnic_appearance", "suspect_age", "age_low", "sex_ratio")]
    ['age', 'sex', 'ethnicity', 'offender', None, None]
    """
    words = re.sub(r"[_\W]+", " ", name.casefold()).strip()
    if words == "measure":
        return "measure"
    if A_NUMBER.search(words) or of_column(name):
        return None
    return next((kind for kind, found in KINDS.items() if found.search(words)), None)


def bands(names: Iterable[str], of: str = "") -> dict[str, Who]:
    """Whom names count that are all bare bands of ages; none unless there are two, or `of` says that they are others.

    >>> {name: str(who) for name, who in bands(["0-4", "5-11", "total"]).items()}
    {'0-4': 'aged 0 to 4', '5-11': 'aged 5 to 11'}
    >>> bands(["0-4", "5-11"], of="delay_in_years")
    {}
    """
    ages = {name: parse_ages(re.sub("_", "-", name)) for name in names if BAND.fullmatch(name.strip())}
    ages = {name: both for name, both in ages.items() if both and both[0] <= both[1]}
    lows = {both[0] for both in ages.values()}
    if len(lows) < 2 or NO_AGES.search(of.casefold()) or min(lows) > 16 or max(lows) > 99:
        return {}
    return {name: Who(*both) for name, both in ages.items()}


@cache
def of_column(name: str) -> Who | None:
    """Whom the numbers of a column count, by its name; None where the name says nothing of persons.

    >>> [str(of_column(name)) for name in ("girls", "age_0_4", "female_share", "aged_10_to_13", "year_2014_15")]
    ['female', 'aged 0 to 4', 'female', 'aged 10 to 13', 'None']
    """
    if name in MEASURES:
        who = of_measure(name)
        return who if who and who.personal else None
    words = re.sub(
        r"[_\W]+", " ", re.sub(r"(?<!\d)(?:19|20)\d\d(?:[_/ –-]\d\d)?(?!\d)", " ", name.casefold())
    )
    words = re.sub(r"(?<=\d) (?=\d)", " to ", words.strip())
    words = re.sub(
        r"\b(share|percent|pct|proportion|count|counts|number|n|total|value|rate|ratio|low|high|se|ethnicity|ethnic group|race|relationship|gender)\b",
        " ",
        words,
    )
    who = of_words(words.strip())
    return who if who and who.personal else None


def parse_ages(words: str) -> tuple[int, int] | None:
    """The ages that words state, both ends included.

    >>> [parse_ages(words) for words in ("10 to 13", "under 5", "4 and under", "aged 7", "16 and over", "unknown")]
    [(10, 13), (0, 4), (0, 4), (7, 7), (16, 120), None]
    """
    found = AGES.search(words)
    if found is None:
        return None
    if found["under"]:
        return 0, max(int(found["under"]) - 1, 0)
    if found["over"]:
        return int(found["over"]) + 1, OLDEST
    if found["low"]:
        return int(found["low"]), int(found["high"])
    if found["atmost"]:
        return 0, int(found["atmost"])
    if found["atleast"]:
        return int(found["atleast"]), OLDEST
    return int(found["one"]), int(found["one"])


def _aged(who: Who, text: str) -> Who:
    if text.casefold() in EVERYONE:
        return replace(who, low=0, high=OLDEST)
    if text.casefold() in CHILDREN:
        return replace(who, low=0, high=17)
    ages = parse_ages(text)
    if ages is None and re.search(r"unknown|not |unspecified|missing|n/?k", text.casefold()):
        return replace(who, low=UNKNOWN, high=UNKNOWN)
    if ages is None:
        return replace(who, other=(*who.other, ("age", _plain(text))))
    return replace(who, low=ages[0], high=ages[1])


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip().removesuffix("s")


def _given(value) -> bool:
    return value is not None and value == value and type(value).__name__ != "NAType"
