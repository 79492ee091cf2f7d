"""The published PDFs read back against what PDF/UA-1 asks of words (ISO 14289-1): what they say of themselves, and tables.

Typst refuses pictures without words, and the page of the same source is searched for headings that skip a level; these
conditions hang on our sources alone.
"""

import pypdf

from tests.conftest import PUBLISHED, published


def elements(reader):
    """Every structure element with its standard kind, in reading order."""
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    roles = {kind: str(role) for kind, role in root.get("/RoleMap", {}).items()}

    def walk(node):
        yield node, str(roles.get(node["/S"], node["/S"])).lstrip("/")
        for kid in kids(node):
            if isinstance(kid, dict) and "/S" in kid:
                yield from walk(kid)

    for top in kids(root):
        yield from walk(top)


def kids(node):
    found = node.get("/K", [])
    found = found if isinstance(found, list) else [found]
    return [kid.get_object() for kid in found]


def attributes(node):
    found = node.get("/A", [])
    found = found.get_object()
    joined = {}
    for part in found if isinstance(found, list) else [found]:
        joined |= part.get_object()
    return joined


def faults(reader):
    """What a PDF says wrongly of itself, and where its tables cannot be read by ear."""
    catalog = reader.trailer["/Root"]
    if not (catalog["/MarkInfo"]["/Marked"] and catalog["/Lang"] == "en-GB"):
        yield "is not marked as tagged, or has no language"
    if not (catalog["/ViewerPreferences"]["/DisplayDocTitle"] and reader.metadata.title):
        yield "has no title that a viewer shows"
    if b"pdfuaid:part>1<" not in catalog["/Metadata"].get_data():
        yield "does not say that it is PDF/UA-1"
    if len(reader.pages) > 1 and not reader.outline:
        yield "has no bookmarks"
    for node, kind in elements(reader):
        if kind == "TD" and not attributes(node).get("/Headers"):
            yield "a cell does not name its heading"
        if kind == "TH" and attributes(node).get("/Scope") not in ("/Row", "/Column"):
            yield "a heading cell has no scope"
        if kind == "TBody":
            rows = kids(node)
            if len({len(kids(row)) for row in rows}) > 1:
                yield "rows differ in length"


@published
def test_the_published_pdfs_meet_the_conditions():
    some = [PUBLISHED / "report.pdf", *sorted((PUBLISHED / "forces").glob("*.pdf"))[::12]]
    assert [(path.name, fault) for path in some for fault in faults(pypdf.PdfReader(path))] == []
