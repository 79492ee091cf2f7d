"""Lines of text that are one paragraph: a sentence goes on where its next word would not have fitted on the line above.

A question, an answer, a bullet, a label or a number alone begins anew, however short of room the line above was.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.model import Line
from helpers.foi.responses.textlines import TextLine
from helpers.foi.responses.values import parse_value

_NUMBERS = ("count", "suppressed", "dash")
_BEGINS = re.compile(
    r"(?i)\W*(?:fy ?)?(?:19|20)\d\d(?:\s?[/\-–]\s?\d{2,4})?\s?[:=–-]\s*[<~]?\d[\d,]*(?![/\d])"
    r"|\d{1,3}[a-k]\s+[a-z]|\W*(?:q(?:uestion)?|a(?:nswer)?|response)\s?\d|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s|[•·▪●○◦*\-–—>]\s"
    r"|(?:dear|yours|from|sent|to|subject|our ref|your ref|tel|telephone|email|table|note|source)\b.{0,40}:|.{0,60}(?:\s?[:=–-]|\.{3,})\s*[<~]?\d[\d,]*\*?(?:\s[a-z]+){0,2}\W*$"
)


def dangles(text: str) -> bool:
    """Whether a text ends as no sentence and no label does.

    >>> dangles("offences with victims under"), dangles("offences by victims")
    (True, False)
    """
    return bool(_DANGLING.search(text))


_DANGLING = re.compile(
    r"(?i)\s(?:of|the|an?|in|to|and|or|under|over|aged?|than|between|from|by|for|with|were|was|section)$"
)


def goes_on(begun: str, above: TextLine, line: TextLine, width: float) -> bool:
    """Whether a line goes on with the sentence of the one above: its first word would not have fitted there."""
    if len(above.pieces) != 1 or len(line.pieces) != 1:
        return False
    if len(above.text) < (24 if line.text[:1].islower() else 40):  # the columns of a page are narrow
        return False
    if dangles(above.text):
        return True
    if above.text[-1] in ".:?!" or _BEGINS.match(line.text) or _BEGINS.fullmatch(above.text):
        return False
    if re.match(r"[A-Z][A-Za-z ]{1,24}:(?: |$)", line.text):
        return False  # a label begins anew
    if parse_value(line.text).kind in _NUMBERS:  # a number alone is a cell of a table pasted one cell a line
        return False
    piece = above.pieces[0]
    words = above.text.count(" ")
    if (
        line.text[:1].islower()
        and above.text[-1] != ","
        and (words >= 6 or (words >= 3 and begun[0].isupper()))
    ):
        return True  # a sentence goes on with a small letter, wherever its line was broken
    letter = (piece.right - piece.left) / len(piece.text)
    word = len(line.text.split(" ", 1)[0])
    return piece.right + letter * (word + 1) > 0.97 * width and line.pieces[0].left < piece.left + 12 * letter


def longer(block: Line, line: TextLine) -> Line:
    """A line of text with the next joined to it; each keeps its address."""
    later = (*block.later, (len(block.text) + 1, line.address))
    return replace(block, text=f"{block.text} {line.text}", later=later)
