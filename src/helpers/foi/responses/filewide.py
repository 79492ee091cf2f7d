"""What holds for a whole file or sheet: the force, one period, one age band, one offence, what is counted.

Only what a file says once and never otherwise holds for all of it. Names of files and sheets are the last resort.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from helpers.foi.responses.context import read_context
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import NOTHING, Meaning
from helpers.foi.responses.model import Line
from helpers.foi.responses.questions import asks_several, is_question, numbered
from helpers.foi.responses.sentences import numbers_of
from helpers.foi.responses.statements import find_forces, force_of_name, states_rule


def telling_texts(texts: list[str]) -> list[str]:
    """Texts that may say what is counted: titles and questions before boilerplate."""
    return [
        text
        for text in texts
        if len(text) < 300 and not re.search(r"(?i)\bact\b|section \d|exempt|complain|tel\b|www\.|@", text)
    ]


def forces_of_file(name: str, texts: list[str], titles: list[str] = ()) -> list[str]:
    """The forces that a file names, the likeliest first: that of its name, then those of its text, most often first.

    A title of a page, which its text need not repeat, may give a force without the word police: "FOI answers: Kent".
    """
    counts: Counter[str] = Counter()
    for text in [*texts[:400], *titles]:
        for force in find_forces(text):
            counts[force] += 1
    forces = [force for force, _ in counts.most_common()]
    forces = forces or list(filter(None, map(force_of_name, titles)))
    named = force_of_name(Path(name).name) or force_of_name(str(Path(name).parent))
    if named:
        forces = [named, *[force for force in forces if force != named]]
    return forces


def one_force(texts: list[str]) -> str:
    """The one force that the name of a sheet or the titles of a table give, in a return of several; else empty.

    >>> one_force(["Durham Constabulary"]), one_force(["Kent"]), one_force(["Kent and Essex"])
    ('Durham', 'Kent', '')
    """
    named = {force for text in texts for force in find_forces(text)}
    named |= {force_of_name(text) for text in texts if len(text) < 40} - {""}
    return named.pop() if len(named) == 1 else ""


def file_meaning(name: str, texts: list[tuple[str, str]]) -> Meaning:
    """What a file says once and never otherwise: one period, one age band, one offence code, in all its lines."""
    spans, ages, offences = {}, {}, {}
    several: set[str] = set()
    questions = asks_several([text for text, _ in texts])
    # a note may say how marks are read in one sentence and of which year it speaks in the next
    sentences = [
        part for text, _ in texts for part in (_SENTENCE.split(text) if states_rule(text) else [text])
    ]
    for text in sentences:
        about = r"(?i)\bexempt|internal review|commissioner|copyright"
        if len(text) > 600 or states_rule(text) or re.search(about, text):
            continue
        meaning = read_context(text)
        # "from November 2015" dates a new system more often than it bounds what a whole file counts
        if meaning.span and meaning.span.kind != "month" and meaning.span.start and meaning.span.end:
            spans[(meaning.span.start, meaning.span.end)] = meaning.span
        # says it of one question or number alone
        asked = questions and (numbered(text) or is_question(Line(text, "")))
        own = asked or _COUNTED.search(text) or numbers_of(text)
        label = read_label(text)  # the age in the name of an offence is not the victim's
        if not own and meaning.age and not meaning.age.unknown and (label.age or not label.offence):
            ages[meaning.age] = meaning.age
        if not own and meaning.code:
            offences[meaning.code] = meaning
        several |= set(meaning.rest.split())
    offence = next(iter(offences.values())) if len(offences) == 1 else NOTHING
    span = next(iter(spans.values())) if len(spans) == 1 and "periods" not in several else None
    if span is None and not spans:
        base = re.sub(r"[_]+", " ", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", Path(name).name))
        named = read_context(base)
        span = named.span if named.span and named.span.year else None
    return Meaning(
        span=span,
        age=next(iter(ages.values())) if len(ages) == 1 and "ages" not in several else None,
        offence=offence.offence,
        code=offence.code,
    )


_SENTENCE = re.compile(r"(?<=[a-z0-9)][.;])\s+(?=[A-Z])")
_COUNTED = re.compile(r"(?:[:=]|\s[-–—]|\.{3,})\s*[<~]?(?!(?:19|20)\d\d\W*$)\d[\d,]*[*†‡]?\W*$")


def decide_rules(rules, decided: dict) -> None:
    rules.marks |= {mark: tuple(bounds) for mark, bounds in decided.get("marks", {}).items()}
    for key, attribute in (
        ("zero_is_hidden", "zero_hidden"),
        ("blank_is_zero", "blank_is_zero"),
        ("dash_is_zero", "dash_is_zero"),
    ):
        if key in decided:
            setattr(rules, attribute, decided[key])


def sheet_meaning(name: str) -> Meaning:
    """What the name of a sheet says of all its figures."""
    name = re.sub(r"_", " ", name)
    name = re.sub(r"\b((?:19|20)\d\d)\s+(\d\d)\b", r"\1/\2", name)
    meaning = read_context(name)
    label = read_label(name)
    label = replace(
        label, parts=tuple(part for part in label.parts if part.unit == "month")
    )  # not "Q1": a question
    return replace(
        label.over(meaning) if label.dimensions else meaning, rest="", ignore="", total=False, notes=()
    )
