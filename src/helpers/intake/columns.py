"""What each column of a table holds: figures, or one of the things that figures are counted by.

Every column gets a score for every role, from its heading and from what stands in it. The best role wins; a runner-up that
is nearly as good is a doubt, and the figures of such a column are only proposed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpers.intake.ages import is_not_known
from helpers.intake.labels import BEHIND, read_label
from helpers.intake.lexicon import phrase
from helpers.intake.rows import Table
from helpers.intake.tokens import Token
from helpers.intake.words import ATTRIBUTES, role_of_heading

VALUE, IGNORED = "value", "ignored"
LOOKED_AT = 300  # rows of a column
NAMED_ONLY = 1.5  # the score of what a heading names and nothing below it shows
CLOSE = 0.35  # a runner-up within this is a doubt
_LIMIT, _DATED = phrase("limit"), re.compile(r"(?i)date|\bon\b")  # "Recorded" alone may head counts


@dataclass
class Columns:
    """The roles of the columns of a table, with the scores that decided."""

    roles: dict[int, str] = field(default_factory=dict)
    scores: dict[int, dict[str, float]] = field(default_factory=dict)
    close: dict[int, str] = field(default_factory=dict)

    @property
    def values(self) -> list[int]:
        """The columns of figures."""
        return [column for column, role in self.roles.items() if role == VALUE]

    @property
    def labels(self) -> list[int]:
        """The columns of what figures are counted by."""
        return [column for column, role in self.roles.items() if role in ATTRIBUTES]


def column_roles(table: Table) -> Columns:
    """Find the best role of each column of a table.

    Examples
    --------
    >>> from helpers.intake.model import Grid
    >>> from helpers.intake.rows import find_tables
    >>> table = find_tables(Grid([["Victim age", "Sex", "Number"], [12, "F", 3], [13, "M", 4], [14, "F", 5]]))[0][0]
    >>> column_roles(table).roles
    {0: 'age', 1: 'sex', 2: 'value'}
    """
    found, bare = Columns(), {}
    rows = list(table.data[:LOOKED_AT])
    headings = {c: table.heading(c) for c in range(table.left, table.right + 1)}
    for column, heading in headings.items():
        tokens = [one for row in rows if (one := table.cells.at(row, column)).text]
        scores = role_scores(tokens, heading, column == table.left and len(rows) > 1)
        if not tokens and (not heading or scores.get(VALUE, 0.0) <= 0.0):
            continue
        found.scores[column] = scores
        if all(one.value.is_number for one in tokens):
            bare[column] = len(tokens)
        ordered = sorted(scores, key=scores.get, reverse=True)
        found.roles[column] = ordered[0]
        if len(ordered) > 1 and VALUE in ordered[:2] and scores[ordered[0]] - scores[ordered[1]] < CLOSE:
            found.close[column] = ordered[1]
    _settle_first(table, found)
    _settle_years(found, headings, bare)
    return found


_SURE = {"period": 1.7, "age": 1.7, "code": 1.7, "sex": 1.7, "offence": 1.6, "date": 1.9, "text": 1.0}
"""What a column in which all cells look like one thing scores for it."""
_NAMED = {"id": 1.0, "born": 1.0, "subcode": 1.0, "delay": 0.6}
"""How well whatever stands under such a heading fits it."""


def role_scores(tokens: list[Token], heading: str, first: bool = False) -> dict[str, float]:
    """How well each role fits what stands under a heading, or along a row of headings."""
    some = [one for one in tokens if not is_not_known(one.text.casefold()) and one.kind != "total"] or tokens
    count = len(some) or 1

    def part(kind: str, least: float = 0.5) -> float:
        return sum(one.weights.get(kind, 0.0) > least for one in some) / count

    # a year on its own counts less than half: a column of years is one of periods
    named = role_of_heading(heading)
    # "Age of victim (girls)" heads ages, as "Age of victim" does
    label = read_label(BEHIND.sub("", heading) if named == "age" else heading)
    weights = [one.weights.get("value", 0.0) for one in some]
    if named in ("count", "offence") and max(weights, default=0.0) > 0.8:  # "2-5" among counts hides one
        weights = [max(w, 0.6 * one.weights.get("age", 0.0)) for w, one in zip(weights, some, strict=True)]
    values = min(1.0, sum(w for w in weights if w > 0.35) / (0.8 * count))
    axis = bool(label.dimensions - {"measure"} or label.total and named != "force" or label.ignore)
    axis = axis or named == "delay" and bool(_LIMIT.search(heading))
    fits = {kind: part(kind, 0.45 if kind == "text" else 0.5) for kind in _SURE}
    fits["period"] = part("period", 0.25 if named == "period" else 0.5)
    scores = {kind: sure * fits[kind] for kind, sure in _SURE.items()}
    counts = 2.0 * values + 0.8 * (named == "count" or axis) - 0.3 * first
    scores[VALUE] = (values and counts) if tokens else 0.8 * axis
    shares = sum(one.value.kind == "percent" for one in some)
    parts = sum(one.value.reason == "a count with a fraction" for one in some)
    if label.ignore and values > 0.3 or 2 * max(shares, parts) > count:
        scores[IGNORED] = 3.2
    if named in ATTRIBUTES and not axis:
        of_numbers = "age" if heading.casefold().startswith("age ") else named  # "Age of suspect" heads texts
        fit = fits.get(named, _NAMED.get(named, 0.0))
        numbered = of_numbers in ("age", "code") or named == "date" and _DATED.search(heading)
        fit = part(of_numbers, 0.25) if numbered else fit
        if named in ("month", "quarter", "start", "end"):
            fit = max(fits["period"], fits["date"], 0.7 * values)
        # "Offences" over their number
        counts = named == "offence" and values > 0.5 and not fit + part("code", 0.25)
        # it names what the columns are of
        other = max(fits["age"], fits["sex"], fits["code"], fits["period"]) > max(0.5, fit)
        scores[named] = max(scores.get(named, 0.0), NAMED_ONLY + 1.5 * fit - 0.5 * (counts or other))
    return {role: score for role, score in scores.items() if score > 0} or {"text": 0.1}


def _settle_first(table: Table, found: Columns) -> None:
    """Numbers in the first column are no figures where they number the rows, or where no other column labels them."""
    figures = sum(role in (VALUE, IGNORED) for role in found.roles.values())
    if table.left not in found.values or figures < 2:
        return
    tokens = [table.cells.at(row, table.left) for row in table.data[:LOOKED_AT]]
    numbers = [one.value.low or 0 for one in tokens if one.text] or [0]
    in_turn = numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    signs = numbers[0] == 1, len(numbers) > 2
    if in_turn and (any(signs) if found.labels else all(signs)):
        # ages begin at 0, and each is of several rows where another column names these
        beside = ([table.cells.at(row, at).text for row in table.data[:LOOKED_AT]] for at in found.labels)
        named = any(len({*texts}) == len(texts) for texts in beside)
        found.roles[table.left] = "id" if numbers[0] or len(numbers) < 5 or named else "age"
    elif not found.labels and len(table.data) > 1:
        distinct = len({one.text for one in tokens}) == len(tokens)
        for role in ("age", "code", "period") if distinct else ():  # the last that fits
            if all(one.weights.get(role, 0) > 0.25 or one.kind == "total" for one in tokens):
                found.roles[table.left] = role


def _settle_years(found: Columns, headings: dict[int, str], bare: dict[int, int]) -> None:
    """Let bare years count where nothing says that they are periods: right of figures, or of periods, or where there are few."""
    for column, number in bare.items():
        others = {role for other, role in found.roles.items() if other < column}
        few = others and headings[column] and number < 3
        if found.roles[column] == "period" != role_of_heading(headings[column]):
            if few or others & {"period", VALUE}:
                found.roles[column], found.close[column] = VALUE, "period"
