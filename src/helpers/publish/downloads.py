"""What may be taken away: every table and figure of the notebooks, after disclosure control, safe for a spreadsheet.

The notebooks' own files stay where they are, as other steps read them; what is published are copies under
``downloads``. Only tables and figures with an age, a sex or a measure can hold counts by personal characteristic;
the others are copied as they are, unless a cell would run as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.charts import to_csv
from helpers.publish import disclosure, report, site
from helpers.tables import schemas, store

WITHHELD = "its numbers would show counts under 5 by age or sex"
FORMULA = re.compile(r'(?:^|,)"?(?:[=+@\t\r]|-(?!\.?\d))', re.MULTILINE)


@dataclass
class Downloads:
    """Published file → content and source; what the data page says; what was suppressed and withheld."""

    files: dict[str, tuple[bytes, Path]] = field(default_factory=dict)
    tables: list[dict] = field(default_factory=list)
    figures: list[dict] = field(default_factory=list)
    withheld: dict[str, str] = field(default_factory=dict)
    suppressed: int = 0

    def said(self) -> str:
        """What disclosure control did, in a sentence."""
        if not self.suppressed:
            return (
                "No count by age or sex had to be suppressed: every one under 5 was published by its source."
            )
        return (
            f"{self.suppressed:,} counts by age or sex are suppressed, marked {disclosure.MARK}, so that none under 5 "
            f"can be read or worked out; {len(self.withheld)} figures are withheld."
        )


def prepare(out: Path, register, echo: Callable[[str], None]) -> Downloads:
    """Everything that may be taken away from `out`.

    Parameters
    ----------
    out : the output folder
    register : the source register
    echo : called with what was suppressed, a line a file

    Raises
    ------
    PublishError
        A suppressed count that can be worked out, or a figure without alt text.
    """
    tables = {path.stem: path for path in sorted((out / "tables").glob("*.csv"))}
    figures = {path.stem: path for path in sorted((out / "figures").glob("*.csv"))}
    protection = _protect(tables, figures, register)
    made = Downloads(suppressed=len(protection.suppressed))
    for name in sorted({cell.table for cell in protection.suppressed}):
        count = protection.count(name)
        echo(f"disclosure: {count} {'count' if count == 1 else 'counts'} suppressed in {name}")
        if name.startswith("figures/"):
            made.withheld[name.removeprefix("figures/")] = WITHHELD
    for name, path in tables.items():
        _add_table(made, name, path, protection)
    for name, path in figures.items():
        _add_figure(made, name, path, protection)
    return made


def _protect(tables: Mapping[str, Path], figures: Mapping[str, Path], register) -> disclosure.Protection:
    frames, described = {}, {}
    printed = store.read_table("foi_printed")
    for name, path in tables.items():
        if is_personal(path):
            frames[f"tables/{name}"] = with_sources(store.read_table(name), printed)
            described[f"tables/{name}"] = schemas.table(name)
    for name, path in figures.items():
        if is_personal(path):
            frames[f"figures/{name}"] = pd.read_csv(path)
    open_sources = register.loc[register["url"].str.startswith("http", na=False), "source"]
    return disclosure.protect(frames, open_sources, described)


def is_personal(path: Path) -> bool:
    """Whether a CSV file has a column that tells victims apart."""
    with path.open(encoding="utf-8") as stream:
        return bool(set(stream.readline().strip().split(",")) & disclosure.PERSONAL)


def with_sources(frame: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """A frame that names rows of foi_printed instead of sources, with those rows' sources beside them."""
    named = next((name for name in ("row", "rows") if name in frame.columns), None)
    if named is None or "source" in frame.columns:
        return frame
    source = dict(zip(printed["row"].astype(str), printed["source"], strict=True))
    words = frame[named].astype(str).str.findall(r"\d+")
    return frame.assign(source=words.map(lambda rows: " ".join(source.get(row, "unknown") for row in rows)))


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


def _add_table(made: Downloads, name: str, path: Path, protection: disclosure.Protection) -> None:
    key = f"tables/{name}"
    described = schemas.table(name)
    content = safe_csv(path)
    if protection.count(key):
        columns = [column.name for column in described.columns]
        content = to_csv(protection.frames[key][columns]).encode("utf-8")
    made.files[f"downloads/{key}.csv"] = (content, path)
    entry = {"name": name, "title": described.title, "words": described.description}
    made.tables.append(entry | {"rows": content.count(b"\n") - 1, "suppressed": protection.count(key)})


def _add_figure(made: Downloads, name: str, path: Path, protection: disclosure.Protection) -> None:
    report.require_words(path.parent.parent, [name])
    withheld = made.withheld.get(name)
    content = path.read_bytes()  # charts.export has defused it
    if withheld:
        content = to_csv(protection.frames[f"figures/{name}"]).encode("utf-8")
    made.files[f"downloads/figures/{name}.csv"] = (content, path)
    for ending in () if withheld else ("svg", "png", "txt"):
        file = path.with_suffix(f".{ending}")
        made.files[f"downloads/figures/{file.name}"] = (file.read_bytes(), file)
    if name.startswith("force-"):
        return  # each stands on its force's own page
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").strip()
    entry = {"id": name, "alt": alt, "withheld": withheld, "title": site.svg_title(path.with_suffix(".svg"))}
    made.figures.append(entry | ({} if withheld else {"picture": site.thumbnail(path.with_suffix(".png"))}))
