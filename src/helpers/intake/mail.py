"""Load e-mails: what the sender wrote, without what the message quotes, and what is attached to it.

Attachments are read as files of their own. What an earlier message said was answered then, or asked by somebody else.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
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
        # the parser of header values raises many things on hostile headers
        with contextlib.suppress(Exception):
            if value := str(message.get(name, "")):
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
            data = part.get_payload(0).as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        except Exception as error:
            document.tell(title, "error", f"attachment cannot be decoded ({type(error).__name__})")
            continue
        suffix = re.search(r"(?:\.[a-z0-9]{1,5})?$", title.casefold())[0]
        target = attachments / f"{depth}-{number}{suffix}"
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
    subject = next((line.text for line in document.lines() if line.address == "subject"), "")
    passed_on = bool(re.match(r"(?i)\W*fwd?\s*:", subject))
    page, plain = bodies.get("text/html", ""), bodies.get("text/plain", "")
    parts: list[Line | Grid] = [Line(line, f"l{number}") for number, line in enumerate(plain.splitlines(), 1)]
    # the page is read where it holds tables, or where the plain text only stands for it
    words = re.sub(r"<[^<>]{0,2000}>", " ", page[:LONGEST_PAGE])
    if is_page := "<table" in page.casefold() or 3 * len(tidy(plain)) < len(tidy(words)):
        before = len(document.blocks)
        read_html(page if passed_on else re.sub(r"(?is)<blockquote.*?</blockquote>", "", page), document)
        parts, document.blocks[before:] = document.blocks[before:], []
    kinds = _kinds([part.text if isinstance(part, Line) else "a table" for part in parts], passed_on)
    for kind, run in groupby(zip(kinds, parts, strict=True), key=itemgetter(0)):
        blocks = [part for _, part in run]
        if kind == "hidden":
            held = re.findall(r"\b\d[\d,]*\b", " ".join(one.text for one in blocks if isinstance(one, Line)))
            words = f"{len(blocks)} lines of an earlier message that this one quotes are not read"
            more = f" and {len(held) - 40} more" * (len(held) > 40)
            words += f"; they hold the numbers {', '.join(held[:40])}{more}" * bool(passed_on and held)
            document.tell(blocks[0].address, "note", words)
        if not is_page:
            text = "\n".join(_MARKED.sub("", line.text) for line in blocks)
            blocks = text_blocks(text, int(blocks[0].address[1:]) - 1)
        if kind == "asked":
            blocks = [replace(one, quoted=True) for one in blocks if isinstance(one, Line)]
        document.blocks += blocks if kind in ("own", "asked") else []


LONGEST_PAGE = 200_000  # characters of the page of a message that are looked at beside its plain text


_QUOTED = phrase("begins a quotation")


def _kinds(lines: list[str], passed_on: bool) -> list[str]:
    """What each line of a reply is: its own, asked, hidden, or the head of a message that it passes on.

    Lines quoted with a sign are asked: they may be the questions that it answers. What else it quotes is hidden.

    >>> _kinds(["> How many?", "We hold 12.", "On Monday Ann Example wrote:", "We hold 11."], False)
    ['asked', 'own', 'hidden', 'hidden']
    >>> _kinds(["See below", "--- Forwarded message ---", "From: Kent", "To: me", "", "2014/15: 3"], True)
    ['own', 'head', 'head', 'head', 'head', 'own']
    """
    starts = (
        place
        for place, line in enumerate(lines)
        if _FORWARDED.match(line) or passed_on and _begins_quote(lines, place)
    )
    start = next(starts, len(lines))
    text = (n for n in range(start + 1, len(lines)) if lines[n].strip() and not _HEAD.match(lines[n]))
    stop = next(text, len(lines))
    kinds, hidden = [], False
    for place, line in enumerate(lines):
        begins = not start <= place < stop and _begins_quote(lines, place)
        after = next(filter(str.strip, lines[place + 1 :]), "") if begins else ""
        hidden = hidden or begins and not _MARKED.match(after)
        said = "asked" if _MARKED.match(line) else "own"
        kinds.append("head" if start <= place < stop else "hidden" if hidden or begins else said)
    if not any(line.strip() for kind, line in zip(kinds, lines, strict=True) if kind == "own"):
        return ["own"] * len(lines)  # a message that is all quotation
    return kinds


_FORWARDED = re.compile(r"(?i)\s*-{2,}\s*Forwarded message\b|\s*Begin forwarded message:")
_HEAD = re.compile(r"(?i)\W*(?P<name>from|sent|date|to|subject|cc)\W*:")
_MARKED = re.compile(r"^\s*>[\s>]*")


def _begins_quote(lines: list[str], place: int) -> bool:
    """Whether an earlier message begins: as mail programs introduce it, or with the head that they print over it."""
    heads = [_HEAD.match(line) for line in lines[place : place + 4] if line.strip()]
    names = {head["name"].casefold() for head in heads if head}
    head = place > 0 and heads[:1] not in ([], [None]) and "from" in names and len(names) >= 3
    return head or bool(_QUOTED.match(lines[place]))
