"""What JupyterLab keeps of a notebook that a person saves: not the outputs that are marked as not to be kept.

A notebook whose metadata has ``"keep_output": false`` is a tool, as the exploring notebooks are: it is saved without
outputs, so that using it does not change it. An output with that mark is left out of any notebook, as a force's answer is
that :func:`helpers.intake.confirming.confirm` shows: its exact counts must not enter the project. What a notebook says of
its kernel is written as ``rise run --save`` writes it, so that a saved notebook differs by what was typed and what came out.
"""

from __future__ import annotations

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbconvert.preprocessors import ClearOutputPreprocessor
from nbformat import NotebookNode, from_dict

from helpers.runner.executed_notebooks import METADATA


class Contents(AsyncLargeFileManager):
    """The files that JupyterLab shows, with notebooks saved as the module says."""

    async def save(self, model: dict, path: str = "") -> dict:
        """Save a file; a notebook without what is not to be kept."""
        if model.get("type") == "notebook" and model.get("content"):
            model = model | {"content": kept(from_dict(model["content"]))}
        return await super().save(model, path)


def kept(notebook: NotebookNode) -> NotebookNode:
    """A notebook as it is saved.

    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> page = new_output("display_data", {"text/html": ""}, metadata={"text/html": {"keep_output": False}})
    >>> text = new_output("stream", text="42")
    >>> len(kept(new_notebook(cells=[new_code_cell(outputs=[page, text])])).cells[0].outputs)
    1
    >>> kept(new_notebook(metadata=METADATA | {"language_info": {"name": "python", "version": "3.11.7"}})).metadata.language_info
    {'name': 'python'}
    """
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if _is_kept(output)]
    if not notebook.metadata.get("keep_output", True):
        notebook, _ = ClearOutputPreprocessor().preprocess(notebook, {})
    if notebook.metadata.get("kernelspec", {}).get("name") == METADATA["kernelspec"]["name"]:
        notebook.metadata |= from_dict(METADATA)
    return notebook


def _is_kept(output: NotebookNode) -> bool:
    return output.get("metadata", {}).get("text/html", {}).get("keep_output", True)
