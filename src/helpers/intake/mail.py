"""Load e-mails: what the sender wrote, without what the message quotes, and what is attached to it.

Attachments are read as files of their own. What an earlier message said was answered then, or asked by somebody else.
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from helpers.intake.aligned import text_blocks
from helpers.intake.documents import read_html
from helpers.intake.lexicon import phrase
from helpers.intake.model import Document, Grid, Line
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
    for one in documents[1:]:
        one.message += [line for line in document.lines() if line.address != "from"]
    return documents


def _is_attached(part) -> bool:
    return bool(part.get_filename()) or part.get_content_disposition() == "attachment"


def _attached(message):
    """What is attached to a message, pictures within its text left out."""
    for part in message.walk():
        holds_others = part.is_multipart() and part.get_content_type() != "message/rfc822"
        picture = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        if _is_attached(part) and not holds_others and not picture:
            yield part


def _read_body(message, document: Document) -> None:
    bodies: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            data = part.get_payload(decode=True) or b""
            bodies[kind] = bodies.get(kind, "") + decode(data, part.get_content_charset()) + "\n"
    if "text/html" in bodies and _says_more(bodies["text/html"], bodies.get("text/plain", "")):
        read_html(_without_quotes_html(bodies["text/html"]), document)
    elif "text/plain" in bodies:
        subject = next((line.text for line in document.lines() if line.address == "subject"), "")
        body = _body(_without_forward(bodies["text/plain"].splitlines(), subject), document)
        document.blocks += body


LONGEST_PAGE = 200_000  # characters of the page of a message that are looked at beside its plain text


def _says_more(page: str, plain: str) -> bool:
    """Whether the page of a message is read and not its plain text: it holds tables, or the text stands for it only."""
    words = re.sub(r"<[^<>]{0,2000}>", " ", page[:LONGEST_PAGE])
    return "<table" in page.casefold() or 3 * len(tidy(plain)) < len(tidy(words))


_QUOTED = phrase("begins a quotation")
_HEADERS = r"(?:from|sent|date|to|subject|cc)"


def _body(lines: list[str], document: Document) -> list[Line | Grid]:
    """A reply without the messages that it quotes; lines quoted with a sign may be the questions that it answers.

    >>> [(line.text, line.address, line.quoted) for line in _body(["> How many?", "We hold 12."], Document("", ""))]
    [('How many?', 'l1', True), ('We hold 12.', 'l2', False)]
    """
    kinds, hidden = [], False
    for place, line in enumerate(lines):
        after = next((one for one in lines[place + 1 :] if one.strip()), "")
        begins = _begins_quote(lines, place)
        hidden = hidden or begins and not _MARKED.match(after)
        kinds.append("hidden" if hidden or begins else "asked" if _MARKED.match(line) else "own")
    if not any(line.strip() for kind, line in zip(kinds, lines, strict=True) if kind == "own"):
        kinds = ["own"] * len(lines)  # a message that is all quotation
    blocks: list[Line | Grid] = []
    for kind, run in groupby(range(len(lines)), key=kinds.__getitem__):
        places = list(run)
        if kind == "hidden":
            words = f"{len(places)} lines of an earlier message that this one quotes are not read"
            document.tell(f"l{places[0] + 1}", "note", words)
            continue
        text = "\n".join(_MARKED.sub("", lines[place]) for place in places)
        found = text_blocks(text, places[0])
        blocks += (
            found if kind == "own" else [replace(one, quoted=True) for one in found if isinstance(one, Line)]
        )
    return blocks


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


_MARKED = re.compile(r"^\s*>[\s>]*")


def _begins_quote(lines: list[str], place: int) -> bool:
    return bool(_QUOTED.match(lines[place])) or (place > 0 and _begins_message(lines[place : place + 4]))


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
