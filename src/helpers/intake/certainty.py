"""What makes the figures of a table doubtful although each of its labels is understood: what stands beside them.

A label can be read in good faith and wrongly, and its neighbours tell: periods of one side follow one another or lie within
one another, statements about one figure can all hold, and what is counted is the same for all parts of one whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import chain, pairwise

from helpers.intake.context import without_number
from helpers.intake.joining import official
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import Meaning
from helpers.intake.model import Figure, FileReading, counted
from helpers.intake.notices import pieces
from helpers.intake.numbers import find_numbers
from helpers.intake.sides import Side
from helpers.intake.spans import Span, are_apart, find_spans, years_in_part
from helpers.intake.words import LONGEST_SENTENCE

_MONTH = range(28, 32)  # days
_OTHER_YEARS, _NO_CALENDAR, _BARE = map(phrase, ("years of another kind", "no calendar", "bare year"))
_ALONE, _CORRECTS = phrase("people or things alone"), phrase("corrects another")
_REPLACED, _SENT_BEFORE = phrase("replaced by another"), phrase("corrects what was sent before")
_ALL_AGES, _SHORTER = phrase("all ages"), phrase("a shorter time")
_PART = "a part of its period is named above it, or in the file"


def doubt_side(side: Side, title: Span | None, file: Span | None) -> None:
    """Doubt the places of a side whose periods or kinds do not fit those beside them, or the period of the title or the file."""
    spans = {place: said.span for place, said in side.meaning.items() if said.span and not said.total}
    closed = {place: span for place, span in spans.items() if _is_closed(span)}
    doubts = dict(_doubtful([*dict.fromkeys(closed.values())]))
    by_title, by_file = (
        {place for place, span in closed.items() if one and _is_closed(one) and _holds(span, one)}
        for one in (title, file)
    )
    parts = {*spans} if by_title else by_file  # the years beside it are cut in the same way
    if title and _is_closed(title) and _days(title) > 360:
        months = [at for at, span in closed.items() if _days(span) in _MONTH]
        if any(are_apart(closed[at], title) for at in months):
            side.doubt = dict.fromkeys(months, "there is a month outside the year above it") | side.doubt
    latest = max((span.start for span in closed.values()), default=None)
    if title and not title.end and title.start == latest:  # "2015/16 to date"
        parts = parts | {place for place, span in closed.items() if span.start == latest}
    for place, span in spans.items():
        if doubt := doubts.get(span) or _PART * (place in parts):
            side.doubt.setdefault(place, doubt)
    kinds = {said.measure for said in side.meaning.values() if not said.ignore}
    unsaid = [place for place, said in side.meaning.items() if not said.measure]
    for place in unsaid if "victims" in kinds and "offences" not in kinds else ():
        side.doubt.setdefault(place, "victims are counted beside it, and nothing says what it counts")
    alone = [place for place in unsaid if _ALONE.fullmatch(side.label(place))]
    bare = any(said.measure == "offences" and len(said.dimensions) == 1 for said in side.meaning.values())
    if bare and sum(bool(said.age) for said in side.meaning.values()) < 2:
        side.doubt = dict.fromkeys(alone, "what it counts beside offences is not said") | side.doubt


def doubt_labels(side: Side, title: Meaning, spans: Iterable[Span]) -> None:
    """Doubt places whose label speaks of all ages under a title of some, or of a month, a week or a day where periods are longer."""
    limited = title.age and title.age.high is not None
    aged = sum(bool(said.age) for said in side.meaning.values()) > 1  # "All ages" is the sum of these
    longer = any(_is_closed(span) and _days(span) > max(_MONTH) for span in spans)
    for place, said in side.meaning.items():
        label = side.label(place).casefold()
        if limited and not (said.age or aged) and _ALL_AGES.search(label):
            side.doubt.setdefault(place, "its label speaks of all ages, and its title of some")
        if longer and _SHORTER.search(label):
            side.doubt.setdefault(
                place, "its label speaks of a month, a week or a day, and its period is longer"
            )


def doubt_years(
    result: FileReading, texts: list[tuple[str, str, bool]], above: Mapping[int, list[str]]
) -> None:
    """Doubt years and quarters of the calendar where a label of the file, or a line that counts nothing itself, speaks of others.

    What stands `above` a table may name its own.
    """
    heads = {
        number: " | ".join((*above.get(number, []), table.heading))
        for number, table in enumerate(result.tables, 1)
    }
    labels = [*result.labels, *heads.values()]
    told = [*((text, "") for text in labels), *((text[:LONGEST_SENTENCE], where) for text, where, _ in texts)]
    told = [one for one in told if _NO_CALENDAR.search(one[0]) and "calendar year" not in one[0].casefold()]
    counting = {re.sub(r" n\d+$", "", one.cell) for one in result.figures if told and not one.sheet}
    others = [text for text, where in told if where not in counting]
    bare = any(map(_BARE.match, [*labels, *(text for text, *_ in texts)]))
    for one in result.figures if others else ():
        months = one.start and one.end and (one.start.month, one.end.month, (one.end - one.start).days // 89)
        of_calendar = months and (months[:2] == (1, 12) or bare and months[2] == 1)
        if of_calendar and "calendar" not in heads.get(one.table, "").casefold():
            one.propose(f'the file speaks of years of another kind: "{others[0][:100]}"', "period")


def doubt_parts(figures: list[Figure], texts: list[str]) -> None:
    """Doubt the periods that a file may cover in part: it names their first months, or its last day lies before their end."""
    texts = [without_number(text) for text in texts]  # "Q1" is a question here
    dates = (one.text for text in texts for one in find_numbers(text) if one.reason == "a date")
    days = (span.end for text in dates for span in find_spans(text).spans if span.end)
    latest = max(days, default=date.max)
    others = "the file speaks of academic years, or of others that begin in no April and no January"
    for one in figures if any(map(_OTHER_YEARS.search, texts)) else ():
        if not one.start or one.start.month in (1, 4):
            one.propose(others, "period")
    spans = [span for text in texts for span in find_spans(text).spans if span.kind == "range"]
    named = {span.start: span.end for span in spans if span.end}
    begun = {span.start for span in spans if not span.end}  # "2019/20 is part year"
    years = [one for one in figures if one.start and one.end and (one.end - one.start).days <= 366]
    last = max((one.end for one in years), default=date.max)
    for one in years:
        if (end := named.get(one.start, one.end)) < one.end:
            part = f"{one.start:%d/%m/%Y} to {end:%d/%m/%Y}"
            one.propose(f"the file speaks of {part}, a part of its period", "period")
        elif one.end == last and one.start <= latest < last:
            one.propose(f"the file speaks of {latest:%d/%m/%Y}, when its period was not over", "period")
        elif one.end == last and one.start in begun:
            one.propose("the file speaks of a part of its period, or of what has begun with it")


def doubt_corrected(figures: list[Figure], heads: dict[int, list[str]]) -> None:
    """Doubt figures that another table gives too whose sheet or title says that it corrects some, or their own that it is replaced.

    Parameters
    ----------
    figures : list of Figure
        Those of all tables.
    heads : dict
        What stands over each table, and the name of its sheet.
    """
    headed = [(table, text) for table, texts in heads.items() for text in texts if text]
    corrects = {table: text for table, text in headed if _CORRECTS.search(text)}
    correcting = (one for one in figures if one.table in corrects)
    given = {(one.start, one.end, one.offence, one.sex): one.table for one in correcting}
    old = {table: text for table, text in headed if _REPLACED.fullmatch(text)}
    new = {(one.start, one.end) for one in figures if one.table not in old}
    for one in figures:
        if one.table in old and (one.start, one.end) in new:
            one.propose(f'another table is of its period too, and this one is headed "{old[one.table]}"')
        by = given.get((one.start, one.end, one.offence, one.sex))
        if by and one.table not in corrects:
            one.propose(f'another table says that it corrects this one: "{corrects[by][:100]}"')


def correction(heads: Iterable[str], texts: Iterable[str]) -> str:
    """What a file says of correcting another: its name or a heading, or a line of it that speaks of what was sent before.

    >>> correction(["answer v2"], []), correction(["answer"], ["Crimes may be revised.", "This replaces our first reply."])
    ('answer v2', 'This replaces our first reply.')
    """
    said = chain(filter(_CORRECTS.search, heads), filter(_SENT_BEFORE.search, texts))
    return next(said, "")


def shorten(result: FileReading, texts: list[tuple[str, str]]) -> None:
    """Give figures of a year that a line of the file says it covers in part the dates of that part."""
    for text, where in texts:
        parted = chain.from_iterable(map(years_in_part, pieces(text)))
        for year, part in years_in_part(text) or parted:
            meant = [one for one in result.figures if (one.start, one.end) == (year.start, year.end)]
            for figure in meant:
                figure.start, figure.end, figure.financial_year = part.start, part.end, ""
            if meant:
                told = f"{counted(len(meant), 'figure')} taken for {part.start} to {part.end}, since the file says: {text[:200]}"
                result.tell(where, "note", told)


def _doubtful(spans: list[Span]) -> Iterator[tuple[Span, str]]:
    """The periods that others beside them contradict, each with the reason."""
    for one in spans:
        if one.start > _latest_start():
            yield one, "its period begins more than two years after the last official count"
        elif one.start == one.end:  # the last of a year, or when the figures were taken
            yield one, "it is dated with one day"
    for one, other in pairwise(sorted(spans, key=lambda span: (span.start, span.end))):
        if one.start < other.start <= one.end < other.end:
            yield from ((span, "its period and another of its table overlap") for span in (one, other))
    months = {one.start: one for one in spans if _days(one) in _MONTH}
    longer = [one for one in spans if _days(one) > max(_MONTH)]
    follow = {one.end + timedelta(1) for one in months.values()} & {*months}
    near = follow | {one.start for one in months.values() if one.end + timedelta(1) in follow}
    # single months alone are what they say, but for March: "Mar 2022" can head the year that it ends
    compared = not longer and all(start.month != 3 for start in months)
    for start, one in months.items() if len(spans) > 1 and not compared else ():
        if start not in near and not any(_holds(other, one) for other in longer):
            yield one, "it is of one month, and no other period of its table is near"


@cache
def _latest_start() -> date:
    """The last day on which a period can have begun: not by today's date, so that a file is always read alike."""
    last = max((year for years in official().values() for year in years), default="9990/91")
    return date(int(last[:4]) + 3, 3, 31)


def _is_closed(span: Span) -> bool:
    return bool(span.start and span.end)


def _days(span: Span) -> int:
    return (span.end - span.start).days + 1


def _holds(outer: Span, inner: Span) -> bool:
    """Whether a period lies within another and is shorter."""
    return outer.start <= inner.start and inner.end <= outer.end and _days(inner) < _days(outer)
