"""What may be taken away: every table and figure of the notebooks, after disclosure control, safe for a spreadsheet.

What is published are copies under ``downloads`` of what :mod:`helpers.publish.guard` lets be shown; a cell that would
run as a formula is defused in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.charts import to_csv
from helpers.publish import report, site
from helpers.publish.faults import PublishError
from helpers.publish.guard import Guard
from helpers.tables import schemas

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
    key, described = f"tables/{path.stem}", schemas.table(path.stem)
    content = safe_csv(path)
    made.files[f"downloads/{key}.csv"] = (content, path)
    entry = {"name": path.stem, "title": described.title, "words": described.description}
    made.tables.append(entry | {"rows": content.count(b"\n") - 1, "suppressed": guarded.suppressed(key)})


def _add_figure(made: Downloads, path: Path, guarded: Guard) -> None:
    id, withheld = path.stem, guarded.withheld.get(path.stem)
    report.require_words(guarded.out, [id])
    for ending in ("csv",) if withheld else ("csv", "svg", "png", "txt"):
        file = path.with_suffix(f".{ending}")
        if not file.is_file():
            raise PublishError(
                f"figure {id!r}: figures/{file.name} is missing; run the notebook that draws it again"
            )
        made.files[f"downloads/figures/{file.name}"] = (
            file.read_bytes(),
            file,
        )  # charts.export has defused it
    if id.startswith("force-"):
        return  # each stands on its force's own page
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    entry = {"id": id, "alt": alt, "withheld": withheld, "title": site.svg_title(path.with_suffix(".svg"))}
    made.figures.append(entry | ({} if withheld else {"picture": site.thumbnail(path.with_suffix(".png"))}))
