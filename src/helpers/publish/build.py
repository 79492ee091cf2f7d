"""From a folder of results to everything that is published, in one pass.

All that is made is held until all of it has passed its checks; then it is written, each file whole. A build that
fails leaves what was published before as it was.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from helpers import ledger
from helpers.publish import briefings, downloads, manifest, report, site, web
from helpers.publish.beside import Beside
from helpers.publish.faults import PublishError
from helpers.publish.guard import guard
from helpers.publish.pages import NotebookPages
from helpers.tables import originals, store
from helpers.tables.files import shown


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
    register = store.read_table("sources")
    downloads.require_parts(out, steps)
    forces = list(briefings.instances(out))
    half = len(forces) // 2

    def rest(withheld: Mapping[str, str]) -> tuple[dict, dict]:
        """The pages of notebooks, and the second half of the briefings."""
        maker = NotebookPages(out / "figures", sources=root / "notebooks", withheld=withheld)
        paths = [*executed(out, steps), *briefings.notebooks(out, steps)]
        pages = {path: maker.html(path) for path in paths}
        found = ledger.read_findings(out, steps=[briefings.STEP])
        return pages, briefings.typeset(out, forces[half:], found, register, withheld)

    whole = not (out / originals.FOLDER).exists()  # no file was replaced by a copy that may be shown
    # as a rule nothing is withheld, so the rest need not wait until that is known
    with closing(Beside(lambda: rest({}))) as ahead:
        guarded = guard(out, register)
        guarded.apply(echo)  # from here on, only what may be shown is in its place
        findings = ledger.collect(out, steps=steps)
        judged = json.loads((out / "claims.json").read_text(encoding="utf-8"))
        claims = {id: judged[id] for id in store.read_table("claims")["claim"]}  # in the register's order
        predictions = store.read_table("predictions")
        with ThreadPoolExecutor(1) as beside:  # Typst leaves the interpreter free for the downloads
            reported = beside.submit(
                report.build,
                root / "reports",
                out,
                findings=findings,
                claims=claims,
                register=register,
                predictions=predictions.to_dict("records"),
                withheld=guarded.withheld,
            )
            briefed = beside.submit(
                briefings.typeset, out, forces[:half], findings, register, guarded.withheld
            )
            taken = downloads.prepare(guarded)
            pages, typeset = ahead.result() if whole and not guarded.safe else rest(guarded.withheld)
            files = reported.result()
            typeset = briefed.result() | typeset
    made = Published()

    for name, (content, source) in taken.files.items():
        made.add(name, content, [source])
    joined = [out / "findings.json", out / "claims.json"]
    for path in joined:
        made.add(f"downloads/{path.name}", path.read_bytes(), [path])

    sources = [*sorted((root / "reports").glob("*.typ")), *sorted((root / "reports").glob("*.bib"))]
    for name, content in files.items():
        made.add(name, content, [*sources, *joined, *sorted((out / "figures").glob("*.svg"))])

    for path, page in pages.items():
        made.add(f"notebooks/{path.stem}.html", page, [path])
    briefings.add(made, out, findings, typeset)

    notebooks = [root / "notebooks" / path.name for path in executed(out, steps)]
    made.add("index.html", site.index(site.start(files["report.html"].decode())), sources)
    made.add("evidence.html", site.evidence(notebooks), notebooks)
    made.add("claims.html", site.claims(claims, findings, register), joined)
    made.add("predictions.html", predictions_page(predictions, out), [root / "data" / "predictions.toml"])
    made.add("sources.html", site.sources(register), [root / "data" / "sources.csv"])
    made.add("data.html", site.data(taken.figures, taken.tables, guarded.said()), joined)

    listed = manifest.build(out, {name: (data, made.inputs[name]) for name, data in made.files.items()})
    made.add("manifest.json", ledger.to_json(listed), [])
    web.check(out, made.pages(), made.files)
    guarded.check(made.pages())
    written = write(out, made)
    echo(f"published {len(written)} files in {shown(out)}")
    return written


def executed(out: Path, steps: list[str]) -> list[Path]:
    """The executed notebooks of the steps that run once, in order."""
    return [path for step in steps if (path := out / "notebooks" / f"{step}.ipynb").is_file()]


def predictions_page(frame, out: Path) -> str:
    """The register of predictions, with what became of each where `40_weighing` has judged them."""
    columns = ["explanation", "dimension", "expected", "role", "reason", "data", "test"]
    results = out / "tables" / "prediction_results.csv"
    if results.is_file():
        judged = store.read_table("prediction_results").set_index("prediction")
        also = (
            frame["id"]
            .map(judged["same_test"])
            .map(lambda ids: f"; also of {ids}" if isinstance(ids, str) else "")
        )
        frame = frame.assign(outcome=frame["id"].map(judged["verdict"]), test=frame["test"] + also)
        columns.insert(columns.index("expected") + 1, "outcome")
        columns.append("reach")
    return site.register_page(
        frame,
        columns,
        title="Predictions",
        here="predictions.html",
        intro=[
            "What each explanation predicts, the test that checks it, and what became of it. Each line was written down "
            "before the estimate was looked at, but for those with the role 'afterwards': they were written when their "
            "result was known, and are counted with no prediction. What a verdict settles (reach) was added later.",
            "Primary tests are adjusted together for their number. An exploratory one decides only where it is plain at 99%: "
            "of so many, some would pass at 95% by chance. That rule was added when the results were known and turned one verdict, "
            "against a smooth growth of online offending, to 'cannot tell'. So were two areas let differ as forces do, which "
            "turned a verdict for recording, by Scotland and Northern Ireland, to 'cannot tell'. Predictions with the same test rest on the same figures and are "
            "not independent of one another.",
        ],
    )


def write(out: Path, made: Published) -> list[Path]:
    """Write everything, and remove what an earlier build left under ``downloads`` and is no longer made."""
    written = []
    for name, content in made.files.items():
        path = out / name
        if not path.is_file() or path.read_bytes() != content:
            store.write_atomic(path, content, flush=False)
        written.append(path)
    for path in (out / "downloads").rglob("*"):
        if path.is_file() and path.relative_to(out).as_posix() not in made.files:
            with contextlib.suppress(OSError):
                path.unlink()
    return written


__all__ = ["PublishError", "build"]
