"""From a folder of results to everything that is published, in one pass.

All that is made is kept in memory until all of it has passed its checks; then it is written, each file whole. A build
that fails leaves what was published before as it was. ``manifest.json`` lets a reader check that a file they were sent is
the one that was published, and trace any figure back to the notebook, the tables and the code that made it.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from html import unescape
from pathlib import Path

from helpers import ledger
from helpers.publish import briefings, explorer, notebooks, page_frame, pages, report
from helpers.publish.faults import PublishError
from helpers.tables import files, package, store

MISSING_PARTS = {  # what a figure is without one of its files
    "svg": "is not whole",
    "phone.svg": "has no form for a phone (mark the function that draws it with @drawing)",
    "txt": "has no alt text",
}
# of the folder data, beside the tables that its index lists
DESCRIPTIONS = ("README.md", "datapackage.yaml", "schemas/*.yaml", "*.toml", "vocabularies/*.toml")
CROWDED = re.compile(r'<svg[^>]* data-crowded="([^"]*)"')
RECORD = "rise"  # where an executed notebook keeps the runner's record of inputs and outputs


class Published(dict):
    """What is to be written: name, relative to the output folder → (bytes, the files that it was made from)."""

    def add(self, name: str, content: bytes | str, *sources: Path) -> None:
        """Put a file among those to be written."""
        self[name] = (content.encode("utf-8") if isinstance(content, str) else content, sources)

    def html(self) -> dict[str, str]:
        """The pages among them."""
        return {name: content.decode() for name, (content, _) in self.items() if name.endswith(".html")}


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
    root = files.project_root()
    out = Path(out) if out is not None else files.output_dir()
    steps = [path.stem for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))]
    register = store.read_table("sources")
    require_whole(out)
    ran = executed(out, steps)
    require_figures(out, ran, echo)
    findings = ledger.collect(out, steps=steps)
    judged = json.loads((out / "claims.json").read_text(encoding="utf-8"))
    claims = {id: judged[id] for id in store.read_table("claims")["claim"]}  # in the register's order
    forces = briefings.instances(out)
    made = Published()
    joined = [out / "findings.json", out / "claims.json"]
    sources = [*sorted((root / "reports").glob("*.typ")), *sorted((root / "reports").glob("*.bib"))]
    with ThreadPoolExecutor(1) as typist:  # Typst leaves the interpreter free for the pages
        reported = typist.submit(report.build, out)
        briefed = typist.submit(briefings.typeset, out, forces)
        for path in ran:
            made.add(f"notebooks/{path.stem}.html", notebooks.page(path, ran), path)
        explored = explorer.page(out)
        for name, content in reported.result().items():
            made.add(name, content, *sources, *joined, *sorted((out / "figures").glob("*.svg")))
        for name, content in briefed.result().items():
            mine = out / "findings" / f"{briefings.STEP}.{Path(name).stem}.json"
            made.add(name, content, root / "reports" / briefings.SOURCE, root / "reports" / "house.typ", mine)
    made.add("forces/index.html", briefings.index(out, made), joined[0])
    made.add("index.html", pages.start(made["report.html"][0].decode()), *sources, *joined)
    printed, crime = (root / "data" / "raw" / f"{name}.csv" for name in ("foi_printed", "recorded_crime"))
    made.add("explore.html", explored, printed, *files.round_additions(printed), crime)
    found = [step for step in steps if (out / "findings" / f"{step}.json").is_file()]
    argued = [root / "notebooks" / f"{step}.ipynb" for step in found]
    made.add("evidence.html", pages.notebook_index(argued), *argued)
    made.add("claims.html", pages.claims(claims, findings, register), *joined)
    predictions = pages.predictions(store.read_table("predictions"), out)
    made.add("predictions.html", predictions, root / "data" / "predictions.toml")
    cited = root / "data" / "sources.csv"
    made.add("sources.html", pages.sources(register), cited, *files.round_additions(cited))
    registers = [root / "data" / "errata.toml", root / "data" / "answers.toml"]
    made.add("corrections.html", pages.corrections(), *registers)
    package.write_package(out)
    tables = sorted((out / "tables").glob("*.*"))
    made.add("tables.zip", zipped(out / "tables", tables), *tables)
    data = root / "data"
    described = (path for pattern in DESCRIPTIONS for path in data.glob(pattern))
    given = sorted({*described, *package.listed_files().values()})  # and not what else a person keeps there
    added = [more for path in given for more in files.round_additions(path)]
    made.add("data.zip", zipped(data, given), *given, *added)
    made.add("data.html", pages.data(out, [path for path in tables if path.suffix == ".csv"]), *joined)
    made.add("search.html", pages.search(made.html()), *joined)
    made.add("manifest.json", ledger.to_json(manifest(out, made)))
    page_frame.check(out, made.html(), made)
    write(out, made)
    echo(f"published {len(made)} files; start from {files.display_path(out / 'index.html')}")
    return [out / name for name in made]


def executed(out: Path, steps: Iterable[str]) -> list[Path]:
    """The executed notebooks of these steps, in order; of a step that ran once for each of many things, all."""
    folder = out / "notebooks"
    each = ([folder / f"{step}.ipynb", *sorted(folder.glob(f"{step}.*.ipynb"))] for step in steps)
    return [path for paths in each for path in paths if path.is_file()]


def require_figures(out: Path, ran: Iterable[Path], echo: Callable[[str], None]) -> None:
    """Refuse figures that lack a part or have an empty one, and figures whose words collide or leave them.

    Of a run with choices of its own the latter are only told.
    """
    for drawn in sorted((out / "figures").glob("*.csv")):
        for ending, what in MISSING_PARTS.items():
            path = drawn.with_suffix(f".{ending}")
            if not path.is_file() or not path.read_bytes().strip():
                gone = f"figures/{path.name} is missing or empty; run the notebook that draws it again"
                raise PublishError(f"figure {drawn.stem!r} {what}: {gone}")
    faults = [
        f"figures/{path.name}: these words lie on others or leave the figure: {unescape(words[1])}"
        for path in sorted((out / "figures").glob("*.svg"))
        if (words := CROWDED.search(path.read_text(encoding="utf-8")))
    ]
    if faults and all(map(notebooks.has_defaults, ran)):
        raise PublishError("\n".join(faults))
    for fault in faults:
        echo(fault)


def require_whole(out: Path) -> None:
    """Refuse findings and notebooks that cannot be read."""
    for path in [*sorted((out / "findings").glob("*.json")), *sorted((out / "notebooks").glob("*.ipynb"))]:
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            step = path.stem.partition(".")[0]
            name = path.relative_to(out).as_posix()
            raise PublishError(f"{name}: is broken ({error}); delete it, and run {step} again") from None


def zipped(folder: Path, paths: Iterable[Path]) -> bytes:
    """Files of a folder in one archive, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            # without their headers
            more = [part.read_bytes().partition(b"\n")[2] for part in files.round_additions(path)]
            archive.writestr(entry, b"".join([path.read_bytes(), *more]), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def manifest(out: Path, made: Published) -> dict:
    """Every file with its digest, and the digests of what it was made from.

    Returns
    -------
    dict
        ``files``: file → {sha256, bytes, inputs}, where an input is a file with its digest or the step that wrote
        it; ``steps``: step → the digests of its own inputs (code, helper modules, tables, lock).
    """
    steps, entries, digests = {}, {}, {}
    for path in sorted((out / "notebooks").glob("*.ipynb")):
        record = json.loads(path.read_text(encoding="utf-8"))["metadata"].get(RECORD)
        if record:
            name, inputs = record["instance"], record["inputs"]
            steps[name] = {key: inputs[key] for key in ("parameters", "tables", "modules", "lock", "python")}
            source = {f"step {name}": sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()}
            made_by_step = {f"notebooks/{path.name}": files.content_hash(path), **record["outputs"]}
            for file, digest in made_by_step.items():
                if (out / file).is_file():
                    entries[file] = {"sha256": digest, "bytes": (out / file).stat().st_size, "inputs": source}
    for name, (content, sources) in made.items():
        for path in sources:
            if path not in digests:
                base = out if path.is_relative_to(out) else files.project_root()
                digests[path] = (path.relative_to(base).as_posix(), files.content_hash(path))
        inputs = dict(digests[path] for path in sources)
        entries[name] = {"sha256": sha256(content).hexdigest(), "bytes": len(content), "inputs": inputs}
    return {"files": dict(sorted(entries.items())), "steps": steps}


def write(out: Path, made: Published) -> None:
    """Write everything, and remove what an earlier build published and no build makes any more."""
    listed = out / "manifest.json"
    before = json.loads(listed.read_text(encoding="utf-8"))["files"] if listed.is_file() else {}
    after = json.loads(made["manifest.json"][0])["files"]
    for name, (content, _) in made.items():
        # also what is the same, as a page is newer than its notebook
        files.write_atomic(out / name, content, flush=False)
    for name in set(before) - set(after) - {"manifest.json"}:
        made_by_step = any(source.startswith("step ") for source in before[name]["inputs"])
        if not made_by_step and (out / name).resolve().is_relative_to(out.resolve()):
            (out / name).unlink(missing_ok=True)
