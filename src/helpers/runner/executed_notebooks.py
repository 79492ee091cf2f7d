"""Executed notebooks as they are kept: the same bytes for the same run, and nothing of the machine in them.

Committed notebooks carry the outputs of a default run, so that they read well where they are browsed and nbval has
something to compare. ``rise run --save`` copies them from the output folder, and leaves a digest of what they came from:
code, parameters, helper modules and raw tables, also those of the steps upstream. A test compares it. Unlike the
fingerprint of a run it leaves out the lock and the Python release, since nbval runs every notebook again in whatever
environment there is.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from helpers.runner.freshness import KEY, SCHEMA, Freshness, digest_of
from helpers.runner.steps import Project, load_notebook
from helpers.tables.files import write_atomic

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INJECTED = "injected-parameters"  # papermill's tag for the cell that it puts in
SAVED = "saved"
# the folder in which a cell's code is said to stand; looked for where a path can begin, as long texts have no blanks
CELL_FOLDER = re.compile(r"(?<![^\s\"'<>()])[^\s\"'<>()]*ipykernel_\d+/")


def without_outputs(notebook: dict) -> dict:
    """The notebook as it is before a run, from what ``load_notebook`` read."""
    not_run = {"outputs": [], "execution_count": None}
    cells = [cell | (not_run if cell["cell_type"] == "code" else {}) for cell in notebook["cells"]]
    return {"cells": cells, "metadata": dict(METADATA), "nbformat": 4, "nbformat_minor": 5}


def tidy(notebook: dict, folders: dict[Path, str]) -> dict:
    """The executed notebook as Jupyter writes it, without what papermill notes of the time, random ids and paths of this machine.

    `folders` says what stands in their place for the paths of this machine.
    """
    import nbformat

    def without_paths(value):
        if isinstance(value, str):
            for path, instead in folders.items():
                value = value.replace(str(path), instead)
            value = CELL_FOLDER.sub("", value)
        return value

    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        for name in ("execution", "papermill"):
            metadata.pop(name, None)
        if metadata.get("tags") == []:
            del metadata["tags"]
        if INJECTED in metadata.get("tags", ()):
            cell["id"] = INJECTED
        for output in cell.get("outputs", ()):
            output |= {key: without_paths(output[key]) for key in ("text", "evalue") if key in output}
            data = output.get("data", {})
            data |= {kind: without_paths(value) for kind, value in data.items() if kind != "image/png"}
    notebook["metadata"] = dict(METADATA)
    return json.loads(nbformat.writes(nbformat.from_dict(notebook)))  # long texts as lists of lines


def to_bytes(notebook: dict, record: dict) -> bytes:
    """The notebook as it is kept: sorted, indented by one space, with the record in it."""
    whole = notebook | {"metadata": notebook["metadata"] | {KEY: record}}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def source_digests(project: Project) -> dict[str, str]:
    """Step → digest of all that its outputs come from, with the notebooks' own parameter values."""
    freshness = Freshness(project, project.root / "reports" / "build")
    found: dict[str, str] = {}
    for name in project.order:
        step = project.steps[name]
        now = freshness.fingerprint(step, step.parameters)
        tables = {
            table: digest
            for table, digest in now.tables.items()
            if table.startswith(SCHEMA) or table.partition(" (")[0] in project.data_files
        }
        parts = {"cells": [digest for _, digest in now.cells], "parameters": now.parameters}
        parts |= {"modules": now.modules, "tables": tables}
        parts["upstream"] = {before: found[before] for before in project.upstream[name]}
        found[name] = digest_of(parts)
    return found


def outdated(project: Project) -> list[str]:
    """The steps whose committed notebook carries outputs of other code, or none."""
    now = source_digests(project)
    kept = {name: load_notebook(step.path).get("metadata", {}) for name, step in project.steps.items()}
    return [name for name in kept if kept[name].get(KEY) != {SAVED: now[name]}]


def save_notebooks(project: Project, instances: dict[str, Path]) -> list[str]:
    """Put the outputs of a default run into the committed notebooks; the names of those that changed.

    `instances` is step → its executed notebook. Cells, their ids and their own metadata stay as they are;
    a cell that the run injected is left out.
    """
    digests = source_digests(project)
    changed = []
    for name, step in project.steps.items():
        made = {cell["id"]: cell for cell in load_notebook(instances[name])["cells"]}
        notebook = load_notebook(step.path)
        for cell in notebook["cells"]:
            cell["metadata"].pop("execution", None)
            cell["source"] = cell["source"].splitlines(True)
            if cell["cell_type"] == "code":
                cell |= {key: made[cell["id"]][key] for key in ("outputs", "execution_count")}
        notebook |= {"metadata": METADATA, "nbformat_minor": 5}
        data = to_bytes(notebook, {SAVED: digests[name]})
        if data != step.path.read_bytes():
            write_atomic(step.path, data)
            changed.append(name)
    return changed
