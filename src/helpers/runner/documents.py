"""An executed notebook as it is kept: the same bytes for the same run, and nothing of the machine in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
INJECTED = "injected-parameters"  # papermill's tag for the cell that it puts in


def without_outputs(notebook: dict) -> dict:
    """The notebook as it is before a run: sources as single strings, every cell with an id."""
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        fresh = (
            {"id": f"number-{number}"} | cell | {"source": source, "metadata": {**cell.get("metadata", {})}}
        )
        if cell["cell_type"] == "code":
            fresh |= {"outputs": [], "execution_count": None}
        cells.append(fresh)
    return {"cells": cells, "metadata": dict(METADATA), "nbformat": 4, "nbformat_minor": 5}


def tidy(notebook: dict, folders: dict[Path, str]) -> dict:
    """The executed notebook without what papermill notes of the time, random ids and paths of this machine.

    `folders` says what stands in their place for the paths of this machine.
    """
    here = [(str(path), instead) for path, instead in folders.items()]
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        for name in ("execution", "papermill"):
            metadata.pop(name, None)
        if metadata.get("tags") == []:
            del metadata["tags"]
        if INJECTED in metadata.get("tags", ()):
            cell["id"] = INJECTED
        for output in cell.get("outputs", ()):
            data = output.get("data") or {}
            for key, value in data.items():
                if isinstance(value, str) and not key.startswith("image/png"):
                    data[key] = _plain(value, here)
            for key in ("text", "evalue"):
                if isinstance(output.get(key), str):
                    output[key] = _plain(output[key], here)
    notebook["metadata"] = dict(METADATA)
    return notebook


def _plain(text: str, here: list[tuple[str, str]]) -> str:
    for path, instead in here:
        text = text.replace(path, instead)
    return re.sub(r"[^\s\"'<>()]*ipykernel_\d+/", "", text)


def to_bytes(notebook: dict, record: dict | None = None) -> bytes:
    """The notebook as Jupyter itself writes it: sorted, one space, long text as lines; with the record in it."""
    cells = [_split(cell) for cell in notebook["cells"]]
    metadata = notebook["metadata"] | ({"rise": record} if record else {})
    whole = notebook | {"cells": cells, "metadata": metadata}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _split(cell: dict) -> dict:
    """Text of several lines as a list of lines, which is how notebooks stay readable in a diff."""
    split = cell | {"source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        split["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return split


def _split_output(output: dict) -> dict:
    split = dict(output)
    if isinstance(output.get("text"), str):
        split["text"] = output["text"].splitlines(True)
    if "data" in output:
        split["data"] = {
            kind: value.splitlines(True)
            if isinstance(value, str) and kind.startswith(("text/", "image/svg"))
            else value
            for kind, value in output["data"].items()
        }
    return split
