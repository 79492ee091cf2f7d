"""Load Word documents and web pages: their text in order, and their tables as grids.

Raised characters become raised characters, so that 12 with a footnote 1 never reads as 121. Deleted and hidden
text is left out, nothing outside the file is fetched, and layout tables are read as the text that they hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

from helpers.intake.aligned import text_blocks
from helpers.intake.model import Document, Grid, Line, counted
from helpers.intake.sniff import decode, opening
from helpers.intake.spreadsheets import RAISED
from helpers.intake.values import tidy

MOST_SPANNED = 500
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = (*(_W + name for name in ("del", "moveFrom", "tabs", "sdtPr", "sdtEndPr")), f"{_MC}Fallback")
_AROUND = [_W + name for name in ("ins", "moveTo", "sdt", "sdtContent", "customXml", "txbxContent")]
_OFF = (None, "0", "false", "off")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def load_docx(path: Path) -> Document:
    """Load a Word document: letterhead, paragraphs and tables in order.

    Raises
    ------
    Refused
        When the document is damaged.
    """
    import docx
    import lxml.etree

    with opening("a damaged Word document"):
        opened = docx.Document(str(path))
    heads = [part for one in opened.sections for part in (one.header, one.first_page_header, one.footer)]
    paragraphs = [p for head in heads for p in _settled(head._element).iterchildren(f"{_W}p")]
    texts = dict.fromkeys(filter(None, (tidy(_text(paragraph)) for paragraph in paragraphs)))
    document = Document(path.name, "docx", [Line(text, "header") for text in texts])
    document.blocks += _blocks(_settled(opened.element.body))
    inside = [link for link in opened.part.rels.values() if not link.is_external]
    links = [link for link in inside if link.reltype.endswith(("footnotes", "endnotes", "/comments"))]
    if embedded := sum(link.reltype.endswith(("/package", "/oleObject")) for link in inside):
        told = f"{counted(embedded, 'embedded file')} of the document not read. Ask: can you send what is embedded as a file?"
        document.tell("", "warning", told)
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
    held = (lxml.etree.fromstring(link.target_part.blob, parser) for link in links)
    notes = [tidy(" ".join(map(_text, note.iter(f"{_W}p")))) for one in held for note in _settled(one)]
    said = enumerate(filter(None, notes), 1)  # they explain, and count nothing
    document.blocks += [Line(text, f"note {number}", quoted=True) for number, text in said]
    return document


def _settled(element):
    """A part as it reads on paper: without deleted and hidden text, with what is raised raised, and boxes below their paragraph."""
    from lxml.etree import strip_elements, strip_tags

    for row in [row for row in element.iter(f"{_W}tr") if row.find(f"{_W}trPr/{_W}del") is not None]:
        row.getparent().remove(row)
    strip_elements(element, *_LEFT_OUT, with_tail=False)
    for run in list(element.iter(f"{_W}r")):
        # a property may also be there to say that it is not set
        if any(_val(run, f"rPr/{name}") not in _OFF for name in ("vanish", "strike", "dstrike")):
            run.getparent().remove(run)
        elif _val(run, "rPr/vertAlign") in ("superscript", "subscript"):
            for text in run.iter(f"{_W}t"):
                text.text = (text.text or "").translate(RAISED)
    for box in reversed(list(element.iter(f"{_W}txbxContent"))):
        for paragraph in [*box.iterancestors(f"{_W}p")][:1]:
            paragraph.addnext(box)
    strip_tags(element, *_AROUND)
    return element


def _val(part, path: str) -> str | None:
    """What a property of a part is set to, empty where it is only there; None where it is not."""
    found = part.find(f"{_W}{path.replace('/', f'/{_W}')}")
    return None if found is None else found.get(f"{_W}val", "")


def _text(paragraph) -> str:
    return "".join(_SIGNS.get(node.tag, node.text or "") for node in paragraph.iter(f"{_W}t", *_SIGNS))


def _blocks(body) -> Iterator[Line | Grid]:
    lines, tables = count(1), count(1)
    for child in body.iterchildren(f"{_W}p", f"{_W}tbl"):
        if child.tag == f"{_W}tbl":
            yield from _tables(child, tables)
            continue
        for text in filter(tidy, _text(child).split("\n")):
            yield Line(tidy(text), f"l{next(lines)}")


def _tables(table, numbers: Iterator[int]) -> Iterator[Grid]:
    """A table, and after it those that stand in its cells."""
    grid = Grid([], place=f"t{next(numbers)}")
    anchors: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(table.iterchildren(f"{_W}tr")):
        cells: list = [None] * _number(_val(row, "trPr/gridBefore"), 0)
        for cell in row.iterchildren(f"{_W}tc"):
            width, column = _number(_val(cell, "tcPr/gridSpan"), 1), len(cells)
            continues = _val(cell, "tcPr/vMerge") not in (None, "restart") and column in anchors
            if not continues:
                anchors[column] = number, column
            lines = [tidy(line) for p in cell.iterchildren(f"{_W}p") for line in _text(p).split("\n")]
            cells += [None if continues else "\n".join(filter(None, lines)) or None, *[None] * (width - 1)]
            grid.merge(*anchors[column], number, column + width - 1)
        grid.rows.append(cells)
    yield grid
    for inner in table.iterfind(f"{_W}tr/{_W}tc/{_W}tbl"):
        yield from _tables(inner, numbers)


def _number(text: str | None, least: int) -> int:
    """The number that a file states, within bounds; hostile files state anything."""
    found = re.match(r"\s*(\d{1,6})", text or "")
    return max(least, min(int(found[1]), MOST_SPANNED)) if found else least


_BLOCKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary td th tr ul option".split()
)
# what leads to other pages: menus, related links, the foot of the site
_AROUND_MAIN = "//*[self::nav or self::aside or self::header or self::footer][not(ancestor::main or .//main or .//table)]"
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
    import lxml.html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = lxml.html.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    with opening("a page that cannot be parsed"):
        root = lxml.html.document_fromstring(text, parser=parser)
    document.titles += [tidy(title.text_content())[:300] for title in root.iter("title")][:1]
    around = root.xpath(_AROUND_MAIN) if root.xpath("//main") else []
    for part in around:
        part.drop_tree()
    if around:
        document.tell("", "note", f"{counted(len(around), 'part')} of the page around its main text left out")
    lines, tables, said, hidden = count(1), count(1), "", 0
    for piece in chain(_pieces(root), [None]):
        if isinstance(piece, str):
            said += piece
            continue
        document.blocks += [Line(line, f"l{next(lines)}") for line in _lines(said)]
        said = ""
        if piece is not None and _is_hidden(piece):
            hidden += bool(tidy(piece.text_content()))
        elif piece is not None and piece.tag == "pre":  # its columns are kept apart by spaces
            text = "".join(one for one in _pieces(piece) if isinstance(one, str))
            document.blocks += text_blocks(text, next(lines) - 1)
            lines = count(next(lines) + text.count("\n"))
        elif piece is not None:
            caption = [" ".join(_lines_of(one)) for one in piece.iterchildren("caption")][:1]
            document.blocks += [Line(line, f"l{next(lines)}") for line in filter(None, caption)]
            document.blocks.append(_html_table(piece, f"t{next(tables)}"))
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # the rest was given up
        lacking = "parts of the page are nested more than 256 deep, and what follows may be left out too"
        told = f"not read in full: {lacking}. Ask: can you send the tables as a spreadsheet?"
        document.tell("", "warning", told)
    if hidden:
        document.tell("", "note", f"{counted(hidden, 'hidden or struck-out part')} of the page left out")


def _pieces(element) -> Iterator:
    """The text of a page in order, with a break at both ends of a block, and in their places tables and hidden parts."""
    from lxml.etree import iterwalk

    walk = iterwalk(element, events=("start", "end"))
    for event, part in walk:
        if event == "end":
            yield "\n" * (part.tag in _BLOCKS)
            if part is not element:
                yield _kept(part.tail, part.getparent())
        elif part.tag in _SKIPPED or _is_hidden(part) or part is not element and _stands_apart(part):
            walk.skip_subtree()
            if part.tag not in _SKIPPED:
                yield part
        else:
            yield "\n" * (part.tag in _BLOCKS) + _kept(part.text, part)


def _lines(text: str) -> list[str]:
    return [*filter(None, map(tidy, text.split("\n")))]


def _lines_of(element) -> list[str]:
    return _lines("".join(piece for piece in _pieces(element) if isinstance(piece, str)))


def _stands_apart(part) -> bool:
    """Whether a part of a page is a table, or plain text."""
    if part.tag == "pre":
        return not any(one.tag == "table" or _is_hidden(one) for one in part.iterdescendants())
    # one of tables, or of a role of its own, is for layout
    return part.tag == "table" and part.get("role") != "presentation" and part.find(".//table") is None


def _html_table(table, place: str) -> Grid:
    grid = Grid([], place=place)
    rows = list(table.iter("tr"))
    for number, row in enumerate(rows):
        cells: list = []
        for cell in [*row, None]:
            while (number, len(cells)) in grid.spans:
                cells.append(None)
            if cell is None or cell.tag not in ("td", "th"):
                continue
            width = _number(cell.get("colspan"), 1)
            height = min(_number(cell.get("rowspan"), 1), len(rows) - number)
            grid.merge(number, len(cells), number + height - 1, len(cells) + width - 1)
            cells += ["\n".join(_lines_of(cell)) or None, *[None] * (width - 1)]
        grid.rows.append(cells)
    return grid


def _is_hidden(element) -> bool:
    style = (element.get("style") or "").casefold().replace(" ", "")
    struck = element.tag in ("del", "s", "strike") or "line-through" in style
    hidden = "display:none" in style or "visibility:hidden" in style
    return struck or hidden or element.get("hidden") is not None


def _kept(text: str | None, element) -> str:
    text = re.sub(r"\s+", " ", text or "") if element.tag != "pre" else text or ""
    return text.translate(RAISED) if element.tag in ("sup", "sub") else text
