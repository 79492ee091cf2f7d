"""Load PDF files: ruled tables, tables that only alignment makes, and text, page by page.

Ruled tables are taken from their cells' edges, so that merged headings are known. Words outside them are put into
lines, and lines with several cells become aligned tables. A table that goes on over a page break is one table, and
each of its cells keeps the address of its page. A file that holds only pictures is refused, and told so.
"""

from __future__ import annotations

import logging
import re
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from helpers.intake.aligned import Piece, TextLine, blocks_of, dangles
from helpers.intake.labels import read_label
from helpers.intake.model import Document, Grid, Line
from helpers.intake.sniff import PASSWORD, Refused
from helpers.intake.values import parse_value, tidy

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


MOST_LINES = 8  # of one label
LEAST_RULES = 4  # that a table has between its rows


@dataclass(frozen=True)
class PlacedLine:
    """A line of a page: its text, where it stands from the top, and the size of its letters, in points."""

    line: TextLine
    bottom: float
    size: float


def join_wrapped(lines: list[PlacedLine], rules: Sequence[float] = ()) -> list[PlacedLine]:
    """Join the lines of one row of a table.

    Parameters
    ----------
    lines : list of PlacedLine
        From the top of a page to its foot.
    rules : sequence of float
        The heights of rules across the page, from the top: between two of them stands one row of a table, where no more
        than one line there holds numbers.

    Returns
    -------
    list of PlacedLine
        A row has the height of its line of numbers. All else stays as it is.

    Examples
    --------
    >>> def placed(bottom, *pieces):
    ...     return PlacedLine(TextLine(tuple(Piece(*p) for p in pieces), f"p1 l{bottom}"), bottom, 10)
    >>> rows = join_wrapped([
    ...     placed(100, ("Sexual assault", 50, 120)), placed(106, ("20B", 10, 30), ("39", 200, 210)),
    ...     placed(112, ("on a girl", 50, 100))])
    >>> [piece.text for piece in rows[0].line.pieces], len(rows)
    (['20B', 'Sexual assault on a girl', '39'], 1)
    """
    joined: list[PlacedLine] = []
    for group, ruled in _groups(lines, rules):
        row = group[-1] if ruled and len(group) > 1 and not _counts(group) else _row_of(group)
        whole = _as_row(group, row) if row else None
        joined += [whole] if whole else group
    return joined


def _row_of(group: list[PlacedLine]) -> PlacedLine | None:
    """The line of a group that the others belong to: its only one with numbers, or the headings in its middle."""
    numbers = [one for one in group if _numbers(one.line)]
    if len(group) < 2 or len(numbers) > 1:
        return None
    if numbers:
        return numbers[0]
    middle = max(group, key=lambda one: len(one.line.pieces))
    beside = all(_beside(before, after) for before, after in zip(group, group[1:], strict=False))
    return middle if beside and len(middle.line.pieces) > 2 else None


def _groups(lines: list[PlacedLine], rules: Sequence[float]) -> Iterator[tuple[list[PlacedLine], bool]]:
    """Lines that may be one row, with whether two rules say so."""
    rules = rules if len(rules) >= LEAST_RULES else ()
    rest: list[PlacedLine] = []
    for band, run in groupby(lines, lambda one: bisect(rules, one.bottom - one.size / 2)):
        group = list(run)
        if band == 0 and rules:  # headings with no rule above them
            heads = _headings(group)
            rest, group = group[: len(group) - len(heads)], heads
        low = band < len(rules) and (band == 0 or rules[band] - rules[band - 1] < MOST_LINES * group[0].size)
        if low and _counts(group) <= 1:
            yield from ((near, False) for near in _near(rest))
            rest = []
            yield group, True
        else:
            rest += group
    yield from ((near, False) for near in _near(rest))


def _headings(lines: list[PlacedLine]) -> list[PlacedLine]:
    """The last lines of some that stand close together, without numbers, over the columns of a table."""
    start = len(lines)
    first = lines[-1].line.pieces[0].left if lines else 0.0
    while start and _is_heading(lines[start - 1].line, first):
        if start < len(lines) and lines[start].bottom - lines[start - 1].bottom > 1.45 * lines[start].size:
            break
        start -= 1
    return lines[start:]


def _is_heading(line: TextLine, first: float) -> bool:
    """Whether a line holds several pieces, or one that stands over another column than the first."""
    return not _numbers(line) and (len(line.pieces) > 1 or line.pieces[0].left > first + 20)


def _counts(group: list[PlacedLine]) -> int:
    """How many lines hold numbers."""
    return sum(_numbers(one.line) > 0 for one in group)


def _near(lines: list[PlacedLine]) -> list[list[PlacedLine]]:
    """Lines in groups, parted where the gap is wider than that between the lines of one label."""
    groups: list[list[PlacedLine]] = []
    for place, one in enumerate(lines):
        if place and _is_near(lines, place):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _is_near(lines: list[PlacedLine], place: int) -> bool:
    """Whether a line is nearer to the one above than one row of a table to the next."""
    gap = lines[place].bottom - lines[place - 1].bottom
    size = max(lines[place].size, lines[place - 1].size)
    if _beside(lines[place - 1], lines[place]):
        return True
    return gap < 1.45 * size and any(
        1.2 * gap < wide < 6 * size for wide in _gaps(lines, max(place - MOST_LINES, 0), place + MOST_LINES)
    )


def _beside(above: PlacedLine, below: PlacedLine) -> bool:
    """Whether two lines overlap in height, as no two rows of a table do."""
    return below.bottom - above.bottom < 0.95 * max(above.size, below.size)


def _gaps(lines: list[PlacedLine], first: int, last: int) -> list[float]:
    near = lines[first : last + 1]
    return [after.bottom - before.bottom for before, after in zip(near, near[1:], strict=False)]


def _numbers(line: TextLine) -> int:
    return sum(_is_number(piece) for piece in line.pieces[1:])


def _is_number(piece: Piece) -> bool:
    year = re.fullmatch(r"(?:19|20)\d\d", piece.text)
    return not year and parse_value(piece.text).kind in ("count", "suppressed", "dash")


def _as_row(group: list[PlacedLine], row: PlacedLine) -> PlacedLine | None:
    """The lines of a group as one row, or None when a number would become part of a label."""
    cells: list[list[Piece]] = []
    for one in group:
        for piece in one.line.pieces:
            over = [cell for cell in cells if any(_stand_over(piece, other) for other in cell)]
            if len(over) > 1:
                return None
            if over:
                over[0].append(piece)
            else:
                cells.append([piece])
    if len(group) > MOST_LINES or len(cells) < 2:
        return None
    if any(
        _is_number(p) and p in row.line.pieces[1:] and not _ends_label(p, cell)
        for cell in cells
        for p in cell
    ):
        return None
    merged = [
        Piece(tidy(" ".join(p.text for p in cell)), min(p.left for p in cell), max(p.right for p in cell))
        for cell in cells
    ]
    merged.sort(key=lambda piece: piece.left)
    return PlacedLine(TextLine(tuple(merged), row.line.address), row.bottom, row.size)


def _ends_label(piece: Piece, cell: list[Piece]) -> bool:
    """Whether a number is alone in its cell, or the end of a label: "… of a child under" and below it "13"."""
    before = cell[: cell.index(piece)]
    return len(cell) == 1 or bool(before and dangles(before[-1].text))


def _stand_over(one: Piece, other: Piece) -> bool:
    return one.left < other.right and other.left < one.right


MOST_PAGES = 400
SHORTEST_RULE = 100  # points
MOST_DRAWN = 6_000  # rules and boxes of a page with tables: more are a drawing


def load_pdf(path: Path, deadline: float | None = None) -> Document:
    """Load a PDF.

    Parameters
    ----------
    path : Path
        The file.
    deadline : float, optional
        When to stop, on the clock of ``time.monotonic``; the pages read until then are kept.

    Raises
    ------
    Refused
        When it is protected, damaged, or holds no text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    document = Document(path.name, "pdf")
    lines: dict[str, TextLine] = {}
    empty: list[int] = []
    read = 0
    try:
        with path.open("rb") as stream:
            for page in _pages(pdfplumber.open(stream)):
                late = deadline is not None and time.monotonic() > deadline
                if late or page.page_number > MOST_PAGES:
                    why = "takes too long" if late else "has more than any response needs"
                    told = f"reading stopped before page {page.page_number}: the file {why}. Ask: can you send the tables only?"
                    document.tell(f"p{page.page_number}", "warning", told)
                    break
                if not page.chars:
                    empty.append(page.page_number)
                else:
                    read += 1
                    lines |= _read_page(page, document)
                page.close()
            pictures = not read
    except Refused:
        raise
    except Exception as error:
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, (PDFPasswordIncorrect, PDFEncryptionError)) or "assword" in f"{cause!r}":
            raise Refused(PASSWORD) from None
        raise Refused(f"a damaged PDF ({type(cause).__name__}). Ask: can you send the file again?") from None
    if pictures:
        raise Refused(
            "a PDF that holds only pictures of pages, so no text can be read. Ask: can you send the figures as a spreadsheet?"
        )
    if empty:
        document.tell(
            f"p{empty[0]}",
            "warning",
            f"page{'s' * (len(empty) > 1)} {', '.join(map(str, empty[:10]))} hold only pictures and are not read. Ask: can you send these pages as text?",
        )
    document.blocks = _joined(_with_widows(document.blocks, lines))
    return document


def _pages(pdf) -> Iterator:
    """The pages one by one: ``pdf.pages`` first makes all, and closing the PDF does too, which takes minutes for thousands."""
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page

    top = 0
    for number, page in enumerate(PDFPage.create_pages(pdf.doc), 1):
        yield Page(pdf, page, page_number=number, initial_doctop=top)
        top += page.mediabox[3] - page.mediabox[1] if page.mediabox else 0


def _read_page(page, document: Document) -> dict[str, TextLine]:
    """Put the blocks of a page into the document; returns its lines by address."""
    raised = _raised(page.chars)
    if raised:
        page = page.filter(
            lambda item: (
                item.get("object_type") != "char"
                or (round(item["x0"], 2), round(item["top"], 2)) not in raised
            )
        )
    words = _words(page)
    tables = _ruled(page, words)
    rules, number = _rules(page), page.page_number
    inside: set[int] = set()
    placed = tables
    for _, _, taken in tables:
        inside |= taken
    lines: list[tuple[TextLine, float]] = []
    ordered: list = []
    groups = in_reading_order([word for place, word in enumerate(words) if place not in inside])
    for group in groups:
        own = _lines(group, number, len(lines), rules)
        tops = {line.address: top for line, top in own}
        here = [one for one in placed if len(groups) < 2 or _stands_in(group, words, one)]
        placed = [one for one in placed if one not in here]
        blocks = [(tops[_address(block)], block) for block in _between(own, [top for top, *_ in here])]
        ordered += sorted([*((top, grid) for top, grid, _ in here), *blocks], key=lambda item: item[0])
        lines += own
    count = 0
    for _, block in [*ordered, *((top, grid) for top, grid, _ in placed)]:
        if isinstance(block, Grid):
            count += 1
            block.place, block.address_of = f"p{number} t{count}", None
        document.blocks.append(block)
    return {line.address: line for line, _ in lines}


def _address(block: Line | Grid) -> str:
    return block.address if isinstance(block, Line) else block.address_of(0, 0)


def _stands_in(group: list[dict], words: list[dict], table: tuple[float, Grid, set[int]]) -> bool:
    """Whether a ruled table stands among the words of a group: beside them, and not above all or below all."""
    top, _, taken = table
    middle = [(words[place]["x0"] + words[place]["x1"]) / 2 for place in taken]
    left, right = min(w["x0"] for w in group), max(w["x1"] for w in group)
    within = sum(left - 40 < x < right + 40 for x in middle) * 5 > 4 * len(middle)
    return within and min(w["top"] for w in group) - 30 < top < max(w["bottom"] for w in group) + 30


def _words(page) -> list[dict]:
    """The words of a page; headings that stand on end are read along their own line, each as one word."""
    options = {"x_tolerance": 1.5, "y_tolerance": 2}
    turned = [char for char in page.chars if not char["upright"]]
    if not turned:
        words = page.extract_words(extra_attrs=["size"], **options)
    else:
        words = page.filter(lambda item: item.get("upright", True)).extract_words(
            extra_attrs=["size"], **options
        )
        for upwards in (True, False):
            own = {id(char) for char in turned if (char["matrix"][1] > 0) is upwards}
            part = page.filter(lambda item, own=own: item["object_type"] == "char" and id(item) in own)
            along = "btt" if upwards else "ttb"
            standing = part.extract_words(
                keep_blank_chars=True, char_dir_rotated=along, line_dir_rotated="ltr", **options
            )
            words += [word | {"size": word["x1"] - word["x0"]} for word in standing]
    for word in words:
        word["text"] = _GLYPH.sub("•", word["text"]).strip()
    return words


_ENDS_IN_COUNT = re.compile(r"\w\W*(?:[-–—:=]|\s)\s*(?:<?\d[\d,]*|\*|nil|none)$", re.IGNORECASE)
_GLYPH = re.compile(r"\(cid:\d+\)")  # a sign that the font does not name, most often the dot of a list


def _between(lines: list[tuple[TextLine, float]], tops: list[float]) -> list:
    """Blocks of text, parted where a ruled table stands, with a blank line where the page has a gap."""
    blocks: list = []
    run: list[TextLine] = []
    last = None
    heights = [b - a for (_, a), (_, b) in zip(lines, lines[1:], strict=False) if b > a]
    usual = sorted(heights)[len(heights) // 2] if heights else 12.0
    for line, top in lines:
        if last is not None:
            if any(last < edge < top for edge in tops):
                blocks += blocks_of(run)
                run = []
            elif top - last > 2.6 * usual:
                run += [TextLine((), ""), TextLine((), "")]
            elif top - last > 1.7 * usual:
                run.append(TextLine((), ""))
        run.append(line)
        last = top
    return blocks + blocks_of(run) if run else blocks


def _raised(chars: list[dict]) -> set[tuple[float, float]]:
    """The places of small characters that follow a larger one and stand higher: footnote marks."""
    places = set()
    for before, char in zip(chars, chars[1:], strict=False):
        small = (
            char["size"] < 0.82 * before["size"]
            or (round(before["x0"], 2), round(before["top"], 2)) in places
            and abs(char["size"] - before["size"]) < 0.2
        )
        near = abs(char["x0"] - before["x1"]) < 0.35 * before["size"]
        marked = (round(before["x0"], 2), round(before["top"], 2)) in places
        higher = marked or char["bottom"] < before["bottom"] - 0.12 * before["size"]
        if small and near and higher and not char["text"].isspace():
            places.add((round(char["x0"], 2), round(char["top"], 2)))
    return places


def _ruled(page, words: list[dict]) -> list[tuple[float, Grid, set[int]]]:
    """Tables drawn with rules, each with its top edge and the words that it takes."""
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    if not drawn or drawn > MOST_DRAWN:
        return []
    found = []
    for table in page.find_tables():
        xs = _edges([x for cell in table.cells for x in (cell[0], cell[2])])
        ys = _edges([y for cell in table.cells for y in (cell[1], cell[3])])
        if len(xs) < 3 or len(ys) < 2:
            continue
        rows: list[list] = [[None] * (len(xs) - 1) for _ in range(len(ys) - 1)]
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        taken: set[int] = set()
        broken: dict[tuple[int, int], list[str]] = {}
        crowded = 0
        for left, top, right, bottom in table.cells:
            first, last = _at(xs, left), _at(xs, right)
            upper, lower = _at(ys, top), _at(ys, bottom)
            mine = [
                place
                for place, w in enumerate(words)
                if left <= (w["x0"] + w["x1"]) / 2 <= right and top <= (w["top"] + w["bottom"]) / 2 <= bottom
            ]
            taken.update(mine)
            texts = _cell_lines([words[place] for place in mine])
            crowded += (
                sum(parse_value(text).kind == "count" for text in texts) > 1
                or sum(bool(re.search(r"\s\d+$", text)) for text in texts) > 2
            )
            if sum(bool(_ENDS_IN_COUNT.search(text)) for text in texts) > 1:
                broken[(upper, first)] = texts  # a list in a cell, and no wrapped sentence
            rows[upper][first] = tidy(" ".join(texts)) or None
            for row in range(upper, max(lower, upper + 1)):
                for column in range(first, max(last, first + 1)):
                    if (row, column) != (upper, first):
                        spans[(row, column)] = (upper, first)
        if crowded:
            continue  # rules around groups of rows only: the words' alignment says more
        found.append(
            (min(cell[1] for cell in table.cells), Grid(rows, place="p", spans=spans, broken=broken), taken)
        )
    return found


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > 2.5:
            edges.append(value)
    return edges


def _at(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda place: abs(edges[place] - value))


def _cell_lines(words: list[dict]) -> list[str]:
    lines: list[list[dict]] = []
    for word in sorted(words, key=lambda w: (w["top"], w["x0"])):
        if lines and abs(lines[-1][0]["top"] - word["top"]) < 0.5 * (word["bottom"] - word["top"]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [" ".join(w["text"] for w in sorted(line, key=lambda w: w["x0"])) for line in lines]


def _rules(page) -> list[float]:
    """The heights of the rules across a page, from its top; those of cells side by side are one."""
    if len(page.lines) + len(page.rects) > MOST_DRAWN:
        return []
    widths: dict[float, float] = {}
    for edge in page.horizontal_edges:
        widths[round(edge["top"])] = widths.get(round(edge["top"]), 0) + edge["x1"] - edge["x0"]
    return _edges([top for top, width in widths.items() if width > SHORTEST_RULE])


def _lines(words: list[dict], page: int, before: int, rules: list[float]) -> list[tuple[TextLine, float]]:
    """Words in lines, and each line in pieces at gaps wider than blanks between words are."""
    lines: list[PlacedLine] = []
    for number, row in enumerate(in_rows(words), before + 1):
        row.sort(key=lambda w: w["x0"])
        pieces: list[Piece] = []
        for word in row:
            if pieces and word["x0"] - pieces[-1].right < 0.75 * word["size"]:
                last = pieces.pop()
                pieces.append(Piece(f"{last.text} {word['text']}", last.left, word["x1"]))
            else:
                pieces.append(Piece(word["text"], word["x0"], word["x1"]))
        kept = tuple(Piece(tidy(piece.text), piece.left, piece.right) for piece in pieces if tidy(piece.text))
        if kept:
            lines.append(PlacedLine(TextLine(kept, f"p{page} l{number}"), row[0]["bottom"], row[0]["size"]))
    return [(one.line, one.bottom - one.size / 2) for one in join_wrapped(lines, rules)]


def _with_widows(blocks: list, lines: dict[str, TextLine]) -> list:
    """Make grids of single lines that a page break parts from their table: a last row, or the headings alone."""
    result = list(blocks)
    grids = [place for place, block in enumerate(blocks) if isinstance(block, Grid)]
    for place, block in enumerate(blocks):
        line = lines.get(block.address) if isinstance(block, Line) else None
        if line is None or len(line.pieces) < 2:
            continue
        texts = [piece.text for piece in line.pieces]
        before = max((at for at in grids if at < place), default=None)
        after = min((at for at in grids if at > place), default=None)
        numbers = sum(parse_value(text).is_number for text in texts[1:])
        if before is not None and _breaks(blocks, before, place) and blocks[before].width == len(texts):
            if numbers == len(texts) - 1:
                result[place] = _one_row(texts, block)
        elif after is not None and _breaks(blocks, place, after) and _begins_with_data(blocks[after]):
            missing = blocks[after].width - len(texts)
            if not numbers and missing in (0, 1):
                result[place] = _one_row([None] * missing + texts, block)
    return result


def _breaks(blocks: list, first: int, second: int) -> bool:
    """Whether two blocks stand on pages that follow each other, with nothing but short lines in between."""
    pages = [
        int((block.place if isinstance(block, Grid) else block.address).split()[0][1:])
        for block in (blocks[first], blocks[second])
    ]
    between = blocks[first + 1 : second]
    return pages[1] == pages[0] + 1 and len(between) <= 2 and all(len(line.text) < 60 for line in between)


def _begins_with_data(grid: Grid) -> bool:
    return bool(grid.rows[0][0]) and all(parse_value(cell).is_number for cell in grid.rows[0][1:])


def _one_row(texts: list, line: Line) -> Grid:
    return Grid([texts], place=f"{line.address.split()[0]} t0", address_of=lambda row, column: line.address)


def _joined(blocks: list) -> list:
    """Join a table to the one on the page before, when it goes on there."""
    result: list = []
    repeated = _furniture(blocks)
    for block in blocks:
        previous = next(
            (place for place in range(len(result) - 1, -1, -1) if isinstance(result[place], Grid)), None
        )
        if (
            isinstance(block, Grid)
            and previous is not None
            and _continues(
                result[previous], block, [one for one in result[previous + 1 :] if one.text not in repeated]
            )
        ):
            before = result[previous]
            head = result[-1] if isinstance(result[-1], Line) else None
            if head and head.address.split()[0] == block.place.split()[0] and _is_label(head.text):
                before = _append(before, _one_row([head.text, *[None] * (before.width - 1)], head), 0)
                result.pop()
            skipped = int(block.rows[0] == before.rows[0])
            result[previous] = _append(before, block, skipped)
            continue
        result.append(block)
    return result


def _furniture(blocks: list) -> set[str]:
    """The lines that several pages repeat but for their numbers, at the head or the foot: "Page 2 of 3, tel. 101"."""
    pages: dict[str, set[str]] = {}
    lines = [block for block in blocks if isinstance(block, Line)]
    for line in lines:
        pages.setdefault(re.sub(r"\d+", "0", line.text), set()).add(line.address.split()[0])
    return {line.text for line in lines if len(pages[re.sub(r"\d+", "0", line.text)]) > 1}


def _continues(before: Grid, block: Grid, between: list) -> bool:
    if before.place.split()[0] == block.place.split()[0] or before.width != block.width:
        return False
    if (
        sum(len(line.text) > 60 for line in between)
        or len(between) > 3
        or any(re.match(r"(?i)table|figure|question", line.text) for line in between)
    ):
        return False
    first = block.rows[0]
    return first == before.rows[0] or any(parse_value(cell).is_number for cell in first[1:])


def _is_label(text: str) -> bool:
    label = read_label(text.rstrip(":"))
    return label.understood and bool(label.dimensions)


def _end_of_label(last: list, first: list) -> list | None:
    """The last row of a page with the end of its label, which the next page begins with: "under 13"."""
    filled = [column for column, cell in enumerate(first) if cell]
    if len(filled) != 1 or not first[filled[0]][:1].islower() or not last[filled[0]]:
        return None
    return [f"{cell} {first[filled[0]]}" if column == filled[0] else cell for column, cell in enumerate(last)]


def _append(before: Grid, block: Grid, skipped: int) -> Grid:
    if skipped and len(block.rows) > 1 and (whole := _end_of_label(before.rows[-1], block.rows[1])):
        before.rows[-1], skipped = whole, 2
    offset, rows = len(before.rows), block.rows[skipped:]
    places = [before.address(row, 0).removesuffix(" c1") for row in range(offset)]
    places += [block.address(row + skipped, 0).removesuffix(" c1") for row in range(len(rows))]
    spans = dict(before.spans)
    for (row, column), (top, left) in block.spans.items():
        if row >= skipped and top >= skipped:
            spans[(row - skipped + offset, column)] = (top - skipped + offset, left)
    return Grid(
        before.rows + rows,
        place=block.place,
        spans=spans,
        address_of=lambda row, column: f"{places[row]} c{column + 1}" if " r" in places[row] else places[row],
    )
