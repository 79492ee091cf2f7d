"""From a folder of results to everything that is published, in one pass.

All that is made is held until all of it has passed its checks; then it is written, each file whole. A build that
fails leaves what was published before as it was.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers import ledger
from helpers.charts import to_csv
from helpers.publish import briefings, disclosure, manifest, report, site, web
from helpers.publish.faults import PublishError
from helpers.publish.pages import NotebookPages
from helpers.tables import schemas, store
from helpers.tables.files import shown

WITHHELD = "its numbers would show counts under 5 by age or sex"


@dataclass
class Published:
    """What is to be written: name, relative to the output folder → bytes, and what each was made from."""

    files: dict[str, bytes] = field(default_factory=dict)
    inputs: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, name: str, content: bytes | str, inputs: list[Path]) -> None:
        """Put a file among those to be written."""
        self.files[name] = content.encode("utf-8") if isinstance(content, str) else content
        self.inputs[name] = inputs

    def pages(self) -> dict[str, str]:
        """The HTML files among them."""
        return {name: data.decode("utf-8") for name, data in self.files.items() if name.endswith(".html")}


def build(out: Path | None = None, echo: Callable[[str], None] = print) -> list[Path]:
    """Publish what the notebooks left in `out`.

    Parameters
    ----------
    out : the output folder (default: the project's)
    echo : called with each line that a person should read

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    PublishError
        Naming what may not be published, and where it is.
    """
    root = store.project_root()
    out = Path(out) if out is not None else store.output_dir()
    steps = [path.stem for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    findings = ledger.collect(out, steps=steps)
    judged = json.loads((out / "claims.json").read_text(encoding="utf-8"))
    claims = {id: judged[id] for id in store.read_table("claims")["claim"]}  # in the register's order
    register = store.read_table("sources")
    made = Published()

    protection, withheld = protected(out, register, echo)
    tables, figures = downloads(made, out, protection, withheld)
    joined = [out / "findings.json", out / "claims.json"]
    for path in joined:
        made.add(f"downloads/{path.name}", path.read_bytes(), [path])

    predictions = store.read_table("predictions")
    files = report.build(
        root / "reports",
        out,
        findings=findings,
        claims=claims,
        register=register,
        predictions=predictions.to_dict("records"),
        withheld=withheld,
    )
    typeset = [*sorted((root / "reports").glob("*.typ")), *sorted((root / "reports").glob("*.bib"))]
    for name, content in files.items():
        made.add(name, content, [*typeset, *joined, *sorted((out / "figures").glob("*.svg"))])

    notebooks = executed(out, steps)
    maker = NotebookPages(out / "figures", withheld=withheld)
    for path in notebooks:
        made.add(f"notebooks/{path.stem}.html", maker.html(path), [path])
    for path in briefings.notebooks(out, steps):
        made.add(f"notebooks/{path.stem}.html", maker.html(path), [path])
    briefings.add(made, out, findings, register)

    made.add("index.html", site.index(site.answer(files["report.html"].decode())), typeset)
    made.add("evidence.html", site.evidence(notebooks), notebooks)
    made.add("claims.html", site.claims(claims, findings, register), joined)
    made.add("predictions.html", predictions_page(predictions), [root / "data" / "predictions.toml"])
    made.add("sources.html", site.sources(register), [root / "data" / "sources.csv"])
    made.add("data.html", site.data(figures, tables, said(protection, withheld)), joined)

    listed = manifest.build(out, {name: (data, made.inputs[name]) for name, data in made.files.items()})
    made.add("manifest.json", ledger.to_json(listed), [])
    web.check(out, made.pages(), made.files)
    written = write(out, made)
    echo(f"published {len(written)} files in {shown(out)}")
    return written


def executed(out: Path, steps: list[str]) -> list[Path]:
    """The executed notebooks of the steps that run once, in order."""
    return [path for step in steps if (path := out / "notebooks" / f"{step}.ipynb").is_file()]


def with_sources(frame: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """A frame that names rows of foi_printed instead of sources, with those rows' sources beside them."""
    named = next((name for name in ("row", "rows") if name in frame.columns), None)
    if named is None or "source" in frame.columns:
        return frame
    source = dict(zip(printed["row"].astype(str), printed["source"], strict=True))
    words = frame[named].astype(str).str.findall(r"\d+")
    return frame.assign(source=words.map(lambda rows: " ".join(source.get(row, "unknown") for row in rows)))


def protected(out: Path, register, echo) -> tuple[disclosure.Protection, dict[str, str]]:
    """Every table and every figure's numbers after disclosure control, and the figures that are withheld."""
    frames, described = {}, {}
    printed = store.read_table("foi_printed")
    for path in sorted((out / "tables").glob("*.csv")):
        frames[f"tables/{path.stem}"] = with_sources(store.read_table(path.stem), printed)
        described[f"tables/{path.stem}"] = schemas.table(path.stem)
    for path in sorted((out / "figures").glob("*.csv")):
        frames[f"figures/{path.stem}"] = pd.read_csv(path, keep_default_na=True)
    open_sources = register.loc[register["url"].str.startswith("http", na=False), "source"]
    protection = disclosure.protect(frames, open_sources, described)
    withheld = {}
    for name in sorted({cell.table for cell in protection.suppressed}):
        count = protection.count(name)
        echo(f"disclosure: {count} {'count' if count == 1 else 'counts'} suppressed in {name}")
        if name.startswith("figures/"):
            withheld[name.removeprefix("figures/")] = WITHHELD
    return protection, withheld


def downloads(
    made: Published, out: Path, protection, withheld: Mapping[str, str]
) -> tuple[list[dict], list[dict]]:
    """Put safe copies of tables and figures under ``downloads``; what the data page says of each."""
    tables, figures = [], []
    for key, frame in protection.frames.items():
        kind, name = key.split("/")
        source = out / kind / f"{name}.csv"
        if kind == "tables":
            described = schemas.table(name)
            frame = frame[[column.name for column in described.columns]]
            entry = {
                "name": name,
                "title": described.title,
                "words": described.description,
                "rows": len(frame),
            }
            tables.append(entry | {"suppressed": protection.count(key)})
        made.add(f"downloads/{key}.csv", to_csv(frame), [source])
        if kind == "tables":
            continue
        report.require_words(out, [name])
        drawn = out / "figures" / f"{name}.png"
        alt = (out / "figures" / f"{name}.txt").read_text(encoding="utf-8").strip()
        entry = {
            "id": name,
            "alt": alt,
            "withheld": withheld.get(name),
            "title": site.svg_title(drawn.with_suffix(".svg")),
        }
        if name not in withheld:
            for ending in ("svg", "png", "txt"):
                path = drawn.with_suffix(f".{ending}")
                made.add(f"downloads/figures/{path.name}", path.read_bytes(), [path])
            entry["picture"] = site.thumbnail(drawn) if not name.startswith("force-") else None
        if not name.startswith("force-"):
            figures.append(entry)
    return tables, figures


def said(protection, withheld: Mapping[str, str]) -> str:
    """What disclosure control did, in a sentence."""
    count = len(protection.suppressed)
    if not count:
        return "No count by age or sex had to be suppressed: every one under 5 was published by its source."
    return (
        f"{count:,} counts by age or sex are suppressed, marked {disclosure.MARK}, so that none under 5 can be read or "
        f"worked out; {len(withheld)} figures are withheld."
    )


def predictions_page(frame) -> str:
    """The register of predictions."""
    return site.register_page(
        frame,
        schemas.table("predictions"),
        title="Predictions",
        here="predictions.html",
        intro=[
            "What each explanation predicts, and the test that checks it. Each line was written down before the "
            "estimate was looked at.",
        ],
    )


def write(out: Path, made: Published) -> list[Path]:
    """Write everything, and remove what an earlier build left under ``downloads`` and is no longer made."""
    written = []
    for name, content in made.files.items():
        path = out / name
        if not path.is_file() or path.read_bytes() != content:
            store.write_atomic(path, content)
        written.append(path)
    for path in (out / "downloads").rglob("*"):
        if path.is_file() and path.relative_to(out).as_posix() not in made.files:
            with contextlib.suppress(OSError):
                path.unlink()
    return written


__all__ = ["PublishError", "build"]
