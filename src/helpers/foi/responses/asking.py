"""What the person who asked wrote, as a letter repeats it: it says what is asked, and none of its numbers is an answer.

A letter sets the request under a heading of its own, up to the heading of the answer, or in quotation marks.
"""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.foi.responses.model import Line
from helpers.foi.responses.values import tidy

MOST_LINES = 60  # of a request
_BEGINS = re.compile(
    r"(?i)\W*(?:(?:your|the|original|details of (?:the|your)) )?(?:request|question)s?(?: for information| details| received)?\W*"
    r"|\W*(?:(?:in your (?:request|e-?mail|letter),? )?you (?:have )?(?:asked|requested|wrote|sought)|i note you (?:seek|request)|information (?:requested|sought))"
    r"(?: (?:for|us|the|access|to|following|information|police)){0,6}\W*"
)
_ENDS = re.compile(
    r"(?i)\W*(?:(?:our|the|force|police) )?(?:responses?|reply|answers?|decision|information disclosed|result of searches|disclosure)\W*"
)
_FIRST_PERSON = re.compile(r"(?i)\b(?:i|my|me|please|could you|can you|would you)\b")


def mark_requests(lines: list[Line | None]) -> list[Line | None]:
    """Mark the lines of a document that repeat the request.

    Parameters
    ----------
    lines : list of Line or None
        In the order of the document; None where a table stands.

    Returns
    -------
    list of Line or None
        The same, the lines of a request as ``quoted``.

    Examples
    --------
    >>> texts = ["Your request", "I read of 1,200 offences in 2010.", "Our response", "In 2010 there were 980 offences."]
    >>> [line.quoted for line in mark_requests([Line(text, "") for text in texts])]
    [False, True, False, False]
    """
    marked = [_in_quotation(line) if line else None for line in lines]
    for start, line in enumerate(lines):
        if not line or not _BEGINS.fullmatch(line.text):
            continue
        for stop in range(start + 1, min(len(lines), start + MOST_LINES)):
            after = lines[stop]
            if after is None or _BEGINS.fullmatch(after.text):
                break
            if _ENDS.fullmatch(after.text):
                for place in range(start + 1, stop):
                    marked[place] = replace(lines[place], quoted=True)
                break
    return marked


def _in_quotation(line: Line) -> Line:
    """A line, marked when it is all in quotation marks and speaks as somebody who asks."""
    text = tidy(line.text)
    whole = len(text) > 40 and text[0] in "\"'“‘" and text.rstrip(".")[-1] in "\"'”’"
    return replace(line, quoted=True) if whole and _FIRST_PERSON.search(text) else line
