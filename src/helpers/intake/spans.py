"""Periods inside longer text: "Offences recorded in 2014/15 (Apr to Aug)" holds a year and a part of it.

:func:`find_spans` finds every period that a label or sentence states and says what text is left. The reading
of a period itself is that of :mod:`helpers.tables.periods`; this module finds where one begins and ends, and
joins a part ("Q1", "April", "to date") to the year it belongs to with :func:`narrow`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from helpers.intake.lexicon import part, patterns, phrase
from helpers.intake.values import tidy
from helpers.intake.words import role_of_heading
from helpers.tables.periods import FINANCIAL_YEARS, Period, parse_period

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH, YEAR4, WHOLE = map(part, ("month", "year", "whole"))


def prepare(plain: str) -> str:
    """Bring the styles that need no judgement to the ones that are read.

    Parameters
    ----------
    plain : str
        Tidy text in small letters.

    Examples
    --------
    >>> prepare("201415"), prepare("04/2015 - 03/2016")
    ('2014/15', 'apr 2015 - mar 2016')
    """
    for pattern, written in _STYLES:
        plain = pattern.sub(written, plain)
    return plain


def _next_year(found: re.Match) -> str:
    """A year and the last one or two digits of the next."""
    second = int(found[1]) + 1
    follows = second % 10 ** len(found[2]) == int(found[2])
    return f"{found[1]}/{second % 100:02d}" if follows else found[0]


def _years_to(found: re.Match) -> str:
    """All of several years by their last: "60 months to march 2020" for "five years to march 2020"."""
    many = _HOW_MANY.get(found["many"]) or int(found["many"])
    return f"{12 * many} months to " if 1 < many < 9 else found[0]


def _month_of(found: re.Match) -> str:
    return f"{MONTHS[int(found['month']) - 1]} {found['year']}"


def _part_of_year(found: re.Match) -> str:
    """A part of a year by its days: "01/04/2025 to 31/08/2025" for "2025/26 (to 31 August 2025)"."""
    year = _parse(found["year"])
    if not isinstance(year, Span) or _CUT_SHORT.search(found.string[: found.start()]):
        return found[0]
    part = _between(found, year)
    return f"{part.start:%d/%m/%Y} to {part.end:%d/%m/%Y}" if part else found[0]


def _between(found: re.Match, year: Span, *, alone: bool = False) -> Span | None:
    """The part of a year before, after or between the points that were found; one point is a part where it may stand `alone`."""
    first, last = (_within(found[name], year) for name in ("first", "last"))
    late = found["on"] or (found["edge"] or "") in ("from", "since")
    if first is None or found["last"] and last is None or found["on"] and first.start == year.start:
        return None  # of a year from its first month onwards, nothing says that it is whole
    if not (found["edge"] or found["last"] or found["on"]) and not (alone and first.start < first.end):
        return None
    start = year.start if found["edge"] and not (late or last) else first.start
    end = last.end if last else year.end if late else first.end
    return make_span(start, end) if start <= end else None


def part_of(year: Span, note: str, *, covers: bool = False) -> Span | None:
    """The part of a year that a note says its figures cover, or None.

    >>> year = make_span(date(2016, 1, 1), date(2016, 12, 31))
    >>> part_of(year, "January to October only").end, part_of(year, "Revised in June 2017")
    (datetime.date(2016, 10, 31), None)
    """
    if not (year.start and year.end):
        return None
    plain = re.sub(r"\bas (?:at|of)\b|\bto the(?= end\b)", "to", tidy(note).casefold())
    plain = prepare(re.sub(r"\bmay (?=(?:\w+ )?(?:be|have|change|differ|vary|include)\b)", "can ", plain))
    covers = covers or bool(_COVERS.search(plain))
    for found in _WITHIN_A_YEAR.finditer(plain):
        part = _between(found, year, alone=covers)
        if part and part.end < year.end and (covers or re.search(YEAR4, found[0])):
            return part
    to_date = any(part.unit == "to date" for part in find_spans(note).parts)
    return make_span(year.start, None) if to_date else None


def years_in_part(text: str) -> list[tuple[Span, Span]]:
    """The years that a text says its file covers in part only, and the parts: "NB: 2016 is January to October only".

    >>> [f"{part.end}" for _, part in years_in_part("2016 is to the end of October. 2017 covers January to March.")]
    ['2016-10-31', '2017-03-31']
    """
    found = []
    for plain in _CLAUSE.split(EVENT.sub(" ", tidy(text[:500]).casefold())):
        named = [one for one in re.finditer(WHOLE, plain) if _ONLY.search(plain)]
        years = {_parse(one[0]) for one in named}
        if len(years) == 1 and isinstance(year := years.pop(), Span):
            rest = plain[: named[0].start()] + plain[named[0].end() :]
            part = part_of(year, rest, covers=True)
            found += [(year, part)] if part and part.end else []
    return found


def _within(point: str | None, whole: Span) -> Period | None:
    """A day or a month of a year, which may be printed without it; None where it lies elsewhere."""
    for year in range(whole.start.year, whole.end.year + 1) if point else ():
        try:
            period = parse_period(point if re.search(r"\d{4}|[/.]\d\d$", point) else f"{point} {year}")
        except ValueError:
            continue
        if period.start and period.end and whole.start <= period.start and period.end <= whole.end:
            return period
    return None


LAST = int(FINANCIAL_YEARS[-1][:4])  # years: what is later is a slip, or no year
_HOW_MANY = {word: number for number, word in enumerate("two three four five six seven eight".split(), 2)}
_CUT_SHORT = phrase("day cut short")
_CLAUSE = re.compile(r"[.;]\s+|,? and (?=(?:the )?(?:figures?|data) (?:for|of|in)\b)")
EVENT = phrase("an event")
"""What happened in a month, which is not when figures were counted: "the flag was introduced in April 2015"."""
_WITHIN_A_YEAR, _COVERS, _ONLY = phrase("within a year"), phrase("covers"), phrase("only")
_WRITTEN = {one.__name__[1:]: one for one in (_next_year, _years_to, _month_of, _part_of_year)}
# behind its colon each says what is written for it: words in quotes, or what one of these makes of it
_STYLES = tuple(
    (re.compile(pattern), _WRITTEN.get(written := name.partition(": ")[2], written.strip('"')))
    for name, pattern in patterns("styles of periods")
)


# Words that may stand inside a period, as tokens; a candidate is a run of them.
_TOKEN = phrase("word of a period")
_JOINER = phrase("joins a period")
_PART_WORDS = patterns("parts of a year")
_NUMBERS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4, "final": 4, "three": 3, "six": 6, "nine": 9}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A period: both ends included, `year` set when it is exactly one financial year.

    `kind` says how sure the text is: ``year``, ``short`` (14/15, which may be an age band), ``bare`` (2014 on
    its own, which may be anything), ``either`` ("financial year 2014", which begins or ends in it), ``month``, ``day`` or
    ``range``.
    """

    start: date | None
    end: date | None
    year: str = ""
    kind: str = "year"


@dataclass(frozen=True)
class Part:
    """A part of a year whose year stands elsewhere: months `first` to `last`, counted within `unit` or by name."""

    unit: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Found:
    """What :func:`find_spans` found: spans and parts in order, and the text without them."""

    spans: tuple[Span, ...]
    parts: tuple[Part, ...]
    rest: str


def make_span(start: date | None, end: date | None, kind: str = "range") -> Span:
    """A span of days; its financial year is worked out.

    >>> make_span(date(2014, 4, 1), date(2015, 3, 31)).year
    '2014/15'
    """
    year = ""
    if start and end and (start.month, start.day) == (4, 1) and end == date(start.year + 1, 3, 31):
        year, kind = f"{start.year}/{(start.year + 1) % 100:02d}", "year" if kind == "range" else kind
    return Span(start, end, year, kind)


@lru_cache(maxsize=20_000)
def find_spans(text: str, hint: str = "") -> Found:
    """Find the periods in a text.

    Parameters
    ----------
    text : str
        A label, heading or sentence.
    hint : str
        The heading above the label: "Financial year" or "Year ending March" decide what a bare 2014 means.

    Examples
    --------
    >>> find_spans("Offences recorded in 2014-15").spans[0].year
    '2014/15'
    >>> find_spans("2014", "Year ending March").spans[0].year
    '2013/14'
    >>> found = find_spans("Q1 2014/15, females")
    >>> found.spans[0].end, found.rest
    (datetime.date(2014, 6, 30), 'females')
    """
    plain = prepare(_MARK.sub(" ", tidy(text).casefold()))
    if plain in ("1", "2", "3", "4") and role_of_heading(hint) == "quarter":
        plain = f"q{plain}"
    parts: list[Part] = []
    spans: list[Span] = []
    plain = _take_before(plain, spans)
    plain = _take_parts(plain, parts)
    plain = _take_candidates(plain, spans, parts, hint.casefold().replace("_", " "))
    months = [part.first for part in parts if part.unit == "month"]
    if len(months) > 1:  # "2019 (Jan & Feb)" is of neither alone
        parts = [part for part in parts if part.unit != "month"] + [Part("several", min(months), max(months))]
    days = [(span.end - span.start).days for span in spans if span.start and span.end]
    if len(spans) == 1 and max(days, default=0) <= 370:  # of several years, each is cut
        for part in parts:
            spans[0] = narrow(spans[0], part)
        parts = []
    return Found(tuple(spans), tuple(parts), re.sub(r"\(\s*\)", " ", plain).strip())


# of a footnote, between a year and what it says of itself: "2019/20² (Apr - Dec)"
_MARK = re.compile(r"(?<=\d)[*†‡§⁰¹²³⁴⁵⁶⁷⁸⁹]+(?=\s?\()")


def _take_before(plain: str, spans: list[Span]) -> str:
    """Read "before 2010", which has no start."""
    found = re.search(rf"\b(?:before|(?:prior|previous)\s+to|pre)[\s\-]+(?P<year>{YEAR4})(?![\d/])", plain)
    if not found:
        return plain
    spans.append(make_span(None, date(int(found["year"]) - 1, 12, 31)))
    return plain[: found.start()] + " " + plain[found.end() :]


def _take_parts(plain: str, parts: list[Part]) -> str:
    for unit, pattern in _PART_WORDS:
        found = re.search(pattern, plain)
        if not found:
            continue
        first, last = [*map(_worth, filter(None, found.groupdict().values())), 0, 0][:2]
        size = {"half": 6, "quarter": 3, "quarters": 3}.get(unit, 0)
        if size:
            parts.append(Part("months", size * (first - 1) + 1, size * (last or first)))
        else:
            parts.append(Part(unit, first, last) if unit != "months" else Part("months", 1, first))
        plain = plain[: found.start()] + " " + plain[found.end() :]
    return plain


def _worth(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.get(word) or MONTHS.index(word[:3]) + 1


def _take_candidates(plain: str, spans: list[Span], parts: list[Part], hint: str) -> str:
    kept, at = [], 0
    while tokens := _run(plain, at):
        taken = next(filter(None, (_longest(plain, tokens[n:], hint) for n in range(len(tokens)))), None)
        if taken is None:
            kept.append(plain[at : tokens[-1][1]])
            at = tokens[-1][1]
            continue
        span, start, end = taken
        kept.append(plain[at:start] + " ")
        (parts if isinstance(span, Part) else spans).append(span)
        at = end
    return re.sub(r" {2,}", " ", "".join([*kept, plain[at:]]))


def _run(plain: str, at: int) -> list[tuple[int, int]]:
    """The next run of period words from `at`: their places."""
    tokens: list[tuple[int, int]] = []
    while found := _TOKEN.search(plain, at):
        if tokens and plain[at : found.start()].strip(" ()"):
            break
        start, at = found.span()
        pair = re.fullmatch(r"(\d{4})\s?[/\-]\s?(\d\d)", found[0])
        if pair and (int(pair[1]) + 1) % 100 != int(pair[2]):
            at = start + 4  # "2017 - 39" is a year and a count
        tokens.append((start, at))
    return tokens


def _longest(plain: str, tokens: list[tuple[int, int]], hint: str) -> tuple[Span | Part, int, int] | None:
    """The longest period that begins with the first of these words."""
    start = tokens[0][0]
    if _JOINER.match(plain[start : tokens[0][1]]) and not _BEGINS.match(plain[start:]):
        return None
    whole = (end for _, end in reversed(tokens[:16]) if not _SPLIT.match(plain, end))
    read = ((_parse(plain[start:end], hint), start, end) for end in whole)
    return next((one for one in read if one[0]), None)


_MONTHS = phrase("month to month")
_SPLIT = re.compile(rf"(?<=[a-z])\.? {YEAR4}\b")  # "2019 to September" goes on with "2023"
_BEGINS, _TO_MARCH = phrase("begins a period"), phrase("financial year to")
# over "Mar-15": "Year ending", "12 months to", and "Year ending March" too
_YEAR_TO, _YEAR_FROM, _FINANCIAL = map(phrase, ("year to a month", "year from", "financial year"))


@lru_cache(maxsize=20_000)
def _parse(piece: str, hint: str = "") -> Span | Part | None:
    bare = re.fullmatch(rf"({YEAR4})", piece.strip())
    one = re.fullmatch(rf"(?:the |\W)*(?:financial|fiscal) year ({YEAR4})\W*", piece)
    if one or bare and _FINANCIAL.search(hint) and not _TO_MARCH.search(hint):
        first = int((one or bare)[1])
        kind = "bare" if re.search(r"begin|start|commenc", hint) else "either"
        return make_span(date(first, 4, 1), date(first + 1, 3, 31), kind)
    if bare and hint:
        ends = re.search(rf"\b(?:ending|ended|to|end)\b(?:\D*?|\W*\d{{1,2}}\w*\W)\b(?P<month>{MONTH})", hint)
        # "Year ending September" over 2014
        if ends or _TO_MARCH.search(hint):
            month = MONTHS.index(ends["month"][:3]) + 1 if ends else 3
            last = _month_end(date(int(bare[1]), month, 1))
            return make_span(_add_months(last, -11), last, "bare")
    if re.fullmatch(rf"{MONTH}\.?", piece.strip()):
        if piece.strip(" .") in ("may", "march") and not hint:
            return None  # verbs far more often than months
        return Part("month", MONTHS.index(piece.strip()[:3]) + 1)
    if months := _MONTHS.fullmatch(piece.strip()):
        return Part("several", *map(_worth, months.groups()))
    if not re.search(rf"{YEAR4}|{MONTH}|\d\d?\s?/\s?\d\d|\d\d\s?-\s?\d\d|\d\.\d\d?\.\d\d|'\d\d", piece):
        return None
    if re.fullmatch(rf"\W*{WHOLE} and {WHOLE}\W*", piece):
        return None  # two years, and not all from the one to the other
    try:
        period = parse_period(piece)
    except ValueError:
        return None
    to = _YEAR_TO.search(hint)
    if period.start and period.end and to and (period.end - period.start).days <= 31:
        first = _add_months(period.end.replace(day=1), -2 if "quarter" in to[0] else -11)
        return make_span(first, _month_end(period.end))
    if any(not 1950 <= day.year <= LAST for day in (period.start, period.end) if day):
        return None  # "Apr - 41" is a month and its count
    days = (period.end - period.start).days if period.start and period.end else LAST
    short = re.fullmatch(r"\W*\d\d\s?[/\-]\s?\d\d\W*", piece)
    several = days > 370 and re.fullmatch(rf"(?:\W|to)*{YEAR4}(?:\W|to)+{YEAR4}\W*", piece)
    several = several or bare and _YEAR_FROM.search(hint)
    kind = "either" if several else "day" if not days else "month" if days <= 31 else "range"
    kind = kind if several else "bare" if bare else "short" if short else kind
    return make_span(period.start, period.end, kind)


def narrow(span: Span, part: Part) -> Span:
    """The part of a year that a part names; the span itself where it is no whole year and does not hold that month.

    >>> year = make_span(date(2014, 4, 1), date(2015, 3, 31))
    >>> narrow(year, Part("month", 1)).start, narrow(year, Part("months", 1, 6)).end
    (datetime.date(2015, 1, 1), datetime.date(2014, 9, 30))
    """
    if part.unit == "to date":
        whole = span.start and span.end and 360 <= (span.end - span.start).days <= 370
        return make_span(span.start, None) if whole else span
    if not span.start or not span.end or (span.end - span.start).days > 370:
        return span
    if part.unit == "month":
        year = span.start.year + (part.first < span.start.month)
        first = date(year, part.first, 1)
        last = _month_end(first)
        return make_span(first, last, "month") if span.start <= first and last <= span.end else span
    if (span.end - span.start).days < 360:
        return span
    if part.unit in ("named", "several"):
        begin, months = span.start, (part.first, part.last)
        first, last = (date(begin.year + (month < begin.month), month, 1) for month in months)
        sure = part.unit == "named"
        # "2018/19 (Sep-Aug)" begins in its first year; "2019 (Apr-Mar)" in 2019, or ends in it
        if first > last:
            first, last = date(span.start.year, part.first, 1), date(span.start.year + 1, part.last, 1)
            sure = span.start.month > 1 and part.first == part.last + 1
        found = make_span(first, _month_end(last))
        sure = sure or (found.start, found.end) == (span.start, span.end)
        return found if sure else replace(found, kind="either")
    first, last = (_add_months(span.start, month - 1) for month in (part.first, part.last))
    return make_span(first, _month_end(last))


def are_apart(first: Span, second: Span) -> bool:
    """Whether two spans have no day in common."""
    ends = (first.start, first.end, second.start, second.end)
    return None not in ends and (first.end < second.start or second.end < first.start)


def cover(spans: list[Span]) -> Span:
    """The span from the first start to the last end, for a total over several periods.

    >>> years = [make_span(date(y, 4, 1), date(y + 1, 3, 31)) for y in (2014, 2015)]
    >>> cover(years).start, cover(years).end, cover(years).year
    (datetime.date(2014, 4, 1), datetime.date(2016, 3, 31), '')
    """
    starts = [span.start for span in spans]
    ends = [span.end for span in spans]
    return make_span(None if None in starts else min(starts), None if None in ends else max(ends))


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _month_end(day: date) -> date:
    return _add_months(day.replace(day=1), 1) - timedelta(days=1)
