"""HTML from notebooks, made harmless and accessible.

What a cell prints may hold text from anywhere, so it passes a list of allowed elements and attributes: scripts,
styles, frames, forms, event handlers and outside requests do not get through. Tables get scopes and a box they
can scroll in; empty heading cells become plain cells; headings on a page go down one level at a time.
"""

from __future__ import annotations

import re
from html import escape

from lxml import etree
from lxml import html as lxml_html

from helpers.publish import plain

KEEP = (
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins "
    "kbd li mark ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr u ul var"
)
DROP = "script style iframe frame object embed applet template noscript head title meta link base svg math"
ALLOWED, DROPPED = set(KEEP.split()), set(DROP.split())
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}, "details": {"open"},
}  # fmt: skip
LINK = re.compile(r"(https?://|mailto:|#|[A-Za-z0-9_./#-]+$)", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+$")
NUMBER = re.compile(
    r"[−+-]?[£$]?\d[\d,.]*(e[+-]?\d+)?\s?[%×]?( \([^()]* to [^()]*\))?$|^(NaN|–|—|not available|)$"
)
MISSING = {"NaN", "nan", "NaT", "None", "<NA>"}  # as pandas prints what is not known
WHOLE = re.compile(r"[−-]?\d+\.0+")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?|/\d\d)")
HEADING = re.compile(r"<(/?)h([1-6])\b")


def clean(html: str) -> str:
    """An HTML fragment with only harmless elements and attributes left, its tables made accessible.

    >>> clean('<p onclick="x()">a<script>alert(1)</script> <a href="javascript:x()">b</a></p>')
    '<p>a <a>b</a></p>'
    """
    parent = lxml_html.fragment_fromstring(plain.INVISIBLE.sub(_number, html), create_parent="div")
    for node in list(parent.iter()):
        if node is not parent:
            _clean_node(node)
    for table in list(parent.iter("table")):
        _mend_table(table)
    return _inner(parent)


def headings_in_order(html: str) -> str:
    """One h1, and no level skipped on the way down.

    >>> headings_in_order("<h1>a</h1><h3>b</h3><h1>c</h1>")
    '<h1>a</h1><h2>b</h2><h2>c</h2>'
    """
    level, open_level, seen_first = 0, 0, False

    def renamed(match: re.Match) -> str:
        nonlocal level, open_level, seen_first
        if match[1]:
            return f"</h{open_level}"
        wanted = int(match[2])
        if seen_first and wanted == 1:
            wanted = 2
        open_level = level = min(wanted, level + 1)
        seen_first = True
        return f"<h{open_level}"

    return HEADING.sub(renamed, html)


def scroll_box(wide: str, label: str) -> str:
    """A table or picture in a box that scrolls sideways, and can be reached and scrolled with the keyboard."""
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(label.strip())}">{wide}</div>'


def is_number(text: str) -> bool:
    """Whether a cell's text is a number as this project prints them, with or without an interval."""
    return NUMBER.match(text.strip()) is not None


def _number(match: re.Match) -> str:
    return plain.shown(match[0])


def _clean_node(node) -> None:
    if not isinstance(node.tag, str) or node.tag in DROPPED:
        _drop(node)
        return
    if node.tag not in ALLOWED:
        node.drop_tag()
        return
    kept = ATTRIBUTES.get(node.tag, set()) | ({"id"} if re.fullmatch("h[1-6]", node.tag) else set())
    for name, value in list(node.attrib.items()):
        harmless = name in kept
        if name == "href":
            harmless = harmless and LINK.match(value.strip()) is not None
        if name == "src":
            harmless = harmless and PICTURE.match(value) is not None
        if not harmless:
            del node.attrib[name]
    if node.tag == "img" and not node.get("src"):
        _drop(node)


def _drop(node) -> None:
    """Remove a node with its content, keeping the text after it; nodes already gone are left."""
    parent = node.getparent()
    if parent is None:
        return
    before = node.getprevious()
    tail = node.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def _join_headings(table) -> None:
    """pandas puts the names of index and columns in two rows that complement each other: make one of them."""
    rows = table.findall("thead/tr")
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return
    pairs = list(zip(rows[0], rows[1], strict=True))
    if any(cell.get("colspan", "1") != "1" for pair in pairs for cell in pair):
        return
    if any(all((cell.text_content() or "").strip() for cell in pair) for pair in pairs):
        return
    for upper, lower in pairs:
        if not (upper.text_content() or "").strip():
            rows[0].replace(upper, lower)
    rows[1].getparent().remove(rows[1])


def _plain_numbers(table) -> None:
    """A dash for what is not known, and no decimals where pandas gave whole numbers some for what is missing."""
    for column in zip(*(row.findall("td") for row in table.findall("tbody/tr")), strict=False):
        words = [cell.text_content().strip() for cell in column]
        known = [text for text in words if text not in MISSING]
        whole = known and all(
            WHOLE.fullmatch(text) and float(text.replace("−", "-")).is_integer() for text in known
        )
        for cell, text in zip(column, words, strict=True):
            if text in MISSING and not len(cell):
                cell.text = "–"
            elif whole and not len(cell):
                cell.text = text.partition(".")[0]


def _mend_table(table) -> None:
    _join_headings(table)
    _plain_numbers(table)
    for cell in table.iter("th", "td"):
        words = (cell.text_content() or "").strip()
        in_head = any(parent.tag == "thead" for parent in cell.iterancestors())
        if cell.tag == "th" and not words:
            cell.tag = "td"
            cell.attrib.pop("scope", None)
        elif cell.tag == "th":
            several = int(cell.get("colspan") or cell.get("rowspan") or 1) > 1 if _whole(cell) else False
            cell.set(
                "scope", ("colgroup" if several else "col") if in_head else ("rowgroup" if several else "row")
            )
        if DATE.fullmatch(words):
            cell.set("class", "short")
        elif len(words) > 60:
            cell.set("class", "long")
    for column in _number_columns(table):
        for cell in column:
            cell.set("class", "num")
            if cell.tag == "td" and (cell.text or "").strip().startswith("-"):
                cell.text = cell.text.strip().replace("-", "−", 1)
    parent = table.getparent()
    caption = table.find("caption")
    box = etree.Element("div", {"class": "scroll", "role": "group", "tabindex": "0"})
    box.set("aria-label", caption.text_content().strip() if caption is not None else "Table")
    box.tail, table.tail = table.tail, None
    parent.replace(table, box)
    box.append(table)


def _number_columns(table) -> list[list]:
    """The cells of every column that holds numbers and nothing else; a heading goes with its column."""
    rows = [list(row) for row in table.findall("tbody/tr")]
    heads = [list(row) for row in table.findall("thead/tr")]
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows) or table.xpath(".//td[@rowspan or @colspan] | .//th[@rowspan]"):
        return []
    heads = [row for row in heads if len(row) == width and not any(cell.get("colspan") for cell in row)]
    columns = []
    for place in range(width):
        cells = [row[place] for row in rows if row[place].tag == "td"]
        words = [cell.text_content().strip() for cell in cells]
        if cells and any(words) and all(is_number(text) for text in words):
            columns.append(cells + [row[place] for row in heads])
    return columns


def _whole(cell) -> bool:
    return all((cell.get(name) or "1").isdigit() for name in ("colspan", "rowspan"))


def _inner(parent) -> str:
    parts = [escape(parent.text or "", quote=False)]
    parts += [lxml_html.tostring(child, encoding="unicode") for child in parent]
    return "".join(parts)
