"""Counts in sentences: "There were 247 offences recorded in 2014/15 and 820 in 2015/16, of which 12 were online".

The numbers and the periods of a clause are matched in :mod:`.pairing`. A sentence about the work of answering, other
forces or changes holds no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning, without
from helpers.foi.responses.pairing import (
    CHANGE,
    COMPARED,
    NO_THINGS,
    NOUN,
    NUMBER,
    THINGS,
    YEAR_COLON,
    mask,
    pair_off,
    write_numbers,
)
from helpers.foi.responses.spans import cover
from helpers.foi.responses.spanstyles import WHOLE
from helpers.foi.responses.values import Value, parse_value, tidy

_SENTENCE = re.compile(r"(?<=[.;?!])\s+(?=[A-Z0-9])|(?<=;)\s+(?=and (?:in )?\d)")
# the work of answering, the law, what others count, and what changed
_ABOUT_WORK = re.compile(
    r"^\W*(?:\d{1,2}[.)]\s+|[*†‡#]\s*)?(?:(?:these|the|this|all|our) (?:\w+ ){0,3}?(?:do not |may |also )?)?(?:includ|exclud)|section \d|hours|minutes|request (?:ref|no)|\bestimat|\bmanual|\bemploys?\b|\bsearch|retriev|\bwould (?:be|need|have|take|require|involve|exceed)|\bcost|appropriate limit|\bexceed"
    r"|\byour (?:own )?request (?:was|is)\b|\byou (?:say|said|state|stated|quote|quoted|mention|mentioned|claim|refer)\b"
    r"|\b(?:\w+) (?:out of|in every) (?:three|four|five|six|ten|\d{1,3}) (?:people|persons|children|girls|boys|women|victims)\b"
    r"|\baverage\b|\bmedian\b|\b(?:nationally|england|commissioner|tribunals?|courts?|hmic\w*|population|per 1,?000|staff|(?<!our )officers|websites?|telephone)\b|\bhttps?:|\bact (?:19|20)\d\d\b"
)
# "A search of the system shows that 312 rapes were recorded in 2017/18" is no work
_SHOWN = re.compile(
    r"^[^\d.]{0,120}\bsearch\w*\b[^\d.]{0,100}?\b(?:shows?|showed|shown|indicat\w+|identif\w+|found|reveal\w+|confirm\w+|return\w+|located)\b"
    r"(?=.*\b(?:19|20)\d\d\b| \d[\d,]* (?:[a-z]+ ){0,3}?(?:offen[cs]es|crimes|victims|rapes)\b)"
)
_PART = re.compile(
    # "820, of which 12 were online", and "820, 40 of which were online"
    r"(?:,\s*|(?<!\d)\s+|\s+(?=of (?:which|whom) \d)|(?<=\())(?=(?:and )?of (?:which|whom)\b)"
    r"|,?\s+(?=(?:and )?\d(?:[\d,]*\d)? of (?:which|whom) (?!\d|<|fewer))|(?:,\s*|(?<!\d)\s+)(?=(?:and )?of (?:these|those)\b)|,?\s+(?=including \d)|\s*\((?=(?:(?:fe)?males?|boys|girls|f|m|aged?|under)\b[^()]*\d\))|\s*\((?=[\d<])(?!\d{1,3}(?:[A-Za-z]\)|\) (?:recorded )?(?:offences|crimes)))|(?<=follows)\s?:\s|(?<=\d)\s?:\s(?=(?:(?:fe)?males?|boys|girls)\b)|(?<=recorded)(?<!not recorded)\s?:\s|(?<=below)\s?:\s|(?<=years)\s?:\s|(?<=victims)\s?:\s(?=\d)|(?<=offences)\s?:\s(?=\d)"
    r"|\s?:\s+(?=\d(?:[\d,]*\d)?\s+(?:with|had|were|was|involv\w+|aged|under|over|(?:fe)?males?|boys|girls)\b)"
)
# "In 2018/19 the equivalent number was 412": of what the paragraph before counted
_SAME_COUNT = re.compile(
    r"\b(?:figure|number|total|count|it|this) (?:then )?(?:fell|rose|dropped|increased|decreased|went (?:up|down))(?: again| further| slightly)? to\b|"
    r"^\W*(?:this|which|that) compare[sd] (?:with|to) (?=.*\b(?:19|20)\d\d\b)|\b(?:equivalent|corresponding|comparable|same) (?:figure|number|total|count)s?\b|\bthe (?:figures|numbers|totals|counts) (?:were|are)\b|\bthe (?:figure|number|total|count)(?: recorded)?(?: (?:for|in) [^.;]{4,40}?)? (?:was|is)\s+[<~]?\d"
)
_SUCH = re.compile(rf"\bsuch (?:{THINGS})\b")  # "In 2018/19 there were 412 such offences"
# "57 of the 412 offences": the second number was given before
_OF_ALL = re.compile(
    r"(?:(?<=\d) (?:out )?|^\W*(?:and )?)of (?:the|these|those|all|a total of)(?: total(?: of)?)? \d[\d,]*(?=,|$| (?:were|was|had|have|involved|resulted|led|did|was)\b| (?:\w+ ){0,2}?(?:"
    + THINGS
    + r"|people|persons|children|girls|boys)\b)"
)
# "1,204 sexual offences" are not of the one offence that the sentence before counted
_OF_ALL_KINDS = re.compile(r"\b(?:all|sexual|sex) (?:offen[cs]es|crimes)\b")
# "22, although 96 investigations continue": what follows is beside the count
_ASIDE = re.compile(r"(?i),?\s+(?:al)?though\b.*")
_SHARE = re.compile(r"(?i)\(\s?[\d.]{1,6}\s?(?:%|per ?cent)[^()]{0,30}\)")
_SUBJECT = re.compile(rf"\bof (?:the|these|those)(?: [\d,]+)? (?:{THINGS})\b")
_PART_STARTS = re.compile(
    r"\W*(?:and )?(?:(?:\d[\d,]* )?of (?:which|these|those|whom|the \d[\d,]*|the(?: \S+){1,4}? in)\b|including\b)"
)


# "58 were male and 3 were female." divides what the sentence before counted
_DIVIDES = re.compile(
    r"\W*(?:and )?\d[\d,]* (?:victims? |of them )?(?:were|was|had|involved) (?:[a-z]+ ){0,3}?(?:(?:fe)?males?|boys?|girls?|aged|under|over|between)\b"
)
# "A further 96 were under 10", "during the same period": in the period of the sentence before
_SAME_PERIOD = re.compile(
    r"\W*(?:and )?(?:a further|another|an additional|in addition,?) \d|\b(?:in|during|over|for) (?:the same|this|that) (?:period|year|time)\b"
)


def read_sentences(
    text: str,
    heading: Meaning,
    before: Meaning,
    counted: dict[int, Meaning] | None = None,
    earlier: Sequence[list[Meaning]] = (),
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
    earlier : sequence of list of Meaning
        What the counts of the lines above count, for "the corresponding figures were 40 and 12".

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
    above = [[one for group in earlier[-lines:] for one in group] for lines in range(1, len(earlier) + 1)]
    whole_count: Meaning | None = None
    base: Meaning | None = None  # what the first part is a part of
    last, fresh, text = before, False, _NUMBERED.sub(lambda mark: " " * len(mark[0]), tidy(text))
    group: list[Meaning] = []  # what the numbers of the last clause counted
    main = before  # and those of the last that was no part of another
    for begins, sentence in _pieces(_SENTENCE, text):
        before_it, plain = len(found), sentence.casefold()
        asks = plain.rstrip().endswith("?") or (_YOU_ASKED.match(plain) and not _TELLS.search(plain))
        if asks or len(plain) > 500 or is_about_work(plain):
            fresh = False
            if asks:
                heading, last = _asked(sentence, heading), NOTHING
            continue
        if plain.startswith("and "):
            last = main  # "… in 2020, of which 402 were online; and 1,377 in 2021"
        whole = CHANGE.sub(lambda change: " " * len(change[0]), _ASIDE.sub("", sentence))
        whole = _SHARE.sub(lambda share: " " * len(share[0]), whole)
        lost: bool | None = None
        for starts, clause in _clauses(whole, counted):
            plain = write_numbers(NO_THINGS.sub("0 ", clause.casefold()))
            shares = [int(re.sub(r"\D", "", share[0])) for share in _OF_ALL.finditer(plain)]
            plain = _OF_ALL.sub(lambda share: " " * len(share[0]), plain)
            last = next((counted[number] for number in shares if number in counted), last)
            part = bool(shares or _PART_STARTS.match(plain) or _DIVIDES.match(plain)) or (
                starts > 0 and fresh
            )
            if lost is None:
                masked, spans = mask(plain)
                lost = bool(spans) and bool(NUMBER.search(masked))  # until it is read
            elif lost:
                continue  # of what the clause before counts, which nothing has read
            if not fresh and not part and _SAME_PERIOD.search(plain):
                last = Meaning(span=last.span)  # a line of its own goes on with nothing else
            follows = bool(last.dimensions) and (
                part
                or any(form.search(plain) for form in (_SAME_COUNT, _SUCH, _SAME_PERIOD))
                or is_bare(plain)
                or (fresh and len(sentence) < 120)
            )
            if _OF_ALL_KINDS.search(plain) and not part:
                last = without(last, frozenset({"offence"}))
            again = [one for one in (group, *above) if len(one) > 1 and _AGAIN.search(plain)]
            # "12 of these were rape", or years and numbers alone, as was asked
            alone = part or (starts == 0 and bool(_BARE_OF.match(sentence.casefold())))
            bare = _is_list(plain) or is_bare(plain) or _SAME_COUNT.search(plain)
            answers = (alone or bool(bare)) and bool(heading.dimensions - {"force"})
            listed = bool(YEAR_COLON.search(plain)) and (fresh or bool(heading.dimensions - {"force"}))
            if not (NOUN.search(plain) or follows or again or answers or listed):
                continue
            counts = _clause(plain, clause, heading, last if follows else NOTHING, alone, again)
            if not counts and _ASKED.match(plain):
                heading, last = _asked(sentence, heading), NOTHING
            if counts:
                lost = False
                base = (base or last) if part and whole_count is None else base
                group = [meaning for meaning, *_ in counts]
                found += [
                    (meaning, value, shown, begins + starts + at) for meaning, value, shown, at in counts
                ]
                # "820, compared with 247": what follows is of the 820
                subject = group[:1] if COMPARED.search(plain) else group
                last, fresh = replace(shared(subject), total=False), True
                whole_count = whole_count if part else last
                main = last if starts == 0 else main
                for meaning, value, *_ in counts:
                    counted[value.low] = replace(meaning, total=False)
        found[before_it:] = _summed(found[before_it:])
    return (
        found,
        whole_count or base or last,
    )  # the next line goes on from what was counted, not from its last part


_AGAIN = re.compile(
    r"\brespectively\b|\b(?:equivalent|corresponding|comparable|same) (?:figures|numbers|totals|counts)\b"
)
# "Of the 318 rapes recorded in 2016/17, 245 had a female victim": the 318 are told here first
_WHOLE_FIRST = re.compile(
    rf"(?i)\W*(?:and )?of the (?P<whole>(?P<number>\d[\d,]*) [^.;:]{{3,90}}?{WHOLE}[^.;:,\d]{{0,30}}), (?=\d)"
)


def _clauses(sentence: str, counted: dict[int, Meaning]) -> Iterator[tuple[int, str]]:
    """The clauses of a sentence, each with where it begins: a whole, and those that divide it."""
    first = _WHOLE_FIRST.match(sentence)
    if (
        first
        and int(first["number"].replace(",", "")) not in counted
        and NOUN.search(first["whole"].casefold())
    ):
        yield first.start("whole"), first["whole"]
        for starts, clause in _pieces(_PART, sentence[first.end() :]):
            yield first.end() + starts, clause
    else:
        yield from _pieces(_PART, sentence)


# "There were 58.", or "58, of which 12 were online", as was asked
_BARE = re.compile(
    r"\W*(?:there (?:were|was)|we recorded|a total of)(?: a total of)? (?:(?:fewer|less) than )?[<~]?\d[\d,]*\W*"
)
_BARE_OF = re.compile(r"\W*[<~]?\d[\d,]*,? \(?(?:and )?of (?:which|whom|these|those)\b")


def is_bare(plain: str) -> bool:
    """Whether a clause gives a number alone, in a period that it may name.

    >>> is_bare("in 2019/20 there were 8."), is_bare("a total of fewer than 5 in 2018/19"), is_bare("there were 8 rapes")
    (True, True, False)
    """
    masked, spans = mask(plain)
    masked = re.sub(
        r"\b(?:in|for|during|between|from)?\s+,|\b(?:in|for|during|between|from)\W*$", " ", f" {masked}"
    )
    return len(spans) < 2 and bool(
        _BARE.fullmatch(re.sub(r" {2,}", " ", re.sub(r"^\s*(?:in|for|during|between|from)\s", " ", masked)))
    )


def _is_list(plain: str) -> bool:
    """Whether a clause is nothing but periods and counts: "2013/14 fewer than 5, 2014/15 8 and 2015/16 14"."""
    masked, spans = mask(plain)
    numbers = [found["number"] for found in NUMBER.finditer(masked)]
    bare = re.sub(
        r"\b(?:and|in|for|during|was|were|had|there|we|recorded|a\d{1,2})\b", " ", NUMBER.sub(" ", masked)
    )
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
_NUMBERED = re.compile(
    r"(?i)^\W*(?:(?:table|figure|chart|annex|appendix)\s?\d{1,2}[a-z]?(?=\s?[:.\-])[:.\-]?|(?:q(?:uestion)?|a(?:nswer)?|response|reply)\s?\d{1,2}[a-z]?\b[.:)]?|(?:our )?(?:answer|response|reply)(?=:)|\d{1,2}[.)])(?=:?\s+\S)"
)
_ASKED = re.compile(
    r"\W*(?:you (?:\w+ )?(?:asked|requested|wanted|sought)|(?:with|in) (?:regard|respect|reference|relation|answer|response) (?:to|of)|regarding|concerning|turning to|we have (?:interpreted|taken|read|understood))\b"
)


# "You asked how many of the 14 suspects were charged." holds a number of the request
_YOU_ASKED = re.compile(r"\W*you (?:have |had |also |then |further )*(?:asked|requested|wanted|sought)\b")
_TELLS = re.compile(
    r"\b(?:there (?:were|was)|we (?:have )?(?:recorded|found|identified)|the (?:answer|figure|total) (?:is|was))\b"
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


_FIGURES = re.compile(r"\b(?:figures?|totals?|numbers?|counts?) (?:was|were|is|are)\b")


_COUNTING = (NOUN, _FIGURES, YEAR_COLON, _OF_ALL, _SAME_COUNT, _DIVIDES)


def numbers_of(text: str) -> list[str]:
    """The numbers of the sentences that count something, as printed.

    >>> numbers_of("In 2015/16 we recorded 31 offences against under 16s. Telephone 101.")
    ['31']
    """
    numbers = []
    for _, sentence in _pieces(_SENTENCE, _NUMBERED.sub("", text)):
        plain = write_numbers(sentence.casefold())
        if (
            (any(form.search(plain) for form in _COUNTING) or is_bare(plain))
            and not is_about_work(plain)
            and not plain.rstrip().endswith("?")
        ):
            masked, _ = mask(_OF_ALL.sub(lambda share: " " * len(share[0]), plain))
            masked = re.sub(r"\b(?:19|20)\d\d\b", "    ", masked)
            numbers += [re.sub(r"[^\d,]", "", found["number"]) for found in NUMBER.finditer(masked)]
    return numbers


def is_about_work(plain: str) -> bool:
    """Whether a sentence in small letters speaks of the work of answering, of the law, or of what others count.

    >>> is_about_work("a search would take 40 hours"), is_about_work("a search found 40 rapes in 2017")
    (True, False)
    """
    return bool(_ABOUT_WORK.search(_SHOWN.sub("", plain)))


def is_part(text: str) -> bool:
    """Whether a sentence goes on with a part of what was counted before, or with its numbers in the same order.

    >>> is_part("Of these, 12 were online."), is_part("12 of these were online."), is_part("There were 12 online offences.")
    (True, True, False)
    """
    plain = tidy(text).casefold()
    return bool(_PART_STARTS.match(plain) or _AGAIN.search(plain))


def _clause(
    plain: str, printed: str, heading: Meaning, last: Meaning, part: bool, again: list[list[Meaning]]
) -> list[tuple[Meaning, Value, str, int]]:
    figures = []
    pairs = pair_off(plain, part)
    if not pairs and again:
        return next(filter(None, (_again(plain, group) for group in again)), [])
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
        outer = last if part or _SAME_PERIOD.search(plain) else replace(last, span=None)
        whole = context.over(outer).over(replace(heading, measure=context.measure or heading.measure))
        figures.append((whole, value, counted or "none", at))
    return figures


def _again(plain: str, group: list[Meaning]) -> list[tuple[Meaning, Value, str, int]]:
    """Counts of what the clause before counted, in its order: "In 2015/16 the figures were 40 and 120 respectively."."""
    masked, spans = mask(plain)
    numbers = [(found["number"], found.start()) for found in NUMBER.finditer(masked)]
    if len(numbers) != len(group) or len(spans) > 1:
        return []
    own = replace(
        read_context(_SUBJECT.sub(" ", plain)), span=spans[0][1] if spans else None, rest="", total=False
    )
    return [
        (own.over(replace(meaning, span=own.span or meaning.span)), parse_value(number), number, at)
        for meaning, (number, at) in zip(group, numbers, strict=True)
    ]
