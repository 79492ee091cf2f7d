"""Counts in sentences: "There were 247 offences recorded in 2014/15 and 820 in 2015/16, of which 12 were online".

Numbers and periods of a sentence must pair off, one to one and in order; or the numbers must each have a sex, an age or
an offence of their own. A sentence about the work of answering, other forces or changes holds no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, without
from helpers.foi.responses.spans import Span, cover, find_spans
from helpers.foi.responses.values import Value, parse_value, tidy

_SENTENCE = re.compile(r"(?<=[.;?!])\s+(?=[A-Z0-9])|(?<=;)\s+(?=and (?:in )?\d)")
_YEAR_COLON = re.compile(r"\b(?:19|20)\d\d(?:\s?[/\-–]\s?\d\d(?:\d\d)?)?\s?[:=]\s?[<~]?\d[\d,]*\b")
_THINGS = "offen[cs]es?|crimes?|victims?|incidents?|arrests?|reports?|suspects?|charges?|records?|cases?|allegations?"
_NOUN = re.compile(
    rf"\b(?:{_THINGS}|rapes|assaults|cautions?|convictions?|detections?|people|persons|charged|arrested|cautioned|convicted|prosecuted|detected)\b"
)
_KINDS = r"(?:(?:such|sexual|recorded|online|child|rape|further|reported|separate) )*"
_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: number for number, word in enumerate([*_UNITS, *_TEENS], 1)} | {
    f"{ten}{gap}{unit}": 10 * tens + ones
    for tens, ten in enumerate(_TENS, 2)
    for ones, unit in enumerate(["", *_UNITS])
    for gap in ("- " if unit else ("",))
}
_IN_WORDS = re.compile(
    rf"\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?= {_KINDS}(?:{_THINGS}|people|persons|children|girls|boys)\b)"
)
_NUMBER = re.compile(
    r"(?<![\d/.,£#\-–])\b(?P<number>(?:(?:fewer|less) than )?(?:\d{1,3}(?:,\d{3})+|\d{1,6}))(?![\d/%]|,\d|\.\d|\s?(?:%|per ?cent|hours?|days?|working|weeks?|months?|(?:financial |calendar |full )?years?|yrs?|minutes?|pages?|forces?|officers?|st\b|nd\b|rd\b|th\b|and (?:under|over)|or (?:under|over)|-\s?\d|to \d|/))"
)
_NONE = rf"(?:no|nil|zero) {_KINDS}(?:{_THINGS})"
_NO_THINGS = re.compile(
    rf"(?:(?<=were )|(?<=was ))no(?= {_KINDS}(?:{_THINGS})\b)|\bno(?= {_KINDS}(?:{_THINGS})\b.*\brecorded\b)"
)
_NONE_RECORDED = re.compile(rf"\b{_NONE}\b(?=.*\brecorded\b)|\b(?:were|was) {_NONE}\b")
# the work of answering, the law, what others count, and what changed
_ABOUT_WORK = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s+|[*†‡#]\s*)?(?:(?:these|the|this|all|our) (?:\w+ ){0,3}?(?:do not |may |also )?)?(?:includ|exclud)|section \d|hours|minutes|request (?:ref|no)|\bestimat|\bmanual|\bsearch|retriev|\bwould (?:be|need|have|take|require|involve|exceed)|\bcost|appropriate limit|\bexceed"
    r"|\b(?:nationally|national average|england|commissioner|tribunals?|courts?|hmic\w*|population|per 1,?000|staff|(?<!our )officers|websites?|telephone)\b|\bhttps?:|\bact (?:19|20)\d\d\b"
)
_CHANGE = re.compile(
    r"\b(?:(?:increase|decrease|rise|fall|reduction|difference|up|down)\s+(?:of|by)|(?:rose|fell|increased|decreased)\s+by)\s+[\d,.]+%?(?: per ?cent)?"
    r"(?:\s+\w+){0,2}?(?:\s+(?:on|from|over|since|than|compared (?:with|to))\s+(?:in\s+)?(?:19|20)\d\d(?:\s?[/\-–]\s?\d{2,4})?)?(?:\s?\([\d,.]+(?: \w+){0,2}\))?"
    r"|\bexclud\w+\s+[\d,]+"
)
_PART = re.compile(
    r",?\s*\b(?=(?:and )?of (?:which|whom)\b)|(?:,\s*|(?<!\d)\s+)(?=(?:and )?of (?:these|those)\b)|,?\s+(?=including \d)|\s*\((?=[\d<])|(?<=follows)\s?:\s|(?<=recorded)\s?:\s|(?<=below)\s?:\s|(?<=years)\s?:\s|(?<=victims)\s?:\s(?=\d)|(?<=offences)\s?:\s(?=\d)"
)
# "In 2018/19 the equivalent number was 412": of what the paragraph before counted
_SAME_COUNT = re.compile(
    r"\b(?:equivalent|corresponding|comparable|same) (?:figure|number|total|count)\b|\bthe (?:figure|number|total|count) (?:was|is) \d"
)
# "57 of the 412 offences": the second number was given before
_OF_ALL = re.compile(
    r"(?:(?<=\d) (?:out )?|^\W*(?:and )?)of (?:the|these|those|all|a total of)(?: total(?: of)?)? \d[\d,]*(?=,|$| (?:were|was|had|have|involved|resulted|led|did|was)\b| (?:\w+ ){0,2}?(?:"
    + _THINGS
    + r"|people|persons|children|girls|boys)\b)"
)
_SUBJECT = re.compile(rf"\bof (?:the|these|those)(?: [\d,]+)? (?:{_THINGS})\b")
_PART_STARTS = re.compile(
    r"\W*(?:and )?(?:(?:\d[\d,]* )?of (?:which|these|those|whom|the(?: \S+){1,4}? in)\b|including\b)"
)
_SPANS = re.compile(
    r"(?:19|20)\d\d\s?[/\-–]\s?\d{2,4}|(?:in|during|for|year|whole of|all of|throughout)\s+(?:19|20)\d\d\b(?!\s?[/\-]\d)|(?:april|\d{1,2}(?:st)?\s+april|\d{1,2}(?:st)?\s+january|january)[^,.;]{0,20}?\d{4}\s+(?:to|and|-|until)\s+[^,.;]{0,16}?\d{4}|(?:year|12 months)\s+(?:ending|to|ended)\s+(?:\d{1,2}(?:st)?\s+)?\w+\s+\d{4}"
    r"|(?:between|from)\s+\d\d/\d\d/\d{4}\s+(?:and|to|-)\s+\d\d/\d\d/\d{4}|(?<=\band )(?:19|20)\d\d\b(?!\s?[/\-]\d)|\b(?:19|20)\d\d(?=\s?[:=]\s?\d)"
)
_NO_COUNTS = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?:,? (?:19|20)\d\d\b)?|\bact (?:19|20)\d\d|\bcodes? \w+(?:/\d+)?|\b(?:q|question|part|table|annex|point|a|answer|response|reply|request)s?\s?\d{1,2}\b|\b\d{1,3}[a-z]\b"
    r"|\b(?:under|over|aged?|ages)\s*-?\s*(?:the age of )?\d{1,2}(?:\s?(?:-|to|and|or)\s?(?:\d{1,2}|under|over))?s?|\b\d{1,2}\s+(?:and|or)\s+(?:under|over|younger|older)|\b\d{1,2}\s?-\s?\d{1,2}\b|\b\d{1,2}(?:\s|-)years?"
)


def read_sentences(
    text: str, heading: Meaning, before: Meaning, counted: dict[int, Meaning] | None = None
) -> tuple[list[tuple[Meaning, Value, str, int]], Meaning]:
    """Read the counts that the sentences of a line hold.

    Parameters
    ----------
    text : str
        A line or a paragraph.
    heading : Meaning
        What the headings and the question above say.
    before : Meaning
        What the last sentence with a count was about: "of these, 12 were online".
    counted : dict of int to Meaning, optional
        What each number told before counts, to which the numbers of this line are added: "of the 1,004 offences".

    Returns
    -------
    list of (Meaning, Value, str, int), Meaning
        Each count with what it counts, how and where in the text it is printed; and what the last of them was about.

    Examples
    --------
    >>> text = "There were 247 offences recorded in 2014/15 and 820 in 2015/16, of which 12 were online."
    >>> [(m.span.year, m.measure, v.low) for m, v, _, _ in read_sentences(text, NOTHING, NOTHING)[0]]
    [('2014/15', 'offences', 247), ('2015/16', 'offences', 820), ('2015/16', 'cyber_flagged', 12)]
    """
    found: list[tuple[Meaning, Value, str, int]] = []
    counted = {} if counted is None else counted
    whole_count: Meaning | None = None
    last, fresh, text = before, False, _NUMBERED.sub(lambda mark: " " * len(mark[0]), tidy(text))
    group: list[Meaning] = []  # what the numbers of the last clause counted
    main = before  # and those of the last that was no part of another
    for begins, sentence in _pieces(_SENTENCE, text):
        before_it, plain = len(found), sentence.casefold()
        if plain.rstrip().endswith("?") or len(plain) > 500 or _ABOUT_WORK.search(plain):
            fresh = False
            heading = _asked(sentence, heading) if plain.rstrip().endswith("?") else heading
            continue
        if plain.startswith("and "):
            last = main  # "… in 2020, of which 402 were online; and 1,377 in 2021"
        whole = _CHANGE.sub(lambda change: " " * len(change[0]), sentence)
        for starts, clause in _pieces(_PART, whole):
            # a number is as long as its word, so that all keep their places
            plain = _NO_THINGS.sub("0 ", clause.casefold())
            plain = _IN_WORDS.sub(lambda word: f"{_WORDS[word['word']]:<{len(word[0])}}", plain)
            shares = [int(re.sub(r"\D", "", share[0])) for share in _OF_ALL.finditer(plain)]
            plain = _OF_ALL.sub(lambda share: " " * len(share[0]), plain)
            last = next((counted[number] for number in shares if number in counted), last)
            part = bool(shares or _PART_STARTS.match(plain)) or (starts > 0 and fresh)
            follows = bool(last.dimensions) and (
                part or bool(_SAME_COUNT.search(plain)) or (fresh and len(sentence) < 120)
            )
            again = len(group) > 1 and "respectively" in plain
            # "12 of these were rape", or years and numbers alone, as was asked
            answers = (part or _is_list(plain)) and bool(heading.dimensions - {"force"})
            listed = bool(_YEAR_COLON.search(plain)) and (fresh or bool(heading.dimensions - {"force"}))
            if not (_NOUN.search(plain) or follows or again or answers or listed):
                continue
            counts = _clause(plain, clause, heading, last if follows else NOTHING, part, group)
            if not counts and _ASKED.match(plain):
                heading, last = _asked(sentence, heading), NOTHING
            if counts:
                group = [meaning for meaning, *_ in counts]
                found += [
                    (meaning, value, shown, begins + starts + at) for meaning, value, shown, at in counts
                ]
                # "820, compared with 247": what follows is of the 820
                subject = group[:1] if _COMPARED.search(plain) else group
                last, fresh = replace(shared(subject), total=False), True
                whole_count = whole_count if part else last
                main = last if starts == 0 else main
                for meaning, value, *_ in counts:
                    counted[value.low] = replace(meaning, total=False)
        found[before_it:] = _summed(found[before_it:])
    return found, whole_count or last  # the next line goes on from what was counted, not from its last part


def _is_list(plain: str) -> bool:
    """Whether a clause is nothing but periods and counts: "2013/14 fewer than 5, 2014/15 8 and 2015/16 14"."""
    masked, spans = _mask(plain)
    numbers = [found["number"] for found in _NUMBER.finditer(masked)]
    bare = re.sub(r"\b(?:and|in|for|was|were|had|a\d{1,2})\b", " ", _NUMBER.sub(" ", masked))
    return len(numbers) == len(spans) > 1 and not re.search(r"[a-z\d]", bare)


def _summed(counts: list[tuple[Meaning, Value, str, int]]) -> list[tuple[Meaning, Value, str, int]]:
    """The counts of a sentence, the first a total when it states no period and the others, of several, add up to it."""
    if len(counts) < 3:
        return counts
    (meaning, value, printed, at), *parts = counts
    spans = list(dict.fromkeys(part.span for part, *_ in parts))
    if meaning.span or None in spans or len(spans) < 2 or value.low != sum(v.low or 0 for _, v, *_ in parts):
        return counts
    return [(replace(meaning, span=cover(spans), total=True), value, printed, at), *parts]


# "Answer 2" before a sentence numbers it
_NUMBERED = re.compile(r"(?i)^\W*(?:a(?:nswer)?|response|reply)\s?\d{1,2}[a-z]?\b[.:)]?(?=\s)")
_ASKED = re.compile(
    r"\W*(?:you (?:\w+ )?(?:asked|requested|wanted|sought)|(?:with|in) (?:regard|respect|reference|relation|answer|response) (?:to|of)|regarding|concerning|turning to|we have (?:interpreted|taken|read|understood))\b"
)


def _asked(sentence: str, heading: Meaning) -> Meaning:
    """What holds after a sentence that says what was asked: "You also asked how many were under five."."""
    return replace(read_context(sentence), rest="", total=False).over(heading)


def shared(group: list[Meaning]) -> Meaning:
    """What all of some numbers count: of 12 boys and 44 girls, the last is not what "of these" means.

    >>> shared([Meaning(sex="male", measure="victims"), Meaning(sex="female", measure="victims")]).dimensions
    frozenset({'measure'})
    """
    last = group[-1]
    kinds = ("age", "sex", "offence")
    alike = {kind: len({getattr(meaning, kind) for meaning in group}) == 1 for kind in kinds}
    return without(last, frozenset(kind for kind in kinds if not alike[kind]))


def _pieces(pattern: re.Pattern, text: str) -> Iterator[tuple[int, str]]:
    """The pieces of a text between matches of a pattern, each with where it begins."""
    start = 0
    for found in pattern.finditer(text):
        if found.start() > start:
            yield start, text[start : found.start()]
        start = found.end()
    yield start, text[start:]


def sentence_at(text: str, place: int) -> str:
    """The sentence of a text that a place stands in.

    >>> sentence_at("No information is held for 2014. In 2015 there were 4.", 40)
    'In 2015 there were 4.'
    """
    return next(
        (piece for start, piece in _pieces(_SENTENCE, tidy(text)) if start <= place < start + len(piece)), ""
    )


def numbers_of(text: str) -> list[str]:
    """The numbers of the sentences that count something, as printed.

    >>> numbers_of("In 2015/16 we recorded 31 offences against under 16s. Telephone 101.")
    ['31']
    """
    numbers = []
    for _, sentence in _pieces(_SENTENCE, text):
        plain = sentence.casefold()
        if _NOUN.search(plain) and not _ABOUT_WORK.search(plain) and not plain.rstrip().endswith("?"):
            masked, _ = _mask(_OF_ALL.sub(lambda share: " " * len(share[0]), plain))
            masked = re.sub(r"\b(?:19|20)\d\d\b", "    ", masked)
            numbers += [re.sub(r"[^\d,]", "", found["number"]) for found in _NUMBER.finditer(masked)]
    return numbers


def is_part(text: str) -> bool:
    """Whether a sentence goes on with a part of what was counted before.

    >>> is_part("Of these, 12 were online."), is_part("12 of these were online."), is_part("There were 12 online offences.")
    (True, True, False)
    """
    return bool(_PART_STARTS.match(tidy(text).casefold()))


def _clause(
    plain: str, printed: str, heading: Meaning, last: Meaning, part: bool, group: list[Meaning]
) -> list[tuple[Meaning, Value, str, int]]:
    figures = []
    pairs = _pair_off(plain, part)
    if not pairs and len(group) > 1 and "respectively" in plain:
        return _again(plain, group)
    for counted, at, span, words in pairs:
        value = parse_value(counted) if counted else Value("count", 0, 0)
        if not value.is_number:
            continue
        own = words if words else printed
        context = read_context(own)
        told = read_context(_SUBJECT.sub(" ", own.casefold())).measure  # "12 of the crimes had been detected"
        context = replace(context, measure=told or context.measure)
        if not context.offence:  # "41 familial sexual offences"
            named = read_label(printed[at + len(counted) :].strip(" .,;")) if len(printed) < 90 else NOTHING
            context = replace(context, offence=named.offence, code=named.code) if named.code else context
        context = replace(context, rest="", span=span or context.span)
        if words and not context.measure and figures:  # "31 offences with boys and 112 with girls"
            context = replace(context, measure=figures[-1][0].measure)
        if re.search(r"(?<!\ba )\btotal(?:led|ling)?\b", plain):  # "a total of six" adds nothing up
            context = replace(context, total=True)
        if context.measure == "offences" and heading.measure == "cyber_flagged":
            context = replace(context, measure="")  # "there were 412 offences", asked for those with the flag
        outer = last if part else replace(last, span=None)
        whole = context.over(outer).over(replace(heading, measure=context.measure or heading.measure))
        figures.append((whole, value, counted or "none", at))
    return figures


_COMPARED = re.compile(
    r",? (?:and )?(?:(?:compared|as against) (?:with|to)|against|up from|down from|whereas|while)(?= )"
)


def _again(plain: str, group: list[Meaning]) -> list[tuple[Meaning, Value, str, int]]:
    """Counts of what the clause before counted, in its order: "In 2015/16 the figures were 40 and 120 respectively."."""
    masked, spans = _mask(plain)
    numbers = [(found["number"], found.start()) for found in _NUMBER.finditer(masked)]
    if len(numbers) != len(group) or len(spans) > 1:
        return []
    span = spans[0][1] if spans else None
    return [
        (replace(meaning, span=span or meaning.span), parse_value(number), number, at)
        for meaning, (number, at) in zip(group, numbers, strict=True)
    ]


def _pair_off(plain: str, part: bool) -> list[tuple[str, int, Span | None, str]]:
    """The counts of a clause, each with its period and with the words that are its own, if it has such."""
    if _NONE_RECORDED.search(plain):
        spans = find_spans(plain).spans
        return [("", 0, spans[0], "")] if len(spans) == 1 and spans[0].kind != "day" else []
    against = _COMPARED.search(plain)
    if against:  # "1,044 in 2016, compared with 981 in 2015"
        first, second = _pair_off(plain[: against.start()], part), _pair_off(plain[against.end() :], True)
        if first and second and all(pair[2] for pair in first + second):
            return first + [(number, at + against.end(), span, own) for number, at, span, own in second]
    masked, spans = _mask(plain)
    numbers = [(found.start(), found["number"]) for found in _NUMBER.finditer(masked)]
    if not numbers:
        return []
    if len(numbers) == 1 and len(spans) < 2:
        sure = part or _counted(plain, numbers[0]) or bool(_YEAR_COLON.search(plain) or _GOES_ON.match(plain))
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


def _each_its_own(plain: str, numbers: list, spans: list) -> list[tuple[str, int, Span | None, str]]:
    """Several counts of one period, each with a sex, an age or an offence: "31 male victims and 112 female victims"."""
    if len(spans) > 1:
        return []
    edges = [*(start for start, _ in numbers), len(plain)]
    words = [plain[left:right] for left, right in zip(edges, edges[1:], strict=False)]
    bare = [text[len(number) :] for text, (_, number) in zip(words, numbers, strict=True)]
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
        own = f"{plain[first:at]} victims {plain[at + len(number) : stop]}"
        found.append((number, at, spans[0][1] if spans else None, own))
    stated = [read_context(own) for *_, own in found]
    kinds = [meaning.dimensions & {"sex", "age"} for meaning in stated]
    alike = kinds[0] and all(kind == kinds[0] for kind in kinds)
    return found if alike and len({(m.sex, m.age) for m in stated}) == len(found) else []


def _counted(plain: str, number: tuple[int, str]) -> bool:
    after = plain[number[0] + len(number[1]) :]
    near = re.match(
        rf"\s+(?:(?:[a-z\-]+|(?:19|20)\d\d[/\-]\d{{2,4}})\s+){{0,5}}?{_NOUN.pattern}|\s+(?:were|was|had been) (?:recorded|reported)\b",
        after,
    )
    before = re.search(
        r"\b(?:total|totalled|was|were|recorded|figure|number|there (?:were|was)|compare[sd] (?:to|with))(?: \w+){0,3}\s*:?\s*$",
        plain[: number[0]],
    )
    return bool(near or before)


def _mask(plain: str) -> tuple[str, list[tuple[int, Span]]]:
    """The clause without its periods, ages, codes and changes, and where each period stood."""
    spans: list[tuple[int, Span]] = []
    plain = masked = _CHANGE.sub(lambda found: " " * len(found[0]), plain)
    for found in _SPANS.finditer(plain):
        inner = find_spans(re.sub(r"^(?:in|during|for|whole of|all of|throughout)\s+", "", found[0])).spans
        if len(inner) == 1:
            spans.append((found.start(), inner[0]))
            masked = masked[: found.start()] + " " * len(found[0]) + masked[found.end() :]
    return _NO_COUNTS.sub(lambda found: " " * len(found[0]), masked), spans
