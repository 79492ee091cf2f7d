"""What may be taken away: every table and figure of the notebooks, after disclosure control, safe for a spreadsheet.

What is published are copies under ``downloads`` of what :mod:`helpers.publish.guard` lets be shown; a cell that would
run as a formula is defused in them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.charts import to_csv
from helpers.publish import report, site
from helpers.publish.faults import PublishError
from helpers.publish.guard import Guard
from helpers.tables import package
from helpers.tables.originals import original

PARTS = ("csv", "png", "svg", "txt")  # of every figure
RUNS = {"script", "foreignobject", "iframe", "object", "embed", "handler", "set", "animate", "audio", "video"}
FORMULA = re.compile(r'(?:^|,)"?(?:[=+@\t\r]|-(?!\.?\d))', re.MULTILINE)


@dataclass
class Downloads:
    """Published file → content and source, and what the data page says of tables and figures."""

    files: dict[str, tuple[bytes, Path]] = field(default_factory=dict)
    tables: list[dict] = field(default_factory=list)
    figures: list[dict] = field(default_factory=list)


def prepare(guarded: Guard) -> Downloads:
    """Everything that may be taken away from a folder in which protected copies are in place.

    Raises
    ------
    PublishError
        A figure without alt text.
    """
    made = Downloads()
    for path in sorted((guarded.out / "tables").glob("*.csv")):
        _add_table(made, path, guarded)
    for path in sorted((guarded.out / "figures").glob("*.csv")):
        _add_figure(made, path, guarded)
    return made


def require_parts(out: Path, steps: Iterable[str]) -> None:
    """Refuse results that lack a part or hold one that nobody could open, before anything is made from them.

    Raises
    ------
    PublishError
        With one line for each figure's file, table or notebook that is missing or broken, and what to run again.
    """
    faults = [
        f"notebooks/{step}.ipynb is missing, though findings/{step}.json is there; run {step} again"
        for step in steps
        if (out / "findings" / f"{step}.json").is_file()
        and not original(out, f"notebooks/{step}.ipynb").is_file()
    ]
    for path in sorted((out / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", errors="replace") as file:
            names = next(csv.reader(file), [])
        if (wanted := [column.name for column in package.table(path.stem).columns]) != names:
            faults.append(
                f"tables/{path.name}: has the columns {', '.join(names)}, not {', '.join(wanted)}; run the notebook that "
                "writes it again"
            )
    for id in sorted({path.stem for path in (out / "figures").glob("*.*") if path.suffix[1:] in PARTS}):
        faults += [
            f"figure {id!r}: {fault}; run the notebook that draws it again" for fault in _faults(out, id)
        ]
    if faults:
        raise PublishError("\n".join(faults))


def _faults(out: Path, id: str):
    files = {ending: original(out, f"figures/{id}.{ending}") for ending in PARTS}
    yield from (f"figures/{id}.{ending} is missing" for ending, file in files.items() if not file.is_file())
    if files["png"].is_file() and not files["png"].read_bytes().startswith(b"\x89PNG\r\n"):
        yield f"figures/{id}.png is no PNG"
    for ending in ("csv", "txt"):
        try:
            if files[ending].is_file():
                files[ending].read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            yield f"figures/{id}.{ending} is not in UTF-8"
    if files["svg"].is_file() and (why := active(files["svg"].read_bytes())):
        yield f"figures/{id}.svg {why}"


def active(svg: bytes) -> str | None:
    """Why a drawing may not be passed on: it is none, or opened by itself it would run or fetch something.

    >>> active(b"<svg><script>alert(1)</script></svg>"), active(b"<svg><text>on click</text></svg>")
    ('holds a <script>', None)
    """
    from lxml import etree

    try:
        root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return f"is no drawing that can be read ({error.msg})"
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if (name := etree.QName(node).localname).lower() in RUNS:
            return f"holds a <{name}>"
        for attribute, value in node.attrib.items():
            plain_name = etree.QName(attribute).localname.lower()
            if plain_name.startswith("on"):
                return f"would run what stands in {plain_name!r}"
            if plain_name in ("href", "src") and not value.startswith(("#", "data:image/")):
                return f"asks for {value[:80]!r}"
    return None


def safe_csv(path: Path) -> bytes:
    """A CSV file's bytes, with cells that a spreadsheet would run as a formula defused."""
    content = path.read_bytes()
    if not FORMULA.search(content.decode("utf-8")):
        return content
    return to_csv(pd.read_csv(path, dtype="str", keep_default_na=False).map(_number_or_text)).encode("utf-8")


def _number_or_text(cell: str):
    """A cell that is a number as a number, so that a minus sign stays one."""
    return Number(cell) if re.fullmatch(r"-?\d*\.?\d+(e[+-]?\d+)?", cell) else cell


class Number(float):
    """A number that is written as it was read."""

    def __new__(cls, text: str):
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def _add_table(made: Downloads, path: Path, guarded: Guard) -> None:
    key, described = f"tables/{path.stem}", package.table(path.stem)
    content = safe_csv(path)
    made.files[f"downloads/{key}.csv"] = (content, path)
    entry = {"name": path.stem, "title": described.title, "words": described.description}
    made.tables.append(entry | {"rows": content.count(b"\n") - 1, "suppressed": guarded.suppressed(key)})


def _add_figure(made: Downloads, path: Path, guarded: Guard) -> None:
    id, withheld = path.stem, guarded.withheld.get(path.stem)
    report.require_words(guarded.out, [id])
    for ending in ("csv",) if withheld else ("csv", "svg", "png", "txt"):
        file = path.with_suffix(f".{ending}")
        made.files[f"downloads/figures/{file.name}"] = (
            file.read_bytes(),
            file,
        )  # charts.export has defused it
    if id.startswith("force-"):
        return  # each stands on its force's own page
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    entry = {"id": id, "alt": alt, "withheld": withheld, "title": site.svg_title(path.with_suffix(".svg"))}
    made.figures.append(entry | ({} if withheld else {"picture": site.thumbnail(path.with_suffix(".png"))}))
