"""What a file says about its own figures: what ``*`` hides, whether a blank is zero, what it refuses to give.

These statements stand in notes and letters, in many wordings, and decide how cells are read. Nothing is assumed
that is not said: ``<5`` hides 1 to 4 unless the file says that zero is hidden too, ``*`` with no rule 0 to 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import filterfalse

from helpers.intake.lexicon import patterns, phrase
from helpers.intake.model import Notice
from helpers.intake.values import SMALL, Value, number_of, tidy
from helpers.tables.forces import ALIASES, FORCES, OTHER_POLICE

_N = rf"(?:\d{{1,2}}|{SMALL})"
_RANGES = tuple(re.compile(pattern) for _, pattern in patterns("hidden ranges"))
_HIDDEN, _ZERO_TOO = phrase("hides counts"), phrase("hides zero")
_HIDING, _SUPPRESSING = phrase("words of hiding"), phrase("words of suppressing")
_UNNAMED = phrase("hides without a mark")
_KEY, _NEXT_MARK = phrase("key of marks"), phrase("next mark of a key")
# "Less than 13: *" is a label and what is hidden beside it, no rule
_HELD = phrase("hidden behind a label")
_MARKS = tuple((mark, re.compile(pattern)) for mark, pattern in patterns("marks"))
_BLANK_ZERO, _DASH_ZERO = phrase("blank is zero"), phrase("dash is zero")

_ASIDE, _JOINT = phrase("words in brackets"), phrase("joint of statements")
_GROUNDS = patterns("refusals")
_REFUSING, _NEGATED = phrase("refuses"), phrase("not refused")
_NOT_HELD, _REQUESTER = phrase("not held"), phrase("request")


@dataclass
class Rules:
    """How the marks of one file are to be read."""

    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    zero_is_hidden: bool = False
    blank_is_zero: bool = False
    dash_is_zero: bool = False

    def hidden(self, value: Value) -> tuple[int, int] | None:
        """The bounds of a suppressed value, or None when the mark is not one of suppression.

        >>> Rules().hidden(Value("suppressed", 1, 4, "<5")), Rules(zero_is_hidden=True).hidden(Value("suppressed", 1, 4, "<5"))
        ((1, 4), (0, 4))
        """
        if value.kind == "suppressed" and value.high is not None:
            return (0 if self.zero_is_hidden else value.low), value.high
        key = _mark_key(value.mark)
        stated = self.marks.get(key) or (self.marks.get("suppressed") if value.kind == "suppressed" else None)
        if stated:
            return (0 if self.zero_is_hidden else stated[0]), stated[1]
        return (0, 4) if value.kind == "suppressed" else None

    def explains(self, value: Value) -> bool:
        """Whether it is known what a value hides: a mark such as "*" may stand for any small number, and a word for any.

        >>> Rules().explains(Value("suppressed", mark="*")), Rules().explains(Value("suppressed", 1, 4, "<5"))
        (False, True)
        """
        known = value.kind != "suppressed" or value.high
        return bool(known or {_mark_key(value.mark), "suppressed"} & set(self.marks))


def _mark_key(mark: str) -> str:
    bare = mark.casefold().strip("[]()\"' .") or mark
    return "suppressed" if re.match(r"supp|redact|withh", bare) else bare


def read_rules(texts: Iterable[str]) -> Rules:
    """Gather the rules that a file's lines, titles and notes state.

    >>> read_rules(["* denotes a count between 1 and 4"]).marks["*"]
    (1, 4)
    >>> read_rules(["Figures under 5, including zero, are suppressed"]).zero_is_hidden
    True
    >>> read_rules(["Blank cells indicate zero offences"]).blank_is_zero
    True
    >>> read_rules(["- = nil"]).dash_is_zero, read_rules(["- = 0-4"]).dash_is_zero, read_rules(["* = under 5 or zero"]).zero_is_hidden
    (True, False, True)
    """
    rules = Rules()
    for text in texts:
        if len(text) > 4_000:
            continue
        for sentence in sentences(text):
            for clause in _NEXT_MARK.split(sentence.casefold()):
                _read_rule(clause, rules)
    return rules


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    >>> sentences("Figures for Kent, 2014/15. * means 1 to 4")
    ['Figures for Kent, 2014/15.', '* means 1 to 4']
    """
    parted = re.split(
        r"(?<=[a-z0-9)\"”][.;])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)\s+(?=[A-Z\"“*'‘\[-])|\n",
        tidy(text),
    )
    return [*map(tidy, parted)]


def pieces(sentence: str) -> list[str]:
    """What a sentence says, piece by piece: a page or a list may run several into one.

    >>> pieces("How many were there? Girls are not counted (source: our system) * means fewer than 5")
    ['How many were there?', 'Girls are not counted', '* means fewer than 5', 'source: our system']
    """
    told = [*_JOINT.split(_ASIDE.sub(" ", sentence)), *_ASIDE.findall(sentence)]
    return [piece for piece in map(tidy, told) if " " in piece]


def decide_rules(rules: Rules, decided: dict) -> None:
    """Give an analyst's rules on marks precedence over the file's own."""
    marks = rules.marks | {mark: tuple(bounds) for mark, bounds in decided.get("marks", {}).items()}
    vars(rules).update(decided, marks=marks)


@lru_cache(maxsize=5_000)
def states_rule(text: str) -> bool:
    """Whether a text says how marks are to be read, and so nothing of what is counted: "* = less than 5".

    >>> states_rule("* = less than 5"), states_rule("Victims aged less than 5")
    (True, False)
    """
    return bool(_KEY.search(text)) or read_rules([text]) != Rules()


def without_rule(text: str) -> str:
    """A text without the sentences and brackets that say how marks are to be read; empty where all of it says so.

    >>> without_rule("Offences, 2022/23 (blank cells mean no offences)"), without_rule("Rape, 2022/23. A dash means none.")
    ('Offences, 2022/23', 'Rape, 2022/23.')
    """
    bare = re.sub(r"\s*\(([^()]*)\)", lambda found: "" if states_rule(found[1]) else found[0], text)
    bare = _KEY.sub("", bare)
    if not states_rule(bare):
        return bare
    told = []
    for sentence in sentences(bare):
        apart = pieces(sentence)
        told += apart if any(map(states_rule, apart)) else [sentence]
    return " ".join(filterfalse(states_rule, told))


# "victims aged 0 to 3" bounds who they are, and no hidden count
_AGES = phrase("bounds of ages")


def _read_rule(plain: str, rules: Rules) -> None:
    plain = _AGES.sub(" ", plain)
    if _BLANK_ZERO.search(plain):
        rules.blank_is_zero = True
    if _DASH_ZERO.search(plain):
        rules.dash_is_zero = True
        return
    if not _HIDDEN.search(plain) or _HELD.search(plain):
        return
    named = [key for key, pattern in _MARKS if pattern.search(plain)]
    bounds = _bounds(plain)
    if not _HIDING.search(plain):
        return
    if _ZERO_TOO.search(plain) and (bounds or named or _SUPPRESSING.search(plain)):
        rules.zero_is_hidden = True
    specific = [key for key in named if key != "suppressed"]
    unnamed = ["suppressed"] * bool(_UNNAMED.search(plain))
    for key in (specific or named or unnamed) if bounds else ():
        rules.marks.setdefault(key, bounds)


def _bounds(plain: str) -> tuple[int, int] | None:
    for pattern in _RANGES:
        found = pattern.search(plain)
        if not found:
            continue
        groups = {key.rstrip("23"): number_of(value) for key, value in found.groupdict().items() if value}
        if "below" in groups:
            low, high = 1, groups["below"] - 1
        else:
            low, high = groups.get("low", 1), groups["high"]
        if 0 <= low <= high <= 10:
            return low, high
    return None


def find_refusals(lines: Iterable[tuple[str, str]], *, strong: bool) -> list[Notice]:
    """Find refusals in lines of (text, address).

    Parameters
    ----------
    lines : iterable of (str, str)
        Text and address of each line.
    strong : bool
        Whether a ground alone is not enough, because the file also gives figures.

    Examples
    --------
    >>> find_refusals([("Section 12 applies: compliance would exceed 18 hours.", "l3")], strong=True)[0].ground
    'section 12 (cost)'
    >>> find_refusals([("No information held.", "l1")], strong=True)[0].word
    'not_held'
    """
    found: dict[str, Notice] = {}
    for text, address in lines:
        plain = tidy(text[:3_000]).casefold().replace("’", "'")
        if _NOT_HELD.search(plain) and not _REQUESTER.search(plain):
            found.setdefault("not held", Notice("not_held", "information not held", address, tidy(text)))
        for ground, pattern in _GROUNDS:
            if ground in found or not re.search(pattern, plain) or _REQUESTER.search(plain):
                continue
            if _NEGATED.search(plain):
                continue
            short = any(len(one) < 200 and re.search(pattern, one) for one in re.split(r"(?<=[.;])\s", plain))
            if _REFUSING.search(plain) or (not strong and short):
                found[ground] = Notice("refused", ground, address, tidy(text))
    generic = (one for one in lines if len(one[0]) < 3_000 and _GENERIC.search(tidy(one[0]).casefold()))
    if not found and (one := next(generic, None)):
        found["refused"] = Notice("refused", "no ground given", one[1], tidy(one[0]))
    return list(found.values())


_GENERIC = phrase("refused")
_SPELT = {
    form.casefold(): force
    for name, force in ({name: name for name in (*FORCES, *OTHER_POLICE)} | ALIASES).items()
    for form in (name, name.replace("-", " "), name.replace(" and ", " & "))
    if len(name) > 2
}
"""Every spelling of a force's name, in small letters."""


def _any_of(names: Iterable[str]) -> str:
    return rf"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})"


def _run_together(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


_DOMAINS = {_run_together(name): force for name, force in _SPELT.items()}  # westyorkshire.police.uk
# these name a force wherever they stand
_FULL = [name for name in _SPELT if re.search(r"police|heddlu|psni", name)]
_CLEAR = [name for name in _SPELT if len(name) > 4 or name == _SPELT[name].casefold()]
_SHORT = _any_of(name for name in _CLEAR if name not in _FULL)
_FORCE = re.compile(
    rf"\b(?P<full>{_any_of(_FULL)})(?!\w)|\b(?P<short>{_SHORT})\s+(?:police|constabulary)|\bheddlu\s+(?P<welsh>{_SHORT})\b"
    r"|(?:@|https?://(?:www\.)?|\bwww\.|(?<![\w@./-]))(?P<domain>[a-z][a-z\-]+)\.(?:pnn\.)?police\.uk",
    re.IGNORECASE,
)


def find_forces(text: str) -> list[str]:
    """The forces that a text names as forces, in order, each once.

    >>> find_forces("Cleveland Police holds ...; ask foi@durham.pnn.police.uk")
    ['Cleveland', 'Durham']
    >>> find_forces("westyorkshire.police.uk"), find_forces("Heddlu Gwent")
    (['West Yorkshire'], ['Gwent'])
    """
    names = []
    for found in _FORCE.finditer(text[:3_000]):
        printed = next(group for group in found.groups() if group)
        names.append(_SPELT.get(tidy(printed).casefold()) or _DOMAINS.get(_run_together(printed)))
    return list(filter(None, dict.fromkeys(names)))


def force_of_name(name: str) -> str:
    """The force that a file or folder name holds, or empty when it holds none or several.

    >>> force_of_name("FOI 432 Cleveland Police 2017.xlsx"), force_of_name("response.xlsx")
    ('Cleveland', '')
    """
    named = {_SPELT[spelt] for spelt in _FORCE_IN_NAME.findall(_words_of(name))}
    return named.pop() if len(named) == 1 else ""


def beside_force(name: str) -> str:
    """What a file's name says beside a force, in words.

    >>> beside_force("FOI_432_Cleveland-Police.xlsx"), beside_force("durham university.csv")
    ('', 'university')
    """
    rest = _NAMING.sub(" ", _FORCE_IN_NAME.sub(" ", _words_of(name)))
    return " ".join(word for word in rest.split() if len(word) > 2)


def _words_of(name: str) -> str:
    plain = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    return re.sub(r"[_\-.\s]+", " ", plain).casefold()


_FORCE_IN_NAME = re.compile(rf"(?<![a-z]){_any_of(_SPELT)}(?![a-z])")
_NAMING, _OTHER_AREA = phrase("words of a file's name"), phrase("elsewhere")
_PLACE = re.compile(
    rf"(?<![A-Za-z])(?P<force>{_any_of(_SPELT)})(?![A-Za-z])(?! region)|{_OTHER_AREA.pattern.replace('(?i)', '')}",
    re.IGNORECASE,
)


def is_area(label: str) -> bool:
    """Whether a label names a country or a region, which no force is.

    >>> is_area("England and Wales"), is_area("South East"), is_area("Kent"), is_area("Maidstone")
    (True, True, False, False)
    """
    return bool(_AREA.fullmatch(label.strip(" .:*()")))


_AREA = re.compile(phrase("area of no force").pattern)


def without_areas(text: str) -> str:
    """A text without the countries and regions that it names.

    >>> without_areas("Offences in the South East, 2014/15")
    'Offences in the , 2014/15'
    """
    for place in [one for one in find_places(text) if not one.force][::-1]:
        text = text[: place.start] + text[place.end :]
    return text


@dataclass(frozen=True)
class Place:
    """Where a text names a force or another area, which has no `force`."""

    start: int
    end: int
    force: str = ""


def find_places(text: str) -> list[Place]:
    """The forces and other areas that a text names, each where it stands.

    >>> [(place.force, place.start) for place in find_places("12 in Kent, 80 across the UK")]
    [('Kent', 6), ('', 15)]
    """
    return [
        Place(found.start(), found.end(), _SPELT[tidy(found["force"]).casefold()] if found["force"] else "")
        for found in _PLACE.finditer(text)
        if not found["force"] or found[0][0].isupper()  # nobody means a force by "met"
    ]
