"""The labels of one row or column heading, read together: siblings settle what one alone leaves open.

"Unknown" among ages is an age, 13/14 among years a year, 21 among codes a code. A heading over the axis counts as
evidence, not as proof: a column headed "Category" can hold sexes and ages.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from helpers.intake import words
from helpers.intake.ages import UNKNOWN, Age, find_ages, is_not_known, settle, spell_sexes
from helpers.intake.columns import IGNORED, VALUE, role_scores
from helpers.intake.labels import looks_like_offence, read_force, read_label, subject_of
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import Meaning
from helpers.intake.notices import is_area
from helpers.intake.spans import MONTHS, find_spans
from helpers.intake.tokens import token
from helpers.intake.values import tidy

LOOKED_AT = 200  # distinct labels, which say what an axis is of


@dataclass(frozen=True)
class Axis:
    """The labels of one axis, read together."""

    role: str
    meanings: tuple[Meaning, ...]


def read_axis(
    labels: list[str], hint: str = "", decided: dict[str, Meaning] | None = None, ending: str = ""
) -> Axis:
    """Read the labels of one row or column heading together.

    Parameters
    ----------
    labels : list of str
        As printed, in order; blanks are allowed and mean nothing.
    hint : str
        The heading over them.
    decided : dict, optional
        Meanings that the analyst has decided, by printed label; they go before everything.
    ending : str
        When years end, as a title says it: "12 months to 31 August".

    Examples
    --------
    >>> axis = read_axis(["0-4", "5-9", "Unknown", "Total"])
    >>> axis.role, axis.meanings[2].age.unknown, axis.meanings[3].total
    ('age', True, True)
    >>> read_axis(["13/14", "14/15"]).role, read_axis(["13-14", "15-17"]).role
    ('period', 'age')
    >>> read_axis(["1718", "1819", "1920", "Change"]).meanings[2].span.year, read_axis(["1617", "1718"], "Year").meanings[0].span
    ('2019/20', None)
    >>> read_axis(["Kent", "Sussex"], "Area").role, read_axis(["Manchester", "Salford"], "Town").role
    ('force', 'text')
    """
    stripped = [words.strip_marks(tidy(label))[0] for label in labels]
    given = words.role_of_heading(hint) if hint else ""
    spelled = spell_sexes(stripped)
    run_together = {label: f"{label[:2]}/{label[2:]}" for label in spelled if re.fullmatch(r"\d{4}", label)}
    if given != "age" and len(run_together) > 2 and _are_years([*run_together.values()]):
        spelled = [run_together.get(label, label) for label in spelled]
    if given == "month":
        spelled = [MONTHS[int(one) - 1] if _MONTH_NUMBER.fullmatch(one) else one for one in spelled]
    turned = _turned_bands(spelled, given, hint)
    given, hint = ("", "") if turned and hint in _BY_ROLE else (given, hint)
    role = _axis_role([label for label in spelled if label and label not in turned], given, hint)
    if role == "period" and not re.search(r"(?i)\b(?:to|end(?:ing|ed)?)\b", hint):
        hint = f"{hint} {ending}"
    meanings = [turned.get(label) or _within(label, role, hint) for label in spelled]
    if any(_YES.fullmatch(one) for one in stripped):  # beside "Yes", "No" is no number
        meanings = [
            Meaning(rest=one, notes=(one,)) if one.casefold() in ("no", "n") else said
            for one, said in zip(stripped, meanings, strict=True)
        ]
    _settle_unknown(spelled, meanings)
    places = [place for place, meaning in enumerate(meanings) if meaning.age]
    for place, age in zip(places, settle([meanings[place].age for place in places]), strict=True):
        meanings[place] = replace(meanings[place], age=age)
    _settle_months(meanings)
    if decided:
        pairs = zip(stripped, meanings, strict=True)
        meanings = [decided.get(label.casefold(), meaning) for label, meaning in pairs]
    return Axis(role, tuple(meanings))


_PERIODS = ("period", "quarter", "month", "date")
_BY_ROLE = ("Period", "Date")
"""What is said to head labels because most of them look like it."""
_SMALLER, CITY = phrase("smaller than a force"), phrase("city beside its force")
_YES, _MONTH_NUMBER = re.compile(r"(?i)y|yes|true"), re.compile(r"0?[1-9]|1[0-2]")
_SHORT_YEARS = re.compile(r"(\d\d)\s?[-–/]\s?(\d\d)")


def _are_years(labels: list[str]) -> bool:
    """Whether labels are years in two digits, each of which begins in the one before: ages share no year.

    >>> _are_years(["17-18", "18-19", "Total"]), _are_years(["16-17", "18-19"])
    (True, False)
    """
    found = [_SHORT_YEARS.fullmatch(label) for label in labels if token(label).kind != "total"]
    pairs = [(int(one[1]), int(one[2])) for one in found if one]
    chained = all(before[1] == after[0] for before, after in pairwise(pairs))
    return len(found) == len(pairs) > 1 and chained and all((a + 1) % 100 == b for a, b in pairs)


def _turned_bands(labels: list[str], given: str, hint: str) -> dict[str, Meaning]:
    """Months under "Age", or each of another year among ages: a spreadsheet makes "Oct-15" of the band 10-15.

    >>> [*_turned_bands(["0-9", "Oct-15", "Total"], "", "")], _turned_bands(["0-17", "Oct-15", "Nov-15"], "", "")
    (['Oct-15'], {})
    """
    said = {label: read_label(label) for label in labels}
    alone = {label: one.span for label, one in said.items() if one.span and one.dimensions == {"period"}}
    months = {label: span.start for label, span in alone.items() if span.kind == "month"}
    apart = len({day.year for day in months.values()}) == len(months)
    among = apart and any(one.age for one in said.values()) and (given not in _PERIODS or hint in _BY_ROLE)
    if not (among or given == "age" and not find_ages(hint)[0]):
        return {}
    ages = {label: Age(*sorted((day.month, day.year % 100))) for label, day in months.items()}
    return {label: Meaning(age=age, rest="a month, or a band of ages") for label, age in ages.items()}


def _axis_role(labels: list[str], given: str, hint: str) -> str:
    """What most labels are, by the same scores as the column that they stand in or head."""
    tokens = [token(label) for label in list(dict.fromkeys(labels))[:LOOKED_AT]]
    known = [one for one in tokens if one.kind != "total" and not is_not_known(one.text.casefold())]
    forces = [one for one in known if read_force(one.text)]
    others = sum(not (one in forces or is_area(one.text)) for one in known)
    # districts bear the names of forces too: where no heading says "force", all but a few have to be forces
    smaller = given != "force" and (_SMALLER.search(hint) or all(CITY.fullmatch(one.text) for one in forces))
    if forces and not smaller and (2 if given == "force" else 10) * others <= len(known):
        return "force"
    if given != "age" and _are_years(labels):
        return "period"
    scores = role_scores(tokens, hint)
    role = max((role for role in scores if role not in (VALUE, IGNORED)), key=scores.get, default="")
    if role == "text" and given != "text":
        return ""  # no heading says what they describe, so each is read for itself
    return "period" if role in _PERIODS else role


def _within(label: str, role: str, hint: str) -> Meaning:
    used = (hint or "period") if role == "period" else hint if role in ("text", "delay") else ""
    meaning, free = read_label(label, role, used), read_label(label)
    undated = find_spans(label.casefold()).rest
    if role == "offence" and not (meaning.code or meaning.total or looks_like_offence(undated)):
        return _beside_offences(label, meaning, free)
    names_offence = free.code and looks_like_offence(label.casefold()) or looks_like_offence(meaning.rest)
    # "19E Rape of a female child under 13" over rows of sexes, or "Rape - female" among sexes
    if role in ("age", "sex", "period") and names_offence:
        return free
    known = role in meaning.dimensions or role in ("code", "subcode") and meaning.code
    if known or meaning.total or meaning.ignore or role in ("", "text", "delay", "offence"):
        return meaning
    return free if free.dimensions - {"measure"} else meaning


def _beside_offences(label: str, meaning: Meaning, free: Meaning) -> Meaning:
    """What a label among offences says that names none: "Of which online flagged", "Arrests", "Essex", "England and Wales"."""
    measure = free.measure if free.measure not in ("", "offences", "victims", "reports") else ""
    says = free.ignore or measure or free.dimensions - {"measure"}
    if free.understood and (words.role_of_heading(label) == "count" or says and not free.offence):
        return free
    known = subject_of(label) or is_not_known(label.casefold()) or label.casefold() in ("other", "others")
    return meaning if known else replace(meaning, rest=label)


def _settle_unknown(labels: list[str], meanings: list[Meaning]) -> None:
    """After sexes, or after ages, "Unknown" and "2014/15 unknown" are of their kind, whatever the axis holds besides."""
    last: frozenset[str] = frozenset()
    for place, (label, meaning) in enumerate(zip(labels, meanings, strict=True)):
        kinds = meaning.dimensions & {"age", "sex"}
        unknown = is_not_known(label.casefold()) or is_not_known(meaning.rest)
        if unknown and kinds < last:
            stated = {kind: said for kind, said in _UNKNOWN.items() if kind in last - kinds}
            meanings[place] = replace(meaning, offence="", rest="", **stated)
        elif label:
            last = kinds


_UNKNOWN = {"sex": "unknown", "age": UNKNOWN}


def _settle_months(meanings: list[Meaning]) -> None:
    """Days that begin one month after the other stand for these months: "01/04/2021", "01/05/2021", "01/06/2021"."""
    days = {at: said.span.start for at, said in enumerate(meanings) if said.span and said.span.kind == "day"}
    months = sorted({12 * day.year + day.month for day in days.values() if day.day == 1})
    if len(months) > 2 and len(months) == len({*days.values()}) == months[-1] - months[0] + 1:
        for at, day in days.items():
            meanings[at] = replace(meanings[at], span=find_spans(f"{day:%B %Y}").spans[0])


def are_years(raws: Collection[object]) -> bool:
    """Whether the dates among cells stand for years: each is the first of another January.

    >>> are_years([date(2020, 1, 1), date(2021, 1, 1)]), are_years([date(2020, 1, 1), date(2020, 2, 1)])
    (True, False)
    """
    dates = {raw for raw in raws if isinstance(raw, date)}
    return len(dates) > 1 and all((day.month, day.day) == (1, 1) for day in dates)
