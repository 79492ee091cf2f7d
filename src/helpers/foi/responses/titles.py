"""What stands around a table: titles, sections, footnotes, and dates that a spreadsheet made of something else.

Of several titles the nearest that says a thing decides it. A footnote can shorten the year of the label it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from helpers.foi.responses.context import read_context, without_number
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.spans import Span, find_spans, make_span
from helpers.foi.responses.spanstyles import MONTHS
from helpers.foi.responses.statements import states_rule, without_rule
from helpers.foi.responses.values import tidy
from helpers.foi.responses.words import CODE


def section_meaning(text: str) -> Meaning:
    """What a row of one text says of the rows below it."""
    if states_rule(text):
        return NOTHING
    label = read_label(text)
    if label.dimensions or label.total:
        return replace(label, total=False, rest="", notes=())
    found = read_context(text)
    if found.dimensions - {"measure"}:
        return replace(found, rest="")
    return (
        Meaning(notes=(tidy(text),))
        if len(text) <= 60 and not re.search(r"[.:;]\s*$|\bnotes?\b|source", text.casefold())
        else NOTHING
    )


_ANY = re.compile(r"(?i):\s*\((?:all|multiple items)\)$")  # a filter of a pivot table that leaves nothing out


def title_meaning(titles: list[tuple[str, str]]) -> Meaning:
    """What the lines above a table say of it: each thing from the nearest line that says it.

    A line that states several periods or ages settles none, and lines further up do not settle it either.
    """
    meaning = NOTHING
    settled: set[str] = set()
    for text, _ in reversed(titles):
        text = without_rule(text)
        if not text or _ANY.search(text):
            continue
        question = re.match(r"(?i)\W*q(?:uestion)?\.?\s?\d", text)
        short = read_label(without_number(text)) if len(text) <= 90 and not question else NOTHING
        if len(text) > 40 and not _is_coded(text, short):
            short = NOTHING
        line = (
            short
            if short.understood
            and (short.dimensions - {"offence"} or _is_coded(text, short))
            and not short.ignore
            else read_context(text)
        )
        several = set(line.rest.split()) if line is not short else set()
        line = replace(
            line,
            span=None if "periods" in settled else line.span,
            age=None if "ages" in settled else line.age,
            rest="",
            ignore="",
            total=False,
        )
        meaning = meaning.over(replace(line, span=None) if meaning.span else line)
        settled |= several
    return replace(meaning, rest="", ignore="", total=False)


_ASKED = re.compile(r"(?i)\W*(?:q(?:uestion)?\.?\s*)?(?P<number>\d{1,2})\s*[.):\-]\s*(?P<text>\D.*)")
_NUMBER = re.compile(r"(?i)\W*(?:q(?:uestion)?\.?\s*)?(?P<number>\d{1,2})\W*")


def answered(labels: list[str], titles: list[tuple[str, str]]) -> list[Meaning]:
    """What labels that are numbers of questions mean, by the questions above the table; nothing where none is asked.

    What a question does not say, the first does.

    >>> titles = [("Q1: Rapes of a male child under 13", "l1"), ("Q2: How many of these victims were aged 11?", "l2")]
    >>> [(meaning.code, meaning.age and meaning.age.low) for meaning in answered(["Q1", "Q2"], titles)]
    [('19H', None), ('19H', 11)]
    """
    asked = {
        found["number"]: replace(read_context(found["text"]), span=None, rest="")
        for text, _ in titles
        if (found := _ASKED.match(text))
    }
    first = next(iter(asked.values()), NOTHING)
    numbers = [found["number"] if (found := _NUMBER.fullmatch(label)) else "" for label in labels]
    meanings = [asked[number].over(first) if number in asked else NOTHING for number in numbers]
    return [replace(m, notes=(f"question {n}",)) if n else m for m, n in zip(meanings, numbers, strict=True)]


def _is_coded(text: str, label: Meaning) -> bool:
    """Whether a title is an offence with its code before it: "019/16 Rape of a female child under 13"."""
    return bool(label.code and re.match(rf"(?i)(?:{CODE.pattern})\b\W*[a-z]{{3}}", text))


def footnotes_of(table: Table) -> dict[str, str]:
    """Notes below a table by the mark they begin with."""
    notes: dict[str, str] = {}
    for text, _ in table.notes:
        text = re.sub(r"(?i)\bnote\s+(?=\d)", "", text, count=1)
        found = re.match(
            r"\s*(?:note\s*)?[\[(]?(?P<mark>[*†‡§¶^#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d|[a-z](?=[)\].:]))[\])]?\s*[.:=\-]*\s*(?P<note>[A-Za-z0-9\"“].{3,})",
            tidy(text),
        )
        if (
            found
            and not re.match(r"\d", found["mark"] + found["note"][:0])
            or (found and re.match(r"\s*(?:note\s*)?[\[(]?\d[\])]?\s", tidy(text)))
        ):
            notes.setdefault(found["mark"], found["note"].strip())
            plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
            if found["mark"].isdigit():
                notes.setdefault(
                    found["mark"].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")), found["note"].strip()
                )
            else:
                notes.setdefault(found["mark"].translate(plain), found["note"].strip())
    return notes


# "a new system in October 2016" dates something else than what the figures cover
_COVERS = re.compile(
    r"(?i)\bonly\b|\bcovers?\b|\bup to\b|\buntil\b|\b(?:data|figures?|offences) (?:for|to|in)\b"
)


def part_of(span: Span, note: str) -> Span | None:
    """The part of a year that a footnote says a figure covers, or None."""
    found = find_spans(note)
    for inner in found.spans:
        if (
            inner.start
            and inner.end
            and span.start
            and span.end
            and span.start <= inner.start
            and inner.end < span.end
            and inner.kind != "day"
            and (inner.kind != "month" or _COVERS.search(note))
        ):
            return inner
        if (
            inner.start is None
            and inner.end
            and span.start
            and span.start < inner.end < (span.end or inner.end)
        ):
            return make_span(span.start, inner.end)
    point = re.search(
        r"\b(?:to|until|up to|as at|as of)\s+(?:the\s+)?(?:end\s+(?:of\s+)?)?(\d{1,2}(?:st|nd|rd|th)?\s+\w+\s+\d{4}|\w+\s+\d{4})",
        note.casefold(),
    )
    if point:
        day = find_spans(point[1]).spans
        if day and day[0].end and span.start and span.end and span.start < day[0].end < span.end:
            return make_span(span.start, day[0].end)
    if any(part.unit == "to date" for part in found.parts) or re.search(
        r"part[\s\-]year|year to date|incomplete year|not a full year", note.casefold()
    ):
        return make_span(span.start, None)
    return None


def day_text(raw: object, text: str) -> str:
    return f"{raw:%d/%m/%Y}" if isinstance(raw, (date, datetime)) else text


def date_label(raw: date) -> str:
    """A date in a heading: a month when it is the first of one."""
    day = raw.date() if isinstance(raw, datetime) else raw
    return f"{MONTHS[day.month - 1].title()} {day.year}" if day.day == 1 else day.isoformat()


_FIRST = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-01(?: 00:00(?::00)?)?|0?1/(?P<month>\d\d?)/(?P<year>\d{4})(?: 00:00(?::00)?)?"
)


def months_of_days(texts: list[str]) -> list[str]:
    """The first days of different months, one a row, as the months that a program prints so.

    >>> months_of_days(["2014-04-01 00:00:00", "01/05/2014"]), months_of_days(["01/04/2014", "01/04/2015"])
    (['Apr 2014', 'May 2014'], ['01/04/2014', '01/04/2015'])
    """
    days = [found for text in texts if (found := _FIRST.fullmatch(text))]
    months = {int(one["m"] or one["month"]) for one in days}
    if (
        len(months) < 2
        or max(months) > 12
        or len(days) < len([text for text in texts if re.search(r"\d", text)])
    ):
        return texts
    named = {
        one[0]: f"{MONTHS[int(one['m'] or one['month']) - 1].title()} {one['y'] or one['year']}"
        for one in days
    }
    return [named.get(text, text) for text in texts]


def undo_all_dates(raws: list, texts: list[str]) -> list[str]:
    """Labels of an axis, with the age bands that a spreadsheet took for dates put back where ages stand beside them."""
    dated = sum(
        isinstance(raw, (date, datetime))
        or bool(re.fullmatch(r"\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{1,2}", text))
        for raw, text in zip(raws, texts, strict=True)
    )
    ages = sum(bool(read_label(t, "age", "Age").age) and not find_spans(t).spans for t in texts if t)
    if dated and ages * 2 > len([text for text in texts if text]) - dated:
        return [undo_dates(raw, text) for raw, text in zip(raws, texts, strict=True)]
    return texts


def undo_dates(raw: object, text: str) -> str:
    """Undo what spreadsheets do to age bands: 5-9 becomes 5 September, 10-14 becomes October 2014."""
    if isinstance(raw, (date, datetime)):
        low, high = (raw.month, raw.year % 100) if raw.day == 1 else (raw.day, raw.month)
        return f"{low}-{high}" if low < high else text
    found = re.fullmatch(r"(?P<a>\d{1,2}|[A-Za-z]{3})-(?P<b>\d{1,2}|[A-Za-z]{3})", text.strip())
    if not found:
        return text
    pair = [
        MONTHS.index(part.casefold()) + 1
        if part.casefold() in MONTHS
        else int(part)
        if part.isdigit()
        else None
        for part in (found["a"], found["b"])
    ]
    if None in pair or not any(part.casefold() in MONTHS for part in (found["a"], found["b"])):
        return text
    return f"{min(pair)}-{max(pair)}"
