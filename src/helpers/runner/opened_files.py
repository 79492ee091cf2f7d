"""What a notebook really opened, held against what its code says that it reads and writes.

The fingerprint of a step covers the tables named in its ``read_table`` calls. Should a notebook, or a helper on its
behalf, open another file of the project's data or of the results, a change to that file would go unnoticed: such a step
is refused. So is one that writes among the project's own files, where no other step and no other machine would look.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

WATCHED = ("data", "notebooks", "reports")  # folders of the project whose files are inputs or results
TABLES = ("raw", "data", "vocabularies", "tables")


def watch(root: Path, tables: Path) -> dict[str, bool]:
    """Note from now on which files of the project and of the results this process opens; whether each is written."""
    opened: dict[str, bool] = {}
    folders = tuple(f"{folder}{os.sep}" for folder in (*(root / name for name in WATCHED), tables))

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            path = os.path.abspath(os.fspath(arguments[0]))
            if isinstance(path, str) and path.startswith(folders):
                opened[path] = opened.get(path, False) or bool((arguments[2] or 0) & 3)

    sys.addaudithook(note)
    return opened


def refused(opened: Mapping[str, bool], root: Path, own: Path, named: Iterable[Path]) -> str | None:
    """One line about the first file out of place; None if there is none. `own` is where the step itself writes."""
    named = {os.path.abspath(path) for path in named}
    for name, written in sorted(opened.items()):
        path = Path(name)
        if path.is_relative_to(own) or (not written and (name in named or not path.is_file())):
            continue
        shown = path.relative_to(root) if path.is_relative_to(root) else f"{path.parent.name}/{path.name}"
        if written:
            return f'{shown} was written; a notebook writes with write_table("name"), export or ledger.record'
        if path.suffix in (".py", ".pyc"):
            return f"{shown} was imported, but changes are noticed only under src/helpers; move it there"
        table = f'("{path.stem}")' if path.parent.name in TABLES else ""
        return f"{shown} was read, but no cell names it; use read_table{table} in the notebook, so that a change is noticed"
    return None
