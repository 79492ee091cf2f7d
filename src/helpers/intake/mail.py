"""Load e-mails: what the sender wrote, without what the message quotes, and what is attached to it.

Attachments are read as files of their own. What an earlier message said was answered then, or asked by somebody else.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from pathlib import Path

from helpers.intake.documents import is_latin, read_html
from helpers.intake.model import Document, Line
from helpers.intake.sniff import decode
from helpers.intake.values import tidy


def load_mail(path: Path, shown: str, attachments: Path, load, depth: int = 0) -> list[Document]:
    """Load an e-mail and what is attached to it.

    Parameters
    ----------
    path : Path
        The message.
    shown : str
        What it is called in what is written.
    attachments : Path
        An empty folder of our own, to put attachments in under names of our own.
    load : function
        Loads one attachment: takes a path, the name to show, and the depth.
    """
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    document = Document(path.name, "eml")
    for name in ("From", "Subject"):
        try:
            value = str(message.get(name, ""))
        except Exception:  # the parser of header values raises many things on hostile headers
            continue
        if value:
            document.blocks.append(Line(tidy(value), name.casefold()))
    _read_body(message, document)
    documents = [document]
    for number, part in enumerate(_attached(message), 1):
        given = re.split(r"[\\/]", part.get_filename() or "")[-1]
        title = re.sub(r"[\x00-\x1f\x7f]+", " ", given).strip(". ") or f"attachment {number}"
        name = f"{shown}/{title}"
        if depth >= 3 or number > 50:
            document.tell(title, "warning", "attachment not read: too many, or too deep")
            continue
        try:
            data = part.get_payload(decode=True)
            if data is None:
                data = part.get_payload(0).as_bytes() if part.get_content_type() == "message/rfc822" else b""
        except Exception as error:
            document.tell(title, "error", f"attachment cannot be decoded ({type(error).__name__})")
            continue
        suffix = Path(title).suffix.casefold()
        target = (
            attachments / f"{depth}-{number}{suffix if re.fullmatch(r'[.][a-z0-9]{1,5}', suffix) else ''}"
        )
        target.write_bytes(data)
        documents += load(target, name, depth + 1)
    return documents


def _attached(message):
    for part in message.walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        if part.get_filename() or part.get_content_disposition() == "attachment":
            if not (
                part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
            ):
                yield part


def _read_body(message, document: Document) -> None:
    bodies: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if (
            kind not in ("text/plain", "text/html")
            or part.get_filename()
            or part.get_content_disposition() == "attachment"
        ):
            continue
        data = part.get_payload(decode=True) or b""
        charset = part.get_content_charset()
        try:
            text = data.decode(charset) if charset and not is_latin(charset) else decode(data)
        except (LookupError, UnicodeDecodeError):
            text = decode(data)
        bodies[kind] = bodies.get(kind, "") + text + "\n"
    if "text/html" in bodies and _says_more(bodies["text/html"], bodies.get("text/plain", "")):
        read_html(_without_quotes_html(bodies["text/html"]), document)
    elif "text/plain" in bodies:
        from helpers.intake.aligned import text_blocks

        subject = next((line.text for line in document.lines() if line.address == "subject"), "")
        lines = _without_forward(bodies["text/plain"].splitlines(), subject)
        text, asked = _without_quotes(lines)
        for block in text_blocks(text):
            quoted = isinstance(block, Line) and block.address in asked
            document.blocks.append(replace(block, quoted=True) if quoted else block)


LONGEST_PAGE = 200_000  # characters of the page of a message that are looked at beside its plain text


def _says_more(page: str, plain: str) -> bool:
    """Whether the page of a message is read and not its plain text: it holds tables, or the text stands for it only."""
    words = re.sub(r"<[^<>]{0,2000}>", " ", page[:LONGEST_PAGE])
    return "<table" in page.casefold() or 3 * len(tidy(plain)) < len(tidy(words))


_QUOTED = re.compile(
    r"\s*-{2,}\s*(?:Original Message|Forwarded message)\s*-{2,}|\s*_{20,}\s*$|\s*On .{5,80} wrote:\s*$",
    re.IGNORECASE,
)
_HEADERS = r"(?:from|sent|date|to|subject|cc)"


def _without_quotes(lines: list[str]) -> tuple[str, set[str]]:
    """A reply without the messages that it quotes, but with the questions that it quotes above its answers.

    Returns
    -------
    str, set of str
        The text, line numbers kept, and the addresses of the questions: each on one line, with a blank one around it.

    Examples
    --------
    >>> _without_quotes(["> How many in", "> 2015/16?", "12"])
    ('How many in 2015/16?\\n\\n12', {'l1'})
    """
    kept, quoted = [], False
    for place, line in enumerate(lines):
        after = next((one for one in lines[place + 1 :] if one.strip()), "")
        if _begins_quote(lines, place) and not _MARKED.match(after):
            quoted = True
        hidden = quoted or _begins_quote(lines, place) or _MARKED.match(line)
        kept.append("" if hidden else line)
    if quoted and not any(line.strip() for line in kept):
        return "\n".join(lines), set()  # a message that is all quotation
    asked: set[str] = set()
    for start, stop in _answered(lines, kept):
        for first, last, question in _paragraphs(lines[start:stop]):
            if _ASKS.search(question) or _NUMBERED.match(question):
                question = re.sub(r"(?<=\?)[^?]+$", "", question)
                kept[start + first : start + last] = [question, *[""] * (last - first - 1)]
                asked.add(f"l{start + first + 1}")
    return "\n".join(kept), asked


_FORWARDED = re.compile(r"(?i)\s*-{2,}\s*Forwarded message\b|\s*Begin forwarded message:")
_ORIGINAL = re.compile(r"(?i)\s*-{2,}\s*Original Message\s*-{2,}\s*$")


def _without_forward(lines: list[str], subject: str = "") -> list[str]:
    """The lines of a message, without the head of one that it passes on: that is no quotation.

    >>> _without_forward(["See below", "--- Forwarded message ---", "From: Kent", "To: me", "", "2014/15: 3"])
    ['See below', '', '', '', '', '2014/15: 3']
    """
    passed_on = re.match(r"(?i)\W*fwd?\s*:", subject)
    start = next(
        (n for n, line in enumerate(lines) if _FORWARDED.match(line) or passed_on and _ORIGINAL.match(line)),
        None,
    )
    if start is None:
        return lines
    stop = start + 1
    while stop < len(lines) and (not lines[stop].strip() or re.match(rf"(?i)\W*{_HEADERS}\W*:", lines[stop])):
        stop += 1
    return [*lines[:start], *[""] * (stop - start), *lines[stop:]]


_MARKED = re.compile(r"\s*>")
_NUMBERED = re.compile(r"(?i)(?:q\s?)?\d{1,2}[.)]\s+\D")
_ASKS = re.compile(r"(?i)\?|\bhow many\b|\b(?:number|total|breakdown) of\b")


def _begins_quote(lines: list[str], place: int) -> bool:
    return bool(_QUOTED.match(lines[place])) or (place > 0 and _begins_message(lines[place : place + 4]))


def _answered(lines: list[str], kept: list[str]) -> list[tuple[int, int]]:
    """The runs of quoted lines that something stands below."""
    runs, start = [], None
    for place, line in enumerate(lines):
        if _MARKED.match(line):
            start = place if start is None else start
        elif line.strip():
            if start is not None and kept[place].strip():
                runs.append((start, place))
            start = None
    return runs


def _paragraphs(lines: list[str]) -> list[tuple[int, int, str]]:
    """The paragraphs of quoted lines: first, last and text; a number begins one."""
    found: list[tuple[int, int, str]] = []
    for place, line in enumerate(lines):
        text = tidy(re.sub(r"^[\s>]+", "", line))
        if not text:
            continue
        if found and found[-1][1] == place and not re.match(r"(?i)\(?\w{1,3}[.)]\s|q\s?\d|\W*[-•*]\s", text):
            first, _, before = found.pop()
            found.append((first, place + 1, f"{before} {text}"))
        else:
            found.append((place, place + 1, text))
    return found


def _begins_message(lines: list[str]) -> bool:
    """Whether lines are the head of a message, as mail programs print it over what they quote."""
    heads = [re.match(rf"\W*(?P<name>{_HEADERS})\W*:", line, re.IGNORECASE) for line in lines if line.strip()]
    names = {head["name"].casefold() for head in heads if head}
    return bool(heads and heads[0] and "from" in names and len(names) >= 3)


def _without_quotes_html(text: str) -> str:
    """The HTML of a reply up to the message that it quotes."""
    text = re.sub(r"<blockquote.*?</blockquote>", "", text, flags=re.DOTALL | re.IGNORECASE)
    between = r"(?:\s|</?(?:b|strong|span|p|div|font)\b[^<>]{0,300}>|&nbsp;){0,12}"
    head = rf"{between}from{between}:[^:]{{1,600}}?>{between}(?:sent|date|to){between}:"
    quoted = re.search(rf"(?i)<(?:p|div|hr|b|span)\b[^<>]{{0,300}}>{head}|-{{4,}}\s?original message", text)
    return text[: quoted.start()] if quoted else text
