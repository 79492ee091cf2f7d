"""Tables read and checked once for many processes.

A process that forks others, each of which reads the same tables, holds those tables first. A table that is held stands
for a file of its name, wherever that lies, that holds the same bytes and is checked against the same vocabularies. Of
each name the last is held.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.tables.files import project_root

if TYPE_CHECKING:
    import pandas as pd

_held: dict[str, tuple[str, pd.DataFrame]] = {}


def hold(path: Path, read) -> bool:
    """Hold what `read` returns for a table's CSV file; whether there was anything to do.

    Parameters
    ----------
    path : Path
        The file; its name is the table's.
    read : callable
        Called without arguments; returns the frame, read and checked.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "counts.csv"
    ...     _ = path.write_text("n\\n1\\n")
    ...     _ = hold(path, lambda: pd.DataFrame({"n": [1]}))
    ...     print(held(path).loc[0, "n"])
    ...     _ = path.write_text("n\\n2\\n")
    ...     print(held(path))
    1
    None
    """
    if path.suffix != ".csv":  # registers hold lists, which two readers of one frame would share
        return False
    digest = _digest(path)
    if _held.get(path.name, ("",))[0] == digest:
        return False
    frame = read()
    if _digest(path) == digest:
        _held[path.name] = digest, frame
    return True


def held(path: Path) -> pd.DataFrame | None:
    """Return the table that a file holds, if it is held, or None."""
    if path.name not in _held:
        return None
    digest, frame = _held[path.name]
    # pandas copies on write: what the reader does to the frame, no other reader sees
    return frame.copy(deep=False) if _digest(path) == digest else None


def _digest(path: Path) -> str:
    """One digest of a file and of the vocabularies."""
    found = hashlib.sha256()
    folder = project_root() / "data"
    for file in (
        path,
        *sorted(folder.glob("vocabularies/*.csv")),
        folder / "sources.csv",
        folder / "raw/foi_rounds.csv",
    ):
        found.update(hashlib.sha256(file.read_bytes() if file.exists() else b"").digest())
    return found.hexdigest()
