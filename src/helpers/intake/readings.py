"""The reading of a file as a small TOML that an analyst can edit and pass back, and that the next round starts from.

It says what each printed label was taken for, in the words of :func:`.meaning.describe`, how the file's marks are read, and
which tables were read. Edited and passed to ``rise intake --reading``, it decides. Labels are known by what is
printed, and tables by their headings, so that the same force's next file is read the same way.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

from helpers.intake.labels import read_label
from helpers.intake.meaning import Meaning, words_of
from helpers.intake.model import CONFIRMED, REJECTED, Decisions, Figure, FileReading, Problem, narrowings
from helpers.intake.render import render
from helpers.intake.spans import Part, find_spans, make_span
from helpers.intake.values import tidy
from helpers.intake.words import MEASURES
from helpers.tables.faults import suggestion
from helpers.tables.forces import resolve_police
from helpers.tables.offences import offences

SHAPE = {
    "file": str, "sha256": str, "force": str, "measure": str, "labels": {"": str}, "decided": {"": str},
    "rules": {"zero_is_hidden": bool, "blank_is_zero": bool, "dash_is_zero": bool, "marks": dict},
    "table": [{"heading": str, "sheet": str, "range": str, "figures": int, "read": bool, "meaning": str}],
    "figure": [{"sheet": str, "cell": str, "text": str, "verdict": str}],
}  # fmt: skip
"""What may stand in a reading; an empty name is for any."""
KINDS = {str: "text in quotes", bool: "true or false, without quotes", int: "a whole number"}
KINDS |= {list: "an array of tables, each under [[table]]", dict: "a table, as an earlier run wrote it"}


Verdicts = dict[tuple[str, str, str], str]  # by sheet, cell and the number as printed


class BadReading(ValueError):
    """A reading that cannot be used; the message names the line and the remedy."""


def parse_meaning(text: str) -> Meaning:
    """The inverse of :func:`helpers.intake.meaning.describe`.

    Raises
    ------
    BadReading
        When a part is in no form that is known.

    Examples
    --------
    >>> parse_meaning("2014/15; female; age 13 to 15").age.high
    15
    """
    meaning = Meaning()
    for part in re.split(r"\s*;\s*", text.strip()):
        if part:
            meaning = _parse_part(part).over(meaning)
    return meaning


def decide(figure: Figure, verdict: str) -> None:
    """Confirm a figure, as it is or as what a person says it counts; what they leave out stays, except a note that narrows it.

    A figure of which something is still to be filled in waits.
    """
    meaning = Meaning() if verdict == "confirm" else parse_meaning(verdict)
    span, force, was = meaning.span, meaning.force, (figure.start, figure.end)
    moved = span and any(was) and was != (span.start, span.end) or force and figure.force not in ("", force)
    figure.waited = "" if moved else figure.why
    figure.open = tuple(name for name in figure.open if name not in meaning.dimensions)
    if not figure.open:
        figure.status, figure.reason = CONFIRMED, ""
    if verdict == "confirm":
        return
    if span:
        figure.start, figure.end, figure.financial_year = span.start, span.end, span.year
    if meaning.age:
        figure.age_low, figure.age_high = meaning.age.low, meaning.age.high
    figure.sex = meaning.sex or figure.sex
    if meaning.offence or meaning.code:
        figure.offence, figure.offence_code = meaning.offence or meaning.code, meaning.code
    figure.measure, figure.force = meaning.measure or figure.measure, meaning.force or figure.force
    said, narrowed = figure.note.split("; "), narrowings(figure.note)
    figure.note = "; ".join([*meaning.notes, *(part for part in said if part and part not in narrowed)])


def _parse_part(part: str) -> Meaning:
    plain = tidy(part)
    word, _, rest = plain.partition(" ")
    word, rest = word.casefold(), rest.strip()
    if plain.endswith("?"):
        raise BadReading(f'"{plain}" asks for the {word} of a figure: write what it is')
    if word == "note":
        return Meaning(notes=(rest,)) if rest else Meaning()
    if word == "ignore":
        return Meaning(ignore=rest.strip("()") or "as decided")
    if word == "measure":
        if rest not in (known := (*MEASURES, "cyber_flagged", "non_recent")):
            raise BadReading(f'no measure "{rest}"{suggestion(rest, known)}')
        return Meaning(measure=rest)
    if word == "force":
        return Meaning(force=resolve_police(rest))
    if word == "offence":
        if rest.startswith("named "):
            return Meaning(offence=rest[6:])
        if (code := rest.upper()) not in offences():
            raise BadReading(f'no offence code "{rest}"')
        return Meaning(offence=code, code=code)
    if found := re.fullmatch(r"from (\S+) to (\S+)", plain):
        return Meaning(span=make_span(*(None if end == "unknown" else _date(end) for end in found.groups())))
    months = r"month (\d{1,2})(?: to month (\d{1,2}))?|months (\d{1,2}) to (\d{1,2}) of the year"
    if found := re.fullmatch(months, plain):
        numbers = [int(number) for number in found.groups() if number]
        unit = "months" if found[3] else "named" if found[2] else "month"
        return Meaning(parts=(Part(unit, *numbers),))
    label = read_label(plain)
    if label.understood and (label.dimensions or label.total or label.qualifiers):
        return label
    raise BadReading(f'"{plain}" says nothing that a reading can hold')


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadReading(f'"{text}" is no date; write it as 2014-04-01') from None


def to_toml(reading: FileReading, *, figures: bool = True) -> str:
    """The reading of one file as TOML text, with what was decided about single `figures` or without it.

    Without it, nothing of the file's counts is in it, not even a digest that somebody could try counts against.
    """
    marks = (reading.rules.get("marks") or {}).items()
    digest, shown = reading.digest if figures else "", re.sub(r"[\x00-\x1f\x7f]", " ", reading.name)
    text = render("reading.toml.j2", reading=reading, digest=digest, shown=shown, marks=marks, quoted=_quote)
    return text + entries(verdicts(reading)) * figures


def verdicts(reading: FileReading) -> Verdicts:
    """What a person has decided about numbers of a file."""
    sure = (one for one in reading.figures if one.status == CONFIRMED)
    figures = {(one.sheet, one.cell, one.text): words_of(one) for one in sure}
    rejected = [one for one in reading.numbers if one.reason == REJECTED]
    return figures | {(one.sheet, one.cell, one.text): "reject" for one in rejected}


def entries(verdicts: Verdicts) -> str:
    """What was decided about single numbers, as it stands in a reading.

    >>> print(entries({("", "l17 n2", "42"): "confirm"}).strip())
    [[figure]]
    sheet = ""
    cell = "l17 n2"
    text = "42"
    verdict = "confirm"
    """
    lines = []
    for place, verdict in verdicts.items():
        told = zip(SHAPE["figure"][0], (*place, verdict), strict=True)
        lines += ["", "[[figure]]", *(f"{name} = {_quote(said)}" for name, said in told)]
    return "\n".join([*lines, ""]) if lines else ""


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def without_years(heading: str) -> str:
    """The headings of a table without their periods, by which the next round's table is known again.

    >>> without_years("category | 2014/15 | 2015/16"), without_years("category | 2016/17 | 2017/18")
    ('category |  | ', 'category |  | ')
    """
    parts = [(part, find_spans(part)) for part in heading.split(" | ")]
    return " | ".join("" if found.spans and not found.rest else part for part, found in parts)


def without_period(meaning: str) -> str:
    """A meaning in words without the years that it names.

    >>> without_period("2018/19; female"), without_period("from 2014-04-01 to 2014-08-31")
    ('female', '')
    """
    return "; ".join(part for part in meaning.split("; ") if not re.match(r"(?:19|20)\d\d|from \d", part))


def read_toml(path: Path) -> Decisions:
    """What a reading decides, from its file.

    Raises
    ------
    BadReading
        When it is no TOML, or holds something that would decide nothing; the message names the place.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadReading(f"{path.name}: not a reading, a TOML file of an earlier run: {why}") from None
    return from_content(content, path.name)


def from_content(content: dict, shown: str, *, part: str = "labels", dated: bool = True) -> Decisions:
    """What a reading decides, from its parsed TOML.

    Parameters
    ----------
    content : dict
        What stands in the file.
    shown : str
        What errors call it.
    part : str
        ``labels`` for a reading that an analyst passes back; ``decided`` for last round's, of which only what was
        decided holds.
    dated : bool
        Whether the years that were decided hold too; those of a new answer it has to say itself.

    Raises
    ------
    BadReading
        When a name is misspelt, or a meaning says nothing that is known.
    """
    _check(content, SHAPE, shown)
    for mark, ends in content.get("rules", {}).get("marks", {}).items():
        whole = isinstance(ends, list) and len(ends) == 2 and all(type(end) is int for end in ends)
        if not (whole and 0 <= ends[0] <= ends[1]):
            raise BadReading(
                f'{shown}: [rules]: the mark "{mark}" hides from one number to another, as in [1, 4]'
            )
    decisions = Decisions(content.get("file", ""), changes_only=part == "labels")
    for label, text in content.get(part, {}).items():
        if not dated and not find_spans(label).spans:
            text = without_period(text)
        if text not in ("note", ""):  # read as words to keep: nothing is decided
            decisions.labels[tidy(label).casefold()] = _meaning_of(text, f'{shown}: label "{label}"')
    tables = content.get("table", [])
    alike = Counter(without_years(name) for name in {t.get("heading", "").casefold() for t in tables})
    said = {(t.get("heading", "").casefold(), t.get("meaning", ""), t.get("read", True)) for t in tables}
    kinds = Counter(heading for heading, *_ in said)
    for table in tables:
        meaning, heading = table.get("meaning", ""), table.get("heading", "")
        if not dated:
            meaning = without_period(meaning)
            table = table | {"meaning": meaning}
        _meaning_of(meaning, f'{shown}: table "{heading}"')
        if meaning or table.get("read") is False:
            heading = heading.casefold()
            if kinds[heading] > 1:  # of tables with one heading that are not decided alike, each has its own
                if part == "decided":  # the next answer's may stand elsewhere
                    continue
                heading = " | ".join([heading, table.get("sheet", ""), table.get("range", "")])
            decisions.tables[heading] = table
            if alike[without_years(heading)] == 1:  # so is next year's table known, which has other years
                decisions.tables.setdefault(without_years(heading), table)
    if part == "labels":
        decisions.rules, decisions.digest = content.get("rules", {}), content.get("sha256", "")
        for name in ("measure", "force"):
            if said := content.get(name):
                setattr(decisions, name, getattr(_meaning_of(f"{name} {said}", shown), name))
        for number, figure in enumerate(content.get("figure", []), 1):
            sheet, cell, text, verdict = (figure.get(name, "") for name in SHAPE["figure"][0])
            if not cell or not verdict:
                raise BadReading(
                    f"{shown}: [[figure]] {number} needs its cell, its text and a verdict: confirm, reject, or what it counts"
                )
            if verdict not in ("confirm", "reject"):
                _meaning_of(verdict, f'{shown}: figure "{text}" at {cell}')
            decisions.figures[sheet, cell, text] = verdict
    return decisions


def _check(found: dict, shape: dict, where: str) -> None:
    """Refuse what would be passed over in silence: a name that is misspelt, a value of another kind."""
    for name, value in found.items():
        known = shape.get(name, shape.get(""))
        if known is None:
            raise BadReading(f'{where}: there is no "{name}"{suggestion(name, shape)}')
        kind = known if isinstance(known, type) else type(known)
        if type(value) is not kind or kind is list and not all(isinstance(one, dict) for one in value):
            raise BadReading(f'{where}: "{name}" must be {KINDS[kind]}')
        if isinstance(known, dict):
            _check(value, known, f"{where}: [{name}]")
        elif isinstance(known, list):
            for number, one in enumerate(value, 1):
                _check(one, known[0], f"{where}: [[{name}]] {number}")


def unmet(decisions: Decisions, readings: list[FileReading]) -> list[Problem]:
    """A warning for each label and table that was decided and is nowhere in what was read: a slip of the pen, mostly."""
    labels = [label.casefold() for reading in readings for label in (*reading.labels, *reading.known)]
    headings = [table.heading for reading in readings for table in reading.tables]
    alike = {without_years(heading.casefold()) for heading in headings}
    tables = dict.fromkeys(table.get("heading", "") for table in decisions.tables.values())
    missing = [("label", name, labels) for name in decisions.labels if name not in labels]
    missing += [("table", name, headings) for name in tables if without_years(name.casefold()) not in alike]
    told = 'the reading decides for a {} "{}", which is not in the file{}'
    words = (told.format(kind, name, suggestion(name, known)) for kind, name, known in missing)
    return [Problem("", "warning", one) for one in words]


def _meaning_of(text: str, where: str) -> Meaning:
    try:
        return parse_meaning(text)
    except ValueError as error:
        raise BadReading(f"{where}: {error}") from None
