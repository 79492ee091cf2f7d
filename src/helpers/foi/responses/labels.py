"""What a printed label means: "Girls aged 13-15" is female, 13 to 15; "17A" is a Home Office code.

:func:`read_label` reads one label; :func:`read_axis` reads all labels of a row or column heading together,
because siblings settle what one alone leaves open: "Unknown" among ages, 13/14 among years, 21 among codes.
A heading such as "Victim age" gives the axis its :func:`role_of_heading`. Offence names are never mined for
sex or age: "rape of a female child under 13" says what the code covers, not who the victims in a row were.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache

from helpers.foi.responses.ages import Age, find_ages, find_sex, is_not_known, settle
from helpers.foi.responses.spans import Part, Span, find_spans, narrow
from helpers.foi.responses.values import tidy
from helpers.tables.forces import FORCES, resolve_force
from helpers.tables.offences import offences, resolve_offence

LONGEST, LONGEST_SENTENCE = 400, 1_500  # characters of a label and of a sentence that are looked at

MEASURES = {
    "offences": r"offen[cs]es?|crimes?|allegations?",
    "victims": r"victims|complainants|children|persons|people|injured parties",
    "suspects": r"suspects?|offenders?|perpetrators?|defendants?|nominals?|accused",
    "arrests": r"arrests?|arrested",
    "charges": r"charges?|charged|summons(?:ed|es)?",
    "cautions": r"cautions?",
    "convictions": r"convictions?|convicted",
    "prosecutions": r"prosecutions?|prosecuted",
    "detections": r"detections?|detected|solved|cleared[\s\-]up",
    "outcomes": r"outcomes?|disposals?",
    "incidents": r"incidents?",
    "reports": r"reports?|referrals?|calls",
    "cancelled": r"no[\s\-]?crim(?:e|es|ed)|cancelled(?: crimes| records| offences)?|transferred or cancelled",
}
"""What may be counted, with the words that say so. The word that comes first in a text decides."""

ONLINE = re.compile(
    r"\b(?:cyber|on-?line|internet|digital)[\s\-]?(?:flag(?:ged)?|crime|element|enabled|related|marker)?\b"
)
NON_RECENT = re.compile(r"\b(?:non-?recent|historic(?:al)?)\b")

_TOTAL = re.compile(
    r"\b(?:(?:grand|sub|overall|combined|force|column|row|running)[\s\-]?totals?|totals?|sum)\b(?!\s+(?:number|no\.?|count)\b)"
    r"|^\W*(?:all|overall|both|combined|sum)\W*$"
    r"|\ball\s+(?:ages|victims|persons|people|offences|crimes|sexual offences|years|genders|sexes|children|codes|periods|males and females|known)\b"
    r"|\bboth\s+(?:sexes|genders)\b|\b(?:male|female)s?\s*(?:and|&|\+|/)\s*(?:fe)?males?\b|^persons$"
)
_IGNORE = (
    ("percent", r"%|\bper\s?cent(?:age)?s?\b|\bproportion\b|\bshare of\b|\bpct\b"),
    ("rate", r"\brates?\b|\bper\s+(?:1,?000|10,?000|100,?000|head|capita|thousand)\b|\bratio\b"),
    ("change", r"\b(?:change|difference|variance|variation|increase|decrease|diff)\b|\+/-|±"),
    ("average", r"\b(?:average|mean|median|avg|std|standard deviation)\b"),
    (
        "other",
        r"\b(?:rank|population|cost|price|fee|hours|budget|page|index|target|confidence interval|margin)\b|£",
    ),
)
_REFERENCE = re.compile(
    r"\b(?:tel(?:ephone)?|phone|mobile|fax|e-?mail|our ref|your ref|ref(?:erence)?(?: no| number)?|foi(?:a)?(?: no| ref| reference| request)?|request (?:no|number|ref)"
    r"|page|pages|version|postcode|po box|collar|urn|section|s\.|article|ext(?:ension)?|room|floor|date|dated|issued|received|question|appendix|annex|vat|call|dx|case no|act)\b"
)
_QUALIFIERS = (
    ("provisional", r"\bprovisional\b|\(p\)"),
    ("revised", r"\brevised\b|\(r\)"),
    ("approximate", r"\bapprox(?:imate(?:ly)?)?\b|\bestimated?\b"),
)
_FILLER = re.compile(
    r"\b(?:the|of|in|for|by|at|to|a|an|and|or|with|where|was|were|is|are|no|number|numbers|nos|count|counts|counted|total|recorded|recording|sexual|sex|gender|"
    r"victim|victims|victim's|age|aged|ages|group|groups|band|bands|year|years|yrs?|fy|financial|fiscal|calendar|period|offence|offences|crime|crimes|child|children|"
    r"during|between|from|against|on|which|who|police|cases?|figures?|data|old|sum|volume|quantity|vics?|persons?|people|time|full|date|only|all|reported)\b|[^\w\s]"
)
_STEMS = re.compile(
    r"rape|sexual|assault|indecen|groom|exploit|abus|incest|voyeur|exposure|prostitut|traffick|penetrat|sexting|image|incit|cruelty|neglect|abduct"
    r"|harass|stalk|burglar|theft|robber|violen|homicide|murder|manslaughter|wounding|damage|arson|drug|fraud|weapon|kidnap|coerci|bigamy|solicit"
    r"|familial|intercourse|sodomy|buggery|slavery|upskirt|of trust|gross|obscene|pornograph|threats?|malicious|public order|shoplift|vehicle"
)
_GENERIC = re.compile(
    r"^\W*(?:the |all |total |number of |no\.? of |count of |sum of |recorded |reported |other )*(?:child )?(?:sexual |sex |notifiable |recorded )*(?:offences?|crimes?|abuse offences?|abuse crimes?)"
    r"(?: recorded| reported| against children| involving children| against (?:a )?child(?:ren)?)*\W*$"
)
_CODE = re.compile(r"(?:h\.?o\.?(?:\s*code)?\s*)?\d{1,3}\s?[a-z]|0?\d{1,3}/\d{1,3}|\d{5}", re.IGNORECASE)

_HEADINGS = (
    (
        "start",
        r"^\W*(?:from|start|begin(?:ning)?)(?: date| of period)?\W*(?:\(.*\))?$|^(?:date from|period (?:start|from))$",
    ),
    ("end", r"^\W*(?:to|until|end)(?: date| of period)?\W*(?:\(.*\))?$|^(?:date to|period (?:end|to))$"),
    (
        "delay",
        r"\bdelay\b|time (?:between|elapsed|taken|from offence)|length of time|reported within|lapse|\bdays\b",
    ),
    (
        "id",
        r"\b(?:ref(?:erence)?s?|urn|serial|unique|row (?:no|number|id)|s/n|rank|postcode|beat|easting|northing|uid|id|index|item)\b|^\W*(?:#|no\.?|num)\W*$|(?:crime|incident|occurrence|case|record|log|investigation|victim|suspect|nominal|person)\s*(?:no\b|num\w*|ref\w*|id\b|urn)|^occurrence$",
    ),
    ("born", r"\bd\.?o\.?b\.?\b|date of birth|birth"),
    ("subcode", r"sub[\s\-]?class(?:ification)?\b|sub[\s\-]?code\b"),
    (
        "code",
        r"\b(?:ho|home office|hocr|offence|crime|class(?:ification)?|counting rules?)\b.*\b(?:code|class|classification no|number)s?\b|^\W*(?:codes?|class)\W*$|\bho\s?class\b|\bhocc?\b|\bhomc\b",
    ),
    ("sex", r"\b(?:sex|gender)\b(?!\s*(?:offen|crime))"),
    ("age", r"\bage(?:s|d)?\b(?!\s*(?:of|at) (?:suspect|offender))"),
    ("force", r"\b(?:police\s+)?force\b(?!\s+(?:total|code))|\bpfa\b|police (?:force )?area|constabular"),
    ("quarter", r"\b(?:quarter|qtr)\b"),
    ("month", r"\bmonth\b"),
    (
        "date",
        r"\bdates?\b|\bdatetime\b|^when\b|\b(?:recorded|created|reported|occurred|committed)\s+(?:on|from|to|start|end|dt)\b|^(?:recorded|created|reported)$",
    ),
    ("period", r"\b(?:year|yr|period|fy|f/y|y/e|timeframe|financial|fiscal|calendar)\b"),
    (
        "text",
        r"\b(?:note|notes|comments?|remarks?|district|division|borough|location|ward|town|area|region|outcome|disposal|status|relationship|ethnic\w*|nationality|method|mo|platform|flag|flagged|keyword|marker|site|station|source|team|unit|reason|result|county|lpu|lpa|csp|qualifier|finalisation|premises)\b",
    ),
    (
        "offence",
        r"\boffences?\b(?!\s*(?:count|recorded|total))|\bcrime type|\bcrime\b(?!s|\s*(?:count|recorded|total))|classification|description|categor|\btype\b|\bcrime group|\bho (?:group|desc)",
    ),
    (
        "count",
        r"\b(?:count|number|no|total|volume|frequency|quantity|figure|figures|recorded|sum|crimes|offences|victims|records|incidents|n)\b",
    ),
)
_COUNT_WORDS = re.compile(r"\b(?:count|number of|no\.? of|total|volume|frequency|quantity|sum of)\b|#\s*of")
ATTRIBUTES = frozenset(
    {
        "start",
        "end",
        "delay",
        "id",
        "born",
        "subcode",
        "code",
        "sex",
        "age",
        "force",
        "quarter",
        "month",
        "date",
        "period",
        "text",
        "offence",
    }
)


@dataclass(frozen=True)
class Meaning:
    """What a label says of the figures under or beside it. Whatever it does not say is empty."""

    span: Span | None = None
    parts: tuple[Part, ...] = ()
    age: Age | None = None
    sex: str = ""
    offence: str = ""
    code: str = ""
    measure: str = ""
    force: str = ""
    total: bool = False
    ignore: str = ""
    qualifiers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rest: str = ""

    @property
    def dimensions(self) -> frozenset[str]:
        """The names of what it fixes: period, age, sex, offence, force, measure."""
        pairs = (
            ("period", self.span or self.parts),
            ("age", self.age),
            ("sex", self.sex),
            ("offence", self.offence or self.code),
            ("force", self.force),
            ("measure", self.measure),
        )
        return frozenset(name for name, value in pairs if value)

    @property
    def understood(self) -> bool:
        """Whether nothing of the label is left unread."""
        return not self.rest

    def over(self, outer: Meaning) -> Meaning:
        """This meaning within a wider one: what this says goes before what the wider says."""
        span, parts = self.span, self.parts + outer.parts
        if span is None:
            span = outer.span
        elif outer.span and span != outer.span:
            span = _inner(span, outer.span)
        if span and parts:
            for part in parts:
                span = narrow(span, part)
            parts = ()
        return Meaning(
            span,
            parts,
            self.age or outer.age,
            self.sex or outer.sex,
            self.offence or outer.offence,
            self.code or ("" if self.offence else outer.code),
            self.measure or outer.measure,
            self.force or outer.force,
            self.total or outer.total,
            self.ignore or outer.ignore,
            tuple(dict.fromkeys(outer.qualifiers + self.qualifiers)),
            tuple(dict.fromkeys(outer.notes + self.notes)),
            self.rest or outer.rest,
        )


NOTHING = Meaning()


def _inner(first: Span, second: Span) -> Span:
    """Of two spans the one that lies within the other; else the first."""
    inside = (second.start or first.start) and first.start and second.start and second.end and first.end
    return second if inside and first.start <= second.start and second.end <= first.end else first


def role_of_heading(text: str) -> str:
    """What a column holds, going by its heading; empty when the heading says nothing of the kind.

    >>> [role_of_heading(t) for t in ("Victim Age", "HO Code", "Financial Year", "No. of offences", "Crime Ref")]
    ['age', 'code', 'period', 'count', 'id']
    """
    return _role_of_heading(tidy(text).casefold())


@lru_cache(maxsize=5_000)
def _role_of_heading(plain: str) -> str:
    plain = re.sub(r"[_/]+|(?<=[a-z])\.(?=[a-z])", " ", plain)
    if not plain or len(plain) > 90:
        return ""
    if _COUNT_WORDS.search(plain) and not re.search(r"\bref|code|class", plain):
        return "count"
    for role, pattern in _HEADINGS:
        if re.search(pattern, plain):
            return role
    return ""


def strip_marks(text: str) -> tuple[str, str]:
    """A label without its footnote marks, and the marks.

    >>> strip_marks("2015/16*"), strip_marks("Female [note 1]")
    (('2015/16', '*'), ('Female', '[note 1]'))
    """
    found = re.search(
        r"\s*(?P<marks>(?:[*†‡§¶^#⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[(?:note )?\w{1,2}\]|\((?:note )?\d\)\s*$)+)\s*:?\s*$", text
    )
    if found and found.start() > 0:
        return text[: found.start()].strip(), found["marks"].strip()
    return text.strip(), ""


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
    if len(text) > LONGEST:
        return Meaning(rest="a long text")
    printed, _ = strip_marks(tidy(text))
    plain = printed.casefold()
    if not plain:
        return NOTHING
    if role in ("code", "subcode"):
        return _read_code(printed) or _read_plain(plain, printed, "", hint)
    if role == "force":
        return _read_force(printed) or _read_plain(plain, printed, "", hint)
    if role in ("text", "delay"):
        if _TOTAL.search(plain):
            return Meaning(total=True)
        return Meaning(notes=(f"{tidy(hint)}: {printed}" if hint else printed,))
    if role == "offence":
        return _read_offence(plain, printed, hint)
    return _read_plain(plain, printed, role, hint)


def _read_code(printed: str) -> Meaning | None:
    code = resolve_offence(printed)
    return Meaning(offence=printed, code=code) if code else None


def _read_force(printed: str) -> Meaning | None:
    try:
        return Meaning(force=resolve_force(printed))
    except ValueError:
        return None


def _read_offence(plain: str, printed: str, hint: str) -> Meaning:
    if _TOTAL.search(plain) and not resolve_offence(printed):
        inner = _TOTAL.sub(" ", plain).strip(" -:")
        if inner and (_STEMS.search(inner) or resolve_offence(inner)) and not _GENERIC.match(inner):
            return replace(
                _offence_of(inner, re.sub(r"(?i)\b(?:sub|grand)?[\s\-]?total\b", "", printed).strip(" -:")),
                total=True,
            )
        return Meaning(total=True)
    found = find_spans(plain, hint)
    kept = tuple(span for span in found.spans if span.kind not in ("short", "bare"))
    rest = found.rest if kept else plain
    meaning = _offence_of(rest, printed)
    if kept and rest.strip(" -:,()"):
        meaning = replace(meaning, span=kept[0])
    elif kept:
        return Meaning(span=kept[0])
    if re.search(r"\bvictims?\b", plain):
        meaning = _demographics(meaning, plain)
    return meaning


def _offence_of(plain: str, printed: str) -> Meaning:
    spelled = re.sub(r"\bf\b", "female", re.sub(r"\bm\b", "male", plain))
    return Meaning(offence=printed, code=resolve_offence(plain) or resolve_offence(spelled) or "")


def _demographics(meaning: Meaning, plain: str) -> Meaning:
    ages, rest = find_ages(plain)
    sex, _ = find_sex(rest)
    return replace(meaning, age=ages[0] if len(ages) == 1 else meaning.age, sex=sex or meaning.sex)


def _read_plain(plain: str, printed: str, role: str, hint: str) -> Meaning:
    ignored = next((name for name, pattern in _IGNORE if re.search(pattern, plain)), "")
    if ignored == "percent" and re.search(
        r"\b(?:n|no|number|count|offences)\b\.?\s*(?:and|&|/)?\s*\(?\s*(?:%|per ?cent)", plain
    ):
        ignored, plain = (
            "",
            re.sub(r"\b(?:n|no)\b\.?|\(?\s*(?:%|per ?cent(?:age)?s?)\s*\)?", " ", plain).strip(),
        )
        printed = plain
    if ignored and not (len(plain) > 60 or resolve_offence(printed) and _STEMS.search(plain)):
        return Meaning(ignore=ignored)
    span, parts, rest = _period(plain, role, hint)
    if role not in ("age", "sex", "period") and _looks_like_offence(rest, printed):
        offence = _offence_of(rest, printed)
        if re.search(r"\bvictims\b|\bvictim(?:s)?\s+aged\b|\bmales?$|\bfemales?$", rest) and not offence.code:
            offence = _demographics(offence, rest)
        total = bool(_TOTAL.search(rest))
        return replace(offence, span=span, parts=parts, total=total)
    total = bool(_TOTAL.search(rest))
    ages, rest = find_ages(rest, sure=role == "age")
    sex, rest = find_sex(rest, sure=role == "sex")
    qualifiers = tuple(name for name, pattern in _QUALIFIERS if re.search(pattern, rest))
    for _, pattern in _QUALIFIERS:
        rest = re.sub(pattern, " ", rest)
    measure, rest = find_measure(rest)
    left = _FILLER.sub(" ", _TOTAL.sub(" ", rest)).strip()
    if is_not_known(rest) and not (ages or sex or span):
        left = "unknown"
    return Meaning(
        span,
        parts,
        ages[0] if len(ages) == 1 else None,
        sex,
        measure=measure,
        total=total,
        qualifiers=qualifiers,
        rest=re.sub(r"\s+", " ", left),
    )


def _period(plain: str, role: str, hint: str) -> tuple[Span | None, tuple[Part, ...], str]:
    found = find_spans(plain, hint)
    if role in ("age", "sex"):
        spans = tuple(span for span in found.spans if span.kind in ("year", "range"))
    elif role == "period":
        spans = found.spans
    else:
        left = _FILLER.sub(" ", found.rest).strip()
        age_like = bool(re.search(r"\bage|\byears?\b|\byrs?\b|\bold", plain))
        spans = tuple(
            span
            for span in found.spans
            if span.kind in ("year", "range", "month")
            or (span.kind == "bare" and (not left or find_sex(left)[0]))
            or (span.kind == "short" and not left and not age_like and "/" in plain)
        )
    if len(spans) != len(found.spans):
        return (
            (spans[0] if spans else None),
            (),
            found.rest if spans and len(spans) == len(found.spans) else plain,
        )
    parts = found.parts
    if parts and role not in ("period",) and not spans and _FILLER.sub(" ", found.rest).strip():
        return None, (), plain
    return (spans[0] if spans else None), parts, found.rest


def _looks_like_offence(rest: str, printed: str) -> bool:
    bare = rest.strip(" -:,.()")
    if not bare or len(bare) > 160:
        return False
    if _CODE.fullmatch(bare):
        return resolve_offence(bare) is not None
    if _GENERIC.match(_without_people(bare)) or not re.search(r"[a-z]{3}", bare):
        return False
    # "arrests for rape" counts arrests, not an offence code
    if find_measure(bare)[0] in (
        "arrests",
        "charges",
        "convictions",
        "prosecutions",
        "cautions",
        "outcomes",
        "suspects",
        "incidents",
    ):
        return False
    if _STEMS.search(bare):
        return True
    return bool(re.match(rf"(?:{_CODE.pattern})\b\s*[\-:.]?\s*[a-z]", bare) and resolve_offence(bare))


def _without_people(plain: str) -> str:
    """A text without ages, sexes and the words around them: "sexual offences against girls under 16" is generic."""
    rest = find_sex(find_ages(plain)[1])[1]
    return re.sub(
        r"\b(?:against|involving|on|by|where|with|the|victims?|were|was|are|is|who|children|child|persons?|people|of)\b",
        " ",
        rest,
    )


def find_measure(plain: str) -> tuple[str, str]:
    """What a text counts, and the text that is left.

    >>> find_measure("number of arrests for sexual offences")[0], find_measure("girls")[0]
    ('arrests', '')
    """
    plain = re.sub(r"\boffen[cs]es act\b|\bcrime (?:number|ref\w*)\b", " ", plain)
    if ONLINE.search(plain):
        return "cyber_flagged", ONLINE.sub(" ", plain)
    first = None
    for name, pattern in MEASURES.items():
        found = re.search(rf"\b(?:{pattern})\b", plain)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), name, found)
    if first is None:
        return "", plain
    if first[1] == "victims" and first[2][0] in ("children", "persons", "people"):
        others = find_measure(plain[: first[2].start()] + plain[first[2].end() :])
        return (others[0] or "", plain) if others[0] else ("", plain)
    return first[1], re.sub(rf"\b(?:{MEASURES[first[1]]})\b", " ", plain)


@dataclass(frozen=True)
class Axis:
    """The labels of one axis, read together."""

    role: str
    meanings: tuple[Meaning, ...]
    roles: tuple[str, ...] = field(default=())


def read_axis(labels: list[str], hint: str = "", book: dict[str, Meaning] | None = None) -> Axis:
    """Read the labels of one row or column heading together.

    Parameters
    ----------
    labels : list of str
        As printed, in order; blanks are allowed and mean nothing.
    hint : str
        The heading over them.
    book : dict, optional
        Meanings that the analyst has decided, by printed label; they go before everything.

    Examples
    --------
    >>> axis = read_axis(["0-4", "5-9", "Unknown", "Total"])
    >>> axis.role, axis.meanings[2].age.unknown, axis.meanings[3].total
    ('age', True, True)
    >>> read_axis(["13/14", "14/15"]).role, read_axis(["13-14", "15-17"]).role
    ('period', 'age')
    """
    stripped = [strip_marks(tidy(label))[0] for label in labels]
    given = role_of_heading(hint) if hint else ""
    if given in ("quarter", "month") and all(
        re.fullmatch(r"q?\d{1,2}", label.casefold()) for label in stripped if label
    ):
        return _numbered_parts(stripped, given)
    role = _axis_role([label for label in stripped if label], given, hint)
    meanings, roles = [], []
    for label in stripped:
        meaning, its_role = _within(label, role, given, hint)
        meanings.append(meaning)
        roles.append(its_role)
    _settle_ages(meanings)
    if book:
        meanings = [
            book.get(label.casefold(), meaning) for label, meaning in zip(stripped, meanings, strict=True)
        ]
    return Axis(role, tuple(meanings), tuple(roles))


def _numbered_parts(labels: list[str], unit: str) -> Axis:
    """Quarters 1 to 4 and months 1 to 12, whose year stands in another column."""
    meanings = []
    for label in labels:
        number = int(label.casefold().lstrip("q")) if label else 0
        if unit == "quarter" and 1 <= number <= 4:
            meanings.append(Meaning(parts=(Part("months", 3 * number - 2, 3 * number),)))
        else:
            meanings.append(
                Meaning(parts=(Part("month", number),)) if 1 <= number <= 12 and unit == "month" else NOTHING
            )
    return Axis("period", tuple(meanings), ("period",) * len(labels))


def _axis_role(labels: list[str], given: str, hint: str) -> str:
    distinct = list(dict.fromkeys(labels))
    plain = [label for label in distinct if not _TOTAL.search(label.casefold())]
    if not plain:
        return given if given in ATTRIBUTES else ""
    scores = Counter(
        {
            role: sum(_fits(label, role, hint) for label in plain)
            for role in ("period", "age", "sex", "code", "force")
        }
    )
    if given in ("quarter", "month", "date"):
        given = "period"
    if given in scores and scores[given] >= max(1, len(plain) // 2):
        return given
    if given in ("text", "") and scores["force"] == len(plain) and len(plain) > 1:
        return "force"
    if given in ("text", "delay", "id", "born", "subcode", "start", "end"):
        return given
    if given == "offence":
        named = sum(bool(_STEMS.search(label.casefold()) or resolve_offence(label)) for label in plain)
        other = max(scores["age"], scores["sex"], scores["period"], scores["force"])
        if named * 2 >= len(plain) or other * 2 < len(plain):
            return given
    if scores["period"] and scores["age"] >= scores["period"] and _chain(plain):
        scores["age"] = 0
    elif scores["age"] and scores["period"] and not _chain(plain) and scores["age"] >= scores["period"]:
        scores["period"] = 0
    best, score = max(scores.items(), key=lambda item: item[1])
    offence = sum(bool({"offence"} & read_label(label).dimensions) for label in plain)
    if offence > score or (
        offence == score and best == "code" and any(not _CODE.fullmatch(label) for label in plain)
    ):
        return "offence"
    if score * 2 >= len(plain):
        return best
    return given if given in ATTRIBUTES else ""


def _fits(label: str, role: str, hint: str) -> bool:
    if role == "code":
        bare = bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", label)) and role_of_heading(hint) in (
            "code",
            "offence",
        )
        return bool((_CODE.fullmatch(label) or bare) and resolve_offence(label))
    if role == "force":
        return label in FORCES or bool(
            re.search(r"(?i)[a-z]{3}", label) and len(label) < 50 and _read_force(label)
        )
    if (
        role == "age"
        and find_spans(label).spans
        and find_spans(label).spans[0].kind in ("year", "month", "range", "day")
    ):
        return False
    if role == "age" and re.fullmatch(r"\d{1,3}", label) and role_of_heading(hint) != "age":
        return False
    if role == "sex" and re.fullmatch(r"[a-eg-ln-z]", label.casefold()) and role_of_heading(hint) != "sex":
        return False  # "n" heads numbers; only F and M tell an axis of sexes by themselves
    return role in read_label(label, role, hint).dimensions and (
        role not in ("age", "sex") or not _looks_like_offence(label.casefold(), label)
    )


def _chain(labels: list[str]) -> bool:
    """Whether two-digit pairs are years: each second is the next of its first, and they overlap or stand alone."""
    pairs = [re.fullmatch(r"'?(\d\d)\s?[/\-]\s?'?(\d\d)", label) for label in labels]
    numbers = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
    if not numbers or any((a + 1) % 100 != b for a, b in numbers):
        return False
    if len(numbers) == 1:
        return "/" in labels[0] if len(labels) == 1 else False
    ordered = sorted(numbers)
    return all(first[1] == second[0] for first, second in zip(ordered, ordered[1:], strict=False))


def _within(label: str, role: str, given: str, hint: str) -> tuple[Meaning, str]:
    if not label:
        return NOTHING, ""
    used = (hint or "period") if role == "period" else hint if role in ("text", "delay") else ""
    meaning = read_label(label, role, used)
    if role and role in {"code": {"code"}, "subcode": {"subcode"}}.get(role, set()) and meaning.code:
        return meaning, role
    if meaning.total and not meaning.dimensions:
        return meaning, ""
    if (
        role in meaning.dimensions
        or meaning.total
        or meaning.ignore
        or role in ("", "text", "delay", "offence")
    ):
        main = (
            role
            if role in meaning.dimensions or not meaning.dimensions
            else next(iter(sorted(meaning.dimensions)))
        )
        return meaning, main
    free = read_label(label)
    if free.dimensions - {"measure"}:
        return free, next(
            name for name in ("period", "offence", "age", "sex", "force") if name in free.dimensions
        )
    return meaning, ""


def _settle_ages(meanings: list[Meaning]) -> None:
    places = [place for place, meaning in enumerate(meanings) if meaning.age]
    for place, age in zip(places, settle([meanings[place].age for place in places]), strict=True):
        meanings[place] = replace(meanings[place], age=age)


_NAMED = re.compile(
    r"(?:attempted )?rape (?:of|on) an? (?:fe)?male(?: child| person)?s?(?: aged)?(?: (?:under|over) \d\d| \d\d (?:and|or|years and) over)?"
    r"|(?:sexual )?assault (?:on|of) an? (?:fe)?male(?: child| person)?(?: aged)?(?: under \d\d| \d\d (?:and|or|years and) over)?(?: by penetration)?"
    r"|sexual activity (?:involving|with) (?:an? )?(?:fe)?(?:male )?child(?:ren)?(?: aged)?(?: under (?:the age of )?\d\d)?"
    r"|sexual communications? with (?:a )?child(?:ren)?|meeting a child following(?: sexual)? grooming|sexual grooming"
    r"|abuse of (?:a )?position of trust(?: of a sexual nature)?|abuse of children through (?:sexual exploitation|prostitution and pornography)"
    r"|causing (?:or inciting )?(?:an? )?(?:fe)?(?:male )?child(?: under \d\d)? to engage in sexual activity"
)
_STATED_CODE = re.compile(
    r"\b(?:h\.?o\.?|home office|offence|crime|recording|crime recording)\s+(?:offence |recording |crime )?codes?\s*:?\s*(?P<code>\d{1,3}[a-z]?(?:/\d{1,3})?|\d{5})\b"
    r"|\bcode\s+(?P<short>\d{1,3}[a-z]|\d{1,3}/\d{1,3})\b|\((?P<bracket>\d{1,3}[a-z])\)|\b(?P<plain>(?:17|19|20|22|88)[a-k])\b"
)


_PEOPLE = re.compile(
    r"\bage[ds]?\b|child|\bvictims?\b|\bgirls?\b|\bboys?\b|\bminors?\b|\byoung|juvenile|\bpersons?\b|\bpeople\b|male|\byears? old|year[\s\-]olds?|\bunder[\s\-](?:the age of )?1[1-8]s?\b|\b1[1-8] (?:and|or) (?:under|over)|\bu1[368]s?\b"
)


@lru_cache(maxsize=5_000)
def read_context(text: str) -> Meaning:
    """Read a title or a sentence above a table: what it says of everything below.

    Unlike a label, a sentence is searched: only what it plainly states is taken, and what it states more than
    once with different values is left out; `rest` then names it.

    >>> title = read_context("Table 2: Sexual offences against girls aged under 16, April 2014 to March 2015")
    >>> title.sex, title.age.high, title.span.year, title.measure
    ('female', 15, '2014/15', 'offences')
    """
    plain = tidy(text[:LONGEST_SENTENCE]).casefold()
    plain = re.sub(r"^\W*(?:table|figure|chart|annex|appendix|q(?:uestion)?)\s*\d+[a-z]?\W*", "", plain)
    printed = [next(filter(None, found.groups())) for found in _STATED_CODE.finditer(plain)]
    codes = {code: text for text in printed for code in [resolve_offence(text)] if code}
    plain = _STATED_CODE.sub(" ", plain)
    names = [found[0] for found in _names().finditer(plain)]
    plain = _names().sub(" ", plain)
    offence = names[0] if len(set(names)) == 1 else ""
    code = (
        next(iter(codes))
        if len(codes) == 1
        else (resolve_offence(offence) or "" if offence and not codes else "")
    )
    if len(set(names)) > 1 and len(codes) != 1:
        offence = code = ""
    found = find_spans(plain)
    found = replace(found, parts=()) if re.match(r"\W*q\s?\d", text.casefold()) else found
    people = bool(_PEOPLE.search(plain))
    spans = [
        span
        for span in found.spans
        if span.kind in ("year", "range", "month") or (span.kind == "bare" and _bare_is_period(plain))
    ]
    spans = list(dict.fromkeys(replace(span, kind="year") for span in spans))
    rest = found.rest
    ages, rest = find_ages(rest)
    ages = tuple(dict.fromkeys(ages)) if people else ()
    sex, rest = find_sex(rest)
    qualifiers = tuple(name for name, pattern in _QUALIFIERS if re.search(pattern, rest))
    return Meaning(
        spans[0] if len(spans) == 1 else None,
        found.parts if len(found.parts) == 1 and found.parts[0].unit != "month" and not spans else (),
        ages[0] if len(ages) == 1 else None,
        sex,
        offence or (codes[code].upper() if len(codes) == 1 else ""),
        code,
        find_measure(rest)[0],
        qualifiers=qualifiers,
        rest=" ".join(["periods"] * (len(spans) > 1) + ["ages"] * (len(ages) > 1)),
    )


@lru_cache(maxsize=1)
def _names() -> re.Pattern:
    names = sorted(
        {
            name.casefold()
            for one in offences().values()
            if one.sexual
            for name in (one.name, *one.other_names)
        },
        key=len,
        reverse=True,
    )
    return re.compile("|".join([*map(re.escape, names), _NAMED.pattern]))


def _bare_is_period(plain: str) -> bool:
    return bool(
        re.search(r"\b(?:in|during|for|calendar year|year|from|since)\s+(?:19|20)\d\d\b", plain)
        or re.search(r"(?:^|[,:\-(]\s*)(?:19|20)\d\d\)?\s*$", plain)
        or re.match(r"\W*(?:19|20)\d\d\b\W", plain)
        or re.fullmatch(r"\W*(?:19|20)\d\d\W*", plain)
    )


def is_reference(text: str) -> bool:
    """Whether a label names something that is no figure: a telephone, a page, a reference.

    >>> is_reference("Our ref"), is_reference("Female")
    (True, False)
    """
    return bool(_REFERENCE.search(tidy(text).casefold()))
