"""Load PDF files: ruled tables, tables that only alignment makes, and text, page by page.

Ruled tables are taken from their cells' edges, so that merged headings are known. Words outside them are put into
lines, and lines with several cells become aligned tables. A table that goes on over a page break is one table, and
each of its cells keeps the address of its page. A file that holds only pictures or turned text is refused, and told so.
"""

from __future__ import annotations

import logging
import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path

from helpers.intake.aligned import Piece, TextLine, blocks_of
from helpers.intake.model import Document, Grid, Line
from helpers.intake.sniff import Refused, opening
from helpers.intake.values import parse_value, tidy


def _in_rows(words: list[dict]) -> list[list[dict]]:
    """Words by the line they stand on, from the top and from the left; a little above or below is the same line."""
    rows: list[list[dict]] = []
    for word in sorted(words, key=lambda w: (w["bottom"], w["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < 0.4 * max(word["size"], 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word["x0"]) for row in rows]


MOST_PAGES = 400
MOST_DRAWN = 6_000  # rules and boxes of a page with tables: more are a drawing


def load_pdf(path: Path, deadline: float | None = None) -> Document:
    """Load a PDF.

    Parameters
    ----------
    path : Path
        The file.
    deadline : float, optional
        When to stop, on the clock of ``time.process_time``; the pages read until then are kept.

    Raises
    ------
    Refused
        When it is protected, damaged, or holds no text.
    """
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    document = Document(path.name, "pdf")
    empty: list[int] = []
    read = 0
    with opening("a damaged PDF"), path.open("rb") as stream:
        for page in _pages(pdfplumber.open(stream)):
            late = deadline is not None and time.process_time() > deadline
            if late or page.page_number > MOST_PAGES:
                why = "takes too long" if late else "has more than any response needs"
                told = f"reading stopped before page {page.page_number}: the file {why}. Ask: can you send the tables only?"
                document.tell(f"p{page.page_number}", "warning", told)
                break
            if 2 * sum(char["upright"] for char in page.chars) <= len(page.chars):
                empty.append(page.page_number)
            else:
                read += 1
                _read_page(page, document)
            page.close()
    if not read:
        raise Refused(
            "a PDF that holds only pictures of pages or turned text, which is not read. Ask: can you send the figures as a spreadsheet?"
        )
    if empty:
        pages = f"page{'s' * (len(empty) > 1)} {', '.join(map(str, empty[:10]))}"
        told = f"{pages} hold only pictures or turned text and are not read. Ask: can you send these pages as a spreadsheet?"
        document.tell(f"p{empty[0]}", "warning", told)
    document.blocks = _joined(document.blocks)
    return document


def _pages(pdf) -> Iterator:
    """The pages one by one: ``pdf.pages`` first makes all, and closing the PDF does too, which takes minutes for thousands."""
    from pdfminer.layout import LTChar
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page

    class Plain(Page):
        """A page that keeps of a character what is used of it: the rest takes longer than reading it."""

        def process_object(self, one) -> dict:
            if not isinstance(one, LTChar):
                return super().process_object(one)
            left, foot = self.mediabox[0], self.mediabox[1] + self.height
            place = {"x0": one.x0 + left, "x1": one.x1 + left, "top": foot - one.y1, "bottom": foot - one.y0}
            said = {"text": one.get_text(), "size": one.size, "upright": one.upright, "matrix": one.matrix}
            return place | said | {"object_type": "char", "doctop": self.initial_doctop + place["top"]}

    top = 0
    for number, page in enumerate(PDFPage.create_pages(pdf.doc), 1):
        yield Plain(pdf, page, page_number=number, initial_doctop=top)
        top += page.mediabox[3] - page.mediabox[1] if page.mediabox else 0


def _read_page(page, document: Document) -> None:
    """Put the blocks of a page into the document."""
    raised = _raised(page.chars)
    if raised:
        page = page.filter(lambda item: item.get("object_type") != "char" or _spot(item) not in raised)
    words = _words(page)
    tables = _ruled(page, words)
    inside = {place for _, _, taken in tables for place in taken}
    lines = _lines([word for place, word in enumerate(words) if place not in inside], page.page_number)
    tops = {line.address: top for line, top in lines}
    text = [(tops[_address(block)], block) for block in _between(lines, [top for top, *_ in tables])]
    count = 0
    for _, block in sorted([*((top, grid) for top, grid, _ in tables), *text], key=lambda one: one[0]):
        if isinstance(block, Grid):
            count += 1
            block.place, block.address_of = f"p{page.page_number} t{count}", None
        document.blocks.append(block)


def _address(block: Line | Grid) -> str:
    return block.address if isinstance(block, Line) else block.address_of(0, 0)


def _words(page) -> list[dict]:
    """The words of a page; headings that stand on end are read along their own line, each as one word."""
    options = {"x_tolerance": 1.5, "y_tolerance": 2}
    upright = page.filter(lambda item: item.get("upright", True))
    words = upright.extract_words(extra_attrs=["size"], **options)
    turned = [char for char in page.chars if not char["upright"]]
    if turned:
        along = "btt" if turned[0]["matrix"][1] > 0 else "ttb"
        standing = page.filter(lambda item: not item.get("upright", True)).extract_words(
            keep_blank_chars=True, char_dir_rotated=along, line_dir_rotated="ltr", **options
        )
        words += [word | {"size": word["x1"] - word["x0"]} for word in standing]
    for word in words:
        word["text"] = _GLYPH.sub("•", word["text"]).strip()
    return words


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


def _spot(char: dict) -> tuple[float, float]:
    return round(char["x0"], 2), round(char["top"], 2)


def _raised(chars: list[dict]) -> set[tuple[float, float]]:
    """The places of small characters that follow a larger one and stand higher: footnote marks."""
    places = set()
    for before, char in zip(chars, chars[1:], strict=False):
        marked = _spot(before) in places
        alike = marked and abs(char["size"] - before["size"]) < 0.2
        small = alike or char["size"] < 0.82 * before["size"]
        near = abs(char["x0"] - before["x1"]) < 0.35 * before["size"]
        higher = marked or char["bottom"] < before["bottom"] - 0.12 * before["size"]
        if small and near and higher and not char["text"].isspace():
            places.add(_spot(char))
    return places


def _ruled(page, words: list[dict]) -> list[tuple[float, Grid, set[int]]]:
    """Tables drawn with rules, each with its top edge and the words that it takes."""
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    if not drawn or drawn > MOST_DRAWN:
        return []
    found = []
    middles = [(word["top"] + word["bottom"]) / 2 for word in words]
    order = sorted(range(len(words)), key=middles.__getitem__)
    heights = [middles[place] for place in order]
    for table in page.find_tables():
        xs = sorted({x for left, _, right, _ in table.cells for x in (left, right)})
        ys = sorted({y for _, top, _, bottom in table.cells for y in (top, bottom)})
        if len(xs) < 3 or len(ys) < 2:
            continue
        grid = Grid([[None] * (len(xs) - 1) for _ in range(len(ys) - 1)], place="p")
        taken: set[int] = set()
        crowded = 0
        for left, top, right, bottom in table.cells:
            first, upper = xs.index(left), ys.index(top)
            level = order[bisect_left(heights, top) : bisect_right(heights, bottom)]
            within = ((words[place]["x0"] + words[place]["x1"]) / 2 for place in level)
            mine = [place for place, middle in zip(level, within, strict=True) if left <= middle <= right]
            taken.update(mine)
            lines = _in_rows([words[place] for place in mine])
            texts = [" ".join(w["text"] for w in line) for line in lines]
            counts = sum(parse_value(text).kind == "count" for text in texts)
            crowded += counts > 1 or sum(bool(re.search(r"\s\d+$", text)) for text in texts) > 2
            grid.rows[upper][first] = tidy(" ".join(texts)) or None
            grid.merge(upper, first, ys.index(bottom) - 1, xs.index(right) - 1)
        if crowded:
            continue  # rules around groups of rows only: the words' alignment says more
        found.append((min(cell[1] for cell in table.cells), grid, taken))
    return found


def _lines(words: list[dict], page: int) -> list[tuple[TextLine, float]]:
    """Words in lines with their heights, and each line in pieces at gaps wider than blanks between words are."""
    lines: list[tuple[TextLine, float]] = []
    for number, row in enumerate(_in_rows(words), 1):
        pieces: list[Piece] = []
        for word in row:
            if pieces and word["x0"] - pieces[-1].right < 0.75 * word["size"]:
                last = pieces.pop()
                pieces.append(Piece(f"{last.text} {word['text']}", last.left, word["x1"]))
            else:
                pieces.append(Piece(word["text"], word["x0"], word["x1"]))
        kept = tuple(Piece(tidy(piece.text), piece.left, piece.right) for piece in pieces if tidy(piece.text))
        if kept:
            lines.append((TextLine(kept, f"p{page} l{number}"), row[0]["bottom"] - row[0]["size"] / 2))
    return lines


def _joined(blocks: list) -> list:
    """Join a table to the one on the page before, when it goes on there; between them stand only heads and feet."""
    result: list = []
    last = None  # where the last grid stands in the result
    for block in blocks:
        if isinstance(block, Grid):
            if last is not None and _continues(result[last], block, result[last + 1 :]):
                result[last] = _append(result[last], block)
                continue
            last = len(result)
        result.append(block)
    return result


def _continues(before: Grid, block: Grid, between: list[Line]) -> bool:
    if before.place.split()[0] == block.place.split()[0] or before.width != block.width:
        return False
    if len(between) > 3 or any(len(one.text) > 60 or _TITLE.match(one.text) for one in between):
        return False
    first = block.rows[0]
    return first == before.rows[0] or any(parse_value(cell).is_number for cell in first[1:])


_TITLE = re.compile(r"(?i)table|figure|question")


def _append(before: Grid, block: Grid) -> Grid:
    """A table with its next page below it, without the headings that this repeats; each cell keeps its address."""
    skipped = int(block.rows[0] == before.rows[0])
    offset, rows = len(before.rows) - skipped, block.rows[skipped:]
    places = [before.address(row, 0).removesuffix(" c1") for row in range(len(before.rows))]
    places += [block.address(row, 0).removesuffix(" c1") for row in range(skipped, len(block.rows))]
    below = block.spans.items()
    moved = {(r + offset, c): (top + offset, left) for (r, c), (top, left) in below if min(r, top) >= skipped}

    def address(row: int, column: int) -> str:
        return f"{places[row]} c{column + 1}" if " r" in places[row] else places[row]

    spans = before.spans | moved
    return Grid(before.rows + rows, place=block.place, spans=spans, address_of=address)
