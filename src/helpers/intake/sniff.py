"""What a file is, by its content, and whether it is safe to open. Nothing can be assumed of its name.

:func:`sniff` looks at the first bytes and, for archives, at the list of members; it never unpacks more than the
start of a member. What cannot or must not be read is a :class:`Refused` with a message for the analyst: what is
wrong, and what to ask the force for.
"""

from __future__ import annotations

import codecs
import contextlib
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from helpers.tables.vocabularies import rows

LARGEST = 256 * 2**20  # bytes of a file
UNPACKED = 2**30  # bytes that an archive may say it unpacks to
RATIO, RATIO_FROM = 200, 32 * 2**20  # a member this large and this compressible is a bomb
MEMBERS = 20_000

PASSWORD = "protected by a password. Ask: what is the password, or can you send it without?"
ENTITIES = "declares XML entities, which can be made to read other files; refused unread"
SPREADSHEETS = ("xlsx", "xls", "ods")


class Refused(Exception):
    """A file that is not read; the message says why and what to do."""


def sniff(path: Path) -> str:
    """Say what a file is: xlsx, xls, ods, docx, pdf, html, eml or text.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    Refused
        When it is empty, encrypted, a bomb, damaged, or of a kind that holds no readable table.
    """
    try:
        status = path.stat()
        head = b""
        if stat.S_ISREG(status.st_mode):
            with path.open("rb") as file:
                head = file.read(4096)
    except OSError as error:
        raise Refused(f"cannot be opened: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise Refused("not a regular file")
    if status.st_size == 0:
        raise Refused("empty: the file has no bytes. Ask: can you send the file again?")
    if status.st_size > LARGEST:
        raise Refused(
            f"larger than {LARGEST // 2**20} MiB; no response needs that. Ask: can you send the tables only?"
        )
    return kind_of(head, path)


def kind_of(head: bytes, path: Path) -> str:
    """The kind of a file from its first 4,096 bytes; archives are looked into."""
    kind = _listed("start", lambda mark: re.match(mark.encode(), head))
    if kind == "archive":
        return _archive(path)
    # old Office: one container for workbooks, documents, messages and what is encrypted
    if kind == "compound":
        data = path.read_bytes()
        return _listed(kind, lambda mark: mark.encode("utf-16-le") in data)
    return kind or _textual(head)


def _listed(where: str, fits: Callable[[str], object]) -> str:
    """The kind of the first row of ``file_kinds.csv`` for a place whose mark fits; refused where that says why, empty for no row."""
    row = next((row for row in rows("file_kinds") if row["where"] == where and fits(row["mark"])), None)
    if row and not row["kind"]:
        raise Refused(row["words"] or PASSWORD)
    return row["kind"] if row else ""


def _textual(head: bytes) -> str:
    text = decode(head).lstrip("\ufeff \t\r\n")
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    marked = any(head.startswith(marks) for marks in _MARKS.values())  # as UTF-16, which is full of NUL bytes
    if b"\x00" in head and odd > 3 and odd * 50 >= len(head) and not marked:
        raise Refused(
            "not a file of any kind that is read: neither text nor a document. Ask for a spreadsheet"
        )
    return _listed("text", lambda mark: re.match(mark, text + "\n"))


_MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}


_LATIN = re.compile(r"(?i)iso[-_]8859[-_]1|latin[-_]?1|(?:us[-_])?ascii")


def decode(data: bytes, charset: str | None = None) -> str:
    """Turn bytes into text: by their mark, as they say, as UTF-8, or as a Windows page.

    Whoever says Latin-1 means the Windows page that extends it.

    >>> decode("2014–15".encode("cp1252")), decode("é".encode("utf-16"))
    ('2014–15', 'é')
    """
    for name, marks in _MARKS.items():
        if data.startswith(marks):
            return data.decode(name, "replace")
    data = data.replace(b"\x00", b"")
    said = charset if charset and not _LATIN.fullmatch(charset) else "utf-8"
    for name in (said, "utf-8"):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return data.decode(name)
    return data.decode("cp1252", "replace")


@contextlib.contextmanager
def opening(what: str) -> Iterator[None]:
    """Refuse a file that its library cannot open: each raises errors of its own, and calamine panics on some.

    >>> with opening("a damaged PDF"):
    ...     raise EOFError
    Traceback (most recent call last):
    helpers.intake.sniff.Refused: a damaged PDF (EOFError). Ask: can you send the file again?
    """
    try:
        yield
    except (Refused, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        cause = next((one for one in error.args if isinstance(one, Exception)), error)
        if re.search("(?i)password|encrypt", repr(cause)):
            raise Refused(PASSWORD) from None
        raise Refused(f"{what} ({type(cause).__name__}). Ask: can you send the file again?") from None


def _archive(path: Path) -> str:
    with opening("damaged or cut short"), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_bomb(members)
        small = {member.filename for member in members if member.file_size < 2**20}
        manifest = archive.read(_MANIFEST) if _MANIFEST in small else b""
        if b"encryption-data" in manifest or any(member.flag_bits & 1 for member in members):
            raise Refused(PASSWORD)
        said = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in small else ""
        names = [f"mimetype {said}", *(member.filename for member in members)]
        kind = _listed("archive", lambda mark: any(name.startswith(mark) for name in names))
        _check_prologs(archive, members)
    return kind


_MANIFEST = "META-INF/manifest.xml"


def _check_bomb(members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > UNPACKED or len(members) > MEMBERS:
        raise Refused(f"a zip bomb: it would unpack to {total // 2**20:,} MiB; refused unread")
    for member in members:
        times = member.file_size // max(member.compress_size, 1)
        if member.file_size > RATIO_FROM and times > RATIO:
            raise Refused(f"a zip bomb: one part would unpack to {times:,} times its size; refused unread")


def _check_prologs(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that declare entities, before the first element, where alone a declaration can stand."""
    for member in members:
        if member.filename.endswith((".xml", ".rels", ".vml")):
            with archive.open(member) as part:
                head = part.read(2**16).replace(b"\x00", b"")
            before = re.split(rb"<[A-Za-z_]", head, maxsplit=1)[0]
            if re.search(rb"<!(?:DOCTYPE|ENTITY)", before, re.IGNORECASE):
                raise Refused(ENTITIES)


def wrong_extension(path: Path, kind: str) -> str:
    """What to say when a name promises another kind of file than its content; empty when it does not.

    >>> wrong_extension(Path("a.xls"), "html")
    'named .xls and holds HTML; read by its content'
    """
    suffix = path.suffix.casefold().lstrip(".")
    endings = [row for row in rows("file_kinds") if row["where"] == "name"]
    promised = [row["kind"] for row in endings if suffix in row["mark"].split()]
    words = next(row["words"] for row in endings if row["kind"] == kind)
    kept = not promised or kind in promised
    return "" if kept else f"named .{suffix} and holds {words}; read by its content"
