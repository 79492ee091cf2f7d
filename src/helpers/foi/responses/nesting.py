"""Labels that stand inside each other: what a pivot table prints in one column, or in the steps of an outline.

A pivot table in its compact form prints "2016", "Qtr1", "Jan" or "Northern", "0-9", "10-17" below each other; in its
outline form each kind has a column, and what adds up the rows below it has blanks to its right.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.ages import is_not_known, rising_ages
from helpers.foi.responses.axes import Axis, read_axis
from helpers.foi.responses.headings import ColumnHeadings
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.meaning import Meaning
from helpers.foi.responses.rows import are_codes
from helpers.foi.responses.values import tidy
from helpers.foi.responses.words import strip_marks

_TOTAL_OF = re.compile(
    r"(?i)(?P<before>\S.*?)\s*[-–:]?\s*\b(?:sub[\s\-]?)?totals?|(?:sub[\s\-]?)?totals?\s*(?:for|of|in|[-–:])\s*(?P<after>\S.*)"
)
_OF_WHICH = re.compile(r"(?i)\bof (?:which|these|those|them)\b")
MOST_HIDDEN = 10  # what a hidden count may be
OTHER = "other"  # the kind of labels that say nothing which is understood: districts, stations, relationships


class Nesting(ColumnHeadings):
    """A table whose row labels may stand inside each other."""

    @staticmethod
    def _spell_numbers(labels: list[str], role: str) -> list[str]:
        """Numbers among the words of a pivot table written out as what they are: ages that rise, or offence codes."""
        numbers = [label for label in labels if re.fullmatch(r"\d{1,2}", label)]
        if role != "label" or not numbers or len(numbers) == len(list(filter(None, labels))):
            return labels
        kind = "HO code" if are_codes(numbers) else "aged" if rising_ages(labels) else ""
        return [f"{kind} {label}" if kind and label in numbers else label for label in labels]

    def _stacked(self, column: int, axis: Axis) -> list[Meaning] | None:
        """Labels of several kinds in one column, outer before inner, as a pivot table prints them."""
        if len(self.table.labels) > 2:
            return None
        texts = [self.cells.text(row, column) for row in self.table.data]
        free = self._freely(axis, texts)
        for one, fine in ((free, True), (axis, False)):
            levels = _levels(one, texts, fine=fine)
            order = list(dict.fromkeys(filter(None, levels)))
            if len(order) > 1:
                one = self._unknown_outer(one, texts, order)
                levels = _levels(one, texts, fine=fine)
                if self._stand_inside(levels, order, texts, sure=fine):
                    return self._within_each_other(one, levels, order, texts)
        return None

    @staticmethod
    def _within_each_other(
        axis: Axis, levels: list[str], order: list[str], texts: list[str]
    ) -> list[Meaning]:
        """What each label says within those that it stands inside; what holds others is their total."""
        stack: list[tuple[str, Meaning]] = []
        result = []
        for place, (level, meaning) in enumerate(zip(levels, axis.meanings, strict=True)):
            if level == OTHER and not meaning.notes:
                name = strip_marks(tidy(texts[place]))[0]
                meaning = replace(meaning, notes=(name,), rest="")  # a district is told of all it holds
            alone = (
                meaning.dimensions == {"measure"} and order[0] != "period"
            )  # "Arrests" below "of which: male"
            if (alone and level not in order) or (meaning.total and not meaning.dimensions):
                result.append(meaning)
                stack = []
                continue
            depth = order.index(level) if level in order else len(order)
            stack = [item for item in stack if order.index(item[0]) < depth] if level in order else stack
            whole = meaning
            for _, outer in reversed(stack):
                whole = whole.over(replace(outer, total=False))
            if level in order:
                stack.append((level, meaning))
            deeper = place + 1 < len(levels) and levels[place + 1] in order[depth + 1 :]
            adds = deeper and not _OF_WHICH.search(
                texts[place + 1]
            )  # what a part is named of is no sum of parts
            result.append(replace(whole, total=True) if adds else whole)
        return result

    def _freely(self, axis: Axis, texts: list[str]) -> Axis:
        """Labels under the name of a district or a relationship read for what they say, where some say an age or a sex."""
        if axis.role != "text":
            return axis
        free = read_axis(texts, "", self.scope.book)
        told = [bool(m.dimensions & {"age", "sex", "period"}) for m in free.meanings]
        if not any(told) or all(told):
            return axis
        meanings = [
            new if says or new.total else old
            for new, old, says in zip(free.meanings, axis.meanings, told, strict=True)
        ]
        roles = [role if says else "" for role, says in zip(free.roles, told, strict=True)]
        return Axis(axis.role, tuple(meanings), tuple(roles))

    def _stand_inside(self, levels: list[str], order: list[str], texts: list[str], *, sure: bool) -> bool:
        """Whether labels of later kinds stand inside the one above them.

        They repeat, or every outer row adds them up; to be `sure`, as kinds that no word tells need, the same ones repeat.
        """
        starts = [place for place, level in enumerate(levels) if level == order[0]]
        if not all(place + 1 < len(levels) and levels[place + 1] in order[1:] for place in starts):
            return False
        if self._sums_inner(levels, order):
            return True
        if sure:  # labels that go with those of another column repeat too
            return len(self.table.labels) == 1 and _same_below(levels, texts, starts)
        inner = [text for text, level in zip(texts, levels, strict=True) if level in order[1:]]
        return len(set(inner)) < len(inner) or (len(starts) == 1 and order[0] == "period")

    @staticmethod
    def _unknown_outer(axis: Axis, texts: list[str], order: list[str]) -> Axis:
        """A pivot table prints "(blank)" for either kind: it is of the outer one where the inner labels begin anew."""
        if order[0] not in axis.roles:
            return axis
        first = next((i + 1 for i, role in enumerate(axis.roles) if role == order[0]), 0)
        meanings, roles = list(axis.meanings), list(axis.roles)
        for place, text in enumerate(texts[:-1]):
            if place >= first and is_not_known(text.casefold()) and texts[place + 1] == texts[first]:
                meanings[place], roles[place] = read_label(text, order[0]), order[0]
        return Axis(axis.role, tuple(meanings), tuple(roles))

    def _sums_inner(self, levels: list[str], order: list[str]) -> bool:
        """Whether every row that stands over rows of later kinds adds up those right inside it, in all columns."""
        depths = [order.index(level) if level in order else -1 for level in levels]
        data, counted = self.table.data, False
        for place, (depth, following) in enumerate(zip(depths, depths[1:], strict=False)):
            if depth < 0 or following <= depth:
                continue
            stop = next((at for at in range(place + 1, len(depths)) if depths[at] <= depth), len(depths))
            parts = [data[at] for at in range(place + 1, stop) if depths[at] == following]
            if not self._may_add(data[place], parts):
                return False
            counted = counted or any(self._number(data[place], column) for column in self.table.values)
        return counted

    def _may_add(self, row: int, others: list[int]) -> bool:
        """Whether the numbers of a row may be the sums of those of others, some of which are hidden."""
        for column in self.table.values:
            number = self._number(row, column)
            values = [self.cells.value(other, column) for other in others]
            low = sum(value.low or 0 for value in values if value.kind == "count")
            hidden = sum(value.kind == "suppressed" for value in values)
            if number is not None and not low <= number <= low + MOST_HIDDEN * hidden:
                return False
        return True

    def _name_totals(self, axis: Axis, texts: list[str]) -> Axis:
        """ "19D Total" and "Total for Northern" are the totals of what the same column calls "19D" and "Northern"."""
        named = {
            strip_marks(tidy(text))[0].casefold(): place
            for place, text in reversed(list(enumerate(texts)))
            if text and not axis.meanings[place].total
        }
        meanings, roles = list(axis.meanings), list(axis.roles)
        for place, text in enumerate(texts):
            found = _TOTAL_OF.fullmatch(strip_marks(tidy(text))[0])
            of = found and named.get((found["before"] or found["after"]).casefold())
            if of is not None and of != place:
                meanings[place], roles[place] = replace(axis.meanings[of], total=True), axis.roles[of]
        return Axis(axis.role, tuple(meanings), tuple(roles))

    def _outline_heads(self, order: list[int]) -> list[int]:
        """The rows of an outline that add up what stands below them in columns further right."""
        depths = [
            max((d for d, c in enumerate(order) if self.cells.heading_text(row, c)), default=-1)
            for row in self.table.data
        ]
        deepest = max(depths, default=0)
        heads, sure = [], False
        for place, (row, depth) in enumerate(zip(self.table.data, depths, strict=True)):
            if depth == deepest or depth < 0 or self._says_total(row):
                continue
            below = []
            for at in range(place + 1, len(depths)):
                if depths[at] <= depth or any(
                    self.cells.heading_text(self.table.data[at], c) for c in order[: depth + 1]
                ):
                    break
                below.append(at)
            if not below or _OF_WHICH.search(self._label_of(self.table.data[below[0]])):
                return []
            inside = [self.table.data[at] for at in below if depths[at] == depths[below[0]]]
            sure = sure or (len(inside) > 1 and self._adds(row, inside))
            heads.append(row)
        return heads if sure else []

    def _label_of(self, row: int) -> str:
        return " ".join(self.cells.heading_text(row, c) for c in self.table.labels)

    def _says_total(self, row: int) -> bool:
        texts = (self.cells.heading_text(row, c) for c in self.table.labels)
        return any(read_label(text).total for text in texts if text)

    def _adds(self, row: int, others: list[int]) -> bool:
        """Whether the numbers of a row are the sums of those of others."""
        return all(
            self._number(row, c) == sum(self._number(r, c) or 0 for r in others)
            for c in self.table.values
            if self._number(row, c) is not None
        )


def _levels(axis: Axis, texts: list[str], *, fine: bool) -> list[str]:
    """The kind of each label, empty for totals and blanks: `fine` parts periods by length, and names what says nothing."""
    levels = []
    for role, meaning, text in zip(axis.roles, axis.meanings, texts, strict=True):
        if not text or (meaning.total and not meaning.dimensions):
            levels.append("")
        elif fine and role == "period":
            levels.append(_length(meaning))
        elif fine and role in ("", "text"):
            levels.append(
                "measure" if meaning.dimensions == {"measure"} else "" if meaning.dimensions else OTHER
            )
        else:
            levels.append(role)
    return levels


def _length(meaning: Meaning) -> str:
    """Whether a period is a month, a quarter or longer."""
    span, part = meaning.span, meaning.parts[0] if meaning.parts else None
    if span and span.start and span.end:
        days = (span.end - span.start).days + 1
        return "month" if days <= 31 else "quarter" if days <= 92 else "period"
    if part and not span:
        return "month" if part.unit == "month" else "quarter" if part.unit == "months" else "period"
    return "period"


def _same_below(levels: list[str], texts: list[str], starts: list[int]) -> bool:
    """Whether the same labels stand below each of two or more outer ones."""
    blocks = [
        [text for text, level in zip(texts[a + 1 : b], levels[a + 1 : b], strict=True) if level]
        for a, b in zip(starts, [*starts[1:], len(levels)], strict=True)
    ]
    return len(blocks) > 1 and all(block == blocks[0] for block in blocks)
