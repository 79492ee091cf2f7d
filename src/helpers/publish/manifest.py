"""The manifest: every published file with its digest, and the digests of what it was made from.

``manifest.json`` lets a reader check that a file they were sent is the one that was published, and trace any
figure back to the notebook, the tables and the code that made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from helpers.tables import store

KEY = "rise"  # where an executed notebook keeps its own record of inputs and outputs


def build(out: Path, made: Mapping[str, tuple[bytes, Iterable[Path]]]) -> dict:
    """The manifest of `out`.

    Parameters
    ----------
    out : the output folder
    made : published file, relative to `out` → its bytes, and the files it was made from

    Returns
    -------
    dict
        ``files``: file → {sha256, bytes, inputs}, where an input is a file with its digest or the step that wrote
        it; ``steps``: step → the digests of its own inputs (code, helper modules, tables, lock).
    """
    root = store.project_root()
    digests: dict[Path, str] = {}

    def digest(path: Path) -> str:
        if path not in digests:
            digests[path] = store.content_hash(path)
        return digests[path]

    steps, files = _steps(out)
    for name, (content, inputs) in made.items():
        named = {_name(source, out, root): digest(Path(source)) for source in inputs}
        files[name] = {"sha256": sha256(content).hexdigest(), "bytes": len(content), "inputs": named}
    return {"files": dict(sorted(files.items())), "steps": steps}


def _steps(out: Path) -> tuple[dict, dict]:
    """What executed notebooks say they were made from, and what they wrote."""
    steps, files = {}, {}
    for path in sorted((out / "notebooks").glob("*.ipynb")):
        record = json.loads(path.read_text(encoding="utf-8")).get("metadata", {}).get(KEY)
        if not record:
            continue
        name = record["instance"]
        inputs = record["inputs"]
        steps[name] = {key: inputs[key] for key in ("parameters", "tables", "modules", "lock", "python")}
        written = {f"notebooks/{path.name}": store.content_hash(path), **record["outputs"]}
        for file, sha in written.items():
            if (out / file).is_file():
                size = (out / file).stat().st_size
                files[file] = {"sha256": sha, "bytes": size, "inputs": {f"step {name}": record["digest"]}}
    return steps, files


def _name(path: Path, out: Path, root: Path) -> str:
    """A file's name relative to the output folder, the project, or this package."""
    path = Path(path).resolve()
    package = Path(__file__).resolve().parents[2]
    for base in (Path(out).resolve(), Path(root).resolve(), package):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name
