"""Disclosure control of a whole output folder: before anything is published, nothing in it shows what may not be shown.

All tables, all figures' numbers and all tables that notebooks show are protected together, so that none gives away
what another hides. What words tell is judged after that. Protected copies then take the places of the files, so that
the report, the pages and the downloads can only be made from what may be shown.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from helpers import ledger
from helpers.charts import to_csv
from helpers.publish import disclosure, plain, telling
from helpers.publish.counted import compares_sexes
from helpers.publish.faults import PublishError
from helpers.publish.whom import PERSONAL_WORDS, bands, kind_of, of_column
from helpers.tables import package, store
from helpers.tables.originals import original, put_away

AGE_BAND = re.compile(
    r"(?:^|,)(?:\d{1,2} ?(?:-|–|to) ?\d{1,2}|under \d{1,2}|\d{1,2}\+)(?:,|$)", re.MULTILINE | re.IGNORECASE
)
WITHHELD = "its numbers would show counts under 5 by a personal characteristic"
NOT_SWEPT = ("sources.html",)  # titles as their publishers print them


@dataclass
class Guard:
    """What may not be shown of an output folder."""

    out: Path
    protection: disclosure.Protection
    tells: telling.Telling
    titles: list[str]  # of the sources
    withheld: dict[str, str] = field(default_factory=dict)  # figure → why
    safe: dict[str, bytes | None] = field(default_factory=dict)  # file → the copy that may be shown
    findings: list[str] = field(default_factory=list)
    outputs: dict[str, int] = field(default_factory=dict)  # notebook → outputs withheld
    unpublished: list[str] = field(default_factory=list)  # sources that have no address

    def suppressed(self, name: str) -> int:
        """How many cells of ``tables/…`` or ``figures/…`` are suppressed."""
        return self.protection.count(name)

    def said(self) -> str:
        """What was done, in a sentence."""
        if not self.safe:
            return (
                "No count by age, sex or another personal characteristic had to be suppressed: every one below five was "
                "published by its source."
            )
        return (
            f"{len(self.protection.suppressed):,} counts by a personal characteristic are suppressed, marked "
            f"{disclosure.MARK}, so that none below five can be read or worked out; {len(self.withheld)} figures and "
            f"{sum(self.outputs.values())} outputs of notebooks are withheld."
        )

    def check(self, pages: Mapping[str, str]) -> None:
        """Refuse pages whose words, written by hand, tell what is withheld elsewhere.

        Raises
        ------
        PublishError
            Naming the page and its sentence.
        """
        for name, html in pages.items():
            if name not in NOT_SWEPT and (told := self.tells.page(html, self.titles)) is not None:
                sentence, why = told
                raise PublishError(
                    f"{name}: “{sentence[:200]}”: {why}. If it counts persons, leave it out or write “fewer than 5”; if "
                    "not, say right after the number what it counts (3 forces), or put the number and the words on age "
                    "or sex into two sentences"
                )

    def apply(self, echo: Callable[[str], None]) -> None:
        """Put the copies that may be shown into place, and say file by file what was suppressed."""
        put_away(self.out, self.safe)
        if self.unpublished and self.safe:
            first, more = self.unpublished[:5], len(self.unpublished) - 5
            of = ", ".join(first) + (f" and {more} more" if more > 0 else "")
            echo(
                f"disclosure: counts of {of} may be suppressed: data/sources.csv gives no address, "
                "so they count as not published"
            )
        counted = {cell.table for cell in self.protection.suppressed}
        for name in sorted({cell.table for cell in self.protection.suppressed}):
            count = self.protection.count(name)
            echo(f"disclosure: {count} {'count' if count == 1 else 'counts'} suppressed in {name}")
        for name in sorted(n for n in self.protection.touched - counted if not n.startswith("notebooks/")):
            marked = int(self.protection.frames[name].eq(disclosure.MARK).any(axis=1).sum())
            echo(
                f"disclosure: {marked} {'row' if marked == 1 else 'rows'} marked in {name}: its words or its numbers repeat "
                "a suppressed count, or are made from one"
            )
        for id, why in self.withheld.items():
            echo(f"disclosure: figure {id} withheld: {why}")
        for id in self.findings:
            echo(f"disclosure: finding {id} suppressed")
        for name, count in self.outputs.items():
            echo(f"disclosure: {count} {'output' if count == 1 else 'outputs'} withheld in {name}")
        if self.safe:
            echo(
                f"disclosure: the originals are in {store.shown(self.out / '.rise')}; do not pass that folder on"
            )


def guard(out: Path, register) -> Guard:
    """What may not be shown of what the notebooks left in `out`.

    Parameters
    ----------
    out : the output folder
    register : the source register; a source that has an address published its own figures

    Raises
    ------
    PublishError
        A suppressed count that can be worked out from what must stay.
    """
    published = set(register.loc[register["url"].str.startswith("http", na=False), "source"])
    notebooks = {path.name: _json(out, f"notebooks/{path.name}") for path in _files(out, "notebooks/*.ipynb")}
    frames, described = _frames(out)
    shown = {}
    for name, notebook in notebooks.items():
        for place, tables in telling.shown_tables(notebook).items():
            for number, frame in enumerate(tables, 1):
                key = f"notebooks/{name}, cell {place[0]}, output {place[1] + 1}, table {number}"
                frames[key], shown[key] = frame, (name, place)
    protection = disclosure.protect(frames, published, described, lambda: _bases(out, frames))
    tells = telling.Telling(protection, published)
    made = Guard(out, protection, tells, [plain.shown(title) for title in register["title"]])
    made.unpublished = sorted(set(register["source"]) - published)
    _guard_tables(made, described)
    _guard_figures(made, tells)
    _guard_findings(made, tells)
    _guard_notebooks(made, tells, notebooks, {shown[key] for key in made.protection.touched & set(shown)})
    return made


def _files(out: Path, pattern: str) -> list[Path]:
    return sorted(out.glob(pattern))


def _json(out: Path, name: str) -> dict:
    try:
        return json.loads(original(out, name).read_text(encoding="utf-8"))
    except ValueError as error:
        step = Path(name).stem.partition(".")[0]
        raise PublishError(f"{name}: is broken ({error}); delete it, and run {step} again") from None


def _frames(out: Path) -> tuple[dict[str, pd.DataFrame], dict]:
    """The tables and figures' numbers that have to do with persons, and the schemas of the tables."""
    frames, described = {}, {}
    printed = store.read_table("foi_printed")
    for path in [*_files(out, "tables/*.csv"), *_files(out, "figures/*.csv")]:
        key = f"{path.parent.name}/{path.stem}"
        file = original(out, f"{key}.csv")
        if not is_personal(file):
            continue
        if path.parent.name == "tables":
            frames[key] = with_sources(store.read_table(path.stem), printed)
            described[key] = package.table(path.stem)
        else:
            frames[key] = pd.read_csv(file)
    return frames, described


def _bases(out: Path, frames: dict) -> dict[str, pd.DataFrame]:
    """The tables and figures' numbers that tell no persons apart: a share may be of a total in them."""
    paths = [*_files(out, "tables/*.csv"), *_files(out, "figures/*.csv")]
    return {
        key: pd.read_csv(path) for path in paths if (key := f"{path.parent.name}/{path.stem}") not in frames
    }


def is_personal(path: Path) -> bool:
    """Whether a CSV file has a column or a label that tells persons apart."""
    text = path.read_text(encoding="utf-8")
    names = next(csv.reader([text.partition("\n")[0]]), [])
    if any(kind_of(name) or of_column(name) or compares_sexes(name) for name in names) or bands(names):
        return True
    cells = set(re.split(r"[,\n]", text))  # each distinct cell once: neither pattern goes beyond one
    return any(PERSONAL_WORDS.search(cell) or AGE_BAND.search(cell) for cell in cells)


def with_sources(frame: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """A frame that names rows of foi_printed instead of sources, with those rows' sources beside them."""
    named = next((name for name in ("row", "rows") if name in frame.columns), None)
    if named is None or "source" in frame.columns:
        return frame
    source = dict(zip(printed["row"].astype(str), printed["source"], strict=True))
    words = frame[named].astype(str).str.findall(r"\d+")
    return frame.assign(source=words.map(lambda rows: " ".join(source.get(row, "unknown") for row in rows)))


def _guard_tables(made: Guard, described) -> None:
    for key in made.protection.touched & set(described):
        columns = [column.name for column in described[key].columns]
        safe = made.protection.frames[key][columns].map(
            lambda value: str(value).lower() if isinstance(value, bool) else value
        )
        made.safe[f"{key}.csv"] = to_csv(safe).encode("utf-8")


def _guard_figures(made: Guard, tells: telling.Telling) -> None:
    for path in _files(made.out, "figures/*.csv"):
        key, id = f"figures/{path.stem}", path.stem
        alt, drawn = original(made.out, f"{key}.txt"), original(made.out, f"{key}.svg")
        if key in made.protection.touched:
            made.withheld[id] = WITHHELD
        elif alt.is_file() and tells.text(alt.read_text(encoding="utf-8")):
            made.withheld[id] = "its description tells of a count under 5 by a personal characteristic"
        elif drawn.is_file() and tells.page(drawn.read_text(encoding="utf-8")):
            made.withheld[id] = "its words tell of a count under 5 by a personal characteristic"
        else:
            continue
        words = f"Figure {id} is withheld: {made.withheld[id]}."
        numbers = made.protection.frames.get(key)
        made.safe[f"{key}.csv"] = (
            to_csv(numbers).encode() if numbers is not None else original(made.out, f"{key}.csv").read_bytes()
        )
        made.safe[f"{key}.txt"] = f"{words}\n".encode()
        made.safe[f"{key}.svg"] = _notice(words)
        made.safe[f"{key}.png"] = None
    made.safe = {name: copy for name, copy in made.safe.items() if original(made.out, name).exists()}


def _notice(words: str) -> bytes:
    """A picture that says that a figure is withheld."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="40" role="img">'
        f'<title>{escape(words)}</title><text x="8" y="24" font-family="sans-serif" font-size="12">{escape(words)}</text></svg>\n'
    ).encode()


def _guard_findings(made: Guard, tells: telling.Telling) -> None:
    for path in _files(made.out, "findings/*.json"):
        name = f"findings/{path.name}"
        findings = _json(made.out, name)
        safe = telling.safe_findings(findings, tells)
        if safe != findings:
            made.safe[name] = ledger.to_json(safe).encode("utf-8")
            made.findings += [id for id, found in safe.items() if found != findings[id]]


def _guard_notebooks(
    made: Guard, tells: telling.Telling, notebooks, touched: set[tuple[str, tuple[str, int]]]
) -> None:
    for name, notebook in notebooks.items():
        hide = {
            (cell.get("id", ""), number): (name, (cell.get("id", ""), number)) in touched
            or tells.text(telling.output_text(output))
            for cell in notebook["cells"]
            for number, output in enumerate(cell.get("outputs", ()))
        }
        safe = telling.safe_notebook(notebook, hide, made.withheld)
        if safe is not None:
            content = json.dumps(safe, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            made.safe[f"notebooks/{name}"] = content.encode("utf-8")
            pairs = zip(notebook["cells"], safe["cells"], strict=True)
            made.outputs[f"notebooks/{name}"] = sum(
                old is not new
                for a, b in pairs
                for old, new in zip(a.get("outputs", ()), b.get("outputs", ()), strict=True)
            )
