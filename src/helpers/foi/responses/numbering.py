"""The numbers that Word puts before the paragraphs of a list: they stand in no text, and answers refer to them.

A letter asks in a list that Word numbers, and answers "Q2". Only questions need their number; lists of figures do not.
"""

from __future__ import annotations

import re

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_STYLES = 8  # that are based on one another


class Numbering:
    """Counts the numbered paragraphs of one document.

    Parameters
    ----------
    root : element or None
        The ``w:numbering`` of the document.
    styles : element or None
        Its ``w:styles``.
    """

    def __init__(self, root, styles):
        self.counts: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self.styles = {} if styles is None else {one.get(f"{_W}styleId"): one for one in styles}
        levels: dict[str, object] = {}
        for one in [] if root is None else root.iterchildren(f"{_W}abstractNum"):
            levels[one.get(f"{_W}abstractNumId")] = one.find(f"{_W}lvl")
        for one in [] if root is None else root.iterchildren(f"{_W}num"):
            level = levels.get(_value(one.find(f"{_W}abstractNumId")))
            if level is not None and _value(level.find(f"{_W}numFmt")) == "decimal":
                start = one.find(f"{_W}lvlOverride/{_W}startOverride")
                start = level.find(f"{_W}start") if start is None else start
                text = _value(start)
                self.starts[one.get(f"{_W}numId")] = int(text) if re.fullmatch(r"\d{1,4}", text) else 1

    def number(self, paragraph) -> int | None:
        """The number of a paragraph in the first level of its list, or None when it has none."""
        own = paragraph.find(f"{_W}pPr")
        listed = self._listed(own)
        if listed is None or listed[1] not in ("", "0") or listed[0] not in self.starts:
            return None
        key = listed[0]
        self.counts[key] = self.counts.get(key, self.starts[key] - 1) + 1
        return self.counts[key]

    def _listed(self, properties) -> tuple[str, str] | None:
        """The list and the level that a paragraph stands in, by its own properties or those of its style."""
        for _ in range(MOST_STYLES):
            if properties is None:
                return None
            listed = properties.find(f"{_W}numPr")
            if listed is not None and listed.find(f"{_W}numId") is not None:
                return _value(listed.find(f"{_W}numId")), _value(listed.find(f"{_W}ilvl"))
            style = properties.find(f"{_W}pStyle")
            style = self.styles.get(_value(style)) if style is not None else None
            if style is None:
                return None
            properties = style.find(f"{_W}pPr")
            if properties is None or properties.find(f"{_W}numPr") is None:
                base = style.find(f"{_W}basedOn")
                style = self.styles.get(_value(base)) if base is not None else None
                properties = style.find(f"{_W}pPr") if style is not None else None
        return None


def _value(element) -> str:
    return element.get(f"{_W}val", "") if element is not None else ""
