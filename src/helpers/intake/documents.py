"""Load Word documents and web pages: their text in order, and their tables as grids.

Raised characters become raised characters, so that 12 with a footnote 1 never reads as 121. Deleted and hidden
text is left out, nothing outside the file is fetched, and layout tables are read as the text that they hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby, takewhile
from pathlib import Path

from helpers.intake.blocks import carve, separated
from helpers.intake.model import Document, Grid, Line
from helpers.intake.sniff import Refused, decode
from helpers.intake.spreadsheets import RAISED
from helpers.intake.values import tidy

MOST_SPANNED = 500
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def load_docx(path: Path) -> Document:
    """Load a Word document: letterhead, paragraphs and tables in order.

    Raises
    ------
    Refused
        When the document is damaged.
    """
    import docx

    try:
        opened = docx.Document(str(path))
    except Exception as error:  # lxml raises its own errors on damaged parts
        raise Refused(
            f"a damaged Word document ({type(error).__name__}). Ask: can you send the file again?"
        ) from None
    document = Document(path.name, "docx")
    reader = _Docx(document)
    heads = []
    for section in opened.sections:
        for part in (section.header, section.first_page_header, section.footer):
            heads += [text for paragraph in part.paragraphs if (text := tidy(_docx_text(paragraph._p)))]
    document.blocks += [Line(text, "header") for text in dict.fromkeys(heads)]
    reader.walk(opened.element.body)
    document.blocks = [
        block
        for is_text, run in groupby(document.blocks, lambda block: isinstance(block, Line))
        for block in (_with_tabs(list(run)) if is_text else run)
    ]
    document.blocks += _footnotes(opened)
    return document


def _with_tabs(lines: list[Line]) -> list[Line | Grid]:
    """Paragraphs with the tables that tabs make in them."""
    return [
        replace(one, text=tidy(one.text.replace("\t", "  "))) if isinstance(one, Line) else one
        for one in carve(lines, (separated,))
    ]


def _footnotes(opened) -> list[Line]:
    """The notes at the foot of pages and at the end: they explain, and count nothing."""
    import lxml.etree

    lines: list[Line] = []
    for part in {id(one): one for one in _parts_of(opened, ("footnotes", "endnotes"))}.values():
        root = lxml.etree.fromstring(part.blob, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
        for note in root.iterchildren():
            text = tidy(" ".join(_docx_text(paragraph) for paragraph in note.iter(f"{_W}p")))
            if text:
                lines.append(Line(text, f"note {len(lines) + 1}", quoted=True))
    return lines


def _parts_of(opened, kinds: tuple[str, ...]) -> list:
    links = [link for link in opened.part.rels.values() if not link.is_external]
    return [link.target_part for link in links if link.reltype.endswith(kinds)]


class _Docx:
    def __init__(self, document: Document):
        self.document = document
        self.lines = self.tables = 0

    def walk(self, element) -> None:
        for child in element.iterchildren():
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}txbxContent"):
                self.walk(child)

    def _paragraph(self, paragraph) -> None:
        for text in _docx_text(paragraph).split("\n"):
            if tidy(text):
                self.lines += 1
                self.document.blocks.append(Line(re.sub(r"\t+", "\t", text.strip()), f"l{self.lines}"))
        for box in paragraph.iter(f"{_W}txbxContent"):
            if not any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors()):
                self.walk(box)

    def _table(self, table) -> None:
        self.tables += 1
        grid = Grid([], place=f"t{self.tables}")
        down: dict[int, tuple[int, int]] = {}
        nested = []
        kept = [row for row in table.iterchildren(f"{_W}tr") if row.find(f"{_W}trPr/{_W}del") is None]
        for number, row in enumerate(kept):
            cells: list = []
            before = row.find(f"{_W}trPr/{_W}gridBefore")
            cells += [None] * _number(before, 0)
            for cell in _docx_cells(row):
                wide = cell.find(f"{_W}tcPr/{_W}gridSpan")
                width = max(1, _number(wide, 1))
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                column = len(cells)
                continues = merge is not None and merge.get(f"{_W}val") != "restart"
                anchor = down.get(column, (number, column)) if continues else (number, column)
                if merge is not None and not continues:
                    down[column] = anchor
                nested += list(cell.iterchildren(f"{_W}tbl"))
                lines = [
                    line
                    for p in cell.iterchildren(f"{_W}p")
                    for line in map(tidy, _docx_text(p).split("\n"))
                    if line
                ]
                cells += [None if continues else " ".join(lines) or None, *[None] * (width - 1)]
                grid.merge(*anchor, number, column + width - 1)
            grid.rows.append(cells)
        self.document.blocks.append(grid)
        for inner in nested:
            self._table(inner)


def _number(element, otherwise: int) -> int:
    """The number that an element states, within bounds; hostile files state anything."""
    text = element.get(f"{_W}val", "") if element is not None else ""
    return min(int(text), MOST_SPANNED) if re.fullmatch(r"\d{1,6}", text) else otherwise


def _docx_cells(row):
    for child in row.iterchildren():
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag == f"{_W}sdt":
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                yield from content.iterchildren(f"{_W}tc")


def _docx_text(paragraph) -> str:
    """The text of a paragraph without what was deleted, with raised characters raised."""
    parts = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if any(
            parent.tag in (f"{_W}del", f"{_MC}Fallback", f"{_W}txbxContent", f"{_W}moveFrom")
            for parent in takewhile(lambda parent: parent is not paragraph, node.iterancestors())
        ):
            continue
        if node.tag == f"{_W}t":
            run = node.getparent()
            raised = run.find(f"{_W}rPr/{_W}vertAlign") if run is not None else None
            hidden = run.find(f"{_W}rPr/{_W}vanish") if run is not None else None
            if hidden is not None:
                continue
            text = node.text or ""
            parts.append(
                text.translate(RAISED)
                if raised is not None and raised.get(f"{_W}val") == "superscript"
                else text
            )
        elif node.tag == f"{_W}tab":
            if node.getparent().tag != f"{_W}tabs":
                parts.append("\t")
        else:
            parts.append("-" if node.tag == f"{_W}noBreakHyphen" else "\n")
    return "".join(parts)


_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary td th tr ul option".split()
)
_SKIPPED = frozenset("script style template noscript head title svg select button iframe object".split())


def load_html(path: Path) -> Document:
    """Load a web page."""
    document = Document(path.name, "html")
    data = path.read_bytes()
    named = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_\-]+)", data[:4096])
    read_html(decode(data, named[1].decode() if named else None), document)
    return document


def read_html(text: str, document: Document) -> None:
    """Read HTML into a document.

    Raises
    ------
    Refused
        When nothing can be parsed.
    """
    import lxml.etree
    import lxml.html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = lxml.html.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Refused(f"a page that cannot be parsed ({type(error).__name__})") from None
    document.titles += [tidy(title.text_content())[:300] for title in root.iter("title")][:1]
    reader = _Html(document)
    reader.walk(root)
    reader.flush()
    # the parser itself gives up the rest of a page at 256 levels
    if reader.too_deep or any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        document.tell(
            "",
            "warning",
            f"not read in full: parts of the page are nested more than {MOST_NESTED} deep, and these and what "
            "follows them may be left out. Ask: can you send the tables as a spreadsheet?",
        )
    if reader.hidden:
        document.tell(
            "", "note", f"{reader.hidden} hidden part{'s' * (reader.hidden > 1)} of the page left out"
        )


MOST_NESTED = 200  # levels of a page


class _Html:
    def __init__(self, document: Document):
        self.document = document
        self.lines = self.tables = self.hidden = 0
        self.buffer: list[str] = []
        self.depth = 0
        self.too_deep = False

    def flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer = []
        for piece in text.split("\n"):
            if tidy(piece):
                self.lines += 1
                self.document.blocks.append(Line(tidy(piece), f"l{self.lines}"))

    def walk(self, element) -> None:
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            return
        if _is_hidden(element):
            self.hidden += bool(tidy(element.text_content()))
            return
        if self.depth > MOST_NESTED:
            self.too_deep = True
            return
        self.depth += 1
        if (
            element.tag == "table"
            and element.find(".//table") is None
            and element.get("role") != "presentation"
        ):
            self.flush()
            self._table(element)
        else:
            self._inline(element)
        self.depth -= 1

    def _inline(self, element) -> None:
        block = element.tag in _BLOCKS or element.tag == "table"
        if block:
            self.flush()
        if element.tag == "br":
            self.buffer.append("\n")
        if element.text:
            self.buffer.append(_keep(element.text, element))
        for child in element:
            self.walk(child)
            if child.tail:
                self.buffer.append(_keep(child.tail, element))
        if block:
            self.flush()

    def _table(self, table) -> None:
        self.tables += 1
        caption = table.find("caption")
        if caption is not None:
            self.buffer.append(" ".join(_cell_lines(caption)))
            self.flush()
        grid = Grid([], place=f"t{self.tables}")
        rows = list(table.iter("tr"))
        for number, row in enumerate(rows):
            cells: list = []
            for cell in [*row, None]:
                while (number, len(cells)) in grid.spans:
                    cells.append(None)
                if cell is None or cell.tag not in ("td", "th"):
                    continue
                width, height = _span(cell, "colspan"), min(_span(cell, "rowspan"), len(rows) - number)
                lines = _cell_lines(cell)
                grid.merge(number, len(cells), number + height - 1, len(cells) + width - 1)
                cells += [" ".join(lines) or None, *[None] * (width - 1)]
            grid.rows.append(cells)
        self.document.blocks.append(grid)


def _span(cell, name: str) -> int:
    found = re.match(r"\s*(\d{1,4})", cell.get(name) or "")
    return max(1, min(int(found[1]), MOST_SPANNED)) if found else 1


def _is_hidden(element) -> bool:
    style = (element.get("style") or "").casefold().replace(" ", "")
    return "display:none" in style or "visibility:hidden" in style or element.get("hidden") is not None


def _keep(text: str, element) -> str:
    text = re.sub(r"\s+", " ", text) if element.tag != "pre" else text
    return text.translate(RAISED) if element.tag == "sup" else text


def _cell_lines(cell) -> list[str]:
    inner = _Html(Document("", "html"))
    inner.walk(cell)
    inner.flush()
    return [line.text for line in inner.document.lines()]
