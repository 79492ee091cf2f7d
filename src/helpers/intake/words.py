"""The words that headings and labels are made of: what is counted, what totals, shares and references are called.

The vocabulary is here once, as patterns with names; :func:`role_of_heading` says what a column holds by its heading,
:func:`find_measure` what a text counts. No label is read here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from helpers.intake.values import tidy

LONGEST_LABEL, LONGEST_SENTENCE = 400, 1_500  # characters of a label and of a sentence that are looked at


MEASURES = {
    "offences": r"(?:offen[cs]es?|crimes?)(?! (?:victims?|suspects?|offenders?)\b)|allegations?",
    "victims": r"victims|complainants|children|persons|people|injured parties",
    "suspects": r"suspects?|offenders?|perpetrators?|defendants?|nominals?|accused",
    "arrests": r"arrests?|arrested",
    "charges": r"charges?|charged|summons(?:ed|es)?",
    "cautions": r"cautions?|cautioned",
    "convictions": r"convictions?|convicted",
    "prosecutions": r"prosecutions?|prosecuted",
    "detections": r"detections?|detected|solved|cleared[\s\-]up",
    "outcomes": r"outcomes?|disposals?|nfa|no further action|evidential difficult\w*|(?:community|restorative) resolutions?|undetected|unresolved"
    r"|taken into consideration|no suspect identified|suspect not identified|not in the public interest|out of court|under investigation",
    "incidents": r"incidents?",
    "reports": r"reports?(?! (?:an?|it|this|on-?line|something|crime)\b)|referrals?|calls",
    "not_recorded": r"n[\s/]?100(?:\.\d)?",  # reports of rape that were not recorded as crimes
    "cancelled": r"no[\s\-]?crim(?:e|es|ed)|cancelled(?: crimes| records| offences)?|transferred or cancelled",
}
"""What may be counted, with the words that say so. The word that comes first in a text decides."""


OUTCOMES = ("charges", "cautions", "convictions", "prosecutions", "detections", "outcomes")
"""The measures that say how offences ended: among offences they are none."""


ONLINE = re.compile(
    r"\b(?:cyber|on-?line|internet|digital)[\s\-]?(?:flag(?:ged)?|crime|element|enabled|related|marker)?\b"
)


# a count by flag or by relationship is no count of what is flagged, or of those who are related
_BREAKDOWN = re.compile(
    r"\bby (?:the )?(?:(?:cyber|on-?line|internet|digital)[\s\-]?(?:crime )?(?:flag|marker|element)|relationships?\b.*|suspects? and victims?|victims? and suspects?)\b"
    r"|\brelationships? (?:of|between|to) (?:the )?(?:suspects?|offenders?|perpetrators?|victims?)(?: (?:and|to|with) (?:the )?(?:suspects?|offenders?|perpetrators?|victims?))?"
    r"|\b(?:suspects?|offenders?|perpetrators?|victims?)(?:'s)?(?: |-)(?:to|and)(?: |-)(?:suspects?|offenders?|perpetrators?|victims?)\b"
)
OFFENDER = re.compile(r"(?i)suspect|offender|perpetrator|accused|defendant|nominal")
_NOT_FLAGGED = re.compile(r"\b(?:no|n|not|without|non|un-?flagged|offline)\b")


TOTAL = re.compile(
    r"\b(?:(?:grand|sub|overall|combined|force|column|row|running)[\s\-]?totals?|totals?|sum(?! of\b))\b(?!\s+(?:number|no\.?|count)\b)"
    r"|^\W*(?:all|overall|both|combined|sum)\W*$|^\W*totals? (?:number|no\.?|count|figure|volume)s?\W*$"
    r"|^\W*(?:full|whole|entire) year\W*$|^\W*(?:annual|yearly)\W*$"
    r"|\ball\s+(?:ages|victims|persons|people|offences|crimes|sexual offences|outcomes|disposals|districts|divisions|areas|years|genders|sexes|children|codes|periods|males and females|known)\b"
    r"|\bboth\s+(?:sexes|genders)\b|\b(?:male|female)s?\s*(?:and|&|\+|/)\s*(?:fe)?males?\b|^persons$"
)


IGNORED = (
    ("percent", r"%|\bper\s?cent(?:age)?s?\b|\bproportion\b|\bshare of\b|\bpct\b"),
    ("rate", r"\brates?\b|\bper\s+(?:1,?000|10,?000|100,?000|head|capita|thousand)\b|\bratio\b"),
    ("change", r"\b(?:change|difference|variance|variation|increase|decrease|diff)\b|\+/-|±"),
    ("average", r"\b(?:average|mean|median|avg|std|standard deviation)\b"),
    ("cumulative", r"\bcumulative\b|\brunning[\s\-]?totals?\b"),
    (
        "other",
        r"\b(?:rank|population|cost|price|fee|hours|budget|page|index|target|confidence interval|margin|max(?:imum)? (?:sentence|penalty))\b|£"
        r"|^\W*(?:comments?|notes?|remarks?|caveats?)\W*$|^\W*(?:sections?|sec|act|article|schedule|clause|legislation|statute)(?: (?:no|number))?\W*$",
    ),
)


_REFERENCE = re.compile(
    r"\b(?:user|operator|requested by|run by|id|tel(?:ephone)?|phone|mobile|fax|e-?mail|our ref|your ref|ref(?:erence)?(?: no| number)?|foi(?:a)?(?: no| ref| reference| request)?|request (?:no|number|ref)"
    r"|page|pages|version|postcode|po box|collar|urn|section|s\.|article|ext(?:ension)?|room|floor|date|dated|issued|received|question|appendix|annex|vat|call|dx|case no|act)\b"
)


QUALIFIERS = (
    ("provisional", r"\bprovisional\b|\(p\)"),
    ("revised", r"\brevised\b|\(r\)"),
    ("approximate", r"\bapprox(?:imate(?:ly)?)?\b|\bestimated?\b"),
)


FILLER = re.compile(
    r"\b(?:the|of|in|for|by|at|to|a|an|and|or|with|where|was|were|is|are|no|number|numbers|nos|count|counts|counted|total|recorded|recording|sexual|sex|gender|"
    r"victim|victims|victim's|age|aged|ages|group|groups|band|bands|year|years|yrs?|fy|financial|fiscal|calendar|period|offence|offences|crime|crimes|child|children|"
    r"during|between|from|against|on|which|who|whose|whom|police|cases?|figures?|data|old|young|babies|infants|adults?|sum|volume|quantity|vics?|persons?|people|time|full|date|only|all|reported)\b|[^\w\s]"
)


OFFENCE_STEMS = re.compile(
    r"rape|sexual|sex offen|sex act|assault|indecen|groom|exploit|abus|incest|voyeur|exposure|prostitut|traffick|penetrat|sexting|image|incit|cruelty|neglect|abduct"
    r"|harass|stalk|burglar|theft|robber|violen|homicide|murder|manslaughter|wounding|damage|arson|drug|fraud|weapon|kidnap|coerci|bigamy|solicit"
    r"|familial|intercourse|sodomy|buggery|slavery|upskirt|of trust|gross|obscene|pornograph|threats?|malicious|public order|shoplift|vehicle"
)


# "Q1. Number of victims" is a question, "Q1: April to June" a quarter
QUESTION = re.compile(
    r"^\W*q(?:uestion)?\s?\d{1,2}[a-z]?(?:\s*[.):\-]\s*|\s+(?=(?:how|what|number|total|the|of|please|count)\b))(?!\W*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d))(?=\D{8})",
    re.IGNORECASE,
)


GENERIC = re.compile(
    r"^\W*(?:the |all |total |number (?:of )?|no\.? (?:of )?|count (?:of )?|sum (?:of )?|recorded |reported |other )*(?:child )?(?:sexual |sex |notifiable |recorded )*(?:offences?|crimes?|abuse offences?|abuse crimes?)"
    r"(?: recorded(?: (?:in|during|for|between))?| reported| of a sexual nature| against children| involving children| against (?:a )?child(?:ren)?)*\W*$"
)


CODE = re.compile(
    r"(?:h\.?o\.?(?:\s*code)?\s*)?\d{1,3}\s?[a-z]|h\.?o\.? code \d{1,3}|0?\d{1,3}/\d{1,3}|\d{5}",
    re.IGNORECASE,
)


_HEADINGS = (
    (
        "start",
        r"^\W*(?:from|start|begin(?:ning)?)(?: date| of period)?\W*(?:\(.*\))?$|^(?:date from|period (?:start|from))$",
    ),
    ("end", r"^\W*(?:to|until|end)(?: date| of period)?\W*(?:\(.*\))?$|^(?:date to|period (?:end|to))$"),
    (
        "delay",
        r"\bdelay\b|time (?:between|elapsed|taken|from offence)|length of time|\bwithin (?:\d+|a|one|two|five|ten|twenty) (?:days?|weeks?|months?|years?)\b|reported within|lapse|\bdays\b"
        r"|\b(?:over|under|more than|less than) (?:\d+|a|one|two|five|ten|twenty) (?:weeks?|months?|years?)(?: or more)? (?:later|after\w*|ago|before)\b"
        r"|\breported (?:over|under|more than|less than|after) (?:\d+|a|one|two|five|ten|twenty) (?:weeks?|months?|years?)\b",
    ),
    (
        "id",
        r"\b(?:ref(?:erence)?s?|urn|serial|unique|row (?:no|number|id)|s/n|rank|postcode|beat|easting|northing|uid|id|index|item)\b|^\W*(?:#|no\.?|num)\W*$|(?:crime|incident|occurrence|case|record|log|investigation|victim|suspect|nominal|person)\s*(?:no\b|num\w*|ref\w*|id\b|urn)|^occurrence$|^\W*(?:sort |display |list )?(?:order|key|sequence|seq)\W*$",
    ),
    ("born", r"\bd\.?o\.?b\.?\b|date of birth|birth"),
    ("subcode", r"^\W*sub(?:[\s\-]?(?:no|num|number))?\W*$|sub[\s\-]?class(?:ification)?\b|sub[\s\-]?code\b"),
    (
        "code",
        r"\b(?:ho|home office|hocr|offence|crime|class(?:ification)?|counting rules?)\b.*\b(?:code|class|classification no|number)s?\b|^\W*(?:codes?|class)\W*$|\bho\s?class\b|\bhocc?\b|\bhomc\b|\bccjs\b",
    ),
    ("sex", r"\b(?:sex|gender)\b(?!\s*(?:offen|crime))"),
    ("age", r"(?<!\bby )\bage(?:s|d)?\b(?!\s*(?:of|at) (?:the )?(?:suspect|offender|perpetrator))"),
    (
        "force",
        r"\b(?:police\s+)?force\b(?!\s+(?:total|code))|\bpfa\b|police (?:force )?area|^\W*constabular(?:y|ies)\W*$",
    ),
    ("quarter", r"\b(?:quarter|qtr)\b"),
    ("month", r"\bmonth\b"),
    (
        "date",
        r"\bdates?\b|\bdatetime\b|\bdttm\b|\btimestamp\b|^when\b|\b(?:recorded|created|reported|occurred|committed)\s+(?:on|from|to|start|end|dt)\b|^(?:recorded|created|reported)$",
    ),
    (
        "period",
        r"\b(?:year|yr|period|fy|f/y|y/e|timeframe|financial|fiscal|calendar|(?:12|twelve) months (?:to|end\w*))\b",
    ),
    (
        "text",
        r"\bage (?:of|at) (?:the )?(?:suspect|offender|perpetrator)|\b(?:hour|weekday|day of (?:the )?week|time of day|note|notes|comments?|remarks?|district|division|borough|location|ward|town|area|region|outcome|disposal|status|relationship|ethnic\w*|nationality|method|mo|platform|flag|flagged|keyword|marker|site|station|source|team|unit|reason|result|county|lpu|lpa|csp|qualifier|finalisation|premises)\b",
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


def role_of_heading(text: str) -> str:
    """What a column holds, going by its heading; empty when the heading says nothing of the kind.

    >>> [role_of_heading(t) for t in ("Victim Age", "HO Code", "Financial Year", "No. of offences", "Crime Ref")]
    ['age', 'code', 'period', 'count', 'id']
    """
    return _role_of_heading(strip_marks(apart(tidy(text)))[0].casefold())


def apart(text: str) -> str:
    """A name of a data base in words: no blank stands in it, and capitals begin its words.

    >>> apart("VictimAge"), apart("victim_age"), apart("McDonald Road")
    ('Victim Age', 'victim age', 'McDonald Road')
    """
    return text if " " in text else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("_", " "))


@lru_cache(maxsize=5_000)
def _role_of_heading(plain: str) -> str:
    plain = re.sub(r"[_/]+|(?<=[a-z])\.(?=[a-z])", " ", plain)
    if not plain or len(plain) > 90:
        return ""
    if re.match(r"\W*(?:distinct )?(?:count|sum|number) of\b", plain):
        return "count"  # "Count of ref" heads what a pivot table counted
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


# who did it is a condition here, and not what is counted: "the number of these where the suspect was known"
_CONDITION = re.compile(
    r"\b(?:where|in which|had|with|having) (?:the |an? )(?:suspect|offender|perpetrator)\b"
)


# a part of the name of an offence: "… to engage in sexual activity - offender 18 or over - no penetration"
_OFFENDER_AGED = re.compile(
    r"\boffenders? (?:aged |is |was )?(?:(?:under|over) )?1\d(?: (?:or|and) (?:over|under))?\b|\boffenders? (?:not )?known\b"
)


def find_measure(plain: str) -> tuple[str, str]:
    """What a text counts, and the text that is left.

    >>> find_measure("number of arrests for sexual offences")[0], find_measure("girls")[0]
    ('arrests', '')
    """
    plain = re.sub(r"\boffen[cs]es act\b|\bcrime (?:number|ref\w*)\b", " ", plain)
    plain = _OFFENDER_AGED.sub(" ", _CONDITION.sub(" ", _BREAKDOWN.sub(" ", plain)))
    if ONLINE.search(plain):
        plain = re.sub(r"\bno\.? (?=(?:of|with|where|having|that|involving)\b)", "number ", plain)
        if _NOT_FLAGGED.search(plain):
            return "", plain
        return "cyber_flagged", ONLINE.sub(" ", plain)
    first = None
    for name, pattern in MEASURES.items():
        found = re.search(rf"\b(?:{pattern})\b", plain)
        if found and (first is None or found.start() < first[0]):
            first = (found.start(), name, found)
    if first is None:
        return "", plain
    people = first[1] == "victims" and first[2][0] in ("children", "persons", "people")
    if people or re.match(
        r" (?:(?:who|was|were|is|are|had|has|have|been|being|subsequently|later|then) )*(?:arrested|charged|cautioned|convicted|prosecuted)\b",
        plain[first[2].end() :],
    ):
        others = find_measure(plain[: first[2].start()] + plain[first[2].end() :])
        return others[0], plain
    return first[1], re.sub(rf"\b(?:{MEASURES[first[1]]})\b", " ", plain)


NOT_FLAGGED = "not flagged as online"
_SET = re.compile(r"(?i)\W*(?:y|yes|true|flagged|set|(?:on-?line|cyber)(?: flag(?:ged)?)?)\W*")


def flag_of(text: str, heading: str) -> bool | None:
    """Whether a label under the name of the online flag says that it is set; None where it says neither.

    >>> flag_of("Yes", "Online flag"), flag_of("No", "Online flag"), flag_of("Yes", "Domestic abuse flag")
    (True, False, None)
    """
    if not ONLINE.search(heading.casefold()) or len(text) > 20:
        return None
    return True if _SET.fullmatch(text) else False if is_not_flagged(text) else None


def is_not_flagged(text: str) -> bool:
    """Whether a label under the name of a flag says that it is not set.

    >>> is_not_flagged("No"), is_not_flagged("Not flagged"), is_not_flagged("Yes")
    (True, True, False)
    """
    return bool(re.match(r"\W*(?:n|no|not|false|without|none)\b", tidy(text).casefold()))


def is_reference(text: str) -> bool:
    """Whether a label names something that is no figure: a telephone, a page, a reference.

    >>> is_reference("Our ref"), is_reference("Female")
    (True, False)
    """
    return bool(_REFERENCE.search(tidy(text).casefold()))
