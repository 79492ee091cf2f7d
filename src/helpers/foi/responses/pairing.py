"""Which number of a clause belongs to which period, sex or age: "31 boys and 112 girls in 2014/15, 40 and 120 in 2015/16".

Numbers and periods must pair off, one to one and in order; or the numbers must each have a sex, an age or an offence of
their own. What each counts, and what of it was said before, is for :mod:`.sentences`.
"""

from __future__ import annotations

import re

from helpers.foi.responses.context import read_context
from helpers.foi.responses.numerals import LARGE, NUMERAL, number_of
from helpers.foi.responses.spans import Span, find_spans
from helpers.foi.responses.spanstyles import MONTH, YEARS_TO

YEAR_COLON = re.compile(r"\b(?:19|20)\d\d(?:\s?[/\-–]\s?\d\d(?:\d\d)?)?\s?[:=]\s?[<~]?\d[\d,]*\b")
THINGS = "offen[cs]es?|crimes?|victims?|incidents?|arrests?|reports?|suspects?|charges?|records?|cases?|allegations?"
NOUN = re.compile(
    rf"\b(?:{THINGS}|rapes|assaults|cautions?|convictions?|detections?|people|persons|charged|arrested|cautioned|convicted|prosecuted|detected)\b"
)
_KINDS = r"(?:(?:such|sexual|recorded|online|child|rape|further|reported|separate) )*"
_COUNTED = rf"(?:{THINGS}|people|persons|children|girls|boys)"
_IN_WORDS = re.compile(
    rf"(?:(?<=there was )|(?<=there were )|(?<=fewer than )|(?<=less than )|(?<=/\d\d )|(?<=total of )|(?<=number was )|(?<=total was )|(?<=figure was )"
    rf"|\b(?={NUMERAL} {_KINDS}{_COUNTED}\b)|\b(?!n?one )(?={NUMERAL} of (?:these|those|which|whom|the(?: \S+){{1,3}}? {_COUNTED})\b)|\b(?={LARGE}\b)"
    # "and ninety-eight against boys"
    rf"|(?:(?<=\band )|(?<=, ))(?={NUMERAL} (?:against|with|were|was|had|involv\w+|(?:fe)?males?|boys?|girls?|in (?:19|20)\d\d)\b))"
    rf"(?P<word>{NUMERAL})\b"
)


def write_numbers(plain: str) -> str:
    """A clause in small letters with its counts in figures, each as long as its words, so that all keep their places.

    >>> write_numbers("forty-three of these offences, one of them in two parts").split()[:3]
    ['43', 'of', 'these']
    """
    return _IN_WORDS.sub(_in_figures, plain)


def _in_figures(found: re.Match) -> str:
    figures, width = str(number_of(found["word"])), len(found["word"])
    limit = found.string[: found.start()].endswith("than ")  # "fewer than 5" is one number
    return figures.ljust(width) if limit else figures.rjust(width)


NUMBER = re.compile(
    r"(?<![\d/.,£#\-–])\b(?P<number>(?:(?:fewer|less) than )?(?:\d{1,3}(?:,\d{3})+|\d{1,6}))(?![\d/%]|,\d|\.\d|\s?(?:%|per ?cent|hours?|days?|working|weeks?|months?|(?:financial |calendar |full )?years?|yrs?|minutes?|pages?|forces?|officers?|st\b|nd\b|rd\b|th\b|and (?:under|over)|or (?:under|over)|-\s?\d|to \d|/))"
)
_NONE = rf"(?:no|nil|zero) {_KINDS}(?:{THINGS})"
NO_THINGS = re.compile(
    rf"(?:(?<=were )|(?<=was ))no(?= {_KINDS}(?:{THINGS})\b)|\bno(?= {_KINDS}(?:{THINGS})\b.*\brecorded\b)"
)
_NONE_RECORDED = re.compile(rf"\b{_NONE}\b(?=.*\brecorded\b)|\b(?:were|was) {_NONE}\b")
CHANGE = re.compile(
    r"\b(?:(?:increase|decrease|rise|fall|reduction|difference|up|down)\s+(?:of|by)|(?:rose|fell|increased|decreased)\s+by)\s+[\d,.]+%?(?: per ?cent)?"
    r"(?:\s+\w+){0,2}?(?:\s+(?:on|from|over|since|than|compared (?:with|to))\s+(?:in\s+)?(?:19|20)\d\d(?:\s?[/\-–]\s?\d{2,4})?)?(?:\s?\([\d,.]+(?: \w+){0,2}\))?"
    r"|\bexclud\w+\s+[\d,]+"
)
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH}(?:,? (?:19|20)?\d\d)?|\d\d?[/.]\d\d?[/.]\d{{2,4}}"
_YEARED = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{MONTH},? (?:19|20)\d\d|\d\d?[/.]\d\d?[/.]\d{{2,4}}"
_SPANS = re.compile(
    rf"\b{re.sub(r'[?]P<[a-z]+>', '?:', YEARS_TO)}|"
    r"\b(?:19|20)\d\d (?:to|until) (?:19|20)\d\d\b|(?<=between )(?:19|20)\d\d and (?:19|20)\d\d\b"
    rf"|\b(?:{_DAY})\s?(?:to|-|–|until)\s?(?:{_YEARED})\b|(?<=between )(?:{_DAY}) and (?:{_YEARED})\b"
    r"|(?:april|\d{1,2}(?:st)?\s+april|\d{1,2}(?:st)?\s+january|january)[^,.;]{0,20}?\d{4}\s+(?:and|to)\s+[^,.;]{0,16}?\d{4}"
    r"|(?:19|20)\d\d\s?[/\-–]\s?\d{2,4}(?: \(to [a-z0-9 ]{3,20}\))?|\bf\.?y\.? ?\d\d ?[/\-] ?\d\d\b|(?<=\bin )\d\d/\d\d\b(?!/)"
    r"|(?:in|during|for|year|period|whole of|all of|throughout)\s+(?:19|20)\d\d\b(?!\s?[/\-]\d)"
    r"|(?<=\bthe )(?:19|20)\d\d (?:calendar |financial )?year\b|(?:year|12 months)\s+(?:ending|to|ended)\s+(?:\d{1,2}(?:st)?\s+)?\w+\s+\d{4}"
    r"|(?:(?<=\b20\d\d, )|(?<=\b19\d\d, ))(?:19|20)\d\d\b(?!\s?[/\-]\d)"
    r"|(?<=\band )(?:19|20)\d\d\b(?!\s?[/\-]\d)|\b(?:19|20)\d\d(?=\s?[:=]\s?\d)"
)
_NO_COUNTS = re.compile(
    rf"\b{MONTH} (?:19|20)\d\d\b|"
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?:,? (?:19|20)\d\d\b)?|\bact (?:19|20)\d\d|\bcodes? \w+(?:/\d+)?|\b(?:q|question|part|table|annex|point|a|answer|response|reply|request)s?\s?\d{1,2}\b|\b\d{1,3}[a-z]\b"
    r"|\b(?:under|over|aged?|ages)\s*-?\s*(?:the ages? of |between |from )*\d{1,2}(?:\s?(?:-|to|and|or)\s?(?:\d{1,2}\b|under|over))?s?|\b\d{1,2}\s+(?:and|or)\s+(?:under|over|younger|older)|\b\d{1,2}\s?-\s?\d{1,2}\b|\b\d{1,2}(?:\.\d+)?(?:\s|-)years?"
)
COMPARED = re.compile(
    r",? (?:and )?(?:(?:compared|as against) (?:with|to)|against|up from|down from|whereas|while)(?= )"
)


def pair_off(plain: str, part: bool) -> list[tuple[str, int, Span | None, str]]:
    """The counts of a clause, each with its place, its period, and the words that are its own, if it has such.

    Parameters
    ----------
    plain : str
        The clause in small letters.
    part : bool
        Whether it counts a part of what was counted before, so that a number alone is a count.

    Examples
    --------
    >>> [(n, span.year) for n, _, span, _ in pair_off("we recorded 247 offences in 2014/15 and 820 in 2015/16", False)]
    [('247', '2014/15'), ('820', '2015/16')]
    """
    if _NONE_RECORDED.search(plain):
        spans = find_spans(plain).spans
        return [("", 0, spans[0], "")] if len(spans) == 1 and spans[0].kind != "day" else []
    against = COMPARED.search(plain)
    if against:  # "1,044 in 2016, compared with 981 in 2015"
        first, second = pair_off(plain[: against.start()], part), pair_off(plain[against.end() :], True)
        if first and second and all(pair[2] for pair in first + second):
            return first + [(number, at + against.end(), span, own) for number, at, span, own in second]
    masked, spans = mask(plain)
    numbers = [(found.start(), found["number"]) for found in NUMBER.finditer(masked)]
    if not numbers:
        return []
    if len(numbers) == 1 and len(spans) < 2:
        sure = part or _counted(masked, numbers[0]) or bool(YEAR_COLON.search(plain) or _GOES_ON.match(plain))
        return [(numbers[0][1], numbers[0][0], spans[0][1] if spans else None, "")] if sure else []
    if len(spans) == len(numbers):
        number_first = all(n[0] < s[0] for n, s in zip(numbers, spans, strict=True))
        span_first = all(s[0] < n[0] for n, s in zip(numbers, spans, strict=True))
        if number_first or span_first:
            return [(n[1], n[0], s[1], "") for n, s in zip(numbers, spans, strict=True)]
        apart = _one_each(plain, numbers, spans)
        if apart:
            return apart
    if len(spans) > 1:
        return _by_period(plain, numbers, spans)
    return (
        _each_its_own(plain, numbers, spans)
        or _by_part(plain, numbers, spans)
        or _in_order(plain, numbers, spans)
    )


def _one_each(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """A number and its period in each part of a clause, in any order: "in 2013/14 there were 455 and 616 in 2014/15"."""
    edges = [0, *(joint.start() for joint in _JOINT.finditer(plain)), len(plain)]
    found = []
    for first, stop in zip(edges, edges[1:], strict=False):
        own = [number for number in numbers if first <= number[0] < stop]
        when = [span for at, span in spans if first <= at < stop]
        if len(own) != len(when) or len(own) > 1:
            return []
        found += [(own[0][1], own[0][0], when[0], "")] if own else []
    return found


_GOES_ON = re.compile(r"\W*and \d[\d,]* (?:in|during|for) (?=.{0,20}(?:19|20)\d\d)")


def _by_period(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """Several counts of each of several periods: "in 2014/15 31 boys and 112 girls, and in 2015/16 40 boys and 120 girls"."""
    starts = [at for at, _ in spans]
    leads = starts[0] < numbers[0][0]  # the period stands before its numbers, or behind them
    edges = [*starts, len(plain)] if leads else [0, *(at + 4 for at in starts)]
    found = []
    for (_, span), first, stop in zip(spans, edges, edges[1:], strict=False):
        own = [number for number in numbers if first <= number[0] < stop]
        if len(own) == 1:
            found.append((own[0][1], own[0][0], span, ""))
        else:
            parts = _each_its_own(plain[:stop], own, [(0, span)]) if own else []
            if not parts:
                return []
            found += parts
    return found if len(found) == len(numbers) else []


_ANY_SEX = re.compile(r"\b(?:fe)?males?\b|\bboys?\b|\bgirls?\b")


def _in_order(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """Counts first and then what they count: "31 and 112 offences had male and female victims respectively"."""
    sexes = _ANY_SEX.findall(plain[numbers[-1][0] :])
    if "respectively" not in plain or len(sexes) != len(numbers):
        return []
    span = spans[0][1] if spans else None
    rest = _ANY_SEX.sub(" ", plain[numbers[-1][0] + len(numbers[-1][1]) :])
    return [(number, at, span, f"{sex} {rest}") for (at, number), sex in zip(numbers, sexes, strict=True)]


_LETTER = re.compile(r"^\W*(?P<sex>[fm])\W*$")


def _each_its_own(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """Several counts of one period, each with a sex, an age or an offence: "31 male victims and 112 female victims"."""
    if len(spans) > 1:
        return []
    edges = [*(start for start, _ in numbers), len(plain)]
    words = [plain[left:right] for left, right in zip(edges, edges[1:], strict=False)]
    bare = [text[len(number) :] for text, (_, number) in zip(words, numbers, strict=True)]
    if not re.search(r"[a-z]", bare[-1]):  # nothing behind the last: "female: 520, male: 131"
        ends = [0, *(start + len(number) for start, number in numbers)]
        bare = [plain[left:start] for left, (start, _) in zip(ends, numbers, strict=False)]
        bare = [re.sub(r"^\W*(?=\d)", "aged ", text) for text in bare]
    bare = [_LETTER.sub(lambda sex: {"f": "female", "m": "male"}[sex["sex"]], text) for text in bare]
    if any(map(_ANY_SEX.search, bare)):  # "330 female, 68 male and 4 unknown"
        bare = [
            re.sub(r"^\W*(?:unknown|not (?:known|recorded|stated))\b", "sex unknown", text) for text in bare
        ]
    stated = [read_context(text) for text in bare]
    own = [meaning.dimensions - {"measure", "period"} for meaning in stated]
    if own[0] < own[-1]:  # "211 female and 40 male victims under the age of 18"
        tail = _ANY_SEX.sub(" ", bare[-1])
        bare = [*(f"{text} {tail}" for text in bare[:-1]), bare[-1]]
        stated = [read_context(text) for text in bare]
        own = [meaning.dimensions - {"measure", "period"} for meaning in stated]
    if (
        not own[0]
        or any(kind != own[0] for kind in own)
        or len({(m.sex, m.age, m.code, m.offence) for m in stated}) < len(own)
    ):
        return []
    span = spans[0][1] if spans else None
    return [(number, at, span, text) for (at, number), text in zip(numbers, bare, strict=True)]


_JOINT = re.compile(r"\s*[,;]\s+(?:and\s+)?|\s+and\s+")


def _by_part(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """Counts whose words stand before or behind them: "98 of the victims were girls and the sex of 9 was not recorded"."""
    ends = [0]
    for one, after in zip(numbers, numbers[1:], strict=False):
        joints = list(_JOINT.finditer(plain, one[0] + len(one[1]), after[0]))
        if not joints:
            return []
        ends.append(joints[-1].start())
    found = []
    for (at, number), first, stop in zip(numbers, ends, [*ends[1:], len(plain)], strict=True):
        own = plain[first:at] + plain[at + len(number) : stop]
        if not NOUN.search(own):  # "the sex of 9 was not recorded"
            own = f"{plain[first:at]} persons {plain[at + len(number) : stop]}"
        found.append((number, at, spans[0][1] if spans else None, own))
    stated = [read_context(own) for *_, own in found]
    kinds = [meaning.dimensions & {"sex", "age"} for meaning in stated]
    alike = kinds[0] and all(kind == kinds[0] for kind in kinds)
    return found if alike and len({(m.sex, m.age) for m in stated}) == len(found) else []


def _counted(plain: str, number: tuple[int, str]) -> bool:
    after = plain[number[0] + len(number[1]) :]
    near = re.match(
        rf"\s+(?:(?:[a-z\-()]+|(?:19|20)\d\d[/\-]\d{{2,4}})\s+){{0,8}}?{NOUN.pattern}|\s+(?:were|was|had been) (?:recorded|reported)\b",
        after,
    )
    before = re.search(
        r"\b(?:total|totalled|was|were|recorded|figure|number|there (?:were|was)|compare[sd] (?:to|with))(?: \w+){0,3}\s*:?\s*$",
        plain[: number[0]],
    )
    return bool(near or before)


def mask(plain: str) -> tuple[str, list[tuple[int, Span]]]:
    """The clause without its periods, ages, codes and changes, and where each period stood.

    >>> masked, spans = mask("12 offences against under 16s in 2014/15")
    >>> masked.split(), spans[0][1].year
    (['12', 'offences', 'against', 'in'], '2014/15')
    """
    spans: list[tuple[int, Span]] = []
    plain = masked = CHANGE.sub(lambda found: " " * len(found[0]), plain)
    for found in _SPANS.finditer(plain):
        inner = find_spans(re.sub(r"^(?:in|during|for|whole of|all of|throughout)\s+", "", found[0])).spans
        if len(inner) == 1:
            spans.append((found.start(), inner[0]))
            masked = masked[: found.start()] + " " * len(found[0]) + masked[found.end() :]
    return _NO_COUNTS.sub(lambda found: " " * len(found[0]), masked), spans
