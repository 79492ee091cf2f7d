"""Load PDF files: ruled tables, tables that only alignment makes, and text, page by page.

Ruled tables are taken from their cells' edges, so that merged headings are known. Words outside them are put into
lines, and lines with several cells become aligned tables. A table that goes on over a page break is one table, and
each of its cells keeps the address of its page. A file that holds only pictures is refused, and told so.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

from helpers.foi.responses.aligned import blocks_of
from helpers.foi.responses.gutters import in_reading_order, in_rows
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Document, Grid, Line, Problem
from helpers.foi.responses.sniff import Refused
from helpers.foi.responses.textlines import Piece, TextLine
from helpers.foi.responses.values import parse_value, tidy
from helpers.foi.responses.wrapped import PlacedLine, join_wrapped

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
                    document.problems.append(Problem(f"p{page.page_number}", "warning", told))
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
            raise Refused(
                "protected by a password. Ask: what is the password, or can you send it without?"
            ) from None
        raise Refused(f"a damaged PDF ({type(cause).__name__}). Ask: can you send the file again?") from None
    if pictures:
        raise Refused(
            "a PDF that holds only pictures of pages, so no text can be read. Ask: can you send the figures as a spreadsheet?"
        )
    if empty:
        document.problems.append(
            Problem(
                f"p{empty[0]}",
                "warning",
                f"page{'s' * (len(empty) > 1)} {', '.join(map(str, empty[:10]))} hold only pictures and are not read. Ask: can you send these pages as text?",
            )
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
