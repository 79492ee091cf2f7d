"""The label and number of a line: "2022/23 - 10", "Females: 4", or several such pairs on one line.

Everything left of the number must be understood and say what it counts. What a label says on its own is for
:mod:`.labels`; which headings hold above it for :mod:`.lines`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.ages import UNKNOWN
from helpers.foi.responses.breakdowns import divided, pieces
from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.numerals import NUMERAL
from helpers.foi.responses.sentences import numbers_of
from helpers.foi.responses.statements import states_rule
from helpers.foi.responses.tablework import Scope
from helpers.foi.responses.values import Value, parse_value
from helpers.foi.responses.words import is_reference
from helpers.tables.offences import offences

LONGEST_LIST = 3_000  # characters of a line that may be a list of figures: the patterns take the square of it
_BULLET = re.compile(
    r"^\s*(?:[•·▪●○◦*\-–—>]\s+|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]\s+|q(?:uestion)?\s?\d{1,2}[a-z]?[.):]\s+|(?:our )?(?:answer|response|reply)\s?\d{0,2}[a-z]?\s*[:.\-]\s+|a\d{1,2}[.):]?\s+)",
    re.IGNORECASE,
)
UNITS = r"(?:recorded )?(?:sexual )?(?:offen[cs]es?|crimes?|victims?|incidents?|arrests?|reports?|cases?|children|people|persons?|suspects?|records?|charges?)(?: (?:were )?recorded| in total)?"
VALUE = (
    rf"(?:{NUMERAL}\b|"
    + r"[~<>≤≥]?\s?\d[\d, ]*\+?[*†‡#⁰¹²³⁴⁵⁶⁷⁸⁹]*|\*{1,3}|(?:less|fewer) than \w+|under \w+|zero|\[c\]|~|\d{1,2} or (?:fewer|less)|\d-\d)"
)
_PAIR = re.compile(
    rf"^(?P<label>.*?\S)\s*(?:[:=]|\s-+|-+\s|\.{{2,}}|\s{{2,}}|[→⇒])\s*[:=\-]*\s*(?P<value>{VALUE})(?:\s+{UNITS})?\s*(?P<mark>\((?:p|r|provisional|revised|approx\w*|est\w*)\))?\s*[.;,]?$",
    re.IGNORECASE,
)
# "2015/16: -5" is a count below nought; "2015/16 -5" and "2015/16:- 5" have a dash for a separator
_SIGNED = re.compile(
    rf"^(?P<label>.*?\S)\s*(?:[=→⇒]\s*|:\s+|\s-\s+)(?P<value>[-+]\d[\d,]*)(?:\s+{UNITS})?\s*[.;,]?$",
    re.IGNORECASE,
)
# what looks like a count and can be none
_BAD = re.compile(
    r"^(?P<label>.*?\S)\s*(?:[:=→⇒]|\s-)\s*(?P<value>(?!\d\d?/\d\d?/\d\d)\d+(?:\s?[+*/]\s?\d+)+|[-+]?\d[\d,]*\.\d+|[-+]?\d[\d.]*e[-+]?\d+|[-+]?inf(?:inity)?|nan|\d{8,})$",
    re.IGNORECASE,
)
# a year, a blank and a count, alone on their line
_YEAR_AND_COUNT = re.compile(r"^(?P<label>(?:19|20)\d\d)\s+(?P<value>[<~]?\d[\d,]*|\*|(?i:nil|none|zero))$")
# "Sexual grooming (91)", in a list of one period
_BRACKETS = re.compile(r"^(?P<label>.*[A-Za-z].*\S)\s*\((?P<value>[<~]?\d[\d,]*|\*)\)\s*[.;,]?$")
_PLAIN_VALUE = r"(?:[~<>≤≥]?\s?\d[\d, ]*\+?[*†‡#⁰¹²³⁴⁵⁶⁷⁸⁹]*|\*{1,3}|nil|none|zero)"
_TIGHT = re.compile(
    rf"^(?P<label>.*\b(?:total|count|number|sum|figure|{UNITS}|\d{{4}}[/\-]\d{{2,4}}|(?:fe)?males?|boys|girls|unknown)\)?)\s+(?P<value>{_PLAIN_VALUE})\s*[.;]?$",
    re.IGNORECASE,
)
_EARLY_END = re.compile(
    r"(?P<label>.*\S)(?P<value>\s*(?:[:=]|\s-)\s*\d[\d,]*)\s*(?P<until>\((?:up )?(?:to|until|till|from|year to|part|first|as at)\b[^()]*\))\W*$",
    re.IGNORECASE,
)


def find_pairs(
    text: str, heading: Meaning, scope: Scope, before: Meaning
) -> list[tuple[Meaning, Value, str]]:
    """The label and number of a line, or of each part of a line that is all pairs."""
    if len(text) > LONGEST_LIST:
        return []
    body = without_share(without_bullet(text))
    if body.rstrip(" .").endswith(")"):  # the pattern takes the square of a line's length
        body = _EARLY_END.sub(r"\g<label> \g<until>\g<value>", body)
    if (
        ";" in body or _SEVERAL.search(body) or any(len(form.findall(body)) > 1 for form in _BRACKETED)
    ):  # else all but the last pair would be the label of that
        listed = _headed(body, heading, scope, before) or _listed(body, heading, scope, before)
        if listed:
            return listed
    whole = _pair(body, heading, scope, before)
    if whole:
        return [whole]
    parts = divided(body)
    main = _pair(parts[0], heading, scope, before) if parts else None
    if main and parts:  # "2014/15 - 96 (of which 80 female and 16 male)"
        return [main, *_within(pieces(parts[1]), replace(main[0], total=False))]
    return _headed(body, heading, scope, before) or _listed(body, heading, scope, before)


def without_bullet(text: str) -> str:
    """A line without its bullet, or the letter or number of its part.

    >>> without_bullet("- North: 401"), without_bullet("b) 2015/16 - 3")
    ('North: 401', '2015/16 - 3')
    """
    return _BULLET.sub("", text)


def without_share(text: str) -> str:
    """A line without the share of all that stands behind its count.

    >>> without_share("2014/15: 97 (16%)")
    '2014/15: 97'
    """
    return _SHARE.sub("", text)


_SHARE = re.compile(r"(?i)(?<=\d)\s?\(\d[\d.]{0,6}\s?(?:%|per ?cent)\)")


# "88 (2019), 95 (2020)", "2019 (88), 2020 (95)"
_A_YEAR = r"(?P<year>(?:19|20)\d\d(?:[/\-]\d\d(?:\d\d)?)?)"
_BRACKETED = (
    re.compile(rf"(?<![\w,])(?P<value>[<~]?\d[\d,]*)\s*\({_A_YEAR}\)"),
    re.compile(rf"(?<![\w,(/]){_A_YEAR}\s*\((?P<value>[<~]?\d[\d,]*|\*)\)"),
)
_SEVERAL = re.compile(rf"(?:[:=]|\s-+)\s*{VALUE}\s*[;,]\s+\S")
_YEAR_FIRST = re.compile(
    r"(?i)(?:financial |calendar )?(?:year|period|fy|month)\s*[:\-]\s*(?P<head>\d[^:]{3,20}?)[\s,|]+(?P<rest>[A-Za-z].+)"
)


# "402 female, 81 male (483 in all)"
_IN_ALL = re.compile(
    r"(?i)\s*[,;(]\s*(?:total(?: of)?:? (?P<count>\d[\d,]*)|(?P<value>\d[\d,]*) (?:in (?:all|total)|altogether|overall|total))\)?\W*$"
)


def _headed(body: str, heading: Meaning, scope: Scope, before: Meaning) -> list[tuple[Meaning, Value, str]]:
    """Pairs behind what holds for all of them: "2014-15: Female 402, Male 81", "Year: 2016  Offences: 130"."""
    headed = _YEAR_FIRST.fullmatch(body) or re.match(r"(?P<head>[^:]{3,180}?)(?::| -)\s+(?P<rest>.+)$", body)
    if headed and numbers_of(headed["head"]):
        return []  # a sentence, which holds counts before these
    outer = read_label(headed["head"]) if headed else NOTHING
    if headed and len(headed["head"]) > 30 or not outer.understood:
        outer = read_context(headed["head"]) if headed else NOTHING
    sums = outer.total and outer.understood  # "Total: 2011 - 30, 2012 - 20"
    if not (headed and (outer.dimensions or sums)) or outer.ignore:
        return []
    outer = replace(outer, rest="", total=sums and not outer.dimensions)
    in_all = _IN_ALL.search(headed["rest"])
    rest = headed["rest"][: in_all.start()] if in_all else headed["rest"]
    inner = _listed(rest, outer.over(heading), scope, before) or pieces(rest)
    if inner and in_all:
        printed = in_all["count"] or in_all["value"]
        inner = [*inner, (Meaning(total=True), parse_value(printed), printed)]
    return _within(inner, outer)


def _within(inner: list[tuple[Meaning, Value, str]], outer: Meaning) -> list[tuple[Meaning, Value, str]]:
    return [(meaning.over(outer), value, shown) for meaning, value, shown in inner]


# "2014-15: not flagged", in a list that gives numbers for other years
_NO_NUMBER = re.compile(r"(?i)(?:[:=]|\s-)\s*(?:not|n/a|no information|no data|unavailable)\b")


def _listed(body: str, heading: Meaning, scope: Scope, before: Meaning) -> list[tuple[Meaning, Value, str]]:
    """Several pairs on one line, or none when not all of its parts are pairs."""
    for pattern in _BRACKETED:
        body = pattern.sub(r"\g<year>: \g<value>", body)
    parts = [
        piece.strip(" .")
        for piece in re.split(
            r"\s*[;|•]\s*|\.\s+(?=[A-Z])|,\s+(?=\D)|,\s+(?=(?:19|20)\d\d)|(?<=\d) and (?=(?:19|20)\d\d)|\s{3,}",
            body,
        )
        if piece.strip()
    ]
    if len(parts) < 2:
        parts = (
            [piece.strip() for piece in re.findall(rf"[^:]+?:\s*{VALUE}(?=\s|$)", body)]
            if body.count(":") >= 2
            else []
        )
    pairs: list[tuple[Meaning, Value, str] | None] = []
    for piece in parts:
        if not _NO_NUMBER.search(piece):
            last = pairs[-1][0] if pairs and pairs[-1] else before
            pairs.append(_pair(re.sub(r"^and\s+", "", piece), heading, scope, last))
    return [pair for pair in pairs if pair] if len(parts) >= 2 and all(pairs) else []


def _pair(text: str, heading: Meaning, scope: Scope, before: Meaning) -> tuple[Meaning, Value, str] | None:
    if len(text) > 220:
        return None
    patterns = (_SIGNED, _PAIR, _TIGHT, _YEAR_AND_COUNT, _BAD)
    for pattern in (*patterns, _BRACKETS) if heading.span or scope.file.span else patterns:
        found = pattern.match(text)
        if not found:
            continue
        value = parse_value(re.sub(r"\s+", " ", found["value"]).strip())
        if pattern is _BAD and value.kind == "text":
            value = Value("bad", reason="a sum, and not its result")
        label = found["label"].strip(" -:=.")
        if not (value.is_number or (pattern in (_SIGNED, _BAD) and value.kind == "bad")) or (
            value.kind == "suppressed" and scope.rules.hidden(value) is None
        ):
            continue
        explained = parse_value(label)
        if value.kind == "suppressed" and explained.kind == "suppressed":
            if states_rule(text) or (value.low, value.high) == (explained.low, explained.high):
                continue  # "<5 = fewer than five" explains a mark, "<10: <5" does not
        if (
            value.kind == "at least"
            and value.low < 20
            and text[: found.start("value")].strip()[-1:].isalnum()
        ):
            continue  # "Rape of a female 16+" ends in an age
        meaning = _pair_meaning(label, heading, scope, before)
        if meaning is None or (pattern is _BRACKETS and not meaning.dimensions & {"offence", "age", "sex"}):
            continue
        if pattern is _BRACKETS and found["value"] in offences() and meaning.code in ("", found["value"]):
            continue  # "Sexual exploitation (71)" gives the code
        if pattern is _BRACKETS and re.search(r"\b(?:was|were|is|are|recorded) [<~]?\d", label):
            continue  # a sentence, which holds a count before this one
        if (
            value.low is not None
            and 1990 <= value.low <= 2035
            and not meaning.span
            and re.fullmatch(r"\d{4}", found["value"].strip())
        ):
            continue  # "Females - 2014": a year
        mark = found.groupdict().get("mark")
        if mark:
            value = replace(value, qualifiers=(*value.qualifiers, *parse_value(f"1 {mark}").qualifiers))
        return meaning, value, found["value"].strip()
    return None


_AGE = rf"(?:1?\d|{NUMERAL})"
_TWO_AGES = re.compile(rf"{_AGE} (?:&|and|or) {_AGE}", re.IGNORECASE)


def _pair_meaning(label: str, heading: Meaning, scope: Scope, before: Meaning) -> Meaning | None:
    """What the left of a pair says, or None when it is not what a figure is labelled with."""
    if len(label) > 180:
        return None
    decided = scope.book.get(label.casefold())
    if decided:
        return None if decided.ignore else decided
    letter = {"f": "female", "m": "male"}.get(
        label.casefold(), "unknown" if before.sex and label == "U" else ""
    )
    if letter and (heading.dimensions or scope.file.span):
        return Meaning(sex=letter)
    meaning = read_label(label, "age" if _TWO_AGES.fullmatch(label) else "")
    if meaning.ignore:
        return None
    if re.fullmatch(
        r"(?i)(?:(?:our )?(?:response|answer|reply)|result|figure|a\d{0,2})(?: to q(?:uestion)? ?\d+)?", label
    ):
        return NOTHING if heading.dimensions - {"force"} else None
    stated = meaning.dimensions - {"measure"}
    if is_reference(label) and not meaning.span:
        return None
    if meaning.understood and (stated or meaning.total):
        return replace(meaning, rest="", total=meaning.total or bool(re.search(r"(?i)\btotal\b", label)))
    if (
        meaning.understood
        and meaning.measure
        and len(label) <= 60
        and (heading.span or re.search(r"(?i)number|total|count|recorded", label))
    ):
        return meaning
    if meaning.rest == "unknown":  # of the kind of the line before
        return Meaning(sex="unknown") if before.sex else Meaning(age=UNKNOWN) if before.age else None
    # a longer label: a sentence that states a period or a count
    context = read_context(label)
    counted = context.measure and re.search(r"(?i)\b(?:number|total|count)\b|how many", label)
    if counted and not is_reference(re.sub(r"(?i)\bsection \d+\w*|act \d{4}", "", label)):
        return replace(context, rest="", total=bool(re.search(r"(?i)\btotal\b", label)))
    if context.span and context.measure and len(label) <= 120 and not is_reference(label):
        return replace(context, rest="")
    return None
