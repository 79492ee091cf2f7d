"""Financial years and other periods, read in every published style.

Forces and newspapers write the year to March 2015 as 2014/15, 14-15, "year ending March 2015" or
"01/04/2014 - 31/03/2015". All of them become one :class:`FinancialYear`. Calendar years, months and
part-years keep their dates and have no financial year, so that they are never added to one.

Rules that decide what the text leaves open:

- A two-digit year from 70 to 99 is in the 1900s, from 00 to 69 in the 2000s.
- A second year must follow the first: 2014/16 is refused, and so is a lone "FY15".
- "2010-11" is the financial year, not November 2010; "2012-10" can only be a month.
- "2013-2017" are calendar years; "2013/14-2016/17" are four financial years and so no single one.
- A range of days that ends on the day of the year it began on is half open: its last day is left out.
- A year "to date" has a start and no end.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = {"three": 3, "six": 6, "nine": 9, "twelve": 12, "eighteen": 18}
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<year>\d{4}|'?\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_POINTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}[\s\-]*(?:of\s+)?{_MONTH}(?:[\s,\-/]*{_YEAR})?",
        rf"{_MONTH}\s*{_DAY},?\s+(?P<year>\d{{4}})",
        rf"(?:end of |end )?{_MONTH}(?:[\s,\-/]*{_YEAR})?",
        r"(?P<year>\d{4})[\-/.](?P<number>\d\d)[\-/.](?P<day>\d\d)",
        r"(?P<day>\d{1,2})[/.\-](?P<number>\d{1,2})[/.\-](?P<year>\d{4}|\d\d)",
        r"(?P<number>\d{1,2})[/\-](?P<year>\d{4})",
        r"(?P<year>\d{4})[\-/](?P<number>\d\d)",
    )
)
_COUNT = r"(?:\d{1,2}|three|six|nine|twelve|eighteen)[\s\-]+months?"
_ENDING = re.compile(
    rf"(?:(?:the\s+)?(?:(?P<count>{_COUNT})|(?:full\s+)?years?|yr)\s+"
    r"(?:ending|ended|to|up to|end)(?:\s+the)?(?:\s+in)?\s+|y/?e\.?\s+)(?P<end>.+)"
)
_PREFIX = re.compile(
    r"^(?:(?:the\s+)?(?:financial|fiscal|calendar)\s+years?|fin\.?\s+year|f/?y|cy|years?|yr|between|from|during|period"
    rf"|{_COUNT}(?:,|:)?|\d{{4}}:)\s*(?=[\d'a-z])"
)
_TO_DATE = re.compile(r"\s*\(?\b(?:y\.?t\.?d\.?|(?:year )?to date|so far|part[\s\-]year)\b\.?\)?\s*$")
_DATES = r"(?<=-\d\d)/(?=\d{4}-\d\d)"  # 2012-11/2013-10
_BETWEEN = (_DATES, r"\s(?:to|until|till|through|and|up to)\s(?:the\s)?", r"\s-\s", r"\s?[+&]\s?", r"\s?-\s?")


@dataclass(frozen=True, order=True)
class FinancialYear:
    """A year from 1 April to 31 March.

    Parameters
    ----------
    first : int
        The calendar year it begins in: 2014 for 2014/15.

    Examples
    --------
    >>> year = FinancialYear(2014)
    >>> year.label, str(year.start), str(year.end)
    ('2014/15', '2014-04-01', '2015-03-31')
    >>> FinancialYear(1999).label
    '1999/00'
    """

    first: int

    @classmethod
    def holding(cls, day: date) -> FinancialYear:
        """The year that a day lies in.

        >>> FinancialYear.holding(date(2015, 3, 31)).label, FinancialYear.holding(date(2015, 4, 1)).label
        ('2014/15', '2015/16')
        """
        return cls(day.year - (day.month < 4))

    @property
    def label(self) -> str:
        """How the tables write it: 2014/15."""
        return f"{self.first}/{(self.first + 1) % 100:02d}"

    @property
    def start(self) -> date:
        """1 April."""
        return date(self.first, 4, 1)

    @property
    def end(self) -> date:
        """31 March."""
        return date(self.first + 1, 3, 31)

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included.

    Attributes
    ----------
    start, end : date or None
        None when the text leaves that end open ("up to Aug 2014").
    financial_year : FinancialYear or None
        Set only when the span is exactly one financial year.
    """

    start: date | None
    end: date | None
    financial_year: FinancialYear | None = None


# The labels that a table may hold. A year outside is far more likely a slip than a figure.
FINANCIAL_YEARS = tuple(FinancialYear(first).label for first in range(1990, 2030))


def parse_financial_year(text: str) -> FinancialYear:
    """Read one financial year in any published style.

    Parameters
    ----------
    text : str
        "2014/15", "2014-15", "14/15", "2014/2015", "FY 2014/15", "April 2014 to March 2015",
        "year ending March 2015", "YE Mar 2015", "01/04/2014 - 31/03/2015", …

    Returns
    -------
    FinancialYear

    Raises
    ------
    ValueError
        When the text is no period, or a period that is not exactly one financial year.

    Examples
    --------
    >>> parse_financial_year("Apr 14 - Mar 15").label
    '2014/15'
    >>> parse_financial_year("2016")
    Traceback (most recent call last):
    ...
    ValueError: "2016" runs from 2016-01-01 to 2016-12-31 and is not a financial year
    """
    period = parse_period(text)
    if period.financial_year is None:
        span = f"runs from {period.start or 'an open start'} to {period.end or 'an open end'}"
        raise ValueError(f'"{text}" {span} and is not a financial year')
    return period.financial_year


def parse_period(text: str) -> Period:
    """Read any published period: financial and calendar years, months, part-years, spans.

    Parameters
    ----------
    text : str
        "2014/15", "calendar year 2016", "Jan-Dec 2016", "April to December 2015", "up to Aug 2014",
        "18 months Apr 2017-Sep 2018", "2013/14-2016/17", "28 Sep 2017", …

    Returns
    -------
    Period

    Raises
    ------
    ValueError
        When the text is no period, or could be two different ones.

    Examples
    --------
    >>> parse_period("18 months Apr 2017-Sep 2018").end
    datetime.date(2018, 9, 30)
    >>> parse_period("2013/14-2016/17").financial_year is None
    True
    """
    clean = _clean(text)
    try:
        span = _read(clean)
    except ValueError as error:
        raise ValueError(f'"{text}": {error}') from None
    if span is None:
        raise ValueError(f'"{text}" is not a period in any style this project reads')
    start, end = span
    if start is None or end is None:
        return Period(start, end)
    if start > end:
        raise ValueError(f'"{text}" ends before it begins')
    year = FinancialYear(start.year)
    return Period(start, end, year if (start, end) == (year.start, year.end) else None)


def _clean(text: str) -> str:
    text = re.sub(r"[‐‑‒–—―−]", "-", str(text)).replace("’", "'").replace("\xa0", " ").casefold()
    return re.sub(r"\s+", " ", text).strip(" .,;:")


Span = tuple[date | None, date | None]


def _read(text: str) -> Span | None:
    to_date = _TO_DATE.search(text)
    if to_date:
        whole = _read(text[: to_date.start()])
        return (whole[0], None) if whole else None
    noted = re.fullmatch(r"(?P<body>.*?)\s*\((?P<note>[^()]*)\)", text)
    if noted:
        return _with_note(noted["body"], noted["note"])
    # The longest reading is tried first: "year ending March 2015" before "March 2015"
    found = _ending(text) or _open(text) or _unit(text) or _range(text)
    shorter = _PREFIX.sub("", text, count=1)
    return found or (_read(shorter) if shorter != text else None)


def _with_note(body: str, note: str) -> Span | None:
    """Read "2014 (up to August)", "2018/19 (Apr-Dec)" and "2015/16 (first release)"."""
    whole = _read(body)
    months = re.fullmatch(
        rf"(?P<up>(?:up to|to|until)\s+)?(?P<months>{_MONTH.replace('?P<month>', '?:')}.*)", note
    )
    if whole is None or None in whole or not months:
        return whole
    if months["up"]:
        point = _point(months["months"], whole)
        return (whole[0], point[1]) if point else None
    inner = _range(months["months"], whole) or _point(months["months"], whole)
    return inner if inner and whole[0] <= inner[0] <= inner[1] <= whole[1] else None


def _ending(text: str) -> Span | None:
    """Read "year ending March 2015", "YE Mar 2015" and "12 months to 31 March 2015"."""
    match = _ENDING.fullmatch(text)
    point = match and _point(match["end"])
    if not point:
        return None
    count = re.match(r"\w+", match["count"] or "12")[0]
    return _months_to(point[1], _NUMBERS.get(count) or int(count))


def _months_to(last: date, months: int) -> Span:
    """So many months that end on a day; before a day inside a month, from the day after the same day."""
    following = last + timedelta(days=1)
    first, end = _month(following.year, following.month - months)
    return first.replace(day=min(following.day, end.day)), last


def _open(text: str) -> Span | None:
    """Read "up to Aug 2014", "since April 2012" and "2014 up to August"."""
    within = re.fullmatch(rf"(?P<year>\d{{4}}) (?P<rest>(?:up )?to {_MONTH})", text)
    if within:
        return _with_note(within["year"], within["rest"])
    match = re.fullmatch(r"(?:(?P<since>since)|up to|to|until|till|before end of)\s+(?P<unit>.+)", text)
    unit = match and _unit(match["unit"])
    return unit and ((unit[0], None) if match["since"] else (None, unit[1]))


def _unit(text: str) -> Span | None:
    return _financial(text) or _quarter(text) or _calendar(text) or _point(text)


def _financial(text: str) -> Span | None:
    match = re.fullmatch(r"'?(\d{4}|\d\d)\s?(/|-|to)\s?'?(\d{4}|\d\d)", text)
    if not match or (len(match[1]) == 2 and len(match[3]) == 4):
        return None
    year, second = FinancialYear(_century(match[1])), match[3]
    if second in (str(year.first + 1), f"{(year.first + 1) % 100:02d}"):
        return year.start, year.end
    if len(match[1]) == 4 and len(second) == 2 and 1 <= int(second) <= 12 and match[2] == "-":
        return None  # 2012-10 can be a month
    if len(match[1]) == 4 and len(second) == 4 and match[2] != "/":
        return None  # 2013-2017 are calendar years
    raise ValueError(f"{second} does not follow {match[1]}; a financial year is written {year}")


def _quarter(text: str) -> Span | None:
    match = re.fullmatch(
        r"q(?:uarter|tr)?\.?\s?([1-4]),?\s(?:of\s)?(\S+)|(\S+)\sq(?:uarter|tr)?\.?\s?([1-4])", text
    )
    year = match and _financial(match[2] or match[3])
    if not year:
        return None
    last = 3 + 3 * int(match[1] or match[4])
    return _month(year[0].year, last - 2)[0], _month(year[0].year, last)[1]


def _calendar(text: str) -> Span | None:
    match = re.fullmatch(r"((?:19|20)\d\d)(?: calendar(?: year)?)?", text)
    return (date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)) if match else None


def _range(text: str, within: Span | None = None) -> Span | None:
    days = re.fullmatch(r"(\d{1,2})\s?-\s?(\d{1,2} [a-z]+\.? \d{4})", text)
    if days:  # 23-30 Nov 2016
        last = _point(days[2])
        return (last[1].replace(day=int(days[1])), last[1]) if last else None
    for left, right in _splits(text):
        last = _point(right, within) or _unit(right)
        first = last and (_point(left, within) or _point(left, _months_to(last[1], 12)) or _unit(left))
        if not first or _kind(left) != _kind(right):
            continue
        start, end = first[0], last[1]
        one_day = first[0] == first[1] and last[0] == last[1]
        if one_day and end > start and (end.month, end.day) == (start.month, start.day):
            end -= timedelta(days=1)
        return start, end
    return None


def _kind(text: str) -> str:
    """Say whether a side of a range is a month or day, a financial year or a calendar year."""
    try:
        return "calendar" if _calendar(text) else "financial" if _financial(text) else "point"
    except ValueError:
        return "point"


def _splits(text: str) -> Iterator[tuple[str, str]]:
    for separator in _BETWEEN:
        found = [(at.start(), at.end()) for at in re.finditer(separator, text)]
        # the middle of "Apr-14-Mar-15" first
        for start, end in sorted(found, key=lambda at: abs(sum(at) - len(text))):
            if start > 0 and end < len(text):
                yield text[:start], text[end:]


def _point(text: str, within: Span | None = None) -> Span | None:
    """Read a month or a day as its first and last day. One without a year is the first that begins in the span `within`."""
    for found in filter(None, (pattern.fullmatch(text) for pattern in _POINTS)):
        parts = found.groupdict()
        month = int(parts["number"]) if parts.get("number") else _MONTHS.index(parts["month"][:3]) + 1
        if parts.get("year"):
            span = _days(_century(parts["year"]), month, parts.get("day"))
        elif within and None not in within:
            years = range(within[0].year, within[1].year + 1)
            spans = filter(None, (_days(year, month, parts.get("day")) for year in years))
            span = next((span for span in spans if within[0] <= span[0] <= within[1]), None)
        else:
            continue
        if span:
            return span
    return None


def _days(year: int, month: int, day: str | None) -> Span | None:
    if not 1 <= month <= 12 or not 1900 <= year <= 2099:
        return None
    first, last = _month(year, month)
    if day is None:
        return first, last
    if not 1 <= int(day) <= last.day:
        raise ValueError(f"there is no day {int(day)} in month {month} of {year}")
    return first.replace(day=int(day)), first.replace(day=int(day))


def _month(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; the thirteenth of a year is January of the next, and so on, also backwards."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _century(digits: str) -> int:
    year = int(digits.lstrip("'"))
    return year if len(digits) >= 4 else year + (1900 if year >= 70 else 2000)
