"""Printed figures to typed values: what was printed, what it says, and between which bounds it lies.

A page prints "60000+", "nearly 400", "+12%" or "1,234", and a qualifier beside it may say "approx, four-year total".
:func:`parse_value` reads one value with its qualifier; :func:`type_rows` does so for the whole table. Nothing is
guessed: a value or a qualifier that no rule here knows is an error that names it. What somebody got *wrong* is not
decided here but in `data/corrections.toml`; a qualifier that admits a doubt must be answered there.

The rules for bounds (a count is a whole number, so bounds are whole numbers and stand for "this or more" and
"this or fewer"; a blank bound is open):

* "at least 60000", "60000+"    60,000 or more, open above
* "more than 320", "over 320"   321 or more, open above
* "nearly 400", "under 400"     399 or fewer, open below: no rule says how near "nearly" is
* "<5"                          0 to 4
* "about 61800", "~61800"       half a unit of the last digit that is not zero: 61,750 to 61,850
"""

import re
from dataclasses import dataclass, fields, replace
from math import ceil, floor

import pandas as pd

from helpers.tables import vocabularies

# Each phrase that a qualifier can hold, with its class, from the gravest down
_PHRASES = vocabularies.rows("qualifiers", "qualifier_class", "doubtful", "phrase")
QUALIFIER_CLASSES = (*dict.fromkeys(row["qualifier_class"] for row in _PHRASES), "none")
# Classes that somebody has to answer for in data/corrections.toml before a row may be used.
DOUBTFUL = tuple(dict.fromkeys(row["qualifier_class"] for row in _PHRASES if row["doubtful"]))


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed value, typed.

    kind : "count" or "change" (in per cent)
    value : the number to use where one number is needed; the number as printed
    low, high : bounds, both included; None where open
    precision : how exactly it was printed, as the schema of `foi_figures` lists it
    qualifier_class : one of QUALIFIER_CLASSES
    """

    kind: str
    value: float
    low: float | None
    high: float | None
    precision: str
    qualifier_class: str = "none"


class UnreadableError(ValueError):
    """A printed value or a qualifier that no rule knows."""


_LEADS = {
    "at_least": r"at least|no fewer than|>=|≥",
    "more_than": r"more than|over|above|upwards of|>",
    "nearly": r"nearly|almost|just under|close to|approaching",
    "under": r"fewer than|less than|under|below|<",
    "about": r"about|around|approximately|approx\.?|roughly|some|circa|c\.|~",
}
_LEAD = "|".join(f"(?P<{name}>{words})" for name, words in _LEADS.items())
_COUNT = re.compile(
    rf"(?:(?:{_LEAD})\s*)?(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?P<plus>\+)?", re.IGNORECASE
)
_PERCENTAGE = re.compile(r"([+\-−]?[0-9]+(?:\.[0-9]+)?)\s*(?:%|per cent|percent)", re.IGNORECASE)


def parse_value(text: str, qualifier: str = "") -> Printed:
    """Read one printed value with the qualifier that stands beside it.

    Parameters
    ----------
    text : str
        The value as printed.
    qualifier : str
        What the page, or whoever copied it, says about the value. Empty for a plain count.

    Raises
    ------
    UnreadableError
        A ValueError: text or a qualifier that no rule knows, a negative or fractional count, or a qualifier that
        contradicts the value ("approx (nearly 400)" beside 500).

    Examples
    --------
    >>> parse_value("60000+")
    Printed(kind='count', value=60000, low=60000, high=None, precision='at_least', qualifier_class='approximate')
    >>> parse_value("400", "approx (nearly 400)")
    Printed(kind='count', value=400, low=None, high=399, precision='nearly', qualifier_class='approximate')
    >>> parse_value("+23%").kind, parse_value("9", "per cent change only (+9% on 2015/16)").kind
    ('change', 'change')
    """
    printed = _unqualified(text)
    return printed if not qualifier else _qualified(printed, text, qualifier)


def _unqualified(text: str) -> Printed:
    """Read a value that has no qualifier beside it."""
    shown = str(text).strip()
    if percentage := _PERCENTAGE.fullmatch(shown):
        change = float(percentage[1].replace("−", "-"))
        return Printed("change", change, change, change, "exact")
    match = _COUNT.fullmatch(shown)
    if match is None:
        raise UnreadableError(f'the value "{text}" is no count of offences in any style that was published')
    lead = next((name for name in _LEADS if match[name]), None)
    if lead and match["plus"]:
        raise UnreadableError(f'the value "{text}" is bounded twice')
    precision = lead or ("at_least" if match["plus"] else "exact")
    return _bounded(int(match["number"].replace(",", "")), precision, symbol=match["under"] == "<")


def _bounded(number: int, precision: str, *, symbol: bool = False) -> Printed:
    """A count with the bounds that `precision` gives it; `symbol` is for "<5", which is never "nearly 5"."""
    half = _last_place(number) / 2
    low, high = {
        "exact": (number, number),
        "derived": (number, number),
        "at_least": (number, None),
        "more_than": (number + 1, None),
        "nearly": (None, number - 1),
        "under": (0 if symbol else None, number - 1),
        "about": (max(0, ceil(number - half)), floor(number + half)),
    }[precision]
    return Printed("count", number, low, high, precision, "none" if precision == "exact" else "approximate")


def _last_place(number: int) -> int:
    """The place value of the last digit that is not zero.

    >>> _last_place(61800), _last_place(7), _last_place(0)
    (100, 1, 1)
    """
    digits = str(number)
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 1


def _phrases(qualifier: str) -> dict[str, str]:
    """Class → the phrase that says so, the gravest class first; refused when any words match no rule."""
    rest, phrases = qualifier.strip(), {}
    for row in _PHRASES:  # each phrase is taken out as it is understood; what is left over is an error
        match = re.search(row["phrase"], rest)
        if match:
            phrases.setdefault(row["qualifier_class"], match[0])
            rest = rest[: match.start()] + rest[match.end() :]
    if left := rest.strip(" ,;"):
        remedy = "add it to data/vocabularies/qualifiers.csv or correct the qualifier"
        raise UnreadableError(
            f'the qualifier "{qualifier}" matches no rule (left of it is "{left}"); {remedy}'
        )
    return {name: phrases[name] for name in QUALIFIER_CLASSES if name in phrases}


def _qualified(printed: Printed, text: str, qualifier: str) -> Printed:
    """The value again, in the light of its qualifier."""
    phrases = _phrases(qualifier)
    gravest = next(iter(phrases))
    if "change_only" in phrases:
        return Printed("change", printed.value, printed.value, printed.value, "exact", gravest)
    if printed.kind != "count" or printed.precision != "exact":
        return replace(printed, qualifier_class=gravest)
    precision = "exact"
    if "derived" in phrases:
        precision = "derived"
        _check_derivation(int(printed.value), phrases["derived"])
    if "approximate" in phrases:
        precision = _approximation(int(printed.value), phrases["approximate"], text)
    return replace(_bounded(int(printed.value), precision), qualifier_class=gravest)


def _approximation(number: int, phrase: str, text: str) -> str:
    """The precision that "approx", "at least" or "approx (nearly 400)" gives, checked against the value."""
    words = re.fullmatch(r"approx \((.*)\)", phrase)
    if words is None:
        return "at_least" if phrase == "at least" else "about"
    inner = _unqualified(words[1])
    if inner.value != number:
        raise UnreadableError(f'the qualifier "{phrase}" contradicts the value "{text}"')
    return inner.precision


def _check_derivation(number: int, phrase: str) -> None:
    """A derived value must be what its own derivation gives: the first number less all the others."""
    numbers = [int(digits.replace(",", "")) for digits in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", phrase)]
    if len(numbers) > 1 and "minus" in phrase and numbers[0] - sum(numbers[1:]) != number:
        result = numbers[0] - sum(numbers[1:])
        raise UnreadableError(f'"{phrase}" gives {result}, not the {number} that is printed as its result')


def type_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Type every printed row.

    Parameters
    ----------
    rows : DataFrame
        With the columns row, value_text and qualifier (blank or missing where nothing is said).

    Returns
    -------
    DataFrame
        The same rows in the same order, with the columns kind, value, value_low, value_high (missing where open),
        precision and qualifier_class added.

    Raises
    ------
    ValueError
        With every value and qualifier that no rule knows, each with its row.
    """
    typed, faults = [], []
    for row in rows[["row", "value_text", "qualifier"]].itertuples(index=False):
        qualifier = "" if pd.isna(row.qualifier) else row.qualifier
        try:
            typed.append(parse_value(row.value_text, qualifier))
        except UnreadableError as error:
            faults.append(f"row {row.row}: {error}")
    if faults:
        raise ValueError("data/raw/foi_printed.csv cannot be typed:\n  " + "\n  ".join(faults))
    of_each = pd.DataFrame(typed, index=rows.index, columns=[field.name for field in fields(Printed)])
    of_each = of_each.rename(columns={"low": "value_low", "high": "value_high"})
    numbers = dict.fromkeys(("value", "value_low", "value_high"), "float64")
    return rows.join(of_each.astype(dict.fromkeys(of_each.columns, "str") | numbers))
