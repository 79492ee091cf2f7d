"""What one printed label means: "Girls aged 13-15" is female, 13 to 15; "17A" is a Home Office code. And what it is about.

:func:`read_label` reads a label on its own; :mod:`.axes` reads it among its siblings. Offence names are never mined
for sex or age: "rape of a female child under 13" says what the code covers, not who the victims in a row were.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from helpers.intake import words
from helpers.intake.ages import Age, find_ages, find_sex
from helpers.intake.lexicon import phrase
from helpers.intake.meaning import NOTHING, Meaning
from helpers.intake.spans import Part, Span, find_spans
from helpers.intake.values import tidy
from helpers.tables.forces import find_police
from helpers.tables.offences import offences, resolve_offence

# "3 year total" and "Total (3 years)" are of the years beside them, and no age
_OF_YEARS = phrase("total of several years")
# "Rape (all ages)": also of adults, whatever the title says
_ALL_AGES = re.compile(r"(?i)\W*\ball ages\b\W*$")


@lru_cache(maxsize=50_000)
def read_label(text: str, role: str = "", hint: str = "") -> Meaning:
    """Read one label.

    Parameters
    ----------
    text : str
        The label as printed.
    role : str
        What the axis holds when that is known: period, age, sex, code, offence, force, text; else empty.
    hint : str
        The heading over the axis.

    Examples
    --------
    >>> girls = read_label("Girls aged 13-15")
    >>> girls.sex, girls.age.low, girls.age.high
    ('female', 13, 15)
    >>> read_label("Rape of a female child under 13").code, read_label("Rape of a female child under 13").sex
    ('19E', '')
    >>> read_label("Grand Total").total, read_label("% change").ignore
    (True, 'percent')
    """
    if len(text) > words.LONGEST_LABEL:
        return Meaning(rest="a long text")
    printed = words.QUESTION.sub("", words.strip_marks(words.apart(tidy(text)))[0])
    printed = _OF_YEARS.sub("total", printed)
    if (every := _ALL_AGES.search(printed)) and looks_like_offence(printed[: every.start()].casefold()):
        return replace(read_label(printed[: every.start()], role, hint), age=Age(0, None))
    plain = printed.casefold()
    if not plain:
        return NOTHING
    if role in ("code", "subcode", "force"):
        found = read_force(printed) if role == "force" else _read_code(printed)
        return found or _read_plain(plain, printed, "", hint)
    if role in ("text", "delay"):
        if words.TOTAL.search(plain):
            return Meaning(total=True)
        ends = re.search(r"(?i)\b(?:outcome|disposal|finalisation|result)", hint)
        for name, pattern in words.IGNORED:
            if re.search(pattern, plain) and not words.FILLER.sub("", re.sub(pattern, "", plain)).strip():
                return Meaning(ignore=name)
        measure, rest = words.find_measure(plain)
        alone = measure in _NO_OFFENCES and not words.FILLER.sub("", rest).strip()
        measure = ends and (measure or "outcomes") or measure * alone
        printed = words.strip_marks(words.in_english(tidy(text)))[0]  # "TikTok" as it stands
        notes = (f"{tidy(hint)}: {printed}" if hint else printed,)
        return Meaning(notes=notes, measure=measure, qualifiers=words.find_qualifiers(plain)[0])
    return _read_plain(plain, printed, role, hint)


def _read_code(printed: str) -> Meaning | None:
    printed = re.sub(r"\s*\([a-eg-ln-z]\)$", "", printed, flags=re.IGNORECASE)  # of a footnote, not of a sex
    code = resolve_offence(printed)
    # "88/1" is a code, if one that nobody has matched: it must not be taken for the code that a title gives
    return Meaning(offence=printed, code=code or "") if code or _CODED.fullmatch(printed.strip()) else None


def with_subcode(code: str, sub: str) -> str:
    """A code with the sub-code that is printed beside it.

    >>> with_subcode("71", "17"), with_subcode("22", "A"), with_subcode("19E", "")
    ('71/17', '22A', '19E')
    """
    return code + ("" if re.fullmatch("[A-Za-z]", sub) else "/") + sub if code and sub else code


def read_force(printed: str) -> Meaning | None:
    found = find_police(printed)
    return Meaning(force=found) if found else None


def offence_of(plain: str, printed: str) -> Meaning:
    """An offence by its printed name, with its code where that is settled."""
    spelled = re.sub(r"\b(rape|assault)s\b", r"\1", plain)
    spelled = re.sub(r"\bf\b", "female", re.sub(r"\bm\b", "male", spelled))
    code = resolve_offence(plain) or resolve_offence(spelled) or ""
    # "child victims of rape" counts victims, and "Rape N100" what was not recorded as one
    people = _PEOPLE_OF.search(plain)
    counted = people or re.search(words.MEASURES["not_recorded"], plain)
    return Meaning(offence=printed, code=code, measure=words.find_measure(plain)[0] if counted else "")


def _demographics(meaning: Meaning, plain: str) -> Meaning:
    ages, rest = find_ages(plain)
    sex, _ = find_sex(rest)
    return replace(meaning, age=ages[0] if len(ages) == 1 else meaning.age, sex=sex or meaning.sex)


def named_otherwise(meaning: Meaning) -> str:
    """The code of an offence's name, where it is printed beside another code: one can be of children and the other of adults.

    >>> named_otherwise(Meaning(code="19C", offence="19/8 Rape of a female child under 16"))
    '19D'
    """
    bare = re.sub(rf"^\W*{words.CODE.pattern}\W+", "", meaning.offence) if meaning.code else ""
    named = resolve_offence(bare) if bare else ""
    return named if named and named != meaning.code else ""


# "Rape (suspects)": what stands behind a name, and is no part of it
BEHIND = re.compile(
    r"(?:\s*\(|\s[-–]\s|[:,]\s|\bwith (?:an? )?(?=(?:fe)?male victim))(?!offender|descriptions?$)(?P<what>[^()]+?)\)?$"
)
_AHEAD = re.compile(r"(?P<what>[^():]+?)(?::|\s[-–])\s+(?=\S)")  # "Girls: rape"
# "Under 13 - F", "M 13-15", "2014/15 (F)"
_LETTERED = phrase("letter of a sex")


def _spell_sex(plain: str) -> str:
    """An age band or a period with the letter of a sex, the letter written out."""
    found = _LETTERED.fullmatch(plain) if len(plain) <= 30 else None
    band = (found["head"] or found["tail"]).strip(" -–/,(") if found else ""
    (ages, other), found_spans = find_ages(band), find_spans(band)
    if not (ages and not other.strip() or found_spans.spans and not found_spans.rest.strip()):
        return plain
    return f"{band} {'female' if (found['last'] or found['first']) == 'f' else 'male'}"


def _read_plain(plain: str, printed: str, role: str, hint: str) -> Meaning:
    plain = _OFFLINE.sub("not online", _spell_sex(plain))
    ignored = next((name for name, pattern in words.IGNORED if re.search(pattern, plain)), "")
    long = len(plain) > 60 and ignored != "no crimes"
    if ignored and not (long or resolve_offence(printed) and words.OFFENCE_STEMS.search(plain)):
        return Meaning(ignore=ignored)
    span, parts, rest = _period(plain, role, hint)
    total = bool(words.TOTAL.search(rest))
    named = role == "offence" and rest and not total
    if role not in ("age", "sex", "period") and (looks_like_offence(rest) or named):
        if span:  # its name is the same in every year
            left = rest.split()
            printed = " ".join(word for word in printed.split() if word.casefold().strip(":,") in left)
        offence = offence_of(_IN_TOTAL.sub("", rest).strip(" -:"), _IN_TOTAL.sub("", printed).strip(" -:"))
        if re.search(r"\bvictims?\b|\bmales?$|\bfemales?$", rest) and not offence.code:
            offence = _demographics(offence, _OF_WHOM.sub(" ", rest))
        said = (
            rest.split()
        )  # "Rape charges" counts charges; an offender in the midst of a name is of the offence
        ends = (words.find_measure(" ".join(some))[0] for some in (said[:1], said[-2:]))
        counted = next((one for one in ends if one not in ("", "offences")), "")
        known = offences().get(offence.code)
        names = " ".join((known.name, *known.other_names)).casefold() if known else ""
        if named and counted and not {*said[:1], *said[-1:]} <= {*names.split()}:
            offence = replace(offence, measure=counted)
        offence = _said_beside(offence, rest)
        return replace(offence, span=span, parts=parts, total=total)
    ages, rest = find_ages(rest, sure=role == "age")
    sex, rest = find_sex(rest, sure=role == "sex")
    answer = _ANSWERED.search(plain)
    denied = answer and words.is_not_flagged(answer[0])
    bare = plain[: answer.start()] if denied else _NO_FLAG.sub(r"\g<begins>", plain)
    flag = read_label(bare) if bare != plain else NOTHING
    if flag.measure == "cyber_flagged" and flag.understood:  # the others, "No cyber flag"
        return replace(flag, measure="offences", notes=(printed,))
    if ages and (_DENIED.match(plain) or denied):
        return Meaning(span, parts, sex=sex, measure=words.find_measure(rest)[0], notes=(printed,))
    flagged = words.ONLINE.search(plain) and not denied  # "Online flag: Yes"
    rest = _ANSWERED.sub(" ", rest) if ages or flagged else rest
    qualifiers, rest = words.find_qualifiers(rest)
    measure, rest = words.find_measure(rest)
    left = words.FILLER.sub(" ", words.TOTAL.sub(" ", rest)).strip()
    named = measure == "outcomes" and not re.search(r"\b(?:outcomes?|disposals?)\b", plain)
    age = ages[0] if len(ages) == 1 else None
    said = Meaning(span, parts, age, sex, measure=measure, total=total, qualifiers=qualifiers)
    return replace(said, notes=(printed,)) if named else replace(said, rest=re.sub(r"\s+", " ", left))


def _said_beside(offence: Meaning, plain: str) -> Meaning:
    """An offence with what its label says beside its name, and is no part of that: "rape (suspects)", "girls: rape"."""
    behind, ahead = BEHIND.search(plain), _AHEAD.match(plain)
    behind = behind if behind and looks_like_offence(plain[: behind.start()]) else None
    beside = behind or (ahead if ahead and looks_like_offence(plain[ahead.end() :]) else None)
    if not beside:
        return offence
    known = offences().get(offence.code)
    if known and any(beside["what"] in name.casefold() for name in (known.name, *known.other_names)):
        return offence
    said = read_force(beside["what"]) or _read_plain(beside["what"], beside["what"], "", "")
    said = replace(said, notes=(), total=False, measure=said.measure.replace("offences", ""))
    says = said.understood and (said.qualifiers or said.dimensions - {"offence", "period"})
    return said.over(offence) if says else offence


# "Victim under 18: No" is of all others; "(n)" and "No." stand for a number
_ANSWERED = re.compile(r"\s*(?:[-–:=?]+\s*(?:yes|y|true|no|n|false)|\(\s*(?:yes|true|no|false)\s*\))$")
_NO_FLAG = re.compile(
    r"(?P<begins>^(?:[\d/ \-–,(:]+ |\()?)(?:no|not|non|without)[\s\-]+(?:an? |any )?(?!of\b)"
)
_OFFLINE = re.compile(r"\boff-?line\b")
_DENIED = re.compile(r"not (?:aged? )?(?:under|over|below|above|between|a (?:child|minor))\b")


_IN_TOTAL = re.compile(r"(?i)\b(?:sub|grand)?[\s\-]?total\b")
_PAIR = re.compile(r"(?<![\d/\-])\d\d\s?[/\-]\s?\d\d(?![\d/\-])")


def _period(plain: str, role: str, hint: str) -> tuple[Span | None, tuple[Part, ...], str]:
    found = find_spans(plain, hint)
    kinds = {span.kind for span in found.spans}
    band = _PAIR.search(plain) if "short" in kinds and kinds & {"year", "range"} else None
    if band:  # beside its year, "2021/22 Female 16-17" states an age
        found = find_spans(f"{plain[: band.start()]} {plain[band.end() :]}", hint)
        found = replace(found, rest=f"{found.rest} {band[0]}")
    left = words.FILLER.sub(" ", found.rest).strip()
    known = find_sex(left)[0] or not words.FILLER.sub(" ", words.find_measure(find_ages(left)[1])[1]).strip()
    alone = role == "sex" or role != "age" and (not left or known)
    short = alone and "/" in plain and (role == "sex" or not _AGED.search(plain))  # "F 14/15"
    sure = {"year", "range", "either"} | ({"short"} if short else set())
    if role not in ("age", "sex"):
        sure |= {"month", "bare"} if alone or _IN_YEAR.search(plain) else {"month"}
    spans = [span for span in found.spans if role == "period" or span.kind in sure]
    if len(spans) != len(found.spans) or found.parts and not spans and role != "period" and left:
        return (spans[0] if spans else None), (), plain
    if len({(span.start, span.end) for span in spans if span.kind != "day"}) > 1:  # "2019 (Sep 18-Aug 19)"
        spans = [replace(spans[0], kind="either")]
    return (spans[0] if spans else None), found.parts, found.rest


# whom an offence is against by its name: "sexual assault on a female, victims by age"
_IN_YEAR, _AGED, _OF_WHOM = map(phrase, ("in a year", "word of an age", "whom an offence is against"))
_CODED = re.compile(r"0?\d{1,2}[A-Z]?/\d{1,2}|\d{3}/\d{2}|0\d{5}")
_NO_OFFENCES = (*words.OUTCOMES, "arrests", "suspects", "incidents", "referrals", "cancelled")
_REQUEST = re.compile(r"^\W*(?:foia?|freedom of information|request|(?:our )?ref\w*)\b[^a-z]*[:\-]\s*")


def looks_like_offence(rest: str) -> bool:
    bare = _REQUEST.sub("", rest).strip(" -:,.()")
    if not bare or len(bare) > 160:
        return False
    if words.CODE.fullmatch(bare):
        return resolve_offence(bare) is not None
    if re.fullmatch(r"(?:the )?sexual offences act(?:(?: of)? (?:19|20)\d\d)?", bare):
        return False  # an Act heads offences, and is none
    plain = _without_people(tidy(_FLAGGED.sub(" ", bare)))
    if words.GENERIC.match(plain) or not re.search(r"[a-z]{3}", bare):
        return False
    # "arrests for rape" counts arrests, not an offence code
    if words.find_measure(bare)[0] in _NO_OFFENCES:
        return False
    if words.OFFENCE_STEMS.search(bare):
        return True
    return bool(re.match(rf"(?:{words.CODE.pattern})\b\s*[\-:.]?\s*[a-z]", bare) and resolve_offence(bare))


_FLAGGED = re.compile(
    rf"\s*\b(?:with|having|committed|flagged|facilitated|carried out|that were|which were|as|an?|any)\b(?=.*{words.ONLINE.pattern})|{words.ONLINE.pattern}(?:\s+(?:element|aspect|component))?"
)


_BY, _PEOPLE_OF, _ONLY_BY = map(phrase, ("broken down by", "people of an offence", "only by what"))
_AROUND_PEOPLE = phrase("words around people")


_RECORDER = re.compile(r"\b(?:by|to|in) (?:the )?(?:[a-z&]+[ \-]){1,4}(?:police|constabulary)\b")


def _without_people(plain: str) -> str:
    """A text without ages, sexes and the words around them: "sexual offences against girls under 16" is generic."""
    rest = find_sex(find_ages(_BY.sub("", _RECORDER.sub(" ", plain)))[1])[1]
    return " ".join(_AROUND_PEOPLE.sub(" ", rest).split())


def says_little(title: str) -> bool:
    """Whether a title says only by what a table is split, or of which year it is, and leaves what it counts to one before."""
    said = read_label(title)
    return bool(_ONLY_BY.match(title)) or said.understood and said.dimensions == {"period"}


# --- what a text is about: the sexual offences that a round asks for, or other crime, which it does not -----------------------

_SEXUAL, _OTHER = phrase("sexual"), phrase("other crime")
_OTHER_CODE = re.compile(r"0(?!17|18|19|2[0-3]|7[0-4]|88|86|13|11)\d\d/\d\d\b")
"""A code in full of a class that holds no sexual offence."""


@lru_cache(maxsize=20_000)
def subject_of(text: str, code: str = "") -> str:
    """What a text is about, or the offence of a code: ``sexual``, ``other``, or nothing that is known.

    >>> subject_of("Domestic abuse crimes"), subject_of("Serious sexual offences"), subject_of("East Belfast")
    ('other', 'sexual', '')
    >>> subject_of("Grave and criminal assault"), subject_of("Serious sexual assault")
    ('other', 'sexual')
    """
    if code in offences():
        return "sexual" if offences()[code].sexual or code == IMAGES else "other"
    text = text.replace("_", " ")
    if _SEXUAL.search(text):
        return "sexual"
    return "other" if _OTHER.search(text) or _OTHER_CODE.match(text) else ""


def subject_of_title(text: str) -> str:
    """What a title, or a question, is about: the first of its sentences that names a crime, without what stands in brackets or behind "including".

    ``mixed`` where it names other crime before sexual offences, or child abuse of any kind.

    >>> subject_of_title("How many hate crimes (race, sexual orientation)? I ask nothing of rapes.")
    'other'
    >>> subject_of_title("Violent and sexual offences in parks"), subject_of_title("Sexual offences. Not violence.")
    ('mixed', 'sexual')
    >>> subject_of_title("Sex trafficking and exploitation")
    'mixed'
    """
    for sentence in re.split(r"[.?!;]\s+", re.sub(r"\([^()]*\)", " ", text)):
        counted = _ASIDE.split(sentence)[0]
        if subject := subject_of(counted):
            sexual, other = _SEXUAL.search(counted), _OTHER.search(counted)
            before = sexual and other and other.start() < sexual.start()
            unsaid = sexual and not _SEXUAL.search(_ABUSE.sub(" ", counted))
            return "mixed" if before or unsaid else subject
    return ""


# of child abuse only a part is sexual
_ASIDE, _ABUSE = phrase("aside"), phrase("child abuse of any kind")


IMAGES = "86"
BESIDE = ("11A", "13", IMAGES)
"""Codes of children and of images in other groups of offences: those of images are asked for too."""
