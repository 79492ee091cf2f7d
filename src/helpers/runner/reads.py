"""What a notebook really opened, held against what its code says that it reads and writes.

The fingerprint of a step covers the tables named in its ``read_table`` calls. Should a notebook, or a helper on its
behalf, open another file of the project's data or of the results, a change to that file would go unnoticed: such a step
is refused. So is one that writes among the project's own files, where no other step and no other machine would look.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

WATCHED = ("data", "notebooks", "reports")  # folders of the project whose files are inputs or results


@dataclass
class Opened:
    """The files of the project and of the results in `tables` that were opened since :func:`watch`."""

    root: Path
    tables: Path
    seen: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)

    def refused(self, own: Path, named: Iterable[Path]) -> str | None:
        """One line about the first file out of place; None if there is none. `own` is where the step itself writes."""
        for path in sorted(map(Path, self.wrote)):
            if not path.is_relative_to(own):
                return f'{self._shown(path)} was written; a notebook writes with write_table("name"), export or ledger.record'
        named = {Path(os.path.abspath(path)) for path in named}
        for path in sorted(map(Path, self.seen)):
            if path in named or path.is_relative_to(own) or not path.is_file():
                continue
            if path.suffix in (".py", ".pyc"):
                return f"{self._shown(path)} was imported, but changes are noticed only under src/helpers; move it there"
            table = (
                f'("{path.stem}")' if path.parent.name in ("raw", "data", "vocabularies", "tables") else ""
            )
            return f"{self._shown(path)} was read, but no cell names it; use read_table{table} in the notebook, so that a change is noticed"
        return None

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.root if path.is_relative_to(self.root) else self.tables).as_posix()


def watch(root: Path, tables: Path) -> Opened:
    """Note from now on which watched files this process opens."""
    opened = Opened(root, tables)
    folders = tuple(f"{path}{os.sep}" for path in dict.fromkeys([*(root / name for name in WATCHED), tables]))

    def note(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            path = os.path.abspath(os.fspath(arguments[0]))
            if isinstance(path, str) and path.startswith(folders):
                (opened.wrote if (arguments[2] or 0) & 3 else opened.seen).add(path)

    sys.addaudithook(note)
    return opened
