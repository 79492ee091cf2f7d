"""Files that nobody should have to trust: each is reported, none stops the others, nothing leaks."""

import io
import itertools
import mmap
import os
import re
import signal
import time
import zipfile
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from helpers.intake import intake
from helpers.intake.command import Unread
from helpers.intake.limits import Failed, run_each
from helpers.intake.numbers import find_numbers
from helpers.intake.reader import read_file
from tests.frames import records

WHOLE = Path(__file__).parent.parent / "corpus" / "two-levels-of-headings"
GOOD = [["Year", "Sexual offences"], ["2013/14", 12], ["2014/15", 13]]


def _rezip(data: bytes, name: str, edit) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, edit(content) if member == name else content)
    return target.getvalue()


def halved(path) -> bytes:
    return path.read_bytes()[: path.stat().st_size // 2]


def pdf(made, *, encrypt=None, turned: int = 0) -> bytes:
    page = Canvas(str(made.folder / "page.pdf"), encrypt=encrypt)
    page.translate(50, 500)
    page.rotate(turned)
    page.drawString(0, 0, "2013/14 - 12")
    page.save()
    return (made.folder / "page.pdf").read_bytes()


def picture(made, kind: str) -> bytes:
    from PIL import Image

    Image.new("RGB", (50, 50), "white").save(made.folder / f"scan.{kind}")
    return (made.folder / f"scan.{kind}").read_bytes()


def bomb(made) -> bytes:
    rows = b"<row><c><v>1</v></c></row>" * 2_000_000
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    return _rezip(made.xlsx("a.xlsx", GOOD).read_bytes(), "xl/worksheets/sheet1.xml", lambda _: sheet)


def declares(path, name: str) -> bytes:
    """A document with an entity declared in one of its parts."""
    kind = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    declared = b'<?xml version="1.0"?><!-- a comment -->' + kind
    return _rezip(path.read_bytes(), name, lambda xml: declared + re.sub(rb"^<\?xml[^>]*\?>", b"", xml))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITY = b'<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><table><tr><td>&e;</td></tr></table>'
WIDE = "\n".join(",".join(f"{word}{n}" for n in range(20_000)) for word in ("c", "")).encode()


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.xlsx", lambda made: halved(made.xlsx("whole.xlsx", GOOD)), "damaged"),
        ("a.docx", lambda made: halved(WHOLE.with_suffix(".docx")), "damaged"),
        ("a.pdf", lambda made: halved(WHOLE.with_suffix(".pdf")), "damaged"),
        ("locked.pdf", lambda made: pdf(made, encrypt=StandardEncryption("secret")), "password"),
        ("turned.pdf", lambda made: pdf(made, turned=90), "turned text"),
        ("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900, "password"),
        ("old.doc", OLE + "WordDocument".encode("utf-16-le"), "an old Word document"),
        ("other.xls", OLE, "an old Office file of a kind that is not read"),
        ("bomb.xlsx", bomb, "zip bomb"),
        ("entity.xlsx", lambda made: declares(made.xlsx("a.xlsx", GOOD), "xl/worksheets/sheet1.xml"), "entities"),
        ("entity.docx", lambda made: declares(WHOLE.with_suffix(".docx"), "word/document.xml"), "entities"),
        ("entity.html", ENTITY, "entities"),
        ("scan.pdf", lambda made: picture(made, "pdf"), "only pictures"),
        ("scan.dat", lambda made: picture(made, "png"), "a picture (PNG)"),
        ("wide.csv", WIDE, "20,000 columns wide"),
        ("empty.csv", b"", "no bytes"), ("a.rtf", b"{\\rtf1 x}", "rich text"), ("a.gz", b"\x1f\x8b\x08" + b"0" * 50, "compressed"),
        ("thing.dat", bytes(range(256)) * 9, "neither text"), ("a.pdf", b"%PDF-1.4\n" + b"\xde\xad" * 400, "damaged PDF"),
        ("a.zip", b"PK\x03\x04" + b"z" * 500, "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_or_must_not_be_read_gets_one_error_that_says_why(made, name, data, word):
    path = made.bytes(name, data if isinstance(data, bytes) else data(made))
    (reading,) = read_file(path, path.name)
    assert reading.figures == []
    (problem,) = [problem for problem in reading.problems if problem.severity == "error"]
    assert word in problem.message


@pytest.mark.parametrize("name", ["a.pdf", "a.xls", "a.xlsb", "a.ods", "a.csv"])
def test_a_wrong_extension_is_read_by_content_with_a_warning(made, name):
    data = made.xlsx("a.xlsx", GOOD).read_bytes()
    (reading,) = read_file(made.bytes(name, data), name)
    assert len(reading.figures) == 2
    told = f"named {name[1:]} and holds an .xlsx workbook; read by its content"
    assert [p.message for p in reading.problems if p.severity == "warning"] == [told] * (name != "a.xlsb")


def test_a_table_saved_as_unicode_text_is_text(made):
    data = "Force\tYear\tOffences\nKent\t2014/15\t12\nKent\t2015/16\t15\n".encode("utf-16")
    (reading,) = read_file(made.bytes("a.txt", data), "a.txt")
    assert [figure.low for figure in reading.figures] == [12, 15]


@pytest.mark.parametrize("start", ["<h3>Offences</h3>", "<style>td {color: red}</style>", "<center>", ""])
def test_a_page_without_its_frame_is_a_page(made, start):
    rows = "<tr><th>Year</th><th>Offences</th></tr><tr><td>2014/15</td><td>12</td></tr>"
    (reading,) = read_file(made.text("a.htm", f"{start}<table>{rows}</table>"), "a.htm")
    assert [figure.low for figure in reading.figures] == [12]
    assert not [problem for problem in reading.problems if "named .htm" in problem.message]


@pytest.mark.parametrize(("depth", "read"), [(230, [12, 13, 14]), (5_000, [12])])
def test_a_page_nested_too_deep_says_what_it_lacks(made, depth, read):
    deep = "<div>" * depth + "<p>2014/15: 13</p>" + "</div>" * depth
    page = f"<html><body><p>Recorded offences</p><p>2013/14: 12</p>{deep}<p>2015/16: 14</p></body></html>"
    (reading,) = read_file(made.text("deep.html", page), "deep.html")
    assert [figure.low for figure in reading.figures] == read
    told = [one.severity for one in reading.problems if "nested more than 256 deep" in one.message]
    assert told == ["warning"] * (depth == 5_000)


@pytest.mark.parametrize("name", ["quotes.csv", "quotes.txt"])
def test_a_line_of_quotes_alone_is_soon_done_and_said_to_be_long(made, name):
    started = time.process_time()
    (reading,) = read_file(made.text(name, '"' * 200_001), name)
    assert time.process_time() - started < 5
    assert any("are read to there" in problem.message for problem in reading.problems) or name.endswith("csv")


def test_text_that_would_keep_a_pattern_busy_for_ever(made):
    busy = "\n".join(word * 9_000 for word in ("a ", "1-", "2014/15 ", "(", "1,1"))
    text = f"{busy}\n{'x' * 3_000_000}\nYear,Offences\n2014/15 - 3"
    (reading,) = read_file(made.text("long.txt", text), "long.txt")
    assert not reading.failed


@pytest.mark.parametrize("run", ["1," * 9_000, "7" * 19_000, "12,345," * 2_700])
def test_digits_that_run_on_are_one_number_and_no_count(run):
    """No pattern tries every start and end of them, which takes a hundred times as long for ten times as many."""
    assert [(one.text, one.reason) for one in find_numbers(run)] == [(run, "digits that run on")]


def _run_out_of(what: str):
    if what == "time":
        while True:
            pass
    if what == "memory":
        return len(bytearray(3 * 2**30))
    if what == "luck":
        os.kill(os.getpid(), signal.SIGKILL)
    return what


def test_time_memory_and_crashes_end_one_process_only():
    jobs = [("time",), ("memory",), ("luck",), ("fine",)]
    results = dict(run_each(_run_out_of, jobs, seconds=1.0))
    assert results[3] == "fine"
    assert "longer than 1 s" in results[0].reason
    assert "MiB of memory" in results[1].reason and isinstance(results[2], Failed)


def _use(size: int) -> int:
    return len(bytearray(size))


def test_a_large_process_that_calls_it_leaves_a_file_room():
    """As a notebook's is, which has read large tables before."""
    with mmap.mmap(-1, 2**31):
        assert dict(run_each(_use, [(10**8,)])) == {0: 10**8}


def test_a_folder_of_them_is_read_to_the_end(made, tmp_path):
    made.xlsx("good.xlsx", GOOD)
    made.bytes("zero.csv", b"")
    made.csv("=cmd|calc.csv", [["Offence", "2013/14"], ["=rape", 5], ["@sexual assault", 6]])
    made.csv("Ünï 警察 “q”.csv", GOOD)
    made.csv("new\nline.csv", GOOD)
    os.symlink("loop-b", made.folder / "loop-a")
    os.symlink("loop-a", made.folder / "loop-b")
    os.symlink(".", made.folder / "itself")
    os.symlink("gone.csv", made.folder / "dangling.csv")
    os.mkfifo(made.folder / "pipe.csv")
    (made.folder / ".DS_Store").write_bytes(b"\0")
    with pytest.raises(Unread, match=r"^dangling\.csv: not read: .*\nloop-a: .*\nloop-b: "):
        intake([made.folder], tmp_path / "out", force="Cleveland")
    figures, problems = (records(tmp_path / "out" / f"{name}.csv") for name in ("figures", "problems"))
    names = {"good.xlsx", "'=cmd|calc.csv", "Ünï 警察 “q”.csv", "new�line.csv"}
    assert {row["file"] for row in figures} == names
    errors = {row["file"]: row["message"] for row in problems if row["severity"] == "error"}
    assert set(errors) == {"zero.csv", "loop-a", "loop-b", "dangling.csv", "pipe.csv"}
    assert "symbolic links" in errors["loop-a"] and "not a regular file" in errors["pipe.csv"]
    assert any(row["file"] == "itself" and row["severity"] == "warning" for row in problems)
    for cell in itertools.chain(*map(dict.values, figures + problems)):
        assert cell[:1] not in ("=", "+", "-", "@") or re.fullmatch(r"[+-]?\d+", cell), cell
    for page in (tmp_path / "out" / "review").glob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("says", ["A1:XFD1048576", "A1:B2"])
def test_a_cell_far_from_the_table_is_left_out_whatever_the_sheet_says_of_its_size(made, read, says):
    far = b'<row r="1048576"><c r="XFD1048576"><v>9</v></c></row></sheetData>'
    small = made.xlsx("stray.xlsx", [["Year", "Offences"], ["2014/15", 7]]).read_bytes()

    def stray(xml):
        return xml.replace(b"</sheetData>", far).replace(b"A1:B2", says.encode())

    found = read(made.bytes("stray.xlsx", _rezip(small, "xl/worksheets/sheet1.xml", stray)))
    assert [(one.financial_year, one.low) for one in found.figures] == [("2014/15", 7)]
    assert any("XFD1048576" in message for message in found.messages)


def test_a_file_of_too_many_pages_is_read_to_there_and_says_so(made, read, monkeypatch):
    from helpers.intake import pdfs as pages

    monkeypatch.setattr(pages, "MOST_PAGES", 1)
    path = made.folder / "pages.pdf"
    page = Canvas(str(path))
    for year in ("2014/15", "2015/16"):
        page.drawString(72, 700, f"{year} - 7")
        page.showPage()
    page.save()
    found = read(path)
    assert [one.financial_year for one in found.figures] == ["2014/15"]
    assert any("stopped before page 2" in message for message in found.messages)


def test_a_width_that_is_no_number_is_one_column(made, read):
    span = b'<w:tcPr><w:gridSpan w:val="many"/>'
    whole = WHOLE.with_suffix(".docx")
    spoilt = _rezip(whole.read_bytes(), "word/document.xml", lambda xml: xml.replace(b"<w:tcPr>", span))
    assert spoilt != whole.read_bytes()
    assert read(made.bytes("wide.docx", spoilt)).figures == read(whole).figures
