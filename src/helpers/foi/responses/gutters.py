"""Pages whose text runs in two columns, as some letters are set: first the whole left column, then the right.

Two columns of text have a white strip between them that no word crosses, and sentences on both sides of it. A table of
questions and answers has such a strip too, but there the two sides begin their paragraphs at the same heights, and its
left side asks or names, where a column of text tells.
"""

from __future__ import annotations

import re

LEAST_LINES = 3  # lines on both sides that make two columns
LEAST_RUNNING = 2  # lines of sentences in each
STRIP = 9.0  # points: narrower gaps part words
WHITE = 1.55  # times the usual distance of lines, from which a gap parts paragraphs


def in_reading_order(words: list[dict]) -> list[list[dict]]:
    """The words of a page in groups that are read one after the other.

    Parameters
    ----------
    words : list of dict
        Each with ``text``, ``x0``, ``x1``, ``bottom`` and ``size``, in points.

    Returns
    -------
    list of list of dict
        One group, or what stands above two columns, the left one, the right one, and what stands below.

    Examples
    --------
    >>> def line(text, left, bottom):
    ...     return [{"text": w, "x0": left + 30 * n, "x1": left + 30 * n + 25, "bottom": bottom, "size": 10}
    ...             for n, w in enumerate(text.split())]
    >>> left = [line("we searched the whole system", 50, 12 * n) for n in range(6)]
    >>> right = [line("and counted every single record", 300, 12 * n) for n in range(6)]
    >>> len(in_reading_order([w for one in left + right for w in one]))
    2
    """
    rows = in_rows(words)
    if len(rows) < 2 * LEAST_LINES:
        return [words]
    best: tuple[int, int, int, float] | None = None
    first, last = min(w["x0"] for w in words), max(w["x1"] for w in words)
    for step in range(30, 71):
        x = first + (last - first) * step / 100
        for start, stop in _open_runs(rows, x):
            if _are_columns(rows[start:stop], x) and (best is None or stop - start > best[0]):
                best = (stop - start, start, stop, x)
    if best is None:
        return [words]
    _, start, stop, x = best
    inside = [word for row in rows[start:stop] for word in row]
    groups = [
        [word for row in rows[:start] for word in row],
        [word for word in inside if word["x1"] <= x],
        [word for word in inside if word["x1"] > x],
        [word for row in rows[stop:] for word in row],
    ]
    return [group for group in groups if group]


def in_rows(words: list[dict]) -> list[list[dict]]:
    """Words by the line they stand on, from the top and from the left; a little above or below is the same line."""
    rows: list[list[dict]] = []
    for word in sorted(words, key=lambda w: (w["bottom"], w["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < 0.4 * max(word["size"], 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _open_runs(rows: list[list[dict]], x: float) -> list[tuple[int, int]]:
    """Runs of rows in which no word stands on a strip around `x`."""
    runs, start = [], 0
    for place, row in enumerate([*rows, None]):
        if row is None or any(w["x0"] < x + STRIP / 2 and w["x1"] > x - STRIP / 2 for w in row):
            if place - start >= 2 * LEAST_LINES:
                runs.append((start, place))
            start = place + 1
    return runs


def _are_columns(rows: list[list[dict]], x: float) -> bool:
    """Whether both sides of `x` hold running text, and do not keep step as the cells of a table do."""
    sides = [[[w for w in row if (w["x1"] <= x) is left] for row in rows] for left in (True, False)]
    if any(sum(map(_is_running, side)) < LEAST_RUNNING for side in sides):
        return False
    both = [pair for pair in zip(*sides, strict=True) if all(pair)]
    beside = sum(any(map(_is_numbers, pair)) for pair in both)  # a label and its numbers
    if beside * 4 > len(both) or len(both) < LEAST_LINES:
        return False
    left, right = ([row[0]["bottom"] for row in side if row] for side in sides)
    starts = [_paragraphs(side) for side in (left, right)]
    shared = sum(any(abs(a - b) < 3 for b in starts[1]) for a in starts[0])
    if shared < 2 or 2 * shared < min(map(len, starts)):
        return True
    return all(_tells(side) for side in sides)


def _tells(rows: list[list[dict]]) -> bool:
    """Whether a side makes statements: the left cells of a table of questions ask, and those of a list only name."""
    text = " ".join(word["text"] for row in rows for word in row)
    told = [
        sentence
        for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z0-9])", text)
        if sentence.endswith(".") and len(sentence.split()) >= 5
    ]
    return len(told) >= LEAST_TOLD and any(_TELLING.search(sentence) for sentence in told)


LEAST_TOLD = 2  # statements on each side
_TELLING = re.compile(
    r"(?i)\b(?:there (?:were|was)|(?:were|was|been) recorded|recorded|we (?:have|hold|can)|is held|attached|below|had)\b"
)


def _is_running(words: list[dict]) -> bool:
    """Whether words are a line of a sentence: four words and more, and no gap like one between columns."""
    wide = max((b["x0"] - a["x1"] for a, b in zip(words, words[1:], strict=False)), default=0)
    lettered = sum(bool(re.search(r"[A-Za-z]{2}", word["text"])) for word in words)
    return len(words) >= 4 and lettered >= 3 and wide < 1.5 * max(word["size"] for word in words)


def _is_numbers(words: list[dict]) -> bool:
    return bool(words) and not any(re.search(r"[A-Za-z]{2}", word["text"]) for word in words)


def _paragraphs(bottoms: list[float]) -> list[float]:
    """Where paragraphs begin: after a wider gap than lines have."""
    gaps = [b - a for a, b in zip(bottoms, bottoms[1:], strict=False)]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0
    return [b for gap, b in zip(gaps, bottoms[1:], strict=True) if gap > WHITE * usual]
