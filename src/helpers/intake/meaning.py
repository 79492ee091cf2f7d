"""What a label says, as a value: :class:`Meaning`, how a narrow one stands within a wide one, and its words.

A meaning fixes any of period, age, sex, offence, measure and force, and says whether a figure is a total or none at
all. :func:`describe` puts it into the words of a reading, which :mod:`.readings` reads back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter

from helpers.intake.ages import Age
from helpers.intake.model import Figure, narrowings
from helpers.intake.spans import Part, Span, are_apart, narrow
from helpers.tables.vocabularies import threshold

MOST = threshold("most_of_all_forces")


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
        said = {"period": self.span or self.parts, "offence": self.offence or self.code}
        said |= {"measure": self.measure, "age": self.age, "sex": self.sex, "force": self.force}
        return frozenset(filter(said.get, said))

    @property
    def understood(self) -> bool:
        """Whether nothing of the label is left unread."""
        return not self.rest

    def over(self, outer: Meaning) -> Meaning:
        """This meaning within a wider one: what this says goes before what the wider says."""
        if outer is NOTHING:
            return self
        if self is NOTHING:
            return outer
        span, parts = self.span, self.parts + outer.parts
        if span is None:
            span = outer.span
        elif outer.span and span != outer.span:
            span = _inner(span, outer.span)
        if span and parts:
            for part in parts:
                span = narrow(span, part)
            parts = ()
        pairs = zip(_ONCE(self), _ONCE(outer), strict=True)
        age, sex, offence, counts, force, total, ignore, rest = (mine or wider for mine, wider in pairs)
        code = self.code or outer.code * (not self.offence)
        marks, notes = _both(outer.qualifiers, self.qualifiers), _both(outer.notes, self.notes)
        return Meaning(span, parts, age, sex, offence, code, counts, force, total, ignore, marks, notes, rest)


NOTHING = Meaning()
_ONCE = attrgetter(*"age sex offence measure force total ignore rest".split())  # the narrowest says it


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second)) if first and second else first or second


def contradict(inner: Meaning, outer: Meaning) -> bool:
    """Whether two statements about one figure cannot both hold: of other years, ages or sexes.

    >>> contradict(Meaning(sex="male"), Meaning(sex="female")), contradict(Meaning(sex="male"), Meaning())
    (True, False)
    """
    ages = inner.age and outer.age and not (inner.age.holds(outer.age) or outer.age.holds(inner.age))
    spans = inner.span and outer.span and are_apart(inner.span, outer.span)
    return bool(ages or spans or inner.sex and outer.sex and inner.sex != outer.sex)


def figure_of(meaning: Meaning, sheet: str, cell: str, low, high, qualifiers=(), notes=()) -> Figure:
    """The figure of a cell or a word, by all that is said of it."""
    span, age = meaning.span, meaning.age
    extra = ("total",) * meaning.total + ("age unknown",) * bool(age and age.unknown)
    figure = Figure(
        sheet, cell, meaning.force, span and span.start, span and span.end, span.year if span else "",
        meaning.measure or "offences", meaning.code, meaning.offence, meaning.sex, age and age.low, age and age.high, low, high,
        _both((*qualifiers, *extra), meaning.qualifiers), "; ".join(filter(None, dict.fromkeys((*meaning.notes, *notes)))),
    )  # fmt: skip
    if low and low > MOST:
        figure.propose("it is more than all forces together record, and may be two numbers")
    if span and span.kind == "either":
        figure.propose("its period can be read in more than one way", "period")
    return figure


def _inner(first: Span, second: Span) -> Span:
    """Of two spans the one that lies within the other; else the first. What covers several years stays whole."""
    inside = (second.start or first.start) and first.start and second.start and second.end and first.end
    if inside and (first.end - first.start).days > 366:
        return first
    return second if inside and first.start <= second.start and second.end <= first.end else first


def describe(meaning: Meaning) -> str:
    """A meaning in the words of a reading: "2014/15; female; age 13 to 15; total".

    >>> describe(Meaning(sex="female", age=Age(13, 15)))
    'female; age 13 to 15'
    """
    span, age = meaning.span, meaning.age
    band = "unknown" if not age or age.unknown else f"{age.low} to {age.high}"
    if age and not age.unknown and age.high in (None, age.low):
        band = f"{age.low} and over" if age.high is None else f"{age.low}"
    period = span and (span.year or f"from {span.start or 'unknown'} to {span.end or 'unknown'}")
    offence = meaning.code or meaning.offence and f"named {meaning.offence}"
    sex = "sex unknown" if meaning.sex == "unknown" else meaning.sex
    words = [meaning.force and f"force {meaning.force}", period, *map(_part_words, meaning.parts)]
    words += [meaning.measure and f"measure {meaning.measure}", offence and f"offence {offence}", sex]
    words += [age and f"age {band}", "total" * meaning.total]
    words += [word for word in meaning.qualifiers if word not in words]
    words += [meaning.ignore and f"ignore ({meaning.ignore})", *(f"note {note}" for note in meaning.notes)]
    return "; ".join(filter(None, words))


def _part_words(part: Part) -> str:
    if part.unit == "to date":
        return "to date"
    if part.unit in ("named", "several"):
        return f"month {part.first} to month {part.last}"
    several = f"months {part.first} to {part.last} of the year"
    return f"month {part.first}" if part.unit == "month" else several


def words_of(figure: Figure) -> str:
    """What a figure counts, in the words that a reading takes.

    >>> words_of(Figure(financial_year="2014/15", measure="offences", sex="female", age_low=13, age_high=15))
    '2014/15; measure offences; female; age 13 to 15'
    >>> words_of(Figure(measure="offences", open=("period",)))
    'measure offences; period ?'
    """
    unknown, stated = "age unknown" in figure.qualifiers, figure.age_low is not None
    age = Age(figure.age_low, figure.age_high, unknown=unknown) if unknown or stated else None
    span = Span(figure.start, figure.end, figure.financial_year)
    meaning = Meaning(
        span if span.year or span.start and span.end else None, age=age, sex=figure.sex, code=figure.offence_code,
        offence=re.sub(r"\s*;\s*", ", ", figure.offence), measure=figure.measure,
        notes=tuple(re.sub(r"\s*;\s*", ", ", part) for part in narrowings(figure.note)),
    )  # fmt: skip
    return "; ".join(filter(None, (describe(meaning), *(f"{name} ?" for name in figure.open))))
