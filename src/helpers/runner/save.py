"""The outputs that committed notebooks carry: put there from a default run, and known to be of the present code.

Committed notebooks show the outputs of a default run, so that they read well where they are browsed and nbval has
something to compare. ``rise run --save`` copies them from the output folder, with clean metadata, and leaves a
digest of what they came from: code, parameters, helper modules and raw tables, also those of the steps upstream.
A test compares it. Unlike the fingerprint of a run it leaves out the lock and the Python release, since nbval runs
every notebook again in whatever environment there is.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from helpers.runner.documents import INJECTED, METADATA, to_bytes
from helpers.runner.freshness import KEY, SCHEMA, Freshness, sha256
from helpers.runner.steps import Project, Step, load_notebook, raw_path

SAVED = "saved"


def source_digests(project: Project, freshness: Freshness | None = None) -> dict[str, str]:
    """Step → digest of all that its outputs come from, with the notebooks' own parameter values."""
    freshness = freshness or Freshness(project, project.root / "reports" / "build")
    found: dict[str, str] = {}
    for name in project.order:
        step = project.steps[name]
        print_ = freshness.fingerprint(step, step.defaults)
        raw = {
            table: digest
            for table, digest in print_.tables.items()
            if table.startswith(SCHEMA) or raw_path(project.root, table.partition(" (")[0])
        }
        parts = {
            "cells": [digest for _, digest in print_.cells],
            "parameters": print_.parameters,
            "modules": print_.modules,
            "tables": raw,
            "upstream": {before: found[before] for before in project.before[name]},
        }
        found[name] = sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode())
    return found


def outdated(project: Project, freshness: Freshness | None = None) -> list[str]:
    """The steps whose committed notebook carries outputs of other code, or none."""
    now = source_digests(project, freshness)
    return [name for name, step in project.steps.items() if _saved(step) != now[name]]


def _saved(step: Step) -> str | None:
    kept = load_notebook(step.path).get("metadata", {}).get(KEY)
    return kept.get(SAVED) if isinstance(kept, dict) else None


def save_notebooks(project: Project, instances: dict[str, Path]) -> list[str]:
    """Put the outputs of a default run into the committed notebooks; the names of those that changed.

    `instances` is step → its executed notebook. Cells, their ids and their own metadata stay as they are;
    a cell that the run injected is left out.
    """
    digests = source_digests(project)
    changed = []
    for name, step in project.steps.items():
        executed = _code_cells(json.loads(instances[name].read_bytes()))
        notebook = load_notebook(step.path)
        for cell in notebook["cells"]:
            cell["source"] = _text(cell["source"])
            cell["metadata"] = {k: v for k, v in cell.get("metadata", {}).items() if k != "execution"}
            if cell["cell_type"] == "code":
                made = executed.pop(0)
                cell["outputs"] = [_whole(output) for output in made["outputs"]]
                cell["execution_count"] = made["execution_count"]
        notebook["metadata"] = METADATA | {KEY: {SAVED: digests[name]}}
        notebook["nbformat_minor"] = 5
        data = to_bytes(notebook)
        if data != step.path.read_bytes():
            part = step.path.with_name(f".{step.path.name}.part")
            part.write_bytes(data)
            os.replace(part, step.path)
            changed.append(name)
    return changed


def _code_cells(notebook: dict) -> list[dict]:
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and INJECTED not in cell["metadata"].get("tags", ())
    ]


def _text(source) -> str:
    return source if isinstance(source, str) else "".join(source)


def _whole(output: dict) -> dict:
    """An output with its text as one string again."""
    whole = output | ({"text": _text(output["text"])} if "text" in output else {})
    if "data" in output:
        whole["data"] = {
            kind: _text(value) if isinstance(value, list) and kind.startswith(("text/", "image/")) else value
            for kind, value in output["data"].items()
        }
    return whole
