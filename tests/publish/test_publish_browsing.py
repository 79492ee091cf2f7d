"""Tables in a notebook: hostile text is text, and of a long table the rows that are shown are those that are saved."""

import base64
import re
from html import unescape

import pandas as pd
from lxml import html as lxml_html

from helpers.publish import browsing

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def shown(monkeypatch, frame, *given, **options):
    """What a notebook shows of a frame: the page of the table, and what stands below it."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda one: outputs.append(one.data))
    browsing.table(frame, *given, **options)
    framed = re.search(r'srcdoc="([^"]*)"', outputs[0])[1]
    return lxml_html.document_fromstring(unescape(framed)), "".join(outputs[1:])


def test_hostile_text_is_shown_as_text_and_only_a_web_address_is_a_link(monkeypatch):
    frame = pd.DataFrame({HOSTILE: ["A", HOSTILE, "C"], "to": ["https://a.org/", "javascript:x", None]})
    page, _ = shown(monkeypatch, frame, HOSTILE, links={HOSTILE: "to"})
    assert [row.text_content().strip() for row in page.findall(".//tbody/tr")] == ["A", HOSTILE, "C"]
    assert page.xpath("//tbody//a/@href") == ["https://a.org/"]
    assert page.findtext(".//h1") == HOSTILE


def test_of_a_long_table_the_rows_that_are_shown_are_those_that_are_saved(monkeypatch):
    monkeypatch.setattr(browsing, "MOST_ROWS", 3)
    page, below = shown(monkeypatch, pd.DataFrame({"n": range(1, 6)}))
    assert page.xpath("//tbody//th/text()") == ["1", "2", "3"]
    assert "the first 3 rows of 5" in page.text_content()
    saved = base64.b64decode(re.search(r"base64,([^\"]+)", below)[1]).decode()
    assert saved.split() == ["n", "1", "2", "3"]
