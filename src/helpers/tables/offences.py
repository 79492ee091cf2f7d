"""Home Office offence codes: what they are, and how printed codes and names lead to them.

Forces print codes as ``17A``, ``HO 17a``, ``019/08`` or ``08805``, and names in many wordings. All are
led to the codes of the recorded crime tables, or to None when the text does not settle which one.
A wrong code would move an offence between children and adults, so a doubt is always None.

The lists are ``offences.csv``, ``families.csv``, ``offence_subcodes.csv``, ``offence_wordings.csv`` and ``spellings.csv`` in
``data/vocabularies``. Rules for numbers of the form class/sub-code:

- A class that is not divided by letters is its own code: 21/04 is 21, 86/10 is 86, 73/02 is 73.
- Classes 17, 19, 20 and 88 are divided, and their sub-codes are listed; any other is None, and so
  is every sub-code of 22 and 8, whose division is not known here.
- 071/17 is sexual communication with a child, which is counted under 88A and not under 71:
  Northamptonshire answered 52 for 2024/25, where official 88A is 53 and 71 is 7.
- 088/05 is section 61 (administering a substance with intent), counted under 88C, by Cleveland's answer.
- 4/1 is 4.1, 37/2 is 37.2: the recorded crime tables print a point.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from helpers.tables import vocabularies
from helpers.tables.faults import look_up


@dataclass(frozen=True)
class Offence:
    """One offence code.

    Attributes
    ----------
    code, name, group : str
        As in ``data/vocabularies/offences.csv``.
    other_names : tuple of str
        Names that the tables used at other times.
    families : tuple of str
        The sets of codes that name it, ids of ``data/vocabularies/families.csv``.
    child_only_from : str
        First financial year in which it covers only victims under 18, where it once covered others; else "".
    """

    code: str
    name: str
    group: str
    other_names: tuple[str, ...]
    families: tuple[str, ...] = ()
    child_only_from: str = ""

    @property
    def sexual(self) -> bool:
        """Whether the Home Office counts the code among sexual offences (code 86 is not)."""
        return self.group == "Sexual offences"


def offence(code: str) -> Offence:
    """Return one offence by its code.

    Raises
    ------
    KeyError
        When the recorded crime tables have no such code; the message gives the nearest.

    Examples
    --------
    >>> offence("17B").name
    'Sexual assault on a male child under 13'
    """
    return look_up(_OFFENCES, code, "offence code")


def offences() -> dict[str, Offence]:
    """Return every offence of ``data/vocabularies/offences.csv`` by code."""
    return _OFFENCES


_COLUMNS = ("offence_code", "offence", "offence_group")
_OFFENCES = {
    row["offence_code"]: Offence(
        *(row[column] for column in _COLUMNS),
        tuple(name for name in row["other_names"].split(" | ") if name),
        tuple(row["families"].split()),
        row["child_only_from"],
    )
    for row in vocabularies.rows("offences", *_COLUMNS, "other_names", "families", "child_only_from")
}


def codes_of(family: str) -> tuple[str, ...]:
    """Return the codes of one family, of ``data/vocabularies/families.csv``, in the order of the offences.

    A family is the codes that name it and those of the families that it is made of. A family of offences against children
    has the codes that are child-only in every year, so that its years can be compared.

    Raises
    ------
    KeyError
        When there is no such family; the message gives the nearest.

    Examples
    --------
    >>> codes_of("child_assault")
    ('17B', '20B')
    """
    return tuple(code for code, since in codes_since(family).items() if not since)


def codes_since(family: str) -> dict[str, str]:
    """Return every code that is ever in a family, each with the first financial year in which it is; "" for all years.

    Examples
    --------
    >>> codes_since("child_assault")
    {'17B': '', '20B': ''}
    """
    by_age = look_up(_FAMILIES, family, "family of offences")["role"] in ("child", "comparison")
    inside = {family}
    while more := {part for name in inside for part in _FAMILIES[name]["made_of"].split()} - inside:
        inside |= more
    named = {code: one for code, one in _OFFENCES.items() if inside & set(one.families)}
    return {code: one.child_only_from if by_age else "" for code, one in named.items()}


_FAMILIES = {row["family"]: row for row in vocabularies.rows("families", "family", "role", "made_of")}
CHILD_ONLY = codes_of("child_only")
"""Codes that by statute cover only victims under 18: a complete count of offences against under-18s is no lower than their sum."""
CHILD_ONLY_FROM = codes_since("child_only")
"""The same and those that became so, each with the first financial year in which it is; "" for all years."""

# Sub-codes of classes that letters divide. 019/08, 019/11 and 020/05 were compared with lists that the
# justice system publishes, 071/17 and 088/05 with forces' own answers; the others follow the same order
# in the classification: within 19 under 16, then 16 and over, girls before boys, attempts after.
_LISTED = vocabularies.rows("offence_subcodes", "class", "subcode", "offence_code")
_SUBCODES = {(int(row["class"]), int(row["subcode"])): row["offence_code"] for row in _LISTED}


@lru_cache(maxsize=20_000)  # the same texts come again and again
def resolve_offence(text: str) -> str | None:
    """Return the Home Office code for a printed code or name, or None when it is not settled.

    Parameters
    ----------
    text : str
        A code ("17A", "HO 17a", "019/08", "08805"), a name ("Rape of a female child under 13"), or both
        ("19C - Rape of a female aged 16 and over", "Sexual grooming (88A)"). A bare number beside a name
        counts as a code only when the name agrees, since it may be an age.

    Returns
    -------
    str or None
        A code of ``data/vocabularies/offences.csv``.

    Examples
    --------
    >>> [resolve_offence(text) for text in ("HO 17A", "019/08", "71/17", "088/05", "86/2")]
    ['17A', '19C', '88A', '88C', '86']
    >>> resolve_offence("Sexual activity involving a child under 16")
    '22B'
    >>> resolve_offence("Rape") is None
    True
    """
    text = " ".join(str(text).replace("–", "-").replace("—", "-").split()).strip(" -:;,.").replace(" / ", "/")
    whole = _code(text)
    if whole:
        return whole
    for pattern in (
        r"(?P<code>[\w./ ]{1,12}?)\s*[-:|,]\s*(?P<name>[a-z].*)",
        r"(?P<code>(?:h\.?o\.?c?\.?|code|class)?\s*\d{1,3}[a-z]?(?:[./]\d{1,3})?)\s+(?P<name>[a-z].*)",
        r"(?P<name>.*\D)\s*[\[(](?P<code>[^\[()\]]{1,18})[\])]",
        r"(?P<name>.*\D)\s*[-:]\s*(?P<code>[\w./]{2,7})",
    ):
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        code = match and _code(match["code"])
        if code and _other_codes(match["name"], code):
            return None
        if code and (
            re.search(r"[A-Z/]", match["code"].upper().replace("HO", ""))
            or _name(match["name"]) == code
            or _names_part(match["name"], _OFFENCES[code])
        ):
            return code
    return _name(text)


def _names_part(name: str, one: Offence) -> bool:
    """Say whether a name is some telling words of the code's own: "Sexual exploitation (71)"."""
    known = set(_simplified(" ".join((one.name, *one.other_names))).split())
    words = [word for word in _simplified(name).split() if len(word) > 3 and word not in _COMMON_WORDS]
    return bool(words) and set(words) <= known


_COMMON_WORDS = frozenset(
    "sexual offence offences crime crimes other against with involving child children female male under over".split()
)


def _other_codes(name: str, code: str) -> bool:
    """Say whether a name holds a second code: "17A and 17B" is two offences."""
    tokens = re.findall(r"\b\d{1,3}[a-z]\b|\b\d{1,3}/\d{1,3}\b", name, re.IGNORECASE)
    return any(_code(token) not in (None, code) for token in tokens)


_CODE = re.compile(
    r"(?:h\.?o\.?c?\.?|home office|crime|offence)?\s*(?:offence\s+)?(?:codes?|class|classification)?\s*[:.]?\s*"
    r"(?:0*(?P<number>\d{1,3})\s?(?P<letter>[a-z])?(?:[/.](?P<sub>\d{1,3}))?|(?P<packed>\d{5}))",
    re.IGNORECASE,
)


def _code(text: str) -> str | None:
    """Read a printed code that stands alone."""
    match = _CODE.fullmatch(text)
    if text in _OFFENCES or not match:
        return text if text in _OFFENCES else None
    if match["packed"]:
        return _subcode(int(match["packed"][:3]), int(match["packed"][3:]))
    if match["sub"] and not match["letter"]:
        return _subcode(int(match["number"]), int(match["sub"]))
    code = match["number"] + (match["letter"] or "").upper()
    return code if code in _OFFENCES else None


def _subcode(number: int, sub: int) -> str | None:
    if (number, sub) in _SUBCODES:
        return _SUBCODES[number, sub]
    pointed = f"{number}.{sub}"
    if pointed in _OFFENCES:
        return pointed
    divided = any(re.fullmatch(rf"{number}[A-Z].*", code) for code in _OFFENCES)
    return str(number) if str(number) in _OFFENCES and not divided else None


def _simplified(name: str) -> str:
    return vocabularies.respelt("offence", name)


_NAMES = {_simplified(name): code for code, one in _OFFENCES.items() for name in (one.name, *one.other_names)}
_WORDINGS = vocabularies.rows("offence_wordings", "pattern", "sex", "age", "offence_code")
_WORDED = [
    (re.compile(row["pattern"]), row["sex"], row["age"], row["offence_code"] or None) for row in _WORDINGS
]


def _name(text: str) -> str | None:
    """The code of a name: an official one, or the first wording that fits it with the sex and age of the victim."""
    name = _simplified(text)
    if name in _NAMES:
        return _NAMES[name]
    sex, age = ("", _sex(name)), ("", _age(name))
    fits = (code for pattern, s, a, code in _WORDED if s in sex and a in age and pattern.search(name))
    return next(fits, None)


def _age(name: str) -> str | None:
    """Say which side of 13 or 16 a name puts the victim on: "<13", "<16", "13+", "16+"; else None."""
    name = re.sub(r"offender under 1\d|offender 1\d(?: and over)?", " ", name)
    if re.search(r"\b13 (?:to |14 (?:or |and )?)?1?5\b|\b13 (?:and under|or over but under) 16\b", name):
        return "<16"
    after = r"(?:and over|or over|or older|and above|plus|years and over)"
    over = re.findall(rf"\b(13|16|18) {after}|\bover (13|16)\b", name)
    under = re.findall(r"\bunder (13|16)s?\b", name)
    ages = {f"{a or b}+" for a, b in over} | {f"<{age}" for age in under}
    if not ages and re.search(r"\badult\b", name):
        return "16+"
    return ages.pop() if len(ages) == 1 else None


def _sex(name: str) -> str | None:
    # "by a male" names the offender
    victim = re.sub(r"\bby (?:a )?(?:fe)?male\b", " ", name)
    sexes = set(re.findall(r"\b(female|male)\b", victim))
    return sexes.pop() if len(sexes) == 1 else None
