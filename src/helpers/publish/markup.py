"""HTML from notebooks, made harmless and accessible.

What a cell prints may hold text from anywhere, so nh3 lets through a list of elements and attributes only: no scripts,
styles, frames, forms, event handlers or outside requests. The tables that are left get scopes, a box they can scroll in,
columns of numbers set as numbers, a dash for what is not known, and words where code has names.
"""

import re
from html import escape

import nh3
from lxml import etree
from lxml import html as lxml_html

from helpers.publish.page_frame import in_full, visible, width_class
from helpers.tables.measures import MEASURES

TAGS = set(
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li "
    "mark ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
DROPPED = set("script style iframe frame object embed applet template noscript head title svg math".split())
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}, "details": {"open"},
} | {f"h{level}": {"id"} for level in range(1, 7)}  # fmt: skip
PICTURE = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
# a number as this project prints them, with or without an interval: −0.35, 3.32 (2.90 to 3.81)
NUMBER = re.compile(r"[−+-]?[£$]?\d[\d,.]*(e[+-]?\d+)?\s?[%×]?( \([^()]* to [^()]*\))?|–|—|not available|")
# as pandas prints what is not known, and what is true; and the name that tables give the two years of a run
SAID = {"True": "yes", "False": "no", "the years asked": "the years compared"}
SAID |= dict.fromkeys(("NaN", "nan", "NaT", "None", "<NA>"), "–")
NAME = re.compile(r"(?<![\w/.:=-])[a-z][a-z0-9]*(_[a-z0-9]+)+(?![\w/:(=-]|\.\w)")
YEAR, LARGE = re.compile(r"(19|20)\d\d"), re.compile(r"(?<![\d.,])[1-9]\d{3,}(?![\d,])")
WHOLE = re.compile(r"([−-]?\d+)\.0+")
# what is written with capitals where code has it without
NAMES = "CEOP CSA CSAE Childline IWF July NAPAC NCA NSPCC Northern November Ireland October Scotland URLs"
CAPITALS = {name.lower(): name for name in NAMES.split()}
FEW = 20  # rows of a wide table, which a phone shows one below the other; one of more rows scrolls sideways
# What the parts of a table are to a screen reader, also where a narrow screen shows its rows one below the other.
ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def clean(html: str) -> str:
    """An HTML fragment with only harmless elements and attributes left, its tables made accessible.

    >>> clean('<p onclick="x()">a<script>alert(1)</script> <a href="javascript:x()">b</a></p>')
    '<p>a <a>b</a></p>'
    """
    harmless = nh3.clean(
        visible(html),
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes=ATTRIBUTES,
        attribute_filter=_harmless,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )
    if "<table" not in harmless and "<img" not in harmless:
        return harmless
    parent = lxml_html.fragment_fromstring(harmless, create_parent="div")
    for picture in parent.xpath(".//img[not(@src)]"):
        picture.drop_tree()
    for table in list(parent.iter("table")):
        _make_accessible(table)
    inner = [lxml_html.tostring(child, encoding="unicode") for child in parent]
    return escape(parent.text or "", quote=False) + "".join(inner)


def _harmless(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, or None for an address that is no picture and would run or fetch."""
    if name == "src" and not PICTURE.fullmatch(value):
        return None
    return None if name == "href" and value.lower().startswith("data:") else value


def in_words(text: str) -> str:
    """What a cell says, for a reader who does not know the code: its names in words, a date in full.

    >>> in_words("age_under_10"), in_words("4 quarters to audit_end"), in_words("County of A_B"), in_words("2019-07-25")
    ('under 10', '4 quarters to audit end', 'County of A_B', '25 July 2019')
    >>> in_words("nspcc_helpline_calls")
    'NSPCC helpline calls'
    """

    def words(name: re.Match) -> str:
        if name[0] in MEASURES:
            return MEASURES[name[0]].label
        return " ".join(CAPITALS.get(word, word) for word in name[0].split("_"))

    return NAME.sub(words, in_full(SAID.get(text.strip(), text.strip())))


def _make_accessible(table) -> None:
    for cell in table.iter("th", "td"):
        if not len(cell):
            cell.text = in_words(cell.text or "")
    _join_headings(table)
    _say_what_is_not_there(table)
    columns = _columns(table)
    for column in columns:
        _set_column(column)
    for cell in table.iter("th", "td"):
        words = cell.text_content().strip()
        if cell.tag == "th" and not words:
            cell.tag = "td"
        elif cell.tag == "th":
            across = "col" if cell.xpath("ancestor::thead") else "row"
            several = any((cell.get(name) or "1") != "1" for name in ("colspan", "rowspan"))
            cell.set("scope", f"{across}group" if several else across)
            if re.fullmatch(r"-[\d.]+", words):  # the same sign as in the cells
                cell.text = f"−{words[1:]}"
        if "class" not in cell.attrib and (room := width_class(words)):
            cell.set("class", room)
    labels = [" ".join(head.text_content().strip() for head in heads).strip() for _, heads in columns]
    wide = len(columns) > 3 and len(columns[0][0]) <= FEW
    table.set("class", "wordy" if wide or table.xpath(".//td[@class='long']") else "plain")
    if columns and all(labels):
        _stack(table, columns, labels)
    caption = table.find("caption")
    label = caption.text_content().strip() if caption is not None else "Table"
    box = etree.Element("div", {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": label})
    table.getparent().replace(table, box)
    box.tail, table.tail = table.tail, None
    box.append(table)


def _stack(table, columns, labels) -> None:
    """Let a narrow screen show the rows of a table one below the other, each cell under its heading."""
    for part in table.iter(*ROLES):
        part.set("role", ROLES[part.tag])
    for heading in table.iter("th"):
        heading.set("role", "columnheader" if heading.get("scope").startswith("col") else "rowheader")
    for (cells, _), label in zip(columns, labels, strict=True):
        for cell in cells:
            cell.set("data-label", label)


def _join_headings(table) -> None:
    """pandas puts the names of index and columns in two rows that complement each other: make one of them.

    Of an index and of columns that both have a name, that of the index stands.
    """
    rows = table.findall("thead/tr")
    if len(rows) != 2 or len(rows[0]) != len(rows[1]) or table.xpath("thead//*[@colspan > 1]"):
        return
    pairs, names = list(zip(*rows, strict=True)), len(table.findall("tbody/tr[1]/th"))
    if not any(upper.text_content() and lower.text_content() for upper, lower in pairs[names:]):
        for upper, lower in pairs:
            if lower.text_content():
                rows[0].replace(upper, lower)
        rows[1].drop_tree()


def _say_what_is_not_there(table) -> None:
    """A table without rows says so; a column with nothing in any row goes."""
    columns, heads = _columns(table), table.findall("thead/tr[1]/th")
    empty = [column for column in columns if all(cell.text_content() in ("", "–") for cell in column[0])]
    if heads and not table.findall("tbody/tr"):
        table.append(etree.fromstring(f'<tbody><tr><td colspan="{len(heads)}">none</td></tr></tbody>'))
    elif len(empty) < len(columns) and not table.xpath("thead//*[@colspan > 1]"):
        for cells, above in empty:
            for cell in [*cells, *above]:
                cell.drop_tree()


def _columns(table):
    """The cells of every column and the headings that stand right above them; row headings may span rows."""
    rows = [row.findall("td") for row in table.findall("tbody/tr")]
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows) or table.xpath("tbody//td[@colspan or @rowspan]"):
        return []
    heads = [list(row)[-width:] for row in table.findall("thead/tr") if not row.xpath("*[@colspan > 1]")]
    return [([row[place] for row in rows], [row[place] for row in heads]) for place in range(width)]


def _set_column(column) -> None:
    """A column of nothing but numbers set as numbers, whole ones without decimals, large ones with commas but for years."""
    cells, heads = column
    words = [cell.text_content().strip() for cell in cells]
    if not any(words) or not all(map(NUMBER.fullmatch, words)):
        return
    known = [text for text in words if text not in ("–", "")]
    whole, years = all(map(WHOLE.fullmatch, known)), all(map(YEAR.fullmatch, known))
    for cell, text in zip(cells, words, strict=True):
        if not len(cell):
            text = WHOLE.sub(r"\1", text) if whole else text
            text = text if years else LARGE.sub(lambda digits: f"{int(digits[0]):,}", text)
            text = re.sub(r"^-(?=[0.]+$)", "", text)  # nothing, rounded from below
            cell.text = re.sub(r"(?<!\w)-(?=\d)", "−", text)
    for cell in [*cells, *heads]:
        cell.set("class", "num")
