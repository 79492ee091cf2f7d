"""Styles of printed periods, brought to the ones that :mod:`.spans` reads: "201415", "04/2015 - 03/2016", "12 m/e".

Only what needs no judgement is done here. Ranges that leave their printed end out end on the day before.
"""

from __future__ import annotations

import re
from datetime import timedelta

from helpers.tables.periods import parse_period

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
YEAR4 = r"(?:19[5-9]|20[0-4])\d"
WHOLE = rf"(?:{YEAR4}\s?[/\-]\s?(?:\d{{4}}|\d\d)|{YEAR4})"


_DAY_MONTH = rf"\d{{1,2}}(?:st|nd|rd|th)? {MONTH}"
_DAYS_OF_YEAR = re.compile(
    rf"(?<![\d/])(?P<year>{WHOLE})\s*[,:\-]?\s*\((?P<first>{_DAY_MONTH})\s?(?:to|-|until)\s?(?P<last>{_DAY_MONTH})\)"
)


_HOW_MANY = {
    word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), 2)
}
YEARS_TO = (
    rf"(?P<many>\d|10|{'|'.join(_HOW_MANY)})(?: financial| calendar)? years (?:up )?(?:to|until|end(?:ing|ed))(?: the end of)? "
    rf"(?P<last>(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH} {YEAR4}|{YEAR4}/\d\d)(?![/\d])"
)
_YEARS_TO = re.compile(rf"\b{YEARS_TO}")


def prepare(plain: str) -> str:
    """Bring the styles that need no judgement to the ones that are read.

    Parameters
    ----------
    plain : str
        Tidy text in small letters.

    Examples
    --------
    >>> prepare("201415"), prepare("04/2015 - 03/2016"), prepare("1 april 2014 to but not including 1 april 2015")
    ('2014/15', 'apr 2015 - mar 2016', '1 april 2014 to 31/03/2015')
    """
    plain = re.sub(r"\b\d{1,2}:\d\d(?::\d\d)?\b", " ", plain)
    plain = re.sub(rf"(\bage[ds]? \d{{1,2}}\s?(?:-|to)\s?\d{{1,2}}) (?={MONTH})", r"\1, ", plain)
    plain = re.sub(
        rf"\b(?:up )?to,? (?:but )?(?:not including|excluding|before) (?:the )?(?P<day>(?:\d{{1,2}}(?:st)? )?{MONTH} {YEAR4}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})",
        _day_before,
        plain,
    )
    plain = re.sub(r"\s*\(?\b(?:and|but) including\b\)?|\binclusive\b", " ", plain)
    plain = re.sub(rf"\bfrom (?=(?:1(?:st)? )?{MONTH} {YEAR4}\W*$)", "since ", plain)
    plain = re.sub(r"\b(?:y\.?t\.?d\b\.?|year to date)[\s,:\-]*\(?(?=(?:up )?(?:to|until|at) )", "", plain)
    plain = re.sub(r"\b12\s?m(?:onths?)?[/ ]e(?:nding|nded)?\b", "year ending", plain)
    plain = re.sub(
        rf"(?<![\d/])(0?[1-9]|1[0-2])/({YEAR4})(\s*(?:-|to|until)\s*)(0?[1-9]|1[0-2])/({YEAR4})(?![\d/])",
        lambda one: f"{MONTHS[int(one[1]) - 1]} {one[2]}{one[3]}{MONTHS[int(one[4]) - 1]} {one[5]}",
        plain,
    )
    plain = re.sub(
        rf"(?<![\w/.\-])(0?[1-9]|1[0-2])[/.\-]({YEAR4})(?![\w/.\-])",
        lambda one: f"{MONTHS[int(one[1]) - 1]} {one[2]}",
        plain,
    )
    plain = _YEARS_TO.sub(_years_to, plain)
    plain = _DAYS_OF_YEAR.sub(_with_years, plain)
    plain = re.sub(rf"({WHOLE})\s*[,:\-]?\s*\(?({_DAY_MONTH}) onwards?\b\)?", r"\1 (from \2)", plain)
    plain = re.sub(rf"^({_DAY_MONTH} {YEAR4}) onwards?$", r"since \1", plain)
    plain = re.sub(rf"\bact,?\s+\(?{YEAR4}\)?", " act ", plain)
    plain = re.sub(rf"({WHOLE})\s+({MONTH}\s?(?:-|to)\s?{MONTH})\b(?!\s*'?\d)", r"\1 (\2)", plain)
    plain = re.sub(rf"\b({MONTH}\s?'?\d{{2,4}})\s?/\s?({MONTH}\s?'?\d{{2,4}})\b", r"\1 to \2", plain)
    plain = re.sub(r"\b(\d\d\s?[/\-]\s?\d\d)\s*\(?f/?y\)?(?=\W|$)", r"fy \1", plain)
    plain = re.sub(rf"\b({YEAR4})\s?[_\\]\s?(\d\d|\d{{4}})\b", r"\1/\2", plain)
    plain = re.sub(r"(?<!\d)(20[0-4]\d)(\d\d)(?!\d)", _two_digits, plain)
    plain = re.sub(rf"\b({YEAR4})(?:\s?/\s?|-)(\d)(?![\d/\-])", _one_digit, plain)
    plain = re.sub(rf"\b({YEAR4})[~.](\d\d)(?![\d.])", _two_digits, plain)
    plain = re.sub(r"\bf\.\s?y\b\.?|\bfin(?:anc)?\.?\s?(?:yr|year)\b\.?", "fy", plain)
    plain = re.sub(
        r"\bfy\s?'?(?:20)?([0-4]\d)\b(?!\s?[/\-~_]\s?'?\d|\s?to\b)", r"year ending march 20\1", plain
    )
    plain = re.sub(r"\byrs?\b(?=\s+(?:end|to\b))", "year", plain)
    plain = re.sub(r"\b(?:financial|fiscal)\s+year\s+(?=(?:end|to\s))", "year ", plain)
    plain = re.sub(r"\bfye\b", "ye", plain)
    plain = re.sub(rf"\b(?:year\s+end(?:ing|ed)?|ye|y/e)\s+(?={YEAR4}\b)", "year ending march ", plain)
    plain = re.sub(rf"\bapr(?:il)?\s?(?:-|to)\s?mar(?:ch)?,?\s+(?={YEAR4}\s?[/\-])", "", plain)
    plain = re.sub(
        rf"(\b{YEAR4}\s?[/\-]\s?(?:\d{{4}}|\d\d))\s?\(?(?:apr(?:il)?\s?(?:-|to)\s?mar(?:ch)?)\)?",
        r"\1",
        plain,
    )
    return plain


def _years_to(found: re.Match) -> str:
    """All of several years by their last: "01/04/2015 to 31/03/2020" for "five years to march 2020"."""
    try:
        last = parse_period(found["last"]).end
    except ValueError:
        return found[0]
    many = _HOW_MANY.get(found["many"]) or int(found["many"])
    if not last or many < 2:
        return found[0]
    after = last + timedelta(days=1)
    return f"{after.day:02d}/{after.month:02d}/{after.year - many} to {last:%d/%m/%Y}"


def _with_years(found: re.Match) -> str:
    """Days of a year with their years: "9 august 2020 to 31 december 2020" for "2020 (9 august to 31 december)"."""
    year, financial = int(found["year"][:4]), len(found["year"]) > 4
    ends = [found[name] for name in ("first", "last")]
    months = [MONTHS.index(re.search(MONTH, end)[0][:3]) + 1 for end in ends]
    return " to ".join(
        f"{end} {year + (financial and month < 4)}" for end, month in zip(ends, months, strict=True)
    )


def _day_before(found: re.Match) -> str:
    """The last day of a range that leaves its printed end out."""
    try:
        day = parse_period(found["day"]).start
    except ValueError:
        return found[0]
    return f"to {day - timedelta(days=1):%d/%m/%Y}" if day else found[0]


def _two_digits(found: re.Match) -> str:
    follows = (int(found[1]) + 1) % 100 == int(found[2])
    return f"{found[1]}/{found[2]}" if follows else found[0]


def _one_digit(found: re.Match) -> str:
    follows = (int(found[1]) + 1) % 10 == int(found[2])
    return f"{found[1]}/{(int(found[1]) + 1) % 100:02d}" if follows else found[0]
